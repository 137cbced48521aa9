//! Coefficients of a hazard model with a covariance: hazard ratios, combinations, Wald tests.

use super::newton::inverse;
use crate::stats::distribution::{chi_square, normal_multiplier, normal_two_sided};
use crate::stats::reason::{Interval, NotEstimable, Value, check_finite, check_level, finite};
use crate::stats::sum::dot;
use nalgebra::{DMatrix, DVector};

/// A chi-square test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardTest {
    /// Test statistic.
    pub chi_square: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Upper-tail p-value.
    pub p: f64,
}

impl HazardTest {
    /// The test of a statistic that is chi-square under the null hypothesis; `Singular` without degrees of freedom.
    pub(crate) fn new(statistic: f64, df: usize) -> Result<HazardTest, NotEstimable> {
        if df == 0 {
            return Err(NotEstimable::Singular);
        }
        let (chi_square_value, df) = (finite(statistic)?.max(0.0), df as f64);
        Ok(HazardTest { chi_square: chi_square_value, df, p: chi_square(chi_square_value, df)?.upper })
    }

    /// The test of x' V^-1 x; `Singular` where V has no inverse.
    pub(crate) fn quadratic(x: &[f64], covariance: &DMatrix<f64>) -> Result<HazardTest, NotEstimable> {
        if x.is_empty() {
            return Err(NotEstimable::Singular);
        }
        let x = DVector::from_column_slice(x);
        let value = x.dot(&(well_conditioned_inverse(covariance)? * &x));
        HazardTest::new(value, x.len())
    }
}

/// Inverse of a covariance whose correlation matrix is not singular to rounding.
fn well_conditioned_inverse(covariance: &DMatrix<f64>) -> Result<DMatrix<f64>, NotEstimable> {
    let inverse = inverse(covariance)?;
    // The product is the variance inflation of each column; at 1e12 the digits are those of rounding.
    let inflation = (0..inverse.nrows()).map(|i| inverse[(i, i)] * covariance[(i, i)]);
    if inflation.into_iter().all(|v| v < 1e12) { Ok(inverse) } else { Err(NotEstimable::Singular) }
}

/// A combination of coefficients and its exponential.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HazardRatio {
    /// Logarithm of the hazard ratio (for one column: its coefficient, per unit of the column).
    pub log_ratio: f64,
    /// Standard error of the logarithm.
    pub standard_error: f64,
    /// Logarithm over its standard error.
    pub z: f64,
    /// Two-sided p-value of a ratio of 1 (Wald).
    pub p_two_sided: f64,
    /// Wald interval of the logarithm.
    pub log_interval: Interval,
    /// Hazard ratio; `NotFinite` where it overflows.
    pub ratio: Value,
    /// Wald interval of the ratio; `NotFinite` where a limit overflows.
    pub interval: Result<Interval, NotEstimable>,
}

/// Estimated coefficients, one for each column given to the fit, with one of their covariances.
#[derive(Debug, Clone, PartialEq)]
pub struct Coefficients {
    values: Vec<Value>,
    /// Columns with a value.
    estimated: Vec<usize>,
    /// Covariance of those.
    covariance: DMatrix<f64>,
}

impl Coefficients {
    /// Coefficients of the columns `estimated`; the others have a reason in `values`.
    pub(crate) fn new(values: Vec<Value>, covariance: DMatrix<f64>) -> Coefficients {
        let estimated = (0..values.len()).filter(|&j| values[j].is_ok()).collect();
        Coefficients { values, estimated, covariance }
    }

    /// Number of columns given to the fit.
    pub fn n_columns(&self) -> usize {
        self.values.len()
    }

    /// Columns with an estimate, in order.
    pub fn estimated(&self) -> &[usize] {
        &self.estimated
    }

    /// Coefficient of a column, the log hazard ratio for one unit; `Singular` where the column depends on earlier
    /// ones or does not vary among those at risk, `Separation` where it is infinite.
    pub fn coefficient(&self, column: usize) -> Value {
        self.values.get(column).copied().unwrap_or(Err(NotEstimable::InvalidArgument))
    }

    fn place(&self, column: usize) -> Result<usize, NotEstimable> {
        self.coefficient(column)?;
        Ok(self.estimated.partition_point(|&c| c < column))
    }

    /// Covariance of two coefficients; errors as [`Coefficients::coefficient`].
    pub fn covariance(&self, first: usize, second: usize) -> Value {
        Ok(self.covariance[(self.place(first)?, self.place(second)?)])
    }

    /// Hazard ratio for one unit of a column, with Wald interval.
    pub fn hazard_ratio(&self, column: usize, level: f64) -> Result<HazardRatio, NotEstimable> {
        self.coefficient(column)?;
        let unit: Vec<f64> = (0..self.values.len()).map(|j| f64::from(j == column)).collect();
        self.combination(&unit, level)
    }

    /// Combination of the coefficients with one weight for each column, for example 1 and -1 for two levels.
    ///
    /// Errors: a column with a weight but without an estimate (its reason), `ZeroVariance`, `InvalidArgument`.
    pub fn combination(&self, weights: &[f64], level: f64) -> Result<HazardRatio, NotEstimable> {
        check_level(level)?;
        check_finite(weights)?;
        if weights.len() != self.values.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        for (weight, value) in weights.iter().zip(&self.values) {
            if *weight != 0.0 {
                (*value)?;
            }
        }
        let used: Vec<f64> = self.estimated.iter().map(|&j| weights[j]).collect();
        let values: Vec<f64> = self.estimated.iter().filter_map(|&j| self.values[j].ok()).collect();
        let w = DVector::from_column_slice(&used);
        let variance = w.dot(&(&self.covariance * &w));
        if variance.is_nan() || variance <= 0.0 {
            return Err(NotEstimable::ZeroVariance);
        }
        let (log_ratio, standard_error) = (dot(&used, &values), variance.sqrt());
        let z = log_ratio / standard_error;
        let half = normal_multiplier(level)? * standard_error;
        let log_interval = Interval { lower: log_ratio - half, upper: log_ratio + half };
        Ok(HazardRatio {
            log_ratio,
            standard_error,
            z,
            p_two_sided: normal_two_sided(z),
            log_interval,
            ratio: finite(libm::exp(log_ratio)),
            interval: finite(libm::exp(log_interval.upper))
                .map(|upper| Interval { lower: libm::exp(log_interval.lower), upper }),
        })
    }

    /// Wald test that all coefficients of the columns are 0 (columns that are `Singular` are left out).
    ///
    /// Errors: `Separation` where one is infinite, `Singular` where none or their covariance is determined.
    pub fn wald_test(&self, columns: &[usize]) -> Result<HazardTest, NotEstimable> {
        let mut used = Vec::new();
        for &column in columns {
            match self.coefficient(column) {
                Ok(value) => used.push((self.place(column)?, value)),
                Err(NotEstimable::Singular) => {}
                Err(reason) => return Err(reason),
            }
        }
        let values: Vec<f64> = used.iter().map(|u| u.1).collect();
        let covariance = DMatrix::from_fn(used.len(), used.len(), |i, j| self.covariance[(used[i].0, used[j].0)]);
        HazardTest::quadratic(&values, &covariance)
    }

    /// Wald test of all columns.
    pub fn wald_test_of_all(&self) -> Result<HazardTest, NotEstimable> {
        self.wald_test(&(0..self.values.len()).collect::<Vec<_>>())
    }
}
