//! Fisher's exact test of an r x c table by Monte Carlo, for tables too large for the network of [`super::fisher`].
//!
//! Tables with the observed margins are drawn by putting the members in random order, which gives each table its
//! conditional probability. A table counts as extreme as in the exact test: no more probable than the observed one.

use super::fisher::{EQUAL, LARGEST_TOTAL, fisher_exact, log_factorials, without_empty_margins};
use super::monte_carlo::{MonteCarloP, Shuffler};
use super::reason::NotEstimable;

/// A p-value of an r x c table, exact or estimated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum TableP {
    /// The exact p-value.
    Exact(f64),
    /// The Monte Carlo estimate with its standard error.
    MonteCarlo(MonteCarloP),
}

/// Returns the Monte Carlo estimate of the two-sided p-value from `samples` random tables.
///
/// Errors: as [`fisher_exact`] but for the limit; fewer than two samples (`TooFewValues`); a total above a million
/// (`WorkLimitExceeded`).
pub fn fisher_monte_carlo(rows: &[Vec<u64>], samples: u64, seed: u64) -> Result<MonteCarloP, NotEstimable> {
    let (table, row_totals, column_totals) = without_empty_margins(rows)?;
    let total: u64 = row_totals.iter().sum();
    if total > LARGEST_TOTAL {
        return Err(NotEstimable::WorkLimitExceeded);
    }
    let log_factorial = log_factorials(total);
    let size = |cells: &[u64]| cells.iter().map(|&c| log_factorial[c as usize]).sum::<f64>();
    // ln P(table) = constant - size: at least as extreme means at least this size.
    let observed = size(&table.concat()) - libm::log1p(EQUAL);
    let width = column_totals.len();
    // The column of each member; members of row 1 stand first, then row 2 and so on.
    let mut columns: Vec<u32> = Vec::with_capacity(total as usize);
    for (column, &n) in column_totals.iter().enumerate() {
        columns.extend(std::iter::repeat_n(column as u32, n as usize));
    }
    let last_row = row_totals.last().map_or(0, |&n| n as usize);
    let placed = columns.len() - last_row;
    let mut shuffler = Shuffler::new(seed);
    let mut cells = vec![0u64; width * row_totals.len()];
    let mut extreme = 0;
    for _ in 0..samples {
        shuffler.draw(&mut columns, placed);
        cells.fill(0);
        let mut rest = columns.as_slice();
        for (row, &n) in row_totals.iter().enumerate() {
            let (own, later) = rest.split_at(n as usize);
            for &column in own {
                cells[row * width + column as usize] += 1;
            }
            rest = later;
        }
        extreme += u64::from(size(&cells) >= observed);
    }
    MonteCarloP::new(extreme, samples)
}

/// Returns the exact p-value where it needs no more than `work_limit` network steps, else the Monte Carlo estimate.
///
/// Errors: as [`fisher_monte_carlo`].
pub fn fisher_exact_or_monte_carlo(
    rows: &[Vec<u64>],
    work_limit: u64,
    samples: u64,
    seed: u64,
) -> Result<TableP, NotEstimable> {
    match fisher_exact(rows, work_limit) {
        Err(NotEstimable::WorkLimitExceeded) => Ok(TableP::MonteCarlo(fisher_monte_carlo(rows, samples, seed)?)),
        exact => Ok(TableP::Exact(exact?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_exact_value() {
        let table = [vec![3, 0, 4], vec![1, 5, 2], vec![0, 0, 0], vec![6, 2, 1]];
        let TableP::Exact(exact) = fisher_exact_or_monte_carlo(&table, 1_000_000, 10, 1).expect("small") else {
            panic!("small tables are exact")
        };
        let TableP::MonteCarlo(sampled) = fisher_exact_or_monte_carlo(&table, 2, 20_000, 9).expect("drawn") else {
            panic!("the limit is too small for an exact value")
        };
        assert!((sampled.p - exact).abs() < 4.0 * sampled.standard_error, "{sampled:?} {exact}");
        assert_eq!(fisher_monte_carlo(&table, 20_000, 9).expect("drawn"), sampled);
    }

    #[test]
    fn reasons() {
        assert_eq!(fisher_monte_carlo(&[vec![3, 1]], 100, 1), Err(NotEstimable::EmptyGroup));
        assert_eq!(fisher_monte_carlo(&[vec![3, 0], vec![4, 0]], 100, 1), Err(NotEstimable::NoEvents));
        assert_eq!(fisher_monte_carlo(&[vec![3, 1], vec![4, 1]], 0, 1), Err(NotEstimable::TooFewValues));
    }
}
