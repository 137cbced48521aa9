//! Derives the analysis variables of the CDISC pilot from its tabulation sheets and holds them, row by row, against
//! the analysis sheets (ADSL, ADAE, ADTTE) of the same workbook, which other people made.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use tracelock::base::diagnostic::{Diagnostics, Severity};
use tracelock::data::{self, Engine};
use tracelock::{input, spec};

/// The workbook, which lies beside the source tree where it is developed.
const WORKBOOK: &str = "cdiscpilot_locked.xlsx";

/// Rows by key, each with the texts of its columns; empty cells are not there.
type Sheet = BTreeMap<String, BTreeMap<String, String>>;

/// A derived variable beside the column it is held against.
struct Pair {
    ours: &'static str,
    theirs: &'static str,
    /// How the sheet's text reads in our coding.
    recode: fn(&str) -> String,
    /// Why a difference of (ours, theirs) is none, if it is none.
    explain: fn(&str, &str) -> Option<&'static str>,
}

fn same(text: &str) -> String {
    text.to_owned()
}

fn unexplained(_: &str, _: &str) -> Option<&'static str> {
    None
}

const fn pair(name: &'static str) -> Pair {
    Pair { ours: name, theirs: name, recode: same, explain: unexplained }
}

fn arm(text: &str) -> String {
    match text {
        "Placebo" => "placebo",
        "Xanomeline Low Dose" => "low",
        "Xanomeline High Dose" => "high",
        other => other,
    }
    .to_owned()
}

/// The sheet flags only what is so and leaves the rest blank; here a flag is Y or N.
fn blank_is_no(ours: &str, theirs: &str) -> Option<&'static str> {
    (ours == "N" && theirs.is_empty()).then_some("the sheet leaves the flag blank where it does not hold")
}

const SUBJECTS: &[Pair] = &[
    pair("ITTFL"),
    pair("SAFFL"),
    pair("EFFFL"),
    pair("COMP8FL"),
    pair("COMP16FL"),
    pair("COMP24FL"),
    pair("TRTSDT"),
    pair("TRTEDT"),
    pair("DCDECOD"),
    Pair { ours: "DCREASCD", theirs: "DCSREAS", recode: same, explain: unexplained },
    pair("AGEGR1"),
    pair("SITEGR1"),
    pair("EDUCLVL"),
    pair("DISONSDT"),
    pair("DURDIS"),
    pair("DURDSGR1"),
    pair("VISIT1DT"),
    pair("TRT01PN"),
    Pair { ours: "TRT01P", theirs: "TRT01P", recode: arm, explain: unexplained },
    Pair { ours: "TRT01A", theirs: "TRT01A", recode: arm, explain: unexplained },
];

const EVENTS: &[Pair] = &[
    Pair { ours: "TRTEMFL", theirs: "TRTEMFL", recode: same, explain: blank_is_no },
    Pair { ours: "DERMFL", theirs: "CQ01NAM", recode: |_| "Y".to_owned(), explain: blank_is_no },
    pair("ASTDT"),
    pair("ASTDY"),
];

const TIMES: &[Pair] = &[
    Pair { ours: "TTDE", theirs: "AVAL", recode: same, explain: unexplained },
    Pair { ours: "TTDECNSR", theirs: "CNSR", recode: same, explain: unexplained },
];

/// Reads a sheet as it stands, without the data engine.
fn read(path: &Path, sheet: &str, key: &[&str]) -> Sheet {
    let mut workbook = input::open(path).unwrap_or_else(|e| panic!("{}", e.message()));
    let mut names: BTreeMap<u32, String> = BTreeMap::new();
    let mut rows = Sheet::new();
    workbook
        .read_rows(sheet, &mut |row, cells| {
            if row == 0 {
                names = cells.iter().map(|(column, value)| (*column, value.to_string())).collect();
                return ControlFlow::Continue(());
            }
            let values: BTreeMap<String, String> =
                cells.iter().map(|(column, value)| (names[column].clone(), value.to_string())).collect();
            let id: Vec<&str> = key.iter().map(|name| values[*name].as_str()).collect();
            let id = id.join(" ");
            assert!(rows.insert(id.clone(), values).is_none(), "{sheet}: {id} twice");
            ControlFlow::Continue(())
        })
        .unwrap_or_else(|e| panic!("{}", e.message()));
    rows
}

/// The derived values of some variables, by key.
fn derived(engine: &Engine, dataset: &str, key: &[&str], pairs: &[Pair]) -> Sheet {
    let meta = engine.catalog().find_dataset(dataset).expect("a dataset of the configuration");
    let column = |name: &str| {
        let variable = engine.catalog().find_variable(meta.id, name).unwrap_or_else(|| panic!("no variable {name}"));
        engine.column(variable.id)
    };
    let keys: Vec<_> = key.iter().map(|name| column(name)).collect();
    let columns: Vec<_> = pairs.iter().map(|pair| (pair.ours, column(pair.ours))).collect();
    (0..keys[0].len())
        .map(|at| {
            let id: Vec<String> = keys.iter().map(|values| values[at].1.shown()).collect();
            let values = columns.iter().map(|(name, values)| ((*name).to_owned(), values[at].1.shown()));
            (id.join(" "), values.collect())
        })
        .collect()
}

/// Compares variable by variable; prints counts and differences, returns those nobody explains.
fn compare(title: &str, ours: &Sheet, theirs: &Sheet, pairs: &[Pair]) -> Vec<String> {
    let mut failures = Vec::new();
    let missing: BTreeSet<&String> = theirs.keys().filter(|key| !ours.contains_key(*key)).collect();
    failures.extend(missing.iter().map(|key| format!("{title}: no derived row for {key}")));
    for pair in pairs {
        let mut equal = 0;
        let mut explained: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (key, row) in theirs {
            let Some(own) = ours.get(key).map(|values| values[pair.ours].as_str()) else {
                continue;
            };
            let expected = row.get(pair.theirs).map(|text| (pair.recode)(text)).unwrap_or_default();
            if own == expected {
                equal += 1;
            } else if let Some(why) = (pair.explain)(own, &expected) {
                explained.entry(why).or_default().push(key);
            } else {
                failures
                    .push(format!("{title} {key}: {} is `{own}`, the sheet's {} `{expected}`", pair.ours, pair.theirs));
            }
        }
        println!("{title:<6} {:<9} against {:<9} {equal:>5} of {:>5} equal", pair.ours, pair.theirs, theirs.len());
        for (why, keys) in explained {
            println!("       {} explained: {why}: {}", keys.len(), keys.join(", "));
        }
    }
    failures
}

/// How often a derived variable has a value.
fn count(rows: &Sheet, variable: &str, value: &str) -> usize {
    rows.values().filter(|row| row[variable] == value).count()
}

#[test]
fn derived_variables_are_those_of_the_analysis_sheets() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared: PathBuf = folder.join("../shared/data/cdiscpilot");
    let workbook = shared.join(WORKBOOK);
    if !workbook.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    let mut sink = Diagnostics::new();
    let built = spec::load(&folder.join("config/cdiscpilot"), &mut sink)
        .and_then(|spec| data::build(&spec, &|file| shared.join(file), &mut sink));
    let grave = sink.all().iter().filter(|d| d.severity != Severity::Note);
    let grave: Vec<String> = grave.map(|d| format!("{} {}: {}", d.code.id, d.place, d.message)).collect();
    let engine = built.unwrap_or_else(|_| panic!("{}", grave.join("\n")));
    assert!(grave.is_empty(), "{}", grave.join("\n"));

    let subject_key = ["USUBJID"];
    let subjects = derived(&engine, "ADSL", &subject_key, SUBJECTS);
    let times = derived(&engine, "ADSL", &subject_key, TIMES);
    let event_key = ["USUBJID", "AESEQ"];
    let events = derived(&engine, "AE", &event_key, EVENTS);
    let adsl = read(&workbook, "ADSL", &subject_key);
    let adae = read(&workbook, "ADAE", &event_key);
    let adtte = read(&workbook, "ADTTE", &subject_key);
    assert_eq!((adsl.len(), adae.len(), adtte.len()), (254, 1191, 254));
    assert_eq!((subjects.len(), events.len()), (306, 1191), "screened subjects and events of the tabulation sheets");

    let mut failures = compare("ADSL", &subjects, &adsl, SUBJECTS);
    failures.extend(compare("ADAE", &events, &adae, EVENTS));
    failures.extend(compare("ADTTE", &times, &adtte, TIMES));
    // Screened subjects who were not randomised are in no population and have no time.
    for (key, row) in subjects.iter().filter(|(key, _)| !adsl.contains_key(*key)) {
        if (row["ITTFL"].as_str(), row["SAFFL"].as_str(), row["EFFFL"].as_str()) != ("N", "N", "N") {
            failures.push(format!("{key} was not randomised and is in a population"));
        }
        if !times[key]["TTDE"].is_empty() {
            failures.push(format!("{key} was not randomised and has a time to event"));
        }
    }
    assert!(failures.is_empty(), "{} unexplained differences:\n{}", failures.len(), failures.join("\n"));

    // Published numbers: efficacy 79 + 81 + 74, emergent events 281 + 412 + 433, dermatologic events 152.
    assert_eq!(count(&subjects, "EFFFL", "Y"), 234);
    assert_eq!(count(&events, "TRTEMFL", "Y"), 1126);
    assert_eq!(count(&times, "TTDECNSR", "0"), 152);
    assert_eq!(count(&subjects, "COMP24FL", "Y"), 118);
}
