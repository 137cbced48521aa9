//! Values of groups: what baseline characteristics and outcome measures share.

use crate::report::registry::document::{Content, fixed, words, words_of};
use crate::report::registry::{Category, Figure, Measure, Measurement, Row, Term, Text};

use super::build::{Build, joined};
use super::grid::Grid;

/// `Mean (Standard Deviation)`.
fn kind_of_value(b: &Build<'_>, of: &Measure) -> String {
    let counted = |kind: &Term| kind.is("count_of_participants") && !b.is_ctgov();
    let parameter = match &of.parameter {
        Some(kind) if counted(kind) => "number of subjects".to_owned(),
        Some(kind) => b.term("baseline_parameter", kind),
        None => String::new(),
    };
    let spread = of.dispersion.as_ref().filter(|term| !term.is("not_applicable"));
    let spread = spread.map(|term| match &of.level {
        Some(level) if term.is("confidence_interval") => format!("{} % confidence interval", level.text),
        _ if b.is_ctgov() => b.term("dispersion", term),
        _ => b.term("dispersion", term).to_lowercase(),
    });
    match spread {
        Some(spread) => format!("{parameter} ({spread})"),
        None => parameter,
    }
}

/// What stands above the values: the unit, and on ClinicalTrials.gov the kind of value; EudraCT has it beside them.
pub(super) fn heading(b: &Build<'_>, of: &Measure) -> Content {
    let kind = Some(kind_of_value(b, of)).filter(|kind| b.is_ctgov() && !kind.is_empty());
    let label = b.pick("Units", "Unit of Measure");
    let unit = of.unit.as_ref().map(|unit| format!("{label}: {}", unit.text));
    words(&kind.into_iter().chain(unit).collect::<Vec<_>>().join("; "))
}

/// Rows of a measure; `totals` are the subjects of each column, of which counts are a part.
pub(super) fn rows(b: &Build<'_>, of: &Measure, totals: &[Option<&Figure>], grid: &mut Grid) {
    let columns = totals.len();
    let counted = of.parameter.as_ref().is_some_and(|kind: &Term| kind.is("count_of_participants"));
    for row in &of.rows {
        let own = denominators(b, row, columns, grid);
        let totals = if own.is_empty() { totals } else { &own };
        for category in &row.categories {
            let cells = (0..columns).map(|at| {
                let of = category.cells.get(at).and_then(Option::as_ref);
                let total = totals.get(at).copied().flatten().filter(|_| counted);
                of.map_or_else(Content::new, |of| measurement(b, of, total))
            });
            grid.row(label(b, of, row.title.as_ref(), category), cells.collect());
        }
    }
}

/// Rows of the numbers analysed, where they are not those of the groups; the participants among them.
fn denominators<'r>(b: &Build<'_>, row: &'r Row, columns: usize, grid: &mut Grid) -> Vec<Option<&'r Figure>> {
    let mut participants = Vec::new();
    for of in &row.denominators {
        let title = row.title.iter().flat_map(|title| joined([words_of(title), fixed(": ")]));
        let label =
            joined([title.collect(), fixed(b.pick("number analysed, ", "Number Analyzed, ")), words_of(&of.units)]);
        let own: Vec<Option<&Figure>> = (0..columns).map(|at| of.counts.get(at).and_then(Option::as_ref)).collect();
        grid.row(label, own.iter().map(|count| b.number(*count)).collect());
        if of.units.eq_ignore_ascii_case("participants") {
            participants = own;
        }
    }
    participants
}

fn label(b: &Build<'_>, of: &Measure, row: Option<&Text>, category: &Category) -> Content {
    match (row, category.title.as_ref()) {
        (Some(row), Some(category)) => words(&format!("{}: {}", row.text, category.text)),
        (Some(one), None) | (None, Some(one)) => words_of(one),
        (None, None) => match &of.unit {
            Some(unit) if b.is_ctgov() => words_of(unit),
            _ => words(&kind_of_value(b, of)),
        },
    }
}

/// A value with its spread or its percentage in brackets, and why one is not given.
fn measurement(b: &Build<'_>, of: &Measurement, total: Option<&Figure>) -> Content {
    let spread = match (&of.spread, &of.lower, &of.upper) {
        (None, None, None) => b.percent_of(of.value.as_ref(), total),
        (Some(one), _, _) => joined([fixed(" ("), b.number(Some(one)), fixed(")")]),
        (None, low, high) => {
            joined([fixed(" ("), b.number(low.as_ref()), fixed(" to "), b.number(high.as_ref()), fixed(")")])
        }
    };
    let comment = of.comment.as_ref().map_or_else(Content::new, |text| words(&format!(" [{}]", text.text)));
    joined([b.number(of.value.as_ref()), spread, comment])
}
