//! Columns of a design with visits, arms, factors and covariates, and the weights of least-squares means.
//!
//! Coding is by reference level: the intercept and one indicator for each level but the first; an interaction is the
//! product of the columns of its variables. Least-squares means are predictions at given visit and arm, averaged over
//! the levels of factors and at the means of covariates (Searle, Speed & Milliken 1980), as SAS `LSMEANS` and emmeans.

use std::collections::BTreeSet;
use std::ops::Range;

use super::super::ancova::{Factor, MarginWeights};
use super::super::reason::{NotEstimable, check_finite};
use super::super::sum::mean;

/// A variable of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// The visit.
    Visit,
    /// The arm.
    Arm,
    /// A further factor, by its position.
    Factor(usize),
    /// A covariate, by its position.
    Covariate(usize),
}

/// The variables of the records given to the fit, one value a record.
#[derive(Debug, Clone, Copy)]
pub struct DesignData<'a> {
    /// Visit of each record.
    pub visit: Factor<'a>,
    /// Arm of each record.
    pub arm: Factor<'a>,
    /// Further factors (strata, centres, sex).
    pub factors: &'a [Factor<'a>],
    /// Covariates (baseline, age).
    pub covariates: &'a [&'a [f64]],
}

/// Columns of a design and what they stand for.
#[derive(Debug, Clone, PartialEq)]
pub struct Design {
    /// The columns: the intercept, then term after term.
    pub columns: Vec<Vec<f64>>,
    terms: Vec<Term>,
    /// Mean of each covariate over the records.
    pub covariate_means: Vec<f64>,
    n_levels: Vec<(Variable, usize)>,
    /// Levels of each factor that occur.
    occurring: Vec<BTreeSet<usize>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Term {
    variables: Vec<Variable>,
    columns: Range<usize>,
    /// Level of each variable of each column; 0 for a covariate.
    levels: Vec<Vec<usize>>,
    /// Observed mean over records of the product of the indicators of the further factors, for each column.
    observed: Vec<f64>,
}

/// Where a least-squares mean stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place<'a> {
    /// The visit, or `None` for the average of all visits with equal weights.
    pub visit: Option<usize>,
    /// The arm, or `None` for the average of all arms with equal weights.
    pub arm: Option<usize>,
    /// Values of the covariates, or `None` for their means over the records.
    pub covariates: Option<&'a [f64]>,
}

impl Place<'_> {
    /// An arm at a visit, covariates at their means.
    pub fn cell(visit: usize, arm: usize) -> Place<'static> {
        Place { visit: Some(visit), arm: Some(arm), covariates: None }
    }
}

impl Design {
    /// Builds the columns of the terms; the intercept is always there.
    ///
    /// For the usual model give `[Arm]`, `[Visit]`, `[Arm, Visit]`, `[Covariate(0)]`, `[Covariate(0), Visit]`,
    /// `[Factor(0)]`. `InvalidArgument` for lists of different length, levels out of range, a variable that is not
    /// there or stands twice in a term, or a term without variables; `TooFewValues` without records.
    pub fn new(data: DesignData, terms: &[Vec<Variable>]) -> Result<Design, NotEstimable> {
        let n = data.visit.level.len();
        if n == 0 {
            return Err(NotEstimable::TooFewValues);
        }
        let mut all = vec![(Variable::Visit, data.visit), (Variable::Arm, data.arm)];
        all.extend(data.factors.iter().enumerate().map(|(k, f)| (Variable::Factor(k), *f)));
        let wrong = |f: &Factor| f.level.len() != n || f.level.iter().any(|&l| l >= f.n_levels);
        if all.iter().any(|(_, f)| wrong(f)) || data.covariates.iter().any(|c| c.len() != n) {
            return Err(NotEstimable::InvalidArgument);
        }
        for covariate in data.covariates {
            check_finite(covariate)?;
        }
        let mut design = Design {
            columns: vec![vec![1.0; n]],
            terms: Vec::new(),
            covariate_means: data.covariates.iter().filter_map(|c| mean(c)).collect(),
            n_levels: all.iter().map(|(v, f)| (*v, f.n_levels)).collect(),
            occurring: data.factors.iter().map(|f| f.level.iter().copied().collect()).collect(),
        };
        for variables in terms {
            let distinct: BTreeSet<&Variable> = variables.iter().collect();
            if variables.is_empty() || distinct.len() != variables.len() {
                return Err(NotEstimable::InvalidArgument);
            }
            let mut columns = vec![(Vec::new(), vec![1.0; n], vec![1.0; n])];
            for variable in variables {
                columns = match variable {
                    Variable::Covariate(k) => {
                        let values = data.covariates.get(*k).ok_or(NotEstimable::InvalidArgument)?;
                        let times = |c: Vec<f64>| c.iter().zip(*values).map(|(a, b)| a * b).collect();
                        let with = |l: Vec<usize>| l.into_iter().chain([0]).collect();
                        columns.into_iter().map(|(l, c, margin)| (with(l), times(c), margin)).collect()
                    }
                    _ => {
                        let known = all.iter().find(|(v, _)| v == variable);
                        let factor = known.ok_or(NotEstimable::InvalidArgument)?.1;
                        let margin_too = matches!(variable, Variable::Factor(_));
                        let mut next = Vec::new();
                        for (levels, column, margin) in &columns {
                            for level in 1..factor.n_levels {
                                let keep = |c: &[f64]| -> Vec<f64> {
                                    let pairs = c.iter().zip(factor.level);
                                    pairs.map(|(v, l)| if *l == level { *v } else { 0.0 }).collect()
                                };
                                let margin = if margin_too { keep(margin) } else { margin.clone() };
                                next.push((levels.iter().copied().chain([level]).collect(), keep(column), margin));
                            }
                        }
                        next
                    }
                };
            }
            let first = design.columns.len();
            let mut term = Term {
                variables: variables.clone(),
                columns: first..first + columns.len(),
                levels: Vec::new(),
                observed: Vec::new(),
            };
            for (levels, column, margin) in columns {
                term.levels.push(levels);
                term.observed.push(mean(&margin).unwrap_or(0.0));
                design.columns.push(column);
            }
            design.terms.push(term);
        }
        Ok(design)
    }

    fn levels_of(&self, variable: Variable) -> usize {
        self.n_levels.iter().find(|(v, _)| *v == variable).map_or(0, |(_, n)| *n)
    }

    /// Weights of the coefficients in a least-squares mean.
    ///
    /// [`MarginWeights::Equal`] averages the levels of each further factor that occur with equal weights (the default
    /// of SAS and emmeans), [`MarginWeights::Observed`] by their shares of the records (SAS `OM`, emmeans
    /// "proportional"; for a product of factors their joint shares). `InvalidArgument` for a visit or arm out of
    /// range or a wrong number of covariates.
    pub fn mean(&self, place: Place, margins: MarginWeights) -> Result<Vec<f64>, NotEstimable> {
        let out = |at: Option<usize>, v: Variable| at.is_some_and(|l| l >= self.levels_of(v));
        let covariates = place.covariates.unwrap_or(&self.covariate_means);
        let short = covariates.len() != self.covariate_means.len();
        if out(place.visit, Variable::Visit) || out(place.arm, Variable::Arm) || short {
            return Err(NotEstimable::InvalidArgument);
        }
        check_finite(covariates)?;
        let share = |at: Option<usize>, level: usize, variable: Variable| match at {
            Some(chosen) => f64::from(chosen == level),
            None => 1.0 / self.levels_of(variable) as f64,
        };
        let mut row = vec![0.0; self.columns.len()];
        row[0] = 1.0;
        for term in &self.terms {
            for (k, column) in term.columns.clone().enumerate() {
                let weight = |(variable, level): (&Variable, &usize)| match variable {
                    Variable::Visit => share(place.visit, *level, Variable::Visit),
                    Variable::Arm => share(place.arm, *level, Variable::Arm),
                    Variable::Covariate(c) => covariates[*c],
                    Variable::Factor(f) => match margins {
                        MarginWeights::Observed => 1.0,
                        MarginWeights::Equal if self.occurring[*f].contains(level) => {
                            1.0 / self.occurring[*f].len() as f64
                        }
                        MarginWeights::Equal => 0.0,
                    },
                };
                let product: f64 = term.variables.iter().zip(&term.levels[k]).map(weight).product();
                row[column] = product * if margins == MarginWeights::Observed { term.observed[k] } else { 1.0 };
            }
        }
        Ok(row)
    }

    /// Weights of the difference of two least-squares means, `of` minus `reference`.
    pub fn difference(&self, of: Place, reference: Place, margins: MarginWeights) -> Result<Vec<f64>, NotEstimable> {
        let (a, b) = (self.mean(of, margins)?, self.mean(reference, margins)?);
        Ok(a.iter().zip(&b).map(|(x, y)| x - y).collect())
    }

    /// Rows of the type III test of a term, by its position in the list given.
    ///
    /// Differences from the first level of each factor of the term, averaged with equal weights over the levels of all
    /// others; covariates of the term as slopes, terms with further covariates at a value of 0 (SAS type III where
    /// every cell occurs; cells without records make the rows not estimable).
    pub fn term_rows(&self, term: usize) -> Result<Vec<Vec<f64>>, NotEstimable> {
        let tested = self.terms.get(term).ok_or(NotEstimable::InvalidArgument)?;
        let is_covariate = |v: &&Variable| matches!(v, Variable::Covariate(_));
        let slopes = |t: &Term| -> BTreeSet<Variable> { t.variables.iter().filter(is_covariate).copied().collect() };
        let level_of = |t: &Term, k: usize, v: &Variable| {
            t.variables.iter().zip(&t.levels[k]).find(|(own, _)| *own == v).map(|(_, level)| *level)
        };
        let mut rows = Vec::new();
        for k in 0..tested.levels.len() {
            let mut row = vec![0.0; self.columns.len()];
            for other in &self.terms {
                let all_in = tested.variables.iter().all(|v| other.variables.contains(v));
                if !all_in || slopes(other) != slopes(tested) {
                    continue;
                }
                for (c, column) in other.columns.clone().enumerate() {
                    let weight = |v: &Variable| match (level_of(other, c, v), level_of(tested, k, v)) {
                        _ if matches!(v, Variable::Covariate(_)) => 1.0,
                        (own, Some(level)) => f64::from(own == Some(level)),
                        _ => 1.0 / self.levels_of(*v) as f64,
                    };
                    row[column] = other.variables.iter().map(weight).product();
                }
            }
            rows.push(row);
        }
        Ok(rows)
    }
}
