//! Single imputation of visits: last, baseline or worst observation carried forward.
//!
//! A single value is treated as observed by whatever comes next, so that standard errors are too small and the estimate
//! is right only under a strong assumption (EMA 2010, "Guideline on missing data in confirmatory clinical trials").
//! Missing visits before the first usable observation stay missing.

use crate::stats::reason::{NotEstimable, check_finite};

/// The value that is carried forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carried {
    /// LOCF: the last observation before the missing visit.
    Last,
    /// BOCF: the baseline value.
    Baseline,
    /// WOCF: the worst observation before the missing visit.
    Worst(WorseDirection),
}

/// Which values are worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorseDirection {
    /// Larger values are worse.
    Larger,
    /// Smaller values are worse.
    Smaller,
}

/// Whether the baseline value counts as an observation for LOCF and WOCF.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BaselineUse {
    /// Only visits after baseline are carried: a subject without any stays missing (the usual rule).
    Excluded,
    /// Baseline is the first observation and may be carried.
    Included,
}

/// Which missing visits are filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gaps {
    /// All missing visits.
    All,
    /// Only those between observed visits; missing visits after the last observation stay missing.
    Intermittent,
    /// Only those after the last observation (drop-out); gaps between observations stay missing.
    AfterLast,
}

/// How values are carried forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CarryForward {
    /// The value carried.
    pub carried: Carried,
    /// Whether baseline counts as an observation (LOCF and WOCF; BOCF always uses it).
    pub baseline: BaselineUse,
    /// Which missing visits are filled.
    pub gaps: Gaps,
    /// Largest number of consecutive missing visits filled after an observation, `None` for no limit. Baseline is no
    /// visit: the first visit of the list is one step after it.
    pub longest_run: Option<usize>,
}

/// Where a value of a completed visit comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// Observed at this visit.
    Observed,
    /// Carried from the baseline value.
    Baseline,
    /// Carried from the visit at this position.
    Visit(usize),
}

/// A value and where it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Carry {
    /// Value, in the unit of the visits.
    pub value: f64,
    /// Where it was observed.
    pub origin: Origin,
}

/// Returns the visits of one subject with missing ones filled; what cannot be filled stays `None`.
///
/// `visits` are in order of time, `baseline` is the value before them. Among equally bad values WOCF names the latest.
/// Errors: `NotFinite`.
pub fn carry_forward(
    baseline: Option<f64>,
    visits: &[Option<f64>],
    how: CarryForward,
) -> Result<Vec<Option<Carry>>, NotEstimable> {
    check_finite(&visits.iter().flatten().copied().chain(baseline).collect::<Vec<f64>>())?;
    let last_observed = visits.iter().rposition(Option::is_some);
    let from_baseline = baseline.map(|value| Carry { value, origin: Origin::Baseline });
    let mut source = match (how.carried, how.baseline) {
        (Carried::Baseline, _) | (_, BaselineUse::Included) => from_baseline,
        (_, BaselineUse::Excluded) => None,
    };
    let mut run = 0;
    let mut filled = Vec::with_capacity(visits.len());
    for (place, visit) in visits.iter().enumerate() {
        let Some(value) = *visit else {
            run += 1;
            let after_last = last_observed.is_none_or(|last| place > last);
            let wanted = match how.gaps {
                Gaps::All => true,
                Gaps::Intermittent => !after_last,
                Gaps::AfterLast => after_last,
            };
            let near = how.longest_run.is_none_or(|longest| run <= longest);
            filled.push(source.filter(|_| wanted && near));
            continue;
        };
        run = 0;
        filled.push(Some(Carry { value, origin: Origin::Observed }));
        let here = Carry { value, origin: Origin::Visit(place) };
        source = match (how.carried, source) {
            (Carried::Baseline, source) => source,
            (Carried::Last, _) | (Carried::Worst(_), None) => Some(here),
            (Carried::Worst(direction), Some(before)) => {
                let milder = match direction {
                    WorseDirection::Larger => value < before.value,
                    WorseDirection::Smaller => value > before.value,
                };
                Some(if milder { before } else { here })
            }
        };
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCF: CarryForward =
        CarryForward { carried: Carried::Last, baseline: BaselineUse::Excluded, gaps: Gaps::All, longest_run: None };

    fn values(baseline: Option<f64>, visits: &[Option<f64>], how: CarryForward) -> Vec<Option<f64>> {
        carry_forward(baseline, visits, how).unwrap().iter().map(|c| c.map(|c| c.value)).collect()
    }

    #[test]
    fn last_observation() {
        let visits = [None, Some(4.0), None, None, Some(2.0), None];
        let full = [None, Some(4.0), Some(4.0), Some(4.0), Some(2.0), Some(2.0)];
        assert_eq!(values(Some(9.0), &visits, LOCF), full);
        let short = CarryForward { longest_run: Some(1), ..LOCF };
        assert_eq!(values(Some(9.0), &visits, short), [None, Some(4.0), Some(4.0), None, Some(2.0), Some(2.0)]);
        let end = CarryForward { gaps: Gaps::AfterLast, ..LOCF };
        assert_eq!(values(Some(9.0), &visits, end), [None, Some(4.0), None, None, Some(2.0), Some(2.0)]);
        let gaps = CarryForward { gaps: Gaps::Intermittent, baseline: BaselineUse::Included, ..LOCF };
        let expected = [Some(9.0), Some(4.0), Some(4.0), Some(4.0), Some(2.0), None];
        assert_eq!(values(Some(9.0), &visits, gaps), expected);
        let origins = carry_forward(None, &visits, LOCF).unwrap();
        assert_eq!(origins[3].unwrap().origin, Origin::Visit(1));
        assert_eq!(origins[4].unwrap().origin, Origin::Observed);
    }

    #[test]
    fn baseline_and_worst() {
        let visits = [Some(4.0), None, Some(7.0), None, Some(7.0), None];
        let bocf = CarryForward { carried: Carried::Baseline, ..LOCF };
        let filled = carry_forward(Some(5.0), &visits, bocf).unwrap();
        assert_eq!(filled[1].unwrap(), Carry { value: 5.0, origin: Origin::Baseline });
        assert_eq!(carry_forward(None, &visits, bocf).unwrap()[1], None);
        let worst = |direction, baseline| CarryForward { carried: Carried::Worst(direction), baseline, ..LOCF };
        let larger = carry_forward(Some(9.0), &visits, worst(WorseDirection::Larger, BaselineUse::Excluded)).unwrap();
        assert_eq!(larger[5].unwrap(), Carry { value: 7.0, origin: Origin::Visit(4) });
        let smaller = carry_forward(Some(9.0), &visits, worst(WorseDirection::Smaller, BaselineUse::Excluded)).unwrap();
        assert_eq!(smaller[5].unwrap(), Carry { value: 4.0, origin: Origin::Visit(0) });
        let with = carry_forward(Some(9.0), &visits, worst(WorseDirection::Larger, BaselineUse::Included)).unwrap();
        assert_eq!(with[5].unwrap(), Carry { value: 9.0, origin: Origin::Baseline });
    }

    #[test]
    fn nothing_to_carry() {
        assert_eq!(carry_forward(Some(1.0), &[], LOCF), Ok(Vec::new()));
        assert_eq!(values(Some(1.0), &[None, None], LOCF), [None, None]);
        assert_eq!(carry_forward(None, &[Some(f64::NAN)], LOCF), Err(NotEstimable::NotFinite));
    }
}
