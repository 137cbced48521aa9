//! A value of a typed dataset.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};

use crate::base::number;

/// A value as the data engine holds it; dates are ISO text.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Missing.
    #[default]
    Null,
    /// A whole number.
    Integer(i64),
    /// A decimal number; always finite.
    Real(f64),
    /// Text, or an ISO date.
    Text(String),
}

impl Value {
    /// The number, if it is one.
    #[must_use]
    pub fn as_f64(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "clinical whole numbers are far below 2^53")]
            Self::Integer(n) => Some(*n as f64),
            Self::Real(x) => Some(*x),
            Self::Null | Self::Text(_) => None,
        }
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn as_i64(&self) -> Option<i64> {
        if let Self::Integer(n) = self { Some(*n) } else { None }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// Whether it is missing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// As people read it; empty where missing.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Null => String::new(),
            Self::Integer(n) => n.to_string(),
            Self::Real(x) => number::plain(*x),
            Self::Text(text) => text.clone(),
        }
    }

    pub(super) fn from_sql(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null | ValueRef::Blob(_) => Self::Null,
            ValueRef::Integer(n) => Self::Integer(n),
            ValueRef::Real(x) => {
                if x.is_finite() {
                    Self::Real(x)
                } else {
                    Self::Null
                }
            }
            ValueRef::Text(bytes) => Self::Text(String::from_utf8_lossy(bytes).into_owned()),
        }
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null => ToSqlOutput::Owned(SqlValue::Null),
            Self::Integer(n) => ToSqlOutput::Owned(SqlValue::Integer(*n)),
            Self::Real(x) => ToSqlOutput::Owned(SqlValue::Real(*x)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}
