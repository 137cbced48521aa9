//! Who of two members fares better, outcome after outcome.
//!
//! A time to an event is decided only if it is known who had the event first: the earlier time must be an event. A
//! time censored before the other's event leaves the pair undecided.

use crate::stats::reason::NotEstimable;

/// Which direction is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// Larger values, or later events, are better.
    Larger,
    /// Smaller values, or earlier events, are better.
    Smaller,
}

/// What follows where one member is censored at the very time of the other's event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CensoredAtEvent {
    /// Nothing: the pair is undecided (strict inequality, as R package WINS).
    Undecided,
    /// The event of the censored member comes later: still observed at that time, the member is counted at risk, as
    /// by Kaplan & Meier.
    Later,
}

/// One outcome, one entry per member.
#[derive(Debug, Clone, PartialEq)]
pub enum PrioritisedOutcome {
    /// Time to an event or to censoring.
    TimeToEvent {
        /// Times, in any unit.
        time: Vec<f64>,
        /// Whether the event was seen at that time.
        event: Vec<bool>,
        /// Whether later or earlier events are better.
        better: Better,
        /// Times must differ by more than this, in the unit of the times; 0 for any difference.
        margin: f64,
        /// Rule for equal times of event and censoring; used with a margin of 0 only.
        at_event: CensoredAtEvent,
    },
    /// A number or an ordered category as its number; a pair with a missing value is undecided.
    Numeric {
        /// Values, in any unit.
        value: Vec<Option<f64>>,
        /// Whether larger or smaller values are better.
        better: Better,
        /// Values must differ by more than this, in their unit; 0 for any difference.
        margin: f64,
    },
}

/// Result for the first member of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The first member fares better.
    Win,
    /// The second member fares better.
    Loss,
    /// No difference, or not known.
    Undecided,
}

/// Checks lengths, margins and numbers.
pub(crate) fn check_outcomes(outcomes: &[PrioritisedOutcome], members: usize) -> Result<(), NotEstimable> {
    if outcomes.is_empty() {
        return Err(NotEstimable::InvalidArgument);
    }
    for outcome in outcomes {
        let (lengths_fit, margin, finite) = match outcome {
            PrioritisedOutcome::TimeToEvent { time, event, margin, .. } => {
                (time.len() == members && event.len() == members, margin, time.iter().all(|t| t.is_finite()))
            }
            PrioritisedOutcome::Numeric { value, margin, .. } => {
                (value.len() == members, margin, value.iter().flatten().all(|v| v.is_finite()))
            }
        };
        if !finite {
            return Err(NotEstimable::NotFinite);
        }
        if !(lengths_fit && margin.is_finite() && *margin >= 0.0) {
            return Err(NotEstimable::InvalidArgument);
        }
    }
    Ok(())
}

/// Returns the result for member `a` against member `b` and the position of the outcome that decided it.
pub(crate) fn decide(outcomes: &[PrioritisedOutcome], a: usize, b: usize) -> (Comparison, usize) {
    for (position, outcome) in outcomes.iter().enumerate() {
        let (larger, better) = match outcome {
            PrioritisedOutcome::TimeToEvent { time, event, better, margin, at_event } => {
                (later((time[a], event[a]), (time[b], event[b]), *margin, *at_event), better)
            }
            PrioritisedOutcome::Numeric { value, better, margin } => {
                let result = match (value[a], value[b]) {
                    (Some(x), Some(y)) if x > y + margin => Comparison::Win,
                    (Some(x), Some(y)) if y > x + margin => Comparison::Loss,
                    _ => Comparison::Undecided,
                };
                (result, better)
            }
        };
        match (larger, better) {
            (Comparison::Undecided, _) => {}
            (Comparison::Win, Better::Larger) | (Comparison::Loss, Better::Smaller) => {
                return (Comparison::Win, position);
            }
            _ => return (Comparison::Loss, position),
        }
    }
    (Comparison::Undecided, outcomes.len())
}

/// `Win` where the first event is known to come later.
fn later(a: (f64, bool), b: (f64, bool), margin: f64, at_event: CensoredAtEvent) -> Comparison {
    let outlives = |x: (f64, bool), y: (f64, bool)| {
        let censored_there = at_event == CensoredAtEvent::Later && margin == 0.0 && x.0 == y.0 && !x.1;
        y.1 && (x.0 > y.0 + margin || censored_there)
    };
    if outlives(a, b) {
        Comparison::Win
    } else if outlives(b, a) {
        Comparison::Loss
    } else {
        Comparison::Undecided
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn censoring_leaves_pairs_open() {
        let check = |a, b, at_event, expected| assert_eq!(later(a, b, 0.0, at_event), expected, "{a:?} {b:?}");
        use CensoredAtEvent::{Later, Undecided};
        check((5.0, true), (3.0, true), Undecided, Comparison::Win);
        check((5.0, false), (3.0, true), Undecided, Comparison::Win);
        check((5.0, true), (3.0, false), Undecided, Comparison::Undecided);
        check((5.0, false), (3.0, false), Undecided, Comparison::Undecided);
        check((3.0, false), (3.0, true), Undecided, Comparison::Undecided);
        check((3.0, false), (3.0, true), Later, Comparison::Win);
        check((3.0, true), (3.0, false), Later, Comparison::Loss);
        check((3.0, true), (3.0, true), Later, Comparison::Undecided);
        assert_eq!(later((5.0, true), (3.0, true), 2.0, Later), Comparison::Undecided);
    }

    #[test]
    fn the_first_deciding_outcome_counts() {
        let numeric = |value: [Option<f64>; 2], better| PrioritisedOutcome::Numeric {
            value: value.to_vec(),
            better,
            margin: 1.0,
        };
        let outcomes = [
            numeric([Some(1.0), None], Better::Larger),
            numeric([Some(1.0), Some(2.0)], Better::Larger),
            numeric([Some(1.0), Some(2.5)], Better::Smaller),
        ];
        assert_eq!(decide(&outcomes, 0, 1), (Comparison::Win, 2));
        assert_eq!(decide(&outcomes, 1, 0), (Comparison::Loss, 2));
        assert_eq!(decide(&outcomes[..2], 0, 1), (Comparison::Undecided, 2));
        assert_eq!(check_outcomes(&outcomes, 3), Err(NotEstimable::InvalidArgument));
    }
}
