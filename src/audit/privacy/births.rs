//! Dates of birth in the ways in which people write a complete date.

use std::collections::BTreeSet;

use crate::base::date::{Date, MONTH_NAMES};

use super::tokens::Token;

/// The months in Spanish, the other language of the documents.
const SPANISH: [&str; 12] = [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
];
/// Words between the parts of a date.
const FILL: [&str; 8] = ["de", "del", "of", "the", "st", "nd", "rd", "th"];
/// Most characters between two parts.
const WIDEST: usize = 2;

/// Dates of birth: year, month, day.
#[derive(Default)]
pub(super) struct Births(BTreeSet<(u32, u32, u32)>);

/// A part of a date.
#[derive(Clone, Copy)]
enum Part {
    Number(u32, usize),
    Month(u32),
}

impl Births {
    pub fn add(&mut self, date: Date) {
        let year = u32::from(date.year());
        self.0.insert((year, u32::from(date.month()), u32::from(date.day())));
    }

    /// How many dates of birth stand in a line.
    pub fn count(&self, line: &[Token]) -> usize {
        if self.0.is_empty() || !line.iter().any(|token| token.is_number) {
            return 0;
        }
        (0..line.len()).filter(|at| self.compact(&line[*at]) || self.spelt(&line[*at..])).count()
    }

    fn is(&self, year: u32, month: u32, day: u32) -> bool {
        self.0.contains(&(year, month, day))
    }

    /// `19510305`, `05031951`, `03051951`.
    fn compact(&self, token: &Token) -> bool {
        if !token.is_number || token.text.len() != 8 {
            return false;
        }
        let number = |range: std::ops::Range<usize>| token.text[range].parse().unwrap_or(0);
        self.is(number(0..4), number(4..6), number(6..8))
            || self.is(number(4..8), number(2..4), number(0..2))
            || self.is(number(4..8), number(0..2), number(2..4))
    }

    /// Day, month and year in any usual order, the month as a number or a name.
    fn spelt(&self, line: &[Token]) -> bool {
        let mut parts = Vec::new();
        let mut gaps = Vec::new();
        for (at, token) in line.iter().enumerate() {
            if at > 0
                && (token.before.chars().count() > WIDEST || token.before.contains([':', ';', '(', ')', '<', '>']))
            {
                break;
            }
            if at > 0 && FILL.contains(&token.text.as_str()) {
                continue;
            }
            let Some(part) = part(token) else { break };
            if at > 0 {
                gaps.push(token.before.as_str());
            }
            parts.push(part);
            if parts.len() == 3 {
                break;
            }
        }
        match *parts {
            [Part::Number(year, 4), Part::Month(month), Part::Number(day, _)]
            | [Part::Number(day, _), Part::Month(month), Part::Number(year, _)]
            | [Part::Month(month), Part::Number(day, _), Part::Number(year, _)] => self.is(year, month, day),
            [Part::Number(a, long), Part::Number(b, _), Part::Number(c, short)] => {
                let separated = gaps[0] == gaps[1] && matches!(gaps[0], "-" | "/" | "." | " ");
                separated && self.numbers([a, b, c], long == 4, short)
            }
            _ => false,
        }
    }

    fn numbers(&self, [a, b, c]: [u32; 3], year_first: bool, last_digits: usize) -> bool {
        match (year_first, last_digits) {
            (true, _) => self.is(a, b, c) || self.is(a, c, b),
            (false, 4) => self.is(c, b, a) || self.is(c, a, b),
            _ => false,
        }
    }
}

fn part(token: &Token) -> Option<Part> {
    if token.is_number {
        return token.text.parse().ok().map(|number| Part::Number(number, token.text.len()));
    }
    let text = token.text.as_bytes();
    // A name or its first three or four letters; compared without a copy, as this is asked of every word.
    let is_name = |name: &&str| {
        let name = name.as_bytes();
        let may_be = text.len() == name.len() || text.len() < name.len() && matches!(text.len(), 3 | 4);
        may_be && name[..text.len()].eq_ignore_ascii_case(text)
    };
    let position = |names: &[&str]| names.iter().position(is_name);
    let at = position(&MONTH_NAMES).or_else(|| position(&SPANISH))?;
    u32::try_from(at + 1).ok().map(Part::Month)
}

#[cfg(test)]
mod tests {
    use super::super::tokens::tokens;
    use super::*;

    #[test]
    fn dates_are_known_in_every_spelling() {
        let mut births = Births::default();
        births.add(Date::parse("1950-03-12").expect("a date"));
        for text in [
            "1950-03-12",
            "1950-03-12T08:00:00",
            "1950/03/12",
            "12 MAR 1950",
            "12-Mar-1950",
            "12MAR1950",
            "12 March 1950",
            "March 12, 1950",
            "12th of March 1950",
            "March 12th, 1950",
            "12/03/1950",
            "3/12/1950",
            "12.3.1950",
            "12.03.1950",
            "12 03 1950",
            "19500312",
            "12031950",
            "12 de marzo de 1950",
            "12 mar. 1950",
            "born on 12 March 1950, he",
        ] {
            assert_eq!(births.count(&tokens(text).0), 1, "{text}");
        }
        for text in ["1950-03-13", "2050-03-12", "12 of 1950", "12, 3, 1950 mg", "3.12.19", "121950", "12 May 1950"] {
            assert_eq!(births.count(&tokens(text).0), 0, "{text}");
        }
    }
}
