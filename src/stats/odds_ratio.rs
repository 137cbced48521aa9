//! Conditional odds ratio of a 2 x 2 table: maximum likelihood estimate and exact limits.
//!
//! Given both margins, the first cell has Fisher's noncentral hypergeometric distribution. The estimate equates its
//! mean with the cell (Cornfield 1956); the limits equate each tail with half of 1 - level (Gart 1970).

use super::reason::{NotEstimable, Value};
use super::root::increasing_root;
use super::sum::{CompensatedSum, sum};
use super::two_proportions::{Effect, TwoProportions};

/// Returns the conditional odds ratio with exact limits.
///
/// At the end of the possible range the estimate is 0 (and the lower limit 0) or `Unbounded` (and the upper limit
/// `Unbounded`); with a margin of zero everything is `NoEvents`. There is no standard error.
pub fn odds_ratio_conditional(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let events = table.events_a + table.events_b;
    let least = events.saturating_sub(table.n_b);
    let most = events.min(table.n_a);
    let none = Err(NotEstimable::NotDefined);
    if least == most {
        let reason = Err(NotEstimable::NoEvents);
        return Ok(Effect { estimate: reason, standard_error: none, lower: reason, upper: reason });
    }
    let law = Noncentral::new(log_weights(table, least, most));
    Ok(law.effect((table.events_a - least) as usize, level))
}

/// ln of C(n_a, k) C(n_b, events - k) for k from `least` to `most`, up to a constant, by ratios of neighbours.
pub(crate) fn log_weights(table: TwoProportions, least: u64, most: u64) -> Vec<f64> {
    let events = table.events_a + table.events_b;
    let mut total = CompensatedSum::default();
    let mut weights = vec![0.0];
    for k in least..most {
        let up = (table.n_a - k) as f64 * (events - k) as f64;
        let down = (k + 1) as f64 * (table.n_b + k + 1 - events) as f64;
        total.add(libm::log(up / down));
        weights.push(total.value());
    }
    weights
}

/// The distribution of the first cell, or of a sum of first cells, counted from its least possible value.
pub(crate) struct Noncentral {
    log_weights: Vec<f64>,
}

impl Noncentral {
    /// From the logarithms of at least two weights at an odds ratio of 1, up to a constant.
    pub(crate) fn new(log_weights: Vec<f64>) -> Noncentral {
        Noncentral { log_weights }
    }

    /// The estimate and exact limits of the odds ratio for an observed count.
    pub(crate) fn effect(&self, observed: usize, level: f64) -> Effect {
        let tail = (1.0 - level) / 2.0;
        let last = self.log_weights.len() - 1;
        let estimate = match observed {
            0 => Ok(0.0),
            x if x == last => Err(NotEstimable::Unbounded),
            _ => self.solve(|law, theta| {
                let (mean, variance) = law.mean_and_variance(theta, 0, last);
                (mean - observed as f64, variance)
            }),
        };
        let lower =
            if observed == 0 { Ok(0.0) } else { self.solve(|law, theta| law.upper_tail(theta, observed, tail)) };
        let upper = if observed == last {
            Err(NotEstimable::Unbounded)
        } else {
            self.solve(|law, theta| law.lower_tail(theta, observed, tail))
        };
        Effect { estimate, standard_error: Err(NotEstimable::NotDefined), lower, upper }
    }

    /// Solves an increasing equation in the log odds ratio and returns the odds ratio.
    fn solve(&self, equation: impl Fn(&Noncentral, f64) -> (f64, f64)) -> Value {
        increasing_root(|theta| equation(self, theta), 0.0, 1.0).map(libm::exp)
    }

    /// Total weight (scaled by the largest of all), mean and variance over cells `from..=to`.
    fn moments(&self, theta: f64, from: usize, to: usize) -> (f64, f64, f64) {
        let tilted = |k: usize| self.log_weights[k] + theta * k as f64;
        let largest = (0..self.log_weights.len()).map(tilted).fold(f64::NEG_INFINITY, f64::max);
        let local = (from..=to).map(tilted).fold(f64::NEG_INFINITY, f64::max);
        let weights: Vec<f64> = (from..=to).map(|k| libm::exp(tilted(k) - local)).collect();
        let total = sum(weights.iter().copied());
        let mean = sum(weights.iter().enumerate().map(|(i, w)| w * (from + i) as f64)) / total;
        let variance = sum(weights.iter().enumerate().map(|(i, w)| {
            let gap = (from + i) as f64 - mean;
            w * gap * gap
        })) / total;
        (libm::log(total) + local - largest, mean, variance)
    }

    fn mean_and_variance(&self, theta: f64, from: usize, to: usize) -> (f64, f64) {
        let (_, mean, variance) = self.moments(theta, from, to);
        (mean, variance)
    }

    /// ln P(X >= x) - ln tail and its derivative.
    fn upper_tail(&self, theta: f64, x: usize, tail: f64) -> (f64, f64) {
        let last = self.log_weights.len() - 1;
        let (all, mean, _) = self.moments(theta, 0, last);
        let (part, part_mean, _) = self.moments(theta, x, last);
        (part - all - libm::log(tail), part_mean - mean)
    }

    /// ln tail - ln P(X <= x) and its derivative.
    fn lower_tail(&self, theta: f64, x: usize, tail: f64) -> (f64, f64) {
        let last = self.log_weights.len() - 1;
        let (all, mean, _) = self.moments(theta, 0, last);
        let (part, part_mean, _) = self.moments(theta, 0, x);
        (libm::log(tail) - part + all, mean - part_mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pair() {
        // One event among 1 + 1: the cell is 0 or 1 with weights 1 and psi, so P(X = 0) = 1/(1 + psi).
        let table = TwoProportions { events_a: 0, n_a: 1, events_b: 1, n_b: 1 };
        let effect = odds_ratio_conditional(table, 0.95).expect("defined");
        assert_eq!((effect.estimate, effect.lower), (Ok(0.0), Ok(0.0)));
        assert!((effect.upper.expect("finite") - 39.0).abs() < 1e-9);
        let turned = TwoProportions { events_a: 1, n_a: 1, events_b: 0, n_b: 1 };
        let effect = odds_ratio_conditional(turned, 0.95).expect("defined");
        assert_eq!((effect.estimate, effect.upper), (Err(NotEstimable::Unbounded), Err(NotEstimable::Unbounded)));
        assert!((effect.lower.expect("finite") - 1.0 / 39.0).abs() < 1e-9);
    }
}
