//! Adjusted p-values of several hypotheses that are tested together.
//!
//! Bonferroni; Sidak (1967); Holm (1979); Hochberg (1988); Hommel (1988); truncated procedures of Dmitrienko, Tamhane
//! & Wiens (2008). A hypothesis is rejected where its adjusted p-value is not above alpha. Weighted procedures,
//! fallback and gatekeeping are graphs, in [`super::graphical`].

use super::reason::{NotEstimable, check_finite};

/// A procedure that keeps the familywise error rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Adjustment {
    /// Number of hypotheses times p.
    Bonferroni,
    /// 1 - (1 - p)^m; for independent or positively dependent statistics.
    Sidak,
    /// Step-down Bonferroni.
    Holm,
    /// Step-down Sidak.
    HolmSidak,
    /// Step-up; for independent or positively dependent statistics.
    Hochberg,
    /// Closed Simes tests; as Hochberg, and at least as powerful.
    Hommel,
    /// In the order given, each only after the one before.
    FixedSequence,
    /// Step-down with constants between Holm (fraction 1) and Bonferroni (fraction 0), for gatekeepers.
    TruncatedHolm(f64),
    /// Step-up with the same constants.
    TruncatedHochberg(f64),
}

/// Returns the adjusted p-values in the order of the hypotheses.
///
/// Errors: no p-value (`TooFewValues`), one that is not finite or outside 0..=1, a fraction outside 0..=1.
pub fn adjusted_p_values(p: &[f64], adjustment: Adjustment) -> Result<Vec<f64>, NotEstimable> {
    check_p_values(p)?;
    if let Adjustment::TruncatedHolm(fraction) | Adjustment::TruncatedHochberg(fraction) = adjustment
        && !(0.0..=1.0).contains(&fraction)
    {
        return Err(NotEstimable::InvalidArgument);
    }
    let m = p.len() as f64;
    let at_least = |n: f64, p: f64| -libm::expm1(n * libm::log1p(-p));
    // How many times the p-value counts that has `left` hypotheses from it on, itself included.
    let truncated = |left: f64, fraction: f64| 1.0 / (fraction / left + (1.0 - fraction) / m);
    Ok(match adjustment {
        Adjustment::Bonferroni => p.iter().map(|p| (m * p).min(1.0)).collect(),
        Adjustment::Sidak => p.iter().map(|&p| at_least(m, p)).collect(),
        Adjustment::Holm => step_down(p, |left, p| left * p),
        Adjustment::HolmSidak => step_down(p, at_least),
        Adjustment::Hochberg => step_up(p, |left, p| left * p),
        Adjustment::Hommel => hommel(p),
        Adjustment::FixedSequence => {
            let mut largest = 0.0f64;
            p.iter()
                .map(|&p| {
                    largest = largest.max(p);
                    largest
                })
                .collect()
        }
        Adjustment::TruncatedHolm(fraction) => step_down(p, |left, p| truncated(left, fraction) * p),
        Adjustment::TruncatedHochberg(fraction) => step_up(p, |left, p| truncated(left, fraction) * p),
    })
}

/// Checks that there are p-values and that they lie in 0..=1.
pub(crate) fn check_p_values(p: &[f64]) -> Result<(), NotEstimable> {
    check_finite(p)?;
    if p.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    if p.iter().all(|p| (0.0..=1.0).contains(p)) { Ok(()) } else { Err(NotEstimable::InvalidArgument) }
}

/// Indices from the smallest to the largest p-value.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&i, &j| p[i].total_cmp(&p[j]));
    order
}

/// From the smallest p-value on; `single` gets the number of hypotheses left and the p-value.
fn step_down(p: &[f64], single: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut largest = 0.0f64;
    for (rank, i) in ascending(p).into_iter().enumerate() {
        largest = largest.max(single((p.len() - rank) as f64, p[i])).min(1.0);
        adjusted[i] = largest;
    }
    adjusted
}

/// From the largest p-value on.
fn step_up(p: &[f64], single: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut adjusted = vec![1.0; p.len()];
    let mut smallest = 1.0f64;
    for (rank, i) in ascending(p).into_iter().enumerate().rev() {
        smallest = smallest.min(single((p.len() - rank) as f64, p[i]));
        adjusted[i] = smallest;
    }
    adjusted
}

/// Wright (1992), "Adjusted p-values for simultaneous inference", Biometrics 48, appendix.
fn hommel(p: &[f64]) -> Vec<f64> {
    let order = ascending(p);
    let sorted: Vec<f64> = order.iter().map(|&i| p[i]).collect();
    let n = sorted.len();
    let simes = |from: usize, size: f64, first: f64| {
        let terms = sorted[from..].iter().enumerate().map(|(k, p)| size * p / (first + k as f64));
        terms.fold(f64::INFINITY, f64::min)
    };
    let mut result = vec![simes(0, n as f64, 1.0); n];
    for m in (2..n).rev() {
        let size = m as f64;
        // The m - 1 largest p-values with ranks 2 to m among m.
        let edge = n - m + 1;
        let tail = simes(edge, size, 2.0);
        let at_edge = (size * sorted[edge - 1]).min(tail);
        for (i, value) in result.iter_mut().enumerate() {
            let bound = if i < edge { (size * sorted[i]).min(tail) } else { at_edge };
            *value = value.max(bound);
        }
    }
    let mut adjusted = vec![1.0; n];
    for (rank, &i) in order.iter().enumerate() {
        adjusted[i] = result[rank].max(sorted[rank]).min(1.0);
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Adjustment; 9] = [
        Adjustment::Bonferroni,
        Adjustment::Sidak,
        Adjustment::Holm,
        Adjustment::HolmSidak,
        Adjustment::Hochberg,
        Adjustment::Hommel,
        Adjustment::FixedSequence,
        Adjustment::TruncatedHolm(0.5),
        Adjustment::TruncatedHochberg(0.5),
    ];

    #[test]
    fn one_hypothesis_needs_no_adjustment() {
        for adjustment in ALL {
            let adjusted = adjusted_p_values(&[0.03], adjustment).expect("valid");
            assert!((adjusted[0] - 0.03).abs() < 1e-16, "{adjustment:?}");
        }
    }

    #[test]
    fn order_of_power() {
        let p = [0.011, 0.02, 0.022, 0.09, 0.7];
        let of = |adjustment| adjusted_p_values(&p, adjustment).expect("valid");
        let chain = [Adjustment::Bonferroni, Adjustment::Holm, Adjustment::Hochberg, Adjustment::Hommel].map(of);
        for pair in chain.windows(2) {
            assert!(pair[0].iter().zip(&pair[1]).all(|(weaker, stronger)| stronger <= weaker));
        }
        assert_eq!(of(Adjustment::TruncatedHolm(1.0)), of(Adjustment::Holm));
        assert_eq!(of(Adjustment::TruncatedHochberg(0.0)), of(Adjustment::Bonferroni));
        assert_eq!(of(Adjustment::FixedSequence), p);
    }

    #[test]
    fn extremes_and_reasons() {
        for adjustment in ALL {
            assert_eq!(adjusted_p_values(&[0.0; 3], adjustment), Ok(vec![0.0; 3]));
            assert_eq!(adjusted_p_values(&[1.0; 3], adjustment), Ok(vec![1.0; 3]));
            assert_eq!(adjusted_p_values(&[], adjustment), Err(NotEstimable::TooFewValues));
            assert_eq!(adjusted_p_values(&[1.1], adjustment), Err(NotEstimable::InvalidArgument));
            assert_eq!(adjusted_p_values(&[f64::NAN], adjustment), Err(NotEstimable::NotFinite));
        }
        let wrong = adjusted_p_values(&[0.1], Adjustment::TruncatedHolm(1.5));
        assert_eq!(wrong, Err(NotEstimable::InvalidArgument));
    }
}
