//! Reads a file of a registry, whichever form it has: told by what stands in it, not by its name.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use roxmltree::{Attribute, Document, ParsingOptions};
use serde::Serialize;

use crate::base::codes::{REG_100, REG_101};
use crate::base::diagnostic::{Diagnostics, Place, Stop, TextSource};
use crate::spec::code_lists::CodeLists;
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::study_registry::ListVersions;

use super::json::JsonTree;
use super::tree::Tree;
use super::{Coverage, Import, ctgov_api, ctgov_public, eudract, prs};

/// Forms of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Full results of EudraCT.
    Eudract,
    /// Adverse events of EudraCT alone.
    EudractEvents,
    /// A record of PRS, downloaded or to be uploaded.
    Prs,
    /// The XML that ClinicalTrials.gov published until 2024.
    CtgovPublic,
    /// A study of ClinicalTrials.gov's API, version 2.
    CtgovApi,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Eudract => "EudraCT results",
            Self::EudractEvents => "EudraCT adverse events",
            Self::Prs => "ClinicalTrials.gov PRS record",
            Self::CtgovPublic => "ClinicalTrials.gov public XML",
            Self::CtgovApi => "ClinicalTrials.gov API v2 study",
        })
    }
}

const FORMS: &str = "forms that are read: EudraCT results or adverse events XML, PRS XML, ClinicalTrials.gov public XML, \
                     ClinicalTrials.gov API v2 JSON of one study";

/// Reads the bytes of a file called `name` by the lists that come with the program.
///
/// # Errors
/// As [`file_by`].
pub fn file(name: &str, bytes: Vec<u8>, sink: &mut Diagnostics) -> Result<(Format, Import), Stop> {
    file_by(&CodeLists::default(), name, bytes, sink)
}

/// Reads the bytes of a file called `name` by the lists of a study. What was not understood is reported as one note a
/// path.
///
/// # Errors
/// [`Stop`] where they are not well-formed or have none of the forms.
pub fn file_by(
    lists: &CodeLists,
    name: &str,
    bytes: Vec<u8>,
    sink: &mut Diagnostics,
) -> Result<(Format, Import), Stop> {
    let lists = (&RegistryTerms::of(lists), &RegistryCodes::of(lists, ListVersions::default()));
    let name = name.to_owned();
    let text = String::from_utf8(bytes).map_err(|error| {
        let line =
            1 + error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        refuse(Place::File(name.clone()), &format!("line {line} holds bytes that are not UTF-8"), sink)
    })?;
    // A byte order mark is no content.
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    let source = Arc::new(TextSource { name: name.clone(), text });
    let (format, import) = match source.text.trim_start().chars().next() {
        Some('<') => xml(&source, lists, sink)?,
        Some('{' | '[') => (Format::CtgovApi, json(&source, lists, sink)?),
        Some(_) => return Err(refuse(Place::File(name), "the file is neither XML nor JSON", sink)),
        None => return Err(refuse(Place::File(name), "the file is empty", sink)),
    };
    report_missed(&import.coverage, &name, sink);
    Ok((format, import))
}

fn refuse(place: Place, message: &str, sink: &mut Diagnostics) -> Stop {
    sink.error(&REG_100, place, message).hint(FORMS).stop()
}

/// A place in the file; columns are counted in characters from 1.
fn at(source: &Arc<TextSource>, line: usize, column: usize) -> Place {
    Place::Text { source: source.clone(), line: line.max(1), column: column.max(1), length: 1 }
}

/// Words of the pick-lists, and the terms with identifiers.
type Lists<'l> = (&'l RegistryTerms, &'l RegistryCodes);

fn xml(source: &Arc<TextSource>, (terms, codes): Lists<'_>, sink: &mut Diagnostics) -> Result<(Format, Import), Stop> {
    // Public files of ClinicalTrials.gov may name a document type; entities beyond those of XML are not resolved.
    let options = ParsingOptions { allow_dtd: true, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&source.text, options).map_err(|error| {
        let place = error.pos();
        let place = at(source, usize::try_from(place.row).unwrap_or(1), usize::try_from(place.col).unwrap_or(1));
        refuse(place, &format!("the XML is not well-formed: {error}"), sink)
    })?;
    let tree = Tree::new(&document, source.clone());
    let root = tree.root();
    let format = match root.name() {
        "result" => Format::Eudract,
        "adverseEvents" => Format::EudractEvents,
        "study_collection" => Format::Prs,
        "clinical_study" => Format::CtgovPublic,
        other => {
            let message = format!("`<{other}>` is not the outermost element of a registry file");
            return Err(refuse(root.place(), &message, sink));
        }
    };
    if let Some(attribute) = repeated_id(&document) {
        let place = document.text_pos_at(attribute.range().start);
        let place = at(source, usize::try_from(place.row).unwrap_or(1), usize::try_from(place.col).unwrap_or(1));
        let message = format!("two elements have the id `{}`", attribute.value());
        return Err(refuse(place, &message, sink));
    }
    let import = match format {
        Format::Prs => {
            let studies = root.children("clinical_study").count();
            if studies != 1 {
                let message = format!("the file holds {studies} records; one is expected");
                return Err(refuse(root.place(), &message, sink));
            }
            prs::read(&tree, terms, codes)
        }
        Format::CtgovPublic | Format::CtgovApi => ctgov_public::read(&tree, terms, codes),
        Format::Eudract | Format::EudractEvents => {
            let record = eudract::read(&tree, terms, codes);
            Import { record, coverage: tree.coverage() }
        }
    };
    Ok((format, import))
}

/// The first attribute `id` that an element before has with the same value: what refers to it may mean either.
fn repeated_id<'d>(document: &'d Document<'_>) -> Option<Attribute<'d, 'd>> {
    let mut seen = BTreeSet::new();
    document.descendants().filter_map(|node| node.attribute_node("id")).find(|id| !seen.insert(id.value()))
}

fn json(source: &Arc<TextSource>, (terms, codes): Lists<'_>, sink: &mut Diagnostics) -> Result<Import, Stop> {
    let root: serde_json::Value = serde_json::from_str(&source.text).map_err(|error| {
        refuse(at(source, error.line(), error.column()), &format!("the JSON is not well-formed: {error}"), sink)
    })?;
    if root.get("protocolSection").is_none() {
        let what = match root.get("studies").or(Some(&root)).and_then(serde_json::Value::as_array) {
            Some(studies) => format!("the file holds a list of {} studies; one study is expected", studies.len()),
            None => "the JSON has no `protocolSection`".to_owned(),
        };
        return Err(refuse(Place::File(source.name.clone()), &what, sink));
    }
    Ok(ctgov_api::read(&JsonTree::new(root, source.name.clone()), terms, codes))
}

fn report_missed(coverage: &Coverage, name: &str, sink: &mut Diagnostics) {
    for missed in coverage.missed() {
        let times = if missed.values.len() == 1 { String::new() } else { format!(", {} times", missed.values.len()) };
        let first = missed.values.first().map_or("", |value| value.trim());
        let example: String = first.chars().take(60).collect();
        sink.note(
            &REG_101,
            Place::File(name.to_owned()),
            format!("`{}` was not understood{times}: {example}", missed.path),
        );
    }
}
