//! Marks: which stretches of a rendered text are numbers from the store, configured, structural or typed.
//!
//! While a template runs, marks travel inside its text as private-use characters of plane 16, which no
//! font and no registry uses; one pass at the end takes them out and leaves byte ranges of clean text.

use std::ops::Range;

use crate::results::ResultKey;

const OPEN: char = '\u{10FFF0}';
const ORIGIN: char = '\u{10FFF1}';
const MIDDLE: char = '\u{10FFF2}';
const CLOSE: char = '\u{10FFF3}';
const NIBBLE: u32 = 0x10_FFE0;

/// Where a stretch of text comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MarkClass {
    /// A number of the results store.
    Number {
        /// Its address.
        key: ResultKey,
    },
    /// A number of a stored series, such as a number at risk under a curve.
    Series {
        /// `analysis:kind.column[arm=group,time=abscissa]`.
        address: ResultKey,
    },
    /// Text of the configuration that holds digits.
    Configured,
    /// Section, table, page and axis numbers, dates of the document: the program's own order.
    Structural,
    /// Digits that a person typed into prose.
    Typed,
}

/// A stretch of clean text and its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the clean text; `text[range]` is what was printed, escaped for the target.
    pub range: Range<usize>,
    /// What it is.
    pub class: MarkClass,
    /// What was printed, before escaping.
    pub text: String,
}

/// Where a stretch of clean text stands in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OriginMark {
    /// First byte of the clean text.
    pub at: usize,
    /// Index of the template, as given to the stripper's caller.
    pub template: usize,
    /// One-based line.
    pub line: usize,
    /// One-based column in characters.
    pub column: usize,
}

/// What a run of a template notes about the marks it writes.
#[derive(Clone, Debug, Default)]
pub struct MarkList {
    marks: Vec<(MarkClass, String)>,
    origins: Vec<(usize, usize, usize)>,
}

impl MarkList {
    /// `escaped`, wrapped in a mark of `class` that remembers `text`.
    pub fn wrap(&mut self, class: MarkClass, text: &str, escaped: &str) -> String {
        let mut out = String::with_capacity(escaped.len() + 24);
        out.push(OPEN);
        push_index(&mut out, self.marks.len());
        out.push(MIDDLE);
        out.push_str(escaped);
        out.push(CLOSE);
        self.marks.push((class, text.to_owned()));
        out
    }

    /// Characters that say "the text from here on stands at this place of that template".
    pub fn origin(&mut self, template: usize, line: usize, column: usize) -> String {
        let mut out = String::new();
        out.push(ORIGIN);
        push_index(&mut out, self.origins.len());
        out.push(MIDDLE);
        self.origins.push((template, line, column));
        out
    }

    /// Takes the marks out of `raw`: clean text, marks by start, origins by place.
    #[must_use]
    pub fn strip(&self, raw: &str) -> (String, Vec<Mark>, Vec<OriginMark>) {
        let mut clean = String::with_capacity(raw.len());
        let mut marks = Vec::new();
        let mut origins = Vec::new();
        let mut open: Vec<(usize, usize)> = Vec::new();
        let mut chars = raw.chars();
        while let Some(c) = chars.next() {
            match c {
                OPEN => open.push((read_index(&mut chars), clean.len())),
                ORIGIN => {
                    if let Some((template, line, column)) = self.origins.get(read_index(&mut chars)) {
                        origins.push(OriginMark { at: clean.len(), template: *template, line: *line, column: *column });
                    }
                }
                CLOSE => {
                    let noted = open.pop().and_then(|(index, start)| self.marks.get(index).map(|noted| (noted, start)));
                    if let Some(((class, text), start)) = noted {
                        marks.push(Mark { range: start..clean.len(), class: class.clone(), text: text.clone() });
                    }
                }
                _ => clean.push(c),
            }
        }
        marks.sort_by(|a, b| a.range.start.cmp(&b.range.start).then(b.range.end.cmp(&a.range.end)));
        (clean, marks, origins)
    }
}

/// `text` without the characters that marks are made of; they become U+FFFD.
#[must_use]
pub fn without_mark_characters(text: &str) -> String {
    if text.contains(is_mark_character) { text.replace(is_mark_character, "\u{FFFD}") } else { text.to_owned() }
}

fn is_mark_character(c: char) -> bool {
    (NIBBLE..=u32::from(CLOSE)).contains(&u32::from(c))
}

fn push_index(out: &mut String, index: usize) {
    let mut shift = usize::BITS - index.leading_zeros().min(usize::BITS - 1);
    shift = shift.div_ceil(4) * 4;
    while shift > 0 {
        shift -= 4;
        let nibble = u32::try_from((index >> shift) & 0xF).unwrap_or(0);
        out.extend(char::from_u32(NIBBLE + nibble));
    }
}

fn read_index(chars: &mut std::str::Chars<'_>) -> usize {
    let mut index = 0;
    for c in chars.by_ref() {
        if c == MIDDLE {
            break;
        }
        index = (index << 4) | (u32::from(c).wrapping_sub(NIBBLE) & 0xF) as usize;
    }
    index
}

/// The innermost mark that holds byte `at`; `marks` sorted by start.
#[must_use]
pub fn mark_at(marks: &[Mark], at: usize) -> Option<&Mark> {
    let after = marks.partition_point(|mark| mark.range.start <= at);
    // Marks nest at most a few deep and siblings do not overlap: a look at the last few decides.
    marks[..after].iter().rev().take(8).find(|mark| mark.range.contains(&at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_leave_clean_text_and_ranges() {
        let mut list = MarkList::default();
        let mut raw = String::new();
        let mut expected = String::new();
        for n in 0..300 {
            raw.push_str(&list.origin(0, n + 1, 1));
            raw.push_str("ä ");
            raw.push_str(&list.wrap(MarkClass::Configured, &n.to_string(), &format!("<{n}>")));
            expected.push_str(&format!("ä <{n}>"));
        }
        let (clean, marks, origins) = list.strip(&raw);
        assert_eq!(clean, expected);
        assert_eq!((marks.len(), origins.len()), (300, 300));
        for (n, mark) in marks.iter().enumerate() {
            assert_eq!(&clean[mark.range.clone()], format!("<{n}>"));
            assert_eq!(mark.text, n.to_string());
            assert_eq!(origins[n].line, n + 1);
        }
        assert_eq!(mark_at(&marks, marks[7].range.start), Some(&marks[7]));
        assert_eq!(mark_at(&marks, marks[7].range.end), None);
    }

    #[test]
    fn nested_marks_close_in_order() {
        let mut list = MarkList::default();
        let inner = list.wrap(MarkClass::Structural, "1", "1");
        let raw = list.wrap(MarkClass::Typed, "a1b", &format!("a{inner}b"));
        let (clean, marks, _) = list.strip(&raw);
        assert_eq!(clean, "a1b");
        assert_eq!(mark_at(&marks, 1).map(|m| &m.class), Some(&MarkClass::Structural));
        assert_eq!(mark_at(&marks, 0).map(|m| &m.class), Some(&MarkClass::Typed));
    }

    #[test]
    fn user_text_cannot_forge_a_mark() {
        assert_eq!(without_mark_characters("a\u{10FFF0}\u{10FFE3}b"), "a\u{FFFD}\u{FFFD}b");
    }
}
