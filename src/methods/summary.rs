//! Summary statistics of each arm, without a comparison.

use crate::stats::summary::{QuantileType, summarise};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe, geometric_mean};

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
            estimand: "n, missing, mean with its t interval, SD, SE, median, quartiles, minimum and maximum of each arm; geometric mean and CV if asked for.",
            formula: "SD with divisor n − 1. Quartiles by the type chosen; type 2 averages where the distribution function is flat.",
            limits: "SD and SE need two values, geometric statistics values above zero.",
            source: "Hyndman & Fan 1996, American Statistician 50:361-365, for the quantile types.",
            sas: "PROC MEANS N NMISS MEAN STD STDERR MEDIAN Q1 Q3 MIN MAX QNTLDEF=5",
            r: "quantile(y, type = 2), mean, sd",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "quantile_type",
                kind: OptionKind::Choice(&[
                    "type_2", "type_1", "type_3", "type_4", "type_5", "type_6", "type_7", "type_8", "type_9",
                ]),
                about: "definition of quartiles (Hyndman & Fan): 2 as SAS by default, 6 as SPSS, 7 as R by default",
            },
            OptionDoc {
                name: "geometric",
                kind: OptionKind::Choice(&["no", "yes"]),
                about: "whether geometric mean with its interval, geometric SD and CV are given too",
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
        let quantile = match options.choice("quantile_type") {
            "type_1" => QuantileType::Type1,
            "type_3" => QuantileType::Type3,
            "type_4" => QuantileType::Type4,
            "type_5" => QuantileType::Type5,
            "type_8" => QuantileType::Type8,
            "type_9" => QuantileType::Type9,
            "type_6" => QuantileType::Type6,
            "type_7" => QuantileType::Type7,
            _ => QuantileType::Type2,
        };
        let level = options.number("conf_level");
        describe::numbers(writer, quantile, level);
        for arm in 0..writer.input.arms.len() {
            let interval = summarise(&writer.input.values(arm), quantile, level).and_then(|s| s.mean_interval);
            writer.arm("mean_lower", arm, interval.map(|i| i.lower));
            writer.arm("mean_upper", arm, interval.map(|i| i.upper));
            if options.choice("geometric") == "yes" {
                geometric_mean::describe(writer, arm, level);
            }
        }
    }
}
