//! `trace.sqlite`: what is written is found again, forwards and backwards, from the file alone.

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::Connection;
use tracelock::audit::trace_cell::parse_cell;
use tracelock::audit::trace_db::{Datasets, Printed, write};
use tracelock::audit::trace_file::TraceFile;
use tracelock::audit::trace_text::{cell_text, cells_csv, key_text};
use tracelock::data::catalog::{Catalog, DatasetId, Origin, SheetPart, VariableId, VariableType, row_id};
use tracelock::data::engine::{Link, Subject};
use tracelock::data::record_set::RecordId;
use tracelock::render::placement::{DigitClass, DigitRun, Placed, Placement};
use tracelock::results::{LeftOut, Lineage, NewResult, ResultKey, ResultStore, Role};

/// Three subjects in DM; laboratory values in two files, one of them with its columns the other way round.
struct Study {
    connection: Connection,
    catalog: Catalog,
    links: BTreeMap<VariableId, Link>,
    raw: BTreeMap<(VariableId, i64), String>,
    subjects: Vec<Subject>,
    ids: BTreeMap<&'static str, VariableId>,
}

const ADSL: DatasetId = DatasetId(0);
const LAB: DatasetId = DatasetId(2);
const PF: DatasetId = DatasetId(3);

fn part(file: &str, columns: &[(&str, u32)]) -> SheetPart {
    let columns = columns.iter().map(|(header, column)| ((*header).to_owned(), *column)).collect();
    SheetPart { file: file.into(), sheet: "S".into(), columns }
}

fn study() -> Study {
    let mut catalog = Catalog::default();
    catalog.add_dataset("ADSL", "Subjects", vec![]);
    let dm = catalog.add_dataset("DM", "Demographics", vec![part("dm.xlsx", &[("ID", 0), ("SEX", 1)])]);
    let lab = catalog.add_dataset(
        "LAB",
        "Laboratory",
        vec![
            part("lab1.xlsx", &[("ID", 0), ("VAL", 1), ("DAY", 2)]),
            part("lab2.xlsx", &[("DAY", 0), ("VAL", 3), ("ID", 4)]),
        ],
    );
    let pf = catalog.add_dataset("PF", "Parameter", vec![]);
    let mut ids = BTreeMap::new();
    let mut add = |name: &'static str, dataset, kind, origin| {
        let short = name.split_once('.').expect("dataset and name").1;
        let id = catalog.add_variable(dataset, short, &format!("Label of {short}"), kind, None, 1, origin);
        ids.insert(name, id);
        id
    };
    let column = |header: &str| Origin::Column { header: header.to_owned(), codelist: None };
    use VariableType::{Decimal, Integer, Text};
    let id = add("DM.ID", dm, Text, column("ID"));
    let sex = add("DM.SEX", dm, Text, Origin::Column { header: "SEX".to_owned(), codelist: Some("sex".to_owned()) });
    add("LAB.ID", lab, Text, column("ID"));
    let value = add("LAB.VAL", lab, Decimal, column("VAL"));
    let day = add("LAB.DAY", lab, Integer, column("DAY"));
    let aval = add("PF.AVAL", pf, Decimal, Origin::Derived { expression: "VAL * 10".to_owned(), reads: vec![value] });
    let pick = |dataset, value: VariableId, reads: Vec<VariableId>| Origin::Picked {
        rule: "last by DAY".to_owned(),
        dataset,
        value: vec![value],
        reads,
    };
    let usubjid = add("ADSL.USUBJID", ADSL, Text, pick(dm, id, vec![]));
    let adsl_sex = add("ADSL.SEX", ADSL, Text, pick(dm, sex, vec![]));
    let last = add("ADSL.LASTVAL", ADSL, Decimal, pick(lab, value, vec![day]));
    add("ADSL.TWICE", ADSL, Decimal, Origin::Derived { expression: "LASTVAL * 2".to_owned(), reads: vec![last] });
    add("PF.BASE", pf, Decimal, pick(pf, aval, vec![day]));
    let base = ids["PF.BASE"];

    let connection = Connection::open_in_memory().expect("a database");
    let b = |row: u32| row_id(1, row);
    connection
        .execute_batch(&format!(
            "CREATE TABLE ADSL (_ROW INTEGER PRIMARY KEY, _SUBJ INTEGER, USUBJID TEXT, SEX TEXT, LASTVAL REAL, TWICE REAL) STRICT;
             CREATE TABLE DM (_ROW INTEGER PRIMARY KEY, _SUBJ INTEGER, ID TEXT, SEX TEXT) STRICT;
             CREATE TABLE LAB (_ROW INTEGER PRIMARY KEY, _SUBJ INTEGER, ID TEXT, VAL REAL, DAY INTEGER) STRICT;
             CREATE TABLE PF (_ROW INTEGER PRIMARY KEY, _SUBJ INTEGER, AVAL REAL, BASE REAL) STRICT;
             INSERT INTO ADSL VALUES (1,1,'A','F',7.5,15.0), (2,2,'B','M',4.0,8.0), (3,3,'C','F',NULL,NULL);
             INSERT INTO DM VALUES (2,1,'A','F'), (3,2,'B','M'), (4,3,'C','F');
             INSERT INTO LAB VALUES (2,1,'A',5.0,1), (3,1,'A',7.5,2), ({0},2,'B',4.0,1);
             INSERT INTO PF VALUES (2,1,50.0,50.0), (3,1,75.0,50.0), ({0},2,40.0,40.0);",
            b(2)
        ))
        .expect("tables");
    let link = |dataset, chosen: [Option<i64>; 3], considered: [&[i64]; 3]| Link {
        dataset,
        chosen: chosen.to_vec(),
        considered: considered.iter().map(|rows| rows.to_vec()).collect(),
    };
    let whole = link(dm, [Some(2), Some(3), Some(4)], [&[2], &[3], &[4]]);
    let links = BTreeMap::from([
        (usubjid, whole.clone()),
        (adsl_sex, whole),
        (last, link(lab, [Some(3), Some(b(2)), None], [&[2, 3], &[b(2)], &[]])),
        (base, link(pf, [Some(2), Some(b(2)), None], [&[2, 3], &[b(2)], &[]])),
    ]);
    let raw = BTreeMap::from([((sex, 2), "female".to_owned())]);
    let subject =
        |row: i64, key: &str| Subject { row, key: key.to_owned(), planned: Some("x".to_owned()), actual: None };
    let subjects = vec![subject(1, "A"), subject(2, "B"), subject(3, "C")];
    Study { connection, catalog, links, raw, subjects, ids }
}

fn results(study: &Study) -> ResultStore {
    let mut store = ResultStore::new();
    let mut sink = store.sink();
    let key = |text: &str| ResultKey::parse(text).expect("a key");
    let adsl = |rows: &[i64]| rows.iter().map(|row| RecordId { dataset: ADSL, row: *row }).collect::<Vec<_>>();
    let v = |name: &str| study.ids[name];
    let women = sink.records(adsl(&[1, 3]));
    let everyone = sink.records(adsl(&[1, 2, 3]));
    sink.count(
        key("base:n[level=F,variable=SEX]"),
        Lineage::of(women).evidence(everyone).variables([v("ADSL.SEX")]).rule("SEX = 'F'"),
    );
    let with_value = sink.records(adsl(&[1, 2]));
    let pf = sink.records(vec![RecordId { dataset: PF, row: 3 }, RecordId { dataset: PF, row: row_id(1, 2) }]);
    let about = || NewResult { data_decimals: 1, unit: Some("mmHg".to_owned()), ..NewResult::default() };
    let mean = Lineage::of(with_value)
        .evidence(pf)
        .variables([v("PF.AVAL"), v("PF.BASE")])
        .left_out(vec![LeftOut { subject: 3, reason: "no value".to_owned() }])
        .rule("summary");
    sink.real(key("pf:mean"), 57.5, mean, about());
    sink.real(
        key("last:mean"),
        11.5,
        Lineage::of(with_value).variables([v("ADSL.TWICE")]).rule("summary of TWICE"),
        about(),
    );
    sink.real(
        key("pf:diff"),
        46.0,
        Lineage::of(with_value)
            .input(Role::Compared, key("pf:mean"))
            .input(Role::Reference, key("last:mean"))
            .rule("difference"),
        about(),
    );
    sink.estimate(key("pf:sd"), Err("one value only".to_owned()), Lineage::of(with_value), about());
    store
}

fn placed() -> Placed {
    let run = |class, text: &str| DigitRun {
        file: "restricted/csr.pdf".to_owned(),
        place: "page 3".to_owned(),
        class,
        text: text.to_owned(),
        context: format!("see {text}"),
    };
    let number = |file: &str, place: &str| Placement {
        file: file.to_owned(),
        place: place.to_owned(),
        key: "pf:diff".to_owned(),
        text: "46.0".to_owned(),
    };
    Placed {
        placements: vec![number("public/ctgov-results.xml", "/a/b[2]"), number("restricted/csr.pdf", "page 41")],
        digits: vec![run(DigitClass::Typed, "2021"), run(DigitClass::Structural, "14.2")],
    }
}

fn write_to(study: &Study, path: &Path) {
    let data = Datasets {
        connection: &study.connection,
        catalog: &study.catalog,
        adsl: ADSL,
        subjects: &study.subjects,
        links: &study.links,
        raw: &study.raw,
        parents: BTreeMap::from([(PF, LAB)]),
    };
    let placed = placed();
    let printed = Printed { facts: &[("study", "demo"), ("run_id", "0011")], placed: &placed };
    write(&data, &results(study), &printed, path).expect("written");
}

fn with_file(check: impl FnOnce(&TraceFile)) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let path = scratch.path().join("trace.sqlite");
    write_to(&study(), &path);
    check(&TraceFile::open(&path).expect("opens"));
}

fn cells(file: &TraceFile, key: &str) -> Vec<String> {
    let mut cells: Vec<String> = file
        .cells_of_key(key)
        .expect("readable")
        .expect("the key")
        .into_iter()
        .map(|line| line.cell.to_string())
        .collect();
    cells.dedup();
    cells
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    for name in ["a", "b"] {
        write_to(&study(), &scratch.path().join(name));
    }
    let read = |name: &str| std::fs::read(scratch.path().join(name)).expect("readable");
    assert!(read("a") == read("b"));
}

#[test]
fn cells_are_found_by_hand() {
    with_file(|file| {
        assert_eq!(cells(file, "base:n[level=F,variable=SEX]"), ["dm.xlsx ▸ S!B2", "dm.xlsx ▸ S!B3", "dm.xlsx ▸ S!B4"]);
        // AVAL of two records; BASE of the first subject is its day 1 record, chosen among two by DAY.
        let mean = [
            "lab1.xlsx ▸ S!B2",
            "lab1.xlsx ▸ S!C2",
            "lab1.xlsx ▸ S!B3",
            "lab1.xlsx ▸ S!C3",
            "lab2.xlsx ▸ S!A2",
            "lab2.xlsx ▸ S!D2",
        ];
        assert_eq!(cells(file, "pf:mean"), mean);
        // TWICE comes from the last value; both days were looked at.
        let last = ["lab1.xlsx ▸ S!C2", "lab1.xlsx ▸ S!B3", "lab1.xlsx ▸ S!C3", "lab2.xlsx ▸ S!A2", "lab2.xlsx ▸ S!D2"];
        assert_eq!(cells(file, "last:mean"), last);
        assert_eq!(cells(file, "pf:diff"), mean, "a difference stands on what its inputs stand on");
        assert_eq!(cells(file, "pf:sd"), [""; 0]);
        assert!(file.cells_of_key("pf:none").expect("readable").is_none());
    });
}

#[test]
fn forwards_and_backwards_agree() {
    with_file(|file| {
        let mut checked = 0;
        for (name, columns, rows) in [("dm.xlsx", 2, 4), ("lab1.xlsx", 3, 3), ("lab2.xlsx", 5, 2)] {
            for row in 1..=rows {
                for column in 0..columns {
                    let cell = format!("{name}!S!{}{row}", char::from(b'A' + column));
                    let (file_name, sheet, address) = parse_cell(&cell).expect("a cell");
                    let trace =
                        file.trace_cell(&file_name, sheet.as_deref(), address).expect("readable").expect("a sheet");
                    for key in file.keys().expect("readable") {
                        let behind = cells(file, &key).contains(&trace.cell);
                        let used = trace.results.iter().any(|used| used.key == key);
                        assert_eq!(behind, used, "{cell} and {key}");
                        checked += usize::from(behind);
                    }
                }
            }
        }
        assert_eq!(checked, 3 + 6 + 5 + 6);
    });
}

#[test]
fn a_number_is_told_in_words() {
    with_file(|file| {
        let trace = file.trace_key("pf:diff", 10).expect("readable").expect("the key");
        assert_eq!(
            key_text(&trace, false),
            "\
pf:diff = 46 mmHg
  printed    public/ctgov-results.xml /a/b[2] as 46.0
             restricted/csr.pdf page 41 as 46.0
  rule       difference
  entered    2 subjects: A, B
  inputs     compared pf:mean = 57.5 mmHg (2 records)
             reference last:mean = 11.5 mmHg (2 records)
  cells      lab1.xlsx ▸ S!B2:B3 (2 cells)
             lab1.xlsx ▸ S!C2:C3 (2 cells)
             lab2.xlsx ▸ S!A2 (1 cell)
             lab2.xlsx ▸ S!D2 (1 cell)
             6 cells in all; `--cells` writes them as CSV
"
        );
        let trace = file.trace_key("base:n[level=F,variable=SEX]", 1).expect("readable").expect("the key");
        assert_eq!(
            key_text(&trace, false),
            "\
base:n[level=F,variable=SEX] = 2
  printed    nowhere
  rule       SEX = 'F'
  entered    2 subjects: A, C
  read       ADSL.SEX, Label of SEX (picked: last by DAY)
  evidence   A (ADSL): SEX = F (dm.xlsx ▸ S!B2)
             and 2 more records; `--all` shows them
  cells      dm.xlsx ▸ S!B2:B4 (3 cells)
             3 cells in all; `--cells` writes them as CSV
"
        );
        let trace = file.trace_key("pf:mean", 10).expect("readable").expect("the key");
        assert_eq!(trace.left_out.len(), 1);
        assert_eq!(
            (trace.left_out[0].reason.as_str(), &trace.left_out[0].subjects),
            ("no value", &vec!["C".to_owned()])
        );
        let values: Vec<&str> = trace.evidence[0].values.iter().map(|v| v.value.as_str()).collect();
        assert_eq!(values, ["75", "50"]);
        let text = key_text(&file.trace_key("pf:sd", 10).expect("readable").expect("the key"), false);
        assert!(text.starts_with("pf:sd is not estimable: one value only\n"), "{text}");
    });
}

#[test]
fn a_cell_is_told_in_words() {
    with_file(|file| {
        let (name, sheet, address) = parse_cell("dm.xlsx!S!B2").expect("a cell");
        let trace = file.trace_cell(&name, sheet.as_deref(), address).expect("readable").expect("a sheet");
        assert_eq!(
            cell_text(&trace, false),
            "\
dm.xlsx ▸ S!B2, subject A
  read as    DM.SEX = F (the cell holds \"female\")
  made into  ADSL.SEX
  used in    base:n[level=F,variable=SEX] = 2 (entered, printed nowhere)
"
        );
        let header = file
            .trace_cell("dm.xlsx", Some("S"), parse_cell("x!B1").expect("a cell").2)
            .expect("readable")
            .expect("a sheet");
        assert!(cell_text(&header, false).contains("no result"));
        assert!(file.trace_cell("other.xlsx", None, address).expect("readable").is_none());
    });
}

#[test]
fn cells_are_written_as_csv() {
    with_file(|file| {
        let lines = file.cells_of_key("last:mean").expect("readable").expect("the key");
        let csv = cells_csv(&lines).expect("written");
        assert!(csv.starts_with("file,sheet,cell,subject,variable,value\nlab1.xlsx,S,C2,A,ADSL.TWICE,15\n"), "{csv}");
        assert_eq!(csv.lines().count(), 6);
    });
}

#[test]
fn another_file_is_refused() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let path = scratch.path().join("x.sqlite");
    assert!(TraceFile::open(&path).is_err());
    std::fs::write(&path, "no database, but long enough to be looked at as one; no database at all").expect("written");
    assert!(TraceFile::open(&path).is_err());
}
