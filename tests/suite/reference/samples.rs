//! Expected values of samples: distributions, summaries, t and rank tests, analysis of variance.

use super::tables::{Options, Row, numbers, unknown};
use tracelock::stats::anova::{FTest, one_way_anova};
use tracelock::stats::crossover::two_period_test;
use tracelock::stats::hodges_lehmann::{ShiftLimits, hodges_lehmann};
use tracelock::stats::summary::{QuantileType, quantile, summarise};
use tracelock::stats::t_test::{TTest, Variances, one_sample_t_test, two_sample_t_test};
use tracelock::stats::wilcoxon::{self, ExactTwoSided, RankSumTest, rank_sum_exact, rank_sum_normal};
use tracelock::stats::{Value, distribution};

fn group(rows: &[Row], label: &str) -> Vec<f64> {
    let members: Vec<Row> = rows.iter().filter(|r| r["group"] == label).cloned().collect();
    numbers(&members, "value")
}

pub(super) fn distribution_value(_: &[Row], o: &Options, key: &str) -> Value {
    let (x, a, b) = (o.number("x"), || o.number("a"), || o.number("b"));
    let tails = match o.text("case") {
        "normal" => distribution::normal(x),
        "t" => distribution::t(x, a())?,
        "chi_square" => distribution::chi_square(x, a())?,
        "f" => distribution::f(x, a(), b())?,
        "normal_quantile" => return distribution::normal_quantile(x),
        "t_quantile" => return distribution::t_quantile(x, a()),
        "chi_square_quantile" => return distribution::chi_square_quantile(x, a()),
        "f_quantile" => return distribution::f_quantile(x, a(), b()),
        "beta_quantile" => return distribution::beta_quantile(x, a(), b()),
        other => unknown(other),
    };
    Ok(if key == "lower" { tails.lower } else { tails.upper })
}

fn quantile_type(number: usize) -> QuantileType {
    use QuantileType::*;
    [Type1, Type2, Type3, Type4, Type5, Type6, Type7, Type8, Type9][number - 1]
}

pub(super) fn summary_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let values = numbers(rows, "value");
    if key == "quantile" {
        return quantile(&values, o.number("p"), quantile_type(o.index("type")));
    }
    let s = summarise(&values, QuantileType::Type2, o.level())?;
    match key {
        "n" => Ok(s.n as f64),
        "mean" => s.mean,
        "median" => s.median,
        "minimum" => s.minimum,
        "maximum" => s.maximum,
        "standard_deviation" => s.standard_deviation,
        "standard_error" => s.standard_error,
        "lower" => s.mean_interval.map(|i| i.lower),
        "upper" => s.mean_interval.map(|i| i.upper),
        other => unknown(other),
    }
}

pub(super) fn t_number(t: TTest, key: &str) -> f64 {
    match key {
        "estimate" | "diff" | "mean change" => t.estimate,
        "standard_error" | "se" => t.standard_error,
        "df" => t.df,
        "t" => t.t,
        "p" => t.p_two_sided,
        "lower" | "lower95" => t.interval.lower,
        "upper" | "upper95" => t.interval.upper,
        other => unknown(other),
    }
}

pub(super) fn t_test_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (a, b) = (group(rows, "a"), group(rows, "b"));
    let test = match o.text("test") {
        "equal" => two_sample_t_test(&a, &b, Variances::Equal, o.level()),
        "unequal" => two_sample_t_test(&a, &b, Variances::Unequal, o.level()),
        "one_sample" => one_sample_t_test(&b, o.number("null"), o.level()),
        _ => {
            let pairs: Vec<f64> = a.iter().zip(&b).map(|(x, y)| x - y).collect();
            one_sample_t_test(&pairs, 0.0, o.level())
        }
    };
    test.map(|t| t_number(t, key))
}

pub(super) fn crossover_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let pairs = |sequence: &str| -> Vec<(f64, f64)> {
        let of: Vec<Row> = rows.iter().filter(|row| row["sequence"] == sequence).cloned().collect();
        numbers(&of, "a").into_iter().zip(numbers(&of, "b")).collect()
    };
    two_period_test(&pairs("ab"), &pairs("ba"), o.level()).map(|t| t_number(t, key))
}

pub(super) fn rank_sum_number(test: RankSumTest, key: &str) -> f64 {
    match key {
        "u" | "W" => test.u,
        "p_less" => test.p_less,
        "p_greater" => test.p_greater,
        _ => test.p_two_sided,
    }
}

pub(super) fn wilcoxon_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (a, b) = (group(rows, "a"), group(rows, "b"));
    let definition = match o.text("definition") {
        "distance" => ExactTwoSided::Distance,
        _ => ExactTwoSided::TwiceSmallerTail,
    };
    let test = match o.text("method") {
        "normal" => rank_sum_normal(&a, &b, o.continuity()),
        _ => rank_sum_exact(&a, &b, definition, wilcoxon::DEFAULT_WORK_LIMIT),
    };
    test.map(|t| rank_sum_number(t, key))
}

pub(super) fn hodges_lehmann_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let limits = match o.text("limits") {
        "exact" => ShiftLimits::Exact,
        "exact_with_ties" => ShiftLimits::ExactWithTies,
        _ => ShiftLimits::Asymptotic,
    };
    let (a, b) = (group(rows, "a"), group(rows, "b"));
    let shift = hodges_lehmann(&a, &b, o.level(), limits, wilcoxon::DEFAULT_WORK_LIMIT)?;
    match key {
        "estimate" => Ok(shift.estimate),
        "order" => Ok(shift.order as f64),
        "lower" => shift.lower,
        _ => shift.upper,
    }
}

pub(super) fn f_number(test: FTest, key: &str) -> f64 {
    match key {
        "sum_of_squares" => test.sum_of_squares,
        "residual_sum_of_squares" => test.residual_sum_of_squares,
        "numerator_df" | "df1" => test.numerator_df,
        "denominator_df" | "df2" => test.denominator_df,
        "f" | "F" => test.f,
        _ => test.p,
    }
}

pub(super) fn anova_value(rows: &[Row], _: &Options, key: &str) -> Value {
    let groups: Vec<Vec<f64>> = (0..9).map(|g| group(rows, &g.to_string())).collect();
    let slices: Vec<&[f64]> = groups.iter().map(Vec::as_slice).collect();
    one_way_anova(&slices).map(|test| f_number(test, key))
}
