//! Distribution functions and quantiles of the normal, t, chi-square, F and beta distributions.
//!
//! Written here because `statrs` 0.19 misses a relative 1e-9 of R on the grid of the reference: t tails near 0 with
//! many degrees of freedom by 3e-8, and quantiles of small probabilities of t, F and chi-square altogether. Tails come from [`super::special`]; quantiles invert them in the logarithm of the smaller tail. All arguments out
//! of range (degrees of freedom not positive, probabilities outside 0..1) are `NotEstimable::InvalidArgument`.
//! Checked against R in `tests/reference/distribution`.

use super::reason::{NotEstimable, Value};
use super::root::increasing_root;
use super::special::{Tails, beta_tails, binomial_density, gamma_tails, poisson_density};

/// Returns both tails of the standard normal distribution at z.
pub fn normal(z: f64) -> Tails {
    let tail = |z: f64| 0.5 * libm::erfc(z * std::f64::consts::FRAC_1_SQRT_2);
    Tails { lower: tail(-z), upper: tail(z) }
}

/// Returns the two-sided p-value of a standard normal statistic, P(|Z| >= |z|).
pub fn normal_two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() * std::f64::consts::FRAC_1_SQRT_2)
}

/// Returns the standard normal quantile of a lower-tail probability strictly between 0 and 1.
///
/// Wichura (1988), "Algorithm AS 241", PPND16.
pub fn normal_quantile(p: f64) -> Value {
    if !(p > 0.0 && p < 1.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    let q = p - 0.5;
    let rational = |r: f64, top: &[f64; 8], bottom: &[f64; 8]| {
        top.iter().rev().fold(0.0, |acc, c| acc * r + c) / bottom.iter().rev().fold(0.0, |acc, c| acc * r + c)
    };
    if q.abs() <= 0.425 {
        let r = 0.180625 - q * q;
        return Ok(q * rational(r, &AS241_A, &AS241_B));
    }
    let r = (-libm::log(if q < 0.0 { p } else { 1.0 - p })).sqrt();
    let z = if r <= 5.0 { rational(r - 1.6, &AS241_C, &AS241_D) } else { rational(r - 5.0, &AS241_E, &AS241_F) };
    Ok(if q < 0.0 { -z } else { z })
}

const AS241_A: [f64; 8] = [
    3.387_132_872_796_366_5,
    133.141_667_891_784_38,
    1_971.590_950_306_551_3,
    13_731.693_765_509_46,
    45_921.953_931_549_87,
    67_265.770_927_008_7,
    33_430.575_583_588_13,
    2_509.080_928_730_122_7,
];
const AS241_B: [f64; 8] = [
    1.0,
    42.313_330_701_600_91,
    687.187_007_492_057_9,
    5_394.196_021_424_751,
    21_213.794_301_586_597,
    39_307.895_800_092_71,
    28_729.085_735_721_943,
    5_226.495_278_852_854,
];
const AS241_C: [f64; 8] = [
    1.423_437_110_749_683_5,
    4.630_337_846_156_546,
    5.769_497_221_460_691,
    3.647_848_324_763_204_5,
    1.270_458_252_452_368_4,
    0.241_780_725_177_450_6,
    0.022_723_844_989_269_184,
    7.745_450_142_783_414e-4,
];
const AS241_D: [f64; 8] = [
    1.0,
    2.053_191_626_637_759,
    1.676_384_830_183_803_8,
    0.689_767_334_985_1,
    0.148_103_976_427_480_08,
    0.015_198_666_563_616_457,
    5.475_938_084_995_345e-4,
    1.050_750_071_644_416_9e-9,
];
const AS241_E: [f64; 8] = [
    6.657_904_643_501_103,
    5.463_784_911_164_114,
    1.784_826_539_917_291_3,
    0.296_560_571_828_504_87,
    0.026_532_189_526_576_124,
    1.242_660_947_388_078_4e-3,
    2.711_555_568_743_487_6e-5,
    2.010_334_399_292_288e-7,
];
const AS241_F: [f64; 8] = [
    1.0,
    0.599_832_206_555_888,
    0.136_929_880_922_735_8,
    0.014_875_361_290_850_615,
    7.868_691_311_456_133e-4,
    1.846_318_317_510_054_8e-5,
    1.421_511_758_316_446e-7,
    2.044_263_103_389_939_8e-15,
];

/// Returns the normal multiplier of a two-sided interval, 1.96 for a level of 0.95.
pub fn normal_multiplier(level: f64) -> Value {
    normal_quantile(0.5 + level / 2.0)
}

/// Returns both tails of Student's t distribution at t; `df` may be fractional.
pub fn t(t: f64, df: f64) -> Result<Tails, NotEstimable> {
    let half = 0.5 * t_two_sided(t, df)?;
    Ok(if t > 0.0 { Tails { lower: 1.0 - half, upper: half } } else { Tails { lower: half, upper: 1.0 - half } })
}

/// Returns the two-sided p-value of a t statistic, P(|T| >= |t|).
pub fn t_two_sided(t: f64, df: f64) -> Value {
    if !(df > 0.0 && df.is_finite()) || t.is_nan() {
        return Err(NotEstimable::InvalidArgument);
    }
    if t.is_infinite() {
        return Ok(0.0);
    }
    let square = t * t;
    let (x, y) = if square.is_finite() { (df / (df + square), square / (df + square)) } else { (0.0, 1.0) };
    Ok(beta_tails(x, y, 0.5 * df, 0.5)?.lower)
}

/// Returns the t quantile of a lower-tail probability strictly between 0 and 1.
pub fn t_quantile(p: f64, df: f64) -> Value {
    if !(p > 0.0 && p < 1.0 && df > 0.0 && df.is_finite()) {
        return Err(NotEstimable::InvalidArgument);
    }
    if p == 0.5 {
        return Ok(0.0);
    }
    let two_sided = 2.0 * if p < 0.5 { p } else { 1.0 - p };
    // t^2 / df is the odds of a beta variable with parameters 1/2 and df/2.
    let log_odds = beta_quantile_log_odds(1.0 - two_sided, two_sided, 0.5, 0.5 * df)?;
    let size = df.sqrt() * libm::exp(0.5 * log_odds);
    Ok(if p < 0.5 { -size } else { size })
}

/// Returns the t multiplier of a two-sided interval, for example 2.26 for a level of 0.95 and 9 degrees of freedom.
pub fn t_multiplier(level: f64, df: f64) -> Value {
    t_quantile(0.5 + level / 2.0, df)
}

/// Returns both tails of the chi-square distribution at x >= 0.
pub fn chi_square(x: f64, df: f64) -> Result<Tails, NotEstimable> {
    gamma_tails(0.5 * x, 0.5 * df)
}

/// Returns the chi-square quantile of a lower-tail probability strictly between 0 and 1.
pub fn chi_square_quantile(p: f64, df: f64) -> Value {
    if !(p > 0.0 && p < 1.0 && df > 0.0 && df.is_finite()) {
        return Err(NotEstimable::InvalidArgument);
    }
    let shape = 0.5 * df;
    let log_x = solve(
        |u| {
            let x = libm::exp(u);
            let tails = gamma_tails(x, shape).unwrap_or(Tails { lower: 1.0, upper: 0.0 });
            log_tail_equation(tails, p, 1.0 - p, shape * poisson_density(shape, x))
        },
        libm::log(shape),
    )?;
    Ok(2.0 * libm::exp(log_x))
}

/// Returns both tails of the F distribution at f >= 0.
pub fn f(f: f64, numerator_df: f64, denominator_df: f64) -> Result<Tails, NotEstimable> {
    if !(f >= 0.0 && numerator_df > 0.0 && denominator_df > 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    if f.is_infinite() {
        return Ok(Tails { lower: 1.0, upper: 0.0 });
    }
    let scaled = numerator_df * f;
    let total = scaled + denominator_df;
    beta_tails(scaled / total, denominator_df / total, 0.5 * numerator_df, 0.5 * denominator_df)
}

/// Returns the F quantile of a lower-tail probability strictly between 0 and 1.
pub fn f_quantile(p: f64, numerator_df: f64, denominator_df: f64) -> Value {
    let log_odds = beta_quantile_log_odds(p, 1.0 - p, 0.5 * numerator_df, 0.5 * denominator_df)?;
    Ok(denominator_df / numerator_df * libm::exp(log_odds))
}

/// Returns the beta quantile of a lower-tail probability strictly between 0 and 1.
pub fn beta_quantile(p: f64, a: f64, b: f64) -> Value {
    let log_odds = beta_quantile_log_odds(p, 1.0 - p, a, b)?;
    Ok(1.0 / (1.0 + libm::exp(-log_odds)))
}

/// The logarithm of x/(1-x) at the beta quantile, where both tails are given so that neither is rounded away.
fn beta_quantile_log_odds(lower: f64, upper: f64, a: f64, b: f64) -> Value {
    if !(lower > 0.0 && upper > 0.0 && a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite()) {
        return Err(NotEstimable::InvalidArgument);
    }
    solve(
        |u| {
            let (x, y) = (1.0 / (1.0 + libm::exp(-u)), 1.0 / (1.0 + libm::exp(u)));
            let tails = beta_tails(x, y, a, b).unwrap_or(Tails { lower: 1.0, upper: 0.0 });
            log_tail_equation(tails, lower, upper, binomial_density(a, b, x, y) * (a * (b / (a + b))))
        },
        libm::log(a / b),
    )
}

/// The root of a tail equation; `NotFinite` where the quantile lies beyond the range of a double.
fn solve(equation: impl Fn(f64) -> (f64, f64), start: f64) -> Value {
    let root = increasing_root(&equation, start, 1.0)?;
    if equation(root).0.abs() < 1e-6 { Ok(root) } else { Err(NotEstimable::NotFinite) }
}

/// Value and derivative of ln(tail/target) for the smaller target, signed to increase with the argument.
fn log_tail_equation(tails: Tails, lower: f64, upper: f64, density: f64) -> (f64, f64) {
    let (sign, tail, target) = if lower <= upper { (1.0, tails.lower, lower) } else { (-1.0, tails.upper, upper) };
    if tail <= 0.0 {
        return (-sign * 1e300, 0.0);
    }
    (sign * libm::log(tail / target), density / tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(actual: Value, expected: f64) {
        let actual = actual.expect("estimable");
        assert!((actual / expected - 1.0).abs() < 1e-13, "{actual:e} is not {expected:e}");
    }

    #[test]
    fn closed_forms() {
        // t with 1 and 2 degrees of freedom, chi-square with 2, F with 2 and 2 have elementary forms.
        check(t_two_sided(1.0, 1.0), 0.5);
        check(t_two_sided(3.0, 2.0), 1.0 - 3.0 / 11f64.sqrt());
        check(t_quantile(0.75, 1.0), 1.0);
        check(chi_square(50.0, 2.0).map(|t| t.upper), libm::exp(-25.0));
        check(f(3.0, 2.0, 2.0).map(|t| t.upper), 0.25);
        check(beta_quantile(0.025, 1.0, 10.0), 1.0 - 0.975f64.powf(0.1));
        check(normal_quantile(0.975), 1.959_963_984_540_054);
    }

    #[test]
    fn out_of_range() {
        assert_eq!(normal_quantile(0.0), Err(NotEstimable::InvalidArgument));
        assert_eq!(t_quantile(0.5, 0.0), Err(NotEstimable::InvalidArgument));
        assert_eq!(chi_square(-1.0, 1.0), Err(NotEstimable::InvalidArgument));
        // The quantile is near 1e300, its square is not a double.
        assert_eq!(t_quantile(1e-300, 1.0), Err(NotEstimable::NotFinite));
    }
}
