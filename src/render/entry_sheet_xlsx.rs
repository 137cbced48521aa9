//! An entry sheet as a workbook: text cells for words and numbers of registers, numeric cells for results.

use std::collections::BTreeMap;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::base::codes::{RND_001, RPT_001};
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::registry::Figure;
use crate::report::registry::deadlines::Register;
use crate::report::registry::entry_sheet::{self, EntryLine, EntryValue};
use crate::results::{ResultStore, ResultValue};

use super::number_profile::{REGULATORY, format_result};
use super::placement::{DigitClass, DigitRun, Placed, Placement};
use super::target::Target;
use super::xml::Views;
use super::xml_eudract_outcome::NOT_ESTIMABLE;

/// An entry sheet of a run.
#[derive(Clone, Debug)]
pub struct EntrySheet {
    /// The workbook.
    pub bytes: Vec<u8>,
    /// Its numbers and all other digits of its values, by cell.
    pub placed: Placed,
}

/// The entry sheet of a register. `written` says how the register's own files print the numbers, so that the sheet
/// prints the same letters; `file` is the sheet's name in the placements; `notice` is what a reader must know of the data.
///
/// # Errors
/// Unknown result keys (RPT-001); a text that no cell can hold (RND-001).
pub fn render(
    file: &str,
    register: Register,
    views: &Views<'_>,
    written: &[Placement],
    notice: Option<&str>,
    sink: &mut Diagnostics,
) -> Result<EntrySheet, Stop> {
    let mark = sink.mark();
    let lines = entry_sheet::lines(views.record, register, views.terms);
    for line in &lines {
        if let EntryValue::Number(Figure::Result(key)) = &line.value
            && views.store.get(key).is_none()
        {
            sink.error(&RPT_001, Place::File(file.to_owned()), format!("there is no result `{key}`"));
        }
    }
    sink.check(mark)?;
    let own = if register == Register::Ctgov { "ctgov-" } else { "eudract-" };
    let is_own = |placement: &&Placement| {
        let name = placement.file.rsplit('/').next().unwrap_or(&placement.file);
        name.starts_with(own) && name.ends_with(".xml")
    };
    let known = written.iter().filter(is_own).map(|p| (p.key.as_str(), p.text.as_str())).collect();
    let print = |figure: &Figure| printed(figure, register, &known, views.store);
    let name = if register == Register::Ctgov { "ClinicalTrials.gov" } else { "EudraCT" };
    let bytes = workbook(name, &lines, &print, notice).map_err(|error| {
        sink.error(&RND_001, Place::File(file.to_owned()), format!("the entry sheet cannot be written: {error}")).stop()
    })?;
    Ok(EntrySheet { bytes, placed: place(file, &lines, &print) })
}

/// A figure as the register's files print it, or would print it where they have no place for it.
fn printed(figure: &Figure, register: Register, known: &BTreeMap<&str, &str>, store: &ResultStore) -> String {
    let not_estimable = if register == Register::Ctgov { "NA" } else { NOT_ESTIMABLE };
    let key = match figure {
        Figure::Printed(text) if text.eq_ignore_ascii_case("NA") => return not_estimable.to_owned(),
        Figure::Printed(text) => return text.clone(),
        Figure::Result(key) => key,
    };
    if let Some(text) = known.get(key.to_string().as_str()) {
        return (*text).to_owned();
    }
    match store.get(key) {
        Some(result) if matches!(result.value, ResultValue::NotEstimable(_)) => not_estimable.to_owned(),
        Some(result) => format_result(store, result, None, &REGULATORY, Target::Xml),
        None => String::new(),
    }
}

/// Where the values stand: results by their keys, digits of words as configured.
fn place(file: &str, lines: &[EntryLine], print: &dyn Fn(&Figure) -> String) -> Placed {
    let mut placed = Placed::default();
    for (row, line) in (2..).zip(lines) {
        let cell = format!("{VALUE_COLUMN}{row}");
        let text = match &line.value {
            EntryValue::Number(figure) => print(figure),
            EntryValue::Text(text) => text.clone(),
        };
        if let Some(key) = line.key() {
            placed.placements.push(Placement { file: file.to_owned(), place: cell, key, text });
            continue;
        }
        for word in text.split_whitespace().filter(|word| word.contains(char::is_numeric)) {
            placed.digits.push(DigitRun {
                file: file.to_owned(),
                place: cell.clone(),
                class: DigitClass::Configured,
                text: word.to_owned(),
                context: line.field.clone(),
            });
        }
    }
    placed
}

/// Column of the values.
const VALUE_COLUMN: char = 'C';
const HEADER: [&str; 7] = ["Section", "Field", "Value", "Code", "Length", "Allowed", "Result"];
const WIDTHS: [f64; 7] = [40.0, 40.0, 60.0, 34.0, 9.0, 9.0, 44.0];

/// The workbook of a register's lines; `print` gives a figure as the register's file has it.
///
/// # Errors
/// Where the workbook cannot be put together, such as a text beyond the 32,767 characters of a cell.
pub fn workbook(
    register: &str,
    lines: &[EntryLine],
    print: &dyn Fn(&Figure) -> String,
    notice: Option<&str>,
) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // The same record makes the same bytes, whenever it is written.
    let created = ExcelDateTime::from_ymd(2000, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&created));
    let sheet = workbook.add_worksheet();
    sheet.set_name(register)?;
    let head = Format::new().set_bold().set_text_wrap();
    for (column, (title, width)) in (0..).zip(HEADER.iter().zip(WIDTHS)) {
        sheet.write_string_with_format(0, column, *title, &head)?;
        sheet.set_column_width(column, width)?;
    }
    if let Some(notice) = notice {
        // Beside the head on the screen, and above every printed page, whose line takes 255 characters at most.
        sheet.write_string_with_format(0, 7, notice, &head)?;
        let line: String = notice.chars().take(200).collect();
        sheet.set_header(format!("&C{}", line.replace('&', "&&")));
    }
    sheet.set_freeze_panes(1, 0)?;
    let wrapped = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    let too_long = wrapped.clone().set_font_color(rust_xlsxwriter::Color::Red).set_bold();
    for (row, line) in (1..).zip(lines) {
        sheet.write_string_with_format(row, 0, &line.section, &wrapped)?;
        sheet.write_string_with_format(row, 1, &line.field, &wrapped)?;
        match &line.value {
            EntryValue::Text(text) => drop(sheet.write_string_with_format(row, 2, text, &wrapped)?),
            EntryValue::Number(figure) => number(sheet, row, &print(figure), &wrapped)?,
        }
        if let Some(code) = &line.code {
            sheet.write_string_with_format(row, 3, code, &wrapped)?;
        }
        if let (Some(used), Some(allowed)) = (line.used(), line.allowed) {
            let format = if used > allowed { &too_long } else { &wrapped };
            sheet.write_with_format(row, 4, u32::try_from(used).unwrap_or(u32::MAX), format)?;
            sheet.write_with_format(row, 5, u32::try_from(allowed).unwrap_or(u32::MAX), &wrapped)?;
        }
        if let Some(key) = line.key() {
            sheet.write_string_with_format(row, 6, &key, &wrapped)?;
        }
    }
    workbook.save_to_buffer()
}

/// A number as a numeric cell that shows the decimals it is printed with; `<0.0001` and `NA` stay text.
fn number(sheet: &mut Worksheet, row: u32, text: &str, format: &Format) -> Result<(), XlsxError> {
    let plain = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.'));
    match text.parse::<f64>() {
        Ok(value) if plain => {
            let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
            let shown = if decimals == 0 { "0".to_owned() } else { format!("0.{}", "0".repeat(decimals)) };
            sheet.write_number_with_format(row, 2, value, &format.clone().set_num_format(shown))?;
        }
        _ => drop(sheet.write_string_with_format(row, 2, text, format)?),
    }
    Ok(())
}
