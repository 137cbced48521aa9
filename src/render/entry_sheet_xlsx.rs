//! An entry sheet as a workbook: text cells for words and numbers of registers, numeric cells for results.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::base::codes::RND_001;
use crate::base::diagnostic::{Diagnostics, Place, Stop};

use super::entry_sheet::{EntrySheet, PrintedLine, place};

/// Column of the values.
const VALUE_COLUMN: char = 'C';
const HEADER: [&str; 7] = ["Section", "Field", "Value", "Code", "Length", "Allowed", "Result"];
const WIDTHS: [f64; 7] = [40.0, 40.0, 60.0, 34.0, 9.0, 9.0, 44.0];

/// The workbook of a register's lines; `file` is its name in the placements, `notice` what a reader must know of the data.
///
/// # Errors
/// RND-001 for a text that no cell can hold: one of more than 32,767 characters.
pub fn render(
    file: &str,
    register: &str,
    lines: &[PrintedLine],
    notice: Option<&str>,
    sink: &mut Diagnostics,
) -> Result<EntrySheet, Stop> {
    let bytes = workbook(register, lines, notice).map_err(|error| {
        sink.error(&RND_001, Place::File(file.to_owned()), format!("the entry sheet cannot be written: {error}")).stop()
    })?;
    let cells = (2..).map(|row: u32| format!("{VALUE_COLUMN}{row}"));
    Ok(EntrySheet { bytes, placed: place(file, lines, cells) })
}

fn workbook(register: &str, lines: &[PrintedLine], notice: Option<&str>) -> Result<Vec<u8>, XlsxError> {
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
        if line.is_number {
            number(sheet, row, &line.value, &wrapped)?;
        } else {
            sheet.write_string_with_format(row, 2, &line.value, &wrapped)?;
        }
        if let Some(code) = &line.code {
            sheet.write_string_with_format(row, 3, code, &wrapped)?;
        }
        if let Some((used, allowed)) = line.length {
            let format = if used > allowed { &too_long } else { &wrapped };
            sheet.write_with_format(row, 4, u32::try_from(used).unwrap_or(u32::MAX), format)?;
            sheet.write_with_format(row, 5, u32::try_from(allowed).unwrap_or(u32::MAX), &wrapped)?;
        }
        if let Some(key) = &line.key {
            sheet.write_string_with_format(row, 6, key, &wrapped)?;
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
