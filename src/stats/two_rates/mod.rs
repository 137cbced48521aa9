//! Comparison of two rates per person-time: difference and ratio, with tests.
//!
//! Given all events, those of the first group are binomial (Przyborowski & Wilenski 1940), which gives the exact
//! ratio. Differences: normal, or score limits of Miettinen & Nurminen (1985), whose appendix has the rates too.

mod difference;

use super::distribution::{beta_quantile, normal_multiplier};
use super::incidence_rate::check_person_time;
use super::proportion::wilson_interval;
use super::reason::{NotEstimable, Value, check_level, finite};
use super::special::{beta_tails, binomial_density};
use super::two_proportions::Effect;
pub use difference::{rate_difference_normal, rate_difference_score, rate_difference_test};

/// Events and person-time of two groups; effects compare `a` with `b` (a minus b, a over b).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoRates {
    /// Events in the first group.
    pub events_a: u64,
    /// Person-time of the first group.
    pub time_a: f64,
    /// Events in the second group (the reference).
    pub events_b: u64,
    /// Person-time of the second group, in the same unit.
    pub time_b: f64,
}

/// What the two-sided p-value of an exact test adds up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExactRateTwoSided {
    /// All outcomes that are not more probable than the observed one (R `poisson.test`).
    Likelihood,
    /// Twice the smaller tail, at most 1 (fits the exact interval).
    TwiceSmallerTail,
}

/// An exact test of a ratio of rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExactRateTest {
    /// P(as few or fewer events in the first group).
    pub p_lower: f64,
    /// P(as many or more events in the first group).
    pub p_upper: f64,
    /// Two-sided p-value.
    pub p_two_sided: f64,
}

/// Counts up to here are exact as floating-point numbers.
const MOST_EVENTS: u64 = 1 << 52;

impl TwoRates {
    fn check(self, level: f64) -> Result<(), NotEstimable> {
        check_level(level)?;
        if self.events_a.max(self.events_b) > MOST_EVENTS {
            return Err(NotEstimable::InvalidArgument);
        }
        check_person_time(self.time_a)?;
        check_person_time(self.time_b)
    }

    fn counts(self) -> (f64, f64) {
        (self.events_a as f64, self.events_b as f64)
    }

    /// The observed difference.
    fn difference(self) -> f64 {
        self.events_a as f64 / self.time_a - self.events_b as f64 / self.time_b
    }
}

/// Returns the ratio of the rates with the normal interval of its logarithm.
///
/// No event in the second group: `ZeroCell` (`NoEvents` without any); none in the first only: ratio 0, limits
/// `ZeroCell`.
pub fn rate_ratio_log(rates: TwoRates, level: f64) -> Result<Effect, NotEstimable> {
    rates.check(level)?;
    let without = |estimate: Value, reason| Effect {
        estimate,
        standard_error: Err(reason),
        lower: Err(reason),
        upper: Err(reason),
    };
    let (a, b) = rates.counts();
    Ok(match (rates.events_a, rates.events_b) {
        (0, 0) => without(Err(NotEstimable::NoEvents), NotEstimable::NoEvents),
        (_, 0) => without(Err(NotEstimable::ZeroCell), NotEstimable::ZeroCell),
        (0, _) => without(Ok(0.0), NotEstimable::ZeroCell),
        _ => {
            let estimate = finite((a / rates.time_a) / (b / rates.time_b))?;
            let standard_error = (1.0 / a + 1.0 / b).sqrt();
            let factor = libm::exp(normal_multiplier(level)? * standard_error);
            Effect {
                estimate: Ok(estimate),
                standard_error: Ok(standard_error),
                lower: Ok(estimate / factor),
                upper: finite(estimate * factor),
            }
        }
    })
}

/// Returns the ratio of the rates with exact limits (Clopper-Pearson given all events).
///
/// No event in the second group leaves ratio and upper limit `Unbounded`; none in the first makes ratio and lower
/// limit 0; without any event all is `NoEvents`.
pub fn rate_ratio_exact(rates: TwoRates, level: f64) -> Result<Effect, NotEstimable> {
    let tail = (1.0 - level) / 2.0;
    ratio_limits(
        rates,
        level,
        // The odds from both shares, so that neither is rounded away.
        |a, b| Ok(beta_quantile(tail, a, b + 1.0)? / beta_quantile(1.0 - tail, b + 1.0, a)?),
        |a, b| Ok(beta_quantile(1.0 - tail, a + 1.0, b)? / beta_quantile(tail, b, a + 1.0)?),
    )
}

/// Returns the ratio of the rates with score limits (Wilson given all events; Miettinen & Nurminen's for rates).
///
/// Zero counts as in [`rate_ratio_exact`].
pub fn rate_ratio_score(rates: TwoRates, level: f64) -> Result<Effect, NotEstimable> {
    rates.check(level)?;
    let z = normal_multiplier(level)?;
    let total = rates.events_a + rates.events_b;
    ratio_limits(
        rates,
        level,
        |_, _| Ok(wilson_interval(rates.events_a, total, z).lower / wilson_interval(rates.events_b, total, z).upper),
        |_, _| Ok(wilson_interval(rates.events_a, total, z).upper / wilson_interval(rates.events_b, total, z).lower),
    )
}

fn ratio_limits(
    rates: TwoRates,
    level: f64,
    lower_odds: impl Fn(f64, f64) -> Value,
    upper_odds: impl Fn(f64, f64) -> Value,
) -> Result<Effect, NotEstimable> {
    rates.check(level)?;
    let (a, b) = rates.counts();
    let scale = rates.time_b / rates.time_a;
    let scaled = |odds: Value| odds.and_then(|o| finite(o * scale));
    let standard_error = Err(NotEstimable::NotDefined);
    Ok(match (rates.events_a, rates.events_b) {
        (0, 0) => {
            let none = Err(NotEstimable::NoEvents);
            Effect { estimate: none, standard_error, lower: none, upper: none }
        }
        (0, _) => Effect { estimate: Ok(0.0), standard_error, lower: Ok(0.0), upper: scaled(upper_odds(a, b)) },
        (_, 0) => {
            let unbounded = Err(NotEstimable::Unbounded);
            Effect { estimate: unbounded, standard_error, lower: scaled(lower_odds(a, b)), upper: unbounded }
        }
        _ => Effect {
            estimate: scaled(Ok(a / b)),
            standard_error,
            lower: scaled(lower_odds(a, b)),
            upper: scaled(upper_odds(a, b)),
        },
    })
}

/// Returns the exact test that the ratio of the rates is `null_ratio`.
///
/// Errors: no events, person-times or a ratio that are not positive and finite.
pub fn rate_ratio_exact_test(
    rates: TwoRates,
    null_ratio: f64,
    two_sided: ExactRateTwoSided,
) -> Result<ExactRateTest, NotEstimable> {
    rates.check(0.5)?;
    check_person_time(null_ratio)?;
    let n = rates.events_a + rates.events_b;
    if n == 0 {
        return Err(NotEstimable::NoEvents);
    }
    let weight = finite(null_ratio * rates.time_a / rates.time_b)?;
    let (p, q) = (weight / (1.0 + weight), 1.0 / (1.0 + weight));
    // P(X <= k) and P(X > k).
    let tails = |k: u64| {
        if k >= n {
            Ok((1.0, 0.0))
        } else {
            beta_tails(p, q, k as f64 + 1.0, (n - k) as f64).map(|t| (t.upper, t.lower))
        }
    };
    let above = |k: u64| if k == 0 { Ok(1.0) } else { tails(k - 1).map(|t| t.1) };
    let x = rates.events_a;
    let (p_lower, p_upper) = (tails(x)?.0, above(x)?);
    let p_two_sided = match two_sided {
        ExactRateTwoSided::TwiceSmallerTail => (2.0 * p_lower.min(p_upper)).min(1.0),
        ExactRateTwoSided::Likelihood => {
            let density = |k: u64| binomial_density(k as f64, (n - k) as f64, p, q);
            // As R: probabilities equal but for rounding count as equal.
            let bound = density(x) * (1.0 + 1e-7);
            let mode = ((n as f64 + 1.0) * p).floor().min(n as f64) as u64;
            let small = |k: u64| density(k) <= bound;
            if x < mode {
                // The first outcome above the mode that is improbable enough.
                p_lower + first_true(mode, n + 1, small).map_or(Ok(0.0), above)?
            } else if small(mode) {
                1.0
            } else {
                let end = first_true(0, mode, |k| !small(k)).unwrap_or(mode);
                p_upper + if end == 0 { 0.0 } else { tails(end - 1)?.0 }
            }
            .min(1.0)
        }
    };
    Ok(ExactRateTest { p_lower, p_upper, p_two_sided })
}

/// The first of `from..to` for which a condition that stays true once it is true holds.
fn first_true(from: u64, to: u64, condition: impl Fn(u64) -> bool) -> Option<u64> {
    let (mut low, mut high) = (from, to);
    while low < high {
        let middle = low + (high - low) / 2;
        if condition(middle) { high = middle } else { low = middle + 1 }
    }
    (low < to).then_some(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATES: TwoRates = TwoRates { events_a: 3, time_a: 10.0, events_b: 8, time_b: 14.5 };

    fn swapped(rates: TwoRates) -> TwoRates {
        TwoRates { events_a: rates.events_b, time_a: rates.time_b, events_b: rates.events_a, time_b: rates.time_a }
    }

    #[test]
    fn swapping_negates_and_inverts() {
        for method in [rate_difference_normal, rate_difference_score] {
            let (one, other) = (method(RATES, 0.95).expect("a"), method(swapped(RATES), 0.95).expect("b"));
            assert!((one.lower.expect("lower") + other.upper.expect("upper")).abs() < 1e-13);
        }
        for method in [rate_ratio_log, rate_ratio_exact, rate_ratio_score] {
            let (one, other) = (method(RATES, 0.95).expect("a"), method(swapped(RATES), 0.95).expect("b"));
            assert!((one.lower.expect("lower") * other.upper.expect("upper") - 1.0).abs() < 1e-12);
        }
        for definition in [ExactRateTwoSided::Likelihood, ExactRateTwoSided::TwiceSmallerTail] {
            let one = rate_ratio_exact_test(RATES, 2.0, definition).expect("a");
            let other = rate_ratio_exact_test(swapped(RATES), 0.5, definition).expect("b");
            assert!((one.p_two_sided / other.p_two_sided - 1.0).abs() < 1e-12);
            assert!((one.p_lower / other.p_upper - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn score_limits_are_where_the_score_is_z() {
        let effect = rate_difference_score(RATES, 0.95).expect("defined");
        let at = |limit: Value| rate_difference_test(RATES, limit.expect("limit")).expect("defined").p_two_sided;
        assert!((at(effect.lower) - 0.05).abs() < 1e-12 && (at(effect.upper) - 0.05).abs() < 1e-12);
    }

    #[test]
    fn unit_of_time() {
        let days = TwoRates { time_a: 3652.5, time_b: 14.5 * 365.25, ..RATES };
        for method in [rate_difference_normal, rate_difference_score] {
            let (year, day) = (method(RATES, 0.9).expect("a"), method(days, 0.9).expect("b"));
            let ratio = year.upper.expect("upper") / day.upper.expect("upper");
            assert!((ratio / 365.25 - 1.0).abs() < 1e-11);
        }
        let (year, day) = (rate_ratio_exact(RATES, 0.9).expect("a"), rate_ratio_exact(days, 0.9).expect("b"));
        assert!((year.upper.expect("upper") / day.upper.expect("upper") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn zero_counts() {
        let none = TwoRates { events_a: 0, time_a: 5.0, events_b: 0, time_b: 4.0 };
        assert_eq!(rate_difference_normal(none, 0.95).expect("defined").lower, Err(NotEstimable::ZeroVariance));
        // z^2 / time on either side.
        let score = rate_difference_score(none, 0.95).expect("defined");
        let z = 1.959_963_984_540_054f64;
        assert!((score.upper.expect("upper") - z * z / 5.0).abs() < 1e-12);
        assert!((score.lower.expect("lower") + z * z / 4.0).abs() < 1e-12);
        assert_eq!(rate_ratio_exact(none, 0.95).expect("defined").estimate, Err(NotEstimable::NoEvents));
        let second = TwoRates { events_a: 2, ..none };
        assert_eq!(rate_ratio_exact(second, 0.95).expect("defined").upper, Err(NotEstimable::Unbounded));
        assert!(rate_ratio_exact(second, 0.95).expect("defined").lower.is_ok());
        assert_eq!(rate_ratio_log(second, 0.95).expect("defined").estimate, Err(NotEstimable::ZeroCell));
        assert_eq!(rate_difference_test(none, 0.0), Err(NotEstimable::NoEvents));
        let negative = TwoRates { time_b: -1.0, ..second };
        assert_eq!(rate_ratio_log(negative, 0.95), Err(NotEstimable::InvalidArgument));
    }
}
