//! Missing data: single imputation, multiple imputation, reference-based imputation, pooling, tipping points.
//!
//! Visits of a subject are `Option<f64>` in order of time, `None` where missing. Subjects have keys (bytes), which name
//! their random numbers and nothing else. A multiple imputation is made of four steps, each a function: draw parameters
//! of a normal model ([`monotone`] or [`data_augmentation`]), impute with them ([`multiple`], under missing at random
//! or a reference-based assumption of [`reference_based`]), analyse each completed data set (the caller), pool
//! ([`rubin`]). [`tipping_point`] shifts imputed values before the analysis. [`conditional_mean`] imputes once, by the
//! conditional mean, with the variance of a jackknife over subjects.
//!
//! **Which variance.** Under reference-based assumptions the two ways estimate different things. Rubin's rules keep the
//! information lost by missing visits in the variance (information-anchored: Cro, Carpenter & Kenward 2019). The jackknife
//! estimates the variance over repeated trials, which borrowing from the reference makes smaller (Wolbers et al. 2022).

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
