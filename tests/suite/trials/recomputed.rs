//! Holds the results of a trial's study folder against `recomputed.csv` of its data and `expected.csv` of the folder.

use std::collections::BTreeMap;
use std::path::Path;

use super::build_trial::{build, data, root, unchanged};

/// Results by key; `None` is not estimable.
pub(super) type Results = BTreeMap<String, Option<f64>>;

/// A row of `recomputed.csv`.
#[derive(Clone, Copy)]
pub(super) struct Row<'a> {
    pub(super) analysis: &'a str,
    pub(super) method: &'a str,
    pub(super) statistic: &'a str,
}

/// Where a row stands among our results.
pub(super) struct Target {
    /// Our key.
    pub(super) key: String,
    /// What our value is divided by: 100 for percentages.
    pub(super) scale: f64,
    /// Relative.
    pub(super) tolerance: f64,
    /// Absolute, beside it.
    pub(super) absolute: f64,
    /// The value is infinite, and we say that it cannot be estimated.
    pub(super) not_estimable: bool,
}

/// Values of 12 digits, some from iterations that end at 1e-9.
const EXACT: f64 = 1e-9;
/// Values that the other program finds by a search or by iterations.
pub(super) const SEARCHED: f64 = 2e-6;
/// R's `fisher.test` and `wilcox.test(conf.int)`, whose root searches stop at about 4e-4.
pub(super) const COARSE: f64 = 4e-4;

impl Target {
    /// A value of the same meaning and scale.
    pub(super) fn of(key: String) -> Self {
        // Below the absolute floor there is only the noise of a difference that is 0 on paper.
        Self { key, scale: 1.0, tolerance: EXACT, absolute: 1e-12, not_estimable: false }
    }

    /// A fraction that we store as a percentage.
    pub(super) fn percent(key: String) -> Self {
        Self { scale: 100.0, ..Self::of(key) }
    }

    /// The same with another tolerance.
    pub(super) fn within(self, tolerance: f64) -> Self {
        Self { tolerance, ..self }
    }
}

/// Which of our results a row is, if any.
pub(super) type Find = fn(&Row<'_>) -> Option<Target>;

/// A study folder with the data it is run on.
pub(super) struct Trial {
    /// Folder below `tests/trials`.
    pub(super) folder: &'static str,
    /// Folder below `../shared/data`.
    pub(super) data: &'static str,
    pub(super) find: Find,
}

/// Every row of `recomputed.csv` with its value as text.
pub(super) fn rows(data: &Path) -> Vec<[String; 4]> {
    let mut reader = csv::Reader::from_path(data.join("recomputed.csv")).expect("recomputed.csv");
    let rows = reader.records().map(|row| row.expect("analysis, method, statistic, value, tool"));
    rows.map(|row| [0, 1, 2, 3].map(|at| row[at].to_owned())).collect()
}

/// A row without its value.
pub(super) fn row(texts: &[String; 4]) -> Row<'_> {
    Row { analysis: &texts[0], method: &texts[1], statistic: &texts[2] }
}

/// Builds the trial and compares every row that has a key; the results, or `None` where the data are not there.
pub(super) fn compare(trial: &Trial) -> Option<Results> {
    let data = data(trial.data)?;
    let ours = build(trial.folder, &data, &unchanged).unwrap_or_else(|said| panic!("{}: {said}", trial.folder)).results;
    let (mut matched, mut failures) = (0, Vec::new());
    let rows = rows(&data);
    for texts in &rows {
        let Some(target) = (trial.find)(&row(texts)) else { continue };
        // Infinity is written as `Inf` or `NA`.
        let theirs = texts[3].parse::<f64>().ok().filter(|x| x.is_finite() && !target.not_estimable);
        let agree = match (ours.get(&target.key), theirs) {
            (Some(Some(ours)), Some(theirs)) => {
                (ours / target.scale - theirs).abs() <= target.tolerance * theirs.abs() + target.absolute
            }
            (Some(None), None) => true,
            _ => false,
        };
        if agree {
            matched += 1;
        } else {
            failures.push(format!("{}: {} is {:?}", texts.join(" | "), target.key, ours.get(&target.key)));
        }
    }
    println!("{}: {matched} of {} rows of recomputed.csv match", trial.folder, rows.len());
    assert!(failures.is_empty(), "{} of {} rows differ:\n{}", failures.len(), rows.len(), failures.join("\n"));
    assert!(matched > 0, "no row was compared");
    Some(ours)
}

/// Compares with `expected.csv` of the folder; tolerances are relative above 1, `NE` is not estimable.
pub(super) fn compare_expected(folder: &str, ours: &Results) {
    let file = root().join("tests/trials").join(folder).join("expected.csv");
    let mut reader = csv::Reader::from_path(file).expect("expected values");
    let (mut matched, mut failures) = (0, Vec::new());
    for row in reader.records() {
        let row = row.expect("key, value, tolerance, source");
        let tolerance: f64 = row[2].parse().expect("a tolerance");
        let theirs: Option<f64> = (&row[1] != "NE").then(|| row[1].parse().expect("a number"));
        match (ours.get(&row[0]), theirs) {
            (Some(None), None) => matched += 1,
            (Some(Some(ours)), Some(theirs)) if (ours - theirs).abs() <= tolerance * theirs.abs().max(1.0) => {
                matched += 1
            }
            (ours, _) => failures.push(format!("{}: {ours:?}, {} has {}", &row[0], &row[3], &row[1])),
        }
    }
    println!("{folder}: {matched} further values match those of other programs");
    assert!(failures.is_empty(), "{} values differ:\n{}", failures.len(), failures.join("\n"));
    assert!(matched > 0, "no value was compared");
}
