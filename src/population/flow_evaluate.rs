//! Evaluates the conditions of the flow into sets of subjects and checks that they add up.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::data::catalog::VariableId;
use crate::data::engine::Engine;
use crate::results::LeftOut;
use crate::spec::Spec;
use crate::spec::analysis::{Criterion, EndCategory};
use crate::spec::at::At;

use super::analysis_set::AnalysisSets;
use super::condition::{SubjectCondition, Subjects, counted, everyone};
use super::flow::{Analysed, FlowGroups, Group, StageId};
use super::flow_attested;
use super::partition::{self, Part};
use super::randomisation;

/// Evaluates every group of the flow.
///
/// # Errors
/// [`Stop`] where a condition is wrong or an equation is violated.
pub(super) fn groups(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    analysed: Option<Analysed<'_>>,
    sink: &mut Diagnostics,
) -> Result<FlowGroups, Stop> {
    Evaluation { spec, engine, sets }.groups(analysed, sink)
}

/// What the groups are evaluated from.
struct Evaluation<'a> {
    spec: &'a Spec,
    engine: &'a Engine,
    sets: &'a AnalysisSets,
}

impl Evaluation<'_> {
    fn groups(&self, analysed: Option<Analysed<'_>>, sink: &mut Diagnostics) -> Result<FlowGroups, Stop> {
        let flow = &self.spec.analysis.flow;
        let mark = sink.mark();
        let whole = everyone(self.engine);
        let condition = &self.sets.randomised;
        self.decided(condition, &whole, sink);
        let randomised = Group::of("randomised", "Randomised", condition.holding(&whole), condition);
        let mut assessed = self.assessed(&whole, sink);
        let mut excluded = randomised.complement("excluded", "Excluded", &assessed.members);
        partition::check(
            self.engine,
            &assessed.label,
            &assessed.members,
            &[excluded.part(), randomised.part()],
            &randomised.place,
            sink,
        );
        let given = flow.excluded.iter().map(reason_of);
        excluded.reasons = self.reasons(&excluded, given, sink);
        if flow.assessed_attested {
            flow_attested::attest(self.spec, &mut assessed, &mut excluded, &randomised, sink);
        }
        let mut stages = Vec::new();
        if let Some((received, allocation)) = self.allocation(&randomised, sink) {
            stages.push((StageId::Allocation, allocation));
            if let Some(treatment) = self.treatment(&received, sink) {
                stages.push((StageId::Treatment, treatment));
            }
        }
        stages.push((StageId::FollowUp, self.follow_up(&randomised, sink)));
        if let Some((subjects, left_out)) = analysed {
            stages.push((StageId::Analysis, self.analysis(&randomised, subjects, left_out, sink)));
        }
        sink.check(mark)?;
        Ok(FlowGroups { assessed, excluded, randomised, stages })
    }

    fn condition(&self, id: &str, label: &str, sql: &At<String>, sink: &mut Diagnostics) -> Option<SubjectCondition> {
        SubjectCondition::evaluate(self.engine, id, label, sql, sink).ok()
    }

    /// Reports subjects for whom a yes-or-no condition is neither.
    fn decided(&self, condition: &SubjectCondition, whole: &Subjects, sink: &mut Diagnostics) {
        let open: Vec<i64> = condition.undetermined(whole).into_iter().collect();
        if !open.is_empty() {
            let message =
                format!("`{}` is neither true nor false for {}", condition.sql, counted(open.len(), "subject"));
            let hint =
                "say in the condition what a missing value means, for example with `IS NOT NULL AND` or `coalesce`";
            partition::report(self.engine, &condition.place, &message, &open, &condition.reads, hint, sink);
        }
    }

    /// One group a reason within `whole`; exactly one must hold for each, where any are declared.
    fn reasons<'c>(
        &self,
        whole: &Group,
        declared: impl Iterator<Item = Reason<'c>>,
        sink: &mut Diagnostics,
    ) -> Vec<Group> {
        let mut groups = Vec::new();
        let mark = sink.mark();
        for (id, label, end, sql) in declared {
            if let Some(condition) = self.condition(id, label, sql, sink) {
                let mut group = Group::of(id, label, condition.holding(&whole.members), &condition);
                group.end = end;
                groups.push(group);
            }
        }
        if !groups.is_empty() && sink.check(mark).is_ok() {
            let parts: Vec<Part> = groups.iter().map(Group::part).collect();
            partition::check(self.engine, &whole.label, &whole.members, &parts, &whole.place, sink);
        }
        groups
    }

    fn assessed(&self, whole: &Subjects, sink: &mut Diagnostics) -> Group {
        let label = "Assessed for eligibility";
        let declared = self.spec.analysis.flow.assessed.as_ref();
        match declared.and_then(|sql| self.condition("assessed", label, sql, sink)) {
            Some(condition) => {
                self.decided(&condition, whole, sink);
                Group::of("assessed", label, condition.holding(whole), &condition)
            }
            None => Group {
                id: "assessed".to_owned(),
                label: label.to_owned(),
                members: whole.clone(),
                rule: format!("{label}: every subject of the subject table"),
                reads: self.key_variables(),
                place: self.sets.randomised.place.clone(),
                ..Group::default()
            },
        }
    }

    /// The variables that name a subject: what a count of everyone rests on.
    fn key_variables(&self) -> Vec<VariableId> {
        let key = self.spec.data.subject.key.iter();
        key.filter_map(|name| self.engine.catalog().find_variable(self.engine.adsl(), name)).map(|v| v.id).collect()
    }

    fn allocation(&self, randomised: &Group, sink: &mut Diagnostics) -> Option<(Group, Vec<Group>)> {
        let flow = &self.spec.analysis.flow;
        let label = "Received allocated intervention";
        let condition = self.condition("received", label, &flow.received, sink)?;
        randomisation::check(self.spec, self.engine, self.sets, &condition, sink);
        self.decided(&condition, &randomised.members, sink);
        let mut allocated = randomised.clone();
        allocated.id = "allocated".to_owned();
        allocated.label = "Allocated to intervention".to_owned();
        let received = Group::of("received", label, condition.holding(&randomised.members), &condition);
        let mut not_received =
            received.complement("not_received", "Did not receive allocated intervention", &randomised.members);
        not_received.reasons = self.reasons(&not_received, flow.not_received.iter().map(reason_of), sink);
        Some((received.clone(), vec![allocated, received, not_received]))
    }

    fn treatment(&self, received: &Group, sink: &mut Diagnostics) -> Option<Vec<Group>> {
        let flow = &self.spec.analysis.flow;
        let label = "Completed intervention";
        let condition = self.condition("completed_treatment", label, flow.completed_treatment.as_ref()?, sink)?;
        self.decided(&condition, &received.members, sink);
        let everyone = everyone(self.engine);
        let completed = Group::of("completed_treatment", label, condition.holding(&everyone), &condition);
        let mut discontinued =
            completed.complement("discontinued_treatment", "Discontinued intervention", &received.members);
        // A subject who completed without having received is outside the whole.
        let parts = [completed.part(), discontinued.part()];
        partition::check(self.engine, &received.label, &received.members, &parts, &completed.place, sink);
        discontinued.reasons = self.reasons(&discontinued, flow.discontinued_treatment.iter().map(reason_of), sink);
        Some(vec![completed, discontinued])
    }

    fn follow_up(&self, randomised: &Group, sink: &mut Diagnostics) -> Vec<Group> {
        let flow = &self.spec.analysis.flow;
        let declared = flow
            .follow_up_end
            .iter()
            .map(|end| (end.id.as_str(), end.label.as_str(), Some(end.category), &end.condition));
        let mut whole = randomised.clone();
        if let Some(first) = flow.follow_up_end.first() {
            whole.place = first.condition.place.clone();
        }
        let ends = self.reasons(&whole, declared, sink);
        let gather = |id: &str, label: &str, belongs: fn(EndCategory) -> bool| {
            let reasons: Vec<Group> = ends.iter().filter(|end| end.end.is_some_and(belongs)).cloned().collect();
            Group {
                id: id.to_owned(),
                label: label.to_owned(),
                members: reasons.iter().flat_map(|end| end.members.iter().copied()).collect(),
                reads: reasons.iter().flat_map(|end| end.reads.iter().copied()).collect(),
                rule: reasons.iter().map(|end| end.rule.as_str()).collect::<Vec<_>>().join("; or "),
                reasons,
                ..Group::default()
            }
        };
        let mut completed = gather("completed_study", "Completed follow-up", |end| end == EndCategory::Completed);
        // A single way of completing is no reason worth a line of its own.
        if completed.reasons.len() == 1 {
            completed.reasons.clear();
        }
        let left = |end| !matches!(end, EndCategory::Completed | EndCategory::Ongoing);
        let left = gather("left_study", "Left the study", left);
        let mut ongoing = gather("ongoing", "Still in the study", |end| end == EndCategory::Ongoing);
        let mut groups = vec![completed, left];
        if !ongoing.reasons.is_empty() {
            ongoing.reasons.clear();
            groups.push(ongoing);
        }
        groups
    }

    fn analysis(
        &self,
        randomised: &Group,
        subjects: &[i64],
        left_out: &[LeftOut],
        sink: &mut Diagnostics,
    ) -> Vec<Group> {
        let id = &self.spec.analysis.flow.analysed;
        let mut by_reason: BTreeMap<&str, Subjects> = BTreeMap::new();
        for one in left_out.iter().filter(|one| randomised.members.contains(&one.subject)) {
            by_reason.entry(&one.reason).or_default().insert(one.subject);
        }
        let mut reasons: Vec<Group> = by_reason
            .into_iter()
            .map(|(reason, members)| Group {
                id: reason.to_owned(),
                label: reason.to_owned(),
                members,
                rule: format!("not in analysis `{id}`: {reason}"),
                place: id.place.clone(),
                ..Group::default()
            })
            .collect();
        reasons.sort_by(|a, b| b.members.len().cmp(&a.members.len()).then_with(|| a.label.cmp(&b.label)));
        let members: Subjects = subjects.iter().copied().collect();
        let not_analysed: Vec<LeftOut> =
            left_out.iter().filter(|one| randomised.members.contains(&one.subject)).cloned().collect();
        let analysed = Group {
            id: "analysed".to_owned(),
            label: "Analysed".to_owned(),
            members,
            rule: format!("analysed in `{id}`"),
            place: id.place.clone(),
            left_out: not_analysed,
            ..Group::default()
        };
        let parts: Vec<Part> = [&analysed].into_iter().chain(&reasons).map(Group::part).collect();
        partition::check(self.engine, "Allocated to intervention", &randomised.members, &parts, &id.place, sink);
        let not_analysed = Group {
            id: "not_analysed".to_owned(),
            label: "Not analysed".to_owned(),
            members: reasons.iter().flat_map(|reason| reason.members.iter().copied()).collect(),
            rule: format!("not analysed in `{id}`"),
            reasons,
            ..Group::default()
        };
        vec![analysed, not_analysed]
    }
}

type Reason<'c> = (&'c str, &'c str, Option<EndCategory>, &'c At<String>);

fn reason_of(criterion: &Criterion) -> Reason<'_> {
    (&criterion.id, &criterion.label, None, &criterion.condition)
}
