//! Analysis of covariance with products of the arm and other terms, and contrasts of the arms.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::ancova::{Factor, MarginWeights};
use crate::stats::factorial::{FactorialInput, FactorialModel, Position, SumOfSquares, Variable, fit_factorial};

use super::ancova::{Data, difference, estimate, goodness, term_test};
use super::writer::Writer;

/// Variables of the model: the arms, then the factors, then the covariates.
fn variables<'a>(data: &'a Data, n_arms: usize) -> Vec<Variable<'a>> {
    let arms = Variable::Factor(Factor { level: &data.arms, n_levels: n_arms });
    let factors = data.factors().into_iter().map(Variable::Factor);
    let covariates = data.covariates().into_iter().map(Variable::Covariate);
    std::iter::once(arms).chain(factors).chain(covariates).collect()
}

/// Each variable alone, then the arms with each of the interactions.
fn terms(data: &Data, n_variables: usize) -> Vec<Vec<usize>> {
    (0..n_variables).map(|v| vec![v]).chain(data.interactions.iter().map(|at| vec![0, at + 1])).collect()
}

fn at<'a>(levels: &'a [(usize, usize)]) -> Position<'a> {
    Position { levels, covariates: &[] }
}

/// Writes means, differences and type III tests of the model with interactions.
pub(super) fn with_interactions(writer: &mut Writer<'_, '_, '_>, data: &Data, weights: MarginWeights, level: f64) {
    let variables = variables(data, writer.input.arms.len());
    let terms = terms(data, variables.len());
    let input = FactorialInput { response: &data.response, variables: &variables, terms: &terms };
    let fit = fit_factorial(input, weights, level);
    let fit = fit.as_ref().map_err(|e| *e);
    means(writer, fit, None);
    goodness(writer, fit.map(|f| &f.model));
    let mut words = data.terms(writer.input);
    for &interaction in &data.interactions {
        words.push(format!("treatment:{}", words[interaction + 1]));
        let levels = writer.input.factors.get(interaction).map_or(0, |factor| factor.levels.len());
        for place in 0..levels {
            means(writer, fit, Some((interaction, place)));
        }
    }
    for (place, term) in words.iter().enumerate() {
        term_test(writer, term, fit.and_then(|f| f.term_test(place, SumOfSquares::Marginal)));
    }
}

/// Writes the means of the arms and their differences, over everything or at one level of a factor.
fn means(
    writer: &mut Writer<'_, '_, '_>,
    fit: Result<&FactorialModel<'_>, NotEstimable>,
    held: Option<(usize, usize)>,
) {
    let factor = held.map(|(factor, level)| {
        let factor = &writer.input.factors[factor];
        (factor.name.clone(), factor.levels[level].clone())
    });
    let place = |key: ResultKey| match &factor {
        Some((name, level)) => key.with("term", name.as_str()).with("level", level.as_str()),
        None => key,
    };
    let position = |arm: usize| -> Vec<(usize, usize)> {
        std::iter::once((0, arm)).chain(held.map(|(factor, level)| (factor + 1, level))).collect()
    };
    for arm in 0..writer.input.arms.len() {
        let mean = fit.and_then(|f| f.least_squares_mean(at(&position(arm))));
        estimate("lsmean", mean, |name, value| {
            let key = place(writer.arm_key(name, arm));
            writer.keyed(key, &[arm], value);
        });
    }
    for comparison in writer.input.comparisons.clone() {
        let (of, reference) = (position(comparison.0), position(comparison.1));
        let found = fit.and_then(|f| f.difference(at(&of), at(&reference)));
        difference(found, |name, value| {
            let key = place(writer.compared_key(name, comparison));
            writer.compared_keyed(key, comparison, value);
        });
    }
}

/// Writes the contrasts of the arms.
pub(super) fn contrasts(writer: &mut Writer<'_, '_, '_>, data: &Data, weights: MarginWeights, level: f64) {
    if writer.input.contrasts.is_empty() {
        return;
    }
    let variables = variables(data, writer.input.arms.len());
    let terms = terms(data, variables.len());
    let input = FactorialInput { response: &data.response, variables: &variables, terms: &terms };
    let fit = fit_factorial(input, weights, level);
    for (id, of_arms) in writer.input.contrasts.clone() {
        let found = fit.as_ref().map_err(|e| *e).and_then(|fit| {
            let mut row = vec![0.0; fit.columns().len()];
            for (arm, weight) in of_arms.iter().enumerate().filter(|(_, weight)| **weight != 0.0) {
                for (sum, of_arm) in row.iter_mut().zip(fit.row(at(&[(0, arm)]))?) {
                    *sum += weight * of_arm;
                }
            }
            fit.model.combination(&row, level)
        });
        difference(found, |name, value| {
            let key = ResultKey::new(&writer.input.id, name).with("contrast", id.as_str());
            writer.overall(key, value);
        });
    }
}
