//! Content of workbooks as hashes: what the lock record compares, however a file stores it.

use std::fs::File;
use std::io::Read;
use std::ops::ControlFlow;
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::base::codes;
use crate::base::words::hexadecimal;

use super::error::InputError;
use super::lock::LockedSheet;
use super::value::RawValue;
use super::workbook::{SheetInfo, SheetKind, Workbook};
use super::{file_name, file_place};

/// SHA-256 of a file's bytes in lower-case hexadecimal, and their number.
///
/// # Errors
/// `LCK-004` where the file cannot be read.
pub fn sha256_of_file(path: &Path) -> Result<(String, u64), InputError> {
    let unreadable = |e: std::io::Error| {
        InputError::new(&codes::LCK_004, file_place(path), format!("`{}` cannot be read: {e}", file_name(path)))
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    let mut bytes = 0;
    loop {
        let count = file.read(&mut buffer).map_err(unreadable)?;
        if count == 0 {
            return Ok((hexadecimal(&hash.finalize()), bytes));
        }
        hash.update(&buffer[..count]);
        bytes += count as u64;
    }
}

/// One locked sheet for each sheet of the workbook, in its order.
///
/// # Errors
/// As [`Workbook::read_rows`].
pub fn content_of(workbook: &mut dyn Workbook) -> Result<Vec<LockedSheet>, InputError> {
    let sheets: Vec<SheetInfo> = workbook.sheets().to_vec();
    sheets.iter().map(|sheet| sheet_content(workbook, sheet)).collect()
}

/// Hash and size of one sheet.
///
/// The hash runs over the non-empty cells in row-major order, each as row and column (zero-based,
/// 4 bytes, little-endian), the type letter of [`RawValue::type_tag`], the length of its canonical
/// text (8 bytes, little-endian) and that text in UTF-8. How a file stores them plays no part.
fn sheet_content(workbook: &mut dyn Workbook, sheet: &SheetInfo) -> Result<LockedSheet, InputError> {
    let mut hash = Sha256::new();
    let mut rows = 0;
    let mut cells = 0;
    let mut used: Vec<bool> = Vec::new();
    if sheet.kind == SheetKind::Worksheet {
        let mut encoded = Vec::with_capacity(1 << 12);
        workbook.read_rows(&sheet.name, &mut |row, values| {
            encoded.clear();
            for (column, value) in values {
                encode_cell(row, *column, value, &mut encoded);
                let place = *column as usize;
                if place >= used.len() {
                    used.resize(place + 1, false);
                }
                used[place] = true;
            }
            hash.update(&encoded);
            rows += 1;
            cells += values.len() as u64;
            ControlFlow::Continue(())
        })?;
    }
    Ok(LockedSheet {
        name: sheet.name.clone(),
        state: sheet.state.name().to_owned(),
        rows,
        columns: used.iter().filter(|u| **u).count() as u32,
        cells,
        content_sha256: hexadecimal(&hash.finalize()),
    })
}

/// Appends a cell to what is hashed; see [`sheet_content`].
fn encode_cell(row: u32, column: u32, value: &RawValue<'_>, encoded: &mut Vec<u8>) {
    encoded.extend(row.to_le_bytes());
    encoded.extend(column.to_le_bytes());
    encoded.push(value.type_tag());
    let length_at = encoded.len();
    encoded.extend([0; 8]);
    match value {
        RawValue::Text(text) | RawValue::Error(text) => encoded.extend(text.as_bytes()),
        other => encoded.extend(other.to_string().as_bytes()),
    }
    let length = (encoded.len() - length_at - 8) as u64;
    encoded[length_at..length_at + 8].copy_from_slice(&length.to_le_bytes());
}

/// Hash of each row of a sheet that holds something, by zero-based row.
///
/// # Errors
/// As [`Workbook::read_rows`].
pub(super) fn row_hashes(workbook: &mut dyn Workbook, sheet: &str) -> Result<Vec<(u32, [u8; 32])>, InputError> {
    let mut rows = Vec::new();
    let mut encoded = Vec::new();
    workbook.read_rows(sheet, &mut |row, values| {
        encoded.clear();
        for (column, value) in values {
            encode_cell(row, *column, value, &mut encoded);
        }
        rows.push((row, Sha256::digest(&encoded).into()));
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}
