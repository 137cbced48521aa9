//! Edge cases and properties of Cox regression.

use super::*;
use crate::stats::log_rank::log_rank;
use crate::stats::odds_ratio::odds_ratio_conditional;
use crate::stats::two_proportions::TwoProportions;

/// Invented records with as many ties as asked for.
struct Sample {
    start: Vec<f64>,
    stop: Vec<f64>,
    event: Vec<bool>,
    columns: Vec<Vec<f64>>,
    strata: Vec<usize>,
    id: Vec<usize>,
}

/// Numbers between 0 and 1 (Knuth's linear congruential generator).
fn numbers(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn sample(seed: u64, n: usize, n_times: f64) -> Sample {
    let mut next = numbers(seed);
    let group: Vec<f64> = (0..n).map(|_| f64::from(next() < 0.5)).collect();
    let length = |u: f64| if n_times > 0.0 { (u * n_times).floor() + 1.0 } else { u };
    let stop: Vec<f64> = (0..n).map(|_| length(next())).collect();
    Sample {
        start: stop.iter().map(|t| t * 0.5 - 0.25).collect(),
        event: (0..n).map(|_| next() < 0.7).collect(),
        columns: vec![group, (0..n).map(|_| 50.0 + 20.0 * next()).collect(), (0..n).map(|_| next()).collect()],
        strata: (0..n).map(|_| (next() * 3.0) as usize).collect(),
        id: (0..n).map(|i| i / 2).collect(),
        stop,
    }
}

impl Sample {
    fn pick(&self, order: &[usize]) -> Sample {
        fn take<T: Copy>(values: &[T], order: &[usize]) -> Vec<T> {
            order.iter().map(|&i| values[i]).collect()
        }
        Sample {
            start: take(&self.start, order),
            stop: take(&self.stop, order),
            event: take(&self.event, order),
            columns: self.columns.iter().map(|c| take(c, order)).collect(),
            strata: take(&self.strata, order),
            id: take(&self.id, order),
        }
    }

    fn fit_columns(&self, n_columns: usize, strata: bool, start: bool, ties: Ties) -> Result<CoxFit, NotEstimable> {
        let columns: Vec<&[f64]> = self.columns[..n_columns].iter().map(Vec::as_slice).collect();
        cox_regression(
            CoxData {
                start: start.then_some(self.start.as_slice()),
                stop: &self.stop,
                event: &self.event,
                columns: &columns,
                strata: strata.then_some(self.strata.as_slice()),
                weights: None,
            },
            ties,
        )
    }

    fn fit(&self, ties: Ties) -> CoxFit {
        self.fit_columns(3, true, false, ties).expect("fitted")
    }
}

fn simple(stop: &[f64], event: &[bool], x: &[f64], ties: Ties) -> Result<CoxFit, NotEstimable> {
    cox_regression(CoxData { start: None, stop, event, columns: &[x], strata: None, weights: None }, ties)
}

fn close(a: f64, b: f64, tolerance: f64) {
    assert!((a - b).abs() <= tolerance * a.abs().max(b.abs()).max(1e-3), "{a:e} is not {b:e}");
}

const ALL: [Ties; 4] = [Ties::Efron, Ties::Breslow, Ties::Discrete, Ties::ExactMarginal];

#[test]
fn by_hand() {
    // Events of x = 1, 0, 1 at times 1, 2, 3: with t = exp(beta) the likelihood is t/(2t+1) * 1/(t+1), largest where
    // 2 t^2 = 1.
    for ties in ALL {
        let fit = simple(&[1.0, 2.0, 3.0], &[true; 3], &[1.0, 0.0, 1.0], ties).expect("fitted");
        close(fit.coefficients.coefficient(0).expect("known"), -0.5 * libm::log(2.0), 1e-13);
        close(fit.log_likelihood_null, -libm::log(6.0), 1e-14);
        let t = 0.5f64.sqrt();
        close(fit.log_likelihood, libm::log(t / ((2.0 * t + 1.0) * (t + 1.0))), 1e-14);
    }
}

#[test]
fn tied_deaths_in_both_orders() {
    // Two of three die together: at coefficients of 0 each order has 1/3 * 1/2, each pair of deaths 1/3.
    let null =
        |ties| simple(&[1.0, 1.0, 2.0], &[true, true, false], &[1.0, 0.0, 1.0], ties).map(|f| f.log_likelihood_null);
    close(null(Ties::ExactMarginal).expect("fitted"), -libm::log(3.0), 1e-14);
    close(null(Ties::Discrete).expect("fitted"), -libm::log(3.0), 1e-14);
    close(null(Ties::Efron).expect("fitted"), -libm::log(6.0), 1e-14);
    close(null(Ties::Breslow).expect("fitted"), -libm::log(9.0), 1e-14);
}

#[test]
fn score_test_is_the_log_rank_test() {
    for seed in 0..40 {
        let data = sample(seed, 40, if seed % 2 == 0 { 6.0 } else { 0.0 });
        let groups: Vec<usize> = data.columns[0].iter().map(|&g| g as usize).collect();
        for strata in [false, true] {
            let labels = strata.then_some(data.strata.as_slice());
            let Ok(test) = log_rank(&data.stop, &data.event, &groups, 2, labels, 0.0) else { continue };
            // Without ties the likelihoods are one.
            let used = if seed % 2 == 0 { &[Ties::Discrete][..] } else { &ALL[..] };
            for &ties in used {
                let fit = data.fit_columns(1, strata, false, ties).expect("fitted");
                close(fit.score_test().expect("defined").chi_square, test.chi_square, 1e-11);
            }
        }
    }
}

#[test]
fn conditional_odds_ratio_of_one_time() {
    // One time with 40 deaths of 100 against 25 of 90: Fisher's conditional distribution.
    let x: Vec<f64> = (0..190).map(|i| f64::from(i < 100)).collect();
    let event: Vec<bool> = (0..190).map(|i| i < 40 || (100..125).contains(&i)).collect();
    let fit = simple(&[1.0; 190], &event, &x, Ties::Discrete).expect("fitted");
    let table = TwoProportions { events_a: 40, n_a: 100, events_b: 25, n_b: 90 };
    let odds = odds_ratio_conditional(table, 0.95).expect("defined").estimate.expect("known");
    close(fit.coefficients.hazard_ratio(0, 0.95).expect("known").ratio.expect("finite"), odds, 1e-10);
}

#[test]
fn many_tied_deaths_do_not_overflow() {
    let x: Vec<f64> = (0..4000).map(|i| f64::from(i % 2)).collect();
    let event: Vec<bool> = (0..4000).map(|i| i < 2000).collect();
    let fit = simple(&[1.0; 4000], &event, &x, Ties::Discrete).expect("fitted");
    assert!(fit.coefficients.coefficient(0).expect("known").abs() < 1e-10);
    let marginal = simple(&[1.0; 4000], &event, &x, Ties::ExactMarginal).expect("fitted");
    assert!(marginal.coefficients.coefficient(0).expect("known").abs() < 1e-10);
    // Both give every set of 2000 of 4000 the same chance at coefficients of 0.
    close(marginal.log_likelihood_null, fit.log_likelihood_null, 1e-12);
}

#[test]
fn order_of_records_does_not_matter() {
    for seed in 0..20 {
        let data = sample(seed, 60, 7.0);
        let mut order: Vec<usize> = (0..60).collect();
        let mut next = numbers(seed + 1000);
        (1..60).rev().for_each(|i| order.swap(i, (next() * (i + 1) as f64) as usize));
        let shuffled = data.pick(&order);
        for (ties, start) in
            [(Ties::Efron, true), (Ties::Efron, false), (Ties::Discrete, false), (Ties::ExactMarginal, false)]
        {
            let both = [&data, &shuffled].map(|s| s.fit_columns(3, true, start, ties).expect("fitted"));
            assert_eq!(both[0].coefficients, both[1].coefficients);
            assert_eq!(both[0].log_likelihood, both[1].log_likelihood);
            if ties == Ties::Efron {
                let robust =
                    [(&data, &both[0]), (&shuffled, &both[1])].map(|(s, f)| f.robust(Some(&s.id)).expect("defined"));
                assert_eq!(robust[0], robust[1]);
            }
        }
    }
}

#[test]
fn swapping_groups_and_scaling() {
    let data = sample(3, 80, 9.0);
    let mut other = sample(3, 80, 9.0);
    other.columns[0].iter_mut().for_each(|g| *g = 1.0 - *g);
    other.columns[1].iter_mut().for_each(|v| *v = 1000.0 + 10.0 * *v);
    for ties in ALL {
        let (a, b) = (data.fit(ties), other.fit(ties));
        let ratio = |f: &CoxFit, j| f.coefficients.hazard_ratio(j, 0.9).expect("known");
        close(ratio(&a, 0).log_ratio, -ratio(&b, 0).log_ratio, 1e-11);
        close(ratio(&a, 0).p_two_sided, ratio(&b, 0).p_two_sided, 1e-11);
        close(ratio(&a, 0).interval.expect("finite").lower, 1.0 / ratio(&b, 0).interval.expect("finite").upper, 1e-11);
        close(ratio(&a, 1).log_ratio, 10.0 * ratio(&b, 1).log_ratio, 1e-11);
        close(a.log_likelihood, b.log_likelihood, 1e-12);
    }
}

#[test]
fn cutting_records_changes_nothing() {
    let data = sample(9, 50, 8.0);
    let mut cut = data.pick(&(0..100).map(|i| i / 2).collect::<Vec<_>>());
    for i in 0..50 {
        // Strictly inside the record; half of them at an event time.
        let at = if i % 2 == 0 { (0.5 * data.stop[i]).ceil() - 0.5 } else { data.stop[i] - 0.25 };
        cut.start[2 * i] = -1.0;
        cut.start[2 * i + 1] = at;
        cut.stop[2 * i] = at;
        cut.event[2 * i] = false;
    }
    cut.id = (0..100).map(|i| i / 2).collect();
    for ties in ALL {
        let whole = data.fit_columns(3, true, false, ties).expect("fitted");
        let parts = cut.fit_columns(3, true, true, ties).expect("fitted");
        for j in 0..3 {
            let value = |f: &CoxFit| f.coefficients.coefficient(j).expect("known");
            close(value(&whole), value(&parts), 1e-11);
        }
        if matches!(ties, Ties::Efron | Ties::Breslow) {
            let alone = whole.robust(None).expect("defined").coefficients;
            let summed = parts.robust(Some(&cut.id)).expect("defined").coefficients;
            close(alone.covariance(0, 1).expect("known"), summed.covariance(0, 1).expect("known"), 1e-10);
        }
    }
}

#[test]
fn residuals_add_up() {
    let fit = sample(4, 70, 10.0).fit_columns(3, true, true, Ties::Efron).expect("fitted");
    let martingale = fit.martingale_residuals().expect("defined");
    assert!(martingale.iter().sum::<f64>().abs() < 1e-11);
    let schoenfeld = fit.schoenfeld_residuals().expect("defined");
    assert_eq!(schoenfeld.len(), fit.n_events);
    for j in 0..3 {
        assert!(schoenfeld.iter().map(|r| r.residual[j].expect("known")).sum::<f64>().abs() < 1e-9);
    }
}

#[test]
fn nothing_to_estimate() {
    let reason = |stop: &[f64], event: &[bool], x: &[f64]| simple(stop, event, x, Ties::Efron).err();
    assert_eq!(reason(&[], &[], &[]), Some(NotEstimable::TooFewValues));
    assert_eq!(reason(&[1.0, 2.0], &[false; 2], &[0.0, 1.0]), Some(NotEstimable::NoEvents));
    assert_eq!(reason(&[1.0, f64::NAN], &[true; 2], &[0.0, 1.0]), Some(NotEstimable::NotFinite));
    assert_eq!(reason(&[1.0, 2.0], &[true; 2], &[0.0, f64::INFINITY]), Some(NotEstimable::NotFinite));
    assert_eq!(reason(&[1.0, 2.0], &[true], &[0.0, 1.0]), Some(NotEstimable::InvalidArgument));
    let one = simple(&[1.0], &[true], &[2.0], Ties::Efron).expect("a model without coefficients");
    assert_eq!(one.coefficients.coefficient(0), Err(NotEstimable::Singular));
    assert_eq!(one.likelihood_ratio_test().err(), Some(NotEstimable::Singular));
    assert_eq!(one.score_test().err(), Some(NotEstimable::Singular));
    assert_eq!(one.wald_test().err(), Some(NotEstimable::Singular));
    assert_eq!(one.coefficients.coefficient(1), Err(NotEstimable::InvalidArgument));
    let equal = simple(&[1.0, 2.0, 3.0], &[true; 3], &[4.2; 3], Ties::Discrete).expect("no coefficients");
    assert_eq!(equal.coefficients.coefficient(0), Err(NotEstimable::Singular));
    // The group is alone at risk whenever an event happens.
    let late = simple(&[5.0, 6.0, 1.0, 2.0], &[true, true, false, false], &[1.0, 1.0, 0.0, 0.0], Ties::Efron);
    assert_eq!(late.expect("no coefficients").coefficients.coefficient(0), Err(NotEstimable::Singular));
    let (stop, event, x) = ([1.0, 2.0], [true; 2], [0.0, 1.0]);
    let entering = |start: &[f64], weights: Option<&[f64]>, ties| {
        cox_regression(
            CoxData { start: Some(start), stop: &stop, event: &event, columns: &[&x], strata: None, weights },
            ties,
        )
        .err()
    };
    assert_eq!(entering(&[0.0, 2.0], None, Ties::Efron), Some(NotEstimable::InvalidArgument));
    assert_eq!(entering(&[0.0; 2], Some(&[1.0, 0.0]), Ties::Efron), Some(NotEstimable::InvalidArgument));
    assert_eq!(entering(&[0.0; 2], Some(&[1.0, 2.0]), Ties::Discrete), Some(NotEstimable::InvalidArgument));
}

#[test]
fn infinite_coefficients_have_a_name() {
    // No event among x = 1; the second column is estimable from the rest.
    let stop = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0];
    let event = [true, false, true, true, false, true, true, false];
    let (arm, y) = ([0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0], [2.0, 1.0, 5.0, 3.0, 4.0, 9.0, 1.0, 2.0]);
    for ties in ALL {
        let data =
            CoxData { start: None, stop: &stop, event: &event, columns: &[&arm, &y], strata: None, weights: None };
        let fit = cox_regression(data, ties).expect("fitted");
        assert_eq!(fit.coefficients.coefficient(0), Err(NotEstimable::Separation));
        assert_eq!(fit.wald_test().err(), Some(NotEstimable::Separation));
        assert!(fit.coefficients.hazard_ratio(1, 0.95).is_ok());
        assert!(fit.likelihood_ratio_test().is_ok() && fit.score_test().is_ok());
        let profile = fit.profile_interval(0, 0.95).expect("defined");
        assert_eq!(profile.lower, Err(NotEstimable::Unbounded));
        assert!(profile.upper.is_ok_and(|u| u > 0.0));
        // The columns y and y + 10 * arm span the same: now both are infinite.
        let sum: Vec<f64> = y.iter().zip(&arm).map(|(y, a)| y + 10.0 * a).collect();
        let data = CoxData { columns: &[&arm, &sum], ..data };
        let turned = cox_regression(data, ties).expect("fitted");
        close(turned.log_likelihood, fit.log_likelihood, 1e-9);
        assert_eq!(turned.coefficients.coefficient(0), Err(NotEstimable::Separation));
    }
    // Deaths in the order of the covariate: complete separation.
    let ordered = simple(&[1.0, 2.0, 3.0, 4.0], &[true; 4], &[4.0, 3.0, 2.0, 1.0], Ties::Efron).expect("fitted");
    assert_eq!(ordered.coefficients.coefficient(0), Err(NotEstimable::Separation));
    assert!(ordered.log_likelihood.abs() < 1e-9);
    assert_eq!(ordered.robust(None).err(), Some(NotEstimable::Separation));
}

#[test]
fn an_extreme_but_finite_coefficient() {
    // One early event among x = 1 keeps the estimate finite, far from 0.
    let n = 2001;
    let stop: Vec<f64> = (0..n).map(|i| f64::from(i) + 1.0).collect();
    let event: Vec<bool> = (0..n).map(|i| i % 2 == 0).collect();
    let x: Vec<f64> = (0..n).map(|i| f64::from(i % 2 == 1 || i == 1000)).collect();
    let fit = simple(&stop, &event, &x, Ties::Efron).expect("fitted");
    let coefficient = fit.coefficients.coefficient(0).expect("finite");
    assert!((-9.0..-5.0).contains(&coefficient), "{coefficient}");
}

#[test]
fn one_cluster_has_no_robust_variance() {
    let data = sample(5, 30, 5.0);
    let fit = data.fit(Ties::Efron);
    assert_eq!(fit.robust(Some(&[7; 30])).err(), Some(NotEstimable::TooFewValues));
    assert_eq!(fit.robust(Some(&[7; 29])).err(), Some(NotEstimable::InvalidArgument));
    assert_eq!(data.fit(Ties::Discrete).robust(None).err(), Some(NotEstimable::NotDefined));
}

#[test]
fn proportionality_of_an_event_time_of_zero() {
    let fit = simple(&[0.0, 2.0, 3.0, 1.0], &[true; 4], &[1.0, 0.0, 1.0, 0.0], Ties::Efron).expect("fitted");
    assert_eq!(fit.proportionality(&[], TimeTransform::Log).err(), Some(NotEstimable::NotDefined));
    assert!(fit.proportionality(&[&[0]], TimeTransform::Rank).expect("defined").terms[0].is_ok());
    assert_eq!(fit.proportionality(&[&[1]], TimeTransform::Rank).err(), Some(NotEstimable::InvalidArgument));
}
