//! Heparin in acute stroke: the other factor of the same trial.

use super::ist::endpoint;
use super::recomputed::{Row, Target, Trial, compare};
use super::responses::response;

pub(super) const TRIAL: Trial = Trial { folder: "ist_heparin", data: "ist", find };

fn find(row: &Row<'_>) -> Option<Target> {
    let outcome = row.analysis.strip_prefix("heparin (any)  : ")?;
    response(endpoint(outcome)?, [("heparin", "Y"), ("none", "N")], row)
}

#[test]
fn results_are_those_recomputed() {
    compare(&TRIAL);
}
