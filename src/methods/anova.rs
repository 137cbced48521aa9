//! One-way analysis of variance across all arms.

use crate::results::ResultKey;
use crate::stats::anova::one_way_anova;
use crate::stats::summary::QuantileType;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `anova`.
pub(super) struct Anova;

impl Method for Anova {
    fn name(&self) -> &'static str {
        "anova"
    }
    fn title(&self) -> &'static str {
        "One-way analysis of variance"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the means of all arms are equal.",
            formula: "F = mean square between arms / mean square within arms.",
            limits: "Assumes equal variances; needs variation within arms.",
            source: "Fisher 1925, Statistical Methods for Research Workers, chapter VII.",
            sas: "PROC ANOVA; CLASS arm; MODEL y = arm;",
            r: "summary(aov(y ~ arm))",
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
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::numbers(writer, QuantileType::Type2, options.number("conf_level"));
        let values: Vec<Vec<f64>> = (0..writer.input.arms.len()).map(|arm| writer.input.values(arm)).collect();
        let groups: Vec<&[f64]> = values.iter().map(Vec::as_slice).collect();
        let test = one_way_anova(&groups);
        let id = writer.input.id.clone();
        for (name, value) in [
            ("f", test.map(|t| t.f)),
            ("df1", test.map(|t| t.numerator_df)),
            ("df2", test.map(|t| t.denominator_df)),
            ("p", test.map(|t| t.p)),
        ] {
            writer.overall(ResultKey::new(&id, name), value);
        }
    }
}
