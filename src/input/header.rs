//! Header rows: which column has which name, two merged rows joined as `Visit 1 BP`.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use crate::base::cell::{CellAddress, CellPlace, column_name, parse_column};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::suggest::did_you_mean;

use super::error::InputError;
use super::workbook::{Row, Workbook};

/// A column with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderColumn {
    /// Zero-based column.
    pub column: u32,
    /// Name: trimmed, runs of blanks and line ends as one blank, header rows joined by a blank.
    pub name: String,
    /// The lowest header cell of the column.
    pub address: CellAddress,
}

/// The header of a sheet.
#[derive(Clone, Debug)]
pub struct Header {
    /// File name without folders.
    pub file: Arc<str>,
    /// Sheet name.
    pub sheet: Arc<str>,
    /// Named columns from left to right.
    pub columns: Vec<HeaderColumn>,
    /// Zero-based row below the header.
    pub first_data_row: u32,
}

/// Reads the names in `rows` header rows from the one-based row `row` on.
///
/// A name in a merged block of the header counts for all its columns; a block over several header
/// rows counts once. Where a format does not tell merged blocks (xlsb, ods) each cell speaks for itself.
///
/// # Errors
/// As [`Workbook::read_rows`]; `INP-013` where the header rows hold nothing or `row` is 0.
pub fn read_header(workbook: &mut dyn Workbook, sheet: &str, row: u32, rows: u32) -> Result<Header, InputError> {
    let file: Arc<str> = workbook.file_name().into();
    let sheet_name: Arc<str> = sheet.into();
    let place = |address| Place::Cell(CellPlace { file: file.clone(), sheet: sheet_name.clone(), address });
    let Some(first) = row.checked_sub(1) else {
        let message = "`header.row` is 0: rows count from 1, as in the spreadsheet";
        return Err(InputError::new(&codes::INP_013, place(CellAddress::new(0, 0)), message));
    };
    let below = first.saturating_add(rows.max(1));
    let mut texts: BTreeMap<CellAddress, String> = BTreeMap::new();
    let mut filled: Vec<u32> = Vec::new();
    workbook.read_rows(sheet, &mut |row, cells| {
        if row >= first && row < below {
            for (column, value) in cells {
                let text = collapse_blanks(&value.to_string());
                if !text.is_empty() {
                    texts.insert(CellAddress::new(row, *column), text);
                }
            }
        }
        // A few rows around the header, for the hint.
        if cells.len() > 1 && filled.len() < 3 {
            filled.push(row + 1);
        }
        if row + 1 < below { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })?;
    if texts.is_empty() {
        let message = format!("row {row} of sheet `{sheet}` holds no header");
        let error = InputError::new(&codes::INP_013, place(CellAddress::new(first, 0)), message);
        let shown: Vec<String> = filled.iter().map(u32::to_string).collect();
        return Err(match shown.as_slice() {
            [] => error,
            _ => error.hint(format!("rows with several cells: {}", shown.join(", "))),
        });
    }
    let regions = if rows > 1 { workbook.merged_regions(sheet)?.unwrap_or_default() } else { Vec::new() };
    let last_column = texts.keys().map(|a| a.column).max().unwrap_or(0);
    let reach = regions.iter().filter(|r| texts.contains_key(&r.first)).map(|r| r.last.column).max().unwrap_or(0);
    let mut columns = Vec::new();
    for column in 0..=last_column.max(reach) {
        let mut origins: Vec<CellAddress> = Vec::new();
        for row in first..below {
            let cell = CellAddress::new(row, column);
            let origin = regions.iter().find(|r| r.contains(cell)).map_or(cell, |r| r.first);
            if texts.contains_key(&origin) && origins.last() != Some(&origin) {
                origins.push(origin);
            }
        }
        // A group heading alone names nothing: `Visit 1` over an unnamed column is no header of it.
        let names_it = origins.last().is_some_and(|o| o.column == column);
        if names_it {
            let name = origins.iter().map(|o| texts[o].as_str()).collect::<Vec<_>>().join(" ");
            columns.push(HeaderColumn { column, name, address: CellAddress::new(below - 1, column) });
        }
    }
    Ok(Header { file, sheet: sheet_name, columns, first_data_row: below })
}

/// Trimmed, with every run of white space, non-breaking blanks included, as one blank.
fn collapse_blanks(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Header {
    /// The cell of this sheet as a place.
    #[must_use]
    pub fn place(&self, address: CellAddress) -> Place {
        Place::Cell(CellPlace { file: self.file.clone(), sheet: self.sheet.clone(), address })
    }

    /// The name of a zero-based column.
    #[must_use]
    pub fn name_of(&self, column: u32) -> Option<&str> {
        let index = self.columns.binary_search_by_key(&column, |c| c.column).ok()?;
        Some(&self.columns[index].name)
    }

    /// The zero-based column that data.yaml calls `name`, or the letter after `=` (`=D`).
    ///
    /// # Errors
    /// `INP-005` for an unknown name, `INP-006` where several columns have it.
    pub fn resolve(&self, name: &str) -> Result<u32, InputError> {
        if let Some(column) = name.strip_prefix('=').and_then(|letters| parse_column(letters.trim())) {
            return Ok(column);
        }
        let wanted = collapse_blanks(name);
        let found: Vec<&HeaderColumn> = self.columns.iter().filter(|c| c.name == wanted).collect();
        match found.as_slice() {
            [one] => Ok(one.column),
            [] => {
                let first = self.columns.first().map_or(CellAddress::new(0, 0), |c| c.address);
                let message = format!("sheet `{}` has no column `{wanted}`", self.sheet);
                let names = self.columns.iter().map(|c| c.name.as_str());
                Err(InputError::new(&codes::INP_005, self.place(first), message).hint(did_you_mean(&wanted, names)))
            }
            [one, others @ ..] => {
                let letters: Vec<String> = found.iter().map(|c| format!("`\"={}\"`", column_name(c.column))).collect();
                let message = format!("{} columns of sheet `{}` are called `{wanted}`", found.len(), self.sheet);
                let mut error = InputError::new(&codes::INP_006, self.place(one.address), message);
                for other in others {
                    error = error.label(self.place(other.address), "the same name again");
                }
                Err(error.hint(format!("map it by its letter: {}", letters.join(" or "))))
            }
        }
    }

    /// Names that several columns have, with these columns.
    #[must_use]
    pub fn duplicates(&self) -> Vec<(&str, Vec<u32>)> {
        let mut columns: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for column in &self.columns {
            columns.entry(&column.name).or_default().push(column.column);
        }
        columns.into_iter().filter(|(_, list)| list.len() > 1).collect()
    }
}

/// Gathers, while the data rows go by, the columns that hold data but have no name.
#[derive(Debug)]
pub struct UnnamedColumns<'h> {
    header: &'h Header,
    /// First cell with data and number of them, by column.
    found: BTreeMap<u32, (u32, usize)>,
}

impl<'h> UnnamedColumns<'h> {
    /// Nothing found yet.
    #[must_use]
    pub fn new(header: &'h Header) -> Self {
        Self { header, found: BTreeMap::new() }
    }

    /// Looks at a row; rows above the data do not count.
    pub fn note(&mut self, row: u32, cells: Row<'_, '_>) {
        if row < self.header.first_data_row {
            return;
        }
        for (column, _) in cells {
            if self.header.name_of(*column).is_none() {
                self.found.entry(*column).or_insert((row, 0)).1 += 1;
            }
        }
    }

    /// Reports them as warnings (`INP-007`), except the columns in `mapped` (mapped by letter).
    pub fn report(&self, mapped: &[u32], sink: &mut Diagnostics) {
        for (column, (row, count)) in self.found.iter().filter(|(c, _)| !mapped.contains(c)) {
            let letter = column_name(*column);
            let cells = if *count == 1 { "1 value".to_owned() } else { format!("{count} values") };
            let message =
                format!("column {letter} of sheet `{}` holds {cells} under an empty header cell", self.header.sheet);
            sink.warning(&codes::INP_007, self.header.place(CellAddress::new(*row, *column)), message).hint(format!(
                "name the column in the source system, or map it by its letter: `column: \"={letter}\"`"
            ));
        }
    }
}
