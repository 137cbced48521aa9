//! Longitudinal data and the normal model of them: visits regressed on a design row, unstructured covariance, by group.
//!
//! In group g the visits of a subject with design row x are normal with mean B' x and covariance Sigma. Every column of
//! the design has its own coefficient at every visit. One group for all subjects (with columns for the arms) is the
//! pooled model, one group for each arm the model by arm of Carpenter, Roger & Kenward (2013).

use nalgebra::DMatrix;

use crate::stats::reason::{NotEstimable, check_finite};

/// Subjects with their visits. Records may come in any order: all computations follow the order of the keys.
#[derive(Debug, Clone, Copy)]
pub struct Longitudinal<'a> {
    /// Key of each subject, no two alike. It names the subject's random numbers.
    pub keys: &'a [&'a [u8]],
    /// Visits of each subject in order of time, the same number for all; `None` is missing.
    pub visits: &'a [Vec<Option<f64>>],
    /// Design row of each subject: 1 for the intercept, then covariates; complete, the same length for all.
    pub design: &'a [Vec<f64>],
    /// Group of each subject, an index below `n_groups`.
    pub group: &'a [usize],
    /// Number of groups, each with its own parameters.
    pub n_groups: usize,
}

/// Parameters of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct NormalParameters {
    /// Coefficients B: a row for each column of the design, a column for each visit, in units of the visits.
    pub coefficients: DMatrix<f64>,
    /// Covariance of the visits.
    pub covariance: DMatrix<f64>,
}

impl NormalParameters {
    /// Returns the means of the visits for a design row.
    pub fn mean(&self, row: &[f64]) -> Vec<f64> {
        let visit = |j: usize| row.iter().enumerate().map(|(k, x)| x * self.coefficients[(k, j)]).sum();
        (0..self.coefficients.ncols()).map(visit).collect()
    }
}

impl Longitudinal<'_> {
    /// Number of visits of each subject.
    pub fn n_visits(&self) -> usize {
        self.visits.first().map_or(0, Vec::len)
    }

    /// Number of columns of the design.
    pub fn n_columns(&self) -> usize {
        self.design.first().map_or(0, Vec::len)
    }

    /// Whether no missing visit stands before an observed one.
    pub fn is_monotone(&self) -> bool {
        self.visits.iter().all(|row| row.windows(2).all(|pair| pair[0].is_some() || pair[1].is_none()))
    }

    /// Checks the shapes and returns the subjects in the order of their keys.
    pub(super) fn ordered(&self) -> Result<Vec<usize>, NotEstimable> {
        let n = self.keys.len();
        if n == 0 {
            return Err(NotEstimable::TooFewValues);
        }
        let (p, q) = (self.n_visits(), self.n_columns());
        let shapes = self.visits.len() == n
            && self.design.len() == n
            && self.group.len() == n
            && p > 0
            && q > 0
            && self.visits.iter().all(|row| row.len() == p)
            && self.design.iter().all(|row| row.len() == q)
            && self.group.iter().all(|g| *g < self.n_groups);
        if !shapes {
            return Err(NotEstimable::InvalidArgument);
        }
        for (visits, design) in self.visits.iter().zip(self.design) {
            check_finite(design)?;
            if !visits.iter().flatten().all(|v| v.is_finite()) {
                return Err(NotEstimable::NotFinite);
            }
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&i| self.keys[i]);
        if order.windows(2).any(|pair| self.keys[pair[0]] == self.keys[pair[1]]) {
            return Err(NotEstimable::InvalidArgument);
        }
        Ok(order)
    }

    /// The subjects of each group in the order of their keys; `EmptyGroup` for a group without any.
    pub(super) fn ordered_groups(&self) -> Result<Vec<Vec<usize>>, NotEstimable> {
        let mut groups = vec![Vec::new(); self.n_groups];
        for i in self.ordered()? {
            groups[self.group[i]].push(i);
        }
        if groups.iter().any(Vec::is_empty) { Err(NotEstimable::EmptyGroup) } else { Ok(groups) }
    }

    /// Checks that the subjects of a group determine every covariance: `TooFewValues` for a visit nobody has, `Singular`
    /// for two visits that nobody has together.
    pub(super) fn check_pairs(&self, subjects: &[usize]) -> Result<(), NotEstimable> {
        let p = self.n_visits();
        let together =
            |j: usize, k: usize| subjects.iter().any(|&i| self.visits[i][j].is_some() && self.visits[i][k].is_some());
        if !(0..p).all(|j| together(j, j)) {
            return Err(NotEstimable::TooFewValues);
        }
        if (0..p).all(|j| (0..j).all(|k| together(j, k))) { Ok(()) } else { Err(NotEstimable::Singular) }
    }

    /// Checks that parameters fit the data.
    pub(super) fn check_parameters(&self, parameters: &[NormalParameters]) -> Result<(), NotEstimable> {
        let (p, q) = (self.n_visits(), self.n_columns());
        let fits = parameters.len() == self.n_groups
            && parameters.iter().all(|g| g.coefficients.shape() == (q, p) && g.covariance.shape() == (p, p));
        if !fits {
            return Err(NotEstimable::InvalidArgument);
        }
        for group in parameters {
            check_finite(group.coefficients.as_slice())?;
            check_finite(group.covariance.as_slice())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes() {
        let keys: [&[u8]; 2] = [b"b", b"a"];
        let visits = [vec![Some(1.0), None], vec![None, Some(2.0)]];
        let design = [vec![1.0], vec![1.0]];
        let data = Longitudinal { keys: &keys, visits: &visits, design: &design, group: &[0, 0], n_groups: 1 };
        assert_eq!(data.ordered(), Ok(vec![1, 0]));
        assert!(!data.is_monotone());
        assert_eq!(Longitudinal { group: &[0, 1], ..data }.ordered(), Err(NotEstimable::InvalidArgument));
        assert_eq!(Longitudinal { n_groups: 2, ..data }.ordered_groups(), Err(NotEstimable::EmptyGroup));
        let twice: [&[u8]; 2] = [b"a", b"a"];
        assert_eq!(Longitudinal { keys: &twice, ..data }.ordered(), Err(NotEstimable::InvalidArgument));
        let none = Longitudinal { keys: &[], visits: &[], design: &[], group: &[], n_groups: 1 };
        assert_eq!(none.ordered(), Err(NotEstimable::TooFewValues));
        assert_eq!(data.check_pairs(&[0, 1]), Err(NotEstimable::Singular));
        assert_eq!(data.check_pairs(&[0]), Err(NotEstimable::TooFewValues));
        let infinite = [vec![f64::INFINITY], vec![1.0]];
        assert_eq!(Longitudinal { design: &infinite, ..data }.ordered(), Err(NotEstimable::NotFinite));
    }
}
