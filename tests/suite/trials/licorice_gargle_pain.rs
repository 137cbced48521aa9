//! Licorice gargle against sore throat: pain scores with many ties, ordinal models, prioritised outcomes.

use super::numbers::Battery;
use super::recomputed::{Row, Target, Trial, compare, compare_expected};

pub(super) const TRIAL: Trial = Trial { folder: "licorice_gargle_pain", data: "licorice_gargle", find };

fn find(row: &Row<'_>) -> Option<Target> {
    let arms = [("1", "licorice"), ("0", "sugar")];
    let prefix = match row.analysis {
        "pain score: pacu30min_throatPain licorice(1) vs sugar(0)" => "pain30",
        "pain score: pacu90min_throatPain licorice(1) vs sugar(0)" => "pain90",
        "pain score: postOp4hour_throatPain licorice(1) vs sugar(0)" => "pain4h",
        "pain score: pod1am_throatPain licorice(1) vs sugar(0)" => "pain1d",
        "BMI licorice vs sugar" => "bmi",
        // Proportions of any pain are another test's.
        _ => return None,
    };
    Battery { prefix, arms, raw_ties: false }.find(row)
}

#[test]
fn pain_after_licorice_agrees_with_r() {
    if let Some(ours) = compare(&TRIAL) {
        compare_expected(TRIAL.folder, &ours);
    }
}
