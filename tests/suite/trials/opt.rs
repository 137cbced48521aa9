//! Periodontal therapy in pregnancy: padded texts, an analysis with its own condition, clinics as strata.

use super::two_arms::{Arm, Target, compare, response};

const ARMS: [Arm; 2] = [("treated", "T"), ("control", "C")];

fn target(analysis: &str, method: &str, statistic: &str) -> Option<Target> {
    let prefix = match analysis {
        "Pregnancy ended before 37 weeks: T vs C (all with outcome)" => "preterm",
        "Pregnancy ended before 37 weeks: T vs C, elective abortions excluded (published denominator)" => "published",
        "Non-live birth (spontaneous abortion or stillbirth): T vs C" => "nonlive",
        "Any SAE: T vs C" => "sae",
        "Pre-eclampsia: T vs C" => "preecl",
        _ => return None,
    };
    response(prefix, ARMS, method, statistic)
}

#[test]
fn results_are_those_recomputed() {
    compare("opt", 190, target);
}
