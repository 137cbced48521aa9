//! Views of the ClinicalTrials.gov template: identification and protocol.

use serde_json::{Value as Json, json};

use crate::report::registry::read::prs::{MASKED, SHARED};
use crate::report::registry::{Date, Identification, Protocol, SharingTerms, Term, Text};
use crate::spec::registry_terms::Dialect;

use super::xml::{Views, optional_figure, words};

/// Numbers of the trial.
pub(super) fn identification(views: &Views<'_>) -> Json {
    let of = &views.record.identification;
    json!({
        // A record that was read elsewhere has no name of a PRS account; PRS asks for one.
        "org_name": of.prs_organisation.as_ref().or(of.organisation.as_ref()).map_or("", |text| text.text.as_str()),
        "org_study_id": of.protocol_code.as_ref().map_or("", |text| text.text.as_str()),
        "secondary_ids": secondary_ids(of),
    })
}

fn secondary_ids(of: &Identification) -> Vec<Json> {
    let known = [
        (&of.eudract, "EudraCT Number", None),
        (&of.ctis, "EU Trial (CTIS) Number", None),
        (&of.isrctn, "Registry Identifier", Some("ISRCTN")),
        (&of.who, "Other Identifier", Some("WHO")),
    ];
    let known = known.into_iter().filter_map(|(number, kind, domain)| {
        number.as_ref().map(|number| json!({"id": number.text, "id_type": kind, "domain": domain}))
    });
    let others = of.others.iter().map(|other| {
        // A number of a register whose kind nobody said is one of a registry.
        let kind =
            other.kind.as_ref().map(|kind| kind.text.as_str()).or(other.name.as_ref().map(|_| "Registry Identifier"));
        json!({"id": other.number.text, "id_type": kind, "domain": words(other.name.as_ref())})
    });
    known.chain(others).collect()
}

fn lower_yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// PRS takes year and month.
fn month(date: Option<&Date>) -> Option<&str> {
    date.map(|date| date.get(..7).unwrap_or(date))
}

fn texts(list: &[Text]) -> Vec<&str> {
    list.iter().map(|text| text.text.as_str()).collect()
}

/// The registration.
pub(super) fn protocol(views: &Views<'_>) -> Json {
    let of = &views.record.protocol;
    let identification = &views.record.identification;
    let oversight = &of.oversight;
    let question = |answer: Option<bool>| answer.map(lower_yes);
    let word = |list, term: &Option<Term>| views.word(list, term.as_ref(), Dialect::Prs).map(str::to_owned);
    let sponsor = views.record.sponsors.first().and_then(|sponsor| sponsor.organisation.as_ref());
    // A date or number of a trial with results is an actual one.
    let kind = |given: bool, kind: &Option<Text>| {
        given.then(|| kind.as_ref().map_or("Actual", |kind| kind.text.as_str()).to_owned())
    };
    let [start_kind, primary_kind, completion_kind] = &of.date_kinds;
    let mut view = json!({
        "unapproved_device": question(oversight.unapproved_device),
        "ind": question(oversight.ind),
        "brief_title": words(identification.public_title.as_ref()),
        "acronym": words(identification.acronym.as_ref()),
        "official_title": words(identification.official_title.as_ref()),
        "sponsor": words(sponsor),
        "collaborators": of.collaborators.iter().map(|of| of.name.text.as_str()).collect::<Vec<_>>(),
        "responsible_party": of.responsible_party.as_ref().map_or("Sponsor", |text| text.text.as_str()),
        "has_dmc": question(oversight.data_monitoring_committee),
        "regulated_drug": question(oversight.fda_drug),
        "regulated_device": question(oversight.fda_device),
        "exported": question(oversight.exported_from_us),
        "surveillance": question(oversight.paediatric_surveillance),
        "brief_summary": words(of.brief_summary.as_ref()),
        "detailed_description": words(of.detailed_description.as_ref()),
        "status": word("overall_status", &of.status),
        "why_stopped": words(of.why_stopped.as_ref()),
        "verification": month(of.verified.as_ref()),
        "start": month(of.start.as_ref()),
        "start_kind": kind(of.start.is_some(), start_kind),
        "completion": month(of.completion.as_ref()),
        "completion_kind": kind(of.completion.is_some(), completion_kind),
        "primary_completion": month(of.primary_completion.as_ref()),
        "primary_completion_kind": kind(of.primary_completion.is_some(), primary_kind),
        "design": design(views),
    });
    // Two steps, as the macro recurses once a field.
    let contents = json!({
        "primary_outcomes": outcomes(of, "primary"),
        "secondary_outcomes": outcomes(of, "secondary"),
        "other_outcomes": outcomes(of, "other"),
        "enrollment": optional_figure(of.enrolment.as_ref()),
        "enrollment_kind": kind(of.enrolment.is_some(), &of.enrolment_kind),
        "conditions": texts(&of.conditions),
        "keywords": texts(&of.keywords),
        "arms": of.arms.iter().map(|arm| json!({
            "title": arm.title.text,
            "kind": word("arm_type", &arm.kind),
            "description": words(arm.description.as_ref()),
        })).collect::<Vec<_>>(),
        "interventions": of.interventions.iter().map(|of| json!({
            "kind": word("intervention_type", &of.kind),
            "name": of.name.text,
            "description": words(of.description.as_ref()),
            "arms": texts(&of.arms),
            "other_names": texts(&of.other_names),
        })).collect::<Vec<_>>(),
        "eligibility": of.eligibility.criteria.as_ref().map(|criteria| json!({
            "criteria": criteria.text,
            "healthy_volunteers": question(of.eligibility.healthy_volunteers),
            "sexes": of.eligibility.sexes.as_ref().map_or("All", |text| text.text.as_str()),
            "sex_based_on_gender": question(of.eligibility.sex_based_on_gender),
            "gender_description": words(of.eligibility.gender_description.as_ref()),
            "minimum_age": of.eligibility.minimum_age.as_ref().map_or("N/A", |text| text.text.as_str()),
            "maximum_age": of.eligibility.maximum_age.as_ref().map_or("N/A", |text| text.text.as_str()),
        })),
    });
    let people = json!({
        "officials": of.officials.iter().map(|(official, role)| json!({
            "name": official.name.as_ref().map_or("", |text| text.text.as_str()),
            "role": words(role.as_ref()),
            "affiliation": words(official.organisation.as_ref()),
        })).collect::<Vec<_>>(),
        "contact": of.contacts.first().map(contact),
        "backup": of.contacts.get(1).map(contact),
        "locations": of.locations.iter().map(|site| json!({
            "name": site.name.as_ref().map_or("", |text| text.text.as_str()),
            "town": words(site.town.as_ref()),
            "state": words(site.state.as_ref()),
            "country": words(site.country.as_ref()),
            "postcode": words(site.postcode.as_ref()),
            "status": words(site.status.as_ref()),
        })).collect::<Vec<_>>(),
        "sharing": of.sharing.as_ref().map(|sharing| json!({
            "plan": sharing.plan.to_lowercase(),
            "description": words(sharing.description.as_ref()),
            "kinds": shared_kinds(of.sharing_terms.as_ref()),
            "time_frame": words(of.sharing_terms.as_ref().and_then(|terms| terms.time_frame.as_ref())),
            "access": words(of.sharing_terms.as_ref().and_then(|terms| terms.access.as_ref())),
            "link": words(of.sharing_terms.as_ref().and_then(|terms| terms.link.as_ref())),
        })),
        "links": of.links.iter().map(|(description, url)| json!({
            "url": url.text,
            "description": description.as_ref().map_or("", |text| text.text.as_str()),
        })).collect::<Vec<_>>(),
        // References that the register found by itself are no part of an upload.
        "references": views.record.more.references.iter().filter(|of| of.kind.is_none()).map(|of| json!({
            "citation": words(of.citation.as_ref()),
            "pubmed": words(of.pubmed.as_ref()),
            "results": question(of.results),
        })).collect::<Vec<_>>(),
        "documents": of.shared_documents.iter().map(|of| json!({
            "kind": of.kind.text,
            "link": words(of.link.as_ref()),
            "identifier": words(of.identifier.as_ref()),
            "comment": words(of.comment.as_ref()),
        })).collect::<Vec<_>>(),
    });
    for part in [contents, people] {
        if let (Some(view), Json::Object(part)) = (view.as_object_mut(), part) {
            view.extend(part);
        }
    }
    view
}

fn contact(of: &crate::report::registry::Contact) -> Json {
    json!({
        "name": of.name.as_ref().map_or("", |text| text.text.as_str()),
        "phone": of.telephone(),
        "extension": words(of.phone_extension.as_ref()),
        "email": words(of.email.as_ref()),
    })
}

/// PRS asks a question for each kind where the plan is yes.
fn shared_kinds(terms: Option<&SharingTerms>) -> Vec<Json> {
    let Some(terms) = terms else { return Vec::new() };
    let given = |kind: &str| terms.kinds.iter().any(|own| own.text == kind);
    SHARED.iter().filter(|(_, kind)| given(kind)).map(|(element, _)| json!(element)).collect()
}

fn outcomes(of: &Protocol, kind: &str) -> Vec<Json> {
    let of_kind = of.outcomes.iter().filter(|outcome| outcome.kind.is(kind));
    of_kind
        .map(|of| {
            json!({
                "title": of.title.text,
                "time_frame": words(of.time_frame.as_ref()),
                "description": words(of.description.as_ref()),
            })
        })
        .collect()
}

fn design(views: &Views<'_>) -> Json {
    let protocol = &views.record.protocol;
    let of = &protocol.design;
    let word = |list, term: &Option<Term>| views.word(list, term.as_ref(), Dialect::Prs).map(str::to_owned);
    let interventional = of.study_type.as_ref().is_none_or(|term| term.is("interventional"));
    let masking = &of.masking;
    let stated = masking.level.is_some() || !masking.who.is_empty();
    let roles = MASKED.iter().map(
        |(element, role)| json!({"element": element, "answer": lower_yes(masking.who.iter().any(|who| who.is(role)))}),
    );
    let arms = of.number_of_arms.as_ref().map(|text| text.text.clone());
    json!({
        "study_type": word("study_type", &of.study_type).unwrap_or_else(|| "Interventional".to_owned()),
        "interventional": interventional,
        "purpose": word("purpose", &of.purpose).unwrap_or_default(),
        "phase": word("phase", &of.phase).unwrap_or_default(),
        "model": word("model", &of.model),
        "model_description": words(of.model_description.as_ref()),
        "allocation": word("allocation", &of.allocation).unwrap_or_default(),
        "no_masking": stated.then(|| lower_yes(masking.level.as_ref().is_some_and(|level| level.is("open")))),
        "roles": if stated { roles.collect() } else { Vec::new() },
        "masking_description": words(masking.description.as_ref()),
        "number_of_arms": arms.or_else(|| (!protocol.arms.is_empty()).then(|| protocol.arms.len().to_string())),
    })
}
