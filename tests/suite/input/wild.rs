//! Spreadsheets as found in the wild; expectations from other readers.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tracelock::base::diagnostic::Diagnostics;
use tracelock::input::{RawValue, SheetKind, SheetState, UnnamedColumns, open, read_header};

use super::{assert_cells, cells, failure, findings, header_names};

/// A file of the collection, which lies beside the source tree where it is developed.
fn ugly(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ugly").join(name);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: ../shared not present");
    None
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
    let Some(path) = ugly("calamine_errors.xlsx") else {
        return;
    };
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
    for name in
        ["calamine_any_sheets.xlsx", "calamine_any_sheets.xlsb", "calamine_any_sheets.xls", "calamine_any_sheets.ods"]
    {
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
    let Some(path) = ugly("calamine_pass_protected.xlsx") else {
        return;
    };
    let (code, message) = failure(&path);
    assert_eq!(code, "INP-003");
    assert!(message.contains("password-protected"), "{message}");
}

#[test]
fn claims_of_too_many_cells_are_refused_at_once() {
    let Some(path) = ugly("calamine_issue_594_dos.ods") else {
        return;
    };
    let start = Instant::now();
    let (code, message) = failure(&path);
    assert_eq!(code, "INP-008");
    assert!(message.contains("Cell limit exceeded"), "{message}");
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn merged_blocks_hold_one_value() {
    let Some(path) = ugly("calamine_merged_range.xlsx") else {
        return;
    };
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
    let Some(path) = ugly("calamine_header-row.xlsx") else {
        return;
    };
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
    let Some(path) = ugly("calamine_whitespace_trim.xlsx") else {
        return;
    };
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
    let Some(path) = ugly("readxl_unnamed-duplicated-columns.xlsx") else {
        return;
    };
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
    let Some(path) = ugly("readxl_missing-values-xlsx.xlsx") else {
        return;
    };
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
    let Some(path) = ugly("readxl_types.xlsx") else {
        return;
    };
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
    let Some(bp) = ugly("medicaldata_messy_bp.xlsx") else {
        return;
    };
    let names = header_names(&bp, "Sheet1", 3, 2);
    let expected = ["Visit 1 BP", "Visit 1 HR", "Visit 2 BP", "Visit 2 HR", "Visit 3 BP", "Visit 3 HR"];
    assert_eq!(names[7..], expected);
    assert_eq!(names[..2], ["pat_id", "Month of birth"]);
    assert_eq!(cells(&bp, "Sheet1").expect("readable").get("H5").map(String::as_str), Some("t 167/92"));

    let Some(aki) = ugly("medicaldata_messy_aki.xlsx") else {
        return;
    };
    let found = cells(&aki, "Sheet1").expect("readable");
    // openpyxl: B6 is 1967-11-11, B8 the text.
    for (address, expected) in
        [("B6", "d 1967-11-11"), ("B8", "t may 5 1970"), ("I7", "t 19 but poor collection"), ("I5", "t DAY2GFR`")]
    {
        assert_eq!(found.get(address).map(String::as_str), Some(expected), "{address}");
    }

    let Some(uc) = ugly("medicaldata_messy_uc.xlsx") else {
        return;
    };
    let found = cells(&uc, "Data").expect("readable");
    for (address, expected) in
        [("A8", "t 001"), ("I8", "t 84/82"), ("C8", "d 2021-01-12"), ("K8", "n 76.83095998201672")]
    {
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
    assert_eq!(
        found.get("AI8").map(String::as_str),
        Some("t 990\u{a0}Mohammad\u{a0}Mountain"),
        "blanks are kept as they are"
    );
}

/// Damaged bytes anywhere must end in a diagnostic or in cells, never in a crash.
#[test]
fn damaged_bytes_never_crash() {
    for name in
        ["calamine_date_1904.xls", "calamine_any_sheets.xlsb", "calamine_any_sheets.ods", "calamine_errors.xlsx"]
    {
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
            let Ok(mut workbook) = open(&copy) else {
                continue;
            };
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

/// The largest sheet at hand: 74,264 records of 46 variables below one header row.
#[test]
fn large_sheets_are_streamed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cdiscpilot/cdiscpilot_labs_vitals.xlsx");
    if !path.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    let mut workbook = open(&path).expect("readable");
    let (mut rows, mut last_row, mut last_column) = (0, 0, 0);
    let read = workbook.read_rows("ADLBC", &mut |row, values| {
        rows += 1;
        last_row = row;
        last_column = last_column.max(values.last().map_or(0, |(column, _)| *column));
        ControlFlow::Continue(())
    });
    read.expect("readable");
    assert_eq!((rows, last_row, last_column), (74_265, 74_264, 45));
    let header = read_header(&mut *workbook, "ADLBC", 1, 1).expect("a header");
    assert_eq!(header.columns.len(), 46);
    assert_eq!(header.resolve("STUDYID").ok(), Some(0));
}
