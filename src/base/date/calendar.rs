//! Complete dates of the Gregorian calendar, times of day and Excel serial numbers.

use std::fmt;

/// A date of the Gregorian calendar, 0001-01-01 to 9999-12-31.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Days in `month` (1 to 12) of `year`.
pub(super) fn days_in_month(year: u16, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Date {
    /// The date, or `None` where the calendar has no such day.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists =
            (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1 && day <= days_in_month(year, month);
        exists.then_some(Self { year, month, day })
    }

    /// Year, 1 to 9999.
    #[must_use]
    pub const fn year(self) -> u16 {
        self.year
    }

    /// Month, 1 to 12.
    #[must_use]
    pub const fn month(self) -> u8 {
        self.month
    }

    /// Day of the month, 1 to 31.
    #[must_use]
    pub const fn day(self) -> u8 {
        self.day
    }

    /// Reads `2021-03-05`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = text.as_bytes();
        if bytes.len() != 10 || bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let year = digits(&bytes[..4])?;
        let month = digits(&bytes[5..7])?;
        let day = digits(&bytes[8..])?;
        Self::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// Days since 1970-01-01 (negative before).
    ///
    /// Source: Hinnant 2013, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    #[must_use]
    pub fn day_number(self) -> i32 {
        let year = i32::from(self.year) - i32::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month_from_march = (i32::from(self.month) + 9) % 12;
        let day_of_year = (153 * month_from_march + 2) / 5 + i32::from(self.day) - 1;
        let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
        era * 146_097 + day_of_era - 719_468
    }

    /// The date `number` days after 1970-01-01; `None` outside the years 1 to 9999.
    ///
    /// Source: Hinnant 2013, `civil_from_days`.
    #[must_use]
    pub fn from_day_number(number: i32) -> Option<Self> {
        let shifted = i64::from(number) + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
        let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Self::new(u16::try_from(year).ok()?, u8::try_from(month).ok()?, u8::try_from(day).ok()?)
    }

    /// The date `days` later (earlier if negative); `None` outside the years 1 to 9999.
    #[must_use]
    pub fn add_days(self, days: i32) -> Option<Self> {
        Self::from_day_number(self.day_number().checked_add(days)?)
    }

    /// Days from `self` to `later`: positive if `later` is later, 0 for the same day.
    #[must_use]
    pub fn days_between(self, later: Self) -> i32 {
        later.day_number() - self.day_number()
    }

    /// The date of a whole Excel serial number.
    ///
    /// In the 1900 system 1 is 1900-01-01 and 60 is 1900-02-29, a day that never was: `None`, as are
    /// numbers below 1. In the 1904 system 0 is 1904-01-01. Both end with 9999-12-31.
    /// Source: ECMA-376-1, 18.17.4.1 "Dates in spreadsheets".
    #[must_use]
    pub fn from_excel_serial(serial: i64, system: DateSystem) -> Option<Self> {
        let number = match system {
            DateSystem::Excel1904 if serial >= 0 => serial - 24_107,
            DateSystem::Excel1900 if serial >= 61 => serial - 25_569,
            DateSystem::Excel1900 if (1..60).contains(&serial) => serial - 25_568,
            _ => return None,
        };
        Self::from_day_number(i32::try_from(number).ok()?)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// Value of ASCII digits, `None` for any other byte.
pub(super) fn digits(bytes: &[u8]) -> Option<u16> {
    if bytes.is_empty() || bytes.len() > 4 {
        return None;
    }
    bytes.iter().try_fold(0u16, |value, b| b.is_ascii_digit().then(|| value * 10 + u16::from(b - b'0')))
}

/// How a workbook counts days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateSystem {
    /// Day 1 is 1900-01-01, and 1900 counts as a leap year.
    Excel1900,
    /// Day 0 is 1904-01-01.
    Excel1904,
}

/// Milliseconds of a day.
const DAY: u32 = 86_400_000;

/// A time of day to the millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    milliseconds: u32,
}

impl Time {
    /// Midnight at the start of a day.
    pub const MIDNIGHT: Self = Self { milliseconds: 0 };

    /// The time of day, or `None` where no clock shows it. There is no 24:00 and no leap second.
    #[must_use]
    pub fn new(hour: u8, minute: u8, second: u8) -> Option<Self> {
        let valid = hour < 24 && minute < 60 && second < 60;
        valid.then(|| Self {
            milliseconds: ((u32::from(hour) * 60 + u32::from(minute)) * 60 + u32::from(second)) * 1000,
        })
    }

    /// The time `milliseconds` after midnight; `None` beyond the day.
    #[must_use]
    pub fn from_milliseconds(milliseconds: u32) -> Option<Self> {
        (milliseconds < DAY).then_some(Self { milliseconds })
    }

    /// Milliseconds since midnight.
    #[must_use]
    pub const fn milliseconds(self) -> u32 {
        self.milliseconds
    }

    /// Hour 0-23, minute 0-59, second 0-59, without the milliseconds.
    #[must_use]
    pub fn parts(self) -> (u8, u8, u8) {
        let seconds = self.milliseconds / 1000;
        ((seconds / 3600) as u8, (seconds / 60 % 60) as u8, (seconds % 60) as u8)
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (hour, minute, second) = self.parts();
        write!(f, "{hour:02}:{minute:02}:{second:02}")?;
        match self.milliseconds % 1000 {
            0 => Ok(()),
            rest => write!(f, ".{rest:03}"),
        }
    }
}

/// A date with a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateTime {
    /// The day.
    pub date: Date,
    /// The time of that day.
    pub time: Time,
}

impl DateTime {
    /// The moment of an Excel serial number, rounded to the millisecond; `None` where
    /// [`Date::from_excel_serial`] has no date for its whole part.
    #[must_use]
    pub fn from_excel_serial(serial: f64, system: DateSystem) -> Option<Self> {
        let milliseconds = (serial * f64::from(DAY)).round();
        // Not before the first day, not beyond 9999-12-31, never NaN: the cast below is exact.
        if !(0.0..=f64::from(DAY) * 2_958_466.0).contains(&milliseconds) {
            return None;
        }
        let milliseconds = milliseconds as i64;
        let date = Date::from_excel_serial(milliseconds / i64::from(DAY), system)?;
        let time = Time::from_milliseconds(u32::try_from(milliseconds % i64::from(DAY)).ok()?)?;
        Some(Self { date, time })
    }

    /// Reads `2021-03-05T10:20:30`, with a blank for the `T` or milliseconds if need be.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        super::PartialDate::parse(&text.replacen(' ', "T", 1))?.complete_time()
    }
}

impl fmt::Display for DateTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.date, self.time)
    }
}

/// A length of time to the millisecond, as cells formatted `[h]:mm:ss` hold it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Duration {
    /// Milliseconds; negative durations occur.
    pub milliseconds: i64,
}

impl Duration {
    /// The duration of a serial number of days; `None` beyond a million years and for NaN.
    #[must_use]
    pub fn from_days(days: f64) -> Option<Self> {
        (days.abs() <= 3.7e8).then(|| Self { milliseconds: (days * f64::from(DAY)).round() as i64 })
    }
}

impl fmt::Display for Duration {
    /// Hours, minutes and seconds: `255:10:10`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.milliseconds < 0 { "-" } else { "" };
        let milliseconds = self.milliseconds.unsigned_abs();
        let seconds = milliseconds / 1000;
        write!(f, "{sign}{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)?;
        match milliseconds % 1000 {
            0 => Ok(()),
            rest => write!(f, ".{rest:03}"),
        }
    }
}

/// Study day of `date`: `reference` is day 1, the day before it is day -1, there is no day 0.
///
/// Source: CDISC SDTMIG 3.4, 4.4.4 "Use of the Study Day Variables".
#[must_use]
pub fn study_day(date: Date, reference: Date) -> i32 {
    let days = reference.days_between(date);
    if days >= 0 { days + 1 } else { days }
}

/// Age at `date` in completed years; `None` before birth. Who is born on 29 February
/// completes a year on 1 March of a common year.
#[must_use]
pub fn age_years(birth: Date, date: Date) -> Option<u16> {
    if date < birth {
        return None;
    }
    let before_birthday = (date.month, date.day) < (birth.month, birth.day);
    Some(date.year - birth.year - u16::from(before_birthday))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).expect("a date of the test")
    }

    #[test]
    fn calendar_and_iso() {
        for (text, number) in [
            ("1970-01-01", 0),
            ("1969-12-31", -1),
            ("2000-02-29", 11_016),
            ("2000-03-01", 11_017),
            ("0001-01-01", -719_162),
            ("9999-12-31", 2_932_896),
        ] {
            assert_eq!(date(text).day_number(), number, "{text}");
            assert_eq!(Date::from_day_number(number).expect("in range").to_string(), text);
        }
        for text in [
            "1900-02-29",
            "2021-02-29",
            "2021-13-01",
            "2021-00-10",
            "0000-01-01",
            "2021-3-05",
            "2021-03-5",
            "2021-03-05 ",
            "+021-03-05",
            "21-03-05",
        ] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        for number in (-719_162..=2_932_896).step_by(97) {
            assert_eq!(Date::from_day_number(number).expect("in range").day_number(), number);
        }
        assert_eq!(Date::from_day_number(2_932_897), None);
        assert_eq!(date("9999-12-31").add_days(1), None);
        assert_eq!(date("2020-02-28").add_days(2), Some(date("2020-03-01")));
        assert_eq!(date("2020-03-01").days_between(date("2020-02-28")), -2);
    }

    /// Serial numbers as printed in ECMA-376-1, 18.17.4.1 and Microsoft KB 214330.
    #[test]
    fn excel_serials() {
        for (serial, system, text) in [
            (1, DateSystem::Excel1900, "1900-01-01"),
            (59, DateSystem::Excel1900, "1900-02-28"),
            (61, DateSystem::Excel1900, "1900-03-01"),
            (39_448, DateSystem::Excel1900, "2008-01-01"),
            (2_958_465, DateSystem::Excel1900, "9999-12-31"),
            (0, DateSystem::Excel1904, "1904-01-01"),
            (2_957_003, DateSystem::Excel1904, "9999-12-31"),
            (39_448 - 1462, DateSystem::Excel1904, "2008-01-01"),
        ] {
            assert_eq!(Date::from_excel_serial(serial, system).map(|d| d.to_string()).as_deref(), Some(text));
        }
        for serial in [i64::MIN, -1, 0, 60, 2_958_466, i64::MAX] {
            assert_eq!(Date::from_excel_serial(serial, DateSystem::Excel1900), None, "{serial}");
        }
        let moment = DateTime::from_excel_serial(45_943.541, DateSystem::Excel1900).expect("a moment");
        assert_eq!(moment.to_string(), "2025-10-13T12:59:02.400");
        // Rounding to the millisecond may carry into the next day.
        let midnight = DateTime::from_excel_serial(39_447.999_999_999_99, DateSystem::Excel1900).expect("a moment");
        assert_eq!(midnight.to_string(), "2008-01-01T00:00:00");
        assert_eq!(DateTime::from_excel_serial(f64::NAN, DateSystem::Excel1900), None);
        assert_eq!(DateTime::from_excel_serial(1e300, DateSystem::Excel1900), None);
        assert_eq!(Duration::from_days(10.632_060_185_185_186).map(|d| d.to_string()).as_deref(), Some("255:10:10"));
        assert_eq!(Duration::from_days(-0.5).map(|d| d.to_string()).as_deref(), Some("-12:00:00"));
    }

    #[test]
    fn study_days_skip_zero() {
        let reference = date("2021-03-05");
        for (text, day) in [("2021-03-04", -1), ("2021-03-05", 1), ("2021-03-06", 2), ("2021-02-28", -5)] {
            assert_eq!(study_day(date(text), reference), day, "{text}");
        }
    }

    #[test]
    fn ages() {
        for (birth, at, age) in [
            ("2000-02-29", "2001-02-28", Some(0)),
            ("2000-02-29", "2001-03-01", Some(1)),
            ("2000-02-29", "2004-02-29", Some(4)),
            ("1950-06-15", "2021-06-14", Some(70)),
            ("1950-06-15", "2021-06-15", Some(71)),
            ("2021-06-15", "2021-06-15", Some(0)),
            ("2021-06-15", "2021-06-14", None),
        ] {
            assert_eq!(age_years(date(birth), date(at)), age, "{birth} {at}");
        }
    }
}
