//! Weighted sums of the means of arms.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::at::At;

/// A contrast of arms: the sum of their adjusted means, each times its weight.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ContrastSpec {
    /// Its id, a factor of result keys.
    pub id: At<String>,
    /// Words for tables; the id if left out.
    pub label: Option<String>,
    /// Weight of each arm, 0 for those not named: `{low: 0.5, high: 0.5, placebo: -1}`. They sum to 0.
    pub weights: IndexMap<At<String>, f64>,
}
