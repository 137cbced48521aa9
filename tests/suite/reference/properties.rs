//! Properties across the families, on the reference data: the order of the records does not matter, groups exchanged
//! turn the sign, units multiply through.

use std::path::Path;

use super::METHODS;
use super::tables::{Options, Row, read_csv};
use tracelock::stats::Value;

/// Values taken from the table of each method, evenly spaced.
const VALUES: usize = 60;

/// Where the order of the records says something: hypotheses, visits, and the record a question is about.
const ORDERED: &[&str] = &["graphical", "multiplicity", "reference_based"];
const ORDERED_OPTIONS: &[&str] =
    &["record=", "part=yes", "test=paired", "part=paired", "+first", "method=monte_carlo", "draws="];

struct Question {
    records: Vec<Row>,
    row: Row,
}

impl Question {
    /// Answers it for other records; the name of the case changes with them, as some fits are remembered by it.
    fn answer(&self, method: &str, records: &[Row], change: &str, options: &str, key: &str) -> Value {
        let compute = METHODS.iter().find(|(name, ..)| *name == method).expect("a method").2;
        let named = matches!(method, "cochran_mantel_haenszel" | "equivalence");
        let case = if named { self.row["case"].clone() } else { format!("{} {change}", self.row["case"]) };
        compute(records, &Options::parse(options, &case), key)
    }
}

/// Some of the values of a method that have records to change, among those asked for.
fn questions(method: &str, asked_for: impl Fn(&Row) -> bool) -> Vec<Question> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let (_, folder, _) = METHODS.iter().find(|(name, ..)| *name == method).expect("a method");
    let file = root.join(folder).join("data.csv");
    let data = if file.exists() { read_csv(&file) } else { Vec::new() };
    let mut expected = read_csv(&root.join(method).join("expected.csv"));
    expected.retain(asked_for);
    let step = expected.len().div_ceil(VALUES);
    let question = |row: Row| -> Question {
        Question { records: data.iter().filter(|r| r.get("case") == row.get("case")).cloned().collect(), row }
    };
    expected.into_iter().step_by(step.max(1)).map(question).filter(|q| !q.records.is_empty()).collect()
}

fn near(found: Value, wanted: Value) -> bool {
    match (found, wanted) {
        (Ok(a), Ok(b)) => (a - b).abs() <= 1e-9 + 1e-6 * b.abs(),
        (a, b) => a.is_err() && a == b,
    }
}

fn report(failures: &[String], asked: usize) {
    assert!(asked > 0, "nothing was asked");
    assert!(failures.is_empty(), "{} of {asked} values:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn the_order_of_the_records_does_not_matter() {
    let (mut failures, mut asked) = (Vec::new(), 0);
    for (method, ..) in METHODS.iter().filter(|(name, ..)| !ORDERED.contains(name)) {
        for q in questions(method, |_| true) {
            let (options, key) = (&q.row["options"], &q.row["key"]);
            if q.records.len() < 2 || ORDERED_OPTIONS.iter().any(|o| options.contains(o)) {
                continue;
            }
            // A fixed order that looks like none.
            let mut places: Vec<usize> = (0..q.records.len()).collect();
            places.sort_by_key(|i| (*i as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            let shuffled: Vec<Row> = places.iter().map(|i| q.records[*i].clone()).collect();
            let first = q.answer(method, &q.records, "", options, key);
            let second = q.answer(method, &shuffled, "shuffled", options, key);
            asked += 1;
            if !near(second, first) {
                failures.push(format!("{method} {} {options} {key}: {second:?}, not {first:?}", q.row["case"]));
            }
        }
    }
    println!("{asked} values with shuffled records");
    report(&failures, asked);
}

/// What exchanging the groups does to a value.
#[derive(Clone, Copy)]
enum Exchanged {
    Same,
    Negative,
    Inverse,
    FromOne,
    /// The negative or the inverse of the other limit.
    NegativeOf(&'static str),
    InverseOf(&'static str),
    SameAs(&'static str),
}

use Exchanged::{FromOne, Inverse, InverseOf, Negative, NegativeOf, Same, SameAs};

/// How the groups of the records are exchanged.
#[derive(Clone, Copy)]
enum Groups {
    /// `events_a` with `events_b` and so on.
    Columns,
    /// Two labels in a column.
    Labels(&'static str, &'static str, &'static str),
}

const AB: Groups = Groups::Labels("group", "a", "b");
const ZERO_ONE: Groups = Groups::Labels("group", "0", "1");

const DIFFERENCE: &[(&str, Exchanged)] =
    &[("estimate", Negative), ("lower", NegativeOf("upper")), ("upper", NegativeOf("lower")), ("standard_error", Same)];
const RATIO: &[(&str, Exchanged)] =
    &[("estimate", Inverse), ("lower", InverseOf("upper")), ("upper", InverseOf("lower"))];
const TAILS: &[(&str, Exchanged)] =
    &[("p_two_sided", Same), ("p_less", SameAs("p_greater")), ("p_greater", SameAs("p_less"))];
const SYMMETRIC: &[(&str, Exchanged)] = &[("chi_square", Same), ("p", Same), ("df", Same)];
const LOG_RATIO: &[(&str, Exchanged)] =
    &[("coefficient", Negative), ("se", Same), ("p", Same), ("lower", InverseOf("upper")), ("ratio", Inverse)];

/// Method, part of the options, groups, values.
type Exchange = (&'static str, &'static str, Groups, &'static [(&'static str, Exchanged)]);

const EXCHANGES: &[Exchange] = &[
    ("common_odds_ratio_exact", "", Groups::Columns, RATIO),
    ("common_odds_ratio_exact", "", Groups::Columns, TAILS),
    ("cox", "columns=x0;", Groups::Labels("x0", "0", "1"), LOG_RATIO),
    ("cox_robust", "columns=x0;", Groups::Labels("x0", "0", "1"), LOG_RATIO),
    ("exact_risk_difference", "", Groups::Columns, DIFFERENCE),
    ("fine_gray", "columns=x0;", Groups::Labels("x0", "0", "1"), LOG_RATIO),
    ("geometric", "part=ratio", AB, &[("ratio", Inverse), ("lower", InverseOf("upper")), ("p", Same), ("df", Same)]),
    ("gray", "", ZERO_ONE, SYMMETRIC),
    ("hodges_lehmann", "", AB, &[("estimate", Negative), ("lower", NegativeOf("upper"))]),
    ("kruskal_wallis", "", ZERO_ONE, &[("statistic", Same), ("p", Same)]),
    ("log_rank", "", ZERO_ONE, SYMMETRIC),
    (
        "mann_whitney",
        "",
        AB,
        &[("probability", FromOne), ("odds", Inverse), ("standard_error", Same), ("p_two_sided", Same)],
    ),
    ("mantel_haenszel", "method=odds_ratio", Groups::Columns, RATIO),
    ("mantel_haenszel", "method=risk_ratio", Groups::Columns, RATIO),
    ("mantel_haenszel", "method=test", Groups::Columns, TAILS),
    ("mean_cumulative_test", "", ZERO_ONE, &[("z", Negative), ("p", Same)]),
    ("odds_ratio", "", Groups::Columns, RATIO),
    ("permutation", "", AB, TAILS),
    (
        "restricted_mean",
        "",
        ZERO_ONE,
        &[
            ("difference", Negative),
            ("difference_lower", NegativeOf("difference_upper")),
            ("ratio", Inverse),
            ("ratio_p", Same),
        ],
    ),
    ("risk_difference", "", Groups::Columns, DIFFERENCE),
    ("standardised_difference", "kind=mean", ZERO_ONE, DIFFERENCE),
    ("stratified_risk_difference", "", Groups::Columns, DIFFERENCE),
    (
        "survival_difference",
        "",
        ZERO_ONE,
        &[("difference", Negative), ("lower", NegativeOf("upper")), ("z", Negative), ("p", Same)],
    ),
    ("t_test", "equal", AB, DIFFERENCE),
    ("t_test", "equal", AB, &[("t", Negative), ("p", Same), ("df", Same)]),
    ("two_proportions", "method=wald", Groups::Columns, DIFFERENCE),
    ("two_proportions", "method=newcombe", Groups::Columns, DIFFERENCE),
    ("two_proportions", "method=miettinen_nurminen", Groups::Columns, DIFFERENCE),
    ("two_proportions", "method=katz", Groups::Columns, RATIO),
    ("two_proportions", "method=woolf", Groups::Columns, RATIO),
    ("two_rates", "method=difference", Groups::Columns, DIFFERENCE),
    ("two_rates", "method=ratio", Groups::Columns, RATIO),
    ("unconditional_test", "alternative=two", Groups::Columns, &[("p", Same)]),
    ("weighted_log_rank", "", ZERO_ONE, &[("z", Negative), ("p_lower", SameAs("p_upper")), ("p", Same)]),
    ("wilcoxon", "", AB, TAILS),
    (
        "win_statistics",
        "",
        ZERO_ONE,
        &[
            ("net_benefit:estimate", Negative),
            ("net_benefit:p", Same),
            ("win_ratio:estimate", Inverse),
            ("fs:z", Negative),
            ("wins", SameAs("losses")),
        ],
    ),
];

fn exchanged(records: &[Row], groups: Groups) -> Vec<Row> {
    let mut list = records.to_vec();
    for row in &mut list {
        match groups {
            Groups::Columns => {
                let other = |name: &str| match name.rsplit_once('_') {
                    Some((stem, "a")) => format!("{stem}_b"),
                    Some((stem, "b")) => format!("{stem}_a"),
                    _ => name.to_string(),
                };
                *row = row.iter().map(|(name, value)| (other(name), value.clone())).collect();
            }
            Groups::Labels(column, one, other) => {
                let label = row.get_mut(column).expect("a column of groups");
                if label == one {
                    *label = other.to_string();
                } else if label == other {
                    *label = one.to_string();
                }
            }
        }
    }
    list
}

#[test]
fn exchanged_groups_turn_the_sign() {
    let (mut failures, mut asked) = (Vec::new(), 0);
    for (method, part, groups, values) in EXCHANGES {
        let before = asked;
        for q in questions(method, |r| r["options"].contains(part) && values.iter().any(|(k, _)| *k == r["key"])) {
            let (options, key) = (&q.row["options"], q.row["key"].as_str());
            let Some((_, kind)) = values.iter().find(|(name, _)| *name == key) else { continue };
            if options.contains("monte_carlo") {
                continue;
            }
            let swapped = exchanged(&q.records, *groups);
            let source = match kind {
                NegativeOf(other) | InverseOf(other) | SameAs(other) => other,
                _ => key,
            };
            let first = q.answer(method, &q.records, "", options, source);
            let second = q.answer(method, &swapped, "exchanged", options, key);
            let wanted = first.map(|v| match kind {
                Negative | NegativeOf(_) => -v,
                Inverse | InverseOf(_) => 1.0 / v,
                FromOne => 1.0 - v,
                Same | SameAs(_) => v,
            });
            // The inverse of 0 has a reason of its own.
            if matches!(kind, Inverse | InverseOf(_)) && (first.is_err() || first == Ok(0.0)) {
                continue;
            }
            asked += 1;
            if !near(second, wanted) {
                failures.push(format!("{method} {} {options} {key}: {second:?}, not {wanted:?}", q.row["case"]));
            }
        }
        if asked == before {
            failures.push(format!("{method} {part}: nothing was asked"));
        }
    }
    println!("{asked} values with exchanged groups");
    report(&failures, asked);
}

/// Method, part of the options, columns multiplied by 4, keys and the power of 4 they are multiplied by.
type Scale = (&'static str, &'static str, &'static [&'static str], &'static [(&'static str, i32)]);

const SCALES: &[Scale] = &[
    (
        "ancova",
        "",
        &["response"],
        &[
            ("mean_estimate", 1),
            ("difference_estimate", 1),
            ("difference_se", 1),
            ("difference_p", 0),
            ("f", 0),
            ("sum_of_squares", 2),
        ],
    ),
    ("anova", "", &["value"], &[("f", 0), ("p", 0), ("sum_of_squares", 2)]),
    ("cox", "columns=x0;", &["start", "stop"], &[("coefficient", 0), ("se", 0), ("lr", 0), ("score", 0)]),
    ("dunnett", "", &["value"], &[("estimate", 1), ("t", 0)]),
    ("factorial", "", &["y"], &[("estimate", 1), ("se", 1), ("f", 0)]),
    ("fine_gray", "", &["time"], &[("coefficient", 0), ("se", 0)]),
    ("friedman", "", &["value"], &[("chi_square", 0), ("p", 0)]),
    ("geometric", "part=ratio", &["value"], &[("ratio", 0), ("lower", 0), ("p", 0)]),
    ("hodges_lehmann", "", &["value"], &[("estimate", 1), ("lower", 1), ("upper", 1)]),
    ("incidence_rate", "", &["time"], &[("rate", -1), ("lower", -1), ("upper", -1)]),
    ("jonckheere", "method=normal", &["value"], &[("statistic", 0), ("z", 0), ("p_two_sided", 0)]),
    ("kaplan_meier", "p=", &["time"], &[("quantile", 1), ("quantile_lower", 1), ("quantile_upper", 1)]),
    ("kruskal_wallis", "method=chi_square", &["value"], &[("statistic", 0), ("p", 0)]),
    ("log_rank", "", &["time"], &[("chi_square", 0), ("p", 0), ("expected", 0)]),
    ("logistic", "", &["x1"], &[("log_likelihood", 0)]),
    ("mann_whitney", "", &["value"], &[("probability", 0), ("p_two_sided", 0), ("df", 0)]),
    ("mean_cumulative_test", "", &["time"], &[("z", 0), ("p", 0)]),
    ("mean_scores", "", &["value"], &[("chi_square", 0), ("p", 0)]),
    (
        "mmrm",
        "",
        &["response"],
        &[("column_estimate", 1), ("column_se", 1), ("column_df", 0), ("mean_estimate", 1), ("test_f", 0)],
    ),
    ("permutation", "", &["value"], &[("difference", 1), ("p_two_sided", 0), ("p_less", 0)]),
    ("poisson", "offset=time", &["time"], &[("deviance", 0), ("lr", 0)]),
    ("rank_ancova", "", &["y"], &[("f", 0), ("p", 0), ("chi_square", 0)]),
    ("restricted_mean", "horizon=largest", &["time"], &[("horizon", 1)]),
    ("robust_covariance", "", &["y"], &[("estimate", 1), ("se", 1), ("f", 0)]),
    ("rubin", "", &["estimate", "se"], &[("estimate", 1), ("se", 1), ("between", 2), ("t", 0), ("df", 0), ("p", 0)]),
    ("signed_rank", "", &["value"], &[("positive_rank_sum", 0), ("p_two_sided", 0), ("p_less", 0)]),
    ("standardised_difference", "kind=mean", &["value"], &[("estimate", 0), ("standard_error", 0)]),
    (
        "summary",
        "",
        &["value"],
        &[("mean", 1), ("median", 1), ("standard_deviation", 1), ("lower", 1), ("quantile", 1), ("n", 0)],
    ),
    (
        "t_test",
        "equal",
        &["value"],
        &[("estimate", 1), ("standard_error", 1), ("t", 0), ("p", 0), ("df", 0), ("upper", 1)],
    ),
    ("two_rates", "method=ratio", &["time_a", "time_b"], &[("estimate", 0), ("lower", 0), ("upper", 0)]),
    ("two_rates", "method=difference", &["time_a", "time_b"], &[("estimate", -1), ("lower", -1), ("upper", -1)]),
    ("walsh", "", &["value"], &[("estimate", 1), ("lower", 1)]),
    ("weighted_log_rank", "", &["time"], &[("chi_square", 0), ("z", 0)]),
    ("wilcoxon", "", &["value"], &[("u", 0), ("p_two_sided", 0), ("p_less", 0)]),
    (
        "win_statistics",
        "margin=0;",
        &["t1", "t2"],
        &[("net_benefit:estimate", 0), ("win_ratio:se", 0), ("wins", 0), ("fs:z", 0)],
    ),
];

#[test]
fn units_multiply_through() {
    let (mut failures, mut asked) = (Vec::new(), 0);
    for (method, part, columns, values) in SCALES {
        let before = asked;
        for q in questions(method, |r| r["options"].contains(part) && values.iter().any(|(k, _)| *k == r["key"])) {
            let (options, key) = (&q.row["options"], &q.row["key"]);
            let Some((_, power)) = values.iter().find(|(name, _)| name == key) else { continue };
            if !options.contains(part) || options.contains("monte_carlo") {
                continue;
            }
            let mut larger = q.records.clone();
            for row in &mut larger {
                for column in *columns {
                    // Four times a number in binary has the same digits, so that ties stay ties.
                    let four = |text: &String| text.parse::<f64>().map_or(text.clone(), |v| (4.0 * v).to_string());
                    let value = row.get(*column).map(four);
                    value.map(|v| row.insert((*column).to_string(), v));
                }
            }
            let wanted = q.answer(method, &q.records, "", options, key).map(|v| v * 4.0f64.powi(*power));
            let found = q.answer(method, &larger, "times four", options, key);
            asked += 1;
            if !near(found, wanted) {
                failures.push(format!("{method} {} {options} {key}: {found:?}, not {wanted:?}", q.row["case"]));
            }
        }
        if asked == before {
            failures.push(format!("{method} {part}: nothing was asked"));
        }
    }
    println!("{asked} values in other units");
    report(&failures, asked);
}
