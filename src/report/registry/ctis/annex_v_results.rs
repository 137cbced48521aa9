//! Annex V, elements 6 and 7: adverse reactions (related events) and the results of the end points, in people.

use crate::report::registry::document::{Block, Content, fill, fixed, words_of};
use crate::report::registry::{Event, Measurement, Outcome, OutcomeGroup, Row};

use super::build::{Build, counts};

/// Reactions are events that may have been caused by the treatment; events that are not related stay out.
pub(super) fn reactions(b: &Build<'_>) -> Vec<Block> {
    let (w, Some(events)) = (b.words, &b.record.adverse_events) else { return Vec::new() };
    let mut blocks = Vec::new();
    for group in &events.groups {
        if let (Some(related), Some(exposed)) = (&group.related, &group.exposed) {
            let with = [("group", words_of(&group.title)), ("people", b.people(related, exposed))];
            blocks.push(Block::Paragraph(fill(&w.lay_had_reaction, &with)));
        }
    }
    let serious: Vec<Block> = events.serious.iter().flat_map(|event| serious(b, event)).collect();
    let is_known =
        |event: &Event| counts(event).all(|(_, count)| count.serious.as_ref().is_some_and(|of| of.related.is_some()));
    if serious.is_empty() && events.serious.iter().all(is_known) {
        blocks.push(Block::Paragraph(fixed(&w.lay_no_serious_reaction)));
    }
    blocks.extend(serious);
    blocks.push(b.writer(&w.todo_reactions));
    blocks
}

/// Groups in which a serious term was related; the record counts its related events, not the people who had them.
fn serious(b: &Build<'_>, event: &Event) -> Vec<Block> {
    let (w, Some(events)) = (b.words, &b.record.adverse_events) else { return Vec::new() };
    let mut blocks = Vec::new();
    for (at, count) in counts(event) {
        let (Some(group), Some(of)) = (events.groups.get(at), &count.serious) else { continue };
        let name = || [("term", words_of(&event.term)), ("group", words_of(&group.title))];
        if b.is_positive(of.related.as_ref()) {
            let total = b.number(events.at_risk(at, count));
            let [term, title] = name();
            let with = [term, title, ("events", b.number(of.related.as_ref())), ("total", total)];
            blocks.push(Block::Paragraph(fill(&w.lay_reaction, &with)));
        }
        if b.is_positive(of.related_deaths.as_ref()) {
            let [term, title] = name();
            blocks.push(Block::Paragraph(fill(
                &w.lay_deaths,
                &[term, title, ("n", b.number(of.related_deaths.as_ref()))],
            )));
        }
    }
    blocks
}

/// Primary and secondary end points.
pub(super) fn outcomes(b: &Build<'_>) -> Vec<Block> {
    let is_main = |outcome: &&Outcome| outcome.kind.is("primary") || outcome.kind.is("secondary");
    let mut blocks: Vec<Block> = b.record.outcomes.iter().filter(is_main).flat_map(|of| outcome(b, of)).collect();
    blocks.push(b.writer(&b.words.todo_results));
    blocks
}

fn outcome(b: &Build<'_>, outcome: &Outcome) -> Vec<Block> {
    let title = words_of(&outcome.measure.title);
    let head = match &outcome.time_frame {
        Some(time) => fill(&b.words.lay_measured, &[("title", title), ("time", words_of(time))]),
        None => title,
    };
    let mut blocks = vec![Block::Paragraph(head)];
    for row in &outcome.measure.rows {
        for category in &row.categories {
            let part = [&row.title, &category.title].into_iter().flatten().map(words_of);
            let part = part.reduce(|first, next| fill(&b.words.then, &[("first", first), ("next", next)]));
            for (at, (cell, group)) in category.cells.iter().zip(&outcome.groups).enumerate() {
                let Some(value) = cell.as_ref().and_then(|cell| line(b, outcome, row, (at, group), cell)) else {
                    continue;
                };
                let content = match part.clone() {
                    Some(part) => fill(&b.words.label, &[("name", part), ("value", value)]),
                    None => value,
                };
                blocks.push(Block::Paragraph(content));
            }
        }
    }
    blocks
}

/// `Placebo: 5 of 10 people` for counts of people, `Placebo: 14.0 (average; days)` for anything else.
fn line(
    b: &Build<'_>,
    outcome: &Outcome,
    row: &Row,
    (at, group): (usize, &OutcomeGroup),
    cell: &Measurement,
) -> Option<Content> {
    let (w, measure) = (b.words, &outcome.measure);
    let name = b.group(group.title.as_ref(), group.flow_group);
    let value = cell.value.as_ref()?;
    let counts_people = measure.parameter.as_ref().is_some_and(|kind| kind.is("count_of_participants"));
    // Subjects of the row come before those of the group.
    let of_row = row.denominators.first().and_then(|of| of.counts.get(at)).and_then(Option::as_ref);
    if let Some(total) = of_row.or(group.analysed.as_ref()).filter(|_| counts_people) {
        return Some(fill(&w.lay_result, &[("group", name), ("people", b.people(value, total))]));
    }
    let kind = measure.parameter.as_ref().map_or_else(|| fixed("-"), |kind| fixed(w.term("lay_parameter", kind)));
    let unit = measure.unit.as_ref().map_or_else(|| fixed("-"), words_of);
    let with = [("group", name), ("value", b.number(Some(value))), ("kind", kind), ("unit", unit)];
    Some(fill(&w.lay_value, &with))
}
