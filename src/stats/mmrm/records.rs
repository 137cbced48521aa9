//! The records of a model, sorted by subject and visit and gathered by what was observed.
//!
//! Subjects of one covariance group seen at the same visits share their covariance matrix: its inverse is computed
//! once for all of them, and where there are many, the sums of their cross-products are formed before the search.

use std::collections::BTreeMap;

use super::super::reason::{NotEstimable, check_finite};
use super::basis::Basis;
use super::matrix::{Matrix, inner, packed_size};

/// The response, the design and who was seen when; one entry of each list a record.
#[derive(Debug, Clone, Copy)]
pub struct MmrmInput<'a> {
    /// Response of each record.
    pub response: &'a [f64],
    /// Columns of the design, the intercept among them. Columns that depend on earlier ones are left out of the fit.
    pub columns: &'a [Vec<f64>],
    /// Subject of each record, any numbers.
    pub subject: &'a [usize],
    /// Visit of each record, 0..n_visits in the order of time. Only records with a response are given.
    pub visit: &'a [usize],
    /// Number of visits.
    pub n_visits: usize,
    /// Covariance group of each record, 0..n_groups, the same for all records of a subject; `None` for one
    /// covariance matrix for all.
    pub group: Option<(&'a [usize], usize)>,
}

/// Subjects with the same covariance group and visits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    pub(crate) group: usize,
    pub(crate) visits: Vec<usize>,
    /// First row of each subject.
    pub(crate) subjects: Vec<usize>,
    /// For each pair of visits a <= b the packed sum over subjects of x_a x_b' + x_b x_a' (half of it for a = b).
    products: Option<Vec<f64>>,
}

/// The sorted records in the orthonormal basis.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Records {
    pub(crate) basis: Basis,
    /// Least-squares coefficients on the orthonormal columns.
    pub(crate) projections: Vec<f64>,
    /// Row of each record: its entries of the orthonormal columns, then its least-squares residual.
    pub(crate) rows: Matrix,
    pub(crate) patterns: Vec<Pattern>,
    pub(crate) n_visits: usize,
    pub(crate) n_groups: usize,
    pub(crate) n_subjects: usize,
    /// Whether each kept column is the same at all records of each subject.
    pub(crate) constant_within: Vec<bool>,
}

impl Records {
    /// Sorts and gathers the records.
    ///
    /// Errors: no records, lists of different length, indices out of range, two records of a subject at one visit,
    /// two groups in one subject (`InvalidArgument`), values not finite, no more records than independent columns
    /// (`TooFewValues`), a perfect fit (`ZeroVariance`).
    pub(crate) fn new(input: MmrmInput) -> Result<Records, NotEstimable> {
        let n = input.response.len();
        if n == 0 || input.columns.is_empty() {
            return Err(NotEstimable::TooFewValues);
        }
        let n_groups = input.group.map_or(1, |g| g.1);
        let group = |r: usize| input.group.map_or(0, |g| g.0[r]);
        let lengths = [input.subject.len(), input.visit.len(), input.group.map_or(n, |g| g.0.len())];
        if lengths.iter().any(|l| *l != n)
            || input.columns.iter().any(|c| c.len() != n)
            || input.visit.iter().any(|v| *v >= input.n_visits)
            || (0..n).any(|r| group(r) >= n_groups)
        {
            return Err(NotEstimable::InvalidArgument);
        }
        check_finite(input.response)?;
        for column in input.columns {
            check_finite(column)?;
        }
        let mut order: Vec<usize> = (0..n).collect();
        order.sort_by_key(|&r| (input.subject[r], input.visit[r]));
        for pair in order.windows(2) {
            let same = input.subject[pair[0]] == input.subject[pair[1]];
            if same && (input.visit[pair[0]] == input.visit[pair[1]] || group(pair[0]) != group(pair[1])) {
                return Err(NotEstimable::InvalidArgument);
            }
        }
        let sorted = |values: &[f64]| -> Vec<f64> { order.iter().map(|&r| values[r]).collect() };
        let design: Vec<Vec<f64>> = input.columns.iter().map(|c| sorted(c)).collect();
        let basis = Basis::new(&design);
        let mut residuals = sorted(input.response);
        let magnitude = inner(&residuals, &residuals).sqrt();
        let projections = basis.remove(&mut residuals);
        if n <= basis.kept.len() {
            return Err(NotEstimable::TooFewValues);
        }
        if inner(&residuals, &residuals).sqrt() <= 10.0 * f64::EPSILON * magnitude {
            return Err(NotEstimable::ZeroVariance);
        }
        let p = basis.kept.len();
        let rows = Matrix::from_fn(n, p + 1, |r, c| if c < p { basis.columns[c][r] } else { residuals[r] });
        let mut gathered: BTreeMap<(usize, Vec<usize>), Vec<usize>> = BTreeMap::new();
        let mut constant_within = vec![true; p];
        let mut first = 0;
        let mut n_subjects = 0;
        while first < n {
            let own = |r: usize| input.subject[order[r]] == input.subject[order[first]];
            let end = (first..n).find(|&r| !own(r)).unwrap_or(n);
            let visits: Vec<usize> = (first..end).map(|r| input.visit[order[r]]).collect();
            gathered.entry((group(order[first]), visits)).or_default().push(first);
            for (constant, &column) in constant_within.iter_mut().zip(&basis.kept) {
                *constant &= design[column][first..end].iter().all(|v| *v == design[column][first]);
            }
            n_subjects += 1;
            first = end;
        }
        let patterns = gathered
            .into_iter()
            .map(|((group, visits), subjects)| {
                let pairs = packed_size(visits.len());
                // Below this the transformation of the sums costs more than the subjects one by one.
                let products = (3 * subjects.len() > pairs).then(|| cross_products(&rows, visits.len(), &subjects));
                Pattern { group, visits, subjects, products }
            })
            .collect();
        let n_visits = input.n_visits;
        Ok(Records { basis, projections, rows, patterns, n_visits, n_groups, n_subjects, constant_within })
    }

    /// Number of records.
    pub(crate) fn n(&self) -> usize {
        self.rows.rows
    }

    /// Number of independent columns.
    pub(crate) fn rank(&self) -> usize {
        self.basis.kept.len()
    }

    /// Least-squares residual of a row.
    fn residual(&self, row: usize) -> f64 {
        self.rows[(row, self.rank())]
    }

    /// A positive definite matrix near the covariance of the least-squares residuals.
    pub(crate) fn residual_covariance(&self) -> Matrix {
        let v = self.n_visits;
        let (mut sums, mut counts) = (Matrix::zeros(v, v), Matrix::zeros(v, v));
        for pattern in &self.patterns {
            for &first in &pattern.subjects {
                for (i, &a) in pattern.visits.iter().enumerate() {
                    for (j, &b) in pattern.visits.iter().enumerate() {
                        sums[(a, b)] += self.residual(first + i) * self.residual(first + j);
                        counts[(a, b)] += 1.0;
                    }
                }
            }
        }
        let overall = (0..v).map(|a| sums[(a, a)]).sum::<f64>() / (self.n() - self.rank()) as f64;
        let variance = |a: usize| {
            let own = sums[(a, a)] / counts[(a, a)].max(1.0);
            if own > 1e-3 * overall { own } else { overall }
        };
        let correlation = Matrix::from_fn(v, v, |a, b| {
            let scale = (variance(a) * variance(b)).sqrt();
            if a == b { 1.0 } else { (sums[(a, b)] / counts[(a, b)].max(1.0) / scale).clamp(-0.95, 0.95) }
        });
        let shrunk = |share: f64| Matrix::from_fn(v, v, |a, b| if a == b { 1.0 } else { share * correlation[(a, b)] });
        let mut share = 1.0;
        while shrunk(share).smallest_pivot() < 0.05 {
            share *= 0.8;
        }
        let chosen = shrunk(share);
        Matrix::from_fn(v, v, |a, b| chosen[(a, b)] * (variance(a) * variance(b)).sqrt())
    }
}

/// Adds x_a y_b' + x_b y_a' (for a = b: x_a y_a' made symmetric) to a packed symmetric matrix.
fn add_pair(target: &mut [f64], a: &[f64], b: &[f64], same: bool) {
    let width = a.len();
    let mut start = 0;
    for i in 0..width {
        let (x, y) = (a[i], b[i]);
        let part = &mut target[start..start + width - i];
        if same {
            for (t, u) in part.iter_mut().zip(&a[i..]) {
                *t += x * u;
            }
        } else {
            for ((t, u), w) in part.iter_mut().zip(&a[i..]).zip(&b[i..]) {
                *t += x * w + y * u;
            }
        }
        start += width - i;
    }
}

/// Adds the pairs of rows of one subject, each pair of visits to its block.
fn add_subject(blocks: &mut [f64], rows: &Matrix, first: usize, n_visits: usize) {
    let size = packed_size(rows.columns);
    let mut block = 0;
    for a in 0..n_visits {
        for b in a..n_visits {
            let target = &mut blocks[block * size..(block + 1) * size];
            add_pair(target, rows.row(first + a), rows.row(first + b), a == b);
            block += 1;
        }
    }
}

fn cross_products(rows: &Matrix, n_visits: usize, subjects: &[usize]) -> Vec<f64> {
    let mut blocks = vec![0.0; packed_size(n_visits) * packed_size(rows.columns)];
    for &first in subjects {
        add_subject(&mut blocks, rows, first, n_visits);
    }
    blocks
}

impl Pattern {
    /// Adds X' W X of the pattern, response column included, to a packed matrix.
    pub(crate) fn add_weighted(&self, total: &mut [f64], rows: &Matrix, weight: &Matrix) {
        let (k, size) = (self.visits.len(), packed_size(rows.columns));
        if let Some(products) = &self.products {
            let mut block = 0;
            for a in 0..k {
                for b in a..k {
                    let source = &products[block * size..(block + 1) * size];
                    super::matrix::add_scaled(total, weight[(a, b)], source);
                    block += 1;
                }
            }
            return;
        }
        for &first in &self.subjects {
            for a in 0..k {
                for b in a..k {
                    add_weighted_pair(total, weight[(a, b)], rows.row(first + a), rows.row(first + b), a == b);
                }
            }
        }
    }

    /// The blocks of the rows multiplied by the weight matrix: for visits a <= b the packed sum over subjects of
    /// u_a u_b' + u_b u_a' (half for a = b), where u_a is row a of W X.
    pub(crate) fn weighted_blocks(&self, rows: &Matrix, weight: &Matrix) -> Vec<f64> {
        let (k, size) = (self.visits.len(), packed_size(rows.columns));
        let mut blocks = vec![0.0; packed_size(k) * size];
        if let Some(products) = &self.products {
            let mut target = 0;
            for a in 0..k {
                for d in a..k {
                    let mut source = 0;
                    for b in 0..k {
                        for c in b..k {
                            let factor = weight[(a, b)] * weight[(d, c)]
                                + if a == d { 0.0 } else { weight[(d, b)] * weight[(a, c)] };
                            super::matrix::add_scaled(
                                &mut blocks[target * size..(target + 1) * size],
                                factor,
                                &products[source * size..(source + 1) * size],
                            );
                            source += 1;
                        }
                    }
                    target += 1;
                }
            }
            return blocks;
        }
        let mut weighted = Matrix::zeros(k, rows.columns);
        for &first in &self.subjects {
            for a in 0..k {
                weighted.row_mut(a).fill(0.0);
                for b in 0..k {
                    super::matrix::add_scaled(weighted.row_mut(a), weight[(a, b)], rows.row(first + b));
                }
            }
            add_subject(&mut blocks, &weighted, 0, k);
        }
        blocks
    }
}

fn add_weighted_pair(total: &mut [f64], weight: f64, a: &[f64], b: &[f64], same: bool) {
    let width = a.len();
    let mut start = 0;
    for i in 0..width {
        let (x, y) = (weight * a[i], weight * b[i]);
        let part = &mut total[start..start + width - i];
        if same {
            super::matrix::add_scaled(part, x, &a[i..]);
        } else {
            for ((t, u), w) in part.iter_mut().zip(&a[i..]).zip(&b[i..]) {
                *t += x * w + y * u;
            }
        }
        start += width - i;
    }
}
