//! The screens of results: flow, baseline, outcomes with analyses, adverse events. Shared by both registers, whose
//! screens ask for the same in the same order.

use crate::spec::frequency::FrequencyRule;

use super::super::{Achievement, Analysis, Event, Figure, Measure, Measurement, RegistryRecord, Text};
use super::Sheet;

pub(super) fn flow(record: &RegistryRecord, sheet: &mut Sheet<'_>) {
    let flow = &record.flow;
    let (module, title, description) =
        if sheet.is_ctgov() { ("Participant Flow", 100, 1500) } else { ("Subject disposition", 62, 999) };
    sheet.section(module);
    sheet.text("Recruitment details", flow.recruitment.as_ref(), Some(500));
    sheet.text("Pre-assignment and screening details", flow.pre_assignment.as_ref(), Some(500));
    sheet.text("Type of units assigned", flow.units.as_ref(), Some(40));
    for group in &flow.groups {
        sheet.section(format!("{module}: {}", group.title.text));
        sheet.text("Title", Some(&group.title), Some(title));
        sheet.text("Description", group.description.as_ref(), Some(description));
    }
    for period in &flow.periods {
        let head = format!("{module}: {}", period.title.text);
        sheet.section(&head);
        sheet.text("Period title", Some(&period.title), Some(40));
        sheet.yes_no("Is this the baseline period?", period.baseline);
        if let Some(details) = &period.details {
            sheet.term("Allocation method", "allocation", details.allocation.as_ref());
            sheet.yes_no("Are arms mutually exclusive?", details.exclusive_arms);
            sheet.term("Blinding", "masking", details.blinding.as_ref());
            sheet.text("Blinding implementation details", details.blinding_implementation.as_ref(), Some(500));
            for role in &details.blinded_roles {
                sheet.term("Role blinded", "masked_role", Some(role));
            }
            for arm in &details.arms {
                let name = flow.groups.get(arm.group).map_or("", |group| group.title.text.as_str());
                sheet.section(format!("{head}: {name}"));
                sheet.term("Arm type", "arm_type", arm.kind.as_ref());
                sheet.text("Other arm type", arm.other_kind.as_ref(), None);
                for product in &arm.products {
                    sheet.text("Product name", product.name.as_ref(), None);
                    sheet.text("Product code", product.code.as_ref(), None);
                    sheet.text("Other names", product.other_names.as_ref(), None);
                    product.forms.iter().for_each(|form| sheet.ema("Pharmaceutical form", Some(form)));
                    product.routes.iter().for_each(|route| sheet.ema("Route of administration", Some(route)));
                    sheet.text("Dosage and administration details", product.dose.as_ref(), None);
                }
            }
        }
        for (at, group) in flow.groups.iter().enumerate() {
            sheet.section(format!("{head}: {}", group.title.text));
            achieved("Started", &period.started, at, sheet);
            for milestone in &period.milestones {
                achieved(&milestone.title, &milestone.reached, at, sheet);
            }
            achieved("Completed", &period.completed, at, sheet);
            for reason in &period.reasons {
                let ctgov = sheet.is_ctgov();
                let (list, term) = if ctgov {
                    ("reason_not_completed_ctgov", &reason.ctgov)
                } else {
                    ("reason_not_completed_eudract", &reason.eudract)
                };
                sheet.term("Reason not completed", list, term.as_ref());
                sheet.text("Other reason", reason.words.as_ref(), Some(if ctgov { 100 } else { 40 }));
                achieved("Subjects with this reason", &reason.subjects, at, sheet);
            }
        }
    }
}

fn achieved(field: &str, list: &[Option<Achievement>], at: usize, sheet: &mut Sheet<'_>) {
    if let Some(Some(achievement)) = list.get(at) {
        sheet.figure(field, Some(&achievement.subjects));
        sheet.figure(&format!("{field}: units"), achievement.units.as_ref());
        sheet.text(&format!("{field}: comment"), achievement.comment.as_ref(), Some(500));
    }
}

pub(super) fn baseline(record: &RegistryRecord, sheet: &mut Sheet<'_>) {
    let Some(baseline) = &record.baseline else { return };
    sheet.section("Baseline characteristics");
    sheet.term("Reporting model", "baseline_model", baseline.model.as_ref());
    sheet.text("Analysis population description", baseline.population.as_ref(), Some(500));
    sheet.text("Type of units analysed", baseline.units.as_ref(), Some(40));
    let name = |at: Option<usize>, title: Option<&Text>| {
        let of_flow = at.and_then(|at| record.flow.groups.get(at)).map(|group| group.title.text.clone());
        title.map(|title| title.text.clone()).or(of_flow).unwrap_or_else(|| "Group".to_owned())
    };
    let groups: Vec<String> = baseline
        .groups
        .iter()
        .chain(&baseline.total)
        .map(|group| name(group.flow_group, group.title.as_ref()))
        .collect();
    for (group, title) in baseline.groups.iter().chain(&baseline.total).zip(&groups) {
        sheet.figure(&format!("Subjects: {title}"), group.subjects.as_ref());
        sheet.figure(&format!("Units: {title}"), group.units.as_ref());
    }
    for one in &baseline.characteristics {
        sheet.section(format!("Baseline characteristics: {}", one.measure.title.text));
        measure(&one.measure, &groups, 100, sheet);
    }
}

/// EudraCT's subject analysis sets; ClinicalTrials.gov describes populations in words with each measure.
pub(super) fn analysis_sets(record: &RegistryRecord, sheet: &mut Sheet<'_>) {
    if sheet.is_ctgov() {
        return;
    }
    for set in &record.analysis_sets {
        sheet.section(format!("Subject analysis sets: {}", set.title.text));
        sheet.text("Title", Some(&set.title), Some(62));
        sheet.term("Type", "analysis_set", set.kind.as_ref());
        sheet.text("Description", set.description.as_ref(), Some(999));
        sheet.figure("Subjects", set.subjects.as_ref());
    }
}

fn measure(measure: &Measure, groups: &[String], title: usize, sheet: &mut Sheet<'_>) {
    sheet.text("Title", Some(&measure.title), Some(title));
    sheet.text("Description", measure.description.as_ref(), Some(999));
    sheet.text("Analysis population of the measure", measure.population.as_ref(), Some(500));
    sheet.text("Unit of measure", measure.unit.as_ref(), Some(40));
    sheet.term("Measure type", "parameter", measure.parameter.as_ref());
    sheet.term("Measure of dispersion or precision", "dispersion", measure.dispersion.as_ref());
    sheet.text("Confidence level", measure.level.as_ref(), None);
    for row in &measure.rows {
        for denominator in &row.denominators {
            for (at, count) in denominator.counts.iter().enumerate() {
                let group = groups.get(at).map_or("Total", String::as_str);
                let words = row.title.iter().map(|title| title.text.as_str());
                let field: Vec<&str> = words.chain([group, denominator.units.text.as_str()]).collect();
                sheet.figure(&format!("Number analysed: {}", field.join(", ")), count.as_ref());
            }
        }
        for category in &row.categories {
            let titles = [row.title.as_ref(), category.title.as_ref()].into_iter().flatten();
            let words: Vec<&str> = titles.map(|title| title.text.as_str()).collect();
            for (at, cell) in category.cells.iter().enumerate() {
                let Some(cell) = cell else { continue };
                let group = groups.get(at).map_or("Total", String::as_str);
                let field: Vec<&str> = words.iter().copied().chain([group]).collect();
                self::cell(&field.join(", "), cell, sheet);
            }
        }
    }
}

fn cell(field: &str, cell: &Measurement, sheet: &mut Sheet<'_>) {
    sheet.figure(field, cell.value.as_ref());
    sheet.figure(&format!("{field}: spread"), cell.spread.as_ref());
    sheet.figure(&format!("{field}: lower limit"), cell.lower.as_ref());
    sheet.figure(&format!("{field}: upper limit"), cell.upper.as_ref());
    sheet.text(&format!("{field}: comment"), cell.comment.as_ref(), Some(250));
}

pub(super) fn outcomes(record: &RegistryRecord, sheet: &mut Sheet<'_>) {
    let module = if sheet.is_ctgov() { "Outcome measure" } else { "End point" };
    for (at, outcome) in record.outcomes.iter().enumerate() {
        let head = format!("{module} {}: {}", at + 1, outcome.measure.title.text);
        sheet.section(&head);
        sheet.term("Type", "outcome_type", Some(&outcome.kind));
        sheet.text("Time frame", outcome.time_frame.as_ref(), Some(255));
        sheet.text("Analysis population description", outcome.population.as_ref(), Some(500));
        sheet.text("Type of units analysed", outcome.units.as_ref(), Some(40));
        let title = |group: &super::super::OutcomeGroup| {
            let of_flow = group.flow_group.and_then(|at| record.flow.groups.get(at)).map(|group| &group.title);
            let of_set = group.analysis_set.and_then(|at| record.analysis_sets.get(at)).map(|set| &set.title);
            group.title.as_ref().or(of_flow).or(of_set).map_or_else(|| "Group".to_owned(), |title| title.text.clone())
        };
        let groups: Vec<String> = outcome.groups.iter().map(title).collect();
        for (group, title) in outcome.groups.iter().zip(&groups) {
            sheet.figure(&format!("Analysed: {title}"), group.analysed.as_ref());
            sheet.figure(&format!("Units analysed: {title}"), group.units.as_ref());
        }
        measure(&outcome.measure, &groups, 255, sheet);
        for (number, one) in outcome.analyses.iter().enumerate() {
            sheet.section(format!("{head}: statistical analysis {}", number + 1));
            analysis(one, &groups, sheet);
        }
    }
}

fn analysis(of: &Analysis, groups: &[String], sheet: &mut Sheet<'_>) {
    sheet.text("Title", of.title.as_ref(), None);
    sheet.text("Description", of.description.as_ref(), Some(500));
    let compared: Vec<&str> = of.groups.iter().filter_map(|at| groups.get(*at)).map(String::as_str).collect();
    sheet.words("Comparison groups", &compared.join("; "));
    sheet.term("Type of statistical test", "analysis_type", of.kind.as_ref());
    sheet.text("Margin and its justification", of.margin.as_ref(), Some(999));
    sheet.term("Analysis specification", "analysis_specification", of.specification.as_ref());
    sheet.term("Method", "statistical_method", of.method.as_ref());
    sheet.text("Other method", of.method_words.as_ref(), Some(150));
    sheet.figure("P-value", of.p.as_ref());
    sheet.text("Relation of the p-value", of.p_relation.as_ref(), None);
    sheet.text("Comment on the p-value", of.p_comment.as_ref(), Some(250));
    sheet.term("Estimation parameter", "estimate", of.parameter.as_ref());
    sheet.text("Other parameter", of.parameter_words.as_ref(), None);
    sheet.figure("Estimated value", of.estimate.as_ref());
    if let Some(interval) = &of.interval {
        sheet.text("Confidence level", interval.level.as_ref(), None);
        sheet.term("Sides", "sides", interval.sides.as_ref());
        sheet.figure("Lower limit", interval.lower.as_ref());
        sheet.text("Lower limit: comment", interval.lower_comment.as_ref(), Some(250));
        sheet.figure("Upper limit", interval.upper.as_ref());
        sheet.text("Upper limit: comment", interval.upper_comment.as_ref(), Some(250));
    }
    sheet.term("Parameter dispersion type", "estimate_dispersion", of.dispersion.as_ref());
    sheet.figure("Dispersion value", of.dispersion_value.as_ref());
    sheet.text("Comment on the estimate", of.estimate_comment.as_ref(), Some(250));
    sheet.text("Other analysis", of.other.as_ref(), Some(500));
}

pub(super) fn events(record: &RegistryRecord, sheet: &mut Sheet<'_>) {
    let Some(events) = &record.adverse_events else { return };
    let ctgov = sheet.is_ctgov();
    sheet.section("Adverse events");
    sheet.text("Time frame", events.time_frame.as_ref(), Some(if ctgov { 500 } else { 255 }));
    sheet.text("Description", events.description.as_ref(), Some(if ctgov { 500 } else { 350 }));
    let field = match events.frequency_rule {
        Some(FrequencyRule::Reaches) => "Frequency threshold in percent (terms at the threshold are listed as well)",
        _ => "Frequency threshold in percent",
    };
    sheet.text(field, events.threshold.as_ref(), None);
    sheet.term("Collection approach", "assessment", events.assessment.as_ref());
    sheet.term("Dictionary", "dictionary", events.dictionary.name.as_ref());
    sheet.text("Version of the dictionary", events.dictionary.version.as_ref(), Some(10));
    let titles: Vec<&Text> = events.groups.iter().map(|group| &group.title).collect();
    for group in &events.groups {
        sheet.section(format!("Adverse events: {}", group.title.text));
        sheet.text("Title", Some(&group.title), Some(if ctgov { 100 } else { 62 }));
        sheet.text("Description", group.description.as_ref(), Some(if ctgov { 1500 } else { 999 }));
        let counts: [(&str, &Option<Figure>); 8] = [
            ("Subjects exposed", &group.exposed),
            ("Deaths of all causes", &group.deaths),
            ("At risk of death", &group.at_risk_deaths),
            ("Deaths resulting from adverse events", &group.deaths_from_events),
            ("Subjects with serious events", &group.serious),
            ("At risk of serious events", &group.at_risk_serious),
            ("Subjects with non-serious events", &group.non_serious),
            ("At risk of other events", &group.at_risk_other),
        ];
        counts.into_iter().for_each(|(field, figure)| sheet.figure(field, figure.as_ref()));
    }
    for (kind, terms) in [("Serious", &events.serious), ("Non-serious", &events.non_serious)] {
        for event in terms {
            sheet.section(format!("{kind} adverse events: {}", event.term.text));
            self::event(event, &titles, sheet);
        }
    }
}

fn event(of: &Event, groups: &[&Text], sheet: &mut Sheet<'_>) {
    sheet.text("Term", Some(&of.term), Some(100));
    sheet.ema("System organ class", of.class.as_ref());
    sheet.term("Collection approach", "assessment", of.assessment.as_ref());
    sheet.text("Notes", of.note.as_ref(), Some(250));
    for (at, count) in of.counts.iter().enumerate() {
        let Some(count) = count else { continue };
        let group = groups.get(at).map_or("", |title| title.text.as_str());
        sheet.figure(&format!("{group}: subjects affected"), count.affected.as_ref());
        sheet.figure(&format!("{group}: subjects exposed"), count.exposed.as_ref());
        sheet.figure(&format!("{group}: occurrences"), count.occurrences.as_ref());
        if let Some(serious) = &count.serious {
            sheet.figure(&format!("{group}: occurrences related to treatment"), serious.related.as_ref());
            sheet.figure(&format!("{group}: deaths"), serious.deaths.as_ref());
            sheet.figure(&format!("{group}: deaths related to treatment"), serious.related_deaths.as_ref());
        }
    }
}
