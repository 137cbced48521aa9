//! What the trials cover: every row of `recomputed.csv`, matched or named with the reason; every method.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tracelock::base::diagnostic::Diagnostics;
use tracelock::methods::METHODS;

use super::build_trial::{data, root};
use super::recomputed::{Row, Trial, row, rows};
use super::{
    anorexia, anorexia_multiplicity, indo_rct, ist, ist_heparin, licorice_gargle, licorice_gargle_pain, opt, opt_time,
    pharmacosmoking, polyps, veteran,
};

/// Every folder whose test compares rows of `recomputed.csv`.
const TRIALS: &[&Trial] = &[
    &anorexia::TRIAL,
    &anorexia_multiplicity::TRIAL,
    &indo_rct::TRIAL,
    &ist::TRIAL,
    &ist_heparin::TRIAL,
    &licorice_gargle::TRIAL,
    &licorice_gargle_pain::TRIAL,
    &opt::TRIAL,
    &opt_time::TRIAL,
    &pharmacosmoking::TRIAL,
    &polyps::TRIAL,
    &veteran::TRIAL,
];

/// Rows that no analysis gives, and why.
type Reason = (fn(&Row<'_>) -> bool, &'static str);

const REASONS: &[Reason] = &[
    (
        |row| row.method == "F test equal variances",
        "a test that would choose between the pooled and Welch's t test is no method",
    ),
    (
        |row| row.method.ends_with("continuity correction") && row.statistic.starts_with("HL "),
        "R's wilcox.test finds them by a root search in the normal statistic; those by ordered differences are matched",
    ),
    (
        |row| row.method.starts_with("Hodges-Lehmann CI") && row.statistic == "C",
        "which ordered difference is the limit is not stored; the limits themselves are matched",
    ),
    (|row| row.method.starts_with("Tukey HSD"), "Tukey's honest significant difference is no method"),
    (
        |row| row.method.ends_with("raw doubles"),
        "differences were ranked as binary fractions, which loses ties; those of rounded differences are matched",
    ),
    (
        |row| row.analysis == "weight change CBT vs Cont" && row.method.starts_with("Wilcoxon") && row.statistic == "p",
        "differences were ranked as binary fractions, which loses ties; expected.csv has those of rounded differences",
    ),
    (
        |row| row.method == "Kruskal-Wallis",
        "differences were ranked as binary fractions, which loses ties; expected.csv has those of rounded differences",
    ),
    (
        |row| row.analysis.starts_with("ANCOVA") && row.method.starts_with("LS mean ["),
        "the covariate was averaged over subjects without a response, too; the differences are matched",
    ),
];

#[test]
fn every_recomputed_row_is_matched_or_named() {
    let folders: BTreeSet<&str> = TRIALS.iter().map(|trial| trial.data).collect();
    let (mut used, mut nameless) = (BTreeSet::new(), Vec::new());
    println!("{:<16} {:>5} {:>8} {:>12}", "trial", "rows", "matched", "not covered");
    for folder in folders {
        let Some(data) = data(folder) else { return };
        let rows = rows(&data);
        let mut left: BTreeMap<usize, usize> = BTreeMap::new();
        for texts in &rows {
            let row = row(texts);
            // That the value is ours is what the trial's own test asserts.
            if TRIALS.iter().any(|trial| trial.data == folder && (trial.find)(&row).is_some()) {
                continue;
            }
            match REASONS.iter().position(|reason| (reason.0)(&row)) {
                Some(at) => *left.entry(at).or_default() += 1,
                None => nameless.push(format!("{folder}: {}", texts.join(" | "))),
            }
        }
        let sum: usize = left.values().sum();
        println!("{folder:<16} {:>5} {:>8} {sum:>12}", rows.len(), rows.len() - sum);
        for (at, number) in &left {
            println!("{:>32} {number:>3}: {}", "", REASONS[*at].1);
        }
        used.extend(left.into_keys());
    }
    assert!(nameless.is_empty(), "{} rows without a reason:\n{}", nameless.len(), nameless.join("\n"));
    let idle: Vec<&str> = (0..REASONS.len()).filter(|at| !used.contains(at)).map(|at| REASONS[at].1).collect();
    assert!(idle.is_empty(), "reasons without a row: {idle:?}");
}

/// The methods of a folder's analyses that its test compares: by a value of `expected.csv`, or by name.
fn compared(folder: &str) -> BTreeSet<String> {
    // The tests of a folder are named after it; one may have several.
    let tests = fs::read_dir(root().join("tests/suite/trials")).expect("the tests of trials").flatten();
    let of_folder = tests.filter(|entry| entry.file_name().to_string_lossy().starts_with(folder));
    let test: String = of_folder.filter_map(|entry| fs::read_to_string(entry.path()).ok()).collect();
    let folder = root().join("tests/trials").join(folder);
    let mut sink = Diagnostics::new();
    let Ok(spec) = tracelock::spec::load(&folder, &mut sink) else { panic!("{}: not read", folder.display()) };
    // A file of values that no test reads would prove nothing.
    let ids: BTreeSet<String> = match csv::Reader::from_path(folder.join("expected.csv")) {
        Ok(mut reader) if test.contains("compare_expected(") => {
            let rows = reader.records().map(|row| row.expect("key, value, tolerance, source"));
            rows.filter_map(|row| Some(row[0].split_once(':')?.0.to_owned())).collect()
        }
        _ => BTreeSet::new(),
    };
    let held = |id: &str| ids.contains(id) || test.contains(&format!("\"{id}\"")) || test.contains(&format!("\"{id}:"));
    let items = spec.analysis.endpoints.values().flat_map(|endpoint| &endpoint.analyses);
    items.filter(|item| held(&item.id)).map(|item| item.method.value.clone()).collect()
}

/// Methods for which no real trial is at hand, and what holds them instead.
const WITHOUT_TRIAL: [(&str, &str); 1] =
    [("crossover", "no crossover trial is at hand; an invented study has the values of R (tests/reference/crossover)")];

#[test]
fn every_method_has_a_compared_value_in_a_trial() {
    let mut of_method: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in fs::read_dir(root().join("tests/trials")).expect("the trials").flatten() {
        let folder = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_dir() {
            for method in compared(&folder) {
                of_method.entry(method).or_default().push(folder.clone());
            }
        }
    }
    for (method, folders) in &mut of_method {
        folders.sort();
        println!("{method:<28} {}", folders.join(", "));
    }
    let excused = |name: &str| {
        let reason = WITHOUT_TRIAL.iter().find(|(method, _)| *method == name).map(|(_, reason)| *reason);
        if let Some(reason) = reason {
            println!("{name:<28} {reason}");
            assert!(!of_method.contains_key(name), "{name} has a trial now");
            assert!(root().join("tests/reference").join(name).join("expected.csv").is_file(), "{name}");
        }
        reason.is_some()
    };
    let missing: Vec<&str> = METHODS
        .iter()
        .map(|method| method.name())
        .filter(|name| !of_method.contains_key(*name) && !excused(name))
        .collect();
    assert!(missing.is_empty(), "no trial has a compared value of {missing:?}");
}
