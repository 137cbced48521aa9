//! Proportions of two arms: risk difference, risk ratio, odds ratio with their intervals.

use crate::base::diagnostic::Diagnostics;
use crate::stats::NotEstimable;
use crate::stats::exact_risk_difference::{DEFAULT_WORK_LIMIT, TableOrder, risk_difference_exact};
use crate::stats::farrington_manning::{risk_difference_farrington_manning, risk_difference_test};
use crate::stats::miettinen_nurminen::risk_difference_miettinen_nurminen;
use crate::stats::number_needed_to_treat::{Direction, EventIs, NeededInterval, number_needed_to_treat};
use crate::stats::odds_ratio::odds_ratio_conditional;
use crate::stats::risk_difference::{
    DifferenceCorrection, risk_difference_agresti_caffo, risk_difference_hauck_anderson,
    risk_difference_newcombe_corrected, risk_difference_wald_corrected,
};
use crate::stats::two_proportions::{
    Effect, TwoProportions, odds_ratio_woolf, risk_difference_newcombe, risk_difference_wald, risk_ratio_katz,
};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe, proportion, tables};

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
            formula: "Difference p₁ − p₂ with Newcombe's hybrid of Wilson intervals (or another `interval`); ratio with Katz's interval on the log scale; odds ratio by Woolf or exactly, conditional on the margins.",
            limits: "A ratio with a zero cell has no estimate or no limit, and says so. The exact interval is not computed for more than a hundred thousand possible tables. Limits are not cut at −1 and 1. Where the interval of the difference contains 0 the number needed to treat has two intervals that meet at infinity: one of benefit, one of harm.",
            source: "Newcombe 1998, Statistics in Medicine 17:873-890, method 10; Katz 1978, Biometrics 34:469-474; Clopper & Pearson 1934, Biometrika 26:404-413; Miettinen & Nurminen 1985, Statistics in Medicine 4:213-226; Agresti & Caffo 2000, American Statistician 54:280-288; Hauck & Anderson 1986, American Statistician 40:318-322; Farrington & Manning 1990, Statistics in Medicine 9:1447-1454; Chan & Zhang 1999, Biometrics 55:1202-1209; Altman 1998, BMJ 317:1309-1312.",
            sas: "PROC FREQ; TABLES arm*response / RISKDIFF(CL=(NEWCOMBE WALD MN AC HA EXACT) METHOD=FM) RELRISK; EXACT OR RISKDIFF(METHOD=SCORE);",
            r: "DescTools::BinomDiffCI(method = \"score\"), binom.test, fisher.test",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "interval",
                kind: OptionKind::Choice(&[
                    "newcombe",
                    "newcombe_corrected",
                    "wald",
                    "wald_corrected",
                    "wald_bounded",
                    "agresti_caffo",
                    "hauck_anderson",
                    "miettinen_nurminen",
                    "farrington_manning",
                    "exact",
                ]),
                about: "interval of the risk difference; wald_corrected is SAS RISKDIFF(CORRECT), wald_bounded R prop.test; miettinen_nurminen is farrington_manning (Mee) with the factor N/(N−1); exact is Chan & Zhang's",
            },
            OptionDoc {
                name: "exact_order",
                kind: OptionKind::Choice(&["score", "difference"]),
                about: "what orders the tables of the exact interval: the score statistic (SAS METHOD=SCORE), or the plain difference (SAS default, wider)",
            },
            OptionDoc {
                name: "margin",
                kind: OptionKind::Numbers,
                about: "difference under the null hypothesis, for Farrington & Manning's test (z, p, p_less, p_greater); without it there is no test",
            },
            OptionDoc {
                name: "number_needed",
                kind: OptionKind::Choice(&["no", "event_wanted", "event_unwanted"]),
                about: "number needed to treat, from the difference and its interval: not, or with the response as a success or as a harm",
            },
            OptionDoc {
                name: "proportion_interval",
                kind: OptionKind::Choice(proportion::INTERVALS),
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
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        let margin = setup.options.numbers("margin");
        if margin.len() > 1 || margin.iter().any(|m| !(*m > -1.0 && *m < 1.0)) {
            setup.fault(sink, "`margin` takes one difference", "it lies between -1 and 1");
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let level = options.number("conf_level");
        describe::responses(writer);
        for arm in 0..writer.input.arms.len() {
            let (events, n) = writer.input.responders(arm);
            let interval = proportion::interval(options.choice("proportion_interval"), events, n, level);
            writer.arm("pct_lower", arm, interval.map(|p| 100.0 * p.interval.lower));
            writer.arm("pct_upper", arm, interval.map(|p| 100.0 * p.interval.upper));
        }
        for comparison in writer.input.comparisons.clone() {
            let table = tables::two_by_two(writer.input, comparison);
            let difference = difference(options, table, level);
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
            // Not every interval has a standard error.
            let error = difference.and_then(|e| e.standard_error);
            if difference.is_ok() && error != Err(NotEstimable::NotDefined) {
                writer.compared("risk_diff_se", comparison, error);
            }
            if let Some(margin) = options.numbers("margin").first() {
                let test = risk_difference_test(table, *margin).map(|t| t.test);
                writer.compared("z", comparison, test.map(|t| t.z));
                writer.compared("p", comparison, test.map(|t| t.p_two_sided));
                writer.compared("p_less", comparison, test.map(|t| t.p_lower));
                writer.compared("p_greater", comparison, test.map(|t| t.p_upper));
            }
            if options.choice("number_needed") != "no" {
                number_needed(options, writer, comparison, difference);
            }
        }
    }
}

fn difference(options: &Options, table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    match options.choice("interval") {
        "newcombe_corrected" => risk_difference_newcombe_corrected(table, level),
        "wald" => risk_difference_wald(table, level),
        "wald_corrected" => risk_difference_wald_corrected(table, level, DifferenceCorrection::Full),
        "wald_bounded" => risk_difference_wald_corrected(table, level, DifferenceCorrection::Bounded),
        "agresti_caffo" => risk_difference_agresti_caffo(table, level),
        "hauck_anderson" => risk_difference_hauck_anderson(table, level),
        "miettinen_nurminen" => risk_difference_miettinen_nurminen(table, level),
        "farrington_manning" => risk_difference_farrington_manning(table, level),
        "exact" => {
            let plain = options.choice("exact_order") == "difference";
            let order = if plain { TableOrder::Difference } else { TableOrder::Score };
            risk_difference_exact(table, level, order, DEFAULT_WORK_LIMIT)
        }
        _ => risk_difference_newcombe(table, level),
    }
}

/// Writes the number needed to treat by direction: the estimate in its own, the limits in one or in both.
fn number_needed(
    options: &Options,
    writer: &mut Writer<'_, '_, '_>,
    comparison: (usize, usize),
    difference: Result<Effect, NotEstimable>,
) {
    let event = if options.choice("number_needed") == "event_wanted" { EventIs::Wanted } else { EventIs::Unwanted };
    let needed = difference.and_then(|d| number_needed_to_treat(&d, event));
    let word = |direction: Direction| match direction {
        Direction::Benefit => "benefit",
        Direction::Harm => "harm",
    };
    let mut put = |statistic: &str, direction: Option<Direction>, value: Result<f64, NotEstimable>| {
        let mut key = writer.compared_key(statistic, comparison);
        if let Some(direction) = direction {
            key = key.with("direction", word(direction));
        }
        writer.compared_keyed(key, comparison, value);
    };
    put("nnt", needed.ok().and_then(|n| n.direction), needed.and_then(|n| n.estimate));
    match needed.and_then(|n| n.interval) {
        Ok(NeededInterval::One { direction, from, to }) => {
            put("nnt_lower", Some(direction), Ok(from));
            put("nnt_upper", Some(direction), to);
        }
        Ok(NeededInterval::Two { benefit_from, harm_from }) => {
            for (direction, from) in [(Direction::Benefit, benefit_from), (Direction::Harm, harm_from)] {
                put("nnt_lower", Some(direction), Ok(from));
                put("nnt_upper", Some(direction), Err(NotEstimable::Unbounded));
            }
        }
        Err(reason) => {
            put("nnt_lower", None, Err(reason));
            put("nnt_upper", None, Err(reason));
        }
    }
}
