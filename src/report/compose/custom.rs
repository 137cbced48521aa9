//! Tables whose rows are written by hand: labels with keys.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::report::display::{CellContent, DisplayTable, Inline};
use crate::results::ResultKey;
use crate::spec::report::{CustomRow, DisplaySpec};

use super::{Facts, arm_columns, data, group, section, set_label};

/// The custom table; an unknown key is an error with its place. The columns are those of the display's analysis set,
/// or of the baseline's.
pub(super) fn table(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let mark = sink.mark();
    let set = display.set.as_ref().unwrap_or(&facts.spec.analysis.baseline.set);
    let sets = &facts.spec.analysis.analysis_sets;
    if !sets.contains_key(set.as_str()) {
        sink.error(&codes::CFG_003, set.place.clone(), format!("there is no analysis set `{set}`"))
            .hint(did_you_mean(set, sets.keys().map(String::as_str)));
    }
    let set = set.value.clone();
    let columns = arm_columns(facts, &set, true);
    let mut rows = Vec::new();
    for row in &display.rows {
        if row.keys.is_empty() {
            rows.push(group(row.label.as_str()));
            continue;
        }
        check_layout(row, sink);
        let fixed = !row.keys.iter().any(|key| key.contains(EACH_ARM));
        let cells = columns.iter().map(|column| {
            // A number of no arm, such as a p-value, stands once: in the last column.
            let elsewhere = fixed && columns.last().is_some_and(|last| last.id != column.id);
            if elsewhere { CellContent::new() } else { cell(facts, row, &column.id, sink) }
        });
        let cells = cells.collect();
        rows.push(data(row.label.as_str(), 0, cells));
    }
    sink.check(mark)?;
    Ok(DisplayTable {
        id: display.id.value.clone(),
        title: display.title.clone().unwrap_or_else(|| format!("Table {}", *display.id)),
        population: set_label(facts, &set),
        stub: String::new(),
        columns,
        rows,
        footnotes: Vec::new(),
        section: section(&display.id),
        landscape: false,
    })
}

/// What stands for each column in a key.
const EACH_ARM: &str = "arm=*";

/// A layout names every number of its row, and no other: what it does not name would be lost.
fn check_layout(row: &CustomRow, sink: &mut Diagnostics) {
    let Some(layout) = &row.layout else { return };
    let named: Vec<&str> = layout.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
    let wanted: Vec<String> = (1..=row.keys.len()).map(|at| at.to_string()).collect();
    let missing = wanted.iter().find(|at| !named.contains(&at.as_str())).cloned();
    let unknown = named.iter().find(|at| !wanted.iter().any(|known| known == *at)).map(ToString::to_string);
    let place = row.keys.first().map(|key| key.place.clone()).unwrap_or_default();
    let message = match (missing, unknown) {
        (_, Some(unknown)) => format!("the layout `{layout}` names {{{unknown}}}, and the row has {}", row.keys.len()),
        (Some(missing), None) => format!("the layout `{layout}` leaves out the number {{{missing}}}"),
        (None, None) => return,
    };
    sink.error(&codes::CFG_005, place, message).hint("`{1}` stands for the first of `keys`, `{2}` for the second");
}

fn cell(facts: Facts<'_>, row: &CustomRow, arm: &str, sink: &mut Diagnostics) -> CellContent {
    let mut numbers = Vec::new();
    for pattern in &row.keys {
        let text = pattern.replace(EACH_ARM, &format!("arm={arm}"));
        match ResultKey::parse(&text) {
            Ok(key) if facts.store.get(&key).is_some() => numbers.push(key),
            // A pattern may have no total; a key without a pattern must exist.
            Ok(_) if pattern.contains(EACH_ARM) && arm == "total" => return Vec::new(),
            Ok(key) => {
                let known: Vec<String> =
                    facts.store.iter().filter(|r| r.key.analysis == key.analysis).map(|r| r.key.to_string()).collect();
                sink.error(&codes::RPT_001, pattern.place.clone(), format!("no analysis produced `{key}`"))
                    .hint(did_you_mean(&text, known.iter().map(String::as_str)));
            }
            Err(reason) => {
                sink.error(&codes::RPT_001, pattern.place.clone(), reason);
            }
        }
    }
    let Some(layout) = &row.layout else {
        let mut content = Vec::new();
        for (at, key) in numbers.into_iter().enumerate() {
            if at > 0 {
                content.push(Inline::text(" "));
            }
            content.push(Inline::number(key));
        }
        return content;
    };
    fill(layout, &numbers)
}

/// Puts numbers in place of `{1}`, `{2}`, ….
fn fill(layout: &str, numbers: &[ResultKey]) -> CellContent {
    let mut content = Vec::new();
    let mut rest = layout;
    while let Some(open) = rest.find('{') {
        let Some(close) = rest[open..].find('}').map(|c| open + c) else { break };
        let at = rest[open + 1..close].parse::<usize>().ok().and_then(|n| n.checked_sub(1));
        if open > 0 {
            content.push(Inline::text(&rest[..open]));
        }
        if let Some(key) = at.and_then(|at| numbers.get(at)) {
            content.push(Inline::number(key.clone()));
        }
        rest = &rest[close + 1..];
    }
    if !rest.is_empty() {
        content.push(Inline::text(rest));
    }
    content
}
