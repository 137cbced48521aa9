//! Parameter draws by Bayesian linear regression, one visit after the other, for monotone missing data.
//!
//! SAS PROC MI, MONOTONE REG (Rubin 1987, p. 166): visit j is regressed on the design and all visits before it, in the
//! subjects with visit j observed; sigma*^2 = residual sum of squares / chi-square(residual df) and beta* = beta-hat +
//! sigma* R^-1 z with R'R = X'X. These are exact draws from the posterior with prior 1/sigma^2 for each regression, no
//! Markov chain. The regressions are then put together to means and a covariance of all visits, so that the same draw
//! serves imputation at random and reference-based imputation; with the normal numbers of a subject in the order of the
//! visits, the imputed values are those of the sequential regressions.

use nalgebra::DMatrix;

use super::normal_model::{Longitudinal, NormalParameters};
use super::random_stream::{RandomStream, StreamUse};
use crate::stats::linear_model::{LinearModel, fit_linear_model};
use crate::stats::reason::NotEstimable;

/// The regressions of the visits of each group, ready for draws.
#[derive(Debug, Clone, PartialEq)]
pub struct MonotoneRegressions {
    n_columns: usize,
    /// For each group the regression of each visit.
    groups: Vec<Vec<LinearModel>>,
}

/// Fits the regressions of each visit on the design and the visits before it, by group.
///
/// Errors: `InvalidArgument` where a missing visit stands before an observed one (fill such gaps first with
/// [`super::data_augmentation`]), `TooFewValues` for a visit observed in no more subjects than it has coefficients,
/// `Singular` for dependent columns, `ZeroVariance` for a perfect fit, `EmptyGroup`.
pub fn fit_monotone(data: &Longitudinal) -> Result<MonotoneRegressions, NotEstimable> {
    let members = data.ordered_groups()?;
    if !data.is_monotone() {
        return Err(NotEstimable::InvalidArgument);
    }
    let (p, q) = (data.n_visits(), data.n_columns());
    let regression = |subjects: &Vec<usize>, visit: usize| {
        let rows: Vec<(usize, Vec<f64>)> = subjects
            .iter()
            .filter_map(|&i| Some((i, data.visits[i][..=visit].iter().copied().collect::<Option<Vec<f64>>>()?)))
            .collect();
        let design = (0..q).map(|c| rows.iter().map(|(i, _)| data.design[*i][c]).collect());
        let earlier = (0..visit).map(|k| rows.iter().map(|(_, v)| v[k]).collect());
        let columns: Vec<Vec<f64>> = design.chain(earlier).collect();
        if rows.len() <= columns.len() {
            return Err(NotEstimable::TooFewValues);
        }
        let model = fit_linear_model(&columns, &rows.iter().map(|(_, v)| v[visit]).collect::<Vec<f64>>())?;
        if model.rank < columns.len() {
            return Err(NotEstimable::Singular);
        }
        model.residual_variance()?;
        Ok(model)
    };
    let groups = members.iter().map(|subjects| (0..p).map(|visit| regression(subjects, visit)).collect());
    Ok(MonotoneRegressions { n_columns: q, groups: groups.collect::<Result<_, _>>()? })
}

impl MonotoneRegressions {
    /// Returns the parameters of each group at the least squares estimates, with residual variances SSE / df.
    pub fn estimates(&self) -> Result<Vec<NormalParameters>, NotEstimable> {
        self.assemble(|model| Ok((model.moved_coefficients(&vec![0.0; model.rank])?, model.residual_variance()?)))
    }

    /// Returns one draw of the parameters of each group, from the parameter stream of the imputation.
    ///
    /// The stream gives, for each group and each visit, a chi-square number, then a normal number for each coefficient.
    pub fn draw(&self, seed: u64, imputation: u64) -> Result<Vec<NormalParameters>, NotEstimable> {
        let mut stream = RandomStream::new(seed, imputation, StreamUse::Parameters);
        self.assemble(|model| {
            let variance = model.residual_sum_of_squares / stream.chi_square(model.residual_df)?;
            let spread = variance.sqrt();
            let steps: Vec<f64> = (0..model.rank).map(|_| spread * stream.normal()).collect();
            Ok((model.moved_coefficients(&steps)?, variance))
        })
    }

    /// Puts coefficients and residual variances of the regressions together to means and covariances.
    fn assemble(
        &self,
        mut parameters: impl FnMut(&LinearModel) -> Result<(Vec<f64>, f64), NotEstimable>,
    ) -> Result<Vec<NormalParameters>, NotEstimable> {
        let mut assembled = Vec::with_capacity(self.groups.len());
        for models in &self.groups {
            let (p, q) = (models.len(), self.n_columns);
            let mut coefficients = DMatrix::zeros(q, p);
            let mut covariance = DMatrix::zeros(p, p);
            for (j, model) in models.iter().enumerate() {
                let (beta, variance) = parameters(model)?;
                let earlier = &beta[q..];
                for c in 0..q {
                    let indirect: f64 = (0..j).map(|k| earlier[k] * coefficients[(c, k)]).sum();
                    coefficients[(c, j)] = beta[c] + indirect;
                }
                for k in 0..j {
                    let with: f64 = (0..j).map(|l| earlier[l] * covariance[(l, k)]).sum();
                    covariance[(j, k)] = with;
                    covariance[(k, j)] = with;
                }
                covariance[(j, j)] = variance + (0..j).map(|l| earlier[l] * covariance[(l, j)]).sum::<f64>();
            }
            assembled.push(NormalParameters { coefficients, covariance });
        }
        Ok(assembled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(visits: &[Vec<Option<f64>>], design: &[Vec<f64>]) -> Result<MonotoneRegressions, NotEstimable> {
        let keys: Vec<[u8; 1]> = (0..visits.len() as u8).map(|i| [i]).collect();
        let keys: Vec<&[u8]> = keys.iter().map(|k| k.as_slice()).collect();
        let group = vec![0; visits.len()];
        fit_monotone(&Longitudinal { keys: &keys, visits, design, group: &group, n_groups: 1 })
    }

    #[test]
    fn complete_visits_give_their_covariance() {
        let visits: Vec<Vec<Option<f64>>> =
            [[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [6.0, 4.0]].iter().map(|r| r.map(Some).to_vec()).collect();
        let model = fit(&visits, &vec![vec![1.0]; 4]).unwrap();
        let estimate = &model.estimates().unwrap()[0];
        assert!((estimate.mean(&[1.0])[0] - 3.0).abs() < 1e-14 && (estimate.mean(&[1.0])[1] - 3.0).abs() < 1e-14);
        assert!((estimate.covariance[(0, 0)] - 14.0 / 3.0).abs() < 1e-14);
        // Slope 7/14, residual sum of squares 10 - 49/14 on 2 degrees of freedom.
        assert!((estimate.covariance[(0, 1)] - 7.0 / 3.0).abs() < 1e-14);
        assert!((estimate.covariance[(1, 1)] - (3.25 + 7.0 / 6.0)).abs() < 1e-13);
        assert_eq!(model.draw(1, 1), model.draw(1, 1));
        assert_ne!(model.draw(1, 1), model.draw(1, 2));
    }

    #[test]
    fn reasons() {
        let one = |n: usize| vec![vec![1.0]; n];
        assert_eq!(fit(&[vec![None, Some(1.0)]], &one(1)), Err(NotEstimable::InvalidArgument));
        assert_eq!(fit(&[vec![Some(1.0)]], &one(1)), Err(NotEstimable::TooFewValues));
        let equal = vec![vec![Some(2.0)]; 4];
        assert_eq!(fit(&equal, &one(4)), Err(NotEstimable::ZeroVariance));
        let rows: Vec<Vec<Option<f64>>> = [1.0, 4.0, 2.0, 7.0].iter().map(|v| vec![Some(*v)]).collect();
        assert_eq!(fit(&rows, &vec![vec![1.0, 2.0]; 4]), Err(NotEstimable::Singular));
        let never: Vec<Vec<Option<f64>>> = rows.iter().map(|r| vec![r[0], None]).collect();
        assert_eq!(fit(&never, &one(4)), Err(NotEstimable::TooFewValues));
    }
}
