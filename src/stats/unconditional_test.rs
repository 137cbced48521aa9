//! Exact unconditional tests of two proportions: Barnard (1945) and Boschloo (1970).
//!
//! Only the group sizes are fixed. The p-value is the largest probability, over the common proportion, of the tables
//! at least as extreme as the observed one; the two tests differ in what orders the tables. Two values of the
//! ordering statistic within a relative 1e-7 count as equal, since they are equal on paper.

use super::reason::NotEstimable;
use super::special::hypergeometric_density;
use super::sum::CompensatedSum;
use super::two_proportions::TwoProportions;
use super::unconditional::{Tables, TwoBinomials};

/// Relative slack within which two statistics count as equal.
const EQUAL: f64 = 1e-7;

/// Largest number of possible tables, (n_a + 1)(n_b + 1), that takes about a second; a sensible `work_limit`.
pub const DEFAULT_WORK_LIMIT: u64 = 1_100_000;

/// The alternative to equal proportions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alternative {
    /// The proportions differ.
    TwoSided,
    /// The first proportion is the smaller one.
    Less,
    /// The first proportion is the larger one.
    Greater,
}

/// The two-sided form of Boschloo's test.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BoschlooTwoSided {
    /// Twice the smaller one-sided p-value, at most 1 (Python `scipy`, R `exact2x2` with `tsmethod = "central"`).
    TwiceSmaller,
    /// Tables ordered by Fisher's two-sided p-value (R `Exact`, R `exact2x2` with `tsmethod = "minlike"`).
    FisherTwoSided,
}

/// An exact unconditional test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UnconditionalTest {
    /// What orders the tables: the signed pooled z statistic (Barnard) or Fisher's p-value (Boschloo).
    pub statistic: f64,
    /// p-value, the supremum over the common proportion.
    pub p: f64,
    /// Common proportion at which it is reached.
    pub nuisance: f64,
}

/// Returns Barnard's test with the score statistic z = (p_a - p_b) / sqrt(p q (1/n_a + 1/n_b)), p pooled; |z| two-sided
/// (SAS PROC FREQ `EXACT BARNARD`, Python `scipy.stats.barnard_exact` with `pooled=True`).
///
/// z is 0 where there is no event or nothing else. Errors: an empty group, more events than members, more than
/// `work_limit` possible tables.
pub fn barnard(
    table: TwoProportions,
    alternative: Alternative,
    work_limit: u64,
) -> Result<UnconditionalTest, NotEstimable> {
    check(table, work_limit)?;
    let (n_a, n_b) = (table.n_a as f64, table.n_b as f64);
    let total = n_a + n_b;
    let z = |a: u64, b: u64| {
        let (x_a, x_b) = (a as f64, b as f64);
        let events = x_a + x_b;
        let variance = events * (total - events) * n_a * n_b / total;
        // Whole numbers above and below the line: equal proportions give exactly 0.
        if variance > 0.0 { (x_a * n_b - x_b * n_a) / variance.sqrt() } else { 0.0 }
    };
    let extreme = |z: f64| match alternative {
        Alternative::TwoSided => z.abs(),
        Alternative::Less => -z,
        Alternative::Greater => z,
    };
    let statistic = z(table.events_a, table.events_b);
    let bound = extreme(statistic) - EQUAL * statistic.abs().max(1e-6);
    let tables = Tables::of(table.n_a, table.n_b, |a, b| extreme(z(a, b)) >= bound);
    let found = TwoBinomials::new(table.n_a, table.n_b).supremum(&tables, 0.0, 1.0);
    Ok(UnconditionalTest { statistic, p: found.probability, nuisance: found.nuisance })
}

/// Returns Boschloo's test, which orders the tables by Fisher's p-value; never less powerful than Fisher's test.
///
/// Errors as [`barnard`].
pub fn boschloo(
    table: TwoProportions,
    alternative: Alternative,
    two_sided: BoschlooTwoSided,
    work_limit: u64,
) -> Result<UnconditionalTest, NotEstimable> {
    check(table, work_limit)?;
    match (alternative, two_sided) {
        (Alternative::TwoSided, BoschlooTwoSided::TwiceSmaller) => {
            let less = ordered_by_fisher(table, FisherTail::Less)?;
            let greater = ordered_by_fisher(table, FisherTail::Greater)?;
            let smaller = if less.p <= greater.p { less } else { greater };
            Ok(UnconditionalTest { p: (2.0 * smaller.p).min(1.0), ..smaller })
        }
        (Alternative::TwoSided, BoschlooTwoSided::FisherTwoSided) => ordered_by_fisher(table, FisherTail::Both),
        (Alternative::Less, _) => ordered_by_fisher(table, FisherTail::Less),
        (Alternative::Greater, _) => ordered_by_fisher(table, FisherTail::Greater),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FisherTail {
    Less,
    Greater,
    Both,
}

fn ordered_by_fisher(table: TwoProportions, tail: FisherTail) -> Result<UnconditionalTest, NotEstimable> {
    let (n_a, n_b) = (table.n_a, table.n_b);
    // Fisher's p-values of all tables with the same number of events come from one row of probabilities.
    let rows: Vec<(u64, Vec<f64>)> = (0..=n_a + n_b)
        .map(|events| {
            let (least, most) = (events.saturating_sub(n_b), events.min(n_a));
            let density: Vec<f64> = (least..=most).map(|k| hypergeometric_density(k, n_a, n_b, events)).collect();
            (least, tails(&density, tail))
        })
        .collect();
    let statistic = |a: u64, b: u64| {
        let (least, list) = &rows[(a + b) as usize];
        list[(a - least) as usize]
    };
    let observed = statistic(table.events_a, table.events_b);
    let tables = Tables::of(n_a, n_b, |a, b| statistic(a, b) <= observed * (1.0 + EQUAL));
    let found = TwoBinomials::new(n_a, n_b).supremum(&tables, 0.0, 1.0);
    Ok(UnconditionalTest { statistic: observed, p: found.probability, nuisance: found.nuisance })
}

/// Fisher's p-value of each outcome of a row of probabilities.
fn tails(density: &[f64], tail: FisherTail) -> Vec<f64> {
    let running = |order: &mut dyn Iterator<Item = usize>| {
        let mut list = vec![0.0; density.len()];
        let mut total = CompensatedSum::default();
        for k in order {
            total.add(density[k]);
            list[k] = total.value().min(1.0);
        }
        list
    };
    match tail {
        FisherTail::Less => running(&mut (0..density.len())),
        FisherTail::Greater => running(&mut (0..density.len()).rev()),
        FisherTail::Both => {
            let mut order: Vec<usize> = (0..density.len()).collect();
            order.sort_by(|&i, &j| density[i].total_cmp(&density[j]));
            let mut list = running(&mut order.iter().copied());
            // Outcomes as probable as the next one share its p-value.
            for pair in (1..order.len()).rev() {
                if density[order[pair]] <= density[order[pair - 1]] * (1.0 + EQUAL) {
                    list[order[pair - 1]] = list[order[pair]];
                }
            }
            list
        }
    }
}

fn check(table: TwoProportions, work_limit: u64) -> Result<(), NotEstimable> {
    table.check(0.5)?;
    let possible = table.n_a.saturating_add(1).saturating_mul(table.n_b.saturating_add(1));
    if possible > work_limit { Err(NotEstimable::WorkLimitExceeded) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::fisher::fisher_two_by_two;
    use super::*;

    const ALL: [Alternative; 3] = [Alternative::TwoSided, Alternative::Less, Alternative::Greater];

    fn p(test: Result<UnconditionalTest, NotEstimable>) -> f64 {
        test.expect("defined").p
    }

    #[test]
    fn by_hand() {
        // 2 of 2 against 0 of 2: that table has probability p²q², at most 1/16; two-sided twice that.
        let table = TwoProportions { events_a: 2, n_a: 2, events_b: 0, n_b: 2 };
        assert!((p(barnard(table, Alternative::Greater, 100)) - 1.0 / 16.0).abs() < 1e-14);
        assert!((p(barnard(table, Alternative::TwoSided, 100)) - 1.0 / 8.0).abs() < 1e-14);
        for form in [BoschlooTwoSided::TwiceSmaller, BoschlooTwoSided::FisherTwoSided] {
            assert!((p(boschloo(table, Alternative::TwoSided, form, 100)) - 1.0 / 8.0).abs() < 1e-14);
        }
    }

    #[test]
    fn boschloo_is_never_above_fisher() {
        for (a, b) in [(3, 1), (7, 2), (0, 9), (5, 5)] {
            let table = TwoProportions { events_a: a, n_a: 9, events_b: b, n_b: 12 };
            let fisher = fisher_two_by_two(a, 9, b, 12).expect("defined");
            let form = BoschlooTwoSided::FisherTwoSided;
            let ordering = |alternative| boschloo(table, alternative, form, 1000).expect("defined").statistic;
            assert!((ordering(Alternative::Less) - fisher.p_less).abs() < 1e-13);
            assert!((ordering(Alternative::Greater) - fisher.p_greater).abs() < 1e-13);
            assert!((ordering(Alternative::TwoSided) - fisher.p_two_sided).abs() < 1e-13);
            assert!(p(boschloo(table, Alternative::Less, form, 1000)) <= fisher.p_less + 1e-12);
            assert!(p(boschloo(table, Alternative::Greater, form, 1000)) <= fisher.p_greater + 1e-12);
            assert!(p(boschloo(table, Alternative::TwoSided, form, 1000)) <= fisher.p_two_sided + 1e-12);
        }
    }

    #[test]
    fn swapped_groups() {
        let table = TwoProportions { events_a: 7, n_a: 15, events_b: 12, n_b: 18 };
        let turned = TwoProportions { events_a: 12, n_a: 18, events_b: 7, n_b: 15 };
        for (one, other) in [(0, 0), (1, 2)] {
            let (x, y) = (barnard(table, ALL[one], 1000), barnard(turned, ALL[other], 1000));
            assert!((p(x) - p(y)).abs() < 1e-13);
            assert!((x.expect("x").statistic + y.expect("y").statistic).abs() < 1e-13);
            for form in [BoschlooTwoSided::TwiceSmaller, BoschlooTwoSided::FisherTwoSided] {
                assert!(
                    (p(boschloo(table, ALL[one], form, 1000)) - p(boschloo(turned, ALL[other], form, 1000))).abs()
                        < 1e-13
                );
            }
        }
    }

    #[test]
    fn degenerate() {
        let none = TwoProportions { events_a: 0, n_a: 3, events_b: 0, n_b: 4 };
        assert!((p(barnard(none, Alternative::TwoSided, 100)) - 1.0).abs() < 1e-14);
        assert!((p(boschloo(none, Alternative::TwoSided, BoschlooTwoSided::TwiceSmaller, 100)) - 1.0).abs() < 1e-14);
        assert_eq!(barnard(none, Alternative::Less, 19), Err(NotEstimable::WorkLimitExceeded));
        let empty = TwoProportions { events_a: 0, n_a: 0, events_b: 0, n_b: 4 };
        assert_eq!(barnard(empty, Alternative::Less, 19), Err(NotEstimable::EmptyGroup));
    }
}
