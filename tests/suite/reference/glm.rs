//! Expected values of generalised linear models.

use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::Value;
use tracelock::stats::glm::firth::{FirthCovariance, fit_firth_logistic};
use tracelock::stats::glm::negative_binomial::{CountCovariance, DispersionError, fit_negative_binomial};
use tracelock::stats::glm::{
    Covariance, Family, GeneralisedLinearModel, MarginalEffect, MarginalVariance, RobustVariance, WaldEstimate,
    fit_glm, marginal_risks,
};

/// The columns of `terms=a+b+stratum`: an intercept, numbers, and zeros and ones for each level of `stratum` but 0.
pub(super) fn columns(rows: &[Row], terms: &str) -> Vec<Vec<f64>> {
    let mut list = vec![vec![1.0; rows.len()]];
    for term in terms.split('+').filter(|t| !t.is_empty()) {
        if term == "stratum" {
            let levels = indices(rows, term);
            let n_levels = levels.iter().max().map_or(0, |l| l + 1);
            list.extend((1..n_levels).map(|l| levels.iter().map(|&v| f64::from(v == l)).collect()));
        } else {
            list.push(numbers(rows, term));
        }
    }
    list
}

pub(super) fn covariance(name: &str) -> Covariance {
    match name {
        "observed" => Covariance::ObservedInformation,
        "sandwich" => Covariance::Sandwich,
        "sandwich_scaled" => Covariance::SandwichScaled,
        _ => Covariance::ExpectedInformation,
    }
}

fn places(text: &str) -> Vec<usize> {
    text.split('+').map(|t| t.parse().expect("a column")).collect()
}

pub(super) fn wald_number(e: WaldEstimate, key: &str) -> Value {
    match key {
        "estimate" => Ok(e.estimate),
        "se" => Ok(e.standard_error),
        "z" => Ok(e.z),
        "p" => Ok(e.p_two_sided),
        "lower" => Ok(e.interval.lower),
        "upper" => Ok(e.interval.upper),
        "or" | "ratio" => e.ratio().map(|r| r.ratio),
        "or_lower" | "ratio_lower" => e.ratio().map(|r| r.interval.lower),
        "or_upper" | "ratio_upper" => e.ratio().map(|r| r.interval.upper),
        other => unknown(other),
    }
}

pub(super) fn logistic_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let columns = columns(rows, o.text("terms"));
    let model = fit_glm(Family::Logistic, &columns, &numbers(rows, "y"), None)?;
    match key.split_once('_') {
        Some(("difference" | "ratio" | "odds", _)) => marginal_number(&model, rows, &columns, o, key),
        _ if key == "risk" => marginal_number(&model, rows, &columns, o, key),
        _ => model_number(&model, o, key),
    }
}

/// The logarithm of the time under observation, where asked for.
fn log_time(rows: &[Row], o: &Options) -> Option<Vec<f64>> {
    (o.text("offset") == "time").then(|| numbers(rows, "time").iter().map(|t| libm::log(*t)).collect())
}

pub(super) fn poisson_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let offset = log_time(rows, o);
    let model = fit_glm(Family::Poisson, &columns(rows, o.text("terms")), &numbers(rows, "y"), offset.as_deref())?;
    model_number(&model, o, key)
}

pub(super) fn firth_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let model = fit_firth_logistic(&columns(rows, o.text("terms")), &numbers(rows, "y"))?;
    let augmented = o.text("covariance") == "augmented";
    let kind = if augmented { FirthCovariance::Augmented } else { FirthCovariance::Information };
    match key {
        "penalised_log_likelihood" => Ok(model.penalised_log_likelihood),
        "lr" => Ok(model.likelihood_ratio_test(&places(o.text("drop")))?.chi_square),
        "lr_p" => Ok(model.likelihood_ratio_test(&places(o.text("drop")))?.p),
        "profile_lower" => Ok(model.profile_interval(o.index("column"), o.level())?.lower),
        "profile_upper" => Ok(model.profile_interval(o.index("column"), o.level())?.upper),
        "estimate" => model.coefficient(o.index("column")),
        _ => wald_number(model.estimate(o.index("column"), kind, o.level())?, key),
    }
}

pub(super) fn negative_binomial_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let offset = log_time(rows, o);
    let columns = columns(rows, o.text("terms"));
    let model = fit_negative_binomial(&columns, &numbers(rows, "y"), offset.as_deref())?;
    let kind = match o.text("covariance") {
        "expected" => CountCovariance::ExpectedGivenDispersion,
        "observed" => CountCovariance::ObservedGivenDispersion,
        "sandwich" => CountCovariance::Sandwich,
        _ => CountCovariance::ObservedJoint,
    };
    match key {
        "log_likelihood" => Ok(model.model.log_likelihood),
        "dispersion" => Ok(model.dispersion),
        "theta" => model.theta(),
        "theta_se_given" => model.theta_standard_error(DispersionError::GivenCoefficients),
        "theta_se_joint" => model.theta_standard_error(DispersionError::Joint),
        "dispersion_se" => model.dispersion_standard_error(DispersionError::Joint),
        "dispersion_test" => Ok(model.dispersion_test()?.chi_square),
        "dispersion_p" => Ok(model.dispersion_test()?.p),
        "lr" => Ok(model.likelihood_ratio_test(&places(o.text("drop")))?.chi_square),
        "estimate" => model.coefficient(o.index("column")),
        _ => wald_number(model.estimate(o.index("column"), kind, o.level())?, key),
    }
}

pub(super) fn model_number(model: &GeneralisedLinearModel, o: &Options, key: &str) -> Value {
    let kind = covariance(o.text("covariance"));
    match key {
        "log_likelihood" => Ok(model.log_likelihood),
        "aic" => Ok(model.akaike()),
        "deviance" => Ok(model.deviance()),
        "covariance" => model.covariance(o.index("column"), o.index("with"), kind),
        "lr" | "lr_df" | "lr_p" | "score" | "score_p" | "wald" | "wald_p" => {
            let drop = places(o.text("drop"));
            let test = match key.split('_').next() {
                Some("lr") => model.likelihood_ratio_test(&drop)?,
                Some("score") => model.score_test(&drop)?,
                _ => model.wald_test(&drop, kind)?,
            };
            Ok(match key.split_once('_') {
                Some((_, "df")) => test.df,
                Some(_) => test.p,
                None => test.chi_square,
            })
        }
        "profile_lower" => model.profile_interval(o.index("column"), o.level())?.lower,
        "profile_upper" => model.profile_interval(o.index("column"), o.level())?.upper,
        "estimate" => model.coefficient(o.index("column")),
        _ => wald_number(model.estimate(o.index("column"), kind, o.level())?, key),
    }
}

/// The treatment is column 1.
fn marginal_number(
    model: &GeneralisedLinearModel,
    rows: &[Row],
    columns: &[Vec<f64>],
    o: &Options,
    key: &str,
) -> Value {
    let arms = [0.0, 1.0].map(|value| {
        let mut counterfactual = columns.to_vec();
        counterfactual[1] = vec![value; rows.len()];
        counterfactual
    });
    let (arm, stratum) = (indices(rows, "treatment"), indices(rows, "stratum"));
    let robust = |form, strata| MarginalVariance::Robust { arm: &arm, form, strata };
    let variance = match o.text("variance") {
        "delta_expected" => MarginalVariance::Delta(Covariance::ExpectedInformation),
        "delta_sandwich" => MarginalVariance::Delta(Covariance::Sandwich),
        "robust_decomposed" => robust(RobustVariance::Decomposed, None),
        "robust_residual" => robust(RobustVariance::Residual, None),
        _ => robust(RobustVariance::Decomposed, Some(&stratum[..])),
    };
    let risks = marginal_risks(model, &arms, variance)?;
    let number = |e: MarginalEffect| match key.split_once('_').map_or("", |k| k.1) {
        "estimate" => e.estimate,
        "se" => e.standard_error,
        "p" => e.p_two_sided,
        "lower" => e.interval.lower,
        _ => e.interval.upper,
    };
    match key.split('_').next() {
        Some("risk") => Ok(risks.risk(o.index("arm"), 0.95)?.estimate),
        Some("difference") => risks.difference(1, 0, 0.95).map(number),
        Some("ratio") => risks.risk_ratio(1, 0, 0.95).map(number),
        _ => risks.odds_ratio(1, 0, 0.95).map(number),
    }
}
