//! The coding sheet as comma-separated values.

use crate::base::codes::RND_001;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::methods::coding_sheet::CodingRow;
use crate::spec::safety::Dictionary;

use super::csv_cell::without_formula;

const HEADER: [&str; 8] = [
    "Verbatim term",
    "Preferred term",
    "System organ class",
    "Dictionary",
    "Dictionary version",
    "Coder",
    "Status",
    "Events",
];

/// Writes the sheet; `file` is its name in messages. A `notice` is its last row, as in tables.
///
/// # Errors
/// RND-001 where it cannot be written.
pub fn render(
    rows: &[CodingRow],
    dictionary: &Dictionary,
    notice: Option<&str>,
    file: &str,
    sink: &mut Diagnostics,
) -> Result<String, Stop> {
    write(rows, dictionary, notice).map_err(|reason| {
        let message = format!("the coding sheet cannot be written: {reason}");
        sink.error(&RND_001, Place::File(file.to_owned()), message).stop()
    })
}

/// UTF-8 with a byte-order mark and CR LF, as spreadsheet programs expect.
fn write(rows: &[CodingRow], dictionary: &Dictionary, notice: Option<&str>) -> Result<String, String> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADER).map_err(|error| error.to_string())?;
    for row in rows {
        let (coders, events) = (row.coders.join("; "), row.events.to_string());
        let cells = [
            row.verbatim.as_str(),
            &row.term,
            &row.soc,
            &dictionary.name,
            &dictionary.version,
            &coders,
            row.status.name(),
            &events,
        ];
        writer
            .write_record(cells.iter().map(|cell| without_formula(cell).into_owned()))
            .map_err(|error| error.to_string())?;
    }
    if let Some(notice) = notice {
        let mut cells = [""; HEADER.len()];
        let notice = without_formula(notice);
        cells[0] = &notice;
        writer.write_record(cells).map_err(|error| error.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    Ok(format!("\u{feff}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::methods::coding_sheet::CodingStatus;

    #[test]
    fn terms_are_text_and_never_formulas() {
        let row = CodingRow {
            verbatim: "=HEAD, ache".to_owned(),
            term: String::new(),
            soc: String::new(),
            coders: vec!["a".to_owned(), "b".to_owned()],
            status: CodingStatus::Uncoded,
            events: 2,
        };
        let dictionary = Dictionary { name: "MedDRA".to_owned(), version: "24.0".to_owned() };
        let text = render(&[row], &dictionary, Some("SYNTHETIC"), "f.csv", &mut Diagnostics::new()).expect("written");
        let line = text.lines().nth(1).expect("a row");
        assert_eq!(line, "\"'=HEAD, ache\",,,MedDRA,24.0,a; b,uncoded,2");
        assert_eq!(text.lines().last(), Some("SYNTHETIC,,,,,,,"), "as many fields as every row");
    }
}
