//! The search for the largest likelihood: Newton steps in the working parameters, Fisher scoring where they fail.
//!
//! A step is halved until the likelihood rises. Where the second derivatives are not positive definite, their
//! expectation takes their place for that step. The search ends where the Newton decrement g' H^-1 g says that no
//! further step could move a parameter by more than about 1e-8 of its standard error, then takes that step. A search
//! that runs into a singular covariance, or does not end, is an error and never a result.

use super::super::reason::NotEstimable;
use super::Estimation;
use super::jet::Jet;
use super::likelihood::{Derivatives, Fit, Model};
use super::matrix::{Matrix, inner};

/// How the largest likelihood was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// Newton-Raphson from the covariance of the least-squares residuals.
    Newton,
    /// Newton-Raphson failed; Fisher scoring from uncorrelated visits, its last steps Newton-Raphson.
    FisherScoring,
}

/// Steps allowed in one search.
const STEPS: usize = 200;
/// Newton decrement below which the search has arrived.
const ARRIVED: f64 = 1e-16;
/// Decrement below which a rise of the likelihood is lost in rounding, so that steps are taken unseen.
const ROUNDING: f64 = 1e-9;
/// Share of a working parameter's curvature that must be its own; less means the records do not determine it.
const DETERMINED: f64 = 1e-9;
/// Share of a visit's variance that the other visits must leave open.
const OPEN: f64 = 1e-9;

/// The point found.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Optimum {
    pub(crate) parameters: Vec<f64>,
    pub(crate) fit: Fit,
    pub(crate) derivatives: Derivatives,
    pub(crate) algorithm: Algorithm,
    pub(crate) n_steps: usize,
    /// g' H^-1 g in the working parameters at the point before the last step.
    pub(crate) decrement: f64,
}

/// Finds the largest likelihood.
///
/// `Singular` where the records do not determine the covariance, `NotConverged` where both searches fail.
pub(crate) fn maximise(model: &Model) -> Result<Optimum, NotEstimable> {
    let covariance = model.records.residual_covariance();
    let v = covariance.rows;
    let uncorrelated = Matrix::from_fn(v, v, |a, b| if a == b { covariance[(a, a)] } else { 0.0 });
    let newton = search(model, &covariance, Algorithm::Newton);
    match newton {
        Ok(optimum) => Ok(optimum),
        Err(reason) => match search(model, &uncorrelated, Algorithm::FisherScoring) {
            Ok(optimum) => Ok(optimum),
            // A covariance not determined at either end is the better reason.
            Err(other) => Err(if reason == NotEstimable::Singular { reason } else { other }),
        },
    }
}

/// Values, gradient and curvature in the working parameters.
struct Point {
    working: Vec<f64>,
    parameters: Vec<f64>,
    fit: Fit,
}

fn point(model: &Model, working: Vec<f64>) -> Option<Point> {
    let parameters: Vec<f64> = jets(model, &working).iter().flatten().map(|j| j.value).collect();
    let fit = model.fit(&parameters)?;
    Some(Point { working, parameters, fit })
}

/// Covariance parameters of each group as functions of its working parameters.
fn jets(model: &Model, working: &[f64]) -> Vec<Vec<Jet>> {
    working.chunks(model.n_parameters()).map(|own| model.structure.parameters(own, model.records.n_visits)).collect()
}

/// Gradient and curvature in the working parameters, by the chain rule.
fn chain(jets: &[Vec<Jet>], gradient: &[f64], matrix: &Matrix) -> (Vec<f64>, Matrix) {
    let q = gradient.len();
    let own_q = jets.first().map_or(0, Vec::len);
    let mut jacobian = Matrix::zeros(q, q);
    for (g, group) in jets.iter().enumerate() {
        for (i, jet) in group.iter().enumerate() {
            jacobian.row_mut(g * own_q + i)[g * own_q..(g + 1) * own_q].copy_from_slice(&jet.gradient);
        }
    }
    let transposed = Matrix::from_fn(q, q, |i, j| jacobian[(j, i)]);
    let mut curvature = transposed.times(matrix).times(&jacobian);
    for (g, group) in jets.iter().enumerate() {
        for (i, jet) in group.iter().enumerate() {
            let slope = gradient[g * own_q + i];
            for a in 0..own_q {
                for b in 0..own_q {
                    curvature[(g * own_q + a, g * own_q + b)] += slope * jet.second[a * own_q + b];
                }
            }
        }
    }
    (transposed.times_vector(gradient), curvature)
}

fn search(model: &Model, start: &Matrix, algorithm: Algorithm) -> Result<Optimum, NotEstimable> {
    let own = model.structure.start(start);
    let working: Vec<f64> = (0..model.records.n_groups).flat_map(|_| own.iter().copied()).collect();
    let mut here = point(model, working).ok_or(NotEstimable::Singular)?;
    let mut last = f64::INFINITY;
    for n_steps in 0..STEPS {
        let derivatives = model.derivatives(&here.fit);
        let group_jets = jets(model, &here.working);
        let (gradient, observed) = chain(&group_jets, &derivatives.gradient, &derivatives.observed);
        let scoring = algorithm == Algorithm::FisherScoring && last > 1e-3;
        // Where the curvature is not that of a largest value, its expectation takes its place (Fisher scoring).
        let whole = if scoring { None } else { direction(&observed, &gradient, 0.0) };
        let (step, newton) = match whole {
            Some(step) => (step, true),
            None => {
                let (_, expected) = chain(&group_jets, &vec![0.0; gradient.len()], &derivatives.expected);
                let steps = [0.0, 1e-3, 1e-2, 0.1, 1.0].into_iter().find_map(|r| direction(&expected, &gradient, r));
                (steps.ok_or(NotEstimable::Singular)?, false)
            }
        };
        let decrement = -inner(&step, &gradient);
        if !newton && !scoring && decrement < ROUNDING {
            // At rest where the likelihood is flat in some direction.
            return Err(NotEstimable::Singular);
        }
        let stalled = decrement < ROUNDING && decrement >= 0.25 * last;
        if newton && (decrement < ARRIVED || stalled) {
            if decrement > ROUNDING * 1e-3 {
                return Err(NotEstimable::NotConverged);
            }
            determined(model, &here.fit, &observed)?;
            let moved = here.working.iter().zip(&step).map(|(w, s)| w + s).collect();
            let end = point(model, moved).unwrap_or(here);
            let derivatives = model.derivatives(&end.fit);
            return Ok(Optimum {
                parameters: end.parameters,
                fit: end.fit,
                derivatives,
                algorithm,
                n_steps: n_steps + 1,
                decrement,
            });
        }
        last = decrement;
        here = advance(model, &here, &step, decrement).ok_or_else(|| failure(model, &here.fit))?;
    }
    Err(failure(model, &here.fit))
}

/// The step that solves curvature * step = -gradient, the curvature's diagonal raised by a share of itself.
fn direction(curvature: &Matrix, gradient: &[f64], ridge: f64) -> Option<Vec<f64>> {
    let n = gradient.len();
    let largest = (0..n).fold(0.0f64, |a, i| a.max(curvature[(i, i)].abs()));
    let size = |i: usize| curvature[(i, i)].abs().max(1e-10 * largest).sqrt();
    let scaled =
        Matrix::from_fn(n, n, |i, j| curvature[(i, j)] / (size(i) * size(j)) + if i == j { ridge } else { 0.0 });
    let right: Vec<f64> = gradient.iter().enumerate().map(|(i, g)| -g / size(i)).collect();
    let step: Vec<f64> = scaled.cholesky()?.solve(&right).iter().enumerate().map(|(i, s)| s / size(i)).collect();
    step.iter().all(|s| s.is_finite()).then_some(step)
}

/// The next point on the way of a step, halved until the likelihood rises.
fn advance(model: &Model, here: &Point, step: &[f64], decrement: f64) -> Option<Point> {
    let mut share = 1.0;
    for _ in 0..50 {
        let moved = here.working.iter().zip(step).map(|(w, s)| w + share * s).collect();
        if let Some(next) = point(model, moved) {
            let rise = here.fit.objective - next.fit.objective;
            if rise >= 1e-4 * share * decrement || decrement < ROUNDING {
                return Some(next);
            }
        }
        share *= 0.5;
    }
    None
}

/// Checks that the covariance matrices are inside their range and every parameter is determined.
fn determined(model: &Model, fit: &Fit, curvature: &Matrix) -> Result<(), NotEstimable> {
    let open = fit.groups.iter().all(|g| g.matrix.smallest_pivot() > OPEN);
    // The restricted likelihood must also leave every coefficient a variance.
    let information = model.estimation == Estimation::MaximumLikelihood || fit.covariance.smallest_pivot() > 0.0;
    let curved = curvature.smallest_pivot() > DETERMINED;
    if open && information && curved { Ok(()) } else { Err(NotEstimable::Singular) }
}

/// The reason of a search that did not arrive.
fn failure(model: &Model, fit: &Fit) -> NotEstimable {
    // A matrix on its way to a singular one: the likelihood has no largest value inside its range.
    let variances = fit.groups.iter().flat_map(|g| (0..g.matrix.rows).map(|a| g.matrix[(a, a)]));
    let (low, high) = variances.fold((f64::INFINITY, 0.0f64), |(l, h), v| (l.min(v), h.max(v)));
    let narrow = fit.groups.iter().any(|g| g.matrix.smallest_pivot() < 1e-6) || low < 1e-12 * high;
    if narrow && model.records.n() > 0 { NotEstimable::Singular } else { NotEstimable::NotConverged }
}
