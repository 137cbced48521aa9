//! One cell of a sheet to one typed value; never a guess.

use crate::base::codes::{self, Code};
use crate::base::date::{Date, DateFormat, DateSystem, PartialDate};
use crate::base::number;
use crate::base::suggest::did_you_mean;
use crate::input::RawValue;
use crate::spec::data::{Codelist, UnitSpec};

use super::catalog::VariableType;
use super::value::Value;

/// What the configuration says about the cells of one column.
#[derive(Debug)]
pub(super) struct ColumnRule<'a> {
    pub kind: VariableType,
    pub codelist: Option<&'a Codelist>,
    pub units: &'a [UnitSpec],
    pub range: Option<[f64; 2]>,
    pub missing: Vec<&'a str>,
    pub formats: Vec<DateFormat>,
    pub serial: bool,
}

/// A converted cell.
#[derive(Debug)]
pub(super) struct Converted {
    pub value: Value,
    /// The raw text, where the stored value is not simply it.
    pub raw: Option<String>,
    /// Whether blanks were taken off.
    pub trimmed: bool,
    /// What makes the value doubtful; it is used as it stands.
    pub doubt: Option<Problem>,
}

/// Why a cell could not be converted.
#[derive(Debug)]
pub(super) struct Problem {
    pub code: &'static Code,
    pub message: String,
    pub hint: String,
}

fn problem(code: &'static Code, message: String, hint: impl Into<String>) -> Problem {
    Problem { code, message, hint: hint.into() }
}

/// Takes ordinary and other blanks off both ends.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{a0}' || c == '\u{feff}' || c == '\u{200b}')
}

impl ColumnRule<'_> {
    /// Converts a cell; `unit` is the text of the unit column in the same record, if there is one, `system` what
    /// serial dates of the workbook count from.
    pub fn convert(&self, raw: RawValue<'_>, unit: Option<&str>, system: DateSystem) -> Result<Converted, Problem> {
        let null = Converted { value: Value::Null, raw: None, trimmed: false, doubt: None };
        let text = match raw {
            RawValue::Empty => return Ok(null),
            RawValue::Error(error) => {
                return Err(problem(
                    &codes::DAT_009,
                    format!("the cell holds the error {error}"),
                    "correct the formula in the source, export and lock again",
                ));
            }
            RawValue::Text(text) => {
                let clean = trimmed(text);
                if clean.is_empty() || self.missing.contains(&clean) {
                    return Ok(null);
                }
                Some((clean, clean.len() != text.len()))
            }
            _ => None,
        };
        if let Some(codelist) = self.codelist {
            let shown = text.map_or_else(|| canonical(raw), |(t, _)| t.to_owned());
            if self.missing.contains(&shown.as_str()) {
                return Ok(null);
            }
            let code = decode(codelist, &shown)?;
            let value = self.typed_code(code)?;
            let raw = (shown != *code).then_some(shown);
            return Ok(Converted { value, raw, trimmed: text.is_some_and(|t| t.1), doubt: None });
        }
        let was_trimmed = text.is_some_and(|t| t.1);
        let text = text.map(|t| t.0);
        let (value, raw_text) = match self.kind {
            VariableType::Text => (Value::Text(text.map_or_else(|| canonical(raw), str::to_owned)), None),
            VariableType::Integer | VariableType::Decimal => {
                return Ok(Converted { trimmed: was_trimmed, ..self.number(raw, text, unit)? });
            }
            VariableType::Date => self.date(raw, text, system)?,
            VariableType::PartialDate => (Value::Text(self.partial(raw, text, system)?.to_string()), None),
            VariableType::DateTime => (Value::Text(self.date_time(raw, text, system)?), None),
            VariableType::Time => (Value::Text(time(raw, text)?), None),
        };
        Ok(Converted { value, raw: raw_text, trimmed: was_trimmed, doubt: None })
    }

    fn typed_code(&self, code: &str) -> Result<Value, Problem> {
        let bad = || {
            problem(
                &codes::DAT_004,
                format!("the codelist gives `{code}`, which is not a number"),
                "the codes of a numeric variable must be numbers",
            )
        };
        Ok(match self.kind {
            VariableType::Integer => Value::Integer(code.parse().map_err(|_| bad())?),
            VariableType::Decimal => Value::Real(parse_number(code).ok_or_else(bad)?),
            _ => Value::Text(code.to_owned()),
        })
    }

    fn number(&self, raw: RawValue<'_>, text: Option<&str>, unit: Option<&str>) -> Result<Converted, Problem> {
        let number = match (raw, text) {
            (RawValue::Number(x), _) => Some(x),
            (_, Some(text)) => parse_number(text),
            _ => None,
        };
        let Some(mut x) = number else {
            return Err(problem(
                &codes::DAT_004,
                format!("{} is not a number", raw.shown()),
                "if it marks a missing value, list it under `missing`",
            ));
        };
        if self.missing.iter().any(|m| m.parse::<f64>().is_ok_and(|m| m.total_cmp(&x).is_eq())) {
            return Ok(Converted { value: Value::Null, raw: Some(number::plain(x)), trimmed: false, doubt: None });
        }
        let (mut raw_text, mut doubt) = (None, None);
        if !self.units.is_empty() {
            let (chosen, outside) = self.unit_of(x, unit)?;
            doubt = outside;
            let converted = x * chosen.factor + chosen.offset;
            if converted.total_cmp(&x).is_ne() {
                raw_text = Some(format!("{} {}", number::plain(x), chosen.unit));
                // Conversion factors such as 0.01 leave binary noise behind the decimals people wrote.
                x = number::round_significant(converted, 12);
            }
        }
        if let Some([low, high]) = self.range
            && !(low..=high).contains(&x)
        {
            let plausible = format!("{} to {}", number::plain(low), number::plain(high));
            doubt = Some(implausible(&number::plain(x), &plausible));
        }
        let value = if self.kind == VariableType::Integer { whole(x)? } else { Value::Real(x) };
        Ok(Converted { value, raw: raw_text, trimmed: false, doubt })
    }

    /// The unit a value comes in, and what makes it doubtful there.
    fn unit_of(&self, x: f64, unit: Option<&str>) -> Result<(&UnitSpec, Option<Problem>), Problem> {
        let fits = |u: &&UnitSpec| (u.range[0]..=u.range[1]).contains(&x);
        let names =
            || self.units.iter().map(|u| format!("{} {} to {}", u.unit, u.range[0], u.range[1])).collect::<Vec<_>>();
        if let Some(name) = unit.filter(|u| !u.is_empty()) {
            let Some(named) = self.units.iter().find(|u| u.unit.eq_ignore_ascii_case(name)) else {
                return Err(problem(
                    &codes::DAT_008,
                    format!("`{name}` is no unit of this variable"),
                    did_you_mean(name, self.units.iter().map(|u| u.unit.as_str())),
                ));
            };
            let doubt = || implausible(&format!("{} {}", number::plain(x), named.unit), &names().join("; "));
            return Ok((named, (!fits(&named)).then(doubt)));
        }
        let fitting: Vec<&UnitSpec> = self.units.iter().filter(fits).collect();
        match fitting[..] {
            [only] => Ok((only, None)),
            _ => Err(problem(
                &codes::DAT_008,
                format!(
                    "{} fits {} of the declared units",
                    number::plain(x),
                    if fitting.is_empty() { "none" } else { "more than one" }
                ),
                format!("plausible: {}", names().join("; ")),
            )),
        }
    }

    fn date(
        &self,
        raw: RawValue<'_>,
        text: Option<&str>,
        system: DateSystem,
    ) -> Result<(Value, Option<String>), Problem> {
        let partial = self.partial(raw, text, system)?;
        let Some(date) = partial.complete() else {
            return Err(problem(
                &codes::DAT_005,
                format!("{} is not a complete date", raw.shown()),
                "declare `type: partial_date` and impute it by a named derivation",
            ));
        };
        let iso = date.to_string();
        let raw_text = text.filter(|t| *t != iso).map(str::to_owned);
        Ok((Value::Text(iso), raw_text))
    }

    fn date_time(&self, raw: RawValue<'_>, text: Option<&str>, system: DateSystem) -> Result<String, Problem> {
        let partial = self.partial(raw, text, system)?;
        match partial.complete_time() {
            Some(_) => Ok(partial.to_string()),
            None => Err(problem(
                &codes::DAT_005,
                format!("{} is not a date with a time of day", raw.shown()),
                "declare `type: date` or `type: partial_date`",
            )),
        }
    }

    fn partial(&self, raw: RawValue<'_>, text: Option<&str>, system: DateSystem) -> Result<PartialDate, Problem> {
        match raw {
            RawValue::Date(date) => Ok(PartialDate::from(date)),
            RawValue::DateTime(moment) => Ok(PartialDate::from(moment)),
            RawValue::Number(x) if self.serial => {
                #[expect(
                    clippy::cast_possible_truncation,
                    reason = "a serial outside i64 is no date and gives None below"
                )]
                let whole = x.floor() as i64;
                Date::from_excel_serial(whole, system).map(PartialDate::from).ok_or_else(|| {
                    problem(
                        &codes::DAT_005,
                        format!("{} is no serial date", number::plain(x)),
                        "serial dates count days from 1900, or from 1904 where the workbook says so",
                    )
                })
            }
            RawValue::Number(x) => Err(problem(
                &codes::DAT_006,
                format!("the bare number {} stands in a date column", number::plain(x)),
                "declare `serial: true` if the column holds serial dates",
            )),
            _ => text
                .and_then(|text| PartialDate::parse(text).or_else(|| self.formats.iter().find_map(|f| f.read(text))))
                .ok_or_else(|| {
                    problem(
                        &codes::DAT_005,
                        format!("{} is no date of the calendar", raw.shown()),
                        "dates are read as ISO (2021-03-05) and in the layouts listed under `formats`",
                    )
                }),
        }
    }
}

/// A value outside what is plausible.
fn implausible(value: &str, plausible: &str) -> Problem {
    problem(
        &codes::DAT_007,
        format!("{value} is outside the plausible range {plausible}; it is used as it stands"),
        "correct the value in the source, or widen `range` in data.yaml if it is right",
    )
}

/// A number of a column declared whole.
fn whole(x: f64) -> Result<Value, Problem> {
    if x.fract() != 0.0 || x.abs() > 9e15 {
        return Err(problem(
            &codes::DAT_004,
            format!("{} is not a whole number", number::plain(x)),
            "declare `type: decimal` if decimals are meant",
        ));
    }
    #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and below 2^53")]
    Ok(Value::Integer(x as i64))
}

fn time(raw: RawValue<'_>, text: Option<&str>) -> Result<String, Problem> {
    match (raw, text) {
        (RawValue::Time(_), _) => Ok(canonical(raw)),
        (_, Some(text)) if is_time(text) => Ok(text.to_owned()),
        _ => Err(problem(&codes::DAT_005, format!("{} is no time of day", raw.shown()), "times are read as 14:30")),
    }
}

fn is_time(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    (2..=3).contains(&parts.len())
        && parts
            .iter()
            .zip([24u8, 60, 60])
            .all(|(part, limit)| part.len() == 2 && part.parse::<u8>().is_ok_and(|n| n < limit))
}

/// A value as text the way it would be typed.
fn canonical(raw: RawValue<'_>) -> String {
    match raw {
        RawValue::Number(x) => number::plain(x),
        other => other.to_string(),
    }
}

fn decode<'a>(codelist: &'a Codelist, shown: &str) -> Result<&'a String, Problem> {
    let found = codelist.values.get(shown).or_else(|| {
        codelist
            .ignore_case
            .then(|| codelist.values.iter().find(|(raw, _)| raw.eq_ignore_ascii_case(shown)))?
            .map(|(_, c)| c)
    });
    found.ok_or_else(|| {
        problem(
            &codes::DAT_003,
            format!("`{shown}` is not in the codelist"),
            did_you_mean(shown, codelist.values.keys().map(String::as_str)),
        )
    })
}

/// A plain decimal number; no thousands separators, no infinities.
fn parse_number(text: &str) -> Option<f64> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+' | 'e' | 'E'));
    if !plain {
        return None;
    }
    text.parse::<f64>().ok().filter(|x| x.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(kind: VariableType) -> ColumnRule<'static> {
        ColumnRule {
            kind,
            codelist: None,
            units: &[],
            range: None,
            missing: vec!["ND"],
            formats: Vec::new(),
            serial: false,
        }
    }

    fn outcome(rule: &ColumnRule<'_>, raw: RawValue<'_>) -> Result<Value, &'static str> {
        rule.convert(raw, None, DateSystem::Excel1900).map(|c| c.value).map_err(|p| p.code.id)
    }

    #[test]
    fn numbers() {
        let decimal = rule(VariableType::Decimal);
        assert_eq!(outcome(&decimal, RawValue::Number(1.5)), Ok(Value::Real(1.5)));
        assert_eq!(outcome(&decimal, RawValue::Text(" 1.50 ")), Ok(Value::Real(1.5)));
        assert_eq!(outcome(&decimal, RawValue::Text("ND")), Ok(Value::Null));
        assert_eq!(outcome(&decimal, RawValue::Text("6I")), Err("DAT-004"));
        assert_eq!(outcome(&decimal, RawValue::Text("1,5")), Err("DAT-004"));
        assert_eq!(outcome(&decimal, RawValue::Error("#DIV/0!")), Err("DAT-009"));
        let whole = rule(VariableType::Integer);
        assert_eq!(outcome(&whole, RawValue::Number(61.0)), Ok(Value::Integer(61)));
        assert_eq!(outcome(&whole, RawValue::Number(61.5)), Err("DAT-004"));
    }

    #[test]
    fn units_are_told_by_range() {
        let units = [
            UnitSpec { unit: "fraction".into(), range: [0.21, 1.0], factor: 1.0, offset: 0.0 },
            UnitSpec { unit: "percent".into(), range: [21.0, 100.0], factor: 0.01, offset: 0.0 },
        ];
        let rule = ColumnRule { units: &units, ..rule(VariableType::Decimal) };
        assert_eq!(outcome(&rule, RawValue::Number(0.6)), Ok(Value::Real(0.6)));
        assert_eq!(outcome(&rule, RawValue::Number(70.0)), Ok(Value::Real(0.7)));
        assert_eq!(outcome(&rule, RawValue::Number(7.0)), Err("DAT-008"));
    }

    #[test]
    fn an_implausible_value_is_kept_and_doubted() {
        let rule = ColumnRule { range: Some([0.0, 10.0]), ..rule(VariableType::Decimal) };
        let found = rule.convert(RawValue::Number(12.0), None, DateSystem::Excel1900).expect("a number");
        assert_eq!((found.value, found.doubt.map(|p| p.code.id)), (Value::Real(12.0), Some("DAT-007")));
    }

    #[test]
    fn serial_dates_count_from_the_workbooks_own_day() {
        let rule = ColumnRule { serial: true, ..rule(VariableType::Date) };
        // Excel shows serial 42,630 of a 1904 workbook and serial 44,092 of a 1900 one as 2020-09-18.
        for (serial, system) in [(44_092.0, DateSystem::Excel1900), (42_630.0, DateSystem::Excel1904)] {
            let found = rule.convert(RawValue::Number(serial), None, system).expect("a date");
            assert_eq!(found.value, Value::Text("2020-09-18".into()), "{system:?}");
        }
    }

    #[test]
    fn dates() {
        let date = rule(VariableType::Date);
        assert_eq!(outcome(&date, RawValue::Text("2021-02-28")), Ok(Value::Text("2021-02-28".into())));
        assert_eq!(outcome(&date, RawValue::Text("2021-02-30")), Err("DAT-005"));
        assert_eq!(outcome(&date, RawValue::Text("2021-02")), Err("DAT-005"));
        assert_eq!(outcome(&date, RawValue::Number(44000.0)), Err("DAT-006"));
        let partial = rule(VariableType::PartialDate);
        assert_eq!(outcome(&partial, RawValue::Text("2021-02")), Ok(Value::Text("2021-02".into())));
    }
}
