//! Holds the statistics against R, published tables and the recomputed rows of the shared data.
//!
//! Each folder of `tests/reference` has data.csv, program.R, its listing and expected.csv; here every row of
//! expected.csv is computed again by `tracelock::stats` and compared within the tolerance written beside it.

mod counts;
mod curves;
mod models;
mod ranks;
mod samples;
mod shared_data;
mod shared_models;
mod shared_ranks;
mod tables;
mod wins;

use std::collections::BTreeSet;
use std::path::Path;

use self::tables::{Options, Row, compare, read_csv, tolerance};
use tracelock::stats::Value;

type Compute = fn(&[Row], &Options, &str) -> Value;

/// Method folder, folder of its data, computation of one expected value.
const METHODS: &[(&str, &str, Compute)] = &[
    ("ancova", "ancova", models::ancova_value),
    ("anova", "anova", samples::anova_value),
    ("chi_square", "chi_square", counts::chi_square_value),
    ("cumulative_incidence", "cumulative_incidence", curves::incidence_value),
    ("distribution", "distribution", samples::distribution_value),
    ("fisher", "fisher", counts::fisher_value),
    ("fisher_monte_carlo", "fisher_monte_carlo", ranks::fisher_monte_carlo_value),
    ("friedman", "friedman", ranks::friedman_value),
    ("geometric", "geometric", ranks::geometric_value),
    ("gray", "cumulative_incidence", curves::gray_value),
    ("hodges_lehmann", "wilcoxon", samples::hodges_lehmann_value),
    ("hodges_lehmann_ties", "wilcoxon", samples::hodges_lehmann_value),
    ("jonckheere", "kruskal_wallis", ranks::jonckheere_value),
    ("kaplan_meier", "kaplan_meier", curves::kaplan_meier_value),
    ("kruskal_wallis", "kruskal_wallis", ranks::kruskal_wallis_value),
    ("log_rank", "kaplan_meier", curves::log_rank_value),
    ("mann_whitney", "mann_whitney", ranks::mann_whitney_value),
    ("mean_scores", "mean_scores", ranks::mean_scores_value),
    ("odds_ratio", "odds_ratio", counts::odds_ratio_value),
    ("permutation", "permutation", ranks::permutation_value),
    ("proportion", "proportion", counts::proportion_value),
    ("rank_ancova", "rank_ancova", ranks::rank_ancova_value),
    ("signed_rank", "signed_rank", ranks::signed_rank_value),
    ("summary", "summary", samples::summary_value),
    ("t_test", "t_test", samples::t_test_value),
    ("two_proportions", "two_proportions", counts::two_proportions_value),
    ("walsh", "signed_rank", ranks::walsh_value),
    ("wilcoxon", "wilcoxon", samples::wilcoxon_value),
    ("win_statistics", "win_statistics", wins::win_value),
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
