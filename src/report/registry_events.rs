//! Adverse events of the registry record: groups at risk, serious terms, and non-serious terms above the threshold.

use std::collections::BTreeSet;

use crate::base::codes::RPT_004;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::suggest::did_you_mean;
use crate::results::{ResultKey, ResultStore};
use crate::spec::registry_codes::SystemOrganClass;
use crate::spec::study_registry::exceeds_threshold;

use super::registry_input::{KeyPattern, RegistryInput};
use super::registry_record::by_arm;

/// Adverse events.
#[derive(Debug)]
pub struct AdverseEvents {
    /// Dictionary name.
    pub dictionary: String,
    /// Dictionary version.
    pub dictionary_version: String,
    /// Threshold of non-serious terms in percent.
    pub threshold_percent: f64,
    /// Which events are counted.
    pub definition: String,
    /// Arms, in the record's order.
    pub groups: Vec<EventGroup>,
    /// Serious terms by class, then name.
    pub serious: Vec<SeriousTerm>,
    /// Non-serious terms by class, then name.
    pub non_serious: Vec<Term>,
}

/// Totals of an arm.
#[derive(Clone, Debug)]
pub struct EventGroup {
    /// Subjects at risk.
    pub exposed: ResultKey,
    /// Subjects with a serious event.
    pub serious: ResultKey,
    /// Subjects with a non-serious event of a reported term.
    pub non_serious: ResultKey,
    /// Deaths of all causes.
    pub deaths: ResultKey,
    /// Deaths resulting from adverse events.
    pub deaths_from_events: ResultKey,
}

/// A term with its counts.
#[derive(Clone, Debug)]
pub struct Term {
    /// System organ class.
    pub class: SystemOrganClass,
    /// Preferred term.
    pub term: String,
    /// Counts by arm.
    pub counts: Vec<TermCount>,
}

/// Counts of a term in an arm.
#[derive(Clone, Debug)]
pub struct TermCount {
    /// Subjects with at least one event.
    pub affected: ResultKey,
    /// Events.
    pub occurrences: ResultKey,
}

/// A serious term.
#[derive(Clone, Debug)]
pub struct SeriousTerm {
    /// The term with its counts.
    pub term: Term,
    /// What only serious events have, by arm.
    pub outcomes: Vec<SeriousOutcome>,
}

/// Causality and death of a serious term in an arm.
#[derive(Clone, Debug)]
pub struct SeriousOutcome {
    /// Events related to treatment.
    pub related: ResultKey,
    /// Deaths.
    pub deaths: ResultKey,
    /// Deaths related to treatment.
    pub related_deaths: ResultKey,
}

/// Which terms of the store are reported: found by their keys, as the terms come from the data.
pub(super) fn compose(input: &RegistryInput<'_>, store: &ResultStore, sink: &mut Diagnostics) -> Option<AdverseEvents> {
    let safety = input.safety.as_ref()?;
    let exposed = KeyPattern::new("set", "n").with("set", &safety.set);
    let category = |name: &str, arm: &str| KeyPattern::new("ae", "n").with("category", name).of(arm);
    let group = |arm: &str| EventGroup {
        exposed: exposed.of(arm),
        serious: category("serious", arm),
        non_serious: category("non_serious_reported", arm),
        deaths: category("death", arm),
        deaths_from_events: category("fatal", arm),
    };
    let serious = terms("serious", input, store, |key, _| store.number(key).is_some_and(|n| n > 0.0));
    let non_serious = terms("non_serious", input, store, |key, arm| {
        let count = |key: &ResultKey| store.get(key).and_then(|result| result.value.as_count());
        match (count(key), count(&exposed.of(arm))) {
            (Some(affected), Some(at_risk)) => exceeds_threshold(safety.threshold_percent, affected, at_risk),
            _ => false,
        }
    });
    Some(AdverseEvents {
        dictionary: safety.dictionary.clone(),
        dictionary_version: safety.dictionary_version.clone(),
        threshold_percent: safety.threshold_percent,
        definition: safety.definition.clone(),
        groups: input.study.arm_ids().map(group).collect(),
        serious: serious
            .into_iter()
            .filter_map(|(soc, term)| {
                let pattern = |statistic: &str| term_pattern(statistic, "serious", &soc, &term);
                let outcome = |arm: &str| SeriousOutcome {
                    related: pattern("related_events").of(arm),
                    deaths: pattern("fatal").of(arm),
                    related_deaths: pattern("fatal_related").of(arm),
                };
                let outcomes = input.study.arm_ids().map(outcome).collect();
                Some(SeriousTerm { term: compose_term("serious", &soc, &term, input, sink)?, outcomes })
            })
            .collect(),
        non_serious: non_serious
            .into_iter()
            .filter_map(|(soc, term)| compose_term("non_serious", &soc, &term, input, sink))
            .collect(),
    })
}

fn term_pattern(statistic: &str, seriousness: &str, soc: &str, term: &str) -> KeyPattern {
    KeyPattern::new("ae", statistic).with("seriousness", seriousness).with("soc", soc).with("term", term)
}

/// Terms for which `reported` holds in at least one arm; the other arms keep their rows, zeros included.
fn terms(
    seriousness: &str,
    input: &RegistryInput<'_>,
    store: &ResultStore,
    reported: impl Fn(&ResultKey, &str) -> bool,
) -> BTreeSet<(String, String)> {
    let arms: BTreeSet<&str> = input.study.arm_ids().collect();
    let mut found = BTreeSet::new();
    for result in store.iter() {
        let key = &result.key;
        if key.analysis != "ae" || key.statistic != "n" || key.level("seriousness") != Some(seriousness) {
            continue;
        }
        let (Some(arm), Some(soc), Some(term)) = (key.level("arm"), key.level("soc"), key.level("term")) else {
            continue;
        };
        if key.groups.len() == 4 && arms.contains(arm) && reported(key, arm) {
            found.insert((soc.to_owned(), term.to_owned()));
        }
    }
    found
}

fn compose_term(
    seriousness: &str,
    soc: &str,
    term: &str,
    input: &RegistryInput<'_>,
    sink: &mut Diagnostics,
) -> Option<Term> {
    let Some(class) = input.codes.system_organ_class(soc) else {
        let names = input.codes.system_organ_classes().map(|class| class.name.as_str());
        sink.error(&RPT_004, Place::Nowhere, format!("`{soc}` of `{term}` is not one of the 27 system organ classes"))
            .hint(did_you_mean(soc, names))
            .hint("map the data's names with a codelist in data.yaml");
        return None;
    };
    let affected = by_arm(&term_pattern("n", seriousness, soc, term), input);
    let occurrences = by_arm(&term_pattern("events", seriousness, soc, term), input);
    let count = |(affected, occurrences)| TermCount { affected, occurrences };
    let counts = affected.into_iter().zip(occurrences).map(count).collect();
    Some(Term { class: class.clone(), term: term.to_owned(), counts })
}

impl AdverseEvents {
    pub(super) fn collect_keys(&self, keys: &mut Vec<ResultKey>) {
        for group in &self.groups {
            let of_group =
                [&group.exposed, &group.serious, &group.non_serious, &group.deaths, &group.deaths_from_events];
            keys.extend(of_group.into_iter().cloned());
        }
        for count in self.serious.iter().map(|of| &of.term).chain(&self.non_serious).flat_map(|term| &term.counts) {
            keys.push(count.affected.clone());
            keys.push(count.occurrences.clone());
        }
        for outcome in self.serious.iter().flat_map(|term| &term.outcomes) {
            keys.extend([&outcome.related, &outcome.deaths, &outcome.related_deaths].into_iter().cloned());
        }
    }
}
