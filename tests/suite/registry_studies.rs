//! Studies of the shapes that registries see (`tests/studies`), from their sheets to the files: valid, without a
//! complaint of the pre-flight rules, and with the numbers that a count of the raw rows gives.

#[path = "registry_studies/built.rs"]
mod built;
#[path = "registry_studies/expected.rs"]
mod expected;
#[path = "registry_studies/faults.rs"]
mod faults;
#[path = "registry_studies/modules.rs"]
mod modules;

use std::collections::BTreeMap;

use built::{Built, Raw, all, mean_sd, parse, text};
use expected::{Arm, check_events, check_events_under, check_flow, check_outcome};
use modules::{Counts, Group, events_of_eudract, events_of_prs};

const DRUG_A: Arm = ("drug_a", "Drug A 10 mg");
const DRUG_B: Arm = ("drug_b", "Drug B 5 mg");
const PLACEBO: Arm = ("placebo", "Placebo");

/// Elements of every statistical analysis of an outcome, as ClinicalTrials.gov and EudraCT have them.
fn analyses(built: &Built, title: &str, elements: [&str; 2]) -> [Vec<String>; 2] {
    let texts = |file: &str, outcome: &str, analysis: &str, element: &str| {
        let document = parse(file);
        let of = all(document.root_element(), &format!("//{outcome}"));
        let of = of.into_iter().find(|one| text(*one, "title") == title).expect("the outcome");
        all(of, analysis).into_iter().map(|one| text(one, element).to_owned()).collect()
    };
    [
        texts(&built.prs, "outcomeMeasure", "outcomeMeasureAnalyses/measureAnalysis", elements[0]),
        texts(&built.eudract, "endPoint", "statisticalAnalyses/statisticalAnalysis", elements[1]),
    ]
}

/// A number as a file prints it, beside the one expected: the same when rounded to the decimals printed.
#[track_caller]
fn same(printed: &str, expected: f64) {
    let decimals = printed.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let number: f64 = printed.parse().unwrap_or_else(|_| panic!("`{printed}` is no number"));
    assert!(
        (number - expected).abs() <= 0.5 * 0.1f64.powi(i32::try_from(decimals).unwrap()) + 1e-9,
        "{printed} is not {expected}"
    );
}

#[test]
fn single_arm_compares_nothing() {
    let built = Built::of("single_arm");
    check_flow(&built, &[DRUG_A]);
    check_events(&built, &[DRUG_A]);
    let relieved = built.count(|row| row["RELIEF"] == "Y");
    let title = "Number of participants whose pain was relieved at week 4";
    check_outcome(&built, title, &[(DRUG_A.1, 22, relieved.to_string(), String::new())]);
    // One group tested against a fixed percentage; EudraCT and ClinicalTrials.gov have no other word for that.
    let [prs, eudract] = analyses(&built, title, ["statisticalTestType", "type/value"]);
    assert_eq!((prs, eudract), (vec!["Other".to_owned()], vec!["ANALYSIS_TYPE.other".to_owned()]));
    let [prs, eudract] = analyses(&built, title, ["parameterValue", "parameterEstimate/pointEstimate"]);
    same(&prs[0], 100.0 * relieved as f64 / 22.0);
    assert_eq!(prs, eudract);
    assert_eq!(
        analyses(&built, "Pain score at week 4", ["parameterValue", "title"]),
        [Vec::<String>::new(), Vec::new()]
    );
    // The death is one of all causes and one of an adverse event; the event before the first dose counts nowhere.
    let (at_risk, serious, other) = events_of_eudract(&built);
    assert_eq!((at_risk[DRUG_A.1].deaths, serious.len()), (1, 2));
    assert_eq!(other.keys().collect::<Vec<_>>(), ["Headache"]);
}

#[test]
fn no_events_are_reported_as_zeros() {
    let built = Built::of("no_events");
    assert!(built.events.is_empty());
    check_flow(&built, &[DRUG_A, PLACEBO]);
    check_events(&built, &[DRUG_A, PLACEBO]);
    for (at_risk, serious, other) in [events_of_eudract(&built), events_of_prs(&built)] {
        assert!(serious.is_empty() && other.is_empty());
        for (title, of) in at_risk {
            assert_eq!((of.exposed, of.serious, of.other, of.deaths), (Some(12), 0, 0, 0), "{title}");
        }
    }
    // ClinicalTrials.gov requires how and for how long events were looked for, found or not.
    let document = parse(&built.prs);
    let events = all(document.root_element(), "//reportedEvents")[0];
    for element in ["assessmentType", "frequencyReportingThreshold", "timeFrame", "allCauseMortComment"] {
        assert_ne!(text(events, element), "", "{element}");
    }
}

#[test]
fn withdrawn_arm_was_never_treated() {
    let built = Built::of("withdrawn_arm");
    let high: Arm = ("high", "Drug A 20 mg");
    let low: Arm = ("low", "Drug A 10 mg");
    check_flow(&built, &[high, low, PLACEBO]);
    check_events(&built, &[high, low, PLACEBO]);
    assert_eq!(built.count(|row| row["ARM"] == "high" && row["DOSEDT"].is_empty()), 4);
    // Nobody is at risk: ClinicalTrials.gov takes the 0, EudraCT's schema asks for at least 1 or nothing.
    assert_eq!(events_of_prs(&built).0[high.1].exposed, Some(0));
    assert_eq!(events_of_eudract(&built).0[high.1].exposed, None);
    let title = "Pain score at week 4";
    let of = |arm: Arm| built.numbers("PAIN", |row| row["ARM"] == arm.0);
    assert!(of(high).is_empty());
    let [prs, eudract] = [modules::outcome_of_prs(&built, title), modules::outcome_of_eudract(&built, title)];
    let empty = |group: &Group, sign: &str| {
        assert_eq!((group.analysed, group.value.as_str(), group.spread.as_str()), (0, sign, sign));
    };
    empty(&prs[0], "NA");
    empty(&eudract[0], "99999");
    for (at, arm) in [(1, low), (2, PLACEBO)] {
        let values = of(arm);
        let (mean, sd) = mean_sd(&values);
        for group in [&prs[at], &eudract[at]] {
            assert_eq!((group.title.as_str(), group.analysed), (arm.1, values.len()));
            same(&group.value, mean);
            same(&group.spread, sd);
        }
    }
    // Nothing is compared with an arm of nobody, although the configuration asks for it.
    let [_, titles] = analyses(&built, title, ["groupDescription", "title"]);
    assert_eq!(titles, ["Two-sample t test, Low dose against Placebo"]);
}

#[test]
fn non_inferiority_states_kind_and_margin() {
    let built = Built::of("non_inferiority");
    check_flow(&built, &[DRUG_A, DRUG_B]);
    check_events(&built, &[DRUG_A, DRUG_B]);
    let title = "Number of participants whose pain was relieved at week 4";
    let relieved = |arm: Arm| built.count(|row| row["ARM"] == arm.0 && row["RELIEF"] == "Y");
    let group = |arm: Arm| (arm.1, 20, relieved(arm).to_string(), String::new());
    check_outcome(&built, title, &[group(DRUG_A), group(DRUG_B)]);
    for title in [title, "Pain score at week 4"] {
        let [prs, eudract] = analyses(&built, title, ["statisticalTestType", "type/value"]);
        assert_eq!((prs[0].as_str(), eudract[0].as_str()), ("Non-Inferiority", "ANALYSIS_TYPE.nonInferiority"));
    }
    let [prs, eudract] = analyses(&built, title, ["nonInferiorityTestComment", "comment"]);
    for said in [&prs[0], &eudract[0]] {
        assert!(said.contains("margin -0.3; Half of the effect of drug B over placebo"), "{said}");
    }
    let [prs, _] = analyses(&built, title, ["parameterValue", "type/value"]);
    same(&prs[0], relieved(DRUG_A) as f64 / 20.0 - relieved(DRUG_B) as f64 / 20.0);
    // The lower limit lies above the margin, so what is tested after it is no nominal test.
    let [lower, _] = analyses(&built, title, ["ciLowerLimit", "type/value"]);
    assert!(lower[0].parse::<f64>().unwrap() > -0.3, "{}", lower[0]);
    let [prs, eudract] = analyses(&built, "Pain score at week 4", ["statisticalTestComment", "comment"]);
    for said in [&prs[0], &eudract[0]] {
        assert!(said.contains("one-sided, against the margin") && !said.contains("nominal"), "{said}");
    }
    let [method, _] = analyses(&built, "Pain score at week 4", ["statisticalMethod", "title"]);
    assert_eq!(method, ["t-Test, 1-Sided"]);
}

#[test]
fn zero_cell_is_not_estimable_where_it_is_not() {
    let built = Built::of("zero_cell");
    check_flow(&built, &[DRUG_A, PLACEBO]);
    check_events(&built, &[DRUG_A, PLACEBO]);
    let title = "Number of participants whose pain was relieved at week 4";
    let relieved = built.count(|row| row["RELIEF"] == "Y");
    assert_eq!(built.count(|row| row["RELIEF"] == "Y" && row["ARM"] == "placebo"), 0);
    let zero = || "0".to_owned();
    check_outcome(
        &built,
        title,
        &[(DRUG_A.1, 14, relieved.to_string(), String::new()), (PLACEBO.1, 14, zero(), String::new())],
    );
    // The headline's odds ratio is infinite: no number, and the reason beside it.
    let [prs, eudract] = analyses(&built, title, ["parameterValue", "parameterEstimate/pointEstimate"]);
    assert_eq!((prs[0].as_str(), eudract[0].as_str()), ("NA", "99999"));
    let [prs, eudract] = analyses(&built, title, ["estimateComment", "parameterEstimate/effectEstimate"]);
    for said in [&prs[0], &eudract[0]] {
        assert!(said.contains("infinite"), "{said}");
    }
    // Fisher's test has one: tables with these margins that are no more probable than the observed one.
    let p = 2.0 * (0..relieved).map(|k| (14 - k) as f64 / (28 - k) as f64).product::<f64>();
    let [prs, _] = analyses(&built, title, ["pValue", "title"]);
    assert_eq!(prs[0], "");
    same(&prs[1], p);
    let [prs, _] = analyses(&built, title, ["parameterValue", "title"]);
    same(&prs[2], relieved as f64 / 14.0);
    // Nobody of either arm had a relapse: no difference, and no evidence of one.
    let title = "Number of participants with a relapse of pain up to week 8";
    check_outcome(&built, title, &[(DRUG_A.1, 14, zero(), String::new()), (PLACEBO.1, 14, zero(), String::new())]);
    let [prs, _] = analyses(&built, title, ["parameterValue", "title"]);
    same(&prs[0], 0.0);
}

#[test]
fn crossover_has_two_periods_of_the_same_sequences() {
    let built = Built::of("crossover");
    let names = [
        ("WITHDREW", ["consentWithdrawn", "Withdrawal by Subject"]),
        ("AE", ["adverseNotSerious", "Adverse Event"]),
        ("LOST", ["lostFollowup", "Lost to Follow-up"]),
    ];
    let flows = [modules::flow_of_eudract(&built), modules::flow_of_prs(&built)];
    for (registry, flow) in flows.iter().enumerate() {
        let titles: Vec<&str> = flow.iter().map(|(title, _)| title.as_str()).collect();
        assert_eq!(titles, ["First Intervention", "Second Intervention"]);
        for (code, title) in [("ab", "Drug A then Placebo"), ("ba", "Placebo then Drug A")] {
            let of = |holds: &dyn Fn(&Raw) -> bool| built.count(|row| row["ARM"] == code && holds(row));
            let left = |period: &str| -> BTreeMap<String, usize> {
                let in_period = |end: &str| of(&|row| row["ENDPER"] == period && row["ENDSTAT"] == end);
                let named = names.iter().map(|(end, names)| (names[registry].to_owned(), in_period(end)));
                named.filter(|(_, n)| *n > 0).collect()
            };
            let scored = |column: &str| ("Pain Scored at Week 4".to_owned(), of(&|row| !row[column].is_empty()));
            let entered = of(&|row| !row["DOSE2DT"].is_empty());
            let first = Counts {
                started: of(&|_| true),
                completed: entered,
                milestones: BTreeMap::from([("Received a Dose".to_owned(), of(&|_| true)), scored("PAIN1")]),
                reasons: left("1"),
            };
            let second = Counts {
                started: entered,
                completed: of(&|row| row["ENDSTAT"] == "COMPLETED"),
                milestones: BTreeMap::from([scored("PAIN2")]),
                reasons: left("2"),
            };
            assert_eq!((&flow[0].1[title], &flow[1].1[title]), (&first, &second), "{title}");
        }
    }
    // EudraCT asks what an arm was given in a period: one product of the two.
    let document = parse(&built.eudract);
    let arms = all(document.root_element(), "subjectDisposition/postAssignmentPeriods/postAssignmentPeriod/arms/arm");
    let given: Vec<&str> = arms.into_iter().map(|arm| text(arm, "armProducts/armProduct/name")).collect();
    assert_eq!(given, ["Drug A", "Placebo tablet", "Placebo tablet", "Drug A"]);
}

#[test]
fn crossover_has_values_and_events_of_treatments() {
    let built = Built::of("crossover");
    let active_first = |row: &Raw| row["ARM"] == "ab";
    // Values by treatment, of those who have both.
    let pairs = |first: bool| -> Vec<(f64, f64)> {
        let rows = built.subjects.iter().filter(|row| active_first(row) == first);
        let both = rows.filter_map(|row| Some((row["PAIN1"].parse().ok()?, row["PAIN2"].parse().ok()?)));
        both.map(|(one, two)| if first { (one, two) } else { (two, one) }).collect()
    };
    let (ab, ba) = (pairs(true), pairs(false));
    let title = "Pain score at the end of each period";
    let active: Vec<f64> = ab.iter().chain(&ba).map(|pair| pair.0).collect();
    let control: Vec<f64> = ab.iter().chain(&ba).map(|pair| pair.1).collect();
    for groups in [modules::outcome_of_eudract(&built, title), modules::outcome_of_prs(&built, title)] {
        assert_eq!(groups.len(), 2);
        for (group, (name, values)) in groups.iter().zip([(DRUG_A.1, &active), (PLACEBO.1, &control)]) {
            assert_eq!((group.title.as_str(), group.analysed), (name, 19));
            let (mean, sd) = mean_sd(values);
            same(&group.value, mean);
            same(&group.spread, sd);
        }
    }
    // The mean of the mean differences of the two sequences.
    let mean = |pairs: &[(f64, f64)]| mean_sd(&pairs.iter().map(|pair| pair.0 - pair.1).collect::<Vec<_>>()).0;
    let [prs, eudract] = analyses(&built, title, ["parameterValue", "parameterEstimate/pointEstimate"]);
    same(&prs[0], (mean(&ab) + mean(&ba)) / 2.0);
    assert_eq!(prs, eudract);
    let [prs, eudract] = analyses(&built, title, ["statisticalTestComment", "comment"]);
    assert_eq!([prs, eudract].concat(), ["The same participants are in both groups."; 2]);
    // Who received what, and what an event began under: the last dose begun.
    let exposed = |row: &Raw, treatment: &str| {
        !row[if active_first(row) == (treatment == "active") { "DOSEDT" } else { "DOSE2DT" }].is_empty()
    };
    let under = |row: &Raw, event: &Raw| {
        let in_second = !row["DOSE2DT"].is_empty() && event["AESTDT"] >= row["DOSE2DT"];
        if active_first(row) == in_second { "control".to_owned() } else { "active".to_owned() }
    };
    check_events_under(&built, &[("active", DRUG_A.1), ("control", PLACEBO.1)], &exposed, &under);
}
