//! Cumulative baseline hazard of a Cox model and the survival it predicts for given covariates.
//!
//! Breslow (1974) and Efron (1977) for tied events; variance of Tsiatis (1981) with the part of the coefficients
//! (Link 1984), the definition of R `survfit.coxph`.

use super::newton::{inverse, unpack};
use super::residuals::increments;
use super::{CoxFit, NotEstimable, Ties};
use crate::stats::distribution::normal_multiplier;
use crate::stats::kaplan_meier::{CurveInterval, curve_interval};
use crate::stats::reason::{Interval, Value, check_finite, check_level, finite};
use nalgebra::DVector;

/// How tied events add to the cumulative hazard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HazardEstimator {
    /// Events over the risk of all at risk (default of SAS; of R after Breslow's likelihood).
    Breslow,
    /// Each of the tied events leaves the risk set by shares (default of R after Efron's likelihood).
    Efron,
}

/// Prediction up to and including one event time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PredictedSurvival {
    /// Event time.
    pub time: f64,
    /// Cumulative hazard.
    pub cumulative_hazard: f64,
    /// Its standard error, which is that of the logarithm of the survival.
    pub standard_error: f64,
    /// Probability of no event, exp(-cumulative hazard).
    pub survival: f64,
    /// Pointwise interval of the probability.
    pub interval: Result<Interval, NotEstimable>,
}

/// Predicted survival of one stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalPrediction {
    /// One step for each event time of the stratum, ascending.
    pub steps: Vec<PredictedSurvival>,
    /// Interval where nothing has happened yet.
    before: Result<Interval, NotEstimable>,
}

impl CoxFit {
    /// Survival predicted for covariates (one for each column given to the fit; 0 in all for the baseline).
    ///
    /// A column without a determined coefficient counts as 0. Errors: a label that is no stratum, `Separation` where a
    /// coefficient is infinite, `NotDefined` with exact ties, covariates so far out that the hazard overflows.
    pub fn predicted_survival(
        &self,
        covariates: &[f64],
        stratum: usize,
        estimator: HazardEstimator,
        level: f64,
        interval_type: CurveInterval,
    ) -> Result<SurvivalPrediction, NotEstimable> {
        self.check_sums()?;
        check_level(level)?;
        check_finite(covariates)?;
        let design = &self.design;
        let stratum = design.strata.iter().find(|s| s.label == stratum).ok_or(NotEstimable::InvalidArgument)?;
        if covariates.len() != self.coefficients.n_columns() {
            return Err(NotEstimable::InvalidArgument);
        }
        let p = design.n_columns;
        let beta = &self.maximum.beta;
        let risk: Vec<f64> = design.linear_predictor(beta).into_iter().map(libm::exp).collect();
        let ties = if estimator == HazardEstimator::Efron { Ties::Efron } else { Ties::Breslow };
        let steps = increments(design, &risk, ties);
        let x: Vec<f64> = (0..p).map(|k| (covariates[self.kept[k]] - stratum.centre[k]) / design.scale[k]).collect();
        let own_risk = finite(libm::exp(x.iter().zip(beta).map(|(x, b)| x * b).sum::<f64>()))?;
        let covariance = if p > 0 { inverse(&unpack(&self.maximum.at.information, p))? } else { unpack(&[], 0) };
        let z = normal_multiplier(level)?;
        let (mut hazard, mut variance, mut distance) = (0.0, 0.0, DVector::zeros(p));
        let mut predicted = Vec::with_capacity(stratum.times.len());
        for e in stratum.times.clone() {
            hazard += steps.hazard[e];
            variance += steps.variance[e];
            for k in 0..p {
                distance[k] += x[k] * steps.hazard[e] - steps.hazard_mean[e * p + k];
            }
            let own_variance = variance + distance.dot(&(&covariance * &distance));
            let cumulative_hazard = finite(hazard * own_risk)?;
            let standard_error = finite(own_risk * own_variance.max(0.0).sqrt())?;
            let survival = libm::exp(-cumulative_hazard);
            predicted.push(PredictedSurvival {
                time: design.times[e].time,
                cumulative_hazard,
                standard_error,
                survival,
                interval: curve_interval(survival, survival * standard_error, z, interval_type),
            });
        }
        Ok(SurvivalPrediction { steps: predicted, before: curve_interval(1.0, 0.0, z, interval_type) })
    }
}

impl SurvivalPrediction {
    /// The prediction at a time: the last step not after it; a hazard of 0 before the first event time.
    pub fn at(&self, time: f64) -> Result<PredictedSurvival, NotEstimable> {
        check_finite(&[time])?;
        let none = PredictedSurvival {
            time,
            cumulative_hazard: 0.0,
            standard_error: 0.0,
            survival: 1.0,
            interval: self.before,
        };
        Ok(self.steps.iter().take_while(|s| s.time <= time).last().copied().unwrap_or(none))
    }

    /// The time by which the predicted probability of an event is `p`; `NotReached` where it stays below.
    pub fn quantile(&self, p: f64) -> Value {
        check_level(p)?;
        self.steps.iter().find(|s| s.survival <= 1.0 - p).map(|s| s.time).ok_or(NotEstimable::NotReached)
    }
}
