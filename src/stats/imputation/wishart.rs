//! Draws of covariances and regression coefficients: inverse Wishart by Bartlett's decomposition, matrix normal.
//!
//! Bartlett (1933): the Cholesky root of a Wishart matrix of unit scale has roots of chi-square numbers with df, df - 1,
//! ... on the diagonal and standard normal numbers below it (Schafer 1997, "Analysis of Incomplete Multivariate Data",
//! section 5.4.2).

use nalgebra::DMatrix;

use super::matrix::{cholesky, cross_product, product, solve_lower};
use super::random_stream::RandomStream;
use crate::stats::reason::NotEstimable;

/// A drawn covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct CovarianceDraw {
    /// The covariance.
    pub covariance: DMatrix<f64>,
    /// A matrix M with M M' = covariance (not triangular).
    pub root: DMatrix<f64>,
}

/// Returns the lower triangular Bartlett root A: A A' is Wishart with unit scale.
///
/// The stream gives row after row: the normal numbers left of the diagonal, then the chi-square number of the diagonal
/// with df - row (rows counted from 0). `TooFewValues` unless df exceeds size - 1.
pub fn bartlett_root(size: usize, df: f64, stream: &mut RandomStream) -> Result<DMatrix<f64>, NotEstimable> {
    if df.is_nan() || df <= size as f64 - 1.0 {
        return Err(NotEstimable::TooFewValues);
    }
    let mut root = DMatrix::zeros(size, size);
    for i in 0..size {
        for j in 0..i {
            root[(i, j)] = stream.normal();
        }
        root[(i, i)] = stream.chi_square(df - i as f64)?.sqrt();
    }
    Ok(root)
}

/// Returns an inverse Wishart draw: the posterior of a covariance with df and matrix of squares and products `scale`.
///
/// Its mean is scale / (df - size - 1). With scale = L L' and Bartlett's root A it is M M' for M = L A'^-1.
/// Errors: `Singular` for a scale that is not positive definite, `TooFewValues` for few df.
pub fn inverse_wishart(
    scale: &DMatrix<f64>,
    df: f64,
    stream: &mut RandomStream,
) -> Result<CovarianceDraw, NotEstimable> {
    let lower = cholesky(scale)?;
    let bartlett = bartlett_root(scale.nrows(), df, stream)?;
    let mut root_transposed = lower.transpose();
    solve_lower(&bartlett, &mut root_transposed);
    let covariance = cross_product(&root_transposed, &root_transposed);
    Ok(CovarianceDraw { covariance, root: root_transposed.transpose() })
}

/// Returns a matrix normal draw around `mean`: rows with covariance (R'R)^-1, columns with covariance M M'.
///
/// `inverse_triangle` is R^-1, `root` is M. The stream gives the numbers row after row.
pub fn matrix_normal(
    mean: &DMatrix<f64>,
    inverse_triangle: &DMatrix<f64>,
    root: &DMatrix<f64>,
    stream: &mut RandomStream,
) -> DMatrix<f64> {
    let (rows, columns) = mean.shape();
    let z = DMatrix::from_row_slice(rows, columns, &stream.normals(rows * columns));
    mean + product(&product(inverse_triangle, &z), &root.transpose())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::imputation::random_stream::StreamUse;

    #[test]
    fn moments_of_the_inverse_wishart() {
        let scale = DMatrix::from_row_slice(2, 2, &[9.0, 3.0, 3.0, 5.0]);
        let (df, n) = (12.0, 20_000);
        let mut stream = RandomStream::new(11, 1, StreamUse::Parameters);
        let mut sums = [0.0; 3];
        let mut square = 0.0;
        for _ in 0..n {
            let draw = inverse_wishart(&scale, df, &mut stream).unwrap();
            let s = &draw.covariance;
            assert!((product(&draw.root, &draw.root.transpose()) - s).abs().max() < 1e-10);
            [s[(0, 0)], s[(0, 1)], s[(1, 1)]].iter().zip(&mut sums).for_each(|(v, sum)| *sum += v);
            square += s[(0, 0)] * s[(0, 0)];
        }
        // Mean s_ij / b and variance ((a + 1) s_ij^2 + b s_ii s_jj) / (a b^2 c) of an element, for two visits with
        // a = df - 2, b = df - 3, c = df - 5.
        let (a, b, c) = (df - 2.0, df - 3.0, df - 5.0);
        let spread = |ij: f64, ii: f64, jj: f64| ((a + 1.0) * ij * ij + b * ii * jj) / (a * b * b * c);
        let expected = [(9.0, spread(9.0, 9.0, 9.0)), (3.0, spread(3.0, 9.0, 5.0)), (5.0, spread(5.0, 5.0, 5.0))];
        for (sum, (element, variance)) in sums.iter().zip(expected) {
            let error = 3.0 * (variance / n as f64).sqrt();
            assert!((sum / n as f64 - element / b).abs() < error, "{} {}", sum / n as f64, element / b);
        }
        let mean = sums[0] / n as f64;
        let variance = square / n as f64 - mean * mean;
        // The element (0, 0) is 9 / chi-square with df - 1: its variance is 2 (9/b)^2 / c.
        assert!((variance / (2.0 * 81.0 / (b * b) / c) - 1.0).abs() < 0.1, "{variance}");
    }

    #[test]
    fn moments_of_the_matrix_normal() {
        let root = DMatrix::from_row_slice(2, 2, &[2.0, 0.0, 1.0, 1.0]);
        let inverse = DMatrix::from_row_slice(2, 2, &[0.5, -0.25, 0.0, 1.0]);
        let mean = DMatrix::from_row_slice(2, 2, &[1.0, 2.0, 3.0, 4.0]);
        let mut stream = RandomStream::new(12, 1, StreamUse::Parameters);
        let n = 20_000;
        let (mut sum, mut cross) = (0.0, 0.0);
        for _ in 0..n {
            let draw = matrix_normal(&mean, &inverse, &root, &mut stream) - &mean;
            sum += draw[(0, 0)];
            cross += draw[(0, 0)] * draw[(1, 1)];
        }
        // Covariance of elements (0,0) and (1,1): rows -0.25, columns 2; variances 0.3125 * 4 and 2.
        let spread = (0.3125 * 4.0 * 2.0 + 0.25f64).sqrt();
        assert!((cross / n as f64 + 0.5).abs() < 3.0 * spread / (n as f64).sqrt(), "{}", cross / n as f64);
        assert!((sum / n as f64).abs() < 3.0 * 1.25f64.sqrt() / (n as f64).sqrt());
    }

    #[test]
    fn reasons() {
        let mut stream = RandomStream::new(1, 1, StreamUse::Parameters);
        assert_eq!(bartlett_root(3, 2.0, &mut stream), Err(NotEstimable::TooFewValues));
        assert_eq!(bartlett_root(3, f64::NAN, &mut stream), Err(NotEstimable::TooFewValues));
        assert_eq!(inverse_wishart(&DMatrix::zeros(2, 2), 5.0, &mut stream), Err(NotEstimable::Singular));
    }
}
