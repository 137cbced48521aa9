//! The lineage behind printed numbers, prepared for the HTML report.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::Engine;
use crate::data::catalog::{DatasetId, Origin, VariableId};
use crate::data::record_set::{RecordId, RecordSetId};
use crate::render::html_evidence::{EvidenceInput, EvidenceView, LeftOutView, RecordRow, RecordTable, rows_each};
use crate::results::{LeftOut, ResultKey, ResultStore, statistic};

/// Cells named in one place; the rest is counted.
const MOST_CELLS: usize = 3;

/// Prepares the evidence of the printed results and of the results that went into them.
pub(super) fn prepare(
    engine: &Engine,
    store: &ResultStore,
    printed: impl IntoIterator<Item = ResultKey>,
) -> EvidenceInput {
    let mut writer =
        Writer { engine, store, columns: BTreeMap::new(), input: EvidenceInput::default(), wanted: BTreeMap::new() };
    let mut wanted: BTreeSet<ResultKey> = BTreeSet::new();
    let mut open: Vec<ResultKey> = printed.into_iter().collect();
    while let Some(key) = open.pop() {
        if let Some(result) = store.get(&key)
            && wanted.insert(key)
        {
            open.extend(store.lineage(result.lineage).inputs.iter().map(|(_, key)| key.clone()));
        }
    }
    for result in wanted.iter().filter_map(|key| store.get(key)) {
        let lineage = store.lineage(result.lineage);
        let left_out = writer.left_out(&lineage.left_out);
        let entered = writer.records(lineage.records, &lineage.variables);
        let considered =
            lineage.evidence.filter(|e| *e != lineage.records).and_then(|e| writer.records(e, &lineage.variables));
        let attestation =
            result.attestation.as_ref().map(|a| format!("attested by {} on {}, {}", a.by, a.on, a.document));
        let view = EvidenceView {
            label: label(&result.key),
            unit: result.unit.clone(),
            rule: lineage.rule.clone(),
            entered,
            considered,
            left_out,
            variables: lineage.variables.iter().map(|v| writer.variable(*v)).collect(),
            inputs: lineage.inputs.clone(),
            attestation,
        };
        writer.input.results.insert(result.key.clone(), view);
    }
    writer.tables();
    writer.input
}

fn label(key: &ResultKey) -> String {
    let words = statistic::find(&key.statistic).map_or_else(|| key.statistic.replace('_', " "), |s| s.label.to_owned());
    let groups: Vec<String> = key.groups.iter().map(|(factor, level)| format!("{factor} {level}")).collect();
    if groups.is_empty() { words } else { format!("{words}, {}", groups.join(", ")) }
}

struct Writer<'a> {
    engine: &'a Engine,
    store: &'a ResultStore,
    /// Values as text, by variable and row; each column is read once.
    columns: BTreeMap<VariableId, BTreeMap<i64, String>>,
    input: EvidenceInput,
    /// Record tables by id: the set and the variables shown.
    wanted: BTreeMap<String, (RecordSetId, Vec<VariableId>)>,
}

impl Writer<'_> {
    fn variable(&self, id: VariableId) -> (String, String, String) {
        let meta = self.engine.catalog().variable(id);
        let name = format!("{}.{}", self.engine.catalog().dataset(meta.dataset).name, meta.name);
        let origin = match &meta.origin {
            Origin::Column { header, .. } => {
                let part = self.engine.catalog().dataset(meta.dataset).parts.first();
                part.map_or_else(|| header.clone(), |p| format!("{} ▸ {}, column “{header}”", p.file, p.sheet))
            }
            Origin::Derived { expression, .. } => expression.clone(),
            Origin::Picked { rule, .. } | Origin::Assigned { rule, .. } => rule.clone(),
        };
        (name, meta.label.clone(), origin)
    }

    fn left_out(&self, left_out: &[LeftOut]) -> Vec<LeftOutView> {
        let mut by_reason: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for one in left_out {
            by_reason.entry(&one.reason).or_default().push(self.engine.subject_key(one.subject).to_owned());
        }
        by_reason.into_iter().map(|(reason, subjects)| LeftOutView { reason: reason.to_owned(), subjects }).collect()
    }

    /// The id of the table of a set of records with the values of the variables; nothing for the empty set.
    fn records(&mut self, set: RecordSetId, variables: &[VariableId]) -> Option<String> {
        let store = self.store;
        let records = store.record_sets().get(set);
        if records.is_empty() {
            return None;
        }
        let id = format!("{}:{}", set.0, variables.iter().map(|v| v.0.to_string()).collect::<Vec<_>>().join(","));
        if !self.wanted.contains_key(&id) {
            let datasets = datasets_of(records);
            let shown = variables.iter().copied().filter(|v| self.fits(*v, &datasets)).take(8).collect();
            self.wanted.insert(id.clone(), (set, shown));
        }
        Some(id)
    }

    /// Makes every table wanted; only the rows that the page lists get their values, which is most of the work.
    fn tables(&mut self) {
        let store = self.store;
        let sets = store.record_sets();
        let most = rows_each(self.wanted.values().map(|(set, _)| sets.get(*set).len()));
        for (id, (set, shown)) in std::mem::take(&mut self.wanted) {
            let table = self.table(sets.get(set), &shown, most);
            self.input.records.insert(id, table);
        }
    }

    fn table(&mut self, records: &[RecordId], shown: &[VariableId], most: usize) -> RecordTable {
        for variable in shown {
            let engine = self.engine;
            self.columns
                .entry(*variable)
                .or_insert_with(|| engine.column(*variable).into_iter().map(|(row, v)| (row, v.shown())).collect());
        }
        let mut subjects = BTreeSet::new();
        let mut rows = Vec::with_capacity(records.len());
        for (at, record) in records.iter().enumerate() {
            let subject = self.engine.subject_row(record.dataset, record.row);
            subjects.extend(subject);
            let mut row = RecordRow {
                subject: subject.map(|s| self.engine.subject_key(s).to_owned()).unwrap_or_default(),
                values: Vec::new(),
            };
            if at < most {
                row.values = shown.iter().map(|v| self.value(*v, *record, subject)).collect();
            }
            rows.push(row);
        }
        let catalog = self.engine.catalog();
        let names: Vec<&str> = datasets_of(records).into_iter().map(|d| catalog.dataset(d).name.as_str()).collect();
        RecordTable {
            title: format!("Records of {}", names.join(" and ")),
            subjects: subjects.len(),
            columns: shown.iter().map(|v| catalog.variable(*v).name.clone()).collect(),
            rows,
        }
    }

    /// Whether a variable has one value in records of these datasets.
    fn fits(&self, variable: VariableId, datasets: &BTreeSet<DatasetId>) -> bool {
        let of = self.engine.catalog().variable(variable).dataset;
        of == self.engine.adsl()
            || datasets.contains(&of)
            || datasets.iter().any(|d| self.engine.shares_rows_with(*d) == Some(of))
    }

    fn value(&self, variable: VariableId, record: RecordId, subject: Option<i64>) -> (String, String) {
        let of = self.engine.catalog().variable(variable).dataset;
        let row = if of == record.dataset || self.engine.shares_rows_with(record.dataset) == Some(of) {
            Some(record.row)
        } else if of == self.engine.adsl() {
            subject
        } else {
            None
        };
        let value = row.and_then(|row| self.columns.get(&variable)?.get(&row).cloned()).unwrap_or_default();
        let cells = self.engine.cells(variable, record);
        let mut words: Vec<String> =
            cells.iter().take(MOST_CELLS).map(|c| format!("{}!{}", c.sheet, c.address)).collect();
        if cells.len() > MOST_CELLS {
            words.push(format!("and {} more", cells.len() - MOST_CELLS));
        }
        (value, words.join("; "))
    }
}

fn datasets_of(records: &[RecordId]) -> BTreeSet<DatasetId> {
    records.iter().map(|record| record.dataset).collect()
}
