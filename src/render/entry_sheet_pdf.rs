//! An entry sheet on paper: the lines of a register as a listing, with a foot for those who enter and check them.

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::report::listing::{Listing, ListingRow};

use super::entry_sheet::{EntrySheet, PrintedLine, place};
use super::listing_font::Faces;
use super::listing_pdf::{self, ListingFrame};

/// Heads of the columns; the section stands above its fields and opens a bookmark.
const COLUMNS: [&str; 6] = ["Section", "Field", "Value", "Code", "Used / allowed", "Result"];
const SECTION: usize = 0;
const VALUE: usize = 2;
const BLANK: &str = "____________________";

/// The sheet of a register's lines; `file` is its name in the placements.
///
/// # Errors
/// As [`listing_pdf::render`].
pub fn render(
    file: &str,
    register: &str,
    lines: &[PrintedLine],
    (frame, faces): (&ListingFrame, &Faces),
    sink: &mut Diagnostics,
) -> Result<EntrySheet, Stop> {
    let cells = |line: &PrintedLine| {
        let length = line.length.map(|(used, allowed)| {
            let mark = if used > allowed { " TOO LONG" } else { "" };
            format!("{used} / {allowed}{mark}")
        });
        vec![
            line.section.clone(),
            line.field.clone(),
            line.value.clone(),
            line.code.clone().unwrap_or_default(),
            length.unwrap_or_default(),
            line.key.clone().unwrap_or_default(),
        ]
    };
    let listing = Listing {
        id: String::new(),
        title: format!("Entry sheet for {register}"),
        population: "Fields in the order of the screens".to_owned(),
        columns: COLUMNS.map(str::to_owned).to_vec(),
        // The rows are numbered as in the workbook, whose first row is the head.
        rows: (2..).zip(lines).map(|(record, line)| ListingRow { record, cells: cells(line) }).collect(),
        outline: vec![SECTION],
        headings: Some(SECTION),
        footnotes: vec![format!("Entered by {BLANK} on {BLANK}   Checked by {BLANK} on {BLANK}")],
        if_empty: "Nothing is to be entered.".to_owned(),
    };
    let pdf = listing_pdf::render(&listing, frame, faces, sink)?;
    let spots = pdf.cells(VALUE).into_iter().map(|spot| spot.to_string());
    Ok(EntrySheet { placed: place(file, lines, spots), bytes: pdf.bytes })
}
