//! What each statistical method gives a registry: the value and spread of an arm, the test, the estimate.
//!
//! Of the forms of a method the first is used whose number the analysis stored for an arm; a test walks every method.

use crate::results::{ResultKey, ResultStore};

/// What a registry prints of an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ValueForm {
    /// Statistic of the value.
    pub statistic: &'static str,
    /// Statistics of its spread.
    pub spread: &'static [&'static str],
    /// Kind of value (list `parameter`).
    pub parameter: &'static str,
    /// Kind of spread (list `dispersion`).
    pub dispersion: &'static str,
    /// Unit, where it is not that of the measure; `{}` stands for the measure's.
    pub unit: Option<&'static str>,
    /// Factor of the rows: a value for each level stored.
    pub rows: Option<&'static str>,
}

/// What a registry prints of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EffectForm {
    /// Statistic of the estimate; its limits and error have `_lower`, `_upper`, `_se` behind.
    pub statistic: &'static str,
    /// What it estimates (list `estimate`).
    pub parameter: &'static str,
    /// In words.
    pub words: &'static str,
}

/// Whom the results of a method speak of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaks {
    /// Pairs of arms, and all arms where there are more than two.
    OfPairs,
    /// All arms together.
    OfAllArms,
    /// Each arm by itself.
    OfEachArm,
    /// Nobody: it only describes.
    OfNobody,
}

/// A method as registries see it.
#[derive(Clone, Copy, Debug)]
pub struct Reported {
    /// Name of the method.
    pub method: &'static str,
    /// Forms of the arms' values, the best first.
    pub values: &'static [ValueForm],
    /// Name of the test (list `statistical_method`).
    pub test: &'static str,
    /// Forms of the estimate, the best first.
    pub effects: &'static [EffectForm],
    /// The p-value: statistic and, where there are several, the level of the factor `test`.
    pub p: (&'static str, Option<&'static str>),
    /// Whom it speaks of.
    pub speaks: Speaks,
}

const fn value(
    statistic: &'static str,
    spread: &'static [&'static str],
    parameter: &'static str,
    dispersion: &'static str,
) -> ValueForm {
    ValueForm { statistic, spread, parameter, dispersion, unit: None, rows: None }
}

const fn effect(statistic: &'static str, parameter: &'static str, words: &'static str) -> EffectForm {
    EffectForm { statistic, parameter, words }
}

const INTERVAL: &str = "confidence_interval";
const NONE: &str = "not_applicable";

const RESPONDERS: ValueForm =
    ValueForm { unit: Some("Participants"), ..value("events", &[], "count_of_participants", NONE) };
const EVENTS: ValueForm = ValueForm { unit: Some("Events"), ..value("events", &[], "number", NONE) };
const MEAN: ValueForm = value("mean", &["sd"], "mean", "standard_deviation");
const MEDIAN: ValueForm = value("median", &["q1", "q3"], "median", "inter_quartile_range");
const MEDIAN_TIME: ValueForm = value("median", &["median_lower", "median_upper"], "median", INTERVAL);
const LS_MEAN: ValueForm = value("lsmean", &["lsmean_lower", "lsmean_upper"], "least_squares_mean", INTERVAL);
const RATE: ValueForm = ValueForm {
    unit: Some("Events per unit of time at risk"),
    ..value("rate", &["rate_lower", "rate_upper"], "number", INTERVAL)
};
const GEOMETRIC: ValueForm = value("gmean", &["gcv"], "geometric_mean", "geometric_coefficient_of_variation");
const RESTRICTED: ValueForm = value("rmst", &["rmst_lower", "rmst_upper"], "mean", INTERVAL);
const MEAN_COUNT: ValueForm = ValueForm {
    unit: Some("Events per participant"),
    rows: Some("time"),
    ..value("mean_count", &["mean_count_lower", "mean_count_upper"], "mean", INTERVAL)
};
const OF_LEVELS: ValueForm =
    ValueForm { unit: Some("Participants"), rows: Some("level"), ..value("n", &[], "count_of_participants", NONE) };
const PAIRS_WON: ValueForm = ValueForm { unit: Some("Pairs won"), ..value("wins", &[], "number", NONE) };
const ANALYSED: ValueForm = ValueForm { unit: Some("Participants"), ..value("n", &[], "count_of_participants", NONE) };

const DIFFERENCE: EffectForm = effect("diff", "mean_difference", "Difference of means");
const LS_DIFFERENCE: EffectForm = effect("diff", "mean_difference", "Difference of least-squares means");
const SHIFT: EffectForm = effect("hl", "other", "Hodges-Lehmann shift");
const ODDS_RATIO: EffectForm = effect("odds_ratio", "odds_ratio", "Odds ratio");
const RISK_DIFFERENCE: EffectForm = effect("risk_diff", "risk_difference", "Risk difference");
const RISK_RATIO: EffectForm = effect("risk_ratio", "risk_ratio", "Risk ratio");
const HAZARD_RATIO: EffectForm = effect("hazard_ratio", "hazard_ratio", "Hazard ratio");
const RATE_RATIO: EffectForm = effect("rate_ratio", "other", "Rate ratio");

const fn reported(
    method: &'static str,
    values: &'static [ValueForm],
    test: &'static str,
    effects: &'static [EffectForm],
) -> Reported {
    Reported { method, values, test, effects, p: ("p", None), speaks: Speaks::OfPairs }
}

const fn all_arms(method: &'static str, values: &'static [ValueForm], test: &'static str) -> Reported {
    Reported { speaks: Speaks::OfAllArms, ..reported(method, values, test, &[]) }
}

const fn each_arm(
    method: &'static str,
    values: &'static [ValueForm],
    test: &'static str,
    effects: &'static [EffectForm],
) -> Reported {
    Reported { speaks: Speaks::OfEachArm, ..reported(method, values, test, effects) }
}

/// Every method, alphabetical.
pub static REPORTED: &[Reported] = &[
    reported("ancova", &[LS_MEAN], "ancova", &[LS_DIFFERENCE]),
    reported("andersen_gill", &[EVENTS], "cox_regression", &[RATE_RATIO]),
    all_arms("anova", &[MEAN], "anova"),
    reported("barnard", &[RESPONDERS], "other", &[]),
    reported("boschloo", &[RESPONDERS], "other", &[]),
    reported("chi_square", &[RESPONDERS], "chi_squared", &[]),
    Reported {
        p: ("p", Some("general_association")),
        ..reported("cmh", &[RESPONDERS, OF_LEVELS, MEDIAN], "cochran_mantel_haenszel", &[ODDS_RATIO, RISK_RATIO])
    },
    all_arms("cochran_armitage", &[RESPONDERS], "other"),
    reported("cox", &[RESPONDERS], "cox_regression", &[HAZARD_RATIO]),
    reported("crossover", &[MEAN], "t_test_two_sided", &[DIFFERENCE]),
    reported("cumulative_incidence", &[RESPONDERS], "other", &[]),
    reported(
        "fine_gray",
        &[RESPONDERS],
        "other",
        &[effect("hazard_ratio", "hazard_ratio", "Subdistribution hazard ratio")],
    ),
    reported("firth", &[RESPONDERS], "logistic_regression", &[ODDS_RATIO]),
    reported("fisher", &[RESPONDERS], "fisher_exact", &[]),
    reported(
        "geometric_mean",
        &[GEOMETRIC],
        "t_test_two_sided",
        &[effect("ratio", "other", "Ratio of geometric means")],
    ),
    reported("incidence_rate", &[RATE], "other", &[RATE_RATIO, effect("rate_diff", "other", "Rate difference")]),
    all_arms("jonckheere_terpstra", &[MEDIAN], "other"),
    reported(
        "kaplan_meier",
        &[MEDIAN_TIME],
        "other",
        &[effect("surv_diff", "other", "Difference of the probabilities of no event")],
    ),
    all_arms("kruskal_wallis", &[MEDIAN], "kruskal_wallis"),
    reported("log_rank", &[RESPONDERS], "log_rank", &[]),
    reported("logistic", &[RESPONDERS], "logistic_regression", &[ODDS_RATIO]),
    reported(
        "mann_whitney_probability",
        &[MEDIAN],
        "other",
        &[effect("mw_prob", "other", "Probability of a higher value")],
    ),
    each_arm("mcnemar", &[RESPONDERS], "mcnemar", &[]),
    reported(
        "mean_cumulative_function",
        &[MEAN_COUNT, EVENTS],
        "other",
        &[effect("mean_count_diff", "other", "Difference in mean number of events")],
    ),
    reported("mmrm", &[LS_MEAN], "mixed_model", &[LS_DIFFERENCE]),
    reported("multiple_imputation", &[LS_MEAN], "ancova", &[LS_DIFFERENCE]),
    reported("negative_binomial", &[RATE], "other", &[RATE_RATIO]),
    each_arm("one_sample_t_test", &[MEAN], "t_test_two_sided", &[effect("mean", "other", "Mean")]),
    each_arm("paired_t_test", &[MEAN], "t_test_two_sided", &[effect("diff", "other", "Mean of the differences")]),
    reported("permutation", &[MEAN], "other", &[DIFFERENCE]),
    reported("poisson", &[RATE], "other", &[RATE_RATIO]),
    each_arm("proportion", &[RESPONDERS], "other", &[effect("pct", "other", "Percentage of participants")]),
    reported("proportional_odds", &[MEDIAN], "logistic_regression", &[ODDS_RATIO]),
    reported("rank_ancova", &[MEDIAN], "other", &[]),
    reported("risk_difference", &[RESPONDERS], "other", &[RISK_DIFFERENCE, RISK_RATIO, ODDS_RATIO]),
    reported("rmst", &[RESTRICTED], "other", &[effect("rmst_diff", "other", "Difference of restricted mean times")]),
    each_arm("signed_rank", &[MEDIAN], "other", &[effect("hl", "other", "Hodges-Lehmann pseudomedian")]),
    reported("stratified_risk_difference", &[RESPONDERS], "other", &[RISK_DIFFERENCE]),
    Reported { speaks: Speaks::OfNobody, ..reported("summary", &[MEAN], "other", &[]) },
    reported("t_test", &[MEAN], "t_test_two_sided", &[DIFFERENCE]),
    reported(
        "tipping_point",
        &[ANALYSED],
        "ancova",
        &[effect("tipping_delta", "other", "Shift at which the conclusion changes")],
    ),
    reported("van_elteren", &[MEDIAN], "other", &[]),
    reported("wilcoxon", &[MEDIAN], "wilcoxon", &[SHIFT]),
    Reported {
        p: ("win_ratio_p", None),
        ..reported("win_ratio", &[PAIRS_WON], "other", &[effect("win_ratio", "other", "Win ratio")])
    },
];

/// What a method gives a registry.
#[must_use]
pub fn find(method: &str) -> Option<&'static Reported> {
    REPORTED.iter().find(|reported| reported.method == method)
}

impl Reported {
    /// The form of the arms' values that an analysis stored.
    #[must_use]
    pub fn value(&self, store: &ResultStore, analysis: &str) -> Option<&'static ValueForm> {
        self.values.iter().find(|form| {
            store.iter().any(|result| {
                let key = &result.key;
                key.analysis == analysis && key.statistic == form.statistic && form.is_row(key)
            })
        })
    }
}

impl ValueForm {
    /// Whether a key has the factors of this form and no other: an arm, and the row where there are rows.
    #[must_use]
    pub fn is_row(&self, key: &ResultKey) -> bool {
        key.level("arm").is_some()
            && key.groups.keys().all(|factor| factor == "arm" || self.rows == Some(factor))
            && self.rows.is_none_or(|factor| key.level(factor).is_some())
    }

    /// Levels of the rows in the order of their numbers, else of their words; empty without rows.
    #[must_use]
    pub fn levels(&self, store: &ResultStore, analysis: &str) -> Vec<String> {
        let Some(factor) = self.rows else { return Vec::new() };
        let mut levels: Vec<String> = Vec::new();
        for result in store.iter().filter(|r| r.key.analysis == analysis && r.key.statistic == self.statistic) {
            let level = result.key.level(factor).filter(|_| self.is_row(&result.key));
            levels.extend(level.filter(|level| !levels.iter().any(|known| known == level)).map(str::to_owned));
        }
        let number = |level: &str| level.parse::<f64>().unwrap_or(f64::MAX);
        levels.sort_by(|a, b| number(a).total_cmp(&number(b)).then_with(|| a.cmp(b)));
        levels
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::METHODS;
    use crate::spec::registry_terms::RegistryTerms;

    #[test]
    fn every_method_says_what_it_gives_a_registry() {
        let methods: Vec<&str> = METHODS.iter().map(|method| method.name()).collect();
        let reported: Vec<&str> = REPORTED.iter().map(|one| one.method).collect();
        assert_eq!(methods, reported);
    }

    #[test]
    fn terms_are_in_the_registries_lists() {
        let terms = RegistryTerms::built_in();
        let known = |list: &str, id: &str| assert!(terms.ids(list).any(|known| known == id), "{list} {id}");
        for one in REPORTED {
            known("statistical_method", one.test);
            one.effects.iter().for_each(|form| known("estimate", form.parameter));
            for form in one.values {
                known("parameter", form.parameter);
                known("dispersion", form.dispersion);
                assert_eq!(
                    form.spread.len(),
                    crate::report::registry::spread_numbers(form.dispersion),
                    "{}",
                    one.method
                );
            }
        }
    }
}
