//! Files of the demonstration study: each edit of one element or attribute is named by `registry diff`, and no more than that.
//!
//! Every path that occurs in the EudraCT and the PRS file is edited at its first, middle and last place. One difference must
//! come of it, in the module the element belongs to, that says the old and the new value and that no other edit gives.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use std::process::{Command, Output};
use std::sync::LazyLock;

use roxmltree::{Document, Node};
use tracelock::base::diagnostic::Diagnostics;
use tracelock::report::registry::RegistryRecord;
use tracelock::report::registry::compare::compare;
use tracelock::report::registry::read;

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

fn record(text: &str) -> RegistryRecord {
    let mut sink = Diagnostics::new();
    read::file("edited.xml", text.as_bytes().to_vec(), &mut sink).expect("well-formed").1.record
}

/// The value of an element without elements, or of an attribute.
#[derive(Clone, Debug)]
struct Place {
    path: String,
    range: Range<usize>,
    value: String,
}

/// Every place of a file that holds a value. Those that hold none are counted by path.
fn places(document: &Document<'_>) -> (Vec<Place>, BTreeMap<String, usize>) {
    let (mut found, mut empty) = (Vec::new(), BTreeMap::new());
    for node in document.descendants().filter(Node::is_element) {
        let path = path(node);
        for attribute in node.attributes() {
            let path = format!("{path}/@{}", attribute.name());
            found.push(Place { path, range: attribute.range_value(), value: attribute.value().to_owned() });
        }
        if node.children().any(|child| child.is_element()) {
            continue;
        }
        match node.children().find(Node::is_text) {
            Some(text) => found.push(Place { path, range: text.range(), value: node.text().unwrap_or("").to_owned() }),
            None => *empty.entry(path).or_insert(0) += 1,
        }
    }
    (found, empty)
}

fn path(node: Node<'_, '_>) -> String {
    let mut names: Vec<&str> = node.ancestors().filter(Node::is_element).map(|a| a.tag_name().name()).collect();
    names.reverse();
    names.join("/")
}

fn other(value: &str) -> String {
    match (value, value.chars().last()) {
        ("true", _) => "false".to_owned(),
        ("false", _) => "true".to_owned(),
        ("Yes", _) => "No".to_owned(),
        ("No", _) => "Yes".to_owned(),
        (_, Some(last)) if last.is_ascii_digit() => {
            format!("{}{}", &value[..value.len() - 1], if last == '1' { '2' } else { '1' })
        }
        _ => format!("{value}x"),
    }
}

#[test]
fn explore() {
    for name in FILES {
        let text = exported(name);
        let document = Document::parse(&text).expect("well-formed");
        let (all, empty) = places(&document);
        let old = record(&text);
        let ids: BTreeSet<&str> = all.iter().filter(|p| p.path.ends_with("/@id")).map(|p| p.value.as_str()).collect();
        let mut by_path: BTreeMap<&str, Vec<&Place>> = BTreeMap::new();
        for place in &all { by_path.entry(&place.path).or_default().push(place); }
        println!("== {name}: {} paths {} places; empty {:?}", by_path.len(), all.len(), empty);
        let (mut exactly, mut seen) = (0, BTreeMap::new());
        for (path, list) in &by_path {
            if place_is_blank(list) || path.ends_with("@id") || path.ends_with("@nil") { continue; }
            let picks: BTreeSet<usize> = [0, list.len() / 2, list.len() - 1].into();
            for pick in picks {
                let place = list[pick];
                let new = if ids.contains(place.value.as_str()) {
                    list.iter().map(|p| &p.value).find(|v| **v != place.value).cloned().unwrap_or_else(|| "x".to_owned())
                } else { other(&place.value) };
                let edited = format!("{}{}{}", &text[..place.range.start], new.replace('&',"&amp;").replace('<',"&lt;"), &text[place.range.end..]);
                let found = compare(&old, &record(&edited));
                for d in &found { if let Some(o) = seen.insert(d.path.clone(), (path.to_string(), pick)) { }}
                let exact = found.len() == 1;
                exactly += usize::from(exact);
                if !exact {
                    println!("{} {path} [{pick}] {} -> {new}", found.len(), place.value);
                    if found.len() != 1 { for d in found.iter().take(4) { println!("      {} {:?} {:?} -> {:?}", d.path, d.change, d.old, d.new); } }
                }
            }
        }
        println!("exactly {exactly}");
    }
}
fn place_is_blank(list: &[&Place]) -> bool { list.iter().all(|p| p.value.trim().is_empty()) }
