//! Completes visits: draws of the missing ones, or their means, given parameters and an assumption for each subject.
//!
//! A drawn subject takes one standard normal number for each visit, missing or not, from its own stream: its imputed
//! values depend on its records, the parameters, seed, imputation number and key, and on no other subject; and the same
//! numbers are used under every assumption, which takes their noise out of comparisons between assumptions.

use std::collections::BTreeMap;

use nalgebra::DMatrix;

use super::conditional_normal::ConditionalNormal;
use super::normal_model::{Longitudinal, NormalParameters};
use super::random_stream::{RandomStream, StreamUse};
use super::reference_based::{Strategy, VisitDistribution, merge};
use crate::stats::reason::{NotEstimable, check_finite};

/// A subject that left its treatment, and what is assumed of its visits from then on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Departure<'a> {
    /// The assumption.
    pub strategy: Strategy,
    /// Position of the first visit to which it applies.
    pub first_affected: usize,
    /// Group whose parameters are the reference.
    pub reference_group: usize,
    /// Design row of the subject as if it were in the reference arm; its own row where arms are groups.
    pub reference_design: &'a [f64],
}

/// Returns the visits for estimation: those affected by a departure other than missing at random are taken out.
///
/// Observed visits after a departure belong to no arm of the model (as in R `rbmi`). Draw or estimate parameters from the
/// visits returned here, then give the full visits to [`impute`], which keeps them and conditions on them.
pub fn visits_before_departure(
    visits: &[Vec<Option<f64>>],
    departures: &[Option<Departure>],
) -> Result<Vec<Vec<Option<f64>>>, NotEstimable> {
    if visits.len() != departures.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    let keep = |(row, departure): (&Vec<Option<f64>>, &Option<Departure>)| {
        let end = match departure {
            Some(d) if d.strategy != Strategy::MissingAtRandom => d.first_affected,
            _ => row.len(),
        };
        row.iter().enumerate().map(|(j, visit)| visit.filter(|_| j < end)).collect()
    };
    Ok(visits.iter().zip(departures).map(keep).collect())
}

/// Returns the visits of each subject with missing ones drawn: one completed data set.
///
/// `parameters` are one draw for each group; `departures` one entry for each subject, `None` for missing at random.
/// Errors: shapes (`InvalidArgument`), covariances that are not positive definite (`Singular`), [`merge`]'s.
pub fn impute(
    data: &Longitudinal,
    parameters: &[NormalParameters],
    departures: &[Option<Departure>],
    seed: u64,
    imputation: u64,
) -> Result<Vec<Vec<f64>>, NotEstimable> {
    complete(data, parameters, departures, |key, n| {
        Some(RandomStream::new(seed, imputation, StreamUse::Imputation(key)).normals(n))
    })
}

/// Returns the visits of each subject with missing ones at their conditional means; arguments and errors as [`impute`].
pub fn impute_conditional_means(
    data: &Longitudinal,
    parameters: &[NormalParameters],
    departures: &[Option<Departure>],
) -> Result<Vec<Vec<f64>>, NotEstimable> {
    complete(data, parameters, departures, |_, _| None)
}

/// What decides the conditional covariance: group, pattern, and strategy, first visit and reference of a departure.
type Situation = (usize, Vec<bool>, Option<(Strategy, usize, usize)>);

fn complete(
    data: &Longitudinal,
    parameters: &[NormalParameters],
    departures: &[Option<Departure>],
    numbers: impl Fn(&[u8], usize) -> Option<Vec<f64>>,
) -> Result<Vec<Vec<f64>>, NotEstimable> {
    data.ordered()?;
    data.check_parameters(parameters)?;
    if departures.len() != data.keys.len() {
        return Err(NotEstimable::InvalidArgument);
    }
    let mut known: BTreeMap<Situation, (ConditionalNormal, Option<DMatrix<f64>>)> = BTreeMap::new();
    let mut completed = Vec::with_capacity(departures.len());
    for (i, departure) in departures.iter().enumerate() {
        let visits = &data.visits[i];
        let pattern: Vec<bool> = visits.iter().map(Option::is_some).collect();
        if let Some(d) = departure {
            let fits = d.reference_group < data.n_groups
                && d.reference_design.len() == data.n_columns()
                && d.first_affected <= visits.len();
            if !fits {
                return Err(NotEstimable::InvalidArgument);
            }
            check_finite(d.reference_design)?;
        }
        if pattern.iter().all(|observed| *observed) {
            completed.push(visits.iter().flatten().copied().collect());
            continue;
        }
        let distribution = subject_distribution(data, parameters, i, departure.as_ref())?;
        let normals = numbers(data.keys[i], visits.len());
        let route = departure.map(|d| (d.strategy, d.first_affected, d.reference_group));
        let situation = (data.group[i], pattern, route);
        if !known.contains_key(&situation) {
            let conditional = ConditionalNormal::new(&distribution.covariance, &situation.1)?;
            let root = normals.as_ref().map(|_| conditional.root()).transpose()?;
            known.insert(situation.clone(), (conditional, root));
        }
        let Some((conditional, root)) = known.get(&situation) else { return Err(NotEstimable::InvalidArgument) };
        let mut values = conditional.mean(&distribution.mean, visits)?;
        if let (Some(root), Some(z)) = (root, normals) {
            for (a, value) in values.iter_mut().enumerate() {
                *value += (0..=a).map(|b| root[(a, b)] * z[conditional.missing[b]]).sum::<f64>();
            }
        }
        check_finite(&values)?;
        let mut filled = values.into_iter();
        completed.push(visits.iter().filter_map(|visit| visit.or_else(|| filled.next())).collect());
    }
    Ok(completed)
}

/// Means and covariance of the visits of one subject under its assumption.
fn subject_distribution(
    data: &Longitudinal,
    parameters: &[NormalParameters],
    subject: usize,
    departure: Option<&Departure>,
) -> Result<VisitDistribution, NotEstimable> {
    let of = |group: usize, row: &[f64]| VisitDistribution {
        mean: parameters[group].mean(row),
        covariance: parameters[group].covariance.clone(),
    };
    let own = of(data.group[subject], &data.design[subject]);
    match departure {
        Some(d) => merge(&own, &of(d.reference_group, d.reference_design), d.strategy, d.first_affected),
        None => Ok(own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::imputation::data_augmentation::draw_own_chain;
    use crate::stats::imputation::likelihood_fit::{Likelihood, fit_normal_model};
    use crate::stats::imputation::monotone::fit_monotone;

    /// Invented subjects: key, design row, visits; the second half of them in the other arm.
    #[derive(Clone)]
    struct Subject {
        key: String,
        design: Vec<f64>,
        visits: Vec<Option<f64>>,
    }

    fn subjects(monotone: bool) -> Vec<Subject> {
        let mut noise = RandomStream::new(3, 0, StreamUse::Parameters);
        let one = |i: usize| {
            let (arm, x) = ((i % 2) as f64, noise.normal());
            let level = 10.0 + x + noise.normal();
            let mut visits: Vec<Option<f64>> = (0..4).map(|j| Some(level + arm * j as f64 + noise.normal())).collect();
            let end = if i.is_multiple_of(3) { 1 + i % 4 } else { 4 };
            visits[end..].fill(None);
            if !monotone && i.is_multiple_of(5) {
                visits[0] = None;
            }
            Subject { key: format!("S{:03}", (i * 37) % 101), design: vec![1.0, arm, x], visits }
        };
        (0..30).map(one).collect()
    }

    fn with<T>(subjects: &[Subject], f: impl FnOnce(&Longitudinal, &[Option<Departure>]) -> T) -> T {
        let keys: Vec<&[u8]> = subjects.iter().map(|s| s.key.as_bytes()).collect();
        let visits: Vec<Vec<Option<f64>>> = subjects.iter().map(|s| s.visits.clone()).collect();
        let design: Vec<Vec<f64>> = subjects.iter().map(|s| s.design.clone()).collect();
        let reference: Vec<Vec<f64>> = design.iter().map(|row| vec![row[0], 0.0, row[2]]).collect();
        let mut departures = Vec::new();
        for (row, reference_design) in visits.iter().zip(&reference) {
            let first_affected = row.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
            let strategy = Strategy::JumpToReference;
            departures.push(Some(Departure { strategy, first_affected, reference_group: 0, reference_design }));
        }
        let group = vec![0; subjects.len()];
        f(&Longitudinal { keys: &keys, visits: &visits, design: &design, group: &group, n_groups: 1 }, &departures)
    }

    /// Completed visits by key, as bits.
    fn by_key(subjects: &[Subject], completed: &[Vec<f64>]) -> BTreeMap<String, Vec<u64>> {
        let bits = |row: &Vec<f64>| row.iter().map(|v| v.to_bits()).collect();
        subjects.iter().zip(completed).map(|(s, row)| (s.key.clone(), bits(row))).collect()
    }

    fn shuffled(subjects: &[Subject]) -> Vec<Subject> {
        let mut order: Vec<Subject> = subjects.to_vec();
        order.reverse();
        order.swap(3, 17);
        order.rotate_left(11);
        order
    }

    #[test]
    fn order_of_records_changes_no_bit() {
        for monotone in [true, false] {
            let run = |list: &[Subject]| {
                with(list, |data, departures| {
                    let draw = if monotone {
                        fit_monotone(data).unwrap().draw(1, 5).unwrap()
                    } else {
                        let start = fit_normal_model(data, Likelihood::Full).unwrap();
                        let start: Vec<NormalParameters> = start.into_iter().map(|f| f.parameters).collect();
                        draw_own_chain(data, &start, 20, 1, 5).unwrap()
                    };
                    by_key(list, &impute(data, &draw, departures, 1, 5).unwrap())
                })
            };
            let list = subjects(monotone);
            assert_eq!(run(&list), run(&shuffled(&list)), "monotone: {monotone}");
        }
    }

    #[test]
    fn another_subject_changes_nothing_given_the_parameters() {
        let mut list = subjects(false);
        let parameters = with(&list, |data, _| fit_normal_model(data, Likelihood::Restricted).unwrap());
        let parameters: Vec<NormalParameters> = parameters.into_iter().map(|f| f.parameters).collect();
        let run = |list: &[Subject]| {
            with(list, |data, departures| by_key(list, &impute(data, &parameters, departures, 9, 2).unwrap()))
        };
        let before = run(&list);
        list.insert(4, Subject { key: "S0005".into(), design: vec![1.0, 0.0, 0.3], visits: vec![None; 4] });
        let after = run(&list);
        assert!(before.iter().all(|(key, row)| after[key] == *row) && after.len() == before.len() + 1);
    }

    #[test]
    fn observed_visits_stay_and_imputations_differ() {
        let list = subjects(false);
        with(&list, |data, departures| {
            let fit = fit_normal_model(data, Likelihood::Full).unwrap();
            let parameters: Vec<NormalParameters> = fit.into_iter().map(|f| f.parameters).collect();
            let one = impute(data, &parameters, departures, 1, 1).unwrap();
            let two = impute(data, &parameters, departures, 1, 2).unwrap();
            for (i, row) in data.visits.iter().enumerate() {
                for (j, visit) in row.iter().enumerate() {
                    match visit {
                        Some(v) => assert!(one[i][j] == *v && two[i][j] == *v),
                        None => assert_ne!(one[i][j], two[i][j]),
                    }
                }
            }
            let short = impute(data, &parameters, &departures[1..], 1, 1);
            assert_eq!(short, Err(NotEstimable::InvalidArgument));
            let mut flat = parameters.clone();
            flat[0].covariance.fill(1.0);
            assert_eq!(impute(data, &flat, departures, 1, 1), Err(NotEstimable::Singular));
        });
    }

    #[test]
    fn scaling_scales() {
        let list = subjects(false);
        let mut large = list.clone();
        large.iter_mut().for_each(|s| s.visits.iter_mut().flatten().for_each(|v| *v = *v * 1000.0 + 5e5));
        let run = |list: &[Subject]| {
            with(list, |data, departures| {
                let fit = fit_normal_model(data, Likelihood::Restricted).unwrap();
                let start: Vec<NormalParameters> = fit.into_iter().map(|f| f.parameters).collect();
                let draw = draw_own_chain(data, &start, 10, 1, 1).unwrap();
                impute(data, &draw, departures, 1, 1).unwrap()
            })
        };
        for (small, large) in run(&list).iter().flatten().zip(run(&large).iter().flatten()) {
            assert!(((large - 5e5) / 1000.0 - small).abs() < 1e-8 * small.abs().max(1.0), "{small} {large}");
        }
    }
}
