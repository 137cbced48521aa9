//! Comparisons of two independent proportions: risk difference, risk ratio and sample odds ratio.
//!
//! The score interval of the difference is in [`super::miettinen_nurminen`], the conditional odds ratio in
//! [`super::odds_ratio`].

use super::distribution::normal_multiplier;
use super::proportion::wilson_interval;
use super::reason::{NotEstimable, Value, check_level};

/// Events in two groups; effects compare `a` with `b` (a minus b, a over b).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TwoProportions {
    /// Events in the first group.
    pub events_a: u64,
    /// Size of the first group.
    pub n_a: u64,
    /// Events in the second group (the reference).
    pub events_b: u64,
    /// Size of the second group.
    pub n_b: u64,
}

/// An effect and its limits; each carries its own reason where it cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    /// The effect: a difference (within -1..=1) or a ratio (0 or more).
    pub estimate: Value,
    /// Standard error; of a ratio, of its natural logarithm. `NotDefined` where the method has none.
    pub standard_error: Value,
    /// Lower confidence limit.
    pub lower: Value,
    /// Upper confidence limit.
    pub upper: Value,
}

impl TwoProportions {
    /// Checks sizes: an empty group is `EmptyGroup`, more events than members `InvalidArgument`.
    pub(crate) fn check(self, level: f64) -> Result<(), NotEstimable> {
        check_level(level)?;
        if self.n_a == 0 || self.n_b == 0 {
            return Err(NotEstimable::EmptyGroup);
        }
        if self.events_a > self.n_a || self.events_b > self.n_b {
            return Err(NotEstimable::InvalidArgument);
        }
        Ok(())
    }

    /// The two proportions, 0..=1.
    pub(crate) fn proportions(self) -> (f64, f64) {
        (self.events_a as f64 / self.n_a as f64, self.events_b as f64 / self.n_b as f64)
    }
}

/// Returns the risk difference with its Wald interval (no continuity correction, not clipped to -1..1).
///
/// Both proportions 0 or 1 leave no variance: the limits are `ZeroVariance`.
pub fn risk_difference_wald(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let (p_a, p_b) = table.proportions();
    let variance = p_a * (1.0 - p_a) / table.n_a as f64 + p_b * (1.0 - p_b) / table.n_b as f64;
    let estimate = p_a - p_b;
    let standard_error = if variance > 0.0 { Ok(variance.sqrt()) } else { Err(NotEstimable::ZeroVariance) };
    let z = normal_multiplier(level)?;
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error,
        lower: standard_error.map(|se| estimate - z * se),
        upper: standard_error.map(|se| estimate + z * se),
    })
}

/// Returns the risk difference with the hybrid score interval of Newcombe (1998b), method 10.
///
/// Defined for any counts, zero cells included.
pub fn risk_difference_newcombe(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let (p_a, p_b) = table.proportions();
    let z = normal_multiplier(level)?;
    let a = wilson_interval(table.events_a, table.n_a, z);
    let b = wilson_interval(table.events_b, table.n_b, z);
    let estimate = p_a - p_b;
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: Err(NotEstimable::NotDefined),
        lower: Ok(estimate - libm::hypot(p_a - a.lower, b.upper - p_b)),
        upper: Ok(estimate + libm::hypot(a.upper - p_a, p_b - b.lower)),
    })
}

/// Returns the risk ratio with the logarithmic interval of Katz et al. (1978).
///
/// No event in the second group: the ratio is `ZeroCell` (`NoEvents` if there is none in either); no event in the
/// first only: the ratio is 0 and its limits are `ZeroCell`.
pub fn risk_ratio_katz(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let (p_a, p_b) = table.proportions();
    if let Some(effect) = without_events(table.events_a, table.events_b) {
        return Ok(effect);
    }
    let variance =
        1.0 / table.events_a as f64 - 1.0 / table.n_a as f64 + 1.0 / table.events_b as f64 - 1.0 / table.n_b as f64;
    ratio(p_a / p_b, variance, level)
}

/// Returns the sample odds ratio with the logarithmic interval of Woolf (1955).
///
/// A zero among the four cells leaves the limits `ZeroCell`; the ratio itself is 0, or `ZeroCell` where it divides
/// by the zero.
pub fn odds_ratio_woolf(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let (a, b) = (table.events_a as f64, (table.n_a - table.events_a) as f64);
    let (c, d) = (table.events_b as f64, (table.n_b - table.events_b) as f64);
    if a + c == 0.0 || b + d == 0.0 {
        return Ok(effect_without(Err(NotEstimable::NoEvents), NotEstimable::NoEvents));
    }
    if b * c == 0.0 {
        return Ok(effect_without(Err(NotEstimable::ZeroCell), NotEstimable::ZeroCell));
    }
    if a * d == 0.0 {
        return Ok(effect_without(Ok(0.0), NotEstimable::ZeroCell));
    }
    ratio(a * d / (b * c), 1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d, level)
}

fn ratio(estimate: f64, log_variance: f64, level: f64) -> Result<Effect, NotEstimable> {
    if log_variance <= 0.0 {
        return Ok(effect_without(Ok(estimate), NotEstimable::ZeroVariance));
    }
    let standard_error = log_variance.sqrt();
    let factor = libm::exp(normal_multiplier(level)? * standard_error);
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: Ok(standard_error),
        lower: Ok(estimate / factor),
        upper: Ok(estimate * factor),
    })
}

fn without_events(events_a: u64, events_b: u64) -> Option<Effect> {
    match (events_a, events_b) {
        (0, 0) => Some(effect_without(Err(NotEstimable::NoEvents), NotEstimable::NoEvents)),
        (0, _) => Some(effect_without(Ok(0.0), NotEstimable::ZeroCell)),
        (_, 0) => Some(effect_without(Err(NotEstimable::ZeroCell), NotEstimable::ZeroCell)),
        _ => None,
    }
}

fn effect_without(estimate: Value, reason: NotEstimable) -> Effect {
    Effect { estimate, standard_error: Err(reason), lower: Err(reason), upper: Err(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Newcombe (1998b), table II, example (a): 56/70 against 48/80.
    const PUBLISHED: TwoProportions = TwoProportions { events_a: 56, n_a: 70, events_b: 48, n_b: 80 };

    fn four_decimals(effect: Effect) -> (String, String) {
        (format!("{:.4}", effect.lower.expect("lower")), format!("{:.4}", effect.upper.expect("upper")))
    }

    #[test]
    fn published_intervals() {
        let wald = risk_difference_wald(PUBLISHED, 0.95).expect("estimable");
        assert_eq!(four_decimals(wald), ("0.0575".into(), "0.3425".into()));
        let newcombe = risk_difference_newcombe(PUBLISHED, 0.95).expect("estimable");
        assert_eq!(four_decimals(newcombe), ("0.0524".into(), "0.3339".into()));
    }

    #[test]
    fn zero_cells() {
        let none = TwoProportions { events_a: 0, n_a: 10, events_b: 0, n_b: 10 };
        assert_eq!(risk_ratio_katz(none, 0.95).expect("defined").estimate, Err(NotEstimable::NoEvents));
        assert_eq!(risk_difference_wald(none, 0.95).expect("defined").lower, Err(NotEstimable::ZeroVariance));
        assert!(risk_difference_newcombe(none, 0.95).expect("defined").lower.is_ok());
        let first = TwoProportions { events_a: 0, n_a: 10, events_b: 3, n_b: 10 };
        assert_eq!(risk_ratio_katz(first, 0.95).expect("defined").estimate, Ok(0.0));
        assert_eq!(odds_ratio_woolf(first, 0.95).expect("defined").upper, Err(NotEstimable::ZeroCell));
    }
}
