//! Compares two registry records: every element that differs, by its path in the record's own words.
//!
//! Records are walked in their serialised form, so a field added to the record is compared without a line here. Lists
//! are aligned by title or term; groups too, and what refers to groups by position follows them.

mod align;
mod derived;
mod missed;

use serde::Serialize;
use serde_json::{Map, Value};

use super::RegistryRecord;
use align::{Alignment, is_word, leaves, name};
use derived::{effective, follows_from_at_risk, inherited};
pub use missed::compare_missed;

/// What became of an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is only in the new record.
    Added,
    /// It is only in the old record.
    Removed,
    /// It says something else.
    Changed,
    /// The same entries stand in another order.
    Reordered,
}

/// An element that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Path, such as `outcomes[2] "Change in HbA1c".rows[1].categories[1].cells[2] "Placebo".value`; positions begin at 0.
    /// They are those of the new record; of an element that was removed, those of the old one.
    pub path: String,
    /// What became of it.
    pub change: Change,
    /// As it was.
    pub old: Option<String>,
    /// As it is.
    pub new: Option<String>,
}

/// Lists whose entries stand for the groups of their module, in the groups' order.
const BY_GROUP: [&str; 6] = ["cells", "counts", "started", "completed", "not_completed", "reached"];

/// Characters of a title that stand in a path.
const LONGEST_NAME: usize = 60;

/// The elements in which two records differ, in the order of the record. Figures differ by their text.
#[must_use]
pub fn compare(old: &RegistryRecord, new: &RegistryRecord) -> Vec<Difference> {
    let old = serde_json::to_value(old).expect("invariant: a record of texts and numbers serialises");
    let new = serde_json::to_value(new).expect("invariant: a record of texts and numbers serialises");
    compare_values(&old, &new)
}

/// The same for two records in their serialised form.
#[must_use]
pub fn compare_values(old: &Value, new: &Value) -> Vec<Difference> {
    let list = |record: &Value, path: &str| record.pointer(path).and_then(Value::as_array).cloned().unwrap_or_default();
    let groups = |path: &str| Groups::of(list(old, path), list(new, path), None);
    let (flow, periods, sets) = (groups("/flow/groups"), groups("/flow/periods"), groups("/analysis_sets"));
    let events = [old, new].map(|record| record.get("adverse_events").unwrap_or(&Value::Null));
    let mut walk = Walk { flow, periods, sets, events, found: Vec::new() };
    walk.value("", old, new, None);
    walk.found
}

/// Groups of a module in both records.
struct Groups {
    old: Vec<Value>,
    new: Vec<Value>,
    aligned: Alignment,
}

impl Groups {
    fn of(old: Vec<Value>, new: Vec<Value>, flow: Option<&Alignment>) -> Self {
        let aligned = Alignment::of(&old, &new, flow);
        Self { old, new, aligned }
    }

    /// Whether two positions are of the same group.
    fn same(&self, old: Option<usize>, new: Option<usize>) -> bool {
        match (old, new) {
            (Some(old), Some(new)) if old < self.old.len() => self.aligned.to_new[old] == Some(new),
            (old, new) => old == new,
        }
    }

    /// Whether the link of a module's group to the flow says no more than its title: files of ClinicalTrials.gov have
    /// no other link, and titles are told by themselves.
    fn linked_by_title(flow: &[Value], group: &Map<String, Value>) -> bool {
        let Some(title) = group.get("title").filter(|title| title.is_string()) else { return false };
        let same: Vec<usize> = (0..flow.len()).filter(|at| flow[*at].get("title") == Some(title)).collect();
        let link = group.get("flow_group").unwrap_or(&Value::Null);
        match *same {
            [one] => link.as_u64() == u64::try_from(one).ok(),
            _ => link.is_null(),
        }
    }

    fn title(list: &[Value], at: usize) -> String {
        match list.get(at).map(name) {
            Some(title) if !title.is_empty() => format!("{at} \"{title}\""),
            _ => at.to_string(),
        }
    }
}

struct Walk<'e> {
    flow: Groups,
    periods: Groups,
    sets: Groups,
    /// The modules of adverse events, old and new.
    events: [&'e Value; 2],
    found: Vec<Difference>,
}

impl Walk<'_> {
    fn value(&mut self, path: &str, old: &Value, new: &Value, groups: Option<&Groups>) {
        match (old, new) {
            (Value::Object(old), Value::Object(new)) => self.object(path, old, new, groups),
            (Value::Array(old), Value::Array(new)) => self.list(path, old, new, groups),
            _ if old == new => {}
            _ => self.push(path, old, new),
        }
    }

    fn object(&mut self, path: &str, old: &Map<String, Value>, new: &Map<String, Value>, groups: Option<&Groups>) {
        let of = |object: &Map<String, Value>| {
            let list = object.get("groups")?.as_array()?;
            list.iter().all(Value::is_object).then(|| list.clone())
        };
        let own = match (of(old), of(new)) {
            (Some(a), Some(b)) => Some(Groups::of(a, b, Some(&self.flow.aligned))),
            _ => None,
        };
        // Another word is one difference; a new version of the same word differs in its version.
        if is_word(old) && is_word(new) && without_version(old).ne(without_version(new)) {
            return self.push(path, &Value::Object(old.clone()), &Value::Object(new.clone()));
        }
        let groups = own.as_ref().or(groups);
        let keys = old.keys().chain(new.keys().filter(|key| !old.contains_key(*key)));
        for key in keys {
            let (a, b) = (old.get(key).unwrap_or(&Value::Null), new.get(key).unwrap_or(&Value::Null));
            // The word `measure` says nothing: the path goes straight to the title, rows and cells.
            let path = if path.is_empty() {
                key.clone()
            } else if key == "measure" {
                path.to_owned()
            } else {
                format!("{path}.{key}")
            };
            let (a, b) = match key.as_str() {
                "flow_group"
                    if Groups::linked_by_title(&self.flow.old, old) && Groups::linked_by_title(&self.flow.new, new) =>
                {
                    continue;
                }
                "exposed" if follows_from_at_risk(old) && follows_from_at_risk(new) => continue,
                // EudraCT names the first sponsor twice; a short name that is not there is the name.
                "short_name" if a.is_null() != b.is_null() => (effective(old, a), effective(new, b)),
                _ => inherited(self.events, &path, key, a, b),
            };
            match key.as_str() {
                "flow_group" | "group" | "analysis_set" | "period" => self.reference(&path, key, a, b),
                _ => self.value(&path, a, b, groups),
            }
        }
    }

    /// The position of a group of the flow, of a period or of an analysis set.
    fn reference(&mut self, path: &str, key: &str, old: &Value, new: &Value) {
        let position = |value: &Value| value.as_u64().and_then(|at| usize::try_from(at).ok());
        let groups = match key {
            "analysis_set" => &self.sets,
            "period" => &self.periods,
            _ => &self.flow,
        };
        match (position(old), position(new)) {
            (None, None) => return self.value(path, old, new, None),
            (old, new) if groups.same(old, new) => return,
            _ => {}
        }
        let said = |list: &[Value], value: &Value| match position(value) {
            Some(at) => Value::String(Groups::title(list, at)),
            None => value.clone(),
        };
        let (old, new) = (said(&groups.old, old), said(&groups.new, new));
        self.push(path, &old, &new);
    }

    fn list(&mut self, path: &str, old: &[Value], new: &[Value], groups: Option<&Groups>) {
        let key = path.rsplit('.').next().unwrap_or(path);
        // `subjects` of a reason not completed is a list; elsewhere it is a number and does not come here.
        let by_group = BY_GROUP.contains(&key) || key == "subjects";
        // A list within a list is a pair, such as an age group with its subjects; `date_kinds` says what stands where.
        let by_position = key.ends_with(']') || key.ends_with('"') || key == "date_kinds";
        match groups {
            _ if by_position => self.by_position(path, old, new, groups),
            Some(groups) if by_group => self.by_group(path, old, new, groups),
            Some(groups) if old.iter().chain(new).all(Value::is_u64) => Self::members(path, old, new, groups, self),
            _ => self.named(path, old, new, groups),
        }
    }

    fn by_position(&mut self, path: &str, old: &[Value], new: &[Value], groups: Option<&Groups>) {
        for at in 0..old.len().max(new.len()) {
            let entry = |list: &[Value]| list.get(at).cloned().unwrap_or_default();
            self.value(&format!("{path}[{at}]"), &entry(old), &entry(new), groups);
        }
    }

    /// Entries that stand for groups. What belongs to a group that was added or removed is named with the group.
    fn by_group(&mut self, path: &str, old: &[Value], new: &[Value], groups: &Groups) {
        let (before, after) = (groups.old.len(), groups.new.len());
        let empty = Value::Null;
        for at in 0..new.len().max(after) {
            let from = if at < after { groups.aligned.to_old[at] } else { Some(at - after + before) };
            if let Some(from) = from {
                let (a, b) = (old.get(from).unwrap_or(&empty), new.get(at).unwrap_or(&empty));
                self.value(&indexed(path, at, groups.new.get(at)), a, b, Some(groups));
            }
        }
        // Entries past the last group, such as the total of a baseline, that the new record does not have.
        for at in (before..old.len()).filter(|at| at - before + after >= new.len()) {
            self.push(&format!("{path}[{at}]"), &old[at], &empty);
        }
    }

    /// Positions of groups that belong together, such as those an analysis compares.
    fn members(path: &str, old: &[Value], new: &[Value], groups: &Groups, walk: &mut Self) {
        let positions = |list: &[Value]| -> Vec<usize> {
            list.iter().filter_map(Value::as_u64).filter_map(|at| usize::try_from(at).ok()).collect()
        };
        let (a, b) = (positions(old), positions(new));
        let same = a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| groups.same(Some(*a), Some(*b)));
        if !same {
            let said = |list: &[Value], at: &[usize]| {
                Value::String(at.iter().map(|at| Groups::title(list, *at)).collect::<Vec<_>>().join(", "))
            };
            walk.push(path, &said(&groups.old, &a), &said(&groups.new, &b));
        }
    }

    fn named(&mut self, path: &str, old: &[Value], new: &[Value], groups: Option<&Groups>) {
        let flow = Some(&self.flow.aligned).filter(|_| path != "flow.groups");
        let aligned = Alignment::of(old, new, flow);
        for at in (0..old.len()).filter(|at| aligned.to_new[*at].is_none()) {
            self.push(&indexed(path, at, Some(&old[at])), &old[at], &Value::Null);
        }
        for (at, value) in new.iter().enumerate() {
            match aligned.to_old[at] {
                Some(from) => self.value(&indexed(path, at, Some(value)), &old[from], value, groups),
                None => self.push(&indexed(path, at, Some(value)), &Value::Null, value),
            }
        }
        if !aligned.in_order() {
            let said = |list: &[Value], of: &[Option<usize>]| {
                let kept = list.iter().enumerate().filter(|(at, _)| of[*at].is_some());
                kept.map(|(at, value)| format!("{at} \"{}\"", name(value))).collect::<Vec<_>>().join(", ")
            };
            self.found.push(Difference {
                path: path.to_owned(),
                change: Change::Reordered,
                old: Some(said(old, &aligned.to_new)),
                new: Some(said(new, &aligned.to_old)),
            });
        }
    }

    fn push(&mut self, path: &str, old: &Value, new: &Value) {
        let change = match (old, new) {
            (Value::Null, Value::Null) => return,
            (Value::Null, _) => Change::Added,
            (_, Value::Null) => Change::Removed,
            _ => Change::Changed,
        };
        self.found.push(Difference { path: path.to_owned(), change, old: said(old), new: said(new) });
    }
}

/// What a word of a pick-list says.
fn without_version(word: &Map<String, Value>) -> impl Iterator<Item = (&String, &Value)> {
    word.iter().filter(|(key, _)| *key != "version")
}

/// Path of an entry with its name; a text that is its own name is not repeated.
fn indexed(path: &str, at: usize, entry: Option<&Value>) -> String {
    match entry.filter(|entry| !entry.is_string()).map(name) {
        Some(title) if !title.is_empty() => {
            let short: String = title.chars().take(LONGEST_NAME).collect();
            let cut = if short.len() < title.len() { "…" } else { "" };
            format!("{path}[{at}] \"{short}{cut}\"")
        }
        _ => format!("{path}[{at}]"),
    }
}

/// A value in words: a text as it is, of a part its name and how many elements it has.
fn said(value: &Value) -> Option<String> {
    Some(match value {
        Value::Null => return None,
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        // The name or the word itself, with EMA's number and version.
        Value::Object(part) if is_word(part) => {
            let parts = part.values().filter(|value| !value.is_null()).map(|value| match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            });
            parts.collect::<Vec<_>>().join(" ")
        }
        Value::Object(_) | Value::Array(_) => {
            let (name, n) = (name(value), leaves(value).len());
            let elements = if n == 1 { "1 element".to_owned() } else { format!("{n} elements") };
            if name.is_empty() { elements } else { format!("\"{name}\", {elements}") }
        }
    })
}
