//! Rank analysis of covariance: Quade's test, and its stratified form.

use crate::base::diagnostic::Diagnostics;
use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::anova::FTest;
use crate::stats::rank_ancova::{quade_ancova, stratified_rank_ancova};
use crate::stats::summary::QuantileType;

use super::input::{AnalysisInput, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::pairs::{Rows, rows_of};
use super::van_elteren::mean_scores;
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method, Setup, describe};

/// The method `rank_ancova`.
pub(super) struct RankAncova;

impl Method for RankAncova {
    fn name(&self) -> &'static str {
        "rank_ancova"
    }
    fn title(&self) -> &'static str {
        "Rank analysis of covariance"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the arms differ in the values, given covariates, without assuming normal values.",
            formula: "Ranks of the values regressed on ranks of the covariates over all arms; the residuals are compared by analysis of variance (Quade, F) or as scores of the mean score test (chi-square). With `factors` ranking and regression are done within strata and the mean score test is taken.",
            limits: "It tests and does not estimate. Arms must not differ in the covariates, as in a randomised trial.",
            source: "Quade 1967, JASA 62:1187-1200; Koch et al. 1990; Stokes, Davis & Koch 2012, section 7.7.",
            sas: "PROC RANK NPLUS1; PROC REG; PROC FREQ; TABLES stratum*arm*residual / CMH2;",
            r: "summary(aov(resid(lm(rank(y) ~ rank(base))) ~ arm))",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[
            OptionDoc {
                name: "test",
                kind: OptionKind::Choice(&["quade", "mean_score"]),
                about: "Quade's F, or the randomisation chi-square; with factors always the latter",
            },
            CONF_LEVEL,
        ]
    }
    fn shape(&self) -> Shape {
        Shape::Number
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors]
    }
    fn check(&self, setup: &Setup<'_>, sink: &mut Diagnostics) {
        if setup.item.covariates.is_empty() {
            let hint =
                "name at least one under `covariates`, such as BASE; without one use `wilcoxon` or `van_elteren`";
            setup.fault(sink, "`rank_ancova` needs a covariate", hint);
        }
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::numbers(writer, QuantileType::Type2, options.number("conf_level"));
        let quade = options.choice("test") == "quade" && writer.input.factors.is_empty();
        for comparison in writer.input.comparisons.clone() {
            let arms = [comparison.0, comparison.1];
            compare(writer.input, &arms, quade, |name, value| writer.compared(name, comparison, value));
        }
        let arms: Vec<usize> = (0..writer.input.arms.len()).collect();
        if arms.len() > 2 {
            let id = writer.input.id.clone();
            compare(writer.input, &arms, quade, |name, value| writer.overall(ResultKey::new(&id, name), value));
        }
    }
}

fn compare(input: &AnalysisInput, arms: &[usize], quade: bool, put: impl FnMut(&str, Result<f64, NotEstimable>)) {
    let rows = rows_of(input, arms);
    let columns = rows.covariates(input.covariates.len());
    let covariates: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let Rows { values, groups, strata, .. } = rows;
    if quade {
        f_test(quade_ancova(&values, &covariates, &groups), put);
    } else {
        mean_scores(&stratified_rank_ancova(&values, &covariates, &groups, &strata), arms.len() == 2, put);
    }
}

fn f_test(test: Result<FTest, NotEstimable>, mut put: impl FnMut(&str, Result<f64, NotEstimable>)) {
    put("f", test.map(|t| t.f));
    put("df1", test.map(|t| t.numerator_df));
    put("df2", test.map(|t| t.denominator_df));
    put("p", test.map(|t| t.p));
}
