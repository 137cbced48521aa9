//! What the small study's outputs say when its data or configuration change a little.

use std::fs;
use std::path::PathBuf;

use crate::findings::{Finding, findings};
use crate::small_study::{Cell, NAME, SmallStudy};

/// Runs a command that must end cleanly, and returns its findings.
fn clean(study: &SmallStudy, arguments: &[&str]) -> Vec<Finding> {
    let output = study.run(&[arguments, &["--json"]].concat());
    let found = findings(&output);
    assert_eq!(output.status.code(), Some(0), "{found:#?}");
    found
}

fn current(study: &SmallStudy, file: &str) -> PathBuf {
    study.root().join("output").join(NAME).join("current").join(file)
}

fn table(study: &SmallStudy, id: &str) -> String {
    fs::read_to_string(current(study, &format!("public/tables/table-{id}.csv"))).expect("a table")
}

/// The value at a key of the current run's results.
fn result(study: &SmallStudy, key: &str) -> serde_json::Value {
    let text = fs::read_to_string(current(study, "restricted/results.json")).expect("results");
    let json: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let results = json["results"].as_array().expect("a list");
    results.iter().find(|r| r["key"] == key).unwrap_or_else(|| panic!("no {key}"))["value"].clone()
}

#[test]
fn an_implausible_value_is_warned_of_and_kept() {
    let study = SmallStudy::new();
    study.replace(
        "data.yaml",
        "label: Score, unit: points, decimals: 0}\n  AE:",
        "label: Score, unit: points, decimals: 0, range: [0, 30]}\n  AE:",
    );
    let found = clean(&study, &["build", NAME]);
    let warned: Vec<&Finding> = found.iter().filter(|f| f.code == "DAT-007").collect();
    assert!(warned.len() == 1 && warned[0].severity == "warning" && warned[0].place.ends_with("D11"), "{found:#?}");
    assert_eq!(result(&study, "score_w4:n[arm=active]"), 3);
}

#[test]
fn a_text_that_belongs_to_no_section_is_told() {
    let study = SmallStudy::new();
    study.write("text/discussion.md", "Nobody would read this.\n");
    let found = clean(&study, &["build", NAME]);
    assert!(found.iter().any(|f| f.code == "RPT-003" && f.message.contains("text/discussion.md")), "{found:#?}");
}

#[test]
fn check_finds_what_a_build_would() {
    let study = SmallStudy::new();
    study.write("text/13.md", "The score rose by {{num \"score_w4:dif\"}}.\n");
    let output = study.run(&["check", NAME, "--json"]);
    let found = findings(&output);
    assert_eq!(output.status.code(), Some(1), "{found:#?}");
    assert!(found.iter().any(|f| f.code == "RPT-001" && f.place.contains("13.md:1:19")), "{found:#?}");
    assert!(!study.root().join("output").exists(), "nothing is written");
}

#[test]
fn one_display_again_is_unchanged_in_every_file() {
    let study = SmallStudy::built();
    let output = study.run(&["build", NAME, "--only", "14.2.1"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(said.lines().count(), 2, "{said}");
    assert!(said.lines().all(|line| line.starts_with("14.2.1 unchanged ")), "{said}");
    study.replace("analysis.yaml", "variances: unequal", "variances: equal");
    let output = study.run(&["build", NAME, "--only", "14.2.1"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(said.lines().all(|line| line.starts_with("14.2.1 changed ")), "{said}");
}

#[test]
fn who_cannot_be_determined_stands_in_the_table_of_analysis_sets() {
    let mut study = SmallStudy::new();
    study.set_cell("SUBJECTS", "D7", Cell::Blank);
    let set = "  pp:\n    label: Per protocol\n    arm: planned\n    criteria:\n      - {id: early, label: Treated late, where: \"TRTSDT < '2021-06-01'\"}\n";
    study.replace("analysis.yaml", "\nflow:\n", &format!("{set}\nflow:\n"));
    study.replace("analysis.yaml", "received: \"TRTSDT IS NOT NULL\"", "received: \"RANDDT IS NOT NULL\"");
    study.replace("report.yaml", "displays:\n", "displays:\n  - {id: 14.1.2, kind: analysis_sets}\n");
    clean(&study, &["build", NAME]);
    let table = table(&study, "14-1-2");
    assert!(table.contains("Not included: Treated late (cannot be determined),0,1,1"), "{table}");
}

#[test]
fn what_follows_a_failed_endpoint_is_nominal() {
    let study = SmallStudy::new();
    let again = |id: &str, role: &str| {
        format!(
            "  {id}:\n    role: {role}\n    title: Score {id}\n    time_frame: Week 4\n    measure: {{parameter: SCORE, visit: w4, value: change, unit: points, better: higher}}\n    estimand: {{population: Adults, analysis_set: itt, summary: Difference}}\n    analyses: [{{id: {id}_t, method: t_test, compare: [{{arm: active, vs: placebo}}]}}]\n"
        )
    };
    let text = study
        .read("analysis.yaml")
        .replace("\nsafety:", &format!("{}{}\nsafety:", again("second", "secondary"), again("third", "secondary")));
    // At a level that the first endpoint keeps, the one outside the order is nominal; at one it misses, all that follow.
    for (alpha, order, nominal) in
        [("0.2", "[score, second]", [false, true]), ("0.0001", "[score, second, third]", [true, true])]
    {
        study.write(
            "analysis.yaml",
            &text.replacen("version: 1\n", &format!("version: 1\nalpha: {alpha}\ntesting_order: {order}\n"), 1),
        );
        study.write("report.yaml", &study.read("report.yaml").replace("  - {id: 14.2.2, kind: endpoint, endpoint: second}\n  - {id: 14.2.3, kind: endpoint, endpoint: third}\n", "").replace("displays:\n", "displays:\n  - {id: 14.2.2, kind: endpoint, endpoint: second}\n  - {id: 14.2.3, kind: endpoint, endpoint: third}\n"));
        clean(&study, &["build", NAME]);
        assert!(!table(&study, "14-2-1").contains("p nominal"), "the first endpoint is confirmatory");
        let found = ["14-2-2", "14-2-3"].map(|id| table(&study, id).contains("p nominal"));
        assert_eq!(found, nominal, "alpha {alpha}");
    }
}

#[test]
fn a_number_of_no_arm_stands_once_and_a_layout_names_all() {
    let study = SmallStudy::new();
    let rows = |layout: &str| {
        format!(
            "displays:\n  - id: 14.1.9\n    kind: custom\n    title: By hand\n    rows:\n      - {{label: p, keys: [\"score_w4:p[arm=active/placebo]\"]}}\n      - {{label: Age, keys: [\"base:mean[arm=*,variable=AGE]\", \"base:sd[arm=*,variable=AGE]\"], layout: \"{layout}\"}}\n"
        )
    };
    let report = study.read("report.yaml");
    study.write("report.yaml", &report.replace("displays:\n", &rows("{1} ({2})")));
    clean(&study, &["build", NAME]);
    let table = table(&study, "14-1-9");
    assert!(table.contains("p,,,0."), "{table}");
    study.write("report.yaml", &report.replace("displays:\n", &rows("{1} ({3})")));
    let found = findings(&study.run(&["check", NAME, "--json"]));
    assert!(found.iter().any(|f| f.code == "CFG-005" && f.message.contains("{3}")), "{found:#?}");
}

#[test]
fn expressions_that_are_no_expressions_of_a_record() {
    let study = SmallStudy::new();
    study.replace("data.yaml", "adsl:\n", "adsl:\n  OLDEST: {derive: \"max(AGE)\", type: integer}\n");
    study.replace("data.yaml", "where: \"VISIT = 'W4'\"", "where: \"VISITT = 'W4'\"");
    let found = findings(&study.run(&["check", NAME, "--json"]));
    let errors: Vec<&str> = found.iter().filter(|f| f.severity == "error").map(|f| f.code.as_str()).collect();
    assert_eq!(errors, ["CFG-006", "CFG-007"], "{found:#?}");
}

/// Severity and message of what is said of coding.
fn coding(findings: &[Finding]) -> Vec<(&str, &str)> {
    let own = findings.iter().filter(|finding| finding.code == "POP-006");
    own.map(|finding| (finding.severity.as_str(), finding.message.as_str())).collect()
}

#[test]
fn an_event_whose_coding_is_not_final_stops_a_final_build() {
    let study = SmallStudy::new();
    // The outcome stands in for a status of coding.
    study.replace("analysis.yaml", "  serious: ", "  coding_final: \"AEOUT = 'CODED'\"\n  serious: ");
    let words = "3 adverse events whose coding is not final";
    let draft = findings(&study.run(&["check", NAME, "--json"]));
    assert_eq!(coding(&draft), [("warning", words)], "{draft:#?}");
    assert_eq!(study.run(&["lock", NAME]).status.code(), Some(0));
    let output = study.run(&["build", NAME, "--final", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(coding(&findings(&output)), [("error", words)]);
}

/// In a draft a counted event without a term or class stands as `Uncoded`; a final run refuses it.
#[test]
fn a_counted_uncoded_event_is_a_row_of_a_draft_and_stops_a_final_build() {
    let mut study = SmallStudy::new();
    let display = "displays:\n  - {id: 14.3.1.2, kind: ae_terms, title: Adverse events}\n";
    study.replace("report.yaml", "displays:\n", display);
    let [subject, verbatim, begin] = ["S-03", "itchy", "2021-02-10"].map(Cell::Text);
    let [serious, related, outcome] = ["N", "N", "RECOVERED"].map(Cell::Text);
    study.add_row("EVENTS", &[subject, verbatim, Cell::Blank, Cell::Blank, begin, serious, related, outcome]);
    let output = study.run(&["build", NAME, "--json"]);
    let found = findings(&output);
    assert_eq!(output.status.code(), Some(0), "{found:#?}");
    let counted = "1 adverse event without preferred term or system organ class counted as `Uncoded`";
    let told = coding(&found);
    assert!(told.contains(&("warning", counted)), "{told:#?}");
    assert!(told.iter().all(|(severity, _)| *severity == "warning"), "{told:#?}");
    let cells = found.iter().find(|finding| finding.message == counted).map(|finding| finding.labels.join(" "));
    assert!(cells.is_some_and(|cells| cells.contains("EVENTS!")), "{found:#?}");
    let sheet = fs::read_to_string(current(&study, "restricted/coding-sheet.csv")).expect("the sheet");
    assert!(sheet.contains("itchy,,,MedDRA,24.0,,uncoded,1"), "{sheet}");
    let terms = table(&study, "14-3-1-2");
    assert!(terms.contains("Uncoded"), "{terms}");
    // One of three in its arm is above the threshold: the registries' files show what is open, and a finding says so.
    let read = |name: &str| fs::read_to_string(current(&study, name)).expect("the file");
    assert!(read("public/ctgov-results.xml").contains("<organSystemName>Uncoded</organSystemName>"));
    let eudract = read("public/eudract-adverse-events.xml");
    let at = eudract.find("<term>Uncoded</term>").expect("the term");
    let event = eudract[at..].split("</nonSeriousAdverseEvent>").next().unwrap_or_default();
    assert!(!event.contains("organSystem"), "no class is made up: {event}");
    let open = found.iter().find(|finding| finding.code == "REG-077").unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(open.severity, "warning");

    assert_eq!(study.run(&["lock", NAME]).status.code(), Some(0));
    let before = fs::read_link(study.root().join("output").join(NAME).join("current")).expect("a run");
    let output = study.run(&["build", NAME, "--final", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let found = findings(&output);
    assert_eq!(coding(&found), [("error", counted)], "{found:#?}");
    let after = fs::read_link(study.root().join("output").join(NAME).join("current")).expect("a run");
    assert_eq!(before, after, "nothing was switched");
}

/// The coding sheet has the verbatim terms with what they were coded to.
#[test]
fn the_coding_sheet_has_the_verbatim_terms() {
    let study = SmallStudy::new();
    study.replace("analysis.yaml", "  serious: ", "  coder: AEOUT\n  serious: ");
    clean(&study, &["build", NAME]);
    let sheet = fs::read_to_string(current(&study, "restricted/coding-sheet.csv")).expect("the sheet");
    let mut lines = sheet.lines();
    let header = "Verbatim term,Preferred term,System organ class,Dictionary,Dictionary version,Coder,Status,Events";
    assert_eq!(lines.next().map(|line| line.trim_start_matches('\u{feff}')), Some(header));
    let headache = lines.find(|line| line.starts_with("head ache,")).unwrap_or_else(|| panic!("{sheet}"));
    assert!(headache.starts_with("head ache,Headache,Nervous system disorders,MedDRA,24.0,"), "{headache}");
    assert!(headache.contains(",coded,"), "{headache}");
}

/// Tables and lists for programs say what the data are: in a row that does not stand in their way.
#[test]
fn comma_separated_files_end_with_the_notice() {
    let study = SmallStudy::built();
    let notice = "SYNTHETIC DATA: invented for tests.";
    let tables = fs::read_dir(current(&study, "public/tables")).expect("a folder");
    let mut files: Vec<PathBuf> = tables.map(|entry| entry.expect("a file").path()).collect();
    assert!(!files.is_empty());
    files.push(current(&study, "restricted/coding-sheet.csv"));
    for file in files {
        // The strict reader refuses a row with another number of fields.
        let mut reader = csv::Reader::from_path(&file).expect("readable");
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.last().and_then(|row| row.get(0)), Some(notice), "{}", file.display());
        assert_eq!(rows.iter().filter(|row| row.get(0) == Some(notice)).count(), 1, "{}", file.display());
    }
    let certificate = current(&study, "restricted/consistency-certificate.tsv");
    let certificate = fs::read_to_string(certificate).expect("the certificate");
    assert!(certificate.contains(&format!("\n# notice: {notice}\n")), "{certificate}");
    assert!(!certificate.trim_end().ends_with(notice));
}

/// An event that no table counts may be uncoded in a draft: it is told of and stands first in the coding sheet.
#[test]
fn an_uncoded_event_is_told_of() {
    let mut study = SmallStudy::new();
    let [subject, verbatim, begin] = ["S-03", "itchy", "2021-01-01"].map(Cell::Text);
    let [serious, related, outcome] = ["N", "N", "RECOVERED"].map(Cell::Text);
    study.add_row("EVENTS", &[subject, verbatim, Cell::Blank, Cell::Blank, begin, serious, related, outcome]);
    let found = findings(&study.run(&["build", NAME, "--json"]));
    let finding = found.iter().find(|f| f.code == "POP-006").unwrap_or_else(|| panic!("{found:#?}"));
    assert_eq!(finding.severity, "warning", "{finding:#?}");
    assert!(finding.message.contains("1 event of AE without preferred term"), "{finding:#?}");
    let sheet = fs::read_to_string(current(&study, "restricted/coding-sheet.csv")).expect("the sheet");
    assert_eq!(sheet.lines().nth(1), Some("itchy,,,MedDRA,24.0,,uncoded,1"), "{sheet}");
}

/// A study's own list is what the run is made from: its terms are taken, and the manifest names the file.
#[test]
fn a_code_list_of_the_study_is_an_input_of_the_run() {
    let study = SmallStudy::new();
    let list = include_str!("../../config/codelists/eudract_countries.csv");
    study.write("codelists/eudract_countries.csv", list);
    clean(&study, &["build", NAME]);
    let manifest = fs::read_to_string(current(&study, "manifest.json")).expect("the manifest");
    assert!(manifest.contains("codelists/eudract_countries.csv"), "{manifest}");
    study.write("codelists/eudract_countries.csv", "name,list_name,term_id,observed_version\nNowhere,,1,\n");
    let found = findings(&study.run(&["check", NAME, "--json"]));
    assert!(found.iter().any(|f| f.code == "CFG-003" && f.message.contains("list of countries")), "{found:#?}");
}
