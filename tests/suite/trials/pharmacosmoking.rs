//! Smoking cessation: times of 0, strata and adjustment, counts by years.

use super::numbers::Battery;
use super::recomputed::{Row, Target, Trial, compare, compare_expected};
use super::responses::response;
use super::survival::Survival;

pub(super) const TRIAL: Trial = Trial { folder: "pharmacosmoking", data: "pharmacosmoking", find };

const TIMES: Survival = Survival {
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

fn find(row: &Row<'_>) -> Option<Target> {
    match row.analysis {
        "relapsed by 182 days: combination vs patchOnly" => response("relapsed", TIMES.arms, row),
        "age: combination vs patchOnly" => {
            let arms = TIMES.arms.map(|(ours, theirs)| (theirs, ours));
            Battery { prefix: "age", arms, raw_ties: false }.find(row)
        }
        _ => TIMES.find(row),
    }
}

#[test]
fn results_are_those_recomputed() {
    if let Some(ours) = compare(&TRIAL) {
        compare_expected(TRIAL.folder, &ours);
    }
}
