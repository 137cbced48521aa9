//! Why a statistic could not be computed, and the shapes shared by all results.

use std::fmt;

/// The reason a statistic has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotEstimable {
    /// Fewer values than the statistic needs (for example a standard deviation of one value).
    TooFewValues,
    /// All values equal, or a model that fits perfectly: nothing to compare the effect with.
    ZeroVariance,
    /// A group without any member.
    EmptyGroup,
    /// No event (or no success and no failure) in what is compared.
    NoEvents,
    /// A cell of zero where the formula divides by it or takes its logarithm.
    ZeroCell,
    /// The design does not determine the quantity (collinear terms, a level never observed).
    Singular,
    /// The curve does not reach the requested level, or is not known at the requested time.
    NotReached,
    /// The limit is infinite.
    Unbounded,
    /// Exact enumeration would need more steps than the stated limit.
    WorkLimitExceeded,
    /// The iterations of a fit did not come to rest.
    NotConverged,
    /// An argument is NaN or infinite.
    NotFinite,
    /// The method has no such number (for example a standard error of a score interval).
    NotDefined,
    /// Arguments that contradict each other or lie outside their range (lengths, level, events above total).
    InvalidArgument,
}

impl fmt::Display for NotEstimable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NotEstimable::TooFewValues => "too few values",
            NotEstimable::ZeroVariance => "no variation",
            NotEstimable::EmptyGroup => "a group is empty",
            NotEstimable::NoEvents => "no events",
            NotEstimable::ZeroCell => "a cell is zero",
            NotEstimable::Singular => "not determined by the data",
            NotEstimable::NotReached => "not reached",
            NotEstimable::Unbounded => "no finite limit",
            NotEstimable::WorkLimitExceeded => "exact computation too large",
            NotEstimable::NotConverged => "the fit did not converge",
            NotEstimable::NotFinite => "a value is not a finite number",
            NotEstimable::NotDefined => "not defined by the method",
            NotEstimable::InvalidArgument => "arguments out of range",
        })
    }
}

impl std::error::Error for NotEstimable {}

/// A number or the reason there is none.
pub type Value = Result<f64, NotEstimable>;

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Lower limit, in the unit of the estimate.
    pub lower: f64,
    /// Upper limit, in the unit of the estimate.
    pub upper: f64,
}

/// Checks that a confidence level lies strictly between 0 and 1.
pub(crate) fn check_level(level: f64) -> Result<(), NotEstimable> {
    if level > 0.0 && level < 1.0 { Ok(()) } else { Err(NotEstimable::InvalidArgument) }
}

/// Checks that every value is finite.
pub(crate) fn check_finite(values: &[f64]) -> Result<(), NotEstimable> {
    if values.iter().all(|v| v.is_finite()) { Ok(()) } else { Err(NotEstimable::NotFinite) }
}

/// Turns a number that may have overflowed into a value.
pub(crate) fn finite(value: f64) -> Value {
    if value.is_finite() { Ok(value) } else { Err(NotEstimable::NotFinite) }
}
