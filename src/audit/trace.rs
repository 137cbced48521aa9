//! What stands behind a number: the answer of `tracelock trace KEY`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::cell::{CellPlace, column_name};

use super::resolve::Reach;
use super::trace_file::{Record, TraceError, TraceFile, TracedLineage, TracedResult, Variable};

/// Everything behind a number. A public format (`trace --json`).
#[derive(Clone, Debug, Serialize)]
pub struct KeyTrace {
    /// The address.
    pub key: String,
    /// `count`, `real`, `text` or `not_estimable`.
    pub kind: String,
    /// The value, not rounded; the reason where it is not estimable.
    pub value: String,
    /// Unit of the value.
    pub unit: Option<String>,
    /// Who vouches for a number that is not in the data.
    pub attested: Option<Attested>,
    /// Every place in which it is printed.
    pub printed: Vec<Printed>,
    /// Condition or method with options.
    pub rule: String,
    /// Records counted or computed with, by dataset.
    pub entered: Vec<Entered>,
    /// Subjects that did not enter, by reason.
    pub left_out: Vec<LeftOutGroup>,
    /// How many records were looked at to decide.
    pub evidence_records: usize,
    /// These records with the values that decided; as many as were asked for.
    pub evidence: Vec<EvidenceRecord>,
    /// Columns read.
    pub variables: Vec<ReadVariable>,
    /// Results that went in.
    pub inputs: Vec<Input>,
    /// How many cells stand behind it, those of its inputs included.
    pub cells: usize,
    /// Where these cells lie, column by column.
    pub cell_ranges: Vec<CellRange>,
}

/// Who vouches for a number that is not in the data.
#[derive(Clone, Debug, Serialize)]
pub struct Attested {
    /// Who.
    pub by: String,
    /// When.
    pub on: String,
    /// Which document says so.
    pub document: String,
}

/// A place in which a number is printed.
#[derive(Clone, Debug, Serialize)]
pub struct Printed {
    /// File of the run.
    pub file: String,
    /// Page, path or cell in it.
    pub place: String,
    /// As printed.
    pub text: String,
}

/// Records of one dataset that entered.
#[derive(Clone, Debug, Serialize)]
pub struct Entered {
    /// The dataset.
    pub dataset: String,
    /// How many records.
    pub records: usize,
    /// Their subjects, each once, in the order of the data.
    pub subjects: Vec<String>,
}

/// Subjects that did not enter for the same reason.
#[derive(Clone, Debug, Serialize)]
pub struct LeftOutGroup {
    /// The reason.
    pub reason: String,
    /// Who.
    pub subjects: Vec<String>,
}

/// A record that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct EvidenceRecord {
    /// Its subject.
    pub subject: String,
    /// Its dataset.
    pub dataset: String,
    /// Whether it was counted, or entered the computation, itself.
    pub entered: bool,
    /// What decided.
    pub values: Vec<Evidence>,
}

/// A value that was looked at.
#[derive(Clone, Debug, Serialize)]
pub struct Evidence {
    /// The variable.
    pub variable: String,
    /// Its value; empty where missing.
    pub value: String,
    /// What stood in the cell, where it was decoded or converted.
    pub raw: Option<String>,
    /// The cells that gave it.
    pub cells: Vec<String>,
}

/// A column that was read.
#[derive(Clone, Debug, Serialize)]
pub struct ReadVariable {
    /// Dataset and name.
    pub variable: String,
    /// Words for people.
    pub label: String,
    /// How it came about: header of the column, expression, rule.
    pub origin: String,
}

/// A result that went in.
#[derive(Clone, Debug, Serialize)]
pub struct Input {
    /// What it was for.
    pub role: String,
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// Its rule.
    pub rule: String,
    /// How many records stand behind it.
    pub records: usize,
}

/// Cells of one column of a sheet.
#[derive(Clone, Debug, Serialize)]
pub struct CellRange {
    /// `file ▸ sheet!D2:D61`.
    pub range: String,
    /// How many cells of it.
    pub cells: usize,
}

/// A cell behind a number, for the CSV.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CellLine {
    /// The cell.
    pub cell: CellPlace,
    /// Subject it belongs to.
    pub subject: String,
    /// Dataset and variable of the lineage that led to it.
    pub variable: String,
    /// Value of that variable in that record.
    pub value: String,
}

impl TraceFile {
    /// Everything behind a number; `None` where the run does not have it. At most `limit` evidence records are drawn up.
    ///
    /// # Errors
    /// Where the database is damaged.
    pub fn trace_key(&self, key: &str, limit: usize) -> Result<Option<KeyTrace>, TraceError> {
        let Some(result) = self.result(key)? else { return Ok(None) };
        let lineage = self.lineage(result.lineage)?;
        let records = self.records(lineage.records)?;
        let looked = match lineage.evidence {
            Some(set) => self.records(set)?,
            None => records.clone(),
        };
        let entered: BTreeSet<Record> = records.iter().copied().collect();
        let evidence: Result<Vec<_>, _> = looked
            .iter()
            .take(limit)
            .map(|record| self.evidence(*record, entered.contains(record), &lineage))
            .collect();
        let mut left_out: Vec<LeftOutGroup> = Vec::new();
        for (subject, reason) in &lineage.left_out {
            let key = self.subject_key(*subject);
            match left_out.iter_mut().find(|group| group.reason == *reason) {
                Some(group) => group.subjects.push(key),
                None => left_out.push(LeftOutGroup { reason: reason.clone(), subjects: vec![key] }),
            }
        }
        let cells: BTreeSet<CellPlace> = self.cell_lines(&result)?.into_iter().map(|line| line.cell).collect();
        let printed =
            self.placements(key)?.into_iter().map(|[file, place, text]| Printed { file, place, text }).collect();
        let inputs: Result<Vec<_>, _> = lineage.inputs.iter().map(|(role, key)| self.input(role, key)).collect();
        Ok(Some(KeyTrace {
            key: result.key,
            kind: result.kind,
            value: result.value,
            unit: result.unit,
            attested: result.attested.map(|[by, on, document]| Attested { by, on, document }),
            printed,
            rule: lineage.rule.clone(),
            entered: self.by_dataset(&records),
            left_out,
            evidence_records: looked.len(),
            evidence: evidence?,
            variables: lineage
                .variables
                .iter()
                .filter_map(|id| self.variables.get(id))
                .map(|v| self.read_variable(v))
                .collect(),
            inputs: inputs?,
            cells: cells.len(),
            cell_ranges: ranges(&cells),
        }))
    }

    /// Every cell behind a number and its inputs, sorted; `None` where the run does not have the number.
    ///
    /// # Errors
    /// Where the database is damaged.
    pub fn cells_of_key(&self, key: &str) -> Result<Option<Vec<CellLine>>, TraceError> {
        match self.result(key)? {
            Some(result) => self.cell_lines(&result).map(Some),
            None => Ok(None),
        }
    }

    fn cell_lines(&self, result: &TracedResult) -> Result<Vec<CellLine>, TraceError> {
        let mut lines = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![result.lineage];
        while let Some(id) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            let lineage = self.lineage(id)?;
            for (variable, rows) in self.looked_at(&lineage)? {
                let v = &self.variables[&variable];
                let name = self.full_name(v);
                for row in rows {
                    let subject = self
                        .subject_of(Record { dataset: v.dataset, row })
                        .map_or_else(String::new, |s| self.subject_key(s));
                    let value = self.value(v, row)?;
                    for cell in self.cells(variable, row, Reach::Deciding)? {
                        lines.insert(CellLine {
                            cell,
                            subject: subject.clone(),
                            variable: name.clone(),
                            value: value.clone(),
                        });
                    }
                }
            }
            for (_, key) in &lineage.inputs {
                open.extend(self.result(key)?.map(|input| input.lineage));
            }
        }
        Ok(lines.into_iter().collect())
    }

    fn input(&self, role: &str, key: &str) -> Result<Input, TraceError> {
        let Some(result) = self.result(key)? else {
            let unknown = "not in this run".to_owned();
            return Ok(Input {
                role: role.to_owned(),
                key: key.to_owned(),
                value: unknown,
                rule: String::new(),
                records: 0,
            });
        };
        let lineage = self.lineage(result.lineage)?;
        let records = self.records(lineage.records)?.len();
        let value = match &result.unit {
            Some(unit) => format!("{} {unit}", result.value),
            None => result.value,
        };
        Ok(Input { role: role.to_owned(), key: result.key, value, rule: lineage.rule, records })
    }

    fn by_dataset(&self, records: &[Record]) -> Vec<Entered> {
        let mut groups: BTreeMap<i64, (usize, Vec<i64>)> = BTreeMap::new();
        for record in records {
            let group = groups.entry(record.dataset).or_default();
            group.0 += 1;
            group.1.extend(self.subject_of(*record));
        }
        let entered = groups.into_iter().map(|(dataset, (records, mut subjects))| {
            subjects.sort_unstable();
            subjects.dedup();
            let dataset = self.datasets.get(&dataset).map_or_else(|| dataset.to_string(), |d| d.name.clone());
            Entered { dataset, records, subjects: subjects.into_iter().map(|s| self.subject_key(s)).collect() }
        });
        entered.collect()
    }

    /// A record with the values of the lineage's variables in it.
    fn evidence(&self, record: Record, entered: bool, lineage: &TracedLineage) -> Result<EvidenceRecord, TraceError> {
        let mut values = Vec::new();
        for id in &lineage.variables {
            let Some(v) = self.variables.get(id) else { continue };
            // A subject has many records elsewhere: these are not values of the subject.
            if let [row] = self.related(record, *id)[..] {
                values.push(self.evidence_value(v, row)?);
            }
        }
        let subject = self.subject_of(record).map_or_else(String::new, |s| self.subject_key(s));
        let dataset = self.datasets.get(&record.dataset).map_or_else(String::new, |d| d.name.clone());
        Ok(EvidenceRecord { subject, dataset, entered, values })
    }

    pub(super) fn evidence_value(&self, v: &Variable, row: i64) -> Result<Evidence, TraceError> {
        let cells = self.cells(v.id, row, Reach::Value)?;
        let value = self.value(v, row)?;
        let raw = self.raw(v.id, row)?.filter(|raw| *raw != value);
        Ok(Evidence { variable: self.full_name(v), value, raw, cells: cells.iter().map(ToString::to_string).collect() })
    }

    pub(super) fn full_name(&self, v: &Variable) -> String {
        let dataset = self.datasets.get(&v.dataset).map_or("", |d| d.name.as_str());
        format!("{dataset}.{}", v.name)
    }

    fn read_variable(&self, v: &Variable) -> ReadVariable {
        let origin = match (&v.header, &v.rule) {
            (Some(header), _) => match &v.codelist {
                Some(codelist) => format!("column `{header}`, codelist {codelist}"),
                None => format!("column `{header}`"),
            },
            (None, Some(rule)) => format!("{}: {rule}", v.origin),
            (None, None) => v.origin.clone(),
        };
        ReadVariable { variable: self.full_name(v), label: v.label.clone(), origin }
    }
}

/// Cells gathered by column of a sheet: first to last, and how many.
fn ranges(cells: &BTreeSet<CellPlace>) -> Vec<CellRange> {
    let mut columns: BTreeMap<(&str, &str, u32), (u32, u32, usize)> = BTreeMap::new();
    for cell in cells {
        let entry = columns.entry((&cell.file, &cell.sheet, cell.address.column)).or_insert((u32::MAX, 0, 0));
        *entry = (entry.0.min(cell.address.row), entry.1.max(cell.address.row), entry.2 + 1);
    }
    let ranges = columns.into_iter().map(|((file, sheet, column), (first, last, cells))| {
        let letter = column_name(column);
        let range = if first == last {
            format!("{file} ▸ {sheet}!{letter}{}", first + 1)
        } else {
            format!("{file} ▸ {sheet}!{letter}{}:{letter}{}", first + 1, last + 1)
        };
        CellRange { range, cells }
    });
    ranges.collect()
}
