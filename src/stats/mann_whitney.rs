//! Mann-Whitney probability of two samples with interval and test: DeLong's variance, normal or Brunner-Munzel's t.
//!
//! P(A > B) + P(A = B)/2, the area under the ROC curve; swap the samples for P(A < B) + P(A = B)/2 (R
//! `brunnermunzel`). The variance from placements (Sen 1967; DeLong, DeLong & Clarke-Pearson 1988) is also that of
//! Brunner & Munzel (2000), who refer it to t.

use super::distribution::{normal, normal_multiplier, t, t_multiplier};
use super::rank::midranks;
use super::reason::{Interval, NotEstimable, Value, check_finite, check_level};
use super::sum::{mean, squared_deviations};

/// Distribution that the standardised estimate is referred to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlacementLaw {
    /// Normal (DeLong et al. 1988).
    Normal,
    /// t with Satterthwaite degrees of freedom (Brunner & Munzel 2000).
    BrunnerMunzel,
}

/// Scale of the interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProbabilityScale {
    /// Estimate plus and minus a multiple of the standard error; may pass 0 or 1 (not cut).
    Plain,
    /// The same for the logit, taken back: stays within 0..1.
    Logit,
}

/// The probability that a value of the first sample is the larger one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MannWhitneyProbability {
    /// P(A > B) + P(A = B)/2.
    pub probability: f64,
    /// Standard error of the probability; `TooFewValues` with one value in a sample, `ZeroVariance` where the
    /// samples do not overlap (or all values are equal).
    pub standard_error: Value,
    /// Degrees of freedom of Brunner & Munzel; `NotDefined` for the normal law.
    pub df: Value,
    /// (probability - 1/2) / standard error.
    pub statistic: Value,
    /// Two-sided p-value of a probability of 1/2.
    pub p_two_sided: Value,
    /// Interval of the probability; `Unbounded` for a logit at 0 or 1.
    pub interval: Result<Interval, NotEstimable>,
    /// Odds p/(1-p), the win odds of a single outcome; `ZeroCell` where p = 1.
    pub odds: Value,
}

/// Returns the Mann-Whitney probability of two samples.
///
/// Errors: an empty sample (`EmptyGroup`), a value that is not finite, a level outside 0..1.
pub fn mann_whitney_probability(
    a: &[f64],
    b: &[f64],
    law: PlacementLaw,
    scale: ProbabilityScale,
    level: f64,
) -> Result<MannWhitneyProbability, NotEstimable> {
    check_finite(a)?;
    check_finite(b)?;
    check_level(level)?;
    if a.is_empty() || b.is_empty() {
        return Err(NotEstimable::EmptyGroup);
    }
    let (m, n) = (a.len() as f64, b.len() as f64);
    let (placed_a, placed_b) = (placements(a, b), placements(b, a));
    let probability = mean(&placed_a).ok_or(NotEstimable::EmptyGroup)?;
    let part = |placed: &[f64]| match squared_deviations(placed) {
        Some(squares) if placed.len() > 1 => Ok(squares / (placed.len() as f64 - 1.0) / placed.len() as f64),
        _ => Err(NotEstimable::TooFewValues),
    };
    let parts = part(&placed_a).and_then(|x| Ok((x, part(&placed_b)?)));
    let standard_error = parts.and_then(|(x, y)| {
        let se = (x + y).sqrt();
        // Placements are multiples of 1/(2mn): a smaller spread is rounding.
        if se <= 1e-9 / (m * n) { Err(NotEstimable::ZeroVariance) } else { Ok(se) }
    });
    let df = match law {
        PlacementLaw::Normal => Err(NotEstimable::NotDefined),
        PlacementLaw::BrunnerMunzel => standard_error.and(parts).map(|(x, y)| {
            let (share_x, share_y) = (x / (x + y), y / (x + y));
            1.0 / (share_x * share_x / (m - 1.0) + share_y * share_y / (n - 1.0))
        }),
    };
    let statistic = standard_error.map(|se| (probability - 0.5) / se);
    let p_two_sided = statistic.and_then(|s| {
        let tails = match law {
            PlacementLaw::Normal => normal(s),
            PlacementLaw::BrunnerMunzel => t(s, df?)?,
        };
        Ok((2.0 * tails.lower.min(tails.upper)).min(1.0))
    });
    let interval = standard_error.and_then(|se| {
        let multiplier = match law {
            PlacementLaw::Normal => normal_multiplier(level)?,
            PlacementLaw::BrunnerMunzel => t_multiplier(level, df?)?,
        };
        limits(probability, multiplier * se, scale)
    });
    let odds = if probability < 1.0 { Ok(probability / (1.0 - probability)) } else { Err(NotEstimable::ZeroCell) };
    Ok(MannWhitneyProbability { probability, standard_error, df, statistic, p_two_sided, interval, odds })
}

fn limits(probability: f64, half: f64, scale: ProbabilityScale) -> Result<Interval, NotEstimable> {
    match scale {
        ProbabilityScale::Plain => Ok(Interval { lower: probability - half, upper: probability + half }),
        ProbabilityScale::Logit => {
            let room = probability * (1.0 - probability);
            if room <= 0.0 {
                return Err(NotEstimable::Unbounded);
            }
            let (logit, half) = (libm::log(probability / (1.0 - probability)), half / room);
            let back = |x: f64| 1.0 / (1.0 + libm::exp(-x));
            Ok(Interval { lower: back(logit - half), upper: back(logit + half) })
        }
    }
}

/// Share of the other sample below each value, ties one half: joint rank minus own rank, over the other's size.
fn placements(own: &[f64], other: &[f64]) -> Vec<f64> {
    let joint: Vec<f64> = own.iter().chain(other).copied().collect();
    let (joint, within) = (midranks(&joint).rank, midranks(own).rank);
    joint.iter().zip(within).map(|(j, w)| (j - w) / other.len() as f64).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(a: &[f64], b: &[f64]) -> Result<MannWhitneyProbability, NotEstimable> {
        mann_whitney_probability(a, b, PlacementLaw::BrunnerMunzel, ProbabilityScale::Plain, 0.95)
    }

    #[test]
    fn by_hand() {
        // Placements of 2 and 4 among 1, 3: 1/2 and 1; of 1 and 3 among 2, 4: 0 and 1/2. Both variances 1/8.
        let result = plain(&[2.0, 4.0], &[1.0, 3.0]).expect("defined");
        assert_eq!((result.probability, result.odds), (0.75, Ok(3.0)));
        assert!((result.standard_error.expect("defined") - 0.125f64.sqrt()).abs() < 1e-15);
        assert!((result.df.expect("defined") - 2.0).abs() < 1e-14);
    }

    #[test]
    fn swapping_turns_about_one_half() {
        let (a, b) = ([1.0, 2.0, 2.0, 5.0, 9.0], [2.0, 3.0, 0.5]);
        for scale in [ProbabilityScale::Plain, ProbabilityScale::Logit] {
            let of = |x: &[f64], y: &[f64]| {
                mann_whitney_probability(x, y, PlacementLaw::Normal, scale, 0.9).expect("defined")
            };
            let (forth, back) = (of(&a, &b), of(&b, &a));
            assert!((forth.probability + back.probability - 1.0).abs() < 1e-14);
            assert!((forth.p_two_sided.expect("p") - back.p_two_sided.expect("p")).abs() < 1e-14);
            let (low, high) = (forth.interval.expect("limits").lower, back.interval.expect("limits").upper);
            assert!((low + high - 1.0).abs() < 1e-14);
        }
    }

    #[test]
    fn degenerate_samples() {
        let apart = plain(&[5.0, 6.0], &[1.0, 2.0]).expect("defined");
        assert_eq!((apart.probability, apart.odds), (1.0, Err(NotEstimable::ZeroCell)));
        assert_eq!(apart.standard_error, Err(NotEstimable::ZeroVariance));
        assert_eq!(apart.p_two_sided, Err(NotEstimable::ZeroVariance));
        let equal = plain(&[5.0; 3], &[5.0; 4]).expect("defined");
        assert_eq!((equal.probability, equal.interval), (0.5, Err(NotEstimable::ZeroVariance)));
        let single = plain(&[5.0], &[1.0, 7.0]).expect("defined");
        assert_eq!((single.probability, single.standard_error), (0.5, Err(NotEstimable::TooFewValues)));
        assert_eq!(plain(&[], &[1.0]), Err(NotEstimable::EmptyGroup));
    }
}
