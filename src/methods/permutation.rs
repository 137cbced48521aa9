//! Permutation test of the difference of means.

use crate::stats::NotEstimable;
use crate::stats::permutation::{DEFAULT_WORK_LIMIT, permutation_test, permutation_test_monte_carlo};
use crate::stats::summary::QuantileType;
use crate::stats::wilcoxon::ExactTwoSided;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, SAMPLES, SEED, describe};

/// The method `permutation`.
pub(super) struct Permutation;

impl Method for Permutation {
    fn name(&self) -> &'static str {
        "permutation"
    }
    fn title(&self) -> &'static str {
        "Permutation test of means"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the arm makes any difference to the values, by the difference of means.",
            formula: "The observed difference among those of all divisions of the joint values into groups of these sizes, listed in full or drawn at random from a seed.",
            limits: "The complete list is given up beyond a stated amount of work (about 44 values in all). The null hypothesis is equal distributions, not only equal means; there is no interval.",
            source: "Fisher 1935, The Design of Experiments, section 21; Pitman 1937, Supplement to the JRSS 4:119-130.",
            sas: "PROC NPAR1WAY SCORES=DATA; CLASS arm; VAR y; EXACT SCORES=DATA / MC SEED=1;",
            r: "coin::oneway_test(y ~ arm, distribution = \"exact\" or approximate())",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "p_value",
                kind: OptionKind::Choice(&["exact", "monte_carlo"]),
                about: "all divisions, or random ones (unbiased share of extreme draws, as SAS and coin)",
            },
            OptionDoc {
                name: "exact_two_sided",
                kind: OptionKind::Choice(&["distance", "twice_smaller_tail"]),
                about: "definition of the exact two-sided p: by distance from the expectation (SAS, coin) or twice the smaller tail",
            },
            SAMPLES,
            SEED,
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
        describe::numbers(writer, QuantileType::Type2, options.number("conf_level"));
        let definition = if options.choice("exact_two_sided") == "distance" {
            ExactTwoSided::Distance
        } else {
            ExactTwoSided::TwiceSmallerTail
        };
        for comparison in writer.input.comparisons.clone() {
            let (a, b) = (writer.input.values(comparison.0), writer.input.values(comparison.1));
            if options.choice("p_value") == "monte_carlo" {
                let whole = options.whole("samples").zip(options.whole("seed")).ok_or(NotEstimable::InvalidArgument);
                let test = whole.and_then(|(n, seed)| permutation_test_monte_carlo(&a, &b, n, seed));
                writer.compared("diff", comparison, test.map(|t| t.difference));
                writer.compared("p", comparison, test.map(|t| t.two_sided.p));
                writer.compared("p_se", comparison, test.map(|t| t.two_sided.standard_error));
            } else {
                let test = permutation_test(&a, &b, definition, DEFAULT_WORK_LIMIT);
                writer.compared("diff", comparison, test.map(|t| t.difference));
                writer.compared("p", comparison, test.map(|t| t.p_two_sided));
            }
        }
    }
}
