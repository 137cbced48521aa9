//! Expected values of rates per person-time and recurrent events.

use super::tables::{Options, Row, indices, numbers, unknown};
use tracelock::stats::incidence_rate::{RateInterval, incidence_rate};
use tracelock::stats::mean_cumulative::{
    CumulativeInterval, CumulativeVariance, RecurrentEvents, mean_cumulative, mean_cumulative_difference,
};
use tracelock::stats::mean_cumulative_test::{ContributionCentre, mean_cumulative_test};
use tracelock::stats::two_rates::{self, ExactRateTwoSided, TwoRates};
use tracelock::stats::{NotEstimable, Value};

pub(super) fn incidence_rate_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let method = match o.text("method") {
        "garwood" => RateInterval::Garwood,
        "normal" => RateInterval::Normal,
        "log" => RateInterval::LogNormal,
        "byar" => RateInterval::Byar,
        _ => RateInterval::Score,
    };
    let rate = incidence_rate(numbers(rows, "events")[0] as u64, numbers(rows, "time")[0], o.level(), method)?;
    Ok(match key {
        "rate" => rate.estimate,
        "lower" => rate.interval.lower,
        "upper" => rate.interval.upper,
        other => unknown(other),
    })
}

pub(super) fn two_rates_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let number = |column| numbers(rows, column)[0];
    let rates = TwoRates {
        events_a: number("events_a") as u64,
        time_a: number("time_a"),
        events_b: number("events_b") as u64,
        time_b: number("time_b"),
    };
    if key.starts_with("exact_p") {
        let likelihood = o.text("two_sided") == "likelihood";
        let kind = if likelihood { ExactRateTwoSided::Likelihood } else { ExactRateTwoSided::TwiceSmallerTail };
        let test = two_rates::rate_ratio_exact_test(rates, o.number("null"), kind)?;
        return Ok(match key {
            "exact_p" => test.p_two_sided,
            "exact_p_lower" => test.p_lower,
            _ => test.p_upper,
        });
    }
    if key.starts_with("score_") {
        let test = two_rates::rate_difference_test(rates, o.number("null"))?;
        return Ok(if key == "score_z" { test.z } else { test.p_two_sided });
    }
    let effect = match o.text("method") {
        "difference_normal" => two_rates::rate_difference_normal(rates, o.level()),
        "difference_score" => two_rates::rate_difference_score(rates, o.level()),
        "ratio_exact" => two_rates::rate_ratio_exact(rates, o.level()),
        "ratio_score" => two_rates::rate_ratio_score(rates, o.level()),
        _ => two_rates::rate_ratio_log(rates, o.level()),
    }?;
    match key {
        "estimate" => effect.estimate,
        "standard_error" => effect.standard_error,
        "lower" => effect.lower,
        "upper" => effect.upper,
        other => unknown(other),
    }
}

/// Follow-up, subject of each event, time of each event, group of each subject.
struct Recurrent(Vec<f64>, Vec<usize>, Vec<f64>, Vec<usize>);

impl Recurrent {
    fn of(rows: &[Row], group: &str) -> Recurrent {
        let used: Vec<Row> = rows.iter().filter(|r| group == "all" || r["group"] == group).cloned().collect();
        let kind = |name: &str| -> Vec<Row> { used.iter().filter(|r| r["kind"] == name).cloned().collect() };
        let (ends, events) = (kind("end"), kind("event"));
        let ids = indices(&ends, "id");
        let place = |id: usize| ids.iter().position(|i| *i == id).expect("every subject has an end");
        let subjects = indices(&events, "id").into_iter().map(place).collect();
        Recurrent(numbers(&ends, "time"), subjects, numbers(&events, "time"), indices(&ends, "group"))
    }

    fn records(&self) -> RecurrentEvents<'_> {
        RecurrentEvents { follow_up: &self.0, event_subject: &self.1, event_time: &self.2 }
    }
}

pub(super) fn mean_cumulative_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let poisson = o.text("variance") == "poisson";
    let variance = if poisson { CumulativeVariance::Poisson } else { CumulativeVariance::LawlessNadeau };
    let log = o.text("interval") == "log";
    let interval = if log { CumulativeInterval::Log } else { CumulativeInterval::Plain };
    let curve = |group: &str| {
        let recurrent = Recurrent::of(rows, group);
        mean_cumulative(recurrent.records(), variance, o.level(), interval)
    };
    if key.starts_with("difference") {
        let difference = mean_cumulative_difference(&curve("0")?, &curve("1")?, o.number("time"), o.level())?;
        return Ok(match key {
            "difference" => difference.estimate,
            "difference_standard_error" => difference.standard_error,
            "difference_lower" => difference.interval.lower,
            _ => difference.test.p_two_sided,
        });
    }
    let curve = curve(o.text("group"))?;
    let step = curve.steps.get(o.index("step") - 1).ok_or(NotEstimable::NotReached)?;
    Ok(match key {
        "time" => step.time,
        "n_risk" => step.n_risk as f64,
        "n_event" => step.n_event as f64,
        "mean" => step.mean,
        "standard_error" => step.standard_error,
        "lower" => step.interval.lower,
        "upper" => step.interval.upper,
        other => unknown(other),
    })
}

pub(super) fn mean_cumulative_test_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let recurrent = Recurrent::of(rows, "all");
    let own = o.text("centre") == "own";
    let centre = if own { ContributionCentre::OwnGroup } else { ContributionCentre::Pooled };
    let test = mean_cumulative_test(recurrent.records(), &recurrent.3, centre)?;
    Ok(match key {
        "excess" => test.excess,
        "standard_error" => test.standard_error,
        "z" => test.test.z,
        "chi_square" => test.test.z * test.test.z,
        "p" => test.test.p_two_sided,
        "p_upper" => test.test.p_upper,
        other => unknown(other),
    })
}
