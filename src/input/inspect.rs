//! What in a workbook a person should look at before it is locked.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use crate::base::cell::{CellAddress, CellPlace, column_name};
use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::words::counted;

use super::workbook::{Formula, MergedRegion, SheetInfo, SheetKind, SheetState, SheetStructure};

/// How many places a finding names before "and N more".
const NAMED: usize = 8;

/// Reports hidden sheets, rows and columns, merged cells, formulas and error cells of the given
/// sheets, or of all. Each finding stands at its first cell.
///
/// # Errors
/// The file or a sheet cannot be read; what is wrong stands in the sink.
pub fn inspect(path: &Path, only: Option<&[&str]>, sink: &mut Diagnostics) -> Result<(), Stop> {
    let mut workbook = super::open(path).map_err(|e| e.report(sink))?;
    let file: Arc<str> = workbook.file_name().into();
    let wanted = |sheet: &&SheetInfo| only.is_none_or(|names| names.contains(&sheet.name.as_str()));
    let sheets: Vec<SheetInfo> = workbook.sheets().iter().filter(wanted).cloned().collect();
    let mark = sink.mark();
    for sheet in &sheets {
        let finder = Finder { file: file.clone(), sheet: sheet.name.as_str().into() };
        finder.state(sheet, sink);
        if sheet.kind != SheetKind::Worksheet {
            continue;
        }
        match workbook.structure(&sheet.name) {
            Ok(structure) => finder.structure(&structure, sink),
            Err(error) => {
                error.report(sink);
            }
        }
    }
    sink.check(mark)
}

struct Finder {
    file: Arc<str>,
    sheet: Arc<str>,
}

impl Finder {
    fn place(&self, address: CellAddress) -> Place {
        Place::Cell(CellPlace { file: self.file.clone(), sheet: self.sheet.clone(), address })
    }

    fn state(&self, sheet: &SheetInfo, sink: &mut Diagnostics) {
        let how = match sheet.state {
            SheetState::Visible => return,
            SheetState::Hidden => "hidden",
            SheetState::VeryHidden => "very hidden (no menu shows it)",
        };
        let message = format!("sheet `{}` is {how}", sheet.name);
        sink.warning(&codes::INP_009, self.place(CellAddress::new(0, 0)), message);
    }

    fn structure(&self, structure: &SheetStructure, sink: &mut Diagnostics) {
        if let Some(rows) = structure.hidden_rows.as_deref()
            && let Some(first) = rows.first()
        {
            let names = listed(ranges(rows).iter().map(|(a, b)| span(&(a + 1).to_string(), &(b + 1).to_string())));
            let message = format!("sheet `{}` has {} hidden: {names}", self.sheet, counted(rows.len(), "row"));
            sink.warning(&codes::INP_015, self.place(CellAddress::new(*first, 0)), message);
        }
        if let Some(columns) = structure.hidden_columns.as_deref()
            && let Some(first) = columns.first()
        {
            let names = listed(ranges(columns).iter().map(|(a, b)| span(&column_name(*a), &column_name(*b))));
            let message = format!("sheet `{}` has {} hidden: {names}", self.sheet, counted(columns.len(), "column"));
            sink.warning(&codes::INP_015, self.place(CellAddress::new(0, *first)), message);
        }
        if let Some(regions) = structure.merged.as_deref()
            && let Some(MergedRegion { first, .. }) = regions.first()
        {
            let names = listed(regions.iter().map(|r| span(&r.first.to_string(), &r.last.to_string())));
            let message = format!("sheet `{}` has {}: {names}", self.sheet, counted(regions.len(), "merged block"));
            sink.warning(&codes::INP_011, self.place(*first), message);
        }
        self.formulas(&structure.formulas, sink);
        let mut by_error: BTreeMap<&str, Vec<CellAddress>> = BTreeMap::new();
        for (address, error) in &structure.errors {
            by_error.entry(error).or_default().push(*address);
        }
        for (error, cells) in by_error {
            let names = listed(cells.iter().map(CellAddress::to_string));
            let message = format!("sheet `{}` has {} with {error}: {names}", self.sheet, counted(cells.len(), "cell"));
            sink.warning(&codes::DAT_009, self.place(cells[0]), message);
        }
    }

    /// One finding per column, since a column of formulas is one decision.
    fn formulas(&self, formulas: &[Formula], sink: &mut Diagnostics) {
        let mut columns: BTreeMap<(bool, u32), Vec<&Formula>> = BTreeMap::new();
        for formula in formulas {
            columns.entry((formula.volatile, formula.address.column)).or_default().push(formula);
        }
        for ((volatile, column), list) in columns {
            let shown = match list[0].text.as_str() {
                "" => String::new(),
                text => format!(", the first `={text}`"),
            };
            let count = counted(list.len(), if volatile { "volatile formula" } else { "formula" });
            let message = format!("column {} of sheet `{}` holds {count}{shown}", column_name(column), self.sheet);
            let place = self.place(list[0].address);
            if volatile {
                sink.warning(&codes::INP_014, place, message).hint(
                    "the stored value is read, but the next recalculation changes it: paste values before locking",
                );
            } else {
                sink.warning(&codes::INP_010, place, message);
            }
        }
    }
}

fn span(first: &str, last: &str) -> String {
    if first == last { first.to_owned() } else { format!("{first}:{last}") }
}

fn listed(names: impl ExactSizeIterator<Item = String>) -> String {
    let more = names.len().saturating_sub(NAMED);
    let mut text = names.take(NAMED).collect::<Vec<_>>().join(", ");
    if more > 0 {
        text.push_str(&format!(" and {more} more"));
    }
    text
}

/// Runs of consecutive numbers of an ascending list.
fn ranges(numbers: &[u32]) -> Vec<(u32, u32)> {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for number in numbers {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == *number => *last = *number,
            _ => runs.push((*number, *number)),
        }
    }
    runs
}
