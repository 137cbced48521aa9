//! Two treatments in two periods and two orders: their difference within subjects, freed from that of the periods.

use super::reason::NotEstimable;
use super::t_test::{TTest, Variances, two_sample_t_test};

/// Returns the t test of no difference between two treatments; each sequence holds the values of its subjects under the
/// treatment compared and under the reference.
///
/// Half of first minus second period is the difference of treatments plus that of periods in one sequence, and its
/// negative plus that of periods in the other: between the sequences the periods cancel (Hills & Armitage 1979).
///
/// Errors: as [`two_sample_t_test`] with equal variances.
pub fn two_period_test(
    compared_first: &[(f64, f64)],
    reference_first: &[(f64, f64)],
    level: f64,
) -> Result<TTest, NotEstimable> {
    let halves = |pairs: &[(f64, f64)], sign: f64| -> Vec<f64> {
        pairs.iter().map(|(compared, reference)| sign * (compared - reference) / 2.0).collect()
    };
    two_sample_t_test(&halves(compared_first, 1.0), &halves(reference_first, -1.0), Variances::Equal, level)
}
