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
/// Observed visits after a departure belong to no arm of the model (as in R `rbmi`). They are imputed nowhere: give the
/// full visits to [`impute`], which keeps them and conditions on them.
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
