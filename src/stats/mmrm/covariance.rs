//! Covariance structures: their parameters as SAS names them, and the unbounded ones the search walks in.
//!
//! Each structure has two parameterisations. The *covariance parameters* are those of SAS PROC MIXED (`TYPE=UN TOEP
//! TOEPH AR(1) ARH(1) CS CSH ANTE(1)`), listed with each variant of [`Structure`]; Kenward-Roger depends on this
//! choice where it is not linear in the covariances. The *working parameters* may take any value and always give a
//! positive definite matrix: the Cholesky triangle with logarithms on its diagonal (Pinheiro & Bates 1996, "log-
//! Cholesky") for the unstructured matrix, logarithms of variances and eigenvalues, Fisher's z of correlations, and
//! partial autocorrelations for Toeplitz (Barndorff-Nielsen & Schou 1973).

use super::jet::Jet;
use super::matrix::Matrix;

/// Covariance of the visits of a subject. V visits; correlations are of two visits of the same subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Structure {
    /// Every variance and covariance free. Parameters: row after row of the lower triangle (1,1), (2,1), (2,2), ...;
    /// linear, V (V + 1) / 2 of them.
    Unstructured,
    /// A variance for each visit, a correlation for each distance in visits. Parameters: V variances, V - 1
    /// correlations; not linear.
    ToeplitzHeterogeneous,
    /// One variance, a covariance for each distance. Parameters: the variance, V - 1 covariances; linear.
    Toeplitz,
    /// First-order ante-dependence: a variance for each visit, a correlation for each pair of neighbours, products of
    /// them for visits further apart. Parameters: V variances, V - 1 correlations; not linear.
    AnteDependence,
    /// A variance for each visit, correlation rho to the power of the distance in visits. Parameters: V variances,
    /// rho; not linear.
    AutoregressiveHeterogeneous,
    /// One variance, correlation rho to the power of the distance. Parameters: the variance, rho; not linear.
    Autoregressive,
    /// A variance for each visit, one correlation. Parameters: V variances, the correlation; not linear.
    CompoundSymmetryHeterogeneous,
    /// One variance, one covariance (which may be negative). Parameters: the covariance, the residual variance
    /// (variance less covariance); linear.
    CompoundSymmetry,
}

impl Structure {
    /// Number of covariance parameters for that many visits.
    pub fn n_parameters(self, n_visits: usize) -> usize {
        match self {
            Structure::Unstructured => n_visits * (n_visits + 1) / 2,
            Structure::ToeplitzHeterogeneous | Structure::AnteDependence => (2 * n_visits).saturating_sub(1),
            Structure::Toeplitz => n_visits,
            Structure::AutoregressiveHeterogeneous | Structure::CompoundSymmetryHeterogeneous => n_visits + 1,
            Structure::Autoregressive | Structure::CompoundSymmetry => 2,
        }
    }

    /// Number of variances before the correlations among the parameters.
    fn n_variances(self, n_visits: usize) -> usize {
        match self {
            Structure::Unstructured | Structure::CompoundSymmetry => 0,
            Structure::Toeplitz | Structure::Autoregressive => 1,
            _ => n_visits,
        }
    }

    /// The covariance parameters as functions of the working parameters.
    pub(crate) fn parameters(self, working: &[f64], n_visits: usize) -> Vec<Jet> {
        let eta = Jet::variables(working);
        let n_variances = self.n_variances(n_visits);
        let mut parameters: Vec<Jet> = eta[..n_variances].iter().map(Jet::exponential).collect();
        let rest = &eta[n_variances..];
        match self {
            Structure::Unstructured => {
                let entry = |a: usize, b: usize| a * (a + 1) / 2 + b;
                let triangle: Vec<Jet> = (0..n_visits)
                    .flat_map(|a| (0..=a).map(move |b| (a, b)))
                    .map(|(a, b)| if a == b { eta[entry(a, a)].exponential() } else { eta[entry(a, b)].clone() })
                    .collect();
                for a in 0..n_visits {
                    for b in 0..=a {
                        let product = |k: usize| triangle[entry(a, k)].times(&triangle[entry(b, k)]);
                        parameters.push((1..=b).fold(product(0), |sum, k| sum.plus(&product(k))));
                    }
                }
            }
            Structure::ToeplitzHeterogeneous => parameters.extend(autocorrelations(rest)),
            Structure::Toeplitz => {
                let variance = parameters[0].clone();
                parameters.extend(autocorrelations(rest).iter().map(|r| r.times(&variance)));
            }
            Structure::AnteDependence | Structure::AutoregressiveHeterogeneous | Structure::Autoregressive => {
                parameters.extend(rest.iter().map(Jet::tanh));
            }
            Structure::CompoundSymmetryHeterogeneous => {
                // From -1/(V - 1), where the matrix turns singular, to 1.
                let lowest = lowest_common_correlation(n_visits);
                parameters.push(rest[0].tanh().shift(1.0).scale(0.5 * (1.0 - lowest)).shift(lowest));
            }
            Structure::CompoundSymmetry => {
                // Eigenvalues: the residual variance, and that of the subject means times V.
                let (residual, mean) = (eta[0].exponential(), eta[1].exponential());
                parameters.push(mean.minus(&residual).scale(1.0 / n_visits as f64));
                parameters.push(residual);
            }
        }
        parameters
    }

    /// The elements (a, b), b <= a, of the covariance matrix as functions of the covariance parameters.
    pub(crate) fn elements(self, parameters: &[f64], n_visits: usize) -> Vec<Jet> {
        let theta = Jet::variables(parameters);
        let n_variances = self.n_variances(n_visits);
        let one = Jet::constant(1.0, theta.len());
        let deviations: Vec<Jet> = match n_variances {
            0 | 1 => Vec::new(),
            _ => theta[..n_variances].iter().map(Jet::sqrt).collect(),
        };
        let rest = &theta[n_variances..];
        let mut powers = vec![one.clone()];
        if matches!(self, Structure::Autoregressive | Structure::AutoregressiveHeterogeneous) {
            for k in 1..n_visits {
                powers.push(powers[k - 1].times(&rest[0]));
            }
        }
        let mut elements = Vec::with_capacity(n_visits * (n_visits + 1) / 2);
        for a in 0..n_visits {
            for b in 0..=a {
                let correlation = || match self {
                    Structure::ToeplitzHeterogeneous => rest[a - b - 1].clone(),
                    Structure::AnteDependence => (b + 1..a).fold(rest[b].clone(), |product, k| product.times(&rest[k])),
                    Structure::CompoundSymmetryHeterogeneous => rest[0].clone(),
                    _ => powers[a - b].clone(),
                };
                elements.push(match self {
                    Structure::Unstructured => theta[a * (a + 1) / 2 + b].clone(),
                    Structure::Toeplitz => theta[a - b].clone(),
                    Structure::CompoundSymmetry if a == b => theta[0].plus(&theta[1]),
                    Structure::CompoundSymmetry => theta[0].clone(),
                    Structure::Autoregressive => theta[0].times(&powers[a - b]),
                    _ if a == b => theta[a].clone(),
                    _ => deviations[a].times(&deviations[b]).times(&correlation()),
                });
            }
        }
        elements
    }

    /// Working parameters near a covariance matrix, where the search starts.
    pub(crate) fn start(self, covariance: &Matrix) -> Vec<f64> {
        let v = covariance.rows;
        let variances: Vec<f64> = (0..v).map(|a| covariance[(a, a)]).collect();
        let mean_variance = variances.iter().sum::<f64>() / v as f64;
        let correlation = |a: usize, b: usize| covariance[(a, b)] / (variances[a] * variances[b]).sqrt();
        let at_distance = |d: usize| (d..v).map(|a| correlation(a, a - d)).sum::<f64>() / (v - d) as f64;
        let pairs = (v * v.saturating_sub(1) / 2).max(1) as f64;
        let common = (1..v).map(|d| at_distance(d) * (v - d) as f64).sum::<f64>() / pairs;
        let z = |r: f64| libm::atanh(r.clamp(-0.9, 0.9));
        let mut working: Vec<f64> = match self.n_variances(v) {
            0 => Vec::new(),
            1 => vec![libm::log(mean_variance)],
            _ => variances.iter().map(|s| libm::log(*s)).collect(),
        };
        match self {
            Structure::Unstructured => {
                if let Some(c) = covariance.cholesky() {
                    for a in 0..v {
                        working.extend(c.lower.row(a)[..a].iter().copied().chain([libm::log(c.lower[(a, a)])]));
                    }
                }
            }
            Structure::ToeplitzHeterogeneous | Structure::Toeplitz => {
                let r: Vec<f64> = (1..v).map(at_distance).collect();
                working.extend(partial_autocorrelations(&r).into_iter().map(z));
            }
            Structure::AnteDependence => working.extend((1..v).map(|a| z(correlation(a, a - 1)))),
            Structure::AutoregressiveHeterogeneous | Structure::Autoregressive => {
                working.push(if v > 1 { z(at_distance(1)) } else { 0.0 });
            }
            Structure::CompoundSymmetryHeterogeneous => {
                let lowest = lowest_common_correlation(v);
                working.push(z(2.0 * (common - lowest) / (1.0 - lowest) - 1.0));
            }
            Structure::CompoundSymmetry => {
                let lowest = lowest_common_correlation(v);
                let r = common.clamp(0.9 * lowest, 0.9);
                let eigenvalue = 1.0 + (v as f64 - 1.0) * r;
                working.extend([libm::log(mean_variance * (1.0 - r)), libm::log(mean_variance * eigenvalue)]);
            }
        }
        working
    }
}

fn lowest_common_correlation(n_visits: usize) -> f64 {
    -1.0 / (n_visits as f64 - 1.0).max(1.0)
}

/// Correlations at distance 1, 2, ... from Fisher's z of the partial ones (Durbin 1960, Levinson 1947).
fn autocorrelations(z: &[Jet]) -> Vec<Jet> {
    let n = z.first().map_or(0, |j| j.gradient.len());
    let mut correlations: Vec<Jet> = Vec::new();
    let mut weights: Vec<Jet> = Vec::new();
    let mut left = Jet::constant(1.0, n);
    for (k, partial) in z.iter().map(Jet::tanh).enumerate() {
        let predicted = weights.iter().enumerate().map(|(j, w)| w.times(&correlations[k - 1 - j]));
        correlations.push(predicted.fold(partial.times(&left), |sum, term| sum.plus(&term)));
        let updated = (0..k).map(|j| weights[j].minus(&partial.times(&weights[k - 1 - j]))).collect();
        weights = updated;
        left = left.times(&partial.times(&partial).scale(-1.0).shift(1.0));
        weights.push(partial);
    }
    correlations
}

/// The partial autocorrelations of a list of correlations, held within 0.9.
fn partial_autocorrelations(correlations: &[f64]) -> Vec<f64> {
    let (mut partial, mut weights, mut left) = (Vec::new(), Vec::<f64>::new(), 1.0);
    for (k, r) in correlations.iter().enumerate() {
        let predicted: f64 = weights.iter().enumerate().map(|(j, w)| w * correlations[k - 1 - j]).sum();
        let p = ((r - predicted) / left).clamp(-0.9, 0.9);
        weights = (0..k).map(|j| weights[j] - p * weights[k - 1 - j]).collect();
        weights.push(p);
        left *= 1.0 - p * p;
        partial.push(p);
    }
    partial
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) const ALL: [Structure; 8] = [
        Structure::Unstructured,
        Structure::ToeplitzHeterogeneous,
        Structure::Toeplitz,
        Structure::AnteDependence,
        Structure::AutoregressiveHeterogeneous,
        Structure::Autoregressive,
        Structure::CompoundSymmetryHeterogeneous,
        Structure::CompoundSymmetry,
    ];

    fn matrix(structure: Structure, working: &[f64], v: usize) -> Matrix {
        let parameters: Vec<f64> = structure.parameters(working, v).iter().map(|j| j.value).collect();
        let elements = structure.elements(&parameters, v);
        Matrix::from_fn(v, v, |a, b| elements[a.max(b) * (a.max(b) + 1) / 2 + a.min(b)].value)
    }

    #[test]
    fn any_working_parameters_give_a_covariance() {
        for structure in ALL {
            for v in [2, 3, 5] {
                let q = structure.n_parameters(v);
                let working: Vec<f64> = (0..q).map(|i| libm::sin(3.7 * i as f64) * 1.4).collect();
                let m = matrix(structure, &working, v);
                assert!(m.cholesky().is_some(), "{structure:?} {v}");
            }
        }
    }

    #[test]
    fn the_start_gives_the_matrix_back() {
        for structure in ALL {
            let v = 4;
            let working: Vec<f64> =
                (0..structure.n_parameters(v)).map(|i| 0.3 * libm::cos(2.0 * i as f64 + 0.3)).collect();
            let m = matrix(structure, &working, v);
            let again = matrix(structure, &structure.start(&m), v);
            for a in 0..v {
                for b in 0..v {
                    assert!((m[(a, b)] - again[(a, b)]).abs() < 1e-12, "{structure:?} {a} {b}");
                }
            }
        }
    }
}
