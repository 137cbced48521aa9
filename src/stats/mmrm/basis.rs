//! Orthonormal columns that span the design, so that its scale and correlations do not cost digits.
//!
//! Gram-Schmidt, each column twice, with the threshold for dependent columns of [`super::super::linear_model`].

use super::super::reason::NotEstimable;
use super::matrix::{add_scaled, inner};

/// Share of its length below which a column counts as dependent on the columns before it.
const DEPENDENT: f64 = 1e-7;

/// The columns of a design as combinations of orthonormal ones.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Basis {
    /// Orthonormal columns.
    pub(crate) columns: Vec<Vec<f64>>,
    /// Positions of the independent design columns, in order.
    pub(crate) kept: Vec<usize>,
    /// Design column `kept[k]` is the sum of `triangle[k][i]` times orthonormal column i.
    triangle: Vec<Vec<f64>>,
    /// Each dependent column as a combination of the kept ones.
    dependent: Vec<(usize, Vec<f64>)>,
}

impl Basis {
    /// Returns the basis of columns of equal length.
    pub(crate) fn new(design: &[Vec<f64>]) -> Basis {
        let mut basis = Basis { columns: Vec::new(), kept: Vec::new(), triangle: Vec::new(), dependent: Vec::new() };
        for (position, column) in design.iter().enumerate() {
            let length = inner(column, column).sqrt();
            let mut rest = column.clone();
            let mut parts = basis.remove(&mut rest);
            let remaining = inner(&rest, &rest).sqrt();
            if remaining <= DEPENDENT * length || basis.columns.len() == column.len() {
                basis.dependent.push((position, basis.coefficients(&parts)));
                continue;
            }
            rest.iter_mut().for_each(|v| *v /= remaining);
            parts.push(remaining);
            basis.columns.push(rest);
            basis.triangle.push(parts);
            basis.kept.push(position);
        }
        basis
    }

    /// Takes the projections on the columns off a vector, twice, and returns them.
    pub(crate) fn remove(&self, vector: &mut [f64]) -> Vec<f64> {
        let mut parts = vec![0.0; self.columns.len()];
        for _ in 0..2 {
            for (part, column) in parts.iter_mut().zip(&self.columns) {
                let projection = inner(column, vector);
                add_scaled(vector, -projection, column);
                *part += projection;
            }
        }
        parts
    }

    /// Coefficients of the kept design columns from those of the orthonormal ones.
    pub(crate) fn coefficients(&self, orthonormal: &[f64]) -> Vec<f64> {
        let mut x = orthonormal.to_vec();
        for k in (0..self.triangle.len()).rev() {
            x[k] /= self.triangle[k][k];
            let known = x[k];
            add_scaled(&mut x[..k], -known, &self.triangle[k][..k]);
        }
        x
    }

    /// Weights of the orthonormal coefficients in a combination of the design's, one weight for each column.
    ///
    /// `Singular` where the records do not determine the combination.
    pub(crate) fn weights(&self, weights: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        let z: Vec<f64> = self.kept.iter().map(|&k| weights[k]).collect();
        let size = weights.iter().fold(0.0f64, |a, w| a.max(w.abs()));
        for (column, parts) in &self.dependent {
            // Estimable combinations weight a dependent column as the columns it is made of (Searle 1971, 5.4).
            let scale = parts.iter().fold(1.0f64, |a, p| a.max(p.abs())) * size;
            if (weights[*column] - inner(&z, parts)).abs() > 1e-8 * scale {
                return Err(NotEstimable::Singular);
            }
        }
        Ok(self.kept_weights(weights))
    }

    /// The same with the coefficients of dependent columns taken as zero.
    pub(crate) fn kept_weights(&self, weights: &[f64]) -> Vec<f64> {
        let mut z: Vec<f64> = self.kept.iter().map(|&k| weights[k]).collect();
        for k in 0..z.len() {
            z[k] = (z[k] - inner(&self.triangle[k][..k], &z[..k])) / self.triangle[k][k];
        }
        z
    }

    /// Number of columns of the design.
    pub(crate) fn n_columns(&self) -> usize {
        self.kept.len() + self.dependent.len()
    }

    /// Logarithm of the determinant of X'X of the kept columns.
    pub(crate) fn log_determinant(&self) -> f64 {
        2.0 * self.triangle.iter().enumerate().map(|(k, column)| libm::log(column[k])).sum::<f64>()
    }
}
