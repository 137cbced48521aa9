//! The covariance of Kenward & Roger and the scale and degrees of freedom of their F statistic.
//!
//! Kenward & Roger (1997), "Small sample inference for fixed effects from restricted maximum likelihood",
//! Biometrics 53, pages 984-987; W, the covariance of the covariance parameters, is the inverse of the information
//! asked for (SAS: observed). The parameters are those of SAS, told with each [`super::Structure`]: the term with the
//! second derivatives of the covariance depends on them, and vanishes where they are linear.

use super::likelihood::{Fit, Model, trace_of_product};
use super::matrix::Matrix;

/// The adjusted covariance with the second derivatives and without them (`DDFM=KR` and `DDFM=KR(LINEAR)` of SAS).
pub(crate) fn adjusted_covariances(
    model: &Model,
    fit: &Fit,
    information: &[Matrix],
    parameter_covariance: &Matrix,
) -> (Matrix, Matrix) {
    let covariance = &fit.covariance;
    let p = covariance.rows;
    // Sum of W_ij (Q_ij - P_i C P_j), then the sum of W_ij R_ij.
    let (mut inner, second) = model.weighted_second_terms(fit, parameter_covariance);
    for (j, right) in information.iter().enumerate() {
        let mut left = Matrix::zeros(p, p);
        for (i, own) in information.iter().enumerate() {
            left.add(parameter_covariance[(i, j)], own);
        }
        inner.add(-1.0, &left.times(covariance).times(right));
    }
    let adjusted = |inner: &Matrix| {
        let mut all = covariance.clone();
        all.add(2.0, &covariance.times(inner).times(covariance));
        Matrix::from_fn(p, p, |i, j| 0.5 * (all[(i, j)] + all[(j, i)]))
    };
    let linear = adjusted(&inner);
    inner.add(-0.25, &second);
    (adjusted(&inner), linear)
}

/// Scale of the F statistic and its denominator degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Approximation {
    pub(crate) scale: f64,
    pub(crate) df: f64,
}

/// The approximation for independent rows of weights; `None` where it has no finite degrees of freedom.
///
/// `form` is the inverse of L C L'. Page 987: A1, A2, B, g, c1, c2, c3, E*, V*, rho, m and lambda.
pub(crate) fn approximation(
    weights: &Matrix,
    form: &Matrix,
    covariance: &Matrix,
    information: &[Matrix],
    parameter_covariance: &Matrix,
) -> Option<Approximation> {
    let l = weights.rows as f64;
    let spread = weights.times(covariance);
    let spread_transposed = Matrix::from_fn(spread.columns, spread.rows, |i, j| spread[(j, i)]);
    // L C P_i C L' (L C L')^-1: the same traces as Theta C P_i C.
    let products: Vec<Matrix> =
        information.iter().map(|own| spread.times(own).times(&spread_transposed).times(form)).collect();
    let traces: Vec<f64> = products.iter().map(|m| (0..m.rows).map(|i| m[(i, i)]).sum()).collect();
    let (mut a1, mut a2) = (0.0, 0.0);
    for (i, left) in products.iter().enumerate() {
        for (j, right) in products.iter().enumerate() {
            let w = parameter_covariance[(i, j)];
            a1 += w * traces[i] * traces[j];
            a2 += w * trace_of_product(left, right);
        }
    }
    if a2 <= 0.0 {
        return None;
    }
    if weights.rows == 1 {
        // A1 = A2 gives lambda = 1 and m = 2 / A2 exactly.
        return Some(Approximation { scale: 1.0, df: 2.0 / a2 });
    }
    let b = (a1 + 6.0 * a2) / (2.0 * l);
    let g = ((l + 1.0) * a1 - (l + 4.0) * a2) / ((l + 2.0) * a2);
    let divisor = 3.0 * l + 2.0 * (1.0 - g);
    let (c1, c2, c3) = (g / divisor, (l - g) / divisor, (l + 2.0 - g) / divisor);
    let mean = 1.0 / (1.0 - a2 / l);
    let variance = 2.0 / l * (1.0 + c1 * b) / ((1.0 - c2 * b).powi(2) * (1.0 - c3 * b));
    let rho = variance / (2.0 * mean * mean);
    let df = 4.0 + (l + 2.0) / (l * rho - 1.0);
    let scale = df / (mean * (df - 2.0));
    (df > 0.0 && scale > 0.0 && df.is_finite() && scale.is_finite()).then_some(Approximation { scale, df })
}
