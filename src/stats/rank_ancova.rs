//! Rank analysis of covariance: Quade's test, and its stratified form with a randomisation chi-square.
//!
//! Quade (1967), JASA 62: response and covariates are ranked over all groups, the ranks of the response are
//! regressed on those of the covariates, and the residuals are compared between groups by one-way analysis of
//! variance. Stratified: ranks over n + 1 and regression within each stratum, residuals as scores of the mean score
//! test (Koch et al. 1990; Stokes, Davis & Koch 2012, section 7.7: PROC RANK `nplus1`, REG, FREQ `cmh2`).

use super::anova::{FTest, one_way_anova};
use super::linear_model::fit_linear_model;
use super::mean_scores::{MeanScoreTest, members_of, stratified_mean_score_test};
use super::rank::midranks;
use super::reason::{NotEstimable, check_finite};
use super::sum::{mean, sum};

/// Returns Quade's test of equal responses in groups `0..k` given the covariates.
///
/// `covariates` holds one list per covariate; none gives the analysis of variance of ranks. Errors: lists of
/// different length (`InvalidArgument`), no values (`TooFewValues`), fewer than two groups or one without members
/// (`EmptyGroup`), ranks explained fully by the covariates or equal (`ZeroVariance`), a value that is not finite.
pub fn quade_ancova(response: &[f64], covariates: &[&[f64]], groups: &[usize]) -> Result<FTest, NotEstimable> {
    check_lists(response, covariates, groups)?;
    let everyone: Vec<usize> = (0..response.len()).collect();
    let residuals = residual_ranks(response, covariates, &everyone)?;
    if residuals.iter().all(|r| *r == 0.0) {
        return Err(NotEstimable::ZeroVariance);
    }
    let k = groups.iter().max().map_or(0, |g| g + 1);
    if k < 2 || k > groups.len() {
        return Err(NotEstimable::EmptyGroup);
    }
    let mut samples = vec![Vec::new(); k];
    for (g, r) in groups.iter().zip(residuals) {
        samples[*g].push(r);
    }
    if samples.iter().any(Vec::is_empty) {
        return Err(NotEstimable::EmptyGroup);
    }
    one_way_anova(&samples.iter().map(Vec::as_slice).collect::<Vec<&[f64]>>())
}

/// Returns the stratified rank analysis of covariance of groups `0..k`; one stratum for all is allowed.
///
/// Strata whose ranks the covariates explain fully say nothing. Errors: as [`quade_ancova`] and
/// [`stratified_mean_score_test`].
pub fn stratified_rank_ancova(
    response: &[f64],
    covariates: &[&[f64]],
    groups: &[usize],
    strata: &[usize],
) -> Result<MeanScoreTest, NotEstimable> {
    check_lists(response, covariates, groups)?;
    if strata.len() != response.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    let mut scores = vec![0.0; response.len()];
    for members in members_of(strata) {
        let scale = members.len() as f64 + 1.0;
        for (&i, residual) in members.iter().zip(residual_ranks(response, covariates, &members)?) {
            scores[i] = residual / scale;
        }
    }
    stratified_mean_score_test(&scores, groups, strata)
}

fn check_lists(response: &[f64], covariates: &[&[f64]], groups: &[usize]) -> Result<(), NotEstimable> {
    check_finite(response)?;
    if response.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    if groups.len() != response.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    for covariate in covariates {
        check_finite(covariate)?;
        if covariate.len() != response.len() {
            return Err(NotEstimable::InvalidArgument);
        }
    }
    Ok(())
}

/// Residuals of the ranks of the response on those of the covariates among the members; 0 where they are rounding.
fn residual_ranks(response: &[f64], covariates: &[&[f64]], members: &[usize]) -> Result<Vec<f64>, NotEstimable> {
    let ranks = |list: &[f64]| {
        let own: Vec<f64> = members.iter().map(|&i| list[i]).collect();
        let rank = midranks(&own).rank;
        let centre = mean(&rank).unwrap_or(0.0);
        rank.iter().map(|r| r - centre).collect::<Vec<f64>>()
    };
    let own = ranks(response);
    let mut columns = vec![vec![1.0; members.len()]];
    columns.extend(covariates.iter().map(|c| ranks(c)));
    let model = fit_linear_model(&columns, &own)?;
    // A covariate that depends on the others adds nothing.
    let slopes: Vec<f64> = (0..columns.len()).map(|c| model.coefficient(c).unwrap_or(0.0)).collect();
    let residuals: Vec<f64> = (0..own.len())
        .map(|i| own[i] - sum(slopes.iter().zip(&columns).map(|(slope, column)| slope * column[i])))
        .collect();
    let tiny = 1e-10 * members.len() as f64;
    Ok(if residuals.iter().all(|r| r.abs() < tiny) { vec![0.0; own.len()] } else { residuals })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_covariates_it_is_the_rank_test() {
        use crate::stats::mean_scores::{RankWeights, stratified_rank_test};
        let response = [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0];
        let (groups, strata) = ([0, 1, 0, 1, 0, 1, 0, 1], [0, 0, 0, 0, 1, 1, 1, 1]);
        let plain = stratified_rank_test(&response, &groups, &strata, RankWeights::VanElteren).expect("defined");
        let ancova = stratified_rank_ancova(&response, &[], &groups, &strata).expect("defined");
        assert!((plain.chi_square - ancova.chi_square).abs() < 1e-12);
        // A covariate equal within each stratum changes nothing.
        let flat = [7.0, 7.0, 7.0, 7.0, 2.0, 2.0, 2.0, 2.0];
        let same = stratified_rank_ancova(&response, &[&flat], &groups, &strata).expect("defined");
        assert!((same.chi_square - ancova.chi_square).abs() < 1e-12);
    }

    #[test]
    fn rising_transformations_change_nothing() {
        let (y, x) = ([3.0, 1.0, 4.0, 1.5, 5.0, 9.0, 2.0, 6.0], [1.0, 2.0, 2.0, 0.5, 7.0, 3.0, 3.5, 9.0]);
        let groups = [0, 1, 0, 1, 0, 1, 2, 2];
        let once = quade_ancova(&y, &[&x], &groups).expect("defined");
        let twice = quade_ancova(&y.map(|v: f64| v.powi(3)), &[&x.map(|v: f64| v.sqrt())], &groups).expect("defined");
        assert!((once.f - twice.f).abs() < 1e-12 && once.numerator_df == 2.0);
    }

    #[test]
    fn reasons() {
        let y = [3.0, 1.0, 4.0, 2.0];
        assert_eq!(quade_ancova(&y, &[&y], &[0, 0, 1, 1]), Err(NotEstimable::ZeroVariance));
        assert_eq!(quade_ancova(&y, &[&y[..2]], &[0, 0, 1, 1]), Err(NotEstimable::InvalidArgument));
        assert_eq!(quade_ancova(&y, &[], &[0, 0, 0, 0]), Err(NotEstimable::EmptyGroup));
        assert_eq!(quade_ancova(&[], &[], &[]), Err(NotEstimable::TooFewValues));
        let nothing = stratified_rank_ancova(&y, &[&y], &[0, 0, 1, 1], &[0; 4]);
        assert_eq!(nothing, Err(NotEstimable::ZeroVariance));
    }
}
