//! What the registry record is composed from: facts of the configuration and addresses of results.

use crate::base::diagnostic::Place;
use crate::report::registry::Text;
use crate::results::ResultKey;
use crate::spec::analysis::{ArmBasis, EndpointRole};
use crate::spec::at::At;
use crate::spec::frequency::FrequencyThreshold;
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::study::StudySpec;

/// A result key that still lacks its arm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPattern(pub ResultKey);

impl KeyPattern {
    /// `analysis:statistic` for any arm.
    #[must_use]
    pub fn new(analysis: &str, statistic: &str) -> Self {
        Self(ResultKey::new(analysis, statistic))
    }

    /// The same pattern with one more factor.
    #[must_use]
    pub fn with(self, factor: &str, level: &str) -> Self {
        Self(self.0.with(factor, level))
    }

    /// The key of one arm (`total` for all arms together).
    #[must_use]
    pub fn of(&self, arm: &str) -> ResultKey {
        self.0.clone().with("arm", arm)
    }

    /// The same pattern with further factors.
    #[must_use]
    pub fn joined(&self, factors: &[(String, String)]) -> Self {
        Self(factors.iter().fold(self.0.clone(), |key, (factor, level)| key.with(factor, level)))
    }
}

/// Everything the registry record is composed from.
#[derive(Debug)]
pub struct RegistryInput<'a> {
    /// `study.yaml`.
    pub study: &'a StudySpec,
    /// The registries' lists.
    pub codes: &'a RegistryCodes,
    /// Words of their pick-lists.
    pub terms: &'a RegistryTerms,
    /// Parts of the study, as many as `study.epochs`, in that order.
    pub periods: Vec<PeriodInput>,
    /// Analysis sets worth naming.
    pub analysis_sets: Vec<AnalysisSetInput>,
    /// Baseline characteristics.
    pub baseline: BaselineInput,
    /// Outcome measures, primary ones first.
    pub outcomes: Vec<OutcomeInput>,
    /// Adverse events; `None` where none were collected.
    pub safety: Option<SafetyInput>,
}

/// Counts of one part of the study.
#[derive(Clone, Debug)]
pub struct PeriodInput {
    /// Entered this part.
    pub started: KeyPattern,
    /// Completed it.
    pub completed: KeyPattern,
    /// Reasons for leaving it, in the configuration's order.
    pub reasons: Vec<ReasonInput>,
    /// Neither completed nor left it at the data cut-off; the registries count them as not completed.
    pub ongoing: Option<ReasonInput>,
    /// Further milestones: title of 2 to 40 characters and who reached it.
    pub milestones: Vec<(String, KeyPattern)>,
}

/// A reason for not completing.
#[derive(Clone, Debug)]
pub struct ReasonInput {
    /// Its id, as in `registry.not_completed_reasons`.
    pub id: String,
    /// Words of the flow.
    pub words: String,
    /// Subjects.
    pub subjects: KeyPattern,
}

impl PeriodInput {
    /// The overall study of a trial with one part, from the counts of the participant flow; reasons by id and words.
    #[must_use]
    pub fn overall(reasons: Vec<(String, String)>) -> Self {
        let left = KeyPattern::new("flow", "left_study");
        let reason = |(id, words): (String, String)| {
            let subjects = left.clone().with("reason", &id);
            ReasonInput { id, words, subjects }
        };
        Self {
            started: KeyPattern::new("flow", "allocated"),
            completed: KeyPattern::new("flow", "completed_study"),
            reasons: reasons.into_iter().map(reason).collect(),
            ongoing: None,
            milestones: vec![("Received Treatment as Allocated".to_owned(), KeyPattern::new("flow", "received"))],
        }
    }
}

/// An analysis set, as EudraCT names it.
#[derive(Clone, Debug)]
pub struct AnalysisSetInput {
    /// Id, as in `set:n[…,set=id]`.
    pub id: String,
    /// Words for people.
    pub label: String,
    /// Definition.
    pub description: String,
    /// Its kind (list `analysis_set`).
    pub kind: &'static str,
    /// How its subjects are grouped.
    pub basis: ArmBasis,
}

/// Reads the kind of an analysis set from an id or a label in common use; what is not recognised is a subgroup.
#[must_use]
pub fn analysis_set_kind(id: &str, label: &str) -> &'static str {
    let text = format!("{} {}", id.to_lowercase(), label.to_lowercase());
    let kinds: [(&str, &[&str]); 5] = [
        ("modified_intention_to_treat", &["mitt", "modified intention"]),
        ("intention_to_treat", &["itt", "intention", "intent-to-treat"]),
        ("safety", &["safety", "saf"]),
        ("per_protocol", &["per protocol", "per-protocol", "pp"]),
        ("full_analysis", &["full analysis", "fas"]),
    ];
    let found = kinds.iter().find(|(_, words)| words.iter().any(|word| text.contains(word)));
    found.map_or("subgroup", |(kind, _)| kind)
}

/// Baseline characteristics.
#[derive(Clone, Debug)]
pub struct BaselineInput {
    /// Analysis set described, by id; its counts are `set:n[arm,set]`.
    pub set: String,
    /// Words for who is described.
    pub population: String,
    /// Variable of age in completed years, as in `base:mean[…,variable=AGE]`.
    pub age: Option<String>,
    /// Variable of sex with the levels for women and men.
    pub sex: Option<SexInput>,
    /// Variable of race, with the levels of NIH/OMB as ids.
    pub race: Option<CategoricalInput>,
    /// Variable of ethnicity, with the levels of NIH/OMB as ids.
    pub ethnicity: Option<CategoricalInput>,
    /// Further characteristics.
    pub study_specific: Vec<CharacteristicInput>,
}

/// Variable of sex.
#[derive(Clone, Debug)]
pub struct SexInput {
    /// The variable.
    pub variable: String,
    /// Level of women.
    pub female: String,
    /// Level of men.
    pub male: String,
    /// Further levels with their words; they stand in the record where someone has them.
    pub others: Vec<(String, String)>,
}

/// A variable with its levels.
#[derive(Clone, Debug)]
pub struct CategoricalInput {
    /// The variable.
    pub variable: String,
    /// Levels with words, in order.
    pub levels: Vec<(String, String)>,
}

/// A study-specific baseline characteristic.
#[derive(Clone, Debug)]
pub struct CharacteristicInput {
    /// Title, 2 to 100 characters.
    pub title: String,
    /// What it means.
    pub description: Option<String>,
    /// Unit; `Participants` for counts.
    pub unit: String,
    /// What is reported.
    pub form: CharacteristicForm,
}

/// What is reported of a characteristic.
#[derive(Clone, Debug)]
pub enum CharacteristicForm {
    /// Mean with standard deviation, or median with quartiles.
    Continuous {
        /// The variable.
        variable: String,
        /// Whether the median with quartiles is reported in place of the mean.
        median: bool,
    },
    /// Counts of levels.
    Categorical(CategoricalInput),
}

/// An outcome measure.
#[derive(Clone, Debug)]
pub struct OutcomeInput {
    /// Endpoint id.
    pub id: String,
    /// Title as registered.
    pub title: Text,
    /// Description without results, at most 999 characters.
    pub description: Option<Text>,
    /// Time frame, specific.
    pub time_frame: Text,
    /// Who was analysed, in words, at most 500 characters.
    pub population: Text,
    /// Primary, secondary or other.
    pub role: EndpointRole,
    /// Unit of the values.
    pub unit: String,
    /// What the values are (list `parameter`).
    pub parameter: &'static str,
    /// What says how they spread (list `dispersion`).
    pub dispersion: &'static str,
    /// Level of a confidence interval as dispersion.
    pub level: Option<ConfidenceLevel>,
    /// The value.
    pub value: KeyPattern,
    /// Its spread: none, one (standard deviation or error), or lower and upper.
    pub spread: Vec<KeyPattern>,
    /// Analysis set, by id; its groups are those of the outcome.
    pub set: String,
    /// Subjects analysed.
    pub analysed: KeyPattern,
    /// Rows, for example times: title and factors added to the keys. Empty: one row.
    pub rows: Vec<RowInput>,
    /// Categories of each row, for counts. Empty: one without a name.
    pub categories: Vec<RowInput>,
    /// Statistical analyses.
    pub analyses: Vec<StatisticalAnalysisInput>,
    /// Where the endpoint is configured.
    pub place: Place,
}

/// A row or category: title and the factors it adds to keys.
#[derive(Clone, Debug, Default)]
pub struct RowInput {
    /// Title of 2 to 50 characters.
    pub title: String,
    /// Factors and levels.
    pub factors: Vec<(String, String)>,
    /// Keys by arm where they follow no pattern; other arms have no value. Empty: the pattern of the outcome.
    pub keys: Vec<(String, ResultKey)>,
}

/// A confidence level in tenths of a percent: 950 is 95 %.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfidenceLevel(pub u16);

impl ConfidenceLevel {
    /// The level of a fraction such as 0.95.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to 0 to 1000")]
    pub fn of_fraction(level: f64) -> Self {
        Self((level * 1000.0).round().clamp(0.0, 1000.0) as u16)
    }

    /// The figure in percent: `95`, `97.5`.
    #[must_use]
    pub fn text(self) -> String {
        if self.0.is_multiple_of(10) { (self.0 / 10).to_string() } else { format!("{}.{}", self.0 / 10, self.0 % 10) }
    }
}

/// A statistical analysis of an outcome measure.
#[derive(Clone, Debug)]
pub struct StatisticalAnalysisInput {
    /// Title such as `MSC versus placebo`.
    pub title: String,
    /// What was done, without results.
    pub description: Option<String>,
    /// Arms that take part, the compared one first.
    pub arms: Vec<String>,
    /// What was to be shown (list `analysis_type`).
    pub kind: &'static str,
    /// Margin and how it was chosen, for non-inferiority and equivalence.
    pub margin: Option<Text>,
    /// Whether it was planned.
    pub prespecified: bool,
    /// The test (list `statistical_method`); `None` where nothing is tested.
    pub method: Option<&'static str>,
    /// Words where the registries have no name for the test.
    pub method_words: String,
    /// Its p-value.
    pub p: Option<ResultKey>,
    /// The estimate.
    pub estimate: Option<EstimateInput>,
    /// A comment on the test without results, for example on multiplicity.
    pub comment: Option<String>,
}

/// An estimate with its interval.
#[derive(Clone, Debug)]
pub struct EstimateInput {
    /// What is estimated (list `estimate`).
    pub parameter: &'static str,
    /// Words where the registries have no name for it.
    pub words: String,
    /// The estimate.
    pub value: ResultKey,
    /// Lower limit.
    pub lower: Option<ResultKey>,
    /// Upper limit.
    pub upper: Option<ResultKey>,
    /// Level of the interval.
    pub level: ConfidenceLevel,
    /// Standard error of the estimate.
    pub standard_error: Option<ResultKey>,
    /// A comment without results, for example the direction of the difference.
    pub comment: Option<String>,
}

/// Adverse events.
#[derive(Clone, Debug)]
pub struct SafetyInput {
    /// Analysis set at risk, by id; its counts are `set:n[arm,set]`.
    pub set: String,
    /// Dictionary name.
    pub dictionary: String,
    /// Dictionary version.
    pub dictionary_version: String,
    /// Which non-serious terms are reported: their frequency in at least one arm.
    pub threshold: At<FrequencyThreshold>,
    /// Which events are counted, in words.
    pub definition: String,
}
