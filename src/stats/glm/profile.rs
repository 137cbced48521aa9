//! Profile likelihood intervals of the coefficients of a generalised linear model.
//!
//! Limits are where twice the log-likelihood, maximised over the other coefficients, has fallen by the chi-square
//! quantile with one degree of freedom (Venzon & Moolgavkar 1988). The search runs on the signed root of that fall,
//! which is nearly linear, and uses that the slope of a profile is the score of the fixed coefficient.

use super::fit::{GeneralisedLinearModel, select, supremum};
use super::inference::Covariance;
use super::newton::{Outcome, Problem};
use crate::stats::distribution::normal_multiplier;
use crate::stats::orthonormal::project_twice;
use crate::stats::reason::{NotEstimable, Value, check_level};
use crate::stats::root::try_increasing_root;
use crate::stats::sum::{dot, sum};

/// A profile likelihood interval; under separation one limit is `Unbounded`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfileInterval {
    /// Lower limit, on the scale of the link.
    pub lower: Value,
    /// Upper limit, on the scale of the link.
    pub upper: Value,
}

/// The likelihood maximised over all columns but one.
struct Profile<'a> {
    model: &'a GeneralisedLinearModel,
    /// Records that the other columns do not separate.
    active: Vec<usize>,
    basis: Vec<Vec<f64>>,
    response: Vec<f64>,
    /// The fixed column without its projection on the others.
    fixed: Vec<f64>,
    offset: Vec<f64>,
    coordinates: Vec<f64>,
}

impl Profile<'_> {
    /// The profile at a value of the coefficient and its slope.
    fn at(&mut self, value: f64) -> Result<(f64, f64), NotEstimable> {
        let offset: Vec<f64> = self.offset.iter().zip(&self.fixed).map(|(o, x)| o + value * x).collect();
        let problem =
            Problem { family: self.model.family, basis: &self.basis, response: &self.response, offset: &offset };
        let Outcome::Maximum(maximum) = problem.maximise(Some(&self.coordinates))? else {
            return Err(NotEstimable::NotConverged);
        };
        let slope = sum((self.response.iter().zip(&maximum.eta).zip(&self.fixed))
            .map(|((y, eta), x)| x * self.model.family.terms(*y, *eta).score));
        self.coordinates = maximum.coordinates;
        Ok((maximum.log_likelihood, slope))
    }
}

impl GeneralisedLinearModel {
    /// Returns the profile likelihood interval of the coefficient of a column (a dispersion stays as given).
    ///
    /// `Singular` where the column depends on earlier ones; where its estimate is infinite one limit is `Unbounded`.
    pub fn profile_interval(&self, column: usize, level: f64) -> Result<ProfileInterval, NotEstimable> {
        check_level(level)?;
        self.design.place(column)?;
        let kept = self.design.kept.iter().filter(|&&c| c != column);
        let others: Vec<Vec<f64>> = kept.map(|&c| self.columns[c].clone()).collect();
        let z = normal_multiplier(level)?;
        let fixed = &self.columns[column];
        let (start, step) = match self.estimate(column, Covariance::ObservedInformation, level) {
            Ok(e) => (Ok(e.estimate), e.standard_error),
            Err(NotEstimable::Separation) => {
                (Err(NotEstimable::Separation), 1.0 / (dot(fixed, fixed) / self.n as f64).sqrt())
            }
            Err(other) => return Err(other),
        };
        let centre = start.unwrap_or(0.0);
        let offset: Vec<f64> = self.offset.iter().zip(fixed).map(|(o, x)| o + centre * x).collect();
        let first = supremum(self.family, &others, &self.response, &offset)?;
        // What the other columns can make of the fixed one changes their coefficients but not the profile.
        let mut fixed = select(fixed, &first.active);
        project_twice(&first.basis, &mut fixed);
        let mut profile = Profile {
            model: self,
            response: select(&self.response, &first.active),
            fixed,
            offset: select(&self.offset, &first.active),
            active: first.active,
            basis: first.basis,
            coordinates: first.coordinates.clone(),
        };
        let sides: (bool, bool) = match start {
            Ok(_) => (true, true),
            Err(_) => {
                let slope = if profile.active.is_empty() { 0.0 } else { profile.at(centre)?.1 * step };
                (slope > 1e-9, slope < -1e-9)
            }
        };
        let limit = |profile: &mut Profile, sign: f64, wanted: bool| {
            if !wanted {
                return Err(NotEstimable::Unbounded);
            }
            profile.coordinates = first.coordinates.clone();
            let from = if start.is_ok() { centre + sign * z * step } else { centre };
            let equation = |value: f64| {
                let (log_likelihood, slope) = profile.at(value)?;
                let fall = 2.0 * (self.log_likelihood - log_likelihood);
                if fall <= 0.0 {
                    return Ok((-sign * z, 0.0));
                }
                let root = fall.sqrt();
                Ok((sign * (root - z), -sign * slope / root))
            };
            try_increasing_root(equation, from, 0.5 * step, 1e-10 * step)
        };
        Ok(ProfileInterval { lower: limit(&mut profile, -1.0, sides.0), upper: limit(&mut profile, 1.0, sides.1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::glm::{Family, fit_glm};

    #[test]
    fn intercept_by_closed_form() {
        // Two events of eight: 2 ln(p/p0) + 6 ln(q/q0) falls by half of 3.8415 at the limits.
        let response = [1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let model = fit_glm(Family::Logistic, &[vec![1.0; 8]], &response, None).expect("fitted");
        let interval = model.profile_interval(0, 0.95).expect("defined");
        let top = 2.0 * 0.25f64.ln() + 6.0 * 0.75f64.ln();
        for limit in [interval.lower, interval.upper] {
            let p = 1.0 / (1.0 + (-limit.expect("finite")).exp());
            let fall = 2.0 * (top - 2.0 * p.ln() - 6.0 * (1.0 - p).ln());
            assert!((fall - 3.841_458_820_694_124).abs() < 1e-9);
        }
    }

    #[test]
    fn one_limit_under_separation() {
        let columns = [vec![1.0; 11], (0..11).map(|i| f64::from(i >= 6)).collect()];
        let response: Vec<f64> = (0..11).map(|i| f64::from(i < 3)).collect();
        let model = fit_glm(Family::Logistic, &columns, &response, None).expect("fitted");
        let interval = model.profile_interval(1, 0.95).expect("defined");
        assert_eq!(interval.lower, Err(NotEstimable::Unbounded));
        assert!(interval.upper.expect("finite") < 2.0);
        // The intercept is finite: its profile is that of the first group alone.
        let alone = fit_glm(Family::Logistic, &[vec![1.0; 6]], &response[..6], None).expect("fitted");
        let (a, b) =
            (model.profile_interval(0, 0.95).expect("defined"), alone.profile_interval(0, 0.95).expect("defined"));
        assert!((a.lower.expect("finite") - b.lower.expect("finite")).abs() < 1e-9);
        assert!((a.upper.expect("finite") - b.upper.expect("finite")).abs() < 1e-9);
    }
}
