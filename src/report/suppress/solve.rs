//! Tries to solve for hidden counts: what the sums and the printed ranges leave open.
//!
//! Two ways that check each other. [`bounds`] narrows the range of every count by every sum until nothing moves; a
//! range of one number is found out. [`Search::witness`] looks for another table of whole numbers that a reader could
//! not tell from the true one and in which the count differs: where there is such a table, no way of solving finds
//! the count. A count without a witness is taken as solvable, so that the search errs to the side of hiding more.

use std::collections::BTreeMap;

use super::system::{Relation, State, System};

/// How far a search goes; beyond, the count is taken as solvable.
#[derive(Clone, Copy, Debug)]
pub(super) struct Depth {
    /// Steps.
    steps: usize,
    /// Counts that the other table may change.
    changes: usize,
}

/// Where hiding more is another way.
pub(super) const SHALLOW: Depth = Depth { steps: 1000, changes: 48 };
/// Where nothing more can be hidden.
pub(super) const DEEP: Depth = Depth { steps: 200_000, changes: 400 };
/// Rounds of narrowing.
const ROUNDS: usize = 1000;

/// The range of every count that a reader can work out sum by sum.
#[must_use]
pub fn bounds(system: &System, states: &[State], small: i64) -> Vec<(i64, i64)> {
    let mut ranges: Vec<(i64, i64)> =
        states.iter().enumerate().map(|(at, state)| system.range(at, *state, small)).collect();
    for _ in 0..ROUNDS {
        let mut moved = false;
        for relation in &system.relations {
            moved |= narrow(relation, &mut ranges);
        }
        if !moved {
            break;
        }
    }
    ranges
}

fn narrow(relation: &Relation, ranges: &mut [(i64, i64)]) -> bool {
    let ends = |(at, by): (usize, i64), ranges: &[(i64, i64)]| {
        let (least, most) = ranges[at];
        if by > 0 { (by * least, by * most) } else { (by * most, by * least) }
    };
    let (least, most) = relation.terms.iter().fold((0, 0), |(least, most), term| {
        let (low, high) = ends(*term, ranges);
        (least + low, most + high)
    });
    for &(at, by) in &relation.terms {
        let (low, high) = ends((at, by), ranges);
        // The others are between `least - low` and `most - high`; the rest is for this one.
        let floor = relation.least - (most - high);
        let ceiling = relation.most.map(|end| end - (least - low));
        let (own_floor, own_ceiling) = if by > 0 {
            (Some(div_up(floor, by)), ceiling.map(|c| c.div_euclid(by)))
        } else {
            (ceiling.map(|c| div_up(-c, -by)), Some((-floor).div_euclid(-by)))
        };
        let range = &mut ranges[at];
        let narrowed = (own_floor.map_or(range.0, |f| f.max(range.0)), own_ceiling.map_or(range.1, |c| c.min(range.1)));
        if narrowed != *range {
            *range = narrowed;
            // The ends above are those of the range before; the next round sees the new ones.
            return true;
        }
    }
    false
}

fn div_up(number: i64, by: i64) -> i64 {
    -(-number).div_euclid(by)
}

/// Sums and where counts stand in them, worked out once for all searches.
pub(super) struct Index {
    /// Relations of each count, with its factor there.
    pub by_count: Vec<Vec<(usize, i64)>>,
    /// What each relation adds up to in the true table.
    sums: Vec<i64>,
}

impl Index {
    pub fn of(system: &System) -> Self {
        let mut by_count = vec![Vec::new(); system.counts.len()];
        let mut sums = Vec::with_capacity(system.relations.len());
        for (relation, of) in system.relations.iter().enumerate() {
            sums.push(of.terms.iter().map(|(at, by)| by * system.counts[*at].value).sum());
            for (at, by) in &of.terms {
                by_count[*at].push((relation, *by));
            }
        }
        Self { by_count, sums }
    }
}

/// The search for tables that a reader cannot tell from the true one.
pub(super) struct Search<'a> {
    system: &'a System,
    states: &'a [State],
    small: i64,
    index: &'a Index,
    depth: Depth,
    changes: BTreeMap<usize, i64>,
    /// By how much sums are off the true table's.
    moved: BTreeMap<usize, i64>,
    /// Sums that do not hold, shortest first as they leave least choice, and the direction in which they must go.
    broken: BTreeMap<(usize, usize), i64>,
    steps: usize,
}

impl<'a> Search<'a> {
    pub fn new(system: &'a System, states: &'a [State], small: i64, index: &'a Index, depth: Depth) -> Self {
        let (changes, moved, broken) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { system, states, small, index, depth, changes, moved, broken, steps: 0 }
    }

    /// The counts that differ in a table which shows the same and holds another number at `at`.
    pub fn witness(&mut self, at: usize) -> Option<Vec<usize>> {
        for by in [1, -1] {
            self.changes.clear();
            self.moved.clear();
            self.broken.clear();
            self.steps = 0;
            if self.change(at, by) && self.repair() {
                return Some(self.changes.keys().copied().collect());
            }
        }
        None
    }

    /// Changes a count by one if print leaves that open and it was not changed before.
    fn change(&mut self, at: usize, by: i64) -> bool {
        if self.changes.contains_key(&at) || self.states[at] == State::Shown {
            return false;
        }
        let (least, most) = self.system.range(at, self.states[at], self.small);
        let value = self.system.counts[at].value + by;
        if value < least || value > most {
            return false;
        }
        self.changes.insert(at, by);
        self.shift(at, by);
        true
    }

    fn take_back(&mut self, at: usize) {
        if let Some(by) = self.changes.remove(&at) {
            self.shift(at, -by);
        }
    }

    /// Keeps the sums of a count up to date.
    fn shift(&mut self, at: usize, by: i64) {
        for (relation, factor) in &self.index.by_count[at] {
            let moved = self.moved.entry(*relation).or_default();
            *moved += factor * by;
            let sum = self.index.sums[*relation] + *moved;
            let of = &self.system.relations[*relation];
            let place = (of.terms.len(), *relation);
            if sum < of.least {
                self.broken.insert(place, 1);
            } else if of.most.is_some_and(|most| sum > most) {
                self.broken.insert(place, -1);
            } else {
                self.broken.remove(&place);
            }
        }
    }

    /// Changes further counts until every sum holds again.
    fn repair(&mut self) -> bool {
        let Some((&(_, relation), &wanted)) = self.broken.first_key_value() else { return true };
        if self.changes.len() >= self.depth.changes {
            return false;
        }
        for &(at, by) in &self.system.relations[relation].terms {
            self.steps += 1;
            if self.steps > self.depth.steps {
                return false;
            }
            if self.change(at, wanted * by.signum()) {
                if self.repair() {
                    return true;
                }
                self.take_back(at);
            }
        }
        false
    }
}
