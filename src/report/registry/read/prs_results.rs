//! Reads the results of a PRS record (`rrs:result`): flow, baseline, adverse events and the rest.

use std::collections::BTreeSet;

use crate::report::registry::{
    Achievement, AdverseEvents, Agreement, Baseline, BaselineGroup, Characteristic, CharacteristicKind, Contact, Event,
    EventCount, EventGroup, Flow, FlowGroup, Milestone, Period, ReasonNotCompleted, RegistryRecord, Text,
};

use super::ctgov_groups::{Groups, settle_baseline, settle_events};
use super::ctgov_words::{Words, characteristic_kind, characteristic_title, dictionary, yes_or_no};
use super::prs::not_given;
use super::prs_outcomes as outcomes;
use super::tree::Element;

/// The pick-list's word for a characteristic of the study.
const STUDY_SPECIFIC: &str = "Study Specific Characteristic";

/// Reads the results.
pub(super) fn read(result: Element<'_>, words: &Words<'_>, record: &mut RegistryRecord) {
    if let Some(module) = result.child("participantFlow") {
        record.flow = flow(module, words);
    }
    record.baseline = result.child("baseline").map(|module| baseline(module, words, &record.flow));
    let list = result.list("outcomeMeasures", "outcomeMeasure");
    record.outcomes = list.into_iter().filter_map(|item| outcomes::outcome(item, words, &record.flow)).collect();
    record.adverse_events = result.child("reportedEvents").map(|module| events(module, words, &record.flow));
    record.more.limitations = result.child("limitationsAndCaveats").and_then(|item| {
        item.understood_if_empty();
        item.text_of("description")
    });
    record.more.agreement = result.child("certainAgreement").map(agreement);
    record.more.point_of_contact = result.child("pointOfContact").map(|item| Contact {
        name: item.text_of("title"),
        organisation: item.text_of("organizationName"),
        email: item.text_of("email"),
        phone_country: None,
        phone: item.text_of("phoneNumber"),
        phone_extension: item.text_of("phoneExtension"),
    });
}

/// Ids of groups.
pub(super) fn ids<'t>(items: impl IntoIterator<Item = Element<'t>>) -> Groups {
    Groups::new(items.into_iter().map(|item| item.attribute("id").unwrap_or_default().to_owned()).collect())
}

/// Elements that name a group, by its position; one that names an unknown group, or one named before, stays not
/// understood.
pub(super) fn by_group<'t>(
    items: impl IntoIterator<Item = Element<'t>>,
    groups: &Groups,
) -> impl Iterator<Item = (usize, Element<'t>)> {
    let mut named = BTreeSet::new();
    items.into_iter().filter_map(move |item| {
        let id = item.child("reportingGroupId")?;
        let at = groups.position(id.peek()?).filter(|at| named.insert(*at))?;
        id.understood();
        Some((at, item))
    })
}

fn flow(module: Element<'_>, words: &Words<'_>) -> Flow {
    let items = module.list("participantFlowGroups", "flowGroup");
    let groups = ids(items.iter().copied());
    let group = |item: Element<'_>| {
        Some(FlowGroup { arm: None, title: item.text_of("title")?, description: item.text_of("description") })
    };
    let periods = module.list("periods", "period");
    Flow {
        recruitment: module.text_of("recruitmentDetails"),
        pre_assignment: module.text_of("preAssignmentDescription"),
        units: module.text_of("typeUnitsAnalyzed"),
        groups: items.into_iter().filter_map(group).collect(),
        periods: periods.into_iter().filter_map(|item| period(item, &groups, words)).collect(),
    }
}

fn achievements(milestone: Option<Element<'_>>, groups: &Groups) -> Vec<Option<Achievement>> {
    let items = milestone.map(|item| item.list("milestoneAchievements", "milestoneAchievement")).unwrap_or_default();
    groups.cells(by_group(items, groups).map(|(at, item)| {
        let achievement = Achievement {
            subjects: item.figure_of("subjectsAchieve").unwrap_or_else(not_given),
            units: item.figure_of("unitsAchieve"),
            comment: item.text_of("comment").or_else(|| item.text_of("subjectsNaComment")),
        };
        (at, achievement)
    }))
}

fn period(item: Element<'_>, groups: &Groups, words: &Words<'_>) -> Option<Period> {
    let milestone = |item: Element<'_>| {
        let reached = achievements(Some(item), groups);
        Some(Milestone { title: item.text_of("titleOther")?, reached, comment: item.text_of("comment") })
    };
    let reason = |item: Element<'_>| {
        let details = by_group(item.list("dropWithdrawReasonDetails", "reasonDetail"), groups).map(|(at, item)| {
            let subjects = item.figure_of("subjectsAffected").unwrap_or_else(not_given);
            (at, Achievement { subjects, units: None, comment: None })
        });
        let kind = item.text_of("reasonType")?;
        Some(ReasonNotCompleted {
            ctgov: Some(words.term("reason_not_completed_ctgov", &kind)),
            eudract: None,
            words: item.text_of("otherReasonName"),
            subjects: groups.cells(details),
        })
    };
    Some(Period {
        title: item.text_of("title")?,
        baseline: None,
        started: achievements(item.child("startedMilestone"), groups),
        completed: achievements(item.child("completedMilestone"), groups),
        not_completed: groups.cells(std::iter::empty()),
        milestones: item.list("milestones", "milestone").into_iter().filter_map(milestone).collect(),
        reasons: item.list("dropWithdrawReasons", "dropWithdrawReason").into_iter().filter_map(reason).collect(),
        details: None,
    })
}

fn baseline_group(item: Element<'_>) -> BaselineGroup {
    BaselineGroup {
        flow_group: None,
        analysis_set: None,
        period: None,
        title: item.text_of("title"),
        description: item.text_of("description"),
        subjects: item.figure_of("subjectsAnalyzed"),
        units: item.figure_of("numUnitsAnalyzed"),
    }
}

fn baseline(module: Element<'_>, words: &Words<'_>, flow: &Flow) -> Baseline {
    let items = module.list("baselineReportingGroups", "baselineReportingGroup");
    let total = module.child("totalBaselineReportingGroup");
    let groups = ids(items.iter().copied().chain(total));
    let units = module.text_of("typeUnitsAnalyzed");
    let measures = module.list("baselineMeasures", "baselineMeasure");
    let characteristic = |item: Element<'_>| {
        let mut measure = outcomes::measure(item, &groups, words, "baseline_parameter", units.as_ref())?;
        let counts = measure.parameter.as_ref().is_some_and(|term| term.is("count_of_participants"));
        let kind = match item.text_of("otherTitle") {
            Some(own) => {
                // The list has one word for all of them.
                if measure.title.text != STUDY_SPECIFIC {
                    item.child("title").into_iter().for_each(Element::not_understood);
                }
                measure.title = own;
                CharacteristicKind::StudySpecific
            }
            None => characteristic_kind(&measure.title, counts),
        };
        if let Some(title) = characteristic_title(kind) {
            title.clone_into(&mut measure.title.text);
        }
        Some(Characteristic { kind, ready: None, measure })
    };
    let mut baseline = Baseline {
        population: module.text_of("populationAnalysisDescription"),
        model: None,
        groups: items.into_iter().map(baseline_group).collect(),
        total: total.map(baseline_group),
        characteristics: measures.into_iter().filter_map(characteristic).collect(),
        units: units.clone(),
    };
    settle_baseline(&mut baseline, flow);
    baseline
}

fn events(module: Element<'_>, words: &Words<'_>, flow: &Flow) -> AdverseEvents {
    let items = module.list("interventionGroups", "interventionGroup");
    let groups = ids(items.iter().copied());
    let group = |item: Element<'_>| {
        Some(EventGroup {
            related: None,
            flow_group: None,
            title: item.text_of("title")?,
            description: item.text_of("description"),
            exposed: None,
            at_risk_serious: item.figure_of("partAtRiskSeriousEvents"),
            at_risk_other: item.figure_of("partAtRiskFrequentEvents"),
            at_risk_deaths: item.figure_of("partAtRiskAllCauseMort"),
            serious: item.figure_of("numSubjectsSeriousEvents"),
            non_serious: item.figure_of("numSubjectsFrequentEvents"),
            deaths: item.figure_of("numDeaths"),
            deaths_from_events: None,
        })
    };
    let assessment = module.text_of("assessmentType").map(|word| words.term("assessment", &word));
    let vocabulary = module.text_of("sourceVocabulary").map(dictionary);
    let event = |item: Element<'_>| {
        let counts = by_group(item.list("adverseEventStats", "eventStats"), &groups).map(|(at, item)| {
            let count = EventCount {
                affected: item.figure_of("numSubjectsAffected"),
                occurrences: item.figure_of("numEvents"),
                exposed: item.figure_of("numSubjects"),
                serious: None,
            };
            (at, count)
        });
        let own = item.text_of("assessmentType").map(|word| words.term("assessment", &word));
        Some(Event {
            term: item.text_of("term")?,
            class: item.text_of("organSystemName").map(|name| words.class(&name)),
            assessment: own.or_else(|| assessment.clone()),
            dictionary: item.text_of("sourceVocabulary").map(dictionary).or_else(|| vocabulary.clone()),
            note: item.text_of("notes"),
            counts: groups.cells(counts),
        })
    };
    let list = |around: &str, name: &str| module.list(around, name).into_iter().filter_map(event).collect();
    let mut events = AdverseEvents {
        time_frame: module.text_of("timeFrame"),
        description: module.text_of("notes"),
        mortality_comment: module.text_of("allCauseMortComment"),
        threshold: module.text_of("frequencyReportingThreshold"),
        frequency_rule: None,
        groups: items.iter().copied().filter_map(group).collect(),
        serious: list("seriousAdverseEvents", "seriousEvent"),
        non_serious: list("frequentAdverseEvents", "frequentEvent"),
        assessment: assessment.clone(),
        dictionary: vocabulary.clone().unwrap_or_default(),
    };
    settle_events(&mut events, flow);
    events
}

/// Questions that nobody answered read `None` in a download.
fn agreement(item: Element<'_>) -> Agreement {
    let question = |name: &str| item.child(name)?.words().and_then(yes_or_no);
    let code = |mut text: Text| {
        if text.eq_ignore_ascii_case("other") {
            "OTHER".clone_into(&mut text.text);
        }
        text
    };
    Agreement {
        employees: question("piSponsorEmployee"),
        restrictive: question("restrictiveAgreement"),
        restriction: item.text_of("restrictionType").filter(|text| text.text != "None").map(code),
        details: item.text_of("otherDetails"),
    }
}
