//! Building blocks of the summaries: tables of names and values, numbers with their percentages, words of a register.

use crate::report::registry::document::{Block, Content, Piece, Section, fixed, words, words_of};
use crate::report::registry::{Contact, EmaTerm, Figure, Term, Text};
use crate::results::{ResultValue, Role};
use crate::spec::registry_terms::Dialect;

use super::{Source, Summary};

/// What the modules compose with.
pub(super) struct Build<'b> {
    pub summary: Summary,
    pub source: Source<'b>,
}

/// A module of the register, or a part of one.
pub(super) fn section(level: u8, heading: Content, blocks: Vec<Block>) -> Section {
    Section { element: None, level, heading, blocks }
}

/// A part with fixed words above it, where it has content.
pub(super) fn part(heading: &str, blocks: Vec<Block>) -> Option<Section> {
    (!blocks.is_empty()).then(|| section(3, fixed(heading), blocks))
}

/// Pieces of a cell in a row.
pub(super) fn joined(parts: impl IntoIterator<Item = Content>) -> Content {
    parts.into_iter().flatten().collect()
}

impl<'b> Build<'b> {
    /// What the register has: EudraCT's, or that of ClinicalTrials.gov.
    pub fn pick<T>(&self, eudract: T, ctgov: T) -> T {
        match self.summary {
            Summary::Eudract => eudract,
            Summary::Ctgov => ctgov,
        }
    }

    pub fn is_ctgov(&self) -> bool {
        self.summary == Summary::Ctgov
    }

    /// The register's word for a term; what a file said that no list has is said again.
    pub fn term(&self, list: &str, term: &Term) -> String {
        match term {
            Term::Listed(id) => {
                let dialect = self.pick(Dialect::Eudract, Dialect::Prs);
                self.source.terms.shown(list, id, dialect).map_or_else(|| id.replace('_', " "), str::to_owned)
            }
            Term::Unlisted(words) => words.clone(),
        }
    }

    /// Whether the register has a word of its own for a term; for others it asks for words.
    pub fn has_word(&self, list: &str, term: &Term) -> bool {
        let dialect = self.pick(Dialect::Eudract, Dialect::Prs);
        matches!(term, Term::Listed(id) if id != "other" && self.source.terms.word(list, id, dialect).is_some())
    }

    /// A number; nothing where there is none, the reason beside it where it is not estimable.
    pub fn number(&self, figure: Option<&Figure>) -> Content {
        let Some(figure) = figure else { return Content::new() };
        let mut content = vec![Piece::Figure(figure.clone())];
        let value = figure.key().and_then(|key| self.source.store.get(key)).map(|result| &result.value);
        if let Some(ResultValue::NotEstimable(reason)) = value {
            content.extend(words(&format!(" ({reason})")));
        }
        content
    }

    /// The percentage that a count is of a total, where the run has one: nothing is computed here.
    fn percentage(&self, count: &Figure, total: &Figure) -> Option<Figure> {
        let store = self.source.store;
        let key = count.key()?.statistic("pct");
        let result = store.get(&key)?;
        result.value.as_f64()?;
        let inputs = &store.lineage(result.lineage).inputs;
        let (_, of) = inputs.iter().find(|(role, _)| *role == Role::Denominator)?;
        (store.number(of)? == store.number(total.key()?)?).then_some(Figure::Result(key))
    }

    /// ` (30.0%)`, where the run has it.
    pub fn percent_of(&self, count: Option<&Figure>, total: Option<&Figure>) -> Content {
        let Some(percentage) = count.zip(total).and_then(|(count, total)| self.percentage(count, total)) else {
            return Content::new();
        };
        joined([fixed(" ("), vec![Piece::Figure(percentage)], fixed("%)")])
    }

    /// `2 / 20 (10.0%)`.
    pub fn share(&self, count: Option<&Figure>, total: Option<&Figure>) -> Content {
        if count.is_none() {
            return Content::new();
        }
        joined([self.number(count), fixed(" / "), self.number(total), self.percent_of(count, total)])
    }

    /// Title of a group: its own, or that of the arm or analysis set it stands for.
    pub fn group_title(&self, own: Option<&Text>, arm: Option<usize>, set: Option<usize>) -> Content {
        let record = self.source.record;
        let arm = || record.flow.groups.get(arm?).map(|group| &group.title);
        let set = || record.analysis_sets.get(set?).map(|set| &set.title);
        own.or_else(arm).or_else(set).map_or_else(|| fixed("Group"), words_of)
    }

    /// The groups of a module with their descriptions. Groups that are those of the flow, word for word, are not said
    /// again: both registers do, on a page of their own each.
    pub fn groups<'g>(&self, of: impl Iterator<Item = (&'g Text, Option<&'g Text>, Option<usize>)>) -> Vec<Block> {
        let flow = &self.source.record.flow.groups;
        let is_known = |title: &Text, description: Option<&Text>, at: Option<usize>| {
            let of_flow = at.and_then(|at| flow.get(at));
            of_flow.is_some_and(|group| group.title == *title && group.description.as_ref() == description)
        };
        let mut rows = Vec::new();
        for (title, description, at) in of {
            if !is_known(title, description, at) {
                rows.push(vec![words_of(title), description.map_or_else(Content::new, words_of)]);
            }
        }
        if rows.is_empty() { Vec::new() } else { vec![Block::Table { head: Vec::new(), rows }] }
    }
}

/// A table of names and values.
pub(super) struct Facts<'f> {
    b: &'f Build<'f>,
    rows: Vec<Vec<Content>>,
}

impl<'f> Facts<'f> {
    pub fn new(b: &'f Build<'f>) -> Self {
        Self { b, rows: Vec::new() }
    }

    pub fn content(&mut self, name: &str, value: Content) {
        if !value.is_empty() {
            self.rows.push(vec![fixed(name), value]);
        }
    }

    pub fn text(&mut self, name: &str, value: Option<&Text>) {
        self.content(name, value.map_or_else(Content::new, words_of));
    }

    pub fn words(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.content(name, words(value));
        }
    }

    pub fn term(&mut self, name: &str, list: &str, term: Option<&Term>) {
        if let Some(term) = term {
            self.words(name, &capitalised(&self.b.term(list, term)));
        }
    }

    pub fn yes_no(&mut self, name: &str, answer: Option<bool>) {
        if let Some(answer) = answer {
            self.words(name, if answer { "Yes" } else { "No" });
        }
    }

    pub fn figure(&mut self, name: &str, figure: Option<&Figure>) {
        self.content(name, self.b.number(figure));
    }

    pub fn ema(&mut self, name: &str, terms: &[EmaTerm]) {
        let names: Vec<&str> = terms.iter().filter_map(|term| term.name.as_deref()).collect();
        self.words(name, &names.join(", "));
    }

    /// Name, organisation and how to reach them, in one line.
    pub fn contact(&mut self, name: &str, contact: Option<&Contact>) {
        let Some(contact) = contact else { return };
        let phone = telephone(contact);
        let parts = [contact.name.as_ref(), contact.organisation.as_ref(), contact.email.as_ref()];
        let parts = parts.into_iter().flatten().map(|text| text.text.clone()).chain(phone);
        self.words(name, &parts.collect::<Vec<_>>().join(", "));
    }

    pub fn blocks(self) -> Vec<Block> {
        if self.rows.is_empty() { Vec::new() } else { vec![Block::Table { head: Vec::new(), rows: self.rows }] }
    }
}

/// Telephone number with its extension.
pub(super) fn telephone(contact: &Contact) -> Option<String> {
    let extension = contact.phone_extension.as_ref().map(|extension| format!(" ext. {}", extension.text));
    Some(format!("{}{}", contact.telephone()?, extension.unwrap_or_default()))
}

/// Words as they begin a line.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A text as paragraphs, one a line.
pub(super) fn paragraphs(text: Option<&Text>) -> Vec<Block> {
    let lines = text.into_iter().flat_map(|text| text.lines()).map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| Block::Paragraph(words(line))).collect()
}
