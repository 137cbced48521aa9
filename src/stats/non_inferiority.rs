//! What a confidence interval says against margins: superiority, non-inferiority, equivalence.
//!
//! ICH E9 (1998), section 3.3.2; CONSORT extension of Piaggio et al. (2012), figure 1. A limit that equals the
//! margin or the null value shows nothing.

use super::reason::{NotEstimable, Value, check_finite};

/// Which values of the endpoint are good for the subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// A positive difference, or a ratio above 1, favours the first group.
    Higher,
    /// A negative difference, or a ratio below 1, favours the first group.
    Lower,
}

/// The values that the interval is held against, on its own scale (differences, or ratios not logarithms).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margins {
    /// No effect: 0 for differences, 1 for ratios.
    pub null: f64,
    /// Below the null: the margin where higher is better, the lower bound of equivalence.
    pub lower: Option<f64>,
    /// Above the null: the margin where lower is better, the upper bound of equivalence.
    pub upper: Option<f64>,
    /// Direction.
    pub better: Better,
}

/// The answers; each is false where the interval does not show it, which is not proof of the contrary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conclusion {
    /// The whole interval favours the first group.
    pub superior: Result<bool, NotEstimable>,
    /// The whole interval favours the second group.
    pub inferior: Result<bool, NotEstimable>,
    /// The interval excludes the margin on the bad side; `NotDefined` without that margin.
    pub non_inferior: Result<bool, NotEstimable>,
    /// The whole interval is worse than the margin on the bad side; `NotDefined` without that margin.
    pub inferior_by_margin: Result<bool, NotEstimable>,
    /// The interval lies between both bounds; `NotDefined` unless both are given.
    pub equivalent: Result<bool, NotEstimable>,
}

/// Returns what an interval of first against second group shows.
///
/// A limit that is `Unbounded` excludes nothing; any other reason for which a limit is missing is passed on to the
/// answers that need it. Errors: margins that are not finite or not on their side of the null.
pub fn conclude(lower: Value, upper: Value, margins: Margins) -> Result<Conclusion, NotEstimable> {
    let Margins { null, lower: bound_low, upper: bound_high, better } = margins;
    check_finite(&[null, bound_low.unwrap_or(null), bound_high.unwrap_or(null)])?;
    if bound_low.is_some_and(|b| b >= null) || bound_high.is_some_and(|b| b <= null) {
        return Err(NotEstimable::InvalidArgument);
    }
    if let (Ok(low), Ok(high)) = (lower, upper) {
        check_finite(&[low, high])?;
        if low > high {
            return Err(NotEstimable::InvalidArgument);
        }
    }
    let excludes = |limit: Value, beyond: &dyn Fn(f64) -> bool| match limit {
        Ok(value) => Ok(beyond(value)),
        Err(NotEstimable::Unbounded) => Ok(false),
        Err(reason) => Err(reason),
    };
    let above = |bound: f64| excludes(lower, &|l| l > bound);
    let below = |bound: f64| excludes(upper, &|u| u < bound);
    let given = |bound: Option<f64>| bound.ok_or(NotEstimable::NotDefined);
    let equivalent =
        given(bound_low).and_then(|l| Ok((l, given(bound_high)?))).and_then(|(l, u)| Ok(above(l)? && below(u)?));
    let (superior, inferior, non_inferior, inferior_by_margin) = match better {
        Better::Higher => {
            (above(null), below(null), given(bound_low).and_then(above), given(bound_low).and_then(below))
        }
        Better::Lower => {
            (below(null), above(null), given(bound_high).and_then(below), given(bound_high).and_then(above))
        }
    };
    Ok(Conclusion { superior, inferior, non_inferior, inferior_by_margin, equivalent })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(lower: f64, upper: f64, better: Better) -> [bool; 5] {
        let margins = Margins { null: 0.0, lower: Some(-2.0), upper: Some(2.0), better };
        let c = conclude(Ok(lower), Ok(upper), margins).expect("margins on their sides");
        [c.superior, c.non_inferior, c.equivalent, c.inferior, c.inferior_by_margin].map(|r| r.expect("both limits"))
    }

    #[test]
    fn cases_of_the_consort_figure() {
        use Better::{Higher, Lower};
        let cases = [
            (0.5, 3.0, Higher, [true, true, false, false, false]),
            (-1.0, 3.0, Higher, [false, true, false, false, false]),
            (-1.0, 1.0, Higher, [false, true, true, false, false]),
            (-1.5, -0.5, Higher, [false, true, true, true, false]),
            (-3.0, 1.0, Higher, [false, false, false, false, false]),
            (-3.0, -0.5, Higher, [false, false, false, true, false]),
            (-4.0, -2.5, Higher, [false, false, false, true, true]),
            (-3.0, -0.5, Lower, [true, true, false, false, false]),
            (2.5, 4.0, Lower, [false, false, false, true, true]),
            // Limits on the margin or on the null show nothing.
            (-2.0, 0.0, Higher, [false, false, false, false, false]),
            (0.0, 2.0, Higher, [false, true, false, false, false]),
        ];
        for (lower, upper, better, expected) in cases {
            assert_eq!(shown(lower, upper, better), expected, "{lower} to {upper} {better:?}");
        }
    }

    #[test]
    fn swapping_groups_and_direction_changes_nothing() {
        for (lower, upper) in [(0.5, 3.0), (-1.0, 1.0), (-3.0, 1.0), (-4.0, -2.5)] {
            assert_eq!(shown(lower, upper, Better::Higher), shown(-upper, -lower, Better::Lower));
        }
    }

    #[test]
    fn missing_margins_and_limits() {
        let margins = Margins { null: 1.0, lower: None, upper: Some(1.3), better: Better::Lower };
        let c = conclude(Ok(0.7), Err(NotEstimable::Unbounded), margins).expect("defined");
        assert_eq!((c.non_inferior, c.equivalent), (Ok(false), Err(NotEstimable::NotDefined)));
        let c = conclude(Ok(0.7), Err(NotEstimable::ZeroCell), margins).expect("defined");
        assert_eq!((c.non_inferior, c.inferior), (Err(NotEstimable::ZeroCell), Ok(false)));
        let c = conclude(Ok(0.7), Ok(1.2), Margins { upper: None, ..margins }).expect("defined");
        assert_eq!((c.superior, c.non_inferior), (Ok(false), Err(NotEstimable::NotDefined)));
        let wrong = Margins { upper: Some(0.9), ..margins };
        assert_eq!(conclude(Ok(0.7), Ok(1.2), wrong), Err(NotEstimable::InvalidArgument));
        assert_eq!(conclude(Ok(1.2), Ok(0.7), margins), Err(NotEstimable::InvalidArgument));
    }
}
