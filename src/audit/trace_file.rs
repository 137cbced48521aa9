//! Opens `trace.sqlite` and reads what it says: datasets, variables, results, lineages, placements.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension, Row};

use crate::base::codes::AUD_001;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::number;

use super::trace_schema::TRACE_FORMAT;

/// Why the database could not answer.
#[derive(Debug)]
pub struct TraceError {
    path: PathBuf,
    message: String,
}

impl TraceError {
    /// Reports it.
    pub fn report(&self, sink: &mut Diagnostics) -> Stop {
        let place = Place::File(self.path.display().to_string());
        sink.error(&AUD_001, place, format!("the trace database cannot be read: {}", self.message))
            .hint("`tracelock build` writes it with every run")
            .stop()
    }
}

impl fmt::Display for TraceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.message)
    }
}

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Record {
    /// Its dataset.
    pub dataset: i64,
    /// Its row id.
    pub row: i64,
}

/// A sheet that feeds a dataset.
#[derive(Clone, Debug)]
pub(super) struct Part {
    pub file: String,
    pub sheet: String,
    pub columns: BTreeMap<String, u32>,
}

/// A dataset.
#[derive(Clone, Debug)]
pub(super) struct Dataset {
    pub name: String,
    pub parent: Option<i64>,
    pub is_subjects: bool,
    pub parts: BTreeMap<i64, Part>,
}

/// A variable.
#[derive(Clone, Debug)]
pub(super) struct Variable {
    pub id: i64,
    pub dataset: i64,
    pub name: String,
    pub label: String,
    pub origin: String,
    pub header: Option<String>,
    pub codelist: Option<String>,
    pub rule: Option<String>,
    pub value: Vec<i64>,
    pub reads: Vec<i64>,
}

/// A result as stored.
#[derive(Clone, Debug)]
pub(super) struct TracedResult {
    pub key: String,
    pub kind: String,
    pub value: String,
    pub unit: Option<String>,
    pub lineage: i64,
    pub attested: Option<[String; 3]>,
}

/// Its lineage.
#[derive(Clone, Debug)]
pub(super) struct TracedLineage {
    pub records: i64,
    pub evidence: Option<i64>,
    pub rule: String,
    pub variables: Vec<i64>,
    /// Role and key.
    pub inputs: Vec<(String, String)>,
    /// Subject row and reason.
    pub left_out: Vec<(i64, String)>,
}

/// Which subject a record belongs to, both ways.
#[derive(Debug, Default)]
pub(super) struct SubjectMap {
    pub of: BTreeMap<i64, i64>,
    pub records: BTreeMap<i64, Vec<i64>>,
}

/// An open trace database.
pub struct TraceFile {
    path: PathBuf,
    pub(super) connection: Connection,
    pub(super) datasets: BTreeMap<i64, Dataset>,
    pub(super) variables: BTreeMap<i64, Variable>,
    pub(super) subjects: BTreeMap<i64, String>,
    pub(super) maps: BTreeMap<i64, SubjectMap>,
}

impl TraceFile {
    /// Opens the database of a run, read-only.
    ///
    /// # Errors
    /// Where the file is missing, damaged or of another version.
    pub fn open(path: &Path) -> Result<Self, TraceError> {
        let fail = |message: String| TraceError { path: path.to_owned(), message };
        if !path.is_file() {
            return Err(fail("there is no such file".to_owned()));
        }
        let connection =
            Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(|e| fail(e.to_string()))?;
        let format: Option<String> = connection
            .query_row("SELECT value FROM trace_meta WHERE name = 'format'", [], |row| row.get(0))
            .optional()
            .map_err(|e| fail(e.to_string()))?;
        if format.as_deref() != Some(TRACE_FORMAT) {
            return Err(fail("it was written by another version of the program".to_owned()));
        }
        let load = || -> rusqlite::Result<_> {
            let datasets = read_datasets(&connection)?;
            let variables = read_variables(&connection)?;
            let subjects = read_subjects(&connection)?;
            let maps = read_maps(&connection, &datasets)?;
            Ok((datasets, variables, subjects, maps))
        };
        let (datasets, variables, subjects, maps) = load().map_err(|e| fail(e.to_string()))?;
        Ok(Self { path: path.to_owned(), connection, datasets, variables, subjects, maps })
    }

    pub(super) fn fail(&self, error: &rusqlite::Error) -> TraceError {
        TraceError { path: self.path.clone(), message: error.to_string() }
    }

    /// Runs a query and takes every row.
    pub(super) fn rows<T>(
        &self,
        sql: &str,
        values: &[&dyn rusqlite::ToSql],
        take: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, TraceError> {
        let run =
            || -> rusqlite::Result<Vec<T>> { self.connection.prepare_cached(sql)?.query_map(values, take)?.collect() };
        run().map_err(|error| self.fail(&error))
    }

    /// All keys of the run, sorted.
    ///
    /// # Errors
    /// Where the file is damaged.
    pub fn keys(&self) -> Result<Vec<String>, TraceError> {
        self.rows("SELECT key FROM trace_result ORDER BY key", &[], |row| row.get(0))
    }

    /// Names of the data files of the run, sorted.
    #[must_use]
    pub fn files(&self) -> Vec<String> {
        let mut files: Vec<String> =
            self.datasets.values().flat_map(|d| d.parts.values()).map(|p| p.file.clone()).collect();
        files.sort();
        files.dedup();
        files
    }

    pub(super) fn result(&self, key: &str) -> Result<Option<TracedResult>, TraceError> {
        let sql = "SELECT key, kind, value, unit, lineage, attested_by, attested_on, document FROM trace_result WHERE key = ?1";
        let found = self.rows(sql, &[&key], |row| {
            let attested = match row.get::<_, Option<String>>(5)? {
                Some(by) => Some([by, row.get(6)?, row.get(7)?]),
                None => None,
            };
            Ok(TracedResult {
                key: row.get(0)?,
                kind: row.get(1)?,
                value: shown(row.get_ref(2)?),
                unit: row.get(3)?,
                lineage: row.get(4)?,
                attested,
            })
        })?;
        Ok(found.into_iter().next())
    }

    pub(super) fn lineage(&self, id: i64) -> Result<TracedLineage, TraceError> {
        let sql = "SELECT records, evidence, rule FROM trace_lineage WHERE lineage = ?1";
        let found = self.rows(sql, &[&id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let (records, evidence, rule) = found.into_iter().next().unwrap_or((0, None, String::new()));
        Ok(TracedLineage {
            records,
            evidence,
            rule,
            variables: self
                .rows("SELECT variable FROM trace_lineage_variable WHERE lineage = ?1", &[&id], |r| r.get(0))?,
            inputs: self.rows(
                "SELECT role, key FROM trace_lineage_input WHERE lineage = ?1 ORDER BY position",
                &[&id],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?,
            left_out: self.rows(
                "SELECT l.subject, r.text FROM trace_lineage_left_out l JOIN trace_reason r USING (reason) \
                 WHERE l.lineage = ?1 ORDER BY l.position",
                &[&id],
                |r| Ok((r.get(0)?, r.get(1)?)),
            )?,
        })
    }

    /// The records of a set, sorted.
    pub(super) fn records(&self, set: i64) -> Result<Vec<Record>, TraceError> {
        let sql = "SELECT dataset, first_row, last_row FROM trace_record_set WHERE record_set = ?1 ORDER BY dataset, first_row";
        let runs: Vec<(i64, i64, i64)> = self.rows(sql, &[&set], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        Ok(runs
            .into_iter()
            .flat_map(|(dataset, first, last)| (first..=last).map(move |row| Record { dataset, row }))
            .collect())
    }

    /// File, place and printed text of every copy of a number, in the order of printing.
    pub(super) fn placements(&self, key: &str) -> Result<Vec<[String; 3]>, TraceError> {
        let sql = "SELECT file, place, text FROM trace_placement WHERE key = ?1 ORDER BY placement";
        self.rows(sql, &[&key], |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?]))
    }

    /// The value of a variable in a record of its dataset; empty where missing.
    pub(super) fn value(&self, variable: &Variable, row: i64) -> Result<String, TraceError> {
        let table = self.datasets.get(&variable.dataset).map_or("", |d| d.name.as_str());
        let sql = format!("SELECT {} FROM {} WHERE _ROW = ?1", quote(&variable.name), quote(table));
        Ok(self.rows(&sql, &[&row], |r| Ok(shown(r.get_ref(0)?)))?.into_iter().next().unwrap_or_default())
    }

    /// What stood in the cell before decoding or conversion, where that differs.
    pub(super) fn raw(&self, variable: i64, row: i64) -> Result<Option<String>, TraceError> {
        let sql = "SELECT text FROM trace_raw WHERE variable = ?1 AND row = ?2";
        Ok(self.rows(sql, &[&variable, &row], |r| r.get(0))?.into_iter().next())
    }

    /// Subject row of a record.
    pub(super) fn subject_of(&self, record: Record) -> Option<i64> {
        if self.datasets.get(&record.dataset)?.is_subjects {
            return Some(record.row);
        }
        self.maps.get(&record.dataset)?.of.get(&record.row).copied()
    }

    /// Key of a subject row.
    pub(super) fn subject_key(&self, subject: i64) -> String {
        self.subjects.get(&subject).map_or_else(|| format!("subject row {subject}"), Clone::clone)
    }
}

/// A value as people read it.
fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => String::new(),
        ValueRef::Integer(n) => n.to_string(),
        ValueRef::Real(x) if x.is_finite() => number::plain(x),
        ValueRef::Real(x) => x.to_string(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

fn read_datasets(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, Dataset>> {
    let mut datasets = BTreeMap::new();
    let mut statement = connection.prepare("SELECT dataset, name, parent, is_subjects FROM trace_dataset")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let dataset =
            Dataset { name: row.get(1)?, parent: row.get(2)?, is_subjects: row.get(3)?, parts: BTreeMap::new() };
        datasets.insert(row.get(0)?, dataset);
    }
    let mut statement = connection.prepare("SELECT dataset, part, file, sheet FROM trace_sheet_part")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(dataset) = datasets.get_mut(&row.get(0)?) {
            dataset.parts.insert(row.get(1)?, Part { file: row.get(2)?, sheet: row.get(3)?, columns: BTreeMap::new() });
        }
    }
    let mut statement = connection.prepare("SELECT dataset, part, header, position FROM trace_sheet_column")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let part = datasets.get_mut(&row.get(0)?).and_then(|d| d.parts.get_mut(&row.get::<_, i64>(1).unwrap_or(-1)));
        if let Some(part) = part {
            part.columns.insert(row.get(2)?, row.get(3)?);
        }
    }
    Ok(datasets)
}

fn read_variables(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, Variable>> {
    let mut variables = BTreeMap::new();
    let sql = "SELECT variable, dataset, name, label, origin, header, codelist, rule FROM trace_variable";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let variable = Variable {
            id: row.get(0)?,
            dataset: row.get(1)?,
            name: row.get(2)?,
            label: row.get(3)?,
            origin: row.get(4)?,
            header: row.get(5)?,
            codelist: row.get(6)?,
            rule: row.get(7)?,
            value: Vec::new(),
            reads: Vec::new(),
        };
        variables.insert(variable.id, variable);
    }
    let mut statement = connection.prepare("SELECT variable, role, reads FROM trace_variable_read")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        if let Some(variable) = variables.get_mut(&row.get(0)?) {
            let role: String = row.get(1)?;
            let list = if role == "value" { &mut variable.value } else { &mut variable.reads };
            list.push(row.get(2)?);
        }
    }
    Ok(variables)
}

fn read_subjects(connection: &Connection) -> rusqlite::Result<BTreeMap<i64, String>> {
    let mut statement = connection.prepare("SELECT subject, key FROM trace_subject")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    rows.collect()
}

fn read_maps(
    connection: &Connection,
    datasets: &BTreeMap<i64, Dataset>,
) -> rusqlite::Result<BTreeMap<i64, SubjectMap>> {
    let mut maps = BTreeMap::new();
    for (id, dataset) in datasets.iter().filter(|(_, d)| !d.is_subjects) {
        let sql = format!("SELECT _ROW, _SUBJ FROM {} WHERE _SUBJ IS NOT NULL ORDER BY _ROW", quote(&dataset.name));
        let mut map = SubjectMap::default();
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let (record, subject) = (row.get(0)?, row.get(1)?);
            map.of.insert(record, subject);
            map.records.entry(subject).or_default().push(record);
        }
        maps.insert(*id, map);
    }
    Ok(maps)
}
