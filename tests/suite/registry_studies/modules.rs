//! Modules of the two registries' files in one form, so that both are held against the same count of the rows.

use std::collections::BTreeMap;

use roxmltree::Node;

use super::built::{Built, all, count, parse, text};

/// Subjects of an arm in a period: started, completed, further milestones by title, reasons by name without zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub started: usize,
    pub completed: usize,
    pub milestones: BTreeMap<String, usize>,
    pub reasons: BTreeMap<String, usize>,
}

/// Periods in order: title, and the counts of each arm by its title.
pub type Flow = Vec<(String, BTreeMap<String, Counts>)>;

fn owned(text: &str) -> String {
    text.to_owned()
}

/// The flow as EudraCT has it; reasons under EudraCT's codes, `other` with its words.
pub fn flow_of_eudract(built: &Built) -> Flow {
    let document = parse(&built.eudract);
    let root = document.root_element();
    let reason_name = |id: &str| {
        let of = all(root, "subjectDisposition/reasonsNotCompleted/reasonNotCompleted");
        let of = of.into_iter().find(|one| one.attribute("id") == Some(id)).expect("a reason");
        let code = text(of, "type/value").trim_start_matches("NOT_COMPLETED_REASON.");
        if code == "other" { owned(text(of, "otherReason")) } else { owned(code) }
    };
    let periods = all(root, "subjectDisposition/postAssignmentPeriods/postAssignmentPeriod");
    let period = |period: Node<'_, '_>| {
        assert_eq!(text(period, "mutuallyExclusiveArms"), "true");
        let milestone_name = |id: &str| {
            let of = all(period, "otherMilestones/otherMilestone");
            owned(text(of.into_iter().find(|one| one.attribute("id") == Some(id)).expect("a milestone"), "title"))
        };
        let arm = |arm: Node<'_, '_>| {
            let milestones = all(arm, "otherMilestoneAchievements/otherMilestoneAchievement").into_iter().map(|one| {
                (milestone_name(one.attribute("otherMilestoneId").unwrap_or_default()), count(one, "subjects"))
            });
            let reasons = all(arm, "notCompletedReasonDetails/reasonDetail").into_iter().map(|one| {
                (reason_name(one.attribute("reasonNotCompletedId").unwrap_or_default()), count(one, "subjects"))
            });
            let counts = Counts {
                started: count(arm, "startedMilestoneAchievement/subjects"),
                completed: count(arm, "completedMilestoneAchievement/subjects"),
                milestones: milestones.collect(),
                reasons: reasons.filter(|(_, n)| *n > 0).collect(),
            };
            (owned(text(arm, "title")), counts)
        };
        (owned(text(period, "title")), all(period, "arms/arm").into_iter().map(arm).collect())
    };
    periods.into_iter().map(period).collect()
}

/// The flow as ClinicalTrials.gov has it; reasons under its words, `Other` with the sponsor's.
pub fn flow_of_prs(built: &Built) -> Flow {
    let document = parse(&built.prs);
    let flow = all(document.root_element(), "//participantFlow")[0];
    let groups = titles(flow, "participantFlowGroups/flowGroup");
    let period = |period: Node<'_, '_>| {
        let of_group = |node: Node<'_, '_>, list: &str, number: &str, id: &str| {
            let found = all(node, list).into_iter().find(|one| text(*one, "reportingGroupId") == id);
            found.map_or(0, |one| count(one, number))
        };
        let achieved = |path: &str, id: &str| {
            of_group(period, &format!("{path}/milestoneAchievements/milestoneAchievement"), "subjectsAchieve", id)
        };
        let counts = |id: &str| Counts {
            started: achieved("startedMilestone", id),
            completed: achieved("completedMilestone", id),
            milestones: all(period, "milestones/milestone")
                .into_iter()
                .map(|one| {
                    let list = "milestoneAchievements/milestoneAchievement";
                    (owned(text(one, "titleOther")), of_group(one, list, "subjectsAchieve", id))
                })
                .collect(),
            reasons: all(period, "dropWithdrawReasons/dropWithdrawReason")
                .into_iter()
                .map(|one| {
                    let (word, other) = (text(one, "reasonType"), text(one, "otherReasonName"));
                    let list = "dropWithdrawReasonDetails/reasonDetail";
                    let name = if word == "Other" { other } else { word };
                    (owned(name), of_group(one, list, "subjectsAffected", id))
                })
                .filter(|(_, n)| *n > 0)
                .collect(),
        };
        let arms = groups.iter().map(|(id, title)| (title.clone(), counts(id))).collect();
        (owned(text(period, "title")), arms)
    };
    all(flow, "periods/period").into_iter().map(period).collect()
}

/// Titles of groups by id.
fn titles(node: Node<'_, '_>, path: &str) -> Vec<(String, String)> {
    let group = |one: Node<'_, '_>| (owned(one.attribute("id").unwrap_or_default()), owned(text(one, "title")));
    all(node, path).into_iter().map(group).collect()
}

/// A group of an outcome: title, subjects analysed, value and spread as printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    pub title: String,
    pub analysed: usize,
    pub value: String,
    pub spread: String,
}

/// Groups of an outcome with one value each, by its title, as EudraCT has them.
pub fn outcome_of_eudract(built: &Built, title: &str) -> Vec<Group> {
    let document = parse(&built.eudract);
    let root = document.root_element();
    let outcome = all(root, "endPoints/endPoint").into_iter().find(|one| text(*one, "title") == title);
    let outcome = outcome.expect("the outcome");
    let arms = all(root, "subjectDisposition/postAssignmentPeriods/postAssignmentPeriod/arms/arm");
    let sets = all(root, "subjectAnalysisSets/subjectAnalysisSet");
    let name = |group: Node<'_, '_>| {
        let id = group.attribute("armId").or(group.attribute("subjectAnalysisSetId"));
        let of = arms.iter().chain(&sets).find(|one| one.attribute("id") == id).expect("an arm or set");
        owned(text(*of, "title"))
    };
    let group = |group: Node<'_, '_>| {
        let counted = text(group, "countableValues/countableValue/value");
        Group {
            title: name(group),
            analysed: count(group, "subjects"),
            value: owned(if counted.is_empty() { text(group, "tendencyValues/tendencyValue/value") } else { counted }),
            spread: owned(text(group, "dispersionValues/dispersionValue/value")),
        }
    };
    let groups =
        ["armReportingGroups/armReportingGroup", "subjectAnalysisSetReportingGroups/subjectAnalysisSetReportingGroup"];
    groups.into_iter().flat_map(|path| all(outcome, path)).map(group).collect()
}

/// The same as ClinicalTrials.gov has them.
pub fn outcome_of_prs(built: &Built, title: &str) -> Vec<Group> {
    let document = parse(&built.prs);
    let root = document.root_element();
    let outcome = all(root, "//outcomeMeasure").into_iter().find(|one| text(*one, "title") == title);
    let outcome = outcome.expect("the outcome");
    let values = all(outcome, "measureRows/measureRow/reportedValues/reportedValue");
    let group = |group: Node<'_, '_>| {
        let value = values.iter().find(|one| group.attribute("id") == Some(text(**one, "reportingGroupId")));
        let entry = all(*value.expect("a value"), "reportedEntries/reportedEntry")[0];
        Group {
            title: owned(text(group, "title")),
            analysed: count(group, "subjectsAnalyzed"),
            value: owned(text(entry, "parameterValue")),
            spread: owned(text(entry, "dispersionSpread")),
        }
    };
    all(outcome, "outcomeReportingGroups/outcomeReportingGroup").into_iter().map(group).collect()
}

/// Subjects of a group of adverse events.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AtRisk {
    /// Exposed; `None` where the file leaves it open.
    pub exposed: Option<usize>,
    pub serious: usize,
    pub other: usize,
    pub deaths: usize,
}

/// A term: title of the group, then events and subjects affected.
pub type Term = BTreeMap<String, (usize, usize)>;

/// Groups at risk by title, and serious and other terms.
pub type Events = (BTreeMap<String, AtRisk>, BTreeMap<String, Term>, BTreeMap<String, Term>);

/// Adverse events as EudraCT has them.
pub fn events_of_eudract(built: &Built) -> Events {
    let document = parse(&built.adverse_events);
    let root = document.root_element();
    let groups = titles(root, "reportingGroups/reportingGroup");
    let at_risk = |group: Node<'_, '_>| AtRisk {
        exposed: text(group, "subjectsExposed").parse().ok(),
        serious: count(group, "subjectsAffectedBySeriousAdverseEvents"),
        other: count(group, "subjectsAffectedByNonSeriousAdverseEvents"),
        deaths: count(group, "deathsAllCauses"),
    };
    let terms = |path: &str| {
        let term = |event: Node<'_, '_>| {
            let value = |value: Node<'_, '_>| {
                let id = value.attribute("reportingGroupId").unwrap_or_default();
                let (_, title) = groups.iter().find(|(known, _)| known == id).expect("a group");
                (title.clone(), (count(value, "occurrences"), count(value, "subjectsAffected")))
            };
            (owned(text(event, "term")), all(event, "values/value").into_iter().map(value).collect())
        };
        all(root, path).into_iter().map(term).collect()
    };
    let groups_at_risk = all(root, "reportingGroups/reportingGroup");
    (
        groups_at_risk.into_iter().map(|group| (owned(text(group, "title")), at_risk(group))).collect(),
        terms("seriousAdverseEvents/seriousAdverseEvent"),
        terms("nonSeriousAdverseEvents/nonSeriousAdverseEvent"),
    )
}

/// Adverse events as ClinicalTrials.gov has them.
pub fn events_of_prs(built: &Built) -> Events {
    let document = parse(&built.prs);
    let events = all(document.root_element(), "//reportedEvents")[0];
    let groups = titles(events, "interventionGroups/interventionGroup");
    let at_risk = |group: Node<'_, '_>| {
        let exposed = count(group, "partAtRiskSeriousEvents");
        assert_eq!(count(group, "partAtRiskFrequentEvents"), exposed);
        AtRisk {
            exposed: Some(exposed),
            serious: count(group, "numSubjectsSeriousEvents"),
            other: count(group, "numSubjectsFrequentEvents"),
            deaths: count(group, "numDeaths"),
        }
    };
    let terms = |path: &str| {
        let term = |event: Node<'_, '_>| {
            let value = |value: Node<'_, '_>| {
                let id = text(value, "reportingGroupId");
                let (_, title) = groups.iter().find(|(known, _)| known == id).expect("a group");
                (title.clone(), (count(value, "numEvents"), count(value, "numSubjectsAffected")))
            };
            (owned(text(event, "term")), all(event, "adverseEventStats/eventStats").into_iter().map(value).collect())
        };
        all(events, path).into_iter().map(term).collect()
    };
    let groups_at_risk = all(events, "interventionGroups/interventionGroup");
    (
        groups_at_risk.into_iter().map(|group| (owned(text(group, "title")), at_risk(group))).collect(),
        terms("seriousAdverseEvents/seriousEvent"),
        terms("frequentAdverseEvents/frequentEvent"),
    )
}
