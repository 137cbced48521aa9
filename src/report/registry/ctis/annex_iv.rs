//! Annex IV, parts A, B and F: the trial, its subjects and what stands at the end.

use crate::report::registry::document::{Block, Content, Section, fill, fixed, words, words_of};
use crate::report::registry::{Identification, Period, Text};

use super::annex_iv_results as results;
use super::build::Build;

pub(super) fn sections(b: &Build<'_>) -> Vec<Section> {
    let w = b.words;
    let part = |heading: &str| Section { element: None, level: 2, heading: fixed(heading), blocks: Vec::new() };
    vec![
        part(&w.a),
        b.section("A.1", &w.a1, identification(b)),
        b.section("A.2", &w.a2, identifiers(b, &b.record.identification)),
        b.section("A.3", &w.a3, sponsors(b)),
        b.section("A.4", &w.a4, paediatric(b)),
        b.section("A.5", &w.a5, stage(b)),
        b.section("A.6", &w.a6, general(b)),
        b.section("A.7", &w.a7, population(b)),
        part(&w.b),
        b.section("B.1", &w.b1, recruitment(b)),
        b.section("B.2", &w.b2, b.line(&w.screening, b.record.flow.pre_assignment.as_ref()).into_iter().collect()),
        b.section("B.3", &w.b3, b.record.flow.periods.iter().flat_map(|of| period(b, of)).collect()),
        part(&w.c),
        b.section("C.1", &w.c1, results::age(b)),
        b.section("C.2", &w.c2, results::sex(b)),
        b.section("C.3", &w.c3, results::study_specific(b)),
        part(&w.d),
        b.section("D.1", &w.d1, results::definitions(b)),
        b.section("D.2", &w.d2, b.record.outcomes.iter().flat_map(|of| results::outcome(b, of)).collect()),
        part(&w.e),
        b.section("E.1", &w.e1, results::events_information(b)),
        b.section("E.2", &w.e2, results::event_groups(b)),
        b.section("E.3", &w.e3, results::serious(b)),
        b.section("E.4", &w.e4, results::non_serious(b)),
        part(&w.f),
        b.section("F.1", &w.f1, amendments(b)),
        b.section("F.2", &w.f2, interruptions(b)),
        b.section(
            "F.3",
            &w.f3,
            b.record.more.limitations.iter().map(|text| Block::Paragraph(words_of(text))).collect(),
        ),
        b.section("F.4", &w.f4, vec![b.writer(&w.todo_declaration)]),
    ]
}

fn identification(b: &Build<'_>) -> Vec<Block> {
    let own = &b.record.identification;
    let lines = [
        b.line(&b.words.title, own.official_title.as_ref()),
        b.line(&b.words.public_title, own.public_title.as_ref()),
        b.line(&b.words.protocol_code, own.protocol_code.as_ref()),
    ];
    lines.into_iter().flatten().collect()
}

/// Numbers of the trial; the EU trial number is asked for and so marked where it is missing.
pub(super) fn identifiers(b: &Build<'_>, own: &Identification) -> Vec<Block> {
    let w = b.words;
    let eu = b.line(&w.eu_number, own.ctis.as_ref());
    let eu = eu.unwrap_or_else(|| b.writer(&format!("{}: {}", w.eu_number, w.todo_missing)));
    let others = [
        b.line(&w.eudract_number, own.eudract.as_ref()),
        b.line(&w.nct_number, own.nct.as_ref()),
        b.line(&w.isrctn_number, own.isrctn.as_ref()),
        b.line(&w.who_number, own.who.as_ref()),
    ];
    let further = own.others.iter().map(|other| {
        let name = other.name.as_ref().or(other.kind.as_ref()).map_or("", |name| name.text.as_str());
        Block::Paragraph(fill(&w.label, &[("name", words(name)), ("value", words_of(&other.number))]))
    });
    std::iter::once(eu).chain(others.into_iter().flatten()).chain(further).collect()
}

pub(super) fn sponsors(b: &Build<'_>) -> Vec<Block> {
    let w = b.words;
    let mut blocks = Vec::new();
    for sponsor in &b.record.sponsors {
        blocks.extend(b.line(&w.sponsor, sponsor.organisation.as_ref()));
        let country = sponsor.country.as_ref().and_then(|country| country.name.clone());
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.text.clone());
        let town = [text(&sponsor.postcode), text(&sponsor.town)].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let parts = [text(&sponsor.street), Some(town).filter(|town| !town.is_empty()), country];
        let address = parts.into_iter().flatten().collect::<Vec<_>>().join(", ");
        if !address.is_empty() {
            blocks.push(b.labelled(&w.address, words(&address)));
        }
        blocks.extend(b.contact(&w.public_contact, sponsor.public_contact.as_ref()));
        blocks.extend(b.contact(&w.scientific_contact, sponsor.scientific_contact.as_ref()));
    }
    blocks
}

fn paediatric(b: &Build<'_>) -> Vec<Block> {
    let (w, trial) = (b.words, &b.record.trial);
    let plans: Vec<&str> = b.record.identification.paediatric_plans.iter().map(|plan| plan.text.as_str()).collect();
    let lines = [
        b.yes_or_no(&w.paediatric_plan, trial.part_of_pip),
        (!plans.is_empty()).then(|| b.labelled(&w.paediatric_numbers, words(&plans.join(", ")))),
        b.yes_or_no(&w.article_45, trial.article_45),
        b.yes_or_no(&w.article_46, trial.article_46),
    ];
    lines.into_iter().flatten().collect()
}

fn stage(b: &Build<'_>) -> Vec<Block> {
    let (w, trial) = (b.words, &b.record.trial);
    let lines = [
        b.term(&w.stage, "analysis_stage", trial.stage.as_ref()),
        b.line(&w.analysis_date, trial.analysis_date.as_ref()),
        b.line(&w.primary_completion, trial.primary_completion.as_ref()),
        b.yes_or_no(&w.ended, trial.ended),
        b.line(&w.end_date, trial.end_date.as_ref()),
        b.yes_or_no(&w.premature, trial.premature),
    ];
    lines.into_iter().flatten().collect()
}

fn general(b: &Build<'_>) -> Vec<Block> {
    let (w, trial, design) = (b.words, &b.record.trial, &b.record.protocol.design);
    let lines = [
        b.line(&w.objective, trial.main_objective.as_ref()),
        b.line(&w.design, design.model_description.as_ref()),
        b.term(&w.phase, "phase", design.phase.as_ref()),
        b.line(&w.rationale, trial.rationale.as_ref()),
        b.line(&w.start, trial.recruitment_start.as_ref()),
        b.line(&w.protection, trial.protection_of_subjects.as_ref()),
        b.line(&w.background_therapy, trial.background_therapy.as_ref()),
        b.line(&w.comparator, trial.comparator_evidence.as_ref()),
    ];
    let mut blocks: Vec<Block> = lines.into_iter().flatten().collect();
    let methods = b.record.outcomes.iter().flat_map(|outcome| &outcome.analyses).map(|of| results::method(b, of));
    let mut named: Vec<Content> = Vec::new();
    for method in methods.flatten() {
        if !named.contains(&method) {
            named.push(method);
        }
    }
    blocks.extend(named.into_iter().map(|method| b.labelled(&w.methods, method)));
    blocks.push(b.writer(&w.todo_methods));
    blocks
}

fn population(b: &Build<'_>) -> Vec<Block> {
    let (w, record) = (b.words, b.record);
    let mut blocks = Vec::new();
    if let Some(all) = &record.protocol.enrolment {
        blocks.push(b.labelled(&w.subjects, b.number(Some(all))));
    }
    let mut table = |title: &str, rows: Vec<Vec<Content>>| {
        if !rows.is_empty() {
            blocks.push(Block::Table { head: vec![fixed(title), fixed(&w.subjects)], rows });
        }
    };
    let name = |country: &Option<String>| words(country.as_deref().unwrap_or("-"));
    let countries = record.trial.countries.iter();
    table(&w.country, countries.map(|of| vec![name(&of.country.name), b.number(Some(&of.subjects))]).collect());
    table(&w.age_group, b.ages().into_iter().map(|(group, n)| vec![group, b.number(Some(&n))]).collect());
    table(&w.gender, b.sexes().into_iter().map(|(sex, n)| vec![sex, b.number(Some(&n))]).collect());
    blocks.push(b.writer(&w.todo_eu));
    blocks
}

fn recruitment(b: &Build<'_>) -> Vec<Block> {
    let (w, record) = (b.words, b.record);
    let mut blocks: Vec<Block> = b.line(&w.recruitment, record.flow.recruitment.as_ref()).into_iter().collect();
    blocks.extend(b.criteria(&w.criteria));
    let design = &record.protocol.design;
    blocks.extend(b.term(&w.allocation, "allocation", design.allocation.as_ref()));
    blocks.extend(b.term(&w.masking, "masking", design.masking.level.as_ref()));
    let who: Vec<&str> = design.masking.who.iter().map(|role| w.term("masked_role", role)).collect();
    if !who.is_empty() {
        blocks.push(b.labelled(&w.masked, fixed(&who.join(", "))));
    }
    blocks.extend(b.products());
    blocks
}

fn period(b: &Build<'_>, period: &Period) -> Vec<Block> {
    let w = b.words;
    let row = |label: Content, cells: &[Option<crate::report::registry::Achievement>]| -> Vec<Content> {
        let numbers = cells.iter().map(|cell| b.number(cell.as_ref().map(|cell| &cell.subjects)));
        std::iter::once(label).chain(numbers).collect()
    };
    let mut rows = vec![row(fixed(&w.started), &period.started)];
    rows.extend(period.milestones.iter().map(|of| row(words_of(&of.title), &of.reached)));
    rows.push(row(fixed(&w.completed), &period.completed));
    for reason in &period.reasons {
        let listed = reason.ctgov.as_ref().map(|term| fixed(w.term("reason_not_completed_ctgov", term)));
        let own = reason.words.as_ref().map(words_of).or(listed).unwrap_or_else(|| fixed("-"));
        rows.push(row(fill(&w.not_completed, &[("reason", own)]), &reason.subjects));
    }
    vec![Block::Paragraph(words_of(&period.title)), Block::Table { head: b.flow_head(&w.subjects), rows }]
}

fn amendments(b: &Build<'_>) -> Vec<Block> {
    let more = &b.record.more;
    if more.has_amendments == Some(false) {
        return vec![Block::Paragraph(fixed(&b.words.none))];
    }
    let part = |text: &Option<Text>| text.as_ref().map_or_else(|| fixed("-"), words_of);
    let one = |date: &Option<Text>, what: &Option<Text>| {
        Block::Paragraph(fill(&b.words.dated, &[("date", part(date)), ("what", part(what))]))
    };
    more.amendments.iter().map(|of| one(&of.date, &of.description)).collect()
}

fn interruptions(b: &Build<'_>) -> Vec<Block> {
    let more = &b.record.more;
    if more.has_interruptions == Some(false) {
        return vec![Block::Paragraph(fixed(&b.words.none))];
    }
    let part = |text: &Option<Text>| text.as_ref().map_or_else(|| fixed("-"), words_of);
    let one = |of: &crate::report::registry::Interruption| {
        let with = [("from", part(&of.date)), ("until", part(&of.restart)), ("what", part(&of.description))];
        Block::Paragraph(fill(&b.words.interrupted, &with))
    };
    more.interruptions.iter().map(one).collect()
}
