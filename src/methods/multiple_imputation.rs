//! Multiple imputation: missing visits drawn many times, each data set analysed by covariance, pooled by Rubin's rules.

use crate::results::ResultKey;
use crate::stats::NotEstimable;
use crate::stats::ancova::{Ancova, AncovaInput, Factor, MarginWeights, ancova};
use crate::stats::imputation::data_augmentation::{draw_own_chain, fill_gaps};
use crate::stats::imputation::likelihood_fit::{Likelihood, fit_normal_model};
use crate::stats::imputation::monotone::fit_monotone;
use crate::stats::imputation::multiple::{Departure, impute};
use crate::stats::imputation::normal_model::{Longitudinal, NormalParameters};
use crate::stats::imputation::reference_based::Strategy;
use crate::stats::imputation::rubin::{FractionDf, Pooled, PooledDf, pool};
use crate::stats::imputation::tipping_point::{ShiftedVisits, Shifts, apply_deltas};
use crate::stats::linear_model::LinearEstimate;

use super::input::{AnalysisInput, Shape};
use super::item_keys::ItemKey;
use super::options::{OptionDoc, OptionKind, Options};
use super::writer::Writer;
use super::{About, CONF_LEVEL, Method};

/// The method `multiple_imputation`.
pub(super) struct MultipleImputation;

pub(super) const SEED: OptionDoc = OptionDoc {
    name: "seed",
    kind: OptionKind::Number { low: 0.0, high: 9_007_199_254_740_991.0, default: Some(1.0) },
    about: "whole number that names the random numbers; the same seed gives the same results, whatever the order of records. SAS and R have other generators: their numbers agree within the error of the draws only",
};
pub(super) const IMPUTATIONS: OptionDoc = OptionDoc {
    name: "imputations",
    kind: OptionKind::Number { low: 2.0, high: 10_000.0, default: Some(100.0) },
    about: "number of imputed data sets (SAS 25, R mice 5 by default)",
};
pub(super) const APPROACH: OptionDoc = OptionDoc {
    name: "approach",
    kind: OptionKind::Choice(&["data_augmentation", "monotone"]),
    about: "draws of the parameters: a Markov chain for any pattern (SAS MCMC), or regressions visit by visit, gaps before an observed visit filled by the chain first (SAS MCMC IMPUTE=MONOTONE, then MONOTONE REG)",
};
pub(super) const BURN_IN: OptionDoc = OptionDoc {
    name: "burn_in",
    kind: OptionKind::Number { low: 1.0, high: 100_000.0, default: Some(200.0) },
    about: "steps of each imputation's own chain from the maximum likelihood estimates (SAS NBITER=200; SAS runs one chain for all by default)",
};
pub(super) const MODEL: OptionDoc = OptionDoc {
    name: "model",
    kind: OptionKind::Choice(&["pooled", "by_arm"]),
    about: "imputation model: arms as columns with one covariance (R rbmi), or means and covariance of each arm (SAS BY arm)",
};
pub(super) const STRATEGY: OptionDoc = OptionDoc {
    name: "strategy",
    kind: OptionKind::Choice(&["mar", "j2r", "cr", "cir", "lmcf"]),
    about: "visits after the last observed one: at random; jump to reference; copy reference; copy increments of reference; last mean carried forward. The reference is the reference arm of study.yaml; gaps before an observed visit are at random",
};
pub(super) const SHIFTED_ARMS: OptionDoc = OptionDoc {
    name: "shifted_arms",
    kind: OptionKind::Choice(&["others", "all"]),
    about: "arms whose imputed values are shifted: all but the reference arm, or all",
};
pub(super) const DF: OptionDoc = OptionDoc {
    name: "df",
    kind: OptionKind::Choice(&["barnard_rubin", "rubin"]),
    about: "degrees of freedom: adjusted for those of the complete data (R mice, SAS EDF=), or of 1987 (SAS default)",
};
pub(super) const WEIGHTS: OptionDoc = OptionDoc {
    name: "weights",
    kind: OptionKind::Choice(&["equal", "observed"]),
    about: "weights of factor levels in LS means: every level alike (SAS default) or as observed (SAS OM)",
};

impl Method for MultipleImputation {
    fn name(&self) -> &'static str {
        "multiple_imputation"
    }
    fn title(&self) -> &'static str {
        "Analysis of covariance after multiple imputation"
    }
    fn about(&self) -> About {
        About {
            estimand: "Means of the arms at the last of the visits, adjusted for covariates and factors, and their differences, under an assumption about the missing visits.",
            formula: "Visits of a subject are normal given arm, covariates and factors. For each imputation parameters are drawn, missing visits are drawn given the observed ones under the strategy, the last visit is analysed by covariance (arm, factors, covariates); estimates are pooled: variance W + (1 + 1/m) B. `fmi` is the fraction of missing information with the degrees of freedom of Rubin 1987, as SAS.",
            limits: "Subjects need their covariates; a baseline alone is enough. Data that cannot determine the imputation model give no number; `lmcf` needs a visit of everybody. With reference-based strategies the variance is that of Rubin's rules, which is larger than the variance over repeated trials.",
            source: "Rubin 1987, Multiple Imputation for Nonresponse in Surveys; Barnard & Rubin 1999, Biometrika 86:948-955; Carpenter, Roger & Kenward 2013, J Biopharm Stat 23:1352-1371; Schafer 1997.",
            sas: "PROC MI NIMPUTE=100 SEED=1; MCMC CHAIN=MULTIPLE; VAR base v1-v4; then PROC MIXED BY _IMPUTATION_ and PROC MIANALYZE EDF=",
            r: "rbmi::draws(method = method_bayes()); rbmi::impute(); rbmi::analyse(ancova); rbmi::pool()",
        }
    }
    fn options(&self) -> &'static [OptionDoc] {
        const DELTA: OptionDoc = OptionDoc {
            name: "delta",
            kind: OptionKind::Number { low: -1e9, high: 1e9, default: Some(0.0) },
            about: "added to imputed values of the last visit, in units of the measure",
        };
        &[SEED, IMPUTATIONS, APPROACH, BURN_IN, MODEL, STRATEGY, DELTA, SHIFTED_ARMS, DF, WEIGHTS, CONF_LEVEL]
    }
    fn shape(&self) -> Shape {
        Shape::VisitsToImpute
    }
    fn reads(&self) -> &'static [ItemKey] {
        &[ItemKey::Compare, ItemKey::Covariates, ItemKey::Factors, ItemKey::Visits]
    }
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>) {
        counts(writer);
        let drawn = Imputed::draw(options, writer.input);
        let analysed = drawn.as_ref().map_err(|e| *e).and_then(|drawn| drawn.analyse(options.number("delta")));
        let analysed = analysed.as_ref().map_err(|e| *e);
        for arm in 0..writer.input.arms.len() {
            let pooled = analysed.and_then(|a| a.pooled(|fit| fit.least_squares_means[arm]));
            for (name, value) in estimates("lsmean", pooled) {
                writer.arm(name, arm, value);
            }
        }
        for comparison in writer.input.comparisons.clone() {
            let pooled = analysed.and_then(|a| a.pooled(|fit| fit.contrast(comparison.0, comparison.1)));
            for (name, value) in estimates("diff", pooled) {
                writer.compared(name, comparison, value);
            }
        }
        let imputations = analysed.map(|a| a.n_imputations());
        let key = ResultKey::new(&writer.input.id, "imputations");
        writer.overall(key, imputations);
    }
}

/// Numbers of subjects: analysed, not analysed, with the last visit imputed, and observed at each visit.
pub(super) fn counts(writer: &mut Writer<'_, '_, '_>) {
    for arm in 0..writer.input.arms.len() {
        writer.count("n", arm, |_| true);
        writer.missing(arm);
        writer.count("imputed", arm, |r| r.imputed);
        for (at, visit) in writer.input.visits.clone().into_iter().enumerate() {
            let key = writer.arm_key("n", arm).with("visit", visit);
            writer.count_keyed(key, arm, |r| r.at_visits.get(at).copied().flatten().is_some());
        }
    }
}

/// A pooled estimate as results.
pub(super) fn estimates(
    name: &str,
    value: Result<Pooled, NotEstimable>,
) -> [(&'static str, Result<f64, NotEstimable>); 8] {
    let [estimate, se, lower, upper] = if name == "diff" {
        ["diff", "diff_se", "diff_lower", "diff_upper"]
    } else {
        ["lsmean", "lsmean_se", "lsmean_lower", "lsmean_upper"]
    };
    [
        (estimate, value.map(|v| v.estimate)),
        (se, value.map(|v| v.standard_error)),
        (lower, value.and_then(|v| v.interval).map(|i| i.lower)),
        (upper, value.and_then(|v| v.interval).map(|i| i.upper)),
        ("t", value.map(|v| v.t)),
        ("df", value.and_then(|v| v.df)),
        ("p", value.map(|v| v.p_two_sided)),
        ("fmi", value.map(|v| v.fraction_missing)),
    ]
}

/// The subjects with their visits, and every completed data set.
pub(super) struct Imputed {
    visits: Vec<Vec<Option<f64>>>,
    completed: Vec<Vec<Vec<f64>>>,
    arm: Vec<usize>,
    n_arms: usize,
    factors: Vec<(Vec<usize>, usize)>,
    covariates: Vec<Vec<f64>>,
    /// Whether imputed values of each arm are shifted.
    shifted: Vec<bool>,
    weights: MarginWeights,
    barnard_rubin: bool,
    level: f64,
}

impl Imputed {
    /// Draws the imputations.
    pub(super) fn draw(options: &Options, input: &AnalysisInput) -> Result<Self, NotEstimable> {
        let rows = &input.rows;
        let arm: Vec<usize> = rows.iter().map(|r| r.arm).collect();
        let visits: Vec<Vec<Option<f64>>> = rows.iter().map(|r| r.at_visits.clone()).collect();
        let factors: Vec<(Vec<usize>, usize)> = (0..input.factors.len())
            .map(|at| compact(&rows.iter().map(|r| r.factors[at]).collect::<Vec<usize>>()))
            .collect();
        let covariates: Vec<Vec<f64>> =
            (0..input.covariates.len()).map(|at| rows.iter().map(|r| r.covariates[at]).collect()).collect();
        let reference = input.reference.unwrap_or_default();
        let everyone = options.choice("shifted_arms") == "all";
        let mut imputed = Self {
            completed: Vec::new(),
            n_arms: input.arms.len(),
            shifted: (0..input.arms.len()).map(|at| everyone || at != reference).collect(),
            weights: if options.choice("weights") == "observed" {
                MarginWeights::Observed
            } else {
                MarginWeights::Equal
            },
            barnard_rubin: options.choice("df") == "barnard_rubin",
            level: options.number("conf_level"),
            visits,
            arm,
            factors,
            covariates,
        };
        imputed.completed = imputed.complete(options, input, reference)?;
        Ok(imputed)
    }

    /// Design row of a subject as if it were in `arm`; without columns for arms where these are groups.
    fn design_row(&self, subject: usize, arm: Option<usize>) -> Vec<f64> {
        let indicators = |n: usize, level: usize| (1..n).map(move |l| f64::from(u8::from(l == level)));
        let mut row = vec![1.0];
        if let Some(arm) = arm {
            row.extend(indicators(self.n_arms, arm));
        }
        for (level, n) in &self.factors {
            row.extend(indicators(*n, level[subject]));
        }
        row.extend(self.covariates.iter().map(|c| c[subject]));
        row
    }

    fn complete(
        &self,
        options: &Options,
        input: &AnalysisInput,
        reference: usize,
    ) -> Result<Vec<Vec<Vec<f64>>>, NotEstimable> {
        let by_arm = options.choice("model") == "by_arm";
        let n = self.arm.len();
        let row = |i: usize, arm: usize| self.design_row(i, (!by_arm).then_some(arm));
        let design: Vec<Vec<f64>> = (0..n).map(|i| row(i, self.arm[i])).collect();
        let as_reference: Vec<Vec<f64>> = (0..n).map(|i| row(i, reference)).collect();
        let group: Vec<usize> = if by_arm { self.arm.clone() } else { vec![0; n] };
        let keys: Vec<&[u8]> = input.rows.iter().map(|r| r.key.as_bytes()).collect();
        let strategy = match options.choice("strategy") {
            "j2r" => Strategy::JumpToReference,
            "cr" => Strategy::CopyReference,
            "cir" => Strategy::CopyIncrements,
            "lmcf" => Strategy::LastMeanCarriedForward,
            _ => Strategy::MissingAtRandom,
        };
        let reference_group = if by_arm { reference } else { 0 };
        let departures: Vec<Option<Departure<'_>>> = (0..n)
            .map(|i| {
                let first_affected = self.visits[i].iter().rposition(Option::is_some).map_or(0, |last| last + 1);
                let departed = strategy != Strategy::MissingAtRandom && first_affected < self.visits[i].len();
                departed.then(|| Departure {
                    strategy,
                    first_affected,
                    reference_group,
                    reference_design: &as_reference[i],
                })
            })
            .collect();
        let n_groups = if by_arm { self.n_arms } else { 1 };
        let data = Longitudinal { keys: &keys, visits: &self.visits, design: &design, group: &group, n_groups };
        let draw = draws(options, &data)?;
        let (seed, m) = (whole(options.number("seed")), whole(options.number("imputations")));
        let one = |k: u64| {
            let (parameters, filled) = draw(seed, k)?;
            let visits = filled.as_ref().unwrap_or(&self.visits);
            impute(&Longitudinal { visits, ..data }, &parameters, &departures, seed, k)
        };
        (1..=m).map(one).collect()
    }

    /// Analyses each data set with its imputed values of the last visit shifted.
    pub(super) fn analyse(&self, delta: f64) -> Result<Analysed<'_>, NotEstimable> {
        let last = self.visits.first().map_or(0, Vec::len).checked_sub(1).ok_or(NotEstimable::TooFewValues)?;
        let shift = |shifted: &bool| {
            let mut list = vec![0.0; last + 1];
            list[last] = if *shifted { delta } else { 0.0 };
            list
        };
        let deltas: Vec<Vec<f64>> = self.shifted.iter().map(shift).collect();
        let factors: Vec<Factor<'_>> = self.factors.iter().map(|(level, n)| Factor { level, n_levels: *n }).collect();
        let covariates: Vec<&[f64]> = self.covariates.iter().map(Vec::as_slice).collect();
        let treatment = Factor { level: &self.arm, n_levels: self.n_arms };
        let one = |completed: &Vec<Vec<f64>>| {
            let shifted =
                apply_deltas(&self.visits, completed, &self.arm, &deltas, Shifts::Separate, ShiftedVisits::AllImputed)?;
            let response: Vec<f64> = shifted.iter().map(|row| row[last]).collect();
            let input = AncovaInput { response: &response, treatment, factors: &factors, covariates: &covariates };
            ancova(input, self.weights, self.level)
        };
        Ok(Analysed { drawn: self, fits: self.completed.iter().map(one).collect::<Result<_, _>>()? })
    }
}

/// The analysis of each completed data set.
pub(super) struct Analysed<'d> {
    drawn: &'d Imputed,
    fits: Vec<Ancova>,
}

impl Analysed<'_> {
    /// Pools one estimate.
    pub(super) fn pooled(
        &self,
        of: impl Fn(&Ancova) -> Result<LinearEstimate, NotEstimable>,
    ) -> Result<Pooled, NotEstimable> {
        let each: Vec<LinearEstimate> = self.fits.iter().map(of).collect::<Result<_, _>>()?;
        let estimates: Vec<f64> = each.iter().map(|e| e.estimate).collect();
        let errors: Vec<f64> = each.iter().map(|e| e.standard_error).collect();
        let complete_data_df = each.first().map_or(0.0, |e| e.df);
        let df =
            if self.drawn.barnard_rubin { PooledDf::BarnardRubin { complete_data_df } } else { PooledDf::Rubin1987 };
        pool(&estimates, &errors, df, FractionDf::Rubin1987, self.drawn.level)
    }

    #[expect(clippy::cast_precision_loss, reason = "at most ten thousand imputations")]
    fn n_imputations(&self) -> f64 {
        self.fits.len() as f64
    }
}

/// Parameters of an imputation, and the visits where gaps had to be filled before.
type Drawn = (Vec<NormalParameters>, Option<Vec<Vec<Option<f64>>>>);

/// Draws by seed and number of the imputation.
type Draw<'d> = Box<dyn Fn(u64, u64) -> Result<Drawn, NotEstimable> + 'd>;

fn draws<'d>(options: &Options, data: &'d Longitudinal<'d>) -> Result<Draw<'d>, NotEstimable> {
    let monotone = options.choice("approach") == "monotone";
    if monotone && data.is_monotone() {
        let regressions = fit_monotone(data)?;
        return Ok(Box::new(move |seed, k| Ok((regressions.draw(seed, k)?, None))));
    }
    let start: Vec<NormalParameters> =
        fit_normal_model(data, Likelihood::Full)?.into_iter().map(|fit| fit.parameters).collect();
    let steps = usize::try_from(whole(options.number("burn_in"))).map_err(|_| NotEstimable::InvalidArgument)?;
    Ok(Box::new(move |seed, k| {
        let parameters = draw_own_chain(data, &start, steps, seed, k)?;
        if !monotone {
            return Ok((parameters, None));
        }
        let filled = fill_gaps(data, &parameters, seed, k)?;
        let regressions = fit_monotone(&Longitudinal { visits: &filled, ..*data })?;
        Ok((regressions.draw(seed, k)?, Some(filled)))
    }))
}

/// Levels that occur, numbered without gaps, and how many.
fn compact(levels: &[usize]) -> (Vec<usize>, usize) {
    let mut known = levels.to_vec();
    known.sort_unstable();
    known.dedup();
    let places = levels.iter().map(|level| known.binary_search(level).unwrap_or_default()).collect();
    (places, known.len())
}

/// The number of an option that is whole.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the option is within 0 and 2^53")]
fn whole(number: f64) -> u64 {
    number.round() as u64
}
