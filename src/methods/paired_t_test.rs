//! Paired t test within each arm: mean difference of the value after and the value before.

use crate::base::diagnostic::Diagnostics;
use crate::stats::summary::QuantileType;
use crate::stats::t_test::one_sample_t_test;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, Options};
use super::pairs::{differences, is_pair};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe};

/// The method `paired_t_test`.
pub(super) struct PairedTTest;

impl Method for PairedTTest {
    fn name(&self) -> &'static str {
        "paired_t_test"
    }
    fn title(&self) -> &'static str {
        "Paired t test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Mean difference after minus before within each arm, with its confidence interval and two-sided p-value.",
            formula: "t = mean difference / (s / √n) with n − 1 degrees of freedom, n the number of pairs.",
            limits: "The measure must be a change or name its value before (`baseline`). Subjects without one of the two are counted as analysed, not as pairs. It is no comparison of arms.",
            source: "Student 1908, Biometrika 6:1-25.",
            sas: "PROC TTEST; BY arm; PAIRED after*before;",
            r: "t.test(after, before, paired = TRUE)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[CONF_LEVEL]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        if !setup.input.has_before && !setup.input.is_change {
            let hint = "give the measure `value: change`, or `baseline`: the subject variable with the value before";
            setup.fault(sink, "`paired_t_test` needs values before and after", hint);
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        describe::numbers(writer, QuantileType::Type2, level);
        for arm in 0..writer.input.arms.len() {
            let input = writer.input;
            writer.count("pairs", arm, |row| is_pair(input, row));
            let test = one_sample_t_test(&differences(input, arm), 0.0, level);
            writer.arm("diff", arm, test.map(|t| t.estimate));
            writer.arm("diff_se", arm, test.map(|t| t.standard_error));
            writer.arm("diff_lower", arm, test.map(|t| t.interval.lower));
            writer.arm("diff_upper", arm, test.map(|t| t.interval.upper));
            writer.arm("t", arm, test.map(|t| t.t));
            writer.arm("df", arm, test.map(|t| t.df));
            writer.arm("p", arm, test.map(|t| t.p_two_sided));
        }
    }
}
