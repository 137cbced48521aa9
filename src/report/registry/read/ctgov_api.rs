//! Reads a record of ClinicalTrials.gov's API, version 2 (JSON): identification and protocol.

use crate::report::registry::{
    Collaborator, Contact, Design, Document, Eligibility, Identification, Identifier, Intervention, Location, Masking,
    Oversight, Protocol, ProtocolArm, Reference, RegisteredOutcome, RegistryRecord, SharedDocument, Sharing,
    SharingTerms, Sponsor, Term, Text,
};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::{Dialect, RegistryTerms};

use super::Import;
use super::ctgov_api_results as results;
use super::ctgov_numbers::{NUMBER_KINDS, secondary_number};
use super::ctgov_words::{Words, actual_or_anticipated, code_in_words, date};
use super::json::{Item, JsonTree};

/// What the register adds by itself: browse trees, dates of submission and posting, sizes of files, what follows from
/// other fields. Compared with the beginnings of paths.
const DERIVED: &[&str] = &[
    "annotationSection",
    "derivedSection",
    "documentSection/largeDocumentModule/largeDocs/has",
    "documentSection/largeDocumentModule/largeDocs/size",
    "documentSection/largeDocumentModule/largeDocs/typeAbbrev",
    "documentSection/largeDocumentModule/largeDocs/uploadDate",
    "hasResults",
    "protocolSection/contactsLocationsModule/centralContacts/role",
    "protocolSection/contactsLocationsModule/locations/geoPoint",
    "protocolSection/identificationModule/nctIdAliases",
    "protocolSection/statusModule/delayedPosting",
    "protocolSection/statusModule/dispFirst",
    "protocolSection/statusModule/lastKnownStatus",
    "protocolSection/statusModule/lastUpdate",
    "protocolSection/statusModule/resultsFirst",
    "protocolSection/statusModule/resultsWaived",
    "protocolSection/statusModule/studyFirst",
    "resultsSection/outcomeMeasuresModule/outcomeMeasures/analyses/testedNonInferiority",
];

/// Reads a record.
#[must_use]
pub fn read(tree: &JsonTree, terms: &RegistryTerms, codes: &RegistryCodes) -> Import {
    let words = Words::new(terms, codes, Dialect::Api);
    let root = tree.root();
    let mut record = RegistryRecord::default();
    if let Some(protocol) = root.child("protocolSection") {
        registration(&protocol, &words, &mut record);
    }
    record.protocol.documents =
        root.children("documentSection/largeDocumentModule/largeDocs").iter().filter_map(document).collect();
    if let Some(section) = root.child("resultsSection") {
        results::read(&section, &words, &mut record);
    }
    let mut coverage = tree.coverage();
    coverage.set_apart(DERIVED);
    Import { record, coverage }
}

fn document(item: &Item<'_>) -> Option<Document> {
    Some(Document { label: item.text_of("label")?, date: item.text_of("date"), file: item.text_of("filename") })
}

fn registration(section: &Item<'_>, words: &Words<'_>, record: &mut RegistryRecord) {
    let term = |path: &str, list: &str| section.words_of(path).map(|word| words.term(list, &word));
    record.identification = identification(section);
    let sponsors = "sponsorCollaboratorsModule";
    record.sponsors.extend(section.child(&format!("{sponsors}/leadSponsor")).map(|lead| Sponsor {
        organisation: lead.text_of("name"),
        class: lead.text_of("class").map(code_in_words),
        ..Sponsor::default()
    }));
    let conditions = "conditionsModule";
    let status = |name: &str| section.child("statusModule").and_then(|module| module.text_of(name));
    let kind = |name: &str| status(&format!("{name}/type")).map(actual_or_anticipated);
    record.protocol = Protocol {
        brief_summary: section.text_of("descriptionModule/briefSummary"),
        detailed_description: section.text_of("descriptionModule/detailedDescription"),
        status: term("statusModule/overallStatus", "overall_status"),
        why_stopped: status("whyStopped"),
        verified: status("statusVerifiedDate"),
        start: status("startDateStruct/date").map(date),
        completion: status("completionDateStruct/date").map(date),
        primary_completion: status("primaryCompletionDateStruct/date").map(date),
        date_kinds: [kind("startDateStruct"), kind("primaryCompletionDateStruct"), kind("completionDateStruct")],
        design: design(section, words),
        oversight: Oversight {
            data_monitoring_committee: section.flag_of("oversightModule/oversightHasDmc"),
            fda_drug: section.flag_of("oversightModule/isFdaRegulatedDrug"),
            fda_device: section.flag_of("oversightModule/isFdaRegulatedDevice"),
            unapproved_device: section.flag_of("oversightModule/isUnapprovedDevice"),
            exported_from_us: section.flag_of("oversightModule/isUsExport"),
            paediatric_surveillance: section.flag_of("oversightModule/isPpsd"),
            expanded_access: section.flag_of("statusModule/expandedAccessInfo/hasExpandedAccess"),
            ..Oversight::default()
        },
        enrolment: section.figure_of("designModule/enrollmentInfo/count"),
        enrolment_kind: section.text_of("designModule/enrollmentInfo/type").map(actual_or_anticipated),
        conditions: section.texts_of(&format!("{conditions}/conditions")),
        keywords: section.texts_of(&format!("{conditions}/keywords")),
        arms: section
            .children("armsInterventionsModule/armGroups")
            .iter()
            .filter_map(|item| arm(item, words))
            .collect(),
        interventions: section
            .children("armsInterventionsModule/interventions")
            .iter()
            .filter_map(|item| intervention(item, words))
            .collect(),
        outcomes: outcomes(section),
        eligibility: section.child("eligibilityModule").map(|item| eligibility(&item)).unwrap_or_default(),
        collaborators: section
            .children(&format!("{sponsors}/collaborators"))
            .iter()
            .filter_map(|item| {
                Some(Collaborator { name: item.text_of("name")?, class: item.text_of("class").map(code_in_words) })
            })
            .collect(),
        responsible_party: section.text_of(&format!("{sponsors}/responsibleParty/type")).map(responsible_party),
        officials: section.children("contactsLocationsModule/overallOfficials").iter().map(official).collect(),
        locations: section.children("contactsLocationsModule/locations").iter().map(location).collect(),
        sharing: section.child("ipdSharingStatementModule").and_then(|item| sharing(&item)),
        sharing_terms: section
            .child("ipdSharingStatementModule")
            .map(|item| SharingTerms {
                kinds: item.texts_of("infoTypes").into_iter().map(code_in_words).collect(),
                time_frame: item.text_of("timeFrame"),
                access: item.text_of("accessCriteria"),
                link: item.text_of("url"),
            })
            .filter(|terms| *terms != SharingTerms::default()),
        links: section
            .children("referencesModule/seeAlsoLinks")
            .iter()
            .filter_map(|item| Some((item.text_of("label"), item.text_of("url")?)))
            .collect(),
        contacts: section
            .children("contactsLocationsModule/centralContacts")
            .iter()
            .map(|item| Contact {
                name: item.text_of("name"),
                phone: item.text_of("phone"),
                phone_extension: item.text_of("phoneExt"),
                email: item.text_of("email"),
                ..Contact::default()
            })
            .collect(),
        documents: Vec::new(),
        shared_documents: section.children("referencesModule/availIpds").iter().filter_map(shared_document).collect(),
    };
    record.more.references = section.children("referencesModule/references").iter().map(reference).collect();
}

fn identification(section: &Item<'_>) -> Identification {
    let module = |path: &str| section.child("identificationModule").and_then(|module| module.text_of(path));
    let mut identification = Identification {
        nct: module("nctId"),
        protocol_code: module("orgStudyIdInfo/id"),
        organisation: module("organization/fullName"),
        organisation_class: module("organization/class").map(code_in_words),
        public_title: module("briefTitle"),
        official_title: module("officialTitle"),
        acronym: module("acronym"),
        ..Identification::default()
    };
    for item in section.children("identificationModule/secondaryIdInfos") {
        let Some(number) = item.text_of("id") else { continue };
        let kind = item.text_of("type").map(|mut kind| {
            if let Some((_, words)) = NUMBER_KINDS.iter().find(|(code, _)| *code == kind.text) {
                kind.text = (*words).to_owned();
            }
            kind
        });
        let other = Identifier { number, name: item.text_of("domain"), kind, link: item.text_of("link") };
        secondary_number(&mut identification, other);
    }
    identification
}

fn design(section: &Item<'_>, words: &Words<'_>) -> Design {
    let Some(module) = section.child("designModule") else { return Design::default() };
    let term = |path: &str, list: &str| module.words_of(path).map(|word| words.term(list, &word));
    let phases: Vec<String> = module.children("phases").iter().filter_map(Item::words).collect();
    let masking = "designInfo/maskingInfo";
    Design {
        study_type: term("studyType", "study_type"),
        phase: (!phases.is_empty()).then(|| words.term("phase", &phases.join("+"))),
        purpose: term("designInfo/primaryPurpose", "purpose"),
        model: term("designInfo/interventionModel", "model"),
        model_description: module.text_of("designInfo/interventionModelDescription"),
        allocation: term("designInfo/allocation", "allocation"),
        masking: Masking {
            level: term(&format!("{masking}/masking"), "masking"),
            who: module
                .children(&format!("{masking}/whoMasked"))
                .iter()
                .filter_map(|item| Some(words.term("masked_role", &item.words()?)))
                .collect(),
            description: module.text_of(&format!("{masking}/maskingDescription")),
        },
        number_of_arms: None,
    }
}

fn arm(item: &Item<'_>, words: &Words<'_>) -> Option<ProtocolArm> {
    Some(ProtocolArm {
        title: item.text_of("label")?,
        kind: item.words_of("type").map(|word| words.term("arm_type", &word)),
        description: item.text_of("description"),
        interventions: item.texts_of("interventionNames"),
    })
}

fn intervention(item: &Item<'_>, words: &Words<'_>) -> Option<Intervention> {
    Some(Intervention {
        kind: item.words_of("type").map(|word| words.term("intervention_type", &word)),
        name: item.text_of("name")?,
        description: item.text_of("description"),
        arms: item.texts_of("armGroupLabels"),
        other_names: item.texts_of("otherNames"),
    })
}

fn outcomes(section: &Item<'_>) -> Vec<RegisteredOutcome> {
    let mut outcomes = Vec::new();
    for (list, kind) in [("primaryOutcomes", "primary"), ("secondaryOutcomes", "secondary"), ("otherOutcomes", "other")]
    {
        for item in section.children(&format!("outcomesModule/{list}")) {
            let Some(title) = item.text_of("measure") else { continue };
            let (time_frame, description) = (item.text_of("timeFrame"), item.text_of("description"));
            outcomes.push(RegisteredOutcome { kind: Term::listed(kind), title, time_frame, description });
        }
    }
    outcomes
}

fn eligibility(item: &Item<'_>) -> Eligibility {
    // Where the register prints no age there is no limit, which PRS and its public file write as `N/A`.
    let age = |path: &str| item.text_of(path).or_else(|| Some(Text::of("N/A")));
    Eligibility {
        criteria: item.text_of("eligibilityCriteria"),
        sexes: item.text_of("sex").map(code_in_words),
        minimum_age: age("minimumAge"),
        maximum_age: age("maximumAge"),
        standard_ages: item.texts_of("stdAges").into_iter().map(code_in_words).collect(),
        healthy_volunteers: item.flag_of("healthyVolunteers"),
        sex_based_on_gender: item.flag_of("genderBased"),
        gender_description: item.text_of("genderDescription"),
    }
}

/// `SPONSOR_INVESTIGATOR` is written with a hyphen.
fn responsible_party(text: Text) -> Text {
    let mut text = code_in_words(text);
    if text.text == "Sponsor Investigator" {
        "Sponsor-Investigator".clone_into(&mut text.text);
    }
    text
}

fn official(item: &Item<'_>) -> (Contact, Option<Text>) {
    let contact =
        Contact { name: item.text_of("name"), organisation: item.text_of("affiliation"), ..Contact::default() };
    (contact, item.text_of("role").map(code_in_words))
}

fn location(item: &Item<'_>) -> Location {
    Location {
        name: item.text_of("facility"),
        town: item.text_of("city"),
        state: item.text_of("state"),
        postcode: item.text_of("zip"),
        country: item.text_of("country"),
        status: item.text_of("status").map(code_in_words),
    }
}

fn sharing(item: &Item<'_>) -> Option<Sharing> {
    Some(Sharing { plan: code_in_words(item.text_of("ipdSharing")?), description: item.text_of("description") })
}

fn shared_document(item: &Item<'_>) -> Option<SharedDocument> {
    let (link, identifier, comment) = (item.text_of("url"), item.text_of("id"), item.text_of("comment"));
    Some(SharedDocument { kind: item.text_of("type")?, link, identifier, comment })
}

/// `DERIVED` references were found by the register in PubMed; they are no part of what a sponsor uploads.
fn reference(item: &Item<'_>) -> Reference {
    let kind = item.text_of("type");
    let results = match kind.as_deref() {
        Some("RESULT") => Some(true),
        Some("BACKGROUND") => Some(false),
        _ => None,
    };
    Reference {
        citation: item.text_of("citation"),
        pubmed: item.text_of("pmid"),
        results,
        kind: kind.filter(|_| results.is_none()).map(code_in_words),
    }
}
