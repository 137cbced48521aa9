//! Spreadsheet files through calamine: the only file that names it.
//!
//! xlsx, xlsm and xlsb are streamed cell by cell with absolute positions; xls and ods come as
//! ranges, whose start is added here and nowhere else.

use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::panic::AssertUnwindSafe;
use std::path::{Path, PathBuf};

use calamine::{
    CellErrorType, Data, DataRef, ExcelDateTime, Ods, OdsError, Range, Reader, SheetType, SheetVisible, Xls, XlsError,
    Xlsb, XlsbError, Xlsx, XlsxError,
};

use crate::base::cell::CellAddress;
use crate::base::codes;
use crate::base::date::{Date, DateSystem, DateTime, Duration, Time};
use crate::base::diagnostic::Place;
use crate::base::suggest::did_you_mean;

use super::error::InputError;
use super::value::RawValue;
use super::workbook::{
    Formula, InputFormat, MergedRegion, OpenOptions, Row, SheetInfo, SheetKind, SheetState, SheetStructure, Workbook,
};
use super::{file_name, file_place, xlsx_structure};

/// The formats of Excel and OpenDocument.
pub(super) struct Spreadsheet;

impl InputFormat for Spreadsheet {
    fn name(&self) -> &'static str {
        "spreadsheet"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["ods", "xls", "xlsb", "xlsm", "xlsx"]
    }

    fn about(&self) -> &'static str {
        "Workbooks of Excel (xlsx, xlsm, xlsb, xls) and OpenDocument (ods); stored values, not recomputed; dates in both date systems."
    }

    fn open(&self, path: &Path, _options: &OpenOptions) -> Result<Box<dyn Workbook>, InputError> {
        let trouble = |problem| convert(&file_name(path), None, problem);
        let file = File::open(path).map_err(|e| trouble(Problem::Damaged(e.to_string())))?;
        let reader = BufReader::new(file);
        let extension = path.extension().map(|e| e.to_ascii_lowercase()).unwrap_or_default();
        let book = guarded(|| match extension.to_str() {
            Some("xls") => Ok(Book::Xls(Box::new(Xls::new(reader)?))),
            Some("xlsb") => Ok(Book::Xlsb(Box::new(Xlsb::new(reader)?))),
            Some("ods") => Ok(Book::Ods(Box::new(Ods::new(reader)?))),
            _ => Ok(Book::Xlsx(Box::new(Xlsx::new(reader)?))),
        });
        let book = book.map_err(|problem| hint_other_format(path, trouble(problem)))?;
        let sheets = book.sheets();
        Ok(Box::new(CalamineWorkbook { name: file_name(path), path: path.to_owned(), sheets, book }))
    }
}

enum Book {
    Xlsx(Box<Xlsx<BufReader<File>>>),
    Xlsb(Box<Xlsb<BufReader<File>>>),
    Xls(Box<Xls<BufReader<File>>>),
    Ods(Box<Ods<BufReader<File>>>),
}

impl Book {
    fn sheets(&self) -> Vec<SheetInfo> {
        let sheets = match self {
            Self::Xlsx(book) => book.sheets_metadata(),
            Self::Xlsb(book) => book.sheets_metadata(),
            Self::Xls(book) => book.sheets_metadata(),
            Self::Ods(book) => book.sheets_metadata(),
        };
        let info = |sheet: &calamine::Sheet| SheetInfo {
            name: sheet.name.clone(),
            state: match sheet.visible {
                SheetVisible::Visible => SheetState::Visible,
                SheetVisible::Hidden => SheetState::Hidden,
                SheetVisible::VeryHidden => SheetState::VeryHidden,
            },
            kind: match sheet.typ {
                SheetType::WorkSheet => SheetKind::Worksheet,
                SheetType::ChartSheet => SheetKind::Chart,
                SheetType::DialogSheet | SheetType::MacroSheet | SheetType::Vba => SheetKind::Other,
            },
        };
        sheets.iter().map(info).collect()
    }

    fn date_system(&self) -> DateSystem {
        let is_1904 = match self {
            Self::Xlsx(book) => book.has_1904_epoch(),
            Self::Xlsb(book) => book.has_1904_epoch(),
            Self::Xls(book) => book.has_1904_epoch(),
            // OpenDocument writes dates out; the date system plays no part.
            Self::Ods(_) => false,
        };
        if is_1904 { DateSystem::Excel1904 } else { DateSystem::Excel1900 }
    }
}

struct CalamineWorkbook {
    name: String,
    path: PathBuf,
    sheets: Vec<SheetInfo>,
    book: Book,
}

impl Workbook for CalamineWorkbook {
    fn file_name(&self) -> &str {
        &self.name
    }

    fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    fn date_system(&self) -> DateSystem {
        self.book.date_system()
    }

    fn read_rows(
        &mut self,
        sheet: &str,
        visit: &mut dyn FnMut(u32, Row<'_, '_>) -> ControlFlow<()>,
    ) -> Result<(), InputError> {
        find_sheet(&self.name, &self.sheets, sheet)?;
        let system = self.book.date_system();
        let streamed = match &mut self.book {
            Book::Xlsx(book) => book
                .worksheet_cells_reader(sheet)
                .map_err(Problem::from)
                .and_then(|mut cells| stream(|| guarded(|| Ok(cells.next_cell()?)), system, visit)),
            Book::Xlsb(book) => book
                .worksheet_cells_reader(sheet)
                .map_err(Problem::from)
                .and_then(|mut cells| stream(|| guarded(|| Ok(cells.next_cell()?)), system, visit)),
            Book::Xls(book) => {
                guarded(|| Ok(book.worksheet_range(sheet)?)).map(|range| visit_range(&range, system, visit))
            }
            Book::Ods(book) => {
                guarded(|| Ok(book.worksheet_range(sheet)?)).map(|range| visit_range(&range, system, visit))
            }
        };
        streamed.map_err(|problem| convert(&self.name, Some(sheet), problem))
    }

    fn merged_regions(&mut self, sheet: &str) -> Result<Option<Vec<MergedRegion>>, InputError> {
        find_sheet(&self.name, &self.sheets, sheet)?;
        let found = guarded(|| match &mut self.book {
            Book::Xlsx(book) => Ok(Some(book.merge_cells_by_sheet_name(sheet)?)),
            Book::Xls(book) => Ok(Some(book.merge_cells_by_sheet_name(sheet)?)),
            Book::Xlsb(_) | Book::Ods(_) => Ok(None),
        });
        let Some(regions) = found.map_err(|problem| convert(&self.name, Some(sheet), problem))? else {
            return Ok(None);
        };
        let region = |d: &calamine::Dimensions| MergedRegion {
            first: CellAddress::new(d.start.0, d.start.1),
            last: CellAddress::new(d.end.0, d.end.1),
        };
        let mut regions: Vec<MergedRegion> = regions.iter().map(region).collect();
        regions.sort_unstable();
        Ok(Some(regions))
    }

    fn structure(&mut self, sheet: &str) -> Result<SheetStructure, InputError> {
        find_sheet(&self.name, &self.sheets, sheet)?;
        if matches!(self.book, Book::Xlsx(_)) {
            return xlsx_structure::read(&self.path, sheet)
                .map_err(|message| convert(&self.name, Some(sheet), Problem::Damaged(message)));
        }
        let formulas = guarded(|| match &mut self.book {
            Book::Xlsx(book) => Ok(book.worksheet_formula(sheet)?),
            Book::Xlsb(book) => Ok(book.worksheet_formula(sheet)?),
            Book::Xls(book) => Ok(book.worksheet_formula(sheet)?),
            Book::Ods(book) => Ok(book.worksheet_formula(sheet)?),
        });
        let formulas = formulas.map_err(|problem| convert(&self.name, Some(sheet), problem))?;
        let (first_row, first_column) = formulas.start().unwrap_or_default();
        let formula = |(row, column, text): (usize, usize, &String)| Formula {
            address: CellAddress::new(first_row + row as u32, first_column + column as u32),
            text: text.clone(),
            volatile: xlsx_structure::is_volatile(text),
        };
        let mut structure = SheetStructure {
            merged: self.merged_regions(sheet)?,
            formulas: formulas.used_cells().map(formula).collect(),
            ..SheetStructure::default()
        };
        self.read_rows(sheet, &mut |row, cells| {
            for (column, value) in cells {
                if let RawValue::Error(error) = value {
                    structure.errors.push((CellAddress::new(row, *column), (*error).to_owned()));
                }
            }
            ControlFlow::Continue(())
        })?;
        Ok(structure)
    }
}

/// Runs calamine, which indexes into damaged xls, xlsb and ods files without looking: its panic is a
/// damaged file, not the end of the program.
fn guarded<T>(read: impl FnOnce() -> Result<T, Problem>) -> Result<T, Problem> {
    std::panic::catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Problem::Damaged("its records contradict each other".to_owned())))
}

/// Gathers a stream of cells into rows.
fn stream<'a>(
    mut next: impl FnMut() -> Result<Option<calamine::Cell<DataRef<'a>>>, Problem>,
    system: DateSystem,
    visit: &mut dyn FnMut(u32, Row<'_, '_>) -> ControlFlow<()>,
) -> Result<(), Problem> {
    let mut row = 0;
    let mut cells: Vec<(u32, DataRef<'a>)> = Vec::new();
    let mut emit = |row: u32, cells: &mut Vec<(u32, DataRef<'a>)>| -> ControlFlow<()> {
        // Files are written in column order; the few that are not are put right.
        if !cells.is_sorted_by(|a, b| a.0 < b.0) {
            cells.sort_by_key(|(column, _)| *column);
            cells.dedup_by_key(|(column, _)| *column);
        }
        let values: Vec<(u32, RawValue<'_>)> = cells
            .iter()
            .map(|(column, data)| (*column, raw_value(data, system)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        let flow = if values.is_empty() { ControlFlow::Continue(()) } else { visit(row, &values) };
        cells.clear();
        flow
    };
    while let Some(cell) = next()? {
        let (cell_row, column) = cell.get_position();
        if cell_row != row {
            if emit(row, &mut cells).is_break() {
                return Ok(());
            }
            if cell_row < row {
                return Err(Problem::Damaged(format!("row {} comes after row {}", cell_row + 1, row + 1)));
            }
            row = cell_row;
        }
        if !matches!(cell.get_value(), DataRef::Empty) {
            cells.push((column, cell.get_value().clone()));
        }
    }
    let _ = emit(row, &mut cells);
    Ok(())
}

fn visit_range(range: &Range<Data>, system: DateSystem, visit: &mut dyn FnMut(u32, Row<'_, '_>) -> ControlFlow<()>) {
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, cells) in (first_row..).zip(range.rows()) {
        let values: Vec<(u32, RawValue<'_>)> = (first_column..)
            .zip(cells)
            .map(|(column, data)| (column, raw_value_owned(data, system)))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if !values.is_empty() && visit(row, &values).is_break() {
            return;
        }
    }
}

fn raw_value<'d>(data: &'d DataRef<'_>, system: DateSystem) -> RawValue<'d> {
    match data {
        DataRef::Empty => RawValue::Empty,
        DataRef::Int(n) => RawValue::Number(*n as f64),
        DataRef::Float(x) => number(*x),
        DataRef::String(text) => text_value(text),
        DataRef::SharedString(text) => text_value(text),
        DataRef::Bool(b) => RawValue::Bool(*b),
        DataRef::DateTime(serial) => date_value(*serial, system),
        DataRef::DateTimeIso(text) => iso_value(text),
        DataRef::DurationIso(text) => duration_value(text),
        DataRef::Error(error) => RawValue::Error(error_name(error)),
    }
}

fn raw_value_owned(data: &Data, system: DateSystem) -> RawValue<'_> {
    match data {
        Data::Empty => RawValue::Empty,
        Data::Int(n) => RawValue::Number(*n as f64),
        Data::Float(x) => number(*x),
        Data::String(text) => text_value(text),
        Data::Bool(b) => RawValue::Bool(*b),
        Data::DateTime(serial) => date_value(*serial, system),
        Data::DateTimeIso(text) => iso_value(text),
        Data::DurationIso(text) => duration_value(text),
        Data::Error(error) => RawValue::Error(error_name(error)),
    }
}

fn text_value(text: &str) -> RawValue<'_> {
    if text.is_empty() { RawValue::Empty } else { RawValue::Text(text) }
}

/// A number; what a damaged file writes as infinity or NaN is the error it stands for.
fn number<'a>(x: f64) -> RawValue<'a> {
    if x.is_finite() { RawValue::Number(x) } else { RawValue::Error("#NUM!") }
}

/// A number formatted as a date. Below 1 it is a time of day; what no calendar has (negative, day
/// 60 of the 1900 system, beyond 9999) stays a number.
fn date_value<'a>(serial: ExcelDateTime, system: DateSystem) -> RawValue<'a> {
    let days = serial.as_f64();
    if serial.is_duration() {
        return Duration::from_days(days).map_or_else(|| number(days), RawValue::Duration);
    }
    let is_time = (0.0..1.0).contains(&days) && (system == DateSystem::Excel1900 || days > 0.0);
    if is_time && let Some(time) = Time::from_milliseconds((days * 86_400_000.0).round() as u32) {
        return RawValue::Time(time);
    }
    match DateTime::from_excel_serial(days, system) {
        Some(DateTime { date, time: Time::MIDNIGHT }) => RawValue::Date(date),
        Some(moment) => RawValue::DateTime(moment),
        None => number(days),
    }
}

/// A date written out, as OpenDocument does.
fn iso_value(text: &str) -> RawValue<'_> {
    if let Some(date) = Date::parse(text) {
        return RawValue::Date(date);
    }
    match DateTime::parse(text) {
        Some(DateTime { date, time: Time::MIDNIGHT }) => RawValue::Date(date),
        Some(moment) => RawValue::DateTime(moment),
        None => RawValue::Text(text),
    }
}

/// `PT10H20M30S`, as OpenDocument writes times of day and durations alike: below 24 hours a time.
fn duration_value(text: &str) -> RawValue<'_> {
    let Some(milliseconds) = parse_duration(text) else {
        return RawValue::Text(text);
    };
    match u32::try_from(milliseconds).ok().and_then(Time::from_milliseconds) {
        Some(time) => RawValue::Time(time),
        None => RawValue::Duration(Duration { milliseconds }),
    }
}

/// Milliseconds of `PT255H10M10.5S`, with a sign in front where negative.
fn parse_duration(text: &str) -> Option<i64> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let mut rest = rest.strip_prefix("PT")?;
    let mut milliseconds = 0.0;
    for (unit, weight) in [('H', 3_600_000.0), ('M', 60_000.0), ('S', 1000.0)] {
        if let Some((count, tail)) = rest.split_once(unit) {
            let count: f64 = count.replace(',', ".").parse().ok()?;
            milliseconds += count * weight;
            rest = tail;
        }
    }
    (rest.is_empty() && milliseconds < 1e15).then(|| sign * milliseconds.round() as i64)
}

fn error_name(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

/// The sheet of that name, if it holds cells.
pub(super) fn find_sheet<'s>(file: &str, sheets: &'s [SheetInfo], name: &str) -> Result<&'s SheetInfo, InputError> {
    let place = || Place::File(file.to_owned());
    let Some(sheet) = sheets.iter().find(|s| s.name == name) else {
        let error = InputError::new(&codes::INP_004, place(), format!("`{file}` has no sheet `{name}`"));
        if let Some(near) = sheets.iter().find(|s| s.name.trim() == name.trim()) {
            return Err(error.hint(format!("did you mean {:?}? Blanks count.", near.name)));
        }
        let names = sheets.iter().filter(|s| s.kind == SheetKind::Worksheet).map(|s| s.name.as_str());
        return Err(error.hint(did_you_mean(name, names)));
    };
    let what = match sheet.kind {
        SheetKind::Worksheet => return Ok(sheet),
        SheetKind::Chart => "a chart sheet",
        SheetKind::Other => "a macro or dialogue sheet",
    };
    Err(InputError::new(&codes::INP_004, place(), format!("sheet `{name}` of `{file}` is {what}: it holds no cells")))
}

/// calamine's errors, sorted by what a person can do about them.
enum Problem {
    Password,
    TooLarge(String),
    Damaged(String),
}

impl From<XlsxError> for Problem {
    fn from(error: XlsxError) -> Self {
        match error {
            XlsxError::Password => Self::Password,
            XlsxError::RowNumberOverflow | XlsxError::ColumnNumberOverflow => Self::TooLarge(error.to_string()),
            _ => Self::Damaged(error.to_string()),
        }
    }
}

impl From<XlsbError> for Problem {
    fn from(error: XlsbError) -> Self {
        match error {
            XlsbError::Password => Self::Password,
            _ => Self::Damaged(error.to_string()),
        }
    }
}

impl From<XlsError> for Problem {
    fn from(error: XlsError) -> Self {
        match error {
            XlsError::Password => Self::Password,
            _ => Self::Damaged(error.to_string()),
        }
    }
}

impl From<OdsError> for Problem {
    fn from(error: OdsError) -> Self {
        match error {
            OdsError::Password => Self::Password,
            OdsError::CellLimitExceeded { .. } => Self::TooLarge(error.to_string()),
            _ => Self::Damaged(error.to_string()),
        }
    }
}

fn convert(file: &str, sheet: Option<&str>, problem: Problem) -> InputError {
    let place = Place::File(file.to_owned());
    let what = sheet.map_or_else(|| format!("`{file}`"), |s| format!("sheet `{s}` of `{file}`"));
    match problem {
        Problem::Password => InputError::new(&codes::INP_003, place, format!("`{file}` is password-protected"))
            .hint("save a copy without a password in a protected place and use that copy"),
        Problem::TooLarge(detail) => {
            InputError::new(&codes::INP_008, place, format!("{what} is larger than a sheet can be: {detail}"))
                .hint("export the sheet again; a genuine one has at most 1,048,576 rows and 16,384 columns")
        }
        Problem::Damaged(detail) => InputError::new(&codes::INP_002, place, format!("{what} cannot be read: {detail}"))
            .hint("open it in a spreadsheet program and export it again"),
    }
}

/// Tells a damaged file from one with another format's extension.
fn hint_other_format(path: &Path, error: InputError) -> InputError {
    if error.code() != &codes::INP_002 {
        return error;
    }
    let mut start = [0; 8];
    let read = File::open(path).and_then(|mut f| std::io::Read::read(&mut f, &mut start)).unwrap_or(0);
    let is_xls_name = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xls"));
    let really = match &start[..read] {
        [] => "it is empty",
        [0xD0, 0xCF, 0x11, 0xE0, ..] if !is_xls_name => "it is an old Excel workbook: name it .xls",
        [b'P', b'K', 3, 4, ..] if is_xls_name => "it is a zip container: name it .xlsx, .xlsb or .ods",
        [b'P', b'K', ..] | [0xD0, 0xCF, ..] => return error,
        [b'<', ..] => "it is HTML or XML text",
        _ => "it is not a workbook at all",
    };
    InputError::new(
        &codes::INP_002,
        file_place(path),
        format!("`{}` is not what its extension says: {really}", file_name(path)),
    )
    .hint(error.message())
}
