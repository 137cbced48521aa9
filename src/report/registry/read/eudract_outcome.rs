//! Reads EudraCT's end points with their statistical analyses, and its subject analysis sets.

use std::collections::BTreeMap;

use crate::report::registry::{
    Analysis, AnalysisSet, Category, ConfidenceInterval, Figure, Measure, Measurement, Outcome, OutcomeGroup, Row,
    Term, Text,
};

use super::eudract::{Groups, Lists, flag};
use super::tree::Element;

/// What stands before the words on who was analysed, at the end of a description.
pub const ANALYSED: &str = "Analysed: ";

/// What stands before the words on a margin, at the end of a comment.
pub const MARGIN: &str = "Margin: ";

/// Spreads that are two numbers; those of the baseline have names of their own.
const LIMITS: [&str; 3] = ["inter_quartile_range", "full_range", "confidence_interval"];

pub(super) fn analysis_set(of: Element<'_>, lists: &Lists<'_>) -> Option<AnalysisSet> {
    Some(AnalysisSet {
        title: of.text_of("title")?,
        description: of.text_of("description"),
        kind: lists.term(of, "type", "analysis_set"),
        subjects: of.figure_of("subjects"),
    })
}

/// Categories of an end point or characteristic; without any there is one column without a title.
pub(super) struct Columns<'t> {
    ids: BTreeMap<&'t str, usize>,
    pub titles: Vec<Option<Text>>,
}

impl<'t> Columns<'t> {
    pub fn read(of: Element<'t>) -> Self {
        let mut columns = Self { ids: BTreeMap::new(), titles: Vec::new() };
        for category in of.list("categories", "category") {
            columns.ids.extend(category.attribute("id").map(|id| (id, columns.titles.len())));
            columns.titles.push(category.text_of("name"));
        }
        if columns.titles.is_empty() {
            columns.titles.push(None);
        }
        columns
    }

    pub fn len(&self) -> usize {
        self.titles.len()
    }

    /// The column of a value.
    fn column(&self, value: Element<'t>) -> Option<usize> {
        let Some(id) = value.peek_attribute("categoryId") else { return self.ids.is_empty().then_some(0) };
        let at = *self.ids.get(id)?;
        value.understood_attribute("categoryId");
        Some(at)
    }
}

/// The values of a list by their columns.
pub(super) fn column_values<'t>(
    of: Element<'t>,
    around: &str,
    item: &str,
    columns: &Columns<'t>,
) -> Vec<(usize, Element<'t>)> {
    of.list(around, item).into_iter().filter_map(|value| Some((columns.column(value)?, value))).collect()
}

/// A value with its spread; none where neither holds a number.
pub(super) fn one_measurement(
    value: Option<Element<'_>>,
    spread: Option<Element<'_>>,
    dispersion: Option<&Term>,
) -> Option<Measurement> {
    for of in [value, spread].into_iter().flatten() {
        of.understood_if_empty();
    }
    let number = |of: Option<Element<'_>>, name: &str| of.and_then(|of| of.figure_of(name));
    let low = number(spread, "value");
    let limits = dispersion.is_some_and(|kind| LIMITS.iter().any(|limits| kind.is(limits)));
    let (spread_value, lower) = if limits { (None, low) } else { (low, None) };
    let measurement = Measurement {
        value: number(value, "value"),
        spread: spread_value,
        lower,
        upper: number(spread, "highRangeValue"),
        comment: None,
    };
    let any = [&measurement.value, &measurement.spread, &measurement.lower, &measurement.upper];
    any.iter().any(|figure| figure.is_some()).then_some(measurement)
}

pub(super) fn read<'t>(of: Element<'t>, lists: &Lists<'_>, groups: &Groups<'t>) -> Outcome {
    let columns = Columns::read(of);
    let dispersion = lists.term(of, "dispersionType", "dispersion");
    let tendency = lists.term(of, "centralTendencyType", "parameter");
    let countable = flag(of, "countable") == Some(true);
    let mut ids = BTreeMap::new();
    let mut outcome_groups = Vec::new();
    let mut cells: Vec<Vec<Option<Measurement>>> = vec![Vec::new(); columns.len()];
    let arms = of.list("armReportingGroups", "armReportingGroup").into_iter();
    let sets = of.list("subjectAnalysisSetReportingGroups", "subjectAnalysisSetReportingGroup").into_iter();
    for group in arms.chain(sets) {
        ids.extend(group.attribute("id").map(|id| (id, outcome_groups.len())));
        let arm = groups.arm(group, "armId");
        outcome_groups.push(OutcomeGroup {
            flow_group: arm.map(|(_, group)| group),
            period: arm.and_then(|(period, _)| period),
            analysis_set: groups.set(group, "subjectAnalysisSetId"),
            title: None,
            description: None,
            analysed: group.figure_of("subjects"),
            units: None,
            comment: group.text_of("comment"),
        });
        for (column, measurement) in cells.iter_mut().zip(measurements(group, &columns, dispersion.as_ref())) {
            column.push(measurement);
        }
    }
    let (description, population) = split(of.text_of("description"), ANALYSED);
    let categories = columns.titles.into_iter().zip(cells).map(|(title, cells)| Category { title, cells }).collect();
    let analyses = of.list("statisticalAnalyses", "statisticalAnalysis");
    Outcome {
        endpoint: None,
        kind: lists.term(of, "type", "outcome_type").unwrap_or_else(|| Term::listed("other")),
        time_frame: of.text_of("timeFrame"),
        measure: Measure {
            title: of.text_of("title").unwrap_or_else(|| Text::new("", of.place())),
            description,
            population: None,
            parameter: if countable { Some(Term::listed("count_of_participants")) } else { tendency },
            dispersion,
            level: of.text_of("percentage"),
            unit: of.text_of("unit"),
            calculate_percentage: None,
            selected_units: None,
            rows: vec![Row { title: None, denominators: Vec::new(), categories }],
        },
        population,
        ready: flag(of, "readyForValues"),
        reporting_status: None,
        anticipated: None,
        units: None,
        groups: outcome_groups,
        analyses: analyses.into_iter().map(|analysis| statistical_analysis(analysis, lists, &ids)).collect(),
    }
}

/// One measurement a column.
fn measurements<'t>(of: Element<'t>, columns: &Columns<'t>, dispersion: Option<&Term>) -> Vec<Option<Measurement>> {
    let mut found: Vec<(Option<Element<'t>>, Option<Element<'t>>)> = vec![(None, None); columns.len()];
    for (around, item) in [("countableValues", "countableValue"), ("tendencyValues", "tendencyValue")] {
        for (at, value) in column_values(of, around, item, columns) {
            found[at].0 = Some(value);
        }
    }
    for (at, spread) in column_values(of, "dispersionValues", "dispersionValue", columns) {
        found[at].1 = Some(spread);
    }
    found.into_iter().map(|(value, spread)| one_measurement(value, spread, dispersion)).collect()
}

/// Words before and after a marker that we write.
fn split(text: Option<Text>, marker: &str) -> (Option<Text>, Option<Text>) {
    let Some(text) = text else { return (None, None) };
    let before_and_after = match text.text.strip_prefix(marker) {
        Some(after) => Some((String::new(), after.to_owned())),
        None => {
            text.text.split_once(&format!(" {marker}")).map(|(before, after)| (before.to_owned(), after.to_owned()))
        }
    };
    let Some((before, after)) = before_and_after else { return (Some(text), None) };
    let before = Some(before).filter(|before| !before.is_empty());
    (before.map(|before| Text::new(before, text.place.clone())), Some(Text { text: after, ..text }))
}

fn statistical_analysis<'t>(of: Element<'t>, lists: &Lists<'_>, ids: &BTreeMap<&'t str, usize>) -> Analysis {
    let (comment, margin) = split(of.text_of("comment"), MARGIN);
    let test = of.child("statisticalHypothesisTest");
    let estimate = of.child("parameterEstimate");
    for part in [test, estimate].into_iter().flatten() {
        part.understood_if_empty();
    }
    let interval = estimate.and_then(|estimate| estimate.child("confidenceInterval"));
    let spread = estimate.and_then(|estimate| estimate.child("variabilityEstimate"));
    for part in [interval, spread].into_iter().flatten() {
        part.understood_if_empty();
    }
    let text = |of: Option<Element<'_>>, name: &str| of.and_then(|of| of.text_of(name));
    let figure = |of: Option<Element<'_>>, name: &str| -> Option<Figure> { of.and_then(|of| of.figure_of(name)) };
    let term = |of: Option<Element<'_>>, name: &str, list: &str| of.and_then(|of| lists.term(of, name, list));
    let mut groups = Vec::new();
    for name in ["armComparisonGroupId", "subjectAnalysisSetComparisonGroupId"] {
        for reference in of.children(name) {
            let Some(at) = reference.peek().and_then(|id| ids.get(id)) else { continue };
            reference.understood();
            groups.push(*at);
        }
    }
    let interval = interval.map(|of| ConfidenceInterval {
        sides: lists.term(of, "sides", "sides"),
        level: of.text_of("percentage"),
        lower: of.figure_of("lowerLimit"),
        upper: of.figure_of("upperLimit"),
        lower_comment: None,
        upper_comment: None,
    });
    Analysis {
        title: of.text_of("title"),
        description: of.text_of("description"),
        groups,
        kind: lists.term(of, "type", "analysis_type"),
        margin,
        specification: lists.term(of, "analysisSpecification", "analysis_specification"),
        comment,
        method: term(test, "method", "statistical_method"),
        method_words: text(test, "otherMethod"),
        p: figure(test, "value"),
        p_relation: text(test, "valueEqualityRelation"),
        p_comment: text(test, "comment"),
        parameter: term(estimate, "type", "estimate"),
        parameter_words: text(estimate, "otherType"),
        estimate: figure(estimate, "pointEstimate"),
        estimate_comment: text(estimate, "effectEstimate"),
        interval: interval.filter(|interval| interval.lower.is_some() || interval.upper.is_some()),
        dispersion: term(spread, "type", "estimate_dispersion"),
        dispersion_value: figure(spread, "dispersionValue"),
        other: None,
    }
}
