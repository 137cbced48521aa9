//! Two-sample t test: difference of means with its interval, pooled or by Welch.

use crate::stats::reason::NotEstimable;
use crate::stats::summary::QuantileType;
use crate::stats::t_test::{TTest as Tested, Variances, two_sample_t_test};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `t_test`.
pub(super) struct TTest;

impl Method for TTest {
    fn name(&self) -> &'static str {
        "t_test"
    }
    fn title(&self) -> &'static str {
        "Two-sample t test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Difference of means of two arms, with its confidence interval and two-sided p-value.",
            formula: "t = (mean₁ − mean₂) / SE. Unequal variances: SE² = s₁²/n₁ + s₂²/n₂ with Satterthwaite's degrees of freedom. Equal: pooled variance, n₁ + n₂ − 2 degrees of freedom.",
            limits: "Needs at least two values an arm and some variation.",
            source: "Welch 1947, Biometrika 34:28-35; Satterthwaite 1946, Biometrics Bulletin 2:110-114.",
            sas: "PROC TTEST; CLASS arm; VAR y; (line Satterthwaite or Pooled)",
            r: "t.test(y ~ arm, var.equal = FALSE)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "variances",
                kind: OptionKind::Choice(&["unequal", "equal"]),
                about: "whether the two variances may differ (Welch) or are pooled",
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
        for comparison in writer.input.comparisons.clone() {
            let (a, b) = (writer.input.values(comparison.0), writer.input.values(comparison.1));
            let test = two_sample_t_test(&a, &b, variances, level);
            write(writer, comparison, test);
        }
    }
}

/// The rows of a t test of a comparison.
pub(super) fn write(writer: &mut Writer<'_, '_, '_>, comparison: (usize, usize), test: Result<Tested, NotEstimable>) {
    writer.compared("diff", comparison, test.map(|t| t.estimate));
    writer.compared("diff_se", comparison, test.map(|t| t.standard_error));
    writer.compared("diff_lower", comparison, test.map(|t| t.interval.lower));
    writer.compared("diff_upper", comparison, test.map(|t| t.interval.upper));
    writer.compared("t", comparison, test.map(|t| t.t));
    writer.compared("df", comparison, test.map(|t| t.df));
    writer.compared("p", comparison, test.map(|t| t.p_two_sided));
}
