//! Files to raw cells: opens workbooks read-only, streams their rows, and keeps the lock record.
//!
//! One file per format, one line in [`INPUT_FORMATS`]. Nothing here interprets a value beyond what
//! the file itself says it is: a date is a date because its cell is formatted as one.

mod csv;
mod error;
mod header;
mod inspect;
mod lock;
mod lock_content;
mod lock_diff;
mod lock_verify;
mod spreadsheet;
mod value;
mod workbook;
mod xlsx_structure;

use std::path::Path;

use crate::base::codes;
use crate::base::diagnostic::Place;

pub use error::InputError;
pub use header::{Header, HeaderColumn, UnnamedColumns, read_header};
pub use inspect::inspect;
pub use lock::{ChecklistItem, LOCK_FILE, LockKind, LockRecord, LockRequest, LockedFile, LockedSheet, SourceLock};
pub use lock_content::{content_of, sha256_of_file};
pub use lock_diff::{CellDifference, SheetDifference, diff_workbooks};
pub use lock_verify::{copy_path, keep_copy};
pub use value::RawValue;
pub use workbook::{
    Formula, InputFormat, MergedRegion, OpenOptions, Row, SheetInfo, SheetKind, SheetState, SheetStructure, Workbook,
};

/// Every input format, by name.
pub static INPUT_FORMATS: &[&dyn InputFormat] = &[&csv::DelimitedText, &spreadsheet::Spreadsheet];

/// The format that reads files with this extension (without dot, any case).
#[must_use]
pub fn format_of(path: &Path) -> Option<&'static dyn InputFormat> {
    let extension = path.extension()?.to_str()?.to_lowercase();
    INPUT_FORMATS.iter().copied().find(|format| format.extensions().contains(&extension.as_str()))
}

/// Opens a data file by its extension, read-only.
///
/// # Errors
/// `INP-001` missing, `INP-002` damaged or of no known format, `INP-003` encrypted, `INP-008` too
/// large, `INP-012` wrong encoding.
pub fn open(path: &Path) -> Result<Box<dyn Workbook>, InputError> {
    open_with(path, &OpenOptions::default())
}

/// Opens a data file with what data.yaml declares about it.
///
/// # Errors
/// As [`open`].
pub fn open_with(path: &Path, options: &OpenOptions) -> Result<Box<dyn Workbook>, InputError> {
    if !path.is_file() {
        let error = InputError::new(&codes::INP_001, file_place(path), format!("`{}` not found", path.display()));
        return Err(error.hint(nearest_file(path)));
    }
    let Some(format) = format_of(path) else {
        let known: Vec<&str> = INPUT_FORMATS.iter().flat_map(|f| f.extensions()).copied().collect();
        let message = format!("`{}` is of no format that can be read", file_name(path));
        return Err(
            InputError::new(&codes::INP_002, file_place(path), message).hint(format!("readable: {}", known.join(", ")))
        );
    };
    format.open(path, options)
}

/// The name of a file without its folders, as messages and the lock record show it.
#[must_use]
pub fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

fn file_place(path: &Path) -> Place {
    Place::File(file_name(path))
}

/// A hint for a missing file: what lies beside where it should be.
fn nearest_file(path: &Path) -> String {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Ok(entries) = folder.read_dir() else {
        return format!("there is no folder `{}`", folder.display());
    };
    let mut names: Vec<String> =
        entries.flatten().map(|e| e.path()).filter(|p| format_of(p).is_some()).map(|p| file_name(&p)).collect();
    names.sort();
    crate::base::suggest::did_you_mean(&file_name(path), names.iter().map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_in_order_and_described() {
        assert!(INPUT_FORMATS.windows(2).all(|pair| pair[0].name() < pair[1].name()));
        for format in INPUT_FORMATS {
            assert!(!format.about().is_empty() && !format.extensions().is_empty());
        }
    }
}
