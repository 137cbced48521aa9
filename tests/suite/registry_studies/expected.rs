//! What the files must say, counted from the raw rows.

use std::collections::{BTreeMap, BTreeSet};

use super::built::{Built, Raw};
use super::modules::{
    AtRisk, Counts, Events, Group, Term, events_of_eudract, events_of_prs, flow_of_eudract, flow_of_prs,
    outcome_of_eudract, outcome_of_prs,
};

/// An arm: its code in the sheet and its title.
pub type Arm = (&'static str, &'static str);

/// Ends of participation: code in the sheet, name for EudraCT, name for ClinicalTrials.gov.
const ENDS: [(&str, [&str; 2]); 4] = [
    ("WITHDREW", ["consentWithdrawn", "Withdrawal by Subject"]),
    ("DIED", ["adverseSeriousFatal", "Death"]),
    ("LOST", ["lostFollowup", "Lost to Follow-up"]),
    ("CLOSED", ["Arm closed by the sponsor"; 2]),
];

/// One period: everybody started, those with `COMPLETED` completed, all others have their reason.
#[track_caller]
pub fn check_flow(built: &Built, arms: &[Arm]) {
    let flows = [flow_of_eudract(built), flow_of_prs(built)];
    for (registry, flow) in flows.into_iter().enumerate() {
        let expected = arms.iter().map(|(code, title)| {
            let of = |holds: &dyn Fn(&Raw) -> bool| built.count(|row| row["ARM"] == *code && holds(row));
            let reasons =
                ENDS.iter().map(|(end, names)| (names[registry].to_owned(), of(&|row| row["ENDSTAT"] == *end)));
            let received = of(&|row| !row["DOSEDT"].is_empty());
            let counts = Counts {
                started: of(&|_| true),
                completed: of(&|row| row["ENDSTAT"] == "COMPLETED"),
                milestones: BTreeMap::from([("Received Treatment as Allocated".to_owned(), received)]),
                reasons: reasons.filter(|(_, n)| *n > 0).collect(),
            };
            ((*title).to_owned(), counts)
        });
        assert_eq!(flow, [("Overall Study".to_owned(), expected.collect())]);
    }
}

/// Groups of an outcome in both files: title, analysed, value, spread.
#[track_caller]
pub fn check_outcome(built: &Built, title: &str, groups: &[(&str, usize, String, String)]) {
    let group = |(title, analysed, value, spread): &(&str, usize, String, String)| Group {
        title: (*title).to_owned(),
        analysed: *analysed,
        value: value.clone(),
        spread: spread.clone(),
    };
    let expected: Vec<Group> = groups.iter().map(group).collect();
    assert_eq!(outcome_of_eudract(built, title), expected);
    assert_eq!(outcome_of_prs(built, title), expected);
}

/// Events from the first dose on: all serious terms; other terms that more than 5 percent of an arm had, with all arms.
#[track_caller]
pub fn check_events(built: &Built, arms: &[Arm]) {
    let exposed = |subject: &Raw, arm: &str| subject["ARM"] == arm && !subject["DOSEDT"].is_empty();
    check_events_under(built, arms, &exposed, &|subject, _| subject["ARM"].clone());
}

/// The same where `exposed` says who received what, and `under` what an event began under.
#[track_caller]
pub fn check_events_under(
    built: &Built,
    groups: &[Arm],
    exposed: &dyn Fn(&Raw, &str) -> bool,
    under: &dyn Fn(&Raw, &Raw) -> String,
) {
    let counted = expected_events(built, groups, exposed, under);
    assert_eq!(events_of_prs(built), counted);
    let mut open = counted;
    // EudraCT's schema takes at least 1 exposed, or nothing.
    open.0.values_mut().filter(|of| of.exposed == Some(0)).for_each(|of| of.exposed = None);
    assert_eq!(events_of_eudract(built), open);
}

fn expected_events(
    built: &Built,
    arms: &[Arm],
    exposed: &dyn Fn(&Raw, &str) -> bool,
    under: &dyn Fn(&Raw, &Raw) -> String,
) -> Events {
    let subject = |event: &Raw| built.subjects.iter().find(|row| row["SUBJID"] == event["SUBJID"]).expect("a subject");
    // Dates of ISO 8601 are in order as texts.
    let emergent: Vec<&Raw> = built
        .events
        .iter()
        .filter(|event| !subject(event)["DOSEDT"].is_empty() && event["AESTDT"] >= subject(event)["DOSEDT"])
        .collect();
    let n_exposed = |arm: &str| built.count(|row| exposed(row, arm));
    let affected = |events: &[&Raw]| events.iter().map(|event| event["SUBJID"].clone()).collect::<BTreeSet<_>>().len();
    let of = |arm: &str, serious: &str, term: Option<&str>| -> Vec<&Raw> {
        let is = |event: &&&Raw| {
            under(subject(event), event) == arm
                && event["AESER"] == serious
                && term.is_none_or(|term| event["AEDECOD"] == term)
        };
        emergent.iter().filter(is).copied().collect()
    };
    let terms = |serious: &str, reported: &dyn Fn(usize, usize) -> bool| -> BTreeMap<String, Term> {
        let names: BTreeSet<&str> =
            emergent.iter().filter(|e| e["AESER"] == serious).map(|e| e["AEDECOD"].as_str()).collect();
        let passes =
            |name: &&str| arms.iter().any(|(arm, _)| reported(affected(&of(arm, serious, Some(name))), n_exposed(arm)));
        let row = |name: &str| -> Term {
            let cell = |(arm, title): &Arm| {
                let events = of(arm, serious, Some(name));
                ((*title).to_owned(), (events.len(), affected(&events)))
            };
            arms.iter().map(cell).collect()
        };
        names.into_iter().filter(passes).map(|name| (name.to_owned(), row(name))).collect()
    };
    let serious = terms("Y", &|_, _| true);
    let other = terms("N", &|affected, at_risk| affected * 100 > at_risk * 5);
    let at_risk = |(arm, title): &Arm| {
        let reported: Vec<&Raw> =
            of(arm, "N", None).into_iter().filter(|event| other.contains_key(&event["AEDECOD"])).collect();
        let counts = AtRisk {
            exposed: Some(n_exposed(arm)),
            serious: affected(&of(arm, "Y", None)),
            other: affected(&reported),
            deaths: built.count(|row| row["ARM"] == *arm && row["ENDSTAT"] == "DIED"),
        };
        ((*title).to_owned(), counts)
    };
    (arms.iter().map(at_risk).collect(), serious, other)
}
