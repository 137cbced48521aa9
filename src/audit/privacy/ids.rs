//! Subject ids in the spellings that people give them: other separators, no leading zeros, site and number alone.

use std::collections::{BTreeMap, BTreeSet};

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
const NUMBER: [&str; 7] = ["no", "nr", "number", "id", "n", "núm", "número"];

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
        self.spell(&parts, Between::AsWritten, true, letters);
        if letters && length >= UNMISTAKABLE {
            self.spell(&parts, Between::Anything, true, true);
            self.spell(&parts, Between::Tight, false, true);
            self.spell(&joined(&parts), Between::Anything, true, true);
        } else if parts.len() > 2 && length >= UNMISTAKABLE_NUMERIC {
            self.spell(&parts, Between::Tight, false, false);
            self.spell(&joined(&parts), Between::AsWritten, true, false);
        }
        // Site and number alone.
        for from in 1..parts.len().saturating_sub(1) {
            let rest = &parts[from..];
            let digits = |stripped: bool| {
                let length = |part: &Token| if stripped { part.stripped().len() } else { part.text.len() };
                rest.iter().map(length).sum::<usize>()
            };
            if rest.iter().all(|part| part.is_number) && digits(false) >= SHORTEST_NUMERIC_ID {
                self.spell(rest, Between::Hyphen, digits(true) < SHORTEST_NUMERIC_ID, false);
                if digits(false) >= UNMISTAKABLE_NUMERIC {
                    self.spell(&joined(rest), Between::AsWritten, true, false);
                }
            }
        }
        true
    }

    fn spell(&mut self, parts: &[Token], between: Between, zeros: bool, letters: bool) {
        let Some(first) = parts.first() else { return };
        let spelt = |part: &Token| {
            let text = if zeros { &part.text } else { part.stripped() };
            (part.before.clone(), text.to_owned())
        };
        let spelling = Spelling { parts: parts.iter().map(spelt).collect(), between, zeros, letters };
        self.by_start.entry(first.stripped().to_owned()).or_default().insert(spelling);
    }

    /// How many ids stand in a line.
    ///
    /// Words for a subject before a number tell something in running text only, not where markup was left out.
    pub fn count(&self, line: &[Token], is_text: bool) -> usize {
        let stands_at = |at: usize| {
            self.by_start.get(line[at].stripped()).into_iter().flatten().any(|spelling| spelling.fits(line, at))
        };
        (0..line.len()).filter(|at| stands_at(*at) || (is_text && self.is_named(line, *at))).count()
    }

    /// Whether it is the last number of an id after a word for a subject: `subject 1015`, `patient no. 7`.
    fn is_named(&self, line: &[Token], at: usize) -> bool {
        let number = &line[at];
        if !number.is_number
            || at == 0
            || number.before.is_empty()
            || number.before.chars().count() > 3
            || line.get(at + 1).is_some_and(runs_on)
        {
            return false;
        }
        let before = &line[at - 1];
        let is_subject = |token: &Token| SUBJECT.contains(&token.text.as_str());
        if is_subject(before) && number.before.trim_matches([' ', '-', ':']).is_empty() {
            return number.text.len() >= SHORTEST_ID && self.last.contains(&number.text);
        }
        let said = NUMBER.contains(&before.text.as_str()) && at > 1 && is_subject(&line[at - 2]);
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

/// Whether a number goes on with this token: `.5`, `-3`, a letter.
fn runs_on(next: &Token) -> bool {
    next.before.is_empty() || (next.is_number && matches!(next.before.as_str(), "." | "-" | "/" | "_" | ","))
}

impl Spelling {
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
        let within_number =
            !self.letters && (next.is_some_and(runs_on) || (at > 0 && line[at - 1].is_number && runs_on(&found[0])));
        apart && !within_number
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
