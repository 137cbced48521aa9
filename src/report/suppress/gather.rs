//! The counts that public tables print and the sums a reader can make of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::catalog::VariableId;
use crate::data::record_set::{RecordId, RecordSetId};
use crate::report::display::{DisplayTable, Inline, keys};
use crate::results::{ResultKey, ResultStore, Role};

use super::system::{Count, Relation, System};

/// The column of all arms.
const TOTAL: &str = "total";

/// The records of a count and the variables that told them.
type Identity<'s> = (RecordSetId, &'s [VariableId]);
/// Places of counts in the system by their records.
type Sets<'s> = BTreeMap<&'s [RecordId], usize>;
/// Where nothing bounds a count: more than any trial has.
const UNBOUNDED: i64 = 1_000_000_000;

/// Counts with their sums.
pub(super) struct Gathered {
    pub system: System,
    /// The count of each address; one number may have several.
    pub index: BTreeMap<ResultKey, usize>,
}

/// Collects the counts of the tables, and those of `published`, which everyone can read elsewhere.
pub(super) fn gather(tables: &[&DisplayTable], published: &BTreeSet<ResultKey>, store: &ResultStore) -> Gathered {
    let headers: BTreeSet<ResultKey> =
        tables.iter().flat_map(|t| keys(t.columns.iter().map(|c| &c.header))).cloned().collect();
    let printed = tables.iter().flat_map(|table| keys(table.contents()));
    let mut index = BTreeMap::new();
    for key in printed.chain(published).chain(&headers).filter_map(|key| count_of(key, store)) {
        index.insert(key, 0);
    }
    let known: BTreeSet<ResultKey> = published.iter().chain(&headers).filter_map(|key| count_of(key, store)).collect();
    let mut system = System::default();
    let mut same: BTreeMap<Identity<'_>, Vec<(&ResultKey, usize)>> = BTreeMap::new();
    for (key, at) in &mut index {
        let value = value(key, store).expect("invariant: only counts were collected");
        let twins = identity(key, store).map(|of| same.entry(of).or_default());
        // Within one analysis, equal records under two levels are chance.
        let twin = twins.as_ref().and_then(|twins| twins.iter().find(|(other, _)| other.analysis != key.analysis));
        *at = twin.map_or(system.counts.len(), |(_, at)| *at);
        if let Some(twins) = twins {
            twins.push((key, *at));
        }
        match system.counts.get_mut(*at) {
            Some(count) => count.published |= known.contains(key),
            None => system.counts.push(Count { value, most: UNBOUNDED.max(value), published: known.contains(key) }),
        }
    }
    drop(same);
    let mut gathered = Gathered { system, index };
    let columns = gathered.columns(tables);
    gathered.families(&columns);
    gathered.complements(&headers, store);
    gathered.events();
    gathered.passed_on(store);
    debug_assert!(gathered.system.holds(), "a sum that the true counts do not have narrows without end");
    gathered
}

/// The count that a printed number shows: itself, or the numerator of a percentage.
pub(super) fn count_of(key: &ResultKey, store: &ResultStore) -> Option<ResultKey> {
    let counted = |key: &ResultKey| value(key, store).is_some();
    if counted(key) {
        return Some(key.clone());
    }
    // The numerator as the number says it: of responders it is another statistic than of categories.
    let lineage = store.get(key).map(|result| store.lineage(result.lineage))?;
    let numerator = lineage.inputs.iter().find(|(role, _)| *role == Role::Numerator).map(|(_, input)| input);
    if let Some(numerator) = numerator.filter(|input| counted(input)) {
        return Some(numerator.clone());
    }
    let stem = key.statistic.strip_suffix("pct")?.trim_end_matches('_');
    let count = key.statistic(if stem.is_empty() { "n" } else { stem });
    counted(&count).then_some(count)
}

/// What makes two counts one: the same records, told by the same variables. A patient who died is counted so in the flow,
/// the disposition and the deaths; who knows one of the three knows all.
fn identity<'s>(key: &ResultKey, store: &'s ResultStore) -> Option<Identity<'s>> {
    let result = store.get(key).filter(|result| result.attestation.is_none())?;
    let lineage = store.lineage(result.lineage);
    let told = !lineage.variables.is_empty() && !store.record_sets().get(lineage.records).is_empty();
    told.then_some((lineage.records, lineage.variables.as_slice()))
}

fn value(key: &ResultKey, store: &ResultStore) -> Option<i64> {
    store.get(key)?.value.as_count().and_then(|n| i64::try_from(n).ok())
}

impl Gathered {
    /// The number of subjects that heads each count's column: none of its counts of subjects is above it.
    fn columns(&mut self, tables: &[&DisplayTable]) -> BTreeMap<usize, usize> {
        let mut found: BTreeMap<usize, usize> = BTreeMap::new();
        for table in tables {
            for (position, column) in table.columns.iter().enumerate() {
                let Some(head) = column.header.iter().find_map(|inline| match inline {
                    Inline::Number { key, .. } => self.index.get(key).copied(),
                    Inline::Text(_) => None,
                }) else {
                    continue;
                };
                let cells = table.rows.iter().filter_map(|row| row.cells.get(position));
                for key in keys(cells) {
                    let Some(&at) = self.index.get(key) else { continue };
                    let most = self.system.counts[head].value;
                    let count = &mut self.system.counts[at];
                    // Events may outnumber subjects; then the header says nothing of them.
                    if at != head && count.value <= most {
                        count.most = count.most.min(most);
                        found.entry(at).or_insert(head);
                    }
                }
            }
        }
        found
    }

    /// Counts that differ in one factor alone, and the count without it: arms and total, levels and all, the terms of
    /// a class and the class.
    fn families(&mut self, columns: &BTreeMap<usize, usize>) {
        let mut families: BTreeMap<(ResultKey, String), Vec<usize>> = BTreeMap::new();
        for (key, at) in &self.index {
            let at = *at;
            for (factor, level) in &key.groups {
                if factor == "arm" && (level == TOTAL || level.contains('/')) {
                    continue;
                }
                let mut rest = key.clone();
                rest.groups.remove(factor);
                families.entry((rest, factor.clone())).or_default().push(at);
            }
            // Those with a value and those without are all subjects of the column.
            if !key.groups.contains_key("level") && self.index.contains_key(&key.statistic("missing")) {
                families.entry((key.clone(), "level".to_owned())).or_default().push(at);
            }
        }
        for ((rest, factor), mut members) in families {
            members.sort_unstable();
            members.dedup();
            let mut wholes: BTreeSet<usize> = BTreeSet::new();
            if factor == "arm" {
                wholes.extend(self.index.get(&rest.with("arm", TOTAL)));
            } else if let Some(&whole) = self.index.get(&rest).filter(|whole| !members.contains(whole)) {
                wholes.insert(whole);
            } else {
                let any = rest.clone().with("category", "any");
                wholes.extend(self.index.get(&any).filter(|any| !members.contains(any)));
                wholes.extend(members.iter().filter_map(|at| columns.get(at)));
                if factor == "level" {
                    members.extend(self.index.get(&rest.statistic("missing")));
                }
            }
            for whole in wholes.into_iter().filter(|whole| !members.contains(whole)) {
                self.relate(whole, &members);
            }
        }
    }

    /// What the true numbers show of a whole and its parts. A reader may know less; never more.
    fn relate(&mut self, whole: usize, parts: &[usize]) {
        let value = |at: usize| self.system.counts[at].value;
        let all = value(whole);
        let sum: i64 = parts.iter().map(|part| value(*part)).sum();
        let largest = parts.iter().map(|part| value(*part)).max().unwrap_or(0);
        let relations = &mut self.system.relations;
        match sum.cmp(&all) {
            std::cmp::Ordering::Equal => relations.push(Relation::sum(whole, parts)),
            std::cmp::Ordering::Less => relations.push(Relation::within(whole, parts)),
            // Subjects counted under several terms: none of the parts is above the whole.
            std::cmp::Ordering::Greater if largest <= all => {
                relations.extend(parts.iter().map(|part| Relation::within(whole, &[*part])));
                relations.push(Relation::covered(whole, parts));
            }
            std::cmp::Ordering::Greater => {}
        }
    }

    /// Two counts of one analysis that are told by the same variables and together are the column's subjects: those who
    /// completed and those who left.
    fn complements(&mut self, headers: &BTreeSet<ResultKey>, store: &ResultStore) {
        let set =
            |key: &ResultKey| identity(key, store).map(|(id, variables)| (store.record_sets().get(id), variables));
        let mut by_analysis: BTreeMap<(&str, &[VariableId]), Sets<'_>> = BTreeMap::new();
        for (key, at) in &self.index {
            if let Some((records, variables)) = set(key) {
                by_analysis.entry((&key.analysis, variables)).or_default().entry(records).or_insert(*at);
            }
        }
        let mut found = BTreeSet::new();
        for (whole, all) in headers.iter().filter_map(|key| Some((*self.index.get(key)?, set(key)?.0))) {
            for sets in by_analysis.values() {
                for (part, at) in sets.iter().filter(|(part, _)| part.len() < all.len()) {
                    let rest: Vec<RecordId> =
                        all.iter().filter(|one| part.binary_search(one).is_err()).copied().collect();
                    if rest.len() + part.len() == all.len()
                        && let Some(other) = sets.get(rest.as_slice())
                        && at < other
                    {
                        found.insert((whole, *at, *other));
                    }
                }
            }
        }
        for (whole, one, other) in found.into_iter().filter(|(whole, one, other)| whole != one && whole != other) {
            self.system.relations.push(Relation::sum(whole, &[one, other]));
        }
    }

    /// Counts that are another one by their lineage: the flow's analysed subjects are those of the primary analysis.
    fn passed_on(&mut self, store: &ResultStore) {
        for (key, at) in &self.index {
            let Some(result) = store.get(key) else { continue };
            if let [(Role::Part, other)] = store.lineage(result.lineage).inputs.as_slice()
                && let Some(other) = self.index.get(other).filter(|other| *other != at)
                && self.system.counts[*other].value == self.system.counts[*at].value
            {
                self.system.relations.push(Relation::sum(*at, &[*other]));
            }
        }
    }

    /// There are at least as many adverse events as subjects who had one; of events that end a time, at most.
    fn events(&mut self) {
        for (key, at) in self.index.iter().filter(|(key, _)| key.statistic == "n") {
            let Some(events) = self.index.get(&key.statistic("events")).filter(|events| *events != at) else {
                continue;
            };
            let more_events = self.system.counts[*events].value >= self.system.counts[*at].value;
            let (most, least) = if more_events { (*events, *at) } else { (*at, *events) };
            self.system.relations.push(Relation::within(most, &[least]));
        }
    }
}
