//! Estimands with their five attributes (ICH E9(R1)), and the intercurrent events.

use crate::methods::intercurrent::strategy_name;
use crate::report::display::{Column, DisplayTable, Row, RowKind};
use crate::spec::analysis::EndpointRole;
use crate::spec::report::DisplaySpec;

use super::{Facts, section, words};

/// One row an endpoint, one column an attribute.
pub(super) fn table(facts: Facts<'_>, display: &DisplaySpec) -> DisplayTable {
    let heading = |id: &str, label: &str| Column { id: id.to_owned(), header: words(label) };
    let columns = vec![
        heading("treatment", "Treatment"),
        heading("population", "Population"),
        heading("variable", "Variable"),
        heading("events", "Intercurrent events"),
        heading("summary", "Summary"),
    ];
    let arms: Vec<&str> = facts.spec.study.arms.values().map(|a| a.label.value.as_str()).collect();
    let mut rows = Vec::new();
    for endpoint in facts.spec.analysis.endpoints.values() {
        let estimand = &endpoint.estimand;
        let events: Vec<String> = estimand
            .events
            .iter()
            .map(|rule| {
                let label = facts
                    .spec
                    .analysis
                    .intercurrent_events
                    .get(rule.event.as_str())
                    .map_or(rule.event.as_str(), |e| e.label.as_str());
                format!("{label}: {}", strategy_name(rule.strategy))
            })
            .collect();
        rows.push(Row {
            kind: RowKind::Data,
            indent: 0,
            label: words(format!("{} ({})", endpoint.title, role(endpoint.role))),
            cells: vec![
                words(estimand.treatment.clone().unwrap_or_else(|| arms.join(" against "))),
                words(estimand.population.as_str()),
                words(format!("{}; {}", endpoint.title, endpoint.time_frame)),
                words(if events.is_empty() { "none specified".to_owned() } else { events.join("; ") }),
                words(estimand.summary.as_str()),
            ],
        });
    }
    DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| "Estimands".to_owned()),
        population: String::new(),
        stub: "Endpoint".to_owned(),
        columns,
        rows,
        footnotes: vec![words("Attributes as in ICH E9(R1).")],
        section: section(&display.id),
        landscape: true,
    }
}

/// Words for an endpoint's role.
pub(super) fn role(role: EndpointRole) -> &'static str {
    match role {
        EndpointRole::Primary => "primary",
        EndpointRole::Secondary => "secondary",
        EndpointRole::OtherPrespecified => "other, pre-specified",
        EndpointRole::PostHoc => "post hoc",
    }
}

/// How many subjects had each intercurrent event, by arm.
pub(super) fn events(facts: Facts<'_>, display: &DisplaySpec) -> DisplayTable {
    let set = facts
        .spec
        .analysis
        .endpoints
        .values()
        .next()
        .map(|e| e.estimand.analysis_set.value.clone())
        .unwrap_or_default();
    let columns = super::arm_columns(facts, &set, true);
    let rows = facts
        .spec
        .analysis
        .intercurrent_events
        .iter()
        .map(|(id, event)| {
            let key = crate::results::ResultKey::new("disp", "n")
                .with("block", crate::population::disposition::INTERCURRENT_EVENTS)
                .with("category", id.as_str());
            let cells = columns.iter().map(|c| super::n_percent(key.clone().with("arm", c.id.as_str()))).collect();
            super::data(event.label.as_str(), 0, cells)
        })
        .collect();
    DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| "Intercurrent events".to_owned()),
        population: super::set_label(facts, &set),
        stub: "Intercurrent event".to_owned(),
        columns,
        rows,
        footnotes: vec![words("n = subjects with the event; a subject may have several.")],
        section: section(&display.id),
        landscape: false,
    }
}
