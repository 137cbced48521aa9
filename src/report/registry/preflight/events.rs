//! Adverse events: the module, its groups and its deaths.

use crate::base::codes::{REG_060, REG_061, REG_068, REG_070, REG_071, REG_072, REG_073, REG_074};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::{AdverseEvents, Event, EventGroup, Figure, Text};

use super::Rule;
use super::context::{Context, printed};

pub(super) static RULES: &[Rule] =
    &[collected, affected, threshold, deaths_from_events, mortality, nobody_at_risk, tables, dictionary];

fn collected(c: &Context<'_>, sink: &mut Diagnostics) {
    let time_frame = c.record.adverse_events.as_ref().map(|events| events.time_frame.as_ref());
    match time_frame {
        None => {
            let report = if c.asked.is_final { Diagnostics::error } else { Diagnostics::warning };
            report(sink, &REG_060, Place::Nowhere, "adverse events are missing".to_owned())
                .hint("add `safety` to analysis.yaml");
        }
        Some(None) => c.missing("the time frame of adverse events", "fill `adverse_events.time_frame`", sink),
        Some(Some(_)) => {}
    }
}

/// Every group of events with the place of its messages.
fn groups<'r>(c: &Context<'r>) -> impl Iterator<Item = (&'r AdverseEvents, usize, &'r EventGroup)> {
    let events = c.record.adverse_events.iter();
    events.flat_map(|events| events.groups.iter().enumerate().map(move |(at, group)| (events, at, group)))
}

/// How messages call a group.
pub(super) fn title_of<'r>(c: &Context<'r>, group: &'r EventGroup) -> &'r str {
    let flow = group.flow_group.and_then(|at| c.record.flow.groups.get(at));
    flow.map_or(group.title.text.as_str(), Context::title)
}

fn affected(c: &Context<'_>, sink: &mut Diagnostics) {
    for (_, _, group) in groups(c) {
        let all = group.exposed.as_ref();
        for (what, n, own) in [
            ("with a serious event", &group.serious, &group.at_risk_serious),
            ("with another event", &group.non_serious, &group.at_risk_other),
            ("died", &group.deaths, &group.at_risk_deaths),
        ] {
            let Some(at_risk) = own.as_ref().or(all).and_then(|n| c.count(n)) else { continue };
            let Some(found) = n.as_ref().and_then(|n| c.count(n)).filter(|found| *found > at_risk) else { continue };
            let message = format!("`{}`: {found} {what} of {at_risk} at risk", title_of(c, group));
            sink.error(&REG_061, Context::place(n.as_ref(), &group.title), message)
                .hint("nobody is affected who is not at risk");
        }
    }
}

fn threshold(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(threshold) = c.record.adverse_events.as_ref().and_then(|events| events.threshold.as_ref()) else { return };
    let within = printed(threshold).is_some_and(|percent| (0.0..=5.0).contains(&percent));
    if !within {
        sink.error(&REG_068, threshold.place.clone(), format!("the threshold is `{}`", threshold.text))
            .hint("`registries.frequency_threshold` of report.yaml is 0 to 5 percent");
    }
}

fn deaths_from_events(c: &Context<'_>, sink: &mut Diagnostics) {
    for (_, _, group) in groups(c) {
        let read = |figure: &Option<Figure>| figure.as_ref().and_then(|figure| c.count(figure));
        let (Some(deaths), Some(from_events)) = (read(&group.deaths), read(&group.deaths_from_events)) else {
            continue;
        };
        if from_events > deaths {
            let message = format!("`{}`: {deaths} deaths, {from_events} from adverse events", title_of(c, group));
            sink.error(&REG_070, Context::place(group.deaths_from_events.as_ref(), &group.title), message)
                .hint("deaths from adverse events are some of the deaths of all causes");
        }
    }
}

fn mortality(c: &Context<'_>, sink: &mut Diagnostics) {
    for (_, _, group) in groups(c).filter(|_| c.asked.ctgov) {
        if group.deaths.is_some() {
            continue;
        }
        let message = format!("`{}` has no number of deaths", title_of(c, group));
        // Required of trials under the final rule; older records do without.
        if c.is_under_final_rule() {
            sink.error(&REG_071, group.title.place.clone(), message)
                .hint("`safety.deaths` of analysis.yaml says who died");
        }
    }
}

fn nobody_at_risk(c: &Context<'_>, sink: &mut Diagnostics) {
    for (events, _, group) in groups(c) {
        let filled = |text: &Option<Text>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        let zero = group.exposed.as_ref().or(group.at_risk_serious.as_ref()).filter(|n| c.count(n) == Some(0));
        if zero.is_some() && !filled(&group.description) && !filled(&events.description) {
            let message = format!("`{}`: nobody is at risk", title_of(c, group));
            sink.error(&REG_072, Context::place(zero, &group.title), message)
                .hint("say why in the description of the group or of the events");
        }
    }
}

fn tables(c: &Context<'_>, sink: &mut Diagnostics) {
    for (events, at, group) in groups(c) {
        for (what, total, terms) in
            [("serious", &group.serious, &events.serious), ("other", &group.non_serious, &events.non_serious)]
        {
            let Some(total) = total.as_ref().filter(|total| c.count_of(Some(total)) > 0) else { continue };
            let of_group =
                |event: &Event| event.counts.get(at).and_then(Option::as_ref).and_then(|n| n.affected.clone());
            let listed = terms.iter().filter_map(of_group).any(|n| c.count_of(Some(&n)) > 0);
            if !listed {
                let message = format!(
                    "`{}`: {} with {what} events and no term in that table",
                    title_of(c, group),
                    c.count_of(Some(total))
                );
                sink.warning(&REG_073, Context::place(Some(total), &group.title), message)
                    .hint("the total counts the subjects of the terms listed");
            }
        }
    }
}

fn dictionary(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(events) = &c.record.adverse_events else { return };
    let dictionary = &events.dictionary;
    let filled = |text: &Option<Text>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    let names = filled(&dictionary.words) || dictionary.name.is_some();
    // ClinicalTrials.gov prints name and version of each term as one text.
    let of_terms = events.serious.iter().chain(&events.non_serious).any(|event| event.dictionary.is_some());
    let words = dictionary.words.as_ref().map(|words| words.to_lowercase()).unwrap_or_default();
    let placeholder = ["tbd", "xx", "x.x", "unspecified", "version?"].iter().any(|word| words.contains(word));
    let versioned = filled(&dictionary.version) || words.chars().any(|c| c.is_ascii_digit());
    let nothing_listed = events.serious.is_empty() && events.non_serious.is_empty();
    if (names && versioned && !placeholder) || of_terms || nothing_listed {
        return;
    }
    let place = dictionary.words.as_ref().map_or(Place::Nowhere, |words| words.place.clone());
    sink.warning(&REG_074, place, "the dictionary of adverse events or its version is missing")
        .hint("`safety.dictionary` of analysis.yaml has name and version");
}
