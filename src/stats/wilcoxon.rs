//! Wilcoxon rank-sum test (Mann-Whitney) by normal approximation and exactly, also with ties.
//!
//! The exact distribution is conditional on the observed ties: a dynamic programme over the groups of equal values
//! (Streitberg & Roehmel 1986, shift algorithm) that carries probabilities, so that nothing overflows. The shift
//! estimate is in [`super::hodges_lehmann`].

use super::chi_square::Continuity;
use super::distribution::{normal, normal_two_sided};
use super::rank::{Ranks, midranks};
use super::reason::{NotEstimable, check_finite};
use super::special::hypergeometric_density;
use super::sum::{CompensatedSum, sum};

/// Number of additions that takes a few seconds; a sensible `work_limit`.
pub const DEFAULT_WORK_LIMIT: u64 = 2_000_000_000;
/// Largest number of table cells kept at once (8 bytes each).
const MEMORY_LIMIT: u64 = 60_000_000;

/// Definition of the two-sided exact p-value; they differ where ties make the distribution skew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExactTwoSided {
    /// P(|U - E| >= |u - E|), as SAS and R coin.
    Distance,
    /// Twice the smaller tail, at most 1, as R `wilcox.test` without ties.
    TwiceSmallerTail,
}

/// A rank-sum test of a first against a second sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RankSumTest {
    /// Sum of the midranks of the first sample in the joint ranking.
    pub rank_sum: f64,
    /// Mann-Whitney U: pairs in which the first sample is larger, ties one half (R's W).
    pub u: f64,
    /// Expectation of `u` under equality.
    pub expected_u: f64,
    /// Variance of `u` under equality, given the ties.
    pub variance_u: f64,
    /// Standardised statistic; `NotDefined` for the exact test.
    pub z: Result<f64, NotEstimable>,
    /// Two-sided p-value.
    pub p_two_sided: f64,
    /// p-value against a smaller first sample.
    pub p_less: f64,
    /// p-value against a larger first sample.
    pub p_greater: f64,
}

struct Statistic {
    ranks: Ranks,
    rank_sum: f64,
    u: f64,
    expected_u: f64,
    variance_u: f64,
}

/// Returns the test by normal approximation, with the variance corrected for ties.
///
/// Errors: an empty group, all values equal (`ZeroVariance`), a value that is not finite.
pub fn rank_sum_normal(a: &[f64], b: &[f64], continuity: Continuity) -> Result<RankSumTest, NotEstimable> {
    let s = statistic(a, b)?;
    let shift = match continuity {
        Continuity::Corrected => 0.5,
        Continuity::Uncorrected => 0.0,
    };
    let sd = s.variance_u.sqrt();
    let gap = s.u - s.expected_u;
    let z = if gap == 0.0 { 0.0 } else { (gap - shift * gap.signum()) / sd };
    Ok(RankSumTest {
        rank_sum: s.rank_sum,
        u: s.u,
        expected_u: s.expected_u,
        variance_u: s.variance_u,
        z: Ok(z),
        p_two_sided: normal_two_sided(z),
        p_less: normal((gap + shift) / sd).lower,
        p_greater: normal((gap - shift) / sd).upper,
    })
}

/// Returns the exact conditional test, ties included.
///
/// Errors: as [`rank_sum_normal`]; `WorkLimitExceeded` where more than `work_limit` additions (or about half a
/// gigabyte) would be needed, for example beyond 250 values in each group.
pub fn rank_sum_exact(
    a: &[f64],
    b: &[f64],
    definition: ExactTwoSided,
    work_limit: u64,
) -> Result<RankSumTest, NotEstimable> {
    let s = statistic(a, b)?;
    let law = ExactLaw::new(a.len(), b.len(), &s.ranks.tie_sizes, work_limit)?;
    // Whole numbers from here on: the statistic in units of the table.
    let observed = (s.u * law.scale as f64).round() as usize;
    let p_less = sum(law.probability[..=observed].iter().copied()).min(1.0);
    let p_greater = sum(law.probability[observed..].iter().copied()).min(1.0);
    let p_two_sided = match definition {
        ExactTwoSided::TwiceSmallerTail => (2.0 * p_less.min(p_greater)).min(1.0),
        ExactTwoSided::Distance => {
            let most = law.probability.len() - 1;
            let distance = |u: usize| (2 * u).abs_diff(most);
            let mut total = CompensatedSum::default();
            for (u, p) in law.probability.iter().enumerate() {
                if distance(u) >= distance(observed) {
                    total.add(*p);
                }
            }
            total.value().min(1.0)
        }
    };
    Ok(RankSumTest {
        rank_sum: s.rank_sum,
        u: s.u,
        expected_u: s.expected_u,
        variance_u: s.variance_u,
        z: Err(NotEstimable::NotDefined),
        p_two_sided,
        p_less,
        p_greater,
    })
}

fn statistic(a: &[f64], b: &[f64]) -> Result<Statistic, NotEstimable> {
    check_finite(a)?;
    check_finite(b)?;
    if a.is_empty() || b.is_empty() {
        return Err(NotEstimable::EmptyGroup);
    }
    let joint: Vec<f64> = a.iter().chain(b).copied().collect();
    let ranks = midranks(&joint);
    let (m, n) = (a.len() as f64, b.len() as f64);
    let total = m + n;
    let rank_sum = sum(ranks.rank[..a.len()].iter().copied());
    // Lehmann (1975), Nonparametrics, eq. 1.35.
    let variance_u = m * n / 12.0 * ((total + 1.0) - ranks.tie_sum() / (total * (total - 1.0)));
    if ranks.tie_sizes.len() < 2 {
        return Err(NotEstimable::ZeroVariance);
    }
    Ok(Statistic { rank_sum, u: rank_sum - m * (m + 1.0) / 2.0, expected_u: m * n / 2.0, variance_u, ranks })
}

/// Exact distribution of U given the tie sizes, index = `scale` times U.
pub(crate) struct ExactLaw {
    /// 1 without ties, 2 with ties (U then has halves).
    pub(crate) scale: usize,
    /// Probability of each index, 0..=scale*m*n.
    pub(crate) probability: Vec<f64>,
}

impl ExactLaw {
    pub(crate) fn new(m: usize, n: usize, tie_sizes: &[usize], work_limit: u64) -> Result<Self, NotEstimable> {
        let scale = if tie_sizes.iter().all(|&t| t == 1) { 1 } else { 2 };
        // The rows are indexed by members of the first sample; the smaller sample makes the smaller table.
        if m > n {
            let mut mirrored = ExactLaw::new(n, m, tie_sizes, work_limit)?;
            mirrored.probability.reverse();
            return Ok(mirrored);
        }
        if (m as u64 + 1).saturating_mul((scale * m) as u64).saturating_mul(n as u64) / 2 > MEMORY_LIMIT {
            return Err(NotEstimable::WorkLimitExceeded);
        }
        let total = m + n;
        let mut work_left = work_limit;
        // rows[k][u]: probability that k of the values seen so far are in the first sample and their U is u.
        let mut rows: Vec<Vec<f64>> = vec![Vec::new(); m + 1];
        rows[0] = vec![1.0];
        let mut seen = 0;
        for &tie in tie_sizes {
            for k in (0..=m.min(seen + tie)).rev() {
                if seen + tie - k.min(seen + tie) > n {
                    rows[k].clear();
                    continue;
                }
                // The row itself is the part without a member of this tie (j = 0): it grows and is scaled in place.
                let mut row = if k <= seen { std::mem::take(&mut rows[k]) } else { Vec::new() };
                if !row.is_empty() {
                    let weight = share(0, tie, total - seen, m - k);
                    work_left = work_left.checked_sub(row.len() as u64).ok_or(NotEstimable::WorkLimitExceeded)?;
                    row.iter_mut().for_each(|p| *p *= weight);
                }
                row.resize(scale * k * (seen + tie - k) + 1, 0.0);
                for j in 1..=tie.min(k) {
                    let before = k - j;
                    if before > seen || rows[before].is_empty() {
                        continue;
                    }
                    let weight = share(j, tie, total - seen, m - before);
                    if weight == 0.0 {
                        continue;
                    }
                    // Each of the j is above the others seen so far and level with the rest of its tie.
                    let shift = scale * j * (seen - before) + scale / 2 * j * (tie - j);
                    let source = &rows[before];
                    work_left = work_left.checked_sub(source.len() as u64).ok_or(NotEstimable::WorkLimitExceeded)?;
                    for (target, p) in row[shift..].iter_mut().zip(source) {
                        *target += weight * p;
                    }
                }
                rows[k] = row;
            }
            seen += tie;
        }
        Ok(ExactLaw { scale, probability: rows.swap_remove(m) })
    }
}

/// Probability that `drawn` taken from `left` values include j of a tie of `tie` values.
fn share(j: usize, tie: usize, left: usize, drawn: usize) -> f64 {
    if tie == 1 {
        let part = if j == 1 { drawn } else { left - drawn };
        return part as f64 / left as f64;
    }
    hypergeometric_density(j as u64, tie as u64, (left - tie) as u64, drawn as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_against_three() {
        // 20 equally likely arrangements; complete separation has probability 1/20 on each side.
        let test = rank_sum_exact(&[1.0, 2.0, 3.0], &[4.0, 5.0, 6.0], ExactTwoSided::Distance, 1000).expect("defined");
        assert!((test.p_two_sided - 0.1).abs() < 1e-15);
        assert!((test.p_less - 0.05).abs() < 1e-15);
        assert_eq!((test.u, test.rank_sum), (0.0, 6.0));
    }

    #[test]
    fn ties_by_hand() {
        // {1, 2} against {2, 3}: of six choices of two among 1 2 2 3, the rank sums are 3.5 3.5 5 5 6.5 6.5.
        let law = ExactLaw::new(2, 2, &[1, 2, 1], 1000).expect("small");
        assert_eq!(law.scale, 2);
        let expected = [0.0, 2.0, 0.0, 0.0, 2.0, 0.0, 0.0, 2.0, 0.0];
        for (p, count) in law.probability.iter().zip(expected) {
            assert!((p - count / 6.0).abs() < 1e-15);
        }
    }

    #[test]
    fn reasons() {
        let one = rank_sum_normal(&[1.0, 1.0], &[1.0], Continuity::Corrected);
        assert_eq!(one, Err(NotEstimable::ZeroVariance));
        assert_eq!(rank_sum_normal(&[], &[1.0], Continuity::Corrected), Err(NotEstimable::EmptyGroup));
        let wide: Vec<f64> = (0..40).map(f64::from).collect();
        let exact = rank_sum_exact(&wide, &wide, ExactTwoSided::Distance, 10);
        assert_eq!(exact, Err(NotEstimable::WorkLimitExceeded));
    }
}
