//! Builds a folder of `tests/studies` and reads what came out by element names alone, and the raw rows that went in.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use roxmltree::{Document, Node};

/// A study that was built, in a scratch folder that it owns.
pub struct Built {
    _scratch: tempfile::TempDir,
    /// Full results for EudraCT.
    pub eudract: String,
    /// Adverse events for EudraCT.
    pub adverse_events: String,
    /// The whole record for ClinicalTrials.gov.
    pub prs: String,
    /// Subjects, as they stand in the sheet.
    pub subjects: Vec<Raw>,
    /// Adverse events, as they stand in the sheet.
    pub events: Vec<Raw>,
}

/// A row of a sheet: text by column.
pub type Raw = BTreeMap<String, String>;

/// Files with the schemas they follow.
const SCHEMAS: [(&str, &str); 4] = [
    ("eudract-results.xml", "eudract/results_reconstructed.xsd"),
    ("eudract-adverse-events.xml", "eudract/adverseEvents.xsd"),
    ("ctgov-results.xml", "ctgov/ProtocolRecordSchema.xsd"),
    ("ctgov-results-partial.xml", "ctgov/ProtocolRecordSchema.xsd"),
];

impl Built {
    /// Builds the study; no rule of the registries' reviews may find anything but notes, and all files must be valid.
    pub fn of(name: &str) -> Self {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let study = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/studies").join(name);
        let said = Command::new(env!("CARGO_BIN_EXE_tracelock"))
            .args(["--json", "build"])
            .arg(&study)
            .arg("--output")
            .arg(scratch.path())
            .output()
            .expect("the program starts");
        let found = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success(), "{name}: {found}{}", String::from_utf8_lossy(&said.stderr));
        let findings = found.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let grave: Vec<String> = findings
            .filter(|one| matches!(one["severity"].as_str(), Some("error" | "warning")))
            .filter(|one| one["code"].as_str().is_some_and(|code| code.starts_with("REG-") || code.starts_with("RPT-")))
            .map(|one| one.to_string())
            .collect();
        assert_eq!(grave, Vec::<String>::new(), "{name}");
        let public = scratch.path().join(name).join("current/public");
        for (file, schema) in SCHEMAS {
            validate(&public.join(file), schema);
        }
        let read = |file: &str| fs::read_to_string(public.join(file)).expect("a registry file");
        Self {
            eudract: read("eudract-results.xml"),
            adverse_events: read("eudract-adverse-events.xml"),
            prs: read("ctgov-results.xml"),
            subjects: sheet(&study.join("data/subjects.csv")),
            events: sheet(&study.join("data/events.csv")),
            _scratch: scratch,
        }
    }

    /// Subjects for which a condition holds.
    pub fn count(&self, holds: impl Fn(&Raw) -> bool) -> usize {
        self.subjects.iter().filter(|row| holds(row)).count()
    }

    /// Numbers of a column among the subjects for which a condition holds; blank cells are left out.
    pub fn numbers(&self, column: &str, holds: impl Fn(&Raw) -> bool) -> Vec<f64> {
        let rows = self.subjects.iter().filter(|row| holds(row));
        rows.filter_map(|row| row[column].parse().ok()).collect()
    }
}

/// Validates with xmllint; says so where schemas or program are missing.
fn validate(file: &Path, schema: &str) {
    let folder = std::env::var("TRACELOCK_SCHEMAS")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/registries"), PathBuf::from);
    let schema = folder.join(schema);
    if !schema.exists() {
        println!("not validated: the registries' schemas are not here (TRACELOCK_SCHEMAS)");
        return;
    }
    match Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg(file).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => println!("not validated: xmllint is not installed"),
    }
}

/// Rows of a sheet without quotes.
fn sheet(path: &Path) -> Vec<Raw> {
    let text = fs::read_to_string(path).expect("a sheet");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split(',').collect();
    lines
        .map(|line| header.iter().map(|&name| name.to_owned()).zip(line.split(',').map(str::to_owned)).collect())
        .collect()
}

/// Mean and standard deviation.
pub fn mean_sd(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    (mean, (values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt())
}

/// Parses a registry file.
pub fn parse(text: &str) -> Document<'_> {
    Document::parse(text).expect("well-formed")
}

/// All elements at a path of names below a node; a name may begin anywhere below it with `//`.
pub fn all<'a, 'i>(node: Node<'a, 'i>, path: &str) -> Vec<Node<'a, 'i>> {
    if let Some(name) = path.strip_prefix("//") {
        return node.descendants().filter(|one| one.has_tag_name(name)).collect();
    }
    path.split('/').fold(vec![node], |found, name| {
        found.iter().flat_map(|one| one.children().filter(|child| child.tag_name().name() == name)).collect()
    })
}

/// The text of the only element at a path; empty where there is none.
pub fn text<'a>(node: Node<'a, '_>, path: &str) -> &'a str {
    match all(node, path).as_slice() {
        [] => "",
        [one] => one.text().unwrap_or_default().trim(),
        more => panic!("{} elements at {path}", more.len()),
    }
}

/// A count at a path.
pub fn count(node: Node<'_, '_>, path: &str) -> usize {
    text(node, path).parse().unwrap_or_else(|_| panic!("`{}` at {path} is no count", text(node, path)))
}
