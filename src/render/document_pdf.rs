//! Readable documents for the registries as tagged PDF.

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::report::registry::document::Document;

use super::csr_pdf::PageFacts;
use super::document_view::view;
use super::number_profile::NumberProfile;
use super::pdf::{Fonts, PdfDocument, render_pdf};
use super::template::Engine;

/// Typesets a document under a file name; `page` holds what stands around its pages, `profile` is the engine's.
///
/// # Errors
/// As [`render_pdf`].
pub fn render(
    name: &str,
    document: &Document,
    page: &PageFacts,
    (engine, profile, fonts): (&Engine<'_>, &NumberProfile, &Fonts),
    sink: &mut Diagnostics,
) -> Result<PdfDocument, Stop> {
    let mut view = view(document, &[], profile.decimal_mark);
    view["page"] = serde_json::to_value(page).expect("invariant: page facts are plain texts");
    let ident = format!("tracelock {name} {} {}", page.protocol_code, page.run_id);
    render_pdf(engine, fonts, "registry/document.typ.hbs", view, (name, &ident), sink)
}
