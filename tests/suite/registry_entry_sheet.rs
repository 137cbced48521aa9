//! Entry sheets: what stands in the workbook is what stands in the record, line by line.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use tracelock::audit::privacy;
use tracelock::base::diagnostic::Diagnostics;
use tracelock::render::entry_sheet::{self, EntrySheet};
use tracelock::render::listing_font::Faces;
use tracelock::render::listing_pdf::ListingFrame;
use tracelock::render::placement::Placement;
use tracelock::render::xml::Views;
use tracelock::render::{entry_sheet_pdf, entry_sheet_xlsx};
use tracelock::report::registry::Figure;
use tracelock::report::registry::deadlines::Register;
use tracelock::report::registry::entry_sheet::{EntryLine, EntryValue, lines};
use tracelock::results::{Lineage, ResultKey, ResultStore};
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study_registry::ListVersions;

use super::clean_record;
use super::pdf_readback::words;

fn printed(figure: &Figure) -> String {
    match figure {
        Figure::Printed(text) => text.clone(),
        Figure::Result(key) => key.to_string(),
    }
}

fn workbook(lines: &[EntryLine], notice: Option<&str>) -> Vec<u8> {
    let lines = entry_sheet::printed(lines, &printed);
    entry_sheet_xlsx::render("public/a.xlsx", "Sheet", &lines, notice, &mut Diagnostics::new())
        .expect("a workbook")
        .bytes
}

fn sheet(lines: &[EntryLine]) -> Vec<Vec<Data>> {
    let bytes = workbook(lines, Some("SYNTHETIC DATA"));
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range("Sheet").expect("the sheet");
    range.rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn every_value_of_the_workbook_is_that_of_the_record() {
    for register in [Register::Ctgov, Register::Eudract, Register::Ctis] {
        let lines = lines(&clean_record::record(), register, &RegistryTerms::built_in());
        assert!(lines.len() > 300, "{register:?}: {} lines", lines.len());
        let rows = sheet(&lines);
        assert_eq!(rows.len(), lines.len() + 1);
        assert_eq!(rows[0][7], Data::String("SYNTHETIC DATA".to_owned()), "what a reader must know");
        for (row, line) in rows[1..].iter().zip(&lines) {
            assert_eq!(row[0], Data::String(line.section.clone()));
            assert_eq!(row[1], Data::String(line.field.clone()));
            match (&line.value, &row[2]) {
                (EntryValue::Text(text), Data::String(found)) => assert_eq!(text, found),
                (EntryValue::Number(figure), Data::Float(found)) => {
                    let decimals = printed(figure).split_once('.').map_or(0, |(_, decimals)| decimals.len());
                    assert_eq!(printed(figure), format!("{found:.decimals$}"));
                }
                (value, found) => panic!("{}, {}: {value:?} is {found:?}", line.section, line.field),
            }
            assert_eq!(row[3], line.code.clone().map_or(Data::Empty, Data::String));
            let limited = line.allowed.is_some().then(|| line.used()).flatten();
            assert_eq!(row[4].to_string(), limited.map_or(String::new(), |n| n.to_string()));
        }
    }
}

/// Every figure of the modules both registers show stands in both sheets.
#[test]
fn no_figure_of_the_results_is_left_out() {
    let record = clean_record::record();
    let mut known = Vec::new();
    for register in [Register::Ctgov, Register::Eudract] {
        let lines = lines(&record, register, &RegistryTerms::built_in());
        let count = lines
            .iter()
            .filter(|line| matches!(line.value, EntryValue::Number(_)))
            .filter(|line| {
                !["Trial information", "Subject analysis sets"].iter().any(|of| line.section.starts_with(of))
            })
            .filter(|line| line.field != "Enrollment")
            .count();
        known.push(count);
    }
    assert_eq!(known[0], known[1]);
    // 8 cells a period line, 2 groups: flow 10; baseline 3 + (1+9+3+2+7+3)*3+3 (age spread) + 2*3 + 3*2 (study-specific);
    // outcomes: analysed 6, cells 4 + 4 + 6, analysis 6 less the relation; events: groups 16, terms 2*2*6 + 2*2*3.
    let flow = 2 * 2 * (1 + 1 + 1 + 2); // subjects and units
    let baseline = 3 + 3 + 6 + (9 + 3 + 2 + 7 + 3) * 3 + 6 + 6;
    // Two countries have numbers of their own in both groups and the total.
    let regions = 2 * 3;
    let outcomes = 6 + 4 + 4 + 6 + 5;
    let events = 16 + 24 + 12;
    assert_eq!(known[0], flow + baseline + regions + outcomes + events);
}

#[test]
fn words_beside_numbers_stay_words() {
    let line = |value: &str| EntryLine {
        section: "S".to_owned(),
        field: "F".to_owned(),
        value: EntryValue::Number(Figure::Printed(value.to_owned())),
        code: None,
        allowed: None,
    };
    let rows = sheet(&["<0.0001", "NA", "0.50", "-3", "1e5", "inf"].map(line));
    let found: Vec<&Data> = rows[1..].iter().map(|row| &row[2]).collect();
    let text = |words: &str| Data::String(words.to_owned());
    let expected = [text("<0.0001"), text("NA"), Data::Float(0.5), Data::Float(-3.0), text("1e5"), text("inf")];
    assert_eq!(found, expected.iter().collect::<Vec<_>>());
}

fn rendered(register: Register, written: &[Placement]) -> EntrySheet {
    let (codes, terms) = (RegistryCodes::built_in(ListVersions::default()), RegistryTerms::built_in());
    let (mut record, mut store) = (clean_record::record(), ResultStore::new());
    record.protocol.enrolment = Some(Figure::Result(ResultKey::new("flow", "enrolled")));
    record.analysis_sets[0].subjects = Some(Figure::Result(ResultKey::new("set", "n")));
    for key in [ResultKey::new("flow", "enrolled"), ResultKey::new("set", "n")] {
        store.sink().count(key, Lineage::default());
    }
    let views = Views { record: &record, codes: &codes, terms: &terms, store: &store };
    let mut sink = Diagnostics::new();
    let lines = entry_sheet::print("public/sheet.xlsx", register, &views, written, &mut sink).expect("lines");
    entry_sheet_xlsx::render("public/sheet.xlsx", "Sheet", &lines, None, &mut sink).expect("a sheet")
}

/// A number of the run stands where its placement says, in the letters of the register's own file.
#[test]
fn results_are_placed_by_cell() {
    for (register, own, other, key) in [
        (Register::Ctgov, "public/ctgov-results.xml", "public/eudract-results.xml", "flow:enrolled"),
        (Register::Eudract, "public/eudract-results.xml", "public/ctgov-results.xml", "set:n"),
    ] {
        let placement = |file: &str, text: &str| Placement {
            file: file.to_owned(),
            place: "/a".to_owned(),
            key: key.to_owned(),
            text: text.to_owned(),
        };
        let sheet = rendered(register, &[placement(other, "7"), placement(own, "0.00")]);
        let [placed] = sheet.placed.placements.as_slice() else { panic!("one result: {:?}", sheet.placed.placements) };
        assert_eq!(
            (placed.file.as_str(), placed.key.as_str(), placed.text.as_str()),
            ("public/sheet.xlsx", key, "0.00")
        );
        let row: usize = placed.place.strip_prefix('C').and_then(|row| row.parse().ok()).expect("a cell of column C");
        let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(&sheet.bytes)).expect("a workbook");
        let range = book.worksheet_range_at(0).expect("a sheet").expect("readable");
        let cells: Vec<&Data> = range.rows().nth(row - 1).expect("the row").iter().collect();
        assert_eq!((cells[2], cells[6]), (&Data::Float(0.0), &Data::String(key.to_owned())));
        assert_eq!(sheet.bytes, rendered(register, &[placement(own, "0.00")]).bytes, "the same record, the same bytes");
    }
}

/// EudraCT's sheet has the subject analysis sets of the record.
#[test]
fn analysis_sets_stand_in_the_sheet_of_eudract() {
    let record = clean_record::record();
    let lines = |register| lines(&record, register, &RegistryTerms::built_in());
    let of_sets = |line: &&EntryLine| line.section.starts_with("Subject analysis sets: ");
    assert_eq!(lines(Register::Ctgov).iter().filter(of_sets).count(), 0);
    let found = lines(Register::Eudract);
    let titles: Vec<&EntryLine> = found.iter().filter(of_sets).filter(|line| line.field == "Title").collect();
    assert_eq!(titles.len(), record.analysis_sets.len());
    assert!(!titles.is_empty());
}

/// A subject id in a cell does not pass the gate before `public/`.
#[test]
fn the_privacy_gate_reads_the_sheet() {
    let line = |value: &str| EntryLine {
        section: "S".to_owned(),
        field: "F".to_owned(),
        value: EntryValue::Text(value.to_owned()),
        code: None,
        allowed: None,
    };
    let scan = |words: &str| {
        let bytes = workbook(&[line(words)], None);
        let ids = ["DE-01-003".to_owned()];
        privacy::scan(&[("public/a.xlsx".to_owned(), bytes)], &ids, &["2000-01-01".to_owned()], &mut Diagnostics::new())
    };
    assert!(scan("subject DE-01-003 died").is_err());
    assert!(scan("born 1 January 2000").is_err());
    assert!(scan("one subject died").is_ok(), "the workbook's own date is no date of birth");
}

/// On paper every value stands where its placement says, all lines are there, and each page can be signed.
#[test]
fn the_sheet_on_paper_shows_every_line() {
    let lines = lines(&clean_record::record(), Register::Eudract, &RegistryTerms::built_in());
    let mut printed = entry_sheet::printed(&lines, &printed);
    // Values that cannot be mistaken for others, so that a value at a wrong place is found.
    for (at, line) in printed.iter_mut().enumerate().filter(|(_, line)| line.is_number) {
        line.value = format!("{}", 100_000 + at);
        line.key = Some(format!("key:{at}"));
    }
    let frame = ListingFrame { synthetic: Some("SYNTHETIC DATA".to_owned()), ..ListingFrame::default() };
    let faces = Faces::new(&[]).expect("the built-in faces");
    let mut sink = Diagnostics::new();
    let sheet =
        entry_sheet_pdf::render("public/a.pdf", "EudraCT", &printed, (&frame, &faces), &mut sink).expect("a sheet");
    assert_eq!(sink.all().len(), 0);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sheet.pdf");
    std::fs::write(&path, &sheet.bytes).expect("written");
    let Some(pages) = words::pages(&path) else {
        eprintln!("skipped: pdftotext is not installed");
        return;
    };
    for page in &pages {
        let text: Vec<&str> = page.iter().map(|word| word.text.as_str()).collect();
        for needed in ["SYNTHETIC", "Entered", "Checked"] {
            assert!(text.contains(&needed), "{needed}");
        }
    }
    assert!(sheet.placed.placements.len() > 100);
    for placement in &sheet.placed.placements {
        let numbers: Vec<f64> = placement.place.split(' ').filter_map(|word| word.parse().ok()).collect();
        let [page, x, y] = numbers[..] else { panic!("{}", placement.place) };
        let is_there = |word: &&words::Word| {
            word.text == placement.text && (word.left - x).abs() < 0.5 && word.top < y && y < word.bottom
        };
        let page = pages.iter().zip(1_u8..).find(|(_, number)| f64::from(*number) == page).expect("the page").0;
        assert!(page.iter().any(|word| is_there(&word)), "{placement:?}");
    }
    let all: String = pages.iter().flatten().map(|word| word.text.as_str()).collect();
    for line in &printed {
        assert!(all.contains(&line.value.replace(char::is_whitespace, "")) || line.value.len() > 40, "{}", line.value);
    }
}
