//! Conditional mean imputation: one completed data set, with the variance of a jackknife over subjects.
//!
//! Wolbers, Noci, Delmar, Gower-Page, Yiu & Bartlett (2022), "Standard and reference-based conditional mean imputation",
//! Pharm Stat 21; R `rbmi` with `method_condmean(type = "jackknife")`. Parameters are maximum likelihood or REML
//! estimates, missing visits get their conditional means ([`super::multiple::impute_conditional_means`]), and a linear
//! analysis of the completed data gives the estimate without Monte Carlo error. The jackknife variance is the one over
//! repeated trials; under reference-based assumptions it is smaller than the information-anchored variance of
//! [`super::rubin`]. Which of the two is meant belongs in the analysis plan.

use crate::stats::distribution::{normal_multiplier, normal_two_sided};
use crate::stats::reason::{Interval, NotEstimable, Value, check_finite, check_level, finite};
use crate::stats::sum::squared_deviations;

/// An estimate with jackknife variance.
#[derive(Debug, Clone, PartialEq)]
pub struct Jackknife {
    /// Estimate from all subjects, in its unit.
    pub estimate: f64,
    /// Square root of (n - 1)/n times the sum of squares of the estimates without one subject around their mean.
    pub standard_error: f64,
    /// Estimate over standard error.
    pub z: f64,
    /// Two-sided p-value of a zero estimate, by the normal distribution.
    pub p_two_sided: f64,
    /// Normal interval.
    pub interval: Interval,
    /// Estimates without each subject.
    pub without: Vec<f64>,
}

/// Estimates from all of `n` subjects and from all but one.
///
/// `estimate_without(None)` is the estimate from all subjects, `estimate_without(Some(i))` the one without subject i:
/// fit, imputation and analysis again. The first error of it is returned; others: `TooFewValues` below two subjects,
/// `ZeroVariance` where all estimates are equal.
pub fn jackknife(
    n: usize,
    mut estimate_without: impl FnMut(Option<usize>) -> Value,
    level: f64,
) -> Result<Jackknife, NotEstimable> {
    check_level(level)?;
    if n < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    let estimate = finite(estimate_without(None)?)?;
    let without = (0..n).map(|i| estimate_without(Some(i))).collect::<Result<Vec<f64>, NotEstimable>>()?;
    check_finite(&without)?;
    let squares = squared_deviations(&without).ok_or(NotEstimable::TooFewValues)?;
    let standard_error = finite(((n as f64 - 1.0) / n as f64 * squares).sqrt())?;
    if standard_error == 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    let z = estimate / standard_error;
    let half = normal_multiplier(level)? * standard_error;
    Ok(Jackknife {
        estimate,
        standard_error,
        z,
        p_two_sided: normal_two_sided(z),
        interval: Interval { lower: estimate - half, upper: estimate + half },
        without,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::sum::mean;

    #[test]
    fn of_a_mean_is_its_standard_error() {
        let values = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0];
        let leave = |i: Option<usize>| {
            let kept: Vec<f64> = (0..6).filter(|k| Some(*k) != i).map(|k| values[k]).collect();
            mean(&kept).ok_or(NotEstimable::TooFewValues)
        };
        let result = jackknife(6, leave, 0.95).unwrap();
        let expected = (squared_deviations(&values).unwrap() / 30.0).sqrt();
        assert!((result.standard_error - expected).abs() < 1e-14);
        assert_eq!(jackknife(1, leave, 0.95), Err(NotEstimable::TooFewValues));
        assert_eq!(jackknife(6, |_| Ok(1.0), 0.95), Err(NotEstimable::ZeroVariance));
        assert_eq!(jackknife(6, |_| Err(NotEstimable::Singular), 0.95), Err(NotEstimable::Singular));
        assert_eq!(jackknife(6, |_| Ok(f64::NAN), 0.95), Err(NotEstimable::NotFinite));
    }
}
