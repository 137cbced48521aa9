//! What is not finished at the data cut-off: events without a code, subjects still in the study.

use tracelock::base::diagnostic::{Diagnostics, Severity};
use tracelock::report::registry::RegistryRecord;
use tracelock::report::registry::compose::compose;
use tracelock::report::registry::compose::input::{KeyPattern, ReasonInput};
use tracelock::report::registry::preflight::{self, Asked};
use tracelock::results::ResultStore;
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study::StudySpec;
use tracelock::spec::study_registry::{AnalysisStage, ListVersions, TextLimits};

use super::registry_xml::scenario::{Scenario, count};

/// The record of two arms of 20, of which each has so many still in the study, and what composing said of them.
fn with_ongoing(
    subjects: [u64; 2],
    change: fn(&mut StudySpec),
) -> (RegistryRecord, ResultStore, Vec<(&'static str, Severity, String)>) {
    let scenario = Scenario::new(&["msc", "placebo"]).with_events();
    let (mut study, codes) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()));
    change(&mut study);
    let mut store = scenario.store();
    for (arm, n) in ["msc", "placebo"].into_iter().zip(subjects) {
        count(&mut store, &format!("flow:ongoing[arm={arm}]"), n);
    }
    let mut input = scenario.input(&study, &codes);
    input.periods[0].ongoing = Some(ReasonInput {
        id: "on_study".to_owned(),
        words: "Still on study".to_owned(),
        subjects: KeyPattern::new("flow", "ongoing"),
    });
    let mut sink = Diagnostics::new();
    let record = compose(&input, &store, &mut sink).unwrap_or_else(|_| panic!("{:?}", sink.all()));
    let said = sink.all().iter().filter(|finding| finding.code.id == "REG-018");
    let said = said.map(|finding| (finding.code.id, finding.severity, finding.message.clone())).collect();
    (record, store, said)
}

fn findings(record: &RegistryRecord, store: &ResultStore, is_final: bool) -> Vec<(&'static str, Severity)> {
    let mut sink = Diagnostics::new();
    let asked = Asked { is_final, ..Asked::both(TextLimits::Strict) };
    preflight::check(record, &RegistryTerms::built_in(), store, asked, &mut sink);
    sink.all().iter().map(|finding| (finding.code.id, finding.severity)).collect()
}

/// In the scenario 17 and 16 of 20 completed and 3 and 4 left: whoever is still there is besides them.
#[test]
fn subjects_still_in_the_study_are_not_completed_for_another_reason() {
    let (record, store, said) = with_ongoing([0, 2], |study| study.registry.stage = AnalysisStage::Interim);
    let words = "2 still in the study (`on_study`) given as not completed".to_owned();
    assert_eq!(said, [("REG-018", Severity::Note, words)]);
    let period = &record.flow.periods[0];
    let last = period.reasons.last().expect("a reason");
    assert!(last.ctgov.as_ref().is_some_and(|term| term.is("other")), "{last:?}");
    assert!(last.eudract.as_ref().is_some_and(|term| term.is("other")), "{last:?}");
    assert_eq!(last.words.as_ref().map(|words| words.text.as_str()), Some("Still on study"));
    let keys: Vec<Option<String>> = last
        .subjects
        .iter()
        .map(|one| one.as_ref().and_then(|one| one.subjects.key()).map(ToString::to_string))
        .collect();
    assert_eq!(keys, [Some("flow:ongoing[arm=msc]".to_owned()), Some("flow:ongoing[arm=placebo]".to_owned())]);
    // 20 started, 16 completed, 4 left and 2 are still there: the rule of the sum now sees them.
    assert!(findings(&record, &store, false).contains(&("REG-011", Severity::Error)));
    let (record, store, _) = with_ongoing([0, 0], |_| {});
    assert!(!findings(&record, &store, false).iter().any(|(code, _)| *code == "REG-011"));
}

#[test]
fn a_final_analysis_with_subjects_still_in_the_study_is_warned_of() {
    let (_, _, said) = with_ongoing([1, 0], |study| study.registry.stage = AnalysisStage::Final);
    assert_eq!(said.iter().map(|(_, severity, _)| *severity).collect::<Vec<_>>(), [Severity::Warning]);
    assert!(said[0].2.ends_with("and the analysis is said to be final"), "{said:?}");
    let (record, _, said) = with_ongoing([0, 0], |study| study.registry.stage = AnalysisStage::Final);
    assert_eq!(said, []);
    assert!(
        record.flow.periods[0]
            .reasons
            .iter()
            .all(|reason| { reason.words.as_ref().is_none_or(|words| words.text != "Still on study") })
    );
}

/// What study.yaml says of the reason comes first.
#[test]
fn a_reason_of_the_study_is_taken_for_those_still_in_it() {
    let (record, _, _) = with_ongoing([1, 1], |study| {
        let other = study.registry.not_completed_reasons.shift_remove("withdrew").expect("a reason of the demo");
        study.registry.not_completed_reasons.insert("on_study".to_owned(), other);
    });
    let last = record.flow.periods[0].reasons.last().expect("a reason");
    assert!(last.ctgov.as_ref().is_some_and(|term| term.is("withdrawal_by_subject")), "{last:?}");
}

/// A draft carries what has no code yet under its own name; whoever submits is stopped.
#[test]
fn an_uncoded_term_is_a_warning_in_a_draft_and_an_error_in_the_end() {
    let mut scenario = Scenario::new(&["msc", "placebo"]).with_events();
    scenario.rename_class("Gastrointestinal disorders", "Uncoded");
    let (study, codes, store) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
    let mut sink = Diagnostics::new();
    let record = compose(&scenario.input(&study, &codes), &store, &mut sink).expect("no error");
    assert_eq!((sink.errors(), sink.warnings()), (0, 0), "{:?}", sink.all());
    let uncoded = |is_final| -> Vec<Severity> {
        let found = findings(&record, &store, is_final);
        assert!(!found.iter().any(|(code, _)| *code == "REG-069"), "one code for one fault: {found:?}");
        found.iter().filter(|(code, _)| *code == "REG-077").map(|(_, severity)| *severity).collect()
    };
    assert_eq!(uncoded(false), [Severity::Warning; 2]);
    assert_eq!(uncoded(true), [Severity::Error; 2]);

    // A class that no list has stays an error at once.
    scenario.rename_class("Uncoded", "Tummy");
    let mut sink = Diagnostics::new();
    assert!(compose(&scenario.input(&study, &codes), &scenario.store(), &mut sink).is_err());
    assert!(sink.all().iter().any(|finding| finding.message.contains("`Tummy`")), "{:?}", sink.all());
}
