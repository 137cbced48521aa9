//! Between modules: groups, deaths, enrolment, documents.

use crate::base::codes::{REG_015, REG_080, REG_081, REG_082, REG_083};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::report::registry::Text;

use super::Rule;
use super::context::{Context, is};

pub(super) static RULES: &[Rule] = &[same_groups, deaths, enrolment, documents, observational];

fn same_groups(c: &Context<'_>, sink: &mut Diagnostics) {
    let flow = &c.record.flow.groups;
    let baseline = c.record.baseline.iter().flat_map(|baseline| &baseline.groups);
    let of_baseline = baseline.map(|group| ("baseline", group.flow_group, group.title.as_ref()));
    let events = c.record.adverse_events.iter().flat_map(|events| &events.groups);
    let of_events = events.map(|group| ("adverse events", group.flow_group, Some(&group.title)));
    let outcomes = c.record.outcomes.iter().flat_map(|outcome| &outcome.groups);
    let of_outcomes = outcomes.map(|group| ("outcomes", group.flow_group, group.title.as_ref()));
    let mut told: Vec<(&str, &str)> = Vec::new();
    for (module, at, title) in of_baseline.chain(of_events).chain(of_outcomes) {
        let (Some(group), Some(title)) = (at.and_then(|at| flow.get(at)), title) else { continue };
        if title.trim() == group.title.trim() || told.contains(&(module, title.text.as_str())) {
            continue;
        }
        told.push((module, &title.text));
        let message = format!("`{}` of the flow is `{}` in {module}", group.title.text, title.text);
        sink.warning(&REG_015, title.place.clone(), message).hint("call a group the same in every module");
    }
}

/// Deaths in the flow against those of the adverse events, where the groups are the same.
fn deaths(c: &Context<'_>, sink: &mut Diagnostics) {
    let Some(events) = &c.record.adverse_events else { return };
    for group in &events.groups {
        let Some(at) = group.flow_group else { continue };
        let Some(died) = group.deaths.as_ref().and_then(|n| c.count(n)) else { continue };
        let reasons = c.record.flow.periods.iter().flat_map(|period| &period.reasons);
        let of_death = reasons.filter(|reason| {
            is(reason.ctgov.as_ref(), "death")
                || is(reason.eudract.as_ref(), "adverse_event_fatal")
                || reason.words.as_ref().is_some_and(|words| words.to_lowercase().contains("death"))
        });
        let left: u64 = of_death.filter_map(|reason| c.achieved(&reason.subjects, at)).sum();
        // Deaths after the study are no reason for leaving it; more deaths in the flow than at all are a fault.
        if left > died {
            let message = format!(
                "`{}`: {left} left because they died, {died} deaths of all causes",
                c.record.flow.groups.get(at).map_or("", Context::title)
            );
            sink.warning(&REG_080, Context::place(group.deaths.as_ref(), &group.title), message)
                .hint("deaths of the flow and of the adverse events are the same, or a text says why not");
        }
    }
}

fn enrolment(c: &Context<'_>, sink: &mut Diagnostics) {
    let protocol = &c.record.protocol;
    let actual = protocol.enrolment_kind.as_ref().is_none_or(|kind| kind.eq_ignore_ascii_case("actual"));
    let Some(enrolled) = protocol.enrolment.as_ref().filter(|_| c.asked.ctgov && actual) else { return };
    let started: u64 = {
        let first = c.record.flow.periods.first();
        let groups = 0..c.record.flow.groups.len();
        first.map_or(0, |period| groups.filter_map(|at| c.achieved(&period.started, at)).sum())
    };
    let found = c.count(enrolled);
    if started > 0 && found.is_some_and(|found| found != started) {
        sink.warning(
            &REG_081,
            Context::place(Some(enrolled), &Text::of("")),
            format!("{} enrolled, {started} started", found.unwrap_or_default()),
        )
        .hint("the number enrolled is that of the participant flow, or its text says why not");
    }
}

fn documents(c: &Context<'_>, sink: &mut Diagnostics) {
    if c.is_under_final_rule() && c.record.protocol.documents.is_empty() {
        sink.note(&REG_082, Place::Nowhere, "protocol and statistical analysis plan are uploaded with the results")
            .hint("ClinicalTrials.gov takes them as PDF/A with a cover page");
    }
}

fn observational(c: &Context<'_>, sink: &mut Diagnostics) {
    let design = &c.record.protocol.design;
    if is(design.study_type.as_ref(), "observational") && is(design.allocation.as_ref(), "randomised") {
        sink.error(&REG_083, Place::Nowhere, "the study is observational and randomised")
            .hint("a study that allocates treatment is interventional");
    }
}
