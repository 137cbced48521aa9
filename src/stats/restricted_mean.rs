//! Restricted mean survival time: the area under the Kaplan-Meier curve up to a time, and its comparison.
//!
//! Irwin (1949); Royston & Parmar (2013); Uno et al. (2014), whose differences and ratios these are. Variance: the
//! areas still to come, squared, times Greenwood's increments (Kaplan & Meier 1958, eq. 6a).

use super::distribution::normal_multiplier;
use super::kaplan_meier::SurvivalCurve;
use super::reason::{Interval, NotEstimable, check_finite, check_level};
use super::sum::CompensatedSum;
use super::z_test::ZTest;

/// Up to which time the area is taken.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Horizon {
    /// A time given in the protocol.
    Given(f64),
    /// The largest observed time, censored or not, of the group where it is smallest.
    SmallestLargestTime,
    /// The largest time with an event of the group where it is smallest.
    SmallestLargestEventTime,
}

/// Factor of the variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MeanVariance {
    /// None (R survival and survRM2).
    Greenwood,
    /// m/(m-1) with m events up to the horizon (Kaplan & Meier 1958; SAS `LIFETEST` for its mean).
    BiasCorrected,
}

/// The restricted mean of one group.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RestrictedMean {
    /// Time up to which the area is taken.
    pub horizon: f64,
    /// Mean time without event up to the horizon, in the unit of the times.
    pub estimate: f64,
    /// Standard error of the mean.
    pub standard_error: f64,
    /// Normal interval of the mean.
    pub interval: Interval,
}

/// A contrast of two restricted means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanContrast {
    /// Difference (in the unit of the times) or ratio.
    pub estimate: f64,
    /// Standard error of the difference, or of the logarithm of the ratio.
    pub standard_error: f64,
    /// Normal interval of the difference, or of the logarithm of the ratio and transformed back.
    pub interval: Interval,
    /// Test of no difference.
    pub test: ZTest,
}

/// Returns the common horizon of the curves by the rule.
///
/// Errors: no curve (`TooFewValues`), a curve without event where events decide (`NoEvents`), a horizon given that
/// is not positive and finite.
pub fn horizon(curves: &[&SurvivalCurve], rule: Horizon) -> Result<f64, NotEstimable> {
    let smallest = |last: &dyn Fn(&SurvivalCurve) -> Result<f64, NotEstimable>| {
        let mut least = Err(NotEstimable::TooFewValues);
        for curve in curves {
            let time = last(curve)?;
            least = Ok(least.map_or(time, |l: f64| l.min(time)));
        }
        least
    };
    match rule {
        Horizon::Given(time) if time > 0.0 && time.is_finite() => Ok(time),
        Horizon::Given(_) => Err(NotEstimable::InvalidArgument),
        Horizon::SmallestLargestTime => {
            smallest(&|c| c.steps.last().map(|step| step.time).ok_or(NotEstimable::TooFewValues))
        }
        Horizon::SmallestLargestEventTime => smallest(&|c| {
            c.steps.iter().rev().find(|step| step.n_event > 0).map(|step| step.time).ok_or(NotEstimable::NoEvents)
        }),
    }
}

/// Returns the mean time without event up to the horizon, counted from time 0.
///
/// Errors: `NotReached` where the curve ends above 0 before the horizon, a negative time or a horizon or level out
/// of range, `TooFewValues` for the bias correction of fewer than two events. Without any event up to the horizon
/// the mean is the horizon and its standard error 0.
pub fn restricted_mean(
    curve: &SurvivalCurve,
    horizon: f64,
    variance: MeanVariance,
    level: f64,
) -> Result<RestrictedMean, NotEstimable> {
    check_level(level)?;
    if !(horizon > 0.0 && horizon.is_finite()) || curve.steps.first().is_some_and(|step| step.time < 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    curve.at(horizon)?;
    let steps: Vec<_> = curve.steps.iter().take_while(|step| step.time <= horizon).collect();
    // From the last step backwards, so that the area still to come is known at each event.
    let (mut area, mut square) = (CompensatedSum::default(), CompensatedSum::default());
    let (mut until, mut n_event) = (horizon, 0);
    for step in steps.iter().rev() {
        area.add(step.survival * (until - step.time));
        until = step.time;
        n_event += step.n_event;
        if step.n_event > 0 && step.n_risk > step.n_event {
            let (at_risk, died) = (step.n_risk as f64, step.n_event as f64);
            let to_come = area.value();
            square.add(to_come * to_come * died / (at_risk * (at_risk - died)));
        }
    }
    area.add(until);
    let factor = match variance {
        MeanVariance::Greenwood => 1.0,
        MeanVariance::BiasCorrected if n_event < 2 => return Err(NotEstimable::TooFewValues),
        MeanVariance::BiasCorrected => n_event as f64 / (n_event as f64 - 1.0),
    };
    let (estimate, standard_error) = (area.value(), (factor * square.value()).sqrt());
    let half = normal_multiplier(level)? * standard_error;
    let interval = Interval { lower: estimate - half, upper: estimate + half };
    check_finite(&[estimate, interval.lower, interval.upper])?;
    Ok(RestrictedMean { horizon, estimate, standard_error, interval })
}

impl RestrictedMean {
    /// Returns the mean time lost to the event, horizon minus mean.
    pub fn time_lost(&self) -> RestrictedMean {
        RestrictedMean {
            estimate: self.horizon - self.estimate,
            interval: Interval { lower: self.horizon - self.interval.upper, upper: self.horizon - self.interval.lower },
            ..*self
        }
    }
}

/// Returns the first minus the second mean.
///
/// Errors: different horizons, `ZeroVariance` where neither mean varies.
pub fn mean_difference(a: &RestrictedMean, b: &RestrictedMean, level: f64) -> Result<MeanContrast, NotEstimable> {
    check_level(level)?;
    if a.horizon != b.horizon {
        return Err(NotEstimable::InvalidArgument);
    }
    let (estimate, standard_error) = (a.estimate - b.estimate, libm::hypot(a.standard_error, b.standard_error));
    let test = ZTest::of_estimate(estimate, standard_error)?;
    let half = normal_multiplier(level)? * standard_error;
    let interval = Interval { lower: estimate - half, upper: estimate + half };
    check_finite(&[interval.lower, interval.upper])?;
    Ok(MeanContrast { estimate, standard_error, interval, test })
}

/// Returns the first over the second mean, on the log scale; for means or times lost.
///
/// Errors: as [`mean_difference`], and `ZeroCell` where a mean (or time lost) is 0.
pub fn mean_ratio(a: &RestrictedMean, b: &RestrictedMean, level: f64) -> Result<MeanContrast, NotEstimable> {
    check_level(level)?;
    if a.horizon != b.horizon {
        return Err(NotEstimable::InvalidArgument);
    }
    if a.estimate <= 0.0 || b.estimate <= 0.0 {
        return Err(NotEstimable::ZeroCell);
    }
    let standard_error = libm::hypot(a.standard_error / a.estimate, b.standard_error / b.estimate);
    let estimate = a.estimate / b.estimate;
    let test = ZTest::of_estimate(libm::log(estimate), standard_error)?;
    let factor = libm::exp(normal_multiplier(level)? * standard_error);
    let interval = Interval { lower: estimate / factor, upper: estimate * factor };
    if !interval.upper.is_finite() {
        return Err(NotEstimable::Unbounded);
    }
    Ok(MeanContrast { estimate, standard_error, interval, test })
}

#[cfg(test)]
mod tests {
    use super::super::kaplan_meier::{CurveInterval, kaplan_meier};
    use super::*;

    fn curve(time: &[f64], event: &[bool]) -> SurvivalCurve {
        kaplan_meier(time, event, 0.95, CurveInterval::LogLog).expect("defined")
    }

    fn mean_of(curve: &SurvivalCurve, time: f64) -> Result<RestrictedMean, NotEstimable> {
        restricted_mean(curve, time, MeanVariance::Greenwood, 0.95)
    }

    #[test]
    fn without_censoring_it_is_the_mean_of_the_capped_times() {
        let all = curve(&[1.0, 2.0, 6.0, 9.0], &[true; 4]);
        let mean = mean_of(&all, 7.0).expect("defined");
        assert!((mean.estimate - 4.0).abs() < 1e-14);
        // Squared deviations of 1, 2, 6, 7 over n squared.
        assert!((mean.standard_error - (26.0f64 / 16.0).sqrt()).abs() < 1e-14);
        assert!((mean.time_lost().estimate - 3.0).abs() < 1e-14);
        assert!((mean_of(&all, 20.0).expect("at 0").estimate - 4.5).abs() < 1e-14);
    }

    #[test]
    fn swapping_negates_and_inverts() {
        let (a, b) = (curve(&[1.0, 2.0, 6.0, 9.0], &[true, false, true, false]), curve(&[2.0, 3.0, 8.0], &[true; 3]));
        let common = horizon(&[&a, &b], Horizon::SmallestLargestTime).expect("defined");
        assert_eq!(common, 8.0);
        assert_eq!(horizon(&[&a, &b], Horizon::SmallestLargestEventTime), Ok(6.0));
        let (a, b) = (mean_of(&a, common).expect("defined"), mean_of(&b, common).expect("defined"));
        let (one, other) = (mean_difference(&a, &b, 0.9), mean_difference(&b, &a, 0.9));
        let (one, other) = (one.expect("defined"), other.expect("defined"));
        assert!((one.estimate + other.estimate).abs() < 1e-14);
        assert_eq!(one.test.p_two_sided, other.test.p_two_sided);
        let (one, other) = (mean_ratio(&a, &b, 0.9).expect("defined"), mean_ratio(&b, &a, 0.9).expect("defined"));
        assert!((one.interval.lower * other.interval.upper - 1.0).abs() < 1e-14);
    }

    #[test]
    fn order_of_records_does_not_matter() {
        let time: Vec<f64> = (0..40).map(|i| f64::from((i * 7) % 13) + 0.1).collect();
        let event: Vec<bool> = (0..40).map(|i| i % 3 != 0).collect();
        let turned: Vec<usize> = (0..40).map(|i| (i * 17 + 5) % 40).collect();
        let (time_2, event_2): (Vec<f64>, Vec<bool>) = turned.iter().map(|&i| (time[i], event[i])).unzip();
        let (one, other) = (mean_of(&curve(&time, &event), 9.0), mean_of(&curve(&time_2, &event_2), 9.0));
        assert!(one.is_ok() && one == other);
        // Three times the unit, three times the mean.
        let tripled: Vec<f64> = time.iter().map(|t| 3.0 * t).collect();
        let (one, three) = (one.expect("defined"), mean_of(&curve(&tripled, &event), 27.0).expect("defined"));
        assert!((three.estimate / one.estimate - 3.0).abs() < 1e-12);
        assert!((three.standard_error / one.standard_error - 3.0).abs() < 1e-12);
    }

    #[test]
    fn reasons() {
        let censored = curve(&[1.0, 2.0], &[true, false]);
        assert_eq!(mean_of(&censored, 2.5), Err(NotEstimable::NotReached));
        assert_eq!(mean_of(&censored, 0.0), Err(NotEstimable::InvalidArgument));
        let corrected = restricted_mean(&censored, 2.0, MeanVariance::BiasCorrected, 0.95);
        assert_eq!(corrected, Err(NotEstimable::TooFewValues));
        let none = curve(&[1.0, 2.0], &[false; 2]);
        let flat = mean_of(&none, 2.0).expect("defined");
        assert_eq!((flat.estimate, flat.standard_error), (2.0, 0.0));
        assert_eq!(mean_difference(&flat, &flat, 0.95), Err(NotEstimable::ZeroVariance));
        assert_eq!(mean_ratio(&flat.time_lost(), &flat.time_lost(), 0.95), Err(NotEstimable::ZeroCell));
        assert_eq!(horizon(&[&none], Horizon::SmallestLargestEventTime), Err(NotEstimable::NoEvents));
    }
}
