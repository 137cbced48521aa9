//! The first and last screens: numbers, titles, sponsor, design, dates; limitations, agreements, contact, changes.

use super::super::{Contact, RegistryRecord};
use super::Sheet;

/// EudraCT's trial information.
pub(super) fn trial(record: &RegistryRecord, sheet: &mut Sheet<'_>) {
    let (of, trial) = (&record.identification, &record.trial);
    sheet.section("Trial information: identification");
    sheet.text("EudraCT number", of.eudract.as_ref(), None);
    sheet.text("EU trial number", of.ctis.as_ref(), None);
    sheet.text("Sponsor protocol code", of.protocol_code.as_ref(), None);
    sheet.text("Full title", of.official_title.as_ref(), None);
    sheet.text("ISRCTN number", of.isrctn.as_ref(), None);
    sheet.text("ClinicalTrials.gov number", of.nct.as_ref(), None);
    sheet.text("WHO universal trial number", of.who.as_ref(), None);
    for other in &of.others {
        sheet.text(
            other.name.as_ref().map_or("Other identifier", |name| name.text.as_str()),
            Some(&other.number),
            None,
        );
    }
    for sponsor in &record.sponsors {
        sheet.section("Trial information: sponsor");
        sheet.text("Organisation name", sponsor.organisation.as_ref(), None);
        sheet.text("Street address", sponsor.street.as_ref(), None);
        sheet.text("Postal code", sponsor.postcode.as_ref(), None);
        sheet.text("Town or city", sponsor.town.as_ref(), None);
        sheet.ema("Country", sponsor.country.as_ref());
        contact("Public contact", sponsor.public_contact.as_ref(), sheet);
        contact("Scientific contact", sponsor.scientific_contact.as_ref(), sheet);
    }
    sheet.section("Trial information: paediatric regulatory details");
    sheet.yes_no("Part of a paediatric investigation plan", trial.part_of_pip);
    for number in &of.paediatric_plans {
        sheet.text("Number of the plan", Some(number), None);
    }
    sheet.yes_no("Article 45 of Regulation (EC) 1901/2006", trial.article_45);
    sheet.yes_no("Article 46 of Regulation (EC) 1901/2006", trial.article_46);
    sheet.section("Trial information: result analysis stage");
    sheet.term("Analysis stage", "analysis_stage", trial.stage.as_ref());
    sheet.text("Date of the analysis", trial.analysis_date.as_ref(), None);
    sheet.yes_no("Primary completion analysis", trial.for_primary_completion);
    sheet.text("Primary completion date", trial.primary_completion.as_ref(), None);
    sheet.yes_no("Global end of trial reached", trial.ended);
    sheet.text("Global end of trial date", trial.end_date.as_ref(), None);
    sheet.yes_no("Trial ended prematurely", trial.premature);
    sheet.section("Trial information: general information");
    sheet.text("Main objective", trial.main_objective.as_ref(), None);
    sheet.text("Actual start date of recruitment", trial.recruitment_start.as_ref(), None);
    sheet.yes_no("Long-term follow-up planned", trial.long_term_follow_up);
    sheet.yes_no("Independent data monitoring committee", trial.data_monitoring_committee);
    sheet.text("Protection of trial subjects", trial.protection_of_subjects.as_ref(), None);
    sheet.text("Background therapy", trial.background_therapy.as_ref(), None);
    sheet.text("Evidence for comparator", trial.comparator_evidence.as_ref(), None);
    sheet.section("Trial information: population");
    for country in &trial.countries {
        sheet.ema("Country", Some(&country.country));
        sheet.figure("Subjects in the country", Some(&country.subjects));
    }
    for (id, subjects) in trial.age_groups.iter().flat_map(|ages| &ages.groups) {
        let groups = &crate::spec::study_registry::EUDRACT_AGE_GROUPS;
        let label = groups.iter().find(|group| group.id == id).map_or(id.as_str(), |group| group.label);
        sheet.figure(label, Some(subjects));
    }
}

fn contact(what: &str, of: Option<&Contact>, sheet: &mut Sheet<'_>) {
    let Some(of) = of else { return };
    sheet.text(&format!("{what}: name"), of.name.as_ref(), None);
    sheet.text(&format!("{what}: organisation"), of.organisation.as_ref(), None);
    sheet.text(&format!("{what}: e-mail"), of.email.as_ref(), None);
    sheet.text(&format!("{what}: country code"), of.phone_country.as_ref(), None);
    sheet.text(&format!("{what}: telephone"), of.phone.as_ref(), None);
    sheet.text(&format!("{what}: extension"), of.phone_extension.as_ref(), None);
}

/// ClinicalTrials.gov's protocol section.
pub(super) fn protocol(record: &RegistryRecord, sheet: &mut Sheet<'_>) {
    let (of, protocol) = (&record.identification, &record.protocol);
    sheet.section("Study identification");
    sheet.text("Unique Protocol ID", of.protocol_code.as_ref(), None);
    sheet.text("Brief Title", of.public_title.as_ref(), Some(300));
    sheet.text("Acronym", of.acronym.as_ref(), Some(14));
    sheet.text("Official Title", of.official_title.as_ref(), Some(600));
    sheet.text("NCT number", of.nct.as_ref(), None);
    sheet.text("Secondary ID: EudraCT number", of.eudract.as_ref(), None);
    sheet.text("Secondary ID: EU trial number", of.ctis.as_ref(), None);
    for other in &of.others {
        sheet.text("Secondary ID", Some(&other.number), None);
    }
    sheet.section("Study status");
    sheet.text("Record Verification Date", protocol.verified.as_ref(), None);
    sheet.term("Overall Recruitment Status", "overall_status", protocol.status.as_ref());
    sheet.text("Why Study Stopped", protocol.why_stopped.as_ref(), Some(250));
    sheet.text("Study Start Date", protocol.start.as_ref(), None);
    sheet.text("Primary Completion Date", protocol.primary_completion.as_ref(), None);
    sheet.text("Study Completion Date", protocol.completion.as_ref(), None);
    sheet.section("Sponsor and collaborators");
    sheet.text("Responsible Party", protocol.responsible_party.as_ref(), None);
    for sponsor in &record.sponsors {
        sheet.text("Sponsor", sponsor.organisation.as_ref(), None);
    }
    for collaborator in &protocol.collaborators {
        sheet.text("Collaborator", Some(&collaborator.name), None);
    }
    sheet.section("Study description");
    sheet.text("Brief Summary", protocol.brief_summary.as_ref(), Some(5000));
    sheet.text("Detailed Description", protocol.detailed_description.as_ref(), Some(32_000));
    sheet.section("Study design");
    let design = &protocol.design;
    sheet.term("Study Type", "study_type", design.study_type.as_ref());
    sheet.term("Primary Purpose", "purpose", design.purpose.as_ref());
    sheet.term("Study Phase", "phase", design.phase.as_ref());
    sheet.term("Interventional Study Model", "model", design.model.as_ref());
    sheet.text("Model Description", design.model_description.as_ref(), Some(1000));
    sheet.term("Masking", "masking", design.masking.level.as_ref());
    for role in &design.masking.who {
        sheet.term("Masked", "masked_role", Some(role));
    }
    sheet.term("Allocation", "allocation", design.allocation.as_ref());
    sheet.figure("Enrollment", protocol.enrolment.as_ref());
    for (field, list) in [("Condition", &protocol.conditions), ("Keyword", &protocol.keywords)] {
        list.iter().for_each(|words| sheet.text(field, Some(words), None));
    }
    for arm in &protocol.arms {
        sheet.section(format!("Arms: {}", arm.title.text));
        sheet.text("Arm Title", Some(&arm.title), Some(100));
        sheet.term("Arm Type", "arm_type", arm.kind.as_ref());
        sheet.text("Arm Description", arm.description.as_ref(), Some(999));
    }
    for intervention in &protocol.interventions {
        sheet.section(format!("Interventions: {}", intervention.name.text));
        sheet.term("Intervention Type", "intervention_type", intervention.kind.as_ref());
        sheet.text("Intervention Name", Some(&intervention.name), Some(200));
        sheet.text("Intervention Description", intervention.description.as_ref(), Some(1000));
    }
    for outcome in &protocol.outcomes {
        sheet.section("Outcome measures as registered");
        sheet.term("Type", "outcome_type", Some(&outcome.kind));
        sheet.text("Title", Some(&outcome.title), Some(254));
        sheet.text("Time Frame", outcome.time_frame.as_ref(), Some(254));
        sheet.text("Description", outcome.description.as_ref(), Some(999));
    }
    sheet.section("Eligibility");
    sheet.text("Sex", protocol.eligibility.sexes.as_ref(), None);
    sheet.text("Minimum Age", protocol.eligibility.minimum_age.as_ref(), None);
    sheet.text("Maximum Age", protocol.eligibility.maximum_age.as_ref(), None);
    sheet.yes_no("Accepts Healthy Volunteers", protocol.eligibility.healthy_volunteers);
    sheet.text("Eligibility Criteria", protocol.eligibility.criteria.as_ref(), Some(20_000));
    sheet.section("Contacts, locations and investigators");
    protocol.contacts.iter().for_each(|of| contact("Central contact", Some(of), sheet));
    for (official, role) in &protocol.officials {
        contact("Overall study official", Some(official), sheet);
        sheet.text("Overall study official: role", role.as_ref(), None);
    }
    for location in &protocol.locations {
        sheet.text("Facility: name", location.name.as_ref(), None);
        sheet.text("Facility: city", location.town.as_ref(), None);
        sheet.text("Facility: state", location.state.as_ref(), None);
        sheet.text("Facility: postal code", location.postcode.as_ref(), None);
        sheet.text("Facility: country", location.country.as_ref(), None);
    }
}

/// What stands at the end of both registers.
pub(super) fn more(record: &RegistryRecord, sheet: &mut Sheet<'_>) {
    let more = &record.more;
    if sheet.is_ctgov() {
        sheet.section("Limitations and Caveats");
        sheet.text("Overall Limitations and Caveats", more.limitations.as_ref(), Some(500));
        sheet.section("Certain Agreements");
        if let Some(agreement) = &more.agreement {
            sheet.yes_no("Are all PIs employees of the sponsor?", agreement.employees);
            sheet.yes_no("Results Disclosure Restriction on PI(s)", agreement.restrictive);
            sheet.text("PI Disclosure Restriction Type", agreement.restriction.as_ref(), None);
            sheet.text("Other Details", agreement.details.as_ref(), Some(500));
        }
        sheet.section("Results Point of Contact");
        contact("Contact", more.point_of_contact.as_ref(), sheet);
        return;
    }
    sheet.section("More information: substantial amendments");
    sheet.yes_no("Were there any global substantial amendments?", more.has_amendments);
    for amendment in &more.amendments {
        sheet.text("Date", amendment.date.as_ref(), None);
        sheet.text("Description", amendment.description.as_ref(), None);
    }
    sheet.section("More information: interruptions");
    sheet.yes_no("Were there any global interruptions?", more.has_interruptions);
    for interruption in &more.interruptions {
        sheet.text("Date", interruption.date.as_ref(), None);
        sheet.text("Restart date", interruption.restart.as_ref(), None);
        sheet.text("Description", interruption.description.as_ref(), None);
    }
    sheet.section("More information: limitations and references");
    sheet.text("Limitations and caveats", more.limitations.as_ref(), None);
    for reference in &more.references {
        sheet.text("PubMed number", reference.pubmed.as_ref(), None);
        sheet.text("Citation", reference.citation.as_ref(), None);
    }
}
