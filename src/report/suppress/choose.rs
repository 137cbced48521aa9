//! Which counts are hidden: the small ones, and as many more as it takes that none can be worked out.

use std::collections::BTreeSet;

use super::solve::{DEEP, Index, SHALLOW, Search, bounds};
use super::system::{State, System};

/// Counts tried one by one before the nearest is hidden anyhow.
const TRIED: usize = 24;

/// What is hidden and what could not be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// How each count is printed.
    pub states: Vec<State>,
    /// Hidden counts that can still be solved for, or of which that could not be ruled out.
    pub open: Vec<usize>,
}

/// Hides counts from 1 to below `small`, then others, until nothing hidden can be solved for.
///
/// What follows from published counts alone is shown: hiding it would hide nothing.
#[must_use]
pub fn suppress(system: &System, small: i64) -> Choice {
    let index = Index::of(system);
    let free = free(system, small);
    let mut states: Vec<State> = system
        .counts
        .iter()
        .zip(&free)
        .map(|(count, free)| if *free && (1..small).contains(&count.value) { State::Small } else { State::Shown })
        .collect();
    let mut open = Vec::new();
    let mut safe: BTreeSet<usize> = BTreeSet::new();
    let mut waiting: BTreeSet<usize> = hidden(&states).collect();
    while let Some(at) = waiting.pop_first() {
        if safe.contains(&at) {
            continue;
        }
        // Hiding more and saying less only adds tables that a reader must reckon with: what is safe stays so.
        if let Some(found) = Search::new(system, &states, small, &index, SHALLOW).witness(at) {
            safe.extend(found);
            continue;
        }
        match remedy(system, &mut states, &free, small, &index, at) {
            Some(changed) => waiting.extend([at, changed]),
            None => match Search::new(system, &states, small, &index, DEEP).witness(at) {
                Some(found) => safe.extend(found),
                None => open.push(at),
            },
        }
    }
    let ranges = bounds(system, &states, small);
    open.extend(hidden(&states).filter(|at| ranges[*at].0 == ranges[*at].1));
    open.sort_unstable();
    open.dedup();
    Choice { states, open }
}

fn hidden(states: &[State]) -> impl Iterator<Item = usize> {
    states.iter().enumerate().filter(|(_, state)| **state != State::Shown).map(|(at, _)| at)
}

/// Counts that may be hidden: those that the published ones do not give away.
fn free(system: &System, small: i64) -> Vec<bool> {
    let all: Vec<State> =
        system.counts.iter().map(|c| if c.published { State::Shown } else { State::Withheld }).collect();
    bounds(system, &all, small).iter().map(|(least, most)| least != most).collect()
}

/// Hides one more count, or says less of one, near a count that can be solved for; the count changed.
fn remedy(system: &System, states: &mut [State], free: &[bool], small: i64, index: &Index, at: usize) -> Option<usize> {
    // The counts that are reached over sums and hidden counts: one of them holds the number fast.
    let mut near: BTreeSet<usize> = BTreeSet::from([at]);
    let mut next = vec![at];
    while let Some(one) = next.pop() {
        for (relation, _) in &index.by_count[one] {
            for (other, _) in &system.relations[*relation].terms {
                if near.insert(*other) && states[*other] != State::Shown {
                    next.push(*other);
                }
            }
        }
    }
    let own: BTreeSet<usize> = index.by_count[at].iter().map(|(relation, _)| *relation).collect();
    let distance = |other: usize| usize::from(!index.by_count[other].iter().any(|(of, _)| own.contains(of)));
    let mut candidates: Vec<usize> =
        near.into_iter().filter(|other| free[*other] && states[*other] != State::Withheld).collect();
    // Near ones first, then the smallest number lost; zeros last, as they say that nobody is there.
    candidates.sort_by_key(|other| {
        let count = system.counts[*other];
        (distance(*other), states[*other] == State::Small, count.value == 0, count.value, *other)
    });
    for candidate in candidates.iter().take(TRIED) {
        let before = states[*candidate];
        states[*candidate] = State::Withheld;
        if Search::new(system, states, small, index, SHALLOW).witness(at).is_some() {
            return Some(*candidate);
        }
        states[*candidate] = before;
    }
    let first = candidates.first()?;
    states[*first] = State::Withheld;
    Some(*first)
}
