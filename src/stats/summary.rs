//! Summary statistics of one list of values.

use super::distribution::t_multiplier;
use super::reason::{Interval, NotEstimable, Value, check_finite, check_level, finite};
use super::sum::{mean, squared_deviations};

/// Definition of a sample quantile (Hyndman & Fan 1996, types 1 to 9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuantileType {
    /// Inverse of the empirical distribution function (SAS PCTLDEF=3).
    Type1,
    /// As type 1, averaging where the distribution function is flat (SAS default, PCTLDEF=5).
    Type2,
    /// Nearest even order statistic (SAS PCTLDEF=2).
    Type3,
    /// Linear interpolation of the empirical distribution function (SAS PCTLDEF=1).
    Type4,
    /// Piecewise linear, knots midway through the steps.
    Type5,
    /// Knots at p = k/(n+1) (SAS PCTLDEF=4, SPSS, Minitab).
    Type6,
    /// Knots at p = (k-1)/(n-1) (default of R).
    Type7,
    /// Approximately median-unbiased, whatever the distribution.
    Type8,
    /// Approximately unbiased for normal order statistics.
    Type9,
}

/// Summary of one list of values; each number carries its own reason where it cannot be computed.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// Number of values.
    pub n: usize,
    /// Arithmetic mean, in the unit of the values.
    pub mean: Value,
    /// Standard deviation with divisor n - 1, in the unit of the values.
    pub standard_deviation: Value,
    /// Standard error of the mean, in the unit of the values.
    pub standard_error: Value,
    /// t interval of the mean; without variation it has width 0.
    pub mean_interval: Result<Interval, NotEstimable>,
    /// Median (mean of the two middle values where n is even).
    pub median: Value,
    /// First quartile by the type asked for.
    pub first_quartile: Value,
    /// Third quartile by the type asked for.
    pub third_quartile: Value,
    /// Smallest value.
    pub minimum: Value,
    /// Largest value.
    pub maximum: Value,
}

/// Returns the summary of the values; `level` is the confidence level of the interval of the mean.
///
/// Errors: a value that is not finite, a level outside 0..1. No values give a summary whose numbers are
/// `TooFewValues`.
pub fn summarise(values: &[f64], quantile_type: QuantileType, level: f64) -> Result<Summary, NotEstimable> {
    check_finite(values)?;
    check_level(level)?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let n = values.len();
    let mean = mean(values).ok_or(NotEstimable::TooFewValues);
    let standard_deviation = standard_deviation(values);
    let standard_error = standard_deviation.map(|sd| sd / (n as f64).sqrt());
    let mean_interval = (|| {
        let half = t_multiplier(level, n as f64 - 1.0).map_err(|_| NotEstimable::TooFewValues)? * standard_error?;
        Ok(Interval { lower: mean? - half, upper: mean? + half })
    })();
    let edge = |value: Option<&f64>| value.copied().ok_or(NotEstimable::TooFewValues);
    Ok(Summary {
        n,
        mean,
        standard_deviation,
        standard_error,
        mean_interval,
        median: sorted_quantile(&sorted, 0.5, QuantileType::Type2),
        first_quartile: sorted_quantile(&sorted, 0.25, quantile_type),
        third_quartile: sorted_quantile(&sorted, 0.75, quantile_type),
        minimum: edge(sorted.first()),
        maximum: edge(sorted.last()),
    })
}

/// Returns the standard deviation with divisor n - 1; fewer than two values are `TooFewValues`.
pub fn standard_deviation(values: &[f64]) -> Value {
    check_finite(values)?;
    if values.len() < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    let squares = squared_deviations(values).ok_or(NotEstimable::TooFewValues)?;
    finite((squares / (values.len() as f64 - 1.0)).sqrt())
}

/// Returns the quantile of probability `p` (0..=1), in the unit of the values.
///
/// Errors: no values, a value that is not finite, `p` outside 0..=1.
pub fn quantile(values: &[f64], p: f64, quantile_type: QuantileType) -> Value {
    check_finite(values)?;
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted_quantile(&sorted, p, quantile_type)
}

/// Hyndman & Fan (1996), "Sample quantiles in statistical packages", table 1; a position within 4 units of the last
/// place of a whole number counts as whole.
fn sorted_quantile(sorted: &[f64], p: f64, quantile_type: QuantileType) -> Value {
    if !(0.0..=1.0).contains(&p) {
        return Err(NotEstimable::InvalidArgument);
    }
    if sorted.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    let n = sorted.len() as f64;
    let fuzz = 4.0 * f64::EPSILON;
    let (alpha, beta) = match quantile_type {
        QuantileType::Type1 | QuantileType::Type2 | QuantileType::Type3 => (0.0, 0.0),
        QuantileType::Type4 => (0.0, 1.0),
        QuantileType::Type5 => (0.5, 0.5),
        QuantileType::Type6 => (0.0, 0.0),
        QuantileType::Type7 => (1.0, 1.0),
        QuantileType::Type8 => (1.0 / 3.0, 1.0 / 3.0),
        QuantileType::Type9 => (3.0 / 8.0, 3.0 / 8.0),
    };
    let position = match quantile_type {
        QuantileType::Type1 | QuantileType::Type2 => n * p,
        QuantileType::Type3 => n * p - 0.5,
        _ => alpha + p * (n + 1.0 - alpha - beta),
    };
    let whole = (position + fuzz).floor();
    let is_whole = (position - whole).abs() <= fuzz;
    let weight = match quantile_type {
        QuantileType::Type1 => f64::from(!is_whole),
        QuantileType::Type2 => {
            if is_whole {
                0.5
            } else {
                1.0
            }
        }
        QuantileType::Type3 => f64::from(!(is_whole && whole.rem_euclid(2.0) == 0.0)),
        _ => {
            if is_whole {
                0.0
            } else {
                position - whole
            }
        }
    };
    // Positions below the first and above the last value repeat the edge.
    let at = |index: f64| sorted[(index.clamp(1.0, n) - 1.0) as usize];
    let (low, high) = (at(whole), at(whole + 1.0));
    Ok(match weight {
        0.0 => low,
        1.0 => high,
        w if low == high => low + 0.0 * w,
        w => (1.0 - w) * low + w * high,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_one_to_ten() {
        let values: Vec<f64> = (1..=10).map(f64::from).collect();
        let quartile = |t| quantile(&values, 0.25, t);
        assert_eq!(quartile(QuantileType::Type1), Ok(3.0));
        assert_eq!(quartile(QuantileType::Type2), Ok(3.0));
        assert_eq!(quartile(QuantileType::Type6), Ok(2.75));
        assert_eq!(quartile(QuantileType::Type7), Ok(3.25));
        assert_eq!(quantile(&values, 0.5, QuantileType::Type2), Ok(5.5));
    }

    #[test]
    fn few_values() {
        let none = summarise(&[], QuantileType::Type2, 0.95).expect("no values are no error");
        assert_eq!(
            (none.n, none.mean, none.median),
            (0, Err(NotEstimable::TooFewValues), Err(NotEstimable::TooFewValues))
        );
        let one = summarise(&[4.0], QuantileType::Type2, 0.95).expect("one value");
        assert_eq!((one.mean, one.median), (Ok(4.0), Ok(4.0)));
        assert_eq!(one.standard_deviation, Err(NotEstimable::TooFewValues));
        assert_eq!(one.mean_interval, Err(NotEstimable::TooFewValues));
        let equal = summarise(&[4.0; 3], QuantileType::Type7, 0.95).expect("equal values");
        assert_eq!(equal.mean_interval, Ok(Interval { lower: 4.0, upper: 4.0 }));
        assert_eq!(summarise(&[f64::NAN], QuantileType::Type7, 0.95), Err(NotEstimable::NotFinite));
    }
}
