//! What must hold for any data: order of records, exchange of groups, scale of columns.

use super::firth::{FirthCovariance, fit_firth_logistic};
use super::negative_binomial::{CountCovariance, fit_negative_binomial};
use super::{Covariance, Family, MarginalVariance, RobustVariance, WaldEstimate, fit_glm, marginal_risks};
use crate::stats::ordinal::{Information, OrdinalSign, fit_proportional_odds};
use crate::stats::reason::NotEstimable;

const N: usize = 90;

/// Made-up records without a pattern: group, number, a response 0 or 1, a count, a level.
fn records() -> Vec<(f64, f64, f64, f64, usize)> {
    let mut state = 12_345_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    (0..N)
        .map(|i| {
            let (group, x, u, v) = ((i % 2) as f64, 20.0 + 40.0 * next(), next(), next());
            let event = f64::from(u < 0.3 + 0.2 * group + 0.004 * (x - 40.0));
            (group, x, event, (9.0 * v * v * v * (1.0 + group)).floor(), ((u + 0.2 * group) * 3.4) as usize)
        })
        .collect()
}

/// The estimates of column 1 by every model.
fn estimates(data: &[(f64, f64, f64, f64, usize)], group: impl Fn(f64) -> f64, scale: f64) -> Vec<WaldEstimate> {
    let columns = [
        vec![1.0; data.len()],
        data.iter().map(|r| group(r.0)).collect::<Vec<f64>>(),
        data.iter().map(|r| scale * r.1).collect(),
    ];
    let response: Vec<f64> = data.iter().map(|r| r.2).collect();
    let counts: Vec<f64> = data.iter().map(|r| r.3).collect();
    let levels: Vec<usize> = data.iter().map(|r| r.4).collect();
    let logistic = fit_glm(Family::Logistic, &columns, &response, None).expect("fitted");
    let poisson = fit_glm(Family::Poisson, &columns, &counts, None).expect("fitted");
    let firth = fit_firth_logistic(&columns, &response).expect("fitted");
    let negative = fit_negative_binomial(&columns, &counts, None).expect("fitted");
    let ordinal = fit_proportional_odds(&columns[1..], &levels).expect("fitted");
    [
        logistic.estimate(1, Covariance::ExpectedInformation, 0.95),
        logistic.estimate(1, Covariance::Sandwich, 0.95),
        poisson.estimate(1, Covariance::Sandwich, 0.9),
        firth.estimate(1, FirthCovariance::Augmented, 0.95),
        negative.estimate(1, CountCovariance::ObservedJoint, 0.95),
        ordinal.estimate(0, OrdinalSign::Higher, Information::Expected, 0.95),
    ]
    .into_iter()
    .map(|e| e.expect("estimable"))
    .collect()
}

fn assert_near(a: f64, b: f64, bound: f64) {
    assert!((a - b).abs() <= bound * (1.0 + b.abs()), "{a:e} is not {b:e}");
}

#[test]
fn order_of_records_and_scale_do_not_matter() {
    let data = records();
    let mut shuffled = data.clone();
    shuffled.reverse();
    shuffled.swap(3, 70);
    shuffled.rotate_left(31);
    let original = estimates(&data, |g| g, 1.0);
    for other in [estimates(&shuffled, |g| g, 1.0), estimates(&data, |g| g, 1e6), estimates(&data, |g| g, 1e-6)] {
        for (a, b) in original.iter().zip(&other) {
            assert_near(a.estimate, b.estimate, 2e-11);
            assert_near(a.standard_error, b.standard_error, 2e-11);
        }
    }
    for (a, b) in original.iter().zip(&estimates(&shuffled, |g| g, 1.0)).take(3) {
        assert_near(a.estimate, b.estimate, 1e-12);
        assert_near(a.p_two_sided, b.p_two_sided, 1e-12);
    }
    assert_eq!(original, estimates(&data, |g| g, 1.0));
}

#[test]
fn exchanging_groups_changes_signs_only() {
    let data = records();
    for (a, b) in estimates(&data, |g| g, 1.0).iter().zip(&estimates(&data, |g| 1.0 - g, 1.0)) {
        assert_near(a.estimate, -b.estimate, 2e-11);
        assert_near(a.interval.lower, -b.interval.upper, 2e-11);
        assert_near(a.p_two_sided, b.p_two_sided, 2e-10);
        assert_near(a.ratio().expect("finite").ratio * b.ratio().expect("finite").ratio, 1.0, 1e-10);
    }
}

#[test]
fn profiles_and_marginal_effects_turn_with_the_groups() {
    let data = records();
    let response: Vec<f64> = data.iter().map(|r| r.2).collect();
    let arm: Vec<usize> = data.iter().map(|r| r.0 as usize).collect();
    let columns = |turn: bool| {
        let group = data.iter().map(|r| if turn { 1.0 - r.0 } else { r.0 }).collect::<Vec<f64>>();
        vec![vec![1.0; N], group, data.iter().map(|r| r.1).collect()]
    };
    let (model, turned) = (
        fit_glm(Family::Logistic, &columns(false), &response, None).expect("fitted"),
        fit_glm(Family::Logistic, &columns(true), &response, None).expect("fitted"),
    );
    let (a, b) = (model.profile_interval(1, 0.95).expect("known"), turned.profile_interval(1, 0.95).expect("known"));
    assert_near(a.lower.expect("finite"), -b.upper.expect("finite"), 1e-9);
    let arms = [0.0, 1.0].map(|v| {
        let mut list = columns(false);
        list[1] = vec![v; N];
        list
    });
    let kind = MarginalVariance::Robust { arm: &arm, form: RobustVariance::Decomposed, strata: None };
    let risks = marginal_risks(&model, &arms, kind).expect("known");
    let (up, down) = (risks.difference(1, 0, 0.95).expect("known"), risks.difference(0, 1, 0.95).expect("known"));
    assert_eq!((up.estimate, up.interval.lower), (-down.estimate, -down.interval.upper));
    // With an intercept and the groups in the model the crude total of events is kept.
    let total: f64 = model.fitted_means().iter().sum();
    assert_near(total, response.iter().sum(), 1e-12);
    assert_eq!(risks.difference(1, 1, 0.95), Err(NotEstimable::InvalidArgument));
}
