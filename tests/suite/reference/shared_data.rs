//! Compares recomputed values of whole trials, read beside the crate and never copied into it.

use std::collections::BTreeMap;
use std::path::Path;

use super::counts::effect_number;
use super::samples::{f_number, rank_sum_number, t_number};
use super::shared_glm::logistic_value;
use super::shared_hazards::hazards_value;
use super::shared_models::covariance_value;
use super::shared_ranks::rank_value;
use super::shared_survival::{adjusted_value, survival_value};
use super::shared_tables::strata_value;
use super::tables::{Row, compare, optional, read_csv};
use tracelock::stats::anova::one_way_anova;
use tracelock::stats::chi_square::{Continuity, pearson_chi_square};
use tracelock::stats::fisher::fisher_two_by_two;
use tracelock::stats::hodges_lehmann::{ShiftLimits, hodges_lehmann};
use tracelock::stats::miettinen_nurminen::risk_difference_miettinen_nurminen;
use tracelock::stats::odds_ratio::odds_ratio_conditional;
use tracelock::stats::proportion::{clopper_pearson, wilson};
use tracelock::stats::summary::{QuantileType, summarise};
use tracelock::stats::t_test::{Variances, one_sample_t_test, two_sample_t_test};
use tracelock::stats::two_proportions::{
    TwoProportions, odds_ratio_woolf, risk_difference_newcombe, risk_difference_wald, risk_ratio_katz,
};
use tracelock::stats::wilcoxon::{self, ExactTwoSided, rank_sum_exact, rank_sum_normal};
use tracelock::stats::{Value, rank};

/// Trials whose recomputed values are compared, where the folder beside the crate is present.
const TRIALS: &[&str] =
    &["anorexia", "indo_rct", "ist", "licorice_gargle", "opt", "pharmacosmoking", "polyps", "veteran"];

/// Values compared between two groups.
struct TwoSamples {
    trial: &'static str,
    /// Beginning of the analysis' name.
    analysis: &'static str,
    group: &'static str,
    value: &'static str,
    /// Column to subtract, or nothing.
    minus: &'static str,
}

const TWO_SAMPLES: &[TwoSamples] = &[
    TwoSamples { trial: "anorexia", analysis: "weight change", group: "Treat", value: "Postwt", minus: "Prewt" },
    TwoSamples {
        trial: "anorexia",
        analysis: "one-way ANOVA of change",
        group: "Treat",
        value: "Postwt",
        minus: "Prewt",
    },
    TwoSamples { trial: "indo_rct", analysis: "Age", group: "rx", value: "age", minus: "" },
    TwoSamples {
        trial: "licorice_gargle",
        analysis: "pain score: pacu30min",
        group: "treat",
        value: "pacu30min_throatPain",
        minus: "",
    },
    TwoSamples {
        trial: "licorice_gargle",
        analysis: "pain score: pacu90min",
        group: "treat",
        value: "pacu90min_throatPain",
        minus: "",
    },
    TwoSamples {
        trial: "licorice_gargle",
        analysis: "pain score: postOp4hour",
        group: "treat",
        value: "postOp4hour_throatPain",
        minus: "",
    },
    TwoSamples {
        trial: "licorice_gargle",
        analysis: "pain score: pod1am",
        group: "treat",
        value: "pod1am_throatPain",
        minus: "",
    },
    TwoSamples { trial: "licorice_gargle", analysis: "BMI", group: "treat", value: "preOp_calcBMI", minus: "" },
    TwoSamples { trial: "opt", analysis: "Birthweight", group: "Group", value: "Birthweight", minus: "" },
    TwoSamples { trial: "pharmacosmoking", analysis: "age", group: "grp", value: "age", minus: "" },
    TwoSamples { trial: "polyps", analysis: "number3m", group: "treatment", value: "number3m", minus: "" },
    TwoSamples { trial: "polyps", analysis: "number12m", group: "treatment", value: "number12m", minus: "" },
    TwoSamples {
        trial: "polyps",
        analysis: "change from baseline number3m",
        group: "treatment",
        value: "number3m",
        minus: "baseline",
    },
    TwoSamples {
        trial: "polyps",
        analysis: "change from baseline number12m",
        group: "treatment",
        value: "number12m",
        minus: "baseline",
    },
    TwoSamples {
        trial: "polyps",
        analysis: "paired within arm",
        group: "treatment",
        value: "number3m",
        minus: "baseline",
    },
];

#[test]
fn statistics_agree_with_recomputed_trials() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !folder.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    let mut failures = Vec::new();
    let mut uncovered: BTreeMap<String, usize> = BTreeMap::new();
    println!("{:<16} {:>8} {:>12} {:>22}", "trial", "matched", "not covered", "largest relative error");
    for trial in TRIALS {
        let rows = read_csv(&folder.join(trial).join("recomputed.csv"));
        let file = folder.join(trial).join(format!("{trial}.csv"));
        let data = if file.exists() { read_csv(&file) } else { Vec::new() };
        let (mut matched, mut left, mut worst) = (0, 0, 0.0f64);
        for row in &rows {
            let Some(actual) = recomputed_value(trial, &rows, &data, row) else {
                left += 1;
                let method = row["method"].split(['[', '(']).next().unwrap_or_default();
                *uncovered.entry(format!("{method}: {}", row["statistic"])).or_default() += 1;
                continue;
            };
            let expected = if row["value"] == "NA" { "NE(NotReached)" } else { &row["value"] };
            // 12 digits were written; upper limits found by a root search are good to about 1e-9.
            match compare(actual, expected, allowed_error(row)) {
                Ok(error) => {
                    matched += 1;
                    worst = worst.max(error);
                }
                Err(message) => failures
                    .push(format!("{trial} {} {} {}: {message}", row["analysis"], row["method"], row["statistic"])),
            }
        }
        println!("{trial:<16} {matched:>8} {left:>12} {worst:>22.1e}");
    }
    println!("not covered:");
    for (method, rows) in &uncovered {
        println!("  {rows:>4} {method}");
    }
    let count = failures.len();
    failures.truncate(60);
    assert!(count == 0, "{count} differences:\n{}", failures.join("\n"));
}

/// R `glm` at its default stops when the deviance changes by 1e-8 and takes the covariance from the step before.
fn allowed_error(row: &Row) -> &'static str {
    if row["analysis"].starts_with("logistic regression") { "2e-7" } else { "2e-9" }
}

/// Our value of a recomputed row; None where no function of `stats` corresponds or the data are not read here.
fn recomputed_value(trial: &str, rows: &[Row], data: &[Row], row: &Row) -> Option<Value> {
    let (method, key) = (row["method"].as_str(), row["statistic"].as_str());
    let same: Vec<&Row> = rows.iter().filter(|r| r["analysis"] == row["analysis"]).collect();
    counts_value(&same, method, key)
        .or_else(|| samples_value(trial, &same, data, row))
        .or_else(|| hazards_value(trial, data, row))
        .or_else(|| survival_value(trial, data, row))
        .or_else(|| covariance_value(trial, data, row))
        .or_else(|| strata_value(trial, data, row))
        .or_else(|| adjusted_value(trial, &same, data, row))
        .or_else(|| logistic_value(trial, data, row))
        .or_else(|| rank_value(trial, data, row))
}

/// Rows that follow from the counts recorded in the same analysis.
fn counts_value(same: &[&Row], method: &str, key: &str) -> Option<Value> {
    let recorded = |name: &str| -> Vec<(String, u64)> {
        let found = same.iter().filter(|r| r["method"].starts_with("proportion ") && r["statistic"] == name);
        found.map(|r| (r["method"].clone(), r["value"].parse().expect("a count"))).collect()
    };
    let (events, sizes) = (recorded("events"), recorded("n"));
    if events.len() != 2 || sizes.len() != 2 {
        return None;
    }
    let t = TwoProportions { events_a: events[0].1, n_a: sizes[0].1, events_b: events[1].1, n_b: sizes[1].1 };
    if let Some(place) = events.iter().position(|e| e.0 == method) {
        let (x, n) = (events[place].1, sizes[place].1);
        let exact = clopper_pearson(x, n, 0.95);
        let score = wilson(x, n, 0.95);
        return match key {
            "p" => Some(exact.map(|e| e.estimate)),
            "Wilson lower" => Some(score.map(|e| e.interval.lower)),
            "Wilson upper" => Some(score.map(|e| e.interval.upper)),
            "Clopper-Pearson lower" => Some(exact.map(|e| e.interval.lower)),
            "Clopper-Pearson upper" => Some(exact.map(|e| e.interval.upper)),
            _ => None,
        };
    }
    let effect = match method {
        "risk difference, Wald" => risk_difference_wald(t, 0.95),
        "risk difference, Newcombe hybrid score (no cc)" => risk_difference_newcombe(t, 0.95),
        "risk difference, Miettinen-Nurminen" => risk_difference_miettinen_nurminen(t, 0.95),
        "risk ratio, log (Katz)" => risk_ratio_katz(t, 0.95),
        "odds ratio, sample (Wald/Woolf)" => odds_ratio_woolf(t, 0.95),
        "Fisher exact (higher precision than R)" => odds_ratio_conditional(t, 0.95),
        _ => {
            let rows = [vec![t.events_a, t.n_a - t.events_a], vec![t.events_b, t.n_b - t.events_b]];
            let chi_square = |continuity| {
                pearson_chi_square(&rows, continuity).map(|c| if key == "X2" { c.chi_square } else { c.p })
            };
            return match method {
                "chi-square Pearson" => Some(chi_square(Continuity::Uncorrected)),
                "chi-square Yates" => Some(chi_square(Continuity::Corrected)),
                m if m.starts_with("Fisher exact") && key == "p two-sided" => {
                    Some(fisher_two_by_two(t.events_a, t.n_a, t.events_b, t.n_b).map(|f| f.p_two_sided))
                }
                _ => None,
            };
        }
    };
    Some(effect.and_then(|e| effect_number(e, key)))
}

/// Rows about the values of two groups.
fn samples_value(trial: &str, same: &[&Row], data: &[Row], row: &Row) -> Option<Value> {
    let (method, key) = (row["method"].as_str(), row["statistic"].as_str());
    let known = |e: &&TwoSamples| e.trial == trial && row["analysis"].starts_with(e.analysis);
    let &TwoSamples { group: group_column, value: column, minus, .. } = TWO_SAMPLES.iter().find(known)?;
    let sample = |label: &str| -> Vec<f64> {
        let members = data.iter().filter(|r| r[group_column].trim() == label);
        members
            .filter_map(|r| {
                let value = optional(r, column)?;
                if minus.is_empty() { Some(value) } else { Some(value - optional(r, minus)?) }
            })
            .collect()
    };
    if let Some(label) = method.strip_prefix("summary ") {
        let s = |kind| summarise(&sample(label), kind, 0.95);
        let second = s(QuantileType::Type2).ok()?;
        let seventh = s(QuantileType::Type7).ok()?;
        return match key {
            "n" => Some(Ok(second.n as f64)),
            "mean" => Some(second.mean),
            "sd" => Some(second.standard_deviation),
            "se" => Some(second.standard_error),
            "median" => Some(second.median),
            "min" => Some(second.minimum),
            "max" => Some(second.maximum),
            "Q1 (type 7)" => Some(seventh.first_quartile),
            "Q3 (type 7)" => Some(seventh.third_quartile),
            "Q1 (type 2, SAS default)" => Some(second.first_quartile),
            "Q3 (type 2)" => Some(second.third_quartile),
            "mean lower95 (t)" => Some(second.mean_interval.map(|i| i.lower)),
            "mean upper95 (t)" => Some(second.mean_interval.map(|i| i.upper)),
            _ => None,
        };
    }
    if let Some(label) = method.strip_prefix("paired t ").map(|m| m.trim_start_matches("within ")) {
        return Some(one_sample_t_test(&sample(label), 0.0, 0.95).map(|t| t_number(t, key)));
    }
    if method == "F test" {
        let samples = [sample("Cont"), sample("CBT"), sample("FT")];
        let slices: Vec<&[f64]> = samples.iter().map(Vec::as_slice).collect();
        return Some(one_way_anova(&slices).map(|test| f_number(test, key)));
    }
    // The direction of the comparison stands in the name of its Welch test.
    let names = same.iter().find_map(|r| r["method"].strip_suffix(" Welch t-test"))?;
    let (label_a, label_b) = names.split_once(" - ")?;
    let (mut a, mut b) = (sample(label_a), sample(label_b));
    if method.contains("rounded to 1e-6") {
        let round = |v: &mut f64| *v = rank::round_decimals(*v, 6);
        a.iter_mut().for_each(round);
        b.iter_mut().for_each(round);
    }
    let t_test = |v| two_sample_t_test(&a, &b, v, 0.95).map(|t| t_number(t, key));
    let shift = |limits| {
        let s = hodges_lehmann(&a, &b, 0.95, limits, wilcoxon::DEFAULT_WORK_LIMIT)?;
        match key {
            "lower95" => s.lower,
            "upper95" => s.upper,
            "C" => Ok(s.order as f64),
            _ => Ok(s.estimate),
        }
    };
    let normal = |c| rank_sum_normal(&a, &b, c).map(|t| rank_sum_number(t, key));
    let asymptotic = method.contains("asymptotic");
    match method {
        m if m.ends_with("Welch t-test") => Some(t_test(Variances::Unequal)),
        m if m.ends_with("pooled t-test") => Some(t_test(Variances::Equal)),
        m if m.contains("normal approx") && (key == "W" || key == "p") => {
            let corrected = m.contains("continuity");
            Some(normal(if corrected { Continuity::Corrected } else { Continuity::Uncorrected }))
        }
        m if m.starts_with("Hodges-Lehmann") && ["HL", "lower95", "upper95", "C"].contains(&key) => {
            Some(shift(if asymptotic || key == "HL" { ShiftLimits::Asymptotic } else { ShiftLimits::Exact }))
        }
        m if m.starts_with("Wilcoxon rank-sum, exact") => {
            let twice = key == "p 2*min(tail)";
            let definition = if twice { ExactTwoSided::TwiceSmallerTail } else { ExactTwoSided::Distance };
            let test = rank_sum_exact(&a, &b, definition, wilcoxon::DEFAULT_WORK_LIMIT);
            Some(test.map(|t| t.p_two_sided))
        }
        _ => None,
    }
}
