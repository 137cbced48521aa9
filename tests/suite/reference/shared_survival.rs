//! Recomputed values of whole trials: restricted means, one more trial's curves, adjusted p-values.

use super::shared_models;
use super::tables::{Row, optional};
use tracelock::stats::kaplan_meier::{CurveInterval, kaplan_meier};
use tracelock::stats::multiplicity::{Adjustment, adjusted_p_values};
use tracelock::stats::restricted_mean::{MeanVariance, restricted_mean};
use tracelock::stats::{NotEstimable, Value};

/// Rows about times to an event, as `shared_models` has them, and restricted means.
pub(super) fn survival_value(trial: &str, data: &[Row], row: &Row) -> Option<Value> {
    if trial == "opt" {
        // Days of gestation, an event before 259.
        let derived: Vec<Row> = data
            .iter()
            .filter(|r| !row["analysis"].contains("excluded") || r["Birth.outcome"].trim() != "Elective abortion")
            .filter_map(|r| {
                let days = optional(r, "GA.at.outcome")?;
                let mut copy = r.clone();
                copy.insert("Group".into(), r["Group"].trim().into());
                copy.insert("time".into(), days.min(259.0).to_string());
                copy.insert("status".into(), u8::from(days < 259.0).to_string());
                Some(copy)
            })
            .collect();
        return restricted_mean_value(trial, &derived, row)
            .or_else(|| shared_models::survival_value(trial, &derived, row));
    }
    restricted_mean_value(trial, data, row).or_else(|| shared_models::survival_value(trial, data, row))
}

/// Group, time and status columns, value that replaces a time of 0.
fn columns(trial: &str, analysis: &str) -> Option<(&'static str, &'static str, &'static str, f64)> {
    match trial {
        "opt" if analysis.starts_with("Time to preterm birth") => Some(("Group", "time", "status", 0.0)),
        "pharmacosmoking" if analysis.starts_with("Time to relapse: combination") => {
            Some(("grp", "ttr", "relapse", 0.5))
        }
        "pharmacosmoking" if analysis.starts_with("Time to relapse") => Some(("grp", "ttr", "relapse", 0.0)),
        "veteran" if analysis.starts_with("Overall survival") => Some(("trt", "time", "status", 0.0)),
        _ => None,
    }
}

/// Restricted means up to the largest time of all groups.
fn restricted_mean_value(trial: &str, data: &[Row], row: &Row) -> Option<Value> {
    let key = row["statistic"].as_str();
    if !key.contains("rmean") {
        return None;
    }
    let label = row["method"].strip_prefix("counts [")?.strip_suffix(']')?;
    let (group, time, status, zero) = columns(trial, &row["analysis"])?;
    let days = |r: &Row| optional(r, time).map(|t| if t == 0.0 { zero } else { t });
    let horizon = data.iter().filter_map(days).fold(0.0, f64::max);
    let members = || data.iter().filter(|r| r[group] == label);
    let times: Vec<f64> = members().filter_map(days).collect();
    let events: Vec<bool> = members().map(|r| r[status] == "1").collect();
    let mean = kaplan_meier(&times, &events, 0.95, CurveInterval::LogLog)
        .and_then(|curve| restricted_mean(&curve, horizon, MeanVariance::Greenwood, 0.95));
    Some(mean.map(|m| if key.starts_with("se") { m.standard_error } else { m.estimate }))
}

/// Adjusted p-values of the contrasts that `covariance_value` computes, in the order of the rows.
pub(super) fn adjusted_value(trial: &str, same: &[&Row], data: &[Row], row: &Row) -> Option<Value> {
    let contrast = row["method"].strip_prefix("multiplicity ")?;
    let adjustment = match row["statistic"].as_str() {
        "p Bonferroni" => Adjustment::Bonferroni,
        "p Holm" => Adjustment::Holm,
        _ => return None,
    };
    let single: Vec<&&Row> =
        same.iter().filter(|r| r["method"].starts_with("LS mean diff ") && r["statistic"] == "p").collect();
    let place = single.iter().position(|r| r["method"].ends_with(contrast))?;
    let p: Option<Result<Vec<f64>, NotEstimable>> =
        single.iter().map(|r| shared_models::covariance_value(trial, data, r)).collect();
    Some(p?.and_then(|p| adjusted_p_values(&p, adjustment)).map(|adjusted| adjusted[place]))
}
