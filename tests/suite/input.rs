//! Reading workbooks: every trap of the collection of spreadsheets found in the wild, and small
//! ones written here.

mod wild;
mod written;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;

use tracelock::base::diagnostic::{Diagnostics, Place};
use tracelock::input::{InputError, inspect, open, read_header};

/// The cells of a sheet as `A1` to type letter and canonical text.
fn cells(path: &Path, sheet: &str) -> Result<BTreeMap<String, String>, InputError> {
    let mut workbook = open(path)?;
    let mut cells = BTreeMap::new();
    workbook.read_rows(sheet, &mut |row, values| {
        for (column, value) in values {
            let address = tracelock::base::cell::CellAddress::new(row, *column);
            cells.insert(address.to_string(), format!("{} {value}", char::from(value.type_tag())));
        }
        ControlFlow::Continue(())
    })?;
    Ok(cells)
}

/// Asserts that the sheet holds exactly these cells.
fn assert_cells(path: &Path, sheet: &str, expected: &[(&str, &str)]) {
    let found = cells(path, sheet).unwrap_or_else(|e| panic!("{}: {}", path.display(), e.message()));
    let expected: BTreeMap<String, String> = expected.iter().map(|(a, v)| ((*a).to_owned(), (*v).to_owned())).collect();
    assert_eq!(found, expected, "{}", path.display());
}

/// What went wrong on opening the file or reading its first sheet: code and message.
fn failure(path: &Path) -> (&'static str, String) {
    let error = match open(path) {
        Err(error) => error,
        Ok(mut workbook) => {
            let sheet = workbook.sheets()[0].name.clone();
            let read = workbook.read_rows(&sheet, &mut |_, _| ControlFlow::Continue(()));
            read.expect_err("the file should not be readable")
        }
    };
    (error.code().id, error.message().to_owned())
}

/// What `inspect` reports: code, place and message in one line each.
fn findings(path: &Path) -> Vec<String> {
    let mut sink = Diagnostics::new();
    inspect(path, None, &mut sink).expect("the file can be read");
    let line = |place: &Place| place.to_string().rsplit(" ▸ ").next().unwrap_or_default().to_owned();
    sink.all().iter().map(|d| format!("{} {} {}", d.code.id, line(&d.place), d.message)).collect()
}

fn header_names(path: &Path, sheet: &str, row: u32, rows: u32) -> Vec<String> {
    let mut workbook = open(path).expect("readable");
    let header = read_header(&mut *workbook, sheet, row, rows).expect("a header");
    header.columns.into_iter().map(|c| c.name).collect()
}
