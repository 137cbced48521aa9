//! 2 x 2 tables in strata: Mantel-Haenszel odds ratio and risk ratio, test of no association.
//!
//! Mantel & Haenszel (1959). A stratum is a pair of groups; the common risk difference is in
//! [`super::stratified_risk_difference`], tables of other sizes in [`super::cochran_mantel_haenszel`], the exact
//! conditional analysis in [`super::common_odds_ratio_exact`].

use super::chi_square::Continuity;
use super::distribution::{chi_square, normal, normal_multiplier};
use super::reason::{NotEstimable, Value, check_level};
use super::sum::sum;
use super::two_proportions::{Effect, TwoProportions};

/// Cells of one stratum: events and non-events of the first group, then of the second.
#[derive(Debug, Clone, Copy)]
struct Cells {
    a: f64,
    b: f64,
    c: f64,
    d: f64,
    n: f64,
}

impl Cells {
    fn all(strata: &[TwoProportions]) -> Result<Vec<Cells>, NotEstimable> {
        if strata.iter().any(|t| t.events_a > t.n_a || t.events_b > t.n_b) {
            return Err(NotEstimable::InvalidArgument);
        }
        let cells = |t: &TwoProportions| Cells {
            a: t.events_a as f64,
            b: (t.n_a - t.events_a) as f64,
            c: t.events_b as f64,
            d: (t.n_b - t.events_b) as f64,
            n: t.n_a as f64 + t.n_b as f64,
        };
        let list: Vec<Cells> = strata.iter().filter(|t| t.n_a > 0 && t.n_b > 0).map(cells).collect();
        if list.is_empty() { Err(NotEstimable::EmptyGroup) } else { Ok(list) }
    }
}

/// Returns the Mantel-Haenszel odds ratio with the interval from the variance of its logarithm by Robins, Breslow &
/// Greenland (1986).
///
/// Strata with an empty group are passed over. Errors: no stratum with both groups (`EmptyGroup`), more events than
/// members. No stratum with an event and a non-event across groups: `NoEvents`; a zero on one side only: the ratio is
/// 0 or `ZeroCell`, its limits `ZeroCell`.
pub fn odds_ratio_mantel_haenszel(strata: &[TwoProportions], level: f64) -> Result<Effect, NotEstimable> {
    check_level(level)?;
    let cells = Cells::all(strata)?;
    let total = |f: fn(&Cells) -> f64| sum(cells.iter().map(f));
    let r = total(|t| t.a * t.d / t.n);
    let s = total(|t| t.b * t.c / t.n);
    let pr = total(|t| (t.a + t.d) / t.n * (t.a * t.d / t.n));
    let mixed = total(|t| ((t.a + t.d) * t.b * t.c + (t.b + t.c) * t.a * t.d) / (t.n * t.n));
    let qs = total(|t| (t.b + t.c) / t.n * (t.b * t.c / t.n));
    ratio(r, s, || pr / (2.0 * r * r) + mixed / (2.0 * r * s) + qs / (2.0 * s * s), level)
}

/// Returns the Mantel-Haenszel risk ratio with the interval from the variance of its logarithm by Greenland & Robins
/// (1985).
///
/// Strata, errors and zeros as [`odds_ratio_mantel_haenszel`].
pub fn risk_ratio_mantel_haenszel(strata: &[TwoProportions], level: f64) -> Result<Effect, NotEstimable> {
    check_level(level)?;
    let cells = Cells::all(strata)?;
    let total = |f: fn(&Cells) -> f64| sum(cells.iter().map(f));
    let r = total(|t| t.a * (t.c + t.d) / t.n);
    let s = total(|t| t.c * (t.a + t.b) / t.n);
    let top = total(|t| ((t.a + t.b) * (t.c + t.d) * (t.a + t.c) - t.a * t.c * t.n) / (t.n * t.n));
    ratio(r, s, || top / (r * s), level)
}

fn ratio(r: f64, s: f64, log_variance: impl Fn() -> f64, level: f64) -> Result<Effect, NotEstimable> {
    let without = |estimate: Value, reason: NotEstimable| Effect {
        estimate,
        standard_error: Err(reason),
        lower: Err(reason),
        upper: Err(reason),
    };
    match (r == 0.0, s == 0.0) {
        (true, true) => return Ok(without(Err(NotEstimable::NoEvents), NotEstimable::NoEvents)),
        (true, false) => return Ok(without(Ok(0.0), NotEstimable::ZeroCell)),
        (false, true) => return Ok(without(Err(NotEstimable::ZeroCell), NotEstimable::ZeroCell)),
        (false, false) => {}
    }
    let variance = log_variance();
    if variance <= 0.0 {
        return Ok(without(Ok(r / s), NotEstimable::ZeroVariance));
    }
    let factor = libm::exp(normal_multiplier(level)? * variance.sqrt());
    Ok(Effect {
        estimate: Ok(r / s),
        standard_error: Ok(variance.sqrt()),
        lower: Ok(r / s / factor),
        upper: Ok(r / s * factor),
    })
}

/// The Mantel-Haenszel test of no association in any stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MantelHaenszelTest {
    /// Square of `z`; one degree of freedom.
    pub chi_square: f64,
    /// Signed: above 0 where the first group has more events than expected.
    pub z: f64,
    /// Upper tail of the chi-square distribution, the two-sided p-value of `z`.
    pub p_two_sided: f64,
    /// Lower tail of `z`: the first group has fewer events.
    pub p_less: f64,
    /// Upper tail of `z`: the first group has more events.
    pub p_greater: f64,
}

/// Returns the Mantel-Haenszel test, with the hypergeometric variance.
///
/// The correction takes 1/2 from the gap between the events and their expectation, and nothing where the gap is below
/// 1/2 (R `mantelhaen.test`; SAS PROC FREQ has none). Strata with an empty group add nothing. Errors: no stratum with
/// both groups (`EmptyGroup`), no stratum with both events and non-events (`NoEvents`).
pub fn mantel_haenszel_test(
    strata: &[TwoProportions],
    continuity: Continuity,
) -> Result<MantelHaenszelTest, NotEstimable> {
    let cells = Cells::all(strata)?;
    // a - expected, over the common denominator so that balance gives exactly 0.
    let gap = sum(cells.iter().map(|t| (t.a * t.d - t.b * t.c) / t.n));
    let variance = sum(cells.iter().map(|t| {
        let (rows, columns) = ((t.a + t.b) * (t.c + t.d), (t.a + t.c) * (t.b + t.d));
        rows / (t.n * t.n) * (columns / (t.n - 1.0))
    }));
    if variance <= 0.0 {
        return Err(NotEstimable::NoEvents);
    }
    let shift = if continuity == Continuity::Corrected && gap.abs() >= 0.5 { 0.5 } else { 0.0 };
    let z = (gap.abs() - shift) / variance.sqrt() * if gap < 0.0 { -1.0 } else { 1.0 };
    let tails = normal(z);
    Ok(MantelHaenszelTest {
        chi_square: z * z,
        z,
        p_two_sided: chi_square(z * z, 1.0)?.upper,
        p_less: tails.lower,
        p_greater: tails.upper,
    })
}

#[cfg(test)]
mod tests {
    use super::super::two_proportions::{odds_ratio_woolf, risk_ratio_katz};
    use super::*;

    /// Migraine trial of the SAS documentation of PROC FREQ: better of active and placebo, women and men.
    const MIGRAINE: [TwoProportions; 2] = [
        TwoProportions { events_a: 16, n_a: 27, events_b: 5, n_b: 25 },
        TwoProportions { events_a: 12, n_a: 28, events_b: 7, n_b: 26 },
    ];

    fn turned(strata: &[TwoProportions]) -> Vec<TwoProportions> {
        let turn =
            |t: &TwoProportions| TwoProportions { events_a: t.events_b, n_a: t.n_b, events_b: t.events_a, n_b: t.n_a };
        strata.iter().map(turn).collect()
    }

    #[test]
    fn printed_by_sas() {
        let test = mantel_haenszel_test(&MIGRAINE, Continuity::Uncorrected).expect("defined");
        assert_eq!(format!("{:.4} {:.4}", test.chi_square, test.p_two_sided), "8.3052 0.0040");
    }

    #[test]
    fn one_stratum_is_the_plain_ratio() {
        let pairs = [
            (odds_ratio_mantel_haenszel(&MIGRAINE[..1], 0.9), odds_ratio_woolf(MIGRAINE[0], 0.9)),
            (risk_ratio_mantel_haenszel(&MIGRAINE[..1], 0.9), risk_ratio_katz(MIGRAINE[0], 0.9)),
        ];
        for (one, plain) in pairs {
            let (one, plain) = (one.expect("defined"), plain.expect("defined"));
            assert!((one.lower.expect("one") / plain.lower.expect("plain") - 1.0).abs() < 1e-12);
            assert!((one.upper.expect("one") / plain.upper.expect("plain") - 1.0).abs() < 1e-12);
        }
    }

    #[test]
    fn swapped_groups_invert() {
        let other = turned(&MIGRAINE);
        for method in [odds_ratio_mantel_haenszel, risk_ratio_mantel_haenszel] {
            let (x, y) = (method(&MIGRAINE, 0.95).expect("x"), method(&other, 0.95).expect("y"));
            assert!((x.estimate.expect("x") * y.estimate.expect("y") - 1.0).abs() < 1e-14);
            assert!((x.lower.expect("x") * y.upper.expect("y") - 1.0).abs() < 1e-14);
        }
        for continuity in [Continuity::Corrected, Continuity::Uncorrected] {
            let (x, y) = (
                mantel_haenszel_test(&MIGRAINE, continuity).expect("x"),
                mantel_haenszel_test(&other, continuity).expect("y"),
            );
            assert_eq!((x.z, x.p_two_sided, x.p_less), (-y.z, y.p_two_sided, y.p_greater));
        }
    }

    #[test]
    fn zeros() {
        let none = [TwoProportions { events_a: 0, n_a: 5, events_b: 0, n_b: 5 }];
        assert_eq!(odds_ratio_mantel_haenszel(&none, 0.95).expect("defined").estimate, Err(NotEstimable::NoEvents));
        assert_eq!(mantel_haenszel_test(&none, Continuity::Uncorrected), Err(NotEstimable::NoEvents));
        let first = [TwoProportions { events_a: 0, n_a: 5, events_b: 2, n_b: 5 }];
        assert_eq!(odds_ratio_mantel_haenszel(&first, 0.95).expect("defined").estimate, Ok(0.0));
        assert_eq!(
            risk_ratio_mantel_haenszel(&turned(&first), 0.95).expect("defined").estimate,
            Err(NotEstimable::ZeroCell)
        );
        let empty = [TwoProportions { events_a: 0, n_a: 0, events_b: 2, n_b: 5 }];
        assert_eq!(mantel_haenszel_test(&empty, Continuity::Uncorrected), Err(NotEstimable::EmptyGroup));
        // Balanced strata: a gap below 1/2 is not corrected beyond 0.
        let even = [TwoProportions { events_a: 2, n_a: 5, events_b: 2, n_b: 5 }];
        assert_eq!(mantel_haenszel_test(&even, Continuity::Corrected).expect("defined").p_two_sided, 1.0);
    }
}
