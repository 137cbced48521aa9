//! How much of a file was understood: leaf elements and attributes, and which of them nobody asked for.

use std::collections::BTreeMap;

/// How much of a file was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Leaves and attributes that were understood.
    pub understood: usize,
    /// Leaves and attributes that the file has.
    pub present: usize,
    /// What stands at each path that was not understood.
    missed: BTreeMap<String, Vec<String>>,
    derived: BTreeMap<String, usize>,
}

/// A path of the file that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Path without positions: `result/trialInformation/fullTitle`, `result/@sponsor`.
    pub path: String,
    /// What stands there, as often as it occurs.
    pub values: Vec<String>,
}

impl Coverage {
    /// Counts a leaf or attribute.
    pub fn add(&mut self, understood: bool, path: impl FnOnce() -> String, words: &str) {
        self.present += 1;
        if understood {
            self.understood += 1;
        } else {
            self.missed.entry(path()).or_default().push(words.to_owned());
        }
    }

    /// What was not understood, by path.
    pub fn missed(&self) -> impl Iterator<Item = Missed> {
        self.missed.iter().map(|(path, values)| Missed { path: path.clone(), values: values.clone() })
    }

    /// Counts apart what the register adds by itself, such as dates of posting: paths that begin so are no content.
    pub fn set_apart(&mut self, beginnings: &[&str]) {
        let is_derived = |path: &str| beginnings.iter().any(|beginning| path.starts_with(beginning));
        for (path, values) in std::mem::take(&mut self.missed) {
            if is_derived(&path) {
                self.present -= values.len();
                self.derived.insert(path, values.len());
            } else {
                self.missed.insert(path, values);
            }
        }
    }

    /// What the register adds by itself: path and how often.
    pub fn derived(&self) -> impl Iterator<Item = (&str, usize)> {
        self.derived.iter().map(|(path, count)| (path.as_str(), *count))
    }

    /// Whether everything was understood.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.understood == self.present
    }
}
