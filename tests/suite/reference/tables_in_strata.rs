//! Expected values of contingency tables: strata of pairs of groups, r x c tables in strata, trends, pairs, agreement.

use super::counts::effect_number;
use super::tables::{Options, Row, unknown};
use tracelock::stats::breslow_day::breslow_day;
use tracelock::stats::cochran_mantel_haenszel::{Scores, general_association, nonzero_correlation, row_mean_scores};
use tracelock::stats::common_odds_ratio_exact::{self, common_odds_ratio_exact};
use tracelock::stats::kappa::{AgreementWeights, kappa};
use tracelock::stats::mantel_haenszel::{mantel_haenszel_test, odds_ratio_mantel_haenszel, risk_ratio_mantel_haenszel};
use tracelock::stats::mcnemar::mcnemar;
use tracelock::stats::stratified_risk_difference::{
    CommonDifferenceVariance, StratumWeights, risk_difference_mantel_haenszel,
    risk_difference_miettinen_nurminen_stratified, risk_difference_newcombe_stratified, risk_difference_summary_score,
};
use tracelock::stats::trend_test::{self, trend_test, trend_test_exact};
use tracelock::stats::two_proportions::TwoProportions;
use tracelock::stats::{NotEstimable, Value};

pub(super) fn count(row: &Row, column: &str) -> u64 {
    row[column].parse().expect("a count")
}

pub(super) fn pair_of_groups(row: &Row) -> TwoProportions {
    TwoProportions {
        events_a: count(row, "events_a"),
        n_a: count(row, "n_a"),
        events_b: count(row, "events_b"),
        n_b: count(row, "n_b"),
    }
}

fn pairs_of_groups(rows: &[Row]) -> Vec<TwoProportions> {
    rows.iter().map(pair_of_groups).collect()
}

pub(super) fn mantel_haenszel_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let strata = pairs_of_groups(rows);
    match o.text("method") {
        "odds_ratio" => effect_number(odds_ratio_mantel_haenszel(&strata, o.level())?, key),
        "risk_ratio" => effect_number(risk_ratio_mantel_haenszel(&strata, o.level())?, key),
        "test" => {
            let test = mantel_haenszel_test(&strata, o.continuity())?;
            Ok(match key {
                "chi_square" => test.chi_square,
                "p_two_sided" => test.p_two_sided,
                "p_less" => test.p_less,
                "p_greater" => test.p_greater,
                other => unknown(other),
            })
        }
        other => unknown(other),
    }
}

pub(super) fn breslow_day_value(rows: &[Row], _: &Options, key: &str) -> Value {
    let test = breslow_day(&pairs_of_groups(rows))?;
    Ok(match key {
        "chi_square" => test.chi_square,
        "p" => test.p,
        "tarone" => test.tarone,
        "p_tarone" => test.p_tarone,
        "df" => test.df,
        other => unknown(other),
    })
}

pub(super) fn common_odds_ratio_exact_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let limit = common_odds_ratio_exact::DEFAULT_WORK_LIMIT;
    let exact = common_odds_ratio_exact(&pairs_of_groups(rows), o.level(), limit)?;
    match key {
        "p_two_sided" => Ok(exact.p_two_sided),
        "p_less" => Ok(exact.p_less),
        "p_greater" => Ok(exact.p_greater),
        _ => effect_number(exact.odds_ratio, key),
    }
}

pub(super) fn stratified_risk_difference_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let (strata, level) = (pairs_of_groups(rows), o.level());
    let weights = match o.text("weights") {
        "sample_size" => StratumWeights::SampleSize,
        "equal" => StratumWeights::Equal,
        _ => StratumWeights::MantelHaenszel,
    };
    let effect = match (o.text("method"), o.text("variance")) {
        ("mantel_haenszel", "sato") => risk_difference_mantel_haenszel(&strata, level, CommonDifferenceVariance::Sato),
        ("mantel_haenszel", "greenland_robins") => {
            risk_difference_mantel_haenszel(&strata, level, CommonDifferenceVariance::GreenlandRobins)
        }
        ("newcombe", _) => risk_difference_newcombe_stratified(&strata, level, weights),
        ("miettinen_nurminen", _) => risk_difference_miettinen_nurminen_stratified(&strata, level, weights),
        ("summary_score", _) => risk_difference_summary_score(&strata, level),
        (other, _) => unknown(other),
    };
    effect_number(effect?, key)
}

/// Tables of equal shape, one for each stratum.
pub(super) fn tables_of_strata(rows: &[Row]) -> Vec<Vec<Vec<u64>>> {
    let place = |r: &Row, name: &str| r.get(name).map_or(1, |v| v.parse::<usize>().expect("an index"));
    let size = |name: &str| rows.iter().map(|r| place(r, name)).max().unwrap_or(0);
    let mut tables = vec![vec![vec![0; size("column")]; size("row")]; size("stratum")];
    for r in rows {
        tables[place(r, "stratum") - 1][place(r, "row") - 1][place(r, "column") - 1] = count(r, "count");
    }
    tables
}

/// Row and column scores of the option `scores=table`.
fn table_scores(case: &str) -> (&'static [f64], &'static [f64]) {
    match case {
        "job" => (&[3.0, 10.0, 20.0, 35.0], &[1.0, 3.0, 4.0, 5.0]),
        "hair" => (&[1.0, 2.0, 4.0, 8.0], &[0.0, 1.0, 1.5, 7.0]),
        "arthritis" => (&[0.0, 1.0], &[0.0, 1.0, 4.0]),
        "berkeley" => (&[1.0, 2.0], &[1.0, 2.0]),
        "sparse" => (&[1.0, 2.0, 9.0], &[1.0, 2.0, 3.0, 9.0]),
        "single" => (&[-1.0, 0.0, 3.0], &[0.0, 1.0, 10.0]),
        _ => (&[5.0, 2.0, 1.0], &[1.0, 2.0, 4.0, 8.0, 16.0]),
    }
}

pub(super) fn cochran_mantel_haenszel_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let tables = tables_of_strata(rows);
    let (row_scores, column_scores) = table_scores(o.text("case"));
    let kind = |given: &'static [f64]| match o.text("scores") {
        "table" => Scores::Table(given),
        "integer" => Scores::Integer,
        "rank" => Scores::Rank,
        "ridit" => Scores::Ridit,
        _ => Scores::ModifiedRidit,
    };
    let test = match o.text("statistic") {
        "general" => general_association(&tables)?,
        "row_mean" => row_mean_scores(&tables, kind(column_scores))?,
        _ => nonzero_correlation(&tables, kind(row_scores), kind(column_scores))?,
    };
    Ok(match key {
        "chi_square" => test.chi_square,
        "df" => test.df,
        "p" => test.p,
        other => unknown(other),
    })
}

pub(super) fn mcnemar_value(rows: &[Row], _: &Options, key: &str) -> Value {
    let test = mcnemar(count(&rows[0], "b"), count(&rows[0], "c"))?;
    Ok(match key {
        "chi_square" => test.chi_square,
        "p" => test.p,
        "chi_square_corrected" => test.chi_square_corrected,
        "p_corrected" => test.p_corrected,
        "p_exact" => test.p_exact,
        "p_mid" => test.p_mid,
        other => unknown(other),
    })
}

pub(super) fn kappa_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let weights = match o.text("weights") {
        "linear" => AgreementWeights::Linear,
        "quadratic" => AgreementWeights::Quadratic,
        _ => AgreementWeights::Identity,
    };
    let result = kappa(&tables_of_strata(rows)[0], weights, o.level())?;
    match key {
        "estimate" => Ok(result.estimate),
        "standard_error" => Ok(result.standard_error),
        "null_standard_error" => result.null_standard_error,
        "lower" => Ok(result.interval.lower),
        "upper" => Ok(result.interval.upper),
        other => unknown(other),
    }
}

pub(super) fn trend_test_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let list = |column: &str| -> Vec<u64> { rows.iter().map(|r| count(r, column)).collect() };
    let (events, n, scores) = (list("events"), list("n"), super::tables::numbers(rows, "score"));
    if o.text("form") == "exact" {
        let test = trend_test_exact(&events, &n, &scores, trend_test::DEFAULT_WORK_LIMIT)?;
        return Ok(match key {
            "p_two_sided" => test.p_two_sided,
            "p_less" => test.p_less,
            "p_greater" => test.p_greater,
            other => unknown(other),
        });
    }
    let test = trend_test(&events, &n, &scores)?;
    match key {
        "z" => Ok(test.z),
        "p_two_sided" => Ok(test.p_two_sided),
        "p_less" => Ok(test.p_less),
        "p_greater" => Ok(test.p_greater),
        _ => Err(NotEstimable::NotDefined),
    }
}
