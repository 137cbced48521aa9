//! Builds a trial with a time to event and holds its results against recomputed.csv and against other numbers of R.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Results by key; `None` is not estimable.
pub(super) type Results = BTreeMap<String, Option<f64>>;

/// A trial of two arms: our arm ids with their labels in recomputed.csv, the compared one first.
pub(super) struct Trial {
    /// Folder of the configuration.
    pub folder: &'static str,
    /// Folder of the data.
    pub data: &'static str,
    pub arms: [(&'static str, &'static str); 2],
    /// Analyses of recomputed.csv, with the prefix of our analyses.
    pub analyses: &'static [(&'static str, &'static str)],
    /// Terms of adjusted models, with the factors of our keys.
    pub terms: &'static [(&'static str, &'static str)],
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Builds `tests/trials/FOLDER`; without `data` from the folder's own.
pub(super) fn build(folder: &str, data: Option<&Path>) -> Results {
    let output = tempfile::tempdir().expect("a scratch folder");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracelock"));
    command.arg("build").arg(root().join("tests/trials").join(folder)).arg("--output").arg(output.path());
    if let Some(data) = data {
        command.arg("--data").arg(data);
    }
    let built = command.output().expect("tracelock runs");
    assert!(built.status.success(), "{folder}: {}", String::from_utf8_lossy(&built.stderr));
    let text = fs::read_to_string(output.path().join(folder).join("current/restricted/results.json"));
    let json: serde_json::Value = serde_json::from_str(&text.expect("results.json")).expect("results.json is JSON");
    let rows = json["results"].as_array().expect("an array of results");
    rows.iter()
        .map(|row| {
            let estimable = row.get("not_estimable").is_none();
            (row["key"].as_str().expect("a key").to_owned(), row["value"].as_f64().filter(|_| estimable))
        })
        .collect()
}

/// Where the data of a trial lie, if they are there.
fn data_of(trial: &str) -> Option<PathBuf> {
    let data = root().join("../shared/data").join(trial);
    let there = data.exists();
    if !there {
        println!("{trial} skipped: ../shared not present");
    }
    there.then_some(data)
}

/// Whether our value is theirs (`None`: R has NA), within a tolerance that is relative above 1.
fn agree(ours: Option<f64>, theirs: Option<f64>, tolerance: f64) -> bool {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => (ours - theirs).abs() <= tolerance * theirs.abs().max(1.0),
        (ours, theirs) => ours.is_none() && theirs.is_none(),
    }
}

/// Builds the trial and compares every row that has a key of ours; all but `uncovered` of them must have one.
pub(super) fn compare(trial: &Trial, covered: usize, uncovered: usize) -> Option<Results> {
    let data = data_of(trial.data)?;
    let ours = build(trial.folder, Some(&data));
    let mut rows = csv::Reader::from_path(data.join("recomputed.csv")).expect("recomputed values");
    let (mut matched, mut failures) = (0, Vec::new());
    let mut left: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows.records() {
        let row = row.expect("analysis, method, statistic, value, tool");
        let prefix = trial.analyses.iter().find(|analysis| analysis.0 == &row[0]).map(|analysis| analysis.1);
        let Some(key) = prefix.and_then(|prefix| trial.key(prefix, &row[1], &row[2])) else {
            *left.entry(row[0].to_owned()).or_default() += 1;
            continue;
        };
        let theirs: Option<f64> = (&row[3] != "NA").then(|| row[3].parse().expect("a number"));
        // R keeps the Wald chi-square with two decimals only; the rest has 12 digits, from iterations that end at 1e-9.
        let tolerance = if &row[2] == "Wald chisq" { 0.005 + 1e-9 } else { 1e-9 };
        match ours.get(&key) {
            Some(value) if agree(*value, theirs, tolerance) => matched += 1,
            other => {
                failures.push(format!("{} | {} | {} = {}: {key} is {other:?}", &row[0], &row[1], &row[2], &row[3]))
            }
        }
    }
    println!("{}: {matched} rows agree, not covered: {left:?}", trial.folder);
    assert!(failures.is_empty(), "{} rows differ:\n{}", failures.len(), failures.join("\n"));
    assert_eq!((matched, left.values().sum::<usize>()), (covered, uncovered), "rows of {}", trial.folder);
    Some(ours)
}

/// Compares with `expected.csv` of the trial's folder, written by `time_to_event.R`.
pub(super) fn compare_expected(folder: &str, ours: &Results) {
    let file = root().join("tests/trials").join(folder).join("expected.csv");
    let mut rows = csv::Reader::from_path(file).expect("expected values");
    let (mut matched, mut failures) = (0, Vec::new());
    for row in rows.records() {
        let row = row.expect("key, value, tolerance, source");
        let (theirs, tolerance): (f64, f64) = (row[1].parse().expect("a number"), row[2].parse().expect("a tolerance"));
        match ours.get(&row[0]) {
            Some(value) if agree(*value, Some(theirs), tolerance) => matched += 1,
            other => failures.push(format!("{}: {other:?}, {} has {theirs}", &row[0], &row[3])),
        }
    }
    println!("{folder}: {matched} further values agree with R");
    assert!(failures.is_empty(), "{} values differ:\n{}", failures.len(), failures.join("\n"));
    assert!(matched > 0, "no expected values");
}

impl Trial {
    /// Our key of a row of recomputed.csv.
    fn key(&self, prefix: &str, method: &str, statistic: &str) -> Option<String> {
        let of = |label: &str| self.arms.iter().find(|arm| arm.1 == label).map(|arm| arm.0);
        let pair = format!("arm={}/{}", self.arms[0].0, self.arms[1].0);
        let bracket =
            |text: &str| text.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|r| r.0.to_owned());
        let (analysis, name, groups) = if let Some(rest) = method.strip_prefix("KM ") {
            let scale = rest.split_once("conf.type=")?.1.replace('-', "_");
            let arm = of(&bracket(rest)?)?;
            let time = rest.strip_prefix("S(").and_then(|r| r.split_once(')')).map(|r| format!(",time={}", r.0));
            let of_what = if time.is_some() { "surv" } else { "median" };
            let name = curve(of_what, statistic)?;
            (format!("km_{scale}"), name, format!("arm={arm}{}", time.unwrap_or_default()))
        } else if method.starts_with("counts [") {
            let name = match statistic {
                "rmean (to max time)" => "rmst",
                "se(rmean)" => "rmst_se",
                other => other,
            };
            ("rmst".to_owned(), name.to_owned(), format!("arm={}", of(&bracket(method)?)?))
        } else if let Some(rest) = method.strip_prefix("Cox ties=") {
            let (ties, what) = rest.split_once(' ')?;
            let analysis = format!("cox_{ties}");
            match statistic {
                "loglik" => return Some(format!("{prefix}_{analysis}:log_likelihood")),
                "loglik null" => return Some(format!("{prefix}_{analysis}:log_likelihood_null")),
                _ if what == "overall" => {
                    let (test, value) = statistic.split_once(' ')?;
                    let test = match test {
                        "LR" => "likelihood_ratio",
                        "Wald" => "wald",
                        _ => "score",
                    };
                    (analysis, chi_square(value).to_owned(), format!("test={test}"))
                }
                _ => (analysis, ratio(statistic)?.to_owned(), pair),
            }
        } else if let Some(rest) = method.strip_prefix("adjusted Cox efron ") {
            let term = self.terms.iter().find(|term| Some(term.0) == bracket(rest).as_deref())?.1;
            ("cox_adjusted".to_owned(), ratio(statistic)?.to_owned(), term.to_owned())
        } else if method.starts_with("stratified Cox efron ") {
            ("cox_strata".to_owned(), ratio(statistic)?.to_owned(), pair)
        } else {
            let (analysis, groups) = match method {
                "log-rank" => ("log_rank", pair),
                "Peto-Peto (rho=1)" => ("peto", pair),
                "stratified log-rank" => ("log_rank_strata", pair),
                "proportional hazards test (km transform)" => {
                    ("cox_efron", "term=treatment,test=proportional_hazards".to_owned())
                }
                _ => return None,
            };
            (analysis.to_owned(), chi_square(statistic).to_owned(), groups)
        };
        Some(format!("{prefix}_{analysis}:{name}[{groups}]"))
    }
}

/// A statistic of a curve, whose limits are those of `of_what`.
fn curve(of_what: &str, statistic: &str) -> Option<String> {
    Some(match statistic {
        "median" | "surv" => of_what.to_owned(),
        "Greenwood se" => format!("{of_what}_se"),
        "n.risk" => "n_risk".to_owned(),
        "lower95" => format!("{of_what}_lower"),
        "upper95" => format!("{of_what}_upper"),
        _ => return None,
    })
}

fn chi_square(statistic: &str) -> &str {
    if statistic == "chisq" { "chi_square" } else { statistic }
}

fn ratio(statistic: &str) -> Option<&'static str> {
    Some(match statistic {
        "HR" => "hazard_ratio",
        "lower95" => "hazard_ratio_lower",
        "upper95" => "hazard_ratio_upper",
        "coef" => "log_hazard_ratio",
        "se(coef)" => "log_hazard_ratio_se",
        "z" => "z",
        "p Wald" => "p",
        _ => return None,
    })
}
