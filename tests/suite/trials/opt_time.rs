//! Time to preterm birth in the periodontal therapy trial; the other rows of recomputed.csv belong to `opt`.

use super::recomputed::{Row, Target, Trial, compare};
use super::survival::Survival;

pub(super) const TRIAL: Trial = Trial { folder: "opt_time", data: "opt", find };

const TIMES: Survival = Survival {
    arms: [("t", "T"), ("c", "C")],
    analyses: &[
        ("Time to preterm birth (GA days censored at 259): T vs C", "birth"),
        ("Time to preterm birth, elective abortions excluded: T vs C", "kept"),
    ],
    terms: &[],
};

fn find(row: &Row<'_>) -> Option<Target> {
    TIMES.find(row)
}

#[test]
fn results_are_those_recomputed() {
    compare(&TRIAL);
}
