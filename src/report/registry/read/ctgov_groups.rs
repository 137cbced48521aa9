//! What the readers of ClinicalTrials.gov's files share on groups: cells by group, subjects of rows, links to the flow.

use crate::report::registry::{AdverseEvents, Baseline, Dictionary, Event, Figure, Flow, Outcome, Row, Term, Text};

/// The unit of denominators that are persons.
pub const PARTICIPANTS: &str = "Participants";

/// Ids of a module's groups, in order.
#[derive(Clone, Debug, Default)]
pub struct Groups(Vec<String>);

impl Groups {
    /// Groups by their ids.
    #[must_use]
    pub fn new(ids: Vec<String>) -> Self {
        Self(ids)
    }

    /// Position of a group.
    #[must_use]
    pub fn position(&self, id: &str) -> Option<usize> {
        self.0.iter().position(|own| own == id)
    }

    /// One cell a group.
    pub fn cells<T>(&self, found: impl IntoIterator<Item = (usize, T)>) -> Vec<Option<T>> {
        let mut cells: Vec<Option<T>> = self.0.iter().map(|_| None).collect();
        for (at, value) in found {
            if let Some(cell) = cells.get_mut(at) {
                *cell = Some(value);
            }
        }
        cells
    }
}

/// Position of the flow's group of this title, where there is exactly one.
#[must_use]
pub fn flow_group(flow: &Flow, title: Option<&Text>) -> Option<usize> {
    let mut same = flow.groups.iter().enumerate().filter(|(_, group)| Some(&group.title) == title);
    match (same.next(), same.next()) {
        (Some((at, _)), None) => Some(at),
        _ => None,
    }
}

/// Keeps the subjects of rows only where they differ from those of the groups, and no category that says nothing.
fn settle_rows(rows: &mut [Row], subjects: &[Option<Figure>], units: Option<&Text>, of_units: &[Option<Figure>]) {
    for row in rows {
        row.denominators.retain(|denominator| {
            let persons = denominator.units.eq_ignore_ascii_case(PARTICIPANTS);
            let same = persons && denominator.counts == subjects;
            let same_units = !persons && Some(&denominator.units) == units && denominator.counts == of_units;
            !same && !same_units
        });
        row.categories.retain(|category| category.title.is_some() || category.cells.iter().any(Option::is_some));
    }
}

/// Finishes baseline characteristics: links to the flow, and rows' subjects where they differ.
pub fn settle_baseline(baseline: &mut Baseline, flow: &Flow) {
    for group in &mut baseline.groups {
        group.flow_group = flow_group(flow, group.title.as_ref());
    }
    let all = || baseline.groups.iter().chain(&baseline.total);
    let subjects: Vec<_> = all().map(|group| group.subjects.clone()).collect();
    let of_units: Vec<_> = all().map(|group| group.units.clone()).collect();
    for of in &mut baseline.characteristics {
        settle_rows(&mut of.measure.rows, &subjects, baseline.units.as_ref(), &of_units);
    }
}

/// Finishes an outcome: links to the flow, and rows' subjects where they differ.
pub fn settle_outcome(outcome: &mut Outcome, flow: &Flow) {
    for group in &mut outcome.groups {
        group.flow_group = flow_group(flow, group.title.as_ref());
    }
    let subjects: Vec<_> = outcome.groups.iter().map(|group| group.analysed.clone()).collect();
    let of_units: Vec<_> = outcome.groups.iter().map(|group| group.units.clone()).collect();
    settle_rows(&mut outcome.measure.rows, &subjects, outcome.units.as_ref(), &of_units);
}

/// Finishes adverse events, whose terms carry assessment and dictionary as they apply to each: what all terms share
/// becomes the module's.
pub fn settle_events(events: &mut AdverseEvents, flow: &Flow) {
    for group in &mut events.groups {
        group.flow_group = flow_group(flow, Some(&group.title));
        let printed = [&group.at_risk_serious, &group.at_risk_other, &group.at_risk_deaths];
        let first = printed.iter().find_map(|figure| figure.as_ref());
        let agree = printed.iter().all(|figure| figure.is_none() || figure.as_ref() == first);
        group.exposed = first.filter(|_| agree).cloned();
    }
    let shared_assessment: Option<Term> = shared(events, |event| event.assessment.as_ref());
    let shared_dictionary: Option<Dictionary> = shared(events, |event| event.dictionary.as_ref());
    for event in events.serious.iter_mut().chain(&mut events.non_serious) {
        if shared_assessment.is_some() {
            event.assessment = None;
        }
        if shared_dictionary.is_some() {
            event.dictionary = None;
        }
    }
    events.assessment = shared_assessment.or_else(|| events.assessment.take());
    events.dictionary = shared_dictionary.unwrap_or_else(|| std::mem::take(&mut events.dictionary));
}

/// What every term says, where they all say the same.
fn shared<T: Clone + PartialEq>(events: &AdverseEvents, get: impl Fn(&Event) -> Option<&T>) -> Option<T> {
    let mut all = events.serious.iter().chain(&events.non_serious).map(get);
    let first = all.next()??;
    all.all(|other| other == Some(first)).then(|| first.clone())
}
