//! Every number of a record, in the order of its parts.

use crate::results::ResultKey;

use super::{Achievement, Analysis, Event, EventGroup, Figure, Flow, Measure, RegistryRecord};

impl RegistryRecord {
    /// Every result the record holds, each once, in key order.
    #[must_use]
    pub fn keys(&self) -> Vec<ResultKey> {
        let mut keys: Vec<ResultKey> = self.figures().into_iter().filter_map(Figure::key).cloned().collect();
        keys.sort();
        keys.dedup();
        keys
    }

    /// Every number, in the order of the record.
    #[must_use]
    pub fn figures(&self) -> Vec<&Figure> {
        let mut all: Vec<&Figure> = Vec::new();
        all.extend(self.trial.countries.iter().map(|country| &country.subjects));
        all.extend(self.trial.age_groups.iter().flat_map(|ages| &ages.groups).map(|(_, subjects)| subjects));
        all.extend(&self.protocol.enrolment);
        flow(&self.flow, &mut all);
        if let Some(baseline) = &self.baseline {
            for group in baseline.groups.iter().chain(&baseline.total) {
                all.extend(group.subjects.iter().chain(&group.units));
            }
            baseline.characteristics.iter().for_each(|one| measure(&one.measure, &mut all));
        }
        all.extend(self.analysis_sets.iter().filter_map(|set| set.subjects.as_ref()));
        for outcome in &self.outcomes {
            for group in &outcome.groups {
                all.extend(group.analysed.iter().chain(&group.units));
            }
            measure(&outcome.measure, &mut all);
            outcome.analyses.iter().for_each(|one| analysis(one, &mut all));
        }
        if let Some(events) = &self.adverse_events {
            events.groups.iter().for_each(|group| event_group(group, &mut all));
            events.serious.iter().chain(&events.non_serious).for_each(|one| event(one, &mut all));
        }
        all
    }
}

fn flow<'r>(flow: &'r Flow, all: &mut Vec<&'r Figure>) {
    for period in &flow.periods {
        let of_reasons = period.reasons.iter().map(|reason| &reason.subjects);
        let of_milestones = period.milestones.iter().map(|milestone| &milestone.reached);
        let lists = [&period.started, &period.completed, &period.not_completed].into_iter();
        for achieved in lists.chain(of_milestones).chain(of_reasons).flatten().flatten() {
            let Achievement { subjects, units, comment: _ } = achieved;
            all.push(subjects);
            all.extend(units);
        }
        all.extend(period.details.iter().filter_map(|details| details.subjects.as_ref()));
    }
}

fn measure<'r>(measure: &'r Measure, all: &mut Vec<&'r Figure>) {
    for row in &measure.rows {
        all.extend(row.denominators.iter().flat_map(|of| &of.counts).flatten());
        for cell in row.categories.iter().flat_map(|category| &category.cells).flatten() {
            all.extend([&cell.value, &cell.spread, &cell.lower, &cell.upper].into_iter().flatten());
        }
    }
}

fn analysis<'r>(analysis: &'r Analysis, all: &mut Vec<&'r Figure>) {
    all.extend([&analysis.p, &analysis.estimate, &analysis.dispersion_value].into_iter().flatten());
    all.extend(analysis.interval.iter().flat_map(|of| [&of.lower, &of.upper]).flatten());
}

fn event_group<'r>(group: &'r EventGroup, all: &mut Vec<&'r Figure>) {
    let at_risk = [&group.exposed, &group.at_risk_serious, &group.at_risk_other, &group.at_risk_deaths];
    let affected = [&group.serious, &group.non_serious, &group.related, &group.deaths, &group.deaths_from_events];
    all.extend(at_risk.into_iter().chain(affected).flatten());
}

fn event<'r>(event: &'r Event, all: &mut Vec<&'r Figure>) {
    for count in event.counts.iter().flatten() {
        all.extend([&count.affected, &count.occurrences, &count.exposed].into_iter().flatten());
        let serious = count.serious.iter();
        all.extend(serious.flat_map(|of| [&of.related, &of.deaths, &of.related_deaths]).flatten());
    }
}
