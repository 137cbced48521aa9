//! Expected values of linear models with products, robust covariances, subgroups and heterogeneity.

use super::glm::{columns, wald_number};
use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::ancova::{Factor, MarginWeights};
use tracelock::stats::factorial::{FactorialInput, Position, SumOfSquares, Variable, fit_factorial};
use tracelock::stats::heterogeneity::heterogeneity;
use tracelock::stats::linear_model::LinearEstimate;
use tracelock::stats::robust_covariance::{CovarianceType, ReferenceDistribution, fit_robust_linear_model};
use tracelock::stats::subgroup::{SubgroupInput, subgroup_means, subgroup_odds};
use tracelock::stats::{NotEstimable, Value};

/// Held levels and held covariate values, by position of the variable.
type Held = (Vec<(usize, usize)>, Vec<(usize, f64)>);

/// `f0:1+x0:45` as held levels and held covariate values, by the positions of the names.
fn position(text: &str, names: &[&str]) -> Held {
    let (mut levels, mut covariates) = (Vec::new(), Vec::new());
    for part in text.split('+') {
        let (name, value) = part.split_once(':').expect("name:value");
        let place = names.iter().position(|n| *n == name).expect("a variable of the model");
        if name.starts_with('f') {
            levels.push((place, value.parse().expect("a level")));
        } else {
            covariates.push((place, value.parse().expect("a number")));
        }
    }
    (levels, covariates)
}

fn linear_number(e: LinearEstimate, key: &str) -> f64 {
    match key {
        "estimate" => e.estimate,
        "se" => e.standard_error,
        "p" => e.p_two_sided,
        "lower" => e.interval.lower,
        "upper" => e.interval.upper,
        other => unknown(other),
    }
}

pub(super) fn factorial_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let terms: Vec<&str> = o.text("terms").split('+').collect();
    let names: Vec<&str> = terms.iter().copied().filter(|t| !t.contains(':')).collect();
    let levels: Vec<Vec<usize>> =
        names.iter().map(|n| if n.starts_with('f') { indices(rows, n) } else { Vec::new() }).collect();
    let values: Vec<Vec<f64>> =
        names.iter().map(|n| if n.starts_with('x') { numbers(rows, n) } else { Vec::new() }).collect();
    let variables: Vec<Variable> = (0..names.len())
        .map(|v| {
            if names[v].starts_with('f') {
                let n_levels = levels[v].iter().max().map_or(0, |l| l + 1);
                Variable::Factor(Factor { level: &levels[v], n_levels })
            } else {
                Variable::Covariate(&values[v])
            }
        })
        .collect();
    let place = |name: &str| names.iter().position(|n| *n == name).expect("a variable");
    let products: Vec<Vec<usize>> = terms.iter().map(|t| t.split(':').map(place).collect()).collect();
    let response = numbers(rows, "y");
    let input = FactorialInput { response: &response, variables: &variables, terms: &products };
    let proportional = o.text("weights") == "proportional";
    let weights = if proportional { MarginWeights::Observed } else { MarginWeights::Equal };
    let fit = fit_factorial(input, weights, 0.95)?;
    match key {
        "residual_df" => return Ok(fit.model.residual_df),
        "residual_variance" => return fit.model.residual_variance(),
        _ => {}
    }
    if !o.text("test").is_empty() {
        let kind = match o.text("test") {
            "type1" => SumOfSquares::Sequential,
            "type2" => SumOfSquares::Hierarchical,
            _ => SumOfSquares::Marginal,
        };
        let test = fit.term_test(o.index("term"), kind)?;
        return Ok(match key {
            "f" => test.f,
            "p" => test.p,
            "df" => test.numerator_df,
            _ => test.sum_of_squares,
        });
    }
    let held: Vec<_> = ["at", "minus", "at2", "minus2"]
        .iter()
        .filter(|name| !o.text(name).is_empty())
        .map(|name| position(o.text(name), &names))
        .collect();
    let at = |i: usize| Position { levels: &held[i].0, covariates: &held[i].1 };
    let estimate = match held.len() {
        1 => fit.least_squares_mean(at(0)),
        2 => fit.difference(at(0), at(1)),
        _ => fit.difference_of_differences((at(0), at(1)), Some((at(2), at(3)))),
    };
    estimate.map(|e| linear_number(e, key))
}

pub(super) fn robust_covariance_value(rows: &[Row], o: &Options, key: &str) -> Value {
    // Levels are numbers here, as in the program; `first` marks the first record.
    let mut columns = columns(rows, o.text("terms").trim_end_matches("+first"));
    if o.text("terms").ends_with("first") {
        columns.push((0..rows.len()).map(|i| f64::from(i == 0)).collect());
    }
    let kind = match o.text("type") {
        "const" => CovarianceType::Classical,
        "HC0" => CovarianceType::Hc0,
        "HC1" => CovarianceType::Hc1,
        "HC2" => CovarianceType::Hc2,
        _ => CovarianceType::Hc3,
    };
    let fit = fit_robust_linear_model(&columns, &numbers(rows, "y"), kind)?;
    let unit = |c: usize| (0..columns.len()).map(|k| f64::from(k == c)).collect::<Vec<f64>>();
    if o.text("test") == "all" {
        let test = fit.hypothesis_test(&(1..columns.len()).map(unit).collect::<Vec<_>>())?;
        return Ok(if key == "f" { test.f } else { test.p });
    }
    let normal = o.text("reference") == "normal";
    let reference = if normal { ReferenceDistribution::Normal } else { ReferenceDistribution::Residual };
    fit.combination(&unit(o.index("column")), reference, o.level()).map(|e| linear_number(e, key))
}

pub(super) fn heterogeneity_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let h = heterogeneity(&numbers(rows, "estimate"), &numbers(rows, "se"), o.level())?;
    match key {
        "q" => Ok(h.q),
        "p" => Ok(h.p),
        "tau_squared" => Ok(h.tau_squared),
        "i_squared" => Ok(h.i_squared),
        "pooled" => Ok(h.pooled.estimate),
        other => wald_number(h.pooled, other.trim_start_matches("pooled_")),
    }
}

pub(super) fn subgroup_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let odds = o.text("scale") == "odds";
    let response = numbers(rows, if odds { "event" } else { "y" });
    let (group, subgroup) = (indices(rows, "f0"), indices(rows, "f1"));
    let n_levels = |list: &[usize]| list.iter().max().map_or(0, |l| l + 1);
    let values: Vec<Vec<f64>> =
        o.text("covariates").split('+').filter(|t| !t.is_empty()).map(|t| numbers(rows, t)).collect();
    let covariates: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
    let reference = if o.text("reference").is_empty() { 0 } else { o.index("reference") };
    let input = SubgroupInput {
        response: &response,
        group: Factor { level: &group, n_levels: n_levels(&group) },
        reference,
        subgroup: Factor { level: &subgroup, n_levels: n_levels(&subgroup) },
        covariates: &covariates,
    };
    if odds {
        let result = subgroup_odds(input, 0.95)?;
        return match key {
            "interaction" => result.likelihood_ratio.map(|t| t.chi_square),
            "interaction_p" => result.likelihood_ratio.map(|t| t.p),
            "wald" => result.wald.map(|t| t.chi_square),
            _ => wald_number(result.log_odds_ratios[o.index("subgroup")][o.index("group")]?, key),
        };
    }
    let result = subgroup_means(input, 0.95)?;
    match key {
        "interaction" => result.interaction.map(|t| t.f),
        "interaction_p" => result.interaction.map(|t| t.p),
        _ => {
            let effect: Result<LinearEstimate, NotEstimable> =
                result.differences[o.index("subgroup")][o.index("group")];
            effect.map(|e| linear_number(e, key))
        }
    }
}
