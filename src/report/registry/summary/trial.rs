//! EudraCT's trial information: identification, sponsors, paediatric details, stage, objectives, population.

use crate::report::registry::document::{Block, Content, Section, fixed, words};
use crate::report::registry::{Identification, Sponsor, Text};
use crate::spec::study_registry::EUDRACT_AGE_GROUPS;

use super::build::{Build, Facts, part, section};

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    let mut sections = vec![section(2, fixed("Trial information"), Vec::new())];
    let parts = [
        ("Trial identification", identification(b)),
        ("Additional study identifiers", identifiers(b)),
        ("Sponsors", b.source.record.sponsors.iter().flat_map(|of| sponsor(b, of)).collect()),
        ("Paediatric regulatory details", paediatric(b)),
        ("Results analysis stage", stage(b)),
        ("General information about the trial", general(b)),
        ("Population of trial subjects", population(b)),
    ];
    sections.extend(parts.into_iter().filter_map(|(heading, blocks)| part(heading, blocks)));
    sections
}

/// A number of a register, with a mark where the study's numbers are placeholders.
pub(super) fn registered(of: &Identification, number: Option<&Text>) -> Content {
    let mark = if of.placeholder { " (placeholder)" } else { "" };
    number.map_or_else(Content::new, |number| words(&format!("{}{mark}", number.text)))
}

fn identification(b: &Build<'_>) -> Vec<Block> {
    let (of, mut facts) = (&b.source.record.identification, Facts::new(b));
    facts.text("Full title", of.official_title.as_ref());
    let number = registered(of, of.eudract.as_ref());
    facts.content("EudraCT number", if number.is_empty() { fixed("missing") } else { number });
    facts.text("Sponsor protocol code", of.protocol_code.as_ref());
    facts.blocks()
}

fn identifiers(b: &Build<'_>) -> Vec<Block> {
    let (of, mut facts) = (&b.source.record.identification, Facts::new(b));
    facts.content("ISRCTN number", registered(of, of.isrctn.as_ref()));
    facts.content("ClinicalTrials.gov id (NCT number)", registered(of, of.nct.as_ref()));
    facts.content("WHO universal trial number (UTN)", registered(of, of.who.as_ref()));
    facts.content("EU trial number", registered(of, of.ctis.as_ref()));
    for other in &of.others {
        facts.text(other.name.as_ref().map_or("Other identifier", |name| name.text.as_str()), Some(&other.number));
    }
    facts.blocks()
}

fn sponsor(b: &Build<'_>, of: &Sponsor) -> Vec<Block> {
    let mut facts = Facts::new(b);
    facts.text("Sponsor organisation name", of.organisation.as_ref());
    let town = [&of.postcode, &of.town].into_iter().flatten().map(|text| text.text.clone()).collect::<Vec<_>>();
    let street = of.street.iter().map(|street| street.text.clone());
    let country = of.country.iter().filter_map(|country| country.name.clone());
    let lines = street.chain([town.join(" ")]).chain(country).filter(|line| !line.is_empty());
    facts.words("Sponsor organisation address", &lines.collect::<Vec<_>>().join(", "));
    facts.contact("Public contact", of.public_contact.as_ref());
    facts.contact("Scientific contact", of.scientific_contact.as_ref());
    facts.blocks()
}

fn paediatric(b: &Build<'_>) -> Vec<Block> {
    let (record, mut facts) = (b.source.record, Facts::new(b));
    facts.yes_no("Part of an agreed paediatric investigation plan (PIP)", record.trial.part_of_pip);
    for plan in &record.identification.paediatric_plans {
        facts.text("EMA paediatric investigation plan number", Some(plan));
    }
    facts.yes_no("Article 45 of Regulation (EC) No 1901/2006 applies", record.trial.article_45);
    facts.yes_no("Article 46 of Regulation (EC) No 1901/2006 applies", record.trial.article_46);
    facts.blocks()
}

fn stage(b: &Build<'_>) -> Vec<Block> {
    let (trial, mut facts) = (&b.source.record.trial, Facts::new(b));
    facts.term("Analysis stage", "analysis_stage", trial.stage.as_ref());
    facts.text("Date of interim/final analysis", trial.analysis_date.as_ref());
    facts.yes_no("Analysis of the primary completion data", trial.for_primary_completion);
    facts.text("Primary completion date", trial.primary_completion.as_ref());
    facts.yes_no("Global end of trial reached", trial.ended);
    facts.text("Global end of trial date", trial.end_date.as_ref());
    facts.yes_no("Trial ended prematurely", trial.premature);
    facts.blocks()
}

fn general(b: &Build<'_>) -> Vec<Block> {
    let (trial, mut facts) = (&b.source.record.trial, Facts::new(b));
    facts.text("Main objective of the trial", trial.main_objective.as_ref());
    facts.text("Protection of trial subjects", trial.protection_of_subjects.as_ref());
    facts.text("Background therapy", trial.background_therapy.as_ref());
    facts.text("Evidence for comparator", trial.comparator_evidence.as_ref());
    facts.text("Actual start date of recruitment", trial.recruitment_start.as_ref());
    facts.yes_no("Long term follow-up planned", trial.long_term_follow_up);
    facts.yes_no("Independent data monitoring committee (IDMC) involvement", trial.data_monitoring_committee);
    facts.blocks()
}

fn population(b: &Build<'_>) -> Vec<Block> {
    let record = b.source.record;
    let mut blocks = Vec::new();
    let mut table = |head: &str, rows: Vec<Vec<Content>>| {
        if !rows.is_empty() {
            blocks.push(Block::Table { head: vec![fixed(head), fixed("Number of subjects enrolled")], rows });
        }
    };
    let countries = record.trial.countries.iter();
    let name = |country: &Option<String>| words(country.as_deref().unwrap_or("-"));
    let mut rows: Vec<Vec<Content>> =
        countries.map(|of| vec![name(&of.country.name), b.number(Some(&of.subjects))]).collect();
    if let Some(all) = &record.protocol.enrolment {
        rows.push(vec![fixed("Worldwide total number of subjects"), b.number(Some(all))]);
    }
    table("Country", rows);
    let ages = record.trial.age_groups.iter().flat_map(|ages| &ages.groups);
    let label = |id: &String| {
        EUDRACT_AGE_GROUPS.iter().find(|group| group.id == id).map_or(id.as_str(), |group| group.label).to_owned()
    };
    table("Age group", ages.map(|(id, n)| vec![words(&label(id)), b.number(Some(n))]).collect());
    blocks
}
