//! The lineage behind the numbers of the HTML page, prepared beforehand and kept within bounds.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use crate::base::words::counted;
use crate::results::{ResultKey, ResultStore, ResultValue, Role};

/// Most rows of a record table that the page lists; `tracelock trace` lists all.
pub const MOST_ROWS: usize = 200;
/// Most rows of all record tables together.
pub const MOST_ROWS_IN_ALL: usize = 20_000;
/// Most subjects named under one reason.
pub const MOST_SUBJECTS: usize = 200;

/// Everything the page says about where its numbers come from.
#[derive(Clone, Debug, Default)]
pub struct EvidenceInput {
    /// By result.
    pub results: BTreeMap<ResultKey, EvidenceView>,
    /// Record tables by id; many results share one.
    pub records: BTreeMap<String, RecordTable>,
}

/// Where one number comes from.
#[derive(Clone, Debug, Default)]
pub struct EvidenceView {
    /// What the number is, in words: "Mean", "Subjects".
    pub label: String,
    /// Unit of a real number.
    pub unit: Option<String>,
    /// The condition, or the method with its options, in words.
    pub rule: String,
    /// Record table of what was counted or entered.
    pub entered: Option<String>,
    /// Record table of what was looked at to decide.
    pub considered: Option<String>,
    /// Why others did not enter.
    pub left_out: Vec<LeftOutView>,
    /// Variables read: name, label, and where the values come from.
    pub variables: Vec<(String, String, String)>,
    /// Other results that went in.
    pub inputs: Vec<(Role, ResultKey)>,
    /// Who vouches for a number that is not in the data.
    pub attestation: Option<String>,
}

/// Subjects that did not enter for one reason.
#[derive(Clone, Debug, Default)]
pub struct LeftOutView {
    /// The reason in the words of the configuration.
    pub reason: String,
    /// Their ids.
    pub subjects: Vec<String>,
}

/// Records with the values that were read and their cells.
#[derive(Clone, Debug, Default)]
pub struct RecordTable {
    /// What they are, such as "Records of DM".
    pub title: String,
    /// How many distinct subjects they belong to.
    pub subjects: usize,
    /// Names of the variables shown.
    pub columns: Vec<String>,
    /// The records; the page lists the first ones.
    pub rows: Vec<RecordRow>,
}

/// One record.
#[derive(Clone, Debug, Default)]
pub struct RecordRow {
    /// Subject id.
    pub subject: String,
    /// One value and its cells a column.
    pub values: Vec<(String, String)>,
}

/// The section at the end of the page: evidence of the printed keys and of the results that went into them.
pub(super) fn section(input: &EvidenceInput, printed: &BTreeSet<ResultKey>, store: &ResultStore) -> Json {
    let mut shown: BTreeSet<&ResultKey> = BTreeSet::new();
    let mut open: Vec<&ResultKey> = printed.iter().collect();
    while let Some(key) = open.pop() {
        if let Some(evidence) = input.results.get(key)
            && store.get(key).is_some()
            && shown.insert(key)
        {
            open.extend(evidence.inputs.iter().map(|(_, key)| key));
        }
    }
    let used: BTreeSet<&String> = shown
        .iter()
        .filter_map(|key| input.results.get(*key))
        .flat_map(|evidence| evidence.entered.iter().chain(&evidence.considered))
        .filter(|id| input.records.contains_key(*id))
        .collect();
    let numbers: BTreeMap<&String, usize> = used.iter().enumerate().map(|(at, id)| (*id, at + 1)).collect();
    let most = rows_each(used.iter().map(|id| input.records[*id].rows.len()));

    let entries = shown.iter().enumerate().filter_map(|(at, key)| {
        let evidence = input.results.get(*key)?;
        Some(entry(at + 1, key, evidence, input, &numbers, store))
    });
    let tables = used.iter().map(|id| table(numbers[*id], &input.records[*id], most));
    let lists = [("entries", Json::Array(entries.collect())), ("tables", Json::Array(tables.collect()))];
    Json::Object(lists.into_iter().map(|(name, list)| (name.to_owned(), list)).collect())
}

/// How many rows the page lists of each of the tables with these numbers of rows.
#[must_use]
pub fn rows_each(tables: impl Iterator<Item = usize>) -> usize {
    let (count, wanted) = tables.fold((0, 0), |(count, rows), table| (count + 1, rows + table.min(MOST_ROWS)));
    if wanted > MOST_ROWS_IN_ALL { (MOST_ROWS_IN_ALL / count).max(3) } else { MOST_ROWS }
}

fn entry(
    number: usize,
    key: &ResultKey,
    evidence: &EvidenceView,
    input: &EvidenceInput,
    numbers: &BTreeMap<&String, usize>,
    store: &ResultStore,
) -> Json {
    let table_of = |id: &Option<String>| {
        let id = id.as_ref()?;
        let table = input.records.get(id)?;
        let size = format!("{} ({})", counted(table.rows.len(), "record"), counted(table.subjects, "subject"));
        Some(json!({"anchor": format!("records-{}", numbers.get(id)?), "title": table.title, "size": size}))
    };
    let reason = match store.get(key).map(|result| &result.value) {
        Some(ResultValue::NotEstimable(reason)) => Some(reason.clone()),
        _ => None,
    };
    json!({
        "anchor": format!("evidence-{number}"),
        "key": key.to_string(),
        "label": evidence.label,
        "unit": evidence.unit,
        "not_estimable": reason,
        "rule": evidence.rule,
        "attestation": evidence.attestation,
        "entered": table_of(&evidence.entered),
        "considered": table_of(&evidence.considered),
        "left_out": evidence.left_out.iter().map(left_out).collect::<Vec<Json>>(),
        "variables": evidence.variables.iter().map(|(name, label, origin)| json!({
            "name": name, "label": label, "origin": origin,
        })).collect::<Vec<Json>>(),
        "inputs": evidence.inputs.iter().filter(|(_, key)| store.get(key).is_some()).map(|(role, key)| json!({
            "role": role.name(), "key": key.to_string(),
        })).collect::<Vec<Json>>(),
    })
}

fn left_out(reason: &LeftOutView) -> Json {
    let named: Vec<&str> = reason.subjects.iter().take(MOST_SUBJECTS).map(String::as_str).collect();
    json!({
        "reason": reason.reason,
        "size": counted(reason.subjects.len(), "subject"),
        "subjects": named.join(", "),
        "more": more(reason.subjects.len(), named.len()),
    })
}

fn table(number: usize, table: &RecordTable, most: usize) -> Json {
    // A row whose values were not prepared is counted with those left out, never shown empty.
    let prepared = table.rows.iter().take_while(|row| row.values.len() == table.columns.len());
    let rows = prepared.take(most).map(|row| {
        let values = row.values.iter().map(|(value, cells)| json!({"value": value, "cells": cells}));
        json!({"subject": row.subject, "values": values.collect::<Vec<Json>>()})
    });
    let rows: Vec<Json> = rows.collect();
    json!({
        "anchor": format!("records-{number}"),
        "title": table.title,
        "size": format!("{} ({})", counted(table.rows.len(), "record"), counted(table.subjects, "subject")),
        "columns": table.columns,
        "more": more(table.rows.len(), rows.len()),
        "rows": rows,
    })
}

/// Says what the page leaves out; nothing where all is listed.
fn more(all: usize, listed: usize) -> Option<String> {
    (all > listed).then(|| format!("{} more; `tracelock trace` with the key lists all {all}.", all - listed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_listed_with_its_values_or_counted() {
        let row = |values: &[&str]| RecordRow {
            subject: "S-1".to_owned(),
            values: values.iter().map(|v| ((*v).to_owned(), String::new())).collect(),
        };
        let rows = vec![row(&["1"]), row(&["2"]), row(&[])];
        let records = RecordTable { title: "T".to_owned(), subjects: 3, columns: vec!["A".to_owned()], rows };
        let json = table(1, &records, MOST_ROWS);
        assert_eq!(json["rows"].as_array().map(Vec::len), Some(2));
        assert!(json["more"].as_str().is_some_and(|more| more.starts_with("1 more")), "{json}");
    }

    #[test]
    fn rows_are_shared_among_many_tables() {
        assert_eq!(rows_each([10, 500].into_iter()), MOST_ROWS);
        assert_eq!(rows_each(std::iter::repeat_n(500, 1000)), MOST_ROWS_IN_ALL / 1000);
        assert_eq!(rows_each(std::iter::repeat_n(500, 100_000)), 3);
    }
}
