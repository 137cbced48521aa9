//! Expected values of counts: proportions, their comparisons, contingency tables.

use super::tables::{Options, Row, unknown};
use tracelock::stats::Value;
use tracelock::stats::chi_square::pearson_chi_square;
use tracelock::stats::fisher::{self, fisher_exact, fisher_two_by_two};
use tracelock::stats::miettinen_nurminen::risk_difference_miettinen_nurminen;
use tracelock::stats::odds_ratio::odds_ratio_conditional;
use tracelock::stats::proportion::{clopper_pearson, wilson};
use tracelock::stats::two_proportions::{
    Effect, TwoProportions, odds_ratio_woolf, risk_difference_newcombe, risk_difference_wald, risk_ratio_katz,
};

fn count(rows: &[Row], column: &str) -> u64 {
    rows[0][column].parse().expect("a count")
}

pub(super) fn proportion_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (events, n) = if rows.is_empty() { (0, 0) } else { (count(rows, "events"), count(rows, "n")) };
    let result = match o.text("method") {
        "wilson" => wilson(events, n, o.level())?,
        _ => clopper_pearson(events, n, o.level())?,
    };
    Ok(match key {
        "estimate" => result.estimate,
        "lower" => result.interval.lower,
        _ => result.interval.upper,
    })
}

pub(super) fn effect_number(effect: Effect, key: &str) -> Value {
    match key {
        "lower" | "lower95" => effect.lower,
        "upper" | "upper95" => effect.upper,
        "standard_error" | "se" => effect.standard_error,
        _ => effect.estimate,
    }
}

fn table(rows: &[Row]) -> TwoProportions {
    let (events_a, n_a) = (count(rows, "events_a"), count(rows, "n_a"));
    TwoProportions { events_a, n_a, events_b: count(rows, "events_b"), n_b: count(rows, "n_b") }
}

pub(super) fn two_proportions_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let method = match o.text("method") {
        "wald" => risk_difference_wald,
        "newcombe" => risk_difference_newcombe,
        "miettinen_nurminen" => risk_difference_miettinen_nurminen,
        "katz" => risk_ratio_katz,
        "woolf" => odds_ratio_woolf,
        other => unknown(other),
    };
    effect_number(method(table(rows), o.level())?, key)
}

pub(super) fn odds_ratio_value(rows: &[Row], o: &Options, key: &str) -> Value {
    effect_number(odds_ratio_conditional(table(rows), o.level())?, key)
}

pub(super) fn counts(rows: &[Row]) -> Vec<Vec<u64>> {
    let place = |r: &Row| -> (usize, usize) { (r["row"].parse().expect("row"), r["column"].parse().expect("column")) };
    let (height, width) = rows.iter().map(place).fold((0, 0), |m, p| (m.0.max(p.0), m.1.max(p.1)));
    let mut table = vec![vec![0; width]; height];
    for r in rows {
        let (i, j) = place(r);
        table[i - 1][j - 1] = r["count"].parse().expect("count");
    }
    table
}

pub(super) fn fisher_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let t = counts(rows);
    if o.text("table") == "r_by_c" {
        return fisher_exact(&t, fisher::DEFAULT_WORK_LIMIT);
    }
    let test = fisher_two_by_two(t[0][0], t[0][0] + t[0][1], t[1][0], t[1][0] + t[1][1])?;
    Ok(match key {
        "p_less" => test.p_less,
        "p_greater" => test.p_greater,
        _ => test.p_two_sided,
    })
}

pub(super) fn chi_square_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let test = pearson_chi_square(&counts(rows), o.continuity())?;
    Ok(match key {
        "chi_square" => test.chi_square,
        "df" => test.df,
        "p" => test.p,
        _ => test.smallest_expected,
    })
}
