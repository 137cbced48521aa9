//! Builds a trial of two arms and holds its results against recomputed.csv, row by row.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Where a recomputed row stands among our results.
pub(super) struct Target {
    /// Our key.
    pub key: String,
    /// What our value is divided by: 100 for percentages.
    pub scale: f64,
    /// Relative.
    pub tolerance: f64,
    /// The value is infinite, and we say that it cannot be estimated.
    pub not_estimable: bool,
}

/// Agreement of 12 significant digits with some room for the order of summation.
pub(super) const EXACT: f64 = 1e-10;
/// Values that the other program finds by a search or by iterations.
pub(super) const SEARCHED: f64 = 2e-6;
/// R's `fisher.test`, whose root search stops at about 4e-4.
const COARSE: f64 = 4e-4;

impl Target {
    /// A value of the same meaning and scale.
    pub(super) fn of(key: String) -> Self {
        Self { key, scale: 1.0, tolerance: EXACT, not_estimable: false }
    }

    fn percent(key: String) -> Self {
        Self { scale: 100.0, ..Self::of(key) }
    }

    /// The same with another tolerance.
    pub(super) fn within(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }
}

/// An arm: its id here, its label in recomputed.csv.
pub(super) type Arm = (&'static str, &'static str);

/// A binary endpoint whose analyses are named `{prefix}_rd`, `_wald`, `_mn`, `_fisher`, `_chi` and `_yates`.
pub(super) fn response(prefix: &str, arms: [Arm; 2], method: &str, statistic: &str) -> Option<Target> {
    let compared = format!("[arm={}/{}]", arms[0].0, arms[1].0);
    let of = |analysis: &str, name: &str| Target::of(format!("{prefix}_{analysis}:{name}{compared}"));
    if let Some(label) = method.strip_prefix("proportion ") {
        let arm = arms.iter().find(|arm| arm.1 == label)?.0;
        let key = |analysis: &str, name: &str| format!("{prefix}_{analysis}:{name}[arm={arm}]");
        return Some(match statistic {
            "events" | "n" => Target::of(key("rd", statistic)),
            "p" => Target::percent(key("rd", "pct")),
            "Wilson lower" => Target::percent(key("wald", "pct_lower")),
            "Wilson upper" => Target::percent(key("wald", "pct_upper")),
            "Clopper-Pearson lower" => Target::percent(key("rd", "pct_lower")),
            "Clopper-Pearson upper" => Target::percent(key("rd", "pct_upper")),
            _ => return None,
        });
    }
    let (analysis, name, tolerance) = match method {
        "risk difference, Wald" => ("wald", "risk_diff", EXACT),
        "risk difference, Newcombe hybrid score (no cc)" => ("rd", "risk_diff", EXACT),
        "risk difference, Miettinen-Nurminen" => ("mn", "risk_diff", SEARCHED),
        "risk ratio, log (Katz)" => ("rd", "risk_ratio", EXACT),
        "odds ratio, sample (Wald/Woolf)" => ("wald", "odds_ratio", EXACT),
        "Fisher exact" if statistic == "p two-sided" => return Some(of("fisher", "p").within(SEARCHED)),
        "Fisher exact" => ("rd", "odds_ratio", COARSE),
        "Fisher exact (higher precision than R)" => ("rd", "odds_ratio", SEARCHED),
        "Fisher exact p (2nd implementation)" => return Some(of("fisher", "p").within(SEARCHED)),
        "chi-square Pearson" | "chi-square Yates" => {
            let analysis = if method.ends_with("Yates") { "yates" } else { "chi" };
            return Some(of(analysis, if statistic == "X2" { "chi_square" } else { "p" }));
        }
        _ => return None,
    };
    let suffix = match statistic {
        "RD" | "RR" | "OR" | "conditional MLE OR" => "",
        "se" => "_se",
        "lower95" => "_lower",
        "upper95" => "_upper",
        _ => return None,
    };
    Some(of(analysis, &format!("{name}{suffix}")).within(tolerance))
}

/// A number whose analyses are named `{prefix}_welch` and `{prefix}_pooled`.
pub(super) fn number(prefix: &str, arms: [Arm; 2], method: &str, statistic: &str) -> Option<Target> {
    if let Some(label) = method.strip_prefix("summary ") {
        let arm = arms.iter().find(|arm| arm.1 == label)?.0;
        let name = match statistic {
            "Q1 (type 2, SAS default)" => "q1",
            "Q3 (type 2)" => "q3",
            "n" | "mean" | "sd" | "median" | "min" | "max" | "se" => statistic,
            _ => return None,
        };
        return Some(Target::of(format!("{prefix}_welch:{name}[arm={arm}]")));
    }
    let test = method.strip_prefix(&format!("{} - {} ", arms[0].1, arms[1].1))?;
    let analysis = if test == "Welch t-test" { "welch" } else { "pooled" };
    let name = match statistic {
        "se" => "diff_se",
        "lower95" => "diff_lower",
        "upper95" => "diff_upper",
        other => other,
    };
    Some(Target::of(format!("{prefix}_{analysis}:{name}[arm={}/{}]", arms[0].0, arms[1].0)))
}

/// Builds `tests/trials/{trial}` and compares every row that `target` (of analysis, method, statistic) maps.
///
/// Returns the results, or `None` where the data are not there.
pub(super) fn compare(
    trial: &str,
    at_least: usize,
    target: impl Fn(&str, &str, &str) -> Option<Target>,
) -> Option<BTreeMap<String, Option<f64>>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let data = root.join("../shared/data").join(trial);
    if !data.exists() {
        println!("{trial} skipped: ../shared not present");
        return None;
    }
    let output = tempfile::tempdir().expect("a scratch folder");
    let built = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .arg("build")
        .arg(root.join("tests/trials").join(trial))
        .arg("--data")
        .arg(&data)
        .arg("--output")
        .arg(output.path())
        .output()
        .expect("tracelock runs");
    assert!(built.status.success(), "{trial}: {}", String::from_utf8_lossy(&built.stderr));
    let ours = results(&output.path().join(trial).join("current"));
    let mut rows = csv::Reader::from_path(data.join("recomputed.csv")).expect("recomputed values");
    let (mut matched, mut uncovered, mut failures) = (0, 0, Vec::new());
    for row in rows.records() {
        let row = row.expect("analysis, method, statistic, value, tool");
        let Some(target) = target(&row[0], &row[1], &row[2]) else {
            uncovered += 1;
            continue;
        };
        let said = format!("{} | {} | {} = {}", &row[0], &row[1], &row[2], &row[3]);
        let theirs: f64 = row[3].parse().unwrap_or(f64::NAN);
        match ours.get(&target.key) {
            None => failures.push(format!("{said}: no result {}", target.key)),
            Some(None) if target.not_estimable => matched += 1,
            Some(Some(value)) if !target.not_estimable && near(value / target.scale, theirs, target.tolerance) => {
                matched += 1;
            }
            Some(value) => failures.push(format!("{said}: {} is {value:?}", target.key)),
        }
    }
    println!("{trial}: {matched} recomputed values matched, {uncovered} not covered");
    assert!(failures.is_empty(), "{} values differ:\n{}", failures.len(), failures.join("\n"));
    assert!(matched >= at_least, "only {matched} values were compared");
    Some(ours)
}

fn near(ours: f64, theirs: f64, tolerance: f64) -> bool {
    // Below the floor there is only the noise of a difference that is 0 on paper.
    (ours - theirs).abs() <= tolerance * theirs.abs().max(1e-9)
}

fn results(run: &Path) -> BTreeMap<String, Option<f64>> {
    let text = fs::read_to_string(run.join("restricted/results.json")).expect("results.json");
    let json: serde_json::Value = serde_json::from_str(&text).expect("results.json is JSON");
    let rows = json["results"].as_array().expect("an array of results");
    rows.iter()
        .map(|row| {
            let estimable = row.get("not_estimable").is_none();
            (row["key"].as_str().expect("a key").to_owned(), row["value"].as_f64().filter(|_| estimable))
        })
        .collect()
}
