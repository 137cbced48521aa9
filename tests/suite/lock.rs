//! The lock record: unchanged, saved again, changed, missing, edited.

use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, Workbook as Writer};
use tracelock::base::diagnostic::{Diagnostics, Place, Severity};
use tracelock::input::{
    ChecklistItem, LockKind, LockRecord, LockRequest, SheetDifference, SourceLock, diff_workbooks, keep_copy,
};

/// A folder with `dm.xlsx` and `lb.csv`.
struct Study {
    folder: tempfile::TempDir,
}

impl Study {
    fn new() -> Self {
        let study = Self { folder: tempfile::tempdir().expect("a folder") };
        study.write_dm("first", |_, _, value| value);
        study.write_lb("ID,ALT\n001,34\n");
        study
    }

    /// Writes 30 subjects; `change` may replace the age of a zero-based row, `author` only changes metadata.
    fn write_dm(&self, author: &str, change: impl Fn(u32, &str, f64) -> f64) {
        let mut writer = Writer::new();
        writer.set_properties(&DocProperties::new().set_author(author));
        let sheet = writer.add_worksheet().set_name("DM").expect("a name");
        sheet.write(0, 0, "USUBJID").expect("written").write(0, 1, "AGE").expect("written");
        for row in 1..=30 {
            let id = format!("{row:03}");
            sheet.write(row, 1, change(row, &id, f64::from(40 + row))).expect("written");
            sheet.write(row, 0, id).expect("written");
        }
        writer.add_worksheet().set_name("Notes").expect("a name").write(4, 4, "as exported").expect("written");
        writer.save(self.path("dm.xlsx")).expect("written");
    }

    fn write_lb(&self, text: &str) {
        std::fs::write(self.path("lb.csv"), text).expect("written");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn files(&self) -> Vec<PathBuf> {
        vec![self.path("lb.csv"), self.path("dm.xlsx")]
    }

    fn copies(&self) -> PathBuf {
        self.path(".locked")
    }

    fn lock(&self) -> LockRecord {
        let mut sink = Diagnostics::new();
        let record = LockRecord::create(request(), &self.files(), &mut sink).expect("locked");
        for file in self.files() {
            keep_copy(&file, &self.copies()).expect("kept");
        }
        record
    }

    fn verify(&self, record: &LockRecord) -> Diagnostics {
        let mut sink = Diagnostics::new();
        record.verify(&self.files(), &self.copies(), &mut sink);
        sink
    }
}

fn request() -> LockRequest {
    LockRequest {
        study: "demo".to_owned(),
        kind: LockKind::Hard,
        locked_at: "2021-05-01T12:00:00Z".to_owned(),
        locked_by: "J. Doe".to_owned(),
        source: Some(SourceLock {
            system: "an EDC".to_owned(),
            version: Some("7.1".to_owned()),
            locked_at: Some("2021-04-30T16:00:00Z".to_owned()),
            export_at: None,
        }),
        checklist: vec![ChecklistItem {
            item: "All queries closed".to_owned(),
            status: "done".to_owned(),
            by: Some("J. Doe: data manager # 1".to_owned()),
            at: None,
        }],
        supersedes: None,
        reason: None,
    }
}

/// Code and message of every finding.
fn lines(sink: &Diagnostics) -> Vec<String> {
    sink.all().iter().map(|d| format!("{} {}", d.code.id, d.message)).collect()
}

#[test]
fn unchanged_files_are_silent_and_the_record_survives_its_yaml() {
    let study = Study::new();
    let record = study.lock();
    assert_eq!(record.files.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["dm.xlsx", "lb.csv"]);
    let dm = &record.files[0].sheets[0];
    assert_eq!((dm.name.as_str(), dm.rows, dm.columns, dm.cells), ("DM", 31, 2, 62));
    let lb = &record.files[1];
    assert_eq!(lb.bytes, 14);
    // sha256sum of the 14 bytes `ID,ALT\n001,34\n`.
    assert_eq!(lb.sha256, "6b9cf99298bfa26539422b1a4889e6342f4583f1b211a03029a0c5b253429d2e");
    assert_eq!(lines(&study.verify(&record)), [""; 0]);

    let mut sink = Diagnostics::new();
    let read = LockRecord::from_yaml("lock.yaml", record.to_yaml(), &mut sink).expect("readable");
    assert_eq!(read, record);
    assert_eq!(read.computed_id(), record.lock_id);
}

#[test]
fn saved_again_is_a_warning() {
    let study = Study::new();
    let record = study.lock();
    study.write_dm("second", |_, _, value| value);
    let sink = study.verify(&record);
    assert_eq!(lines(&sink), ["LCK-003 `dm.xlsx` was saved again, 0 cells differ"]);
    assert_eq!(sink.all()[0].severity, Severity::Warning);
    assert_eq!(
        diff_workbooks(&study.copies().join(copy_name(&record, "dm.xlsx")), &study.path("dm.xlsx")).ok(),
        Some(vec![])
    );
}

fn copy_name(record: &LockRecord, file: &str) -> String {
    let locked = record.files.iter().find(|f| f.name == file).expect("locked");
    let extension = Path::new(file).extension().expect("an extension").to_string_lossy().into_owned();
    format!("{}.{extension}", locked.sha256)
}

#[test]
fn a_flipped_cell_is_named() {
    let study = Study::new();
    let record = study.lock();
    study.write_dm("second", |row, _, value| if row == 12 { 25.0 } else { value });
    let sink = study.verify(&record);
    assert_eq!(
        lines(&sink),
        ["LCK-002 sheet `DM` of `dm.xlsx` is not what was locked: 1 cell differs, the first B13 was 52, is 25"]
    );
    let diagnostic = &sink.all()[0];
    assert_eq!(diagnostic.severity, Severity::Error);
    assert_eq!(diagnostic.place.to_string(), "dm.xlsx ▸ DM!B13");
    assert_eq!(diagnostic.labels.len(), 1);
}

#[test]
fn ten_cells_are_named_and_the_rest_counted() {
    let study = Study::new();
    let record = study.lock();
    study.write_dm("second", |_, _, value| value + 1.0);
    let sink = study.verify(&record);
    let diagnostic = &sink.all()[0];
    assert!(diagnostic.message.contains("30 cells differ"), "{}", diagnostic.message);
    assert_eq!(diagnostic.labels.len(), 10);
    assert_eq!(diagnostic.labels[9].0.to_string(), "dm.xlsx ▸ DM!B11");
    assert_eq!(diagnostic.hints[0], "and 20 more");
}

#[test]
fn text_files_and_changes_of_type_are_named() {
    let study = Study::new();
    let record = study.lock();
    study.write_lb("ID,ALT\n001,43\n002,\n");
    let sink = study.verify(&record);
    assert!(lines(&sink)[0].contains("2 cells differ, the first B2 was \"34\", is \"43\""), "{:?}", lines(&sink));
    assert_eq!(sink.all()[0].labels[1].1, "was (empty), is \"002\"");

    // 43 as a number and "43" as text look alike and are not the same.
    let write = |name: &str, text: bool| {
        let mut writer = Writer::new();
        let sheet = writer.add_worksheet();
        if text { sheet.write(0, 0, "TRUE") } else { sheet.write(0, 0, true) }.expect("written");
        writer.save(study.path(name)).expect("written");
    };
    write("a.xlsx", true);
    write("b.xlsx", false);
    let differences = diff_workbooks(&study.path("a.xlsx"), &study.path("b.xlsx")).expect("readable");
    let [SheetDifference::Changed { cells, .. }] = differences.as_slice() else { panic!("{differences:?}") };
    assert_eq!((cells[0].old.as_str(), cells[0].new.as_str()), ("\"TRUE\"", "TRUE"));
}

#[test]
fn missing_unlocked_and_damaged_files() {
    let study = Study::new();
    let record = study.lock();
    std::fs::rename(study.path("lb.csv"), study.path("lb2.csv")).expect("renamed");
    std::fs::write(study.path("dm.xlsx"), b"damaged").expect("written");
    let mut sink = Diagnostics::new();
    record.verify(&[study.path("dm.xlsx"), study.path("lb2.csv")], &study.copies(), &mut sink);
    let codes: Vec<&str> = sink.all().iter().map(|d| d.code.id).collect();
    assert_eq!(codes, ["INP-002", "LCK-002", "LCK-004", "LCK-005"]);
}

#[test]
fn without_a_whole_copy_the_sheet_is_named() {
    let study = Study::new();
    let record = study.lock();
    study.write_dm("second", |row, _, value| if row == 12 { 25.0 } else { value });
    std::fs::write(study.copies().join(copy_name(&record, "dm.xlsx")), b"damaged").expect("written");
    let sink = study.verify(&record);
    assert!(sink.all()[0].message.starts_with("sheet `DM` of `dm.xlsx` is not what was locked"), "{:?}", lines(&sink));
    assert!(sink.all()[0].hints[0].contains("is damaged"), "{:?}", sink.all()[0].hints);
    std::fs::remove_dir_all(study.copies()).expect("removed");
    assert!(study.verify(&record).all()[0].hints[0].contains("no copy"));
}

#[test]
fn an_edited_record_is_noticed() {
    let study = Study::new();
    let mut record = study.lock();
    record.kind = LockKind::Soft;
    assert!(lines(&study.verify(&record))[0].starts_with("LCK-006"));
}

#[test]
fn locking_again_needs_a_reason_and_distinct_names() {
    let study = Study::new();
    let mut sink = Diagnostics::new();
    let again = LockRequest { supersedes: Some("0123456789ab".to_owned()), ..request() };
    assert!(LockRecord::create(again, &study.files(), &mut sink).is_err());
    let twice = [study.path("lb.csv"), study.path("lb.csv"), study.path("none.xlsx")];
    assert!(LockRecord::create(request(), &twice, &mut sink).is_err());
    let codes: Vec<&str> = sink.all().iter().map(|d| d.code.id).collect();
    assert_eq!(codes, ["CFG-005", "CFG-004", "INP-001"]);
}

#[test]
fn a_misspelt_key_has_its_line_and_column() {
    let study = Study::new();
    let text = study.lock().to_yaml();
    let line = 1 + text.lines().position(|l| l.starts_with("locked_by")).expect("a key");
    let wrong = text.replace("locked_by", "lockt_by");
    let mut sink = Diagnostics::new();
    assert!(LockRecord::from_yaml("demo/lock.yaml", wrong, &mut sink).is_err());
    let diagnostic = &sink.all()[0];
    assert_eq!(diagnostic.code.id, "CFG-002");
    assert!(diagnostic.message.contains("lockt_by"), "{}", diagnostic.message);
    let Place::Text { line: found, column, .. } = &diagnostic.place else { panic!("{:?}", diagnostic.place) };
    assert_eq!((*found, *column), (line, 1));

    let mut sink = Diagnostics::new();
    assert!(LockRecord::read(&study.path("lock.yaml"), &mut sink).is_err());
    assert_eq!(sink.all()[0].code.id, "LCK-001");
}
