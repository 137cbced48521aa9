//! Incomplete beta and gamma functions with full relative accuracy in both tails.
//!
//! The leading factor comes from Loader (2000), "Fast and accurate computation of binomial probabilities" (saddle
//! point with deviance and Stirling error, no cancelling log-gammas); the beta fraction is DiDonato & Morris (1992),
//! "Algorithm 708", ACM TOMS 18, eq. 9; the gamma series and fraction are Abramowitz & Stegun 6.5.29 and 6.5.31.

use super::reason::NotEstimable;

const LN_SQRT_2_PI: f64 = 0.918_938_533_204_672_8;
const LN_2_PI: f64 = 1.837_877_066_409_345_5;
/// Relative size below which a term no longer changes a double.
const EPSILON: f64 = 1e-17;
const MAX_TERMS: usize = 200_000;

/// Both tails of a distribution function, each with full relative accuracy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// Probability of a value not above the argument.
    pub lower: f64,
    /// Probability of a value above the argument.
    pub upper: f64,
}

impl Tails {
    /// The tails with lower and upper exchanged.
    pub fn swapped(self) -> Tails {
        Tails { lower: self.upper, upper: self.lower }
    }
}

/// Returns the error of Stirling's formula, ln n! - ln(sqrt(2 pi n) (n/e)^n) (Loader 2000, eq. 3); n > 0.
pub fn stirling_error(n: f64) -> f64 {
    if n <= 15.0 {
        return libm::lgamma(n + 1.0) - (n + 0.5) * libm::log(n) + n - LN_SQRT_2_PI;
    }
    let square = n * n;
    (1.0 / 12.0 - (1.0 / 360.0 - (1.0 / 1260.0 - (1.0 / 1680.0 - (1.0 / 1188.0) / square) / square) / square) / square)
        / n
}

/// Returns the deviance x ln(x/m) + m - x (Loader 2000, eq. 4 and its series near x = m); x, m > 0.
///
/// The gap x - m is given, since the caller may know it better than by subtraction.
fn deviance(x: f64, mean: f64, gap: f64) -> f64 {
    if gap.abs() < 0.1 * (x + mean) {
        let v = gap / (x + mean);
        let mut sum = gap * v;
        let mut term = 2.0 * x * v;
        for j in 1..1000 {
            term *= v * v;
            let next = sum + term / (2 * j + 1) as f64;
            if next == sum {
                return next;
            }
            sum = next;
        }
    }
    x * libm::log(x / mean) - gap
}

/// Returns Gamma(x+y+1) / (Gamma(x+1) Gamma(y+1)) p^x q^y for real x, y >= 0, with q = 1 - p given exactly.
///
/// For whole numbers the binomial probability of x successes and y failures.
pub fn binomial_density(x: f64, y: f64, p: f64, q: f64) -> f64 {
    if x < 0.0 || y < 0.0 {
        return 0.0;
    }
    if p == 0.0 {
        return if x == 0.0 { 1.0 } else { 0.0 };
    }
    if q == 0.0 {
        return if y == 0.0 { 1.0 } else { 0.0 };
    }
    let n = x + y;
    let power = |p: f64, q: f64| {
        if p < 0.1 { n * libm::log1p(-p) } else { n * libm::log(q) }
    };
    if x == 0.0 {
        return libm::exp(power(p, q));
    }
    if y == 0.0 {
        return libm::exp(power(q, p));
    }
    // x - n p without cancellation of n p.
    let gap = x * q - y * p;
    let log_core =
        stirling_error(n) - stirling_error(x) - stirling_error(y) - deviance(x, n * p, gap) - deviance(y, n * q, -gap);
    libm::exp(log_core - 0.5 * (LN_2_PI + libm::log(x) + libm::log(y / n)))
}

/// Returns m^x e^-m / Gamma(x+1) for real x >= 0.
pub fn poisson_density(x: f64, mean: f64) -> f64 {
    if mean == 0.0 {
        return if x == 0.0 { 1.0 } else { 0.0 };
    }
    if x == 0.0 {
        return libm::exp(-mean);
    }
    libm::exp(-stirling_error(x) - deviance(x, mean, x - mean)) / (std::f64::consts::TAU * x).sqrt()
}

/// Returns the probability of x marked among k drawn without replacement from `marked` and `unmarked`.
///
/// As a quotient of three binomial densities (Loader 2000, section 5), so that it is accurate for any size.
pub fn hypergeometric_density(x: u64, marked: u64, unmarked: u64, drawn: u64) -> f64 {
    let total = marked + unmarked;
    if drawn > total || x > marked || x > drawn || drawn - x > unmarked {
        return 0.0;
    }
    if drawn == 0 || drawn == total {
        return 1.0;
    }
    let p = drawn as f64 / total as f64;
    let q = (total - drawn) as f64 / total as f64;
    binomial_density(x as f64, (marked - x) as f64, p, q)
        * binomial_density((drawn - x) as f64, (unmarked - (drawn - x)) as f64, p, q)
        / binomial_density(drawn as f64, (total - drawn) as f64, p, q)
}

/// Returns both tails of the beta distribution at x, with y = 1 - x given exactly.
///
/// Fails for parameters that are not positive or an argument outside 0..1.
pub fn beta_tails(x: f64, y: f64, a: f64, b: f64) -> Result<Tails, NotEstimable> {
    let inside = |v: f64| (0.0..=1.0).contains(&v);
    if !(a > 0.0 && b > 0.0 && a.is_finite() && b.is_finite() && inside(x) && inside(y)) {
        return Err(NotEstimable::InvalidArgument);
    }
    if x == 0.0 {
        return Ok(Tails { lower: 0.0, upper: 1.0 });
    }
    if y == 0.0 {
        return Ok(Tails { lower: 1.0, upper: 0.0 });
    }
    // The fraction converges fast on the side of the mean where the tail is the smaller one.
    if x * b <= y * a {
        let lower = beta_fraction(x, y, a, b)?;
        Ok(Tails { lower, upper: 1.0 - lower })
    } else {
        let upper = beta_fraction(y, x, b, a)?;
        Ok(Tails { lower: 1.0 - upper, upper })
    }
}

/// The lower tail of the beta distribution for x not above the mean (DiDonato & Morris 1992, eq. 9).
fn beta_fraction(x: f64, y: f64, a: f64, b: f64) -> Result<f64, NotEstimable> {
    // x^a y^b / B(a, b).
    let lead = binomial_density(a, b, x, y) * (a * (b / (a + b)));
    if lead == 0.0 {
        return Ok(0.0);
    }
    let denominator = |m: f64| {
        m + m * (b - m) * x / (a + 2.0 * m - 1.0)
            + (a + m) * (a * y - b * x + 1.0 + m * (2.0 - x)) / (a + 2.0 * m + 1.0)
    };
    let numerator = |m: f64| {
        let step = a + 2.0 * m - 1.0;
        (a + m - 1.0) / step * ((a + b + m - 1.0) / step) * m * (b - m) * x * x
    };
    let first = a * (a * y - b * x + 1.0) / (a + 1.0);
    let fraction = lentz(first, numerator, denominator)?;
    Ok((lead / fraction).min(1.0))
}

/// Returns b0 + a1/(b1 + a2/(b2 + ...)) by the modified Lentz method (Thompson & Barnett 1986).
fn lentz(b0: f64, a: impl Fn(f64) -> f64, b: impl Fn(f64) -> f64) -> Result<f64, NotEstimable> {
    const TINY: f64 = 1e-300;
    let mut f = if b0 == 0.0 { TINY } else { b0 };
    let (mut c, mut d) = (f, 0.0);
    for step in 1..MAX_TERMS {
        let (an, bn) = (a(step as f64), b(step as f64));
        if an == 0.0 {
            return Ok(f);
        }
        d = bn + an * d;
        d = 1.0 / if d == 0.0 { TINY } else { d };
        c = bn + an / c;
        if c == 0.0 {
            c = TINY;
        }
        let delta = c * d;
        f *= delta;
        if (delta - 1.0).abs() < 2.3e-16 {
            return Ok(f);
        }
    }
    Err(NotEstimable::WorkLimitExceeded)
}

/// Returns both tails of the gamma distribution with the given shape and scale 1 at x >= 0.
pub fn gamma_tails(x: f64, shape: f64) -> Result<Tails, NotEstimable> {
    if !(shape > 0.0 && shape.is_finite() && x >= 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    if x == 0.0 {
        return Ok(Tails { lower: 0.0, upper: 1.0 });
    }
    if x == f64::INFINITY {
        return Ok(Tails { lower: 1.0, upper: 0.0 });
    }
    // x^a e^-x / Gamma(a + 1).
    let lead = poisson_density(shape, x);
    if x < shape + 1.0 {
        let (mut term, mut sum) = (1.0, 1.0);
        for j in 1..MAX_TERMS {
            term *= x / (shape + j as f64);
            sum += term;
            if term < sum * EPSILON {
                break;
            }
        }
        let lower = (lead * sum).min(1.0);
        return Ok(Tails { lower, upper: 1.0 - lower });
    }
    if lead == 0.0 {
        return Ok(Tails { lower: 1.0, upper: 0.0 });
    }
    let fraction = lentz(x + 1.0 - shape, |m| -m * (m - shape), |m| x + 2.0 * m + 1.0 - shape)?;
    let upper = (lead * shape / fraction).min(1.0);
    Ok(Tails { lower: 1.0 - upper, upper })
}
