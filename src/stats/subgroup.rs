//! An effect in each level of a subgroup, and the test that it is the same in all: means and odds ratios.
//!
//! The interaction of the two factors is tested in one model of all records (Brookes et al. 2004; ICH E9, 5.7), by F
//! for means and by the likelihood ratio for odds. For other estimates see [`super::heterogeneity`].

use super::ancova::{Factor, MarginWeights};
use super::anova::FTest;
use super::factorial::{FactorialInput, Position, SumOfSquares, Variable, fit_factorial};
use super::glm::{ChiSquare, Covariance, Family, WaldEstimate, fit_glm};
use super::linear_model::LinearEstimate;
use super::reason::NotEstimable;

/// The records of a subgroup analysis.
#[derive(Debug, Clone, Copy)]
pub struct SubgroupInput<'a> {
    /// Response of each record; 0 or 1 for odds.
    pub response: &'a [f64],
    /// Group of each record; effects are against `reference`.
    pub group: Factor<'a>,
    /// The group that others are compared with.
    pub reference: usize,
    /// Subgroup of each record.
    pub subgroup: Factor<'a>,
    /// Covariates with one slope each, by number or as zeros and ones.
    pub covariates: &'a [&'a [f64]],
}

/// Differences of means by subgroup.
#[derive(Debug, Clone, PartialEq)]
pub struct SubgroupMeans {
    /// For each subgroup the difference of each group to the reference, `InvalidArgument` at the reference itself.
    pub differences: Vec<Vec<Result<LinearEstimate, NotEstimable>>>,
    /// F test of the interaction.
    pub interaction: Result<FTest, NotEstimable>,
}

/// Log odds ratios by subgroup.
#[derive(Debug, Clone, PartialEq)]
pub struct SubgroupOdds {
    /// For each subgroup the log odds ratio of each group to the reference, `InvalidArgument` at the reference itself,
    /// `Separation` in a subgroup where only one group has events.
    pub log_odds_ratios: Vec<Vec<Result<WaldEstimate, NotEstimable>>>,
    /// Likelihood ratio test of the interaction.
    pub likelihood_ratio: Result<ChiSquare, NotEstimable>,
    /// Wald test of the interaction.
    pub wald: Result<ChiSquare, NotEstimable>,
}

/// Returns the differences of means in each subgroup from one linear model, and the interaction test.
///
/// Errors as [`fit_factorial`]; a subgroup in which a group has no records has `Singular` there.
pub fn subgroup_means(input: SubgroupInput, level: f64) -> Result<SubgroupMeans, NotEstimable> {
    check(input)?;
    let mut variables = vec![Variable::Factor(input.group), Variable::Factor(input.subgroup)];
    variables.extend(input.covariates.iter().map(|c| Variable::Covariate(c)));
    let mut terms: Vec<Vec<usize>> = (0..variables.len()).map(|v| vec![v]).collect();
    terms.push(vec![0, 1]);
    let data = FactorialInput { response: input.response, variables: &variables, terms: &terms };
    let fit = fit_factorial(data, MarginWeights::Equal, level)?;
    let difference = |group: usize, subgroup: usize| {
        let at = |g| [(0, g), (1, subgroup)];
        let (of, reference) = (at(group), at(input.reference));
        fit.difference(Position { levels: &of, covariates: &[] }, Position { levels: &reference, covariates: &[] })
    };
    let differences =
        (0..input.subgroup.n_levels).map(|s| (0..input.group.n_levels).map(|g| difference(g, s)).collect()).collect();
    Ok(SubgroupMeans { differences, interaction: fit.term_test(terms.len() - 1, SumOfSquares::Hierarchical) })
}

/// Returns the log odds ratios in each subgroup from one logistic model, and the interaction tests.
///
/// Errors as [`fit_glm`]; a subgroup in which a group has no records has `Singular` there.
pub fn subgroup_odds(input: SubgroupInput, level: f64) -> Result<SubgroupOdds, NotEstimable> {
    check(input)?;
    let n = input.response.len();
    let is =
        |factor: Factor, level: usize| -> Vec<f64> { factor.level.iter().map(|&l| f64::from(l == level)).collect() };
    let others: Vec<usize> = (0..input.group.n_levels).filter(|&g| g != input.reference).collect();
    let mut columns = vec![vec![1.0; n]];
    columns.extend(others.iter().map(|&g| is(input.group, g)));
    columns.extend((1..input.subgroup.n_levels).map(|s| is(input.subgroup, s)));
    columns.extend(input.covariates.iter().map(|c| c.to_vec()));
    let first = columns.len();
    let mut places = Vec::new();
    for &g in &others {
        for s in 1..input.subgroup.n_levels {
            let product = is(input.group, g).iter().zip(is(input.subgroup, s)).map(|(a, b)| a * b).collect();
            columns.push(product);
            places.push((g, s));
        }
    }
    let model = fit_glm(Family::Logistic, &columns, input.response, None)?;
    let products: Vec<usize> = (first..columns.len()).collect();
    let effect = |group: usize, subgroup: usize| {
        let Some(main) = others.iter().position(|&g| g == group) else {
            return Err(NotEstimable::InvalidArgument);
        };
        let mut weights = vec![0.0; columns.len()];
        weights[1 + main] = 1.0;
        if let Some(product) = places.iter().position(|&p| p == (group, subgroup)) {
            weights[first + product] = 1.0;
        }
        model.combination(&weights, Covariance::ExpectedInformation, level)
    };
    let log_odds_ratios =
        (0..input.subgroup.n_levels).map(|s| (0..input.group.n_levels).map(|g| effect(g, s)).collect()).collect();
    Ok(SubgroupOdds {
        log_odds_ratios,
        likelihood_ratio: model.likelihood_ratio_test(&products),
        wald: model.wald_test(&products, Covariance::ExpectedInformation),
    })
}

fn check(input: SubgroupInput) -> Result<(), NotEstimable> {
    let n = input.response.len();
    let fits = |f: Factor| f.level.len() == n && f.level.iter().all(|&l| l < f.n_levels);
    if fits(input.group) && fits(input.subgroup) && input.reference < input.group.n_levels {
        Ok(())
    } else {
        Err(NotEstimable::InvalidArgument)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_odds_by_hand() {
        let group = [0, 0, 1, 1, 0, 0, 1, 1, 0, 1];
        let subgroup = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2];
        let factor = |level, n_levels| Factor { level, n_levels };
        let input = SubgroupInput {
            response: &[1.0, 3.0, 5.0, 6.0, 2.0, 3.0, 1.0, 1.5, 4.0, 9.0],
            group: factor(&group, 2),
            reference: 0,
            subgroup: factor(&subgroup, 4),
            covariates: &[],
        };
        let means = subgroup_means(input, 0.95).expect("fitted");
        let estimate = |s: usize| means.differences[s][1].map(|e| e.estimate);
        assert!((estimate(0).expect("estimable") - 3.5).abs() < 1e-12);
        assert!((estimate(2).expect("estimable") - 5.0).abs() < 1e-12);
        assert_eq!(
            (estimate(3), means.differences[0][0]),
            (Err(NotEstimable::Singular), Err(NotEstimable::InvalidArgument))
        );
        assert_eq!(means.interaction.expect("defined").numerator_df, 2.0);
        let response: Vec<f64> = vec![1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0];
        let odds = subgroup_odds(SubgroupInput { response: &response, ..input }, 0.95).expect("fitted");
        // Both events in one group of the first subgroup, no difference in the second.
        assert_eq!(odds.log_odds_ratios[0][1], Err(NotEstimable::Separation));
        assert!(odds.log_odds_ratios[1][1].expect("finite").estimate.abs() < 1e-12);
        assert_eq!(odds.likelihood_ratio.expect("defined").df, 2.0);
        assert_eq!(odds.wald, Err(NotEstimable::Separation));
    }
}
