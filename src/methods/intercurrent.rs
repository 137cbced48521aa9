//! Intercurrent events (ICH E9(R1)): who had them, and what their strategy makes of a value.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::Engine;
use crate::data::catalog::VariableId;
use crate::spec::Spec;
use crate::spec::analysis::{EndpointSpec, Strategy};

use super::measure::subject_variable;

/// The value of a subject after the intercurrent events and whether one set it, or why it does not count.
pub(super) fn decide(
    events: &[Intercurrent],
    subject: i64,
    measured: Option<f64>,
) -> Result<(Option<f64>, bool), String> {
    let mut value = measured;
    let mut imputed = false;
    let mut excluded = None;
    for event in events {
        if !event.subjects.get(&subject).copied().unwrap_or(false) {
            continue;
        }
        match (event.strategy, event.value) {
            (Strategy::Composite, Some(set_to)) => {
                value = Some(set_to);
                imputed = true;
            }
            (Strategy::Composite | Strategy::TreatmentPolicy, _) => {}
            // The measure itself stops at the day of the event.
            (Strategy::WhileOnTreatment, _) => {}
            (Strategy::Hypothetical | Strategy::PrincipalStratum, _) => {
                excluded = Some(format!("{} ({})", event.label, strategy_name(event.strategy)));
            }
        }
    }
    excluded.map_or(Ok((value, imputed)), Err)
}

/// Names of the strategies of ICH E9(R1).
#[must_use]
pub fn strategy_name(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::TreatmentPolicy => "treatment policy",
        Strategy::Composite => "composite",
        Strategy::Hypothetical => "hypothetical",
        Strategy::WhileOnTreatment => "while on treatment",
        Strategy::PrincipalStratum => "principal stratum",
    }
}

/// An intercurrent event with its strategy and who had it.
pub(super) struct Intercurrent {
    pub(super) label: String,
    pub(super) strategy: Strategy,
    value: Option<f64>,
    subjects: BTreeMap<i64, bool>,
    /// Study day of the event, with `while_on_treatment`.
    days: BTreeMap<i64, f64>,
}

/// The first day on which each subject had an event that ends what is used (strategy while on treatment).
pub(super) fn until(events: &[Intercurrent]) -> BTreeMap<i64, f64> {
    let mut first = BTreeMap::new();
    for event in events.iter().filter(|event| event.strategy == Strategy::WhileOnTreatment) {
        for (subject, day) in &event.days {
            if event.subjects.get(subject) == Some(&true) {
                let known: &mut f64 = first.entry(*subject).or_insert(*day);
                *known = known.min(*day);
            }
        }
    }
    first
}

/// The events of an estimand that change values, with who had them.
pub(super) fn events(
    spec: &Spec,
    engine: &Engine,
    endpoint: &EndpointSpec,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<Vec<Intercurrent>, Stop> {
    let mut found = Vec::new();
    for rule in &endpoint.estimand.events {
        let Some(event) = spec.analysis.intercurrent_events.get(&*rule.event) else {
            return Err(sink
                .error(
                    &codes::CFG_003,
                    rule.event.place.clone(),
                    format!("there is no intercurrent event `{}`", *rule.event),
                )
                .hint(did_you_mean(&rule.event, spec.analysis.intercurrent_events.keys().map(String::as_str)))
                .stop());
        };
        let changes_values = !matches!(rule.strategy, Strategy::TreatmentPolicy)
            && (rule.strategy != Strategy::Composite || rule.value.is_some());
        let expression = engine.compile(engine.adsl(), &event.condition, sink)?;
        if !changes_values {
            continue;
        }
        variables.extend(&expression.reads);
        let subjects = engine.truth(&expression, sink)?.into_iter().map(|(row, t)| (row, t == Some(true))).collect();
        let mut days = BTreeMap::new();
        if rule.strategy == Strategy::WhileOnTreatment {
            let Some(name) = &event.day else {
                return Err(sink
                    .error(
                        &codes::ANA_001,
                        rule.event.place.clone(),
                        format!("`while_on_treatment` needs to know when `{}` happened", *rule.event),
                    )
                    .hint("give the intercurrent event `day`: the subject variable with its study day")
                    .stop());
            };
            let day = subject_variable(engine, name, sink)?;
            variables.push(day);
            days = engine.column(day).into_iter().filter_map(|(row, v)| Some((row, v.as_f64()?))).collect();
        }
        let (label, strategy, value) = (event.label.clone(), rule.strategy, rule.value);
        found.push(Intercurrent { label, strategy, value, subjects, days });
    }
    Ok(found)
}
