//! Wilcoxon signed-rank test: exact with ties and zeros, by normal approximation, and by SAS' t approximation.
//!
//! For pairs, pass the differences, rounded to the decimals of the data (see the module note on ties). The exact law
//! runs over all 2^n signs given the observed ranks (Streitberg & Roehmel 1986, shift algorithm). The location
//! estimate is in [`super::walsh`].

use super::chi_square::Continuity;
use super::distribution::{normal, normal_two_sided, t};
use super::rank::midranks;
use super::reason::{NotEstimable, Value, check_finite};
use super::sum::sum;

/// Number of additions that takes a few seconds; a sensible `work_limit` (reached near 1500 values).
pub const DEFAULT_WORK_LIMIT: u64 = 4_000_000_000;

/// What happens to values equal to the null value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Zeros {
    /// They are dropped before ranking (Wilcoxon 1949; SAS, R `wilcox.test`).
    Dropped,
    /// They are ranked with the others, then their ranks are dropped (Pratt 1959; default of R coin).
    Pratt,
}

/// A signed-rank test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SignedRankTest {
    /// Number of values that are not zero.
    pub n_used: usize,
    /// Number of zeros.
    pub n_zero: usize,
    /// Sum of the ranks of positive values (R's V).
    pub positive_rank_sum: f64,
    /// `positive_rank_sum` minus its expectation (SAS' S where zeros are dropped).
    pub centred: f64,
    /// Variance of `positive_rank_sum` given ties and zeros.
    pub variance: f64,
    /// Standardised statistic, z or t; `NotDefined` for the exact test.
    pub statistic: Value,
    /// Degrees of freedom of the t approximation; `NotDefined` otherwise.
    pub df: Value,
    /// Two-sided p-value; the law is symmetric, so that all exact definitions agree.
    pub p_two_sided: f64,
    /// p-value against values below zero.
    pub p_less: f64,
    /// p-value against values above zero.
    pub p_greater: f64,
}

/// Returns the test by normal approximation, with the variance corrected for ties.
///
/// Errors: no values, all of them zero (`ZeroVariance`), a value that is not finite.
pub fn signed_rank_normal(
    values: &[f64],
    zeros: Zeros,
    continuity: Continuity,
) -> Result<SignedRankTest, NotEstimable> {
    let s = Signed::new(values, zeros)?;
    let shift = match continuity {
        Continuity::Corrected => 0.5,
        Continuity::Uncorrected => 0.0,
    };
    let (sd, gap) = (s.variance.sqrt(), s.centred);
    let z = if gap == 0.0 { 0.0 } else { (gap - shift * gap.signum()) / sd };
    Ok(SignedRankTest {
        statistic: Ok(z),
        p_two_sided: normal_two_sided(z),
        p_less: normal((gap + shift) / sd).lower,
        p_greater: normal((gap - shift) / sd).upper,
        ..s.without_p()
    })
}

/// Returns the exact conditional test, ties and zeros included.
///
/// Errors: as [`signed_rank_normal`]; `WorkLimitExceeded` beyond `work_limit` additions (about n^3).
pub fn signed_rank_exact(values: &[f64], zeros: Zeros, work_limit: u64) -> Result<SignedRankTest, NotEstimable> {
    let s = Signed::new(values, zeros)?;
    let law = sign_law(&s.doubled_ranks, work_limit)?;
    let observed = (2.0 * s.positive_rank_sum).round() as usize;
    let p_less = sum(law[..=observed].iter().copied()).min(1.0);
    let p_greater = sum(law[observed..].iter().copied()).min(1.0);
    Ok(SignedRankTest { p_two_sided: (2.0 * p_less.min(p_greater)).min(1.0), p_less, p_greater, ..s.without_p() })
}

/// Returns the t approximation of SAS PROC UNIVARIATE for more than 20 nonzero values (Iman 1974), zeros dropped.
///
/// t = S sqrt((n-1)/(nV - S^2)) with n - 1 degrees of freedom. Errors: as [`signed_rank_normal`]; one value that is
/// not zero (`TooFewValues`); equal sizes with equal signs (`ZeroVariance`).
pub fn signed_rank_t(values: &[f64]) -> Result<SignedRankTest, NotEstimable> {
    let s = Signed::new(values, Zeros::Dropped)?;
    let n = s.doubled_ranks.len() as f64;
    if n < 2.0 {
        return Err(NotEstimable::TooFewValues);
    }
    let room = n * s.variance - s.centred * s.centred;
    if room <= 1e-12 * n * s.variance {
        return Err(NotEstimable::ZeroVariance);
    }
    let statistic = s.centred * ((n - 1.0) / room).sqrt();
    let tails = t(statistic, n - 1.0)?;
    Ok(SignedRankTest {
        statistic: Ok(statistic),
        df: Ok(n - 1.0),
        p_two_sided: (2.0 * tails.lower.min(tails.upper)).min(1.0),
        p_less: tails.lower,
        p_greater: tails.upper,
        ..s.without_p()
    })
}

/// Returns what SAS PROC UNIVARIATE prints: zeros dropped, exact up to 20 values that remain, [`signed_rank_t`] above.
pub fn signed_rank_univariate(values: &[f64]) -> Result<SignedRankTest, NotEstimable> {
    if Signed::new(values, Zeros::Dropped)?.doubled_ranks.len() <= 20 {
        signed_rank_exact(values, Zeros::Dropped, DEFAULT_WORK_LIMIT)
    } else {
        signed_rank_t(values)
    }
}

/// Signed ranks, before any p-value.
struct Signed {
    /// Twice the rank of the size of each value that is not zero, in ascending order.
    doubled_ranks: Vec<usize>,
    n_zero: usize,
    positive_rank_sum: f64,
    centred: f64,
    variance: f64,
}

impl Signed {
    fn new(values: &[f64], zeros: Zeros) -> Result<Self, NotEstimable> {
        check_finite(values)?;
        if values.is_empty() {
            return Err(NotEstimable::TooFewValues);
        }
        let kept: Vec<f64> = match zeros {
            Zeros::Dropped => values.iter().copied().filter(|v| *v != 0.0).collect(),
            Zeros::Pratt => values.to_vec(),
        };
        let sizes: Vec<f64> = kept.iter().map(|v| v.abs()).collect();
        // Twice a midrank is a whole number, so that these sums are exact.
        let doubled: Vec<f64> = midranks(&sizes).rank.iter().map(|r| 2.0 * r).collect();
        let used = || doubled.iter().zip(&kept).filter(|(_, v)| **v != 0.0);
        let positive: f64 = used().filter(|(_, v)| **v > 0.0).map(|(r, _)| r).sum();
        let total: f64 = used().map(|(r, _)| r).sum();
        let squares: f64 = used().map(|(r, _)| r * r).sum();
        let mut doubled_ranks: Vec<usize> = used().map(|(r, _)| *r as usize).collect();
        if doubled_ranks.is_empty() {
            return Err(NotEstimable::ZeroVariance);
        }
        doubled_ranks.sort_unstable();
        Ok(Signed {
            n_zero: values.len() - doubled_ranks.len(),
            doubled_ranks,
            positive_rank_sum: positive / 2.0,
            centred: (positive - total / 2.0) / 2.0,
            variance: squares / 16.0,
        })
    }

    fn without_p(&self) -> SignedRankTest {
        SignedRankTest {
            n_used: self.doubled_ranks.len(),
            n_zero: self.n_zero,
            positive_rank_sum: self.positive_rank_sum,
            centred: self.centred,
            variance: self.variance,
            statistic: Err(NotEstimable::NotDefined),
            df: Err(NotEstimable::NotDefined),
            p_two_sided: 1.0,
            p_less: 1.0,
            p_greater: 1.0,
        }
    }
}

/// Probability of each sum of the numbers (ascending) where each counts with probability one half.
pub(crate) fn sign_law(numbers: &[usize], work_limit: u64) -> Result<Vec<f64>, NotEstimable> {
    let total: usize = numbers.iter().sum();
    if (numbers.len() as u64).saturating_mul(total as u64) / 3 > work_limit || total > 100_000_000 {
        return Err(NotEstimable::WorkLimitExceeded);
    }
    let mut law = vec![0.0; total + 1];
    law[0] = 1.0;
    let mut reached = 0;
    for &number in numbers {
        // From above, so that each sum is read before it changes.
        for at in (0..=reached + number).rev() {
            let with = if at >= number { law[at - number] } else { 0.0 };
            law[at] = 0.5 * (law[at] + with);
        }
        reached += number;
    }
    Ok(law)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_values_by_hand() {
        // Ranks 1 to 4, negative only rank 1: V = 9; of 16 signs the sums 9 and 10 are as large: 2/16.
        let test = signed_rank_exact(&[-1.0, 2.0, 3.0, 4.0], Zeros::Dropped, 1000).expect("defined");
        assert_eq!((test.positive_rank_sum, test.centred, test.variance), (9.0, 4.0, 7.5));
        assert_eq!((test.p_greater, test.p_two_sided), (0.125, 0.25));
        // A tie: sizes 1 1 2 with ranks 1.5 1.5 3, sums of positive ranks 0 1.5 1.5 3 3 4.5 4.5 6.
        let tied = signed_rank_exact(&[1.0, -1.0, 2.0], Zeros::Dropped, 1000).expect("defined");
        assert_eq!((tied.positive_rank_sum, tied.p_greater, tied.p_less), (4.5, 0.375, 0.875));
    }

    #[test]
    fn zeros() {
        let values = [0.0, 0.0, 1.0, 2.0, -3.0];
        let dropped = signed_rank_exact(&values, Zeros::Dropped, 1000).expect("defined");
        assert_eq!((dropped.n_used, dropped.n_zero, dropped.positive_rank_sum), (3, 2, 3.0));
        let pratt = signed_rank_exact(&values, Zeros::Pratt, 1000).expect("defined");
        assert_eq!((pratt.positive_rank_sum, pratt.variance), (7.0, (9.0 + 16.0 + 25.0) / 4.0));
    }

    #[test]
    fn turning_the_signs_exchanges_the_tails() {
        let values = [0.0, 1.5, -2.0, 2.0, 7.0, -0.5, 3.0];
        let turned = values.map(|v| -v);
        for zeros in [Zeros::Dropped, Zeros::Pratt] {
            let (a, b) = (
                signed_rank_exact(&values, zeros, 1000).expect("defined"),
                signed_rank_exact(&turned, zeros, 1000).expect("defined"),
            );
            assert!((a.p_less - b.p_greater).abs() < 1e-15 && (a.p_two_sided - b.p_two_sided).abs() < 1e-15);
            assert_eq!(a.centred, -b.centred);
        }
    }

    #[test]
    fn reasons() {
        let exact = |v: &[f64]| signed_rank_exact(v, Zeros::Dropped, 1000).err();
        assert_eq!(exact(&[]), Some(NotEstimable::TooFewValues));
        assert_eq!(exact(&[0.0, 0.0]), Some(NotEstimable::ZeroVariance));
        assert_eq!(exact(&[f64::NAN]), Some(NotEstimable::NotFinite));
        assert_eq!(exact(&[1.0; 100]), Some(NotEstimable::WorkLimitExceeded));
        assert_eq!(signed_rank_t(&[1.0]).err(), Some(NotEstimable::TooFewValues));
        assert_eq!(signed_rank_t(&[2.0; 5]).err(), Some(NotEstimable::ZeroVariance));
        let one = signed_rank_exact(&[3.0], Zeros::Dropped, 1000).expect("defined");
        assert_eq!((one.p_two_sided, one.p_greater), (1.0, 0.5));
    }
}
