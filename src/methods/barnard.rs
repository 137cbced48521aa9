//! Barnard's exact unconditional test of two proportions.

use crate::stats::unconditional_test::{Alternative, DEFAULT_WORK_LIMIT, barnard};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, Method, describe, tables};

/// The method `barnard`.
pub(super) struct Barnard;

impl Method for Barnard {
    fn name(&self) -> &'static str {
        "barnard"
    }
    fn title(&self) -> &'static str {
        "Barnard's exact test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the proportions of responders of two arms differ, given the sizes of the arms only.",
            formula: "The largest probability, over the common proportion, of the tables whose z = (p₁ − p₂)/√(p q (1/n₁ + 1/n₂)), p pooled, is at least as far from 0 as the observed one.",
            limits: "Not computed for more than about a million possible tables.",
            source: "Barnard 1945, Nature 156:177; Suissa & Shuster 1985, Journal of the Royal Statistical Society A 148:317-327.",
            sas: "PROC FREQ; TABLES arm*response; EXACT BARNARD;",
            r: "Exact::exact.test(method = \"z-pooled\"); Python scipy.stats.barnard_exact(pooled=True)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[OptionDoc {
            name: "alternative",
            kind: OptionKind::Choice(&["two_sided", "less", "greater"]),
            about: "whether the first arm's proportion differs, is smaller, or is larger",
        }]
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
            let test = barnard(table, alternative, DEFAULT_WORK_LIMIT);
            writer.compared("z", comparison, test.map(|t| t.statistic));
            writer.compared("p", comparison, test.map(|t| t.p));
            writer.compared("nuisance", comparison, test.map(|t| t.nuisance));
        }
    }
}
