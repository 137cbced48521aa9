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
    Statistic { name: "aic", label: "Akaike's criterion", precision: Fixed(1) },
    Statistic { name: "aicc", label: "Akaike's criterion, corrected", precision: Fixed(1) },
    Statistic { name: "bic", label: "Schwarz's criterion", precision: Fixed(1) },
    Statistic { name: "censored", label: "Censored", precision: Whole },
    Statistic { name: "chi_square", label: "Chi-square", precision: Fixed(2) },
    Statistic { name: "cif", label: "Cumulative incidence", precision: Fixed(3) },
    Statistic { name: "cif_lower", label: "Cumulative incidence, lower limit", precision: Fixed(3) },
    Statistic { name: "cif_se", label: "Standard error of the cumulative incidence", precision: Fixed(4) },
    Statistic { name: "cif_upper", label: "Cumulative incidence, upper limit", precision: Fixed(3) },
    Statistic { name: "competing", label: "Competing events", precision: Whole },
    Statistic { name: "correlation", label: "Correlation of two visits", precision: Fixed(3) },
    Statistic { name: "covariance", label: "Covariance of two visits", precision: DataPlus(2) },
    Statistic { name: "df", label: "Degrees of freedom", precision: Fixed(1) },
    Statistic { name: "df1", label: "Numerator degrees of freedom", precision: Whole },
    Statistic { name: "df2", label: "Denominator degrees of freedom", precision: Fixed(1) },
    Statistic { name: "df_method", label: "Method of the degrees of freedom", precision: Whole },
    Statistic { name: "diff", label: "Difference", precision: DataPlus(1) },
    Statistic { name: "diff_lower", label: "Difference, lower limit", precision: DataPlus(1) },
    Statistic { name: "diff_se", label: "Standard error of the difference", precision: DataPlus(2) },
    Statistic { name: "diff_upper", label: "Difference, upper limit", precision: DataPlus(1) },
    Statistic { name: "dose_f", label: "F of the dose", precision: Fixed(2) },
    Statistic { name: "dose_p", label: "p-value of the dose", precision: PValue },
    Statistic { name: "dose_slope", label: "Change per unit of dose", precision: Fixed(4) },
    Statistic { name: "dose_slope_se", label: "Standard error of the change per unit of dose", precision: Fixed(4) },
    Statistic { name: "events", label: "Events", precision: Whole },
    Statistic { name: "expected", label: "Expected events", precision: Fixed(1) },
    Statistic { name: "f", label: "F", precision: Fixed(2) },
    Statistic { name: "fmi", label: "Fraction of missing information", precision: Fixed(3) },
    Statistic { name: "hl", label: "Hodges-Lehmann shift", precision: DataPlus(1) },
    Statistic { name: "hl_lower", label: "Hodges-Lehmann shift, lower limit", precision: DataPlus(1) },
    Statistic { name: "hl_upper", label: "Hodges-Lehmann shift, upper limit", precision: DataPlus(1) },
    Statistic { name: "imputations", label: "Number of imputations", precision: Whole },
    Statistic { name: "imputed", label: "Imputed, or set by an intercurrent event", precision: Whole },
    Statistic { name: "lsmean", label: "LS mean", precision: DataPlus(1) },
    Statistic { name: "lsmean_lower", label: "LS mean, lower limit", precision: DataPlus(1) },
    Statistic { name: "lsmean_se", label: "Standard error of the LS mean", precision: DataPlus(2) },
    Statistic { name: "lsmean_upper", label: "LS mean, upper limit", precision: DataPlus(1) },
    Statistic { name: "max", label: "Max", precision: DataPlus(0) },
    Statistic { name: "mean", label: "Mean", precision: DataPlus(1) },
    Statistic { name: "median", label: "Median", precision: DataPlus(1) },
    Statistic { name: "median_lower", label: "Median, lower limit", precision: DataPlus(1) },
    Statistic { name: "median_upper", label: "Median, upper limit", precision: DataPlus(1) },
    Statistic { name: "min", label: "Min", precision: DataPlus(0) },
    Statistic { name: "minus_two_log_likelihood", label: "Minus two log-likelihood", precision: Fixed(2) },
    Statistic { name: "missing", label: "Missing", precision: Whole },
    Statistic { name: "n", label: "n", precision: Whole },
    Statistic { name: "n_risk", label: "At risk", precision: Whole },
    Statistic { name: "observed", label: "Observed events", precision: Whole },
    Statistic { name: "odds_ratio", label: "Odds ratio", precision: Fixed(2) },
    Statistic { name: "odds_ratio_lower", label: "Odds ratio, lower limit", precision: Fixed(2) },
    Statistic { name: "odds_ratio_upper", label: "Odds ratio, upper limit", precision: Fixed(2) },
    Statistic { name: "p", label: "p-value", precision: PValue },
    Statistic { name: "pct", label: "%", precision: Percent },
    Statistic { name: "pct_lower", label: "%, lower limit", precision: Percent },
    Statistic { name: "pct_upper", label: "%, upper limit", precision: Percent },
    Statistic { name: "q1", label: "Q1", precision: DataPlus(1) },
    Statistic { name: "q1_lower", label: "Q1, lower limit", precision: DataPlus(1) },
    Statistic { name: "q1_upper", label: "Q1, upper limit", precision: DataPlus(1) },
    Statistic { name: "q3", label: "Q3", precision: DataPlus(1) },
    Statistic { name: "q3_lower", label: "Q3, lower limit", precision: DataPlus(1) },
    Statistic { name: "q3_upper", label: "Q3, upper limit", precision: DataPlus(1) },
    Statistic { name: "risk_diff", label: "Risk difference", precision: Fixed(3) },
    Statistic { name: "risk_diff_lower", label: "Risk difference, lower limit", precision: Fixed(3) },
    Statistic { name: "risk_diff_upper", label: "Risk difference, upper limit", precision: Fixed(3) },
    Statistic { name: "risk_ratio", label: "Risk ratio", precision: Fixed(2) },
    Statistic { name: "risk_ratio_lower", label: "Risk ratio, lower limit", precision: Fixed(2) },
    Statistic { name: "risk_ratio_upper", label: "Risk ratio, upper limit", precision: Fixed(2) },
    Statistic { name: "sd", label: "SD", precision: DataPlus(2) },
    Statistic { name: "se", label: "SE", precision: DataPlus(2) },
    Statistic { name: "structure", label: "Covariance structure", precision: Whole },
    Statistic { name: "surv", label: "Survival probability", precision: Fixed(3) },
    Statistic { name: "surv_lower", label: "Survival probability, lower limit", precision: Fixed(3) },
    Statistic { name: "surv_upper", label: "Survival probability, upper limit", precision: Fixed(3) },
    Statistic { name: "t", label: "t", precision: Fixed(2) },
    Statistic { name: "tipping_delta", label: "Tipping point", precision: DataPlus(2) },
    Statistic { name: "u", label: "Mann-Whitney U", precision: Fixed(1) },
    Statistic { name: "w", label: "Rank sum W", precision: Fixed(1) },
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
