//! Maximum likelihood and restricted maximum likelihood of the normal model with missing visits.
//!
//! EM by patterns of missing visits: given the covariance, coefficients are the generalised least squares estimates from
//! all observed visits (ECME, Liu & Rubin 1994); the covariance is then the mean of the expected squares and products.
//! For REML the coefficients count as missing too, with their covariance (Laird & Ware 1982). The result is that of a
//! mixed model for repeated measures in which every column of the design has its own effect at each visit, with an
//! unstructured covariance. Each step costs by the number of patterns, not of subjects.

use std::collections::BTreeMap;

use nalgebra::DMatrix;

use super::conditional_normal::ConditionalNormal;
use super::matrix::{cholesky, cross_product, part, product, solve, solve_lower, solve_lower_transposed};
use super::normal_model::{Longitudinal, NormalParameters};
use super::orthonormal::Orthonormal;
use crate::stats::reason::{NotEstimable, finite};

const LN_2_PI: f64 = 1.837_877_066_409_345_5;

/// The likelihood that is maximised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likelihood {
    /// Maximum likelihood (ML).
    Full,
    /// Restricted maximum likelihood (REML): covariances corrected for the estimated coefficients.
    Restricted,
}

/// A fitted group.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalFit {
    /// Estimates.
    pub parameters: NormalParameters,
    /// Logarithm of the (restricted) likelihood, with all constants.
    pub log_likelihood: f64,
    /// Steps of the iteration.
    pub n_steps: usize,
}

/// Fits each group; steps end when no covariance changes by more than 1e-13 of its size.
///
/// Errors: `TooFewValues` where a group has too few subjects with a visit observed, `Singular` for dependent columns
/// or a covariance that is not determined (two visits that nobody has together), `ZeroVariance` for a visit without
/// residual variation, `WorkLimitExceeded` where 100 000 steps are not enough (visits that are hardly
/// ever observed together), [`Longitudinal`]'s shapes.
pub fn fit_normal_model(data: &Longitudinal, likelihood: Likelihood) -> Result<Vec<NormalFit>, NotEstimable> {
    let groups = data.ordered_groups()?;
    groups.iter().map(|subjects| Sums::new(data, subjects)?.fit(likelihood)).collect()
}

/// Largest number of steps.
const MOST_STEPS: usize = 100_000;

/// Sums over the subjects with one pattern; visits are residuals of a first fit, design rows are orthonormal.
struct PatternSums {
    is_observed: Vec<bool>,
    n: usize,
    xx: DMatrix<f64>,
    xy: DMatrix<f64>,
    yy: DMatrix<f64>,
}

/// Sums of one group.
struct Sums {
    design: Orthonormal,
    /// Coefficients of the first fit, on the orthonormal columns.
    first: DMatrix<f64>,
    /// Covariance to start with: residual variances of the first fit.
    start: DMatrix<f64>,
    patterns: Vec<PatternSums>,
    n: usize,
}

impl Sums {
    fn new(data: &Longitudinal, subjects: &[usize]) -> Result<Sums, NotEstimable> {
        let (p, q) = (data.n_visits(), data.n_columns());
        let rows: Vec<&[f64]> = subjects.iter().map(|&i| data.design[i].as_slice()).collect();
        let design = Orthonormal::new(&rows)?;
        // First fit: each visit by least squares on its own.
        let mut first = DMatrix::zeros(q, p);
        let mut start = DMatrix::zeros(p, p);
        for j in 0..p {
            let seen: Vec<usize> = (0..subjects.len()).filter(|&r| data.visits[subjects[r]][j].is_some()).collect();
            if seen.len() <= q {
                return Err(NotEstimable::TooFewValues);
            }
            let x = DMatrix::from_fn(seen.len(), q, |r, c| design.columns[(seen[r], c)]);
            let y = DMatrix::from_fn(seen.len(), 1, |r, _| data.visits[subjects[seen[r]]][j].unwrap_or(0.0));
            let b = solve(&cross_product(&x, &x), &cross_product(&x, &y))?;
            let rest = &y - product(&x, &b);
            start[(j, j)] = cross_product(&rest, &rest)[(0, 0)] / (seen.len() - q) as f64;
            let rounding = 10.0 * f64::EPSILON * y.amax();
            if start[(j, j)] <= rounding * rounding {
                return Err(NotEstimable::ZeroVariance);
            }
            first.set_column(j, &b.column(0));
        }
        data.check_pairs(subjects)?;
        let fitted = product(&design.columns, &first);
        let mut by_pattern: BTreeMap<Vec<bool>, Vec<usize>> = BTreeMap::new();
        for (r, &i) in subjects.iter().enumerate() {
            let pattern: Vec<bool> = data.visits[i].iter().map(Option::is_some).collect();
            if pattern.contains(&true) {
                by_pattern.entry(pattern).or_default().push(r);
            }
        }
        let sums = |(is_observed, members): (Vec<bool>, Vec<usize>)| {
            let observed: Vec<usize> = (0..p).filter(|&j| is_observed[j]).collect();
            let x = DMatrix::from_fn(members.len(), q, |r, c| design.columns[(members[r], c)]);
            let y = DMatrix::from_fn(members.len(), observed.len(), |r, k| {
                let (row, j) = (members[r], observed[k]);
                data.visits[subjects[row]][j].unwrap_or(0.0) - fitted[(row, j)]
            });
            let (xx, xy, yy) = (cross_product(&x, &x), cross_product(&x, &y), cross_product(&y, &y));
            PatternSums { is_observed, n: members.len(), xx, xy, yy }
        };
        let patterns: Vec<PatternSums> = by_pattern.into_iter().map(sums).collect();
        let n = patterns.iter().map(|pattern| pattern.n).sum();
        Ok(Sums { design, first, start, patterns, n })
    }

    fn fit(&self, likelihood: Likelihood) -> Result<NormalFit, NotEstimable> {
        let mut covariance = self.start.clone();
        for n_steps in 1..=MOST_STEPS {
            let step = self.step(&covariance, likelihood)?;
            let p = covariance.nrows();
            let size = |i: usize, j: usize| (covariance[(i, i)] * covariance[(j, j)]).sqrt();
            let change =
                (0..p * p).map(|k| (step.covariance[k] - covariance[k]).abs() / size(k % p, k / p)).fold(0.0, f64::max);
            covariance = step.covariance;
            if change < 1e-13 {
                let last = self.step(&covariance, likelihood)?;
                let coefficients = self.design.undo(&(&self.first + last.coefficients));
                let parameters = NormalParameters { coefficients, covariance };
                return Ok(NormalFit { parameters, log_likelihood: finite(last.log_likelihood)?, n_steps });
            }
        }
        Err(NotEstimable::WorkLimitExceeded)
    }

    /// Coefficients and likelihood at a covariance, and the next covariance.
    fn step(&self, covariance: &DMatrix<f64>, likelihood: Likelihood) -> Result<Step, NotEstimable> {
        let (q, p) = self.first.shape();
        let mut information = DMatrix::zeros(q * p, q * p);
        let mut right = DMatrix::zeros(q * p, 1);
        let mut parts = Vec::with_capacity(self.patterns.len());
        let mut log_likelihood = 0.0;
        for pattern in &self.patterns {
            let conditional = ConditionalNormal::new(covariance, &pattern.is_observed)?;
            let o = &conditional.observed;
            let root = cholesky(&part(covariance, o, o))?;
            let mut inverse = DMatrix::identity(o.len(), o.len());
            solve_lower(&root, &mut inverse);
            solve_lower_transposed(&root, &mut inverse);
            let log_determinant = 2.0 * (0..o.len()).map(|k| libm::log(root[(k, k)])).sum::<f64>();
            log_likelihood -= 0.5 * pattern.n as f64 * (o.len() as f64 * LN_2_PI + log_determinant);
            let weighted = product(&pattern.xy, &inverse);
            for (a, &i) in o.iter().enumerate() {
                for c in 0..q {
                    right[i * q + c] += weighted[(c, a)];
                    for (b, &j) in o.iter().enumerate() {
                        for d in 0..q {
                            information[(i * q + c, j * q + d)] += inverse[(a, b)] * pattern.xx[(c, d)];
                        }
                    }
                }
            }
            parts.push((conditional, inverse));
        }
        let root = cholesky(&information)?;
        let mut solved = right;
        solve_lower(&root, &mut solved);
        solve_lower_transposed(&root, &mut solved);
        let coefficients = DMatrix::from_fn(q, p, |c, j| solved[j * q + c]);
        let mut uncertainty = DMatrix::zeros(q * p, q * p);
        if likelihood == Likelihood::Restricted {
            uncertainty.fill_with_identity();
            solve_lower(&root, &mut uncertainty);
            solve_lower_transposed(&root, &mut uncertainty);
            // The columns of the design itself, not the orthonormal ones.
            let log_determinant = 2.0 * (0..q * p).map(|k| libm::log(root[(k, k)])).sum::<f64>()
                + 2.0 * p as f64 * self.design.log_determinant();
            log_likelihood += 0.5 * ((q * p) as f64 * LN_2_PI - log_determinant);
        }
        let mut next = DMatrix::zeros(p, p);
        for (pattern, (conditional, inverse)) in self.patterns.iter().zip(parts) {
            let (o, m) = (&conditional.observed, &conditional.missing);
            let b = DMatrix::from_fn(q, o.len(), |c, k| coefficients[(c, o[k])]);
            let by_mean = cross_product(&b, &pattern.xy);
            let mut squares =
                &pattern.yy - &by_mean - by_mean.transpose() + cross_product(&b, &product(&pattern.xx, &b));
            let trace: f64 = (0..o.len() * o.len()).map(|k| squares[k] * inverse[k]).sum();
            log_likelihood -= 0.5 * trace;
            if likelihood == Likelihood::Restricted {
                for (a, &i) in o.iter().enumerate() {
                    for (e, &j) in o.iter().enumerate() {
                        let block = |c: usize, d: usize| uncertainty[(i * q + c, j * q + d)] * pattern.xx[(c, d)];
                        squares[(a, e)] += (0..q).map(|c| (0..q).map(|d| block(c, d)).sum::<f64>()).sum::<f64>();
                    }
                }
            }
            let across = product(&conditional.weights, &squares);
            let later = product(&across, &conditional.weights.transpose()) + conditional.covariance * pattern.n as f64;
            for (a, &i) in o.iter().enumerate() {
                for (e, &j) in o.iter().enumerate() {
                    next[(i, j)] += squares[(a, e)];
                }
                for (e, &j) in m.iter().enumerate() {
                    next[(i, j)] += across[(e, a)];
                    next[(j, i)] += across[(e, a)];
                }
            }
            for (a, &i) in m.iter().enumerate() {
                for (e, &j) in m.iter().enumerate() {
                    next[(i, j)] += later[(a, e)];
                }
            }
        }
        next /= self.n as f64;
        Ok(Step { coefficients, covariance: next, log_likelihood })
    }
}

struct Step {
    coefficients: DMatrix<f64>,
    covariance: DMatrix<f64>,
    log_likelihood: f64,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(rows: &[[Option<f64>; 2]], likelihood: Likelihood) -> Result<Vec<NormalFit>, NotEstimable> {
        let visits: Vec<Vec<Option<f64>>> = rows.iter().map(|row| row.to_vec()).collect();
        let keys: Vec<[u8; 1]> = (0..rows.len() as u8).map(|i| [i]).collect();
        let keys: Vec<&[u8]> = keys.iter().map(|k| k.as_slice()).collect();
        let (design, group) = (vec![vec![1.0]; rows.len()], vec![0; rows.len()]);
        let data = Longitudinal { keys: &keys, visits: &visits, design: &design, group: &group, n_groups: 1 };
        fit_normal_model(&data, likelihood)
    }

    #[test]
    fn complete_visits() {
        let rows = [[1.0, 2.0], [2.0, 1.0], [3.0, 5.0], [6.0, 4.0]].map(|row| row.map(Some));
        let full = &fit(&rows, Likelihood::Full).unwrap()[0].parameters;
        assert!((full.covariance[(0, 1)] - 7.0 / 4.0).abs() < 1e-12);
        let restricted = &fit(&rows, Likelihood::Restricted).unwrap()[0].parameters;
        assert!((restricted.covariance[(0, 1)] - 7.0 / 3.0).abs() < 1e-11);
        assert!((restricted.mean(&[1.0])[1] - 3.0).abs() < 1e-12);
    }

    #[test]
    fn reasons() {
        let apart = [[Some(1.0), None], [Some(2.0), None], [None, Some(3.0)], [None, Some(5.0)]];
        assert_eq!(fit(&apart, Likelihood::Full), Err(NotEstimable::Singular));
        let equal = [[Some(7.0), Some(1.0)], [Some(7.0), Some(2.0)], [Some(7.0), Some(4.0)]];
        assert_eq!(fit(&equal, Likelihood::Full), Err(NotEstimable::ZeroVariance));
        let line = [[Some(1.0), Some(2.0)], [Some(2.0), Some(4.0)], [Some(5.0), Some(10.0)]];
        assert_eq!(fit(&line, Likelihood::Full), Err(NotEstimable::Singular));
        assert_eq!(fit(&[[Some(1.0), Some(2.0)]], Likelihood::Full), Err(NotEstimable::TooFewValues));
        assert_eq!(fit(&[], Likelihood::Full), Err(NotEstimable::TooFewValues));
    }
}
