//! Clinical functions registered on the data engine.

use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::{Connection, Result};

use crate::base::date::{self, Date, PartialDate};

/// Names and one line each, for `explain functions`.
pub static NAMES: &[(&str, &str)] = &[
    ("add_days", "add_days(date, n): the date n days later"),
    ("age_years", "age_years(birth, date): completed years"),
    ("date_earliest", "date_earliest(partial): first day the partial date can mean"),
    ("date_latest", "date_latest(partial): last day the partial date can mean"),
    ("date_part", "date_part(text): the complete date at the start of a date with time, else missing"),
    ("days_between", "days_between(from, to): whole days, 0 on the same day"),
    ("hours_between", "hours_between(from, to): hours between two dates with time"),
    ("ln", "ln(number): the natural logarithm, missing where the number is not above zero"),
    ("study_day", "study_day(date, reference): day 1 is the reference, there is no day 0"),
];

const FLAGS: FunctionFlags =
    FunctionFlags::SQLITE_UTF8.union(FunctionFlags::SQLITE_DETERMINISTIC).union(FunctionFlags::SQLITE_INNOCUOUS);

/// Registers every function. Missing or incomplete arguments give a missing value.
pub(super) fn register(connection: &Connection) -> Result<()> {
    connection.create_scalar_function("study_day", 2, FLAGS, |c| {
        Ok(two_dates(c)?.map(|(day, reference)| date::study_day(day, reference)))
    })?;
    connection.create_scalar_function("days_between", 2, FLAGS, |c| {
        Ok(two_dates(c)?.map(|(from, to)| from.days_between(to)))
    })?;
    connection.create_scalar_function("age_years", 2, FLAGS, |c| {
        Ok(two_dates(c)?.and_then(|(birth, day)| date::age_years(birth, day)))
    })?;
    connection.create_scalar_function("add_days", 2, FLAGS, |c| {
        let day = complete(c, 0)?;
        let days: Option<i32> = c.get(1)?;
        Ok(day.zip(days).and_then(|(day, days)| day.add_days(days)).map(|d| d.to_string()))
    })?;
    connection
        .create_scalar_function("date_earliest", 1, FLAGS, |c| Ok(partial(c, 0)?.map(|p| p.earliest().to_string())))?;
    connection
        .create_scalar_function("date_latest", 1, FLAGS, |c| Ok(partial(c, 0)?.map(|p| p.latest().to_string())))?;
    connection.create_scalar_function("ln", 1, FLAGS, |c| {
        let number: Option<f64> = c.get(0)?;
        Ok(number.filter(|x| *x > 0.0).map(libm::log))
    })?;
    connection.create_scalar_function("date_part", 1, FLAGS, |c| Ok(complete(c, 0)?.map(|d| d.to_string())))?;
    connection.create_scalar_function("hours_between", 2, FLAGS, |c| {
        let (Some(from), Some(to)) = (partial(c, 0)?, partial(c, 1)?) else { return Ok(None) };
        let (Some(from), Some(to)) = (from.complete_time(), to.complete_time()) else { return Ok(None) };
        let days = f64::from(from.date.days_between(to.date));
        let milliseconds = f64::from(to.time.milliseconds()) - f64::from(from.time.milliseconds());
        Ok(Some(days * 24.0 + milliseconds / 3_600_000.0))
    })
}

fn partial(context: &Context<'_>, at: usize) -> Result<Option<PartialDate>> {
    let text: Option<String> = context.get(at)?;
    Ok(text.and_then(|t| PartialDate::parse(&t)))
}

fn complete(context: &Context<'_>, at: usize) -> Result<Option<Date>> {
    Ok(partial(context, at)?.and_then(|p| p.complete()))
}

fn two_dates(context: &Context<'_>) -> Result<Option<(Date, Date)>> {
    Ok(complete(context, 0)?.zip(complete(context, 1)?))
}
