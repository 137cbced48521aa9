//! The places of numbers in `trace.sqlite`, held against the words that stand there.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;

use super::meaning::Column;
use super::tables::{At, Table};
use super::words::{Page, Word};

/// The report, as the trace names it.
pub const REPORT: &str = "restricted/csr.pdf";

/// Places are rounded, and a glyph need not begin at its box: so much may a number stand before its word, in points.
const SLACK: f64 = 0.6;

/// A number of the report, as the trace has it.
#[derive(Clone, Debug)]
pub struct Placement {
    /// Index of the page.
    pub page: usize,
    /// Left end in points.
    pub x: f64,
    /// Baseline in points.
    pub y: f64,
    pub key: String,
    pub text: String,
}

/// Digits that a person typed.
#[derive(Clone, Debug)]
pub struct Typed {
    /// Index of the page.
    pub page: usize,
    pub text: String,
    pub context: String,
}

/// What the trace says of the report.
pub struct Trace {
    /// Numbers that stand on a page; those of text equivalents of figures stand on none.
    pub placements: Vec<Placement>,
    pub typed: Vec<Typed>,
    /// Stretches with digits by class.
    pub classes: BTreeMap<String, usize>,
    /// Rows of all placements, those of text equivalents included.
    pub recorded: usize,
}

impl Trace {
    pub fn read(file: &Path) -> Self {
        let connection = Connection::open(file).expect("trace.sqlite");
        let rows = |sql: &str| -> Vec<[String; 3]> {
            let mut statement = connection.prepare(sql).expect("a query");
            let rows = statement.query_map([REPORT], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?]));
            rows.expect("rows").map(|row| row.expect("a row")).collect()
        };
        let recorded = rows("SELECT place, key, text FROM trace_placement WHERE file = ?1 ORDER BY placement");
        let placements = recorded.iter().filter_map(|[place, key, text]| {
            let (page, x, y) = spot(place)?;
            Some(Placement { page, x, y, key: key.clone(), text: text.clone() })
        });
        let typed = rows("SELECT place, text, context FROM trace_typed_digit WHERE file = ?1 ORDER BY digit");
        let typed = typed.into_iter().map(|[place, text, context]| {
            let (page, _, _) = spot(&place).expect("typed digits stand on a page");
            Typed { page, text, context }
        });
        let classes = rows("SELECT class, CAST(count AS TEXT), '' FROM trace_digit_class WHERE file = ?1");
        let classes = classes.into_iter().map(|[class, count, _]| (class, count.parse().expect("a count")));
        Self {
            placements: placements.collect(),
            typed: typed.collect(),
            classes: classes.collect(),
            recorded: recorded.len(),
        }
    }
}

/// `page 3 x 70.9 y 130.2`, with the page counted from zero.
fn spot(place: &str) -> Option<(usize, f64, f64)> {
    let words: Vec<&str> = place.split(' ').collect();
    let ["page", page, "x", x, "y", y] = words.as_slice() else { return None };
    Some((page.parse::<usize>().ok()? - 1, x.parse().ok()?, y.parse().ok()?))
}

/// The word to which a placement points.
///
/// # Errors
/// What stands there instead.
pub fn stands(pages: &[Page], one: &Placement) -> Result<At, String> {
    let covers =
        |word: &Word| word.left - SLACK <= one.x && one.x <= word.right && word.top < one.y && one.y < word.bottom;
    let page = pages.get(one.page).map(Vec::as_slice).unwrap_or_default();
    let words: Vec<usize> = (0..page.len()).filter(|word| covers(&page[*word])).collect();
    match words.as_slice() {
        [word] if page[*word].text.contains(&one.text) => Ok((one.page, *word)),
        _ => {
            let seen: Vec<&str> = words.iter().map(|word| page[*word].text.as_str()).collect();
            Err(format!("{} `{}` on page {}: there stands {seen:?}", one.key, one.text, one.page + 1))
        }
    }
}

/// What is left of every word once the placed numbers are taken out, where that holds digits.
pub fn unplaced(pages: &[Page], located: &[(At, &Placement)]) -> BTreeMap<At, String> {
    let mut left = BTreeMap::new();
    for (page, words) in pages.iter().enumerate() {
        for (word, text) in words.iter().map(|word| &word.text).enumerate() {
            left.insert((page, word), text.clone());
        }
    }
    for (at, one) in located {
        let text = left.get_mut(at).expect("a word");
        *text = text.replacen(&one.text, "", 1);
    }
    left.retain(|_, text| text.contains(char::is_numeric));
    left
}

/// The table and column in whose cells or header a word stands.
pub fn column_at(tables: &BTreeMap<String, Table>, at: At) -> Option<(&str, Column)> {
    tables.iter().find_map(|(number, table)| {
        let column = table.cell_words.get(&at).or_else(|| table.header_words.get(&at))?;
        Some((number.as_str(), Column::of(&table.headers[*column])))
    })
}

/// Why a number in a table is not one of the arm in the header above it.
pub fn wrong_arm(tables: &BTreeMap<String, Table>, at: At, one: &Placement) -> Option<String> {
    let (number, column) = column_at(tables, at)?;
    let arm = one.key.split_once("arm=").map(|(_, rest)| rest.split([',', ']']).next().unwrap_or(rest));
    let right = match (&column, arm) {
        // Subjects before they had an arm, and reactions by arm in one cell.
        (Column::Total, None) | (Column::Other, Some(_)) => true,
        (_, arm) => arm == Some(column.arm()),
    };
    (!right).then(|| format!("{number}: {} `{}` stands below {column:?}", one.key, one.text))
}

/// What is wrong with the numbers in tables: not where the trace says, of another arm than the header, or not in the
/// trace at all.
pub fn faults(pages: &[Page], tables: &BTreeMap<String, Table>, placements: &[Placement]) -> Vec<String> {
    let (mut located, mut wrong) = (Vec::new(), Vec::new());
    for one in placements {
        match stands(pages, one) {
            Ok(at) => {
                wrong.extend(wrong_arm(tables, at, one));
                located.push((at, one));
            }
            Err(why) => wrong.push(why),
        }
    }
    for (at, text) in unplaced(pages, &located) {
        if let Some((number, column)) = column_at(tables, at) {
            wrong.push(format!("{number}: `{text}` below {column:?} on page {} is no number of the trace", at.0 + 1));
        }
    }
    wrong
}
