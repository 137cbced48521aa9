//! Documents for CTIS as tagged PDF: the same document as the DOCX, typeset.

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::report::registry::ctis::Words;
use crate::report::registry::document::Document;
use crate::results::ResultStore;

use super::csr_pdf::{PageFacts, PageWords};
use super::ctis_view::{complete, profile};
use super::document_pdf;
use super::pdf::{Fonts, PdfDocument};
use super::template::{Engine, TemplateSet};

/// Typesets a document under a file name; `page` holds what stands around its pages, in English.
///
/// # Errors
/// As [`document_pdf::render`]; RPT-003 where an element of the annex has no content.
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
    document_pdf::render(name, document, &page, (&engine, &profile, fonts), sink)
}
