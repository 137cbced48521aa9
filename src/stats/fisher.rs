//! Fisher's exact test of a contingency table, 2 x 2 in both senses and r x c.
//!
//! The two-sided p-value is the total probability of the tables with the observed margins that are no more probable
//! than the observed one (Irwin 1935). Two probabilities within a relative 1e-7 count as equal, since they are equal
//! on paper and differ by rounding only. r x c tables: the network of `fisher_network.rs`.

use super::fisher_network::Network;
use super::reason::{NotEstimable, Value};
use super::special::hypergeometric_density;
use super::sum::{CompensatedSum, sum};

/// Relative slack within which two probabilities count as equal.
pub(crate) const EQUAL: f64 = 1e-7;

/// Number of network steps that takes a few seconds; a sensible `work_limit`.
///
/// 3 x 3 and 2 x 6 tables of 250 subjects need less than a tenth of it.
pub const DEFAULT_WORK_LIMIT: u64 = 50_000_000;

/// Largest total of an r x c table; the network grows with it, and so does the list of factorials.
pub(crate) const LARGEST_TOTAL: u64 = 1_000_000;

/// Exact p-values of a 2 x 2 table.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FisherTest {
    /// Probability of all tables no more probable than the observed one.
    pub p_two_sided: f64,
    /// Probability of a first cell not above the observed one (odds ratio below 1).
    pub p_less: f64,
    /// Probability of a first cell not below the observed one (odds ratio above 1).
    pub p_greater: f64,
}

/// Returns Fisher's test of events against non-events in two groups; a margin without events has p = 1.
///
/// Errors: an empty group, more events than members.
pub fn fisher_two_by_two(events_a: u64, n_a: u64, events_b: u64, n_b: u64) -> Result<FisherTest, NotEstimable> {
    if n_a == 0 || n_b == 0 {
        return Err(NotEstimable::EmptyGroup);
    }
    if events_a > n_a || events_b > n_b {
        return Err(NotEstimable::InvalidArgument);
    }
    let events = events_a + events_b;
    let least = events.saturating_sub(n_b);
    let most = events.min(n_a);
    let density = |k: u64| hypergeometric_density(k, n_a, n_b, events);
    let observed = density(events_a) * (1.0 + EQUAL);
    let all: Vec<f64> = (least..=most).map(density).collect();
    let split = (events_a - least) as usize;
    Ok(FisherTest {
        p_two_sided: sum(all.iter().copied().filter(|p| *p <= observed)).min(1.0),
        p_less: sum(all[..=split].iter().copied()).min(1.0),
        p_greater: sum(all[split..].iter().copied()).min(1.0),
    })
}

/// Returns the two-sided p-value of an r x c table given as rows of equal length.
///
/// Rows and columns without any count are left out. Errors: fewer than two rows (`EmptyGroup`) or columns
/// (`NoEvents`) with counts, rows of different length, more than `work_limit` network steps.
pub fn fisher_exact(rows: &[Vec<u64>], work_limit: u64) -> Value {
    let (table, row_totals, column_totals) = without_empty_margins(rows)?;
    let total: u64 = row_totals.iter().sum();
    if total > LARGEST_TOTAL {
        return Err(NotEstimable::WorkLimitExceeded);
    }
    // Fewer, longer columns make the smaller network: rows are the state, columns the stages.
    let (state, stages, cells) = if row_totals.len() <= column_totals.len() {
        (row_totals, column_totals, table)
    } else {
        let turned = (0..column_totals.len()).map(|j| table.iter().map(|row| row[j]).collect()).collect();
        (column_totals, row_totals, turned)
    };
    let log_factorial = log_factorials(total);
    // ln P(table) = constant - sum of ln cell!.
    let constant = sum(state.iter().chain(&stages).map(|&t| log_factorial[t as usize])) - log_factorial[total as usize];
    let observed = constant - sum(cells.iter().flatten().map(|&c| log_factorial[c as usize]));
    let threshold = observed + libm::log1p(EQUAL);
    Network::new(&stages, &log_factorial, threshold, work_limit).tail_probability(&state, constant)
}

type Margins = (Vec<Vec<u64>>, Vec<u64>, Vec<u64>);

/// The table without empty rows and columns, with its margins.
pub(crate) fn without_empty_margins(rows: &[Vec<u64>]) -> Result<Margins, NotEstimable> {
    let width = rows.first().map_or(0, Vec::len);
    if rows.iter().any(|row| row.len() != width) {
        return Err(NotEstimable::InvalidArgument);
    }
    let columns: Vec<usize> = (0..width).filter(|&j| rows.iter().any(|row| row[j] > 0)).collect();
    let table: Vec<Vec<u64>> = rows
        .iter()
        .filter(|row| row.iter().any(|&c| c > 0))
        .map(|row| columns.iter().map(|&j| row[j]).collect())
        .collect();
    if table.len() < 2 {
        return Err(NotEstimable::EmptyGroup);
    }
    if columns.len() < 2 {
        return Err(NotEstimable::NoEvents);
    }
    let row_totals = table.iter().map(|row| row.iter().sum()).collect();
    let column_totals = (0..columns.len()).map(|j| table.iter().map(|row| row[j]).sum()).collect();
    Ok((table, row_totals, column_totals))
}

pub(crate) fn log_factorials(n: u64) -> Vec<f64> {
    let mut total = CompensatedSum::default();
    let mut list = vec![0.0];
    for k in 1..=n {
        total.add(libm::log(k as f64));
        list.push(total.value());
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tea_tasting() {
        // Fisher (1935), The Design of Experiments, chapter 2: 3 of 4 cups, one-sided 17/70, two-sided 34/70.
        let test = fisher_two_by_two(3, 4, 1, 4).expect("defined");
        assert!((test.p_greater - 17.0 / 70.0).abs() < 1e-14);
        assert!((test.p_two_sided - 34.0 / 70.0).abs() < 1e-14);
        let table = fisher_exact(&[vec![3, 1], vec![1, 3]], 1000).expect("defined");
        assert!((table - 34.0 / 70.0).abs() < 1e-14);
    }

    #[test]
    fn limits_and_empty_margins() {
        assert_eq!(fisher_exact(&[vec![3, 1], vec![0, 0]], 1000), Err(NotEstimable::EmptyGroup));
        assert_eq!(fisher_exact(&[vec![3, 0], vec![2, 0]], 1000), Err(NotEstimable::NoEvents));
        assert_eq!(fisher_exact(&[vec![30, 20, 9], vec![22, 31, 8]], 10), Err(NotEstimable::WorkLimitExceeded));
        assert_eq!(fisher_two_by_two(0, 10, 0, 10).expect("defined").p_two_sided, 1.0);
    }
}
