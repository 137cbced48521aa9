//! tracelock: from a locked clinical-trial database to registry results, tables and an ICH E3 report.
//!
//! Data flow one way: locked sheets, datasets, analysis sets and flow, results, displays and records, files. A reader
//! who is new here starts with [`pipeline::build`], which is that sentence as code, and goes down from there.
//!
//! # Floors
//!
//! A module uses modules of lower lines only. The table is read by a test (`tests/suite/tidy.rs`), which holds every
//! `crate::…` path of the sources against it.
//!
//! ```text
//! cli            arguments, printing, exit codes, the clock
//! pipeline       the stages in order
//! audit          run folder, manifest, run log, privacy gate, trace database
//! render         one file per output format; the place of every printed number
//! report         displays, study report, registry record: neutral forms, before any format
//! methods        one file per statistical method: binds data to `stats`, writes results
//! population     analysis sets, disposition, participant flow (CONSORT)
//! results        result types and store, keys, lineage: the narrow waist
//! data           SQLite tables, typed datasets, derivations, record sets
//! spec, input    typed configuration with places; files to raw cells, lock record
//! base, stats    diagnostics, cells, dates, rounding, writing files; pure numerics
//! ```

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
