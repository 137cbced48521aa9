//! What a cell holds, as the file says it.

use std::fmt;

use crate::base::date::{Date, DateTime, Duration, Time};
use crate::base::number::plain;

/// A cell's value. Error cells are errors: never text, never 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum RawValue<'a> {
    /// Nothing; an empty text counts as nothing.
    Empty,
    /// Text as stored, blanks included.
    Text(&'a str),
    /// A number, always finite.
    Number(f64),
    /// A number formatted as a date, without a time.
    Date(Date),
    /// A number formatted as a date, with a time.
    DateTime(DateTime),
    /// A number formatted as a time of day.
    Time(Time),
    /// A number formatted as a length of time (`[h]:mm:ss`).
    Duration(Duration),
    /// A logical value.
    Bool(bool),
    /// An error such as `#DIV/0!`.
    Error(&'a str),
}

impl RawValue<'_> {
    /// Whether the cell holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        matches!(self, Self::Empty)
    }

    /// One letter for the type, part of the content hash: never to be changed.
    #[must_use]
    pub const fn type_tag(&self) -> u8 {
        match self {
            Self::Empty => b'-',
            Self::Text(_) => b't',
            Self::Number(_) => b'n',
            Self::Date(_) => b'd',
            Self::DateTime(_) => b'm',
            Self::Time(_) => b'h',
            Self::Duration(_) => b'u',
            Self::Bool(_) => b'b',
            Self::Error(_) => b'e',
        }
    }

    /// What the cell holds, for messages: text in quotes, so that blanks can be seen.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => "(empty)".to_owned(),
            Self::Text(text) => format!("{text:?}"),
            other => other.to_string(),
        }
    }
}

impl fmt::Display for RawValue<'_> {
    /// The canonical text of the value: numbers as their shortest decimal, dates as ISO 8601.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => Ok(()),
            Self::Text(text) | Self::Error(text) => f.write_str(text),
            Self::Number(number) => f.write_str(&plain(*number)),
            Self::Date(date) => date.fmt(f),
            Self::DateTime(moment) => moment.fmt(f),
            Self::Time(time) => time.fmt(f),
            Self::Duration(duration) => duration.fmt(f),
            Self::Bool(true) => f.write_str("TRUE"),
            Self::Bool(false) => f.write_str("FALSE"),
        }
    }
}
