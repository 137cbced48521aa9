//! Registry files of hand-made stores: valid, every reference resolves, every number read back, zeros filled.

#[path = "registry_xml/scenario.rs"]
pub(super) mod scenario;

use std::path::{Path, PathBuf};
use std::process::Command;

use tracelock::base::diagnostic::{Diagnostics, Severity};
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::placement::place_xml;
use tracelock::render::template::{Engine, Rendered, TemplateSet};
use tracelock::render::xml::{self, About, Submission, Views};
use tracelock::render::xml_check::check_text;
use tracelock::render::xml_read_back::read_back;
use tracelock::report::registry::RegistryRecord;
use tracelock::report::registry::compose::compose;
use tracelock::report::registry::compose::input::{KeyPattern, RegistryInput};
use tracelock::report::registry::preflight::{self, Asked};
use tracelock::results::ResultStore;
use tracelock::spec::at::At;
use tracelock::spec::frequency::{FrequencyRule, FrequencyThreshold};
use tracelock::spec::registry_codes::{RegistryCodes, is_ctgov_value, is_eudract_code};
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study::StudySpec;
use tracelock::spec::study_registry::{ListVersions, TextLimits};

use scenario::{Scenario, count, demo_study, real};

/// The record of a scenario; every rule must hold.
pub(super) fn record_of(scenario: &Scenario, input: &RegistryInput<'_>, store: &ResultStore) -> RegistryRecord {
    let mut sink = Diagnostics::new();
    let record = compose(input, store, &mut sink);
    if let Ok(record) = &record {
        preflight::check(record, &RegistryTerms::built_in(), store, Asked::both(TextLimits::Strict), &mut sink);
    }
    assert_eq!(messages(&sink), Vec::<String>::new(), "{:?}", scenario.arms);
    record.expect("no error was reported")
}

/// Errors and warnings, with their codes.
pub(super) fn messages(sink: &Diagnostics) -> Vec<String> {
    let grave = sink.all().iter().filter(|problem| problem.severity != Severity::Note);
    grave.map(|problem| format!("{}: {}", problem.code.id, problem.message)).collect()
}

fn render(submission: Submission, record: &RegistryRecord, input: &RegistryInput<'_>, store: &ResultStore) -> Rendered {
    let templates = TemplateSet::built_in(&[xml::TEMPLATES]);
    let engine = Engine::new(&templates, store, &REGULATORY);
    let mut sink = Diagnostics::new();
    let notice = input.study.synthetic.as_ref().map(|synthetic| synthetic.notice.clone());
    let about = About { draft: true, notice, provenance: Some("Lock 1 -- run 2".to_owned()) };
    let terms = RegistryTerms::built_in();
    let views = Views { record, codes: input.codes, terms: &terms, store };
    let rendered = xml::render(submission, &views, &about, &engine, &mut sink);
    assert_eq!(messages(&sink), Vec::<String>::new());
    rendered.expect("no error was reported")
}

/// Validates with xmllint; says so where schemas or program are missing.
fn validate(submission: Submission, text: &str) {
    let folder = std::env::var("TRACELOCK_SCHEMAS")
        .map_or_else(|_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/registries"), PathBuf::from);
    let schema = folder.join(match submission {
        Submission::EudractResults => "eudract/results_reconstructed.xsd",
        Submission::EudractAdverseEvents => "eudract/adverseEvents.xsd",
        Submission::CtgovResults | Submission::CtgovPartial => "ctgov/ProtocolRecordSchema.xsd",
    });
    if !schema.exists() {
        eprintln!("not validated: the registries' schemas are not here (TRACELOCK_SCHEMAS)");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join(submission.file_name());
    std::fs::write(&file, text).expect("written");
    match Command::new("xmllint").args(["--noout", "--schema"]).arg(&schema).arg(&file).output() {
        Ok(output) => assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => eprintln!("not validated: xmllint is not installed"),
    }
}

/// Text of the element at a path as `place_xml` writes it.
fn text_at(rendered: &Rendered, end: &str, key: &str) -> Option<String> {
    let mut sink = Diagnostics::new();
    let placed = place_xml("x.xml", rendered, &mut sink).expect("well-formed");
    placed
        .placements
        .into_iter()
        .find(|placement| placement.place.ends_with(end) && placement.key == key)
        .map(|p| p.text)
}

#[test]
fn files_are_valid_and_read_back() {
    let scenarios = [
        Scenario::new(&["msc", "placebo"]).with_events(),
        Scenario::new(&["msc", "placebo", "usual"]).with_events(),
        Scenario::new(&["msc", "placebo"]),
        Scenario::new(&["msc"]).with_events(),
    ];
    for scenario in &scenarios {
        let (study, codes, store) =
            (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
        let input = scenario.input(&study, &codes);
        let record = record_of(scenario, &input, &store);
        let mut placed_keys = std::collections::BTreeSet::new();
        for submission in Submission::ALL {
            let rendered = render(submission, &record, &input, &store);
            if let Ok(folder) = std::env::var("TRACELOCK_KEEP") {
                let name = format!("{}-{}", scenario.arms.len(), submission.file_name());
                std::fs::write(Path::new(&folder).join(name), &rendered.text).expect("kept");
            }
            validate(submission, &rendered.text);
            let mut sink = Diagnostics::new();
            let file = submission.file_name();
            let placed = place_xml(file, &rendered, &mut sink).expect("well-formed");
            let compared = read_back(file, &rendered.text, &placed.placements, &store, &mut sink);
            assert_eq!(messages(&sink), Vec::<String>::new(), "{file}");
            assert_eq!(compared.ok(), Some(placed.placements.len()), "{file}: every placement is its own place");
            placed_keys.extend(placed.placements.into_iter().map(|placement| placement.key));
            assert_eq!(render(submission, &record, &input, &store).text, rendered.text, "same bytes each time");
        }
        // What the record asks of the store is in one file or another, and nothing else is.
        let asked: Vec<String> = record.keys().iter().map(ToString::to_string).collect();
        let unasked: Vec<&String> = placed_keys.iter().filter(|key| !asked.contains(key)).collect();
        assert_eq!(unasked, Vec::<&String>::new());
        // A p-value that is not estimable is told in words; with one arm PRS has no column of totals.
        let is_exempt =
            |key: &str| key.starts_with("who_d7:p") || (scenario.arms.len() == 1 && key.contains("arm=total"));
        let unused = asked.iter().filter(|key| !placed_keys.contains(*key) && !is_exempt(key));
        assert_eq!(unused.collect::<Vec<_>>(), Vec::<&String>::new());
    }
}

#[test]
fn numbers_stand_where_the_registries_want_them() {
    let scenario = Scenario::new(&["msc", "placebo"]).with_events();
    let (study, codes, store) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
    let input = scenario.input(&study, &codes);
    let record = record_of(&scenario, &input, &store);
    let eudract = render(Submission::EudractResults, &record, &input, &store);
    let ctgov = render(Submission::CtgovResults, &record, &input, &store);
    for (file, end, key, expected) in [
        (&eudract, "/countrySubjectCount/subjects", "flow:randomised", "40"),
        (
            &eudract,
            "/populationAgeGroup/elderly65To84",
            "base:n[arm=total,level=elderly_65_84,variable=AGEGR_EUDRACT]",
            "6",
        ),
        (&eudract, "/arm[2]/completedMilestoneAchievement/subjects", "flow:completed_study[arm=placebo]", "16"),
        (
            &eudract,
            "/endPoint[1]/armReportingGroups/armReportingGroup[1]/tendencyValues/tendencyValue/value",
            "pf_d7:mean[arm=msc]",
            "-12.35",
        ),
        (&eudract, "/confidenceInterval/lowerLimit", "pf_d7:diff_lower[arm=msc/placebo]", "-3.25"),
        // EudraCT takes a decimal and a relation: 0.00001234 is shown with the digits it needs.
        (&eudract, "/statisticalHypothesisTest/value", "oxygen:p[arm=msc/placebo]", "0.000012"),
        // Not estimable: EudraCT's 99999, PRS's NA.
        (&eudract, "/highRangeValue", "oxygen:median_upper[arm=msc]", "99999"),
        (&ctgov, "/dispersionUpperLimit", "oxygen:median_upper[arm=msc]", "NA"),
        (&ctgov, "/clinical_study/enrollment", "flow:randomised", "40"),
        (&ctgov, "/measureAnalysis/pValue", "pf_d7:p[arm=msc/placebo]", "0.033"),
        (&ctgov, "/measureAnalysis/pValue", "oxygen:p[arm=msc/placebo]", "<0.001"),
        (
            &ctgov,
            "/startedMilestone/milestoneAchievements/milestoneAchievement[1]/subjectsAchieve",
            "flow:allocated[arm=msc]",
            "20",
        ),
    ] {
        assert_eq!(text_at(file, end, key).as_deref(), Some(expected), "{end} {key}");
    }
    for (file, phrase) in [
        (&eudract, "reconstructed from posted EudraCT records"),
        (&eudract, "SYNTHETIC DATA"),
        (&eudract, "DRAFT"),
        (&eudract, "99999: not estimable (the curve does not fall to one half)"),
        (&eudract, "p-value not estimable (all values equal)"),
        (&ctgov, "<naComment>Not estimable: the curve does not fall to one half</naComment>"),
        (&ctgov, "<pValueComment>Not estimable: all values equal</pValueComment>"),
        (&ctgov, "<organSystemName>General disorders</organSystemName>"),
        (&ctgov, "<title>Race and Ethnicity Not Collected</title>"),
    ] {
        assert!(file.text.contains(phrase), "{phrase}");
    }
}

#[test]
fn a_term_stays_in_all_arms_when_one_exceeds_the_threshold() {
    for (percent, expected) in [(5.0, vec!["Nausea", "Vomiting"]), (0.0, vec!["Nausea", "Vomiting", "Headache"])] {
        let threshold = FrequencyThreshold { percent, rule: FrequencyRule::Exceeds };
        let scenario = Scenario { threshold, ..Scenario::new(&["msc", "placebo", "usual"]).with_events() };
        let (study, codes, store) =
            (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
        let input = scenario.input(&study, &codes);
        let record = record_of(&scenario, &input, &store);
        let rendered = render(Submission::EudractAdverseEvents, &record, &input, &store);
        let document = roxmltree::Document::parse(&rendered.text).expect("well-formed");
        let of = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
        let child = |node: roxmltree::Node<'_, '_>, name: &str| {
            let found = node.descendants().find(|child| child.has_tag_name(name));
            found.and_then(|found| found.text()).map(str::to_owned)
        };
        let terms: Vec<String> = of("nonSeriousAdverseEvent").filter_map(|event| child(event, "term")).collect();
        assert_eq!(terms, expected, "above {percent} %");
        for event in of("nonSeriousAdverseEvent").chain(of("seriousAdverseEvent")) {
            let values = event.descendants().filter(|node| node.attribute("reportingGroupId").is_some());
            let affected: Vec<Option<String>> = values.map(|value| child(value, "subjectsAffected")).collect();
            assert_eq!(affected.len(), 3, "every arm has its row");
            assert!(affected.iter().all(Option::is_some), "zeros are written");
        }
        let vomiting = of("nonSeriousAdverseEvent").find(|event| child(*event, "term").as_deref() == Some("Vomiting"));
        let zero = vomiting.and_then(|event| event.descendants().rfind(|node| node.has_tag_name("subjectsAffected")));
        assert_eq!(zero.and_then(|node| node.text()), Some("0"));
    }
}

#[test]
fn faults_are_found() {
    let scenario = Scenario::new(&["msc", "placebo"]).with_events();
    let (study, codes, store) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
    let input = scenario.input(&study, &codes);
    let record = record_of(&scenario, &input, &store);
    let rendered = render(Submission::EudractResults, &record, &input, &store);
    let file = Submission::EudractResults.file_name();
    let placed = place_xml(file, &rendered, &mut Diagnostics::new()).expect("well-formed");
    for (from, to, code) in [
        ("reportingGroupId=\"EventGroup-2\"", "reportingGroupId=\"EventGroup-9\"", "RND-002"),
        ("<armComparisonGroupId>EndPoint-1-Group-2<", "<armComparisonGroupId>EndPoint-1-Group-7<", "RND-002"),
        ("id=\"Characteristic-4-Category-2\"", "id=\"Characteristic-4-Category-1\"", "RND-002"),
        ("</trialChanges>", "</trialChange>", "RND-001"),
        ("<pointEstimate>25.70<", "<pointEstimate>25.71<", "RND-003"),
        ("<deathsAllCauses>2<", "<deathsAllCauses>3<", "RND-003"),
        ("<highRangeValue>99999<", "<highRangeValue>0<", "RND-003"),
        ("<valueEqualityRelation>=</valueEqualityRelation>", "<value>0.04</value>", "RND-003"),
    ] {
        assert!(rendered.text.contains(from), "{from}");
        let broken = rendered.text.replacen(from, to, 1);
        let mut sink = Diagnostics::new();
        let _ = check_text(file, &broken, &mut sink);
        let _ = read_back(file, &broken, &placed.placements, &store, &mut sink);
        assert!(messages(&sink).iter().any(|message| message.starts_with(code)), "{from}: {:?}", messages(&sink));
    }
}

#[test]
fn missing_results_and_fields_are_listed_together() {
    let scenario = Scenario::new(&["msc", "placebo"]).with_events();
    let codes = RegistryCodes::built_in(ListVersions::default());
    let mut study = scenario.study();
    let mut input = scenario.input(&study, &codes);
    input.outcomes[0].value = KeyPattern::new("pf_d8", "mean");
    let mut sink = Diagnostics::new();
    assert!(compose(&input, &scenario.store(), &mut sink).is_err());
    let found = messages(&sink);
    for arm in ["msc", "placebo"] {
        assert!(found.iter().any(|message| message.contains(&format!("pf_d8:mean[arm={arm}]"))), "{found:?}");
    }
    study.dates.first_enrolled = None;
    study.registry.not_completed_reasons.shift_remove("lost");
    study.arms[0].title = At::nowhere("MSC".to_owned());
    let mut input = scenario.input(&study, &codes);
    input.baseline.sex = None;
    let mut sink = Diagnostics::new();
    assert!(compose(&input, &scenario.store(), &mut sink).is_err(), "a reason without a name in the registries");
    assert!(messages(&sink).iter().any(|message| message.starts_with("RPT-004") && message.contains("`lost`")));
    let mut study = scenario.study();
    study.dates.first_enrolled = None;
    study.arms[0].title = At::nowhere("MSC".to_owned());
    let mut input = scenario.input(&study, &codes);
    input.baseline.sex = None;
    let mut sink = Diagnostics::new();
    let store = scenario.store();
    let record = compose(&input, &store, &mut sink).expect("composed");
    preflight::check(&record, &RegistryTerms::built_in(), &store, Asked::both(TextLimits::Strict), &mut sink);
    let found = messages(&sink);
    for part in ["first enrolment", "sex, asked by both registries", "title of a group has 3 characters"] {
        assert!(found.iter().any(|message| message.contains(part)), "{part}: {found:?}");
    }
}

#[test]
fn counts_that_disagree_are_reported() {
    for (key, n, code, part) in [
        ("flow:completed_study[arm=msc]", 18, "REG-011", "20 started, 18 completed and 3 left"),
        ("base:n[arm=total,level=F,variable=SEX]", 15, "REG-022", "arms sum to 16, the total is 15"),
        ("ae:n[arm=msc,category=serious]", 0, "REG-064", "affected by"),
        ("flow:randomised", 39, "REG-025", "countries sum to 39"),
    ] {
        let scenario = Scenario::new(&["msc", "placebo"]).with_events();
        let whole = scenario.store();
        let mut store = ResultStore::new();
        for result in whole.iter() {
            let value = if result.key.to_string() == key { Some(n) } else { result.value.as_count() };
            match value {
                Some(n) => count(&mut store, &result.key.to_string(), n),
                None => real(&mut store, &result.key.to_string(), result.value.as_f64().ok_or("no value")),
            }
        }
        let (study, codes) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()));
        let input = scenario.input(&study, &codes);
        let mut sink = Diagnostics::new();
        let record = compose(&input, &store, &mut sink).expect("composed");
        preflight::check(&record, &RegistryTerms::built_in(), &store, Asked::both(TextLimits::Strict), &mut sink);
        let found = messages(&sink);
        assert!(found.iter().any(|message| message.starts_with(code) && message.contains(part)), "{part}: {found:?}");
    }
}

#[test]
fn codes_are_in_the_registries_lists() {
    let scenario = Scenario::new(&["msc", "placebo", "usual"]).with_events();
    let (study, codes, store) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
    let input = scenario.input(&study, &codes);
    let record = record_of(&scenario, &input, &store);
    let eudract = render(Submission::EudractResults, &record, &input, &store);
    let document = roxmltree::Document::parse(&eudract.text).expect("well-formed");
    let is_code = |text: &str| {
        text.split_once('.')
            .is_some_and(|(list, _)| !list.is_empty() && list.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
    };
    let mut found = 0;
    for text in document.descendants().filter(|node| node.has_tag_name("value")).filter_map(|node| node.text()) {
        if is_code(text) {
            found += 1;
            assert!(is_eudract_code(text), "{text}");
        }
    }
    assert!(found > 40, "{found}");
    let ctgov = render(Submission::CtgovResults, &record, &input, &store);
    let document = roxmltree::Document::parse(&ctgov.text).expect("well-formed");
    for (element, list) in [
        ("reasonType", "ReasonNotCompleted"),
        ("measureType", "OutcomeType"),
        ("statisticalMethod", "StatMethod"),
        ("statisticalTestType", "StatTestType"),
        ("ciNumSides", "CISides"),
    ] {
        for text in document.descendants().filter(|node| node.has_tag_name(element)).filter_map(|node| node.text()) {
            assert!(is_ctgov_value(list, text), "{element}: {text}");
        }
    }
    let parameters =
        document.descendants().filter(|node| node.has_tag_name("parameterType")).filter_map(|node| node.text());
    for text in parameters {
        assert!(is_ctgov_value("MeasureType", text) || is_ctgov_value("EstimateParam", text), "{text}");
    }
}

#[test]
fn demo_study_is_sound_and_says_that_it_is_synthetic() {
    let study = demo_study();
    let mut sink = Diagnostics::new();
    study.check(&mut sink);
    assert_eq!(messages(&sink), Vec::<String>::new());
    assert!(study.synthetic.is_some());
    assert_eq!(study.reference_arm(), Some("placebo"));
    assert!(study.attested("flow:assessed").is_none(), "the workbook has a sheet of the screened: nobody vouches");
    let schema = serde_json::to_string(&schemars::schema_for!(StudySpec)).expect("a schema");
    assert!(schema.contains("not_completed_reasons"));
    let text = "version: 1\nunknown: 2\n";
    assert!(serde_yaml::from_str::<StudySpec>(text).is_err(), "unknown keys are refused");
}
