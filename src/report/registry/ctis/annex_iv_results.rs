//! Annex IV, parts C to E: baseline characteristics, end points with their analyses, adverse events.

use crate::report::registry::document::{Block, Content, fill, fixed, words, words_of};
use crate::report::registry::{
    Analysis, Category, Characteristic, CharacteristicKind, Event, EventCount, EventGroup, Figure, Measure,
    Measurement, Outcome, Text,
};
use crate::spec::frequency::FrequencyRule;

use super::build::Build;

pub(super) fn age(b: &Build<'_>) -> Vec<Block> {
    use CharacteristicKind::{AgeContinuous, AgeCustomised, AgeEudract};
    of_kinds(b, &[AgeContinuous, AgeEudract, AgeCustomised])
}

pub(super) fn sex(b: &Build<'_>) -> Vec<Block> {
    of_kinds(b, &[CharacteristicKind::Sex, CharacteristicKind::SexCustomised])
}

/// The annex asks for these where there are any: none is an answer.
pub(super) fn study_specific(b: &Build<'_>) -> Vec<Block> {
    let blocks = of_kinds(b, &[CharacteristicKind::StudySpecific]);
    if blocks.is_empty() { vec![Block::Paragraph(fixed(&b.words.none))] } else { blocks }
}

fn of_kinds(b: &Build<'_>, kinds: &[CharacteristicKind]) -> Vec<Block> {
    let Some(baseline) = &b.record.baseline else { return Vec::new() };
    let mut blocks = Vec::new();
    for one in baseline.characteristics.iter().filter(|one| kinds.contains(&one.kind)) {
        let groups = baseline.groups.iter().map(|group| b.group(group.title.as_ref(), group.flow_group));
        let head = std::iter::once(characteristic_head(b, one)).chain(groups).collect();
        let rows = rows(b, &one.measure, one.kind, baseline.groups.len());
        blocks.push(Block::Table { head, rows });
    }
    blocks
}

fn characteristic_head(b: &Build<'_>, one: &Characteristic) -> Content {
    fill(&b.words.with_spread, &[("value", words_of(&one.measure.title)), ("spread", kind_of_value(b, &one.measure))])
}

/// `mean, standard deviation; mmHg`.
fn kind_of_value(b: &Build<'_>, measure: &Measure) -> Content {
    let w = b.words;
    let mut content = measure.parameter.as_ref().map_or_else(Content::new, |term| fixed(w.term("parameter", term)));
    let level = measure.level.as_ref();
    if let Some(spread) = measure.dispersion.as_ref().filter(|spread| !spread.is("not_applicable")) {
        content.extend(fixed(", "));
        content.extend(match level {
            Some(level) if spread.is("confidence_interval") => level_words(b, level),
            _ => fixed(w.term("dispersion", spread)),
        });
    }
    let counts = measure.parameter.as_ref().is_some_and(|kind| kind.is("count_of_participants"));
    if let Some(unit) = measure.unit.as_ref().filter(|_| !counts) {
        content.extend(fixed("; "));
        content.extend(words_of(unit));
    }
    content
}

fn level_words(b: &Build<'_>, level: &Text) -> Content {
    fill(&b.words.level_interval, &[("level", words(&level.replace('.', &b.words.decimal_mark.to_string())))])
}

fn rows(b: &Build<'_>, measure: &Measure, kind: CharacteristicKind, groups: usize) -> Vec<Vec<Content>> {
    let mut rows = Vec::new();
    for row in &measure.rows {
        for category in &row.categories {
            let cells = category.cells.iter().take(groups).map(|cell| measurement(b, cell.as_ref()));
            rows.push(std::iter::once(label(b, measure, kind, row.title.as_ref(), category)).chain(cells).collect());
        }
    }
    rows
}

fn label(b: &Build<'_>, measure: &Measure, kind: CharacteristicKind, row: Option<&Text>, of: &Category) -> Content {
    let category = of.title.as_ref().map(|title| match kind {
        CharacteristicKind::Sex => b.sex(title),
        _ => words_of(title),
    });
    match (row.map(words_of), category) {
        (Some(first), Some(next)) => fill(&b.words.then, &[("first", first), ("next", next)]),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => kind_of_value(b, measure),
    }
}

/// A value with its spread in brackets.
fn measurement(b: &Build<'_>, of: Option<&Measurement>) -> Content {
    let Some(of) = of else { return fixed("-") };
    let value = b.number(of.value.as_ref());
    let spread = match (&of.spread, &of.lower, &of.upper) {
        (Some(one), _, _) => b.number(Some(one)),
        (None, Some(low), Some(high)) => limits(b, Some(low), Some(high)),
        _ => return value,
    };
    fill(&b.words.with_spread, &[("value", value), ("spread", spread)])
}

fn limits(b: &Build<'_>, low: Option<&Figure>, high: Option<&Figure>) -> Content {
    fill(&b.words.to, &[("low", b.number(low)), ("high", b.number(high))])
}

fn heading(b: &Build<'_>, outcome: &Outcome) -> Block {
    let kind = fixed(b.words.term("outcome_type", &outcome.kind));
    Block::Paragraph(fill(&b.words.end_point, &[("kind", kind), ("title", words_of(&outcome.measure.title))]))
}

pub(super) fn definitions(b: &Build<'_>) -> Vec<Block> {
    let mut blocks = Vec::new();
    for outcome in &b.record.outcomes {
        blocks.push(heading(b, outcome));
        blocks.extend(b.line(&b.words.time_frame, outcome.time_frame.as_ref()));
        blocks.extend(b.line(&b.words.definition, outcome.measure.description.as_ref()));
        blocks.extend(b.line(&b.words.population, outcome.population.as_ref()));
    }
    blocks
}

pub(super) fn outcome(b: &Build<'_>, outcome: &Outcome) -> Vec<Block> {
    let w = b.words;
    let groups = outcome.groups.iter().map(|group| b.group(group.title.as_ref(), group.flow_group));
    let head = std::iter::once(kind_of_value(b, &outcome.measure)).chain(groups).collect();
    let analysed = outcome.groups.iter().map(|group| b.number(group.analysed.as_ref()));
    let mut lines = vec![std::iter::once(fixed(&w.analysed)).chain(analysed).collect()];
    lines.extend(rows(b, &outcome.measure, CharacteristicKind::StudySpecific, outcome.groups.len()));
    let mut blocks = vec![heading(b, outcome), Block::Table { head, rows: lines }];
    for analysis in &outcome.analyses {
        let rows = analysis_rows(b, analysis);
        let title = analysis.title.as_ref().map_or_else(|| fixed("-"), words_of);
        blocks.push(Block::Table { head: vec![fixed(&w.comparison), title], rows });
    }
    blocks
}

/// The test in words: the study's own, or the list's.
pub(super) fn method(b: &Build<'_>, analysis: &Analysis) -> Option<Content> {
    let listed = analysis.method.as_ref().map(|term| fixed(b.words.term("statistical_method", term)));
    analysis.method_words.as_ref().map(words_of).or(listed)
}

fn analysis_rows(b: &Build<'_>, analysis: &Analysis) -> Vec<Vec<Content>> {
    let w = b.words;
    let mut rows = Vec::new();
    if let Some(method) = method(b, analysis) {
        rows.push(vec![fixed(&w.method), method]);
    }
    if let Some(estimate) = &analysis.estimate {
        let listed = analysis.parameter.as_ref().map(|term| fixed(w.term("estimate", term)));
        let name = analysis.parameter_words.as_ref().map(words_of).or(listed).unwrap_or_else(|| fixed(&w.estimate));
        rows.push(vec![name, b.number(Some(estimate))]);
    }
    if let Some(interval) = &analysis.interval {
        let name = interval.level.as_ref().map_or_else(|| fixed(&w.interval), |level| level_words(b, level));
        rows.push(vec![name, limits(b, interval.lower.as_ref(), interval.upper.as_ref())]);
    }
    if let Some(p) = &analysis.p {
        rows.push(vec![fixed(&w.p_value), b.number(Some(p))]);
    }
    rows
}

pub(super) fn events_information(b: &Build<'_>) -> Vec<Block> {
    let (w, Some(events)) = (b.words, &b.record.adverse_events) else { return Vec::new() };
    let dictionary = match (&events.dictionary.words, &events.dictionary.name) {
        (Some(words), _) => Some(words.text.clone()),
        (None, Some(term)) if term.is("meddra") => Some("MedDRA".to_owned()),
        (None, Some(term)) if term.is("snomed") => Some("SNOMED CT".to_owned()),
        _ => None,
    };
    let version = events.dictionary.version.as_ref().map_or("", |version| version.text.as_str());
    let threshold = match events.frequency_rule.unwrap_or_default() {
        FrequencyRule::Exceeds => &w.threshold_exceeded,
        FrequencyRule::Reaches => &w.threshold_reached,
    };
    let lines = [
        b.line(&w.time_frame, events.time_frame.as_ref()),
        b.line(&w.collected, events.description.as_ref()),
        dictionary.map(|name| b.labelled(&w.dictionary, words(format!("{name} {version}").trim()))),
        b.line(threshold, events.threshold.as_ref()),
    ];
    lines.into_iter().flatten().collect()
}

pub(super) fn event_groups(b: &Build<'_>) -> Vec<Block> {
    let (w, Some(events)) = (b.words, &b.record.adverse_events) else { return Vec::new() };
    let row = |label: &str, pick: fn(&EventGroup) -> Option<&Figure>| -> Vec<Content> {
        let numbers = events.groups.iter().map(|group| b.number(pick(group)));
        std::iter::once(fixed(label)).chain(numbers).collect()
    };
    let rows = vec![
        row(&w.exposed, |group| group.exposed.as_ref()),
        row(&w.with_serious, |group| group.serious.as_ref()),
        row(&w.with_non_serious, |group| group.non_serious.as_ref()),
        row(&w.deaths, |group| group.deaths.as_ref()),
        row(&w.deaths_from_events, |group| group.deaths_from_events.as_ref()),
    ];
    let titles = events.groups.iter().map(|group| words_of(&group.title));
    vec![Block::Table { head: std::iter::once(fixed(&w.group)).chain(titles).collect(), rows }]
}

pub(super) fn serious(b: &Build<'_>) -> Vec<Block> {
    b.record.adverse_events.as_ref().map_or_else(Vec::new, |events| terms(b, &events.serious, true))
}

pub(super) fn non_serious(b: &Build<'_>) -> Vec<Block> {
    b.record.adverse_events.as_ref().map_or_else(Vec::new, |events| terms(b, &events.non_serious, false))
}

fn terms(b: &Build<'_>, list: &[Event], with_causality: bool) -> Vec<Block> {
    let (w, Some(events)) = (b.words, &b.record.adverse_events) else { return Vec::new() };
    if list.is_empty() {
        return vec![Block::Paragraph(fixed(&w.none_reported))];
    }
    let mut head = vec![fixed(&w.term)];
    for group in &events.groups {
        head.push(fill(&w.affected, &[("group", words_of(&group.title))]));
        if with_causality {
            head.push(fill(&w.related, &[("group", words_of(&group.title))]));
        }
    }
    let row = |event: &Event| -> Vec<Content> {
        let mut cells = vec![words_of(&event.term)];
        for (group, count) in event.counts.iter().enumerate() {
            cells.push(
                count.as_ref().map_or_else(|| fixed("-"), |count| affected(b, events.at_risk(group, count), count)),
            );
            if with_causality {
                cells.push(count.as_ref().map_or_else(|| fixed("-"), |count| causality(b, count)));
            }
        }
        cells
    };
    vec![Block::Table { head, rows: list.iter().map(row).collect() }]
}

/// `2 of 20; 3`.
fn affected(b: &Build<'_>, at_risk: Option<&Figure>, count: &EventCount) -> Content {
    let total = b.number(at_risk);
    let of = fill(&b.words.of, &[("n", b.number(count.affected.as_ref())), ("total", total)]);
    fill(&b.words.then, &[("first", of), ("next", b.number(count.occurrences.as_ref()))])
}

fn causality(b: &Build<'_>, count: &EventCount) -> Content {
    let Some(serious) = &count.serious else { return fixed("-") };
    let numbers = [&serious.related, &serious.deaths, &serious.related_deaths].map(|figure| b.number(figure.as_ref()));
    numbers
        .into_iter()
        .reduce(|first, next| fill(&b.words.then, &[("first", first), ("next", next)]))
        .unwrap_or_default()
}
