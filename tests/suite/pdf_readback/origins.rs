//! Where digits of the report come from that are no result: judged from the page and from the texts of the study and
//! of the program, never from the classes that the program gave them itself.

use std::collections::{BTreeMap, BTreeSet};

use super::placed::Typed;
use super::sources::{Sources, bare, has_word, spaced};
use super::tables::At;
use super::words::{Page, lines, text_of};

/// Why digits stand where they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A mark on an axis: equal steps in value and in place.
    Axis,
    /// Configuration, manifest, or the words of a method with its options.
    Configured,
    /// `1.` of a list.
    Enumeration,
    /// Lock, run and page at the foot.
    Foot,
    /// A numbered heading or caption, or its line in the contents, whose page is right.
    Heading,
    /// The program's own words.
    Program,
    /// The number of a heading or caption after `Table`, `Section` and the like.
    Reference,
    /// Typed by a person, and listed as such in the trace.
    Typed,
}

/// The report with everything that is needed to judge a word.
pub struct Judge<'p> {
    pages: &'p [Page],
    lines: Vec<Vec<Vec<usize>>>,
    /// Line of each word.
    line_of: BTreeMap<At, usize>,
    /// Entries of the contents without blanks, with their page.
    contents: BTreeMap<String, usize>,
    /// Numbers of sections, tables and figures.
    numbers: BTreeSet<String>,
    study: String,
    program: String,
    foot: String,
    /// Words that the trace lists as typed.
    typed: BTreeSet<At>,
    axes: BTreeSet<At>,
}

impl<'p> Judge<'p> {
    /// `unplaced` are the words with digits that are no result.
    pub fn new(pages: &'p [Page], sources: &Sources, typed: &[Typed], unplaced: &BTreeMap<At, String>) -> Self {
        let lines: Vec<_> = pages.iter().map(lines).collect();
        let mut line_of = BTreeMap::new();
        let mut contents = BTreeMap::new();
        let mut numbers = BTreeSet::new();
        for (page, lines) in lines.iter().enumerate() {
            // The first line of an entry that goes on in the next one.
            let mut begun: Option<String> = None;
            for (index, line) in lines.iter().enumerate() {
                line_of.extend(line.iter().map(|word| ((page, *word), index)));
                let said = text_of(&pages[page], line);
                let Some((title, target)) = entry_of_contents(&said) else {
                    begun = number_of(&said).is_some().then_some(said);
                    continue;
                };
                let title = match (number_of(&title), begun.take()) {
                    (None, Some(begun)) => format!("{begun} {title}"),
                    _ => title,
                };
                numbers.extend(number_of(&title).map(str::to_owned));
                contents.insert(bare(&title), target);
            }
        }
        let mut judge = Self {
            pages,
            lines,
            line_of,
            contents,
            numbers,
            study: spaced(&sources.study),
            program: spaced(&sources.program),
            foot: format!("Lock {} · Run {} Page", sources.lock, sources.run),
            typed: BTreeSet::new(),
            axes: axes(pages, unplaced),
        };
        for one in typed {
            let found = judge.typed_word(one, unplaced);
            judge.typed.extend(found);
        }
        judge
    }

    /// The word that the trace says was typed: on its page or the next, between the words of its context.
    fn typed_word(&self, typed: &Typed, unplaced: &BTreeMap<At, String>) -> Option<At> {
        let context = bare(&typed.context);
        let agrees = |at: &At| {
            let (before, after) = self.beside(*at);
            let (before, text, after) = (bare(before), bare(&typed.text), bare(after));
            // The context may end within a word.
            let says = |said: String| usize::from(context.contains(&said));
            says(format!("{before}{text}")) + says(format!("{text}{after}"))
        };
        let words = unplaced.iter().filter(|(at, text)| {
            (typed.page..=typed.page + 1).contains(&at.0) && **text == typed.text && !self.typed.contains(at)
        });
        let best =
            words.map(|(at, _)| (agrees(at), *at)).max_by_key(|(agrees, at)| (*agrees, std::cmp::Reverse(*at)))?;
        (best.0 > 0).then_some(best.1)
    }

    /// The lines that a person reads, to show what could not be explained.
    pub fn line(&self, at: At) -> String {
        text_of(&self.pages[at.0], &self.lines[at.0][self.line_of[&at]])
    }

    /// Where the digits of a word come from, of which `text` is left without its results.
    pub fn origin(&self, at: At, text: &str) -> Option<Origin> {
        let line = &self.lines[at.0][self.line_of[&at]];
        let said = text_of(&self.pages[at.0], line);
        if self.typed.contains(&at) {
            return Some(Origin::Typed);
        }
        if said.contains(" · Run ") {
            let right = said == format!("{} {} of {}", self.foot, at.0 + 1, self.pages.len());
            return right.then_some(Origin::Foot);
        }
        if self.is_heading(&said) {
            return Some(Origin::Heading);
        }
        let core = text.trim_matches(|c: char| !c.is_alphanumeric());
        let (before, after) = self.beside(at);
        if is_reference(before) && self.numbers.contains(core) {
            return Some(Origin::Reference);
        }
        if self.axes.contains(&at) {
            return Some(Origin::Axis);
        }
        let in_file = self.beside_in_file(at);
        for (before, after) in [(before, after), (&in_file.0, &in_file.1)] {
            if is_said(&self.study, true, text, before, after) || self.is_option(core, before, after) {
                return Some(Origin::Configured);
            }
            if is_said(&self.program, false, text, before, after) {
                return Some(Origin::Program);
            }
        }
        (line.first() == Some(&at.1) && self.is_enumeration(at, text)).then_some(Origin::Enumeration)
    }

    /// Whether a line is a heading or caption of the contents, or an entry of the contents with the right page.
    fn is_heading(&self, said: &str) -> bool {
        if let Some((end, target)) = entry_of_contents(said) {
            let end = bare(&end);
            let is_there = |title: &str| {
                let Some(page) = self.pages.get(target) else { return false };
                // A long heading goes on in the next line.
                let mut lines = self.lines[target].iter().map(|line| bare(&text_of(page, line)));
                lines.any(|line| has_words(&line) && title.starts_with(&line))
            };
            let mut entries = self.contents.iter().filter(|(title, page)| **page == target && title.ends_with(&end));
            return entries.any(|(title, _)| is_there(title));
        }
        let line = bare(said.trim_end_matches("(continued)"));
        (has_words(&line) || said.ends_with("(continued)"))
            && self.contents.keys().any(|title| title.starts_with(&line))
    }

    /// The words before and after, as `pdftotext` orders them: a cell of several lines is read as a whole.
    fn beside_in_file(&self, at: At) -> (String, String) {
        let text = |word: Option<usize>| word.and_then(|word| self.pages[at.0].get(word)).map_or("", |word| &word.text);
        let before = text(at.1.checked_sub(1));
        let before = if before.contains(char::is_alphanumeric) {
            before.to_owned()
        } else {
            format!("{} {before}", text(at.1.checked_sub(2)))
        };
        (before, text(Some(at.1 + 1)).to_owned())
    }

    /// The words before and after, over the ends of lines.
    fn beside(&self, at: At) -> (&str, &str) {
        let page = &self.pages[at.0];
        let lines = &self.lines[at.0];
        let index = self.line_of[&at];
        let line = &lines[index];
        let position = line.iter().position(|word| *word == at.1).expect("a word stands in its line");
        let last_above = || index.checked_sub(1).and_then(|above| lines[above].last());
        let first_below = || lines.get(index + 1).and_then(|below| below.first());
        let before = position.checked_sub(1).map(|p| &line[p]).or_else(last_above);
        let after = line.get(position + 1).or_else(first_below);
        let text = |word: Option<&usize>| word.map_or("", |word| page[*word].text.as_str());
        (text(before), text(after))
    }

    /// What the configuration says in other words than the report.
    fn is_option(&self, core: &str, before: &str, after: &str) -> bool {
        let says = |key: &str| has_word(&self.study, &format!("{key}: {core}"));
        match (before, after) {
            ("Planned", _) => says("planned_number"),
            ("Phase", _) => says("phase"),
            ("randomised", "to") => says("allocation_ratio"),
            ("tracelock", _) => core == env!("CARGO_PKG_VERSION"),
            ("level", _) => says("alpha"),
            ("MedDRA", _) => says("version"),
            ("(value", _) => says("value"),
            ("at", "days") => {
                let times = self.study.split("times: [").skip(1).filter_map(|rest| rest.split(']').next());
                times.flat_map(|times| times.split(", ")).any(|time| time == core)
            }
            (_, "CI" | "CI)" | "CI)," | "confidence" | "%") => {
                let level = core.trim_end_matches('%').parse::<f64>();
                level.is_ok_and(|level| has_word(&self.study, &format!("conf_level: {}", level / 100.0)))
            }
            _ => false,
        }
    }

    /// Whether the line begins with `3.` and one before it with `2.`, or with `1.`.
    fn is_enumeration(&self, at: At, text: &str) -> bool {
        let Some(number) = text.strip_suffix('.').and_then(|number| number.parse::<usize>().ok()) else { return false };
        let begins = |wanted: &str| {
            let above = &self.lines[at.0][..self.line_of[&at]];
            above.iter().any(|line| self.pages[at.0][line[0]].text == wanted)
        };
        number == 1 || (number > 1 && begins(&format!("{}.", number - 1)))
    }
}

/// Title and index of the page of a line such as `14.1 Demographic Data . . . . 23`.
fn entry_of_contents(said: &str) -> Option<(String, usize)> {
    let (title, rest) = said.split_once(" . . ")?;
    let page = rest.rsplit(' ').next()?.trim_start_matches('\u{2060}').parse::<usize>().ok()?;
    Some((title.to_owned(), page.checked_sub(1)?))
}

/// `14.1` of `14.1 Demographic Data`, `Table 14.1.1 …`.
fn number_of(title: &str) -> Option<&str> {
    let rest = ["Table ", "Figure "].iter().find_map(|kind| title.strip_prefix(kind)).unwrap_or(title);
    let number = rest.split(' ').next()?;
    number.starts_with(|c: char| c.is_ascii_digit()).then_some(number)
}

fn is_reference(before: &str) -> bool {
    let before = before.trim_start_matches('(').to_lowercase();
    matches!(before.as_str(), "appendix" | "figure" | "listing" | "section" | "sections" | "table" | "tables")
}

/// Whether a text has the digits together with the word before or after; names and long numbers stand for themselves.
///
/// Only in a text with lists of numbers does `2 3` explain a 3 after a 2.
fn is_said(said: &str, lists: bool, text: &str, before: &str, after: &str) -> bool {
    let is_edge = |c: char| !c.is_alphanumeric();
    let core = spaced(text.trim_matches(is_edge));
    let letters = core.chars().filter(|c| c.is_alphabetic()).count();
    let digits = core.chars().filter(char::is_ascii_digit).count();
    let is_name = core.starts_with(char::is_alphabetic) || letters > 1 || digits > 4;
    if is_name && !core.contains('=') && has_word(said, &core) {
        return true;
    }
    let (before, after, text) = (spaced(before), spaced(after), spaced(text));
    let (begin, end) = (before.trim_start_matches(is_edge), after.trim_end_matches(is_edge));
    let is_beside = |word: &str| word.contains(if lists { char::is_alphanumeric } else { char::is_alphabetic });
    let follows = |text: &str| is_beside(begin) && has_word(said, &format!("{begin} {text}"));
    let precedes = |text: &str| is_beside(end) && has_word(said, &format!("{text} {end}"));
    follows(&core) || follows(&text) || precedes(&core) || precedes(&text)
}

/// Whether a heading says more than its number.
fn has_words(line: &str) -> bool {
    line.chars().filter(|c| c.is_alphabetic()).count() > 3
}

/// Marks of axes: at least five numbers in a row or column of the page, with equal steps in value and in place.
fn axes(pages: &[Page], unplaced: &BTreeMap<At, String>) -> BTreeSet<At> {
    // By page, whether a column, and where the row or column is: words with value and place.
    type Marks = Vec<(At, f64, f64)>;
    let mut rows: BTreeMap<(usize, bool, i64), Marks> = BTreeMap::new();
    for (at, text) in unplaced {
        let word = &pages[at.0][at.1];
        if let Ok(value) = text.parse::<f64>() {
            let tenths = |x: f64| (x * 10.0).round() as i64;
            rows.entry((at.0, false, tenths(word.top))).or_default().push((*at, value, word.centre()));
            rows.entry((at.0, true, tenths(word.right))).or_default().push((*at, value, word.middle()));
        }
    }
    let mut found = BTreeSet::new();
    for mut marks in rows.into_values().filter(|marks| marks.len() >= 5) {
        marks.sort_by(|a, b| a.2.total_cmp(&b.2));
        let even = |steps: Vec<f64>, allowed: f64| steps.iter().all(|step| (step - steps[0]).abs() < allowed);
        let values = marks.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
        let places = marks.windows(2).map(|pair| pair[1].2 - pair[0].2).collect();
        if even(values, 1e-9) && even(places, 0.5) {
            found.extend(marks.into_iter().map(|mark| mark.0));
        }
    }
    found
}
