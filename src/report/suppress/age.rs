//! Ages of 90 and above are one group in what is public (45 CFR 164.514(b)(2)(i)(C)).

use crate::report::display::{DisplayTable, Inline};
use crate::results::{ResultKey, ResultStore};

/// The first age that is not told, in years.
const OLDEST: f64 = 90.0;
/// Statistics that are, or may be, the age of one person.
const OF_ONE: [&str; 5] = ["min", "q1", "median", "q3", "max"];

/// Prints ages from 90 years as `>=90`; `variables` are those with the age in years, in upper case.
pub(super) fn top_code(table: &mut DisplayTable, variables: &[String], store: &ResultStore) {
    let of_one = |key: &ResultKey| {
        let alone = key.statistic == "mean" && store.number(&key.statistic("n")).is_some_and(|n| n < 2.0);
        alone || OF_ONE.contains(&key.statistic.as_str())
    };
    let old = |key: &ResultKey| {
        key.analysis == "base"
            && of_one(key)
            && key.level("variable").is_some_and(|v| variables.iter().any(|known| known == v))
            && store.number(key).is_some_and(|age| age >= OLDEST)
    };
    for inline in table.rows.iter_mut().flat_map(|row| row.cells.iter_mut().chain([&mut row.label])).flatten() {
        if matches!(inline, Inline::Number { key, .. } if old(key)) {
            *inline = Inline::text(">=90");
        }
    }
}
