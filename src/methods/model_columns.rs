//! Columns of a regression model: arms against a reference, factors by level, covariates; and how ratios are written.

use std::ops::Range;

use crate::results::ResultKey;
use crate::stats::{Interval, NotEstimable};

use super::input::{Analysed, AnalysisInput};
use super::writer::Writer;

/// The columns of a model and which belong to which term.
pub(super) struct ModelColumns {
    /// One entry for each record; the intercept first where there is one.
    pub columns: Vec<Vec<f64>>,
    /// Terms without the intercept: the arms, factors, covariates.
    pub terms: Vec<Term>,
    /// Arm that has no column.
    pub reference: usize,
}

/// One term.
pub(super) struct Term {
    /// `treatment`, or the name of the variable.
    pub name: String,
    /// Its columns.
    pub columns: Range<usize>,
    /// Words for each column, such as `smallcell/squamous`; none for a covariate.
    pub levels: Vec<String>,
}

impl ModelColumns {
    /// The columns of some rows; the arm `reference` and the first level of each factor have none.
    pub fn of(input: &AnalysisInput, rows: &[&Analysed], reference: usize, intercept: bool) -> Self {
        let mut columns: Vec<Vec<f64>> = Vec::new();
        if intercept {
            columns.push(vec![1.0; rows.len()]);
        }
        let indicator = |holds: &dyn Fn(&Analysed) -> bool| -> Vec<f64> {
            rows.iter().map(|r| f64::from(u8::from(holds(r)))).collect()
        };
        let mut terms = Vec::new();
        let mut term = |name: &str, added: Vec<Vec<f64>>, levels: Vec<String>| {
            let start = columns.len();
            columns.extend(added);
            terms.push(Term { name: name.to_owned(), columns: start..columns.len(), levels });
        };
        let arms = || (0..input.arms.len()).filter(|arm| *arm != reference);
        let words = arms().map(|arm| input.compared((arm, reference))).collect();
        term("treatment", arms().map(|arm| indicator(&|r| r.arm == arm)).collect(), words);
        for (at, factor) in input.factors.iter().enumerate() {
            let levels = || 1..factor.levels.len();
            let words = levels().map(|level| format!("{}/{}", factor.levels[level], factor.levels[0])).collect();
            term(&factor.name, levels().map(|level| indicator(&|r| r.factors[at] == level)).collect(), words);
        }
        for (at, name) in input.covariates.iter().enumerate() {
            term(name, vec![rows.iter().map(|r| r.covariates[at]).collect()], Vec::new());
        }
        Self { columns, terms, reference }
    }

    /// The columns as slices.
    pub fn slices(&self) -> Vec<&[f64]> {
        self.columns.iter().map(Vec::as_slice).collect()
    }

    /// Column of an arm; `None` for the reference.
    pub fn arm_column(&self, arm: usize) -> Option<usize> {
        let place = if arm < self.reference { arm } else { arm.wrapping_sub(1) };
        (arm != self.reference).then(|| self.terms[0].columns.start + place)
    }

    /// Weights of the columns for the first arm minus the second.
    pub fn contrast(&self, comparison: (usize, usize)) -> Vec<f64> {
        let mut weights = vec![0.0; self.columns.len()];
        if let Some(column) = self.arm_column(comparison.0) {
            weights[column] += 1.0;
        }
        if let Some(column) = self.arm_column(comparison.1) {
            weights[column] -= 1.0;
        }
        weights
    }

    /// Each column beyond the arms, with its term and level.
    pub fn beyond_arms(&self) -> impl Iterator<Item = (&Term, usize, Option<&str>)> {
        self.terms.iter().skip(1).flat_map(|term| {
            term.columns.clone().enumerate().map(move |(at, c)| (term, c, term.levels.get(at).map(String::as_str)))
        })
    }
}

/// The arm that others are compared with: of the first comparison, else the first arm.
pub(super) fn reference_arm(input: &AnalysisInput) -> usize {
    input.comparisons.first().map_or(0, |c| c.1)
}

/// A ratio, its logarithm and their limits.
#[derive(Clone, Copy)]
pub(super) struct LogRatio {
    pub log: f64,
    pub standard_error: f64,
    pub z: f64,
    pub p: f64,
    pub ratio: Result<f64, NotEstimable>,
    pub lower: Result<f64, NotEstimable>,
    pub upper: Result<f64, NotEstimable>,
}

impl LogRatio {
    /// From the logarithm with its interval.
    pub fn new(log: f64, standard_error: f64, z: f64, p: f64, interval: Interval) -> Self {
        let power = |x: f64| {
            let value = libm::exp(x);
            if value.is_finite() { Ok(value) } else { Err(NotEstimable::NotFinite) }
        };
        let (lower, upper) = (power(interval.lower), power(interval.upper));
        Self { log, standard_error, z, p, ratio: power(log), lower, upper }
    }
}

/// What is compared: arms, or levels or units of a term.
pub(super) enum Compared<'a> {
    /// Two arms.
    Arms((usize, usize)),
    /// A column of a term, with its level.
    Column(&'a str, Option<&'a str>),
}

/// Writes a ratio under `name`, its logarithm under `log_NAME`, with limits, standard error, z and p.
pub(super) fn write_ratio(
    writer: &mut Writer<'_, '_, '_>,
    name: &str,
    compared: &Compared<'_>,
    value: Result<LogRatio, NotEstimable>,
) {
    for (statistic, value) in [
        (name.to_owned(), value.and_then(|v| v.ratio)),
        (format!("{name}_lower"), value.and_then(|v| v.lower)),
        (format!("{name}_upper"), value.and_then(|v| v.upper)),
        (format!("log_{name}"), value.map(|v| v.log)),
        (format!("log_{name}_se"), value.map(|v| v.standard_error)),
        ("z".to_owned(), value.map(|v| v.z)),
        ("p".to_owned(), value.map(|v| v.p)),
    ] {
        match compared {
            Compared::Arms(comparison) => writer.compared(&statistic, *comparison, value),
            Compared::Column(term, level) => {
                let key = ResultKey::new(&writer.input.id, statistic).with("term", *term);
                let key = level.iter().fold(key, |key, level| key.with("level", *level));
                writer.overall(key, value);
            }
        }
    }
}

/// Writes a chi-square test under `test` and, where it is of one term, `term`.
pub(super) fn write_test(
    writer: &mut Writer<'_, '_, '_>,
    test: &str,
    term: Option<&str>,
    value: Result<(f64, f64, f64), NotEstimable>,
) {
    for (name, value) in [("chi_square", value.map(|v| v.0)), ("df", value.map(|v| v.1)), ("p", value.map(|v| v.2))] {
        let key = ResultKey::new(&writer.input.id, name).with("test", test);
        let key = term.iter().fold(key, |key, term| key.with("term", *term));
        writer.overall(key, value);
    }
}
