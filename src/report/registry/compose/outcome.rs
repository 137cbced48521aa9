//! Analysis sets, outcome measures and their statistical analyses.

use crate::base::codes::REG_036;
use crate::base::diagnostic::Diagnostics;
use crate::report::registry::{
    Analysis, AnalysisSet, Category, ConfidenceInterval, Figure, Measure, Measurement, Outcome, OutcomeGroup, Row,
    Term, Text, spread_numbers,
};

use super::groups::Group;
use super::input::{
    AnalysisSetInput, EstimateInput, KeyPattern, OutcomeInput, RegistryInput, RowInput, StatisticalAnalysisInput,
};
use super::terms::role;
use super::{TOTAL, figure};

pub(super) fn analysis_sets(input: &RegistryInput<'_>) -> Vec<AnalysisSet> {
    let set = |set: &AnalysisSetInput| AnalysisSet {
        title: Text::of(&set.label),
        description: Some(Text::of(&set.description)),
        kind: Some(Term::listed(set.kind)),
        subjects: figure(KeyPattern::new("set", "n").with("set", &set.id).of(TOTAL)),
    };
    let treatment = |of: &AnalysisSetInput, group: Group<'_>| AnalysisSet {
        title: group.title,
        description: Some(group.description),
        kind: Some(Term::listed(of.kind)),
        subjects: figure(KeyPattern::new("set", "n").with("set", &of.id).of(group.id)),
    };
    let treatments = input
        .sets_by_treatment()
        .flat_map(|of| input.groups(&of.id).into_iter().map(move |group| treatment(of, group)));
    input.analysis_sets.iter().map(set).chain(treatments).collect()
}

pub(super) fn outcome(outcome: &OutcomeInput, input: &RegistryInput<'_>, sink: &mut Diagnostics) -> Outcome {
    let wanted = spread_numbers(outcome.dispersion);
    if outcome.spread.len() != wanted {
        sink.error(
            &REG_036,
            outcome.place.clone(),
            format!("outcome `{}` needs {wanted} numbers of spread and has {}", outcome.id, outcome.spread.len()),
        );
    }
    let level = outcome.level.map(|level| Text::of(level.text()));
    let own = input.groups(&outcome.set);
    Outcome {
        endpoint: Some(outcome.id.clone()),
        kind: role(outcome.role),
        time_frame: Some(outcome.time_frame.clone()),
        measure: Measure {
            title: outcome.title.clone(),
            description: outcome.description.clone(),
            population: None,
            parameter: Some(Term::listed(outcome.parameter)),
            dispersion: Some(Term::listed(outcome.dispersion)),
            level,
            unit: Some(Text::new(&outcome.unit, outcome.place.clone())),
            calculate_percentage: None,
            selected_units: None,
            rows: rows(outcome, &own),
        },
        population: (!outcome.population.is_empty()).then(|| outcome.population.clone()),
        ready: Some(true),
        reporting_status: None,
        anticipated: None,
        units: None,
        groups: groups(outcome, &own),
        analyses: outcome.analyses.iter().map(|one| analysis(one, &own)).collect(),
    }
}

fn groups(outcome: &OutcomeInput, groups: &[Group<'_>]) -> Vec<OutcomeGroup> {
    let group = |group: &Group<'_>| OutcomeGroup {
        flow_group: group.flow_group,
        period: None,
        analysis_set: group.analysis_set,
        title: Some(group.title.clone()),
        description: Some(group.description.clone()),
        analysed: figure(outcome.analysed.of(group.id)),
        units: None,
        comment: None,
    };
    groups.iter().map(group).collect()
}

fn rows(outcome: &OutcomeInput, groups: &[Group<'_>]) -> Vec<Row> {
    let one = [RowInput::default()];
    let rows = if outcome.rows.is_empty() { &one[..] } else { &outcome.rows };
    let categories = if outcome.categories.is_empty() { &one[..] } else { &outcome.categories };
    let named = |title: &str| (!title.is_empty()).then(|| Text::of(title));
    let category = |row: &RowInput, category: &RowInput| Category {
        title: named(&category.title),
        cells: groups.iter().map(|group| cell(outcome, row, category, group.id)).collect(),
    };
    let row = |row: &RowInput| Row {
        title: named(&row.title),
        denominators: Vec::new(),
        categories: categories.iter().map(|of| category(row, of)).collect(),
    };
    rows.iter().map(row).collect()
}

fn cell(outcome: &OutcomeInput, row: &RowInput, category: &RowInput, arm: &str) -> Option<Measurement> {
    let mut own = Measurement { value: None, spread: None, lower: None, upper: None, comment: None };
    if !row.keys.is_empty() {
        let (_, key) = row.keys.iter().find(|(of, _)| of == arm)?;
        own.value = figure(key.clone());
        return Some(own);
    }
    let key = |pattern: &KeyPattern| figure(pattern.joined(&row.factors).joined(&category.factors).of(arm));
    own.value = key(&outcome.value);
    match outcome.spread.as_slice() {
        [one] => own.spread = key(one),
        [lower, upper] => (own.lower, own.upper) = (key(lower), key(upper)),
        _ => {}
    }
    Some(own)
}

/// Tests that one of the registries has no name for (list `statistical_method`).
const UNNAMED: [&str; 4] = ["other", "sign_test", "t_test_one_sided", "t_test_two_sided"];

fn analysis(analysis: &StatisticalAnalysisInput, groups: &[Group<'_>]) -> Analysis {
    let groups = analysis.arms.iter().filter_map(|id| groups.iter().position(|group| group.id == id));
    let estimate = analysis.estimate.as_ref();
    // Without a p-value nothing was tested.
    let method = analysis.method.filter(|_| analysis.p.is_some());
    let prespecified = if analysis.prespecified { "prespecified" } else { "post_hoc" };
    Analysis {
        title: Some(Text::of(&analysis.title)),
        description: analysis.description.as_ref().map(Text::of),
        groups: groups.collect(),
        kind: Some(Term::listed(analysis.kind)),
        margin: analysis.margin.clone(),
        specification: Some(Term::listed(prespecified)),
        comment: analysis.comment.as_ref().map(Text::of),
        method: method.map(Term::listed),
        method_words: method.filter(|id| UNNAMED.contains(id)).map(|_| Text::of(&analysis.method_words)),
        p: analysis.p.clone().map(Figure::Result),
        p_relation: None,
        p_comment: None,
        parameter: estimate.map(|of| Term::listed(of.parameter)),
        parameter_words: estimate.filter(|of| of.parameter == "other").map(|of| Text::of(&of.words)),
        estimate: estimate.map(|of| Figure::Result(of.value.clone())),
        estimate_comment: estimate.and_then(|of| of.comment.as_ref().map(Text::of)),
        interval: estimate.and_then(interval),
        dispersion: estimate.and_then(|of| of.standard_error.as_ref().map(|_| Term::listed("standard_error"))),
        dispersion_value: estimate.and_then(|of| of.standard_error.clone().map(Figure::Result)),
        other: None,
    }
}

/// Two-sided, where both limits are there.
fn interval(estimate: &EstimateInput) -> Option<ConfidenceInterval> {
    let (lower, upper) = (estimate.lower.clone()?, estimate.upper.clone()?);
    Some(ConfidenceInterval {
        sides: Some(Term::listed("two_sided")),
        level: Some(Text::of(estimate.level.text())),
        lower: figure(lower),
        upper: figure(upper),
        lower_comment: None,
        upper_comment: None,
    })
}

#[cfg(test)]
mod tests {
    use super::UNNAMED;
    use crate::spec::registry_terms::{Dialect, RegistryTerms};

    #[test]
    fn tests_without_a_name_need_words() {
        let terms = RegistryTerms::built_in();
        for id in terms.ids("statistical_method") {
            let nameless = |dialect| terms.word("statistical_method", id, dialect).is_none();
            let unnamed = id == "other" || nameless(Dialect::Eudract) || nameless(Dialect::Prs);
            assert_eq!(unnamed, UNNAMED.contains(&id), "{id}");
        }
    }
}
