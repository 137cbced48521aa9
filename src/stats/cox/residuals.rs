//! Residuals of a Cox model: martingale, score and Schoenfeld.
//!
//! Therneau, Grambsch & Fleming (1990), "Martingale-based residuals for survival models"; with Efron's ties as in
//! Therneau & Grambsch (2000), section 4.2 and appendix B, the definition of R survival.

use super::CoxFit;
use super::design::Design;
use super::partial_likelihood::walk;
use super::{NotEstimable, Ties};

/// Hazard increments of each event time and their sums with the mean covariates at risk.
pub(crate) struct Increments {
    /// Increment seen by a record without an event here.
    pub(crate) hazard: Vec<f64>,
    /// Increment seen by a record with its event here: a tied death is at risk for a part of it only.
    pub(crate) own_hazard: Vec<f64>,
    /// Increments times the mean covariates, one row for each event time.
    pub(crate) hazard_mean: Vec<f64>,
    /// The same for a record with its event here.
    pub(crate) own_hazard_mean: Vec<f64>,
    /// Mean covariates at risk, averaged over the tied deaths, one row for each event time.
    pub(crate) mean: Vec<f64>,
    /// Sum of 1/denominator^2, the variance of the hazard increment.
    pub(crate) variance: Vec<f64>,
}

/// Increments at standardised coefficients.
pub(crate) fn increments(design: &Design, risk: &[f64], ties: Ties) -> Increments {
    let (m, p) = (design.times.len(), design.n_columns);
    let rows = || vec![0.0; m * p];
    let mut all = Increments {
        hazard: vec![0.0; m],
        own_hazard: vec![0.0; m],
        hazard_mean: rows(),
        own_hazard_mean: rows(),
        mean: rows(),
        variance: vec![0.0; m],
    };
    walk(design, risk, false, |set| {
        let (weight, e, d) = (set.mean_weight(), set.index, set.n_deaths as f64);
        let row = e * p..(e + 1) * p;
        for share in set.shares(ties) {
            let denominator = set.survivors.zero + share * set.deaths.zero;
            let hazard = weight / denominator;
            all.hazard[e] += hazard;
            all.own_hazard[e] += share * hazard;
            all.variance[e] += weight / (denominator * denominator);
            for (j, place) in row.clone().enumerate() {
                let mean = (set.survivors.one[j] + share * set.deaths.one[j]) / denominator;
                all.mean[place] += mean / d;
                all.hazard_mean[place] += mean * hazard;
                all.own_hazard_mean[place] += mean * share * hazard;
            }
        }
    });
    all
}

/// Martingale and score residual of each sorted record (score by row), at standardised coefficients.
pub(crate) fn score_residuals(design: &Design, beta: &[f64], ties: Ties) -> (Vec<f64>, Vec<f64>) {
    let p = design.n_columns;
    let risk: Vec<f64> = design.linear_predictor(beta).into_iter().map(libm::exp).collect();
    let steps = increments(design, &risk, ties);
    // Sums up to but without each event time; every stratum begins at its first one.
    let width = 1 + p;
    let mut sums = vec![0.0; (steps.hazard.len() + 1) * width];
    for e in 0..steps.hazard.len() {
        sums[(e + 1) * width] = sums[e * width] + steps.hazard[e];
        for j in 0..p {
            sums[(e + 1) * width + 1 + j] = sums[e * width + 1 + j] + steps.hazard_mean[e * p + j];
        }
    }
    let n = design.order.len();
    let (mut martingale, mut score) = (vec![0.0; n], vec![0.0; n * p]);
    for i in 0..n {
        let interval = &design.interval[i];
        if interval.is_empty() {
            continue;
        }
        let (from, own) = (interval.start, interval.end - 1);
        let full = if design.event[i] { own } else { interval.end };
        let dead = if design.event[i] { 1.0 } else { 0.0 };
        let expected = sums[full * width] - sums[from * width] + dead * steps.own_hazard[own];
        martingale[i] = dead - risk[i] * expected;
        for (j, x) in design.row(i).iter().enumerate() {
            let along = sums[full * width + 1 + j] - sums[from * width + 1 + j];
            let expected_mean = along + dead * steps.own_hazard_mean[own * p + j];
            score[i * p + j] = dead * (x - steps.mean[own * p + j]) - risk[i] * (x * expected - expected_mean);
        }
    }
    if let Some(lingering) = &design.lingering {
        for (group, curve) in lingering.curve.iter().enumerate() {
            let tail = Tail::new(&steps, curve, p);
            let members = (0..n).filter(|&i| lingering.group[i] == group && lingering.factor[i] > 0.0);
            for i in members {
                let (risk, from) = (risk[i] * lingering.factor[i], design.interval[i].end);
                martingale[i] -= risk * tail.hazard[from];
                for (j, x) in design.row(i).iter().enumerate() {
                    score[i * p + j] -= risk * (x * tail.hazard[from] - tail.hazard_mean[from * p + j]);
                }
            }
        }
    }
    (martingale, score)
}

/// Hazard increments times a curve, summed from each event time to the last (one entry more for after the last).
pub(crate) struct Tail {
    /// Sums of the increments.
    pub(crate) hazard: Vec<f64>,
    /// Sums of the increments times the mean covariates, one row for each event time.
    pub(crate) hazard_mean: Vec<f64>,
}

impl Tail {
    /// Sums up the increments of a design with one stratum.
    pub(crate) fn new(steps: &Increments, curve: &[f64], p: usize) -> Tail {
        let m = steps.hazard.len();
        let mut tail = Tail { hazard: vec![0.0; m + 1], hazard_mean: vec![0.0; (m + 1) * p] };
        for e in (0..m).rev() {
            tail.hazard[e] = tail.hazard[e + 1] + curve[e] * steps.hazard[e];
            for j in 0..p {
                tail.hazard_mean[e * p + j] =
                    tail.hazard_mean[(e + 1) * p + j] + curve[e] * steps.hazard_mean[e * p + j];
            }
        }
        tail
    }
}

/// Schoenfeld residuals of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct SchoenfeldResidual {
    /// Position of the record among those given.
    pub record: usize,
    /// Time of the event.
    pub time: f64,
    /// Covariates less their mean at risk, in the units of the columns; NotEstimable for columns without estimate.
    pub residual: Vec<super::Value>,
    /// Number of events times covariance times residual, plus coefficient (Grambsch & Therneau 1994, eq. 6).
    pub scaled: Vec<super::Value>,
}

impl CoxFit {
    /// Martingale residual of each record in the order given: events less those expected from the model.
    ///
    /// Errors: `NotDefined` with exact ties, `Separation` where a coefficient is infinite.
    pub fn martingale_residuals(&self) -> Result<Vec<f64>, NotEstimable> {
        self.check_sums()?;
        let (martingale, _) = score_residuals(&self.design, &self.maximum.beta, self.ties);
        let mut given = vec![0.0; martingale.len()];
        self.design.order.iter().zip(martingale).for_each(|(&record, value)| given[record] = value);
        Ok(given)
    }

    /// Schoenfeld residuals, by stratum and time; records of one time in the order given.
    ///
    /// Errors as [`CoxFit::martingale_residuals`].
    pub fn schoenfeld_residuals(&self) -> Result<Vec<SchoenfeldResidual>, NotEstimable> {
        self.check_sums()?;
        let (design, p) = (&self.design, self.design.n_columns);
        let risk: Vec<f64> = design.linear_predictor(&self.maximum.beta).into_iter().map(libm::exp).collect();
        let mean = increments(design, &risk, self.ties).mean;
        let mut all = Vec::with_capacity(self.n_events);
        for (e, at) in design.times.iter().enumerate() {
            let mut tied: Vec<usize> = at.deaths.clone().collect();
            tied.sort_unstable_by_key(|&i| design.order[i]);
            for i in tied {
                let own: Vec<f64> =
                    (0..p).map(|j| (design.row(i)[j] - mean[e * p + j]) * design.scale[j] + 0.0).collect();
                all.push(SchoenfeldResidual {
                    record: design.order[i],
                    time: at.time,
                    scaled: self.by_column(|k| self.scaled(&own, k)),
                    residual: self.by_column(|k| own[k]),
                });
            }
        }
        Ok(all)
    }

    fn scaled(&self, own: &[f64], k: usize) -> f64 {
        let weights = (0..own.len()).map(|l| self.coefficients.covariance(self.kept[k], self.kept[l]).unwrap_or(0.0));
        let pulled: f64 = weights.zip(own).map(|(v, r)| v * r).sum();
        pulled * self.n_events as f64 + self.maximum.beta[k] / self.design.scale[k]
    }

    /// A value for each column given, from one for each kept column.
    pub(super) fn by_column(&self, value: impl Fn(usize) -> f64) -> Vec<super::Value> {
        let mut all = vec![Err(NotEstimable::Singular); self.coefficients.n_columns()];
        self.kept.iter().enumerate().for_each(|(k, &column)| all[column] = Ok(value(k)));
        all
    }
}
