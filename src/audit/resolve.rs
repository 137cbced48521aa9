//! From a variable of a record to its cells, and from a cell to what reads it, over a trace database alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::base::cell::{CellAddress, CellPlace};
use crate::data::catalog::{row_id, row_of};

use super::trace_file::{Record, TraceError, TraceFile, TracedLineage, Variable};

/// How deep a chain of derivations may be; deeper ones cannot be made (circles are refused when data are derived).
const DEEPEST: usize = 64;

/// How far to go for a picked value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Cells that give the value.
    Value,
    /// These, and the cells that decided which record was taken.
    Deciding,
}

impl TraceFile {
    /// The cells of a variable in a record of its dataset, sorted.
    ///
    /// # Errors
    /// Where the database is damaged.
    pub fn cells(&self, variable: i64, row: i64, reach: Reach) -> Result<Vec<CellPlace>, TraceError> {
        let mut cells = BTreeSet::new();
        let mut seen = BTreeSet::new();
        self.gather(variable, row, reach, 0, &mut seen, &mut cells)?;
        Ok(cells.into_iter().collect())
    }

    fn gather(
        &self,
        variable: i64,
        row: i64,
        reach: Reach,
        depth: usize,
        seen: &mut BTreeSet<(i64, i64)>,
        cells: &mut BTreeSet<CellPlace>,
    ) -> Result<(), TraceError> {
        let Some(v) = self.variables.get(&variable) else { return Ok(()) };
        if depth > DEEPEST || !seen.insert((variable, row)) {
            return Ok(());
        }
        cells.extend(self.cell(v, row));
        for (other, row) in self.sources(v, row, reach)? {
            self.gather(other, row, reach, depth + 1, seen, cells)?;
        }
        Ok(())
    }

    /// The cell of a variable read from a column.
    fn cell(&self, variable: &Variable, row: i64) -> Option<CellPlace> {
        let (part, sheet_row) = row_of(row);
        let part = self.datasets.get(&variable.dataset)?.parts.get(&i64::try_from(part).ok()?)?;
        let column = *part.columns.get(variable.header.as_ref()?)?;
        Some(CellPlace {
            file: Arc::from(part.file.as_str()),
            sheet: Arc::from(part.sheet.as_str()),
            address: CellAddress::new(sheet_row.checked_sub(1)?, column),
        })
    }

    /// Variables and rows that a variable of a row was made from, one step back.
    fn sources(&self, v: &Variable, row: i64, reach: Reach) -> Result<Vec<(i64, i64)>, TraceError> {
        if v.origin == "column" {
            return Ok(Vec::new());
        }
        let here = Record { dataset: v.dataset, row };
        let link = match self.subject_of(here) {
            Some(subject) => self.link(v.id, subject, reach)?,
            None => None,
        };
        let Some(link) = link else {
            let direct = v.value.iter().chain(&v.reads);
            return Ok(direct
                .flat_map(|other| self.related(here, *other).into_iter().map(|row| (*other, row)))
                .collect());
        };
        // Of a pick with stated value variables, `reads` only decided; otherwise they are all there is.
        let values = if v.value.is_empty() { &v.reads } else { &v.value };
        let mut sources = Vec::new();
        let step = |records: &[i64], variables: &[i64], sources: &mut Vec<(i64, i64)>| {
            for row in records {
                let record = Record { dataset: link.dataset, row: *row };
                for other in variables {
                    sources.extend(self.related(record, *other).into_iter().map(|row| (*other, row)));
                }
            }
        };
        step(&link.chosen, values, &mut sources);
        if reach == Reach::Deciding || link.chosen.is_empty() {
            step(&link.considered, &v.reads, &mut sources);
        }
        Ok(sources)
    }

    /// Rows of another variable's dataset that belong to a record: itself, its parent, its subject, its subject's records.
    pub(super) fn related(&self, record: Record, variable: i64) -> Vec<i64> {
        let Some(v) = self.variables.get(&variable) else { return Vec::new() };
        let (Some(own), Some(other)) = (self.datasets.get(&record.dataset), self.datasets.get(&v.dataset)) else {
            return Vec::new();
        };
        if v.dataset == record.dataset || own.parent == Some(v.dataset) || other.parent == Some(record.dataset) {
            return vec![record.row];
        }
        if other.is_subjects {
            return self.subject_of(record).into_iter().collect();
        }
        if own.is_subjects {
            return self.maps.get(&v.dataset).and_then(|map| map.records.get(&record.row)).cloned().unwrap_or_default();
        }
        Vec::new()
    }

    fn link(&self, variable: i64, subject: i64, reach: Reach) -> Result<Option<LinkedRecords>, TraceError> {
        let sql = "SELECT dataset, chosen FROM trace_link WHERE variable = ?1 AND subject = ?2";
        let found: Vec<(i64, Option<i64>)> = self.rows(sql, &[&variable, &subject], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let Some((dataset, chosen)) = found.into_iter().next() else { return Ok(None) };
        let chosen: Vec<i64> = chosen.into_iter().collect();
        let considered = if reach == Reach::Deciding || chosen.is_empty() {
            let sql = "SELECT first_row, last_row FROM trace_considered WHERE variable = ?1 AND subject = ?2";
            let runs: Vec<(i64, i64)> = self.rows(sql, &[&variable, &subject], |r| Ok((r.get(0)?, r.get(1)?)))?;
            runs.into_iter().flat_map(|(first, last)| first..=last).collect()
        } else {
            Vec::new()
        };
        Ok(Some(LinkedRecords { dataset, chosen, considered }))
    }

    /// Which variables of a lineage are looked at in which rows.
    ///
    /// A variable of another dataset than any record of the lineage is looked at in all records of its subjects.
    pub(super) fn looked_at(&self, lineage: &TracedLineage) -> Result<BTreeMap<i64, BTreeSet<i64>>, TraceError> {
        let mut records = self.records(lineage.records)?;
        if let Some(evidence) = lineage.evidence {
            records.extend(self.records(evidence)?);
        }
        let mut looked: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for id in &lineage.variables {
            let Some(v) = self.variables.get(id) else { continue };
            let near = |record: &&Record| {
                let own = &self.datasets[&record.dataset];
                let other = &self.datasets[&v.dataset];
                record.dataset == v.dataset || own.parent == Some(v.dataset) || other.parent == Some(record.dataset)
            };
            let known = |record: &&Record| {
                self.datasets.contains_key(&record.dataset) && self.datasets.contains_key(&v.dataset)
            };
            let mut rows: BTreeSet<i64> = records.iter().filter(known).filter(near).map(|record| record.row).collect();
            if rows.is_empty() {
                rows = records.iter().filter(known).flat_map(|record| self.related(*record, *id)).collect();
            }
            looked.insert(*id, rows);
        }
        Ok(looked)
    }

    /// The variables read from a cell, with the row of their dataset.
    pub(super) fn read_from(&self, file: &str, sheet: Option<&str>, cell: CellAddress) -> Vec<(i64, i64)> {
        let mut read = Vec::new();
        for v in self.variables.values() {
            let (Some(dataset), Some(header)) = (self.datasets.get(&v.dataset), &v.header) else { continue };
            for (number, part) in &dataset.parts {
                let here = part.file == file && sheet.is_none_or(|sheet| part.sheet == sheet);
                if here && part.columns.get(header) == Some(&cell.column) {
                    let row = row_id(usize::try_from(*number).unwrap_or(0), cell.row + 1);
                    if self.has_record(v.dataset, row) {
                        read.push((v.id, row));
                    }
                }
            }
        }
        read
    }

    fn has_record(&self, dataset: i64, row: i64) -> bool {
        self.maps.get(&dataset).is_some_and(|map| map.of.contains_key(&row))
    }

    /// Everything made from these variables of these rows, however many steps away; itself included.
    pub(super) fn made_from(&self, start: &[(i64, i64)]) -> Result<BTreeSet<(i64, i64)>, TraceError> {
        // Which variables are made from which, one step forward.
        let mut forward: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
        for v in self.variables.values() {
            for other in v.value.iter().chain(&v.reads) {
                forward.entry(*other).or_default().insert(v.id);
            }
        }
        let mut found: BTreeSet<(i64, i64)> = start.iter().copied().collect();
        let mut open: Vec<(i64, i64)> = start.to_vec();
        while let Some((variable, row)) = open.pop() {
            let Some(v) = self.variables.get(&variable) else { continue };
            let here = Record { dataset: v.dataset, row };
            for next in forward.get(&variable).into_iter().flatten() {
                let w = &self.variables[next];
                for candidate in self.candidates(here, w) {
                    // The step back decides: forward and backward can then never disagree.
                    if !found.contains(&(*next, candidate))
                        && self.sources(w, candidate, Reach::Deciding)?.contains(&(variable, row))
                    {
                        found.insert((*next, candidate));
                        open.push((*next, candidate));
                    }
                }
            }
        }
        Ok(found)
    }

    /// Rows of `w`'s dataset that may have been made from a record.
    fn candidates(&self, here: Record, w: &Variable) -> Vec<i64> {
        let mut rows = self.related(here, w.id);
        if let Some(subject) = self.subject_of(here) {
            let dataset = self.datasets.get(&w.dataset);
            if dataset.is_some_and(|d| d.is_subjects) {
                rows.push(subject);
            } else if let Some(records) = self.maps.get(&w.dataset).and_then(|map| map.records.get(&subject)) {
                rows.extend(records);
            }
        }
        rows.sort_unstable();
        rows.dedup();
        rows
    }
}

/// Records of another dataset behind a picked value.
struct LinkedRecords {
    dataset: i64,
    chosen: Vec<i64>,
    considered: Vec<i64>,
}
