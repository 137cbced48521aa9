//! Declared date formats such as `dd-mmm-yyyy`, read with unknown parts (`UN-MAR-2021`).

use super::calendar::digits;
use super::partial::{PartialDate, PartialTime};

/// How a column writes its dates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat {
    tokens: Vec<Token>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Year,
    MonthNumber,
    MonthName,
    Day,
    Hour,
    Minute,
    Second,
    Literal(char),
}

/// English month names, as SAS and clinical databases write them.
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// What stands for an unknown day, month or time.
const UNKNOWN: [&str; 9] = ["UN", "UNK", "UK", "NK", "XX", "XXX", "??", "--", "---"];

impl DateFormat {
    /// Reads a declaration: `yyyy`, `mm`, `mmm` (month name), `dd`, `hh`, `ss`, other characters
    /// as they are; `mm` after `hh` is minutes. Case does not matter.
    ///
    /// # Errors
    /// A sentence that says what is wrong with the declaration.
    pub fn parse(declaration: &str) -> Result<Self, String> {
        let lower: Vec<char> = declaration.to_lowercase().chars().collect();
        let mut tokens = Vec::new();
        let mut at = 0;
        while at < lower.len() {
            let letter = lower[at];
            let length = lower[at..].iter().take_while(|c| **c == letter).count();
            let after_hour = tokens.contains(&Token::Hour);
            let token = match (letter, length) {
                ('y', 4) => Token::Year,
                ('y', _) => {
                    return Err(format!(
                        "the year of `{declaration}` must be written `yyyy`: two digits do not tell the century"
                    ));
                }
                ('m', 1 | 2) if after_hour => Token::Minute,
                ('m', 1 | 2) => Token::MonthNumber,
                ('m', 3) => Token::MonthName,
                ('d', 1 | 2) => Token::Day,
                ('h', 1 | 2) => Token::Hour,
                ('s', 1 | 2) => Token::Second,
                // `2021-03-05T10:20`: a lone letter between date and time.
                ('t', 1) => Token::Literal('t'),
                (c, _) if c.is_alphabetic() => {
                    return Err(format!("`{declaration}` is no date format: use yyyy, mm, mmm, dd, hh, mm, ss"));
                }
                (c, _) => {
                    tokens.push(Token::Literal(c));
                    at += 1;
                    continue;
                }
            };
            if tokens.contains(&token) {
                return Err(format!("`{declaration}` names a part of the date twice"));
            }
            tokens.push(token);
            at += length;
        }
        if !tokens.contains(&Token::Year) {
            return Err(format!("`{declaration}` has no year (`yyyy`)"));
        }
        if tokens.contains(&Token::MonthName) && tokens.contains(&Token::MonthNumber) {
            return Err(format!("`{declaration}` names a part of the date twice"));
        }
        Ok(Self { tokens })
    }

    /// The date `text` writes in this format, `None` where it does not fit or no such day exists.
    ///
    /// `UN`, `UNK`, `UK`, `NK`, `XX`, `??` and dashes stand for an unknown day, month or time.
    /// Days and months may have one digit where a separator follows.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<PartialDate> {
        let text: Vec<char> = text.to_uppercase().chars().collect();
        let mut at = 0;
        let (mut year, mut month, mut day) = (None, None, None);
        let (mut hour, mut minute, mut second) = (None, None, None);
        for (index, token) in self.tokens.iter().enumerate() {
            if let Token::Literal(expected) = token {
                if text.get(at)?.to_lowercase().next() != Some(*expected) {
                    return None;
                }
                at += 1;
                continue;
            }
            // A part ends where the next literal begins; without one its width is fixed.
            let field: String = match self.tokens.get(index + 1) {
                Some(Token::Literal(literal)) => {
                    let rest = &text[at.min(text.len())..];
                    let is_end = |c: &char| c.to_lowercase().next() == Some(*literal);
                    // `--` may stand for the unknown part of `dd-mmm-yyyy`.
                    let dashes = if *literal == '-' { rest.iter().take_while(|c| **c == '-').count() } else { 0 };
                    let length = if dashes > 2 { dashes - 1 } else { rest.iter().position(is_end)? };
                    rest[..length].iter().collect()
                }
                Some(_) => text.get(at..at + width(token))?.iter().collect(),
                None => text.get(at..)?.iter().collect(),
            };
            at += field.chars().count();
            let number =
                |low: usize| (low..=width(token)).contains(&field.len()).then(|| digits(field.as_bytes())).flatten();
            let unknown = UNKNOWN.contains(&field.as_str());
            match token {
                Token::Year => year = Some(number(4)?),
                _ if unknown => {}
                Token::MonthName => {
                    let place = MONTHS.iter().position(|name| *name == field)?;
                    month = Some(place as u8 + 1);
                }
                Token::MonthNumber => month = Some(number(1)? as u8),
                Token::Day => day = Some(number(1)? as u8),
                Token::Hour => hour = Some(number(1)? as u8),
                Token::Minute => minute = Some(number(2)? as u8),
                Token::Second => second = Some(number(2)?),
                Token::Literal(_) => {}
            }
        }
        if at != text.len() || (hour.is_none() && minute.is_some()) || (minute.is_none() && second.is_some()) {
            return None;
        }
        let time = hour.map(|hour| PartialTime { hour, minute, milliseconds: second.map(|s: u16| s * 1000) });
        PartialDate::new(year?, month, day, time)
    }
}

/// Characters a part takes where no separator follows.
fn width(token: &Token) -> usize {
    match token {
        Token::Year => 4,
        Token::MonthName => 3,
        _ => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_formats() {
        for (format, text, expected) in [
            ("dd.mm.yyyy", "05.03.2021", Some("2021-03-05")),
            ("dd.mm.yyyy", "5.3.2021", Some("2021-03-05")),
            ("dd.mm.yyyy", "05.03.21", None),
            ("dd.mm.yyyy", "31.02.2021", None),
            ("dd.mm.yyyy", "UN.03.2021", Some("2021-03")),
            ("mm/dd/yyyy", "3/5/2021", Some("2021-03-05")),
            ("mm/dd/yyyy", "13/05/2021", None),
            ("dd-mmm-yyyy", "05-MAR-2021", Some("2021-03-05")),
            ("dd-mmm-yyyy", "5-Mar-2021", Some("2021-03-05")),
            ("dd-mmm-yyyy", "UN-MAR-2021", Some("2021-03")),
            ("dd-mmm-yyyy", "UN-UNK-2021", Some("2021")),
            ("dd-mmm-yyyy", "-----2021", None),
            ("dd-mmm-yyyy", "---MAR-2021", Some("2021-03")),
            ("dd-mmm-yyyy", "05-UNK-2021", Some("2021---05")),
            ("dd-mmm-yyyy", "UN-UNK-UNK", None),
            ("dd-mmm-yyyy", "05-MAR-2021 ", None),
            ("dd-mmm-yyyy", "05-MRZ-2021", None),
            ("ddmmmyyyy", "05MAR2021", Some("2021-03-05")),
            ("ddmmmyyyy", "5MAR2021", None),
            ("yyyymmdd", "20210305", Some("2021-03-05")),
            ("yyyy", "2021", Some("2021")),
            ("dd mmm yyyy", "05 mar 2021", Some("2021-03-05")),
            ("yyyy-mm-ddThh:mm", "2021-03-05T10:20", Some("2021-03-05T10:20")),
            ("dd.mm.yyyy hh:mm:ss", "05.03.2021 9:07:30", Some("2021-03-05T09:07:30")),
            ("dd.mm.yyyy hh:mm", "05.03.2021 UN:UN", Some("2021-03-05")),
            ("dd.mm.yyyy hh:mm", "05.03.2021 25:00", None),
        ] {
            let read = DateFormat::parse(format).expect(format).read(text);
            assert_eq!(read.map(|d| d.to_string()).as_deref(), expected, "{format} {text}");
        }
    }

    #[test]
    fn what_is_no_format() {
        for format in
            ["dd.mm.yy", "dd.mm", "dd.dd.yyyy", "dd.mm.yyyyy", "tt.mm.jjjj", "dd.mmmm.yyyy", "mm.mmm.yyyy", ""]
        {
            assert!(DateFormat::parse(format).is_err(), "{format}");
        }
    }
}
