//! Homogeneity of the odds ratios of several 2 x 2 tables: Breslow & Day (1980), Tarone (1985).

use super::distribution::chi_square;
use super::mantel_haenszel::odds_ratio_mantel_haenszel;
use super::reason::{NotEstimable, finite};
use super::sum::sum;
use super::two_proportions::TwoProportions;

/// Test that all strata have the Mantel-Haenszel odds ratio.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BreslowDayTest {
    /// Breslow and Day's statistic.
    pub chi_square: f64,
    /// Upper-tail p-value of it.
    pub p: f64,
    /// Tarone's adjusted statistic, not above the other.
    pub tarone: f64,
    /// Upper-tail p-value of it.
    pub p_tarone: f64,
    /// Degrees of freedom, one less than the strata that say something about the odds ratio.
    pub df: f64,
}

/// Returns the test; strata with a margin of zero say nothing and are passed over.
///
/// Errors: fewer than two strata left (`TooFewValues`), a common odds ratio of zero or infinity (`ZeroCell`), and those
/// of [`odds_ratio_mantel_haenszel`].
pub fn breslow_day(strata: &[TwoProportions]) -> Result<BreslowDayTest, NotEstimable> {
    let common = odds_ratio_mantel_haenszel(strata, 0.95)?.estimate?;
    if common == 0.0 {
        return Err(NotEstimable::ZeroCell);
    }
    let informative = strata.iter().filter(|t| {
        let events = t.events_a + t.events_b;
        t.n_a > 0 && t.n_b > 0 && events > 0 && events < t.n_a + t.n_b
    });
    let terms: Vec<(f64, f64)> = informative.map(|t| gap_and_variance(*t, common)).collect();
    if terms.len() < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    let plain = finite(sum(terms.iter().map(|(gap, variance)| gap * gap / variance)))?;
    let gaps = sum(terms.iter().map(|t| t.0));
    let tarone = (plain - gaps * gaps / sum(terms.iter().map(|t| t.1))).max(0.0);
    let df = (terms.len() - 1) as f64;
    Ok(BreslowDayTest {
        chi_square: plain,
        p: chi_square(plain, df)?.upper,
        tarone,
        p_tarone: chi_square(tarone, df)?.upper,
        df,
    })
}

/// Events of the first group less their expectation under the odds ratio and the margins, and their variance.
fn gap_and_variance(t: TwoProportions, odds_ratio: f64) -> (f64, f64) {
    let (n_a, n_b) = (t.n_a as f64, t.n_b as f64);
    let events = t.events_a as f64 + t.events_b as f64;
    // (1 - psi) e² + (n_b - events + psi (n_a + events)) e - psi n_a events = 0, the root within the margins, by the
    // form that does not cancel and holds for psi = 1.
    let square = 1.0 - odds_ratio;
    let linear = n_b - events + odds_ratio * (n_a + events);
    let constant = -odds_ratio * n_a * events;
    let root = (linear * linear - 4.0 * square * constant).max(0.0).sqrt();
    let (low, high) = ((events - n_b).max(0.0), events.min(n_a));
    let candidate = if linear >= 0.0 { -2.0 * constant / (linear + root) } else { (root - linear) / (2.0 * square) };
    let expected = candidate.clamp(low, high);
    let cells = [expected, n_a - expected, events - expected, n_b - events + expected];
    (t.events_a as f64 - expected, 1.0 / sum(cells.map(|c| 1.0 / c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_by_sas() {
        // Migraine trial of the SAS documentation of PROC FREQ.
        let strata = [
            TwoProportions { events_a: 16, n_a: 27, events_b: 5, n_b: 25 },
            TwoProportions { events_a: 12, n_a: 28, events_b: 7, n_b: 26 },
        ];
        let test = breslow_day(&strata).expect("defined");
        assert_eq!(format!("{:.4} {:.4}", test.chi_square, test.p), "1.4929 0.2218");
        assert!(test.tarone <= test.chi_square);
    }

    #[test]
    fn expectation_has_the_odds_ratio() {
        for psi in [1e-6, 0.2, 1.0, 1.0 + 1e-12, 7.0, 1e6] {
            let t = TwoProportions { events_a: 3, n_a: 9, events_b: 5, n_b: 7 };
            let e = 3.0 - gap_and_variance(t, psi).0;
            let odds_ratio = e * (7.0 - 8.0 + e) / ((9.0 - e) * (8.0 - e));
            assert!((odds_ratio / psi - 1.0).abs() < 1e-8, "{odds_ratio} is not {psi}");
        }
    }

    #[test]
    fn equal_strata_and_errors() {
        let t = TwoProportions { events_a: 3, n_a: 9, events_b: 5, n_b: 7 };
        assert!(breslow_day(&[t, t]).expect("defined").chi_square < 1e-20);
        let none = TwoProportions { events_a: 0, n_a: 9, events_b: 0, n_b: 7 };
        assert_eq!(breslow_day(&[t, none]), Err(NotEstimable::TooFewValues));
        assert_eq!(breslow_day(&[none, none]), Err(NotEstimable::NoEvents));
    }
}
