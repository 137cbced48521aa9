//! The scheme by which several hypotheses are tested together.

use schemars::JsonSchema;
use serde::Deserialize;

use super::at::At;

/// Hypotheses with the p-values that test them, and the procedure that keeps the familywise error rate.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MultiplicitySpec {
    /// The procedure.
    pub procedure: At<Procedure>,
    /// Familywise level, two-sided where the p-values are; the study's `alpha` if left out.
    pub alpha: Option<At<f64>>,
    /// Hypotheses; in the order of testing with `fixed_sequence` and `fallback`.
    pub hypotheses: Vec<HypothesisSpec>,
    /// With `graphical`: where the weight of a rejected hypothesis goes.
    #[serde(default)]
    pub edges: Vec<EdgeSpec>,
    /// With `serial_gatekeeping` and `parallel_gatekeeping`: ids of the hypotheses of each family, in order.
    #[serde(default)]
    pub families: Vec<Vec<At<String>>>,
}

/// A hypothesis.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HypothesisSpec {
    /// Its id, a level of result keys: `mult:p_adjusted[hypothesis=h1]`.
    pub id: At<String>,
    /// Key of the raw p-value: `pf_d7:p[arm=msc/placebo]`.
    pub p: At<String>,
    /// Words for people; the id if left out.
    pub label: Option<String>,
    /// Share of alpha at the start, with `bonferroni`, `holm`, `fallback` and `graphical`; equal if all leave it out.
    pub weight: Option<At<f64>>,
}

/// Where the weight of a rejected hypothesis goes.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EdgeSpec {
    /// Hypothesis that is rejected.
    pub from: At<String>,
    /// Hypothesis that receives.
    pub to: At<String>,
    /// Share of the weight, 0 to 1.
    #[serde(default)]
    pub weight: f64,
    /// Infinitesimal share: used when every other way is closed.
    #[serde(default)]
    pub epsilon: f64,
}

/// Procedures that keep the familywise error rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Procedure {
    /// Bonferroni, weighted where weights are given.
    Bonferroni,
    /// Sidak; independent or positively dependent statistics.
    Sidak,
    /// Holm, weighted where weights are given.
    Holm,
    /// Step-down Sidak.
    HolmSidak,
    /// Hochberg; independent or positively dependent statistics.
    Hochberg,
    /// Hommel; as Hochberg.
    Hommel,
    /// In the order given, each at full alpha, only after the one before.
    FixedSequence,
    /// In the order given, each with its own weight and that of a rejected one before.
    Fallback,
    /// Weights and edges as given (Bretz et al. 2009).
    Graphical,
    /// A family once all of the family before are rejected; Holm within.
    SerialGatekeeping,
    /// Each rejected hypothesis passes its weight to the next family; Holm within the last.
    ParallelGatekeeping,
}

impl Procedure {
    /// Words for the report.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Bonferroni => "Bonferroni's procedure",
            Self::Sidak => "Sidak's procedure",
            Self::Holm => "Holm's procedure",
            Self::HolmSidak => "the step-down Sidak procedure",
            Self::Hochberg => "Hochberg's procedure",
            Self::Hommel => "Hommel's procedure",
            Self::FixedSequence => "a fixed sequence",
            Self::Fallback => "the fallback procedure",
            Self::Graphical => "a graphical procedure",
            Self::SerialGatekeeping => "serial gatekeeping",
            Self::ParallelGatekeeping => "parallel gatekeeping",
        }
    }
}
