//! The fitted proportional odds model: its coefficients, thresholds and Wald intervals.

use super::newton::Problem;
use crate::stats::cholesky::{Cholesky, bilinear};
use crate::stats::glm::WaldEstimate;
use crate::stats::orthonormal::{Design, orthogonalise};
use crate::stats::reason::{NotEstimable, Value};
use crate::stats::sum::{dot, mean};

/// The direction in which a coefficient counts. Both give the same intervals, with signs exchanged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrdinalSign {
    /// Positive where higher categories become more likely: logit P(Y <= j) = threshold - x'b (R `polr`, `clm`; the
    /// coefficients of SAS with DESCENDING).
    Higher,
    /// Positive where lower categories become more likely: logit P(Y <= j) = threshold + x'b (SAS by default, R
    /// `VGAM`).
    Lower,
}

/// Information behind the standard errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Information {
    /// Observed, the negative Hessian (R `polr`, `clm`).
    Observed,
    /// Expected (SAS LOGISTIC with Fisher scoring, its default; R `VGAM`).
    Expected,
}

/// A fitted proportional odds model.
#[derive(Debug, Clone, PartialEq)]
pub struct ProportionalOdds {
    /// Number of records.
    pub n: usize,
    /// The levels that occur, in order; a level without records has no threshold of its own.
    pub levels: Vec<usize>,
    /// Log-likelihood at the maximum.
    pub log_likelihood: f64,
    pub(super) columns: Vec<Vec<f64>>,
    /// Level of each record as its place in `levels`.
    pub(super) places: Vec<usize>,
    /// Design of an intercept and the columns.
    pub(super) design: Design,
    /// Orthonormal columns without the intercept's.
    pub(super) basis: Vec<Vec<f64>>,
    /// Thresholds of the orthonormal columns, then their coefficients.
    pub(super) parameters: Vec<f64>,
}

/// Fits the model to columns without an intercept (none at all gives the thresholds) and the level of each record.
///
/// Errors: no records (`TooFewValues`), all records at one level (`ZeroVariance`), lists of different length, values
/// that are not finite, `Separation` where the likelihood rises without end.
pub fn fit_proportional_odds(columns: &[Vec<f64>], level: &[usize]) -> Result<ProportionalOdds, NotEstimable> {
    let n = level.len();
    if n == 0 {
        return Err(NotEstimable::TooFewValues);
    }
    let mut levels = level.to_vec();
    levels.sort_unstable();
    levels.dedup();
    if levels.len() < 2 {
        return Err(NotEstimable::ZeroVariance);
    }
    let places: Vec<usize> = level.iter().map(|l| levels.partition_point(|k| k < l)).collect();
    let mut all = vec![vec![1.0; n]];
    all.extend(columns.iter().cloned());
    let (design, mut basis) = orthogonalise(&all, n)?;
    basis.remove(0);
    let problem = Problem { basis: &basis, places: &places, n_thresholds: levels.len() - 1 };
    let parameters = problem.maximise()?;
    let log_likelihood = problem.log_likelihood(&parameters);
    Ok(ProportionalOdds { n, levels, log_likelihood, columns: columns.to_vec(), places, design, basis, parameters })
}

impl ProportionalOdds {
    pub(super) fn n_thresholds(&self) -> usize {
        self.levels.len() - 1
    }

    /// The weights of thresholds and orthonormal coefficients in x'b for weights of the columns given.
    pub(super) fn coordinates(&self, weights: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        let mut all = vec![0.0];
        all.extend(weights);
        let mut coordinates = vec![0.0; self.n_thresholds()];
        // The first coordinate is the intercept's; it belongs to the thresholds.
        coordinates.extend(&self.design.coordinates(&all)?[1..]);
        Ok(coordinates)
    }

    /// Weights that pick one column.
    pub(super) fn unit(&self, column: usize) -> Result<Vec<f64>, NotEstimable> {
        if column >= self.columns.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        self.design.place(column + 1)?;
        let mut weights = vec![0.0; self.columns.len() + 1];
        weights[column + 1] = 1.0;
        Ok(self.design.completed(&weights)[1..].to_vec())
    }

    pub(super) fn problem(&self) -> Problem<'_> {
        Problem { basis: &self.basis, places: &self.places, n_thresholds: self.n_thresholds() }
    }

    /// Covariance of thresholds and orthonormal coefficients.
    pub(super) fn covariance(&self, kind: Information) -> Result<Vec<Vec<f64>>, NotEstimable> {
        let matrix = self.problem().information(&self.parameters, kind);
        Ok(Cholesky::new(&matrix).ok_or(NotEstimable::Singular)?.inverse())
    }

    /// Coefficient of a column, a log odds ratio; `Singular` where it depends on earlier columns or is constant.
    pub fn coefficient(&self, column: usize, sign: OrdinalSign) -> Value {
        Ok(signed(sign) * dot(&self.coordinates(&self.unit(column)?)?, &self.parameters))
    }

    /// Returns a combination of coefficients with its Wald interval.
    pub fn combination(
        &self,
        weights: &[f64],
        sign: OrdinalSign,
        kind: Information,
        level: f64,
    ) -> Result<WaldEstimate, NotEstimable> {
        let a = self.coordinates(weights)?;
        let variance = bilinear(&a, &self.covariance(kind)?, &a);
        WaldEstimate::new(signed(sign) * dot(&a, &self.parameters), variance, level)
    }

    /// Returns the coefficient of a column with its Wald interval.
    pub fn estimate(
        &self,
        column: usize,
        sign: OrdinalSign,
        kind: Information,
        level: f64,
    ) -> Result<WaldEstimate, NotEstimable> {
        self.combination(&self.unit(column)?, sign, kind, level)
    }

    /// Returns the threshold above `levels[place]`, the logit of P(Y <= level) where all columns are 0.
    pub fn threshold(&self, place: usize, kind: Information, level: f64) -> Result<WaldEstimate, NotEstimable> {
        if place >= self.n_thresholds() {
            return Err(NotEstimable::InvalidArgument);
        }
        // The orthonormal columns are free of the mean: the threshold where all columns are 0 has x'b at the means more.
        let mut means = vec![0.0];
        for column in &self.columns {
            means.push(mean(column).ok_or(NotEstimable::TooFewValues)?);
        }
        let mut a = self.coordinates(&self.design.completed(&means)[1..])?;
        a[place] += 1.0;
        let variance = bilinear(&a, &self.covariance(kind)?, &a);
        WaldEstimate::new(dot(&a, &self.parameters), variance, level)
    }
}

pub(super) fn signed(sign: OrdinalSign) -> f64 {
    match sign {
        OrdinalSign::Higher => 1.0,
        OrdinalSign::Lower => -1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::glm::{Covariance, Family, fit_glm};

    #[test]
    fn two_levels_are_logistic_regression() {
        let group: Vec<f64> = (0..18).map(|i| f64::from(i >= 8)).collect();
        let level: Vec<usize> = (0..18).map(|i| usize::from(i < 2 || (8..14).contains(&i))).collect();
        let model = fit_proportional_odds(std::slice::from_ref(&group), &level).expect("fitted");
        let y: Vec<f64> = level.iter().map(|l| *l as f64).collect();
        let logistic = fit_glm(Family::Logistic, &[vec![1.0; 18], group], &y, None).expect("fitted");
        let a = model.estimate(0, OrdinalSign::Higher, Information::Observed, 0.95).expect("known");
        let b = logistic.estimate(1, Covariance::ObservedInformation, 0.95).expect("known");
        assert!((a.estimate - b.estimate).abs() < 1e-12 && (a.standard_error - b.standard_error).abs() < 1e-12);
        let threshold = model.threshold(0, Information::Expected, 0.95).expect("known");
        assert!((threshold.estimate + logistic.coefficient(0).expect("known")).abs() < 1e-12);
    }

    #[test]
    fn reasons() {
        assert_eq!(fit_proportional_odds(&[], &[]), Err(NotEstimable::TooFewValues));
        assert_eq!(fit_proportional_odds(&[vec![1.0, 2.0]], &[3, 3]), Err(NotEstimable::ZeroVariance));
        let separated = fit_proportional_odds(&[vec![1.0, 2.0, 3.0, 4.0]], &[0, 1, 1, 2]);
        assert_eq!(separated, Err(NotEstimable::Separation));
        // Levels without records do not count, a constant column is the intercept.
        let model = fit_proportional_odds(&[vec![2.0; 6]], &[0, 5, 5, 9, 9, 9]).expect("fitted");
        assert_eq!(model.levels, [0, 5, 9]);
        assert_eq!(model.coefficient(0, OrdinalSign::Higher), Err(NotEstimable::Singular));
        let expected = 6.0f64.recip().ln() + 2.0 * 3.0f64.recip().ln() + 3.0 * 0.5f64.ln();
        assert!((model.log_likelihood - expected).abs() < 1e-12);
    }
}
