//! Loads one whole sheet as a dataset, every column typed, and says how long that took.
//!
//! Run: `cargo run --release --example read_sheet -- FOLDER WORKBOOK SHEET SUBJECT_WORKBOOK SUBJECT_SHEET`; both
//! workbooks lie in FOLDER and name the subject in the column USUBJID.
#![allow(clippy::print_stdout, reason = "a measurement is printed")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use tracelock::base::diagnostic::Diagnostics;
use tracelock::input::{self, RawValue};
use tracelock::{data, spec};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, workbook, sheet, subject_workbook, subject_sheet] = arguments.as_slice() else {
        return Err("usage: read_sheet FOLDER WORKBOOK SHEET SUBJECT_WORKBOOK SUBJECT_SHEET".into());
    };
    let folder = Path::new(folder);
    let begun = Instant::now();
    let (rows, variables) = variables(&folder.join(workbook), sheet)?;
    println!(
        "looked at the types of {} columns in {rows} rows: {:.2} s",
        variables.len(),
        begun.elapsed().as_secs_f64()
    );

    let study = std::env::temp_dir().join(format!("tracelock-read-sheet-{}", std::process::id()));
    let texts = [
        ("study.yaml", include_str!("../templates/init/study.yaml").replace("ARMS", ARMS)),
        ("data.yaml", data_yaml(workbook, sheet, subject_workbook, subject_sheet, &variables)),
        ("analysis.yaml", include_str!("../templates/init/analysis.yaml").to_owned()),
        ("report.yaml", include_str!("../templates/init/report.yaml").to_owned()),
    ];
    fs::create_dir_all(&study)?;
    for (name, text) in &texts {
        fs::write(study.join(name), text)?;
    }
    let mut sink = Diagnostics::new();
    let begun = Instant::now();
    let loaded =
        spec::load(&study, &mut sink).and_then(|spec| data::build(&spec, &|file| folder.join(file), &mut sink));
    let seconds = begun.elapsed().as_secs_f64();
    fs::remove_dir_all(&study)?;
    let Ok(engine) = loaded else {
        let messages: Vec<&str> = sink.all().iter().map(|finding| finding.message.as_str()).take(20).collect();
        return Err(messages.join("\n").into());
    };
    let dataset = engine.catalog().find_dataset("SHEET").ok_or("the dataset is not there")?;
    let records = engine.subject_of(dataset.id).len();
    let ids = dataset.variables.values();
    let values: usize = ids.map(|id| engine.column(*id).iter().filter(|(_, value)| !value.is_null()).count()).sum();
    println!("loaded {records} records of {} variables, {values} values: {seconds:.2} s", variables.len());
    Ok(())
}

/// A column's name and type.
type Typed = (String, &'static str);

const ARMS: &str = "  active: {label: Active, title: Active, description: Active, type: other}";

/// Number of rows, and every column with its type: a number where all its cells are numbers, else text.
fn variables(path: &Path, sheet: &str) -> Result<(usize, Vec<Typed>), String> {
    let mut workbook = input::open(path).map_err(|error| error.message().to_owned())?;
    let header = input::read_header(&mut *workbook, sheet, 1, 1).map_err(|error| error.message().to_owned())?;
    let mut kinds: BTreeMap<u32, &'static str> = BTreeMap::new();
    let mut rows = 0;
    workbook
        .read_rows(sheet, &mut |row, cells| {
            if row >= header.first_data_row {
                rows += 1;
                for (column, value) in cells {
                    let kind = match value {
                        RawValue::Number(_) => "decimal",
                        RawValue::Date(_) => "date",
                        _ => "text",
                    };
                    let known = kinds.entry(*column).or_insert(kind);
                    if *known != kind {
                        *known = "text";
                    }
                }
            }
            ControlFlow::Continue(())
        })
        .map_err(|error| error.message().to_owned())?;
    let kind = |column: u32| kinds.get(&column).copied().unwrap_or("text");
    Ok((rows, header.columns.iter().map(|column| (column.name.clone(), kind(column.column))).collect()))
}

fn data_yaml(workbook: &str, sheet: &str, subject_workbook: &str, subject_sheet: &str, variables: &[Typed]) -> String {
    let mut text = format!(
        "version: 1\nsources:\n  sheet: {{files: [{workbook}], sheet: {sheet}}}\n  subjects: {{files: [{subject_workbook}], \
         sheet: {subject_sheet}}}\nsubject: {{dataset: DM, key: [USUBJID], arm: {{planned: ARM, actual: ARM}}}}\n\
         datasets:\n  DM:\n    source: subjects\n    variables:\n      USUBJID: {{column: USUBJID}}\n      \
         ARM: {{derive: \"'active'\"}}\n  SHEET:\n    source: sheet\n    variables:\n"
    );
    for (name, kind) in variables {
        let _ = writeln!(text, "      {name}: {{column: {name}, type: {kind}}}");
    }
    text
}
