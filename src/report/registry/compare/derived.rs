//! What an element says only because another says it: such a difference is told once, with the other.

use serde_json::{Map, Value};

/// Whether the number exposed is the one at risk that ClinicalTrials.gov's three tables agree on, or none as they do not.
pub(super) fn follows_from_at_risk(group: &Map<String, Value>) -> bool {
    let at_risk =
        ["at_risk_serious", "at_risk_other", "at_risk_deaths"].map(|key| group.get(key).unwrap_or(&Value::Null));
    let agreed = if at_risk.iter().all(|own| *own == at_risk[0]) { at_risk[0] } else { &Value::Null };
    at_risk.iter().all(|own| !own.is_null()) && group.get("exposed").unwrap_or(&Value::Null) == agreed
}

/// The short name of a sponsor, or its name.
pub(super) fn effective<'v>(sponsor: &'v Map<String, Value>, short: &'v Value) -> &'v Value {
    if short.is_null() { sponsor.get("organisation").unwrap_or(short) } else { short }
}

/// What an event does not say of itself, its module says: one that says the same as its module does not differ.
pub(super) fn inherited<'v>(
    events: [&'v Value; 2],
    path: &str,
    key: &str,
    old: &'v Value,
    new: &'v Value,
) -> (&'v Value, &'v Value) {
    let of_event =
        matches!(key, "dictionary" | "assessment") && path.starts_with("adverse_events.") && path.contains('[');
    if !of_event || old.is_null() == new.is_null() {
        return (old, new);
    }
    let module = |events: &'v Value, own: &'v Value| if own.is_null() { events.get(key).unwrap_or(own) } else { own };
    (module(events[0], old), module(events[1], new))
}
