//! Reads EudraCT's subject disposition: periods with arms of their own become groups of one flow.

use std::collections::BTreeMap;

use crate::report::registry::{
    Achievement, Arm, ArmProduct, Flow, FlowGroup, Milestone, Period, PeriodDetails, ReasonNotCompleted,
};

use super::eudract::{Lists, flag};
use super::tree::Element;

/// The positions of period and group of each arm's id.
type Arms<'t> = BTreeMap<&'t str, (usize, usize)>;

/// The flow, the arms by their ids, and the ids of the periods.
pub(super) fn read<'t>(of: Element<'t>, lists: &Lists<'_>) -> (Flow, Arms<'t>, Vec<Option<&'t str>>) {
    let mut flow = Flow {
        recruitment: of.text_of("recruitmentDetails"),
        pre_assignment: of.text_of("screeningInformation"),
        ..Flow::default()
    };
    let mut reasons = Vec::new();
    for reason in of.list("reasonsNotCompleted", "reasonNotCompleted") {
        let read = ReasonNotCompleted {
            ctgov: None,
            eudract: lists.term(reason, "type", "reason_not_completed_eudract"),
            words: reason.text_of("otherReason"),
            subjects: Vec::new(),
        };
        reasons.push((reason.attribute("id").unwrap_or_default(), read));
    }
    for name in ["reasonsJoined", "preAssignmentPeriod"] {
        of.child(name).into_iter().for_each(Element::understood_if_empty);
    }
    let mut reader = FlowReader { lists, reasons, groups: Vec::new(), arms: BTreeMap::new() };
    let periods = of.list("postAssignmentPeriods", "postAssignmentPeriod");
    let ids = periods.iter().map(|period| period.attribute("id")).collect();
    flow.periods = periods.into_iter().enumerate().map(|(at, period)| reader.period(at, period)).collect();
    reader.keep_unused_reasons(&mut flow.periods);
    flow.groups = reader.groups;
    for period in &mut flow.periods {
        let lists = [&mut period.started, &mut period.completed, &mut period.not_completed];
        let milestones = period.milestones.iter_mut().map(|milestone| &mut milestone.reached);
        let reasons = period.reasons.iter_mut().map(|reason| &mut reason.subjects);
        for cells in lists.into_iter().chain(milestones).chain(reasons) {
            cells.resize(flow.groups.len(), None);
        }
    }
    (flow, reader.arms, ids)
}

struct FlowReader<'t, 'l> {
    lists: &'l Lists<'l>,
    /// All reasons by their ids, without subjects.
    reasons: Vec<(&'t str, ReasonNotCompleted)>,
    groups: Vec<FlowGroup>,
    arms: Arms<'t>,
}

/// Puts an achievement at the position of a group.
fn put(cells: &mut Vec<Option<Achievement>>, group: usize, achievement: Option<Achievement>) {
    if cells.len() <= group {
        cells.resize(group + 1, None);
    }
    cells[group] = achievement;
}

fn achievement(of: Element<'_>) -> Option<Achievement> {
    let comment = of.text_of("comment");
    Some(Achievement { subjects: of.figure_of("subjects")?, units: None, comment })
}

impl<'t> FlowReader<'t, '_> {
    fn period(&mut self, at: usize, of: Element<'t>) -> Period {
        // Its own two milestones are referred to by every arm.
        let fixed = ["startedMilestone", "completedMilestone"].map(|name| {
            let milestone = of.child(name)?;
            milestone.understood_if_empty();
            milestone.attribute("id")
        });
        let mut milestone_ids = Vec::new();
        let mut milestones = Vec::new();
        for milestone in of.list("otherMilestones", "otherMilestone") {
            if let Some(title) = milestone.text_of("title") {
                milestone_ids.push(milestone.attribute("id").unwrap_or_default());
                milestones.push(Milestone { title, reached: Vec::new(), comment: None });
            }
        }
        let mut period = Period {
            title: of.text_of("title").unwrap_or_else(|| crate::report::registry::Text::new("", of.place())),
            baseline: flag(of, "baselinePeriod"),
            started: Vec::new(),
            completed: Vec::new(),
            not_completed: Vec::new(),
            milestones,
            reasons: Vec::new(),
            details: None,
        };
        let mut details = PeriodDetails {
            exclusive_arms: flag(of, "mutuallyExclusiveArms"),
            subjects: of.figure_of("nonMutualExclusiveArmsNumberOfSubjects"),
            blinded: flag(of, "blinded"),
            blinding: self.lists.term(of, "blindingType", "masking"),
            blinding_implementation: of.text_of("blindingImplementationDetails"),
            blinded_roles: of
                .list("clinicalTrialRoles", "clinicalTrialRole")
                .into_iter()
                .filter_map(|role| self.lists.term_itself(role, "masked_role"))
                .collect(),
            allocation: self.lists.term(of, "allocation", "allocation"),
            arms: Vec::new(),
        };
        let mut used = vec![None; self.reasons.len()];
        for arm in of.list("arms", "arm") {
            let group = self.group(arm, &details.arms);
            if let Some(id) = arm.attribute("id") {
                self.arms.insert(id, (at, group));
            }
            details.arms.push(self.arm(group, arm));
            let lists = [&mut period.started, &mut period.completed];
            let names = ["startedMilestone", "completedMilestone"];
            for ((cells, name), id) in lists.into_iter().zip(names).zip(fixed) {
                let Some(reached) = arm.child(&format!("{name}Achievement")) else { continue };
                refer(reached, &format!("{name}Id"), id);
                put(cells, group, achievement(reached));
            }
            for reached in arm.list("otherMilestoneAchievements", "otherMilestoneAchievement") {
                let id = reached.peek_attribute("otherMilestoneId");
                let Some(at) = milestone_ids.iter().position(|own| Some(*own) == id) else { continue };
                refer(reached, "otherMilestoneId", id);
                put(&mut period.milestones[at].reached, group, achievement(reached));
            }
            for detail in arm.list("notCompletedReasonDetails", "reasonDetail") {
                let id = detail.peek_attribute("reasonNotCompletedId");
                let Some(at) = self.reasons.iter().position(|(own, _)| Some(*own) == id) else { continue };
                refer(detail, "reasonNotCompletedId", id);
                // EudraCT's `extraInfo` has been empty wherever it was seen; words there would be listed.
                detail.child("extraInfo").into_iter().for_each(Element::understood_if_empty);
                put(used[at].get_or_insert_with(Vec::new), group, achievement(detail));
            }
            arm.child("joinedReasonDetails").into_iter().for_each(Element::understood_if_empty);
        }
        for ((_, reason), subjects) in self.reasons.iter().zip(used) {
            period.reasons.extend(subjects.map(|subjects| ReasonNotCompleted { subjects, ..reason.clone() }));
        }
        period.details = Some(details);
        period
    }

    /// The group of an arm: that of an arm of another period with the same words, or a new one.
    fn group(&mut self, of: Element<'t>, taken: &[Arm]) -> usize {
        let title = of.text_of("title").unwrap_or_else(|| crate::report::registry::Text::new("", of.place()));
        let group = FlowGroup { arm: None, title, description: of.text_of("description") };
        let free = |at: &usize| self.groups[*at] == group && taken.iter().all(|arm| arm.group != *at);
        let known = (0..self.groups.len()).find(free);
        known.unwrap_or_else(|| {
            self.groups.push(group);
            self.groups.len() - 1
        })
    }

    fn arm(&self, group: usize, of: Element<'t>) -> Arm {
        let list = |of: Element<'_>, around, item| {
            of.list(around, item).into_iter().map(|term| self.lists.ema_term(term)).collect()
        };
        let product = |of: Element<'_>| ArmProduct {
            name: of.text_of("name"),
            code: of.text_of("code"),
            other_names: of.text_of("otherNames"),
            dose: of.text_of("doseAndAdministrationDetails"),
            forms: list(of, "pharmaceuticalForms", "pharmaceuticalForm"),
            routes: list(of, "routesOfAdministration", "routeOfAdministration"),
        };
        Arm {
            group,
            kind: self.lists.term(of, "type", "arm_type"),
            other_kind: of.text_of("otherType"),
            products: of.list("armProducts", "armProduct").into_iter().map(product).collect(),
        }
    }

    /// Reasons that no arm refers to stand in the first period, without subjects.
    fn keep_unused_reasons(&self, periods: &mut [Period]) {
        let same = |a: &ReasonNotCompleted, b: &ReasonNotCompleted| a.eudract == b.eudract && a.words == b.words;
        let unused: Vec<ReasonNotCompleted> = self
            .reasons
            .iter()
            .filter(|(_, reason)| !periods.iter().flat_map(|period| &period.reasons).any(|used| same(used, reason)))
            .map(|(_, reason)| reason.clone())
            .collect();
        if let Some(first) = periods.first_mut() {
            first.reasons.extend(unused);
        }
    }
}

/// A reference is understood where it leads to the expected element.
fn refer(of: Element<'_>, attribute: &str, to: Option<&str>) {
    if to.is_some() && of.peek_attribute(attribute) == to {
        of.understood_attribute(attribute);
    }
}
