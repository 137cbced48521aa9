//! Analysis of covariance: least-squares means, contrasts and type III tests of a model without interactions.
//!
//! Model: intercept + treatment levels + further factors + covariates, by ordinary least squares. Least-squares
//! means are predictions at the means of the covariates, averaged over the levels of each further factor with the
//! weights asked for (Searle, Speed & Milliken 1980). Without interactions a type III test is the test of a term
//! after all others.

use super::anova::FTest;
use super::linear_model::{LinearEstimate, LinearModel, fit_linear_model};
use super::reason::{NotEstimable, Value, check_finite, check_level};
use super::sum::mean;

/// A factor: one level per record.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Factor<'a> {
    /// Level of each record, 0..n_levels.
    pub level: &'a [usize],
    /// Number of levels, those without records included.
    pub n_levels: usize,
}

/// Weights of the levels of further factors in a least-squares mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarginWeights {
    /// Share of the records at each level (SAS `OM`, emmeans `proportional`).
    Observed,
    /// Every level that occurs alike (default of SAS and emmeans).
    Equal,
}

/// The records and terms of a model.
#[derive(Debug, Clone, Copy)]
pub struct AncovaInput<'a> {
    /// Response of each record.
    pub response: &'a [f64],
    /// The factor of interest.
    pub treatment: Factor<'a>,
    /// Further factors (strata, centres).
    pub factors: &'a [Factor<'a>],
    /// Covariates, each with one value per record.
    pub covariates: &'a [&'a [f64]],
}

/// A fitted analysis of covariance.
#[derive(Debug, Clone, PartialEq)]
pub struct Ancova {
    /// Least-squares mean of each treatment level; `Singular` for a level without records.
    pub least_squares_means: Vec<Result<LinearEstimate, NotEstimable>>,
    /// Type III tests: treatment, then the factors, then the covariates, in the order given.
    pub type_iii: Vec<Result<FTest, NotEstimable>>,
    /// The fitted model: residual degrees of freedom and variance.
    pub model: LinearModel,
    /// Mean of each covariate over the records given, at which the least-squares means stand.
    pub covariate_means: Vec<f64>,
    n_levels: usize,
    /// Weight of each further factor level but the first of its factor.
    margin: Vec<f64>,
    level: f64,
}

/// Fits the model; `level` is the confidence level.
///
/// Errors: no records, lists of different length, levels out of range, values that are not finite. Records that do
/// not determine a term give `Singular` for that term only; a perfect fit or no residual degrees of freedom give
/// `ZeroVariance` or `TooFewValues` for each number.
pub fn ancova(input: AncovaInput, weights: MarginWeights, level: f64) -> Result<Ancova, NotEstimable> {
    check_level(level)?;
    let mut terms = vec![level_columns(input.treatment, input.response.len())?];
    for factor in input.factors {
        terms.push(level_columns(*factor, input.response.len())?);
    }
    terms.extend(input.covariates.iter().map(|c| vec![c.to_vec()]));
    let columns = design(input.response.len(), &terms, None);
    let model = fit_linear_model(&columns, input.response)?;
    let covariate_means: Vec<f64> =
        input.covariates.iter().map(|c| mean(c).ok_or(NotEstimable::TooFewValues)).collect::<Result<_, _>>()?;
    let mut margin = Vec::new();
    for factor in input.factors {
        margin.extend(factor_weights(*factor, weights));
    }
    let least_squares_means = (0..input.treatment.n_levels)
        .map(|l| model.combination(&mean_row(l, input.treatment.n_levels, &margin, &covariate_means), level))
        .collect();
    let type_iii = (0..terms.len()).map(|term| term_test(input.response, &terms, term)).collect();
    Ok(Ancova {
        least_squares_means,
        type_iii,
        covariate_means,
        n_levels: input.treatment.n_levels,
        margin,
        model,
        level,
    })
}

/// Weights of the coefficients in the mean of a treatment level.
fn mean_row(treatment_level: usize, n_levels: usize, margin: &[f64], covariates: &[f64]) -> Vec<f64> {
    let mut row = vec![1.0];
    row.extend((1..n_levels).map(|l| f64::from(l == treatment_level)));
    row.extend(margin);
    row.extend(covariates);
    row
}

impl Ancova {
    /// Returns the least-squares mean of a level at given covariate values instead of their means.
    ///
    /// `InvalidArgument` for a level out of range or a wrong number of covariates.
    pub fn least_squares_mean_at(
        &self,
        treatment_level: usize,
        covariates: &[f64],
    ) -> Result<LinearEstimate, NotEstimable> {
        if treatment_level >= self.n_levels || covariates.len() != self.covariate_means.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        check_finite(covariates)?;
        let row = mean_row(treatment_level, self.n_levels, &self.margin, covariates);
        self.model.combination(&row, self.level)
    }

    /// Returns the difference of two least-squares means, `of` minus `reference`, without multiplicity adjustment.
    pub fn contrast(&self, of: usize, reference: usize) -> Result<LinearEstimate, NotEstimable> {
        if of >= self.n_levels || reference >= self.n_levels || of == reference {
            return Err(NotEstimable::InvalidArgument);
        }
        let mut row = vec![0.0; self.n_levels + self.margin.len() + self.covariate_means.len()];
        // The first level has no column: it is the intercept.
        if of > 0 {
            row[of] += 1.0;
        }
        if reference > 0 {
            row[reference] -= 1.0;
        }
        self.model.combination(&row, self.level)
    }

    /// Residual variance, in squared units of the response.
    pub fn residual_variance(&self) -> Value {
        self.model.residual_variance()
    }
}

/// A linear dose response adjusted for factors and covariates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DoseResponse {
    /// Change of the response per unit of dose.
    pub slope: LinearEstimate,
    /// Type III test of the dose.
    pub test: FTest,
}

/// Returns the dose response of a model with the dose as a number in place of the treatment.
///
/// Errors as [`ancova`]; `Singular` where the dose does not vary beside the other terms.
pub fn dose_response(
    response: &[f64],
    dose: &[f64],
    factors: &[Factor],
    covariates: &[&[f64]],
    level: f64,
) -> Result<DoseResponse, NotEstimable> {
    let mut terms = Vec::new();
    for factor in factors {
        terms.push(level_columns(*factor, response.len())?);
    }
    terms.extend(covariates.iter().map(|c| vec![c.to_vec()]));
    terms.push(vec![dose.to_vec()]);
    let columns = design(response.len(), &terms, None);
    let model = fit_linear_model(&columns, response)?;
    let mut row = vec![0.0; columns.len()];
    row[columns.len() - 1] = 1.0;
    model.coefficient(columns.len() - 1)?;
    Ok(DoseResponse { slope: model.combination(&row, level)?, test: model.last_columns_test(columns.len() - 1)? })
}

/// One column of zeros and ones for each level but the first.
fn level_columns(factor: Factor, n: usize) -> Result<Vec<Vec<f64>>, NotEstimable> {
    if factor.level.len() != n || factor.level.iter().any(|&l| l >= factor.n_levels) {
        return Err(NotEstimable::InvalidArgument);
    }
    Ok((1..factor.n_levels).map(|level| factor.level.iter().map(|&l| f64::from(l == level)).collect()).collect())
}

/// Intercept and the columns of all terms, one term moved to the end if asked.
fn design(n: usize, terms: &[Vec<Vec<f64>>], last: Option<usize>) -> Vec<Vec<f64>> {
    let mut columns = vec![vec![1.0; n]];
    for (index, term) in terms.iter().enumerate() {
        if last != Some(index) {
            columns.extend(term.iter().cloned());
        }
    }
    if let Some(index) = last {
        columns.extend(terms[index].iter().cloned());
    }
    columns
}

fn term_test(response: &[f64], terms: &[Vec<Vec<f64>>], term: usize) -> Result<FTest, NotEstimable> {
    let columns = design(response.len(), terms, Some(term));
    let first = columns.len() - terms[term].len();
    fit_linear_model(&columns, response)?.last_columns_test(first)
}

/// Weight of each level but the first.
fn factor_weights(factor: Factor, weights: MarginWeights) -> Vec<f64> {
    let count = |level: usize| factor.level.iter().filter(|&&l| l == level).count() as f64;
    let occurring = (0..factor.n_levels).filter(|&l| count(l) > 0.0).count() as f64;
    (1..factor.n_levels)
        .map(|level| match weights {
            MarginWeights::Observed => count(level) / factor.level.len() as f64,
            MarginWeights::Equal => f64::from(count(level) > 0.0) / occurring,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parallel_lines_by_hand() {
        // Two parallel lines of slope 1, 10 apart, with residuals +e, -2e, +e orthogonal to the design.
        let response = [1.1, 1.8, 3.1, 12.1, 12.8, 14.1];
        let covariate = [1.0, 2.0, 3.0, 2.0, 3.0, 4.0];
        let input = AncovaInput {
            response: &response,
            treatment: Factor { level: &[0, 0, 0, 1, 1, 1], n_levels: 2 },
            factors: &[],
            covariates: &[&covariate],
        };
        let fit = ancova(input, MarginWeights::Equal, 0.95).expect("fitted");
        // At the covariate mean 2.5.
        assert!((fit.least_squares_means[0].expect("estimable").estimate - 2.5).abs() < 1e-13);
        assert!((fit.contrast(1, 0).expect("estimable").estimate - 10.0).abs() < 1e-13);
        assert!((fit.model.residual_sum_of_squares - 0.12).abs() < 1e-13);
    }

    #[test]
    fn level_without_records() {
        let input = AncovaInput {
            response: &[1.0, 2.0, 4.0, 3.0],
            treatment: Factor { level: &[1, 1, 2, 2], n_levels: 3 },
            factors: &[],
            covariates: &[],
        };
        let fit = ancova(input, MarginWeights::Equal, 0.95).expect("fitted");
        assert_eq!(fit.least_squares_means[0], Err(NotEstimable::Singular));
        assert!((fit.least_squares_means[1].expect("estimable").estimate - 1.5).abs() < 1e-14);
        assert!((fit.contrast(2, 1).expect("estimable").estimate - 2.0).abs() < 1e-14);
        assert_eq!(fit.contrast(2, 0), Err(NotEstimable::Singular));
    }
}
