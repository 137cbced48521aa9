//! What was registered before the results: design, arms, interventions, planned outcomes, eligibility and sites.

use serde::Serialize;

use super::figure::{Figure, Term, Text};
use super::trial::{Contact, Date};

/// The registration, in ClinicalTrials.gov's parts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Protocol {
    /// Summary in a few sentences.
    pub brief_summary: Option<Text>,
    /// A longer description.
    pub detailed_description: Option<Text>,
    /// Recruitment status (list `overall_status`).
    pub status: Option<Term>,
    /// Why it stopped early.
    pub why_stopped: Option<Text>,
    /// When the record was last verified.
    pub verified: Option<Date>,
    /// Start of the trial.
    pub start: Option<Date>,
    /// Last visit.
    pub completion: Option<Date>,
    /// Primary completion.
    pub primary_completion: Option<Date>,
    /// `Actual` or `Anticipated`, in that order for start, primary completion and completion.
    pub date_kinds: [Option<Text>; 3],
    /// Design.
    pub design: Design,
    /// Committees and United States regulation.
    pub oversight: Oversight,
    /// Subjects enrolled.
    pub enrolment: Option<Figure>,
    /// `Actual` or `Anticipated`.
    pub enrolment_kind: Option<Text>,
    /// Conditions.
    pub conditions: Vec<Text>,
    /// Keywords.
    pub keywords: Vec<Text>,
    /// Arms.
    pub arms: Vec<ProtocolArm>,
    /// Interventions.
    pub interventions: Vec<Intervention>,
    /// Planned outcomes.
    pub outcomes: Vec<RegisteredOutcome>,
    /// Who could take part.
    pub eligibility: Eligibility,
    /// Collaborators.
    pub collaborators: Vec<Collaborator>,
    /// Kind of responsible party.
    pub responsible_party: Option<Text>,
    /// Officials with role and affiliation: name in `name`, affiliation in `organisation`.
    pub officials: Vec<(Contact, Option<Text>)>,
    /// Sites.
    pub locations: Vec<Location>,
    /// Sharing of data of single participants.
    pub sharing: Option<Sharing>,
    /// What is shared, when and with whom.
    pub sharing_terms: Option<SharingTerms>,
    /// Who answers questions of those who want to take part: contact, then backup.
    pub contacts: Vec<Contact>,
    /// Documents posted with the record.
    pub documents: Vec<Document>,
    /// Data and documents that are to be had elsewhere.
    pub shared_documents: Vec<SharedDocument>,
    /// Links: words and address.
    pub links: Vec<(Option<Text>, Text)>,
}

/// Design.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Design {
    /// `Interventional` (list `study_type`).
    pub study_type: Option<Term>,
    /// Phases (list `phase`).
    pub phase: Option<Term>,
    /// Purpose (list `purpose`).
    pub purpose: Option<Term>,
    /// Model of intervention (list `model`).
    pub model: Option<Term>,
    /// Words on the model.
    pub model_description: Option<Text>,
    /// Allocation (list `allocation`).
    pub allocation: Option<Term>,
    /// Masking.
    pub masking: Masking,
    /// Number of arms.
    pub number_of_arms: Option<Text>,
}

/// Masking.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Masking {
    /// Level (list `masking`).
    pub level: Option<Term>,
    /// Who is masked (list `masked_role`).
    pub who: Vec<Term>,
    /// How.
    pub description: Option<Text>,
}

/// Committees and United States regulation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Oversight {
    /// Data monitoring committee.
    pub data_monitoring_committee: Option<bool>,
    /// Studies a drug the FDA regulates.
    pub fda_drug: Option<bool>,
    /// Studies a device the FDA regulates.
    pub fda_device: Option<bool>,
    /// Under an investigational new drug application.
    pub ind: Option<bool>,
    /// Studies a device the FDA has not approved or cleared.
    pub unapproved_device: Option<bool>,
    /// Product is exported from the United States.
    pub exported_from_us: Option<bool>,
    /// Paediatric postmarket surveillance of a device.
    pub paediatric_surveillance: Option<bool>,
    /// Whether expanded access exists.
    pub expanded_access: Option<bool>,
}

/// An arm as registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ProtocolArm {
    /// Title.
    pub title: Text,
    /// Kind (list `arm_type`).
    pub kind: Option<Term>,
    /// Description.
    pub description: Option<Text>,
    /// Names of its interventions, where the register links them from the arm.
    pub interventions: Vec<Text>,
}

/// An intervention.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Intervention {
    /// Kind (list `intervention_type`).
    pub kind: Option<Term>,
    /// Name.
    pub name: Text,
    /// Description.
    pub description: Option<Text>,
    /// Titles of its arms.
    pub arms: Vec<Text>,
    /// Other names.
    pub other_names: Vec<Text>,
}

/// A planned outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RegisteredOutcome {
    /// Primary, secondary or other (list `outcome_type`).
    pub kind: Term,
    /// Title.
    pub title: Text,
    /// Time frame.
    pub time_frame: Option<Text>,
    /// Description.
    pub description: Option<Text>,
}

/// Who could take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Eligibility {
    /// Criteria.
    pub criteria: Option<Text>,
    /// `All`, `Female` or `Male`.
    pub sexes: Option<Text>,
    /// Minimum age with unit; `N/A`.
    pub minimum_age: Option<Text>,
    /// Maximum age with unit; `N/A`.
    pub maximum_age: Option<Text>,
    /// Standard age groups of ClinicalTrials.gov.
    pub standard_ages: Vec<Text>,
    /// Whether healthy volunteers were taken.
    pub healthy_volunteers: Option<bool>,
    /// Whether eligibility is based on gender.
    pub sex_based_on_gender: Option<bool>,
    /// Words on that.
    pub gender_description: Option<Text>,
}

/// A collaborator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Collaborator {
    /// Name.
    pub name: Text,
    /// Class.
    pub class: Option<Text>,
}

/// A site.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Location {
    /// Name.
    pub name: Option<Text>,
    /// Town.
    pub town: Option<Text>,
    /// State.
    pub state: Option<Text>,
    /// Postal code.
    pub postcode: Option<Text>,
    /// Country.
    pub country: Option<Text>,
    /// Recruitment status.
    pub status: Option<Text>,
}

/// Sharing of data of single participants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sharing {
    /// `Yes`, `No` or `Undecided`.
    pub plan: Text,
    /// Words on it.
    pub description: Option<Text>,
}

/// What is shared, when and with whom.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SharingTerms {
    /// Kinds of supporting documents: `Study Protocol`, `Sap`, `Icf`, `Csr`, `Analytic Code`.
    pub kinds: Vec<Text>,
    /// When.
    pub time_frame: Option<Text>,
    /// With whom and how.
    pub access: Option<Text>,
    /// Address.
    pub link: Option<Text>,
}

/// A document posted with the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Name of its kind.
    pub label: Text,
    /// Its date.
    pub date: Option<Date>,
    /// File name.
    pub file: Option<Text>,
}

/// Data or a document that is to be had elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SharedDocument {
    /// Kind.
    pub kind: Text,
    /// Address.
    pub link: Option<Text>,
    /// Identifier.
    pub identifier: Option<Text>,
    /// A comment.
    pub comment: Option<Text>,
}
