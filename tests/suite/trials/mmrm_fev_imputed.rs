//! Multiple imputation and tipping points through the study folder: against draws of R, whatever the order of records.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::Command;

use super::build_trial::{Built, build_in, data, root};

const FOLDER: &str = "mmrm_fev";

/// Analyses that impute.
const IMPUTED: [&str; 8] =
    ["fev_mi", "fev_mi_by_arm", "fev_mi_monotone", "fev_j2r", "fev_cr", "fev_cir", "fev_lmcf", "fev_delta"];

/// Results of `imputation.R`: the mean over batches of as many imputations as ours, and the spread of the batches.
fn against_r(built: &Built) {
    let file = root().join("tests/trials").join(FOLDER).join("imputation.csv");
    let mut reader = csv::Reader::from_path(file).expect("imputation.csv");
    let (mut matched, mut largest, mut failures) = (0, 0.0_f64, Vec::new());
    for record in reader.records() {
        let record = record.expect("key, m, value, error");
        let number = |at: usize| record[at].parse::<f64>().expect("a number");
        let (m, expected, error) = (number(1), number(2), number(3));
        let ours = built.results.get(&record[0]).copied().flatten();
        // R's mean has an error too: that of its 2000 draws.
        let error = error * (1.0 + m / 2000.0).sqrt();
        let id = record[0].split(':').next().expect("an analysis");
        if id != "fev_tipping" {
            assert_eq!(built.results[&format!("{id}:imputations")], Some(m), "{id}");
        }
        match ours.map(|value| (value - expected).abs() / error) {
            Some(errors) if errors <= 3.0 => {
                matched += 1;
                largest = largest.max(errors);
            }
            _ => failures.push(format!("{} is {ours:?}, R {expected} with error {error}", &record[0])),
        }
    }
    println!("multiple imputation: {matched} values of R match, largest difference {largest:.1} Monte Carlo errors");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(matched, 58, "values of imputation.csv");
}

/// The tipping point lies between the deltas whose p-values are on both sides of 0.05, and is the last that is below.
fn tipping(built: &Built) {
    let p = |delta: &str| built.results[&format!("fev_tipping:p[arm=trt/pbo,delta={delta}]")].expect("a p-value");
    let tipped = built.results["fev_tipping:tipping_delta[arm=trt/pbo]"].expect("a delta");
    assert!(p("-4") < 0.05 && p("-8") > 0.05 && (-8.0..=-4.0).contains(&tipped), "{tipped}");
    // The same imputations serve all deltas, and those of `multiple_imputation` with the same seed.
    for statistic in ["diff", "diff_se", "p"] {
        let of = |key: String| built.results[&key].expect("a number");
        let same = [
            (format!("fev_tipping:{statistic}[arm=trt/pbo,delta=0]"), format!("fev_mi:{statistic}[arm=trt/pbo]")),
            (format!("fev_tipping:{statistic}[arm=trt/pbo,delta=-2]"), format!("fev_delta:{statistic}[arm=trt/pbo]")),
        ];
        for (one, other) in same {
            assert!(of(one.clone()).to_bits() == of(other).to_bits(), "{one}");
        }
    }
}

/// A tipping point can be checked: at it the conclusion holds, `precision` further it does not.
fn is_the_point(scratch: &Path, data: &Path, tipped: f64) {
    let change = |file: &str, text: String| {
        if file != "analysis.yaml" {
            return text;
        }
        text.replace("deltas: [0, -1, -2, -4, -8], precision: 0.1", &format!("deltas: [0, {tipped}, {}]", tipped - 0.1))
    };
    let built = build_in(scratch, FOLDER, Some(data), &change).unwrap_or_else(|said| panic!("{said}"));
    let p = |delta: f64| built.results[&format!("fev_tipping:p[arm=trt/pbo,delta={delta}]")].expect("a p-value");
    assert!(p(tipped) < 0.05 && p(tipped - 0.1) >= 0.05, "{} and {}", p(tipped), p(tipped - 0.1));
}

/// Subjects of an arm without the last visit, from the data.
fn without_last_visit(data: &Path, arm: &str) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_path(data.join("fev_data.csv")).expect("fev_data.csv");
    let headers = reader.headers().expect("a header").clone();
    let at = |name: &str| headers.iter().position(|h| h == name).expect("a column");
    let (id, visit, of_arm, value) = (at("USUBJID"), at("AVISIT"), at("ARMCD"), at("FEV1"));
    let records = reader.records().map(|record| record.expect("a row"));
    let wanted = |r: &csv::StringRecord| &r[visit] == "VIS4" && &r[of_arm] == arm && r[value].parse::<f64>().is_err();
    records.filter(wanted).map(|r| r[id].to_owned()).collect()
}

/// Subjects that `trace` names for a number.
fn traced(output: &Path, key: &str) -> BTreeSet<String> {
    let said = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .args(["--json", "trace", "--study", FOLDER, "--output"])
        .arg(output)
        .arg(key)
        .output()
        .expect("tracelock runs");
    let text = String::from_utf8_lossy(&said.stdout).into_owned();
    let told = text.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let told = told.into_iter().find(|line| line["type"] == "key").unwrap_or_else(|| panic!("{text}"));
    let subjects = told["entered"].as_array().expect("datasets").iter().flat_map(|one| one["subjects"].as_array());
    subjects.flatten().map(|subject| subject.as_str().expect("a subject").to_owned()).collect()
}

#[test]
fn imputations_agree_with_r_and_name_the_imputed() {
    let Some(data) = data(FOLDER) else { return };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let built = build_in(scratch.path(), FOLDER, Some(&data), &|_, text| text).unwrap_or_else(|said| panic!("{said}"));
    against_r(&built);
    tipping(&built);
    for (arm, label) in [("trt", "TRT"), ("pbo", "PBO")] {
        let imputed = traced(&scratch.path().join("output"), &format!("fev_mi:imputed[arm={arm}]"));
        assert_eq!(imputed, without_last_visit(&data, label), "{arm}");
    }
    let again = tempfile::tempdir().expect("a scratch folder");
    is_the_point(again.path(), &data, built.results["fev_tipping:tipping_delta[arm=trt/pbo]"].expect("a delta"));
}

/// The rows of the data in another order: by a step that has no divisor in common with their number.
fn shuffled(text: &str) -> String {
    let mut lines = text.lines();
    let header = lines.next().expect("a header");
    let rows: Vec<&str> = lines.collect();
    let step = (rows.len() / 3..).find(|step| gcd(*step, rows.len()) == 1).expect("a step");
    let moved = (0..rows.len()).map(|at| rows[(17 + at * step) % rows.len()]);
    std::iter::once(header).chain(moved).map(|row| format!("{row}\n")).collect()
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

#[test]
fn the_order_of_records_does_not_matter() {
    let Some(data) = data(FOLDER) else { return };
    let text = fs::read_to_string(data.join("fev_data.csv")).expect("fev_data.csv");
    let built = |text: String| -> BTreeMap<String, Option<f64>> {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let sheets = tempfile::tempdir().expect("a scratch folder");
        fs::write(sheets.path().join("fev_data.csv"), text).expect("the data are written");
        let change = |file: &str, text: String| match file {
            "data.yaml" => text.replace("{files: [fev_data.xlsx], sheet: FEV}", "{files: [fev_data.csv]}"),
            _ => text,
        };
        build_in(scratch.path(), FOLDER, Some(sheets.path()), &change).unwrap_or_else(|said| panic!("{said}")).results
    };
    let (one, other) = (built(text.clone()), built(shuffled(&text)));
    let mut compared = 0;
    for (key, value) in &one {
        let id = key.split(':').next().expect("an analysis");
        if IMPUTED.contains(&id) || id == "fev_tipping" {
            assert!(value.map(f64::to_bits) == other[key].map(f64::to_bits), "{key}: {value:?} and {:?}", other[key]);
            compared += 1;
        }
    }
    println!("records in another order: {compared} results of imputations are the same, bit by bit");
    assert!(compared > 250, "{compared} results compared");
}
