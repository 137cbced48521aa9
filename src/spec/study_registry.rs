//! What only the registries ask: adverse event collection, agreements, reasons, age groups, list versions.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::analysis::EndpointRole;
use super::at::At;
use super::study::Contact;

/// How adverse events were collected.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AdverseEventCollection {
    /// From when to when, at most 255 characters.
    pub time_frame: At<String>,
    /// Whether they were asked for regularly.
    pub assessment: Assessment,
    /// How events were collected, at most 350 characters; no results.
    pub description: Option<At<String>>,
    /// How deaths of all causes were counted, at most 250 characters.
    pub all_cause_mortality: Option<At<String>>,
}

/// Whether events were asked for regularly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Assessment {
    /// Asked for at set times.
    Systematic,
    /// Reported when they came up.
    NonSystematic,
}

/// What only the registries ask.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegistryOptions {
    /// Short name of the organisation in PRS.
    pub prs_organisation: At<String>,
    /// A summary in a few sentences without results.
    pub brief_summary: Option<At<String>>,
    /// A longer one.
    pub detailed_description: Option<At<String>>,
    /// Recruitment status.
    #[serde(default)]
    pub status: OverallStatus,
    /// Why the study stopped early.
    pub why_stopped: Option<String>,
    /// Who answers questions on the results.
    pub point_of_contact: Contact,
    /// Agreements between sponsor and investigators.
    pub agreements: Agreements,
    /// Part of a paediatric investigation plan.
    #[serde(default)]
    pub part_of_pip: bool,
    /// Numbers of those plans.
    #[serde(default)]
    pub pip_numbers: Vec<String>,
    /// Submitted under Article 45 of Regulation (EC) 1901/2006.
    #[serde(default)]
    pub article_45: bool,
    /// Submitted under Article 46 of Regulation (EC) 1901/2006.
    #[serde(default)]
    pub article_46: bool,
    /// Stage of the analysis.
    #[serde(default)]
    pub stage: AnalysisStage,
    /// Whether race and ethnicity were collected.
    #[serde(default)]
    pub race_and_ethnicity: RaceAndEthnicity,
    /// Reasons for leaving the study by id, as each registry names them.
    #[serde(default)]
    pub not_completed_reasons: IndexMap<String, ReasonMapping>,
    /// Versions of the EudraCT lists, which change with time.
    #[serde(default)]
    pub list_versions: ListVersions,
    /// United States regulation.
    #[serde(default)]
    pub fda: FdaOptions,
    /// Plan to share data of single participants.
    pub data_sharing: Option<DataSharing>,
    /// How long texts may be.
    #[serde(default)]
    pub text_limits: TextLimits,
    /// Outcomes as they stand in the registration; the endpoints of analysis.yaml where empty.
    #[serde(default)]
    pub registered_outcomes: Vec<RegisteredOutcome>,
}

/// How long titles and descriptions of groups may be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TextLimits {
    /// What both registries take: titles of 62 characters, descriptions of 999.
    #[default]
    Strict,
    /// What ClinicalTrials.gov takes today: titles of 100 characters, descriptions of 1500; warnings above `strict`.
    Current,
}

/// An outcome as it was registered.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisteredOutcome {
    /// Primary, secondary or other.
    pub role: EndpointRole,
    /// Title, word for word.
    pub title: At<String>,
    /// Time frame, word for word.
    pub time_frame: Option<At<String>>,
    /// Description, word for word.
    pub description: Option<At<String>>,
    /// Endpoint of analysis.yaml that reports it; found by its title where absent.
    pub endpoint: Option<At<String>>,
}

/// Recruitment status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum OverallStatus {
    /// Recruiting.
    Recruiting,
    /// Running without recruiting.
    ActiveNotRecruiting,
    /// Ended as planned.
    #[default]
    Completed,
    /// Ended early.
    Terminated,
    /// Halted.
    Suspended,
    /// Never began.
    Withdrawn,
}

/// Agreements between sponsor and investigators about publishing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreements {
    /// Whether all principal investigators are employed by the sponsor.
    pub investigators_are_employees: bool,
    /// Whether an agreement restricts publishing.
    #[serde(default)]
    pub restrictive: bool,
    /// How long publishing is restricted.
    #[serde(default)]
    pub restriction: Restriction,
    /// How.
    pub details: Option<At<String>>,
}

/// How an agreement restricts publishing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Restriction {
    /// The sponsor can hold publication back for up to 60 days.
    #[serde(rename = "up_to_60_days")]
    UpTo60Days,
    /// For more than 60 and up to 180 days.
    #[serde(rename = "up_to_180_days")]
    UpTo180Days,
    /// Otherwise, in words.
    #[default]
    Other,
}

/// Stage of the analysis.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnalysisStage {
    /// Before the end.
    Interim,
    /// At the end.
    #[default]
    Final,
}

/// Whether race and ethnicity were collected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RaceAndEthnicity {
    /// Not collected.
    #[default]
    NotCollected,
    /// In the variables RACE and ETHNIC, with the categories of NIH/OMB.
    Collected,
}

/// A reason for leaving the study, as each registry names it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonMapping {
    /// For ClinicalTrials.gov.
    pub ctgov: CtgovReason,
    /// For EudraCT.
    pub eudract: EudractReason,
    /// Words where one of them is `other`, 2 to 40 characters.
    pub text: Option<At<String>>,
}

/// Reasons ClinicalTrials.gov knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CtgovReason {
    /// Adverse event.
    AdverseEvent,
    /// Death.
    Death,
    /// Lack of efficacy.
    LackOfEfficacy,
    /// Lost to follow-up.
    LostToFollowUp,
    /// Decision of a physician.
    PhysicianDecision,
    /// Pregnancy.
    Pregnancy,
    /// Violation of the protocol.
    ProtocolViolation,
    /// Withdrawal by the subject.
    WithdrawalBySubject,
    /// Something else, in words.
    Other,
}

/// Reasons EudraCT knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum EudractReason {
    /// Adverse event, not serious.
    AdverseEventNotSerious,
    /// Adverse event, serious and fatal.
    AdverseEventFatal,
    /// Adverse event, serious, not fatal.
    AdverseEventSerious,
    /// Consent withdrawn by the subject.
    ConsentWithdrawn,
    /// Lack of efficacy.
    LackOfEfficacy,
    /// Lost to follow-up.
    LostToFollowUp,
    /// Decision of a physician.
    PhysicianDecision,
    /// Pregnancy.
    Pregnancy,
    /// Deviation from the protocol.
    ProtocolDeviation,
    /// Transferred to another arm.
    Transferred,
    /// Something else, in words.
    Other,
}

/// Versions of the EudraCT lists, used for terms whose own version is not known.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListVersions {
    /// Countries.
    pub countries: u16,
    /// Dose forms.
    pub dose_forms: u16,
    /// Routes of administration.
    pub routes: u16,
    /// System organ classes; absent: those of the code list.
    pub system_organ_classes: Option<u16>,
}

impl Default for ListVersions {
    /// The versions most often seen in posted records.
    fn default() -> Self {
        Self { countries: 17, dose_forms: 12, routes: 4, system_organ_classes: None }
    }
}

/// United States regulation.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct FdaOptions {
    /// Studies a drug regulated by the FDA.
    pub regulated_drug: bool,
    /// Studies a device regulated by the FDA.
    pub regulated_device: bool,
    /// Runs under an IND or IDE.
    pub ind: bool,
}

/// Plan to share data of single participants.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DataSharing {
    /// Whether they are shared.
    pub plan: SharingPlan,
    /// How.
    pub description: Option<String>,
}

/// Whether data of single participants are shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SharingPlan {
    /// They are.
    Shared,
    /// They are not.
    NotShared,
    /// Not decided.
    Undecided,
}

/// An age group of a registry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeGroup {
    /// Level in result keys.
    pub id: &'static str,
    /// Words of the registry.
    pub label: &'static str,
    /// Lowest age in years, included.
    pub from_years: f64,
    /// Highest age in years, excluded.
    pub below_years: f64,
}

/// Variable of [`EUDRACT_AGE_GROUPS`] in result keys.
pub const EUDRACT_AGE_VARIABLE: &str = "AGEGR_EUDRACT";

/// Variable of [`CTGOV_AGE_GROUPS`] in result keys.
pub const CTGOV_AGE_VARIABLE: &str = "AGEGR_CTGOV";

/// The nine age groups of EudraCT; age does not tell the first two from newborns, which start at 0.
pub const EUDRACT_AGE_GROUPS: [AgeGroup; 9] = [
    AgeGroup { id: "in_utero", label: "In utero", from_years: -1.0, below_years: 0.0 },
    AgeGroup {
        id: "preterm",
        label: "Preterm newborn infants (gestational age < 37 wks)",
        from_years: 0.0,
        below_years: 0.0,
    },
    AgeGroup { id: "newborn", label: "Newborns (0-27 days)", from_years: 0.0, below_years: 28.0 / 365.25 },
    AgeGroup {
        id: "infant_toddler",
        label: "Infants and toddlers (28 days-23 months)",
        from_years: 28.0 / 365.25,
        below_years: 2.0,
    },
    AgeGroup { id: "child", label: "Children (2-11 years)", from_years: 2.0, below_years: 12.0 },
    AgeGroup { id: "adolescent", label: "Adolescents (12-17 years)", from_years: 12.0, below_years: 18.0 },
    AgeGroup { id: "adult", label: "Adults (18-64 years)", from_years: 18.0, below_years: 65.0 },
    AgeGroup { id: "elderly_65_84", label: "From 65-84 years", from_years: 65.0, below_years: 85.0 },
    AgeGroup { id: "elderly_85", label: "85 years and over", from_years: 85.0, below_years: f64::INFINITY },
];

/// The three age groups of ClinicalTrials.gov in completed years: at most 18, 19 to 64, 65 and over.
pub const CTGOV_AGE_GROUPS: [AgeGroup; 3] = [
    AgeGroup { id: "le_18", label: "<=18 years", from_years: f64::NEG_INFINITY, below_years: 19.0 },
    AgeGroup { id: "between_18_65", label: "Between 18 and 65 years", from_years: 19.0, below_years: 65.0 },
    AgeGroup { id: "ge_65", label: ">=65 years", from_years: 65.0, below_years: f64::INFINITY },
];

/// The group of a list that `age` in years belongs to.
#[must_use]
pub fn age_group(groups: &'static [AgeGroup], age: f64) -> Option<&'static AgeGroup> {
    groups.iter().find(|group| group.from_years <= age && age < group.below_years)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_at_the_edges() {
        for (age, eudract, ctgov) in [
            (17.0, "adolescent", "le_18"),
            (18.0, "adult", "le_18"),
            (64.0, "adult", "between_18_65"),
            (65.0, "elderly_65_84", "ge_65"),
            (85.0, "elderly_85", "ge_65"),
            (1.99, "infant_toddler", "le_18"),
        ] {
            assert_eq!(age_group(&EUDRACT_AGE_GROUPS, age).map(|g| g.id), Some(eudract), "{age}");
            assert_eq!(age_group(&CTGOV_AGE_GROUPS, age).map(|g| g.id), Some(ctgov), "{age}");
        }
    }
}
