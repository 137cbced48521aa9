//! Views of the ClinicalTrials.gov template: protocol section and results of a PRS record.

use serde_json::{Value as Json, json};

use crate::report::registry_baseline::{Continuous, Counts, Values};
use crate::report::registry_events::Term;
use crate::report::registry_input::{EstimateParameter, RegistryMethod, StatisticalAnalysisInput};
use crate::report::registry_record::{Cell, Outcome, Spread};
use crate::report::registry_terms as terms;
use crate::results::ResultKey;
use crate::spec::analysis::EndpointRole;
use crate::spec::at::At;
use crate::spec::study::IsoDate;
use crate::spec::study_design::{MaskedRole, MaskingLevel};
use crate::spec::study_registry::{CtgovReason, SharingPlan};

use super::xml::{Views, confidence_level, key, low_and_high, optional_key, threshold};

/// Id of the total group of baseline.
const TOTAL_GROUP: &str = "Baseline.Total";

/// The whole record.
pub(super) fn results(views: &Views<'_>) -> Json {
    let study = views.input.study;
    let contact = &study.registry.point_of_contact;
    let phone = contact.phone.as_ref().map(|phone| match &contact.phone_country {
        Some(country) => format!("+{country} {phone}"),
        None => phone.value.clone(),
    });
    let agreements = &study.registry.agreements;
    json!({
        "protocol": protocol(views),
        "baseline": baseline(views),
        "agreement": {
            "employees": yes(agreements.investigators_are_employees),
            "restrictive": yes(agreements.restrictive),
            "restriction": agreements.restrictive.then_some("Other"),
            "details": agreements.details,
        },
        "limitations": study.limitations.as_ref().map(|text| &text.value),
        "outcomes": views.record.outcomes.iter().enumerate().map(|(at, of)| outcome(views, at + 1, of)).collect::<Vec<_>>(),
        "flow": flow(views),
        "contact": {
            "email": contact.email.as_ref().map(|email| &email.value),
            "organisation": contact.organisation.as_ref().unwrap_or(&study.sponsor.organisation.value),
            "phone": phone,
            "name": contact.name.value,
        },
        "adverse_events": adverse_events(views),
    })
}

fn yes(value: bool) -> &'static str {
    if value { "Yes" } else { "No" }
}

fn lower_yes(value: bool) -> &'static str {
    if value { "yes" } else { "no" }
}

/// PRS takes year and month.
fn month(date: &Option<At<IsoDate>>) -> Option<String> {
    date.as_ref().map(|date| format!("{:04}-{:02}", date.value.0.year(), date.value.0.month()))
}

fn protocol(views: &Views<'_>) -> Json {
    let study = views.input.study;
    let registry = &study.registry;
    let mut secondary = Vec::new();
    if let Some(eudract) = &study.registrations.eudract {
        secondary.push(json!({"id": eudract.number.value, "id_type": "EudraCT Number", "domain": null}));
    }
    if let Some(ctis) = &study.registrations.ctis {
        secondary.push(json!({"id": ctis.number.value, "id_type": "EU Trial (CTIS) Number", "domain": null}));
    }
    for other in &study.registrations.others {
        secondary.push(json!({"id": other.number, "id_type": "Registry Identifier", "domain": other.name}));
    }
    let outcomes = |roles: &[EndpointRole]| {
        let of_role = views.record.outcomes.iter().filter(|outcome| roles.contains(&outcome.role));
        of_role
            .map(|outcome| {
                json!({
                    "title": outcome.title, "time_frame": outcome.time_frame, "description": outcome.description,
                })
            })
            .collect::<Vec<_>>()
    };
    let design = &study.design;
    let masked = |role: MaskedRole| lower_yes(design.masking.who.contains(&role));
    let criteria = |title: &str, list: &[String]| {
        let numbered = list.iter().enumerate().map(|(at, text)| format!("{}. {text}", at + 1));
        format!("{title}:\n\n{}", numbered.collect::<Vec<_>>().join("\n"))
    };
    let age = |age: Option<u16>| age.map_or_else(|| "N/A".to_owned(), |age| format!("{age} Years"));
    let interventions: Vec<Json> = study
        .products
        .iter()
        .map(|(id, product)| {
            let arms = study.arms.values().filter(|arm| arm.products.iter().any(|name| name.value == *id));
            json!({
                "kind": terms::product_kind(product.kind),
                "name": product.name.value,
                "description": product.dose.as_ref().map(|dose| &dose.value),
                "arms": arms.map(|arm| &arm.title.value).collect::<Vec<_>>(),
                "other_names": product.other_names,
            })
        })
        .collect();
    let sharing = registry.data_sharing.as_ref().map(|sharing| {
        json!({
            "plan": match sharing.plan {
                SharingPlan::Shared => "yes",
                SharingPlan::NotShared => "no",
                SharingPlan::Undecided => "undecided",
            },
            "description": sharing.description,
        })
    });
    let conditions =
        if study.conditions.is_empty() { vec![&study.indication.value] } else { study.conditions.iter().collect() };
    let mut protocol = json!({
        "org_name": registry.prs_organisation.value,
        "org_study_id": study.protocol.code.value,
        "secondary_ids": secondary,
        "ind": lower_yes(registry.fda.ind),
        "brief_title": study.titles.public.value,
        "acronym": study.titles.acronym,
        "official_title": study.titles.official.value,
        "sponsor": study.sponsor.organisation.value,
        "collaborators": study.sponsor.collaborators,
        "has_dmc": lower_yes(study.conduct.data_monitoring_committee),
        "regulated_drug": lower_yes(registry.fda.regulated_drug),
        "regulated_device": lower_yes(registry.fda.regulated_device),
        "brief_summary": registry.brief_summary.as_ref().map(|text| &text.value),
        "detailed_description": registry.detailed_description.as_ref().map(|text| &text.value),
        "status": terms::status(registry.status),
        "why_stopped": registry.why_stopped,
        "verification": month(&study.dates.verification),
        "start": month(&study.dates.first_enrolled),
        "completion": month(&study.dates.last_visit),
        "primary_completion": month(&study.dates.primary_completion),
        "purpose": terms::purpose(design.purpose),
        "phase": terms::phase(study.phase),
        "model": terms::model(design.model),
        "allocation": terms::allocation(design.allocation).ctgov,
        "masking": {
            "none": lower_yes(design.masking.level == MaskingLevel::Open),
            "participant": masked(MaskedRole::Participant),
            "care_provider": masked(MaskedRole::CareProvider),
            "investigator": masked(MaskedRole::Investigator),
            "outcomes_assessor": masked(MaskedRole::OutcomesAssessor),
            "description": design.masking.implementation.as_ref().map(|text| &text.value),
        },
        "number_of_arms": study.arms.len().to_string(),
    });
    // Two steps, as the macro recurses once a field.
    let contents = json!({
        "primary_outcomes": outcomes(&[EndpointRole::Primary]),
        "secondary_outcomes": outcomes(&[EndpointRole::Secondary]),
        "other_outcomes": outcomes(&[EndpointRole::OtherPrespecified]),
        "enrollment": key(&ResultKey::new("flow", "randomised")),
        "conditions": conditions,
        "keywords": study.keywords,
        "arms": study.arms.values().map(|arm| json!({
            "title": arm.title.value,
            "kind": terms::arm_kind(arm.kind).ctgov,
            "description": arm.description.value,
        })).collect::<Vec<_>>(),
        "interventions": interventions,
        "criteria": format!(
            "{}\n\n{}",
            criteria("Inclusion Criteria", &study.eligibility.inclusion),
            criteria("Exclusion Criteria", &study.eligibility.exclusion)
        ),
        "healthy_volunteers": lower_yes(study.eligibility.healthy_volunteers),
        "sexes": terms::sexes(study.eligibility.sexes),
        "minimum_age": age(study.eligibility.minimum_age),
        "maximum_age": age(study.eligibility.maximum_age),
        "locations": study.sites.iter().map(|site| json!({
            "name": site.name,
            "town": site.town,
            "country": site.country.value,
            "postcode": site.postcode,
            "status": terms::status(registry.status),
        })).collect::<Vec<_>>(),
        "sharing": sharing,
        "references": study.publications.iter().map(|publication| json!({
            "citation": publication.citation,
            "pubmed": publication.pubmed,
            "results": lower_yes(publication.results),
        })).collect::<Vec<_>>(),
    });
    if let (Some(protocol), Json::Object(contents)) = (protocol.as_object_mut(), contents) {
        protocol.extend(contents);
    }
    protocol
}

fn baseline_group(arm: usize) -> String {
    format!("Baseline.{}", arm + 1)
}

fn baseline(views: &Views<'_>) -> Json {
    let baseline = &views.record.baseline;
    // With one arm the arm is the total.
    let with_total = views.record.groups.len() > 1;
    let mut measures = Vec::new();
    if let Some(age) = &baseline.age {
        measures.push(measure(
            "Age, Continuous",
            None,
            None,
            "Years",
            continuous_rows(views, age, with_total),
            Some(age),
        ));
    }
    let mut counted = |title: &str, counts: &Counts| {
        measures.push(measure(title, None, None, "Participants", count_rows(views, counts, with_total), None));
    };
    counted("Age, Categorical", &baseline.ctgov_ages);
    if let Some(sex) = &baseline.sex {
        let title = if sex.categories.len() == 2 { "Sex: Female, Male" } else { "Sex/Gender, Customized" };
        counted(title, sex);
    }
    if let Some(race) = &baseline.race {
        counted("Race (NIH/OMB)", race);
    }
    if let Some(ethnicity) = &baseline.ethnicity {
        counted("Ethnicity (NIH/OMB)", ethnicity);
    }
    if baseline.race.is_none() && baseline.ethnicity.is_none() {
        let mut none = measure("Race and Ethnicity Not Collected", None, None, "Participants", Vec::new(), None);
        none["population"] = json!("Race and ethnicity were not collected from any participant.");
        measures.push(none);
    }
    let region_rows = views.record.countries.iter().map(|country| {
        let cell = |key: &ResultKey| Cell { value: key.clone(), spread: Spread::None };
        let mut values: Vec<Json> = country
            .by_arm
            .iter()
            .enumerate()
            .map(|(arm, key)| json!({"group": baseline_group(arm), "entries": [entry(views, None, &cell(key))]}))
            .collect();
        if with_total {
            values.push(json!({"group": TOTAL_GROUP, "entries": [entry(views, None, &cell(&country.total))]}));
        }
        json!({"title": country.term.name, "values": values})
    });
    measures.push(measure("Region of Enrollment", None, None, "Participants", region_rows.collect(), None));
    for of in &baseline.study_specific {
        let (rows, values) = match &of.values {
            Values::Continuous(values) => (continuous_rows(views, values, with_total), Some(values)),
            Values::Counts(counts) => (count_rows(views, counts, with_total), None),
        };
        let description = of.description.as_deref();
        measures.push(measure("Study Specific Characteristic", Some(&of.title), description, &of.unit, rows, values));
    }
    json!({
        "measures": measures,
        "groups": views.record.groups.iter().enumerate().map(|(arm, group)| json!({
            "id": baseline_group(arm),
            "title": group.title,
            "description": group.description,
            "subjects": key(&baseline.subjects[arm]),
        })).collect::<Vec<_>>(),
        "population": baseline.population,
        "total": with_total.then(|| json!({"id": TOTAL_GROUP, "subjects": key(&baseline.total)})),
    })
}

fn measure(
    title: &str,
    other_title: Option<&str>,
    description: Option<&str>,
    unit: &str,
    rows: Vec<Json>,
    values: Option<&Continuous>,
) -> Json {
    json!({
        "title": title,
        "other_title": other_title,
        "description": description,
        "unit": unit,
        "population": null,
        "parameter": values.map_or("Count of Participants", |values| terms::parameter(values.parameter).ctgov),
        "dispersion": values.map_or("Not Applicable", |values| terms::dispersion(values.dispersion).ctgov),
        "rows": rows,
    })
}

fn entry(views: &Views<'_>, category: Option<&str>, cell: &Cell) -> Json {
    let (low, high) = low_and_high(&cell.spread);
    let one = matches!(cell.spread, Spread::One(_));
    json!({
        "category": category,
        "value": key(&cell.value),
        "spread": if one { low.clone() } else { Json::Null },
        "lower": if one { Json::Null } else { low },
        "upper": high,
        "not_estimable": views.first_not_estimable(std::iter::once(&cell.value).chain(cell.spread.keys())),
    })
}

fn continuous_rows(views: &Views<'_>, values: &Continuous, with_total: bool) -> Vec<Json> {
    let mut groups: Vec<Json> = values
        .cells
        .iter()
        .enumerate()
        .map(|(arm, cell)| json!({"group": baseline_group(arm), "entries": [entry(views, None, cell)]}))
        .collect();
    if with_total {
        groups.push(json!({"group": TOTAL_GROUP, "entries": [entry(views, None, &values.total)]}));
    }
    vec![json!({"title": null, "values": groups})]
}

fn count_rows(views: &Views<'_>, counts: &Counts, with_total: bool) -> Vec<Json> {
    let entries = |pick: &dyn Fn(&crate::report::registry_baseline::Category) -> ResultKey| {
        let one = |category: &crate::report::registry_baseline::Category| {
            entry(views, Some(&category.label), &Cell { value: pick(category), spread: Spread::None })
        };
        counts.categories.iter().map(one).collect::<Vec<_>>()
    };
    let mut groups: Vec<Json> = (0..views.record.groups.len())
        .map(|arm| json!({"group": baseline_group(arm), "entries": entries(&|category| category.counts[arm].clone())}))
        .collect();
    if with_total {
        groups.push(json!({"group": TOTAL_GROUP, "entries": entries(&|category| category.total.clone())}));
    }
    vec![json!({"title": null, "values": groups})]
}

fn outcome(views: &Views<'_>, number: usize, outcome: &Outcome) -> Json {
    let group_id = |arm: usize| format!("Outcome{number}.{}", arm + 1);
    let arms = views.record.groups.len();
    let rows: Vec<Json> = outcome
        .rows
        .iter()
        .map(|row| {
            let values = (0..arms).map(|arm| {
                let entries = row.entries.iter().map(|of| entry(views, of.category.as_deref(), &of.cells[arm]));
                json!({"group": group_id(arm), "entries": entries.collect::<Vec<_>>()})
            });
            json!({"title": row.title, "values": values.collect::<Vec<_>>()})
        })
        .collect();
    json!({
        "title": outcome.title,
        "description": outcome.description,
        "time_frame": outcome.time_frame,
        "population": (!outcome.population.is_empty()).then_some(&outcome.population),
        "role": terms::outcome_role(outcome.role).ctgov,
        "unit": outcome.unit,
        "parameter": terms::parameter(outcome.parameter).ctgov,
        "dispersion": terms::dispersion(outcome.dispersion).ctgov,
        "level": confidence_level(outcome.dispersion).map(|level| level.text()),
        "rows": rows,
        "groups": views.record.groups.iter().enumerate().map(|(arm, group)| json!({
            "id": group_id(arm),
            "title": group.title,
            "description": group.description,
            "subjects": key(&outcome.analysed[arm]),
        })).collect::<Vec<_>>(),
        "analyses": outcome.analyses.iter().map(|analysis| {
            let ids: Vec<String> = analysis.arms.iter().filter_map(|id| {
                views.record.groups.iter().position(|group| group.id == *id).map(group_id)
            }).collect();
            statistical_analysis(views, analysis, &ids)
        }).collect::<Vec<_>>(),
    })
}

fn statistical_analysis(views: &Views<'_>, analysis: &StatisticalAnalysisInput, groups: &[String]) -> Json {
    let estimate = analysis.estimate.as_ref().map(|estimate| {
        let keys = std::iter::once(&estimate.value).chain(&estimate.lower).chain(&estimate.standard_error);
        json!({
            "value": key(&estimate.value),
            "lower": optional_key(estimate.lower.as_ref().filter(|_| estimate.upper.is_some())),
            "upper": optional_key(estimate.upper.as_ref()),
            "level": estimate.level.text(),
            "standard_error": optional_key(estimate.standard_error.as_ref()),
            "comment": estimate.comment,
            "words": (estimate.parameter == EstimateParameter::Other).then_some(&estimate.words),
            "parameter": terms::estimate(estimate.parameter).ctgov,
            "not_estimable": views.first_not_estimable(keys),
        })
    });
    let comments: Vec<&str> = analysis
        .comment
        .as_deref()
        .into_iter()
        .chain((!analysis.prespecified).then_some("This analysis was not pre-specified."))
        .collect();
    json!({
        "groups": groups,
        "description": analysis.description,
        "margin": analysis.margin,
        "method": terms::method(analysis.method).ctgov,
        "other_method": (analysis.method == RegistryMethod::Other).then_some(&analysis.method_words),
        "p": optional_key(analysis.p.as_ref()),
        "comment": (!comments.is_empty()).then(|| comments.join(" ")),
        "kind": terms::analysis_kind(analysis.kind).ctgov,
        "estimate": estimate,
    })
}

fn flow(views: &Views<'_>) -> Json {
    let study = views.input.study;
    let group_id = |arm: usize| format!("Flow.{}", arm + 1);
    let counts = |keys: &[ResultKey]| {
        keys.iter()
            .enumerate()
            .map(|(arm, subjects)| json!({"group": group_id(arm), "subjects": key(subjects)}))
            .collect::<Vec<_>>()
    };
    json!({
        "groups": views.record.groups.iter().enumerate().map(|(arm, group)| json!({
            "id": group_id(arm), "title": group.title, "description": group.description,
        })).collect::<Vec<_>>(),
        "periods": views.record.periods.iter().map(|period| json!({
            "title": period.title,
            "started": counts(&period.started),
            "completed": counts(&period.completed),
            "milestones": period.milestones.iter().map(|milestone| json!({
                "title": milestone.title, "counts": counts(&milestone.reached),
            })).collect::<Vec<_>>(),
            "reasons": period.reasons.iter().map(|reason| json!({
                "reason_type": terms::ctgov_reason(reason.ctgov),
                "other": (reason.ctgov == CtgovReason::Other).then_some(&reason.text),
                "counts": counts(&reason.subjects),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "screening": study.conduct.screening_details.as_ref().map(|text| &text.value),
        "recruitment": study.conduct.recruitment_details.as_ref().map(|text| &text.value),
    })
}

fn adverse_events(views: &Views<'_>) -> Json {
    let Some(events) = &views.record.adverse_events else { return Json::Null };
    let collection = &views.input.study.adverse_events;
    let group_id = |arm: usize| format!("Events.{}", arm + 1);
    let term = |term: &Term| {
        let values = term.counts.iter().enumerate().map(|(arm, count)| {
            json!({
                "group": group_id(arm),
                "occurrences": key(&count.occurrences),
                "affected": key(&count.affected),
                "exposed": key(&events.groups[arm].exposed),
            })
        });
        json!({"term": term.term, "class_name": term.class.ctgov_name, "values": values.collect::<Vec<_>>()})
    };
    json!({
        "mortality_comment": collection.all_cause_mortality.as_ref().map(|text| &text.value),
        "assessment": terms::assessment(collection.assessment).ctgov,
        "threshold": threshold(events.threshold_percent),
        "non_serious": events.non_serious.iter().map(term).collect::<Vec<_>>(),
        "serious": events.serious.iter().map(|of| term(&of.term)).collect::<Vec<_>>(),
        "groups": views.record.groups.iter().enumerate().map(|(arm, group)| {
            let counts = &events.groups[arm];
            json!({
                "id": group_id(arm),
                "title": group.title,
                "description": group.description,
                "deaths": key(&counts.deaths),
                "non_serious": key(&counts.non_serious),
                "serious": key(&counts.serious),
                "exposed": key(&counts.exposed),
            })
        }).collect::<Vec<_>>(),
        "description": collection.description.as_ref().map(|text| &text.value),
        "vocabulary": format!("{} {}", events.dictionary, events.dictionary_version),
        "time_frame": collection.time_frame.value,
    })
}
