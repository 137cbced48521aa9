//! Confidence intervals of one proportion: Clopper-Pearson (exact) and Wilson (score).

use super::distribution::{beta_quantile, normal_multiplier};
use super::reason::{Interval, NotEstimable, check_level};

/// A proportion and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// Number of events.
    pub events: u64,
    /// Number in which events were counted.
    pub n: u64,
    /// Events over n, 0..=1.
    pub estimate: f64,
    /// Confidence interval, within 0..=1.
    pub interval: Interval,
}

/// Returns the proportion with the exact interval of Clopper & Pearson (1934), by beta quantiles.
///
/// Errors: n = 0 (`EmptyGroup`), more events than n, a level outside 0..1.
pub fn clopper_pearson(events: u64, n: u64, level: f64) -> Result<Proportion, NotEstimable> {
    let estimate = estimate(events, n, level)?;
    let (x, rest) = (events as f64, (n - events) as f64);
    let tail = (1.0 - level) / 2.0;
    let lower = if events == 0 { 0.0 } else { beta_quantile(tail, x, rest + 1.0)? };
    let upper = if events == n { 1.0 } else { beta_quantile(1.0 - tail, x + 1.0, rest)? };
    Ok(Proportion { events, n, estimate, interval: Interval { lower, upper } })
}

/// Returns the proportion with the score interval of Wilson (1927), without continuity correction.
///
/// Errors as [`clopper_pearson`].
pub fn wilson(events: u64, n: u64, level: f64) -> Result<Proportion, NotEstimable> {
    let estimate = estimate(events, n, level)?;
    let interval = wilson_interval(events, n, normal_multiplier(level)?);
    Ok(Proportion { events, n, estimate, interval })
}

/// The score interval for a given normal multiplier (Newcombe 1998a, method 3).
pub(crate) fn wilson_interval(events: u64, n: u64, z: f64) -> Interval {
    let (x, total) = (events as f64, n as f64);
    let square = z * z;
    let centre = 2.0 * x + square;
    let half = z * (square + 4.0 * x * ((total - x) / total)).sqrt();
    let scale = 2.0 * (total + square);
    Interval {
        lower: if events == 0 { 0.0 } else { (centre - half) / scale },
        upper: if events == n { 1.0 } else { (centre + half) / scale },
    }
}

fn estimate(events: u64, n: u64, level: f64) -> Result<f64, NotEstimable> {
    check_level(level)?;
    if n == 0 {
        return Err(NotEstimable::EmptyGroup);
    }
    if events > n {
        return Err(NotEstimable::InvalidArgument);
    }
    Ok(events as f64 / n as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_event_has_an_interval() {
        let exact = clopper_pearson(0, 10, 0.95).expect("estimable");
        assert_eq!((exact.estimate, exact.interval.lower), (0.0, 0.0));
        assert!((exact.interval.upper - (1.0 - 0.025f64.powf(0.1))).abs() < 1e-14);
        let all = clopper_pearson(10, 10, 0.95).expect("estimable");
        assert!((all.interval.lower - 0.025f64.powf(0.1)).abs() < 1e-14);
        assert_eq!(all.interval.upper, 1.0);
        assert_eq!(wilson(0, 10, 0.95).expect("estimable").interval.lower, 0.0);
        assert_eq!(clopper_pearson(0, 0, 0.95), Err(NotEstimable::EmptyGroup));
        assert_eq!(clopper_pearson(2, 1, 0.95), Err(NotEstimable::InvalidArgument));
    }
}
