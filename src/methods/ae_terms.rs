//! The order of system organ classes and terms in tables, read back from the stored counts.

use std::collections::BTreeMap;

use crate::population::count::TOTAL;
use crate::results::ResultStore;
use crate::spec::analysis::SortTerms;

/// A system organ class with its terms, in the order of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AeSoc {
    /// Its name, the level of the factor `soc`.
    pub soc: String,
    /// Subjects affected in the arm that sorts.
    pub n: u64,
    /// Its terms in order.
    pub terms: Vec<AeTerm>,
}

/// A term of a system organ class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AeTerm {
    /// Its name, the level of the factor `term`.
    pub term: String,
    /// Subjects affected in the arm that sorts.
    pub n: u64,
}

/// The classes and terms that have counts, in the configured order; with `sort` by frequency in `arm`, all arms
/// together where there is none.
///
/// With `seriousness` (`serious` or `non_serious`) those of the registries' tables, where a class has no line of its
/// own: its number is then the largest of its terms, a lower bound that serves the order only.
#[must_use]
pub fn ae_terms(store: &ResultStore, sort: SortTerms, arm: Option<&str>, seriousness: Option<&str>) -> Vec<AeSoc> {
    let mut classes: BTreeMap<&str, AeSoc> = BTreeMap::new();
    for result in store.iter() {
        let key = &result.key;
        let here = key.analysis == "ae"
            && key.statistic == "n"
            && key.level("arm") == Some(arm.unwrap_or(TOTAL))
            && key.level("seriousness") == seriousness;
        let (true, Some(soc), Some(n)) = (here, key.level("soc"), result.value.as_count()) else { continue };
        let class = classes.entry(soc).or_insert_with(|| AeSoc { soc: soc.to_owned(), n: 0, terms: Vec::new() });
        class.n = class.n.max(n);
        if let Some(term) = key.level("term") {
            class.terms.push(AeTerm { term: term.to_owned(), n });
        }
    }
    let mut classes: Vec<AeSoc> = classes.into_values().collect();
    let falling = |by_number: bool, n: u64| if by_number { u64::MAX - n } else { 0 };
    let class = |n| falling(sort == SortTerms::Frequency, n);
    let first = |n| falling(sort != SortTerms::Alphabetical, n);
    classes.sort_by(|a, b| class(a.n).cmp(&class(b.n)).then_with(|| a.soc.cmp(&b.soc)));
    for class in &mut classes {
        class.terms.sort_by(|a, b| first(a.n).cmp(&first(b.n)).then_with(|| a.term.cmp(&b.term)));
    }
    classes
}
