//! The distribution of missing visits given the observed ones, in a multivariate normal model.

use nalgebra::DMatrix;

use super::matrix::{cholesky, cross_product, part, solve_lower, solve_lower_transposed};
use crate::stats::reason::NotEstimable;

/// Regression of the missing visits on the observed ones.
#[derive(Debug, Clone, PartialEq)]
pub struct ConditionalNormal {
    /// Positions of the observed visits.
    pub observed: Vec<usize>,
    /// Positions of the missing visits.
    pub missing: Vec<usize>,
    /// Regression weights: a row for each missing visit, a column for each observed one.
    pub weights: DMatrix<f64>,
    /// Covariance of the missing visits given the observed ones.
    pub covariance: DMatrix<f64>,
}

impl ConditionalNormal {
    /// Conditions a covariance on the visits that are observed; `Singular` where these have a singular covariance.
    pub fn new(covariance: &DMatrix<f64>, is_observed: &[bool]) -> Result<ConditionalNormal, NotEstimable> {
        if covariance.shape() != (is_observed.len(), is_observed.len()) {
            return Err(NotEstimable::InvalidArgument);
        }
        let (observed, missing): (Vec<usize>, Vec<usize>) = (0..is_observed.len()).partition(|&j| is_observed[j]);
        let root = cholesky(&part(covariance, &observed, &observed))?;
        let mut half = part(covariance, &observed, &missing);
        solve_lower(&root, &mut half);
        let rest = part(covariance, &missing, &missing) - cross_product(&half, &half);
        solve_lower_transposed(&root, &mut half);
        Ok(ConditionalNormal { observed, missing, weights: half.transpose(), covariance: rest })
    }

    /// Returns the mean of each missing visit, given the unconditional means and the visits of a subject.
    ///
    /// `InvalidArgument` where the visits observed are not those of the regression.
    pub fn mean(&self, means: &[f64], visits: &[Option<f64>]) -> Result<Vec<f64>, NotEstimable> {
        if means.len() != visits.len() || visits.len() != self.observed.len() + self.missing.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        let residuals: Option<Vec<f64>> = self.observed.iter().map(|&j| Some(visits[j]? - means[j])).collect();
        let residuals = residuals.ok_or(NotEstimable::InvalidArgument)?;
        let shift = |i: usize| (0..residuals.len()).map(|k| self.weights[(i, k)] * residuals[k]).sum::<f64>();
        Ok(self.missing.iter().enumerate().map(|(i, &j)| means[j] + shift(i)).collect())
    }

    /// Returns the lower triangular root of the conditional covariance; `Singular` where there is none.
    pub fn root(&self) -> Result<DMatrix<f64>, NotEstimable> {
        cholesky(&self.covariance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_visits() {
        // Correlation 1/2, standard deviations 2 and 4: slope 1, residual variance 12.
        let covariance = DMatrix::from_row_slice(2, 2, &[4.0, 4.0, 4.0, 16.0]);
        let second = ConditionalNormal::new(&covariance, &[true, false]).unwrap();
        assert_eq!(second.mean(&[10.0, 20.0], &[Some(13.0), None]), Ok(vec![23.0]));
        assert_eq!(second.covariance[(0, 0)], 12.0);
        assert_eq!(second.mean(&[10.0, 20.0], &[None, Some(1.0)]), Err(NotEstimable::InvalidArgument));
        let both = ConditionalNormal::new(&covariance, &[false, false]).unwrap();
        assert_eq!(both.mean(&[10.0, 20.0], &[None, None]), Ok(vec![10.0, 20.0]));
        assert_eq!(both.covariance, covariance);
        let none = ConditionalNormal::new(&covariance, &[true, true]).unwrap();
        assert_eq!(none.mean(&[10.0, 20.0], &[Some(1.0), Some(2.0)]), Ok(Vec::new()));
    }
}
