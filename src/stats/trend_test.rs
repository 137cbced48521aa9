//! Trend of a proportion over ordered groups: Cochran (1954) and Armitage (1955), asymptotic and exact.

use std::collections::BTreeMap;

use super::distribution::normal;
use super::reason::{NotEstimable, check_finite};
use super::special::binomial_density;
use super::sum::{CompensatedSum, sum};

/// Number of steps of the exact distribution that takes about a second; a sensible `work_limit`.
pub const DEFAULT_WORK_LIMIT: u64 = 5_000_000;

/// The Cochran-Armitage test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrendTest {
    /// Signed statistic, above 0 where the proportion rises with the score; its square has one degree of freedom
    /// (R `prop.trend.test`; SAS PROC FREQ `TREND` has the sign of the first column of its table).
    pub z: f64,
    /// Two-sided p-value.
    pub p_two_sided: f64,
    /// Lower tail: the proportion falls.
    pub p_less: f64,
    /// Upper tail: the proportion rises.
    pub p_greater: f64,
}

/// Returns the asymptotic test, with the binomial variance p q / N.
///
/// `events[i]` of `n[i]` in the group with score `scores[i]`; empty groups add nothing. Errors: lengths that differ,
/// more events than members, fewer than two groups (`EmptyGroup`), no event or nothing else (`NoEvents`), equal scores
/// (`ZeroVariance`).
pub fn trend_test(events: &[u64], n: &[u64], scores: &[f64]) -> Result<TrendTest, NotEstimable> {
    let (total, all) = check(events, n, scores)?;
    let groups = || events.iter().zip(n).zip(scores).map(|((x, n), s)| (*x as f64, *n as f64, *s));
    let mean = sum(groups().map(|(_, n, s)| n * s)) / total;
    let squares = sum(groups().map(|(_, n, s)| n * (s - mean) * (s - mean)));
    if squares == 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    let p = all / total;
    let gap = sum(groups().map(|(x, n, s)| (s - mean) * (x - n * p)));
    let z = gap / (p * ((total - all) / total) * squares).sqrt();
    let tails = normal(z);
    Ok(TrendTest {
        z,
        p_two_sided: (2.0 * tails.lower.min(tails.upper)).min(1.0),
        p_less: tails.lower,
        p_greater: tails.upper,
    })
}

/// Exact p-values of the trend, given the group sizes and the number of events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ExactTrendTest {
    /// Probability of a score sum at least as far from its mean as the observed one (SAS PROC FREQ `EXACT TREND`).
    pub p_two_sided: f64,
    /// Probability of a score sum not above the observed one.
    pub p_less: f64,
    /// Probability of a score sum not below the observed one.
    pub p_greater: f64,
}

/// Returns the exact test; scores must be whole numbers within ±1e9 (others are `InvalidArgument`: multiply them).
///
/// Errors as [`trend_test`], and more than `work_limit` steps.
pub fn trend_test_exact(
    events: &[u64],
    n: &[u64],
    scores: &[f64],
    work_limit: u64,
) -> Result<ExactTrendTest, NotEstimable> {
    let (total, all) = check(events, n, scores)?;
    if scores.iter().any(|s| s.fract() != 0.0 || s.abs() > 1e9) {
        return Err(NotEstimable::InvalidArgument);
    }
    let whole: Vec<i128> = scores.iter().map(|s| *s as i128).collect();
    let (p, q) = (all / total, (total - all) / total);
    let wanted: u64 = events.iter().sum();
    // Binomial probabilities of the groups, joined by (events, score sum) so far.
    let mut states: BTreeMap<(u64, i128), CompensatedSum> = BTreeMap::new();
    let mut first = CompensatedSum::default();
    first.add(1.0);
    states.insert((0, 0), first);
    let mut steps = 0u64;
    let mut behind: u64 = n.iter().sum();
    for (size, score) in n.iter().zip(&whole) {
        behind -= size;
        let density: Vec<f64> = (0..=*size).map(|k| binomial_density(k as f64, (size - k) as f64, p, q)).collect();
        let mut next: BTreeMap<(u64, i128), CompensatedSum> = BTreeMap::new();
        for ((before, sum_before), probability) in &states {
            let (least, most) = (wanted.saturating_sub(before + behind), (wanted - before).min(*size));
            for k in least..=most {
                steps += 1;
                if steps > work_limit {
                    return Err(NotEstimable::WorkLimitExceeded);
                }
                let key = (before + k, sum_before + score * i128::from(k));
                next.entry(key).or_default().add(probability.value() * density[k as usize]);
            }
        }
        states = next;
    }
    let observed: i128 = events.iter().zip(&whole).map(|(x, s)| i128::from(*x) * s).sum();
    // N times the distance from the mean, a whole number: N S - K sum(n s).
    let size = i128::from(n.iter().sum::<u64>());
    let centre: i128 = n.iter().zip(&whole).map(|(n, s)| i128::from(*n) * s).sum::<i128>() * i128::from(wanted);
    let distance = |s: i128| (size * s - centre).abs();
    let share = |kept: &dyn Fn(i128) -> bool| {
        let inside = sum(states.iter().filter(|((_, s), _)| kept(*s)).map(|(_, p)| p.value()));
        (inside / sum(states.values().map(|p| p.value()))).min(1.0)
    };
    let far = distance(observed);
    Ok(ExactTrendTest {
        p_two_sided: share(&|s| distance(s) >= far),
        p_less: share(&|s| s <= observed),
        p_greater: share(&|s| s >= observed),
    })
}

/// Checks the arguments and returns the number of members and of events.
fn check(events: &[u64], n: &[u64], scores: &[f64]) -> Result<(f64, f64), NotEstimable> {
    check_finite(scores)?;
    if events.len() != n.len() || n.len() != scores.len() || events.iter().zip(n).any(|(x, n)| x > n) {
        return Err(NotEstimable::InvalidArgument);
    }
    if n.iter().filter(|n| **n > 0).count() < 2 {
        return Err(NotEstimable::EmptyGroup);
    }
    let (total, all) = (sum(n.iter().map(|n| *n as f64)), sum(events.iter().map(|x| *x as f64)));
    if all == 0.0 || all == total { Err(NotEstimable::NoEvents) } else { Ok((total, all)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const N: [u64; 5] = [32, 33, 32, 32, 32];
    const EVENTS: [u64; 5] = [6, 7, 9, 14, 23];
    const SCORES: [f64; 5] = [0.0, 1.0, 2.0, 3.0, 4.0];

    #[test]
    fn printed_by_sas() {
        // Adverse events by dose, example of the SAS documentation of PROC FREQ: the statistic of the column without
        // events is -4.7918.
        let test = trend_test(&EVENTS, &N, &SCORES).expect("defined");
        assert_eq!(format!("{:.4}", test.z), "4.7918");
    }

    #[test]
    fn two_groups_are_fisher() {
        let exact = trend_test_exact(&[3, 1], &[4, 4], &[0.0, 1.0], 1000).expect("defined");
        assert!((exact.p_less - 17.0 / 70.0).abs() < 1e-14);
        assert!((exact.p_two_sided - 34.0 / 70.0).abs() < 1e-14);
    }

    #[test]
    fn reversed_scores_and_order_of_groups() {
        let plain = trend_test(&EVENTS, &N, &SCORES).expect("defined");
        let turned = trend_test(&EVENTS, &N, &SCORES.map(|s| 7.0 - 2.0 * s)).expect("defined");
        assert!((plain.z + turned.z).abs() < 1e-12);
        let (mut events, mut n, mut scores) = (EVENTS, N, SCORES);
        events.reverse();
        n.reverse();
        scores.reverse();
        let one = trend_test_exact(&EVENTS, &N, &SCORES, DEFAULT_WORK_LIMIT).expect("one");
        let other = trend_test_exact(&events, &n, &scores, DEFAULT_WORK_LIMIT).expect("other");
        assert!((one.p_two_sided / other.p_two_sided - 1.0).abs() < 1e-11);
        assert!((one.p_greater / other.p_greater - 1.0).abs() < 1e-11);
    }

    #[test]
    fn errors() {
        assert_eq!(trend_test(&[1], &[2], &[0.0]), Err(NotEstimable::EmptyGroup));
        assert_eq!(trend_test(&[0, 0], &[2, 3], &[0.0, 1.0]), Err(NotEstimable::NoEvents));
        assert_eq!(trend_test(&[1, 0], &[2, 3], &[1.0, 1.0]), Err(NotEstimable::ZeroVariance));
        assert_eq!(trend_test(&[1, 0], &[2, 3], &[1.0, f64::NAN]), Err(NotEstimable::NotFinite));
        assert_eq!(trend_test_exact(&[1, 0], &[2, 3], &[0.5, 1.0], 10), Err(NotEstimable::InvalidArgument));
        assert_eq!(trend_test_exact(&EVENTS, &N, &SCORES, 10), Err(NotEstimable::WorkLimitExceeded));
    }
}
