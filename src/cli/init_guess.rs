//! Guesses what a column holds, for a person to confirm.

use std::collections::BTreeSet;

use crate::base::date::{Date, PartialDate};
use crate::input::RawValue;

/// Texts that usually mean "missing" in a column of numbers.
const MISSING: [&str; 12] = [".", "-", "--", "?", "N/A", "NA", "N.D.", "ND", "NK", "UNK", "UK", "NAN"];
/// Values kept to see whether they repeat.
const KEPT: usize = 100_000;

/// What was seen in a column.
#[derive(Debug, Default)]
pub(super) struct Profile {
    filled: usize,
    whole: usize,
    decimal: usize,
    decimals: usize,
    dates: usize,
    moments: usize,
    times: usize,
    iso_dates: usize,
    partial_dates: usize,
    missing: BTreeSet<String>,
    texts: usize,
    distinct: BTreeSet<String>,
}

/// A proposed type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guess {
    /// Type name of data.yaml.
    pub kind: &'static str,
    /// Decimals of a decimal number.
    pub decimals: Option<usize>,
    /// Texts that mean "missing".
    pub missing: Vec<String>,
}

impl Profile {
    /// Looks at a value.
    pub fn note(&mut self, value: RawValue<'_>) {
        let text = value.to_string();
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return;
        }
        self.filled += 1;
        match value {
            RawValue::Number(_) => self.number(trimmed),
            RawValue::Date(_) => self.dates += 1,
            RawValue::DateTime(_) => self.moments += 1,
            RawValue::Time(_) => self.times += 1,
            _ if MISSING.contains(&trimmed.to_uppercase().as_str()) => {
                self.missing.insert(trimmed.to_owned());
            }
            _ if is_plain_number(trimmed) => self.number(trimmed),
            _ if Date::parse(trimmed).is_some() => self.iso_dates += 1,
            _ if trimmed.len() >= 7 && PartialDate::parse(trimmed).is_some() => self.partial_dates += 1,
            _ => self.texts += 1,
        }
        if self.distinct.len() < KEPT {
            self.distinct.insert(trimmed.to_owned());
        }
    }

    fn number(&mut self, text: &str) {
        match text.split_once('.') {
            None => self.whole += 1,
            Some((_, fraction)) => {
                self.decimal += 1;
                self.decimals = self.decimals.max(fraction.len());
            }
        }
    }

    /// Values seen.
    pub fn filled(&self) -> usize {
        self.filled
    }

    /// The different values, sorted.
    pub fn values(&self) -> Vec<String> {
        self.distinct.iter().cloned().collect()
    }

    /// Whether no value occurs twice.
    pub fn is_unique(&self) -> bool {
        self.filled > 0 && self.distinct.len() == self.filled
    }

    /// The type that fits every value seen; text where none does.
    pub fn guess(&self) -> Guess {
        let missing: Vec<String> = self.missing.iter().cloned().collect();
        let known = self.filled - self.texts;
        let only = |n: usize| n > 0 && self.texts == 0 && n + self.marked() == known;
        let (kind, decimals) = if only(self.whole) {
            ("integer", None)
        } else if only(self.whole + self.decimal) {
            ("decimal", Some(self.decimals.min(10)))
        } else if only(self.dates + self.iso_dates) {
            ("date", None)
        } else if only(self.dates + self.iso_dates + self.partial_dates) {
            ("partial_date", None)
        } else if only(self.moments) || (self.dates > 0 && only(self.moments + self.dates)) {
            ("datetime", None)
        } else if only(self.times) {
            ("time", None)
        } else {
            return Guess { kind: "text", decimals: None, missing: Vec::new() };
        };
        Guess { kind, decimals, missing }
    }

    /// Values that are marks of a missing one.
    fn marked(&self) -> usize {
        self.filled
            - self.texts
            - self.whole
            - self.decimal
            - self.dates
            - self.moments
            - self.times
            - self.iso_dates
            - self.partial_dates
    }
}

/// Digits with at most one point and a sign; no leading zero, as ids have.
fn is_plain_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_digit());
    !leading_zero && all_digits(whole) && all_digits(fraction)
}

/// A header as a variable name: upper case, letters, digits and `_`, a letter first.
pub(super) fn variable_name(header: &str) -> String {
    let mut name = String::new();
    for c in header.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_uppercase());
        } else if !name.ends_with('_') && !name.is_empty() {
            name.push('_');
        }
    }
    let name = name.trim_end_matches('_');
    match name.chars().next() {
        None => "COLUMN".to_owned(),
        Some(c) if c.is_ascii_digit() => format!("V_{name}"),
        Some(_) => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_fit_every_value() {
        let check = |values: &[RawValue<'_>], kind: &str, decimals: Option<usize>, missing: &[&str]| {
            let mut profile = Profile::default();
            values.iter().for_each(|value| profile.note(*value));
            let missing = missing.iter().map(|m| (*m).to_owned()).collect();
            assert_eq!(profile.guess(), Guess { kind: profile.guess().kind, decimals, missing }, "{values:?}");
            assert_eq!(profile.guess().kind, kind, "{values:?}");
        };
        use RawValue::{Number, Text};
        let date = RawValue::Date(Date::new(2021, 3, 5).expect("a date"));
        check(&[Number(1.0), Number(-20.0)], "integer", None, &[]);
        check(&[Number(1.0), Number(2.25), Text("ND")], "decimal", Some(2), &["ND"]);
        check(&[Text("12"), Text("7.5")], "decimal", Some(1), &[]);
        check(&[Text("001"), Text("002")], "text", None, &[]);
        check(&[date, Text("2021-03-06")], "date", None, &[]);
        check(&[date, Text("2021-03")], "partial_date", None, &[]);
        check(&[Number(1.0), Text("high")], "text", None, &[]);
        check(&[Text("NA")], "text", None, &[]);
        check(&[], "text", None, &[]);
    }

    #[test]
    fn names_are_made_from_headers() {
        for (header, name) in
            [("Age (years)", "AGE_YEARS"), ("PaO2/FiO2", "PAO2_FIO2"), ("6MWT", "V_6MWT"), ("  ", "COLUMN")]
        {
            assert_eq!(variable_name(header), name);
        }
    }
}
