//! Agreement of two raters: Cohen's kappa, simple and weighted.
//!
//! Cohen (1960, 1968); standard errors of Fleiss, Cohen & Everitt (1969), as in SAS PROC FREQ `AGREE`.

use super::distribution::normal_multiplier;
use super::reason::{Interval, NotEstimable, Value, check_level, finite};
use super::sum::sum;

/// How much two categories agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgreementWeights {
    /// 1 for the same category, 0 otherwise: the simple kappa.
    Identity,
    /// 1 - |i - j| / (k - 1) (Cicchetti & Allison 1971; default of SAS).
    Linear,
    /// 1 - (i - j)² / (k - 1)² (Fleiss & Cohen 1973).
    Quadratic,
}

/// Kappa of a square table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kappa {
    /// Agreement beyond chance, 1 at full agreement.
    pub estimate: f64,
    /// Asymptotic standard error of the estimate.
    pub standard_error: f64,
    /// Estimate plus and minus z standard errors.
    pub interval: Interval,
    /// Standard error under no agreement beyond chance, for a test of 0; `ZeroVariance` where it is 0.
    pub null_standard_error: Value,
}

/// Returns kappa of a square table, categories in the same order for both raters; empty categories may stay.
///
/// For linear and quadratic weights categories are equally spaced in the order given, the empty ones included. Errors:
/// a table that is not square or has fewer than two categories (`InvalidArgument`), no count (`EmptyGroup`), both raters
/// using one and the same category only (`ZeroVariance`).
pub fn kappa(table: &[Vec<u64>], weights: AgreementWeights, level: f64) -> Result<Kappa, NotEstimable> {
    check_level(level)?;
    let size = table.len();
    if size < 2 || table.iter().any(|row| row.len() != size) {
        return Err(NotEstimable::InvalidArgument);
    }
    let n = sum(table.iter().flatten().map(|&c| c as f64));
    if n == 0.0 {
        return Err(NotEstimable::EmptyGroup);
    }
    let share = |i: usize, j: usize| table[i][j] as f64 / n;
    let places = || (0..size).flat_map(|i| (0..size).map(move |j| (i, j)));
    let rows: Vec<f64> = (0..size).map(|i| sum((0..size).map(|j| table[i][j] as f64)) / n).collect();
    let columns: Vec<f64> = (0..size).map(|j| sum((0..size).map(|i| table[i][j] as f64)) / n).collect();
    let weight = |i: usize, j: usize| {
        let gap = i.abs_diff(j) as f64 / (size - 1) as f64;
        match weights {
            AgreementWeights::Identity => f64::from(u8::from(i == j)),
            AgreementWeights::Linear => 1.0 - gap,
            AgreementWeights::Quadratic => 1.0 - gap * gap,
        }
    };
    let chance = sum(places().map(|(i, j)| weight(i, j) * rows[i] * columns[j]));
    // Disagreement by chance, without the cancellation of 1 - chance.
    let beyond = sum(places().map(|(i, j)| (1.0 - weight(i, j)) * rows[i] * columns[j]));
    if beyond == 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    let disagreement = sum(places().map(|(i, j)| (1.0 - weight(i, j)) * share(i, j)));
    let estimate = 1.0 - disagreement / beyond;
    let row_means: Vec<f64> = (0..size).map(|i| sum((0..size).map(|j| columns[j] * weight(i, j)))).collect();
    let column_means: Vec<f64> = (0..size).map(|j| sum((0..size).map(|i| rows[i] * weight(i, j)))).collect();
    let squares = sum(places().map(|(i, j)| {
        let term = weight(i, j) - (row_means[i] + column_means[j]) * (1.0 - estimate);
        share(i, j) * term * term
    }));
    let offset = estimate - chance * (1.0 - estimate);
    let standard_error = finite((squares - offset * offset).max(0.0).sqrt() / (beyond * n.sqrt()))?;
    let null_squares = sum(places().map(|(i, j)| {
        let term = weight(i, j) - (row_means[i] + column_means[j]);
        rows[i] * columns[j] * term * term
    }));
    let null_variance = null_squares - chance * chance;
    let null_standard_error = if null_variance > 1e-15 {
        Ok(null_variance.sqrt() / (beyond * n.sqrt()))
    } else {
        Err(NotEstimable::ZeroVariance)
    };
    let half = normal_multiplier(level)? * standard_error;
    Ok(Kappa {
        estimate,
        standard_error,
        interval: Interval { lower: estimate - half, upper: estimate + half },
        null_standard_error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // 20 + 15 of 50 agree, chance 0.5: kappa 0.4.
        let simple = kappa(&[vec![20, 5], vec![10, 15]], AgreementWeights::Identity, 0.95).expect("defined");
        assert!((simple.estimate - 0.4).abs() < 1e-15);
        // With two categories all weights are the same.
        let linear = kappa(&[vec![20, 5], vec![10, 15]], AgreementWeights::Linear, 0.95).expect("defined");
        assert!((linear.standard_error - simple.standard_error).abs() < 1e-15);
    }

    #[test]
    fn turned_and_degenerate() {
        let table = [vec![4, 1, 0], vec![2, 5, 3], vec![0, 0, 9]];
        let turned: Vec<Vec<u64>> = (0..3).map(|j| (0..3).map(|i| table[i][j]).collect()).collect();
        for weights in [AgreementWeights::Identity, AgreementWeights::Linear, AgreementWeights::Quadratic] {
            let (one, other) =
                (kappa(&table, weights, 0.9).expect("one"), kappa(&turned, weights, 0.9).expect("other"));
            assert!((one.estimate - other.estimate).abs() < 1e-14);
            assert!((one.standard_error - other.standard_error).abs() < 1e-14);
        }
        let full = kappa(&[vec![3, 0], vec![0, 4]], AgreementWeights::Identity, 0.95).expect("defined");
        assert_eq!((full.estimate, full.standard_error < 1e-7), (1.0, true));
        let one = [vec![3, 0], vec![0, 0]];
        assert_eq!(kappa(&one, AgreementWeights::Identity, 0.95), Err(NotEstimable::ZeroVariance));
        assert_eq!(kappa(&[vec![0, 0], vec![0, 0]], AgreementWeights::Linear, 0.95), Err(NotEstimable::EmptyGroup));
        assert_eq!(kappa(&[vec![1, 0]], AgreementWeights::Linear, 0.95), Err(NotEstimable::InvalidArgument));
    }
}
