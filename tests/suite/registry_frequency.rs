//! The threshold of non-serious terms: a term at the threshold itself, in the record, its rules and its words.

use tracelock::base::diagnostic::Diagnostics;
use tracelock::report::registry::RegistryRecord;
use tracelock::report::registry::compose::compose;
use tracelock::report::registry::deadlines::Register;
use tracelock::report::registry::entry_sheet::{self, EntryValue};
use tracelock::report::registry::preflight::{self, Asked};
use tracelock::results::ResultStore;
use tracelock::spec::frequency::{FrequencyRule, FrequencyThreshold};
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study_registry::{ListVersions, TextLimits};

use super::registry_xml::scenario::Scenario;

/// The record of three arms of 20 with `Headache` in one subject of each, which is 5 %.
fn record(percent: f64, rule: FrequencyRule) -> (RegistryRecord, ResultStore) {
    let scenario = Scenario {
        threshold: FrequencyThreshold { percent, rule },
        ..Scenario::new(&["msc", "placebo", "usual"]).with_events()
    };
    let (study, codes, store) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
    let mut sink = Diagnostics::new();
    let record = compose(&scenario.input(&study, &codes), &store, &mut sink);
    assert_eq!(sink.errors(), 0, "{:?}", sink.all());
    (record.expect("no error was reported"), store)
}

fn terms(record: &RegistryRecord) -> Vec<&str> {
    let events = record.adverse_events.as_ref().expect("events");
    events.non_serious.iter().map(|event| event.term.text.as_str()).collect()
}

/// Findings on the threshold, without their prefix.
fn findings(record: &RegistryRecord, store: &ResultStore, asked: Asked) -> Vec<String> {
    let mut sink = Diagnostics::new();
    preflight::check(record, &RegistryTerms::built_in(), store, asked, &mut sink);
    let own = sink.all().iter().filter(|finding| ["REG-068", "REG-075", "REG-076"].contains(&finding.code.id));
    own.map(|finding| format!("{} {}", finding.code.id, finding.message)).collect()
}

#[test]
fn a_term_at_the_threshold_is_reported_where_it_need_only_reach_it() {
    let both = Asked::both(TextLimits::Strict);
    let (exceeds, store) = record(5.0, FrequencyRule::Exceeds);
    assert_eq!(terms(&exceeds), ["Nausea", "Vomiting"]);
    assert_eq!(findings(&exceeds, &store, both), Vec::<String>::new());
    let (reaches, store) = record(5.0, FrequencyRule::Reaches);
    assert_eq!(terms(&reaches), ["Nausea", "Vomiting", "Headache"]);
    let found = findings(&reaches, &store, both);
    assert_eq!(
        found,
        ["REG-076 non-serious terms that reach 5 % are reported; EudraCT and ClinicalTrials.gov mean those that \
             exceed it: 1 term more than they expect, `Headache`"]
    );
    // Whichever rule, the number declared is the one used.
    for record in [&exceeds, &reaches] {
        let events = record.adverse_events.as_ref().expect("events");
        assert_eq!(events.threshold.as_ref().map(|text| text.text.as_str()), Some("5"));
    }
}

#[test]
fn another_threshold_than_the_one_used_is_told() {
    let (mut record, store) = record(0.0, FrequencyRule::Exceeds);
    assert_eq!(terms(&record), ["Nausea", "Vomiting", "Headache"]);
    let events = record.adverse_events.as_mut().expect("events");
    events.threshold.as_mut().expect("a threshold").text = "5".to_owned();
    assert_eq!(
        findings(&record, &store, Asked::eudract()),
        ["REG-075 1 non-serious term reported without a frequency above 5 % in any group: `Headache`"]
    );
}

#[test]
fn the_entry_sheet_says_that_terms_at_the_threshold_are_listed() {
    for (rule, field) in [
        (FrequencyRule::Exceeds, "Frequency threshold in percent"),
        (FrequencyRule::Reaches, "Frequency threshold in percent (terms at the threshold are listed as well)"),
    ] {
        let (record, _) = record(2.5, rule);
        for register in [Register::Eudract, Register::Ctgov] {
            let lines = entry_sheet::lines(&record, register, &RegistryTerms::built_in());
            let value = lines.iter().find(|line| line.field == field).map(|line| line.value.clone());
            assert_eq!(value, Some(EntryValue::Text("2.5".to_owned())), "{field}");
        }
    }
}
