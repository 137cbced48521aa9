//! Aspirin in acute stroke: nineteen thousand patients.

use super::two_arms::{Arm, Target, compare, number, response};

const ARMS: [Arm; 2] = [("aspirin", "Y"), ("none", "N")];

fn target(analysis: &str, method: &str, statistic: &str) -> Option<Target> {
    match analysis {
        "Age aspirin Y vs N" => return number("age", ARMS, method, statistic),
        "Systolic BP aspirin Y vs N" => return number("sbp", ARMS, method, statistic),
        _ => {}
    }
    let what = analysis.strip_prefix("aspirin : ")?;
    let prefixes =
        [("death within 14 days", "died14"), ("dead or dependent", "deaddep"), ("ISC14", "isc14"), ("H14", "h14")];
    let (_, prefix) = prefixes.iter().find(|(name, _)| what.starts_with(name))?;
    response(prefix, ARMS, method, statistic)
}

#[test]
fn results_are_those_recomputed() {
    compare("ist", 180, target);
}
