//! What every input format offers: sheets, their rows as a stream, and their structure.

use std::ops::ControlFlow;
use std::path::Path;

use crate::base::cell::CellAddress;
use crate::base::date::DateSystem;

use super::error::InputError;
use super::value::RawValue;

/// Whether a sheet is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetState {
    /// Shown.
    Visible,
    /// Hidden; a menu brings it back.
    Hidden,
    /// Hidden so that only a program brings it back.
    VeryHidden,
}

impl SheetState {
    /// The word of the lock record: `visible`, `hidden`, `very_hidden`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Visible => "visible",
            Self::Hidden => "hidden",
            Self::VeryHidden => "very_hidden",
        }
    }
}

/// What a sheet is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SheetKind {
    /// Cells.
    Worksheet,
    /// A chart: no cells.
    Chart,
    /// A macro, dialogue or program sheet: not read.
    Other,
}

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetInfo {
    /// Name, blanks included.
    pub name: String,
    /// Whether it is shown.
    pub state: SheetState,
    /// What it is.
    pub kind: SheetKind,
}

/// A block of merged cells, corners included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MergedRegion {
    /// Top-left cell, the only one with a value.
    pub first: CellAddress,
    /// Bottom-right cell.
    pub last: CellAddress,
}

impl MergedRegion {
    /// Whether the cell lies in the block.
    #[must_use]
    pub fn contains(&self, cell: CellAddress) -> bool {
        (self.first.row..=self.last.row).contains(&cell.row)
            && (self.first.column..=self.last.column).contains(&cell.column)
    }
}

/// A formula of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Formula {
    /// Where.
    pub address: CellAddress,
    /// Its text without `=`; empty where the format does not give it.
    pub text: String,
    /// Whether its value changes without any cell changing (`RAND`, `NOW`, …).
    pub volatile: bool,
}

/// What a sheet holds besides values.
#[derive(Clone, Debug, Default)]
pub struct SheetStructure {
    /// Zero-based hidden rows, ascending; `None` where the format does not tell.
    pub hidden_rows: Option<Vec<u32>>,
    /// Zero-based hidden columns, ascending; `None` where the format does not tell.
    pub hidden_columns: Option<Vec<u32>>,
    /// Merged blocks; `None` where the format does not tell.
    pub merged: Option<Vec<MergedRegion>>,
    /// Formulas in row-major order.
    pub formulas: Vec<Formula>,
    /// Error cells with their error, in row-major order.
    pub errors: Vec<(CellAddress, String)>,
}

/// A row on its way through [`Workbook::read_rows`]: zero-based columns, ascending, with their
/// non-empty values.
pub type Row<'r, 'v> = &'r [(u32, RawValue<'v>)];

/// An open data file.
pub trait Workbook {
    /// File name without folders.
    fn file_name(&self) -> &str;

    /// The sheets in the file's order.
    fn sheets(&self) -> &[SheetInfo];

    /// The day that serial dates count from; it matters to bare numbers only, formatted dates are read as dates.
    fn date_system(&self) -> DateSystem {
        DateSystem::Excel1900
    }

    /// Streams the rows of a sheet that hold something: zero-based row number, ascending, and its
    /// non-empty cells. Positions are absolute, whatever cell the sheet starts at. `visit` ends
    /// the reading with `ControlFlow::Break`.
    ///
    /// # Errors
    /// `INP-004` for an unknown sheet or one without cells, `INP-002` for a damaged one, `INP-008`
    /// for one that claims more cells than a sheet has.
    fn read_rows(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(u32, Row<'_, '_>) -> ControlFlow<()>,
    ) -> Result<(), InputError>;

    /// The merged blocks of a sheet; `None` where the format does not tell. May read the whole
    /// sheet.
    ///
    /// # Errors
    /// As [`Workbook::read_rows`].
    fn merged_regions(&mut self, sheet: &str) -> Result<Option<Vec<MergedRegion>>, InputError>;

    /// Hidden rows and columns, merged blocks, formulas and error cells of a sheet, as far as the
    /// format tells. Reads the whole sheet.
    ///
    /// # Errors
    /// As [`Workbook::read_rows`].
    fn structure(&mut self, sheet: &str) -> Result<SheetStructure, InputError>;
}

/// What data.yaml declares about a file before it is opened.
#[derive(Clone, Copy, Debug, Default)]
pub struct OpenOptions {
    /// Separator of delimited text; by default told from the extension and the first line.
    pub delimiter: Option<char>,
}

/// A kind of data file.
pub trait InputFormat: Sync {
    /// Name, by which the list is ordered.
    fn name(&self) -> &'static str;

    /// File extensions in lower case, without dot.
    fn extensions(&self) -> &'static [&'static str];

    /// One sentence for `explain`.
    fn about(&self) -> &'static str;

    /// Opens a file read-only.
    ///
    /// # Errors
    /// As [`super::open`].
    fn open(&self, path: &Path, options: &OpenOptions) -> Result<Box<dyn Workbook>, InputError>;
}
