//! What every statistic gives at its edges: `tests/reference/edge_cases.csv`, row by row.
//!
//! `input` holds the records in a compact form: `column=value value ...;column=...`. A column of one value holds for
//! all records, `v*k` stands for k times v, `a..b` for the whole numbers from a to b, `.` for a missing value; an empty
//! input has no records.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use super::METHODS;
use super::tables::{Options, Row, compare, read_csv};
use tracelock::stats::Value;

/// Folders that are no statistic of their own: distributions, random numbers, more values of other folders.
const WITHOUT_EDGES: &[&str] = &["distribution", "hodges_lehmann_ties", "mmrm_inference", "random_stream"];

/// The values of one column of `input`.
fn values(text: &str) -> Vec<String> {
    let mut list = Vec::new();
    for word in text.split_whitespace() {
        if let Some((value, times)) = word.split_once('*') {
            let times = times.parse().unwrap_or_else(|_| panic!("{word}: a count after *"));
            list.extend(std::iter::repeat_n(value.to_string(), times));
        } else if let Some((first, last)) = word.split_once("..") {
            let whole = |text: &str| text.parse::<i64>().unwrap_or_else(|_| panic!("{word}: whole numbers"));
            list.extend((whole(first)..=whole(last)).map(|v| v.to_string()));
        } else {
            list.push(if word == "." { String::new() } else { word.to_string() });
        }
    }
    list
}

/// The records of `input`.
fn records(input: &str, case: &str) -> Vec<Row> {
    let columns: Vec<(&str, Vec<String>)> =
        input.split(';').filter_map(|part| part.split_once('=')).map(|(n, v)| (n.trim(), values(v))).collect();
    let n = columns.iter().map(|(_, v)| v.len()).max().unwrap_or(0);
    let value = |name: &str, list: &[String], i: usize| -> String {
        assert!(list.len() == n || list.len() == 1, "{case}: column {name} has {} values, not {n}", list.len());
        list[if list.len() == 1 { 0 } else { i }].clone()
    };
    let record = |i: usize| -> Row {
        let own = columns.iter().map(|(name, list)| ((*name).to_string(), value(name, list, i)));
        own.chain([("case".to_string(), case.to_string())]).collect()
    };
    (0..n).map(record).collect()
}

fn value_of(row: &Row, case: &str) -> Result<Value, String> {
    let method = METHODS.iter().find(|(name, ..)| *name == row["statistic"]);
    let (_, _, compute) = method.ok_or_else(|| format!("unknown statistic {}", row["statistic"]))?;
    let options = Options::parse(&row["options"], case);
    let compute = AssertUnwindSafe(|| compute(&records(&row["input"], case), &options, &row["key"]));
    catch_unwind(compute).map_err(|_| "panicked (see above)".to_string())
}

#[test]
fn edge_cases_give_the_value_or_the_reason_that_is_right() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference/edge_cases.csv");
    let (mut failures, mut named) = (Vec::new(), BTreeSet::new());
    for (number, row) in read_csv(&file).iter().enumerate() {
        // One name for each row: some computations remember their fits by the name of the case.
        let case = format!("edge case of line {}", number + 2);
        named.insert(row["statistic"].clone());
        let found = value_of(row, &case).and_then(|v| compare(v, &row["expected"], &row["tolerance"]).map(drop));
        if let Err(message) = found {
            let place = ["statistic", "options", "key", "edge_case"].map(|column| row[column].as_str()).join(" | ");
            failures.push(format!("line {}: {place}: {message} ({})", number + 2, row["why"]));
        }
    }
    let expected = METHODS.iter().map(|(name, ..)| *name).filter(|name| !WITHOUT_EDGES.contains(name));
    let silent: Vec<&str> = expected.filter(|name| !named.contains(*name)).collect();
    assert!(silent.is_empty(), "no edge case of {silent:?}");
    assert!(failures.is_empty(), "{} differences:\n{}", failures.len(), failures.join("\n"));
}
