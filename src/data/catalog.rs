//! What datasets and variables there are, and where each variable comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::cell::{CellAddress, CellPlace};

/// Index of a dataset in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DatasetId(pub u16);

/// Index of a variable in the catalog.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariableId(pub u32);

/// Bits of a row id that hold the one-based sheet row; a sheet has at most 2^20 rows.
const ROW_BITS: u32 = 21;

/// Row id of a one-based sheet row in the `part`-th sheet of a dataset.
#[must_use]
pub fn row_id(part: usize, sheet_row: u32) -> i64 {
    ((part as i64) << ROW_BITS) | i64::from(sheet_row)
}

/// Part and one-based sheet row of a row id.
#[must_use]
pub fn row_of(row: i64) -> (usize, u32) {
    let part = usize::try_from(row >> ROW_BITS).unwrap_or(0);
    let sheet_row = u32::try_from(row & ((1 << ROW_BITS) - 1)).unwrap_or(0);
    (part, sheet_row)
}

/// A sheet of a file that feeds a dataset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetPart {
    /// File name without folders.
    pub file: Arc<str>,
    /// Sheet name.
    pub sheet: Arc<str>,
    /// Columns by header in this file, zero-based.
    pub columns: BTreeMap<String, u32>,
}

/// Declared type of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum VariableType {
    /// Any text.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number.
    Decimal,
    /// A complete date.
    Date,
    /// A date with a time of day.
    DateTime,
    /// A date whose day, or month and day, may be unknown.
    PartialDate,
    /// A time of day.
    Time,
}

/// Where the values of a variable come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A column of the dataset's sheets, by header; the place differs by part.
    Column {
        /// Header as mapped.
        header: String,
        /// Codelist applied, if any.
        codelist: Option<String>,
    },
    /// An expression over other variables.
    Derived {
        /// The SQL expression.
        expression: String,
        /// The variables it reads.
        reads: Vec<VariableId>,
    },
    /// The value of a record picked from another dataset; the links say which record for which subject.
    Picked {
        /// What was picked, in words.
        rule: String,
        /// Dataset the record comes from.
        dataset: DatasetId,
        /// Variables that give the value.
        value: Vec<VariableId>,
        /// Variables that decided the choice: condition and order.
        reads: Vec<VariableId>,
    },
    /// Given by a named derivation: study day, visit, baseline, change, treatment-emergent flag.
    Assigned {
        /// The derivation with its options, in words.
        rule: String,
        /// The variables it reads.
        reads: Vec<VariableId>,
    },
}

/// One variable of a dataset.
#[derive(Clone, Debug)]
pub struct VariableMeta {
    /// Its id.
    pub id: VariableId,
    /// Its dataset.
    pub dataset: DatasetId,
    /// Name in expressions, upper case.
    pub name: String,
    /// Words for people.
    pub label: String,
    /// Declared type.
    pub kind: VariableType,
    /// Unit after conversion.
    pub unit: Option<String>,
    /// Decimals as collected, from the configuration.
    pub decimals: u8,
    /// Where its values come from.
    pub origin: Origin,
}

/// One dataset.
#[derive(Clone, Debug)]
pub struct DatasetMeta {
    /// Its id.
    pub id: DatasetId,
    /// Name, upper case; also its table in the data engine.
    pub name: String,
    /// Words for people.
    pub label: String,
    /// Sheets that feed it; empty for the subject table and for derived datasets.
    pub parts: Vec<SheetPart>,
    /// Its variables by name.
    pub variables: BTreeMap<String, VariableId>,
}

/// All datasets and variables of a study.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    datasets: Vec<DatasetMeta>,
    by_name: BTreeMap<String, DatasetId>,
    variables: Vec<VariableMeta>,
}

impl Catalog {
    /// Adds a dataset; names are compared without case.
    pub fn add_dataset(&mut self, name: &str, label: &str, parts: Vec<SheetPart>) -> DatasetId {
        let id = DatasetId(u16::try_from(self.datasets.len()).expect("invariant: fewer than 65536 datasets"));
        let name = name.to_ascii_uppercase();
        self.by_name.insert(name.clone(), id);
        self.datasets.push(DatasetMeta { id, name, label: label.to_owned(), parts, variables: BTreeMap::new() });
        id
    }

    /// Adds a variable to a dataset.
    #[allow(clippy::too_many_arguments, reason = "a record of plain facts, named at the call")]
    pub fn add_variable(
        &mut self,
        dataset: DatasetId,
        name: &str,
        label: &str,
        kind: VariableType,
        unit: Option<String>,
        decimals: u8,
        origin: Origin,
    ) -> VariableId {
        let id = VariableId(u32::try_from(self.variables.len()).expect("invariant: fewer than 2^32 variables"));
        let name = name.to_ascii_uppercase();
        self.datasets[usize::from(dataset.0)].variables.insert(name.clone(), id);
        self.variables.push(VariableMeta { id, dataset, name, label: label.to_owned(), kind, unit, decimals, origin });
        id
    }

    /// Replaces the origin of a variable once its expression is compiled.
    pub(super) fn set_origin(&mut self, variable: VariableId, origin: Origin) {
        self.variables[variable.0 as usize].origin = origin;
    }

    /// The dataset of an id.
    #[must_use]
    pub fn dataset(&self, id: DatasetId) -> &DatasetMeta {
        &self.datasets[usize::from(id.0)]
    }

    /// The variable of an id.
    #[must_use]
    pub fn variable(&self, id: VariableId) -> &VariableMeta {
        &self.variables[id.0 as usize]
    }

    /// The dataset of a name, in any case.
    #[must_use]
    pub fn find_dataset(&self, name: &str) -> Option<&DatasetMeta> {
        self.by_name.get(&name.to_ascii_uppercase()).map(|id| self.dataset(*id))
    }

    /// The variable of a dataset by name, in any case.
    #[must_use]
    pub fn find_variable(&self, dataset: DatasetId, name: &str) -> Option<&VariableMeta> {
        self.dataset(dataset).variables.get(&name.to_ascii_uppercase()).map(|id| self.variable(*id))
    }

    /// All datasets in the order they were added.
    #[must_use]
    pub fn datasets(&self) -> &[DatasetMeta] {
        &self.datasets
    }

    /// All variables in the order they were added.
    #[must_use]
    pub fn variables(&self) -> &[VariableMeta] {
        &self.variables
    }

    /// The cell of a record for a variable read from a column; `None` for derived variables.
    #[must_use]
    pub fn cell(&self, variable: VariableId, row: i64) -> Option<CellPlace> {
        let meta = self.variable(variable);
        let Origin::Column { header, .. } = &meta.origin else { return None };
        let (part, sheet_row) = row_of(row);
        let part = self.dataset(meta.dataset).parts.get(part)?;
        let column = *part.columns.get(header)?;
        Some(CellPlace {
            file: part.file.clone(),
            sheet: part.sheet.clone(),
            address: CellAddress::new(sheet_row.checked_sub(1)?, column),
        })
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn row_ids_hold_part_and_row() {
        assert_eq!(super::row_of(super::row_id(3, 1_048_576)), (3, 1_048_576));
    }
}
