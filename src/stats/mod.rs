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
pub mod binomial_test;
pub mod breslow_day;
pub mod chi_square;
mod cholesky;
pub mod cochran_mantel_haenszel;
pub mod common_odds_ratio_exact;
pub mod cox;
pub mod crossover;
pub mod cumulative_incidence;
pub mod distribution;
pub mod dunnett;
pub mod equivalence;
pub mod exact_risk_difference;
pub mod factorial;
pub mod farrington_manning;
pub mod fine_gray;
pub mod fisher;
pub mod fisher_monte_carlo;
mod fisher_network;
pub mod friedman;
pub mod gatekeeping;
pub mod geometric;
pub mod glm;
pub mod graphical;
pub mod gray;
pub mod heterogeneity;
pub mod hodges_lehmann;
pub mod imputation;
pub mod incidence_rate;
mod infinitesimal;
pub mod jonckheere;
pub mod kaplan_meier;
pub mod kappa;
pub mod kruskal_wallis;
pub mod linear_model;
pub mod log_rank;
pub mod log_rank_weight;
pub mod mann_whitney;
pub mod mantel_haenszel;
pub mod mcnemar;
pub mod mean_cumulative;
pub mod mean_cumulative_test;
pub mod mean_scores;
pub mod miettinen_nurminen;
pub mod mmrm;
pub mod monte_carlo;
pub mod multiplicity;
pub mod non_inferiority;
pub mod number_needed_to_treat;
pub mod odds_ratio;
pub mod ordinal;
mod orthonormal;
pub mod permutation;
pub mod proportion;
pub mod proportion_interval;
pub mod rank;
pub mod rank_ancova;
pub mod reason;
pub mod restricted_mean;
pub mod risk_difference;
pub mod robust_covariance;
pub mod root;
pub mod signed_rank;
pub mod special;
pub mod standardised_difference;
pub mod stratified_risk_difference;
pub mod subgroup;
pub mod sum;
pub mod summary;
pub mod survival_difference;
pub mod t_test;
pub mod trend_test;
pub mod two_proportions;
pub mod two_rates;
pub(crate) mod unconditional;
pub mod unconditional_test;
pub mod walsh;
pub mod wilcoxon;
pub mod win_statistics;
pub mod z_test;

pub use reason::{Interval, NotEstimable, Value};
