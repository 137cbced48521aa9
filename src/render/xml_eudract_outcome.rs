//! EudraCT's end points with their statistical analyses.

use serde_json::{Value as Json, json};

use crate::report::registry::read::eudract::{ANALYSED, MARGIN};
use crate::report::registry::{Analysis, ConfidenceInterval, Figure, Measure, Measurement, Outcome, Term, Text};
use crate::results::ResultValue;
use crate::spec::registry_terms::Dialect;

use super::xml::{Views, figure, optional_figure, words};
use super::xml_eudract::{analysis_set_id, code, flag};
use super::xml_eudract_flow::arm_of_group;

/// What EudraCT writes for a number that cannot be estimated; it takes numbers only.
pub(super) const NOT_ESTIMABLE: &str = "99999";

/// A category with its cells; EudraCT has one level of categories, so rows and categories are one list.
pub(super) struct Line<'m> {
    pub label: Option<String>,
    cells: &'m [Option<Measurement>],
}

impl<'m> Line<'m> {
    pub fn cell(&self, column: usize) -> Option<&'m Measurement> {
        self.cells.get(column).and_then(Option::as_ref)
    }

    /// Its numbers.
    pub fn figures(&self) -> impl Iterator<Item = &'m Figure> + use<'m> {
        let of = |cell: &'m Measurement| [&cell.value, &cell.spread, &cell.lower, &cell.upper].into_iter().flatten();
        self.cells.iter().flatten().flat_map(of)
    }
}

pub(super) fn lines(measure: &Measure) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    for row in &measure.rows {
        for category in &row.categories {
            let label = match (&row.title, &category.title) {
                (Some(row), Some(category)) => Some(format!("{}: {}", row.text, category.text)),
                (Some(one), None) | (None, Some(one)) => Some(one.text.clone()),
                (None, None) => None,
            };
            lines.push(Line { label, cells: &category.cells });
        }
    }
    lines
}

/// A figure where EudraCT wants a number; ClinicalTrials.gov prints `NA`.
pub(super) fn decimal(of: &Figure) -> Json {
    match of {
        Figure::Printed(text) if text.eq_ignore_ascii_case("NA") => json!({"printed": NOT_ESTIMABLE}),
        _ => figure(of),
    }
}

fn optional_decimal(of: Option<&Figure>) -> Json {
    of.map_or(Json::Null, decimal)
}

/// The spread of a value; null where there is none.
pub(super) fn spread_of(cell: &Measurement) -> Json {
    let low = cell.spread.as_ref().or(cell.lower.as_ref());
    if low.is_none() && cell.upper.is_none() {
        return Json::Null;
    }
    json!({"low": optional_decimal(low), "high": optional_decimal(cell.upper.as_ref())})
}

/// Code of a spread and the level of a confidence interval that is part of its name.
pub(super) fn dispersion_code(views: &Views<'_>, list: &str, of: Option<&Term>) -> (Json, Option<String>) {
    let level = match of {
        Some(Term::Listed(id)) => id.strip_prefix("confidence_interval_").map(|level| level.replace('_', ".")),
        _ => None,
    };
    let interval = level.is_some().then(|| Term::listed("confidence_interval"));
    (code(views, list, interval.as_ref().or(of)), level)
}

/// An end point.
pub(super) fn end_point(views: &Views<'_>, number: usize, of: &Outcome) -> Json {
    let measure = &of.measure;
    let counted = measure.parameter.as_ref().is_some_and(|parameter| parameter.is("count_of_participants"));
    let lines = lines(measure);
    let id = |at: usize| format!("EndPoint-{number}-Group-{}", at + 1);
    let (mut arms, mut sets) = (Vec::new(), Vec::new());
    for (at, group) in of.groups.iter().enumerate() {
        let view = |refers_to: String| json!({"refers_to": refers_to, "id": id(at), "values": values(views, number, of, &lines, at, counted)});
        match (group.analysis_set, arm_of_group(views, group.flow_group, group.period)) {
            (Some(set), _) => sets.push(view(analysis_set_id(set))),
            (None, Some(arm)) => arms.push(view(arm)),
            (None, None) => {}
        }
    }
    let (dispersion, level) = dispersion_code(views, "dispersion", measure.dispersion.as_ref());
    let written = |at: &usize| {
        let group = of.groups.get(*at);
        group.is_some_and(|g| g.analysis_set.is_some() || arm_of_group(views, g.flow_group, g.period).is_some())
    };
    let analyses = of.analyses.iter().enumerate().map(|(at, analysis)| {
        let groups = analysis.groups.iter().copied().filter(written);
        let (sets, arms): (Vec<usize>, Vec<usize>) = groups.partition(|at| of.groups[*at].analysis_set.is_some());
        let ids = |groups: Vec<usize>| groups.into_iter().map(id).collect::<Vec<_>>();
        let mut view = statistical_analysis(views, at + 1, analysis);
        view["arms"] = Json::from(ids(arms));
        view["sets"] = Json::from(ids(sets));
        view
    });
    let has_values = lines.iter().flat_map(Line::figures).next().is_some();
    json!({
        "title": measure.title.text,
        "description": with_words(measure.description.as_ref(), ANALYSED, of.population.as_ref()),
        "ready": flag(Some(of.ready.unwrap_or(has_values))),
        "countable": flag(Some(counted)),
        "unit": measure.unit.as_ref().map_or(if counted { Json::from("Subjects") } else { Json::Null }, |unit| Json::from(unit.text.clone())),
        "time_frame": words(of.time_frame.as_ref()),
        "role": code(views, "outcome_type", Some(&of.kind)),
        "measure": if counted { Json::Null } else { tendency(views, measure.parameter.as_ref()) },
        "dispersion": if dispersion.is_null() { Json::from("ENDPOINT_DISPERSION.na") } else { dispersion },
        "level": measure.level.as_ref().map_or(Json::from(level), |level| Json::from(level.text.clone())),
        "categories": lines.iter().enumerate().filter_map(|(at, line)| Some(json!({
            "id": category_id(number, at),
            "name": line.label.as_ref()?,
        }))).collect::<Vec<_>>(),
        "arms": arms,
        "sets": sets,
        "analyses": analyses.collect::<Vec<_>>(),
    })
}

fn category_id(number: usize, at: usize) -> String {
    format!("EndPoint-{number}-Category-{}", at + 1)
}

/// Code of the kind of value; the geometric mean stands for that of least squares, a number for counts of other units.
fn tendency(views: &Views<'_>, of: Option<&Term>) -> Json {
    match of {
        Some(of) if of.is("geometric_least_squares_mean") => Json::from("MEASURE_TYPE.geometric"),
        Some(of) if of.is("count_of_units") => Json::from("MEASURE_TYPE.number"),
        _ => code(views, "parameter", of),
    }
}

/// Words that have no element of their own stand after a marker, so that a reader finds them again.
fn with_words(text: Option<&Text>, marker: &str, more: Option<&Text>) -> Json {
    let more = more.map(|more| format!("{marker}{}", more.text));
    let all: Vec<String> = text.map(|text| text.text.clone()).into_iter().chain(more).collect();
    if all.is_empty() { Json::Null } else { Json::from(all.join(" ")) }
}

/// The values of a group: counts, or numbers with their spread, by category.
fn values(views: &Views<'_>, number: usize, of: &Outcome, lines: &[Line<'_>], column: usize, counted: bool) -> Json {
    let category = |at: usize| lines[at].label.as_ref().map(|_| category_id(number, at));
    let cells = || lines.iter().enumerate().filter_map(|(at, line)| Some((at, line.cell(column)?)));
    let numbers: Vec<Json> = cells()
        .filter_map(|(at, cell)| Some(json!({"category": category(at), "figure": decimal(cell.value.as_ref()?)})))
        .collect();
    let spreads = cells().map(|(at, cell)| json!({"category": category(at), "spread": spread_of(cell)}));
    let figures = cells().flat_map(|(_, cell)| [&cell.value, &cell.spread, &cell.lower, &cell.upper]).flatten();
    let group = &of.groups[column];
    let comments = cells().filter_map(|(_, cell)| cell.comment.as_ref());
    let comment = group.comment.as_ref().into_iter().chain(comments).map(|text| text.text.as_str()).collect::<Vec<_>>();
    json!({
        "counts": if counted { numbers.clone() } else { Vec::new() },
        "tendencies": if counted { Vec::new() } else { numbers },
        "spreads": spreads.filter(|spread| !spread["spread"].is_null()).collect::<Vec<_>>(),
        "comment": if comment.is_empty() { Json::Null } else { Json::from(comment.join(" ")) },
        "not_estimable": views.first_not_estimable(figures).map(ToString::to_string),
        "analysed": optional_figure(group.analysed.as_ref()),
    })
}

fn statistical_analysis(views: &Views<'_>, number: usize, of: &Analysis) -> Json {
    let title = of.title.as_ref().map_or_else(|| format!("Statistical analysis {number}"), |title| title.text.clone());
    let description = [&of.description, &of.other].into_iter().flatten().map(|text| text.text.as_str());
    let description: Vec<&str> = description.collect();
    json!({
        "title": title,
        "description": if description.is_empty() { Json::Null } else { Json::from(description.join(" ")) },
        "kind": views.word("analysis_type", of.kind.as_ref(), Dialect::Eudract).unwrap_or("ANALYSIS_TYPE.other"),
        "specification": code(views, "analysis_specification", of.specification.as_ref()),
        "comment": with_words(of.comment.as_ref(), MARGIN, of.margin.as_ref()),
        "test": test(views, of),
        "estimate": estimate(views, of),
    })
}

/// The test; one without a code of EudraCT's is `other` with words.
fn test(views: &Views<'_>, of: &Analysis) -> Json {
    if of.method.is_none() && of.p.is_none() {
        return Json::Null;
    }
    let (method, other) = named_or_other(views, "statistical_method", of.method.as_ref(), of.method_words.as_ref());
    let estimable = of.p.as_ref().is_some_and(|p| !views.is_not_estimable(p));
    let p = of.p.as_ref().filter(|_| estimable).map(|p| p_value(views, p, of.p_relation.as_ref()));
    json!({
        "comment": words(of.p_comment.as_ref()),
        "method": method.unwrap_or_else(|| "HYPOTHESIS_METHOD.other".to_owned()),
        "other": other,
        "p": p,
        "not_estimable": of.p.as_ref().filter(|_| !estimable).and_then(Figure::key).map(ToString::to_string),
    })
}

/// EudraCT wants a decimal and a relation. Of a result it shows two digits of a small p-value, four decimals at least.
fn p_value(views: &Views<'_>, of: &Figure, relation: Option<&Text>) -> Json {
    let mut style = None;
    let mut own_relation = "=";
    let printed = match of {
        Figure::Result(_) => {
            style = Some(p_style(views, of));
            figure(of)
        }
        Figure::Printed(text) => {
            let number = text.trim_start_matches(['<', '>', '=', ' ']);
            own_relation = text.get(..1).filter(|first| matches!(*first, "<" | ">")).unwrap_or("=");
            json!({"printed": number})
        }
    };
    let relation = relation.map_or(own_relation, |relation| relation.text.as_str());
    json!({"figure": printed, "style": style, "relation": relation})
}

fn p_style(views: &Views<'_>, of: &Figure) -> String {
    let p = match views.value(of) {
        Some(ResultValue::Real(p)) => *p,
        _ => 1.0,
    };
    let mut decimals = 4;
    let mut smallest = 1e-3;
    while p < smallest && decimals < 17 {
        decimals += 1;
        smallest /= 10.0;
    }
    format!("0.{}", "0".repeat(decimals))
}

/// Code of a term and words beside it; a term only ClinicalTrials.gov has is `other` with its name.
fn named_or_other(views: &Views<'_>, list: &str, term: Option<&Term>, own: Option<&Text>) -> (Option<String>, Json) {
    if let Some(code) = views.word(list, term, Dialect::Eudract) {
        return (Some(code.to_owned()), words(own));
    }
    let name = views.word(list, term, Dialect::Prs).map_or(Json::Null, Json::from);
    (None, own.map_or(name, |own| Json::from(own.text.clone())))
}

fn estimate(views: &Views<'_>, of: &Analysis) -> Json {
    let interval = of.interval.as_ref();
    if of.parameter.is_none() && of.estimate.is_none() && interval.is_none() {
        return Json::Null;
    }
    let (parameter, other) = named_or_other(views, "estimate", of.parameter.as_ref(), of.parameter_words.as_ref());
    let limits = interval.map(|interval| [&interval.lower, &interval.upper]).into_iter().flatten();
    let figures = [&of.estimate, &of.dispersion_value].into_iter().chain(limits).flatten();
    let not_estimable = views.first_not_estimable(figures).map(ToString::to_string);
    let spread = of.dispersion_value.is_some() || of.dispersion.is_some();
    json!({
        "interval": interval.map(|of| confidence_interval(views, of)),
        "comment": words(of.estimate_comment.as_ref()),
        "not_estimable": not_estimable,
        "value": optional_decimal(of.estimate.as_ref()),
        "words": other,
        "parameter": parameter.unwrap_or_else(|| "PARAMETER_TYPE.other".to_owned()),
        "spread": spread.then(|| json!({
            "value": optional_decimal(of.dispersion_value.as_ref()),
            "kind": code(views, "estimate_dispersion", of.dispersion.as_ref()),
        })),
    })
}

fn confidence_interval(views: &Views<'_>, of: &ConfidenceInterval) -> Json {
    json!({
        "lower": optional_decimal(of.lower.as_ref()),
        "upper": optional_decimal(of.upper.as_ref()),
        "level": words(of.level.as_ref()),
        "sides": code(views, "sides", of.sides.as_ref()),
    })
}
