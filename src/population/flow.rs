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
        Part {
            label: self.label.clone(),
            members: self.members.clone(),
            reads: self.reads.clone(),
            place: self.place.clone(),
        }
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

#[cfg(test)]
mod tests {
    use super::super::analysis_set;
    use super::super::test_study::{ANALYSIS, EVENTS, SUBJECTS, assert_counts, errors, open};
    use super::*;
    use crate::results::ResultStore;

    /// Builds the flow of the small study; subjects 1 and 3 are analysed.
    fn flow(
        subjects: &str,
        analysis: &str,
        left_out: &[(i64, &str)],
    ) -> (Result<ParticipantFlow, Stop>, ResultStore, Diagnostics) {
        let (spec, engine, mut sink) = open(subjects, EVENTS, analysis);
        let sets = analysis_set::evaluate(&spec, &engine, &mut sink).unwrap_or_else(|_| panic!("{:#?}", sink.all()));
        let left_out: Vec<LeftOut> = left_out
            .iter()
            .map(|(subject, reason)| LeftOut { subject: *subject, reason: (*reason).to_owned() })
            .collect();
        let mut store = ResultStore::new();
        analysis_set::store(&sets, &spec, &engine, &mut store.sink());
        let flow = build(&spec, &engine, &sets, Some((&[1, 3], &left_out)), &mut sink, &mut store.sink());
        (flow, store, sink)
    }

    const LEFT_OUT: [(i64, &str); 3] = [(2, "died"), (4, "no value"), (5, "not randomised")];

    #[test]
    fn a_flow_that_adds_up() {
        let (flow, store, sink) = flow(SUBJECTS, ANALYSIS, &LEFT_OUT);
        let flow = flow.unwrap_or_else(|_| panic!("{:#?}", sink.all()));
        assert_counts(
            &store,
            &[
                ("flow:assessed", 5),
                ("flow:excluded", 1),
                ("flow:randomised", 4),
                ("flow:allocated[arm=b]", 2),
                ("flow:received[arm=b]", 1),
                ("flow:not_received[arm=b]", 1),
                ("flow:completed_study[arm=total]", 2),
                ("flow:left_study[arm=a,reason=died]", 1),
                ("flow:left_study[arm=a,reason=lost]", 0),
                ("flow:analysed[arm=a]", 1),
                ("flow:not_analysed[arm=a,reason=died]", 1),
                ("flow:not_analysed[arm=total]", 2),
                ("set:n[arm=a,set=saf]", 2),
                ("set:n[arm=total,set=saf]", 3),
                ("set:left_out[arm=b,reason=treated,set=saf]", 1),
                ("set:left_out[arm=total,reason=randomised,set=saf]", 0),
                ("set:left_out[reason=randomised,set=saf]", 1),
            ],
        );
        assert_eq!(store.number(&ResultKey::parse("set:pct[arm=b,set=saf]").expect("a key")), Some(50.0));
        assert_eq!(
            flow.stages.iter().map(|stage| stage.id).collect::<Vec<_>>(),
            [StageId::Allocation, StageId::FollowUp, StageId::Analysis]
        );
    }

    #[test]
    fn overlapping_ends_and_a_missing_end_are_named_with_their_cells() {
        let subjects = SUBJECTS.replace("S3,b,b,Y,Y,LOST", "S3,b,b,Y,Y,").replace("S2,a,a,Y,Y,DIED", "S2,a,a,Y,Y,LOST");
        let analysis =
            ANALYSIS.replace("where: ENDED = 'DIED'}\n    - {id: lost", "where: DIED = 'Y'}\n    - {id: lost");
        let (flow, _, sink) = flow(&subjects, &analysis, &LEFT_OUT);
        assert!(flow.is_err());
        let found = errors(&sink, "POP-003");
        assert_eq!(found.len(), 2, "{found:#?}");
        assert!(found[0].0.contains("`Died` and `Lost to follow-up`"), "{found:#?}");
        assert!(found[0].1[0].contains("subject S2") && found[0].1[0].contains("F3"), "{found:#?}");
        assert!(found[1].0.contains("no category") && found[1].1[0].contains("subject S3"), "{found:#?}");
        assert!(found[1].1[0].contains("missing"), "{found:#?}");
    }

    #[test]
    fn who_is_neither_analysed_nor_left_out_is_named() {
        let (flow, _, sink) = flow(SUBJECTS, ANALYSIS, &[(2, "died")]);
        assert!(flow.is_err());
        let found = errors(&sink, "POP-003");
        assert!(found.len() == 1 && found[0].1[0].contains("subject S4"), "{found:#?}");
    }

    #[test]
    fn treated_and_not_randomised_is_an_error() {
        let subjects = SUBJECTS.replace("S5,,,N,,,N", "S5,,a,N,Y,,N");
        let (flow, _, sink) = flow(&subjects, ANALYSIS, &LEFT_OUT);
        assert!(flow.is_err());
        let found = errors(&sink, "POP-002");
        assert!(found.len() == 1 && found[0].0.contains("S5"), "{found:#?}");
    }

    #[test]
    fn a_missing_value_in_a_yes_or_no_is_not_a_no() {
        let analysis = ANALYSIS.replace("received: coalesce(TRT, 'N') = 'Y'", "received: TRT = 'Y'");
        let subjects = SUBJECTS.replace("S4,b,,Y,N,", "S4,b,,Y,,");
        let (flow, _, sink) = flow(&subjects, &analysis, &LEFT_OUT);
        assert!(flow.is_err());
        assert!(errors(&sink, "POP-003").iter().any(|(message, _)| message.contains("neither true nor false")));
    }
}
