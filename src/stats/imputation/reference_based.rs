//! Reference-based assumptions: the distribution of a subject's visits after it left its treatment.
//!
//! Carpenter, Roger & Kenward (2013), "Analysis of longitudinal trials with protocol deviation", J Biopharm Stat 23,
//! section 4. Means and covariances of the subject's own arm and of the reference arm are merged; missing visits are then
//! imputed given all observed ones under the merged distribution. Borders follow R `rbmi`: a subject that left before
//! its first visit takes the whole distribution of the reference under jump to reference and copy increments.

use nalgebra::DMatrix;

use super::matrix::{cross_product, part, product, solve};
use crate::stats::reason::NotEstimable;

/// What is assumed of the visits after a subject left its treatment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strategy {
    /// Missing at random: its own arm goes on.
    MissingAtRandom,
    /// J2R: the means of the reference from then on.
    JumpToReference,
    /// CR: as if the subject had been in the reference arm from the start.
    CopyReference,
    /// CIR: the last mean of its own arm, then the increments of the reference.
    CopyIncrements,
    /// LMCF: the last mean of its own arm stays; covariance of its own arm.
    LastMeanCarriedForward,
}

/// Means and covariance of the visits of one subject.
#[derive(Debug, Clone, PartialEq)]
pub struct VisitDistribution {
    /// Mean of each visit.
    pub mean: Vec<f64>,
    /// Covariance of the visits.
    pub covariance: DMatrix<f64>,
}

/// Returns the distribution of all visits of a subject that left its treatment before visit `first_affected`.
///
/// `first_affected` is the position of the first visit to which the assumption applies; the number of visits means none.
/// Under J2R and CIR the covariance keeps the own arm's part of the visits before and the reference's regression of
/// later on earlier visits (Carpenter et al., the display after eq. 4).
/// Errors: `InvalidArgument` for shapes, `Singular` for a reference covariance without inverse, `NotDefined` for LMCF
/// without a visit before.
pub fn merge(
    own: &VisitDistribution,
    reference: &VisitDistribution,
    strategy: Strategy,
    first_affected: usize,
) -> Result<VisitDistribution, NotEstimable> {
    let p = own.mean.len();
    let shapes = reference.mean.len() == p
        && own.covariance.shape() == (p, p)
        && reference.covariance.shape() == (p, p)
        && first_affected <= p;
    if !shapes {
        return Err(NotEstimable::InvalidArgument);
    }
    if first_affected == p || strategy == Strategy::MissingAtRandom {
        return Ok(own.clone());
    }
    let last = first_affected.checked_sub(1);
    let after = first_affected..p;
    let mut mean = own.mean.clone();
    match (strategy, last) {
        (Strategy::CopyReference, _) | (Strategy::JumpToReference | Strategy::CopyIncrements, None) => {
            return Ok(reference.clone());
        }
        (Strategy::LastMeanCarriedForward, None) => return Err(NotEstimable::NotDefined),
        (Strategy::LastMeanCarriedForward, Some(last)) => {
            after.for_each(|j| mean[j] = own.mean[last]);
            return Ok(VisitDistribution { mean, covariance: own.covariance.clone() });
        }
        (Strategy::CopyIncrements, Some(last)) => {
            after.for_each(|j| mean[j] = own.mean[last] + (reference.mean[j] - reference.mean[last]));
        }
        (Strategy::JumpToReference | Strategy::MissingAtRandom, _) => after.for_each(|j| mean[j] = reference.mean[j]),
    }
    let covariance = merge_covariance(&own.covariance, &reference.covariance, first_affected)?;
    Ok(VisitDistribution { mean, covariance })
}

/// Own covariance of the visits before, the reference's regression of the later visits on them.
fn merge_covariance(
    own: &DMatrix<f64>,
    reference: &DMatrix<f64>,
    first_affected: usize,
) -> Result<DMatrix<f64>, NotEstimable> {
    let p = own.nrows();
    let (before, after): (Vec<usize>, Vec<usize>) = (0..p).partition(|&j| j < first_affected);
    let own_before = part(own, &before, &before);
    let reference_before = part(reference, &before, &before);
    // Weights R11^-1 R12: a row for each visit before, a column for each after.
    let weights = solve(&reference_before, &part(reference, &before, &after))?;
    let across = product(&own_before, &weights);
    let gap = cross_product(&weights, &product(&(reference_before - &own_before), &weights));
    let later = part(reference, &after, &after) - gap;
    Ok(DMatrix::from_fn(p, p, |i, j| match (i < first_affected, j < first_affected) {
        (true, true) => own_before[(i, j)],
        (true, false) => across[(i, j - first_affected)],
        (false, true) => across[(j, i - first_affected)],
        (false, false) => {
            0.5 * (later[(i - first_affected, j - first_affected)] + later[(j - first_affected, i - first_affected)])
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn distribution(mean: [f64; 3], covariance: [f64; 9]) -> VisitDistribution {
        VisitDistribution { mean: mean.to_vec(), covariance: DMatrix::from_row_slice(3, 3, &covariance) }
    }

    fn arms() -> (VisitDistribution, VisitDistribution) {
        let own = distribution([10.0, 20.0, 30.0], [4.0, 2.0, 1.0, 2.0, 5.0, 2.0, 1.0, 2.0, 6.0]);
        let reference = distribution([11.0, 14.0, 18.0], [2.0, 1.0, 1.0, 1.0, 3.0, 2.0, 1.0, 2.0, 4.0]);
        (own, reference)
    }

    #[test]
    fn means() {
        let (own, reference) = arms();
        let mean = |strategy, first| merge(&own, &reference, strategy, first).unwrap().mean;
        assert_eq!(mean(Strategy::MissingAtRandom, 1), [10.0, 20.0, 30.0]);
        assert_eq!(mean(Strategy::JumpToReference, 1), [10.0, 14.0, 18.0]);
        assert_eq!(mean(Strategy::CopyReference, 1), [11.0, 14.0, 18.0]);
        assert_eq!(mean(Strategy::CopyIncrements, 1), [10.0, 13.0, 17.0]);
        assert_eq!(mean(Strategy::LastMeanCarriedForward, 2), [10.0, 20.0, 20.0]);
        assert_eq!(mean(Strategy::JumpToReference, 3), own.mean.as_slice());
        assert_eq!(merge(&own, &reference, Strategy::CopyIncrements, 0), Ok(reference.clone()));
        let none = merge(&own, &reference, Strategy::LastMeanCarriedForward, 0);
        assert_eq!(none, Err(NotEstimable::NotDefined));
        assert_eq!(merge(&own, &reference, Strategy::JumpToReference, 4), Err(NotEstimable::InvalidArgument));
    }

    #[test]
    fn means_of_the_tests_of_rbmi() {
        // Means (1, 3, 5) and (2, 6, 10), unit covariances, one visit before: tests/testthat/test-strategies.R of rbmi.
        let identity = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0];
        let (own, reference) = (distribution([1.0, 3.0, 5.0], identity), distribution([2.0, 6.0, 10.0], identity));
        let expected = [
            (Strategy::CopyIncrements, [1.0, 5.0, 9.0]),
            (Strategy::JumpToReference, [1.0, 6.0, 10.0]),
            (Strategy::LastMeanCarriedForward, [1.0, 1.0, 1.0]),
        ];
        for (strategy, mean) in expected {
            assert_eq!(merge(&own, &reference, strategy, 1), Ok(distribution(mean, identity)));
        }
    }

    #[test]
    fn covariance_by_hand() {
        // One visit before: weights (1/2, 1/2), own variance 4 instead of 2, so later parts gain 2 * 1/4.
        let (own, reference) = arms();
        let merged = merge(&own, &reference, Strategy::JumpToReference, 1).unwrap().covariance;
        let by_hand = DMatrix::from_row_slice(3, 3, &[4.0, 2.0, 2.0, 2.0, 3.5, 2.5, 2.0, 2.5, 4.5]);
        assert!((merged - by_hand).abs().max() < 1e-14);
        // The same covariance in both arms stays as it is.
        let same = VisitDistribution { covariance: own.covariance.clone(), ..reference };
        let merged = merge(&own, &same, Strategy::CopyIncrements, 2).unwrap().covariance;
        assert!((merged - &own.covariance).abs().max() < 1e-14);
    }
}
