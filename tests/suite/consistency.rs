//! The consistency certificate of the demo, read without the program; and what it refuses.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use sha2::{Digest, Sha256};
use tracelock::audit::certificate::{Reading, certify};
use tracelock::base::diagnostic::Diagnostics;
use tracelock::data::catalog::DatasetId;
use tracelock::data::record_set::RecordId;
use tracelock::render::placement::{Placed, Placement};
use tracelock::results::{Lineage, ResultKey, ResultStore};

/// Every number of the trace database that stands in two documents has its row, with the letters of each document, and
/// the hashes are those of the files.
#[test]
fn every_number_of_two_documents_is_certified() {
    let scratch = tempfile::tempdir().unwrap();
    let built = Command::new(env!("CARGO_BIN_EXE_tracelock"))
        .args(["build", "config/demo", "--output"])
        .arg(scratch.path())
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let run = scratch.path().join("demo/current");
    let text = std::fs::read_to_string(run.join("restricted/consistency-certificate.tsv")).unwrap();

    let mut files = Vec::new();
    for line in text.lines().filter_map(|line| line.strip_prefix("# document ")) {
        let (name, rest) = line.split_once(": ").unwrap();
        let (file, hash) = rest.split_once(", SHA-256 ").unwrap();
        let found: String =
            Sha256::digest(std::fs::read(run.join(file)).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(found, hash, "{file}");
        files.push((name.to_owned(), file.to_owned()));
    }
    assert_eq!(files.len(), 8, "{files:?}");

    let mut expected: BTreeMap<String, BTreeMap<String, BTreeSet<String>>> = BTreeMap::new();
    let database = rusqlite::Connection::open(run.join("restricted/trace.sqlite")).unwrap();
    let mut statement = database.prepare("SELECT key, file, text FROM trace_placement").unwrap();
    let mut rows = statement.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let (key, file, text): (String, String, String) =
            (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap());
        if let Some((name, _)) = files.iter().find(|(_, path)| *path == file) {
            expected.entry(key).or_default().entry(name.clone()).or_default().insert(text);
        }
    }
    expected.retain(|_, documents| documents.len() > 1);
    assert!(expected.len() > 300, "{} numbers", expected.len());

    let mut lines = text.lines().skip_while(|line| line.starts_with('#'));
    let head: Vec<&str> = lines.next().unwrap().split('\t').collect();
    let mut certified = 0;
    for line in lines.by_ref().take_while(|line| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_ne!(cells.last(), Some(&"DIFFERS"), "{line}");
        let documents = expected.get(cells[0]).unwrap_or_else(|| panic!("{} stands in one document only", cells[0]));
        for (name, cell) in head.iter().zip(&cells).skip(1).take(6) {
            let wanted = documents.get(*name).map(|texts| texts.iter().cloned().collect::<Vec<_>>().join(" | "));
            assert_eq!(wanted.unwrap_or_default(), *cell, "{} in {name}", cells[0]);
        }
        certified += 1;
    }
    assert_eq!(certified, expected.len());
    let compared: Vec<&str> = lines.skip(1).collect();
    assert!(
        compared.iter().any(|line| line.contains("10\tanalysis set `per_protocol`\t9\tpopulation")),
        "{compared:?}"
    );
}

fn store(counts: &[(&str, u64)]) -> ResultStore {
    let mut store = ResultStore::new();
    for (key, count) in counts {
        let mut sink = store.sink();
        let rows = (1..=i64::try_from(*count).unwrap()).map(|row| RecordId { dataset: DatasetId(0), row });
        let records = sink.records(rows.collect());
        sink.count(ResultKey::parse(key).unwrap(), Lineage::of(records));
    }
    store
}

fn printed(texts: &[(&str, &str)]) -> Placed {
    let placement = |(file, text): &(&str, &str)| Placement {
        file: (*file).to_owned(),
        place: "anywhere".to_owned(),
        key: "flow:allocated[arm=a]".to_owned(),
        text: (*text).to_owned(),
    };
    Placed { placements: texts.iter().map(placement).collect(), digits: Vec::new() }
}

#[test]
fn documents_that_disagree_stop_the_build() {
    let store = store(&[("flow:allocated[arm=a]", 12)]);
    let mut sink = Diagnostics::new();
    let same =
        certify(&printed(&[("restricted/csr.pdf", "12"), ("public/ctgov-results.xml", "12")]), &store, &mut sink);
    assert_eq!(same.unwrap().rows[0].reading, Reading::Same);
    let placed = printed(&[("restricted/csr.pdf", "12"), ("public/ctgov-results.xml", "13")]);
    certify(&placed, &store, &mut sink).unwrap_err();
    let found: Vec<String> = sink.all().iter().map(|d| format!("{} {}", d.code.id, d.message)).collect();
    assert_eq!(found, ["AUD-002 `flow:allocated[arm=a]` is printed as report `12`, ctgov `13`"]);
}

#[test]
fn a_difference_that_no_rule_explains_stops_the_build() {
    let age = |variable: &str, level: &str| format!("base:n[arm=a,level={level},variable={variable}]");
    let (nine, three) = (age("AGEGR_EUDRACT", "adult"), age("AGEGR_CTGOV", "between_18_65"));
    let counts = |of_three| {
        store(&[("flow:allocated[arm=a]", 12), ("set:n[arm=a,set=itt]", 11), (&nine, 11), (&three, of_three)])
    };
    let mut sink = Diagnostics::new();
    let certificate = certify(&Placed::default(), &counts(11), &mut sink).unwrap();
    assert!(certificate.facts.iter().any(|fact| fact.one.1 == 12 && fact.other.1 == 11 && fact.rule.is_some()));
    certify(&Placed::default(), &counts(10), &mut sink).unwrap_err();
    let found: Vec<&str> = sink.all().iter().map(|d| d.message.as_str()).collect();
    assert_eq!(found, ["subjects of `a` by age: EudraCT, nine groups 11, ClinicalTrials.gov, three groups 10"]);
}
