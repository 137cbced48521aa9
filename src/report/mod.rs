//! Displays, the report and the registry record as neutral forms, before any format.

pub mod compose;
pub mod csr;
pub mod csr_sections;
pub mod display;
pub mod listing;
pub mod registry;
pub mod suppress;
pub mod view;
