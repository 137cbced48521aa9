//! Where every number stands in a file, and what every other digit of the file is.

use std::fmt;
use std::ops::Range;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place};

use super::marks::{Mark, MarkClass, mark_at};
pub use super::placement_files::{place_html, place_svg, place_xml};
use super::template::Rendered;

/// A number of the store in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placement {
    /// File name.
    pub file: String,
    /// Where in the file, see [`Spot`].
    pub place: String,
    /// Result key, or the address of a series value.
    pub key: String,
    /// As printed, before escaping.
    pub text: String,
}

/// What digits that are no number of the store are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DigitClass {
    /// From the configuration or the data.
    Configured,
    /// Numbering, pages, axes, dates of the document, names such as `E3`.
    Structural,
    /// Typed by a person into prose or a template: to be confirmed by a reader.
    Typed,
    /// Of unknown origin: a fault, never empty text.
    Unclassified,
}

impl DigitClass {
    /// The word in the audit database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Structural => "structural",
            Self::Typed => "typed",
            Self::Unclassified => "unclassified",
        }
    }
}

/// Digits that are no number of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitRun {
    /// File name.
    pub file: String,
    /// Where in the file.
    pub place: String,
    /// What they are.
    pub class: DigitClass,
    /// The word that holds the digits.
    pub text: String,
    /// The text around it.
    pub context: String,
}

/// Everything that is known about the digits of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// Numbers of the store.
    pub placements: Vec<Placement>,
    /// All other digits.
    pub digits: Vec<DigitRun>,
}

impl Placed {
    /// Takes over what another part of the same run has.
    pub fn append(&mut self, mut other: Self) {
        self.placements.append(&mut other.placements);
        self.digits.append(&mut other.digits);
    }
}

/// A place in a file, as it is stored and shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Spot {
    /// Page and position in points from the top left corner; `y` is the baseline.
    Page {
        /// One-based.
        page: usize,
        /// From the left edge.
        x: f64,
        /// From the top edge.
        y: f64,
    },
    /// Text equivalent of a figure: not on a page, read by screen readers.
    Alternative,
    /// Element path of an XML file, `/a/b[2]` or `/a/b[2]/@c`.
    Path(String),
    /// Element id of an HTML page or drawing.
    Element(String),
    /// One-based row and column of delimited text.
    Field {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
    },
    /// One-based line and column of a text.
    Line {
        /// Line.
        line: usize,
        /// Column in characters.
        column: usize,
    },
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page { page, x, y } => write!(f, "page {page} x {x:.1} y {y:.1}"),
            Self::Alternative => f.write_str("text equivalent"),
            Self::Path(path) => f.write_str(path),
            Self::Element(id) => write!(f, "#{id}"),
            Self::Field { row, column } => write!(f, "row {row} column {column}"),
            Self::Line { line, column } => write!(f, "line {line} column {column}"),
        }
    }
}

/// Gathers placements and digit runs of one file.
pub(super) struct Placer<'r> {
    file: String,
    rendered: &'r Rendered,
    placed: Placed,
}

impl<'r> Placer<'r> {
    pub fn new(file: &str, rendered: &'r Rendered) -> Self {
        Self { file: file.to_owned(), rendered, placed: Placed::default() }
    }

    pub fn finish(self) -> Placed {
        self.placed
    }

    /// A number of the store at a spot.
    pub fn number(&mut self, mark: &Mark, spot: &Spot) {
        if let MarkClass::Number { key } | MarkClass::Series { address: key } = &mark.class {
            self.placed.placements.push(Placement {
                file: self.file.clone(),
                place: spot.to_string(),
                key: key.to_string(),
                text: mark.text.clone(),
            });
        }
    }

    /// The words of `text` that hold digits, all of one class.
    pub fn digits(&mut self, text: &str, class: Option<DigitClass>, spot: &Spot) {
        for word in words_with_digits(text) {
            let class = class.unwrap_or_else(|| literal_class(text, &word));
            self.placed.digits.push(DigitRun {
                file: self.file.clone(),
                place: spot.to_string(),
                class,
                text: text[word.clone()].to_owned(),
                context: context(text, &word),
            });
        }
    }

    /// A stretch of the clean text that people can read: its numbers, and the class of all other digits.
    pub fn stretch(&mut self, range: Range<usize>, literal: Option<DigitClass>, spot_at: &dyn Fn(usize) -> Spot) {
        let rendered = self.rendered;
        let mut at = range.start;
        while at < range.end {
            let mark = mark_at(&rendered.marks, at);
            // Up to the end of this mark or the begin of the next one, whichever comes first.
            let next = rendered.marks.partition_point(|mark| mark.range.start <= at);
            let limit = rendered.marks.get(next).map_or(range.end, |mark| mark.range.start).min(range.end);
            let end = mark.map_or(limit, |mark| mark.range.end.min(limit)).max(at + 1);
            let end = (end..=range.end).find(|end| rendered.text.is_char_boundary(*end)).unwrap_or(range.end);
            let text = &rendered.text[at..end];
            match mark {
                Some(mark) => match class_of(&mark.class) {
                    None if mark.range.start == at => self.number(mark, &spot_at(at)),
                    None => {}
                    class => self.digits(text, class, &spot_at(at)),
                },
                None if text.contains(char::is_numeric) => {
                    // Literal text is judged with the words around it.
                    self.digits(text, literal, &spot_at(at));
                }
                None => {}
            }
            at = end;
        }
    }
}

/// The class of digits under a mark; `None` for numbers of the store.
pub(super) fn class_of(class: &MarkClass) -> Option<DigitClass> {
    match class {
        MarkClass::Number { .. } | MarkClass::Series { .. } => None,
        MarkClass::Configured => Some(DigitClass::Configured),
        MarkClass::Structural => Some(DigitClass::Structural),
        MarkClass::Typed => Some(DigitClass::Typed),
    }
}

/// Words (between blanks) that hold a digit.
fn words_with_digits(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text.char_indices().chain(std::iter::once((text.len(), ' '))) {
        match (c.is_whitespace() || c == '\u{A0}', start) {
            (false, None) => start = Some(at),
            (true, Some(begin)) => {
                if text[begin..at].contains(char::is_numeric) {
                    words.push(begin..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Digits in a template's own words: numbering and names are structural, anything else was typed.
///
/// Structural are `14.3.1`, names such as `E3`, `E6(R3)`, `A-2a`, and what follows a word such as
/// "Table" or "CONSORT".
pub(super) fn literal_class(text: &str, word: &Range<usize>) -> DigitClass {
    const LEADING: &[&str] = &[
        "Annex", "Appendix", "Arm", "CONSORT", "CSR", "Figure", "ICH", "Item", "Listing", "Page", "PDF", "Section",
        "Step", "Table", "XML",
    ];
    let core = text[word.clone()].trim_matches(|c: char| !c.is_alphanumeric());
    let dotted = core.contains('.')
        && core.split('.').all(|part| !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit()));
    let is_section = dotted && core.split('.').count() > 2;
    let is_name = core.starts_with(|c: char| c.is_alphabetic());
    let before = text[..word.start].trim_end().rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let follows = LEADING
        .iter()
        .any(|lead| before.eq_ignore_ascii_case(lead) || before.eq_ignore_ascii_case(&format!("{lead}s")));
    if is_section || is_name || follows { DigitClass::Structural } else { DigitClass::Typed }
}

fn context(text: &str, word: &Range<usize>) -> String {
    let from = text[..word.start].char_indices().rev().nth(39).map_or(0, |(at, _)| at);
    let to = text[word.end..].char_indices().nth(40).map_or(text.len(), |(at, _)| word.end + at);
    text[from..to].split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Reports digits of unknown origin: there must be none.
pub fn check_digits(placed: &Placed, sink: &mut Diagnostics) {
    for run in placed.digits.iter().filter(|run| run.class == DigitClass::Unclassified) {
        let place = Place::File(run.file.clone());
        let message = format!("digits of unknown origin at {}: `{}` in `{}`", run.place, run.text, run.context);
        sink.error(&codes::RND_003, place, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_digits() {
        for (text, class) in [
            ("Table 14", DigitClass::Structural),
            ("see 14.3.1.", DigitClass::Structural),
            ("ICH E6(R3)", DigitClass::Structural),
            ("CONSORT 2025", DigitClass::Structural),
            ("95% CI", DigitClass::Typed),
            ("12.5 mg", DigitClass::Typed),
            ("in 2025", DigitClass::Typed),
        ] {
            let word = words_with_digits(text).remove(0);
            assert_eq!(literal_class(text, &word), class, "{text}");
        }
    }

    #[test]
    fn unknown_origin_is_an_error() {
        let run = DigitRun {
            file: "f".to_owned(),
            place: "page 1".to_owned(),
            class: DigitClass::Unclassified,
            text: "7".to_owned(),
            context: "7".to_owned(),
        };
        let mut sink = Diagnostics::new();
        check_digits(&Placed { placements: vec![], digits: vec![run] }, &mut sink);
        assert_eq!(sink.errors(), 1);
    }
}
