//! Recomputed values of whole trials: Cox regression and its check of proportional hazards.

use std::collections::BTreeSet;

use super::tables::{Row, optional};
use tracelock::stats::Value;
use tracelock::stats::cox::{CoxData, CoxFit, HazardTest, Ties, TimeTransform, cox_regression};

/// Times to an event of two groups, with what the models are adjusted for.
struct Hazards {
    trial: &'static str,
    /// Beginning of the analysis' name.
    analysis: &'static str,
    group: &'static str,
    /// The group whose hazard is compared with the other's.
    of: &'static str,
    time: &'static str,
    /// Column and value of an event, or the time before which the end is an event.
    event: Event,
    stratum: &'static str,
    /// Columns of the adjusted model, numbers; then factors with the level they are compared with.
    covariates: &'static [&'static str],
    factors: &'static [(&'static str, &'static str)],
    /// Column and text of records left out.
    without: (&'static str, &'static str),
}

enum Event {
    Status(&'static str),
    Before(f64),
}

const HAZARDS: &[Hazards] = &[
    Hazards {
        trial: "opt",
        analysis: "Time to preterm birth (",
        group: "Group",
        of: "T",
        time: "GA.at.outcome",
        event: Event::Before(259.0),
        stratum: "Clinic",
        covariates: &[],
        factors: &[],
        without: ("Group", ""),
    },
    Hazards {
        trial: "opt",
        analysis: "Time to preterm birth, elective",
        group: "Group",
        of: "T",
        time: "GA.at.outcome",
        event: Event::Before(259.0),
        stratum: "Clinic",
        covariates: &[],
        factors: &[],
        without: ("Birth.outcome", "Elective abortion"),
    },
    Hazards {
        trial: "pharmacosmoking",
        analysis: "Time to relapse",
        group: "grp",
        of: "combination",
        time: "ttr",
        event: Event::Status("relapse"),
        stratum: "ageGroup2",
        covariates: &["age"],
        factors: &[("employment", "ft")],
        without: ("grp", ""),
    },
    Hazards {
        trial: "veteran",
        analysis: "Overall survival",
        group: "trt",
        of: "2",
        time: "time",
        event: Event::Status("status"),
        stratum: "celltype",
        covariates: &["karno", "age"],
        factors: &[("celltype", "squamous")],
        without: ("trt", ""),
    },
];

/// Rows about Cox models.
pub(super) fn hazards_value(trial: &str, data: &[Row], row: &Row) -> Option<Value> {
    let method = row["method"].as_str();
    let known = |h: &&Hazards| h.trial == trial && row["analysis"].starts_with(h.analysis);
    if !method.contains("Cox") && !method.starts_with("proportional hazards") {
        return None;
    }
    let hazards = HAZARDS.iter().find(known)?;
    let (column, text) = hazards.without;
    let rows: Vec<&Row> = data.iter().filter(|r| r[column].trim() != text).collect();
    let of =
        |column: &str, level: &str| -> Vec<f64> { rows.iter().map(|r| f64::from(r[column].trim() == level)).collect() };
    let mut names = vec!["group".to_string()];
    let mut columns = vec![of(hazards.group, hazards.of)];
    if method.starts_with("adjusted") {
        for name in hazards.covariates {
            names.push((*name).into());
            columns.push(rows.iter().map(|r| optional(r, name).expect("a number")).collect());
        }
        for (factor, reference) in hazards.factors {
            let levels: BTreeSet<&str> = rows.iter().map(|r| r[*factor].trim()).collect();
            for level in levels.iter().filter(|l| *l != reference) {
                names.push(format!("{factor}{level}"));
                columns.push(of(factor, level));
            }
        }
    }
    let label = method.split(['[', ']']).nth(1).unwrap_or("group");
    let place = names.iter().position(|n| n == label).unwrap_or(0);
    let ties = if method.contains("breslow") { Ties::Breslow } else { Ties::Efron };
    let fit = fit(hazards, &rows, &columns, method.starts_with("stratified"), ties);
    Some(fit.and_then(|fit| number(&fit, place, method, &row["statistic"])))
}

fn fit(
    hazards: &Hazards,
    rows: &[&Row],
    columns: &[Vec<f64>],
    stratified: bool,
    ties: Ties,
) -> Result<CoxFit, tracelock::stats::NotEstimable> {
    let times: Vec<f64> = rows.iter().map(|r| optional(r, hazards.time).expect("a time")).collect();
    let (stop, event): (Vec<f64>, Vec<bool>) = match hazards.event {
        Event::Status(column) => (times, rows.iter().map(|r| r[column] == "1").collect()),
        Event::Before(end) => times.iter().map(|&t| (t.min(end), t < end)).unzip(),
    };
    let labels: BTreeSet<&str> = rows.iter().map(|r| r[hazards.stratum].as_str()).collect();
    let strata: Vec<usize> = rows
        .iter()
        .map(|r| labels.iter().position(|l| *l == r[hazards.stratum]).expect("a label of the column"))
        .collect();
    let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let strata = stratified.then_some(strata.as_slice());
    cox_regression(CoxData { start: None, stop: &stop, event: &event, columns: &columns, strata, weights: None }, ties)
}

fn number(fit: &CoxFit, place: usize, method: &str, key: &str) -> Value {
    let test = |t: HazardTest| match key {
        "df" => t.df,
        "p" | "LR p" | "score p" | "Wald p" => t.p,
        // This one was written with two decimals.
        "Wald chisq" => (t.chi_square * 100.0).round() / 100.0,
        _ => t.chi_square,
    };
    if method.starts_with("proportional hazards") {
        return fit.proportionality(&[], TimeTransform::KaplanMeier)?.global.map(test);
    }
    let ratio = fit.coefficients.hazard_ratio(place, 0.95)?;
    match key {
        "HR" => ratio.ratio,
        "lower95" => ratio.interval.map(|i| i.lower),
        "upper95" => ratio.interval.map(|i| i.upper),
        "coef" => Ok(ratio.log_ratio),
        "se(coef)" => Ok(ratio.standard_error),
        "z" => Ok(ratio.z),
        "p Wald" => Ok(ratio.p_two_sided),
        "loglik null" => Ok(fit.log_likelihood_null),
        "loglik" => Ok(fit.log_likelihood),
        _ if key.starts_with("LR") => fit.likelihood_ratio_test().map(test),
        _ if key.starts_with("score") => fit.score_test().map(test),
        _ => fit.wald_test().map(test),
    }
}
