//! tracelock: from a locked clinical-trial database to registry results, tables and an ICH E3 report.
//!
//! The floors, from top to bottom; a module uses lower floors only (tested).

pub mod audit;
pub mod base;
pub mod cli;
pub mod data;
pub mod input;
pub mod methods;
pub mod pipeline;
pub mod population;
pub mod render;
pub mod report;
pub mod results;
pub mod spec;
pub mod stats;
