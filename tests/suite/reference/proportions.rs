//! Expected values of proportions: further intervals, exact tests, numbers needed, standardised differences.

use super::counts::effect_number;
use super::tables::{Options, Row, numbers, unknown};
use super::tables_in_strata::{count, pair_of_groups};
use tracelock::stats::binomial_test::{ExactTails, binomial_test};
use tracelock::stats::exact_risk_difference::{self, TableOrder, risk_difference_exact};
use tracelock::stats::number_needed_to_treat::{Direction, EventIs, NeededInterval, number_needed_to_treat};
use tracelock::stats::proportion_interval::{JeffreysEnds, agresti_coull, jeffreys, wald, wilson_corrected};
use tracelock::stats::risk_difference::{
    DifferenceCorrection, risk_difference_agresti_caffo, risk_difference_hauck_anderson,
    risk_difference_newcombe_corrected, risk_difference_wald_corrected,
};
use tracelock::stats::standardised_difference::{
    standardised_mean_difference, standardised_multinomial_difference, standardised_proportion_difference,
};
use tracelock::stats::two_proportions::{TwoProportions, risk_difference_wald};
use tracelock::stats::unconditional_test::{self, Alternative, BoschlooTwoSided, barnard, boschloo};
use tracelock::stats::{NotEstimable, Value};

fn events_and_n(rows: &[Row]) -> (u64, u64) {
    rows.first().map_or((0, 0), |r| (count(r, "events"), count(r, "n")))
}

fn groups(rows: &[Row]) -> TwoProportions {
    rows.first().map_or(TwoProportions { events_a: 0, n_a: 0, events_b: 0, n_b: 0 }, pair_of_groups)
}

pub(super) fn proportion_interval_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let ((events, n), level) = (events_and_n(rows), o.level());
    let result = match o.text("method") {
        "wald" => wald(events, n, level, o.continuity()),
        "wilson_corrected" => wilson_corrected(events, n, level),
        "agresti_coull" => agresti_coull(events, n, level),
        "jeffreys" if o.text("ends") == "closed" => jeffreys(events, n, level, JeffreysEnds::Closed),
        "jeffreys" => jeffreys(events, n, level, JeffreysEnds::Posterior),
        other => unknown(other),
    }?;
    Ok(if key == "lower" { result.interval.lower } else { result.interval.upper })
}

pub(super) fn binomial_test_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (events, n) = events_and_n(rows);
    let tails = if o.text("tails") == "twice" { ExactTails::TwiceSmaller } else { ExactTails::NoMoreProbable };
    let test = binomial_test(events, n, o.number("null"), tails)?;
    Ok(match key {
        "p_two_sided" => test.p_two_sided,
        "p_less" => test.p_less,
        "p_greater" => test.p_greater,
        "z" => test.z,
        "p_asymptotic" => test.p_asymptotic,
        other => unknown(other),
    })
}

pub(super) fn risk_difference_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (table, level) = (groups(rows), o.level());
    let effect = match o.text("method") {
        "wald_corrected" if o.text("correction") == "bounded" => {
            risk_difference_wald_corrected(table, level, DifferenceCorrection::Bounded)
        }
        "wald_corrected" => risk_difference_wald_corrected(table, level, DifferenceCorrection::Full),
        "agresti_caffo" => risk_difference_agresti_caffo(table, level),
        "newcombe_corrected" => risk_difference_newcombe_corrected(table, level),
        "hauck_anderson" => risk_difference_hauck_anderson(table, level),
        other => unknown(other),
    };
    effect_number(effect?, key)
}

pub(super) fn exact_risk_difference_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let order = if o.text("order") == "score" { TableOrder::Score } else { TableOrder::Difference };
    let limit = exact_risk_difference::DEFAULT_WORK_LIMIT;
    effect_number(risk_difference_exact(groups(rows), o.level(), order, limit)?, key)
}

pub(super) fn unconditional_test_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let alternative = match o.text("alternative") {
        "less" => Alternative::Less,
        "greater" => Alternative::Greater,
        _ => Alternative::TwoSided,
    };
    let form =
        if o.text("form") == "twice" { BoschlooTwoSided::TwiceSmaller } else { BoschlooTwoSided::FisherTwoSided };
    let limit = unconditional_test::DEFAULT_WORK_LIMIT;
    let test = match o.text("test") {
        "barnard" => barnard(groups(rows), alternative, limit)?,
        _ => boschloo(groups(rows), alternative, form, limit)?,
    };
    Ok(if key == "p" { test.p } else { test.statistic })
}

pub(super) fn number_needed_to_treat_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let difference = risk_difference_wald(groups(rows), o.level())?;
    let event = if o.text("event") == "wanted" { EventIs::Wanted } else { EventIs::Unwanted };
    let needed = number_needed_to_treat(&difference, event)?;
    match (key, needed.interval?) {
        ("estimate", _) => needed.estimate,
        ("direction", _) => match needed.direction {
            Some(Direction::Benefit) => Ok(1.0),
            Some(Direction::Harm) => Ok(-1.0),
            None => Ok(0.0),
        },
        ("benefit_from", NeededInterval::Two { benefit_from, .. }) => Ok(benefit_from),
        ("harm_from", NeededInterval::Two { harm_from, .. }) => Ok(harm_from),
        ("from", NeededInterval::One { from, .. }) => Ok(from),
        ("to", NeededInterval::One { to, .. }) => to,
        _ => Err(NotEstimable::NotDefined),
    }
}

pub(super) fn standardised_difference_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let values = |label: &str| -> Vec<f64> {
        let members: Vec<Row> = rows.iter().filter(|r| r["group"] == label).cloned().collect();
        numbers(&members, "value")
    };
    let (a, b) = (values("1"), values("0"));
    let mut categories = [a.clone(), b.clone()].concat();
    categories.sort_by(f64::total_cmp);
    categories.dedup();
    let counts = |group: &[f64]| -> Vec<u64> {
        categories.iter().map(|c| group.iter().filter(|v| *v == c).count() as u64).collect()
    };
    let result = match o.text("kind") {
        "mean" => standardised_mean_difference(&a, &b, o.level())?,
        "proportion" => {
            let events = |group: &[f64]| group.iter().filter(|v| **v == 1.0).count() as u64;
            let (n_a, n_b) = (a.len() as u64, b.len() as u64);
            let table = TwoProportions { events_a: events(&a), n_a, events_b: events(&b), n_b };
            standardised_proportion_difference(table, o.level())?
        }
        _ => standardised_multinomial_difference(&counts(&a), &counts(&b), o.level())?,
    };
    Ok(match key {
        "estimate" => result.estimate,
        "standard_error" => result.standard_error,
        "lower" => result.interval.lower,
        "upper" => result.interval.upper,
        other => unknown(other),
    })
}
