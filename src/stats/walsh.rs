//! One-sample Hodges-Lehmann estimate (median of the Walsh averages) with Tukey's interval.
//!
//! Hodges & Lehmann (1963); interval of Lehmann (1975), Nonparametrics, section 4.3 (Tukey). The averages of all
//! pairs, each value with itself included, are never listed: the k-th smallest is found by counting.

use super::distribution::normal_multiplier;
use super::hodges_lehmann::{ShiftEstimate, ShiftLimits, from_ordered_bits, ordered_bits};
use super::reason::{NotEstimable, check_finite, check_level, finite};
use super::signed_rank::sign_law;
use super::sum::CompensatedSum;

/// Returns the centre of symmetry of the values with its interval; for pairs, pass the differences.
///
/// All values count, zeros included. `order` is the rank C of the lower limit among the n(n+1)/2 ordered averages,
/// floor(n(n+1)/4 - z sqrt(n(n+1)(2n+1)/24)) or the exact quantile of the signed-rank statistic without ties
/// (R `wilcox.test(exact = TRUE, conf.int = TRUE)`); neither is corrected for ties. Limits are `Unbounded` where
/// there are too few values for the level. Errors: no values, a value that is not finite, a level outside 0..1;
/// `WorkLimitExceeded` as in [`super::signed_rank::signed_rank_exact`].
pub fn one_sample_hodges_lehmann(
    values: &[f64],
    level: f64,
    limits: ShiftLimits,
    work_limit: u64,
) -> Result<ShiftEstimate, NotEstimable> {
    check_finite(values)?;
    check_level(level)?;
    if values.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    let n = values.len() as f64;
    let order = match limits {
        ShiftLimits::Asymptotic => {
            let z = normal_multiplier(level)?;
            let sd = (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt();
            (n * (n + 1.0) / 4.0 - z * sd).floor().max(0.0) as u64
        }
        ShiftLimits::Exact => exact_order(values.len(), level, work_limit)?,
        ShiftLimits::ExactWithTies => return Err(NotEstimable::NotDefined),
    };
    let mut sorted: Vec<f64> = values.iter().map(|v| v + 0.0).collect();
    sorted.sort_by(f64::total_cmp);
    let count = values.len() as u64 * (values.len() as u64 + 1) / 2;
    let middle = smallest_average(&sorted, count.div_ceil(2));
    let estimate = if count % 2 == 1 { middle } else { 0.5 * (middle + smallest_average(&sorted, count / 2 + 1)) };
    let limit = |rank| if order == 0 { Err(NotEstimable::Unbounded) } else { finite(smallest_average(&sorted, rank)) };
    Ok(ShiftEstimate {
        estimate: finite(estimate)?,
        order,
        lower: limit(order),
        upper: limit(count + 1 - order.max(1)),
    })
}

/// The smallest q with P(V <= q) >= (1 - level)/2 without ties; 0 if already V = 0 is too likely.
fn exact_order(n: usize, level: f64, work_limit: u64) -> Result<u64, NotEstimable> {
    let ranks: Vec<usize> = (1..=n).collect();
    let law = sign_law(&ranks, work_limit)?;
    let tail = (1.0 - level) / 2.0;
    let mut cumulative = CompensatedSum::default();
    for (order, p) in law.iter().enumerate() {
        cumulative.add(*p);
        // Rounding must not decide where a probability equals the tail on paper.
        if cumulative.value() >= tail * (1.0 - 1e-12) {
            return Ok(order as u64);
        }
    }
    Err(NotEstimable::InvalidArgument)
}

/// The k-th smallest average of a pair or of a value with itself, k from 1.
fn smallest_average(sorted: &[f64], k: u64) -> f64 {
    let (mut low, mut high) = (ordered_bits(f64::MIN), ordered_bits(f64::MAX));
    while low < high {
        let middle = (i128::from(low) + i128::from(high)).div_euclid(2) as i64;
        if sums_not_above(sorted, from_ordered_bits(middle)) >= k { high = middle } else { low = middle + 1 }
    }
    0.5 * from_ordered_bits(low) + 0.0
}

/// Number of sums of two values, each pair once and each value with itself, not above a limit.
fn sums_not_above(sorted: &[f64], limit: f64) -> u64 {
    let (mut twice, mut alone, mut below) = (0, 0, sorted.len());
    for x in sorted {
        while below > 0 && x + sorted[below - 1] > limit {
            below -= 1;
        }
        twice += below as u64;
        alone += u64::from(x + x <= limit);
    }
    (twice + alone) / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_averages() {
        let values = [3.5, -1.0, 7.0, 3.5, 0.25];
        let mut all: Vec<f64> =
            (0..5).flat_map(|i| (i..5).map(move |j| (i, j))).map(|(i, j)| (values[i] + values[j]) / 2.0).collect();
        all.sort_by(f64::total_cmp);
        let mut sorted = values;
        sorted.sort_by(f64::total_cmp);
        for (k, expected) in all.iter().enumerate() {
            assert_eq!(smallest_average(&sorted, k as u64 + 1), *expected);
        }
    }

    #[test]
    fn few_values() {
        let shift = |v: &[f64], limits| one_sample_hodges_lehmann(v, 0.95, limits, 1000);
        let one = shift(&[4.0], ShiftLimits::Exact).expect("defined");
        assert_eq!((one.estimate, one.lower, one.order), (4.0, Err(NotEstimable::Unbounded), 0));
        // Six values: P(V = 0) = 1/64 is below 0.025, so that the limits are the extremes.
        let six = shift(&[1.0, 2.0, 4.0, 8.0, 16.0, 32.0], ShiftLimits::Exact).expect("defined");
        assert_eq!((six.order, six.lower, six.upper), (1, Ok(1.0), Ok(32.0)));
        assert_eq!(shift(&[], ShiftLimits::Exact), Err(NotEstimable::TooFewValues));
        let flat = shift(&[2.0; 30], ShiftLimits::Asymptotic).expect("defined");
        assert_eq!((flat.estimate, flat.lower, flat.upper), (2.0, Ok(2.0), Ok(2.0)));
    }
}
