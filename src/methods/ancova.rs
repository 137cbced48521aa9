//! Analysis of covariance: least-squares means, their differences, and a numeric dose term.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::ancova::{AncovaInput, Factor, MarginWeights, ancova, dose_response};
use crate::stats::linear_model::LinearEstimate;
use crate::stats::summary::QuantileType;

use super::input::Shape;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

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
            formula: "Least squares of y on arm, factors and covariates without interactions. LS means at the covariates' means, factors weighted as observed or equally. Tests of terms are type III. With `dose`, the arm is a number: slope and F of one degree of freedom.",
            limits: "Subjects without a covariate are left out and named. A level never observed makes its LS mean not estimable.",
            source: "Searle, Speed & Milliken 1980, American Statistician 34:216-221 (population marginal means).",
            sas: "PROC GLM; CLASS arm site; MODEL y = arm site base; LSMEANS arm / OM DIFF CL;",
            r: "emmeans::emmeans(lm(y ~ arm + site + base), ~ arm, weights = \"proportional\"); car::Anova(type = 3)",
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
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        describe::numbers(writer, QuantileType::Type2, level);
        let data = Data::of(writer);
        let factors: Vec<Factor<'_>> = data.factors();
        let covariates: Vec<&[f64]> = data.covariates.iter().map(Vec::as_slice).collect();
        let weights =
            if options.choice("weights") == "observed" { MarginWeights::Observed } else { MarginWeights::Equal };
        let treatment = Factor { level: &data.arms, n_levels: writer.input.arms.len() };
        let input = AncovaInput { response: &data.response, treatment, factors: &factors, covariates: &covariates };
        let fit = ancova(input, weights, level);
        for arm in 0..writer.input.arms.len() {
            let mean = fit.as_ref().map_err(|e| *e).and_then(|f| f.least_squares_means[arm]);
            estimate(writer, "lsmean", mean, |writer, name, value| writer.arm(name, arm, value));
        }
        for comparison in writer.input.comparisons.clone() {
            let contrast = fit.as_ref().map_err(|e| *e).and_then(|f| f.contrast(comparison.0, comparison.1));
            estimate(writer, "diff", contrast, |writer, name, value| writer.compared(name, comparison, value));
            writer.compared("t", comparison, contrast.map(|c| c.t));
            writer.compared("df", comparison, contrast.map(|c| c.df));
            writer.compared("p", comparison, contrast.map(|c| c.p_two_sided));
        }
        let mut terms = vec!["treatment".to_owned()];
        terms.extend(writer.input.factors.iter().map(|f| f.name.clone()));
        terms.extend(writer.input.covariates.iter().cloned());
        let id = writer.input.id.clone();
        for (at, term) in terms.iter().enumerate() {
            let test = fit.as_ref().map_err(|e| *e).and_then(|f| f.type_iii[at]);
            for (name, value) in [
                ("f", test.map(|t| t.f)),
                ("df1", test.map(|t| t.numerator_df)),
                ("df2", test.map(|t| t.denominator_df)),
                ("p", test.map(|t| t.p)),
            ] {
                writer.overall(ResultKey::new(&id, name).with("term", term.as_str()), value);
            }
        }
        dose(options, writer, &data, &factors, &covariates, level);
    }
}

fn dose(
    options: &Options,
    writer: &mut Writer<'_, '_, '_>,
    data: &Data,
    factors: &[Factor<'_>],
    covariates: &[&[f64]],
    level: f64,
) {
    let doses = options.numbers("dose");
    if doses.is_empty() {
        return;
    }
    let fit = if doses.len() == writer.input.arms.len() {
        let dose: Vec<f64> = data.arms.iter().map(|arm| doses[*arm]).collect();
        dose_response(&data.response, &dose, factors, covariates, level)
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

fn estimate(
    writer: &mut Writer<'_, '_, '_>,
    name: &str,
    value: Result<LinearEstimate, NotEstimable>,
    mut put: impl FnMut(&mut Writer<'_, '_, '_>, &str, Result<f64, NotEstimable>),
) {
    put(writer, name, value.map(|v| v.estimate));
    put(writer, &format!("{name}_se"), value.map(|v| v.standard_error));
    put(writer, &format!("{name}_lower"), value.map(|v| v.interval.lower));
    put(writer, &format!("{name}_upper"), value.map(|v| v.interval.upper));
}

/// The rows as columns.
struct Data {
    response: Vec<f64>,
    arms: Vec<usize>,
    levels: Vec<Vec<usize>>,
    n_levels: Vec<usize>,
    covariates: Vec<Vec<f64>>,
}

impl Data {
    fn of(writer: &Writer<'_, '_, '_>) -> Self {
        let rows = &writer.input.rows;
        Self {
            response: rows.iter().map(|r| r.value).collect(),
            arms: rows.iter().map(|r| r.arm).collect(),
            levels: (0..writer.input.factors.len()).map(|at| rows.iter().map(|r| r.factors[at]).collect()).collect(),
            n_levels: writer.input.factors.iter().map(|f| f.levels.len()).collect(),
            covariates: (0..writer.input.covariates.len())
                .map(|at| rows.iter().map(|r| r.covariates[at]).collect())
                .collect(),
        }
    }

    fn factors(&self) -> Vec<Factor<'_>> {
        self.levels.iter().zip(&self.n_levels).map(|(level, n)| Factor { level, n_levels: *n }).collect()
    }
}
