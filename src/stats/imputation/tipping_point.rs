//! Tipping point: imputed values are shifted by delta until the conclusion changes.
//!
//! The shift is added after imputation and before the analysis (SAS PROC MI, MNAR ADJUST SHIFT; R `rbmi` delta), by arm
//! and visit. The analysis (analyse each data set, pool) is a function given by the caller; with imputations kept from
//! data set to data set its result changes smoothly with delta. Cro, Morris, Kenward & Carpenter (2020), Stat Med 39.

use crate::stats::reason::{NotEstimable, Value, check_finite, finite};

/// How shifts of several visits of a subject combine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shifts {
    /// Each visit is shifted by its own delta.
    Separate,
    /// Each visit is shifted by the sum of the deltas of the shifted visits up to it (the gap grows with time).
    Accumulated,
}

/// Which imputed visits are shifted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftedVisits {
    /// All imputed visits.
    AllImputed,
    /// Imputed visits after the last observed one, not gaps before it.
    AfterLastObserved,
}

/// Returns the completed visits with deltas added to the imputed ones.
///
/// `visits` are the visits before imputation, `completed` those after it, `arm` the arm of each subject; `deltas` holds
/// for each arm the delta of each visit, in units of the visits. Errors: `InvalidArgument` for shapes, `NotFinite`.
pub fn apply_deltas(
    visits: &[Vec<Option<f64>>],
    completed: &[Vec<f64>],
    arm: &[usize],
    deltas: &[Vec<f64>],
    shifts: Shifts,
    shifted: ShiftedVisits,
) -> Result<Vec<Vec<f64>>, NotEstimable> {
    if completed.len() != visits.len() || arm.len() != visits.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    for list in deltas {
        check_finite(list)?;
    }
    let subject = |((row, full), arm): ((&Vec<Option<f64>>, &Vec<f64>), &usize)| {
        let list = deltas.get(*arm).ok_or(NotEstimable::InvalidArgument)?;
        if full.len() != row.len() || list.len() != row.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        let first = match shifted {
            ShiftedVisits::AllImputed => 0,
            ShiftedVisits::AfterLastObserved => row.iter().rposition(Option::is_some).map_or(0, |last| last + 1),
        };
        let mut sum = 0.0;
        let shift = |(j, visit): (usize, &Option<f64>)| {
            if visit.is_some() || j < first {
                return finite(full[j]);
            }
            sum += list[j];
            let delta = match shifts {
                Shifts::Separate => list[j],
                Shifts::Accumulated => sum,
            };
            finite(full[j] + delta)
        };
        row.iter().enumerate().map(shift).collect()
    };
    visits.iter().zip(completed).zip(arm).map(subject).collect()
}

/// A conclusion along a grid of deltas.
#[derive(Debug, Clone, PartialEq)]
pub struct TippingPoint {
    /// Each delta in the order given and the number judged (for example a p-value or a confidence limit).
    pub results: Vec<(f64, Value)>,
    /// Places in `results` of each neighbouring pair with different conclusions.
    pub changes: Vec<(usize, usize)>,
}

/// Judges each delta of a grid and returns where the conclusion changes.
///
/// `result` computes the number judged at a delta, `holds` says whether the conclusion still holds at a number (for
/// example `p < 0.05`). A delta without a number is skipped: the pair around it counts as neighbours. No change means no
/// tipping point within the grid; several mean that the conclusion is not monotone in delta.
/// Errors: `TooFewValues` for an empty grid, `NotFinite`.
pub fn tipping_point(
    grid: &[f64],
    mut result: impl FnMut(f64) -> Value,
    holds: impl Fn(f64) -> bool,
) -> Result<TippingPoint, NotEstimable> {
    if grid.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    check_finite(grid)?;
    let results: Vec<(f64, Value)> = grid.iter().map(|delta| (*delta, result(*delta).and_then(finite))).collect();
    let known: Vec<(usize, bool)> =
        results.iter().enumerate().filter_map(|(i, (_, value))| Some((i, holds((*value).ok()?)))).collect();
    let changes = known.windows(2).filter(|pair| pair[0].1 != pair[1].1).map(|pair| (pair[0].0, pair[1].0)).collect();
    Ok(TippingPoint { results, changes })
}

/// Returns the delta between two deltas with different conclusions where the conclusion changes, by halving.
///
/// The interval is halved until it is no longer than `width`; returned is its end on which the conclusion of `start`
/// still holds, so that the delta found never overstates how far it holds. Errors: `NotReached` where both ends have the
/// same conclusion, `InvalidArgument` for a width that is not positive, the first error of `result`.
pub fn refine_tipping_point(
    start: f64,
    end: f64,
    width: f64,
    mut result: impl FnMut(f64) -> Value,
    holds: impl Fn(f64) -> bool,
) -> Value {
    check_finite(&[start, end])?;
    if !(width > 0.0 && width.is_finite()) {
        return Err(NotEstimable::InvalidArgument);
    }
    let at_start = holds(finite(result(start)?)?);
    if holds(finite(result(end)?)?) == at_start {
        return Err(NotEstimable::NotReached);
    }
    let (mut near, mut far) = (start, end);
    while (far - near).abs() > width {
        let middle = near + 0.5 * (far - near);
        if middle == near || middle == far {
            break;
        }
        if holds(finite(result(middle)?)?) == at_start { near = middle } else { far = middle }
    }
    Ok(near)
}

/// Conclusions over a grid of deltas of two arms.
#[derive(Debug, Clone, PartialEq)]
pub struct TippingGrid {
    /// A row for each delta of the first arm, a column for each delta of the second: the number judged.
    pub results: Vec<Vec<Value>>,
    /// Whether the conclusion holds there; `None` without a number.
    pub holds: Vec<Vec<Option<bool>>>,
}

/// Judges every pair of deltas of two arms; `result` gets the delta of the first, then of the second arm.
///
/// Errors as [`tipping_point`].
pub fn tipping_grid(
    first: &[f64],
    second: &[f64],
    mut result: impl FnMut(f64, f64) -> Value,
    holds: impl Fn(f64) -> bool,
) -> Result<TippingGrid, NotEstimable> {
    if first.is_empty() || second.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    check_finite(first)?;
    check_finite(second)?;
    let mut row = |a: &f64| second.iter().map(|b| result(*a, *b).and_then(finite)).collect::<Vec<Value>>();
    let results: Vec<Vec<Value>> = first.iter().map(&mut row).collect();
    let judged = results.iter().map(|row| row.iter().map(|value| value.ok().map(&holds)).collect()).collect();
    Ok(TippingGrid { results, holds: judged })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas() {
        let visits = [vec![Some(1.0), None, Some(3.0), None, None], vec![None; 5]];
        let completed = [vec![1.0, 2.0, 3.0, 4.0, 5.0], vec![0.0; 5]];
        let deltas = [vec![0.0; 5], vec![1.0, 2.0, 3.0, 4.0, 5.0]];
        let apply = |shifts, shifted| apply_deltas(&visits, &completed, &[1, 1], &deltas, shifts, shifted).unwrap();
        assert_eq!(apply(Shifts::Separate, ShiftedVisits::AllImputed)[0], [1.0, 4.0, 3.0, 8.0, 10.0]);
        assert_eq!(apply(Shifts::Separate, ShiftedVisits::AfterLastObserved)[0], [1.0, 2.0, 3.0, 8.0, 10.0]);
        assert_eq!(apply(Shifts::Accumulated, ShiftedVisits::AllImputed)[0], [1.0, 4.0, 3.0, 10.0, 16.0]);
        assert_eq!(apply(Shifts::Accumulated, ShiftedVisits::AfterLastObserved)[0], [1.0, 2.0, 3.0, 8.0, 14.0]);
        assert_eq!(apply(Shifts::Accumulated, ShiftedVisits::AfterLastObserved)[1], [1.0, 3.0, 6.0, 10.0, 15.0]);
        let none = apply_deltas(&visits, &completed, &[0, 2], &deltas, Shifts::Separate, ShiftedVisits::AllImputed);
        assert_eq!(none, Err(NotEstimable::InvalidArgument));
    }

    #[test]
    fn search() {
        let p = |delta: f64| if delta == 3.0 { Err(NotEstimable::Singular) } else { Ok(0.01 * delta * delta) };
        let found = tipping_point(&[0.0, 1.0, 2.0, 3.0, 4.0], p, |p| p < 0.05).unwrap();
        assert_eq!(found.changes, [(2, 4)]);
        assert_eq!(found.results[3].1, Err(NotEstimable::Singular));
        assert!(tipping_point(&[0.0, 1.0], p, |p| p < 0.05).unwrap().changes.is_empty());
        assert_eq!(tipping_point(&[-4.0, 0.0, 4.0], p, |p| p < 0.05).unwrap().changes, [(0, 1), (1, 2)]);
        assert_eq!(tipping_point(&[], p, |p| p < 0.05), Err(NotEstimable::TooFewValues));
        let near = refine_tipping_point(2.0, 4.0, 1e-9, p, |p| p < 0.05);
        // The first middle is 3, which has no number.
        assert_eq!(near, Err(NotEstimable::Singular));
        let near = refine_tipping_point(0.0, 5.0, 1e-9, p, |p| p < 0.05).unwrap();
        assert!(near * near < 5.0 && (near - 5f64.sqrt()).abs() < 1e-9);
        assert_eq!(refine_tipping_point(0.0, 1.0, 1e-9, p, |p| p < 0.05), Err(NotEstimable::NotReached));
        let grid = tipping_grid(&[0.0, 1.0], &[0.0, 2.0], |a, b| Ok(0.02 * (b - a)), |p| p < 0.03).unwrap();
        assert_eq!(grid.holds, [[Some(true), Some(false)], [Some(true), Some(true)]]);
    }
}
