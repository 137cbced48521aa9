//! Expected values of hazard models: Cox regression with what follows from it, and Fine-Gray.

use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::Value;
use tracelock::stats::cox::{
    Coefficients, CoxData, CoxFit, HazardEstimator, HazardTest, Ties, TimeTransform, cox_regression,
};
use tracelock::stats::fine_gray::{
    FineGrayOptions, SubdistributionTies, SubdistributionVariance, TiedCensoring, fine_gray,
};

fn ties(o: &Options) -> Ties {
    match o.text("ties") {
        "efron" => Ties::Efron,
        "breslow" => Ties::Breslow,
        "discrete" => Ties::Discrete,
        "exact_marginal" => Ties::ExactMarginal,
        other => unknown(other),
    }
}

fn columns(rows: &[Row], o: &Options) -> Vec<Vec<f64>> {
    o.text("columns").split('+').map(|name| numbers(rows, name)).collect()
}

fn fit(rows: &[Row], o: &Options) -> Result<CoxFit, tracelock::stats::NotEstimable> {
    let values = columns(rows, o);
    let slices: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
    let start = rows.iter().all(|r| !r["start"].is_empty()).then(|| numbers(rows, "start"));
    let stop = numbers(rows, "stop");
    let event: Vec<bool> = rows.iter().map(|r| r["event"] == "1").collect();
    let (strata, weights) = (indices(rows, "stratum"), numbers(rows, "weight"));
    let data = CoxData {
        start: start.as_deref(),
        stop: &stop,
        event: &event,
        columns: &slices,
        strata: (o.text("strata") == "yes").then_some(strata.as_slice()),
        weights: (o.text("weights") == "yes").then_some(weights.as_slice()),
    };
    cox_regression(data, ties(o))
}

fn test_number(test: HazardTest, key: &str) -> f64 {
    match key.rsplit('_').next() {
        Some("p") => test.p,
        Some("df") => test.df,
        _ => test.chi_square,
    }
}

fn coefficient_number(coefficients: &Coefficients, o: &Options, key: &str) -> Value {
    let column = o.index("column");
    if key == "coefficient" {
        return coefficients.coefficient(column);
    }
    if key == "covariance" {
        return coefficients.covariance(column, o.index("with"));
    }
    let ratio = coefficients.hazard_ratio(column, o.level())?;
    Ok(match key {
        "se" => ratio.standard_error,
        "z" => ratio.z,
        "p" => ratio.p_two_sided,
        "ratio" => ratio.ratio?,
        "lower" => ratio.interval?.lower,
        "upper" => ratio.interval?.upper,
        other => unknown(other),
    })
}

pub(super) fn cox_value(rows: &[Row], o: &Options, key: &str) -> Value {
    // The sum over all orders of tied events is only taken over a part of this case.
    let part = |r: &&Row| r["event"] == "0" || ["1", "3"].contains(&r["stop"].as_str());
    let part: Vec<Row> = rows.iter().filter(part).take(28).cloned().collect();
    let fit = fit(if o.text("part") == "yes" { &part } else { rows }, o)?;
    match key {
        "log_likelihood" => Ok(fit.log_likelihood),
        "log_likelihood_null" => Ok(fit.log_likelihood_null),
        "lr" | "lr_p" | "df" => fit.likelihood_ratio_test().map(|t| test_number(t, key)),
        "score" | "score_p" => fit.score_test().map(|t| test_number(t, key)),
        "wald" | "wald_p" => fit.wald_test().map(|t| test_number(t, key)),
        "difference" | "difference_se" => {
            let mut weights = vec![0.0; fit.coefficients.n_columns()];
            (weights[0], weights[1]) = (1.0, -1.0);
            let difference = fit.coefficients.combination(&weights, 0.95)?;
            Ok(if key == "difference" { difference.log_ratio } else { difference.standard_error })
        }
        "profile_lower" => fit.profile_interval(o.index("column"), o.level())?.lower,
        "profile_upper" => fit.profile_interval(o.index("column"), o.level())?.upper,
        "robust_se" => coefficient_number(&fit.robust(None)?.coefficients, o, "se"),
        _ => coefficient_number(&fit.coefficients, o, key),
    }
}

pub(super) fn robust_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let fit = fit(rows, o)?;
    let cluster = indices(rows, "id");
    let robust = fit.robust((o.text("cluster") == "yes").then_some(cluster.as_slice()))?;
    match key {
        "wald" | "wald_p" => robust.coefficients.wald_test_of_all().map(|t| test_number(t, key)),
        "score" | "score_p" => robust.score_test.map(|t| test_number(t, key)),
        "clusters" => Ok(robust.n_clusters as f64),
        _ => coefficient_number(&robust.coefficients, o, key),
    }
}

pub(super) fn proportionality_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let fit = fit(rows, o)?;
    let transform = match o.text("transform") {
        "km" => TimeTransform::KaplanMeier,
        "identity" => TimeTransform::Identity,
        "rank" => TimeTransform::Rank,
        "log" => TimeTransform::Log,
        other => unknown(other),
    };
    if o.text("term") == "global" {
        return fit.proportionality(&[], transform)?.global.map(|t| test_number(t, key));
    }
    let term: Vec<usize> = o.text("term").split('+').map(|c| c.parse().expect("a column")).collect();
    fit.proportionality(&[&term], transform)?.terms[0].map(|t| test_number(t, key))
}

pub(super) fn prediction_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let fit = fit(rows, o)?;
    match key {
        "martingale" => return fit.martingale_residuals().map(|all| all[o.index("record")]),
        "schoenfeld" | "scaled" => {
            let all = fit.schoenfeld_residuals()?;
            let own = all.iter().find(|r| r.record == o.index("record")).expect("an event");
            let values = if key == "scaled" { &own.scaled } else { &own.residual };
            return values[o.index("column")];
        }
        _ => {}
    }
    let estimator = match o.text("estimator") {
        "breslow" => HazardEstimator::Breslow,
        _ => HazardEstimator::Efron,
    };
    let at: Vec<f64> = o.text("at").split('+').map(|x| x.parse().expect("a covariate")).collect();
    let stratum = if o.text("stratum").is_empty() { 0 } else { o.index("stratum") };
    let predicted = fit.predicted_survival(&at, stratum, estimator, o.level(), o.curve())?;
    if key == "median" {
        return predicted.quantile(0.5);
    }
    let step = predicted.at(o.number("time"))?;
    match key {
        "hazard" => Ok(step.cumulative_hazard),
        "se" => Ok(step.standard_error),
        "survival" => Ok(step.survival),
        "lower" => step.interval.map(|i| i.lower),
        "upper" => step.interval.map(|i| i.upper),
        other => unknown(other),
    }
}

pub(super) fn fine_gray_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let values = columns(rows, o);
    let slices: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
    let (time, status, groups) = (numbers(rows, "time"), indices(rows, "status"), indices(rows, "group"));
    let groups = (o.text("groups") == "yes").then_some(groups.as_slice());
    let options = match o.text("method") {
        "cmprsk" => FineGrayOptions::CMPRSK,
        _ => FineGrayOptions {
            ties: match o.text("ties") {
                "efron" => SubdistributionTies::Efron,
                _ => SubdistributionTies::Breslow,
            },
            tied_censoring: TiedCensoring::EventsFirst,
            variance: SubdistributionVariance::KnownWeights,
        },
    };
    let fit = fine_gray(&time, &status, o.index("cause"), &slices, groups, options)?;
    match key {
        "log_likelihood" => Ok(fit.log_likelihood),
        "log_likelihood_null" => Ok(fit.log_likelihood_null),
        "wald" | "wald_p" => fit.coefficients.wald_test_of_all().map(|t| test_number(t, key)),
        "incidence" => {
            let at: Vec<f64> = o.text("at").split('+').map(|x| x.parse().expect("a covariate")).collect();
            fit.cumulative_incidence(&at, o.number("time"))
        }
        _ => coefficient_number(&fit.coefficients, o, key),
    }
}
