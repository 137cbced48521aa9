//! The SQLite side of datasets: STRICT tables, and one view each through which expressions see them.

use rusqlite::{Connection, Result};

use super::catalog::{Catalog, DatasetId, VariableType};

/// Name as an SQL identifier.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The view through which expressions see a dataset.
pub(super) fn view_name(dataset: &str) -> String {
    // No dataset begins with `_`: a view never hides a table.
    format!("_v_{dataset}")
}

fn column_type(kind: VariableType) -> &'static str {
    match kind {
        VariableType::Integer => "INTEGER",
        VariableType::Decimal => "REAL",
        _ => "TEXT",
    }
}

/// Creates the table of a dataset with all its variables; `_SUBJ` is the row of the subject table.
pub(super) fn create_table(connection: &Connection, catalog: &Catalog, dataset: DatasetId) -> Result<()> {
    let meta = catalog.dataset(dataset);
    let mut columns = vec!["_ROW INTEGER PRIMARY KEY".to_owned(), "_SUBJ INTEGER".to_owned()];
    let mut ids: Vec<_> = meta.variables.values().copied().collect();
    ids.sort_unstable();
    for id in ids {
        let variable = catalog.variable(id);
        columns.push(format!("{} {}", quote(&variable.name), column_type(variable.kind)));
    }
    connection.execute_batch(&format!("CREATE TABLE {} ({}) STRICT", quote(&meta.name), columns.join(", ")))
}

/// Creates the view of a dataset: its own columns, then those of the dataset it shares rows with,
/// then the subject's, each name once.
pub(super) fn create_view(
    connection: &Connection,
    catalog: &Catalog,
    dataset: DatasetId,
    shares_rows_with: Option<DatasetId>,
    adsl: DatasetId,
) -> Result<()> {
    let meta = catalog.dataset(dataset);
    let mut columns = vec!["o._ROW AS _ROW".to_owned(), "o._SUBJ AS _SUBJ".to_owned()];
    let mut joins = String::new();
    columns.extend(meta.variables.keys().map(|name| format!("o.{0} AS {0}", quote(name))));
    let mut taken = meta.variables.clone();
    if let Some(source) = shares_rows_with {
        let source = catalog.dataset(source);
        for (name, id) in &source.variables {
            if taken.insert(name.clone(), *id).is_none() {
                columns.push(format!("s.{0} AS {0}", quote(name)));
            }
        }
        joins.push_str(&format!(" LEFT JOIN {} s ON s._ROW = o._ROW", quote(&source.name)));
    }
    if dataset != adsl {
        let subject = catalog.dataset(adsl);
        for (name, id) in &subject.variables {
            if taken.insert(name.clone(), *id).is_none() {
                columns.push(format!("a.{0} AS {0}", quote(name)));
            }
        }
        joins.push_str(&format!(" LEFT JOIN {} a ON a._ROW = o._SUBJ", quote(&subject.name)));
    }
    connection.execute_batch(&format!(
        "CREATE TEMP VIEW {} AS SELECT {} FROM {} o{joins}",
        quote(&view_name(&meta.name)),
        columns.join(", "),
        quote(&meta.name),
    ))
}
