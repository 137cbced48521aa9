//! The threshold of non-serious terms: what is declared is what was used, and what the registries mean by it.

use crate::base::codes::{REG_075, REG_076};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::words::counted;
use crate::report::registry::{AdverseEvents, Event, Text};
use crate::spec::frequency::{FrequencyRule, FrequencyThreshold};

use super::Rule;
use super::context::{Context, printed};

pub(super) static RULES: &[Rule] = &[below, wording];

/// How many terms a message names.
const NAMED: usize = 5;

/// The threshold a record declares, where it is one.
fn threshold<'r>(c: &Context<'r>) -> Option<(&'r AdverseEvents, &'r Text, FrequencyThreshold)> {
    let events = c.record.adverse_events.as_ref()?;
    let text = events.threshold.as_ref()?;
    let percent = printed(text).filter(|percent| (0.0..=5.0).contains(percent))?;
    Some((events, text, FrequencyThreshold { percent, rule: events.frequency_rule.unwrap_or_default() }))
}

/// Subjects affected and exposed of a term by group; `None` where one of them is not known.
fn counts(c: &Context<'_>, events: &AdverseEvents, event: &Event) -> Option<Vec<(u64, u64)>> {
    let of = |(at, count): (usize, &Option<crate::report::registry::EventCount>)| {
        let (count, group) = (count.as_ref()?, events.groups.get(at)?);
        let exposed = [&count.exposed, &group.at_risk_other, &group.exposed].into_iter().flatten().next()?;
        Some((c.count(count.affected.as_ref()?)?, c.count(exposed)?))
    };
    event.counts.iter().enumerate().map(of).collect()
}

/// `` `A`, `B` and 3 more``.
fn names(terms: &[&Event]) -> String {
    let named: Vec<String> = terms.iter().take(NAMED).map(|event| format!("`{}`", event.term.text)).collect();
    match terms.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

fn below(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some((events, text, threshold)) = threshold(c) else { return };
    let passes = |event: &&Event| match counts(c, events, event) {
        Some(counts) => counts.iter().any(|(affected, exposed)| threshold.admits(*affected, *exposed)),
        None => true,
    };
    let found: Vec<&Event> = events.non_serious.iter().filter(|event| !passes(event)).collect();
    let Some(first) = found.first() else { return };
    let message = format!(
        "{} reported without a frequency {} in any group: {}",
        counted(found.len(), "non-serious term"),
        threshold.words(),
        names(&found)
    );
    let place = if matches!(text.place, Place::Nowhere) { first.term.place.clone() } else { text.place.clone() };
    sink.warning(&REG_075, place, message)
        .hint("declare the threshold by which the terms were chosen, or leave out the terms below it");
}

/// Both registries say "exceed": a term at the threshold itself is more than they expect.
fn wording(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some((events, text, threshold)) = threshold(c) else { return };
    if threshold.rule == FrequencyRule::Exceeds {
        return;
    }
    let exceeds = FrequencyThreshold { rule: FrequencyRule::Exceeds, ..threshold };
    let only_met = |event: &&Event| {
        counts(c, events, event).is_some_and(|counts| !counts.iter().any(|(n, of)| exceeds.admits(*n, *of)))
    };
    let found: Vec<&Event> = events.non_serious.iter().filter(only_met).collect();
    let registries = match (c.asked.eudract, c.asked.ctgov) {
        (true, true) => "EudraCT and ClinicalTrials.gov mean",
        (true, false) => "EudraCT means",
        _ => "ClinicalTrials.gov means",
    };
    let declared = threshold.declared();
    let mut message =
        format!("non-serious terms that reach {declared} % are reported; {registries} those that exceed it");
    if !found.is_empty() {
        message = format!("{message}: {} more than they expect, {}", counted(found.len(), "term"), names(&found));
    }
    sink.warning(&REG_076, text.place.clone(), message)
        .hint("set `registries.frequency_rule: exceeds` in report.yaml, or say so in `adverse_events.description`");
}
