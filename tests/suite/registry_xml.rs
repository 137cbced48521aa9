//! Registry files of hand-made stores: valid, every reference resolves, every number read back, zeros filled.

use std::path::{Path, PathBuf};
use std::process::Command;

use tracelock::base::diagnostic::{Diagnostics, Place, Severity};
use tracelock::data::catalog::DatasetId;
use tracelock::data::record_set::RecordId;
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::pdf;
use tracelock::render::placement::place_xml;
use tracelock::render::registry_summary::{self, Summary};
use tracelock::render::template::{Engine, Rendered, TemplateSet};
use tracelock::render::xml::{self, About, Submission};
use tracelock::render::xml_check::check_text;
use tracelock::render::xml_read_back::read_back;
use tracelock::report::registry_check;
use tracelock::report::registry_input::{
    AnalysisKind, AnalysisSetInput, AnalysisSetKind, BaselineInput, CategoricalInput, CharacteristicForm,
    CharacteristicInput, ConfidenceLevel, Dispersion, EstimateInput, EstimateParameter, KeyPattern, OutcomeInput,
    Parameter, PeriodInput, RegistryInput, RegistryMethod, RowInput, SafetyInput, SexInput, StatisticalAnalysisInput,
};
use tracelock::report::registry_record::{RegistryRecord, compose};
use tracelock::results::store::NewResult;
use tracelock::results::{Lineage, ResultKey, ResultStore};
use tracelock::spec::analysis::EndpointRole;
use tracelock::spec::at::At;
use tracelock::spec::registry_codes::{RegistryCodes, is_ctgov_value, is_eudract_code};
use tracelock::spec::study::StudySpec;
use tracelock::spec::study_design::{Arm, ArmKind};
use tracelock::spec::study_registry::{CTGOV_AGE_GROUPS, EUDRACT_AGE_GROUPS, ListVersions};

/// A term of an arm: subjects and events.
type Count = (u64, u64);

/// Non-serious and serious terms, each with its counts by arm; a serious one with related, deaths, related deaths.
#[derive(Default)]
struct Events {
    non_serious: Vec<(&'static str, &'static str, Vec<Count>)>,
    serious: Vec<(&'static str, &'static str, Vec<Count>, [u64; 3])>,
}

/// A trial of `subjects` in each of `arms`, with counts that add up.
struct Scenario {
    arms: Vec<&'static str>,
    subjects: u64,
    threshold: f64,
    events: Events,
}

impl Scenario {
    fn new(arms: &[&'static str]) -> Self {
        Self { arms: arms.to_vec(), subjects: 20, threshold: 5.0, events: Events::default() }
    }

    fn with_events(mut self) -> Self {
        let arms = self.arms.len();
        let first = |count: Count, rest: Count| {
            let mut counts = vec![rest; arms];
            counts[0] = count;
            counts
        };
        self.events = Events {
            non_serious: vec![
                // 2 of 20 exceed 5 % in one arm: the other arms keep the row, with 1 and with 0.
                ("Gastrointestinal disorders", "Nausea", first((2, 3), (1, 1))),
                ("Gastrointestinal disorders", "Vomiting", first((4, 4), (0, 0))),
                // 1 of 20 is 5 %, which does not exceed 5 %.
                ("Nervous system disorders", "Headache", vec![(1, 1); arms]),
            ],
            serious: vec![
                ("cardiac disorders", "Atrial fibrillation & \"flutter\" <paroxysmal>", first((1, 2), (0, 0)), [1, 1, 0]),
                ("General disorders and administration site conditions", "Pyrexia", first((0, 0), (1, 1)), [0, 0, 0]),
            ],
        };
        self
    }

    fn store(&self) -> ResultStore {
        let mut store = ResultStore::new();
        let n = self.subjects;
        let per_arm = |store: &mut ResultStore, key: &str, counts: &dyn Fn(usize) -> u64, total: bool| {
            for (at, arm) in self.arms.iter().enumerate() {
                count(store, &key.replace("ARM", arm), counts(at));
            }
            if total {
                count(store, &key.replace("ARM", "total"), (0..self.arms.len()).map(counts).sum());
            }
        };
        count(&mut store, "flow:randomised", n * self.arms.len() as u64);
        per_arm(&mut store, "flow:allocated[arm=ARM]", &|_| n, false);
        per_arm(&mut store, "flow:received[arm=ARM]", &|_| n - 1, false);
        per_arm(&mut store, "flow:completed_study[arm=ARM]", &|at| n - 3 - at as u64, false);
        per_arm(&mut store, "flow:left_study[arm=ARM,reason=died]", &|at| 2 + at as u64, false);
        per_arm(&mut store, "flow:left_study[arm=ARM,reason=lost]", &|_| 1, false);
        per_arm(&mut store, "flow:left_study[arm=ARM,reason=withdrew]", &|_| 0, false);
        for set in ["itt", "saf"] {
            per_arm(&mut store, &format!("set:n[arm=ARM,set={set}]"), &|_| n, true);
        }
        for group in &EUDRACT_AGE_GROUPS {
            let size = match group.id {
                "adult" => n - 3,
                "elderly_65_84" => 3,
                _ => 0,
            };
            per_arm(&mut store, &format!("base:n[arm=ARM,level={},variable=AGEGR_EUDRACT]", group.id), &|_| size, true);
        }
        for group in &CTGOV_AGE_GROUPS {
            let size = match group.id {
                "between_18_65" => n - 3,
                "ge_65" => 3,
                _ => 0,
            };
            per_arm(&mut store, &format!("base:n[arm=ARM,level={},variable=AGEGR_CTGOV]", group.id), &|_| size, true);
        }
        per_arm(&mut store, "base:n[arm=ARM,level=F,variable=SEX]", &|_| 8, true);
        per_arm(&mut store, "base:n[arm=ARM,level=M,variable=SEX]", &|_| n - 8, true);
        per_arm(&mut store, "base:n[arm=ARM,level=Y,variable=VENT]", &|_| 11, true);
        per_arm(&mut store, "base:n[arm=ARM,level=N,variable=VENT]", &|_| n - 11, true);
        let mut arms_and_total = self.arms.clone();
        arms_and_total.push("total");
        for arm in &arms_and_total {
            real(&mut store, &format!("base:mean[arm={arm},variable=AGE]"), Ok(57.35));
            real(&mut store, &format!("base:sd[arm={arm},variable=AGE]"), Ok(11.204));
            for (statistic, value) in [("median", 121.5), ("q1", 98.25), ("q3", 150.0)] {
                real(&mut store, &format!("base:{statistic}[arm={arm},variable=PF]"), Ok(value));
            }
        }
        for arm in &self.arms {
            real(&mut store, &format!("pf_d7:mean[arm={arm}]"), Ok(-12.345));
            real(&mut store, &format!("pf_d7:sd[arm={arm}]"), Ok(40.125));
            count(&mut store, &format!("pf_d7:n[arm={arm}]"), n - 2);
            count(&mut store, &format!("who_d7:n[arm={arm}]"), n);
            count(&mut store, &format!("who_d7:responders[arm={arm}]"), 5);
            count(&mut store, &format!("oxygen:n[arm={arm}]"), n);
            real(&mut store, &format!("oxygen:median[arm={arm}]"), Ok(14.0));
            real(&mut store, &format!("oxygen:median_lower[arm={arm}]"), Ok(9.0));
            real(&mut store, &format!("oxygen:median_upper[arm={arm}]"), Err("the curve does not fall to one half"));
            for time in ["14", "28"] {
                for statistic in ["surv", "surv_lower", "surv_upper"] {
                    let value = if statistic == "surv_upper" { 97.6 } else { 87.46 };
                    real(&mut store, &format!("survival:{statistic}[arm={arm},time={time}]"), Ok(value));
                }
            }
            count(&mut store, &format!("survival:n[arm={arm}]"), n);
        }
        let pair = "arm=msc/placebo";
        if self.arms.len() > 1 {
            for (statistic, value) in [("diff", 25.7), ("diff_lower", -3.25), ("diff_upper", 54.65), ("p", 0.0325)] {
                real(&mut store, &format!("pf_d7:{statistic}[{pair}]"), Ok(value));
            }
            real(&mut store, &format!("oxygen:p[{pair}]"), Ok(0.000_012_34));
            real(&mut store, &format!("who_d7:p[{pair}]"), Err("all values equal"));
        }
        per_arm(&mut store, "ae:n[arm=ARM,category=serious]", &|at| u64::from(!self.events.serious.is_empty() || at > 9), false);
        let reported = if self.events.non_serious.is_empty() { 0 } else { 5 };
        per_arm(&mut store, "ae:n[arm=ARM,category=non_serious_reported]", &|_| reported, false);
        per_arm(&mut store, "ae:n[arm=ARM,category=death]", &|at| 2 + at as u64, false);
        per_arm(&mut store, "ae:n[arm=ARM,category=fatal]", &|at| u64::from(at == 0), false);
        for (soc, term, counts) in &self.events.non_serious {
            for (at, arm) in self.arms.iter().enumerate() {
                put_term(&mut store, arm, "non_serious", soc, term, counts[at]);
            }
        }
        for (soc, term, counts, [related, deaths, related_deaths]) in &self.events.serious {
            for (at, arm) in self.arms.iter().enumerate() {
                put_term(&mut store, arm, "serious", soc, term, counts[at]);
                let none = counts[at].0 == 0;
                for (statistic, n) in [("related_events", related), ("fatal", deaths), ("fatal_related", related_deaths)] {
                    let key = term_key(statistic, arm, "serious", soc, term);
                    count(&mut store, &key, if none { 0 } else { *n });
                }
            }
        }
        store
    }

    fn study(&self) -> StudySpec {
        let mut study = demo_study();
        study.arms.retain(|id, _| self.arms.contains(&id.as_str()));
        if self.arms.contains(&"usual") {
            let arm = Arm {
                label: At::nowhere("Usual care".to_owned()),
                title: At::nowhere("Usual care alone".to_owned()),
                description: At::nowhere("Standard care without an infusion.".to_owned()),
                kind: ArmKind::NoIntervention,
                products: Vec::new(),
                reference: false,
            };
            study.arms.insert("usual".to_owned(), arm);
        }
        study
    }

    fn input<'a>(&self, study: &'a StudySpec, codes: &'a RegistryCodes) -> RegistryInput<'a> {
        let reasons = [("died", "Died"), ("lost", "Lost to follow-up"), ("withdrew", "Withdrew consent")];
        let levels = |list: &[(&str, &str)]| list.iter().map(|(id, label)| ((*id).to_owned(), (*label).to_owned())).collect();
        RegistryInput {
            study,
            codes,
            periods: vec![PeriodInput::overall(levels(&reasons))],
            analysis_sets: vec![
                set("itt", "Intention-to-treat", "All randomised subjects.", AnalysisSetKind::IntentionToTreat),
                set("saf", "Safety set", "All treated subjects.", AnalysisSetKind::Safety),
            ],
            baseline: BaselineInput {
                set: "itt".to_owned(),
                population: "All randomised subjects.".to_owned(),
                age: Some("AGE".to_owned()),
                sex: Some(SexInput { variable: "SEX".to_owned(), female: "F".to_owned(), male: "M".to_owned() }),
                race: None,
                ethnicity: None,
                study_specific: vec![
                    CharacteristicInput {
                        title: "Invasive ventilation".to_owned(),
                        description: None,
                        unit: "Participants".to_owned(),
                        form: CharacteristicForm::Categorical(CategoricalInput {
                            variable: "VENT".to_owned(),
                            levels: levels(&[("Y", "Yes"), ("N", "No")]),
                        }),
                    },
                    CharacteristicInput {
                        title: "PaO2/FiO2 ratio".to_owned(),
                        description: Some("Lower values are worse.".to_owned()),
                        unit: "mmHg".to_owned(),
                        form: CharacteristicForm::Continuous { variable: "PF".to_owned(), median: true },
                    },
                ],
            },
            outcomes: self.outcomes(),
            safety: Some(SafetyInput {
                set: "saf".to_owned(),
                dictionary: "MedDRA".to_owned(),
                dictionary_version: "24.0".to_owned(),
                threshold_percent: self.threshold,
                definition: "Treatment-emergent events.".to_owned(),
            }),
        }
    }

    fn outcomes(&self) -> Vec<OutcomeInput> {
        let mean = OutcomeInput {
            id: "pf_day7".to_owned(),
            title: "Change in PaO2/FiO2 ratio from baseline to day 7".to_owned(),
            description: Some("Higher is better.".to_owned()),
            time_frame: "Baseline and day 7".to_owned(),
            population: "Subjects with a value on day 7.".to_owned(),
            role: EndpointRole::Primary,
            unit: "mmHg".to_owned(),
            parameter: Parameter::Mean,
            dispersion: Dispersion::StandardDeviation,
            value: KeyPattern::new("pf_d7", "mean"),
            spread: vec![KeyPattern::new("pf_d7", "sd")],
            analysed: KeyPattern::new("pf_d7", "n"),
            rows: Vec::new(),
            categories: Vec::new(),
            analyses: self.comparison("pf_d7", RegistryMethod::TTest, true),
            place: Place::Nowhere,
        };
        let count = OutcomeInput {
            id: "who_day7".to_owned(),
            title: "Number of participants with improvement on the WHO scale".to_owned(),
            time_frame: "Day 7".to_owned(),
            role: EndpointRole::Secondary,
            unit: "Participants".to_owned(),
            parameter: Parameter::CountOfParticipants,
            dispersion: Dispersion::None,
            value: KeyPattern::new("who_d7", "responders"),
            spread: Vec::new(),
            analysed: KeyPattern::new("who_d7", "n"),
            analyses: self.comparison("who_d7", RegistryMethod::FisherExact, false),
            ..mean.clone()
        };
        let median = OutcomeInput {
            id: "oxygen".to_owned(),
            title: "Time to discontinuation of oxygen".to_owned(),
            time_frame: "Up to day 28".to_owned(),
            role: EndpointRole::OtherPrespecified,
            unit: "Days".to_owned(),
            parameter: Parameter::Median,
            dispersion: Dispersion::ConfidenceInterval(ConfidenceLevel(950)),
            value: KeyPattern::new("oxygen", "median"),
            spread: vec![KeyPattern::new("oxygen", "median_lower"), KeyPattern::new("oxygen", "median_upper")],
            analysed: KeyPattern::new("oxygen", "n"),
            analyses: self.comparison("oxygen", RegistryMethod::LogRank, false),
            ..mean.clone()
        };
        let row = |time: &str| RowInput {
            title: format!("Day {time}"),
            factors: vec![("time".to_owned(), time.to_owned())],
        };
        let survival = OutcomeInput {
            id: "survival".to_owned(),
            title: "Survival".to_owned(),
            time_frame: "Day 14 and day 28".to_owned(),
            role: EndpointRole::PostHoc,
            unit: "Percentage of participants".to_owned(),
            parameter: Parameter::Number,
            dispersion: Dispersion::ConfidenceInterval(ConfidenceLevel(975)),
            value: KeyPattern::new("survival", "surv"),
            spread: vec![KeyPattern::new("survival", "surv_lower"), KeyPattern::new("survival", "surv_upper")],
            analysed: KeyPattern::new("survival", "n"),
            rows: vec![row("14"), row("28")],
            analyses: Vec::new(),
            ..mean.clone()
        };
        vec![mean, count, median, survival]
    }

    fn comparison(&self, analysis: &str, method: RegistryMethod, estimated: bool) -> Vec<StatisticalAnalysisInput> {
        if self.arms.len() < 2 {
            return Vec::new();
        }
        let key = |statistic: &str| ResultKey::new(analysis, statistic).with("arm", "msc/placebo");
        vec![StatisticalAnalysisInput {
            title: "MSC versus placebo".to_owned(),
            description: None,
            arms: vec!["msc".to_owned(), "placebo".to_owned()],
            kind: AnalysisKind::Superiority,
            margin: None,
            prespecified: true,
            method,
            method_words: "Welch's t-test".to_owned(),
            p: Some(key("p")),
            estimate: estimated.then(|| EstimateInput {
                parameter: EstimateParameter::MeanDifferenceNet,
                words: "Difference of mean changes".to_owned(),
                value: key("diff"),
                lower: Some(key("diff_lower")),
                upper: Some(key("diff_upper")),
                level: ConfidenceLevel(950),
                standard_error: None,
                comment: Some("MSC minus placebo.".to_owned()),
            }),
            comment: None,
        }]
    }
}

fn set(id: &str, label: &str, description: &str, kind: AnalysisSetKind) -> AnalysisSetInput {
    AnalysisSetInput { id: id.to_owned(), label: label.to_owned(), description: description.to_owned(), kind }
}

fn count(store: &mut ResultStore, key: &str, n: u64) {
    let mut sink = store.sink();
    let rows = (1..=i64::try_from(n).expect("a small count")).map(|row| RecordId { dataset: DatasetId(0), row });
    let records = sink.records(rows.collect());
    sink.count(ResultKey::parse(key).expect("a key"), Lineage::of(records));
}

fn real(store: &mut ResultStore, key: &str, value: Result<f64, &str>) {
    let about = NewResult { data_decimals: 1, ..NewResult::default() };
    let key = ResultKey::parse(key).expect("a key");
    store.sink().estimate(key, value.map_err(str::to_owned), Lineage::default(), about);
}

fn term_key(statistic: &str, arm: &str, seriousness: &str, soc: &str, term: &str) -> String {
    ResultKey::new("ae", statistic)
        .with("arm", arm)
        .with("seriousness", seriousness)
        .with("soc", soc)
        .with("term", term)
        .to_string()
}

fn put_term(store: &mut ResultStore, arm: &str, seriousness: &str, soc: &str, term: &str, (subjects, events): Count) {
    count(store, &term_key("n", arm, seriousness, soc, term), subjects);
    count(store, &term_key("events", arm, seriousness, soc, term), events);
}

fn demo_study() -> StudySpec {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo/study.yaml");
    let text = std::fs::read_to_string(path).expect("the demo study");
    serde_yaml::from_str(&text).expect("the demo study has the shape of study.yaml")
}

/// The record of a scenario; every rule must hold.
fn record_of(scenario: &Scenario, input: &RegistryInput<'_>, store: &ResultStore) -> RegistryRecord {
    let mut sink = Diagnostics::new();
    let record = compose(input, store, &mut sink);
    if let Ok(record) = &record {
        registry_check::check(record, input, store, &mut sink);
    }
    assert_eq!(messages(&sink), Vec::<String>::new(), "{:?}", scenario.arms);
    record.expect("no error was reported")
}

/// Errors and warnings, with their codes.
fn messages(sink: &Diagnostics) -> Vec<String> {
    let grave = sink.all().iter().filter(|problem| problem.severity != Severity::Note);
    grave.map(|problem| format!("{}: {}", problem.code.id, problem.message)).collect()
}

fn render(submission: Submission, record: &RegistryRecord, input: &RegistryInput<'_>, store: &ResultStore) -> Rendered {
    let templates = TemplateSet::built_in(&[xml::TEMPLATES]);
    let engine = Engine::new(&templates, store, &REGULATORY);
    let mut sink = Diagnostics::new();
    let about = About { draft: true, provenance: Some("Lock 1 -- run 2".to_owned()) };
    let rendered = xml::render(submission, record, input, &about, &engine, &mut sink);
    assert_eq!(messages(&sink), Vec::<String>::new());
    rendered.expect("no error was reported")
}

/// Validates with xmllint; says so where schemas or program are missing.
fn validate(submission: Submission, text: &str) {
    let folder = std::env::var("TRACELOCK_SCHEMAS").map_or_else(
        |_| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/registries"),
        PathBuf::from,
    );
    let schema = folder.join(match submission {
        Submission::EudractResults => "eudract/results_reconstructed.xsd",
        Submission::EudractAdverseEvents => "eudract/adverseEvents.xsd",
        Submission::CtgovResults => "ctgov/ProtocolRecordSchema.xsd",
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
    placed.placements.into_iter().find(|placement| placement.place.ends_with(end) && placement.key == key).map(|p| p.text)
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
        let (study, codes, store) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
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
        let is_exempt = |key: &str| key.starts_with("who_d7:p") || (scenario.arms.len() == 1 && key.contains("arm=total"));
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
        (&eudract, "/populationAgeGroup/elderly65To84", "base:n[arm=total,level=elderly_65_84,variable=AGEGR_EUDRACT]", "6"),
        (&eudract, "/arm[2]/completedMilestoneAchievement/subjects", "flow:completed_study[arm=placebo]", "16"),
        (&eudract, "/endPoint[1]/armReportingGroups/armReportingGroup[1]/tendencyValues/tendencyValue/value", "pf_d7:mean[arm=msc]", "-12.35"),
        (&eudract, "/confidenceInterval/lowerLimit", "pf_d7:diff_lower[arm=msc/placebo]", "-3.25"),
        // EudraCT takes a decimal and a relation: 0.00001234 is shown with the digits it needs.
        (&eudract, "/statisticalHypothesisTest/value", "oxygen:p[arm=msc/placebo]", "0.000012"),
        // Not estimable: EudraCT's 99999, PRS's NA.
        (&eudract, "/highRangeValue", "oxygen:median_upper[arm=msc]", "99999"),
        (&ctgov, "/dispersionUpperLimit", "oxygen:median_upper[arm=msc]", "NA"),
        (&ctgov, "/clinical_study/enrollment", "flow:randomised", "40"),
        (&ctgov, "/measureAnalysis/pValue", "pf_d7:p[arm=msc/placebo]", "0.033"),
        (&ctgov, "/measureAnalysis/pValue", "oxygen:p[arm=msc/placebo]", "<0.001"),
        (&ctgov, "/startedMilestone/milestoneAchievements/milestoneAchievement[1]/subjectsAchieve", "flow:allocated[arm=msc]", "20"),
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
    for (threshold, expected) in [(5.0, vec!["Nausea", "Vomiting"]), (0.0, vec!["Nausea", "Vomiting", "Headache"])] {
        let scenario = Scenario { threshold, ..Scenario::new(&["msc", "placebo", "usual"]).with_events() };
        let (study, codes, store) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
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
        assert_eq!(terms, expected, "above {threshold} %");
        for event in of("nonSeriousAdverseEvent").chain(of("seriousAdverseEvent")) {
            let values = event.descendants().filter(|node| node.attribute("reportingGroupId").is_some());
            let affected: Vec<Option<String>> = values.map(|value| child(value, "subjectsAffected")).collect();
            assert_eq!(affected.len(), 3, "every arm has its row");
            assert!(affected.iter().all(Option::is_some), "zeros are written");
        }
        let vomiting = of("nonSeriousAdverseEvent").find(|event| child(*event, "term").as_deref() == Some("Vomiting"));
        let zero = vomiting.and_then(|event| event.descendants().filter(|node| node.has_tag_name("subjectsAffected")).last());
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
        ("id=\"Category-Sex-2\"", "id=\"Category-Sex-1\"", "RND-002"),
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
    registry_check::check(&record, &input, &store, &mut sink);
    let found = messages(&sink);
    for part in ["first enrolment", "sex is missing", "title of arm `msc` has 3 characters"] {
        assert!(found.iter().any(|message| message.contains(part)), "{part}: {found:?}");
    }
}

#[test]
fn counts_that_disagree_are_reported() {
    for (key, n, part) in [
        ("flow:completed_study[arm=msc]", 18, "20 started, 18 completed and 3 left"),
        ("base:n[arm=total,level=F,variable=SEX]", 15, "arms sum to 16, the total is 15"),
        ("ae:n[arm=msc,category=serious]", 0, "affected by"),
        ("flow:randomised", 39, "countries sum to 39"),
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
        registry_check::check(&record, &input, &store, &mut sink);
        let found = messages(&sink);
        assert!(found.iter().any(|message| message.starts_with("POP-003") && message.contains(part)), "{part}: {found:?}");
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
        text.split_once('.').is_some_and(|(list, _)| !list.is_empty() && list.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
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
    let parameters = document.descendants().filter(|node| node.has_tag_name("parameterType")).filter_map(|node| node.text());
    for text in parameters {
        assert!(is_ctgov_value("MeasureType", text) || is_ctgov_value("EstimateParam", text), "{text}");
    }
}

#[test]
fn summaries_fit_their_pages_and_show_every_number() {
    for arms in [&["msc", "placebo"][..], &["msc", "placebo", "usual"], &["msc"]] {
        let scenario = Scenario::new(arms).with_events();
        let (study, codes, store) = (scenario.study(), RegistryCodes::built_in(ListVersions::default()), scenario.store());
        let input = scenario.input(&study, &codes);
        let record = record_of(&scenario, &input, &store);
        let templates = TemplateSet::built_in(&[pdf::TEMPLATES, registry_summary::TEMPLATES]);
        let engine = Engine::new(&templates, &store, &REGULATORY);
        let mut sink = Diagnostics::new();
        let fonts = pdf::Fonts::new(&[], &mut sink).expect("fonts");
        for summary in Summary::ALL {
            let mut view = registry_summary::view(summary, &record, &input, &store);
            view["page"] = serde_json::json!({
                "document_title": summary.title(), "protocol_code": "SYNTH-MSC-01", "sponsor": "Synthetic",
                "date": [2021, 5, 31], "lock_id": "L1", "run_id": "R1", "draft": true,
                "notice": "SYNTHETIC DATA", "paper": "a4", "fonts": ["Libertinus Serif"],
            });
            let identity = (summary.file_name(), "registry-test");
            let document = pdf::render_pdf(&engine, &fonts, summary.template(), &view, identity, &mut sink);
            assert_eq!(messages(&sink), Vec::<String>::new(), "{}", summary.file_name());
            let document = document.expect("no error was reported");
            if let Ok(folder) = std::env::var("TRACELOCK_KEEP") {
                let name = format!("{}-{}", scenario.arms.len(), summary.file_name());
                std::fs::write(Path::new(&folder).join(name), &document.bytes).expect("kept");
            }
            let most = if summary == Summary::Ctis { 3 } else { 1 };
            assert!(document.pages <= most, "{}: {} pages", summary.file_name(), document.pages);
            let keys: Vec<&str> = document.placed.placements.iter().map(|placement| placement.key.as_str()).collect();
            for key in ["flow:allocated[arm=msc]", "pf_d7:mean[arm=msc]", "ae:n[arm=msc,category=serious]"] {
                assert!(keys.contains(&key), "{key}");
            }
        }
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
    assert_eq!(study.attested("flow:assessed").map(|attested| attested.value.value), Some(34));
    let schema = serde_json::to_string(&schemars::schema_for!(StudySpec)).expect("a schema");
    assert!(schema.contains("not_completed_reasons"));
    let text = "version: 1\nunknown: 2\n";
    assert!(serde_yaml::from_str::<StudySpec>(text).is_err(), "unknown keys are refused");
}
