//! Reads the measure of an endpoint: one value a subject, before the analysis decides who counts.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::catalog::VariableId;
use crate::data::record_set::RecordId;
use crate::data::{Engine, Value};
use crate::spec::Spec;
use crate::spec::analysis::{AnalysisItem, EndpointSpec, Measure, ValueKind};
use crate::spec::at::At;

use super::event_measure;
use super::input::{Occurrence, Shape};
use super::single_imputation;

/// Values of one subject before the analysis decides on them.
#[derive(Clone)]
pub(super) struct Measured {
    pub record: RecordId,
    pub value: Option<f64>,
    pub status: usize,
    pub base: Option<f64>,
    pub aval: Option<f64>,
    pub exposure: Option<f64>,
    pub at_visits: Vec<Option<f64>>,
    pub events: Vec<Occurrence>,
    pub outside: Vec<RecordId>,
    /// The record of each of these values, with its AVAL.
    pub seen: Vec<Option<(RecordId, Option<f64>)>>,
    /// The record of the baseline, where it is one of the parameter.
    pub base_record: Option<RecordId>,
    /// Whether a value was carried to the visit analysed.
    pub imputed: bool,
}

/// What is known of the measure.
pub(super) struct About {
    pub decimals: u8,
    /// Words for a missing value.
    pub missing: String,
    /// Whether the measure names a time at risk.
    pub needs_exposure: bool,
    /// Visits in order, for repeated measures.
    pub visits: Vec<String>,
}

impl About {
    pub(super) fn new(decimals: u8, missing: String) -> Self {
        Self { decimals, missing, needs_exposure: false, visits: Vec::new() }
    }
}

/// Reads the measure of every subject; of those in `until` only what happened up to that study day.
#[expect(clippy::too_many_arguments, reason = "what is read, for whom, and where to say what is wrong")]
pub(super) fn measure(
    engine: &Engine,
    spec: &Spec,
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    shape: Shape,
    until: &BTreeMap<i64, f64>,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<(BTreeMap<i64, Measured>, About), Stop> {
    single_imputation::check(endpoint, item, shape, sink)?;
    let (mut measured, mut about) = values(engine, spec, endpoint, item, shape, until, variables, sink)?;
    let measure = &endpoint.measure;
    if let Some(name) = &measure.baseline {
        let variable = subject_variable(engine, name, sink)?;
        variables.push(variable);
        for (row, value) in engine.column(variable) {
            let base = match &measure.response {
                Some(_) if value.is_null() => None,
                Some(response) => Some(f64::from(u8::from(value.shown() == **response))),
                None => value.as_f64(),
            };
            if let Some(one) = measured.get_mut(&row) {
                (one.base, one.aval) = (base, one.value);
            }
        }
    }
    if let Some(name) = &measure.exposure {
        let variable = subject_variable(engine, name, sink)?;
        variables.push(variable);
        about.needs_exposure = true;
        for (row, value) in engine.column(variable) {
            if let Some(one) = measured.get_mut(&row) {
                one.exposure = value.as_f64();
            }
        }
    }
    event_measure::check(measure, shape, item, &mut measured, &mut about, sink)?;
    Ok((measured, about))
}

#[expect(clippy::too_many_arguments, reason = "as `measure`")]
fn values(
    engine: &Engine,
    spec: &Spec,
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    shape: Shape,
    until: &BTreeMap<i64, f64>,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<(BTreeMap<i64, Measured>, About), Stop> {
    let measure = &endpoint.measure;
    if let Some(found) = event_measure::values(engine, measure, item, shape, until, variables, sink) {
        return found;
    }
    if let Some(time) = &measure.time {
        if shape == Shape::Time {
            return times(engine, measure, time, until, variables, sink);
        }
        return numbers_of_variable(engine, time, measure, variables, sink);
    }
    if shape == Shape::Time {
        return Err(sink
            .error(
                &codes::ANA_001,
                item.method.place.clone(),
                format!("`{}` needs a time-to-event measure", *item.method),
            )
            .hint("give the measure `time` and `event`")
            .stop());
    }
    if measure.parameter.is_none() && !until.is_empty() {
        return Err(sink
            .error(
                &codes::ANA_001,
                item.id.place.clone(),
                format!("`while_on_treatment` cannot be applied to the measure of `{}`", endpoint.title),
            )
            .hint("it needs a parameter with days or a time; derive the variable up to the event instead")
            .stop());
    }
    if let Some(response) = &measure.response {
        return responses(engine, measure, response, variables, sink);
    }
    if shape == Shape::Response && measure.parameter.is_none() {
        return Err(sink
            .error(
                &codes::ANA_001,
                item.method.place.clone(),
                format!("`{}` needs a measure with a response", *item.method),
            )
            .hint("give the measure `response`: the level of its variable that counts as response")
            .stop());
    }
    if let Some(variable) = &measure.variable {
        return numbers_of_variable(engine, variable, measure, variables, sink);
    }
    let (measured, about) = parameter(engine, spec, endpoint, item, until, variables, sink)?;
    if shape.is_repeated() || single_imputation::carries(item) {
        let (measured, about) = visits(engine, spec, endpoint, item, until, about, variables, sink)?;
        single_imputation::carry(endpoint, item, shape, measured, about, sink)
    } else {
        Ok((measured, about))
    }
}

/// Why a subject of a crossover is left out.
pub(super) const INCOMPLETE: &str = "not a value under every treatment";

/// Values under each treatment of a crossover, in their order.
pub(super) fn by_treatment(
    engine: &Engine,
    measure: &Measure,
    item: &AnalysisItem,
    treatments: &[String],
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<(Vec<BTreeMap<i64, Measured>>, About), Stop> {
    let mark = sink.mark();
    for (named, variable) in measure.treatments.iter().filter(|(named, _)| !treatments.contains(named)) {
        sink.error(&codes::CFG_003, variable.place.clone(), format!("study.yaml has no treatment `{named}`"))
            .hint(did_you_mean(named, treatments.iter().map(String::as_str)));
    }
    sink.check(mark)?;
    let mut lists = Vec::new();
    let mut about = About::new(0, INCOMPLETE.to_owned());
    for treatment in treatments {
        let Some(variable) = measure.treatments.get(treatment) else {
            let said = format!("the measure of `{}` has no value under `{treatment}`", *item.id);
            return Err(sink
                .error(&codes::ANA_001, item.method.place.clone(), said)
                .hint("give the measure `treatments`: the subject variable with the value under each treatment")
                .stop());
        };
        let (list, of) = numbers_of_variable(engine, variable, measure, variables, sink)?;
        about.decimals = about.decimals.max(of.decimals);
        lists.push(list);
    }
    Ok((lists, about))
}

/// The subject variable of a name.
pub(super) fn subject_variable(engine: &Engine, name: &At<String>, sink: &mut Diagnostics) -> Result<VariableId, Stop> {
    engine.catalog().find_variable(engine.adsl(), name).map(|v| v.id).ok_or_else(|| {
        let names: Vec<&str> = engine.catalog().dataset(engine.adsl()).variables.keys().map(String::as_str).collect();
        sink.error(&codes::CFG_003, name.place.clone(), format!("`{}` is no subject variable", **name))
            .hint(did_you_mean(name, names))
            .stop()
    })
}

fn numbers_of_variable(
    engine: &Engine,
    name: &At<String>,
    measure: &Measure,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<(BTreeMap<i64, Measured>, About), Stop> {
    let variable = subject_variable(engine, name, sink)?;
    variables.push(variable);
    let meta = engine.catalog().variable(variable);
    let about = About::new(measure.decimals.unwrap_or(meta.decimals), format!("no value of {}", meta.label));
    let measured = engine.column(variable).into_iter().map(|(row, v)| (row, plain(engine, row, v.as_f64()))).collect();
    Ok((measured, about))
}

pub(super) fn plain(engine: &Engine, subject: i64, value: Option<f64>) -> Measured {
    let record = RecordId { dataset: engine.adsl(), row: subject };
    Measured {
        record,
        value,
        status: 0,
        base: None,
        aval: None,
        exposure: None,
        at_visits: Vec::new(),
        events: Vec::new(),
        outside: Vec::new(),
        seen: Vec::new(),
        base_record: None,
        imputed: false,
    }
}

fn responses(
    engine: &Engine,
    measure: &Measure,
    response: &At<String>,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<(BTreeMap<i64, Measured>, About), Stop> {
    let Some(name) = &measure.variable else {
        return Err(sink
            .error(&codes::ANA_001, response.place.clone(), "a response needs the subject variable that holds it")
            .hint("give the measure `variable`")
            .stop());
    };
    let variable = subject_variable(engine, name, sink)?;
    variables.push(variable);
    let label = engine.catalog().variable(variable).label.clone();
    let mut measured = BTreeMap::new();
    for (row, value) in engine.column(variable) {
        let responded = match &value {
            Value::Null => None,
            other => Some(f64::from(u8::from(other.shown() == **response))),
        };
        measured.insert(row, plain(engine, row, responded));
    }
    Ok((measured, About::new(0, format!("no value of {label}"))))
}

pub(super) fn times(
    engine: &Engine,
    measure: &Measure,
    time: &At<String>,
    until: &BTreeMap<i64, f64>,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<(BTreeMap<i64, Measured>, About), Stop> {
    let variable = subject_variable(engine, time, sink)?;
    variables.push(variable);
    let Some(event) = &measure.event else {
        return Err(sink
            .error(&codes::ANA_001, time.place.clone(), "a time-to-event measure needs the condition `event`")
            .hint("who does not satisfy it is censored at that time")
            .stop());
    };
    let event = engine.compile(engine.adsl(), event, sink)?;
    let competing = measure.competing.as_ref().map(|c| engine.compile(engine.adsl(), c, sink)).transpose()?;
    variables.extend(&event.reads);
    let happened = engine.truth(&event, sink)?;
    let other = match &competing {
        Some(expression) => {
            variables.extend(&expression.reads);
            Some(engine.truth(expression, sink)?)
        }
        None => None,
    };
    let meta = engine.catalog().variable(variable);
    let about = About::new(measure.decimals.unwrap_or(meta.decimals), format!("no value of {}", meta.label));
    let mut measured = BTreeMap::new();
    for (at, (row, value)) in engine.column(variable).into_iter().enumerate() {
        let mut one = plain(engine, row, value.as_f64());
        let truth = |list: &[(i64, Option<bool>)]| list.get(at).is_some_and(|t| t.1 == Some(true));
        one.status = if truth(&happened) {
            1
        } else if other.as_deref().is_some_and(truth) {
            2
        } else {
            0
        };
        if let (Some(time), Some(day)) = (one.value, until.get(&row))
            && *day < time
        {
            (one.value, one.status) = (Some(*day), 0);
        }
        measured.insert(row, one);
    }
    Ok((measured, about))
}

fn parameter(
    engine: &Engine,
    spec: &Spec,
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    until: &BTreeMap<i64, f64>,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<(BTreeMap<i64, Measured>, About), Stop> {
    let measure = &endpoint.measure;
    let (Some(name), Some(visit)) = (item.parameter.as_ref().or(measure.parameter.as_ref()), &measure.visit) else {
        let place = measure.parameter.as_ref().map(|p| p.place.clone()).unwrap_or_default();
        return Err(sink
            .error(
                &codes::ANA_001,
                place,
                format!("the measure of `{}` names neither a parameter with its visit nor a variable", endpoint.title),
            )
            .stop());
    };
    let Some(declared) = spec.data.parameters.get(&**name) else {
        return Err(sink
            .error(&codes::CFG_003, name.place.clone(), format!("there is no parameter `{}`", **name))
            .hint(did_you_mean(name, spec.data.parameters.keys().map(String::as_str)))
            .stop());
    };
    let Some(planned) = spec.data.visits.get(&**visit) else {
        return Err(sink
            .error(&codes::CFG_003, visit.place.clone(), format!("there is no visit `{}`", **visit))
            .hint(did_you_mean(visit, spec.data.visits.keys().map(String::as_str)))
            .stop());
    };
    let dataset = engine.catalog().find_dataset(name).expect("invariant: every parameter is a dataset").id;
    let find = |n: &str| engine.catalog().find_variable(dataset, n).expect("invariant: every parameter has it").id;
    let value_name = match measure.value {
        ValueKind::Value => "AVAL",
        ValueKind::Change => "CHG",
        ValueKind::PercentChange => "PCHG",
    };
    let (value_id, base_id, aval_id, visit_id) = (find(value_name), find("BASE"), find("AVAL"), find("AVISIT"));
    variables.extend([value_id, visit_id]);
    let subjects: BTreeMap<i64, i64> = engine.subject_of(dataset).into_iter().collect();
    let values = engine.column(value_id);
    let bases = engine.column(base_id);
    let avals = engine.column(aval_id);
    let days = engine.column(find("ADY"));
    if !until.is_empty() {
        variables.push(find("ADY"));
    }
    let mut measured: BTreeMap<i64, Measured> = BTreeMap::new();
    let mut last_day: BTreeMap<i64, f64> = BTreeMap::new();
    for (at, (row, visit_value)) in engine.column(visit_id).into_iter().enumerate() {
        let Some(subject) = subjects.get(&row) else { continue };
        let this = Measured {
            record: RecordId { dataset, row },
            value: values[at].1.as_f64(),
            status: 0,
            base: bases[at].1.as_f64(),
            aval: avals[at].1.as_f64(),
            exposure: None,
            at_visits: Vec::new(),
            events: Vec::new(),
            outside: Vec::new(),
            seen: Vec::new(),
            base_record: None,
            imputed: false,
        };
        match (until.get(subject), visit_value.as_text()) {
            (None, Some(at_visit)) if at_visit == visit.as_str() => drop(measured.insert(*subject, this)),
            // The last value after the first day and up to the event, at this visit or one before it.
            (Some(until), Some(at_visit)) => {
                let Some(day) = days[at].1.as_f64() else { continue };
                let in_time = spec.data.visits.get_index_of(at_visit) <= spec.data.visits.get_index_of(visit.as_str());
                let counts = in_time && day > 1.0 && day <= *until && this.value.is_some();
                if counts && last_day.get(subject).is_none_or(|last| *last <= day) {
                    last_day.insert(*subject, day);
                    measured.insert(*subject, this);
                }
            }
            _ => {}
        }
    }
    let what = match measure.value {
        ValueKind::Value => String::new(),
        ValueKind::Change | ValueKind::PercentChange => " (or no baseline)".to_owned(),
    };
    let missing = format!("no value of {} at {}{what}", declared.label, planned.label);
    Ok((measured, About::new(measure.decimals.unwrap_or(declared.decimals), missing)))
}

/// Values of a parameter at several visits; the subject's value is the last of them.
#[expect(clippy::too_many_arguments, reason = "as `measure`")]
fn visits(
    engine: &Engine,
    spec: &Spec,
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    until: &BTreeMap<i64, f64>,
    about: About,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<(BTreeMap<i64, Measured>, About), Stop> {
    let measure = &endpoint.measure;
    let (Some(name), Some(last)) = (item.parameter.as_ref().or(measure.parameter.as_ref()), &measure.visit) else {
        unreachable!("checked by `parameter`")
    };
    let mark = sink.mark();
    for visit in item.visits.iter().filter(|visit| !spec.data.visits.contains_key(visit.as_str())) {
        sink.error(&codes::CFG_003, visit.place.clone(), format!("there is no visit `{visit}`"))
            .hint(did_you_mean(visit, spec.data.visits.keys().map(String::as_str)));
    }
    sink.check(mark)?;
    let dataset = engine.catalog().find_dataset(name).expect("invariant: every parameter is a dataset").id;
    let find = |n: &str| engine.catalog().find_variable(dataset, n).expect("invariant: every parameter has it").id;
    let value_name = match measure.value {
        ValueKind::Value => "AVAL",
        ValueKind::Change => "CHG",
        ValueKind::PercentChange => "PCHG",
    };
    let days = engine.column(find("ADY"));
    let visit_of = engine.column(find("AVISIT"));
    let after_baseline = |id: &str| {
        let first = visit_of.iter().zip(&days).filter(|((_, v), _)| v.as_text() == Some(id));
        first.filter_map(|(_, (_, day))| day.as_f64()).any(|day| day > 1.0)
    };
    let ids: Vec<String> = if item.visits.is_empty() {
        let upto = spec.data.visits.get_index_of(last.as_str()).unwrap_or_default();
        spec.data.visits.keys().take(upto + 1).filter(|id| after_baseline(id)).cloned().collect()
    } else {
        item.visits.iter().map(|visit| visit.value.clone()).collect()
    };
    if ids.is_empty() {
        return Err(sink
            .error(&codes::ANA_001, item.id.place.clone(), format!("no visit after baseline is known of `{}`", **name))
            .hint("give the parameter `day`, or name the visits under `visits` of the analysis")
            .stop());
    }
    variables.push(find("ADY"));
    let subjects: BTreeMap<i64, i64> = engine.subject_of(dataset).into_iter().collect();
    let (values, bases, avals) =
        (engine.column(find(value_name)), engine.column(find("BASE")), engine.column(find("AVAL")));
    let mut measured: BTreeMap<i64, Measured> = BTreeMap::new();
    for (at, (row, visit)) in visit_of.iter().enumerate() {
        let Some(subject) = subjects.get(row) else { continue };
        let (record, base, aval) = (RecordId { dataset, row: *row }, bases[at].1.as_f64(), avals[at].1.as_f64());
        let one = measured.entry(*subject).or_insert_with(|| Measured {
            record,
            value: None,
            status: 0,
            base,
            aval: None,
            exposure: None,
            at_visits: vec![None; ids.len()],
            events: Vec::new(),
            outside: Vec::new(),
            seen: vec![None; ids.len()],
            base_record: None,
            imputed: false,
        });
        one.base = one.base.or(base);
        let Some(position) = visit.as_text().and_then(|visit| ids.iter().position(|id| id == visit)) else {
            if base.is_some() && aval == base {
                one.base_record = Some(record);
                // Until a visit has a value, the baseline is what there is to show.
                if one.value.is_none() {
                    one.record = record;
                }
            }
            continue;
        };
        let Some(value) = values[at].1.as_f64() else { continue };
        let over = until.get(subject).zip(days[at].1.as_f64()).is_some_and(|(until, day)| day > *until);
        if over {
            continue;
        }
        (one.at_visits[position], one.seen[position]) = (Some(value), Some((record, aval)));
        // The record shown for the subject is that of the last visit with a value.
        if one.at_visits[position + 1..].iter().all(Option::is_none) {
            (one.record, one.value, one.aval) = (record, Some(value), aval);
        }
    }
    let missing = "no value after baseline".to_owned();
    Ok((measured, About { missing, visits: ids, ..about }))
}
