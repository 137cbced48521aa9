//! Variances of the shares of wins and losses of one stratum, as two-sample U-statistics.
//!
//! First term of the Hoeffding decomposition: the variance of a member's expected score over group 0, divided by its
//! size, plus the same over group 1. The methods differ in how the expected scores are estimated and centred.

use super::compare::Comparison;
use crate::stats::reason::NotEstimable;
use crate::stats::sum::sum;

/// Estimator of the variances and the covariance of the shares of wins and losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WinVariance {
    /// Sample variances (divisor n - 1) of each member's share of wins and losses, as DeLong et al. (1988).
    Placements,
    /// Products of the scores of a member against two different opponents, centred at the shares of wins and losses
    /// (Bebu & Lachin 2016, Biostatistics 17).
    DistinctPairs,
    /// The same products centred at the common share (wins + losses)/2 of no effect, which also stands in the
    /// denominators of the logarithms (Dong et al. 2016, Pharm Stat 15; R package WINS).
    DongNull,
}

/// Variances and covariance of the shares of wins and losses.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct PairMoments {
    pub(super) wins: f64,
    pub(super) losses: f64,
    pub(super) both: f64,
}

/// Wins and losses of group 0 by member.
pub(super) struct StratumScores {
    /// For each member of group 0, numbers of opponents beaten and lost to.
    first: Vec<[u64; 2]>,
    /// For each member of group 1, numbers of opponents that beat and that lost to the member.
    second: Vec<[u64; 2]>,
}

impl StratumScores {
    pub(super) fn new(m: usize, n: usize) -> Self {
        StratumScores { first: vec![[0; 2]; m], second: vec![[0; 2]; n] }
    }

    pub(super) fn record(&mut self, i: usize, j: usize, result: Comparison) {
        let place = match result {
            Comparison::Win => 0,
            Comparison::Loss => 1,
            Comparison::Undecided => return,
        };
        self.first[i][place] += 1;
        self.second[j][place] += 1;
    }

    pub(super) fn pairs(&self) -> f64 {
        self.first.len() as f64 * self.second.len() as f64
    }

    pub(super) fn wins(&self) -> f64 {
        self.first.iter().map(|s| s[0]).sum::<u64>() as f64
    }

    pub(super) fn losses(&self) -> f64 {
        self.first.iter().map(|s| s[1]).sum::<u64>() as f64
    }

    /// Wins minus losses of each member of either group against the other group.
    pub(super) fn differences(&self) -> (Vec<i64>, Vec<i64>) {
        let first = self.first.iter().map(|s| s[0] as i64 - s[1] as i64).collect();
        let second = self.second.iter().map(|s| s[1] as i64 - s[0] as i64).collect();
        (first, second)
    }

    /// The moments; `TooFewValues` with one member in a group.
    pub(super) fn moments(&self, method: WinVariance) -> Result<PairMoments, NotEstimable> {
        let (m, n) = (self.first.len() as f64, self.second.len() as f64);
        if m < 2.0 || n < 2.0 {
            return Err(NotEstimable::TooFewValues);
        }
        let shares = [self.wins() / (m * n), self.losses() / (m * n)];
        let centre = match method {
            WinVariance::DongNull => [(shares[0] + shares[1]) / 2.0; 2],
            _ => shares,
        };
        let moment = |u: usize, v: usize| {
            let side = |scores: &[[u64; 2]], others: f64| match method {
                WinVariance::Placements => {
                    let own = scores.len() as f64;
                    let products =
                        scores.iter().map(|s| (s[u] as f64 / others - centre[u]) * (s[v] as f64 / others - centre[v]));
                    sum(products) / (own - 1.0) / own
                }
                _ => {
                    let own = scores.len() as f64;
                    let products = scores.iter().map(|s| {
                        let (x, y) = (s[u] as f64, s[v] as f64);
                        // A score times itself is itself; a pair is never won and lost.
                        let same = if u == v { x } else { 0.0 };
                        let all = (x - others * centre[u]) * (y - others * centre[v]);
                        all - (same - centre[v] * x - centre[u] * y + others * centre[u] * centre[v])
                    });
                    sum(products) / (own * others * (others - 1.0)) / own
                }
            };
            side(&self.first, n) + side(&self.second, m)
        };
        Ok(PairMoments { wins: moment(0, 0), losses: moment(1, 1), both: moment(0, 1) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinct_pairs_by_enumeration() {
        // Scores of 3 against 2 members: win, loss / tie, win / win, win.
        use Comparison::{Loss, Undecided, Win};
        let table = [[Win, Loss], [Undecided, Win], [Win, Win]];
        let mut scores = StratumScores::new(3, 2);
        for (i, row) in table.iter().enumerate() {
            for (j, &result) in row.iter().enumerate() {
                scores.record(i, j, result);
            }
        }
        let centre = 4.0 / 6.0;
        let score = |i: usize, j: usize| if table[i][j] == Win { 1.0 - centre } else { -centre };
        let rows = (0..3).map(|i| 2.0 * score(i, 0) * score(i, 1)).sum::<f64>() / 6.0 / 3.0;
        let mut columns = 0.0;
        for j in 0..2 {
            for i in 0..3 {
                for k in (0..3).filter(|k| *k != i) {
                    columns += score(i, j) * score(k, j);
                }
            }
        }
        let expected = rows + columns / 12.0 / 2.0;
        let moments = scores.moments(WinVariance::DistinctPairs).expect("enough");
        assert!((moments.wins - expected).abs() < 1e-15);
        assert_eq!(StratumScores::new(1, 5).moments(WinVariance::Placements), Err(NotEstimable::TooFewValues));
    }
}
