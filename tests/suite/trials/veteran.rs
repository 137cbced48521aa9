//! Lung cancer: survival, two deaths as competing, deaths as events that could recur; every row of recomputed.csv.

use super::recomputed::{Row, Target, Trial, compare, compare_expected};
use super::survival::Survival;

pub(super) const TRIAL: Trial = Trial { folder: "veteran", data: "veteran", find };

const TIMES: Survival = Survival {
    arms: [("test", "2"), ("standard", "1")],
    analyses: &[("Overall survival: test(2) vs standard(1)", "os")],
    terms: &[
        ("g2", "arm=test/standard"),
        ("karno", "term=KARNO"),
        ("age", "term=AGE"),
        ("celltypesmallcell", "level=smallcell/squamous,term=CELLTYPE"),
        ("celltypeadeno", "level=adeno/squamous,term=CELLTYPE"),
        ("celltypelarge", "level=large/squamous,term=CELLTYPE"),
    ],
};

fn find(row: &Row<'_>) -> Option<Target> {
    TIMES.find(row)
}

#[test]
fn results_are_those_recomputed() {
    if let Some(ours) = compare(&TRIAL) {
        compare_expected(TRIAL.folder, &ours);
    }
}
