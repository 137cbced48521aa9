//! The censoring curve: Kaplan-Meier with censorings as events, for each group.

use super::TiedCensoring;

/// One time with a censoring in a group.
#[derive(Debug, Clone, Copy)]
pub(super) struct CensoringTime {
    pub(super) time: f64,
    /// Censored at the time.
    pub(super) censored: f64,
    /// At risk of censoring at the time.
    pub(super) at_risk: f64,
    /// Curve up to and including the time.
    after: f64,
}

/// Censoring of one group.
#[derive(Debug, Clone)]
pub(super) struct CensoringGroup {
    label: usize,
    /// Times with a censoring, ascending.
    pub(super) times: Vec<CensoringTime>,
    /// Last time of a subject of the group.
    last: f64,
}

impl CensoringGroup {
    /// The curve of each group, in the order of the labels.
    pub(super) fn of_all(
        time: &[f64],
        status: &[usize],
        labels: Option<&[usize]>,
        tied: TiedCensoring,
    ) -> Vec<CensoringGroup> {
        let label = |i: usize| labels.map_or(0, |l| l[i]);
        let mut order: Vec<usize> = (0..time.len()).collect();
        order.sort_by(|&i, &j| label(i).cmp(&label(j)).then(time[i].total_cmp(&time[j])));
        let same_label = |a: &usize, b: &usize| label(*a) == label(*b);
        let of_one = |members: &[usize]| {
            let (mut survival, mut passed) = (1.0, 0);
            let mut times = Vec::new();
            for tied_now in members.chunk_by(|&a, &b| time[a] == time[b]) {
                let censored = tied_now.iter().filter(|&&i| status[i] == 0).count() as f64;
                let left = (members.len() - passed) as f64;
                let at_risk = match tied {
                    TiedCensoring::EventsAtRisk => left,
                    TiedCensoring::EventsFirst => left - (tied_now.len() as f64 - censored),
                };
                passed += tied_now.len();
                if censored > 0.0 {
                    survival *= (at_risk - censored) / at_risk;
                    times.push(CensoringTime { time: time[tied_now[0]], censored, at_risk, after: survival });
                }
            }
            CensoringGroup { label: label(members[0]), times, last: time[members[members.len() - 1]] }
        };
        order.chunk_by(same_label).map(of_one).collect()
    }

    /// Place of the group of one subject.
    pub(super) fn place(groups: &[CensoringGroup], labels: Option<&[usize]>, subject: usize) -> usize {
        labels.map_or(0, |l| groups.partition_point(|g| g.label < l[subject]))
    }

    /// Probability of no censoring before the time; 0 after the last subject of the group, of whom nothing is known
    /// (as cmprsk; it matters only with several groups).
    pub(super) fn before(&self, time: f64) -> f64 {
        if time > self.last {
            return 0.0;
        }
        match self.times.partition_point(|c| c.time < time) {
            0 => 1.0,
            place => self.times[place - 1].after,
        }
    }
}
