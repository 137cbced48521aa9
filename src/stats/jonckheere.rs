//! Jonckheere-Terpstra test of a trend over ordered groups: normal with ties, exact and Monte Carlo.
//!
//! Terpstra (1952), Jonckheere (1954). J counts, over all pairs of groups, the pairs of values that rise with the
//! group, ties one half. Variance given the ties: Hollander & Wolfe (1999), eq. 6.19 (SAS PROC FREQ `jt`).

use super::assignment::assignment_law;
use super::chi_square::Continuity;
use super::distribution::{normal, normal_two_sided};
use super::monte_carlo::{MonteCarloP, Shuffler};
use super::rank::midranks;
use super::reason::{NotEstimable, check_finite};
use super::sum::CompensatedSum;

/// A trend test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendTest {
    /// The statistic J.
    pub statistic: f64,
    /// Expectation of J without a trend.
    pub expected: f64,
    /// Variance of J without a trend, given the ties.
    pub variance: f64,
    /// Standardised statistic; `NotDefined` for the exact test.
    pub z: Result<f64, NotEstimable>,
    /// Two-sided p-value, exact: P(|J - E| >= |j - E|).
    pub p_two_sided: f64,
    /// p-value against values that rise with the group.
    pub p_increasing: f64,
    /// p-value against values that fall with the group.
    pub p_decreasing: f64,
}

/// Monte Carlo estimates of the exact p-values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SampledTrendTest {
    /// The statistic J.
    pub statistic: f64,
    /// Two-sided: |J - E| at least as large as observed.
    pub two_sided: MonteCarloP,
    /// Against values that rise with the group.
    pub increasing: MonteCarloP,
    /// Against values that fall with the group.
    pub decreasing: MonteCarloP,
}

/// Returns the test by normal approximation; the groups are given in their order.
///
/// SAS does not correct for continuity. Errors: fewer than two groups or an empty one (`EmptyGroup`), all values
/// equal (`ZeroVariance`), a value that is not finite.
pub fn jonckheere_terpstra(groups: &[&[f64]], continuity: Continuity) -> Result<TrendTest, NotEstimable> {
    let ordered = Ordered::new(groups)?;
    let shift = match continuity {
        Continuity::Corrected => 0.5,
        Continuity::Uncorrected => 0.0,
    };
    let (sd, gap) = (ordered.variance.sqrt(), ordered.statistic - ordered.expected);
    let z = if gap == 0.0 { 0.0 } else { (gap - shift * gap.signum()) / sd };
    Ok(TrendTest {
        z: Ok(z),
        p_two_sided: normal_two_sided(z),
        p_increasing: normal((gap - shift) / sd).upper,
        p_decreasing: normal((gap + shift) / sd).lower,
        ..ordered.without_p()
    })
}

/// Returns the exact conditional test, ties included.
///
/// Errors: as [`jonckheere_terpstra`]; `WorkLimitExceeded` beyond `work_limit` transitions
/// ([`super::assignment::DEFAULT_WORK_LIMIT`] is enough for three groups of 15 or four of 5).
pub fn jonckheere_terpstra_exact(groups: &[&[f64]], work_limit: u64) -> Result<TrendTest, NotEstimable> {
    let ordered = Ordered::new(groups)?;
    let observed = (2.0 * ordered.statistic) as u64;
    let law = assignment_law(
        &ordered.tie_sizes,
        &ordered.sizes,
        &[ordered.pairs * 2],
        work_limit,
        &|_, before, taken, j| {
            let (mut smaller, mut level) = (0, 0);
            for (b, t) in before.iter().zip(taken) {
                j[0] += t * (2 * smaller + level);
                smaller += b;
                level += t;
            }
        },
    )?;
    let (mut up, mut down, mut apart) =
        (CompensatedSum::default(), CompensatedSum::default(), CompensatedSum::default());
    // Twice J is whole and its expectation is `pairs`.
    for (j, p) in &law {
        if j[0] >= observed {
            up.add(*p);
        }
        if j[0] <= observed {
            down.add(*p);
        }
        if j[0].abs_diff(ordered.pairs) >= observed.abs_diff(ordered.pairs) {
            apart.add(*p);
        }
    }
    Ok(TrendTest {
        p_two_sided: apart.value().min(1.0),
        p_increasing: up.value().min(1.0),
        p_decreasing: down.value().min(1.0),
        ..ordered.without_p()
    })
}

/// Returns the Monte Carlo estimates of the exact p-values from `samples` random orders.
///
/// Errors: as [`jonckheere_terpstra`]; fewer than two samples (`TooFewValues`).
pub fn jonckheere_terpstra_monte_carlo(
    groups: &[&[f64]],
    samples: u64,
    seed: u64,
) -> Result<SampledTrendTest, NotEstimable> {
    let ordered = Ordered::new(groups)?;
    let distance = (ordered.statistic - ordered.expected).abs();
    let mut values = groups.concat();
    values.sort_by(f64::total_cmp);
    let mut shuffler = Shuffler::new(seed);
    let (mut apart, mut up, mut down) = (0, 0, 0);
    for _ in 0..samples {
        let all = values.len();
        shuffler.draw(&mut values, all);
        let mut rest = values.as_slice();
        let mut drawn = Vec::with_capacity(groups.len());
        for &n in &ordered.sizes {
            let (own, later) = rest.split_at(n);
            drawn.push(own);
            rest = later;
        }
        // Halves of whole numbers: the comparisons are exact.
        let statistic = rising_pairs(&drawn);
        apart += u64::from((statistic - ordered.expected).abs() >= distance);
        up += u64::from(statistic >= ordered.statistic);
        down += u64::from(statistic <= ordered.statistic);
    }
    Ok(SampledTrendTest {
        statistic: ordered.statistic,
        two_sided: MonteCarloP::new(apart, samples)?,
        increasing: MonteCarloP::new(up, samples)?,
        decreasing: MonteCarloP::new(down, samples)?,
    })
}

struct Ordered {
    sizes: Vec<usize>,
    tie_sizes: Vec<usize>,
    /// Pairs of values from different groups.
    pairs: u64,
    statistic: f64,
    expected: f64,
    variance: f64,
}

impl Ordered {
    fn new(groups: &[&[f64]]) -> Result<Self, NotEstimable> {
        if groups.len() < 2 || groups.iter().any(|g| g.is_empty()) {
            return Err(NotEstimable::EmptyGroup);
        }
        let all: Vec<f64> = groups.concat();
        check_finite(&all)?;
        let tie_sizes = midranks(&all).tie_sizes;
        if tie_sizes.len() < 2 {
            return Err(NotEstimable::ZeroVariance);
        }
        let sizes: Vec<usize> = groups.iter().map(|g| g.len()).collect();
        let n = all.len() as f64;
        // Sum of a polynomial over group sizes or ties.
        let total = |list: &[usize], f: &dyn Fn(f64) -> f64| list.iter().map(|&t| f(t as f64)).sum::<f64>();
        let first = |t: f64| t * (t - 1.0) * (2.0 * t + 5.0);
        let second = |t: f64| t * (t - 1.0) * (t - 2.0);
        let third = |t: f64| t * (t - 1.0);
        let mut variance = (first(n) - total(&sizes, &first) - total(&tie_sizes, &first)) / 72.0;
        if n > 2.0 {
            variance += total(&sizes, &second) * total(&tie_sizes, &second) / (36.0 * n * (n - 1.0) * (n - 2.0));
        }
        variance += total(&sizes, &third) * total(&tie_sizes, &third) / (8.0 * n * (n - 1.0));
        let size_squares: usize = sizes.iter().map(|s| s * s).sum();
        let pairs = ((all.len() * all.len() - size_squares) / 2) as u64;
        Ok(Ordered { sizes, tie_sizes, pairs, statistic: rising_pairs(groups), expected: pairs as f64 / 2.0, variance })
    }

    fn without_p(&self) -> TrendTest {
        TrendTest {
            statistic: self.statistic,
            expected: self.expected,
            variance: self.variance,
            z: Err(NotEstimable::NotDefined),
            p_two_sided: 1.0,
            p_increasing: 1.0,
            p_decreasing: 1.0,
        }
    }
}

/// Pairs of values from different groups that rise with the group, ties one half.
fn rising_pairs(groups: &[&[f64]]) -> f64 {
    let mut earlier: Vec<f64> = Vec::new();
    let mut doubled = 0u64;
    for group in groups {
        for v in *group {
            let below = earlier.partition_point(|e| e < v);
            let not_above = earlier.partition_point(|e| e <= v);
            doubled += (below + not_above) as u64;
        }
        earlier.extend_from_slice(group);
        // + 0.0 turns -0.0 into 0.0, so that order and equality agree.
        earlier.iter_mut().for_each(|v| *v += 0.0);
        earlier.sort_by(f64::total_cmp);
    }
    doubled as f64 / 2.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_pairs_by_hand() {
        // All 12 pairs rise; of the 90 assignments one does so.
        let groups: [&[f64]; 3] = [&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]];
        let exact = jonckheere_terpstra_exact(&groups, 100_000).expect("small");
        assert_eq!((exact.statistic, exact.expected), (12.0, 6.0));
        assert!((exact.p_increasing - 1.0 / 90.0).abs() < 1e-15);
        assert!((exact.p_two_sided - 2.0 / 90.0).abs() < 1e-15);
        let sampled = jonckheere_terpstra_monte_carlo(&groups, 20_000, 11).expect("drawn");
        let close = |p: MonteCarloP, exact: f64| (p.p - exact).abs() < 5.0 * p.standard_error;
        assert!(close(sampled.two_sided, 2.0 / 90.0) && close(sampled.increasing, 1.0 / 90.0));
        assert_eq!(sampled.decreasing.p, 1.0);
    }

    #[test]
    fn two_groups_are_the_rank_sum_test() {
        use crate::stats::wilcoxon::rank_sum_normal;
        let (a, b) = ([1.0, 1.0, 2.5, 4.0, 7.0], [2.5, 2.5, 6.0, 8.0, 8.0, 9.5]);
        for c in [Continuity::Corrected, Continuity::Uncorrected] {
            let (trend, rank_sum) =
                (jonckheere_terpstra(&[&a, &b], c).expect("defined"), rank_sum_normal(&b, &a, c).expect("defined"));
            assert_eq!(trend.statistic, rank_sum.u);
            assert!((trend.variance - rank_sum.variance_u).abs() < 1e-12);
            assert!((trend.p_two_sided - rank_sum.p_two_sided).abs() < 1e-14);
            assert!((trend.p_increasing - rank_sum.p_greater).abs() < 1e-14);
        }
    }

    #[test]
    fn exact_moments_agree_with_the_formula() {
        let groups: [&[f64]; 3] = [&[1.0, 2.0, 2.0], &[2.0, 3.0], &[1.0, 3.0, 3.0, 5.0]];
        let formula = jonckheere_terpstra(&groups, Continuity::Uncorrected).expect("defined");
        let ordered = Ordered::new(&groups).expect("defined");
        let law = assignment_law(&ordered.tie_sizes, &ordered.sizes, &[100], 100_000, &|_, before, taken, j| {
            for g in 0..3 {
                for h in g + 1..3 {
                    j[0] += taken[h] * (2 * before[g] + taken[g]);
                }
            }
        })
        .expect("small");
        let mean: f64 = law.iter().map(|(j, p)| p * j[0] as f64 / 2.0).sum();
        let variance: f64 = law.iter().map(|(j, p)| p * (j[0] as f64 / 2.0 - mean).powi(2)).sum();
        assert!((mean - formula.expected).abs() < 1e-12 && (variance - formula.variance).abs() < 1e-11);
    }

    #[test]
    fn turning_the_order_exchanges_the_tails() {
        let groups: [&[f64]; 3] = [&[1.0, 2.0, -0.0], &[2.0, 3.0], &[0.0, 3.0, 5.0]];
        let turned: [&[f64]; 3] = [groups[2], groups[1], groups[0]];
        let (a, b) = (
            jonckheere_terpstra_exact(&groups, 100_000).expect("small"),
            jonckheere_terpstra_exact(&turned, 100_000).expect("small"),
        );
        assert!((a.p_increasing - b.p_decreasing).abs() < 1e-14 && (a.p_two_sided - b.p_two_sided).abs() < 1e-14);
    }

    #[test]
    fn reasons() {
        let test = |g: &[&[f64]]| jonckheere_terpstra(g, Continuity::Uncorrected).err();
        assert_eq!(test(&[&[1.0]]), Some(NotEstimable::EmptyGroup));
        assert_eq!(test(&[&[1.0], &[1.0]]), Some(NotEstimable::ZeroVariance));
        assert_eq!(test(&[&[1.0], &[f64::INFINITY]]), Some(NotEstimable::NotFinite));
    }
}
