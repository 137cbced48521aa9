//! What the registry record is composed from: facts of the configuration and addresses of results.

use crate::base::diagnostic::Place;
use crate::results::ResultKey;
use crate::spec::analysis::EndpointRole;
use crate::spec::registry_codes::RegistryCodes;
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
    /// Left it, for each reason of [`PeriodInput::reasons`] with the factor `reason`.
    pub left: KeyPattern,
    /// Reasons: id and words, in the configuration's order.
    pub reasons: Vec<(String, String)>,
    /// Further milestones: title of 2 to 40 characters and who reached it.
    pub milestones: Vec<(String, KeyPattern)>,
}

impl PeriodInput {
    /// The overall study of a trial with one part, from the counts of the participant flow.
    #[must_use]
    pub fn overall(reasons: Vec<(String, String)>) -> Self {
        Self {
            started: KeyPattern::new("flow", "allocated"),
            completed: KeyPattern::new("flow", "completed_study"),
            left: KeyPattern::new("flow", "left_study"),
            reasons,
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
    /// Its kind.
    pub kind: AnalysisSetKind,
}

/// Kinds of analysis set that EudraCT knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnalysisSetKind {
    /// Intention-to-treat.
    IntentionToTreat,
    /// Modified intention-to-treat.
    ModifiedIntentionToTreat,
    /// Full analysis set.
    FullAnalysis,
    /// Per protocol.
    PerProtocol,
    /// Safety.
    Safety,
    /// Another part of the subjects.
    Subgroup,
}

impl AnalysisSetKind {
    /// Reads the kind from an id or a label in common use; what is not recognised is a subgroup.
    #[must_use]
    pub fn of(id: &str, label: &str) -> Self {
        let text = format!("{} {}", id.to_lowercase(), label.to_lowercase());
        let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
        if has(&["mitt", "modified intention"]) {
            Self::ModifiedIntentionToTreat
        } else if has(&["itt", "intention", "intent-to-treat"]) {
            Self::IntentionToTreat
        } else if has(&["safety", "saf"]) {
            Self::Safety
        } else if has(&["per protocol", "per-protocol", "pp"]) {
            Self::PerProtocol
        } else if has(&["full analysis", "fas"]) {
            Self::FullAnalysis
        } else {
            Self::Subgroup
        }
    }
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
    pub title: String,
    /// Description without results, at most 999 characters.
    pub description: Option<String>,
    /// Time frame, specific.
    pub time_frame: String,
    /// Who was analysed, in words, at most 500 characters.
    pub population: String,
    /// Primary, secondary or other.
    pub role: EndpointRole,
    /// Unit of the values.
    pub unit: String,
    /// What the values are.
    pub parameter: Parameter,
    /// What says how they spread.
    pub dispersion: Dispersion,
    /// The value.
    pub value: KeyPattern,
    /// Its spread: none, one (standard deviation or error), or lower and upper.
    pub spread: Vec<KeyPattern>,
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
}

/// What the values of an outcome measure are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameter {
    /// Subjects.
    CountOfParticipants,
    /// A number such as a percentage or a rate.
    Number,
    /// Arithmetic mean.
    Mean,
    /// Median.
    Median,
    /// Geometric mean.
    GeometricMean,
    /// Least squares mean.
    LeastSquaresMean,
}

/// What says how the values of an outcome measure spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dispersion {
    /// Nothing.
    None,
    /// Standard deviation.
    StandardDeviation,
    /// Standard error.
    StandardError,
    /// First and third quartile.
    InterQuartileRange,
    /// Smallest and largest value.
    FullRange,
    /// Two-sided confidence interval of this level in percent.
    ConfidenceInterval(ConfidenceLevel),
    /// Geometric coefficient of variation.
    GeometricCv,
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
    /// What was to be shown.
    pub kind: AnalysisKind,
    /// Margin and how it was chosen, for non-inferiority and equivalence.
    pub margin: Option<String>,
    /// Whether it was planned.
    pub prespecified: bool,
    /// The test.
    pub method: RegistryMethod,
    /// Words where the registries have no name for the test.
    pub method_words: String,
    /// Its p-value.
    pub p: Option<ResultKey>,
    /// The estimate.
    pub estimate: Option<EstimateInput>,
    /// A comment on the test without results, for example on multiplicity.
    pub comment: Option<String>,
}

/// What an analysis was to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnalysisKind {
    /// Superiority.
    Superiority,
    /// Non-inferiority.
    NonInferiority,
    /// Equivalence.
    Equivalence,
    /// Nothing of the kind.
    Other,
}

/// Tests the registries have a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistryMethod {
    /// Analysis of covariance.
    Ancova,
    /// Analysis of variance.
    Anova,
    /// Chi-squared.
    ChiSquared,
    /// Cochran-Mantel-Haenszel.
    CochranMantelHaenszel,
    /// Fisher's exact test.
    FisherExact,
    /// Kruskal-Wallis.
    KruskalWallis,
    /// Log-rank.
    LogRank,
    /// McNemar.
    McNemar,
    /// Mixed model.
    MixedModel,
    /// Cox regression.
    CoxRegression,
    /// Linear regression.
    LinearRegression,
    /// Logistic regression.
    LogisticRegression,
    /// Student's or Welch's t-test, two-sided.
    TTest,
    /// Wilcoxon-Mann-Whitney.
    Wilcoxon,
    /// Another.
    Other,
}

/// An estimate with its interval.
#[derive(Clone, Debug)]
pub struct EstimateInput {
    /// What is estimated.
    pub parameter: EstimateParameter,
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

/// What is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EstimateParameter {
    /// Hazard ratio.
    HazardRatio,
    /// Difference of means of final values.
    MeanDifference,
    /// Difference of mean changes.
    MeanDifferenceNet,
    /// Difference of medians.
    MedianDifference,
    /// Odds ratio.
    OddsRatio,
    /// Risk difference.
    RiskDifference,
    /// Risk ratio.
    RiskRatio,
    /// Slope.
    Slope,
    /// Another.
    Other,
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
    /// Percentage that non-serious terms must exceed in at least one arm, 0 to 5.
    pub threshold_percent: f64,
    /// Which events are counted, in words.
    pub definition: String,
}
