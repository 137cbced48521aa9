//! Firth's penalised logistic regression: finite estimates under separation, less bias in small samples.
//!
//! The log-likelihood is penalised by half the log-determinant of the information, the Jeffreys prior (Firth 1993,
//! "Bias reduction of maximum likelihood estimates"); intervals and tests by the profile of the penalised likelihood,
//! with the penalty of the full model throughout (Heinze & Schemper 2002, R `logistf`, SAS `FIRTH` with `CLPARM=PL`).

use super::family::{Family, logistic};
use super::inference::{ChiSquare, WaldEstimate};
use crate::stats::cholesky::{Cholesky, bilinear, weighted_cross_products};
use crate::stats::distribution::normal_multiplier;
use crate::stats::orthonormal::{Design, orthogonalise};
use crate::stats::reason::{Interval, NotEstimable, Value, check_finite, check_level};
use crate::stats::root::try_increasing_root;
use crate::stats::sum::{dot, sum};

const MAX_ITERATIONS: usize = 5000;
const AT_REST: f64 = 1e-11;
/// Largest change of a linear predictor in one step.
const LONGEST: f64 = 5.0;

/// Covariance behind the Wald intervals of a penalised model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FirthCovariance {
    /// Inverse of the information at the estimate (R `brglm2`).
    Information,
    /// Inverse of the information with the weight of each record times 1 + its leverage, as if the penalty came from
    /// added records (R `logistf`); standard errors are a little smaller.
    Augmented,
}

/// A fitted penalised model.
#[derive(Debug, Clone, PartialEq)]
pub struct FirthModel {
    /// Number of records.
    pub n: usize,
    /// Number of independent columns.
    pub rank: usize,
    /// Log-likelihood plus half the log-determinant of the information of the independent columns.
    pub penalised_log_likelihood: f64,
    /// Log-likelihood without the penalty.
    pub log_likelihood: f64,
    columns: Vec<Vec<f64>>,
    response: Vec<f64>,
    design: Design,
    coordinates: Vec<f64>,
    covariance: Vec<Vec<f64>>,
    augmented: Vec<Vec<f64>>,
}

/// Fits the penalised model to columns with one entry per record and responses 0 or 1.
///
/// Errors: no records or no column (`TooFewValues`), lists of different length or other responses
/// (`InvalidArgument`), values that are not finite, `NotConverged`. Responses may be all 0 or all 1.
pub fn fit_firth_logistic(columns: &[Vec<f64>], response: &[f64]) -> Result<FirthModel, NotEstimable> {
    let n = response.len();
    if n == 0 || columns.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    check_finite(response)?;
    if response.iter().any(|y| *y != 0.0 && *y != 1.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    let (design, basis) = orthogonalise(columns, n)?;
    if design.rank() == 0 {
        return Err(NotEstimable::Singular);
    }
    let problem = Problem { basis: &basis, response, volume: design.log_determinant() };
    let maximum = problem.maximise(vec![0.0; basis.len()], basis.len())?;
    let factor = problem.information(&maximum.eta).ok_or(NotEstimable::NotConverged)?;
    let weights: Vec<f64> = problem.weights(&maximum.eta);
    let more: Vec<f64> =
        weights.iter().enumerate().map(|(i, w)| w * (1.0 + w * factor.quadratic_form(&problem.row(i)))).collect();
    let augmented = Cholesky::new(&weighted_cross_products(&basis, &more)).ok_or(NotEstimable::NotConverged)?;
    Ok(FirthModel {
        n,
        rank: design.rank(),
        penalised_log_likelihood: maximum.penalised,
        log_likelihood: problem.log_likelihood(&maximum.eta),
        columns: columns.to_vec(),
        response: response.to_vec(),
        coordinates: maximum.coordinates,
        design,
        covariance: factor.inverse(),
        augmented: augmented.inverse(),
    })
}

/// The penalised likelihood in the coefficients of orthonormal columns.
struct Problem<'a> {
    basis: &'a [Vec<f64>],
    response: &'a [f64],
    /// ln det X'X of the columns the basis comes from.
    volume: f64,
}

struct Maximum {
    coordinates: Vec<f64>,
    eta: Vec<f64>,
    penalised: f64,
    /// Penalised score of every coordinate, those held fixed included.
    score: Vec<f64>,
}

impl Problem<'_> {
    fn predictor(&self, coordinates: &[f64]) -> Vec<f64> {
        let mut eta = vec![0.0; self.response.len()];
        for (column, b) in self.basis.iter().zip(coordinates) {
            for (e, x) in eta.iter_mut().zip(column) {
                *e += b * x;
            }
        }
        eta
    }

    fn row(&self, record: usize) -> Vec<f64> {
        self.basis.iter().map(|c| c[record]).collect()
    }

    fn weights(&self, eta: &[f64]) -> Vec<f64> {
        eta.iter().map(|e| logistic(*e) * logistic(-e)).collect()
    }

    fn information(&self, eta: &[f64]) -> Option<Cholesky> {
        Cholesky::new(&weighted_cross_products(self.basis, &self.weights(eta)))
    }

    fn log_likelihood(&self, eta: &[f64]) -> f64 {
        sum(self.response.iter().zip(eta).map(|(y, e)| Family::Logistic.terms(*y, *e).log_likelihood))
    }

    fn penalised(&self, eta: &[f64]) -> Option<f64> {
        Some(self.log_likelihood(eta) + 0.5 * (self.information(eta)?.log_determinant() + self.volume))
    }

    /// Scoring steps on the first `free` coordinates; the others stay.
    fn maximise(&self, mut coordinates: Vec<f64>, free: usize) -> Result<Maximum, NotEstimable> {
        let mut eta = self.predictor(&coordinates);
        let mut current = self.penalised(&eta).ok_or(NotEstimable::NotConverged)?;
        for _ in 0..MAX_ITERATIONS {
            let weights = self.weights(&eta);
            let matrix = weighted_cross_products(self.basis, &weights);
            let factor = Cholesky::new(&matrix).ok_or(NotEstimable::NotConverged)?;
            let scores: Vec<f64> = (0..eta.len())
                .map(|i| {
                    let leverage = weights[i] * factor.quadratic_form(&self.row(i));
                    let p = logistic(eta[i]);
                    self.response[i] - p + leverage * (0.5 - p)
                })
                .collect();
            let score: Vec<f64> = self.basis.iter().map(|c| dot(c, &scores)).collect();
            let block: Vec<Vec<f64>> = matrix[..free].iter().map(|row| row[..free].to_vec()).collect();
            let direction = Cholesky::new(&block).ok_or(NotEstimable::NotConverged)?.solve(&score[..free]);
            let size = self.predictor(&direction).iter().fold(0.0f64, |a, m| a.max(m.abs()));
            let mut share = if size > LONGEST { LONGEST / size } else { 1.0 };
            let (next, next_eta, value) = loop {
                let mut next = coordinates.clone();
                for (b, d) in next.iter_mut().zip(&direction) {
                    *b += share * d;
                }
                let next_eta = self.predictor(&next);
                match self.penalised(&next_eta) {
                    Some(value) if value >= current - 1e-12 * (1.0 + current.abs()) => break (next, next_eta, value),
                    _ if size * share <= AT_REST => break (coordinates.clone(), eta.clone(), current),
                    _ => share *= 0.5,
                }
            };
            (coordinates, eta, current) = (next, next_eta, value);
            if size <= AT_REST {
                return Ok(Maximum { coordinates, eta, penalised: current, score });
            }
        }
        Err(NotEstimable::NotConverged)
    }
}

impl FirthModel {
    fn unit(&self, column: usize) -> Result<Vec<f64>, NotEstimable> {
        if column >= self.columns.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        self.design.place(column)?;
        let mut weights = vec![0.0; self.columns.len()];
        weights[column] = 1.0;
        Ok(self.design.completed(&weights))
    }

    /// Coefficient of a column, a log odds ratio; `Singular` where it depends on earlier columns.
    pub fn coefficient(&self, column: usize) -> Value {
        Ok(dot(&self.design.coordinates(&self.unit(column)?)?, &self.coordinates))
    }

    /// Returns a combination of coefficients with its Wald interval.
    pub fn combination(
        &self,
        weights: &[f64],
        kind: FirthCovariance,
        level: f64,
    ) -> Result<WaldEstimate, NotEstimable> {
        let a = self.design.coordinates(weights)?;
        let covariance = match kind {
            FirthCovariance::Information => &self.covariance,
            FirthCovariance::Augmented => &self.augmented,
        };
        WaldEstimate::new(dot(&a, &self.coordinates), bilinear(&a, covariance, &a), level)
    }

    /// Returns the coefficient of a column with its Wald interval.
    pub fn estimate(&self, column: usize, kind: FirthCovariance, level: f64) -> Result<WaldEstimate, NotEstimable> {
        self.combination(&self.unit(column)?, kind, level)
    }

    /// The independent columns with some of them last, made orthonormal, and how many come first.
    fn reordered(&self, last: &[usize]) -> Result<(Design, Vec<Vec<f64>>, usize), NotEstimable> {
        let first: Vec<usize> = self.design.kept.iter().copied().filter(|c| !last.contains(c)).collect();
        let then = self.design.kept.iter().copied().filter(|c| last.contains(c));
        let order: Vec<Vec<f64>> = first.iter().copied().chain(then).map(|c| self.columns[c].clone()).collect();
        let (design, basis) = orthogonalise(&order, self.n)?;
        if design.rank() < order.len() { Err(NotEstimable::Singular) } else { Ok((design, basis, first.len())) }
    }

    /// Penalised likelihood ratio test that the coefficients of some columns are all 0.
    ///
    /// Columns left out as dependent do not count; `Singular` where none is left.
    pub fn likelihood_ratio_test(&self, columns: &[usize]) -> Result<ChiSquare, NotEstimable> {
        if columns.iter().any(|&c| c >= self.columns.len()) {
            return Err(NotEstimable::InvalidArgument);
        }
        let (design, basis, free) = self.reordered(columns)?;
        if free == basis.len() {
            return Err(NotEstimable::Singular);
        }
        let problem = Problem { basis: &basis, response: &self.response, volume: design.log_determinant() };
        let null = problem.maximise(vec![0.0; basis.len()], free)?;
        ChiSquare::new(2.0 * (self.penalised_log_likelihood - null.penalised), (basis.len() - free) as f64)
    }

    /// Returns the profile penalised likelihood interval of the coefficient of a column.
    pub fn profile_interval(&self, column: usize, level: f64) -> Result<Interval, NotEstimable> {
        check_level(level)?;
        let wald = self.estimate(column, FirthCovariance::Information, level)?;
        let (design, basis, free) = self.reordered(&[column])?;
        let problem = Problem { basis: &basis, response: &self.response, volume: design.log_determinant() };
        let length = design.own_length(free);
        let z = normal_multiplier(level)?;
        // From the whole maximum, in the coordinates of the new order.
        let middle = problem.maximise(vec![0.0; basis.len()], basis.len())?.coordinates;
        let limit = |sign: f64| {
            let mut coordinates = middle.clone();
            let equation = |value: f64| {
                coordinates[free] = value * length;
                // With a coefficient fixed the penalised likelihood need not be concave. A small push keeps the search
                // from resting on a saddle, which symmetric data have.
                for (k, b) in coordinates[..free].iter_mut().enumerate() {
                    *b += 1e-3 * (1.0 + b.abs()) / (k + 1) as f64;
                }
                let maximum = problem.maximise(coordinates.clone(), free)?;
                let fall = 2.0 * (self.penalised_log_likelihood - maximum.penalised);
                coordinates = maximum.coordinates;
                if fall <= 0.0 {
                    return Ok((-sign * z, 0.0));
                }
                let root = fall.sqrt();
                Ok((sign * (root - z), -sign * maximum.score[free] * length / root))
            };
            let step = 0.5 * wald.standard_error;
            try_increasing_root(equation, wald.estimate + sign * z * wald.standard_error, step, 1e-9 * step)
        };
        Ok(Interval { lower: limit(-1.0)?, upper: limit(1.0)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturated_models_add_one_half() {
        // With one parameter per group the Jeffreys prior adds half an event and half a non-event to each group.
        let columns = [vec![1.0; 11], (0..11).map(|i| f64::from(i >= 6)).collect()];
        let response: Vec<f64> = (0..11).map(|i| f64::from(i < 3)).collect();
        let model = fit_firth_logistic(&columns, &response).expect("fitted");
        assert!(model.coefficient(0).expect("known").abs() < 1e-10);
        assert!((model.coefficient(1).expect("known") - (0.5f64 / 5.5).ln()).abs() < 1e-10);
        let interval = model.profile_interval(1, 0.95).expect("finite");
        assert!(interval.lower < -2.4 && interval.upper > -2.4);
        let none = fit_firth_logistic(&[vec![1.0; 4]], &[0.0; 4]).expect("fitted");
        assert!((none.coefficient(0).expect("known") - (0.5f64 / 4.5).ln()).abs() < 1e-10);
    }

    #[test]
    fn reasons() {
        assert_eq!(fit_firth_logistic(&[vec![]], &[]), Err(NotEstimable::TooFewValues));
        assert_eq!(fit_firth_logistic(&[vec![1.0]], &[0.5]), Err(NotEstimable::InvalidArgument));
        assert_eq!(fit_firth_logistic(&[vec![0.0]], &[1.0]), Err(NotEstimable::Singular));
        let model = fit_firth_logistic(&[vec![1.0; 2], vec![3.0; 2]], &[0.0, 1.0]).expect("fitted");
        assert_eq!(model.estimate(1, FirthCovariance::Information, 0.95), Err(NotEstimable::Singular));
        assert_eq!(model.likelihood_ratio_test(&[1]), Err(NotEstimable::Singular));
    }
}
