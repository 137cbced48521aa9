//! Participant flow: periods, milestones, reasons for not completing.

use crate::base::codes::{REG_010, REG_011, REG_012, REG_013, REG_014, REG_016, REG_017};
use crate::base::diagnostic::Diagnostics;
use crate::report::registry::{Achievement, FlowGroup, Period};

use super::Rule;
use super::context::Context;

pub(super) static RULES: &[Rule] =
    &[period_titles, balance, reasons_given, milestones, next_period, same_titles, nobody_started];

/// The only period of ClinicalTrials.gov.
const OVERALL: &str = "Overall Study";

fn period_titles(c: &Context<'_>, sink: &mut Diagnostics) {
    let periods = &c.record.flow.periods;
    for period in periods.iter().filter(|_| c.asked.ctgov) {
        if (periods.len() == 1) != period.title.eq_ignore_ascii_case(OVERALL) {
            let message = format!("a period is called `{}`", period.title.text);
            sink.warning(&REG_010, period.title.place.clone(), message)
                .hint("ClinicalTrials.gov expects `Overall Study` where there is one period, and only there");
        }
    }
}

/// Subjects of a group in a period.
struct Counted<'r> {
    period: &'r Period,
    group: &'r FlowGroup,
    at: usize,
    started: u64,
    completed: u64,
    /// Sum of the reasons; `None` where no reason is given for this group.
    left: Option<u64>,
}

/// Every group of every period that both started and completed.
fn counted<'r>(c: &Context<'r>) -> Vec<Counted<'r>> {
    let flow = &c.record.flow;
    let mut all = Vec::new();
    for period in &flow.periods {
        for (at, group) in flow.groups.iter().enumerate() {
            let (Some(started), Some(completed)) = (c.achieved(&period.started, at), c.achieved(&period.completed, at))
            else {
                continue;
            };
            let left = (!period.reasons.is_empty())
                .then(|| period.reasons.iter().filter_map(|reason| c.achieved(&reason.subjects, at)).sum());
            all.push(Counted { period, group, at, started, completed, left });
        }
    }
    all
}

fn figure(list: &[Option<Achievement>], at: usize) -> Option<&crate::report::registry::Figure> {
    list.get(at)?.as_ref().map(|achieved| &achieved.subjects)
}

fn balance(c: &Context<'_>, sink: &mut Diagnostics) {
    for of in counted(c) {
        let Counted { period, group, at, started, completed, left } = of;
        let printed = c.achieved(&period.not_completed, at);
        let lost = started.checked_sub(completed);
        let wrong_sum = left.is_some_and(|left| Some(left) != lost);
        let wrong_print = printed.is_some() && printed != lost;
        if lost.is_none() || wrong_sum || wrong_print {
            let message = format!(
                "`{}`, {}: {started} started, {completed} completed and {} left with a reason",
                Context::title(group),
                period.title.text,
                left.or(printed).unwrap_or(0)
            );
            sink.error(&REG_011, Context::place(figure(&period.completed, at), &period.title), message)
                .hint("started = completed + not completed, and the reasons add up to the latter");
        }
    }
}

fn reasons_given(c: &Context<'_>, sink: &mut Diagnostics) {
    for of in counted(c).into_iter().filter(|of| of.left.is_none() && of.started > of.completed) {
        let lost = of.started - of.completed;
        let message = format!(
            "`{}`, {}: {lost} did not complete and no reason is given",
            Context::title(of.group),
            of.period.title.text
        );
        let place = Context::place(figure(&of.period.completed, of.at), &of.period.title);
        // ClinicalTrials.gov leaves reasons to the sponsor; EudraCT's posted records all have them.
        let report = if c.asked.eudract { Diagnostics::error } else { Diagnostics::warning };
        report(sink, &REG_014, place, message).hint("give each reason in `flow.follow_up_end` of analysis.yaml");
    }
}

fn milestones(c: &Context<'_>, sink: &mut Diagnostics) {
    for of in counted(c) {
        for milestone in &of.period.milestones {
            let Some(reached) = c.achieved(&milestone.reached, of.at).filter(|reached| *reached > of.started) else {
                continue;
            };
            let message = format!(
                "`{}`: {reached} reached `{}`, {} started {}",
                Context::title(of.group),
                milestone.title.text,
                of.started,
                of.period.title.text
            );
            sink.error(&REG_012, Context::place(figure(&milestone.reached, of.at), &milestone.title), message)
                .hint("a milestone is reached by some of those who started its period");
        }
    }
}

fn next_period(c: &Context<'_>, sink: &mut Diagnostics) {
    let flow = &c.record.flow;
    for pair in flow.periods.windows(2) {
        for (at, group) in flow.groups.iter().enumerate() {
            let (Some(completed), Some(started)) =
                (c.achieved(&pair[0].completed, at), c.achieved(&pair[1].started, at))
            else {
                continue;
            };
            // A group that has no part in one of the two periods is often printed as 0.
            if completed == started || completed == 0 || started == 0 {
                continue;
            }
            let message = format!(
                "`{}`: {completed} completed {}, {started} started {}",
                Context::title(group),
                pair[0].title.text,
                pair[1].title.text
            );
            sink.warning(&REG_013, Context::place(figure(&pair[1].started, at), &pair[1].title), message)
                .hint("say in a comment why not all went on");
        }
    }
}

fn same_titles(c: &Context<'_>, sink: &mut Diagnostics) {
    let groups = &c.record.flow.groups;
    for (at, group) in groups.iter().enumerate() {
        if groups[..at].iter().any(|other| other.title.eq_ignore_ascii_case(&group.title)) {
            sink.error(&REG_016, group.title.place.clone(), format!("two groups are called `{}`", group.title.text))
                .hint("give each arm a title of its own in study.yaml");
        }
    }
}

fn nobody_started(c: &Context<'_>, sink: &mut Diagnostics) {
    for period in &c.record.flow.periods {
        let known: Vec<u64> =
            (0..c.record.flow.groups.len()).filter_map(|at| c.achieved(&period.started, at)).collect();
        if !known.is_empty() && known.iter().all(|started| *started == 0) {
            let message = format!("nobody started {}", period.title.text);
            sink.error(&REG_017, period.title.place.clone(), message)
                .hint("leave out a period without subjects, or write the results of a withdrawn trial by hand");
        }
    }
}
