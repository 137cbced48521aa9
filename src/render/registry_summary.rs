//! One-page summaries of what is submitted to EudraCT and ClinicalTrials.gov.

use serde_json::{Value as Json, json};

use crate::report::registry::deadlines::{self, Register};
use crate::report::registry::{
    Achievement, AdverseEvents, Analysis, Category, CharacteristicKind, EventGroup, Figure, Measurement, Outcome,
    RegistryRecord, Term, Text,
};
use crate::spec::registry_terms::Dialect;

use super::template::BuiltIn;
use super::xml::{Submission, Views, figure, words};

/// The templates of the summaries.
pub static TEMPLATES: BuiltIn = &[
    ("summary/ctgov.typ.hbs", include_str!("../../templates/summary/ctgov.typ.hbs")),
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
}

impl Summary {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Eudract, Self::Ctgov];

    /// Name of the file.
    #[must_use]
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Eudract => "eudract-summary.pdf",
            Self::Ctgov => "ctgov-summary.pdf",
        }
    }

    /// Path of its template.
    #[must_use]
    pub fn template(self) -> &'static str {
        match self {
            Self::Eudract => "summary/eudract.typ.hbs",
            Self::Ctgov => "summary/ctgov.typ.hbs",
        }
    }

    /// Title of the document.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Eudract => "Summary of the EudraCT submission",
            Self::Ctgov => "Summary of the ClinicalTrials.gov submission",
        }
    }
}

/// The view of a summary; the caller adds `page` (page facts) and renders it as Typst. `labels` are short words for the
/// groups of the flow, as tables have them.
#[must_use]
pub fn view(summary: Summary, views: &Views<'_>, labels: &[String]) -> Json {
    let record = views.record;
    let number = |number: &Option<Text>| {
        let mark = if record.identification.placeholder { " (placeholder)" } else { "" };
        number.as_ref().map(|number| format!("{}{mark}", number.text))
    };
    let date = |date: Option<&Text>| date.map_or_else(|| "missing".to_owned(), |date| date.text.clone());
    let statements: Vec<&str> = match summary {
        Summary::Eudract => {
            vec![Submission::EudractResults.schema_statement(), Submission::EudractAdverseEvents.schema_statement()]
        }
        Summary::Ctgov => vec![Submission::CtgovResults.schema_statement()],
    };
    let (trial, protocol, own) = (&record.trial, &record.protocol, &record.identification);
    let sponsor = record.sponsors.first();
    let countries = trial.countries.iter();
    let at_risk = record.adverse_events.iter().flat_map(|events| &events.groups);
    let event_labels: Vec<String> = at_risk.map(|group| head(labels, group.flow_group, Some(&group.title))).collect();
    json!({
        "title": summary.title(),
        "statements": statements,
        "study_title": words(own.official_title.as_ref()),
        "protocol_code": words(own.protocol_code.as_ref()),
        "eudract": number(&own.eudract),
        "ctgov": number(&own.nct),
        "sponsor": words(sponsor.and_then(|sponsor| sponsor.organisation.as_ref())),
        "first_enrolled": date(trial.recruitment_start.as_ref()),
        "primary_completion": date(trial.primary_completion.as_ref()),
        "last_visit": date(protocol.completion.as_ref().or(trial.end_date.as_ref())),
        "countries": countries.map(|country| json!({
            "name": country.country.name, "subjects": figure(&country.subjects),
        })).collect::<Vec<_>>(),
        "deadlines": deadlines(summary, views),
        "labels": labels,
        "columns": labels.len() + 1,
        "flow": flow_rows(views),
        "baseline": baseline_rows(record),
        "outcomes": record.outcomes.iter().map(|outcome| outcome_view(outcome, views, labels)).collect::<Vec<_>>(),
        "event_labels": event_labels,
        "event_columns": event_labels.len() + 1,
        "events": event_rows(record),
    })
}

/// By when results are due in the register of the summary.
fn deadlines(summary: Summary, views: &Views<'_>) -> String {
    let register = match summary {
        Summary::Eudract => Register::Eudract,
        Summary::Ctgov => Register::Ctgov,
    };
    let own = deadlines::of(views.record, views.store).into_iter().filter(|deadline| deadline.register == register);
    own.filter_map(|deadline| deadline.in_brief()).collect::<Vec<_>>().join("; ")
}

fn text(words: &str) -> Json {
    json!([{ "text": words }])
}

/// A number as a piece of a cell.
fn piece(of: &Figure) -> Json {
    match of {
        Figure::Result(key) => json!({"num": key.to_string()}),
        Figure::Printed(text) => json!({"text": text}),
    }
}

fn numbers<'r>(figures: impl Iterator<Item = Option<&'r Figure>>) -> Vec<Json> {
    figures.map(|figure| figure.map_or_else(|| text("-"), |figure| json!([piece(figure)]))).collect()
}

fn achieved(list: &[Option<Achievement>]) -> Vec<Json> {
    numbers(list.iter().map(|one| one.as_ref().map(|one| &one.subjects)))
}

fn row(label: &str, cells: Vec<Json>) -> Json {
    json!({"label": text(label), "cells": cells})
}

fn flow_rows(views: &Views<'_>) -> Vec<Json> {
    let record = views.record;
    let mut rows = Vec::new();
    let several = record.flow.periods.len() > 1;
    for period in &record.flow.periods {
        let label = |words: &str| if several { format!("{}: {words}", period.title.text) } else { words.to_owned() };
        rows.push(row(&label("Started"), achieved(&period.started)));
        for milestone in &period.milestones {
            rows.push(row(&label(&milestone.title), achieved(&milestone.reached)));
        }
        rows.push(row(&label("Completed"), achieved(&period.completed)));
        for reason in &period.reasons {
            let listed = views.word("reason_not_completed_ctgov", reason.ctgov.as_ref(), Dialect::Prs);
            let words = reason.words.as_ref().map(|words| words.text.as_str()).or(listed).unwrap_or_default();
            rows.push(row(&label(&format!("Not completed: {words}")), achieved(&reason.subjects)));
        }
    }
    rows
}

fn baseline_rows(record: &RegistryRecord) -> Vec<Json> {
    let mut rows = Vec::new();
    let Some(baseline) = &record.baseline else { return rows };
    // The column of all subjects is left out, as there is none in the other parts.
    let groups = baseline.groups.len();
    for kind in [
        CharacteristicKind::AgeContinuous,
        CharacteristicKind::Sex,
        CharacteristicKind::SexCustomised,
        CharacteristicKind::AgeCtgov,
    ] {
        for one in baseline.characteristics.iter().filter(|one| one.kind == kind) {
            for category in one.measure.rows.iter().flat_map(|row| &row.categories) {
                let cells = category.cells.iter().take(groups).map(cell).collect();
                rows.push(row(&baseline_label(kind, category), cells));
            }
        }
    }
    rows
}

fn baseline_label(kind: CharacteristicKind, category: &Category) -> String {
    let title = category.title.as_ref().map_or("", |title| title.text.as_str());
    match kind {
        CharacteristicKind::AgeContinuous => "Age in years, mean (SD)".to_owned(),
        CharacteristicKind::AgeCtgov => format!("Age {title}"),
        _ => title.to_owned(),
    }
}

/// A value with its spread in brackets.
fn cell(of: &Option<Measurement>) -> Json {
    let Some(value) = of.as_ref().and_then(|of| of.value.as_ref()) else { return text("-") };
    let mut content = vec![piece(value)];
    let of = of.as_ref();
    if let Some(one) = of.and_then(|of| of.spread.as_ref()) {
        content.extend([json!({"text": " ("}), piece(one), json!({"text": ")"})]);
    }
    if let Some((low, high)) = of.and_then(|of| of.lower.as_ref().zip(of.upper.as_ref())) {
        content.extend([json!({"text": " ("}), piece(low), json!({"text": " to "}), piece(high), json!({"text": ")"})]);
    }
    Json::Array(content)
}

/// Head of a group's column: its short words where it is a group of the flow, else its title.
fn head(labels: &[String], flow_group: Option<usize>, title: Option<&Text>) -> String {
    let short = flow_group.and_then(|at| labels.get(at)).cloned();
    short.or_else(|| title.map(|title| title.text.clone())).unwrap_or_default()
}

fn outcome_view(outcome: &Outcome, views: &Views<'_>, labels: &[String]) -> Json {
    let heads: Vec<String> =
        outcome.groups.iter().map(|group| head(labels, group.flow_group, group.title.as_ref())).collect();
    let mut rows = vec![row("Subjects analysed", numbers(outcome.groups.iter().map(|group| group.analysed.as_ref())))];
    let measure = &outcome.measure;
    let word = |list, term| views.word(list, term, Dialect::Prs).unwrap_or_default();
    let values = if measure.parameter.as_ref().is_some_and(|kind| kind.is("count_of_participants")) {
        "Subjects".to_owned()
    } else {
        let spread = match (measure.dispersion.as_ref(), &measure.level) {
            (Some(kind), Some(level)) if kind.is("confidence_interval") => format!("{} % CI", level.text),
            (kind, _) => word("dispersion", kind).to_owned(),
        };
        let unit = measure.unit.as_ref().map_or("", |unit| unit.text.as_str());
        format!("{} ({spread}), {unit}", word("parameter", measure.parameter.as_ref()))
    };
    for of in &measure.rows {
        for category in &of.categories {
            let mut label = values.clone();
            for part in [&of.title, &category.title].into_iter().flatten() {
                label = format!("{label}, {}", part.text);
            }
            rows.push(row(&label, category.cells.iter().map(cell).collect()));
        }
    }
    json!({
        "title": measure.title.text,
        "role": word("outcome_type", Some(&outcome.kind)),
        "time_frame": words(outcome.time_frame.as_ref()),
        "labels": heads,
        "columns": heads.len() + 1,
        "rows": rows,
        "analyses": outcome.analyses.iter().map(|analysis| analysis_view(analysis, views)).collect::<Vec<_>>(),
    })
}

fn analysis_view(analysis: &Analysis, views: &Views<'_>) -> Json {
    let part = |text: &Option<Text>| text.as_ref().map_or("", |text| text.text.as_str()).to_owned();
    let named = |words: &Option<Text>, list, term: &Option<Term>| match words {
        Some(words) => words.text.clone(),
        None => views.word(list, term.as_ref(), Dialect::Prs).unwrap_or_default().to_owned(),
    };
    let method = named(&analysis.method_words, "statistical_method", &analysis.method);
    let title = part(&analysis.title);
    let head = if method.is_empty() { format!("{title}: ") } else { format!("{title} ({method}): ") };
    let mut content = vec![json!({"text": head})];
    if let Some(estimate) = &analysis.estimate {
        content.extend([
            json!({"text": format!("{} ", named(&analysis.parameter_words, "estimate", &analysis.parameter))}),
            piece(estimate),
        ]);
        let interval = analysis.interval.as_ref();
        if let Some((lower, upper)) = interval.and_then(|of| of.lower.as_ref().zip(of.upper.as_ref())) {
            let level = interval.map_or_else(String::new, |of| part(&of.level));
            content.extend([
                json!({"text": format!(" ({level} % CI ")}),
                piece(lower),
                json!({"text": " to "}),
                piece(upper),
                json!({"text": ")"}),
            ]);
        }
        content.push(json!({"text": if analysis.p.is_some() { "; " } else { "" }}));
    }
    if let Some(p) = &analysis.p {
        // A printed p-value brings its own relation.
        let small = p.key().and_then(|key| views.store.number(key)).is_some_and(|p| p < 0.001);
        let words = if small || p.key().is_none() { "p " } else { "p = " };
        content.extend([json!({"text": words}), piece(p)]);
    }
    Json::Array(content)
}

fn event_rows(record: &RegistryRecord) -> Vec<Json> {
    let Some(events) = &record.adverse_events else { return Vec::new() };
    let of = |pick: fn(&EventGroup) -> Option<&Figure>| numbers(events.groups.iter().map(pick));
    vec![
        row("Subjects at risk", of(|group| group.exposed.as_ref())),
        row("With a serious event", of(|group| group.serious.as_ref())),
        row(&other_events(events), of(|group| group.non_serious.as_ref())),
        row("Deaths of all causes", of(|group| group.deaths.as_ref())),
        row("Deaths resulting from adverse events", of(|group| group.deaths_from_events.as_ref())),
    ]
}

/// What the other events of a group are, with the threshold as it was used.
fn other_events(events: &AdverseEvents) -> String {
    match events.threshold.as_ref().zip(events.frequency_rule) {
        Some((percent, rule)) => format!("With another event of a term {}", rule.words(&percent.text)),
        None => "With another event of a reported term".to_owned(),
    }
}
