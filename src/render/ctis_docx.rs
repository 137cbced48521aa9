//! Documents for CTIS as DOCX: `WordprocessingML` through the template engine, packed into an archive with fixed times.

use std::io::{Cursor, Write};

use serde_json::{Value as Json, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::base::codes::{RND_001, RPT_003};
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::registry::Figure;
use crate::report::registry::ctis::{Block, Content, Document, Piece, Words};
use crate::results::ResultStore;

use super::number_profile::{NumberProfile, REGULATORY};
use super::placement::{DigitClass, Placed, check_digits, place_xml};
use super::template::{BuiltIn, Engine, Target, TemplateSet};

/// The templates of the documents and the words of their languages.
pub static TEMPLATES: BuiltIn = &[
    ("ctis/core.xml.hbs", include_str!("../../templates/ctis/core.xml.hbs")),
    ("ctis/document.xml.hbs", include_str!("../../templates/ctis/document.xml.hbs")),
    ("ctis/en.yaml", include_str!("../../templates/ctis/en.yaml")),
    ("ctis/es.yaml", include_str!("../../templates/ctis/es.yaml")),
    ("ctis/styles.xml.hbs", include_str!("../../templates/ctis/styles.xml.hbs")),
];

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

/// The words of a language: a study's own file takes the place of the built-in one.
///
/// # Errors
/// Reports every word the file lacks (RPT-003).
pub fn words(language: &str, templates: &TemplateSet, sink: &mut Diagnostics) -> Result<Words, Stop> {
    let path = format!("ctis/{language}.yaml");
    match templates.get(&path) {
        Some(source) => Words::read(&source.name, &source.text, sink),
        None => {
            let place = Place::File(format!("templates/{path}"));
            Err(sink.error(&RPT_003, place, format!("there are no words for the language `{language}`")).stop())
        }
    }
}

/// Renders a document under a file name; `notices` stand first.
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
    let mark = sink.mark();
    for element in document.missing() {
        sink.error(&RPT_003, Place::File(name.to_owned()), format!("element {element} of the annex is missing"));
    }
    sink.check(mark)?;
    // Registries have one way to write numbers; the language alone sets the decimal mark.
    let profile = NumberProfile { decimal_mark: words.decimal_mark, ..REGULATORY.clone() };
    let engine = Engine::new(templates, store, &profile);
    let body = engine.render(Target::Xml, "ctis/document.xml.hbs", view(document, notices, words), sink)?;
    let about = json!({"title": document.title, "language": document.language});
    let core = engine.render(Target::Xml, "ctis/core.xml.hbs", about.clone(), sink)?;
    let styles = engine.render(Target::Xml, "ctis/styles.xml.hbs", about, sink)?;
    let mut placed = place_xml(name, &body, sink)?;
    // Widths and sizes stand in attributes; nobody reads them.
    placed.digits.retain(|run| run.class != DigitClass::Structural || !run.place.contains("/@"));
    check_digits(&placed, sink);
    let mut parts = FIXED_PARTS.to_vec();
    parts.extend([
        ("docProps/core.xml", core.text.as_str()),
        ("word/document.xml", body.text.as_str()),
        ("word/styles.xml", styles.text.as_str()),
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

fn view(document: &Document, notices: &[String], words: &Words) -> Json {
    let sections = document.sections.iter().map(|section| {
        let style = if section.element.is_some_and(|element| element.contains('.')) { "Heading2" } else { "Heading1" };
        json!({
            "heading": section.heading,
            "style": style,
            "blocks": section.blocks.iter().map(|of| block(of, words)).collect::<Vec<_>>(),
        })
    });
    json!({
        "title": document.title,
        "notices": notices.iter().chain(&document.notices).collect::<Vec<_>>(),
        "sections": sections.collect::<Vec<_>>(),
    })
}

fn block(of: &Block, words: &Words) -> Json {
    let cells = |row: &[Content]| row.iter().map(|of| content(of, words)).collect::<Vec<_>>();
    match of {
        Block::Paragraph(pieces) => json!({"kind": "paragraph", "style": "Normal", "content": content(pieces, words)}),
        Block::Writer(text) => json!({"kind": "paragraph", "style": "Writer", "content": [{"label": text}]}),
        Block::Table { head, rows } => {
            json!({"kind": "table", "head": cells(head), "rows": rows.iter().map(|row| cells(row)).collect::<Vec<_>>()})
        }
    }
}

fn content(pieces: &[Piece], words: &Words) -> Json {
    let piece = |of: &Piece| match of {
        Piece::Fixed(text) => json!({"label": text}),
        Piece::Text(text) => json!({"text": text}),
        Piece::Figure(Figure::Result(key)) => json!({"num": key.to_string()}),
        // A number of a file that was read gets the language's decimal mark as well.
        Piece::Figure(Figure::Printed(text)) => json!({"text": text.replace('.', &words.decimal_mark.to_string())}),
    };
    Json::Array(pieces.iter().map(piece).collect())
}
