//! How much of a file was understood: leaf elements and attributes, and which of them nobody asked for.

use std::collections::BTreeMap;

/// How much of a file was understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Leaves and attributes that were understood.
    pub understood: usize,
    /// Leaves and attributes that the file has.
    pub present: usize,
    missed: BTreeMap<String, (usize, String)>,
    derived: BTreeMap<String, usize>,
}

/// A path of the file that was not understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    /// Path without positions: `result/trialInformation/fullTitle`, `result/@sponsor`.
    pub path: String,
    /// How often.
    pub count: usize,
    /// What stands at the first of them.
    pub example: String,
}

impl Coverage {
    /// Counts a leaf or attribute.
    pub fn add(&mut self, understood: bool, path: impl FnOnce() -> String, example: &str) {
        self.present += 1;
        if understood {
            self.understood += 1;
        } else {
            self.missed.entry(path()).or_insert_with(|| (0, example.to_owned())).0 += 1;
        }
    }

    /// What was not understood, by path.
    pub fn missed(&self) -> impl Iterator<Item = Missed> {
        let missed = |(path, (count, example)): (&String, &(usize, String))| Missed {
            path: path.clone(),
            count: *count,
            example: example.clone(),
        };
        self.missed.iter().map(missed)
    }

    /// Counts apart what the register adds by itself, such as dates of posting: paths that begin so are no content.
    pub fn set_apart(&mut self, beginnings: &[&str]) {
        let is_derived = |path: &str| beginnings.iter().any(|beginning| path.starts_with(beginning));
        for (path, (count, example)) in std::mem::take(&mut self.missed) {
            if is_derived(&path) {
                self.present -= count;
                self.derived.insert(path, count);
            } else {
                self.missed.insert(path, (count, example));
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
