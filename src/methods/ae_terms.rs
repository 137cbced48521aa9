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
    /// Subjects affected over all arms.
    pub n_total: u64,
    /// Its terms in order.
    pub terms: Vec<AeTerm>,
}

/// A term of a system organ class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AeTerm {
    /// Its name, the level of the factor `term`.
    pub term: String,
    /// Subjects affected over all arms.
    pub n_total: u64,
}

/// The classes and terms that have counts, in the configured order.
///
/// With `seriousness` (`serious` or `non_serious`) those of the registries' tables, where a class has no line of its
/// own: its number is then the largest of its terms, a lower bound that serves the order only.
#[must_use]
pub fn ae_terms(store: &ResultStore, sort: SortTerms, seriousness: Option<&str>) -> Vec<AeSoc> {
    let mut classes: BTreeMap<&str, AeSoc> = BTreeMap::new();
    for result in store.iter() {
        let key = &result.key;
        let here = key.analysis == "ae"
            && key.statistic == "n"
            && key.level("arm") == Some(TOTAL)
            && key.level("seriousness") == seriousness;
        let (true, Some(soc), Some(n)) = (here, key.level("soc"), result.value.as_count()) else { continue };
        let class = classes.entry(soc).or_insert_with(|| AeSoc { soc: soc.to_owned(), n_total: 0, terms: Vec::new() });
        class.n_total = class.n_total.max(n);
        if let Some(term) = key.level("term") {
            class.terms.push(AeTerm { term: term.to_owned(), n_total: n });
        }
    }
    let mut classes: Vec<AeSoc> = classes.into_values().collect();
    let first = |n: u64| if sort == SortTerms::Frequency { u64::MAX - n } else { 0 };
    classes.sort_by(|a, b| first(a.n_total).cmp(&first(b.n_total)).then_with(|| a.soc.cmp(&b.soc)));
    for class in &mut classes {
        class.terms.sort_by(|a, b| first(a.n_total).cmp(&first(b.n_total)).then_with(|| a.term.cmp(&b.term)));
    }
    classes
}
