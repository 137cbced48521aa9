//! Newton's method for a concave log-likelihood, with detection of undetermined and of infinite coefficients.

use super::partial_likelihood::{Contribution, packed};
use crate::stats::reason::NotEstimable;
use nalgebra::{DMatrix, DVector};

/// Share of a column's information that must be its own; less is rounding of a dependent column.
const DEPENDENT: f64 = 1e-11;
/// Twice the rise of the likelihood still to be expected, below which one last step is taken.
const CONVERGED: f64 = 1e-13;
/// The same, below which steps that still move the linear predictor mean that the maximum lies at infinity.
const FLAT: f64 = 1e-11;
/// A change of the linear predictor that counts as moving.
const MOVING: f64 = 0.05;

/// Where the likelihood is largest.
#[derive(Debug, Clone)]
pub(crate) struct Maximum {
    /// Standardised coefficients; those that are infinite as far as they came.
    pub(crate) beta: Vec<f64>,
    /// Likelihood, score and information there.
    pub(crate) at: Contribution,
    /// Columns whose coefficient is infinite.
    pub(crate) infinite: Vec<bool>,
    /// Number of steps.
    pub(crate) iterations: usize,
}

/// Unpacks a symmetric matrix.
pub(crate) fn unpack(upper: &[f64], p: usize) -> DMatrix<f64> {
    let mut matrix = DMatrix::zeros(p, p);
    for (i, j, place) in packed(p) {
        matrix[(i, j)] = upper[place];
        matrix[(j, i)] = upper[place];
    }
    matrix
}

/// Columns that the information determines, the first of several dependent ones staying.
///
/// `size` is what the information of each column would be without the other records at risk to compare with.
pub(crate) fn independent_columns(information: &[f64], size: &[f64]) -> Vec<usize> {
    let p = size.len();
    let mut left = unpack(information, p);
    let mut kept = Vec::new();
    for k in 0..p {
        let own = unpack(information, p)[(k, k)];
        let pivot = left[(k, k)];
        // Rounding of what is left grows with the second moments, not with their difference.
        if pivot.is_nan() || pivot <= DEPENDENT * own || pivot <= 1e-13 * size[k] {
            for i in 0..p {
                left[(i, k)] = 0.0;
                left[(k, i)] = 0.0;
            }
            continue;
        }
        kept.push(k);
        for i in k + 1..p {
            let factor = left[(i, k)] / pivot;
            for j in k + 1..p {
                left[(i, j)] -= factor * left[(k, j)];
            }
        }
    }
    kept
}

/// Inverse of a positive definite matrix, scaled to a unit diagonal on the way; `Singular` where there is none.
pub(crate) fn inverse(matrix: &DMatrix<f64>) -> Result<DMatrix<f64>, NotEstimable> {
    let p = matrix.nrows();
    let size: Vec<f64> = (0..p).map(|i| matrix[(i, i)].sqrt()).collect();
    if size.iter().any(|s| !(*s > 0.0 && s.is_finite())) {
        return Err(NotEstimable::Singular);
    }
    let scaled = DMatrix::from_fn(p, p, |i, j| matrix[(i, j)] / (size[i] * size[j]));
    let inverse = scaled.cholesky().ok_or(NotEstimable::Singular)?.inverse();
    Ok(DMatrix::from_fn(p, p, |i, j| 0.5 * (inverse[(i, j)] + inverse[(j, i)]) / (size[i] * size[j])))
}

/// Maximises from the start given; `spread` says how far a step moves the linear predictor.
///
/// Errors: those of `evaluate`; `Separation` where all steps are exhausted on a likelihood that still rises.
pub(crate) fn maximise(
    start: Vec<f64>,
    at_start: Contribution,
    evaluate: &dyn Fn(&[f64]) -> Result<Contribution, NotEstimable>,
    spread: &dyn Fn(&[f64]) -> f64,
) -> Result<Maximum, NotEstimable> {
    let p = start.len();
    let (mut beta, mut at) = (start, at_start);
    let mut last_step = vec![0.0; p];
    for iterations in 0..200 {
        let score = DVector::from_column_slice(&at.score);
        let Ok(inverse) = inverse(&unpack(&at.information, p)) else {
            let infinite = moving_columns(&last_step, spread, p);
            let none = infinite.iter().all(|i| !i);
            return if none { Err(NotEstimable::Singular) } else { Ok(Maximum { beta, at, infinite, iterations }) };
        };
        let mut step: Vec<f64> = (inverse * &score).iter().copied().collect();
        let decrement: f64 = step.iter().zip(&at.score).map(|(s, u)| s * u).sum();
        let moved = if decrement < FLAT { spread(&step) } else { 0.0 };
        if moved > MOVING {
            let infinite = moving_columns(&step, spread, p);
            return Ok(Maximum { beta, at, infinite, iterations });
        }
        let last = decrement < CONVERGED;
        let (mut next, mut at_next);
        let mut halvings = 0;
        loop {
            next = beta.iter().zip(&step).map(|(b, s)| b + s).collect::<Vec<f64>>();
            at_next = evaluate(&next)?;
            // Near the maximum the rise is below the rounding of the likelihood itself.
            let rounding = 1e-12 * at.log_likelihood.abs().max(1.0);
            let rose = at_next.log_likelihood >= at.log_likelihood - if decrement < 1e-6 { rounding } else { 0.0 };
            if at_next.log_likelihood.is_finite() && at_next.information.iter().all(|v| v.is_finite()) && rose {
                break;
            }
            halvings += 1;
            if halvings > 60 {
                return Err(NotEstimable::NotFinite);
            }
            step.iter_mut().for_each(|s| *s *= 0.5);
        }
        (beta, at) = (next, at_next);
        last_step = step;
        if last {
            return Ok(Maximum { beta, at, infinite: vec![false; p], iterations: iterations + 1 });
        }
    }
    Err(NotEstimable::Separation)
}

/// Columns along which a step goes on.
fn moving_columns(step: &[f64], spread: &dyn Fn(&[f64]) -> f64, p: usize) -> Vec<bool> {
    let whole = spread(step);
    (0..p)
        .map(|j| {
            let mut alone = vec![0.0; p];
            alone[j] = step[j];
            whole > MOVING && spread(&alone) > 1e-4 * whole
        })
        .collect()
}
