//! Cholesky decomposition of small symmetric positive definite matrices: solving, inverses, determinants.
//!
//! Written here so that the order of operations, and with it the last digit, is the same on every machine.

use super::sum::{CompensatedSum, dot};

/// The lower triangle L of A = L transpose(L).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Cholesky {
    lower: Vec<Vec<f64>>,
}

impl Cholesky {
    /// Decomposes a symmetric matrix; `None` where it is not positive definite to working precision.
    pub(crate) fn new(matrix: &[Vec<f64>]) -> Option<Cholesky> {
        let mut lower: Vec<Vec<f64>> = Vec::with_capacity(matrix.len());
        for (i, row) in matrix.iter().enumerate() {
            let mut current = Vec::with_capacity(i + 1);
            for j in 0..i {
                let known = dot(&current[..j], &lower[j][..j]);
                current.push((row[j] - known) / lower[j][j]);
            }
            let rest = row[i] - dot(&current, &current);
            // NaN fails here as well.
            if !(rest > f64::EPSILON * row[i].abs() && rest.is_finite()) {
                return None;
            }
            current.push(rest.sqrt());
            lower.push(current);
        }
        Some(Cholesky { lower })
    }

    /// Solves L z = right.
    pub(crate) fn forward(&self, right: &[f64]) -> Vec<f64> {
        let mut z = right.to_vec();
        for k in 0..self.lower.len() {
            let known = dot(&self.lower[k][..k], &z[..k]);
            z[k] = (z[k] - known) / self.lower[k][k];
        }
        z
    }

    /// Solves A x = right.
    pub(crate) fn solve(&self, right: &[f64]) -> Vec<f64> {
        let mut x = self.forward(right);
        for k in (0..self.lower.len()).rev() {
            x[k] /= self.lower[k][k];
            for i in 0..k {
                x[i] -= self.lower[k][i] * x[k];
            }
        }
        x
    }

    /// Returns transpose(right) inverse(A) right.
    pub(crate) fn quadratic_form(&self, right: &[f64]) -> f64 {
        let z = self.forward(right);
        dot(&z, &z)
    }

    /// Returns the inverse of A.
    pub(crate) fn inverse(&self) -> Vec<Vec<f64>> {
        let n = self.lower.len();
        let unit = |k: usize| (0..n).map(|i| f64::from(i == k)).collect::<Vec<f64>>();
        let columns: Vec<Vec<f64>> = (0..n).map(|k| self.forward(&unit(k))).collect();
        (0..n).map(|i| (0..n).map(|j| dot(&columns[i], &columns[j])).collect()).collect()
    }

    /// Returns the logarithm of the determinant of A.
    pub(crate) fn log_determinant(&self) -> f64 {
        let mut total = CompensatedSum::default();
        for (k, row) in self.lower.iter().enumerate() {
            total.add(2.0 * libm::log(row[k]));
        }
        total.value()
    }
}

/// Returns transpose(right) G right for a generalised inverse G of a positive semidefinite matrix.
///
/// Rows that depend on earlier ones are left out, as by the sweep operator (Goodnight 1979); `None` where the matrix is
/// not positive semidefinite.
pub(crate) fn generalised_quadratic_form(matrix: &[Vec<f64>], right: &[f64]) -> Option<f64> {
    const DEPENDENT: f64 = 1e-9;
    let mut kept: Vec<usize> = Vec::new();
    for i in 0..matrix.len() {
        let scale = matrix[i][i].abs().max(f64::MIN_POSITIVE);
        let block: Vec<Vec<f64>> = kept.iter().map(|&a| kept.iter().map(|&b| matrix[a][b]).collect()).collect();
        let beside: Vec<f64> = kept.iter().map(|&a| matrix[i][a]).collect();
        let rest = matrix[i][i] - Cholesky::new(&block)?.quadratic_form(&beside);
        if rest > DEPENDENT * scale {
            kept.push(i);
        } else if rest < -DEPENDENT * scale {
            return None;
        }
    }
    let block: Vec<Vec<f64>> = kept.iter().map(|&a| kept.iter().map(|&b| matrix[a][b]).collect()).collect();
    let part: Vec<f64> = kept.iter().map(|&a| right[a]).collect();
    Some(Cholesky::new(&block)?.quadratic_form(&part))
}

/// Returns transpose(left) M right.
pub(crate) fn bilinear(left: &[f64], matrix: &[Vec<f64>], right: &[f64]) -> f64 {
    let inner: Vec<f64> = matrix.iter().map(|row| dot(row, right)).collect();
    dot(left, &inner)
}

/// Returns the matrix of sums over records of weight * x_j * x_k, from columns with one entry per record.
pub(crate) fn weighted_cross_products(columns: &[Vec<f64>], weights: &[f64]) -> Vec<Vec<f64>> {
    let mut matrix = vec![vec![0.0; columns.len()]; columns.len()];
    for (j, column) in columns.iter().enumerate() {
        let weighted: Vec<f64> = column.iter().zip(weights).map(|(x, w)| x * w).collect();
        for k in 0..=j {
            matrix[j][k] = dot(&weighted, &columns[k]);
            matrix[k][j] = matrix[j][k];
        }
    }
    matrix
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_by_two() {
        // det [[4, 2], [2, 3]] = 8, inverse [[3, -2], [-2, 4]] / 8.
        let factor = Cholesky::new(&[vec![4.0, 2.0], vec![2.0, 3.0]]).expect("positive definite");
        let inverse = factor.inverse();
        let expected = [[0.375, -0.25], [-0.25, 0.5]];
        for (row, wanted) in inverse.iter().zip(expected) {
            assert!(row.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 1e-15));
        }
        assert!((factor.log_determinant() - 8f64.ln()).abs() < 1e-15);
        assert!((factor.quadratic_form(&[1.0, 1.0]) - 0.375).abs() < 1e-15);
        assert_eq!(Cholesky::new(&[vec![1.0, 1.0], vec![1.0, 1.0]]), None);
        assert_eq!(Cholesky::new(&[vec![f64::NAN]]), None);
        let singular = [vec![0.0, 0.0, 0.0], vec![0.0, 2.0, 2.0], vec![0.0, 2.0, 2.0]];
        let form = generalised_quadratic_form(&singular, &[0.0, 2.0, 2.0]).expect("semidefinite");
        assert!((form - 2.0).abs() < 1e-14);
        assert_eq!(generalised_quadratic_form(&[vec![-1.0]], &[1.0]), None);
    }
}
