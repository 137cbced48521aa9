//! Adverse events as counted: read once from the dataset, with the conditions that class them.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::codes::{CFG_003, CFG_005, POP_004, POP_005, POP_006};
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest;
use crate::data::catalog::{DatasetId, VariableId};
use crate::data::engine::Engine;
use crate::data::record_set::RecordId;
use crate::population::condition::{NAMED, counted, deciding_cells, rule};
use crate::population::{AnalysisSets, EvaluatedSet};
use crate::spec::Spec;
use crate::spec::analysis::{ArmBasis, SafetySpec};
use crate::spec::at::At;
use crate::spec::safety::UNCODED;

/// One counted event of a subject at risk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AeEvent {
    /// Row of the dataset of adverse events.
    pub row: i64,
    /// Row of the subject table.
    pub subject: i64,
    /// Position of the subject's arm in [`AeEvents::arms`].
    pub arm: usize,
    /// System organ class.
    pub soc: String,
    /// Preferred term.
    pub term: String,
    /// Truth of each condition, in the order of [`AeEvents::classes`].
    pub classes: Vec<bool>,
}

/// A condition that classes events, such as `serious`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AeClass {
    /// Level of the factor `category`.
    pub id: String,
    /// The condition in words.
    pub rule: String,
    /// The variables it reads.
    pub reads: Vec<VariableId>,
}

/// Positions of the standing classes in [`AeEvents::classes`]; configured categories follow.
pub const SERIOUS: usize = 0;
/// See [`SERIOUS`].
pub const RELATED: usize = 1;
/// See [`SERIOUS`].
pub const FATAL: usize = 2;

/// The events of the subjects at risk, and everything that was looked at.
#[derive(Clone, Debug)]
pub struct AeEvents {
    /// Dataset of the events.
    pub dataset: DatasetId,
    /// The subject table.
    pub adsl: DatasetId,
    /// Arm ids in the order of columns.
    pub arms: Vec<String>,
    /// Id of the analysis set at risk.
    pub set: String,
    /// Subjects at risk with the position of their arm, ascending.
    pub at_risk: Vec<(i64, usize)>,
    /// Every record of a subject at risk, counted or not, with the position of the arm, ascending.
    pub examined: Vec<(i64, usize)>,
    /// The counted events, ascending by row.
    pub events: Vec<AeEvent>,
    /// What `classes` of an event stand for.
    pub classes: Vec<AeClass>,
    /// Which events are counted, in words.
    pub rule: String,
    /// The variables that decide which events are counted.
    pub reads: Vec<VariableId>,
    /// Variable of the system organ class.
    pub soc: VariableId,
    /// Variable of the preferred term.
    pub term: VariableId,
    /// Events that would be counted, of subjects not at risk: row and subject row.
    pub outside: Vec<(i64, i64)>,
}

/// Reads the adverse events of the subjects at risk.
///
/// A missing relationship counts as related, the conservative reading, and is warned of (POP-004), as are events
/// whose seriousness or outcome cannot be determined; those count as not serious and not fatal. An event without
/// preferred term or class counts under [`UNCODED`]; it and one whose coding is not final are warned of (POP-006),
/// which stops a final run.
///
/// # Errors
/// [`Stop`] where a name or condition is wrong.
pub fn read(
    spec: &Spec,
    safety: &SafetySpec,
    engine: &Engine,
    sets: &AnalysisSets,
    sink: &mut Diagnostics,
) -> Result<AeEvents, Stop> {
    let mark = sink.mark();
    let dataset = engine.catalog().find_dataset(&safety.dataset).map(|meta| meta.id);
    if dataset.is_none() {
        let known = engine.catalog().datasets().iter().map(|dataset| dataset.name.as_str());
        sink.error(&CFG_003, safety.dataset.place.clone(), format!("there is no dataset `{}`", *safety.dataset))
            .hint(suggest::did_you_mean(&safety.dataset, known));
    }
    let set = sets.get(&safety.set);
    if set.is_none() {
        sink.error(&CFG_003, safety.set.place.clone(), format!("there is no analysis set `{}`", *safety.set))
            .hint(suggest::did_you_mean(&safety.set, sets.iter().map(|set| set.id.as_str())));
    }
    sink.check(mark)?;
    let (Some(dataset), Some(set)) = (dataset, set) else {
        return Err(sink.check(mark).expect_err("invariant: reported above"));
    };
    let reader = Reader { engine, dataset };
    let counted_events = reader.condition("", &safety.definition, &safety.condition, sink);
    let mut classes = vec![
        reader.condition("serious", "Serious", &safety.serious, sink),
        reader.condition("related", "Related to treatment", &safety.related, sink),
        reader.condition("fatal", "Fatal", &safety.fatal, sink),
    ];
    for category in &safety.categories {
        classes.push(reader.condition(&category.id, &category.label, &category.condition, sink));
    }
    let coding = safety.coding_final.as_ref().map(|sql| reader.condition("", "Coding final", sql, sink));
    let treatment = treatment(&reader, set, safety, sink);
    let soc = reader.variable(&safety.soc, sink);
    let term = reader.variable(&safety.term, sink);
    sink.check(mark)?;
    let classes: Vec<Condition> = classes.into_iter().collect::<Result<_, Stop>>()?;
    let (counted_events, coding, soc, term) = (counted_events?, coding.transpose()?, soc?, term?);
    let (soc_text, term_text) = (reader.texts(soc), reader.texts(term));

    let arms: Vec<String> = spec.groups(&safety.set).into_iter().map(str::to_owned).collect();
    let arm_of: BTreeMap<&str, usize> = arms.iter().enumerate().map(|(at, arm)| (arm.as_str(), at)).collect();
    let at_risk: Vec<(i64, usize)> =
        set.members.iter().filter_map(|one| Some((one.subject, *arm_of.get(one.arm.as_str())?))).collect();
    let mut read = AeEvents {
        dataset,
        adsl: engine.adsl(),
        set: set.id.clone(),
        at_risk,
        examined: Vec::new(),
        events: Vec::new(),
        classes: classes.iter().map(|one| one.class.clone()).collect(),
        rule: counted_events.class.rule.clone(),
        reads: counted_events.class.reads.clone(),
        soc,
        term,
        outside: Vec::new(),
        arms,
    };
    let groups: BTreeSet<(i64, usize)> = read.at_risk.iter().copied().collect();
    let arm_of_subject: BTreeMap<i64, usize> = read.at_risk.iter().copied().collect();
    let at_start = treatment.map(|variable| (variable, reader.texts(variable)));
    // In a set by treatment a subject is at risk under several, and the event says under which it began.
    let arm_of_event = |row: i64, subject: i64| match &at_start {
        None => arm_of_subject.get(&subject).copied(),
        Some((_, texts)) => {
            let arm = texts.get(&row).and_then(|text| read.arms.iter().position(|arm| arm == text))?;
            groups.contains(&(subject, arm)).then_some(arm)
        }
    };
    let (mut examined, mut events, mut outside, mut unplaced) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut open: Vec<Vec<RecordOf>> = vec![Vec::new(); classes.len() + 1];
    let (mut uncoded, mut not_final) = (Vec::new(), Vec::new());
    for (row, subject) in engine.subject_of(dataset) {
        let arm = arm_of_event(row, subject);
        if let Some(arm) = arm {
            examined.push((row, arm));
        }
        match (counted_events.truth.get(&row).copied().flatten(), arm) {
            (Some(true), Some(arm)) => {
                if coding.as_ref().is_some_and(|coding| coding.truth.get(&row) != Some(&Some(true))) {
                    not_final.push((row, subject));
                }
                if !soc_text.contains_key(&row) || !term_text.contains_key(&row) {
                    uncoded.push((row, subject));
                }
                let coded = |texts: &BTreeMap<i64, String>| texts.get(&row).map_or(UNCODED, String::as_str).to_owned();
                let (soc, term) = (coded(&soc_text), coded(&term_text));
                let truth: Vec<Option<bool>> =
                    classes.iter().map(|one| one.truth.get(&row).copied().flatten()).collect();
                for (at, _) in truth.iter().enumerate().filter(|(_, truth)| truth.is_none()) {
                    open[at].push((row, subject));
                }
                let truth = truth.iter().enumerate().map(|(at, truth)| truth.unwrap_or(at == RELATED)).collect();
                events.push(AeEvent { row, subject, arm, soc, term, classes: truth });
            }
            (Some(true), None) if arm_of_subject.contains_key(&subject) => unplaced.push((row, subject)),
            (Some(true), None) => outside.push((row, subject)),
            (None, Some(_)) => open[classes.len()].push((row, subject)),
            _ => {}
        }
    }
    (read.examined, read.events, read.outside) = (examined, events, outside);
    if let Some((variable, _)) = at_start.filter(|_| !unplaced.is_empty()) {
        let n = counted(unplaced.len(), "adverse event");
        let message = format!("{n} began under no treatment that the subject received");
        let found = sink.error(&POP_005, safety.set.place.clone(), message);
        for (place, text) in reader.name(&unplaced, &[variable]) {
            found.label(place, text);
        }
        found.hint(
            "`safety.treatment` holds the ids of study.yaml's treatments; an event belongs to the last one begun",
        );
    }
    reader.warn_open(&classes, &counted_events, &open, sink);
    reader.report_coding(
        &uncoded,
        &format!("without preferred term or system organ class counted as `{UNCODED}`"),
        &[term, soc],
        &safety.term.place,
        sink,
    );
    if let Some(coding) = &coding {
        reader.report_coding(&not_final, "whose coding is not final", &coding.class.reads, &coding.place, sink);
    }
    sink.check(mark)?;
    Ok(read)
}

/// The variable with the treatment at the start of an event, where the set is by treatment.
fn treatment(
    reader: &Reader<'_>,
    set: &EvaluatedSet,
    safety: &SafetySpec,
    sink: &mut Diagnostics,
) -> Option<VariableId> {
    match (set.basis == ArmBasis::Treatment, &safety.treatment) {
        (true, Some(name)) => reader.variable(name, sink).ok(),
        (true, None) => {
            sink.error(&CFG_005, safety.set.place.clone(), format!("`{}` is by treatment", set.id))
                .hint("`safety.treatment` names the variable with the treatment at the start of an event");
            None
        }
        (false, Some(name)) => {
            sink.error(&CFG_005, name.place.clone(), format!("`{}` is not by treatment", set.id))
                .hint("leave out `treatment`, or give the set `arm: treatment`");
            None
        }
        (false, None) => None,
    }
}

type RecordOf = (i64, i64);

/// A condition over events, evaluated.
struct Condition {
    class: AeClass,
    truth: BTreeMap<i64, Option<bool>>,
    place: Place,
}

struct Reader<'a> {
    engine: &'a Engine,
    dataset: DatasetId,
}

impl Reader<'_> {
    fn condition(&self, id: &str, label: &str, sql: &At<String>, sink: &mut Diagnostics) -> Result<Condition, Stop> {
        let expression = self.engine.compile(self.dataset, sql, sink)?;
        let truth = self.engine.truth(&expression, sink)?.into_iter().collect();
        let class = AeClass { id: id.to_owned(), rule: rule(label, sql), reads: expression.reads.clone() };
        Ok(Condition { class, truth, place: sql.place.clone() })
    }

    fn variable(&self, name: &At<String>, sink: &mut Diagnostics) -> Result<VariableId, Stop> {
        if let Some(meta) = self.engine.catalog().find_variable(self.dataset, name) {
            return Ok(meta.id);
        }
        let dataset = self.engine.catalog().dataset(self.dataset);
        Err(sink
            .error(&CFG_003, name.place.clone(), format!("{} has no variable `{}`", dataset.name, **name))
            .hint(suggest::did_you_mean(name, dataset.variables.keys().map(String::as_str)))
            .stop())
    }

    /// The texts of a variable that are not missing.
    fn texts(&self, variable: VariableId) -> BTreeMap<i64, String> {
        let texts = self.engine.column(variable).into_iter().map(|(row, value)| (row, value.shown()));
        texts.filter(|(_, text)| !text.trim().is_empty()).collect()
    }

    fn name(&self, records: &[RecordOf], reads: &[VariableId]) -> Vec<(Place, String)> {
        let cells = |(row, subject): &RecordOf| {
            deciding_cells(self.engine, *subject, RecordId { dataset: self.dataset, row: *row }, reads)
        };
        records.iter().take(NAMED).map(cells).collect()
    }

    fn warn_open(
        &self,
        classes: &[Condition],
        counted_events: &Condition,
        open: &[Vec<RecordOf>],
        sink: &mut Diagnostics,
    ) {
        for (at, (condition, records)) in classes.iter().chain([counted_events]).zip(open).enumerate() {
            if records.is_empty() {
                continue;
            }
            let n = counted(records.len(), "adverse event");
            let found = if at == classes.len() {
                let message = format!("{n} not counted: `{}` is neither true nor false", condition.class.rule);
                sink.note(&POP_004, condition.place.clone(), message)
            } else {
                let taken = if at == RELATED { "counted as related" } else { "not counted here" };
                let message = format!("{n} {taken}: `{}` is neither true nor false", condition.class.rule);
                sink.warning(&POP_004, condition.place.clone(), message)
            };
            for (place, text) in self.name(records, &condition.class.reads) {
                found.label(place, text);
            }
            found.hint("say in the condition what a missing value means, for example with `coalesce`");
        }
    }

    /// Warns of counted events whose coding is not what it must be in the end.
    fn report_coding(
        &self,
        events: &[RecordOf],
        what: &str,
        reads: &[VariableId],
        place: &Place,
        sink: &mut Diagnostics,
    ) {
        if events.is_empty() {
            return;
        }
        let found = sink.warning(&POP_006, place.clone(), format!("{} {what}", counted(events.len(), "adverse event")));
        for (place, text) in self.name(events, reads) {
            found.label(place, text);
        }
        if events.len() > NAMED {
            found.hint(format!("{} more are not named here", events.len() - NAMED));
        }
        found.hint("have the events coded and lock again; a final run wants every counted event finally coded");
    }
}
