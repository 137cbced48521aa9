//! Views of the ClinicalTrials.gov template: baseline characteristics and outcome measures.

use serde_json::{Value as Json, json};

use crate::report::registry::read::ctgov_words::characteristic_title;
use crate::report::registry::{
    Analysis, Baseline, BaselineGroup, Characteristic, CharacteristicKind, Denominator, Figure, Measure, Measurement,
    Outcome, Row, Term, Text,
};
use crate::spec::registry_terms::Dialect;

use super::xml::{Views, optional_figure, words};

/// Id of the total group of baseline.
const TOTAL_GROUP: &str = "Baseline.Total";

/// Levels of confidence intervals that PRS has words for.
const NAMED_LEVELS: [&str; 5] = ["80", "90", "95", "97.5", "99"];

fn word(views: &Views<'_>, list: &str, term: Option<&Term>) -> Option<String> {
    views.word(list, term, Dialect::Prs).map(str::to_owned)
}

fn yes(value: bool) -> &'static str {
    if value { "Yes" } else { "No" }
}

/// Baseline characteristics.
pub(super) fn baseline(views: &Views<'_>, of: &Baseline) -> Json {
    let mut ids: Vec<String> = (1..=of.groups.len()).map(|at| format!("Baseline.{at}")).collect();
    // With one group the group is the total.
    let total = of.total.as_ref().filter(|_| of.groups.len() > 1);
    if total.is_some() {
        ids.push(TOTAL_GROUP.to_owned());
    }
    let group = |(id, of): (&String, &BaselineGroup)| {
        json!({
            "id": id,
            "title": words(of.title.as_ref()),
            "description": words(of.description.as_ref()),
            "subjects": optional_figure(of.subjects.as_ref()),
            "units": optional_figure(of.units.as_ref()),
        })
    };
    let total = total.map(|of| {
        let text =
            |own: &Option<Text>, default: &str| own.as_ref().map_or(default, |text| text.text.as_str()).to_owned();
        json!({
            "id": TOTAL_GROUP,
            "title": text(&of.title, "Total"),
            "description": text(&of.description, "Total of all reporting groups"),
            "subjects": optional_figure(of.subjects.as_ref()),
            "units": optional_figure(of.units.as_ref()),
        })
    });
    // A record for both registries has the age groups of either.
    let own_ages = of.characteristics.iter().any(|one| one.kind == CharacteristicKind::AgeCtgov);
    let of_others = |one: &&Characteristic| own_ages && one.kind == CharacteristicKind::AgeEudract;
    let measures = of.characteristics.iter().filter(|one| !of_others(one));
    json!({
        "measures": measures.map(|of| characteristic(views, of, &ids)).collect::<Vec<_>>(),
        "groups": ids.iter().zip(&of.groups).map(group).collect::<Vec<_>>(),
        "population": words(of.population.as_ref()),
        "total": total,
        "units": words(of.units.as_ref()),
    })
}

fn characteristic(views: &Views<'_>, of: &Characteristic, ids: &[String]) -> Json {
    let mut view = measure(views, &of.measure, ids, "baseline_parameter");
    let listed = characteristic_title(of.kind);
    view["title"] = json!(listed.unwrap_or("Study Specific Characteristic"));
    view["other_title"] = json!(listed.is_none().then_some(&of.measure.title.text));
    view
}

/// An outcome measure; its groups' ids carry its number.
pub(super) fn outcome(views: &Views<'_>, number: usize, of: &Outcome) -> Json {
    let ids: Vec<String> = (1..=of.groups.len()).map(|at| format!("Outcome{number}.{at}")).collect();
    let mut view = measure(views, &of.measure, &ids, "parameter");
    let population = of.population.as_ref().or(of.measure.population.as_ref());
    let groups: Vec<Json> = ids
        .iter()
        .zip(&of.groups)
        .map(|(id, group)| {
            json!({
                "id": id,
                "title": words(group_title(views, group.flow_group, group.analysis_set, group.title.as_ref())),
                "description": words(group_description(views, group.flow_group, group.analysis_set, group.description.as_ref())),
                "subjects": optional_figure(group.analysed.as_ref()),
                "units": optional_figure(group.units.as_ref()),
            })
        })
        .collect();
    view["time_frame"] = words(of.time_frame.as_ref());
    view["population"] = words(population.filter(|text| !text.is_empty()));
    view["role"] = json!(word(views, "outcome_type", Some(&of.kind)).unwrap_or_default());
    view["anticipated"] = of.anticipated.as_ref().map_or(Json::Null, |date| {
        let (year, rest) = date.split_once('-').unwrap_or((date, ""));
        json!({"year": year, "month": rest.get(..2)})
    });
    view["units"] = words(of.units.as_ref());
    view["groups"] = Json::from(groups);
    view["analyses"] = of.analyses.iter().map(|analysis| statistical_analysis(views, analysis, &ids)).collect();
    view
}

/// The title of a group, or that of the arm or set it stands for.
fn group_title<'v>(
    views: &Views<'v>,
    arm: Option<usize>,
    set: Option<usize>,
    own: Option<&'v Text>,
) -> Option<&'v Text> {
    let arm = || views.record.flow.groups.get(arm?).map(|group| &group.title);
    let set = || views.record.analysis_sets.get(set?).map(|set| &set.title);
    own.or_else(arm).or_else(set)
}

fn group_description<'v>(
    views: &Views<'v>,
    arm: Option<usize>,
    set: Option<usize>,
    own: Option<&'v Text>,
) -> Option<&'v Text> {
    let arm = || views.record.flow.groups.get(arm?).and_then(|group| group.description.as_ref());
    let set = || views.record.analysis_sets.get(set?).and_then(|set| set.description.as_ref());
    own.or_else(arm).or_else(set)
}

fn measure(views: &Views<'_>, of: &Measure, ids: &[String], list: &str) -> Json {
    let interval = of.dispersion.as_ref().is_some_and(|term| term.is("confidence_interval"));
    let named = of.level.as_ref().filter(|level| interval && NAMED_LEVELS.contains(&level.text.as_str()));
    let dispersion = match named {
        Some(level) => {
            let id = format!("confidence_interval_{}", level.text.replace('.', "_"));
            word(views, "dispersion", Some(&Term::listed(&id)))
        }
        None => word(views, "dispersion", of.dispersion.as_ref()),
    };
    // Where there are values, no dispersion is said too.
    let none = || of.parameter.as_ref().and_then(|_| word(views, "dispersion", Some(&Term::listed("not_applicable"))));
    json!({
        "percentage": of.calculate_percentage.map(yes),
        "level": words(of.level.as_ref().filter(|_| interval && named.is_none())),
        "dispersion": dispersion.or_else(none),
        "rows": of.rows.iter().map(|of| row(views, of, ids)).collect::<Vec<_>>(),
        "description": words(of.description.as_ref()),
        "parameter": word(views, list, of.parameter.as_ref()),
        "population": words(of.population.as_ref()),
        "selected_units": words(of.selected_units.as_ref()),
        "title": of.title.text,
        "unit": words(of.unit.as_ref()),
    })
}

/// PRS orders a row's values by group and then by category; a category without a value is named all the same.
fn row(views: &Views<'_>, of: &Row, ids: &[String]) -> Json {
    let counted = |at: usize, persons: bool| {
        let is_wanted = |of: &&Denominator| of.units.eq_ignore_ascii_case("participants") == persons;
        of.denominators.iter().find(is_wanted).and_then(|of| of.counts.get(at)).and_then(Option::as_ref)
    };
    let value = |(at, id): (usize, &String)| {
        let cells = of.categories.iter().map(|category| (category, category.cells.get(at).and_then(Option::as_ref)));
        let entries: Vec<Json> = cells
            .filter(|(category, cell)| category.title.is_some() || cell.is_some())
            .map(|(category, cell)| entry(views, category.title.as_ref(), cell))
            .collect();
        let (subjects, units) = (counted(at, true), counted(at, false));
        let given = !entries.is_empty() || subjects.is_some() || units.is_some();
        given.then(|| {
            json!({
                "group": id,
                "units": optional_figure(units),
                "entries": entries,
                "subjects": optional_figure(subjects),
            })
        })
    };
    let values: Vec<Json> = ids.iter().enumerate().filter_map(value).collect();
    json!({"title": words(of.title.as_ref()), "values": values})
}

fn entry(views: &Views<'_>, category: Option<&Text>, cell: Option<&Measurement>) -> Json {
    let part = |get: fn(&Measurement) -> &Option<Figure>| cell.and_then(|cell| get(cell).as_ref());
    let (value, spread) = (part(|cell| &cell.value), part(|cell| &cell.spread));
    let (lower, upper) = (part(|cell| &cell.lower), part(|cell| &cell.upper));
    let figures = [value, spread, lower, upper];
    json!({
        "category": words(category),
        "value": optional_figure(value),
        "spread": optional_figure(spread),
        "lower": optional_figure(lower),
        "upper": optional_figure(upper),
        "comment": words(cell.and_then(|cell| cell.comment.as_ref())),
        "not_estimable": not_estimable(views, figures),
    })
}

/// The first of some numbers that is not estimable, for the reason printed beside it.
fn not_estimable<'k>(views: &Views<'_>, figures: impl IntoIterator<Item = Option<&'k Figure>>) -> Json {
    views.first_not_estimable(figures.into_iter().flatten()).map_or(Json::Null, |key| Json::String(key.to_string()))
}

fn statistical_analysis(views: &Views<'_>, of: &Analysis, ids: &[String]) -> Json {
    let interval = of.interval.as_ref();
    let limit = |get: fn(&crate::report::registry::ConfidenceInterval) -> &Option<Figure>| {
        interval.and_then(|interval| get(interval).as_ref())
    };
    let (lower, upper) = (limit(|interval| &interval.lower), limit(|interval| &interval.upper));
    // The upper limit's reason has an element of its own; the others' stand in the comment on the estimate.
    let estimate = [of.estimate.as_ref(), lower, of.dispersion_value.as_ref()];
    let post_hoc = of.specification.as_ref().is_some_and(|term| term.is("post_hoc"));
    let comments: Vec<&str> = of
        .comment
        .as_ref()
        .map(|text| text.text.as_str())
        .into_iter()
        .chain(post_hoc.then_some("This analysis was not pre-specified."))
        .collect();
    let lower_comment = interval.and_then(|interval| interval.lower_comment.as_ref());
    let estimate_comments: Vec<&str> =
        of.estimate_comment.iter().chain(lower_comment).map(|text| text.text.as_str()).collect();
    json!({
        "groups": of.groups.iter().filter_map(|at| ids.get(*at)).collect::<Vec<_>>(),
        "lower": optional_figure(lower),
        "sides": word(views, "sides", interval.and_then(|interval| interval.sides.as_ref())),
        "level": words(interval.and_then(|interval| interval.level.as_ref())),
        "upper": optional_figure(upper),
        "upper_comment": words(interval.and_then(|interval| interval.upper_comment.as_ref())),
        "upper_not_estimable": not_estimable(views, [upper]),
        "dispersion": word(views, "estimate_dispersion", of.dispersion.as_ref()),
        "dispersion_value": optional_figure(of.dispersion_value.as_ref()),
        "estimate_comment": (!estimate_comments.is_empty()).then(|| estimate_comments.join(" ")),
        "not_estimable": not_estimable(views, estimate),
        "description": words(of.description.as_ref()),
        "margin": words(of.margin.as_ref()),
        "other": words(of.other.as_ref()),
        "other_method": words(of.method_words.as_ref().filter(|_| of.method.as_ref().is_some_and(|term| term.is("other")))),
        "other_parameter": words(of.parameter_words.as_ref().filter(|_| of.parameter.as_ref().is_some_and(|term| term.is("other")))),
        "parameter": word(views, "estimate", of.parameter.as_ref()),
        "estimate": optional_figure(of.estimate.as_ref()),
        "p": optional_figure(of.p.as_ref()),
        "p_relation": words(of.p_relation.as_ref().filter(|relation| relation.text != "=")),
        "p_comment": words(of.p_comment.as_ref()),
        "p_not_estimable": not_estimable(views, [of.p.as_ref()]),
        "method": word(views, "statistical_method", of.method.as_ref()),
        "comment": (!comments.is_empty()).then(|| comments.join(" ")),
        "kind": word(views, "analysis_type", of.kind.as_ref()),
    })
}
