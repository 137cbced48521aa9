//! Shift tables: subjects of each arm by the category of a parameter, within the categories before where they are known.
//!
//! A subject counts once for each parameter. Percentages are of the subjects of the arm with a category, or of those
//! with the same category before; who is in the set and has none is counted as `missing`.

use std::collections::BTreeMap;

use crate::base::codes::{CFG_003, CFG_004, CFG_005, DAT_003, DAT_011};
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::Engine;
use crate::data::catalog::{DatasetId, VariableId};
use crate::data::record_set::RecordId;
use crate::population::condition::{NAMED, counted, deciding_cells};
use crate::population::count::Stored;
use crate::population::{AnalysisSets, EvaluatedSet};
use crate::results::ResultSink;
use crate::spec::Spec;
use crate::spec::analysis::ArmBasis;
use crate::spec::at::At;
use crate::spec::shift_table::{ShiftTableSpec, ShiftTake, ShiftTest};

use super::plan::RESERVED;
use super::shift_counts::Parameter;

/// Stores `ID:n|pct[arm,parameter,to]` of every shift table, with `from` where the category before is named,
/// `ID:n|missing[arm,parameter]`, and `ID:p[parameter]`.
///
/// # Errors
/// [`Stop`] where a name is unknown, a category occurs that is not listed (DAT-003), or a subject has two records of a
/// parameter and nothing says which counts (DAT-011).
pub fn run(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
    results: &mut ResultSink,
) -> Result<(), Stop> {
    let mark = sink.mark();
    let analyses = spec.analysis.endpoints.values().flat_map(|e| &e.analyses).map(|item| item.id.as_str());
    let mut taken: Vec<&str> = analyses.chain(RESERVED.iter().copied()).collect();
    for declared in &spec.analysis.shift_tables {
        if taken.contains(&declared.id.as_str()) {
            sink.error(&CFG_004, declared.id.place.clone(), format!("the id `{}` is taken", *declared.id))
                .hint("an id is the first part of result keys and must be unique in the study");
        }
        taken.push(declared.id.as_str());
        if let Ok(table) = ShiftTable::read(spec, engine, sets, declared, sink) {
            table.store(results);
        }
    }
    sink.check(mark)
}

/// The record of a subject that counts.
#[derive(Clone, Copy)]
pub(super) struct Shift {
    pub(super) subject: i64,
    pub(super) row: i64,
    /// Position in [`ShiftTable::arms`].
    pub(super) arm: usize,
    /// Category before as a position among the levels; `None` where there is none.
    pub(super) from: Option<usize>,
    /// Category counted.
    pub(super) to: usize,
}

/// A table as declared, with the records that count.
pub(super) struct ShiftTable<'a> {
    pub(super) declared: &'a ShiftTableSpec,
    pub(super) set: &'a EvaluatedSet,
    pub(super) arms: Vec<&'a str>,
    pub(super) dataset: DatasetId,
    pub(super) adsl: DatasetId,
    pub(super) reads: Vec<VariableId>,
    /// Records by parameter, in the order of the table, one a subject.
    shifts: Vec<(String, Vec<Shift>)>,
}

impl<'a> ShiftTable<'a> {
    fn read(
        spec: &'a Spec,
        engine: &Engine,
        sets: &'a AnalysisSets,
        declared: &'a ShiftTableSpec,
        sink: &mut Diagnostics,
    ) -> Result<Self, Stop> {
        let mark = sink.mark();
        let Some(set) = sets.get(&declared.set) else {
            let message = format!("there is no analysis set `{}`", *declared.set);
            let found = sink.error(&CFG_003, declared.set.place.clone(), message);
            return Err(found.hint(did_you_mean(&declared.set, sets.iter().map(|set| set.id.as_str()))).stop());
        };
        if set.basis == ArmBasis::Treatment {
            let message = format!("the table is by arm, `{}` is by treatment", set.id);
            return Err(sink.error(&CFG_005, declared.set.place.clone(), message).hint("name another set").stop());
        }
        let Some(dataset) = engine.catalog().find_dataset(&declared.dataset) else {
            let known = engine.catalog().datasets().iter().map(|dataset| dataset.name.as_str());
            let message = format!("there is no dataset `{}`", *declared.dataset);
            let found = sink.error(&CFG_003, declared.dataset.place.clone(), message);
            return Err(found.hint(did_you_mean(&declared.dataset, known)).stop());
        };
        let mut variable = |name: &At<String>| {
            let found = engine.catalog().find_variable(dataset.id, name).map(|meta| meta.id);
            if found.is_none() {
                let message = format!("{} has no variable `{}`", dataset.name, **name);
                sink.error(&CFG_003, name.place.clone(), message)
                    .hint(did_you_mean(name, dataset.variables.keys().map(String::as_str)));
            }
            found
        };
        let (parameter, to) = (variable(&declared.parameter), variable(&declared.to));
        let from = declared.from.as_ref().and_then(&mut variable);
        if let Some(test) = declared.test.as_ref().filter(|t| ***t == ShiftTest::Cmh && declared.from.is_none()) {
            sink.error(&CFG_005, test.place.clone(), "`cmh` compares within the categories before")
                .hint("name their variable under `from`, or test with `fisher`");
        }
        let condition = declared.condition.as_ref().map(|sql| engine.compile(dataset.id, sql, sink)).transpose()?;
        sink.check(mark)?;
        let (Some(parameter), Some(to)) = (parameter, to) else { unreachable!("checked above") };
        let mut reads: Vec<VariableId> = [parameter, to].into_iter().chain(from).chain(set.variables.clone()).collect();
        let counts: Option<BTreeMap<i64, Option<bool>>> = match &condition {
            None => None,
            Some(expression) => {
                reads.extend(&expression.reads);
                Some(engine.truth(expression, sink)?.into_iter().collect())
            }
        };
        let mut table = Self {
            declared,
            set,
            arms: spec.study.arm_ids().collect(),
            dataset: dataset.id,
            adsl: engine.adsl(),
            reads,
            shifts: declared.parameters.keys().map(|id| (id.value.clone(), Vec::new())).collect(),
        };
        let subject_of: BTreeMap<i64, i64> = engine.subject_of(dataset.id).into_iter().collect();
        let texts = |variable: VariableId| -> BTreeMap<i64, String> {
            let texts = engine.column(variable).into_iter().map(|(row, value)| (row, value.shown()));
            texts.filter(|(_, text)| !text.is_empty()).collect()
        };
        let (to_texts, from_texts) = (texts(to), from.map(texts).unwrap_or_default());
        let mut unknown: Vec<(String, i64, i64, VariableId)> = Vec::new();
        let mut several: Vec<(i64, i64)> = Vec::new();
        let mut known: Vec<String> = Vec::new();
        for (row, name) in texts(parameter) {
            if counts.as_ref().is_some_and(|truth| truth.get(&row) != Some(&Some(true))) {
                continue;
            }
            let Some(subject) = subject_of.get(&row).copied() else { continue };
            let Some(arm) = set.arm_of(subject).and_then(|arm| table.arms.iter().position(|a| *a == arm)) else {
                continue;
            };
            known.push(name.clone());
            let mut level = |text: Option<&String>, variable: Option<VariableId>| {
                let found = text.and_then(|text| declared.levels.get_index_of(text));
                if let (Some(text), None, Some(variable)) = (text, found, variable) {
                    unknown.push((text.clone(), subject, row, variable));
                }
                found
            };
            let (after, before) = (level(to_texts.get(&row), Some(to)), level(from_texts.get(&row), from));
            let Some(after) = after else { continue };
            let at = match table.shifts.iter().position(|(id, _)| *id == name) {
                Some(at) => at,
                None if declared.parameters.is_empty() => {
                    table.shifts.push((name, Vec::new()));
                    table.shifts.len() - 1
                }
                None => continue,
            };
            let shift = Shift { subject, row, arm, from: before, to: after };
            if !table.take(at, shift) {
                several.push((subject, row));
            }
        }
        if declared.parameters.is_empty() {
            table.shifts.sort_by(|a, b| a.0.cmp(&b.0));
        }
        table.report(engine, unknown, &several, &known, sink);
        sink.check(mark)?;
        Ok(table)
    }

    /// Takes a record of a parameter; false where the subject has one already and nothing says which counts.
    fn take(&mut self, parameter: usize, shift: Shift) -> bool {
        let list = &mut self.shifts[parameter].1;
        let Some(known) = list.iter_mut().find(|known| known.subject == shift.subject) else {
            list.push(shift);
            return true;
        };
        let better = match self.declared.take {
            ShiftTake::Only => return false,
            ShiftTake::FirstLevel => shift.to < known.to,
            ShiftTake::LastLevel => shift.to > known.to,
        };
        if better {
            *known = shift;
        }
        true
    }

    fn report(
        &self,
        engine: &Engine,
        mut unknown: Vec<(String, i64, i64, VariableId)>,
        several: &[(i64, i64)],
        known: &[String],
        sink: &mut Diagnostics,
    ) {
        let declared = self.declared;
        let record = |row: i64| RecordId { dataset: self.dataset, row };
        unknown.sort();
        let mut levels: Vec<&str> = unknown.iter().map(|one| one.0.as_str()).collect();
        levels.dedup();
        for level in levels {
            let message = format!("the category `{level}` is not listed under `levels`");
            let found = sink.error(&DAT_003, declared.to.place.clone(), message);
            for (_, subject, row, variable) in unknown.iter().filter(|one| one.0 == level).take(NAMED) {
                let (cell, text) = deciding_cells(engine, *subject, record(*row), &[*variable]);
                found.label(cell, text);
            }
            found.hint(did_you_mean(level, declared.levels.keys().map(String::as_str)));
        }
        if !several.is_empty() {
            let n = counted(several.len(), "record");
            let message = format!("{n} of subjects who have another one of the same parameter");
            let found = sink.error(&DAT_011, declared.dataset.place.clone(), message);
            for (subject, row) in several.iter().take(NAMED) {
                let (cell, text) = deciding_cells(engine, *subject, record(*row), &self.reads);
                found.label(cell, text);
            }
            found.hint("choose one with `where`, or say with `take` whether the first or the last category counts");
        }
        for id in declared.parameters.keys().filter(|id| !known.contains(&id.value)) {
            sink.error(&CFG_003, id.place.clone(), format!("no record that counts is of the parameter `{}`", **id))
                .hint(did_you_mean(id, known.iter().map(String::as_str)));
        }
    }

    fn store(&self, results: &mut ResultSink) {
        for (parameter, shifts) in &self.shifts {
            let parts = Parameter { table: self, id: parameter, shifts };
            let n: Vec<Stored> = (0..self.arms.len()).map(|arm| parts.arm(arm, results)).collect();
            parts.test(&n, results);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::analysis_set;
    use crate::population::test_study::{ANALYSIS, EVENTS, SUBJECTS, assert_counts, errors, open};
    use crate::results::{ResultKey, ResultStore};

    /// Classes of events as parameters, their seriousness as category.
    const TABLE: &str = "
shift_tables:
  - id: shift
    label: Seriousness by class
    dataset: AE
    set: saf
    parameter: AESOC
    to: SER
    levels: {N: Not serious, Y: Serious}
    take: last_level
    test: fisher
";

    fn shift(table: &str, events: &str) -> (Result<(), Stop>, ResultStore, Diagnostics) {
        let (spec, engine, mut sink) = open(SUBJECTS, events, &format!("{ANALYSIS}{table}"));
        let sets = analysis_set::evaluate(&spec, &engine, &mut sink).unwrap_or_else(|_| panic!("{:#?}", sink.all()));
        let mut store = ResultStore::new();
        let done = run(&spec, &engine, &sets, &mut sink, &mut store.sink());
        (done, store, sink)
    }

    fn of(store: &ResultStore, key: &str) -> Option<f64> {
        store.number(&ResultKey::parse(key).expect("a key"))
    }

    #[test]
    fn a_subject_counts_once_for_each_parameter() {
        // The second event of S1 in its class is serious, and the last level counts.
        let (done, store, sink) = shift(TABLE, &EVENTS.replace("Pruritus,Skin,Y,N", "Pruritus,Skin,Y,Y"));
        assert!(done.is_ok(), "{:#?}", sink.all());
        assert_counts(
            &store,
            &[
                ("shift:n[arm=a,parameter=Skin]", 1),
                ("shift:missing[arm=a,parameter=Skin]", 1),
                ("shift:n[arm=a,parameter=Skin,to=Y]", 1),
                ("shift:n[arm=a,parameter=Skin,to=N]", 0),
                ("shift:n[arm=b,parameter=Skin]", 0),
                ("shift:missing[arm=b,parameter=Skin]", 1),
                ("shift:n[arm=b,parameter=Chest,to=N]", 1),
            ],
        );
        assert_eq!(of(&store, "shift:pct[arm=a,parameter=Skin,to=Y]"), Some(100.0));
        // Nobody of the arm has a category: no percentage, and no test of one arm.
        assert_eq!(of(&store, "shift:pct[arm=b,parameter=Skin,to=Y]"), None);
        assert_eq!(of(&store, "shift:p[parameter=Skin]"), None);
    }

    #[test]
    fn categories_before_add_up() {
        let before = TABLE.replace("    to: SER", "    from: REL\n    to: SER").replace("fisher", "cmh");
        let (done, store, sink) = shift(&before, &EVENTS.replace("N,Y,RECOVERED\nS1,itch", "N,,RECOVERED\nS1,itch"));
        assert!(done.is_ok(), "{:#?}", sink.all());
        assert_counts(
            &store,
            &[
                // The first event of S1 has no category before.
                ("shift:n[arm=a,from=missing,parameter=Skin]", 1),
                ("shift:n[arm=a,from=missing,parameter=Skin,to=N]", 1),
                ("shift:n[arm=a,from=N,parameter=Skin]", 0),
                ("shift:n[arm=a,from=N,parameter=Cardiac,to=Y]", 1),
            ],
        );
        assert_eq!(of(&store, "shift:pct[arm=a,from=N,parameter=Cardiac,to=Y]"), Some(100.0));
    }

    #[test]
    fn what_cannot_be_counted_is_said() {
        let problems = [
            (TABLE.replace("    take: last_level\n", ""), "DAT-011", "another one of the same parameter"),
            (TABLE.replace("levels: {N: Not serious, Y: Serious}", "levels: {N: Not serious}"), "DAT-003", "`Y`"),
            (TABLE.replace("parameter: AESOC", "parameter: AESOX"), "CFG-003", "no variable `AESOX`"),
            (TABLE.replace("set: saf", "set: safe"), "CFG-003", "no analysis set `safe`"),
            (TABLE.replace("dataset: AE", "dataset: LB"), "CFG-003", "no dataset `LB`"),
            (TABLE.replace("    to: SER", "    parameters: {Bone: Bone}\n    to: SER"), "CFG-003", "parameter `Bone`"),
            (TABLE.replace("fisher", "cmh"), "CFG-005", "within the categories before"),
            (TABLE.replace("id: shift", "id: disp"), "CFG-004", "`disp` is taken"),
        ];
        for (table, code, said) in problems {
            let (done, _, sink) = shift(&table, EVENTS);
            assert!(done.is_err(), "{said}");
            let found = errors(&sink, code);
            assert!(found.iter().any(|(message, _)| message.contains(said)), "{said}: {:#?}", sink.all());
        }
    }
}
