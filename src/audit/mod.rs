//! What a run leaves behind for an auditor: its folder, manifest and log, the trace database, the privacy gate.

pub mod certificate;
pub mod manifest;
pub mod privacy;
pub mod recorded;
pub mod resolve;
pub mod run_folder;
pub mod run_log;
pub mod trace;
pub mod trace_cell;
pub mod trace_db;
pub mod trace_file;
mod trace_schema;
pub mod trace_text;
