//! Ground floor: diagnostics, places in the user's files, numbers and dates as people write them.

pub mod cell;
pub mod codes;
pub mod date;
pub mod diagnostic;
pub mod number;
pub mod output;
pub mod suggest;
pub mod words;
