//! Events per person-time of one group, with its confidence interval.
//!
//! Garwood (1936), "Fiducial limits for the Poisson distribution"; approximations of Byar in Breslow & Day (1987),
//! eq. 2.13 and 2.14; score interval by inverting Rao's test.

use super::distribution::{chi_square_quantile, normal_multiplier};
use super::reason::{Interval, NotEstimable, check_finite, check_level, finite};

/// How the interval of a Poisson rate is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateInterval {
    /// Exact, by chi-square quantiles (Garwood); defined without events.
    Garwood,
    /// Rate plus and minus z times its standard error.
    Normal,
    /// The same on the logarithm.
    LogNormal,
    /// Byar's approximation of the exact limits.
    Byar,
    /// Score limits.
    Score,
}

/// A rate and its interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct IncidenceRate {
    /// Number of events.
    pub events: u64,
    /// Time at risk of all subjects together.
    pub person_time: f64,
    /// Events per unit of time.
    pub estimate: f64,
    /// Confidence interval per unit of time.
    pub interval: Interval,
}

/// Returns the rate per unit of `person_time`; multiply all three numbers by 100 for a rate per 100 person-years.
///
/// Errors: person-time that is not positive and finite; without events `ZeroVariance` for the normal and `NoEvents`
/// for the log-normal interval; a level outside 0..1.
pub fn incidence_rate(
    events: u64,
    person_time: f64,
    level: f64,
    method: RateInterval,
) -> Result<IncidenceRate, NotEstimable> {
    check_level(level)?;
    check_person_time(person_time)?;
    let x = events as f64;
    let z = normal_multiplier(level)?;
    let tail = (1.0 - level) / 2.0;
    let (lower, upper) = match method {
        RateInterval::Garwood => {
            let lower = if events == 0 { 0.0 } else { 0.5 * chi_square_quantile(tail, 2.0 * x)? };
            (lower, 0.5 * chi_square_quantile(1.0 - tail, 2.0 * x + 2.0)?)
        }
        RateInterval::Normal if events == 0 => return Err(NotEstimable::ZeroVariance),
        RateInterval::Normal => ((x - z * x.sqrt()).max(0.0), x + z * x.sqrt()),
        RateInterval::LogNormal if events == 0 => return Err(NotEstimable::NoEvents),
        RateInterval::LogNormal => {
            let factor = libm::exp(z / x.sqrt());
            (x / factor, x * factor)
        }
        RateInterval::Byar => {
            let limit = |x: f64, z: f64| {
                let root = 1.0 - 1.0 / (9.0 * x) + z / (3.0 * x.sqrt());
                x * root * root * root
            };
            (if events == 0 { 0.0 } else { limit(x, -z).max(0.0) }, limit(x + 1.0, z))
        }
        RateInterval::Score => {
            let upper = x + 0.5 * z * z + z * (x + 0.25 * z * z).sqrt();
            // The product of the limits is x^2.
            (x * x / upper, upper)
        }
    };
    Ok(IncidenceRate {
        events,
        person_time,
        estimate: finite(x / person_time)?,
        interval: Interval { lower: finite(lower / person_time)?, upper: finite(upper / person_time)? },
    })
}

/// Checks that a person-time is positive and finite.
pub(crate) fn check_person_time(person_time: f64) -> Result<(), NotEstimable> {
    check_finite(&[person_time])?;
    if person_time > 0.0 { Ok(()) } else { Err(NotEstimable::InvalidArgument) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_events() {
        let rate = |method| incidence_rate(0, 2.0, 0.95, method);
        let exact = rate(RateInterval::Garwood).expect("defined");
        assert_eq!((exact.estimate, exact.interval.lower), (0.0, 0.0));
        assert!((exact.interval.upper + libm::log(0.025) / 2.0).abs() < 1e-14);
        assert_eq!(rate(RateInterval::Score).expect("defined").interval.lower, 0.0);
        assert_eq!(rate(RateInterval::Byar).expect("defined").interval.lower, 0.0);
        assert_eq!(rate(RateInterval::Normal), Err(NotEstimable::ZeroVariance));
        assert_eq!(rate(RateInterval::LogNormal), Err(NotEstimable::NoEvents));
    }

    #[test]
    fn time_scales() {
        for method in [RateInterval::Garwood, RateInterval::Byar, RateInterval::Score, RateInterval::LogNormal] {
            let years = incidence_rate(7, 3.5, 0.9, method).expect("defined");
            let days = incidence_rate(7, 3.5 * 365.25, 0.9, method).expect("defined");
            assert!((days.interval.upper * 365.25 / years.interval.upper - 1.0).abs() < 1e-14);
            assert!(years.interval.lower < years.estimate && years.estimate < years.interval.upper);
        }
    }

    #[test]
    fn out_of_range() {
        assert_eq!(incidence_rate(1, 0.0, 0.95, RateInterval::Garwood), Err(NotEstimable::InvalidArgument));
        assert_eq!(incidence_rate(1, f64::NAN, 0.95, RateInterval::Garwood), Err(NotEstimable::NotFinite));
        assert_eq!(incidence_rate(1, 1.0, 1.0, RateInterval::Garwood), Err(NotEstimable::InvalidArgument));
    }
}
