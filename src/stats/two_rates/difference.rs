//! The difference of two rates: normal and score intervals, score test.

use super::TwoRates;
use crate::stats::distribution::normal_multiplier;
use crate::stats::incidence_rate::check_person_time;
use crate::stats::reason::{NotEstimable, Value, finite};
use crate::stats::root::increasing_root;
use crate::stats::two_proportions::Effect;
use crate::stats::z_test::ZTest;

/// Returns the difference of the rates with its normal interval.
///
/// Without any event the standard error and limits are `ZeroVariance`.
pub fn rate_difference_normal(rates: TwoRates, level: f64) -> Result<Effect, NotEstimable> {
    rates.check(level)?;
    let (a, b) = rates.counts();
    let estimate = finite(rates.difference())?;
    let standard_error = libm::hypot(a.sqrt() / rates.time_a, b.sqrt() / rates.time_b);
    let standard_error = if standard_error > 0.0 { finite(standard_error) } else { Err(NotEstimable::ZeroVariance) };
    let z = normal_multiplier(level)?;
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error,
        lower: standard_error.map(|se| estimate - z * se),
        upper: standard_error.map(|se| estimate + z * se),
    })
}

/// Returns the difference of the rates with its score interval (Miettinen & Nurminen 1985); defined for any counts.
pub fn rate_difference_score(rates: TwoRates, level: f64) -> Result<Effect, NotEstimable> {
    rates.check(level)?;
    let z = normal_multiplier(level)?;
    // In units in which the rates are moderate numbers.
    let unit = (rates.time_a + rates.time_b) / (rates.events_a + rates.events_b + 1) as f64;
    let scaled = TwoRates { time_a: rates.time_a / unit, time_b: rates.time_b / unit, ..rates };
    check_person_time(scaled.time_a)?;
    check_person_time(scaled.time_b)?;
    let step = 1.0 / scaled.time_a.min(scaled.time_b);
    // The score falls as the difference supposed grows.
    let limit = |target: f64| -> Value {
        let root = increasing_root(|d| (target - score(scaled, d), 0.0), scaled.difference(), step)?;
        finite(root / unit)
    };
    Ok(Effect {
        estimate: finite(rates.difference()),
        standard_error: Err(NotEstimable::NotDefined),
        lower: limit(z),
        upper: limit(-z),
    })
}

/// Returns the score test of a difference of rates, positive where the first rate exceeds the second by more.
///
/// For a null of 0 this is the usual test with the pooled rate. `NoEvents` where that leaves no variance.
pub fn rate_difference_test(rates: TwoRates, null: f64) -> Result<ZTest, NotEstimable> {
    rates.check(0.5)?;
    finite(null)?;
    if null == 0.0 && rates.events_a + rates.events_b == 0 {
        return Err(NotEstimable::NoEvents);
    }
    ZTest::of(score(rates, null))
}

/// (difference - supposed) over its standard error at the restricted maximum likelihood.
fn score(rates: TwoRates, supposed: f64) -> f64 {
    if supposed < 0.0 {
        let swapped =
            TwoRates { events_a: rates.events_b, time_a: rates.time_b, events_b: rates.events_a, time_b: rates.time_a };
        return -score(swapped, -supposed);
    }
    let (a, b) = rates.counts();
    // The smaller rate solves total r^2 - (events - total d) r - b d = 0.
    let total = rates.time_a + rates.time_b;
    let middle = a + b - total * supposed;
    let root = libm::hypot(middle, 2.0 * (total * b * supposed).sqrt());
    let rate_b = if middle >= 0.0 { (middle + root) / (2.0 * total) } else { 2.0 * b * supposed / (root - middle) };
    let variance = (rate_b + supposed) / rates.time_a + rate_b / rates.time_b;
    let gap = rates.difference() - supposed;
    if variance > 0.0 { gap / variance.sqrt() } else { 0.0 }
}
