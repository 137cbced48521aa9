//! Dates of which parts are unknown, in the ISO 8601 form of CDISC `--DTC` variables.

use std::fmt;

use super::calendar::{Date, DateTime, Time, days_in_month, digits};

/// A date whose month, day or time may be unknown: `2021`, `2021-03`, `2021-03-05T10:20`,
/// `2021---05` (month unknown).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialDate {
    year: u16,
    month: Option<u8>,
    day: Option<u8>,
    time: Option<PartialTime>,
}

/// A time of day whose minute or second may be unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PartialTime {
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: Option<u8>,
    /// Milliseconds since the minute began, 0 to 59,999; known only if the minute is.
    pub milliseconds: Option<u16>,
}

impl PartialDate {
    /// The date from its known parts; `None` where no day of the calendar fits them, or where a
    /// time is given without a complete date.
    #[must_use]
    pub fn new(year: u16, month: Option<u8>, day: Option<u8>, time: Option<PartialTime>) -> Option<Self> {
        // An unknown month leaves 31 days possible, and January has them all.
        Date::new(year, month.unwrap_or(1), day.unwrap_or(1))?;
        if let Some(time) = time {
            month.and(day)?;
            Time::new(time.hour, time.minute.unwrap_or(0), 0)?;
            if time.milliseconds.is_some_and(|ms| ms > 59_999 || time.minute.is_none()) {
                return None;
            }
        }
        Some(Self { year, month, day, time })
    }

    /// Year.
    #[must_use]
    pub const fn year(&self) -> u16 {
        self.year
    }

    /// Month, if known.
    #[must_use]
    pub const fn month(&self) -> Option<u8> {
        self.month
    }

    /// Day of the month, if known.
    #[must_use]
    pub const fn day(&self) -> Option<u8> {
        self.day
    }

    /// Time of day, if any of it is known.
    #[must_use]
    pub const fn time(&self) -> Option<PartialTime> {
        self.time
    }

    /// Reads the ISO 8601 forms of CDISC: `2021`, `2021-03`, `2021-03-05`, `2021---05`,
    /// `2021-03-05T10`, `…T10:20`, `…T10:20:30`, `…T10:20:30.5`. Anything else, a time zone
    /// included, is `None`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (day_part, time_part) = match text.split_once('T') {
            Some((day, time)) => (day, Some(time)),
            None => (text, None),
        };
        let bytes = day_part.as_bytes();
        let year = digits(bytes.get(..4)?)?;
        let rest = &bytes[4..];
        let two = |part: &[u8]| digits(part).and_then(|n| u8::try_from(n).ok());
        let (month, day) = match rest {
            [] => (None, None),
            [b'-', m1, m2] => (Some(two(&[*m1, *m2])?), None),
            [b'-', b'-', b'-', d1, d2] => (None, Some(two(&[*d1, *d2])?)),
            [b'-', m1, m2, b'-', d1, d2] => (Some(two(&[*m1, *m2])?), Some(two(&[*d1, *d2])?)),
            _ => return None,
        };
        let time = match time_part {
            None => None,
            Some(text) => Some(parse_time(text)?),
        };
        Self::new(year, month, day, time)
    }

    /// The date, if month and day are known.
    #[must_use]
    pub fn complete(&self) -> Option<Date> {
        Date::new(self.year, self.month?, self.day?)
    }

    /// The moment, if the time is known at least to the minute; missing seconds are 0.
    #[must_use]
    pub fn complete_time(&self) -> Option<DateTime> {
        let date = self.complete()?;
        let PartialTime { hour, minute, milliseconds } = self.time?;
        let start = Time::new(hour, minute?, 0)?.milliseconds();
        Some(DateTime { date, time: Time::from_milliseconds(start + u32::from(milliseconds.unwrap_or(0)))? })
    }

    /// The first day the date can mean.
    #[must_use]
    pub fn earliest(&self) -> Date {
        Date::new(self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
            .expect("invariant: checked by PartialDate::new")
    }

    /// The last day the date can mean.
    #[must_use]
    pub fn latest(&self) -> Date {
        let month = self.month.unwrap_or(12);
        let day = self.day.unwrap_or_else(|| days_in_month(self.year, month));
        Date::new(self.year, month, day).expect("invariant: checked by PartialDate::new")
    }
}

/// Reads `10`, `10:20`, `10:20:30` or `10:20:30.125`.
pub(super) fn parse_time(text: &str) -> Option<PartialTime> {
    let mut parts = text.split(':');
    let two = |part: &str| (part.len() == 2).then(|| digits(part.as_bytes())).flatten();
    let hour = u8::try_from(two(parts.next()?)?).ok()?;
    let minute = match parts.next() {
        None => None,
        Some(part) => Some(u8::try_from(two(part)?).ok()?),
    };
    let milliseconds = match parts.next() {
        None => None,
        Some(part) => {
            let (second, fraction) = part.split_once('.').map_or((part, None), |(s, f)| (s, Some(f)));
            let mut value = two(second)?.checked_mul(1000)?;
            if let Some(fraction) = fraction {
                let fraction = fraction.as_bytes();
                if fraction.is_empty() || !fraction.iter().all(u8::is_ascii_digit) {
                    return None;
                }
                // Milliseconds are what a spreadsheet keeps; further digits are cut off.
                for (place, weight) in [100, 10, 1].into_iter().enumerate() {
                    value += fraction.get(place).map_or(0, |b| u16::from(b - b'0') * weight);
                }
            }
            Some(value)
        }
    };
    parts.next().is_none().then_some(PartialTime { hour, minute, milliseconds })
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> Self {
        Self { year: date.year(), month: Some(date.month()), day: Some(date.day()), time: None }
    }
}

impl From<DateTime> for PartialDate {
    fn from(moment: DateTime) -> Self {
        let (hour, minute, _) = moment.time.parts();
        let milliseconds = u16::try_from(moment.time.milliseconds() % 60_000).ok();
        let time = Some(PartialTime { hour, minute: Some(minute), milliseconds });
        Self { time, ..Self::from(moment.date) }
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        match (self.month, self.day) {
            (None, None) => {}
            (Some(month), None) => write!(f, "-{month:02}")?,
            (None, Some(day)) => write!(f, "---{day:02}")?,
            (Some(month), Some(day)) => write!(f, "-{month:02}-{day:02}")?,
        }
        let Some(time) = self.time else { return Ok(()) };
        write!(f, "T{:02}", time.hour)?;
        let Some(minute) = time.minute else {
            return Ok(());
        };
        write!(f, ":{minute:02}")?;
        match time.milliseconds {
            None => Ok(()),
            Some(ms) if ms % 1000 == 0 => write!(f, ":{:02}", ms / 1000),
            Some(ms) => write!(f, ":{:02}.{:03}", ms / 1000, ms % 1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iso_forms() {
        for (text, earliest, latest) in [
            ("2021", "2021-01-01", "2021-12-31"),
            ("2020-02", "2020-02-01", "2020-02-29"),
            ("2021-02", "2021-02-01", "2021-02-28"),
            ("2021-03-05", "2021-03-05", "2021-03-05"),
            ("2021---31", "2021-01-31", "2021-12-31"),
            ("2021-03-05T10", "2021-03-05", "2021-03-05"),
            ("2021-03-05T10:20", "2021-03-05", "2021-03-05"),
            ("2021-03-05T10:20:30", "2021-03-05", "2021-03-05"),
            ("2021-03-05T10:20:30.125", "2021-03-05", "2021-03-05"),
        ] {
            let date = PartialDate::parse(text).expect(text);
            assert_eq!(date.to_string(), text);
            assert_eq!(
                (date.earliest().to_string(), date.latest().to_string()),
                (earliest.to_owned(), latest.to_owned())
            );
        }
    }

    #[test]
    fn what_is_no_date() {
        for text in [
            "",
            "21",
            "2021-",
            "2021-3",
            "2021-13",
            "2021-02-29",
            "2021-00",
            "2021---32",
            "--12-15",
            "2021-03T10:20",
            "2021-03-05T",
            "2021-03-05T24:00",
            "2021-03-05T10:60",
            "2021-03-05T10:20Z",
            "2021-03-05T10:20+01:00",
            "2021-03-05T10:20:60",
            "2021-03-05T10:20:30.",
            "2021-03-05T10:20:30:40",
            "2021-03-05 10:20",
            "may 5 1970",
            "2021‑03‑05",
            "２０２１",
        ] {
            assert_eq!(PartialDate::parse(text), None, "{text}");
        }
    }

    #[test]
    fn moments() {
        let moment = DateTime::parse("2021-03-05 10:20:30.5").expect("a moment");
        assert_eq!(moment.to_string(), "2021-03-05T10:20:30.500");
        assert_eq!(PartialDate::from(moment).complete_time(), Some(moment));
        assert_eq!(DateTime::parse("2021-03-05"), None);
        assert_eq!(DateTime::parse("2021-03-05T10"), None);
    }
}
