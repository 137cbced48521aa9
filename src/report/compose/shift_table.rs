//! Tables 14.3.5.x: subjects by category of each parameter, within the categories before where these are known.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::methods::shift_counts::UNKNOWN;
use crate::report::display::{CellContent, Column, DisplayTable, Row};
use crate::results::ResultKey;
use crate::spec::report::DisplaySpec;
use crate::spec::shift_table::{ShiftTableSpec, ShiftTake, ShiftTest};

use super::{Facts, arm_columns, data, n_percent, number, section, set_label, space, words};

/// The table; a display that names none is an error.
pub(super) fn table(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let tables = &facts.spec.analysis.shift_tables;
    let Some(named) = &display.analysis else {
        let message = format!("the display {} needs a shift table under `analysis`", *display.id);
        return Err(sink.error(&codes::CFG_005, display.id.place.clone(), message).stop());
    };
    let Some(declared) = tables.iter().find(|table| table.id == *named) else {
        let found = sink.error(&codes::CFG_003, named.place.clone(), format!("there is no shift table `{named}`"));
        return Err(found.hint(did_you_mean(named, tables.iter().map(|table| table.id.as_str()))).stop());
    };
    let mut columns = arm_columns(facts, &declared.set, false);
    let arms: Vec<String> = columns.iter().map(|column| column.id.clone()).collect();
    if declared.test.is_some() {
        columns.push(Column { id: "p".to_owned(), header: words("p-value") });
    }
    let mut rows = Vec::new();
    for (id, label) in parameters(facts, declared) {
        if !rows.is_empty() {
            rows.push(space());
        }
        let key = ResultKey::new(declared.id.as_str(), "n").with("parameter", id);
        of_parameter(declared, &key, label, &arms, &mut rows);
    }
    Ok(DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| declared.label.clone()),
        population: set_label(facts, &declared.set),
        stub: String::new(),
        landscape: columns.len() > 5,
        columns,
        rows,
        footnotes: footnotes(declared),
        section: section(&display.id),
    })
}

/// Parameters with words: as configured, else those stored.
fn parameters(facts: Facts<'_>, declared: &ShiftTableSpec) -> Vec<(String, String)> {
    if !declared.parameters.is_empty() {
        return declared.parameters.iter().map(|(id, label)| (id.value.clone(), label.clone())).collect();
    }
    let stored = facts.store.iter().filter(|r| r.key.analysis == *declared.id && r.key.statistic == "missing");
    let mut ids: Vec<&str> = stored.filter_map(|r| r.key.level("parameter")).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().map(|id| (id.to_owned(), id.to_owned())).collect()
}

/// The subjects with a category and the test, then the categories.
fn of_parameter(declared: &ShiftTableSpec, key: &ResultKey, label: String, arms: &[String], rows: &mut Vec<Row>) {
    let by_arm = |key: &ResultKey, cell: fn(ResultKey) -> CellContent| -> Vec<CellContent> {
        arms.iter().map(|arm| cell(key.clone().with("arm", arm.as_str()))).collect()
    };
    let mut first = by_arm(key, number);
    if declared.test.is_some() {
        first.push(number(key.statistic("p")));
    }
    rows.push(data(label, 0, first));
    let levels = |key: &ResultKey, indent: u8, rows: &mut Vec<Row>| {
        for (level, label) in &declared.levels {
            rows.push(data(label.as_str(), indent, by_arm(&key.clone().with("to", level.as_str()), n_percent)));
        }
    };
    if declared.from.is_none() {
        levels(key, 1, rows);
        return;
    }
    let before = declared.levels.iter().map(|(level, label)| (level.as_str(), label.as_str()));
    for (level, label) in before.chain([(UNKNOWN, "not known")]) {
        let key = key.clone().with("from", level);
        rows.push(data(format!("Before: {label}"), 1, by_arm(&key, number)));
        levels(&key, 2, rows);
    }
}

fn footnotes(declared: &ShiftTableSpec) -> Vec<CellContent> {
    let mut notes = vec![words(
        "N = subjects of the analysis set in the arm. The line of a parameter has the subjects with a category, each counted once.",
    )];
    notes.push(words(if declared.from.is_some() {
        "% = 100·n/number of subjects with the same category before."
    } else {
        "% = 100·n/number of subjects with a category."
    }));
    match declared.take {
        ShiftTake::Only => {}
        ShiftTake::FirstLevel => notes.push(words("Of several records of a subject the category listed first counts.")),
        ShiftTake::LastLevel => notes.push(words("Of several records of a subject the category listed last counts.")),
    }
    match declared.test.as_ref().map(|test| **test) {
        None => {}
        Some(ShiftTest::Fisher) => notes.push(words(
            "p-values: Fisher's exact test of arms by categories, two-sided; descriptive, not adjusted for multiplicity.",
        )),
        Some(ShiftTest::Cmh) => notes.push(words(
            "p-values: Cochran-Mantel-Haenszel test of general association within the categories before; descriptive, not adjusted for multiplicity.",
        )),
    }
    notes
}
