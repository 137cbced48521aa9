//! Outcome measures: what their titles, time frames and units say.

use crate::base::codes::{REG_030, REG_031, REG_032, REG_033, REG_034, REG_043, REG_044, REG_045};
use crate::base::diagnostic::{Diagnostic, Diagnostics, Place};
use crate::report::registry::{Measure, Outcome};

use super::Rule;
use super::context::{Context, is};
use super::words::name;

pub(super) static RULES: &[Rule] =
    &[primary, titles, time_frames, units, title_and_unit, unit_of_kind, change_from_baseline, scales];

fn primary(c: &Context<'_>, sink: &mut Diagnostics) {
    if !c.record.outcomes.iter().any(|outcome| outcome.kind.is("primary")) {
        let report = if c.asked.is_final { Diagnostics::error } else { Diagnostics::warning };
        report(sink, &REG_030, Place::Nowhere, "a primary outcome measure is missing".to_owned())
            .hint("give an endpoint of analysis.yaml `role: primary`");
    }
}

/// Titles no reviewer accepts on their own (system messages of ClinicalTrials.gov).
const VAGUE: [&str; 10] = [
    "safety",
    "tolerability",
    "feasibility",
    "efficacy",
    "satisfaction",
    "safety and tolerability",
    "effectiveness",
    "quality of life",
    "adverse events",
    "pharmacokinetics",
];

fn titles(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        let title = &outcome.measure.title;
        if VAGUE.contains(&title.trim().to_lowercase().as_str()) {
            sink.warning(&REG_031, title.place.clone(), format!("the title `{}` says nothing specific", title.text))
                .hint("name what was measured");
        }
    }
}

fn has_only_numerals(text: &str) -> bool {
    let of_number = |c: char| c.is_ascii_digit() || c == ' ' || c == '.';
    !text.trim().is_empty() && text.chars().all(of_number)
}

/// Time frames that name no time.
const WHENEVER: [&str; 8] = [
    "during the study",
    "throughout the study",
    "during study",
    "study duration",
    "end of study",
    "duration of the study",
    "n/a",
    "not applicable",
];

/// As ClinicalTrials.gov reports a message: an error for trials under the final rule.
fn report<'s>(
    c: &Context<'_>,
    sink: &'s mut Diagnostics,
) -> impl FnOnce(&'static crate::base::codes::Code, Place, String) -> &'s mut Diagnostic {
    let is_error = c.is_under_final_rule();
    move |code, place, message| {
        if is_error { sink.error(code, place, message) } else { sink.warning(code, place, message) }
    }
}

fn time_frames(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        let Some(frame) = &outcome.time_frame else { continue };
        let message = format!("the time frame of `{}` is `{}`", name(outcome), frame.text);
        if has_only_numerals(frame) {
            report(c, sink)(&REG_032, frame.place.clone(), message).hint("say from when to when, with a unit of time");
        } else if WHENEVER.contains(&frame.trim().to_lowercase().as_str()) {
            sink.warning(&REG_032, frame.place.clone(), message).hint("name the times: `Baseline and day 7`");
        }
    }
}

fn units(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        let Some(unit) = outcome.measure.unit.as_ref().filter(|_| c.asked.ctgov) else { continue };
        let lower = unit.trim().to_lowercase();
        if has_only_numerals(unit)
            || matches!(lower.as_str(), "na" | "n/a" | "none" | "not applicable" | "unit" | "units")
        {
            let message = format!("the unit of `{}` is `{}`", name(outcome), unit.text);
            report(c, sink)(&REG_033, unit.place.clone(), message)
                .hint("ClinicalTrials.gov refuses placeholders and bare numbers as units");
        }
    }
}

fn title_and_unit(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in c.record.outcomes.iter().filter(|_| c.asked.ctgov) {
        let (title, Some(unit)) = (outcome.measure.title.to_lowercase(), &outcome.measure.unit) else { continue };
        let begins = |start: &str| ["with", "who"].iter().any(|end| title.starts_with(&format!("{start} {end}")));
        let unit_lower = unit.to_lowercase();
        let is_percent =
            unit_lower.contains("percent") || unit_lower.contains('%') || unit_lower.contains("proportion");
        let people = ["participant", "subject", "patient"].iter().any(|word| unit_lower.contains(word));
        // A count of participants is printed with its percentage, so either title goes with it.
        let fits = if begins("percentage of participants") {
            is_percent || is(outcome.measure.parameter.as_ref(), "count_of_participants")
        } else if begins("number of participants") {
            people && !is_percent
        } else {
            true
        };
        if !fits {
            let message =
                format!("the title of `{}` speaks of participants, its unit is `{}`", name(outcome), unit.text);
            report(c, sink)(&REG_034, unit.place.clone(), message).hint("title and unit must agree");
        }
    }
}

const TIMES: [&str; 8] = ["second", "minute", "hour", "day", "week", "month", "year", "cycle"];

fn is_time_to_event(measure: &Measure) -> bool {
    let title = measure.title.to_lowercase();
    ["time to ", "time until ", "duration of ", "overall survival", "progression-free survival"]
        .iter()
        .any(|start| title.starts_with(start))
}

fn unit_of_kind(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        let measure = &outcome.measure;
        let Some(unit) = &measure.unit else { continue };
        let lower = unit.to_lowercase();
        let counted = is(measure.parameter.as_ref(), "count_of_participants");
        let people = ["participant", "subject", "patient"].iter().any(|word| lower.contains(word));
        let numeric = !counted && measure.parameter.as_ref().is_some_and(|kind| !kind.is("number"));
        let mismatch = if counted {
            (!people).then_some("a count of participants has the unit `Participants`")
        } else if numeric && is_time_to_event(measure) && people {
            Some("a time has a unit of time")
        } else {
            let timeless = !TIMES.iter().any(|word| lower.contains(word));
            (numeric && timeless && measure.title.to_lowercase().starts_with("time to "))
                .then_some("a time has a unit of time")
        };
        if let Some(hint) = mismatch {
            let message = format!("the unit of `{}` is `{}`", name(outcome), unit.text);
            sink.warning(&REG_043, unit.place.clone(), message).hint(hint);
        }
    }
}

fn change_from_baseline(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        let Some(frame) = &outcome.time_frame else { continue };
        let (title, time) = (outcome.measure.title.to_lowercase(), frame.to_lowercase());
        let names_start = ["baseline", "week 0", "day 0", "day 1", "month 0", "screening", "visit", "from "]
            .iter()
            .any(|word| time.contains(word));
        if title.contains("change from baseline") && !names_start {
            let message = format!("`{}` is a change from baseline, its time frame is `{}`", name(outcome), frame.text);
            sink.warning(&REG_044, frame.place.clone(), message).hint("name both times: `Baseline and day 7`");
        }
    }
}

fn scales(c: &Context<'_>, sink: &mut Diagnostics) {
    let is_scale = |outcome: &&Outcome| {
        let unit = outcome.measure.unit.as_ref().map(|unit| unit.to_lowercase()).unwrap_or_default();
        unit.contains("scale") || unit.contains("score") || unit == "points"
    };
    for outcome in c.record.outcomes.iter().filter(|_| c.asked.ctgov).filter(is_scale) {
        let description = outcome.measure.description.as_ref().map(|text| text.to_lowercase()).unwrap_or_default();
        let directed = ["higher", "lower", "better", "worse", "greater", "improve", "severe", "increase", "decrease"];
        let has_direction = directed.iter().any(|word| description.contains(word));
        let has_range = description.chars().any(|c| c.is_ascii_digit());
        if !(has_direction && has_range) {
            let message = format!("the description of `{}` does not explain its scale", name(outcome));
            let place = outcome.measure.description.as_ref().unwrap_or(&outcome.measure.title).place.clone();
            sink.note(&REG_045, place, message).hint("say the lowest and highest value and which end is better");
        }
    }
}
