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

    /// Whether everything was understood.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.understood == self.present
    }
}
