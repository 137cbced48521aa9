//! All integration tests in one program, so that the typesetter is linked once.
//!
//! One module per concern; each is declared here, and `tidy` fails where one is not.
#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a test may say what it skips, and an unwrap in a test is an assertion"
)]

mod bad_input;
mod bad_values;
mod clean_record;
mod cli_basic;
mod config_schema;
mod consistency;
mod ctis_documents;
mod demo_against_r;
mod determinism;
mod diagnostics_drawing;
mod findings;
mod input;
mod killed_builds;
mod lock;
mod method_catalogue;
mod pdf_readback;
mod pilot_derivations;
mod pilot_displays;
mod reference;
mod registry_commands;
mod registry_compare;
mod registry_corpus;
mod registry_ctgov;
mod registry_edits;
mod registry_entry_sheet;
mod registry_eudract;
mod registry_files;
mod registry_frequency;
mod registry_gaps;
mod registry_preflight;
mod registry_studies;
mod registry_summary;
mod registry_typed;
mod registry_unfinished;
mod registry_xml;
mod render_readback;
mod run_folder;
mod small_outputs;
mod small_study;
mod suppress;
mod suppress_public;
mod tidy;
mod trace_database;
mod trace_demo;
mod trials;
