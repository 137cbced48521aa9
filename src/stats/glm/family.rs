//! Log-likelihood of one record and its derivatives with respect to the linear predictor.

use crate::stats::reason::{NotEstimable, check_finite};
use crate::stats::special::{binomial_density, poisson_density};

/// Distribution of the response and link of its mean.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Family {
    /// Bernoulli response 0 or 1, logit link: coefficients are log odds ratios.
    Logistic,
    /// Poisson count 0, 1, 2, ..., log link: coefficients are log rate ratios (log risk ratios for responses 0 and 1,
    /// Zou 2004).
    Poisson,
    /// Negative binomial count with variance mean + dispersion * mean^2 (NB2), log link.
    NegativeBinomial {
        /// The dispersion k, SAS `Dispersion`, Stata `alpha`, 1/theta of R MASS; not below 0.
        dispersion: f64,
    },
}

/// What one record adds to the likelihood at a linear predictor.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// Log-likelihood, with all constants.
    pub(super) log_likelihood: f64,
    /// First derivative.
    pub(super) score: f64,
    /// Expected negative second derivative.
    pub(super) expected: f64,
    /// Observed negative second derivative.
    pub(super) observed: f64,
}

/// How far a linear predictor may go without loss of likelihood.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Freedom {
    /// Any value above is as good or better.
    Up,
    /// Any value below is as good or better.
    Down,
    /// There is a best value.
    None,
}

impl Family {
    /// Checks that each response is a value of the distribution and that they are not all at its edge.
    pub(super) fn check(self, response: &[f64]) -> Result<(), NotEstimable> {
        check_finite(response)?;
        let whole = |y: &f64| *y >= 0.0 && *y == y.trunc();
        if !response.iter().all(whole) {
            return Err(NotEstimable::InvalidArgument);
        }
        let none = response.iter().all(|y| *y == 0.0);
        match self {
            Family::Logistic if response.iter().any(|y| *y > 1.0) => Err(NotEstimable::InvalidArgument),
            Family::NegativeBinomial { dispersion } if !(dispersion >= 0.0 && dispersion.is_finite()) => {
                Err(NotEstimable::InvalidArgument)
            }
            Family::Logistic if none || response.iter().all(|y| *y == 1.0) => Err(NotEstimable::NoEvents),
            _ if none => Err(NotEstimable::NoEvents),
            _ => Ok(()),
        }
    }

    /// Returns the mean at a linear predictor.
    pub(super) fn mean(self, eta: f64) -> f64 {
        match self {
            Family::Logistic => logistic(eta),
            _ => libm::exp(eta),
        }
    }

    /// Returns the derivative of the mean at a linear predictor.
    pub(super) fn mean_slope(self, eta: f64) -> f64 {
        match self {
            Family::Logistic => logistic(eta) * logistic(-eta),
            _ => libm::exp(eta),
        }
    }

    /// Returns the linear predictor from which the iterations start.
    pub(super) fn start(self, y: f64) -> f64 {
        match self {
            Family::Logistic => libm::log((y + 0.5) / (1.5 - y)),
            _ => libm::log(y + 0.1),
        }
    }

    pub(super) fn freedom(self, y: f64) -> Freedom {
        match self {
            _ if y == 0.0 => Freedom::Down,
            Family::Logistic => Freedom::Up,
            _ => Freedom::None,
        }
    }

    pub(super) fn terms(self, y: f64, eta: f64) -> Terms {
        match self {
            Family::Logistic => {
                // ln p = -ln(1 + exp(-eta)) without loss at either end.
                let signed = if y == 1.0 { eta } else { -eta };
                let log_likelihood = if signed > 0.0 {
                    -libm::log1p(libm::exp(-signed))
                } else {
                    signed - libm::log1p(libm::exp(signed))
                };
                let (p, q) = (logistic(eta), logistic(-eta));
                let information = p * q;
                Terms {
                    log_likelihood,
                    score: if y == 1.0 { q } else { -p },
                    expected: information,
                    observed: information,
                }
            }
            Family::Poisson => {
                let mean = libm::exp(eta);
                Terms { log_likelihood: log_poisson(y, mean, eta), score: y - mean, expected: mean, observed: mean }
            }
            Family::NegativeBinomial { dispersion: k } => {
                let mean = libm::exp(eta);
                let scale = 1.0 + k * mean;
                Terms {
                    log_likelihood: log_negative_binomial(y, mean, eta, k),
                    score: (y - mean) / scale,
                    expected: mean / scale,
                    observed: mean * (1.0 + k * y) / (scale * scale),
                }
            }
        }
    }
}

/// Returns 1 / (1 + exp(-eta)), accurate at both ends.
pub(super) fn logistic(eta: f64) -> f64 {
    if eta >= 0.0 {
        1.0 / (1.0 + libm::exp(-eta))
    } else {
        let e = libm::exp(eta);
        e / (1.0 + e)
    }
}

fn log_poisson(y: f64, mean: f64, eta: f64) -> f64 {
    if y == 0.0 {
        return -mean;
    }
    let density = poisson_density(y, mean);
    // Far in the tail the density is 0 in a double but its logarithm is not.
    if density > 0.0 { libm::log(density) } else { y * eta - mean - libm::lgamma(y + 1.0) }
}

/// The NB2 log-density with dispersion k: size 1/k, probability 1 / (1 + k mean).
fn log_negative_binomial(y: f64, mean: f64, eta: f64, k: f64) -> f64 {
    if k == 0.0 {
        return log_poisson(y, mean, eta);
    }
    let size = 1.0 / k;
    let log_zero = -size * libm::log1p(k * mean);
    if y == 0.0 {
        return log_zero;
    }
    let scale = 1.0 + k * mean;
    // The density is size / (size + y) times a binomial term with real arguments.
    let term = binomial_density(size, y, 1.0 / scale, k * mean / scale);
    if term > 0.0 {
        return libm::log(term) - libm::log1p(y * k);
    }
    log_zero + y * (eta - libm::log(scale)) + libm::lgamma(y + size) - libm::lgamma(size) - libm::lgamma(y + 1.0)
        + y * libm::log(k)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn log_likelihoods_by_hand() {
        let close = |a: f64, b: f64| assert!((a - b).abs() < 1e-14 * (1.0 + b.abs()), "{a} is not {b}");
        close(Family::Logistic.terms(1.0, 0.0).log_likelihood, 0.5f64.ln());
        close(Family::Logistic.terms(0.0, -800.0).log_likelihood, 0.0);
        close(Family::Logistic.terms(1.0, -800.0).log_likelihood, -800.0);
        close(Family::Poisson.terms(2.0, 0.0).log_likelihood, -1.0 - 2f64.ln());
        // Geometric with mean 1: P(0) = 1/2, P(2) = 1/8.
        let geometric = Family::NegativeBinomial { dispersion: 1.0 };
        close(geometric.terms(0.0, 0.0).log_likelihood, 0.5f64.ln());
        close(geometric.terms(2.0, 0.0).log_likelihood, 0.125f64.ln());
        let poisson_limit = Family::NegativeBinomial { dispersion: 1e-12 };
        assert!(
            (poisson_limit.terms(3.0, 1.0).log_likelihood - Family::Poisson.terms(3.0, 1.0).log_likelihood).abs()
                < 1e-10
        );
    }
}
