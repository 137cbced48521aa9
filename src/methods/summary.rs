//! Summary statistics of each arm, without a comparison.

use crate::stats::summary::QuantileType;

use super::input::Shape;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `summary`.
pub(super) struct Summary;

impl Method for Summary {
    fn name(&self) -> &'static str {
        "summary"
    }
    fn title(&self) -> &'static str {
        "Summary statistics"
    }
    fn about(&self) -> About {
        About {
            estimand: "n, missing, mean, SD, SE, median, quartiles, minimum and maximum of each arm.",
            formula: "SD with divisor n − 1. Quartiles by the type chosen; type 2 averages where the distribution function is flat.",
            limits: "SD and SE need two values.",
            source: "Hyndman & Fan 1996, American Statistician 50:361-365, for the quantile types.",
            sas: "PROC MEANS N NMISS MEAN STD STDERR MEDIAN Q1 Q3 MIN MAX QNTLDEF=5",
            r: "quantile(y, type = 2), mean, sd",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "quantile_type",
                kind: OptionKind::Choice(&["type_2", "type_6", "type_7"]),
                about: "definition of quartiles: 2 as SAS by default, 7 as R by default",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let quantile = match options.choice("quantile_type") {
            "type_6" => QuantileType::Type6,
            "type_7" => QuantileType::Type7,
            _ => QuantileType::Type2,
        };
        describe::numbers(writer, quantile, options.number("conf_level"));
    }
}
