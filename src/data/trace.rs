//! The way back: from a variable of a record to the cells it was read from.

use std::collections::BTreeSet;

use crate::base::cell::CellPlace;

use super::build::ADSL;
use super::catalog::{DatasetId, Origin, VariableId};
use super::engine::Engine;
use super::record_set::RecordId;

impl Engine {
    /// The cells a variable of a record was read from, through derivations and picks; sorted, each once.
    #[must_use]
    pub fn cells(&self, variable: VariableId, record: RecordId) -> Vec<CellPlace> {
        let mut cells = BTreeSet::new();
        let mut seen = BTreeSet::new();
        self.collect(variable, record.dataset, record.row, &mut cells, &mut seen);
        cells.into_iter().collect()
    }

    /// The first cell of a subject variable, for messages.
    pub(super) fn first_cell(&self, variable: VariableId, row: i64) -> Option<CellPlace> {
        let dataset = self.catalog.variable(variable).dataset;
        self.cells(variable, RecordId { dataset, row }).into_iter().next()
    }

    /// Some cell of a record, for messages: that of its first column in the sheet.
    #[must_use]
    pub fn any_cell(&self, dataset: DatasetId, row: i64) -> Option<CellPlace> {
        let source = self.shares_rows_with(dataset).unwrap_or(dataset);
        self.catalog
            .dataset(source)
            .variables
            .values()
            .filter_map(|v| self.catalog.cell(*v, row))
            .min_by_key(|c| c.address.column)
    }

    /// Identifier of a subject row.
    #[must_use]
    pub fn subject_key(&self, subject: i64) -> &str {
        usize::try_from(subject - 1).ok().and_then(|at| self.subjects.get(at)).map_or("", |s| s.key.as_str())
    }

    fn collect(
        &self,
        variable: VariableId,
        dataset: DatasetId,
        row: i64,
        cells: &mut BTreeSet<CellPlace>,
        seen: &mut BTreeSet<(VariableId, i64)>,
    ) {
        let meta = self.catalog.variable(variable);
        // The record may be of another dataset than the variable: one that shares its rows, or the subject's.
        let row = if meta.dataset == dataset || self.shares_rows_with(dataset) == Some(meta.dataset) {
            Some(row)
        } else if meta.dataset == self.adsl {
            self.subject_row(dataset, row)
        } else {
            None
        };
        let Some(row) = row else { return };
        if !seen.insert((variable, row)) {
            return;
        }
        match &meta.origin {
            Origin::Column { .. } => cells.extend(self.catalog.cell(variable, row)),
            Origin::Derived { reads, .. } | Origin::Assigned { reads, .. } => {
                for read in reads {
                    self.collect(*read, meta.dataset, row, cells, seen);
                }
            }
            Origin::Picked { value, reads, .. } => {
                let Some(link) = self.links.get(&variable) else { return };
                let subject = if meta.dataset == self.adsl { Some(row) } else { self.subject_row(meta.dataset, row) };
                let Some(at) = subject.and_then(|s| usize::try_from(s - 1).ok()) else { return };
                if let Some(chosen) = link.chosen.get(at).copied().flatten() {
                    for read in value {
                        self.collect(*read, link.dataset, chosen, cells, seen);
                    }
                }
                for considered in link.considered.get(at).into_iter().flatten() {
                    for read in reads {
                        self.collect(*read, link.dataset, *considered, cells, seen);
                    }
                }
            }
        }
    }

    /// The subject a record belongs to.
    #[must_use]
    pub fn subject_row(&self, dataset: DatasetId, row: i64) -> Option<i64> {
        let name = &self.catalog.dataset(dataset).name;
        if name == ADSL {
            return Some(row);
        }
        let table = super::tables::quote(name);
        self.query(&format!("SELECT _ROW, _SUBJ FROM {table} WHERE _ROW = {row}")).pop().and_then(|(_, s)| s.as_i64())
    }
}
