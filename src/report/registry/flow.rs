//! Participant flow: groups, periods, milestones and reasons for not completing.

use serde::Serialize;

use super::figure::{EmaTerm, Figure, Term, Text};

/// Participant flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Recruitment.
    pub recruitment: Option<Text>,
    /// Screening and what happened before assignment.
    pub pre_assignment: Option<Text>,
    /// What is counted where it is not participants.
    pub units: Option<Text>,
    /// Groups, in order; periods refer to them by position.
    pub groups: Vec<FlowGroup>,
    /// Periods, in order.
    pub periods: Vec<Period>,
}

/// A group of the flow.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FlowGroup {
    /// Arm of the study configuration; `None` in a record that was read.
    #[serde(skip)]
    pub arm: Option<String>,
    /// Title.
    pub title: Text,
    /// What its subjects received.
    pub description: Option<Text>,
}

/// A period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Period {
    /// Title.
    pub title: Text,
    /// Whether baseline values belong to it; `None` where the register does not say.
    pub baseline: Option<bool>,
    /// Subjects that entered, one a group of the flow; `None` for a group that is not part of this period.
    pub started: Vec<Option<Achievement>>,
    /// Subjects that completed.
    pub completed: Vec<Option<Achievement>>,
    /// Subjects that did not, where the register prints them; they follow from the two above.
    pub not_completed: Vec<Option<Achievement>>,
    /// Further milestones.
    pub milestones: Vec<Milestone>,
    /// Reasons for not completing.
    pub reasons: Vec<ReasonNotCompleted>,
    /// What EudraCT asks besides.
    pub details: Option<PeriodDetails>,
}

/// Subjects of a group at a milestone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Achievement {
    /// Subjects.
    pub subjects: Figure,
    /// Units, where other things than participants are counted.
    pub units: Option<Figure>,
    /// A comment.
    pub comment: Option<Text>,
}

/// A further milestone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Milestone {
    /// Title.
    pub title: Text,
    /// Subjects, one a group.
    pub reached: Vec<Option<Achievement>>,
    /// A comment.
    pub comment: Option<Text>,
}

/// A reason for not completing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReasonNotCompleted {
    /// As ClinicalTrials.gov names it (list `reason_not_completed_ctgov`).
    pub ctgov: Option<Term>,
    /// As EudraCT names it (list `reason_not_completed_eudract`).
    pub eudract: Option<Term>,
    /// Words where the reason is another.
    pub words: Option<Text>,
    /// Subjects, one a group.
    pub subjects: Vec<Option<Achievement>>,
}

/// What EudraCT asks of a period.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PeriodDetails {
    /// Whether each subject is in one arm only.
    pub exclusive_arms: Option<bool>,
    /// Subjects of the period where arms are not exclusive.
    pub subjects: Option<Figure>,
    /// Whether the period is blinded.
    pub blinded: Option<bool>,
    /// Blinding (list `masking`).
    pub blinding: Option<Term>,
    /// How blinding was kept.
    pub blinding_implementation: Option<Text>,
    /// Who was blinded (list `masked_role`).
    pub blinded_roles: Vec<Term>,
    /// Allocation (list `allocation`).
    pub allocation: Option<Term>,
    /// Its arms, one a group of the flow that takes part.
    pub arms: Vec<Arm>,
}

/// An arm of a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Arm {
    /// Position of its group in the flow.
    pub group: usize,
    /// Kind (list `arm_type`).
    pub kind: Option<Term>,
    /// Words where the kind is another.
    pub other_kind: Option<Text>,
    /// Products.
    pub products: Vec<ArmProduct>,
}

/// A product of an arm.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ArmProduct {
    /// Name.
    pub name: Option<Text>,
    /// Code.
    pub code: Option<Text>,
    /// Other names.
    pub other_names: Option<Text>,
    /// Dose and how it is given.
    pub dose: Option<Text>,
    /// Dose forms.
    pub forms: Vec<EmaTerm>,
    /// Routes.
    pub routes: Vec<EmaTerm>,
}
