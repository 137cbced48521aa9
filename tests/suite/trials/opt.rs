//! Periodontal therapy in pregnancy: padded texts, an analysis with its own condition, clinics as strata.

use super::numbers::{Battery, ancova};
use super::recomputed::{Row, Target, Trial, compare, compare_expected};
use super::responses::{Arm, response};

const ARMS: [Arm; 2] = [("treated", "T"), ("control", "C")];

pub(super) const TRIAL: Trial = Trial { folder: "opt", data: "opt", find };

fn find(row: &Row<'_>) -> Option<Target> {
    let arms = [("T", "treated"), ("C", "control")];
    let prefix = match row.analysis {
        "Pregnancy ended before 37 weeks: T vs C (all with outcome)" => "preterm",
        "Pregnancy ended before 37 weeks: T vs C, elective abortions excluded (published denominator)" => "published",
        "Non-live birth (spontaneous abortion or stillbirth): T vs C" => "nonlive",
        "Any SAE: T vs C" => "sae",
        "Pre-eclampsia: T vs C" => "preecl",
        "Birthweight (g): T vs C" => return Battery { prefix: "weight", arms, raw_ties: false }.find(row),
        // There the reference averages the covariate over all subjects, not over those with a depth at visit 5.
        "ANCOVA V5 average pocket depth ~ Group + Clinic + baseline"
            if row.method.starts_with("LS mean [") && row.statistic != "df" =>
        {
            return None;
        }
        "ANCOVA V5 average pocket depth ~ Group + Clinic + baseline" => {
            return ancova("pocket_ancova", row, &arms, &[("Clinic", "CLINIC"), ("BL", "POCKET0")]);
        }
        _ => return None,
    };
    response(prefix, ARMS, row)
}

#[test]
fn results_are_those_recomputed() {
    if let Some(ours) = compare(&TRIAL) {
        compare_expected(TRIAL.folder, &ours);
    }
}
