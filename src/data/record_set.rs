//! Interned, sorted sets of records: which records a number speaks of, as data.

use indexmap::IndexSet;

use super::catalog::DatasetId;

/// One record: a row of a dataset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId {
    /// The dataset.
    pub dataset: DatasetId,
    /// Row id in the data engine; see [`super::catalog::row_of`] for the sheet row.
    pub row: i64,
}

/// Index of an interned set; the default is the empty set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordSetId(pub u32);

/// All record sets of a run, each stored once.
#[derive(Debug)]
pub struct RecordSets {
    sets: IndexSet<Box<[RecordId]>>,
}

impl Default for RecordSets {
    fn default() -> Self {
        let mut sets = IndexSet::new();
        sets.insert(Vec::new().into_boxed_slice());
        Self { sets }
    }
}

impl RecordSets {
    /// Sorts and interns; the same records give the same id.
    pub fn intern(&mut self, mut records: Vec<RecordId>) -> RecordSetId {
        records.sort_unstable();
        records.dedup();
        let (at, _) = self.sets.insert_full(records.into_boxed_slice());
        RecordSetId(u32::try_from(at).expect("invariant: fewer than 2^32 record sets"))
    }

    /// The records of a set, sorted.
    #[must_use]
    pub fn get(&self, id: RecordSetId) -> &[RecordId] {
        &self.sets[id.0 as usize]
    }

    /// All sets in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (RecordSetId, &[RecordId])> {
        (0u32..).map(RecordSetId).zip(self.sets.iter().map(|set| &**set))
    }
}
