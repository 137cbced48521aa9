//! Comparisons of several groups with one control (Dunnett).
//!
//! Dunnett (1955, 1964); the correlation of two comparisons is the product of one number for each (Hsu 1996, section
//! 3.1), so that the multivariate t probability is a double integral. Both integrals are trapezoidal sums over
//! functions that vanish at the ends, where that rule converges faster than any power of the step.

use super::distribution::{normal, normal_quantile, t_quantile};
use super::reason::{NotEstimable, Value, check_finite, check_level};
use super::root::increasing_root;
use super::sum::{CompensatedSum, mean, squared_deviations};

/// Logarithm of the density, below its maximum, at which the integrals are cut.
const NEGLIGIBLE: f64 = 46.0;

/// Step of the slope in the search of a quantile; it need not be exact.
const SLOPE_STEP: f64 = 1e-6;

/// Direction of the comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DunnettSides {
    /// Any difference from the control.
    Two,
    /// Treatments above the control; intervals have no upper limit.
    Greater,
    /// Treatments below the control; intervals have no lower limit.
    Less,
}

/// One treatment against the control.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DunnettComparison {
    /// Mean of the treatment minus mean of the control.
    pub estimate: f64,
    /// Standard error from the variance of all groups.
    pub standard_error: f64,
    /// Estimate over standard error.
    pub t: f64,
    /// p-value adjusted for all comparisons (single step).
    pub p: f64,
    /// Simultaneous lower limit; `Unbounded` for [`DunnettSides::Less`].
    pub lower: Value,
    /// Simultaneous upper limit; `Unbounded` for [`DunnettSides::Greater`].
    pub upper: Value,
}

/// The comparisons of all treatments.
#[derive(Debug, Clone, PartialEq)]
pub struct DunnettTest {
    /// Degrees of freedom of the variance.
    pub df: f64,
    /// Variance within groups.
    pub residual_variance: f64,
    /// Critical value of |t| (or of t, one-sided).
    pub critical: f64,
    /// One for each treatment, in order.
    pub comparisons: Vec<DunnettComparison>,
}

/// Returns the comparisons of each treatment with the control, variances assumed equal.
///
/// Errors: no treatment (`TooFewValues`), an empty group, no degrees of freedom, no variation, values that are not
/// finite, a level outside 0..1.
pub fn dunnett(
    control: &[f64],
    treatments: &[&[f64]],
    sides: DunnettSides,
    level: f64,
) -> Result<DunnettTest, NotEstimable> {
    check_level(level)?;
    if treatments.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    let groups: Vec<&[f64]> = std::iter::once(control).chain(treatments.iter().copied()).collect();
    let mut squares = CompensatedSum::default();
    let (mut means, mut total, mut magnitude) = (Vec::new(), 0.0, 0.0f64);
    for group in &groups {
        check_finite(group)?;
        let centre = mean(group).ok_or(NotEstimable::EmptyGroup)?;
        squares.add(squared_deviations(group).ok_or(NotEstimable::EmptyGroup)?);
        magnitude = magnitude.max(centre.abs());
        means.push(centre);
        total += group.len() as f64;
    }
    let df = total - groups.len() as f64;
    if df < 1.0 {
        return Err(NotEstimable::TooFewValues);
    }
    let residual_variance = squares.value() / df;
    check_finite(&[residual_variance])?;
    if residual_variance.sqrt() <= 10.0 * f64::EPSILON * magnitude {
        return Err(NotEstimable::ZeroVariance);
    }
    let n_control = control.len() as f64;
    let loadings: Vec<f64> =
        treatments.iter().map(|g| (g.len() as f64 / (g.len() as f64 + n_control)).sqrt()).collect();
    let two_sided = sides == DunnettSides::Two;
    let critical = dunnett_quantile(level, &loadings, df, two_sided)?;
    let comparison = |(group, centre): (&&[f64], &f64)| {
        let estimate = centre - means[0];
        let standard_error = (residual_variance * (1.0 / group.len() as f64 + 1.0 / n_control)).sqrt();
        let t = estimate / standard_error;
        let (low, high) = (estimate - critical * standard_error, estimate + critical * standard_error);
        let unbounded = Err(NotEstimable::Unbounded);
        let (statistic, lower, upper) = match sides {
            DunnettSides::Two => (t.abs(), Ok(low), Ok(high)),
            DunnettSides::Greater => (t, Ok(low), unbounded),
            DunnettSides::Less => (-t, unbounded, Ok(high)),
        };
        let p = dunnett_tail(statistic, &loadings, df, two_sided)?;
        Ok(DunnettComparison { estimate, standard_error, t, p, lower, upper })
    };
    let comparisons: Result<Vec<_>, _> = treatments.iter().zip(&means[1..]).map(comparison).collect();
    Ok(DunnettTest { df, residual_variance, critical, comparisons: comparisons? })
}

/// Returns the probability that the largest of the t statistics (of their absolute values, if two-sided) exceeds
/// `bound`, where statistics i and j have the correlation `loadings[i] * loadings[j]`.
///
/// The loading of a comparison is the root of n/(n + n_control). `df` may be infinite (known variance). Errors:
/// loadings outside 0..0.9999 (both included), degrees of freedom not positive.
pub fn dunnett_tail(bound: f64, loadings: &[f64], df: f64, two_sided: bool) -> Value {
    let largest = loadings.iter().copied().fold(0.0f64, f64::max);
    if loadings.is_empty() {
        return Err(NotEstimable::TooFewValues);
    }
    if !loadings.iter().all(|b| (0.0..=0.9999).contains(b)) || df.is_nan() || df <= 0.0 || !bound.is_finite() {
        return Err(NotEstimable::InvalidArgument);
    }
    if two_sided && bound <= 0.0 {
        return Ok(1.0);
    }
    let rests: Vec<f64> = loadings.iter().map(|b| ((1.0 - b) * (1.0 + b)).sqrt()).collect();
    // Fine enough for the steepest factor.
    let step = 0.4 * ((1.0 - largest) * (1.0 + largest)).sqrt();
    let points = ((2.0 * NEGLIGIBLE).sqrt() / step).ceil() as i64;
    let nodes: Vec<(f64, f64)> = (-points..=points)
        .map(|i| {
            let z = i as f64 * step;
            (z, libm::exp(-0.5 * z * z))
        })
        .collect();
    let mass: f64 = nodes.iter().map(|(_, weight)| weight).sum();
    // For a given scale of the common standard error.
    let beyond = |scale: f64| {
        let mut total = CompensatedSum::default();
        for (z, weight) in &nodes {
            let mut log_inside = 0.0;
            for (loading, rest) in loadings.iter().zip(&rests) {
                let above = normal((bound * scale - loading * z) / rest).upper;
                let below = if two_sided { normal((-bound * scale - loading * z) / rest).lower } else { 0.0 };
                log_inside += libm::log1p(-(above + below).min(1.0));
            }
            total.add(-weight * libm::expm1(log_inside));
        }
        total.value() / mass
    };
    if df.is_infinite() {
        return Ok(beyond(1.0).clamp(0.0, 1.0));
    }
    // Over the logarithm of the scale, whose density is proportional to exp(df (u - exp(2 u) / 2)).
    let log_density = |u: f64| df * (u - 0.5 * libm::expm1(2.0 * u));
    let step = (0.5 / (2.0 * df).sqrt()).min(0.1);
    let (mut total, mut mass) = (CompensatedSum::default(), CompensatedSum::default());
    for direction in [-1.0, 1.0] {
        let first = if direction > 0.0 { 0 } else { 1 };
        for i in first.. {
            let u = direction * i as f64 * step;
            let log_weight = log_density(u);
            if log_weight < -NEGLIGIBLE {
                break;
            }
            let weight = libm::exp(log_weight);
            mass.add(weight);
            total.add(weight * beyond(libm::exp(u)));
        }
    }
    Ok((total.value() / mass.value()).clamp(0.0, 1.0))
}

/// Returns the value that the largest statistic does not exceed with probability `level`; arguments as
/// [`dunnett_tail`].
pub fn dunnett_quantile(level: f64, loadings: &[f64], df: f64, two_sided: bool) -> Value {
    check_level(level)?;
    dunnett_tail(1.0, loadings, df, two_sided)?;
    // Not below the quantile of a single comparison.
    let single = if two_sided { 0.5 + level / 2.0 } else { level };
    let start = if df.is_infinite() { normal_quantile(single)? } else { t_quantile(single, df)? };
    let tail = |bound: f64| dunnett_tail(bound, loadings, df, two_sided).unwrap_or(1.0);
    let scale = start.abs().max(1.0);
    let gap = |bound: f64| {
        let (goal, here) = (1.0 - level, tail(bound));
        // As near as the integral is exact.
        if (goal - here).abs() <= 1e-13 * goal {
            return (0.0, 0.0);
        }
        (goal - here, (here - tail(bound + SLOPE_STEP * scale)) / (SLOPE_STEP * scale))
    };
    increasing_root(gap, start, 0.25 * scale)
}

#[cfg(test)]
mod tests {
    use super::super::distribution::t_two_sided;
    use super::*;

    #[test]
    fn one_comparison_is_the_t_test() {
        for df in [1.0, 3.0, 12.0, 200.0] {
            for bound in [0.3, 2.0, 6.0] {
                let tail = dunnett_tail(bound, &[0.5f64.sqrt()], df, true).expect("valid");
                let exact = t_two_sided(bound, df).expect("valid");
                assert!((tail / exact - 1.0).abs() < 1e-12, "{bound} {df}: {tail:e} {exact:e}");
            }
        }
        for (level, df) in [(0.95, 7.0), (0.999, 1.0), (0.3, 40.0)] {
            let quantile = dunnett_quantile(level, &[0.3], df, false).expect("valid");
            let exact = t_quantile(level, df).expect("valid");
            assert!((quantile - exact).abs() < 1e-10 * exact.abs().max(1.0), "{quantile} {exact}");
        }
    }

    #[test]
    fn independent_comparisons_multiply() {
        let tail = dunnett_tail(2.0, &[0.0; 3], f64::INFINITY, true).expect("valid");
        let one = libm::erfc(std::f64::consts::SQRT_2);
        assert!((tail - (1.0 - (1.0 - one).powi(3))).abs() < 1e-15);
    }

    #[test]
    fn reasons() {
        let run = |control: &[f64], treatments: &[&[f64]]| dunnett(control, treatments, DunnettSides::Two, 0.95).err();
        assert_eq!(run(&[1.0, 2.0], &[]), Some(NotEstimable::TooFewValues));
        assert_eq!(run(&[1.0, 2.0], &[&[]]), Some(NotEstimable::EmptyGroup));
        assert_eq!(run(&[1.0], &[&[2.0]]), Some(NotEstimable::TooFewValues));
        assert_eq!(run(&[1.0, 1.0], &[&[2.0, 2.0]]), Some(NotEstimable::ZeroVariance));
        assert_eq!(dunnett_tail(1.0, &[1.0], 5.0, true), Err(NotEstimable::InvalidArgument));
        assert_eq!(dunnett_tail(1.0, &[0.5], 0.0, true), Err(NotEstimable::InvalidArgument));
    }

    #[test]
    fn mirrored_values_mirror_the_result() {
        let (control, a, b) = ([1.0, 2.0, 4.0], [3.0, 5.0], [2.0, 2.5, 7.0]);
        let minus = |v: &[f64]| -> Vec<f64> { v.iter().map(|x| -x).collect() };
        let one = dunnett(&control, &[&a, &b], DunnettSides::Greater, 0.9).expect("valid");
        let other = dunnett(&minus(&control), &[&minus(&a), &minus(&b)], DunnettSides::Less, 0.9).expect("valid");
        for (x, y) in one.comparisons.iter().zip(&other.comparisons) {
            assert!((x.p - y.p).abs() < 1e-14);
            assert_eq!(x.lower.map(|v| -v), y.upper);
            assert_eq!(x.upper, Err(NotEstimable::Unbounded));
        }
    }
}
