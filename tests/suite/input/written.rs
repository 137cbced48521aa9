//! Small workbooks and text files written by the test itself.

use std::ops::ControlFlow;
use std::path::PathBuf;

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook as Writer};
use tracelock::input::{OpenOptions, open, open_with, read_header};

use super::{assert_cells, cells, failure, findings, header_names};

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
        sheet
            .write(2, 0, 1)
            .expect("written")
            .write_formula(2, 1, Formula::new("=TODAY()-1").set_result("7"))
            .expect("written");
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
    assert_eq!(
        cells(&path, "Vitals").expect("readable").get("B3").map(String::as_str),
        Some("n 7"),
        "the stored value"
    );
}

#[test]
fn delimited_text() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let path =
        write("dm.csv", "\u{feff}ID;AGE;NOTE\r\n001;63;\"two\r\nlines; \"\"quoted\"\"\"\r\n\r\n002; 64\r\n".as_bytes());
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
