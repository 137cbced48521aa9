//! Civil dates as day numbers, and their forms in a cell.

use rust_xlsxwriter::{ExcelDateTime, XlsxError};

/// Days since 1970-01-01.
pub type Day = i64;

/// Returns the day number of a Gregorian date.
///
/// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
pub fn day_of(year: i64, month: i64, day: i64) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// Returns year, month and day of a day number (`civil_from_days`, same source).
pub fn civil(day: Day) -> (i64, i64, i64) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day_of_month)
}

/// Returns `YYYY-MM`, the ISO form of a date whose day is unknown.
pub fn year_month(day: Day) -> String {
    let (year, month, _) = civil(day);
    format!("{year:04}-{month:02}")
}

/// Returns the spreadsheet date of a day, at a time in minutes after midnight.
pub fn excel(day: Day, minutes: i64) -> Result<ExcelDateTime, XlsxError> {
    let (year, month, day_of_month) = civil(day);
    ExcelDateTime::from_ymd(year as u16, month as u8, day_of_month as u8)?.and_hms(
        (minutes / 60) as u16,
        (minutes % 60) as u8,
        0,
    )
}

/// Returns the spreadsheet time of day, from minutes after midnight.
pub fn excel_time(minutes: i64) -> Result<ExcelDateTime, XlsxError> {
    ExcelDateTime::from_hms((minutes / 60) as u16, (minutes % 60) as u8, 0)
}
