//! Counts with what a reader knows of them: which are shown, and how they add up.

/// A count of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// The true number.
    pub value: i64,
    /// The most it can be, for anyone who knows how many subjects there are.
    pub most: i64,
    /// Published elsewhere (registries, figures, column headers), so that hiding it would hide nothing.
    pub published: bool,
}

/// A sum that a reader can write down: `least <= sum of coefficient times count <= most`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    /// Index of the count and its coefficient.
    pub terms: Vec<(usize, i64)>,
    /// Lower end.
    pub least: i64,
    /// Upper end; nothing is known if `None`.
    pub most: Option<i64>,
}

impl Relation {
    /// The parts add up to the whole.
    #[must_use]
    pub fn sum(whole: usize, parts: &[usize]) -> Self {
        Self { most: Some(0), ..Self::within(whole, parts) }
    }

    /// The parts together are at most the whole.
    #[must_use]
    pub fn within(whole: usize, parts: &[usize]) -> Self {
        let parts = parts.iter().map(|part| (*part, -1));
        Self { terms: std::iter::once((whole, 1)).chain(parts).collect(), least: 0, most: None }
    }

    /// The whole is at most the parts together, as with subjects who are counted under several terms.
    #[must_use]
    pub fn covered(whole: usize, parts: &[usize]) -> Self {
        let parts = parts.iter().map(|part| (*part, 1));
        Self { terms: std::iter::once((whole, -1)).chain(parts).collect(), least: 0, most: None }
    }
}

/// Counts and sums.
#[derive(Clone, Debug, Default)]
pub struct System {
    /// The counts.
    pub counts: Vec<Count>,
    /// The sums.
    pub relations: Vec<Relation>,
}

impl System {
    /// Whether the true counts have every sum.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.relations.iter().all(|relation| {
            let sum: i64 = relation.terms.iter().map(|(at, by)| by * self.counts[*at].value).sum();
            sum >= relation.least && relation.most.is_none_or(|most| sum <= most)
        })
    }

    /// What print and headers say of a count: its least and its most.
    pub(super) fn range(&self, at: usize, state: State, small: i64) -> (i64, i64) {
        let count = self.counts[at];
        match state {
            State::Shown => (count.value, count.value),
            State::Small => (1, count.most.min(small - 1)),
            State::Withheld => (0, count.most),
        }
    }
}

/// How a count is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// As it is.
    Shown,
    /// `<6`: at least 1 and below the threshold.
    Small,
    /// `suppressed`: nothing is said of it.
    Withheld,
}
