//! Tries to solve for hidden counts: what the sums and the printed ranges leave open.
//!
//! Two ways that check each other. [`bounds`] narrows the range of every count by every sum until nothing moves; a
//! range of one number is found out. [`Search::witness`] looks for another table of whole numbers that a reader could
//! not tell from the true one and in which the count differs: where there is such a table, no way of solving finds
//! the count. A count without a witness is taken as solvable, so that the search errs to the side of hiding more.

use std::collections::BTreeMap;

use super::system::{Relation, State, System};

/// Steps of one search; beyond, the count is taken as solvable.
const STEPS: usize = 1000;
/// Counts that one other table may change.
const CHANGES: usize = 48;
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

/// The search for tables that a reader cannot tell from the true one.
pub(super) struct Search<'a> {
    system: &'a System,
    states: &'a [State],
    small: i64,
    by_count: &'a [Vec<usize>],
    changes: BTreeMap<usize, i64>,
    steps: usize,
}

impl<'a> Search<'a> {
    pub fn new(system: &'a System, states: &'a [State], small: i64, by_count: &'a [Vec<usize>]) -> Self {
        Self { system, states, small, by_count, changes: BTreeMap::new(), steps: 0 }
    }

    /// The counts that differ in a table which shows the same and holds another number at `at`.
    pub fn witness(&mut self, at: usize) -> Option<Vec<usize>> {
        for by in [1, -1] {
            self.changes.clear();
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
        true
    }

    /// Changes further counts until every sum holds again.
    fn repair(&mut self) -> bool {
        let Some((relation, wanted)) = self.broken() else { return true };
        if self.changes.len() >= CHANGES {
            return false;
        }
        for &(at, by) in &self.system.relations[relation].terms {
            self.steps += 1;
            if self.steps > STEPS {
                return false;
            }
            if self.change(at, wanted * by.signum()) {
                if self.repair() {
                    return true;
                }
                self.changes.remove(&at);
            }
        }
        false
    }

    /// The first sum that no longer holds, and the direction in which it must go.
    fn broken(&self) -> Option<(usize, i64)> {
        let touched = self.changes.keys().flat_map(|at| &self.by_count[*at]);
        touched.copied().find_map(|at| {
            let relation = &self.system.relations[at];
            let sum: i64 = relation.terms.iter().map(|(count, by)| by * self.value(*count)).sum();
            if sum < relation.least {
                Some((at, 1))
            } else if relation.most.is_some_and(|most| sum > most) {
                Some((at, -1))
            } else {
                None
            }
        })
    }

    fn value(&self, at: usize) -> i64 {
        self.system.counts[at].value + self.changes.get(&at).copied().unwrap_or(0)
    }
}
