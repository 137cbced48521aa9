//! Two-sample permutation test of means (Fisher-Pitman): exact, or Monte Carlo with its standard error.
//!
//! Exact: all choices of the first sample are counted by splitting the values into two halves, listing the sums of
//! each half and pairing them in order (Horowitz & Sahni 1974; the split-up of van de Wiel 2001, R coin). Sums closer
//! than 1e-9 of the sum of sizes count as equal, so that rounding does not break ties.

use super::monte_carlo::{MonteCarloP, Shuffler};
use super::reason::{NotEstimable, check_finite};
use super::sum::{mean, sum};
use super::wilcoxon::ExactTwoSided;

/// Number of listed sums that takes about a second; a sensible `work_limit` (about 44 values in all).
pub const DEFAULT_WORK_LIMIT: u64 = 10_000_000;

/// Share of the sum of sizes within which two sums count as equal.
const EQUAL: f64 = 1e-9;

/// An exact permutation test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PermutationTest {
    /// Mean of the first minus mean of the second sample, in the unit of the values.
    pub difference: f64,
    /// Two-sided p-value by the definition asked for.
    pub p_two_sided: f64,
    /// p-value against a smaller first mean.
    pub p_less: f64,
    /// p-value against a larger first mean.
    pub p_greater: f64,
}

/// A Monte Carlo permutation test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampledPermutationTest {
    /// Mean of the first minus mean of the second sample, in the unit of the values.
    pub difference: f64,
    /// Two-sided p-value by |difference| at least as large as observed.
    pub two_sided: MonteCarloP,
    /// p-value against a smaller first mean.
    pub less: MonteCarloP,
    /// p-value against a larger first mean.
    pub greater: MonteCarloP,
}

/// Returns the exact test.
///
/// Errors: an empty sample (`EmptyGroup`), all values equal (`ZeroVariance`), a value that is not finite;
/// `WorkLimitExceeded` where more than `work_limit` sums would be listed.
pub fn permutation_test(
    a: &[f64],
    b: &[f64],
    definition: ExactTwoSided,
    work_limit: u64,
) -> Result<PermutationTest, NotEstimable> {
    let pooled = Pooled::new(a, b)?;
    let all = pooled.values.len();
    if all > 62 || 1u64 << all.div_ceil(2) > work_limit / 2 {
        return Err(NotEstimable::WorkLimitExceeded);
    }
    // Every second value of the sorted list, so that both halves are alike.
    let every_second = |from: usize| pooled.values.iter().skip(from).step_by(2).copied().collect::<Vec<f64>>();
    let (first, second) = (subset_sums(&every_second(0)), subset_sums(&every_second(1)));
    let count = |limit: f64| -> u64 {
        let pairs = (0..=a.len()).filter(|k| *k < first.len() && a.len() - k < second.len());
        pairs.map(|k| pairs_not_above(&first[k], &second[a.len() - k], limit)).sum()
    };
    let everything = count(f64::INFINITY);
    let (gap, slack) = (pooled.gap, pooled.slack);
    // The values are centred, so that sums of the first sample have expectation 0.
    let lower = |x: f64| count(x + slack);
    let upper = |x: f64| everything - count(x - slack);
    let share = |choices: u64| choices as f64 / everything as f64;
    let (p_less, p_greater) = (share(lower(gap)), share(upper(gap)));
    let p_two_sided = match definition {
        ExactTwoSided::TwiceSmallerTail => (2.0 * p_less.min(p_greater)).min(1.0),
        ExactTwoSided::Distance if gap.abs() <= slack => 1.0,
        ExactTwoSided::Distance => share(lower(-gap.abs()) + upper(gap.abs())),
    };
    Ok(PermutationTest { difference: pooled.difference, p_two_sided, p_less, p_greater })
}

/// Returns the Monte Carlo test from `samples` random choices of the first sample.
///
/// Errors: as [`permutation_test`] but for the limit; fewer than two samples (`TooFewValues`).
pub fn permutation_test_monte_carlo(
    a: &[f64],
    b: &[f64],
    samples: u64,
    seed: u64,
) -> Result<SampledPermutationTest, NotEstimable> {
    let mut pooled = Pooled::new(a, b)?;
    let mut shuffler = Shuffler::new(seed);
    let (mut less, mut greater, mut apart) = (0, 0, 0);
    for _ in 0..samples {
        shuffler.draw(&mut pooled.values, a.len());
        let drawn: f64 = pooled.values[..a.len()].iter().sum();
        less += u64::from(drawn <= pooled.gap + pooled.slack);
        greater += u64::from(drawn >= pooled.gap - pooled.slack);
        apart += u64::from(drawn.abs() >= pooled.gap.abs() - pooled.slack);
    }
    Ok(SampledPermutationTest {
        difference: pooled.difference,
        two_sided: MonteCarloP::new(apart, samples)?,
        less: MonteCarloP::new(less, samples)?,
        greater: MonteCarloP::new(greater, samples)?,
    })
}

struct Pooled {
    /// All values minus their mean, ascending.
    values: Vec<f64>,
    /// Sum of the first sample's values minus its expectation.
    gap: f64,
    slack: f64,
    difference: f64,
}

impl Pooled {
    fn new(a: &[f64], b: &[f64]) -> Result<Self, NotEstimable> {
        check_finite(a)?;
        check_finite(b)?;
        let (Some(mean_a), Some(mean_b)) = (mean(a), mean(b)) else { return Err(NotEstimable::EmptyGroup) };
        let mut values: Vec<f64> = a.iter().chain(b).copied().collect();
        let centre = mean(&values).ok_or(NotEstimable::EmptyGroup)?;
        if !centre.is_finite() {
            return Err(NotEstimable::NotFinite);
        }
        let size = values.iter().fold(0.0f64, |m, v| m.max(v.abs()));
        values.iter_mut().for_each(|v| *v -= centre);
        values.sort_by(f64::total_cmp);
        let spread = sum(values.iter().map(|v| v.abs()));
        if spread <= 8.0 * f64::EPSILON * size * values.len() as f64 {
            return Err(NotEstimable::ZeroVariance);
        }
        let gap = sum(a.iter().map(|v| v - centre));
        Ok(Pooled { values, gap, slack: EQUAL * spread, difference: mean_a - mean_b })
    }
}

/// Sums of all subsets of a list by their number of members, each list ascending.
fn subset_sums(values: &[f64]) -> Vec<Vec<f64>> {
    let mut sums: Vec<Vec<f64>> = vec![vec![0.0]];
    for value in values {
        sums.push(Vec::new());
        for k in (1..sums.len()).rev() {
            let with: Vec<f64> = sums[k - 1].iter().map(|s| s + value).collect();
            sums[k] = merge(&sums[k], &with);
        }
    }
    sums
}

fn merge(a: &[f64], b: &[f64]) -> Vec<f64> {
    let mut merged = Vec::with_capacity(a.len() + b.len());
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] <= b[j] {
            merged.push(a[i]);
            i += 1;
        } else {
            merged.push(b[j]);
            j += 1;
        }
    }
    merged.extend_from_slice(&a[i..]);
    merged.extend_from_slice(&b[j..]);
    merged
}

/// Number of pairs, one of each ascending list, whose sum is not above the limit.
fn pairs_not_above(a: &[f64], b: &[f64], limit: f64) -> u64 {
    let (mut count, mut until) = (0, b.len());
    for x in a {
        while until > 0 && x + b[until - 1] > limit {
            until -= 1;
        }
        count += until as u64;
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(a: &[f64], b: &[f64]) -> PermutationTest {
        permutation_test(a, b, ExactTwoSided::Distance, DEFAULT_WORK_LIMIT).expect("small")
    }

    #[test]
    fn by_hand() {
        // {1, 2} of 1 2 3 9: pair sums 3 4 5 10 11 12, expectation 7.5, observed 3.
        let test = exact(&[1.0, 2.0], &[3.0, 9.0]);
        assert_eq!(test.difference, -4.5);
        for (actual, expected) in [(test.p_less, 1.0), (test.p_greater, 6.0), (test.p_two_sided, 2.0)] {
            assert!((actual - expected / 6.0).abs() < 1e-15);
        }
    }

    #[test]
    fn ranks_give_the_rank_sum_test() {
        use crate::stats::wilcoxon::rank_sum_exact;
        let (a, b) = ([1.5, 1.5, 4.0, 6.0, 9.0], [4.0, 4.0, 7.0, 8.0, 10.5, 10.5]);
        for definition in [ExactTwoSided::Distance, ExactTwoSided::TwiceSmallerTail] {
            let means = permutation_test(&a, &b, definition, 100_000).expect("small");
            let ranks = rank_sum_exact(&a, &b, definition, 100_000).expect("small");
            assert!((means.p_two_sided - ranks.p_two_sided).abs() < 1e-14);
            assert!((means.p_less - ranks.p_less).abs() < 1e-14);
        }
    }

    #[test]
    fn sampling_agrees_and_order_is_irrelevant() {
        let (a, b) = ([0.1, 0.7, 0.7, 1.3, 2.9, 0.4], [1.1, 2.2, 3.3, 0.9, 4.1]);
        let test = exact(&a, &b);
        let sampled = permutation_test_monte_carlo(&a, &b, 20_000, 5).expect("drawn");
        for (p, exact) in
            [(sampled.two_sided, test.p_two_sided), (sampled.less, test.p_less), (sampled.greater, test.p_greater)]
        {
            assert!((p.p - exact).abs() < 5.0 * p.standard_error.max(1e-4), "{p:?} {exact}");
        }
        let mut shuffled = a;
        shuffled.reverse();
        assert!((exact(&shuffled, &b).p_two_sided - test.p_two_sided).abs() < 1e-12);
        assert_eq!(permutation_test_monte_carlo(&shuffled, &b, 20_000, 5).expect("drawn").two_sided, sampled.two_sided);
        let turned = exact(&b, &a);
        assert!(
            (turned.p_two_sided - test.p_two_sided).abs() < 1e-12 && (turned.p_less - test.p_greater).abs() < 1e-12
        );
    }

    #[test]
    fn reasons() {
        let test = |a: &[f64], b: &[f64]| permutation_test(a, b, ExactTwoSided::Distance, 1000).err();
        assert_eq!(test(&[], &[1.0]), Some(NotEstimable::EmptyGroup));
        assert_eq!(test(&[0.1; 3], &[0.1; 4]), Some(NotEstimable::ZeroVariance));
        assert_eq!(test(&[f64::NAN], &[1.0]), Some(NotEstimable::NotFinite));
        let many: Vec<f64> = (0..40).map(f64::from).collect();
        assert_eq!(test(&many, &many), Some(NotEstimable::WorkLimitExceeded));
        assert_eq!(exact(&[1.0], &[2.0]).p_two_sided, 1.0);
    }
}
