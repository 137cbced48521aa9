//! Writes `trace.sqlite`: the datasets, and beside them every result with its lineage and its places in print.

use std::collections::BTreeMap;
use std::path::Path;

use indexmap::IndexSet;
use rusqlite::{Connection, Statement, ToSql, params};

use crate::base::output::OutputError;
use crate::data::Engine;
use crate::data::catalog::{Catalog, DatasetId, Origin, VariableId};
use crate::data::engine::{Link, Subject};
use crate::render::placement::{DigitClass, Placed};
use crate::results::{ResultStore, ResultValue, Style};

use super::trace_schema::{TABLES, TRACE_FORMAT};

/// What the datasets tell about themselves.
pub struct Datasets<'a> {
    /// The database of the data engine.
    pub connection: &'a Connection,
    /// Datasets and variables.
    pub catalog: &'a Catalog,
    /// The subject table's dataset.
    pub adsl: DatasetId,
    /// Its rows.
    pub subjects: &'a [Subject],
    /// Which record gave each subject its value.
    pub links: &'a BTreeMap<VariableId, Link>,
    /// Texts of cells whose value was decoded or converted.
    pub raw: &'a BTreeMap<(VariableId, i64), String>,
    /// Dataset → the dataset it shares row ids with.
    pub parents: BTreeMap<DatasetId, DatasetId>,
}

impl<'a> From<&'a Engine> for Datasets<'a> {
    fn from(engine: &'a Engine) -> Self {
        let ids = engine.catalog().datasets().iter().map(|d| d.id);
        Self {
            connection: engine.connection(),
            catalog: engine.catalog(),
            adsl: engine.adsl(),
            subjects: engine.subjects(),
            links: engine.links(),
            raw: engine.raw_values(),
            parents: ids.filter_map(|id| Some((id, engine.shares_rows_with(id)?))).collect(),
        }
    }
}

/// What is said about the run and what was printed in it.
#[derive(Clone, Copy, Debug)]
pub struct Printed<'a> {
    /// Facts of the run by name: `study`, `run_id`, `lock_id`.
    pub facts: &'a [(&'a str, &'a str)],
    /// Every printed number and every other digit, in the order of files and places.
    pub placed: &'a Placed,
}

/// Writes the database to `path`, which must not exist. The same run gives the same bytes.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(data: &Datasets<'_>, store: &ResultStore, printed: &Printed<'_>, path: &Path) -> Result<(), OutputError> {
    let fail = |error: rusqlite::Error| OutputError::new(path, error);
    let connection = data.connection;
    drop_tables(connection).map_err(fail)?;
    let transaction = connection.unchecked_transaction().map_err(fail)?;
    for (_, sql) in TABLES {
        transaction.execute_batch(sql).map_err(fail)?;
    }
    fill(data, store, printed).map_err(fail)?;
    transaction.commit().map_err(fail)?;
    let target = path.to_str().ok_or_else(|| OutputError::new(path, "the path is not Unicode"))?;
    connection.execute("VACUUM INTO ?1", [target]).map_err(fail)?;
    drop_tables(connection).map_err(fail)
}

fn drop_tables(connection: &Connection) -> rusqlite::Result<()> {
    for (name, _) in TABLES {
        connection.execute_batch(&format!("DROP TABLE IF EXISTS {name}"))?;
    }
    Ok(())
}

fn fill(data: &Datasets<'_>, store: &ResultStore, printed: &Printed<'_>) -> rusqlite::Result<()> {
    let connection = data.connection;
    let mut meta = insert(connection, "trace_meta", 2)?;
    meta.execute(params!["format", TRACE_FORMAT])?;
    for (name, value) in printed.facts {
        meta.execute(params![name, value])?;
    }
    drop(meta);
    datasets(data)?;
    variables(data)?;
    links(data)?;
    results(connection, store)?;
    lineages(connection, store)?;
    record_sets(connection, store)?;
    placements(connection, printed.placed)
}

fn placements(connection: &Connection, placed: &Placed) -> rusqlite::Result<()> {
    let mut rows = insert(connection, "trace_placement", 5)?;
    for p in &placed.placements {
        rows.execute(params![None::<i64>, p.file, p.place, p.key, p.text])?;
    }
    let mut classes: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    for p in &placed.placements {
        *classes.entry((&p.file, "number")).or_default() += 1;
    }
    let mut typed = insert(connection, "trace_typed_digit", 5)?;
    for d in &placed.digits {
        *classes.entry((&d.file, d.class.name())).or_default() += 1;
        if matches!(d.class, DigitClass::Typed | DigitClass::Unclassified) {
            typed.execute(params![None::<i64>, d.file, d.place, d.text, d.context])?;
        }
    }
    let mut rows = insert(connection, "trace_digit_class", 3)?;
    for ((file, class), count) in classes {
        rows.execute(params![file, class, count])?;
    }
    Ok(())
}

fn insert<'c>(connection: &'c Connection, table: &str, columns: usize) -> rusqlite::Result<Statement<'c>> {
    let marks = vec!["?"; columns].join(", ");
    connection.prepare(&format!("INSERT INTO {table} VALUES ({marks})"))
}

fn datasets(data: &Datasets<'_>) -> rusqlite::Result<()> {
    let mut rows = insert(data.connection, "trace_dataset", 5)?;
    let mut parts = insert(data.connection, "trace_sheet_part", 4)?;
    let mut columns = insert(data.connection, "trace_sheet_column", 4)?;
    for dataset in data.catalog.datasets() {
        let parent = data.parents.get(&dataset.id).map(|id| id.0);
        rows.execute(params![dataset.id.0, dataset.name, dataset.label, parent, dataset.id == data.adsl])?;
        for (number, part) in (0i64..).zip(&dataset.parts) {
            parts.execute(params![dataset.id.0, number, &*part.file, &*part.sheet])?;
            for (header, position) in &part.columns {
                columns.execute(params![dataset.id.0, number, header, position])?;
            }
        }
    }
    let mut subjects = insert(data.connection, "trace_subject", 4)?;
    for s in data.subjects {
        subjects.execute(params![s.row, s.key, s.planned, s.actual])?;
    }
    Ok(())
}

fn variables(data: &Datasets<'_>) -> rusqlite::Result<()> {
    let mut rows = insert(data.connection, "trace_variable", 9)?;
    let mut read = data.connection.prepare("INSERT OR IGNORE INTO trace_variable_read VALUES (?, ?, ?)")?;
    let none: &[VariableId] = &[];
    for v in data.catalog.variables() {
        let (origin, header, codelist, rule, value, reads) = match &v.origin {
            Origin::Column { header, codelist } => ("column", Some(header), codelist.as_ref(), None, none, none),
            Origin::Derived { expression, reads } => ("derived", None, None, Some(expression), none, reads.as_slice()),
            Origin::Picked { rule, value, reads, .. } => {
                ("picked", None, None, Some(rule), value.as_slice(), reads.as_slice())
            }
            Origin::Assigned { rule, reads } => ("assigned", None, None, Some(rule), none, reads.as_slice()),
        };
        rows.execute(params![v.id.0, v.dataset.0, v.name, v.label, v.unit, origin, header, codelist, rule])?;
        for (role, list) in [("value", value), ("reads", reads)] {
            for other in list {
                read.execute(params![v.id.0, role, other.0])?;
            }
        }
    }
    Ok(())
}

fn links(data: &Datasets<'_>) -> rusqlite::Result<()> {
    let mut chosen = insert(data.connection, "trace_link", 4)?;
    let mut considered = insert(data.connection, "trace_considered", 4)?;
    for (variable, link) in data.links {
        for (subject, row) in (1i64..).zip(&link.chosen) {
            chosen.execute(params![variable.0, subject, link.dataset.0, row])?;
        }
        for (subject, rows) in (1i64..).zip(&link.considered) {
            let mut rows = rows.clone();
            rows.sort_unstable();
            rows.dedup();
            for (first, last) in runs(rows.into_iter()) {
                considered.execute(params![variable.0, subject, first, last])?;
            }
        }
    }
    let mut raw = insert(data.connection, "trace_raw", 3)?;
    for ((variable, row), text) in data.raw {
        raw.execute(params![variable.0, row, text])?;
    }
    Ok(())
}

/// Stretches of consecutive numbers of an ascending list without repeats.
fn runs(rows: impl Iterator<Item = i64>) -> Vec<(i64, i64)> {
    let mut runs: Vec<(i64, i64)> = Vec::new();
    for row in rows {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == row => *last = row,
            _ => runs.push((row, row)),
        }
    }
    runs
}

fn results(connection: &Connection, store: &ResultStore) -> rusqlite::Result<()> {
    // WITHOUT ROWID is filled fastest, and always to the same bytes, in the order of its key.
    let mut sorted: Vec<_> = store.iter().map(|r| (r.key.to_string(), r)).collect();
    sorted.sort_by(|a, b| a.0.cmp(&b.0));
    let mut rows = insert(connection, "trace_result", 10)?;
    for (key, r) in sorted {
        let count;
        let (kind, value): (&str, &dyn ToSql) = match &r.value {
            ResultValue::Count(n) => {
                count = n.cast_signed();
                ("count", &count)
            }
            ResultValue::Real(x) => ("real", x),
            ResultValue::Text(text) => ("text", text),
            ResultValue::NotEstimable(why) => ("not_estimable", why),
        };
        let a = r.attestation.as_ref();
        rows.execute(params![
            key,
            kind,
            value,
            style_text(r.style),
            r.unit,
            r.lineage.0,
            a.map(|a| &a.by),
            a.map(|a| &a.on),
            a.map(|a| &a.document),
            a.and_then(|a| a.sha256.as_ref()),
        ])?;
    }
    Ok(())
}

fn style_text(style: Style) -> String {
    match style {
        Style::Count => "count".to_owned(),
        Style::Decimals(n) => format!("decimals {n}"),
        Style::Percent(n) => format!("percent {n}"),
        Style::PValue => "p-value".to_owned(),
        Style::Plain => "plain".to_owned(),
        Style::Text => "text".to_owned(),
    }
}

fn lineages(connection: &Connection, store: &ResultStore) -> rusqlite::Result<()> {
    let mut rows = insert(connection, "trace_lineage", 4)?;
    let mut variables = insert(connection, "trace_lineage_variable", 2)?;
    let mut inputs = insert(connection, "trace_lineage_input", 4)?;
    let mut left_out = insert(connection, "trace_lineage_left_out", 4)?;
    let mut reasons: IndexSet<&str> = IndexSet::new();
    for (id, lineage) in (0i64..).zip(store.lineages()) {
        rows.execute(params![id, lineage.records.0, lineage.evidence.map(|set| set.0), lineage.rule])?;
        let mut read = lineage.variables.clone();
        read.sort_unstable();
        read.dedup();
        for variable in read {
            variables.execute(params![id, variable.0])?;
        }
        for (position, (role, key)) in (0i64..).zip(&lineage.inputs) {
            inputs.execute(params![id, position, role.name(), key.to_string()])?;
        }
        for (position, out) in (0i64..).zip(&lineage.left_out) {
            let (reason, _) = reasons.insert_full(&out.reason);
            left_out.execute(params![id, position, out.subject, i64::try_from(reason).unwrap_or(i64::MAX)])?;
        }
    }
    let mut rows = insert(connection, "trace_reason", 2)?;
    for (id, text) in (0i64..).zip(&reasons) {
        rows.execute(params![id, text])?;
    }
    Ok(())
}

fn record_sets(connection: &Connection, store: &ResultStore) -> rusqlite::Result<()> {
    let mut rows = insert(connection, "trace_record_set", 4)?;
    for (id, records) in store.record_sets().iter() {
        for same in records.chunk_by(|a, b| a.dataset == b.dataset) {
            for (first, last) in runs(same.iter().map(|record| record.row)) {
                rows.execute(params![id.0, same[0].dataset.0, first, last])?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #[test]
    fn runs_are_stretches_of_neighbours() {
        assert_eq!(super::runs([1, 2, 3, 7, 9, 10].into_iter()), [(1, 3), (7, 7), (9, 10)]);
        assert_eq!(super::runs([].into_iter()), []);
    }
}
