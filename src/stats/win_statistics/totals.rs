//! Wins and losses summed over strata, and the statistics with their tests.

use super::compare::{Comparison, PrioritisedOutcome, decide};
use super::variance::{PairMoments, StratumScores, WinVariance};
use super::{FinkelsteinSchoenfeld, WinEstimate, WinOptions};
use crate::stats::distribution::{normal_multiplier, normal_two_sided};
use crate::stats::reason::{Interval, NotEstimable, Value, finite};
use crate::stats::sum::CompensatedSum;

/// Weighted sums over strata.
#[derive(Default)]
pub(super) struct Totals {
    pairs: CompensatedSum,
    wins: CompensatedSum,
    losses: CompensatedSum,
    /// Variances and covariance of the weighted numbers of wins and losses.
    win_variance: CompensatedSum,
    loss_variance: CompensatedSum,
    covariance: CompensatedSum,
    too_few: bool,
    statistic: CompensatedSum,
    permutation_variance: CompensatedSum,
}

impl Totals {
    pub(super) fn add(&mut self, weight: f64, scores: &StratumScores, method: WinVariance) {
        let pairs = scores.pairs();
        self.pairs.add(weight * pairs);
        self.wins.add(weight * scores.wins());
        self.losses.add(weight * scores.losses());
        match scores.moments(method) {
            Ok(PairMoments { wins, losses, both }) => {
                let scale = (weight * pairs) * (weight * pairs);
                self.win_variance.add(scale * wins);
                self.loss_variance.add(scale * losses);
                self.covariance.add(scale * both);
            }
            Err(_) => self.too_few = true,
        }
    }

    /// Finkelstein & Schoenfeld (1999), section 2: scores against everybody, members of the same group included.
    pub(super) fn add_permutation(
        &mut self,
        outcomes: &[PrioritisedOutcome],
        first: &[usize],
        second: &[usize],
        scores: &StratumScores,
    ) {
        let score = |result| match result {
            Comparison::Win => 1i64,
            Comparison::Loss => -1,
            Comparison::Undecided => 0,
        };
        let within = |group: &[usize], mut own: Vec<i64>| -> Vec<i64> {
            for i in 0..group.len() {
                for j in 0..i {
                    let result = score(decide(outcomes, group[i], group[j]).0);
                    own[i] += result;
                    own[j] -= result;
                }
            }
            own
        };
        let (between_first, between_second) = scores.differences();
        let statistic: i64 = between_first.iter().sum();
        let all = within(first, between_first).into_iter().chain(within(second, between_second));
        let squares: f64 = all.map(|u| (u * u) as f64).sum();
        let (m, n) = (first.len() as f64, second.len() as f64);
        self.statistic.add(statistic as f64);
        self.permutation_variance.add(m * n / ((m + n) * (m + n - 1.0)) * squares);
    }

    fn shares(&self) -> (f64, f64) {
        (self.wins.value() / self.pairs.value(), self.losses.value() / self.pairs.value())
    }

    /// Variance of `win_weight` times the share of wins minus `loss_weight` times the share of losses.
    fn variance(&self, win_weight: f64, loss_weight: f64) -> Value {
        if self.too_few {
            return Err(NotEstimable::TooFewValues);
        }
        let combined = win_weight * win_weight * self.win_variance.value()
            + loss_weight * loss_weight * self.loss_variance.value()
            - 2.0 * win_weight * loss_weight * self.covariance.value();
        let variance = combined / (self.pairs.value() * self.pairs.value());
        // Shares are of the order of 1: what is far below is rounding.
        let scale = win_weight.max(loss_weight);
        if variance <= 1e-14 * scale * scale / self.pairs.value() {
            return Err(NotEstimable::ZeroVariance);
        }
        finite(variance)
    }

    pub(super) fn win_ratio(&self, options: WinOptions) -> Result<WinEstimate, NotEstimable> {
        let (wins, losses) = self.shares();
        if wins <= 0.0 || losses <= 0.0 {
            return Err(NotEstimable::ZeroCell);
        }
        let (win_weight, loss_weight) = match options.variance {
            WinVariance::DongNull => (2.0 / (wins + losses), 2.0 / (wins + losses)),
            _ => (1.0 / wins, 1.0 / losses),
        };
        logarithmic(wins / losses, self.variance(win_weight, loss_weight), options.level)
    }

    pub(super) fn win_odds(&self, options: WinOptions) -> Result<WinEstimate, NotEstimable> {
        let (wins, losses) = self.shares();
        let for_first = 0.5 + 0.5 * (wins - losses);
        if for_first <= 0.0 || for_first >= 1.0 {
            return Err(NotEstimable::ZeroCell);
        }
        let slope = match options.variance {
            WinVariance::DongNull => 2.0,
            _ => 0.5 / for_first + 0.5 / (1.0 - for_first),
        };
        logarithmic(for_first / (1.0 - for_first), self.variance(slope, slope), options.level)
    }

    pub(super) fn net_benefit(&self, options: WinOptions) -> Result<WinEstimate, NotEstimable> {
        let (wins, losses) = self.shares();
        let estimate = wins - losses;
        let standard_error = self.variance(1.0, 1.0).map(f64::sqrt);
        let multiplier = normal_multiplier(options.level)?;
        let z = standard_error.map(|se| estimate / se);
        Ok(WinEstimate {
            estimate,
            standard_error,
            interval: standard_error
                .map(|se| Interval { lower: estimate - multiplier * se, upper: estimate + multiplier * se }),
            z,
            p_two_sided: z.map(normal_two_sided),
        })
    }

    pub(super) fn finkelstein_schoenfeld(&self) -> Result<FinkelsteinSchoenfeld, NotEstimable> {
        let (statistic, variance) = (self.statistic.value(), self.permutation_variance.value());
        if variance <= 0.0 {
            return Err(NotEstimable::ZeroVariance);
        }
        let z = statistic / variance.sqrt();
        Ok(FinkelsteinSchoenfeld { statistic, variance, z, p_two_sided: normal_two_sided(z) })
    }
}

fn logarithmic(estimate: f64, variance: Value, level: f64) -> Result<WinEstimate, NotEstimable> {
    let (logarithm, multiplier) = (libm::log(estimate), normal_multiplier(level)?);
    let standard_error = variance.map(f64::sqrt);
    let z = standard_error.map(|se| logarithm / se);
    Ok(WinEstimate {
        estimate,
        standard_error,
        interval: standard_error.and_then(|se| {
            let limit = |sign: f64| finite(libm::exp(logarithm + sign * multiplier * se));
            Ok(Interval { lower: limit(-1.0)?, upper: limit(1.0)? })
        }),
        z,
        p_two_sided: z.map(normal_two_sided),
    })
}
