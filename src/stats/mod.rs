//! Statistics as plain functions on slices: no clinical word, no input but the arguments, no output but the result.
//!
//! Every function returns a result struct or a [`NotEstimable`] reason; NaN never leaves this module.
//! Groups, strata, causes and factor levels are indices `0..k`. Nothing is dropped silently: missing values are
//! the caller's to remove (a NaN or infinite argument is refused with [`NotEstimable::NotFinite`]).
//!
//! **The caller's duty with ties.** Differences of decimals are not exact in binary (`85.2 - 80.5` and
//! `90.1 - 85.4` differ in the last bit), so values that are ties on paper may not be ties in memory. Round derived
//! values with [`rank::round_decimals`] or [`rank::round_significant`] to the decimals of the data before calling a
//! method that ranks or groups equal values ([`wilcoxon`], [`kaplan_meier`], [`log_rank`], [`cumulative_incidence`]).

pub mod ancova;
pub mod anova;
pub mod assignment;
pub mod chi_square;
pub mod cumulative_incidence;
pub mod distribution;
pub mod fisher;
pub mod fisher_monte_carlo;
mod fisher_network;
pub mod friedman;
pub mod geometric;
pub mod gray;
pub mod hodges_lehmann;
pub mod jonckheere;
pub mod kaplan_meier;
pub mod kruskal_wallis;
pub mod linear_model;
pub mod log_rank;
pub mod mann_whitney;
pub mod mean_scores;
pub mod miettinen_nurminen;
pub mod monte_carlo;
pub mod odds_ratio;
pub mod permutation;
pub mod proportion;
pub mod rank;
pub mod rank_ancova;
pub mod reason;
pub mod root;
pub mod signed_rank;
pub mod special;
pub mod sum;
pub mod summary;
pub mod t_test;
pub mod two_proportions;
pub mod walsh;
pub mod wilcoxon;
pub mod win_statistics;

pub use reason::{Interval, NotEstimable, Value};
