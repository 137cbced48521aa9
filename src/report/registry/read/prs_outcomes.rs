//! Reads outcome measures of a PRS record: groups, rows of values, statistical analyses.

use crate::report::registry::{
    Analysis, Category, ConfidenceInterval, Date, Denominator, Figure, Flow, Measure, Measurement, Outcome,
    OutcomeGroup, Row, Text,
};

use super::ctgov_api_outcomes::given;
use super::ctgov_groups::{Groups, PARTICIPANTS, settle_outcome};
use super::ctgov_words::{Words, yes_or_no};
use super::prs_results::{by_group, ids};
use super::tree::Element;

/// Reads an outcome measure.
pub(super) fn outcome(item: Element<'_>, words: &Words<'_>, flow: &Flow) -> Option<Outcome> {
    let items = item.list("outcomeReportingGroups", "outcomeReportingGroup");
    let groups = ids(items.iter().copied());
    let group = |item: Element<'_>| OutcomeGroup {
        flow_group: None,
        analysis_set: None,
        period: None,
        title: item.text_of("title"),
        description: item.text_of("description"),
        analysed: item.figure_of("subjectsAnalyzed"),
        units: item.figure_of("numUnitsAnalyzed"),
        comment: None,
    };
    let units = item.text_of("typeUnitsAnalyzed");
    let measure = measure(item, &groups, words, "parameter", units.as_ref())?;
    let population = measure.population.clone();
    let analyses = item.list("outcomeMeasureAnalyses", "measureAnalysis");
    let mut outcome = Outcome {
        endpoint: None,
        kind: words.term("outcome_type", &item.text_of("measureType")?),
        time_frame: item.text_of("timeFrame"),
        measure: Measure { population: None, ..measure },
        population,
        ready: None,
        reporting_status: item.text_of("reportingStatus"),
        anticipated: item.child("anticipatedResultPostingDate").and_then(month_of_year),
        units,
        groups: items.iter().copied().map(group).collect(),
        analyses: analyses.into_iter().map(|item| analysis(item, &groups, words)).collect(),
    };
    settle_outcome(&mut outcome, flow);
    Some(outcome)
}

fn month_of_year(item: Element<'_>) -> Option<Date> {
    let (month, year) = (item.text_of("month"), item.text_of("year")?);
    let text = month.map_or_else(|| year.text.clone(), |month| format!("{}-{:0>2}", year.text, month.text));
    Some(Text::new(text, year.place))
}

/// Reads what is measured; `list` is the pick-list of its parameter, `units` what is counted beside participants.
pub(super) fn measure(
    item: Element<'_>,
    groups: &Groups,
    words: &Words<'_>,
    list: &str,
    units: Option<&Text>,
) -> Option<Measure> {
    let level = item.text_of("ciPctLevel");
    let spread = item.text_of("dispersionType").map(|word| words.dispersion(&word, level));
    let (dispersion, level) = spread.map_or((None, None), |(term, level)| (Some(term), level));
    Some(Measure {
        title: item.text_of("title")?,
        description: item.text_of("measureDescription"),
        population: item.text_of("populationAnalysisDescription"),
        parameter: item.text_of("parameterType").map(|word| words.term(list, &word)),
        dispersion,
        level,
        unit: item.text_of("unitOfMeasure"),
        calculate_percentage: item.child("calculatePct").and_then(Element::words).and_then(yes_or_no),
        selected_units: item.text_of("selectedUnitOfAnalysis"),
        rows: item.list("measureRows", "measureRow").into_iter().map(|item| row(item, groups, units)).collect(),
    })
}

/// PRS orders a row's values by group and then by category.
fn row(item: Element<'_>, groups: &Groups, units: Option<&Text>) -> Row {
    let mut categories: Vec<Category> = Vec::new();
    let mut persons = Vec::new();
    let mut of_units = Vec::new();
    for (at, value) in by_group(item.list("reportedValues", "reportedValue"), groups) {
        persons.extend(value.figure_of("subjectsAnalyzed").map(|figure| (at, figure)));
        of_units.extend(value.figure_of("numUnitsAnalyzed").map(|figure| (at, figure)));
        for entry in value.list("reportedEntries", "reportedEntry") {
            let title = entry.text_of("catName");
            // A title that stands twice in a group names two categories.
            let free = |category: &Category| category.title == title && matches!(category.cells.get(at), Some(None));
            let position = categories.iter().position(free).unwrap_or_else(|| {
                categories.push(Category { title: title.clone(), cells: groups.cells(std::iter::empty()) });
                categories.len() - 1
            });
            let cell = categories.get_mut(position).and_then(|category| category.cells.get_mut(at));
            if let (Some(cell), Some(measurement)) = (cell, measurement(entry)) {
                *cell = Some(measurement);
            }
        }
    }
    let denominator = |units: Text, counts: Vec<(usize, Figure)>| {
        (!counts.is_empty()).then(|| Denominator { units, counts: groups.cells(counts) })
    };
    let units = units.cloned().unwrap_or_else(|| Text::of("Units"));
    let denominators = [denominator(Text::of(PARTICIPANTS), persons), denominator(units, of_units)];
    Row { title: item.text_of("title"), denominators: denominators.into_iter().flatten().collect(), categories }
}

/// The values of an entry; one without any only names its category.
fn measurement(entry: Element<'_>) -> Option<Measurement> {
    let measurement = Measurement {
        value: entry.figure_of("parameterValue"),
        spread: entry.figure_of("dispersionSpread"),
        lower: entry.figure_of("dispersionLowerLimit"),
        upper: entry.figure_of("dispersionUpperLimit"),
        comment: entry.text_of("naComment"),
    };
    let figures = [&measurement.value, &measurement.spread, &measurement.lower, &measurement.upper];
    let given = measurement.comment.is_some() || figures.iter().any(|figure| figure.is_some());
    given.then_some(measurement)
}

fn analysis(item: Element<'_>, groups: &Groups, words: &Words<'_>) -> Analysis {
    let position = |id: Element<'_>| {
        let at = groups.position(id.peek()?)?;
        id.understood();
        Some(at)
    };
    let term = |name: &str, list: &str| item.text_of(name).map(|word| words.term(list, &word));
    let interval = ConfidenceInterval {
        sides: term("ciNumSides", "sides"),
        level: item.text_of("ciPctValue"),
        lower: item.figure_of("ciLowerLimit"),
        upper: item.figure_of("ciUpperLimit"),
        lower_comment: None,
        upper_comment: item.text_of("ciUpperLimitNaComment"),
    };
    let compared = item.list("outcomeReportingGroups", "outcomeReportingGroupId");
    Analysis {
        title: None,
        description: item.text_of("groupDescription"),
        groups: compared.into_iter().filter_map(position).collect(),
        kind: term("statisticalTestType", "analysis_type"),
        margin: item.text_of("nonInferiorityTestComment"),
        specification: None,
        comment: item.text_of("statisticalTestComment"),
        method: term("statisticalMethod", "statistical_method"),
        method_words: item.text_of("otherMethodName"),
        p: item.figure_of("pValue"),
        p_relation: None,
        p_comment: item.text_of("pValueComment"),
        parameter: term("parameterType", "estimate"),
        parameter_words: item.text_of("otherTypeName"),
        estimate: item.figure_of("parameterValue"),
        estimate_comment: item.text_of("estimateComment"),
        interval: given(interval),
        dispersion: term("dispersionType", "estimate_dispersion"),
        dispersion_value: item.figure_of("dispersionValue"),
        other: item.text_of("otherAnalysis"),
    }
}
