//! Views of the EudraCT templates.

use serde_json::{Value as Json, json};

use crate::report::registry_baseline::{Continuous, Counts, Values};
use crate::report::registry_events::Term;
use crate::report::registry_input::{Parameter, RegistryMethod};
use crate::report::registry_record::{Outcome, Reason};
use crate::report::registry_terms as terms;
use crate::results::{ResultKey, ResultValue};
use crate::spec::registry_codes::ListTerm;
use crate::spec::study::{Contact, IsoDate};
use crate::spec::study_design::{MaskingLevel, Model};
use crate::spec::study_registry::{EudractReason, OverallStatus};

use super::xml::{Views, confidence_level, key, low_and_high, optional_key, threshold};

/// The whole results.
pub(super) fn results(views: &Views<'_>) -> Json {
    let study = views.input.study;
    let number = study.registrations.eudract.as_ref().map(|registration| registration.number.value.clone());
    let end_points: Vec<Json> =
        views.record.outcomes.iter().enumerate().map(|(at, outcome)| end_point(views, at + 1, outcome)).collect();
    let set = |(at, set): (usize, &crate::report::registry_record::AnalysisSet)| {
        json!({
            "id": format!("AnalysisSet-{}", at + 1),
            "subjects": key(&set.subjects),
            "title": set.title,
            "description": set.description,
            "kind": terms::analysis_set(set.kind),
        })
    };
    json!({
        "eudract_number": number,
        "trial": trial(views),
        "sponsor": sponsor(views),
        "disposition": disposition(views),
        "baseline": baseline(views),
        "end_points": end_points,
        "amendments": study.protocol.amendments.iter().map(|amendment| json!({
            "date": date_time(amendment.date),
            "description": amendment.description,
        })).collect::<Vec<_>>(),
        "has_amendments": flag(!study.protocol.amendments.is_empty()),
        "has_interruptions": flag(!study.protocol.interruptions.is_empty()),
        "analysis_sets": views.record.analysis_sets.iter().enumerate().map(set).collect::<Vec<_>>(),
        "adverse_events": adverse_events(views),
    })
}

fn flag(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// EudraCT's dates carry a time of day.
fn date_time(date: IsoDate) -> String {
    format!("{date}T00:00:00")
}

fn list_term(term: Option<&ListTerm>) -> Json {
    term.map_or(Json::Null, |term| json!({"id": term.id.to_string(), "version": term.version.to_string()}))
}

fn trial(views: &Views<'_>) -> Json {
    let study = views.input.study;
    let registry = &study.registry;
    let number = |registration: &Option<crate::spec::study::Registration>| {
        registration.as_ref().map(|registration| registration.number.value.clone())
    };
    let date = |date: &Option<crate::spec::at::At<IsoDate>>| date.as_ref().map(|date| date_time(date.value));
    let ended =
        matches!(registry.status, OverallStatus::Completed | OverallStatus::Terminated | OverallStatus::Withdrawn);
    let mut others: Vec<Json> =
        study.registrations.others.iter().map(|other| json!({"name": other.name, "number": other.number})).collect();
    if let Some(ctis) = &study.registrations.ctis {
        others.push(json!({"name": "EU trial number (CTIS)", "number": ctis.number.value}));
    }
    let ages: serde_json::Map<String, Json> = views
        .record
        .baseline
        .eudract_ages
        .categories
        .iter()
        .map(|category| (category.id.clone(), key(&category.total)))
        .collect();
    json!({
        "protocol_code": study.protocol.code.value,
        "title": study.titles.official.value,
        "isrctn": number(&study.registrations.isrctn),
        "nct": number(&study.registrations.ctgov),
        "who": number(&study.registrations.who),
        "part_of_pip": flag(registry.part_of_pip),
        "article_45": flag(registry.article_45),
        "article_46": flag(registry.article_46),
        "stage": terms::stage(registry.stage),
        "analysis_date": date(&study.dates.analysis),
        "primary_completion": date(&study.dates.primary_completion),
        "end_reached": flag(ended),
        "premature": flag(study.dates.early_termination.is_some() || registry.status == OverallStatus::Terminated),
        "end_date": date(if study.dates.early_termination.is_some() { &study.dates.early_termination } else { &study.dates.last_visit }),
        "objective": study.objectives.primary.value,
        "recruitment_start": date(&study.dates.first_enrolled),
        "long_term": flag(study.conduct.long_term_follow_up),
        "idmc": flag(study.conduct.data_monitoring_committee),
        "protection": study.conduct.protection_of_subjects.value,
        "background": study.conduct.background_therapy.as_ref().map(|text| &text.value),
        "comparator_evidence": study.conduct.comparator_evidence.as_ref().map(|text| &text.value),
        "pip_numbers": registry.pip_numbers,
        "other_identifiers": others,
        "countries": views.record.countries.iter().map(|country| json!({
            "subjects": key(&country.total),
            "id": country.term.id.to_string(),
            "version": country.term.version.to_string(),
        })).collect::<Vec<_>>(),
        "ages": ages,
    })
}

fn sponsor(views: &Views<'_>) -> Json {
    let sponsor = &views.input.study.sponsor;
    let contact = |contact: &Contact| {
        json!({
            "email": contact.email.as_ref().map(|email| &email.value),
            "name": contact.name.value,
            "organisation": contact.organisation.as_ref().unwrap_or(&sponsor.organisation.value),
            "phone": contact.phone.as_ref().map(|phone| &phone.value),
            "phone_country": contact.phone_country,
        })
    };
    json!({
        "organisation": sponsor.organisation.value,
        "street": sponsor.address.street,
        "postcode": sponsor.address.postcode,
        "town": sponsor.address.town,
        "country": list_term(views.input.codes.country(&sponsor.address.country)),
        "public_contact": contact(&sponsor.public_contact),
        "scientific_contact": contact(&sponsor.scientific_contact),
    })
}

fn arm_id(arm: usize, period: usize) -> String {
    if period == 0 { format!("Arm-{}", arm + 1) } else { format!("Arm-{}-Period-{}", arm + 1, period + 1) }
}

/// A reason is one element for all periods that use it.
fn reasons<'v>(views: &Views<'v>) -> Vec<&'v Reason> {
    let mut found: Vec<&Reason> = Vec::new();
    for reason in views.record.periods.iter().flat_map(|period| &period.reasons) {
        if !found.iter().any(|known| known.id == reason.id) {
            found.push(reason);
        }
    }
    found
}

fn disposition(views: &Views<'_>) -> Json {
    let study = views.input.study;
    let reasons = reasons(views);
    let reason_id = |id: &str| {
        let at = reasons.iter().position(|reason| reason.id == id).unwrap_or(0);
        format!("ReasonNotCompleted-{}", at + 1)
    };
    let product = |id: &str| {
        let product = study.products.get(id)?;
        Some(json!({
            "name": product.name.value,
            "code": product.code,
            "other_names": (!product.other_names.is_empty()).then(|| product.other_names.join(", ")),
            "dose": product.dose.as_ref().map(|dose| &dose.value),
            "form": list_term(product.form.as_ref().and_then(|form| views.input.codes.dose_form(form))),
            "route": list_term(product.route.as_ref().and_then(|route| views.input.codes.route(route))),
        }))
    };
    let periods: Vec<Json> = views
        .record
        .periods
        .iter()
        .enumerate()
        .map(|(at, period)| {
            let n = at + 1;
            let milestone_id = |milestone: usize| format!("Milestone-{n}-{}", milestone + 1);
            let arms: Vec<Json> = study
                .arms
                .values()
                .enumerate()
                .map(|(arm, of)| {
                    json!({
                        "id": arm_id(arm, at),
                        "title": of.title.value,
                        "description": of.description.value,
                        "kind": terms::arm_kind(of.kind).eudract,
                        "products": of.products.iter().filter_map(|id| product(id)).collect::<Vec<_>>(),
                        "started": key(&period.started[arm]),
                        "completed": key(&period.completed[arm]),
                        "milestones": period.milestones.iter().enumerate().map(|(at, milestone)| json!({
                            "id": milestone_id(at),
                            "reached": key(&milestone.reached[arm]),
                        })).collect::<Vec<_>>(),
                        "reasons": period.reasons.iter().map(|reason| json!({
                            "id": reason_id(&reason.id),
                            "subjects": key(&reason.subjects[arm]),
                        })).collect::<Vec<_>>(),
                    })
                })
                .collect();
            let masking = &study.design.masking;
            json!({
                "id": format!("Period-{n}"),
                "completed_id": format!("Completed-{n}"),
                "started_id": format!("Started-{n}"),
                "milestones": period.milestones.iter().enumerate().map(|(at, milestone)| json!({
                    "id": milestone_id(at),
                    "title": milestone.title,
                })).collect::<Vec<_>>(),
                "title": period.title,
                "blinding_details": masking.implementation.as_ref().map(|text| &text.value),
                "exclusive": flag(study.design.model != Model::Crossover),
                "baseline": flag(period.baseline),
                "blinded": flag(masking.level != MaskingLevel::Open),
                "roles": masking.who.iter().map(|role| terms::masked_role(*role)).collect::<Vec<_>>(),
                "blinding": terms::masking(masking.level),
                "allocation": terms::allocation(study.design.allocation).eudract,
                "arms": arms,
            })
        })
        .collect();
    json!({
        "recruitment": study.conduct.recruitment_details.as_ref().map(|text| &text.value),
        "screening": study.conduct.screening_details.as_ref().map(|text| &text.value),
        "periods": periods,
        "reasons": reasons.iter().enumerate().map(|(at, reason)| json!({
            "id": format!("ReasonNotCompleted-{}", at + 1),
            "other": (reason.eudract == EudractReason::Other).then_some(&reason.text),
            "code": terms::eudract_reason(reason.eudract),
        })).collect::<Vec<_>>(),
    })
}

fn baseline_group(arm: usize) -> String {
    format!("BaselineGroup-{}", arm + 1)
}

fn baseline(views: &Views<'_>) -> Json {
    let baseline = &views.record.baseline;
    let period = views.record.periods.iter().position(|period| period.baseline).unwrap_or(0);
    let arms = views.record.groups.len();
    let mut categorical_view = Vec::new();
    let mut continuous_view = Vec::new();
    for (at, of) in baseline.study_specific.iter().enumerate() {
        let name = format!("Characteristic-{}", at + 1);
        match &of.values {
            Values::Counts(counts) => {
                categorical_view.push(categorical(&name, &of.title, of.description.as_deref(), counts, arms));
            }
            Values::Continuous(values) => {
                continuous_view.push(continuous(views, &of.title, of.description.as_deref(), &of.unit, values));
            }
        }
    }
    for (name, title, counts) in [("Race", "Race", &baseline.race), ("Ethnicity", "Ethnicity", &baseline.ethnicity)] {
        if let Some(counts) = counts {
            categorical_view.push(categorical(name, title, None, counts, arms));
        }
    }
    json!({
        "categorical": categorical_view,
        "continuous": continuous_view,
        "age": baseline.age.as_ref().map(|age| continuous(views, "Age continuous", None, "years", age)),
        "sex": baseline.sex.as_ref().map(|sex| categorical("Sex", "Gender categorical", None, sex, arms)),
        "age_groups": categorical("Age", "Age categorical", None, &baseline.eudract_ages, arms),
        "groups": views.record.groups.iter().enumerate().map(|(arm, group)| json!({
            "arm": arm_id(arm, period),
            "id": baseline_group(arm),
            "period": format!("Period-{}", period + 1),
            "subjects": key(&baseline.subjects[arm]),
            "description": group.description,
        })).collect::<Vec<_>>(),
    })
}

fn categorical(name: &str, title: &str, description: Option<&str>, counts: &Counts, arms: usize) -> Json {
    let category_id = |at: usize| format!("Category-{name}-{}", at + 1);
    let of = |pick: &dyn Fn(&crate::report::registry_baseline::Category) -> ResultKey| {
        counts
            .categories
            .iter()
            .enumerate()
            .map(|(at, category)| json!({"category": category_id(at), "key": key(&pick(category))}))
            .collect::<Vec<_>>()
    };
    let groups: Vec<Json> = (0..arms)
        .map(|arm| {
            json!({
                "id": baseline_group(arm),
                "counts": of(&|category| category.counts[arm].clone()),
                "value": null, "low": null, "high": null,
            })
        })
        .collect();
    json!({
        "title": title,
        "description": description,
        "unit": "Subjects",
        "groups": groups,
        "total": {"id": format!("TotalBaselineGroup-{name}"), "counts": of(&|category| category.total.clone())},
        "categories": counts.categories.iter().enumerate().map(|(at, category)| json!({
            "id": category_id(at),
            "name": category.label,
        })).collect::<Vec<_>>(),
        "tendency": null, "dispersion": null,
    })
}

fn continuous(views: &Views<'_>, title: &str, description: Option<&str>, unit: &str, values: &Continuous) -> Json {
    let keys = values.cells.iter().flat_map(|cell| std::iter::once(&cell.value).chain(cell.spread.keys()));
    let mut words: Vec<String> = description.map(str::to_owned).into_iter().collect();
    if keys.into_iter().any(|key| views.is_not_estimable(key)) {
        words.push("99999 stands for a value that cannot be estimated.".to_owned());
    }
    let median = values.parameter == Parameter::Median;
    let groups: Vec<Json> = values
        .cells
        .iter()
        .enumerate()
        .map(|(arm, cell)| {
            let (low, high) = low_and_high(&cell.spread);
            json!({"id": baseline_group(arm), "counts": [], "value": key(&cell.value), "low": low, "high": high})
        })
        .collect();
    json!({
        "title": title,
        "description": (!words.is_empty()).then(|| words.join(" ")),
        "unit": unit,
        "groups": groups,
        "total": null,
        "categories": [],
        "tendency": if median { "CENTRAL_TENDENCY.median" } else { "CENTRAL_TENDENCY.arithmetic" },
        "dispersion": if median { "DISPERSION.interQuartile" } else { "DISPERSION.standardDeviation" },
    })
}

fn end_point(views: &Views<'_>, number: usize, outcome: &Outcome) -> Json {
    let countable = outcome.parameter == Parameter::CountOfParticipants;
    let group_id = |arm: usize| format!("EndPoint-{number}-Group-{}", arm + 1);
    let mut labels: Vec<Option<String>> = Vec::new();
    for row in &outcome.rows {
        for entry in &row.entries {
            labels.push(match (&row.title, &entry.category) {
                (Some(row), Some(category)) => Some(format!("{row}: {category}")),
                (Some(one), None) | (None, Some(one)) => Some(one.clone()),
                (None, None) => None,
            });
        }
    }
    let category_id = |at: usize| labels[at].as_ref().map(|_| format!("EndPoint-{number}-Category-{}", at + 1));
    let entries: Vec<_> = outcome.rows.iter().flat_map(|row| &row.entries).collect();
    let groups: Vec<Json> = (0..views.record.groups.len())
        .map(|arm| {
            let cells: Vec<_> = entries.iter().map(|entry| &entry.cells[arm]).enumerate().collect();
            let values: Vec<Json> =
                cells.iter().map(|(at, cell)| json!({"category": category_id(*at), "key": key(&cell.value)})).collect();
            let spreads: Vec<Json> = cells
                .iter()
                .filter(|(_, cell)| cell.spread.keys().next().is_some())
                .map(|(at, cell)| {
                    let (low, high) = low_and_high(&cell.spread);
                    json!({"category": category_id(*at), "low": low, "high": high})
                })
                .collect();
            let keys = cells.iter().flat_map(|(_, cell)| std::iter::once(&cell.value).chain(cell.spread.keys()));
            json!({
                "arm": arm_id(arm, views.record.periods.iter().position(|period| period.baseline).unwrap_or(0)),
                "id": group_id(arm),
                "counts": if countable { values.clone() } else { Vec::new() },
                "values": if countable { Vec::new() } else { values },
                "spreads": spreads,
                "not_estimable": views.first_not_estimable(keys),
                "analysed": key(&outcome.analysed[arm]),
            })
        })
        .collect();
    let description = match (&outcome.description, outcome.population.as_str()) {
        (Some(description), "") => Some(description.clone()),
        (Some(description), population) => Some(format!("{description} Analysed: {population}")),
        (None, "") => None,
        (None, population) => Some(format!("Analysed: {population}")),
    };
    json!({
        "title": outcome.title,
        "description": description,
        "countable": flag(countable),
        "unit": outcome.unit,
        "time_frame": outcome.time_frame,
        "role": terms::outcome_role(outcome.role).eudract,
        "measure": (!countable).then(|| terms::parameter(outcome.parameter).eudract),
        "dispersion": terms::dispersion(outcome.dispersion).eudract,
        "level": confidence_level(outcome.dispersion).map(|level| level.text()),
        "categories": labels.iter().enumerate().filter_map(|(at, label)| Some(json!({
            "id": category_id(at)?,
            "name": label,
        }))).collect::<Vec<_>>(),
        "groups": groups,
        "analyses": outcome.analyses.iter().map(|analysis| {
            let ids: Vec<String> = analysis.arms.iter().filter_map(|id| {
                views.record.groups.iter().position(|group| group.id == *id).map(group_id)
            }).collect();
            statistical_analysis(views, analysis, &ids)
        }).collect::<Vec<_>>(),
    })
}

fn statistical_analysis(
    views: &Views<'_>,
    analysis: &crate::report::registry_input::StatisticalAnalysisInput,
    groups: &[String],
) -> Json {
    let comments: Vec<&str> = [&analysis.comment, &analysis.margin].into_iter().flatten().map(String::as_str).collect();
    let unnamed = matches!(analysis.method, RegistryMethod::Other | RegistryMethod::TTest);
    let estimate = analysis.estimate.as_ref().map(|estimate| {
        let code = terms::estimate(estimate.parameter).eudract;
        let keys = std::iter::once(&estimate.value)
            .chain(&estimate.lower)
            .chain(&estimate.upper)
            .chain(&estimate.standard_error);
        json!({
            "value": key(&estimate.value),
            "lower": optional_key(estimate.lower.as_ref().filter(|_| estimate.upper.is_some())),
            "upper": optional_key(estimate.upper.as_ref()),
            "level": estimate.level.text(),
            "words": code.ends_with(".other").then_some(&estimate.words),
            "parameter": code,
            "standard_error": optional_key(estimate.standard_error.as_ref()),
            "not_estimable": views.first_not_estimable(keys),
        })
    });
    json!({
        "title": analysis.title,
        "description": analysis.description,
        "kind": terms::analysis_kind(analysis.kind).eudract,
        "specification": if analysis.prespecified { "ANALYSIS_SPEC.preSpecified" } else { "ANALYSIS_SPEC.postHoc" },
        "comment": (!comments.is_empty()).then(|| comments.join(" ")),
        "p": analysis.p.as_ref().map(|p| json!({
            "key": key(p),
            "estimable": !views.is_not_estimable(p),
            "style": p_style(views, p),
        })),
        "method": terms::method(analysis.method).eudract,
        "other_method": unnamed.then_some(&analysis.method_words),
        "estimate": estimate,
        "groups": groups,
    })
}

/// EudraCT wants a decimal and a relation: enough decimals to show two digits of a small p-value, four at least.
fn p_style(views: &Views<'_>, key: &ResultKey) -> String {
    let p = match views.store.get(key).map(|result| &result.value) {
        Some(ResultValue::Real(p)) => *p,
        _ => 1.0,
    };
    let mut decimals = 4;
    let mut smallest = 1e-3;
    while p < smallest && decimals < 17 {
        decimals += 1;
        smallest /= 10.0;
    }
    format!("0.{}", "0".repeat(decimals))
}

/// Adverse events, the same in both EudraCT files; null where there are none.
pub(super) fn adverse_events(views: &Views<'_>) -> Json {
    let Some(events) = &views.record.adverse_events else { return Json::Null };
    let collection = &views.input.study.adverse_events;
    let group_id = |arm: usize| format!("EventGroup-{}", arm + 1);
    let nobody =
        |arm: usize| views.store.get(&events.groups[arm].exposed).and_then(|result| result.value.as_count()) == Some(0);
    let groups: Vec<Json> = views
        .record
        .groups
        .iter()
        .enumerate()
        .map(|(arm, group)| {
            let counts = &events.groups[arm];
            json!({
                "id": group_id(arm),
                "title": group.title,
                "description": group.description,
                "non_serious": key(&counts.non_serious),
                "serious": key(&counts.serious),
                "exposed": key(&counts.exposed),
                "nobody_exposed": nobody(arm),
                "deaths": key(&counts.deaths),
                "deaths_from_events": key(&counts.deaths_from_events),
            })
        })
        .collect();
    let term = |term: &Term, more: &dyn Fn(usize) -> Json| {
        let values: Vec<Json> = term
            .counts
            .iter()
            .enumerate()
            .map(|(arm, count)| {
                let mut value = json!({
                    "group": group_id(arm),
                    "occurrences": key(&count.occurrences),
                    "affected": key(&count.affected),
                    "exposed": key(&events.groups[arm].exposed),
                    "nobody_exposed": nobody(arm),
                });
                if let (Some(value), Json::Object(more)) = (value.as_object_mut(), more(arm)) {
                    value.extend(more);
                }
                value
            })
            .collect();
        json!({
            "term": term.term,
            "class_id": term.class.term.id.to_string(),
            "class_version": term.class.term.version.to_string(),
            "values": values,
        })
    };
    let serious: Vec<Json> = events
        .serious
        .iter()
        .map(|of| {
            term(&of.term, &|arm| {
                let outcome = &of.outcomes[arm];
                json!({
                    "related": key(&outcome.related),
                    "deaths": key(&outcome.deaths),
                    "related_deaths": key(&outcome.related_deaths),
                })
            })
        })
        .collect();
    let meddra = events.dictionary.eq_ignore_ascii_case("meddra");
    json!({
        "description": collection.description.as_ref().map(|text| &text.value),
        "threshold": threshold(events.threshold_percent),
        "time_frame": collection.time_frame.value,
        "assessment": terms::assessment(collection.assessment).eudract,
        "dictionary_other": (!meddra).then_some(&events.dictionary),
        "dictionary_version": events.dictionary_version,
        "dictionary_code": if meddra { "ADV_EVT_DICTIONARY_NAME.meddra" } else { "ADV_EVT_DICTIONARY_NAME.other" },
        "groups": groups,
        "non_serious": events.non_serious.iter().map(|of| term(of, &|_| Json::Null)).collect::<Vec<_>>(),
        "serious": serious,
    })
}
