//! An entry sheet as a workbook: text cells for words and numbers of registers, numeric cells for results.

use rust_xlsxwriter::{Format, FormatAlign, Workbook, Worksheet, XlsxError};

use crate::report::registry::Figure;
use crate::report::registry::entry_sheet::{EntryLine, EntryValue};

const HEADER: [&str; 7] = ["Section", "Field", "Value", "Code", "Length", "Allowed", "Result"];
const WIDTHS: [f64; 7] = [40.0, 40.0, 60.0, 34.0, 9.0, 9.0, 44.0];

/// The workbook of a register's lines; `print` gives a figure as the register's file has it.
///
/// # Errors
/// Where the workbook cannot be put together, such as a text beyond the 32,767 characters of a cell.
pub fn workbook(register: &str, lines: &[EntryLine], print: &dyn Fn(&Figure) -> String) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name(register)?;
    let head = Format::new().set_bold().set_text_wrap();
    for (column, (title, width)) in (0..).zip(HEADER.iter().zip(WIDTHS)) {
        sheet.write_string_with_format(0, column, *title, &head)?;
        sheet.set_column_width(column, width)?;
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
