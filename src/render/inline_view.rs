//! Content as templates take it: pieces that are either words or a number by key.

use serde::Serialize;

use crate::report::display::Inline;

use super::number_profile::style_text;

/// A piece for `{{cell}}`: exactly one of `text` and `num` is set.
#[derive(Clone, Debug, Serialize)]
pub struct InlineView {
    /// Words.
    pub text: Option<String>,
    /// Key of a number.
    pub num: Option<String>,
    /// Its style, where the result's own is not wanted.
    pub style: Option<String>,
}

impl From<&Inline> for InlineView {
    fn from(inline: &Inline) -> Self {
        match inline {
            Inline::Text(text) => Self { text: Some(text.clone()), num: None, style: None },
            Inline::Number { key, style } => {
                Self { text: None, num: Some(key.to_string()), style: style.map(style_text) }
            }
        }
    }
}

/// The pieces of a cell, a line or a note.
#[must_use]
pub fn view(content: &[Inline]) -> Vec<InlineView> {
    content.iter().map(InlineView::from).collect()
}

/// A coordinate for `{{coords}}`: a tenth of a point is finer than any printer.
#[must_use]
pub fn tenth(x: f64) -> f64 {
    let tenths = (x * 10.0).round() / 10.0;
    if tenths == 0.0 { 0.0 } else { tenths }
}

/// An element id for a display: `14.1.1` of kind `table` is `table-14-1-1`.
#[must_use]
pub fn anchor(kind: &str, id: &str) -> String {
    let id: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{kind}-{id}")
}
