//! The last step of a PDF: what the typesetter has no setting for.

use lopdf::{Document, Object};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};

/// Makes viewers open the document with its bookmarks (FDA PDF specification 4.1, "initial view"),
/// where it has any. Same bytes in, same bytes out.
///
/// # Errors
/// Reports a PDF that cannot be read back (RND-001).
pub fn finish(pdf: &[u8], file: &str, sink: &mut Diagnostics) -> Result<Vec<u8>, Stop> {
    let mut refuse = |error: String| {
        let place = Place::File(file.to_owned());
        sink.error(&codes::RND_001, place, format!("the PDF cannot be finished: {error}")).stop()
    };
    let mut document = Document::load_mem(pdf).map_err(|error| refuse(error.to_string()))?;
    let catalog = document.catalog_mut().map_err(|error| refuse(error.to_string()))?;
    if catalog.has(b"Outlines") {
        catalog.set("PageMode", Object::Name(b"UseOutlines".to_vec()));
    }
    let mut bytes = Vec::with_capacity(pdf.len() + 4096);
    document.save_to(&mut bytes).map_err(|error| refuse(error.to_string()))?;
    Ok(bytes)
}
