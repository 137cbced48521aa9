//! EudraCT's adverse events, the same in both of its files.

use serde_json::{Value as Json, json};

use crate::report::registry::{AdverseEvents, Dictionary, Event, EventCount, EventGroup, Term};

use super::xml::{Views, optional_figure, words};
use super::xml_eudract::{code, ema_term, flag};

/// Null where there are none.
pub(super) fn adverse_events(views: &Views<'_>) -> Json {
    let Some(events) = &views.record.adverse_events else { return Json::Null };
    let list = |list: &[Event]| list.iter().map(|of| event(views, events, of)).collect::<Vec<_>>();
    json!({
        "description": words(events.description.as_ref()),
        "threshold": words(events.threshold.as_ref()),
        "time_frame": words(events.time_frame.as_ref()),
        "assessment": code(views, "assessment", events.assessment.as_ref()),
        "dictionary": dictionary(views, &events.dictionary),
        "groups": events.groups.iter().enumerate().map(|(at, of)| group(views, at, of)).collect::<Vec<_>>(),
        "non_serious": list(&events.non_serious),
        "serious": list(&events.serious),
    })
}

/// ClinicalTrials.gov has the name in words; EudraCT knows MedDRA by a code.
fn dictionary(views: &Views<'_>, of: &Dictionary) -> Json {
    // A run names the dictionary in words as well; beside its code they would only say it again.
    let repeats = |words: &&crate::report::registry::Text| match &of.name {
        Some(Term::Listed(id)) => words.text.to_lowercase().starts_with(id.as_str()),
        _ => false,
    };
    let name = code(views, "dictionary", of.name.as_ref());
    let unnamed = of.words.as_ref().filter(|_| name.is_null());
    let meddra = unnamed.is_some_and(|words| words.text.to_lowercase().starts_with("meddra"));
    let version =
        unnamed.filter(|_| meddra).and_then(|words| words.text.rsplit_once([' ', '(', 'v'])).map(|(_, last)| last);
    let version =
        version.map(|version| version.trim_end_matches(')')).filter(|v| v.starts_with(|c: char| c.is_ascii_digit()));
    let name = match (name.is_null(), unnamed, meddra) {
        (false, ..) => name,
        (true, Some(_), true) => Json::from("ADV_EVT_DICTIONARY_NAME.meddra"),
        (true, Some(_), false) => Json::from("ADV_EVT_DICTIONARY_NAME.other"),
        (true, None, _) => Json::Null,
    };
    json!({
        "other": if meddra { Json::Null } else { words(of.words.as_ref().filter(|words| !repeats(words))) },
        "version": of.version.as_ref().map_or(version.map_or(Json::Null, Json::from), |version| Json::from(version.text.clone())),
        "name": name,
    })
}

fn group_id(at: usize) -> String {
    format!("EventGroup-{}", at + 1)
}

/// Subjects exposed; EudraCT takes no 0 there, so a group in which nobody was exposed has none.
fn exposed(views: &Views<'_>, of: Option<&crate::report::registry::Figure>) -> Json {
    optional_figure(of.filter(|exposed| !views.is_zero(exposed)))
}

fn group(views: &Views<'_>, at: usize, of: &EventGroup) -> Json {
    json!({
        "id": group_id(at),
        "title": of.title.text,
        "description": words(of.description.as_ref()),
        "non_serious": optional_figure(of.non_serious.as_ref()),
        "serious": optional_figure(of.serious.as_ref()),
        "exposed": exposed(views, of.exposed.as_ref()),
        "deaths": optional_figure(of.deaths.as_ref()),
        "deaths_from_events": optional_figure(of.deaths_from_events.as_ref()),
    })
}

fn event(views: &Views<'_>, module: &AdverseEvents, of: &Event) -> Json {
    let class = |name: &str| views.codes.system_organ_class(name).map(|class| class.term.clone());
    let counts = of.counts.iter().enumerate().filter_map(|(at, count)| Some((at, count.as_ref()?)));
    json!({
        "note": words(of.note.as_ref()),
        "term": of.term.text,
        "class": ema_term(of.class.as_ref(), class),
        "assessment": code(views, "assessment", of.assessment.as_ref().or(module.assessment.as_ref())),
        "overridden": flag(Some(of.dictionary.is_some())),
        "dictionary": of.dictionary.as_ref().map(|own| dictionary(views, own)),
        "values": counts.map(|(at, count)| value(views, at, count)).collect::<Vec<_>>(),
    })
}

fn value(views: &Views<'_>, at: usize, of: &EventCount) -> Json {
    json!({
        "group": group_id(at),
        "occurrences": optional_figure(of.occurrences.as_ref()),
        "affected": optional_figure(of.affected.as_ref()),
        "exposed": exposed(views, of.exposed.as_ref()),
        "serious": of.serious.as_ref().map(|serious| json!({
            "related": optional_figure(serious.related.as_ref()),
            "deaths": optional_figure(serious.deaths.as_ref()),
            "related_deaths": optional_figure(serious.related_deaths.as_ref()),
            "any_death": serious.deaths.is_some() || serious.related_deaths.is_some(),
        })),
    })
}
