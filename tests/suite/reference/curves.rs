//! Expected values of times to an event: curves, log-rank and Gray's test.

use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::Value;
use tracelock::stats::cumulative_incidence::{IncidenceVariance, cumulative_incidence};
use tracelock::stats::gray::gray_test;
use tracelock::stats::kaplan_meier::kaplan_meier;
use tracelock::stats::log_rank::log_rank;

fn events(rows: &[Row]) -> Vec<bool> {
    rows.iter().map(|r| r["status"] == "1").collect()
}

pub(super) fn kaplan_meier_value(rows: &[Row], o: &Options, key: &str) -> Value {
    // The published example is the treated group of the trial.
    let used: Vec<Row> = rows.iter().filter(|r| r["case"] != "freireich" || r["group"] == "0").cloned().collect();
    let curve = kaplan_meier(&numbers(&used, "time"), &events(&used), o.level(), o.curve())?;
    if key.starts_with("quantile") {
        let quantile = curve.quantile(o.number("p"));
        return match key {
            "quantile" => quantile.estimate,
            "quantile_lower" => quantile.lower,
            _ => quantile.upper,
        };
    }
    if let Some(count) = key.strip_prefix("table_") {
        let counts = curve.risk_counts(&[o.number("time")])?[0];
        return Ok(match count {
            "n_risk" => counts.n_risk,
            "n_event" => counts.n_event,
            _ => counts.n_censor,
        } as f64);
    }
    let step = if key.starts_with("at_") { curve.at(o.number("time"))? } else { curve.steps[o.index("step") - 1] };
    match key.trim_start_matches("at_") {
        "time" => Ok(step.time),
        "n_risk" => Ok(step.n_risk as f64),
        "n_event" => Ok(step.n_event as f64),
        "n_censor" => Ok(step.n_censor as f64),
        "survival" => Ok(step.survival),
        "standard_error" => step.standard_error,
        "lower" => step.interval.map(|i| i.lower),
        "upper" => step.interval.map(|i| i.upper),
        other => unknown(other),
    }
}

pub(super) fn log_rank_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let strata = indices(rows, "stratum");
    let strata = (o.text("strata") == "yes").then_some(strata.as_slice());
    let groups = indices(rows, "group");
    let n_groups = groups.iter().max().map_or(0, |g| g + 1);
    let time = numbers(rows, "time");
    let test = log_rank(&time, &events(rows), &groups, n_groups, strata, o.number("rho"))?;
    Ok(match key {
        "chi_square" => test.chi_square,
        "df" => test.df,
        "p" => test.p,
        "first_variance" => test.first_variance,
        "observed" => test.observed[o.index("group")],
        "expected" => test.expected[o.index("group")],
        other => unknown(other),
    })
}

pub(super) fn incidence_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let variance = match o.text("variance") {
        "aalen" => IncidenceVariance::Aalen,
        _ => IncidenceVariance::Greenwood,
    };
    let (time, status) = (numbers(rows, "time"), indices(rows, "status"));
    let curve = cumulative_incidence(&time, &status, o.index("cause"), variance, o.level(), o.curve())?;
    let step = if key.starts_with("at_") { curve.at(o.number("time"))? } else { curve.steps[o.index("step") - 1] };
    match key.trim_start_matches("at_") {
        "time" => Ok(step.time),
        "n_event" => Ok(step.n_event as f64),
        "incidence" => Ok(step.incidence),
        "standard_error" => step.standard_error,
        "lower" => step.interval.map(|i| i.lower),
        "upper" => step.interval.map(|i| i.upper),
        other => unknown(other),
    }
}

pub(super) fn gray_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (groups, strata) = (indices(rows, "group"), indices(rows, "stratum"));
    let strata = (o.text("strata") == "yes").then_some(strata.as_slice());
    let n_groups = groups.iter().max().map_or(0, |g| g + 1);
    let (time, status) = (numbers(rows, "time"), indices(rows, "status"));
    let test = gray_test(&time, &status, &groups, n_groups, o.index("cause"), strata, o.number("rho"))?;
    Ok(match key {
        "chi_square" => test.chi_square,
        "df" => test.df,
        _ => test.p,
    })
}
