//! Ordinary least squares by orthogonalisation, with detection of columns that depend on earlier ones.
//!
//! Gram-Schmidt, every column orthogonalised twice (Giraud, Langou & Rozloznik 2005: twice is enough); a column
//! that keeps less than 1e-7 of its length is taken as dependent, the threshold of R `lm`. Columns keep their order,
//! so the first of several dependent columns stays.

use super::anova::{FTest, f_test};
use super::distribution::{t_multiplier, t_two_sided};
use super::reason::{Interval, NotEstimable, Value, check_finite, check_level};
use super::sum::{dot, sum};

/// Share of its length below which a column counts as dependent on the columns before it.
const DEPENDENT: f64 = 1e-7;

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
    /// Positions of the independent columns, in order.
    kept: Vec<usize>,
    /// Upper triangle of the decomposition; column k belongs to `kept[k]`.
    triangle: Vec<Vec<f64>>,
    /// Each dependent column as a combination of the kept ones.
    dependent: Vec<(usize, Vec<f64>)>,
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
    /// Residual degrees of freedom.
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
    let mut orthonormal: Vec<Vec<f64>> = Vec::new();
    let (mut kept, mut triangle, mut dependent) = (Vec::new(), Vec::<Vec<f64>>::new(), Vec::new());
    for (index, column) in columns.iter().enumerate() {
        if column.len() != n {
            return Err(NotEstimable::InvalidArgument);
        }
        check_finite(column)?;
        let length = dot(column, column).sqrt();
        let mut rest = column.clone();
        let mut parts = remove_projections(&orthonormal, &mut rest);
        for (part, more) in parts.iter_mut().zip(remove_projections(&orthonormal, &mut rest)) {
            *part += more;
        }
        let remaining = dot(&rest, &rest).sqrt();
        if remaining <= DEPENDENT * length || orthonormal.len() == n {
            dependent.push((index, back_substitute(&triangle, &parts)));
            continue;
        }
        rest.iter_mut().for_each(|v| *v /= remaining);
        orthonormal.push(rest);
        parts.push(remaining);
        triangle.push(parts);
        kept.push(index);
    }
    let mut residuals = response.to_vec();
    let mut projections = remove_projections(&orthonormal, &mut residuals);
    for (part, more) in projections.iter_mut().zip(remove_projections(&orthonormal, &mut residuals)) {
        *part += more;
    }
    Ok(LinearModel {
        n,
        rank: kept.len(),
        residual_df: (n - kept.len()) as f64,
        residual_sum_of_squares: dot(&residuals, &residuals),
        coefficients: back_substitute(&triangle, &projections),
        kept,
        triangle,
        dependent,
        projections,
        magnitude: (dot(response, response) / n as f64).sqrt(),
    })
}

/// Takes the projections on the orthonormal columns off a vector, one after the other, and returns them.
fn remove_projections(orthonormal: &[Vec<f64>], vector: &mut [f64]) -> Vec<f64> {
    let mut parts = Vec::with_capacity(orthonormal.len() + 1);
    for unit in orthonormal {
        let part = dot(unit, vector);
        for (v, u) in vector.iter_mut().zip(unit) {
            *v -= part * u;
        }
        parts.push(part);
    }
    parts
}

/// Solves triangle * x = right (column k of the triangle has k + 1 entries).
fn back_substitute(triangle: &[Vec<f64>], right: &[f64]) -> Vec<f64> {
    let mut x = right.to_vec();
    for k in (0..triangle.len()).rev() {
        x[k] /= triangle[k][k];
        for i in 0..k {
            x[i] -= triangle[k][i] * x[k];
        }
    }
    x
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

    /// Coefficient of a column, by its position; `Singular` where the column depends on earlier ones.
    pub fn coefficient(&self, column: usize) -> Value {
        match self.kept.iter().position(|&k| k == column) {
            Some(k) => Ok(self.coefficients[k]),
            None => Err(NotEstimable::Singular),
        }
    }

    /// Coefficients moved by the solution x of R x = steps, R the upper triangle of the decomposition: independent steps
    /// of variance s^2 move them with covariance s^2 (X'X)^-1. `Singular` where a column depends on earlier ones.
    pub fn moved_coefficients(&self, steps: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        if !self.dependent.is_empty() {
            return Err(NotEstimable::Singular);
        }
        if steps.len() != self.rank {
            return Err(NotEstimable::InvalidArgument);
        }
        let moves = back_substitute(&self.triangle, steps);
        Ok(self.coefficients.iter().zip(moves).map(|(c, m)| c + m).collect())
    }

    /// Covariance of the coefficients of two columns; `Singular` where one depends on earlier columns.
    pub fn covariance(&self, first: usize, second: usize) -> Value {
        let place = |c| self.kept.iter().position(|&k| k == c).ok_or(NotEstimable::Singular);
        let unit = |k: usize| {
            let mut weights = vec![0.0; self.rank];
            weights[k] = 1.0;
            self.forward_substitute(&weights)
        };
        Ok(self.residual_variance()? * dot(&unit(place(first)?), &unit(place(second)?)))
    }

    /// Returns the combination of coefficients with one weight for each column given to the fit.
    ///
    /// `Singular` where the records do not determine it; otherwise errors as [`LinearModel::residual_variance`].
    pub fn combination(&self, weights: &[f64], level: f64) -> Result<LinearEstimate, NotEstimable> {
        check_level(level)?;
        if weights.len() != self.kept.len() + self.dependent.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        let kept_weights: Vec<f64> = self.kept.iter().map(|&k| weights[k]).collect();
        let size = weights.iter().fold(0.0f64, |a, w| a.max(w.abs()));
        for (column, parts) in &self.dependent {
            // Estimable combinations weight a dependent column as the columns it is made of (Searle 1971, 5.4).
            let implied = dot(&kept_weights, parts);
            let scale = parts.iter().fold(1.0f64, |a, p| a.max(p.abs())) * size;
            if (weights[*column] - implied).abs() > 1e-8 * scale {
                return Err(NotEstimable::Singular);
            }
        }
        let estimate = dot(&kept_weights, &self.coefficients);
        let solved = self.forward_substitute(&kept_weights);
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
        let places: Vec<usize> = (0..self.rank).filter(|&k| (first..end).contains(&self.kept[k])).collect();
        if places.is_empty() {
            return Err(NotEstimable::Singular);
        }
        let squares = sum(places.iter().map(|&k| self.projections[k] * self.projections[k]));
        f_test(squares, places.len() as f64, self.residual_sum_of_squares, self.residual_df, self.magnitude, self.n)
    }

    /// Solves transpose(triangle) * z = weights.
    fn forward_substitute(&self, weights: &[f64]) -> Vec<f64> {
        let mut z = weights.to_vec();
        for k in 0..self.triangle.len() {
            let known = dot(&self.triangle[k][..k], &z[..k]);
            z[k] = (z[k] - known) / self.triangle[k][k];
        }
        z
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
