//! Pearson's chi-square test of response by arm.

use crate::results::ResultKey;
use crate::stats::chi_square::{Continuity, pearson_chi_square};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, Method, describe};

/// The method `chi_square`.
pub(super) struct ChiSquare;

impl Method for ChiSquare {
    fn name(&self) -> &'static str {
        "chi_square"
    }
    fn title(&self) -> &'static str {
        "Pearson's chi-square test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether response and arm are associated.",
            formula: "Sum of (observed − expected)² / expected; Yates' correction for two by two tables on request.",
            limits: "Doubtful where an expected count is below 5; use Fisher's test then.",
            source: "Pearson 1900; Yates 1934, JRSS Supplement 1:217-235; Cochran 1954, Biometrics 10:417-451.",
            sas: "PROC FREQ; TABLES arm*response / CHISQ;",
            r: "chisq.test(table(arm, response), correct = FALSE)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[OptionDoc {
            name: "continuity",
            kind: OptionKind::Choice(&["no", "yes"]),
            about: "Yates' continuity correction for two arms",
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
        let row = |writer: &Writer<'_, '_, '_>, arm: usize| {
            let (events, n) = writer.input.responders(arm);
            vec![events, n - events]
        };
        let continuity =
            if options.choice("continuity") == "yes" { Continuity::Corrected } else { Continuity::Uncorrected };
        for comparison in writer.input.comparisons.clone() {
            let test = pearson_chi_square(&[row(writer, comparison.0), row(writer, comparison.1)], continuity);
            writer.compared("chi_square", comparison, test.map(|t| t.chi_square));
            writer.compared("df", comparison, test.map(|t| t.df));
            writer.compared("p", comparison, test.map(|t| t.p));
        }
        if writer.input.arms.len() > 2 {
            let rows: Vec<Vec<u64>> = (0..writer.input.arms.len()).map(|arm| row(writer, arm)).collect();
            let test = pearson_chi_square(&rows, Continuity::Uncorrected);
            let id = writer.input.id.clone();
            writer.overall(ResultKey::new(&id, "chi_square"), test.map(|t| t.chi_square));
            writer.overall(ResultKey::new(&id, "df"), test.map(|t| t.df));
            writer.overall(ResultKey::new(&id, "p"), test.map(|t| t.p));
        }
    }
}
