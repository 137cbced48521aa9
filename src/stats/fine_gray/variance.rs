//! What each subject adds to the score: its own residual and what its censoring tells about the weights of others.
//!
//! Fine & Gray (1999), eqs. 7 and 8, with the risk sets of cmprsk where an event and a censoring fall together.

use super::censoring::CensoringGroup;
use super::{FineGrayOptions, SubdistributionVariance, TiedCensoring};
use crate::stats::cox::residuals::{Tail, increments, score_residuals};
use crate::stats::cox::{Fitted, Ties};
use crate::stats::sum::CompensatedSum;

/// One row for each sorted subject, standardised.
pub(super) fn influence(
    fitted: &Fitted,
    ties: Ties,
    time: &[f64],
    status: &[usize],
    groups: &[CensoringGroup],
    options: FineGrayOptions,
) -> Vec<f64> {
    let (design, beta) = (&fitted.design, &fitted.maximum.beta);
    let p = design.n_columns;
    let (_, mut rows) = score_residuals(design, beta, ties);
    let Some(lingering) = &design.lingering else { return rows };
    if p == 0 || options.variance == SubdistributionVariance::KnownWeights {
        return rows;
    }
    let risk: Vec<f64> = design.linear_predictor(beta).into_iter().map(libm::exp).collect();
    let steps = increments(design, &risk, ties);
    let first = options.tied_censoring == TiedCensoring::EventsFirst;
    for (g, group) in groups.iter().enumerate() {
        let tail = Tail::new(&steps, &lingering.curve[g], p);
        let mut members: Vec<usize> = (0..design.order.len()).filter(|&i| lingering.group[i] == g).collect();
        let own_time = |i: usize| time[design.order[i]];
        let censored = |i: usize| status[design.order[i]] == 0;
        members.sort_by(|&i, &j| own_time(i).total_cmp(&own_time(j)).then(censored(i).cmp(&censored(j))));
        // Sums over those that linger, up to the censoring time; sums of q dN/Y^2 up to the subject's own time.
        let mut past = vec![CompensatedSum::default(); 1 + p];
        let mut known = vec![CompensatedSum::default(); p];
        let (mut next_lingering, mut next_member) = (0, 0);
        for censoring in &group.times {
            let behind = |t: f64| if first { t <= censoring.time } else { t < censoring.time };
            while next_lingering < members.len() && behind(own_time(members[next_lingering])) {
                let i = members[next_lingering];
                let weight = risk[i] * lingering.factor[i];
                past[0].add(weight);
                past[1..].iter_mut().zip(design.row(i)).for_each(|(sum, x)| sum.add(weight * x));
                next_lingering += 1;
            }
            // Subjects that left before this censoring was possible.
            while next_member < members.len() {
                let i = members[next_member];
                let event_first = first && own_time(i) == censoring.time && !censored(i);
                if own_time(i) >= censoring.time && !event_first {
                    break;
                }
                subtract(&mut rows[i * p..(i + 1) * p], &known);
                next_member += 1;
            }
            let from = design
                .times
                .partition_point(|t| if first { t.time <= censoring.time } else { t.time < censoring.time });
            let q: Vec<f64> = (0..p)
                .map(|j| past[1 + j].value() * tail.hazard[from] - past[0].value() * tail.hazard_mean[from * p + j])
                .collect();
            let tied = members[next_member..].iter().take_while(|&&i| own_time(i) == censoring.time);
            for &i in tied.filter(|&&i| censored(i)) {
                rows[i * p..(i + 1) * p].iter_mut().zip(&q).for_each(|(row, q)| *row += q / censoring.at_risk);
            }
            let share = censoring.censored / (censoring.at_risk * censoring.at_risk);
            known.iter_mut().zip(&q).for_each(|(sum, q)| sum.add(q * share));
        }
        for &i in &members[next_member..] {
            subtract(&mut rows[i * p..(i + 1) * p], &known);
        }
    }
    rows
}

fn subtract(row: &mut [f64], known: &[CompensatedSum]) {
    row.iter_mut().zip(known).for_each(|(value, sum)| *value -= sum.value());
}
