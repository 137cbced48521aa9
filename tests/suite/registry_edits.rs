//! Files of the demonstration study: each edit of one element or attribute is named by `registry diff`, and no more than that.
//!
//! Every path that occurs in the EudraCT and the PRS file is edited at its first, middle and last place. One difference must
//! come of it, in the part of the record that the element belongs to, that says the new value and that no other edit gives.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use std::process::{Command, Output};
use std::sync::LazyLock;

use roxmltree::{Document, Node};
use tracelock::base::diagnostic::Diagnostics;
use tracelock::report::registry::compare::{Difference, compare, compare_missed};
use tracelock::report::registry::read::{self, Import};

const FILES: [&str; 2] = ["eudract-results.xml", "ctgov-results.xml"];

static DEMO: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let built = tracelock(&["build", "config/demo", "--output", scratch.path().to_str().expect("a path in UTF-8")]);
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    scratch
});

fn tracelock(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracelock"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().expect("the program starts")
}

fn exported(name: &str) -> String {
    std::fs::read_to_string(DEMO.path().join("demo/current/public").join(name)).expect("a file of the run")
}

/// The differences that the command would name.
fn differences(old: &Import, new: &str) -> Vec<Difference> {
    let new = import(new);
    let mut found = compare(&old.record, &new.record);
    found.extend(compare_missed(&old.coverage, &new.coverage));
    found
}

fn import(text: &str) -> Import {
    let mut sink = Diagnostics::new();
    let read = read::file("edited.xml", text.as_bytes().to_vec(), &mut sink);
    read.unwrap_or_else(|_| panic!("{:?}", sink.all())).1
}

/// The value of an element without elements, or of an attribute.
#[derive(Clone, Debug)]
struct Place {
    path: String,
    range: Range<usize>,
    value: String,
}

/// Every place of a file that holds a value, and every element that holds nothing.
fn places(document: &Document<'_>) -> (Vec<Place>, Vec<Place>) {
    let (mut found, mut empty) = (Vec::new(), Vec::new());
    for node in document.descendants().filter(Node::is_element) {
        let path = path(node);
        for attribute in node.attributes() {
            let path = format!("{path}/@{}", attribute.name());
            found.push(Place { path, range: attribute.range_value(), value: attribute.value().to_owned() });
        }
        if node.children().any(|child| child.is_element()) {
            continue;
        }
        match node.children().find(Node::is_text).filter(|text| !text.text().unwrap_or("").trim().is_empty()) {
            Some(text) => found.push(Place { path, range: text.range(), value: node.text().unwrap_or("").to_owned() }),
            None => empty.push(Place { path, range: node.range(), value: node.tag_name().name().to_owned() }),
        }
    }
    (found, empty)
}

fn path(node: Node<'_, '_>) -> String {
    let mut names: Vec<&str> = node.ancestors().filter(Node::is_element).map(|a| a.tag_name().name()).collect();
    names.reverse();
    names.join("/")
}

/// First, middle and last place of every path.
fn picked<'p>(places: impl Iterator<Item = &'p Place>) -> (usize, Vec<&'p Place>) {
    let mut by_path: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
    for place in places {
        by_path.entry(&place.path).or_default().push(place);
    }
    let of_path = |list: &Vec<&'p Place>| {
        BTreeSet::from([0, list.len() / 2, list.len() - 1]).into_iter().map(|at| list[at]).collect::<Vec<_>>()
    };
    (by_path.len(), by_path.values().flat_map(of_path).collect())
}

/// Another value of the same kind: a yes becomes a no, the last digit another digit, and words get a letter.
fn other(value: &str) -> String {
    let swapped = [("true", "false"), ("Yes", "No"), ("yes", "no")];
    let swapped = swapped.iter().find_map(|(a, b)| match value {
        _ if value == *a => Some((*b).to_owned()),
        _ if value == *b => Some((*a).to_owned()),
        _ => None,
    });
    swapped.unwrap_or_else(|| match value.chars().last() {
        Some(last) if last.is_ascii_digit() => {
            format!("{}{}", &value[..value.len() - 1], if last == '1' { '2' } else { '1' })
        }
        _ => format!("{value}x"),
    })
}

fn edited(text: &str, place: &Place, value: &str) -> String {
    let value = value.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
    format!("{}{value}{}", &text[..place.range.start], &text[place.range.end..])
}

/// Parts of the files and the parts of the record that they fill.
const PARTS: [(&str, &[&str]); 19] = [
    ("result/@eudractNumber", &["identification"]),
    ("result/@sponsor", &["sponsors"]),
    ("result/trialInformation", &["identification", "sponsors", "trial", "protocol"]),
    ("result/subjectDisposition", &["flow"]),
    ("result/baselineCharacteristics", &["baseline"]),
    ("result/subjectAnalysisSets", &["analysis_sets"]),
    ("result/endPoints", &["outcomes"]),
    ("result/adverseEvents", &["adverse_events"]),
    ("result/trialChanges", &["more"]),
    ("study_collection/clinical_study/result/participantFlow", &["flow"]),
    ("study_collection/clinical_study/result/baseline", &["baseline"]),
    ("study_collection/clinical_study/result/outcomeMeasures", &["outcomes"]),
    ("study_collection/clinical_study/result/reportedEvents", &["adverse_events"]),
    ("study_collection/clinical_study/result/certainAgreement", &["more"]),
    ("study_collection/clinical_study/result/limitationsAndCaveats", &["more"]),
    ("study_collection/clinical_study/result/pointOfContact", &["more"]),
    ("study_collection/clinical_study/id_info", &["identification"]),
    ("study_collection/clinical_study/sponsors", &["sponsors", "protocol"]),
    ("study_collection/clinical_study", &["identification", "sponsors", "trial", "protocol", "more"]),
];

/// Whether a difference lies in the part of the record that the edited element belongs to.
fn belongs(path: &str, difference: &Difference) -> bool {
    let (part, fields) = PARTS.iter().find(|(part, _)| path.starts_with(part)).unwrap_or_else(|| panic!("{path}"));
    let first = difference.path.split(['.', '[', ' ']).next().unwrap_or_default();
    fields.contains(&first) || (difference.path.starts_with(part) && difference.path.ends_with(" (not understood)"))
}

/// Elements that say what others mean, so that an edit is told at more than one place: the most places, and why.
const DECIDE: [(&str, usize, &str); 10] = [
    ("/dictionaryOverridden", 2, "the event loses the dictionary of its module, name and version"),
    ("ageCategoricalCharacteristic/totalBaselineGroup/title", 11, "every characteristic repeats the first one's total"),
    (
        "ageCategoricalCharacteristic/totalBaselineGroup/subjects",
        11,
        "every characteristic repeats the first one's total",
    ),
    ("endPoint/dispersionType/value", 5, "says whether a number is a spread or a limit"),
    ("secondary_id/id_type", 2, "says whose number it is"),
    ("reportedEntry/catName", 4, "one group's value moves to another category, which may be new"),
    ("baselineMeasure/title", 2, "says the kind of characteristic as well"),
    ("outcomeMeasure/dispersionType", 2, "holds the level of the interval as well"),
    ("reportedEvents/sourceVocabulary", 2, "holds the version as well"),
    ("interventional_design/masked_", 2, "the level of masking is the number of roles"),
];

/// How many differences an edit of a path may be.
fn most(path: &str) -> usize {
    DECIDE.iter().find(|(part, _, _)| path.contains(part)).map_or(1, |(_, most, _)| *most)
}

#[test]
fn every_edit_of_a_value_is_named_and_nothing_else() {
    for name in FILES {
        let text = exported(name);
        let document = Document::parse(&text).expect("well-formed");
        let (all, _) = places(&document);
        let names = names(&all);
        // `nil` says that nothing is said; ids and references have a test of their own.
        let is_value = |place: &&Place| !place.path.ends_with("/@nil") && !names.contains(&place.value);
        let (paths, edits) = picked(all.iter().filter(is_value));
        let old = import(&text);
        assert!(old.coverage.is_complete());
        let (mut faults, mut told) = (Vec::new(), BTreeMap::new());
        let mut one = 0;
        for place in &edits {
            let new = other(&place.value);
            let found = differences(&old, &edited(&text, place, &new));
            one += usize::from(found.len() == 1);
            let what = format!("{} {} -> {new}: {found:#?}", place.path, place.value);
            if found.is_empty() || found.len() > most(&place.path) {
                faults.push(format!("{} differences: {what}", found.len()));
            }
            if found.iter().any(|one| !belongs(&place.path, one)) {
                faults.push(format!("not in its part: {what}"));
            }
            // A word of the record may be shorter than the file's, such as the `2` of `Phase 2`.
            let says =
                |one: &Difference| one.new.as_deref().is_some_and(|said| said.contains(&new) || new.contains(said));
            let is_question = ["true", "false", "yes", "no"].contains(&new.to_lowercase().as_str());
            if !is_question && most(&place.path) == 1 && !found.iter().any(says) {
                faults.push(format!("the new value is not told: {what}"));
            }
            let names: Vec<(String, Option<String>)> = found.iter().map(|d| (d.path.clone(), d.new.clone())).collect();
            let positions_told = !names.iter().any(|(path, _)| path.ends_with(" (not understood)"));
            if let Some(before) = told.insert(names, what.clone()).filter(|_| positions_told) {
                faults.push(format!("told as another edit: {what}\n{before}"));
            }
        }
        println!("{name}: {} edits at {paths} paths, {one} told by one difference", edits.len());
        assert!(paths > 100, "{paths}");
        assert!(one * 20 > edits.len() * 19, "{one} of {}", edits.len());
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// The ids of a file.
fn names(all: &[Place]) -> BTreeSet<String> {
    all.iter().filter(|place| place.path.ends_with("/@id")).map(|place| place.value.clone()).collect()
}

#[test]
fn a_reference_to_another_element_is_named() {
    for name in FILES {
        let text = exported(name);
        let document = Document::parse(&text).expect("well-formed");
        let (all, _) = places(&document);
        let names = names(&all);
        let is_reference = |place: &&Place| names.contains(&place.value) && !place.path.ends_with("/@id");
        let (paths, edits) = picked(all.iter().filter(is_reference));
        let old = import(&text);
        for place in &edits {
            let same_path = all.iter().filter(|other| other.path == place.path && other.value != place.value);
            let new = same_path.map(|other| other.value.as_str()).next().unwrap_or("nowhere");
            let found = differences(&old, &edited(&text, place, new));
            assert!(!found.is_empty(), "{} {} -> {new}", place.path, place.value);
            assert!(found.iter().all(|one| belongs(&place.path, one)), "{} -> {new}: {found:#?}", place.path);
        }
        println!("{name}: {} references at {paths} paths", edits.len());
        assert!(paths >= 5, "{paths}");
    }
}

#[test]
fn words_where_nothing_stood_are_named() {
    for name in FILES {
        let text = exported(name);
        let document = Document::parse(&text).expect("well-formed");
        let (_, empty) = places(&document);
        let (paths, edits) = picked(empty.iter());
        let old = import(&text);
        for place in &edits {
            let element = &place.value;
            let filled = format!("{}<{element}>7</{element}>{}", &text[..place.range.start], &text[place.range.end..]);
            let found = differences(&old, &filled);
            assert!(!found.is_empty(), "{}", place.path);
            assert!(found.iter().all(|one| belongs(&place.path, one)), "{}: {found:#?}", place.path);
        }
        println!("{name}: {} elements without words at {paths} paths", edits.len());
    }
}

/// What says nothing by its nature: indentation, and the names that elements of a file call each other by.
#[test]
fn other_blanks_and_other_ids_are_no_difference() {
    for name in FILES {
        let text = exported(name);
        let old = import(&text);
        assert_eq!(differences(&old, &text), []);
        let indented = text.replace(">\n", ">\n\t ");
        assert_ne!(indented, text);
        assert_eq!(differences(&old, &indented), []);
        let document = Document::parse(&text).expect("well-formed");
        let (all, _) = places(&document);
        let names = names(&all);
        assert!(names.len() > 5, "{names:?}");
        let mut renamed = text.clone();
        for place in all.iter().rev().filter(|place| names.contains(&place.value)) {
            renamed.replace_range(place.range.clone(), &format!("another-{}", place.value));
        }
        assert_eq!(differences(&old, &renamed), []);
        let mut ids = all.iter().filter(|place| place.path.ends_with("/@id"));
        let (first, second) = (ids.next().expect("an id"), ids.next().expect("another"));
        let mut sink = Diagnostics::new();
        let twice = edited(&text, second, &first.value).into_bytes();
        assert!(read::file("twice.xml", twice, &mut sink).is_err());
        assert_eq!(sink.all()[0].code.id, "REG-100");
    }
}

#[test]
fn the_command_ends_with_0_where_nothing_differs_and_with_1_where_something_does() {
    for name in FILES {
        let old = DEMO.path().join("demo/current/public").join(name);
        let old = old.to_str().expect("a path in UTF-8");
        let same = tracelock(&["registry", "diff", old, old]);
        assert_eq!((same.status.code(), same.stdout.as_slice()), (Some(0), b"".as_slice()));
        let text = exported(name);
        let at = text.find("Placebo").expect("the title of an arm");
        let new = DEMO.path().join(name);
        std::fs::write(&new, format!("{}b{}", &text[..at + 7], &text[at + 7..])).expect("written");
        let differs = tracelock(&["registry", "diff", old, new.to_str().expect("a path in UTF-8")]);
        let said = String::from_utf8_lossy(&differs.stdout);
        assert_eq!(differs.status.code(), Some(1));
        assert!(said.contains("Placebob"), "{said}");
    }
}
