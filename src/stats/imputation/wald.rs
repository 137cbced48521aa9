//! Pooled Wald test of several parameters at once (D1).
//!
//! Li, Raghunathan & Rubin (1991), "Large-sample significance levels from multiply imputed data using moment-based
//! statistics and an F reference distribution", JASA 86; SAS PROC MIANALYZE, TEST with MULT; R `mitml` and `mice::D1`.

use nalgebra::DMatrix;

use super::matrix::{is_symmetric, solve};
use crate::stats::distribution::f as f_distribution;
use crate::stats::reason::{NotEstimable, Value, check_finite, finite};
use crate::stats::sum::{mean, sum};

/// The D1 test.
#[derive(Debug, Clone, PartialEq)]
pub struct PooledWald {
    /// Means of the estimates.
    pub estimates: Vec<f64>,
    /// The statistic, compared with F.
    pub f: f64,
    /// Number of parameters.
    pub numerator_df: f64,
    /// Degrees of freedom of the denominator; `Unbounded` without variance between the imputations (chi-square / df).
    pub denominator_df: Value,
    /// Average relative increase in variance, (1 + 1/m) trace(between within^-1) / k.
    pub relative_increase: f64,
    /// p-value.
    pub p: f64,
}

/// Tests that all parameters equal `null`; one list of estimates and one covariance for each imputed data set.
///
/// Errors: `TooFewValues` below two data sets, `Singular` for a mean
/// covariance that is not positive definite, `InvalidArgument` for shapes.
pub fn pool_wald(
    estimates: &[Vec<f64>],
    covariances: &[DMatrix<f64>],
    null: &[f64],
) -> Result<PooledWald, NotEstimable> {
    let (m, k) = (estimates.len(), null.len());
    let shapes = covariances.len() == m
        && k > 0
        && estimates.iter().all(|e| e.len() == k)
        && covariances.iter().all(|c| c.shape() == (k, k));
    if !shapes {
        return Err(NotEstimable::InvalidArgument);
    }
    if m < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    check_finite(null)?;
    for (estimate, covariance) in estimates.iter().zip(covariances) {
        check_finite(estimate)?;
        check_finite(covariance.as_slice())?;
        if !is_symmetric(covariance) {
            return Err(NotEstimable::InvalidArgument);
        }
    }
    let many = m as f64;
    let of_parameter = |j: usize| mean(&estimates.iter().map(|e| e[j]).collect::<Vec<f64>>());
    let means: Vec<f64> = (0..k).map(of_parameter).collect::<Option<_>>().ok_or(NotEstimable::TooFewValues)?;
    let within = DMatrix::from_fn(k, k, |i, j| sum(covariances.iter().map(|c| c[(i, j)])) / many);
    let between = DMatrix::from_fn(k, k, |i, j| {
        sum(estimates.iter().map(|e| (e[i] - means[i]) * (e[j] - means[j]))) / (many - 1.0)
    });
    let increase = (1.0 + 1.0 / many) * solve(&within, &between)?.trace() / k as f64;
    let increase = finite(increase)?.max(0.0);
    let gap = DMatrix::from_fn(k, 1, |j, _| means[j] - null[j]);
    let quadratic = sum((0..k).zip(solve(&within, &gap)?.iter()).map(|(j, s)| gap[j] * s));
    let f = finite(quadratic / (k as f64 * (1.0 + increase)))?;
    let t = k as f64 * (many - 1.0);
    let denominator = if increase == 0.0 {
        f64::INFINITY
    } else if t > 4.0 {
        let step = 1.0 + (1.0 - 2.0 / t) / increase;
        4.0 + (t - 4.0) * step * step
    } else {
        let step = 1.0 + 1.0 / increase;
        0.5 * t * (1.0 + 1.0 / k as f64) * step * step
    };
    let p = if denominator.is_finite() {
        f_distribution(f, k as f64, denominator)?.upper
    } else {
        crate::stats::distribution::chi_square(k as f64 * f, k as f64)?.upper
    };
    Ok(PooledWald {
        estimates: means,
        f,
        numerator_df: k as f64,
        denominator_df: finite(denominator).map_err(|_| NotEstimable::Unbounded),
        relative_increase: increase,
        p,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::imputation::rubin::{FractionDf, PooledDf, pool};

    fn one(v: f64) -> DMatrix<f64> {
        DMatrix::from_element(1, 1, v)
    }

    #[test]
    fn one_parameter_is_the_square_of_t() {
        let (estimates, errors) = ([1.0, 1.5, 0.7, 1.9, 1.2, 0.4], [0.5, 0.6, 0.4, 0.5, 0.7, 0.5]);
        let lists: Vec<Vec<f64>> = estimates.iter().map(|e| vec![*e]).collect();
        let covariances: Vec<DMatrix<f64>> = errors.iter().map(|s| one(s * s)).collect();
        let test = pool_wald(&lists, &covariances, &[0.0]).unwrap();
        let pooled = pool(&estimates, &errors, PooledDf::Rubin1987, FractionDf::Rubin1987, 0.95).unwrap();
        assert!((test.f - pooled.t * pooled.t).abs() < 1e-12);
        assert!((test.relative_increase - pooled.relative_increase.unwrap()).abs() < 1e-14);
    }

    #[test]
    fn borders() {
        let same = pool_wald(&[vec![2.0], vec![2.0]], &[one(1.0), one(1.0)], &[0.0]).unwrap();
        assert_eq!(same.denominator_df, Err(NotEstimable::Unbounded));
        assert!((same.p - 0.045_500_263_896_358_4).abs() < 1e-14);
        assert_eq!(pool_wald(&[vec![2.0]], &[one(1.0)], &[0.0]), Err(NotEstimable::TooFewValues));
        let flat = pool_wald(&[vec![2.0], vec![1.0]], &[one(0.0), one(0.0)], &[0.0]);
        assert_eq!(flat, Err(NotEstimable::Singular));
        assert_eq!(pool_wald(&[vec![2.0]], &[], &[0.0]), Err(NotEstimable::InvalidArgument));
    }
}
