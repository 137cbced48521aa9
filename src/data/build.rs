//! From sheets to derived datasets: load, link to subjects, derive in order.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest::did_you_mean;
use crate::spec::Spec;
use crate::spec::at::At;
use crate::spec::data::Take;

use super::catalog::{DatasetId, Origin, VariableType};
use super::derive;
use super::derive_parameters;
use super::engine::{Engine, Subject};
use super::load::{self, Loaded, Locate, Workbooks, variable_type};
use super::tables::{create_table, create_view, quote};

/// Name of the subject table.
pub const ADSL: &str = "ADSL";

/// Reads the sheets and derives every variable.
///
/// # Errors
/// [`Stop`] after every problem of the stage was reported.
pub fn build(spec: &Spec, locate: Locate<'_>, sink: &mut Diagnostics) -> Result<Engine, Stop> {
    let mut engine = Engine::open().expect("invariant: an in-memory database opens");
    let mut workbooks = Workbooks::default();
    let mark = sink.mark();
    let subject_dataset = spec.data.datasets.get_key_value(&*spec.data.subject.dataset).map(|(name, _)| name.clone());
    let Some(subject_dataset) = subject_dataset else {
        let named = &spec.data.subject.dataset;
        return Err(sink
            .error(&codes::CFG_003, named.place.clone(), format!("there is no dataset `{}`", **named))
            .hint(did_you_mean(named, spec.data.datasets.keys().map(String::as_str)))
            .stop());
    };
    let mut ready = BTreeMap::new();
    for (name, dataset) in &spec.data.datasets {
        if engine.catalog.find_dataset(name).is_some() || name.eq_ignore_ascii_case(ADSL) {
            sink.error(&codes::CFG_004, dataset.source.place.clone(), format!("the dataset name `{name}` is taken"));
            continue;
        }
        if let Ok((parts, sheets)) = load::prepare(spec, dataset, &mut workbooks, locate, sink) {
            let id = engine.catalog.add_dataset(name, &dataset.label, parts);
            declare(&mut engine, spec, id, dataset);
            ready.insert(name.clone(), (id, sheets));
        }
    }
    sink.check(mark)?;
    engine.adsl = engine.catalog.add_dataset(ADSL, "Subjects", Vec::new());
    // A subject variable may be picked from a parameter and then has its type and unit.
    derive_parameters::declare_parameters(&mut engine, spec, sink)?;
    derive::declare_subject_variables(&mut engine, spec, ready[&subject_dataset].0);
    create_everything(&engine);

    // The subject dataset first: the others are checked against its subjects.
    let mut names: Vec<&String> = spec.data.datasets.keys().collect();
    names.sort_by_key(|name| **name != subject_dataset);
    // Where not every subject is known, nobody is called unknown.
    let mut subjects_known = false;
    for name in names {
        let (id, sheets) = &ready[name];
        let dataset = &spec.data.datasets[name];
        let Ok(loaded) = load::read(&mut engine, spec, (*id, dataset, sheets), (&mut workbooks, locate), sink) else {
            continue;
        };
        // A condition over cells that could not be read leaves out records at random.
        if dataset.condition.is_some() && !loaded.sound {
            continue;
        }
        let Ok(loaded) = keep_where(&engine, *id, dataset.condition.as_ref(), loaded, sink) else { continue };
        if *name == subject_dataset {
            subjects_known = loaded.sound || dataset.condition.is_none();
            let _ = number_subjects(&mut engine, *id, &loaded, sink);
        } else if subjects_known {
            link_subjects(&engine, *id, &loaded, sink);
        }
        let twice = *name != subject_dataset && randomised_twice(&engine, spec, name, dataset, &loaded, sink);
        if loaded.sound && !twice {
            check_key(&engine, *id, dataset, sink);
        }
    }
    sink.check(mark)?;
    drop(workbooks);
    derive::run(&mut engine, spec, ready[&subject_dataset].0, sink)?;
    assign_arms(&mut engine, spec, sink)?;
    Ok(engine)
}

/// Adds the configured variables of a dataset to the catalog.
fn declare(engine: &mut Engine, spec: &Spec, id: DatasetId, dataset: &crate::spec::data::DatasetSpec) {
    for (name, variable) in &dataset.variables {
        let origin = match &variable.column {
            Some(column) => Origin::Column {
                header: column.value.clone(),
                codelist: variable.codelist.as_ref().map(|c| c.value.clone()),
            },
            None => Origin::Derived { expression: String::new(), reads: Vec::new() },
        };
        let label = if variable.label.is_empty() { name.as_str() } else { variable.label.as_str() };
        let kind = if variable.treatment_emergent.is_some() {
            VariableType::Text
        } else if variable.study_day.is_some() {
            VariableType::Integer
        } else if variable.impute.is_some() {
            VariableType::Date
        } else {
            variable_type(variable.kind)
        };
        let added = engine.catalog.add_variable(
            id,
            name,
            label,
            kind,
            variable.unit.clone(),
            variable.decimals.unwrap_or(0),
            origin,
        );
        if let Some(codelist) = variable.codelist.as_ref().and_then(|name| spec.data.codelists.get(&**name)) {
            engine.codes.insert(added, codelist.values.values().cloned().collect());
        }
    }
}

fn create_everything(engine: &Engine) {
    let create = || -> rusqlite::Result<()> {
        for dataset in engine.catalog.datasets() {
            create_table(&engine.connection, &engine.catalog, dataset.id)?;
        }
        for dataset in engine.catalog.datasets() {
            create_view(
                &engine.connection,
                &engine.catalog,
                dataset.id,
                engine.shares_rows_with(dataset.id),
                engine.adsl,
            )?;
        }
        Ok(())
    };
    create().expect("invariant: names are quoted and unique within their dataset");
}

/// Takes out the records that a dataset's `where` does not want.
fn keep_where(
    engine: &Engine,
    id: DatasetId,
    condition: Option<&At<String>>,
    mut loaded: Loaded,
    sink: &mut Diagnostics,
) -> Result<Loaded, Stop> {
    let Some(condition) = condition else { return Ok(loaded) };
    let expression = engine.compile(id, condition, sink)?;
    let truth: BTreeMap<i64, Option<bool>> = engine.truth(&expression, sink)?.into_iter().collect();
    let table = quote(&engine.catalog.dataset(id).name);
    let mut delete = engine
        .connection
        .prepare(&format!("DELETE FROM {table} WHERE _ROW = ?1"))
        .expect("invariant: the dataset's table exists");
    loaded.keys.retain(|(row, _)| {
        let keep = truth.get(row) == Some(&Some(true));
        if !keep {
            delete.execute([row]).expect("invariant: the dataset's table can be written");
        }
        keep
    });
    Ok(loaded)
}

/// Gives each record of the subject dataset its subject number, in sheet order.
fn number_subjects(engine: &mut Engine, id: DatasetId, loaded: &Loaded, sink: &mut Diagnostics) -> Result<(), Stop> {
    let mark = sink.mark();
    let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
    for (row, key) in &loaded.keys {
        let place = engine.any_cell(id, *row).map_or(Place::Nowhere, Place::Cell);
        if key.is_empty() {
            sink.error(&codes::DAT_010, place, "a record of the subject dataset names no subject")
                .hint("correct the data; a row that is no record lies after `last_row` of the source");
            continue;
        }
        if let Some(first) = seen.insert(key, *row) {
            let first = engine.any_cell(id, first).map_or(Place::Nowhere, Place::Cell);
            sink.error(&codes::DAT_001, place, format!("subject {key} occurs again"))
                .label(first, "the first record of this subject")
                .hint("the subject dataset has one row a subject; if ids are unique only within a site, list both variables under `subject: key`");
            continue;
        }
        let number = i64::try_from(engine.subjects.len()).unwrap_or(i64::MAX - 1) + 1;
        engine.subjects.push(Subject { row: number, key: key.clone(), planned: None, actual: None });
        let table = quote(&engine.catalog.dataset(id).name);
        let set = format!("UPDATE {table} SET _SUBJ = ?1 WHERE _ROW = ?2");
        let adsl = format!("INSERT INTO {ADSL} (_ROW, _SUBJ, USUBJID) VALUES (?1, ?1, ?2)");
        engine
            .connection
            .prepare_cached(&set)
            .and_then(|mut s| s.execute([number, *row]))
            .expect("invariant: the table exists");
        engine
            .connection
            .prepare_cached(&adsl)
            .and_then(|mut s| s.execute(rusqlite::params![number, key]))
            .expect("invariant: the subject table exists");
    }
    sink.check(mark)
}

/// Points each record at its subject; an unknown subject is an error.
fn link_subjects(engine: &Engine, id: DatasetId, loaded: &Loaded, sink: &mut Diagnostics) {
    let subjects: BTreeMap<&str, i64> = engine.subjects.iter().map(|s| (s.key.as_str(), s.row)).collect();
    let table = quote(&engine.catalog.dataset(id).name);
    let mut set = engine
        .connection
        .prepare(&format!("UPDATE {table} SET _SUBJ = ?1 WHERE _ROW = ?2"))
        .expect("invariant: the dataset's table exists");
    engine.connection.execute_batch("BEGIN").expect("invariant: the in-memory database takes a transaction");
    for (row, key) in &loaded.keys {
        if let Some(subject) = subjects.get(key.as_str()) {
            set.execute([subject, row]).expect("invariant: the dataset's table can be written");
            continue;
        }
        let place = engine.any_cell(id, *row).map_or(Place::Nowhere, Place::Cell);
        let name = &engine.catalog.dataset(id).name;
        if key.is_empty() {
            sink.error(&codes::DAT_010, place, format!("a record of {name} names no subject"))
                .hint("correct the data; a row that is no record lies after `last_row` of the source");
        } else {
            sink.error(
                &codes::DAT_002,
                place,
                format!("{name} has a record of subject {key}, whom the subject dataset does not have"),
            )
            .hint(did_you_mean(key, subjects.keys().copied()));
        }
    }
    engine.connection.execute_batch("COMMIT").expect("invariant: a transaction is open");
}

/// Reports subjects with two records in the dataset that the planned arm is picked from, where the configuration
/// means there to be one: by the dataset's key or by `take: only`. Returns whether it found any.
fn randomised_twice(
    engine: &Engine,
    spec: &Spec,
    name: &str,
    dataset: &crate::spec::data::DatasetSpec,
    loaded: &Loaded,
    sink: &mut Diagnostics,
) -> bool {
    let planned = &spec.data.subject.arm.planned;
    let variable = spec.data.adsl.iter().find(|(variable, _)| variable.eq_ignore_ascii_case(planned)).map(|(_, v)| v);
    let Some(pick) = variable.and_then(|v| v.pick.as_ref()) else { return false };
    let by_subject = |key: &[At<String>]| {
        key.len() == spec.data.subject.key.len()
            && key.iter().zip(&spec.data.subject.key).all(|(a, b)| a.eq_ignore_ascii_case(b))
    };
    let one_each = by_subject(&dataset.key) || (*pick.take == Take::Only && pick.condition.is_none());
    if !pick.dataset.eq_ignore_ascii_case(name) || !one_each {
        return false;
    }
    let id = engine.catalog.find_dataset(name).map(|d| d.id).expect("invariant: the dataset was declared");
    let mark = sink.mark();
    let mut seen: BTreeMap<&str, i64> = BTreeMap::new();
    for (row, key) in loaded.keys.iter().filter(|(_, key)| !key.is_empty()) {
        if let Some(first) = seen.get(key.as_str()) {
            let place = engine.any_cell(id, *row).map_or(Place::Nowhere, Place::Cell);
            let first = engine.any_cell(id, *first).map_or(Place::Nowhere, Place::Cell);
            sink.error(&codes::POP_001, place, format!("subject {key} has a second randomisation record"))
                .label(first, "the first one")
                .label(pick.take.place.clone(), "the planned arm is picked here")
                .hint("one randomisation record a subject; if a later one corrects an earlier one, say so in the pick");
        } else {
            seen.insert(key, *row);
        }
    }
    sink.check(mark).is_err()
}

/// Reports records with the same configured key.
fn check_key(engine: &Engine, id: DatasetId, dataset: &crate::spec::data::DatasetSpec, sink: &mut Diagnostics) {
    if dataset.key.is_empty() {
        return;
    }
    let mut columns = Vec::new();
    for name in &dataset.key {
        match engine.catalog.find_variable(id, name) {
            Some(variable) => columns.push(engine.column(variable.id)),
            None => {
                let names: Vec<&str> = engine.catalog.dataset(id).variables.keys().map(String::as_str).collect();
                sink.error(&codes::CFG_003, name.place.clone(), format!("`{}` is no variable of this dataset", **name))
                    .hint(did_you_mean(name, names));
                return;
            }
        }
    }
    let mut seen: BTreeMap<Vec<String>, i64> = BTreeMap::new();
    for at in 0..columns[0].len() {
        let key: Vec<String> = columns.iter().map(|c| c[at].1.shown()).collect();
        let row = columns[0][at].0;
        if let Some(first) = seen.insert(key.clone(), row) {
            let place = engine.any_cell(id, row).map_or(Place::Nowhere, Place::Cell);
            let first = engine.any_cell(id, first).map_or(Place::Nowhere, Place::Cell);
            sink.error(
                &codes::DAT_016,
                place,
                format!("{}: a second record with the key {}", engine.catalog.dataset(id).name, key.join(", ")),
            )
            .label(first, "the first one")
            .hint("correct the data, or add to the dataset's `key` what tells the records apart");
        }
    }
}

/// Reads the planned and actual arm of each subject.
fn assign_arms(engine: &mut Engine, spec: &Spec, sink: &mut Diagnostics) -> Result<(), Stop> {
    let mark = sink.mark();
    let arms: Vec<&str> = spec.study.arm_ids().collect();
    let arm = &spec.data.subject.arm;
    for (named, planned) in [(&arm.planned, true), (&arm.actual, false)] {
        let Some(variable) = engine.catalog.find_variable(engine.adsl, named).map(|v| v.id) else {
            let names: Vec<&str> = engine.catalog.dataset(engine.adsl).variables.keys().map(String::as_str).collect();
            sink.error(&codes::CFG_003, named.place.clone(), format!("`{}` is no subject variable", **named))
                .hint(did_you_mean(named, names));
            continue;
        };
        for (row, value) in engine.column(variable) {
            let Some(text) = value.as_text() else { continue };
            let at = usize::try_from(row - 1).expect("invariant: subject rows start at 1");
            if !arms.contains(&text) {
                let cell = engine.first_cell(variable, row).map_or_else(|| named.place.clone(), Place::Cell);
                sink.error(
                    &codes::POP_005,
                    cell,
                    format!("subject {}: `{text}` is no arm of study.yaml", engine.subjects[at].key),
                )
                .hint(did_you_mean(text, arms.iter().copied()));
                continue;
            }
            let slot = if planned { &mut engine.subjects[at].planned } else { &mut engine.subjects[at].actual };
            *slot = Some(text.to_owned());
        }
    }
    sink.check(mark)
}
