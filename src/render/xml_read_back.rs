//! Reads a registry file back and holds every number in it against the store.

use std::collections::{BTreeMap, BTreeSet};

use roxmltree::{Document, Node};

use crate::base::codes::{RND_001, RND_003};
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::results::{ResultKey, ResultStore, ResultValue};

use super::placement::Placement;

/// Elements that hold results in the three files; each must have a placement.
const RESULT_ELEMENTS: &[&str] = &[
    "adolescents",
    "adults",
    "children",
    "ciLowerLimit",
    "ciUpperLimit",
    "deaths",
    "deathsAllCauses",
    "deathsCausallyRelatedToTreatment",
    "deathsResultingFromAdverseEvents",
    "dispersionLowerLimit",
    "dispersionSpread",
    "dispersionUpperLimit",
    "elderly65To84",
    "elderlyOver85",
    "enrollment",
    "highRangeValue",
    "inUtero",
    "infantsAndToddlers",
    "lowerLimit",
    "newborns",
    "numDeaths",
    "numEvents",
    "numSubjects",
    "numSubjectsAffected",
    "numSubjectsFrequentEvents",
    "numSubjectsSeriousEvents",
    "occurrences",
    "occurrencesCausallyRelatedToTreatment",
    "pValue",
    "parameterValue",
    "partAtRiskAllCauseMort",
    "partAtRiskFrequentEvents",
    "partAtRiskSeriousEvents",
    "pointEstimate",
    "pretermNewbornInfants",
    "subjects",
    "subjectsAchieve",
    "subjectsAffected",
    "subjectsAffectedByNonSeriousAdverseEvents",
    "subjectsAffectedBySeriousAdverseEvents",
    "subjectsAnalyzed",
    "subjectsExposed",
    "upperLimit",
];

/// Parents whose `value` is a number rather than a code.
const PARENTS_OF_VALUES: &[&str] = &["countableValue", "dispersionValue", "statisticalHypothesisTest", "tendencyValue"];

/// Written for a result that is not estimable: PRS and EudraCT.
const NOT_ESTIMABLE: [&str; 2] = ["NA", "99999"];

/// Holds the text of a file against the store, by the places where the numbers were put.
///
/// Returns how many numbers were compared.
///
/// # Errors
/// [`Stop`] where a number is missing, differs, or stands in the file without a placement (RND-003).
pub fn read_back(
    file: &str,
    text: &str,
    placements: &[Placement],
    store: &ResultStore,
    sink: &mut Diagnostics,
) -> Result<usize, Stop> {
    let mark = sink.mark();
    let here = || Place::File(file.to_owned());
    let document = Document::parse(text)
        .map_err(|error| sink.error(&RND_001, here(), format!("{file} is not well-formed XML: {error}")).stop())?;
    let leaves = leaves(&document);
    let mut placed: BTreeSet<&str> = BTreeSet::new();
    for placement in placements.iter().filter(|placement| placement.file == file) {
        placed.insert(&placement.place);
        let Some(found) = leaves.get(placement.place.as_str()) else {
            sink.error(
                &RND_003,
                here(),
                format!("nothing stands at {}, where `{}` was put", placement.place, placement.key),
            );
            continue;
        };
        let value = ResultKey::parse(&placement.key).ok().and_then(|key| store.get(&key)).map(|result| &result.value);
        let agrees = value.is_some_and(|value| agrees(found.text, value));
        if !agrees {
            let stored = value.map_or_else(|| "nothing".to_owned(), |value| format!("{value:?}"));
            sink.error(
                &RND_003,
                here(),
                format!("{} reads `{}`, the store has {stored} at `{}`", placement.place, found.text, placement.key),
            );
        }
    }
    for (path, leaf) in &leaves {
        if leaf.holds_result && !leaf.text.is_empty() && !placed.contains(path.as_str()) {
            sink.error(&RND_003, here(), format!("`{}` stands at {path} and does not come from the store", leaf.text));
        }
    }
    sink.check(mark)?;
    Ok(placed.len())
}

/// Whether a printed number says what is stored, to the decimals printed.
#[must_use]
pub fn agrees(text: &str, value: &ResultValue) -> bool {
    match value {
        ResultValue::NotEstimable(_) => NOT_ESTIMABLE.contains(&text),
        ResultValue::Text(stored) => stored == text,
        ResultValue::Count(stored) => text.parse::<u64>().is_ok_and(|read| read == *stored),
        ResultValue::Real(stored) => {
            let bound = |rest: &str| rest.parse::<f64>().ok();
            if let Some(above) = text.strip_prefix('<').map(bound) {
                return above.is_some_and(|above| *stored < above);
            }
            if let Some(below) = text.strip_prefix('>').map(bound) {
                return below.is_some_and(|below| *stored > below);
            }
            let decimals = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
            let half = 0.5 / 10f64.powi(i32::try_from(decimals).unwrap_or(i32::MAX));
            // The slack is for the last bit of decimals that binary numbers cannot hold.
            let slack = stored.abs() * 4.0 * f64::EPSILON;
            text.parse::<f64>().is_ok_and(|read| (read - stored).abs() <= half + slack)
        }
    }
}

struct Leaf<'d> {
    text: &'d str,
    holds_result: bool,
}

/// Elements without element children, by path as in [`super::placement::Spot::Path`].
fn leaves<'d>(document: &'d Document<'d>) -> BTreeMap<String, Leaf<'d>> {
    let mut leaves = BTreeMap::new();
    let mut open: Vec<(Node<'d, 'd>, String)> = vec![(document.root_element(), String::new())];
    while let Some((node, parent_path)) = open.pop() {
        let name = node.tag_name().name();
        let path = format!("{parent_path}/{}", step(node, name));
        let children: Vec<Node<'d, 'd>> = node.children().filter(Node::is_element).collect();
        if children.is_empty() {
            let parent = node.parent().map_or("", |parent| parent.tag_name().name());
            let number = name == "value" && PARENTS_OF_VALUES.contains(&parent);
            let of_estimate = name == "dispersionValue" && matches!(parent, "variabilityEstimate" | "measureAnalysis");
            let holds_result = number || of_estimate || RESULT_ELEMENTS.binary_search(&name).is_ok();
            leaves.insert(path, Leaf { text: node.text().unwrap_or("").trim(), holds_result });
        } else {
            open.extend(children.into_iter().map(|child| (child, path.clone())));
        }
    }
    leaves
}

/// The name, with a one-based index where siblings share it.
fn step(node: Node<'_, '_>, name: &str) -> String {
    let same: Vec<Node<'_, '_>> = node
        .parent()
        .into_iter()
        .flat_map(|parent| parent.children())
        .filter(|sibling| sibling.is_element() && sibling.tag_name().name() == name)
        .collect();
    match same.iter().position(|sibling| *sibling == node) {
        Some(at) if same.len() > 1 => format!("{name}[{}]", at + 1),
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_elements_are_sorted() {
        assert!(RESULT_ELEMENTS.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn printed_numbers_say_what_is_stored() {
        let not_estimable = ResultValue::NotEstimable("one value".to_owned());
        for (text, value, expected) in [
            ("42.7", ResultValue::Real(42.65), true),
            ("42.6", ResultValue::Real(42.66), false),
            ("-1.50", ResultValue::Real(-1.5), true),
            ("1.50", ResultValue::Real(-1.5), false),
            ("<0.001", ResultValue::Real(0.0009), true),
            ("<0.001", ResultValue::Real(0.002), false),
            ("7", ResultValue::Count(7), true),
            ("7.0", ResultValue::Count(7), false),
            ("NA", not_estimable.clone(), true),
            ("99999", not_estimable.clone(), true),
            ("0", not_estimable, false),
            ("99999", ResultValue::Real(1.0), false),
        ] {
            assert_eq!(agrees(text, &value), expected, "{text} {value:?}");
        }
    }
}
