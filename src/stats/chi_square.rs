//! Pearson's chi-square test of an r x c contingency table, with Yates' correction for 2 x 2 on request.

use super::distribution::chi_square;
use super::fisher::without_empty_margins;
use super::reason::NotEstimable;
use super::sum::CompensatedSum;

/// Continuity correction of a test of counts or ranks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Continuity {
    /// With correction (chi-square: 2 x 2 tables only, Yates 1934).
    Corrected,
    /// Without correction.
    Uncorrected,
}

/// A chi-square test.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquareTest {
    /// Test statistic.
    pub chi_square: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Upper-tail p-value.
    pub p: f64,
    /// Smallest expected count; below 5 the approximation is doubtful (Cochran 1954).
    pub smallest_expected: f64,
}

/// Returns Pearson's test of a table given as rows of equal length; rows and columns without counts are left out.
///
/// Yates' correction is min(0.5, |observed - expected|), so that it never passes 0 (as in R). Errors: fewer than two
/// rows (`EmptyGroup`) or columns (`NoEvents`) with counts, rows of different length, a correction asked of a table
/// that is not 2 x 2.
pub fn pearson_chi_square(rows: &[Vec<u64>], continuity: Continuity) -> Result<ChiSquareTest, NotEstimable> {
    let (table, row_totals, column_totals) = without_empty_margins(rows)?;
    let two_by_two = row_totals.len() == 2 && column_totals.len() == 2;
    if continuity == Continuity::Corrected && !two_by_two {
        return Err(NotEstimable::InvalidArgument);
    }
    let total = row_totals.iter().sum::<u64>() as f64;
    let mut statistic = CompensatedSum::default();
    let mut smallest_expected = f64::INFINITY;
    let expected = |i: usize, j: usize| row_totals[i] as f64 * column_totals[j] as f64 / total;
    let shift = match continuity {
        Continuity::Corrected => 0.5f64.min((table[0][0] as f64 - expected(0, 0)).abs()),
        Continuity::Uncorrected => 0.0,
    };
    for (i, row) in table.iter().enumerate() {
        for (j, &observed) in row.iter().enumerate() {
            let expected = expected(i, j);
            smallest_expected = smallest_expected.min(expected);
            let gap = (observed as f64 - expected).abs() - shift;
            statistic.add(gap * gap / expected);
        }
    }
    let df = ((row_totals.len() - 1) * (column_totals.len() - 1)) as f64;
    let value = statistic.value();
    Ok(ChiSquareTest { chi_square: value, df, p: chi_square(value, df)?.upper, smallest_expected })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_hand() {
        // All expected counts 15, all gaps 5: 4 * 25/15; corrected 4 * 4.5^2/15.
        let rows = [vec![10, 20], vec![20, 10]];
        let plain = pearson_chi_square(&rows, Continuity::Uncorrected).expect("defined");
        assert!((plain.chi_square - 100.0 / 15.0).abs() < 1e-14);
        let yates = pearson_chi_square(&rows, Continuity::Corrected).expect("defined");
        assert!((yates.chi_square - 81.0 / 15.0).abs() < 1e-14);
        assert_eq!((plain.df, plain.smallest_expected), (1.0, 15.0));
    }

    #[test]
    fn empty_column_is_left_out() {
        let rows = [vec![10, 0, 20], vec![20, 0, 10]];
        assert_eq!(pearson_chi_square(&rows, Continuity::Uncorrected).expect("defined").df, 1.0);
        assert_eq!(pearson_chi_square(&[vec![0, 5], vec![0, 6]], Continuity::Uncorrected), Err(NotEstimable::NoEvents));
    }
}
