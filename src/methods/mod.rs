//! One file per statistical method: binds data to `stats`, writes results with their lineage.

pub mod ae_events;
pub mod ae_incidence;
pub mod ae_registry;
pub mod ae_terms;
pub mod age_group;
mod ancova;
mod ancova_model;
mod andersen_gill;
mod anova;
mod barnard;
pub mod baseline;
mod boschloo;
mod chi_square;
mod cmh;
mod cochran_armitage;
pub mod coding_sheet;
mod columns;
mod count_model;
mod cox;
mod crossover;
mod cumulative_incidence;
pub mod deaths;
mod describe;
mod effect;
mod event_measure;
pub mod explain;
mod fine_gray;
mod firth;
mod fisher;
mod geometric_mean;
mod incidence_rate;
pub mod input;
pub mod intercurrent;
pub mod item_keys;
mod jonckheere_terpstra;
mod kaplan_meier;
mod kruskal_wallis;
mod levels;
mod log_rank;
mod logistic;
mod mann_whitney_probability;
pub mod margin;
mod mcnemar;
mod mean_cumulative_function;
mod measure;
mod mmrm;
mod model_columns;
mod multiple_imputation;
pub mod multiplicity;
mod negative_binomial;
mod one_sample_t_test;
pub mod options;
mod paired_t_test;
mod pairs;
mod permutation;
pub mod plan;
mod poisson;
mod proportion;
mod proportional_odds;
mod rank_ancova;
mod regression;
mod risk_difference;
mod rmst;
pub mod shift_counts;
pub mod shift_table;
mod signed_rank;
mod single_imputation;
mod stratified_risk_difference;
mod subgroup;
mod summary;
mod t_test;
mod tables;
mod tipping_point;
mod van_elteren;
mod wilcoxon;
mod win_ratio;
pub mod writer;

pub use effect::main_effect;
pub use explain::{catalogue, explain, list, names};
use input::{AnalysisInput, Shape};
use item_keys::ItemKey;
use options::{OptionDoc, Options};
use writer::Writer;

use crate::base::codes;
use crate::base::diagnostic::Diagnostics;
use crate::spec::analysis::{AnalysisItem, EndpointSpec};

/// What `explain METHOD` and section 16.1.9 say about a method.
#[derive(Clone, Copy, Debug)]
pub struct About {
    /// What it estimates or tests, in one sentence.
    pub estimand: &'static str,
    /// How it is computed.
    pub formula: &'static str,
    /// When it should not be used, and what it cannot do.
    pub limits: &'static str,
    /// Where the definition is published.
    pub source: &'static str,
    /// The SAS statement that gives the same numbers.
    pub sas: &'static str,
    /// The R call that gives the same numbers.
    pub r: &'static str,
}

/// One analysis as configured, its data bound.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// The endpoint.
    pub endpoint: &'a EndpointSpec,
    /// The analysis.
    pub item: &'a AnalysisItem,
    /// Its options.
    pub options: &'a Options,
    /// Its data.
    pub input: &'a AnalysisInput,
}

impl Setup<'_> {
    /// Reports that the analysis cannot be set up, at its method.
    fn fault(&self, sink: &mut Diagnostics, said: &str, hint: &str) {
        let said = format!("`{}`: {said}", *self.item.id);
        sink.error(&codes::ANA_001, self.item.method.place.clone(), said).hint(hint);
    }
}

/// A statistical method.
pub trait Method: Sync {
    /// As written in the configuration.
    fn name(&self) -> &'static str;
    /// Words for tables.
    fn title(&self) -> &'static str;
    /// Documentation.
    fn about(&self) -> About;
    /// Options with their defaults.
    fn options(&self) -> &'static [OptionDoc];
    /// What kind of value it takes.
    fn shape(&self) -> Shape;
    /// Which keys of the analysis it reads beside the measure; giving another is an error.
    fn reads(&self) -> &'static [ItemKey];
    /// Reports what makes the analysis impossible as configured.
    fn check(&self, _setup: &Setup<'_>, _sink: &mut Diagnostics) {}
    /// Computes and writes.
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>);
}

/// Every method, by name. Keep it alphabetical; a test checks it.
pub static METHODS: &[&dyn Method] = &[
    &ancova::Ancova,
    &andersen_gill::AndersenGill,
    &anova::Anova,
    &barnard::Barnard,
    &boschloo::Boschloo,
    &chi_square::ChiSquare,
    &cmh::Cmh,
    &cochran_armitage::CochranArmitage,
    &cox::Cox,
    &crossover::Crossover,
    &cumulative_incidence::CumulativeIncidence,
    &fine_gray::FineGray,
    &firth::Firth,
    &fisher::Fisher,
    &geometric_mean::GeometricMean,
    &incidence_rate::IncidenceRate,
    &jonckheere_terpstra::JonckheereTerpstra,
    &kaplan_meier::KaplanMeier,
    &kruskal_wallis::KruskalWallis,
    &log_rank::LogRank,
    &logistic::Logistic,
    &mann_whitney_probability::MannWhitneyProbability,
    &mcnemar::McNemar,
    &mean_cumulative_function::MeanCumulativeFunction,
    &mmrm::MixedModel,
    &multiple_imputation::MultipleImputation,
    &negative_binomial::NegativeBinomial,
    &one_sample_t_test::OneSampleTTest,
    &paired_t_test::PairedTTest,
    &permutation::Permutation,
    &poisson::Poisson,
    &proportion::Proportion,
    &proportional_odds::ProportionalOdds,
    &rank_ancova::RankAncova,
    &risk_difference::RiskDifference,
    &rmst::Rmst,
    &signed_rank::SignedRank,
    &stratified_risk_difference::StratifiedRiskDifference,
    &summary::Summary,
    &t_test::TTest,
    &tipping_point::TippingPoint,
    &van_elteren::VanElteren,
    &wilcoxon::Wilcoxon,
    &win_ratio::WinRatio,
];

/// The method of a name.
#[must_use]
pub fn find(name: &str) -> Option<&'static dyn Method> {
    METHODS.iter().copied().find(|m| m.name() == name)
}

/// The option every method with an interval has.
pub(crate) const CONF_LEVEL: OptionDoc = OptionDoc {
    name: "conf_level",
    kind: options::OptionKind::Number { low: 0.5, high: 0.9999, default: None },
    about: "two-sided confidence level as a fraction; the study's if left out",
};

/// Number of draws of a Monte Carlo p-value.
pub(crate) const SAMPLES: OptionDoc = OptionDoc {
    name: "samples",
    kind: options::OptionKind::Number { low: 2.0, high: 1e8, default: Some(10_000.0) },
    about: "number of random draws with `monte_carlo`, a whole number",
};

/// Start of the random numbers.
pub(crate) const SEED: OptionDoc = OptionDoc {
    name: "seed",
    kind: options::OptionKind::Number { low: 0.0, high: 9_007_199_254_740_991.0, default: Some(1.0) },
    about: "start of the random numbers with `monte_carlo`, a whole number; the same seed and data give the same p-value",
};
