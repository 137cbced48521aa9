//! Small symmetric matrices: Cholesky roots, triangular systems, products in a fixed order.
//!
//! Written here because the products of `nalgebra` choose their instructions by the processor, and the last digit
//! with them. `nalgebra` is only the container.

use nalgebra::DMatrix;

use crate::stats::reason::NotEstimable;

/// Share of a diagonal element below which what is left of it counts as nothing.
const DEPENDENT: f64 = 1e-12;

/// Returns the lower triangular L with L L' = a; `Singular` where the matrix is not positive definite.
///
/// Only the lower triangle is read.
pub fn cholesky(a: &DMatrix<f64>) -> Result<DMatrix<f64>, NotEstimable> {
    let n = a.nrows();
    let mut root = DMatrix::zeros(n, n);
    for j in 0..n {
        let mut pivot = a[(j, j)];
        for k in 0..j {
            pivot -= root[(j, k)] * root[(j, k)];
        }
        if !pivot.is_finite() {
            return Err(NotEstimable::NotFinite);
        }
        if pivot <= DEPENDENT * a[(j, j)].abs() {
            return Err(NotEstimable::Singular);
        }
        let pivot = pivot.sqrt();
        root[(j, j)] = pivot;
        for i in j + 1..n {
            let mut rest = a[(i, j)];
            for k in 0..j {
                rest -= root[(i, k)] * root[(j, k)];
            }
            root[(i, j)] = rest / pivot;
        }
    }
    Ok(root)
}

/// Replaces each column of `b` by the solution x of L x = b.
pub fn solve_lower(root: &DMatrix<f64>, b: &mut DMatrix<f64>) {
    for c in 0..b.ncols() {
        for i in 0..root.nrows() {
            let mut rest = b[(i, c)];
            for k in 0..i {
                rest -= root[(i, k)] * b[(k, c)];
            }
            b[(i, c)] = rest / root[(i, i)];
        }
    }
}

/// Replaces each column of `b` by the solution x of L' x = b.
pub fn solve_lower_transposed(root: &DMatrix<f64>, b: &mut DMatrix<f64>) {
    for c in 0..b.ncols() {
        for i in (0..root.nrows()).rev() {
            let mut rest = b[(i, c)];
            for k in i + 1..root.nrows() {
                rest -= root[(k, i)] * b[(k, c)];
            }
            b[(i, c)] = rest / root[(i, i)];
        }
    }
}

/// Returns the solution x of a x = b for a positive definite a.
pub fn solve(a: &DMatrix<f64>, b: &DMatrix<f64>) -> Result<DMatrix<f64>, NotEstimable> {
    let root = cholesky(a)?;
    let mut x = b.clone();
    solve_lower(&root, &mut x);
    solve_lower_transposed(&root, &mut x);
    Ok(x)
}

/// Returns a b.
pub fn product(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.nrows(), b.ncols(), |i, j| (0..a.ncols()).map(|k| a[(i, k)] * b[(k, j)]).sum())
}

/// Returns a' b.
pub fn cross_product(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
    DMatrix::from_fn(a.ncols(), b.ncols(), |i, j| (0..a.nrows()).map(|k| a[(k, i)] * b[(k, j)]).sum())
}

/// Returns the rows and columns of a matrix at the places given.
pub fn part(a: &DMatrix<f64>, rows: &[usize], columns: &[usize]) -> DMatrix<f64> {
    DMatrix::from_fn(rows.len(), columns.len(), |i, j| a[(rows[i], columns[j])])
}

/// Whether the matrix is square, symmetric to rounding and finite.
pub fn is_symmetric(a: &DMatrix<f64>) -> bool {
    a.is_square()
        && (0..a.nrows()).all(|i| {
            (0..=i).all(|j| {
                let (x, y) = (a[(i, j)], a[(j, i)]);
                x.is_finite() && y.is_finite() && (x - y).abs() <= 1e-9 * (a[(i, i)] * a[(j, j)]).abs().sqrt()
            })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn solves_by_hand() {
        let a = DMatrix::from_row_slice(2, 2, &[4.0, 2.0, 2.0, 5.0]);
        assert_eq!(cholesky(&a).unwrap(), DMatrix::from_row_slice(2, 2, &[2.0, 0.0, 1.0, 2.0]));
        let x = solve(&a, &DMatrix::from_row_slice(2, 1, &[8.0, 12.0])).unwrap();
        assert_eq!(x, DMatrix::from_row_slice(2, 1, &[1.0, 2.0]));
        assert_eq!(cholesky(&DMatrix::from_row_slice(2, 2, &[1.0, 1.0, 1.0, 1.0])), Err(NotEstimable::Singular));
        assert_eq!(cholesky(&DMatrix::zeros(1, 1)), Err(NotEstimable::Singular));
        assert_eq!(cholesky(&DMatrix::from_element(1, 1, f64::NAN)), Err(NotEstimable::NotFinite));
        assert!(is_symmetric(&a) && !is_symmetric(&DMatrix::from_row_slice(2, 2, &[1.0, 0.0, 0.5, 1.0])));
    }

    #[test]
    fn products() {
        let a = DMatrix::from_row_slice(2, 3, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
        assert_eq!(cross_product(&a, &a), product(&a.transpose(), &a));
        assert_eq!(part(&a, &[1], &[0, 2]), DMatrix::from_row_slice(1, 2, &[4.0, 6.0]));
    }
}
