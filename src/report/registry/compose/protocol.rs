//! The registration part: design, arms, interventions, planned outcomes, eligibility and sites.

use crate::report::registry::{
    Collaborator, Design, Eligibility, Figure, Intervention, Location, Masking, Oversight, Protocol, ProtocolArm,
    RegisteredOutcome, Sharing, Text,
};
use crate::results::ResultKey;
use crate::spec::analysis::EndpointRole;
use crate::spec::registry_terms::{Dialect, RegistryTerms};
use crate::spec::study::StudySpec;
use crate::spec::study_design::{Eligibility as EligibilitySpec, Sexes};
use crate::spec::study_registry::SharingPlan;

use super::input::RegistryInput;
use super::terms::{arm_kind, phase, role, term};
use super::trial::{date, text};

pub(super) fn protocol(input: &RegistryInput<'_>) -> Protocol {
    let study = input.study;
    let registry = &study.registry;
    let dates = &study.dates;
    let actual = |known: bool| known.then(|| Text::of("Actual"));
    let conditions = if study.conditions.is_empty() {
        vec![Text::from(&study.indication)]
    } else {
        study.conditions.iter().map(Text::of).collect()
    };
    Protocol {
        brief_summary: text(registry.brief_summary.as_ref()),
        detailed_description: text(registry.detailed_description.as_ref()),
        status: term(registry.status),
        why_stopped: registry.why_stopped.as_ref().map(Text::of),
        verified: date(dates.verification.as_ref()),
        start: date(dates.first_enrolled.as_ref()),
        completion: date(dates.last_visit.as_ref()),
        primary_completion: date(dates.primary_completion.as_ref()),
        date_kinds: [
            actual(dates.first_enrolled.is_some()),
            actual(dates.primary_completion.is_some()),
            actual(dates.last_visit.is_some()),
        ],
        design: design(study),
        oversight: Oversight {
            data_monitoring_committee: Some(study.conduct.data_monitoring_committee),
            fda_drug: Some(registry.fda.regulated_drug),
            fda_device: Some(registry.fda.regulated_device),
            ind: Some(registry.fda.ind),
            ..Oversight::default()
        },
        enrolment: Some(Figure::Result(ResultKey::new("flow", "randomised"))),
        enrolment_kind: actual(true),
        conditions,
        keywords: study.keywords.iter().map(Text::of).collect(),
        arms: study.arms.values().map(|arm| protocol_arm(study, arm)).collect(),
        interventions: interventions(study),
        outcomes: outcomes(input),
        eligibility: eligibility(&study.eligibility),
        collaborators: study
            .sponsor
            .collaborators
            .iter()
            .map(|name| Collaborator { name: Text::of(name), class: None })
            .collect(),
        locations: locations(study, input.terms),
        sharing: registry.data_sharing.as_ref().map(|sharing| Sharing {
            plan: Text::of(match sharing.plan {
                SharingPlan::Shared => "Yes",
                SharingPlan::NotShared => "No",
                SharingPlan::Undecided => "Undecided",
            }),
            description: sharing.description.as_ref().map(Text::of),
        }),
        ..Protocol::default()
    }
}

fn design(study: &StudySpec) -> Design {
    let design = &study.design;
    Design {
        study_type: Some(crate::report::registry::Term::listed("interventional")),
        phase: Some(phase(study.phase)),
        purpose: term(design.purpose),
        model: term(design.model),
        model_description: text(design.description.as_ref()),
        allocation: term(design.allocation),
        masking: Masking {
            level: term(design.masking.level),
            who: design.masking.who.iter().filter_map(term).collect(),
            description: text(design.masking.implementation.as_ref()),
        },
        number_of_arms: Some(Text::of(study.arms.len().to_string())),
    }
}

fn protocol_arm(study: &StudySpec, arm: &crate::spec::study_design::Arm) -> ProtocolArm {
    let name = |id: &crate::spec::at::At<String>| study.products.get(&id.value).map(|of| Text::from(&of.name));
    ProtocolArm {
        title: Text::from(&arm.title),
        kind: arm_kind(arm.kind),
        description: Some(Text::from(&arm.description)),
        interventions: arm.products.iter().filter_map(name).collect(),
    }
}

fn interventions(study: &StudySpec) -> Vec<Intervention> {
    let is_given = |arm: &crate::spec::study_design::Arm, id: &str| arm.products.iter().any(|name| name.value == id);
    let intervention = |(id, product): (&String, &crate::spec::study_design::Product)| Intervention {
        kind: term(product.kind),
        name: Text::from(&product.name),
        description: text(product.dose.as_ref()),
        arms: study.arms.values().filter(|arm| is_given(arm, id)).map(|arm| Text::from(&arm.title)).collect(),
        other_names: product.other_names.iter().map(Text::of).collect(),
    };
    study.products.iter().map(intervention).collect()
}

/// Outcomes as registered; those of the endpoints where the registration is not given.
fn outcomes(input: &RegistryInput<'_>) -> Vec<RegisteredOutcome> {
    let registered = &input.study.registry.registered_outcomes;
    if !registered.is_empty() {
        let outcome = |of: &crate::spec::study_registry::RegisteredOutcome| RegisteredOutcome {
            kind: role(of.role),
            title: Text::from(&of.title),
            time_frame: text(of.time_frame.as_ref()),
            description: text(of.description.as_ref()),
        };
        return registered.iter().map(outcome).collect();
    }
    let planned = input.outcomes.iter().filter(|outcome| outcome.role != EndpointRole::PostHoc);
    planned
        .map(|outcome| RegisteredOutcome {
            kind: role(outcome.role),
            title: outcome.title.clone(),
            time_frame: Some(outcome.time_frame.clone()),
            description: outcome.description.clone(),
        })
        .collect()
}

fn eligibility(eligibility: &EligibilitySpec) -> Eligibility {
    let criteria = |title: &str, list: &[String]| {
        let numbered = list.iter().enumerate().map(|(at, text)| format!("{}. {text}", at + 1));
        format!("{title}:\n\n{}", numbered.collect::<Vec<_>>().join("\n"))
    };
    let age = |age: Option<u16>| Text::of(age.map_or_else(|| "N/A".to_owned(), |age| format!("{age} Years")));
    let sexes = match eligibility.sexes {
        Sexes::All => "All",
        Sexes::Female => "Female",
        Sexes::Male => "Male",
    };
    Eligibility {
        criteria: Some(Text::of(format!(
            "{}\n\n{}",
            criteria("Inclusion Criteria", &eligibility.inclusion),
            criteria("Exclusion Criteria", &eligibility.exclusion)
        ))),
        sexes: Some(Text::of(sexes)),
        minimum_age: Some(age(eligibility.minimum_age)),
        maximum_age: Some(age(eligibility.maximum_age)),
        healthy_volunteers: Some(eligibility.healthy_volunteers),
        ..Eligibility::default()
    }
}

fn locations(study: &StudySpec, terms: &RegistryTerms) -> Vec<Location> {
    let status = match term(study.registry.status) {
        Some(crate::report::registry::Term::Listed(id)) => {
            terms.word("overall_status", &id, Dialect::Prs).map(Text::of)
        }
        _ => None,
    };
    let location = |site: &crate::spec::study::Site| Location {
        name: Some(Text::of(&site.name)),
        town: Some(Text::of(&site.town)),
        postcode: site.postcode.as_ref().map(Text::of),
        country: Some(Text::from(&site.country)),
        status: status.clone(),
        ..Location::default()
    };
    study.sites.iter().map(location).collect()
}
