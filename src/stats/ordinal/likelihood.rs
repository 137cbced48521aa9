//! Log-likelihood of the cumulative logit model and its derivatives by the cumulative predictors.
//!
//! With a and b the predictors above and below a category, ln P = ln F(a) + ln F(-b) + ln(1 - exp(b - a)): no
//! difference of nearly equal probabilities is formed, and each term is concave.

use super::fit::Information;

/// ln F(x) of the logistic distribution.
fn log_logistic(x: f64) -> f64 {
    if x > 0.0 { -libm::log1p(libm::exp(-x)) } else { x - libm::log1p(libm::exp(x)) }
}

/// F(x) of the logistic distribution.
fn logistic(x: f64) -> f64 {
    if x >= 0.0 {
        1.0 / (1.0 + libm::exp(-x))
    } else {
        let e = libm::exp(x);
        e / (1.0 + e)
    }
}

/// What a category of a record says about the predictors above and below it.
struct Category {
    log_probability: f64,
    /// Derivatives by the predictor above and below; 0 where there is none.
    above: f64,
    below: f64,
    /// Negative second derivatives: above twice, below twice, mixed.
    curvature: (f64, f64, f64),
}

/// The category `level` of thresholds shifted by the linear predictor.
fn category(thresholds: &[f64], eta: f64, level: usize) -> Category {
    let a = thresholds.get(level).map(|t| t - eta);
    let b = level.checked_sub(1).map(|l| thresholds[l] - eta);
    // 1 / (exp(a - b) - 1), the share of the bounded category.
    let share = match (a, b) {
        (Some(a), Some(b)) => 1.0 / libm::expm1(a - b),
        _ => 0.0,
    };
    let inner = match (a, b) {
        (Some(a), Some(b)) => libm::log(-libm::expm1(b - a)),
        _ => 0.0,
    };
    let mixed = share * (1.0 + share);
    let density = |x: f64| logistic(x) * logistic(-x);
    Category {
        log_probability: a.map_or(0.0, log_logistic) + b.map_or(0.0, |b| log_logistic(-b)) + inner,
        above: a.map_or(0.0, |a| logistic(-a) + share),
        below: b.map_or(0.0, |b| -logistic(b) - share),
        curvature: (a.map_or(0.0, |a| density(a) + mixed), b.map_or(0.0, |b| density(b) + mixed), -mixed),
    }
}

/// Log-likelihood of one record; not finite where the thresholds are out of order.
pub(super) fn log_likelihood(thresholds: &[f64], eta: f64, level: usize) -> f64 {
    category(thresholds, eta, level).log_probability
}

/// Derivatives of one record by each cumulative predictor (threshold minus linear predictor).
pub(super) fn scores(thresholds: &[f64], eta: f64, level: usize) -> Vec<f64> {
    let terms = category(thresholds, eta, level);
    let mut score = vec![0.0; thresholds.len()];
    if level < thresholds.len() {
        score[level] = terms.above;
    }
    if level > 0 {
        score[level - 1] = terms.below;
    }
    score
}

/// Information of one record about the cumulative predictors, a tridiagonal matrix: diagonal and entries (j, j-1).
pub(super) fn information(thresholds: &[f64], eta: f64, level: usize, kind: Information) -> (Vec<f64>, Vec<f64>) {
    let (mut diagonal, mut beside) = (vec![0.0; thresholds.len()], vec![0.0; thresholds.len()]);
    let mut add = |level: usize, above: f64, below: f64, mixed: f64| {
        if level < diagonal.len() {
            diagonal[level] += above;
            beside[level] += mixed;
        }
        if level > 0 {
            diagonal[level - 1] += below;
        }
    };
    match kind {
        Information::Observed => {
            let terms = category(thresholds, eta, level);
            add(level, terms.curvature.0, terms.curvature.1, terms.curvature.2);
        }
        Information::Expected => {
            for level in 0..=thresholds.len() {
                let terms = category(thresholds, eta, level);
                let p = libm::exp(terms.log_probability);
                add(level, p * terms.above * terms.above, p * terms.below * terms.below, p * terms.above * terms.below);
            }
        }
    }
    (diagonal, beside)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_add_up_and_derivatives_fit() {
        let (thresholds, eta) = ([-1.0, 0.2, 2.5], 0.7);
        let total: f64 = (0..4).map(|l| log_likelihood(&thresholds, eta, l).exp()).sum();
        assert!((total - 1.0).abs() < 1e-15);
        let h = 1e-5;
        for level in 0..4 {
            for j in 0..3 {
                let moved = |by: f64| {
                    let mut t = thresholds;
                    t[j] += by;
                    t
                };
                let slope =
                    (log_likelihood(&moved(h), eta, level) - log_likelihood(&moved(-h), eta, level)) / (2.0 * h);
                assert!((slope - scores(&thresholds, eta, level)[j]).abs() < 1e-8);
                let bend = (scores(&moved(h), eta, level)[j] - scores(&moved(-h), eta, level)[j]) / (2.0 * h);
                let (diagonal, _) = information(&thresholds, eta, level, Information::Observed);
                assert!((bend + diagonal[j]).abs() < 1e-8);
            }
        }
        assert!(!log_likelihood(&[1.0, 0.5], 0.0, 1).is_finite());
    }
}
