//! Score interval of a risk difference by Miettinen & Nurminen.
//!
//! Miettinen & Nurminen (1985), "Comparative analysis of two rates", Statistics in Medicine 4, eq. 8 with the
//! factor N/(N-1), restricted maximum likelihood by the closed-form cubic of their appendix 1.

use super::distribution::normal_multiplier;
use super::reason::{NotEstimable, finite};
use super::root::increasing_root;
use super::two_proportions::{Effect, TwoProportions};

/// Returns the risk difference with its score interval; defined for any counts, zero cells included.
pub fn risk_difference_miettinen_nurminen(table: TwoProportions, level: f64) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let (p_a, p_b) = table.proportions();
    let estimate = p_a - p_b;
    let z = normal_multiplier(level)?;
    // The score falls as the difference supposed grows: positive below the estimate, negative above it.
    let limit = |sign: f64| {
        let edge = sign;
        let beyond = |difference: f64| sign * score(table, difference) + z;
        if (edge - estimate).abs() < 1e-15 || beyond(edge * (1.0 - 1e-15)) > 0.0 {
            return Ok(edge);
        }
        // Between the estimate and the edge, as a fraction of the way, on a logit scale.
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

/// The score statistic for a supposed difference: (estimate - difference) over its restricted standard error.
pub(crate) fn score(table: TwoProportions, difference: f64) -> f64 {
    let (p_a, p_b) = table.proportions();
    let variance = restricted_variance(table, difference);
    let gap = p_a - p_b - difference;
    if variance <= 0.0 {
        return if gap == 0.0 { 0.0 } else { gap.signum() * 1e300 };
    }
    gap / variance.sqrt()
}

/// The variance of the estimated difference where the supposed difference holds, with the factor N/(N-1).
pub(crate) fn restricted_variance(table: TwoProportions, difference: f64) -> f64 {
    let (n_a, n_b) = (table.n_a as f64, table.n_b as f64);
    let total = n_a + n_b;
    let restricted_b = restricted_proportion(table, difference);
    let restricted_a = (restricted_b + difference).clamp(0.0, 1.0);
    (restricted_a * (1.0 - restricted_a) / n_a + restricted_b * (1.0 - restricted_b) / n_b) * total / (total - 1.0)
}

/// The second proportion that maximises the likelihood under the supposed difference (appendix 1, closed form).
pub(crate) fn restricted_proportion(table: TwoProportions, difference: f64) -> f64 {
    let (x_a, x_b) = (table.events_a as f64, table.events_b as f64);
    let (n_a, n_b) = (table.n_a as f64, table.n_b as f64);
    let total = n_a + n_b;
    let l3 = total;
    let l2 = (n_a + 2.0 * n_b) * difference - total - (x_a + x_b);
    let l1 = (n_b * difference - total - 2.0 * x_b) * difference + x_a + x_b;
    let l0 = x_b * difference * (1.0 - difference);
    let third = l2 / (3.0 * l3);
    let q = third * third * third - l1 * l2 / (6.0 * l3 * l3) + l0 / (2.0 * l3);
    let p = q.signum() * (third * third - l1 / (3.0 * l3)).max(0.0).sqrt();
    if p == 0.0 {
        return (-third).clamp((-difference).max(0.0), (1.0 - difference).min(1.0));
    }
    let angle = (std::f64::consts::PI + libm::acos((q / (p * p * p)).clamp(-1.0, 1.0))) / 3.0;
    (2.0 * p * libm::cos(angle) - third).clamp((-difference).max(0.0), (1.0 - difference).min(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_interval() {
        // Newcombe (1998b), table II, example (a), method 5.
        let table = TwoProportions { events_a: 56, n_a: 70, events_b: 48, n_b: 80 };
        let effect = risk_difference_miettinen_nurminen(table, 0.95).expect("estimable");
        assert_eq!(format!("{:.4}", effect.lower.expect("lower")), "0.0528");
        assert_eq!(format!("{:.4}", effect.upper.expect("upper")), "0.3382");
    }
}
