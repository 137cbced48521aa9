//! Negative binomial regression (NB2, log link) with the dispersion estimated by maximum likelihood.
//!
//! Variance = mean + dispersion * mean^2 (Lawless 1987, "Negative binomial and mixed Poisson regression"). Programs
//! call the dispersion k (SAS) or alpha (Stata); R MASS has theta = 1 / dispersion.

use super::dispersion::{Profile, dispersion_terms};
use super::family::Family;
use super::fit::{GeneralisedLinearModel, fit_glm};
use super::inference::{ChiSquare, Covariance, WaldEstimate};
use crate::stats::cholesky::bilinear;
use crate::stats::distribution::chi_square;
use crate::stats::reason::{NotEstimable, Value, finite};
use crate::stats::root::try_increasing_root;
use crate::stats::sum::dot;

/// Largest count for which the sums over 0..count are formed.
const LARGEST_COUNT: f64 = 1e7;

/// Covariance of the coefficients when the dispersion is estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CountCovariance {
    /// Expected information of the coefficients with the dispersion taken as known (R `glm.nb`).
    ExpectedGivenDispersion,
    /// Observed information of the coefficients with the dispersion taken as known.
    ObservedGivenDispersion,
    /// Observed information of coefficients and dispersion together (SAS GENMOD by default, Stata `nbreg`).
    ObservedJoint,
    /// Sandwich HC0 with the dispersion taken as known.
    Sandwich,
}

/// Standard error of the dispersion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DispersionError {
    /// From the observed information of coefficients and dispersion together (SAS GENMOD, Stata).
    Joint,
    /// With the coefficients taken as known (R `glm.nb`).
    GivenCoefficients,
}

/// A fitted negative binomial model.
#[derive(Debug, Clone, PartialEq)]
pub struct NegativeBinomialModel {
    /// The model at the estimated dispersion; its tests take the dispersion as known.
    pub model: GeneralisedLinearModel,
    /// Estimated dispersion; 0 where the counts vary no more than Poisson counts: the model is then Poisson.
    pub dispersion: f64,
    /// Log-likelihood of the Poisson model with the same columns.
    pub poisson_log_likelihood: f64,
    /// Negative second derivative by the dispersion.
    information: f64,
    /// Mixed derivatives by dispersion and coordinates, negative.
    cross: Vec<f64>,
}

/// Fits the model; arguments and errors as [`fit_glm`], `WorkLimitExceeded` for counts above 10 million.
pub fn fit_negative_binomial(
    columns: &[Vec<f64>],
    response: &[f64],
    offset: Option<&[f64]>,
) -> Result<NegativeBinomialModel, NotEstimable> {
    let poisson = fit_glm(Family::Poisson, columns, response, offset)?;
    if response.iter().any(|y| *y > LARGEST_COUNT) {
        return Err(NotEstimable::WorkLimitExceeded);
    }
    let counts = poisson.active_counts();
    let start = dispersion_terms(&counts, &poisson.active_means(), 0.0);
    let poisson_log_likelihood = poisson.log_likelihood;
    let mut profile = Profile { fitted: &poisson.fitted, offset: poisson.active_offset(), counts, eta: Vec::new() };
    let mut coordinates = poisson.fitted.coordinates.clone();
    let mut seed = start.score / start.information.abs().max(1e-300);
    if start.score <= 0.0 {
        // Not dispersed at first sight; a second hill of the likelihood would lie at a clear dispersion.
        let mut best = (poisson_log_likelihood + 1e-9, 0.0);
        for k in [0.1, 1.0, 10.0] {
            let value = profile.maximise(k, &mut coordinates)?;
            if value > best.0 {
                best = (value, k);
            }
        }
        seed = best.1;
    }
    if seed == 0.0 {
        let information = start.information;
        let cross = vec![0.0; coordinates.len()];
        let mut model = poisson;
        model.family = Family::NegativeBinomial { dispersion: 0.0 };
        return Ok(NegativeBinomialModel { model, dispersion: 0.0, poisson_log_likelihood, information, cross });
    }
    let equation = |u: f64| {
        let k = libm::exp(u);
        profile.maximise(k, &mut coordinates)?;
        let (terms, cross, factor) = profile.at(k)?;
        let curvature = -terms.information + factor.quadratic_form(&cross);
        Ok((-k * terms.score, -k * k * curvature - k * terms.score))
    };
    let log_dispersion = try_increasing_root(equation, libm::log(seed.clamp(1e-3, 1e2)), 1.0, 1e-12)?;
    let dispersion = libm::exp(log_dispersion);
    let log_likelihood = profile.maximise(dispersion, &mut coordinates)?;
    let (terms, cross, _) = profile.at(dispersion)?;
    let eta = profile.eta;
    let mut model = poisson;
    model.family = Family::NegativeBinomial { dispersion };
    model.log_likelihood = log_likelihood;
    model.fitted.log_likelihood = log_likelihood;
    model.fitted.coordinates = coordinates;
    model.fitted.eta = eta;
    let information = terms.information;
    Ok(NegativeBinomialModel { model, dispersion, poisson_log_likelihood, information, cross })
}

impl GeneralisedLinearModel {
    fn active_counts(&self) -> Vec<f64> {
        self.fitted.active.iter().map(|&i| self.response[i]).collect()
    }

    fn active_offset(&self) -> Vec<f64> {
        self.fitted.active.iter().map(|&i| self.offset[i]).collect()
    }

    fn active_means(&self) -> Vec<f64> {
        self.fitted.eta.iter().map(|e| libm::exp(*e)).collect()
    }
}

impl NegativeBinomialModel {
    /// Theta of R MASS, 1 / dispersion; `Unbounded` where the dispersion is 0.
    pub fn theta(&self) -> Value {
        if self.dispersion == 0.0 { Err(NotEstimable::Unbounded) } else { finite(1.0 / self.dispersion) }
    }

    /// Standard error of the dispersion; `NotDefined` where the estimate lies at its bound of 0.
    pub fn dispersion_standard_error(&self, kind: DispersionError) -> Value {
        if self.dispersion == 0.0 {
            return Err(NotEstimable::NotDefined);
        }
        let information = match kind {
            DispersionError::GivenCoefficients => self.information,
            DispersionError::Joint => self.joint_information()?,
        };
        if information > 0.0 { finite(1.0 / information.sqrt()) } else { Err(NotEstimable::NotConverged) }
    }

    /// Standard error of theta by the delta method, exact at the maximum; `Unbounded` where the dispersion is 0.
    pub fn theta_standard_error(&self, kind: DispersionError) -> Value {
        let theta = self.theta()?;
        finite(self.dispersion_standard_error(kind)? * theta * theta)
    }

    /// Information of the dispersion that is left when the coefficients are estimated too.
    fn joint_information(&self) -> Value {
        let inverse = self.model.coordinate_covariance(Covariance::ObservedInformation)?;
        Ok(self.information - bilinear(&self.cross, &inverse, &self.cross))
    }

    /// Coefficient of a column, a log rate ratio; errors as [`GeneralisedLinearModel::coefficient`].
    pub fn coefficient(&self, column: usize) -> Value {
        self.model.coefficient(column)
    }

    /// Returns a combination of coefficients with its Wald interval.
    ///
    /// Where the dispersion is 0 the joint information is that of the coefficients alone.
    pub fn combination(
        &self,
        weights: &[f64],
        kind: CountCovariance,
        level: f64,
    ) -> Result<WaldEstimate, NotEstimable> {
        let given = match kind {
            CountCovariance::ExpectedGivenDispersion => Covariance::ExpectedInformation,
            CountCovariance::ObservedGivenDispersion | CountCovariance::ObservedJoint => {
                Covariance::ObservedInformation
            }
            CountCovariance::Sandwich => Covariance::Sandwich,
        };
        if kind != CountCovariance::ObservedJoint || self.dispersion == 0.0 {
            return self.model.combination(weights, given, level);
        }
        let a = self.model.coordinates(weights)?;
        let inverse = self.model.coordinate_covariance(given)?;
        let information = self.joint_information()?;
        if information.is_nan() || information <= 0.0 {
            return Err(NotEstimable::NotConverged);
        }
        let share = bilinear(&a, &inverse, &self.cross);
        let variance = bilinear(&a, &inverse, &a) + share * share / information;
        WaldEstimate::new(dot(&a, &self.model.fitted.coordinates), variance, level)
    }

    /// Returns the coefficient of a column with its Wald interval.
    pub fn estimate(&self, column: usize, kind: CountCovariance, level: f64) -> Result<WaldEstimate, NotEstimable> {
        self.combination(&self.model.unit(column)?, kind, level)
    }

    /// Likelihood ratio test that the coefficients of some columns are all 0, the dispersion estimated anew.
    ///
    /// Errors as [`GeneralisedLinearModel::likelihood_ratio_test`].
    pub fn likelihood_ratio_test(&self, columns: &[usize]) -> Result<ChiSquare, NotEstimable> {
        let rest: Vec<Vec<f64>> = (0..self.model.columns.len())
            .filter(|c| !columns.contains(c))
            .map(|c| self.model.columns[c].clone())
            .collect();
        if rest.is_empty() || columns.iter().any(|&c| c >= self.model.columns.len()) {
            return Err(NotEstimable::InvalidArgument);
        }
        let null = fit_negative_binomial(&rest, &self.model.response, Some(&self.model.offset))?;
        if null.model.rank == self.model.rank {
            return Err(NotEstimable::Singular);
        }
        let statistic = 2.0 * (self.model.log_likelihood - null.model.log_likelihood);
        ChiSquare::new(statistic, (self.model.rank - null.model.rank) as f64)
    }

    /// Likelihood ratio test of a dispersion of 0, the Poisson model.
    ///
    /// The dispersion lies at its bound under the null hypothesis: p is half the upper tail of the chi-square with one
    /// degree of freedom (Self & Liang 1987, case 5), 1 for a statistic of 0.
    pub fn dispersion_test(&self) -> Result<ChiSquare, NotEstimable> {
        let statistic = (2.0 * (self.model.log_likelihood - self.poisson_log_likelihood)).max(0.0);
        let p = if statistic == 0.0 { 1.0 } else { 0.5 * chi_square(statistic, 1.0)?.upper };
        Ok(ChiSquare { chi_square: statistic, df: 1.0, p })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn falls_to_poisson() {
        // Less variable than Poisson counts.
        let counts = [3.0, 4.0, 3.0, 4.0, 3.0, 4.0];
        let model = fit_negative_binomial(&[vec![1.0; 6]], &counts, None).expect("fitted");
        assert_eq!((model.dispersion, model.theta()), (0.0, Err(NotEstimable::Unbounded)));
        assert_eq!(model.dispersion_standard_error(DispersionError::Joint), Err(NotEstimable::NotDefined));
        let e = model.estimate(0, CountCovariance::ObservedJoint, 0.95).expect("known");
        assert!((e.estimate - 3.5f64.ln()).abs() < 1e-13 && (e.standard_error - 21f64.sqrt().recip()).abs() < 1e-13);
        assert_eq!(model.dispersion_test().expect("defined").p, 1.0);
    }

    #[test]
    fn the_mean_of_one_group_is_kept() {
        let counts = [0.0, 0.0, 1.0, 2.0, 9.0, 0.0, 4.0, 0.0];
        let model = fit_negative_binomial(&[vec![1.0; 8]], &counts, None).expect("fitted");
        assert!((model.coefficient(0).expect("known") - 2f64.ln()).abs() < 1e-12);
        assert!(model.dispersion > 0.5 && model.dispersion_test().expect("defined").p < 0.05);
        // Expected information n mean / (1 + k mean).
        let e = model.estimate(0, CountCovariance::ExpectedGivenDispersion, 0.95).expect("known");
        let expected = ((1.0 + 2.0 * model.dispersion) / 16.0).sqrt();
        assert!((e.standard_error - expected).abs() < 1e-12);
        assert_eq!(fit_negative_binomial(&[vec![1.0; 2]], &[0.0, 0.0], None), Err(NotEstimable::NoEvents));
    }
}
