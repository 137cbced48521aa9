//! Win ratio, win odds and net benefit of prioritised outcomes, and the Finkelstein-Schoenfeld test.
//!
//! Every member of group 0 is compared with every member of group 1 of the same stratum, outcome after outcome in
//! order of priority, until one decides ([`compare`]). Pocock et al. (2012), Eur Heart J 33 (win ratio); Buyse (2010),
//! Stat Med 29 (net benefit); Dong et al. (2020), Stat Biopharm Res 12 (win odds: ties count one half for each);
//! strata as Dong et al. (2018), J Biopharm Stat 28. Censored pairs that nobody can decide go on to the next outcome
//! and count as ties at the end; no weighting for censoring is done.

pub mod compare;
mod totals;
mod variance;

use super::mean_scores::members_of;
use super::reason::{Interval, NotEstimable, Value, check_level};
use compare::{Comparison, PrioritisedOutcome, check_outcomes, decide};
use totals::Totals;
use variance::StratumScores;
pub use variance::WinVariance;

/// Weight of each stratum's wins and losses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WinWeights {
    /// 1 / number of members of the stratum (Mantel-Haenszel type, Dong et al. 2018).
    MantelHaenszel,
    /// 1: all pairs within strata count alike.
    Equal,
}

/// How the numbers are computed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WinOptions {
    /// Variance of the shares of wins and losses.
    pub variance: WinVariance,
    /// Weights of the strata; without effect on a single one.
    pub weights: WinWeights,
    /// Confidence level of the intervals.
    pub level: f64,
}

/// One of the three statistics.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WinEstimate {
    /// Estimate: a ratio, odds, or a difference of probabilities.
    pub estimate: f64,
    /// Standard error of the natural logarithm (win ratio, win odds) or of the difference (net benefit);
    /// `TooFewValues` with one member in a group, `ZeroVariance` where the variance estimate is not positive.
    pub standard_error: Value,
    /// Normal interval, taken back from the logarithm for win ratio and win odds.
    pub interval: Result<Interval, NotEstimable>,
    /// Logarithm or difference over its standard error.
    pub z: Value,
    /// Two-sided p-value of no effect.
    pub p_two_sided: Value,
}

/// Pairs decided by one outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DecidedPairs {
    /// Pairs won by the member of group 0.
    pub wins: u64,
    /// Pairs lost by the member of group 0.
    pub losses: u64,
}

/// Finkelstein & Schoenfeld's (1999) test, Stat Med 18.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FinkelsteinSchoenfeld {
    /// Sum over group 0 of wins minus losses against all others of the stratum.
    pub statistic: f64,
    /// Permutation variance of the statistic.
    pub variance: f64,
    /// Statistic over its standard deviation.
    pub z: f64,
    /// Two-sided p-value.
    pub p_two_sided: f64,
}

/// Win statistics of group 0 against group 1.
#[derive(Debug, Clone, PartialEq)]
pub struct WinStatistics {
    /// Number of members of group 0 and of group 1.
    pub members: [usize; 2],
    /// Number of pairs within strata.
    pub pairs: u64,
    /// Pairs won by group 0.
    pub wins: u64,
    /// Pairs lost by group 0.
    pub losses: u64,
    /// Pairs that no outcome decides.
    pub ties: u64,
    /// Pairs decided by each outcome, in order of priority.
    pub by_outcome: Vec<DecidedPairs>,
    /// Weighted wins over losses; `ZeroCell` without losses or without wins.
    pub win_ratio: Result<WinEstimate, NotEstimable>,
    /// Wins and half the ties over losses and half the ties; `ZeroCell` where one side is zero.
    pub win_odds: Result<WinEstimate, NotEstimable>,
    /// Share of wins minus share of losses.
    pub net_benefit: WinEstimate,
    /// Test of equal outcomes; `ZeroVariance` where no pair is decided.
    pub finkelstein_schoenfeld: Result<FinkelsteinSchoenfeld, NotEstimable>,
}

/// Returns the win statistics of group 0 against group 1, compared within strata.
///
/// Outcomes hold one entry per member, in the order of `groups` (0 or 1) and `strata`. Strata without one of the
/// groups give no pair. Errors: no outcome, lists of different length, a group above 1, a margin below 0, a level
/// outside 0..1 (`InvalidArgument`); no stratum with both groups (`EmptyGroup`); a value that is not finite. Time
/// grows with the square of the members.
pub fn win_statistics(
    outcomes: &[PrioritisedOutcome],
    groups: &[usize],
    strata: &[usize],
    options: WinOptions,
) -> Result<WinStatistics, NotEstimable> {
    check_level(options.level)?;
    if groups.len() != strata.len() || groups.iter().any(|g| *g > 1) {
        return Err(NotEstimable::InvalidArgument);
    }
    check_outcomes(outcomes, groups.len())?;
    let mut by_outcome = vec![DecidedPairs { wins: 0, losses: 0 }; outcomes.len()];
    let (mut pairs, mut members) = (0, [0, 0]);
    let mut total = Totals::default();
    for own in members_of(strata) {
        let side = |g: usize| own.iter().copied().filter(|&i| groups[i] == g).collect::<Vec<usize>>();
        let (first, second) = (side(0), side(1));
        members[0] += first.len();
        members[1] += second.len();
        if first.is_empty() || second.is_empty() {
            continue;
        }
        pairs += first.len() as u64 * second.len() as u64;
        let mut scores = StratumScores::new(first.len(), second.len());
        for (i, &a) in first.iter().enumerate() {
            for (j, &b) in second.iter().enumerate() {
                let (result, outcome) = decide(outcomes, a, b);
                scores.record(i, j, result);
                match result {
                    Comparison::Win => by_outcome[outcome].wins += 1,
                    Comparison::Loss => by_outcome[outcome].losses += 1,
                    Comparison::Undecided => {}
                }
            }
        }
        let weight = match options.weights {
            WinWeights::MantelHaenszel => 1.0 / own.len() as f64,
            WinWeights::Equal => 1.0,
        };
        total.add(weight, &scores, options.variance);
        total.add_permutation(outcomes, &first, &second, &scores);
    }
    if pairs == 0 {
        return Err(NotEstimable::EmptyGroup);
    }
    let wins = by_outcome.iter().map(|d| d.wins).sum();
    let losses = by_outcome.iter().map(|d| d.losses).sum();
    Ok(WinStatistics {
        members,
        pairs,
        wins,
        losses,
        ties: pairs - wins - losses,
        by_outcome,
        win_ratio: total.win_ratio(options),
        win_odds: total.win_odds(options),
        net_benefit: total.net_benefit(options)?,
        finkelstein_schoenfeld: total.finkelstein_schoenfeld(),
    })
}

#[cfg(test)]
mod tests {
    use super::compare::{Better, CensoredAtEvent};
    use super::*;

    const OPTIONS: WinOptions =
        WinOptions { variance: WinVariance::DistinctPairs, weights: WinWeights::MantelHaenszel, level: 0.95 };

    fn trial() -> Vec<PrioritisedOutcome> {
        vec![
            PrioritisedOutcome::TimeToEvent {
                time: vec![5.0, 9.0, 12.0, 12.0, 3.0, 7.0, 12.0, 8.0],
                event: vec![true, false, false, false, true, true, false, false],
                better: Better::Larger,
                margin: 0.0,
                at_event: CensoredAtEvent::Undecided,
            },
            PrioritisedOutcome::Numeric {
                value: vec![Some(2.0), Some(3.0), Some(1.0), None, Some(2.0), Some(2.0), Some(0.5), Some(3.0)],
                better: Better::Larger,
                margin: 0.0,
            },
        ]
    }

    const GROUPS: [usize; 8] = [0, 0, 0, 0, 1, 1, 1, 1];

    #[test]
    fn one_numeric_outcome_is_the_mann_whitney_probability() {
        use crate::stats::mann_whitney::{PlacementLaw, ProbabilityScale, mann_whitney_probability};
        let (a, b) = ([1.0, 4.0, 4.0, 6.0, 9.0], [2.0, 4.0, 5.0, 0.5]);
        let value = a.iter().chain(&b).map(|v| Some(*v)).collect();
        let outcome = PrioritisedOutcome::Numeric { value, better: Better::Larger, margin: 0.0 };
        let options = WinOptions { variance: WinVariance::Placements, ..OPTIONS };
        let groups = [0, 0, 0, 0, 0, 1, 1, 1, 1];
        let wins = win_statistics(&[outcome], &groups, &[0; 9], options).expect("defined");
        let single = mann_whitney_probability(&a, &b, PlacementLaw::Normal, ProbabilityScale::Logit, 0.95);
        let single = single.expect("defined");
        let odds = wins.win_odds.expect("defined");
        assert!((odds.estimate - single.odds.expect("defined")).abs() < 1e-14);
        let logit_se = single.standard_error.expect("se") / (single.probability * (1.0 - single.probability));
        assert!((odds.standard_error.expect("se") / logit_se - 1.0).abs() < 1e-12);
        assert!((wins.net_benefit.estimate - (2.0 * single.probability - 1.0)).abs() < 1e-14);
        let benefit_se = 2.0 * single.standard_error.expect("se");
        assert!((wins.net_benefit.standard_error.expect("se") / benefit_se - 1.0).abs() < 1e-12);
    }

    #[test]
    fn swapping_groups_inverts() {
        let turned = GROUPS.map(|g| 1 - g);
        for variance in [WinVariance::Placements, WinVariance::DistinctPairs, WinVariance::DongNull] {
            let options = WinOptions { variance, ..OPTIONS };
            let of = |g: &[usize]| win_statistics(&trial(), g, &[0; 8], options).expect("defined");
            let (a, b) = (of(&GROUPS), of(&turned));
            assert_eq!((a.wins, a.losses, a.ties), (b.losses, b.wins, b.ties));
            let (r, s) = (a.win_ratio.expect("ratio"), b.win_ratio.expect("ratio"));
            assert!((r.estimate * s.estimate - 1.0).abs() < 1e-13);
            assert!((r.p_two_sided.expect("p") - s.p_two_sided.expect("p")).abs() < 1e-12);
            assert!((a.net_benefit.estimate + b.net_benefit.estimate).abs() < 1e-14);
            let (f, g) = (a.finkelstein_schoenfeld.expect("test"), b.finkelstein_schoenfeld.expect("test"));
            assert!((f.z + g.z).abs() < 1e-13);
        }
    }

    #[test]
    fn nothing_decided_or_all_won() {
        let outcome = |value: [f64; 4]| {
            [PrioritisedOutcome::Numeric { value: value.map(Some).to_vec(), better: Better::Larger, margin: 0.0 }]
        };
        let of = |value| win_statistics(&outcome(value), &[0, 0, 1, 1], &[0; 4], OPTIONS).expect("pairs");
        let tied = of([1.0; 4]);
        assert_eq!((tied.ties, tied.win_ratio), (4, Err(NotEstimable::ZeroCell)));
        assert_eq!(tied.win_odds.expect("defined").estimate, 1.0);
        assert_eq!(tied.net_benefit.p_two_sided, Err(NotEstimable::ZeroVariance));
        assert_eq!(tied.finkelstein_schoenfeld, Err(NotEstimable::ZeroVariance));
        let won = of([3.0, 4.0, 1.0, 2.0]);
        assert_eq!(
            (won.wins, won.win_ratio, won.win_odds),
            (4, Err(NotEstimable::ZeroCell), Err(NotEstimable::ZeroCell))
        );
        assert_eq!((won.net_benefit.estimate, won.net_benefit.standard_error), (1.0, Err(NotEstimable::ZeroVariance)));
        assert!(won.finkelstein_schoenfeld.is_ok());
    }

    #[test]
    fn reasons() {
        let of = |g: &[usize]| win_statistics(&trial(), g, &[0; 8], OPTIONS).err();
        assert_eq!(of(&[0; 8]), Some(NotEstimable::EmptyGroup));
        assert_eq!(of(&[2, 0, 0, 0, 1, 1, 1, 1]), Some(NotEstimable::InvalidArgument));
        assert_eq!(win_statistics(&[], &GROUPS, &[0; 8], OPTIONS).err(), Some(NotEstimable::InvalidArgument));
        let one = win_statistics(&trial(), &[0, 1, 1, 1, 1, 1, 1, 1], &[0; 8], OPTIONS).expect("pairs");
        assert_eq!(one.net_benefit.standard_error, Err(NotEstimable::TooFewValues));
    }
}
