//! Kaplan-Meier estimate of a survival curve with Greenwood's standard error, quantiles and survival at a time.
//!
//! Kaplan & Meier (1958); Greenwood (1926); intervals: Kalbfleisch & Prentice (2002), section 1.4.2; quantiles:
//! Brookmeyer & Crowley (1982). Events come before censorings at the same time.

use super::distribution::normal_multiplier;
use super::reason::{Interval, NotEstimable, Value, check_finite, check_level};
use super::sum::CompensatedSum;

/// Slack within which a curve counts as standing exactly at a level.
const AT_LEVEL: f64 = 1.490_116_119_384_765_6e-8;

/// Scale on which the interval is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurveInterval {
    /// The probability itself, clipped to 0..=1.
    Plain,
    /// Its logarithm, clipped to at most 1 (default of R survival).
    Log,
    /// log(-log), the default of SAS.
    LogLog,
    /// log(p / (1 - p)).
    Logit,
    /// Arcsine of the square root (Thomas & Grunkemeier 1975).
    ArcsineSquareRoot,
}

/// The curve at one observed time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalStep {
    /// Time, in the unit of the times given.
    pub time: f64,
    /// Number at risk just before the time.
    pub n_risk: usize,
    /// Events at the time.
    pub n_event: usize,
    /// Censored at the time.
    pub n_censor: usize,
    /// Probability of no event up to and including the time.
    pub survival: f64,
    /// Greenwood standard error of the probability; `ZeroVariance` once the probability is 0.
    pub standard_error: Value,
    /// Pointwise confidence interval. `NoEvents` for log-log while the probability is 1, `ZeroVariance` once it is 0.
    pub interval: Result<Interval, NotEstimable>,
}

/// A survival curve.
#[derive(Debug, Clone, PartialEq)]
pub struct SurvivalCurve {
    /// One step for each different observed time, in order.
    pub steps: Vec<SurvivalStep>,
    /// Number of subjects.
    pub n: usize,
    /// Number of events.
    pub n_event: usize,
    level: f64,
    interval_type: CurveInterval,
}

/// Counts up to a time, for a table of numbers at risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RiskCounts {
    /// Still observed and without an event just before the time.
    pub n_risk: usize,
    /// Events up to and including the time.
    pub n_event: usize,
    /// Censored up to and including the time.
    pub n_censor: usize,
}

/// A quantile of the time and its limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeQuantile {
    /// The time; `NotReached` where the curve stays above.
    pub estimate: Value,
    /// Lower confidence limit; `NotReached` as for the estimate.
    pub lower: Value,
    /// Upper confidence limit; `NotReached` as for the estimate.
    pub upper: Value,
}

/// Returns the Kaplan-Meier curve; `event[i]` says whether `time[i]` ended in an event (else censored).
///
/// Without any event the curve stays at 1. Errors: no subjects (`TooFewValues`), lists of different length, times
/// that are not finite, a level outside 0..1.
pub fn kaplan_meier(
    time: &[f64],
    event: &[bool],
    level: f64,
    interval_type: CurveInterval,
) -> Result<SurvivalCurve, NotEstimable> {
    check_finite(time)?;
    check_level(level)?;
    if time.len() != event.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    if time.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    let z = normal_multiplier(level)?;
    let mut order: Vec<usize> = (0..time.len()).collect();
    order.sort_by(|&i, &j| time[i].total_cmp(&time[j]));
    let mut survival = 1.0;
    let mut hazard_variance = CompensatedSum::default();
    let mut steps = Vec::new();
    let mut start = 0;
    while start < order.len() {
        let now = time[order[start]];
        let tied = order[start..].iter().take_while(|&&i| time[i] == now).count();
        let n_event = order[start..start + tied].iter().filter(|&&i| event[i]).count();
        let n_risk = order.len() - start;
        if n_event > 0 {
            let (at_risk, died) = (n_risk as f64, n_event as f64);
            survival *= (at_risk - died) / at_risk;
            if n_risk > n_event {
                hazard_variance.add(died / (at_risk * (at_risk - died)));
            }
        }
        let standard_error = if survival > 0.0 {
            Ok(survival * hazard_variance.value().sqrt())
        } else {
            Err(NotEstimable::ZeroVariance)
        };
        let interval = standard_error.and_then(|se| curve_interval(survival, se, z, interval_type));
        steps.push(SurvivalStep {
            time: now + 0.0,
            n_risk,
            n_event,
            n_censor: tied - n_event,
            survival,
            standard_error,
            interval,
        });
        start += tied;
    }
    let n_event = event.iter().filter(|e| **e).count();
    Ok(SurvivalCurve { steps, n: time.len(), n_event, level, interval_type })
}

/// The interval of a probability with its standard error on one of the scales.
pub(crate) fn curve_interval(
    probability: f64,
    standard_error: f64,
    z: f64,
    interval_type: CurveInterval,
) -> Result<Interval, NotEstimable> {
    let half = z * standard_error;
    match interval_type {
        CurveInterval::Plain => {
            Ok(Interval { lower: (probability - half).max(0.0), upper: (probability + half).min(1.0) })
        }
        _ if probability <= 0.0 => Err(NotEstimable::ZeroVariance),
        CurveInterval::Log => {
            let factor = libm::exp(half / probability);
            Ok(Interval { lower: probability / factor, upper: (probability * factor).min(1.0) })
        }
        CurveInterval::LogLog => {
            if probability >= 1.0 {
                return Err(NotEstimable::NoEvents);
            }
            let log = libm::log(probability);
            let factor = libm::exp(half / (probability * -log));
            Ok(Interval { lower: libm::exp(log * factor), upper: libm::exp(log / factor) })
        }
        _ if probability >= 1.0 => Err(NotEstimable::NoEvents),
        CurveInterval::Logit => {
            let odds = probability / (1.0 - probability);
            let factor = libm::exp(half / (probability * (1.0 - probability)));
            let at = |odds: f64| if odds.is_finite() { odds / (1.0 + odds) } else { 1.0 };
            Ok(Interval { lower: at(odds / factor), upper: at(odds * factor) })
        }
        CurveInterval::ArcsineSquareRoot => {
            let angle = libm::asin(probability.sqrt());
            let half = half / (2.0 * (probability * (1.0 - probability)).sqrt());
            let at = |angle: f64| {
                let sine = libm::sin(angle.clamp(0.0, std::f64::consts::FRAC_PI_2));
                sine * sine
            };
            Ok(Interval { lower: at(angle - half), upper: at(angle + half) })
        }
    }
}

impl SurvivalCurve {
    /// Returns the curve at a time: the last step not after it. `n_risk` counts those still observed at `time`,
    /// `n_event` and `n_censor` those since the step before (0 unless `time` is an observed time).
    ///
    /// `NotReached` after the last observed time, unless the curve is at 0 by then.
    pub fn at(&self, time: f64) -> Result<SurvivalStep, NotEstimable> {
        if !time.is_finite() {
            return Err(NotEstimable::NotFinite);
        }
        let behind = self.steps.iter().take_while(|step| step.time <= time).count();
        let n_risk = self.steps.iter().find(|step| step.time >= time).map_or(0, |step| step.n_risk);
        let exact = behind > 0 && self.steps[behind - 1].time == time;
        let count = |n: usize| if exact { n } else { 0 };
        if behind == 0 {
            let z = normal_multiplier(self.level)?;
            let interval = curve_interval(1.0, 0.0, z, self.interval_type);
            let standard_error = Ok(0.0);
            return Ok(SurvivalStep { time, n_risk, n_event: 0, n_censor: 0, survival: 1.0, standard_error, interval });
        }
        let last = self.steps[behind - 1];
        if behind == self.steps.len() && !exact && last.survival > 0.0 {
            return Err(NotEstimable::NotReached);
        }
        Ok(SurvivalStep { time, n_risk, n_event: count(last.n_event), n_censor: count(last.n_censor), ..last })
    }

    /// Returns the counts at each of the times, which may lie beyond the last observed one (then nobody is at risk).
    pub fn risk_counts(&self, times: &[f64]) -> Result<Vec<RiskCounts>, NotEstimable> {
        check_finite(times)?;
        let counts = |&time: &f64| {
            let passed = || self.steps.iter().take_while(move |step| step.time <= time);
            RiskCounts {
                n_risk: self.steps.iter().find(|step| step.time >= time).map_or(0, |step| step.n_risk),
                n_event: passed().map(|step| step.n_event).sum(),
                n_censor: passed().map(|step| step.n_censor).sum(),
            }
        };
        Ok(times.iter().map(counts).collect())
    }

    /// Returns the time by which a share `p` of the subjects had the event (0.5 for the median), with the limits
    /// of Brookmeyer & Crowley: where the pointwise limits cross the same level.
    ///
    /// Where a curve stands exactly at the level, the middle of that stretch is taken (as SAS and R). Where it ends
    /// there, the time at which it got there is taken, as R prints it (R `quantile` goes on to the last censoring).
    pub fn quantile(&self, p: f64) -> TimeQuantile {
        if !(p > 0.0 && p < 1.0) {
            let reason = Err(NotEstimable::InvalidArgument);
            return TimeQuantile { estimate: reason, lower: reason, upper: reason };
        }
        let level = 1.0 - p;
        TimeQuantile {
            estimate: self.first_not_above(level, |step| Some(step.survival)),
            lower: self.first_not_above(level, |step| step.interval.ok().map(|i| i.lower)),
            upper: self.first_not_above(level, |step| step.interval.ok().map(|i| i.upper)),
        }
    }

    fn first_not_above(&self, level: f64, curve: impl Fn(&SurvivalStep) -> Option<f64>) -> Value {
        let known: Vec<(f64, f64)> =
            self.steps.iter().filter_map(|step| curve(step).map(|height| (step.time, height))).collect();
        let at = known.iter().position(|(_, height)| *height < level + AT_LEVEL).ok_or(NotEstimable::NotReached)?;
        let (time, height) = known[at];
        if (height - level).abs() < AT_LEVEL
            && let Some((below, _)) = known[at..].iter().find(|(_, later)| *later < height)
        {
            return Ok(0.5 * (time + below));
        }
        Ok(time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(time: &[f64], event: &[bool]) -> SurvivalCurve {
        kaplan_meier(time, event, 0.95, CurveInterval::LogLog).expect("defined")
    }

    #[test]
    fn by_hand() {
        // At risk 4, 3, 2, 1; events at 1 and 3: 3/4, 3/8. Greenwood at 3: 1/12 + 1/2.
        let km = curve(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, false]);
        assert_eq!(km.steps.iter().map(|s| s.survival).collect::<Vec<_>>(), [0.75, 0.75, 0.375, 0.375]);
        let se = km.steps[2].standard_error.expect("known");
        assert!((se - 0.375 * (7.0f64 / 12.0).sqrt()).abs() < 1e-15);
        assert_eq!(km.quantile(0.5).estimate, Ok(3.0));
        assert_eq!(km.at(0.5).map(|s| (s.survival, s.n_risk)), Ok((1.0, 4)));
        assert_eq!(km.at(2.5).map(|s| (s.survival, s.n_risk, s.n_event)), Ok((0.75, 2, 0)));
        assert_eq!(km.at(5.0), Err(NotEstimable::NotReached));
    }

    #[test]
    fn flat_at_the_median() {
        let km = curve(&[1.0, 2.0, 4.0, 6.0], &[true; 4]);
        assert_eq!(km.quantile(0.5).estimate, Ok(3.0));
        assert_eq!(km.steps[3].standard_error, Err(NotEstimable::ZeroVariance));
        assert_eq!(km.at(9.0).map(|s| s.survival), Ok(0.0));
    }

    #[test]
    fn counts_for_a_table() {
        let km = curve(&[1.0, 2.0, 3.0, 4.0], &[true, false, true, false]);
        let counts = km.risk_counts(&[0.0, 2.0, 2.5, 9.0]).expect("finite");
        let triples: Vec<_> = counts.iter().map(|c| (c.n_risk, c.n_event, c.n_censor)).collect();
        assert_eq!(triples, [(4, 0, 0), (3, 1, 1), (2, 1, 1), (0, 2, 2)]);
    }

    #[test]
    fn scales_at_the_ends() {
        for scale in [CurveInterval::Logit, CurveInterval::ArcsineSquareRoot] {
            assert_eq!(curve_interval(1.0, 0.0, 1.96, scale), Err(NotEstimable::NoEvents));
            let wide = curve_interval(0.5, 1e4, 1.96, scale).expect("defined");
            assert_eq!((wide.lower, wide.upper), (0.0, 1.0));
        }
    }

    #[test]
    fn all_censored() {
        let km = curve(&[1.0, 2.0], &[false; 2]);
        assert_eq!(km.quantile(0.5).estimate, Err(NotEstimable::NotReached));
        assert_eq!(km.steps[1].interval, Err(NotEstimable::NoEvents));
        assert_eq!(kaplan_meier(&[], &[], 0.95, CurveInterval::Log), Err(NotEstimable::TooFewValues));
    }
}
