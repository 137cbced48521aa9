//! Displays, the report and the registry record as neutral forms, before any format.

pub mod compose;
pub mod csr;
pub mod csr_sections;
pub mod display;
pub mod listing;
pub mod registry;
pub mod registry_baseline;
pub mod registry_check;
pub mod registry_events;
pub mod registry_input;
pub mod registry_record;
pub mod registry_terms;
pub mod view;
