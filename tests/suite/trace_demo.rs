//! `trace` on the demo: a zero count shows everyone examined, a p-value everyone analysed or left out, against the sheets.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use calamine::{Data, Reader};
use serde_json::Value;

struct Demo {
    scratch: tempfile::TempDir,
    /// By `file ▸ SHEET!A1`, as the sheets have it, read without any of our code.
    cells: BTreeMap<String, String>,
}

static DEMO: LazyLock<Demo> = LazyLock::new(|| {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let built = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .args(["build", "config/demo", "--output"])
        .arg(scratch.path())
        .current_dir(root)
        .output()
        .expect("the program starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let mut cells = BTreeMap::new();
    for file in ["demo_clinical.xlsx", "demo_safety.xlsx"] {
        let mut book = calamine::open_workbook_auto(root.join("config/demo/data").join(file)).expect("a workbook");
        for (sheet, range) in book.worksheets() {
            let (row0, column0) = range.start().unwrap_or_default();
            for (row, column, value) in range.cells() {
                let address = format!("{}{}", letters(column0 as usize + column), row0 as usize + row + 1);
                let shown = match value {
                    Data::Empty => continue,
                    other => other.to_string(),
                };
                cells.insert(format!("{file} ▸ {sheet}!{address}"), shown.trim().to_owned());
            }
        }
    }
    Demo { scratch, cells }
});

fn letters(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).expect("below 26"));
    if column < 26 { last.to_string() } else { format!("{}{last}", letters(column / 26 - 1)) }
}

fn trace(key: &str) -> Value {
    let ran = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .args(["trace", key, "--json", "--study", "demo", "--output"])
        .arg(DEMO.scratch.path())
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .expect("the program starts");
    assert!(ran.status.success(), "{key}: {}", String::from_utf8_lossy(&ran.stderr));
    serde_json::from_slice(&ran.stdout).expect("JSON")
}

fn texts(value: &Value) -> BTreeSet<String> {
    value.as_array().expect("a list").iter().map(|v| v.as_str().expect("a text").to_owned()).collect()
}

/// Subjects of the randomisation sheet with the code of their arm; B is placebo.
fn randomised() -> BTreeMap<String, String> {
    let sheet = |column: &str, row: usize| {
        DEMO.cells.get(&format!("demo_clinical.xlsx ▸ RANDOMISATION!{column}{row}")).cloned().unwrap_or_default()
    };
    let columns: Vec<String> = (0..12).map(letters).collect();
    let column = |name: &str| columns.iter().find(|c| sheet(c, 1) == name).unwrap_or_else(|| panic!("no {name}"));
    let (id, arm) = (column("SUBJID"), column("ARMCD"));
    (2..40).filter(|row| !sheet(id, *row).is_empty()).map(|row| (sheet(id, row), sheet(arm, row))).collect()
}

fn subjects_of(evidence: &Value) -> BTreeMap<String, Value> {
    let list = evidence.as_array().expect("a list");
    list.iter().map(|e| (e["subject"].as_str().expect("a subject").to_owned(), e.clone())).collect()
}

#[test]
fn a_zero_shows_every_subject_examined_with_the_value_that_decides() {
    let traced = trace("who_d7:events[arm=placebo]");
    assert_eq!(traced["value"], "0");
    assert_eq!(traced["entered"].as_array().map(Vec::len), Some(0), "nobody was counted");
    let evidence = subjects_of(&traced["evidence"]);
    let placebo: BTreeSet<String> = randomised().into_iter().filter(|(_, arm)| arm == "B").map(|(id, _)| id).collect();
    assert_eq!(placebo.len(), 10);
    let examined: BTreeSet<String> = evidence
        .keys()
        .map(|id| placebo.iter().find(|p| id.ends_with(p.as_str())).cloned().unwrap_or(id.clone()))
        .collect();
    assert_eq!(examined, placebo);
    for (subject, record) in &evidence {
        assert_eq!(record["entered"], false);
        let deciding = record["values"].as_array().expect("values").iter().find(|v| v["variable"] == "ADSL.WHOIMP7");
        let deciding = deciding.unwrap_or_else(|| panic!("{subject} shows no WHOIMP7"));
        assert_eq!(deciding["value"], "N");
        // The two scores the value was derived from, read off the sheet: the last is not one better than the first.
        let scores: Vec<f64> = texts(&deciding["cells"])
            .iter()
            .filter(|cell| cell.contains(" ▸ WHO!D"))
            .map(|cell| DEMO.cells[cell].parse().expect("a score"))
            .collect();
        assert_eq!(scores.len(), 2, "{subject}: baseline and day 7");
    }
}

#[test]
fn a_p_value_names_everyone_analysed_and_everyone_left_out_with_the_reason() {
    let traced = trace("pf_d7:p[arm=msc/placebo]");
    let analysed = texts(&traced["entered"][0]["subjects"]);
    let left_out = traced["left_out"].as_array().expect("a list");
    let absent: BTreeSet<String> = left_out.iter().flat_map(|group| texts(&group["subjects"])).collect();
    assert!(analysed.is_disjoint(&absent));
    assert_eq!((analysed.len(), absent.len()), (19, 9), "28 were screened, 20 randomised, one has no gas at day 7");
    for group in left_out {
        assert!(group["reason"].as_str().is_some_and(|reason| !reason.is_empty()));
    }
    let screened = DEMO.cells.keys().filter(|cell| cell.contains("SCREENING!A")).count() - 1;
    assert_eq!(analysed.len() + absent.len(), screened);
    let evidence = subjects_of(&traced["evidence"]);
    assert_eq!(evidence.keys().cloned().collect::<BTreeSet<_>>(), analysed);
    for (subject, record) in &evidence {
        let change = record["values"].as_array().expect("values").iter().find(|v| v["variable"] == "PF.CHG");
        let cells = texts(&change.expect("the analysed value")["cells"]);
        assert!(cells.len() >= 4, "{subject}: gas and oxygen of two days, not {cells:?}");
        for cell in &cells {
            assert!(DEMO.cells.contains_key(cell), "{subject}: {cell} is no filled cell of the workbooks");
        }
    }
}

#[test]
fn every_result_leads_to_cells() {
    let run = tracelock::audit::run_folder::current(&DEMO.scratch.path().join("demo")).expect("a run");
    let file = tracelock::audit::trace_file::TraceFile::open(&run.join("restricted/trace.sqlite")).expect("the trace");
    let keys = file.keys().expect("keys");
    let without: Vec<&String> = keys
        .iter()
        .filter(|key| file.cells_of_key(key).expect("readable").is_none_or(|cells| cells.is_empty()))
        .collect();
    println!("{} results, {} of them without a cell", keys.len(), without.len());
    assert!(keys.len() > 2000);
    assert_eq!(without, [""; 0]);
}
