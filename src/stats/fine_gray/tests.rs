//! Edge cases and properties.
use super::*;
