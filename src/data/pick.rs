//! Picks: the value of one of a subject's records in another dataset, with the set it was chosen from.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::spec::data::{Take, Ties};

use super::catalog::{DatasetId, VariableId};
use super::engine::{Engine, Expression, Link};
use super::value::Value;

/// How one subject variable is picked.
#[derive(Debug)]
pub(super) struct PickPlan {
    pub variable: VariableId,
    pub dataset: DatasetId,
    pub value: Expression,
    pub condition: Option<Expression>,
    pub order: Vec<Expression>,
    pub take: Take,
    pub ties: Ties,
    pub place: Place,
}

/// A record that may be chosen.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub row: i64,
    pub order: Vec<Value>,
    pub value: Value,
}

/// Orders values: missing first, numbers before text.
pub(super) fn compare(a: &Value, b: &Value) -> Ordering {
    match (a.as_f64(), b.as_f64()) {
        (Some(x), Some(y)) => x.total_cmp(&y),
        _ => rank(a).cmp(&rank(b)).then_with(|| a.as_text().cmp(&b.as_text())),
    }
}

fn rank(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Integer(_) | Value::Real(_) => 1,
        Value::Text(_) => 2,
    }
}

fn compare_orders(a: &Candidate, b: &Candidate) -> Ordering {
    a.order.iter().zip(&b.order).map(|(x, y)| compare(x, y)).find(|o| o.is_ne()).unwrap_or(Ordering::Equal)
}

/// Chooses among a subject's records; `Err` holds two records that tie.
pub(super) fn choose(candidates: &[Candidate], take: Take, ties: Ties) -> Result<Option<&Candidate>, (i64, i64)> {
    let Some(first) = candidates.first() else { return Ok(None) };
    if take == Take::Only {
        return match candidates {
            [_] => Ok(Some(first)),
            [a, b, ..] => Err((a.row, b.row)),
            [] => Ok(None),
        };
    }
    let better = |a: &Candidate, b: &Candidate| match take {
        Take::First | Take::Only => compare_orders(a, b),
        Take::Last => compare_orders(b, a),
        Take::Min => compare(&a.value, &b.value),
        Take::Max => compare(&b.value, &a.value),
    };
    let mut best = first;
    let mut tied = None;
    for candidate in &candidates[1..] {
        match better(candidate, best) {
            Ordering::Less => {
                best = candidate;
                tied = None;
            }
            Ordering::Equal => {
                if take == Take::Last && ties == Ties::SheetOrder {
                    best = candidate;
                } else {
                    tied = tied.or(Some(candidate.row));
                }
            }
            Ordering::Greater => {}
        }
    }
    // Equal smallest or largest values are the same value, whichever record gave it.
    match tied {
        Some(other) if ties == Ties::Error && matches!(take, Take::First | Take::Last) => Err((best.row, other)),
        _ => Ok(Some(best)),
    }
}

/// Runs a pick: the subjects' values and the link that says where they came from.
pub(super) fn run(engine: &Engine, plan: &PickPlan, sink: &mut Diagnostics) -> Result<(Vec<Value>, Link), Stop> {
    let mark = sink.mark();
    let by_subject = candidates(engine, plan, sink)?;
    let mut values = vec![Value::Null; engine.subjects.len()];
    let mut link = Link {
        dataset: plan.dataset,
        chosen: vec![None; engine.subjects.len()],
        considered: vec![Vec::new(); engine.subjects.len()],
    };
    for (subject, candidates) in by_subject {
        let at = usize::try_from(subject - 1).expect("invariant: subject rows start at 1");
        link.considered[at] = candidates.iter().map(|c| c.row).collect();
        match choose(&candidates, plan.take, plan.ties) {
            Ok(Some(chosen)) => {
                values[at] = chosen.value.clone();
                link.chosen[at] = Some(chosen.row);
            }
            Ok(None) => {}
            Err((a, b)) => report_tie(engine, plan, at, a, b, sink),
        }
    }
    sink.check(mark)?;
    Ok((values, link))
}

/// Each subject's records that satisfy the condition, in sheet order.
fn candidates(engine: &Engine, plan: &PickPlan, sink: &mut Diagnostics) -> Result<BTreeMap<i64, Vec<Candidate>>, Stop> {
    let subjects = engine.subject_of(plan.dataset);
    let values = engine.evaluate(&plan.value, sink)?;
    let truth = match &plan.condition {
        Some(condition) => Some(engine.truth(condition, sink)?),
        None => None,
    };
    let mut orders = Vec::new();
    for order in &plan.order {
        orders.push(engine.evaluate(order, sink)?);
    }
    let value_at: BTreeMap<i64, usize> = values.iter().enumerate().map(|(at, (row, _))| (*row, at)).collect();
    let mut by_subject: BTreeMap<i64, Vec<Candidate>> = BTreeMap::new();
    for (row, subject) in subjects {
        let at = value_at[&row];
        if truth.as_ref().is_some_and(|t| t[at].1 != Some(true)) {
            continue;
        }
        let order = orders.iter().map(|o| o[at].1.clone()).collect();
        by_subject.entry(subject).or_default().push(Candidate { row, order, value: values[at].1.clone() });
    }
    if matches!(plan.take, Take::Min | Take::Max) {
        for candidates in by_subject.values_mut() {
            candidates.retain(|c| !c.value.is_null());
        }
    }
    Ok(by_subject)
}

fn report_tie(engine: &Engine, plan: &PickPlan, subject: usize, a: i64, b: i64, sink: &mut Diagnostics) {
    let meta = engine.catalog.variable(plan.variable);
    let dataset = &engine.catalog.dataset(plan.dataset).name;
    let what = if plan.take == Take::Only { "more than one record" } else { "two records that tie" };
    let mut diagnostic = sink.error(
        &codes::DAT_011,
        engine.any_cell(plan.dataset, a).map_or_else(|| plan.place.clone(), Place::Cell),
        format!("{}: {what} in {dataset} for subject {}", meta.name, engine.subjects[subject].key),
    );
    if let Some(cell) = engine.any_cell(plan.dataset, b) {
        diagnostic = diagnostic.label(Place::Cell(cell), "the other record");
    }
    diagnostic
        .label(plan.place.clone(), "picked here")
        .hint("state a further `order`, or `ties: sheet_order`, or correct the data");
}
