//! Geometric means of the arms with their variation, and ratios of geometric means.

use crate::stats::NotEstimable;
use crate::stats::geometric::{GeometricRatio, geometric_mean_ratio, geometric_summary, paired_geometric_mean_ratio};
use crate::stats::summary::QuantileType;
use crate::stats::t_test::Variances;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `geometric_mean`.
pub(super) struct GeometricMean;

impl Method for GeometricMean {
    fn name(&self) -> &'static str {
        "geometric_mean"
    }
    fn title(&self) -> &'static str {
        "Geometric means and their ratio"
    }
    fn about(&self) -> About {
        About {
            estimand: "Geometric mean and coefficient of variation of each arm, and the ratio of the geometric means of two arms.",
            formula: "t methods on natural logarithms, taken back. Geometric CV = 100 √(exp(s²) − 1), s the standard deviation of the logarithms.",
            limits: "Every value must be above zero; with a value of zero or below nothing is estimated, and no constant is added. Another definition of the geometric CV, exp(s) − 1, is not given.",
            source: "Kirkwood 1979, Biometrics 35:908-909.",
            sas: "PROC TTEST DIST=LOGNORMAL; CLASS arm; VAR y;",
            r: "exp(t.test(log(y) ~ arm)$conf.int); 100 * sqrt(exp(var(log(y))) - 1)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "variances",
                kind: OptionKind::Choice(&["unequal", "equal"]),
                about: "whether the variances of the logarithms may differ (Welch) or are pooled (usual in bioequivalence)",
            },
            OptionDoc {
                name: "to_baseline",
                kind: OptionKind::Choice(&["no", "yes"]),
                about: "whether each arm's ratio of the value to the value before is given",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        let variances = if options.choice("variances") == "equal" { Variances::Equal } else { Variances::Unequal };
        describe::numbers(writer, QuantileType::Type2, level);
        for arm in 0..writer.input.arms.len() {
            describe(writer, arm, level);
            if options.choice("to_baseline") == "yes" {
                let rows = writer.input.rows.iter().filter(|r| r.arm == arm);
                let (after, before): (Vec<f64>, Vec<f64>) = rows.filter_map(|r| r.aval.zip(r.base)).unzip();
                ratio(paired_geometric_mean_ratio(&after, &before, level), |name, value| writer.arm(name, arm, value));
            }
        }
        for comparison in writer.input.comparisons.clone() {
            let (a, b) = (writer.input.values(comparison.0), writer.input.values(comparison.1));
            ratio(geometric_mean_ratio(&a, &b, variances, level), |name, value| {
                writer.compared(name, comparison, value);
            });
        }
    }
}

/// Writes geometric mean, its interval, SD and CV of an arm.
pub(super) fn describe(writer: &mut Writer<'_, '_, '_>, arm: usize, level: f64) {
    let summary = geometric_summary(&writer.input.values(arm), level);
    let summary = summary.as_ref().map_err(|e| *e);
    writer.arm("gmean", arm, summary.and_then(|s| s.mean));
    writer.arm("gmean_lower", arm, summary.and_then(|s| s.mean_interval).map(|i| i.lower));
    writer.arm("gmean_upper", arm, summary.and_then(|s| s.mean_interval).map(|i| i.upper));
    writer.arm("gsd", arm, summary.and_then(|s| s.standard_deviation));
    writer.arm("gcv", arm, summary.and_then(|s| s.coefficient_of_variation).map(|cv| 100.0 * cv));
}

fn ratio(ratio: Result<GeometricRatio, NotEstimable>, mut put: impl FnMut(&str, Result<f64, NotEstimable>)) {
    put("ratio", ratio.map(|r| r.ratio));
    put("ratio_lower", ratio.map(|r| r.interval.lower));
    put("ratio_upper", ratio.map(|r| r.interval.upper));
    put("t", ratio.map(|r| r.log_test.t));
    put("df", ratio.map(|r| r.log_test.df));
    put("p", ratio.map(|r| r.log_test.p_two_sided));
}
