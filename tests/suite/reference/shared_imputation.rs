//! Last observation carried forward in the CDISC pilot, read beside the crate and never copied into it.

use std::collections::BTreeMap;
use std::path::Path;

use super::tables::{compare, read_csv};
use calamine::{Data, Reader, Xlsx, open_workbook};
use tracelock::stats::imputation::carried_forward::{BaselineUse, Carried, CarryForward, Gaps, Origin, carry_forward};
use tracelock::stats::summary::{QuantileType, summarise};

const VISITS: [i64; 3] = [8, 16, 24];

/// ADAS-Cog total of one subject.
#[derive(Default)]
struct Subject {
    arm: String,
    /// In the efficacy and the randomised set.
    analysed: bool,
    baseline: Option<f64>,
    observed: [Option<f64>; 3],
    /// Values the pilot carried forward.
    carried: [Option<f64>; 3],
}

fn read(folder: &Path) -> BTreeMap<String, Subject> {
    let mut book: Xlsx<_> = open_workbook(folder.join("cdiscpilot_locked.xlsx")).expect("the workbook");
    let sheet = book.worksheet_range("ADADAS").expect("the sheet");
    let mut rows = sheet.rows();
    let header: Vec<String> = rows.next().expect("a header").iter().map(Data::to_string).collect();
    let place = |name: &str| header.iter().position(|h| h == name).expect("a column");
    let column: BTreeMap<&str, usize> =
        ["USUBJID", "PARAMCD", "ANL01FL", "DTYPE", "AVISITN", "AVAL", "TRTP", "EFFFL", "ITTFL"]
            .map(|name| (name, place(name)))
            .into();
    let mut subjects: BTreeMap<String, Subject> = BTreeMap::new();
    for row in rows {
        let text = |name: &str| row[column[name]].to_string();
        if text("PARAMCD") != "ACTOT" || text("ANL01FL") != "Y" {
            continue;
        }
        let subject = subjects.entry(text("USUBJID")).or_default();
        subject.arm = text("TRTP");
        subject.analysed = text("EFFFL") == "Y" && text("ITTFL") == "Y";
        let (visit, value) = (text("AVISITN").parse::<i64>().expect("a visit"), text("AVAL").parse().ok());
        match (VISITS.iter().position(|v| *v == visit), text("DTYPE").as_str()) {
            (Some(j), "LOCF") => subject.carried[j] = value,
            (Some(j), _) => subject.observed[j] = value,
            (None, _) => subject.baseline = value,
        }
    }
    subjects
}

#[test]
fn carried_forward_agrees_with_the_pilot() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/cdiscpilot");
    if !folder.exists() {
        println!("skipped: ../shared not present");
        return;
    }
    let how =
        CarryForward { carried: Carried::Last, baseline: BaselineUse::Included, gaps: Gaps::All, longest_run: None };
    let (mut carried, mut week_24) = (0, BTreeMap::<String, Vec<(f64, f64)>>::new());
    for (id, subject) in read(&folder) {
        let filled = carry_forward(subject.baseline, &subject.observed, how).unwrap();
        for (j, visit) in filled.iter().enumerate() {
            let expected = subject.observed[j].or(subject.carried[j]);
            assert_eq!(visit.map(|v| v.value), expected, "{id} week {}", VISITS[j]);
            carried += usize::from(visit.is_some_and(|v| v.origin != Origin::Observed));
        }
        if let (true, Some(last), Some(baseline)) = (subject.analysed, filled[2], subject.baseline) {
            week_24.entry(subject.arm).or_default().push((last.value, last.value - baseline));
        }
    }
    let mut compared = 0;
    let mut failures = Vec::new();
    for row in read_csv(&folder.join("expected.csv")) {
        let change = match row["row"].as_str() {
            "Week 24 | n" | "Week 24 | Mean (SD)" => false,
            "Change from Baseline | n" | "Change from Baseline | Mean (SD)" => true,
            _ => continue,
        };
        if row["table"] != "14-3.01" {
            continue;
        }
        let arm = week_24.iter().find(|(name, _)| name.contains(&row["column"])).expect("an arm").1;
        let values: Vec<f64> = arm.iter().map(|(value, gap)| if change { *gap } else { *value }).collect();
        let summary = summarise(&values, QuantileType::Type2, 0.95).unwrap();
        for (k, expected) in row["recomputed_full"].split("; ").enumerate() {
            let actual = match (row["statistic"].as_str(), k) {
                ("n", _) => Ok(values.len() as f64),
                (_, 0) => summary.mean,
                _ => summary.standard_deviation,
            };
            // Ten digits were written.
            match compare(actual, expected, "1e-9") {
                Ok(_) => compared += 1,
                Err(message) => failures.push(format!("{} {}: {message}", row["row"], row["column"])),
            }
        }
    }
    println!("pilot: {carried} values carried forward, {compared} statistics of display 14-3.01");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!((carried, compared), (222, 18));
}
