//! The data engine: typed datasets in SQLite, expressions over them, and what they read.

use std::collections::BTreeMap;

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest::did_you_mean;
use crate::spec::at::At;

use super::catalog::{Catalog, DatasetId, Origin, VariableId};
use super::sandbox::{BUILT_IN, Sandbox};
use super::tables::{quote, view_name};
use super::value::Value;
use super::{functions, watch};

/// One participant: a row of the subject table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// Row in `ADSL`, from 1.
    pub row: i64,
    /// Unique subject identifier.
    pub key: String,
    /// Id of the arm as randomised.
    pub planned: Option<String>,
    /// Id of the arm as treated.
    pub actual: Option<String>,
}

/// A compiled expression over one dataset.
#[derive(Clone, Debug)]
pub struct Expression {
    /// Dataset it runs over.
    pub dataset: DatasetId,
    /// The SQL text as configured.
    pub sql: String,
    /// Every variable it reads, sorted.
    pub reads: Vec<VariableId>,
    /// Where it stands in the configuration.
    pub place: Place,
}

/// Which record of another dataset gave a subject its value.
#[derive(Clone, Debug)]
pub struct Link {
    /// Dataset of the records.
    pub dataset: DatasetId,
    /// Chosen row by subject row − 1.
    pub chosen: Vec<Option<i64>>,
    /// Rows considered by subject row − 1.
    pub considered: Vec<Vec<i64>>,
}

/// The data of a study, typed and derived.
pub struct Engine {
    pub(super) connection: Connection,
    pub(super) sandbox: Sandbox,
    pub(super) catalog: Catalog,
    pub(super) adsl: DatasetId,
    pub(super) subjects: Vec<Subject>,
    pub(super) links: BTreeMap<VariableId, Link>,
    pub(super) raw: BTreeMap<(VariableId, i64), String>,
    pub(super) shares_rows: BTreeMap<DatasetId, DatasetId>,
    /// Codes that a variable with a codelist can have, whether or not they occur.
    pub(super) codes: BTreeMap<VariableId, Vec<String>>,
}

impl Engine {
    /// An empty engine.
    pub(super) fn open() -> rusqlite::Result<Self> {
        let mut connection = Connection::open_in_memory()?;
        // A double-quoted name that does not exist must be an error, not a text.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
        connection.execute_batch("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA temp_store=MEMORY;")?;
        functions::register(&connection)?;
        let sandbox = Sandbox::install(&mut connection)?;
        Ok(Self {
            connection,
            sandbox,
            catalog: Catalog::default(),
            adsl: DatasetId(0),
            subjects: Vec::new(),
            links: BTreeMap::new(),
            raw: BTreeMap::new(),
            shares_rows: BTreeMap::new(),
            codes: BTreeMap::new(),
        })
    }

    /// Datasets and variables.
    #[must_use]
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// All subjects in the order of the subject dataset; subject row `r` is at `r − 1`.
    #[must_use]
    pub fn subjects(&self) -> &[Subject] {
        &self.subjects
    }

    /// The subject table.
    #[must_use]
    pub fn adsl(&self) -> DatasetId {
        self.adsl
    }

    /// The database itself, for the audit file.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Which record gave each subject its value, for picked and baseline variables.
    #[must_use]
    pub fn links(&self) -> &BTreeMap<VariableId, Link> {
        &self.links
    }

    /// Raw texts of values that were decoded or converted, by variable and row.
    #[must_use]
    pub fn raw_values(&self) -> &BTreeMap<(VariableId, i64), String> {
        &self.raw
    }

    /// The dataset a parameter dataset shares its rows with.
    #[must_use]
    pub fn shares_rows_with(&self, dataset: DatasetId) -> Option<DatasetId> {
        self.shares_rows.get(&dataset).copied()
    }

    /// The variable an expression over `dataset` means by `name`: its own, the source's, or the subject's.
    #[must_use]
    pub fn resolve(&self, dataset: DatasetId, name: &str) -> Option<VariableId> {
        let own = |d: DatasetId| self.catalog.find_variable(d, name).map(|v| v.id);
        own(dataset).or_else(|| self.shares_rows_with(dataset).and_then(own)).or_else(|| own(self.adsl))
    }

    /// Whether `code` is in the codelist of a variable, or of the variable it was copied or picked from.
    pub(super) fn is_code(&self, variable: VariableId, code: &str) -> bool {
        if let Some(codes) = self.codes.get(&variable) {
            return codes.iter().any(|c| c == code);
        }
        match &self.catalog.variable(variable).origin {
            Origin::Picked { value, .. } => value.iter().any(|v| self.is_code(*v, code)),
            _ => false,
        }
    }

    /// Names an expression over `dataset` may use.
    fn names(&self, dataset: DatasetId) -> Vec<&str> {
        let own = |d: DatasetId| self.catalog.dataset(d).variables.keys().map(String::as_str);
        let mut names: Vec<&str> = own(dataset).collect();
        if let Some(source) = self.shares_rows_with(dataset) {
            names.extend(own(source));
        }
        names.extend(own(self.adsl));
        names.sort_unstable();
        names.dedup();
        names
    }

    fn select(&self, dataset: DatasetId, sql: &str) -> (String, usize) {
        let prefix = "SELECT _ROW, (".to_owned();
        let at = prefix.len();
        let view = quote(&view_name(&self.catalog.dataset(dataset).name));
        (format!("{prefix}{sql}\n) FROM {view} ORDER BY _ROW"), at)
    }

    /// Compiles an SQL expression over a dataset's variables and the subject's.
    ///
    /// # Errors
    /// [`Stop`] with CFG-006, CFG-007 or CFG-008 at the place in the configuration.
    pub fn compile(&self, dataset: DatasetId, sql: &At<String>, sink: &mut Diagnostics) -> Result<Expression, Stop> {
        let (text, prefix) = self.select(dataset, sql);
        let view = view_name(&self.catalog.dataset(dataset).name);
        let joined = [Some(dataset), self.shares_rows_with(dataset), Some(self.adsl)];
        let tables = joined.into_iter().flatten().map(|id| self.catalog.dataset(id).name.clone()).collect();
        let (prepared, observed) = self.sandbox.watch(&view, tables, || self.connection.prepare(&text).map(drop));
        if let Err(error) = prepared {
            return Err(self.report_sql(dataset, sql, prefix, &error, observed.refused, sink));
        }
        // Where rows are chosen SQLite refuses what would make one row of all: `max` of one argument.
        let view = quote(&view);
        if let Err(error) = self.connection.prepare(&format!("SELECT 1 FROM {view} WHERE ({}\n)", **sql)) {
            let message = format!("`{}` does not give one value a record: {error}", **sql);
            return Err(sink
                .error(&codes::CFG_006, sql.place.clone(), message)
                .hint("`min` and `max` compare two or more values of a record; over records there is `pick`")
                .stop());
        }
        let mut reads: Vec<VariableId> = observed.reads.iter().filter_map(|name| self.resolve(dataset, name)).collect();
        reads.sort_unstable();
        reads.dedup();
        Ok(Expression { dataset, sql: sql.value.clone(), reads, place: sql.place.clone() })
    }

    fn report_sql(
        &self,
        dataset: DatasetId,
        sql: &At<String>,
        prefix: usize,
        error: &rusqlite::Error,
        refused: Option<String>,
        sink: &mut Diagnostics,
    ) -> Stop {
        let (message, offset) = match error {
            rusqlite::Error::SqlInputError { msg, offset, .. } => {
                (msg.clone(), usize::try_from(*offset).ok().and_then(|o| o.checked_sub(prefix)))
            }
            other => (other.to_string(), None),
        };
        let place = inside(&sql.place, sql, offset);
        if let Some(refused) = refused {
            return sink
                .error(&codes::CFG_008, place, format!("`{}` uses {refused}, which an expression may not", **sql))
                .hint("`tracelock explain functions` lists what there is")
                .stop();
        }
        if let Some(name) = message.strip_prefix("no such column: ") {
            // SQLite adds advice to a quoted name.
            let shown = name.split("\" - should").next().unwrap_or(name).trim_matches('"');
            let names = self.names(dataset);
            return sink
                .error(
                    &codes::CFG_007,
                    place,
                    format!(
                        "`{shown}` is no variable of {} or of the subject table",
                        self.catalog.dataset(dataset).name
                    ),
                )
                .hint(did_you_mean(shown, names))
                .stop();
        }
        if let Some(name) = message.strip_prefix("no such function: ") {
            let known = BUILT_IN.iter().copied().chain(functions::NAMES.iter().map(|n| n.0));
            return sink
                .error(&codes::CFG_008, place, format!("there is no function `{name}`"))
                .hint(did_you_mean(name, known))
                .stop();
        }
        // What SQLite met behind the end of the expression is the program's own text.
        let ended = offset.is_some_and(|offset| offset >= sql.trim_end().len());
        let message =
            if ended { "it ends too early: a bracket, quote or operand is missing".to_owned() } else { message };
        sink.error(&codes::CFG_006, place, format!("SQLite cannot read `{}`: {message}", **sql))
            .hint("conditions and derivations are SQLite expressions; text stands in single quotes")
            .stop()
    }

    /// The value of an expression for every row of its dataset, ordered by row.
    ///
    /// # Errors
    /// [`Stop`] with DAT-015 where SQLite fails on a record.
    pub fn evaluate(&self, expression: &Expression, sink: &mut Diagnostics) -> Result<Vec<(i64, Value)>, Stop> {
        let (text, _) = self.select(expression.dataset, &expression.sql);
        let mut found: Vec<(i64, Value)> = Vec::new();
        let run = (|| -> rusqlite::Result<()> {
            let mut statement = self.connection.prepare(&text)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                found.push((row.get(0)?, Value::from_sql(row.get_ref(1)?)));
            }
            Ok(())
        })();
        match run {
            Ok(()) => Ok(found),
            Err(error) => Err(sink
                .error(
                    &codes::DAT_015,
                    expression.place.clone(),
                    format!("`{}` fails after {} records: {error}", expression.sql, found.len()),
                )
                .stop()),
        }
    }

    /// The truth of a condition for every row: `None` where it cannot be determined.
    ///
    /// # Errors
    /// [`Stop`] where SQLite fails on a record.
    pub fn truth(&self, expression: &Expression, sink: &mut Diagnostics) -> Result<Vec<(i64, Option<bool>)>, Stop> {
        let truth: Vec<(i64, Option<bool>)> = self
            .evaluate(expression, sink)?
            .into_iter()
            .map(|(row, value)| (row, value.as_f64().map(|x| x != 0.0)))
            .collect();
        watch::condition(self, expression, &truth, sink);
        Ok(truth)
    }

    /// The values of a variable, ordered by row.
    #[must_use]
    pub fn column(&self, variable: VariableId) -> Vec<(i64, Value)> {
        let meta = self.catalog.variable(variable);
        let table = quote(&self.catalog.dataset(meta.dataset).name);
        self.query(&format!("SELECT _ROW, {} FROM {table} ORDER BY _ROW", quote(&meta.name)))
    }

    /// The subject row of each record of a dataset, ordered by record row.
    #[must_use]
    pub fn subject_of(&self, dataset: DatasetId) -> Vec<(i64, i64)> {
        let table = quote(&self.catalog.dataset(dataset).name);
        self.query(&format!("SELECT _ROW, _SUBJ FROM {table} WHERE _SUBJ IS NOT NULL ORDER BY _ROW"))
            .into_iter()
            .filter_map(|(row, subject)| Some((row, subject.as_i64()?)))
            .collect()
    }

    /// One value as people read it; empty where missing.
    #[must_use]
    pub fn value_text(&self, variable: VariableId, row: i64) -> String {
        let meta = self.catalog.variable(variable);
        let table = quote(&self.catalog.dataset(meta.dataset).name);
        self.query(&format!("SELECT _ROW, {} FROM {table} WHERE _ROW = {row}", quote(&meta.name)))
            .pop()
            .map(|(_, value)| value.shown())
            .unwrap_or_default()
    }

    /// Runs a query of the program's own making: row id and one value.
    pub(super) fn query(&self, sql: &str) -> Vec<(i64, Value)> {
        let run = || -> rusqlite::Result<Vec<(i64, Value)>> {
            let mut statement = self.connection.prepare_cached(sql)?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, Value::from_sql(row.get_ref(1)?))))?;
            rows.collect()
        };
        run().expect("invariant: the program's own queries name existing tables and columns")
    }
}

/// The place of byte `offset` inside a configured text.
fn inside(place: &Place, text: &str, offset: Option<usize>) -> Place {
    let (Place::Text { source, line, column, .. }, Some(offset)) = (place, offset) else { return place.clone() };
    let before = text.get(..offset).unwrap_or(text);
    if before.contains('\n') {
        return place.clone();
    }
    // A quoted scalar's place is its quote.
    let first = source.text.lines().nth(line - 1).and_then(|l| l.chars().nth(column - 1));
    let quote = usize::from(matches!(first, Some('"' | '\'')));
    let rest = text.get(offset..).unwrap_or_default();
    let length = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').count().max(1);
    Place::Text { source: source.clone(), line: *line, column: column + quote + before.chars().count(), length }
}
