//! Parameter datasets: analysis value, study day, visit, baseline and change of one thing measured.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::number;
use crate::spec::data::{Take, Ties, VisitPick, VisitTie};

use super::catalog::{DatasetId, VariableId};
use super::engine::{Engine, Expression, Link};
use super::pick::{Candidate, choose};
use super::tables::quote;
use super::value::Value;

/// Variables every parameter dataset has.
pub(super) const VARIABLES: [&str; 6] = ["AVAL", "ADY", "AVISIT", "BASE", "CHG", "PCHG"];

/// How a visit's record is chosen.
#[derive(Debug)]
pub(super) struct VisitPlan {
    pub id: String,
    pub target: Option<i64>,
    pub window: Option<[i64; 2]>,
    pub condition: Option<Expression>,
    pub pick: VisitPick,
    pub tie: VisitTie,
    pub place: Place,
}

/// How the baseline is found.
#[derive(Debug)]
pub(super) enum BaselinePlan {
    /// There is none.
    None,
    /// A variable of each record holds it.
    Variable(Expression),
    /// One of the subject's records.
    Pick { condition: Option<Expression>, order: Vec<Expression>, take: Take, ties: Ties, place: Place },
}

/// How a parameter's dataset is made.
#[derive(Debug)]
pub(super) struct ParameterPlan {
    pub dataset: DatasetId,
    pub source: DatasetId,
    pub value: Expression,
    pub condition: Option<Expression>,
    pub day: Option<Expression>,
    pub visits: Vec<VisitPlan>,
    pub baseline: BaselinePlan,
    /// The six variables in the order of [`VARIABLES`].
    pub variables: [VariableId; 6],
}

/// One record while it is made.
#[derive(Clone, Debug)]
struct Record {
    row: i64,
    subject: i64,
    value: Option<f64>,
    day: Option<i64>,
    visit: Option<usize>,
    base: Option<f64>,
}

/// Fills a parameter's dataset; returns the baseline link.
pub(super) fn run(engine: &Engine, plan: &ParameterPlan, sink: &mut Diagnostics) -> Result<Option<Link>, Stop> {
    let mark = sink.mark();
    let mut records = records(engine, plan, sink)?;
    let truth_of = |expression: &Expression, sink: &mut Diagnostics| -> Result<BTreeMap<i64, bool>, Stop> {
        Ok(engine.truth(expression, sink)?.into_iter().map(|(row, t)| (row, t == Some(true))).collect())
    };
    for (at, visit) in plan.visits.iter().enumerate() {
        let belongs = match &visit.condition {
            Some(condition) => Some(truth_of(condition, sink)?),
            None => None,
        };
        assign_visit(engine, plan, visit, at, belongs.as_ref(), &mut records, sink);
    }
    let link = baseline(engine, plan, &mut records, sink)?;
    sink.check(mark)?;
    write(engine, plan, &records);
    Ok(link)
}

fn records(engine: &Engine, plan: &ParameterPlan, sink: &mut Diagnostics) -> Result<Vec<Record>, Stop> {
    let values = engine.evaluate(&plan.value, sink)?;
    let truth = plan.condition.as_ref().map(|c| engine.truth(c, sink)).transpose()?;
    let days = plan.day.as_ref().map(|d| engine.evaluate(d, sink)).transpose()?;
    let subjects: BTreeMap<i64, i64> = engine.subject_of(plan.source).into_iter().collect();
    let mut records = Vec::new();
    for (at, (row, value)) in values.iter().enumerate() {
        if truth.as_ref().is_some_and(|t| t[at].1 != Some(true)) {
            continue;
        }
        let Some(subject) = subjects.get(row) else { continue };
        let day = days.as_ref().and_then(|d| d[at].1.as_f64());
        #[expect(clippy::cast_possible_truncation, reason = "study days are small whole numbers")]
        let day = day.map(|d| d as i64);
        records.push(Record { row: *row, subject: *subject, value: value.as_f64(), day, visit: None, base: None });
    }
    Ok(records)
}

/// Marks at most one record of each subject as the analysed one of the visit.
fn assign_visit(
    engine: &Engine,
    plan: &ParameterPlan,
    visit: &VisitPlan,
    index: usize,
    belongs: Option<&BTreeMap<i64, bool>>,
    records: &mut [Record],
    sink: &mut Diagnostics,
) {
    let mut by_subject: BTreeMap<i64, Vec<usize>> = BTreeMap::new();
    for (at, record) in records.iter().enumerate() {
        let inside = visit.window.is_none_or(|[low, high]| record.day.is_some_and(|d| (low..=high).contains(&d)));
        let chosen = belongs.is_none_or(|b| b.get(&record.row).copied().unwrap_or(false));
        let defined = visit.window.is_some() || belongs.is_some();
        if defined && inside && chosen && record.value.is_some() && record.visit.is_none() {
            by_subject.entry(record.subject).or_default().push(at);
        }
    }
    for (subject, mut candidates) in by_subject {
        let day = |at: usize| records[at].day.unwrap_or(0);
        let distance = |at: usize| visit.target.map_or(0, |target| (day(at) - target).abs());
        match visit.pick {
            VisitPick::Only => {}
            VisitPick::Closest => candidates.sort_by_key(|at| (distance(*at), day(*at), records[*at].row)),
            VisitPick::First => candidates.sort_by_key(|at| (day(*at), records[*at].row)),
            VisitPick::Last => candidates.sort_by_key(|at| (-day(*at), records[*at].row)),
        }
        let best = candidates[0];
        let mut winner = best;
        if let Some(second) = candidates.get(1).copied() {
            let tie = match visit.pick {
                VisitPick::Only => true,
                VisitPick::Closest => distance(best) == distance(second),
                VisitPick::First | VisitPick::Last => day(best) == day(second),
            };
            let same_day = day(best) == day(second);
            if tie && (visit.pick == VisitPick::Only || visit.tie == VisitTie::Error || same_day) {
                report_visit_tie(engine, plan, visit, subject, records[best].row, records[second].row, sink);
            } else if tie && visit.tie == VisitTie::Later {
                winner = second;
            }
        }
        records[winner].visit = Some(index);
    }
}

fn report_visit_tie(
    engine: &Engine,
    plan: &ParameterPlan,
    visit: &VisitPlan,
    subject: i64,
    a: i64,
    b: i64,
    sink: &mut Diagnostics,
) {
    let key = engine.subject_key(subject);
    let parameter = &engine.catalog.dataset(plan.dataset).name;
    let mut diagnostic = sink.error(
        &codes::DAT_011,
        engine.any_cell(plan.source, a).map_or_else(|| visit.place.clone(), Place::Cell),
        format!("{parameter}: two records of subject {key} are equally good for the visit `{}`", visit.id),
    );
    if let Some(cell) = engine.any_cell(plan.source, b) {
        diagnostic = diagnostic.label(Place::Cell(cell), "the other record");
    }
    diagnostic
        .label(visit.place.clone(), "the visit is declared here")
        .hint("state `pick` and `tie`, or narrow the window");
}

fn baseline(
    engine: &Engine,
    plan: &ParameterPlan,
    records: &mut [Record],
    sink: &mut Diagnostics,
) -> Result<Option<Link>, Stop> {
    let (condition, order, take, ties, place) = match &plan.baseline {
        BaselinePlan::None => return Ok(None),
        BaselinePlan::Variable(expression) => {
            let base: BTreeMap<i64, Option<f64>> =
                engine.evaluate(expression, sink)?.into_iter().map(|(row, v)| (row, v.as_f64())).collect();
            for record in records.iter_mut() {
                record.base = base.get(&record.row).copied().flatten();
            }
            return Ok(None);
        }
        BaselinePlan::Pick { condition, order, take, ties, place } => (condition, order, *take, *ties, place),
    };
    let truth = condition.as_ref().map(|c| engine.truth(c, sink)).transpose()?;
    let truth: Option<BTreeMap<i64, bool>> =
        truth.map(|t| t.into_iter().map(|(row, t)| (row, t == Some(true))).collect());
    let mut orders: Vec<BTreeMap<i64, Value>> = Vec::new();
    for expression in order {
        orders.push(engine.evaluate(expression, sink)?.into_iter().collect());
    }
    let mut by_subject: BTreeMap<i64, Vec<Candidate>> = BTreeMap::new();
    for record in records.iter() {
        let chosen = truth.as_ref().is_none_or(|t| t.get(&record.row).copied().unwrap_or(false));
        let Some(value) = record.value.filter(|_| chosen) else { continue };
        let order = orders.iter().map(|o| o.get(&record.row).cloned().unwrap_or_default()).collect();
        by_subject.entry(record.subject).or_default().push(Candidate {
            row: record.row,
            order,
            value: Value::Real(value),
        });
    }
    let mut link = Link {
        dataset: plan.dataset,
        chosen: vec![None; engine.subjects.len()],
        considered: vec![Vec::new(); engine.subjects.len()],
    };
    let mut base: BTreeMap<i64, f64> = BTreeMap::new();
    for (subject, candidates) in by_subject {
        let at = usize::try_from(subject - 1).expect("invariant: subject rows start at 1");
        link.considered[at] = candidates.iter().map(|c| c.row).collect();
        match choose(&candidates, take, ties) {
            Ok(Some(chosen)) => {
                link.chosen[at] = Some(chosen.row);
                if let Some(value) = chosen.value.as_f64() {
                    base.insert(subject, value);
                }
            }
            Ok(None) => {}
            Err((a, b)) => {
                let parameter = &engine.catalog.dataset(plan.dataset).name;
                let mut diagnostic = sink.error(
                    &codes::DAT_011,
                    engine.any_cell(plan.source, a).map_or_else(|| place.clone(), Place::Cell),
                    format!("{parameter}: two records of subject {} tie for the baseline", engine.subject_key(subject)),
                );
                if let Some(cell) = engine.any_cell(plan.source, b) {
                    diagnostic = diagnostic.label(Place::Cell(cell), "the other record");
                }
                diagnostic
                    .label(place.clone(), "the baseline is declared here")
                    .hint("state a further `order`, or `ties: sheet_order`");
            }
        }
    }
    for record in records.iter_mut() {
        record.base = base.get(&record.subject).copied();
    }
    Ok(Some(link))
}

/// A difference without the binary noise that breaks ties of decimals people wrote.
fn difference(a: f64, b: f64) -> f64 {
    let scale = a.abs().max(b.abs());
    let raw = a - b;
    // Digits that the operands share with the difference are lost; twelve of the operands' are kept.
    if scale == 0.0 || raw == 0.0 {
        return raw;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 1..=17")]
    let digits = (13.0 - (scale / raw.abs()).log10()).clamp(1.0, 17.0) as u8;
    number::round_significant(raw, digits)
}

fn write(engine: &Engine, plan: &ParameterPlan, records: &[Record]) {
    let table = quote(&engine.catalog.dataset(plan.dataset).name);
    let sql = format!(
        "INSERT INTO {table} (_ROW, _SUBJ, AVAL, ADY, AVISIT, BASE, CHG, PCHG) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    );
    let mut insert = engine.connection.prepare_cached(&sql).expect("invariant: the parameter's table exists");
    for record in records {
        let change = record.value.zip(record.base).map(|(value, base)| difference(value, base));
        let percent =
            change.zip(record.base).filter(|(_, base)| *base != 0.0).map(|(change, base)| 100.0 * change / base);
        let visit = record.visit.map(|at| plan.visits[at].id.as_str());
        insert
            .execute(rusqlite::params![
                record.row,
                record.subject,
                record.value,
                record.day,
                visit,
                record.base,
                change,
                percent
            ])
            .expect("invariant: values have the types of their columns");
    }
}

#[cfg(test)]
mod tests {
    use super::difference;

    #[test]
    fn differences_of_decimals_tie() {
        assert_eq!(difference(80.3, 80.0).to_bits(), difference(75.3, 75.0).to_bits());
        assert_eq!(difference(0.3, 0.1).to_bits(), 0.2_f64.to_bits());
        assert_eq!(difference(5.0, 5.0).to_bits(), 0.0_f64.to_bits());
    }
}
