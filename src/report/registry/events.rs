//! Adverse events: groups at risk, serious terms, and non-serious terms that pass the threshold.

use serde::Serialize;

use crate::spec::frequency::FrequencyRule;

use super::figure::{EmaTerm, Figure, Term, Text};

/// Adverse events.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AdverseEvents {
    /// From when to when.
    pub time_frame: Option<Text>,
    /// How events were collected.
    pub description: Option<Text>,
    /// How deaths of all causes were counted.
    pub mortality_comment: Option<Text>,
    /// Threshold of non-serious terms in percent, as printed.
    pub threshold: Option<Text>,
    /// Whether a term must exceed the threshold or reach it; no registry's file has a place for it, as both say
    /// "exceed".
    #[serde(skip)]
    pub frequency_rule: Option<FrequencyRule>,
    /// Whether events were asked for (list `assessment`).
    pub assessment: Option<Term>,
    /// Dictionary.
    pub dictionary: Dictionary,
    /// Groups, in order; counts refer to them by position.
    pub groups: Vec<EventGroup>,
    /// Serious terms.
    pub serious: Vec<Event>,
    /// Non-serious terms.
    pub non_serious: Vec<Event>,
}

impl AdverseEvents {
    /// Subjects at risk of a term in a group: the term's own, or the group's.
    #[must_use]
    pub fn at_risk<'e>(&'e self, group: usize, count: &'e EventCount) -> Option<&'e Figure> {
        count.exposed.as_ref().or_else(|| self.groups.get(group)?.exposed.as_ref())
    }
}

/// The dictionary terms come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Dictionary {
    /// Name (list `dictionary`).
    pub name: Option<Term>,
    /// Words where it is another, or as ClinicalTrials.gov prints name and version.
    pub words: Option<Text>,
    /// Version.
    pub version: Option<Text>,
}

/// A group at risk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventGroup {
    /// Position of its group in the flow, where it is one of them.
    pub flow_group: Option<usize>,
    /// Title.
    pub title: Text,
    /// Description.
    pub description: Option<Text>,
    /// Subjects exposed; ClinicalTrials.gov has one for each table.
    pub exposed: Option<Figure>,
    /// Subjects at risk of serious events, where the register prints them apart.
    pub at_risk_serious: Option<Figure>,
    /// Subjects at risk of other events, where the register prints them apart.
    pub at_risk_other: Option<Figure>,
    /// Subjects at risk of death, where the register prints them apart.
    pub at_risk_deaths: Option<Figure>,
    /// Subjects with a serious event.
    pub serious: Option<Figure>,
    /// Subjects with a non-serious event of a reported term.
    pub non_serious: Option<Figure>,
    /// Subjects with an event related to treatment; no registry has a place for it, the lay summary of CTIS has.
    #[serde(skip)]
    pub related: Option<Figure>,
    /// Deaths of all causes.
    pub deaths: Option<Figure>,
    /// Deaths resulting from adverse events.
    pub deaths_from_events: Option<Figure>,
}

/// A term with its counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Event {
    /// Preferred term.
    pub term: Text,
    /// System organ class: EMA's term and ClinicalTrials.gov's name.
    pub class: Option<EmaTerm>,
    /// Whether it was asked for, where it differs from the module's.
    pub assessment: Option<Term>,
    /// Dictionary, where it differs from the module's.
    pub dictionary: Option<Dictionary>,
    /// A note.
    pub note: Option<Text>,
    /// Counts, one a group; `None` where none stands.
    pub counts: Vec<Option<EventCount>>,
}

/// Counts of a term in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EventCount {
    /// Subjects with at least one event.
    pub affected: Option<Figure>,
    /// Events.
    pub occurrences: Option<Figure>,
    /// Subjects at risk.
    pub exposed: Option<Figure>,
    /// What only serious events have.
    pub serious: Option<SeriousCount>,
}

/// Causality and death of a serious term in a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SeriousCount {
    /// Events related to treatment.
    pub related: Option<Figure>,
    /// Deaths.
    pub deaths: Option<Figure>,
    /// Deaths related to treatment.
    pub related_deaths: Option<Figure>,
}
