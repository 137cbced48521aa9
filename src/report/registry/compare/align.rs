//! Which entry of an old list is which of a new one: by name, then by what stands around and what it holds.

use serde_json::{Map, Value};

/// Entries of two lists that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alignment {
    /// Of each old entry, the new one.
    pub to_new: Vec<Option<usize>>,
    /// Of each new entry, the old one.
    pub to_old: Vec<Option<usize>>,
}

impl Alignment {
    /// Aligns two lists; `flow` aligns the groups of the flow, for entries named by one of them.
    pub fn of(old: &[Value], new: &[Value], flow: Option<&Self>) -> Self {
        let mut aligned = Self { to_new: vec![None; old.len()], to_old: vec![None; new.len()] };
        // Registers write the same title in capitals and without.
        let old_names: Vec<String> = old.iter().map(|value| key(value, flow).to_lowercase()).collect();
        let new_names: Vec<String> = new.iter().map(|value| key(value, None).to_lowercase()).collect();
        // Entries of one name: those that are the same first, so that a change of one does not shift the others.
        for exact in [true, false] {
            for at in 0..old.len() {
                let open = |to: &usize| aligned.to_old[*to].is_none() && new_names[*to] == old_names[at];
                let fits = |to: &usize| open(to) && (!exact || old[at] == new[*to]);
                if aligned.to_new[at].is_none()
                    && let Some(to) = (0..new.len()).find(fits)
                {
                    aligned.join(at, to);
                }
            }
        }
        aligned.renamed(old, new);
        aligned
    }

    /// Entries with another name at the same place, where most of what they hold is the same.
    fn renamed(&mut self, old: &[Value], new: &[Value]) {
        for (at, entry) in old.iter().enumerate() {
            if self.to_new[at].is_some() {
                continue;
            }
            let after_neighbour = match at.checked_sub(1) {
                None => Some(0),
                Some(before) => self.to_new[before].map(|to| to + 1),
            };
            let before_neighbour = match self.to_new.get(at + 1) {
                None => new.len().checked_sub(1),
                Some(next) => next.and_then(|to| to.checked_sub(1)),
            };
            let fits = |to: &usize| self.to_old.get(*to) == Some(&None) && alike(entry, &new[*to]);
            if let Some(to) = [after_neighbour, before_neighbour].into_iter().flatten().find(fits) {
                self.join(at, to);
            }
        }
    }

    fn join(&mut self, old: usize, new: usize) {
        self.to_new[old] = Some(new);
        self.to_old[new] = Some(old);
    }

    /// Whether entries that belong together stand in the same order.
    pub fn in_order(&self) -> bool {
        self.to_new.iter().flatten().is_sorted()
    }
}

/// Whether it is a word of a pick-list: of one that both registries share or of one of EMA's.
pub(super) fn is_word(part: &Map<String, Value>) -> bool {
    let keys = || part.keys().map(String::as_str);
    keys().eq(["Listed"]) || keys().eq(["Unlisted"]) || keys().eq(["name", "id", "version"])
}

/// Fields that name an entry, the first that is there counts.
const NAMES: [&str; 14] = [
    "title",
    "measure",
    "term",
    "organisation",
    "number",
    "country",
    "name",
    "units",
    "label",
    "words",
    "ctgov",
    "eudract",
    "pubmed",
    "citation",
];

/// Name of an entry; empty where it has none.
pub(super) fn name(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts.iter().map(name).find(|text| !text.is_empty()).unwrap_or_default(),
        Value::Object(fields) => {
            let named = NAMES.iter().filter_map(|field| fields.get(*field)).map(name);
            let listed = ["Listed", "Unlisted"].iter().filter_map(|field| fields.get(*field)).map(name);
            let id = fields.get("id").and_then(Value::as_u64).map(|id| id.to_string());
            named.chain(listed).chain(id).find(|text| !text.is_empty()).unwrap_or_default()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// What an entry is aligned by: its name, with the system organ class of an event and the kind of a characteristic. A group without a title is
/// named by its group of the flow; an old one by the position that group has in the new record.
fn key(value: &Value, flow: Option<&Alignment>) -> String {
    let name = name(value);
    if let Some(class) = value.get("class") {
        return format!("{name}\n{}", self::name(class));
    }
    if let Some(Value::String(kind)) = value.get("kind") {
        return format!("{kind}\n{name}");
    }
    if !name.is_empty() {
        return name;
    }
    let position = |field: &str| value.get(field).and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
    let Some(group) = position("flow_group").or_else(|| position("group")) else { return String::new() };
    let period = position("period").map(|at| format!(" of period {at}")).unwrap_or_default();
    match flow.and_then(|flow| flow.to_new.get(group)) {
        Some(Some(to)) => format!("group {to}{period}"),
        Some(None) => format!("old group {group}{period}"),
        None => format!("group {group}{period}"),
    }
}

/// The single values of a part, each with its path.
pub(super) fn leaves(value: &Value) -> Vec<(String, &Value)> {
    fn walk<'v>(path: String, value: &'v Value, found: &mut Vec<(String, &'v Value)>) {
        match value {
            Value::Null => {}
            Value::Array(list) => list.iter().enumerate().for_each(|(at, v)| walk(format!("{path}/{at}"), v, found)),
            Value::Object(fields) => fields.iter().for_each(|(key, v)| walk(format!("{path}/{key}"), v, found)),
            _ => found.push((path, value)),
        }
    }
    let mut found = Vec::new();
    walk(String::new(), value, &mut found);
    found
}

/// Whether at least half of the values of both are the same at the same place. A word or text in the place of another is
/// one that changed.
fn alike(old: &Value, new: &Value) -> bool {
    let is_one = |value: &Value| value.is_string() || value.as_object().is_some_and(is_word);
    if is_one(old) && is_one(new) {
        return true;
    }
    let (old, new) = (leaves(old), leaves(new));
    if let ([(path, _)], [(other, _)]) = (&*old, &*new) {
        return path == other;
    }
    let same = old.iter().filter(|(path, value)| new.iter().any(|(p, v)| p == path && v == value)).count();
    same > 0 && same * 2 >= old.len().max(new.len())
}
