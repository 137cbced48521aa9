//! Views of the ClinicalTrials.gov template: participant flow and adverse events.

use serde_json::{Value as Json, json};

use crate::report::registry::{Achievement, AdverseEvents, Dictionary, Event, EventGroup, Figure, Term, Text};
use crate::spec::registry_terms::Dialect;

use super::xml::{Views, figure, optional_figure, words};

/// Participant flow.
pub(super) fn flow(views: &Views<'_>) -> Json {
    let of = &views.record.flow;
    let periods = of.periods.iter().map(|period| {
        let reasons = period.reasons.iter().map(|reason| {
            let kind = views.word("reason_not_completed_ctgov", reason.ctgov.as_ref(), Dialect::Prs);
            let is_other = reason.ctgov.as_ref().is_none_or(|term| term.is("other"));
            json!({
                "reason_type": kind.unwrap_or("Other"),
                "other": words(reason.words.as_ref().filter(|_| is_other)),
                "counts": achievements(&reason.subjects),
            })
        });
        let milestones = period.milestones.iter().map(|milestone| {
            json!({
                "title": milestone.title.text,
                "comment": words(milestone.comment.as_ref()),
                "counts": achievements(&milestone.reached),
            })
        });
        json!({
            "title": period.title.text,
            "started": achievements(&period.started),
            "completed": achievements(&period.completed),
            "milestones": milestones.collect::<Vec<_>>(),
            "reasons": reasons.collect::<Vec<_>>(),
        })
    });
    json!({
        "groups": of.groups.iter().enumerate().map(|(at, group)| json!({
            "id": group_id("Flow", at),
            "title": group.title.text,
            "description": words(group.description.as_ref()),
        })).collect::<Vec<_>>(),
        "periods": periods.collect::<Vec<_>>(),
        "screening": words(of.pre_assignment.as_ref()),
        "recruitment": words(of.recruitment.as_ref()),
        "units": words(of.units.as_ref()),
    })
}

fn group_id(module: &str, at: usize) -> String {
    format!("{module}.{}", at + 1)
}

/// Subjects of the groups that take part; where their number is not given, the comment says why.
fn achievements(list: &[Option<Achievement>]) -> Vec<Json> {
    let one = |(at, of): (usize, &Achievement)| {
        let unknown = of.subjects == Figure::Printed("NA".to_owned());
        json!({
            "group": group_id("Flow", at),
            "comment": words(of.comment.as_ref().filter(|_| !unknown)),
            "subjects": if unknown { Json::Null } else { figure(&of.subjects) },
            "na_comment": words(of.comment.as_ref().filter(|_| unknown)),
            "units": optional_figure(of.units.as_ref()),
        })
    };
    list.iter().enumerate().filter_map(|(at, of)| Some((at, of.as_ref()?))).map(one).collect()
}

/// Name and version of a dictionary, as printed where it was read.
fn vocabulary(of: &Dictionary) -> Option<String> {
    let name = match (&of.words, &of.name) {
        (Some(words), _) => words.text.clone(),
        (None, Some(Term::Listed(id))) if id == "meddra" => "MedDRA".to_owned(),
        (None, Some(Term::Listed(id))) if id == "snomed" => "SNOMED CT".to_owned(),
        (None, Some(Term::Unlisted(word))) => word.clone(),
        (None, _) => return None,
    };
    let version = of.version.as_ref().filter(|version| !name.contains(version.text.as_str()));
    Some(version.map_or_else(|| name.clone(), |version| format!("{name} {}", version.text)))
}

/// Adverse events.
pub(super) fn adverse_events(views: &Views<'_>, of: &AdverseEvents) -> Json {
    let assessment = |term: &Option<Term>| views.word("assessment", term.as_ref(), Dialect::Prs).map(str::to_owned);
    let event = |event: &Event| {
        let values = event.counts.iter().enumerate().filter_map(|(at, count)| {
            let count = count.as_ref()?;
            let at_risk = count.exposed.as_ref().or_else(|| of.groups.get(at)?.exposed.as_ref());
            Some(json!({
                "group": group_id("Events", at),
                "occurrences": optional_figure(count.occurrences.as_ref()),
                "affected": optional_figure(count.affected.as_ref()),
                "exposed": optional_figure(at_risk),
            }))
        });
        json!({
            "term": event.term.text,
            "class_name": class_name(views, event),
            "assessment": assessment(&event.assessment),
            "note": words(event.note.as_ref()),
            "vocabulary": event.dictionary.as_ref().and_then(vocabulary),
            "values": values.collect::<Vec<_>>(),
        })
    };
    let group = |(at, group): (usize, &EventGroup)| {
        // One number of subjects at risk serves all three tables, unless each has its own.
        let own = [&group.at_risk_serious, &group.at_risk_other, &group.at_risk_deaths];
        let apart = own.iter().any(|figure| figure.is_some());
        let at_risk = |own: &Option<Figure>| optional_figure(if apart { own.as_ref() } else { group.exposed.as_ref() });
        json!({
            "id": group_id("Events", at),
            "title": group.title.text,
            "description": words(group.description.as_ref()),
            "deaths": optional_figure(group.deaths.as_ref()),
            "non_serious": optional_figure(group.non_serious.as_ref()),
            "serious": optional_figure(group.serious.as_ref()),
            "at_risk_deaths": at_risk(&group.at_risk_deaths),
            "at_risk_other": at_risk(&group.at_risk_other),
            "at_risk_serious": at_risk(&group.at_risk_serious),
        })
    };
    json!({
        "mortality_comment": words(of.mortality_comment.as_ref()),
        "assessment": assessment(&of.assessment),
        "threshold": words(of.threshold.as_ref()),
        "non_serious": of.non_serious.iter().map(event).collect::<Vec<_>>(),
        "serious": of.serious.iter().map(event).collect::<Vec<_>>(),
        "groups": of.groups.iter().enumerate().map(group).collect::<Vec<_>>(),
        "description": words(of.description.as_ref()),
        "vocabulary": vocabulary(&of.dictionary),
        "time_frame": words(of.time_frame.as_ref()),
    })
}

/// The class's name on ClinicalTrials.gov, which differs from MedDRA's for one class; a name of no list stays.
fn class_name(views: &Views<'_>, event: &Event) -> Option<String> {
    let class = event.class.as_ref()?;
    let known = views.codes.system_organ_classes().find(|known| {
        class.id == Some(known.term.id)
            || class.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(&known.name))
    });
    known.map(|known| known.ctgov_name.clone()).or_else(|| class.name.clone())
}

/// Words that the PRS file has no place for: what they are, and where they stand.
pub(super) fn without_place<'r>(views: &Views<'r>) -> Vec<(&'static str, &'r Text)> {
    let mut found = Vec::new();
    let record = views.record;
    for reason in record.flow.periods.iter().flat_map(|period| &period.reasons) {
        let comments = reason.subjects.iter().flatten().filter_map(|of| of.comment.as_ref());
        found.extend(comments.map(|text| ("a comment on a reason for not completing", text)));
    }
    for group in record.outcomes.iter().flat_map(|outcome| &outcome.groups) {
        found.extend(group.comment.as_ref().map(|text| ("a comment on a group of an outcome", text)));
    }
    found.extend(
        record
            .identification
            .others
            .iter()
            .filter_map(|of| of.link.as_ref())
            .map(|text| ("the address of a secondary number", text)),
    );
    found
}
