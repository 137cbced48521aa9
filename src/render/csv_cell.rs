//! What a text needs before a spreadsheet program may read it.

use std::borrow::Cow;

/// The text, with an apostrophe before it where a program would compute it instead of showing it (OWASP, CSV injection).
pub(super) fn without_formula(text: &str) -> Cow<'_, str> {
    if is_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// Whether a spreadsheet program would compute the text instead of showing it.
pub(super) fn is_formula(text: &str) -> bool {
    let text = text.trim_start();
    // A dash alone stands for "not calculable".
    text.starts_with(['=', '+', '@']) || (text.starts_with('-') && text.len() > 1)
}
