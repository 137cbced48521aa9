//! Reads a record of ClinicalTrials.gov's PRS (`study_collection`), downloaded from there or written by us:
//! identification and protocol.

use crate::report::registry::{
    Collaborator, Date, Design, Eligibility, Figure, Identification, Identifier, Intervention, Masking, Oversight,
    Protocol, ProtocolArm, Reference, RegisteredOutcome, RegistryRecord, SharedDocument, Sharing, SharingTerms,
    Sponsor, Term, Text,
};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::{Dialect, RegistryTerms};

use super::Import;
use super::ctgov_numbers::secondary_number;
use super::ctgov_people::{contacts, location, official};
use super::ctgov_words::{Words, actual_or_anticipated, code_in_words, date, yes_or_no};
use super::prs_results as results;
use super::tree::{Element, Tree};

/// What PRS keeps for itself.
const DERIVED: &[&str] = &[
    "study_collection/clinical_study/id_info/provider_name",
    "study_collection/clinical_study/id_info/provider_study_id",
];

/// Roles of masking by their elements.
pub const MASKED: [(&str, &str); 4] = [
    ("masked_subject", "participant"),
    ("masked_caregiver", "care_provider"),
    ("masked_investigator", "investigator"),
    ("masked_assessor", "outcomes_assessor"),
];

/// Kinds of supporting documents by their elements.
pub const SHARED: [(&str, &str); 5] = [
    ("ipd_info_type_protocol", "Study Protocol"),
    ("ipd_info_type_sap", "Sap"),
    ("ipd_info_type_icf", "Icf"),
    ("ipd_info_type_csr", "Csr"),
    ("ipd_info_type_analytic_code", "Analytic Code"),
];

/// Whether the file is of this form.
#[must_use]
pub fn is_prs(root: Element<'_>) -> bool {
    root.name() == "study_collection"
}

/// Reads the first record of the file.
#[must_use]
pub fn read(tree: &Tree<'_>, terms: &RegistryTerms, codes: &RegistryCodes) -> Import {
    let words = Words::new(terms, codes, Dialect::Prs);
    let mut record = RegistryRecord::default();
    if let Some(study) = tree.root().child("clinical_study") {
        // How an upload is to be taken is no content.
        let _ = study.attribute("partial_upload");
        registration(study, &words, &mut record);
        if let Some(result) = study.child("result") {
            let _ = result.attribute("partialUpload");
            results::read(result, &words, &mut record);
        }
    }
    let mut coverage = tree.coverage();
    coverage.set_apart(DERIVED);
    Import { record, coverage }
}

fn block(element: Option<Element<'_>>) -> Option<Text> {
    element?.text_of("textblock")
}

fn question(element: Element<'_>, name: &str) -> Option<bool> {
    let element = element.child(name)?;
    let answer = element.peek().and_then(yes_or_no);
    // PRS writes `None` where nobody answered; other words are not understood.
    if answer.is_some() || element.peek().is_none_or(|words| words == "None") {
        element.understood();
    }
    answer
}

fn registration(study: Element<'_>, words: &Words<'_>, record: &mut RegistryRecord) {
    record.identification = identification(study);
    let sponsors = study.child("sponsors");
    record.sponsors.extend(
        sponsors
            .and_then(|sponsors| sponsors.child("lead_sponsor"))
            .map(|lead| Sponsor { organisation: lead.text_of("agency"), ..Sponsor::default() }),
    );
    let collaborators = sponsors.into_iter().flat_map(|sponsors| sponsors.children("collaborator"));
    let (start, start_kind) = dated(study, "start_date");
    let (completion, completion_kind) = dated(study, "last_follow_up_date");
    let (primary_completion, primary_kind) = dated(study, "primary_compl_date");
    let oversight = study.child("oversight_info");
    oversight.inspect(|item| item.understood_if_empty());
    let overseen = |name: &str| oversight.and_then(|oversight| question(oversight, name));
    record.protocol = Protocol {
        brief_summary: block(study.child("brief_summary")),
        detailed_description: block(study.child("detailed_description")),
        status: study.text_of("overall_status").map(|word| words.term("overall_status", &word)),
        why_stopped: study.text_of("why_stopped"),
        verified: study.text_of("verification_date").map(date),
        start,
        completion,
        primary_completion,
        date_kinds: [start_kind, primary_kind, completion_kind],
        design: design(study, words),
        oversight: Oversight {
            data_monitoring_committee: overseen("has_dmc"),
            fda_drug: overseen("fda_regulated_drug"),
            fda_device: overseen("fda_regulated_device"),
            ind: question(study, "is_ind_study"),
            unapproved_device: question(study, "delayed_posting"),
            exported_from_us: overseen("exported_from_us"),
            paediatric_surveillance: overseen("ped_postmarket_surv"),
            expanded_access: None,
        },
        enrolment: study.figure_of("enrollment"),
        enrolment_kind: study.text_of("enrollment_type").map(actual_or_anticipated),
        conditions: study.children("condition").filter_map(Element::text).collect(),
        keywords: study.children("keyword").filter_map(Element::text).collect(),
        arms: study.children("arm_group").filter_map(|item| arm(item, words)).collect(),
        interventions: study.children("intervention").filter_map(|item| intervention(item, words)).collect(),
        outcomes: outcomes(study),
        eligibility: study.child("eligibility").map(eligibility).unwrap_or_default(),
        collaborators: collaborators
            .filter_map(|item| Some(Collaborator { name: item.text_of("agency")?, class: None }))
            .collect(),
        responsible_party: sponsors
            .and_then(|sponsors| sponsors.child("resp_party"))
            .and_then(|party| party.text_of("resp_party_type")),
        officials: study.children("overall_official").map(official).collect(),
        locations: study.children("location").map(location).collect(),
        sharing: study.child("ipd_sharing_statement").and_then(|item| {
            let plan = code_in_words(capitals(item.text_of("sharing_ipd")?));
            Some(Sharing { plan, description: block(item.child("ipd_description")) })
        }),
        sharing_terms: study
            .child("ipd_sharing_statement")
            .map(sharing_terms)
            .filter(|t| *t != SharingTerms::default()),
        contacts: contacts(study),
        documents: Vec::new(),
        shared_documents: study.children("study_document").filter_map(shared_document).collect(),
        links: study
            .children("link")
            .filter_map(|item| Some((item.text_of("description"), item.text_of("url")?)))
            .collect(),
    };
    record.more.references = study
        .children("reference")
        .map(|item| Reference {
            citation: item.text_of("citation"),
            pubmed: item.text_of("pubmed_id"),
            results: question(item, "is_results_ref"),
            kind: None,
        })
        .collect();
}

fn capitals(mut text: Text) -> Text {
    text.text = text.text.to_ascii_uppercase();
    text
}

fn identification(study: Element<'_>) -> Identification {
    let mut identification = Identification {
        public_title: study.text_of("brief_title"),
        official_title: study.text_of("official_title"),
        acronym: study.text_of("acronym"),
        ..Identification::default()
    };
    if let Some(info) = study.child("id_info") {
        identification.prs_organisation = info.text_of("org_name");
        identification.protocol_code = info.text_of("org_study_id");
        for item in info.children("secondary_id") {
            let Some(number) = item.text_of("id") else { continue };
            let (name, kind) = (item.text_of("id_domain"), item.text_of("id_type"));
            secondary_number(&mut identification, Identifier { number, name, kind, link: None });
        }
    }
    identification
}

fn dated(study: Element<'_>, name: &str) -> (Option<Date>, Option<Text>) {
    (study.text_of(name).map(date), study.text_of(&format!("{name}_type")).map(actual_or_anticipated))
}

fn design(study: Element<'_>, words: &Words<'_>) -> Design {
    let Some(design) = study.child("study_design") else { return Design::default() };
    let study_type = design.text_of("study_type").map(|word| words.term("study_type", &word));
    let Some(item) = design.child("interventional_design") else { return Design { study_type, ..Design::default() } };
    let term = |name: &str, list: &str| item.text_of(name).map(|word| words.term(list, &word));
    // The schema's comment has `Phase 1/2`, posted records `Phase 1/Phase 2`.
    let phase = |word: Text| match words.term("phase", &word) {
        Term::Unlisted(word) => words.term("phase", &word.replace('/', "/Phase ")),
        listed => listed,
    };
    Design {
        study_type,
        phase: item.text_of("phase").map(phase),
        purpose: term("interventional_subtype", "purpose"),
        model: term("assignment", "model"),
        model_description: block(item.child("model_description")),
        allocation: term("allocation", "allocation"),
        masking: masking(item),
        number_of_arms: item.text_of("number_of_arms"),
    }
}

/// PRS asks who is masked; the level is how many are.
fn masking(item: Element<'_>) -> Masking {
    let who: Vec<Term> = MASKED
        .iter()
        .filter(|(name, _)| question(item, name) == Some(true))
        .map(|(_, role)| Term::listed(role))
        .collect();
    let open = question(item, "no_masking") == Some(true);
    if open && !who.is_empty() {
        // Nobody and somebody is masked: the roles are believed.
        item.child("no_masking").into_iter().for_each(Element::not_understood);
    }
    let level = match who.len() {
        0 => open.then_some("open"),
        1 => Some("single"),
        2 => Some("double"),
        3 => Some("triple"),
        _ => Some("quadruple"),
    };
    Masking { level: level.map(Term::listed), who, description: block(item.child("masking_description")) }
}

fn outcomes(study: Element<'_>) -> Vec<RegisteredOutcome> {
    let mut outcomes = Vec::new();
    for (name, kind) in [("primary_outcome", "primary"), ("secondary_outcome", "secondary"), ("other_outcome", "other")]
    {
        for item in study.children(name) {
            let Some(title) = item.text_of("outcome_measure") else { continue };
            let (time_frame, description) =
                (item.text_of("outcome_time_frame"), block(item.child("outcome_description")));
            outcomes.push(RegisteredOutcome { kind: Term::listed(kind), title, time_frame, description });
        }
    }
    outcomes
}

fn arm(item: Element<'_>, words: &Words<'_>) -> Option<ProtocolArm> {
    Some(ProtocolArm {
        title: item.text_of("arm_group_label")?,
        kind: item.text_of("arm_type").map(|word| words.term("arm_type", &word)),
        description: block(item.child("arm_group_description")),
        interventions: Vec::new(),
    })
}

fn intervention(item: Element<'_>, words: &Words<'_>) -> Option<Intervention> {
    Some(Intervention {
        kind: item.text_of("intervention_type").map(|word| words.term("intervention_type", &word)),
        name: item.text_of("intervention_name")?,
        description: block(item.child("intervention_description")),
        arms: item.children("arm_group_label").filter_map(Element::text).collect(),
        other_names: item.children("intervention_other_name").filter_map(Element::text).collect(),
    })
}

fn eligibility(item: Element<'_>) -> Eligibility {
    Eligibility {
        criteria: block(item.child("criteria")),
        sexes: item.text_of("gender").map(|mut sexes| {
            // The schema's comment: `Both` is `All`.
            if sexes.text == "Both" {
                "All".clone_into(&mut sexes.text);
            }
            sexes
        }),
        minimum_age: item.text_of("minimum_age"),
        maximum_age: item.text_of("maximum_age"),
        standard_ages: Vec::new(),
        healthy_volunteers: question(item, "healthy_volunteers"),
        sex_based_on_gender: question(item, "gender_based"),
        gender_description: block(item.child("gender_description")),
    }
}

fn sharing_terms(item: Element<'_>) -> SharingTerms {
    let kinds = SHARED.iter().filter(|(name, _)| question(item, name) == Some(true));
    SharingTerms {
        kinds: kinds.map(|(_, kind)| Text::of(*kind)).collect(),
        time_frame: block(item.child("ipd_time_frame")),
        access: block(item.child("ipd_access_criteria")),
        link: item.text_of("ipd_url"),
    }
}

fn shared_document(item: Element<'_>) -> Option<SharedDocument> {
    let other = item.text_of("study_document_other_type");
    let kind = item.text_of("study_document_type")?;
    Some(SharedDocument {
        kind: other.unwrap_or(kind),
        link: item.text_of("url"),
        identifier: item.text_of("study_document_identifier"),
        comment: block(item.child("study_document_comments")),
    })
}

/// A number as printed, or that there is none.
pub(super) fn not_given() -> Figure {
    Figure::Printed("NA".to_owned())
}
