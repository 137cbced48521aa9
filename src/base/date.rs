//! Civil dates, times and partial dates as clinical data holds them: no time zone, no clock.

mod calendar;
mod format;
mod partial;

pub use calendar::{Date, DateSystem, DateTime, Duration, Time, age_years, study_day};
pub use format::DateFormat;
pub use partial::{PartialDate, PartialTime};

/// The months in English, January first.
pub const MONTH_NAMES: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
