//! Proportions of two arms: risk difference, risk ratio, odds ratio with their intervals.

use crate::stats::miettinen_nurminen::risk_difference_miettinen_nurminen;
use crate::stats::odds_ratio::odds_ratio_conditional;
use crate::stats::proportion::{clopper_pearson, wilson};
use crate::stats::two_proportions::{
    TwoProportions, odds_ratio_woolf, risk_difference_newcombe, risk_difference_wald, risk_ratio_katz,
};

use super::input::Shape;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `risk_difference`.
pub(super) struct RiskDifference;

impl Method for RiskDifference {
    fn name(&self) -> &'static str {
        "risk_difference"
    }
    fn title(&self) -> &'static str {
        "Risk difference, risk ratio and odds ratio"
    }
    fn about(&self) -> About {
        About {
            estimand: "Difference and ratio of the proportions of responders of two arms, and the odds ratio.",
            formula: "Difference p₁ − p₂ with Newcombe's hybrid of Wilson intervals (or Wald, Miettinen-Nurminen); ratio with Katz's interval on the log scale; odds ratio by Woolf or exactly, conditional on the margins.",
            limits: "A ratio with a zero cell has no estimate or no limit, and says so.",
            source: "Newcombe 1998, Statistics in Medicine 17:873-890, method 10; Katz 1978, Biometrics 34:469-474; Clopper & Pearson 1934, Biometrika 26:404-413; Miettinen & Nurminen 1985, Statistics in Medicine 4:213-226.",
            sas: "PROC FREQ; TABLES arm*response / RISKDIFF(CL=(NEWCOMBE WALD MN)) RELRISK; EXACT OR;",
            r: "DescTools::BinomDiffCI(method = \"score\"), binom.test, fisher.test",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&["newcombe", "wald", "miettinen_nurminen"]),
                about: "interval of the risk difference",
            },
            OptionDoc {
                name: "proportion_interval",
                kind: OptionKind::Choice(&["clopper_pearson", "wilson"]),
                about: "interval of each arm's proportion",
            },
            OptionDoc {
                name: "odds_ratio",
                kind: OptionKind::Choice(&["exact", "woolf"]),
                about: "conditional estimate with exact limits, or the sample odds ratio with Woolf's limits",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Response
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        describe::responses(writer);
        for arm in 0..writer.input.arms.len() {
            let (events, n) = writer.input.responders(arm);
            let interval = if options.choice("proportion_interval") == "wilson" {
                wilson(events, n, level)
            } else {
                clopper_pearson(events, n, level)
            };
            writer.arm("pct_lower", arm, interval.map(|p| 100.0 * p.interval.lower));
            writer.arm("pct_upper", arm, interval.map(|p| 100.0 * p.interval.upper));
        }
        for comparison in writer.input.comparisons.clone() {
            let (events_a, n_a) = writer.input.responders(comparison.0);
            let (events_b, n_b) = writer.input.responders(comparison.1);
            let table = TwoProportions { events_a, n_a, events_b, n_b };
            let difference = match options.choice("interval") {
                "wald" => risk_difference_wald(table, level),
                "miettinen_nurminen" => risk_difference_miettinen_nurminen(table, level),
                _ => risk_difference_newcombe(table, level),
            };
            let odds = if options.choice("odds_ratio") == "woolf" {
                odds_ratio_woolf(table, level)
            } else {
                odds_ratio_conditional(table, level)
            };
            let ratio = risk_ratio_katz(table, level);
            for (name, effect) in [("risk_diff", difference), ("risk_ratio", ratio), ("odds_ratio", odds)] {
                writer.compared(name, comparison, effect.and_then(|e| e.estimate));
                writer.compared(&format!("{name}_lower"), comparison, effect.and_then(|e| e.lower));
                writer.compared(&format!("{name}_upper"), comparison, effect.and_then(|e| e.upper));
            }
        }
    }
}
