//! The full drawing of a finding: message, place, the line of the file with a mark below, hints.

use std::fmt::Write;

use crate::base::diagnostic::{Diagnostic, Place, Severity, TextSource};

/// Longest stretch of a line that is shown.
const WIDEST: usize = 120;
/// What is shown before the mark of a longer line.
const BEFORE: usize = 40;

/// Colours, or nothing.
struct Paint {
    head: &'static str,
    blue: &'static str,
    bold: &'static str,
    reset: &'static str,
}

impl Paint {
    fn new(colour: bool, severity: Severity) -> Self {
        if !colour {
            return Self { head: "", blue: "", bold: "", reset: "" };
        }
        let head = match severity {
            Severity::Error => "\x1b[1;31m",
            Severity::Warning => "\x1b[1;33m",
            Severity::Note => "\x1b[1;36m",
        };
        Self { head, blue: "\x1b[1;34m", bold: "\x1b[1m", reset: "\x1b[0m" }
    }
}

/// A stretch of a line that is marked.
struct Mark<'d> {
    line: usize,
    column: usize,
    length: usize,
    text: &'d str,
    primary: bool,
}

/// Draws a finding, with an empty line after it.
pub(super) fn draw_full(d: &Diagnostic, colour: bool) -> String {
    let p = Paint::new(colour, d.severity);
    let mut out = format!("{}{}[{}]{}{}: {}{}\n", p.head, d.severity, d.code.id, p.reset, p.bold, d.message, p.reset);
    let mut elsewhere: Vec<(&Place, &str)> = Vec::new();
    match &d.place {
        Place::Nowhere => elsewhere.extend(d.labels.iter().map(|(place, text)| (place, text.as_str()))),
        Place::Text { source, line, column, length } => {
            let mut marks = vec![Mark { line: *line, column: *column, length: *length, text: "", primary: true }];
            for (place, text) in &d.labels {
                match place {
                    Place::Text { source: other, line, column, length } if other.name == source.name => {
                        marks.push(Mark { line: *line, column: *column, length: *length, text, primary: false });
                    }
                    _ => elsewhere.push((place, text)),
                }
            }
            let _ = writeln!(out, "{}  -->{} {}", p.blue, p.reset, d.place);
            excerpt(&mut out, source, marks, &p);
        }
        place => {
            let _ = writeln!(out, "{}  -->{} {place}", p.blue, p.reset);
            elsewhere.extend(d.labels.iter().map(|(place, text)| (place, text.as_str())));
        }
    }
    for (place, text) in elsewhere {
        if *place == Place::Nowhere {
            let _ = writeln!(out, "{}  :::{} {text}", p.blue, p.reset);
        } else {
            let _ = writeln!(out, "{}  :::{} {place}: {text}", p.blue, p.reset);
        }
    }
    for hint in &d.hints {
        let _ = writeln!(out, "{}hint{}: {hint}", p.bold, p.reset);
    }
    out.push('\n');
    out
}

/// The marked lines of a file, in the file's order.
fn excerpt(out: &mut String, source: &TextSource, mut marks: Vec<Mark<'_>>, p: &Paint) {
    let lines: Vec<&str> = source.text.lines().collect();
    marks.retain(|mark| mark.line >= 1 && mark.line <= lines.len());
    marks.sort_by_key(|mark| (mark.line, mark.column, !mark.primary));
    let width = marks.last().map_or(0, |mark| mark.line.to_string().len());
    let mut before: Option<usize> = None;
    for mark in &marks {
        if before != Some(mark.line) {
            if before.is_some_and(|line| line + 1 < mark.line) {
                let _ = writeln!(out, "{}{:>width$}...{}", p.blue, "", p.reset);
            }
            let (shown, _) = window(lines[mark.line - 1], mark.column);
            let _ = writeln!(out, "{}{:>width$} |{} {shown}", p.blue, mark.line, p.reset);
            before = Some(mark.line);
        }
        let (shown, cut) = window(lines[mark.line - 1], first_column(&marks, mark.line));
        let column = mark.column.saturating_sub(1).saturating_sub(cut);
        let room = shown.chars().count().saturating_sub(column).max(1);
        let (sign, paint) = if mark.primary { ("^", p.head) } else { ("-", p.blue) };
        let signs = sign.repeat(mark.length.clamp(1, room));
        let text = if mark.text.is_empty() { String::new() } else { format!(" {}", mark.text) };
        let _ = writeln!(out, "{}{:>width$} |{} {:column$}{paint}{signs}{text}{}", p.blue, "", p.reset, "", p.reset);
    }
}

/// The column by which the window of a line was chosen.
fn first_column(marks: &[Mark<'_>], line: usize) -> usize {
    marks.iter().find(|mark| mark.line == line).map_or(1, |mark| mark.column)
}

/// A line, or the part of a long one around `column`; and how many characters were cut off before it.
fn window(line: &str, column: usize) -> (String, usize) {
    let line = line.replace('\t', " ");
    let total = line.chars().count();
    if total <= WIDEST {
        return (line.trim_end().to_owned(), 0);
    }
    let cut = column.saturating_sub(1).saturating_sub(BEFORE).min(total - WIDEST);
    (line.chars().skip(cut).take(WIDEST).collect(), cut)
}
