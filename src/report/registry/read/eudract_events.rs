//! Reads EudraCT's adverse events, the same in both of its files.

use std::collections::BTreeMap;

use crate::report::registry::{
    AdverseEvents, Dictionary, Event, EventCount, EventGroup, FlowGroup, SeriousCount, Term, Text,
};

use super::eudract::{Lists, flag};
use super::tree::Element;

/// None where the element is empty: no adverse events were reported.
pub(super) fn read(of: Element<'_>, lists: &Lists<'_>, flow: &[FlowGroup]) -> Option<AdverseEvents> {
    if of.elements().next().is_none() {
        of.understood_if_empty();
        return None;
    }
    let assessment = lists.term(of, "assessmentMethod", "assessment");
    let mut ids = BTreeMap::new();
    let mut groups = Vec::new();
    for group in of.list("reportingGroups", "reportingGroup") {
        ids.extend(group.attribute("id").map(|id| (id, groups.len())));
        let title = group.text_of("title").unwrap_or_else(|| Text::new("", group.place()));
        // The file does not say which arm a group is; the same title does.
        let mut same = flow.iter().enumerate().filter(|(_, own)| own.title == title).map(|(at, _)| at);
        groups.push(EventGroup {
            related: None,
            flow_group: same.next().filter(|_| same.next().is_none()),
            title,
            description: group.text_of("description"),
            exposed: group.figure_of("subjectsExposed"),
            at_risk_serious: None,
            at_risk_other: None,
            at_risk_deaths: None,
            serious: group.figure_of("subjectsAffectedBySeriousAdverseEvents"),
            non_serious: group.figure_of("subjectsAffectedByNonSeriousAdverseEvents"),
            deaths: group.figure_of("deathsAllCauses"),
            deaths_from_events: group.figure_of("deathsResultingFromAdverseEvents"),
        });
    }
    let events = |around: &str, item: &str, serious: bool| -> Vec<Event> {
        let read = |event: Element<'_>| Event {
            counts: read_counts(event, &ids, groups.len(), serious),
            ..read_event(event, lists, assessment.as_ref())
        };
        of.list(around, item).into_iter().map(read).collect()
    };
    Some(AdverseEvents {
        time_frame: of.text_of("timeFrame"),
        description: of.text_of("description"),
        mortality_comment: None,
        threshold: of.text_of("nonSeriousEventFrequencyThreshold"),
        frequency_rule: None,
        serious: events("seriousAdverseEvents", "seriousAdverseEvent", true),
        non_serious: events("nonSeriousAdverseEvents", "nonSeriousAdverseEvent", false),
        assessment,
        dictionary: of.child("dictionary").map(|of| dictionary(of, lists)).unwrap_or_default(),
        groups,
    })
}

fn dictionary(of: Element<'_>, lists: &Lists<'_>) -> Dictionary {
    of.understood_if_empty();
    Dictionary {
        name: lists.term(of, "name", "dictionary"),
        words: of.text_of("otherName"),
        version: of.text_of("version"),
    }
}

/// One count a group.
fn read_counts(of: Element<'_>, ids: &BTreeMap<&str, usize>, groups: usize, serious: bool) -> Vec<Option<EventCount>> {
    let mut counts = vec![None; groups];
    for value in of.list("values", "value") {
        let id = value.peek_attribute("reportingGroupId").and_then(|id| ids.get(id));
        // A second count of a group is not understood.
        let Some(count) = id.and_then(|at| counts.get_mut(*at)).filter(|count| count.is_none()) else { continue };
        value.understood_attribute("reportingGroupId");
        *count = Some(EventCount {
            affected: value.figure_of("subjectsAffected"),
            occurrences: value.figure_of("occurrences"),
            exposed: value.figure_of("subjectsExposed"),
            serious: serious.then(|| serious_count(value)),
        });
    }
    counts
}

/// An event without its counts.
fn read_event(of: Element<'_>, lists: &Lists<'_>, module: Option<&Term>) -> Event {
    let overridden = flag(of, "dictionaryOverridden") == Some(true);
    let own = of.child("dictionary");
    if let Some(own) = own {
        own.understood_if_empty();
    }
    Event {
        term: of.text_of("term").unwrap_or_else(|| Text::new("", of.place())),
        class: of.child("organSystem").map(|class| lists.ema_term(class)),
        assessment: lists.term(of, "assessmentMethod", "assessment").filter(|own| Some(own) != module),
        dictionary: overridden.then(|| own.map(|own| dictionary(own, lists)).unwrap_or_default()),
        note: of.text_of("description"),
        counts: Vec::new(),
    }
}

fn serious_count(of: Element<'_>) -> SeriousCount {
    let fatal = of.child("fatalities");
    if let Some(fatal) = fatal {
        fatal.understood_if_empty();
    }
    SeriousCount {
        related: of.figure_of("occurrencesCausallyRelatedToTreatment"),
        deaths: fatal.and_then(|fatal| fatal.figure_of("deaths")),
        related_deaths: fatal.and_then(|fatal| fatal.figure_of("deathsCausallyRelatedToTreatment")),
    }
}
