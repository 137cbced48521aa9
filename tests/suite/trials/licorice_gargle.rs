//! Licorice gargle against sore throat: several columns tell subjects apart; ordinal pain scores.

use super::two_arms::{Arm, Target, compare, number, response};

const ARMS: [Arm; 2] = [("licorice", "1"), ("sugar", "0")];

fn target(analysis: &str, method: &str, statistic: &str) -> Option<Target> {
    let times = [("pacu30min", "30"), ("pacu90min", "90"), ("postOp4hour", "4h"), ("pod1am", "am")];
    let (_, time) = times.iter().find(|(name, _)| analysis.contains(name))?;
    if analysis.starts_with("any sore throat") {
        response(&format!("sore{time}"), ARMS, method, statistic)
    } else {
        number(&format!("pain{time}"), ARMS, method, statistic)
    }
}

#[test]
fn results_are_those_recomputed() {
    compare("licorice_gargle", 280, target);
}
