//! EudraCT's files: what registries posted and records made by hand are read, written, valid, and read back equal.

#[path = "registry_eudract/parts.rs"]
mod parts;
#[path = "registry_eudract/records.rs"]
mod records;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use roxmltree::Document;
use tracelock::base::diagnostic::{Diagnostics, Severity, TextSource};
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::placement::place_xml;
use tracelock::render::template::{Engine, TemplateSet};
use tracelock::render::xml::{self, About, Submission, Views};
use tracelock::render::xml_read_back::read_back;
use tracelock::report::registry::read::tree::Tree;
use tracelock::report::registry::read::{Import, eudract};
use tracelock::report::registry::{Figure, RegistryRecord, Term, Text};
use tracelock::results::{Lineage, NewResult, ResultKey, ResultStore};
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study_registry::ListVersions;

const EUDRACT: [Submission; 2] = [Submission::EudractResults, Submission::EudractAdverseEvents];

/// Where schemas and posted records lie; they are not part of the repository.
fn registries() -> PathBuf {
    std::env::var("TRACELOCK_SCHEMAS")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/registries"), PathBuf::from)
}

fn codes() -> RegistryCodes {
    RegistryCodes::built_in(ListVersions::default())
}

fn read(name: &str, text: &str) -> Import {
    let document = Document::parse(text).expect("well-formed");
    let source = Arc::new(TextSource { name: name.to_owned(), text: text.to_owned() });
    let tree = Tree::new(&document, source);
    let record = eudract::read(&tree, &RegistryTerms::built_in(), &codes());
    Import { record, coverage: tree.coverage() }
}

/// Writes a file, checks it, and validates it where the schemas are.
fn write(submission: Submission, record: &RegistryRecord, store: &ResultStore) -> String {
    let (terms, codes) = (RegistryTerms::built_in(), codes());
    let views = Views { record, codes: &codes, terms: &terms, store };
    let templates = TemplateSet::built_in(&[xml::TEMPLATES]);
    let engine = Engine::new(&templates, store, &REGULATORY);
    let mut sink = Diagnostics::new();
    let rendered = xml::render(submission, &views, &About::default(), &engine, &mut sink);
    let grave: Vec<_> = sink.all().iter().filter(|problem| problem.severity != Severity::Note).collect();
    assert!(grave.is_empty(), "{grave:?}");
    let rendered = rendered.expect("no error was reported");
    if let Ok(folder) = std::env::var("TRACELOCK_KEEP") {
        std::fs::write(Path::new(&folder).join(submission.file_name()), &rendered.text).expect("kept");
    }
    validate(submission, &rendered.text);
    let file = submission.file_name();
    let placed = place_xml(file, &rendered, &mut sink).expect("well-formed");
    let keys = record_keys(record);
    if !keys.is_empty() {
        let compared = read_back(file, &rendered.text, &placed.placements, store, &mut sink);
        assert!(compared.is_ok(), "{:?}", sink.all());
    }
    rendered.text
}

/// Keys of results in a record.
fn record_keys(record: &RegistryRecord) -> Vec<String> {
    let text = serde_json::to_string(record).expect("a record is JSON");
    text.split('"').filter(|word| word.starts_with("a:")).map(str::to_owned).collect()
}

fn validate(submission: Submission, text: &str) {
    let schema = registries().join(match submission {
        Submission::EudractResults => "eudract/results_reconstructed.xsd",
        _ => "eudract/adverseEvents.xsd",
    });
    if !schema.exists() {
        eprintln!("not validated: the registries' schemas are not here (TRACELOCK_SCHEMAS)");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(submission.file_name());
    std::fs::write(&file, text).expect("written");
    match Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg(&file).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => eprintln!("not validated: xmllint is not installed"),
    }
}

/// Where two records differ, in words a person can read.
fn assert_same(read: &RegistryRecord, expected: &RegistryRecord, what: &str) {
    if read == expected {
        return;
    }
    let lines = |record: &RegistryRecord| serde_json::to_string_pretty(record).expect("a record is JSON");
    let (read, expected) = (lines(read), lines(expected));
    let mut differing = read.lines().zip(expected.lines()).enumerate().filter(|(_, (a, b))| a != b);
    let (at, (a, b)) = differing.next().unwrap_or((0, ("what is not in JSON differs", "")));
    let around: Vec<&str> = expected.lines().skip(at.saturating_sub(12)).take(12).collect();
    panic!("{what}, line {at}:\n{}\n  read     {a}\n  expected {b}", around.join("\n"));
}

/// What both files say of a record: it is valid and read back as it was.
fn assert_survives(record: &RegistryRecord, what: &str) {
    let store = ResultStore::new();
    let text = write(Submission::EudractResults, record, &store);
    let back = read(what, &text);
    let missed: Vec<_> = back.coverage.missed().collect();
    assert!(back.coverage.is_complete(), "{what}: {missed:?}");
    assert_same(&back.record, record, what);
    if record.adverse_events.is_some() {
        let events = read(what, &write(Submission::EudractAdverseEvents, record, &store));
        assert!(events.coverage.is_complete(), "{what}: {:?}", events.coverage.missed().collect::<Vec<_>>());
        let mut expected =
            RegistryRecord { adverse_events: record.adverse_events.clone(), ..RegistryRecord::default() };
        // That file has no flow its groups could belong to.
        for group in expected.adverse_events.iter_mut().flat_map(|events| &mut events.groups) {
            group.flow_group = None;
        }
        assert_same(&events.record, &expected, what);
    }
}

#[test]
fn posted_records_are_understood_and_survive_export() {
    let folder = registries().join("posted");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: no posted records at {}", folder.display());
        return;
    };
    let mut read_records = 0;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !name.starts_with("eudract_") {
            continue;
        }
        let text = std::fs::read_to_string(entry.path()).expect("UTF-8");
        let import = read(&name, &text);
        println!("{name}: {} of {} understood", import.coverage.understood, import.coverage.present);
        let missed: Vec<_> = import.coverage.missed().collect();
        assert!(import.coverage.is_complete(), "{name}: {missed:?}");
        assert!(import.coverage.present > 1000, "{name} is a whole record");
        assert_survives(&import.record, &name);
        read_records += 1;
    }
    assert!(read_records >= 2, "posted records of EudraCT in {}", folder.display());
}

#[test]
fn records_made_by_hand_are_valid_and_read_back_equal() {
    for (name, record) in records::all() {
        assert_survives(&record, name);
    }
}

/// Every kind of element that counts as understood changes the record when its words change.
#[test]
fn what_is_understood_is_in_the_record() {
    let own = write(Submission::EudractResults, &records::crossover(), &ResultStore::new());
    let mut files = vec![("own".to_owned(), own)];
    for entry in std::fs::read_dir(registries().join("posted")).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("eudract_") {
            files.push((name, std::fs::read_to_string(entry.path()).expect("UTF-8")));
        }
    }
    for (name, text) in files {
        let record = read(&name, &text).record;
        let document = Document::parse(&text).expect("well-formed");
        let mut seen = std::collections::BTreeSet::new();
        for words in
            document.descendants().filter(|node| node.is_text() && !node.text().unwrap_or("").trim().is_empty())
        {
            let mut path: Vec<&str> =
                words.ancestors().filter(roxmltree::Node::is_element).map(|of| of.tag_name().name()).collect();
            path.reverse();
            if !seen.insert(path.join("/")) {
                continue;
            }
            let range = words.range();
            let changed = match text[range.clone()].trim() {
                "true" => "false".to_owned(),
                "false" => "true".to_owned(),
                day if day.ends_with(":00") => day.replacen("20", "19", 1),
                other => format!("{other}7"),
            };
            let edited = format!("{}{changed}{}", &text[..range.start], &text[range.end..]);
            let again = read(&name, &edited);
            // Totals repeat their title: one that differs from the others is listed instead.
            let noticed = again.record != record || !again.coverage.is_complete();
            assert!(noticed, "{name}: {} does not reach the record", path.join("/"));
        }
        assert!(seen.len() > 100, "{name}: {} kinds of elements", seen.len());
    }
}

/// A leaf that the reader does not know is listed, and a reference that leads nowhere is not understood.
#[test]
fn what_is_not_known_is_listed() {
    let record = parts::two_arms();
    let text = write(Submission::EudractResults, &record, &ResultStore::new());
    let odd = text.replace("<trialChanges>", "<trialChanges><unheardOf>7</unheardOf>").replacen(
        "reasonNotCompletedId=\"ReasonNotCompleted-1\"",
        "reasonNotCompletedId=\"Nowhere\"",
        1,
    );
    assert_ne!(text, odd);
    let import = read("odd", &odd);
    let paths: Vec<String> = import.coverage.missed().map(|missed| missed.path).collect();
    let reason = "result/subjectDisposition/postAssignmentPeriods/postAssignmentPeriod/arms/arm/notCompletedReasonDetails/reasonDetail";
    let expected = [
        format!("{reason}/@reasonNotCompletedId"),
        format!("{reason}/subjects"),
        "result/trialChanges/unheardOf".to_owned(),
    ];
    assert_eq!(paths, expected);
}

/// Words of a text lead back to their line in the file.
#[test]
fn texts_know_their_line() {
    let text = write(Submission::EudractResults, &parts::two_arms(), &ResultStore::new());
    let line = 1 + text.lines().position(|line| line.contains("<mainObjective>")).expect("an objective");
    let import = read("f.xml", &text);
    let place = import.record.trial.main_objective.expect("an objective").place.to_string();
    assert_eq!(place, format!("f.xml:{line}:{}", "  <mainObjective>".len() + 1));
}

/// Results of a run: a small p-value with enough decimals, 99999 with its reason, a group in which nobody was exposed.
#[test]
fn results_of_a_run_are_written_by_the_rules_of_the_register() {
    let key = |text: &str| ResultKey::parse(text).expect("a key");
    let mut store = ResultStore::new();
    let mut sink = store.sink();
    let one = NewResult { data_decimals: 1, ..NewResult::default() };
    sink.real(key("a:p"), 0.000_012_3, Lineage::default(), one.clone());
    sink.real(key("a:diff"), -1.25, Lineage::default(), one.clone());
    sink.estimate(key("a:upper"), Err("no events".to_owned()), Lineage::default(), one.clone());
    sink.estimate(key("a:mean"), Err("one value".to_owned()), Lineage::default(), one);
    let nobody = sink.records(Vec::new());
    sink.count(key("a:exposed"), Lineage::of(nobody));
    let mut record = parts::two_arms();
    let result = |text: &str| Figure::Result(key(text));
    let outcome = &mut record.outcomes[0];
    outcome.measure.rows[0].categories[0].cells[0].as_mut().expect("a cell").value = Some(result("a:mean"));
    let analysis = &mut outcome.analyses[0];
    (analysis.p, analysis.p_relation, analysis.estimate) = (Some(result("a:p")), None, Some(result("a:diff")));
    analysis.interval.as_mut().expect("an interval").upper = Some(result("a:upper"));
    let events = record.adverse_events.as_mut().expect("adverse events");
    events.groups[1].exposed = Some(result("a:exposed"));
    events.dictionary.words = Some(Text::of("MedDRA"));
    for event in events.serious.iter_mut().chain(&mut events.non_serious) {
        event.counts[1].as_mut().expect("a count").exposed = Some(result("a:exposed"));
    }
    for submission in EUDRACT {
        let (terms, codes) = (RegistryTerms::built_in(), codes());
        let views = Views { record: &record, codes: &codes, terms: &terms, store: &store };
        let templates = TemplateSet::built_in(&[xml::TEMPLATES]);
        let mut sink = Diagnostics::new();
        let engine = Engine::new(&templates, &store, &REGULATORY);
        let text = xml::render(submission, &views, &About::default(), &engine, &mut sink).expect("rendered").text;
        validate(submission, &text);
        let back = read("run", &text).record;
        let events = back.adverse_events.expect("adverse events");
        assert_eq!(events.groups[1].exposed, None, "EudraCT takes no 0 there");
        assert_eq!(events.dictionary.words, None, "the code says it");
        if submission == Submission::EudractResults {
            let outcome = &back.outcomes[0];
            let analysis = &outcome.analyses[0];
            let printed = |text: &str| Some(Figure::Printed(text.to_owned()));
            assert_eq!(analysis.p, printed("0.000012"));
            assert_eq!(analysis.p_relation.as_deref(), Some("="));
            assert_eq!(analysis.interval.as_ref().expect("an interval").upper, printed("99999"));
            assert_eq!(
                analysis.estimate_comment.as_deref(),
                Some("Active minus control 99999: not estimable (no events)")
            );
            assert_eq!(outcome.groups[0].comment.as_deref(), Some("99999: not estimable (one value)"));
            let cell = outcome.measure.rows[0].categories[0].cells[0].as_ref().expect("a cell");
            assert_eq!(cell.value, printed("99999"));
        }
    }
}

/// Where EudraCT lacks a word it says `other` with words, or its nearest; a note says so.
#[test]
fn words_that_eudract_lacks_are_written_as_the_nearest_and_noted() {
    let term = |id: &str| Some(Term::listed(id));
    let mut record = parts::two_arms();
    let details = record.flow.periods[0].details.as_mut().expect("details");
    details.blinding = term("triple");
    details.arms[1].kind = term("sham_comparator");
    let analysis = &mut record.outcomes[0].analyses[0];
    (analysis.method, analysis.margin) = (term("t_test_two_sided"), Some(Text::of("0.5")));
    (analysis.p, analysis.p_relation) = (Some(Figure::Printed("<0.001".to_owned())), None);
    analysis.interval.as_mut().expect("an interval").upper = Some(Figure::Printed("NA".to_owned()));
    let (terms, codes, store) = (RegistryTerms::built_in(), codes(), ResultStore::new());
    let views = Views { record: &record, codes: &codes, terms: &terms, store: &store };
    let templates = TemplateSet::built_in(&[xml::TEMPLATES]);
    let engine = Engine::new(&templates, &store, &REGULATORY);
    let mut sink = Diagnostics::new();
    let rendered = xml::render(Submission::EudractResults, &views, &About::default(), &engine, &mut sink);
    let text = rendered.expect("rendered").text;
    let notes: Vec<&str> = sink.all().iter().map(|note| note.message.as_str()).collect();
    assert_eq!(
        notes,
        [
            "EudraCT has no word for the blinding `Triple`; the nearest is written",
            "EudraCT has no word for the kind of arm `Sham Comparator`; the nearest is written",
            "EudraCT has no word for the test `t-Test, 2-Sided`; the nearest is written",
        ]
    );
    validate(Submission::EudractResults, &text);
    let back = read("nearest", &text).record;
    let details = back.flow.periods[0].details.as_ref().expect("details");
    assert_eq!(details.blinding, term("double"));
    assert_eq!(
        (&details.arms[1].kind, details.arms[1].other_kind.as_deref()),
        (&term("other"), Some("Sham Comparator"))
    );
    let analysis = &back.outcomes[0].analyses[0];
    assert_eq!((&analysis.method, analysis.method_words.as_deref()), (&term("other"), Some("t-Test, 2-Sided")));
    assert_eq!(analysis.p, Some(Figure::Printed("0.001".to_owned())));
    assert_eq!((analysis.p_relation.as_deref(), analysis.margin.as_deref()), (Some("<"), Some("0.5")));
    let upper = analysis.interval.as_ref().and_then(|interval| interval.upper.clone());
    assert_eq!(upper, Some(Figure::Printed("99999".to_owned())));
}
