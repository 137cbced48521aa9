//! Reads measures that count: numbers of events with their time at risk, and events that recur.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::Engine;
use crate::data::catalog::VariableId;
use crate::data::record_set::RecordId;
use crate::spec::analysis::{AnalysisItem, Measure, RecurrentEvents};
use crate::spec::at::At;

use super::input::{Occurrence, Shape};
use super::measure::{About, Measured, plain, subject_variable, times};

/// Every subject's value and what is known of the measure.
type Found = Result<(BTreeMap<i64, Measured>, About), Stop>;

/// Values of a shape that counts, where the measure has a time; `None` where it is another measure's business.
pub(super) fn values(
    engine: &Engine,
    measure: &Measure,
    item: &AnalysisItem,
    shape: Shape,
    until: &BTreeMap<i64, f64>,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Option<Found> {
    match (shape, &measure.time, &measure.events) {
        (Shape::Count | Shape::Rate | Shape::Recurrent, Some(time), Some(events)) => {
            Some(recurrent(engine, measure, time, events, shape, until, variables, sink))
        }
        (Shape::Count | Shape::Rate, Some(time), None) => {
            Some(times(engine, measure, time, until, variables, sink).map(|(mut measured, about)| {
                for one in measured.values_mut() {
                    one.exposure = one.value;
                    one.value = one.value.map(|_| f64::from(u8::from(one.status == 1)));
                }
                (measured, About { decimals: 0, ..about })
            }))
        }
        (Shape::Recurrent, ..) | (Shape::Count | Shape::Rate, None, Some(_)) => Some(Err(sink
            .error(
                &codes::ANA_001,
                item.method.place.clone(),
                format!("`{}` needs events that can recur and the end of observation", *item.method),
            )
            .hint("give the measure `events` (dataset and day) and `time`")
            .stop())),
        _ => None,
    }
}

/// Times at risk that can be used: above 0 for models, not below 0 for rates.
pub(super) fn check(
    measure: &Measure,
    shape: Shape,
    item: &AnalysisItem,
    measured: &mut BTreeMap<i64, Measured>,
    about: &mut About,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    if !matches!(shape, Shape::Count | Shape::Rate) {
        return Ok(());
    }
    about.needs_exposure = measure.exposure.is_some() || measure.time.is_some();
    if shape == Shape::Rate && !about.needs_exposure {
        return Err(sink
            .error(&codes::ANA_001, item.method.place.clone(), format!("`{}` needs the time at risk", *item.method))
            .hint("give the measure `exposure`, or `time` and `event`")
            .stop());
    }
    for one in measured.values_mut() {
        one.exposure = one.exposure.filter(|time| if shape == Shape::Rate { *time >= 0.0 } else { *time > 0.0 });
    }
    Ok(())
}

#[expect(clippy::too_many_arguments, reason = "as `measure`")]
fn recurrent(
    engine: &Engine,
    measure: &Measure,
    time: &At<String>,
    events: &RecurrentEvents,
    shape: Shape,
    until: &BTreeMap<i64, f64>,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Found {
    let end = subject_variable(engine, time, sink)?;
    variables.push(end);
    let catalog = engine.catalog();
    let Some(dataset) = catalog.find_dataset(&events.dataset).map(|d| d.id) else {
        return Err(sink
            .error(&codes::CFG_003, events.dataset.place.clone(), format!("there is no dataset `{}`", *events.dataset))
            .hint(did_you_mean(&events.dataset, catalog.datasets().iter().map(|d| d.name.as_str())))
            .stop());
    };
    let Some(day) = catalog.find_variable(dataset, &events.day).map(|v| v.id) else {
        let names: Vec<&str> = catalog.dataset(dataset).variables.keys().map(String::as_str).collect();
        return Err(sink
            .error(
                &codes::CFG_003,
                events.day.place.clone(),
                format!("`{}` is no variable of `{}`", *events.day, *events.dataset),
            )
            .hint(did_you_mean(&events.day, names))
            .stop());
    };
    variables.push(day);
    let counted: Option<BTreeMap<i64, Option<bool>>> = match &events.condition {
        Some(sql) => {
            let expression = engine.compile(dataset, sql, sink)?;
            variables.extend(&expression.reads);
            Some(engine.truth(&expression, sink)?.into_iter().collect())
        }
        None => None,
    };
    let meta = catalog.variable(end);
    let about = About::new(measure.decimals.unwrap_or(meta.decimals), format!("no value of {}", meta.label));
    let mut measured: BTreeMap<i64, Measured> = BTreeMap::new();
    for (row, value) in engine.column(end) {
        let last = value.as_f64().map(|time| until.get(&row).map_or(time, |day| time.min(*day)));
        measured.insert(row, plain(engine, row, last));
    }
    let subjects: BTreeMap<i64, i64> = engine.subject_of(dataset).into_iter().collect();
    for (row, value) in engine.column(day) {
        if counted.as_ref().is_some_and(|counted| counted.get(&row).copied().flatten() != Some(true)) {
            continue;
        }
        let Some(one) = subjects.get(&row).and_then(|subject| measured.get_mut(subject)) else { continue };
        let record = RecordId { dataset, row };
        match (value.as_f64(), one.value) {
            (Some(time), Some(last)) if time > 0.0 && time <= last => one.events.push(Occurrence { time, record }),
            _ => one.outside.push(record),
        }
    }
    for one in measured.values_mut() {
        one.events.sort_by(|a, b| a.time.total_cmp(&b.time));
        if shape != Shape::Recurrent {
            one.exposure = one.value;
            #[expect(clippy::cast_precision_loss, reason = "numbers of events are far below 2^53")]
            let number = one.events.len() as f64;
            one.value = one.value.map(|_| number);
        }
    }
    let decimals = if shape == Shape::Recurrent { about.decimals } else { 0 };
    Ok((measured, About { decimals, ..about }))
}
