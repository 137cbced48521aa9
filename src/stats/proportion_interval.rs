//! Further confidence intervals of one proportion: Wald, corrected Wilson, Agresti-Coull and Jeffreys.
//!
//! The exact interval and the score interval without correction are in [`super::proportion`]. Wald and Agresti-Coull
//! limits can pass 0 or 1; they are not cut here (some programs print them cut).

use super::chi_square::Continuity;
use super::distribution::{beta_quantile, normal_multiplier};
use super::proportion::{Proportion, clopper_pearson};
use super::reason::{Interval, NotEstimable};

/// What the Jeffreys interval is with no event, or with nothing but events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JeffreysEnds {
    /// Lower limit 0 without events, upper limit 1 without non-events (Brown, Cai & DasGupta 2001; R `DescTools`).
    Closed,
    /// The posterior quantile there too (the formula of SAS PROC FREQ, Python `statsmodels`).
    Posterior,
}

/// Returns the proportion with the interval p ± z sqrt(p q / n), widened by 1/(2n) on both sides if corrected.
///
/// Errors: n = 0 (`EmptyGroup`), more events than n, a level outside 0..1; without correction a proportion of 0 or 1
/// (`ZeroVariance`).
pub fn wald(events: u64, n: u64, level: f64, continuity: Continuity) -> Result<Proportion, NotEstimable> {
    let (x, total) = checked(events, n, level)?;
    let p = x / total;
    let shift = match continuity {
        Continuity::Corrected => 0.5 / total,
        Continuity::Uncorrected if events == 0 || events == n => return Err(NotEstimable::ZeroVariance),
        Continuity::Uncorrected => 0.0,
    };
    let half = normal_multiplier(level)? * (x * (total - x) / total).sqrt() / total + shift;
    Ok(Proportion { events, n, estimate: p, interval: Interval { lower: p - half, upper: p + half } })
}

/// Returns the proportion with Wilson's interval with continuity correction (Newcombe 1998a, method 4; R `prop.test`).
///
/// Errors as [`super::proportion::wilson`].
pub fn wilson_corrected(events: u64, n: u64, level: f64) -> Result<Proportion, NotEstimable> {
    let (x, total) = checked(events, n, level)?;
    let interval = wilson_corrected_interval(events, n, normal_multiplier(level)?);
    Ok(Proportion { events, n, estimate: x / total, interval })
}

/// The corrected score interval for a given normal multiplier (Newcombe 1998a, method 4).
pub(crate) fn wilson_corrected_interval(events: u64, n: u64, z: f64) -> Interval {
    let (x, total) = (events as f64, n as f64);
    let (p, q, square) = (x / total, (total - x) / total, z * z);
    let scale = 2.0 * (total + square);
    let lower = 2.0 * x + square - 1.0 - z * (square - 2.0 - 1.0 / total + 4.0 * p * (total * q + 1.0)).max(0.0).sqrt();
    let upper = 2.0 * x + square + 1.0 + z * (square + 2.0 - 1.0 / total + 4.0 * p * (total * q - 1.0)).max(0.0).sqrt();
    Interval {
        lower: if events == 0 { 0.0 } else { (lower / scale).max(0.0) },
        upper: if events == n { 1.0 } else { (upper / scale).min(1.0) },
    }
}

/// Returns the proportion with the interval of Agresti & Coull (1998): Wald about (x + z²/2) / (n + z²).
///
/// The estimate is still events over n. Errors as [`super::proportion::wilson`].
pub fn agresti_coull(events: u64, n: u64, level: f64) -> Result<Proportion, NotEstimable> {
    let (x, total) = checked(events, n, level)?;
    let z = normal_multiplier(level)?;
    let size = total + z * z;
    let centre = (x + 0.5 * z * z) / size;
    let half = z * (centre * (1.0 - centre) / size).sqrt();
    let interval = Interval { lower: centre - half, upper: centre + half };
    Ok(Proportion { events, n, estimate: x / total, interval })
}

/// Returns the proportion with the equal-tailed interval of the posterior beta(x + 1/2, n - x + 1/2) (Jeffreys prior).
///
/// The estimate is events over n, not the posterior mean. Errors as [`super::proportion::wilson`].
pub fn jeffreys(events: u64, n: u64, level: f64, ends: JeffreysEnds) -> Result<Proportion, NotEstimable> {
    let (x, total) = checked(events, n, level)?;
    let (a, b, tail) = (x + 0.5, total - x + 0.5, (1.0 - level) / 2.0);
    let closed = ends == JeffreysEnds::Closed;
    let lower = if closed && events == 0 { 0.0 } else { beta_quantile(tail, a, b)? };
    // The upper quantile from the other side, where small probabilities keep their digits.
    let upper = if closed && events == n { 1.0 } else { 1.0 - beta_quantile(tail, b, a)? };
    Ok(Proportion { events, n, estimate: x / total, interval: Interval { lower, upper } })
}

/// Checks the arguments with the rules of [`clopper_pearson`] and returns events and n as numbers.
fn checked(events: u64, n: u64, level: f64) -> Result<(f64, f64), NotEstimable> {
    if n == 0 || events > n || !(level > 0.0 && level < 1.0) {
        clopper_pearson(events, n, level)?;
    }
    Ok((events as f64, n as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(p: Result<Proportion, NotEstimable>) -> (f64, f64) {
        let interval = p.expect("estimable").interval;
        (interval.lower, interval.upper)
    }

    #[test]
    fn ends_and_errors() {
        assert_eq!(wald(0, 10, 0.95, Continuity::Uncorrected), Err(NotEstimable::ZeroVariance));
        assert_eq!(limits(wald(0, 10, 0.95, Continuity::Corrected)), (-0.05, 0.05));
        assert_eq!(limits(wilson_corrected(0, 10, 0.95)).0, 0.0);
        assert_eq!(limits(wilson_corrected(10, 10, 0.95)).1, 1.0);
        assert_eq!(limits(jeffreys(0, 10, 0.95, JeffreysEnds::Closed)).0, 0.0);
        assert!(limits(jeffreys(0, 10, 0.95, JeffreysEnds::Posterior)).0 > 0.0);
        assert_eq!(jeffreys(0, 0, 0.95, JeffreysEnds::Closed), Err(NotEstimable::EmptyGroup));
        assert_eq!(agresti_coull(3, 2, 0.95), Err(NotEstimable::InvalidArgument));
        assert_eq!(agresti_coull(1, 2, 1.0), Err(NotEstimable::InvalidArgument));
    }

    #[test]
    fn events_and_non_events_mirror_each_other() {
        for (x, n) in [(0, 7), (1, 1), (3, 19), (50, 100)] {
            for method in [wilson_corrected, agresti_coull] {
                let ((l, u), (ml, mu)) = (limits(method(x, n, 0.9)), limits(method(n - x, n, 0.9)));
                assert!((l + mu - 1.0).abs() < 1e-14 && (u + ml - 1.0).abs() < 1e-14);
            }
            let (l, u) = limits(jeffreys(x, n, 0.9, JeffreysEnds::Posterior));
            let (ml, mu) = limits(jeffreys(n - x, n, 0.9, JeffreysEnds::Posterior));
            assert!((l + mu - 1.0).abs() < 1e-14 && (u + ml - 1.0).abs() < 1e-14);
        }
    }
}
