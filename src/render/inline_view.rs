//! Content of a drawing as templates take it: words, or a number with an element id of its own.

use serde::Serialize;

use crate::report::display::Inline;
use crate::report::view::style_text;

/// A piece of text: exactly one of `text` and `num` is set.
#[derive(Clone, Debug, Serialize)]
pub struct InlineView {
    /// Words.
    pub text: Option<String>,
    /// Key of a number.
    pub num: Option<String>,
    /// Its style, where the result's own is not wanted.
    pub style: Option<String>,
    /// Id of the number's element.
    pub id: String,
}

/// Makes views whose element ids are unique in a page: those of a drawing begin with its anchor.
#[derive(Debug)]
pub struct InlineViews {
    anchor: String,
    numbers: usize,
}

impl InlineViews {
    /// Views of the drawing with this anchor.
    #[must_use]
    pub fn new(anchor: &str) -> Self {
        Self { anchor: anchor.to_owned(), numbers: 0 }
    }

    /// The next element id.
    pub fn next_id(&mut self) -> String {
        self.numbers += 1;
        format!("{}-n{}", self.anchor, self.numbers)
    }

    /// The pieces of a line or a text equivalent.
    pub fn view<'i>(&mut self, content: impl IntoIterator<Item = &'i Inline>) -> Vec<InlineView> {
        let piece = |inline: &Inline| match inline {
            Inline::Text(text) => InlineView { text: Some(text.clone()), num: None, style: None, id: String::new() },
            Inline::Number { key, style } => {
                InlineView { text: None, num: Some(key.to_string()), style: style.map(style_text), id: self.next_id() }
            }
        };
        content.into_iter().map(piece).collect()
    }
}

/// A coordinate for `{{coords}}`: a tenth of a point is finer than any printer.
#[must_use]
pub fn tenth(x: f64) -> f64 {
    let tenths = (x * 10.0).round() / 10.0;
    if tenths == 0.0 { 0.0 } else { tenths }
}
