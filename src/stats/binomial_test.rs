//! Test of one proportion against a given one: exact binomial and normal approximation.

use super::distribution::normal;
use super::reason::NotEstimable;
use super::special::{beta_tails, binomial_density};
use super::sum::sum;

/// Relative slack within which two probabilities count as equal.
const EQUAL: f64 = 1e-7;

/// What "at least as extreme" means for a two-sided exact p-value of a skewed distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExactTails {
    /// All outcomes no more probable than the observed one (R `binom.test`, `mantelhaen.test`).
    NoMoreProbable,
    /// Twice the smaller one-sided p-value, at most 1 (SAS PROC FREQ `EXACT BINOMIAL`).
    TwiceSmaller,
}

/// Test of a proportion.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BinomialTest {
    /// Events over n.
    pub estimate: f64,
    /// Two-sided exact p-value, by the definition asked for.
    pub p_two_sided: f64,
    /// Exact probability of no more events than observed.
    pub p_less: f64,
    /// Exact probability of no fewer events than observed.
    pub p_greater: f64,
    /// Score statistic (estimate - null) / sqrt(null (1 - null) / n), without continuity correction.
    pub z: f64,
    /// Two-sided normal p-value of `z`.
    pub p_asymptotic: f64,
}

/// Tests whether the probability of an event is `null`, strictly between 0 and 1.
///
/// Errors: n = 0 (`EmptyGroup`), more events than n, a null outside 0..1.
pub fn binomial_test(events: u64, n: u64, null: f64, tails: ExactTails) -> Result<BinomialTest, NotEstimable> {
    if n == 0 {
        return Err(NotEstimable::EmptyGroup);
    }
    if events > n || !(null > 0.0 && null < 1.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    let (x, total) = (events as f64, n as f64);
    let z = (x - total * null) / (total * null * (1.0 - null)).sqrt();
    // P(X >= x) is the lower tail of beta(x, n - x + 1) at the null.
    let at_least = |k: u64| -> Result<f64, NotEstimable> {
        if k == 0 {
            return Ok(1.0);
        }
        if k > n {
            return Ok(0.0);
        }
        Ok(beta_tails(null, 1.0 - null, k as f64, (n - k) as f64 + 1.0)?.lower)
    };
    let at_most = |k: u64| -> Result<f64, NotEstimable> {
        if k >= n {
            return Ok(1.0);
        }
        Ok(beta_tails(null, 1.0 - null, k as f64 + 1.0, (n - k) as f64)?.upper)
    };
    let (p_less, p_greater) = (at_most(events)?, at_least(events)?);
    let p_two_sided = match tails {
        ExactTails::TwiceSmaller => (2.0 * p_less.min(p_greater)).min(1.0),
        ExactTails::NoMoreProbable => {
            let density = |k: u64| binomial_density(k as f64, (n - k) as f64, null, 1.0 - null);
            let bound = density(events) * (1.0 + EQUAL);
            // Densities rise to the mode and fall after it: both tails are found by halving.
            let mode = (((n + 1) as f64 * null) as u64).min(n);
            let low = first(0, mode, |k| density(k) > bound);
            let high = first(mode, n + 1, |k| k > n || density(k) <= bound);
            match (low > mode || density(mode) <= bound, low) {
                (true, _) => 1.0,
                (false, 0) => at_least(high)?,
                (false, low) => sum([at_most(low - 1)?, at_least(high)?]).min(1.0),
            }
        }
    };
    let tail = normal(z);
    Ok(BinomialTest {
        estimate: x / total,
        p_two_sided,
        p_less,
        p_greater,
        z,
        p_asymptotic: 2.0 * tail.lower.min(tail.upper),
    })
}

/// The first of `from..=to` with a property that, once it holds, holds to the end; `to + 1` if none.
fn first(from: u64, to: u64, holds: impl Fn(u64) -> bool) -> u64 {
    let (mut low, mut high) = (from, to + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) { high = middle } else { low = middle + 1 }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 10 throws of a coin, 8 heads: (45 + 10 + 1) / 1024 above, the same below.
        let test = binomial_test(8, 10, 0.5, ExactTails::NoMoreProbable).expect("defined");
        assert!((test.p_greater - 56.0 / 1024.0).abs() < 1e-15);
        assert!((test.p_two_sided - 112.0 / 1024.0).abs() < 1e-15);
        assert_eq!(binomial_test(5, 10, 0.5, ExactTails::NoMoreProbable).expect("defined").p_two_sided, 1.0);
        assert_eq!(binomial_test(1, 2, 0.9, ExactTails::TwiceSmaller).map(|t| (t.p_less * 100.0).round()), Ok(19.0));
    }

    #[test]
    fn all_sums_agree_with_enumeration() {
        for n in [1u64, 2, 5, 13] {
            for null in [0.05, 0.3, 0.5, 0.81] {
                let density: Vec<f64> =
                    (0..=n).map(|k| binomial_density(k as f64, (n - k) as f64, null, 1.0 - null)).collect();
                for x in 0..=n {
                    let bound = density[x as usize] * (1.0 + EQUAL);
                    let all: f64 = density.iter().filter(|d| **d <= bound).sum();
                    let test = binomial_test(x, n, null, ExactTails::NoMoreProbable).expect("defined");
                    assert!((test.p_two_sided - all).abs() < 1e-13, "{x} of {n} at {null}");
                }
            }
        }
    }

    #[test]
    fn errors() {
        assert_eq!(binomial_test(0, 0, 0.5, ExactTails::TwiceSmaller), Err(NotEstimable::EmptyGroup));
        assert_eq!(binomial_test(2, 1, 0.5, ExactTails::TwiceSmaller), Err(NotEstimable::InvalidArgument));
        assert_eq!(binomial_test(1, 1, 1.0, ExactTails::TwiceSmaller), Err(NotEstimable::InvalidArgument));
    }
}
