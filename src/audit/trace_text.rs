//! Traces as people read them in a terminal, and the cells behind a number as CSV.

use std::fmt::Write;

use crate::base::words::counted;

use super::trace::{CellLine, Entered, Evidence, KeyTrace};
use super::trace_cell::CellTrace;

/// Width of the words on the left.
const STUB: usize = 11;
/// Subjects named before "and N more", unless everything is asked for.
const NAMED: usize = 12;

/// A number with what stands behind it.
#[must_use]
pub fn key_text(trace: &KeyTrace, all: bool) -> String {
    let mut out = Lines::default();
    let unit = trace.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
    out.plain(&match trace.kind.as_str() {
        "not_estimable" => format!("{} is not estimable: {}", trace.key, trace.value),
        _ => format!("{} = {}{unit}", trace.key, trace.value),
    });
    if let Some(a) = &trace.attested {
        out.line("attested", &format!("by {} on {}, {}: this number is not in the data", a.by, a.on, a.document));
    }
    out.list("printed", trace.printed.iter().map(|p| format!("{} {} as {}", p.file, p.place, p.text)), 20, all);
    if trace.printed.is_empty() {
        out.line("printed", "nowhere");
    }
    if !trace.rule.is_empty() {
        out.line("rule", &trace.rule);
    }
    for entered in &trace.entered {
        out.line("entered", &entered_text(entered, all));
    }
    if trace.entered.is_empty() && trace.attested.is_none() {
        out.line("entered", "no record");
    }
    for group in &trace.left_out {
        out.line(
            "left out",
            &format!("{}, {}: {}", subjects(group.subjects.len()), group.reason, names(&group.subjects, all)),
        );
    }
    out.list(
        "inputs",
        trace.inputs.iter().map(|i| format!("{} {} = {} ({})", i.role, i.key, i.value, records(i.records))),
        20,
        all,
    );
    out.list("read", trace.variables.iter().map(|v| format!("{}, {} ({})", v.variable, v.label, v.origin)), 20, all);
    for record in trace.evidence.iter().filter(|record| !record.values.is_empty()) {
        let values: Vec<String> = record.values.iter().map(evidence_text).collect();
        let mark = if record.entered { "" } else { ", not counted" };
        out.line("evidence", &format!("{} ({}{mark}): {}", record.subject, record.dataset, values.join("; ")));
    }
    if trace.evidence_records > trace.evidence.len() {
        out.line(
            "",
            &format!("and {} more records; `--all` shows them", trace.evidence_records - trace.evidence.len()),
        );
    }
    out.list("cells", trace.cell_ranges.iter().map(|r| format!("{} ({})", r.range, cells(r.cells))), 20, all);
    out.line("", &format!("{} in all; `--cells` writes them as CSV", cells(trace.cells)));
    out.text
}

/// A cell with the numbers that stand on it.
#[must_use]
pub fn cell_text(trace: &CellTrace, all: bool) -> String {
    let mut out = Lines::default();
    let subject = trace.subject.as_ref().map(|s| format!(", subject {s}")).unwrap_or_default();
    out.plain(&format!("{}{subject}", trace.cell));
    if trace.variables.is_empty() {
        out.line("read as", "nothing: a header, an empty row, or a column that no variable names");
    }
    for v in &trace.variables {
        let raw = v.raw.as_ref().map(|raw| format!(" (the cell holds {raw:?})")).unwrap_or_default();
        out.line("read as", &format!("{} = {}{raw}", v.variable, missing(&v.value)));
    }
    out.list("made into", trace.made.iter().cloned(), 20, all);
    let used = trace.results.iter().map(|r| {
        let how = match r.through.as_str() {
            "records" => "entered",
            "evidence" => "looked at",
            _ => "through an input",
        };
        format!("{} = {} ({how}, printed {})", r.key, r.value, times(r.printed))
    });
    out.list("used in", used, 40, all);
    if trace.results.is_empty() {
        out.line("used in", "no result");
    }
    out.text
}

/// Cells behind a number as CSV with a header line.
///
/// # Errors
/// Never, as it writes into memory; the CSV writer's error is passed on.
pub fn cells_csv(lines: &[CellLine]) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["file", "sheet", "cell", "subject", "variable", "value"])?;
    for line in lines {
        let address = line.cell.address.to_string();
        writer.write_record([
            &*line.cell.file,
            &*line.cell.sheet,
            &address,
            &line.subject,
            &line.variable,
            &line.value,
        ])?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn entered_text(entered: &Entered, all: bool) -> String {
    let n = entered.subjects.len();
    let who = if entered.records == n && entered.dataset == "ADSL" {
        subjects(n)
    } else {
        format!("{} of {}, {}", records(entered.records), entered.dataset, subjects(n))
    };
    format!("{who}: {}", names(&entered.subjects, all))
}

fn evidence_text(value: &Evidence) -> String {
    let raw = value.raw.as_ref().map(|raw| format!(" from {raw:?}")).unwrap_or_default();
    let place = match value.cells.as_slice() {
        [] => String::new(),
        [one] => format!(" ({one})"),
        [one, rest @ ..] => format!(" ({one} and {})", cells(rest.len())),
    };
    let name = value.variable.split_once('.').map_or(value.variable.as_str(), |(_, name)| name);
    format!("{name} = {}{raw}{place}", missing(&value.value))
}

fn names(list: &[String], all: bool) -> String {
    let shown = if all { list.len() } else { list.len().min(NAMED) };
    let mut text = list[..shown].join(", ");
    if shown < list.len() {
        let _ = write!(text, " and {} more", list.len() - shown);
    }
    text
}

fn missing(value: &str) -> &str {
    if value.is_empty() { "missing" } else { value }
}

fn times(n: usize) -> String {
    match n {
        0 => "nowhere".to_owned(),
        1 => "once".to_owned(),
        n => format!("{n} times"),
    }
}

fn subjects(n: usize) -> String {
    counted(n, "subject")
}

fn records(n: usize) -> String {
    counted(n, "record")
}

fn cells(n: usize) -> String {
    counted(n, "cell")
}

/// Lines with a word on the left, written once for lines that share it.
#[derive(Default)]
struct Lines {
    text: String,
    last: String,
}

impl Lines {
    fn plain(&mut self, text: &str) {
        let _ = writeln!(self.text, "{text}");
    }

    fn line(&mut self, stub: &str, text: &str) {
        let shown = if self.last == stub { "" } else { stub };
        let _ = writeln!(self.text, "  {shown:<STUB$}{text}");
        if !stub.is_empty() {
            stub.clone_into(&mut self.last);
        }
    }

    fn list(&mut self, stub: &str, items: impl ExactSizeIterator<Item = String>, limit: usize, all: bool) {
        let total = items.len();
        let shown = if all { total } else { total.min(limit) };
        for item in items.take(shown) {
            self.line(stub, &item);
        }
        if shown < total {
            self.line("", &format!("and {} more; `--all` shows them", total - shown));
        }
    }
}
