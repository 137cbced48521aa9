//! Participant flow: groups, periods with their milestones and reasons, and what EudraCT asks of a period.

use crate::base::codes::{REG_018, RPT_004};
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::number::plain;
use crate::report::registry::{
    Achievement, Arm, ArmProduct, Figure, Flow, FlowGroup, Milestone, Period, PeriodDetails, ReasonNotCompleted, Text,
};
use crate::results::{ResultKey, ResultStore};
use crate::spec::study_design::{Epoch, MaskingLevel};
use crate::spec::study_registry::{AnalysisStage, CtgovReason, EudractReason};

use super::input::{KeyPattern, PeriodInput, ReasonInput, RegistryInput};
use super::terms::{arm_kind, term};
use super::trial::text;
use super::{TOTAL, by_arm, ema_term};

pub(super) fn flow(input: &RegistryInput<'_>, store: &ResultStore, sink: &mut Diagnostics) -> Flow {
    let study = input.study;
    let group = |(id, arm): (&String, &crate::spec::study_design::Arm)| FlowGroup {
        arm: Some(id.clone()),
        title: Text::from(&arm.title),
        description: Some(Text::from(&arm.description)),
    };
    if study.epochs.len() != input.periods.len() {
        sink.error(&RPT_004, Place::Nowhere, "study.yaml has another number of epochs than the flow has parts")
            .hint("give each epoch `disposition`, the block of analysis.yaml that counts its subjects");
    }
    let marked = study.epochs.values().position(|epoch| epoch.baseline).unwrap_or(0);
    let periods = study.epochs.values().zip(&input.periods).enumerate();
    Flow {
        recruitment: text(study.conduct.recruitment_details.as_ref()),
        pre_assignment: text(study.conduct.screening_details.as_ref()),
        units: None,
        groups: study.arms.iter().map(group).collect(),
        periods: periods
            .map(|(at, (epoch, counts))| Period {
                title: Text::from(&epoch.title),
                baseline: Some(at == marked),
                started: achieved(&counts.started, input),
                completed: achieved(&counts.completed, input),
                not_completed: Vec::new(),
                milestones: milestones(counts, input),
                reasons: reasons(counts, input, store, sink),
                details: Some(details(epoch, input, sink)),
            })
            .collect(),
    }
}

fn achieved(pattern: &KeyPattern, input: &RegistryInput<'_>) -> Vec<Option<Achievement>> {
    let subjects = |key: ResultKey| Achievement { subjects: Figure::Result(key), units: None, comment: None };
    by_arm(pattern, input).into_iter().map(|key| Some(subjects(key))).collect()
}

fn milestones(counts: &PeriodInput, input: &RegistryInput<'_>) -> Vec<Milestone> {
    let milestone = |(title, pattern): &(String, KeyPattern)| Milestone {
        title: Text::of(title),
        reached: achieved(pattern, input),
        comment: None,
    };
    counts.milestones.iter().map(milestone).collect()
}

fn reasons(
    counts: &PeriodInput,
    input: &RegistryInput<'_>,
    store: &ResultStore,
    sink: &mut Diagnostics,
) -> Vec<ReasonNotCompleted> {
    let mut found: Vec<_> = counts.reasons.iter().filter_map(|one| reason(one, input, store, sink)).collect();
    found.extend(counts.ongoing.as_ref().and_then(|one| ongoing(one, input, store, sink)));
    found
}

/// A reason nobody had is no row of either registry.
fn reason(
    reason: &ReasonInput,
    input: &RegistryInput<'_>,
    store: &ResultStore,
    sink: &mut Diagnostics,
) -> Option<ReasonNotCompleted> {
    let subjects = by_arm(&reason.subjects, input);
    if subjects.iter().all(|key| store.number(key) == Some(0.0)) {
        return None;
    }
    let Some(mapping) = input.study.registry.not_completed_reasons.get(&reason.id) else {
        sink.error(
            &RPT_004,
            Place::Nowhere,
            format!("the reason `{}` ({}) has no name in the registries", reason.id, reason.words),
        )
        .hint(format!("add `registry.not_completed_reasons.{}: {{ctgov: …, eudract: …}}` to study.yaml", reason.id));
        return None;
    };
    let needs_words = mapping.ctgov == CtgovReason::Other || mapping.eudract == EudractReason::Other;
    let words = mapping.text.as_ref().map_or_else(|| Text::of(&reason.words), Text::from);
    Some(ReasonNotCompleted {
        ctgov: term(mapping.ctgov),
        eudract: term(mapping.eudract),
        words: needs_words.then_some(words),
        subjects: achieved(&reason.subjects, input),
    })
}

/// Those still in the study are not completed to the registries, which have no reason of their own for them: unless
/// study.yaml says otherwise it is `Other`, in the words of the flow.
fn ongoing(
    of: &ReasonInput,
    input: &RegistryInput<'_>,
    store: &ResultStore,
    sink: &mut Diagnostics,
) -> Option<ReasonNotCompleted> {
    let subjects: f64 = by_arm(&of.subjects, input).iter().filter_map(|key| store.number(key)).sum();
    if subjects == 0.0 {
        return None;
    }
    let message = format!("{} still in the study (`{}`) given as not completed", plain(subjects), of.id);
    let place = Place::Result(of.subjects.of(TOTAL).to_string());
    match input.study.registry.stage {
        AnalysisStage::Final => sink
            .warning(&REG_018, place, format!("{message}, and the analysis is said to be final"))
            .hint("set `registry.stage: interim` in study.yaml, or say how their participation ended"),
        AnalysisStage::Interim => sink.note(&REG_018, place, message),
    };
    if input.study.registry.not_completed_reasons.contains_key(&of.id) {
        return reason(of, input, store, sink);
    }
    Some(ReasonNotCompleted {
        ctgov: term(CtgovReason::Other),
        eudract: term(EudractReason::Other),
        words: Some(Text::of(&of.words)),
        subjects: achieved(&of.subjects, input),
    })
}

/// What EudraCT asks of a period. A sequence of treatments has those products that are given in the period.
fn details(epoch: &Epoch, input: &RegistryInput<'_>, sink: &mut Diagnostics) -> PeriodDetails {
    let study = input.study;
    let (design, masking) = (&study.design, &study.design.masking);
    let mut arms = Vec::new();
    for (group, (id, arm)) in study.arms.iter().enumerate() {
        let products = match epoch.treatments.get(id).and_then(|treatment| study.treatments.get(treatment.as_str())) {
            Some(treatment) => treatment.products.as_slice(),
            None if study.treatments.is_empty() => arm.products.as_slice(),
            None => &[],
        };
        let products = products.iter().filter_map(|id| product(id, input, sink)).collect();
        arms.push(Arm { group, kind: arm_kind(arm.kind), other_kind: None, products });
    }
    PeriodDetails {
        // An arm is what a subject was assigned to, in a crossover the whole sequence: nobody has two.
        exclusive_arms: Some(true),
        subjects: None,
        blinded: Some(masking.level != MaskingLevel::Open),
        blinding: term(masking.level),
        blinding_implementation: text(masking.implementation.as_ref()),
        blinded_roles: masking.who.iter().filter_map(term).collect(),
        allocation: term(design.allocation),
        arms,
    }
}

fn product(id: &str, input: &RegistryInput<'_>, sink: &mut Diagnostics) -> Option<ArmProduct> {
    let (product, codes) = (input.study.products.get(id)?, input.codes);
    let form = product.form.as_ref();
    let form = form.map(|name| ema_term(codes.dose_form(name), name, "dose forms", codes.dose_forms(), sink));
    let route = product.route.as_ref();
    let route = route.map(|name| ema_term(codes.route(name), name, "routes", codes.routes(), sink));
    Some(ArmProduct {
        name: Some(Text::from(&product.name)),
        code: product.code.as_ref().map(Text::of),
        other_names: (!product.other_names.is_empty()).then(|| Text::of(product.other_names.join(", "))),
        dose: text(product.dose.as_ref()),
        forms: form.into_iter().collect(),
        routes: route.into_iter().collect(),
    })
}
