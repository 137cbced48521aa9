//! Cox regression: hazard ratios from right-censored or counting-process records, with tied events and strata.
//!
//! Cox (1972), "Regression models and life-tables", JRSS B 34; Andersen & Gill (1982) for records (start, stop].
//! Recurrent events are records of one subject with robust covariance by subject (Andersen-Gill; Lin, Wei, Yang &
//! Ying 2000); with the event's number as stratum they are the model of Prentice, Williams & Peterson (1981).
//! Held against R survival 3.5 in `tests/reference/cox`.

mod baseline;
mod coefficients;
pub(crate) mod design;
pub(crate) mod newton;
pub(crate) mod partial_likelihood;
mod profile;
mod proportionality;
pub(crate) mod residuals;
pub(crate) mod robust;
mod tied_exact;

pub use baseline::{HazardEstimator, PredictedSurvival, SurvivalPrediction};
pub use coefficients::{Coefficients, HazardRatio, HazardTest};
pub use profile::ProfileInterval;
pub use proportionality::{Proportionality, TimeTransform};
pub use residuals::SchoenfeldResidual;
pub use robust::RobustFit;

use self::design::Design;
use self::newton::{Maximum, independent_columns, inverse, maximise, unpack};
use self::partial_likelihood::{Contribution, evaluate, walk};
use super::reason::{NotEstimable, Value};
use nalgebra::DMatrix;

/// How events at the same time enter the likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ties {
    /// Efron (1977): default of R survival; SAS `TIES=EFRON`.
    Efron,
    /// Breslow (1974): default of SAS PHREG and of Stata.
    Breslow,
    /// The conditional logistic likelihood of a truly discrete time (Cox 1972): R `ties = "exact"`, SAS
    /// `TIES=DISCRETE`, Stata `exactp`.
    Discrete,
    /// Tied events happened one after the other in an unknown order (Kalbfleisch & Prentice 1973): SAS `TIES=EXACT`,
    /// Stata `exactm`. R survival has no such method; its `ties = "exact"` is `Discrete`.
    ExactMarginal,
}

/// Records of a Cox model; lists of one entry for each record.
#[derive(Debug, Clone, Copy)]
pub struct CoxData<'a> {
    /// Time from which a record is at risk (not at that time itself); without it from the beginning.
    pub start: Option<&'a [f64]>,
    /// Time of the event or of the end of observation; at risk up to and including it.
    pub stop: &'a [f64],
    /// Whether the record ended in an event.
    pub event: &'a [bool],
    /// Covariates by column; factors as columns coded by the caller.
    pub columns: &'a [&'a [f64]],
    /// Any labels as numbers; the baseline hazard differs between them.
    pub strata: Option<&'a [usize]>,
    /// Case weights above 0, for example inverse probabilities; 1 without. Not with exact ties.
    pub weights: Option<&'a [f64]>,
}

/// A fitted Cox model.
#[derive(Debug, Clone)]
pub struct CoxFit {
    /// Number of records.
    pub n: usize,
    /// Number of events.
    pub n_events: usize,
    /// Log partial likelihood with all coefficients 0.
    pub log_likelihood_null: f64,
    /// Largest log partial likelihood (its limit where a coefficient is infinite).
    pub log_likelihood: f64,
    /// Newton steps taken.
    pub iterations: usize,
    /// Coefficients with the model-based covariance, the inverse of the observed information.
    pub coefficients: Coefficients,
    ties: Ties,
    /// Times as given, for functions of time.
    starts: Option<Vec<f64>>,
    stops: Vec<f64>,
    /// Records with the columns that are not dependent on others.
    design: Design,
    /// Positions of those among the columns given.
    kept: Vec<usize>,
    maximum: Maximum,
    /// Likelihood, score and information with all coefficients 0.
    null: Contribution,
}

/// Fits a Cox model.
///
/// A coefficient that the records do not determine is `Singular` and left out; one without a finite maximum is
/// `Separation`, the others are then their limits. Errors: no records or no column (`TooFewValues`), `NoEvents`,
/// lists of different length, start not before stop, weights not above 0 or weights with exact ties
/// (`InvalidArgument`), values that are not finite, `WorkLimitExceeded` for exact ties among very many.
pub fn cox_regression(data: CoxData<'_>, ties: Ties) -> Result<CoxFit, NotEstimable> {
    let all = Design::new(&data)?;
    if !all.unweighted && matches!(ties, Ties::Discrete | Ties::ExactMarginal) {
        return Err(NotEstimable::InvalidArgument);
    }
    let p = all.n_columns;
    let Fitted { design, kept, null, maximum } = fit_design(all, ties)?;
    let values = original_values(&maximum, &design, &kept, p);
    let covariance = model_covariance(&maximum, &design)?;
    Ok(CoxFit {
        n: data.stop.len(),
        n_events: data.event.iter().filter(|e| **e).count(),
        log_likelihood_null: null.log_likelihood,
        log_likelihood: maximum.at.log_likelihood,
        iterations: maximum.iterations,
        coefficients: Coefficients::new(values, finite_part(&covariance, &maximum.infinite)),
        ties,
        starts: data.start.map(<[f64]>::to_vec),
        stops: data.stop.to_vec(),
        design,
        kept,
        maximum,
        null,
    })
}

/// A design cut down to its independent columns, with the likelihood at 0 and at its maximum.
pub(crate) struct Fitted {
    pub(crate) design: Design,
    pub(crate) kept: Vec<usize>,
    pub(crate) null: Contribution,
    pub(crate) maximum: Maximum,
}

/// Leaves out dependent columns and maximises the likelihood.
pub(crate) fn fit_design(all: Design, ties: Ties) -> Result<Fitted, NotEstimable> {
    let p = all.n_columns;
    let mut null = evaluate(&all, &vec![0.0; p], ties)?;
    let kept = independent_columns(&null.information, &raw_information(&all));
    let mut design = all;
    if kept.len() < p {
        design = design.with_columns(&kept);
        null = evaluate(&design, &vec![0.0; kept.len()], ties)?;
    }
    let maximum = {
        let likelihood = |beta: &[f64]| evaluate(&design, beta, ties);
        maximise(vec![0.0; kept.len()], null.clone(), &likelihood, &|step| design.spread(step))?
    };
    Ok(Fitted { design, kept, null, maximum })
}

/// Second moments of the columns at risk about their centre, summed over the events: the information would be this
/// if the means at risk were all 0.
fn raw_information(design: &Design) -> Vec<f64> {
    let p = design.n_columns;
    let mut size = vec![0.0; p];
    walk(design, &vec![1.0; design.order.len()], true, |set| {
        let total = set.survivors.zero + set.deaths.zero;
        for (i, j, place) in partial_likelihood::packed(p).filter(|(i, j, _)| i == j) {
            size[i.min(j)] += set.death_weight * (set.survivors.two[place] + set.deaths.two[place]) / total;
        }
    });
    size
}

/// Coefficients in the units given, with the reasons of those that have none.
pub(crate) fn original_values(maximum: &Maximum, design: &Design, kept: &[usize], p: usize) -> Vec<Value> {
    let mut values = vec![Err(NotEstimable::Singular); p];
    for (k, &column) in kept.iter().enumerate() {
        let infinite = maximum.infinite[k];
        values[column] =
            if infinite { Err(NotEstimable::Separation) } else { Ok(maximum.beta[k] / design.scale[k] + 0.0) };
    }
    values
}

/// Inverse information of the kept columns, in the units given.
fn model_covariance(maximum: &Maximum, design: &Design) -> Result<DMatrix<f64>, NotEstimable> {
    let p = design.n_columns;
    if p == 0 || maximum.infinite.iter().all(|i| *i) {
        return Ok(DMatrix::zeros(p, p));
    }
    let inverse = inverse(&unpack(&maximum.at.information, p))?;
    Ok(DMatrix::from_fn(p, p, |i, j| inverse[(i, j)] / (design.scale[i] * design.scale[j])))
}

/// Rows and columns of the coefficients that are not infinite.
pub(crate) fn finite_part(covariance: &DMatrix<f64>, infinite: &[bool]) -> DMatrix<f64> {
    let places: Vec<usize> = (0..infinite.len()).filter(|&k| !infinite[k]).collect();
    DMatrix::from_fn(places.len(), places.len(), |i, j| covariance[(places[i], places[j])])
}

impl CoxFit {
    /// Likelihood-ratio test of all columns; with infinite coefficients from the limit of the likelihood.
    pub fn likelihood_ratio_test(&self) -> Result<HazardTest, NotEstimable> {
        HazardTest::new(2.0 * (self.log_likelihood - self.log_likelihood_null), self.kept.len())
    }

    /// Score test of all columns; with one 0/1 column it is the log-rank test (with `Ties::Discrete` for tied events).
    pub fn score_test(&self) -> Result<HazardTest, NotEstimable> {
        let inverse = inverse(&unpack(&self.null.information, self.kept.len()))?;
        let score = nalgebra::DVector::from_column_slice(&self.null.score);
        HazardTest::new(score.dot(&(inverse * &score)), self.kept.len())
    }

    /// Wald test of all columns with the model-based covariance; `Separation` where a coefficient is infinite.
    pub fn wald_test(&self) -> Result<HazardTest, NotEstimable> {
        self.coefficients.wald_test_of_all()
    }

    /// Errors where what follows needs all coefficients finite, or sums over risk sets that exact ties do not have.
    fn check_sums(&self) -> Result<(), NotEstimable> {
        if matches!(self.ties, Ties::Discrete | Ties::ExactMarginal) {
            return Err(NotEstimable::NotDefined);
        }
        if self.maximum.infinite.contains(&true) { Err(NotEstimable::Separation) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
