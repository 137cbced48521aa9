//! tracelock: from a locked clinical-trial database to registry results, tables and an ICH E3 report.
//!
//! The floors, from top to bottom; a module uses lower floors only (tested).

pub mod base;
pub mod data;
pub mod input;
pub mod methods;
pub mod population;
pub mod results;
pub mod spec;
pub mod stats;
pub mod report;
