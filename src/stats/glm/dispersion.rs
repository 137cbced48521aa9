//! The likelihood of negative binomial counts in the dispersion, the coefficients maximised over.
//!
//! All sums of the gamma function are written as sums over 0..count, so that nothing cancels as the dispersion goes to
//! 0, the Poisson limit.

use super::family::Family;
use super::fit::Fitted;
use super::newton::{Outcome, Problem};
use crate::stats::cholesky::{Cholesky, weighted_cross_products};
use crate::stats::reason::{NotEstimable, Value};
use crate::stats::sum::{CompensatedSum, dot};

/// The log-likelihood's derivatives by the dispersion at given means.
pub(super) struct DispersionTerms {
    pub(super) score: f64,
    pub(super) information: f64,
    /// Negative mixed derivative of each record by dispersion and linear predictor.
    pub(super) cross: Vec<f64>,
}

/// The likelihood maximised over the coefficients for a given dispersion.
pub(super) struct Profile<'a> {
    pub(super) fitted: &'a Fitted,
    pub(super) offset: Vec<f64>,
    pub(super) counts: Vec<f64>,
    pub(super) eta: Vec<f64>,
}

impl Profile<'_> {
    pub(super) fn maximise(&mut self, dispersion: f64, coordinates: &mut Vec<f64>) -> Value {
        let family = Family::NegativeBinomial { dispersion };
        let problem = Problem { family, basis: &self.fitted.basis, response: &self.counts, offset: &self.offset };
        let Outcome::Maximum(maximum) = problem.maximise(Some(coordinates))? else {
            return Err(NotEstimable::NotConverged);
        };
        *coordinates = maximum.coordinates;
        self.eta = maximum.eta;
        Ok(maximum.log_likelihood)
    }

    /// Derivatives at the coefficients found last, and the observed information of those.
    pub(super) fn at(&self, dispersion: f64) -> Result<(DispersionTerms, Vec<f64>, Cholesky), NotEstimable> {
        let means: Vec<f64> = self.eta.iter().map(|e| libm::exp(*e)).collect();
        let terms = dispersion_terms(&self.counts, &means, dispersion);
        let cross: Vec<f64> = self.fitted.basis.iter().map(|c| dot(c, &terms.cross)).collect();
        let family = Family::NegativeBinomial { dispersion };
        let weights: Vec<f64> = self.counts.iter().zip(&self.eta).map(|(y, e)| family.terms(*y, *e).observed).collect();
        let factor =
            Cholesky::new(&weighted_cross_products(&self.fitted.basis, &weights)).ok_or(NotEstimable::Singular)?;
        Ok((terms, cross, factor))
    }
}

pub(super) fn dispersion_terms(counts: &[f64], means: &[f64], k: f64) -> DispersionTerms {
    // How many counts exceed j, for the sums over j = 0..count.
    let mut sorted: Vec<f64> = counts.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (mut score, mut information) = (CompensatedSum::default(), CompensatedSum::default());
    let mut below = 0;
    for j in 0..sorted.last().map_or(0, |y| *y as usize) {
        let value = j as f64;
        while sorted[below] <= value {
            below += 1;
        }
        let above = (sorted.len() - below) as f64;
        let ratio = value / (1.0 + k * value);
        score.add(above * ratio);
        information.add(above * ratio * ratio);
    }
    let mut cross = Vec::with_capacity(counts.len());
    for (y, mean) in counts.iter().zip(means) {
        let scale = 1.0 + k * mean;
        let (h, slope) = remainder(k * mean);
        score.add(mean * mean * h);
        score.add(-y * mean / scale);
        information.add(-mean * mean * mean * slope);
        information.add(-y * mean * mean / (scale * scale));
        cross.push((y - mean) * mean / (scale * scale));
    }
    DispersionTerms { score: score.value(), information: information.value(), cross }
}

/// (ln(1+x) - x/(1+x)) / x^2 and its derivative.
fn remainder(x: f64) -> (f64, f64) {
    if x < 0.02 {
        // Sum over k >= 2 of (-1)^k (k-1)/k x^(k-2).
        let (mut value, mut slope) = (0.0, 0.0);
        for k in (2..14).rev() {
            let sign = if k % 2 == 0 { 1.0 } else { -1.0 };
            let coefficient = sign * (k - 1) as f64 / k as f64;
            slope = slope * x + value;
            value = value * x + coefficient;
        }
        return (value, slope);
    }
    let value = (libm::log1p(x) - x / (1.0 + x)) / (x * x);
    (value, (1.0 / ((1.0 + x) * (1.0 + x)) - 2.0 * value) / x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remainder_is_smooth() {
        let (a, b) = (remainder(0.02 - 1e-12), remainder(0.02));
        assert!((a.0 - b.0).abs() < 1e-11 && (a.1 - b.1).abs() < 1e-9);
        assert!((remainder(0.0).0 - 0.5).abs() < 1e-15 && (remainder(0.0).1 + 2.0 / 3.0).abs() < 1e-15);
    }
}
