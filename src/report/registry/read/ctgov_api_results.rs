//! Reads the results of a record of ClinicalTrials.gov's API, version 2: flow, baseline, adverse events and the rest.

use crate::report::registry::{
    Achievement, AdverseEvents, Agreement, Baseline, BaselineGroup, Characteristic, Contact, Denominator, Event,
    EventCount, EventGroup, Figure, Flow, FlowGroup, Measure, Milestone, MoreInformation, Period, ReasonNotCompleted,
    RegistryRecord,
};

use super::ctgov_api_outcomes as outcomes;
use super::ctgov_groups::{Groups, PARTICIPANTS, settle_baseline, settle_events};
use super::ctgov_words::{Words, characteristic_kind, characteristic_title, dictionary};
use super::json::Item;

/// Reads the results section.
pub(super) fn read(section: &Item<'_>, words: &Words<'_>, record: &mut RegistryRecord) {
    if let Some(module) = section.child("participantFlowModule") {
        record.flow = flow(&module, words);
    }
    record.baseline =
        section.child("baselineCharacteristicsModule").map(|module| baseline(&module, words, &record.flow));
    record.outcomes = section
        .children("outcomeMeasuresModule/outcomeMeasures")
        .iter()
        .filter_map(|item| outcomes::outcome(item, words, &record.flow))
        .collect();
    record.adverse_events = section.child("adverseEventsModule").map(|module| events(&module, words, &record.flow));
    if let Some(module) = section.child("moreInfoModule") {
        let references = std::mem::take(&mut record.more.references);
        record.more = MoreInformation { references, ..more(&module) };
    }
}

/// Ids of a module's groups.
pub(super) fn groups(items: &[Item<'_>]) -> Groups {
    Groups::new(items.iter().map(|item| item.words_of("id").unwrap_or_default()).collect())
}

/// Entries that name a group, by its position; one that names an unknown group stays not understood.
pub(super) fn by_group<'t>(items: Vec<Item<'t>>, groups: &Groups) -> impl Iterator<Item = (usize, Item<'t>)> {
    items.into_iter().filter_map(|item| {
        let id = item.child("groupId")?;
        let at = groups.position(&id.peek()?)?;
        let _ = id.words();
        Some((at, item))
    })
}

fn flow(module: &Item<'_>, words: &Words<'_>) -> Flow {
    let items = module.children("groups");
    let ids = groups(&items);
    let group = |item: &Item<'_>| {
        Some(FlowGroup { arm: None, title: item.text_of("title")?, description: item.text_of("description") })
    };
    Flow {
        recruitment: module.text_of("recruitmentDetails"),
        pre_assignment: module.text_of("preAssignmentDetails"),
        units: module.text_of("typeUnitsAnalyzed"),
        groups: items.iter().filter_map(group).collect(),
        periods: module.children("periods").iter().filter_map(|item| period(item, &ids, words)).collect(),
    }
}

fn achievements(items: Vec<Item<'_>>, groups: &Groups) -> Vec<Option<Achievement>> {
    let found = by_group(items, groups).map(|(at, item)| {
        let achievement = Achievement {
            subjects: item.figure_of("numSubjects").unwrap_or_else(|| Figure::Printed("NA".to_owned())),
            units: item.figure_of("numUnits"),
            comment: item.text_of("comment"),
        };
        (at, achievement)
    });
    groups.cells(found)
}

fn period(item: &Item<'_>, groups: &Groups, words: &Words<'_>) -> Option<Period> {
    let none = || groups.cells(std::iter::empty());
    let mut period = Period {
        title: item.text_of("title")?,
        baseline: None,
        started: none(),
        completed: none(),
        not_completed: none(),
        milestones: Vec::new(),
        reasons: Vec::new(),
        details: None,
    };
    for milestone in item.children("milestones") {
        let Some(title) = milestone.text_of("type") else { continue };
        let reached = achievements(milestone.children("achievements"), groups);
        match title.text.as_str() {
            "STARTED" => period.started = reached,
            "COMPLETED" => period.completed = reached,
            "NOT COMPLETED" => period.not_completed = reached,
            _ => period.milestones.push(Milestone { title, reached, comment: milestone.text_of("comment") }),
        }
    }
    for reason in item.children("dropWithdraws") {
        let Some(title) = reason.text_of("type") else { continue };
        let (ctgov, other) = words.term_or_other("reason_not_completed_ctgov", title);
        let subjects = achievements(reason.children("reasons"), groups);
        period.reasons.push(ReasonNotCompleted { ctgov: Some(ctgov), eudract: None, words: other, subjects });
    }
    Some(period)
}

/// Subjects or units by group.
pub(super) fn denominators(item: &Item<'_>, groups: &Groups) -> Vec<Denominator> {
    let denominator = |item: &Item<'_>| {
        let counts = by_group(item.children("counts"), groups)
            .filter_map(|(at, item)| Some((at, item.figure_of("value")?)))
            .collect::<Vec<_>>();
        Some(Denominator { units: item.text_of("units")?, counts: groups.cells(counts) })
    };
    item.children("denoms").iter().filter_map(denominator).collect()
}

/// Subjects and units of a group among a module's denominators.
pub(super) fn counted(denominators: &[Denominator], at: usize) -> (Option<Figure>, Option<Figure>) {
    let of = |persons: bool| {
        let denominator = denominators.iter().find(|of| of.units.eq_ignore_ascii_case(PARTICIPANTS) == persons)?;
        denominator.counts.get(at)?.clone()
    };
    (of(true), of(false))
}

fn baseline(module: &Item<'_>, words: &Words<'_>, flow: &Flow) -> Baseline {
    let items = module.children("groups");
    let ids = groups(&items);
    let counts = denominators(module, &ids);
    let group = |(at, item): (usize, &Item<'_>)| {
        let (subjects, units) = counted(&counts, at);
        BaselineGroup {
            flow_group: None,
            analysis_set: None,
            period: None,
            title: item.text_of("title"),
            description: item.text_of("description"),
            subjects,
            units,
        }
    };
    let mut all: Vec<BaselineGroup> = items.iter().enumerate().map(group).collect();
    let has_total = all.len() > 1 && all.last().is_some_and(|last| last.title.as_deref() == Some("Total"));
    let total = if has_total { all.pop() } else { None };
    let mut baseline = Baseline {
        population: module.text_of("populationDescription"),
        units: module.text_of("typeUnitsAnalyzed"),
        model: None,
        groups: all,
        total,
        characteristics: module
            .children("measures")
            .iter()
            .filter_map(|item| characteristic(item, &ids, words))
            .collect(),
    };
    settle_baseline(&mut baseline, flow);
    baseline
}

fn characteristic(item: &Item<'_>, groups: &Groups, words: &Words<'_>) -> Option<Characteristic> {
    let measure: Measure = outcomes::measure(item, groups, words, "baseline_parameter")?;
    let kind = characteristic_kind(
        &measure.title,
        measure.parameter.as_ref().is_some_and(|term| term.is("count_of_participants")),
    );
    let mut measure = measure;
    if let Some(title) = characteristic_title(kind) {
        title.clone_into(&mut measure.title.text);
    }
    Some(Characteristic { kind, ready: None, measure })
}

fn events(module: &Item<'_>, words: &Words<'_>, flow: &Flow) -> AdverseEvents {
    let items = module.children("eventGroups");
    let ids = groups(&items);
    let group = |item: &Item<'_>| {
        Some(EventGroup {
            related: None,
            flow_group: None,
            title: item.text_of("title")?,
            description: item.text_of("description"),
            exposed: None,
            at_risk_serious: item.figure_of("seriousNumAtRisk"),
            at_risk_other: item.figure_of("otherNumAtRisk"),
            at_risk_deaths: item.figure_of("deathsNumAtRisk"),
            serious: item.figure_of("seriousNumAffected"),
            non_serious: item.figure_of("otherNumAffected"),
            deaths: item.figure_of("deathsNumAffected"),
            deaths_from_events: None,
        })
    };
    let list = |name: &str| module.children(name).iter().filter_map(|item| event(item, &ids, words)).collect();
    let mut events = AdverseEvents {
        time_frame: module.text_of("timeFrame"),
        description: module.text_of("description"),
        mortality_comment: module.text_of("allCauseMortalityComment"),
        threshold: module.text_of("frequencyThreshold"),
        groups: items.iter().filter_map(group).collect(),
        serious: list("seriousEvents"),
        non_serious: list("otherEvents"),
        ..AdverseEvents::default()
    };
    settle_events(&mut events, flow);
    events
}

fn event(item: &Item<'_>, groups: &Groups, words: &Words<'_>) -> Option<Event> {
    let counts = by_group(item.children("stats"), groups).map(|(at, item)| {
        let count = EventCount {
            affected: item.figure_of("numAffected"),
            occurrences: item.figure_of("numEvents"),
            exposed: item.figure_of("numAtRisk"),
            serious: None,
        };
        (at, count)
    });
    Some(Event {
        term: item.text_of("term")?,
        class: item.words_of("organSystem").map(|name| words.class(&name)),
        assessment: item.words_of("assessmentType").map(|word| words.term("assessment", &word)),
        dictionary: item.text_of("sourceVocabulary").map(dictionary),
        note: item.text_of("notes"),
        counts: groups.cells(counts),
    })
}

fn more(module: &Item<'_>) -> MoreInformation {
    MoreInformation {
        limitations: module.text_of("limitationsAndCaveats/description"),
        agreement: module.child("certainAgreement").map(|item| Agreement {
            employees: item.flag_of("piSponsorEmployee"),
            restrictive: item.flag_of("restrictiveAgreement"),
            restriction: item.text_of("restrictionType"),
            details: item.text_of("otherDetails"),
        }),
        point_of_contact: module.child("pointOfContact").map(|item| Contact {
            name: item.text_of("title"),
            organisation: item.text_of("organization"),
            email: item.text_of("email"),
            phone_country: None,
            phone: item.text_of("phone"),
            phone_extension: item.text_of("phoneExt"),
        }),
        ..MoreInformation::default()
    }
}
