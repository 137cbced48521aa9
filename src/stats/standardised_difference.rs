//! Standardised differences between two groups: of a mean, a proportion, and a variable with several categories.
//!
//! The difference in units of the root of the mean of both variances (Austin 2009, "Balance diagnostics", Statistics in
//! Medicine 28); for several categories the multivariate distance of Yang & Dalton (2012), SAS Global Forum 335. They do
//! not depend on sample size as p-values do; 0.1 is a common bound for balance.

use super::distribution::normal_multiplier;
use super::reason::{Interval, NotEstimable, check_finite, check_level};
use super::sum::{mean, squared_deviations, sum};
use super::two_proportions::TwoProportions;

/// A standardised difference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StandardisedDifference {
    /// First group minus second, in standard deviations; of several categories the distance, 0 or more.
    pub estimate: f64,
    /// sqrt(1/n_a + 1/n_b + d²/(2(n_a + n_b))) (Hedges & Olkin 1985, large samples; R `smd`).
    pub standard_error: f64,
    /// Estimate plus and minus z standard errors.
    pub interval: Interval,
}

/// Returns the standardised difference of two means, variances over n - 1.
///
/// Errors: fewer than two values in a group, no variation in either, values that are not finite.
pub fn standardised_mean_difference(a: &[f64], b: &[f64], level: f64) -> Result<StandardisedDifference, NotEstimable> {
    check_finite(a)?;
    check_finite(b)?;
    let moments = |values: &[f64]| {
        let centre = mean(values).ok_or(NotEstimable::EmptyGroup)?;
        let squares = squared_deviations(values).ok_or(NotEstimable::EmptyGroup)?;
        if values.len() < 2 {
            return Err(NotEstimable::TooFewValues);
        }
        Ok((centre, squares / (values.len() - 1) as f64))
    };
    let ((mean_a, variance_a), (mean_b, variance_b)) = (moments(a)?, moments(b)?);
    let pooled = (variance_a + variance_b) / 2.0;
    if pooled <= 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    result((mean_a - mean_b) / pooled.sqrt(), a.len() as f64, b.len() as f64, level)
}

/// Returns the standardised difference of two proportions, variances p q.
///
/// Errors: an empty group, more events than members, proportions of 0 or 1 in both groups (`ZeroVariance`).
pub fn standardised_proportion_difference(
    table: TwoProportions,
    level: f64,
) -> Result<StandardisedDifference, NotEstimable> {
    table.check(level)?;
    let (p_a, p_b) = table.proportions();
    let pooled = (p_a * (1.0 - p_a) + p_b * (1.0 - p_b)) / 2.0;
    if pooled <= 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    result((p_a - p_b) / pooled.sqrt(), table.n_a as f64, table.n_b as f64, level)
}

/// Returns the distance of two distributions over the same categories, counts given.
///
/// All categories but one enter as proportions with their multinomial covariance, averaged over the groups; which is
/// left out makes no difference, and a category empty in both groups is passed over. Two categories give the size of
/// [`standardised_proportion_difference`]. Errors: lists of different length, an empty group, fewer than two categories
/// with counts (`ZeroVariance`), groups whose counts share no category (`Singular`: the distance is infinite).
pub fn standardised_multinomial_difference(
    a: &[u64],
    b: &[u64],
    level: f64,
) -> Result<StandardisedDifference, NotEstimable> {
    if a.len() != b.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    let total = |counts: &[u64]| sum(counts.iter().map(|&c| c as f64));
    let (n_a, n_b) = (total(a), total(b));
    if n_a == 0.0 || n_b == 0.0 {
        return Err(NotEstimable::EmptyGroup);
    }
    let shares: Vec<(f64, f64)> =
        a.iter().zip(b).filter(|(x, y)| **x + **y > 0).map(|(x, y)| (*x as f64 / n_a, *y as f64 / n_b)).collect();
    if shares.len() < 2 {
        return Err(NotEstimable::ZeroVariance);
    }
    // The category left out is the largest, which keeps the covariance well conditioned.
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by(|&i, &j| (shares[i].0 + shares[i].1).total_cmp(&(shares[j].0 + shares[j].1)));
    let kept: Vec<(f64, f64)> = order[..order.len() - 1].iter().map(|&i| shares[i]).collect();
    let covariance = |i: usize, j: usize| {
        let of = |p: f64, q: f64| if i == j { p * (1.0 - p) } else { -p * q };
        (of(kept[i].0, kept[j].0) + of(kept[i].1, kept[j].1)) / 2.0
    };
    let size = kept.len();
    let mut matrix: Vec<Vec<f64>> = (0..size).map(|i| (0..size).map(|j| covariance(i, j)).collect()).collect();
    let own: Vec<f64> = (0..size).map(|i| matrix[i][i]).collect();
    let mut gap: Vec<f64> = kept.iter().map(|(p, q)| p - q).collect();
    let mut square = 0.0;
    for k in 0..size {
        if matrix[k][k] <= 1e-12 * own[k] {
            return Err(NotEstimable::Singular);
        }
        square += gap[k] * gap[k] / matrix[k][k];
        let pivot = matrix[k].clone();
        for i in k + 1..size {
            let factor = matrix[i][k] / pivot[k];
            gap[i] -= factor * gap[k];
            for (value, above) in matrix[i].iter_mut().zip(&pivot) {
                *value -= factor * above;
            }
        }
    }
    result(square.sqrt(), n_a, n_b, level)
}

fn result(estimate: f64, n_a: f64, n_b: f64, level: f64) -> Result<StandardisedDifference, NotEstimable> {
    check_level(level)?;
    let standard_error = (1.0 / n_a + 1.0 / n_b + estimate * estimate / (2.0 * (n_a + n_b))).sqrt();
    let half = normal_multiplier(level)? * standard_error;
    let interval = Interval { lower: estimate - half, upper: estimate + half };
    Ok(StandardisedDifference { estimate, standard_error, interval })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Means 2 and 4, variances 1 and 1.
        let d = standardised_mean_difference(&[1.0, 2.0, 3.0], &[3.0, 4.0, 5.0], 0.95).expect("defined");
        assert_eq!(d.estimate, -2.0);
        let scaled = standardised_mean_difference(&[10.0, 20.0, 30.0], &[30.0, 40.0, 50.0], 0.95).expect("defined");
        assert_eq!(scaled, d);
        // 1/2 against 1/5: 0.3 / sqrt((0.25 + 0.16) / 2).
        let table = TwoProportions { events_a: 10, n_a: 20, events_b: 5, n_b: 25 };
        let p = standardised_proportion_difference(table, 0.95).expect("defined");
        assert!((p.estimate - 0.3 / 0.205f64.sqrt()).abs() < 1e-15);
        let two = standardised_multinomial_difference(&[10, 10], &[5, 20], 0.95).expect("defined");
        assert!((two.estimate - p.estimate).abs() < 1e-14);
    }

    #[test]
    fn categories_in_any_order_and_empty_ones() {
        let one = standardised_multinomial_difference(&[3, 9, 4, 1], &[6, 2, 5, 5], 0.9).expect("defined");
        let other = standardised_multinomial_difference(&[5, 5, 0, 6, 2], &[4, 1, 0, 3, 9], 0.9).expect("defined");
        assert!((one.estimate - other.estimate).abs() < 1e-13);
        let zero = standardised_multinomial_difference(&[0, 4, 4], &[4, 4, 8], 0.9).expect("defined");
        assert!(zero.estimate > 0.0);
    }

    #[test]
    fn errors() {
        assert_eq!(standardised_mean_difference(&[1.0], &[1.0, 2.0], 0.95), Err(NotEstimable::TooFewValues));
        assert_eq!(standardised_mean_difference(&[], &[1.0, 2.0], 0.95), Err(NotEstimable::EmptyGroup));
        assert_eq!(standardised_mean_difference(&[1.0; 3], &[2.0; 3], 0.95), Err(NotEstimable::ZeroVariance));
        assert_eq!(standardised_mean_difference(&[1.0, f64::NAN], &[1.0, 2.0], 0.95), Err(NotEstimable::NotFinite));
        let all = TwoProportions { events_a: 2, n_a: 2, events_b: 0, n_b: 3 };
        assert_eq!(standardised_proportion_difference(all, 0.95), Err(NotEstimable::ZeroVariance));
        assert_eq!(standardised_multinomial_difference(&[2, 3, 0], &[0, 0, 4], 0.95), Err(NotEstimable::Singular));
        assert_eq!(standardised_multinomial_difference(&[2, 0], &[4, 0], 0.95), Err(NotEstimable::ZeroVariance));
        assert_eq!(standardised_multinomial_difference(&[2, 0], &[4], 0.95), Err(NotEstimable::InvalidArgument));
        assert_eq!(standardised_multinomial_difference(&[0, 0], &[4, 1], 0.95), Err(NotEstimable::EmptyGroup));
    }
}
