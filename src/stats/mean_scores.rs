//! Stratified test of mean scores, and its rank forms: van Elteren's test and the stratified Wilcoxon test.
//!
//! Within each stratum the scores are taken as drawn without replacement (the randomisation covariance of
//! Cochran-Mantel-Haenszel; Landis, Heyman & Koch 1978, eq. 2.9), so that ties are corrected for. van Elteren (1960);
//! SAS PROC FREQ `cmh2 scores=modridit` is the test with ranks over n + 1.

use nalgebra::{DMatrix, DVector};

use super::distribution::{chi_square, normal, normal_two_sided};
use super::rank::midranks;
use super::reason::{NotEstimable, Value, check_finite};
use super::sum::{CompensatedSum, mean, squared_deviations};

/// Weight of each stratum's rank sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankWeights {
    /// 1 / (n + 1), van Elteren's locally most powerful weights (SAS `scores=modridit`).
    VanElteren,
    /// 1: the sum of the strata's rank sums (R coin's `wilcox_test(y ~ g | s)`; SAS `scores=rank`).
    Equal,
}

/// A stratified test of mean scores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanScoreTest {
    /// The chi-square statistic (SAS "Row Mean Scores Differ").
    pub chi_square: f64,
    /// Degrees of freedom, groups minus one.
    pub df: f64,
    /// Upper-tail p-value.
    pub p: f64,
    /// For two groups the signed root: positive where group 0 has the higher scores; else `NotDefined`.
    pub z: Value,
    /// p-value against lower scores in group 0, for two groups.
    pub p_less: Value,
    /// p-value against higher scores in group 0, for two groups.
    pub p_greater: Value,
    /// Strata with at least two groups and unequal scores; the others say nothing.
    pub strata_used: usize,
}

/// Returns the stratified rank test of the values of groups `0..k` within strata.
///
/// Ranks are midranks within the stratum. Errors: lists of different length (`InvalidArgument`), fewer than two
/// groups or one without members (`EmptyGroup`), no stratum that compares groups (`ZeroVariance`), strata that do
/// not connect the groups (`Singular`), a value that is not finite.
pub fn stratified_rank_test(
    values: &[f64],
    groups: &[usize],
    strata: &[usize],
    weights: RankWeights,
) -> Result<MeanScoreTest, NotEstimable> {
    check_finite(values)?;
    if values.len() != groups.len() || values.len() != strata.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    let mut scores = vec![0.0; values.len()];
    for members in members_of(strata) {
        let own: Vec<f64> = members.iter().map(|&i| values[i]).collect();
        let scale = match weights {
            RankWeights::VanElteren => own.len() as f64 + 1.0,
            RankWeights::Equal => 1.0,
        };
        for (&i, rank) in members.iter().zip(midranks(&own).rank) {
            scores[i] = rank / scale;
        }
    }
    stratified_mean_score_test(&scores, groups, strata)
}

/// Returns the test that the mean scores of groups `0..k` are equal within strata, whatever the scores are.
///
/// Errors: as [`stratified_rank_test`].
pub fn stratified_mean_score_test(
    scores: &[f64],
    groups: &[usize],
    strata: &[usize],
) -> Result<MeanScoreTest, NotEstimable> {
    check_finite(scores)?;
    if scores.len() != groups.len() || scores.len() != strata.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    let k = groups.iter().max().map_or(0, |g| g + 1);
    if k < 2 || k > groups.len() || (0..k).any(|g| !groups.contains(&g)) {
        return Err(NotEstimable::EmptyGroup);
    }
    let mut gaps = vec![CompensatedSum::default(); k - 1];
    let mut covariance = vec![CompensatedSum::default(); (k - 1) * (k - 1)];
    let mut strata_used = 0;
    for members in members_of(strata) {
        let own: Vec<f64> = members.iter().map(|&i| scores[i]).collect();
        let n = own.len() as f64;
        let centre = mean(&own).ok_or(NotEstimable::TooFewValues)?;
        let squares = squared_deviations(&own).ok_or(NotEstimable::TooFewValues)?;
        let size = own.iter().fold(0.0f64, |m, s| m.max(s.abs()));
        let sizes: Vec<f64> = (0..k).map(|g| members.iter().filter(|&&i| groups[i] == g).count() as f64).collect();
        // Below this the variation is rounding error of the scores themselves.
        let flat = squares <= n * (8.0 * f64::EPSILON * size).powi(2);
        if flat || sizes.iter().filter(|s| **s > 0.0).count() < 2 {
            continue;
        }
        strata_used += 1;
        for (&i, score) in members.iter().zip(&own) {
            if groups[i] < k - 1 {
                gaps[groups[i]].add(score - centre);
            }
        }
        let unit = squares / (n * (n - 1.0));
        for g in 0..k - 1 {
            for h in 0..k - 1 {
                let own_part = if g == h { n * sizes[g] } else { 0.0 };
                covariance[g * (k - 1) + h].add(unit * (own_part - sizes[g] * sizes[h]));
            }
        }
    }
    if strata_used == 0 {
        return Err(NotEstimable::ZeroVariance);
    }
    let gaps: Vec<f64> = gaps.iter().map(|s| s.value()).collect();
    let covariance: Vec<f64> = covariance.iter().map(|s| s.value()).collect();
    let statistic = quadratic_form(&gaps, &covariance)?;
    let df = k as f64 - 1.0;
    let (z, p_less, p_greater) = if k == 2 {
        let z = gaps[0] / covariance[0].sqrt();
        (Ok(z), Ok(normal(z).lower), Ok(normal(z).upper))
    } else {
        (Err(NotEstimable::NotDefined), Err(NotEstimable::NotDefined), Err(NotEstimable::NotDefined))
    };
    let p = match z {
        Ok(z) => normal_two_sided(z),
        Err(_) => chi_square(statistic, df)?.upper,
    };
    Ok(MeanScoreTest { chi_square: statistic, df, p, z, p_less, p_greater, strata_used })
}

/// Returns gaps' * inverse(covariance) * gaps; `Singular` where a group is not compared with the others.
fn quadratic_form(gaps: &[f64], covariance: &[f64]) -> Value {
    let matrix = DMatrix::from_row_slice(gaps.len(), gaps.len(), covariance);
    // Scaled to correlations, so that the check for dependence has no unit.
    let scale = DVector::from_fn(gaps.len(), |i, _| matrix[(i, i)].sqrt());
    if scale.iter().any(|s| *s <= 0.0) {
        return Err(NotEstimable::Singular);
    }
    let scaled = DMatrix::from_fn(gaps.len(), gaps.len(), |i, j| matrix[(i, j)] / (scale[i] * scale[j]));
    let gaps = DVector::from_fn(gaps.len(), |i, _| gaps[i] / scale[i]);
    let factor = scaled.cholesky().ok_or(NotEstimable::Singular)?;
    if factor.l_dirty().diagonal().iter().any(|d| *d < 1e-7) {
        return Err(NotEstimable::Singular);
    }
    Ok(gaps.dot(&factor.solve(&gaps)))
}

/// Positions of the members of each stratum, strata in ascending order.
pub(crate) fn members_of(strata: &[usize]) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..strata.len()).collect();
    order.sort_by_key(|&i| strata[i]);
    let same = |a: &usize, b: &usize| strata[*a] == strata[*b];
    order.chunk_by(same).map(<[usize]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_stratum_is_the_rank_sum_test() {
        use crate::stats::chi_square::Continuity;
        use crate::stats::kruskal_wallis::kruskal_wallis;
        use crate::stats::wilcoxon::rank_sum_normal;
        let values = [1.0, 3.0, 3.0, 8.0, 2.0, 3.0, 9.0, 9.0, 12.0];
        let groups = [0, 0, 0, 0, 1, 1, 1, 1, 1];
        for weights in [RankWeights::VanElteren, RankWeights::Equal] {
            let test = stratified_rank_test(&values, &groups, &[5; 9], weights).expect("defined");
            let plain = rank_sum_normal(&values[..4], &values[4..], Continuity::Uncorrected).expect("defined");
            assert!((test.z.expect("two groups") - plain.z.expect("normal")).abs() < 1e-13);
            assert!((test.p - plain.p_two_sided).abs() < 1e-13);
        }
        let three = [0, 0, 0, 1, 1, 1, 2, 2, 2];
        let test = stratified_rank_test(&values, &three, &[0; 9], RankWeights::Equal).expect("defined");
        let plain = kruskal_wallis(&[&values[..3], &values[3..6], &values[6..]]).expect("defined");
        assert!((test.chi_square - plain.statistic).abs() < 1e-12 && test.df == 2.0);
    }

    #[test]
    fn strata_that_say_nothing() {
        let values = [1.0, 2.0, 3.0, 4.0, 7.0, 5.0, 5.0];
        let groups = [0, 1, 0, 1, 0, 0, 1];
        let strata = [0, 0, 0, 0, 1, 2, 2];
        let all = stratified_rank_test(&values, &groups, &strata, RankWeights::VanElteren).expect("defined");
        let first = stratified_rank_test(&values[..4], &groups[..4], &strata[..4], RankWeights::VanElteren);
        assert_eq!(all, first.expect("defined"));
        assert_eq!(all.strata_used, 1);
        let nothing = stratified_rank_test(&values[4..], &groups[4..], &strata[4..], RankWeights::Equal);
        assert_eq!(nothing, Err(NotEstimable::ZeroVariance));
    }

    #[test]
    fn groups_that_never_meet() {
        let values = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
        let test =
            stratified_rank_test(&values, &[0, 1, 0, 1, 2, 3, 2, 3], &[0, 0, 0, 0, 1, 1, 1, 1], RankWeights::Equal);
        assert_eq!(test, Err(NotEstimable::Singular));
        let test = |g: &[usize]| stratified_rank_test(&values[..3], g, &[0; 3], RankWeights::Equal).err();
        assert_eq!(test(&[0, 0, 0]), Some(NotEstimable::EmptyGroup));
        assert_eq!(test(&[0, 2, 0]), Some(NotEstimable::EmptyGroup));
        assert_eq!(test(&[0, 1]), Some(NotEstimable::InvalidArgument));
    }

    #[test]
    fn swapping_groups_turns_the_sign() {
        let values = [1.0, 4.0, 4.0, 2.0, 9.0, 6.0, 6.0, 3.0];
        let groups = [0, 1, 0, 1, 0, 1, 1, 0];
        let strata = [0, 0, 0, 0, 1, 1, 1, 1];
        let turned = groups.map(|g| 1 - g);
        let (a, b) = (
            stratified_rank_test(&values, &groups, &strata, RankWeights::VanElteren).expect("defined"),
            stratified_rank_test(&values, &turned, &strata, RankWeights::VanElteren).expect("defined"),
        );
        assert!((a.z.expect("two") + b.z.expect("two")).abs() < 1e-13 && (a.p - b.p).abs() < 1e-13);
    }
}
