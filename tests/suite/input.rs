//! Reading workbooks: every trap of the collection of spreadsheets found in the wild, and small
//! ones written here.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer};
use tracelock::base::diagnostic::{Diagnostics, Place};
use tracelock::input::{
    InputError, OpenOptions, RawValue, SheetKind, SheetState, UnnamedColumns, inspect, open, open_with, read_header,
};

/// A file of the collection, which lies beside the source tree where it is developed.
fn ugly(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ugly").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: ../shared not present");
    None
}

/// The cells of a sheet as `A1` to type letter and canonical text.
fn cells(path: &Path, sheet: &str) -> Result<BTreeMap<String, String>, InputError> {
    let mut workbook = open(path)?;
    let mut cells = BTreeMap::new();
    workbook.read_rows(sheet, &mut |row, values| {
        for (column, value) in values {
            let address = tracelock::base::cell::CellAddress::new(row, *column);
            cells.insert(address.to_string(), format!("{} {value}", char::from(value.type_tag())));
        }
        ControlFlow::Continue(())
    })?;
    Ok(cells)
}

/// Asserts that the sheet holds exactly these cells.
fn assert_cells(path: &Path, sheet: &str, expected: &[(&str, &str)]) {
    let found = cells(path, sheet).unwrap_or_else(|e| panic!("{}: {}", path.display(), e.message()));
    let expected: BTreeMap<String, String> = expected.iter().map(|(a, v)| ((*a).to_owned(), (*v).to_owned())).collect();
    assert_eq!(found, expected, "{}", path.display());
}

/// What went wrong on opening the file or reading its first sheet: code and message.
fn failure(path: &Path) -> (&'static str, String) {
    let error = match open(path) {
        Err(error) => error,
        Ok(mut workbook) => {
            let sheet = workbook.sheets()[0].name.clone();
            let read = workbook.read_rows(&sheet, &mut |_, _| ControlFlow::Continue(()));
            read.expect_err("the file should not be readable")
        }
    };
    (error.code().id, error.message().to_owned())
}

/// What `inspect` reports: code, place and message in one line each.
fn findings(path: &Path) -> Vec<String> {
    let mut sink = Diagnostics::new();
    inspect(path, None, &mut sink).expect("the file can be read");
    let line = |place: &Place| place.to_string().rsplit(" ▸ ").next().unwrap_or_default().to_owned();
    sink.all().iter().map(|d| format!("{} {} {}", d.code.id, line(&d.place), d.message)).collect()
}

fn header_names(path: &Path, sheet: &str, row: u32, rows: u32) -> Vec<String> {
    let mut workbook = open(path).expect("readable");
    let header = read_header(&mut *workbook, sheet, row, rows).expect("a header");
    header.columns.into_iter().map(|c| c.name).collect()
}

#[test]
fn dates_of_the_1904_system_in_three_formats() {
    for name in ["calamine_date_1904.xlsx", "calamine_date_1904.xls", "calamine_date_1904.xlsb"] {
        let Some(path) = ugly(name) else { return };
        let sheet = open(&path).expect("readable").sheets()[0].name.clone();
        let expected = [
            ("A1", "d 2021-01-01"),
            ("A2", "d 2021-01-02"),
            ("A3", "u 255:10:10"),
            ("B1", "n 15"),
            ("B2", "n 16"),
            ("B3", "n 17"),
        ];
        assert_cells(&path, &sheet, &expected);
    }
}

#[test]
fn error_cells_are_errors() {
    let Some(path) = ugly("calamine_errors.xlsx") else { return };
    let errors = ["#DIV/0!", "#NAME?", "#VALUE!", "#NULL!", "#REF!", "#NUM!", "#N/A"];
    let expected: Vec<(String, String)> =
        errors.iter().enumerate().map(|(i, e)| (format!("A{}", i + 1), format!("e {e}"))).collect();
    let expected: Vec<(&str, &str)> = expected.iter().map(|(a, e)| (a.as_str(), e.as_str())).collect();
    assert_cells(&path, "Feuil1", &expected);
    let findings = findings(&path);
    for error in errors {
        assert!(findings.iter().any(|f| f.starts_with("DAT-009") && f.contains(error)), "{error} {findings:#?}");
    }
    assert!(findings.contains(&"INP-015 Feuil1!A20 sheet `Feuil1` has 1 row hidden: 20".to_owned()), "{findings:#?}");
}

#[test]
fn sheets_with_their_state() {
    for name in ["calamine_any_sheets.xlsx", "calamine_any_sheets.xlsb", "calamine_any_sheets.xls", "calamine_any_sheets.ods"] {
        let Some(path) = ugly(name) else { return };
        let workbook = open(&path).expect("readable");
        let sheets: Vec<(&str, SheetState)> = workbook.sheets().iter().map(|s| (s.name.as_str(), s.state)).collect();
        // OpenDocument knows no "very hidden".
        let very = if name.ends_with(".ods") { SheetState::Hidden } else { SheetState::VeryHidden };
        let expected = [
            ("Visible", SheetState::Visible),
            ("Hidden", SheetState::Hidden),
            ("VeryHidden", very),
            ("Chart", SheetState::Visible),
        ];
        assert_eq!(sheets, expected, "{name}");
        let expected = [
            ("A1", "n 1"),
            ("B1", "n 2"),
            ("A2", "n 3"),
            ("B2", "n 4"),
            ("A3", "n 5"),
            ("B3", "n 6"),
            ("A5", "t This workbook contains 4 sheets: Visible, Hidden, VeryHidden and Chart"),
        ];
        assert_cells(&path, "Visible", &expected);
        let hidden: Vec<String> = findings(&path).into_iter().filter(|f| f.starts_with("INP-009")).collect();
        assert_eq!(hidden.len(), 2, "{name} {hidden:?}");
        if workbook.sheets()[3].kind == SheetKind::Chart {
            let error = cells(&path, "Chart").expect_err("a chart has no cells");
            assert_eq!(error.code().id, "INP-004");
            assert!(error.message().contains("chart sheet"), "{}", error.message());
        } else {
            assert!(name.ends_with(".ods"), "{name} should tell its chart");
        }
    }
}

#[test]
fn encrypted_workbooks_say_so() {
    let Some(path) = ugly("calamine_pass_protected.xlsx") else { return };
    let (code, message) = failure(&path);
    assert_eq!(code, "INP-003");
    assert!(message.contains("password-protected"), "{message}");
}

#[test]
fn claims_of_too_many_cells_are_refused_at_once() {
    let Some(path) = ugly("calamine_issue_594_dos.ods") else { return };
    let start = Instant::now();
    let (code, message) = failure(&path);
    assert_eq!(code, "INP-008");
    assert!(message.contains("Cell limit exceeded"), "{message}");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn merged_blocks_hold_one_value() {
    let Some(path) = ugly("calamine_merged_range.xlsx") else { return };
    let found = cells(&path, "Sheet2").expect("readable");
    assert_eq!(found.get("A1").map(String::as_str), Some("t A1"));
    for address in ["A2", "A3", "A4", "D1", "G2"] {
        assert_eq!(found.get(address), None, "{address}");
    }
    let mut workbook = open(&path).expect("readable");
    let regions = workbook.merged_regions("Sheet2").expect("readable").expect("xlsx tells");
    let regions: Vec<String> = regions.iter().map(|r| format!("{}:{}", r.first, r.last)).collect();
    assert_eq!(regions, ["A1:A4", "B1:B2", "C1:D2", "E1:E2", "F1:H4", "C3:D4"]);
    let expected = "INP-011 Sheet2!A1 sheet `Sheet2` has 6 merged blocks: A1:A4, B1:B2, C1:D2, E1:E2, F1:H4, C3:D4";
    assert!(findings(&path).contains(&expected.to_owned()), "{:#?}", findings(&path));
}

#[test]
fn header_below_a_note() {
    let Some(path) = ugly("calamine_header-row.xlsx") else { return };
    assert_eq!(header_names(&path, "Sheet1", 9, 1), ["Columns", "Column A", "Column B", "Column C"]);
    let mut workbook = open(&path).expect("readable");
    let error = read_header(&mut *workbook, "Sheet1", 1, 1).expect_err("row 1 is empty");
    assert_eq!(error.code().id, "INP-013");
    let error = read_header(&mut *workbook, "Sheet1", 0, 1).expect_err("rows count from 1");
    assert_eq!(error.code().id, "INP-013");
    let mut rows = Vec::new();
    let read = workbook.read_rows("Sheet1", &mut |row, values| {
        rows.push((row, values.len()));
        ControlFlow::Continue(())
    });
    read.expect("readable");
    assert_eq!(rows, [(2, 1), (8, 4), (9, 4)]);
}

#[test]
fn blanks_and_foreign_letters() {
    let Some(path) = ugly("calamine_whitespace_trim.xlsx") else { return };
    // Blanks count only under xml:space="preserve"; these are the reader's own documented results.
    let shared = cells(&path, "SharedStrings").expect("readable");
    assert_eq!(shared.get("A1").map(String::as_str), Some("t trimmed value"));
    assert_eq!(shared.get("B1").map(String::as_str), Some("t   preserved value  "));
    assert_eq!(shared.get("A3").map(String::as_str), Some("t 日期 时间"));
    let inline = cells(&path, "inlineStr").expect("readable");
    assert_eq!(inline.get("D1").map(String::as_str), Some("t clean text"));
    assert_eq!(inline.get("A3").map(String::as_str), Some("t 日期 时间"));
}

#[test]
fn unnamed_and_duplicate_columns() {
    let Some(path) = ugly("readxl_unnamed-duplicated-columns.xlsx") else { return };
    let mut workbook = open(&path).expect("readable");
    let header = read_header(&mut *workbook, "Sheet1", 1, 1).expect("a header");
    assert_eq!(header.duplicates(), [("var2", vec![1, 3])]);
    let error = header.resolve("var2").expect_err("ambiguous");
    assert_eq!(error.code().id, "INP-006");
    assert!(error.hints()[0].contains("`\"=B\"` or `\"=D\"`"), "{:?}", error.hints());
    assert_eq!(header.resolve("=D").ok(), Some(3));
    let error = header.resolve("vra2").expect_err("unknown");
    assert_eq!(error.code().id, "INP-005");
    assert!(error.hints()[0].contains("did you mean `var2`"), "{:?}", error.hints());
    let mut unnamed = UnnamedColumns::new(&header);
    let read = workbook.read_rows("Sheet1", &mut |row, values| {
        unnamed.note(row, values);
        ControlFlow::Continue(())
    });
    read.expect("readable");
    let mut sink = Diagnostics::new();
    unnamed.report(&[], &mut sink);
    let places: Vec<String> = sink.all().iter().map(|d| format!("{} {}", d.code.id, d.place)).collect();
    let file = "readxl_unnamed-duplicated-columns.xlsx ▸ Sheet1";
    assert_eq!(places, [format!("INP-007 {file}!A2"), format!("INP-007 {file}!C2")]);
    let mut sink = Diagnostics::new();
    unnamed.report(&[0], &mut sink);
    assert_eq!(sink.warnings(), 1, "a column mapped by its letter is no finding");
}

#[test]
fn missing_codes_in_number_columns_stay_text() {
    let Some(path) = ugly("readxl_missing-values-xlsx.xlsx") else { return };
    let expected = [
        ("A1", "t x"),
        ("B1", "t y"),
        ("C1", "t z"),
        ("A2", "t NA"),
        ("B2", "t NA"),
        ("A3", "n 1"),
        ("B3", "n 1"),
        ("C3", "n 1"),
        ("A4", "n 2"),
        ("B4", "n 2"),
        ("C4", "n 2"),
    ];
    let mut found = cells(&path, "Sheet1").expect("readable");
    found.retain(|address, _| expected.iter().any(|(a, _)| a == address));
    let expected: BTreeMap<String, String> = expected.iter().map(|(a, v)| ((*a).to_owned(), (*v).to_owned())).collect();
    assert_eq!(found, expected);
}

#[test]
fn mixed_types_keep_their_type() {
    let Some(path) = ugly("readxl_types.xlsx") else { return };
    // A1:A6 of the sheet as openpyxl 3.1 reads it; the workbook counts days from 1904.
    let dates = cells(&path, "date_coercion").expect("readable");
    for (address, expected) in [("A4", "b TRUE"), ("A5", "t cabbage"), ("A6", "n 4.3"), ("A7", "n 39448")] {
        assert_eq!(dates.get(address).map(String::as_str), Some(expected), "{address}");
    }
    assert_eq!(dates.get("A3"), None, "an empty cell is no value");
    assert!(dates.get("A2").is_some_and(|v| v == "d 2016-05-23"), "{:?}", dates.get("A2"));
}

#[test]
fn clinical_sheets_with_two_header_rows_titles_and_formulas() {
    let Some(bp) = ugly("medicaldata_messy_bp.xlsx") else { return };
    let names = header_names(&bp, "Sheet1", 3, 2);
    let expected = ["Visit 1 BP", "Visit 1 HR", "Visit 2 BP", "Visit 2 HR", "Visit 3 BP", "Visit 3 HR"];
    assert_eq!(names[7..], expected);
    assert_eq!(names[..2], ["pat_id", "Month of birth"]);
    assert_eq!(cells(&bp, "Sheet1").expect("readable").get("H5").map(String::as_str), Some("t 167/92"));

    let Some(aki) = ugly("medicaldata_messy_aki.xlsx") else { return };
    let found = cells(&aki, "Sheet1").expect("readable");
    // openpyxl: B6 is 1967-11-11, B8 the text.
    for (address, expected) in
        [("B6", "d 1967-11-11"), ("B8", "t may 5 1970"), ("I7", "t 19 but poor collection"), ("I5", "t DAY2GFR`")]
    {
        assert_eq!(found.get(address).map(String::as_str), Some(expected), "{address}");
    }

    let Some(uc) = ugly("medicaldata_messy_uc.xlsx") else { return };
    let found = cells(&uc, "Data").expect("readable");
    for (address, expected) in [("A8", "t 001"), ("I8", "t 84/82"), ("C8", "d 2021-01-12"), ("K8", "n 76.83095998201672")] {
        assert_eq!(found.get(address).map(String::as_str), Some(expected), "{address}");
    }
    let names = header_names(&uc, "Data", 7, 1);
    assert_eq!(names[..6], ["pat_id", "treatment", "start_date", "ethnic", "race", "dob"]);
    // Columns and numbers of formulas as openpyxl 3.1 counts them.
    let formulas: Vec<String> = findings(&uc).into_iter().filter(|f| f.contains("formula")).collect();
    for (column, code, count) in [
        ("K", "INP-014", "30 volatile formulas"),
        ("P", "INP-014", "30 volatile formulas"),
        ("AC", "INP-014", "29 volatile formulas"),
        ("AE", "INP-014", "20 volatile formulas"),
        ("AF", "INP-014", "27 volatile formulas"),
        ("Y", "INP-010", "30 formulas"),
        ("AB", "INP-010", "30 formulas"),
    ] {
        let wanted = format!("{code} Data!{column}8 column {column} of sheet `Data` holds {count}, the first `=");
        assert!(formulas.iter().any(|f| f.starts_with(&wanted)), "{wanted} {formulas:#?}");
    }
    assert_eq!(formulas.len(), 16);
    assert_eq!(found.get("AI8").map(String::as_str), Some("t 990\u{a0}Mohammad\u{a0}Mountain"), "blanks are kept as they are");
}

/// A workbook written here, in a folder that goes away with the returned guard.
fn written(name: &str, build: impl FnOnce(&mut Writer)) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    let mut writer = Writer::new();
    build(&mut writer);
    writer.save(&path).expect("written");
    (folder, path)
}

#[test]
fn tables_that_start_at_b3() {
    let (_folder, path) = written("b3.xlsx", |writer| {
        let sheet = writer.add_worksheet().set_name("DM").expect("a name");
        let date = Format::new().set_num_format("yyyy-mm-dd");
        let time = Format::new().set_num_format("hh:mm");
        let moment = Format::new().set_num_format("dd.mm.yyyy hh:mm");
        sheet.write(2, 1, " USUBJID ").expect("written").write(2, 2, "AGE").expect("written");
        sheet.write(3, 1, "01-001").expect("written").write(3, 2, 63).expect("written");
        let day = ExcelDateTime::from_ymd(2021, 3, 5).expect("a date");
        sheet.write_with_format(3, 3, &day, &date).expect("written");
        sheet.write_with_format(3, 4, ExcelDateTime::from_hms(10, 20, 0).expect("a time"), &time).expect("written");
        sheet.write_with_format(3, 5, day.and_hms(10, 20, 30).expect("a moment"), &moment).expect("written");
        sheet.write(3, 6, true).expect("written").write(3, 7, "").expect("written");
        // A number that merely looks like a date, and two that no calendar has.
        sheet.write(4, 3, 44260).expect("written");
        sheet.write_with_format(5, 3, 60, &date).expect("written").write_with_format(6, 3, -5, &date).expect("written");
    });
    let expected = [
        ("B3", "t  USUBJID "),
        ("C3", "t AGE"),
        ("B4", "t 01-001"),
        ("C4", "n 63"),
        ("D4", "d 2021-03-05"),
        ("E4", "h 10:20:00"),
        ("F4", "m 2021-03-05T10:20:30"),
        ("G4", "b TRUE"),
        ("D5", "n 44260"),
        ("D6", "n 60"),
        ("D7", "n -5"),
    ];
    assert_cells(&path, "DM", &expected);
    let mut workbook = open(&path).expect("readable");
    let header = read_header(&mut *workbook, "DM", 3, 1).expect("a header");
    assert_eq!(header.resolve("USUBJID").ok(), Some(1));
    assert_eq!(header.first_data_row, 3);
    assert_eq!(header.columns[0].address.to_string(), "B3");
    let error = cells(&path, "dm").expect_err("no such sheet");
    assert_eq!((error.code().id, error.hints()[0].as_str()), ("INP-004", "did you mean `DM`?"));
    let error = cells(&path, "DM ").expect_err("no such sheet");
    assert_eq!(error.hints()[0], "did you mean \"DM\"? Blanks count.");
}

#[test]
fn merged_headers_join_and_vertical_blocks_count_once() {
    let (_folder, path) = written("visits.xlsx", |writer| {
        let sheet = writer.add_worksheet().set_name("Vitals").expect("a name");
        let plain = Format::new();
        sheet.merge_range(0, 0, 1, 0, "Subject", &plain).expect("merged");
        sheet.merge_range(0, 1, 0, 2, "Visit  1", &plain).expect("merged");
        sheet.write(0, 3, "Visit 2").expect("written");
        sheet.write(1, 1, "BP").expect("written").write(1, 2, "Heart\nrate").expect("written");
        sheet.write(1, 3, "BP").expect("written").write(1, 4, "Comment").expect("written");
        sheet.set_row_hidden(2).expect("hidden").set_column_hidden(4).expect("hidden");
        sheet.write(2, 0, 1).expect("written").write_formula(2, 1, Formula::new("=TODAY()-1").set_result("7")).expect("written");
        let hidden = writer.add_worksheet().set_name("Codes").expect("a name");
        hidden.set_hidden(true);
    });
    let names = header_names(&path, "Vitals", 1, 2);
    assert_eq!(names, ["Subject", "Visit 1 BP", "Visit 1 Heart rate", "Visit 2 BP", "Comment"]);
    let expected = [
        "INP-015 Vitals!A3 sheet `Vitals` has 1 row hidden: 3",
        "INP-015 Vitals!E1 sheet `Vitals` has 1 column hidden: E",
        "INP-011 Vitals!A1 sheet `Vitals` has 2 merged blocks: A1:A2, B1:C1",
        "INP-014 Vitals!B3 column B of sheet `Vitals` holds 1 volatile formula, the first `=TODAY()-1`",
        "INP-009 Codes!A1 sheet `Codes` is hidden",
    ];
    assert_eq!(findings(&path), expected);
    assert_eq!(cells(&path, "Vitals").expect("readable").get("B3").map(String::as_str), Some("n 7"), "the stored value");
}

#[test]
fn delimited_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let path = write("dm.csv", "\u{feff}ID;AGE;NOTE\r\n001;63;\"two\r\nlines; \"\"quoted\"\"\"\r\n\r\n002; 64\r\n".as_bytes());
    let expected = [
        ("A1", "t ID"),
        ("B1", "t AGE"),
        ("C1", "t NOTE"),
        ("A2", "t 001"),
        ("B2", "t 63"),
        ("C2", "t two\r\nlines; \"quoted\""),
        ("A4", "t 002"),
        ("B4", "t  64"),
    ];
    assert_cells(&path, "dm", &expected);
    assert_cells(&write("t.tsv", b"a,b\tc\n"), "t", &[("A1", "t a,b"), ("B1", "t c")]);
    assert_cells(&write("empty.csv", b""), "empty", &[]);
    let path = write("declared.txt", b"a|b,c\n");
    let mut workbook = open_with(&path, &OpenOptions { delimiter: Some('|') }).expect("readable");
    let mut row = Vec::new();
    let read = workbook.read_rows("declared", &mut |_, values| {
        row = values.iter().map(|(_, v)| v.to_string()).collect();
        ControlFlow::Break(())
    });
    read.expect("readable");
    assert_eq!(row, ["a", "b,c"]);
    let (code, message) = failure(&write("latin1.csv", b"ID\nM\xFCller\n"));
    assert_eq!(code, "INP-012");
    assert!(message.contains("0xFC in line 2"), "{message}");
    let (code, message) = failure(&write("utf16.csv", b"\xFF\xFEI\0D\0"));
    assert_eq!(code, "INP-012");
    assert!(message.contains("UTF-16"), "{message}");
}

#[test]
fn files_that_are_not_what_they_seem() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let (_guard, genuine) = written("genuine.xlsx", |writer| {
        let sheet = writer.add_worksheet();
        for row in 0..50 {
            sheet.write(row, 0, format!("subject {row}")).expect("written");
        }
    });
    let bytes = std::fs::read(&genuine).expect("read");
    for (name, bytes, expected) in [
        ("text.xlsx", b"ID,AGE\n".as_slice(), "not a workbook"),
        ("page.xls", b"<html>", "HTML"),
        ("none.xlsx", b"", "empty"),
        ("renamed.xls", &bytes, "zip container"),
        ("cut.xlsx", &bytes[..bytes.len() / 2], "cannot be read"),
        ("notes.docx", b"PK", "no format"),
    ] {
        let (code, message) = failure(&write(name, bytes));
        assert_eq!(code, "INP-002", "{name}");
        assert!(message.contains(expected), "{name}: {message}");
    }
    let error = open(&folder.path().join("txet.xlsx")).err().expect("not there");
    assert_eq!((error.code().id, error.hints()[0].as_str()), ("INP-001", "did you mean `text.xlsx`?"));
    assert_eq!(std::fs::read(&genuine).expect("read"), bytes, "reading leaves the file alone");
}

/// Damaged bytes anywhere must end in a diagnostic or in cells, never in a crash.
#[test]
fn damaged_bytes_never_crash() {
    for name in ["calamine_date_1904.xls", "calamine_any_sheets.xlsb", "calamine_any_sheets.ods", "calamine_errors.xlsx"] {
        let Some(path) = ugly(name) else { return };
        let genuine = std::fs::read(&path).expect("read");
        let folder = tempfile::tempdir().expect("a folder");
        let copy = folder.path().join(name);
        // A fixed sequence: the same bytes are damaged at every run.
        let mut state = 0x2545_F491_4F6C_DD1D_u64;
        for _ in 0..60 {
            let mut bytes = genuine.clone();
            for _ in 0..8 {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let at = (state >> 33) as usize % bytes.len();
                bytes[at] ^= (state >> 20) as u8 | 1;
            }
            std::fs::write(&copy, &bytes).expect("written");
            let Ok(mut workbook) = open(&copy) else { continue };
            for sheet in workbook.sheets().to_vec() {
                let read = workbook.read_rows(&sheet.name, &mut |_, values| {
                    assert!(values.iter().all(|(_, v)| !matches!(v, RawValue::Number(x) if !x.is_finite())));
                    ControlFlow::Continue(())
                });
                if let Err(error) = read {
                    assert!(error.code().id.starts_with("INP-"), "{}", error.message());
                }
                let _ = workbook.structure(&sheet.name);
            }
        }
    }
}
