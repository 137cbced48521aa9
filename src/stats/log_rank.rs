//! Log-rank test of k survival curves, with or without strata.
//!
//! Mantel (1966), Peto & Peto (1972); covariance by the multivariate hypergeometric distribution at each event time
//! (Kalbfleisch & Prentice 2002, eq. 1.23). Weights are in [`super::log_rank_weight`]; the test may be for any
//! difference, for a trend over ordered groups (Tarone 1975) or in one direction.

use super::distribution::chi_square;
use super::log_rank_weight::{LogRankWeight, PooledSurvival};
use super::reason::{NotEstimable, check_finite};
use super::sum::CompensatedSum;
use super::z_test::ZTest;
use nalgebra::{DMatrix, DVector};

/// A test of equal curves.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRankTest {
    /// Test statistic.
    pub chi_square: f64,
    /// Degrees of freedom: groups with an expected event, less one.
    pub df: f64,
    /// Upper-tail p-value.
    pub p: f64,
    /// Number of subjects of each group.
    pub n: Vec<usize>,
    /// Observed events of each group (weighted if the test is), summed over strata.
    pub observed: Vec<f64>,
    /// Expected events of each group (weighted likewise), summed over strata.
    pub expected: Vec<f64>,
    /// Variance of the first group's observed minus expected events (enough for two groups).
    pub first_variance: f64,
    /// Covariance of observed minus expected events, row by row.
    pub covariance: Vec<Vec<f64>>,
}

impl LogRankTest {
    /// Returns the test of a trend over groups with the given scores (Tarone 1975): positive for more events than
    /// expected where the score is high.
    ///
    /// Errors: another number of scores than groups, scores that are not finite, `ZeroVariance` where all groups
    /// that are compared have the same score.
    pub fn trend(&self, scores: &[f64]) -> Result<ZTest, NotEstimable> {
        check_finite(scores)?;
        if scores.len() != self.n.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        // Deviations and covariance rows sum to 0, so scores count from the middle of their range without loss.
        let used = || scores.iter().zip(&self.expected).filter(|(_, e)| **e > 0.0).map(|(s, _)| *s);
        let (low, high) = used().fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), s| (l.min(s), h.max(s)));
        if low >= high {
            return Err(NotEstimable::ZeroVariance);
        }
        let centred: Vec<f64> = scores.iter().map(|s| (s - low) / (high - low) - 0.5).collect();
        let (mut total, mut variance) = (CompensatedSum::default(), CompensatedSum::default());
        for (g, score) in centred.iter().enumerate() {
            total.add(score * (self.observed[g] - self.expected[g]));
            for (h, other) in centred.iter().enumerate() {
                variance.add(score * other * self.covariance[g][h]);
            }
        }
        ZTest::of_estimate(total.value(), variance.value().max(0.0).sqrt())
    }

    /// Returns the two-group test with its direction: positive where the first group has more events than expected.
    ///
    /// `NotDefined` for another number of groups than two.
    pub fn directed(&self) -> Result<ZTest, NotEstimable> {
        if self.n.len() != 2 {
            return Err(NotEstimable::NotDefined);
        }
        ZTest::of_estimate(self.observed[0] - self.expected[0], self.first_variance.sqrt())
    }
}

/// Returns the test over groups `0..n_groups`; `strata` are any labels as numbers, one per subject.
///
/// `rho` = 0 is the log-rank test, 1 the Peto-Peto test. Errors: no events, fewer than two groups with subjects
/// (`EmptyGroup`), lists of different length or a group out of range, times that are not finite, `Singular` where no
/// event time has two groups at risk.
pub fn log_rank(
    time: &[f64],
    event: &[bool],
    group: &[usize],
    n_groups: usize,
    strata: Option<&[usize]>,
    rho: f64,
) -> Result<LogRankTest, NotEstimable> {
    let weight = LogRankWeight::FlemingHarrington { rho, gamma: 0.0 };
    weighted_log_rank(time, event, group, n_groups, strata, weight)
}

/// Returns the test with any of the weights, taken within each stratum; arguments and errors as [`log_rank`].
pub fn weighted_log_rank(
    time: &[f64],
    event: &[bool],
    group: &[usize],
    n_groups: usize,
    strata: Option<&[usize]>,
    weight: LogRankWeight,
) -> Result<LogRankTest, NotEstimable> {
    check_finite(time)?;
    weight.check()?;
    let length = time.len();
    if event.len() != length || group.len() != length || strata.is_some_and(|s| s.len() != length) {
        return Err(NotEstimable::InvalidArgument);
    }
    if group.iter().any(|&g| g >= n_groups) {
        return Err(NotEstimable::InvalidArgument);
    }
    let mut n = vec![0; n_groups];
    for &g in group {
        n[g] += 1;
    }
    if n.iter().filter(|&&size| size > 0).count() < 2 {
        return Err(NotEstimable::EmptyGroup);
    }
    if !event.contains(&true) {
        return Err(NotEstimable::NoEvents);
    }
    let stratum = |i: usize| strata.map_or(0, |s| s[i]);
    let mut order: Vec<usize> = (0..length).collect();
    order.sort_by(|&i, &j| stratum(i).cmp(&stratum(j)).then(time[i].total_cmp(&time[j])));
    let mut sums = Sums::new(n_groups);
    let mut start = 0;
    while start < length {
        let size = order[start..].iter().take_while(|&&i| stratum(i) == stratum(order[start])).count();
        sums.add_stratum(&order[start..start + size], time, event, group, weight);
        start += size;
    }
    sums.test(n)
}

/// Observed, expected and covariance, accumulated over event times and strata.
struct Sums {
    observed: Vec<CompensatedSum>,
    expected: Vec<CompensatedSum>,
    covariance: Vec<Vec<CompensatedSum>>,
}

impl Sums {
    fn new(n_groups: usize) -> Self {
        let zero = vec![CompensatedSum::default(); n_groups];
        Sums { observed: zero.clone(), expected: zero.clone(), covariance: vec![zero; n_groups] }
    }

    fn add_stratum(&mut self, order: &[usize], time: &[f64], event: &[bool], group: &[usize], weight: LogRankWeight) {
        let n_groups = self.observed.len();
        let mut at_risk = vec![0.0; n_groups];
        for &i in order {
            at_risk[group[i]] += 1.0;
        }
        let mut pooled = PooledSurvival::default();
        let mut start = 0;
        while start < order.len() {
            let now = time[order[start]];
            let tied: Vec<usize> = order[start..].iter().copied().take_while(|&i| time[i] == now).collect();
            let mut died = vec![0.0; n_groups];
            for &i in tied.iter().filter(|&&i| event[i]) {
                died[group[i]] += 1.0;
            }
            let all_died: f64 = died.iter().sum();
            let all: f64 = at_risk.iter().sum();
            if all_died > 0.0 {
                let weight = pooled.weight(weight, all, all_died);
                self.add_time(&at_risk, all, &died, all_died, weight);
            }
            for &i in &tied {
                at_risk[group[i]] -= 1.0;
            }
            start += tied.len();
        }
    }

    fn add_time(&mut self, at_risk: &[f64], all: f64, died: &[f64], all_died: f64, weight: f64) {
        let spread = if all > 1.0 { all_died * (all - all_died) / (all - 1.0) * weight * weight } else { 0.0 };
        for (g, risk) in at_risk.iter().enumerate() {
            self.observed[g].add(weight * died[g]);
            self.expected[g].add(weight * all_died * risk / all);
            for (h, other) in at_risk.iter().enumerate() {
                let same = if g == h { 1.0 } else { 0.0 };
                self.covariance[g][h].add(spread * risk / all * (same - other / all));
            }
        }
    }

    fn test(self, n: Vec<usize>) -> Result<LogRankTest, NotEstimable> {
        let observed: Vec<f64> = self.observed.iter().map(|s| s.value()).collect();
        let expected: Vec<f64> = self.expected.iter().map(|s| s.value()).collect();
        check_finite(&observed)?;
        check_finite(&expected)?;
        let present: Vec<usize> = (0..n.len()).filter(|&g| expected[g] > 0.0).collect();
        if present.len() < 2 {
            return Err(NotEstimable::Singular);
        }
        let rows = self.covariance.iter();
        let all: Vec<Vec<f64>> = rows.map(|row| row.iter().map(|entry| entry.value()).collect()).collect();
        let used = &present[1..];
        let gap = DVector::from_iterator(used.len(), used.iter().map(|&g| observed[g] - expected[g]));
        let covariance = DMatrix::from_fn(used.len(), used.len(), |i, j| all[used[i]][used[j]]);
        let chi_square_value = quadratic_form(&gap, covariance)?;
        let df = used.len() as f64;
        Ok(LogRankTest {
            chi_square: chi_square_value,
            df,
            p: chi_square(chi_square_value, df)?.upper,
            n,
            observed,
            expected,
            first_variance: all[0][0],
            covariance: all,
        })
    }
}

/// Returns x' V^-1 x for a covariance matrix V; `Singular` where V has no inverse.
pub(crate) fn quadratic_form(x: &DVector<f64>, covariance: DMatrix<f64>) -> Result<f64, NotEstimable> {
    let largest = covariance.diagonal().max();
    let cholesky = covariance.cholesky().ok_or(NotEstimable::Singular)?;
    let smallest_pivot = cholesky.l_dirty().diagonal().min();
    if smallest_pivot * smallest_pivot <= 1e-12 * largest {
        return Err(NotEstimable::Singular);
    }
    let value = x.dot(&cholesky.solve(x));
    if value.is_finite() { Ok(value.max(0.0)) } else { Err(NotEstimable::Singular) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Groups {1, 3} and {2, 4}, all events. Expected of the first: 1/2 + 1/3 + 1/2 + 0 = 4/3;
        // variance 1/4 + 2/9 + 1/4 = 13/18; chi-square (2 - 4/3)^2 / (13/18) = 8/13.
        let test = log_rank(&[1.0, 3.0, 2.0, 4.0], &[true; 4], &[0, 0, 1, 1], 2, None, 0.0).expect("defined");
        assert!((test.expected[0] - 4.0 / 3.0).abs() < 1e-15);
        assert!((test.chi_square - 8.0 / 13.0).abs() < 1e-14);
    }

    #[test]
    fn direction_and_trend() {
        let (time, event) = ([1.0, 3.0, 2.0, 4.0, 3.0], [true, true, true, true, false]);
        let test = |group: &[usize]| log_rank(&time, &event, group, 2, None, 0.0).expect("defined");
        let (one, swapped) = (test(&[0, 0, 1, 1, 1]), test(&[1, 1, 0, 0, 0]));
        let (a, b) = (one.directed().expect("two groups"), swapped.directed().expect("two groups"));
        assert!((a.z + b.z).abs() < 1e-14 && a.z > 0.0 && (a.p_upper - b.p_lower).abs() < 1e-14);
        assert!((a.z * a.z - one.chi_square).abs() < 1e-13);
        // With two groups the trend is the test itself, whatever the scores.
        let trend = one.trend(&[7.0, 3.0]).expect("defined");
        assert!((trend.z - a.z).abs() < 1e-14);
        assert_eq!(one.trend(&[1.0, 1.0]), Err(NotEstimable::ZeroVariance));
        assert_eq!(one.trend(&[1.0]), Err(NotEstimable::InvalidArgument));
    }

    #[test]
    fn order_of_records_and_names_of_groups_do_not_matter() {
        let time: Vec<f64> = (0..60).map(|i| f64::from((i * 11) % 17)).collect();
        let event: Vec<bool> = (0..60).map(|i| i % 4 != 1).collect();
        let group: Vec<usize> = (0..60).map(|i| (i * i + i / 3) % 3).collect();
        let strata: Vec<usize> = (0..60).map(|i| i % 2).collect();
        for weight in [LogRankWeight::TaroneWare, LogRankWeight::FlemingHarrington { rho: 0.5, gamma: 1.0 }] {
            let run = |order: &[usize], names: [usize; 3]| {
                let time: Vec<f64> = order.iter().map(|&i| time[i]).collect();
                let event: Vec<bool> = order.iter().map(|&i| event[i]).collect();
                let group: Vec<usize> = order.iter().map(|&i| names[group[i]]).collect();
                let strata: Vec<usize> = order.iter().map(|&i| strata[i]).collect();
                weighted_log_rank(&time, &event, &group, 3, Some(&strata), weight).expect("defined")
            };
            let straight: Vec<usize> = (0..60).collect();
            let turned: Vec<usize> = (0..60).map(|i| (i * 23 + 7) % 60).collect();
            let one = run(&straight, [0, 1, 2]);
            assert_eq!(one, run(&turned, [0, 1, 2]));
            let renamed = run(&turned, [2, 0, 1]);
            assert!((one.chi_square / renamed.chi_square - 1.0).abs() < 1e-12);
            let trend = one.trend(&[1.0, 2.0, 4.0]).expect("defined");
            assert!((trend.z + renamed.trend(&[-2.0, -4.0, -1.0]).expect("defined").z).abs() < 1e-12);
        }
    }

    #[test]
    fn reasons() {
        let test = |event: &[bool], group: &[usize]| log_rank(&[1.0, 2.0], event, group, 2, None, 0.0).err();
        assert_eq!(test(&[false, false], &[0, 1]), Some(NotEstimable::NoEvents));
        assert_eq!(test(&[true, true], &[1, 1]), Some(NotEstimable::EmptyGroup));
        assert_eq!(test(&[true, true], &[1, 2]), Some(NotEstimable::InvalidArgument));
        // The only event falls when one group is left.
        assert_eq!(test(&[false, true], &[0, 1]), Some(NotEstimable::Singular));
    }
}
