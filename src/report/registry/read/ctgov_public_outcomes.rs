//! Reads outcome measures of ClinicalTrials.gov's legacy public XML: groups, rows of values, statistical analyses.

use crate::report::registry::{
    Analysis, Category, ConfidenceInterval, Flow, Measure, Measurement, Outcome, OutcomeGroup, Row, Term, Text,
};

use super::ctgov_api_outcomes::given;
use super::ctgov_api_results::counted;
use super::ctgov_groups::{Groups, settle_outcome};
use super::ctgov_public_results::{by_group, denominators, figure, groups};
use super::ctgov_words::{Words, date, selected_units, yes_or_no};
use super::tree::Element;

/// Reads an outcome measure; its texts stand twice, in the outcome and in its table.
pub(super) fn outcome(item: Element<'_>, words: &Words<'_>, flow: &Flow) -> Option<Outcome> {
    let (items, ids) = groups(item);
    let (title, description) = (item.text_of("title")?, item.text_of("description"));
    let population = item.text_of("population");
    let mut counts = Vec::new();
    let table = item.child("measure").and_then(|table| {
        counts = denominators(table, &ids);
        measure(table, &ids, words, "parameter")
    });
    let measure = match table {
        Some(table) => Measure { population: None, ..table },
        None => Measure {
            title,
            description,
            population: None,
            parameter: None,
            dispersion: None,
            level: None,
            unit: None,
            calculate_percentage: None,
            selected_units: None,
            rows: Vec::new(),
        },
    };
    let group = |(at, item): (usize, &Element<'_>)| {
        let (analysed, units) = counted(&counts, at);
        let (title, description) = (item.text_of("title"), item.text_of("description"));
        OutcomeGroup {
            flow_group: None,
            analysis_set: None,
            period: None,
            title,
            description,
            analysed,
            units,
            comment: None,
        }
    };
    let mut outcome = Outcome {
        endpoint: None,
        kind: words.term("outcome_type", &item.text_of("type")?),
        time_frame: item.text_of("time_frame"),
        measure,
        population,
        ready: None,
        reporting_status: None,
        anticipated: item.text_of("posting_date").map(date),
        units: item.text_of("type_units_analyzed"),
        groups: items.iter().enumerate().map(group).collect(),
        analyses: item.list("analysis_list", "analysis").into_iter().map(|item| analysis(item, &ids, words)).collect(),
    };
    settle_outcome(&mut outcome, flow);
    Some(outcome)
}

/// Reads a table; `list` is the pick-list of its parameter.
pub(super) fn measure(item: Element<'_>, groups: &Groups, words: &Words<'_>, list: &str) -> Option<Measure> {
    let parameter = item.text_of("param").map(|word| words.term(list, &word));
    let spread = item.text_of("dispersion").map(|word| words.dispersion(&word, item.text_of("ci_percent")));
    // The register prints no dispersion where there is none.
    let none = || parameter.is_some().then(|| Term::listed("not_applicable"));
    let (dispersion, level) = spread.map_or_else(|| (none(), None), |(term, level)| (Some(term), level));
    let whole = denominators(item, groups);
    let row = |class: Element<'_>| {
        let own = denominators(class, groups);
        Row {
            title: class.text_of("title"),
            denominators: if own.is_empty() { whole.clone() } else { own },
            categories: class
                .list("category_list", "category")
                .into_iter()
                .map(|item| category(item, groups))
                .collect(),
        }
    };
    Some(Measure {
        title: item.text_of("title")?,
        description: item.text_of("description"),
        population: item.text_of("population"),
        parameter,
        dispersion,
        level,
        unit: item.text_of("units"),
        calculate_percentage: item.text_of("calculate_pct").and_then(|word| yes_or_no(&word)),
        selected_units: item.text_of("units_analyzed").map(selected_units),
        rows: item.list("class_list", "class").into_iter().map(row).collect(),
    })
}

fn category(item: Element<'_>, groups: &Groups) -> Category {
    let cells = by_group(item.list("measurement_list", "measurement"), groups).map(|(at, item)| {
        let measurement = Measurement {
            value: figure(item, "value"),
            spread: figure(item, "spread"),
            lower: figure(item, "lower_limit"),
            upper: figure(item, "upper_limit"),
            comment: item.text(),
        };
        (at, measurement)
    });
    Category { title: item.text_of("title"), cells: groups.cells(cells) }
}

fn analysis(item: Element<'_>, groups: &Groups, words: &Words<'_>) -> Analysis {
    let compared = item.list("group_id_list", "group_id");
    let position = |id: Element<'_>| {
        let at = groups.position(id.peek()?)?;
        id.understood();
        Some(at)
    };
    let interval = ConfidenceInterval {
        sides: item.text_of("ci_n_sides").map(|word| words.term("sides", &word)),
        level: item.text_of("ci_percent"),
        lower: item.figure_of("ci_lower_limit"),
        upper: item.figure_of("ci_upper_limit"),
        lower_comment: item.text_of("ci_lower_limit_na_comment"),
        upper_comment: item.text_of("ci_upper_limit_na_comment"),
    };
    let named = |text: Option<Text>, list: &str| match text.map(|text| words.term_or_other(list, text)) {
        Some((term, words)) => (Some(term), words),
        None => (None, None),
    };
    let (method, method_words) = named(item.text_of("method"), "statistical_method");
    let (parameter, parameter_words) = named(item.text_of("param_type"), "estimate");
    Analysis {
        title: None,
        description: item.text_of("groups_desc"),
        groups: compared.into_iter().filter_map(position).collect(),
        kind: item.text_of("non_inferiority_type").map(|word| words.term("analysis_type", &word)),
        margin: item.text_of("non_inferiority_desc"),
        specification: None,
        comment: item.text_of("method_desc"),
        method,
        method_words,
        p: item.figure_of("p_value"),
        p_relation: None,
        p_comment: item.text_of("p_value_desc"),
        parameter,
        parameter_words,
        estimate: item.figure_of("param_value"),
        estimate_comment: item.text_of("estimate_desc"),
        interval: given(interval),
        dispersion: item.text_of("dispersion_type").map(|word| words.term("estimate_dispersion", &word)),
        dispersion_value: item.figure_of("dispersion_value"),
        other: item.text_of("other_analysis_desc"),
    }
}
