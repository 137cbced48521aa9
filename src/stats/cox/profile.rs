//! Profile-likelihood interval of one hazard ratio: the values that a likelihood-ratio test does not reject.
//!
//! Venzon & Moolgavkar (1988); SAS PHREG `RISKLIMITS=PL`. It has a finite limit on one side where the estimate
//! itself is infinite.

use super::design::Design;
use super::newton::maximise;
use super::partial_likelihood::evaluate;
use super::{CoxFit, NotEstimable};
use crate::stats::distribution::{chi_square_quantile, normal_multiplier};
use crate::stats::reason::{Value, check_level, finite};
use crate::stats::root::increasing_root;

/// Limits of a hazard ratio; `Unbounded` on a side where the likelihood does not fall far enough.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ProfileInterval {
    /// Lower limit of the ratio; 0 is no limit and given as `Unbounded`.
    pub lower: Value,
    /// Upper limit of the ratio.
    pub upper: Value,
}

impl CoxFit {
    /// Returns the profile-likelihood interval of the hazard ratio of one column.
    ///
    /// Errors: `Singular` where the column is not determined, a column or level out of range.
    pub fn profile_interval(&self, column: usize, level: f64) -> Result<ProfileInterval, NotEstimable> {
        check_level(level)?;
        if column >= self.coefficients.n_columns() {
            return Err(NotEstimable::InvalidArgument);
        }
        let k = self.kept.iter().position(|&c| c == column).ok_or(NotEstimable::Singular)?;
        let critical = chi_square_quantile(level, 1.0)?;
        let best = self.maximum.beta[k];
        let infinite = self.maximum.infinite[k];
        let width = match self.coefficients.covariance(column, column) {
            Ok(variance) => variance.sqrt() * self.design.scale[k],
            Err(_) => 1.0,
        };
        let profile = Profile::new(self, k);
        let limit = |side: f64| -> Value {
            if infinite && best * side > 0.0 {
                return Err(NotEstimable::Unbounded);
            }
            // Rises from below -critical to above it; the sign is that of the distance from the maximum.
            let drop = |b: f64| {
                let (value, slope) = profile.at(b);
                let distance = 2.0 * (self.log_likelihood - value);
                let away = if infinite { side } else { (b - best).signum() };
                (away * distance - side * critical, -2.0 * away * slope)
            };
            let start = if infinite { 0.0 } else { best + side * normal_multiplier(level)? * width };
            let root = increasing_root(drop, start, 0.1 * width)?;
            finite(libm::exp(root / self.design.scale[k]))
        };
        Ok(ProfileInterval { lower: limit(-1.0), upper: limit(1.0) })
    }
}

/// The likelihood maximised over all other columns.
struct Profile<'a> {
    fit: &'a CoxFit,
    column: usize,
    others: Design,
    other_beta: Vec<f64>,
}

impl Profile<'_> {
    fn new(fit: &CoxFit, column: usize) -> Profile<'_> {
        let places: Vec<usize> = (0..fit.kept.len()).filter(|&l| l != column).collect();
        let other_beta = places
            .iter()
            .map(|&l| if fit.maximum.infinite.contains(&true) { 0.0 } else { fit.maximum.beta[l] })
            .collect();
        Profile { fit, column, others: fit.design.with_columns(&places), other_beta }
    }

    /// The profile and its slope; minus infinity where it cannot be computed.
    fn at(&self, b: f64) -> (f64, f64) {
        let failed = (f64::NEG_INFINITY, 0.0);
        let mut design = self.others.clone();
        for (i, offset) in design.offset.iter_mut().enumerate() {
            *offset = b * self.fit.design.row(i)[self.column];
        }
        let ties = self.fit.ties;
        let other = if self.other_beta.is_empty() {
            Vec::new()
        } else {
            let likelihood = |beta: &[f64]| evaluate(&design, beta, ties);
            let Ok(start) = likelihood(&self.other_beta) else { return failed };
            match maximise(self.other_beta.clone(), start, &likelihood, &|step| design.spread(step)) {
                Ok(maximum) => maximum.beta,
                Err(_) => return failed,
            }
        };
        let mut whole = other;
        whole.insert(self.column, b);
        match evaluate(&self.fit.design, &whole, ties) {
            Ok(at) if at.log_likelihood.is_finite() => (at.log_likelihood, at.score[self.column]),
            _ => failed,
        }
    }
}
