//! Documents for CTIS as DOCX: `WordprocessingML` through the template engine, packed into an archive with fixed times.

use std::io::{Cursor, Write};

use serde_json::json;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::base::codes::RND_001;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::registry::ctis::Words;
use crate::report::registry::document::Document;
use crate::results::ResultStore;

use super::ctis_view::{complete, profile};
use super::document_view::view;
use super::placement::{DigitClass, Placed, check_digits, place_xml};
use super::template::{Engine, Target, TemplateSet};

/// Parts of the archive that are the same in every document.
const FIXED_PARTS: [(&str, &str); 3] = [
    ("[Content_Types].xml", include_str!("../../templates/ctis/content-types.xml")),
    ("_rels/.rels", include_str!("../../templates/ctis/package.rels.xml")),
    ("word/_rels/document.xml.rels", include_str!("../../templates/ctis/document.rels.xml")),
];

/// A document and where its numbers stand in it.
#[derive(Clone, Debug)]
pub struct Docx {
    /// The archive.
    pub bytes: Vec<u8>,
    /// Places in `word/document.xml`.
    pub placed: Placed,
}

/// Renders a document under a file name; `notices` stand first and on every page.
///
/// # Errors
/// [`Stop`] where a template fails, the document is not well-formed or an element of the annex has no content.
pub fn render(
    name: &str,
    document: &Document,
    words: &Words,
    notices: &[String],
    (templates, store): (&TemplateSet, &ResultStore),
    sink: &mut Diagnostics,
) -> Result<Docx, Stop> {
    complete(name, document, sink)?;
    let profile = profile(words);
    let engine = Engine::new(templates, store, &profile);
    let body =
        engine.render(Target::Xml, "ctis/document.xml.hbs", view(document, notices, words.decimal_mark), sink)?;
    let about = json!({
        "title": document.title,
        "language": document.language,
        "notice": notices.join(" "),
        "page": words.page,
    });
    let mut part = |path: &str| engine.render(Target::Xml, path, about.clone(), sink).map(|rendered| rendered.text);
    let core = part("ctis/core.xml.hbs")?;
    let footer = part("ctis/footer.xml.hbs")?;
    let header = part("ctis/header.xml.hbs")?;
    let styles = part("ctis/styles.xml.hbs")?;
    let mut placed = place_xml(name, &body, sink)?;
    // Widths and sizes stand in attributes; nobody reads them.
    placed.digits.retain(|run| run.class != DigitClass::Structural || !run.place.contains("/@"));
    check_digits(&placed, sink);
    let mut parts = FIXED_PARTS.to_vec();
    parts.extend([
        ("docProps/core.xml", core.as_str()),
        ("word/document.xml", body.text.as_str()),
        ("word/footer1.xml", footer.as_str()),
        ("word/header1.xml", header.as_str()),
        ("word/styles.xml", styles.as_str()),
    ]);
    let bytes = pack(&parts).map_err(|error| {
        sink.error(&RND_001, Place::File(name.to_owned()), format!("the document cannot be packed: {error}")).stop()
    })?;
    Ok(Docx { bytes, placed })
}

/// Nothing of the archive depends on when or where it is made.
fn pack(parts: &[(&str, &str)]) -> Result<Vec<u8>, zip::result::ZipError> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    for (path, text) in parts {
        archive.start_file(*path, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}
