//! Edge cases and properties of Fine-Gray regression.

use super::*;
use crate::stats::cox::cox_regression;

const TIME: [f64; 10] = [1.0, 2.0, 2.0, 3.0, 4.0, 4.0, 5.0, 6.0, 7.0, 8.0];
const STATUS: [usize; 10] = [1, 2, 0, 1, 2, 0, 1, 0, 1, 2];
const X: [f64; 10] = [0.0, 1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0];

fn fit(status: &[usize], x: &[f64], cause: usize) -> Result<FineGrayFit, NotEstimable> {
    fine_gray(&TIME, status, cause, &[x], None, FineGrayOptions::CMPRSK)
}

#[test]
fn without_competing_events_it_is_cox_regression() {
    let status = STATUS.map(|s| s % 2);
    let event = status.map(|s| s == 1);
    let data = CoxData { start: None, stop: &TIME, event: &event, columns: &[&X], strata: None, weights: None };
    let cox = cox_regression(data, Ties::Breslow).and_then(|f| f.robust(None)).expect("fitted").coefficients;
    let own = fit(&status, &X, 1).expect("fitted").coefficients;
    assert_eq!(own.coefficient(0), cox.coefficient(0));
    let variance = |c: &Coefficients| c.covariance(0, 0).expect("known");
    assert!((variance(&own) / variance(&cox) - 1.0).abs() < 1e-13);
}

#[test]
fn without_censoring_competing_events_never_leave() {
    // Everyone with a competing event is at risk to the end: the same as a Cox model in which they outlive all.
    let status = STATUS.map(|s| if s == 0 { 3 } else { s });
    let (mut time, event) = (TIME, status.map(|s| s == 1));
    (0..10).filter(|&i| status[i] > 1).for_each(|i| time[i] = 99.0);
    let data = CoxData { start: None, stop: &time, event: &event, columns: &[&X], strata: None, weights: None };
    let cox = cox_regression(data, Ties::Breslow).expect("fitted");
    let own = fit(&status, &X, 1).expect("fitted");
    let gap = |a: f64, b: f64| assert!((a - b).abs() < 1e-13, "{a} is not {b}");
    gap(own.coefficients.coefficient(0).expect("known"), cox.coefficients.coefficient(0).expect("known"));
    gap(own.log_likelihood, cox.log_likelihood);
}

#[test]
fn order_of_subjects_and_names_of_groups_do_not_matter() {
    let columns: [&[f64]; 1] = [&X];
    let groups = [0, 1, 0, 1, 0, 1, 0, 1, 0, 1];
    let first = fine_gray(&TIME, &STATUS, 1, &columns, Some(&groups), FineGrayOptions::CMPRSK).expect("fitted");
    let turn = |i: usize| (7 * i + 3) % 10;
    let time: Vec<f64> = (0..10).map(|i| TIME[turn(i)]).collect();
    let status: Vec<usize> = (0..10).map(|i| STATUS[turn(i)]).collect();
    let x: Vec<f64> = (0..10).map(|i| X[turn(i)]).collect();
    let renamed: Vec<usize> = (0..10).map(|i| 9 - groups[turn(i)]).collect();
    let second = fine_gray(&time, &status, 1, &[&x], Some(&renamed), FineGrayOptions::CMPRSK).expect("fitted");
    let both = [&first, &second].map(|f| f.coefficients.hazard_ratio(0, 0.95).expect("known"));
    assert!((both[0].log_ratio - both[1].log_ratio).abs() < 1e-13);
    assert!((both[0].standard_error / both[1].standard_error - 1.0).abs() < 1e-12);
}

#[test]
fn prediction_agrees_with_the_baseline() {
    let own = fit(&STATUS, &X, 1).expect("fitted");
    assert_eq!(own.cumulative_incidence(&[0.0], 0.5), Ok(0.0));
    let at = |x: f64| own.cumulative_incidence(&[x], 8.0).expect("known");
    let beta = own.coefficients.coefficient(0).expect("known");
    let hazard = |p: f64| -libm::log1p(-p);
    assert!((hazard(at(1.0)) / hazard(at(0.0)) - libm::exp(beta)).abs() < 1e-13);
    assert_eq!(own.cumulative_incidence(&[], 8.0), Err(NotEstimable::InvalidArgument));
}

#[test]
fn nothing_to_estimate() {
    assert_eq!(fit(&STATUS, &X, 0).err(), Some(NotEstimable::InvalidArgument));
    assert_eq!(fit(&STATUS, &X, 7).err(), Some(NotEstimable::NoEvents));
    assert_eq!(fit(&STATUS[..9], &X, 1).err(), Some(NotEstimable::InvalidArgument));
    assert_eq!(fine_gray(&[], &[], 1, &[&[]], None, FineGrayOptions::CMPRSK).err(), Some(NotEstimable::TooFewValues));
    assert_eq!(
        fit(&STATUS, &[3.0; 10], 1).expect("no coefficient").coefficients.coefficient(0),
        Err(NotEstimable::Singular)
    );
    // No event of the cause where x is 1.
    let mut status = STATUS;
    (0..10).filter(|&i| X[i] == 1.0 && STATUS[i] == 1).for_each(|i| status[i] = 2);
    let own = fit(&status, &X, 1).expect("fitted");
    assert_eq!(own.coefficients.coefficient(0), Err(NotEstimable::Separation));
    assert_eq!(own.cumulative_incidence(&[1.0], 5.0), Err(NotEstimable::Separation));
}
