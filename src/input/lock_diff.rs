//! Which cells of two workbooks differ.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::Path;

use crate::base::cell::CellAddress;

use super::error::InputError;
use super::lock_content::row_hashes;
use super::value::RawValue;
use super::workbook::{SheetKind, Workbook};

/// What differs in one sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetDifference {
    /// Only the new workbook has the sheet.
    Added {
        /// Its name.
        sheet: String,
    },
    /// Only the old workbook has the sheet.
    Removed {
        /// Its name.
        sheet: String,
    },
    /// Both have it, cells differ.
    Changed {
        /// Its name.
        sheet: String,
        /// Every differing cell in row-major order.
        cells: Vec<CellDifference>,
    },
}

/// A cell that differs in value or type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellDifference {
    /// Where.
    pub address: CellAddress,
    /// What stood there, as shown to people; text in quotes, `(empty)` for nothing.
    pub old: String,
    /// What stands there now.
    pub new: String,
}

/// Compares two workbooks sheet by sheet, by name; sheets without cells are left out.
///
/// Reads both twice: first hashes of rows, then the rows that differ, so that memory holds only
/// these.
///
/// # Errors
/// As [`super::open`] and [`Workbook::read_rows`].
pub fn diff_workbooks(old: &Path, new: &Path) -> Result<Vec<SheetDifference>, InputError> {
    let mut old = super::open(old)?;
    let mut new = super::open(new)?;
    let names = |workbook: &dyn Workbook| -> Vec<String> {
        workbook.sheets().iter().filter(|s| s.kind == SheetKind::Worksheet).map(|s| s.name.clone()).collect()
    };
    let (old_names, new_names) = (names(&*old), names(&*new));
    // Delimited text names its sheet after the file, and a kept copy is named by its hash.
    let named_after_file = |workbook: &dyn Workbook, names: &[String]| {
        let stem = Path::new(workbook.file_name()).file_stem().map(|s| s.to_string_lossy().into_owned());
        matches!(names, [one] if Some(one) == stem.as_ref())
    };
    if named_after_file(&*old, &old_names) && named_after_file(&*new, &new_names) {
        let cells = diff_sheet(&mut *old, &old_names[0], &mut *new, &new_names[0])?;
        let sheet = new_names[0].clone();
        return Ok(if cells.is_empty() { Vec::new() } else { vec![SheetDifference::Changed { sheet, cells }] });
    }
    let mut differences = Vec::new();
    for sheet in &old_names {
        if !new_names.contains(sheet) {
            differences.push(SheetDifference::Removed { sheet: sheet.clone() });
            continue;
        }
        let cells = diff_sheet(&mut *old, sheet, &mut *new, sheet)?;
        if !cells.is_empty() {
            differences.push(SheetDifference::Changed { sheet: sheet.clone(), cells });
        }
    }
    let added = new_names.into_iter().filter(|s| !old_names.contains(s));
    differences.extend(added.map(|sheet| SheetDifference::Added { sheet }));
    Ok(differences)
}

fn diff_sheet(
    old: &mut dyn Workbook,
    old_sheet: &str,
    new: &mut dyn Workbook,
    new_sheet: &str,
) -> Result<Vec<CellDifference>, InputError> {
    let old_rows: BTreeMap<u32, [u8; 32]> = row_hashes(old, old_sheet)?.into_iter().collect();
    let new_rows: BTreeMap<u32, [u8; 32]> = row_hashes(new, new_sheet)?.into_iter().collect();
    let rows: BTreeSet<u32> =
        old_rows.keys().chain(new_rows.keys()).copied().filter(|row| old_rows.get(row) != new_rows.get(row)).collect();
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let mut was = cells_of_rows(old, old_sheet, &rows)?;
    let is = cells_of_rows(new, new_sheet, &rows)?;
    let mut differences = BTreeMap::new();
    for (address, new) in is {
        match was.remove(&address) {
            Some(old) if old == new => {}
            old => {
                differences.insert(address, (old.unwrap_or_default(), new));
            }
        }
    }
    differences.extend(was.into_iter().map(|(address, old)| (address, (old, Shown::default()))));
    let difference = |(address, (old, new)): (CellAddress, (Shown, Shown))| {
        let (old, new) = if old.text == new.text {
            (format!("{} ({})", old.text, old.kind), format!("{} ({})", new.text, new.kind))
        } else {
            (old.text, new.text)
        };
        CellDifference { address, old, new }
    };
    Ok(differences.into_iter().map(difference).collect())
}

/// A value for people, with the name of its type for when only that differs.
#[derive(PartialEq, Eq)]
struct Shown {
    text: String,
    kind: &'static str,
}

impl Default for Shown {
    fn default() -> Self {
        Self { text: RawValue::Empty.shown(), kind: "" }
    }
}

fn cells_of_rows(
    workbook: &mut dyn Workbook,
    sheet: &str,
    rows: &BTreeSet<u32>,
) -> Result<BTreeMap<CellAddress, Shown>, InputError> {
    let mut cells = BTreeMap::new();
    workbook.read_rows(sheet, &mut |row, values| {
        if rows.contains(&row) {
            for (column, value) in values {
                let shown = Shown { text: value.shown(), kind: type_name(value) };
                cells.insert(CellAddress::new(row, *column), shown);
            }
        }
        ControlFlow::Continue(())
    })?;
    Ok(cells)
}

fn type_name(value: &RawValue<'_>) -> &'static str {
    match value {
        RawValue::Empty => "empty",
        RawValue::Text(_) => "text",
        RawValue::Number(_) => "number",
        RawValue::Date(_) => "date",
        RawValue::DateTime(_) => "date and time",
        RawValue::Time(_) => "time of day",
        RawValue::Duration(_) => "duration",
        RawValue::Bool(_) => "logical value",
        RawValue::Error(_) => "error",
    }
}
