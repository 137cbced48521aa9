//! Fine-Gray regression: how covariates change the cumulative incidence of one cause among competing ones.
//!
//! Fine & Gray (1999), "A proportional hazards model for the subdistribution of a competing risk", JASA 94. Subjects
//! with a competing event stay at risk, weighted by the censoring curve G(t-)/G(T-) of their group. Held against R
//! cmprsk `crr` and survival `finegray` in `tests/reference/fine_gray`.

mod censoring;
mod variance;

use self::censoring::CensoringGroup;
use self::variance::influence;
use super::cox::design::{Design, Lingering};
use super::cox::newton::{inverse, unpack};
use super::cox::residuals::increments;
use super::cox::robust::cluster_sums;
use super::cox::{Coefficients, CoxData, Fitted, Ties, finite_part, fit_design, original_values};
use super::reason::{NotEstimable, Value, check_finite, finite};
use nalgebra::DMatrix;

/// How events of the cause at the same time enter the likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubdistributionTies {
    /// Breslow: cmprsk, default of SAS PHREG.
    Breslow,
    /// Efron: survival `coxph` on the data of `finegray`.
    Efron,
}

/// Who is at risk of censoring at a time at which others have an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TiedCensoring {
    /// Subjects with an event at that time are still at risk of censoring (cmprsk).
    EventsAtRisk,
    /// Events come first, those subjects are no longer at risk (survival `finegray`).
    EventsFirst,
}

/// Covariance of the coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubdistributionVariance {
    /// With the uncertainty of the estimated censoring curve (Fine & Gray 1999, eq. 8; cmprsk).
    EstimatedWeights,
    /// As if the weights were known (survival `coxph` on the data of `finegray`, with the subject as cluster).
    KnownWeights,
}

/// What software disagrees about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FineGrayOptions {
    /// Tied events of the cause.
    pub ties: SubdistributionTies,
    /// Ties between events and censorings.
    pub tied_censoring: TiedCensoring,
    /// Covariance.
    pub variance: SubdistributionVariance,
}

impl FineGrayOptions {
    /// The choices of R cmprsk.
    pub const CMPRSK: FineGrayOptions = FineGrayOptions {
        ties: SubdistributionTies::Breslow,
        tied_censoring: TiedCensoring::EventsAtRisk,
        variance: SubdistributionVariance::EstimatedWeights,
    };
}

/// A fitted Fine-Gray model.
#[derive(Debug, Clone)]
pub struct FineGrayFit {
    /// Number of subjects.
    pub n: usize,
    /// Events of the cause.
    pub n_events: usize,
    /// Events of other causes.
    pub n_competing: usize,
    /// Log pseudo-likelihood with all coefficients 0.
    pub log_likelihood_null: f64,
    /// Largest log pseudo-likelihood.
    pub log_likelihood: f64,
    /// Coefficients, the log subdistribution hazard ratios, with their robust covariance.
    pub coefficients: Coefficients,
    /// Event times of the cause with the cumulative subdistribution hazard at covariates of 0.
    baseline: Vec<(f64, f64)>,
}

/// Fits a Fine-Gray model of `cause`; `status` is 0 for censored, else the cause of the event.
///
/// `censoring_groups` are labels of groups with a censoring curve each; one curve without. Without competing events it
/// is a Cox model with robust covariance. Errors as `cox_regression`; `InvalidArgument` for cause 0.
pub fn fine_gray(
    time: &[f64],
    status: &[usize],
    cause: usize,
    columns: &[&[f64]],
    censoring_groups: Option<&[usize]>,
    options: FineGrayOptions,
) -> Result<FineGrayFit, NotEstimable> {
    let n = time.len();
    if cause == 0 || status.len() != n || censoring_groups.is_some_and(|g| g.len() != n) {
        return Err(NotEstimable::InvalidArgument);
    }
    let event: Vec<bool> = status.iter().map(|&s| s == cause).collect();
    let data = CoxData { start: None, stop: time, event: &event, columns, strata: None, weights: None };
    let mut design = Design::new(&data)?;
    let groups = CensoringGroup::of_all(time, status, censoring_groups, options.tied_censoring);
    let group_of: Vec<usize> = (0..n).map(|i| CensoringGroup::place(&groups, censoring_groups, i)).collect();
    let competing = |i: usize| status[i] != 0 && status[i] != cause;
    let factor = |i: usize| if competing(i) { 1.0 / groups[group_of[i]].before(time[i]) } else { 0.0 };
    design.lingering = Some(Lingering {
        group: design.order.iter().map(|&i| group_of[i]).collect(),
        factor: design.order.iter().map(|&i| factor(i)).collect(),
        curve: groups.iter().map(|g| design.times.iter().map(|t| g.before(t.time)).collect()).collect(),
    });
    let ties = match options.ties {
        SubdistributionTies::Breslow => Ties::Breslow,
        SubdistributionTies::Efron => Ties::Efron,
    };
    let fitted = fit_design(design, ties)?;
    let rows = influence(&fitted, ties, time, status, &groups, options);
    let covariance = sandwich(&fitted, &rows)?;
    let Fitted { design, kept, null, maximum } = fitted;
    let values = original_values(&maximum, &design, &kept, columns.len());
    let baseline = baseline(&design, &maximum.beta, ties);
    Ok(FineGrayFit {
        n,
        n_events: event.iter().filter(|e| **e).count(),
        n_competing: (0..n).filter(|&i| competing(i)).count(),
        log_likelihood_null: null.log_likelihood,
        log_likelihood: maximum.at.log_likelihood,
        coefficients: Coefficients::new(values, finite_part(&covariance, &maximum.infinite)),
        baseline,
    })
}

/// Robust covariance in the units given.
fn sandwich(fitted: &Fitted, rows: &[f64]) -> Result<DMatrix<f64>, NotEstimable> {
    let (design, p) = (&fitted.design, fitted.design.n_columns);
    if p == 0 || fitted.maximum.infinite.iter().all(|i| *i) {
        return Ok(DMatrix::zeros(p, p));
    }
    let bread = inverse(&unpack(&fitted.maximum.at.information, p))?;
    let whole = &bread * cluster_sums(rows, p, |i| i).products * &bread;
    Ok(DMatrix::from_fn(p, p, |i, j| 0.5 * (whole[(i, j)] + whole[(j, i)]) / (design.scale[i] * design.scale[j])))
}

fn baseline(design: &Design, beta: &[f64], ties: Ties) -> Vec<(f64, f64)> {
    let risk: Vec<f64> = design.linear_predictor(beta).into_iter().map(libm::exp).collect();
    let centre = design.strata.first().map_or(&[][..], |s| s.centre.as_slice());
    let shift: f64 = centre.iter().zip(beta).zip(&design.scale).map(|((c, b), s)| c / s * b).sum();
    let mut hazard = 0.0;
    let steps = increments(design, &risk, ties).hazard;
    let mut all = Vec::with_capacity(steps.len());
    for (at, step) in design.times.iter().zip(steps) {
        hazard += step;
        // Kept as a logarithm: covariates far from 0 would over- or underflow.
        all.push((at.time, libm::log(hazard) - shift));
    }
    all
}

impl FineGrayFit {
    /// Cumulative incidence predicted at a time for covariates, one for each column given to the fit (a column without
    /// a determined coefficient counts as 0); 0 before the first event.
    ///
    /// Errors: `Separation` where a coefficient is infinite, `InvalidArgument`, `NotFinite`.
    pub fn cumulative_incidence(&self, covariates: &[f64], time: f64) -> Value {
        check_finite(covariates)?;
        check_finite(&[time])?;
        if covariates.len() != self.coefficients.n_columns() {
            return Err(NotEstimable::InvalidArgument);
        }
        let mut log_risk = 0.0;
        for (column, x) in covariates.iter().enumerate() {
            match self.coefficients.coefficient(column) {
                Ok(beta) => log_risk += beta * x,
                Err(NotEstimable::Singular) => {}
                Err(reason) => return Err(reason),
            }
        }
        let behind = self.baseline.iter().take_while(|(t, _)| *t <= time).count();
        match behind.checked_sub(1) {
            None => Ok(0.0),
            Some(last) => finite(-libm::expm1(-libm::exp(self.baseline[last].1 + log_risk))),
        }
    }
}

#[cfg(test)]
mod tests;
