//! Comparing registry records: every single change is named, and nothing else.

use proptest::prelude::*;
use serde_json::{Value, json};
use tracelock::report::registry::compare::{Change, Difference, compare, compare_values};

use super::clean_record::{self, text};

fn serialised() -> Value {
    serde_json::to_value(clean_record::record()).expect("a record serialises")
}

/// JSON pointers of every value that is not a list or an object.
fn leaves(value: &Value) -> Vec<String> {
    fn walk(at: String, value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Array(list) => list.iter().enumerate().for_each(|(n, v)| walk(format!("{at}/{n}"), v, found)),
            Value::Object(fields) => fields.iter().for_each(|(key, v)| walk(format!("{at}/{key}"), v, found)),
            _ => found.push(at),
        }
    }
    let mut found = Vec::new();
    walk(String::new(), value, &mut found);
    found
}

/// A path without the titles that stand in it: `outcomes[2].rows[1]`.
fn without_titles(path: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    for c in path.chars() {
        match c {
            '"' => quoted = !quoted,
            ' ' if !quoted => {}
            _ if quoted => {}
            _ => out.push(c),
        }
    }
    out
}

/// The path of a JSON pointer in the record's words.
fn path_of(pointer: &str) -> String {
    let mut path = String::new();
    for part in pointer.split('/').skip(1).filter(|part| *part != "measure") {
        if part.chars().all(|c| c.is_ascii_digit()) {
            path.push_str(&format!("[{part}]"));
        } else {
            path.push_str(if path.is_empty() { "" } else { "." });
            path.push_str(part);
        }
    }
    path
}

/// Another value in a leaf's place.
fn changed(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(format!("{text}7")),
        Value::Bool(is) => json!(!is),
        Value::Number(number) => json!(number.as_u64().unwrap_or(0) + 1),
        Value::Null => json!("new"),
        _ => panic!("not a leaf"),
    }
}

/// Whether a difference stands at the element itself or at something that holds it.
fn names(found: &[Difference], pointer: &str) -> bool {
    let path = path_of(pointer);
    found.iter().any(|difference| {
        let named = without_titles(&difference.path);
        path.strip_prefix(named.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

#[test]
fn a_record_does_not_differ_from_itself() {
    assert_eq!(compare(&clean_record::record(), &clean_record::record()), []);
}

#[test]
fn every_change_of_one_field_is_named() {
    let old = serialised();
    let all = leaves(&old);
    assert!(all.len() > 900, "{} fields", all.len());
    let mut elsewhere = 0;
    for pointer in &all {
        for to_null in [false, true] {
            let mut new = old.clone();
            let leaf = new.pointer_mut(pointer).expect("it was found");
            if to_null && leaf.is_null() {
                continue;
            }
            *leaf = if to_null { Value::Null } else { changed(leaf) };
            let found = compare_values(&old, &new);
            assert!(names(&found, pointer), "{pointer}: {found:?}");
            // One change is one difference; a name that changes may make it two, one gone and one new.
            assert!(found.len() <= 2, "{pointer}: {found:?}");
            elsewhere += usize::from(found.len() == 2);
        }
    }
    assert!(elsewhere * 20 < all.len(), "{elsewhere} of {} changes are told as gone and new", all.len());
}

#[test]
fn an_inserted_outcome_is_one_difference() {
    let old = clean_record::record();
    for at in 0..=old.outcomes.len() {
        let mut new = old.clone();
        let mut outcome = old.outcomes[0].clone();
        outcome.measure.title = text("Number of Days With Headache");
        outcome.measure.rows = old.outcomes[2].measure.rows.clone();
        outcome.analyses.clear();
        new.outcomes.insert(at, outcome);
        let found = compare(&old, &new);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, format!("outcomes[{at}] \"Number of Days With Headache\""));
        assert_eq!(found[0].change, Change::Added);
        let back = compare(&new, &old);
        assert_eq!(back.len(), 1, "{back:?}");
        assert_eq!((back[0].path.as_str(), back[0].change), (found[0].path.as_str(), Change::Removed));
    }
}

#[test]
fn a_new_title_is_one_difference_with_both_titles() {
    let old = clean_record::record();
    let mut new = old.clone();
    new.outcomes[1].measure.title = text("Number of Participants With a Remission at Week 12");
    new.flow.groups[1].title = text("Placebo tablet");
    let found = compare(&old, &new);
    let said: Vec<_> = found.iter().map(|d| (without_titles(&d.path), d.old.as_deref(), d.new.as_deref())).collect();
    assert_eq!(
        said,
        [
            ("flow.groups[1].title".to_owned(), Some("Placebo"), Some("Placebo tablet")),
            (
                "outcomes[1].title".to_owned(),
                Some("Number of Participants With a Response at Week 12"),
                Some("Number of Participants With a Remission at Week 12")
            ),
        ]
    );
}

#[test]
fn a_figure_is_named_with_outcome_row_category_and_group() {
    let old = clean_record::record();
    let mut new = old.clone();
    let cell = new.outcomes[1].measure.rows[0].categories[1].cells[1].as_mut().expect("it is there");
    cell.value = Some(clean_record::figure("5"));
    assert_eq!(
        compare(&old, &new),
        [Difference {
            path: "outcomes[1] \"Number of Participants With a Response at Week 12\".rows[0].categories[1] \"No response\"\
                   .cells[1] \"Placebo\".value"
                .to_owned(),
            change: Change::Changed,
            old: Some("6".to_owned()),
            new: Some("5".to_owned()),
        }]
    );
}

/// Groups in another order: their values follow them, and the order alone is told.
#[test]
fn groups_in_another_order_are_told_once_a_module() {
    let old = clean_record::record();
    let mut new = old.clone();
    let outcome = &mut new.outcomes[0];
    outcome.groups.swap(0, 1);
    outcome.measure.rows[0].categories[0].cells.swap(0, 1);
    outcome.analyses[0].groups = vec![1, 0];
    let found = compare(&old, &new);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].change, Change::Reordered);
    assert_eq!(without_titles(&found[0].path), "outcomes[0].groups");
}

/// A group of the flow goes: what refers to the others by position is the same as before.
#[test]
fn positions_follow_their_groups() {
    let old = clean_record::record();
    let mut new = old.clone();
    let first = new.flow.groups[0].clone();
    new.flow
        .groups
        .insert(0, tracelock::report::registry::FlowGroup { title: text("Run-in"), description: None, ..first });
    let period = &mut new.flow.periods[0];
    period.started.insert(0, None);
    period.completed.insert(0, None);
    period.not_completed.insert(0, None);
    period.milestones.iter_mut().for_each(|milestone| milestone.reached.insert(0, None));
    period.reasons.iter_mut().for_each(|reason| reason.subjects.insert(0, None));
    let mut arms: Vec<_> = period.details.iter_mut().flat_map(|details| &mut details.arms).collect();
    arms.iter_mut().for_each(|arm| arm.group += 1);
    let baseline = new.baseline.iter_mut().flat_map(|baseline| &mut baseline.groups);
    baseline.for_each(|group| group.flow_group = group.flow_group.map(|at| at + 1));
    for outcome in &mut new.outcomes {
        outcome.groups.iter_mut().for_each(|group| group.flow_group = group.flow_group.map(|at| at + 1));
    }
    let events = new.adverse_events.iter_mut().flat_map(|events| &mut events.groups);
    events.for_each(|group| group.flow_group = group.flow_group.map(|at| at + 1));
    let found = compare(&old, &new);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].path.as_str(), found[0].change), ("flow.groups[0] \"Run-in\"", Change::Added));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Any number of changed figures and texts in different places are all named.
    #[test]
    fn several_changes_are_all_named(picked in prop::collection::vec(any::<prop::sample::Index>(), 1..12)) {
        let old = serialised();
        // Titles and terms are what lists are aligned by; they have their own tests.
        let plain = |pointer: &String| {
            let last = pointer.rsplit('/').next().unwrap_or_default();
            matches!(last, "value" | "spread" | "lower" | "upper" | "subjects" | "comment" | "affected" | "occurrences"
                | "description" | "time_frame" | "p" | "estimate" | "deaths" | "exposed" | "unit" | "text")
        };
        let all: Vec<String> = leaves(&old).into_iter().filter(plain).collect();
        let pointers: std::collections::BTreeSet<&String> = picked.iter().map(|index| index.get(&all)).collect();
        let mut new = old.clone();
        for pointer in &pointers {
            let leaf = new.pointer_mut(pointer).expect("it was found");
            *leaf = changed(leaf);
        }
        let found = compare_values(&old, &new);
        for pointer in &pointers {
            prop_assert!(names(&found, pointer), "{} not in {:?}", pointer, found);
        }
        prop_assert_eq!(found.len(), pointers.len());
    }
}
