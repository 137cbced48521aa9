//! Bad input: each mistake ends with 1, is told with its code, place and hint, and leaves the runs as they were.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::findings::{Finding, findings};
use crate::small_study::{Cell, NAME, SmallStudy};
use Cell::{Blank, Number, Text};

/// Every file below `output/` but the run log, and where `current` points; what a failed build must not touch.
fn runs(study: &SmallStudy) -> BTreeMap<String, Vec<u8>> {
    fn walk(folder: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            let name = path.display().to_string();
            if let Ok(target) = fs::read_link(&path) {
                files.insert(name, target.display().to_string().into_bytes());
            } else if path.is_dir() {
                files.insert(name, Vec::new());
                walk(&path, files);
            } else if !name.ends_with("run-log.jsonl") {
                files.insert(name, fs::read(&path).expect("readable"));
            }
        }
    }
    let mut files = BTreeMap::new();
    walk(&study.root().join("output"), &mut files);
    files
}

fn log(study: &SmallStudy) -> Vec<String> {
    let text = fs::read_to_string(study.root().join("output").join(NAME).join("run-log.jsonl")).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

/// Builds a study that was built soundly before and broken since: it ends with 1, is logged as stopped, and every
/// run stays as it was. Returns the errors.
pub(super) fn refused(study: &SmallStudy) -> Vec<Finding> {
    let (before, logged) = (runs(study), log(study));
    assert_eq!(logged.len(), 1, "a good run came before");
    assert!(before.keys().any(|name| name.ends_with("current")), "a good run is current");
    let output = study.run(&["build", NAME, "--json"]);
    let all = findings(&output);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!((output.status.code(), said.as_str()), (Some(1), ""), "{all:#?}");
    let after = runs(study);
    let changed: Vec<&String> = after.keys().filter(|name| before.get(*name) != after.get(*name)).collect();
    assert!(changed.is_empty() && before.len() == after.len(), "touched: {changed:?}");
    let log = log(study);
    assert_eq!((log.len(), &log[0]), (2, &logged[0]));
    assert!(log[1].contains("\"stopped\""), "{}", log[1]);
    let errors: Vec<Finding> = all.into_iter().filter(|found| found.severity == "error").collect();
    for error in &errors {
        assert!(!error.place.is_empty(), "has no place: {error:#?}");
        assert!(error.hints.iter().any(|hint| !hint.is_empty()), "has no hint: {error:#?}");
    }
    errors
}

/// The error with this code at this place whose message and hints hold every one of the words.
pub(super) fn told<'f>(errors: &'f [Finding], code: &str, place: &str, words: &[&str]) -> &'f Finding {
    let found = errors.iter().find(|error| {
        let said = format!("{} {}", error.message, error.hints.join(" "));
        error.code == code && error.place == place && words.iter().all(|word| said.contains(word))
    });
    found.unwrap_or_else(|| panic!("no {code} at {place} with {words:?} in {errors:#?}"))
}

/// Builds the broken study and expects this error and no other.
pub(super) fn refused_with(study: &SmallStudy, code: &str, place: &str, words: &[&str]) -> Finding {
    let mut errors = refused(study);
    told(&errors, code, place, words);
    assert_eq!(errors.len(), 1, "one mistake, one error: {errors:#?}");
    errors.remove(0)
}

fn cell(file: &str, sheet: &str, address: &str) -> String {
    format!("{file} ▸ {sheet}!{address}")
}

fn subjects(address: &str) -> String {
    cell("clinical.xlsx", "SUBJECTS", address)
}

fn randomisation(address: &str) -> String {
    cell("randomisation.xlsx", "RANDOMISATION", address)
}

// Files, sheets, columns.

#[test]
fn the_sound_study_has_no_error_and_builds_to_the_same_run() {
    let study = SmallStudy::built();
    let before = runs(&study);
    let output = study.run(&["build", NAME, "--json"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(findings(&output).iter().all(|found| found.severity != "error"));
    assert_eq!(runs(&study), before);
}

#[test]
fn a_study_that_is_not_there_cannot_run() {
    let study = SmallStudy::built();
    let before = runs(&study);
    let output = study.run(&["build", "smal"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said, "error: there is no study folder `smal`\nhint: did you mean `small`?\n");
    assert_eq!(runs(&study), before);
}

#[test]
fn missing_file() {
    let study = SmallStudy::built();
    fs::remove_file(study.file("data/randomisation.xlsx")).expect("removed");
    let place = study.at("data.yaml", "randomisation.xlsx");
    refused_with(&study, "INP-001", &place, &["randomisation.xlsx", "--data"]);
}

#[test]
fn password_protected_workbook() {
    let protected = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/ugly/calamine_pass_protected.xlsx");
    if !protected.is_file() {
        println!("skipped: ../shared not present");
        return;
    }
    let study = SmallStudy::built();
    fs::copy(protected, study.file("data/randomisation.xlsx")).expect("copied");
    let found = refused_with(&study, "INP-003", "randomisation.xlsx", &["password"]);
    assert_eq!(found.labels, [study.at("data.yaml", "randomisation.xlsx")]);
}

#[test]
fn corrupt_workbook() {
    let study = SmallStudy::built();
    let path = study.file("data/randomisation.xlsx");
    let bytes = fs::read(&path).expect("readable");
    fs::write(&path, &bytes[..bytes.len() / 2]).expect("written");
    let found = refused_with(&study, "INP-002", "randomisation.xlsx", &["export"]);
    assert_eq!(found.labels, [study.at("data.yaml", "randomisation.xlsx")]);
}

#[test]
fn missing_sheet() {
    let study = SmallStudy::built();
    study.replace("data.yaml", "sheet: SCORES", "sheet: SCOERS");
    let found = refused_with(&study, "INP-004", "clinical.xlsx", &["SCOERS", "did you mean", "SCORES"]);
    assert_eq!(found.labels, [study.at("data.yaml", "SCOERS")]);
}

#[test]
fn missing_column() {
    let mut study = SmallStudy::built();
    study.set_cell("SCORES", "D1", Text("SCORR"));
    let place = cell("clinical.xlsx", "SCORES", "A1");
    let found = refused_with(&study, "INP-005", &place, &["`SCORE`", "did you mean `SCORR`"]);
    assert_eq!(found.labels, [study.at("data.yaml", "SCORE, type: decimal")]);
}

// Cells.

#[test]
fn duplicate_subject() {
    let mut study = SmallStudy::built();
    study.add_row("SUBJECTS", &[Text("S-02"), Number(52.0), Text("2"), Text("2021-02-03"), Text("1")]);
    let found = refused_with(&study, "DAT-001", &subjects("A8"), &["S-02"]);
    assert_eq!(found.labels, [subjects("A3")]);
}

#[test]
fn unknown_subject() {
    let mut study = SmallStudy::built();
    study.add_row("SCORES", &[Text("S-77"), Text("BL"), Text("2021-02-07"), Number(20.0)]);
    refused_with(&study, "DAT-002", &cell("clinical.xlsx", "SCORES", "A13"), &["S-77", "SC"]);
}

#[test]
fn unmapped_code() {
    let mut study = SmallStudy::built();
    study.set_cell("SUBJECTS", "C4", Text("3"));
    refused_with(&study, "DAT-003", &subjects("C4"), &["SEX", "`3`", "codelist"]);
}

#[test]
fn text_in_a_number() {
    let mut study = SmallStudy::built();
    study.set_cell("SUBJECTS", "B5", Text("6I"));
    refused_with(&study, "DAT-004", &subjects("B5"), &["AGE", "6I", "missing"]);
}

#[test]
fn impossible_date() {
    let mut study = SmallStudy::built();
    study.set_cell("SUBJECTS", "D2", Text("2021-02-30"));
    refused_with(&study, "DAT-005", &subjects("D2"), &["TRTSDT", "2021-02-30", "ISO"]);
}

#[test]
fn several_faults_of_the_data_are_told_at_once() {
    let mut study = SmallStudy::built();
    study.set_cell("SUBJECTS", "B5", Text("6I"));
    study.set_cell("SUBJECTS", "C4", Text("3"));
    study.set_cell("SUBJECTS", "D2", Text("2021-02-30"));
    study.set_cell("SCORES", "D4", Text("about 24"));
    study.set_cell("RANDOMISATION", "C7", Text("C"));
    study.set_cell("RANDOMISATION", "B3", Blank);
    let errors = refused(&study);
    told(&errors, "DAT-004", &subjects("B5"), &[]);
    told(&errors, "DAT-003", &subjects("C4"), &[]);
    told(&errors, "DAT-005", &subjects("D2"), &[]);
    told(&errors, "DAT-004", &cell("clinical.xlsx", "SCORES", "D4"), &[]);
    told(&errors, "DAT-003", &randomisation("C7"), &[]);
    told(&errors, "DAT-010", &randomisation("B3"), &[]);
    assert_eq!(errors.len(), 6, "and no error that follows from another: {errors:#?}");
}

// Subjects.

#[test]
fn randomised_twice() {
    let mut study = SmallStudy::built();
    study.add_row("RANDOMISATION", &[Text("S-02"), Text("2021-02-08"), Text("B")]);
    let found = refused_with(&study, "POP-001", &randomisation("A8"), &["S-02", "second randomisation record"]);
    assert_eq!(found.labels, [randomisation("A3"), study.at("data.yaml", "only}, label: Planned arm")]);
}

#[test]
fn randomised_twice_is_warned_of_where_the_configuration_takes_one() {
    let mut study = SmallStudy::built();
    study.replace("data.yaml", "    label: Randomisation\n    key: [SUBJID]\n", "    label: Randomisation\n");
    for value in ["RANDDT", "ARMCD"] {
        let pick = format!("{{dataset: RAND, value: {value}, take: ");
        study.replace("data.yaml", &format!("{pick}only}}"), &format!("{pick}last, order: [RANDDT]}}"));
    }
    study.add_row("RANDOMISATION", &[Text("S-02"), Text("2021-02-08"), Text("B")]);
    let output = study.run(&["check", NAME, "--json"]);
    let all = findings(&output);
    assert_eq!(output.status.code(), Some(0), "{all:#?}");
    let found = all.iter().find(|found| found.code == "POP-001").expect("a warning");
    assert_eq!((found.severity.as_str(), found.place.as_str()), ("warning", randomisation("C3").as_str()));
    assert!(found.message.contains("S-02") && !found.hints.is_empty(), "{found:#?}");
    assert_eq!(found.labels, [randomisation("C3"), randomisation("C8")]);
}

#[test]
fn randomised_to_two_arms() {
    let mut study = SmallStudy::built();
    study.replace("data.yaml", "    label: Randomisation\n    key: [SUBJID]\n", "    label: Randomisation\n");
    for value in ["RANDDT", "ARMCD"] {
        let pick = format!("{{dataset: RAND, value: {value}, take: ");
        study.replace("data.yaml", &format!("{pick}only}}"), &format!("{pick}last, order: [RANDDT]}}"));
    }
    study.add_row("RANDOMISATION", &[Text("S-02"), Text("2021-02-08"), Text("A")]);
    let found = refused_with(&study, "POP-001", &randomisation("C3"), &["S-02", "more than one arm"]);
    assert_eq!(found.labels, [randomisation("C3"), randomisation("C8")]);
}

#[test]
fn treated_but_not_randomised() {
    let mut study = SmallStudy::built();
    for address in ["A7", "B7", "C7"] {
        study.set_cell("RANDOMISATION", address, Blank);
    }
    let found = refused_with(&study, "POP-002", &subjects("D7"), &["S-06", "not randomised"]);
    assert!(found.labels.contains(&study.at("analysis.yaml", "\"TRTSDT IS NOT NULL\"")), "{found:#?}");
}

#[test]
fn overlapping_ends() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "\"EOSSTT = 'WITHDREW'\"", "\"EOSSTT = 'WITHDREW' OR AGE > 60\"");
    let place = study.at("analysis.yaml", "\"EOSSTT = 'WITHDREW' OR");
    let found = refused_with(&study, "POP-003", &place, &["1 subject", "Completed", "Withdrew consent"]);
    assert_eq!(found.labels, [subjects("E5")], "the subject is S-04");
}

#[test]
fn gap_between_ends() {
    let mut study = SmallStudy::built();
    study.set_cell("SUBJECTS", "E4", Blank);
    let place = study.at("analysis.yaml", "\"EOSSTT = 'COMPLETED'\"");
    let found = refused_with(&study, "POP-003", &place, &["1 subject", "no category"]);
    assert_eq!(found.labels, [subjects("E4")], "the subject is S-03");
}

// Configuration.

#[test]
fn unknown_key() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "    label: Intention-to-treat", "    lable: Intention-to-treat");
    let place = study.at("analysis.yaml", "lable");
    refused_with(&study, "CFG-002", &place, &["lable"]);
}

#[test]
fn misspelt_word_of_a_list() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "role: primary", "role: primry");
    let place = study.at("analysis.yaml", "primry");
    refused_with(&study, "CFG-002", &place, &["primry", "primary"]);
}

#[test]
fn mistakes_in_several_files_are_told_at_once() {
    let study = SmallStudy::built();
    study.replace("study.yaml", "masking: {level: double", "masking: {level: duoble");
    study.replace("data.yaml", "    label: Scores", "    titel: Scores");
    study.replace("analysis.yaml", "role: primary", "role: primry");
    study.replace("report.yaml", "kind: baseline", "kind: basline");
    let errors = refused(&study);
    for (file, mark) in
        [("study.yaml", "duoble"), ("data.yaml", "titel"), ("analysis.yaml", "primry"), ("report.yaml", "basline")]
    {
        told(&errors, "CFG-002", &study.at(file, mark), &[mark]);
    }
    assert_eq!(errors.len(), 4, "{errors:#?}");
}

#[test]
fn unknown_analysis_set() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "analysis_set: itt", "analysis_set: ittt");
    let place = study.at("analysis.yaml", "ittt");
    refused_with(&study, "CFG-003", &place, &["analysis set `ittt`", "did you mean `itt`"]);
}

#[test]
fn unknown_arm() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "vs: placebo", "vs: plazebo");
    let place = study.at("analysis.yaml", "plazebo");
    refused_with(&study, "CFG-003", &place, &["arm `plazebo`", "did you mean `placebo`"]);
}

#[test]
fn unknown_arm_in_the_data() {
    let study = SmallStudy::built();
    study.replace("data.yaml", "B: placebo", "B: plazebo");
    let errors = refused(&study);
    told(&errors, "POP-005", &randomisation("C3"), &["S-02", "`plazebo`", "did you mean `placebo`"]);
    assert!(errors.iter().all(|error| error.code == "POP-005"), "{errors:#?}");
}

#[test]
fn unknown_endpoint_in_the_testing_order() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "version: 1\n", "version: 1\ntesting_order: [skore]\n");
    let place = study.at("analysis.yaml", "skore");
    refused_with(&study, "CFG-003", &place, &["endpoint `skore`", "did you mean `score`"]);
}

#[test]
fn unknown_endpoint_of_a_display() {
    let study = SmallStudy::built();
    study.replace("report.yaml", "endpoint: score", "endpoint: skore");
    let place = study.at("report.yaml", "skore");
    refused_with(&study, "CFG-003", &place, &["endpoint `skore`", "did you mean `score`"]);
}

#[test]
fn unknown_analysis_of_the_flow() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "analysed: score_w4", "analysed: score_w5");
    let place = study.at("analysis.yaml", "score_w5");
    refused_with(&study, "CFG-003", &place, &["`score_w5`", "did you mean `score_w4`"]);
}

#[test]
fn unknown_method() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "method: t_test", "method: t_tset");
    let place = study.at("analysis.yaml", "t_tset");
    refused_with(&study, "CFG-010", &place, &["`t_tset`", "did you mean `t_test`"]);
}

#[test]
fn unknown_option() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "{variances: unequal}", "{variance: unequal}");
    let place = study.at("analysis.yaml", "unequal}");
    refused_with(&study, "CFG-010", &place, &["`variance`", "did you mean `variances`"]);
}

#[test]
fn unknown_word_of_an_option() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "{variances: unequal}", "{variances: uneqal}");
    let place = study.at("analysis.yaml", "uneqal}");
    refused_with(&study, "CFG-010", &place, &["`variances`", "`uneqal`", "`unequal`"]);
}

#[test]
fn several_unknown_names_are_told_at_once() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "vs: placebo", "vs: plazebo");
    study.replace("analysis.yaml", "{variances: unequal}", "{variance: unequal}");
    study.replace("analysis.yaml", "variable: AGE", "variable: AGEE");
    study.replace("analysis.yaml", "\"AESER = 'Y'\"", "\"AESRE = 'Y'\"");
    let errors = refused(&study);
    told(&errors, "CFG-003", &study.at("analysis.yaml", "plazebo"), &[]);
    told(&errors, "CFG-010", &study.at("analysis.yaml", "unequal}"), &[]);
    told(&errors, "CFG-003", &study.at("analysis.yaml", "AGEE"), &["did you mean `AGE`"]);
    told(&errors, "CFG-007", &study.at("analysis.yaml", "AESRE"), &["did you mean `AESER`"]);
    assert_eq!(errors.len(), 4, "{errors:#?}");
}

// Expressions.

#[test]
fn unknown_name_in_an_expression() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "where: \"RANDDT IS NOT NULL\"", "where: \"AGE > 17 AND RANDT IS NOT NULL\"");
    let place = study.at("analysis.yaml", "RANDT");
    refused_with(&study, "CFG-007", &place, &["`RANDT`", "did you mean `RANDDT`"]);
}

#[test]
fn syntax_error_in_an_expression() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "where: \"RANDDT IS NOT NULL\"", "where: \"RANDDT IS NOT NULL OND AGE > 17\"");
    let place = study.at("analysis.yaml", "OND AGE");
    refused_with(&study, "CFG-006", &place, &["OND"]);
}

#[test]
fn unclosed_bracket_in_a_derivation() {
    let study = SmallStudy::built();
    study.replace("data.yaml", "\"CASE WHEN TRTSDT IS NOT NULL THEN ARM END\"", "\"coalesce(ARM, ARM\"");
    let errors = refused(&study);
    assert_eq!((errors.len(), errors[0].code.as_str()), (1, "CFG-006"), "{errors:#?}");
    assert!(errors[0].place.starts_with(&line_of(&study.at("data.yaml", "coalesce(ARM, ARM"))), "{errors:#?}");
    assert!(errors[0].message.contains("bracket"), "{errors:#?}");
    assert!(!errors[0].message.contains("FROM"), "what the user did not write is not shown: {errors:#?}");
}

#[test]
fn forbidden_function_in_an_expression() {
    let study = SmallStudy::built();
    study.replace("analysis.yaml", "where: \"RANDDT IS NOT NULL\"", "where: \"random() > 0\"");
    let errors = refused(&study);
    assert_eq!((errors.len(), errors[0].code.as_str()), (1, "CFG-008"), "{errors:#?}");
    assert!(errors[0].place.starts_with(&line_of(&study.at("analysis.yaml", "\"random() > 0\""))), "{errors:#?}");
    assert!(errors[0].message.contains("`random`"), "{errors:#?}");
    assert!(errors[0].hints[0].contains("explain functions"), "{errors:#?}");
}

#[test]
fn forbidden_subquery_in_an_expression() {
    let study = SmallStudy::built();
    let query = "\"(SELECT count(*) FROM DM) > 0\"";
    study.replace("analysis.yaml", "where: \"RANDDT IS NOT NULL\"", &format!("where: {query}"));
    let errors = refused(&study);
    assert_eq!((errors.len(), errors[0].code.as_str()), (1, "CFG-008"), "{errors:#?}");
    assert!(errors[0].place.starts_with(&line_of(&study.at("analysis.yaml", query))), "{errors:#?}");
}

/// `file:line:` of a place in a text.
fn line_of(place: &str) -> String {
    let end = place.rfind(':').expect("a column");
    place[..=end].to_owned()
}

// Texts and templates.

#[test]
fn unknown_key_in_a_text() {
    let study = SmallStudy::built();
    study.replace("text/13.md", "score_w4:diff[", "score_w4:dif[");
    let place = study.at("text/13.md", "{{num");
    refused_with(&study, "RPT-001", &place, &["score_w4:dif[", "did you mean", "score_w4:diff["]);
}

#[test]
fn several_unknown_keys_in_a_text_are_told_at_once() {
    let study = SmallStudy::built();
    study.write("text/13.md", "A {{num \"score_w4:a\"}},\n{{num \"score_w4:b\"}} and\n\n{{num \"score_w4:c\"}}.\n");
    let errors = refused(&study);
    for key in ["score_w4:a", "score_w4:b", "score_w4:c"] {
        told(&errors, "RPT-001", &study.at("text/13.md", &format!("{{{{num \"{key}\"}}}}")), &[key]);
    }
    assert_eq!(errors.len(), 3, "{errors:#?}");
}

#[test]
fn missing_text() {
    let study = SmallStudy::built();
    study.replace("report.yaml", "text: 13.md", "text: 31.md");
    let place = study.at("report.yaml", "31.md");
    refused_with(&study, "RPT-003", &place, &["text/31.md", "did you mean `13.md`"]);
}

#[test]
fn broken_own_template() {
    let study = SmallStudy::built();
    study.write("templates/svg/flow.svg.hbs", "<svg>\n  {{#if title}}\n</svg>\n");
    let errors = refused(&study);
    assert_eq!((errors.len(), errors[0].code.as_str()), (1, "TPL-001"), "{errors:#?}");
    assert!(errors[0].place.starts_with(&format!("config/{NAME}/templates/svg/flow.svg.hbs:")), "{errors:#?}");
}

#[test]
fn unknown_name_in_an_own_template() {
    let study = SmallStudy::built();
    study.write("templates/svg/flow.svg.hbs", "<svg>\n  {{no_such_name}}\n</svg>\n");
    let place = study.at("templates/svg/flow.svg.hbs", "{{no_such_name}}");
    refused_with(&study, "TPL-001", &place, &["no_such_name"]);
}

#[test]
fn own_template_for_nothing() {
    let study = SmallStudy::built();
    study.write("templates/svg/flwo.svg.hbs", "<svg/>\n");
    let errors = refused(&study);
    assert_eq!((errors.len(), errors[0].code.as_str()), (1, "TPL-001"), "{errors:#?}");
    assert!(errors[0].place.starts_with(&format!("config/{NAME}/templates/svg/flwo.svg.hbs")), "{errors:#?}");
    assert!(errors[0].hints[0].contains("svg/flow.svg.hbs"), "{errors:#?}");
}

// The lock.

#[test]
fn one_cell_flipped_after_the_lock() {
    let mut study = SmallStudy::built();
    let locked = study.run(&["lock", NAME]);
    assert_eq!(locked.status.code(), Some(0), "{}", String::from_utf8_lossy(&locked.stderr));
    study.set_cell("SCORES", "D5", Number(62.0));
    let place = cell("clinical.xlsx", "SCORES", "D5");
    let found = refused_with(&study, "LCK-002", &place, &["1 cell differs", "D5", "26", "62", "lock again"]);
    assert_eq!(found.labels, [place]);
}

#[test]
fn saved_again_with_equal_cells_is_a_warning() {
    let study = SmallStudy::built();
    let locked = study.run(&["lock", NAME]);
    assert_eq!(locked.status.code(), Some(0), "{}", String::from_utf8_lossy(&locked.stderr));
    let before = fs::read(study.file("data/clinical.xlsx")).expect("readable");
    study.save_workbooks("someone else");
    assert_ne!(fs::read(study.file("data/clinical.xlsx")).expect("readable"), before, "other bytes");

    let runs_before = runs(&study);
    let output = study.run(&["check", NAME, "--json"]);
    let all = findings(&output);
    assert_eq!(output.status.code(), Some(0), "{all:#?}");
    let warned: Vec<&Finding> = all.iter().filter(|found| found.code == "LCK-003").collect();
    let places: Vec<&str> = warned.iter().map(|found| found.place.as_str()).collect();
    assert_eq!(places, ["clinical.xlsx", "randomisation.xlsx"], "{all:#?}");
    for found in warned {
        assert_eq!(found.severity, "warning");
        assert!(found.message.contains("0 cells differ"), "{found:#?}");
    }
    assert_eq!(runs(&study), runs_before);

    let output = study.run(&["build", NAME, "--json"]);
    assert_eq!(output.status.code(), Some(0), "it builds all the same: {:#?}", findings(&output));
    let output = study.run(&["check", NAME, "--json", "--deny-warnings"]);
    assert_eq!(output.status.code(), Some(1), "warnings can be denied");
}
