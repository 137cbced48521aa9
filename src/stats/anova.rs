//! One-way analysis of variance.

use super::distribution::f;
use super::reason::{NotEstimable, check_finite, finite};
use super::sum::{CompensatedSum, dot, mean, squared_deviations};

/// An F test and the sums of squares it comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FTest {
    /// Sum of squares of the effect, in squared units of the values.
    pub sum_of_squares: f64,
    /// Degrees of freedom of the effect.
    pub numerator_df: f64,
    /// Residual sum of squares, in squared units of the values.
    pub residual_sum_of_squares: f64,
    /// Residual degrees of freedom.
    pub denominator_df: f64,
    /// Ratio of the two mean squares.
    pub f: f64,
    /// Upper-tail p-value.
    pub p: f64,
}

/// Returns the test of equal means; groups without values are left out.
///
/// Errors: fewer than two groups with values (`EmptyGroup`), no residual degrees of freedom (`TooFewValues`), no
/// variation within groups (`ZeroVariance`), a value that is not finite.
pub fn one_way_anova(groups: &[&[f64]]) -> Result<FTest, NotEstimable> {
    let present: Vec<&[f64]> = groups.iter().copied().filter(|g| !g.is_empty()).collect();
    for group in &present {
        check_finite(group)?;
    }
    if present.len() < 2 {
        return Err(NotEstimable::EmptyGroup);
    }
    let all: Vec<f64> = present.iter().flat_map(|g| g.iter().copied()).collect();
    if all.len() <= present.len() {
        return Err(NotEstimable::TooFewValues);
    }
    let grand = mean(&all).ok_or(NotEstimable::TooFewValues)?;
    let (mut between, mut within) = (CompensatedSum::default(), CompensatedSum::default());
    for group in &present {
        let centre = mean(group).ok_or(NotEstimable::TooFewValues)?;
        between.add(group.len() as f64 * (centre - grand) * (centre - grand));
        within.add(squared_deviations(group).ok_or(NotEstimable::TooFewValues)?);
    }
    let numerator_df = (present.len() - 1) as f64;
    let magnitude = (dot(&all, &all) / all.len() as f64).sqrt();
    f_test(between.value(), numerator_df, within.value(), (all.len() - present.len()) as f64, magnitude, all.len())
}

/// The F test of two sums of squares; residuals that are rounding error of values of this magnitude are refused.
pub(crate) fn f_test(
    sum_of_squares: f64,
    numerator_df: f64,
    residual_sum_of_squares: f64,
    denominator_df: f64,
    magnitude: f64,
    n: usize,
) -> Result<FTest, NotEstimable> {
    if denominator_df < 1.0 {
        return Err(NotEstimable::TooFewValues);
    }
    let rounding = 10.0 * f64::EPSILON * magnitude;
    if residual_sum_of_squares <= n as f64 * rounding * rounding {
        return Err(NotEstimable::ZeroVariance);
    }
    let ratio = finite(sum_of_squares / numerator_df / (residual_sum_of_squares / denominator_df))?;
    Ok(FTest {
        sum_of_squares,
        numerator_df,
        residual_sum_of_squares,
        denominator_df,
        f: ratio,
        p: f(ratio, numerator_df, denominator_df)?.upper,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // Means 2, 3, 7, grand mean 4: between 3 * (4 + 1 + 9) = 42, within 3 * 2 = 6.
        let test = one_way_anova(&[&[1.0, 2.0, 3.0], &[], &[2.0, 3.0, 4.0], &[6.0, 7.0, 8.0]]).expect("defined");
        assert_eq!((test.sum_of_squares, test.residual_sum_of_squares, test.f), (42.0, 6.0, 21.0));
        assert_eq!((test.numerator_df, test.denominator_df), (2.0, 6.0));
        // F(2, 6) has the closed upper tail (1 + f/3)^-3.
        assert!((test.p - 1.0 / 512.0).abs() < 1e-16);
    }

    #[test]
    fn reasons() {
        assert_eq!(one_way_anova(&[&[1.0, 2.0]]), Err(NotEstimable::EmptyGroup));
        assert_eq!(one_way_anova(&[&[1.0], &[2.0]]), Err(NotEstimable::TooFewValues));
        assert_eq!(one_way_anova(&[&[1.0, 1.0], &[2.0, 2.0]]), Err(NotEstimable::ZeroVariance));
    }
}
