//! Tables as comma-separated values, one record a row, with the place of every number.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::display::{CellContent, DisplayTable, Inline, RowKind};
use crate::results::ResultStore;

use super::csv_cell::is_formula;
use super::number_profile::{NumberProfile, format_result};
use super::placement::{DigitClass, DigitRun, Placed, Placement, Spot};
use super::target::Target;

/// A table as a file.
#[derive(Clone, Debug)]
pub struct CsvTable {
    /// UTF-8 with a byte-order mark, so that spreadsheet programs read it as such; lines end in CR LF (RFC 4180).
    pub text: String,
    /// Its numbers and all other digits, by row and column, both from 1 with the header as row 1.
    pub placed: Placed,
}

/// Renders a table; `file` is its name in the placements. A `notice` is its last row, in the first field: programs take
/// the names of columns from the first row, and most know no comments.
///
/// # Errors
/// Reports every unknown result key (RPT-001).
pub fn render(
    store: &ResultStore,
    profile: &NumberProfile,
    table: &DisplayTable,
    notice: Option<&str>,
    file: &str,
    sink: &mut Diagnostics,
) -> Result<CsvTable, Stop> {
    let mark = sink.mark();
    let mut sheet = Sheet { store, profile, file, placed: Placed::default(), records: Vec::new(), sink };
    let stub = vec![Inline::text(&table.stub)];
    let header: Vec<&CellContent> = std::iter::once(&stub).chain(table.columns.iter().map(|c| &c.header)).collect();
    sheet.record(&header, 0);
    let empty = CellContent::new();
    for row in table.rows.iter().filter(|row| row.kind != RowKind::Space) {
        let cells = (0..table.columns.len()).map(|at| row.cells.get(at).unwrap_or(&empty));
        let cells: Vec<&CellContent> = std::iter::once(&row.label).chain(cells).collect();
        sheet.record(&cells, row.indent);
    }
    if let Some(notice) = notice {
        let notice = vec![Inline::text(notice)];
        let cells: Vec<&CellContent> = std::iter::once(&notice).chain(table.columns.iter().map(|_| &empty)).collect();
        sheet.record(&cells, 0);
    }
    let Sheet { placed, records, .. } = sheet;
    sink.check(mark)?;
    let text = write(&records).map_err(|reason| {
        sink.error(&codes::RND_001, Place::File(file.to_owned()), format!("the table cannot be written: {reason}"))
            .stop()
    })?;
    Ok(CsvTable { text, placed })
}

fn write(records: &[Vec<String>]) -> Result<String, String> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record).map_err(|error| error.to_string())?;
    }
    let bytes = writer.into_inner().map_err(|error| error.to_string())?;
    let text = String::from_utf8(bytes).map_err(|error| error.to_string())?;
    Ok(format!("\u{feff}{text}"))
}

struct Sheet<'a> {
    store: &'a ResultStore,
    profile: &'a NumberProfile,
    file: &'a str,
    placed: Placed,
    records: Vec<Vec<String>>,
    sink: &'a mut Diagnostics,
}

impl Sheet<'_> {
    fn record(&mut self, cells: &[&CellContent], indent: u8) {
        let row = self.records.len() + 1;
        let mut record = Vec::with_capacity(cells.len());
        for (at, content) in cells.iter().enumerate() {
            let blanks = if at == 0 { "  ".repeat(usize::from(indent)) } else { String::new() };
            record.push(self.cell(content, &blanks, row, at + 1));
        }
        self.records.push(record);
    }

    fn cell(&mut self, content: &CellContent, blanks: &str, row: usize, column: usize) -> String {
        let place = Spot::Field { row, column }.to_string();
        let mut text = String::new();
        for inline in content {
            match inline {
                Inline::Text(words) => {
                    // A line break inside a field is legal and breaks half of all readers.
                    let words = words.replace(['\r', '\n'], " ");
                    for word in words.split_whitespace().filter(|word| word.contains(char::is_numeric)) {
                        self.placed.digits.push(DigitRun {
                            file: self.file.to_owned(),
                            place: place.clone(),
                            class: DigitClass::Configured,
                            text: word.to_owned(),
                            context: words.clone(),
                        });
                    }
                    text.push_str(&words);
                }
                Inline::Number { key, style } => {
                    let Some(result) = self.store.get(key) else {
                        let message = format!("there is no result `{key}`");
                        self.sink.error(&codes::RPT_001, Place::File(self.file.to_owned()), message);
                        continue;
                    };
                    let shown = format_result(self.store, result, *style, self.profile, Target::Csv);
                    self.placed.placements.push(Placement {
                        file: self.file.to_owned(),
                        place: place.clone(),
                        key: key.to_string(),
                        text: shown.clone(),
                    });
                    text.push_str(&shown);
                }
            }
        }
        let starts_with_number = matches!(content.first(), Some(Inline::Number { .. }));
        if !starts_with_number && is_formula(&text) { format!("'{blanks}{text}") } else { format!("{blanks}{text}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::number_profile::REGULATORY;
    use crate::report::display::{Column, Row};
    use crate::results::{Lineage, NewResult, ResultKey, Style};

    #[test]
    fn cells_are_text_or_numbers_and_never_formulas() {
        let mut store = ResultStore::new();
        let key = ResultKey::new("a", "diff");
        let about = NewResult { style: Some(Style::Decimals(1)), ..NewResult::default() };
        store.sink().real(key.clone(), -1.25, Lineage::default(), about);
        let row = |label: &str, cell: CellContent| Row {
            kind: RowKind::Data,
            indent: 1,
            label: vec![Inline::text(label)],
            cells: vec![cell],
        };
        let table = DisplayTable {
            id: "1".to_owned(),
            title: String::new(),
            population: String::new(),
            stub: "Item".to_owned(),
            columns: vec![Column { id: "x".to_owned(), header: vec![Inline::text("A, \"B\"")] }],
            rows: vec![
                row("Difference", vec![Inline::number(key), Inline::text(" mmHg")]),
                row("=1+1", vec![Inline::text("@SUM(A1)")]),
                row("None", vec![Inline::text("-")]),
            ],
            footnotes: Vec::new(),
            section: String::new(),
            landscape: false,
        };
        let mut sink = Diagnostics::new();
        let csv = render(&store, &REGULATORY, &table, None, "t.csv", &mut sink).expect("a table");
        let expected = "\u{feff}Item,\"A, \"\"B\"\"\"\r\n  Difference,-1.3 mmHg\r\n'  =1+1,'@SUM(A1)\r\n  None,-\r\n";
        assert_eq!(csv.text, expected);
        let places: Vec<&str> = csv.placed.placements.iter().map(|p| p.place.as_str()).collect();
        assert_eq!(places, ["row 2 column 2"]);
        let notice = Some("SYNTHETIC, 100 %");
        let noted = render(&store, &REGULATORY, &table, notice, "t.csv", &mut sink).expect("a table");
        assert_eq!(noted.text, format!("{expected}\"SYNTHETIC, 100 %\",\r\n"), "a row like the others, at the end");
        assert_eq!(
            noted.placed.digits.iter().map(|run| run.text.as_str()).collect::<Vec<_>>(),
            ["=1+1", "@SUM(A1)", "100"]
        );
    }
}
