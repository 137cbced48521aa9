//! The columns of a model with products of variables, and its fit.

use crate::stats::ancova::{Factor, MarginWeights};
use crate::stats::linear_model::{LinearModel, fit_linear_model};
use crate::stats::reason::{NotEstimable, check_finite};

/// A variable of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Variable<'a> {
    /// A level per record.
    Factor(Factor<'a>),
    /// A number per record.
    Covariate(&'a [f64]),
}

/// The records and terms of a model.
#[derive(Debug, Clone, Copy)]
pub struct FactorialInput<'a> {
    /// Response of each record.
    pub response: &'a [f64],
    /// The variables.
    pub variables: &'a [Variable<'a>],
    /// The terms, each the product of one or more variables by their positions: `[0]`, `[1]`, `[0, 1]` for two
    /// factors and their interaction. The intercept is always there.
    pub terms: &'a [Vec<usize>],
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct FactorialModel<'a> {
    /// The fit: residual degrees of freedom and variance.
    pub model: LinearModel,
    pub(super) input: FactorialInput<'a>,
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) weights: MarginWeights,
    pub(super) level: f64,
}

/// Fits the model; `weights` are those of factors that a least-squares mean averages over, `level` the confidence level.
///
/// Errors: no records, lists of different length, levels out of range, a term without variables or with one twice
/// (`InvalidArgument`), values that are not finite.
pub fn fit_factorial(
    input: FactorialInput<'_>,
    weights: MarginWeights,
    level: f64,
) -> Result<FactorialModel<'_>, NotEstimable> {
    crate::stats::reason::check_level(level)?;
    let n = input.response.len();
    for variable in input.variables {
        match variable {
            Variable::Factor(f) if f.level.len() != n || f.level.iter().any(|&l| l >= f.n_levels) => {
                return Err(NotEstimable::InvalidArgument);
            }
            Variable::Covariate(values) if values.len() != n => return Err(NotEstimable::InvalidArgument),
            Variable::Covariate(values) => check_finite(values)?,
            Variable::Factor(_) => {}
        }
    }
    for term in input.terms {
        let twice = |v: &usize| term.iter().filter(|w| *w == v).count() > 1;
        if term.is_empty() || term.iter().any(|v| *v >= input.variables.len() || twice(v)) {
            return Err(NotEstimable::InvalidArgument);
        }
    }
    let mut columns = vec![vec![1.0; n]];
    for term in input.terms {
        columns.extend(term_columns(&input, term, &indicators));
    }
    let model = fit_linear_model(&columns, input.response)?;
    Ok(FactorialModel { model, input, columns, weights, level })
}

/// One column for every level.
pub(super) fn indicators(factor: &Factor) -> Vec<Vec<f64>> {
    (0..factor.n_levels).map(|level| factor.level.iter().map(|&l| f64::from(l == level)).collect()).collect()
}

/// The products of the columns of a term's variables, the last variable running fastest.
pub(super) fn term_columns(
    input: &FactorialInput,
    term: &[usize],
    coding: &dyn Fn(&Factor) -> Vec<Vec<f64>>,
) -> Vec<Vec<f64>> {
    let mut columns = vec![vec![1.0; input.response.len()]];
    for &variable in term {
        let own = match &input.variables[variable] {
            Variable::Factor(factor) => coding(factor),
            Variable::Covariate(values) => vec![values.to_vec()],
        };
        columns = (columns.iter())
            .flat_map(|a| own.iter().map(|b| a.iter().zip(b).map(|(x, y)| x * y).collect::<Vec<f64>>()))
            .collect();
    }
    columns
}

impl FactorialModel<'_> {
    /// The columns of the design, intercept first, in the order of the weights of [`FactorialModel::row`].
    pub fn columns(&self) -> &[Vec<f64>] {
        &self.columns
    }
}
