//! Hodges-Lehmann shift estimate and Moses' interval by ordered pairwise differences.
//!
//! Hodges & Lehmann (1963); interval of Lehmann (1975), Nonparametrics, section 2.6 (Moses). The differences are
//! never listed: the k-th smallest is found by halving the range of doubles and counting, which is exact.

use super::distribution::normal_multiplier;
use super::rank::midranks;
use super::reason::{NotEstimable, Value, check_finite, check_level};
use super::sum::CompensatedSum;
use super::wilcoxon::ExactLaw;

/// How many ordered differences the limits lie inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ShiftLimits {
    /// floor(mn/2 - z sqrt(mn(m+n+1)/12)), no correction for ties, as SAS.
    Asymptotic,
    /// The exact quantile of U without ties, as R `wilcox.test(exact = TRUE)`.
    Exact,
    /// The exact quantiles of U given the observed ties (the upper tail for the lower limit), as R coin and SAS
    /// `exact hl`; two samples only.
    ExactWithTies,
}

/// A shift of the first against the second sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShiftEstimate {
    /// Median of all differences first minus second, in the unit of the values.
    pub estimate: f64,
    /// Rank C of the lower limit among the ordered differences; the upper is the C-th from above. 0 if unbounded.
    pub order: u64,
    /// Lower confidence limit; `Unbounded` where the samples are too small for the level.
    pub lower: Value,
    /// Upper confidence limit; as the lower.
    pub upper: Value,
}

/// Returns the shift with its interval.
///
/// Errors: an empty group, a value that is not finite, a level outside 0..1; for [`ShiftLimits::Exact`] also
/// `WorkLimitExceeded` as in [`super::wilcoxon::rank_sum_exact`].
pub fn hodges_lehmann(
    a: &[f64],
    b: &[f64],
    level: f64,
    limits: ShiftLimits,
    work_limit: u64,
) -> Result<ShiftEstimate, NotEstimable> {
    check_finite(a)?;
    check_finite(b)?;
    check_level(level)?;
    if a.is_empty() || b.is_empty() {
        return Err(NotEstimable::EmptyGroup);
    }
    let (m, n) = (a.len() as f64, b.len() as f64);
    let (order, upper_order) = match limits {
        ShiftLimits::Asymptotic => {
            let z = normal_multiplier(level)?;
            let order = (m * n / 2.0 - z * (m * n * (m + n + 1.0) / 12.0).sqrt()).floor().max(0.0) as u64;
            (order, order)
        }
        ShiftLimits::Exact => {
            let law = ExactLaw::new(a.len(), b.len(), &vec![1; a.len() + b.len()], work_limit)?;
            let order = exact_order(law.probability.iter(), 1, level)?;
            (order, order)
        }
        ShiftLimits::ExactWithTies => {
            let joint: Vec<f64> = a.iter().chain(b).copied().collect();
            let law = ExactLaw::new(a.len(), b.len(), &midranks(&joint).tie_sizes, work_limit)?;
            let order = exact_order(law.probability.iter().rev(), law.scale as u64, level)?;
            (order, exact_order(law.probability.iter(), law.scale as u64, level)?)
        }
    };
    let differences = Differences::new(a, b);
    let count = a.len() as u64 * b.len() as u64;
    let middle = differences.smallest(count.div_ceil(2));
    let estimate = if count % 2 == 1 { middle } else { 0.5 * (middle + differences.smallest(count / 2 + 1)) };
    let limit = |order: u64, rank: u64| {
        if order == 0 { Err(NotEstimable::Unbounded) } else { Ok(differences.smallest(rank)) }
    };
    let upper = limit(upper_order, count + 1 - upper_order.max(1));
    Ok(ShiftEstimate { estimate, order, lower: limit(order, order), upper })
}

/// The smallest whole q with P(U <= q) >= (1 - level)/2, from the tail's end; 0 if already U = 0 is too likely.
fn exact_order<'a>(law: impl Iterator<Item = &'a f64>, scale: u64, level: f64) -> Result<u64, NotEstimable> {
    let tail = (1.0 - level) / 2.0;
    let mut cumulative = CompensatedSum::default();
    for (index, p) in law.enumerate() {
        cumulative.add(*p);
        // Rounding must not decide where a probability equals the tail on paper.
        if cumulative.value() >= tail * (1.0 - 1e-12) {
            return Ok((index as u64).div_ceil(scale));
        }
    }
    Err(NotEstimable::InvalidArgument)
}

/// All pairwise differences of two sorted samples, without listing them.
struct Differences {
    a: Vec<f64>,
    b: Vec<f64>,
}

impl Differences {
    fn new(a: &[f64], b: &[f64]) -> Self {
        let sorted = |values: &[f64]| {
            // + 0.0 turns -0.0 into 0.0, so that order and equality agree.
            let mut list: Vec<f64> = values.iter().map(|v| v + 0.0).collect();
            list.sort_by(f64::total_cmp);
            list
        };
        Differences { a: sorted(a), b: sorted(b) }
    }

    /// Number of differences not above `value`; walks both lists once since rounding keeps the order.
    fn not_above(&self, value: f64) -> u64 {
        let mut count = 0;
        let mut from = self.b.len();
        for x in self.a.iter().rev() {
            // The larger x, the fewer y satisfy x - y <= value; they are the last ones.
            while from > 0 && x - self.b[from - 1] <= value {
                from -= 1;
            }
            // Going down in x, earlier y join.
            count += (self.b.len() - from) as u64;
        }
        count
    }

    /// The k-th smallest difference, k from 1.
    fn smallest(&self, k: u64) -> f64 {
        let (mut low, mut high) = (ordered_bits(f64::MIN), ordered_bits(f64::MAX));
        while low < high {
            let middle = (i128::from(low) + i128::from(high)).div_euclid(2) as i64;
            if self.not_above(from_ordered_bits(middle)) >= k { high = middle } else { low = middle + 1 }
        }
        from_ordered_bits(low) + 0.0
    }
}

/// Integers in the order of the doubles.
pub(crate) fn ordered_bits(value: f64) -> i64 {
    let bits = value.to_bits() as i64;
    if bits < 0 { i64::MIN.wrapping_sub(bits) } else { bits }
}

pub(crate) fn from_ordered_bits(ordered: i64) -> f64 {
    let bits = if ordered < 0 { i64::MIN.wrapping_sub(ordered) } else { ordered };
    f64::from_bits(bits as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_differences() {
        let (a, b) = ([7.0, -1.0, 3.5, 3.5], [2.0, 0.5, -4.0]);
        let mut all: Vec<f64> = a.iter().flat_map(|x| b.iter().map(move |y| x - y)).collect();
        all.sort_by(f64::total_cmp);
        let differences = Differences::new(&a, &b);
        for (k, expected) in all.iter().enumerate() {
            assert_eq!(differences.smallest(k as u64 + 1), *expected);
        }
    }

    #[test]
    fn small_samples() {
        // 3 against 3: P(U = 0) = 1/20 is above 0.025, so no finite limits at 0.95; at 0.9 it equals 0.05.
        let shift = |level| {
            hodges_lehmann(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.5], level, ShiftLimits::Exact, 1000).expect("defined")
        };
        assert_eq!((shift(0.95).order, shift(0.95).lower), (0, Err(NotEstimable::Unbounded)));
        assert_eq!(shift(0.95).estimate, -3.0);
        let wide = hodges_lehmann(&[1.0], &[1.0], 0.95, ShiftLimits::Asymptotic, 0).expect("defined");
        assert_eq!((wide.estimate, wide.upper), (0.0, Err(NotEstimable::Unbounded)));
    }
}
