//! Recomputed values of whole trials: survival curves and analyses of covariance.

use std::collections::BTreeSet;

use super::samples::f_number;
use super::tables::{Row, curve_type, optional};
use tracelock::stats::ancova::{AncovaInput, Factor, MarginWeights, ancova};
use tracelock::stats::anova::FTest;
use tracelock::stats::kaplan_meier::kaplan_meier;
use tracelock::stats::log_rank::log_rank;
use tracelock::stats::{Value, linear_model, sum};

/// Times to an event of several groups.
struct Survival {
    trial: &'static str,
    /// Beginning of the analysis' name.
    analysis: &'static str,
    group: &'static str,
    time: &'static str,
    status: &'static str,
    /// Time that replaces 0.
    zero: f64,
    stratum: &'static str,
}

const SURVIVAL: &[Survival] = &[
    // Columns made in shared_survival.rs.
    Survival {
        trial: "opt",
        analysis: "Time to preterm birth",
        group: "Group",
        time: "time",
        status: "status",
        zero: 0.0,
        stratum: "Clinic",
    },
    Survival {
        trial: "pharmacosmoking",
        analysis: "Time to relapse: combination",
        group: "grp",
        time: "ttr",
        status: "relapse",
        zero: 0.5,
        stratum: "ageGroup2",
    },
    Survival {
        trial: "pharmacosmoking",
        analysis: "Time to relapse: raw",
        group: "grp",
        time: "ttr",
        status: "relapse",
        zero: 0.0,
        stratum: "ageGroup2",
    },
    Survival {
        trial: "veteran",
        analysis: "Overall survival",
        group: "trt",
        time: "time",
        status: "status",
        zero: 0.0,
        stratum: "celltype",
    },
];

/// Rows about survival curves.
pub(super) fn survival_value(trial: &str, data: &[Row], row: &Row) -> Option<Value> {
    let (method, key) = (row["method"].as_str(), row["statistic"].as_str());
    let known = |e: &&Survival| e.trial == trial && row["analysis"].starts_with(e.analysis);
    let &Survival {
        group: group_column, time: time_column, status: status_column, zero, stratum: stratum_column, ..
    } = SURVIVAL.iter().find(known)?;
    let times = |rows: &[&Row]| -> Vec<f64> {
        let list = rows.iter().filter_map(|r| optional(r, time_column));
        list.map(|t| if t == 0.0 { zero } else { t }).collect()
    };
    let events = |rows: &[&Row]| -> Vec<bool> { rows.iter().map(|r| r[status_column] == "1").collect() };
    if let Some((_, rest)) = method.split_once(" [") {
        let (label, kind) = rest.split_once(']')?;
        let members: Vec<&Row> = data.iter().filter(|r| r[group_column] == label).collect();
        let interval = curve_type(kind.rsplit('=').next()?);
        let curve = kaplan_meier(&times(&members), &events(&members), 0.95, interval).ok()?;
        if method.starts_with("KM median") {
            let median = curve.quantile(0.5);
            return match key {
                "median" => Some(median.estimate),
                "lower95" => Some(median.lower),
                _ => Some(median.upper),
            };
        }
        if let Some(time) = method.strip_prefix("KM S(").and_then(|m| m.split(')').next()) {
            let step = curve.at(time.parse().ok()?).ok()?;
            return match key {
                "surv" => Some(Ok(step.survival)),
                "Greenwood se" => Some(step.standard_error),
                "lower95" => Some(step.interval.map(|i| i.lower)),
                "upper95" => Some(step.interval.map(|i| i.upper)),
                _ => Some(Ok(step.n_risk as f64)),
            };
        }
        return match key {
            "n" => Some(Ok(curve.n as f64)),
            "events" => Some(Ok(curve.n_event as f64)),
            _ => None,
        };
    }
    let rho = if method == "Peto-Peto (rho=1)" { 1.0 } else { 0.0 };
    if !["log-rank", "Peto-Peto (rho=1)", "stratified log-rank"].contains(&method) {
        return None;
    }
    let all: Vec<&Row> = data.iter().collect();
    let coded = |column: &str| -> Vec<usize> {
        let labels: BTreeSet<&str> = all.iter().map(|r| r[column].as_str()).collect();
        let place = |r: &&Row| labels.iter().position(|l| *l == r[column]).expect("a label of the column");
        all.iter().map(place).collect()
    };
    let strata = method.starts_with("stratified").then(|| coded(stratum_column));
    let test = log_rank(&times(&all), &events(&all), &coded(group_column), 2, strata.as_deref(), rho);
    Some(test.map(|t| match key {
        "chisq" => t.chi_square,
        "df" => t.df,
        _ => t.p,
    }))
}

/// Rows of the analyses of covariance.
pub(super) fn covariance_value(trial: &str, data: &[Row], row: &Row) -> Option<Value> {
    let (method, key) = (row["method"].as_str(), row["statistic"].as_str());
    if !row["analysis"].starts_with("ANCOVA") {
        return None;
    }
    let twelve = row["analysis"].contains("number12m");
    let (labels, group_column, response, covariate, factor): (&[&str], _, _, _, _) = match trial {
        "anorexia" => (&["Cont", "CBT", "FT"], "Treat", "Postwt", "Prewt", None),
        "opt" => (&["C", "T"], "Group", "V5.PD.avg", "BL.PD.avg", Some("Clinic")),
        "polyps" if twelve => (&["placebo", "sulindac"], "treatment", "number12m", "baseline", None),
        "polyps" => (&["placebo", "sulindac"], "treatment", "number3m", "baseline", None),
        _ => return None,
    };
    let scale = |v: f64| {
        if row["analysis"].contains("log(") { libm::log(v) } else { v }
    };
    let strata: BTreeSet<&str> = factor.iter().flat_map(|f| data.iter().map(|r| r[*f].as_str())).collect();
    let stratum = |r: &Row| factor.and_then(|f| strata.iter().position(|s| *s == r[f])).unwrap_or(0);
    let complete: Vec<(usize, f64, f64, usize)> = data
        .iter()
        .filter_map(|r| {
            let place = labels.iter().position(|l| *l == r[group_column].trim())?;
            Some((place, scale(optional(r, response)?), scale(optional(r, covariate)?), stratum(r)))
        })
        .collect();
    let treatment: Vec<usize> = complete.iter().map(|r| r.0).collect();
    let values: Vec<f64> = complete.iter().map(|r| r.1).collect();
    let baseline: Vec<f64> = complete.iter().map(|r| r.2).collect();
    let centres: Vec<usize> = complete.iter().map(|r| r.3).collect();
    let treatment = Factor { level: &treatment, n_levels: labels.len() };
    let all_factors = [Factor { level: &centres, n_levels: strata.len() }];
    let factors = if factor.is_some() { &all_factors[..] } else { &[] };
    let input = AncovaInput { response: &values, treatment, factors, covariates: &[&baseline] };
    let all: Vec<f64> = data.iter().filter_map(|r| optional(r, covariate)).map(scale).collect();
    let mean_of_all = sum::mean(&all)?;
    let fit = ancova(input, MarginWeights::Equal, 0.95).ok()?;
    if method == "residual" {
        return match key {
            "df" => Some(Ok(fit.model.residual_df)),
            "sigma" => Some(fit.residual_variance().map(f64::sqrt)),
            _ => None,
        };
    }
    let name = method.split(['[', ']']).nth(1)?.trim();
    let place = |label: &str| labels.iter().position(|l| *l == label);
    let test = |t: FTest| {
        if key == "df" { t.numerator_df } else { f_number(t, key) }
    };
    if method.starts_with("Type II F") {
        // Without interactions the same as type III; tests come as treatment, factors, covariates.
        let place = match name {
            "Treat" | "treatment" | "Group" => 0,
            "Clinic" => 1,
            _ => 1 + factors.len(),
        };
        return Some(fit.type_iii[place].map(test));
    }
    let estimate = if let Some((of, reference)) = name.split_once(" - ") {
        fit.contrast(place(of)?, place(reference)?)
    } else {
        // These were recomputed at the covariate mean of all records, the response missing or not.
        fit.least_squares_mean_at(place(name)?, &[mean_of_all])
    };
    let number = |e: linear_model::LinearEstimate| match key {
        "LSmean" | "diff" => Some(e.estimate),
        "SE" => Some(e.standard_error),
        "df" => Some(e.df),
        "t" => Some(e.t),
        "p" => Some(e.p_two_sided),
        "lower95" => Some(e.interval.lower),
        "upper95" => Some(e.interval.upper),
        _ => None,
    };
    if method.starts_with("multiplicity") {
        return None;
    }
    estimate.map(number).map_or_else(|reason| Some(Err(reason)), |value| value.map(Ok))
}
