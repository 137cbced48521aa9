//! Licorice gargle against sore throat: pain scores with many ties, ordinal models, prioritised outcomes.

use super::rank_support::{Battery, Row, against_r, against_recomputed, run};

fn key(row: &Row<'_>) -> Option<(String, f64)> {
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
    Battery { prefix, arms, raw_ties: false }.key(row)
}

#[test]
fn pain_after_licorice_agrees_with_r() {
    let Some((ours, data)) = run("licorice_gargle_pain", "licorice_gargle") else { return };
    against_recomputed("licorice_gargle_pain", &ours, &data.join("recomputed.csv"), 200, key);
    against_r("licorice_gargle_pain", &ours);
}
