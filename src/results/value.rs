//! One number, never formatted, and how it is to be shown by default.

use super::key::ResultKey;
use super::lineage::LineageId;

/// What an analysis found.
#[derive(Clone, Debug, PartialEq)]
pub enum ResultValue {
    /// How many records (subjects are records of the subject table).
    Count(u64),
    /// A finite number in the unit of its result.
    Real(f64),
    /// A date, level or other text taken from the data.
    Text(String),
    /// It cannot be computed, and why: a result, not an absence.
    NotEstimable(String),
}

impl ResultValue {
    /// The number, if it is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "counts of trial records are far below 2^53")]
            Self::Count(n) => Some(*n as f64),
            Self::Real(x) => Some(*x),
            Self::Text(_) | Self::NotEstimable(_) => None,
        }
    }

    /// The count, if it is one.
    #[must_use]
    pub fn as_count(&self) -> Option<u64> {
        if let Self::Count(n) = self { Some(*n) } else { None }
    }
}

/// How a result is shown where nothing else is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// A whole number.
    Count,
    /// Fixed decimals.
    Decimals(u8),
    /// A percentage with fixed decimals, without the sign.
    Percent(u8),
    /// A p-value: three decimals, `<0.001`, `>0.999`.
    PValue,
    /// As few digits as say the number again exactly.
    Plain,
    /// Text as it is.
    Text,
}

/// A number that is not in the workbook: who vouches for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attestation {
    /// Who attests.
    pub by: String,
    /// When, ISO date.
    pub on: String,
    /// Which document says so.
    pub document: String,
    /// SHA-256 of that document, if recorded.
    pub sha256: Option<String>,
}

/// One number, ready to be printed, compared and traced.
#[derive(Clone, Debug)]
pub struct AnalysisResult {
    /// Its address.
    pub key: ResultKey,
    /// The number.
    pub value: ResultValue,
    /// How it is shown by default.
    pub style: Style,
    /// Unit of a real number, where it has one.
    pub unit: Option<String>,
    /// Where it comes from.
    pub lineage: LineageId,
    /// Set when a person vouches for it instead of the data.
    pub attestation: Option<Attestation>,
}
