//! `registry merge` on the small study: its results in a record as downloaded, refusals, what is left as it was.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use crate::findings::findings;
use crate::small_study::{NAME, SmallStudy};

/// A record of the study as PRS might give it: without results, with what our own file would not have.
fn download(study: &SmallStudy) -> PathBuf {
    let ours = fs::read_to_string(exported(study)).expect("the exported file");
    let start = ours.find("    <rrs:result").expect("results");
    let end = ours.find("</rrs:result>").expect("results") + "</rrs:result>\n".len();
    let head = ours.find("<prs:study_collection").expect("the root");
    let text = format!("<?xml version='1.0'?>\r\n{}{}", &ours[head..start], &ours[end..]);
    let text = text.replace("<brief_title>", "<!-- kept -->\r\n    <brief_title><![CDATA[A & B ]]>");
    let path = study.root().join("record.xml");
    fs::write(&path, text).expect("written");
    path
}

fn exported(study: &SmallStudy) -> PathBuf {
    study.root().join("output").join(NAME).join("current/public/ctgov-results.xml")
}

fn merge(study: &SmallStudy, arguments: &[&str]) -> Output {
    study.run(&[&["registry", "merge", "record.xml"], arguments, &["--json"]].concat())
}

/// What stands before and after the results.
fn around(text: &str) -> String {
    let start = text.find("<rrs:result").expect("results");
    let end = text.find("</rrs:result>").expect("results") + "</rrs:result>".len();
    format!("{}{}", text[..start].trim_end(), &text[end..])
}

#[test]
fn results_of_the_current_run_go_into_the_record_as_downloaded() {
    let study = SmallStudy::built();
    let before = fs::read_to_string(download(&study)).expect("the record");
    let output = merge(&study, &[NAME]);
    let found = findings(&output);
    assert_eq!(output.status.code(), Some(0), "{found:#?}");
    assert_eq!(
        found.iter().map(|f| (f.code.as_str(), f.severity.as_str())).collect::<Vec<_>>(),
        [("REG-103", "warning")]
    );
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("\"type\":\"merged\",\"file\":\"record-with-results.xml\"")
    );
    let merged = fs::read_to_string(study.root().join("record-with-results.xml")).expect("the merged record");
    assert_eq!(around(&merged), before, "every byte of the protocol part");
    assert!(merged.contains("<!-- DRAFT: not for submission. -->"), "a draft stays marked");
    assert_eq!(fs::read_to_string(study.root().join("record.xml")).expect("the record"), before);
    // The merged record says the same as the file of the run, but for the title that was changed.
    let ours = exported(&study);
    let diff = study.run(&["registry", "diff", &ours.display().to_string(), "record-with-results.xml", "--json"]);
    let text = String::from_utf8_lossy(&diff.stdout).into_owned();
    let paths: Vec<&str> = text.lines().filter(|line| line.contains("\"type\":\"difference\"")).collect();
    assert!(paths.len() == 1 && paths[0].contains("A & B "), "{text}");
    // Merging again replaces the results that were put in; where to can be chosen.
    fs::copy(study.root().join("record-with-results.xml"), study.root().join("record.xml")).expect("copied");
    let output = merge(&study, &[NAME, "--to", "again.xml"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(fs::read_to_string(study.root().join("again.xml")).expect("the merged record"), merged);
}

#[test]
fn the_record_of_another_study_is_refused_with_its_place() {
    let study = SmallStudy::built();
    let path = download(&study);
    let text = fs::read_to_string(&path).expect("the record");
    let at = text.find("<org_study_id>").expect("a number") + "<org_study_id>".len();
    fs::write(&path, format!("{}X{}", &text[..at], &text[at..])).expect("written");
    let output = merge(&study, &[NAME]);
    assert_eq!(output.status.code(), Some(1));
    let found = findings(&output);
    let refused = found.iter().find(|f| f.code == "REG-102").unwrap_or_else(|| panic!("{found:#?}"));
    assert!(refused.place.starts_with("record.xml:2:"), "{refused:#?}");
    assert!(refused.message.contains("it has `X"), "{refused:#?}");
    assert!(!study.root().join("record-with-results.xml").exists(), "nothing is written");
}

#[test]
fn a_file_of_the_run_that_was_changed_is_not_merged() {
    let study = SmallStudy::built();
    download(&study);
    let ours = exported(&study);
    let text = fs::read_to_string(&ours).expect("the exported file");
    fs::write(&ours, text.replacen("<title>", "<title>x", 1)).expect("written");
    let output = merge(&study, &[NAME]);
    assert_eq!(output.status.code(), Some(1));
    let found = findings(&output);
    assert_eq!(found.iter().map(|f| f.code.as_str()).collect::<Vec<_>>(), ["AUD-003"], "{found:#?}");
    assert!(!study.root().join("record-with-results.xml").exists(), "nothing is written");
}

#[test]
fn the_record_as_downloaded_is_never_overwritten() {
    let study = SmallStudy::built();
    let before = fs::read(download(&study)).expect("the record");
    let output = merge(&study, &[NAME, "--to", "./record.xml"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(study.root().join("record.xml")).expect("the record"), before);
    let output = study.run(&["registry", "merge", "record.xml", "nobody", "--json"]);
    assert_eq!(output.status.code(), Some(2), "there is no such study");
}

/// Lists of a study in which the registries have another word for a dispersion, and another country.
fn own_lists(study: &SmallStudy) {
    let words = |list: &str| list.replace("Standard Deviation", "Spread of Values");
    study.write("codelists/registry_terms.csv", &words(include_str!("../../config/codelists/registry_terms.csv")));
    study.write("codelists/ctgov_terms.csv", &words(include_str!("../../config/codelists/ctgov_terms.csv")));
    let countries = include_str!("../../config/codelists/eudract_countries.csv");
    study.write("codelists/eudract_countries.csv", &countries.replace("\nSpain,", "\nCastile,"));
}

#[test]
fn files_are_read_by_the_lists_of_a_study() {
    let study = SmallStudy::built();
    let ours = fs::read_to_string(exported(&study)).expect("the exported file");
    let edited = ours.replace("Standard Deviation", "Spread of Values");
    assert_ne!(edited, ours);
    fs::write(study.root().join("edited.xml"), edited).expect("written");
    own_lists(&study);
    let words = |arguments: &[&str]| {
        let output = study.run(&[&["registry", "check", "edited.xml", "--json"], arguments].concat());
        findings(&output).iter().filter(|finding| finding.code == "REG-005").count()
    };
    assert!(words(&[]) > 0, "the program's lists do not have the word");
    assert_eq!(words(&["--study", NAME]), 0, "the study's have it");
    let read = study.run(&["registry", "read", "edited.xml", "--json", "--study", NAME]);
    assert!(!String::from_utf8_lossy(&read.stdout).contains("Spread of Values"), "it is a listed term");
    let same = study.run(&["registry", "diff", "edited.xml", "edited.xml", "--study", NAME]);
    assert_eq!(same.status.code(), Some(0));
    // A list that does not hold together is told before anything is read.
    study.write("codelists/ctgov_terms.csv", include_str!("../../config/codelists/ctgov_terms.csv"));
    let output = study.run(&["registry", "check", "edited.xml", "--json", "--study", NAME]);
    assert_eq!(output.status.code(), Some(1));
    let found = findings(&output);
    assert!(
        found.iter().all(|finding| finding.code == "CFG-003" && finding.place.contains("codelists/")),
        "{found:#?}"
    );
}

#[test]
fn a_proposed_study_takes_its_own_lists() {
    let study = SmallStudy::built();
    let file = study.root().join("output").join(NAME).join("current/public/eudract-results.xml");
    let country = |folder: &str| {
        let output = study.run(&["init", "--study", folder, "--from", &file.display().to_string()]);
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        let text = fs::read_to_string(study.root().join(folder).join("study.yaml")).expect("proposed");
        text.lines().find(|line| line.trim().starts_with("country: ")).map(|line| line.trim().to_owned())
    };
    assert_eq!(country("plain").as_deref(), Some("country: \"Spain\""));
    own_lists(&study);
    let (from, to) = (study.file("codelists"), study.root().join("own/codelists"));
    fs::create_dir_all(&to).expect("a folder");
    for name in ["registry_terms.csv", "ctgov_terms.csv", "eudract_countries.csv"] {
        fs::copy(from.join(name), to.join(name)).expect("copied");
    }
    assert_eq!(country("own").as_deref(), Some("country: \"Castile\""));
}

/// What `check` says of a study is what its files say.
#[test]
fn check_says_by_when_results_are_due() {
    let study = SmallStudy::built();
    let due = |output: &Output| -> Vec<(String, String, String)> {
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        let own = lines.filter(|line| line["type"] == "deadline").map(|line| line["deadline"].clone());
        let field = |line: &serde_json::Value, name: &str| line[name].as_str().unwrap_or_default().to_owned();
        own.map(|line| (field(&line, "register"), field(&line, "what"), field(&line, "due"))).collect()
    };
    let output = study.run(&["check", NAME, "--json"]);
    assert_eq!(output.status.code(), Some(0));
    let checked = due(&output);
    for register in ["eudract", "ctgov"] {
        let dated = checked.iter().filter(|(of, _, due)| of == register && due.len() == "2022-01-31".len());
        assert!(dated.count() > 0, "{register}: {checked:?}");
    }
    let file = study.root().join("output").join(NAME).join("current/public/eudract-results.xml");
    let of_file = due(&study.run(&["registry", "deadlines", &file.display().to_string(), "--json"]));
    let of_eudract = |all: &[(String, String, String)]| -> Vec<(String, String, String)> {
        all.iter().filter(|(register, ..)| register == "eudract").cloned().collect()
    };
    assert_eq!(of_eudract(&checked), of_eudract(&of_file));
    // The person at the terminal reads them, and whoever signs the sheet.
    let spoken = study.run(&["check", NAME]);
    let spoken = String::from_utf8_lossy(&spoken.stderr).into_owned();
    assert!(spoken.contains("\nDue: EudraCT: full results: "), "{spoken}");
    let sheet = file.with_file_name("eudract-entry-sheet.xlsx");
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(sheet).expect("a workbook");
    let range = calamine::Reader::worksheet_range_at(&mut book, 0).expect("a sheet").expect("readable");
    let cells: Vec<String> = range.rows().flatten().map(ToString::to_string).collect();
    assert!(cells.contains(&"full results".to_owned()), "the sheet has the due date");
    assert!(cells.iter().any(|cell| cell.starts_with(&of_file[of_file.len() - 1].2)), "{of_file:?}");
}
