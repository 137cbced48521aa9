//! Heterogeneity of an effect over subgroups or studies: Cochran's Q with inverse-variance weights.
//!
//! Cochran (1954), "The combination of estimates from different experiments"; I^2 of Higgins & Thompson (2002);
//! tau^2 of DerSimonian & Laird (1986). Checked against R metafor in `tests/reference/heterogeneity`.

use super::distribution::chi_square;
use super::glm::WaldEstimate;
use super::reason::{NotEstimable, check_finite, check_level, finite};
use super::sum::sum;

/// Heterogeneity of effects, and their mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heterogeneity {
    /// Inverse-variance weighted mean (fixed effect), on the scale of the estimates.
    pub pooled: WaldEstimate,
    /// Cochran's Q, the chi-square test of equal effects.
    pub q: f64,
    /// Degrees of freedom, estimates less one.
    pub df: f64,
    /// Upper-tail p-value of Q.
    pub p: f64,
    /// Share of the variation beyond chance, max(0, (Q - df) / Q), between 0 and 1.
    pub i_squared: f64,
    /// Variance between the effects by moments, in squared units of the estimates.
    pub tau_squared: f64,
}

/// Returns the test that effects are equal, from estimates and standard errors on an additive scale (logarithms of
/// ratios); `level` is that of the pooled interval.
///
/// Errors: fewer than two estimates, lists of different length, standard errors that are not positive.
pub fn heterogeneity(estimates: &[f64], standard_errors: &[f64], level: f64) -> Result<Heterogeneity, NotEstimable> {
    check_level(level)?;
    check_finite(estimates)?;
    check_finite(standard_errors)?;
    if estimates.len() != standard_errors.len() || standard_errors.iter().any(|s| *s <= 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    if estimates.len() < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    let weights: Vec<f64> = standard_errors.iter().map(|s| 1.0 / (s * s)).collect();
    let total = finite(sum(weights.iter().copied()))?;
    // Around the first estimate, so that equal estimates have exactly that mean.
    let first = estimates[0];
    let centre = first + sum(estimates.iter().zip(&weights).map(|(e, w)| w * (e - first))) / total;
    let q = sum(estimates.iter().zip(&weights).map(|(e, w)| w * (e - centre) * (e - centre)));
    let df = (estimates.len() - 1) as f64;
    let spread = total - sum(weights.iter().map(|w| w * w)) / total;
    Ok(Heterogeneity {
        pooled: WaldEstimate::new(centre, 1.0 / total, level)?,
        q: finite(q)?,
        df,
        p: chi_square(q, df)?.upper,
        i_squared: if q > df { (q - df) / q } else { 0.0 },
        tau_squared: if q > df { finite((q - df) / spread)? } else { 0.0 },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Weights 1 and 4: mean 1.6, Q = 1 * 1.6^2 + 4 * 0.4^2 = 3.2.
        let h = heterogeneity(&[0.0, 2.0], &[1.0, 0.5], 0.95).expect("defined");
        assert!((h.pooled.estimate - 1.6).abs() < 1e-15 && (h.q - 3.2).abs() < 1e-14);
        assert!((h.i_squared - 2.2 / 3.2).abs() < 1e-15 && (h.tau_squared - 2.2 / (5.0 - 17.0 / 5.0)).abs() < 1e-14);
        let same = heterogeneity(&[0.3; 3], &[0.1, 0.2, 0.7], 0.95).expect("defined");
        assert_eq!((same.pooled.estimate, same.q, same.p, same.tau_squared), (0.3, 0.0, 1.0, 0.0));
        assert_eq!(heterogeneity(&[0.3], &[0.1], 0.95), Err(NotEstimable::TooFewValues));
        assert_eq!(heterogeneity(&[0.3, 0.1], &[0.1, 0.0], 0.95), Err(NotEstimable::InvalidArgument));
    }
}
