//! EudraCT's baseline characteristics.

use serde_json::{Value as Json, json};

use crate::report::registry::read::eudract::{NOT_ESTIMABLE_NOTE, TOTAL_TITLE};
use crate::report::registry::{Baseline, BaselineGroup, Characteristic, CharacteristicKind, Measure};

use super::xml::{Views, optional_figure, words};
use super::xml_eudract::{analysis_set_id, code, flag};
use super::xml_eudract_flow::{arm_of_group, baseline_period, period_id};
use super::xml_eudract_outcome::{Line, decimal, dispersion_code, lines, spread_of};

/// Parameters that are numbers with a spread; everything else is counted by category.
const CONTINUOUS: [&str; 6] =
    ["mean", "median", "least_squares_mean", "geometric_mean", "geometric_least_squares_mean", "log_mean"];

/// Characteristics that EudraCT does not take: it has age groups and counts by country of its own.
const NOT_TAKEN: [CharacteristicKind; 3] =
    [CharacteristicKind::AgeCtgov, CharacteristicKind::RaceEthnicityNotCollected, CharacteristicKind::Region];

/// Whether EudraCT takes a characteristic.
pub(super) fn is_taken(of: &Characteristic) -> bool {
    !NOT_TAKEN.contains(&of.kind)
}

fn group_id(at: usize) -> String {
    format!("BaselineGroup-{}", at + 1)
}

/// The module; null where there is none.
pub(super) fn baseline(views: &Views<'_>) -> Json {
    let Some(baseline) = &views.record.baseline else { return Json::Null };
    let (mut age, mut sex, mut age_groups) = (Json::Null, Json::Null, Json::Null);
    let (mut categorical, mut continuous) = (Vec::new(), Vec::new());
    for (at, of) in baseline.characteristics.iter().enumerate().filter(|(_, of)| is_taken(of)) {
        let counted = is_categorical(of);
        let view = characteristic(views, baseline, at + 1, of, counted);
        let own_place = match of.kind {
            CharacteristicKind::AgeContinuous => Some(&mut age),
            CharacteristicKind::AgeEudract => Some(&mut age_groups),
            CharacteristicKind::Sex | CharacteristicKind::SexCustomised => Some(&mut sex),
            _ => None,
        };
        match own_place {
            Some(place) if place.is_null() => *place = view,
            _ if counted => categorical.push(view),
            _ => continuous.push(view),
        }
    }
    let period = baseline_period(views);
    let group = |(at, group): (usize, &BaselineGroup)| {
        json!({
            "arm": arm_of_group(views, group.flow_group, group.period),
            "id": group_id(at),
            "period": period_id(group.period.unwrap_or(period)),
            "subjects": optional_figure(group.subjects.as_ref()),
            "description": words(group.description.as_ref()),
        })
    };
    let groups = baseline.groups.iter().enumerate().filter(|(_, group)| group.analysis_set.is_none());
    json!({
        "model": code(views, "baseline_model", baseline.model.as_ref()),
        "categorical": categorical,
        "continuous": continuous,
        "age": age,
        "sex": sex,
        "age_groups": age_groups,
        "groups": groups.map(group).collect::<Vec<_>>(),
    })
}

fn is_categorical(of: &Characteristic) -> bool {
    match of.kind {
        CharacteristicKind::AgeContinuous => false,
        CharacteristicKind::AgeEudract | CharacteristicKind::Sex => true,
        _ => !of.measure.parameter.as_ref().is_some_and(|own| CONTINUOUS.iter().any(|id| own.is(id))),
    }
}

fn characteristic(views: &Views<'_>, baseline: &Baseline, number: usize, of: &Characteristic, counted: bool) -> Json {
    let measure = &of.measure;
    let lines = lines(measure);
    let category_id = |at: usize| format!("Characteristic-{number}-Category-{}", at + 1);
    let counts = |column: usize| -> Vec<Json> {
        let cells = lines.iter().enumerate().filter_map(|(at, line)| Some((at, line.cell(column)?.value.as_ref()?)));
        cells.map(|(at, value)| json!({"category": category_id(at), "figure": decimal(value)})).collect()
    };
    let group = |column: usize, id: String| {
        let cell = lines.first().and_then(|line| line.cell(column)).filter(|_| !counted);
        let spread = cell.map_or(Json::Null, spread_of);
        json!({
            "id": id,
            "counts": if counted { counts(column) } else { Vec::new() },
            "value": cell.and_then(|cell| cell.value.as_ref()).map_or(Json::Null, decimal),
            "spread": spread,
        })
    };
    let groups = baseline.groups.iter().enumerate();
    let (sets, arms): (Vec<_>, Vec<_>) = groups.partition(|(_, group)| group.analysis_set.is_some());
    let has_values = |column: usize| lines.iter().any(|line| line.cell(column).is_some());
    let total = baseline.total.as_ref().filter(|_| counted).map(|total| {
        let title = total.title.as_ref().filter(|title| title.text != "Total");
        json!({
            "id": format!("TotalBaselineGroup-{number}"),
            "subjects": optional_figure(total.subjects.as_ref()),
            "title": title.map_or(TOTAL_TITLE, |title| title.text.as_str()),
            "description": words(total.description.as_ref()),
            "counts": counts(baseline.groups.len()),
        })
    });
    let set = |(at, group): (usize, &BaselineGroup)| Some((at, analysis_set_id(group.analysis_set?)));
    json!({
        "ready": flag(Some(of.ready.unwrap_or_else(|| (0..=baseline.groups.len()).any(has_values)))),
        "title": measure.title.text,
        "description": description(views, measure, &lines),
        "unit": unit(measure, counted),
        "groups": arms.into_iter().map(|(at, _)| group(at, group_id(at))).collect::<Vec<_>>(),
        "sets": sets.into_iter().filter_map(set).filter(|(at, _)| has_values(*at)).map(|(at, id)| group(at, id)).collect::<Vec<_>>(),
        "counted": counted,
        "total": total,
        "categories": lines.iter().enumerate().filter_map(|(at, line)| Some(json!({
            "id": category_id(at),
            "name": line.label.as_ref()?,
        }))).collect::<Vec<_>>(),
        "tendency": code(views, "baseline_parameter", measure.parameter.as_ref()),
        "dispersion": dispersion_code(views, "baseline_dispersion", measure.dispersion.as_ref()).0,
    })
}

/// What is counted is called subjects here.
fn unit(measure: &Measure, counted: bool) -> Json {
    match &measure.unit {
        Some(unit) if !counted || !unit.eq_ignore_ascii_case("participants") => Json::from(unit.text.clone()),
        _ if counted => Json::from("Subjects"),
        _ => Json::Null,
    }
}

fn description(views: &Views<'_>, measure: &Measure, lines: &[Line<'_>]) -> Json {
    let mut words: Vec<&str> = measure.description.iter().map(|text| text.text.as_str()).collect();
    if lines.iter().flat_map(Line::figures).any(|figure| views.is_not_estimable(figure)) {
        words.push(NOT_ESTIMABLE_NOTE);
    }
    if words.is_empty() { Json::Null } else { Json::from(words.join(" ")) }
}
