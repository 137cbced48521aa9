//! A walker over an XML file that keeps in mind which leaves and attributes were understood.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use roxmltree::{Document, Node};

use crate::base::diagnostic::{Place, TextSource};
use crate::report::registry::figure::{Figure, Text};

use super::coverage::Coverage;

const SCHEMA_INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// A file being read.
#[derive(Debug)]
pub struct Tree<'d> {
    document: &'d Document<'d>,
    source: Arc<TextSource>,
    /// First byte of each line.
    lines: Vec<usize>,
    /// First bytes of the elements and attributes that were understood.
    understood: RefCell<BTreeSet<usize>>,
}

impl<'d> Tree<'d> {
    /// A parsed file; `source` holds the same text.
    #[must_use]
    pub fn new(document: &'d Document<'d>, source: Arc<TextSource>) -> Self {
        let ends = source.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        Self { document, source, lines, understood: RefCell::default() }
    }

    /// The outermost element. Where the schema is to be found is said there, which is no content.
    #[must_use]
    pub fn root(&self) -> Element<'_> {
        let root = Element { tree: self, node: self.document.root_element() };
        for attribute in root.node.attributes().filter(|attribute| attribute.namespace() == Some(SCHEMA_INSTANCE)) {
            self.mark(attribute.range().start);
        }
        root
    }

    /// What was understood until now.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let understood = self.understood.borrow();
        let mut coverage = Coverage::default();
        for node in self.document.descendants().filter(Node::is_element) {
            for attribute in node.attributes() {
                let known = understood.contains(&attribute.range().start);
                coverage.add(known, || format!("{}/@{}", path(node), attribute.name()), attribute.value());
            }
            // Words beside elements would be lost: they count as a leaf of their own.
            let words = node
                .children()
                .filter(Node::is_text)
                .filter_map(|text| text.text())
                .find(|text| !text.trim().is_empty());
            if is_leaf(node) || words.is_some() {
                coverage.add(understood.contains(&node.range().start), || path(node), words.unwrap_or("").trim());
            }
        }
        coverage
    }

    fn mark(&self, start: usize) {
        self.understood.borrow_mut().insert(start);
    }

    fn place(&self, at: usize, words: &str) -> Place {
        let line = self.lines.partition_point(|start| *start <= at);
        let start = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.source.text.get(start..at).map_or(1, |before| before.chars().count() + 1);
        let length = words.lines().next().unwrap_or("").chars().count().max(1);
        Place::Text { source: self.source.clone(), line, column, length }
    }
}

fn is_leaf(node: Node<'_, '_>) -> bool {
    !node.children().any(|child| child.is_element())
}

fn path(node: Node<'_, '_>) -> String {
    let mut names: Vec<&str> =
        node.ancestors().filter(Node::is_element).map(|ancestor| ancestor.tag_name().name()).collect();
    names.reverse();
    names.join("/")
}

/// An element of the file.
#[derive(Clone, Copy, Debug)]
pub struct Element<'t> {
    tree: &'t Tree<'t>,
    node: Node<'t, 't>,
}

impl<'t> Element<'t> {
    /// Its name, without namespace.
    #[must_use]
    pub fn name(self) -> &'t str {
        self.node.tag_name().name()
    }

    /// Its elements.
    pub fn elements(self) -> impl Iterator<Item = Self> {
        self.node.children().filter(Node::is_element).map(move |node| Self { tree: self.tree, node })
    }

    /// Its elements of a name.
    pub fn children<'n>(self, name: &'n str) -> impl Iterator<Item = Self> + use<'t, 'n> {
        self.elements().filter(move |element| element.name() == name)
    }

    /// The first of its elements of a name.
    #[must_use]
    pub fn child(self, name: &str) -> Option<Self> {
        self.children(name).next()
    }

    /// The items of a list; the element around them is understood, also where it is empty.
    #[must_use]
    pub fn list(self, around: &str, item: &str) -> Vec<Self> {
        let Some(around) = self.child(around) else { return Vec::new() };
        around.understood_if_empty();
        around.children(item).collect()
    }

    /// Marks it as understood, without its attributes; elements with elements inside need none.
    pub fn understood(self) {
        self.tree.mark(self.node.range().start);
        if let Some(nil) = self.node.attribute_node((SCHEMA_INSTANCE, "nil")) {
            self.tree.mark(nil.range().start);
        }
    }

    /// Takes the mark back from words that turned out to say something unknown.
    pub fn not_understood(self) {
        self.tree.understood.borrow_mut().remove(&self.node.range().start);
    }

    /// Marks it as understood where it holds nothing.
    pub fn understood_if_empty(self) {
        if is_leaf(self.node) && self.raw_text().is_none() {
            self.understood();
        }
    }

    fn raw_text(self) -> Option<&'t str> {
        self.node.text().map(str::trim).filter(|text| !text.is_empty())
    }

    /// Its words without blanks around them; none where it is empty or nil. It is understood by that.
    #[must_use]
    pub fn text(self) -> Option<Text> {
        let place = self.place();
        self.words().map(|words| Text::new(words, place))
    }

    /// As [`Element::text`], without the place.
    #[must_use]
    pub fn words(self) -> Option<&'t str> {
        self.understood();
        self.raw_text()
    }

    /// Its number as printed; none where it is empty or nil.
    #[must_use]
    pub fn figure(self) -> Option<Figure> {
        self.words().map(|words| Figure::Printed(words.to_owned()))
    }

    /// The words of one of its elements.
    #[must_use]
    pub fn text_of(self, name: &str) -> Option<Text> {
        self.child(name)?.text()
    }

    /// The number of one of its elements.
    #[must_use]
    pub fn figure_of(self, name: &str) -> Option<Figure> {
        self.child(name)?.figure()
    }

    /// An attribute's value. It is understood by that.
    #[must_use]
    pub fn attribute(self, name: &str) -> Option<&'t str> {
        let attribute = self.node.attribute_node(name)?;
        self.tree.mark(attribute.range().start);
        Some(attribute.value())
    }

    /// Marks an attribute as understood, such as a reference that was followed.
    pub fn understood_attribute(self, name: &str) {
        if let Some(attribute) = self.node.attribute_node(name) {
            self.tree.mark(attribute.range().start);
        }
    }

    /// An attribute's value as words with their place.
    #[must_use]
    pub fn attribute_text(self, name: &str) -> Option<Text> {
        let attribute = self.node.attribute_node(name)?;
        let words = self.attribute(name)?.trim();
        let place = self.tree.place(attribute.range().start, words);
        Some(Text::new(words, place)).filter(|text| !text.text.is_empty())
    }

    /// An attribute's value that is not understood yet, such as a reference that may lead nowhere.
    #[must_use]
    pub fn peek_attribute(self, name: &str) -> Option<&'t str> {
        self.node.attribute(name)
    }

    /// The element's own words that are not understood yet.
    #[must_use]
    pub fn peek(self) -> Option<&'t str> {
        self.raw_text()
    }

    /// Where its words stand, or else the element.
    #[must_use]
    pub fn place(self) -> Place {
        let words = self.raw_text();
        let text = self.node.children().find(Node::is_text).map(|text| text.range());
        let at = match (words, text) {
            (Some(_), Some(range)) => {
                let raw = self.tree.source.text.get(range.clone()).unwrap_or("");
                range.start + raw.len() - raw.trim_start().len()
            }
            _ => self.node.range().start,
        };
        self.tree.place(at, words.unwrap_or(""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "<r xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" n=\"1\">\n <t>\n  Two words\n </t>\n\
                        <e xsi:nil=\"true\"/><l/><o><i k=\"a\">1</i><i k=\"b\">2</i></o><m>x<y/></m></r>";

    #[test]
    fn what_was_asked_for_is_understood_and_the_rest_is_listed() {
        let document = Document::parse(FILE).unwrap();
        let source = Arc::new(TextSource { name: "f.xml".to_owned(), text: FILE.to_owned() });
        let tree = Tree::new(&document, source);
        let root = tree.root();
        assert_eq!(tree.coverage().understood, 0);
        let text = root.text_of("t").unwrap();
        assert_eq!((text.text.as_str(), text.place.to_string().as_str()), ("Two words", "f.xml:3:3"));
        assert_eq!((root.text_of("e"), root.list("l", "i").len()), (None, 0));
        let items: Vec<_> = root.list("o", "i").into_iter().map(|item| item.attribute("k")).collect();
        assert_eq!(items, [Some("a"), Some("b")]);
        let coverage = tree.coverage();
        // r/@n, t, e, e/@nil, l, twice i and i/@k, m's words, y; not understood: r/@n, i, m, y.
        assert_eq!((coverage.understood, coverage.present), (6, 11));
        let missed: Vec<_> = coverage.missed().map(|missed| (missed.path, missed.values)).collect();
        let expected: [(&str, &[&str]); 4] =
            [("r/@n", &["1"]), ("r/m", &["x"]), ("r/m/y", &[""]), ("r/o/i", &["1", "2"])];
        let expected =
            expected.map(|(path, values)| (path.to_owned(), values.iter().map(|v| (*v).to_owned()).collect()));
        assert_eq!(missed, expected);
    }
}
