//! Proposes `study.yaml` from a record that was read: everything the record says and the configuration has a place for.

mod criteria;
mod plan;
mod yaml;

use crate::spec::registry_codes::RegistryCodes;

use super::{Contact, Date, RegistryRecord, Term, Text};
use yaml::{TO_BE_STATED, Yaml, inline, quoted};

/// The text of `study.yaml`. It begins with the list of what the record did not say; `from` names the file it came from,
/// `codes` the registries' terms.
#[must_use]
pub fn study_yaml(record: &RegistryRecord, codes: &RegistryCodes, from: &str) -> String {
    let mut yaml = Yaml::default();
    head(record, codes, &mut yaml);
    plan::write(record, &mut yaml);
    tail(record, &mut yaml);
    let (text, missing) = yaml.into_parts();
    let list: String = missing.iter().map(|path| format!("#   {path}\n")).collect();
    format!(
        "# Proposed by `tracelock init` from {from}. Compare it with the protocol.\n\
         # Not in that file; replace every `{TO_BE_STATED}` and check the words marked so:\n{list}version: 1\n{text}"
    )
}

fn words(text: Option<&Text>) -> Option<&str> {
    text.map(|text| text.text.trim()).filter(|text| !text.is_empty())
}

/// The id of a pick-list word.
fn listed(term: Option<&Term>) -> Option<&str> {
    match term {
        Some(Term::Listed(id)) => Some(id),
        Some(Term::Unlisted(_)) | None => None,
    }
}

fn head(record: &RegistryRecord, codes: &RegistryCodes, yaml: &mut Yaml) {
    let of = &record.identification;
    yaml.section("titles", |yaml| {
        yaml.text("public", words(of.public_title.as_ref()));
        yaml.text("official", words(of.official_title.as_ref()));
        yaml.optional("acronym", words(of.acronym.as_ref()));
    });
    yaml.section("protocol", |yaml| {
        yaml.text("code", words(of.protocol_code.as_ref()));
        let more = &record.more;
        let amendments: Vec<String> = (more.amendments.iter())
            .filter_map(|of| dated("amendments", of.date.as_ref(), None, of.description.as_ref(), yaml))
            .collect();
        yaml.list("amendments", amendments);
        let interruptions: Vec<String> = (more.interruptions.iter())
            .filter_map(|of| {
                dated("interruptions", of.date.as_ref(), of.restart.as_ref(), of.description.as_ref(), yaml)
            })
            .collect();
        yaml.list("interruptions", interruptions);
    });
    yaml.section("registrations", |yaml| {
        let numbers = [
            ("eudract", &of.eudract),
            ("ctgov", &of.nct),
            ("ctis", &of.ctis),
            ("isrctn", &of.isrctn),
            ("who", &of.who),
        ];
        for (register, number) in numbers {
            let number = words(number.as_ref()).map(quoted);
            yaml.optional_word(register, number.map(|number| format!("{{number: {number}}}")));
        }
        let others = of.others.iter().map(|other| {
            let name = words(other.name.as_ref()).or(words(other.kind.as_ref())).unwrap_or("Other");
            inline(&[("name", Some(quoted(name))), ("number", Some(quoted(&other.number)))])
        });
        yaml.list("others", others);
    });
    sponsor(record, codes, yaml);
    let conditions = &record.protocol.conditions;
    yaml.text("indication", words(conditions.first()));
    yaml.list("conditions", conditions.iter().map(|text| quoted(text)));
    yaml.list("keywords", record.protocol.keywords.iter().map(|text| quoted(text)));
}

/// A day with words on it; one without a complete date is named as missing.
fn dated(
    key: &str,
    date: Option<&Date>,
    restart: Option<&Date>,
    description: Option<&Text>,
    yaml: &mut Yaml,
) -> Option<String> {
    let Some(on) = date.and_then(day) else {
        let known = date.map_or("no date", |date| date.text.as_str());
        yaml.miss(key, &format!("{known}: {}", words(description).unwrap_or_default()));
        return None;
    };
    let description = Some(quoted(words(description).unwrap_or(TO_BE_STATED)));
    Some(inline(&[("date", Some(on)), ("restart", restart.and_then(day)), ("description", description)]))
}

/// A date where it has a day.
fn day(date: &Date) -> Option<String> {
    crate::base::date::Date::parse(&date.text).map(|date| date.to_string())
}

fn sponsor(record: &RegistryRecord, codes: &RegistryCodes, yaml: &mut Yaml) {
    let nobody = super::Sponsor::default();
    let of = record.sponsors.first().unwrap_or(&nobody);
    yaml.section("sponsor", |yaml| {
        yaml.text(
            "organisation",
            words(of.organisation.as_ref()).or(words(record.identification.organisation.as_ref())),
        );
        yaml.section("address", |yaml| {
            yaml.text("street", words(of.street.as_ref()));
            yaml.optional("postcode", words(of.postcode.as_ref()));
            yaml.text("town", words(of.town.as_ref()));
            let country = of.country.as_ref();
            let by_id = country.and_then(|country| country.id).and_then(|id| codes.name_of(id));
            yaml.text("country", by_id.or(country.and_then(|country| country.name.as_deref())));
        });
        // ClinicalTrials.gov publishes one contact, for questions on the results.
        let point = record.more.point_of_contact.as_ref();
        contact("scientific_contact", of.scientific_contact.as_ref().or(point), yaml);
        contact("public_contact", of.public_contact.as_ref().or(point), yaml);
        yaml.list("collaborators", record.protocol.collaborators.iter().map(|of| quoted(&of.name)));
    });
}

fn contact(key: &str, of: Option<&Contact>, yaml: &mut Yaml) {
    let nobody = Contact::default();
    let of = of.unwrap_or(&nobody);
    yaml.section(key, |yaml| {
        yaml.text("name", words(of.name.as_ref()));
        yaml.optional("organisation", words(of.organisation.as_ref()));
        yaml.optional("email", words(of.email.as_ref()));
        yaml.optional("phone_country", words(of.phone_country.as_ref()));
        yaml.optional("phone", words(of.phone.as_ref()));
    });
}

fn tail(record: &RegistryRecord, yaml: &mut Yaml) {
    let officials = record.protocol.officials.iter().filter_map(|(contact, role)| {
        let name = words(contact.name.as_ref())?;
        let chief = words(role.as_ref()).is_some_and(|role| role.to_lowercase().contains("principal"));
        let role = if chief { "principal_investigator" } else { "medical_officer" };
        let affiliation = words(contact.organisation.as_ref()).map(quoted);
        Some(inline(&[("name", Some(quoted(name))), ("role", Some(role.to_owned())), ("affiliation", affiliation)]))
    });
    yaml.list("people", officials);
    let events = record.adverse_events.clone().unwrap_or_default();
    yaml.section("adverse_events", |yaml| {
        yaml.text("time_frame", words(events.time_frame.as_ref()));
        yaml.word("assessment", listed(events.assessment.as_ref()), "systematic");
        yaml.optional("description", words(events.description.as_ref()));
        yaml.optional("all_cause_mortality", words(events.mortality_comment.as_ref()));
    });
    registry(record, yaml);
    yaml.optional("limitations", words(record.more.limitations.as_ref()));
    let publications = record.more.references.iter().map(|of| {
        let citation = words(of.citation.as_ref()).unwrap_or(TO_BE_STATED);
        let results = of.results.filter(|results| *results).map(|results| results.to_string());
        inline(&[
            ("citation", Some(quoted(citation))),
            ("pubmed", words(of.pubmed.as_ref()).map(quoted)),
            ("results", results),
        ])
    });
    yaml.list("publications", publications);
}

fn registry(record: &RegistryRecord, yaml: &mut Yaml) {
    let (protocol, trial, more) = (&record.protocol, &record.trial, &record.more);
    yaml.section("registry", |yaml| {
        yaml.text("prs_organisation", words(record.identification.prs_organisation.as_ref()));
        yaml.optional("brief_summary", words(protocol.brief_summary.as_ref()));
        yaml.optional("detailed_description", words(protocol.detailed_description.as_ref()));
        let status = listed(protocol.status.as_ref()).map(|status| match status {
            "not_yet_recruiting" | "enrolling_by_invitation" => "recruiting",
            other => other,
        });
        yaml.optional_word("status", status);
        yaml.optional("why_stopped", words(protocol.why_stopped.as_ref()));
        let scientific = record.sponsors.first().and_then(|sponsor| sponsor.scientific_contact.as_ref());
        contact("point_of_contact", more.point_of_contact.as_ref().or(scientific), yaml);
        let agreement = more.agreement.clone().unwrap_or_default();
        yaml.section("agreements", |yaml| {
            yaml.word("investigators_are_employees", agreement.employees, "false");
            yaml.optional_word("restrictive", agreement.restrictive);
            let restriction = words(agreement.restriction.as_ref()).and_then(|restriction| match restriction {
                "LTE60" => Some("up_to_60_days"),
                "GT60" => Some("up_to_180_days"),
                _ => None,
            });
            yaml.optional_word("restriction", restriction);
            yaml.optional("details", words(agreement.details.as_ref()));
        });
        yaml.optional_word("part_of_pip", trial.part_of_pip);
        yaml.list("pip_numbers", record.identification.paediatric_plans.iter().map(|text| quoted(text)));
        yaml.optional_word("article_45", trial.article_45);
        yaml.optional_word("article_46", trial.article_46);
        yaml.optional_word("stage", listed(trial.stage.as_ref()));
        let oversight = &protocol.oversight;
        yaml.section("fda", |yaml| {
            yaml.optional_word("regulated_drug", oversight.fda_drug);
            yaml.optional_word("regulated_device", oversight.fda_device);
            yaml.optional_word("ind", oversight.ind);
        });
        if let Some(sharing) = &protocol.sharing {
            let plan = match sharing.plan.to_lowercase().as_str() {
                "yes" => "shared",
                "no" => "not_shared",
                _ => "undecided",
            };
            let description = words(sharing.description.as_ref()).map(quoted);
            yaml.optional_word(
                "data_sharing",
                Some(inline(&[("plan", Some(plan.to_owned())), ("description", description)])),
            );
        }
        yaml.list("registered_outcomes", registered_outcomes(record));
        if protocol.outcomes.is_empty() && !record.outcomes.is_empty() {
            yaml.miss("registered_outcomes", "those reported stand there; compare them with the registration");
        }
    });
}

/// The planned outcomes; where a register shows only those reported, these.
fn registered_outcomes(record: &RegistryRecord) -> Vec<String> {
    let line = |kind: &Term, title: &Text, time_frame: Option<&Text>, description: Option<&Text>| {
        let role = match kind {
            Term::Listed(id) if id == "primary" => "primary",
            Term::Listed(id) if id == "secondary" => "secondary",
            Term::Listed(id) if id == "post_hoc" => "post_hoc",
            _ => "other_prespecified",
        };
        inline(&[
            ("role", Some(role.to_owned())),
            ("title", Some(quoted(title))),
            ("time_frame", words(time_frame).map(quoted)),
            ("description", words(description).map(quoted)),
        ])
    };
    let planned = &record.protocol.outcomes;
    if planned.is_empty() {
        let reported = record.outcomes.iter();
        reported.map(|of| line(&of.kind, &of.measure.title, of.time_frame.as_ref(), None)).collect()
    } else {
        planned.iter().map(|of| line(&of.kind, &of.title, of.time_frame.as_ref(), of.description.as_ref())).collect()
    }
}
