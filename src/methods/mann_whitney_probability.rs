//! Mann-Whitney probability that a value of one arm is the larger one.

use crate::stats::mann_whitney::{PlacementLaw, ProbabilityScale, mann_whitney_probability};
use crate::stats::rank::round_significant;
use crate::stats::summary::QuantileType;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `mann_whitney_probability`.
pub(super) struct MannWhitneyProbability;

impl Method for MannWhitneyProbability {
    fn name(&self) -> &'static str {
        "mann_whitney_probability"
    }
    fn title(&self) -> &'static str {
        "Mann-Whitney probability"
    }
    fn about(&self) -> About {
        About {
            estimand: "Probability that a subject of the one arm has a larger value than one of the other, ties one half; 0.5 is no difference. Also as win odds.",
            formula: "U/(mn), the area under the ROC curve, with DeLong's variance by placements; interval on the plain or the logit scale, by the normal law or Brunner-Munzel's t.",
            limits: "Where the arms do not overlap there is no standard error.",
            source: "Sen 1967; DeLong, DeLong & Clarke-Pearson 1988, Biometrics 44:837-845; Brunner & Munzel 2000, Biometrical Journal 42:17-25.",
            sas: "PROC LOGISTIC; MODEL arm = y; ROC; ROCCONTRAST;",
            r: "pROC::ci.auc(arm, y); lawstat::brunner.munzel.test(y1, y2)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "law",
                kind: OptionKind::Choice(&["brunner_munzel", "normal"]),
                about: "t with Satterthwaite's degrees of freedom (Brunner & Munzel) or normal (DeLong)",
            },
            OptionDoc {
                name: "scale",
                kind: OptionKind::Choice(&["plain", "logit"]),
                about: "scale of the interval; on the plain one a limit may pass 0 or 1 and is not cut",
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
        let normal = options.choice("law") == "normal";
        let law = if normal { PlacementLaw::Normal } else { PlacementLaw::BrunnerMunzel };
        let scale = if options.choice("scale") == "logit" { ProbabilityScale::Logit } else { ProbabilityScale::Plain };
        describe::numbers(writer, QuantileType::Type2, level);
        for comparison in writer.input.comparisons.clone() {
            let clean =
                |arm: usize| writer.input.values(arm).into_iter().map(|x| round_significant(x, 12)).collect::<Vec<_>>();
            let found = mann_whitney_probability(&clean(comparison.0), &clean(comparison.1), law, scale, level);
            writer.compared("mw_prob", comparison, found.map(|f| f.probability));
            writer.compared("mw_prob_se", comparison, found.and_then(|f| f.standard_error));
            writer.compared("mw_prob_lower", comparison, found.and_then(|f| f.interval).map(|i| i.lower));
            writer.compared("mw_prob_upper", comparison, found.and_then(|f| f.interval).map(|i| i.upper));
            writer.compared("win_odds", comparison, found.and_then(|f| f.odds));
            writer.compared(if normal { "z" } else { "t" }, comparison, found.and_then(|f| f.statistic));
            if !normal {
                writer.compared("df", comparison, found.and_then(|f| f.df));
            }
            writer.compared("p", comparison, found.and_then(|f| f.p_two_sided));
        }
    }
}
