//! Log-rank test of equal survival.

use crate::results::ResultKey;
use crate::stats::log_rank::log_rank;

use super::input::{Analysed, Shape};
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, Method, describe};

/// The method `log_rank`.
pub(super) struct LogRank;

impl Method for LogRank {
    fn name(&self) -> &'static str {
        "log_rank"
    }
    fn title(&self) -> &'static str {
        "Log-rank test"
    }
    fn about(&self) -> About {
        About {
            estimand: "Whether the hazards of the arms are equal; most sensitive to proportional hazards.",
            formula: "Observed minus expected events summed over event times, with the hypergeometric variance; strata are summed. `rho` weights by the pooled survival to that power (Fleming-Harrington; 1 is Peto-Peto).",
            limits: "Crossing curves can cancel. A competing event counts as censoring.",
            source: "Mantel 1966, Cancer Chemotherapy Reports 50:163-170; Harrington & Fleming 1982, Biometrika 69:553-566.",
            sas: "PROC LIFETEST; TIME t*status(0); STRATA arm / TEST=LOGRANK;",
            r: "survival::survdiff(Surv(t, event) ~ arm)",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        &[OptionDoc {
            name: "rho",
            kind: OptionKind::Number { low: 0.0, high: 5.0, default: Some(0.0) },
            about: "weight exponent; 0 is the log-rank test",
        }]
    }
    fn shape(&self) -> Shape {
        Shape::Time
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        describe::times(writer, false);
        let rho = options.number("rho");
        for comparison in writer.input.comparisons.clone() {
            let pair = [comparison.0, comparison.1];
            let rows: Vec<&Analysed> = writer.input.rows.iter().filter(|r| pair.contains(&r.arm)).collect();
            let group = |r: &Analysed| usize::from(r.arm == pair[1]);
            let test = test(&rows, group, 2, !writer.input.factors.is_empty(), rho);
            writer.compared("chi_square", comparison, test.as_ref().map(|t| t.chi_square).map_err(|e| *e));
            writer.compared("df", comparison, test.as_ref().map(|t| t.df).map_err(|e| *e));
            writer.compared("p", comparison, test.as_ref().map(|t| t.p).map_err(|e| *e));
        }
        let n_arms = writer.input.arms.len();
        let rows: Vec<&Analysed> = writer.input.rows.iter().collect();
        let all = test(&rows, |r| r.arm, n_arms, !writer.input.factors.is_empty(), rho);
        for arm in 0..n_arms {
            writer.arm("observed", arm, all.as_ref().map(|t| t.observed[arm]).map_err(|e| *e));
            writer.arm("expected", arm, all.as_ref().map(|t| t.expected[arm]).map_err(|e| *e));
        }
        if n_arms > 2 {
            let id = writer.input.id.clone();
            writer.overall(ResultKey::new(&id, "chi_square"), all.as_ref().map(|t| t.chi_square).map_err(|e| *e));
            writer.overall(ResultKey::new(&id, "df"), all.as_ref().map(|t| t.df).map_err(|e| *e));
            writer.overall(ResultKey::new(&id, "p"), all.as_ref().map(|t| t.p).map_err(|e| *e));
        }
    }
}

fn test(
    rows: &[&Analysed],
    group: impl Fn(&Analysed) -> usize,
    n_groups: usize,
    stratified: bool,
    rho: f64,
) -> Result<crate::stats::log_rank::LogRankTest, crate::stats::NotEstimable> {
    let time: Vec<f64> = rows.iter().map(|r| r.value).collect();
    let event: Vec<bool> = rows.iter().map(|r| r.status == 1).collect();
    let groups: Vec<usize> = rows.iter().map(|r| group(r)).collect();
    let strata = strata(rows);
    log_rank(&time, &event, &groups, n_groups, stratified.then_some(strata.as_slice()), rho)
}

/// One number for each combination of factor levels.
pub(super) fn strata(rows: &[&Analysed]) -> Vec<usize> {
    let mut combinations: Vec<&[usize]> = rows.iter().map(|r| r.factors.as_slice()).collect();
    combinations.sort_unstable();
    combinations.dedup();
    rows.iter().map(|r| combinations.partition_point(|c| *c < r.factors.as_slice())).collect()
}
