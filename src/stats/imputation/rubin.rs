//! Rubin's rules: one estimate and one standard error from the analyses of several imputed data sets.
//!
//! Rubin (1987), "Multiple Imputation for Nonresponse in Surveys", section 3.3: the total variance is the mean of the
//! variances plus (1 + 1/m) times the variance of the estimates. Degrees of freedom are Rubin's (1987, eq. 3.1.6) or
//! those of Barnard & Rubin (1999), which are never more than those of the complete data. With reference-based
//! imputation this variance is information-anchored (Cro, Carpenter & Kenward 2019): it is larger than the variance of
//! the estimate over repeated trials, which [`super::conditional_mean`] estimates instead.

use crate::stats::distribution::{normal_multiplier, normal_two_sided, t_multiplier, t_two_sided};
use crate::stats::reason::{Interval, NotEstimable, Value, check_finite, check_level, finite};
use crate::stats::sum::{mean, squared_deviations, sum};

/// Degrees of freedom of the pooled t statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum PooledDf {
    /// (m - 1) (1 + 1/r)^2: SAS PROC MIANALYZE without EDF.
    Rubin1987,
    /// Adjusted for the degrees of freedom of the complete data, above 0: SAS with EDF, R `mice`.
    BarnardRubin {
        /// Degrees of freedom that the analysis would have without missing data.
        complete_data_df: f64,
    },
}

/// The degrees of freedom inside the fraction of missing information.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FractionDf {
    /// Rubin's of 1987, whatever the test uses: SAS PROC MIANALYZE.
    Rubin1987,
    /// Those of the test: R `mice`. The same unless the test uses Barnard & Rubin's.
    OfTheTest,
}

/// A pooled estimate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pooled {
    /// Number of imputed data sets.
    pub m: usize,
    /// Mean of the estimates, in their unit.
    pub estimate: f64,
    /// Within-imputation variance: mean of the squared standard errors.
    pub within: f64,
    /// Between-imputation variance of the estimates, divisor m - 1.
    pub between: f64,
    /// Total variance, within + (1 + 1/m) between.
    pub total: f64,
    /// Square root of the total variance.
    pub standard_error: f64,
    /// Relative increase in variance due to missing data, (1 + 1/m) between / within; `Unbounded` if within is 0.
    pub relative_increase: Value,
    /// Share of the total variance due to missing data, (1 + 1/m) between / total (R `lambda`).
    pub share_between: f64,
    /// Fraction of missing information, (r + 2 / (df + 3)) / (r + 1).
    pub fraction_missing: f64,
    /// Efficiency relative to infinitely many imputations, 1 / (1 + fraction / m).
    pub relative_efficiency: f64,
    /// Degrees of freedom; `Unbounded` where there are infinitely many (no variance between): the normal is used.
    pub df: Value,
    /// Estimate over standard error.
    pub t: f64,
    /// Two-sided p-value of a zero estimate.
    pub p_two_sided: f64,
    /// Confidence interval; `Unbounded` where the degrees of freedom are so few that no number is large enough.
    pub interval: Result<Interval, NotEstimable>,
}

/// Pools estimates and standard errors of the imputed data sets, in any order.
///
/// Errors: `TooFewValues` below two data sets, `InvalidArgument` for lengths, negative standard errors, level or
/// complete-data degrees of freedom out of range, `ZeroVariance` where all standard errors are 0 and all estimates equal.
pub fn pool(
    estimates: &[f64],
    standard_errors: &[f64],
    df: PooledDf,
    fraction: FractionDf,
    level: f64,
) -> Result<Pooled, NotEstimable> {
    check_level(level)?;
    check_finite(estimates)?;
    check_finite(standard_errors)?;
    let m = estimates.len();
    if standard_errors.len() != m || standard_errors.iter().any(|s| *s < 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    if m < 2 {
        return Err(NotEstimable::TooFewValues);
    }
    let of_many = m as f64;
    let estimate = mean(estimates).ok_or(NotEstimable::TooFewValues)?;
    let within = finite(sum(standard_errors.iter().map(|s| s * s)) / of_many)?;
    let between = squared_deviations(estimates).ok_or(NotEstimable::TooFewValues)? / (of_many - 1.0);
    let inflated = (1.0 + 1.0 / of_many) * between;
    let total = finite(within + inflated)?;
    if total <= 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    let share_between = inflated / total;
    let rubin = rubin_df(m, share_between);
    let df = match df {
        PooledDf::Rubin1987 => rubin,
        PooledDf::BarnardRubin { complete_data_df } => barnard_rubin_df(rubin, share_between, complete_data_df)?,
    };
    let in_fraction = match fraction {
        FractionDf::Rubin1987 => rubin,
        FractionDf::OfTheTest => df,
    };
    // (r + 2/(df+3)) / (r + 1) without the division by within: r/(r+1) is the share, 1/(r+1) its complement.
    let fraction_missing =
        share_between + within / total * if in_fraction.is_finite() { 2.0 / (in_fraction + 3.0) } else { 0.0 };
    let standard_error = total.sqrt();
    let t = estimate / standard_error;
    let (p_two_sided, multiplier) = if df.is_finite() {
        (t_two_sided(t, df)?, t_multiplier(level, df))
    } else {
        (normal_two_sided(t), normal_multiplier(level))
    };
    // The quantile of a t distribution with a hundredth of a degree of freedom is beyond the range of a double.
    let interval = multiplier.and_then(|multiplier| {
        let half = multiplier * standard_error;
        Ok(Interval { lower: finite(estimate - half)?, upper: finite(estimate + half)? })
    });
    Ok(Pooled {
        m,
        estimate,
        within,
        between,
        total,
        standard_error,
        relative_increase: finite(inflated / within).map_err(|_| NotEstimable::Unbounded),
        share_between,
        fraction_missing,
        relative_efficiency: 1.0 / (1.0 + fraction_missing / of_many),
        df: finite(df).map_err(|_| NotEstimable::Unbounded),
        t,
        p_two_sided,
        interval: interval.map_err(|_| NotEstimable::Unbounded),
    })
}

/// Rubin's degrees of freedom (1987, eq. 3.1.6) with (1 + 1/r) = 1 / share; infinite for a share of 0.
fn rubin_df(m: usize, share: f64) -> f64 {
    (m as f64 - 1.0) / (share * share)
}

/// Degrees of freedom of Barnard & Rubin (1999), eq. 3.
fn barnard_rubin_df(rubin: f64, share: f64, complete: f64) -> Value {
    if !(complete > 0.0 && complete.is_finite()) {
        return Err(NotEstimable::InvalidArgument);
    }
    let observed = (complete + 1.0) / (complete + 3.0) * complete * (1.0 - share);
    if observed <= 0.0 {
        // All variance is between the imputations: the limit of the formula is 0, no t distribution.
        return Err(NotEstimable::NotDefined);
    }
    Ok(if rubin.is_finite() { 1.0 / (1.0 / rubin + 1.0 / observed) } else { observed })
}

/// A ratio pooled on the logarithm.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PooledRatio {
    /// Exponential of the pooled logarithm (geometric mean of the ratios).
    pub ratio: f64,
    /// Confidence interval of the ratio; `Unbounded` as for the logarithm.
    pub interval: Result<Interval, NotEstimable>,
    /// What was pooled, as logarithms.
    pub log: Pooled,
}

/// Pools ratios (odds, risk, rate or hazard ratios) on their natural logarithms with standard errors of those.
///
/// Errors as [`pool`]; `ZeroCell` for a ratio of 0, `InvalidArgument` for a negative one.
pub fn pool_ratios(
    ratios: &[f64],
    log_standard_errors: &[f64],
    df: PooledDf,
    fraction: FractionDf,
    level: f64,
) -> Result<PooledRatio, NotEstimable> {
    check_finite(ratios)?;
    if ratios.iter().any(|r| *r < 0.0) {
        return Err(NotEstimable::InvalidArgument);
    }
    if ratios.contains(&0.0) {
        return Err(NotEstimable::ZeroCell);
    }
    let logs: Vec<f64> = ratios.iter().map(|r| libm::log(*r)).collect();
    let log = pool(&logs, log_standard_errors, df, fraction, level)?;
    let interval = log.interval.and_then(|limits| {
        let upper = finite(libm::exp(limits.upper)).map_err(|_| NotEstimable::Unbounded)?;
        Ok(Interval { lower: libm::exp(limits.lower), upper })
    });
    Ok(PooledRatio { ratio: finite(libm::exp(log.estimate))?, interval, log })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rubin(estimates: &[f64], errors: &[f64]) -> Result<Pooled, NotEstimable> {
        pool(estimates, errors, PooledDf::Rubin1987, FractionDf::Rubin1987, 0.95)
    }

    #[test]
    fn by_hand() {
        // Estimates 1, 2, 3 with variance 1: between 1, total 1 + 4/3, r = 4/3, df = 2 (1 + 3/4)^2 = 6.125.
        let pooled = rubin(&[1.0, 2.0, 3.0], &[1.0; 3]).unwrap();
        assert_eq!((pooled.estimate, pooled.within, pooled.between), (2.0, 1.0, 1.0));
        assert!((pooled.total - 7.0 / 3.0).abs() < 1e-15);
        assert!((pooled.df.unwrap() - 6.125).abs() < 1e-14);
        assert!((pooled.fraction_missing - (4.0 / 3.0 + 2.0 / 9.125) / (7.0 / 3.0)).abs() < 1e-15);
    }

    #[test]
    fn borders() {
        assert_eq!(rubin(&[], &[]), Err(NotEstimable::TooFewValues));
        assert_eq!(rubin(&[1.0], &[1.0]), Err(NotEstimable::TooFewValues));
        assert_eq!(rubin(&[1.0, 1.0], &[0.0, 0.0]), Err(NotEstimable::ZeroVariance));
        assert_eq!(rubin(&[1.0, 2.0], &[1.0]), Err(NotEstimable::InvalidArgument));
        assert_eq!(rubin(&[1.0, f64::NAN], &[1.0, 1.0]), Err(NotEstimable::NotFinite));
        assert_eq!(rubin(&[1.0, 2.0], &[1.0, -1.0]), Err(NotEstimable::InvalidArgument));
        // Equal estimates: nothing is missing, the normal distribution.
        let same = rubin(&[2.0; 5], &[1.0; 5]).unwrap();
        assert_eq!(
            (same.df, same.fraction_missing, same.relative_efficiency),
            (Err(NotEstimable::Unbounded), 0.0, 1.0)
        );
        assert!((same.interval.unwrap().upper - 2.0 - 1.959_963_984_540_054).abs() < 1e-12);
        let barnard = |complete_data_df| PooledDf::BarnardRubin { complete_data_df };
        let small = pool(&[2.0; 5], &[1.0; 5], barnard(10.0), FractionDf::OfTheTest, 0.95).unwrap();
        assert!((small.df.unwrap() - 110.0 / 13.0).abs() < 1e-13);
        // No variance within.
        let between = rubin(&[1.0, 2.0], &[0.0, 0.0]).unwrap();
        assert_eq!(between.relative_increase, Err(NotEstimable::Unbounded));
        let none = pool(&[1.0, 2.0], &[0.0, 0.0], barnard(10.0), FractionDf::OfTheTest, 0.95);
        assert_eq!(none, Err(NotEstimable::NotDefined));
        let zero = pool(&[1.0, 2.0], &[1.0, 1.0], barnard(0.0), FractionDf::OfTheTest, 0.95);
        assert_eq!(zero, Err(NotEstimable::InvalidArgument));
    }

    #[test]
    fn order_sign_and_scale() {
        let (estimates, errors) = ([0.3, -1.7, 2.4, 0.9, 1.1], [1.1, 0.7, 1.9, 1.3, 0.2]);
        let one = rubin(&estimates, &errors).unwrap();
        let turned: Vec<f64> = estimates.iter().rev().map(|e| -10.0 * e).collect();
        let two = rubin(&turned, &errors.iter().rev().map(|e| 10.0 * e).collect::<Vec<f64>>()).unwrap();
        assert!((one.estimate + two.estimate / 10.0).abs() < 1e-14);
        assert!((one.p_two_sided - two.p_two_sided).abs() < 1e-13);
        assert!((one.interval.unwrap().lower + two.interval.unwrap().upper / 10.0).abs() < 1e-13);
        let ratios = pool_ratios(&[2.0, 0.5], &[0.3, 0.3], PooledDf::Rubin1987, FractionDf::Rubin1987, 0.9).unwrap();
        assert!((ratios.ratio - 1.0).abs() < 1e-15);
        assert!((ratios.interval.unwrap().lower * ratios.interval.unwrap().upper - 1.0).abs() < 1e-13);
        let zero = pool_ratios(&[0.0, 0.5], &[0.3, 0.3], PooledDf::Rubin1987, FractionDf::Rubin1987, 0.9);
        assert_eq!(zero, Err(NotEstimable::ZeroCell));
    }
}
