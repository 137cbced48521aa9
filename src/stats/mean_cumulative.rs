//! Mean cumulative number of recurrent events over time.
//!
//! Nelson (1988); robust variance of Lawless & Nadeau (1995), "Some simple robust methods for the analysis of
//! recurrent events", Technometrics 37, eq. 2.3. Every subject is observed from time 0 to the end of its follow-up.

use super::distribution::normal_multiplier;
use super::reason::{Interval, NotEstimable, check_finite, check_level};
use super::sum::CompensatedSum;
use super::z_test::ZTest;

/// Follow-up of subjects `0..follow_up.len()` and their events, in any order.
#[derive(Debug, Clone, Copy)]
pub struct RecurrentEvents<'a> {
    /// End of observation of each subject, counted from 0.
    pub follow_up: &'a [f64],
    /// Subject of each event.
    pub event_subject: &'a [usize],
    /// Time of each event, not after its subject's end of observation.
    pub event_time: &'a [f64],
}

/// How the variance is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CumulativeVariance {
    /// Squared contributions of the subjects; holds for any dependence of a subject's events.
    LawlessNadeau,
    /// Events as of a Poisson process: events over squared numbers at risk.
    Poisson,
}

/// Scale on which the interval is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CumulativeInterval {
    /// The mean itself; the lower limit is at least 0.
    Plain,
    /// Its logarithm (SAS `PHREG`).
    Log,
}

/// The mean number of events by one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CumulativeStep {
    /// Time, in the unit of the times given.
    pub time: f64,
    /// Subjects under observation at the time.
    pub n_risk: usize,
    /// Events at the time.
    pub n_event: usize,
    /// Mean number of events of a subject up to and including the time.
    pub mean: f64,
    /// Standard error of the mean.
    pub standard_error: f64,
    /// Pointwise interval.
    pub interval: Interval,
}

/// A mean cumulative function.
#[derive(Debug, Clone, PartialEq)]
pub struct MeanCumulative {
    /// One step for each different time with an event, in order; none without events.
    pub steps: Vec<CumulativeStep>,
    /// Number of subjects.
    pub n: usize,
    /// Number of events.
    pub n_event: usize,
    last_follow_up: f64,
}

/// Events at one time: the time, those under observation in order of their end, events of single subjects.
pub(crate) struct EventTime {
    pub(crate) time: f64,
    pub(crate) events: Vec<usize>,
}

/// Checks the records and returns the event times in order, each with the subjects of its events in order.
pub(crate) fn event_times(records: RecurrentEvents) -> Result<Vec<EventTime>, NotEstimable> {
    let RecurrentEvents { follow_up, event_subject, event_time } = records;
    check_finite(follow_up)?;
    check_finite(event_time)?;
    if event_subject.len() != event_time.len() || follow_up.iter().any(|end| *end < 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    let after_end =
        |(&subject, &time): (&usize, &f64)| follow_up.get(subject).is_none_or(|end| time > *end || time < 0.0);
    if event_subject.iter().zip(event_time).any(after_end) {
        return Err(NotEstimable::InvalidArgument);
    }
    if follow_up.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    let mut order: Vec<usize> = (0..event_time.len()).collect();
    order.sort_by(|&i, &j| event_time[i].total_cmp(&event_time[j]).then(event_subject[i].cmp(&event_subject[j])));
    let mut times: Vec<EventTime> = Vec::new();
    for i in order {
        match times.last_mut() {
            Some(last) if last.time == event_time[i] => last.events.push(event_subject[i]),
            _ => times.push(EventTime { time: event_time[i] + 0.0, events: vec![event_subject[i]] }),
        }
    }
    Ok(times)
}

/// Returns the mean cumulative function.
///
/// Errors: no subjects (`TooFewValues`), an event of an unknown subject or outside its follow-up, lists of different
/// length, times that are not finite, a level outside 0..1.
pub fn mean_cumulative(
    records: RecurrentEvents,
    variance: CumulativeVariance,
    level: f64,
    interval_type: CumulativeInterval,
) -> Result<MeanCumulative, NotEstimable> {
    check_level(level)?;
    let times = event_times(records)?;
    let z = normal_multiplier(level)?;
    let follow_up = records.follow_up;
    let mut by_end: Vec<usize> = (0..follow_up.len()).collect();
    by_end.sort_by(|&i, &j| follow_up[i].total_cmp(&follow_up[j]));
    let mut contribution = vec![0.0f64; follow_up.len()];
    let (mut mean, mut poisson) = (CompensatedSum::default(), CompensatedSum::default());
    let mut gone = 0;
    // The squares of those no longer observed do not change.
    let mut settled = CompensatedSum::default();
    let mut steps = Vec::with_capacity(times.len());
    for EventTime { time, events } in &times {
        while gone < by_end.len() && follow_up[by_end[gone]] < *time {
            let value = contribution[by_end[gone]];
            settled.add(value * value);
            gone += 1;
        }
        let n_risk = by_end.len() - gone;
        let (at_risk, n_event) = (n_risk as f64, events.len());
        let increment = n_event as f64 / at_risk;
        mean.add(increment);
        poisson.add(increment / at_risk);
        let variance = match variance {
            CumulativeVariance::Poisson => poisson.value(),
            CumulativeVariance::LawlessNadeau => {
                for &subject in events {
                    contribution[subject] += 1.0 / at_risk;
                }
                let mut square = settled;
                for &subject in &by_end[gone..] {
                    contribution[subject] -= increment / at_risk;
                    square.add(contribution[subject] * contribution[subject]);
                }
                square.value()
            }
        };
        let (estimate, standard_error) = (mean.value(), variance.max(0.0).sqrt());
        let half = z * standard_error;
        let interval = match interval_type {
            CumulativeInterval::Plain => Interval { lower: (estimate - half).max(0.0), upper: estimate + half },
            CumulativeInterval::Log => {
                let factor = libm::exp(half / estimate);
                Interval { lower: estimate / factor, upper: estimate * factor }
            }
        };
        steps.push(CumulativeStep { time: *time, n_risk, n_event, mean: estimate, standard_error, interval });
    }
    let last_follow_up = by_end.last().map_or(0.0, |&i| follow_up[i]);
    Ok(MeanCumulative { steps, n: follow_up.len(), n_event: records.event_time.len(), last_follow_up })
}

impl MeanCumulative {
    /// Returns the mean number of events by a time and its standard error (both 0 before the first event).
    ///
    /// `NotReached` after the last end of follow-up.
    pub fn at(&self, time: f64) -> Result<(f64, f64), NotEstimable> {
        if !time.is_finite() {
            return Err(NotEstimable::NotFinite);
        }
        if time > self.last_follow_up {
            return Err(NotEstimable::NotReached);
        }
        let last = self.steps.iter().take_while(|step| step.time <= time).last();
        Ok(last.map_or((0.0, 0.0), |step| (step.mean, step.standard_error)))
    }
}

/// Difference of two mean cumulative functions at a time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CumulativeDifference {
    /// First minus second mean number of events.
    pub estimate: f64,
    /// Standard error of the difference.
    pub standard_error: f64,
    /// Normal interval of the difference.
    pub interval: Interval,
    /// Test of no difference at this time.
    pub test: ZTest,
}

/// Returns the difference of two independent groups at a time.
///
/// Errors: `NotReached` after either group's follow-up, `ZeroVariance` without variation, a level outside 0..1.
pub fn mean_cumulative_difference(
    a: &MeanCumulative,
    b: &MeanCumulative,
    time: f64,
    level: f64,
) -> Result<CumulativeDifference, NotEstimable> {
    check_level(level)?;
    let ((mean_a, error_a), (mean_b, error_b)) = (a.at(time)?, b.at(time)?);
    let (estimate, standard_error) = (mean_a - mean_b, libm::hypot(error_a, error_b));
    let test = ZTest::of_estimate(estimate, standard_error)?;
    let half = normal_multiplier(level)? * standard_error;
    let interval = Interval { lower: estimate - half, upper: estimate + half };
    Ok(CumulativeDifference { estimate, standard_error, interval, test })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Three subjects until 10, 4 and 6; events of the first at 2 and 5, of the second at 2.
        let records =
            RecurrentEvents { follow_up: &[10.0, 4.0, 6.0], event_subject: &[0, 1, 0], event_time: &[5.0, 2.0, 2.0] };
        let robust = mean_cumulative(records, CumulativeVariance::LawlessNadeau, 0.95, CumulativeInterval::Log);
        let robust = robust.expect("defined");
        assert_eq!(robust.steps.iter().map(|s| (s.n_risk, s.n_event)).collect::<Vec<_>>(), [(3, 2), (2, 1)]);
        assert!((robust.steps[1].mean - (2.0 / 3.0 + 0.5)).abs() < 1e-15);
        // Contributions 1/9, 1/9, -2/9 at 2; then 1/9 + 1/4, 1/9, -2/9 - 1/4.
        let squares = [1.0 / 9.0 + 0.25, 1.0 / 9.0, -2.0 / 9.0 - 0.25].map(|v: f64| v * v);
        assert!((robust.steps[1].standard_error - squares.iter().sum::<f64>().sqrt()).abs() < 1e-15);
        assert_eq!(robust.at(1.0), Ok((0.0, 0.0)));
        assert_eq!(robust.at(11.0), Err(NotEstimable::NotReached));
    }

    #[test]
    fn order_of_records_does_not_matter() {
        let follow_up: Vec<f64> = (0..25).map(|i| 5.0 + f64::from((i * 7) % 11)).collect();
        let events: Vec<(usize, f64)> = (0..90).map(|i| (i % 25, (i as f64 * 1.37) % follow_up[i % 25])).collect();
        let run = |subjects: &[usize], order: &[usize]| {
            let place = |subject: usize| subjects.iter().position(|&s| s == subject).expect("a permutation");
            let ends: Vec<f64> = subjects.iter().map(|&s| follow_up[s]).collect();
            let subject: Vec<usize> = order.iter().map(|&i| place(events[i].0)).collect();
            let time: Vec<f64> = order.iter().map(|&i| events[i].1).collect();
            let records = RecurrentEvents { follow_up: &ends, event_subject: &subject, event_time: &time };
            mean_cumulative(records, CumulativeVariance::LawlessNadeau, 0.95, CumulativeInterval::Log)
        };
        let straight = |n: usize| (0..n).collect::<Vec<_>>();
        let turned = |n: usize, by: usize| (0..n).map(|i| (i * by + 3) % n).collect::<Vec<_>>();
        let one = run(&straight(25), &straight(90)).expect("defined");
        let other = run(&turned(25, 7), &turned(90, 41)).expect("defined");
        assert_eq!(one.steps.len(), other.steps.len());
        for (a, b) in one.steps.iter().zip(&other.steps) {
            assert_eq!((a.time, a.n_risk, a.n_event), (b.time, b.n_risk, b.n_event));
            assert!((a.mean - b.mean).abs() < 1e-13 && (a.standard_error - b.standard_error).abs() < 1e-13);
        }
    }

    #[test]
    fn edges() {
        let run = |follow_up: &[f64], subject: &[usize], time: &[f64]| {
            let records = RecurrentEvents { follow_up, event_subject: subject, event_time: time };
            mean_cumulative(records, CumulativeVariance::LawlessNadeau, 0.95, CumulativeInterval::Plain)
        };
        assert_eq!(run(&[], &[], &[]), Err(NotEstimable::TooFewValues));
        assert!(run(&[3.0], &[], &[]).expect("no events").steps.is_empty());
        // One subject alone has no variation around itself.
        assert_eq!(run(&[3.0], &[0], &[2.0]).expect("one").steps[0].standard_error, 0.0);
        assert_eq!(run(&[3.0], &[0], &[3.5]), Err(NotEstimable::InvalidArgument));
        assert_eq!(run(&[3.0], &[1], &[2.0]), Err(NotEstimable::InvalidArgument));
    }
}
