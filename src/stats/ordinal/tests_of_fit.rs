//! Wald, score and likelihood ratio tests of coefficients, and the score test of proportional odds.

use super::fit::{Information, ProportionalOdds, fit_proportional_odds};
use super::likelihood::{information, scores};
use super::newton::Problem;
use crate::stats::cholesky::{Cholesky, bilinear, generalised_quadratic_form};
use crate::stats::glm::ChiSquare;
use crate::stats::reason::NotEstimable;
use crate::stats::sum::{CompensatedSum, dot};

impl ProportionalOdds {
    /// Wald test that the coefficients of some columns are all 0; columns left out as dependent do not count.
    pub fn wald_test(&self, columns: &[usize], kind: Information) -> Result<ChiSquare, NotEstimable> {
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
        let covariance = self.covariance(kind)?;
        let values: Vec<f64> = rows.iter().map(|r| dot(r, &self.parameters)).collect();
        let matrix: Vec<Vec<f64>> =
            rows.iter().map(|a| rows.iter().map(|b| bilinear(a, &covariance, b)).collect()).collect();
        let factor = Cholesky::new(&matrix).ok_or(NotEstimable::Singular)?;
        ChiSquare::new(factor.quadratic_form(&values), rows.len() as f64)
    }

    /// The model without some columns.
    fn without(&self, columns: &[usize]) -> Result<ProportionalOdds, NotEstimable> {
        if columns.iter().any(|&c| c >= self.columns.len()) {
            return Err(NotEstimable::InvalidArgument);
        }
        let rest: Vec<Vec<f64>> =
            (0..self.columns.len()).filter(|c| !columns.contains(c)).map(|c| self.columns[c].clone()).collect();
        let null = fit_proportional_odds(&rest, &self.places)?;
        if null.design.rank() == self.design.rank() { Err(NotEstimable::Singular) } else { Ok(null) }
    }

    /// Likelihood ratio test that the coefficients of some columns are all 0.
    pub fn likelihood_ratio_test(&self, columns: &[usize]) -> Result<ChiSquare, NotEstimable> {
        let null = self.without(columns)?;
        let df = (self.design.rank() - null.design.rank()) as f64;
        ChiSquare::new(2.0 * (self.log_likelihood - null.log_likelihood), df)
    }

    /// Score test that the coefficients of some columns are all 0.
    pub fn score_test(&self, columns: &[usize], kind: Information) -> Result<ChiSquare, NotEstimable> {
        let null = self.without(columns)?;
        // The columns kept first, so that the null model's coefficients are those of the first orthonormal columns.
        let order: Vec<Vec<f64>> = (0..self.columns.len())
            .filter(|c| !columns.contains(c))
            .chain(columns.iter().copied())
            .map(|c| self.columns[c].clone())
            .collect();
        let mut all = vec![vec![1.0; self.n]];
        all.extend(order);
        let (_, basis) = crate::stats::orthonormal::orthogonalise(&all, self.n)?;
        let problem = Problem { basis: &basis[1..], places: &self.places, n_thresholds: self.n_thresholds() };
        let mut parameters = null.parameters.clone();
        parameters.resize(self.n_thresholds() + basis.len() - 1, 0.0);
        let gradient = problem.gradient(&parameters);
        let factor = Cholesky::new(&problem.information(&parameters, kind)).ok_or(NotEstimable::Singular)?;
        ChiSquare::new(factor.quadratic_form(&gradient), (self.design.rank() - null.design.rank()) as f64)
    }

    /// Score test of proportional odds, against coefficients of their own for each threshold.
    ///
    /// Peterson & Harrell (1990), liberal in small samples. The observed information gives the value of the SAS LOGISTIC
    /// example (`tests/reference/proportional_odds`); where empty cells make it singular a generalised inverse is
    /// taken, and the degrees of freedom stay those of the model. The two informations can differ much. `NotDefined` for fewer than three levels or no column, `Singular` where the
    /// information is not positive.
    pub fn proportional_odds_test(&self, kind: Information) -> Result<ChiSquare, NotEstimable> {
        let (k, q) = (self.n_thresholds(), self.basis.len());
        if k < 2 || q == 0 {
            return Err(NotEstimable::NotDefined);
        }
        let (thresholds, coefficients) = self.parameters.split_at(k);
        let eta = self.problem().predictor(coefficients);
        let size = k * (q + 1);
        let mut gradient = vec![CompensatedSum::default(); size];
        let mut total = vec![vec![CompensatedSum::default(); size]; size];
        for (i, (&place, e)) in self.places.iter().zip(&eta).enumerate() {
            let mut row = vec![1.0];
            row.extend(self.basis.iter().map(|c| -c[i]));
            let (diagonal, beside) = information(thresholds, *e, place, kind);
            for (j, s) in scores(thresholds, *e, place).iter().enumerate() {
                for (a, x) in row.iter().enumerate() {
                    gradient[j * (q + 1) + a].add(s * x);
                    for (b, y) in row.iter().enumerate() {
                        total[j * (q + 1) + a][j * (q + 1) + b].add(diagonal[j] * x * y);
                        if j > 0 {
                            total[j * (q + 1) + a][(j - 1) * (q + 1) + b].add(beside[j] * x * y);
                        }
                    }
                }
            }
        }
        let matrix: Vec<Vec<f64>> =
            (0..size).map(|a| (0..size).map(|b| total[a.max(b)][a.min(b)].value()).collect()).collect();
        let gradient: Vec<f64> = gradient.iter().map(|g| g.value()).collect();
        let statistic = generalised_quadratic_form(&matrix, &gradient).ok_or(NotEstimable::Singular)?;
        ChiSquare::new(statistic, ((k - 1) * q) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_agree_on_reordered_levels() {
        let x: Vec<f64> = (0..24).map(|i| f64::from(i % 5)).collect();
        let level: Vec<usize> = (0..24).map(|i| (i * 7 + i / 6) % 4).collect();
        let up = fit_proportional_odds(std::slice::from_ref(&x), &level).expect("fitted");
        let reversed: Vec<usize> = level.iter().map(|l| 3 - l).collect();
        let down = fit_proportional_odds(&[x], &reversed).expect("fitted");
        for kind in [Information::Observed, Information::Expected] {
            let (a, b) = (
                up.proportional_odds_test(kind).expect("defined"),
                down.proportional_odds_test(kind).expect("defined"),
            );
            assert!((a.chi_square - b.chi_square).abs() < 1e-9 && a.df == 2.0);
            let (a, b) = (up.score_test(&[0], kind).expect("defined"), down.score_test(&[0], kind).expect("defined"));
            assert!((a.chi_square - b.chi_square).abs() < 1e-10);
        }
        assert_eq!(up.likelihood_ratio_test(&[1]), Err(NotEstimable::InvalidArgument));
    }
}
