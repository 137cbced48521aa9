//! Counts and percentages made from record sets.

use crate::data::catalog::DatasetId;
use crate::data::record_set::{RecordId, RecordSetId};
use crate::results::{Lineage, NewResult, ResultKey, ResultSink, Role};

/// The level of the factor `arm` that stands for all arms together.
pub const TOTAL: &str = "total";

/// A number of subjects or records, as stored under a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its address.
    pub key: ResultKey,
    /// The count.
    pub n: u64,
}

/// Rows of a dataset as records.
pub fn records(dataset: DatasetId, rows: impl IntoIterator<Item = i64>) -> Vec<RecordId> {
    rows.into_iter().map(|row| RecordId { dataset, row }).collect()
}

/// Interns rows of a dataset.
pub fn intern(results: &mut ResultSink, dataset: DatasetId, rows: impl IntoIterator<Item = i64>) -> RecordSetId {
    results.records(records(dataset, rows))
}

/// Stores a count and returns it with its address.
pub fn count(results: &mut ResultSink, key: ResultKey, lineage: Lineage) -> Stored {
    let n = results.count(key.clone(), lineage);
    Stored { key, n }
}

/// Stores `100 n / N`; `NotEstimable` where the denominator is empty.
///
/// The quotient of two whole numbers is rounded once by the division, so that a tie on paper stays one.
pub fn percent(results: &mut ResultSink, key: ResultKey, numerator: &Stored, denominator: &Stored, lineage: Lineage) {
    let lineage =
        lineage.input(Role::Numerator, numerator.key.clone()).input(Role::Denominator, denominator.key.clone());
    results.estimate(key, percentage(numerator.n, denominator.n), lineage, percent_style());
}

#[expect(clippy::cast_precision_loss, reason = "counts of trial records are far below 2^53")]
fn percentage(n: u64, of: u64) -> Result<f64, String> {
    if of == 0 { Err("the denominator is 0".to_owned()) } else { Ok((100 * n) as f64 / of as f64) }
}

/// Percentages have one decimal by default, whatever their statistic is called.
#[must_use]
pub fn percent_style() -> NewResult {
    NewResult { style: Some(crate::results::Style::Percent(1)), ..NewResult::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::{ResultStore, ResultValue};

    #[test]
    fn percentages_are_rounded_once_and_never_divide_by_zero() {
        assert_eq!(percentage(1, 16), Ok(6.25));
        assert_eq!(percentage(3, 3), Ok(100.0));
        let mut store = ResultStore::new();
        let mut sink = store.sink();
        let key = ResultKey::new("set", "pct");
        let none = Stored { key: ResultKey::new("set", "n"), n: 0 };
        percent(&mut sink, key.clone(), &none, &none, Lineage::default());
        assert!(matches!(store.get(&key).map(|r| &r.value), Some(ResultValue::NotEstimable(_))));
    }
}
