//! Geometric mean, geometric coefficient of variation and ratios of geometric means, by t methods on logarithms.
//!
//! Kirkwood (1979), "Geometric means and measures of dispersion", Biometrics 35. All values must be positive: a
//! value of zero or below is `InvalidArgument`, since the logarithm is not defined and no constant is added here.

use super::distribution::t_multiplier;
use super::reason::{Interval, NotEstimable, Value, check_finite, check_level, finite};
use super::sum::{mean, squared_deviations};
use super::t_test::{TTest, Variances, one_sample_t_test, two_sample_t_test};

/// Geometric summary of one list of positive values; each number carries its own reason.
#[derive(Debug, Clone, PartialEq)]
pub struct GeometricSummary {
    /// Number of values.
    pub n: usize,
    /// Geometric mean, in the unit of the values.
    pub mean: Value,
    /// Geometric standard deviation, exp of the standard deviation of the natural logarithms; a factor.
    pub standard_deviation: Value,
    /// Geometric coefficient of variation sqrt(exp(s^2) - 1), as a fraction (multiply by 100 for percent).
    pub coefficient_of_variation: Value,
    /// t interval of the mean of the logarithms, taken back; without variation it has width 0.
    pub mean_interval: Result<Interval, NotEstimable>,
}

/// A ratio of geometric means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GeometricRatio {
    /// First over second geometric mean.
    pub ratio: f64,
    /// t interval of the ratio, on the logarithmic scale.
    pub interval: Interval,
    /// The t test on natural logarithms that it comes from; its p-value tests a ratio of 1.
    pub log_test: TTest,
}

/// Returns the geometric summary; `level` is the confidence level of the interval of the mean.
///
/// Errors: a value not above zero (`InvalidArgument`) or not finite, a level outside 0..1. No values give a summary
/// whose numbers are `TooFewValues`.
pub fn geometric_summary(values: &[f64], level: f64) -> Result<GeometricSummary, NotEstimable> {
    check_level(level)?;
    let logs = logarithms(values)?;
    let n = logs.len();
    let centre = mean(&logs).ok_or(NotEstimable::TooFewValues);
    let variance = match squared_deviations(&logs) {
        Some(squares) if n > 1 => Ok(squares / (n as f64 - 1.0)),
        _ => Err(NotEstimable::TooFewValues),
    };
    let mean_interval = (|| {
        let half = (variance? / n as f64).sqrt() * t_multiplier(level, n as f64 - 1.0)?;
        Ok(Interval { lower: finite(libm::exp(centre? - half))?, upper: finite(libm::exp(centre? + half))? })
    })();
    Ok(GeometricSummary {
        n,
        mean: centre.map(libm::exp),
        standard_deviation: variance.and_then(|v| finite(libm::exp(v.sqrt()))),
        coefficient_of_variation: variance.and_then(|v| finite(libm::expm1(v).sqrt())),
        mean_interval,
    })
}

/// Returns the ratio of the geometric means of two independent samples.
///
/// Errors: a value not above zero (`InvalidArgument`); otherwise as [`two_sample_t_test`] on the logarithms.
pub fn geometric_mean_ratio(
    a: &[f64],
    b: &[f64],
    variances: Variances,
    level: f64,
) -> Result<GeometricRatio, NotEstimable> {
    ratio_of(two_sample_t_test(&logarithms(a)?, &logarithms(b)?, variances, level)?)
}

/// Returns the ratio of the geometric means of pairs, first over second (the geometric mean of the ratios).
///
/// Errors: lists of different length or a value not above zero (`InvalidArgument`); otherwise as
/// [`one_sample_t_test`] on the differences of logarithms.
pub fn paired_geometric_mean_ratio(a: &[f64], b: &[f64], level: f64) -> Result<GeometricRatio, NotEstimable> {
    if a.len() != b.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    let differences: Vec<f64> = logarithms(a)?.iter().zip(logarithms(b)?).map(|(x, y)| x - y).collect();
    ratio_of(one_sample_t_test(&differences, 0.0, level)?)
}

fn logarithms(values: &[f64]) -> Result<Vec<f64>, NotEstimable> {
    check_finite(values)?;
    if values.iter().any(|v| *v <= 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    Ok(values.iter().map(|v| libm::log(*v)).collect())
}

fn ratio_of(log_test: TTest) -> Result<GeometricRatio, NotEstimable> {
    Ok(GeometricRatio {
        ratio: finite(libm::exp(log_test.estimate))?,
        interval: Interval {
            lower: finite(libm::exp(log_test.interval.lower))?,
            upper: finite(libm::exp(log_test.interval.upper))?,
        },
        log_test,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(actual: f64, expected: f64) {
        assert!((actual / expected - 1.0).abs() < 1e-13, "{actual} is not {expected}");
    }

    #[test]
    fn by_hand() {
        // Logarithms to base 2 are 0, 1, 2: mean 1, standard deviation 1.
        let summary = geometric_summary(&[1.0, 2.0, 4.0], 0.95).expect("defined");
        close(summary.mean.expect("defined"), 2.0);
        close(summary.standard_deviation.expect("defined"), 2.0);
        let ln2 = std::f64::consts::LN_2;
        close(summary.coefficient_of_variation.expect("defined"), ((ln2 * ln2).exp() - 1.0).sqrt());
    }

    #[test]
    fn swapping_inverts_and_units_cancel() {
        let (a, b) = ([1.2, 3.4, 2.2, 5.0], [0.7, 2.9, 1.1]);
        let forth = geometric_mean_ratio(&a, &b, Variances::Unequal, 0.9).expect("defined");
        let back = geometric_mean_ratio(&b, &a, Variances::Unequal, 0.9).expect("defined");
        close(forth.ratio, 1.0 / back.ratio);
        close(forth.interval.lower, 1.0 / back.interval.upper);
        close(forth.log_test.p_two_sided, back.log_test.p_two_sided);
        let scaled = geometric_mean_ratio(&a.map(|v| v * 1000.0), &b.map(|v| v * 1000.0), Variances::Unequal, 0.9);
        close(scaled.expect("defined").ratio, forth.ratio);
    }

    #[test]
    fn reasons() {
        assert_eq!(geometric_summary(&[1.0, 0.0], 0.95), Err(NotEstimable::InvalidArgument));
        let none = geometric_summary(&[], 0.95).expect("no values are no error");
        assert_eq!((none.n, none.mean), (0, Err(NotEstimable::TooFewValues)));
        let one = geometric_summary(&[3.0], 0.95).expect("one value");
        close(one.mean.expect("defined"), 3.0);
        assert_eq!(one.coefficient_of_variation, Err(NotEstimable::TooFewValues));
        let equal = geometric_summary(&[3.0; 4], 0.95).expect("equal values");
        assert_eq!(equal.coefficient_of_variation, Ok(0.0));
        let flat = geometric_mean_ratio(&[2.0; 3], &[3.0; 3], Variances::Equal, 0.95);
        assert_eq!(flat, Err(NotEstimable::ZeroVariance));
        assert_eq!(paired_geometric_mean_ratio(&[1.0], &[1.0, 2.0], 0.95), Err(NotEstimable::InvalidArgument));
    }
}
