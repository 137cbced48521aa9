//! Writes the workbooks of the SYNTHETIC demonstration study.
//!
//! Run: `cargo run --release --example demo-data -- config/demo/data`. The same program writes the
//! same bytes each time. `config/demo/README.md` tells published anchors from invented values.
#![allow(clippy::print_stderr, clippy::print_stdout, reason = "an example speaks for itself")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use rust_xlsxwriter::{DocProperties, Workbook, XlsxError};

mod adverse_events;
mod calendar;
mod enrolment;
mod outcome;
mod random;
mod respiratory;
mod sheet;
mod subjects;

use sheet::{Table, text};

/// What the first sheet of each workbook says.
const ABOUT: [&str; 6] = [
    "SYNTHETIC DATA - no real person",
    "Demonstration study after a published abstract (doi 10.1038/s41409-024-02230-5).",
    "Subjects, dates, gases, courses and adverse events are invented by a program.",
    "Registration numbers: none; placeholders only.",
    "Randomisation list: A = mesenchymal stromal cells (MSC), B = placebo.",
    "Batches: MSC-... = mesenchymal stromal cells, PLB-... = placebo.",
];

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: demo-data FOLDER");
        return ExitCode::from(2);
    };
    match write_study(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}: {error}", folder.display());
            ExitCode::from(2)
        }
    }
}

fn write_study(folder: &Path) -> Result<(), XlsxError> {
    let clinical = [
        enrolment::screening(),
        enrolment::demographics(),
        enrolment::randomisation(),
        enrolment::dosing(),
        respiratory::gases(),
        respiratory::ordinal_scale(),
        respiratory::oxygen(),
        outcome::stay(),
        outcome::disposition(),
        outcome::follow_up(),
    ];
    write_workbook(&folder.join("demo_clinical.xlsx"), &clinical)?;
    let safety = [adverse_events::adverse_events()];
    write_workbook(&folder.join("demo_safety.xlsx"), &safety)
}

fn write_workbook(path: &Path, tables: &[Table]) -> Result<(), XlsxError> {
    let mut workbook = Workbook::new();
    // The library would stamp the current time; a fixed one keeps the bytes equal.
    let created = calendar::excel(calendar::day_of(2022, 3, 1), 0)?;
    let properties = DocProperties::new()
        .set_title("SYNTHETIC demonstration study")
        .set_subject("SYNTHETIC DATA - no real person")
        .set_creation_datetime(&created);
    workbook.set_properties(&properties);
    let about = Table {
        name: "ABOUT",
        origin: (0, 0),
        title: None,
        groups: vec![],
        header: vec![ABOUT[0]],
        rows: ABOUT[1..].iter().map(|line| vec![text(*line)]).collect(),
    };
    for table in std::iter::once(&about).chain(tables) {
        sheet::write(&mut workbook, table)?;
    }
    workbook.save(path)
}
