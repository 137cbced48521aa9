//! Proportional odds regression of an ordinal value: common odds ratios, thresholds and tests.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::glm::{ChiSquare, WaldEstimate};
use crate::stats::ordinal::{Information, OrdinalSign, ProportionalOdds as Fit, fit_proportional_odds};
use crate::stats::summary::QuantileType;

use super::input::{AnalysisInput, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `proportional_odds`.
pub(super) struct ProportionalOdds;

impl Method for ProportionalOdds {
    fn name(&self) -> &'static str {
        "proportional_odds"
    }
    fn title(&self) -> &'static str {
        "Proportional odds model"
    }
    fn about(&self) -> About {
        About {
            estimand: "Common odds ratio of higher (or lower) categories of an ordinal value between two arms, given covariates and factors.",
            formula: "logit P(Y ≤ j) = threshold_j − x'b by maximum likelihood; Wald intervals; the arms tested together by Wald, score or likelihood ratio; score test of proportional odds. The categories are the numbers that occur, in their order.",
            limits: "One odds ratio for all cut points is an assumption; its score test (`term=proportional_odds`) is liberal in small samples. A category never observed has no threshold.",
            source: "McCullagh 1980, JRSS B 42:109-142; Peterson & Harrell 1990, Applied Statistics 39:205-217.",
            sas: "PROC LOGISTIC DESCENDING; CLASS arm / PARAM=REF; MODEL y = arm age;",
            r: "MASS::polr(factor(y) ~ arm + age, Hess = TRUE); ordinal::clm",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "direction",
                kind: OptionKind::Choice(&["higher", "lower"]),
                about: "odds of higher categories (R polr; SAS DESCENDING) or of lower ones (SAS by default)",
            },
            OptionDoc {
                name: "information",
                kind: OptionKind::Choice(&["observed", "expected"]),
                about: "information behind standard errors: observed (R polr, clm) or expected (SAS LOGISTIC)",
            },
            OptionDoc {
                name: "test",
                kind: OptionKind::Choice(&["wald", "score", "likelihood_ratio"]),
                about: "test of the arms together",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Reference]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        let sign = if options.choice("direction") == "lower" { OrdinalSign::Lower } else { OrdinalSign::Higher };
        let kind =
            if options.choice("information") == "expected" { Information::Expected } else { Information::Observed };
        describe::numbers(writer, QuantileType::Type2, level);
        let (categories, place) = categories(writer.input);
        let design = Design::of(writer.input);
        let fit = fit_proportional_odds(&design.columns, &place);
        let fit = fit.as_ref().map_err(|e| *e);
        for comparison in writer.input.comparisons.clone() {
            let mut weights = vec![0.0; design.columns.len()];
            design.add(&mut weights, comparison.0, 1.0);
            design.add(&mut weights, comparison.1, -1.0);
            let estimate = design
                .present(comparison.0, comparison.1)
                .and(fit)
                .and_then(|f| f.combination(&weights, sign, kind, level));
            odds_ratio(estimate, |name, value| writer.compared(name, comparison, value));
        }
        let id = writer.input.id.clone();
        for (term, column) in design.covariates.clone() {
            let estimate = fit.and_then(|f| f.estimate(column, sign, kind, level));
            let key = |name: &str| ResultKey::new(&id, name).with("term", term.as_str());
            odds_ratio(estimate, |name, value| writer.overall(key(name), value));
        }
        for (at, category) in categories.iter().enumerate().take(categories.len().saturating_sub(1)) {
            let threshold = fit.and_then(|f| f.threshold(at, kind, level));
            let key = |name: &str| ResultKey::new(&id, name).with("level", category.to_string());
            writer.overall(key("threshold"), threshold.map(|t| t.estimate));
            writer.overall(key("threshold_se"), threshold.map(|t| t.standard_error));
        }
        let arms: Vec<usize> = (0..design.n_arm_columns).collect();
        let treatment = fit.and_then(|f| match options.choice("test") {
            "score" => f.score_test(&arms, kind),
            "likelihood_ratio" => f.likelihood_ratio_test(&arms),
            _ => f.wald_test(&arms, kind),
        });
        let proportional = fit.and_then(|f| Fit::proportional_odds_test(f, kind));
        for (term, test) in [("treatment", treatment), ("proportional_odds", proportional)] {
            chi_square(test, |name, value| writer.overall(ResultKey::new(&id, name).with("term", term), value));
        }
    }
}

fn odds_ratio(estimate: Result<WaldEstimate, NotEstimable>, mut put: impl FnMut(&str, Result<f64, NotEstimable>)) {
    put("odds_ratio", estimate.map(|e| libm::exp(e.estimate)));
    put("odds_ratio_lower", estimate.map(|e| libm::exp(e.interval.lower)));
    put("odds_ratio_upper", estimate.map(|e| libm::exp(e.interval.upper)));
    put("log_odds", estimate.map(|e| e.estimate));
    put("log_odds_se", estimate.map(|e| e.standard_error));
    put("z", estimate.map(|e| e.z));
    put("p", estimate.map(|e| e.p_two_sided));
}

fn chi_square(test: Result<ChiSquare, NotEstimable>, mut put: impl FnMut(&str, Result<f64, NotEstimable>)) {
    put("chi_square", test.map(|t| t.chi_square));
    put("df", test.map(|t| t.df));
    put("p", test.map(|t| t.p));
}

/// The numbers that occur, in order, and the position of each row's among them.
fn categories(input: &AnalysisInput) -> (Vec<f64>, Vec<usize>) {
    let mut categories: Vec<f64> = input.rows.iter().map(|r| r.value).collect();
    categories.sort_by(f64::total_cmp);
    categories.dedup();
    let place = input.rows.iter().map(|r| categories.partition_point(|c| *c < r.value)).collect();
    (categories, place)
}

/// The columns of the model: arms that occur but the last, levels of factors that occur but the last, covariates.
struct Design {
    columns: Vec<Vec<f64>>,
    n_arm_columns: usize,
    /// Arms that occur; the last has no column.
    arms: Vec<usize>,
    /// Name and column of each covariate.
    covariates: Vec<(String, usize)>,
}

impl Design {
    fn of(input: &AnalysisInput) -> Self {
        let indicator = |holds: &dyn Fn(&super::input::Analysed) -> bool| -> Vec<f64> {
            input.rows.iter().map(|r| f64::from(u8::from(holds(r)))).collect()
        };
        let arms: Vec<usize> = (0..input.arms.len()).filter(|a| input.rows.iter().any(|r| r.arm == *a)).collect();
        let with_column = &arms[..arms.len().saturating_sub(1)];
        let mut columns: Vec<Vec<f64>> = with_column.iter().map(|a| indicator(&|r| r.arm == *a)).collect();
        let n_arm_columns = columns.len();
        for (at, factor) in input.factors.iter().enumerate() {
            let levels = (0..factor.levels.len()).filter(|l| input.rows.iter().any(|r| r.factors[at] == *l));
            for level in levels.skip(1) {
                columns.push(indicator(&|r| r.factors[at] == level));
            }
        }
        let mut covariates = Vec::new();
        for (at, name) in input.covariates.iter().enumerate() {
            covariates.push((name.clone(), columns.len()));
            columns.push(input.rows.iter().map(|r| r.covariates[at]).collect());
        }
        Self { columns, n_arm_columns, arms, covariates }
    }

    /// Adds the weight of an arm to those of the columns.
    fn add(&self, weights: &mut [f64], arm: usize, weight: f64) {
        if let Some(column) = self.arms.iter().take(self.n_arm_columns).position(|a| *a == arm) {
            weights[column] += weight;
        }
    }

    /// Whether both arms have rows.
    fn present(&self, a: usize, b: usize) -> Result<(), NotEstimable> {
        if self.arms.contains(&a) && self.arms.contains(&b) { Ok(()) } else { Err(NotEstimable::EmptyGroup) }
    }
}
