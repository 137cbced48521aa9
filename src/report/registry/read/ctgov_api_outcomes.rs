//! Reads outcome measures of ClinicalTrials.gov's API, version 2: groups, rows of values, statistical analyses.

use crate::report::registry::{
    Analysis, Category, ConfidenceInterval, Flow, Measure, Measurement, Outcome, OutcomeGroup, Row, Term,
};

use super::ctgov_api_results::{by_group, counted, denominators, groups};
use super::ctgov_groups::{Groups, settle_outcome};
use super::ctgov_words::{Words, code_in_words, date, selected_units, yes_or_no};
use super::json::Item;

/// Reads an outcome measure.
pub(super) fn outcome(item: &Item<'_>, words: &Words<'_>, flow: &Flow) -> Option<Outcome> {
    let items = item.children("groups");
    let ids = groups(&items);
    let counts = denominators(item, &ids);
    let group = |(at, item): (usize, &Item<'_>)| {
        let (analysed, units) = counted(&counts, at);
        OutcomeGroup {
            flow_group: None,
            analysis_set: None,
            period: None,
            title: item.text_of("title"),
            description: item.text_of("description"),
            analysed,
            units,
            comment: None,
        }
    };
    let population = item.text_of("populationDescription");
    let mut measure = measure(item, &ids, words, "parameter")?;
    measure.population = None;
    let mut outcome = Outcome {
        endpoint: None,
        kind: words.term("outcome_type", &item.words_of("type")?),
        time_frame: item.text_of("timeFrame"),
        measure,
        population,
        ready: None,
        reporting_status: item.text_of("reportingStatus").map(code_in_words),
        anticipated: item.text_of("anticipatedPostingDate").map(date),
        units: item.text_of("typeUnitsAnalyzed"),
        groups: items.iter().enumerate().map(group).collect(),
        analyses: item.children("analyses").iter().map(|item| analysis(item, &ids, words)).collect(),
    };
    settle_outcome(&mut outcome, flow);
    Some(outcome)
}

/// Reads what is measured; `list` is the pick-list of its parameter.
pub(super) fn measure(item: &Item<'_>, groups: &Groups, words: &Words<'_>, list: &str) -> Option<Measure> {
    let parameter = item.words_of("paramType").map(|word| words.term(list, &word));
    let spread = item.words_of("dispersionType").map(|word| words.dispersion(&word, item.text_of("ciPctLevel")));
    // The register prints no dispersion where there is none.
    let none = || (parameter.is_some()).then(|| Term::listed("not_applicable"));
    let (dispersion, level) = spread.map_or_else(|| (none(), None), |(term, level)| (Some(term), level));
    Some(Measure {
        title: item.text_of("title")?,
        description: item.text_of("description"),
        population: item.text_of("populationDescription"),
        parameter,
        dispersion,
        level,
        unit: item.text_of("unitOfMeasure"),
        calculate_percentage: item.words_of("calculatePct").and_then(|word| yes_or_no(&word)),
        selected_units: item.text_of("denomUnitsSelected").map(selected_units),
        rows: item.children("classes").iter().map(|class| row(class, item, groups)).collect(),
    })
}

fn row(class: &Item<'_>, measure: &Item<'_>, groups: &Groups) -> Row {
    let mut own = denominators(class, groups);
    if own.is_empty() {
        own = denominators(measure, groups);
    }
    let category = |item: &Item<'_>| {
        let cells = by_group(item.children("measurements"), groups).map(|(at, item)| (at, measurement(&item)));
        Category { title: item.text_of("title"), cells: groups.cells(cells) }
    };
    Row {
        title: class.text_of("title"),
        denominators: own,
        categories: class.children("categories").iter().map(category).collect(),
    }
}

fn measurement(item: &Item<'_>) -> Measurement {
    Measurement {
        value: item.figure_of("value"),
        spread: item.figure_of("spread"),
        lower: item.figure_of("lowerLimit"),
        upper: item.figure_of("upperLimit"),
        comment: item.text_of("comment"),
    }
}

fn analysis(item: &Item<'_>, groups: &Groups, words: &Words<'_>) -> Analysis {
    let compared = item.children("groupIds");
    let position = |id: &Item<'_>| {
        let at = groups.position(&id.peek()?)?;
        let _ = id.words();
        Some(at)
    };
    let interval = ConfidenceInterval {
        sides: item.words_of("ciNumSides").map(|word| words.term("sides", &word)),
        level: item.text_of("ciPctValue"),
        lower: item.figure_of("ciLowerLimit"),
        upper: item.figure_of("ciUpperLimit"),
        lower_comment: item.text_of("ciLowerLimitComment"),
        upper_comment: item.text_of("ciUpperLimitComment"),
    };
    let method = item.text_of("statisticalMethod").map(|text| words.term_or_other("statistical_method", text));
    let parameter = item.text_of("paramType").map(|text| words.term_or_other("estimate", text));
    Analysis {
        title: None,
        description: item.text_of("groupDescription"),
        groups: compared.iter().filter_map(position).collect(),
        kind: item.words_of("nonInferiorityType").map(|word| words.term("analysis_type", &word)),
        margin: item.text_of("nonInferiorityComment"),
        specification: None,
        comment: item.text_of("statisticalComment"),
        method: method.as_ref().map(|(term, _)| term.clone()),
        method_words: method.and_then(|(_, words)| words),
        p: item.figure_of("pValue"),
        p_relation: None,
        p_comment: item.text_of("pValueComment"),
        parameter: parameter.as_ref().map(|(term, _)| term.clone()),
        parameter_words: parameter.and_then(|(_, words)| words),
        estimate: item.figure_of("paramValue"),
        estimate_comment: item.text_of("estimateComment"),
        interval: given(interval),
        dispersion: item.words_of("dispersionType").map(|word| words.term("estimate_dispersion", &word)),
        dispersion_value: item.figure_of("dispersionValue"),
        other: item.text_of("otherAnalysisDescription"),
    }
}

/// The interval, where anything of it is given.
pub(super) fn given(interval: ConfidenceInterval) -> Option<ConfidenceInterval> {
    let nothing = interval.sides.is_none()
        && interval.level.is_none()
        && interval.lower.is_none()
        && interval.upper.is_none()
        && interval.lower_comment.is_none()
        && interval.upper_comment.is_none();
    (!nothing).then_some(interval)
}
