//! Student's t tests: one sample or paired differences, two samples with equal or unequal variances.

use super::distribution::{t_multiplier, t_two_sided};
use super::reason::{Interval, NotEstimable, check_finite, check_level};
use super::sum::{mean, squared_deviations};

/// What is assumed of the two variances.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variances {
    /// One common variance (Student).
    Equal,
    /// Two variances, degrees of freedom by Satterthwaite (1946) and Welch (1947).
    Unequal,
}

/// A t test of a mean or of a difference of means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TTest {
    /// Mean (one sample) or mean of the first minus mean of the second sample, in the unit of the values.
    pub estimate: f64,
    /// Standard error of the estimate, in the unit of the values.
    pub standard_error: f64,
    /// Degrees of freedom, fractional for unequal variances.
    pub df: f64,
    /// Estimate (minus the value tested) over standard error.
    pub t: f64,
    /// Two-sided p-value.
    pub p_two_sided: f64,
    /// t interval of the estimate.
    pub interval: Interval,
}

/// Returns the t test of `mean = null_mean`; for pairs, pass the differences.
///
/// Errors: fewer than two values, all values equal, a value that is not finite, a level outside 0..1.
pub fn one_sample_t_test(values: &[f64], null_mean: f64, level: f64) -> Result<TTest, NotEstimable> {
    check_finite(values)?;
    if values.len() < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    let (centre, variance) = moments(values)?;
    let standard_error = (variance / values.len() as f64).sqrt();
    t_result(centre, null_mean, standard_error, centre.abs(), values.len() as f64 - 1.0, level)
}

/// Returns the t test of the difference of the means of `a` and `b`.
///
/// Errors: an empty group; too few values for the variance (two in all for equal variances with three or more
/// values together, two in each for unequal variances); no variation; a value that is not finite; a level outside
/// 0..1.
pub fn two_sample_t_test(a: &[f64], b: &[f64], variances: Variances, level: f64) -> Result<TTest, NotEstimable> {
    check_finite(a)?;
    check_finite(b)?;
    if a.is_empty() || b.is_empty() {
        return Err(NotEstimable::EmptyGroup);
    }
    let (n_a, n_b) = (a.len() as f64, b.len() as f64);
    let (mean_a, variance_a) = moments(a)?;
    let (mean_b, variance_b) = moments(b)?;
    let (standard_error, df) = match variances {
        Variances::Equal => {
            let df = n_a + n_b - 2.0;
            if df < 1.0 {
                return Err(NotEstimable::TooFewValues);
            }
            let pooled = ((n_a - 1.0) * variance_a + (n_b - 1.0) * variance_b) / df;
            ((pooled * (1.0 / n_a + 1.0 / n_b)).sqrt(), df)
        }
        Variances::Unequal => {
            if a.len() < 2 || b.len() < 2 {
                return Err(NotEstimable::TooFewValues);
            }
            let (part_a, part_b) = (variance_a / n_a, variance_b / n_b);
            let total = part_a + part_b;
            // Welch (1947), eq. 28, in shares so that tiny variances do not underflow.
            let (share_a, share_b) = if total > 0.0 { (part_a / total, part_b / total) } else { (0.5, 0.5) };
            (total.sqrt(), 1.0 / (share_a * share_a / (n_a - 1.0) + share_b * share_b / (n_b - 1.0)))
        }
    };
    t_result(mean_a - mean_b, 0.0, standard_error, mean_a.abs().max(mean_b.abs()), df, level)
}

/// Mean and variance (0 for a single value).
fn moments(values: &[f64]) -> Result<(f64, f64), NotEstimable> {
    let centre = mean(values).ok_or(NotEstimable::TooFewValues)?;
    let squares = squared_deviations(values).ok_or(NotEstimable::TooFewValues)?;
    let variance = if values.len() < 2 { 0.0 } else { squares / (values.len() as f64 - 1.0) };
    if !(centre.is_finite() && variance.is_finite()) {
        return Err(NotEstimable::NotFinite);
    }
    Ok((centre, variance))
}

fn t_result(
    estimate: f64,
    null: f64,
    standard_error: f64,
    magnitude: f64,
    df: f64,
    level: f64,
) -> Result<TTest, NotEstimable> {
    check_level(level)?;
    // Below this the variation is rounding error of the values themselves.
    if standard_error <= 10.0 * f64::EPSILON * magnitude {
        return Err(NotEstimable::ZeroVariance);
    }
    let t = (estimate - null) / standard_error;
    let half = t_multiplier(level, df)? * standard_error;
    Ok(TTest {
        estimate,
        standard_error,
        df,
        t,
        p_two_sided: t_two_sided(t, df)?,
        interval: Interval { lower: estimate - half, upper: estimate + half },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Means 2 and 4, both variances 1, n = 3: standard error sqrt(2/3), 4 degrees of freedom.
        let test = two_sample_t_test(&[1.0, 2.0, 3.0], &[3.0, 4.0, 5.0], Variances::Equal, 0.95).expect("estimable");
        assert_eq!((test.estimate, test.df), (-2.0, 4.0));
        assert!((test.standard_error - (2.0f64 / 3.0).sqrt()).abs() < 1e-15);
        let welch = two_sample_t_test(&[1.0, 2.0, 3.0], &[3.0, 4.0, 5.0], Variances::Unequal, 0.95).expect("estimable");
        assert!((welch.df - 4.0).abs() < 1e-14);
    }

    #[test]
    fn reasons() {
        let welch = |a: &[f64], b: &[f64]| two_sample_t_test(a, b, Variances::Unequal, 0.95).err();
        assert_eq!(welch(&[], &[1.0, 2.0]), Some(NotEstimable::EmptyGroup));
        assert_eq!(welch(&[1.0], &[1.0, 2.0]), Some(NotEstimable::TooFewValues));
        assert_eq!(welch(&[1.0, 1.0], &[2.0, 2.0]), Some(NotEstimable::ZeroVariance));
        assert!(two_sample_t_test(&[1.0], &[1.0, 2.0], Variances::Equal, 0.95).is_ok());
        assert_eq!(one_sample_t_test(&[2.0, 2.0], 0.0, 0.95), Err(NotEstimable::ZeroVariance));
    }
}
