//! Proportional odds regression of an ordinal response (cumulative logits).
//!
//! Model: logit P(Y <= j) = threshold_j - x'b (McCullagh 1980, "Regression models for ordinal data"), as R `polr` and
//! `clm`; the sign SAS gives is an option of each result. Checked against R and SAS in
//! `tests/reference/proportional_odds`.

mod fit;
mod likelihood;
mod newton;
mod tests_of_fit;

pub use fit::{Information, OrdinalSign, ProportionalOdds, fit_proportional_odds};
