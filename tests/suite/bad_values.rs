//! Values of the configuration that are well formed and yet cannot be meant: each is told where it stands.

use crate::bad_input::{refused, refused_with, told};
use crate::small_study::SmallStudy;

/// Replaces a part of a file and expects one error at what was written instead.
fn refuses(file: &str, old: &str, new: &str, at: &str, code: &str, words: &[&str]) {
    let study = SmallStudy::built();
    study.replace(file, old, new);
    refused_with(&study, code, &study.at(file, at), words);
}

#[test]
fn numbers_out_of_range() {
    for (name, value) in [("alpha", "5"), ("alpha", "0"), ("conf_level", "95")] {
        let line = format!("version: 1\n{name}: {value}\n");
        let study = SmallStudy::built();
        study.replace("analysis.yaml", "version: 1\n", &line);
        let mut place = study.at("analysis.yaml", &format!("{name}: {value}"));
        place = place.replace(":1", &format!(":{}", name.len() + 3));
        refused_with(&study, "CFG-005", &place, &[name, value, "from"]);
    }
    let threshold = "version: 1\nregistries: {frequency_threshold: 7.5}\n";
    refuses("report.yaml", "version: 1\n", threshold, "7.5", "CFG-005", &["7.5", "0 to 5"]);
}

#[test]
fn formats_of_another_program() {
    for file in ["study.yaml", "data.yaml", "analysis.yaml", "report.yaml"] {
        refuses(file, "version: 1\n", "version: 2 \n", "2 \n", "CFG-005", &[file, "version 1"]);
    }
}

#[test]
fn names_of_the_registries_lists() {
    refuses("study.yaml", "- {name: Spain", "- {name: Spian", "Spian", "CFG-003", &["countries", "`Spain`"]);
    refuses("study.yaml", "country: Spain", "country: Hispania", "Hispania", "CFG-003", &["countries", "Hispania"]);
    let drug = "{name: Drug A, kind: drug, form: Tablet, route: Oral use";
    refuses("study.yaml", drug, &drug.replace("Tablet", "Tablt"), "Tablt,", "CFG-003", &["dose forms", "`Tablet`"]);
    refuses(
        "study.yaml",
        drug,
        &drug.replace("Oral use", "Orel use"),
        "Orel use",
        "CFG-003",
        &["routes", "`Oral use`"],
    );
}

#[test]
fn sections_that_ich_e3_does_not_have() {
    refuses("report.yaml", "  \"13\":", "  \"13.7\":", "\"13.7\"", "CFG-003", &["ICH E3", "`13.7`"]);
}

#[test]
fn disposition_blocks_that_are_not_declared() {
    let display = "kind: disposition, blocks: [studdy], title: D}\n  - {id: 14.1.5, kind: baseline";
    let study = SmallStudy::built();
    study.replace("report.yaml", "kind: baseline", display);
    let place = study.at("report.yaml", "studdy");
    let errors = refused(&study);
    told(&errors, "CFG-003", &place, &["disposition block `studdy`"]);
}

#[test]
fn numbers_nobody_can_attest() {
    let value = "\nattested:\n  flow:randomized: {value: 6, by: Someone, on: 2021-05-01, document: Log}\n";
    let study = SmallStudy::built();
    study.replace("study.yaml", "\nplanned_number: 6\n", &format!("\nplanned_number: 6{value}"));
    refused_with(&study, "CFG-003", &study.at("study.yaml", "6, by"), &["flow:randomized", "flow:assessed"]);
}

#[test]
fn words_outside_a_list_are_told_with_the_list() {
    for (file, old, new, listed) in [
        ("report.yaml", "version: 1\n", "version: 1\nregistries: {skip: [eudrakt]}\n", "eudract"),
        ("analysis.yaml", "registry: sex", "registry: gender", "ethnicity"),
        ("report.yaml", "report_date: 2021-05-31", "report_date: 2021-02-31", "calendar"),
    ] {
        let study = SmallStudy::built();
        study.replace(file, old, new);
        let errors = refused(&study);
        assert_eq!((errors.len(), errors[0].code.as_str()), (1, "CFG-002"), "{errors:#?}");
        assert!(errors[0].message.contains(listed), "{errors:#?}");
    }
}

#[test]
fn while_on_treatment_without_a_day() {
    let study = SmallStudy::built();
    let events = "\nintercurrent_events:\n  stopped: {label: Stopped, where: \"EOSSTT = 'WITHDREW'\"}\n\nendpoints:\n";
    study.replace("analysis.yaml", "\nendpoints:\n", events);
    let rule = "analysis_set: itt\n      events: [{event: stopped, strategy: while_on_treatment}]\n      summary:";
    study.replace("analysis.yaml", "analysis_set: itt\n      summary:", rule);
    let place = study.at("analysis.yaml", "stopped, strategy");
    refused_with(&study, "ANA-001", &place, &["while_on_treatment", "`day`"]);
}

#[test]
fn ids_that_would_share_a_key() {
    let ends = "    - {id: withdrew, label: Withdrew consent";
    refuses(
        "analysis.yaml",
        ends,
        "    - {id: completed, label: Withdrew consent",
        "completed, label: Withdrew",
        "CFG-004",
        &["end of participation", "`completed`"],
    );
    let category = "  dictionary: {name";
    let any = "  categories: [{id: any, label: Any, where: \"AESER = 'Y'\"}]\n  dictionary: {name";
    refuses("analysis.yaml", category, any, "any, label: Any", "CFG-004", &["`any`", "taken"]);
    let twice = "- {id: 14-2-1, kind: baseline}\n  - {id: 14.2.1";
    refuses("report.yaml", "- {id: 14.2.1", twice, "14.2.1, kind: endpoint", "CFG-004", &["14.2.1", "files"]);
}

#[test]
fn names_that_are_the_programs_own() {
    refuses(
        "data.yaml",
        "      SCORE: {column",
        "      _row: {column: SCORE}\n      SCORE: {column",
        "SCORE}",
        "CFG-004",
        &["`_row`", "`_`"],
    );
    let zero = "{files: [clinical.xlsx], sheet: EVENTS, last_row: 0}";
    refuses(
        "data.yaml",
        "{files: [clinical.xlsx], sheet: EVENTS}",
        zero,
        "EVENTS, last",
        "CFG-005",
        &["`last_row`", "from 1"],
    );
}
