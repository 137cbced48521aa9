//! Wilcoxon rank-sum test with the Hodges-Lehmann shift.

use crate::stats::chi_square::Continuity;
use crate::stats::hodges_lehmann::{ShiftLimits, hodges_lehmann};
use crate::stats::summary::QuantileType;
use crate::stats::wilcoxon::{DEFAULT_WORK_LIMIT, ExactTwoSided, rank_sum_exact, rank_sum_normal};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `wilcoxon`.
pub(super) struct Wilcoxon;

impl Method for Wilcoxon {
    fn name(&self) -> &'static str {
        "wilcoxon"
    }
    fn title(&self) -> &'static str {
        "Wilcoxon rank-sum test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether values of one arm tend to be larger than those of the other; the Hodges-Lehmann shift with its interval.",
            formula: "Rank sum of the joint midranks; normal approximation with tie correction, or the exact permutation law, also with ties. Shift: median of all pairwise differences; limits are ordered differences (Moses).",
            limits: "The exact law is given up beyond a stated amount of work. The shift is a location shift only if the distributions have the same shape.",
            source: "Hollander & Wolfe 1999, Nonparametric Statistical Methods, sections 4.1-4.3; Lehmann 1975, section 1.4.",
            sas: "PROC NPAR1WAY WILCOXON HL; CLASS arm; VAR y; EXACT WILCOXON;",
            r: "wilcox.test(y ~ arm, exact = FALSE, correct = TRUE); coin::wilcox_test for exact with ties",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "p_value",
                kind: OptionKind::Choice(&["normal", "exact"]),
                about: "normal approximation with tie correction, or the exact law",
            },
            OptionDoc {
                name: "continuity",
                kind: OptionKind::Choice(&["yes", "no"]),
                about: "continuity correction of the normal approximation",
            },
            OptionDoc {
                name: "exact_two_sided",
                kind: OptionKind::Choice(&["distance", "twice_smaller_tail"]),
                about: "definition of the exact two-sided p: by distance from the expectation (SAS, coin) or twice the smaller tail (R without ties)",
            },
            OptionDoc {
                name: "shift_limits",
                kind: OptionKind::Choice(&["asymptotic", "exact", "exact_with_ties"]),
                about: "order of the limits among the differences: by normal approximation (SAS), by the exact law without ties (R), or by the exact law given the ties (SAS EXACT HL, coin)",
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
        let limits = match options.choice("shift_limits") {
            "exact" => ShiftLimits::Exact,
            "exact_with_ties" => ShiftLimits::ExactWithTies,
            _ => ShiftLimits::Asymptotic,
        };
        describe::numbers(writer, QuantileType::Type2, level);
        for comparison in writer.input.comparisons.clone() {
            // Ties on paper must be ties in memory.
            let clean = |arm: usize| -> Vec<f64> {
                writer.input.values(arm).into_iter().map(|x| crate::stats::rank::round_significant(x, 12)).collect()
            };
            let (a, b) = (clean(comparison.0), clean(comparison.1));
            let test = if options.choice("p_value") == "exact" {
                let definition = if options.choice("exact_two_sided") == "distance" {
                    ExactTwoSided::Distance
                } else {
                    ExactTwoSided::TwiceSmallerTail
                };
                rank_sum_exact(&a, &b, definition, DEFAULT_WORK_LIMIT)
            } else {
                let continuity =
                    if options.choice("continuity") == "yes" { Continuity::Corrected } else { Continuity::Uncorrected };
                rank_sum_normal(&a, &b, continuity)
            };
            let shift = hodges_lehmann(&a, &b, level, limits, DEFAULT_WORK_LIMIT);
            writer.compared("w", comparison, test.map(|t| t.rank_sum));
            writer.compared("u", comparison, test.map(|t| t.u));
            writer.compared("z", comparison, test.and_then(|t| t.z));
            writer.compared("p", comparison, test.map(|t| t.p_two_sided));
            writer.compared("hl", comparison, shift.map(|s| s.estimate));
            writer.compared("hl_lower", comparison, shift.and_then(|s| s.lower));
            writer.compared("hl_upper", comparison, shift.and_then(|s| s.upper));
        }
    }
}
