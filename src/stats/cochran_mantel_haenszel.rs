//! Cochran-Mantel-Haenszel statistics of r x c tables in strata.
//!
//! Landis, Heyman & Koch (1978), "Average partial association in three-way contingency tables", Int. Statist. Rev. 46;
//! the three statistics of SAS PROC FREQ `CMH`. Given the margins of each stratum, the summed differences between
//! counts (or row scores) and their expectation have a covariance V under no association; the statistic is G' V⁻ G.
//! Rows and columns that are empty where they matter make V singular: a generalised inverse is taken and the degrees
//! of freedom are the rank of V (R `coin` the same; R `mantelhaen.test` stops). Strata with fewer than two subjects
//! add nothing.

use super::distribution::chi_square;
use super::reason::{NotEstimable, check_finite};
use super::sum::{CompensatedSum, sum};

/// Share of its variance below which a contrast counts as determined by the ones before it.
const DEPENDENT: f64 = 1e-10;

/// Values given to ordered rows or columns; all but `Table` and `Integer` are found anew in each stratum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scores<'a> {
    /// Given numbers, one for each row or column (SAS `SCORES=TABLE` with numeric variables).
    Table(&'a [f64]),
    /// 1, 2, 3, ... in the order of the table, empty ones counted (SAS `SCORES=TABLE` with character variables, as long
    /// as none is empty).
    Integer,
    /// Midranks (SAS `SCORES=RANK`).
    Rank,
    /// Midranks over the stratum's size (SAS `SCORES=RIDIT`).
    Ridit,
    /// Midranks over the stratum's size plus one (SAS `SCORES=MODRIDIT`); with two rows the row mean scores statistic is
    /// the stratified Wilcoxon test of van Elteren (1960).
    ModifiedRidit,
}

/// One statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CmhStatistic {
    /// Value of the statistic.
    pub chi_square: f64,
    /// Degrees of freedom.
    pub df: f64,
    /// Upper-tail p-value.
    pub p: f64,
}

/// Returns the test of general association, rows and columns unordered; (r - 1)(c - 1) degrees of freedom.
///
/// `strata` are tables of the same shape, each given as rows. Errors: shapes that differ (`InvalidArgument`), fewer
/// than two rows (`EmptyGroup`) or columns (`NoEvents`) with counts, no stratum that can vary (`ZeroVariance`).
pub fn general_association(strata: &[Vec<Vec<u64>>]) -> Result<CmhStatistic, NotEstimable> {
    let strata = Stratum::all(strata)?;
    let (rows, columns) = (strata[0].rows.len(), strata[0].columns.len());
    let size = rows * columns;
    let mut gaps = vec![CompensatedSum::default(); size];
    let mut covariance = vec![CompensatedSum::default(); size * size];
    for s in &strata {
        let scale = s.total * s.total * (s.total - 1.0);
        for k in 0..size {
            let (i, j) = (k / columns, k % columns);
            gaps[k].add(s.gap(i, j));
            for l in 0..=k {
                let (u, v) = (l / columns, l % columns);
                let spread = s.spread(&s.rows, i, u) * s.spread(&s.columns, j, v);
                covariance[k * size + l].add(spread / scale);
            }
        }
    }
    statistic(&gaps, &covariance)
}

/// Returns the test that the rows' mean column scores differ, columns ordered; r - 1 degrees of freedom.
///
/// Errors as [`general_association`]; scores of the wrong number (`InvalidArgument`) or not finite.
pub fn row_mean_scores(strata: &[Vec<Vec<u64>>], column_scores: Scores<'_>) -> Result<CmhStatistic, NotEstimable> {
    let strata = Stratum::all(strata)?;
    let size = strata[0].rows.len();
    let mut gaps = vec![CompensatedSum::default(); size];
    let mut covariance = vec![CompensatedSum::default(); size * size];
    for s in &strata {
        let scores = s.scores(&s.columns, column_scores)?;
        let squares = s.squares(&s.columns, &scores);
        for i in 0..size {
            gaps[i].add(sum((0..scores.len()).map(|j| scores[j] * s.gap(i, j))));
            for u in 0..=i {
                covariance[i * size + u].add(s.spread(&s.rows, i, u) / s.total * squares / (s.total - 1.0));
            }
        }
    }
    statistic(&gaps, &covariance)
}

/// Returns the test of a linear relation of row and column scores, both ordered; one degree of freedom.
///
/// Errors as [`row_mean_scores`].
pub fn nonzero_correlation(
    strata: &[Vec<Vec<u64>>],
    row_scores: Scores<'_>,
    column_scores: Scores<'_>,
) -> Result<CmhStatistic, NotEstimable> {
    let strata = Stratum::all(strata)?;
    let (mut gap, mut variance) = (CompensatedSum::default(), CompensatedSum::default());
    for s in &strata {
        let (x, y) = (s.scores(&s.rows, row_scores)?, s.scores(&s.columns, column_scores)?);
        for (i, row) in x.iter().enumerate() {
            gap.add(row * sum((0..y.len()).map(|j| y[j] * s.gap(i, j))));
        }
        variance.add(s.squares(&s.rows, &x) * s.squares(&s.columns, &y) / (s.total - 1.0));
    }
    statistic(&[gap], &[variance])
}

/// A stratum with its margins.
struct Stratum<'a> {
    table: &'a [Vec<u64>],
    rows: Vec<f64>,
    columns: Vec<f64>,
    total: f64,
}

impl Stratum<'_> {
    /// The strata of two subjects and more, after the checks of shape.
    fn all(strata: &[Vec<Vec<u64>>]) -> Result<Vec<Stratum<'_>>, NotEstimable> {
        let height = strata.first().map_or(0, Vec::len);
        let width = strata.first().and_then(|t| t.first()).map_or(0, Vec::len);
        if strata.iter().any(|t| t.len() != height || t.iter().any(|row| row.len() != width)) {
            return Err(NotEstimable::InvalidArgument);
        }
        let list: Vec<Stratum<'_>> = strata.iter().map(|t| Stratum::new(t, width)).collect();
        let filled = |count: usize, used: &dyn Fn(&Stratum<'_>, usize) -> bool| {
            (0..count).filter(|&k| list.iter().any(|s| used(s, k))).count()
        };
        if filled(height, &|s, i| s.rows[i] > 0.0) < 2 {
            return Err(NotEstimable::EmptyGroup);
        }
        if filled(width, &|s, j| s.columns[j] > 0.0) < 2 {
            return Err(NotEstimable::NoEvents);
        }
        let varying: Vec<Stratum<'_>> = list.into_iter().filter(|s| s.total >= 2.0).collect();
        if varying.is_empty() { Err(NotEstimable::ZeroVariance) } else { Ok(varying) }
    }

    fn new(table: &[Vec<u64>], width: usize) -> Stratum<'_> {
        let rows: Vec<f64> = table.iter().map(|row| sum(row.iter().map(|&c| c as f64))).collect();
        let columns = (0..width).map(|j| sum(table.iter().map(|row| row[j] as f64))).collect();
        let total = sum(rows.iter().copied());
        Stratum { table, rows, columns, total }
    }

    /// Count less expectation, over the common denominator so that balance gives exactly 0.
    fn gap(&self, i: usize, j: usize) -> f64 {
        (self.table[i][j] as f64 * self.total - self.rows[i] * self.columns[j]) / self.total
    }

    /// n_i (N [i = k] - n_k), the covariance of two margins' shares times N².
    fn spread(&self, margin: &[f64], i: usize, k: usize) -> f64 {
        margin[i] * (if i == k { self.total - margin[k] } else { -margin[k] })
    }

    /// Sum of squared deviations of the scores from their mean in the stratum.
    fn squares(&self, margin: &[f64], scores: &[f64]) -> f64 {
        let pairs = || scores.iter().zip(margin);
        let mean = sum(pairs().map(|(s, n)| s * n)) / self.total;
        sum(pairs().map(|(s, n)| n * (s - mean) * (s - mean)))
    }

    fn scores(&self, margin: &[f64], kind: Scores<'_>) -> Result<Vec<f64>, NotEstimable> {
        let mut below = 0.0;
        let mut midrank = |n: &f64| {
            let rank = below + (n + 1.0) / 2.0;
            below += n;
            rank
        };
        Ok(match kind {
            Scores::Table(given) => {
                check_finite(given)?;
                if given.len() != margin.len() {
                    return Err(NotEstimable::InvalidArgument);
                }
                given.to_vec()
            }
            Scores::Integer => (1..=margin.len()).map(|k| k as f64).collect(),
            Scores::Rank => margin.iter().map(midrank).collect(),
            Scores::Ridit => margin.iter().map(|n| midrank(n) / self.total).collect(),
            Scores::ModifiedRidit => margin.iter().map(|n| midrank(n) / (self.total + 1.0)).collect(),
        })
    }
}

/// G' V⁻ G and the rank of V (lower triangle given), by symmetric elimination with the largest variance first.
fn statistic(gaps: &[CompensatedSum], covariance: &[CompensatedSum]) -> Result<CmhStatistic, NotEstimable> {
    let size = gaps.len();
    let mut g: Vec<f64> = gaps.iter().map(|s| s.value()).collect();
    let at = |i: usize, j: usize| covariance[i.max(j) * size + i.min(j)].value();
    let mut v: Vec<Vec<f64>> = (0..size).map(|i| (0..size).map(|j| at(i, j)).collect()).collect();
    let own: Vec<f64> = (0..size).map(|i| v[i][i]).collect();
    let mut left: Vec<usize> = (0..size).collect();
    let (mut total, mut rank) = (CompensatedSum::default(), 0.0);
    loop {
        left.retain(|&i| v[i][i] > DEPENDENT * own[i]);
        let Some(&pivot) = left.iter().max_by(|&&i, &&j| v[i][i].total_cmp(&v[j][j])) else { break };
        total.add(g[pivot] * (g[pivot] / v[pivot][pivot]));
        rank += 1.0;
        left.retain(|&i| i != pivot);
        for &i in &left {
            let factor = v[i][pivot] / v[pivot][pivot];
            g[i] -= factor * g[pivot];
            for &j in &left {
                v[i][j] -= factor * v[pivot][j];
            }
        }
    }
    if rank == 0.0 {
        return Err(NotEstimable::ZeroVariance);
    }
    let value = total.value();
    Ok(CmhStatistic { chi_square: value, df: rank, p: chi_square(value, rank)?.upper })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Income by job satisfaction, women and men (R `mantelhaen.test`, example "Job"; Agresti 2002, table 7.8).
    fn job() -> Vec<Vec<Vec<u64>>> {
        vec![
            vec![vec![1, 3, 11, 2], vec![2, 3, 17, 3], vec![0, 1, 8, 5], vec![0, 2, 4, 2]],
            vec![vec![1, 1, 2, 1], vec![0, 3, 5, 1], vec![0, 0, 7, 3], vec![0, 1, 9, 6]],
        ]
    }

    fn value(s: Result<CmhStatistic, NotEstimable>) -> (String, f64) {
        let s = s.expect("defined");
        (format!("{:.2}", s.chi_square), s.df)
    }

    #[test]
    fn published() {
        // Agresti (2002), section 7.5.3: 10.2 with 9 and 9.0 with 3 degrees of freedom.
        let satisfaction = Scores::Table(&[1.0, 3.0, 4.0, 5.0]);
        assert_eq!(value(general_association(&job())), ("10.20".into(), 9.0));
        assert_eq!(value(row_mean_scores(&job(), satisfaction)), ("9.03".into(), 3.0));
    }

    #[test]
    fn order_of_strata_rows_and_scale_of_scores() {
        let plain = row_mean_scores(&job(), Scores::Integer).expect("defined").chi_square;
        let mut other = job();
        other.swap(0, 1);
        other.iter_mut().for_each(|t| t.reverse());
        let scaled = row_mean_scores(&other, Scores::Table(&[-1e3, 0.0, 1e3, 2e3])).expect("defined").chi_square;
        assert!((scaled / plain - 1.0).abs() < 1e-12);
        let whole = general_association(&job()).expect("defined").chi_square;
        assert!((general_association(&other).expect("defined").chi_square / whole - 1.0).abs() < 1e-12);
    }

    #[test]
    fn empty_parts() {
        // An empty row, an empty column and strata of one or no subject change nothing.
        let mut padded: Vec<Vec<Vec<u64>>> = job();
        padded.push(vec![vec![0; 4]; 4]);
        let mut single = vec![vec![0; 4]; 4];
        single[1][2] = 1;
        padded.push(single);
        for t in &mut padded {
            t.iter_mut().for_each(|row| row.insert(2, 0));
            t.insert(1, vec![0; 5]);
        }
        let (one, other) = (general_association(&job()).expect("one"), general_association(&padded).expect("other"));
        assert!((one.chi_square / other.chi_square - 1.0).abs() < 1e-12 && one.df == other.df);
    }

    #[test]
    fn errors() {
        assert_eq!(general_association(&[]), Err(NotEstimable::EmptyGroup));
        assert_eq!(general_association(&[vec![vec![1, 2], vec![0, 0]]]), Err(NotEstimable::EmptyGroup));
        assert_eq!(general_association(&[vec![vec![1, 0], vec![2, 0]]]), Err(NotEstimable::NoEvents));
        assert_eq!(general_association(&[vec![vec![1, 0], vec![2]]]), Err(NotEstimable::InvalidArgument));
        // Each stratum has one row only: nothing can vary.
        let apart = [vec![vec![1, 3], vec![0, 0]], vec![vec![0, 0], vec![2, 1]]];
        assert_eq!(general_association(&apart), Err(NotEstimable::ZeroVariance));
        assert_eq!(row_mean_scores(&job(), Scores::Table(&[1.0])), Err(NotEstimable::InvalidArgument));
        assert_eq!(row_mean_scores(&job(), Scores::Table(&[1.0, 2.0, 3.0, f64::NAN])), Err(NotEstimable::NotFinite));
        assert_eq!(row_mean_scores(&job(), Scores::Table(&[2.0; 4])), Err(NotEstimable::ZeroVariance));
    }
}
