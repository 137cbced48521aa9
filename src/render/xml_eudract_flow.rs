//! EudraCT's subject disposition: each period with its own arms and milestones; reasons are shared by all periods.

use serde_json::{Value as Json, json};

use crate::report::registry::{Achievement, Arm, ArmProduct, Period, PeriodDetails, ReasonNotCompleted, Term};
use crate::spec::registry_terms::Dialect;

use super::xml::{Views, figure, optional_figure, words};
use super::xml_eudract::{code, ema_term, flag};

/// Identifier of a group's arm in a period.
pub(super) fn arm_id(group: usize, period: usize) -> String {
    if period == 0 { format!("Arm-{}", group + 1) } else { format!("Arm-{}-Period-{}", group + 1, period + 1) }
}

/// Identifier of a period.
pub(super) fn period_id(period: usize) -> String {
    format!("Period-{}", period + 1)
}

/// Position of the period that baseline values belong to.
pub(super) fn baseline_period(views: &Views<'_>) -> usize {
    views.record.flow.periods.iter().position(|period| period.baseline == Some(true)).unwrap_or(0)
}

/// Identifier of the arm of a group, in the period given or in that of the baseline; none where it takes no part there.
pub(super) fn arm_of_group(views: &Views<'_>, group: Option<usize>, period: Option<usize>) -> Option<String> {
    let group = group?;
    let takes_part = |at: &usize| {
        views.record.flow.periods.get(*at).is_some_and(|period| arms(period).iter().any(|arm| arm.group == group))
    };
    let first = period.unwrap_or_else(|| baseline_period(views));
    let periods = std::iter::once(first).chain(0..views.record.flow.periods.len());
    periods.into_iter().find(takes_part).map(|at| arm_id(group, at))
}

/// Arms of a period; where only a flow is known, the groups that started it.
fn arms(period: &Period) -> Vec<Arm> {
    let stated = period.details.as_ref().map(|details| details.arms.clone()).unwrap_or_default();
    if !stated.is_empty() {
        return stated;
    }
    let started = period.started.iter().enumerate().filter(|(_, started)| started.is_some());
    started.map(|(group, _)| Arm { group, kind: None, other_kind: None, products: Vec::new() }).collect()
}

/// A reason is one element for all periods that use it: its kind, its words, and which of several such in a period.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Shared<'r> {
    reason: &'r ReasonNotCompleted,
    repeat: usize,
}

impl Shared<'_> {
    fn is_same(self, other: Self) -> bool {
        let names = |reason: &ReasonNotCompleted| (reason.eudract.clone(), reason.ctgov.clone(), reason.words.clone());
        self.repeat == other.repeat && names(self.reason) == names(other.reason)
    }
}

fn shared(period: &Period) -> Vec<Shared<'_>> {
    let mut found: Vec<Shared<'_>> = Vec::new();
    for reason in &period.reasons {
        let first = Shared { reason, repeat: 0 };
        let repeat = found.iter().filter(|known| Shared { repeat: 0, ..**known }.is_same(first)).count();
        found.push(Shared { reason, repeat });
    }
    found
}

/// The module of subject disposition.
pub(super) fn disposition(views: &Views<'_>) -> Json {
    let flow = &views.record.flow;
    let mut reasons: Vec<Shared<'_>> = Vec::new();
    for reason in flow.periods.iter().flat_map(shared) {
        if !reasons.iter().any(|known| known.is_same(reason)) {
            reasons.push(reason);
        }
    }
    let reason_id = |at: usize| format!("ReasonNotCompleted-{}", at + 1);
    let periods = flow.periods.iter().enumerate().map(|(at, of)| {
        let own: Vec<(String, &ReasonNotCompleted)> = shared(of)
            .into_iter()
            .filter_map(|reason| {
                let at = reasons.iter().position(|known| known.is_same(reason))?;
                Some((reason_id(at), reason.reason))
            })
            .collect();
        period(views, at, of, &own)
    });
    json!({
        "recruitment": words(flow.recruitment.as_ref()),
        "screening": words(flow.pre_assignment.as_ref()),
        "periods": periods.collect::<Vec<_>>(),
        "reasons": reasons.iter().enumerate().map(|(at, shared)| reason(views, reason_id(at), shared.reason)).collect::<Vec<_>>(),
    })
}

/// A reason without a code of EudraCT's is `other` with words.
fn reason(views: &Views<'_>, id: String, of: &ReasonNotCompleted) -> Json {
    let code = views.word("reason_not_completed_eudract", of.eudract.as_ref(), Dialect::Eudract);
    let ctgov = views.word("reason_not_completed_ctgov", of.ctgov.as_ref(), Dialect::Prs);
    let instead = if code.is_none() { ctgov.map_or(Json::Null, Json::from) } else { Json::Null };
    // The words of a run belong to ClinicalTrials.gov's `Other` where EudraCT has a code.
    let own = of.words.as_ref().filter(|_| of.ctgov.is_none() || code.is_none_or(|code| code.ends_with(".other")));
    let other = own.map_or(instead, |words| Json::from(words.text.clone()));
    json!({"id": id, "other": other, "code": code.unwrap_or("NOT_COMPLETED_REASON.other")})
}

fn achievement(of: Option<&Achievement>) -> Json {
    of.map_or(Json::Null, |of| json!({"subjects": figure(&of.subjects), "comment": words(of.comment.as_ref())}))
}

fn period(views: &Views<'_>, at: usize, of: &Period, reasons: &[(String, &ReasonNotCompleted)]) -> Json {
    let none = PeriodDetails::default();
    let details = of.details.as_ref().unwrap_or(&none);
    let milestone_id = |milestone: usize| format!("Milestone-{}-{}", at + 1, milestone + 1);
    let cell = |cells: &[Option<Achievement>], group: usize| achievement(cells.get(group).and_then(Option::as_ref));
    let arm = |of_arm: &Arm| {
        let group = views.record.flow.groups.get(of_arm.group);
        let milestones =
            of.milestones.iter().enumerate().map(
                |(at, milestone)| json!({"id": milestone_id(at), "reached": cell(&milestone.reached, of_arm.group)}),
            );
        let reasons =
            reasons.iter().map(|(id, reason)| json!({"id": id, "left": cell(&reason.subjects, of_arm.group)}));
        let (kind, other_kind) = kind_of_arm(views, of_arm);
        json!({
            "id": arm_id(of_arm.group, at),
            "title": words(group.map(|group| &group.title)),
            "description": words(group.and_then(|group| group.description.as_ref())),
            "kind": kind,
            "other_kind": other_kind,
            "products": of_arm.products.iter().map(|of| product(views, of)).collect::<Vec<_>>(),
            "started": cell(&of.started, of_arm.group),
            "completed": cell(&of.completed, of_arm.group),
            "milestones": milestones.filter(|milestone| !milestone["reached"].is_null()).collect::<Vec<_>>(),
            "reasons": reasons.filter(|reason| !reason["left"].is_null()).collect::<Vec<_>>(),
        })
    };
    let roles = details.blinded_roles.iter().filter_map(|role| views.word("masked_role", Some(role), Dialect::Eudract));
    json!({
        "id": period_id(at),
        "completed_id": format!("Completed-{}", at + 1),
        "started_id": format!("Started-{}", at + 1),
        "milestones": of.milestones.iter().enumerate().map(|(at, milestone)| json!({
            "id": milestone_id(at),
            "title": milestone.title.text,
        })).collect::<Vec<_>>(),
        "title": of.title.text,
        "blinding_details": words(details.blinding_implementation.as_ref()),
        "exclusive": flag(details.exclusive_arms),
        "baseline": flag(of.baseline),
        "blinded": flag(details.blinded.or(details.blinding.as_ref().map(|blinding| !blinding.is("open")))),
        "subjects": optional_figure(details.subjects.as_ref()),
        "roles": roles.collect::<Vec<_>>(),
        "blinding": blinding(views, details.blinding.as_ref()),
        "allocation": code(views, "allocation", details.allocation.as_ref()),
        "arms": arms(of).iter().map(arm).collect::<Vec<_>>(),
    })
}

/// EudraCT knows no more than double.
fn blinding(views: &Views<'_>, of: Option<&Term>) -> Json {
    let nearest =
        of.filter(|of| ["triple", "quadruple"].iter().any(|more| of.is(more))).map(|_| Term::listed("double"));
    code(views, "masking", nearest.as_ref().or(of))
}

/// Code of an arm and the words beside `other`; a sham comparator has no code of its own.
fn kind_of_arm(views: &Views<'_>, of: &Arm) -> (Json, Json) {
    let other = words(of.other_kind.as_ref());
    match (views.word("arm_type", of.kind.as_ref(), Dialect::Eudract), &of.kind) {
        (Some(code), _) => (Json::from(code), other),
        (None, Some(kind)) if other.is_null() => {
            let name = views.word("arm_type", Some(kind), Dialect::Prs);
            (Json::from("ARM_TYPE.other"), name.map_or(Json::Null, Json::from))
        }
        (None, _) => (Json::from("ARM_TYPE.other"), other),
    }
}

fn product(views: &Views<'_>, of: &ArmProduct) -> Json {
    let terms = |terms: Vec<Json>| Json::from(terms.into_iter().filter(|term| !term.is_null()).collect::<Vec<_>>());
    let codes = views.codes;
    json!({
        "name": words(of.name.as_ref()),
        "code": words(of.code.as_ref()),
        "other_names": words(of.other_names.as_ref()),
        "dose": words(of.dose.as_ref()),
        "forms": terms(of.forms.iter().map(|of| ema_term(Some(of), |name| codes.dose_form(name).cloned())).collect()),
        "routes": terms(of.routes.iter().map(|of| ema_term(Some(of), |name| codes.route(name).cloned())).collect()),
    })
}
