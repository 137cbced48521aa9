//! Where two files differ in what a reader did not understand, so that no element of a file is left out of the comparison.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::registry::read::Coverage;

use super::{Change, Difference};

/// What two files of one form say where they were not understood: every value that only one of them has.
#[must_use]
pub fn compare_missed(old: &Coverage, new: &Coverage) -> Vec<Difference> {
    let values = |coverage: &Coverage| -> BTreeMap<String, Vec<String>> {
        coverage.missed().map(|missed| (missed.path, missed.values)).collect()
    };
    let (old, new) = (values(old), values(new));
    let paths: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut found = Vec::new();
    for path in paths {
        let of = |side: &BTreeMap<String, Vec<String>>| side.get(path).cloned().unwrap_or_default();
        let (mut removed, mut added) = (of(&old), Vec::new());
        for value in of(&new) {
            match removed.iter().position(|own| *own == value) {
                Some(at) => drop(removed.remove(at)),
                None => added.push(value),
            }
        }
        let path = format!("{path} (not understood)");
        let single = |change, old, new| Difference { path: path.clone(), change, old, new };
        found.extend(removed.into_iter().map(|value| single(Change::Removed, Some(value), None)));
        found.extend(added.into_iter().map(|value| single(Change::Added, None, Some(value))));
    }
    found
}
