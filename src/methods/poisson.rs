//! Poisson regression of counts, with the time at risk as offset: rate ratios.

use crate::stats::NotEstimable;
use crate::stats::glm::{Covariance, Family, GeneralisedLinearModel, fit_glm};

use super::count_model::{CountData, describe_counts, estimates, overall};
use super::input::Shape;
use super::item_keys::ItemKey;
use super::kaplan_meier::as_f64;
use super::model_columns::{Compared, LogRatio, write_test};
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method};

/// The method `poisson`.
pub(super) struct Poisson;

impl Method for Poisson {
    fn name(&self) -> &'static str {
        "poisson"
    }
    fn title(&self) -> &'static str {
        "Poisson regression"
    }
    fn about(&self) -> About {
        About {
            estimand: "Ratio of the event rates of the arms, adjusted for factors and covariates; of a response, the ratio of risks.",
            formula: "Maximum likelihood of counts with log link: arm, factors (against their `reference` level) and covariates; the log of the time at risk is the offset. `rate`: mean of an arm per unit of time, factor levels weighted alike, covariates at their means. Tests of terms: likelihood ratio. `dispersion`: Pearson chi-square over its degrees of freedom.",
            limits: "With a dispersion well above 1 the model's limits are too narrow: take the robust variance or negative_binomial. For responses only the robust variance is right (Zou).",
            source: "McCullagh & Nelder 1989, Generalized Linear Models, ch. 6; Zou 2004, American Journal of Epidemiology 159:702-706.",
            sas: "PROC GENMOD; CLASS arm f; MODEL y = arm f x / DIST=POISSON LINK=LOG OFFSET=logt TYPE3; LSMEANS arm / ILINK CL; robust: REPEATED SUBJECT=id;",
            r: "glm(y ~ arm + f + x + offset(log(t)), family = poisson); robust: sandwich::sandwich(fit)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "variance",
                kind: OptionKind::Choice(&["model", "robust", "robust_scaled"]),
                about: "standard errors: of the model; robust HC0 (R sandwich, SAS REPEATED); times n/(n − 1) (Stata)",
            },
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&["wald", "profile"]),
                about: "limits of ratios: Wald, or profile likelihood (R confint) with the model's variance",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Count
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Reference]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe_counts(writer);
        let level = options.number("conf_level");
        let kind = match options.choice("variance") {
            "robust" => Covariance::Sandwich,
            "robust_scaled" => Covariance::SandwichScaled,
            _ => Covariance::ExpectedInformation,
        };
        let data = CountData::of(writer);
        let fit = fit(&data);
        let fit = fit.as_ref().map_err(|e| *e);
        let combination = |weights: &[f64]| fit.and_then(|f| f.combination(weights, kind, level));
        let profile = options.choice("interval") == "profile";
        let against: Vec<(usize, CountData)> = if profile {
            writer.input.comparisons.iter().map(|c| (c.1, CountData::against(writer, c.1))).collect()
        } else {
            Vec::new()
        };
        let limits = |compared: &Compared<'_>, column: Option<usize>, ratio: LogRatio| {
            if !profile {
                return ratio;
            }
            match (compared, column) {
                (Compared::Arms(pair), _) => {
                    let Some((_, data)) = against.iter().find(|a| a.0 == pair.1) else { return ratio };
                    let fit = self::fit(data);
                    with_profile(ratio, fit.as_ref().map_err(|e| *e), data.columns.arm_column(pair.0), kind, level)
                }
                (_, column) => with_profile(ratio, fit, column, kind, level),
            }
        };
        estimates(writer, &data, &combination, &limits);
        for term in &data.columns.terms {
            let places: Vec<usize> = term.columns.clone().collect();
            let test = fit.and_then(|f| f.likelihood_ratio_test(&places));
            write_test(writer, "likelihood_ratio", Some(&term.name), test.map(|t| (t.chi_square, t.df, t.p)));
            let test = fit.and_then(|f| f.wald_test(&places, kind));
            write_test(writer, "wald", Some(&term.name), test.map(|t| (t.chi_square, t.df, t.p)));
        }
        overall(writer, "log_likelihood", fit.map(|f| f.log_likelihood));
        overall(writer, "deviance", fit.map(GeneralisedLinearModel::deviance));
        overall(writer, "dispersion", fit.and_then(|f| pearson(f, &data.response)));
    }
}

fn fit(data: &CountData) -> Result<GeneralisedLinearModel, NotEstimable> {
    fit_glm(Family::Poisson, &data.columns.columns, &data.response, data.offset.as_deref())
}

/// Pearson chi-square over residual degrees of freedom.
fn pearson(fit: &GeneralisedLinearModel, response: &[f64]) -> Result<f64, NotEstimable> {
    if fit.n <= fit.rank {
        return Err(NotEstimable::TooFewValues);
    }
    let terms = fit.fitted_means().into_iter().zip(response).filter(|(mean, _)| *mean > 0.0);
    let total: f64 = terms.map(|(mean, y)| (y - mean) * (y - mean) / mean).sum();
    Ok(total / as_f64(fit.n - fit.rank))
}

/// The ratio with the limits of the profile likelihood; they belong to the model's variance.
fn with_profile(
    ratio: LogRatio,
    fit: Result<&GeneralisedLinearModel, NotEstimable>,
    column: Option<usize>,
    kind: Covariance,
    level: f64,
) -> LogRatio {
    let profile = match (column, kind) {
        (Some(column), Covariance::ExpectedInformation) => fit.and_then(|f| f.profile_interval(column, level)),
        (Some(_), _) => Err(NotEstimable::NotDefined),
        (None, _) => Err(NotEstimable::InvalidArgument),
    };
    LogRatio {
        lower: profile.as_ref().map_err(|e| *e).and_then(|p| p.lower).map(libm::exp),
        upper: profile.as_ref().map_err(|e| *e).and_then(|p| p.upper).map(libm::exp),
        ..ratio
    }
}
