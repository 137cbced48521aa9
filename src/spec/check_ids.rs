//! Ids stand in result keys, table names and file names: each once among its kind, and none that is taken.

use std::collections::BTreeMap;

use crate::base::codes::{CFG_004, CFG_005};
use crate::base::diagnostic::{Diagnostics, Place};

use super::Spec;
use super::analysis::Criterion;
use super::at::At;
use super::report::DisplayKind;

/// Categories of adverse events that every study has, and the one that only the registries get.
const TAKEN_CATEGORIES: [&str; 6] = ["any", "death", "fatal", "non_serious_reported", "related", "serious"];

/// Reports ids that occur twice where results of one would take the place of the other's, and names that are taken.
pub(super) fn check(spec: &Spec, sink: &mut Diagnostics) {
    let analysis = &spec.analysis;
    for (id, set) in &analysis.analysis_sets {
        unique(&format!("criterion of the analysis set `{id}`"), criteria(&set.criteria), sink);
    }
    let flow = &analysis.flow;
    unique("reason of exclusion", criteria(&flow.excluded), sink);
    unique("reason of not receiving the intervention", criteria(&flow.not_received), sink);
    unique("reason of discontinuing the intervention", criteria(&flow.discontinued_treatment), sink);
    unique("end of participation", flow.follow_up_end.iter().map(|end| &end.id), sink);
    unique("disposition block", analysis.disposition.iter().map(|block| &block.id), sink);
    for block in &analysis.disposition {
        unique(&format!("category of the block `{}`", *block.id), criteria(&block.categories), sink);
        taken("a disposition block", &block.id, &["intercurrent_events"], sink);
    }
    if let Some(safety) = &analysis.safety {
        unique("category of adverse events", criteria(&safety.categories), sink);
        for category in &safety.categories {
            taken("a category of adverse events", &category.id, &TAKEN_CATEGORIES, sink);
        }
    }
    displays(spec, sink);
    tables(spec, sink);
}

fn criteria(list: &[Criterion]) -> impl Iterator<Item = &At<String>> {
    list.iter().map(|criterion| &criterion.id)
}

fn unique<'a>(what: &str, ids: impl Iterator<Item = &'a At<String>>, sink: &mut Diagnostics) {
    let mut seen: BTreeMap<&str, &Place> = BTreeMap::new();
    for id in ids {
        if let Some(first) = seen.insert(id.as_str(), &id.place) {
            sink.error(&CFG_004, id.place.clone(), format!("a second {what} has the id `{id}`"))
                .label(first.clone(), "the first one")
                .hint("ids stand in result keys: the numbers of one would take the place of the other's");
        }
    }
}

fn taken(what: &str, id: &At<String>, names: &[&str], sink: &mut Diagnostics) {
    if names.contains(&id.as_str()) {
        sink.error(&CFG_004, id.place.clone(), format!("`{id}` cannot be the id of {what}: the name is taken"))
            .hint(format!("taken: {}", names.join(", ")));
    }
}

/// Displays are files: `14.2.1` and `14-2-1` would be the same one.
fn displays(spec: &Spec, sink: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &Place> = BTreeMap::new();
    let mut flow: Option<&Place> = None;
    for display in spec.report.displays.iter().filter(|display| display.show) {
        let id = &display.id;
        if id.is_empty() || !id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_')) {
            sink.error(&CFG_005, id.place.clone(), format!("`{id}` cannot be the number of a display"))
                .hint("numbers name files: letters, digits, `.`, `-` and `_`, such as 14.2.1");
        }
        if let Some(first) = seen.insert(id.to_lowercase().replace('.', "-"), &id.place) {
            sink.error(&CFG_004, id.place.clone(), format!("two displays have the number {id}"))
                .label(first.clone(), "the first one")
                .hint("numbers name files: upper and lower case, `.` and `-` are the same there");
        }
        if display.kind == DisplayKind::Flow
            && let Some(first) = flow.replace(&id.place)
        {
            sink.error(&CFG_004, id.place.clone(), "a report has one flow diagram")
                .label(first.clone(), "the first one")
                .hint("take one out, or set `show: false`");
        }
    }
}

/// Datasets and parameters are tables, variables their columns; the program has some of its own.
fn tables(spec: &Spec, sink: &mut Diagnostics) {
    let data = &spec.data;
    for (name, source) in &data.sources {
        let place = source.sheet.as_ref().or(source.files.first()).map(|at| at.place.clone()).unwrap_or_default();
        if source.files.is_empty() {
            sink.error(&CFG_005, place.clone(), format!("the source `{name}` names no file"))
                .hint("`files` lists at least one workbook or delimited text");
        }
        if source.last_row == Some(0) {
            sink.error(&CFG_005, place, format!("`last_row` of the source `{name}` is 0"))
                .hint("rows count from 1, as in the spreadsheet");
        }
    }
    for (name, dataset) in &data.datasets {
        own_table("dataset", name, &dataset.source.place, sink);
        for (variable, read) in &dataset.variables {
            let derived = read.derive.as_ref().or(read.column.as_ref());
            let place = derived.map_or_else(|| dataset.source.place.clone(), |at| at.place.clone());
            own_column(name, variable, &place, sink);
        }
        same_name(name, dataset.variables.keys(), &dataset.source.place, sink);
    }
    for (name, parameter) in &data.parameters {
        own_table("parameter", name, &parameter.dataset.place, sink);
    }
    for name in data.adsl.keys() {
        own_column("adsl", name, &data.subject.dataset.place, sink);
    }
    same_name("adsl", data.adsl.keys(), &data.subject.dataset.place, sink);
}

fn own_table(what: &str, name: &str, place: &Place, sink: &mut Diagnostics) {
    let upper = name.to_ascii_uppercase();
    if name.is_empty() || ["_", "SQLITE_", "TRACE_"].iter().any(|start| upper.starts_with(start)) {
        sink.error(&CFG_004, place.clone(), format!("a {what} cannot be called `{name}`"))
            .hint("names that begin with `_`, `sqlite_` or `trace_` are the program's own");
    }
}

fn own_column(table: &str, name: &str, place: &Place, sink: &mut Diagnostics) {
    if name.is_empty() || name.starts_with('_') {
        sink.error(&CFG_004, place.clone(), format!("a variable of {table} cannot be called `{name}`"))
            .hint("names that begin with `_` are the program's own");
    }
}

/// Names are the same in upper and lower case.
fn same_name<'n>(table: &str, names: impl Iterator<Item = &'n String>, place: &Place, sink: &mut Diagnostics) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for name in names {
        if let Some(first) = seen.insert(name.to_ascii_uppercase(), name) {
            sink.error(&CFG_004, place.clone(), format!("`{first}` and `{name}` of {table} are the same variable"))
                .hint("names are compared without case");
        }
    }
}
