//! Two one-sided tests of equivalence for means, geometric means and proportions.
//!
//! Schuirmann (1987), "A comparison of the two one-sided tests procedure and the power approach", J Pharmacokin
//! Biopharm 15. Equivalence at alpha is the same as the interval of level 1 - 2 alpha within the bounds.

use super::distribution::{t, t_multiplier};
use super::farrington_manning::{risk_difference_farrington_manning, risk_difference_test};
use super::reason::{Interval, NotEstimable, check_finite};
use super::t_test::{Variances, two_sample_t_test};
use super::two_proportions::TwoProportions;

/// Bounds between which an effect counts as equivalent, and the one-sided level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Equivalence {
    /// Lower bound, on the scale of the effect.
    pub lower: f64,
    /// Upper bound, on the scale of the effect.
    pub upper: f64,
    /// Level of each of the two tests, for example 0.05.
    pub alpha: f64,
}

/// Two one-sided tests.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TwoOneSidedTests {
    /// The effect: a difference, or a ratio of geometric means.
    pub estimate: f64,
    /// Statistic of the test that the effect is above the lower bound (t or standard normal).
    pub statistic_lower: f64,
    /// Statistic of the test that the effect is below the upper bound; negative supports it.
    pub statistic_upper: f64,
    /// p-value of an effect above the lower bound.
    pub p_lower: f64,
    /// p-value of an effect below the upper bound.
    pub p_upper: f64,
    /// p-value of equivalence: the larger of the two.
    pub p: f64,
    /// Interval of level 1 - 2 alpha.
    pub interval: Interval,
    /// Whether both tests are below alpha.
    pub equivalent: bool,
}

impl Equivalence {
    fn check(self) -> Result<(), NotEstimable> {
        check_finite(&[self.lower, self.upper])?;
        if self.lower < self.upper && self.alpha > 0.0 && self.alpha < 0.5 {
            Ok(())
        } else {
            Err(NotEstimable::InvalidArgument)
        }
    }

    fn decide(self, estimate: f64, lower: (f64, f64), upper: (f64, f64), interval: Interval) -> TwoOneSidedTests {
        let p = lower.1.max(upper.1);
        TwoOneSidedTests {
            estimate,
            statistic_lower: lower.0,
            statistic_upper: upper.0,
            p_lower: lower.1,
            p_upper: upper.1,
            p,
            interval,
            equivalent: p < self.alpha,
        }
    }
}

/// Returns the tests of any estimate with a t distribution, for example a difference of least squares means.
///
/// Errors: bounds out of order, alpha outside 0..0.5, a standard error or degrees of freedom that are not positive.
pub fn equivalence_of_estimate(
    estimate: f64,
    standard_error: f64,
    df: f64,
    bounds: Equivalence,
) -> Result<TwoOneSidedTests, NotEstimable> {
    bounds.check()?;
    check_finite(&[estimate, standard_error])?;
    if standard_error <= 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    let (above, below) = ((estimate - bounds.lower) / standard_error, (estimate - bounds.upper) / standard_error);
    let half = t_multiplier(1.0 - 2.0 * bounds.alpha, df)? * standard_error;
    let interval = Interval { lower: estimate - half, upper: estimate + half };
    check_finite(&[above, below, interval.lower, interval.upper])?;
    Ok(bounds.decide(estimate, (above, t(above, df)?.upper), (below, t(below, df)?.lower), interval))
}

/// Returns the tests of the difference of the means of `a` and `b`; errors as of the t test and the bounds.
pub fn equivalence_of_means(
    a: &[f64],
    b: &[f64],
    variances: Variances,
    bounds: Equivalence,
) -> Result<TwoOneSidedTests, NotEstimable> {
    bounds.check()?;
    let test = two_sample_t_test(a, b, variances, 0.95)?;
    equivalence_of_estimate(test.estimate, test.standard_error, test.df, bounds)
}

/// Returns the tests of the ratio of the geometric means of `a` and `b`, on the log scale; bounds are ratios.
///
/// Errors: as [`equivalence_of_means`]; values or bounds that are not positive.
pub fn equivalence_of_geometric_means(
    a: &[f64],
    b: &[f64],
    variances: Variances,
    bounds: Equivalence,
) -> Result<TwoOneSidedTests, NotEstimable> {
    bounds.check()?;
    check_finite(a)?;
    check_finite(b)?;
    if bounds.lower <= 0.0 || a.iter().chain(b).any(|v| *v <= 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    let logs = |values: &[f64]| -> Vec<f64> { values.iter().map(|v| libm::log(*v)).collect() };
    let log_bounds = Equivalence { lower: libm::log(bounds.lower), upper: libm::log(bounds.upper), ..bounds };
    let tests = equivalence_of_means(&logs(a), &logs(b), variances, log_bounds)?;
    let interval = Interval { lower: libm::exp(tests.interval.lower), upper: libm::exp(tests.interval.upper) };
    if !interval.upper.is_finite() {
        return Err(NotEstimable::Unbounded);
    }
    Ok(TwoOneSidedTests { estimate: libm::exp(tests.estimate), interval, ..tests })
}

/// Returns the tests of the difference of two proportions by Farrington & Manning, bounds within -1..1.
///
/// The interval inverts the same tests. Errors: as [`risk_difference_test`] and of the bounds.
pub fn equivalence_of_proportions(
    table: TwoProportions,
    bounds: Equivalence,
) -> Result<TwoOneSidedTests, NotEstimable> {
    bounds.check()?;
    let above = risk_difference_test(table, bounds.lower)?.test;
    let below = risk_difference_test(table, bounds.upper)?.test;
    let effect = risk_difference_farrington_manning(table, 1.0 - 2.0 * bounds.alpha)?;
    let interval = Interval { lower: effect.lower?, upper: effect.upper? };
    Ok(bounds.decide(effect.estimate?, (above.z, above.p_upper), (below.z, below.p_lower), interval))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Equivalence = Equivalence { lower: -1.0, upper: 1.5, alpha: 0.05 };

    #[test]
    fn interval_and_tests_agree() {
        let a = [4.1, 5.2, 3.9, 4.8, 5.0, 4.4];
        for shift in [-2.0, -0.8, -0.4, 0.0, 0.6, 1.1, 3.0] {
            let b: Vec<f64> = [4.0, 4.9, 4.3, 5.1, 4.6].iter().map(|v| v - shift).collect();
            let tests = equivalence_of_means(&a, &b, Variances::Equal, BOUNDS).expect("defined");
            let inside = tests.interval.lower > BOUNDS.lower && tests.interval.upper < BOUNDS.upper;
            assert_eq!(tests.equivalent, inside);
            let swapped = Equivalence { lower: -BOUNDS.upper, upper: -BOUNDS.lower, ..BOUNDS };
            let other = equivalence_of_means(&b, &a, Variances::Equal, swapped).expect("defined");
            assert!((other.p - tests.p).abs() < 1e-13 && (other.p_lower - tests.p_upper).abs() < 1e-13);
        }
    }

    #[test]
    fn proportions_agree_with_their_interval() {
        let bounds = Equivalence { lower: -0.1, upper: 0.1, alpha: 0.025 };
        for events in [70, 74, 78, 80, 84, 90, 100] {
            let table = TwoProportions { events_a: events, n_a: 100, events_b: 160, n_b: 200 };
            let tests = equivalence_of_proportions(table, bounds).expect("defined");
            assert_eq!(tests.equivalent, tests.interval.lower > -0.1 && tests.interval.upper < 0.1);
        }
    }

    #[test]
    fn reasons() {
        let run = |bounds| equivalence_of_estimate(0.0, 1.0, 5.0, bounds).err();
        assert_eq!(run(Equivalence { lower: 1.0, upper: -1.0, alpha: 0.05 }), Some(NotEstimable::InvalidArgument));
        assert_eq!(run(Equivalence { alpha: 0.5, ..BOUNDS }), Some(NotEstimable::InvalidArgument));
        assert_eq!(equivalence_of_estimate(0.0, 0.0, 5.0, BOUNDS), Err(NotEstimable::ZeroVariance));
        let ratio = Equivalence { lower: 0.8, upper: 1.25, alpha: 0.05 };
        let zero = equivalence_of_geometric_means(&[1.0, 0.0], &[1.0, 2.0], Variances::Equal, ratio);
        assert_eq!(zero, Err(NotEstimable::InvalidArgument));
        let empty = equivalence_of_means(&[], &[1.0, 2.0], Variances::Equal, BOUNDS);
        assert_eq!(empty, Err(NotEstimable::EmptyGroup));
    }
}
