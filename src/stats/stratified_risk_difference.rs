//! Risk difference common to several strata: Mantel-Haenszel, stratified Newcombe and Miettinen-Nurminen, summary score.
//!
//! A stratum is a pair of groups; one with an empty group has no weight and is passed over.

use super::distribution::normal_multiplier;
use super::miettinen_nurminen::{restricted_variance, risk_difference_miettinen_nurminen};
use super::proportion::wilson_interval;
use super::reason::{Interval, NotEstimable, check_level, finite};
use super::root::increasing_root;
use super::sum::sum;
use super::two_proportions::{Effect, TwoProportions};

/// Variance of the Mantel-Haenszel risk difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommonDifferenceVariance {
    /// Greenland & Robins (1985): binomial variances of the strata with the weights taken as fixed; for strata of some
    /// size (R `tern` "cmh").
    GreenlandRobins,
    /// Sato (1989): also right for many small strata (SAS PROC FREQ `COMMONRISKDIFF`, R `metafor`).
    Sato,
}

/// Weights of the strata; they are divided by their sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StratumWeights {
    /// n_a n_b / (n_a + n_b) (Mantel & Haenszel 1959, "CMH weights").
    MantelHaenszel,
    /// n_a + n_b.
    SampleSize,
    /// The same for all strata.
    Equal,
}

/// Returns the Mantel-Haenszel risk difference with its Wald interval.
///
/// Errors: no stratum with both groups (`EmptyGroup`), more events than members. All proportions 0 or 1 leave no
/// variance: the limits are `ZeroVariance`.
pub fn risk_difference_mantel_haenszel(
    strata: &[TwoProportions],
    level: f64,
    variance: CommonDifferenceVariance,
) -> Result<Effect, NotEstimable> {
    let strata = usable(strata, level)?;
    let weights = weights(&strata, StratumWeights::MantelHaenszel);
    let estimate = common(&strata, &weights);
    let squared = match variance {
        CommonDifferenceVariance::GreenlandRobins => sum(strata.iter().zip(&weights).map(|(t, w)| {
            let (p_a, p_b) = t.proportions();
            w * w * (p_a * (1.0 - p_a) / t.n_a as f64 + p_b * (1.0 - p_b) / t.n_b as f64)
        })),
        CommonDifferenceVariance::Sato => {
            let raw = sum(strata.iter().map(raw_mantel_haenszel));
            let part = |f: fn(&TwoProportions) -> f64| sum(strata.iter().map(f));
            (estimate * part(sato_p) + part(sato_q)) / (raw * raw)
        }
    };
    let standard_error = if squared > 0.0 { Ok(squared.sqrt()) } else { Err(NotEstimable::ZeroVariance) };
    let z = normal_multiplier(level)?;
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error,
        lower: standard_error.map(|se| estimate - z * se),
        upper: standard_error.map(|se| estimate + z * se),
    })
}

/// P of Sato (1989), as printed in the SAS documentation of PROC FREQ.
fn sato_p(t: &TwoProportions) -> f64 {
    let (x_a, x_b, n_a, n_b) = (t.events_a as f64, t.events_b as f64, t.n_a as f64, t.n_b as f64);
    let total = n_a + n_b;
    (n_a * n_a * x_b - n_b * n_b * x_a + n_a * n_b * (n_b - n_a) / 2.0) / (total * total)
}

/// Q of Sato (1989).
fn sato_q(t: &TwoProportions) -> f64 {
    let (x_a, x_b, n_a, n_b) = (t.events_a as f64, t.events_b as f64, t.n_a as f64, t.n_b as f64);
    (x_a * (n_b - x_b) + x_b * (n_a - x_a)) / (2.0 * (n_a + n_b))
}

/// Returns the weighted risk difference with the stratified Newcombe interval of Yan & Su (2010).
///
/// Each group gets a stratified Wilson interval: Wilson limits of the strata, at one level chosen so that their
/// weighted sum has the level asked for. With one stratum it is Newcombe's interval. Where a group has no variance in
/// any stratum the level of its strata is taken with equal variances.
pub fn risk_difference_newcombe_stratified(
    strata: &[TwoProportions],
    level: f64,
    weights_of: StratumWeights,
) -> Result<Effect, NotEstimable> {
    let strata = usable(strata, level)?;
    let weights = weights(&strata, weights_of);
    let z = normal_multiplier(level)?;
    let estimate = common(&strata, &weights);
    let group_a: Vec<(u64, u64)> = strata.iter().map(|t| (t.events_a, t.n_a)).collect();
    let group_b: Vec<(u64, u64)> = strata.iter().map(|t| (t.events_b, t.n_b)).collect();
    let (a, b) = (stratified_wilson(&group_a, &weights, z), stratified_wilson(&group_b, &weights, z));
    let spread = |group: &[(u64, u64)]| sum(group.iter().zip(&weights).map(|((_, n), w)| w * w / *n as f64));
    let (spread_a, spread_b) = (spread(&group_a), spread(&group_b));
    let half = |p_a: f64, p_b: f64| z * (spread_a * p_a * (1.0 - p_a) + spread_b * p_b * (1.0 - p_b)).max(0.0).sqrt();
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: Err(NotEstimable::NotDefined),
        lower: Ok(estimate - half(a.lower, b.upper)),
        upper: Ok(estimate + half(a.upper, b.lower)),
    })
}

/// The stratified Wilson interval of one group (Yan & Su 2010, eq. 4 and 5).
fn stratified_wilson(group: &[(u64, u64)], weights: &[f64], z: f64) -> Interval {
    let mut roots: Vec<f64> = group
        .iter()
        .zip(weights)
        .map(|(&(x, n), w)| w * (x as f64 * (n - x) as f64 / n as f64).sqrt() / n as f64)
        .collect();
    if roots.iter().all(|r| *r == 0.0) {
        roots = group.iter().zip(weights).map(|((_, n), w)| w / (*n as f64).sqrt()).collect();
    }
    let own = z * sum(roots.iter().map(|r| r * r)).sqrt() / sum(roots.iter().copied());
    let intervals: Vec<Interval> = group.iter().map(|&(x, n)| wilson_interval(x, n, own)).collect();
    Interval {
        lower: sum(intervals.iter().zip(weights).map(|(i, w)| w * i.lower)),
        upper: sum(intervals.iter().zip(weights).map(|(i, w)| w * i.upper)),
    }
}

/// Returns the weighted risk difference with the score interval of Miettinen & Nurminen (1985), section on strata.
///
/// The limits solve sum w (p_a - p_b - d) = ± z sqrt(sum w² v(d)), with the variance of each stratum where the
/// difference d holds (factor N/(N-1) within the stratum). With one stratum it is the Miettinen-Nurminen interval.
/// SAS Viya calls it `COMMONRISKDIFF(CL=MNMH)` with Mantel-Haenszel weights.
pub fn risk_difference_miettinen_nurminen_stratified(
    strata: &[TwoProportions],
    level: f64,
    weights_of: StratumWeights,
) -> Result<Effect, NotEstimable> {
    let strata = usable(strata, level)?;
    let weights = weights(&strata, weights_of);
    let estimate = common(&strata, &weights);
    let z = normal_multiplier(level)?;
    let score = |d: f64| {
        let variance = sum(strata.iter().zip(&weights).map(|(t, w)| w * w * restricted_variance(*t, d)));
        let gap = estimate - d;
        if variance > 0.0 {
            gap / variance.sqrt()
        } else if gap == 0.0 {
            0.0
        } else {
            gap.signum() * 1e300
        }
    };
    let limit = |edge: f64| {
        let beyond = |d: f64| edge * score(d) + z;
        if (edge - estimate).abs() < 1e-15 || beyond(edge * (1.0 - 1e-15)) > 0.0 {
            return Ok(edge);
        }
        let at = |u: f64| estimate + (edge - estimate) / (1.0 + libm::exp(-u));
        increasing_root(|u| (-beyond(at(u)), 0.0), 0.0, 1.0).map(at)
    };
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: Err(NotEstimable::NotDefined),
        lower: limit(-1.0).and_then(finite),
        upper: limit(1.0).and_then(finite),
    })
}

/// Returns the summary score risk difference (Agresti 2013, p. 231; SAS PROC FREQ `COMMONRISKDIFF(CL=SCORE)`).
///
/// Each stratum counts with the middle of its Miettinen-Nurminen interval, weighted by the inverse square of the
/// interval's width. The standard error belongs to the Wald interval around the weighted mean.
pub fn risk_difference_summary_score(strata: &[TwoProportions], level: f64) -> Result<Effect, NotEstimable> {
    let strata = usable(strata, level)?;
    let z = normal_multiplier(level)?;
    let (mut middles, mut precisions) = (Vec::new(), Vec::new());
    for stratum in strata {
        let effect = risk_difference_miettinen_nurminen(stratum, level)?;
        let (lower, upper) = (effect.lower?, effect.upper?);
        let half = (upper - lower) / (2.0 * z);
        middles.push(0.5 * (lower + upper));
        precisions.push(1.0 / (half * half));
    }
    let total = sum(precisions.iter().copied());
    let estimate = sum(middles.iter().zip(&precisions).map(|(m, p)| m * p)) / total;
    let standard_error = finite(1.0 / total.sqrt())?;
    Ok(Effect {
        estimate: Ok(estimate),
        standard_error: Ok(standard_error),
        lower: Ok(estimate - z * standard_error),
        upper: Ok(estimate + z * standard_error),
    })
}

/// The strata in which both groups have members.
fn usable(strata: &[TwoProportions], level: f64) -> Result<Vec<TwoProportions>, NotEstimable> {
    check_level(level)?;
    if strata.iter().any(|t| t.events_a > t.n_a || t.events_b > t.n_b) {
        return Err(NotEstimable::InvalidArgument);
    }
    let list: Vec<TwoProportions> = strata.iter().filter(|t| t.n_a > 0 && t.n_b > 0).copied().collect();
    if list.is_empty() { Err(NotEstimable::EmptyGroup) } else { Ok(list) }
}

fn raw_mantel_haenszel(t: &TwoProportions) -> f64 {
    let (n_a, n_b) = (t.n_a as f64, t.n_b as f64);
    n_a * (n_b / (n_a + n_b))
}

fn weights(strata: &[TwoProportions], kind: StratumWeights) -> Vec<f64> {
    let raw: Vec<f64> = strata
        .iter()
        .map(|t| match kind {
            StratumWeights::MantelHaenszel => raw_mantel_haenszel(t),
            StratumWeights::SampleSize => t.n_a as f64 + t.n_b as f64,
            StratumWeights::Equal => 1.0,
        })
        .collect();
    let total = sum(raw.iter().copied());
    raw.iter().map(|w| w / total).collect()
}

fn common(strata: &[TwoProportions], weights: &[f64]) -> f64 {
    sum(strata.iter().zip(weights).map(|(t, w)| {
        let (p_a, p_b) = t.proportions();
        w * (p_a - p_b)
    }))
}

#[cfg(test)]
mod tests {
    use super::super::two_proportions::{risk_difference_newcombe, risk_difference_wald};
    use super::*;

    const STRATA: [TwoProportions; 3] = [
        TwoProportions { events_a: 16, n_a: 27, events_b: 5, n_b: 25 },
        TwoProportions { events_a: 0, n_a: 4, events_b: 0, n_b: 9 },
        TwoProportions { events_a: 12, n_a: 28, events_b: 7, n_b: 26 },
    ];

    type Method = fn(&[TwoProportions]) -> Result<Effect, NotEstimable>;
    const METHODS: [Method; 5] = [
        |s| risk_difference_mantel_haenszel(s, 0.9, CommonDifferenceVariance::Sato),
        |s| risk_difference_mantel_haenszel(s, 0.9, CommonDifferenceVariance::GreenlandRobins),
        |s| risk_difference_newcombe_stratified(s, 0.9, StratumWeights::MantelHaenszel),
        |s| risk_difference_miettinen_nurminen_stratified(s, 0.9, StratumWeights::SampleSize),
        |s| risk_difference_summary_score(s, 0.9),
    ];

    fn close(a: Result<f64, NotEstimable>, b: f64, tolerance: f64) {
        let a = a.expect("estimable");
        assert!((a - b).abs() < tolerance, "{a} is not {b}");
    }

    #[test]
    fn one_stratum_is_the_plain_interval() {
        let table = STRATA[0];
        let plain = [
            risk_difference_wald(table, 0.9),
            risk_difference_newcombe(table, 0.9),
            risk_difference_miettinen_nurminen(table, 0.9),
        ];
        for (k, method) in [METHODS[1], METHODS[2], METHODS[3]].iter().enumerate() {
            let (one, expected) = (method(&[table]).expect("defined"), plain[k].expect("defined"));
            close(one.lower, expected.lower.expect("lower"), 1e-12);
            close(one.upper, expected.upper.expect("upper"), 1e-12);
        }
    }

    #[test]
    fn order_empty_strata_and_swapped_groups() {
        for method in METHODS {
            let all = method(&STRATA).expect("defined");
            let empty = TwoProportions { events_a: 0, n_a: 0, events_b: 3, n_b: 5 };
            let shuffled = method(&[STRATA[2], empty, STRATA[0], STRATA[1]]).expect("defined");
            close(shuffled.lower, all.lower.expect("lower"), 1e-12);
            let turned =
                STRATA.map(|t| TwoProportions { events_a: t.events_b, n_a: t.n_b, events_b: t.events_a, n_b: t.n_a });
            let turned = method(&turned).expect("defined");
            close(turned.estimate, -all.estimate.expect("estimate"), 1e-12);
            close(turned.upper, -all.lower.expect("lower"), 1e-12);
            assert_eq!(method(&[empty]), Err(NotEstimable::EmptyGroup));
            assert_eq!(method(&[]), Err(NotEstimable::EmptyGroup));
        }
    }

    #[test]
    fn no_events_at_all() {
        let none = [TwoProportions { events_a: 0, n_a: 4, events_b: 0, n_b: 9 }; 2];
        for variance in [CommonDifferenceVariance::Sato, CommonDifferenceVariance::GreenlandRobins] {
            let effect = risk_difference_mantel_haenszel(&none, 0.95, variance).expect("defined");
            assert_eq!(effect.estimate, Ok(0.0));
            assert_eq!(effect.lower, Err(NotEstimable::ZeroVariance));
        }
        let newcombe = risk_difference_newcombe_stratified(&none, 0.95, StratumWeights::MantelHaenszel);
        assert!(newcombe.expect("defined").upper.expect("upper") > 0.0);
    }
}
