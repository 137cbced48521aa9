//! Logistic regression of a response on arm, factors and covariates, with adjusted risks.

use crate::stats::NotEstimable;
use crate::stats::glm::{
    Covariance, Family, GeneralisedLinearModel, MarginalRisks, MarginalVariance, RobustVariance, fit_glm,
    marginal_risks,
};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::regression::{self, Design, LogEstimate};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `logistic`.
pub(super) struct Logistic;

type Model = Result<GeneralisedLinearModel, NotEstimable>;

impl Method for Logistic {
    fn name(&self) -> &'static str {
        "logistic"
    }
    fn title(&self) -> &'static str {
        "Logistic regression"
    }
    fn about(&self) -> About {
        About {
            estimand: "Odds ratio of response of two arms, conditional on factors and covariates; with `marginal`, also the adjusted risks and their difference over the subjects analysed.",
            formula: "Maximum likelihood of logit(p) = arm + factors + covariates, without interactions; first level of each factor and first compared reference arm as reference. Wald or profile-likelihood limits. Tests of terms by likelihood ratio, Wald or score. Marginal risk: mean prediction with everybody in the arm.",
            limits: "Where a term separates responders from the others its odds ratio is infinite and says so (`firth` is finite); others and the likelihood are those of the limit. The odds ratio changes with the covariates; the marginal risk difference does not.",
            source: "McCullagh & Nelder 1989; Venzon & Moolgavkar 1988, Applied Statistics 37:87-94; Ge et al. 2011, Drug Information Journal 45:481-493; Ye, Bannick, Yi & Shao 2023, Statistical Theory and Related Fields 7:159-163.",
            sas: "PROC LOGISTIC; CLASS arm site / PARAM=REF; MODEL y(EVENT='1') = arm site age / CLODDS=(WALD PL); (type 3 tests are Wald)",
            r: "glm(y ~ arm + site + age, binomial); confint (profile), confint.default (wald); drop1(test = \"LRT\"); RobinCar, beeca::get_marginal_effect",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&["wald", "profile"]),
                about: "limits of odds ratios: Wald (SAS default) or profile likelihood (R confint)",
            },
            OptionDoc {
                name: "test",
                kind: OptionKind::Choice(&["likelihood_ratio", "wald", "score"]),
                about: "tests of terms, each given the others; SAS type 3 is Wald. The p-value of a comparison is always Wald's",
            },
            OptionDoc {
                name: "marginal",
                kind: OptionKind::Choice(&["none", "robust", "robust_residual", "delta", "delta_sandwich"]),
                about: "variance of the adjusted risks: robust for the unconditional effect (RobinCar, beeca; `_residual` as printed by Ye et al.), or delta method with the covariates fixed (SAS Margins, R margins; `_sandwich` with HC0)",
            },
            OptionDoc {
                name: "randomisation",
                kind: OptionKind::Choice(&["simple", "stratified"]),
                about: "for the robust variance: whether randomisation was stratified by `factors` in permuted blocks",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Response
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Reference]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        let profile = options.choice("interval") == "profile";
        describe::responses(writer);
        let design = Design::new(writer.input, regression::reference(writer.input));
        let model = fit(&design);
        for comparison in writer.input.comparisons.clone() {
            let estimate =
                with(&model, |m| m.combination(&design.contrast(comparison), Covariance::ExpectedInformation, level));
            let mut estimate = LogEstimate::wald(estimate);
            if profile {
                // The profile is that of one coefficient: of the first arm with the second as reference.
                let design = Design::new(writer.input, comparison.1);
                if let Some(column) = design.column_of(comparison.0) {
                    limits(&mut estimate, &fit(&design), column, level);
                }
            }
            estimate.each("log_odds_ratio", |name, value| writer.compared(name, comparison, value));
        }
        regression::coefficients(writer, &design, |column| {
            let mut estimate =
                LogEstimate::wald(with(&model, |m| m.estimate(column, Covariance::ExpectedInformation, level)));
            if profile {
                limits(&mut estimate, &model, column, level);
            }
            estimate
        });
        let test = options.choice("test");
        regression::terms(writer, &design, test, |columns| {
            with(&model, |m| match test {
                "wald" => m.wald_test(columns, Covariance::ExpectedInformation),
                "score" => m.score_test(columns),
                _ => m.likelihood_ratio_test(columns),
            })
        });
        if options.choice("marginal") != "none" {
            marginal(options, writer, &design, &model);
        }
    }
}

fn fit(design: &Design) -> Model {
    fit_glm(Family::Logistic, &design.columns, &design.response, None)
}

fn with<T>(
    model: &Model,
    of: impl FnOnce(&GeneralisedLinearModel) -> Result<T, NotEstimable>,
) -> Result<T, NotEstimable> {
    model.as_ref().map_err(|e| *e).and_then(of)
}

/// Puts profile limits in place of Wald's; under separation one of them exists.
fn limits(estimate: &mut LogEstimate, model: &Model, column: usize, level: f64) {
    let interval = with(model, |m| m.profile_interval(column, level));
    estimate.lower = interval.and_then(|i| i.lower);
    estimate.upper = interval.and_then(|i| i.upper);
}

/// Writes the adjusted risk of each arm and their differences and ratios.
fn marginal(options: &Options, writer: &mut Writer<'_, '_, '_>, design: &Design, model: &Model) {
    let level = options.number("conf_level");
    let arm: Vec<usize> = writer.input.rows.iter().map(|r| r.arm).collect();
    let strata = (options.choice("randomisation") == "stratified").then(|| writer.input.strata().0);
    let strata = strata.as_deref();
    let variance = match options.choice("marginal") {
        "delta" => MarginalVariance::Delta(Covariance::ExpectedInformation),
        "delta_sandwich" => MarginalVariance::Delta(Covariance::Sandwich),
        "robust_residual" => MarginalVariance::Robust { arm: &arm, form: RobustVariance::Residual, strata },
        _ => MarginalVariance::Robust { arm: &arm, form: RobustVariance::Decomposed, strata },
    };
    let risks = with(model, |m| marginal_risks(m, &design.as_if_in_each_arm(), variance));
    let of = |arm: usize| risks.as_ref().map_err(|e| *e).and_then(|r: &MarginalRisks| r.risk(arm, level));
    for arm in 0..writer.input.arms.len() {
        let risk = of(arm);
        writer.arm("risk", arm, risk.map(|r| r.estimate));
        writer.arm("risk_se", arm, risk.map(|r| r.standard_error));
        writer.arm("risk_lower", arm, risk.map(|r| r.interval.lower));
        writer.arm("risk_upper", arm, risk.map(|r| r.interval.upper));
    }
    for comparison in writer.input.comparisons.clone() {
        let (a, b) = comparison;
        let difference = risks.as_ref().map_err(|e| *e).and_then(|r| r.difference(a, b, level));
        let ratio = risks.as_ref().map_err(|e| *e).and_then(|r| r.risk_ratio(a, b, level));
        writer.compared("risk_diff", comparison, difference.map(|d| d.estimate));
        writer.compared("risk_diff_se", comparison, difference.map(|d| d.standard_error));
        writer.compared("risk_diff_lower", comparison, difference.map(|d| d.interval.lower));
        writer.compared("risk_diff_upper", comparison, difference.map(|d| d.interval.upper));
        let key = writer.compared_key("p", comparison).with("test", "marginal");
        writer.compared_keyed(key, comparison, difference.map(|d| d.p_two_sided));
        writer.compared("risk_ratio", comparison, ratio.map(|r| r.estimate));
        writer.compared("risk_ratio_lower", comparison, ratio.map(|r| r.interval.lower));
        writer.compared("risk_ratio_upper", comparison, ratio.map(|r| r.interval.upper));
    }
}
