//! The results store and the only way into it.

use std::collections::BTreeMap;

use indexmap::IndexSet;

use crate::data::record_set::{RecordSetId, RecordSets};

use super::key::ResultKey;
use super::lineage::{Lineage, LineageId};
use super::series::{ListingView, Series};
use super::statistic;
use super::value::{AnalysisResult, Attestation, ResultValue, Style};

/// Every number of a run, by key.
#[derive(Debug, Default)]
pub struct ResultStore {
    results: BTreeMap<ResultKey, AnalysisResult>,
    lineages: IndexSet<Lineage>,
    record_sets: RecordSets,
    series: Vec<Series>,
    listings: Vec<ListingView>,
    /// Addresses that were given twice.
    repeated: Vec<ResultKey>,
}

impl ResultStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The result at a key.
    #[must_use]
    pub fn get(&self, key: &ResultKey) -> Option<&AnalysisResult> {
        self.results.get(key)
    }

    /// The number at a key, where it is one.
    #[must_use]
    pub fn number(&self, key: &ResultKey) -> Option<f64> {
        self.get(key).and_then(|r| r.value.as_f64())
    }

    /// All results in key order.
    pub fn iter(&self) -> impl Iterator<Item = &AnalysisResult> {
        self.results.values()
    }

    /// How many results there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.results.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.results.is_empty()
    }

    /// The lineage behind an id.
    #[must_use]
    pub fn lineage(&self, id: LineageId) -> &Lineage {
        &self.lineages[id.0 as usize]
    }

    /// All lineages, in the order of their ids.
    pub fn lineages(&self) -> impl Iterator<Item = &Lineage> {
        self.lineages.iter()
    }

    /// The record sets lineages point into.
    #[must_use]
    pub fn record_sets(&self) -> &RecordSets {
        &self.record_sets
    }

    /// Addresses that two results claim; one of the two is lost, so there must be none.
    #[must_use]
    pub fn repeated(&self) -> &[ResultKey] {
        &self.repeated
    }

    /// Curves and points.
    #[must_use]
    pub fn series(&self) -> &[Series] {
        &self.series
    }

    /// Listing views.
    #[must_use]
    pub fn listings(&self) -> &[ListingView] {
        &self.listings
    }

    /// The way in.
    pub fn sink(&mut self) -> ResultSink<'_> {
        ResultSink { store: self, within: None }
    }
}

/// How one result differs from the defaults of its statistic.
#[derive(Clone, Debug, Default)]
pub struct NewResult {
    /// Decimals of the data behind it.
    pub data_decimals: u8,
    /// Style in place of the statistic's own.
    pub style: Option<Style>,
    /// Unit of a real number.
    pub unit: Option<String>,
}

/// Puts results into the store. No method omits the lineage.
pub struct ResultSink<'a> {
    store: &'a mut ResultStore,
    /// Factor and level that every key gets.
    within: Option<(String, String)>,
}

impl ResultSink<'_> {
    /// The same way in for numbers of one level of a factor: every key gets it, and every input of the same analysis.
    ///
    /// Curves are not taken there: their name has no factors.
    pub fn within(&mut self, factor: &str, level: &str) -> ResultSink<'_> {
        ResultSink { store: self.store, within: Some((factor.to_owned(), level.to_owned())) }
    }

    /// Interns a set of records.
    pub fn records(&mut self, records: Vec<crate::data::record_set::RecordId>) -> RecordSetId {
        self.store.record_sets.intern(records)
    }

    /// Stores how many records a set has. The set is the lineage, so they cannot disagree.
    ///
    /// Returns the count.
    pub fn count(&mut self, key: ResultKey, lineage: Lineage) -> u64 {
        let n = self.store.record_sets.get(lineage.records).len() as u64;
        self.put(key, ResultValue::Count(n), lineage, NewResult::default(), None);
        n
    }

    /// Stores a real number; a number that is not finite becomes `NotEstimable`.
    pub fn real(&mut self, key: ResultKey, value: f64, lineage: Lineage, about: NewResult) {
        let value = if value.is_finite() {
            ResultValue::Real(value)
        } else {
            ResultValue::NotEstimable("the computation gave no finite number".to_owned())
        };
        self.put(key, value, lineage, about, None);
    }

    /// Stores a real number, or why there is none.
    pub fn estimate(&mut self, key: ResultKey, value: Result<f64, String>, lineage: Lineage, about: NewResult) {
        match value {
            Ok(value) => self.real(key, value, lineage, about),
            Err(reason) => self.put(key, ResultValue::NotEstimable(reason), lineage, about, None),
        }
    }

    /// Stores a text taken from the data.
    pub fn text(&mut self, key: ResultKey, value: impl Into<String>, lineage: Lineage) {
        let about = NewResult { style: Some(Style::Text), ..NewResult::default() };
        self.put(key, ResultValue::Text(value.into()), lineage, about, None);
    }

    /// Stores a number that is not in the workbook and for which a person vouches.
    pub fn attested(&mut self, key: ResultKey, value: u64, attestation: Attestation, lineage: Lineage) {
        self.put(key, ResultValue::Count(value), lineage, NewResult::default(), Some(attestation));
    }

    /// Stores a curve.
    pub fn series(
        &mut self,
        analysis: &str,
        kind: &str,
        group: &str,
        columns: Vec<&'static str>,
        points: Vec<Vec<f64>>,
        lineage: Lineage,
    ) {
        if self.within.is_some() {
            return;
        }
        let lineage = self.intern(lineage);
        self.store.series.push(Series {
            analysis: analysis.to_owned(),
            kind: kind.to_owned(),
            group: group.to_owned(),
            columns,
            points,
            lineage,
        });
    }

    /// Stores a listing view.
    pub fn listing(&mut self, view: ListingView) {
        self.store.listings.push(view);
    }

    /// What the store holds by now.
    #[must_use]
    pub fn store(&self) -> &ResultStore {
        self.store
    }

    /// Adds the factor of [`ResultSink::within`].
    fn placed(&self, key: ResultKey, mut lineage: Lineage) -> (ResultKey, Lineage) {
        let Some((factor, level)) = &self.within else { return (key, lineage) };
        for (_, input) in lineage.inputs.iter_mut().filter(|(_, input)| input.analysis == key.analysis) {
            input.groups.insert(factor.clone(), level.clone());
        }
        (key.with(factor.as_str(), level.as_str()), lineage)
    }

    fn intern(&mut self, lineage: Lineage) -> LineageId {
        let (at, _) = self.store.lineages.insert_full(lineage);
        LineageId(u32::try_from(at).expect("invariant: fewer than 2^32 lineages"))
    }

    fn put(
        &mut self,
        key: ResultKey,
        value: ResultValue,
        lineage: Lineage,
        about: NewResult,
        attestation: Option<Attestation>,
    ) {
        let (key, lineage) = self.placed(key, lineage);
        let lineage = self.intern(lineage);
        let style = about.style.unwrap_or_else(|| statistic::style(&key.statistic, about.data_decimals));
        let result = AnalysisResult { key: key.clone(), value, style, unit: about.unit, lineage, attestation };
        if self.store.results.insert(key.clone(), result).is_some() {
            self.store.repeated.push(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Role;

    #[test]
    fn an_address_given_twice_is_remembered() {
        let mut store = ResultStore::new();
        let mut sink = store.sink();
        sink.real(ResultKey::new("a", "mean"), 1.0, Lineage::default(), NewResult::default());
        sink.real(ResultKey::new("a", "mean"), 2.0, Lineage::default(), NewResult::default());
        sink.real(ResultKey::new("a", "sd"), 1.0, Lineage::default(), NewResult::default());
        assert_eq!(store.repeated(), [ResultKey::new("a", "mean")]);
    }

    #[test]
    fn within_a_level_every_key_has_it() {
        let mut store = ResultStore::new();
        let mut sink = store.sink();
        let key = |text: &str| ResultKey::parse(text).expect("a key");
        let lineage = Lineage::default().input(Role::Part, key("a:n[arm=x]")).input(Role::Part, key("b:n"));
        sink.real(key("a:mean[arm=x]"), 1.0, lineage.clone(), NewResult::default());
        let mut inner = sink.within("subgroup", "SEX:F");
        inner.real(key("a:mean[arm=x]"), 2.0, lineage, NewResult::default());
        inner.series("a", "survival", "x", vec!["time"], Vec::new(), Lineage::default());
        assert_eq!(store.number(&key("a:mean[arm=x]")), Some(1.0));
        let result = store.get(&key("a:mean[arm=x,subgroup=SEX:F]")).expect("stored within the level");
        let inputs: Vec<String> = store.lineage(result.lineage).inputs.iter().map(|i| i.1.to_string()).collect();
        assert_eq!(inputs, ["a:n[arm=x,subgroup=SEX:F]", "b:n"]);
        assert!(store.series().is_empty());
    }
}
