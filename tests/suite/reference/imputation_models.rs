//! Expected values of models with missing visits: fits, parameter draws, imputed values, jackknife, deltas.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::imputation::strategy;
use super::tables::{Options, Row, optional, unknown};
use tracelock::stats::imputation::conditional_mean::{Jackknife, jackknife};
use tracelock::stats::imputation::data_augmentation::{draw_own_chain, draw_single_chain, fill_gaps};
use tracelock::stats::imputation::likelihood_fit::{Likelihood, fit_normal_model};
use tracelock::stats::imputation::monotone::fit_monotone;
use tracelock::stats::imputation::multiple::{Departure, impute, impute_conditional_means, visits_before_departure};
use tracelock::stats::imputation::normal_model::{Longitudinal, NormalParameters};
use tracelock::stats::imputation::rubin::{FractionDf, Pooled, PooledDf, pool};
use tracelock::stats::imputation::tipping_point::{
    ShiftedVisits, Shifts, apply_deltas, refine_tipping_point, tipping_grid, tipping_point,
};
use tracelock::stats::linear_model::fit_linear_model;
use tracelock::stats::{NotEstimable, Value, sum};

/// The subjects of a case under a model.
pub(super) struct Subjects {
    keys: Vec<Vec<u8>>,
    pub(super) visits: Vec<Vec<Option<f64>>>,
    design: Vec<Vec<f64>>,
    reference_design: Vec<Vec<f64>>,
    pub(super) arm: Vec<usize>,
    group: Vec<usize>,
    first: Vec<Option<usize>>,
}

impl Subjects {
    /// `model`: pooled (columns 1, arm, x), by_arm (columns 1, x in groups by arm), mean (column 1).
    pub(super) fn read(rows: &[Row], o: &Options) -> Subjects {
        let number = |row: &Row, name: &str| optional(row, name).expect("a number");
        let model = o.text("model");
        let line = |r: &Row, arm: f64| match model {
            "pooled" => vec![1.0, arm, number(r, "x")],
            "by_arm" => vec![1.0, number(r, "x")],
            "mean" => vec![1.0],
            other => unknown(other),
        };
        let arm: Vec<usize> = rows.iter().map(|r| number(r, "arm") as usize).collect();
        Subjects {
            keys: rows.iter().map(|r| r["key"].clone().into_bytes()).collect(),
            visits: rows
                .iter()
                .map(|r| (1..=o.index("visits")).map(|j| optional(r, &format!("v{j}"))).collect())
                .collect(),
            design: rows.iter().map(|r| line(r, number(r, "arm"))).collect(),
            reference_design: rows.iter().map(|r| line(r, 0.0)).collect(),
            group: if model == "by_arm" { arm.clone() } else { vec![0; rows.len()] },
            arm,
            first: rows.iter().map(|r| optional(r, "first").map(|f| f as usize)).collect(),
        }
    }

    /// Calls `f` with the data; `visits` may be others than those read.
    pub(super) fn with<T>(&self, visits: &[Vec<Option<f64>>], f: impl FnOnce(&Longitudinal) -> T) -> T {
        let keys: Vec<&[u8]> = self.keys.iter().map(Vec::as_slice).collect();
        let n_groups = self.group.iter().max().map_or(0, |g| g + 1);
        f(&Longitudinal { keys: &keys, visits, design: &self.design, group: &self.group, n_groups })
    }

    /// Every subject that left its treatment, under the strategy of the options (none: nobody left); the reference is arm 0.
    pub(super) fn departures(&self, o: &Options) -> Vec<Option<Departure<'_>>> {
        let name = o.text("strategy");
        if matches!(name, "" | "none") {
            return vec![None; self.first.len()];
        }
        let strategy = strategy(name);
        let departure = |i: usize| {
            self.first[i].map(|first_affected| Departure {
                strategy,
                first_affected,
                reference_group: 0,
                reference_design: &self.reference_design[i],
            })
        };
        (0..self.first.len()).map(departure).collect()
    }

    /// Visits before leaving treatment, whatever the strategy.
    fn masked(&self) -> Vec<Vec<Option<f64>>> {
        let cut = |(row, first): (&Vec<Option<f64>>, &Option<usize>)| {
            row.iter().enumerate().map(|(j, v)| v.filter(|_| first.is_none_or(|f| j < f))).collect()
        };
        self.visits.iter().zip(&self.first).map(cut).collect()
    }

    /// All subjects but one.
    fn without(&self, left_out: Option<usize>) -> Subjects {
        fn kept<T: Clone>(list: &[T], left_out: Option<usize>) -> Vec<T> {
            list.iter().enumerate().filter(|(i, _)| Some(*i) != left_out).map(|(_, v)| v.clone()).collect()
        }
        Subjects {
            keys: kept(&self.keys, left_out),
            visits: kept(&self.visits, left_out),
            design: kept(&self.design, left_out),
            reference_design: kept(&self.reference_design, left_out),
            arm: kept(&self.arm, left_out),
            group: kept(&self.group, left_out),
            first: kept(&self.first, left_out),
        }
    }

    /// `value:key:visit`.
    fn completed(&self, completed: &[Vec<f64>], key: &str) -> f64 {
        let parts: Vec<&str> = key.split(':').collect();
        completed[self.subject(parts[1])][parts[2].parse::<usize>().expect("a visit")]
    }

    pub(super) fn subject(&self, key: &str) -> usize {
        self.keys.iter().position(|k| k == key.as_bytes()).expect("a subject")
    }
}

/// `b_group_column_visit` and `s_group_visit_visit`.
pub(super) fn parameter(parameters: &[NormalParameters], key: &str) -> f64 {
    let parts: Vec<usize> = key.split('_').filter_map(|part| part.parse().ok()).collect();
    let group = &parameters[parts[0]];
    if key.starts_with('b') { group.coefficients[(parts[1], parts[2])] } else { group.covariance[(parts[1], parts[2])] }
}

pub(super) fn likelihood_fit_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let subjects = Subjects::read(rows, o);
    let kind = if o.text("likelihood") == "reml" { Likelihood::Restricted } else { Likelihood::Full };
    let fits = subjects.with(&subjects.visits, |data| fit_normal_model(data, kind))?;
    if let Some(group) = key.strip_prefix("log_likelihood_") {
        return Ok(fits[group.parse::<usize>().expect("a group")].log_likelihood);
    }
    Ok(parameter(&fits.into_iter().map(|f| f.parameters).collect::<Vec<_>>(), key))
}

/// Mean or variance over imputations of `kind:key:visit`, the imputations drawn once for all rows of the same options.
fn over_draws(subjects: &Subjects, o: &Options, key: &str, draw: impl Fn(u64) -> Vec<Vec<f64>>) -> Value {
    thread_local! {
        static KNOWN: RefCell<BTreeMap<String, Vec<Vec<Vec<f64>>>>> = const { RefCell::new(BTreeMap::new()) };
    }
    let name = format!("{} {} {}", o.text("model"), o.text("draws"), o.text("burn_in"));
    KNOWN.with_borrow_mut(|known| {
        let draws = known
            .entry(name)
            .or_insert_with(|| (1..=o.index("draws") as u64).map(draw).collect::<Vec<Vec<Vec<f64>>>>());
        let values: Vec<f64> = draws.iter().map(|completed| subjects.completed(completed, key)).collect();
        if key.starts_with("mean") {
            return sum::mean(&values).ok_or(NotEstimable::TooFewValues);
        }
        Ok(sum::squared_deviations(&values).ok_or(NotEstimable::TooFewValues)? / (values.len() as f64 - 1.0))
    })
}

pub(super) fn monotone_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let subjects = Subjects::read(rows, o);
    let visits = if o.text("raw") == "yes" { subjects.visits.clone() } else { subjects.masked() };
    let departures = subjects.departures(o);
    subjects.with(&visits, |data| {
        let model = fit_monotone(data)?;
        if o.text("estimates") == "yes" {
            return Ok(parameter(&model.estimates()?, key));
        }
        if !o.text("draws").is_empty() {
            let draw = |k| impute(data, &model.draw(4711, k).unwrap(), &departures, 4711, k).unwrap();
            return over_draws(&subjects, o, key, draw);
        }
        let (seed, imputation) = (o.index("seed") as u64, o.index("imputation") as u64);
        let parameters = model.draw(seed, imputation)?;
        if !key.starts_with("value") {
            return Ok(parameter(&parameters, key));
        }
        Ok(subjects.completed(&impute(data, &parameters, &departures, seed, imputation)?, key))
    })
}

pub(super) fn data_augmentation_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let subjects = Subjects::read(rows, o);
    let visits = if o.text("masked") == "yes" { subjects.masked() } else { subjects.visits.clone() };
    let departures = subjects.departures(o);
    subjects.with(&visits, |data| {
        let start = |data: &Longitudinal| -> Result<Vec<NormalParameters>, NotEstimable> {
            Ok(fit_normal_model(data, Likelihood::Full)?.into_iter().map(|f| f.parameters).collect())
        };
        if !o.text("draws").is_empty() {
            let first = start(data)?;
            let draw = |k| {
                let parameters = draw_own_chain(data, &first, o.index("burn_in"), 4711, k).unwrap();
                impute(data, &parameters, &departures, 4711, k).unwrap()
            };
            return over_draws(&subjects, o, key, draw);
        }
        let seed = o.index("seed") as u64;
        if o.text("single") == "yes" {
            let draws = draw_single_chain(data, &start(data)?, o.index("burn_in"), o.index("thinning"), seed, 3)?;
            return Ok(parameter(&draws[o.index("number")], key));
        }
        let (p, q) = (data.n_visits(), data.n_columns());
        let start = start(data).unwrap_or_else(|_| {
            // Cases without estimates: the chain must say itself why it cannot run.
            let none = NormalParameters {
                coefficients: nalgebra::DMatrix::zeros(q, p),
                covariance: nalgebra::DMatrix::identity(p, p),
            };
            vec![none; data.n_groups]
        });
        let imputation = o.index("imputation") as u64;
        let parameters = draw_own_chain(data, &start, o.index("burn_in"), seed, imputation)?;
        if o.text("gaps") == "yes" {
            let filled = fill_gaps(data, &parameters, seed, imputation)?;
            let parts: Vec<&str> = key.split(':').collect();
            let visit = parts[2].parse::<usize>().expect("a visit");
            // What stays missing has no value; the reason stands for it here.
            return filled[subjects.subject(parts[1])][visit].ok_or(NotEstimable::NotReached);
        }
        if !key.starts_with("value") {
            return Ok(parameter(&parameters, key));
        }
        Ok(subjects.completed(&impute(data, &parameters, &departures, seed, imputation)?, key))
    })
}

/// Visits with missing ones at their conditional means, from estimates of the visits before departure.
fn conditional_means(subjects: &Subjects, o: &Options) -> Result<Vec<Vec<f64>>, NotEstimable> {
    let kind = if o.text("likelihood") == "reml" { Likelihood::Restricted } else { Likelihood::Full };
    let fits = subjects.with(&subjects.masked(), |data| fit_normal_model(data, kind))?;
    let parameters: Vec<NormalParameters> = fits.into_iter().map(|f| f.parameters).collect();
    let departures = subjects.departures(o);
    if o.text("strategy") != "mar" {
        assert_eq!(visits_before_departure(&subjects.visits, &departures)?, subjects.masked());
    }
    subjects.with(&subjects.visits, |data| impute_conditional_means(data, &parameters, &departures))
}

pub(super) fn conditional_mean_value(rows: &[Row], o: &Options, key: &str) -> Value {
    thread_local! {
        static KNOWN: RefCell<BTreeMap<String, Jackknife>> = const { RefCell::new(BTreeMap::new()) };
    }
    let subjects = Subjects::read(rows, o);
    if key.starts_with("value") {
        return Ok(subjects.completed(&conditional_means(&subjects, o)?, key));
    }
    let x: Vec<f64> = rows.iter().filter_map(|r| optional(r, "x")).collect();
    let estimate = |left_out: Option<usize>| {
        let kept = subjects.without(left_out);
        let completed = conditional_means(&kept, o)?;
        let arm: Vec<f64> = kept.arm.iter().map(|a| *a as f64).collect();
        let x: Vec<f64> = (0..x.len()).filter(|i| Some(*i) != left_out).map(|i| x[i]).collect();
        let last: Vec<f64> = completed.iter().filter_map(|row| row.last().copied()).collect();
        fit_linear_model(&[vec![1.0; arm.len()], arm, x], &last)?.coefficient(1)
    };
    let name = format!("{} {} {}", o.text("case"), o.text("model"), o.text("strategy"));
    KNOWN.with_borrow_mut(|known| {
        if !known.contains_key(&name) {
            known.insert(name.clone(), jackknife(rows.len(), estimate, 0.95)?);
        }
        let found = &known[&name];
        Ok(match key {
            "estimate" => found.estimate,
            "se" => found.standard_error,
            "z" => found.z,
            "p" => found.p_two_sided,
            "lower" => found.interval.lower,
            "upper" => found.interval.upper,
            _ => {
                let first = (0..rows.len()).min_by_key(|i| &subjects.keys[*i]).expect("a subject");
                found.without[first]
            }
        })
    })
}

pub(super) fn tipping_point_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let mut data_sets: BTreeMap<usize, Vec<&Row>> = BTreeMap::new();
    let number = |row: &Row, name: &str| optional(row, name).expect("a number");
    for row in rows {
        data_sets.entry(number(row, "imputation") as usize).or_default().push(row);
    }
    let shifts = if o.text("shifts") == "separate" { Shifts::Separate } else { Shifts::Accumulated };
    let shifted = if o.text("shifted") == "all" { ShiftedVisits::AllImputed } else { ShiftedVisits::AfterLastObserved };
    let visit = if o.text("visit").is_empty() { 2 } else { o.index("visit") - 1 };
    let analyse = |delta0: f64, delta1: f64| -> Result<Pooled, NotEstimable> {
        let (mut estimates, mut errors) = (Vec::new(), Vec::new());
        for list in data_sets.values() {
            let completed: Vec<Vec<f64>> =
                list.iter().map(|r| (1..=3).map(|j| number(r, &format!("v{j}"))).collect()).collect();
            let before =
                |r: &&Row| (1..=3).map(|j| (r[&format!("m{j}")] == "0").then(|| number(r, &format!("v{j}")))).collect();
            let visits: Vec<Vec<Option<f64>>> = list.iter().map(before).collect();
            let arm: Vec<usize> = list.iter().map(|r| number(r, "arm") as usize).collect();
            let deltas = [vec![delta0; 3], vec![delta1; 3]];
            let moved = apply_deltas(&visits, &completed, &arm, &deltas, shifts, shifted)?;
            let response: Vec<f64> = moved.iter().map(|row| row[visit]).collect();
            let x = list.iter().map(|r| number(r, "x")).collect();
            let columns = [vec![1.0; arm.len()], arm.iter().map(|a| *a as f64).collect(), x];
            let effect = fit_linear_model(&columns, &response)?.combination(&[0.0, 1.0, 0.0], 0.95)?;
            estimates.push(effect.estimate);
            errors.push(effect.standard_error);
        }
        pool(&estimates, &errors, PooledDf::Rubin1987, FractionDf::Rubin1987, 0.95)
    };
    let p = |delta: f64| analyse(0.0, delta).map(|pooled| pooled.p_two_sided);
    let holds = |p: f64| p < 0.05;
    let last = key.rsplit('_').next().and_then(|n| n.parse::<usize>().ok());
    match key.split('_').next() {
        Some("estimate") => analyse(0.0, o.number("delta")).map(|pooled| pooled.estimate),
        Some("p") => p(o.number("delta")),
        Some("grid") => {
            let row = key.split('_').nth(1).and_then(|n| n.parse::<usize>().ok()).expect("a row");
            let both = |a: f64, b: f64| analyse(a, b).map(|pooled| pooled.p_two_sided);
            let grid = tipping_grid(&[0.0, -2.0, 4.0], &[0.0, -3.0, -8.0], both, holds)?;
            grid.results[row][last.expect("a column")]
        }
        Some(name) => {
            let grid: Vec<f64> = (0..=30).map(|d| -f64::from(d)).collect();
            let found = tipping_point(&grid, p, holds)?;
            if key == "n_changes" {
                return Ok(found.changes.len() as f64);
            }
            let (near, far) = found.changes[last.expect("a number")];
            if name == "change" { Ok(grid[near]) } else { refine_tipping_point(grid[near], grid[far], 1e-11, p, holds) }
        }
        None => unknown(key),
    }
}
