//! Findings as the program writes them for machines.

use std::process::Output;

use serde_json::Value;

/// A finding as `--json` writes it.
#[derive(Debug)]
pub struct Finding {
    pub code: String,
    pub severity: String,
    pub message: String,
    /// `file:line:column`, `file ▸ sheet!cell`, a file, or empty.
    pub place: String,
    /// The other places.
    pub labels: Vec<String>,
    pub hints: Vec<String>,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A place as it is drawn.
fn place(value: &Value) -> String {
    let file = text(&value["file"]);
    match value["kind"].as_str() {
        Some("text") => format!("{file}:{}:{}", value["line"], value["column"]),
        Some("cell") => format!("{file} ▸ {}!{}", text(&value["sheet"]), text(&value["cell"])),
        _ => file,
    }
}

/// The findings of a run with `--json`, in the order in which they were found.
pub fn findings(output: &Output) -> Vec<Finding> {
    let stdout = String::from_utf8(output.stdout.clone()).expect("output is UTF-8");
    let lines = stdout.lines().map(|line| serde_json::from_str(line).expect("one JSON object a line"));
    lines
        .filter(|line: &Value| line["type"] == "finding")
        .map(|line| Finding {
            code: text(&line["code"]),
            severity: text(&line["severity"]),
            message: text(&line["message"]),
            place: place(&line["place"]),
            labels: line["labels"].as_array().into_iter().flatten().map(|label| place(&label["place"])).collect(),
            hints: line["hints"].as_array().into_iter().flatten().map(text).collect(),
        })
        .collect()
}
