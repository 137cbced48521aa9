//! Invented attacks that recur, some outside the time at risk: rates, mean numbers and regressions against R.

use super::time_to_event::{build, compare_expected};

#[test]
fn results_are_those_of_r() {
    compare_expected("recurrent", &build("recurrent", None));
}
