//! Contingency tables of an analysis: arms by response or by value, in strata.

use crate::stats::two_proportions::TwoProportions;

use super::input::AnalysisInput;

/// Responders and sizes of the two arms of a comparison.
pub(super) fn two_by_two(input: &AnalysisInput, comparison: (usize, usize)) -> TwoProportions {
    let ((events_a, n_a), (events_b, n_b)) = (input.responders(comparison.0), input.responders(comparison.1));
    TwoProportions { events_a, n_a, events_b, n_b }
}

/// The same in each stratum; a stratum may have an empty arm.
pub(super) fn two_by_two_strata(input: &AnalysisInput, comparison: (usize, usize)) -> Vec<TwoProportions> {
    let (stratum, n_strata) = input.strata();
    let mut tables = vec![TwoProportions { events_a: 0, n_a: 0, events_b: 0, n_b: 0 }; n_strata];
    for (row, at) in input.rows.iter().zip(stratum) {
        let (table, event) = (&mut tables[at], u64::from(row.value > 0.5));
        if row.arm == comparison.0 {
            table.n_a += 1;
            table.events_a += event;
        } else if row.arm == comparison.1 {
            table.n_b += 1;
            table.events_b += event;
        }
    }
    tables
}

/// The values that occur in some arms, in ascending order: the columns of [`strata`].
pub(super) fn levels(input: &AnalysisInput, arms: &[usize]) -> Vec<f64> {
    let mut levels: Vec<f64> = input.rows.iter().filter(|r| arms.contains(&r.arm)).map(|r| r.value).collect();
    levels.sort_by(f64::total_cmp);
    levels.dedup();
    levels
}

/// Tables of `arms` (rows) by values (columns), one for each stratum.
pub(super) fn strata(input: &AnalysisInput, arms: &[usize], levels: &[f64]) -> Vec<Vec<Vec<u64>>> {
    let (stratum, n_strata) = input.strata();
    let mut tables = vec![vec![vec![0; levels.len()]; arms.len()]; n_strata];
    for (row, at) in input.rows.iter().zip(stratum) {
        let arm = arms.iter().position(|a| *a == row.arm);
        let level = levels.iter().position(|l| l.total_cmp(&row.value).is_eq());
        if let (Some(arm), Some(level)) = (arm, level) {
            tables[at][arm][level] += 1;
        }
    }
    tables
}
