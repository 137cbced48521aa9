//! Registry files are written from the record's typed fields: what a file held beside them never passes through.

use std::path::{Path, PathBuf};

use tracelock::base::diagnostic::Diagnostics;
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::template::{Engine, TemplateSet};
use tracelock::render::xml::{self, About, Submission, Views};
use tracelock::report::registry::RegistryRecord;
use tracelock::report::registry::read;
use tracelock::results::ResultStore;
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study_registry::ListVersions;

use super::clean_record;

const PLANTED: &str = "planted-here";

fn write(submission: Submission, record: &RegistryRecord) -> String {
    let (terms, codes) = (RegistryTerms::built_in(), RegistryCodes::built_in(ListVersions::default()));
    let store = ResultStore::new();
    let views = Views { record, codes: &codes, terms: &terms, store: &store };
    let templates = TemplateSet::built_in(&[xml::TEMPLATES]);
    let engine = Engine::new(&templates, &store, &REGULATORY);
    let mut sink = Diagnostics::new();
    let rendered = xml::render(submission, &views, &About::default(), &engine, &mut sink);
    rendered.unwrap_or_else(|_| panic!("{:?}", sink.all())).text
}

fn import(text: &str) -> read::Import {
    let mut sink = Diagnostics::new();
    read::file("planted.xml", text.as_bytes().to_vec(), &mut sink).unwrap_or_else(|_| panic!("{:?}", sink.all())).1
}

/// The file with a foreign element, attribute, comment and instruction in every element that holds elements.
fn planted(text: &str) -> String {
    let document = roxmltree::Document::parse(text).expect("well-formed");
    let mut at: Vec<usize> = document
        .descendants()
        .filter(|node| node.is_element() && node.parent_element().is_some())
        .map(|node| node.range().start)
        .collect();
    at.sort_unstable();
    let mut out = text.to_owned();
    for start in at.into_iter().rev() {
        let name_ends = text[start..].find([' ', '>', '/', '\n']).map_or(start, |found| start + found);
        out.insert_str(name_ends, &format!(" foreign=\"{PLANTED}\""));
        out.insert_str(start, &format!("<foreign a=\"{PLANTED}\">{PLANTED}</foreign><!--{PLANTED}--><?x {PLANTED}?>"));
    }
    out
}

#[test]
fn what_no_field_holds_is_not_written_again() {
    let record = clean_record::record();
    for submission in [Submission::EudractResults, Submission::CtgovResults] {
        let first = import(&write(submission, &record));
        let clean = write(submission, &first.record);
        let foreign = planted(&clean);
        let planted_times = foreign.matches(PLANTED).count();
        assert!(planted_times > 2000, "{planted_times}");
        let second = import(&foreign);
        assert!(!second.coverage.is_complete(), "foreign elements are listed");
        assert_eq!(write(submission, &second.record), clean);
    }
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(sources(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The record knows no XML or JSON of a file, writers parse none, and no template prints text unescaped.
#[test]
fn neither_record_nor_writers_know_the_files_that_were_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for path in sources(&root.join("src")) {
        let name = path.strip_prefix(root).expect("below the root").to_string_lossy().into_owned();
        let of_record = name.starts_with("src/report/registry/") && !name.starts_with("src/report/registry/read/");
        // Reading back and checking hold a finished file against the store; merging copies a download's protocol part.
        let of_writer = name.starts_with("src/render/xml")
            && !["xml_check.rs", "xml_read_back.rs"].iter().any(|allowed| name.ends_with(allowed));
        if of_record || of_writer {
            seen += 1;
            let text = std::fs::read_to_string(&path).expect("readable");
            assert!(!text.contains("roxmltree") && !text.contains("quick_xml"), "{name} parses XML");
        }
    }
    assert!(seen > 40, "{seen}");
    for folder in ["templates/eudract", "templates/ctgov"] {
        for path in sources(&root.join(folder)) {
            let text = std::fs::read_to_string(&path).expect("readable");
            assert!(!text.contains("{{{") && !text.contains("{{&"), "{} prints unescaped", path.display());
        }
    }
}
