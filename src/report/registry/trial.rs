//! Who, what and when: numbers, titles, sponsors, stage and dates, and the subjects by country and age.

use serde::Serialize;

use super::baseline::AgeGroupCounts;
use super::figure::{EmaTerm, Figure, Term, Text};

/// A day, or a month where the day is not given: `2015-11-21`, `2015-11`. Times of day are not kept.
pub type Date = Text;

/// Numbers and titles of the trial.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Identification {
    /// EudraCT number.
    pub eudract: Option<Text>,
    /// ClinicalTrials.gov number.
    pub nct: Option<Text>,
    /// EU trial number of CTIS.
    pub ctis: Option<Text>,
    /// ISRCTN.
    pub isrctn: Option<Text>,
    /// Universal trial number of WHO.
    pub who: Option<Text>,
    /// The sponsor's protocol code.
    pub protocol_code: Option<Text>,
    /// Name of the organisation's PRS account.
    pub prs_organisation: Option<Text>,
    /// Full name of the organisation that keeps the record on ClinicalTrials.gov.
    pub organisation: Option<Text>,
    /// Its class there.
    pub organisation_class: Option<Text>,
    /// Numbers in other registers.
    pub others: Vec<Identifier>,
    /// Scientific title.
    pub official_title: Option<Text>,
    /// Title for the public.
    pub public_title: Option<Text>,
    /// Acronym.
    pub acronym: Option<Text>,
    /// Numbers of paediatric investigation plans.
    pub paediatric_plans: Vec<Text>,
    /// Whether one of the numbers is a placeholder of a demonstration.
    pub placeholder: bool,
}

/// A number in another register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Identifier {
    /// The number.
    pub number: Text,
    /// Name of the register or kind of number.
    pub name: Option<Text>,
    /// Kind in ClinicalTrials.gov's words, for example `Registry Identifier`.
    pub kind: Option<Text>,
    /// Address where it can be looked up.
    pub link: Option<Text>,
}

/// A sponsor.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Sponsor {
    /// Name of the organisation.
    pub organisation: Option<Text>,
    /// Name at the head of EudraCT's file, where it is another.
    pub short_name: Option<Text>,
    /// Class of the organisation on ClinicalTrials.gov.
    pub class: Option<Text>,
    /// Street.
    pub street: Option<Text>,
    /// Postal code.
    pub postcode: Option<Text>,
    /// Town.
    pub town: Option<Text>,
    /// Country.
    pub country: Option<EmaTerm>,
    /// Contact for the public.
    pub public_contact: Option<Contact>,
    /// Contact for scientific questions.
    pub scientific_contact: Option<Contact>,
}

/// Someone who answers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Contact {
    /// Name or function.
    pub name: Option<Text>,
    /// Organisation.
    pub organisation: Option<Text>,
    /// Address of electronic mail.
    pub email: Option<Text>,
    /// Country code of the telephone number.
    pub phone_country: Option<Text>,
    /// Telephone number.
    pub phone: Option<Text>,
    /// Extension.
    pub phone_extension: Option<Text>,
}

impl Contact {
    /// Telephone number with the country's code before it: `+34 000000000`.
    #[must_use]
    pub fn telephone(&self) -> Option<String> {
        let phone = self.phone.as_ref()?;
        let code = self.phone_country.as_ref().map(|code| format!("+{} ", code.text.trim_start_matches('+')));
        Some(format!("{}{}", code.unwrap_or_default(), phone.text))
    }
}

/// Stage, dates, objectives and population.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TrialInformation {
    /// Part of a paediatric investigation plan.
    pub part_of_pip: Option<bool>,
    /// Article 45 of Regulation (EC) 1901/2006.
    pub article_45: Option<bool>,
    /// Article 46 of Regulation (EC) 1901/2006.
    pub article_46: Option<bool>,
    /// Interim or final (list `analysis_stage`).
    pub stage: Option<Term>,
    /// Date of that analysis.
    pub analysis_date: Option<Date>,
    /// Whether the analysis is that of primary completion.
    pub for_primary_completion: Option<bool>,
    /// Date of primary completion.
    pub primary_completion: Option<Date>,
    /// Whether the trial has ended everywhere.
    pub ended: Option<bool>,
    /// Whether it ended early.
    pub premature: Option<bool>,
    /// When it ended.
    pub end_date: Option<Date>,
    /// Main objective.
    pub main_objective: Option<Text>,
    /// Why the trial was done; CTIS asks.
    pub rationale: Option<Text>,
    /// Start of recruitment.
    pub recruitment_start: Option<Date>,
    /// Whether subjects are followed for long.
    pub long_term_follow_up: Option<bool>,
    /// Whether an independent data monitoring committee took part.
    pub data_monitoring_committee: Option<bool>,
    /// How subjects were protected.
    pub protection_of_subjects: Option<Text>,
    /// Background therapy.
    pub background_therapy: Option<Text>,
    /// Evidence for the comparator.
    pub comparator_evidence: Option<Text>,
    /// Subjects by country.
    pub countries: Vec<CountryCount>,
    /// Subjects by EudraCT's nine age groups.
    pub age_groups: Option<AgeGroupCounts>,
}

/// Subjects of a country.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CountryCount {
    /// The country.
    pub country: EmaTerm,
    /// Its subjects.
    pub subjects: Figure,
}
