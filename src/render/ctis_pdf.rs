//! Documents for CTIS as tagged PDF: the same document as the DOCX, typeset.

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::report::registry::ctis::{Document, Words};
use crate::results::ResultStore;

use super::csr_pdf::{PageFacts, PageWords};
use super::ctis_view::{complete, profile, view};
use super::pdf::{Fonts, PdfDocument, render_pdf};
use super::template::{Engine, TemplateSet};

/// Typesets a document under a file name; `page` holds what stands around its pages, in English.
///
/// # Errors
/// As [`render_pdf`]; RPT-003 where an element of the annex has no content.
pub fn render(
    name: &str,
    document: &Document,
    words: &Words,
    page: &PageFacts,
    (templates, fonts, store): (&TemplateSet, &Fonts, &ResultStore),
    sink: &mut Diagnostics,
) -> Result<PdfDocument, Stop> {
    complete(name, document, sink)?;
    let profile = profile(words);
    let engine = Engine::new(templates, store, &profile);
    let mut view = view(document, &[], words);
    let page = PageFacts {
        document_title: document.title.clone(),
        words: PageWords {
            draft: words.draft.clone(),
            lock: words.lock.clone(),
            run: words.run.clone(),
            page: words.page.clone(),
            of: words.page_of.clone(),
        },
        ..page.clone()
    };
    view["page"] = serde_json::to_value(&page).expect("invariant: page facts are plain texts");
    let ident = format!("tracelock {name} {} {}", page.protocol_code, page.run_id);
    render_pdf(&engine, fonts, "ctis/document.typ.hbs", view, (name, &ident), sink)
}
