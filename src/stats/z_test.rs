//! A standard normal statistic with the p-values of both directions.

use super::distribution::{normal, normal_two_sided};
use super::reason::{NotEstimable, finite};

/// A test with a direction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ZTest {
    /// Standard normal statistic.
    pub z: f64,
    /// P(Z <= z).
    pub p_lower: f64,
    /// P(Z >= z).
    pub p_upper: f64,
    /// P(|Z| >= |z|).
    pub p_two_sided: f64,
}

impl ZTest {
    /// Returns the p-values of a statistic; `NotFinite` where it is not a number.
    pub fn of(z: f64) -> Result<ZTest, NotEstimable> {
        let z = finite(z)?;
        let tails = normal(z);
        Ok(ZTest { z, p_lower: tails.lower, p_upper: tails.upper, p_two_sided: normal_two_sided(z) })
    }

    /// Returns the test of an estimate that would be 0; `ZeroVariance` without standard error.
    pub(crate) fn of_estimate(estimate: f64, standard_error: f64) -> Result<ZTest, NotEstimable> {
        if standard_error <= 0.0 {
            return Err(NotEstimable::ZeroVariance);
        }
        ZTest::of(estimate / standard_error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directions() {
        let test = ZTest::of(1.959_963_984_540_054).expect("finite");
        assert!((test.p_upper - 0.025).abs() < 1e-15 && (test.p_lower - 0.975).abs() < 1e-15);
        assert!((test.p_two_sided - 0.05).abs() < 1e-15);
        assert_eq!(ZTest::of(f64::NAN), Err(NotEstimable::NotFinite));
        assert_eq!(ZTest::of_estimate(1.0, 0.0), Err(NotEstimable::ZeroVariance));
    }
}
