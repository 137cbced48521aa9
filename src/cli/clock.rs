//! The clock and the user's name: the only place that asks the system for either.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::base::date::Date;

/// Now, in UTC, to the second: `2026-01-31T09:30:00Z`.
pub(super) fn utc_now() -> String {
    // A clock before 1970 is a clock that was never set; its reading says so.
    utc_text(SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs()))
}

fn utc_text(seconds: u64) -> String {
    const DAY: u64 = 86_400;
    let day = i32::try_from(seconds / DAY).unwrap_or(0);
    let date = Date::from_day_number(day).map_or_else(|| "1970-01-01".to_owned(), |date| date.to_string());
    let rest = seconds % DAY;
    format!("{date}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The user's name as the system gives it.
pub(super) fn user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|name| !name.trim().is_empty())
        .unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn seconds_become_utc() {
        // `date -u -d @1769851800` and `date -u -d @951827696`.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (1_769_851_800, "2026-01-31T09:30:00Z"),
        ] {
            assert_eq!(super::utc_text(seconds), text);
        }
    }
}
