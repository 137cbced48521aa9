//! The waist of the program: numbers with keys and lineage, between the data and everything printed.

pub mod key;
pub mod lineage;
pub mod series;
pub mod statistic;
pub mod store;
pub mod value;

pub use key::ResultKey;
pub use lineage::{LeftOut, Lineage, LineageId, Role};
pub use store::{NewResult, ResultSink, ResultStore};
pub use value::{AnalysisResult, Attestation, ResultValue, Style};
