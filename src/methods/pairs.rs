//! Differences within subjects, and the rows of a comparison as plain lists.

use crate::stats::rank::round_decimals;

use super::input::{Analysed, AnalysisInput};

/// Whether a row has both values of its pair.
pub(super) fn is_pair(input: &AnalysisInput, row: &Analysed) -> bool {
    if input.has_before { row.base.is_some() && row.aval.is_some() } else { true }
}

/// Differences after minus before of an arm, in subject order: the change itself where the measure is one.
///
/// Differences that are equal on paper are made equal in memory, as ranks need it.
pub(super) fn differences(input: &AnalysisInput, arm: usize) -> Vec<f64> {
    let of_arm = input.rows.iter().filter(|r| r.arm == arm);
    if input.has_before {
        return of_arm.filter_map(|r| Some(difference(r.aval?, r.base?))).collect();
    }
    let change = |r: &Analysed| match (r.aval, r.base) {
        (Some(aval), Some(base)) if input.is_change => round_decimals(r.value, decimals(aval, base)),
        _ => round_decimals(r.value, decimals(r.value, 0.0)),
    };
    of_arm.map(change).collect()
}

fn difference(after: f64, before: f64) -> f64 {
    round_decimals(after - before, decimals(after, before))
}

/// Decimals that leave the larger of two numbers 13 significant digits.
fn decimals(a: f64, b: f64) -> usize {
    let size = a.abs().max(b.abs());
    let whole_digits = if size < 1.0 { 0.0 } else { libm::log10(size).floor() + 1.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 13")]
    let decimals = (13.0 - whole_digits).clamp(0.0, 13.0) as usize;
    decimals
}

/// The rows of some arms: values, position of the arm in the list, strata and covariates.
pub(super) struct Rows<'a> {
    /// Values, with ties on paper made ties in memory.
    pub values: Vec<f64>,
    /// Position of each row's arm among the arms asked for.
    pub groups: Vec<usize>,
    /// Stratum of each row.
    pub strata: Vec<usize>,
    /// The rows themselves.
    pub rows: Vec<&'a Analysed>,
}

/// The rows of `arms`, in subject order.
pub(super) fn rows_of<'a>(input: &'a AnalysisInput, arms: &[usize]) -> Rows<'a> {
    let rows: Vec<&Analysed> = input.rows.iter().filter(|r| arms.contains(&r.arm)).collect();
    Rows {
        values: rows.iter().map(|r| crate::stats::rank::round_significant(r.value, 12)).collect(),
        groups: rows.iter().map(|r| arms.iter().position(|a| *a == r.arm).unwrap_or_default()).collect(),
        strata: strata(&rows),
        rows,
    }
}

/// One number for each combination of factor levels.
pub(super) fn strata(rows: &[&Analysed]) -> Vec<usize> {
    let mut combinations: Vec<&[usize]> = rows.iter().map(|r| r.factors.as_slice()).collect();
    combinations.sort_unstable();
    combinations.dedup();
    rows.iter().map(|r| combinations.partition_point(|c| *c < r.factors.as_slice())).collect()
}

impl Rows<'_> {
    /// The covariates as columns.
    pub(super) fn covariates(&self, number: usize) -> Vec<Vec<f64>> {
        (0..number).map(|at| self.rows.iter().map(|r| r.covariates[at]).collect()).collect()
    }

    /// The values of each arm.
    pub(super) fn by_group(&self, number: usize) -> Vec<Vec<f64>> {
        let of = |group: usize| self.values.iter().zip(&self.groups).filter(move |(_, g)| **g == group);
        (0..number).map(|group| of(group).map(|(v, _)| *v).collect()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differences_equal_on_paper_are_equal() {
        assert_eq!(difference(85.2, 80.5).to_bits(), difference(90.1, 85.4).to_bits());
        assert_eq!(difference(100_000.1, 100_000.0).to_bits(), 0.1f64.to_bits());
        assert_eq!(difference(1e15, 1.0).to_bits(), 999_999_999_999_999.0f64.to_bits());
    }
}
