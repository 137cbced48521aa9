//! Findings as JSON lines: a public format for editors and scripts.

use serde::Serialize;

use crate::base::diagnostic::{Diagnostic, Place};

/// One finding.
#[derive(Serialize)]
struct Line<'d> {
    r#type: &'static str,
    code: &'static str,
    severity: String,
    message: &'d str,
    place: Option<PlaceLine<'d>>,
    labels: Vec<LabelLine<'d>>,
    hints: &'d [String],
}

#[derive(Serialize)]
struct LabelLine<'d> {
    place: Option<PlaceLine<'d>>,
    text: &'d str,
}

/// Lines and columns count from 1.
#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum PlaceLine<'d> {
    File { file: &'d str },
    Text { file: &'d str, line: usize, column: usize, length: usize },
    Cell { file: &'d str, sheet: &'d str, cell: String },
    Result { key: &'d str },
}

fn place_line(place: &Place) -> Option<PlaceLine<'_>> {
    match place {
        Place::Nowhere => None,
        Place::File(file) => Some(PlaceLine::File { file }),
        Place::Text { source, line, column, length } => {
            Some(PlaceLine::Text { file: &source.name, line: *line, column: *column, length: *length })
        }
        Place::Cell(cell) => {
            Some(PlaceLine::Cell { file: &cell.file, sheet: &cell.sheet, cell: cell.address.to_string() })
        }
        Place::Result(key) => Some(PlaceLine::Result { key }),
    }
}

/// A finding as one line.
pub(super) fn draw_json(d: &Diagnostic) -> String {
    let line = Line {
        r#type: "finding",
        code: d.code.id,
        severity: d.severity.to_string(),
        message: &d.message,
        place: place_line(&d.place),
        labels: d.labels.iter().map(|(place, text)| LabelLine { place: place_line(place), text }).collect(),
        hints: &d.hints,
    };
    let mut text = serde_json::to_string(&line).expect("invariant: texts and numbers serialise");
    text.push('\n');
    text
}
