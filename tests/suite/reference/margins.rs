//! Expected values of tests against margins: Farrington-Manning, two one-sided tests, conclusions from intervals.

use super::tables::{Options, Row, numbers, unknown};
use tracelock::stats::Value;
use tracelock::stats::equivalence::{
    Equivalence, equivalence_of_geometric_means, equivalence_of_means, equivalence_of_proportions,
};
use tracelock::stats::farrington_manning::{risk_difference_farrington_manning, risk_difference_test, risk_ratio_test};
use tracelock::stats::non_inferiority::{Better, Margins, conclude};
use tracelock::stats::t_test::Variances;
use tracelock::stats::two_proportions::TwoProportions;

fn table(rows: &[Row]) -> TwoProportions {
    let number = |column| numbers(rows, column)[0] as u64;
    TwoProportions {
        events_a: number("events_a"),
        n_a: number("n_a"),
        events_b: number("events_b"),
        n_b: number("n_b"),
    }
}

pub(super) fn farrington_manning_value(rows: &[Row], o: &Options, key: &str) -> Value {
    if o.text("scale").is_empty() {
        let effect = risk_difference_farrington_manning(table(rows), o.level())?;
        return if key == "lower" { effect.lower } else { effect.upper };
    }
    let test = match o.text("scale") {
        "ratio" => risk_ratio_test(table(rows), o.number("null")),
        _ => risk_difference_test(table(rows), o.number("null")),
    }?;
    Ok(match key {
        "restricted_a" => test.restricted_a,
        "restricted_b" => test.restricted_b,
        "standard_error" => test.standard_error,
        "z" => test.test.z,
        "chi_square" => test.test.z * test.test.z,
        "p_upper" => test.test.p_upper,
        "p_lower" => test.test.p_lower,
        "p" => test.test.p_two_sided,
        other => unknown(other),
    })
}

/// The counts are in the data of `farrington_manning`, found by the name of the case.
pub(super) fn equivalence_value(rows: &[Row], o: &Options, key: &str) -> Value {
    let bounds = Equivalence { lower: o.number("lower"), upper: o.number("upper"), alpha: o.number("alpha") };
    let sample = |group: &str| -> Vec<f64> {
        let members: Vec<Row> = rows.iter().filter(|r| r["group"] == group).cloned().collect();
        numbers(&members, "value")
    };
    let variances = if o.text("variances") == "equal" { Variances::Equal } else { Variances::Unequal };
    let tests = match o.text("scale") {
        "proportions" => {
            let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
            let counts = super::tables::read_csv(&file.join("tests/reference/farrington_manning/data.csv"));
            let own: Vec<Row> = counts.into_iter().filter(|r| r["case"] == o.text("case")).collect();
            equivalence_of_proportions(table(&own), bounds)
        }
        "ratio" => equivalence_of_geometric_means(&sample("a"), &sample("b"), variances, bounds),
        _ => equivalence_of_means(&sample("a"), &sample("b"), variances, bounds),
    }?;
    Ok(match key {
        "estimate" => tests.estimate,
        "statistic_lower" => tests.statistic_lower,
        "statistic_upper" => tests.statistic_upper,
        "p_lower" => tests.p_lower,
        "p_upper" => tests.p_upper,
        "p" => tests.p,
        "lower" => tests.interval.lower,
        "upper" => tests.interval.upper,
        "equivalent" => f64::from(u8::from(tests.equivalent)),
        other => unknown(other),
    })
}

pub(super) fn non_inferiority_value(_: &[Row], o: &Options, key: &str) -> Value {
    let better = if o.text("better") == "higher" { Better::Higher } else { Better::Lower };
    let margins = Margins { null: 0.0, lower: Some(-2.0), upper: Some(2.0), better };
    let conclusion = conclude(Ok(o.number("l")), Ok(o.number("u")), margins)?;
    let shown = match key {
        "superior" => conclusion.superior,
        "inferior" => conclusion.inferior,
        "non_inferior" => conclusion.non_inferior,
        "inferior_by_margin" => conclusion.inferior_by_margin,
        "equivalent" => conclusion.equivalent,
        other => unknown(other),
    };
    shown.map(|answer| f64::from(u8::from(answer)))
}
