//! Lengths of texts: the stricter limit of the two registries, or ClinicalTrials.gov's of today.

use crate::base::codes::REG_004;
use crate::base::diagnostic::Diagnostics;
use crate::report::registry::{RegistryRecord, Text};
use crate::spec::study_registry::TextLimits;

use super::Rule;
use super::context::Context;

pub(super) static RULES: &[Rule] = &[lengths];

/// A text with what it is, its least length, and its greatest under the strict and the current limits.
type Limited<'r> = (Option<&'r Text>, String, usize, usize, usize);

fn lengths(c: &Context<'_>, sink: &mut Diagnostics) {
    let mut texts = groups(c.record);
    // Lengths of EudraCT outside adverse events are not known; posted records go beyond ClinicalTrials.gov's.
    if c.asked.ctgov {
        texts.extend(flow(c.record));
        texts.extend(outcomes(c.record));
    }
    texts.extend(events(c.record, c.asked.eudract));
    let mut known: Vec<(&str, &str)> = Vec::new();
    for (text, what, least, strict, current) in &texts {
        let Some(text) = text else { continue };
        // An arm's title stands in every module; it is measured once.
        if known.contains(&(text.text.as_str(), what.as_str())) {
            continue;
        }
        known.push((&text.text, what));
        let found = text.chars().count();
        let most = if c.asked.limits == TextLimits::Strict { strict } else { current };
        let message = format!("the {what} has {found} characters");
        if found < *least || found > *most {
            sink.error(&REG_004, text.place.clone(), message).hint(format!("the registries accept {least} to {most}"));
        } else if found > *strict {
            sink.warning(&REG_004, text.place.clone(), message)
                .hint(format!("ClinicalTrials.gov accepts {current}, EudraCT {strict}"));
        }
    }
}

fn groups(record: &RegistryRecord) -> Vec<Limited<'_>> {
    let mut texts: Vec<Limited<'_>> = Vec::new();
    let mut group = |title, description| {
        texts.push((title, "title of a group".to_owned(), 4, 62, 100));
        texts.push((description, "description of a group".to_owned(), 0, 999, 1500));
    };
    record.flow.groups.iter().for_each(|of| group(Some(&of.title), of.description.as_ref()));
    let baseline = record.baseline.iter().flat_map(|baseline| &baseline.groups);
    baseline.for_each(|of| group(of.title.as_ref(), of.description.as_ref()));
    let outcomes = record.outcomes.iter().flat_map(|outcome| &outcome.groups);
    outcomes.for_each(|of| group(of.title.as_ref(), of.description.as_ref()));
    let events = record.adverse_events.iter().flat_map(|events| &events.groups);
    events.for_each(|of| group(Some(&of.title), of.description.as_ref()));
    texts
}

fn flow(record: &RegistryRecord) -> Vec<Limited<'_>> {
    let flow = &record.flow;
    let mut texts: Vec<Limited<'_>> = vec![
        (flow.recruitment.as_ref(), "text on recruitment".to_owned(), 0, 500, 500),
        (flow.pre_assignment.as_ref(), "text on screening".to_owned(), 0, 500, 500),
    ];
    for period in &flow.periods {
        texts.push((Some(&period.title), "title of a period".to_owned(), 2, 40, 40));
        texts
            .extend(period.milestones.iter().map(|of| (Some(&of.title), "title of a milestone".to_owned(), 2, 40, 40)));
        let words = period.reasons.iter().map(|of| of.words.as_ref());
        texts.extend(words.map(|words| (words, "text of a reason".to_owned(), 2, 40, 100)));
    }
    texts
}

fn outcomes(record: &RegistryRecord) -> Vec<Limited<'_>> {
    let mut texts: Vec<Limited<'_>> = Vec::new();
    for outcome in &record.outcomes {
        let name = outcome.endpoint.as_deref().unwrap_or(&outcome.measure.title);
        let measure = &outcome.measure;
        texts.extend([
            (Some(&measure.title), format!("title of `{name}`"), 2, 255, 255),
            (measure.description.as_ref(), format!("description of `{name}`"), 0, 999, 999),
            (outcome.time_frame.as_ref(), format!("time frame of `{name}`"), 1, 255, 255),
            (measure.unit.as_ref(), format!("unit of `{name}`"), 1, 40, 40),
            (outcome.population.as_ref(), format!("population of `{name}`"), 0, 500, 500),
        ]);
        for analysis in &outcome.analyses {
            texts.extend([
                (analysis.margin.as_ref(), format!("margin of `{name}`"), 0, 999, 999),
                (analysis.method_words.as_ref(), format!("name of a test of `{name}`"), 0, 150, 150),
                (analysis.p_comment.as_ref(), format!("comment on a p-value of `{name}`"), 0, 250, 250),
                (analysis.other.as_ref(), format!("other analysis of `{name}`"), 0, 500, 500),
            ]);
        }
    }
    for one in record.baseline.iter().flat_map(|baseline| &baseline.characteristics) {
        let what = format!("title of the characteristic `{}`", one.measure.title.text);
        texts.push((Some(&one.measure.title), what, 2, 100, 100));
        let what = format!("description of the characteristic `{}`", one.measure.title.text);
        texts.push((one.measure.description.as_ref(), what, 0, 600, 600));
    }
    texts
}

fn events(record: &RegistryRecord, eudract: bool) -> Vec<Limited<'_>> {
    let Some(events) = &record.adverse_events else { return Vec::new() };
    // EudraCT's schema has shorter texts than ClinicalTrials.gov.
    let (time_frame, description) = if eudract { (255, 350) } else { (500, 500) };
    let dictionary = &events.dictionary;
    let mut texts: Vec<Limited<'_>> = vec![
        (events.time_frame.as_ref(), "time frame of adverse events".to_owned(), 1, time_frame, time_frame),
        (events.description.as_ref(), "description of adverse events".to_owned(), 0, description, description),
        (events.mortality_comment.as_ref(), "description of all-cause mortality".to_owned(), 0, 250, 500),
        (dictionary.words.as_ref(), "name of the dictionary".to_owned(), 1, 20, 20),
        (dictionary.version.as_ref(), "version of the dictionary".to_owned(), 1, 10, 10),
    ];
    for event in events.serious.iter().chain(&events.non_serious) {
        texts.push((Some(&event.term), format!("term `{}`", event.term.text), 2, 100, 100));
        texts.push((event.note.as_ref(), format!("note on `{}`", event.term.text), 0, 250, 250));
    }
    texts
}
