//! Holds the statistics against R, published tables and the recomputed rows of the shared data.
//!
//! Each folder of `tests/reference` has data.csv, program.R, its listing and expected.csv; here every row of
//! expected.csv is computed again by `tracelock::stats` and compared within the tolerance written beside it.

mod counts;
mod curves;
mod imputation;
mod imputation_models;
mod models;
mod samples;
mod shared_data;
mod shared_imputation;
mod shared_models;
mod tables;

use std::collections::BTreeSet;
use std::path::Path;

use self::tables::{Options, Row, compare, read_csv, tolerance};
use tracelock::stats::Value;

type Compute = fn(&[Row], &Options, &str) -> Value;

/// Method folder, folder of its data, computation of one expected value.
const METHODS: &[(&str, &str, Compute)] = &[
    ("ancova", "ancova", models::ancova_value),
    ("anova", "anova", samples::anova_value),
    ("carried_forward", "carried_forward", imputation::carried_forward_value),
    ("chi_square", "chi_square", counts::chi_square_value),
    ("conditional_mean", "likelihood_fit", imputation_models::conditional_mean_value),
    ("cumulative_incidence", "cumulative_incidence", curves::incidence_value),
    ("data_augmentation", "likelihood_fit", imputation_models::data_augmentation_value),
    ("distribution", "distribution", samples::distribution_value),
    ("fisher", "fisher", counts::fisher_value),
    ("gray", "cumulative_incidence", curves::gray_value),
    ("hodges_lehmann", "wilcoxon", samples::hodges_lehmann_value),
    ("kaplan_meier", "kaplan_meier", curves::kaplan_meier_value),
    ("likelihood_fit", "likelihood_fit", imputation_models::likelihood_fit_value),
    ("log_rank", "kaplan_meier", curves::log_rank_value),
    ("monotone", "likelihood_fit", imputation_models::monotone_value),
    ("odds_ratio", "odds_ratio", counts::odds_ratio_value),
    ("proportion", "proportion", counts::proportion_value),
    ("random_stream", "random_stream", imputation::random_stream_value),
    ("reference_based", "reference_based", imputation::reference_based_value),
    ("rubin", "rubin", imputation::rubin_value),
    ("summary", "summary", samples::summary_value),
    ("t_test", "t_test", samples::t_test_value),
    ("tipping_point", "tipping_point", imputation_models::tipping_point_value),
    ("two_proportions", "two_proportions", counts::two_proportions_value),
    ("wald", "wald", imputation::wald_value),
    ("wilcoxon", "wilcoxon", samples::wilcoxon_value),
];

#[test]
fn statistics_agree_with_reference_programs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let mut failures = Vec::new();
    println!("{:<22} {:>9} {:>7} {:>22}", "method", "data sets", "values", "largest relative error");
    for (method, data_folder, compute) in METHODS {
        let data_file = root.join(data_folder).join("data.csv");
        let data = if data_file.exists() { read_csv(&data_file) } else { Vec::new() };
        let expected = read_csv(&root.join(method).join("expected.csv"));
        assert!(!expected.is_empty(), "{method} has no expected values");
        let (mut cases, mut worst) = (BTreeSet::new(), (0.0f64, String::new()));
        for row in &expected {
            let records: Vec<Row> = data.iter().filter(|r| r.get("case") == row.get("case")).cloned().collect();
            let options = Options::parse(&row["options"], &row["case"]);
            let actual = compute(&records, &options, &row["key"]);
            cases.insert(row["case"].clone());
            match compare(actual, &row["value"], &row["tolerance"]) {
                // Printed values say nothing about the error beyond their digits.
                Ok(error) if !row["tolerance"].starts_with("abs") && tolerance(&row["tolerance"]).1 <= 1e-6 => {
                    if error > worst.0 && !row["source"].contains("SAS") {
                        worst = (error, format!("{} {} {}", row["case"], row["options"], row["key"]));
                    }
                }
                Ok(_) => {}
                Err(message) => {
                    failures.push(format!("{method} {} {} {}: {message}", row["case"], row["options"], row["key"]))
                }
            }
        }
        println!("{method:<22} {:>9} {:>7} {:>22.1e}  {}", cases.len(), expected.len(), worst.0, worst.1);
    }
    let count = failures.len();
    failures.truncate(60);
    assert!(count == 0, "{count} differences:\n{}", failures.join("\n"));
}
