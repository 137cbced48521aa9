//! Terms of adverse events: their counts, classes and causality.

use std::collections::BTreeSet;

use crate::base::codes::{REG_061, REG_062, REG_063, REG_064, REG_065, REG_066, REG_067, REG_069, REG_077};
use crate::base::diagnostic::Diagnostics;
use crate::report::registry::{AdverseEvents, Event, EventCount, EventGroup, Figure};
use crate::spec::safety::UNCODED;

use super::Rule;
use super::context::Context;
use super::events::title_of;

pub(super) static RULES: &[Rule] =
    &[exposed, complete, at_most_exposed, at_most_any, once, occurrences, causality, classes];

/// A count of a term with what it belongs to.
struct Counted<'r> {
    event: &'r Event,
    group: &'r EventGroup,
    count: &'r EventCount,
    is_serious: bool,
}

fn tables(events: &AdverseEvents) -> [(bool, &Vec<Event>); 2] {
    [(true, &events.serious), (false, &events.non_serious)]
}

fn counted<'r>(c: &Context<'r>) -> Vec<Counted<'r>> {
    let mut all = Vec::new();
    if let Some(events) = &c.record.adverse_events {
        for (is_serious, table) in tables(events) {
            for event in table {
                let given = events.groups.iter().zip(&event.counts);
                all.extend(given.filter_map(|(group, count)| {
                    count.as_ref().map(|count| Counted { event, group, count, is_serious })
                }));
            }
        }
    }
    all
}

fn read(c: &Context<'_>, figure: &Option<Figure>) -> Option<u64> {
    figure.as_ref().and_then(|figure| c.count(figure))
}

impl Counted<'_> {
    /// Subjects at risk of this kind of event in the group.
    fn at_risk(&self) -> Option<&Figure> {
        let own = if self.is_serious { &self.group.at_risk_serious } else { &self.group.at_risk_other };
        own.as_ref().or(self.group.exposed.as_ref())
    }
}

fn exposed(c: &Context<'_>, sink: &mut Diagnostics) {
    for of in counted(c) {
        let (Some(own), Some(group)) = (read(c, &of.count.exposed), of.at_risk().and_then(|n| c.count(n))) else {
            continue;
        };
        if own != group {
            let message = format!(
                "`{}`: `{}` is counted among {own}, its group has {group} at risk",
                title_of(c, of.group),
                of.event.term.text
            );
            // ClinicalTrials.gov allows other denominators, for example for events of one sex.
            let report = if c.asked.eudract { Diagnostics::error } else { Diagnostics::warning };
            report(sink, &REG_062, Context::place(of.count.exposed.as_ref(), &of.event.term), message)
                .hint("the subjects exposed of a term are those of its group");
        }
    }
}

fn complete(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(events) = &c.record.adverse_events else { return };
    for event in tables(events).into_iter().flat_map(|(_, table)| table) {
        let given = |at: usize| event.counts.get(at).and_then(Option::as_ref).is_some_and(|n| n.affected.is_some());
        let missing = (0..events.groups.len()).filter(|at| !given(*at)).count();
        if missing > 0 {
            let message = format!("`{}` has no counts in {missing} of {} groups", event.term.text, events.groups.len());
            let report = if c.asked.eudract { Diagnostics::error } else { Diagnostics::warning };
            report(sink, &REG_063, event.term.place.clone(), message).hint("write 0 where nobody was affected");
        }
    }
}

fn at_most_exposed(c: &Context<'_>, sink: &mut Diagnostics) {
    for of in counted(c) {
        let own = read(c, &of.count.exposed).or(of.at_risk().and_then(|n| c.count(n)));
        let (Some(affected), Some(exposed)) = (read(c, &of.count.affected), own) else { continue };
        if affected > exposed {
            let message = format!(
                "`{}`: {affected} affected by `{}` of {exposed} at risk",
                title_of(c, of.group),
                of.event.term.text
            );
            sink.error(&REG_061, Context::place(of.count.affected.as_ref(), &of.event.term), message)
                .hint("nobody is affected who is not at risk");
        }
    }
}

fn at_most_any(c: &Context<'_>, sink: &mut Diagnostics) {
    for of in counted(c) {
        let total = if of.is_serious { &of.group.serious } else { &of.group.non_serious };
        let (Some(affected), Some(any)) = (read(c, &of.count.affected), read(c, total)) else { continue };
        if affected > any {
            let message = format!(
                "`{}`: {affected} affected by `{}`, {any} by any such event",
                title_of(c, of.group),
                of.event.term.text
            );
            sink.error(&REG_064, Context::place(of.count.affected.as_ref(), &of.event.term), message)
                .hint("the total of the group counts everyone with a term of that table");
        }
    }
}

fn once(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(events) = &c.record.adverse_events else { return };
    for (is_serious, table) in tables(events) {
        let mut seen = BTreeSet::new();
        for event in table {
            let class = event.class.as_ref().map(|class| (class.id, class.name.as_deref().map(str::to_lowercase)));
            if !seen.insert((event.term.to_lowercase(), class)) {
                let kind = if is_serious { "serious" } else { "non-serious" };
                sink.error(
                    &REG_065,
                    event.term.place.clone(),
                    format!("the {kind} term `{}` stands twice", event.term.text),
                )
                .hint("a term stands once in its system organ class");
            }
        }
    }
}

fn occurrences(c: &Context<'_>, sink: &mut Diagnostics) {
    for of in counted(c) {
        let (Some(affected), Some(events)) = (read(c, &of.count.affected), read(c, &of.count.occurrences)) else {
            continue;
        };
        if events < affected {
            let message = format!(
                "`{}`: `{}` has {events} events in {affected} subjects",
                title_of(c, of.group),
                of.event.term.text
            );
            sink.warning(&REG_066, Context::place(of.count.occurrences.as_ref(), &of.event.term), message)
                .hint("each subject affected has at least one event");
        }
    }
}

fn causality(c: &Context<'_>, sink: &mut Diagnostics) {
    for of in counted(c) {
        let Some(serious) = &of.count.serious else { continue };
        let above = |small: &Option<Figure>, large: &Option<Figure>| match (read(c, small), read(c, large)) {
            (Some(small), Some(large)) => small > large,
            _ => false,
        };
        for (applies, words, figure) in [
            (above(&serious.related, &of.count.occurrences), "more related events than events", &serious.related),
            (above(&serious.deaths, &of.count.affected), "more deaths than subjects affected", &serious.deaths),
            (
                above(&serious.related_deaths, &serious.deaths),
                "more related deaths than deaths",
                &serious.related_deaths,
            ),
        ] {
            if applies {
                let message = format!("`{}`: `{}` has {words}", title_of(c, of.group), of.event.term.text);
                sink.error(&REG_067, Context::place(figure.as_ref(), &of.event.term), message)
                    .hint("related events are some of the events, deaths some of the subjects");
            }
        }
    }
}

/// Whether an event stands under the name of what has no term or class yet.
fn is_uncoded(event: &Event) -> bool {
    let class = event.class.as_ref().and_then(|class| class.name.as_deref());
    [Some(event.term.text.as_str()), class].into_iter().flatten().any(|name| name.eq_ignore_ascii_case(UNCODED))
}

fn classes(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(events) = &c.record.adverse_events else { return };
    for event in tables(events).into_iter().flat_map(|(_, table)| table) {
        if is_uncoded(event) {
            let message = format!("`{}` is not coded", event.term.text);
            let report = if c.asked.is_final { Diagnostics::error } else { Diagnostics::warning };
            report(sink, &REG_077, event.term.place.clone(), message)
                .hint("have the events coded and lock again; the coding sheet of a draft lists them");
            continue;
        }
        let class = event.class.as_ref();
        let without = class.is_none_or(|class| class.id.is_none() && class.name.is_none());
        let versionless = c.asked.eudract && class.is_some_and(|class| class.id.is_none() || class.version.is_none());
        if without || versionless {
            let what = if without { "no system organ class" } else { "a system organ class without id or version" };
            sink.error(&REG_069, event.term.place.clone(), format!("`{}` has {what}", event.term.text))
                .hint("config/codelists/system_organ_classes.csv has the 27 classes");
        }
    }
}
