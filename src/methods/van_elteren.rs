//! Van Elteren's test: the Wilcoxon rank-sum test within strata.

use crate::base::diagnostic::Diagnostics;
use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::mean_scores::{MeanScoreTest, RankWeights, stratified_rank_test};
use crate::stats::summary::QuantileType;

use super::input::Shape;
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::pairs::rows_of;
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe};

/// The method `van_elteren`.
pub(super) struct VanElteren;

impl Method for VanElteren {
    fn name(&self) -> &'static str {
        "van_elteren"
    }
    fn title(&self) -> &'static str {
        "Van Elteren test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether values of one arm tend to be larger than those of the other within strata, the combinations of `factors`.",
            formula: "Rank sums within each stratum, weighted by 1/(n + 1), against their expectation; variance by the permutation law given ties. With more than two arms also the test of all of them.",
            limits: "Strata with one arm only, or equal values only, say nothing; `n_strata` counts the others. Effects of opposite sign in the strata cancel. No continuity correction.",
            source: "Van Elteren 1960, Bulletin of the International Statistical Institute 37:351-361; Lehmann 1975, section 3.3.",
            sas: "PROC FREQ; TABLES stratum*arm*y / CMH2 SCORES=MODRIDIT; (Row Mean Scores Differ)",
            r: "sanon::sanon; with equal weights coin::wilcox_test(y ~ arm | stratum)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "weights",
                kind: OptionKind::Choice(&["van_elteren", "equal"]),
                about: "weight of a stratum's rank sum: 1/(n + 1) (SAS modridit) or 1 (SAS rank, coin)",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Factors]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        if setup.item.factors.is_empty() {
            let hint = "name the stratification factors under `factors`; without strata use `wilcoxon`";
            setup.fault(sink, "`van_elteren` needs strata", hint);
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        let weights = if options.choice("weights") == "equal" { RankWeights::Equal } else { RankWeights::VanElteren };
        describe::numbers(writer, QuantileType::Type2, options.number("conf_level"));
        let test = |input: &super::input::AnalysisInput, arms: &[usize]| {
            let rows = rows_of(input, arms);
            stratified_rank_test(&rows.values, &rows.groups, &rows.strata, weights)
        };
        for comparison in writer.input.comparisons.clone() {
            let test = test(writer.input, &[comparison.0, comparison.1]);
            mean_scores(&test, true, |name, value| writer.compared(name, comparison, value));
        }
        let arms: Vec<usize> = (0..writer.input.arms.len()).collect();
        if arms.len() > 2 {
            let id = writer.input.id.clone();
            let test = test(writer.input, &arms);
            mean_scores(&test, false, |name, value| writer.overall(ResultKey::new(&id, name), value));
        }
    }
}

/// Writes chi-square, df, p, and z of two arms.
#[expect(clippy::cast_precision_loss, reason = "counts of strata are far below 2^53")]
pub(super) fn mean_scores(
    test: &Result<MeanScoreTest, NotEstimable>,
    of_two: bool,
    mut put: impl FnMut(&str, Result<f64, NotEstimable>),
) {
    let test = test.as_ref().map_err(|e| *e);
    put("chi_square", test.map(|t| t.chi_square));
    put("df", test.map(|t| t.df));
    if of_two {
        put("z", test.and_then(|t| t.z));
    }
    put("p", test.map(|t| t.p));
    put("n_strata", test.map(|t| t.strata_used as f64));
}
