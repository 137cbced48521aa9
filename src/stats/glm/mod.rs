//! Generalised linear models: logistic, Poisson and negative binomial regression by maximum likelihood.
//!
//! A model is fitted to columns of numbers (the intercept is a column of ones, a factor is one column of zeros and
//! ones for each level but the reference), like [`super::linear_model`]. Columns that depend on earlier ones are
//! left out, and what the records do not determine is `Singular`. Source: McCullagh & Nelder (1989), "Generalized
//! linear models", 2nd ed. Checked against R in `tests/reference/{logistic,poisson,negative_binomial,firth}`.

mod dispersion;
mod family;
pub mod firth;
mod fit;
mod inference;
mod marginal;
pub mod negative_binomial;
mod newton;
mod profile;
#[cfg(test)]
mod properties;
mod separation;

pub use family::Family;
pub use fit::{GeneralisedLinearModel, fit_glm};
pub use inference::{ChiSquare, Covariance, RatioEstimate, WaldEstimate};
pub use marginal::{MarginalEffect, MarginalRisks, MarginalVariance, RobustVariance, marginal_risks};
pub use profile::ProfileInterval;
