//! Hand-made trials whose counts add up: stores, studies and registry inputs for one to three arms.

use std::path::Path;
use std::sync::LazyLock;

use tracelock::base::diagnostic::Place;
use tracelock::data::catalog::DatasetId;
use tracelock::data::record_set::RecordId;
use tracelock::report::registry::Text;
use tracelock::report::registry::compose::input::{
    AnalysisSetInput, BaselineInput, CategoricalInput, CharacteristicForm, CharacteristicInput, ConfidenceLevel,
    EstimateInput, KeyPattern, OutcomeInput, PeriodInput, RegistryInput, RowInput, SafetyInput, SexInput,
    StatisticalAnalysisInput,
};
use tracelock::results::store::NewResult;
use tracelock::results::{Lineage, ResultKey, ResultStore};
use tracelock::spec::analysis::{ArmBasis, EndpointRole};
use tracelock::spec::at::At;
use tracelock::spec::frequency::{FrequencyRule, FrequencyThreshold};
use tracelock::spec::registry_codes::RegistryCodes;
use tracelock::spec::registry_terms::RegistryTerms;
use tracelock::spec::study::StudySpec;
use tracelock::spec::study_design::{Arm, ArmKind};
use tracelock::spec::study_registry::{CTGOV_AGE_GROUPS, EUDRACT_AGE_GROUPS};

static TERMS: LazyLock<RegistryTerms> = LazyLock::new(RegistryTerms::built_in);

/// A term of an arm: subjects and events.
pub type Count = (u64, u64);

/// Non-serious and serious terms, each with its counts by arm; a serious one with related, deaths, related deaths.
#[derive(Default)]
pub struct Events {
    non_serious: Vec<(&'static str, &'static str, Vec<Count>)>,
    serious: Vec<(&'static str, &'static str, Vec<Count>, [u64; 3])>,
}

/// A trial of `subjects` in each of `arms`, with counts that add up.
pub struct Scenario {
    pub arms: Vec<&'static str>,
    pub subjects: u64,
    pub threshold: FrequencyThreshold,
    pub events: Events,
}

impl Scenario {
    pub fn new(arms: &[&'static str]) -> Self {
        let threshold = FrequencyThreshold { percent: 5.0, rule: FrequencyRule::Exceeds };
        Self { arms: arms.to_vec(), subjects: 20, threshold, events: Events::default() }
    }

    pub fn with_events(mut self) -> Self {
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
                (
                    "cardiac disorders",
                    "Atrial fibrillation & \"flutter\" <paroxysmal>",
                    first((1, 2), (0, 0)),
                    [1, 1, 0],
                ),
                ("General disorders and administration site conditions", "Pyrexia", first((0, 0), (1, 1)), [0, 0, 0]),
            ],
        };
        self
    }

    /// Gives the non-serious terms of a class to another one.
    pub fn rename_class(&mut self, from: &str, to: &'static str) {
        let terms = self.events.non_serious.iter_mut().filter(|(class, ..)| *class == from);
        terms.for_each(|(class, ..)| *class = to);
    }

    pub fn store(&self) -> ResultStore {
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
        per_arm(
            &mut store,
            "ae:n[arm=ARM,category=serious]",
            &|at| u64::from(!self.events.serious.is_empty() || at > 9),
            false,
        );
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
                for (statistic, n) in
                    [("related_events", related), ("fatal", deaths), ("fatal_related", related_deaths)]
                {
                    let key = term_key(statistic, arm, "serious", soc, term);
                    count(&mut store, &key, if none { 0 } else { *n });
                }
            }
        }
        store
    }

    pub fn study(&self) -> StudySpec {
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

    pub fn input<'a>(&self, study: &'a StudySpec, codes: &'a RegistryCodes) -> RegistryInput<'a> {
        let reasons = [("died", "Died"), ("lost", "Lost to follow-up"), ("withdrew", "Withdrew consent")];
        let levels =
            |list: &[(&str, &str)]| list.iter().map(|(id, label)| ((*id).to_owned(), (*label).to_owned())).collect();
        RegistryInput {
            study,
            codes,
            terms: &TERMS,
            periods: vec![PeriodInput::overall(levels(&reasons))],
            analysis_sets: vec![
                set("itt", "Intention-to-treat", "All randomised subjects.", "intention_to_treat"),
                set("saf", "Safety set", "All treated subjects.", "safety"),
            ],
            baseline: BaselineInput {
                set: "itt".to_owned(),
                population: "All randomised subjects.".to_owned(),
                age: Some("AGE".to_owned()),
                sex: Some(SexInput {
                    variable: "SEX".to_owned(),
                    female: "F".to_owned(),
                    male: "M".to_owned(),
                    others: Vec::new(),
                }),
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
                threshold: At::nowhere(self.threshold),
                definition: "Treatment-emergent events.".to_owned(),
            }),
        }
    }

    fn outcomes(&self) -> Vec<OutcomeInput> {
        let mean = OutcomeInput {
            id: "pf_day7".to_owned(),
            title: Text::of("Change in PaO2/FiO2 ratio from baseline to day 7"),
            description: Some(Text::of("Higher is better.")),
            time_frame: Text::of("Baseline and day 7"),
            population: Text::of("Subjects with a value on day 7."),
            role: EndpointRole::Primary,
            unit: "mmHg".to_owned(),
            parameter: "mean",
            dispersion: "standard_deviation",
            level: None,
            value: KeyPattern::new("pf_d7", "mean"),
            spread: vec![KeyPattern::new("pf_d7", "sd")],
            set: "itt".to_owned(),
            analysed: KeyPattern::new("pf_d7", "n"),
            rows: Vec::new(),
            categories: Vec::new(),
            analyses: self.comparison("pf_d7", "t_test_two_sided", true),
            place: Place::Nowhere,
        };
        let count = OutcomeInput {
            id: "who_day7".to_owned(),
            title: Text::of("Number of participants with improvement on the WHO scale"),
            time_frame: Text::of("Day 7"),
            role: EndpointRole::Secondary,
            unit: "Participants".to_owned(),
            parameter: "count_of_participants",
            dispersion: "not_applicable",
            value: KeyPattern::new("who_d7", "responders"),
            spread: Vec::new(),
            analysed: KeyPattern::new("who_d7", "n"),
            analyses: self.comparison("who_d7", "fisher_exact", false),
            ..mean.clone()
        };
        let median = OutcomeInput {
            id: "oxygen".to_owned(),
            title: Text::of("Time to discontinuation of oxygen"),
            time_frame: Text::of("Up to day 28"),
            role: EndpointRole::OtherPrespecified,
            unit: "Days".to_owned(),
            parameter: "median",
            dispersion: "confidence_interval",
            level: Some(ConfidenceLevel(950)),
            value: KeyPattern::new("oxygen", "median"),
            spread: vec![KeyPattern::new("oxygen", "median_lower"), KeyPattern::new("oxygen", "median_upper")],
            analysed: KeyPattern::new("oxygen", "n"),
            analyses: self.comparison("oxygen", "log_rank", false),
            ..mean.clone()
        };
        let row = |time: &str| RowInput {
            title: format!("Day {time}"),
            factors: vec![("time".to_owned(), time.to_owned())],
            keys: Vec::new(),
        };
        let survival = OutcomeInput {
            id: "survival".to_owned(),
            title: Text::of("Survival"),
            time_frame: Text::of("Day 14 and day 28"),
            role: EndpointRole::PostHoc,
            unit: "Percentage of participants".to_owned(),
            parameter: "number",
            dispersion: "confidence_interval",
            level: Some(ConfidenceLevel(975)),
            value: KeyPattern::new("survival", "surv"),
            spread: vec![KeyPattern::new("survival", "surv_lower"), KeyPattern::new("survival", "surv_upper")],
            analysed: KeyPattern::new("survival", "n"),
            rows: vec![row("14"), row("28")],
            analyses: Vec::new(),
            ..mean.clone()
        };
        vec![mean, count, median, survival]
    }

    fn comparison(&self, analysis: &str, method: &'static str, estimated: bool) -> Vec<StatisticalAnalysisInput> {
        if self.arms.len() < 2 {
            return Vec::new();
        }
        let key = |statistic: &str| ResultKey::new(analysis, statistic).with("arm", "msc/placebo");
        vec![StatisticalAnalysisInput {
            title: "MSC versus placebo".to_owned(),
            description: None,
            arms: vec!["msc".to_owned(), "placebo".to_owned()],
            kind: "superiority",
            margin: None,
            prespecified: true,
            method: Some(method),
            method_words: "Welch's t-test".to_owned(),
            p: Some(key("p")),
            estimate: estimated.then(|| EstimateInput {
                parameter: "mean_difference_net",
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

fn set(id: &str, label: &str, description: &str, kind: &'static str) -> AnalysisSetInput {
    AnalysisSetInput {
        id: id.to_owned(),
        label: label.to_owned(),
        description: description.to_owned(),
        kind,
        basis: ArmBasis::Planned,
    }
}

pub fn count(store: &mut ResultStore, key: &str, n: u64) {
    let mut sink = store.sink();
    let rows = (1..=i64::try_from(n).expect("a small count")).map(|row| RecordId { dataset: DatasetId(0), row });
    let records = sink.records(rows.collect());
    sink.count(ResultKey::parse(key).expect("a key"), Lineage::of(records));
}

pub fn real(store: &mut ResultStore, key: &str, value: Result<f64, &str>) {
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

pub fn demo_study() -> StudySpec {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo/study.yaml");
    let text = std::fs::read_to_string(path).expect("the demo study");
    serde_yaml::from_str(&text).expect("the demo study has the shape of study.yaml")
}
