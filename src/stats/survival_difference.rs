//! Difference of two survival curves at a time chosen in advance (landmark).
//!
//! Klein, Logan, Harhoff & Andersen (2007), "Analyzing survival curves at a fixed point in time", Statistics in
//! Medicine 26: normal tests on the probability or a transformation of it, with Greenwood's variances.

use super::distribution::normal_multiplier;
use super::kaplan_meier::{CurveInterval, SurvivalCurve};
use super::reason::{Interval, NotEstimable, Value, check_level};
use super::z_test::ZTest;

/// Two curves at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalDifference {
    /// Probability of no event by the time, first curve.
    pub survival_a: f64,
    /// Probability of no event by the time, second curve.
    pub survival_b: f64,
    /// First minus second probability.
    pub difference: f64,
    /// Standard error of the difference; `ZeroVariance` where a curve is at 0 or neither has fallen.
    pub standard_error: Value,
    /// Normal interval of the difference, clipped to -1..=1; as the standard error.
    pub interval: Result<Interval, NotEstimable>,
}

/// Returns the difference of the curves at the time with its normal interval.
///
/// Errors: `NotReached` where a curve ends before the time, a level outside 0..1.
pub fn survival_difference(
    a: &SurvivalCurve,
    b: &SurvivalCurve,
    time: f64,
    level: f64,
) -> Result<SurvivalDifference, NotEstimable> {
    check_level(level)?;
    let (a, b) = (a.at(time)?, b.at(time)?);
    let difference = a.survival - b.survival;
    let standard_error = match (a.standard_error, b.standard_error) {
        (Ok(a), Ok(b)) if a > 0.0 || b > 0.0 => Ok(libm::hypot(a, b)),
        (Err(reason), _) | (_, Err(reason)) => Err(reason),
        _ => Err(NotEstimable::ZeroVariance),
    };
    let multiplier = normal_multiplier(level)?;
    let interval = standard_error.map(|se| Interval {
        lower: (difference - multiplier * se).max(-1.0),
        upper: (difference + multiplier * se).min(1.0),
    });
    Ok(SurvivalDifference { survival_a: a.survival, survival_b: b.survival, difference, standard_error, interval })
}

/// Returns the test of equal survival at the time, on one of the scales; positive z where the first curve is higher.
///
/// Errors: `NotReached` where a curve ends before the time, `ZeroVariance` where a curve is at 0 or neither has fallen;
/// on the scales log-log, logit and arcsine also `NoEvents` where a curve has not
/// fallen yet.
pub fn survival_difference_test(
    a: &SurvivalCurve,
    b: &SurvivalCurve,
    time: f64,
    scale: CurveInterval,
) -> Result<ZTest, NotEstimable> {
    let (a, b) = (a.at(time)?, b.at(time)?);
    let (value_a, error_a) = transformed(a.survival, a.standard_error, scale)?;
    let (value_b, error_b) = transformed(b.survival, b.standard_error, scale)?;
    ZTest::of_estimate(value_a - value_b, libm::hypot(error_a, error_b))
}

/// A probability on a scale that increases with it, and its standard error there.
fn transformed(survival: f64, standard_error: Value, scale: CurveInterval) -> Result<(f64, f64), NotEstimable> {
    let standard_error = standard_error?;
    let rest = 1.0 - survival;
    if survival <= 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    match scale {
        CurveInterval::Plain => Ok((survival, standard_error)),
        CurveInterval::Log => Ok((libm::log(survival), standard_error / survival)),
        _ if rest <= 0.0 => Err(NotEstimable::NoEvents),
        CurveInterval::LogLog => {
            let log = libm::log(survival);
            Ok((-libm::log(-log), standard_error / (survival * -log)))
        }
        CurveInterval::Logit => Ok((libm::log(survival / rest), standard_error / (survival * rest))),
        CurveInterval::ArcsineSquareRoot => {
            Ok((libm::asin(survival.sqrt()), standard_error / (2.0 * (survival * rest).sqrt())))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::kaplan_meier::kaplan_meier;
    use super::*;

    fn curve(time: &[f64], event: &[bool]) -> SurvivalCurve {
        kaplan_meier(time, event, 0.95, CurveInterval::LogLog).expect("defined")
    }

    #[test]
    fn without_censoring_it_is_the_difference_of_proportions() {
        let a = curve(&[1.0, 2.0, 6.0, 7.0], &[true; 4]);
        let b = curve(&[1.0, 6.0, 7.0, 8.0], &[true; 4]);
        let d = survival_difference(&a, &b, 5.0, 0.95).expect("defined");
        assert_eq!(d.difference, -0.25);
        assert!((d.standard_error.expect("defined") - (0.25f64 / 4.0 + 0.1875 / 4.0).sqrt()).abs() < 1e-15);
        let swapped = survival_difference(&b, &a, 5.0, 0.95).expect("defined");
        let upper = d.interval.expect("defined").upper;
        assert!((swapped.interval.expect("defined").lower + upper).abs() < 1e-15);
        for scale in [CurveInterval::Plain, CurveInterval::Log, CurveInterval::LogLog] {
            let one = survival_difference_test(&a, &b, 5.0, scale).expect("defined");
            let other = survival_difference_test(&b, &a, 5.0, scale).expect("defined");
            assert!(one.z < 0.0 && (one.z + other.z).abs() < 1e-15);
        }
    }

    #[test]
    fn reasons() {
        let (a, b) = (curve(&[1.0, 2.0], &[true, false]), curve(&[1.0, 1.0], &[true, true]));
        let none = survival_difference(&a, &b, 0.5, 0.95).expect("both curves are at 1");
        assert_eq!((none.difference, none.standard_error), (0.0, Err(NotEstimable::ZeroVariance)));
        assert_eq!(survival_difference(&a, &b, 3.0, 0.95), Err(NotEstimable::NotReached));
        let fallen = survival_difference(&a, &b, 1.5, 0.95).expect("one curve is at 0");
        assert_eq!((fallen.difference, fallen.interval), (0.5, Err(NotEstimable::ZeroVariance)));
        assert_eq!(survival_difference_test(&a, &a, 0.5, CurveInterval::Logit), Err(NotEstimable::NoEvents));
    }
}
