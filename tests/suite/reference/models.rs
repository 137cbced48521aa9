//! Expected values of linear models.

use super::samples::f_number;
use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::ancova::{Ancova, AncovaInput, Factor, MarginWeights, ancova, dose_response};
use tracelock::stats::{Value, linear_model};

pub(super) fn ancova_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let levels = |column: &str| indices(rows, column);
    let n_levels = |list: &[usize]| list.iter().max().map_or(0, |l| l + 1);
    let names: Vec<&str> = o.text("terms").split('+').filter(|t| !t.is_empty()).collect();
    let (covariate_names, factor_names): (Vec<&str>, Vec<&str>) =
        names.iter().copied().partition(|t| t.starts_with("covariate"));
    let factor_levels: Vec<Vec<usize>> = factor_names.iter().map(|t| levels(t)).collect();
    let factors: Vec<Factor> = factor_levels.iter().map(|level| Factor { level, n_levels: n_levels(level) }).collect();
    let covariate_values: Vec<Vec<f64>> = covariate_names.iter().map(|t| numbers(rows, t)).collect();
    let covariates: Vec<&[f64]> = covariate_values.iter().map(Vec::as_slice).collect();
    let (response, treatment) = (numbers(rows, "response"), levels("treatment"));
    if key.starts_with("dose") {
        let dose = dose_response(&response, &numbers(rows, "dose"), &factors, &covariates, 0.95)?;
        return Ok(match key {
            "dose_slope" => dose.slope.estimate,
            "dose_f" => dose.test.f,
            _ => dose.test.p,
        });
    }
    if key == "type_i_treatment" {
        let dummy = |l: usize| treatment.iter().map(|&t| f64::from(t == l)).collect::<Vec<f64>>();
        let columns = [vec![1.0; response.len()], dummy(1), dummy(2), covariate_values[0].clone()];
        let model = linear_model::fit_linear_model(&columns, &response)?;
        return model.sequential_test(1, 3).map(|test| test.sum_of_squares);
    }
    let weights = match o.text("weights") {
        "proportional" => MarginWeights::Observed,
        _ => MarginWeights::Equal,
    };
    let treatment = Factor { level: &treatment, n_levels: n_levels(&treatment) };
    let input = AncovaInput { response: &response, treatment, factors: &factors, covariates: &covariates };
    let fit = ancova(input, weights, 0.95)?;
    match key {
        "residual_df" => Ok(fit.model.residual_df),
        "residual_variance" => fit.residual_variance(),
        "sum_of_squares" | "f" | "p" => {
            // Tests come as treatment, factors, covariates.
            let order: Vec<&str> = ["treatment"].into_iter().chain(factor_names).chain(covariate_names).collect();
            let place = order.iter().position(|t| *t == o.text("term")).expect("a term of the model");
            fit.type_iii[place].map(|test| f_number(test, key))
        }
        _ => estimate_number(&fit, o, key),
    }
}

fn estimate_number(fit: &Ancova, o: &Options, key: &str) -> Value {
    let (name, part) = key.split_once('_').unwrap_or((key, "estimate"));
    let e = match name {
        "mean" => fit.least_squares_means[o.index("level")]?,
        "difference" => fit.contrast(o.index("of"), o.index("reference"))?,
        other => unknown(other),
    };
    Ok(match part {
        "estimate" => e.estimate,
        "se" => e.standard_error,
        "t" => e.t,
        "p" => e.p_two_sided,
        "lower" => e.interval.lower,
        _ => e.interval.upper,
    })
}
