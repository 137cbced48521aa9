//! Reads EudraCT's baseline characteristics.

use std::collections::BTreeMap;

use crate::report::registry::{
    Baseline, BaselineGroup, Category, Characteristic, CharacteristicKind, Measure, Measurement, Row, Term, Text,
};

use super::eudract::{Groups, Lists, flag};
use super::eudract_outcome::{Columns, column_values, one_measurement};
use super::tree::Element;

/// EudraCT's title of every total.
pub const TOTAL_TITLE: &str = "Total title";

/// Titles under which a categorical characteristic of the study is one that ClinicalTrials.gov names.
pub const NAMED: [(&str, CharacteristicKind); 2] =
    [("Race", CharacteristicKind::Race), ("Ethnicity", CharacteristicKind::Ethnicity)];

pub(super) fn read<'t>(of: Element<'t>, lists: &Lists<'_>, groups: &Groups<'t>) -> Baseline {
    let mut reader = BaselineReader { lists, by_id: BTreeMap::new(), sets: BTreeMap::new(), groups: Vec::new() };
    for group in of.list("baselineReportingGroups", "baselineReportingGroup") {
        let arm = groups.arm(group, "armId");
        // The period is that of the arm; without arm the group is the whole baseline period.
        let period = arm.and_then(|(period, _)| period).unwrap_or(groups.baseline_period);
        if group.peek_attribute("postAssignmentPeriodId") == groups.periods.get(period).copied().flatten() {
            group.understood_attribute("postAssignmentPeriodId");
        }
        reader.by_id.extend(group.attribute("id").map(|id| (id, reader.groups.len())));
        reader.groups.push(BaselineGroup {
            flow_group: arm.map(|(_, group)| group),
            period: arm.and_then(|(period, _)| period),
            analysis_set: None,
            title: None,
            description: group.text_of("description"),
            subjects: group.figure_of("subjects"),
            units: None,
        });
    }
    let continuous = of.list("studyContinuousCharacteristics", "studyContinuousCharacteristic");
    let categorical = of.list("studyCategoricalCharacteristics", "studyCategoricalCharacteristic");
    let one = |name: &str, kind| of.child(name).map(|of| (of, kind)).into_iter();
    let all: Vec<(Element<'t>, CharacteristicKind)> =
        one("ageContinuousCharacteristic", CharacteristicKind::AgeContinuous)
            .chain(one("ageCategoricalCharacteristic", CharacteristicKind::AgeEudract))
            .chain(one("genderCategoricalCharacteristic", CharacteristicKind::Sex))
            .chain(categorical.into_iter().chain(continuous).map(|of| (of, CharacteristicKind::StudySpecific)))
            .collect();
    for (of, _) in &all {
        for set in of.list("subjectAnalysisSets", "subjectAnalysisSet") {
            let Some(at) = groups.set(set, "subjectAnalysisSetId") else { continue };
            reader.set(at);
        }
    }
    let mut total = None;
    let characteristics =
        all.into_iter().map(|(of, kind)| reader.characteristic(of, kind, groups, &mut total)).collect();
    let mut baseline = Baseline {
        population: None,
        units: None,
        model: lists.term(of, "reportingModel", "baseline_model"),
        groups: reader.groups,
        total,
        characteristics,
    };
    if baseline.total.is_none() {
        for characteristic in &mut baseline.characteristics {
            let rows = characteristic.measure.rows.iter_mut();
            for category in rows.flat_map(|row| &mut row.categories) {
                category.cells.pop();
            }
        }
    }
    baseline
}

struct BaselineReader<'t, 'l> {
    lists: &'l Lists<'l>,
    by_id: BTreeMap<&'t str, usize>,
    /// Position of an analysis set: that of its group.
    sets: BTreeMap<usize, usize>,
    groups: Vec<BaselineGroup>,
}

impl<'t> BaselineReader<'t, '_> {
    /// An analysis set is a group as soon as one characteristic has values of it.
    fn set(&mut self, at: usize) {
        let next = self.groups.len();
        if *self.sets.entry(at).or_insert(next) == next {
            self.groups.push(BaselineGroup {
                flow_group: None,
                period: None,
                analysis_set: Some(at),
                title: None,
                description: None,
                subjects: None,
                units: None,
            });
        }
    }

    /// Cells stand for each group and, last, for the total.
    fn characteristic(
        &self,
        of: Element<'t>,
        kind: CharacteristicKind,
        groups: &Groups<'t>,
        total: &mut Option<BaselineGroup>,
    ) -> Characteristic {
        let title = of.text_of("title").unwrap_or_else(|| Text::new("", of.place()));
        let own_total = of.child("totalBaselineGroup");
        let is_categorical = own_total.is_some() || of.child("categories").is_some();
        let columns = Columns::read(of);
        let width = self.groups.len() + 1;
        let mut cells: Vec<Vec<Option<Measurement>>> = vec![vec![None; width]; columns.len()];
        let parameter = self.lists.term(of, "centralTendencyType", "baseline_parameter");
        let dispersion = self.lists.term(of, "dispersionType", "baseline_dispersion");
        let mut take = |of: Element<'t>, column: usize| {
            for (at, value) in column_values(of, "countableValues", "countableValue", &columns) {
                cells[at][column] = one_measurement(Some(value), None, dispersion.as_ref());
            }
            let (value, spread) = (of.child("tendencyValue"), of.child("dispersionValue"));
            if let (Some(first), true) = (cells.first_mut(), value.is_some() || spread.is_some()) {
                first[column] = one_measurement(value, spread, dispersion.as_ref());
            }
        };
        for group in of.list("reportingGroups", "reportingGroup") {
            let id = group.peek_attribute("baselineReportingGroupId");
            let Some(column) = id.and_then(|id| self.by_id.get(id)) else { continue };
            group.understood_attribute("baselineReportingGroupId");
            take(group, *column);
        }
        for set in of.list("subjectAnalysisSets", "subjectAnalysisSet") {
            let at = set.peek_attribute("subjectAnalysisSetId").and_then(|id| groups.sets.get(id));
            if let Some(column) = at.and_then(|at| self.sets.get(at)) {
                take(set, *column);
            }
        }
        if let Some(of) = own_total {
            of.understood_attribute("id");
            take(of, width - 1);
            read_total(of, total);
        }
        let named = NAMED
            .iter()
            .find(|(name, _)| is_categorical && kind == CharacteristicKind::StudySpecific && title.text == *name);
        let categories =
            columns.titles.into_iter().zip(cells).map(|(title, cells)| Category { title, cells }).collect();
        Characteristic {
            kind: named.map_or(kind, |(_, kind)| *kind),
            ready: flag(of, "readyForValues"),
            measure: Measure {
                title,
                description: of.text_of("description"),
                population: None,
                parameter: if is_categorical { Some(Term::listed("count_of_participants")) } else { parameter },
                dispersion,
                level: None,
                unit: of.text_of("unit"),
                calculate_percentage: None,
                selected_units: None,
                rows: vec![Row { title: None, denominators: Vec::new(), categories }],
            },
        }
    }
}

/// Each characteristic repeats the total; what differs from the first is not understood.
fn read_total(of: Element<'_>, total: &mut Option<BaselineGroup>) {
    let first = total.is_none();
    let kept = total.get_or_insert_with(|| BaselineGroup {
        flow_group: None,
        period: None,
        analysis_set: None,
        title: None,
        description: None,
        subjects: None,
        units: None,
    });
    let peek = |name: &str| of.child(name).and_then(Element::peek);
    let title = peek("title").map(|title| if title == TOTAL_TITLE { "Total" } else { title });
    if first || title == kept.title.as_deref() {
        kept.title = of.text_of("title").map(|text| Text { text: title.unwrap_or_default().to_owned(), ..text });
    }
    if first || peek("description") == kept.description.as_deref() {
        kept.description = of.text_of("description");
    }
    if let Some(subjects) = of.child("subjects")
        && (kept.subjects.is_none()
            || kept.subjects == subjects.peek().map(|text| crate::report::registry::Figure::Printed(text.to_owned())))
    {
        kept.subjects = subjects.figure().or_else(|| kept.subjects.take());
    }
}
