//! `analysis.yaml`: analysis sets, participant flow, baseline, endpoints with estimands, safety.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::at::At;
pub use super::contrast::ContrastSpec;
use super::margin::MarginSpec;
use super::multiplicity::MultiplicitySpec;
pub use super::safety::{Dictionary, SafetySpec, SortTerms};
use super::shift_table::ShiftTableSpec;

/// The whole of `analysis.yaml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalysisSpec {
    /// Version of this format; 1.
    pub version: At<u32>,
    /// Analysis sets, by id.
    pub analysis_sets: IndexMap<String, AnalysisSetSpec>,
    /// Participant flow.
    pub flow: FlowSpec,
    /// Baseline characteristics.
    pub baseline: BaselineSpec,
    /// Intercurrent events, by id.
    #[serde(default)]
    pub intercurrent_events: IndexMap<String, IntercurrentEvent>,
    /// Endpoints, by id.
    pub endpoints: IndexMap<String, EndpointSpec>,
    /// Adverse events.
    pub safety: Option<SafetySpec>,
    /// Categories before and after treatment, such as laboratory values against their reference ranges.
    #[serde(default)]
    pub shift_tables: Vec<ShiftTableSpec>,
    /// Disposition table: further categories of subjects, besides the flow.
    #[serde(default)]
    pub disposition: Vec<DispositionBlock>,
    /// Significance level of the primary analysis, two-sided.
    #[serde(default = "alpha")]
    pub alpha: At<f64>,
    /// Two-sided confidence level of intervals, as a fraction.
    #[serde(default = "conf_level")]
    pub conf_level: At<f64>,
    /// How endpoints are tested in order; what follows a failed one is nominal.
    #[serde(default)]
    pub testing_order: Vec<At<String>>,
    /// Hypotheses tested together; every p-value outside is nominal.
    pub multiplicity: Option<MultiplicitySpec>,
}

fn alpha() -> At<f64> {
    At::nowhere(0.05)
}

fn conf_level() -> At<f64> {
    At::nowhere(0.95)
}

/// Who counts, and why everyone else does not.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalysisSetSpec {
    /// Words for people.
    pub label: String,
    /// Longer definition for the report.
    #[serde(default)]
    pub description: String,
    /// Whether subjects are grouped as randomised, as treated, or by the treatments of a crossover.
    pub arm: ArmBasis,
    /// With `arm: treatment`: treatment id → SQL condition over subject variables of who received it; a subject is in
    /// the group of every treatment received.
    #[serde(default)]
    pub treatments: IndexMap<String, At<String>>,
    /// Criteria in order; the first that does not hold is the subject's reason.
    pub criteria: Vec<Criterion>,
}

/// How subjects are grouped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArmBasis {
    /// As randomised.
    Planned,
    /// As treated.
    Actual,
    /// By the treatments of a crossover, each subject in several groups; for adverse events and the method `crossover`.
    Treatment,
}

/// A condition with an id and words; the words say what it means when it fails.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// Its id.
    pub id: At<String>,
    /// Words for people.
    pub label: String,
    /// SQL condition over subject variables.
    #[serde(rename = "where")]
    pub condition: At<String>,
}

/// Participant flow (CONSORT).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowSpec {
    /// Which subjects were assessed for eligibility; all of the subject table if left out.
    pub assessed: Option<At<String>>,
    /// Whether the number assessed is attested in study.yaml (`attested.assessed`) instead of counted.
    #[serde(default)]
    pub assessed_attested: bool,
    /// Reasons of those excluded before randomisation; exactly one must hold.
    #[serde(default)]
    pub excluded: Vec<Criterion>,
    /// Who was randomised.
    pub randomised: At<String>,
    /// Who received the allocated intervention.
    pub received: At<String>,
    /// Reasons of those who did not; exactly one must hold.
    #[serde(default)]
    pub not_received: Vec<Criterion>,
    /// Who completed the intervention as allocated.
    pub completed_treatment: Option<At<String>>,
    /// Reasons of those who received but did not complete it; exactly one must hold.
    #[serde(default)]
    pub discontinued_treatment: Vec<Criterion>,
    /// How participation ended; exactly one must hold for each randomised subject.
    pub follow_up_end: Vec<FlowEnd>,
    /// Analysis whose subjects are the "analysed" of the last stage.
    pub analysed: At<String>,
}

/// How participation in the study ended.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowEnd {
    /// Its id, used as reason in keys.
    pub id: At<String>,
    /// Words for people.
    pub label: String,
    /// What kind of end it is.
    pub category: EndCategory,
    /// SQL condition over subject variables.
    #[serde(rename = "where")]
    pub condition: At<String>,
}

/// Kinds of end; death is neither lost nor withdrew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndCategory {
    /// Completed follow-up as planned.
    Completed,
    /// Died.
    Died,
    /// Lost to follow-up.
    Lost,
    /// Withdrew consent.
    Withdrew,
    /// Adverse event.
    AdverseEvent,
    /// Lack of efficacy.
    LackOfEfficacy,
    /// Physician decision.
    PhysicianDecision,
    /// Protocol violation.
    ProtocolViolation,
    /// Pregnancy.
    Pregnancy,
    /// Still in the study at the data cut-off.
    Ongoing,
    /// Another reason.
    Other,
}

/// Baseline characteristics.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineSpec {
    /// Analysis set described.
    pub set: At<String>,
    /// Characteristics in order.
    pub variables: Vec<BaselineVariable>,
    /// Standardised differences of each arm and the reference arm, as a further column.
    #[serde(default)]
    pub standardised_differences: bool,
}

/// One baseline characteristic.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BaselineVariable {
    /// Subject variable.
    pub variable: At<String>,
    /// Words for people; the variable's label if left out.
    pub label: Option<String>,
    /// Number or category.
    pub kind: VariableRole,
    /// Levels in order, with words; a level that occurs and is not listed is an error.
    #[serde(default)]
    pub levels: IndexMap<String, String>,
    /// Test across arms: `anova`, `chi_square`, `fisher`; none if left out.
    pub test: Option<At<String>>,
    /// What the registries call it; study-specific if left out.
    pub registry: Option<RegistryMeasure>,
    /// Left out of the printed table, kept for the registries.
    #[serde(default)]
    pub hidden: bool,
    /// Only these subjects are described, where the table says so.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
}

/// Baseline measures that the registries have a name for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RegistryMeasure {
    /// Age.
    Age,
    /// Sex.
    Sex,
    /// Race.
    Race,
    /// Ethnicity.
    Ethnicity,
    /// Country or region; counted by country as study.yaml names them.
    Region,
}

/// Number or category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariableRole {
    /// Described by mean, median and spread.
    Continuous,
    /// Described by counts.
    Categorical,
}

/// An intercurrent event (ICH E9(R1)).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct IntercurrentEvent {
    /// Words for people.
    pub label: String,
    /// SQL condition over subject variables.
    #[serde(rename = "where")]
    pub condition: At<String>,
    /// Subject variable with the study day of the event, for `while_on_treatment`: values up to that day are used,
    /// a time is censored there.
    pub day: Option<At<String>>,
}

/// An endpoint with its estimand and analyses.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndpointSpec {
    /// Primary, secondary or other.
    pub role: EndpointRole,
    /// Title as registered.
    pub title: At<String>,
    /// Longer description for the registries.
    #[serde(default)]
    pub description: At<String>,
    /// Time frame as registered, specific: `Baseline and day 7`.
    pub time_frame: At<String>,
    /// What is measured.
    pub measure: Measure,
    /// What is estimated (ICH E9(R1)).
    pub estimand: EstimandSpec,
    /// How it is analysed, the main analysis first.
    pub analyses: Vec<AnalysisItem>,
}

/// Role of an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EndpointRole {
    /// The primary endpoint.
    Primary,
    /// A secondary endpoint.
    Secondary,
    /// Another, pre-specified.
    OtherPrespecified,
    /// Thought of after the data were seen.
    PostHoc,
}

/// What is measured: a parameter at a visit, or a subject variable.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// Parameter of data.yaml.
    pub parameter: Option<At<String>>,
    /// Visit of data.yaml.
    pub visit: Option<At<String>>,
    /// Which value of the parameter.
    #[serde(default)]
    pub value: ValueKind,
    /// Subject variable, instead of a parameter.
    pub variable: Option<At<String>>,
    /// For the method `crossover`: treatment id → subject variable with the value under it, instead of `variable`.
    #[serde(default)]
    pub treatments: IndexMap<String, At<String>>,
    /// Level of the variable that counts as response.
    pub response: Option<At<String>>,
    /// Values of an ordinal parameter in order, with words; a value that occurs and is not listed is an error.
    #[serde(default)]
    pub levels: IndexMap<At<String>, String>,
    /// Time variable, for time-to-event endpoints.
    pub time: Option<At<String>>,
    /// Condition that the event happened at that time; else censored.
    pub event: Option<At<String>>,
    /// Condition that a competing event happened at that time.
    pub competing: Option<At<String>>,
    /// Subject variable with the value before, for paired tests of a variable: a number, or a level as `response`.
    pub baseline: Option<At<String>>,
    /// Subject variable with the time at risk, for rates and counts.
    pub exposure: Option<At<String>>,
    /// Events that can happen to a subject more than once; with them `time` is the end of observation.
    pub events: Option<RecurrentEvents>,
    /// Unit as printed.
    pub unit: String,
    /// Decimals as collected; those of the parameter or variable if left out.
    pub decimals: Option<u8>,
    /// Which direction is better.
    pub better: Option<Better>,
}

/// Events that can happen to a subject more than once: records of a dataset, each with its time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecurrentEvents {
    /// Dataset whose records are the events; they belong to subjects by the subject key.
    pub dataset: At<String>,
    /// Its variable with the time of the event, on the same scale as the measure's `time`.
    pub day: At<String>,
    /// Which of its records count, over its own and the subject's variables.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
}

/// Which value of a parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ValueKind {
    /// The value at the visit.
    #[default]
    Value,
    /// Change from baseline.
    Change,
    /// Percent change from baseline.
    PercentChange,
}

/// Which direction is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Better {
    /// Higher values.
    Higher,
    /// Lower values.
    Lower,
}

/// The five attributes of an estimand.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EstimandSpec {
    /// Treatment conditions; the arms' labels if left out.
    pub treatment: Option<String>,
    /// Population the question is about.
    pub population: String,
    /// Analysis set that stands for it.
    pub analysis_set: At<String>,
    /// Population-level summary.
    pub summary: String,
    /// Intercurrent events and how each is handled.
    #[serde(default)]
    pub events: Vec<EventStrategy>,
    /// What happens to missing values.
    #[serde(default)]
    pub missing: String,
}

/// How an intercurrent event is handled.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EventStrategy {
    /// Id of the intercurrent event.
    pub event: At<String>,
    /// Strategy.
    pub strategy: Strategy,
    /// With `composite`, the value such subjects get.
    pub value: Option<f64>,
    /// Where the rule was fixed.
    #[serde(default)]
    pub fixed_in: String,
}

/// Strategies of ICH E9(R1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Strategy {
    /// The value is used whether or not the event happened.
    TreatmentPolicy,
    /// The event is part of the variable.
    Composite,
    /// As if the event had not happened.
    Hypothetical,
    /// Up to the event.
    WhileOnTreatment,
    /// In those in whom it would not happen.
    PrincipalStratum,
}

/// One analysis.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AnalysisItem {
    /// Its id, the first part of its result keys.
    pub id: At<String>,
    /// Method name; `tracelock explain METHOD`.
    pub method: At<String>,
    /// Options of the method.
    #[serde(default)]
    pub options: IndexMap<String, At<OptionValue>>,
    /// Comparisons.
    #[serde(default)]
    pub compare: Vec<Comparison>,
    /// Numeric covariates: subject variables, or `BASE`.
    #[serde(default)]
    pub covariates: Vec<At<String>>,
    /// Categorical covariates or strata: subject variables.
    #[serde(default)]
    pub factors: Vec<At<String>>,
    /// Reference level of a factor; the first in sorted order for those not named.
    #[serde(default)]
    pub reference: IndexMap<String, At<String>>,
    /// Factors and covariates of this analysis whose product with the arm is in the model, for `ancova`.
    #[serde(default)]
    pub interactions: Vec<At<String>>,
    /// Weighted sums of the means of the arms, for `ancova`.
    #[serde(default)]
    pub contrasts: Vec<ContrastSpec>,
    /// Strata of regression models that keep a part of their own in each: subject variables, all combinations.
    #[serde(default)]
    pub strata: Vec<At<String>>,
    /// Subject variable whose levels belong together in a robust variance, such as a centre; each subject alone
    /// if left out.
    pub cluster: Option<At<String>>,
    /// Visits in order, for methods of repeated measures: those up to the measure's own, the baseline not among them.
    #[serde(default)]
    pub visits: Vec<At<String>>,
    /// Endpoints compared in order of priority, for win statistics: times or numbers whose measure says what is
    /// `better`.
    #[serde(default)]
    pub components: Vec<At<String>>,
    /// Margin of non-inferiority, equivalence or superiority.
    pub margin: Option<MarginSpec>,
    /// Subject variables within whose levels the analysis is repeated, with a test of interaction.
    #[serde(default)]
    pub subgroups: Vec<At<String>>,
    /// Another parameter than the measure's, for sensitivity analyses: the same without values carried forward.
    pub parameter: Option<At<String>>,
    /// One value for each missing one; methods that impute on their own do without.
    pub imputation: Option<ImputationSpec>,
    /// Main, sensitivity or supplementary.
    #[serde(default)]
    pub role: AnalysisRole,
    /// Another analysis set than the estimand's, for sensitivity analyses.
    pub analysis_set: Option<At<String>>,
    /// Further condition on the subjects, over subject variables.
    #[serde(rename = "where")]
    pub condition: Option<At<String>>,
    /// Words for tables; made from the method if left out.
    pub label: Option<String>,
}

/// Single imputation: missing values get one value, which the analysis takes as observed.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImputationSpec {
    /// Which value.
    pub method: At<ImputationMethod>,
    /// Whether the baseline is an observation that may be carried, with `locf` and `wocf`.
    #[serde(default)]
    pub carry_baseline: bool,
    /// Which missing visits get a value.
    #[serde(default)]
    pub gaps: ImputedGaps,
    /// Largest number of visits in a row that get a carried value; no limit if left out.
    pub longest_run: Option<u32>,
}

/// Which value is imputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImputationMethod {
    /// Last observation carried forward.
    Locf,
    /// Baseline observation carried forward.
    Bocf,
    /// Worst observation carried forward; the measure's `better` says which is worst.
    Wocf,
    /// No response.
    NonResponder,
}

/// Which missing visits get a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ImputedGaps {
    /// All.
    #[default]
    All,
    /// Those with an observation after them.
    Intermittent,
    /// Those with no observation after them.
    AfterLast,
}

/// Arm against arm.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// Arm compared.
    pub arm: At<String>,
    /// Arm compared with.
    pub vs: At<String>,
}

/// Main, sensitivity or supplementary.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisRole {
    /// The main analysis of its endpoint.
    #[default]
    Main,
    /// Same estimand, other assumptions.
    Sensitivity,
    /// Another estimand.
    Supplementary,
}

/// An option's value: text, number, truth value, a list of numbers or a list of words.
#[derive(Clone, Debug, PartialEq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum OptionValue {
    /// `yes` or `no`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A word.
    Text(String),
    /// Numbers, such as landmark times.
    Numbers(Vec<f64>),
    /// Words in order, such as covariance structures to be tried one after the other.
    Texts(Vec<String>),
}

/// A block of the disposition table: exclusive categories of an analysis set.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DispositionBlock {
    /// Its id, a factor of keys.
    pub id: At<String>,
    /// Words for people.
    pub label: String,
    /// Analysis set.
    pub set: At<String>,
    /// Categories in order.
    pub categories: Vec<Criterion>,
    /// Categories tested across arms by Fisher's exact test, each against the rest.
    #[serde(default)]
    pub test: Vec<At<String>>,
    /// Whether categories must not overlap and must cover everyone.
    #[serde(default = "yes")]
    pub exclusive: bool,
}

fn yes() -> bool {
    true
}
