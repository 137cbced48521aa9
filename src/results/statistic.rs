//! The statistics a result can be: name, label, and decimals beyond those of the data.

use super::value::Style;

/// How many decimals a statistic shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// A whole number.
    Whole,
    /// Decimals of the data plus this many, at most four.
    DataPlus(u8),
    /// So many decimals whatever the data.
    Fixed(u8),
    /// A percentage.
    Percent,
    /// A p-value.
    PValue,
}

/// A kind of number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statistic {
    /// The name in keys.
    pub name: &'static str,
    /// The words in tables.
    pub label: &'static str,
    /// Its decimals.
    pub precision: Precision,
}

use Precision::{DataPlus, Fixed, PValue, Percent, Whole};

/// Every statistic, sorted by name.
pub static STATISTICS: &[Statistic] = &[
    Statistic { name: "censored", label: "Censored", precision: Whole },
    Statistic { name: "chi_square", label: "Chi-square", precision: Fixed(2) },
    Statistic { name: "cif", label: "Cumulative incidence", precision: Fixed(3) },
    Statistic { name: "cif_lower", label: "Cumulative incidence, lower limit", precision: Fixed(3) },
    Statistic { name: "cif_se", label: "Standard error of the cumulative incidence", precision: Fixed(4) },
    Statistic { name: "cif_upper", label: "Cumulative incidence, upper limit", precision: Fixed(3) },
    Statistic { name: "competing", label: "Competing events", precision: Whole },
    Statistic { name: "deviance", label: "Deviance", precision: Fixed(1) },
    Statistic { name: "df", label: "Degrees of freedom", precision: Fixed(1) },
    Statistic { name: "df1", label: "Numerator degrees of freedom", precision: Whole },
    Statistic { name: "df2", label: "Denominator degrees of freedom", precision: Fixed(1) },
    Statistic { name: "diff", label: "Difference", precision: DataPlus(1) },
    Statistic { name: "diff_lower", label: "Difference, lower limit", precision: DataPlus(1) },
    Statistic { name: "diff_se", label: "Standard error of the difference", precision: DataPlus(2) },
    Statistic { name: "diff_upper", label: "Difference, upper limit", precision: DataPlus(1) },
    Statistic { name: "dispersion", label: "Dispersion", precision: Fixed(3) },
    Statistic { name: "dispersion_se", label: "Standard error of the dispersion", precision: Fixed(4) },
    Statistic { name: "dose_f", label: "F of the dose", precision: Fixed(2) },
    Statistic { name: "dose_p", label: "p-value of the dose", precision: PValue },
    Statistic { name: "dose_slope", label: "Change per unit of dose", precision: Fixed(4) },
    Statistic { name: "dose_slope_se", label: "Standard error of the change per unit of dose", precision: Fixed(4) },
    Statistic { name: "equivalent", label: "Equivalence shown (1 yes, 0 no)", precision: Whole },
    Statistic { name: "estimate", label: "Estimate", precision: Fixed(3) },
    Statistic { name: "estimate_lower", label: "Estimate, lower limit", precision: Fixed(3) },
    Statistic { name: "estimate_se", label: "Standard error of the estimate", precision: Fixed(4) },
    Statistic { name: "estimate_upper", label: "Estimate, upper limit", precision: Fixed(3) },
    Statistic { name: "events", label: "Events", precision: Whole },
    Statistic { name: "expected", label: "Expected events", precision: Fixed(1) },
    Statistic { name: "f", label: "F", precision: Fixed(2) },
    Statistic { name: "fs_p", label: "p-value of Finkelstein-Schoenfeld", precision: PValue },
    Statistic { name: "fs_z", label: "Finkelstein-Schoenfeld z", precision: Fixed(2) },
    Statistic { name: "gcv", label: "Geometric CV, %", precision: Percent },
    Statistic { name: "gmean", label: "Geometric mean", precision: DataPlus(1) },
    Statistic { name: "gmean_lower", label: "Geometric mean, lower limit", precision: DataPlus(1) },
    Statistic { name: "gmean_upper", label: "Geometric mean, upper limit", precision: DataPlus(1) },
    Statistic { name: "gsd", label: "Geometric SD", precision: Fixed(3) },
    Statistic { name: "hazard_ratio", label: "Hazard ratio", precision: Fixed(2) },
    Statistic { name: "hazard_ratio_lower", label: "Hazard ratio, lower limit", precision: Fixed(2) },
    Statistic { name: "hazard_ratio_upper", label: "Hazard ratio, upper limit", precision: Fixed(2) },
    Statistic { name: "hl", label: "Hodges-Lehmann shift", precision: DataPlus(1) },
    Statistic { name: "hl_lower", label: "Hodges-Lehmann shift, lower limit", precision: DataPlus(1) },
    Statistic { name: "hl_upper", label: "Hodges-Lehmann shift, upper limit", precision: DataPlus(1) },
    Statistic { name: "imputed", label: "Set by an intercurrent event", precision: Whole },
    Statistic { name: "interaction_chi_square", label: "Chi-square of the interaction", precision: Fixed(2) },
    Statistic { name: "interaction_df", label: "Degrees of freedom of the interaction", precision: Fixed(1) },
    Statistic { name: "interaction_df2", label: "Denominator degrees of freedom of the interaction", precision: Fixed(1) },
    Statistic { name: "interaction_f", label: "F of the interaction", precision: Fixed(2) },
    Statistic { name: "interaction_p", label: "p-value of the interaction", precision: PValue },
    Statistic { name: "j", label: "Jonckheere-Terpstra J", precision: Fixed(1) },
    Statistic { name: "log_hazard_ratio", label: "Log hazard ratio", precision: Fixed(3) },
    Statistic { name: "log_hazard_ratio_se", label: "Standard error of the log hazard ratio", precision: Fixed(4) },
    Statistic { name: "log_likelihood", label: "Log-likelihood", precision: Fixed(2) },
    Statistic { name: "log_likelihood_null", label: "Log-likelihood without terms", precision: Fixed(2) },
    Statistic { name: "log_odds", label: "Log odds ratio", precision: Fixed(3) },
    Statistic { name: "log_odds_ratio", label: "Log odds ratio", precision: Fixed(3) },
    Statistic { name: "log_odds_ratio_lower", label: "Log odds ratio, lower limit", precision: Fixed(3) },
    Statistic { name: "log_odds_ratio_se", label: "Standard error of the log odds ratio", precision: Fixed(4) },
    Statistic { name: "log_odds_ratio_upper", label: "Log odds ratio, upper limit", precision: Fixed(3) },
    Statistic { name: "log_odds_se", label: "Standard error of the log odds ratio", precision: Fixed(4) },
    Statistic { name: "log_rate_ratio", label: "Log rate ratio", precision: Fixed(3) },
    Statistic { name: "log_rate_ratio_se", label: "Standard error of the log rate ratio", precision: Fixed(4) },
    Statistic { name: "losses", label: "Pairs lost", precision: Whole },
    Statistic { name: "lsmean", label: "LS mean", precision: DataPlus(1) },
    Statistic { name: "lsmean_lower", label: "LS mean, lower limit", precision: DataPlus(1) },
    Statistic { name: "lsmean_se", label: "Standard error of the LS mean", precision: DataPlus(2) },
    Statistic { name: "lsmean_upper", label: "LS mean, upper limit", precision: DataPlus(1) },
    Statistic { name: "margin", label: "Margin", precision: DataPlus(1) },
    Statistic { name: "margin_lower", label: "Margin, lower bound", precision: DataPlus(1) },
    Statistic { name: "margin_upper", label: "Margin, upper bound", precision: DataPlus(1) },
    Statistic { name: "max", label: "Max", precision: DataPlus(0) },
    Statistic { name: "mean", label: "Mean", precision: DataPlus(1) },
    Statistic { name: "mean_count", label: "Mean number of events", precision: Fixed(2) },
    Statistic { name: "mean_count_diff", label: "Difference in mean number of events", precision: Fixed(2) },
    Statistic {
        name: "mean_count_diff_lower",
        label: "Difference in mean number of events, lower limit",
        precision: Fixed(2),
    },
    Statistic {
        name: "mean_count_diff_se",
        label: "Standard error of the difference in mean number of events",
        precision: Fixed(3),
    },
    Statistic {
        name: "mean_count_diff_upper",
        label: "Difference in mean number of events, upper limit",
        precision: Fixed(2),
    },
    Statistic { name: "mean_count_lower", label: "Mean number of events, lower limit", precision: Fixed(2) },
    Statistic { name: "mean_count_se", label: "Standard error of the mean number of events", precision: Fixed(3) },
    Statistic { name: "mean_count_upper", label: "Mean number of events, upper limit", precision: Fixed(2) },
    Statistic { name: "mean_lower", label: "Mean, lower limit", precision: DataPlus(1) },
    Statistic { name: "mean_rank", label: "Mean rank", precision: Fixed(1) },
    Statistic { name: "mean_upper", label: "Mean, upper limit", precision: DataPlus(1) },
    Statistic { name: "median", label: "Median", precision: DataPlus(1) },
    Statistic { name: "median_lower", label: "Median, lower limit", precision: DataPlus(1) },
    Statistic { name: "median_upper", label: "Median, upper limit", precision: DataPlus(1) },
    Statistic { name: "min", label: "Min", precision: DataPlus(0) },
    Statistic { name: "missing", label: "Missing", precision: Whole },
    Statistic { name: "mw_prob", label: "Mann-Whitney probability", precision: Fixed(3) },
    Statistic { name: "mw_prob_lower", label: "Mann-Whitney probability, lower limit", precision: Fixed(3) },
    Statistic { name: "mw_prob_se", label: "Standard error of the Mann-Whitney probability", precision: Fixed(4) },
    Statistic { name: "mw_prob_upper", label: "Mann-Whitney probability, upper limit", precision: Fixed(3) },
    Statistic { name: "n", label: "n", precision: Whole },
    Statistic { name: "n_risk", label: "At risk", precision: Whole },
    Statistic { name: "n_strata", label: "Strata that compare the arms", precision: Whole },
    Statistic { name: "net_benefit", label: "Net benefit", precision: Fixed(3) },
    Statistic { name: "net_benefit_lower", label: "Net benefit, lower limit", precision: Fixed(3) },
    Statistic { name: "net_benefit_p", label: "p-value of the net benefit", precision: PValue },
    Statistic { name: "net_benefit_se", label: "Standard error of the net benefit", precision: Fixed(4) },
    Statistic { name: "net_benefit_upper", label: "Net benefit, upper limit", precision: Fixed(3) },
    Statistic { name: "nnt", label: "Number needed to treat", precision: Fixed(1) },
    Statistic { name: "nnt_lower", label: "Number needed to treat, lower limit", precision: Fixed(1) },
    Statistic { name: "nnt_upper", label: "Number needed to treat, upper limit", precision: Fixed(1) },
    Statistic { name: "non_inferior", label: "Non-inferiority shown (1 yes, 0 no)", precision: Whole },
    Statistic { name: "nuisance", label: "Common proportion at which the p-value is largest", precision: Fixed(4) },
    Statistic { name: "observed", label: "Observed events", precision: Whole },
    Statistic { name: "odds_ratio", label: "Odds ratio", precision: Fixed(2) },
    Statistic { name: "odds_ratio_lower", label: "Odds ratio, lower limit", precision: Fixed(2) },
    Statistic { name: "odds_ratio_upper", label: "Odds ratio, upper limit", precision: Fixed(2) },
    Statistic { name: "only_after", label: "Response after only", precision: Whole },
    Statistic { name: "only_before", label: "Response before only", precision: Whole },
    Statistic { name: "outside", label: "Events outside the time at risk", precision: Whole },
    Statistic { name: "p", label: "p-value", precision: PValue },
    Statistic { name: "p_adjusted", label: "p-value, adjusted", precision: PValue },
    Statistic { name: "p_decreasing", label: "p-value against a falling trend", precision: PValue },
    Statistic { name: "p_equivalence", label: "p-value, equivalence", precision: PValue },
    Statistic { name: "p_greater", label: "One-sided p-value, greater", precision: PValue },
    Statistic { name: "p_increasing", label: "p-value against a rising trend", precision: PValue },
    Statistic { name: "p_less", label: "One-sided p-value, less", precision: PValue },
    Statistic { name: "p_lower", label: "p-value against the lower bound, one-sided", precision: PValue },
    Statistic { name: "p_non_inferiority", label: "p-value, non-inferiority, one-sided", precision: PValue },
    Statistic { name: "p_se", label: "Standard error of the p-value", precision: Fixed(5) },
    Statistic { name: "p_superiority", label: "p-value, superiority by the margin, one-sided", precision: PValue },
    Statistic { name: "p_upper", label: "p-value against the upper bound, one-sided", precision: PValue },
    Statistic { name: "pairs", label: "Pairs", precision: Whole },
    Statistic { name: "pct", label: "%", precision: Percent },
    Statistic { name: "pct_lower", label: "%, lower limit", precision: Percent },
    Statistic { name: "pct_upper", label: "%, upper limit", precision: Percent },
    Statistic { name: "person_time", label: "Time at risk", precision: Fixed(1) },
    Statistic { name: "q1", label: "Q1", precision: DataPlus(1) },
    Statistic { name: "q1_lower", label: "Q1, lower limit", precision: DataPlus(1) },
    Statistic { name: "q1_upper", label: "Q1, upper limit", precision: DataPlus(1) },
    Statistic { name: "q3", label: "Q3", precision: DataPlus(1) },
    Statistic { name: "q3_lower", label: "Q3, lower limit", precision: DataPlus(1) },
    Statistic { name: "q3_upper", label: "Q3, upper limit", precision: DataPlus(1) },
    Statistic { name: "quantile", label: "Quantile", precision: DataPlus(1) },
    Statistic { name: "quantile_lower", label: "Quantile, lower limit", precision: DataPlus(1) },
    Statistic { name: "quantile_upper", label: "Quantile, upper limit", precision: DataPlus(1) },
    Statistic { name: "rate", label: "Rate", precision: Fixed(3) },
    Statistic { name: "rate_diff", label: "Rate difference", precision: Fixed(3) },
    Statistic { name: "rate_diff_lower", label: "Rate difference, lower limit", precision: Fixed(3) },
    Statistic { name: "rate_diff_se", label: "Standard error of the rate difference", precision: Fixed(4) },
    Statistic { name: "rate_diff_upper", label: "Rate difference, upper limit", precision: Fixed(3) },
    Statistic { name: "rate_lower", label: "Rate, lower limit", precision: Fixed(3) },
    Statistic { name: "rate_ratio", label: "Rate ratio", precision: Fixed(2) },
    Statistic { name: "rate_ratio_lower", label: "Rate ratio, lower limit", precision: Fixed(2) },
    Statistic { name: "rate_ratio_upper", label: "Rate ratio, upper limit", precision: Fixed(2) },
    Statistic { name: "rate_upper", label: "Rate, upper limit", precision: Fixed(3) },
    Statistic { name: "ratio", label: "Ratio", precision: Fixed(3) },
    Statistic { name: "ratio_lower", label: "Ratio, lower limit", precision: Fixed(3) },
    Statistic { name: "ratio_upper", label: "Ratio, upper limit", precision: Fixed(3) },
    Statistic { name: "rejected", label: "Hypothesis rejected (1 yes, 0 no)", precision: Whole },
    Statistic { name: "risk", label: "Adjusted risk", precision: Fixed(3) },
    Statistic { name: "risk_diff", label: "Risk difference", precision: Fixed(3) },
    Statistic { name: "risk_diff_lower", label: "Risk difference, lower limit", precision: Fixed(3) },
    Statistic { name: "risk_diff_se", label: "Standard error of the risk difference", precision: Fixed(4) },
    Statistic { name: "risk_diff_upper", label: "Risk difference, upper limit", precision: Fixed(3) },
    Statistic { name: "risk_lower", label: "Adjusted risk, lower limit", precision: Fixed(3) },
    Statistic { name: "risk_ratio", label: "Risk ratio", precision: Fixed(2) },
    Statistic { name: "risk_ratio_lower", label: "Risk ratio, lower limit", precision: Fixed(2) },
    Statistic { name: "risk_ratio_upper", label: "Risk ratio, upper limit", precision: Fixed(2) },
    Statistic { name: "risk_se", label: "Standard error of the adjusted risk", precision: Fixed(4) },
    Statistic { name: "risk_upper", label: "Adjusted risk, upper limit", precision: Fixed(3) },
    Statistic { name: "rmst", label: "Restricted mean time", precision: DataPlus(1) },
    Statistic { name: "rmst_diff", label: "Difference in restricted mean time", precision: DataPlus(1) },
    Statistic {
        name: "rmst_diff_lower",
        label: "Difference in restricted mean time, lower limit",
        precision: DataPlus(1),
    },
    Statistic {
        name: "rmst_diff_se",
        label: "Standard error of the difference in restricted mean time",
        precision: DataPlus(2),
    },
    Statistic {
        name: "rmst_diff_upper",
        label: "Difference in restricted mean time, upper limit",
        precision: DataPlus(1),
    },
    Statistic { name: "rmst_lower", label: "Restricted mean time, lower limit", precision: DataPlus(1) },
    Statistic { name: "rmst_ratio", label: "Ratio of restricted mean times", precision: Fixed(2) },
    Statistic { name: "rmst_ratio_lower", label: "Ratio of restricted mean times, lower limit", precision: Fixed(2) },
    Statistic { name: "rmst_ratio_upper", label: "Ratio of restricted mean times, upper limit", precision: Fixed(2) },
    Statistic { name: "rmst_se", label: "Standard error of the restricted mean time", precision: DataPlus(2) },
    Statistic { name: "rmst_upper", label: "Restricted mean time, upper limit", precision: DataPlus(1) },
    Statistic { name: "s", label: "Signed rank S", precision: Fixed(1) },
    Statistic { name: "sd", label: "SD", precision: DataPlus(2) },
    Statistic { name: "se", label: "SE", precision: DataPlus(2) },
    Statistic { name: "std_diff", label: "Standardised difference", precision: Fixed(3) },
    Statistic { name: "superior_by_margin", label: "Superiority by the margin shown (1 yes, 0 no)", precision: Whole },
    Statistic { name: "surv", label: "Survival probability", precision: Fixed(3) },
    Statistic { name: "surv_diff", label: "Difference in survival probability", precision: Fixed(3) },
    Statistic {
        name: "surv_diff_lower",
        label: "Difference in survival probability, lower limit",
        precision: Fixed(3),
    },
    Statistic {
        name: "surv_diff_se",
        label: "Standard error of the difference in survival probability",
        precision: Fixed(4),
    },
    Statistic {
        name: "surv_diff_upper",
        label: "Difference in survival probability, upper limit",
        precision: Fixed(3),
    },
    Statistic { name: "surv_lower", label: "Survival probability, lower limit", precision: Fixed(3) },
    Statistic { name: "surv_se", label: "Standard error of the survival probability", precision: Fixed(4) },
    Statistic { name: "surv_upper", label: "Survival probability, upper limit", precision: Fixed(3) },
    Statistic { name: "t", label: "t", precision: Fixed(2) },
    Statistic { name: "tau", label: "Time up to which the mean is taken", precision: DataPlus(0) },
    Statistic { name: "threshold", label: "Threshold", precision: Fixed(3) },
    Statistic { name: "threshold_se", label: "Standard error of the threshold", precision: Fixed(4) },
    Statistic { name: "ties", label: "Pairs tied", precision: Whole },
    Statistic { name: "time_lost", label: "Restricted mean time lost", precision: DataPlus(1) },
    Statistic { name: "time_lost_ratio", label: "Ratio of restricted mean times lost", precision: Fixed(2) },
    Statistic {
        name: "time_lost_ratio_lower",
        label: "Ratio of restricted mean times lost, lower limit",
        precision: Fixed(2),
    },
    Statistic {
        name: "time_lost_ratio_upper",
        label: "Ratio of restricted mean times lost, upper limit",
        precision: Fixed(2),
    },
    Statistic { name: "u", label: "Mann-Whitney U", precision: Fixed(1) },
    Statistic { name: "v", label: "Rank sum of positive differences", precision: Fixed(1) },
    Statistic { name: "w", label: "Rank sum W", precision: Fixed(1) },
    Statistic { name: "win_odds", label: "Win odds", precision: Fixed(2) },
    Statistic { name: "win_odds_lower", label: "Win odds, lower limit", precision: Fixed(2) },
    Statistic { name: "win_odds_p", label: "p-value of the win odds", precision: PValue },
    Statistic { name: "win_odds_se", label: "Standard error of the log win odds", precision: Fixed(4) },
    Statistic { name: "win_odds_upper", label: "Win odds, upper limit", precision: Fixed(2) },
    Statistic { name: "win_ratio", label: "Win ratio", precision: Fixed(2) },
    Statistic { name: "win_ratio_lower", label: "Win ratio, lower limit", precision: Fixed(2) },
    Statistic { name: "win_ratio_p", label: "p-value of the win ratio", precision: PValue },
    Statistic { name: "win_ratio_se", label: "Standard error of the log win ratio", precision: Fixed(4) },
    Statistic { name: "win_ratio_upper", label: "Win ratio, upper limit", precision: Fixed(2) },
    Statistic { name: "wins", label: "Pairs won", precision: Whole },
    Statistic { name: "z", label: "z", precision: Fixed(2) },
];

/// The statistic of this name; analyses of the flow and the analysis sets have counts of their own names.
#[must_use]
pub fn find(name: &str) -> Option<&'static Statistic> {
    STATISTICS.binary_search_by(|s| s.name.cmp(name)).ok().map(|at| &STATISTICS[at])
}

/// The default style of a statistic over data with `data_decimals` decimals.
#[must_use]
pub fn style(name: &str, data_decimals: u8) -> Style {
    match find(name).map_or(Whole, |s| s.precision) {
        Whole => Style::Count,
        DataPlus(more) => Style::Decimals((data_decimals + more).min(4)),
        Fixed(decimals) => Style::Decimals(decimals),
        Percent => Style::Percent(1),
        PValue => Style::PValue,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_is_sorted_and_found() {
        assert!(STATISTICS.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(style("mean", 1), Style::Decimals(2));
        assert_eq!(style("p", 1), Style::PValue);
        assert_eq!(style("randomised", 0), Style::Count);
    }
}
