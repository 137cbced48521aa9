//! Builds a trial's study folder and holds its results against tables of R and Python.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Results by key; `None` is not estimable.
pub(super) type Results = BTreeMap<String, Option<f64>>;

/// A row of `recomputed.csv`.
pub(super) struct Row<'a> {
    pub(super) analysis: &'a str,
    pub(super) method: &'a str,
    pub(super) statistic: &'a str,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Results of the study folder `tests/trials/FOLDER` over `../shared/data/DATA`; `None` where the data are not there.
pub(super) fn run(folder: &str, data: &str) -> Option<(Results, PathBuf)> {
    let data = root().join("../shared/data").join(data);
    if !data.is_dir() {
        println!("skipped: ../shared not present");
        return None;
    }
    let output = tempfile::tempdir().expect("a scratch folder");
    let built = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .arg("build")
        .arg(root().join("tests/trials").join(folder))
        .arg("--data")
        .arg(&data)
        .arg("--output")
        .arg(output.path())
        .output()
        .expect("tracelock runs");
    assert!(built.status.success(), "{folder}: {}", String::from_utf8_lossy(&built.stderr));
    let file = output.path().join(folder).join("current/restricted/results.json");
    let text = fs::read_to_string(file).expect("results.json");
    Some((results(&text), data))
}

fn results(text: &str) -> Results {
    let json: serde_json::Value = serde_json::from_str(text).expect("results.json is JSON");
    let rows = json["results"].as_array().expect("an array of results");
    let value = |row: &serde_json::Value| row["value"].as_f64().filter(|_| row.get("not_estimable").is_none());
    rows.iter().map(|row| (row["key"].as_str().expect("a key").to_owned(), value(row))).collect()
}

/// Compares every row of `recomputed.csv` that `key_of` gives a key and a tolerance, relative above 1.
pub(super) fn against_recomputed(
    trial: &str,
    ours: &Results,
    file: &Path,
    at_least: usize,
    key_of: impl Fn(&Row<'_>) -> Option<(String, f64)>,
) {
    let mut reader = csv::Reader::from_path(file).expect("recomputed.csv");
    let (mut matched, mut uncovered) = (0, BTreeMap::<String, usize>::new());
    let mut failures = Vec::new();
    for record in reader.records() {
        let record = record.expect("analysis, method, statistic, value, tool");
        let row = Row { analysis: &record[0], method: &record[1], statistic: &record[2] };
        let named = format!("{} / {}", row.analysis, row.method);
        let Some((key, tolerance)) = key_of(&row) else {
            *uncovered.entry(named).or_default() += 1;
            continue;
        };
        let expected: f64 = record[3].parse().expect("a number");
        match ours.get(&key) {
            Some(Some(value)) if (value - expected).abs() <= tolerance * expected.abs().max(1.0) => matched += 1,
            other => failures.push(format!("{key} is {other:?}, {named} / {} is {expected}", row.statistic)),
        }
    }
    let left: usize = uncovered.values().sum();
    println!("{trial}: {matched} of {} rows match, {left} not covered", matched + left + failures.len());
    for (named, number) in &uncovered {
        println!("  not covered ({number}): {named}");
    }
    assert!(failures.is_empty(), "{} rows differ:\n{}", failures.len(), failures.join("\n"));
    assert!(matched >= at_least, "only {matched} rows were compared");
}

/// Compares the values of `tests/trials/FOLDER/expected.csv` (`tests/trials/program.R`), each with its tolerance.
pub(super) fn against_r(folder: &str, ours: &Results) {
    let file = root().join("tests/trials").join(folder).join("expected.csv");
    let mut reader = csv::Reader::from_path(file).expect("expected values");
    let mut matched = 0;
    let mut failures = Vec::new();
    for record in reader.records() {
        let record = record.expect("key, value, tolerance, source");
        let (expected, tolerance): (f64, f64) =
            (record[1].parse().expect("a number"), record[2].parse().expect("a tolerance"));
        match ours.get(&record[0]) {
            Some(Some(value)) if (value - expected).abs() <= tolerance => matched += 1,
            other => failures.push(format!("{} is {other:?}, {} has {expected}", &record[0], &record[3])),
        }
    }
    println!("{folder}: {matched} further values match R");
    assert!(failures.is_empty(), "{} values differ:\n{}", failures.len(), failures.join("\n"));
}

/// A comparison of two arms on a number, as every trial has it: ids of the analyses begin with `prefix`.
pub(super) struct Battery<'a> {
    pub(super) prefix: &'a str,
    /// Name in the table and id of each arm, the compared one first.
    pub(super) arms: [(&'a str, &'a str); 2],
    /// Whether the table's p-values rank differences that were not rounded, so that ties on paper were lost.
    pub(super) raw_ties: bool,
}

/// Tolerance of numbers printed with 12 digits.
pub(super) const TIGHT: f64 = 1e-9;

impl Battery<'_> {
    pub(super) fn key(&self, row: &Row<'_>) -> Option<(String, f64)> {
        if let Some(arm) = row.method.strip_prefix("summary ") {
            let id = self.arms.iter().find(|(name, _)| *name == arm)?.1;
            let (analysis, statistic) = match row.statistic {
                "n" | "mean" | "sd" | "se" | "median" | "min" | "max" => ("welch", row.statistic),
                "Q1 (type 2, SAS default)" => ("welch", "q1"),
                "Q3 (type 2)" => ("welch", "q3"),
                "Q1 (type 7)" => ("summary7", "q1"),
                "Q3 (type 7)" => ("summary7", "q3"),
                "mean lower95 (t)" => ("summary7", "mean_lower"),
                "mean upper95 (t)" => ("summary7", "mean_upper"),
                _ => return None,
            };
            return Some((format!("{}_{analysis}:{statistic}[arm={id}]", self.prefix), TIGHT));
        }
        let t_test = match row.statistic {
            "diff" => "diff",
            "se" => "diff_se",
            "lower95" => "diff_lower",
            "upper95" => "diff_upper",
            other => other,
        };
        let limits = |statistic: &str| match statistic {
            "lower95" => Some("hl_lower"),
            "upper95" => Some("hl_upper"),
            _ => None,
        };
        let raw = self.raw_ties;
        let (analysis, statistic, tolerance) = match (row.method, row.statistic) {
            (method, _) if method.ends_with("Welch t-test") => ("welch", t_test, TIGHT),
            (method, _) if method.ends_with("pooled t-test") => ("pooled", t_test, TIGHT),
            ("Wilcoxon rank-sum, normal approx, continuity correction", "W") => ("wilcoxon", "u", TIGHT),
            ("Wilcoxon rank-sum, normal approx, continuity correction", "p") if !raw => ("wilcoxon", "p", TIGHT),
            ("Wilcoxon rank-sum, normal approx, no correction", "W") => ("wilcoxon_plain", "u", TIGHT),
            ("Wilcoxon rank-sum, normal approx, no correction", "p") if !raw => ("wilcoxon_plain", "p", TIGHT),
            ("Hodges-Lehmann point (median of all pairwise differences)", _) => ("wilcoxon", "hl", TIGHT),
            (method, statistic) if method.ends_with("exact qwilcox (Moses)") => {
                ("wilcoxon_plain", limits(statistic)?, TIGHT)
            }
            (method, statistic) if method.starts_with("Hodges-Lehmann CI, ordered pairwise differences, asym") => {
                ("wilcoxon", limits(statistic)?, TIGHT)
            }
            ("Wilcoxon rank-sum, exact conditional (ties), two-sided P(|W-E|>=|w-E|)", "p") if !raw => {
                ("wilcoxon_exact", "p", TIGHT)
            }
            (method, _) if method.ends_with("raw doubles") => return None,
            (method, "p P(|W-E|>=|w-E|)") if method.contains("2nd implementation") => ("wilcoxon_exact", "p", TIGHT),
            (method, "p 2*min(tail)") if method.contains("2nd implementation") => ("wilcoxon_tails", "p", TIGHT),
            _ => return None,
        };
        let [(_, a), (_, b)] = self.arms;
        Some((format!("{}_{analysis}:{statistic}[arm={a}/{b}]", self.prefix), tolerance))
    }
}

/// The key of a row of an analysis of covariance; `levels` and `covariate` are names in the table and ids.
pub(super) fn ancova(id: &str, row: &Row<'_>, levels: &[(&str, &str)], covariate: (&str, &str)) -> Option<String> {
    let arm = |name: &str| levels.iter().find(|(l, _)| *l == name).map(|(_, id)| *id);
    let limits = |stem: &str| match row.statistic {
        "LSmean" | "diff" => Some(stem.to_owned()),
        "SE" => Some(format!("{stem}_se")),
        "lower95" => Some(format!("{stem}_lower")),
        "upper95" => Some(format!("{stem}_upper")),
        _ => None,
    };
    if let Some(rest) = row.method.strip_prefix("LS mean diff [") {
        let (a, b) = rest.strip_suffix(']')?.split_once(" - ")?;
        let statistic = match row.statistic {
            "t" | "df" | "p" => row.statistic.to_owned(),
            _ => limits("diff")?,
        };
        return Some(format!("{id}:{statistic}[arm={}/{}]", arm(a)?, arm(b)?));
    }
    if let Some(rest) = row.method.strip_prefix("LS mean [") {
        return Some(format!("{id}:{}[arm={}]", limits("lsmean")?, arm(rest.strip_suffix(']')?)?));
    }
    let name = row.method.strip_prefix("Type II F [ ")?.strip_suffix(" ]")?;
    let term = if name == covariate.0 { covariate.1 } else { "treatment" };
    let statistic = match row.statistic {
        "F" => "f",
        "df" => "df1",
        "p" => "p",
        _ => return None,
    };
    Some(format!("{id}:{statistic}[term={term}]"))
}
