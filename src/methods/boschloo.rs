//! Boschloo's exact unconditional test of two proportions.

use crate::stats::unconditional_test::{Alternative, BoschlooTwoSided, DEFAULT_WORK_LIMIT, boschloo};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, Method, describe, tables};

/// The method `boschloo`.
pub(super) struct Boschloo;

impl Method for Boschloo {
    fn name(&self) -> &'static str {
        "boschloo"
    }
    fn title(&self) -> &'static str {
        "Boschloo's exact test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the proportions of responders of two arms differ, given the sizes of the arms only.",
            formula: "The largest probability, over the common proportion, of the tables whose Fisher p-value is not above the observed one.",
            limits: "Not computed for more than about a million possible tables. Never less powerful than Fisher's test.",
            source: "Boschloo 1970, Statistica Neerlandica 24:1-35.",
            sas: "no procedure; PROC FREQ has EXACT FISHER and EXACT BARNARD only",
            r: "exact2x2::boschloo(x1, n1, x2, n2, tsmethod = \"central\"); Exact::exact.test(method = \"boschloo\"); Python scipy.stats.boschloo_exact",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "alternative",
                kind: OptionKind::Choice(&["two_sided", "less", "greater"]),
                about: "whether the first arm's proportion differs, is smaller, or is larger",
            },
            OptionDoc {
                name: "two_sided",
                kind: OptionKind::Choice(&["twice_smaller", "fisher"]),
                about: "two-sided p-value: twice the smaller one-sided (scipy, exact2x2 central), or tables ordered by Fisher's two-sided p-value (R Exact)",
            },
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Response
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::responses(writer);
        let alternative = match options.choice("alternative") {
            "less" => Alternative::Less,
            "greater" => Alternative::Greater,
            _ => Alternative::TwoSided,
        };
        for comparison in writer.input.comparisons.clone() {
            let table = tables::two_by_two(writer.input, comparison);
            let test = boschloo(table, alternative, two_sided(options), DEFAULT_WORK_LIMIT);

            writer.compared("p", comparison, test.map(|t| t.p));
            writer.compared("nuisance", comparison, test.map(|t| t.nuisance));
        }
    }
}

fn two_sided(options: &Options) -> BoschlooTwoSided {
    match options.choice("two_sided") {
        "fisher" => BoschlooTwoSided::FisherTwoSided,
        _ => BoschlooTwoSided::TwiceSmaller,
    }
}
