//! A table of cells and how it is written to a worksheet.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::calendar::{Day, excel, excel_time};

/// One cell of a sheet.
#[derive(Clone)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// A real spreadsheet date.
    Date(Day),
    /// A real spreadsheet time of day, in minutes after midnight.
    Time(i64),
    /// A real spreadsheet date with its time, in minutes after midnight.
    DateTime(Day, i64),
}

/// Returns a text cell.
pub fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

/// Returns a cell holding a whole number.
pub fn whole(value: i64) -> Cell {
    Cell::Number(value as f64)
}

/// Returns the code of a yes/no field: 1 = yes, 2 = no.
pub fn yes_no(value: bool) -> Cell {
    whole(if value { 1 } else { 2 })
}

/// A table, its place on the sheet and what stands above it.
pub struct Table {
    pub name: &'static str,
    /// Row and column of the first header cell, counted from zero.
    pub origin: (u32, u16),
    /// A line of text in A1, above the header.
    pub title: Option<&'static str>,
    /// Groups of a two-row header: label, first and last column. Columns outside any group are
    /// merged downwards.
    pub groups: Vec<(&'static str, u16, u16)>,
    pub header: Vec<&'static str>,
    pub rows: Vec<Vec<Cell>>,
}

/// Adds `table` to `workbook` as a worksheet.
pub fn write(workbook: &mut Workbook, table: &Table) -> Result<(), XlsxError> {
    let sheet = workbook.add_worksheet();
    sheet.set_name(table.name)?;
    // Printed pages carry the label too; the cells stay as an export would leave them.
    sheet.set_header("&C&\"Arial,Bold\"SYNTHETIC DATA - no real person - demonstration only");
    let head = Format::new().set_bold().set_border(FormatBorder::Thin);
    if let Some(title) = table.title {
        sheet.write_string_with_format(0, 0, title, &Format::new().set_bold())?;
    }
    let first_data_row = write_header(sheet, table, &head)?;
    for (row, cells) in (first_data_row..).zip(&table.rows) {
        for (column, cell) in (table.origin.1..).zip(cells) {
            write_cell(sheet, row, column, cell)?;
        }
    }
    for (column, name) in (table.origin.1..).zip(&table.header) {
        sheet.set_column_width(column, (name.len() + 4).max(12) as f64)?;
    }
    Ok(())
}

/// Writes one or two header rows and returns the row of the first record.
fn write_header(sheet: &mut Worksheet, table: &Table, head: &Format) -> Result<u32, XlsxError> {
    let (top, left) = table.origin;
    if table.groups.is_empty() {
        for (column, name) in (left..).zip(&table.header) {
            sheet.write_string_with_format(top, column, *name, head)?;
        }
        return Ok(top + 1);
    }
    let centred = head.clone().set_align(FormatAlign::Center);
    for (label, first, last) in &table.groups {
        sheet.merge_range(top, left + first, top, left + last, label, &centred)?;
    }
    for (column, name) in (left..).zip(&table.header) {
        let within = |(_, first, last): &(&str, u16, u16)| (left + first..=left + last).contains(&column);
        if table.groups.iter().any(within) {
            sheet.write_string_with_format(top + 1, column, *name, head)?;
        } else {
            sheet.merge_range(top, column, top + 1, column, name, head)?;
        }
    }
    Ok(top + 2)
}

fn write_cell(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell) -> Result<(), XlsxError> {
    let format = |code: &str| Format::new().set_num_format(code);
    match cell {
        Cell::Empty => {}
        Cell::Text(value) => {
            sheet.write_string(row, column, value)?;
        }
        Cell::Number(value) => {
            sheet.write_number(row, column, *value)?;
        }
        Cell::Date(day) => {
            let date = excel(*day, 0)?;
            sheet.write_datetime_with_format(row, column, &date, &format("yyyy-mm-dd"))?;
        }
        Cell::Time(minutes) => {
            let time = excel_time(*minutes)?;
            sheet.write_datetime_with_format(row, column, &time, &format("hh:mm"))?;
        }
        Cell::DateTime(day, minutes) => {
            let moment = excel(*day, *minutes)?;
            sheet.write_datetime_with_format(row, column, &moment, &format("yyyy-mm-dd hh:mm"))?;
        }
    }
    Ok(())
}
