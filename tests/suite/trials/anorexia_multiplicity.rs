//! Two comparisons of the anorexia trial tested together: adjusted p-values against those of R, by every procedure
//! that gives them, and the labels of the report.

use std::collections::BTreeMap;

use super::build_trial::{Built, build, data, unchanged};
use super::recomputed::{Row, Target, Trial};

pub(super) const TRIAL: Trial = Trial { folder: "anorexia_multiplicity", data: "anorexia", find };

/// The rows compared below, procedure by procedure.
fn find(row: &Row<'_>) -> Option<Target> {
    let rest = row.method.strip_prefix("multiplicity [")?;
    let hypothesis = if rest.starts_with("CBT") { "cbt" } else { "ft" };
    matches!(row.statistic, "p Holm" | "p Bonferroni")
        .then(|| Target::of(format!("mult:p_adjusted[hypothesis={hypothesis}]")))
}

/// Values of `recomputed.csv` by method and statistic, of the analysis of covariance.
fn recomputed(folder: &std::path::Path) -> BTreeMap<(String, String), f64> {
    let mut reader = csv::Reader::from_path(folder.join("recomputed.csv")).expect("recomputed.csv");
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.filter(|row| &row[0] == "ANCOVA Postwt ~ Treat + Prewt")
        .filter_map(|row| Some(((row[1].to_owned(), row[2].to_owned()), row[3].parse().ok()?)))
        .collect()
}

fn adjusted(built: &Built, hypothesis: &str) -> f64 {
    built.results[&format!("mult:p_adjusted[hypothesis={hypothesis}]")].expect("estimable")
}

#[test]
fn adjusted_p_values_are_those_of_r() {
    let Some(folder) = data("anorexia") else { return };
    let r = recomputed(&folder);
    let of = |method: &str, statistic: &str| r[&(method.to_owned(), statistic.to_owned())];
    let [raw, holm, bonferroni] = [
        ["LS mean diff [CBT - Cont]", "LS mean diff [FT - Cont]"].map(|m| of(m, "p")),
        ["multiplicity [CBT - Cont]", "multiplicity [FT - Cont]"].map(|m| of(m, "p Holm")),
        ["multiplicity [CBT - Cont]", "multiplicity [FT - Cont]"].map(|m| of(m, "p Bonferroni")),
    ];
    let largest = raw[0].max(raw[1]);
    let edges = "graphical\n  edges:\n    - {from: cbt, to: ft, weight: 1}\n    - {from: ft, to: cbt, weight: 1}";
    // Where R has no row the value follows from the raw ones: two equal weights passed on are Holm's procedure; in a
    // sequence the second is as large as the first.
    let cases: [(&str, &str, [f64; 2]); 8] = [
        ("recomputed", "holm", holm),
        ("recomputed", "bonferroni", bonferroni),
        ("derived", edges, holm),
        ("derived", "fixed_sequence", [raw[0], largest]),
        ("derived", "hochberg", [(2.0 * raw[0]).min(largest), (2.0 * raw[1]).min(largest)]),
        ("derived", "hommel", [(2.0 * raw[0]).min(largest), (2.0 * raw[1]).min(largest)]),
        ("derived", "sidak", raw.map(|p| 1.0 - (1.0 - p) * (1.0 - p))),
        ("derived", "serial_gatekeeping\n  families: [[ft], [cbt]]", [largest, raw[1]]),
    ];
    let mut rows = 0;
    for (source, procedure, expected) in cases {
        let change = |text: String| text.replace("procedure: holm", &format!("procedure: {procedure}"));
        let built = build("anorexia_multiplicity", &folder, &change).unwrap_or_else(|said| panic!("{said}"));
        for (hypothesis, expected) in ["cbt", "ft"].into_iter().zip(expected) {
            let ours = adjusted(&built, hypothesis);
            assert!((ours - expected).abs() <= 1e-9 * expected, "{procedure}, {hypothesis}: {ours}, not {expected}");
            let rejected = built.results[&format!("mult:rejected[hypothesis={hypothesis}]")];
            assert_eq!(rejected, Some(f64::from(u8::from(expected <= 0.05))), "{procedure}, {hypothesis}");
            rows += usize::from(source == "recomputed");
        }
    }
    println!("anorexia, tested together: {rows} rows of recomputed.csv matched, 6 procedures by their definition");
}

#[test]
fn lineage_labels_and_faults() {
    let Some(folder) = data("anorexia") else { return };
    let built = build("anorexia_multiplicity", &folder, &unchanged).unwrap_or_else(|said| panic!("{said}"));
    let raw = ["weight:p[arm=cbt/control]", "weight:p[arm=ft/control]"];
    assert_eq!(built.inputs["mult:p_adjusted[hypothesis=ft]"], raw);
    // The sensitivity analysis stands outside the scheme, though its endpoint is primary.
    assert!(built.report.contains("Two-sample t test (sensitivity); p nominal"));
    assert!(!built.report.contains("Analysis of covariance; p nominal"));
    assert!(built.report.contains("Standardised difference"), "the column of the baseline table");

    let wrong = |text: String| text.replace("weight:p[arm=ft/control]", "weight:p[arm=ft/controls]");
    let Err(said) = build("anorexia_multiplicity", &folder, &wrong) else { panic!("an unknown key was taken") };
    let finding = said.lines().find(|line| line.contains("CFG-003")).unwrap_or_else(|| panic!("no CFG-003: {said}"));
    assert!(finding.contains("analysis.yaml:"), "no place: {finding}");
}
