//! Wilcoxon signed-rank test within each arm, with the one-sample Hodges-Lehmann estimate.

use crate::stats::chi_square::Continuity;
use crate::stats::hodges_lehmann::ShiftLimits;
use crate::stats::rank::round_significant;
use crate::stats::signed_rank::{
    DEFAULT_WORK_LIMIT, Zeros, signed_rank_exact, signed_rank_normal, signed_rank_univariate,
};
use crate::stats::summary::QuantileType;
use crate::stats::walsh::one_sample_hodges_lehmann;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::pairs::{differences, is_pair};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, describe};

/// The method `signed_rank`.
pub(super) struct SignedRank;

impl Method for SignedRank {
    fn name(&self) -> &'static str {
        "signed_rank"
    }
    fn title(&self) -> &'static str {
        "Wilcoxon signed-rank test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the values of each arm, or the differences after minus before where the measure has a value before, lie symmetrically about a fixed value; the Hodges-Lehmann centre with its interval.",
            formula: "Rank sum V of the positive differences; exact over all signs given ties and zeros, by normal approximation with tie correction, or as SAS: exact up to 20 values that are not zero, else t with n − 1 degrees of freedom. Centre: median of the averages of all pairs (Walsh), limits are ordered averages.",
            limits: "Assumes symmetry of the differences. The exact law is given up beyond a stated amount of work (about 1500 values). The limits take no account of ties and the centre counts zeros.",
            source: "Wilcoxon 1945, Biometrics Bulletin 1:80-83; Pratt 1959, JASA 54:655-667; Iman 1974, Communications in Statistics 3:795-806; Hollander & Wolfe 1999, sections 3.1-3.3.",
            sas: "PROC UNIVARIATE MU0=0; BY arm; VAR change; (S is `s`)",
            r: "wilcox.test(change, exact = FALSE); coin::wilcoxsign_test(after ~ before, distribution = \"exact\", zero.method = \"Pratt\")",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "p_value",
                kind: OptionKind::Choice(&["exact", "normal", "sas"]),
                about: "exact law, normal approximation, or as SAS PROC UNIVARIATE (exact up to 20, then t; zeros dropped)",
            },
            OptionDoc {
                name: "zeros",
                kind: OptionKind::Choice(&["dropped", "pratt"]),
                about: "zeros dropped before ranking (Wilcoxon; SAS, R) or ranked and then dropped (Pratt; default of coin)",
            },
            OptionDoc {
                name: "continuity",
                kind: OptionKind::Choice(&["yes", "no"]),
                about: "continuity correction of the normal approximation (R corrects, coin does not)",
            },
            OptionDoc {
                name: "null",
                kind: OptionKind::Number { low: -1e12, high: 1e12, default: Some(0.0) },
                about: "centre under the null hypothesis, in the unit of the values",
            },
            OptionDoc {
                name: "limits",
                kind: OptionKind::Choice(&["asymptotic", "exact"]),
                about: "order of the limits among the averages: by normal approximation or by the exact law without ties (R)",
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
        let zeros = if options.choice("zeros") == "pratt" { Zeros::Pratt } else { Zeros::Dropped };
        let limits = if options.choice("limits") == "exact" { ShiftLimits::Exact } else { ShiftLimits::Asymptotic };
        let continuity =
            if options.choice("continuity") == "yes" { Continuity::Corrected } else { Continuity::Uncorrected };
        describe::numbers(writer, QuantileType::Type2, level);
        for arm in 0..writer.input.arms.len() {
            let input = writer.input;
            if input.has_before {
                writer.count("pairs", arm, |row| is_pair(input, row));
            }
            let values = differences(input, arm);
            let null = options.number("null");
            let centred: Vec<f64> = values.iter().map(|x| round_significant(x - null, 12)).collect();
            let test = match options.choice("p_value") {
                "normal" => signed_rank_normal(&centred, zeros, continuity),
                "sas" => signed_rank_univariate(&centred),
                _ => signed_rank_exact(&centred, zeros, DEFAULT_WORK_LIMIT),
            };
            let centre = one_sample_hodges_lehmann(&values, level, limits, DEFAULT_WORK_LIMIT);
            let statistic = if options.choice("p_value") == "sas" { "t" } else { "z" };
            writer.arm("v", arm, test.map(|t| t.positive_rank_sum));
            writer.arm("s", arm, test.map(|t| t.centred));
            if options.choice("p_value") != "exact" {
                writer.arm(statistic, arm, test.and_then(|t| t.statistic));
            }
            if options.choice("p_value") == "sas" {
                writer.arm("df", arm, test.and_then(|t| t.df));
            }
            writer.arm("p", arm, test.map(|t| t.p_two_sided));
            writer.arm("hl", arm, centre.map(|c| c.estimate));
            writer.arm("hl_lower", arm, centre.and_then(|c| c.lower));
            writer.arm("hl_upper", arm, centre.and_then(|c| c.upper));
        }
    }
}
