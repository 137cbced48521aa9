//! Small dense matrices, symmetric ones in packed form, and their Cholesky decomposition.
//!
//! Plain loops in a fixed order: the digits do not depend on the processor, as those of a tuned library would.

use std::ops::{Index, IndexMut};

/// A dense matrix in row order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    data: Vec<f64>,
}

impl Index<(usize, usize)> for Matrix {
    type Output = f64;
    fn index(&self, (i, j): (usize, usize)) -> &f64 {
        &self.data[i * self.columns + j]
    }
}

impl IndexMut<(usize, usize)> for Matrix {
    fn index_mut(&mut self, (i, j): (usize, usize)) -> &mut f64 {
        &mut self.data[i * self.columns + j]
    }
}

impl Matrix {
    pub(crate) fn zeros(rows: usize, columns: usize) -> Matrix {
        Matrix { rows, columns, data: vec![0.0; rows * columns] }
    }

    pub(crate) fn from_fn(rows: usize, columns: usize, value: impl Fn(usize, usize) -> f64) -> Matrix {
        let mut m = Matrix::zeros(rows, columns);
        for i in 0..rows {
            for j in 0..columns {
                m[(i, j)] = value(i, j);
            }
        }
        m
    }

    pub(crate) fn row(&self, i: usize) -> &[f64] {
        &self.data[i * self.columns..(i + 1) * self.columns]
    }

    pub(crate) fn row_mut(&mut self, i: usize) -> &mut [f64] {
        &mut self.data[i * self.columns..(i + 1) * self.columns]
    }

    pub(crate) fn times(&self, other: &Matrix) -> Matrix {
        let mut product = Matrix::zeros(self.rows, other.columns);
        for i in 0..self.rows {
            for k in 0..self.columns {
                let factor = self[(i, k)];
                if factor != 0.0 {
                    add_scaled(product.row_mut(i), factor, other.row(k));
                }
            }
        }
        product
    }

    pub(crate) fn times_vector(&self, vector: &[f64]) -> Vec<f64> {
        (0..self.rows).map(|i| inner(self.row(i), vector)).collect()
    }

    /// vector' * self * other.
    pub(crate) fn form(&self, vector: &[f64], other: &[f64]) -> f64 {
        (0..self.rows).map(|i| vector[i] * inner(self.row(i), other)).sum()
    }

    pub(crate) fn add(&mut self, factor: f64, other: &Matrix) {
        add_scaled(&mut self.data, factor, &other.data);
    }

    /// Lower triangle L with L L' = self; `None` where the matrix is not positive definite.
    pub(crate) fn cholesky(&self) -> Option<Cholesky> {
        let n = self.rows;
        let mut lower = Matrix::zeros(n, n);
        for i in 0..n {
            for j in 0..=i {
                let rest = self[(i, j)] - inner(&lower.row(i)[..j], &lower.row(j)[..j]);
                if i == j {
                    if !(rest > 0.0 && rest.is_finite()) {
                        return None;
                    }
                    lower[(i, i)] = rest.sqrt();
                } else {
                    lower[(i, j)] = rest / lower[(j, j)];
                }
            }
        }
        Some(Cholesky { lower })
    }

    /// The smallest share of a diagonal element not explained by the rows before it; 0 if not positive definite.
    pub(crate) fn smallest_pivot(&self) -> f64 {
        let Some(scaled) = self.scaled() else { return 0.0 };
        scaled.cholesky().map_or(0.0, |c| (0..self.rows).fold(1.0, |a, i| f64::min(a, c.lower[(i, i)].powi(2))))
    }

    /// Inverse of a symmetric positive definite matrix, its diagonal brought to 1 in between.
    pub(crate) fn inverse(&self) -> Option<Matrix> {
        let mut inverse = self.scaled()?.cholesky()?.inverse();
        for i in 0..self.rows {
            for j in 0..self.rows {
                inverse[(i, j)] /= self[(i, i)].sqrt() * self[(j, j)].sqrt();
            }
        }
        Some(inverse)
    }

    fn scaled(&self) -> Option<Matrix> {
        if (0..self.rows).any(|i| !(self[(i, i)] > 0.0 && self[(i, i)].is_finite())) {
            return None;
        }
        Some(Matrix::from_fn(self.rows, self.rows, |i, j| self[(i, j)] / (self[(i, i)].sqrt() * self[(j, j)].sqrt())))
    }

    /// Eigenvalues and eigenvectors (as rows) of a symmetric matrix, by Jacobi's rotations.
    pub(crate) fn eigen(&self) -> (Vec<f64>, Matrix) {
        let n = self.rows;
        let mut a = self.clone();
        let mut vectors = Matrix::from_fn(n, n, |i, j| f64::from(i == j));
        for _ in 0..60 {
            let off: f64 = (0..n).flat_map(|i| (0..i).map(move |j| (i, j))).map(|p| a[p] * a[p]).sum();
            let diagonal: f64 = (0..n).map(|i| a[(i, i)] * a[(i, i)]).sum();
            if off <= 1e-34 * diagonal {
                break;
            }
            for p in 0..n {
                for q in p + 1..n {
                    if a[(p, q)] == 0.0 {
                        continue;
                    }
                    let theta = (a[(q, q)] - a[(p, p)]) / (2.0 * a[(p, q)]);
                    let t = theta.signum() / (theta.abs() + (theta * theta + 1.0).sqrt());
                    let c = 1.0 / (t * t + 1.0).sqrt();
                    let s = t * c;
                    for k in 0..n {
                        let (x, y) = (a[(k, p)], a[(k, q)]);
                        a[(k, p)] = c * x - s * y;
                        a[(k, q)] = s * x + c * y;
                    }
                    for k in 0..n {
                        let (x, y) = (a[(p, k)], a[(q, k)]);
                        a[(p, k)] = c * x - s * y;
                        a[(q, k)] = s * x + c * y;
                        let (x, y) = (vectors[(p, k)], vectors[(q, k)]);
                        vectors[(p, k)] = c * x - s * y;
                        vectors[(q, k)] = s * x + c * y;
                    }
                }
            }
        }
        ((0..n).map(|i| a[(i, i)]).collect(), vectors)
    }
}

/// A lower triangle L with L L' = the matrix decomposed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cholesky {
    pub(crate) lower: Matrix,
}

impl Cholesky {
    pub(crate) fn log_determinant(&self) -> f64 {
        2.0 * (0..self.lower.rows).map(|i| libm::log(self.lower[(i, i)])).sum::<f64>()
    }

    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (l, n) = (&self.lower, self.lower.rows);
        let mut x = right.to_vec();
        for i in 0..n {
            x[i] = (x[i] - inner(&l.row(i)[..i], &x[..i])) / l[(i, i)];
        }
        for i in (0..n).rev() {
            x[i] /= l[(i, i)];
            let known = x[i];
            for (k, value) in x.iter_mut().enumerate().take(i) {
                *value -= l[(i, k)] * known;
            }
        }
        x
    }

    pub(crate) fn inverse(&self) -> Matrix {
        let n = self.lower.rows;
        let mut inverse = Matrix::zeros(n, n);
        for j in 0..n {
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            for (i, value) in self.solve(&unit).into_iter().enumerate() {
                inverse[(i, j)] = value;
            }
        }
        // Rounding leaves the halves apart in the last bits.
        Matrix::from_fn(n, n, |i, j| 0.5 * (inverse[(i, j)] + inverse[(j, i)]))
    }
}

pub(crate) fn inner(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

pub(crate) fn add_scaled(target: &mut [f64], factor: f64, source: &[f64]) {
    for (t, s) in target.iter_mut().zip(source) {
        *t += factor * s;
    }
}

/// Number of elements of a packed symmetric matrix.
pub(crate) fn packed_size(n: usize) -> usize {
    n * (n + 1) / 2
}

/// The leading n by n part of a packed symmetric matrix (row by row from the diagonal) of the given size.
pub(crate) fn unpack(packed: &[f64], size: usize, n: usize) -> Matrix {
    let mut m = Matrix::zeros(n, n);
    let mut start = 0;
    for i in 0..n {
        for j in i..n {
            m[(i, j)] = packed[start + j - i];
            m[(j, i)] = m[(i, j)];
        }
        start += size - i;
    }
    m
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_and_eigenvalues_by_hand() {
        let m = Matrix::from_fn(2, 2, |i, j| if i == j { 2.0 } else { 1.0 });
        let inverse = m.inverse().expect("positive definite");
        assert!((inverse[(0, 0)] - 2.0 / 3.0).abs() < 1e-15 && (inverse[(0, 1)] + 1.0 / 3.0).abs() < 1e-15);
        let (mut values, vectors) = m.eigen();
        assert!(inner(vectors.row(0), vectors.row(1)).abs() < 1e-15);
        values.sort_by(f64::total_cmp);
        assert!((values[0] - 1.0).abs() < 1e-14 && (values[1] - 3.0).abs() < 1e-14);
        assert!((m.smallest_pivot() - 0.75).abs() < 1e-15);
    }

    #[test]
    fn a_singular_matrix_has_no_decomposition() {
        let m = Matrix::from_fn(2, 2, |_, _| 1.0);
        assert_eq!((m.cholesky(), m.smallest_pivot()), (None, 0.0));
        assert_eq!(unpack(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, 2).row(1), [2.0, 4.0]);
    }
}
