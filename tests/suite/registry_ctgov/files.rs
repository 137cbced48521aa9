//! Files of the tests: the posted records, reading and writing, and what differs between two records.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use roxmltree::Document;
use serde_json::Value as Json;
use tracelock::base::diagnostic::{Diagnostics, Severity, TextSource};
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::template::{Engine, TemplateSet};
use tracelock::render::xml::{self, About, Submission, Views};
use tracelock::report::registry::RegistryRecord;
use tracelock::report::registry::read::json::JsonTree;
use tracelock::report::registry::read::tree::Tree;
use tracelock::report::registry::read::{Import, ctgov_api, ctgov_public, prs};
use tracelock::results::ResultStore;
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study_registry::ListVersions;

fn registries() -> PathBuf {
    std::env::var("TRACELOCK_SCHEMAS")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/registries"), PathBuf::from)
}

/// A file of the reference material; says so where it is absent.
pub fn shared(path: &str) -> Option<String> {
    let text = std::fs::read_to_string(registries().join(path)).ok();
    if text.is_none() {
        eprintln!("skipped: {path} is not here (TRACELOCK_SCHEMAS)");
    }
    text
}

/// A posted record.
pub fn posted(name: &str) -> Option<String> {
    shared(&format!("posted/{name}"))
}

pub fn lists() -> (RegistryTerms, RegistryCodes) {
    (RegistryTerms::built_in(), RegistryCodes::built_in(ListVersions::default()))
}

/// Reads a file of one of ClinicalTrials.gov's three forms.
pub fn import(name: &str, text: &str) -> Import {
    let (terms, codes) = lists();
    if text.trim_start().starts_with('{') {
        let tree = JsonTree::new(serde_json::from_str(text).unwrap(), name);
        return ctgov_api::read(&tree, &terms, &codes);
    }
    let document = Document::parse(text).unwrap();
    let source = Arc::new(TextSource { name: name.to_owned(), text: text.to_owned() });
    let tree = Tree::new(&document, source);
    if prs::is_prs(tree.root()) {
        return prs::read(&tree, &terms, &codes);
    }
    assert!(ctgov_public::is_public(tree.root()), "{name}");
    ctgov_public::read(&tree, &terms, &codes)
}

/// Writes a file and reports what was to be said.
pub fn export_with(submission: Submission, record: &RegistryRecord, sink: &mut Diagnostics) -> String {
    let (terms, codes) = lists();
    let store = ResultStore::new();
    let templates = TemplateSet::built_in(&[xml::TEMPLATES]);
    let engine = Engine::new(&templates, &store, &REGULATORY);
    let views = Views { record, codes: &codes, terms: &terms, store: &store };
    let rendered = xml::render(submission, &views, &About::default(), &engine, sink);
    let errors: Vec<_> = sink
        .all()
        .iter()
        .filter(|p| p.severity == Severity::Error)
        .map(|p| format!("{:?} {}", p.place, p.message))
        .collect();
    rendered.unwrap_or_else(|_| panic!("{errors:?}")).text
}

/// Writes a file.
pub fn export(submission: Submission, record: &RegistryRecord) -> String {
    export_with(submission, record, &mut Diagnostics::new())
}

/// Validates a PRS file against the official schema with xmllint; says so where schema or program are missing.
pub fn validate(text: &str) {
    let schema = registries().join("ctgov/ProtocolRecordSchema.xsd");
    if !schema.exists() {
        eprintln!("not validated: the registries' schemas are not here (TRACELOCK_SCHEMAS)");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.xml");
    std::fs::write(&file, text).unwrap();
    match Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg(&file).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => eprintln!("not validated: xmllint is not installed"),
    }
}

/// Every leaf that differs between two records: path, one value, the other.
pub fn differences(one: &RegistryRecord, other: &RegistryRecord) -> Vec<String> {
    let mut found = Vec::new();
    let json = |record| serde_json::to_value(record).unwrap();
    walk("", &json(one), &json(other), &mut found);
    found
}

fn walk(path: &str, one: &Json, other: &Json, found: &mut Vec<String>) {
    match (one, other) {
        (Json::Object(a), Json::Object(b)) => {
            for name in a.keys().chain(b.keys().filter(|name| !a.contains_key(*name))) {
                let get = |map: &serde_json::Map<String, Json>| map.get(name).cloned().unwrap_or(Json::Null);
                walk(&format!("{path}/{name}"), &get(a), &get(b), found);
            }
        }
        (Json::Array(a), Json::Array(b)) => {
            for at in 0..a.len().max(b.len()) {
                let get = |list: &[Json]| list.get(at).cloned().unwrap_or(Json::Null);
                walk(&format!("{path}/{at}"), &get(a), &get(b), found);
            }
        }
        _ if one != other => found.push(format!("{path}: {one} | {other}")),
        _ => {}
    }
}
