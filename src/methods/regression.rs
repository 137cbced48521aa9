//! Columns of a regression of a response on arm, factors and covariates, and what is written of its coefficients.

use crate::results::ResultKey;
use crate::stats::glm::{ChiSquare, WaldEstimate};
use crate::stats::{NotEstimable, Value};

use super::input::AnalysisInput;
use super::writer::Writer;

/// A coefficient that is no comparison of arms: the intercept, a level of a factor, a covariate.
pub(super) struct Coefficient {
    /// Name of the term.
    pub term: String,
    /// Level of a factor, against its first level.
    pub level: Option<String>,
    /// Position of its column.
    pub column: usize,
}

/// A term that is tested as a whole.
pub(super) struct Term {
    /// Its name; `treatment` for the arms.
    pub name: String,
    /// Positions of its columns.
    pub columns: Vec<usize>,
}

/// Columns, with the arm of position `reference` and the first level of each factor as reference.
pub(super) struct Design {
    /// Responses, 0 or 1.
    pub response: Vec<f64>,
    /// One list for each coefficient; the intercept is the first.
    pub columns: Vec<Vec<f64>>,
    /// What the columns after the arms are.
    pub coefficients: Vec<Coefficient>,
    /// The terms, the arms first.
    pub terms: Vec<Term>,
    reference: usize,
    n_arms: usize,
}

impl Design {
    /// Makes the columns.
    pub fn new(input: &AnalysisInput, reference: usize) -> Self {
        let rows = &input.rows;
        let indicator = |yes: bool| f64::from(u8::from(yes));
        let mut columns = vec![vec![1.0; rows.len()]];
        let mut coefficients = vec![Coefficient { term: "intercept".to_owned(), level: None, column: 0 }];
        let n_arms = input.arms.len();
        for arm in (0..n_arms).filter(|arm| *arm != reference) {
            columns.push(rows.iter().map(|r| indicator(r.arm == arm)).collect());
        }
        let mut terms = vec![Term { name: "treatment".to_owned(), columns: (1..columns.len()).collect() }];
        for (at, factor) in input.factors.iter().enumerate() {
            // Levels nobody analysed has say nothing; the first that occurs is the reference.
            let occurs = |level: &usize| rows.iter().any(|r| r.factors[at] == *level);
            let first = columns.len();
            for level in (0..factor.levels.len()).filter(occurs).skip(1) {
                let (term, label) = (factor.name.clone(), Some(factor.levels[level].clone()));
                coefficients.push(Coefficient { term, level: label, column: columns.len() });
                columns.push(rows.iter().map(|r| indicator(r.factors[at] == level)).collect());
            }
            terms.push(Term { name: factor.name.clone(), columns: (first..columns.len()).collect() });
        }
        for (at, covariate) in input.covariates.iter().enumerate() {
            coefficients.push(Coefficient { term: covariate.clone(), level: None, column: columns.len() });
            terms.push(Term { name: covariate.clone(), columns: vec![columns.len()] });
            columns.push(rows.iter().map(|r| r.covariates[at]).collect());
        }
        let response = rows.iter().map(|r| indicator(r.value > 0.5)).collect();
        Self { response, columns, coefficients, terms, reference, n_arms }
    }

    /// The column of an arm; `None` for the reference.
    pub fn column_of(&self, arm: usize) -> Option<usize> {
        (arm != self.reference).then(|| if arm < self.reference { arm + 1 } else { arm })
    }

    /// Weights of the coefficients that compare two arms.
    pub fn contrast(&self, comparison: (usize, usize)) -> Vec<f64> {
        let mut weights = vec![0.0; self.columns.len()];
        if let Some(column) = self.column_of(comparison.0) {
            weights[column] += 1.0;
        }
        if let Some(column) = self.column_of(comparison.1) {
            weights[column] -= 1.0;
        }
        weights
    }

    /// The columns as if everybody were in each of the arms.
    pub fn as_if_in_each_arm(&self) -> Vec<Vec<Vec<f64>>> {
        let of = |arm: usize| {
            let mut columns = self.columns.clone();
            for column in &mut columns[1..self.n_arms] {
                column.fill(0.0);
            }
            if let Some(column) = self.column_of(arm) {
                columns[column].fill(1.0);
            }
            columns
        };
        (0..self.n_arms).map(of).collect()
    }
}

/// The arm that coefficients are held against: that of the first comparison.
pub(super) fn reference(input: &AnalysisInput) -> usize {
    input.comparisons.first().map_or(0, |c| c.1)
}

/// An estimate on the log scale with limits that may come from elsewhere than the standard error.
#[derive(Clone, Copy)]
pub(super) struct LogEstimate {
    pub estimate: Value,
    pub standard_error: Value,
    pub lower: Value,
    pub upper: Value,
    pub z: Value,
    pub p: Value,
}

impl LogEstimate {
    /// With Wald limits.
    pub fn wald(estimate: Result<WaldEstimate, NotEstimable>) -> Self {
        Self {
            estimate: estimate.map(|e| e.estimate),
            standard_error: estimate.map(|e| e.standard_error),
            lower: estimate.map(|e| e.interval.lower),
            upper: estimate.map(|e| e.interval.upper),
            z: estimate.map(|e| e.z),
            p: estimate.map(|e| e.p_two_sided),
        }
    }

    /// The numbers under the names of a comparison (`log_odds_ratio`) or of a coefficient (`estimate`).
    pub fn each(&self, name: &str, mut write: impl FnMut(&str, Value)) {
        write(name, self.estimate);
        write(&format!("{name}_se"), self.standard_error);
        write(&format!("{name}_lower"), self.lower);
        write(&format!("{name}_upper"), self.upper);
        for (name, value) in
            [("odds_ratio", self.estimate), ("odds_ratio_lower", self.lower), ("odds_ratio_upper", self.upper)]
        {
            write(name, value.and_then(exponential));
        }
        write("z", self.z);
        write("p", self.p);
    }
}

fn exponential(log: f64) -> Value {
    let ratio = libm::exp(log);
    if ratio.is_finite() { Ok(ratio) } else { Err(NotEstimable::Unbounded) }
}

/// Writes the coefficients besides the arms' with `of` a column.
pub(super) fn coefficients(writer: &mut Writer<'_, '_, '_>, design: &Design, of: impl Fn(usize) -> LogEstimate) {
    for coefficient in &design.coefficients {
        let mut key = ResultKey::new(&writer.input.id, "estimate").with("term", coefficient.term.as_str());
        if let Some(level) = &coefficient.level {
            key = key.with("level", level.as_str());
        }
        of(coefficient.column).each("estimate", |name, value| writer.overall(key.statistic(name), value));
    }
}

/// Writes the test of each term.
pub(super) fn terms(
    writer: &mut Writer<'_, '_, '_>,
    design: &Design,
    name: &str,
    test: impl Fn(&[usize]) -> Result<ChiSquare, NotEstimable>,
) {
    for term in &design.terms {
        let result = test(&term.columns);
        let key = ResultKey::new(&writer.input.id, "p").with("term", term.name.as_str()).with("test", name);
        writer.overall(key.statistic("chi_square"), result.map(|r| r.chi_square));
        writer.overall(key.statistic("df"), result.map(|r| r.df));
        writer.overall(key, result.map(|r| r.p));
    }
}
