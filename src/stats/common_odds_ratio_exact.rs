//! Exact conditional analysis of 2 x 2 tables in strata: common odds ratio, its limits, test of no association.
//!
//! Given all margins, the events of the first group in all strata together have a distribution with the common odds
//! ratio as its only parameter (Gart 1970; Mehta, Patel & Gray 1985): the convolution of Fisher's noncentral
//! hypergeometric distributions.

use super::odds_ratio::{Noncentral, log_weights};
use super::reason::{NotEstimable, check_level};
use super::sum::sum;
use super::two_proportions::{Effect, TwoProportions};

/// Relative slack within which two probabilities count as equal.
const EQUAL: f64 = 1e-7;

/// Number of products of the convolution that takes about a second; a sensible `work_limit`.
pub const DEFAULT_WORK_LIMIT: u64 = 50_000_000;

/// Exact conditional analysis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CommonOddsRatioExact {
    /// Conditional maximum likelihood estimate and exact limits, as in [`super::odds_ratio::odds_ratio_conditional`].
    pub odds_ratio: Effect,
    /// Probability, at an odds ratio of 1, of all sums no more probable than the observed one (R `mantelhaen.test`).
    pub p_two_sided: f64,
    /// Probability of a sum not above the observed one.
    pub p_less: f64,
    /// Probability of a sum not below the observed one.
    pub p_greater: f64,
}

/// Returns the exact analysis of strata of two groups; strata with a margin of zero add nothing.
///
/// Errors: no stratum with both groups (`EmptyGroup`), more events than members, no stratum with both events and
/// non-events (`NoEvents`), more than `work_limit` products.
pub fn common_odds_ratio_exact(
    strata: &[TwoProportions],
    level: f64,
    work_limit: u64,
) -> Result<CommonOddsRatioExact, NotEstimable> {
    check_level(level)?;
    if strata.iter().any(|t| t.events_a > t.n_a || t.events_b > t.n_b) {
        return Err(NotEstimable::InvalidArgument);
    }
    if !strata.iter().any(|t| t.n_a > 0 && t.n_b > 0) {
        return Err(NotEstimable::EmptyGroup);
    }
    let mut weights = vec![0.0];
    let (mut observed, mut steps) = (0, 0u64);
    for table in strata {
        let events = table.events_a + table.events_b;
        let (least, most) = (events.saturating_sub(table.n_b), events.min(table.n_a));
        if least == most {
            continue;
        }
        steps = steps.saturating_add((weights.len() as u64).saturating_mul(most - least + 1));
        if steps > work_limit {
            return Err(NotEstimable::WorkLimitExceeded);
        }
        weights = convolved(&weights, &log_weights(*table, least, most));
        observed += (table.events_a - least) as usize;
    }
    if weights.len() == 1 {
        return Err(NotEstimable::NoEvents);
    }
    let largest = weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let density: Vec<f64> = weights.iter().map(|w| libm::exp(w - largest)).collect();
    let total = sum(density.iter().copied());
    let bound = density[observed] * (1.0 + EQUAL);
    let share = |values: &mut dyn Iterator<Item = f64>| (sum(values) / total).min(1.0);
    Ok(CommonOddsRatioExact {
        p_two_sided: share(&mut density.iter().copied().filter(|d| *d <= bound)),
        p_less: share(&mut density[..=observed].iter().copied()),
        p_greater: share(&mut density[observed..].iter().copied()),
        odds_ratio: Noncentral::new(weights).effect(observed, level),
    })
}

/// ln of the weights of a sum of two independent counts, up to a constant.
fn convolved(a: &[f64], b: &[f64]) -> Vec<f64> {
    let last = a.len() + b.len() - 2;
    let place = |k: usize| {
        let (from, to) = (k.saturating_sub(b.len() - 1), k.min(a.len() - 1));
        let terms = || (from..=to).map(|i| a[i] + b[k - i]);
        let largest = terms().fold(f64::NEG_INFINITY, f64::max);
        largest + libm::log(sum(terms().map(|t| libm::exp(t - largest))))
    };
    let list: Vec<f64> = (0..=last).map(place).collect();
    // Kept near 0, so that many strata lose no digits.
    let largest = list.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    list.iter().map(|w| w - largest).collect()
}

#[cfg(test)]
mod tests {
    use super::super::fisher::fisher_two_by_two;
    use super::super::odds_ratio::odds_ratio_conditional;
    use super::*;

    const TEA: TwoProportions = TwoProportions { events_a: 3, n_a: 4, events_b: 1, n_b: 4 };

    #[test]
    fn one_stratum_is_fisher() {
        let exact = common_odds_ratio_exact(&[TEA], 0.95, 1000).expect("defined");
        let fisher = fisher_two_by_two(3, 4, 1, 4).expect("defined");
        assert!((exact.p_two_sided - fisher.p_two_sided).abs() < 1e-14);
        assert!((exact.p_greater - fisher.p_greater).abs() < 1e-14);
        let plain = odds_ratio_conditional(TEA, 0.95).expect("defined");
        assert!((exact.odds_ratio.upper.expect("upper") / plain.upper.expect("upper") - 1.0).abs() < 1e-12);
    }

    #[test]
    fn swapped_groups_and_empty_margins() {
        let second = TwoProportions { events_a: 2, n_a: 11, events_b: 4, n_b: 7 };
        let none = TwoProportions { events_a: 0, n_a: 3, events_b: 0, n_b: 2 };
        let turn =
            |t: TwoProportions| TwoProportions { events_a: t.events_b, n_a: t.n_b, events_b: t.events_a, n_b: t.n_a };
        let one = common_odds_ratio_exact(&[TEA, none, second], 0.9, 1000).expect("defined");
        let other = common_odds_ratio_exact(&[turn(second), turn(TEA)], 0.9, 1000).expect("defined");
        assert!((one.p_two_sided - other.p_two_sided).abs() < 1e-14 && (one.p_less - other.p_greater).abs() < 1e-14);
        let product = one.odds_ratio.lower.expect("lower") * other.odds_ratio.upper.expect("upper");
        assert!((product - 1.0).abs() < 1e-12);
        assert_eq!(common_odds_ratio_exact(&[none], 0.9, 1000), Err(NotEstimable::NoEvents));
        assert_eq!(common_odds_ratio_exact(&[], 0.9, 1000), Err(NotEstimable::EmptyGroup));
        assert_eq!(common_odds_ratio_exact(&[TEA, second], 0.9, 10), Err(NotEstimable::WorkLimitExceeded));
    }
}
