//! Least-squares means and their differences at chosen levels and covariate values.

use super::model::{FactorialModel, Variable};
use crate::stats::ancova::{Factor, MarginWeights};
use crate::stats::linear_model::LinearEstimate;
use crate::stats::reason::NotEstimable;
use crate::stats::sum::{mean, sum};

/// Where a least-squares mean stands.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Position<'a> {
    /// Variable and level of each factor that is held; the other factors are averaged over.
    pub levels: &'a [(usize, usize)],
    /// Variable and value of each covariate that is held; the others stand at their means over the records.
    pub covariates: &'a [(usize, f64)],
}

impl FactorialModel<'_> {
    /// Returns the least-squares mean at a position.
    ///
    /// Factors not held are averaged with equal weights of the levels that occur, or with the shares of their
    /// combinations among the records (`Observed`; emmeans `proportional`). `Singular` where a cell it needs is empty.
    pub fn least_squares_mean(&self, at: Position) -> Result<LinearEstimate, NotEstimable> {
        self.model.combination(&self.row(at)?, self.level)
    }

    /// Returns the difference of two least-squares means, `of` minus `reference`, without multiplicity adjustment.
    pub fn difference(&self, of: Position, reference: Position) -> Result<LinearEstimate, NotEstimable> {
        self.difference_of_differences((of, reference), None)
    }

    /// Returns the difference `first.0 - first.1`, less `second.0 - second.1` where given: an interaction contrast.
    pub fn difference_of_differences(
        &self,
        first: (Position, Position),
        second: Option<(Position, Position)>,
    ) -> Result<LinearEstimate, NotEstimable> {
        let mut row = self.row(first.0)?;
        subtract(&mut row, &self.row(first.1)?, 1.0);
        if let Some((of, reference)) = second {
            subtract(&mut row, &self.row(of)?, 1.0);
            subtract(&mut row, &self.row(reference)?, -1.0);
        }
        if row.iter().all(|w| *w == 0.0) {
            return Err(NotEstimable::InvalidArgument);
        }
        self.model.combination(&row, self.level)
    }

    /// The weights of the columns in a least-squares mean.
    ///
    /// `InvalidArgument` for a variable of the other kind, held twice or out of range, or a level out of range.
    pub fn row(&self, at: Position) -> Result<Vec<f64>, NotEstimable> {
        let variables = self.input.variables;
        for (place, &(variable, level)) in at.levels.iter().enumerate() {
            let known = matches!(variables.get(variable), Some(Variable::Factor(f)) if level < f.n_levels);
            if !known || at.levels[..place].iter().any(|l| l.0 == variable) {
                return Err(NotEstimable::InvalidArgument);
            }
        }
        for (place, &(variable, value)) in at.covariates.iter().enumerate() {
            let known = matches!(variables.get(variable), Some(Variable::Covariate(_)));
            if !known || !value.is_finite() || at.covariates[..place].iter().any(|c| c.0 == variable) {
                return Err(NotEstimable::InvalidArgument);
            }
        }
        let mut row = vec![1.0];
        for term in self.input.terms {
            let mut fixed = vec![1.0];
            let mut free: Vec<Vec<f64>> = vec![vec![1.0; self.input.response.len()]];
            for &variable in term {
                let (own, own_free) = self.part(variable, at)?;
                fixed = fixed.iter().flat_map(|a| own.iter().map(move |b| a * b)).collect();
                free = (free.iter())
                    .flat_map(|a| own_free.iter().map(|b| a.iter().zip(b).map(|(x, y)| x * y).collect::<Vec<f64>>()))
                    .collect();
            }
            let n = self.input.response.len() as f64;
            row.extend(fixed.iter().zip(&free).map(|(w, f)| w * sum(f.iter().copied()) / n));
        }
        Ok(row)
    }

    /// For each column of a variable: its weight, and what is averaged over the records beside it.
    fn part(&self, variable: usize, at: Position) -> Result<(Vec<f64>, Vec<Vec<f64>>), NotEstimable> {
        let ones = || vec![1.0; self.input.response.len()];
        match &self.input.variables[variable] {
            Variable::Covariate(values) => {
                let held = at.covariates.iter().find(|c| c.0 == variable).map(|c| c.1);
                let value = held.or_else(|| mean(values)).ok_or(NotEstimable::TooFewValues)?;
                Ok((vec![value], vec![ones()]))
            }
            Variable::Factor(factor) => {
                let each = |weight: &dyn Fn(usize) -> f64| (0..factor.n_levels).map(weight).collect::<Vec<f64>>();
                if let Some(&(_, held)) = at.levels.iter().find(|l| l.0 == variable) {
                    return Ok((each(&|l| f64::from(l == held)), vec![ones(); factor.n_levels]));
                }
                match self.weights {
                    MarginWeights::Equal => {
                        let occurs = |l: usize| f64::from(factor.level.contains(&l));
                        let count = sum((0..factor.n_levels).map(occurs));
                        Ok((each(&|l| occurs(l) / count), vec![ones(); factor.n_levels]))
                    }
                    MarginWeights::Observed => Ok((each(&|_| 1.0), of_each_record(factor))),
                }
            }
        }
    }
}

fn of_each_record(factor: &Factor) -> Vec<Vec<f64>> {
    super::model::indicators(factor)
}

fn subtract(row: &mut [f64], other: &[f64], share: f64) {
    for (a, b) in row.iter_mut().zip(other) {
        *a -= share * b;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::factorial::{FactorialInput, fit_factorial};

    #[test]
    fn two_by_two_by_hand() {
        // Cell means 1, 3, 5 and 11 with one, two, two and three records.
        let response = [1.0, 2.0, 4.0, 4.5, 5.5, 10.0, 11.0, 12.0];
        let (a, b) = ([0, 0, 0, 1, 1, 1, 1, 1], [0, 1, 1, 0, 0, 1, 1, 1]);
        let factor = |level| Variable::Factor(Factor { level, n_levels: 2 });
        let variables = [factor(&a[..]), factor(&b[..])];
        let terms = [vec![0], vec![1], vec![0, 1]];
        let input = FactorialInput { response: &response, variables: &variables, terms: &terms };
        let equal = fit_factorial(input, MarginWeights::Equal, 0.95).expect("fitted");
        let observed = fit_factorial(input, MarginWeights::Observed, 0.95).expect("fitted");
        let at = |levels| Position { levels, covariates: &[] };
        let mean_of = |m: &FactorialModel, p: Position| m.least_squares_mean(p).expect("estimable").estimate;
        assert!((mean_of(&equal, at(&[(0, 0)])) - 2.0).abs() < 1e-13);
        assert!((mean_of(&observed, at(&[(0, 0)])) - (3.0 + 5.0 * 3.0) / 8.0).abs() < 1e-13);
        assert!((mean_of(&equal, at(&[(0, 1), (1, 0)])) - 5.0).abs() < 1e-13);
        let effect = |b| {
            (
                Position { levels: if b == 1 { &[(0, 1), (1, 1)] } else { &[(0, 1), (1, 0)] }, covariates: &[] },
                Position { levels: if b == 1 { &[(0, 0), (1, 1)] } else { &[(0, 0), (1, 0)] }, covariates: &[] },
            )
        };
        let (one, zero) = (effect(1), effect(0));
        assert!((equal.difference(one.0, one.1).expect("estimable").estimate - 8.0).abs() < 1e-13);
        let interaction = equal.difference_of_differences(one, Some(zero)).expect("estimable");
        assert!((interaction.estimate - 4.0).abs() < 1e-13);
        assert_eq!(equal.difference(one.0, one.0), Err(NotEstimable::InvalidArgument));
        assert_eq!(equal.row(at(&[(2, 0)])), Err(NotEstimable::InvalidArgument));
        assert_eq!(equal.row(at(&[(0, 2)])), Err(NotEstimable::InvalidArgument));
    }
}
