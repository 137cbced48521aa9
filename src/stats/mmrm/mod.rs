//! Mixed model for repeated measures: a marginal linear model of visits within subjects.
//!
//! y_i = X_i b + e_i, e_i ~ N(0, Sigma restricted to the visits observed), subjects independent; Sigma of a
//! [`Structure`], one for all or one for each group of subjects. Missing visits are simply absent. Fitted by
//! restricted or full maximum likelihood (Mallinckrodt et al. 2008; Harville 1977), inference by Kenward & Roger
//! (1997), Satterthwaite (1946; Fai & Cornelius 1996), or with a sandwich covariance (Liang & Zeger 1986).
//!
//! [`design`] builds columns and the weights of least-squares means; [`Mmrm::contrast`] and [`Mmrm::f_test`] take
//! any combination of coefficients. Held against nlme, lmerTest, pbkrtest and SAS in `tests/reference/mmrm`, against a
//! program of 90 digits in `tests/reference/mmrm_inference`. SAS ends its search while estimates still move, so its
//! numbers agree to about 1e-4 only; with its start and its number of steps the formulas give its digits.

mod basis;
mod covariance;
pub mod design;
mod inference;
mod jet;
mod kenward_roger;
mod likelihood;
mod matrix;
mod records;
mod search;

use super::reason::{NotEstimable, Value};
use likelihood::Model;
use matrix::Matrix;
use records::Records;

pub use covariance::Structure;
pub use inference::{Inference, MixedTest};
pub use records::MmrmInput;
pub use search::Algorithm;

/// The likelihood that is made largest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Estimation {
    /// Restricted likelihood (REML), the default of all programs.
    Restricted,
    /// Full likelihood (ML): to compare models of the mean; variances are too small. No Kenward-Roger.
    MaximumLikelihood,
}

/// Information about the covariance parameters, whose inverse stands for their covariance in the degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Information {
    /// Second derivatives of the likelihood at its largest value (SAS PROC MIXED, R mmrm).
    Observed,
    /// Their expectation (the paper of Kenward & Roger, R pbkrtest).
    Expected,
}

/// What is fitted, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MmrmOptions {
    /// Covariance of the visits.
    pub structure: Structure,
    /// REML or ML.
    pub estimation: Estimation,
    /// Information used for degrees of freedom and the Kenward-Roger covariance.
    pub information: Information,
}

impl MmrmOptions {
    /// REML with observed information, as SAS PROC MIXED.
    pub fn restricted(structure: Structure) -> MmrmOptions {
        MmrmOptions { structure, estimation: Estimation::Restricted, information: Information::Observed }
    }
}

/// A fitted model.
#[derive(Debug, Clone, PartialEq)]
pub struct Mmrm {
    /// Number of records.
    pub n_records: usize,
    /// Number of subjects with a record.
    pub n_subjects: usize,
    /// Number of independent columns of the design.
    pub rank: usize,
    /// What was fitted.
    pub options: MmrmOptions,
    /// Logarithm of the restricted or full likelihood, constants included. The restricted one depends on the coding
    /// of the design; indicator columns of any reference level give the value of SAS.
    pub log_likelihood: f64,
    /// Covariance parameters, group after group, in the order told with each [`Structure`].
    pub parameters: Vec<f64>,
    /// How the largest likelihood was found.
    pub algorithm: Algorithm,
    /// Number of steps of the search.
    pub n_steps: usize,
    /// Newton decrement g' H^-1 g before the last step: squared distance to the end in standard errors.
    pub decrement: f64,
    records: Records,
    /// Coefficients on the orthonormal columns.
    coefficients: Vec<f64>,
    /// Covariance of the visits of each group.
    covariances: Vec<Matrix>,
    /// Model-based covariance of the coefficients.
    model_based: Matrix,
    /// Kenward-Roger covariances with and without the second derivatives; none for ML.
    kenward_roger: Option<(Matrix, Matrix)>,
    sandwich: Matrix,
    /// Derivatives of X'V^-1 X in the covariance parameters.
    information: Vec<Matrix>,
    /// Covariance of the covariance parameters by the information asked for.
    parameter_covariance: Matrix,
}

/// Criteria to compare covariance structures, smaller is better (SAS PROC MIXED).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FitCriteria {
    /// Minus twice the log-likelihood.
    pub minus_two_log_likelihood: f64,
    /// Akaike's criterion; for REML only covariance parameters count.
    pub aic: f64,
    /// Akaike's criterion corrected for small samples.
    pub aicc: f64,
    /// Schwarz's criterion with the logarithm of the number of subjects.
    pub bic: f64,
}

/// Fits the model.
///
/// Errors: no records, no more records than independent columns (`TooFewValues`); lists that contradict each other
/// (`InvalidArgument`); values not finite; a mean that fits perfectly (`ZeroVariance`); a covariance that the records
/// do not determine, such as visits no subject shares under an unstructured matrix, or that is singular at the
/// largest likelihood (`Singular`); a search that does not end (`NotConverged`).
pub fn fit_mmrm(input: MmrmInput, options: MmrmOptions) -> Result<Mmrm, NotEstimable> {
    let records = Records::new(input)?;
    let model = Model { records: &records, structure: options.structure, estimation: options.estimation };
    let optimum = search::maximise(&model)?;
    let fit = &optimum.fit;
    let information = match options.information {
        Information::Observed => &optimum.derivatives.observed,
        Information::Expected => &optimum.derivatives.expected,
    };
    let parameter_covariance = information.inverse().ok_or(NotEstimable::Singular)?;
    let model_based = fit.covariance.clone();
    let sandwich = model_based.times(&model.score_products(fit)).times(&model_based);
    let kenward_roger = (options.estimation == Estimation::Restricted).then(|| {
        kenward_roger::adjusted_covariances(&model, fit, &optimum.derivatives.information, &parameter_covariance)
    });
    let coefficients = fit.coefficients.iter().zip(&records.projections).map(|(b, p)| b + p).collect();
    let covariances = fit.groups.iter().map(|g| g.matrix.clone()).collect();
    Ok(Mmrm {
        n_records: records.n(),
        n_subjects: records.n_subjects,
        rank: records.rank(),
        options,
        log_likelihood: -fit.objective,
        algorithm: optimum.algorithm,
        n_steps: optimum.n_steps,
        decrement: optimum.decrement,
        coefficients,
        covariances,
        model_based,
        kenward_roger,
        sandwich,
        information: optimum.derivatives.information,
        parameter_covariance,
        parameters: optimum.parameters,
        records,
    })
}

/// Fits the first of several structures that can be fitted, in the order a plan names them.
///
/// Returns the fit, whose options name the structure, and the structures before it with the reasons they failed; or
/// all reasons where none could be fitted.
#[allow(clippy::type_complexity, reason = "a pair of what succeeded and what failed, named in the documentation")]
pub fn fit_first(
    input: MmrmInput,
    structures: &[Structure],
    options: MmrmOptions,
) -> Result<(Mmrm, Vec<(Structure, NotEstimable)>), Vec<(Structure, NotEstimable)>> {
    let mut failed = Vec::new();
    for &structure in structures {
        match fit_mmrm(input, MmrmOptions { structure, ..options }) {
            Ok(fit) => return Ok((fit, failed)),
            Err(reason) => failed.push((structure, reason)),
        }
    }
    Err(failed)
}

impl Mmrm {
    /// Coefficient of a column of the design; `Singular` where it depends on earlier columns.
    pub fn coefficient(&self, column: usize) -> Value {
        let place = self.records.basis.kept.iter().position(|&k| k == column).ok_or(NotEstimable::Singular)?;
        Ok(self.records.basis.coefficients(&self.coefficients)[place])
    }

    /// Covariance of two visits of a subject of a group (0 where there is one covariance for all).
    pub fn covariance(&self, group: usize, first: usize, second: usize) -> Value {
        let matrix = self.covariances.get(group).ok_or(NotEstimable::InvalidArgument)?;
        if first.max(second) >= matrix.rows {
            return Err(NotEstimable::InvalidArgument);
        }
        Ok(matrix[(first, second)])
    }

    /// Asymptotic standard error of a covariance parameter, by the information of the options.
    pub fn parameter_standard_error(&self, parameter: usize) -> Value {
        if parameter >= self.parameters.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        Ok(self.parameter_covariance[(parameter, parameter)].sqrt())
    }

    /// Criteria of the fit with the number of subjects for Schwarz's criterion.
    ///
    /// SAS counts subjects whose response is missing at all visits as well; give [`Mmrm::n_subjects`] to count those
    /// with a record, as R mmrm does.
    pub fn criteria(&self, n_subjects: usize) -> FitCriteria {
        let minus_two_log_likelihood = -2.0 * self.log_likelihood;
        let covariance = self.parameters.len() as f64;
        let (counted, records) = match self.options.estimation {
            Estimation::Restricted => (covariance, (self.n_records - self.rank) as f64),
            Estimation::MaximumLikelihood => (covariance + self.rank as f64, self.n_records as f64),
        };
        // SAS raises the number of records where the correction would otherwise divide by zero.
        let records = records.max(counted + 2.0);
        FitCriteria {
            minus_two_log_likelihood,
            aic: minus_two_log_likelihood + 2.0 * counted,
            aicc: minus_two_log_likelihood + 2.0 * counted * records / (records - counted - 1.0),
            bic: minus_two_log_likelihood + counted * libm::log((n_subjects as f64).max(1.0)),
        }
    }
}

#[cfg(test)]
mod tests;
