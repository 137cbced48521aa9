//! Templates, words and numbers of the CTIS documents, for Word and for PDF.

use crate::base::codes::RPT_003;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::registry::ctis::Words;
use crate::report::registry::document::Document;
use crate::spec::at::At;

use super::number_profile::{NumberProfile, REGULATORY};
use super::template::{BuiltIn, TemplateSet};

/// The templates of the documents and the words of their languages.
pub static TEMPLATES: BuiltIn = &[
    ("ctis/core.xml.hbs", include_str!("../../templates/ctis/core.xml.hbs")),
    ("ctis/document.xml.hbs", include_str!("../../templates/ctis/document.xml.hbs")),
    ("ctis/en.yaml", include_str!("../../templates/ctis/en.yaml")),
    ("ctis/es.yaml", include_str!("../../templates/ctis/es.yaml")),
    ("ctis/footer.xml.hbs", include_str!("../../templates/ctis/footer.xml.hbs")),
    ("ctis/header.xml.hbs", include_str!("../../templates/ctis/header.xml.hbs")),
    ("ctis/styles.xml.hbs", include_str!("../../templates/ctis/styles.xml.hbs")),
];

/// The words of a language: a study's own file takes the place of the built-in one.
///
/// # Errors
/// Reports every word the file lacks (RPT-003).
pub fn words(language: &At<String>, templates: &TemplateSet, sink: &mut Diagnostics) -> Result<Words, Stop> {
    let path = format!("ctis/{}.yaml", **language);
    match templates.get(&path) {
        Some(source) => {
            let words = Words::read(&source.name, &source.text, sink)?;
            if words.language != **language {
                let message = format!("the words are said to be of the language `{}`", words.language);
                let place = Place::File(source.name.clone());
                return Err(sink.error(&RPT_003, place, message).hint("the file's name and `language` agree").stop());
            }
            Ok(words)
        }
        None => {
            let message = format!("there are no words for the language `{}`", **language);
            let hint = format!("put them into the study's templates/{path}; templates/ctis/en.yaml names each");
            Err(sink.error(&RPT_003, language.place.clone(), message).hint(hint).stop())
        }
    }
}

/// Registries have one way to write numbers; the language alone sets the decimal mark.
#[must_use]
pub fn profile(words: &Words) -> NumberProfile {
    NumberProfile { decimal_mark: words.decimal_mark, ..REGULATORY.clone() }
}

/// Reports the elements of the annex that are not there.
///
/// # Errors
/// RPT-003 for each.
pub(super) fn complete(name: &str, document: &Document, sink: &mut Diagnostics) -> Result<(), Stop> {
    let mark = sink.mark();
    for element in document.missing() {
        sink.error(&RPT_003, Place::File(name.to_owned()), format!("element {element} of the annex is missing"));
    }
    sink.check(mark)
}
