//! Linear models of factors, covariates and their products: least-squares means, contrasts, type I, II and III tests.
//!
//! Each factor has one column of zeros and ones for every level and a product of variables the products of their
//! columns; what depends on earlier columns is left out and what the records do not determine is `Singular`, so that
//! results do not depend on a coding (Searle 1971, "Linear models", section 5.4). Checked against R emmeans and car in
//! `tests/reference/factorial`.

mod least_squares_means;
mod model;
mod term_tests;

pub use least_squares_means::Position;
pub use model::{FactorialInput, FactorialModel, Variable, fit_factorial};
pub use term_tests::SumOfSquares;
