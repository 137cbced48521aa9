//! Further intervals of a risk difference: corrected Wald, Agresti-Caffo, corrected Newcombe, Hauck-Anderson.
//!
//! Wald and Newcombe without correction are in [`super::two_proportions`], Miettinen-Nurminen in
//! [`super::miettinen_nurminen`], the exact one in [`super::exact_risk_difference`]. Limits are not cut at -1 and 1.

use super::distribution::normal_multiplier;
use super::proportion_interval::wilson_corrected_interval;
use super::reason::NotEstimable;
use super::two_proportions::{Effect, TwoProportions};

/// Size of the continuity correction of a Wald interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DifferenceCorrection {
    /// Half of 1/n_a + 1/n_b (SAS PROC FREQ `RISKDIFF(CORRECT)`; Fleiss 1981).
    Full,
    /// The same, but no more than the difference itself (R `prop.test`).
    Bounded,
}

/// Returns the risk difference with its Wald interval widened by a continuity correction.
///
/// The standard error is the uncorrected one, `ZeroVariance` where it is 0; the interval exists there too.
pub fn risk_difference_wald_corrected(
    table: TwoProportions,
    level: f64,
    correction: DifferenceCorrection,
) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let estimate = difference(table);
    let (n_a, n_b) = (table.n_a as f64, table.n_b as f64);
    let full = 0.5 * (1.0 / n_a + 1.0 / n_b);
    let shift = match correction {
        DifferenceCorrection::Full => full,
        DifferenceCorrection::Bounded => full.min(estimate.abs()),
    };
    let (p_a, p_b) = table.proportions();
    let variance = p_a * (1.0 - p_a) / n_a + p_b * (1.0 - p_b) / n_b;
    let half = normal_multiplier(level)? * variance.sqrt() + shift;
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: if variance > 0.0 { Ok(variance.sqrt()) } else { Err(NotEstimable::ZeroVariance) },
        lower: Ok(estimate - half),
        upper: Ok(estimate + half),
    })
}

/// Returns the risk difference with the interval of Agresti & Caffo (2000): Wald after one event and one non-event
/// are added to each group, at any level.
///
/// The estimate is the plain difference, which is not the middle of the interval; there is no standard error.
pub fn risk_difference_agresti_caffo(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let (n_a, n_b) = (table.n_a as f64 + 2.0, table.n_b as f64 + 2.0);
    let (p_a, p_b) = ((table.events_a as f64 + 1.0) / n_a, (table.events_b as f64 + 1.0) / n_b);
    let half = normal_multiplier(level)? * (p_a * (1.0 - p_a) / n_a + p_b * (1.0 - p_b) / n_b).sqrt();
    Ok(Effect {
        estimate: Ok(difference(table)),
        standard_error: Err(NotEstimable::NotDefined),
        lower: Ok(p_a - p_b - half),
        upper: Ok(p_a - p_b + half),
    })
}

/// Returns the risk difference with Newcombe's hybrid score interval with continuity correction (1998b, method 11).
pub fn risk_difference_newcombe_corrected(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let (p_a, p_b) = table.proportions();
    let z = normal_multiplier(level)?;
    let a = wilson_corrected_interval(table.events_a, table.n_a, z);
    let b = wilson_corrected_interval(table.events_b, table.n_b, z);
    let estimate = difference(table);
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: Err(NotEstimable::NotDefined),
        lower: Ok(estimate - libm::hypot(p_a - a.lower, b.upper - p_b)),
        upper: Ok(estimate + libm::hypot(a.upper - p_a, p_b - b.lower)),
    })
}

/// Returns the risk difference with the interval of Hauck & Anderson (1986): variances over n - 1, widened by
/// 1/(2 min(n_a, n_b)).
///
/// A group of one is `TooFewValues`.
pub fn risk_difference_hauck_anderson(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let (n_a, n_b) = (table.n_a as f64, table.n_b as f64);
    if table.n_a < 2 || table.n_b < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    let (p_a, p_b) = table.proportions();
    let variance = p_a * (1.0 - p_a) / (n_a - 1.0) + p_b * (1.0 - p_b) / (n_b - 1.0);
    let half = normal_multiplier(level)? * variance.sqrt() + 0.5 / n_a.min(n_b);
    let estimate = difference(table);
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: if variance > 0.0 { Ok(variance.sqrt()) } else { Err(NotEstimable::ZeroVariance) },
        lower: Ok(estimate - half),
        upper: Ok(estimate + half),
    })
}

/// The difference over the common denominator, so that equal proportions give exactly 0.
fn difference(table: TwoProportions) -> f64 {
    let (n_a, n_b) = (table.n_a as f64, table.n_b as f64);
    (table.events_a as f64 * n_b - table.events_b as f64 * n_a) / (n_a * n_b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapped_groups_negate() {
        let table = TwoProportions { events_a: 5, n_a: 56, events_b: 0, n_b: 29 };
        let turned = TwoProportions { events_a: 0, n_a: 29, events_b: 5, n_b: 56 };
        let full = |t, l| risk_difference_wald_corrected(t, l, DifferenceCorrection::Full);
        let methods: [&dyn Fn(TwoProportions, f64) -> Result<Effect, NotEstimable>; 4] = [
            &full,
            &risk_difference_agresti_caffo,
            &risk_difference_newcombe_corrected,
            &risk_difference_hauck_anderson,
        ];
        for method in methods {
            let (one, other) = (method(table, 0.9).expect("defined"), method(turned, 0.9).expect("defined"));
            assert!((one.lower.expect("lower") + other.upper.expect("upper")).abs() < 1e-14);
            assert!((one.estimate.expect("one") + other.estimate.expect("other")).abs() < 1e-15);
        }
    }

    #[test]
    fn corrections_and_degenerate_tables() {
        let equal = TwoProportions { events_a: 2, n_a: 6, events_b: 3, n_b: 9 };
        let width = |c| {
            let e = risk_difference_wald_corrected(equal, 0.95, c).expect("defined");
            (e.estimate.expect("estimate"), e.upper.expect("upper"))
        };
        let ((estimate, bounded), (_, full)) =
            (width(DifferenceCorrection::Bounded), width(DifferenceCorrection::Full));
        assert_eq!(estimate, 0.0);
        assert!((full - bounded - 0.5 * (1.0 / 6.0 + 1.0 / 9.0)).abs() < 1e-15);
        let none = TwoProportions { events_a: 0, n_a: 10, events_b: 0, n_b: 10 };
        let effect = risk_difference_wald_corrected(none, 0.95, DifferenceCorrection::Full).expect("defined");
        assert_eq!((effect.standard_error, effect.upper), (Err(NotEstimable::ZeroVariance), Ok(0.1)));
        let single = TwoProportions { events_a: 0, n_a: 1, events_b: 0, n_b: 10 };
        assert_eq!(risk_difference_hauck_anderson(single, 0.95), Err(NotEstimable::TooFewValues));
    }
}
