//! Invented attacks that recur, some outside the time at risk: rates, mean numbers and regressions against R.

use super::build_trial::{build_own, unchanged};
use super::recomputed::compare_expected;

#[test]
fn results_are_those_of_r() {
    let built = build_own("recurrent", &unchanged).unwrap_or_else(|said| panic!("{said}"));
    compare_expected("recurrent", &built.results);
}
