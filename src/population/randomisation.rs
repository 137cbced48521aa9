//! Checks of randomisation: nobody twice (POP-001), nobody treated without it (POP-002), nobody without arm (POP-005).

use std::collections::BTreeMap;

use crate::base::codes::{POP_001, POP_002, POP_005};
use crate::base::diagnostic::Diagnostics;
use crate::data::catalog::{Origin, VariableId};
use crate::data::engine::Engine;
use crate::data::record_set::RecordId;
use crate::data::value::Value;
use crate::spec::Spec;

use super::analysis_set::AnalysisSets;
use super::condition::{NAMED, SubjectCondition, counted, deciding_cells, everyone, subject_cells, subject_key};

/// Reports subjects that stand in two arms, were treated without being randomised, or have no arm.
pub fn check(spec: &Spec, engine: &Engine, sets: &AnalysisSets, received: &SubjectCondition, sink: &mut Diagnostics) {
    treated_not_randomised(engine, sets, received, sink);
    without_arm(spec, engine, sets, sink);
    randomised_twice(spec, engine, sink);
}

fn treated_not_randomised(engine: &Engine, sets: &AnalysisSets, received: &SubjectCondition, sink: &mut Diagnostics) {
    for subject in everyone(engine) {
        if received.of(subject) == Some(true) && sets.randomised.of(subject) != Some(true) {
            let mut reads = received.reads.clone();
            reads.extend(sets.randomised.reads.iter().copied().filter(|v| !received.reads.contains(v)));
            let (cell, text) = subject_cells(engine, subject, &reads);
            let message = format!("subject {} received treatment and was not randomised", subject_key(engine, subject));
            sink.error(&POP_002, cell, message)
                .label(received.place.clone(), format!("this says the subject was treated: {text}"))
                .label(sets.randomised.place.clone(), "this does not say the subject was randomised")
                .hint("correct the data and lock again, or the conditions of the flow");
        }
    }
}

fn without_arm(spec: &Spec, engine: &Engine, sets: &AnalysisSets, sink: &mut Diagnostics) {
    let planned = &spec.data.subject.arm.planned;
    let reads: Vec<VariableId> =
        engine.catalog().find_variable(engine.adsl(), planned).map(|meta| meta.id).into_iter().collect();
    let known = |arm: &Option<String>| arm.as_ref().is_some_and(|arm| spec.study.arms.contains_key(arm.as_str()));
    let (mut armless, mut unexpected) = (Vec::new(), Vec::new());
    for subject in engine.subjects() {
        match (sets.randomised.of(subject.row), known(&subject.planned)) {
            (Some(true), false) => armless.push(subject.row),
            (Some(false), true) => unexpected.push(subject.row),
            _ => {}
        }
    }
    if !armless.is_empty() {
        let message = format!("{} randomised without a planned arm", counted(armless.len(), "subject"));
        let found = sink.error(&POP_005, planned.place.clone(), message);
        for subject in armless.iter().take(NAMED) {
            let (cell, text) = subject_cells(engine, *subject, &reads);
            found.label(cell, text);
        }
        found.hint("the arm ids are those of study.yaml; map the codes of the data to them with a codelist");
    }
    if !unexpected.is_empty() {
        let message = format!("{} with a planned arm not counted as randomised", counted(unexpected.len(), "subject"));
        let found = sink.warning(&POP_005, sets.randomised.place.clone(), message);
        for subject in unexpected.iter().take(NAMED) {
            let (cell, text) = subject_cells(engine, *subject, &reads);
            found.label(cell, text);
        }
    }
}

/// Subjects with several randomisation records, where the planned arm is picked from such records: an error where
/// they name different arms, else a warning.
fn randomised_twice(spec: &Spec, engine: &Engine, sink: &mut Diagnostics) {
    let Some(variable) = picked_variable(engine, &spec.data.subject.arm.planned) else { return };
    let Origin::Picked { dataset, value, .. } = &engine.catalog().variable(variable).origin else { return };
    let Some(link) = engine.links().get(&variable) else { return };
    let columns: Vec<BTreeMap<i64, Value>> =
        value.iter().map(|one| engine.column(*one).into_iter().collect()).collect();
    let arm = |row: i64| -> Vec<String> {
        columns.iter().map(|column| column.get(&row).map(Value::shown).unwrap_or_default()).collect()
    };
    for (subject, considered) in (1i64..).zip(&link.considered) {
        let records: Vec<(i64, Vec<String>)> = considered
            .iter()
            .map(|row| (*row, arm(*row)))
            .filter(|(_, arm)| arm.iter().any(|text| !text.is_empty()))
            .collect();
        let Some((first, arm)) = records.first() else { continue };
        if records.len() == 1 {
            continue;
        }
        let (cell, _) = deciding_cells(engine, subject, RecordId { dataset: *dataset, row: *first }, value);
        let subject_key = subject_key(engine, subject);
        // Several records of the same arm may be meant: the configuration says which of them is taken.
        let found = if records.iter().all(|(_, other)| other == arm) {
            let message = format!("subject {subject_key} has {} randomisation records of the same arm", records.len());
            sink.warning(&POP_001, cell, message)
        } else {
            sink.error(&POP_001, cell, format!("subject {subject_key} was randomised to more than one arm"))
        };
        for (row, _) in records.iter().take(NAMED) {
            let (cell, text) = deciding_cells(engine, subject, RecordId { dataset: *dataset, row: *row }, value);
            found.label(cell, text);
        }
        found.hint(
            "one randomisation record a subject; if a later one corrects an earlier one, say so in the pick's `where`",
        );
    }
}

/// The picked variable behind the planned arm, through derivations of a single variable.
fn picked_variable(engine: &Engine, planned: &str) -> Option<VariableId> {
    let mut meta = engine.catalog().find_variable(engine.adsl(), planned)?;
    // A chain of derivations is short and has no circle (CFG-009).
    for _ in 0..16 {
        match &meta.origin {
            Origin::Picked { .. } => return Some(meta.id),
            Origin::Derived { reads, .. } | Origin::Assigned { reads, .. } => match reads.as_slice() {
                [one] => meta = engine.catalog().variable(*one),
                _ => return None,
            },
            Origin::Column { .. } => return None,
        }
    }
    None
}
