//! Reads the XML that ClinicalTrials.gov published until 2024 (`clinical_study`): identification and protocol.

use crate::report::registry::{
    Collaborator, Date, Design, Eligibility, Identification, Identifier, Intervention, Masking, Oversight, Protocol,
    ProtocolArm, Reference, RegisteredOutcome, RegistryRecord, SharedDocument, Sharing, SharingTerms, Sponsor, Term,
    Text,
};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::{Dialect, RegistryTerms};

use super::Import;
use super::ctgov_numbers::secondary_number;
use super::ctgov_people::{contacts, location, official};
use super::ctgov_public_results as results;
use super::ctgov_words::{Words, actual_or_anticipated, code_in_words, date, yes_or_no};
use super::tree::{Element, Tree};

/// What the register adds by itself: header, dates of submission and posting, browse terms, countries of the sites.
const DERIVED: &[&str] = &[
    "clinical_study/condition_browse",
    "clinical_study/disposition_first_",
    "clinical_study/id_info/nct_alias",
    "clinical_study/intervention_browse",
    "clinical_study/last_update_",
    "clinical_study/location_countries",
    "clinical_study/@rank",
    "clinical_study/required_header",
    "clinical_study/results_first_",
    "clinical_study/study_first_",
];

/// Whether the file is of this form.
#[must_use]
pub fn is_public(root: Element<'_>) -> bool {
    root.name() == "clinical_study"
}

/// Reads a record.
#[must_use]
pub fn read(tree: &Tree<'_>, terms: &RegistryTerms, codes: &RegistryCodes) -> Import {
    let words = Words::new(terms, codes, Dialect::Prs);
    let root = tree.root();
    let mut record = RegistryRecord { identification: identification(root), ..RegistryRecord::default() };
    if let Some(sponsors) = root.child("sponsors") {
        record.sponsors.extend(sponsors.child("lead_sponsor").map(|lead| {
            let (organisation, class) = (lead.text_of("agency"), lead.text_of("agency_class"));
            Sponsor { organisation, class: class.map(class_in_words), ..Sponsor::default() }
        }));
    }
    record.protocol = protocol(root, &words);
    let references = |name: &'static str, results| {
        root.children(name).map(move |item| Reference {
            citation: item.text_of("citation"),
            pubmed: item.text_of("PMID"),
            results: Some(results),
            kind: None,
        })
    };
    record.more.references = references("reference", false).chain(references("results_reference", true)).collect();
    if let Some(section) = root.child("clinical_results") {
        results::read(section, &words, &mut record);
    }
    let mut coverage = tree.coverage();
    coverage.set_apart(DERIVED);
    Import { record, coverage }
}

/// `U.S. Fed` as the API's codes read in words.
fn class_in_words(mut class: Text) -> Text {
    if class.text == "U.S. Fed" {
        "Fed".clone_into(&mut class.text);
    }
    class
}

/// A text that the register indents and wraps: lines of a paragraph belong together, blank lines part paragraphs.
pub(super) fn block(element: Option<Element<'_>>) -> Option<Text> {
    let element = element?;
    let mut text = element.child("textblock").unwrap_or(element).text()?;
    let mut paragraphs: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.text.lines().map(str::trim) {
        match paragraphs.last_mut() {
            Some(last) if open && !line.is_empty() => {
                last.push(' ');
                last.push_str(line);
            }
            _ if !line.is_empty() => paragraphs.push(line.to_owned()),
            _ => {}
        }
        open = !line.is_empty();
    }
    text.text = paragraphs.join("\n\n");
    Some(text)
}

fn identification(root: Element<'_>) -> Identification {
    let mut identification = Identification {
        public_title: root.text_of("brief_title"),
        official_title: root.text_of("official_title"),
        acronym: root.text_of("acronym"),
        organisation: root.text_of("source"),
        ..Identification::default()
    };
    if let Some(info) = root.child("id_info") {
        identification.nct = info.text_of("nct_id");
        identification.protocol_code = info.text_of("org_study_id");
        for number in info.children("secondary_id").filter_map(Element::text) {
            secondary_number(&mut identification, Identifier { number, name: None, kind: None, link: None });
        }
    }
    identification
}

/// A date with its kind.
fn dated(root: Element<'_>, name: &str) -> (Option<Date>, Option<Text>) {
    let Some(element) = root.child(name) else { return (None, None) };
    let kind = element.attribute("type").map(|kind| actual_or_anticipated(Text::new(kind, element.place())));
    (element.text().map(date), kind)
}

fn protocol(root: Element<'_>, words: &Words<'_>) -> Protocol {
    let (start, start_kind) = dated(root, "start_date");
    let (completion, completion_kind) = dated(root, "completion_date");
    let (primary_completion, primary_kind) = dated(root, "primary_completion_date");
    let (enrolment, enrolment_kind) = dated(root, "enrollment");
    let question = |around: &str, name: &str| root.child(around)?.child(name)?.words().and_then(yes_or_no);
    let collaborators = root.child("sponsors").into_iter().flat_map(|sponsors| sponsors.children("collaborator"));
    Protocol {
        brief_summary: block(root.child("brief_summary")),
        detailed_description: block(root.child("detailed_description")),
        status: root.text_of("overall_status").map(|word| words.term("overall_status", &word)),
        why_stopped: root.text_of("why_stopped"),
        verified: root.text_of("verification_date").map(date),
        start,
        completion,
        primary_completion,
        date_kinds: [start_kind, primary_kind, completion_kind],
        design: design(root, words),
        oversight: Oversight {
            data_monitoring_committee: question("oversight_info", "has_dmc"),
            fda_drug: question("oversight_info", "is_fda_regulated_drug"),
            fda_device: question("oversight_info", "is_fda_regulated_device"),
            unapproved_device: question("oversight_info", "is_unapproved_device"),
            exported_from_us: question("oversight_info", "is_us_export"),
            paediatric_surveillance: question("oversight_info", "is_ppsd"),
            expanded_access: root.child("has_expanded_access").and_then(Element::words).and_then(yes_or_no),
            ..Oversight::default()
        },
        enrolment: enrolment.map(|text| crate::report::registry::Figure::Printed(text.text)),
        enrolment_kind,
        conditions: root.children("condition").filter_map(Element::text).collect(),
        keywords: root.children("keyword").filter_map(Element::text).collect(),
        arms: root.children("arm_group").filter_map(|item| arm(item, words)).collect(),
        interventions: root.children("intervention").filter_map(|item| intervention(item, words)).collect(),
        outcomes: outcomes(root),
        eligibility: root.child("eligibility").map(eligibility).unwrap_or_default(),
        collaborators: collaborators
            .filter_map(|item| {
                let class = item.text_of("agency_class").map(class_in_words);
                Some(Collaborator { name: item.text_of("agency")?, class })
            })
            .collect(),
        responsible_party: root.child("responsible_party").and_then(|item| item.text_of("responsible_party_type")),
        officials: root.children("overall_official").map(official).collect(),
        locations: root.children("location").map(location).collect(),
        sharing: root.child("patient_data").and_then(|item| {
            Some(Sharing { plan: item.text_of("sharing_ipd")?, description: item.text_of("ipd_description") })
        }),
        sharing_terms: root
            .child("patient_data")
            .map(|item| SharingTerms {
                kinds: item.children("ipd_info_type").filter_map(Element::text).map(code_in_words).collect(),
                time_frame: item.text_of("ipd_time_frame"),
                access: item.text_of("ipd_access_criteria"),
                link: item.text_of("ipd_url"),
            })
            .filter(|terms| *terms != SharingTerms::default()),
        contacts: contacts(root),
        documents: Vec::new(),
        shared_documents: root.list("study_docs", "study_doc").into_iter().filter_map(shared_document).collect(),
        links: root
            .children("link")
            .filter_map(|item| Some((item.text_of("description"), item.text_of("url")?)))
            .collect(),
    }
}

fn design(root: Element<'_>, words: &Words<'_>) -> Design {
    let term = |element: Option<Element<'_>>, list: &str| element?.words().map(|word| words.term(list, word));
    let info = root.child("study_design_info");
    let field = |name: &str| info.and_then(|info| info.child(name));
    Design {
        study_type: term(root.child("study_type"), "study_type"),
        phase: term(root.child("phase"), "phase"),
        purpose: term(field("primary_purpose"), "purpose"),
        model: term(field("intervention_model"), "model"),
        model_description: field("intervention_model_description").and_then(Element::text),
        allocation: term(field("allocation"), "allocation"),
        masking: Masking {
            description: field("masking_description").and_then(Element::text),
            ..field("masking").and_then(Element::words).map(|text| masking(text, words)).unwrap_or_default()
        },
        number_of_arms: root.text_of("number_of_arms"),
    }
}

/// `Double (Participant, Investigator)`, `None (Open Label)`.
fn masking(text: &str, words: &Words<'_>) -> Masking {
    let (level, inside) = text.split_once('(').unwrap_or((text, ""));
    let roles = inside.trim_end_matches(')').split(',').map(str::trim).filter(|role| !role.is_empty());
    let who = roles.filter(|role| *role != "Open Label").map(|role| words.term("masked_role", role)).collect();
    Masking { level: Some(words.term("masking", level.trim())), who, description: None }
}

fn outcomes(root: Element<'_>) -> Vec<RegisteredOutcome> {
    let mut outcomes = Vec::new();
    for (name, kind) in [("primary_outcome", "primary"), ("secondary_outcome", "secondary"), ("other_outcome", "other")]
    {
        for item in root.children(name) {
            let Some(title) = item.text_of("measure") else { continue };
            let (time_frame, description) = (item.text_of("time_frame"), item.text_of("description"));
            outcomes.push(RegisteredOutcome { kind: Term::listed(kind), title, time_frame, description });
        }
    }
    outcomes
}

fn arm(item: Element<'_>, words: &Words<'_>) -> Option<ProtocolArm> {
    Some(ProtocolArm {
        title: item.text_of("arm_group_label")?,
        kind: item.text_of("arm_group_type").map(|word| words.term("arm_type", &word)),
        description: item.text_of("description"),
        interventions: Vec::new(),
    })
}

fn intervention(item: Element<'_>, words: &Words<'_>) -> Option<Intervention> {
    // The public file said `Biological` for PRS's `Biological/Vaccine`, and `Procedure` likewise: the API's codes in words.
    let kind = |word: Text| match words.term("intervention_type", &word) {
        Term::Unlisted(word) => words.speaking(Dialect::Api).term("intervention_type", &word.replace(' ', "_")),
        listed => listed,
    };
    Some(Intervention {
        kind: item.text_of("intervention_type").map(kind),
        name: item.text_of("intervention_name")?,
        description: item.text_of("description"),
        arms: item.children("arm_group_label").filter_map(Element::text).collect(),
        other_names: item.children("other_name").filter_map(Element::text).collect(),
    })
}

fn eligibility(item: Element<'_>) -> Eligibility {
    let question = |name: &str| item.child(name)?.words().and_then(yes_or_no);
    Eligibility {
        criteria: block(item.child("criteria")),
        sexes: item.text_of("gender"),
        minimum_age: item.text_of("minimum_age"),
        maximum_age: item.text_of("maximum_age"),
        standard_ages: Vec::new(),
        healthy_volunteers: question("healthy_volunteers"),
        sex_based_on_gender: question("gender_based"),
        gender_description: item.text_of("gender_description"),
    }
}

fn shared_document(item: Element<'_>) -> Option<SharedDocument> {
    let (link, identifier, comment) = (item.text_of("doc_url"), item.text_of("doc_id"), item.text_of("doc_comment"));
    Some(SharedDocument { kind: item.text_of("doc_type")?, link, identifier, comment })
}
