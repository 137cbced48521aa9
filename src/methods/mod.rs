//! One file per statistical method: binds data to `stats`, writes results with their lineage.

pub mod ae_events;
pub mod ae_incidence;
pub mod ae_registry;
pub mod ae_terms;
pub mod age_group;
mod ancova;
mod anova;
pub mod baseline;
mod chi_square;
mod cumulative_incidence;
pub mod deaths;
mod describe;
pub mod explain;
mod fisher;
pub mod input;
mod kaplan_meier;
mod log_rank;
mod measure;
mod mmrm;
mod multiple_imputation;
pub mod options;
pub mod plan;
mod risk_difference;
mod single_imputation;
mod summary;
mod t_test;
mod tipping_point;
mod wilcoxon;
pub mod writer;

pub use explain::{explain, names};
use input::Shape;
use options::{OptionDoc, Options};
use writer::Writer;

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
    /// Computes and writes.
    fn run(&self, options: &Options, writer: &mut Writer<'_, '_, '_>);
}

/// Every method, by name. Keep it alphabetical; a test checks it.
pub static METHODS: &[&dyn Method] = &[
    &ancova::Ancova,
    &anova::Anova,
    &chi_square::ChiSquare,
    &cumulative_incidence::CumulativeIncidence,
    &fisher::Fisher,
    &kaplan_meier::KaplanMeier,
    &log_rank::LogRank,
    &mmrm::MixedModel,
    &multiple_imputation::MultipleImputation,
    &risk_difference::RiskDifference,
    &summary::Summary,
    &t_test::TTest,
    &tipping_point::TippingPoint,
    &wilcoxon::Wilcoxon,
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
