//! Aspirin in acute stroke: nineteen thousand patients.

use super::numbers::Battery;
use super::recomputed::{Row, Target, Trial, compare};
use super::responses::{Arm, response};

const ARMS: [Arm; 2] = [("aspirin", "Y"), ("none", "N")];

pub(super) const TRIAL: Trial = Trial { folder: "ist", data: "ist", find };

fn find(row: &Row<'_>) -> Option<Target> {
    let number = |prefix| Battery { prefix, arms: [("Y", "aspirin"), ("N", "none")], raw_ties: false }.find(row);
    match row.analysis {
        "Age aspirin Y vs N" => number("age"),
        "Systolic BP aspirin Y vs N" => number("sbp"),
        analysis => response(endpoint(analysis.strip_prefix("aspirin : ")?)?, ARMS, row),
    }
}

/// The prefix of the analyses of an outcome.
pub(super) fn endpoint(outcome: &str) -> Option<&'static str> {
    let endpoints = [
        ("death within 14 days", "died14"),
        ("dead or dependent", "deaddep"),
        ("ISC14", "isc14"),
        ("H14", "h14"),
        ("PE14", "pe14"),
        ("TRAN14", "tran14"),
        ("STRK14", "strk14"),
        ("NCB14", "ncb14"),
    ];
    endpoints.iter().find(|(name, _)| outcome.starts_with(name)).map(|(_, prefix)| *prefix)
}

#[test]
fn results_are_those_recomputed() {
    compare(&TRIAL);
}
