//! Adverse events: groups at risk, serious terms, and non-serious terms that pass the threshold.

use std::collections::BTreeSet;

use crate::base::codes::RPT_004;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::suggest::did_you_mean;
use crate::report::registry::{
    AdverseEvents, Dictionary, EmaTerm, Event, EventCount, EventGroup, Figure, SeriousCount, Term, Text,
};
use crate::results::{ResultKey, ResultStore};
use crate::spec::safety::UNCODED;

use super::figure;
use super::groups::Group;
use super::input::{KeyPattern, RegistryInput, SafetyInput};
use super::terms::term;
use super::trial::text;

/// Which terms of the store are reported: found by their keys, as the terms come from the data.
pub(super) fn events(input: &RegistryInput<'_>, store: &ResultStore, sink: &mut Diagnostics) -> Option<AdverseEvents> {
    let safety = input.safety.as_ref()?;
    let collection = &input.study.adverse_events;
    let exposed = KeyPattern::new("set", "n").with("set", &safety.set);
    let serious = terms("serious", input, store, |key, _| store.number(key).is_some_and(|n| n > 0.0));
    let non_serious = terms("non_serious", input, store, |key, arm| {
        let count = |key: &ResultKey| store.get(key).and_then(|result| result.value.as_count());
        match (count(key), count(&exposed.of(arm))) {
            (Some(affected), Some(at_risk)) => safety.threshold.admits(affected, at_risk),
            _ => false,
        }
    });
    let made = |seriousness: &str, found: BTreeSet<(String, String)>, sink: &mut Diagnostics| {
        let one = |(soc, term): (String, String)| event(seriousness, &soc, &term, &exposed, input, sink);
        found.into_iter().filter_map(one).collect::<Vec<_>>()
    };
    let serious = made("serious", serious, sink);
    Some(AdverseEvents {
        time_frame: Some(Text::from(&collection.time_frame)),
        description: text(collection.description.as_ref()),
        mortality_comment: text(collection.all_cause_mortality.as_ref()),
        threshold: Some(Text { text: safety.threshold.declared(), place: safety.threshold.place.clone() }),
        frequency_rule: Some(safety.threshold.rule),
        assessment: term(collection.assessment),
        dictionary: dictionary(safety),
        groups: groups(&exposed, input, store),
        serious,
        non_serious: made("non_serious", non_serious, sink),
    })
}

/// Name and version; EudraCT has a term for some dictionaries, ClinicalTrials.gov prints the words.
fn dictionary(safety: &SafetyInput) -> Dictionary {
    let name = match safety.dictionary.to_lowercase().as_str() {
        "meddra" => "meddra",
        "snomed" | "snomed ct" => "snomed",
        _ => "other",
    };
    Dictionary {
        name: Some(Term::listed(name)),
        words: (name == "other" && !safety.dictionary.is_empty()).then(|| Text::of(&safety.dictionary)),
        version: (!safety.dictionary_version.is_empty()).then(|| Text::of(&safety.dictionary_version)),
    }
}

fn groups(exposed: &KeyPattern, input: &RegistryInput<'_>, store: &ResultStore) -> Vec<EventGroup> {
    let category = |name: &str, arm: &str| figure(KeyPattern::new("ae", "n").with("category", name).of(arm));
    let group = |group: Group<'_>| EventGroup {
        flow_group: group.flow_group,
        title: group.title,
        description: Some(group.description),
        exposed: figure(exposed.of(group.id)),
        at_risk_serious: None,
        at_risk_other: None,
        at_risk_deaths: None,
        serious: category("serious", group.id),
        non_serious: category("non_serious_reported", group.id),
        related: category("related", group.id)
            .filter(|figure| figure.key().is_some_and(|key| store.get(key).is_some())),
        deaths: category("death", group.id),
        deaths_from_events: category("fatal", group.id),
    };
    at_risk(input).into_iter().map(group).collect()
}

/// The groups that adverse events are counted in.
fn at_risk<'a>(input: &RegistryInput<'a>) -> Vec<Group<'a>> {
    input.groups(input.safety.as_ref().map_or("", |safety| &safety.set))
}

/// Terms for which `reported` holds in at least one arm; the other arms keep their rows, zeros included.
fn terms(
    seriousness: &str,
    input: &RegistryInput<'_>,
    store: &ResultStore,
    reported: impl Fn(&ResultKey, &str) -> bool,
) -> BTreeSet<(String, String)> {
    let arms: BTreeSet<&str> = at_risk(input).into_iter().map(|group| group.id).collect();
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

fn event(
    seriousness: &str,
    soc: &str,
    term: &str,
    exposed: &KeyPattern,
    input: &RegistryInput<'_>,
    sink: &mut Diagnostics,
) -> Option<Event> {
    let class = match input.codes.system_organ_class(soc) {
        Some(class) => {
            EmaTerm { name: Some(class.name.clone()), id: Some(class.term.id), version: Some(class.term.version) }
        }
        // Pre-flight tells of it: no registry has a class for what is not coded yet.
        None if soc == UNCODED => EmaTerm { name: Some(soc.to_owned()), id: None, version: None },
        None => {
            unknown_class(soc, term, input, sink);
            return None;
        }
    };
    let number = |statistic: &str, arm: &str| {
        let pattern = KeyPattern::new("ae", statistic).with("seriousness", seriousness);
        Some(Figure::Result(pattern.with("soc", soc).with("term", term).of(arm)))
    };
    let count = |arm: &str| EventCount {
        affected: number("n", arm),
        occurrences: number("events", arm),
        exposed: figure(exposed.of(arm)),
        serious: (seriousness == "serious").then(|| SeriousCount {
            related: number("related_events", arm),
            deaths: number("fatal", arm),
            related_deaths: number("fatal_related", arm),
        }),
    };
    Some(Event {
        term: Text::of(term),
        class: Some(class),
        assessment: None,
        dictionary: None,
        note: None,
        counts: at_risk(input).into_iter().map(|group| Some(count(group.id))).collect(),
    })
}

fn unknown_class(soc: &str, term: &str, input: &RegistryInput<'_>, sink: &mut Diagnostics) {
    let names = input.codes.system_organ_classes().map(|class| class.name.as_str());
    sink.error(&RPT_004, Place::Nowhere, format!("`{soc}` of `{term}` is not one of the 27 system organ classes"))
        .hint(did_you_mean(soc, names))
        .hint("map the data's names with a codelist in data.yaml");
}
