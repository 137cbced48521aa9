//! Friedman's test of several treatments in complete blocks, with tie correction.
//!
//! Friedman (1937); correction for ties within blocks of Conover (1999), section 5.8, as R and SAS (CMH mean scores
//! of ranks).

use super::distribution::chi_square;
use super::rank::midranks;
use super::reason::{NotEstimable, check_finite};
use super::sum::sum;

/// A Friedman test.
#[derive(Debug, Clone, PartialEq)]
pub struct FriedmanTest {
    /// The chi-square statistic.
    pub chi_square: f64,
    /// Degrees of freedom, treatments minus one.
    pub df: f64,
    /// Upper-tail p-value.
    pub p: f64,
    /// Sum over blocks of the ranks of each treatment.
    pub rank_sums: Vec<f64>,
}

/// Returns the test of blocks that each give one value per treatment, in the same order.
///
/// Errors: no block or fewer than two treatments (`TooFewValues`), blocks of different length (`InvalidArgument`),
/// no variation within any block (`ZeroVariance`), a value that is not finite.
pub fn friedman(blocks: &[&[f64]]) -> Result<FriedmanTest, NotEstimable> {
    let treatments = blocks.first().map_or(0, |b| b.len());
    if treatments < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    if blocks.iter().any(|b| b.len() != treatments) {
        return Err(NotEstimable::InvalidArgument);
    }
    let k = treatments as f64;
    let mut rank_sums = vec![0.0; treatments];
    let mut ties = 0.0;
    for block in blocks {
        check_finite(block)?;
        let ranks = midranks(block);
        for (total, rank) in rank_sums.iter_mut().zip(&ranks.rank) {
            *total += rank;
        }
        ties += ranks.tie_sum();
    }
    let n = blocks.len() as f64;
    let room = n * k * (k + 1.0) - ties / (k - 1.0);
    if room <= 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    let gaps = sum(rank_sums.iter().map(|r| (r - n * (k + 1.0) / 2.0) * (r - n * (k + 1.0) / 2.0)));
    let statistic = 12.0 * gaps / room;
    let df = k - 1.0;
    Ok(FriedmanTest { chi_square: statistic, df, p: chi_square(statistic, df)?.upper, rank_sums })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Three treatments in the same order in four blocks: 12/(4*3*4) (4^2 + 8^2 + 12^2) - 3*4*4 = 8.
        let test = friedman(&[[1.0, 2.0, 3.0].as_slice(); 4]).expect("defined");
        assert!((test.chi_square - 8.0).abs() < 1e-13);
        assert_eq!(test.rank_sums, [4.0, 8.0, 12.0]);
    }

    #[test]
    fn reasons() {
        assert_eq!(friedman(&[]), Err(NotEstimable::TooFewValues));
        assert_eq!(friedman(&[&[1.0, 1.0], &[2.0, 2.0]]), Err(NotEstimable::ZeroVariance));
        assert_eq!(friedman(&[&[1.0, 2.0], &[2.0]]), Err(NotEstimable::InvalidArgument));
    }
}
