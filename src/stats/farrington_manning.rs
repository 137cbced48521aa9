//! Tests of two proportions against a difference or a ratio other than none, with restricted maximum likelihood.
//!
//! Farrington & Manning (1990), "Test statistics and sample size formulae for comparative binomial trials with null
//! hypothesis of non-zero risk difference or non-unity relative risk", Statistics in Medicine 9. The variance has no
//! factor N/(N-1), which Miettinen & Nurminen's has; the interval is also Mee's (1984).

use super::distribution::normal_multiplier;
use super::miettinen_nurminen::restricted_proportion;
use super::reason::{NotEstimable, finite};
use super::root::increasing_root;
use super::two_proportions::{Effect, TwoProportions};
use super::z_test::ZTest;

/// A test of a supposed effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedTest {
    /// First proportion under the hypothesis.
    pub restricted_a: f64,
    /// Second proportion under the hypothesis.
    pub restricted_b: f64,
    /// Standard error under the hypothesis, of the difference or of `p_a - ratio * p_b`.
    pub standard_error: f64,
    /// The test; `p_upper` is the one-sided p of an effect above the one supposed.
    pub test: ZTest,
}

/// Returns the test that the first proportion exceeds the second by `null`, within -1..1.
///
/// Errors: an empty group, more events than members, a difference out of range, `ZeroVariance` where both restricted
/// proportions are 0 or 1.
pub fn risk_difference_test(table: TwoProportions, null: f64) -> Result<RestrictedTest, NotEstimable> {
    table.check(0.5)?;
    finite(null)?;
    if null.abs() >= 1.0 {
        return Err(NotEstimable::InvalidArgument);
    }
    let (restricted_a, restricted_b) = restricted_pair(table, null);
    let (p_a, p_b) = table.proportions();
    result(table, restricted_a, restricted_b, 1.0, p_a - p_b - null)
}

/// Returns the test that the first proportion is `null` times the second; `null` is positive.
///
/// Errors: as [`risk_difference_test`]; `ZeroVariance` also without events where that leaves no variance.
pub fn risk_ratio_test(table: TwoProportions, null: f64) -> Result<RestrictedTest, NotEstimable> {
    table.check(0.5)?;
    if finite(null)? <= 0.0 {
        return Err(NotEstimable::InvalidArgument);
    }
    let (p_a, p_b) = table.proportions();
    let (n_a, n_b) = (table.n_a as f64, table.n_b as f64);
    let (x_a, x_b) = (table.events_a as f64, table.events_b as f64);
    // N r^2 - (ratio (n_a + x_b) + x_a + n_b) r + ratio (x_a + x_b) = 0 has the first proportion as smaller root.
    let middle = null * (n_a + x_b) + x_a + n_b;
    let product = null * (x_a + x_b);
    let discriminant = (middle * middle - 4.0 * (n_a + n_b) * product).max(0.0);
    let restricted_a = (2.0 * product / (middle + discriminant.sqrt())).min(1.0).min(null);
    result(table, restricted_a, (restricted_a / null).min(1.0), null, p_a - null * p_b)
}

/// Returns the risk difference with the limits at which the test of the difference has the normal quantile.
///
/// Defined for any counts, zero cells included; without standard error.
pub fn risk_difference_farrington_manning(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let z = normal_multiplier(level)?;
    let (p_a, p_b) = table.proportions();
    let estimate = p_a - p_b;
    let score = |null: f64| match risk_difference_test(table, null) {
        Ok(test) => test.test.z,
        // No variance left: as far from the estimate as can be.
        Err(_) => (estimate - null).signum() * 1e300,
    };
    // From the estimate to the edge of the range, as a share of the way on the logit scale.
    let limit = |edge: f64| {
        let beyond = |null: f64| -edge * score(null) - z;
        let at = |u: f64| estimate + (edge - estimate) / (1.0 + libm::exp(-u));
        if (edge - estimate).abs() < 1e-15 || beyond(edge * (1.0 - 1e-15)) < 0.0 {
            return Ok(edge);
        }
        increasing_root(|u| (beyond(at(u)), 0.0), 0.0, 1.0).map(at)
    };
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: Err(NotEstimable::NotDefined),
        lower: limit(-1.0),
        upper: limit(1.0),
    })
}

/// Both proportions at the maximum of the likelihood under the supposed difference.
fn restricted_pair(table: TwoProportions, difference: f64) -> (f64, f64) {
    let (low, high) = ((-difference).max(0.0), (1.0 - difference).min(1.0));
    let mut b = restricted_proportion(table, difference);
    let (x_a, x_b) = (table.events_a as f64, table.events_b as f64);
    let (y_a, y_b) = (table.n_a as f64 - x_a, table.n_b as f64 - x_b);
    // The trigonometric root loses digits near the ends of the range; Newton steps on the likelihood mend that.
    for _ in 0..20 {
        let a = b + difference;
        let part = |x: f64, p: f64| if x > 0.0 { x / p } else { 0.0 };
        let slope = part(x_a, a) + part(x_b, b) - part(y_a, 1.0 - a) - part(y_b, 1.0 - b);
        let curvature =
            part(x_a, a * a) + part(x_b, b * b) + part(y_a, (1.0 - a) * (1.0 - a)) + part(y_b, (1.0 - b) * (1.0 - b));
        let next = b + slope / curvature;
        if !(next > low && next < high) || (next - b).abs() <= 1e-16 * b.abs() {
            break;
        }
        b = next;
    }
    ((b + difference).clamp(0.0, 1.0), b)
}

fn result(
    table: TwoProportions,
    restricted_a: f64,
    restricted_b: f64,
    factor: f64,
    gap: f64,
) -> Result<RestrictedTest, NotEstimable> {
    let part_a = restricted_a * (1.0 - restricted_a) / table.n_a as f64;
    let part_b = factor * factor * restricted_b * (1.0 - restricted_b) / table.n_b as f64;
    let standard_error = (part_a + part_b).sqrt();
    Ok(RestrictedTest { restricted_a, restricted_b, standard_error, test: ZTest::of_estimate(gap, standard_error)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: TwoProportions = TwoProportions { events_a: 56, n_a: 70, events_b: 48, n_b: 80 };

    #[test]
    fn null_of_none_is_the_pooled_test() {
        let pooled: f64 = 104.0 / 150.0;
        let difference = risk_difference_test(TABLE, 0.0).expect("defined");
        assert!((difference.restricted_a - pooled).abs() < 1e-14 && (difference.restricted_b - pooled).abs() < 1e-14);
        let ratio = risk_ratio_test(TABLE, 1.0).expect("defined");
        assert!((ratio.test.z - difference.test.z).abs() < 1e-13);
    }

    #[test]
    fn published_interval() {
        // Newcombe (1998b), table II, example (a), Mee's method.
        let effect = risk_difference_farrington_manning(TABLE, 0.95).expect("defined");
        assert_eq!(format!("{:.4}", effect.lower.expect("lower")), "0.0533");
        assert_eq!(format!("{:.4}", effect.upper.expect("upper")), "0.3377");
    }

    #[test]
    fn swapping_groups() {
        let swapped = TwoProportions { events_a: 48, n_a: 80, events_b: 56, n_b: 70 };
        let (one, other) = (risk_difference_test(TABLE, 0.1), risk_difference_test(swapped, -0.1));
        assert!((one.expect("a").test.z + other.expect("b").test.z).abs() < 1e-12);
        let (one, other) = (risk_ratio_test(TABLE, 0.8), risk_ratio_test(swapped, 1.25));
        assert!((one.expect("a").test.z + other.expect("b").test.z).abs() < 1e-12);
    }

    #[test]
    fn zero_cells() {
        let none = TwoProportions { events_a: 0, n_a: 10, events_b: 0, n_b: 12 };
        assert_eq!(risk_difference_test(none, 0.0), Err(NotEstimable::ZeroVariance));
        assert!(risk_difference_test(none, -0.1).expect("defined").test.z > 0.0);
        assert_eq!(risk_ratio_test(none, 0.8), Err(NotEstimable::ZeroVariance));
        let effect = risk_difference_farrington_manning(none, 0.95).expect("defined");
        assert!(effect.lower.expect("lower") < 0.0 && effect.upper.expect("upper") > 0.0);
        let all = TwoProportions { events_a: 10, n_a: 10, events_b: 12, n_b: 12 };
        assert!(risk_ratio_test(all, 0.9).expect("defined").test.z > 0.0);
        assert_eq!(risk_difference_test(TABLE, 1.0), Err(NotEstimable::InvalidArgument));
        let empty = TwoProportions { n_a: 0, events_a: 0, ..TABLE };
        assert_eq!(risk_ratio_test(empty, 0.9), Err(NotEstimable::EmptyGroup));
    }
}
