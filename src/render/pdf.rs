//! PDF documents: template to Typst to PDF, with the place of every number on its pages.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};

use super::marks::{MarkClass, mark_at};
use super::pdf_finish::finish;
use super::placement::{DigitClass, Placed, Placer, Spot, check_digits, class_of};
use super::template::{BuiltIn, Engine, Rendered, Target};
pub use super::typst_world::Fonts;
use super::typst_world::{Maker, PageText, typeset};

/// Templates of composed PDF documents.
pub static TEMPLATES: BuiltIn = &[
    ("csr/consort.typ.hbs", include_str!("../../templates/csr/consort.typ.hbs")),
    ("csr/contents.typ.hbs", include_str!("../../templates/csr/contents.typ.hbs")),
    ("csr/report.typ.hbs", include_str!("../../templates/csr/report.typ.hbs")),
    ("csr/section.typ.hbs", include_str!("../../templates/csr/section.typ.hbs")),
    ("csr/table.typ.hbs", include_str!("../../templates/csr/table.typ.hbs")),
    ("csr/title_page.typ.hbs", include_str!("../../templates/csr/title_page.typ.hbs")),
    ("shared/blocks.typ.hbs", include_str!("../../templates/shared/blocks.typ.hbs")),
    ("shared/curve.typ.hbs", include_str!("../../templates/shared/curve.typ.hbs")),
    ("shared/flow.typ.hbs", include_str!("../../templates/shared/flow.typ.hbs")),
    ("shared/style.typ.hbs", include_str!("../../templates/shared/style.typ.hbs")),
    ("shared/table.typ.hbs", include_str!("../../templates/shared/table.typ.hbs")),
];

/// A finished PDF.
#[derive(Debug)]
pub struct PdfDocument {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// Where its numbers stand and what its other digits are.
    pub placed: Placed,
}

/// Renders the Typst template at `path` with `view` and typesets it.
///
/// `file` names the output for placements and messages; `ident` fixes the document identifier, so
/// that the same input gives the same bytes. Needs nothing but its arguments.
///
/// # Errors
/// Problems of the template (TPL-001, RPT-001), of typesetting (RND-001), characters without a
/// glyph (RND-004), and numbers that are not on the page as they are in the store (RND-003).
pub fn render_pdf<V: Serialize>(
    engine: &Engine<'_>,
    fonts: &Fonts,
    path: &str,
    view: &V,
    (file, ident): (&str, &str),
    sink: &mut Diagnostics,
) -> Result<PdfDocument, Stop> {
    let rendered = engine.render(Target::Typst, path, view, sink)?;
    let typeset = typeset(&rendered, fonts, ident, sink)?;
    let mark = sink.mark();
    let placed = place_pages(file, &rendered, &typeset.texts, sink);
    check_digits(&placed, sink);
    sink.check(mark)?;
    let bytes = finish(&typeset.pdf, file, sink)?;
    Ok(PdfDocument { bytes, pages: typeset.pages, placed })
}

/// Every copy of every number with its page and position, and the class of all other digits.
fn place_pages(file: &str, rendered: &Rendered, texts: &[PageText], sink: &mut Diagnostics) -> Placed {
    let mut placer = Placer::new(file, rendered);
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    for text in texts {
        let spot = Spot::Page { page: text.page, x: text.x, y: text.y };
        let mark = if text.maker == Maker::Unknown { None } else { mark_at(&rendered.marks, text.source.start) };
        match mark.map(|mark| (mark, class_of(&mark.class))) {
            Some((mark, None)) => {
                seen.insert(mark.range.start);
                if letters(&text.text) != letters(&mark.text) {
                    let message = format!("{spot} of {file} shows `{}` for `{}`", text.text, mark.text);
                    sink.error(&codes::RND_003, rendered.template_place(mark.range.start), message);
                }
                placer.number(mark, &spot);
            }
            Some((_, class)) => placer.digits(&text.text, class, &spot),
            None => placer.digits(&text.text, maker_class(text), &spot),
        }
    }
    for mark in &rendered.marks {
        let is_number = matches!(mark.class, MarkClass::Number { .. } | MarkClass::Series { .. });
        // A number in a literal without quotes of its own is part of a text equivalent.
        if is_number && !seen.contains(&mark.range.start) && !rendered.marked(mark).starts_with('"') {
            placer.number(mark, &Spot::Alternative);
        } else if is_number && !seen.contains(&mark.range.start) {
            let message = format!("`{}` was written into the document and stands on no page of {file}", mark.text);
            sink.error(&codes::RND_003, rendered.template_place(mark.range.start), message);
        }
    }
    placer.finish()
}

/// Class of digits that stand under no mark.
fn maker_class(text: &PageText) -> Option<DigitClass> {
    match text.maker {
        Maker::Text => None,
        Maker::Code => Some(DigitClass::Structural),
        Maker::Unknown => Some(DigitClass::Unclassified),
    }
}

/// A text without blanks: lines are broken at them.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

