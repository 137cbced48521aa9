//! Expected values of win statistics.

use super::tables::{Options, Row, indices, numbers, optional, unknown};
use tracelock::stats::win_statistics::compare::{Better, CensoredAtEvent, PrioritisedOutcome};
use tracelock::stats::win_statistics::{WinEstimate, WinOptions, WinVariance, WinWeights, win_statistics};
use tracelock::stats::{NotEstimable, Value};

fn estimate_number(estimate: Result<WinEstimate, NotEstimable>, key: &str) -> Value {
    let estimate = estimate?;
    match key {
        "estimate" => Ok(estimate.estimate),
        "se" => estimate.standard_error,
        "lower" => estimate.interval.map(|i| i.lower),
        "upper" => estimate.interval.map(|i| i.upper),
        "p" => estimate.p_two_sided,
        other => unknown(other),
    }
}

pub(super) fn win_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let better = if o.text("better") == "smaller" { Better::Smaller } else { Better::Larger };
    let margin = o.number("margin");
    let at_event = match o.text("at_event") {
        "later" => CensoredAtEvent::Later,
        _ => CensoredAtEvent::Undecided,
    };
    let outcome = |name: &str| match name {
        "v" => PrioritisedOutcome::Numeric { value: rows.iter().map(|r| optional(r, "v")).collect(), better, margin },
        time => PrioritisedOutcome::TimeToEvent {
            time: numbers(rows, time),
            event: indices(rows, &time.replace('t', "e")).iter().map(|e| *e == 1).collect(),
            better: Better::Larger,
            margin,
            at_event,
        },
    };
    let outcomes: Vec<PrioritisedOutcome> = o.text("outcomes").split('+').map(outcome).collect();
    let options = WinOptions {
        variance: match o.text("variance") {
            "placements" => WinVariance::Placements,
            "dong" => WinVariance::DongNull,
            _ => WinVariance::DistinctPairs,
        },
        weights: if o.text("weights") == "equal" { WinWeights::Equal } else { WinWeights::MantelHaenszel },
        level: o.level(),
    };
    let wins = win_statistics(&outcomes, &indices(rows, "group"), &indices(rows, "stratum"), options)?;
    let decided = |number: &str| &wins.by_outcome[number.parse::<usize>().expect("a number") - 1];
    let test = wins.finkelstein_schoenfeld;
    match key.split_once(':') {
        Some(("win_ratio", part)) => return estimate_number(wins.win_ratio, part),
        Some(("win_odds", part)) => return estimate_number(wins.win_odds, part),
        Some(("net_benefit", part)) => return estimate_number(Ok(wins.net_benefit), part),
        Some(("fs", "statistic")) => return test.map(|t| t.statistic),
        Some(("fs", "variance")) => return test.map(|t| t.variance),
        Some(("fs", "z")) => return test.map(|t| t.z),
        Some(("fs", "p")) => return test.map(|t| t.p_two_sided),
        _ => {}
    }
    Ok(match (key, key.split_once('_')) {
        ("wins", _) => wins.wins as f64,
        ("losses", _) => wins.losses as f64,
        ("pairs", _) => wins.pairs as f64,
        (_, Some(("wins", number))) => decided(number).wins as f64,
        (_, Some(("losses", number))) => decided(number).losses as f64,
        (other, _) => unknown(other),
    })
}
