//! Heteroscedasticity-consistent covariances of a linear model, and tests of linear hypotheses with them.
//!
//! White (1980) for HC0, MacKinnon & White (1985) for HC1 to HC3; names and formulas as R `sandwich::vcovHC` (Zeileis
//! 2004). Checked in `tests/reference/robust_covariance`.

use super::cholesky::{Cholesky, bilinear, weighted_cross_products};
use super::distribution::{f, normal_multiplier, normal_two_sided, t_multiplier, t_two_sided};
use super::linear_model::LinearEstimate;
use super::orthonormal::{Design, orthogonalise, project_twice};
use super::reason::{Interval, NotEstimable, check_finite, check_level, finite};
use super::sum::dot;

/// Covariance of the coefficients of a linear model, from residuals e, leverages h, n records and k coefficients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CovarianceType {
    /// Equal variances: residual variance times the inverse cross products.
    Classical,
    /// e^2.
    Hc0,
    /// e^2 n / (n - k) (Stata `robust`).
    Hc1,
    /// e^2 / (1 - h).
    Hc2,
    /// e^2 / (1 - h)^2 (default of R `vcovHC`, nearly the jackknife).
    Hc3,
}

/// Reference distribution of a coefficient over its standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReferenceDistribution {
    /// t (and F) with the residual degrees of freedom.
    Residual,
    /// Normal.
    Normal,
}

/// An F test of a linear hypothesis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaldF {
    /// Wald statistic over its degrees of freedom.
    pub f: f64,
    /// Degrees of freedom of the hypothesis.
    pub numerator_df: f64,
    /// Residual degrees of freedom.
    pub denominator_df: f64,
    /// Upper-tail p-value.
    pub p: f64,
}

/// A linear model with a covariance of choice.
#[derive(Debug, Clone, PartialEq)]
pub struct RobustLinearModel {
    /// Residual degrees of freedom.
    pub residual_df: f64,
    design: Design,
    projections: Vec<f64>,
    /// Covariance of the projections on the orthonormal columns.
    covariance: Vec<Vec<f64>>,
}

/// Fits the response on the columns (the intercept is a column of ones, given by the caller).
///
/// Errors: no records or column, no residual degrees of freedom (`TooFewValues`), lists of different length, values
/// that are not finite; for HC2 and HC3 a record that the model fits for itself alone (`NotDefined`).
pub fn fit_robust_linear_model(
    columns: &[Vec<f64>],
    response: &[f64],
    kind: CovarianceType,
) -> Result<RobustLinearModel, NotEstimable> {
    let n = response.len();
    if n == 0 || columns.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    check_finite(response)?;
    let (design, basis) = orthogonalise(columns, n)?;
    if n == design.rank() {
        return Err(NotEstimable::TooFewValues);
    }
    let residual_df = (n - design.rank()) as f64;
    let mut residuals = response.to_vec();
    let projections = project_twice(&basis, &mut residuals);
    // Residuals that are rounding error of the response are none.
    let rounding = 10.0 * f64::EPSILON * (dot(response, response) / n as f64).sqrt();
    if dot(&residuals, &residuals) <= n as f64 * rounding * rounding {
        residuals.fill(0.0);
    }
    let mut weights = Vec::with_capacity(n);
    for (i, e) in residuals.iter().enumerate() {
        let row: Vec<f64> = basis.iter().map(|c| c[i]).collect();
        let rest = 1.0 - dot(&row, &row);
        if matches!(kind, CovarianceType::Hc2 | CovarianceType::Hc3) && rest < 1e-10 {
            return Err(NotEstimable::NotDefined);
        }
        weights.push(match kind {
            CovarianceType::Classical => dot(&residuals, &residuals) / residual_df,
            CovarianceType::Hc0 => e * e,
            CovarianceType::Hc1 => e * e * n as f64 / residual_df,
            CovarianceType::Hc2 => e * e / rest,
            CovarianceType::Hc3 => e * e / (rest * rest),
        });
    }
    let covariance = weighted_cross_products(&basis, &weights);
    Ok(RobustLinearModel { residual_df, design, projections, covariance })
}

impl RobustLinearModel {
    /// Returns the combination of coefficients with one weight for each column given to the fit.
    ///
    /// `Singular` where the records do not determine it, `ZeroVariance` for a variance of 0.
    pub fn combination(
        &self,
        weights: &[f64],
        reference: ReferenceDistribution,
        level: f64,
    ) -> Result<LinearEstimate, NotEstimable> {
        check_level(level)?;
        let a = self.design.coordinates(weights)?;
        let estimate = dot(&a, &self.projections);
        let variance = bilinear(&a, &self.covariance, &a);
        if finite(variance)? <= 0.0 {
            return Err(NotEstimable::ZeroVariance);
        }
        let standard_error = variance.sqrt();
        let t = finite(estimate / standard_error)?;
        let (multiplier, p_two_sided) = match reference {
            ReferenceDistribution::Residual => {
                (t_multiplier(level, self.residual_df)?, t_two_sided(t, self.residual_df)?)
            }
            ReferenceDistribution::Normal => (normal_multiplier(level)?, normal_two_sided(t)),
        };
        let half = multiplier * standard_error;
        Ok(LinearEstimate {
            estimate,
            standard_error,
            df: self.residual_df,
            t,
            p_two_sided,
            interval: Interval { lower: estimate - half, upper: estimate + half },
        })
    }

    /// F test that some combinations are all 0, one row of weights each.
    ///
    /// `Singular` where one is not determined or the rows depend on each other.
    pub fn hypothesis_test(&self, rows: &[Vec<f64>]) -> Result<WaldF, NotEstimable> {
        if rows.is_empty() {
            return Err(NotEstimable::InvalidArgument);
        }
        let rows: Vec<Vec<f64>> = rows.iter().map(|r| self.design.coordinates(r)).collect::<Result<_, _>>()?;
        let values: Vec<f64> = rows.iter().map(|r| dot(r, &self.projections)).collect();
        let matrix: Vec<Vec<f64>> =
            rows.iter().map(|a| rows.iter().map(|b| bilinear(a, &self.covariance, b)).collect()).collect();
        let factor = Cholesky::new(&matrix).ok_or(NotEstimable::Singular)?;
        let numerator_df = rows.len() as f64;
        let statistic = finite(factor.quadratic_form(&values) / numerator_df)?;
        let p = f(statistic, numerator_df, self.residual_df)?.upper;
        Ok(WaldF { f: statistic, numerator_df, denominator_df: self.residual_df, p })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn welch_is_hc2_of_two_groups() {
        // The variance of a difference of means by HC2 is s1^2/n1 + s2^2/n2.
        let response = [1.0, 2.0, 4.0, 10.0, 30.0, 20.0, 25.0];
        let columns = [vec![1.0; 7], vec![0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0]];
        let fit = |kind| fit_robust_linear_model(&columns, &response, kind).expect("fitted");
        let weights = [0.0, 1.0];
        let variance = |kind| {
            let e = fit(kind).combination(&weights, ReferenceDistribution::Residual, 0.95).expect("estimable");
            e.standard_error * e.standard_error
        };
        let (s1, s2) = (7.0 / 3.0, 218.75 / 3.0);
        assert!((variance(CovarianceType::Hc2) - (s1 / 3.0 + s2 / 4.0)).abs() < 1e-11);
        assert!((variance(CovarianceType::Hc0) - (s1 * 2.0 / 9.0 + s2 * 3.0 / 16.0)).abs() < 1e-11);
        let test = fit(CovarianceType::Hc3).hypothesis_test(&[vec![0.0, 1.0]]).expect("defined");
        let e =
            fit(CovarianceType::Hc3).combination(&weights, ReferenceDistribution::Residual, 0.95).expect("estimable");
        assert!((test.f - e.t * e.t).abs() < 1e-12 && (test.p - e.p_two_sided).abs() < 1e-14);
    }

    #[test]
    fn reasons() {
        let columns = [vec![1.0; 3], vec![0.0, 0.0, 1.0]];
        let fit = |kind| fit_robust_linear_model(&columns, &[1.0, 2.0, 5.0], kind);
        assert_eq!(fit(CovarianceType::Hc3), Err(NotEstimable::NotDefined));
        assert!(fit(CovarianceType::Hc1).is_ok());
        assert_eq!(fit_robust_linear_model(&[vec![1.0]], &[2.0], CovarianceType::Hc0), Err(NotEstimable::TooFewValues));
    }
}
