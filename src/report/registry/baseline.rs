//! Baseline characteristics: age, sex, race and ethnicity, region, and the study's own.

use serde::Serialize;

use super::figure::{Figure, Term, Text};
use super::outcome::Measure;

/// Baseline characteristics.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Baseline {
    /// Who is described.
    pub population: Option<Text>,
    /// What is counted where it is not participants.
    pub units: Option<Text>,
    /// Whether groups are arms or the whole period (list `baseline_model`).
    pub model: Option<Term>,
    /// Groups, in order; characteristics refer to them by position.
    pub groups: Vec<BaselineGroup>,
    /// All groups together.
    pub total: Option<BaselineGroup>,
    /// Characteristics, in order.
    pub characteristics: Vec<Characteristic>,
}

/// A group described.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct BaselineGroup {
    /// Position of its group in the flow, where it is one of them.
    pub flow_group: Option<usize>,
    /// Position of the period whose arm is meant, where it is not the baseline period.
    pub period: Option<usize>,
    /// Position of the analysis set, where the group is one.
    pub analysis_set: Option<usize>,
    /// Title.
    pub title: Option<Text>,
    /// Description.
    pub description: Option<Text>,
    /// Subjects described.
    pub subjects: Option<Figure>,
    /// Units described.
    pub units: Option<Figure>,
}

/// A characteristic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Characteristic {
    /// Which one.
    pub kind: CharacteristicKind,
    /// Whether values are given; EudraCT's own mark.
    pub ready: Option<bool>,
    /// Its values; each cell list has one entry a group, then one for the total where there is one.
    pub measure: Measure,
}

/// Characteristics that registries name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CharacteristicKind {
    /// Age as a number.
    AgeContinuous,
    /// Age in EudraCT's nine groups.
    AgeEudract,
    /// Age in ClinicalTrials.gov's three groups.
    AgeCtgov,
    /// Age in other groups.
    AgeCustomised,
    /// Women and men.
    Sex,
    /// Sex or gender in other categories.
    SexCustomised,
    /// Race in the categories of NIH/OMB.
    Race,
    /// Ethnicity in the categories of NIH/OMB.
    Ethnicity,
    /// Race or ethnicity in other categories.
    RaceEthnicityCustomised,
    /// Neither was collected.
    RaceEthnicityNotCollected,
    /// Region of enrolment.
    Region,
    /// A characteristic of the study.
    StudySpecific,
}

/// Subjects in EudraCT's nine age groups, by the group's id in [`crate::spec::study_registry::EUDRACT_AGE_GROUPS`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AgeGroupCounts {
    /// Id and subjects, in the register's order.
    pub groups: Vec<(String, Figure)>,
}
