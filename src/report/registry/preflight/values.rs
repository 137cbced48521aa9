//! Values of outcome measures: numbers, their spread, who was analysed.

use crate::base::codes::{REG_035, REG_036, REG_037, REG_038, REG_039, REG_040, REG_041, REG_042, REG_046};
use crate::base::diagnostic::Diagnostics;
use crate::base::number::plain;
use crate::report::registry::{Figure, Measure, Measurement, Outcome, OutcomeGroup, Row, Term, Text, spread_numbers};

use super::Rule;
use super::context::{Context, is, printed};
use super::words::name;

pub(super) static RULES: &[Rule] =
    &[dispersion, shape, counts, ranges, reasons, numbers, nobody_analysed, more_than_started, without_values];

/// Every cell with its outcome, row and group.
fn cells<'r>(c: &Context<'r>) -> Vec<(&'r Outcome, &'r Row, usize, &'r Measurement)> {
    let mut all = Vec::new();
    for outcome in &c.record.outcomes {
        for row in &outcome.measure.rows {
            for category in &row.categories {
                let given = category.cells.iter().enumerate().filter_map(|(at, cell)| Some((at, cell.as_ref()?)));
                all.extend(given.map(|(at, cell)| (outcome, row, at, cell)));
            }
        }
    }
    all
}

fn is_continuous(measure: &Measure) -> bool {
    let counted = ["count_of_participants", "count_of_units", "number"];
    measure.parameter.as_ref().is_some_and(|kind| !counted.iter().any(|id| kind.is(id)))
}

fn dispersion(c: &Context<'_>, sink: &mut Diagnostics) {
    let baseline = c.record.baseline.iter().flat_map(|baseline| &baseline.characteristics);
    for measure in baseline.map(|one| &one.measure).filter(|measure| is_continuous(measure)) {
        if measure.dispersion.is_none() || is(measure.dispersion.as_ref(), "not_applicable") {
            let message = format!("the baseline characteristic `{}` has no measure of dispersion", measure.title.text);
            sink.warning(&REG_035, measure.title.place.clone(), message)
                .hint("both registries ask for one with a mean or median");
        }
    }
    for outcome in c.record.outcomes.iter().filter(|outcome| is_continuous(&outcome.measure)) {
        let spread = outcome.measure.dispersion.as_ref();
        if spread.is_none() || is(spread, "not_applicable") {
            let title = &outcome.measure.title;
            let message = format!("`{}` has no measure of dispersion", name(outcome));
            let report = if c.is_under_final_rule() { Diagnostics::error } else { Diagnostics::warning };
            report(sink, &REG_035, title.place.clone(), message)
                .hint("both registries ask for one with a mean or median");
        }
    }
}

fn shape(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        let Some(Term::Listed(kind)) = &outcome.measure.dispersion else { continue };
        let wanted = spread_numbers(kind);
        let fits = |cell: &Measurement| {
            let (spread, limits) = (cell.spread.is_some(), cell.lower.is_some() || cell.upper.is_some());
            match wanted {
                0 => !spread && !limits,
                1 => !limits,
                _ => !spread,
            }
        };
        let lacks = |cell: &Measurement| match wanted {
            _ if cell.value.as_ref().is_none_or(|value| c.value(value).is_none()) || cell.comment.is_some() => false,
            0 => false,
            1 => cell.spread.is_none(),
            _ => cell.lower.is_none() || cell.upper.is_none(),
        };
        let categories = outcome.measure.rows.iter().flat_map(|row| &row.categories);
        let own = categories.flat_map(|category| &category.cells).flatten();
        let wrong: Vec<&Measurement> = own.filter(|cell| !fits(cell) || lacks(cell)).collect();
        if let Some(first) = wrong.first() {
            let title = &outcome.measure.title;
            let message = format!(
                "values of `{1}` with other numbers of spread than those of `{2}`: {0}",
                wrong.len(),
                name(outcome),
                kind.replace('_', " ")
            );
            sink.error(&REG_036, Context::place(first.value.as_ref(), title), message)
                .hint("a deviation or error is one number, a range or interval two, a count has none");
        }
    }
}

/// Subjects analysed in a row of a group: the row's own, else the group's.
fn analysed<'r>(outcome: &'r Outcome, row: &'r Row, group: usize) -> Option<&'r Figure> {
    let own = row.denominators.iter().find(|of| of.units.eq_ignore_ascii_case("participants"));
    let own = own.and_then(|of| of.counts.get(group)).and_then(Option::as_ref);
    own.or(outcome.groups.get(group)?.analysed.as_ref())
}

fn counts(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, row, group, cell) in cells(c) {
        if !is(outcome.measure.parameter.as_ref(), "count_of_participants") {
            continue;
        }
        let Some((figure, number)) = cell.value.as_ref().and_then(|figure| Some((figure, c.value(figure)?))) else {
            continue;
        };
        let n = analysed(outcome, row, group).and_then(|n| c.number(n));
        if number < 0.0 || number.fract() != 0.0 || n.is_some_and(|n| number > n) {
            let message = format!(
                "`{}` counts {} of {} participants",
                name(outcome),
                plain(number),
                n.map_or_else(|| "unknown many".to_owned(), plain)
            );
            sink.error(&REG_037, Context::place(Some(figure), &outcome.measure.title), message)
                .hint("a count of participants is a whole number and no larger than the number analysed");
        }
    }
}

fn ranges(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, _, _, cell) in cells(c) {
        let read = |figure: &Option<Figure>| figure.as_ref().and_then(|figure| c.value(figure));
        let (value, spread) = (read(&cell.value), read(&cell.spread));
        let (lower, upper) = (read(&cell.lower), read(&cell.upper));
        let unit = outcome.measure.unit.as_ref().map(|unit| unit.to_lowercase()).unwrap_or_default();
        // Percent changes may be negative or above 100; percentages of participants may not.
        let people = ["participants", "subjects", "patients"].iter().any(|word| unit.contains(word));
        let share = people && (unit.contains("percent") || unit.contains('%'));
        let wrong = if value.is_some_and(|value| share && !(0.0..=100.0).contains(&value)) {
            Some("is no percentage of participants")
        } else if spread.is_some_and(|spread| spread < 0.0) {
            Some("has a negative spread")
        } else if lower.zip(upper).is_some_and(|(lower, upper)| lower > upper) {
            Some("has a lower limit above the upper")
        } else if value.zip(lower).is_some_and(|(value, lower)| value < lower)
            || value.zip(upper).is_some_and(|(value, upper)| value > upper)
        {
            Some("does not lie between its limits")
        } else {
            None
        };
        if let Some(words) = wrong {
            let place = Context::place(cell.value.as_ref(), &outcome.measure.title);
            sink.error(&REG_038, place, format!("a value of `{}` {words}", name(outcome)))
                .hint("look at the number and its unit");
        }
    }
}

/// Whether a printed figure says that there is no value.
fn is_not_available(figure: &Figure) -> bool {
    matches!(figure, Figure::Printed(text) if matches!(text.trim().to_uppercase().as_str(), "NA" | "N/A"))
}

fn reasons(c: &Context<'_>, sink: &mut Diagnostics) {
    // A result that is not estimable brings its own reason.
    for (outcome, _, _, cell) in cells(c).into_iter().filter(|_| c.asked.ctgov) {
        let figures = [&cell.value, &cell.spread, &cell.lower, &cell.upper];
        let given: Vec<&Figure> = figures.into_iter().flatten().collect();
        if given.iter().any(|figure| figure.key().is_some()) {
            continue;
        }
        let unavailable = given.iter().any(|figure| is_not_available(figure));
        let explained = cell.comment.as_ref().is_some_and(|comment| !comment.trim().is_empty());
        if unavailable != explained {
            let words = if unavailable {
                "is `NA` without a comment"
            } else {
                "has a comment for a missing value and is given"
            };
            sink.error(
                &REG_039,
                outcome.measure.title.place.clone(),
                format!("a value of `{}` {words}", name(outcome)),
            )
            .hint("`NA` and its comment belong together");
        }
    }
}

fn numbers(c: &Context<'_>, sink: &mut Diagnostics) {
    for (outcome, _, _, cell) in cells(c) {
        for figure in [&cell.value, &cell.spread, &cell.lower, &cell.upper].into_iter().flatten() {
            let Figure::Printed(text) = figure else { continue };
            if printed(text).is_none() && !is_not_available(figure) {
                let message = format!("`{text}` of `{}` is no number", name(outcome));
                sink.error(&REG_042, outcome.measure.title.place.clone(), message)
                    .hint("registries take numbers, and `NA` with a comment");
            }
        }
    }
}

/// Title of a group of an outcome.
fn title_of(c: &Context<'_>, group: &OutcomeGroup) -> String {
    let flow = group.flow_group.and_then(|at| c.record.flow.groups.get(at));
    match (flow, &group.title) {
        (Some(flow), _) => Context::title(flow).to_owned(),
        (None, Some(title)) => title.text.clone(),
        (None, None) => "a group".to_owned(),
    }
}

fn nobody_analysed(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        let filled = |text: &Option<Text>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
        // A description says what was measured; why nobody was is said of the population.
        if filled(&outcome.population) || filled(&outcome.measure.population) || !c.asked.ctgov {
            continue;
        }
        for group in &outcome.groups {
            let zero = group.analysed.as_ref().filter(|n| c.count(n) == Some(0));
            if zero.is_some() && !filled(&group.description) {
                let message = format!("nobody of `{}` was analysed for `{}`", title_of(c, group), name(outcome));
                sink.error(&REG_040, Context::place(zero, &outcome.measure.title), message)
                    .hint("say why in the description of the population");
            }
        }
    }
}

fn more_than_started(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        for group in outcome.groups.iter().filter(|group| group.period.is_none() && group.analysis_set.is_none()) {
            let Some(started) = group.flow_group.and_then(|at| c.started(at)) else { continue };
            let Some(analysed) = group.analysed.as_ref().and_then(|n| c.count(n)).filter(|n| *n > started) else {
                continue;
            };
            let message =
                format!("`{}`: {analysed} analysed for `{}`, {started} started", title_of(c, group), name(outcome));
            let place = Context::place(group.analysed.as_ref(), &outcome.measure.title);
            // Groups of ClinicalTrials.gov are only known by their titles.
            let report = if c.asked.eudract { Diagnostics::error } else { Diagnostics::warning };
            report(sink, &REG_041, place, message).hint("those analysed are some of those who started");
        }
    }
}

fn without_values(c: &Context<'_>, sink: &mut Diagnostics) {
    for outcome in &c.record.outcomes {
        let not_posted = outcome.reporting_status.as_ref().is_some_and(|status| !status.eq_ignore_ascii_case("posted"));
        if not_posted || outcome.ready == Some(false) || outcome.anticipated.is_some() {
            continue;
        }
        let cells = outcome.measure.rows.iter().flat_map(|row| &row.categories).flat_map(|category| &category.cells);
        let analysed = outcome.groups.iter().any(|group| c.count_of(group.analysed.as_ref()) > 0);
        if analysed && !cells.flatten().any(|cell| cell.value.is_some()) {
            let message = format!("`{}` has no values", name(outcome));
            sink.error(&REG_046, outcome.measure.title.place.clone(), message)
                .hint("give the endpoint an analysis that stores values of the arms");
        }
    }
}
