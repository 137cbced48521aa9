//! `study.yaml`: what the registries and the report need to know about a study and the data do not hold.

use std::borrow::Cow;
use std::fmt;

use indexmap::IndexMap;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer};

use crate::base::date::Date;

use super::analysis::ArmBasis;
use super::at::At;
use super::study_design::{Arm, Design, Eligibility, Epoch, Objectives, Phase, Product, Treatment};
use super::study_registry::{AdverseEventCollection, RegistryOptions};

/// The whole of `study.yaml`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StudySpec {
    /// Version of this format; 1.
    pub version: At<u32>,
    /// Set where the data are invented; its notice is printed wherever numbers are.
    pub synthetic: Option<Synthetic>,
    /// Titles.
    pub titles: Titles,
    /// The protocol and other documents the report names.
    pub protocol: Protocol,
    /// Numbers in registers.
    pub registrations: Registrations,
    /// Who is responsible.
    pub sponsor: Sponsor,
    /// Disease or condition studied, as on the title page.
    pub indication: At<String>,
    /// Conditions as registered; the indication where empty.
    #[serde(default)]
    pub conditions: Vec<String>,
    /// Key words as registered.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Development phase.
    pub phase: Phase,
    /// Design.
    pub design: Design,
    /// Arms by id, in the order of columns.
    pub arms: IndexMap<String, Arm>,
    /// Treatments of a crossover by id; arms are sequences of them, which the epochs spell out.
    #[serde(default)]
    pub treatments: IndexMap<String, Treatment>,
    /// Products by id; arms name them.
    #[serde(default)]
    pub products: IndexMap<String, Product>,
    /// Parts of the study by id, in order; one epoch stands for the overall study.
    pub epochs: IndexMap<String, Epoch>,
    /// Countries with the number of sites.
    pub countries: Vec<Country>,
    /// Sites.
    #[serde(default)]
    pub sites: Vec<Site>,
    /// Subjects planned.
    pub planned_number: At<u32>,
    /// Who could take part.
    pub eligibility: Eligibility,
    /// Objectives, word for word as in the protocol.
    pub objectives: Objectives,
    /// Dates of the study.
    pub dates: Dates,
    /// How it was run.
    pub conduct: Conduct,
    /// Investigators and others the report names.
    #[serde(default)]
    pub people: Vec<Person>,
    /// Numbers that are not in the workbook, by result key such as `flow:assessed`; `flow:` may be left out.
    #[serde(default)]
    pub attested: IndexMap<String, AttestedValue>,
    /// How adverse events were collected.
    pub adverse_events: AdverseEventCollection,
    /// What only the registries ask.
    pub registry: RegistryOptions,
    /// Limitations and caveats; no results.
    pub limitations: Option<At<String>>,
    /// Publications of the study.
    #[serde(default)]
    pub publications: Vec<Publication>,
}

/// A mark of invented data.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Synthetic {
    /// The sentence printed with the numbers.
    pub notice: String,
}

/// Titles of the study.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Titles {
    /// Short title for the public.
    pub public: At<String>,
    /// Full scientific title.
    pub official: At<String>,
    /// Acronym.
    pub acronym: Option<String>,
}

/// The protocol and the documents that go with it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// Sponsor's protocol code.
    pub code: At<String>,
    /// Version of the last protocol.
    pub version: Option<String>,
    /// Its date.
    pub date: Option<IsoDate>,
    /// Version of the statistical analysis plan.
    pub sap_version: Option<String>,
    /// Version of the report.
    pub report_version: Option<String>,
    /// Changes to the protocol, in order of time.
    #[serde(default)]
    pub amendments: Vec<DatedText>,
    /// Interruptions of the whole study and restarts.
    #[serde(default)]
    pub interruptions: Vec<Interruption>,
}

/// A time when the whole study stood still.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Interruption {
    /// From when.
    pub date: IsoDate,
    /// When it went on; absent where it did not.
    pub restart: Option<IsoDate>,
    /// Why, without results.
    pub description: At<String>,
}

/// Something that happened on a day.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DatedText {
    /// When.
    pub date: IsoDate,
    /// What, without results.
    pub description: At<String>,
}

/// Numbers in registers.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registrations {
    /// EudraCT number.
    pub eudract: Option<Registration>,
    /// ClinicalTrials.gov number.
    pub ctgov: Option<Registration>,
    /// EU trial number of CTIS.
    pub ctis: Option<Registration>,
    /// ISRCTN.
    pub isrctn: Option<Registration>,
    /// WHO universal trial number.
    pub who: Option<Registration>,
    /// Others.
    #[serde(default)]
    pub others: Vec<OtherRegistration>,
}

/// A number in a register.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// The number.
    pub number: At<String>,
    /// Whether it only stands in for a number to come.
    #[serde(default)]
    pub placeholder: bool,
}

/// A number in a register not named above.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherRegistration {
    /// The register.
    pub name: String,
    /// The number.
    pub number: String,
}

/// Who is responsible for the study.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sponsor {
    /// The organisation.
    pub organisation: At<String>,
    /// Its postal address.
    pub address: Address,
    /// Who answers scientific questions.
    pub scientific_contact: Contact,
    /// Who answers the public.
    pub public_contact: Contact,
    /// Collaborating organisations.
    #[serde(default)]
    pub collaborators: Vec<String>,
}

/// A postal address.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postcode: Option<String>,
    /// Town.
    pub town: String,
    /// Country, as in `config/codelists/eudract_countries.csv`.
    pub country: At<String>,
}

/// A point of contact: an office rather than a person.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Office or function.
    pub name: At<String>,
    /// Organisation; the sponsor where absent.
    pub organisation: Option<String>,
    /// E-mail address.
    pub email: Option<At<String>>,
    /// Telephone: country code, without `+`.
    pub phone_country: Option<String>,
    /// Telephone: number.
    pub phone: Option<At<String>>,
}

/// A country and its sites.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Country {
    /// Name, as in `config/codelists/eudract_countries.csv`.
    pub name: At<String>,
    /// Level of the variable COUNTRY in the data; needed where there are several countries.
    pub code: Option<String>,
    /// Number of sites.
    pub sites: u32,
}

/// A site.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Site id as in the data.
    pub id: Option<String>,
    /// Facility.
    pub name: String,
    /// Town.
    pub town: String,
    /// Postal code.
    pub postcode: Option<String>,
    /// Country.
    pub country: At<String>,
}

/// Dates of the study.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dates {
    /// First subject enrolled.
    pub first_enrolled: Option<At<IsoDate>>,
    /// Last subject enrolled.
    pub last_enrolled: Option<At<IsoDate>>,
    /// Last measurement for the primary endpoint.
    pub primary_completion: Option<At<IsoDate>>,
    /// Last visit of the last subject.
    pub last_visit: Option<At<IsoDate>>,
    /// Premature end, where there was one.
    pub early_termination: Option<At<IsoDate>>,
    /// Last approval of the statistical analysis plan.
    pub sap: Option<At<IsoDate>>,
    /// Database lock.
    pub database_lock: Option<At<IsoDate>>,
    /// Unblinding.
    pub unblinding: Option<At<IsoDate>>,
    /// Analysis that the results come from.
    pub analysis: Option<At<IsoDate>>,
    /// Report.
    pub report: Option<At<IsoDate>>,
    /// When the register record was last verified.
    pub verification: Option<At<IsoDate>>,
}

/// How the study was run.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Conduct {
    /// Ethics committees.
    pub ethics_committees: Vec<EthicsCommittee>,
    /// Data monitoring and other committees.
    #[serde(default)]
    pub committees: Vec<Committee>,
    /// Whether an independent data monitoring committee was involved.
    pub data_monitoring_committee: bool,
    /// Measures that protected the subjects.
    pub protection_of_subjects: At<String>,
    /// Treatment given to everyone.
    pub background_therapy: Option<At<String>>,
    /// Evidence for the comparator.
    pub comparator_evidence: Option<At<String>>,
    /// Where and when subjects were recruited; no results.
    pub recruitment_details: Option<At<String>>,
    /// What happened between screening and assignment; no results.
    pub screening_details: Option<At<String>>,
    /// Whether follow-up goes on after the end of the study.
    #[serde(default)]
    pub long_term_follow_up: bool,
    /// Statement on good clinical practice and archiving.
    pub gcp_statement: Option<String>,
    /// How consent was obtained.
    pub consent: Option<String>,
    /// Laboratories, contract organisations and others, with what they did.
    #[serde(default)]
    pub service_providers: Vec<Committee>,
}

/// An ethics committee.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EthicsCommittee {
    /// Its name.
    pub name: String,
    /// Reference of the approval.
    pub reference: Option<String>,
    /// Date of the approval.
    pub approved: Option<IsoDate>,
}

/// A committee or organisation and what it did.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Committee {
    /// Its name.
    pub name: String,
    /// What it did.
    pub role: String,
}

/// A person the report names.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name.
    pub name: String,
    /// What the person did.
    pub role: PersonRole,
    /// Where.
    pub affiliation: Option<String>,
    /// Whether the person signs the report.
    #[serde(default)]
    pub signs: bool,
}

/// What a person did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PersonRole {
    /// Principal investigator.
    PrincipalInvestigator,
    /// Coordinating investigator.
    CoordinatingInvestigator,
    /// Investigator at a site.
    Investigator,
    /// Sponsor's responsible medical officer.
    MedicalOfficer,
    /// Sponsor's signatory.
    SponsorSignatory,
    /// Statistician.
    Statistician,
    /// Author of the report.
    MedicalWriter,
    /// Data manager.
    DataManager,
}

impl PersonRole {
    /// Whether the person is an investigator of the study.
    #[must_use]
    pub fn is_investigator(self) -> bool {
        matches!(self, Self::PrincipalInvestigator | Self::CoordinatingInvestigator | Self::Investigator)
    }

    /// Words for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PrincipalInvestigator => "Principal investigator",
            Self::CoordinatingInvestigator => "Coordinating investigator",
            Self::Investigator => "Investigator",
            Self::MedicalOfficer => "Sponsor's responsible medical officer",
            Self::SponsorSignatory => "Sponsor's signatory",
            Self::Statistician => "Statistician",
            Self::MedicalWriter => "Author of the report",
            Self::DataManager => "Data manager",
        }
    }
}

/// A number for which a person vouches.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttestedValue {
    /// The number.
    pub value: At<u64>,
    /// Who attests, by function or name.
    pub by: String,
    /// When.
    pub on: IsoDate,
    /// Which document says so.
    pub document: String,
    /// SHA-256 of that document.
    pub sha256: Option<String>,
}

/// A publication.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Publication {
    /// The citation.
    pub citation: String,
    /// PubMed number.
    pub pubmed: Option<String>,
    /// Whether it reports results of the study.
    #[serde(default)]
    pub results: bool,
}

/// A complete date, written `2021-03-05`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct IsoDate(pub Date);

impl fmt::Display for IsoDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> Deserialize<'de> for IsoDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Date::parse(&text).map(Self).ok_or_else(|| {
            serde::de::Error::custom(format!("`{text}` is not a date of the calendar such as 2021-03-05"))
        })
    }
}

impl JsonSchema for IsoDate {
    fn schema_name() -> Cow<'static, str> {
        "IsoDate".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date"})
    }
    fn inline_schema() -> bool {
        true
    }
}

impl StudySpec {
    /// Ids of the arms in the order of columns.
    pub fn arm_ids(&self) -> impl Iterator<Item = &str> {
        self.arms.keys().map(String::as_str)
    }

    /// The arm others are compared with: marked `reference`, else the first comparator.
    #[must_use]
    pub fn reference_arm(&self) -> Option<&str> {
        let marked = self.arms.iter().find(|(_, arm)| arm.reference);
        marked.or_else(|| self.arms.iter().find(|(_, arm)| arm.kind.is_comparator())).map(|(id, _)| id.as_str())
    }

    /// Ids of the groups that subjects are in, in the order of columns: arms, or the treatments of a crossover.
    #[must_use]
    pub fn group_ids(&self, basis: ArmBasis) -> Vec<&str> {
        match basis {
            ArmBasis::Planned | ArmBasis::Actual => self.arm_ids().collect(),
            ArmBasis::Treatment => self.treatments.keys().map(String::as_str).collect(),
        }
    }

    /// The group others are compared with.
    #[must_use]
    pub fn reference(&self, basis: ArmBasis) -> Option<&str> {
        match basis {
            ArmBasis::Planned | ArmBasis::Actual => self.reference_arm(),
            ArmBasis::Treatment => self.treatments.iter().find(|(_, one)| one.reference).map(|(id, _)| id.as_str()),
        }
    }

    /// Words for an arm or a treatment.
    #[must_use]
    pub fn label<'a>(&'a self, id: &'a str) -> &'a str {
        let treatment = || self.treatments.get(id).map(|one| one.label.as_str());
        self.arms.get(id).map(|arm| arm.label.as_str()).or_else(treatment).unwrap_or(id)
    }

    /// The number attested for a result key such as `flow:assessed`.
    #[must_use]
    pub fn attested(&self, key: &str) -> Option<&AttestedValue> {
        self.attested.get(key).or_else(|| key.strip_prefix("flow:").and_then(|short| self.attested.get(short)))
    }
}
