//! Descriptive statistics that go with every analysis of a number.

use crate::stats::NotEstimable;
use crate::stats::summary::{QuantileType, summarise};

use super::writer::Writer;

/// Writes n, missing, mean, SD, SE, median, quartiles, min and max of each arm; for a change also of
/// baseline and visit values, under the factor `variable`.
pub(super) fn numbers(writer: &mut Writer<'_, '_, '_>, quantile: QuantileType, level: f64) {
    for arm in 0..writer.input.arms.len() {
        writer.count("n", arm, |_| true);
        writer.missing(arm);
        if writer.input.rows.iter().any(|r| r.imputed) {
            writer.count("imputed", arm, |r| r.imputed);
        }
        let values = writer.input.values(arm);
        describe(writer, arm, None, &values, quantile, level);
        if writer.input.is_change || writer.input.has_before {
            let of = |pick: fn(&super::input::Analysed) -> Option<f64>| -> Vec<f64> {
                writer.input.rows.iter().filter(|r| r.arm == arm).filter_map(pick).collect()
            };
            let (base, aval) = (of(|r| r.base), of(|r| r.aval));
            describe(writer, arm, Some("BASE"), &base, quantile, level);
            describe(writer, arm, Some("AVAL"), &aval, quantile, level);
        }
    }
}

fn describe(
    writer: &mut Writer<'_, '_, '_>,
    arm: usize,
    variable: Option<&str>,
    values: &[f64],
    quantile: QuantileType,
    level: f64,
) {
    let summary = summarise(values, quantile, level);
    let take = |f: fn(&crate::stats::summary::Summary) -> Result<f64, NotEstimable>| match &summary {
        Ok(summary) => f(summary),
        Err(error) => Err(*error),
    };
    let statistics = [
        ("mean", take(|s| s.mean)),
        ("sd", take(|s| s.standard_deviation)),
        ("se", take(|s| s.standard_error)),
        ("median", take(|s| s.median)),
        ("q1", take(|s| s.first_quartile)),
        ("q3", take(|s| s.third_quartile)),
        ("min", take(|s| s.minimum)),
        ("max", take(|s| s.maximum)),
    ];
    if let Some(variable) = variable {
        let key = writer.arm_key("n", arm).with("variable", variable);
        let has = |r: &super::input::Analysed| if variable == "BASE" { r.base.is_some() } else { r.aval.is_some() };
        writer.count_keyed(key, arm, has);
    }
    for (name, value) in statistics {
        let key = writer.arm_key(name, arm);
        let key = match variable {
            Some(variable) => key.with("variable", variable),
            None => key,
        };
        writer.keyed(key, &[arm], value);
    }
}

/// Writes n, missing, responders and percentage of each arm.
pub(super) fn responses(writer: &mut Writer<'_, '_, '_>) {
    for arm in 0..writer.input.arms.len() {
        writer.count("n", arm, |_| true);
        writer.missing(arm);
        if writer.input.rows.iter().any(|r| r.imputed) {
            writer.count("imputed", arm, |r| r.imputed);
        }
        writer.count("events", arm, |r| r.value > 0.5);
        let (events, n) = writer.input.responders(arm);
        writer.percent(arm, events, n);
    }
}

/// Writes n, events, competing events and censored of each arm.
pub(super) fn times(writer: &mut Writer<'_, '_, '_>, competing: bool) {
    for arm in 0..writer.input.arms.len() {
        writer.count("n", arm, |_| true);
        writer.missing(arm);
        writer.count("events", arm, |r| r.status == 1);
        if competing {
            writer.count("competing", arm, |r| r.status == 2);
            writer.count("censored", arm, |r| r.status == 0);
        } else {
            writer.count("censored", arm, |r| r.status != 1);
        }
    }
}
