//! F tests of the terms of a model with products of variables.

use super::model::{FactorialInput, FactorialModel, indicators, term_columns};
use crate::stats::ancova::Factor;
use crate::stats::anova::FTest;
use crate::stats::linear_model::fit_linear_model;
use crate::stats::orthonormal::orthogonalise;
use crate::stats::reason::NotEstimable;

/// What else the model holds when a term is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SumOfSquares {
    /// The terms before it in the order given (type I, sequential).
    Sequential,
    /// All terms that do not contain it (type II; R car by default).
    Hierarchical,
    /// All other terms, with equal weights for the levels of other factors and covariates at 0 (type III; the tests of
    /// SAS GLM where no cell is empty).
    Marginal,
}

impl FactorialModel<'_> {
    /// Returns the F test of a term, by its position, against the residual variance of the whole model.
    ///
    /// For a term that no other contains, such as the highest interaction, types II and III are the same. `Singular`
    /// where the records do not determine the term; a type III test of a term contained in another is `Singular` too
    /// where a cell is empty, since programs then test different hypotheses.
    pub fn term_test(&self, term: usize, kind: SumOfSquares) -> Result<FTest, NotEstimable> {
        let terms = self.input.terms;
        if term >= terms.len() {
            return Err(NotEstimable::InvalidArgument);
        }
        let contains = |other: usize| other != term && terms[term].iter().all(|v| terms[other].contains(v));
        let contained = (0..terms.len()).any(contains);
        let order: (Vec<usize>, Vec<usize>) = match kind {
            SumOfSquares::Sequential => ((0..term).collect(), (term + 1..terms.len()).collect()),
            SumOfSquares::Marginal if contained => return self.marginal_test(term),
            _ => (0..terms.len()).filter(|&t| t != term).partition(|&t| !contains(t)),
        };
        self.test_between(term, order, &indicators)
    }

    /// The term after all others in a coding that sums to 0 over the levels of each factor.
    fn marginal_test(&self, term: usize) -> Result<FTest, NotEstimable> {
        let all: Vec<Vec<f64>> = ordered(&self.input, (0..self.input.terms.len()).collect(), &sum_to_zero);
        let (design, _) = orthogonalise(&all, self.input.response.len())?;
        // A level or cell without records leaves columns that depend on others.
        if design.rank() < all.len() {
            return Err(NotEstimable::Singular);
        }
        let others = (0..self.input.terms.len()).filter(|&t| t != term).collect();
        self.test_between(term, (others, Vec::new()), &sum_to_zero)
    }

    fn test_between(
        &self,
        term: usize,
        (before, after): (Vec<usize>, Vec<usize>),
        coding: &dyn Fn(&Factor) -> Vec<Vec<f64>>,
    ) -> Result<FTest, NotEstimable> {
        let mut columns = ordered(&self.input, before, coding);
        let first = columns.len();
        columns.extend(term_columns(&self.input, &self.input.terms[term], coding));
        let end = columns.len();
        for other in after {
            columns.extend(term_columns(&self.input, &self.input.terms[other], coding));
        }
        fit_linear_model(&columns, self.input.response)?.sequential_test(first, end)
    }
}

/// The intercept and the columns of some terms.
fn ordered(input: &FactorialInput, terms: Vec<usize>, coding: &dyn Fn(&Factor) -> Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let mut columns = vec![vec![1.0; input.response.len()]];
    for term in terms {
        columns.extend(term_columns(input, &input.terms[term], coding));
    }
    columns
}

/// One column for each level that occurs but the last of them, -1 at the last.
fn sum_to_zero(factor: &Factor) -> Vec<Vec<f64>> {
    let occurring: Vec<usize> = (0..factor.n_levels).filter(|l| factor.level.contains(l)).collect();
    let Some((last, others)) = occurring.split_last() else {
        return Vec::new();
    };
    let code = |l: usize, column: usize| {
        if l == *last { -1.0 } else { f64::from(l == column) }
    };
    others.iter().map(|&column| factor.level.iter().map(|&l| code(l, column)).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ancova::MarginWeights;
    use crate::stats::factorial::{Variable, fit_factorial};

    #[test]
    fn balanced_types_agree_and_empty_cells_are_told() {
        let response = [1.0, 2.0, 4.0, 5.5, 3.0, 2.5, 9.0, 8.0];
        let (a, b) = ([0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 1, 1, 0, 0, 1, 1]);
        let factor = |level, n_levels| Variable::Factor(Factor { level, n_levels });
        let variables = [factor(&a[..], 2), factor(&b[..], 3)];
        let terms = [vec![0], vec![1], vec![0, 1]];
        let input = FactorialInput { response: &response, variables: &variables, terms: &terms };
        let fit = fit_factorial(input, MarginWeights::Equal, 0.95).expect("fitted");
        for term in 0..3 {
            let f = |kind| fit.term_test(term, kind).expect("defined").f;
            let first = f(SumOfSquares::Sequential);
            assert!((f(SumOfSquares::Hierarchical) - first).abs() < 1e-10 * first);
            assert!((f(SumOfSquares::Marginal) - first).abs() < 1e-10 * first);
        }
        // One cell of four empty.
        let input = FactorialInput {
            response: &response[..6],
            variables: &[factor(&a[..6], 2), factor(&b[..6], 2)],
            terms: &terms,
        };
        let fit = fit_factorial(input, MarginWeights::Equal, 0.95).expect("fitted");
        assert_eq!(fit.term_test(2, SumOfSquares::Marginal), Err(NotEstimable::Singular));
        assert_eq!(fit.term_test(0, SumOfSquares::Marginal), Err(NotEstimable::Singular));
        assert!(fit.term_test(0, SumOfSquares::Hierarchical).is_ok());
    }
}
