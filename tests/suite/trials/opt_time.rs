//! Time to preterm birth in the periodontal therapy trial; the other rows of recomputed.csv belong to `opt`.

use super::time_to_event::{Trial, compare};

const TRIAL: Trial = Trial {
    folder: "opt_time",
    data: "opt",
    arms: [("t", "T"), ("c", "C")],
    analyses: &[
        ("Time to preterm birth (GA days censored at 259): T vs C", "birth"),
        ("Time to preterm birth, elective abortions excluded: T vs C", "kept"),
    ],
    terms: &[],
};

#[test]
fn results_are_those_recomputed() {
    compare(&TRIAL, 204, 292);
}
