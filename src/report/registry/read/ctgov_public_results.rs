//! Reads the results of ClinicalTrials.gov's legacy public XML: flow, baseline, adverse events and the rest.

use crate::report::registry::{
    Achievement, AdverseEvents, Agreement, Baseline, BaselineGroup, Characteristic, Contact, Denominator, Dictionary,
    Event, EventCount, EventGroup, Figure, Flow, FlowGroup, Milestone, Period, ReasonNotCompleted, RegistryRecord,
    Term, Text,
};

use super::ctgov_api_results::counted;
use super::ctgov_groups::{Groups, settle_baseline, settle_events};
use super::ctgov_public_outcomes as outcomes;
use super::ctgov_words::{Words, characteristic_kind, characteristic_title, dictionary};
use super::tree::Element;

/// Reads the results section.
pub(super) fn read(section: Element<'_>, words: &Words<'_>, record: &mut RegistryRecord) {
    if let Some(module) = section.child("participant_flow") {
        record.flow = flow(module, words);
    }
    record.baseline = section.child("baseline").map(|module| baseline(module, words, &record.flow));
    let list = section.list("outcome_list", "outcome");
    record.outcomes = list.into_iter().filter_map(|item| outcomes::outcome(item, words, &record.flow)).collect();
    record.adverse_events = section.child("reported_events").map(|module| events(module, words, &record.flow));
    record.more.limitations = section.child("limitations_and_caveats").and_then(Element::text);
    record.more.agreement = section.child("certain_agreements").map(agreement);
    record.more.point_of_contact = section.child("point_of_contact").map(|item| Contact {
        name: item.text_of("name_or_title"),
        organisation: item.text_of("organization"),
        email: item.text_of("email"),
        phone_country: None,
        phone: item.text_of("phone"),
        phone_extension: item.text_of("phone_ext"),
    });
}

/// Groups with their ids.
pub(super) fn groups<'t>(module: Element<'t>) -> (Vec<Element<'t>>, Groups) {
    let items = module.list("group_list", "group");
    let ids = items.iter().map(|item| item.attribute("group_id").unwrap_or_default().to_owned()).collect();
    (items, Groups::new(ids))
}

/// Elements that name a group, by its position; one that names an unknown group stays not understood.
pub(super) fn by_group<'t>(
    items: impl IntoIterator<Item = Element<'t>>,
    groups: &Groups,
) -> impl Iterator<Item = (usize, Element<'t>)> {
    items.into_iter().filter_map(|item| {
        let at = groups.position(item.peek_attribute("group_id")?)?;
        let _ = item.attribute("group_id");
        Some((at, item))
    })
}

/// A number that stands in an attribute.
pub(super) fn figure(item: Element<'_>, name: &str) -> Option<Figure> {
    item.attribute(name).map(|text| Figure::Printed(text.trim().to_owned()))
}

fn flow(module: Element<'_>, words: &Words<'_>) -> Flow {
    let (items, ids) = groups(module);
    let group = |item: Element<'_>| {
        Some(FlowGroup { arm: None, title: item.text_of("title")?, description: item.text_of("description") })
    };
    let periods = module.list("period_list", "period");
    Flow {
        recruitment: module.text_of("recruitment_details"),
        pre_assignment: module.text_of("pre_assignment_details"),
        units: module.text_of("type_units_analyzed"),
        groups: items.into_iter().filter_map(group).collect(),
        periods: periods.into_iter().filter_map(|item| period(item, &ids, words)).collect(),
    }
}

fn achievements(item: Element<'_>, groups: &Groups) -> Vec<Option<Achievement>> {
    let found = by_group(item.list("participants_list", "participants"), groups).map(|(at, item)| {
        let achievement = Achievement {
            subjects: figure(item, "count").unwrap_or_else(|| Figure::Printed("NA".to_owned())),
            units: figure(item, "units"),
            comment: item.text(),
        };
        (at, achievement)
    });
    groups.cells(found)
}

fn period(item: Element<'_>, groups: &Groups, words: &Words<'_>) -> Option<Period> {
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
    for milestone in item.list("milestone_list", "milestone") {
        let Some(title) = milestone.text_of("title") else { continue };
        let reached = achievements(milestone, groups);
        match title.text.as_str() {
            "STARTED" => period.started = reached,
            "COMPLETED" => period.completed = reached,
            "NOT COMPLETED" => period.not_completed = reached,
            _ => period.milestones.push(Milestone { title, reached, comment: None }),
        }
    }
    for reason in item.list("drop_withdraw_reason_list", "drop_withdraw_reason") {
        let Some(title) = reason.text_of("title") else { continue };
        let (ctgov, other) = words.term_or_other("reason_not_completed_ctgov", title);
        let subjects = achievements(reason, groups);
        period.reasons.push(ReasonNotCompleted { ctgov: Some(ctgov), eudract: None, words: other, subjects });
    }
    Some(period)
}

/// Subjects or units by group. Where they apply (`scope`) follows from the element around.
pub(super) fn denominators(item: Element<'_>, groups: &Groups) -> Vec<Denominator> {
    let denominator = |item: Element<'_>| {
        let counts: Vec<_> = by_group(item.list("count_list", "count"), groups)
            .filter_map(|(at, item)| {
                item.understood();
                Some((at, figure(item, "value")?))
            })
            .collect();
        let _ = item.text_of("scope");
        Some(Denominator { units: item.text_of("units")?, counts: groups.cells(counts) })
    };
    item.list("analyzed_list", "analyzed").into_iter().filter_map(denominator).collect()
}

fn baseline(module: Element<'_>, words: &Words<'_>, flow: &Flow) -> Baseline {
    let (items, ids) = groups(module);
    let counts = denominators(module, &ids);
    let group = |(at, item): (usize, &Element<'_>)| {
        let (subjects, units) = counted(&counts, at);
        let (title, description) = (item.text_of("title"), item.text_of("description"));
        BaselineGroup { flow_group: None, analysis_set: None, period: None, title, description, subjects, units }
    };
    let mut all: Vec<BaselineGroup> = items.iter().enumerate().map(group).collect();
    let has_total = all.len() > 1 && all.last().is_some_and(|last| last.title.as_deref() == Some("Total"));
    let total = if has_total { all.pop() } else { None };
    let measures = module.list("measure_list", "measure");
    let mut baseline = Baseline {
        population: module.text_of("population"),
        units: module.text_of("type_units_analyzed"),
        model: None,
        groups: all,
        total,
        characteristics: measures.into_iter().filter_map(|item| characteristic(item, &ids, words)).collect(),
    };
    settle_baseline(&mut baseline, flow);
    baseline
}

fn characteristic(item: Element<'_>, groups: &Groups, words: &Words<'_>) -> Option<Characteristic> {
    let mut measure = outcomes::measure(item, groups, words, "baseline_parameter")?;
    let counts = measure.parameter.as_ref().is_some_and(|term| term.is("count_of_participants"));
    let kind = characteristic_kind(&measure.title, counts);
    if let Some(title) = characteristic_title(kind) {
        title.clone_into(&mut measure.title.text);
    }
    Some(Characteristic { kind, ready: None, measure })
}

fn events(module: Element<'_>, words: &Words<'_>, flow: &Flow) -> AdverseEvents {
    let (items, ids) = groups(module);
    let group = |item: &Element<'_>| {
        Some(EventGroup {
            related: None,
            flow_group: None,
            title: item.text_of("title")?,
            description: item.text_of("description"),
            exposed: None,
            at_risk_serious: None,
            at_risk_other: None,
            at_risk_deaths: None,
            serious: None,
            non_serious: None,
            deaths: None,
            deaths_from_events: None,
        })
    };
    let mut events = AdverseEvents {
        time_frame: module.text_of("time_frame"),
        description: module.text_of("desc"),
        groups: items.iter().filter_map(group).collect(),
        ..AdverseEvents::default()
    };
    if let Some(table) = module.child("serious_events") {
        let (terms, totals) = table_of_events(table, &ids, words);
        for (group, (affected, at_risk)) in events.groups.iter_mut().zip(totals) {
            (group.serious, group.at_risk_serious) = (affected, at_risk);
        }
        events.serious = terms;
    }
    if let Some(table) = module.child("other_events") {
        let (terms, totals) = table_of_events(table, &ids, words);
        for (group, (affected, at_risk)) in events.groups.iter_mut().zip(totals) {
            (group.non_serious, group.at_risk_other) = (affected, at_risk);
        }
        events.non_serious = terms;
        events.threshold = table.text_of("frequency_threshold");
    }
    settle_events(&mut events, flow);
    events
}

/// Subjects affected and at risk.
type Total = (Option<Figure>, Option<Figure>);

/// Terms of a table with what applies to each, and the totals of groups, which stand as a term of their own.
fn table_of_events(table: Element<'_>, groups: &Groups, words: &Words<'_>) -> (Vec<Event>, Vec<Total>) {
    let default_dictionary: Option<Dictionary> = table.text_of("default_vocab").map(dictionary);
    let default_assessment: Option<Term> =
        table.text_of("default_assessment").map(|word| words.term("assessment", &word));
    let mut terms = Vec::new();
    let mut totals = Vec::new();
    for category in table.list("category_list", "category") {
        let title = category.text_of("title");
        for item in category.list("event_list", "event") {
            let Some(name) = item.child("sub_title") else { continue };
            let Some(term) = name.text() else { continue };
            let counts = groups.cells(by_group(item.children("counts"), groups).map(|(at, item)| {
                item.understood();
                let count = EventCount {
                    affected: figure(item, "subjects_affected"),
                    occurrences: figure(item, "events"),
                    exposed: figure(item, "subjects_at_risk"),
                    serious: None,
                };
                (at, count)
            }));
            if title.as_deref() == Some("Total") && term.starts_with("Total, ") {
                let total = |count: Option<EventCount>| count.map_or((None, None), |of| (of.affected, of.exposed));
                totals = counts.into_iter().map(total).collect();
                continue;
            }
            let own = name.attribute("vocab").map(|words| dictionary(Text::new(words, name.place())));
            let assessment = item.text_of("assessment").map(|word| words.term("assessment", &word));
            terms.push(Event {
                term,
                class: title.as_ref().map(|title| words.class(title)),
                assessment: assessment.or_else(|| default_assessment.clone()),
                dictionary: own.or_else(|| default_dictionary.clone()),
                note: item.text_of("description"),
                counts,
            });
        }
    }
    (terms, totals)
}

const NO_RESTRICTION: &str = "There is NOT an agreement";
const OTHER_RESTRICTION: &str = "Other disclosure agreement that restricts the right of the PI to discuss or publish \
                                 trial results after the trial is completed.";

/// Agreements stand in the register's sentences; what follows the sentence is the sponsor's.
fn agreement(item: Element<'_>) -> Agreement {
    let mut agreement =
        Agreement { employees: item.text_of("pi_employee").map(|text| !text.contains("NOT")), ..Agreement::default() };
    if let Some(mut text) = item.text_of("restrictive_agreement") {
        agreement.restrictive = Some(!text.starts_with(NO_RESTRICTION));
        let code = |code: &str| Some(Text::new(code, text.place.clone()));
        if text.contains("less than or equal to 60 days") {
            agreement.restriction = code("LTE60");
        } else if text.contains("more than 60 days but less than or equal to 180 days") {
            agreement.restriction = code("GT60");
        } else if let Some(details) = text.strip_prefix(OTHER_RESTRICTION) {
            agreement.restriction = code("OTHER");
            text.text = details.trim().to_owned();
            agreement.details = Some(text).filter(|text| !text.is_empty());
        }
    }
    agreement
}
