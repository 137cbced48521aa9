//! Marginal risks by standardisation (g-computation) of a regression model, and their differences and ratios.
//!
//! The risk of an arm is the mean over all records of the model's prediction as if everybody were in that arm.
//! Variances: delta method with the covariates fixed (Ge et al. 2011, "Covariate-adjusted difference in proportions
//! from clinical trials using logistic regression and weighted risk differences") or robust for the unconditional
//! effect (Ye, Bannick, Yi & Shao 2023, "Robust variance estimation for covariate-adjusted unconditional treatment
//! effect in randomized clinical trials with binary outcomes"), which the FDA guidance of 2023 refers to.

use super::fit::GeneralisedLinearModel;
use super::inference::{Covariance, WaldEstimate};
use crate::stats::cholesky::bilinear;
use crate::stats::distribution::{normal_multiplier, normal_two_sided};
use crate::stats::reason::{Interval, NotEstimable, check_level, finite};
use crate::stats::sum::{CompensatedSum, dot, mean};

/// Variance of marginal risks.
#[derive(Debug, Clone, Copy)]
pub enum MarginalVariance<'a> {
    /// Delta method with the covariates fixed, from a covariance of the coefficients (Ge et al. 2011).
    Delta(Covariance),
    /// Robust variance of the unconditional effect under simple or stratified permuted-block randomisation (Ye et
    /// al. 2023); needs an intercept and the arms as terms of a logistic model.
    Robust {
        /// Arm of each record, 0..k, in the order of the predictions.
        arm: &'a [usize],
        /// Form of the residual variance.
        form: RobustVariance,
        /// Stratum of each record as any number, for stratified permuted blocks; `None` is simple randomisation.
        strata: Option<&'a [usize]>,
    },
}

/// How the variance of the residuals of an arm is estimated; the forms agree in large trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RobustVariance {
    /// Variance of the response - 2 covariance with its prediction in the arm + variance of the prediction over all
    /// records (R RobinCar; beeca by default).
    Decomposed,
    /// Variance of the residuals of the arm (Ye et al. 2023 as printed; beeca `mod = TRUE`).
    Residual,
}

/// Marginal risks of the arms.
#[derive(Debug, Clone, PartialEq)]
pub struct MarginalRisks {
    /// Risk of each arm.
    pub risks: Vec<f64>,
    /// Covariance of the risks.
    pub covariance: Vec<Vec<f64>>,
}

/// A difference or ratio of marginal risks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MarginalEffect {
    /// Difference or ratio.
    pub estimate: f64,
    /// Standard error of the difference, or of the logarithm of the ratio.
    pub standard_error: f64,
    /// Two-sided p-value of no effect.
    pub p_two_sided: f64,
    /// Interval of the difference or ratio.
    pub interval: Interval,
}

/// Returns the marginal risks of k arms; `arms[a]` are the columns of the model with every record in arm a.
///
/// Errors: a model with offset or columns of another shape (`InvalidArgument`), infinite estimates (`Separation`),
/// with the robust variance an arm without two records (`TooFewValues`).
pub fn marginal_risks(
    model: &GeneralisedLinearModel,
    arms: &[Vec<Vec<f64>>],
    variance: MarginalVariance,
) -> Result<MarginalRisks, NotEstimable> {
    if arms.is_empty() || model.offset.iter().any(|o| *o != 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    let (mut predictions, mut gradients) = (Vec::new(), Vec::new());
    for columns in arms {
        if columns.len() != model.columns.len() || columns.iter().any(|c| c.len() != model.n) {
            return Err(NotEstimable::InvalidArgument);
        }
        let mut prediction = Vec::with_capacity(model.n);
        let mut gradient = vec![CompensatedSum::default(); model.fitted.coordinates.len()];
        for i in 0..model.n {
            let weights: Vec<f64> = columns.iter().map(|c| c[i]).collect();
            let row = model.coordinates(&weights)?;
            let eta = dot(&row, &model.fitted.coordinates);
            let slope = model.family.mean_slope(eta);
            for (total, x) in gradient.iter_mut().zip(&row) {
                total.add(slope * x);
            }
            prediction.push(finite(model.family.mean(eta))?);
        }
        predictions.push(prediction);
        gradients.push(gradient.iter().map(|g| g.value() / model.n as f64).collect::<Vec<f64>>());
    }
    let risks: Vec<f64> =
        predictions.iter().map(|p| mean(p).ok_or(NotEstimable::TooFewValues)).collect::<Result<_, _>>()?;
    let covariance = match variance {
        MarginalVariance::Delta(kind) => {
            let matrix = model.coordinate_covariance(kind)?;
            gradients.iter().map(|a| gradients.iter().map(|b| bilinear(a, &matrix, b)).collect()).collect()
        }
        MarginalVariance::Robust { arm, form, strata } => robust(&model.response, &predictions, arm, form, strata)?,
    };
    Ok(MarginalRisks { risks, covariance })
}

/// Ye et al. (2023), eq. 4; the term for strata is theirs of 2022 (JASA, eq. 18) with permuted blocks.
fn robust(
    response: &[f64],
    predictions: &[Vec<f64>],
    arm: &[usize],
    form: RobustVariance,
    strata: Option<&[usize]>,
) -> Result<Vec<Vec<f64>>, NotEstimable> {
    let (n, k) = (response.len(), predictions.len());
    if arm.len() != n || arm.iter().any(|&a| a >= k) || strata.is_some_and(|s| s.len() != n) {
        return Err(NotEstimable::InvalidArgument);
    }
    let members: Vec<Vec<usize>> = (0..k).map(|a| (0..n).filter(|&i| arm[i] == a).collect()).collect();
    let within = |list: &[f64], a: usize| -> Vec<f64> { members[a].iter().map(|&i| list[i]).collect() };
    let share: Vec<f64> = members.iter().map(|m| m.len() as f64 / n as f64).collect();
    let mut matrix = vec![vec![0.0; k]; k];
    for a in 0..k {
        let (observed, own) = (within(response, a), within(&predictions[a], a));
        let with_own = sample_covariance(&observed, &own)?;
        let spread = sample_covariance(&predictions[a], &predictions[a])?;
        let residual = match form {
            RobustVariance::Decomposed => sample_covariance(&observed, &observed)? - 2.0 * with_own + spread,
            RobustVariance::Residual => {
                let residuals: Vec<f64> = observed.iter().zip(&own).map(|(y, m)| y - m).collect();
                sample_covariance(&residuals, &residuals)?
            }
        };
        matrix[a][a] = residual / share[a] + 2.0 * with_own - spread;
        for b in 0..a {
            let cross = sample_covariance(&observed, &within(&predictions[b], a))?
                + sample_covariance(&within(response, b), &within(&predictions[a], b))?
                - sample_covariance(&predictions[a], &predictions[b])?;
            matrix[a][b] = cross;
            matrix[b][a] = cross;
        }
    }
    let mut labels = strata.map_or_else(Vec::new, <[usize]>::to_vec);
    labels.sort_unstable();
    labels.dedup();
    for label in labels {
        let in_stratum = |i: &usize| strata.is_some_and(|s| s[*i] == label);
        let weight = (0..n).filter(in_stratum).count() as f64 / n as f64;
        let mut means = Vec::with_capacity(k);
        for (a, list) in members.iter().enumerate() {
            let residuals: Vec<f64> =
                list.iter().copied().filter(in_stratum).map(|i| response[i] - predictions[a][i]).collect();
            means.push(mean(&residuals).ok_or(NotEstimable::TooFewValues)? / share[a]);
        }
        for a in 0..k {
            for b in 0..k {
                let allocation = if a == b { share[a] } else { 0.0 } - share[a] * share[b];
                matrix[a][b] -= weight * means[a] * allocation * means[b];
            }
        }
    }
    matrix.iter_mut().flatten().for_each(|v| *v /= n as f64);
    Ok(matrix)
}

fn sample_covariance(a: &[f64], b: &[f64]) -> Result<f64, NotEstimable> {
    let (Some(centre_a), Some(centre_b)) = (mean(a), mean(b)) else {
        return Err(NotEstimable::TooFewValues);
    };
    if a.len() < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    let from_a: Vec<f64> = a.iter().map(|v| v - centre_a).collect();
    let from_b: Vec<f64> = b.iter().map(|v| v - centre_b).collect();
    Ok(dot(&from_a, &from_b) / (a.len() - 1) as f64)
}

impl MarginalRisks {
    /// Risk of an arm with a Wald interval.
    pub fn risk(&self, arm: usize, level: f64) -> Result<WaldEstimate, NotEstimable> {
        if arm >= self.risks.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        WaldEstimate::new(self.risks[arm], self.covariance[arm][arm], level)
    }

    /// Risk difference, `of` minus `reference`.
    pub fn difference(&self, of: usize, reference: usize, level: f64) -> Result<MarginalEffect, NotEstimable> {
        self.effect(of, reference, level, |p| p, |_| 1.0, false)
    }

    /// Risk ratio, `of` over `reference`, with an interval on the logarithm.
    pub fn risk_ratio(&self, of: usize, reference: usize, level: f64) -> Result<MarginalEffect, NotEstimable> {
        self.effect(of, reference, level, libm::log, |p| 1.0 / p, true)
    }

    /// Marginal odds ratio, `of` over `reference`, with an interval on the logarithm.
    pub fn odds_ratio(&self, of: usize, reference: usize, level: f64) -> Result<MarginalEffect, NotEstimable> {
        self.effect(of, reference, level, |p| libm::log(p) - libm::log1p(-p), |p| 1.0 / (p * (1.0 - p)), true)
    }

    fn effect(
        &self,
        of: usize,
        reference: usize,
        level: f64,
        scale: fn(f64) -> f64,
        slope: fn(f64) -> f64,
        logarithmic: bool,
    ) -> Result<MarginalEffect, NotEstimable> {
        check_level(level)?;
        if of >= self.risks.len() || reference >= self.risks.len() || of == reference {
            return Err(NotEstimable::InvalidArgument);
        }
        let (a, b) = (slope(self.risks[of]), slope(self.risks[reference]));
        let estimate = finite(scale(self.risks[of]) - scale(self.risks[reference]))?;
        let variance = a * a * self.covariance[of][of] + b * b * self.covariance[reference][reference]
            - 2.0 * a * b * self.covariance[of][reference];
        if finite(variance)? <= 0.0 {
            return Err(NotEstimable::ZeroVariance);
        }
        let standard_error = variance.sqrt();
        let half = normal_multiplier(level)? * standard_error;
        let back = |v: f64| if logarithmic { libm::exp(v) } else { v };
        Ok(MarginalEffect {
            estimate: back(estimate),
            standard_error,
            p_two_sided: normal_two_sided(estimate / standard_error),
            interval: Interval { lower: back(estimate - half), upper: finite(back(estimate + half))? },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::glm::{Family, fit_glm};

    #[test]
    fn without_covariates_the_crude_risks() {
        let group: Vec<f64> = (0..18).map(|i| f64::from(i >= 8)).collect();
        let columns = [vec![1.0; 18], group.clone()];
        let response: Vec<f64> = (0..18).map(|i| f64::from(i < 2 || (8..14).contains(&i))).collect();
        let model = fit_glm(Family::Logistic, &columns, &response, None).expect("fitted");
        let arms = [0.0, 1.0].map(|v| vec![vec![1.0; 18], vec![v; 18]]);
        let delta = MarginalVariance::Delta(Covariance::ExpectedInformation);
        let risks = marginal_risks(&model, &arms, delta).expect("defined");
        let effect = risks.difference(1, 0, 0.95).expect("defined");
        assert!((effect.estimate - 0.35).abs() < 1e-13);
        let wald: f64 = 0.25 * 0.75 / 8.0 + 0.6 * 0.4 / 10.0;
        assert!((effect.standard_error - wald.sqrt()).abs() < 1e-13);
        let arm: Vec<usize> = group.iter().map(|g| *g as usize).collect();
        let kind = MarginalVariance::Robust { arm: &arm, form: RobustVariance::Residual, strata: None };
        let robust = marginal_risks(&model, &arms, kind).expect("defined").difference(1, 0, 0.95).expect("defined");
        let unbiased: f64 = 0.25 * 0.75 / 7.0 + 0.6 * 0.4 / 9.0;
        assert!((robust.standard_error - unbiased.sqrt()).abs() < 1e-13);
        let ratio = (risks.risk_ratio(1, 0, 0.95).expect("defined"), risks.risk_ratio(0, 1, 0.95).expect("defined"));
        assert!((ratio.0.estimate * ratio.1.estimate - 1.0).abs() < 1e-13);
        assert!((ratio.0.p_two_sided - ratio.1.p_two_sided).abs() < 1e-14);
    }
}
