//! Tables whose rows are written by hand: labels with keys.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::report::display::{CellContent, DisplayTable, Inline};
use crate::results::ResultKey;
use crate::spec::report::{CustomRow, DisplaySpec};

use super::{Facts, arm_columns, data, group, section, set_label};

/// The custom table; an unknown key is an error with its place.
pub(super) fn table(facts: Facts<'_>, display: &DisplaySpec, sink: &mut Diagnostics) -> Result<DisplayTable, Stop> {
    let mark = sink.mark();
    let set = facts.spec.analysis.baseline.set.value.clone();
    let columns = arm_columns(facts, &set, true);
    let mut rows = Vec::new();
    for row in &display.rows {
        if row.keys.is_empty() {
            rows.push(group(row.label.as_str()));
            continue;
        }
        let cells = columns.iter().map(|column| cell(facts, row, &column.id, sink)).collect();
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

fn cell(facts: Facts<'_>, row: &CustomRow, arm: &str, sink: &mut Diagnostics) -> CellContent {
    let mut numbers = Vec::new();
    for pattern in &row.keys {
        let text = pattern.replace("arm=*", &format!("arm={arm}"));
        match ResultKey::parse(&text) {
            Ok(key) if facts.store.get(&key).is_some() => numbers.push(key),
            // A pattern may have no total; a key without a pattern must exist.
            Ok(_) if pattern.contains("arm=*") && arm == "total" => return Vec::new(),
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
