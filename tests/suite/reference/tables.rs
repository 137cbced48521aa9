//! Reads the CSV files and options of the reference folders and compares numbers.

use std::collections::BTreeMap;
use std::path::Path;

use tracelock::stats::Value;
use tracelock::stats::chi_square::Continuity;
use tracelock::stats::kaplan_meier::CurveInterval;

pub(super) type Row = BTreeMap<String, String>;

/// `name=value;...` of expected.csv.
pub(super) struct Options(BTreeMap<String, String>);

impl Options {
    pub(super) fn parse(text: &str, case: &str) -> Options {
        let mut map: BTreeMap<String, String> = text
            .split(';')
            .filter_map(|part| part.split_once('='))
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect();
        map.insert("case".into(), case.into());
        Options(map)
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    pub(super) fn number(&self, name: &str) -> f64 {
        self.text(name).parse().unwrap_or_else(|_| panic!("option {name} in {:?}", self.0))
    }

    pub(super) fn index(&self, name: &str) -> usize {
        self.number(name) as usize
    }

    pub(super) fn level(&self) -> f64 {
        if self.text("level").is_empty() { 0.95 } else { self.number("level") }
    }

    pub(super) fn curve(&self) -> CurveInterval {
        curve_type(self.text("interval"))
    }

    pub(super) fn continuity(&self) -> Continuity {
        if self.text("correction") == "yes" { Continuity::Corrected } else { Continuity::Uncorrected }
    }
}

pub(super) fn curve_type(name: &str) -> CurveInterval {
    match name {
        "plain" => CurveInterval::Plain,
        "log" => CurveInterval::Log,
        "logit" => CurveInterval::Logit,
        "arcsin" => CurveInterval::ArcsineSquareRoot,
        _ => CurveInterval::LogLog,
    }
}

pub(super) fn read_csv(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let headers = reader.headers().expect("header").clone();
    reader
        .records()
        .map(|record| {
            let record = record.expect("record");
            headers.iter().map(str::to_string).zip(record.iter().map(str::to_string)).collect()
        })
        .collect()
}

pub(super) fn numbers(rows: &[Row], column: &str) -> Vec<f64> {
    rows.iter().map(|r| r[column].parse().expect("a number")).collect()
}

pub(super) fn indices(rows: &[Row], column: &str) -> Vec<usize> {
    rows.iter().map(|r| r[column].parse().expect("an index")).collect()
}

pub(super) fn optional(row: &Row, column: &str) -> Option<f64> {
    row.get(column)?.trim().parse().ok()
}

pub(super) fn unknown(key: &str) -> ! {
    panic!("unknown key {key} in expected.csv")
}

/// The relative error (absolute where 0 is expected), or what is wrong.
pub(super) fn compare(actual: Value, expected: &str, allowed: &str) -> Result<f64, String> {
    if let Some(reason) = expected.strip_prefix("NE(").and_then(|rest| rest.strip_suffix(')')) {
        return match actual {
            Err(found) if format!("{found:?}") == reason => Ok(0.0),
            other => Err(format!("{other:?} instead of {reason}")),
        };
    }
    let number: f64 = expected.parse().map_err(|_| format!("unreadable {expected}"))?;
    let actual = actual.map_err(|reason| format!("{reason:?} instead of {number:e}"))?;
    let (absolute, bound) = tolerance(allowed);
    let gap = (actual - number).abs();
    let scale = if absolute || number == 0.0 { 1.0 } else { number.abs() };
    let bound = if number == 0.0 { bound.max(1e-12) } else { bound };
    if gap.is_nan() || gap / scale > bound {
        return Err(format!("{actual:e} instead of {number:e}, error {:.1e} above {bound:e}", gap / scale));
    }
    Ok(gap / scale)
}

pub(super) fn tolerance(text: &str) -> (bool, f64) {
    let absolute = text.strip_prefix("abs ");
    (absolute.is_some(), absolute.unwrap_or(text).parse().expect("a tolerance is a number"))
}
