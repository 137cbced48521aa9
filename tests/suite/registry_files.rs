//! Files of registries: told apart by content, faults named with their place, each edit of one element named, and
//! study.yaml proposed from each.

use std::path::{Path, PathBuf};

use tracelock::base::diagnostic::{Diagnostics, Place, Severity, Stop};
use tracelock::report::registry::RegistryRecord;
use tracelock::report::registry::compare::compare;
use tracelock::report::registry::prefill::study_yaml;
use tracelock::report::registry::read::{self, Format, Import};
use tracelock::spec;
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::study_registry::ListVersions;

use super::clean_record;

/// Posted records; they are no part of this repository.
fn posted() -> Vec<(PathBuf, Format)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/registries/posted");
    let files = [
        ("ctgov_NCT00567567_apiv2.json", Format::CtgovApi),
        ("ctgov_NCT03275402_apiv2.json", Format::CtgovApi),
        ("ctgov_NCT02305381_sustain5_public.xml", Format::CtgovPublic),
        ("eudract_2013-004502-26_sustain5.xml", Format::Eudract),
        ("eudract_2016-004489-24.xml", Format::Eudract),
    ];
    if !folder.is_dir() {
        println!("skipped: {} is absent", folder.display());
        return Vec::new();
    }
    files.into_iter().map(|(name, format)| (folder.join(name), format)).collect()
}

fn file(path: &Path, sink: &mut Diagnostics) -> Result<(Format, Import), Stop> {
    read::file(&path.display().to_string(), std::fs::read(path).expect("readable"), sink)
}

fn read(path: &Path) -> (Format, RegistryRecord) {
    let mut sink = Diagnostics::new();
    let (format, import) = file(path, &mut sink).unwrap_or_else(|_| panic!("{}: {:?}", path.display(), sink.all()));
    assert_eq!(sink.errors(), 0);
    (format, import.record)
}

fn written(name: &str, text: &str) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join(name);
    std::fs::write(&path, text).expect("writable");
    (folder, path)
}

#[test]
fn formats_are_told_by_content_whatever_the_name() {
    for (path, format) in posted() {
        let text = std::fs::read_to_string(&path).expect("readable");
        let (_folder, copy) = written("download.txt", &format!("\u{feff}{text}"));
        assert_eq!(read(&copy).0, format, "{}", path.display());
    }
}

#[test]
fn faults_of_a_file_are_named_with_their_place() {
    let cases = [
        ("", "the file is empty", None),
        ("PK\u{3}", "neither XML nor JSON", None),
        ("<a><b></a>", "not well-formed", Some((1, 7))),
        ("<study>\n</study>", "`<study>` is not the outermost element", Some((1, 1))),
        ("<study_collection/>", "holds 0 records", Some((1, 1))),
        ("{\"protocolSection\": {},\n]", "not well-formed", Some((2, 1))),
        ("{\"studies\": [{}, {}]}", "a list of 2 studies", None),
        ("{\"nctId\": 1}", "no `protocolSection`", None),
    ];
    for (text, expected, place) in cases {
        let (_folder, path) = written("record.xml", text);
        let mut sink = Diagnostics::new();
        assert!(file(&path, &mut sink).is_err(), "{text}");
        let [one] = sink.all() else { panic!("{text}: {:?}", sink.all()) };
        assert_eq!((one.code.id, one.severity), ("REG-100", Severity::Error));
        assert!(one.message.contains(expected), "{text}: {}", one.message);
        let found = match &one.place {
            Place::Text { line, column, .. } => Some((*line, *column)),
            _ => None,
        };
        assert_eq!(found, place, "{text}: {}", one.message);
    }
}

#[test]
fn bytes_that_are_not_utf8_are_an_error_with_their_line() {
    let (_folder, path) = written("record.xml", "");
    std::fs::write(&path, b"<result>\n\xff</result>").expect("writable");
    let mut sink = Diagnostics::new();
    assert!(file(&path, &mut sink).is_err());
    assert!(sink.all()[0].message.contains("line 2"), "{}", sink.all()[0].message);
}

/// Some 20 elements of each posted file, evenly over it: a digit is changed and the difference is named.
#[test]
fn edits_of_single_elements_are_each_named() {
    let mut all_unseen = Vec::new();
    for (path, _) in posted() {
        let text = std::fs::read_to_string(&path).expect("readable");
        let (_, old) = read(&path);
        let whole: Vec<(usize, &str)> =
            values(&text).into_iter().filter(|(at, value)| !apart(&text, *at, value)).collect();
        let step = (whole.len() / 20).max(1);
        let (mut edits, mut unseen, mut most) = (0, Vec::new(), 0);
        for (at, value) in whole.iter().step_by(step) {
            // Digits stay digits, so that counts stay counts and dates stay dates.
            let edited: String = match value.char_indices().rev().find(|(_, c)| c.is_ascii_digit()) {
                Some((digit, c)) => {
                    format!("{}{}{}", &value[..digit], if c == '1' { '2' } else { '1' }, &value[digit + 1..])
                }
                None => continue,
            };
            edits += 1;
            let (_folder, copy) = written("edited", &format!("{}{edited}{}", &text[..*at], &text[at + value.len()..]));
            let (_, new) = read(&copy);
            let found = compare(&old, &new);
            most = most.max(found.len());
            if found.is_empty() {
                unseen.push(format!("{value} after {}", &text[at.saturating_sub(60)..*at]));
            }
        }
        println!("{}: {edits} edits, {} unseen, at most {most} differences an edit", path.display(), unseen.len());
        all_unseen.extend(unseen);
        assert!(edits >= 15, "{edits}");
    }
    assert_eq!(all_unseen, Vec::<String>::new());
}

/// Texts of elements and attributes of an XML or JSON file with their first byte, those alone that hold a digit and that
/// are content rather than references.
fn values(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        let mut rest = 0;
        while let Some(open) = text[rest..].find('>').map(|at| rest + at + 1) {
            let Some(close) = text[open..].find('<').map(|at| open + at) else { break };
            let value = &text[open..close];
            let tag = &text[close..(close + 2).min(text.len())];
            if tag == "</" && value.trim().len() == value.len() && value.chars().any(|c| c.is_ascii_digit()) {
                found.push((open, value));
            }
            rest = close + 1;
        }
        return found;
    }
    let mut at = 0;
    while let Some(open) = text[at..].find("\": \"").map(|found| at + found + 4) {
        let Some(close) = text[open..].find('"').map(|found| open + found) else { break };
        if text[open..close].chars().any(|c| c.is_ascii_digit()) {
            found.push((open, &text[open..close]));
        }
        at = close;
    }
    found
}

/// Whether a value is what the register adds by itself (dates of posting, browse trees) or a reference to a group.
fn apart(text: &str, at: usize, value: &str) -> bool {
    let from = (at.saturating_sub(110)..at).find(|from| text.is_char_boundary(*from)).unwrap_or(at);
    let before = &text[from..at];
    let added = [
        "studyFirst",
        "resultsFirst",
        "lastUpdate",
        "dispFirst",
        "uploadDate",
        "study_first_",
        "results_first_",
        "last_update_",
        "disposition_first_",
        "mesh_term",
        "required_header",
        "download_date",
        "<url>",
    ];
    let derived = ["\"derivedSection\"", "\"annotationSection\""].iter().filter_map(|part| text.find(part)).min();
    let is_id =
        value.len() == 5 && value[..2].chars().all(|c| c.is_ascii_uppercase()) && value[2..].parse::<u16>().is_ok();
    // The public XML says title and description of an outcome twice; the record holds them once.
    let twice = value.len() > 40 && text.matches(value).count() > 1;
    is_id || twice || added.iter().any(|word| before.contains(word)) || derived.is_some_and(|from| at > from)
}

/// The proposed study.yaml is read by the strict reader and says what the record says.
#[test]
fn study_yaml_of_each_record_loads() {
    let mut records: Vec<(String, RegistryRecord)> =
        posted().into_iter().map(|(path, _)| (path.display().to_string(), read(&path).1)).collect();
    records.push(("clean".to_owned(), clean_record::record()));
    records.push(("empty".to_owned(), RegistryRecord::default()));
    for (name, record) in records {
        let text = study_yaml(&record, &RegistryCodes::built_in(ListVersions::default()), &name);
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("study.yaml"), &text).expect("writable");
        let mut sink = Diagnostics::new();
        // The other three files are absent, which is reported as well.
        assert!(spec::load(folder.path(), &mut sink).is_err());
        let of_study: Vec<_> = sink
            .all()
            .iter()
            .filter(|d| d.place.to_string().contains("study.yaml"))
            .map(|d| (&d.message, d.place.to_string()))
            .collect();
        assert!(of_study.is_empty(), "{name}: {of_study:?}\n{text}");
        for planned in &record.protocol.outcomes {
            assert!(
                text.contains(&serde_json::Value::from(planned.title.trim()).to_string()),
                "{name}: {}",
                planned.title.text
            );
        }
    }
}
