//! Annex V: the ten elements of the lay summary; natural frequencies, no p-values.

use crate::report::registry::document::{Block, Section, fill, fixed, words, words_of};

use super::annex_iv::{identifiers, sponsors};
use super::annex_v_results as results;
use super::build::Build;

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    let w = b.words;
    vec![
        b.section("1", &w.l1, identification(b)),
        b.section("2", &w.l2, sponsors(b)),
        b.section("3", &w.l3, general(b)),
        b.section("4", &w.l4, population(b)),
        b.section("5", &w.l5, b.products()),
        b.section("6", &w.l6, results::reactions(b)),
        b.section("7", &w.l7, results::outcomes(b)),
        b.section("8", &w.l8, vec![b.writer(&w.todo_comments)]),
        b.section("9", &w.l9, vec![b.writer(&w.todo_follow_up)]),
        b.section("10", &w.l10, more(b)),
    ]
}

fn identification(b: &Build<'_>) -> Vec<Block> {
    let own = &b.record.identification;
    let title = own.public_title.as_ref().or(own.official_title.as_ref());
    let mut blocks: Vec<Block> = b.line(&b.words.title, title).into_iter().collect();
    blocks.extend(b.line(&b.words.protocol_code, own.protocol_code.as_ref()));
    blocks.extend(identifiers(b, own));
    blocks
}

fn general(b: &Build<'_>) -> Vec<Block> {
    let (w, trial) = (b.words, &b.record.trial);
    let end = trial.end_date.as_ref().or(b.record.protocol.completion.as_ref());
    let period = trial.recruitment_start.as_ref().zip(end).map(|(from, until)| {
        b.labelled(&w.lay_when, fill(&w.lay_period, &[("from", words_of(from)), ("until", words_of(until))]))
    });
    let countries: Vec<&str> = trial.countries.iter().filter_map(|of| of.country.name.as_deref()).collect();
    let lines = [
        (!countries.is_empty()).then(|| b.labelled(&w.lay_where, words(&countries.join(", ")))),
        period,
        b.line(&w.lay_aim, trial.main_objective.as_ref()),
        b.line(&w.lay_why, trial.rationale.as_ref()),
    ];
    let mut blocks: Vec<Block> = lines.into_iter().flatten().collect();
    blocks.push(b.writer(&w.todo_plain));
    blocks
}

fn population(b: &Build<'_>) -> Vec<Block> {
    let (w, record) = (b.words, b.record);
    let mut blocks = Vec::new();
    if let Some(all) = &record.protocol.enrolment {
        blocks.push(Block::Paragraph(fill(&w.lay_took_part, &[("n", b.number(Some(all)))])));
        for of in &record.trial.countries {
            let country = of.country.name.as_deref().map_or_else(|| fixed("-"), words);
            let with = [("country", country), ("n", b.number(Some(&of.subjects))), ("total", b.number(Some(all)))];
            blocks.push(Block::Paragraph(fill(&w.lay_country, &with)));
        }
        // Baseline counts are of those whose baseline is described, which may be fewer than all.
        let described = record.baseline.as_ref().and_then(|of| of.total.as_ref()).and_then(|of| of.subjects.as_ref());
        let total = described.unwrap_or(all);
        for (name, n) in b.ages().into_iter().chain(b.sexes()) {
            let with = [("name", name), ("value", b.people(&n, total))];
            blocks.push(Block::Paragraph(fill(&w.label, &with)));
        }
    }
    blocks.push(b.writer(&w.todo_eu));
    blocks.extend(b.criteria(&w.lay_who));
    blocks
}

fn more(b: &Build<'_>) -> Vec<Block> {
    let w = b.words;
    let citations = b.record.more.references.iter().filter_map(|one| b.line(&w.publication, one.citation.as_ref()));
    citations.chain(std::iter::once(b.writer(&w.todo_more))).collect()
}
