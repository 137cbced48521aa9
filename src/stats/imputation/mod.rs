//! Missing data: single imputation, multiple imputation, reference-based imputation, pooling, tipping points.
//!
//! Visits of a subject are `Option<f64>` in order of time, `None` where missing. Subjects have keys (bytes), which name
//! their random numbers and nothing else. A multiple imputation is made of four steps, each a function: draw parameters
//! of a normal model ([`monotone`] or [`data_augmentation`]), impute with them ([`multiple`], under missing at random
//! or a reference-based assumption of [`reference_based`]), analyse each completed data set (the caller), pool
//! ([`rubin`]). [`tipping_point`] shifts imputed values before the analysis. [`conditional_mean`] imputes once, by the
//! conditional mean, with the variance of a jackknife over subjects.

pub mod carried_forward;
pub mod conditional_mean;
pub mod conditional_normal;
pub mod data_augmentation;
pub mod likelihood_fit;
pub mod matrix;
pub mod monotone;
pub mod multiple;
pub mod non_responder;
pub mod normal_model;
pub mod orthonormal;
pub mod random_stream;
pub mod reference_based;
pub mod rubin;
pub mod tipping_point;
pub mod wald;
pub mod wishart;
