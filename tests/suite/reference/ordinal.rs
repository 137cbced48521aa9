//! Expected values of ordinal regression.

use super::glm::{columns, wald_number};
use super::tables::{Options, Row, indices};
use tracelock::stats::Value;
use tracelock::stats::ordinal::{Information, OrdinalSign, fit_proportional_odds};

pub(super) fn proportional_odds_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let counts = indices(rows, "n");
    let records: Vec<Row> = rows.iter().zip(counts).flat_map(|(r, n)| std::iter::repeat_n(r.clone(), n)).collect();
    // Without the intercept.
    let columns = columns(&records, o.text("terms")).split_off(1);
    let model = fit_proportional_odds(&columns, &indices(&records, "y"))?;
    let kind = if o.text("information") == "expected" { Information::Expected } else { Information::Observed };
    let sign = if o.text("sign") == "lower" { OrdinalSign::Lower } else { OrdinalSign::Higher };
    let all: Vec<usize> = (0..columns.len()).collect();
    match key {
        "log_likelihood" => Ok(model.log_likelihood),
        "wald" => Ok(model.wald_test(&all, kind)?.chi_square),
        "lr" => Ok(model.likelihood_ratio_test(&all)?.chi_square),
        "score" => Ok(model.score_test(&all, kind)?.chi_square),
        "proportional" => Ok(model.proportional_odds_test(kind)?.chi_square),
        "proportional_df" => Ok(model.proportional_odds_test(kind)?.df),
        "proportional_p" => Ok(model.proportional_odds_test(kind)?.p),
        _ if !o.text("threshold").is_empty() => {
            wald_number(model.threshold(o.index("threshold"), kind, o.level())?, key)
        }
        _ => wald_number(model.estimate(o.index("column"), sign, kind, o.level())?, key),
    }
}
