//! Builds the demonstration study and holds every result against R; then changes one blood gas and holds the
//! relocked study against R again, through to the digits in the report and the registry files.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tracelock::base::number;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Results by key; `None` is not estimable.
type Results = BTreeMap<String, Option<f64>>;

/// A value as R computed it.
struct Expected {
    key: String,
    /// `None` is not estimable.
    value: Option<f64>,
    /// Absolute.
    tolerance: f64,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn tracelock(args: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tracelock")).args(args).current_dir(folder).output().expect("tracelock runs")
}

/// Runs tracelock in `folder`, which must succeed.
fn succeed(args: &[&str], folder: &Path) {
    let output = tracelock(args, folder);
    assert!(output.status.success(), "tracelock {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

fn results(run: &Path) -> Results {
    let text = fs::read_to_string(run.join("restricted/results.json")).expect("results.json");
    let json: serde_json::Value = serde_json::from_str(&text).expect("results.json is JSON");
    let rows = json["results"].as_array().expect("an array of results");
    rows.iter()
        .map(|row| {
            let estimable = row.get("not_estimable").is_none();
            let value = row["value"].as_f64();
            assert!(!estimable || value.is_some() || row["value"].is_string(), "a result without a value: {row}");
            (row["key"].as_str().expect("a key").to_owned(), value.filter(|_| estimable))
        })
        .collect()
}

fn expected(file: &Path) -> Vec<Expected> {
    let mut reader = csv::Reader::from_path(file).expect("expected values");
    reader
        .records()
        .map(|record| {
            let record = record.expect("a row of key, value, tolerance, source");
            Expected {
                key: record[0].to_owned(),
                value: (&record[1] != "NE").then(|| record[1].parse().expect("a number or NE")),
                tolerance: record[2].parse().expect("a tolerance"),
            }
        })
        .collect()
}

/// Every expected value must be there and agree; prints how many do.
fn compare(what: &str, results: &Results, expected: &[Expected]) {
    let mut failures = Vec::new();
    for one in expected {
        match (results.get(&one.key), one.value) {
            (None, _) => failures.push(format!("{}: no such result", one.key)),
            (Some(None), None) => {}
            (Some(Some(ours)), Some(theirs)) if (ours - theirs).abs() <= one.tolerance => {}
            (Some(ours), theirs) => {
                failures.push(format!("{}: {ours:?}, R has {theirs:?} (tolerance {})", one.key, one.tolerance));
            }
        }
    }
    println!("{what} against R: {}/{}", expected.len() - failures.len(), expected.len());
    assert!(expected.len() > 1000, "only {} expected values", expected.len());
    assert!(failures.is_empty(), "{} values differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_result_of_the_demonstration_study_is_that_of_r() {
    let output = tempfile::tempdir().expect("a scratch folder");
    let out = output.path().to_str().expect("a path in UTF-8");
    succeed(&["build", "config/demo", "--output", out], root());
    let ours = results(&output.path().join("demo/current"));
    compare("demonstration study", &ours, &expected(&root().join("tests/reference/demo/expected.csv")));
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).expect("a copied file");
        }
    }
}

/// The part of an xlsx file that holds the sheet of this name (ECMA-376 part 1, 18.2.19).
fn part_of_sheet(parts: &[(String, Vec<u8>)], sheet: &str) -> String {
    let text = |name: &str| {
        let part = parts.iter().find(|part| part.0 == name).expect("a part of every workbook");
        std::str::from_utf8(&part.1).expect("XML in UTF-8")
    };
    let workbook = roxmltree::Document::parse(text("xl/workbook.xml")).expect("a workbook");
    let node = workbook.descendants().find(|n| n.tag_name().name() == "sheet" && n.attribute("name") == Some(sheet));
    let node = node.expect("the sheet");
    let id = node.attributes().find(|a| a.name() == "id").expect("a relationship").value();
    let relations = roxmltree::Document::parse(text("xl/_rels/workbook.xml.rels")).expect("relationships");
    let relation = relations.descendants().find(|n| n.attribute("Id") == Some(id)).expect("the relationship");
    format!("xl/{}", relation.attribute("Target").expect("a target"))
}

/// Puts another number into one cell of a workbook and touches nothing else.
fn change_number(workbook: &Path, sheet: &str, cell: &str, from: &str, to: &str) {
    let mut archive = ZipArchive::new(File::open(workbook).expect("the workbook")).expect("a zip file");
    let mut parts = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).expect("a part");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its content");
        let name = entry.name().expect("a name in UTF-8").into_owned();
        parts.push((name, content));
    }
    let part = part_of_sheet(&parts, sheet);
    let content = &mut parts.iter_mut().find(|one| one.0 == part).expect("the sheet's part").1;
    let text = std::str::from_utf8(content).expect("XML in UTF-8");
    let (old, new) = (format!("<c r=\"{cell}\"><v>{from}</v>"), format!("<c r=\"{cell}\"><v>{to}</v>"));
    assert_eq!(text.matches(&old).count(), 1, "{sheet}!{cell} does not hold {from}");
    *content = text.replace(&old, &new).into_bytes();
    let mut writer = ZipWriter::new(File::create(workbook).expect("the workbook"));
    for (name, content) in parts {
        writer.start_file(name, SimpleFileOptions::default()).expect("a part");
        writer.write_all(&content).expect("its content");
    }
    writer.finish().expect("a workbook");
}

/// The digits in which the primary comparison is printed.
struct Digits {
    difference: String,
    p: String,
    /// As the registry of the EU takes it.
    p_four: String,
}

impl Digits {
    fn of(expected: &[Expected]) -> Self {
        let value = |statistic: &str| {
            let key = format!("pf_d7:{statistic}[arm=msc/placebo]");
            expected.iter().find(|one| one.key == key).and_then(|one| one.value).expect("a value of R")
        };
        Self {
            difference: number::round_half_away(value("diff"), 1),
            p: number::p_value(value("p"), 3),
            p_four: number::p_value(value("p"), 4),
        }
    }

    /// Places of `run` that do not show these digits.
    fn missing_in(&self, run: &Path) -> Vec<String> {
        let read = |file: &str| fs::read_to_string(run.join(file)).expect("a file of the run");
        let mut missing = Vec::new();
        let mut look = |place: &str, text: &str, wanted: &[String]| {
            for one in wanted.iter().filter(|one| !text.contains(one.as_str())) {
                missing.push(format!("{place}: {one}"));
            }
        };
        let key = |statistic: &str| format!("pf_d7:{statistic}[arm=msc/placebo]");
        let (difference, p) = (&self.difference, &self.p);
        look(
            "report.html",
            &read("restricted/report.html"),
            &[format!("{}\">{difference}<", key("diff")), format!("{}\">{p}<", key("p"))],
        );
        look(
            "ctgov-results.xml",
            &read("public/ctgov-results.xml"),
            &[format!("<parameterValue>{difference}</parameterValue>"), format!("<pValue>{p}</pValue>")],
        );
        look(
            "eudract-results.xml",
            &read("public/eudract-results.xml"),
            &[format!("<pointEstimate>{difference}</pointEstimate>"), format!("<value>{}</value>", self.p_four)],
        );
        match Command::new("pdftotext").arg(run.join("restricted/csr.pdf")).arg("-").output() {
            Ok(output) if output.status.success() => {
                let text = String::from_utf8(output.stdout).expect("text in UTF-8");
                let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
                look("csr.pdf", &words, &[format!("difference {difference} mmHg"), format!("p = {p}")]);
            }
            _ => println!("text of csr.pdf skipped: no pdftotext"),
        }
        missing
    }
}

fn r_is_there() -> bool {
    let packages = "library(readxl); library(survival); library(cmprsk)";
    Command::new("Rscript").args(["-e", packages]).output().is_ok_and(|output| output.status.success())
}

/// The run that `current` points to.
fn current(output: &Path) -> PathBuf {
    fs::canonicalize(output.join("demo/current")).expect("a current run")
}

#[test]
fn a_changed_blood_gas_is_refused_then_relocked_and_agrees_with_r() {
    if !r_is_there() {
        println!("skipped: no Rscript with readxl, survival and cmprsk");
        return;
    }
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let (study, output) = (scratch.path().join("demo"), scratch.path().join("output"));
    copy_folder(&root().join("config/demo"), &study);
    let build = ["build", "demo", "--output", "output"];
    if !study.join("lock.yaml").exists() {
        succeed(&["lock", "demo", "--by", "A. Tester"], scratch.path());
    }
    succeed(&build, scratch.path());
    let before = current(&output);

    // Day 7 of the first subject, fraction 0.4: PaO2/FiO2 falls from 197.5 to 152.5.
    change_number(&study.join("data/demo_clinical.xlsx"), "GASES", "E8", "79", "61");
    let refused = tracelock(&["--short", "build", "demo", "--output", "output"], scratch.path());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    let finding = said.lines().find(|line| line.contains("LCK-002")).unwrap_or_else(|| panic!("no LCK-002: {said}"));
    assert!(finding.contains("GASES!E8"), "the cell is not named: {finding}");
    assert_eq!(current(&output), before, "a refused build moved `current`");

    succeed(&["lock", "demo", "--by", "A. Tester", "--reason", "Blood gas of day 7 corrected"], scratch.path());
    succeed(&build, scratch.path());
    let after = current(&output);
    assert_ne!(after, before, "the new run is not `current`");
    assert!(before.join("restricted/results.json").exists(), "the old run is gone");

    let table = scratch.path().join("expected.csv");
    let r = Command::new("Rscript")
        .arg(root().join("tests/reference/demo/program.R"))
        .args([&study.join("data"), &table])
        .output()
        .expect("Rscript runs");
    assert!(r.status.success(), "{}", String::from_utf8_lossy(&r.stderr));
    let by_r = expected(&table);
    compare("changed demonstration study", &results(&after), &by_r);

    let old = Digits::of(&expected(&root().join("tests/reference/demo/expected.csv")));
    let new = Digits::of(&by_r);
    assert_ne!(old.difference, new.difference, "the change does not show");
    assert_ne!(old.p, new.p, "the change does not show");
    println!("difference {} to {}, p {} to {}", old.difference, new.difference, old.p, new.p);
    assert_eq!(old.missing_in(&before), Vec::<String>::new());
    assert_eq!(new.missing_in(&after), Vec::<String>::new());
    // Nor do the digits of one run stand in the other: every place has its own.
    assert_eq!(old.missing_in(&after).len(), new.missing_in(&before).len());
    assert!(old.missing_in(&after).len() >= 6, "the old digits still stand in the new run");
}
