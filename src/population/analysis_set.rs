//! Analysis sets: who counts in each, in which arm, and why everyone else does not.

use std::collections::BTreeMap;

use indexmap::IndexMap;

use crate::base::codes::{CFG_003, CFG_005, POP_004, POP_005};
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::catalog::VariableId;
use crate::data::engine::Engine;
use crate::results::{LeftOut, Lineage, ResultKey, ResultSink};
use crate::spec::Spec;
use crate::spec::analysis::{AnalysisSetSpec, ArmBasis};

use super::condition::{NAMED, SubjectCondition, Subjects, counted, everyone, subject_cells};
use super::count::{self, Stored, TOTAL};

/// A subject of an analysis set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Row of the subject table.
    pub subject: i64,
    /// Arm id, as randomised or as treated, or a treatment received.
    pub arm: String,
    /// In a set by treatment: the arm as randomised, which is a sequence of treatments.
    pub sequence: Option<String>,
}

/// Subjects left out of a set for one reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExclusionReason {
    /// Id of the criterion; with `_undetermined` where a value it needs is missing.
    pub id: String,
    /// Words for people.
    pub label: String,
    /// The criterion with its words.
    pub rule: String,
    /// The variables it reads.
    pub variables: Vec<VariableId>,
    /// Rows of the subject table, ascending.
    pub subjects: Vec<i64>,
}

/// An analysis set, evaluated. Every subject is either a member or left out with one reason.
#[derive(Clone, Debug)]
pub struct EvaluatedSet {
    /// Its id.
    pub id: String,
    /// Words for people.
    pub label: String,
    /// How subjects are grouped.
    pub basis: ArmBasis,
    /// Subjects in it, ascending; in a set by treatment once for each treatment received.
    pub members: Vec<Member>,
    /// Everyone else, ascending, those never randomised among them.
    pub left_out: Vec<LeftOut>,
    /// The same by reason, in the order of the criteria.
    pub reasons: Vec<ExclusionReason>,
    /// The variables that decide membership and arm.
    pub variables: Vec<VariableId>,
    /// What makes a member: the conditions of all criteria.
    pub rule: String,
}

impl EvaluatedSet {
    /// The arm of a subject in this set, in a set by treatment its sequence; `None` for who is not a member.
    #[must_use]
    pub fn arm_of(&self, subject: i64) -> Option<&str> {
        let at = self.members.binary_search_by_key(&subject, |member| member.subject).ok()?;
        let member = &self.members[at];
        Some(member.sequence.as_deref().unwrap_or(&member.arm))
    }

    /// The members of an arm or treatment, or of all with `total`, each once.
    pub fn in_arm(&self, arm: &str) -> impl Iterator<Item = i64> {
        let is_in = move |member: &Member| {
            arm == TOTAL || member.arm == arm || member.sequence.as_deref().is_some_and(|sequence| sequence == arm)
        };
        let mut last = None;
        self.members.iter().filter(move |member| is_in(member)).map(|member| member.subject).filter(move |subject| {
            let is_new = last != Some(*subject);
            last = Some(*subject);
            is_new
        })
    }

    /// What its subjects are counted by: arms, in a set by treatment the treatments as well, and `total`.
    #[must_use]
    pub fn columns(&self, spec: &Spec) -> Vec<String> {
        let mut columns = arm_columns(spec);
        if self.basis == ArmBasis::Treatment {
            let at = columns.len() - 1;
            columns.splice(at..at, spec.study.treatments.keys().cloned());
        }
        columns
    }

    /// The address of the number of subjects of an arm (or `total`) in this set.
    #[must_use]
    pub fn n_key(&self, arm: &str) -> ResultKey {
        ResultKey::new("set", "n").with("arm", arm).with("set", self.id.as_str())
    }

    /// That address with the number, as denominator.
    #[must_use]
    pub fn n(&self, arm: &str) -> Stored {
        Stored { key: self.n_key(arm), n: self.in_arm(arm).count() as u64 }
    }
}

/// All analysis sets of a study, and who was randomised.
#[derive(Clone, Debug)]
pub struct AnalysisSets {
    sets: IndexMap<String, EvaluatedSet>,
    /// Who was randomised (`flow.randomised`), evaluated once.
    pub randomised: SubjectCondition,
}

impl AnalysisSets {
    /// The set of an id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&EvaluatedSet> {
        self.sets.get(id)
    }

    /// All sets in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &EvaluatedSet> {
        self.sets.values()
    }

    /// Rows of the subjects randomised, by planned arm; those without an arm under the empty id.
    #[must_use]
    pub fn randomised_by_arm(&self, engine: &Engine) -> BTreeMap<String, Subjects> {
        let mut by_arm: BTreeMap<String, Subjects> = BTreeMap::new();
        for subject in engine.subjects() {
            if self.randomised.of(subject.row) == Some(true) {
                by_arm.entry(subject.planned.clone().unwrap_or_default()).or_default().insert(subject.row);
            }
        }
        by_arm
    }
}

/// Arm ids of study.yaml in the order of columns, with `total` at the end.
#[must_use]
pub fn arm_columns(spec: &Spec) -> Vec<String> {
    spec.study.arms.keys().cloned().chain([TOTAL.to_owned()]).collect()
}

/// Evaluates every analysis set: the first criterion that is not true is the subject's reason.
///
/// A criterion that is neither true nor false leaves the subject out and is warned of (POP-004); a member without
/// an arm is an error (POP-005).
///
/// # Errors
/// [`Stop`] where a condition is wrong or a member has no arm.
pub fn evaluate(spec: &Spec, engine: &Engine, sink: &mut Diagnostics) -> Result<AnalysisSets, Stop> {
    let mark = sink.mark();
    let randomised =
        SubjectCondition::evaluate(engine, "randomised", "Randomised", &spec.analysis.flow.randomised, sink);
    let mut sets = IndexMap::new();
    for (id, declared) in &spec.analysis.analysis_sets {
        if let Ok(set) = evaluate_set(spec, engine, id, declared, sink) {
            sets.insert(id.clone(), set);
        }
    }
    sink.check(mark)?;
    Ok(AnalysisSets { sets, randomised: randomised? })
}

fn evaluate_set(
    spec: &Spec,
    engine: &Engine,
    id: &str,
    declared: &AnalysisSetSpec,
    sink: &mut Diagnostics,
) -> Result<EvaluatedSet, Stop> {
    let mark = sink.mark();
    let mut criteria = Vec::new();
    for criterion in &declared.criteria {
        if let Ok(condition) =
            SubjectCondition::evaluate(engine, &criterion.id, &criterion.label, &criterion.condition, sink)
        {
            criteria.push(condition);
        }
    }
    let treatments = received(spec, engine, id, declared, sink);
    sink.check(mark)?;
    let verdicts = classify(&everyone(engine), &criteria);
    let arm_variable = match declared.arm {
        // A sequence is what a subject was randomised to.
        ArmBasis::Planned | ArmBasis::Treatment => &spec.data.subject.arm.planned,
        ArmBasis::Actual => &spec.data.subject.arm.actual,
    };
    let arm_reads: Vec<VariableId> =
        engine.catalog().find_variable(engine.adsl(), arm_variable).map(|meta| meta.id).into_iter().collect();
    let mut set = EvaluatedSet {
        id: id.to_owned(),
        label: declared.label.clone(),
        basis: declared.arm,
        members: Vec::new(),
        left_out: Vec::new(),
        reasons: reasons(&criteria, &verdicts),
        variables: criteria
            .iter()
            .chain(&treatments)
            .flat_map(|c| c.reads.iter().copied())
            .chain(arm_reads.iter().copied())
            .collect(),
        rule: set_rule(declared, &criteria),
    };
    set.variables.sort_unstable();
    set.variables.dedup();
    warn_undetermined(engine, &set, &criteria, sink);
    let mut armless = Vec::new();
    for (subject, verdict) in engine.subjects().iter().zip(&verdicts) {
        let arm = match declared.arm {
            ArmBasis::Planned | ArmBasis::Treatment => subject.planned.as_ref(),
            ArmBasis::Actual => subject.actual.as_ref(),
        };
        match (verdict, arm.filter(|arm| spec.study.arms.contains_key(arm.as_str()))) {
            (Verdict::In, Some(sequence)) if declared.arm == ArmBasis::Treatment => {
                let given = treatments.iter().filter(|treatment| treatment.of(subject.row) == Some(true));
                let member = |treatment: &SubjectCondition| Member {
                    subject: subject.row,
                    arm: treatment.id.clone(),
                    sequence: Some(sequence.clone()),
                };
                let before = set.members.len();
                set.members.extend(given.map(member));
                if set.members.len() == before {
                    set.left_out.push(LeftOut { subject: subject.row, reason: NO_TREATMENT.to_owned() });
                }
            }
            (Verdict::In, Some(arm)) => {
                set.members.push(Member { subject: subject.row, arm: arm.clone(), sequence: None });
            }
            (Verdict::In, None) => armless.push(subject.row),
            (Verdict::Fails(at), _) => {
                set.left_out.push(LeftOut { subject: subject.row, reason: criteria[*at].label.clone() })
            }
            (Verdict::Undetermined(at), _) => {
                set.left_out.push(LeftOut { subject: subject.row, reason: undetermined(&criteria[*at].label) });
            }
        }
    }
    if !armless.is_empty() {
        let message = format!(
            "{} of analysis set `{id}` without {} arm",
            counted(armless.len(), "subject"),
            if declared.arm == ArmBasis::Planned { "a planned" } else { "an actual" }
        );
        let found = sink.error(&POP_005, arm_variable.place.clone(), message);
        for subject in armless.iter().take(NAMED) {
            let (cell, text) = subject_cells(engine, *subject, &arm_reads);
            found.label(cell, text);
        }
        found.hint("add a criterion that leaves such subjects out, or have the arm corrected");
    }
    sink.check(mark)?;
    Ok(set)
}

/// Why a member of no group is left out of a set by treatment.
const NO_TREATMENT: &str = "received none of the treatments";

/// Who received each treatment of a set by treatment, in the order of study.yaml.
fn received(
    spec: &Spec,
    engine: &Engine,
    id: &str,
    declared: &AnalysisSetSpec,
    sink: &mut Diagnostics,
) -> Vec<SubjectCondition> {
    let known = spec.study.group_ids(ArmBasis::Treatment);
    for (treatment, condition) in declared.treatments.iter().filter(|(one, _)| !known.contains(&one.as_str())) {
        sink.error(&CFG_003, condition.place.clone(), format!("study.yaml has no treatment `{treatment}`"))
            .hint(did_you_mean(treatment, known.iter().copied()));
    }
    if declared.arm != ArmBasis::Treatment {
        for condition in declared.treatments.values().take(1) {
            sink.error(&CFG_005, condition.place.clone(), format!("`{id}` does not group by treatment"))
                .hint("`treatments` goes with `arm: treatment`");
        }
        return Vec::new();
    }
    let mut found = Vec::new();
    for treatment in known {
        let Some(condition) = declared.treatments.get(treatment) else {
            sink.error(&CFG_005, Place::Nowhere, format!("`{id}` does not say who received `{treatment}`"))
                .hint(format!("add `{treatment}: \"CONDITION\"` to its `treatments`"));
            continue;
        };
        found.extend(SubjectCondition::evaluate(engine, treatment, spec.study.label(treatment), condition, sink));
    }
    found
}

/// What the criteria say of a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// All criteria hold.
    In,
    /// This criterion is the first that does not hold.
    Fails(usize),
    /// This criterion is the first that does not hold, because a value is missing.
    Undetermined(usize),
}

/// The verdict for each subject; the first criterion that is not true decides.
fn classify(subjects: &Subjects, criteria: &[SubjectCondition]) -> Vec<Verdict> {
    let verdict = |subject: i64| {
        for (at, criterion) in criteria.iter().enumerate() {
            match criterion.of(subject) {
                Some(true) => {}
                Some(false) => return Verdict::Fails(at),
                None => return Verdict::Undetermined(at),
            }
        }
        Verdict::In
    };
    subjects.iter().map(|subject| verdict(*subject)).collect()
}

/// Groups the left-out subjects (rows are positions plus one) by reason, in the order of the criteria.
fn reasons(criteria: &[SubjectCondition], verdicts: &[Verdict]) -> Vec<ExclusionReason> {
    let rows = |wanted: Verdict| -> Vec<i64> {
        (1i64..).zip(verdicts).filter(|(_, verdict)| **verdict == wanted).map(|(row, _)| row).collect()
    };
    let mut found = Vec::new();
    for (at, criterion) in criteria.iter().enumerate() {
        found.push(ExclusionReason {
            id: criterion.id.clone(),
            label: criterion.label.clone(),
            rule: format!("{}: not ({})", criterion.label, criterion.sql),
            variables: criterion.reads.clone(),
            subjects: rows(Verdict::Fails(at)),
        });
        let unknown = rows(Verdict::Undetermined(at));
        if !unknown.is_empty() {
            found.push(ExclusionReason {
                id: format!("{}_undetermined", criterion.id),
                label: undetermined(&criterion.label),
                rule: format!("{}: {}", undetermined(&criterion.label), criterion.sql),
                variables: criterion.reads.clone(),
                subjects: unknown,
            });
        }
    }
    found
}

fn undetermined(label: &str) -> String {
    format!("{label} (cannot be determined)")
}

fn set_rule(declared: &AnalysisSetSpec, criteria: &[SubjectCondition]) -> String {
    // The label of a criterion says what its failing means, so a member is described by the conditions alone.
    let conditions: Vec<&str> = criteria.iter().map(|criterion| criterion.sql.as_str()).collect();
    let basis = match declared.arm {
        ArmBasis::Planned => "as randomised",
        ArmBasis::Actual => "as treated",
        ArmBasis::Treatment => "by the treatments received",
    };
    format!("{} ({basis}): {}", declared.label, conditions.join(" and "))
}

fn warn_undetermined(engine: &Engine, set: &EvaluatedSet, criteria: &[SubjectCondition], sink: &mut Diagnostics) {
    for reason in &set.reasons {
        let Some(criterion) = criteria.iter().find(|c| reason.id.strip_suffix("_undetermined") == Some(&c.id)) else {
            continue;
        };
        let message = format!(
            "{} left out of `{}`: `{}` is neither true nor false",
            counted(reason.subjects.len(), "subject"),
            set.id,
            criterion.sql
        );
        let found = sink.warning(&POP_004, criterion.place.clone(), message);
        for subject in reason.subjects.iter().take(NAMED) {
            let (cell, text) = subject_cells(engine, *subject, &criterion.reads);
            found.label(cell, text);
        }
        if reason.subjects.len() > NAMED {
            found.label(Place::Nowhere, format!("and {} more", reason.subjects.len() - NAMED));
        }
        found.hint("say in the condition what a missing value means, for example with `IS NOT NULL AND` or `coalesce`");
    }
}

/// Stores `set:n`, `set:pct` (of those randomised in the arm) and `set:left_out` for each arm and `total`.
///
/// Left-out subjects are counted in the arm they were randomised to; those never randomised are in no arm and only
/// in `set:left_out[reason,set]` without arm, which counts everyone.
pub fn store(sets: &AnalysisSets, spec: &Spec, engine: &Engine, results: &mut ResultSink) {
    let by_arm = sets.randomised_by_arm(engine);
    let all_randomised: Subjects = by_arm.values().flatten().copied().collect();
    let everyone = everyone(engine);
    let nobody = Subjects::new();
    let adsl = engine.adsl();
    for set in sets.iter() {
        for arm in set.columns(spec) {
            // Nobody is randomised to one treatment of a crossover.
            let of_all = arm == TOTAL || spec.study.treatments.contains_key(&arm);
            let randomised = if of_all { &all_randomised } else { by_arm.get(&arm).unwrap_or(&nobody) };
            let members: Subjects = set.in_arm(&arm).collect();
            let looked_at = if of_all { &everyone } else { randomised };
            let evidence = count::intern(results, adsl, looked_at.union(&members).copied());
            let records = count::intern(results, adsl, members.iter().copied());
            let left_out = set.left_out.iter().filter(|one| looked_at.contains(&one.subject)).cloned().collect();
            let lineage = Lineage::of(records)
                .evidence(evidence)
                .left_out(left_out)
                .variables(set.variables.iter().copied())
                .rule(set.rule.as_str());
            let n = count::count(results, set.n_key(&arm), lineage.clone());
            let allocated = Stored {
                key: ResultKey::new("flow", "allocated").with("arm", if of_all { TOTAL } else { arm.as_str() }),
                n: randomised.len() as u64,
            };
            count::percent(results, n.key.statistic("pct"), &n, &allocated, lineage);
            for reason in &set.reasons {
                store_left_out(set, reason, Some(&arm), randomised, adsl, results);
            }
        }
        for reason in &set.reasons {
            store_left_out(set, reason, None, &everyone, adsl, results);
        }
    }
}

fn store_left_out(
    set: &EvaluatedSet,
    reason: &ExclusionReason,
    arm: Option<&str>,
    among: &Subjects,
    adsl: crate::data::catalog::DatasetId,
    results: &mut ResultSink,
) {
    let records = count::intern(results, adsl, reason.subjects.iter().copied().filter(|s| among.contains(s)));
    let evidence = count::intern(results, adsl, among.iter().copied());
    let mut key = ResultKey::new("set", "left_out").with("reason", reason.id.as_str()).with("set", set.id.as_str());
    if let Some(arm) = arm {
        key = key.with("arm", arm);
    }
    let lineage =
        Lineage::of(records).evidence(evidence).variables(reason.variables.iter().copied()).rule(reason.rule.as_str());
    results.count(key, lineage);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn condition(id: &str, truth: &[Option<bool>]) -> SubjectCondition {
        SubjectCondition {
            id: id.to_owned(),
            label: format!("Was {id}"),
            truth: truth.to_vec(),
            reads: vec![VariableId(7)],
            sql: format!("{id} = 'Y'"),
            place: Place::Nowhere,
        }
    }

    #[test]
    fn the_first_criterion_that_is_not_true_is_the_reason() {
        let randomised = condition("randomised", &[Some(true), Some(false), Some(true), Some(true)]);
        let treated = condition("treated", &[Some(true), Some(false), None, Some(false)]);
        let criteria = [randomised, treated];
        let verdicts = classify(&(1..=4).collect(), &criteria);
        assert_eq!(verdicts, [Verdict::In, Verdict::Fails(0), Verdict::Undetermined(1), Verdict::Fails(1)]);
        let found: Vec<(String, Vec<i64>)> =
            reasons(&criteria, &verdicts).into_iter().map(|reason| (reason.id, reason.subjects)).collect();
        assert_eq!(
            found,
            [
                ("randomised".to_owned(), vec![2]),
                ("treated".to_owned(), vec![4]),
                ("treated_undetermined".to_owned(), vec![3]),
            ]
        );
    }

    #[test]
    fn a_missing_value_never_makes_a_member_and_never_loses_a_subject() {
        let criteria = [condition("randomised", &[None, Some(true)])];
        let verdicts = classify(&(1..=2).collect(), &criteria);
        let left: usize = reasons(&criteria, &verdicts).iter().map(|reason| reason.subjects.len()).sum();
        let members = verdicts.iter().filter(|verdict| **verdict == Verdict::In).count();
        assert_eq!((members, left), (1, 1));
    }
}
