//! Test of equal mean cumulative functions of two groups with recurrent events.
//!
//! Lawless & Nadeau (1995), section 4, and Cook, Lawless & Nadeau (1996), "Robust tests for treatment comparisons
//! based on recurrent event responses", Biometrics 52: the log-rank numerator with a variance from whole subjects.

use super::mean_cumulative::{EventTime, RecurrentEvents, event_times};
use super::reason::NotEstimable;
use super::sum::{CompensatedSum, sum};
use super::z_test::ZTest;

/// Around what the subjects' contributions vary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContributionCentre {
    /// The mean of both groups, as under the hypothesis; the robust score test of R `coxph` and SAS `PHREG`.
    Pooled,
    /// The mean of the own group (Cook, Lawless & Nadeau).
    OwnGroup,
}

/// A two-sample test of recurrent events.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanCumulativeTest {
    /// Events of the first group minus those expected if the groups were equal.
    pub excess: f64,
    /// Its robust standard error.
    pub standard_error: f64,
    /// The test; positive where the first group has more events.
    pub test: ZTest,
}

/// Returns the test over groups 0 and 1; `group` has one entry for each subject.
///
/// Errors: as `mean_cumulative`, a group other than 0 and 1, a group without subjects (`EmptyGroup`), no events,
/// `ZeroVariance` where the groups are never observed together or nothing varies.
pub fn mean_cumulative_test(
    records: RecurrentEvents,
    group: &[usize],
    centre: ContributionCentre,
) -> Result<MeanCumulativeTest, NotEstimable> {
    let follow_up = records.follow_up;
    if group.len() != follow_up.len() || group.iter().any(|&g| g > 1) {
        return Err(NotEstimable::InvalidArgument);
    }
    let times = event_times(records)?;
    if !(group.contains(&0) && group.contains(&1)) {
        return Err(NotEstimable::EmptyGroup);
    }
    if times.is_empty() {
        return Err(NotEstimable::NoEvents);
    }
    let mut by_end: Vec<usize> = (0..follow_up.len()).collect();
    by_end.sort_by(|&i, &j| follow_up[i].total_cmp(&follow_up[j]));
    let mut at_risk = [0.0, 0.0];
    for &g in group {
        at_risk[g] += 1.0;
    }
    let mut gone = 0;
    let mut excess = CompensatedSum::default();
    let mut contribution = vec![0.0f64; follow_up.len()];
    for EventTime { time, events } in &times {
        while gone < by_end.len() && follow_up[by_end[gone]] < *time {
            at_risk[group[by_end[gone]]] -= 1.0;
            gone += 1;
        }
        let all = at_risk[0] + at_risk[1];
        // A subject of the first group counts by the share of the second, and the reverse with a minus.
        let weight = [at_risk[1] / all, -at_risk[0] / all];
        if weight.contains(&0.0) {
            continue;
        }
        let mut died = [0.0, 0.0];
        for &subject in events {
            died[group[subject]] += 1.0;
            contribution[subject] += weight[group[subject]];
        }
        let hazard = match centre {
            ContributionCentre::Pooled => [(died[0] + died[1]) / all; 2],
            ContributionCentre::OwnGroup => [died[0] / at_risk[0], died[1] / at_risk[1]],
        };
        excess.add(weight[0] * died[0] + weight[1] * died[1]);
        for &subject in &by_end[gone..] {
            contribution[subject] -= weight[group[subject]] * hazard[group[subject]];
        }
    }
    let excess = excess.value();
    let standard_error = sum(contribution.iter().map(|c| c * c)).sqrt();
    Ok(MeanCumulativeTest { excess, standard_error, test: ZTest::of_estimate(excess, standard_error)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORDS: RecurrentEvents<'static> = RecurrentEvents {
        follow_up: &[10.0, 4.0, 6.0, 9.0, 9.0],
        event_subject: &[0, 1, 0, 3, 3, 4],
        event_time: &[5.0, 2.0, 2.0, 2.0, 9.0, 7.0],
    };

    #[test]
    fn swapping_negates() {
        for centre in [ContributionCentre::Pooled, ContributionCentre::OwnGroup] {
            let one = mean_cumulative_test(RECORDS, &[0, 1, 0, 1, 1], centre).expect("defined");
            let other = mean_cumulative_test(RECORDS, &[1, 0, 1, 0, 0], centre).expect("defined");
            assert!((one.excess + other.excess).abs() < 1e-14);
            assert!((one.test.p_two_sided - other.test.p_two_sided).abs() < 1e-14);
        }
    }

    #[test]
    fn reasons() {
        let test = |group: &[usize]| mean_cumulative_test(RECORDS, group, ContributionCentre::Pooled).err();
        assert_eq!(test(&[0; 5]), Some(NotEstimable::EmptyGroup));
        assert_eq!(test(&[0, 1, 2, 0, 0]), Some(NotEstimable::InvalidArgument));
        let none = RecurrentEvents { event_subject: &[], event_time: &[], ..RECORDS };
        let result = mean_cumulative_test(none, &[0, 1, 0, 1, 1], ContributionCentre::Pooled);
        assert_eq!(result.err(), Some(NotEstimable::NoEvents));
    }
}
