//! Sheets into STRICT tables: every mapped cell becomes a typed value or a diagnostic with its place.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;

use crate::base::cell::{CellAddress, CellPlace};
use crate::base::codes::{self, Code};
use crate::base::date::DateFormat;
use crate::base::diagnostic::{Diagnostics, Place, Severity, Stop};
use crate::base::suggest::did_you_mean;
use crate::input::{self, Header, RawValue, UnnamedColumns, Workbook};
use crate::spec::Spec;
use crate::spec::data::{DatasetSpec, Source, TypeName, VariableSpec};

use super::catalog::{DatasetId, SheetPart, VariableId, VariableType, row_id};
use super::convert::{ColumnRule, Problem};
use super::engine::Engine;
use super::tables::quote;
use super::value::Value;

/// Alike problems named one by one before the rest is counted.
const SHOWN: usize = 10;

/// Finds a source's file in the data folder.
pub type Locate<'a> = &'a dyn Fn(&str) -> PathBuf;

/// Open workbooks by file name, each opened once.
#[derive(Default)]
pub(super) struct Workbooks {
    open: BTreeMap<String, Box<dyn Workbook>>,
}

impl Workbooks {
    fn get(&mut self, file: &str, locate: Locate<'_>) -> Result<&mut dyn Workbook, input::InputError> {
        if !self.open.contains_key(file) {
            let workbook = input::open(&locate(file))?;
            self.open.insert(file.to_owned(), workbook);
        }
        Ok(self.open.get_mut(file).expect("invariant: the workbook was just opened").as_mut())
    }
}

/// Type of a configured name.
pub(super) fn variable_type(name: TypeName) -> VariableType {
    match name {
        TypeName::Text => VariableType::Text,
        TypeName::Integer => VariableType::Integer,
        TypeName::Decimal => VariableType::Decimal,
        TypeName::Date => VariableType::Date,
        TypeName::Datetime => VariableType::DateTime,
        TypeName::PartialDate => VariableType::PartialDate,
        TypeName::Time => VariableType::Time,
    }
}

/// A sheet with its header read and the dataset's columns found.
pub(super) struct ReadySheet {
    file: String,
    sheet: String,
    header: Header,
    /// Column of each mapped variable, in the order of the dataset's variables.
    columns: Vec<u32>,
    /// Column that names the unit of each mapped variable.
    units: Vec<Option<u32>>,
}

/// Finds headers and columns of a dataset's sheets; every missing column is reported.
pub(super) fn prepare(
    spec: &Spec,
    dataset: &DatasetSpec,
    workbooks: &mut Workbooks,
    locate: Locate<'_>,
    sink: &mut Diagnostics,
) -> Result<(Vec<SheetPart>, Vec<ReadySheet>), Stop> {
    let source = source_of(spec, dataset, sink)?;
    let mark = sink.mark();
    let mut parts = Vec::new();
    let mut ready = Vec::new();
    for file in &source.files {
        if let Ok((part, sheet)) = prepare_sheet(dataset, source, file, workbooks, locate, sink) {
            parts.push(part);
            ready.push(sheet);
        }
    }
    sink.check(mark)?;
    Ok((parts, ready))
}

fn source_of<'a>(spec: &'a Spec, dataset: &DatasetSpec, sink: &mut Diagnostics) -> Result<&'a Source, Stop> {
    spec.data.sources.get(&*dataset.source).ok_or_else(|| {
        sink.error(&codes::CFG_003, dataset.source.place.clone(), format!("there is no source `{}`", *dataset.source))
            .hint(did_you_mean(&dataset.source, spec.data.sources.keys().map(String::as_str)))
            .stop()
    })
}

fn prepare_sheet(
    dataset: &DatasetSpec,
    source: &Source,
    file: &crate::spec::at::At<String>,
    workbooks: &mut Workbooks,
    locate: Locate<'_>,
    sink: &mut Diagnostics,
) -> Result<(SheetPart, ReadySheet), Stop> {
    let workbook = workbooks.get(file, locate).map_err(|e| e.label(file.place.clone(), "named here").report(sink))?;
    let sheet = match &source.sheet {
        Some(sheet) => sheet.value.clone(),
        None => workbook.sheets().first().map(|s| s.name.clone()).unwrap_or_default(),
    };
    let place = source.sheet.as_ref().map_or_else(|| file.place.clone(), |s| s.place.clone());
    let header = input::read_header(workbook, &sheet, source.header.row, source.header.rows)
        .map_err(|e| e.label(place, "named here").report(sink))?;
    let mut columns = Vec::new();
    let mut units = Vec::new();
    let mut by_header = BTreeMap::new();
    let mut stop = None;
    for variable in dataset.variables.values() {
        let Some(column) = &variable.column else { continue };
        match header.resolve(column) {
            Ok(found) => {
                by_header.insert(column.value.clone(), found);
                columns.push(found);
            }
            Err(error) => stop = Some(error.label(column.place.clone(), "mapped here").report(sink)),
        }
        let unit = variable.unit_column.as_ref().and_then(|unit| match header.resolve(unit) {
            Ok(found) => Some(found),
            Err(error) => {
                stop = Some(error.label(unit.place.clone(), "mapped here").report(sink));
                None
            }
        });
        units.push(unit);
    }
    if let Some(stop) = stop {
        return Err(stop);
    }
    let name = input::file_name(&locate(file));
    let part = SheetPart { file: Arc::from(name.as_str()), sheet: Arc::from(sheet.as_str()), columns: by_header };
    Ok((part, ReadySheet { file: file.value.clone(), sheet, header, columns, units }))
}

/// Records of a dataset that name a subject: row and key text.
pub(super) struct Loaded {
    pub keys: Vec<(i64, String)>,
    /// Whether every cell could be converted. Where not, the reasons were reported; the records are still known.
    pub sound: bool,
}

/// Reads the sheets of a dataset into its table. Cells that cannot be converted are reported and left missing.
///
/// # Errors
/// [`Stop`] where records are missing: a sheet could not be read to its end.
pub(super) fn read(
    engine: &mut Engine,
    spec: &Spec,
    (id, dataset, sheets): (DatasetId, &DatasetSpec, &[ReadySheet]),
    (workbooks, locate): (&mut Workbooks, Locate<'_>),
    sink: &mut Diagnostics,
) -> Result<Loaded, Stop> {
    let mark = sink.mark();
    let source = source_of(spec, dataset, sink)?;
    let plan = Plan::new(engine, spec, dataset, id, source, sink)?;
    let mut problems = Problems::default();
    let mut loaded = Loaded { keys: Vec::new(), sound: true };
    let table = quote(&engine.catalog.dataset(id).name);
    let names: Vec<String> = plan.columns.iter().map(|c| quote(&c.name)).collect();
    let marks: Vec<String> = (0..names.len()).map(|i| format!("?{}", i + 2)).collect();
    let insert = if names.is_empty() {
        format!("INSERT INTO {table} (_ROW) VALUES (?1)")
    } else {
        format!("INSERT INTO {table} (_ROW, {}) VALUES (?1, {})", names.join(", "), marks.join(", "))
    };
    let mut raw_values = Vec::new();
    let mut incomplete = None;
    let connection = &engine.connection;
    connection.execute_batch("BEGIN").expect("invariant: the in-memory database takes a transaction");
    for (part, sheet) in sheets.iter().enumerate() {
        let mut statement = connection.prepare_cached(&insert).expect("invariant: the dataset's table exists");
        let workbook = workbooks.get(&sheet.file, locate).map_err(|e| e.report(sink))?;
        let file: Arc<str> = Arc::from(workbook.file_name());
        let sheet_name: Arc<str> = Arc::from(sheet.sheet.as_str());
        let place = |row: u32, column: u32| {
            Place::Cell(CellPlace {
                file: file.clone(),
                sheet: sheet_name.clone(),
                address: CellAddress::new(row, column),
            })
        };
        let system = workbook.date_system();
        let mut unnamed = UnnamedColumns::new(&sheet.header);
        let last = source.last_row.map_or(u32::MAX, |last| last.saturating_sub(1));
        let mut values: Vec<Value> = vec![Value::Null; plan.columns.len()];
        let width = sheet.columns.iter().chain(sheet.units.iter().flatten()).max().map_or(0, |m| *m as usize + 1);
        let result = workbook.read_rows(&sheet.sheet, &mut |row, row_cells| {
            if row < sheet.header.first_data_row {
                return ControlFlow::Continue(());
            }
            if row > last {
                return ControlFlow::Break(());
            }
            unnamed.note(row, row_cells);
            // The lifetime of the cells ends with the row, so the buffer is made anew; it is small.
            let mut wide: Vec<RawValue<'_>> = vec![RawValue::Empty; width];
            for (column, value) in row_cells {
                if let Some(slot) = wide.get_mut(*column as usize) {
                    *slot = *value;
                }
            }
            let record = row_id(part, row + 1);
            let mut any = false;
            let mut unread: Vec<usize> = Vec::new();
            for (at, column) in plan.columns.iter().enumerate() {
                let raw = wide[sheet.columns[at] as usize];
                let unit = sheet.units[at]
                    .and_then(|u| if let RawValue::Text(t) = wide[u as usize] { Some(t.trim()) } else { None });
                values[at] = match column.rule.convert(raw, unit, system) {
                    Ok(converted) => {
                        if let Some(doubt) = converted.doubt {
                            problems.add(column, doubt, place(row, sheet.columns[at]));
                        }
                        if let Some(text) = converted.raw {
                            raw_values.push(((column.id, record), text));
                        }
                        if converted.trimmed {
                            problems.note_trimmed(column, place(row, sheet.columns[at]));
                        }
                        converted.value
                    }
                    Err(problem) => {
                        any = true;
                        unread.push(at);
                        problems.add(column, problem, place(row, sheet.columns[at]));
                        Value::Null
                    }
                };
                any |= !values[at].is_null();
            }
            if !any {
                return ControlFlow::Continue(());
            }
            for (at, column) in plan.columns.iter().enumerate() {
                // What stands there and cannot be read is not missing besides.
                if column.required && values[at].is_null() && !unread.contains(&at) {
                    let missing = Problem {
                        code: &codes::DAT_010,
                        message: "the value is missing".to_owned(),
                        hint: "the variable is declared `required`".to_owned(),
                    };
                    problems.add(column, missing, place(row, sheet.columns[at]));
                }
            }
            // A record whose subject was just reported as missing or unreadable is not asked for it again.
            let reported = |at: &usize| values[*at].is_null() && (plan.columns[*at].required || unread.contains(at));
            if !plan.key.iter().any(reported) {
                let key: Vec<String> = plan.key.iter().map(|at| values[*at].shown()).collect();
                loaded.keys.push((record, key.join("-")));
            }
            let row_value = Value::Integer(record);
            let parameters = std::iter::once(&row_value).chain(values.iter());
            statement
                .execute(rusqlite::params_from_iter(parameters))
                .expect("invariant: values have the types of their columns");
            ControlFlow::Continue(())
        });
        if let Err(error) = result {
            incomplete = Some(error.report(sink));
        }
        unnamed.report(&sheet.columns, sink);
    }
    connection.execute_batch("COMMIT").expect("invariant: a transaction is open");
    engine.raw.extend(raw_values);
    problems.report(sink);
    loaded.sound = sink.check(mark).is_ok();
    incomplete.map_or(Ok(loaded), Err)
}

/// A mapped column with its rule.
struct PlannedColumn<'a> {
    id: VariableId,
    name: String,
    required: bool,
    rule: ColumnRule<'a>,
}

/// What to do with each row of a dataset.
struct Plan<'a> {
    columns: Vec<PlannedColumn<'a>>,
    /// Positions of the subject key variables.
    key: Vec<usize>,
}

impl<'a> Plan<'a> {
    fn new(
        engine: &Engine,
        spec: &'a Spec,
        dataset: &'a DatasetSpec,
        id: DatasetId,
        source: &'a Source,
        sink: &mut Diagnostics,
    ) -> Result<Self, Stop> {
        let mark = sink.mark();
        let mut columns = Vec::new();
        for (name, variable) in &dataset.variables {
            if variable.column.is_none() {
                continue;
            }
            let meta =
                engine.catalog.find_variable(id, name).expect("invariant: the catalog holds every configured variable");
            columns.push(PlannedColumn {
                id: meta.id,
                name: meta.name.clone(),
                required: variable.required,
                rule: rule_of(spec, variable, source, sink),
            });
        }
        let mut key = Vec::new();
        for part in &spec.data.subject.key {
            match columns.iter().position(|c| c.name.eq_ignore_ascii_case(part)) {
                Some(at) => key.push(at),
                None => {
                    sink.error(
                        &codes::CFG_003,
                        dataset.source.place.clone(),
                        format!(
                            "the dataset {} has no variable `{}`, which names the subject",
                            engine.catalog.dataset(id).name,
                            **part
                        ),
                    )
                    .label(part.place.clone(), "the subject key is declared here")
                    .hint("map the column that holds the subject under this name");
                }
            }
        }
        sink.check(mark)?;
        Ok(Self { columns, key })
    }
}

fn rule_of<'a>(
    spec: &'a Spec,
    variable: &'a VariableSpec,
    source: &'a Source,
    sink: &mut Diagnostics,
) -> ColumnRule<'a> {
    let codelist = variable.codelist.as_ref().and_then(|name| {
        let found = spec.data.codelists.get(&**name);
        if found.is_none() {
            sink.error(&codes::CFG_003, name.place.clone(), format!("there is no codelist `{}`", **name))
                .hint(did_you_mean(name, spec.data.codelists.keys().map(String::as_str)));
        }
        found
    });
    let mut formats = Vec::new();
    for format in &variable.formats {
        match DateFormat::parse(format) {
            Ok(format) => formats.push(format),
            Err(reason) => {
                let place = variable.column.as_ref().map(|c| c.place.clone()).unwrap_or_default();
                sink.error(&codes::CFG_005, place, format!("the date layout `{format}` cannot be read: {reason}"));
            }
        }
    }
    ColumnRule {
        kind: variable_type(variable.kind),
        codelist,
        units: &variable.units,
        range: variable.range,
        missing: source.missing.iter().chain(&variable.missing).map(String::as_str).collect(),
        formats,
        serial: variable.serial,
    }
}

/// Alike problems of one variable: the first few with their cells, the rest counted.
#[derive(Default)]
struct Problems {
    found: BTreeMap<(VariableId, &'static str), Vec<(Found, Place)>>,
    trimmed: BTreeMap<VariableId, (String, Place, usize)>,
}

struct Found {
    code: &'static Code,
    variable: String,
    message: String,
    hint: String,
}

impl Problems {
    fn add(&mut self, column: &PlannedColumn<'_>, problem: Problem, place: Place) {
        let found =
            Found { code: problem.code, variable: column.name.clone(), message: problem.message, hint: problem.hint };
        self.found.entry((column.id, problem.code.id)).or_default().push((found, place));
    }

    fn note_trimmed(&mut self, column: &PlannedColumn<'_>, place: Place) {
        self.trimmed.entry(column.id).or_insert_with(|| (column.name.clone(), place, 0)).2 += 1;
    }

    fn report(self, sink: &mut Diagnostics) {
        for list in self.found.into_values() {
            let total = list.len();
            for (at, (found, place)) in list.into_iter().enumerate() {
                if at == SHOWN {
                    sink.note(found.code, place, format!("{}: and {} more like this", found.variable, total - SHOWN));
                    break;
                }
                let severity = if found.code.id == codes::DAT_007.id { Severity::Warning } else { Severity::Error };
                let message = format!("{}: {}", found.variable, found.message);
                match severity {
                    Severity::Error => sink.error(found.code, place, message),
                    _ => sink.warning(found.code, place, message),
                }
                .hint(found.hint);
            }
        }
        for (variable, place, count) in self.trimmed.into_values() {
            let more = if count > 1 { format!(" and {} more cells", count - 1) } else { String::new() };
            sink.note(&codes::DAT_017, place, format!("{variable}: blanks around the value were taken off here{more}"));
        }
    }
}
