//! What a cell must say: text with keys of the store in braces, `@` for the arm in the header of the column.

use std::collections::BTreeMap;

use super::tables::{Row, Table};

/// Labels of the columns and the arms that keys name, as the study's configuration has them.
const ARMS: [(&str, &str); 3] = [("MSC", "msc"), ("Placebo", "placebo"), ("Total", "total")];

/// A stored value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Number(f64),
    NotEstimable,
}

/// `results.json` by key; quotes around levels are left out.
pub struct Store(BTreeMap<String, Value>);

impl Store {
    pub fn read(text: &str) -> Self {
        let json: serde_json::Value = serde_json::from_str(text).expect("results.json is JSON");
        let rows = json["results"].as_array().expect("an array of results");
        let values = rows.iter().filter_map(|row| {
            let key = row["key"].as_str().expect("a key").replace('"', "");
            let value = match row.get("not_estimable") {
                Some(_) => Value::NotEstimable,
                None => Value::Number(row["value"].as_f64()?),
            };
            Some((key, value))
        });
        Self(values.collect())
    }

    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a text is the number at a key.
    pub fn shows(&self, key: &str, text: &str) -> bool {
        self.0.get(key).is_some_and(|value| is_shown(text, value))
    }

    pub fn number(&self, key: &str) -> Option<f64> {
        match self.0.get(key) {
            Some(Value::Number(number)) => Some(*number),
            _ => None,
        }
    }
}

/// What a row says in the columns of the arms, and in the last column: total, or one arm against another.
#[derive(Clone, Debug)]
pub struct RowMeaning {
    pub arms: String,
    pub last: String,
}

/// Rows of a table, gathered one by one.
#[derive(Default)]
pub struct Rows(pub Vec<(Vec<String>, RowMeaning)>);

impl Rows {
    /// A row in which every column says the same of its own arm.
    pub fn all(&mut self, path: &[&str], pattern: &str) {
        self.split(path, pattern, pattern);
    }

    /// A row that is filled in the columns of single arms only.
    pub fn arms(&mut self, path: &[&str], pattern: &str) {
        self.split(path, pattern, "");
    }

    /// A row that is filled in the last column only.
    pub fn last(&mut self, path: &[&str], pattern: &str) {
        self.split(path, "", pattern);
    }

    /// A row without cells.
    pub fn heading(&mut self, label: &str) {
        self.split(&[label], "", "");
    }

    pub fn split(&mut self, path: &[&str], arms: &str, last: &str) {
        let path = path.iter().map(|label| (*label).to_owned()).collect();
        self.0.push((path, RowMeaning { arms: arms.to_owned(), last: last.to_owned() }));
    }
}

/// What a table says.
pub struct TableMeaning {
    /// How many subjects a column of an arm has.
    pub subjects: String,
    /// Rows by their labels, from the outermost to their own.
    pub rows: Vec<(Vec<String>, RowMeaning)>,
}

/// The column a header names.
#[derive(Clone, Debug, PartialEq)]
pub enum Column {
    /// An arm.
    Arm(&'static str),
    /// All arms.
    Total,
    /// `a/b`: one arm against another.
    Against(String),
    /// Something else, by its header.
    Other,
}

impl Column {
    pub fn of(header: &str) -> Self {
        let arm = |label: &str| ARMS.iter().find(|arm| arm.0 == label).map(|arm| arm.1);
        let label = header.split(" (N=").next().unwrap_or(header);
        if let Some((one, other)) = label.split_once(" against ")
            && let (Some(one), Some(other)) = (arm(one), arm(other))
        {
            return Self::Against(format!("{one}/{other}"));
        }
        match arm(label) {
            Some("total") => Self::Total,
            Some(arm) => Self::Arm(arm),
            None => Self::Other,
        }
    }

    /// As keys name it.
    pub fn arm(&self) -> &str {
        match self {
            Self::Arm(arm) => arm,
            Self::Total => "total",
            Self::Against(pair) => pair,
            Self::Other => "",
        }
    }
}

/// Labels of a row without blanks, so that a broken line makes no difference.
fn address(path: &[String]) -> String {
    path.iter().map(|label| label.split_whitespace().collect::<String>()).collect::<Vec<_>>().join(" > ")
}

/// Every difference between a table as it was read and the store.
pub fn differences(table: &Table, meaning: &TableMeaning, store: &Store) -> Vec<String> {
    let mut found = table.strays.clone();
    let columns: Vec<Column> = table.headers.iter().map(|header| Column::of(header)).collect();
    for (header, column) in table.headers.iter().zip(&columns) {
        if let (Some((_, subjects)), Column::Arm(_) | Column::Total) = (header.split_once("(N="), column) {
            let pattern = format!("{})", meaning.subjects.replace('@', column.arm()));
            found.extend(mismatch(subjects, &pattern, store).map(|why| format!("header {header}: {why}")));
        } else if header.contains("(N=") {
            found.push(format!("header {header} names no arm"));
        }
    }
    let mut left: BTreeMap<String, &RowMeaning> = meaning.rows.iter().map(|(path, row)| (address(path), row)).collect();
    assert_eq!(left.len(), meaning.rows.len(), "every row of a table has labels of its own");
    for Row { path, cells } in &table.rows {
        let place = address(path);
        let Some(row) = left.remove(&place) else {
            found.push(format!("a row that should not be there: {place}"));
            continue;
        };
        for ((cell, header), column) in cells.iter().zip(&table.headers).zip(&columns) {
            let pattern = if let Column::Arm(_) = column { &row.arms } else { &row.last };
            let why = mismatch(cell, &pattern.replace('@', column.arm()), store);
            found.extend(why.map(|why| format!("{place} × {header}: {why}")));
        }
    }
    found.extend(left.keys().map(|place| format!("a row is missing: {place}")));
    found
}

/// Why a text is not what a pattern says, without the program's own formatting.
fn mismatch(shown: &str, pattern: &str, store: &Store) -> Option<String> {
    let mut rest = shown;
    for (piece, key) in pieces(pattern) {
        match rest.strip_prefix(piece) {
            Some(tail) => rest = tail,
            None => return Some(format!("`{shown}` lacks `{piece}`")),
        }
        let Some(key) = key else { continue };
        let Some(value) = store.0.get(key) else { return Some(format!("there is no {key}")) };
        let (text, tail) = rest.split_at(rest.find([' ', '%', ')', ']', ';']).unwrap_or(rest.len()));
        rest = tail;
        if !is_shown(text, value) {
            return Some(format!("`{text}` is not {key} = {value:?}"));
        }
    }
    (!rest.is_empty()).then(|| format!("`{shown}` goes on with `{rest}`"))
}

/// `a {k} b` as (`a `, `k`), (` b`, none).
fn pieces(pattern: &str) -> impl Iterator<Item = (&str, Option<&str>)> {
    pattern.split('}').map(|piece| match piece.split_once('{') {
        Some((text, key)) => (text, Some(key)),
        None => (piece, None),
    })
}

/// Whether a printed number is the stored one to the last digit shown.
fn is_shown(text: &str, value: &Value) -> bool {
    let Value::Number(value) = value else { return text == "NE" };
    let text = text.replace('\u{2212}', "-");
    let decimals = |text: &str| text.split_once('.').map_or(0, |(_, digits)| digits.len() as i32);
    if let Some(bound) = text.strip_prefix('<') {
        // A bound is one in the last digit: 0.001, never 0.002.
        let smallest = 10f64.powi(-decimals(bound));
        return bound.parse::<f64>().is_ok_and(|bound| (bound - smallest).abs() < 1e-12 && *value < bound);
    }
    let half = 0.5 * 10f64.powi(-decimals(&text));
    text.parse::<f64>().is_ok_and(|shown| (shown - value).abs() <= half + 1e-9)
}

#[test]
fn a_cell_is_held_against_its_pattern() {
    let store = Store::read(
        r#"{"results": [{"key": "a:n[arm=x]", "value": 3}, {"key": "a:p[arm=x]", "value": 0.0004},
            {"key": "a:d[arm=x]", "value": -2.25}, {"key": "a:u[arm=x]", "not_estimable": "why"}]}"#,
    );
    let pattern = "{a:n[arm=x]} ({a:d[arm=x]}; {a:u[arm=x]}) {a:p[arm=x]}";
    assert_eq!(mismatch("3 (\u{2212}2.3; NE) <0.001", pattern, &store), None);
    for wrong in [
        "4 (\u{2212}2.3; NE) <0.001",
        "3 (2.3; NE) <0.001",
        "3 (\u{2212}2.4; NE) <0.001",
        "3 (\u{2212}2.3; 0) <0.001",
        "3 (\u{2212}2.3; NE) <0.002",
        "3 (\u{2212}2.3; NE) 0.001",
        "3 (\u{2212}2.3; NE)",
        "3 (\u{2212}2.3; NE) <0.001 5",
        "",
    ] {
        assert!(mismatch(wrong, pattern, &store).is_some(), "{wrong}");
    }
    assert!(mismatch("3", "{a:n[arm=y]}", &store).is_some(), "a key that is not there is a difference");
}
