//! Exact unconditional interval of a risk difference (Chan & Zhang 1999), ordered by the score statistic.
//!
//! A difference d belongs to the interval unless one of two one-sided tests rejects it at half of 1 - level. Each test
//! orders all tables by the score statistic for d (Farrington & Manning 1990; the factor N/(N-1) of Miettinen &
//! Nurminen does not change the order) and takes the largest probability over the nuisance proportion. This is
//! SAS PROC FREQ `EXACT RISKDIFF(METHOD=SCORE)`; the older default of SAS orders by the plain difference.
//!
//! The p-value as a function of d jumps where the order of tables changes and need not be monotone (Röhmel 2005). The
//! limit is the outermost difference not rejected: differences are tried from the outside in steps of 1/64 and, in
//! the last rejected step, by halving; a return inside one step is not seen.

use super::miettinen_nurminen::score;
use super::reason::NotEstimable;
use super::two_proportions::{Effect, TwoProportions};
use super::unconditional::{Tables, TwoBinomials};

/// Width of a step of the search from the outside.
const STEP: f64 = 1.0 / 64.0;
/// Relative slack within which two statistics count as equal.
const EQUAL: f64 = 1e-7;

/// What orders the tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableOrder {
    /// The score statistic for the difference tested (Chan & Zhang 1999).
    Score,
    /// The plain difference of proportions (Santner & Snell 1980; wider).
    Difference,
}

/// Largest number of possible tables, (n_a + 1)(n_b + 1), that takes some seconds; a sensible `work_limit`.
pub const DEFAULT_WORK_LIMIT: u64 = 100_000;

/// Returns the risk difference with exact unconditional limits; defined for any counts, zero cells included.
///
/// There is no standard error. Errors: an empty group, more events than members, more than `work_limit` possible
/// tables.
pub fn risk_difference_exact(
    table: TwoProportions,
    level: f64,
    order: TableOrder,
    work_limit: u64,
) -> Result<Effect, NotEstimable> {
    table.check(level)?;
    let possible = table.n_a.saturating_add(1).saturating_mul(table.n_b.saturating_add(1));
    if possible > work_limit {
        return Err(NotEstimable::WorkLimitExceeded);
    }
    let turned = TwoProportions { events_a: table.events_b, n_a: table.n_b, events_b: table.events_a, n_b: table.n_a };
    let tail = (1.0 - level) / 2.0;
    let (p_a, p_b) = table.proportions();
    Ok(Effect {
        estimate: Ok(p_a - p_b),
        standard_error: Err(NotEstimable::NotDefined),
        lower: Ok(lower_limit(table, order, tail)),
        // What the first group has less than the second, seen from the other side.
        upper: Ok(-lower_limit(turned, order, tail)),
    })
}

/// The least difference that a test against larger differences does not reject.
fn lower_limit(table: TwoProportions, order: TableOrder, tail: f64) -> f64 {
    let binomials = TwoBinomials::new(table.n_a, table.n_b);
    let (p_a, p_b) = table.proportions();
    let estimate = p_a - p_b;
    let fixed = (order == TableOrder::Difference).then(|| {
        Tables::of(table.n_a, table.n_b, |a, b| {
            difference(table, a, b) >= difference(table, table.events_a, table.events_b)
        })
    });
    let kept = |d: f64| {
        let by_score = || {
            let observed = score(table, d);
            let bound = observed - EQUAL * observed.abs().max(1.0);
            let at = |events_a, events_b| score(TwoProportions { events_a, events_b, ..table }, d);
            Tables::of(table.n_a, table.n_b, |a, b| at(a, b) >= bound)
        };
        let largest = match &fixed {
            Some(tables) => binomials.supremum(tables, d, tail),
            None => binomials.supremum(&by_score(), d, tail),
        };
        largest.probability > tail
    };
    // At -1 the first group has no event and the second nothing else.
    if estimate <= -1.0 {
        return -1.0;
    }
    let (mut rejected, mut not_rejected) = (-1.0, estimate);
    let mut step = 1.0;
    while -1.0 + step * STEP < estimate {
        let d = -1.0 + step * STEP;
        if kept(d) {
            not_rejected = d;
            break;
        }
        rejected = d;
        step += 1.0;
    }
    for _ in 0..48 {
        let middle = 0.5 * (rejected + not_rejected);
        if not_rejected - rejected < 1e-12 || middle == rejected || middle == not_rejected {
            break;
        }
        if kept(middle) { not_rejected = middle } else { rejected = middle }
    }
    not_rejected
}

/// The difference of proportions times n_a n_b, a whole number.
fn difference(table: TwoProportions, a: u64, b: u64) -> i128 {
    i128::from(a) * i128::from(table.n_b) - i128::from(b) * i128::from(table.n_a)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(table: TwoProportions, order: TableOrder) -> (f64, f64) {
        let effect = risk_difference_exact(table, 0.95, order, 10_000).expect("defined");
        (effect.lower.expect("lower"), effect.upper.expect("upper"))
    }

    #[test]
    fn one_against_one() {
        // One of one against none of one is the extreme table, of probability p_a (1 - p_b) with p_a - p_b = d: its
        // largest value is ((1 + d)/2)², which is 0.025 at d = 2 sqrt(0.025) - 1. The upper limit is 1.
        let table = TwoProportions { events_a: 1, n_a: 1, events_b: 0, n_b: 1 };
        for order in [TableOrder::Score, TableOrder::Difference] {
            let (lower, upper) = limits(table, order);
            assert!((lower - (2.0 * 0.025f64.sqrt() - 1.0)).abs() < 1e-10, "{lower}");
            assert_eq!(upper, 1.0);
        }
    }

    #[test]
    fn swapped_groups_negate_and_zero_cells_are_no_obstacle() {
        let table = TwoProportions { events_a: 0, n_a: 8, events_b: 0, n_b: 5 };
        let turned = TwoProportions { events_a: 0, n_a: 5, events_b: 0, n_b: 8 };
        for order in [TableOrder::Score, TableOrder::Difference] {
            let ((l, u), (tl, tu)) = (limits(table, order), limits(turned, order));
            assert!((l + tu).abs() < 1e-11 && (u + tl).abs() < 1e-11);
            assert!(l < 0.0 && u > 0.0 && l > -1.0 && u < 1.0);
        }
        assert_eq!(risk_difference_exact(table, 0.95, TableOrder::Score, 53), Err(NotEstimable::WorkLimitExceeded));
    }
}
