//! Fitted generalised linear models: the maximum over the records that separation leaves, and what follows from it.

use super::family::Family;
use super::newton::{Outcome, Problem};
use crate::stats::orthonormal::{Design, orthogonalise};
use crate::stats::reason::{NotEstimable, Value, check_finite};
use crate::stats::sum::{CompensatedSum, dot};

/// A fitted generalised linear model.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneralisedLinearModel {
    /// Number of records.
    pub n: usize,
    /// Number of independent columns.
    pub rank: usize,
    /// Log-likelihood at the maximum, with all constants; its supremum under separation.
    pub log_likelihood: f64,
    /// Records whose fitted probability is 1 because of separation; 0 where all estimates are finite.
    pub n_separated: usize,
    pub(super) family: Family,
    pub(super) columns: Vec<Vec<f64>>,
    pub(super) response: Vec<f64>,
    pub(super) offset: Vec<f64>,
    /// The design of all records.
    pub(super) design: Design,
    pub(super) fitted: Fitted,
}

/// The maximum over the records that separation leaves.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fitted {
    /// Positions of the records.
    pub(super) active: Vec<usize>,
    pub(super) design: Design,
    /// Orthonormal columns of the records.
    pub(super) basis: Vec<Vec<f64>>,
    /// Coefficients of the orthonormal columns.
    pub(super) coordinates: Vec<f64>,
    /// Linear predictor of the records.
    pub(super) eta: Vec<f64>,
    pub(super) log_likelihood: f64,
}

/// Fits a model to columns with one entry per record; `offset` is added to the linear predictor (zeros if `None`).
///
/// Errors: no records or no column (`TooFewValues`), lists of different length or responses that the distribution
/// does not have (`InvalidArgument`), all responses 0 or, in logistic regression, all 1 (`NoEvents`), values that are
/// not finite, `NotConverged`. Separation is no error of the fit: the estimates it makes infinite are `Separation`,
/// the others and the likelihood are those of the limit.
pub fn fit_glm(
    family: Family,
    columns: &[Vec<f64>],
    response: &[f64],
    offset: Option<&[f64]>,
) -> Result<GeneralisedLinearModel, NotEstimable> {
    let n = response.len();
    if n == 0 || columns.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    family.check(response)?;
    let offset = offset.map_or_else(|| vec![0.0; n], <[f64]>::to_vec);
    if offset.len() != n {
        return Err(NotEstimable::InvalidArgument);
    }
    check_finite(&offset)?;
    let (design, _) = orthogonalise(columns, n)?;
    let fitted = supremum(family, columns, response, &offset)?;
    Ok(GeneralisedLinearModel {
        n,
        rank: design.rank(),
        log_likelihood: fitted.log_likelihood,
        n_separated: n - fitted.active.len(),
        family,
        columns: columns.to_vec(),
        response: response.to_vec(),
        offset,
        design,
        fitted,
    })
}

/// The entries of a list at some positions.
pub(super) fn select(values: &[f64], places: &[usize]) -> Vec<f64> {
    places.iter().map(|&i| values[i]).collect()
}

/// Fits the records, then those left by separation, until the maximum is reached.
pub(super) fn supremum(
    family: Family,
    columns: &[Vec<f64>],
    response: &[f64],
    offset: &[f64],
) -> Result<Fitted, NotEstimable> {
    let mut active: Vec<usize> = (0..response.len()).collect();
    loop {
        let rows: Vec<Vec<f64>> = columns.iter().map(|c| select(c, &active)).collect();
        let (design, basis) = orthogonalise(&rows, active.len())?;
        let (y, o) = (select(response, &active), select(offset, &active));
        let problem = Problem { family, basis: &basis, response: &y, offset: &o };
        match problem.maximise(None)? {
            Outcome::Maximum(m) => {
                return Ok(Fitted {
                    active,
                    design,
                    coordinates: m.coordinates,
                    eta: m.eta,
                    log_likelihood: m.log_likelihood,
                    basis,
                });
            }
            Outcome::Recession(moved) => {
                active = active.iter().zip(moved).filter(|(_, m)| !m).map(|(&i, _)| i).collect();
            }
        }
    }
}

impl GeneralisedLinearModel {
    /// Coefficient of a column, by its position.
    ///
    /// `Singular` where the column depends on earlier ones, `Separation` where the estimate is infinite.
    pub fn coefficient(&self, column: usize) -> Value {
        let weights = self.unit(column)?;
        Ok(dot(&self.coordinates(&weights)?, &self.fitted.coordinates))
    }

    /// Fitted means in the order of the records; 0 or 1 (or a rate of 0) where separation makes them so.
    pub fn fitted_means(&self) -> Vec<f64> {
        let mut means: Vec<f64> = self.response.clone();
        for (&i, eta) in self.fitted.active.iter().zip(&self.fitted.eta) {
            means[i] = self.family.mean(*eta);
        }
        means
    }

    /// Twice the log-likelihood ratio of the saturated model to this one.
    pub fn deviance(&self) -> f64 {
        let mut total = CompensatedSum::default();
        for (&i, eta) in self.fitted.active.iter().zip(&self.fitted.eta) {
            let y = self.response[i];
            let saturated = match self.family {
                Family::Logistic => 0.0,
                _ if y == 0.0 => 0.0,
                _ => self.family.terms(y, libm::log(y)).log_likelihood,
            };
            total.add(2.0 * (saturated - self.family.terms(y, *eta).log_likelihood));
        }
        total.value().max(0.0)
    }

    /// Akaike's criterion, -2 log-likelihood + 2 coefficients.
    pub fn akaike(&self) -> f64 {
        2.0 * self.rank as f64 - 2.0 * self.log_likelihood
    }

    /// Weights that pick one column.
    pub(super) fn unit(&self, column: usize) -> Result<Vec<f64>, NotEstimable> {
        if column >= self.columns.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        self.design.place(column)?;
        // A column kept beside dependent later ones is picked among the kept; later ones count as left out.
        let mut weights = vec![0.0; self.columns.len()];
        weights[column] = 1.0;
        Ok(self.design.completed(&weights))
    }

    /// A combination in the coordinates of the orthonormal columns.
    pub(super) fn coordinates(&self, weights: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        self.design.kept_weights(weights)?;
        self.fitted.design.coordinates(weights).map_err(|reason| match reason {
            NotEstimable::Singular => NotEstimable::Separation,
            other => other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two_groups(events: [usize; 2], sizes: [usize; 2]) -> (Vec<Vec<f64>>, Vec<f64>) {
        let group: Vec<f64> = (0..2).flat_map(|g| vec![g as f64; sizes[g]]).collect();
        let response = (0..2).flat_map(|g| (0..sizes[g]).map(move |i| f64::from(i < events[g]))).collect();
        (vec![vec![1.0; group.len()], group], response)
    }

    #[test]
    fn two_groups_by_hand() {
        // Odds 1/3 and 3/2: log odds ratio ln 4.5, variance 1/2 + 1/6 + 1/6 + 1/4.
        let (columns, response) = two_groups([2, 6], [8, 10]);
        let model = fit_glm(Family::Logistic, &columns, &response, None).expect("fitted");
        assert!((model.coefficient(1).expect("finite") - 4.5f64.ln()).abs() < 1e-13);
        assert!((model.coefficient(0).expect("finite") + 3f64.ln()).abs() < 1e-13);
        assert_eq!(model.n_separated, 0);
        let poisson = fit_glm(Family::Poisson, &columns, &response, None).expect("fitted");
        assert!((poisson.coefficient(1).expect("finite") - (0.6f64 / 0.25).ln()).abs() < 1e-13);
    }

    #[test]
    fn separation_leaves_the_rest() {
        // No event in the second group: its effect is infinite, the first group's odds are not.
        let (columns, response) = two_groups([3, 0], [6, 5]);
        for family in [Family::Logistic, Family::Poisson] {
            let model = fit_glm(family, &columns, &response, None).expect("fitted");
            assert_eq!((model.n_separated, model.coefficient(1)), (5, Err(NotEstimable::Separation)));
            let expected = if family == Family::Logistic { 0.0 } else { 0.5f64.ln() };
            assert!((model.coefficient(0).expect("finite") - expected).abs() < 1e-13);
        }
        let (columns, response) = two_groups([6, 0], [6, 5]);
        let model = fit_glm(Family::Logistic, &columns, &response, None).expect("fitted");
        assert_eq!((model.n_separated, model.log_likelihood), (11, 0.0));
        assert_eq!(model.coefficient(0), Err(NotEstimable::Separation));
    }

    #[test]
    fn reasons() {
        let (columns, response) = two_groups([0, 0], [3, 3]);
        assert_eq!(fit_glm(Family::Logistic, &columns, &response, None), Err(NotEstimable::NoEvents));
        assert_eq!(fit_glm(Family::Poisson, &columns, &response, None), Err(NotEstimable::NoEvents));
        assert_eq!(fit_glm(Family::Logistic, &columns, &[], None), Err(NotEstimable::TooFewValues));
        assert_eq!(fit_glm(Family::Logistic, &[], &[1.0], None), Err(NotEstimable::TooFewValues));
        let model = fit_glm(Family::Logistic, &[vec![1.0; 4], vec![2.0; 4]], &[0.0, 1.0, 1.0, 1.0], None);
        let model = model.expect("fitted");
        assert_eq!(model.coefficient(1), Err(NotEstimable::Singular));
        assert!((model.coefficient(0).expect("finite") - 3f64.ln()).abs() < 1e-13);
        assert_eq!(
            fit_glm(Family::Logistic, &columns, &[0.0, 2.0, 0.0, 1.0, 1.0, 0.0], None),
            Err(NotEstimable::InvalidArgument)
        );
        assert_eq!(
            fit_glm(Family::Poisson, &columns, &[0.0, 1.5, 0.0, 1.0, 1.0, 0.0], None),
            Err(NotEstimable::InvalidArgument)
        );
        assert_eq!(fit_glm(Family::Poisson, &columns, &[f64::NAN; 6], None), Err(NotEstimable::NotFinite));
    }
}
