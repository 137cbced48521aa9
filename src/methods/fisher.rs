//! Fisher's exact test: two arms, or all arms at once.

use crate::results::ResultKey;
use crate::stats::fisher::{DEFAULT_WORK_LIMIT, fisher_two_by_two};
use crate::stats::fisher_monte_carlo::{TableP, fisher_exact_or_monte_carlo};

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, Method, describe};

/// Random tables where the exact law would need more than [`DEFAULT_WORK_LIMIT`] steps, and their seed.
const SAMPLES: u64 = 100_000;
const SEED: u64 = 1;

/// The method `fisher`.
pub(super) struct Fisher;

impl Method for Fisher {
    fn name(&self) -> &'static str {
        "fisher"
    }
    fn title(&self) -> &'static str {
        "Fisher's exact test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether response and arm are associated, given the margins of the table.",
            formula: "Two-sided p: the probability of all tables with these margins that are no more probable than the observed one.",
            limits: "Conservative in small samples. With more than two arms the exact law is given up beyond fifty million steps of the network; then 100 000 random tables from a fixed seed estimate p, and `p_se` is its standard error.",
            source: "Fisher 1935, The Design of Experiments, chapter II; Mehta & Patel 1983, JASA 78:427-434, for r x c tables.",
            sas: "PROC FREQ; TABLES arm*response / FISHER;",
            r: "fisher.test(table(arm, response))",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[OptionDoc {
            name: "sides",
            kind: OptionKind::Choice(&["two", "less", "greater"]),
            about: "two-sided, or one-sided for a smaller or greater proportion in the compared arm",
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
        for comparison in writer.input.comparisons.clone() {
            let (events_a, n_a) = writer.input.responders(comparison.0);
            let (events_b, n_b) = writer.input.responders(comparison.1);
            let test = fisher_two_by_two(events_a, n_a, events_b, n_b);
            let p = test.map(|t| match options.choice("sides") {
                "less" => t.p_less,
                "greater" => t.p_greater,
                _ => t.p_two_sided,
            });
            writer.compared("p", comparison, p);
        }
        if writer.input.arms.len() > 2 {
            let rows: Vec<Vec<u64>> = (0..writer.input.arms.len())
                .map(|arm| {
                    let (events, n) = writer.input.responders(arm);
                    vec![events, n - events]
                })
                .collect();
            let key = ResultKey::new(&writer.input.id, "p");
            match fisher_exact_or_monte_carlo(&rows, DEFAULT_WORK_LIMIT, SAMPLES, SEED) {
                Ok(TableP::MonteCarlo(drawn)) => {
                    writer.overall(key, Ok(drawn.p));
                    let key = ResultKey::new(&writer.input.id, "p_se");
                    writer.overall(key, Ok(drawn.standard_error));
                }
                Ok(TableP::Exact(p)) => writer.overall(key, Ok(p)),
                Err(reason) => writer.overall(key, Err(reason)),
            }
        }
    }
}
