//! Which numbers stand on a cell: the answer of `tracelock trace CELL`.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::base::cell::CellAddress;

use super::trace::Evidence;
use super::trace_file::{Record, TraceError, TraceFile};

/// Which numbers stand on a cell. A public format (`trace --json`).
#[derive(Clone, Debug, Serialize)]
pub struct CellTrace {
    /// The cell.
    pub cell: String,
    /// Subject of its record.
    pub subject: Option<String>,
    /// Variables read from it.
    pub variables: Vec<Evidence>,
    /// Variables made from these, however many steps away.
    pub made: Vec<String>,
    /// Results that looked at it.
    pub results: Vec<UsedIn>,
}

/// A number that stands on a cell.
#[derive(Clone, Debug, Serialize)]
pub struct UsedIn {
    /// Its key.
    pub key: String,
    /// Its value.
    pub value: String,
    /// `records` where the record entered, `evidence` where it was only looked at, `input` where another result brought it in.
    pub through: String,
    /// In how many places it is printed.
    pub printed: usize,
}

impl TraceFile {
    /// The numbers that stand on a cell; `None` where no sheet of the run has the file and sheet.
    ///
    /// # Errors
    /// Where the database is damaged.
    pub fn trace_cell(
        &self,
        file: &str,
        sheet: Option<&str>,
        address: CellAddress,
    ) -> Result<Option<CellTrace>, TraceError> {
        let parts = || self.datasets.values().flat_map(|d| d.parts.values());
        let Some(part) = parts().find(|p| p.file == file && sheet.is_none_or(|s| s == p.sheet)) else {
            return Ok(None);
        };
        let cell = format!("{} ▸ {}!{address}", part.file, part.sheet);
        let read = self.read_from(file, sheet, address);
        let made = self.made_from(&read)?;
        let mut variables = Vec::new();
        for (id, row) in &read {
            variables.push(self.evidence_value(&self.variables[id], *row)?);
        }
        let subject = read
            .iter()
            .find_map(|(id, row)| self.subject_of(Record { dataset: self.variables[id].dataset, row: *row }));
        let further: BTreeSet<i64> = made.iter().filter(|pair| !read.contains(pair)).map(|(id, _)| *id).collect();
        Ok(Some(CellTrace {
            cell,
            subject: subject.map(|s| self.subject_key(s)),
            variables,
            made: further.iter().map(|id| self.full_name(&self.variables[id])).collect(),
            results: self.used_in(&made)?,
        }))
    }

    /// Results whose lineage looked at one of these variables in one of these rows, directly or through other results.
    fn used_in(&self, made: &BTreeSet<(i64, i64)>) -> Result<Vec<UsedIn>, TraceError> {
        let mut through: BTreeMap<i64, &str> = BTreeMap::new();
        let lineages: BTreeSet<i64> = {
            let variables: BTreeSet<i64> = made.iter().map(|(id, _)| *id).collect();
            let pairs: Vec<(i64, i64)> =
                self.rows("SELECT lineage, variable FROM trace_lineage_variable", &[], |r| Ok((r.get(0)?, r.get(1)?)))?;
            pairs.into_iter().filter(|(_, variable)| variables.contains(variable)).map(|(lineage, _)| lineage).collect()
        };
        for id in lineages {
            let lineage = self.lineage(id)?;
            let looked = self.looked_at(&lineage)?;
            if looked.iter().any(|(variable, rows)| rows.iter().any(|row| made.contains(&(*variable, *row)))) {
                let own: BTreeSet<Record> = self.records(lineage.records)?.into_iter().collect();
                let entered = looked.iter().any(|(variable, rows)| {
                    let hit = rows.iter().filter(|row| made.contains(&(*variable, **row)));
                    hit.into_iter().any(|row| own.iter().any(|record| self.related(*record, *variable).contains(row)))
                });
                through.insert(id, if entered { "records" } else { "evidence" });
            }
        }
        let results: Vec<(String, i64)> =
            self.rows("SELECT key, lineage FROM trace_result ORDER BY key", &[], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let inputs: Vec<(i64, String)> =
            self.rows("SELECT lineage, key FROM trace_lineage_input", &[], |r| Ok((r.get(0)?, r.get(1)?)))?;
        let lineage_of: BTreeMap<&str, i64> = results.iter().map(|(key, lineage)| (key.as_str(), *lineage)).collect();
        // A result uses what its inputs use; repeated until nothing new is found.
        loop {
            let new: Vec<i64> = inputs
                .iter()
                .filter(|(lineage, key)| {
                    !through.contains_key(lineage)
                        && lineage_of.get(key.as_str()).is_some_and(|input| through.contains_key(input))
                })
                .map(|(lineage, _)| *lineage)
                .collect();
            if new.is_empty() {
                break;
            }
            through.extend(new.into_iter().map(|lineage| (lineage, "input")));
        }
        let mut used = Vec::new();
        for (key, lineage) in &results {
            if let (Some(through), Some(result)) = (through.get(lineage), self.result(key)?) {
                let printed = self.placements(key)?.len();
                used.push(UsedIn { key: key.clone(), value: result.value, through: (*through).to_owned(), printed });
            }
        }
        Ok(used)
    }
}

/// Reads `file.xlsx!SHEET!D12`, `file.xlsx ▸ SHEET!D12` or `file.csv!D12`; `None` where the text is no cell.
#[must_use]
pub fn parse_cell(text: &str) -> Option<(String, Option<String>, CellAddress)> {
    let (rest, address) = text.trim().rsplit_once('!')?;
    let address = CellAddress::parse(address.trim())?;
    let (file, sheet) = match rest.split_once('▸').or_else(|| rest.split_once('!')) {
        Some((file, sheet)) => (file.trim(), Some(sheet.trim().to_owned())),
        None => (rest.trim(), None),
    };
    (!file.is_empty()).then(|| (file.to_owned(), sheet, address))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_read_in_three_ways() {
        let d12 = CellAddress::new(11, 3);
        let gases = Some("GASES".to_owned());
        for (text, expected) in [
            ("demo.xlsx!GASES!D12", Some(("demo.xlsx".to_owned(), gases.clone(), d12))),
            ("demo.xlsx ▸ GASES!D12", Some(("demo.xlsx".to_owned(), gases, d12))),
            ("lab.csv!$D$12", Some(("lab.csv".to_owned(), None, d12))),
            ("pf_d7:diff[arm=msc/placebo]", None),
            ("D12", None),
        ] {
            assert_eq!(parse_cell(text), expected, "{text}");
        }
    }
}
