//! Building blocks of both documents: labelled lines, sentences with numbers, places for the writer.

use crate::report::registry::document::{Block, Content, Piece, Section, fill, fixed, words, words_of};
use crate::report::registry::{Contact, Event, EventCount, Figure, FlowGroup, RegistryRecord, Term, Text};
use crate::results::{ResultStore, ResultValue};

use super::Words;

/// What the documents are made from.
pub(super) struct Build<'b> {
    pub record: &'b RegistryRecord,
    pub store: &'b ResultStore,
    pub words: &'b Words,
}

impl Build<'_> {
    /// A section; one without content gets a place for the writer.
    pub fn section(&self, element: &'static str, heading: &str, mut blocks: Vec<Block>) -> Section {
        if blocks.is_empty() {
            blocks.push(self.writer(&self.words.todo_missing));
        }
        let level = if element.contains('.') { 3 } else { 2 };
        Section { element: Some(element), level, heading: fixed(heading), blocks }
    }

    /// A place for the writer.
    pub fn writer(&self, what: &str) -> Block {
        Block::Writer(self.words.writer.replace("{what}", what))
    }

    /// `Name: words`, where there are words.
    pub fn line(&self, name: &str, text: Option<&Text>) -> Option<Block> {
        Some(self.labelled(name, words_of(text?)))
    }

    /// `Name: content`.
    pub fn labelled(&self, name: &str, value: Content) -> Block {
        Block::Paragraph(fill(&self.words.label, &[("name", fixed(name)), ("value", value)]))
    }

    /// `Name: yes`.
    pub fn yes_or_no(&self, name: &str, is: Option<bool>) -> Option<Block> {
        let word = if is? { &self.words.yes } else { &self.words.no };
        Some(self.labelled(name, fixed(word)))
    }

    /// `Name: term`.
    pub fn term(&self, name: &str, list: &str, term: Option<&Term>) -> Option<Block> {
        Some(self.labelled(name, fixed(self.words.term(list, term?))))
    }

    /// Name, organisation and how to reach them.
    pub fn contact(&self, name: &str, contact: Option<&Contact>) -> Option<Block> {
        let contact = contact?;
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.text.clone());
        let parts = [text(&contact.name), text(&contact.organisation), text(&contact.email), contact.telephone()];
        let joined = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        Some(self.labelled(name, words(&joined)))
    }

    /// A number; a dash where there is none, words where it is not estimable.
    pub fn number(&self, figure: Option<&Figure>) -> Content {
        match figure {
            None => fixed("-"),
            Some(figure) if self.is_not_estimable(figure) => fixed(&self.words.not_estimable),
            Some(figure) => vec![Piece::Figure(figure.clone())],
        }
    }

    pub fn is_not_estimable(&self, figure: &Figure) -> bool {
        let result = figure.key().and_then(|key| self.store.get(key));
        result.is_some_and(|result| matches!(result.value, ResultValue::NotEstimable(_)))
    }

    /// Whether a figure is a number above 0; what a file printed is read as a number.
    pub fn is_positive(&self, figure: Option<&Figure>) -> bool {
        match figure {
            None => false,
            Some(Figure::Result(key)) => self.store.number(key).is_some_and(|n| n > 0.0),
            Some(Figure::Printed(text)) => text.parse::<f64>().is_ok_and(|n| n > 0.0),
        }
    }

    /// `5 of 10 people`.
    pub fn people(&self, n: &Figure, total: &Figure) -> Content {
        fill(&self.words.people, &[("n", self.number(Some(n))), ("total", self.number(Some(total)))])
    }

    /// Title of a group: its own, or that of its group of the flow.
    pub fn group(&self, own: Option<&Text>, flow_group: Option<usize>) -> Content {
        let of_flow = flow_group.and_then(|at| self.record.flow.groups.get(at)).map(|group| &group.title);
        own.or(of_flow).map_or_else(|| fixed("-"), words_of)
    }

    /// Head of a table: a title, then the groups of the flow.
    pub fn flow_head(&self, first: &str) -> Vec<Content> {
        let title = |group: &FlowGroup| words(&group.title);
        std::iter::once(fixed(first)).chain(self.record.flow.groups.iter().map(title)).collect()
    }

    /// Products of all arms with their dose, each once.
    pub fn products(&self) -> Vec<Block> {
        let mut found: Vec<String> = Vec::new();
        let details = self.record.flow.periods.iter().filter_map(|period| period.details.as_ref());
        for product in details.flat_map(|details| &details.arms).flat_map(|arm| &arm.products) {
            let parts = [&product.name, &product.dose].into_iter().flatten().map(|text| text.text.as_str());
            let line = parts.collect::<Vec<_>>().join(": ");
            if !line.is_empty() && !found.contains(&line) {
                found.push(line);
            }
        }
        if found.is_empty() {
            found.extend(self.record.protocol.interventions.iter().map(|one| one.name.text.clone()));
        }
        found.iter().map(|line| self.labelled(&self.words.product, words(line))).collect()
    }

    /// Who could take part, one paragraph a line.
    pub fn criteria(&self, name: &str) -> Vec<Block> {
        let Some(criteria) = &self.record.protocol.eligibility.criteria else { return Vec::new() };
        let lines = criteria.lines().map(str::trim).filter(|line| !line.is_empty());
        std::iter::once(Block::Paragraph(fixed(name))).chain(lines.map(|line| Block::Paragraph(words(line)))).collect()
    }

    /// Women, men and other categories of sex: category and its number among all subjects.
    pub fn sexes(&self) -> Vec<(Content, Figure)> {
        use crate::report::registry::CharacteristicKind::{Sex, SexCustomised};
        let mut rows = Vec::new();
        let Some(baseline) = &self.record.baseline else { return rows };
        for one in baseline.characteristics.iter().filter(|one| matches!(one.kind, Sex | SexCustomised)) {
            for category in one.measure.rows.iter().flat_map(|row| &row.categories) {
                let total = category.cells.get(baseline.groups.len()).and_then(Option::as_ref);
                if let (Some(title), Some(value)) = (&category.title, total.and_then(|cell| cell.value.clone())) {
                    rows.push((self.sex(title), value));
                }
            }
        }
        rows
    }

    /// The language's word for a sex; other categories as they stand.
    pub fn sex(&self, title: &Text) -> Content {
        self.words.listed("sex", &title.to_lowercase()).map_or_else(|| words(title), fixed)
    }

    /// Numbers by age group as the register asks, without empty groups.
    pub fn ages(&self) -> Vec<(Content, Figure)> {
        let groups = self.record.trial.age_groups.iter().flat_map(|ages| &ages.groups);
        groups
            .filter(|(_, n)| self.is_positive(Some(n)))
            .map(|(id, n)| (fixed(self.words.listed("age_group", id).unwrap_or(id)), n.clone()))
            .collect()
    }
}

/// Counts of a term by position of their group.
pub(super) fn counts(event: &Event) -> impl Iterator<Item = (usize, &EventCount)> {
    event.counts.iter().enumerate().filter_map(|(at, count)| count.as_ref().map(|count| (at, count)))
}
