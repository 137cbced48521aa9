//! Which p-values have confirmatory meaning: those of the multiplicity scheme, or of the primary analysis.

use crate::methods::margin::conclusion_statistic;
use crate::methods::multiplicity;
use crate::results::ResultKey;
use crate::spec::analysis::{EndpointRole, EndpointSpec};
use crate::spec::multiplicity::{HypothesisSpec, MultiplicitySpec};

use super::Facts;

/// Hypotheses of the scheme with the keys of their raw p-values.
pub(super) fn hypotheses(scheme: &MultiplicitySpec) -> impl Iterator<Item = (&HypothesisSpec, ResultKey)> {
    scheme.hypotheses.iter().filter_map(|h| Some((h, ResultKey::parse(&h.p).ok()?)))
}

/// Whether the p-value of a hypothesis says the same as the scheme: rejected, or not below alpha anyway.
fn confirms(facts: Facts<'_>, scheme: &MultiplicitySpec, hypothesis: &HypothesisSpec, raw: &ResultKey) -> bool {
    let alpha = **scheme.alpha.as_ref().unwrap_or(&facts.spec.analysis.alpha);
    let rejected = facts.store.number(&multiplicity::key("rejected", &hypothesis.id)) == Some(1.0);
    rejected || facts.store.number(raw).is_none_or(|p| p > alpha)
}

/// Whether one p-value of an endpoint is nominal.
pub(super) fn nominal_p(facts: Facts<'_>, endpoint: &EndpointSpec, p: &ResultKey) -> bool {
    let Some(scheme) = &facts.spec.analysis.multiplicity else { return nominal(facts, endpoint) };
    !hypotheses(scheme).any(|(hypothesis, raw)| raw == *p && confirms(facts, scheme, hypothesis, &raw))
}

/// Whether all p-values of an analysis of an endpoint are nominal.
pub(super) fn nominal_analysis(facts: Facts<'_>, endpoint: &EndpointSpec, analysis: &str) -> bool {
    let Some(scheme) = &facts.spec.analysis.multiplicity else { return nominal(facts, endpoint) };
    !hypotheses(scheme).any(|(hypothesis, raw)| raw.analysis == analysis && confirms(facts, scheme, hypothesis, &raw))
}

/// Whether all p-values of an endpoint are nominal. Without a scheme, what stands before it decides: the endpoints
/// before it in the testing order, else the primary ones.
pub(super) fn nominal(facts: Facts<'_>, endpoint: &EndpointSpec) -> bool {
    let analysis = &facts.spec.analysis;
    if analysis.multiplicity.is_some() {
        return endpoint.analyses.iter().all(|item| nominal_analysis(facts, endpoint, &item.id));
    }
    let order: Vec<&EndpointSpec> =
        analysis.testing_order.iter().filter_map(|id| analysis.endpoints.get(&**id)).collect();
    if !order.is_empty() {
        let position = order.iter().position(|one| std::ptr::eq(*one, endpoint));
        return position.is_none_or(|at| order[..at].iter().any(|before| failed(facts, before)));
    }
    let primary = || analysis.endpoints.values().filter(|e| e.role == EndpointRole::Primary);
    endpoint.role != EndpointRole::Primary && primary().any(|before| failed(facts, before))
}

/// Whether a comparison of an endpoint's main analysis is not significant, does not show what its margin asks, or could
/// not be tested.
fn failed(facts: Facts<'_>, endpoint: &EndpointSpec) -> bool {
    let Some(item) = endpoint.analyses.first() else { return false };
    let Some(main) = facts.analyses.by_id.get(&item.id.value) else { return false };
    main.input.comparisons.iter().any(|comparison| {
        let number = |statistic: &str| {
            let key = ResultKey::new(&main.input.id, statistic).with("arm", main.input.compared(*comparison));
            facts.store.number(&key)
        };
        match &item.margin {
            Some(margin) => number(conclusion_statistic(*margin.kind)) != Some(1.0),
            None => number("p").is_none_or(|p| p >= *facts.spec.analysis.alpha),
        }
    })
}

/// The footnote that says what nominal means.
pub(super) fn note(facts: Facts<'_>, endpoint: &EndpointSpec) -> Option<&'static str> {
    if facts.spec.analysis.multiplicity.is_some() {
        let any = endpoint.analyses.iter().any(|item| nominal_analysis(facts, endpoint, &item.id));
        return any.then_some(
            "p nominal: outside the multiple test procedure, or not rejected by it; without confirmatory meaning.",
        );
    }
    nominal(facts, endpoint).then_some(
        "An endpoint tested before this one did not reach significance, or this one is outside the order of testing: p-values here are nominal, without confirmatory meaning.",
    )
}
