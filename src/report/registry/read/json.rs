//! A walker over a JSON file that keeps in mind which leaves were understood; the like of `tree` for XML.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::base::diagnostic::Place;
use crate::report::registry::{Figure, Text};

use super::coverage::Coverage;

/// A file being read.
#[derive(Debug)]
pub struct JsonTree {
    root: Json,
    file: String,
    /// Addresses of the leaves that were understood; `root` is never changed, so they stay.
    understood: RefCell<BTreeSet<usize>>,
}

impl JsonTree {
    /// A parsed file.
    #[must_use]
    pub fn new(root: Json, file: impl Into<String>) -> Self {
        Self { root, file: file.into(), understood: RefCell::default() }
    }

    /// The outermost value.
    #[must_use]
    pub fn root(&self) -> Item<'_> {
        Item { tree: self, value: &self.root, path: String::new() }
    }

    /// What was understood until now.
    #[must_use]
    pub fn coverage(&self) -> Coverage {
        let mut coverage = Coverage::default();
        self.count(&self.root, "", &mut coverage);
        coverage
    }

    fn count(&self, value: &Json, path: &str, coverage: &mut Coverage) {
        match value {
            Json::Object(map) => {
                for (name, value) in map {
                    self.count(value, &below(path, name), coverage);
                }
            }
            Json::Array(list) => list.iter().for_each(|value| self.count(value, path, coverage)),
            Json::Null => {}
            leaf => {
                let known = self.understood.borrow().contains(&address(leaf));
                coverage.add(known, || path.to_owned(), &words(leaf).unwrap_or_default());
            }
        }
    }
}

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") }
}

fn address(value: &Json) -> usize {
    std::ptr::from_ref(value).addr()
}

fn words(value: &Json) -> Option<String> {
    let text = match value {
        Json::String(text) => text.trim().to_owned(),
        Json::Number(number) => number.to_string(),
        Json::Bool(flag) => flag.to_string(),
        _ => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A value of the file.
#[derive(Clone, Debug)]
pub struct Item<'t> {
    tree: &'t JsonTree,
    value: &'t Json,
    path: String,
}

impl<'t> Item<'t> {
    fn at(&self, value: &'t Json, name: &str) -> Self {
        Self { tree: self.tree, value, path: below(&self.path, name) }
    }

    /// A field, or a field of a field: `a/b`.
    #[must_use]
    pub fn child(&self, path: &str) -> Option<Self> {
        path.split('/').try_fold(self.clone(), |item, name| {
            let value = item.value.get(name)?;
            Some(item.at(value, name))
        })
    }

    /// The entries of a list.
    #[must_use]
    pub fn children(&self, path: &str) -> Vec<Self> {
        let Some(list) = self.child(path) else { return Vec::new() };
        let entries = list.value.as_array().map(Vec::as_slice).unwrap_or_default();
        entries.iter().map(|value| Self { value, ..list.clone() }).collect()
    }

    /// Its words without blanks around them; none where it is empty. It is understood by that.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        self.tree.understood.borrow_mut().insert(address(self.value));
        words(self.value)
    }

    /// As [`Item::words`], not understood yet.
    #[must_use]
    pub fn peek(&self) -> Option<String> {
        words(self.value)
    }

    /// Its words with their place.
    #[must_use]
    pub fn text(&self) -> Option<Text> {
        Some(Text::new(self.words()?, Place::File(format!("{}: {}", self.tree.file, self.path))))
    }

    /// The words of a field.
    #[must_use]
    pub fn words_of(&self, path: &str) -> Option<String> {
        self.child(path)?.words()
    }

    /// The words of a field with their place.
    #[must_use]
    pub fn text_of(&self, path: &str) -> Option<Text> {
        self.child(path)?.text()
    }

    /// The number of a field, as printed.
    #[must_use]
    pub fn figure_of(&self, path: &str) -> Option<Figure> {
        self.words_of(path).map(Figure::Printed)
    }

    /// `true` or `false`.
    #[must_use]
    pub fn flag_of(&self, path: &str) -> Option<bool> {
        let item = self.child(path)?;
        let flag = item.value.as_bool()?;
        let _ = item.words();
        Some(flag)
    }

    /// The words of a list.
    #[must_use]
    pub fn texts_of(&self, path: &str) -> Vec<Text> {
        self.children(path).iter().filter_map(Self::text).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_is_understood_and_the_rest_is_listed() {
        let json =
            serde_json::json!({"a": {"b": " two words ", "n": 3}, "l": [{"k": "x"}, {"k": "y", "z": true}], "e": []});
        let tree = JsonTree::new(json, "f.json");
        let root = tree.root();
        let text = root.text_of("a/b").unwrap();
        assert_eq!((text.text.as_str(), text.place.to_string().as_str()), ("two words", "f.json: a/b"));
        assert_eq!(root.figure_of("a/n"), Some(Figure::Printed("3".to_owned())));
        let list = root.children("l");
        assert_eq!(list.iter().map(|item| item.words_of("k").unwrap()).collect::<Vec<_>>(), ["x", "y"]);
        let coverage = tree.coverage();
        assert_eq!((coverage.understood, coverage.present), (4, 5));
        assert_eq!(coverage.missed().map(|missed| missed.path).collect::<Vec<_>>(), ["l/z"]);
    }
}
