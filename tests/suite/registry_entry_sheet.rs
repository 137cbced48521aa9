//! Entry sheets: what stands in the workbook is what stands in the record, line by line.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use tracelock::render::entry_sheet_xlsx::workbook;
use tracelock::report::registry::Figure;
use tracelock::report::registry::deadlines::Register;
use tracelock::report::registry::entry_sheet::{EntryLine, EntryValue, lines};
use tracelock::spec::registry_terms::RegistryTerms;

use super::clean_record;

fn printed(figure: &Figure) -> String {
    match figure {
        Figure::Printed(text) => text.clone(),
        Figure::Result(key) => key.to_string(),
    }
}

fn sheet(lines: &[EntryLine]) -> Vec<Vec<Data>> {
    let bytes = workbook("Sheet", lines, &printed).expect("a workbook");
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
            .filter(|line| !line.section.starts_with("Trial information") && line.field != "Enrollment")
            .count();
        known.push(count);
    }
    assert_eq!(known[0], known[1]);
    // 8 cells a period line, 2 groups: flow 10; baseline 3 + (1+9+3+2+7+3)*3+3 (age spread) + 2*3 + 3*2 (study-specific);
    // outcomes: analysed 6, cells 4 + 4 + 6, analysis 6 less the relation; events: groups 16, terms 2*2*6 + 2*2*3.
    let flow = 2 * (1 + 1 + 1 + 2);
    let baseline = 3 + 6 + (9 + 3 + 2 + 7 + 3) * 3 + 6 + 6;
    let outcomes = 6 + 4 + 4 + 6 + 5;
    let events = 16 + 24 + 12;
    assert_eq!(known[0], flow + baseline + outcomes + events);
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
