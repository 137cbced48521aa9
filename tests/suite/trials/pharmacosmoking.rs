//! Smoking cessation: times of 0, strata and adjustment, counts by years; the age and the response at 182 days are not
//! configured here.

use super::time_to_event::{Trial, compare, compare_expected};

const TRIAL: Trial = Trial {
    folder: "pharmacosmoking",
    data: "pharmacosmoking",
    arms: [("combination", "combination"), ("patch", "patchOnly")],
    analyses: &[
        ("Time to relapse: combination vs patchOnly (ttr=0 set to 0.5 as in asaur book)", "half"),
        ("Time to relapse: raw ttr (zeros kept)", "raw"),
    ],
    terms: &[
        ("gcombination", "arm=combination/patch"),
        ("age", "term=AGE"),
        ("employmentother", "level=other/ft,term=EMPLOYMENT"),
        ("employmentpt", "level=pt/ft,term=EMPLOYMENT"),
    ],
};

#[test]
fn results_are_those_recomputed() {
    if let Some(ours) = compare(&TRIAL, 393, 95) {
        compare_expected("pharmacosmoking", &ours);
    }
}
