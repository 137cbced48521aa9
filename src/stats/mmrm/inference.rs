//! Contrasts and tests of the coefficients: estimate, standard error, degrees of freedom.

use super::super::distribution;
use super::super::linear_model::LinearEstimate;
use super::super::reason::{Interval, NotEstimable, check_finite, check_level};
use super::Mmrm;
use super::kenward_roger::{Approximation, approximation};
use super::matrix::{Matrix, inner};

/// Covariance of the coefficients and denominator degrees of freedom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Inference {
    /// Kenward & Roger (1997) with the second derivatives of the covariance (SAS `DDFM=KR`). Second derivatives are
    /// in the parameters of SAS, told with each structure; R mmrm's "Kenward-Roger" takes its own (for the
    /// unstructured matrix a Cholesky triangle) and differs.
    KenwardRoger,
    /// The same without the second derivatives (SAS `DDFM=KR(LINEAR)`, R mmrm "Kenward-Roger-Linear"). Equal to
    /// [`Inference::KenwardRoger`] for unstructured, Toeplitz and compound symmetry, which are linear.
    KenwardRogerLinear,
    /// Model-based covariance with degrees of freedom of Satterthwaite (Giesbrecht & Burns 1985; for several rows
    /// Fai & Cornelius 1996 as in R lmerTest).
    Satterthwaite,
    /// Model-based covariance, records less rank.
    Residual,
    /// Model-based covariance, between and within subjects (Schluchter & Elashoff 1990): columns constant within
    /// every subject have subjects less their number, others the rest; a combination takes the smaller of those
    /// involved. The intercept counts as between (SAS `DDFM=BW`; R mmrm and nlme count an intercept alone as within). For
    /// an unstructured covariance SAS gives every effect those between; this does not.
    BetweenWithin,
    /// Sandwich covariance without small-sample correction (CR0, SAS `EMPIRICAL`), records less rank.
    SandwichResidual,
    /// Sandwich covariance (CR0), between and within subjects, the default of SAS `EMPIRICAL`.
    SandwichBetweenWithin,
}

/// An F test of several combinations of coefficients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MixedTest {
    /// F statistic, scaled for Kenward-Roger.
    pub f: f64,
    /// Number of independent combinations.
    pub numerator_df: f64,
    /// Denominator degrees of freedom.
    pub denominator_df: f64,
    /// p-value of all combinations being zero.
    pub p: f64,
    /// Factor of the F statistic, 1 but for Kenward-Roger.
    pub scale: f64,
}

/// Share of its length below which a row of weights counts as dependent on earlier rows.
const DEPENDENT_ROW: f64 = 1e-10;

impl Mmrm {
    /// Returns the combination of coefficients with one weight for each column of the design.
    ///
    /// `Singular` where the records do not determine it; `InvalidArgument` for a wrong number of weights;
    /// `NotDefined` for Kenward-Roger of a full likelihood; `TooFewValues` without degrees of freedom;
    /// `ZeroVariance` where all weights are zero.
    pub fn contrast(&self, weights: &[f64], inference: Inference, level: f64) -> Result<LinearEstimate, NotEstimable> {
        check_level(level)?;
        let rotated = self.rotated(weights)?;
        let variance = self.covariance_of(inference)?.form(&rotated, &rotated);
        if variance <= 0.0 {
            return Err(NotEstimable::ZeroVariance);
        }
        let estimate = inner(&rotated, &self.coefficients);
        let standard_error = variance.sqrt();
        let df = match inference {
            Inference::KenwardRoger | Inference::KenwardRogerLinear | Inference::Satterthwaite => {
                self.satterthwaite(&rotated)?
            }
            _ => self.counted_df(&[weights], inference)?,
        };
        let t = estimate / standard_error;
        let half = distribution::t_multiplier(level, df)? * standard_error;
        Ok(LinearEstimate {
            estimate,
            standard_error,
            df,
            t,
            p_two_sided: distribution::t_two_sided(t, df)?,
            interval: Interval { lower: estimate - half, upper: estimate + half },
        })
    }

    /// Tests that all combinations are zero; each row has one weight for each column of the design.
    ///
    /// Rows that follow from earlier ones are left out. Errors as [`Mmrm::contrast`]; `NotDefined` where the
    /// approximation has no degrees of freedom.
    pub fn f_test(&self, rows: &[Vec<f64>], inference: Inference) -> Result<MixedTest, NotEstimable> {
        let mut orthogonal: Vec<Vec<f64>> = Vec::new();
        let mut kept: Vec<Vec<f64>> = Vec::new();
        for row in rows {
            let rotated = self.rotated(row)?;
            let length = inner(&rotated, &rotated).sqrt();
            let mut rest = rotated.clone();
            for _ in 0..2 {
                for unit in &orthogonal {
                    let part = inner(unit, &rest);
                    super::matrix::add_scaled(&mut rest, -part, unit);
                }
            }
            let left = inner(&rest, &rest).sqrt();
            if left > DEPENDENT_ROW * length {
                orthogonal.push(rest.iter().map(|v| v / left).collect());
                kept.push(rotated);
            }
        }
        if kept.is_empty() {
            return Err(NotEstimable::TooFewValues);
        }
        let weights = Matrix::from_fn(kept.len(), self.rank, |i, j| kept[i][j]);
        let estimates = weights.times_vector(&self.coefficients);
        let form = inverse_form(&weights, self.covariance_of(inference)?)?;
        let plain = form.form(&estimates, &estimates) / kept.len() as f64;
        let Approximation { scale, df } = match inference {
            Inference::KenwardRoger | Inference::KenwardRogerLinear => {
                let model_form = inverse_form(&weights, &self.model_based)?;
                approximation(&weights, &model_form, &self.model_based, &self.information, &self.parameter_covariance)
                    .ok_or(NotEstimable::NotDefined)?
            }
            Inference::Satterthwaite => Approximation { scale: 1.0, df: self.satterthwaite_several(&weights)? },
            _ => {
                let all: Vec<&[f64]> = rows.iter().map(Vec::as_slice).collect();
                Approximation { scale: 1.0, df: self.counted_df(&all, inference)? }
            }
        };
        let (f, numerator_df) = (scale * plain, kept.len() as f64);
        Ok(MixedTest { f, numerator_df, denominator_df: df, p: distribution::f(f, numerator_df, df)?.upper, scale })
    }

    /// Covariance of two coefficients of the design; `Singular` where one depends on earlier columns.
    pub fn coefficient_covariance(
        &self,
        first: usize,
        second: usize,
        inference: Inference,
    ) -> Result<f64, NotEstimable> {
        let unit = |column: usize| {
            let mut weights = vec![0.0; self.records.basis.n_columns()];
            *weights.get_mut(column).ok_or(NotEstimable::InvalidArgument)? = 1.0;
            self.coefficient(column)?;
            Ok(self.records.basis.kept_weights(&weights))
        };
        Ok(self.covariance_of(inference)?.form(&unit(first)?, &unit(second)?))
    }

    fn rotated(&self, weights: &[f64]) -> Result<Vec<f64>, NotEstimable> {
        check_finite(weights)?;
        if weights.len() != self.records.basis.n_columns() {
            return Err(NotEstimable::InvalidArgument);
        }
        self.records.basis.weights(weights)
    }

    fn covariance_of(&self, inference: Inference) -> Result<&Matrix, NotEstimable> {
        let adjusted = self.kenward_roger.as_ref().ok_or(NotEstimable::NotDefined);
        match inference {
            Inference::KenwardRoger => Ok(&adjusted?.0),
            Inference::KenwardRogerLinear => Ok(&adjusted?.1),
            Inference::Satterthwaite | Inference::Residual | Inference::BetweenWithin => Ok(&self.model_based),
            Inference::SandwichResidual | Inference::SandwichBetweenWithin => Ok(&self.sandwich),
        }
    }

    /// 2 v^2 / (g' W g), v the model-based variance of the combination and g its gradient.
    fn satterthwaite(&self, rotated: &[f64]) -> Result<f64, NotEstimable> {
        let spread = self.model_based.times_vector(rotated);
        let variance = inner(rotated, &spread);
        // The derivative of C is -C P_i C; the sign drops out.
        let gradient: Vec<f64> = self.information.iter().map(|own| own.form(&spread, &spread)).collect();
        let uncertainty = self.parameter_covariance.form(&gradient, &gradient);
        let df = 2.0 * variance * variance / uncertainty;
        if df.is_finite() && df > 0.0 { Ok(df) } else { Err(NotEstimable::NotDefined) }
    }

    /// Fai & Cornelius (1996): independent combinations by the eigenvectors of L C L', their degrees of freedom
    /// matched in the mean of F. Combinations with 2 or fewer give 2, equal ones their value (as lmerTest).
    fn satterthwaite_several(&self, weights: &Matrix) -> Result<f64, NotEstimable> {
        let spread = weights.times(&self.model_based);
        let variance = Matrix::from_fn(weights.rows, weights.rows, |i, j| inner(spread.row(i), weights.row(j)));
        let (_, vectors) = variance.eigen();
        let rotated = vectors.times(weights);
        let all: Vec<f64> = (0..rotated.rows).map(|i| self.satterthwaite(rotated.row(i))).collect::<Result<_, _>>()?;
        if let [only] = all.as_slice() {
            return Ok(*only);
        }
        let (low, high) = all.iter().fold((f64::INFINITY, 0.0f64), |(l, h), d| (l.min(*d), h.max(*d)));
        if high - low < 1e-8 {
            return Ok(all.iter().sum::<f64>() / all.len() as f64);
        }
        if low <= 2.0 {
            return Ok(2.0);
        }
        let mean: f64 = all.iter().map(|d| d / (d - 2.0)).sum();
        Ok(2.0 * mean / (mean - all.len() as f64))
    }

    /// Degrees of freedom that are counts.
    fn counted_df(&self, rows: &[&[f64]], inference: Inference) -> Result<f64, NotEstimable> {
        let constant = &self.records.constant_within;
        let n_between = constant.iter().filter(|c| **c).count();
        let between = self.n_subjects as f64 - n_between as f64;
        let within = (self.n_records - self.n_subjects) as f64 - (self.rank - n_between) as f64;
        let df = match inference {
            Inference::BetweenWithin | Inference::SandwichBetweenWithin => {
                let used = |k: usize| rows.iter().any(|row| row[self.records.basis.kept[k]] != 0.0);
                let own = |k: usize| if constant[k] { between } else { within };
                (0..self.rank).filter(|&k| used(k)).map(own).fold(f64::INFINITY, f64::min)
            }
            _ => (self.n_records - self.rank) as f64,
        };
        if df >= 1.0 && df.is_finite() { Ok(df) } else { Err(NotEstimable::TooFewValues) }
    }
}

/// Inverse of L C L'.
fn inverse_form(weights: &Matrix, covariance: &Matrix) -> Result<Matrix, NotEstimable> {
    let spread = weights.times(covariance);
    Matrix::from_fn(weights.rows, weights.rows, |i, j| inner(spread.row(i), weights.row(j)))
        .inverse()
        .ok_or(NotEstimable::Singular)
}
