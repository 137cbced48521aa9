//! Printed values of SAS from small data sets, each data set through a study folder of its own.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::build_trial::{build, data, unchanged};

/// Files of the reference data with the study folder that reads them and the name they have there.
const SETS: [(&str, &str, &str); 3] = [
    ("birthweight_smoking.csv", "sas_birthweight", "birthweight.csv"),
    ("drug_trial.csv", "sas_drug_trial", "drug_trial.csv"),
    ("adcibc.csv", "sas_cmh", "adcibc.csv"),
];

/// Printed values that no result holds; the statistics under them are held elsewhere.
const NOT_STORED: [(&str, &str); 4] = [
    ("ANCOVA post ~ drug + pre, Type III SS drug", "sums of squares: tests/reference/ancova, case leprosy"),
    ("Type III SS pre", "sums of squares: tests/reference/ancova, case leprosy"),
    ("Type I SS drug", "sums of squares: tests/reference/ancova, case leprosy"),
    ("CMH S10 AVALxAGEGR1N|TRTP correlation", "rows that are no arms: tests/suite/reference/shared_tables.rs"),
];

/// Our key of a printed value.
fn key(analysis: &str, statistic: &str) -> Option<String> {
    let smoking = |id: &str, name: &str| Some(format!("{id}:{name}[arm=smoke/non]"));
    let limits = |id: &str| match statistic {
        "lower95" => smoking(id, "hl_lower"),
        "upper95" => smoking(id, "hl_upper"),
        _ => None,
    };
    let of_all = |id: &str, test: &str| Some(format!("{id}:chi_square[test={test}]"));
    let of_two = |id: &str, test: &str| Some(format!("{id}:chi_square[arm=high/placebo,test={test}]"));
    match analysis {
        "Wilcoxon rank-sum asymptotic, cc" => smoking("weight_cc", "p"),
        "Wilcoxon rank-sum asymptotic, no cc" => smoking("weight_no_cc", "p"),
        "Wilcoxon exact (ties)" => smoking("weight_exact", "p"),
        "Hodges-Lehmann (smoke - non)" => smoking("weight_cc", "hl"),
        "HL asymptotic (Moses) CI" => limits("weight_cc"),
        "HL exact CI" => limits("weight_exact"),
        _ => match analysis.strip_prefix("LS mean drug ") {
            Some(drug) => Some(format!("post_ancova:lsmean[arm={}]", drug.to_lowercase())),
            None => match analysis.strip_prefix("CMH ")?.split(' ').next()? {
                "S1" => of_two("sex_by_age_two", "general_association"),
                "S2" => of_all("sex_by_age", "general_association"),
                "S3" => of_all("sex_by_race", "general_association"),
                "S6" if analysis.ends_with("general association") => of_two("rating_by_sex_two", "general_association"),
                "S6" => of_two("rating_by_sex_two", "row_mean_scores"),
                // Sites with one subject add nothing.
                "S9" => of_all("rating_by_site", "row_mean_scores"),
                _ => None,
            },
        },
    }
}

/// Copies a file with the number of each row as its first column, in place of an unnamed one.
fn numbered(from: &Path, to: &Path) {
    let mut reader = csv::Reader::from_path(from).expect("a reference file");
    let mut writer = csv::Writer::from_path(to).expect("a scratch file");
    let headers = reader.headers().expect("a header").clone();
    let unnamed = usize::from(headers[0].is_empty());
    writer.write_record(["ID"].into_iter().chain(headers.iter().skip(unnamed))).expect("written");
    for (at, record) in reader.records().enumerate() {
        let (record, number) = (record.expect("a row"), (at + 1).to_string());
        writer.write_record([number.as_str()].into_iter().chain(record.iter().skip(unnamed))).expect("written");
    }
    writer.flush().expect("written");
}

#[test]
fn small_data_sets_agree_with_printed_sas_values() {
    let Some(shared) = data("sas_reference") else { return };
    let mut results: BTreeMap<String, Option<f64>> = BTreeMap::new();
    for (file, folder, name) in SETS {
        let sheets = tempfile::tempdir().expect("a scratch folder");
        numbered(&shared.join(file), &sheets.path().join(name));
        let built = build(folder, sheets.path(), &unchanged).unwrap_or_else(|said| panic!("{folder}: {said}"));
        results.extend(built.results);
    }
    let text = fs::read_to_string(shared.join("expected_sas.csv")).expect("expected_sas.csv");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let (mut matched, mut not_stored, mut failures) = (0, Vec::new(), Vec::new());
    for record in reader.records() {
        let record = record.expect("dataset, analysis, statistic, SAS_value, recomputed");
        let (analysis, statistic, printed) = (&record[1], &record[2], &record[3]);
        let Some(key) = key(analysis, statistic) else {
            not_stored.push(analysis.to_owned());
            continue;
        };
        let decimals = printed.split_once('.').map_or(0, |(_, d)| d.len());
        let half = 0.500_000_1 * 10_f64.powi(-i32::try_from(decimals).expect("few decimals"));
        let (sas, full) = (printed.parse::<f64>().expect("a number"), record[4].parse::<f64>().expect("a number"));
        match results.get(&key).copied().flatten() {
            Some(ours) if (ours - sas).abs() <= half && (ours - full).abs() <= 2e-9 * full.abs().max(1.0) => {
                matched += 1
            }
            ours => failures.push(format!("{analysis}, {statistic}: {key} is {ours:?}, SAS {printed}, R {full}")),
        }
    }
    println!("SAS: {matched} printed values match through study folders, {} are not stored", not_stored.len());
    for (analysis, where_held) in NOT_STORED {
        println!("  {analysis}: {where_held}");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(not_stored, NOT_STORED.map(|one| one.0));
    assert_eq!(matched, 17);
}
