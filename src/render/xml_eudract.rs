//! Views of the EudraCT templates: the whole results, and what stands at their head and foot.

use serde_json::{Map, Value as Json, json};

use crate::report::registry::read::eudract::{AGE_ELEMENTS, CTIS_IDENTIFIER};
use crate::report::registry::{Contact, Date, EmaTerm, Identification, Sponsor, Term, TrialInformation};
use crate::spec::registry_codes::{ListTerm, RegistryCodes};
use crate::spec::registry_terms::Dialect;

use super::xml::{Views, figure, optional_figure, words};
use super::{xml_eudract_baseline, xml_eudract_events, xml_eudract_flow, xml_eudract_outcome};

/// The whole results.
pub(super) fn results(views: &Views<'_>) -> Json {
    let record = views.record;
    let first = record.sponsors.first();
    let head = first.and_then(|sponsor| sponsor.short_name.as_ref().or(sponsor.organisation.as_ref()));
    let end_points = record.outcomes.iter().enumerate();
    let set = |(at, set): (usize, &crate::report::registry::AnalysisSet)| {
        json!({
            "id": analysis_set_id(at),
            "subjects": optional_figure(set.subjects.as_ref()),
            "title": set.title.text,
            "description": words(set.description.as_ref()),
            "kind": code(views, "analysis_set", set.kind.as_ref()),
        })
    };
    json!({
        "eudract_number": words(record.identification.eudract.as_ref()),
        "head": words(head),
        "trial": trial(views, &record.trial, &record.identification),
        "sponsors": record.sponsors.iter().map(|of| sponsor(views, of)).collect::<Vec<_>>(),
        "disposition": xml_eudract_flow::disposition(views),
        "baseline": xml_eudract_baseline::baseline(views),
        "end_points": end_points.map(|(at, of)| xml_eudract_outcome::end_point(views, at + 1, of)).collect::<Vec<_>>(),
        "changes": changes(views),
        "analysis_sets": record.analysis_sets.iter().enumerate().map(set).collect::<Vec<_>>(),
        "adverse_events": xml_eudract_events::adverse_events(views),
    })
}

/// The file of adverse events alone.
pub(super) fn adverse_events(views: &Views<'_>) -> Json {
    json!({"adverse_events": xml_eudract_events::adverse_events(views)})
}

/// EudraCT's code of a term; null where it has none.
pub(super) fn code(views: &Views<'_>, list: &str, term: Option<&Term>) -> Json {
    views.word(list, term, Dialect::Eudract).map_or(Json::Null, Json::from)
}

/// `true`, `false` or null.
pub(super) fn flag(value: Option<bool>) -> Json {
    value.map_or(Json::Null, |value| Json::from(if value { "true" } else { "false" }))
}

/// Identifier of an analysis set.
pub(super) fn analysis_set_id(at: usize) -> String {
    format!("AnalysisSet-{}", at + 1)
}

/// Identifier and version of a term of an EMA list; null where the list does not have it.
pub(super) fn ema_term(of: Option<&EmaTerm>, known: impl Fn(&str) -> Option<ListTerm>) -> Json {
    let Some(of) = of else { return Json::Null };
    let listed = of.name.as_deref().and_then(known);
    let id = of.id.or(listed.as_ref().map(|term| term.id));
    let version = of.version.or(listed.as_ref().map(|term| term.version));
    match (id, version) {
        (Some(id), Some(version)) => json!({"id": id.to_string(), "version": version.to_string()}),
        _ => Json::Null,
    }
}

fn country(codes: &RegistryCodes, of: Option<&EmaTerm>) -> Json {
    ema_term(of, |name| codes.country(name).cloned())
}

/// EudraCT's dates carry a time of day; a month is written as its first day.
fn date_time(date: Option<&Date>) -> Json {
    date.map_or(Json::Null, |date| {
        let day = if date.text.len() == "2015-11".len() { "-01" } else { "" };
        Json::from(format!("{}{day}T00:00:00", date.text))
    })
}

fn trial(views: &Views<'_>, of: &TrialInformation, identification: &Identification) -> Json {
    let mut others: Vec<Json> = identification
        .others
        .iter()
        .map(|other| {
            let name = other.name.as_ref().or(other.kind.as_ref());
            json!({"name": name.map_or("Other", |name| name.text.as_str()), "number": other.number.text})
        })
        .collect();
    others.extend(identification.ctis.iter().map(|ctis| json!({"name": CTIS_IDENTIFIER, "number": ctis.text})));
    let counted = |id: &str| of.age_groups.as_ref()?.groups.iter().find(|(own, _)| own == id).map(|(_, count)| count);
    let ages: Map<String, Json> =
        AGE_ELEMENTS.iter().map(|(id, _)| ((*id).to_owned(), optional_figure(counted(id)))).collect();
    json!({
        "protocol_code": words(identification.protocol_code.as_ref()),
        "title": words(identification.official_title.as_ref()),
        "isrctn": words(identification.isrctn.as_ref()),
        "nct": words(identification.nct.as_ref()),
        "who": words(identification.who.as_ref()),
        "part_of_pip": flag(of.part_of_pip),
        "article_45": flag(of.article_45),
        "article_46": flag(of.article_46),
        "stage": code(views, "analysis_stage", of.stage.as_ref()),
        "analysis_date": date_time(of.analysis_date.as_ref()),
        "for_primary_completion": flag(of.for_primary_completion),
        "primary_completion": date_time(of.primary_completion.as_ref()),
        "end_reached": flag(of.ended),
        "premature": flag(of.premature),
        "end_date": date_time(of.end_date.as_ref()),
        "objective": words(of.main_objective.as_ref()),
        "recruitment_start": date_time(of.recruitment_start.as_ref()),
        "long_term": flag(of.long_term_follow_up),
        "idmc": flag(of.data_monitoring_committee),
        "protection": words(of.protection_of_subjects.as_ref()),
        "background": words(of.background_therapy.as_ref()),
        "comparator_evidence": words(of.comparator_evidence.as_ref()),
        "pip_numbers": identification.paediatric_plans.iter().map(|plan| plan.text.clone()).collect::<Vec<_>>(),
        "other_identifiers": others,
        "countries": of.countries.iter().map(|count| json!({
            "subjects": figure(&count.subjects),
            "country": country(views.codes, Some(&count.country)),
        })).collect::<Vec<_>>(),
        "ages": ages,
    })
}

fn sponsor(views: &Views<'_>, of: &Sponsor) -> Json {
    let contact = |contact: Option<&Contact>| {
        let Some(contact) = contact else { return Json::Null };
        json!({
            "email": words(contact.email.as_ref()),
            "name": words(contact.name.as_ref()),
            "organisation": words(contact.organisation.as_ref().or(of.organisation.as_ref())),
            "phone": words(contact.phone.as_ref()),
            "phone_country": words(contact.phone_country.as_ref()),
        })
    };
    json!({
        "organisation": words(of.organisation.as_ref()),
        "street": words(of.street.as_ref()),
        "postcode": words(of.postcode.as_ref()),
        "town": words(of.town.as_ref()),
        "country": country(views.codes, of.country.as_ref()),
        "public_contact": contact(of.public_contact.as_ref()),
        "scientific_contact": contact(of.scientific_contact.as_ref()),
    })
}

fn changes(views: &Views<'_>) -> Json {
    let more = &views.record.more;
    let amendment = |of: &crate::report::registry::Amendment| {
        json!({
            "date": date_time(of.date.as_ref()),
            "description": words(of.description.as_ref()),
        })
    };
    let interruption = |of: &crate::report::registry::Interruption| {
        json!({
            "date": date_time(of.date.as_ref()),
            "restart": date_time(of.restart.as_ref()),
            "description": words(of.description.as_ref()),
        })
    };
    json!({
        "amendments": more.amendments.iter().map(amendment).collect::<Vec<_>>(),
        "has_amendments": flag(more.has_amendments),
        "interruptions": more.interruptions.iter().map(interruption).collect::<Vec<_>>(),
        "has_interruptions": flag(more.has_interruptions),
        "publications": more.references.iter().filter_map(|of| of.pubmed.as_ref().map(|n| n.text.clone())).collect::<Vec<_>>(),
    })
}
