//! The restricted or full likelihood with its first and second derivatives in the covariance parameters.
//!
//! Formulas: Lindstrom & Bates (1988), Wolfinger, Tobias & Sall (1994); notation of Kenward & Roger (1997): V_i is
//! the derivative of V with respect to parameter i, P_i = -X'V^-1 V_i V^-1 X, Q_ij = X'V^-1 V_i V^-1 V_j V^-1 X,
//! R_ij = X'V^-1 V_ij V^-1 X. All are sums over the patterns of visits.

use super::Estimation;
use super::covariance::Structure;
use super::matrix::{Matrix, inner, packed_size, unpack};
use super::records::{Pattern, Records};

const LOG_TWO_PI: f64 = 1.837_877_066_409_345_5;

/// Element (a, b) of a matrix derivative, both halves of the matrix listed.
type Entry = (usize, usize, f64);

/// The covariance matrix of a group and its derivatives, by element.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GroupCovariance {
    pub(crate) matrix: Matrix,
    first: Vec<Vec<Entry>>,
    /// Parameters i >= j and the elements of their second derivative, where there are any.
    second: Vec<(usize, usize, Vec<Entry>)>,
}

impl GroupCovariance {
    pub(crate) fn new(structure: Structure, parameters: &[f64], n_visits: usize) -> GroupCovariance {
        let q = parameters.len();
        let elements = structure.elements(parameters, n_visits);
        let place = |a: usize, b: usize| a.max(b) * (a.max(b) + 1) / 2 + a.min(b);
        let matrix = Matrix::from_fn(n_visits, n_visits, |a, b| elements[place(a, b)].value);
        let entries = |derivative: &dyn Fn(usize) -> f64| -> Vec<Entry> {
            let all = (0..n_visits).flat_map(|a| (0..n_visits).map(move |b| (a, b)));
            all.map(|(a, b)| (a, b, derivative(place(a, b)))).filter(|e| e.2 != 0.0).collect()
        };
        let first = (0..q).map(|i| entries(&|k| elements[k].gradient[i])).collect();
        let pairs = (0..q).flat_map(|i| (0..=i).map(move |j| (i, j)));
        let second = pairs
            .map(|(i, j)| (i, j, entries(&|k| elements[k].second[i * q + j])))
            .filter(|(_, _, list)| !list.is_empty())
            .collect();
        GroupCovariance { matrix, first, second }
    }

    /// A list of entries in the positions of the visits observed.
    fn observed(entries: &[Entry], place: &[Option<usize>]) -> Vec<Entry> {
        entries.iter().filter_map(|&(a, b, v)| Some((place[a]?, place[b]?, v))).collect()
    }
}

/// Position of each visit among those of a pattern.
fn places(pattern: &Pattern, n_visits: usize) -> Vec<Option<usize>> {
    let mut place = vec![None; n_visits];
    for (i, &visit) in pattern.visits.iter().enumerate() {
        place[visit] = Some(i);
    }
    place
}

/// What one value of the covariance parameters gives without derivatives.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fit {
    pub(crate) groups: Vec<GroupCovariance>,
    /// Minus the logarithm of the likelihood.
    pub(crate) objective: f64,
    /// Coefficients of the least-squares residuals on the orthonormal columns.
    pub(crate) coefficients: Vec<f64>,
    /// Covariance of the coefficients, (X'V^-1 X)^-1.
    pub(crate) covariance: Matrix,
    /// Inverse covariance of the visits of each pattern.
    pub(crate) inverses: Vec<Matrix>,
}

/// Derivatives of minus the log-likelihood in the covariance parameters.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Derivatives {
    pub(crate) gradient: Vec<f64>,
    /// Second derivatives.
    pub(crate) observed: Matrix,
    /// Their expectation.
    pub(crate) expected: Matrix,
    /// P_i, the derivatives of X'V^-1 X.
    pub(crate) information: Vec<Matrix>,
}

/// The model: records, structure and kind of likelihood.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Model<'a> {
    pub(crate) records: &'a Records,
    pub(crate) structure: Structure,
    pub(crate) estimation: Estimation,
}

impl Model<'_> {
    /// Number of covariance parameters of one group.
    pub(crate) fn n_parameters(&self) -> usize {
        self.structure.n_parameters(self.records.n_visits)
    }

    /// Likelihood and coefficients at parameters of all groups; `None` where a covariance is not positive definite.
    pub(crate) fn fit(&self, parameters: &[f64]) -> Option<Fit> {
        let (records, p) = (self.records, self.records.rank());
        if parameters.iter().any(|t| !t.is_finite()) {
            return None;
        }
        let groups: Vec<GroupCovariance> = parameters
            .chunks(self.n_parameters())
            .map(|own| GroupCovariance::new(self.structure, own, records.n_visits))
            .collect();
        let mut log_determinants = 0.0;
        let mut inverses = Vec::with_capacity(records.patterns.len());
        let mut total = vec![0.0; packed_size(p + 1)];
        for pattern in &records.patterns {
            let sigma = &groups[pattern.group].matrix;
            let k = pattern.visits.len();
            let own = Matrix::from_fn(k, k, |a, b| sigma[(pattern.visits[a], pattern.visits[b])]);
            let triangle = own.cholesky()?;
            log_determinants += pattern.subjects.len() as f64 * triangle.log_determinant();
            let inverse = triangle.inverse();
            pattern.add_weighted(&mut total, &records.rows, &inverse);
            inverses.push(inverse);
        }
        let all = unpack(&total, p + 1, p + 1);
        let information = unpack(&total, p + 1, p).cholesky()?;
        let right: Vec<f64> = (0..p).map(|i| all[(i, p)]).collect();
        let coefficients = information.solve(&right);
        let squares = all[(p, p)] - inner(&coefficients, &right);
        let (restricted, df) = match self.estimation {
            Estimation::Restricted => {
                (information.log_determinant() + records.basis.log_determinant(), records.n() - p)
            }
            Estimation::MaximumLikelihood => (0.0, records.n()),
        };
        let objective = 0.5 * (log_determinants + restricted + squares + df as f64 * LOG_TWO_PI);
        let finite = objective.is_finite() && squares > 0.0;
        finite.then(|| Fit { groups, objective, coefficients, covariance: information.inverse(), inverses })
    }

    /// Derivatives of minus the log-likelihood at a fit.
    pub(crate) fn derivatives(&self, fit: &Fit) -> Derivatives {
        let (records, p, own_q) = (self.records, self.records.rank(), self.n_parameters());
        let q = own_q * fit.groups.len();
        let restricted = f64::from(self.estimation == Estimation::Restricted);
        let size = packed_size(p + 1);
        let mut gradient = vec![0.0; q];
        let (mut observed, mut expected) = (Matrix::zeros(q, q), Matrix::zeros(q, q));
        let mut packed_information = vec![vec![0.0; size]; q];
        let residual_weights = residual_weights(fit);
        for (pattern, inverse) in records.patterns.iter().zip(&fit.inverses) {
            let (k, n) = (pattern.visits.len(), pattern.subjects.len() as f64);
            let blocks = pattern.weighted_blocks(&records.rows, inverse);
            // tau: trace of C u_a' u_d summed over subjects; rho: sum of e_a e_d, where e = V^-1 (y - X b).
            let (mut tau, mut rho) = (Matrix::zeros(k, k), Matrix::zeros(k, k));
            let mut block = 0;
            for a in 0..k {
                for d in a..k {
                    let source = &blocks[block * size..(block + 1) * size];
                    let half = if a == d { 1.0 } else { 0.5 };
                    let (t, r) = contractions(source, &fit.covariance, &residual_weights);
                    tau[(a, d)] = restricted * half * t;
                    rho[(a, d)] = half * r;
                    tau[(d, a)] = tau[(a, d)];
                    rho[(d, a)] = rho[(a, d)];
                    block += 1;
                }
            }
            let slope = Matrix::from_fn(k, k, |a, d| 0.5 * (n * inverse[(a, d)] - tau[(a, d)] - rho[(a, d)]));
            let curve =
                Matrix::from_fn(k, k, |a, d| 0.5 * (2.0 * tau[(a, d)] + 2.0 * rho[(a, d)] - n * inverse[(a, d)]));
            let mean_curve = Matrix::from_fn(k, k, |a, d| 0.5 * (n * inverse[(a, d)] - 2.0 * tau[(a, d)]));
            let place = places(pattern, records.n_visits);
            let group = &fit.groups[pattern.group];
            let offset = pattern.group * own_q;
            let first: Vec<Vec<Entry>> =
                group.first.iter().map(|list| GroupCovariance::observed(list, &place)).collect();
            for (i, own) in first.iter().enumerate() {
                for &(a, d, value) in own {
                    gradient[offset + i] += value * slope[(a, d)];
                    if a <= d {
                        // Blocks stand for a pair of visits once, the upper half of the blocks in order.
                        let block = a * k - a * (a + 1) / 2 + d;
                        let source = &blocks[block * size..(block + 1) * size];
                        super::matrix::add_scaled(&mut packed_information[offset + i], -value, source);
                    }
                }
                for (j, other) in first.iter().enumerate().take(i + 1) {
                    for &(a, b, left) in own {
                        for &(c, d, right) in other {
                            let weight = left * right * inverse[(b, c)];
                            observed[(offset + i, offset + j)] += weight * curve[(a, d)];
                            expected[(offset + i, offset + j)] += weight * mean_curve[(a, d)];
                        }
                    }
                }
            }
            for (i, j, list) in &group.second {
                for (a, d, value) in GroupCovariance::observed(list, &place) {
                    observed[(offset + i, offset + j)] += value * slope[(a, d)];
                }
            }
        }
        let information: Vec<Matrix> = packed_information.iter().map(|packed| unpack(packed, p + 1, p)).collect();
        let scores: Vec<Vec<f64>> = packed_information
            .iter()
            .map(|packed| {
                // X'V^-1 V_i V^-1 (y - X b).
                let mut s = unpack(packed, p + 1, p + 1).times_vector(&residual_weights);
                s.truncate(p);
                s
            })
            .collect();
        let products: Vec<Matrix> = information.iter().map(|own| fit.covariance.times(own)).collect();
        for i in 0..q {
            for j in 0..=i {
                let trace = restricted * trace_of_product(&products[i], &products[j]);
                observed[(i, j)] -= 0.5 * trace + fit.covariance.form(&scores[i], &scores[j]);
                expected[(i, j)] += 0.5 * trace;
                observed[(j, i)] = observed[(i, j)];
                expected[(j, i)] = expected[(i, j)];
            }
        }
        Derivatives { gradient, observed, expected, information }
    }

    /// Sum over i, j of `weights` times Q_ij, and of `weights` times R_ij.
    pub(crate) fn weighted_second_terms(&self, fit: &Fit, weights: &Matrix) -> (Matrix, Matrix) {
        let (records, p, own_q) = (self.records, self.records.rank(), self.n_parameters());
        let size = packed_size(p + 1);
        let (mut q_total, mut r_total) = (vec![0.0; size], vec![0.0; size]);
        for (pattern, inverse) in records.patterns.iter().zip(&fit.inverses) {
            let k = pattern.visits.len();
            let blocks = pattern.weighted_blocks(&records.rows, inverse);
            let place = places(pattern, records.n_visits);
            let group = &fit.groups[pattern.group];
            let offset = pattern.group * own_q;
            let (mut q_inner, mut r_inner) = (Matrix::zeros(k, k), Matrix::zeros(k, k));
            let first: Vec<Vec<Entry>> =
                group.first.iter().map(|list| GroupCovariance::observed(list, &place)).collect();
            for (i, own) in first.iter().enumerate() {
                for (j, other) in first.iter().enumerate() {
                    for &(a, b, left) in own {
                        for &(c, d, right) in other {
                            q_inner[(a, d)] += weights[(offset + i, offset + j)] * left * right * inverse[(b, c)];
                        }
                    }
                }
            }
            for (i, j, list) in &group.second {
                let both = if i == j { 1.0 } else { 2.0 };
                for (a, d, value) in GroupCovariance::observed(list, &place) {
                    r_inner[(a, d)] += both * weights[(offset + i, offset + j)] * value;
                }
            }
            let mut block = 0;
            for a in 0..k {
                for d in a..k {
                    let source = &blocks[block * size..(block + 1) * size];
                    super::matrix::add_scaled(&mut q_total, 0.5 * (q_inner[(a, d)] + q_inner[(d, a)]), source);
                    super::matrix::add_scaled(&mut r_total, r_inner[(a, d)], source);
                    block += 1;
                }
            }
        }
        (unpack(&q_total, p + 1, p), unpack(&r_total, p + 1, p))
    }

    /// Sum over subjects of s s', where s = X'V^-1 (y - X b) of the subject.
    pub(crate) fn score_products(&self, fit: &Fit) -> Matrix {
        let (records, p) = (self.records, self.records.rank());
        let weights = residual_weights(fit);
        let mut total = Matrix::zeros(p, p);
        for (pattern, inverse) in records.patterns.iter().zip(&fit.inverses) {
            for &first in &pattern.subjects {
                let k = pattern.visits.len();
                let residuals: Vec<f64> = (0..k).map(|a| inner(records.rows.row(first + a), &weights)).collect();
                let solved = inverse.times_vector(&residuals);
                let mut score = vec![0.0; p];
                for (a, value) in solved.iter().enumerate() {
                    super::matrix::add_scaled(&mut score, *value, &records.rows.row(first + a)[..p]);
                }
                for i in 0..p {
                    super::matrix::add_scaled(total.row_mut(i), score[i], &score);
                }
            }
        }
        total
    }
}

/// Weights that turn a row (columns, response) into its residual.
fn residual_weights(fit: &Fit) -> Vec<f64> {
    fit.coefficients.iter().map(|b| -b).chain([1.0]).collect()
}

/// Trace of C times the leading part of a packed matrix, and the form of the packed matrix in a vector.
fn contractions(packed: &[f64], covariance: &Matrix, vector: &[f64]) -> (f64, f64) {
    let (p, width) = (covariance.rows, vector.len());
    let (mut trace, mut form, mut start) = (0.0, 0.0, 0);
    for i in 0..width {
        let part = &packed[start..start + width - i];
        form += vector[i] * (2.0 * inner(part, &vector[i..]) - part[0] * vector[i]);
        if i < p {
            trace += 2.0 * inner(&part[..p - i], &covariance.row(i)[i..]) - part[0] * covariance[(i, i)];
        }
        start += width - i;
    }
    (trace, form)
}

/// Trace of the product of two matrices.
pub(crate) fn trace_of_product(a: &Matrix, b: &Matrix) -> f64 {
    (0..a.rows).map(|i| (0..b.rows).map(|j| a[(i, j)] * b[(j, i)]).sum::<f64>()).sum()
}
