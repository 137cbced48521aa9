//! Delimited text (CSV, TSV): one sheet named after the file, every cell text.

use std::ops::ControlFlow;
use std::path::Path;

use crate::base::cell::CellAddress;
use crate::base::codes;

use super::error::InputError;
use super::value::RawValue;
use super::workbook::{
    InputFormat, MergedRegion, OpenOptions, Row, SheetInfo, SheetKind, SheetState, SheetStructure, Workbook,
};
use super::{file_name, file_place};

/// The format of text separated by commas, semicolons or tabs.
pub(super) struct DelimitedText;

impl InputFormat for DelimitedText {
    fn name(&self) -> &'static str {
        "csv"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["csv", "tab", "tsv", "txt"]
    }

    fn about(&self) -> &'static str {
        "Delimited text in UTF-8, with or without byte order mark; comma, semicolon or tab; every cell is text."
    }

    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Box<dyn Workbook>, InputError> {
        let name = file_name(path);
        let bytes = std::fs::read(path)
            .map_err(|e| InputError::new(&codes::INP_002, file_place(path), format!("`{name}` cannot be read: {e}")))?;
        let text = decode(path, bytes)?;
        let extension = path.extension().map(|e| e.to_ascii_lowercase());
        let by_extension = extension.is_some_and(|e| e == "tsv" || e == "tab").then_some(b'\t');
        let delimiter = match options.delimiter {
            Some(c) => u8::try_from(c).ok().filter(u8::is_ascii).ok_or_else(|| {
                InputError::new(
                    &codes::CFG_005,
                    file_place(path),
                    format!("`{c}` cannot separate the cells of `{name}`"),
                )
                .hint("use a comma, semicolon, tab or another ASCII character")
            })?,
            None => by_extension.unwrap_or_else(|| detect_delimiter(&text)),
        };
        let stem = path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let sheet = SheetInfo { name: stem, state: SheetState::Visible, kind: SheetKind::Worksheet };
        Ok(Box::new(TextTable { name, sheets: [sheet], text, delimiter }))
    }
}

/// UTF-8 without its byte order mark.
fn decode(path: &Path, bytes: Vec<u8>) -> Result<String, InputError> {
    let name = file_name(path);
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        let message = format!("`{name}` is UTF-16, not UTF-8");
        return Err(
            InputError::new(&codes::INP_012, file_place(path), message).hint("export it again as \"CSV UTF-8\"")
        );
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        let line = 1 + e.as_bytes()[..at].iter().filter(|b| **b == b'\n').count();
        let byte = e.as_bytes()[at];
        InputError::new(
            &codes::INP_012,
            file_place(path),
            format!("`{name}` is not UTF-8: byte 0x{byte:02X} in line {line}"),
        )
        .hint("export it again as \"CSV UTF-8\"")
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The separator that occurs most often in the first line that is not blank, outside quotes; a comma
/// where none does.
fn detect_delimiter(text: &str) -> u8 {
    let line = text.lines().find(|l| !l.trim().is_empty()).unwrap_or("");
    let mut counts = [(b',', 0usize), (b';', 0), (b'\t', 0)];
    let mut quoted = false;
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        if !quoted && let Some(entry) = counts.iter_mut().find(|(d, _)| *d == byte) {
            entry.1 += 1;
        }
    }
    // The first of equals: comma before semicolon before tab.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(d, _)| *d)
}

struct TextTable {
    name: String,
    sheets: [SheetInfo; 1],
    text: String,
    delimiter: u8,
}

impl TextTable {
    fn check_sheet(&self, sheet: &str) -> Result<(), InputError> {
        super::spreadsheet::find_sheet(&self.name, &self.sheets, sheet).map(|_| ())
    }
}

impl Workbook for TextTable {
    fn file_name(&self) -> &str {
        &self.name
    }

    fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    fn read_rows(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(u32, Row<'_, '_>) -> ControlFlow<()>,
    ) -> Result<(), InputError> {
        self.check_sheet(sheet)?;
        let damaged = |message: String| {
            InputError::new(&codes::INP_002, crate::base::diagnostic::Place::File(self.name.clone()), message)
        };
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(self.delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(self.text.as_bytes());
        let mut record = csv::StringRecord::new();
        let mut row: u32 = 0;
        loop {
            let more =
                reader.read_record(&mut record).map_err(|e| damaged(format!("`{}` cannot be read: {e}", self.name)))?;
            if !more {
                return Ok(());
            }
            // The reader skips blank lines, a spreadsheet program counts them as rows.
            let start = record.position().map_or(0, csv::Position::byte) as usize;
            row += blank_lines(self.text.as_bytes(), start);
            let cells: Vec<(u32, RawValue<'_>)> =
                (0..).zip(record.iter()).filter(|(_, t)| !t.is_empty()).map(|(c, t)| (c, RawValue::Text(t))).collect();
            if !cells.is_empty() && visit(row, &cells).is_break() {
                return Ok(());
            }
            row = row.checked_add(1).ok_or_else(|| damaged(format!("`{}` has too many rows", self.name)))?;
        }
    }

    fn merged_regions(&mut self, sheet: &str) -> Result<Option<Vec<MergedRegion>>, InputError> {
        self.check_sheet(sheet)?;
        Ok(Some(Vec::new()))
    }

    fn structure(&mut self, sheet: &str) -> Result<SheetStructure, InputError> {
        self.check_sheet(sheet)?;
        let mut errors = Vec::new();
        self.read_rows(sheet, &mut |row, cells| {
            for (column, value) in cells {
                if let RawValue::Text(text) = value
                    && EXPORTED_ERRORS.contains(text)
                {
                    errors.push((CellAddress::new(row, *column), (*text).to_owned()));
                }
            }
            ControlFlow::Continue(())
        })?;
        Ok(SheetStructure {
            hidden_rows: Some(Vec::new()),
            hidden_columns: Some(Vec::new()),
            merged: Some(Vec::new()),
            formulas: Vec::new(),
            errors,
        })
    }
}

/// Errors of a spreadsheet as its text export writes them; `#N/A` is left to the declared missing
/// codes, since data sets write it on purpose.
const EXPORTED_ERRORS: [&str; 6] = ["#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"];

/// Line ends between where the reader left the record before and the first character of this one.
fn blank_lines(bytes: &[u8], start: usize) -> u32 {
    // The reader stops behind a carriage return; its line feed still belongs to the record before.
    let half_way = start > 0 && bytes[start - 1] == b'\r' && bytes.get(start) == Some(&b'\n');
    let mut rest = &bytes[start + usize::from(half_way)..];
    let mut count = 0;
    loop {
        rest = match rest {
            [b'\r', b'\n', tail @ ..] | [b'\r' | b'\n', tail @ ..] => tail,
            _ => return count,
        };
        count += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_the_delimiter() {
        for (text, delimiter) in [
            ("A,B,C\n1;2", b','),
            ("A;B;C", b';'),
            ("A\tB", b'\t'),
            ("\n\n\"a,b,c\";d", b';'),
            ("A", b','),
            ("", b','),
            ("a,b;c", b','),
        ] {
            assert_eq!(detect_delimiter(text), delimiter, "{text:?}");
        }
    }
}
