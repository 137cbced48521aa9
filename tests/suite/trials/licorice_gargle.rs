//! Licorice gargle against sore throat: several columns tell subjects apart.

use super::recomputed::{Row, Target, Trial, compare, compare_expected};
use super::responses::{Arm, response};

const ARMS: [Arm; 2] = [("licorice", "1"), ("sugar", "0")];

pub(super) const TRIAL: Trial = Trial { folder: "licorice_gargle", data: "licorice_gargle", find };

fn find(row: &Row<'_>) -> Option<Target> {
    let times = [("pacu30min", "30"), ("pacu90min", "90"), ("postOp4hour", "4h"), ("pod1am", "am")];
    let (_, time) = times.iter().find(|(name, _)| row.analysis.contains(name))?;
    // The scores of pain are another test's.
    row.analysis.starts_with("any sore throat").then(|| response(&format!("sore{time}"), ARMS, row))?
}

#[test]
fn results_are_those_recomputed() {
    if let Some(ours) = compare(&TRIAL) {
        compare_expected(TRIAL.folder, &ours);
    }
}
