//! One-page summaries of what is submitted: EudraCT, ClinicalTrials.gov, and the summary CTIS takes as a document.

use serde_json::{Value as Json, json};

use crate::report::registry_input::{Parameter, RegistryInput};
use crate::report::registry_record::{Cell, RegistryRecord, Spread};
use crate::report::registry_terms as terms;
use crate::results::{ResultKey, ResultStore};

use super::template::BuiltIn;
use super::xml::{Submission, key};

/// The templates of the summaries.
pub static TEMPLATES: BuiltIn = &[
    ("summary/ctgov.typ.hbs", include_str!("../../templates/summary/ctgov.typ.hbs")),
    ("summary/ctis.typ.hbs", include_str!("../../templates/summary/ctis.typ.hbs")),
    ("summary/eudract.typ.hbs", include_str!("../../templates/summary/eudract.typ.hbs")),
    ("summary/parts.typ.hbs", include_str!("../../templates/summary/parts.typ.hbs")),
];

/// A summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Summary {
    /// Of the EudraCT files.
    Eudract,
    /// Of the ClinicalTrials.gov file.
    Ctgov,
    /// Summary of results for CTIS, in the order of Annex IV of Regulation (EU) 536/2014.
    Ctis,
}

impl Summary {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Eudract, Self::Ctgov, Self::Ctis];

    /// Name of the file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Eudract => "eudract-summary.pdf",
            Self::Ctgov => "ctgov-summary.pdf",
            Self::Ctis => "ctis-summary.pdf",
        }
    }

    /// Path of its template.
    #[must_use]
    pub fn template(self) -> &'static str {
        match self {
            Self::Eudract => "summary/eudract.typ.hbs",
            Self::Ctgov => "summary/ctgov.typ.hbs",
            Self::Ctis => "summary/ctis.typ.hbs",
        }
    }

    /// Title of the document.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Eudract => "Summary of the EudraCT submission",
            Self::Ctgov => "Summary of the ClinicalTrials.gov submission",
            Self::Ctis => "Summary of results for CTIS",
        }
    }
}

/// The view of a summary; the caller adds `page` (page facts) and renders it as Typst.
#[must_use]
pub fn view(summary: Summary, record: &RegistryRecord, input: &RegistryInput<'_>, store: &ResultStore) -> Json {
    let study = input.study;
    let number = |registration: &Option<crate::spec::study::Registration>| {
        registration.as_ref().map(|of| format!("{}{}", of.number, if of.placeholder { " (placeholder)" } else { "" }))
    };
    let date = |date: &Option<crate::spec::at::At<crate::spec::study::IsoDate>>| {
        date.as_ref().map_or_else(|| "missing".to_owned(), ToString::to_string)
    };
    let statements: Vec<&str> = match summary {
        Summary::Eudract => {
            vec![Submission::EudractResults.schema_statement(), Submission::EudractAdverseEvents.schema_statement()]
        }
        Summary::Ctgov => vec![Submission::CtgovResults.schema_statement()],
        Summary::Ctis => {
            vec!["CTIS takes the summary of results as a document; it has no structured format for results."]
        }
    };
    let labels: Vec<&String> = study.arms.values().map(|arm| &arm.label.value).collect();
    let products: Vec<String> = study
        .products
        .values()
        .map(|product| match &product.dose {
            Some(dose) => format!("{}: {dose}", product.name),
            None => product.name.value.clone(),
        })
        .collect();
    json!({
        "title": summary.title(),
        "statements": statements,
        "study_title": study.titles.official.value,
        "public_title": study.titles.public.value,
        "protocol_code": study.protocol.code.value,
        "eudract": number(&study.registrations.eudract),
        "ctgov": number(&study.registrations.ctgov),
        "ctis": number(&study.registrations.ctis),
        "sponsor": study.sponsor.organisation.value,
        "contact": study.sponsor.scientific_contact.name.value,
        "contact_email": study.sponsor.scientific_contact.email.as_ref().map(|email| &email.value),
        "phase": terms::phase(study.phase),
        "design": study.design.description.as_ref().map(|text| &text.value),
        "objective": study.objectives.primary.value,
        "rationale": study.design.rationale,
        "protection": study.conduct.protection_of_subjects.value,
        "background": study.conduct.background_therapy.as_ref().map(|text| &text.value),
        "recruitment": study.conduct.recruitment_details.as_ref().map(|text| &text.value),
        "screening": study.conduct.screening_details.as_ref().map(|text| &text.value),
        "inclusion": study.eligibility.inclusion,
        "exclusion": study.eligibility.exclusion,
        "products": products,
        "limitations": study.limitations.as_ref().map(|text| &text.value),
        "amendments": study.protocol.amendments.iter().map(|amendment| {
            format!("{}: {}", amendment.date, amendment.description)
        }).collect::<Vec<_>>(),
        "pip": if study.registry.part_of_pip { "yes" } else { "no" },
        "first_enrolled": date(&study.dates.first_enrolled),
        "primary_completion": date(&study.dates.primary_completion),
        "last_visit": date(&study.dates.last_visit),
        "randomised": key(&ResultKey::new("flow", "randomised")),
        "countries": record.countries.iter().map(|country| json!({
            "name": country.term.name, "subjects": key(&country.total),
        })).collect::<Vec<_>>(),
        "labels": labels,
        "columns": labels.len() + 1,
        "flow": flow_rows(record),
        "baseline": baseline_rows(record),
        "outcomes": record.outcomes.iter().map(|outcome| outcome_view(outcome, store)).collect::<Vec<_>>(),
        "events": event_rows(record),
        "serious_terms": record.adverse_events.as_ref().map_or(0, |events| events.serious.len()),
        "terms": term_rows(record),
    })
}

fn text(words: &str) -> Json {
    json!([{ "text": words }])
}

fn numbers(keys: &[ResultKey]) -> Vec<Json> {
    keys.iter().map(|of| json!([{"num": key(of)}])).collect()
}

fn row(label: &str, cells: Vec<Json>) -> Json {
    json!({"label": text(label), "cells": cells})
}

fn flow_rows(record: &RegistryRecord) -> Vec<Json> {
    let mut rows = Vec::new();
    for period in &record.periods {
        rows.push(row("Started", numbers(&period.started)));
        for milestone in &period.milestones {
            rows.push(row(&milestone.title, numbers(&milestone.reached)));
        }
        rows.push(row("Completed", numbers(&period.completed)));
        for reason in &period.reasons {
            rows.push(row(&format!("Not completed: {}", reason.text), numbers(&reason.subjects)));
        }
    }
    rows
}

fn baseline_rows(record: &RegistryRecord) -> Vec<Json> {
    let mut rows = Vec::new();
    if let Some(age) = &record.baseline.age {
        rows.push(row("Age in years, mean (SD)", age.cells.iter().map(cell).collect()));
    }
    for category in record.baseline.sex.iter().flat_map(|sex| &sex.categories) {
        rows.push(row(&category.label, numbers(&category.counts)));
    }
    for category in &record.baseline.ctgov_ages.categories {
        rows.push(row(&format!("Age {}", category.label), numbers(&category.counts)));
    }
    rows
}

/// A value with its spread in brackets.
fn cell(of: &Cell) -> Json {
    let mut content = vec![json!({"num": key(&of.value)})];
    match &of.spread {
        Spread::None => {}
        Spread::One(one) => content.extend([json!({"text": " ("}), json!({"num": key(one)}), json!({"text": ")"})]),
        Spread::Limits(low, high) => content.extend([
            json!({"text": " ("}),
            json!({"num": key(low)}),
            json!({"text": " to "}),
            json!({"num": key(high)}),
            json!({"text": ")"}),
        ]),
    }
    Json::Array(content)
}

fn outcome_view(outcome: &crate::report::registry_record::Outcome, store: &ResultStore) -> Json {
    let mut rows = vec![row("Subjects analysed", numbers(&outcome.analysed))];
    let values = match outcome.parameter {
        Parameter::CountOfParticipants => "Subjects".to_owned(),
        _ => format!(
            "{} ({}), {}",
            terms::parameter(outcome.parameter).ctgov,
            terms::dispersion(outcome.dispersion).ctgov,
            outcome.unit
        ),
    };
    for of in &outcome.rows {
        for entry in &of.entries {
            let mut label = values.clone();
            for part in [&of.title, &entry.category].into_iter().flatten() {
                label = format!("{label}, {part}");
            }
            rows.push(row(&label, entry.cells.iter().map(cell).collect()));
        }
    }
    let analyses: Vec<Json> = outcome
        .analyses
        .iter()
        .map(|analysis| {
            let mut content = vec![json!({"text": format!("{} ({}): ", analysis.title, analysis.method_words)})];
            if let Some(estimate) = &analysis.estimate {
                content.extend([json!({"text": format!("{} ", estimate.words)}), json!({"num": key(&estimate.value)})]);
                if let (Some(lower), Some(upper)) = (&estimate.lower, &estimate.upper) {
                    content.extend([
                        json!({"text": format!(" ({} % CI ", estimate.level.text())}),
                        json!({"num": key(lower)}),
                        json!({"text": " to "}),
                        json!({"num": key(upper)}),
                        json!({"text": ")"}),
                    ]);
                }
                content.push(json!({"text": if analysis.p.is_some() { "; " } else { "" }}));
            }
            if let Some(p) = &analysis.p {
                let small = store.number(p).is_some_and(|p| p < 0.001);
                content.extend([json!({"text": if small { "p " } else { "p = " }}), json!({"num": key(p)})]);
            }
            Json::Array(content)
        })
        .collect();
    json!({
        "title": outcome.title,
        "role": terms::outcome_role(outcome.role).ctgov,
        "time_frame": outcome.time_frame,
        "rows": rows,
        "analyses": analyses,
    })
}

fn event_rows(record: &RegistryRecord) -> Vec<Json> {
    let Some(events) = &record.adverse_events else { return Vec::new() };
    let of = |pick: fn(&crate::report::registry_events::EventGroup) -> &ResultKey| {
        numbers(&events.groups.iter().map(|group| pick(group).clone()).collect::<Vec<_>>())
    };
    vec![
        row("Subjects at risk", of(|group| &group.exposed)),
        row("With a serious event", of(|group| &group.serious)),
        row("With another event of a reported term", of(|group| &group.non_serious)),
        row("Deaths of all causes", of(|group| &group.deaths)),
        row("Deaths resulting from adverse events", of(|group| &group.deaths_from_events)),
    ]
}

fn term_rows(record: &RegistryRecord) -> Vec<Json> {
    let Some(events) = &record.adverse_events else { return Vec::new() };
    let affected = |term: &crate::report::registry_events::Term| {
        numbers(&term.counts.iter().map(|count| count.affected.clone()).collect::<Vec<_>>())
    };
    let serious = events.serious.iter().map(|of| row(&format!("Serious: {}", of.term.term), affected(&of.term)));
    let others = events.non_serious.iter().map(|of| row(&of.term, affected(of)));
    serious.chain(others).collect()
}
