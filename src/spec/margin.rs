//! The margin of an analysis: non-inferiority, equivalence, superiority by a margin.

use schemars::JsonSchema;
use serde::Deserialize;

use super::at::At;

/// A margin on the scale of the effect it speaks of: a difference, or a ratio (not its logarithm).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MarginSpec {
    /// What is to be shown.
    pub kind: At<MarginKind>,
    /// With `non_inferiority` and `superiority_by_margin`: the effect that must be excluded. Non-inferiority has it on
    /// the bad side of no effect (-5 or 0.8 where higher is better, 5 or 1.25 where lower is), superiority by a margin
    /// on the good side.
    pub margin: Option<At<f64>>,
    /// With `equivalence`: the lower bound.
    pub lower: Option<At<f64>>,
    /// With `equivalence`: the upper bound.
    pub upper: Option<At<f64>>,
    /// One-sided level of each test; half of what the analysis' confidence level leaves if left out (0.025 for 95 %).
    /// The interval shown decides, so 1 - 2 alpha must be the analysis' `conf_level`.
    pub alpha: Option<At<f64>>,
    /// Result the margin speaks of, where the analysis has several: `risk_diff`, `risk_ratio`, `odds_ratio`.
    pub effect: Option<At<String>>,
    /// How the margin was chosen; the registries ask for it.
    #[serde(default)]
    pub rationale: String,
}

/// What is to be shown against a margin.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MarginKind {
    /// Not worse than the reference by as much as the margin.
    NonInferiority,
    /// Neither worse nor better than the bounds.
    Equivalence,
    /// Better than the reference by more than the margin.
    SuperiorityByMargin,
}
