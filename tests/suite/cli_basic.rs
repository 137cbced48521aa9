//! The command line as users meet it: help, exit codes, streams, the commands that need no pipeline.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use rust_xlsxwriter::Workbook;
use tracelock::base::diagnostic::Diagnostics;

fn tracelock(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .args(arguments)
        .current_dir(folder)
        .env("USER", "tester")
        .env_remove("NO_COLOR")
        .output()
        .expect("the program starts")
}

/// Runs in a scratch folder: exit code, stdout, stderr.
fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    texts(&tracelock(scratch.path(), arguments))
}

fn texts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("output is UTF-8");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A workbook with a subject table and a table of visits.
fn workbook(path: &Path) {
    let mut book = Workbook::new();
    let dm = book.add_worksheet().set_name("DM").expect("a name");
    for (row, line) in [
        ["SUBJID", "ARM", "Age (years)", "Sex"],
        ["S-001", "Active", "61", "F"],
        ["S-002", "Control", "ND", "M"],
        ["S-003", "Active", "47", "F"],
    ]
    .iter()
    .enumerate()
    {
        for (column, text) in line.iter().enumerate() {
            let (row, column) = (u32::try_from(row).expect("small"), u16::try_from(column).expect("small"));
            match text.parse::<f64>() {
                Ok(number) => dm.write_number(row, column, number).expect("written"),
                Err(_) => dm.write_string(row, column, *text).expect("written"),
            };
        }
    }
    let lab = book.add_worksheet().set_name("LAB").expect("a name");
    for (column, header) in ["SUBJID", "PaO2", "PaO2"].iter().enumerate() {
        lab.write_string(0, u16::try_from(column).expect("small"), *header).expect("written");
    }
    lab.write_string(1, 0, "S-001").expect("written");
    lab.write_number(1, 1, 81.25).expect("written");
    book.save(path).expect("saved");
}

#[test]
fn help_names_every_command() {
    let (code, out, err) = run(&["--help"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for command in ["init", "lock", "check", "build", "trace", "explain", "schema"] {
        assert!(out.contains(&format!("\n  {command} ")), "{out}");
        let (code, help, _) = run(&[command, "--help"]);
        assert_eq!(code, Some(0), "{command}");
        assert!(help.starts_with(|c: char| c.is_uppercase()) && help.contains("Usage: tracelock"), "{help}");
        assert!(help.contains("--deny-warnings"), "global options are in every help: {help}");
    }
    assert!(!out.contains('\u{1b}'), "no colour into a pipe");
}

#[test]
fn what_cannot_run_ends_with_2() {
    for arguments in [
        &[][..],
        &["no-such-command"],
        &["build", "--no-such-option"],
        &["check", "no-such-study"],
        &["check"],
        &["trace", "flow:assessed"],
        &["explain", "no-such-thing"],
        &["schema", "no-such-file"],
        &["init"],
        &["--json", "--short", "explain", "codes"],
    ] {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{arguments:?}");
        assert!(!err.is_empty(), "{arguments:?} says why");
    }
}

#[test]
fn explanations_go_to_stdout() {
    let (code, out, err) = run(&["explain", "dat-007"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("DAT-007: value outside its plausible range\n\n"), "{out}");
    assert!(out.lines().all(|line| line.len() <= 90));
    let (_, out, _) = run(&["explain", "functions"]);
    assert!(out.contains("  study_day(date, reference): "), "{out}");
    let (_, out, _) = run(&["explain", "codes"]);
    assert!(out.lines().count() > 50 && out.lines().all(|line| line.as_bytes()[3] == b'-'), "{out}");
    let (code, _, err) = run(&["explain", "DAT-0007"]);
    assert_eq!(
        (code, err.as_str()),
        (Some(2), "error: there is nothing called `DAT-0007` to explain\nhint: did you mean `DAT-007`?\n")
    );
}

#[test]
fn a_closed_pipe_is_no_failure() {
    let (reader, writer) = std::io::pipe().expect("a pipe");
    drop(reader);
    let status = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .args(["explain", "codes"])
        .stdout(writer)
        .stderr(Stdio::null())
        .status()
        .expect("the program starts");
    assert_eq!(status.code(), Some(0));
}

#[test]
fn colour_is_asked_for_or_not() {
    let coloured = run(&["--color", "always", "explain", "x"]).2;
    assert!(coloured.contains('\u{1b}'), "{coloured}");
    for arguments in [["--color", "never", "explain", "x"], ["--color", "auto", "explain", "x"]] {
        assert!(!run(&arguments).2.contains('\u{1b}'));
    }
}

#[test]
fn schemas_in_the_repository_are_current() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/schema");
    for (name, text) in tracelock::cli::schemas() {
        let stored = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert!(stored == text, "config/schema/{name} is out of date: run `tracelock schema`");
    }
    let (code, out, _) = run(&["schema", "data"]);
    assert_eq!(code, Some(0));
    let schema: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    assert!(schema["properties"]["sources"].is_object());
}

#[test]
fn init_proposes_a_study_that_loads() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = scratch.path();
    workbook(&folder.join("trial.xlsx"));
    let (code, out, err) = texts(&tracelock(folder, &["init", "trial.xlsx", "--study", "config/trial"]));
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert!(err.starts_with("Read 2 sheets with 7 columns from 1 workbook.\n"), "{err}");
    let data = fs::read_to_string(folder.join("config/trial/data.yaml")).expect("written");
    let proposed = data.split_once("version: 1\n").expect("a version").1;
    assert_eq!(
        proposed,
        r#"
sources:
  dm: {files: ["trial.xlsx"], sheet: "DM", header: {row: 1}}  # 3 rows
  lab: {files: ["trial.xlsx"], sheet: "LAB", header: {row: 1}}  # 1 rows

subject:
  dataset: DM  # proposed: one row a subject
  key: [SUBJID]  # proposed
  arm: {planned: ARM, actual: ARM}  # proposed: values must be the arm ids of study.yaml

datasets:
  DM:
    source: dm
    variables:
      SUBJID: {column: "SUBJID", type: text, label: "SUBJID"}  # proposed
      ARM: {column: "ARM", type: text, label: "ARM"}  # proposed
      AGE_YEARS: {column: "Age (years)", type: integer, missing: ["ND"], label: "Age (years)"}  # proposed
      SEX: {column: "Sex", type: text, label: "Sex"}  # proposed
  LAB:
    source: lab
    variables:
      SUBJID: {column: "SUBJID", type: text, label: "SUBJID"}  # proposed
      PAO2: {column: "=B", type: decimal, decimals: 2, label: "PaO2"}  # proposed
      PAO2_2: {column: "=C", type: text, label: "PaO2"}  # proposed, 0 of 1 filled
"#
    );
    let mut sink = Diagnostics::new();
    let spec = tracelock::spec::load(&folder.join("config/trial"), &mut sink);
    assert!(spec.is_ok(), "{:#?}", sink.all());
    let arms: Vec<String> = spec.expect("loaded").study.arm_ids().map(str::to_owned).collect();
    assert_eq!(arms, ["active", "control"]);

    let (code, _, err) = texts(&tracelock(folder, &["init", "trial.xlsx", "--study", "config/trial"]));
    assert_eq!(code, Some(2), "{err}");
    assert!(err.contains("is there already"), "{err}");
}

#[test]
fn lock_records_and_keeps_what_it_saw() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = scratch.path();
    let study = folder.join("config/trial");
    fs::create_dir_all(study.join("data")).expect("a folder");
    workbook(&study.join("data/trial.xlsx"));
    let (code, _, err) =
        texts(&tracelock(folder, &["init", "config/trial/data/trial.xlsx", "--study", "config/trial"]));
    assert_eq!(code, Some(0), "{err}");

    let (code, out, err) = texts(&tracelock(
        folder,
        &["lock", "trial", "--soft", "--source-system", "An EDC", "--done", "SAE reconciliation"],
    ));
    assert_eq!((code, out.as_str()), (Some(0), ""), "{err}");
    assert!(err.starts_with("Locked 1 file with 2 sheets and 21 cells: soft lock "), "{err}");
    assert!(err.contains(" by tester at 20"), "{err}");
    let first = fs::read_to_string(study.join("lock.yaml")).expect("written");
    assert!(first.contains("SAE reconciliation") && first.contains("An EDC"), "{first}");
    let copies: Vec<_> = fs::read_dir(study.join(".locked")).expect("copies").flatten().collect();
    assert_eq!(copies.len(), 1);
    assert_eq!(fs::read(copies[0].path()).expect("a copy"), fs::read(study.join("data/trial.xlsx")).expect("the file"));

    let (code, _, err) = texts(&tracelock(folder, &["lock", "trial"]));
    assert_eq!(code, Some(1), "a second lock needs a reason: {err}");
    assert_eq!(fs::read_to_string(study.join("lock.yaml")).expect("kept"), first);

    let (code, out, err) = texts(&tracelock(
        folder,
        &["lock", "trial", "--json", "--by", "Data Manager", "--reason", "a query was answered"],
    ));
    assert_eq!((code, err.as_str()), (Some(0), ""), "{out}");
    let last: serde_json::Value = serde_json::from_str(out.lines().last().expect("a line")).expect("JSON");
    assert_eq!(
        (&last["type"], &last["kind"], &last["locked_by"]),
        (&"lock".into(), &"hard".into(), &"Data Manager".into())
    );
    let before = last["supersedes"].as_str().expect("the lock before");
    assert_eq!(
        fs::read_to_string(study.join(format!(".locked/lock-{before}.yaml"))).expect("the old record is kept"),
        first
    );
}

#[test]
fn findings_are_drawn_counted_and_end_with_1() {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let folder = scratch.path();
    workbook(&folder.join("trial.xlsx"));
    tracelock(folder, &["init", "trial.xlsx", "--study", "config/trial"]);
    let path = folder.join("config/trial/report.yaml");
    let text = fs::read_to_string(&path).expect("readable");
    fs::write(&path, text.replace("format: regulatory", "format: regulatori")).expect("written");

    let (code, out, err) = texts(&tracelock(folder, &["lock", "trial"]));
    assert_eq!((code, out.as_str()), (Some(1), ""), "{err}");
    assert!(err.starts_with("error[CFG-002]: ") && err.contains("config/trial/report.yaml:3:9"), "{err}");
    assert!(err.contains("\n3 | format: regulatori\n  |         ^"), "{err}");
    assert!(err.contains("Found 1 error and 0 warnings.\nNothing was locked.\n"), "{err}");

    let (code, out, err) = texts(&tracelock(folder, &["lock", "trial", "--json"]));
    assert_eq!((code, err.as_str()), (Some(1), ""));
    let line: serde_json::Value = serde_json::from_str(out.trim()).expect("one JSON object");
    assert_eq!((&line["code"], &line["place"]["line"]), (&"CFG-002".into(), &3.into()));

    let (code, _, err) = texts(&tracelock(folder, &["check", "trial", "--short"]));
    assert_eq!(code, Some(1), "{err}");
    assert!(err.contains("config/trial/report.yaml:3:9: error[CFG-002]: "), "{err}");
}
