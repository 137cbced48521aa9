//! A condition evaluated once over every subject, with what decided it.

use std::collections::BTreeSet;

pub use crate::base::words::counted;

use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::data::catalog::VariableId;
use crate::data::engine::Engine;
use crate::data::record_set::RecordId;
use crate::spec::at::At;

/// Rows of the subject table.
pub type Subjects = BTreeSet<i64>;

/// A condition over the subject table: one truth a subject, and where it stands.
#[derive(Clone, Debug)]
pub struct SubjectCondition {
    /// Its id, a level of result keys.
    pub id: String,
    /// Words for people.
    pub label: String,
    /// One truth a subject, in the order of the subject table; `None` where a value is missing.
    pub truth: Vec<Option<bool>>,
    /// The subject variables it reads.
    pub reads: Vec<VariableId>,
    /// The condition as configured.
    pub sql: String,
    /// Where it is configured.
    pub place: Place,
}

impl SubjectCondition {
    /// Compiles and evaluates a condition for every subject.
    ///
    /// # Errors
    /// [`Stop`] where it does not compile or fails on a record.
    pub fn evaluate(
        engine: &Engine,
        id: &str,
        label: &str,
        sql: &At<String>,
        sink: &mut Diagnostics,
    ) -> Result<Self, Stop> {
        let expression = engine.compile(engine.adsl(), sql, sink)?;
        let mut truth = vec![None; engine.subjects().len()];
        for (row, value) in engine.truth(&expression, sink)? {
            if let Some(slot) = position(row).and_then(|at| truth.get_mut(at)) {
                *slot = value;
            }
        }
        Ok(Self {
            id: id.to_owned(),
            label: label.to_owned(),
            truth,
            reads: expression.reads.clone(),
            sql: sql.value.clone(),
            place: sql.place.clone(),
        })
    }

    /// The truth for a subject.
    #[must_use]
    pub fn of(&self, subject: i64) -> Option<bool> {
        position(subject).and_then(|at| self.truth.get(at)).copied().flatten()
    }

    /// The subjects of `whole` for whom it holds.
    #[must_use]
    pub fn holding(&self, whole: &Subjects) -> Subjects {
        whole.iter().copied().filter(|subject| self.of(*subject) == Some(true)).collect()
    }

    /// The subjects of `whole` for whom it cannot be determined.
    #[must_use]
    pub fn undetermined(&self, whole: &Subjects) -> Subjects {
        whole.iter().copied().filter(|subject| self.of(*subject).is_none()).collect()
    }

    /// The words and the condition, for lineage.
    #[must_use]
    pub fn rule(&self) -> String {
        rule(&self.label, &self.sql)
    }
}

/// Words and condition in one line.
#[must_use]
pub fn rule(label: &str, sql: &str) -> String {
    if label.is_empty() { sql.to_owned() } else { format!("{label}: {sql}") }
}

fn position(row: i64) -> Option<usize> {
    usize::try_from(row).ok()?.checked_sub(1)
}

/// All rows of the subject table.
#[must_use]
pub fn everyone(engine: &Engine) -> Subjects {
    engine.subjects().iter().map(|subject| subject.row).collect()
}

/// The key of a subject for people, such as USUBJID.
#[must_use]
pub fn subject_key(engine: &Engine, subject: i64) -> &str {
    position(subject).and_then(|at| engine.subjects().get(at)).map_or("?", |subject| subject.key.as_str())
}

/// How many subjects or records one diagnostic names.
pub const NAMED: usize = 10;

/// Where a record's value of each variable stands, and what stands there, for a diagnostic.
///
/// The place is the first cell there is; the text names the subject and every variable with value and cells.
#[must_use]
pub fn deciding_cells(engine: &Engine, subject: i64, record: RecordId, variables: &[VariableId]) -> (Place, String) {
    let mut place = Place::Nowhere;
    let mut said = Vec::new();
    for variable in variables {
        let meta = engine.catalog().variable(*variable);
        let at = if meta.dataset == engine.adsl() { RecordId { dataset: engine.adsl(), row: subject } } else { record };
        if meta.dataset != at.dataset {
            continue;
        }
        let value = engine.value_text(*variable, at.row);
        let shown = if value.is_empty() { "missing".to_owned() } else { format!("`{value}`") };
        let cells = engine.cells(*variable, at);
        if let (Place::Nowhere, Some(cell)) = (&place, cells.first()) {
            place = Place::Cell(cell.clone());
        }
        let cells: Vec<String> = cells.iter().take(3).map(ToString::to_string).collect();
        let origin = if cells.is_empty() { String::new() } else { format!(" ({})", cells.join(", ")) };
        said.push(format!("{} = {shown}{origin}", meta.name));
    }
    (place, format!("subject {}: {}", subject_key(engine, subject), said.join("; ")))
}

/// [`deciding_cells`] of variables of the subject table.
#[must_use]
pub fn subject_cells(engine: &Engine, subject: i64, variables: &[VariableId]) -> (Place, String) {
    deciding_cells(engine, subject, RecordId { dataset: engine.adsl(), row: subject }, variables)
}
