//! Rank tests against recomputed trials and printed SAS values, read beside the crate and never copied into it.

use std::path::Path;

use super::tables::{Row, compare, numbers, optional, read_csv};
use tracelock::stats::chi_square::Continuity;
use tracelock::stats::hodges_lehmann::{ShiftLimits, hodges_lehmann};
use tracelock::stats::kruskal_wallis::kruskal_wallis;
use tracelock::stats::mean_scores::stratified_mean_score_test;
use tracelock::stats::signed_rank::{self, Zeros, signed_rank_exact, signed_rank_t, signed_rank_univariate};
use tracelock::stats::walsh::one_sample_hodges_lehmann;
use tracelock::stats::wilcoxon::{self, ExactTwoSided, rank_sum_exact, rank_sum_normal};
use tracelock::stats::{NotEstimable, Value, rank};

/// Our value of a recomputed row about ranks of one sample or of several.
pub(super) fn rank_value(trial: &str, data: &[Row], row: &Row) -> Option<Value> {
    let (method, key) = (row["method"].as_str(), row["statistic"].as_str());
    let change = |column: &str, label: &str, after: &str, before: &str| -> Vec<f64> {
        let members = data.iter().filter(|r| r[column].trim() == label);
        // Differences of decimals are rounded to the decimals of the data, so that ties stay ties.
        members.filter_map(|r| Some(rank::round_decimals(optional(r, after)? - optional(r, before)?, 6))).collect()
    };
    if trial == "polyps" && method.starts_with("Wilcoxon signed rank exact") && key == "p" {
        let zeros = if method.contains("Pratt") { Zeros::Pratt } else { Zeros::Dropped };
        let values = change("treatment", method.rsplit(' ').next()?, "number3m", "baseline");
        return Some(signed_rank_exact(&values, zeros, signed_rank::DEFAULT_WORK_LIMIT).map(|t| t.p_two_sided));
    }
    if trial == "anorexia" && method == "Kruskal-Wallis" {
        // R ran on the raw differences, in which binary arithmetic has broken ties; so do we here.
        let raw = |label: &str| -> Vec<f64> {
            let members = data.iter().filter(|r| r["Treat"].trim() == label);
            members.filter_map(|r| Some(optional(r, "Postwt")? - optional(r, "Prewt")?)).collect()
        };
        let samples = ["Cont", "CBT", "FT"].map(raw);
        let slices: Vec<&[f64]> = samples.iter().map(Vec::as_slice).collect();
        return Some(kruskal_wallis(&slices).map(|test| match key {
            "chisq" => test.statistic,
            "df" => test.df,
            _ => test.p,
        }));
    }
    None
}

#[test]
fn rank_tests_agree_with_printed_sas_values() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/sas_reference");
    if !folder.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    let (weights, scores) = (read_csv(&folder.join("birthweight_smoking.csv")), read_csv(&folder.join("adcibc.csv")));
    let (mut checked, mut failures) = (0, Vec::new());
    for row in &read_csv(&folder.join("expected_sas.csv")) {
        let (analysis, statistic, printed) = (&row["analysis"], &row["statistic"], &row["SAS_value"]);
        let actual = match row["dataset"].as_str() {
            "birthweight_smoking.csv" => birthweight(&weights, analysis, statistic),
            "adcibc.csv" if analysis.contains("S6") && analysis.contains("row mean") => {
                mean_scores(&scores, "SEX", true)
            }
            "adcibc.csv" if analysis.contains("S9") && analysis.contains("row mean") => {
                mean_scores(&scores, "SITEID", false)
            }
            _ => continue,
        };
        let decimals = printed.split_once('.').map_or(0, |(_, d)| d.len());
        checked += 1;
        if let Err(message) = compare(actual, printed, &format!("abs {}", 0.5000001 * 10f64.powi(-(decimals as i32)))) {
            failures.push(format!("{analysis} {statistic}: {message}"));
        }
    }
    println!("{checked} printed SAS values of rank tests");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(checked, 10);
}

fn birthweight(rows: &[Row], analysis: &str, statistic: &str) -> Value {
    let group = |smokes: bool| {
        let members: Vec<Row> = rows.iter().filter(|r| (r["group"] != "non") == smokes).cloned().collect();
        numbers(&members, "weight_kg")
    };
    let (a, b) = (group(true), group(false));
    if analysis.starts_with("Wilcoxon") {
        return Ok(match analysis {
            "Wilcoxon rank-sum asymptotic, cc" => rank_sum_normal(&a, &b, Continuity::Corrected)?.p_two_sided,
            "Wilcoxon rank-sum asymptotic, no cc" => rank_sum_normal(&a, &b, Continuity::Uncorrected)?.p_two_sided,
            _ => rank_sum_exact(&a, &b, ExactTwoSided::Distance, wilcoxon::DEFAULT_WORK_LIMIT)?.p_two_sided,
        });
    }
    let limits = if analysis.contains("exact") { ShiftLimits::ExactWithTies } else { ShiftLimits::Asymptotic };
    let shift = hodges_lehmann(&a, &b, 0.95, limits, wilcoxon::DEFAULT_WORK_LIMIT)?;
    match statistic {
        "lower95" => shift.lower,
        "upper95" => shift.upper,
        _ => Ok(shift.estimate),
    }
}

/// PROC FREQ cmh, row mean scores of AVAL by treatment; on the page, the low dose and the oldest are left out of S6.
fn mean_scores(rows: &[Row], stratum: &str, two_groups: bool) -> Value {
    let left_out = |r: &Row| two_groups && (r["TRTPN"] == "54" || r["AGEGR1"] == ">80");
    let used: Vec<&Row> = rows.iter().filter(|r| !left_out(r)).collect();
    let mut names: Vec<&str> = used.iter().map(|r| r[stratum].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let strata: Vec<usize> = used.iter().filter_map(|r| names.binary_search(&r[stratum].as_str()).ok()).collect();
    let doses: &[&str] = if two_groups { &["0", "81"] } else { &["0", "54", "81"] };
    let groups: Vec<usize> = used.iter().filter_map(|r| doses.iter().position(|d| *d == r["TRTPN"])).collect();
    let scores: Vec<f64> = used.iter().filter_map(|r| optional(r, "AVAL")).collect();
    stratified_mean_score_test(&scores, &groups, &strata).map(|test| test.chi_square)
}

#[test]
fn large_signed_rank_sample_is_consistent() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/sas_reference/WilcoxonSignedRank_TTR.csv");
    if !file.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    // SAS' values of this file are images: here the three laws must agree closely, and SAS' rule for 20 values hold.
    let rows = read_csv(&file);
    let difference = |r: &Row| Some(rank::round_decimals(optional(r, "TRT_B")? - optional(r, "TRT_A")?, 6));
    let all: Vec<f64> = rows.iter().filter_map(difference).collect();
    let exact = signed_rank_exact(&all, Zeros::Dropped, signed_rank::DEFAULT_WORK_LIMIT).expect("exact").p_two_sided;
    let t = signed_rank_t(&all).expect("t").p_two_sided;
    assert_eq!(signed_rank_univariate(&all).expect("SAS").p_two_sided, t);
    assert!((exact - t).abs() < 2e-3, "{exact} {t}");
    let first = &all[..19];
    let small = signed_rank_univariate(first).expect("SAS");
    let small_exact = signed_rank_exact(first, Zeros::Dropped, signed_rank::DEFAULT_WORK_LIMIT).expect("exact");
    assert_eq!((small.p_two_sided, small.df), (small_exact.p_two_sided, Err(NotEstimable::NotDefined)));
    let centre = one_sample_hodges_lehmann(&all, 0.95, ShiftLimits::Exact, signed_rank::DEFAULT_WORK_LIMIT);
    let centre = centre.expect("240 values");
    // Test and interval must say the same about a centre of zero.
    let covers = centre.lower.expect("limit") <= 0.0 && centre.upper.expect("limit") >= 0.0;
    assert_eq!(covers, exact > 0.05);
    println!("signed rank of 240 differences: exact p {exact}, t {t}, centre {}", centre.estimate);
}
