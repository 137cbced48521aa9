//! Firth's penalised logistic regression: finite odds ratios where some cell is empty.

use crate::stats::NotEstimable;
use crate::stats::glm::firth::{FirthCovariance, FirthModel, fit_firth_logistic};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::regression::{self, Design, LogEstimate};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `firth`.
pub(super) struct Firth;

type Model = Result<FirthModel, NotEstimable>;

impl Method for Firth {
    fn name(&self) -> &'static str {
        "firth"
    }
    fn title(&self) -> &'static str {
        "Firth's penalised logistic regression"
    }
    fn about(&self) -> About {
        About {
            estimand: "Odds ratio of response of two arms, conditional on factors and covariates, with less bias in small samples and finite under separation.",
            formula: "Maximum of log-likelihood + ½ log det information. Limits by the profile of the penalised likelihood, or Wald. Tests by the ratio of penalised likelihoods with the penalty of the full model.",
            limits: "Predicted probabilities are drawn towards ½: not for estimating risks.",
            source: "Firth 1993, Biometrika 80:27-38; Heinze & Schemper 2002, Statistics in Medicine 21:2409-2419.",
            sas: "PROC LOGISTIC; CLASS arm site / PARAM=REF; MODEL y(EVENT='1') = arm site age / FIRTH CLODDS=PL;",
            r: "logistf::logistf(y ~ arm + site + age); brglm2",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&["profile", "wald"]),
                about: "limits and p-value: profile penalised likelihood (logistf default), or Wald (SAS default)",
            },
            OptionDoc {
                name: "covariance",
                kind: OptionKind::Choice(&["information", "augmented"]),
                about: "standard errors: inverse information (brglm2), or that of augmented records (logistf)",
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
        describe::responses(writer);
        let design = Design::new(writer.input, regression::reference(writer.input));
        let model = fit(&design);
        for comparison in writer.input.comparisons.clone() {
            // With the second arm as reference the comparison is one coefficient.
            let own = Design::new(writer.input, comparison.1);
            let Some(column) = own.column_of(comparison.0) else { continue };
            let estimate = estimate(&fit(&own), column, options);
            estimate.each("log_odds_ratio", |name, value| writer.compared(name, comparison, value));
        }
        regression::coefficients(writer, &design, |column| estimate(&model, column, options));
        regression::terms(writer, &design, "likelihood_ratio", |columns| {
            with(&model, |m| m.likelihood_ratio_test(columns))
        });
    }
}

fn fit(design: &Design) -> Model {
    fit_firth_logistic(&design.columns, &design.response)
}

fn with<T>(model: &Model, of: impl FnOnce(&FirthModel) -> Result<T, NotEstimable>) -> Result<T, NotEstimable> {
    model.as_ref().map_err(|e| *e).and_then(of)
}

fn estimate(model: &Model, column: usize, options: &Options) -> LogEstimate {
    let level = options.number("conf_level");
    let kind = if options.choice("covariance") == "augmented" {
        FirthCovariance::Augmented
    } else {
        FirthCovariance::Information
    };
    let mut estimate = LogEstimate::wald(with(model, |m| m.estimate(column, kind, level)));
    if options.choice("interval") == "profile" {
        let interval = with(model, |m| m.profile_interval(column, level));
        estimate.lower = interval.map(|i| i.lower);
        estimate.upper = interval.map(|i| i.upper);
        estimate.p = with(model, |m| m.likelihood_ratio_test(&[column])).map(|t| t.p);
    }
    estimate
}
