//! Ordinary least squares by orthogonalisation, with detection of columns that depend on earlier ones.
//!
//! The columns are made orthonormal first (`orthonormal`), so that the squares of their lengths are never formed.

use super::anova::{FTest, f_test};
use super::distribution::{t_multiplier, t_two_sided};
use super::orthonormal::{Design, orthogonalise, project_twice};
use super::reason::{Interval, NotEstimable, Value, check_finite, check_level};
use super::sum::{dot, sum};

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct LinearModel {
    /// Number of records.
    pub n: usize,
    /// Number of independent columns.
    pub rank: usize,
    /// Residual degrees of freedom, n - rank.
    pub residual_df: f64,
    /// Residual sum of squares, in squared units of the response.
    pub residual_sum_of_squares: f64,
    design: Design,
    /// Projections of the response on the orthonormal columns.
    projections: Vec<f64>,
    coefficients: Vec<f64>,
    /// Root mean square of the response, to tell rounding from variation.
    magnitude: f64,
}

/// A linear combination of the coefficients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LinearEstimate {
    /// Estimate, in the unit of the response (per unit of the column).
    pub estimate: f64,
    /// Standard error, in the same unit.
    pub standard_error: f64,
    /// Degrees of freedom of t: the residual ones, or those of the model that made the estimate.
    pub df: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value of a zero combination.
    pub p_two_sided: f64,
    /// t interval.
    pub interval: Interval,
}

/// Fits the response on the columns (the intercept is a column of ones, given by the caller).
///
/// Errors: no records or no column, columns of different length, values that are not finite.
pub fn fit_linear_model(columns: &[Vec<f64>], response: &[f64]) -> Result<LinearModel, NotEstimable> {
    let n = response.len();
    if n == 0 || columns.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    check_finite(response)?;
    let (design, orthonormal) = orthogonalise(columns, n)?;
    let mut residuals = response.to_vec();
    let projections = project_twice(&orthonormal, &mut residuals);
    Ok(LinearModel {
        n,
        rank: design.rank(),
        residual_df: (n - design.rank()) as f64,
        residual_sum_of_squares: dot(&residuals, &residuals),
        coefficients: design.back_substitute(&projections),
        design,
        projections,
        magnitude: (dot(response, response) / n as f64).sqrt(),
    })
}

impl LinearModel {
    /// Residual variance, in squared units of the response; `TooFewValues` without residual degrees of freedom,
    /// `ZeroVariance` where the model fits perfectly.
    pub fn residual_variance(&self) -> Value {
        if self.residual_df < 1.0 {
            return Err(NotEstimable::TooFewValues);
        }
        let rounding = 10.0 * f64::EPSILON * self.magnitude;
        if self.residual_sum_of_squares <= self.n as f64 * rounding * rounding {
            return Err(NotEstimable::ZeroVariance);
        }
        Ok(self.residual_sum_of_squares / self.residual_df)
    }

    /// Share of the variation about the mean that the model explains, R²; the first column must be the intercept.
    pub fn r_squared(&self) -> Value {
        let explained = sum(self.projections.iter().skip(1).map(|p| p * p));
        let total = explained + self.residual_sum_of_squares;
        if total > 0.0 { Ok(explained / total) } else { Err(NotEstimable::ZeroVariance) }
    }

    /// Coefficient of a column, by its position; `Singular` where the column depends on earlier ones.
    pub fn coefficient(&self, column: usize) -> Value {
        Ok(self.coefficients[self.design.place(column)?])
    }

    /// Coefficients moved by the solution x of R x = steps, R the upper triangle of the decomposition: independent steps
    /// of variance s^2 move them with covariance s^2 (X'X)^-1. `Singular` where a column depends on earlier ones.
    pub fn moved_coefficients(&self, steps: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        if self.design.n_columns() > self.rank {
            return Err(NotEstimable::Singular);
        }
        if steps.len() != self.rank {
            return Err(NotEstimable::InvalidArgument);
        }
        let moves = self.design.back_substitute(steps);
        Ok(self.coefficients.iter().zip(moves).map(|(c, m)| c + m).collect())
    }

    /// Covariance of the coefficients of two columns; `Singular` where one depends on earlier columns.
    pub fn covariance(&self, first: usize, second: usize) -> Value {
        let unit = |k: usize| {
            let mut weights = vec![0.0; self.rank];
            weights[k] = 1.0;
            self.design.forward_substitute(&weights)
        };
        Ok(self.residual_variance()? * dot(&unit(self.design.place(first)?), &unit(self.design.place(second)?)))
    }

    /// Returns the combination of coefficients with one weight for each column given to the fit.
    ///
    /// `Singular` where the records do not determine it; otherwise errors as [`LinearModel::residual_variance`].
    pub fn combination(&self, weights: &[f64], level: f64) -> Result<LinearEstimate, NotEstimable> {
        check_level(level)?;
        let kept_weights = self.design.kept_weights(weights)?;
        let estimate = dot(&kept_weights, &self.coefficients);
        let solved = self.design.forward_substitute(&kept_weights);
        let standard_error = (self.residual_variance()? * dot(&solved, &solved)).sqrt();
        if standard_error == 0.0 {
            return Err(NotEstimable::ZeroVariance);
        }
        let t = estimate / standard_error;
        let half = t_multiplier(level, self.residual_df)? * standard_error;
        Ok(LinearEstimate {
            estimate,
            standard_error,
            df: self.residual_df,
            t,
            p_two_sided: t_two_sided(t, self.residual_df)?,
            interval: Interval { lower: estimate - half, upper: estimate + half },
        })
    }

    /// F test of the columns from `first` on, given the columns before them (type I of the last term).
    ///
    /// `Singular` where all of them depend on earlier columns.
    pub fn last_columns_test(&self, first: usize) -> Result<FTest, NotEstimable> {
        self.sequential_test(first, usize::MAX)
    }

    /// F test of the columns `first..end` given the columns before them (type I sum of squares).
    pub fn sequential_test(&self, first: usize, end: usize) -> Result<FTest, NotEstimable> {
        let places: Vec<usize> = (0..self.rank).filter(|&k| (first..end).contains(&self.design.kept[k])).collect();
        if places.is_empty() {
            return Err(NotEstimable::Singular);
        }
        let squares = sum(places.iter().map(|&k| self.projections[k] * self.projections[k]));
        f_test(squares, places.len() as f64, self.residual_sum_of_squares, self.residual_df, self.magnitude, self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_by_hand() {
        // y = 1, 2, 4 at x = 0, 1, 2: slope 3/2, intercept 5/6, residual sum of squares 1/6.
        let columns = [vec![1.0; 3], vec![0.0, 1.0, 2.0], vec![2.0, 3.0, 4.0]];
        let model = fit_linear_model(&columns, &[1.0, 2.0, 4.0]).expect("fitted");
        assert!((model.coefficient(1).expect("known") - 1.5).abs() < 1e-14);
        assert!((model.coefficient(0).expect("known") - 5.0 / 6.0).abs() < 1e-14);
        assert!((model.residual_sum_of_squares - 1.0 / 6.0).abs() < 1e-14);
        assert!((model.covariance(1, 1).expect("known") - 1.0 / 12.0).abs() < 1e-14);
        assert_eq!(model.coefficient(2), Err(NotEstimable::Singular));
        // The third column is twice the first plus the second.
        assert!(model.combination(&[1.0, 0.0, 2.0], 0.95).is_ok());
        assert_eq!(model.combination(&[0.0, 0.0, 1.0], 0.95), Err(NotEstimable::Singular));
    }

    #[test]
    fn perfect_fit() {
        let columns = [vec![1.0; 3], vec![0.0, 1.0, 2.0]];
        let model = fit_linear_model(&columns, &[1.0, 3.0, 5.0]).expect("fitted");
        assert_eq!(model.residual_variance(), Err(NotEstimable::ZeroVariance));
        assert_eq!(model.last_columns_test(1), Err(NotEstimable::ZeroVariance));
    }
}
