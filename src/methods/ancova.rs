//! Analysis of covariance: least-squares means, their differences, and a numeric dose term.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::ancova::{AncovaInput, Factor, MarginWeights, ancova, dose_response};
use crate::stats::anova::FTest;
use crate::stats::linear_model::{LinearEstimate, LinearModel};
use crate::stats::summary::QuantileType;

use super::input::{AnalysisInput, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, ancova_model, describe};

/// The method `ancova`.
pub(super) struct Ancova;

impl Method for Ancova {
    fn name(&self) -> &'static str {
        "ancova"
    }
    fn title(&self) -> &'static str {
        "Analysis of covariance"
    }
    fn about(&self) -> About {
        About {
            estimand: "Means of the arms adjusted for covariates and factors, and their differences.",
            formula: "Least squares of y on arm, factors and covariates, and the products of the arm with those named under `interactions`. LS means at the covariates' means, factors weighted as observed or equally; with an interaction also at each level of its factor. Tests of terms are type III (with an interaction: equal weights of levels, covariates at 0). `contrasts` are weighted sums of the LS means. With `dose`, the arm is a number: slope and F of one degree of freedom, without interactions.",
            limits: "Subjects without a covariate are left out and named. A level never observed makes its LS mean not estimable.",
            source: "Searle, Speed & Milliken 1980, American Statistician 34:216-221 (population marginal means).",
            sas: "PROC GLM; CLASS arm site; MODEL y = arm site base arm*site; LSMEANS arm / OM DIFF CL; LSMEANS arm*site; ESTIMATE 'contrast' arm w1 w2 w3;",
            r: "emmeans::emmeans(lm(y ~ arm * site + base), ~ arm, weights = \"proportional\"); contrast(emm, list(both = c(0.5, 0.5, -1))); car::Anova(type = 3) with contr.sum",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "weights",
                kind: OptionKind::Choice(&["equal", "observed"]),
                about: "weights of factor levels in LS means: every level alike (SAS default) or as observed (SAS OM)",
            },
            OptionDoc {
                name: "dose",
                kind: OptionKind::Numbers,
                about: "dose of each arm in the order of study.yaml, for a numeric dose term",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Interactions, ItemKey::Contrasts]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        describe::numbers(writer, QuantileType::Type2, level);
        let data = Data::of(writer);
        let weights =
            if options.choice("weights") == "observed" { MarginWeights::Observed } else { MarginWeights::Equal };
        if data.interactions.is_empty() {
            without_interactions(writer, &data, weights, level);
        } else {
            ancova_model::with_interactions(writer, &data, weights, level);
        }
        ancova_model::contrasts(writer, &data, weights, level);
        dose(options, writer, &data, level);
    }
}

fn without_interactions(writer: &mut Writer<'_, '_, '_>, data: &Data, weights: MarginWeights, level: f64) {
    let (factors, covariates) = (data.factors(), data.covariates());
    let treatment = Factor { level: &data.arms, n_levels: writer.input.arms.len() };
    let input = AncovaInput { response: &data.response, treatment, factors: &factors, covariates: &covariates };
    let fit = ancova(input, weights, level);
    for arm in 0..writer.input.arms.len() {
        let mean = fit.as_ref().map_err(|e| *e).and_then(|f| f.least_squares_means[arm]);
        estimate("lsmean", mean, |name, value| writer.arm(name, arm, value));
    }
    for comparison in writer.input.comparisons.clone() {
        let contrast = fit.as_ref().map_err(|e| *e).and_then(|f| f.contrast(comparison.0, comparison.1));
        difference(contrast, |name, value| writer.compared(name, comparison, value));
    }
    goodness(writer, fit.as_ref().map(|f| &f.model).map_err(|e| *e));
    for (at, term) in data.terms(writer.input).iter().enumerate() {
        term_test(writer, term, fit.as_ref().map_err(|e| *e).and_then(|f| f.type_iii[at]));
    }
}

fn dose(options: &Options, writer: &mut Writer<'_, '_, '_>, data: &Data, level: f64) {
    let doses = options.numbers("dose");
    if doses.is_empty() {
        return;
    }
    let fit = if doses.len() == writer.input.arms.len() {
        let dose: Vec<f64> = data.arms.iter().map(|arm| doses[*arm]).collect();
        dose_response(&data.response, &dose, &data.factors(), &data.covariates(), level)
    } else {
        Err(NotEstimable::InvalidArgument)
    };
    let id = writer.input.id.clone();
    for (name, value) in [
        ("dose_slope", fit.map(|f| f.slope.estimate)),
        ("dose_slope_se", fit.map(|f| f.slope.standard_error)),
        ("dose_f", fit.map(|f| f.test.f)),
        ("dose_p", fit.map(|f| f.test.p)),
    ] {
        writer.overall(ResultKey::new(&id, name), value);
    }
}

/// Writes a mean or a difference with its standard error and limits.
pub(super) fn estimate(
    name: &str,
    value: Result<LinearEstimate, NotEstimable>,
    mut put: impl FnMut(&str, Result<f64, NotEstimable>),
) {
    put(name, value.map(|v| v.estimate));
    put(&format!("{name}_se"), value.map(|v| v.standard_error));
    put(&format!("{name}_lower"), value.map(|v| v.interval.lower));
    put(&format!("{name}_upper"), value.map(|v| v.interval.upper));
}

/// Writes a difference of means with its test.
pub(super) fn difference(
    value: Result<LinearEstimate, NotEstimable>,
    mut put: impl FnMut(&str, Result<f64, NotEstimable>),
) {
    estimate("diff", value, &mut put);
    put("t", value.map(|c| c.t));
    put("df", value.map(|c| c.df));
    put("p", value.map(|c| c.p_two_sided));
}

/// Writes the residual standard deviation and R².
pub(super) fn goodness(writer: &mut Writer<'_, '_, '_>, model: Result<&LinearModel, NotEstimable>) {
    let id = writer.input.id.clone();
    let deviation = model.and_then(|m| m.residual_variance().map(f64::sqrt));
    writer.overall(ResultKey::new(&id, "residual_sd"), deviation);
    writer.overall(ResultKey::new(&id, "r_squared"), model.and_then(LinearModel::r_squared));
}

/// Writes the F test of a term.
pub(super) fn term_test(writer: &mut Writer<'_, '_, '_>, term: &str, test: Result<FTest, NotEstimable>) {
    let id = writer.input.id.clone();
    for (name, value) in [
        ("f", test.map(|t| t.f)),
        ("df1", test.map(|t| t.numerator_df)),
        ("df2", test.map(|t| t.denominator_df)),
        ("p", test.map(|t| t.p)),
    ] {
        writer.overall(ResultKey::new(&id, name).with("term", term), value);
    }
}

/// The rows as columns.
pub(super) struct Data {
    pub(super) response: Vec<f64>,
    pub(super) arms: Vec<usize>,
    levels: Vec<Vec<usize>>,
    n_levels: Vec<usize>,
    covariates: Vec<Vec<f64>>,
    /// Which factor, or after the factors which covariate, the arm is multiplied by.
    pub(super) interactions: Vec<usize>,
}

impl Data {
    fn of(writer: &Writer<'_, '_, '_>) -> Self {
        let (rows, input) = (&writer.input.rows, writer.input);
        let beside: Vec<&String> = input.factors.iter().map(|f| &f.name).chain(&input.covariates).collect();
        Self {
            response: rows.iter().map(|r| r.value).collect(),
            arms: rows.iter().map(|r| r.arm).collect(),
            levels: (0..input.factors.len()).map(|at| rows.iter().map(|r| r.factors[at]).collect()).collect(),
            n_levels: input.factors.iter().map(|f| f.levels.len()).collect(),
            covariates: (0..input.covariates.len()).map(|at| rows.iter().map(|r| r.covariates[at]).collect()).collect(),
            // In a subgroup its own variable is no factor any more.
            interactions: input.interactions.iter().filter_map(|n| beside.iter().position(|b| *b == n)).collect(),
        }
    }

    pub(super) fn factors(&self) -> Vec<Factor<'_>> {
        self.levels.iter().zip(&self.n_levels).map(|(level, n)| Factor { level, n_levels: *n }).collect()
    }

    pub(super) fn covariates(&self) -> Vec<&[f64]> {
        self.covariates.iter().map(Vec::as_slice).collect()
    }

    /// Words for the terms without interactions: the arms, factors, covariates.
    pub(super) fn terms(&self, input: &AnalysisInput) -> Vec<String> {
        let factors = input.factors.iter().map(|f| f.name.clone());
        std::iter::once("treatment".to_owned()).chain(factors).chain(input.covariates.iter().cloned()).collect()
    }
}
