//! The planned structure of a study as `study.yaml` states it: design, arms, products, epochs, eligibility.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::at::At;

/// Development phase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
pub enum Phase {
    /// Phase 1.
    #[serde(rename = "1")]
    One,
    /// Phase 1/2.
    #[serde(rename = "1/2")]
    OneTwo,
    /// Phase 2.
    #[serde(rename = "2")]
    Two,
    /// Phase 2/3.
    #[serde(rename = "2/3")]
    TwoThree,
    /// Phase 3.
    #[serde(rename = "3")]
    Three,
    /// Phase 4.
    #[serde(rename = "4")]
    Four,
    /// None of them.
    #[serde(rename = "not_applicable")]
    NotApplicable,
}

impl Phase {
    /// The figure as people write it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "1",
            Self::OneTwo => "1/2",
            Self::Two => "2",
            Self::TwoThree => "2/3",
            Self::Three => "3",
            Self::Four => "4",
            Self::NotApplicable => "not applicable",
        }
    }
}

/// Design of the study.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// How arms relate to each other.
    pub model: Model,
    /// What the study is for.
    pub purpose: Purpose,
    /// How subjects came into the arms.
    pub allocation: Allocation,
    /// Ratio of allocation in the order of the arms, such as `1:1`.
    pub allocation_ratio: Option<At<String>>,
    /// Who did not know the treatment.
    pub masking: Masking,
    /// What the experimental arm is held against.
    pub control: Control,
    /// What is to be shown.
    pub framework: Framework,
    /// The design in one or two sentences.
    pub description: Option<At<String>>,
    /// Why the study was done.
    pub rationale: Option<String>,
    /// How the sample size was set.
    pub sample_size: Option<String>,
    /// How long a subject was treated.
    pub treatment_duration: Option<String>,
    /// How long a subject was followed.
    pub follow_up_duration: Option<String>,
}

/// How arms relate to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    /// One arm.
    SingleGroup,
    /// Arms beside each other.
    Parallel,
    /// Every subject passes several treatments; an arm is a sequence of them.
    Crossover,
    /// Combinations of treatments.
    Factorial,
    /// Arms follow each other.
    Sequential,
}

/// What the study is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Treatment.
    Treatment,
    /// Prevention.
    Prevention,
    /// Diagnosis.
    Diagnostic,
    /// Supportive care.
    SupportiveCare,
    /// Screening.
    Screening,
    /// Health services research.
    HealthServicesResearch,
    /// Basic science.
    BasicScience,
    /// Something else.
    Other,
}

/// How subjects came into the arms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Allocation {
    /// By chance.
    Randomised,
    /// Otherwise.
    NonRandomised,
    /// There is one arm.
    NotApplicable,
}

/// Who did not know the treatment.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Masking {
    /// The level as the protocol states it.
    pub level: MaskingLevel,
    /// Who.
    #[serde(default)]
    pub who: Vec<MaskedRole>,
    /// How it was done.
    pub implementation: Option<At<String>>,
}

/// Level of masking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaskingLevel {
    /// Everyone knew.
    Open,
    /// One side did not know.
    Single,
    /// Two or more sides did not know.
    Double,
}

/// Who did not know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MaskedRole {
    /// Subjects.
    Participant,
    /// Those who gave care.
    CareProvider,
    /// Investigators.
    Investigator,
    /// Those who assessed outcomes.
    OutcomesAssessor,
    /// Those who analysed the data.
    DataAnalyst,
    /// Those who monitored.
    Monitor,
}

/// What the experimental arm is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// Placebo.
    Placebo,
    /// Another treatment.
    Active,
    /// Another dose.
    DoseComparison,
    /// No treatment.
    NoTreatment,
    /// Standard of care.
    StandardOfCare,
    /// Historical data.
    Historical,
    /// Nothing.
    Uncontrolled,
}

/// What is to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Framework {
    /// Superiority.
    Superiority,
    /// Non-inferiority.
    NonInferiority,
    /// Equivalence.
    Equivalence,
    /// Nothing; values are described.
    Exploratory,
}

/// An arm.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// Words in tables.
    pub label: At<String>,
    /// Title in registries, 4 to 62 characters.
    pub title: At<String>,
    /// What subjects of the arm received, at most 999 characters; no results.
    pub description: At<String>,
    /// Role of the arm.
    #[serde(rename = "type")]
    pub kind: ArmKind,
    /// Products given, by id.
    #[serde(default)]
    pub products: Vec<At<String>>,
    /// Whether others are compared with this arm.
    #[serde(default)]
    pub reference: bool,
}

/// Role of an arm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ArmKind {
    /// The treatment under study.
    Experimental,
    /// Another treatment known to work.
    ActiveComparator,
    /// Placebo.
    PlaceboComparator,
    /// A sham procedure.
    Sham,
    /// No treatment.
    NoIntervention,
    /// Something else.
    Other,
}

impl ArmKind {
    /// Whether experimental arms are compared with it.
    #[must_use]
    pub fn is_comparator(self) -> bool {
        matches!(self, Self::ActiveComparator | Self::PlaceboComparator | Self::Sham | Self::NoIntervention)
    }
}

/// What subjects of a crossover received for a time, whichever their sequence.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Treatment {
    /// Words in tables.
    pub label: At<String>,
    /// Title in registries, 4 to 62 characters.
    pub title: At<String>,
    /// What was given, at most 999 characters; no results.
    pub description: At<String>,
    /// Products given, by id.
    #[serde(default)]
    pub products: Vec<At<String>>,
    /// Whether others are compared with this treatment.
    #[serde(default)]
    pub reference: bool,
}

/// A product given in the study.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Product {
    /// Name.
    pub name: At<String>,
    /// Active ingredient.
    pub active_ingredient: Option<String>,
    /// Code of the product.
    pub code: Option<String>,
    /// Other names.
    #[serde(default)]
    pub other_names: Vec<String>,
    /// Kind for ClinicalTrials.gov.
    pub kind: ProductKind,
    /// Dose form, as in `config/codelists/eudract_dose_forms.csv`.
    pub form: Option<At<String>>,
    /// Route, as in `config/codelists/eudract_routes.csv`.
    pub route: Option<At<String>>,
    /// Dose and how it was given.
    pub dose: Option<At<String>>,
    /// Batch numbers.
    #[serde(default)]
    pub batches: Vec<String>,
}

/// Kind of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProductKind {
    /// A medicine.
    Drug,
    /// A biological or vaccine.
    Biological,
    /// A device.
    Device,
    /// A procedure or operation.
    Procedure,
    /// Radiation.
    Radiation,
    /// Behavioural.
    Behavioral,
    /// Genetic.
    Genetic,
    /// Dietary supplement.
    DietarySupplement,
    /// Something else.
    Other,
}

/// A part of the study.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Epoch {
    /// Title in registries, 2 to 40 characters; `Overall Study` where there is one.
    pub title: At<String>,
    /// What happens in it.
    pub description: Option<String>,
    /// Whether baseline values belong to it; the first where none is marked.
    #[serde(default)]
    pub baseline: bool,
    /// Disposition block of analysis.yaml that counts its subjects, needed where there are several epochs: those of the
    /// block's analysis set started, those of its category `completed` completed, its other categories are reasons.
    pub disposition: Option<At<String>>,
    /// Disposition block of analysis.yaml, not exclusive, whose categories are further milestones of the epoch; their
    /// labels are the titles in registries, 2 to 40 characters.
    pub milestones: Option<At<String>>,
    /// In a crossover: arm id → treatment id, what the subjects of each sequence receive in this epoch.
    #[serde(default)]
    pub treatments: IndexMap<String, At<String>>,
}

/// Who could take part.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Eligibility {
    /// Inclusion criteria, in the protocol's order.
    pub inclusion: Vec<String>,
    /// Exclusion criteria, in the protocol's order.
    pub exclusion: Vec<String>,
    /// Lowest age in completed years; absent where there is no limit.
    pub minimum_age: Option<u16>,
    /// Highest age in completed years; absent where there is no limit.
    pub maximum_age: Option<u16>,
    /// Sexes admitted.
    #[serde(default)]
    pub sexes: Sexes,
    /// Whether healthy volunteers were admitted.
    #[serde(default)]
    pub healthy_volunteers: bool,
    /// Reasons for which a subject was taken off treatment or assessment.
    #[serde(default)]
    pub withdrawal: Vec<String>,
}

/// Sexes admitted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sexes {
    /// Both.
    #[default]
    All,
    /// Women.
    Female,
    /// Men.
    Male,
}

/// Objectives, word for word as in the protocol.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Objectives {
    /// The main one.
    pub primary: At<String>,
    /// Secondary ones.
    #[serde(default)]
    pub secondary: Vec<String>,
    /// Exploratory ones.
    #[serde(default)]
    pub exploratory: Vec<String>,
}
