//! ClinicalTrials.gov's head of a record: identification, description, design, arms, planned outcomes, eligibility.

use crate::report::registry::document::{Block, Content, Section, fixed, words, words_of};
use crate::report::registry::{Intervention, ProtocolArm};

use super::build::{Build, Facts, joined, paragraphs, section};
use super::trial::registered;

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    let parts = [
        ("Study Identification", identification(b)),
        ("Study Description", description(b)),
        ("Study Design", design(b)),
        ("Arms and Interventions", arms(b)),
        ("Planned Outcome Measures", outcomes(b)),
        ("Eligibility Criteria", eligibility(b)),
    ];
    let with_content = parts.into_iter().filter(|(_, blocks)| !blocks.is_empty());
    with_content.map(|(heading, blocks)| section(2, fixed(heading), blocks)).collect()
}

fn identification(b: &Build<'_>) -> Vec<Block> {
    let (record, mut facts) = (b.source.record, Facts::new(b));
    let of = &record.identification;
    facts.text("Brief Title", of.public_title.as_ref());
    facts.text("Acronym", of.acronym.as_ref());
    facts.text("Official Title", of.official_title.as_ref());
    let number = registered(of, of.nct.as_ref());
    facts.content("ClinicalTrials.gov Identifier", if number.is_empty() { fixed("none") } else { number });
    facts.text("Unique Protocol ID", of.protocol_code.as_ref());
    facts.content("EudraCT Number", registered(of, of.eudract.as_ref()));
    facts.content("EU Trial (CTIS) Number", registered(of, of.ctis.as_ref()));
    for other in &of.others {
        facts.text("Other Study ID Number", Some(&other.number));
    }
    facts.text("Responsible Party", record.protocol.responsible_party.as_ref());
    for sponsor in &record.sponsors {
        facts.text("Study Sponsor", sponsor.organisation.as_ref());
    }
    for collaborator in &record.protocol.collaborators {
        facts.text("Collaborator", Some(&collaborator.name));
    }
    for (official, role) in &record.protocol.officials {
        facts.contact(role.as_ref().map_or("Investigator", |role| role.text.as_str()), Some(official));
    }
    facts.blocks()
}

fn description(b: &Build<'_>) -> Vec<Block> {
    let protocol = &b.source.record.protocol;
    let mut blocks = paragraphs(protocol.brief_summary.as_ref());
    blocks.extend(paragraphs(protocol.detailed_description.as_ref()));
    let mut facts = Facts::new(b);
    for condition in &protocol.conditions {
        facts.text("Condition or Disease", Some(condition));
    }
    for keyword in &protocol.keywords {
        facts.text("Keyword", Some(keyword));
    }
    blocks.extend(facts.blocks());
    blocks
}

fn design(b: &Build<'_>) -> Vec<Block> {
    let protocol = &b.source.record.protocol;
    let (design, mut facts) = (&protocol.design, Facts::new(b));
    facts.term("Study Type", "study_type", design.study_type.as_ref());
    facts.term("Phase", "phase", design.phase.as_ref());
    facts.figure("Enrollment", protocol.enrolment.as_ref());
    facts.term("Allocation", "allocation", design.allocation.as_ref());
    facts.term("Intervention Model", "model", design.model.as_ref());
    facts.text("Intervention Model Description", design.model_description.as_ref());
    facts.term("Masking", "masking", design.masking.level.as_ref());
    let who: Vec<String> = design.masking.who.iter().map(|role| b.term("masked_role", role)).collect();
    facts.words("Masked", &who.join(", "));
    facts.text("Masking Description", design.masking.description.as_ref());
    facts.term("Primary Purpose", "purpose", design.purpose.as_ref());
    facts.term("Overall Recruitment Status", "overall_status", protocol.status.as_ref());
    facts.text("Why Study Stopped", protocol.why_stopped.as_ref());
    facts.text("Study Start Date", protocol.start.as_ref());
    facts.text("Primary Completion Date", protocol.primary_completion.as_ref());
    facts.text("Study Completion Date", protocol.completion.as_ref());
    facts.blocks()
}

/// `Experimental: Title`, then what it is.
fn titled(kind: Option<String>, title: Content, description: Option<Content>) -> Content {
    let kind = kind.map_or_else(Content::new, |kind| words(&format!("{kind}: ")));
    let description = description.map_or_else(Content::new, |text| joined([fixed(". "), text]));
    joined([kind, title, description])
}

fn arms(b: &Build<'_>) -> Vec<Block> {
    let protocol = &b.source.record.protocol;
    let intervention = |of: &Intervention| {
        let kind = of.kind.as_ref().map(|kind| b.term("intervention_type", kind));
        titled(kind, words_of(&of.name), of.description.as_ref().map(words_of))
    };
    let row = |arm: &ProtocolArm| {
        let kind = arm.kind.as_ref().map(|kind| b.term("arm_type", kind));
        let is_given = |of: &&Intervention| of.arms.contains(&arm.title) || arm.interventions.contains(&of.name);
        let given: Vec<&str> = protocol.interventions.iter().filter(is_given).map(|of| of.name.text.as_str()).collect();
        vec![titled(kind, words_of(&arm.title), arm.description.as_ref().map(words_of)), words(&given.join("; "))]
    };
    let mut blocks = Vec::new();
    if !protocol.arms.is_empty() {
        let head = vec![fixed("Arm"), fixed("Intervention/treatment")];
        blocks.push(Block::Table { head, rows: protocol.arms.iter().map(row).collect() });
    }
    blocks.extend(protocol.interventions.iter().map(|of| Block::Paragraph(intervention(of))));
    blocks
}

fn outcomes(b: &Build<'_>) -> Vec<Block> {
    let mut facts = Facts::new(b);
    for outcome in &b.source.record.protocol.outcomes {
        let frame = outcome.time_frame.as_ref();
        let frame = frame.map_or_else(Content::new, |frame| words(&format!(" [Time Frame: {}]", frame.text)));
        let description = outcome.description.as_ref();
        let description = description.map_or_else(Content::new, |text| words(&format!(" {}", text.text)));
        facts.content(&b.term("outcome_type", &outcome.kind), joined([words_of(&outcome.title), frame, description]));
    }
    facts.blocks()
}

fn eligibility(b: &Build<'_>) -> Vec<Block> {
    let (of, mut facts) = (&b.source.record.protocol.eligibility, Facts::new(b));
    facts.text("Minimum Age", of.minimum_age.as_ref());
    facts.text("Maximum Age", of.maximum_age.as_ref());
    facts.text("Sexes Eligible for Study", of.sexes.as_ref());
    facts.text("Gender Eligibility", of.gender_description.as_ref());
    facts.yes_no("Accepts Healthy Volunteers", of.healthy_volunteers);
    let mut blocks = facts.blocks();
    blocks.extend(paragraphs(of.criteria.as_ref()));
    blocks
}
