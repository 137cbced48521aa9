//! What stands at the end of a record: changes, interruptions, limitations, references, agreements, contact.

use crate::report::registry::Text;
use crate::report::registry::document::{Block, Content, Section, fixed, words, words_of};

use super::build::{Build, Facts, joined, paragraphs, part, section, telephone};

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    if b.is_ctgov() { ctgov(b) } else { eudract(b) }
}

fn none_reported() -> Vec<Block> {
    vec![Block::Paragraph(fixed("None reported."))]
}

fn limitations(b: &Build<'_>) -> Vec<Block> {
    let blocks = paragraphs(b.source.record.more.limitations.as_ref());
    if blocks.is_empty() { none_reported() } else { blocks }
}

fn eudract(b: &Build<'_>) -> Vec<Section> {
    let mut sections = vec![section(2, fixed("More information"), Vec::new())];
    let parts = [
        ("Substantial protocol amendments (globally)", amendments(b)),
        ("Interruptions (globally)", interruptions(b)),
        ("Limitations and caveats", limitations(b)),
        ("Online references", references(b)),
    ];
    sections.extend(parts.into_iter().filter_map(|(heading, blocks)| part(heading, blocks)));
    sections
}

fn cell(text: &Option<Text>) -> Content {
    text.as_ref().map_or_else(Content::new, words_of)
}

fn amendments(b: &Build<'_>) -> Vec<Block> {
    let more = &b.source.record.more;
    let mut facts = Facts::new(b);
    facts.yes_no("Were there any global substantial amendments to the protocol", more.has_amendments);
    let mut blocks = facts.blocks();
    if !more.amendments.is_empty() {
        let rows = more.amendments.iter().map(|of| vec![cell(&of.date), cell(&of.description)]);
        blocks.push(Block::Table { head: Vec::new(), rows: rows.collect() });
    }
    blocks
}

fn interruptions(b: &Build<'_>) -> Vec<Block> {
    let more = &b.source.record.more;
    let mut facts = Facts::new(b);
    facts.yes_no("Were there any global interruptions to the trial", more.has_interruptions);
    let mut blocks = facts.blocks();
    if !more.interruptions.is_empty() {
        let restart = |date: &Text| joined([fixed(", restart "), words_of(date)]);
        let rows = more.interruptions.iter().map(|of| {
            let when = joined([cell(&of.date), of.restart.as_ref().map_or_else(Content::new, restart)]);
            vec![when, cell(&of.description)]
        });
        blocks.push(Block::Table { head: Vec::new(), rows: rows.collect() });
    }
    blocks
}

fn references(b: &Build<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for of in &b.source.record.more.references {
        let pubmed = of.pubmed.as_ref().map(|number| format!("PubMed {}", number.text));
        let citation = of.citation.as_ref().map(|citation| citation.text.clone());
        let parts: Vec<String> = citation.into_iter().chain(pubmed).collect();
        blocks.push(Block::Paragraph(words(&parts.join(" "))));
    }
    blocks
}

fn ctgov(b: &Build<'_>) -> Vec<Section> {
    let mut sections = vec![
        section(2, fixed("Limitations and Caveats"), limitations(b)),
        section(2, fixed("More Information"), Vec::new()),
    ];
    sections.extend(part("Certain Agreements", agreements(b)));
    sections.extend(part("Results Point of Contact", contact(b)));
    sections.extend(part("Publications", references(b)));
    sections
}

fn agreements(b: &Build<'_>) -> Vec<Block> {
    let Some(of) = &b.source.record.more.agreement else { return Vec::new() };
    let mut facts = Facts::new(b);
    facts.yes_no("All principal investigators are employed by the organization sponsoring the study", of.employees);
    facts.yes_no("An agreement restricts what a principal investigator may discuss or publish", of.restrictive);
    let restriction = of.restriction.as_ref().map_or("", |text| match text.text.as_str() {
        "LTE60" => "The sponsor may embargo communications for up to 60 days",
        "GT60" => "The sponsor may embargo communications for more than 60 and up to 180 days",
        "OTHER" => "Other disclosure agreement",
        other => other,
    });
    facts.words("Restriction", restriction);
    facts.text("Other details", of.details.as_ref());
    facts.blocks()
}

fn contact(b: &Build<'_>) -> Vec<Block> {
    let Some(of) = &b.source.record.more.point_of_contact else { return Vec::new() };
    let mut facts = Facts::new(b);
    facts.text("Name/Title", of.name.as_ref());
    facts.text("Organization", of.organisation.as_ref());
    facts.words("Phone", &telephone(of).unwrap_or_default());
    facts.text("EMail", of.email.as_ref());
    facts.blocks()
}
