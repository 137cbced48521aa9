//! Proposes data.yaml from the sheets of workbooks.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::ops::ControlFlow;
use std::path::Path;

use crate::base::cell::column_name;
use crate::base::diagnostic::Diagnostics;
use crate::input::{self, InputError, SheetKind, Workbook};

use super::init_guess::{Profile, variable_name};

/// Headers that usually name a subject, the best first.
const SUBJECT_KEYS: [&str; 8] =
    ["USUBJID", "SUBJID", "SUBJECT_ID", "SUBJECT", "PATIENT_ID", "PATID", "RECORD_ID", "ID"];
/// Headers that usually name the arm as randomised.
const PLANNED_ARMS: [&str; 8] = ["ARM", "ARMCD", "TRT01P", "TREATMENT", "TRT", "GROUP", "RANDOM_ARM", "ALLOCATION"];
/// Headers that usually name the arm as treated.
const ACTUAL_ARMS: [&str; 4] = ["ACTARM", "ACTARMCD", "TRT01A", "ACTUAL_TREATMENT"];

/// A column with what was seen in it.
struct Column {
    /// What `column:` says.
    reference: String,
    header: String,
    variable: String,
    profile: Profile,
}

/// A sheet of one or several files.
struct Sheet {
    dataset: String,
    files: Vec<String>,
    /// `None` for delimited text.
    name: Option<String>,
    rows: usize,
    columns: Vec<Column>,
}

/// What was found, and the file that follows from it.
pub(super) struct Proposal {
    /// data.yaml.
    pub text: String,
    /// Number of sheets that hold a table.
    pub sheets: usize,
    /// Number of columns.
    pub columns: usize,
    /// Values found in the column of arms, sorted.
    pub arms: Vec<String>,
}

/// Reads the workbooks and proposes data.yaml; files that cannot be read are reported.
pub(super) fn propose(workbooks: &[impl AsRef<Path>], sink: &mut Diagnostics) -> Proposal {
    let mut sheets: Vec<Sheet> = Vec::new();
    for path in workbooks {
        let path = path.as_ref();
        let read = input::open(path).and_then(|mut workbook| {
            let delimited = input::format_of(path).is_some_and(|format| format.extensions().contains(&"csv"));
            read_workbook(&mut *workbook, delimited, &mut sheets)
        });
        if let Err(error) = read {
            error.report(sink);
        }
    }
    let mut taken = BTreeSet::new();
    for sheet in &mut sheets {
        sheet.dataset = unique(&sheet.dataset, &mut taken);
    }
    let text = write(&sheets);
    let arms = arm_column(&sheets).map_or_else(Vec::new, |column| column.profile.values());
    Proposal { text, sheets: sheets.len(), columns: sheets.iter().map(|s| s.columns.len()).sum(), arms }
}

fn read_workbook(workbook: &mut dyn Workbook, delimited: bool, sheets: &mut Vec<Sheet>) -> Result<(), InputError> {
    let names: Vec<String> =
        workbook.sheets().iter().filter(|s| s.kind == SheetKind::Worksheet).map(|s| s.name.clone()).collect();
    for name in names {
        // A sheet without a header row holds no table.
        let Ok(header) = input::read_header(workbook, &name, 1, 1) else { continue };
        let duplicates: BTreeSet<u32> = header.duplicates().into_iter().flat_map(|(_, columns)| columns).collect();
        let mut taken = BTreeSet::new();
        let mut columns: BTreeMap<u32, Column> = BTreeMap::new();
        for column in &header.columns {
            let by_letter = duplicates.contains(&column.column) || column.name.starts_with('=');
            let reference = if by_letter { format!("={}", column_name(column.column)) } else { column.name.clone() };
            let variable = unique(&variable_name(&column.name), &mut taken);
            let profile = Profile::default();
            columns.insert(column.column, Column { reference, header: column.name.clone(), variable, profile });
        }
        let mut rows = 0;
        workbook.read_rows(&name, &mut |row, cells| {
            if row >= header.first_data_row {
                rows += 1;
                for (column, value) in cells {
                    if let Some(column) = columns.get_mut(column) {
                        column.profile.note(*value);
                    }
                }
            }
            ControlFlow::Continue(())
        })?;
        let sheet = Sheet {
            dataset: variable_name(&name),
            files: vec![workbook.file_name().to_owned()],
            name: (!delimited).then(|| name.clone()),
            rows,
            columns: columns.into_values().collect(),
        };
        let same = |other: &Sheet| {
            other.name == sheet.name
                && other.name.is_some()
                && other.columns.iter().map(|c| &c.reference).eq(sheet.columns.iter().map(|c| &c.reference))
        };
        match sheets.iter_mut().find(|other| same(other)) {
            // The same table in several files is one source; types are guessed from the first file.
            Some(other) => {
                other.files.extend(sheet.files);
                other.rows += sheet.rows;
            }
            None => sheets.push(sheet),
        }
    }
    Ok(())
}

fn unique(name: &str, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = name.to_owned();
    let mut n = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{name}_{n}");
        n += 1;
    }
    candidate
}

/// The sheet with one row a subject, and the variable that names the subject.
fn subject_sheet(sheets: &[Sheet]) -> Option<(&Sheet, &Column)> {
    let known = SUBJECT_KEYS.iter().find_map(|key| {
        sheets.iter().find_map(|s| Some((s, s.columns.iter().find(|c| c.variable == *key && c.profile.is_unique())?)))
    });
    known.or_else(|| {
        sheets
            .iter()
            .find_map(|s| Some((s, s.columns.iter().find(|c| c.profile.filled() == s.rows && c.profile.is_unique())?)))
    })
}

fn arm_column(sheets: &[Sheet]) -> Option<&Column> {
    let (sheet, _) = subject_sheet(sheets)?;
    PLANNED_ARMS.iter().find_map(|name| sheet.columns.iter().find(|c| c.variable == *name))
}

fn write(sheets: &[Sheet]) -> String {
    let mut text = String::from(
        "# Proposed by `tracelock init` from the workbooks. Go through every line marked `# proposed`;\n\
         # `tracelock check` says what does not fit. Delete what the analysis does not need.\n\
         version: 1\n\nsources:\n",
    );
    for sheet in sheets {
        let files: Vec<String> = sheet.files.iter().map(|file| quoted(file)).collect();
        let name = sheet.name.as_ref().map(|name| format!(", sheet: {}", quoted(name))).unwrap_or_default();
        let source = sheet.dataset.to_lowercase();
        let _ = writeln!(
            text,
            "  {source}: {{files: [{}]{name}, header: {{row: 1}}}}  # {} rows",
            files.join(", "),
            sheet.rows
        );
    }
    if sheets.is_empty() {
        text.push_str("  {}\n");
    }
    text.push_str("\nsubject:\n");
    let (dataset, key) = subject_sheet(sheets).map_or(("DM", "USUBJID"), |(s, c)| (&s.dataset, &c.variable));
    let planned = arm_column(sheets).map_or("ARM", |c| &c.variable);
    let actual = subject_sheet(sheets)
        .and_then(|(s, _)| ACTUAL_ARMS.iter().find_map(|name| s.columns.iter().find(|c| c.variable == *name)))
        .map_or(planned, |c| &c.variable);
    let _ = writeln!(text, "  dataset: {dataset}  # proposed: one row a subject");
    let _ = writeln!(text, "  key: [{key}]  # proposed");
    let _ = writeln!(
        text,
        "  arm: {{planned: {planned}, actual: {actual}}}  # proposed: values must be the arm ids of study.yaml"
    );
    text.push_str("\ndatasets:\n");
    for sheet in sheets {
        let _ = writeln!(text, "  {}:\n    source: {}\n    variables:", sheet.dataset, sheet.dataset.to_lowercase());
        for column in &sheet.columns {
            text.push_str(&variable_line(column, sheet.rows));
        }
        if sheet.columns.is_empty() {
            text.push_str("      {}\n");
        }
    }
    if sheets.is_empty() {
        text.push_str("  {}\n");
    }
    text
}

fn variable_line(column: &Column, rows: usize) -> String {
    let guess = column.profile.guess();
    let mut facts = vec![format!("column: {}", quoted(&column.reference)), format!("type: {}", guess.kind)];
    if let Some(decimals) = guess.decimals {
        facts.push(format!("decimals: {decimals}"));
    }
    if !guess.missing.is_empty() {
        let marks: Vec<String> = guess.missing.iter().map(|mark| quoted(mark)).collect();
        facts.push(format!("missing: [{}]", marks.join(", ")));
    }
    facts.push(format!("label: {}", quoted(&column.header)));
    let filled = column.profile.filled();
    let seen = if filled == rows { String::new() } else { format!(", {filled} of {rows} filled") };
    format!("      {}: {{{}}}  # proposed{seen}\n", column.variable, facts.join(", "))
}

/// A text in double quotes, as YAML and JSON both read it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).expect("invariant: a text serialises")
}
