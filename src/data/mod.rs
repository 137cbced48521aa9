//! Typed datasets in an in-memory SQLite engine: loading, derivations, record sets, and the way back to cells.

mod build;
pub mod catalog;
mod convert;
mod derive;
mod derive_parameters;
pub mod engine;
pub mod functions;
mod graph;
mod load;
mod macros;
mod parameter;
mod pick;
pub mod record_set;
mod sandbox;
mod tables;
pub mod trace;
pub mod value;
mod watch;

pub use build::build;
pub use engine::{Engine, Expression, Subject};
pub use value::Value;

/// Functions of SQLite's own that an expression may call.
#[must_use]
pub fn built_in_functions() -> &'static [&'static str] {
    sandbox::BUILT_IN
}
