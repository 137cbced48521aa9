//! Holds the statistics against R, published tables and the recomputed rows of the shared data.
//!
//! Each folder of `tests/reference` has data.csv, program.R, its listing and expected.csv; here every row of
//! expected.csv is computed again by `tracelock::stats` and compared within the tolerance written beside it.

mod counts;
mod curves;
mod edge_cases;
mod factorial;
mod glm;
mod hazards;
mod imputation;
mod imputation_models;
mod margins;
mod mmrm;
mod models;
mod multiplicity;
mod ordinal;
mod origins;
mod properties;
mod proportions;
mod ranks;
mod rates;
mod samples;
mod shared_data;
mod shared_glm;
mod shared_hazards;
mod shared_imputation;
mod shared_mmrm;
mod shared_models;
mod shared_ranks;
mod shared_survival;
mod shared_tables;
mod survival;
mod tables;
mod tables_in_strata;
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
    ("binomial_test", "binomial_test", proportions::binomial_test_value),
    ("breslow_day", "mantel_haenszel", tables_in_strata::breslow_day_value),
    ("carried_forward", "carried_forward", imputation::carried_forward_value),
    ("chi_square", "chi_square", counts::chi_square_value),
    ("cochran_mantel_haenszel", "cochran_mantel_haenszel", tables_in_strata::cochran_mantel_haenszel_value),
    ("common_odds_ratio_exact", "mantel_haenszel", tables_in_strata::common_odds_ratio_exact_value),
    ("conditional_mean", "likelihood_fit", imputation_models::conditional_mean_value),
    ("cox", "cox", hazards::cox_value),
    ("cox_prediction", "cox", hazards::prediction_value),
    ("cox_robust", "cox", hazards::robust_value),
    ("crossover", "crossover", samples::crossover_value),
    ("cumulative_incidence", "cumulative_incidence", curves::incidence_value),
    ("data_augmentation", "likelihood_fit", imputation_models::data_augmentation_value),
    ("distribution", "distribution", samples::distribution_value),
    ("dunnett", "dunnett", multiplicity::dunnett_value),
    ("equivalence", "equivalence", margins::equivalence_value),
    ("exact_risk_difference", "exact_risk_difference", proportions::exact_risk_difference_value),
    ("factorial", "factorial", factorial::factorial_value),
    ("farrington_manning", "farrington_manning", margins::farrington_manning_value),
    ("fine_gray", "fine_gray", hazards::fine_gray_value),
    ("firth", "logistic", glm::firth_value),
    ("fisher", "fisher", counts::fisher_value),
    ("fisher_monte_carlo", "fisher_monte_carlo", ranks::fisher_monte_carlo_value),
    ("friedman", "friedman", ranks::friedman_value),
    ("geometric", "geometric", ranks::geometric_value),
    ("graphical", "graphical", multiplicity::graphical_value),
    ("gray", "cumulative_incidence", curves::gray_value),
    ("heterogeneity", "heterogeneity", factorial::heterogeneity_value),
    ("hodges_lehmann", "wilcoxon", samples::hodges_lehmann_value),
    ("hodges_lehmann_ties", "wilcoxon", samples::hodges_lehmann_value),
    ("incidence_rate", "incidence_rate", rates::incidence_rate_value),
    ("jonckheere", "kruskal_wallis", ranks::jonckheere_value),
    ("kaplan_meier", "kaplan_meier", curves::kaplan_meier_value),
    ("kappa", "kappa", tables_in_strata::kappa_value),
    ("kruskal_wallis", "kruskal_wallis", ranks::kruskal_wallis_value),
    ("likelihood_fit", "likelihood_fit", imputation_models::likelihood_fit_value),
    ("log_rank", "kaplan_meier", curves::log_rank_value),
    ("logistic", "logistic", glm::logistic_value),
    ("mann_whitney", "mann_whitney", ranks::mann_whitney_value),
    ("mantel_haenszel", "mantel_haenszel", tables_in_strata::mantel_haenszel_value),
    ("mcnemar", "mcnemar", tables_in_strata::mcnemar_value),
    ("mean_cumulative", "mean_cumulative", rates::mean_cumulative_value),
    ("mean_cumulative_test", "mean_cumulative", rates::mean_cumulative_test_value),
    ("mean_scores", "mean_scores", ranks::mean_scores_value),
    ("mmrm", "mmrm", mmrm::mmrm_value),
    ("mmrm_inference", "mmrm", mmrm::mmrm_value),
    ("monotone", "likelihood_fit", imputation_models::monotone_value),
    ("multiplicity", "multiplicity", multiplicity::multiplicity_value),
    ("negative_binomial", "poisson", glm::negative_binomial_value),
    ("non_inferiority", "non_inferiority", margins::non_inferiority_value),
    ("number_needed_to_treat", "number_needed_to_treat", proportions::number_needed_to_treat_value),
    ("odds_ratio", "odds_ratio", counts::odds_ratio_value),
    ("permutation", "permutation", ranks::permutation_value),
    ("poisson", "poisson", glm::poisson_value),
    ("proportion", "proportion", counts::proportion_value),
    ("proportion_interval", "proportion_interval", proportions::proportion_interval_value),
    ("proportional_odds", "proportional_odds", ordinal::proportional_odds_value),
    ("proportionality", "cox", hazards::proportionality_value),
    ("random_stream", "random_stream", imputation::random_stream_value),
    ("rank_ancova", "rank_ancova", ranks::rank_ancova_value),
    ("reference_based", "reference_based", imputation::reference_based_value),
    ("restricted_mean", "kaplan_meier", survival::restricted_mean_value),
    ("risk_difference", "risk_difference", proportions::risk_difference_value),
    ("robust_covariance", "factorial", factorial::robust_covariance_value),
    ("rubin", "rubin", imputation::rubin_value),
    ("signed_rank", "signed_rank", ranks::signed_rank_value),
    ("standardised_difference", "standardised_difference", proportions::standardised_difference_value),
    ("stratified_risk_difference", "mantel_haenszel", tables_in_strata::stratified_risk_difference_value),
    ("subgroup", "factorial", factorial::subgroup_value),
    ("summary", "summary", samples::summary_value),
    ("survival_difference", "kaplan_meier", survival::survival_difference_value),
    ("t_test", "t_test", samples::t_test_value),
    ("tipping_point", "tipping_point", imputation_models::tipping_point_value),
    ("trend_test", "trend_test", tables_in_strata::trend_test_value),
    ("two_proportions", "two_proportions", counts::two_proportions_value),
    ("two_rates", "two_rates", rates::two_rates_value),
    ("unconditional_test", "unconditional_test", proportions::unconditional_test_value),
    ("wald", "wald", imputation::wald_value),
    ("walsh", "signed_rank", ranks::walsh_value),
    ("weighted_log_rank", "kaplan_meier", survival::weighted_log_rank_value),
    ("wilcoxon", "wilcoxon", samples::wilcoxon_value),
    ("win_statistics", "win_statistics", wins::win_value),
];

#[test]
fn statistics_agree_with_reference_programs() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let mut failures = Vec::new();
    println!("{:<26} {:>9} {:>7} {:>7} {:>22}", "method", "data sets", "options", "values", "largest relative error");
    for (method, data_folder, compute) in METHODS {
        let data_file = root.join(data_folder).join("data.csv");
        let data = if data_file.exists() { read_csv(&data_file) } else { Vec::new() };
        let expected = read_csv(&root.join(method).join("expected.csv"));
        assert!(!expected.is_empty(), "{method} has no expected values");
        let (mut cases, mut variants, mut worst) = (BTreeSet::new(), BTreeSet::new(), (0.0f64, String::new()));
        for row in &expected {
            let records: Vec<Row> = data.iter().filter(|r| r.get("case") == row.get("case")).cloned().collect();
            let options = Options::parse(&row["options"], &row["case"]);
            let actual = compute(&records, &options, &row["key"]);
            cases.insert(row["case"].clone());
            variants.insert(row["options"].clone());
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
        let (data_sets, options, values) = (cases.len(), variants.len(), expected.len());
        println!("{method:<26} {data_sets:>9} {options:>7} {values:>7} {:>22.1e}  {}", worst.0, worst.1);
    }
    let count = failures.len();
    failures.truncate(60);
    assert!(count == 0, "{count} differences:\n{}", failures.join("\n"));
}
