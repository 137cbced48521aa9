//! One-sample t test of each arm: its mean against a fixed value.

use crate::stats::summary::QuantileType;
use crate::stats::t_test::one_sample_t_test;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `one_sample_t_test`.
pub(super) struct OneSampleTTest;

impl Method for OneSampleTTest {
    fn name(&self) -> &'static str {
        "one_sample_t_test"
    }
    fn title(&self) -> &'static str {
        "One-sample t test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Mean of each arm with its confidence interval, tested against a fixed value; of a change against 0 it is the paired t test.",
            formula: "t = (mean − null) / (s / √n) with n − 1 degrees of freedom.",
            limits: "Needs two values an arm and some variation. A change within one arm says nothing about the treatment: without a control it mixes in regression to the mean.",
            source: "Student 1908, Biometrika 6:1-25.",
            sas: "PROC TTEST H0=0; BY arm; VAR y;",
            r: "t.test(y[arm == \"a\"], mu = 0)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "null",
                kind: OptionKind::Number { low: -1e12, high: 1e12, default: Some(0.0) },
                about: "mean under the null hypothesis, in the unit of the values",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        describe::numbers(writer, QuantileType::Type2, level);
        for arm in 0..writer.input.arms.len() {
            let test = one_sample_t_test(&writer.input.values(arm), options.number("null"), level);
            writer.arm("mean_lower", arm, test.map(|t| t.interval.lower));
            writer.arm("mean_upper", arm, test.map(|t| t.interval.upper));
            writer.arm("t", arm, test.map(|t| t.t));
            writer.arm("df", arm, test.map(|t| t.df));
            writer.arm("p", arm, test.map(|t| t.p_two_sided));
        }
    }
}
