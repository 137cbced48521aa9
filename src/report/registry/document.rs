//! A readable document in neutral form: sections of paragraphs and tables whose numbers are figures of a record.

use super::{Figure, Text};

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Code of its language.
    pub language: String,
    /// Title.
    pub title: String,
    /// Elements that must have content.
    pub required: &'static [&'static str],
    /// What a reader must know first.
    pub notices: Vec<String>,
    /// Sections, in order.
    pub sections: Vec<Section>,
}

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Element that is asked for; `None` where none is, as in a part that only holds others.
    pub element: Option<&'static str>,
    /// Level of the heading; the title of the document has the first.
    pub level: u8,
    /// Heading.
    pub heading: Content,
    /// Contents.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(Content),
    /// A table.
    Table {
        /// Heads of the columns; none in a table of names and values.
        head: Vec<Content>,
        /// Rows; a row of one cell in a wider table is the heading of those below it.
        rows: Vec<Vec<Content>>,
    },
    /// A place marked for the writer: what is to be written there.
    Writer(String),
}

/// Words and numbers in a row.
pub type Content = Vec<Piece>;

/// Words or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Fixed words of the document.
    Fixed(String),
    /// Words of the record.
    Text(String),
    /// A number of the record.
    Figure(Figure),
}

impl Document {
    /// Elements that have neither content nor a place for the writer.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let stands = |element: &str| {
            self.sections.iter().any(|section| section.element == Some(element) && !section.blocks.is_empty())
        };
        self.required.iter().copied().filter(|element| !stands(element)).collect()
    }

    /// Elements in which the writer has something to do.
    #[must_use]
    pub fn open(&self) -> Vec<&'static str> {
        let is_open = |section: &&Section| section.blocks.iter().any(|block| matches!(block, Block::Writer(_)));
        self.sections.iter().filter(is_open).filter_map(|section| section.element).collect()
    }
}

/// Fixed words.
pub(super) fn fixed(word: &str) -> Content {
    vec![Piece::Fixed(word.to_owned())]
}

/// Words of the record.
pub(super) fn words(text: &str) -> Content {
    vec![Piece::Text(text.to_owned())]
}

/// Words of the record.
pub(super) fn words_of(text: &Text) -> Content {
    words(&text.text)
}

/// A sentence with its placeholders filled.
pub(super) fn fill(sentence: &str, with: &[(&str, Content)]) -> Content {
    let mut content = Content::new();
    let mut rest = sentence;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        if !before.is_empty() {
            content.push(Piece::Fixed(before.to_owned()));
        }
        content.extend(with.iter().filter(|(own, _)| *own == name).flat_map(|(_, value)| value.iter().cloned()));
        rest = after;
    }
    if !rest.is_empty() {
        content.push(Piece::Fixed(rest.to_owned()));
    }
    content
}
