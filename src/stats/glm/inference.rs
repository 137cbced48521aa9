//! Standard errors, Wald intervals and Wald, score and likelihood ratio tests of a generalised linear model.
//!
//! Rao (1948) for the score test; White (1982), eq. 3.2 for the sandwich; Zou (2004), "A modified Poisson regression
//! approach to prospective studies with binary data" for Poisson with sandwich as a model of the risk ratio.

use super::fit::{GeneralisedLinearModel, fit_glm};
use crate::stats::cholesky::{Cholesky, bilinear, weighted_cross_products};
use crate::stats::distribution::{chi_square, normal_multiplier, normal_two_sided};
use crate::stats::reason::{Interval, NotEstimable, Value, check_level, finite};
use crate::stats::sum::dot;

/// Covariance of the coefficients. The first two are the same for logistic and Poisson regression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Covariance {
    /// Inverse of the expected information (R `glm`, SAS with Fisher scoring).
    ExpectedInformation,
    /// Inverse of the observed information, the negative Hessian (SAS GENMOD by default, Stata).
    ObservedInformation,
    /// Sandwich of the expected information around the squared scores, HC0 (R `sandwich`, SAS REPEATED with one
    /// record per subject).
    Sandwich,
    /// The sandwich times n / (n - 1) (Stata `vce(robust)`).
    SandwichScaled,
}

/// Squared residuals, and variances made of them, below this share of what the model expects are rounding.
const PERFECT: f64 = 1e-24;

/// A linear combination of coefficients on the scale of the link.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaldEstimate {
    /// Estimate: a log odds ratio, log rate ratio or log risk ratio where the combination is a difference.
    pub estimate: f64,
    /// Standard error.
    pub standard_error: f64,
    /// Estimate over standard error; its square is the Wald chi-square.
    pub z: f64,
    /// Two-sided p-value by the normal distribution.
    pub p_two_sided: f64,
    /// Wald interval.
    pub interval: Interval,
}

/// A ratio: the exponential of a [`WaldEstimate`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RatioEstimate {
    /// Odds ratio, rate ratio or risk ratio.
    pub ratio: f64,
    /// Interval of the ratio.
    pub interval: Interval,
    /// Two-sided p-value of a ratio of 1.
    pub p_two_sided: f64,
}

/// A chi-square test of coefficients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    /// Test statistic.
    pub chi_square: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Upper-tail p-value.
    pub p: f64,
}

impl ChiSquare {
    pub(crate) fn new(statistic: f64, df: f64) -> Result<ChiSquare, NotEstimable> {
        let statistic = finite(statistic)?.max(0.0);
        Ok(ChiSquare { chi_square: statistic, df, p: chi_square(statistic, df)?.upper })
    }
}

impl WaldEstimate {
    /// Builds the estimate from its variance; `ZeroVariance` where that is not positive.
    pub(crate) fn new(estimate: f64, variance: f64, level: f64) -> Result<WaldEstimate, NotEstimable> {
        check_level(level)?;
        if finite(variance)? <= 0.0 {
            return Err(NotEstimable::ZeroVariance);
        }
        let standard_error = variance.sqrt();
        let half = normal_multiplier(level)? * standard_error;
        let z = finite(estimate / standard_error)?;
        Ok(WaldEstimate {
            estimate,
            standard_error,
            z,
            p_two_sided: normal_two_sided(z),
            interval: Interval { lower: estimate - half, upper: estimate + half },
        })
    }

    /// Returns the ratio that the estimate is the logarithm of; `NotFinite` where it exceeds a double.
    pub fn ratio(self) -> Result<RatioEstimate, NotEstimable> {
        Ok(RatioEstimate {
            ratio: finite(libm::exp(self.estimate))?,
            interval: Interval {
                lower: libm::exp(self.interval.lower),
                upper: finite(libm::exp(self.interval.upper))?,
            },
            p_two_sided: self.p_two_sided,
        })
    }
}

impl GeneralisedLinearModel {
    /// Covariance matrix in the coordinates of the orthonormal columns.
    pub(super) fn coordinate_covariance(&self, kind: Covariance) -> Result<Vec<Vec<f64>>, NotEstimable> {
        let terms: Vec<_> = (self.fitted.active.iter().zip(&self.fitted.eta))
            .map(|(&i, eta)| self.family.terms(self.response[i], *eta))
            .collect();
        let observed = kind == Covariance::ObservedInformation;
        let weights: Vec<f64> = terms.iter().map(|t| if observed { t.observed } else { t.expected }).collect();
        let information = weighted_cross_products(&self.fitted.basis, &weights);
        let inverse = Cholesky::new(&information).ok_or(NotEstimable::Singular)?.inverse();
        let scale = match kind {
            Covariance::ExpectedInformation | Covariance::ObservedInformation => return Ok(inverse),
            Covariance::Sandwich => 1.0,
            Covariance::SandwichScaled if self.n < 2 => return Err(NotEstimable::TooFewValues),
            Covariance::SandwichScaled => self.n as f64 / (self.n as f64 - 1.0),
        };
        // A model that meets every response leaves rounding only.
        if terms.iter().all(|t| t.score * t.score <= PERFECT * t.expected) {
            return Err(NotEstimable::ZeroVariance);
        }
        let squares: Vec<f64> = terms.iter().map(|t| scale * t.score * t.score).collect();
        let middle = weighted_cross_products(&self.fitted.basis, &squares);
        Ok(inverse.iter().map(|a| inverse.iter().map(|b| bilinear(a, &middle, b)).collect()).collect())
    }

    /// Covariance of the coefficients of two columns; errors as [`GeneralisedLinearModel::coefficient`].
    pub fn covariance(&self, first: usize, second: usize, kind: Covariance) -> Value {
        let a = self.coordinates(&self.unit(first)?)?;
        let b = self.coordinates(&self.unit(second)?)?;
        finite(bilinear(&a, &self.coordinate_covariance(kind)?, &b))
    }

    /// Returns the combination of coefficients with one weight for each column given to the fit.
    ///
    /// `Singular` where the records do not determine it, `Separation` where it is infinite.
    pub fn combination(&self, weights: &[f64], kind: Covariance, level: f64) -> Result<WaldEstimate, NotEstimable> {
        check_level(level)?;
        let a = self.coordinates(weights)?;
        let mut variance = bilinear(&a, &self.coordinate_covariance(kind)?, &a);
        if matches!(kind, Covariance::Sandwich | Covariance::SandwichScaled) {
            let expected = bilinear(&a, &self.coordinate_covariance(Covariance::ExpectedInformation)?, &a);
            if variance <= PERFECT * expected {
                variance = 0.0;
            }
        }
        WaldEstimate::new(dot(&a, &self.fitted.coordinates), variance, level)
    }

    /// Returns the coefficient of a column with its standard error and interval; errors as `combination`.
    pub fn estimate(&self, column: usize, kind: Covariance, level: f64) -> Result<WaldEstimate, NotEstimable> {
        self.combination(&self.unit(column)?, kind, level)
    }

    /// Wald test that the coefficients of some columns are all 0.
    ///
    /// Columns left out as dependent do not count; `Singular` where none is left, `Separation` where one is infinite.
    pub fn wald_test(&self, columns: &[usize], kind: Covariance) -> Result<ChiSquare, NotEstimable> {
        let mut rows = Vec::new();
        for &column in columns {
            match self.unit(column) {
                Ok(weights) => rows.push(self.coordinates(&weights)?),
                Err(NotEstimable::Singular) => {}
                Err(other) => return Err(other),
            }
        }
        if rows.is_empty() {
            return Err(NotEstimable::Singular);
        }
        let covariance = self.coordinate_covariance(kind)?;
        let values: Vec<f64> = rows.iter().map(|r| dot(r, &self.fitted.coordinates)).collect();
        let matrix: Vec<Vec<f64>> =
            rows.iter().map(|a| rows.iter().map(|b| bilinear(a, &covariance, b)).collect()).collect();
        let factor = Cholesky::new(&matrix).ok_or(NotEstimable::Singular)?;
        ChiSquare::new(factor.quadratic_form(&values), rows.len() as f64)
    }

    /// Likelihood ratio test that the coefficients of some columns are all 0 (a dispersion stays as given).
    ///
    /// Defined under separation too, by the suprema of both likelihoods. `Singular` where the columns depend on the
    /// others, `InvalidArgument` where no other column is left.
    pub fn likelihood_ratio_test(&self, columns: &[usize]) -> Result<ChiSquare, NotEstimable> {
        let null = self.without(columns)?;
        ChiSquare::new(2.0 * (self.log_likelihood - null.log_likelihood), (self.rank - null.rank) as f64)
    }

    /// Score test that the coefficients of some columns are all 0, with the expected information.
    ///
    /// Errors as the likelihood ratio test; `Separation` where the model without the columns is separated.
    pub fn score_test(&self, columns: &[usize]) -> Result<ChiSquare, NotEstimable> {
        let null = self.without(columns)?;
        if null.n_separated > 0 {
            return Err(NotEstimable::Separation);
        }
        let (_, basis) = crate::stats::orthonormal::orthogonalise(&self.columns, self.n)?;
        let terms: Vec<_> =
            self.response.iter().zip(&null.fitted.eta).map(|(y, eta)| self.family.terms(*y, *eta)).collect();
        let scores: Vec<f64> = terms.iter().map(|t| t.score).collect();
        let weights: Vec<f64> = terms.iter().map(|t| t.expected).collect();
        let gradient: Vec<f64> = basis.iter().map(|c| dot(c, &scores)).collect();
        let factor = Cholesky::new(&weighted_cross_products(&basis, &weights)).ok_or(NotEstimable::Singular)?;
        ChiSquare::new(factor.quadratic_form(&gradient), (self.rank - null.rank) as f64)
    }

    /// The model without some columns.
    fn without(&self, columns: &[usize]) -> Result<GeneralisedLinearModel, NotEstimable> {
        if columns.iter().any(|&c| c >= self.columns.len()) {
            return Err(NotEstimable::InvalidArgument);
        }
        let rest: Vec<Vec<f64>> =
            (0..self.columns.len()).filter(|c| !columns.contains(c)).map(|c| self.columns[c].clone()).collect();
        if rest.is_empty() {
            return Err(NotEstimable::InvalidArgument);
        }
        let null = fit_glm(self.family, &rest, &self.response, Some(&self.offset))?;
        if null.rank == self.rank { Err(NotEstimable::Singular) } else { Ok(null) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::glm::Family;

    #[test]
    fn two_groups_by_hand() {
        let columns = [vec![1.0; 18], (0..18).map(|i| f64::from(i >= 8)).collect()];
        let response: Vec<f64> = (0..18).map(|i| f64::from(i < 2 || (8..14).contains(&i))).collect();
        let model = fit_glm(Family::Logistic, &columns, &response, None).expect("fitted");
        let e = model.estimate(1, Covariance::ExpectedInformation, 0.95).expect("finite");
        let variance: f64 = 1.0 / 2.0 + 1.0 / 6.0 + 1.0 / 6.0 + 1.0 / 4.0;
        assert!((e.standard_error - variance.sqrt()).abs() < 1e-13);
        assert!((e.ratio().expect("finite").ratio - 4.5).abs() < 1e-12);
        // The score test of two groups is Pearson's chi-square, the Wald test the squared z.
        let score = model.score_test(&[1]).expect("defined").chi_square;
        assert!((score - 18.0 * (2.0 * 4.0 - 6.0 * 6.0f64).powi(2) / (8.0 * 10.0 * 8.0 * 10.0)).abs() < 1e-12);
        let wald = model.wald_test(&[1], Covariance::ExpectedInformation).expect("defined");
        assert!((wald.chi_square - e.z * e.z).abs() < 1e-12);
        // Zou (2004): with two groups the robust variance of the log risk ratio is the usual one.
        let poisson = fit_glm(Family::Poisson, &columns, &response, None).expect("fitted");
        let robust = poisson.estimate(1, Covariance::Sandwich, 0.95).expect("finite");
        let katz: f64 = 1.0 / 2.0 - 1.0 / 8.0 + 1.0 / 6.0 - 1.0 / 10.0;
        assert!((robust.standard_error - katz.sqrt()).abs() < 1e-13);
    }

    #[test]
    fn tests_under_separation() {
        let columns = [vec![1.0; 11], (0..11).map(|i| f64::from(i >= 6)).collect()];
        let response: Vec<f64> = (0..11).map(|i| f64::from(i < 3)).collect();
        let model = fit_glm(Family::Logistic, &columns, &response, None).expect("fitted");
        assert_eq!(model.estimate(1, Covariance::ExpectedInformation, 0.95), Err(NotEstimable::Separation));
        assert_eq!(model.wald_test(&[1], Covariance::ExpectedInformation), Err(NotEstimable::Separation));
        // The supremum of the likelihood is that of the first group alone, 6 ln(1/2).
        let expected = 2.0 * (6.0 * 0.5f64.ln() - 3.0 * (3.0f64 / 11.0).ln() - 8.0 * (8.0f64 / 11.0).ln());
        assert!((model.likelihood_ratio_test(&[1]).expect("defined").chi_square - expected).abs() < 1e-12);
        assert!(model.score_test(&[1]).is_ok());
        assert_eq!(model.likelihood_ratio_test(&[0, 1]), Err(NotEstimable::InvalidArgument));
    }
}
