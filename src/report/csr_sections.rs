//! The section tree of ICH E3 (1995): numbers, titles, and who fills them.

/// Who is to fill a section, from the guideline's nature (data, plan, words, file).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filler {
    /// A heading over others.
    Heading,
    /// Computed from the locked data.
    Data,
    /// Taken from the configuration: protocol and plan.
    Plan,
    /// Written by a person.
    Writer,
    /// A document to be attached.
    Attachment,
    /// Made by the program: contents, signature block, method catalogue.
    Program,
}

/// A section of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct E3Section {
    /// `11.4.2.1`.
    pub number: &'static str,
    /// Title as in the guideline.
    pub title: &'static str,
    /// Who fills it.
    pub filler: Filler,
}

impl E3Section {
    /// Depth, 1 to 4.
    #[must_use]
    pub fn level(&self) -> usize {
        self.number.split('.').count()
    }
}

use Filler::{Attachment, Data, Heading, Plan, Program, Writer};

const fn s(number: &'static str, title: &'static str, filler: Filler) -> E3Section {
    E3Section { number, title, filler }
}

/// Every section in order (ICH E3, Structure and Content of Clinical Study Reports, 30 November 1995).
pub static SECTIONS: &[E3Section] = &[
    s("1", "Title Page", Plan),
    s("2", "Synopsis", Plan),
    s("3", "Table of Contents for the Individual Clinical Study Report", Program),
    s("4", "List of Abbreviations and Definitions of Terms", Plan),
    s("5", "Ethics", Heading),
    s("5.1", "Independent Ethics Committee (IEC) or Institutional Review Board (IRB)", Plan),
    s("5.2", "Ethical Conduct of the Study", Plan),
    s("5.3", "Patient Information and Consent", Plan),
    s("6", "Investigators and Study Administrative Structure", Plan),
    s("7", "Introduction", Writer),
    s("8", "Study Objectives", Plan),
    s("9", "Investigational Plan", Heading),
    s("9.1", "Overall Study Design and Plan: Description", Plan),
    s("9.2", "Discussion of Study Design, Including the Choice of Control Groups", Writer),
    s("9.3", "Selection of Study Population", Heading),
    s("9.3.1", "Inclusion Criteria", Plan),
    s("9.3.2", "Exclusion Criteria", Plan),
    s("9.3.3", "Removal of Patients from Therapy or Assessment", Plan),
    s("9.4", "Treatments", Heading),
    s("9.4.1", "Treatments Administered", Plan),
    s("9.4.2", "Identity of Investigational Product(s)", Plan),
    s("9.4.3", "Method of Assigning Patients to Treatment Groups", Plan),
    s("9.4.4", "Selection of Doses in the Study", Plan),
    s("9.4.5", "Selection and Timing of Dose for Each Patient", Plan),
    s("9.4.6", "Blinding", Plan),
    s("9.4.7", "Prior and Concomitant Therapy", Plan),
    s("9.4.8", "Treatment Compliance", Plan),
    s("9.5", "Efficacy and Safety Variables", Heading),
    s("9.5.1", "Efficacy and Safety Measurements Assessed and Flow Chart", Plan),
    s("9.5.2", "Appropriateness of Measurements", Plan),
    s("9.5.3", "Primary Efficacy Variable(s)", Plan),
    s("9.5.4", "Drug Concentration Measurements", Plan),
    s("9.6", "Data Quality Assurance", Plan),
    s("9.7", "Statistical Methods Planned in the Protocol and Determination of Sample Size", Heading),
    s("9.7.1", "Statistical and Analytical Plans", Plan),
    s("9.7.2", "Determination of Sample Size", Plan),
    s("9.8", "Changes in the Conduct of the Study or Planned Analyses", Plan),
    s("10", "Study Patients", Heading),
    s("10.1", "Disposition of Patients", Data),
    s("10.2", "Protocol Deviations", Data),
    s("11", "Efficacy Evaluation", Heading),
    s("11.1", "Data Sets Analysed", Data),
    s("11.2", "Demographic and Other Baseline Characteristics", Data),
    s("11.3", "Measurements of Treatment Compliance", Data),
    s("11.4", "Efficacy Results and Tabulations of Individual Patient Data", Heading),
    s("11.4.1", "Analysis of Efficacy", Data),
    s("11.4.2", "Statistical/Analytical Issues", Heading),
    s("11.4.2.1", "Adjustments for Covariates", Plan),
    s("11.4.2.2", "Handling of Dropouts or Missing Data", Data),
    s("11.4.2.3", "Interim Analyses and Data Monitoring", Plan),
    s("11.4.2.4", "Multicentre Studies", Data),
    s("11.4.2.5", "Multiple Comparison/Multiplicity", Plan),
    s("11.4.2.6", "Use of an \"Efficacy Subset\" of Patients", Data),
    s("11.4.2.7", "Active-Control Studies Intended to Show Equivalence", Plan),
    s("11.4.2.8", "Examination of Subgroups", Data),
    s("11.4.3", "Tabulation of Individual Response Data", Data),
    s("11.4.4", "Drug Dose, Drug Concentration, and Relationships to Response", Data),
    s("11.4.5", "Drug-Drug and Drug-Disease Interactions", Data),
    s("11.4.6", "By-Patient Displays", Data),
    s("11.4.7", "Efficacy Conclusions", Writer),
    s("12", "Safety Evaluation", Heading),
    s("12.1", "Extent of Exposure", Data),
    s("12.2", "Adverse Events (AEs)", Heading),
    s("12.2.1", "Brief Summary of Adverse Events", Data),
    s("12.2.2", "Display of Adverse Events", Data),
    s("12.2.3", "Analysis of Adverse Events", Data),
    s("12.2.4", "Listing of Adverse Events by Patient", Data),
    s("12.3", "Deaths, Other Serious Adverse Events, and Other Significant Adverse Events", Heading),
    s("12.3.1", "Listing of Deaths, Other Serious Adverse Events and Other Significant Adverse Events", Heading),
    s("12.3.1.1", "Deaths", Data),
    s("12.3.1.2", "Other Serious Adverse Events", Data),
    s("12.3.1.3", "Other Significant Adverse Events", Data),
    s(
        "12.3.2",
        "Narratives of Deaths, Other Serious Adverse Events and Certain Other Significant Adverse Events",
        Writer,
    ),
    s(
        "12.3.3",
        "Analysis and Discussion of Deaths, Other Serious Adverse Events and Other Significant Adverse Events",
        Writer,
    ),
    s("12.4", "Clinical Laboratory Evaluation", Heading),
    s("12.4.1", "Listing of Individual Laboratory Measurements by Patient and Each Abnormal Laboratory Value", Data),
    s("12.4.2", "Evaluation of Each Laboratory Parameter", Heading),
    s("12.4.2.1", "Laboratory Values Over Time", Data),
    s("12.4.2.2", "Individual Patient Changes", Data),
    s("12.4.2.3", "Individual Clinically Significant Abnormalities", Data),
    s("12.5", "Vital Signs, Physical Findings and Other Observations Related to Safety", Data),
    s("12.6", "Safety Conclusions", Writer),
    s("13", "Discussion and Overall Conclusions", Writer),
    s("14", "Tables, Figures and Graphs Referred to but Not Included in the Text", Heading),
    s("14.1", "Demographic Data", Data),
    s("14.2", "Efficacy Data", Data),
    s("14.3", "Safety Data", Heading),
    s("14.3.1", "Displays of Adverse Events", Data),
    s("14.3.2", "Listings of Deaths, Other Serious and Significant Adverse Events", Data),
    s("14.3.3", "Narratives of Deaths, Other Serious and Certain Other Significant Adverse Events", Writer),
    s("14.3.4", "Abnormal Laboratory Value Listing (Each Patient)", Data),
    s("15", "Reference List", Plan),
    s("16", "Appendices", Heading),
    s("16.1", "Study Information", Heading),
    s("16.1.1", "Protocol and Protocol Amendments", Attachment),
    s("16.1.2", "Sample Case Report Form (Unique Pages Only)", Attachment),
    s(
        "16.1.3",
        "List of IECs or IRBs, Representative Written Information for Patient and Sample Consent Forms",
        Attachment,
    ),
    s("16.1.4", "List and Description of Investigators and Other Important Participants in the Study", Attachment),
    s(
        "16.1.5",
        "Signatures of Principal or Coordinating Investigator(s) or Sponsor's Responsible Medical Officer",
        Program,
    ),
    s("16.1.6", "Listing of Patients Receiving Test Drug(s)/Investigational Product(s) from Specific Batches", Data),
    s("16.1.7", "Randomisation Scheme and Codes", Attachment),
    s("16.1.8", "Audit Certificates", Attachment),
    s("16.1.9", "Documentation of Statistical Methods", Program),
    s(
        "16.1.10",
        "Documentation of Inter-Laboratory Standardisation Methods and Quality Assurance Procedures",
        Attachment,
    ),
    s("16.1.11", "Publications Based on the Study", Attachment),
    s("16.1.12", "Important Publications Referenced in the Report", Attachment),
    s("16.2", "Patient Data Listings", Heading),
    s("16.2.1", "Discontinued Patients", Data),
    s("16.2.2", "Protocol Deviations", Data),
    s("16.2.3", "Patients Excluded from the Efficacy Analysis", Data),
    s("16.2.4", "Demographic Data", Data),
    s("16.2.5", "Compliance and/or Drug Concentration Data", Data),
    s("16.2.6", "Individual Efficacy Response Data", Data),
    s("16.2.7", "Adverse Event Listings (Each Patient)", Data),
    s("16.2.8", "Listing of Individual Laboratory Measurements by Patient", Data),
    s("16.3", "Case Report Forms", Heading),
    s("16.3.1", "CRFs for Deaths, Other Serious Adverse Events and Withdrawals for AE", Attachment),
    s("16.3.2", "Other CRFs Submitted", Attachment),
    s("16.4", "Individual Patient Data Listings (US Archival Listings)", Attachment),
];

/// The section of a number.
#[must_use]
pub fn find(number: &str) -> Option<&'static E3Section> {
    SECTIONS.iter().find(|section| section.number == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(number: &str) -> Vec<u32> {
        number.split('.').map(|part| part.parse().expect("digits")).collect()
    }

    #[test]
    fn numbers_ascend_and_every_parent_exists() {
        assert!(SECTIONS.is_sorted_by(|a, b| parts(a.number) < parts(b.number)));
        for section in SECTIONS {
            assert!(section.level() <= 4, "{}", section.number);
            let prefix = format!("{}.", section.number);
            let has_children = SECTIONS.iter().any(|other| other.number.starts_with(&prefix));
            assert_eq!(has_children, section.filler == Heading, "{}", section.number);
            if let Some((parent, _)) = section.number.rsplit_once('.') {
                assert!(find(parent).is_some(), "{}", section.number);
            }
        }
    }

    #[test]
    fn sixteen_chapters() {
        assert_eq!(SECTIONS.iter().filter(|section| section.level() == 1).count(), 16);
    }
}
