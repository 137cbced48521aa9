//! Maximum likelihood of the proportional odds model by Newton steps on orthonormal columns.

use super::fit::Information;
use super::likelihood::{information, log_likelihood, scores};
use crate::stats::cholesky::Cholesky;
use crate::stats::reason::NotEstimable;
use crate::stats::sum::{CompensatedSum, dot, sum};

const MAX_ITERATIONS: usize = 100;
const AT_REST: f64 = 1e-9;

/// The likelihood in thresholds and coefficients of orthonormal columns.
pub(super) struct Problem<'a> {
    pub(super) basis: &'a [Vec<f64>],
    pub(super) places: &'a [usize],
    pub(super) n_thresholds: usize,
}

impl Problem<'_> {
    pub(super) fn predictor(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut eta = vec![0.0; self.places.len()];
        for (column, b) in self.basis.iter().zip(coefficients) {
            for (e, x) in eta.iter_mut().zip(column) {
                *e += b * x;
            }
        }
        eta
    }

    pub(super) fn log_likelihood(&self, parameters: &[f64]) -> f64 {
        let (thresholds, coefficients) = parameters.split_at(self.n_thresholds);
        let eta = self.predictor(coefficients);
        sum(self.places.iter().zip(&eta).map(|(&l, e)| log_likelihood(thresholds, *e, l)))
    }

    /// Gradient by thresholds and coefficients.
    pub(super) fn gradient(&self, parameters: &[f64]) -> Vec<f64> {
        let (thresholds, coefficients) = parameters.split_at(self.n_thresholds);
        let eta = self.predictor(coefficients);
        let records: Vec<Vec<f64>> = self.places.iter().zip(&eta).map(|(&l, e)| scores(thresholds, *e, l)).collect();
        let mut gradient: Vec<f64> = (0..self.n_thresholds).map(|j| sum(records.iter().map(|r| r[j]))).collect();
        let by_predictor: Vec<f64> = records.iter().map(|r| -sum(r.iter().copied())).collect();
        gradient.extend(self.basis.iter().map(|c| dot(c, &by_predictor)));
        gradient
    }

    /// Information about thresholds and coefficients.
    pub(super) fn information(&self, parameters: &[f64], kind: Information) -> Vec<Vec<f64>> {
        let (thresholds, coefficients) = parameters.split_at(self.n_thresholds);
        let eta = self.predictor(coefficients);
        let size = parameters.len();
        let k = self.n_thresholds;
        let mut total = vec![vec![CompensatedSum::default(); size]; size];
        for (i, (&place, e)) in self.places.iter().zip(&eta).enumerate() {
            let (diagonal, beside) = information(thresholds, *e, place, kind);
            let row_sums = tridiagonal_row_sums(&diagonal, &beside);
            let whole = sum(row_sums.iter().copied());
            for j in 0..k {
                total[j][j].add(diagonal[j]);
                if j > 0 {
                    total[j][j - 1].add(beside[j]);
                }
            }
            for (m, column) in self.basis.iter().enumerate() {
                let x = column[i];
                for (j, r) in row_sums.iter().enumerate() {
                    total[k + m][j].add(-x * r);
                }
                for (l, other) in self.basis[..=m].iter().enumerate() {
                    total[k + m][k + l].add(whole * x * other[i]);
                }
            }
        }
        (0..size).map(|i| (0..size).map(|j| total[i.max(j)][i.min(j)].value()).collect()).collect()
    }

    /// Newton steps from the thresholds without columns.
    pub(super) fn maximise(&self) -> Result<Vec<f64>, NotEstimable> {
        let n = self.places.len() as f64;
        let below = |j: usize| self.places.iter().filter(|&&l| l <= j).count() as f64;
        let mut parameters: Vec<f64> = (0..self.n_thresholds).map(|j| libm::log(below(j) / (n - below(j)))).collect();
        parameters.extend(vec![0.0; self.basis.len()]);
        let mut current = self.log_likelihood(&parameters);
        for iteration in 0..MAX_ITERATIONS {
            let gradient = self.gradient(&parameters);
            let matrix = self.information(&parameters, Information::Observed);
            let distance = largest(&self.predictor(&parameters[self.n_thresholds..]));
            let running_away = |step: f64| iteration >= 15 && step > 0.2 && distance > 15.0;
            let Some(factor) = Cholesky::new(&matrix) else {
                return Err(if running_away(1.0) { NotEstimable::Separation } else { NotEstimable::NotConverged });
            };
            let direction = factor.solve(&gradient);
            let movement =
                largest(&self.predictor(&direction[self.n_thresholds..])).max(largest(&direction[..self.n_thresholds]));
            // The likelihood is concave: steps that neither shrink nor are halved go to a supremum at infinity.
            if running_away(movement) && iteration >= 25 {
                return Err(NotEstimable::Separation);
            }
            let mut share = 1.0;
            loop {
                let next: Vec<f64> = parameters.iter().zip(&direction).map(|(b, d)| b + share * d).collect();
                let value = self.log_likelihood(&next);
                if value >= current - 1e-12 * (1.0 + current.abs()) || movement * share <= AT_REST {
                    (parameters, current) = (next, value);
                    break;
                }
                share *= 0.5;
            }
            if movement * share <= AT_REST {
                return if current.is_finite() { Ok(parameters) } else { Err(NotEstimable::NotConverged) };
            }
        }
        Err(NotEstimable::NotConverged)
    }
}

/// Row sums of a symmetric tridiagonal matrix.
pub(super) fn tridiagonal_row_sums(diagonal: &[f64], beside: &[f64]) -> Vec<f64> {
    (0..diagonal.len())
        .map(|j| {
            let lower = if j > 0 { beside[j] } else { 0.0 };
            diagonal[j] + lower + beside.get(j + 1).copied().unwrap_or(0.0)
        })
        .collect()
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0f64, |a, v| a.max(v.abs()))
}
