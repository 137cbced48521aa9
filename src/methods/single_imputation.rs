//! Single imputation of a parameter at a visit: last, baseline or worst observation carried forward, no response.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::spec::analysis::{
    AnalysisItem, Better, EndpointSpec, ImputationMethod, ImputationSpec, ImputedGaps, ValueKind,
};
use crate::stats::imputation::carried_forward::{
    BaselineUse, Carried, CarryForward, Gaps, Origin, WorseDirection, carry_forward,
};

use super::input::Shape;
use super::measure::{About, Measured};

/// Whether the analysis carries values from visit to visit.
pub(super) fn carries(item: &AnalysisItem) -> bool {
    item.imputation.as_ref().is_some_and(|i| *i.method != ImputationMethod::NonResponder)
}

/// Whether a missing response counts as no response.
pub(super) fn no_response(item: &AnalysisItem) -> bool {
    item.imputation.as_ref().is_some_and(|i| *i.method == ImputationMethod::NonResponder)
}

/// What the rule does, after the words for the method.
pub(super) fn in_words(imputation: &ImputationSpec) -> String {
    let method = match *imputation.method {
        ImputationMethod::Locf => "last observation carried forward",
        ImputationMethod::Bocf => "baseline observation carried forward",
        ImputationMethod::Wocf => "worst observation carried forward",
        ImputationMethod::NonResponder => return "; missing responses count as no response".to_owned(),
    };
    let carried = *imputation.method != ImputationMethod::Bocf && imputation.carry_baseline;
    let baseline = if carried { ", the baseline among them" } else { "" };
    let gaps = match imputation.gaps {
        ImputedGaps::All => "",
        ImputedGaps::Intermittent => ", only where an observation follows",
        ImputedGaps::AfterLast => ", only after the last observation",
    };
    let run = imputation.longest_run.map_or_else(String::new, |n| format!(", at most {n} visits in a row"));
    format!("; missing values: {method}{baseline}{gaps}{run}")
}

/// Reports a rule that does not fit the measure or the method.
pub(super) fn check(
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    shape: Shape,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let Some(imputation) = &item.imputation else { return Ok(()) };
    let measure = &endpoint.measure;
    let (problem, hint) = match *imputation.method {
        ImputationMethod::NonResponder if shape != Shape::Response => {
            ("`non_responder` needs a method for responses", "`locf`, `bocf` and `wocf` are for numbers")
        }
        ImputationMethod::NonResponder => return Ok(()),
        _ if measure.parameter.is_none() || measure.visit.is_none() => {
            ("there is no earlier visit whose value could be carried", "the measure needs `parameter` and `visit`")
        }
        _ if shape == Shape::VisitsToImpute => ("the method imputes on its own", "leave `imputation` out"),
        ImputationMethod::Wocf if measure.better.is_none() => {
            ("`wocf` does not know which values are worse", "give the measure `better`: `higher` or `lower`")
        }
        _ => return Ok(()),
    };
    Err(sink.error(&codes::ANA_001, imputation.method.place.clone(), problem).hint(hint).stop())
}

/// Fills missing visits; the value of the visit analysed names the record it was carried from.
pub(super) fn carry(
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    shape: Shape,
    mut measured: BTreeMap<i64, Measured>,
    mut about: About,
    sink: &mut Diagnostics,
) -> Result<(BTreeMap<i64, Measured>, About), Stop> {
    let Some(imputation) = item.imputation.as_ref().filter(|_| carries(item)) else { return Ok((measured, about)) };
    let measure = &endpoint.measure;
    let last = measure.visit.as_ref().and_then(|visit| about.visits.iter().position(|id| **id == ***visit));
    let Some(last) = last else {
        return Err(sink
            .error(&codes::ANA_001, imputation.method.place.clone(), "the measure's visit is not among the `visits`")
            .hint("values are carried forward to the measure's own visit")
            .stop());
    };
    let how = CarryForward {
        carried: match *imputation.method {
            ImputationMethod::Bocf => Carried::Baseline,
            ImputationMethod::Wocf if measure.better == Some(Better::Higher) => Carried::Worst(WorseDirection::Smaller),
            ImputationMethod::Wocf => Carried::Worst(WorseDirection::Larger),
            _ => Carried::Last,
        },
        baseline: if imputation.carry_baseline { BaselineUse::Included } else { BaselineUse::Excluded },
        gaps: match imputation.gaps {
            ImputedGaps::All => Gaps::All,
            ImputedGaps::Intermittent => Gaps::Intermittent,
            ImputedGaps::AfterLast => Gaps::AfterLast,
        },
        longest_run: imputation.longest_run.and_then(|n| usize::try_from(n).ok()),
    };
    for one in measured.values_mut() {
        // A change is measured from the baseline, so that the baseline carried forward is no change.
        let baseline = one.base.map(|base| if measure.value == ValueKind::Value { base } else { 0.0 });
        let Ok(filled) = carry_forward(baseline, &one.at_visits, how) else { continue };
        if !shape.is_repeated() {
            one.value = filled[last].map(|carry| carry.value);
            one.imputed = filled[last].is_some_and(|carry| carry.origin != Origin::Observed);
            match filled[last].map(|carry| carry.origin) {
                Some(Origin::Observed) => point_to(one, last),
                Some(Origin::Visit(from)) => point_to(one, from),
                Some(Origin::Baseline) => (one.record, one.aval) = (one.base_record.unwrap_or(one.record), one.base),
                None => one.aval = None,
            }
            // Only the record that gave the value is the subject's evidence.
            one.seen.clear();
        } else if filled.iter().flatten().any(|carry| carry.origin != Origin::Observed) {
            one.imputed = true;
            one.value = filled.iter().flatten().next_back().map(|carry| carry.value);
        }
        one.at_visits = filled.iter().map(|carry| carry.map(|c| c.value)).collect();
    }
    about.missing = format!("{}, and none to carry forward", about.missing);
    Ok((measured, about))
}

/// Makes the record of a visit the one that gave the value.
fn point_to(one: &mut Measured, visit: usize) {
    if let Some((record, aval)) = one.seen[visit] {
        (one.record, one.aval) = (record, aval);
    }
}
