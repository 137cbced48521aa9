//! Subject ids in the spellings that people give them: other separators, no leading zeros, site and number alone.

use std::collections::{BTreeMap, BTreeSet};

use super::readings::Kind;
use super::tokens::{Token, tokens};

/// Shorter ids, and shorter ids of digits only, cannot be told from counts.
const SHORTEST_ID: usize = 3;
const SHORTEST_NUMERIC_ID: usize = 5;
/// From so many letters and digits an id is known whatever stands between its parts.
const UNMISTAKABLE: usize = 6;
/// From so many digits an id of digits only is known without its hyphens.
const UNMISTAKABLE_NUMERIC: usize = 7;

/// Words before the number of a subject.
const SUBJECT: [&str; 6] = ["subject", "patient", "participant", "sujeto", "paciente", "participante"];
/// Words between such a word and its number.
const NUMBER: [&str; 8] = ["no", "nr", "number", "id", "n", "º", "núm", "número"];

/// What may stand between the parts of an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Between {
    /// What the id has there.
    AsWritten,
    /// A hyphen, a slash or an underscore.
    Hyphen,
    /// A hyphen, a slash, an underscore or a full stop.
    Tight,
    /// Up to three characters that are no words.
    Anything,
}

/// One spelling of an id.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Spelling {
    /// Its words and numbers with what the id has before each.
    parts: Vec<(String, String)>,
    between: Between,
    /// Whether zeros in front of numbers count.
    zeros: bool,
    /// Whether it has letters; numbers alone must not be part of a longer number.
    letters: bool,
    /// Whether it is the rest of an id, which must not be part of another one.
    rest: bool,
}

/// Ids in all their spellings.
#[derive(Default)]
pub(super) struct Ids {
    /// By the first word or number, zeros taken off.
    by_start: BTreeMap<String, BTreeSet<Spelling>>,
    /// Last numbers of the ids, as written.
    last: BTreeSet<String>,
}

impl Ids {
    /// Adds an id; `false` where it is too short to be searched for.
    pub fn add(&mut self, id: &str) -> bool {
        let (parts, after) = tokens(id.trim());
        if let Some(last) = parts.last().filter(|last| last.is_number) {
            self.last.insert(last.text.clone());
        }
        let letters = parts.iter().any(|part| !part.is_number);
        let length: usize = parts.iter().map(|part| part.text.chars().count()).sum();
        let whole: usize = length + parts.iter().map(|part| part.before.chars().count()).sum::<usize>() + after.len();
        let bare_number = parts.len() == 1 && !letters;
        if parts.is_empty() || whole < SHORTEST_ID || (bare_number && length < SHORTEST_NUMERIC_ID) {
            return false;
        }
        self.spell(&parts, Between::AsWritten, true, (letters, false));
        if letters && length >= UNMISTAKABLE {
            self.spell(&parts, Between::Anything, true, (true, false));
            self.spell(&parts, Between::Tight, false, (true, false));
            self.spell(&joined(&parts), Between::Anything, true, (true, false));
        } else if parts.len() > 2 && length >= UNMISTAKABLE_NUMERIC {
            self.spell(&parts, Between::Tight, false, (false, false));
            self.spell(&joined(&parts), Between::AsWritten, true, (false, false));
        }
        // Site and number alone.
        for from in 1..parts.len().saturating_sub(1) {
            let rest = &parts[from..];
            let digits = |stripped: bool| {
                let length = |part: &Token| if stripped { part.stripped().len() } else { part.text.len() };
                rest.iter().map(length).sum::<usize>()
            };
            if rest.iter().all(|part| part.is_number) && digits(false) >= SHORTEST_NUMERIC_ID {
                self.spell(rest, Between::Hyphen, digits(true) < SHORTEST_NUMERIC_ID, (false, true));
                if digits(false) >= UNMISTAKABLE_NUMERIC {
                    self.spell(&joined(rest), Between::AsWritten, true, (false, true));
                }
            }
        }
        true
    }

    fn spell(&mut self, parts: &[Token], between: Between, zeros: bool, (letters, rest): (bool, bool)) {
        let Some(first) = parts.first() else { return };
        let spelt = |part: &Token| {
            let text = if zeros { &part.text } else { part.stripped() };
            (part.before.clone(), text.to_owned())
        };
        let spelling = Spelling { parts: parts.iter().map(spelt).collect(), between, zeros, letters, rest };
        self.by_start.entry(first.stripped().to_owned()).or_default().insert(spelling);
    }

    /// How many ids stand in a line.
    pub fn count(&self, line: &[Token], kind: Kind) -> usize {
        let (mut at, mut found) = (0, 0);
        while at < line.len() {
            let spellings = self.by_start.get(line[at].stripped()).into_iter().flatten();
            let longest = spellings
                .filter(|spelling| spelling.is_safe(kind) && spelling.fits(line, at))
                .map(|spelling| spelling.parts.len())
                .max();
            let named = (kind != Kind::Apart && self.is_named(line, at)).then_some(1);
            found += usize::from(longest.or(named).is_some());
            at += longest.or(named).unwrap_or(1);
        }
        found
    }

    /// Whether it is the last number of an id after a word for a subject: `subject 1015`, `patient no. 7`.
    fn is_named(&self, line: &[Token], at: usize) -> bool {
        let number = &line[at];
        if !number.is_number
            || at == 0
            || number.before.is_empty()
            || number.before.chars().count() > 3
            || line.get(at + 1).is_some_and(|next| next.before.is_empty() || is_decimal(&line[at], next))
        {
            return false;
        }
        let before = &line[at - 1];
        let is_subject = |token: &Token| SUBJECT.contains(&token.text.as_str());
        if is_subject(before) && number.before.trim_matches([' ', '-', ':']).is_empty() {
            return number.text.len() >= SHORTEST_ID && self.last.contains(&number.text);
        }
        let words = line[..at].iter().rev().take_while(|token| NUMBER.contains(&token.text.as_str())).count();
        let said = words > 0 && words < at && is_subject(&line[at - 1 - words]);
        let hash = is_subject(before) && number.before.contains('#');
        (said || hash) && self.last.iter().any(|last| last.trim_start_matches('0') == number.stripped())
    }
}

/// The same id with its numbers written as one.
fn joined(parts: &[Token]) -> Vec<Token> {
    let mut found: Vec<Token> = Vec::new();
    for part in parts {
        match found.last_mut().filter(|last| last.is_number && part.is_number) {
            Some(last) => last.text.push_str(&part.text),
            None => found.push(Token { before: String::new(), ..part.clone() }),
        }
    }
    found
}

/// Whether two tokens are the halves of one number: `10034.5`.
fn is_decimal(before: &Token, after: &Token) -> bool {
    before.is_number && after.is_number && after.before == "."
}

/// Whether a token hangs on the one before: `2020-701`.
fn hangs(token: &Token) -> bool {
    matches!(token.before.as_str(), "-" | "/" | "_")
}

impl Spelling {
    /// One number alone tells nothing where numbers that stand apart were joined.
    fn is_safe(&self, kind: Kind) -> bool {
        kind != Kind::Joined || self.letters || self.parts.len() > 1
    }

    fn fits(&self, line: &[Token], at: usize) -> bool {
        let Some(found) = line.get(at..at + self.parts.len()) else { return false };
        let texts = |token: &Token, text: &String| {
            if self.zeros { token.text == *text } else { token.stripped() == text.as_str() }
        };
        let gaps = |at: usize, token: &Token, wanted: &str| at == 0 || self.between.allows(&token.before, wanted);
        let same = found.iter().zip(&self.parts).enumerate();
        if !same.into_iter().all(|(at, (token, (before, text)))| texts(token, text) && gaps(at, token, before)) {
            return false;
        }
        let next = line.get(at + self.parts.len());
        // A letter or digit right before or after makes another word of it.
        let apart = (at == 0 || !found[0].before.is_empty()) && next.is_none_or(|next| !next.before.is_empty());
        let (last, before) = (&found[found.len() - 1], at.checked_sub(1).map(|at| &line[at]));
        let decimal = !self.letters
            && (next.is_some_and(|next| is_decimal(last, next))
                || before.is_some_and(|before| is_decimal(before, &found[0])));
        let part_of_more = self.rest && (next.is_some_and(hangs) || (before.is_some() && hangs(&found[0])));
        apart && !decimal && !part_of_more
    }
}

impl Between {
    fn allows(self, found: &str, wanted: &str) -> bool {
        match self {
            Self::AsWritten => found == wanted,
            Self::Hyphen => matches!(found, "-" | "/" | "_"),
            Self::Tight => matches!(found, "" | "-" | "/" | "_" | "."),
            Self::Anything => found.chars().count() <= 3,
        }
    }
}
