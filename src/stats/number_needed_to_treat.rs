//! Number needed to treat, with its interval, from a risk difference.
//!
//! Altman (1998), "Confidence intervals for the number needed to treat", BMJ 317: where the interval of the difference
//! contains 0 the number needed passes through infinity, and its interval is two ranges, one of benefit and one of
//! harm. Any interval of the difference can be given.

use super::reason::{NotEstimable, Value};
use super::two_proportions::Effect;

/// Whether a rise of the first group's proportion is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventIs {
    /// The event is a success: a positive difference is a benefit of the first group.
    Wanted,
    /// The event is a harm: a negative difference is a benefit of the first group.
    Unwanted,
}

/// Direction of an effect of the first group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Number needed to treat for one more to benefit.
    Benefit,
    /// Number needed to treat for one more to be harmed.
    Harm,
}

/// Range of the number needed; numbers of subjects, at least 1, not rounded up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum NeededInterval {
    /// All in one direction, `from..=to`.
    One {
        /// Benefit or harm.
        direction: Direction,
        /// Smaller number (the larger effect).
        from: f64,
        /// Larger number; `Unbounded` where the difference's limit is 0.
        to: Value,
    },
    /// Two ranges that meet at infinity: benefit from the one number upward, and harm from the other upward.
    Two {
        /// Smallest number needed to benefit.
        benefit_from: f64,
        /// Smallest number needed to harm.
        harm_from: f64,
    },
}

/// Number needed to treat.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NumberNeeded {
    /// 1 / |difference|; `Unbounded` for a difference of 0.
    pub estimate: Value,
    /// Direction of the estimate; `None` for a difference of 0.
    pub direction: Option<Direction>,
    /// Interval, or why the difference has none.
    pub interval: Result<NeededInterval, NotEstimable>,
}

/// Returns the number needed from a risk difference (first group minus second) and its limits.
///
/// Limits that pass -1 or 1 are taken as -1 and 1 (a number needed of 1). Errors: a difference without value or outside
/// -1..=1 (`InvalidArgument`), as a ratio would be.
pub fn number_needed_to_treat(difference: &Effect, event: EventIs) -> Result<NumberNeeded, NotEstimable> {
    let sign = if event == EventIs::Wanted { 1.0 } else { -1.0 };
    let estimate = sign * difference.estimate?;
    if !(-1.0..=1.0).contains(&estimate) {
        return Err(NotEstimable::InvalidArgument);
    }
    let (first, second) = (difference.lower.map(|l| sign * l), difference.upper.map(|u| sign * u));
    let interval = match (first, second) {
        (Ok(x), Ok(y)) => interval(x.min(y).max(-1.0), x.max(y).min(1.0)),
        (Err(reason), _) | (_, Err(reason)) => Err(reason),
    };
    Ok(NumberNeeded {
        estimate: inverse(estimate),
        direction: match estimate {
            d if d > 0.0 => Some(Direction::Benefit),
            d if d < 0.0 => Some(Direction::Harm),
            _ => None,
        },
        interval,
    })
}

/// The range of the number needed for limits of the difference in favour of the first group.
fn interval(lower: f64, upper: f64) -> Result<NeededInterval, NotEstimable> {
    if lower < 0.0 && upper > 0.0 {
        return Ok(NeededInterval::Two { benefit_from: 1.0 / upper, harm_from: -1.0 / lower });
    }
    let (direction, near, far) =
        if upper > 0.0 { (Direction::Benefit, lower, upper) } else { (Direction::Harm, upper, lower) };
    Ok(NeededInterval::One { direction, from: inverse(far)?, to: inverse(near) })
}

fn inverse(difference: f64) -> Value {
    let number = 1.0 / difference.abs();
    if number.is_finite() { Ok(number) } else { Err(NotEstimable::Unbounded) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn effect(estimate: f64, lower: f64, upper: f64) -> Effect {
        Effect {
            estimate: Ok(estimate),
            standard_error: Err(NotEstimable::NotDefined),
            lower: Ok(lower),
            upper: Ok(upper),
        }
    }

    #[test]
    fn published() {
        // Altman (1998): a difference of 10 % with limits -5 % and 25 % is 10 to benefit, with limits from 4 to benefit
        // through infinity to 20 to harm.
        let needed = number_needed_to_treat(&effect(0.10, -0.05, 0.25), EventIs::Wanted).expect("defined");
        assert_eq!((needed.estimate, needed.direction), (Ok(10.0), Some(Direction::Benefit)));
        assert_eq!(needed.interval, Ok(NeededInterval::Two { benefit_from: 4.0, harm_from: 20.0 }));
    }

    #[test]
    fn one_direction_and_its_mirror() {
        let one = number_needed_to_treat(&effect(0.25, 0.125, 0.5), EventIs::Wanted).expect("defined");
        let expected = NeededInterval::One { direction: Direction::Benefit, from: 2.0, to: Ok(8.0) };
        assert_eq!((one.estimate, one.interval), (Ok(4.0), Ok(expected)));
        let mirror = number_needed_to_treat(&effect(-0.25, -0.5, -0.125), EventIs::Unwanted).expect("defined");
        assert_eq!(mirror, one);
        let harm = number_needed_to_treat(&effect(0.25, 0.125, 0.5), EventIs::Unwanted).expect("defined");
        let expected = NeededInterval::One { direction: Direction::Harm, from: 2.0, to: Ok(8.0) };
        assert_eq!((harm.direction, harm.interval), (Some(Direction::Harm), Ok(expected)));
    }

    #[test]
    fn zero_difference_and_limits() {
        let none = number_needed_to_treat(&effect(0.0, -0.1, 0.1), EventIs::Wanted).expect("defined");
        assert_eq!((none.estimate, none.direction), (Err(NotEstimable::Unbounded), None));
        let touching = number_needed_to_treat(&effect(0.2, 0.0, 0.4), EventIs::Wanted).expect("defined");
        let expected =
            NeededInterval::One { direction: Direction::Benefit, from: 2.5, to: Err(NotEstimable::Unbounded) };
        assert_eq!(touching.interval, Ok(expected));
        let point = number_needed_to_treat(&effect(0.0, 0.0, 0.0), EventIs::Wanted).expect("defined");
        assert_eq!(point.interval, Err(NotEstimable::Unbounded));
        let beyond = number_needed_to_treat(&effect(0.9, 0.7, 1.1), EventIs::Wanted).expect("defined");
        assert!(matches!(beyond.interval, Ok(NeededInterval::One { from: 1.0, .. })));
        assert_eq!(number_needed_to_treat(&effect(2.0, 1.0, 3.0), EventIs::Wanted), Err(NotEstimable::InvalidArgument));
    }
}
