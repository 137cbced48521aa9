//! Kruskal-Wallis test of several independent samples: chi-square, exact and Monte Carlo, with tie correction.
//!
//! Kruskal & Wallis (1952), JASA 47. The exact p-value is the conditional probability, given the ties, of a
//! statistic not below the observed one.

use super::assignment::assignment_law;
use super::distribution::chi_square;
use super::monte_carlo::{MonteCarloP, Shuffler};
use super::rank::{Ranks, midranks};
use super::reason::{NotEstimable, Value, check_finite};
use super::sum::{CompensatedSum, sum};

/// Relative slack within which two statistics count as equal: equal on paper, they differ by rounding.
const EQUAL: f64 = 1e-10;

/// A Kruskal-Wallis test.
#[derive(Debug, Clone, PartialEq)]
pub struct KruskalWallisTest {
    /// The statistic H, divided by 1 - sum(t^3 - t)/(N^3 - N) for ties.
    pub statistic: f64,
    /// Degrees of freedom of the chi-square approximation, groups minus one.
    pub df: f64,
    /// p-value of the chi-square approximation.
    pub p: f64,
    /// Mean rank of each group in the joint ranking.
    pub mean_ranks: Vec<f64>,
}

/// Returns the test by chi-square approximation.
///
/// Errors: fewer than two groups or an empty one (`EmptyGroup`), all values equal (`ZeroVariance`), a value that is
/// not finite.
pub fn kruskal_wallis(groups: &[&[f64]]) -> Result<KruskalWallisTest, NotEstimable> {
    let joint = Joint::new(groups)?;
    let statistic = joint.statistic(&joint.doubled_rank_sums());
    let df = groups.len() as f64 - 1.0;
    Ok(KruskalWallisTest {
        statistic,
        df,
        p: chi_square(statistic, df)?.upper,
        mean_ranks: joint.doubled_rank_sums().iter().zip(&joint.sizes).map(|(s, n)| s / 2.0 / *n as f64).collect(),
    })
}

/// Returns the exact conditional p-value (SAS PROC NPAR1WAY `exact wilcoxon`).
///
/// Errors: as [`kruskal_wallis`]; `WorkLimitExceeded` beyond `work_limit` transitions
/// ([`super::assignment::DEFAULT_WORK_LIMIT`] is enough for three groups of 8 or four of 4).
pub fn kruskal_wallis_exact(groups: &[&[f64]], work_limit: u64) -> Value {
    let joint = Joint::new(groups)?;
    let observed = joint.statistic(&joint.doubled_rank_sums()) * (1.0 - EQUAL);
    let total = (joint.sizes.iter().sum::<usize>()) as u64;
    let all = total * (total + 1);
    // Doubled midrank of each tie, smallest first.
    let mut doubled = Vec::new();
    let mut below = 0;
    for &tie in &joint.ranks.tie_sizes {
        doubled.push((2 * below + tie + 1) as u64);
        below += tie;
    }
    let kept = groups.len() - 1;
    let law =
        assignment_law(&joint.ranks.tie_sizes, &joint.sizes, &vec![all; kept], work_limit, &|tie, _, taken, s| {
            for (sum, t) in s.iter_mut().zip(taken) {
                *sum += t * doubled[tie];
            }
        })?;
    let mut tail = CompensatedSum::default();
    for (sums, p) in &law {
        let mut doubled_sums: Vec<f64> = sums.iter().map(|s| *s as f64).collect();
        doubled_sums.push((all - sums.iter().sum::<u64>()) as f64);
        if joint.statistic(&doubled_sums) >= observed {
            tail.add(*p);
        }
    }
    Ok(tail.value().min(1.0))
}

/// Returns the Monte Carlo estimate of the exact p-value from `samples` random orders.
///
/// Errors: as [`kruskal_wallis`]; fewer than two samples (`TooFewValues`).
pub fn kruskal_wallis_monte_carlo(groups: &[&[f64]], samples: u64, seed: u64) -> Result<MonteCarloP, NotEstimable> {
    let joint = Joint::new(groups)?;
    let observed = joint.statistic(&joint.doubled_rank_sums()) * (1.0 - EQUAL);
    // Sorted first, so that the order of the records does not matter.
    let mut ranks = joint.ranks.rank.clone();
    ranks.sort_by(f64::total_cmp);
    let mut shuffler = Shuffler::new(seed);
    let mut extreme = 0;
    for _ in 0..samples {
        let all = ranks.len();
        shuffler.draw(&mut ranks, all);
        extreme += u64::from(joint.statistic(&joint.doubled_sums_of(&ranks)) >= observed);
    }
    MonteCarloP::new(extreme, samples)
}

struct Joint {
    sizes: Vec<usize>,
    ranks: Ranks,
}

impl Joint {
    fn new(groups: &[&[f64]]) -> Result<Self, NotEstimable> {
        if groups.len() < 2 || groups.iter().any(|g| g.is_empty()) {
            return Err(NotEstimable::EmptyGroup);
        }
        let all: Vec<f64> = groups.concat();
        check_finite(&all)?;
        let ranks = midranks(&all);
        if ranks.tie_sizes.len() < 2 {
            return Err(NotEstimable::ZeroVariance);
        }
        Ok(Joint { sizes: groups.iter().map(|g| g.len()).collect(), ranks })
    }

    fn doubled_rank_sums(&self) -> Vec<f64> {
        self.doubled_sums_of(&self.ranks.rank)
    }

    /// Twice the sums of ranks given group after group: whole numbers, hence exact.
    fn doubled_sums_of(&self, ranks: &[f64]) -> Vec<f64> {
        let mut rest = ranks;
        let mut sums = Vec::with_capacity(self.sizes.len());
        for &n in &self.sizes {
            let (own, later) = rest.split_at(n);
            sums.push(2.0 * own.iter().sum::<f64>());
            rest = later;
        }
        sums
    }

    fn statistic(&self, doubled_sums: &[f64]) -> f64 {
        let n = self.ranks.rank.len() as f64;
        let gaps = doubled_sums.iter().zip(&self.sizes).map(|(doubled, &size)| {
            let size = size as f64;
            let gap = doubled / 2.0 - size * (n + 1.0) / 2.0;
            gap * gap / size
        });
        12.0 / (n * (n + 1.0)) * sum(gaps) / (1.0 - self.ranks.tie_sum() / (n * (n * n - 1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separated_groups() {
        // 2 + 2 + 2 values in order: H = 32/7; of 90 assignments the 6 orders of complete separation reach it.
        let groups: [&[f64]; 3] = [&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]];
        let test = kruskal_wallis(&groups).expect("defined");
        assert!((test.statistic - 32.0 / 7.0).abs() < 1e-13);
        assert_eq!(test.mean_ranks, [1.5, 3.5, 5.5]);
        let exact = kruskal_wallis_exact(&groups, 100_000).expect("small");
        assert!((exact - 6.0 / 90.0).abs() < 1e-14);
    }

    #[test]
    fn two_groups_are_the_rank_sum_test() {
        use crate::stats::wilcoxon::{ExactTwoSided, rank_sum_exact};
        let (a, b) = ([1.0, 1.0, 2.5, 4.0, 7.0], [2.5, 2.5, 6.0, 8.0, 8.0, 9.5]);
        let rank_sum = rank_sum_exact(&a, &b, ExactTwoSided::Distance, 100_000).expect("small").p_two_sided;
        let exact = kruskal_wallis_exact(&[&a, &b], 100_000).expect("small");
        assert!((exact - rank_sum).abs() < 1e-14);
        let turned = kruskal_wallis_exact(&[&b, &a], 100_000).expect("small");
        assert!((exact - turned).abs() < 1e-14);
        let sampled = kruskal_wallis_monte_carlo(&[&a, &b], 20_000, 3).expect("drawn");
        assert!((sampled.p - exact).abs() < 5.0 * sampled.standard_error);
    }

    #[test]
    fn reasons() {
        assert_eq!(kruskal_wallis(&[&[1.0]]), Err(NotEstimable::EmptyGroup));
        assert_eq!(kruskal_wallis(&[&[1.0], &[]]), Err(NotEstimable::EmptyGroup));
        assert_eq!(kruskal_wallis(&[&[1.0], &[1.0, 1.0]]), Err(NotEstimable::ZeroVariance));
        assert_eq!(kruskal_wallis_exact(&[&[1.0, 3.0], &[2.0, 5.0]], 2), Err(NotEstimable::WorkLimitExceeded));
        assert_eq!(kruskal_wallis(&[&[1.0], &[f64::NAN]]), Err(NotEstimable::NotFinite));
    }
}
