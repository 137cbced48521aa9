//! Where the data of the reference folders come from: real people's data never enter this repository.

use std::collections::BTreeMap;
use std::path::Path;

use super::tables::{Row, read_csv};

/// The longest table that textbooks print and we type off: the growth curves of Potthoff & Roy (1964).
const LONGEST_PRINTED: usize = 108;

#[test]
fn every_case_is_invented_or_a_small_printed_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/reference");
    let mut listed: BTreeMap<(String, String), Row> = BTreeMap::new();
    for row in read_csv(&root.join("origins.csv")) {
        let name = (row["folder"].clone(), row["case"].clone());
        assert!(listed.insert(name.clone(), row).is_none(), "{name:?} is listed twice in origins.csv");
    }
    for entry in std::fs::read_dir(&root).expect("the reference folder").flatten() {
        let data = entry.path().join("data.csv");
        if !data.exists() {
            continue;
        }
        let folder = entry.file_name().to_string_lossy().into_owned();
        let mut records: BTreeMap<String, usize> = BTreeMap::new();
        for row in read_csv(&data) {
            // A grid of arguments has no cases.
            if let Some(case) = row.get("case") {
                *records.entry(case.clone()).or_default() += 1;
            }
        }
        for (case, n) in records {
            let row = listed.remove(&(folder.clone(), case.clone()));
            let row = row.unwrap_or_else(|| panic!("{folder}: case {case} is not in origins.csv"));
            assert_eq!(row["records"], n.to_string(), "{folder}: records of {case}");
            assert!(!row["source"].is_empty(), "{folder}: {case} has no source");
            match row["origin"].as_str() {
                "invented" => {}
                "printed" => assert!(n <= LONGEST_PRINTED, "{folder}: {case} is too long for a printed example"),
                other => panic!("{folder}: {case} is {other}"),
            }
        }
    }
    assert!(listed.is_empty(), "origins.csv names what is not there: {:?}", listed.keys());
}
