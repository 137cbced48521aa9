//! Orthonormal columns of a design, so that its scale and correlation do not cost digits.

use nalgebra::DMatrix;

use super::matrix::product;
use crate::stats::reason::NotEstimable;

/// Share of its length below which a column counts as dependent on the columns before it, as in `linear_model`.
const DEPENDENT: f64 = 1e-7;

/// A design X = Q R with orthonormal columns Q and an upper triangular R.
#[derive(Debug, Clone, PartialEq)]
pub struct Orthonormal {
    /// Q: a row for each record.
    pub columns: DMatrix<f64>,
    /// R^-1, upper triangular.
    pub inverse_triangle: DMatrix<f64>,
}

impl Orthonormal {
    /// Orthogonalises each column twice; `Singular` for dependent columns, `TooFewValues` for fewer rows than columns.
    pub fn new(rows: &[&[f64]]) -> Result<Orthonormal, NotEstimable> {
        let q = rows.first().map_or(0, |row| row.len());
        if rows.len() < q || q == 0 {
            return Err(NotEstimable::TooFewValues);
        }
        let mut columns = DMatrix::from_fn(rows.len(), q, |r, c| rows[r][c]);
        let mut triangle = DMatrix::zeros(q, q);
        for c in 0..q {
            let length = dot(&columns, c, c).sqrt();
            for _ in 0..2 {
                for k in 0..c {
                    let share = dot(&columns, k, c);
                    triangle[(k, c)] += share;
                    for r in 0..rows.len() {
                        columns[(r, c)] -= share * columns[(r, k)];
                    }
                }
            }
            let rest = dot(&columns, c, c).sqrt();
            if rest <= DEPENDENT * length {
                return Err(NotEstimable::Singular);
            }
            triangle[(c, c)] = rest;
            (0..rows.len()).for_each(|r| columns[(r, c)] /= rest);
        }
        let mut inverse_triangle = DMatrix::identity(q, q);
        for c in 0..q {
            for i in (0..=c).rev() {
                let known: f64 = (i + 1..=c).map(|k| triangle[(i, k)] * inverse_triangle[(k, c)]).sum();
                inverse_triangle[(i, c)] = (inverse_triangle[(i, c)] - known) / triangle[(i, i)];
            }
        }
        Ok(Orthonormal { columns, inverse_triangle })
    }

    /// Turns coefficients of the orthonormal columns into those of the design.
    pub fn undo(&self, coefficients: &DMatrix<f64>) -> DMatrix<f64> {
        product(&self.inverse_triangle, coefficients)
    }

    /// Natural logarithm of the determinant of R.
    pub fn log_determinant(&self) -> f64 {
        -(0..self.inverse_triangle.nrows()).map(|k| libm::log(self.inverse_triangle[(k, k)])).sum::<f64>()
    }
}

fn dot(columns: &DMatrix<f64>, a: usize, b: usize) -> f64 {
    (0..columns.nrows()).map(|r| columns[(r, a)] * columns[(r, b)]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::imputation::matrix::cross_product;

    #[test]
    fn decomposes() {
        let rows: [&[f64]; 4] = [&[1.0, 1000.0], &[1.0, 1001.0], &[1.0, 1003.0], &[1.0, 999.0]];
        let design = Orthonormal::new(&rows).unwrap();
        assert!((cross_product(&design.columns, &design.columns) - DMatrix::identity(2, 2)).abs().max() < 1e-14);
        // The line with intercept 2 and slope 3 has the values 2 + 3 x; its projections turn back into (2, 3).
        let y = DMatrix::from_fn(4, 1, |r, _| 2.0 + 3.0 * rows[r][1]);
        let line = design.undo(&cross_product(&design.columns, &y));
        assert!((line[0] - 2.0).abs() < 1e-8 && (line[1] - 3.0).abs() < 1e-11);
        // det R'R = 4 * 8.75.
        assert!((design.log_determinant() - 0.5 * libm::log(35.0)).abs() < 1e-10);
        assert_eq!(Orthonormal::new(&[&[1.0, 2.0], &[2.0, 4.0]]), Err(NotEstimable::Singular));
        assert_eq!(Orthonormal::new(&[&[1.0, 2.0]]), Err(NotEstimable::TooFewValues));
    }
}
