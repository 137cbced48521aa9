//! Probabilities of sets of 2 x 2 tables under two binomials, and their supremum over the nuisance proportion.
//!
//! With p_b the proportion of the second group and p_a = p_b + difference, the probability of a set of tables is a
//! polynomial in p_b. It is searched on a grid equally spaced in arcsin(sqrt(p)), where the binomials change at the
//! same pace everywhere, with a step a small part of 1/sqrt(n); each promising peak is refined by golden section.

use super::sum::{CompensatedSum, sum};

/// Grid steps per standard error of arcsin(sqrt(p)).
const STEPS: f64 = 16.0;
/// Peaks below this share of the highest one are not refined.
const PROMISING: f64 = 0.9;

/// A set of tables: for each count of events in the first group, runs `from..=to` of events in the second.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    runs: Vec<Vec<(usize, usize)>>,
    n_b: usize,
}

impl Tables {
    /// The tables of two groups for which `contains` holds.
    pub(crate) fn of(n_a: u64, n_b: u64, contains: impl Fn(u64, u64) -> bool) -> Tables {
        let row = |a: u64| {
            let mut runs: Vec<(usize, usize)> = Vec::new();
            for b in (0..=n_b).filter(|&b| contains(a, b)) {
                match runs.last_mut() {
                    Some(run) if run.1 + 1 == b as usize => run.1 += 1,
                    _ => runs.push((b as usize, b as usize)),
                }
            }
            runs
        };
        Tables { runs: (0..=n_a).map(row).collect(), n_b: n_b as usize }
    }
}

/// Two binomials with their log coefficients.
#[derive(Debug, Clone)]
pub(crate) struct TwoBinomials {
    log_choose_a: Vec<f64>,
    log_choose_b: Vec<f64>,
}

/// The supremum of a probability and where it is reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Supremum {
    /// Largest probability.
    pub(crate) probability: f64,
    /// Proportion of the second group at which it is reached.
    pub(crate) nuisance: f64,
}

impl TwoBinomials {
    pub(crate) fn new(n_a: u64, n_b: u64) -> TwoBinomials {
        TwoBinomials { log_choose_a: log_choose(n_a), log_choose_b: log_choose(n_b) }
    }

    /// The probability of the tables when the groups have proportions `p_a` and `p_b`.
    pub(crate) fn probability(&self, tables: &Tables, p_a: f64, p_b: f64) -> f64 {
        let a = densities(&self.log_choose_a, p_a);
        let b = densities(&self.log_choose_b, p_b);
        // Sums from either end, so that a run at an end keeps its digits.
        let mut below = vec![0.0; tables.n_b + 2];
        let mut above = vec![0.0; tables.n_b + 2];
        let (mut up, mut down) = (CompensatedSum::default(), CompensatedSum::default());
        for k in 0..=tables.n_b {
            up.add(b[k]);
            below[k + 1] = up.value();
            down.add(b[tables.n_b - k]);
            above[tables.n_b - k] = down.value();
        }
        let run = |&(from, to): &(usize, usize)| {
            if to == tables.n_b {
                above[from]
            } else if from == 0 {
                below[to + 1]
            } else if below[from] <= above[to + 1] {
                below[to + 1] - below[from]
            } else {
                above[from] - above[to + 1]
            }
        };
        sum(tables.runs.iter().zip(&a).map(|(runs, density)| density * runs.iter().map(run).sum::<f64>())).min(1.0)
    }

    /// The largest probability of the tables over all proportions that differ by `difference` (first minus second).
    ///
    /// A probability above `enough` ends the search early.
    pub(crate) fn supremum(&self, tables: &Tables, difference: f64, enough: f64) -> Supremum {
        let total = (self.log_choose_a.len() + self.log_choose_b.len()) as f64;
        let (low, high) = ((-difference).max(0.0), (1.0 - difference).min(1.0));
        let angle = |p: f64| libm::asin(p.clamp(0.0, 1.0).sqrt());
        let (start, end) = (angle(low), angle(high));
        let intervals = (8.0 + STEPS * (end - start) * 2.0 * total.sqrt()).ceil();
        let place = |i: f64| start + (end - start) * i / intervals;
        let value = |theta: f64| {
            let root = libm::sin(theta);
            let p_b = (root * root).clamp(low, high);
            (self.probability(tables, (p_b + difference).clamp(0.0, 1.0), p_b), p_b)
        };
        let mut grid = Vec::new();
        let mut best = Supremum { probability: -1.0, nuisance: low };
        let keep = |best: &mut Supremum, (probability, nuisance): (f64, f64)| {
            if probability > best.probability {
                *best = Supremum { probability, nuisance };
            }
        };
        for i in 0..=intervals as usize {
            let found = value(place(i as f64));
            grid.push(found.0);
            keep(&mut best, found);
            if best.probability > enough {
                return best;
            }
        }
        let bound = PROMISING * best.probability;
        for i in 0..grid.len() {
            let (before, after) = (i.saturating_sub(1), (i + 1).min(grid.len() - 1));
            if grid[i] < bound || grid[i] < grid[before] || grid[i] < grid[after] {
                continue;
            }
            keep(&mut best, golden_section(&value, place(before as f64), place(after as f64)));
        }
        best
    }
}

/// The highest value found between two places (Kiefer 1953).
fn golden_section(value: &impl Fn(f64) -> (f64, f64), mut left: f64, mut right: f64) -> (f64, f64) {
    const RATIO: f64 = 0.618_033_988_749_894_8;
    let mut inner = (right - RATIO * (right - left), left + RATIO * (right - left));
    let mut values = (value(inner.0), value(inner.1));
    for _ in 0..60 {
        if right - left < 1e-11 {
            break;
        }
        if values.0.0 >= values.1.0 {
            right = inner.1;
            inner = (right - RATIO * (right - left), inner.0);
            values = (value(inner.0), values.0);
        } else {
            left = inner.0;
            inner = (inner.1, left + RATIO * (right - left));
            values = (values.1, value(inner.1));
        }
    }
    if values.0.0 >= values.1.0 { values.0 } else { values.1 }
}

/// ln of the binomial coefficients C(n, k), k from 0 to n.
fn log_choose(n: u64) -> Vec<f64> {
    let mut total = CompensatedSum::default();
    let mut list = vec![0.0];
    for k in 0..n {
        total.add(libm::log((n - k) as f64 / (k + 1) as f64));
        list.push(total.value());
    }
    list
}

/// Binomial probabilities of all counts.
fn densities(log_choose: &[f64], p: f64) -> Vec<f64> {
    let n = log_choose.len() - 1;
    let (log_p, log_q) = (libm::log(p), libm::log1p(-p));
    let term = |count: usize, log: f64| if count == 0 { 0.0 } else { count as f64 * log };
    let density = |(k, choose): (usize, &f64)| libm::exp(choose + term(k, log_p) + term(n - k, log_q));
    log_choose.iter().enumerate().map(density).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_of_tables() {
        let both = TwoBinomials::new(3, 2);
        let all = Tables::of(3, 2, |_, _| true);
        assert!((both.probability(&all, 0.3, 0.8) - 1.0).abs() < 1e-15);
        let one = both.probability(&Tables::of(3, 2, |a, b| a == 3 && b == 0), 1.0, 0.0);
        assert!((one - 1.0).abs() < 1e-15);
        let gap = Tables::of(3, 2, |a, b| a == 1 && b != 1);
        assert!((both.probability(&gap, 0.5, 0.5) - 3.0 / 8.0 * 0.5).abs() < 1e-15);
    }

    #[test]
    fn supremum_of_a_known_polynomial() {
        // One event in each of two groups of two: 4 p^2 q^2, largest 1/4 at one half.
        let found = TwoBinomials::new(2, 2).supremum(&Tables::of(2, 2, |a, b| a == 1 && b == 1), 0.0, 1.0);
        assert!((found.probability - 0.25).abs() < 1e-15 && (found.nuisance - 0.5).abs() < 1e-7);
        // All or nothing: p^4 + q^4, 1 at the ends.
        let ends = TwoBinomials::new(2, 2).supremum(&Tables::of(2, 2, |a, b| a == b && a != 1), 0.0, 1.0);
        assert!((ends.probability - 1.0).abs() < 1e-15);
        // One event in one group of one against none in one, p_a = p_b + 1/2: (p + 1/2)(1 - p), largest 9/16 at 1/4.
        let moved = TwoBinomials::new(1, 1).supremum(&Tables::of(1, 1, |a, b| a == 1 && b == 0), 0.5, 1.0);
        assert!((moved.probability - 0.5625).abs() < 1e-15 && (moved.nuisance - 0.25).abs() < 1e-7);
    }
}
