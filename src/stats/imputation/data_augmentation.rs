//! Parameter draws by a Markov chain for any pattern of missing visits: data augmentation with Jeffreys' prior.
//!
//! Tanner & Wong (1987); Schafer (1997), section 5.4; SAS PROC MI, MCMC; R `norm`. A step draws all missing visits given
//! the parameters (I-step), then the parameters given the completed visits (P-step): with prior |Sigma|^-(p+1)/2 the
//! covariance is inverse Wishart with n - q degrees of freedom and the residual squares and products, and the
//! coefficients are normal around least squares with covariance (X'X)^-1 x Sigma. Groups are independent.
//! SAS runs one chain and takes every 100th step after 200 (`CHAIN=SINGLE`, [`draw_single_chain`]); one chain for each
//! imputation (`CHAIN=MULTIPLE`, [`draw_own_chain`]) makes each imputation a function of its number alone.

use std::collections::BTreeMap;

use nalgebra::DMatrix;

use super::conditional_normal::ConditionalNormal;
use super::matrix::{cross_product, product};
use super::multiple::impute;
use super::normal_model::{Longitudinal, NormalParameters};
use super::orthonormal::Orthonormal;
use super::random_stream::{RandomStream, StreamUse};
use super::wishart::{inverse_wishart, matrix_normal};
use crate::stats::reason::NotEstimable;

/// Returns the parameters at the end of the imputation's own chain of `burn_in` steps from `start`.
///
/// `start` are parameters of each group, usually the maximum likelihood estimates of [`super::likelihood_fit`]. Streams:
/// the chain's parameter stream, and for each subject with missing visits its chain stream, which gives one normal
/// number for each missing visit and step. Errors: `InvalidArgument` for no steps, `TooFewValues` where a group has fewer
/// subjects than columns and visits, `Singular` for dependent columns, two visits that nobody has together or a singular
/// covariance.
pub fn draw_own_chain(
    data: &Longitudinal,
    start: &[NormalParameters],
    burn_in: usize,
    seed: u64,
    imputation: u64,
) -> Result<Vec<NormalParameters>, NotEstimable> {
    let mut chain = Chain::new(data, start, seed, imputation)?;
    chain.run(burn_in)?;
    Ok(chain.parameters)
}

/// Returns the parameters of `m` imputations from one chain: after `burn_in` steps, then after every `thinning` steps.
///
/// The streams are those of imputation number 0. Errors as [`draw_own_chain`].
pub fn draw_single_chain(
    data: &Longitudinal,
    start: &[NormalParameters],
    burn_in: usize,
    thinning: usize,
    seed: u64,
    m: usize,
) -> Result<Vec<Vec<NormalParameters>>, NotEstimable> {
    let mut chain = Chain::new(data, start, seed, 0)?;
    let mut draws = Vec::with_capacity(m);
    for k in 0..m {
        chain.run(if k == 0 { burn_in } else { thinning })?;
        draws.push(chain.parameters.clone());
    }
    Ok(draws)
}

/// Returns the visits with gaps before the last observed visit imputed at random: a monotone data set.
///
/// SAS `MCMC IMPUTE=MONOTONE`: with the parameters of an imputation from a chain, the gaps are drawn from the subject's
/// imputation stream; later missing visits stay missing, for [`super::monotone`] with the same imputation number.
pub fn fill_gaps(
    data: &Longitudinal,
    parameters: &[NormalParameters],
    seed: u64,
    imputation: u64,
) -> Result<Vec<Vec<Option<f64>>>, NotEstimable> {
    let completed = impute(data, parameters, &vec![None; data.keys.len()], seed, imputation)?;
    let cut = |(row, full): (&Vec<Option<f64>>, Vec<f64>)| {
        let end = row.iter().rposition(Option::is_some).map_or(0, |last| last + 1);
        full.into_iter().enumerate().map(|(j, value)| (j < end).then_some(value)).collect()
    };
    Ok(data.visits.iter().zip(completed).map(cut).collect())
}

/// A subject with missing visits.
struct Incomplete {
    /// Row in its group.
    row: usize,
    pattern: usize,
    visits: Vec<Option<f64>>,
    stream: RandomStream,
}

/// One group of a chain.
struct GroupChain {
    design: Orthonormal,
    /// Completed visits, subjects in the order of their keys.
    completed: DMatrix<f64>,
    patterns: Vec<Vec<bool>>,
    incomplete: Vec<Incomplete>,
}

struct Chain {
    groups: Vec<GroupChain>,
    parameters: Vec<NormalParameters>,
    stream: RandomStream,
    /// Design rows by group.
    rows: Vec<Vec<Vec<f64>>>,
}

impl Chain {
    fn new(data: &Longitudinal, start: &[NormalParameters], seed: u64, imputation: u64) -> Result<Chain, NotEstimable> {
        let members = data.ordered_groups()?;
        data.check_parameters(start)?;
        let p = data.n_visits();
        let (mut groups, mut rows) = (Vec::new(), Vec::new());
        for subjects in &members {
            if subjects.len() < data.n_columns() + p {
                return Err(NotEstimable::TooFewValues);
            }
            data.check_pairs(subjects)?;
            let design_rows: Vec<&[f64]> = subjects.iter().map(|&i| data.design[i].as_slice()).collect();
            let design = Orthonormal::new(&design_rows)?;
            let completed = DMatrix::from_fn(subjects.len(), p, |r, j| data.visits[subjects[r]][j].unwrap_or(0.0));
            let mut places: BTreeMap<Vec<bool>, usize> = BTreeMap::new();
            let mut incomplete = Vec::new();
            for (row, &i) in subjects.iter().enumerate().filter(|(_, i)| data.visits[**i].contains(&None)) {
                let next = places.len();
                let pattern: Vec<bool> = data.visits[i].iter().map(Option::is_some).collect();
                let pattern = *places.entry(pattern).or_insert(next);
                let stream = RandomStream::new(seed, imputation, StreamUse::Chain(data.keys[i]));
                incomplete.push(Incomplete { row, pattern, visits: data.visits[i].clone(), stream });
            }
            let mut patterns = vec![Vec::new(); places.len()];
            places.into_iter().for_each(|(pattern, place)| patterns[place] = pattern);
            groups.push(GroupChain { design, completed, patterns, incomplete });
            rows.push(subjects.iter().map(|&i| data.design[i].clone()).collect());
        }
        let stream = RandomStream::new(seed, imputation, StreamUse::ChainParameters);
        Ok(Chain { groups, parameters: start.to_vec(), stream, rows })
    }

    fn run(&mut self, n_steps: usize) -> Result<(), NotEstimable> {
        if n_steps == 0 {
            return Err(NotEstimable::InvalidArgument);
        }
        for _ in 0..n_steps {
            for ((group, parameters), rows) in self.groups.iter_mut().zip(&mut self.parameters).zip(&self.rows) {
                group.draw_visits(parameters, rows)?;
                *parameters = group.draw_parameters(&mut self.stream)?;
            }
        }
        Ok(())
    }
}

impl GroupChain {
    /// I-step.
    fn draw_visits(&mut self, parameters: &NormalParameters, rows: &[Vec<f64>]) -> Result<(), NotEstimable> {
        let by_pattern = |pattern: &Vec<bool>| {
            let conditional = ConditionalNormal::new(&parameters.covariance, pattern)?;
            let root = conditional.root()?;
            Ok((conditional, root))
        };
        let conditionals: Vec<(ConditionalNormal, DMatrix<f64>)> =
            self.patterns.iter().map(by_pattern).collect::<Result<_, NotEstimable>>()?;
        for subject in &mut self.incomplete {
            let (conditional, root) = &conditionals[subject.pattern];
            let means = conditional.mean(&parameters.mean(&rows[subject.row]), &subject.visits)?;
            let z = subject.stream.normals(means.len());
            for (a, &j) in conditional.missing.iter().enumerate() {
                let noise: f64 = (0..=a).map(|b| root[(a, b)] * z[b]).sum();
                self.completed[(subject.row, j)] = means[a] + noise;
            }
        }
        Ok(())
    }

    /// P-step.
    fn draw_parameters(&self, stream: &mut RandomStream) -> Result<NormalParameters, NotEstimable> {
        let (n, q) = self.design.columns.shape();
        let projections = cross_product(&self.design.columns, &self.completed);
        let residuals = &self.completed - product(&self.design.columns, &projections);
        let draw = inverse_wishart(&cross_product(&residuals, &residuals), (n - q) as f64, stream)?;
        let least_squares = self.design.undo(&projections);
        let coefficients = matrix_normal(&least_squares, &self.design.inverse_triangle, &draw.root, stream);
        Ok(NormalParameters { coefficients, covariance: draw.covariance })
    }
}
