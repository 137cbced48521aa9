//! Holds files against the lock record: unchanged, saved again, or changed and in which cells.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::base::cell::CellPlace;
use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::output::{self, OutputError};

use super::error::InputError;
use super::lock::{LockRecord, LockedFile, LockedSheet};
use super::lock_content::{content_of, sha256_of_file};
use super::lock_diff::{CellDifference, SheetDifference, diff_workbooks};
use super::{file_name, file_place};

/// How many differing cells of a sheet are named.
const NAMED_CELLS: usize = 10;

impl LockRecord {
    /// Compares the files with the record, by name. First the bytes; only where these differ the
    /// contents, and cells are named from the copies kept at lock time in `copies`.
    ///
    /// Reports `LCK-002` (changed), `LCK-003` (saved again, a warning), `LCK-004` (missing),
    /// `LCK-005` (not in the record) and `LCK-006` (the record itself was edited).
    pub fn verify(&self, files: &[PathBuf], copies: &Path, sink: &mut Diagnostics) {
        if self.computed_id() != self.lock_id {
            let message =
                format!("lock id {} does not fit the record, which gives {}", self.lock_id, self.computed_id());
            sink.error(&codes::LCK_006, Place::File(super::LOCK_FILE.to_owned()), message)
                .hint("restore lock.yaml, or lock again with `tracelock lock`");
        }
        let by_name: BTreeMap<String, &PathBuf> = files.iter().map(|path| (file_name(path), path)).collect();
        for locked in &self.files {
            match by_name.get(&locked.name) {
                Some(path) => verify_file(locked, path, copies, sink),
                None => {
                    let message = format!("locked file `{}` is missing", locked.name);
                    sink.error(&codes::LCK_004, Place::File(locked.name.clone()), message)
                        .hint("put it back, or say with `--data` where the workbooks lie");
                }
            }
        }
        for (name, path) in by_name {
            if !self.files.iter().any(|locked| locked.name == name) {
                let message = format!("`{name}` is not in the lock record {}", self.lock_id);
                sink.error(&codes::LCK_005, file_place(path), message)
                    .hint("lock again, so that the record covers every input");
            }
        }
    }
}

fn verify_file(locked: &LockedFile, path: &Path, copies: &Path, sink: &mut Diagnostics) {
    match sha256_of_file(path) {
        Ok((sha256, _)) if sha256 == locked.sha256 => return,
        Ok(_) => {}
        Err(error) => {
            error.report(sink);
            return;
        }
    }
    let sheets = match super::open(path).and_then(|mut workbook| content_of(&mut *workbook)) {
        Ok(sheets) => sheets,
        Err(error) => {
            error.report(sink);
            let message = format!("`{}` is not what was locked, and cannot be read", locked.name);
            sink.error(&codes::LCK_002, file_place(path), message)
                .hint("restore the file from the copy kept at lock time");
            return;
        }
    };
    let changes = compare_sheets(&locked.sheets, &sheets);
    let changed = changes.iter().any(|c| !matches!(c, Change::State { .. }));
    if !changed {
        let mut message = format!("`{}` was saved again, 0 cells differ", locked.name);
        for change in &changes {
            if let Change::State { sheet, old, new } = change {
                message.push_str(&format!("; sheet `{sheet}` was {old}, is {new}"));
            }
        }
        sink.warning(&codes::LCK_003, file_place(path), message)
            .hint("no number can change; lock again so that the bytes agree as well");
        return;
    }
    let differences = cell_differences(locked, path, copies);
    for change in changes {
        report_change(locked, path, &change, &differences, sink);
    }
}

enum Change<'a> {
    Added { sheet: &'a str },
    Removed { sheet: &'a str },
    Content { sheet: &'a str, old: &'a LockedSheet, new: &'a LockedSheet },
    State { sheet: &'a str, old: &'a str, new: &'a str },
}

fn compare_sheets<'a>(old: &'a [LockedSheet], new: &'a [LockedSheet]) -> Vec<Change<'a>> {
    let mut changes = Vec::new();
    for was in old {
        let sheet = was.name.as_str();
        match new.iter().find(|s| s.name == sheet) {
            None => changes.push(Change::Removed { sheet }),
            Some(is) if is.content_sha256 != was.content_sha256 => {
                changes.push(Change::Content { sheet, old: was, new: is })
            }
            Some(is) if is.state != was.state => changes.push(Change::State { sheet, old: &was.state, new: &is.state }),
            Some(_) => {}
        }
    }
    let added = new.iter().filter(|s| !old.iter().any(|was| was.name == s.name));
    changes.extend(added.map(|s| Change::Added { sheet: &s.name }));
    changes
}

/// Cell differences from the copy, or why there are none.
fn cell_differences(locked: &LockedFile, path: &Path, copies: &Path) -> Result<Vec<SheetDifference>, String> {
    let copy = copy_path(copies, locked);
    match sha256_of_file(&copy) {
        Err(_) => {
            return Err(format!(
                "no copy of the locked file lies in `{}`, so its cells cannot be named",
                copies.display()
            ));
        }
        Ok((sha256, _)) if sha256 != locked.sha256 => {
            return Err(format!("the copy `{}` is damaged, so its cells cannot be named", copy.display()));
        }
        Ok(_) => {}
    }
    diff_workbooks(&copy, path).map_err(|e| format!("the copy cannot be compared: {}", e.message()))
}

fn report_change(
    locked: &LockedFile,
    path: &Path,
    change: &Change<'_>,
    differences: &Result<Vec<SheetDifference>, String>,
    sink: &mut Diagnostics,
) {
    let file = &locked.name;
    let (sheet, old, new) = match change {
        Change::Added { sheet } => {
            let message = format!("`{file}` has a sheet that was not locked: `{sheet}`");
            sink.error(&codes::LCK_002, file_place(path), message);
            return;
        }
        Change::Removed { sheet } => {
            sink.error(&codes::LCK_002, file_place(path), format!("`{file}` no longer has the locked sheet `{sheet}`"));
            return;
        }
        Change::State { sheet, old, new } => {
            sink.warning(
                &codes::LCK_003,
                file_place(path),
                format!("sheet `{sheet}` of `{file}` was {old}, is {new}; 0 cells differ"),
            )
            .hint("no number can change; lock again so that the bytes agree as well");
            return;
        }
        Change::Content { sheet, old, new } => (*sheet, *old, *new),
    };
    let start = format!("sheet `{sheet}` of `{file}` is not what was locked");
    let cells = match differences {
        Ok(list) => cells_of(list, sheet),
        Err(why) => {
            let message =
                format!("{start}: {} cells in {} rows, were {} in {}", new.cells, new.rows, old.cells, old.rows);
            sink.error(&codes::LCK_002, file_place(path), message).hint(why.as_str());
            return;
        }
    };
    let Some(first) = cells.first() else {
        sink.error(&codes::LCK_002, file_place(path), start);
        return;
    };
    let place = |cell: &CellDifference| {
        let (file, sheet): (Arc<str>, Arc<str>) = (file.as_str().into(), sheet.into());
        Place::Cell(CellPlace { file, sheet, address: cell.address })
    };
    let count = if cells.len() == 1 { "1 cell differs".to_owned() } else { format!("{} cells differ", cells.len()) };
    let message = format!("{start}: {count}, the first {} was {}, is {}", first.address, first.old, first.new);
    let diagnostic = sink.error(&codes::LCK_002, place(first), message);
    for cell in cells.iter().take(NAMED_CELLS) {
        diagnostic.label(place(cell), format!("was {}, is {}", cell.old, cell.new));
    }
    if cells.len() > NAMED_CELLS {
        diagnostic.hint(format!("and {} more", cells.len() - NAMED_CELLS));
    }
    diagnostic.hint("if the change is right, lock again with a reason; if not, restore the file");
}

fn cells_of<'d>(differences: &'d [SheetDifference], name: &str) -> &'d [CellDifference] {
    let found = differences.iter().find_map(|d| match d {
        SheetDifference::Changed { sheet, cells } if sheet == name => Some(cells.as_slice()),
        _ => None,
    });
    found.unwrap_or_default()
}

/// Where the copy of a locked file lies: `<copies>/<sha256>.<extension>`.
#[must_use]
pub fn copy_path(copies: &Path, locked: &LockedFile) -> PathBuf {
    copy_name(copies, &locked.sha256, Path::new(&locked.name))
}

fn copy_name(copies: &Path, sha256: &str, file: &Path) -> PathBuf {
    let mut name = sha256.to_owned();
    if let Some(extension) = file.extension() {
        name.push('.');
        name.push_str(&extension.to_string_lossy().to_lowercase());
    }
    copies.join(name)
}

/// Keeps a copy of the file under the hash of its bytes and returns its path. A copy that is there
/// already is left alone.
///
/// # Errors
/// `OUT-001` where the copy cannot be written, `LCK-004` where the file cannot be read.
pub fn keep_copy(file: &Path, copies: &Path) -> Result<PathBuf, InputError> {
    let (sha256, _) = sha256_of_file(file)?;
    let copy = copy_name(copies, &sha256, file);
    if sha256_of_file(&copy).is_ok_and(|(kept, _)| kept == sha256) {
        return Ok(copy);
    }
    let failed = |e: OutputError| {
        let message = format!("no copy of `{}` can be kept in `{}`: {}", file_name(file), copies.display(), e.message);
        InputError::new(&codes::OUT_001, file_place(&copy), message)
    };
    // Written aside and renamed, so that a copy is whole or not there.
    let aside = copies.join(format!("{sha256}.part"));
    output::copy_file(file, &aside).map_err(failed)?;
    let (written, _) = sha256_of_file(&aside)?;
    if written != sha256 {
        let _ = output::remove(&aside);
        let message = format!("`{}` changed while it was copied", file_name(file));
        return Err(InputError::new(&codes::OUT_001, file_place(file), message)
            .hint("close it in other programs and lock again"));
    }
    output::rename(&aside, &copy).map_err(failed)?;
    Ok(copy)
}
