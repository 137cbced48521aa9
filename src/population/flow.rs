//! Participant flow (CONSORT): every number is a set of subjects, and the sets must add up.
//!
//! Equations, checked as set identities (POP-003): assessed = excluded ⊎ randomised; excluded = ⊎ reasons;
//! allocated = received ⊎ not received; received = completed ⊎ discontinued treatment; allocated = ⊎ ends;
//! allocated = analysed ⊎ not analysed, with one reason for each who was not (CONSORT 2025, items 22a, 22b and 26).

use indexmap::IndexMap;

use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::data::catalog::VariableId;
use crate::data::engine::Engine;
use crate::results::{Attestation, LeftOut, ResultKey, ResultSink};
use crate::spec::Spec;
use crate::spec::analysis::EndCategory;

use super::analysis_set::AnalysisSets;
use super::condition::{SubjectCondition, Subjects};
use super::flow_evaluate;
use super::flow_store;
use super::partition::Part;

/// A stage of the flow below randomisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageId {
    /// Allocated, received, did not receive.
    Allocation,
    /// Completed or discontinued the intervention.
    Treatment,
    /// Completed or left the study, or is still in it.
    FollowUp,
    /// Analysed or not.
    Analysis,
}

/// The participant flow as addresses of numbers, before any format.
#[derive(Clone, Debug)]
pub struct ParticipantFlow {
    /// Assessed for eligibility; no arms.
    pub assessed: FlowCategory,
    /// Excluded before randomisation, with reasons; no arms.
    pub excluded: FlowCategory,
    /// Randomised; no arms.
    pub randomised: FlowCategory,
    /// What follows, in order; a stage without data (treatment, analysis) is left out.
    pub stages: Vec<FlowStage>,
}

impl ParticipantFlow {
    /// The category of this id below randomisation, such as `received` or `left_study`.
    #[must_use]
    pub fn category(&self, id: &str) -> Option<&FlowCategory> {
        self.stages.iter().flat_map(|stage| &stage.categories).find(|category| category.id == id)
    }
}

/// One stage with its categories in order.
#[derive(Clone, Debug)]
pub struct FlowStage {
    /// Which stage.
    pub id: StageId,
    /// Its categories; the first of `Allocation` is `allocated`.
    pub categories: Vec<FlowCategory>,
}

/// A number of the flow with its arms and reasons.
#[derive(Clone, Debug)]
pub struct FlowCategory {
    /// The statistic of its keys (`received`), or for a reason the level of the factor `reason`.
    pub id: String,
    /// Words for people.
    pub label: String,
    /// Kind of end, for reasons of leaving the study.
    pub end: Option<EndCategory>,
    /// The number over all arms.
    pub total: ResultKey,
    /// The number of each arm, in the order of columns; empty before randomisation.
    pub by_arm: IndexMap<String, ResultKey>,
    /// The same subjects by reason, in order.
    pub reasons: Vec<FlowCategory>,
}

/// A category as a set of subjects, before it is stored.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    pub id: String,
    pub label: String,
    pub end: Option<EndCategory>,
    pub members: Subjects,
    pub reads: Vec<VariableId>,
    pub rule: String,
    pub left_out: Vec<LeftOut>,
    pub attested: Option<(u64, Attestation)>,
    pub place: Place,
    pub reasons: Vec<Group>,
}

impl Group {
    pub(super) fn of(id: &str, label: &str, members: Subjects, condition: &SubjectCondition) -> Self {
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            members,
            reads: condition.reads.clone(),
            rule: condition.rule(),
            place: condition.place.clone(),
            ..Self::default()
        }
    }

    /// Those of `whole` who are not in this group.
    pub(super) fn complement(&self, id: &str, label: &str, whole: &Subjects) -> Self {
        Self {
            id: id.to_owned(),
            label: label.to_owned(),
            members: whole.difference(&self.members).copied().collect(),
            reads: self.reads.clone(),
            rule: format!("not {}", self.rule),
            place: self.place.clone(),
            ..Self::default()
        }
    }

    pub(super) fn part(&self) -> Part {
        Part { label: self.label.clone(), members: self.members.clone(), reads: self.reads.clone(), place: self.place.clone() }
    }
}

/// All groups of the flow.
#[derive(Clone, Debug, Default)]
pub(super) struct FlowGroups {
    pub assessed: Group,
    pub excluded: Group,
    pub randomised: Group,
    pub stages: Vec<(StageId, Vec<Group>)>,
}

/// Who entered the analysis named by `flow.analysed`, and who did not, with reasons.
pub type Analysed<'a> = (&'a [i64], &'a [LeftOut]);

/// Builds the flow, checks its equations as set identities, and stores its numbers.
///
/// Without `analysed` the stage of analysis is left out.
///
/// # Errors
/// [`Stop`] where a condition is wrong, the flow does not add up (POP-003) or randomisation is violated (POP-001,
/// POP-002, POP-005).
pub fn build(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    analysed: Option<Analysed<'_>>,
    sink: &mut Diagnostics,
    results: &mut ResultSink,
) -> Result<ParticipantFlow, Stop> {
    let groups = flow_evaluate::groups(spec, engine, sets, analysed, sink)?;
    let mut by_arm = sets.randomised_by_arm(engine);
    let arms: Vec<(String, Subjects)> =
        spec.study.arms.keys().map(|arm| (arm.clone(), by_arm.remove(arm).unwrap_or_default())).collect();
    Ok(flow_store::store(&groups, &arms, engine.adsl(), &spec.analysis.flow.analysed, results))
}
