//! Cumulative incidence of competing events (Aalen-Johansen estimate) with pointwise standard errors.
//!
//! Aalen & Johansen (1978). Variances: Gaynor et al. (1993), eq. for the delta method (Greenwood type), or Aalen
//! (1978) with the correction for ties of Gray's R package cmprsk.

use super::distribution::normal_multiplier;
use super::kaplan_meier::{CurveInterval, curve_interval};
use super::reason::{Interval, NotEstimable, Value, check_finite, check_level};
use super::sum::CompensatedSum;

/// How the variance of the incidence is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IncidenceVariance {
    /// Greenwood type, by the delta method (as R survival; SAS `ERROR=DELTA`).
    Greenwood,
    /// Aalen (as R cmprsk; SAS default).
    Aalen,
}

/// The incidence of one cause at one observed time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceStep {
    /// Time, in the unit of the times given.
    pub time: f64,
    /// Number at risk just before the time.
    pub n_risk: usize,
    /// Events of this cause at the time.
    pub n_event: usize,
    /// Events of the other causes at the time.
    pub n_competing: usize,
    /// Censored at the time.
    pub n_censor: usize,
    /// Probability of an event of this cause up to and including the time.
    pub incidence: f64,
    /// Standard error of the incidence (0 before the first event of the cause).
    pub standard_error: Value,
    /// Pointwise interval; `NoEvents` before the first event except on the plain scale.
    pub interval: Result<Interval, NotEstimable>,
}

/// The incidence of one cause over time.
#[derive(Debug, Clone, PartialEq)]
pub struct IncidenceCurve {
    /// One step for each different observed time, in order.
    pub steps: Vec<IncidenceStep>,
}

/// Returns the incidence of `cause`; `status` is 0 for censored, else the number of the cause.
///
/// Without an event of the cause the curve stays at 0. Errors: no subjects (`TooFewValues`), `cause` 0, lists of
/// different length, times that are not finite, a level outside 0..1.
pub fn cumulative_incidence(
    time: &[f64],
    status: &[usize],
    cause: usize,
    variance: IncidenceVariance,
    level: f64,
    interval_type: CurveInterval,
) -> Result<IncidenceCurve, NotEstimable> {
    check_finite(time)?;
    check_level(level)?;
    if time.len() != status.len() || cause == 0 {
        return Err(NotEstimable::InvalidArgument);
    }
    if time.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    let z = normal_multiplier(level)?;
    let mut order: Vec<usize> = (0..time.len()).collect();
    order.sort_by(|&i, &j| time[i].total_cmp(&time[j]));
    let mut steps = Vec::new();
    let mut events: Vec<EventTime> = Vec::new();
    let (mut survival, mut incidence) = (1.0, CompensatedSum::default());
    let mut standard_error = Ok(0.0);
    let mut start = 0;
    while start < order.len() {
        let now = time[order[start]];
        let tied: Vec<usize> = order[start..].iter().copied().take_while(|&i| time[i] == now).collect();
        let count = |matches: &dyn Fn(usize) -> bool| tied.iter().filter(|&&i| matches(status[i])).count();
        let n_event = count(&|s| s == cause);
        let n_censor = count(&|s| s == 0);
        let n_competing = tied.len() - n_event - n_censor;
        let n_risk = order.len() - start;
        if n_event + n_competing > 0 {
            let risk = n_risk as f64;
            let before = survival;
            incidence.add(before * n_event as f64 / risk);
            survival *= (risk - (n_event + n_competing) as f64) / risk;
            events.push(EventTime {
                risk,
                own: n_event as f64,
                other: n_competing as f64,
                before,
                after: survival,
                incidence: incidence.value(),
            });
            let value = match variance {
                IncidenceVariance::Greenwood => greenwood_variance(&events),
                IncidenceVariance::Aalen => aalen_variance(&events),
            };
            standard_error = Ok(value.max(0.0).sqrt());
        }
        let probability = incidence.value();
        let interval = if probability == 0.0 && interval_type != CurveInterval::Plain {
            Err(NotEstimable::NoEvents)
        } else {
            standard_error.and_then(|se| curve_interval(probability, se, z, interval_type))
        };
        steps.push(IncidenceStep {
            time: now + 0.0,
            n_risk,
            n_event,
            n_competing,
            n_censor,
            incidence: probability,
            standard_error,
            interval,
        });
        start += tied.len();
    }
    Ok(IncidenceCurve { steps })
}

/// One event time: at risk, events of the cause and of others, survival before and after, incidence after.
struct EventTime {
    risk: f64,
    own: f64,
    other: f64,
    before: f64,
    after: f64,
    incidence: f64,
}

/// Gaynor et al. (1993), J Am Stat Assoc 88, p. 402: delta method with multinomial variation at each event time.
fn greenwood_variance(events: &[EventTime]) -> f64 {
    let now = events.last().map_or(0.0, |e| e.incidence);
    let mut total = CompensatedSum::default();
    for e in events {
        let rest = now - e.incidence;
        let died = e.own + e.other;
        if e.risk > died {
            total.add(rest * rest * died / (e.risk * (e.risk - died)));
        }
        total.add(e.before * e.before * e.own * (e.risk - e.own) / (e.risk * e.risk * e.risk));
        total.add(-2.0 * rest * e.before * e.own / (e.risk * e.risk));
    }
    total.value()
}

/// Aalen (1978), Annals of Statistics 6; with (n-d)/(n-1) for d tied events.
fn aalen_variance(events: &[EventTime]) -> f64 {
    let now = events.last().map_or(0.0, |e| e.incidence);
    let mut total = CompensatedSum::default();
    for e in events {
        let rest = now - e.incidence;
        let later = if e.after > 0.0 { rest / e.after } else { 0.0 };
        let unit = e.before * e.before / (e.risk * e.risk);
        let tied = |died: f64| {
            if died > 1.0 { 1.0 - (died - 1.0) / (e.risk - 1.0) } else { 1.0 }
        };
        total.add((1.0 - later) * (1.0 - later) * unit * e.own * tied(e.own));
        total.add(later * later * unit * e.other * tied(e.other));
    }
    total.value()
}

impl IncidenceCurve {
    /// Returns the incidence at a time: the last step not after it (0 before the first).
    ///
    /// `NotReached` after the last observed time if anybody was still at risk then.
    pub fn at(&self, time: f64) -> Result<IncidenceStep, NotEstimable> {
        if !time.is_finite() {
            return Err(NotEstimable::NotFinite);
        }
        let behind = self.steps.iter().take_while(|step| step.time <= time).count();
        let n_risk = self.steps.iter().find(|step| step.time >= time).map_or(0, |step| step.n_risk);
        let Some(last) = behind.checked_sub(1).map(|i| self.steps[i]) else {
            let first = self.steps.first().ok_or(NotEstimable::TooFewValues)?;
            return Ok(IncidenceStep {
                time,
                n_risk,
                n_event: 0,
                n_competing: 0,
                n_censor: 0,
                incidence: 0.0,
                standard_error: Ok(0.0),
                interval: if first.incidence == 0.0 { first.interval } else { Err(NotEstimable::NoEvents) },
            });
        };
        if last.time == time {
            return Ok(last);
        }
        if behind == self.steps.len() && last.n_censor > 0 {
            return Err(NotEstimable::NotReached);
        }
        Ok(IncidenceStep { time, n_risk, n_event: 0, n_competing: 0, n_censor: 0, ..last })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 4 subjects: cause 1 at 1, cause 2 at 2, censored at 3, cause 1 at 4: 1/4, 1/4, 1/4, 1/4 + 1/2.
        let curve = |variance| {
            cumulative_incidence(&[1.0, 2.0, 3.0, 4.0], &[1, 2, 0, 1], 1, variance, 0.95, CurveInterval::Plain)
                .expect("defined")
        };
        let steps = curve(IncidenceVariance::Greenwood).steps;
        assert_eq!(steps.iter().map(|s| s.incidence).collect::<Vec<_>>(), [0.25, 0.25, 0.25, 0.75]);
        // First step: binomial, 1/4 * 3/4 / 4 by Greenwood, 1/16 by Aalen.
        assert!((steps[0].standard_error.expect("known") - (3.0f64 / 64.0).sqrt()).abs() < 1e-15);
        let aalen = curve(IncidenceVariance::Aalen).steps[0].standard_error.expect("known");
        assert!((aalen - 0.25).abs() < 1e-15);
    }
}
