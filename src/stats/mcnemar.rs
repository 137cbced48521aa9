//! McNemar's test of paired proportions, from the numbers of discordant pairs.

use super::binomial_test::{ExactTails, binomial_test};
use super::distribution::chi_square;
use super::reason::NotEstimable;
use super::special::binomial_density;

/// McNemar's test in its four forms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct McNemarTest {
    /// (b - c)² / (b + c), one degree of freedom (McNemar 1947; SAS PROC FREQ `AGREE`).
    pub chi_square: f64,
    /// Upper-tail p-value of it.
    pub p: f64,
    /// (|b - c| - 1)² / (b + c), 0 for b = c (Edwards 1948; default of R `mcnemar.test`).
    pub chi_square_corrected: f64,
    /// Upper-tail p-value of it.
    pub p_corrected: f64,
    /// Exact two-sided p-value, the binomial test of b among b + c against one half.
    pub p_exact: f64,
    /// Exact two-sided p-value with half the probability of the observed number (Fagerland, Lydersen & Laake 2013).
    pub p_mid: f64,
}

/// Returns the test of b pairs with an event in the first member only against c with one in the second only.
///
/// Errors: no discordant pair (`NoEvents`); the exact p-values would be 1.
pub fn mcnemar(b: u64, c: u64) -> Result<McNemarTest, NotEstimable> {
    let n = b.checked_add(c).ok_or(NotEstimable::InvalidArgument)?;
    if n == 0 {
        return Err(NotEstimable::NoEvents);
    }
    let gap = b.abs_diff(c) as f64;
    let corrected = (gap - 1.0).max(0.0);
    let (plain, corrected) = (gap * gap / n as f64, corrected * corrected / n as f64);
    let p_exact = binomial_test(b, n, 0.5, ExactTails::TwiceSmaller)?.p_two_sided;
    let own = binomial_density(b as f64, c as f64, 0.5, 0.5);
    Ok(McNemarTest {
        chi_square: plain,
        p: chi_square(plain, 1.0)?.upper,
        chi_square_corrected: corrected,
        p_corrected: chi_square(corrected, 1.0)?.upper,
        p_exact,
        p_mid: if b == c { 1.0 - 0.5 * own } else { p_exact - own },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published() {
        // Airway hyper-responsiveness before and after stem cell transplantation, Fagerland et al. (2013), table 1:
        // 1 against 7 discordant pairs, exact 0.070, mid-p 0.039, asymptotic 0.034.
        let test = mcnemar(1, 7).expect("defined");
        assert_eq!(format!("{:.3} {:.3} {:.3}", test.p_exact, test.p_mid, test.p), "0.070 0.039 0.034");
    }

    #[test]
    fn swapped_and_degenerate() {
        assert_eq!(mcnemar(3, 9), mcnemar(9, 3));
        assert_eq!(mcnemar(0, 0), Err(NotEstimable::NoEvents));
        let even = mcnemar(4, 4).expect("defined");
        assert_eq!((even.p, even.p_corrected, even.p_exact), (1.0, 1.0, 1.0));
        assert!((even.p_mid - (1.0 - 35.0 / 256.0)).abs() < 1e-15);
        assert!((mcnemar(0, 1).expect("defined").p_mid - 0.5).abs() < 1e-15);
    }
}
