//! Margins, subgroups, a graph of hypotheses and standardised differences of the trial indo_rct, against R.

use super::build_trial::{build, data, root, unchanged};

#[test]
fn every_value_is_that_of_r() {
    let Some(folder) = data("indo_rct") else { return };
    let built = build("indo_rct_margin", &folder, &unchanged).unwrap_or_else(|said| panic!("{said}"));
    let file = root().join("tests/reference/subgroup_trial/expected.csv");
    let (mut compared, mut failures) = (0, Vec::new());
    for row in csv::Reader::from_path(file).expect("expected values").records() {
        let row = row.expect("a row of key, value, tolerance, source");
        let (key, tolerance) = (&row[0], row[2].parse::<f64>().expect("a tolerance"));
        let expected: Option<f64> = (&row[1] != "NE").then(|| row[1].parse().expect("a number or NE"));
        compared += 1;
        match (built.results.get(key), expected) {
            (Some(None), None) => {}
            (Some(Some(ours)), Some(expected)) if (ours - expected).abs() <= tolerance => {}
            (ours, expected) => failures.push(format!("{key}: {ours:?}, R has {expected:?}")),
        }
    }
    println!("indo_rct, margins and subgroups against R: {}/{compared}", compared - failures.len());
    assert!(compared > 200, "only {compared} expected values");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn subgroups_know_their_subjects() {
    let Some(folder) = data("indo_rct") else { return };
    let built = build("indo_rct_margin", &folder, &unchanged).unwrap_or_else(|said| panic!("{said}"));
    // What a number of a subgroup compares is the subgroup's own.
    assert_eq!(
        built.inputs["pep_ni:risk_diff[arm=indo/placebo,subgroup=SEX:F]"],
        ["pep_ni:n[arm=indo,subgroup=SEX:F]", "pep_ni:n[arm=placebo,subgroup=SEX:F]"]
    );
    // Levels and missing values add up to those analysed.
    let n = |key: &str| built.results[key].expect("a count");
    for variable in [["SEX", "F", "M"], ["SOD", "N", "Y"], ["BLEED", "1", "2"]] {
        let [name, first, second] = variable;
        let level = |level: &str| n(&format!("pep_ni:n[arm=indo,subgroup={name}:{level}]"));
        let missing = n(&format!("pep_ni:missing[arm=indo,subgroup={name}]"));
        assert_eq!(level(first) + level(second) + missing, n("pep_ni:n[arm=indo]"), "{name}");
    }
}

#[test]
fn a_margin_that_cannot_be_meant_is_refused() {
    let Some(folder) = data("indo_rct") else { return };
    for (from, to, code) in [
        ("margin: 0.025,", "margin: -0.025,", "CFG-005"),
        ("effect: risk_ratio", "effect: risk_rat", "CFG-003"),
        ("upper: 0.15, alpha: 0.05", "upper: 0.15, alpha: 0.025", "ANA-001"),
        ("lower: -2.5, upper: 2.5", "margin: 2.5", "CFG-005"),
        ("subgroups: [SOD, SEX]", "subgroups: [SOD, SEXX]", "CFG-003"),
    ] {
        let change = |text: String| {
            assert!(text.contains(from), "{from}");
            text.replace(from, to)
        };
        let Err(said) = build("indo_rct_margin", &folder, &change) else { panic!("`{to}` was taken") };
        let finding = said.lines().find(|line| line.contains(code)).unwrap_or_else(|| panic!("{to}: {said}"));
        assert!(finding.contains("analysis.yaml:"), "no place: {finding}");
    }
}

#[test]
fn the_table_of_subgroups_shows_effects_and_interactions() {
    let Some(folder) = data("indo_rct") else { return };
    let built = build("indo_rct_margin", &folder, &unchanged).unwrap_or_else(|said| panic!("{said}"));
    for key in [
        "pep_ni:events[arm=placebo,subgroup=SEX:F]",
        "pep_ni:risk_diff[arm=indo/placebo,subgroup=SITE:UM]",
        "pep_ni:risk_diff_upper[arm=indo/placebo,subgroup=SOD:Y]",
        "pep_ni:missing[arm=indo,subgroup=BLEED]",
        "pep_ni:interaction_p[arm=indo/placebo,effect=risk_diff,subgroup=SEX,test=heterogeneity]",
        "age_ancova:diff_lower[arm=indo/placebo,subgroup=SEX:M]",
        "age_ancova:interaction_p[subgroup=SOD,test=f]",
    ] {
        assert!(built.results.contains_key(key), "{key}");
        assert!(built.report.contains(&format!("data-key=\"{key}\"")), "{key} is not printed");
    }
}
