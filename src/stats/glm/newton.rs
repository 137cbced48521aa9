//! Maximum likelihood by Newton steps on orthonormal columns, with step halving and detection of separation.
//!
//! The log-likelihoods are concave in the linear predictor, so a Newton step that does not raise it is halved and
//! the iterations end at the maximum or run along a direction of recession (`separation`).

use super::family::{Family, Freedom};
use super::separation::moved_records;
use crate::stats::cholesky::{Cholesky, weighted_cross_products};
use crate::stats::reason::NotEstimable;
use crate::stats::sum::{dot, sum};

const MAX_ITERATIONS: usize = 200;
/// Largest change of a linear predictor after which the next Newton step would be lost in rounding.
const AT_REST: f64 = 1e-9;

/// A likelihood in the coefficients of orthonormal columns.
pub(super) struct Problem<'a> {
    pub(super) family: Family,
    pub(super) basis: &'a [Vec<f64>],
    pub(super) response: &'a [f64],
    pub(super) offset: &'a [f64],
}

pub(super) struct Maximum {
    pub(super) coordinates: Vec<f64>,
    pub(super) eta: Vec<f64>,
    pub(super) log_likelihood: f64,
}

pub(super) enum Outcome {
    Maximum(Maximum),
    /// The records that a direction of recession moves.
    Recession(Vec<bool>),
}

impl Problem<'_> {
    pub(super) fn predictor(&self, coordinates: &[f64]) -> Vec<f64> {
        let mut eta = self.offset.to_vec();
        for (column, b) in self.basis.iter().zip(coordinates) {
            for (e, x) in eta.iter_mut().zip(column) {
                *e += b * x;
            }
        }
        eta
    }

    pub(super) fn log_likelihood(&self, eta: &[f64]) -> f64 {
        sum(self.response.iter().zip(eta).map(|(y, e)| self.family.terms(*y, *e).log_likelihood))
    }

    /// Weighted least squares of the starting predictor.
    fn start(&self) -> Vec<f64> {
        let guess: Vec<f64> = self.response.iter().map(|y| self.family.start(*y)).collect();
        let weights: Vec<f64> =
            self.response.iter().zip(&guess).map(|(y, e)| self.family.terms(*y, *e).expected).collect();
        let target: Vec<f64> = guess.iter().zip(self.offset).zip(&weights).map(|((g, o), w)| w * (g - o)).collect();
        let right: Vec<f64> = self.basis.iter().map(|c| dot(c, &target)).collect();
        Cholesky::new(&weighted_cross_products(self.basis, &weights))
            .map_or_else(|| vec![0.0; self.basis.len()], |factor| factor.solve(&right))
    }

    /// Runs the iterations from the given coordinates, and from the usual ones where that fails.
    pub(super) fn maximise(&self, start: Option<&[f64]>) -> Result<Outcome, NotEstimable> {
        if let Some(Ok(outcome)) = start.map(|s| self.iterate(s.to_vec())) {
            return Ok(outcome);
        }
        self.iterate(self.start())
    }

    fn iterate(&self, mut coordinates: Vec<f64>) -> Result<Outcome, NotEstimable> {
        let mut eta = self.predictor(&coordinates);
        let mut current = self.log_likelihood(&eta);
        if !current.is_finite() {
            coordinates = vec![0.0; self.basis.len()];
            eta = self.predictor(&coordinates);
            current = self.log_likelihood(&eta);
        }
        let mut last_direction: Vec<f64> = Vec::new();
        for iteration in 0..MAX_ITERATIONS {
            let terms: Vec<_> = self.response.iter().zip(&eta).map(|(y, e)| self.family.terms(*y, *e)).collect();
            let score: Vec<f64> = terms.iter().map(|t| t.score).collect();
            let weights: Vec<f64> = terms.iter().map(|t| t.observed).collect();
            let gradient: Vec<f64> = self.basis.iter().map(|c| dot(c, &score)).collect();
            let Some(factor) = Cholesky::new(&weighted_cross_products(self.basis, &weights)) else {
                return self.recession(&last_direction).ok_or(NotEstimable::NotConverged);
            };
            let direction = factor.solve(&gradient);
            let movement = self.predictor(&direction).iter().zip(self.offset).map(|(e, o)| e - o).collect::<Vec<f64>>();
            let size = largest(&movement);
            let distance = eta.iter().zip(self.offset).fold(0.0f64, |a, (e, o)| a.max((e - o).abs()));
            let running_away = iteration >= 10 && size > 0.2 && distance > 15.0;
            if let Some(outcome) = running_away.then(|| self.recession(&direction)).flatten() {
                return Ok(outcome);
            }
            let mut share = 1.0;
            let accepted = loop {
                let next: Vec<f64> = coordinates.iter().zip(&direction).map(|(b, d)| b + share * d).collect();
                let next_eta = self.predictor(&next);
                let value = self.log_likelihood(&next_eta);
                if value >= current - 1e-12 * (1.0 + current.abs()) || size * share <= AT_REST {
                    break (next, next_eta, value);
                }
                share *= 0.5;
            };
            (coordinates, eta, current) = accepted;
            if size * share <= AT_REST {
                return if current.is_finite() {
                    Ok(Outcome::Maximum(Maximum { coordinates, eta, log_likelihood: current }))
                } else {
                    Err(NotEstimable::NotConverged)
                };
            }
            last_direction = direction;
        }
        self.recession(&last_direction).ok_or(NotEstimable::NotConverged)
    }

    fn recession(&self, direction: &[f64]) -> Option<Outcome> {
        let freedom: Vec<Freedom> = self.response.iter().map(|y| self.family.freedom(*y)).collect();
        moved_records(self.basis, &freedom, direction).map(Outcome::Recession)
    }
}

fn largest(values: &[f64]) -> f64 {
    values.iter().fold(0.0f64, |a, v| a.max(v.abs()))
}
