//! Set identities: a whole that must be the disjoint union of its parts, and what is wrong where it is not.

use std::collections::BTreeMap;

use crate::base::codes::POP_003;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::data::catalog::VariableId;
use crate::data::engine::Engine;

use super::condition::{NAMED, Subjects, counted, subject_cells};

/// One of the parts a whole is divided into.
#[derive(Clone, Debug)]
pub struct Part {
    /// Words for people.
    pub label: String,
    /// Its subjects.
    pub members: Subjects,
    /// The variables that decide who belongs to it.
    pub reads: Vec<VariableId>,
    /// Where its condition is configured.
    pub place: Place,
}

/// A way in which parts fail to make up the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Subjects in two parts at once, by position of the parts.
    Overlap(usize, usize, Vec<i64>),
    /// Subjects of the whole in no part.
    Gap(Vec<i64>),
    /// Subjects in a part, by position, and not in the whole.
    Outside(usize, Vec<i64>),
}

/// Everything that keeps `whole` from being the disjoint union of the parts.
#[must_use]
pub fn faults(whole: &Subjects, parts: &[&Subjects]) -> Vec<Fault> {
    let mut overlaps: BTreeMap<(usize, usize), Vec<i64>> = BTreeMap::new();
    let mut gap = Vec::new();
    for subject in whole {
        let holding: Vec<usize> = (0..parts.len()).filter(|part| parts[*part].contains(subject)).collect();
        match holding.as_slice() {
            [] => gap.push(*subject),
            [_] => {}
            [first, rest @ ..] => {
                for second in rest {
                    overlaps.entry((*first, *second)).or_default().push(*subject);
                }
            }
        }
    }
    let mut found: Vec<Fault> =
        overlaps.into_iter().map(|((first, second), subjects)| Fault::Overlap(first, second, subjects)).collect();
    if !gap.is_empty() {
        found.push(Fault::Gap(gap));
    }
    for (position, part) in parts.iter().enumerate() {
        let outside: Vec<i64> = part.difference(whole).copied().collect();
        if !outside.is_empty() {
            found.push(Fault::Outside(position, outside));
        }
    }
    found
}

/// Checks `whole = parts[0] ⊎ parts[1] ⊎ …` and reports each fault with subjects and deciding cells (POP-003).
pub fn check(
    engine: &Engine,
    whole_label: &str,
    whole: &Subjects,
    parts: &[Part],
    place: &Place,
    sink: &mut Diagnostics,
) {
    let sets: Vec<&Subjects> = parts.iter().map(|part| &part.members).collect();
    let all_reads = || {
        let mut reads: Vec<VariableId> = parts.iter().flat_map(|part| part.reads.iter().copied()).collect();
        reads.sort_unstable();
        reads.dedup();
        reads
    };
    for fault in faults(whole, &sets) {
        let (subjects, at, message, reads, hint) = match fault {
            Fault::Overlap(first, second, subjects) => {
                let (first, second) = (&parts[first], &parts[second]);
                let mut reads = first.reads.clone();
                reads.extend(second.reads.iter().copied().filter(|v| !first.reads.contains(v)));
                let message = format!(
                    "{} of `{whole_label}` in two categories at once: `{}` and `{}`",
                    stand(subjects.len()),
                    first.label,
                    second.label
                );
                (subjects, second.place.clone(), message, reads, "make the conditions exclude each other")
            }
            Fault::Gap(subjects) => {
                let message = format!("{} of `{whole_label}` in no category", stand(subjects.len()));
                let hint = "every subject needs exactly one category; a condition over a missing value does not hold";
                (subjects, place.clone(), message, all_reads(), hint)
            }
            Fault::Outside(part, subjects) => {
                let part = &parts[part];
                let message = format!(
                    "{} in `{}` but not in `{whole_label}`, of which it is a part",
                    stand(subjects.len()),
                    part.label
                );
                (
                    subjects,
                    part.place.clone(),
                    message,
                    part.reads.clone(),
                    "narrow the condition, or widen the one before it",
                )
            }
        };
        report(engine, &at, &message, &subjects, &reads, hint, sink);
    }
}

fn stand(n: usize) -> String {
    format!("{} {}", counted(n, "subject"), if n == 1 { "stands" } else { "stand" })
}

/// Reports a violated identity (POP-003) with up to ten subjects and the cells that decided.
pub fn report(
    engine: &Engine,
    place: &Place,
    message: &str,
    subjects: &[i64],
    reads: &[VariableId],
    hint: &str,
    sink: &mut Diagnostics,
) {
    let found = sink.error(&POP_003, place.clone(), message);
    for subject in subjects.iter().take(NAMED) {
        let (cell, text) = subject_cells(engine, *subject, reads);
        found.label(cell, text);
    }
    if subjects.len() > NAMED {
        found.hint(format!("{} more are not named here", subjects.len() - NAMED));
    }
    found.hint(hint);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(rows: &[i64]) -> Subjects {
        rows.iter().copied().collect()
    }

    #[test]
    fn a_partition_has_no_fault() {
        assert_eq!(faults(&set(&[1, 2, 3]), &[&set(&[1, 3]), &set(&[2]), &set(&[])]), []);
        assert_eq!(faults(&set(&[]), &[]), []);
    }

    #[test]
    fn equal_sums_do_not_hide_an_overlap_and_a_gap() {
        // 2 + 1 = 3, but subject 2 stands twice and subject 3 nowhere.
        let found = faults(&set(&[1, 2, 3]), &[&set(&[1, 2]), &set(&[2])]);
        assert_eq!(found, [Fault::Overlap(0, 1, vec![2]), Fault::Gap(vec![3])]);
    }

    #[test]
    fn a_part_may_not_reach_beyond_the_whole() {
        assert_eq!(faults(&set(&[1]), &[&set(&[1, 9])]), [Fault::Outside(0, vec![9])]);
    }

    #[test]
    fn three_categories_at_once_are_two_overlaps() {
        let found = faults(&set(&[5]), &[&set(&[5]), &set(&[5]), &set(&[5])]);
        assert_eq!(found, [Fault::Overlap(0, 1, vec![5]), Fault::Overlap(0, 2, vec![5])]);
    }
}
