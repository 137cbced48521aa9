//! What the registry record is composed from: endpoints as outcome measures, the flow as milestones.

use crate::methods::margin::{in_words, p_statistic};
use crate::methods::plan::Ran;
use crate::report::registry_input::{
    AnalysisKind, AnalysisSetInput, AnalysisSetKind, BaselineInput, CategoricalInput, CharacteristicForm,
    CharacteristicInput, ConfidenceLevel, Dispersion, EstimateInput, EstimateParameter, KeyPattern, OutcomeInput,
    Parameter, PeriodInput, RegistryInput, RegistryMethod, SafetyInput, SexInput, StatisticalAnalysisInput,
};
use crate::results::ResultKey;
use crate::spec::Spec;
use crate::spec::analysis::{
    AnalysisItem, AnalysisRole, BaselineVariable, EndCategory, EndpointRole, EndpointSpec, OptionValue,
    RegistryMeasure, VariableRole,
};
use crate::spec::margin::{MarginKind, MarginSpec};
use crate::spec::registry_codes::RegistryCodes;

use super::compute::Computed;

/// Fills the input of the registry record.
pub(super) fn input<'a>(spec: &'a Spec, computed: &'a Computed, codes: &'a RegistryCodes) -> RegistryInput<'a> {
    let ends = &spec.analysis.flow.follow_up_end;
    let reasons = ends
        .iter()
        .filter(|end| end.category != EndCategory::Completed)
        .map(|end| (end.id.value.clone(), end.label.clone()))
        .collect();
    RegistryInput {
        study: &spec.study,
        codes,
        periods: vec![PeriodInput::overall(reasons)],
        analysis_sets: spec
            .analysis
            .analysis_sets
            .iter()
            .map(|(id, set)| AnalysisSetInput {
                id: id.clone(),
                label: set.label.clone(),
                description: if set.description.is_empty() { set.label.clone() } else { set.description.clone() },
                kind: AnalysisSetKind::of(id, &set.label),
            })
            .collect(),
        baseline: baseline(spec),
        outcomes: spec.analysis.endpoints.iter().filter_map(|(id, e)| outcome(spec, computed, id, e)).collect(),
        safety: spec.analysis.safety.as_ref().map(|safety| SafetyInput {
            set: safety.set.value.clone(),
            dictionary: safety.dictionary.name.clone(),
            dictionary_version: safety.dictionary.version.clone(),
            threshold_percent: *spec.report.registries.frequency_threshold,
            definition: safety.definition.clone(),
        }),
    }
}

fn baseline(spec: &Spec) -> BaselineInput {
    let baseline = &spec.analysis.baseline;
    let named = |measure| baseline.variables.iter().find(|v| v.registry == Some(measure));
    let categorical = |v: &BaselineVariable| CategoricalInput {
        variable: v.variable.to_uppercase(),
        levels: v
            .levels
            .iter()
            .map(|(code, words)| (code.clone(), if words.is_empty() { code.clone() } else { words.clone() }))
            .collect(),
    };
    let level = |v: &BaselineVariable, words: &[&str], code: &str| {
        let found = v
            .levels
            .iter()
            .find(|(c, w)| words.iter().any(|x| w.eq_ignore_ascii_case(x)) || c.eq_ignore_ascii_case(code));
        found.map_or_else(|| code.to_owned(), |(c, _)| c.clone())
    };
    let specific = baseline.variables.iter().filter(|v| v.registry.is_none() && !v.hidden);
    BaselineInput {
        set: baseline.set.value.clone(),
        population: spec.analysis.analysis_sets.get(&*baseline.set).map(|s| s.label.clone()).unwrap_or_default(),
        age: named(RegistryMeasure::Age).map(|v| v.variable.to_uppercase()),
        sex: named(RegistryMeasure::Sex).map(|v| {
            let (female, male) = (level(v, &["female", "women"], "F"), level(v, &["male", "men"], "M"));
            let CategoricalInput { variable, levels } = categorical(v);
            let others = levels.into_iter().filter(|(code, _)| *code != female && *code != male).collect();
            SexInput { variable, female, male, others }
        }),
        race: named(RegistryMeasure::Race).map(categorical),
        ethnicity: named(RegistryMeasure::Ethnicity).map(categorical),
        study_specific: specific
            .filter(|v| v.condition.is_none())
            .map(|v| CharacteristicInput {
                title: v.label.clone().unwrap_or_else(|| v.variable.value.clone()),
                description: None,
                unit: match v.kind {
                    VariableRole::Continuous => unit_of(spec, &v.variable),
                    VariableRole::Categorical => "Participants".to_owned(),
                },
                form: match v.kind {
                    VariableRole::Continuous => {
                        CharacteristicForm::Continuous { variable: v.variable.to_uppercase(), median: false }
                    }
                    VariableRole::Categorical => CharacteristicForm::Categorical(categorical(v)),
                },
            })
            .collect(),
    }
}

/// Unit of a subject variable as configured, wherever it is declared.
fn unit_of(spec: &Spec, name: &str) -> String {
    let same = |other: &String| other.eq_ignore_ascii_case(name);
    let own = spec.data.adsl.iter().find(|(n, _)| same(n)).and_then(|(_, v)| {
        v.unit.clone().or_else(|| {
            let pick = v.pick.as_ref()?;
            let dataset =
                spec.data.datasets.iter().find(|(n, _)| n.eq_ignore_ascii_case(&pick.dataset)).map(|(_, d)| d)?;
            let picked = dataset.variables.iter().find(|(n, _)| n.eq_ignore_ascii_case(&pick.value)).map(|(_, v)| v)?;
            picked.unit.clone()
        })
    });
    let any = || {
        spec.data.datasets.values().flat_map(|d| &d.variables).find(|(n, _)| same(n)).and_then(|(_, v)| v.unit.clone())
    };
    own.or_else(any).unwrap_or_else(|| "units".to_owned())
}

fn outcome(spec: &Spec, computed: &Computed, id: &str, endpoint: &EndpointSpec) -> Option<OutcomeInput> {
    let item = endpoint.analyses.first()?;
    let ran = computed.analyses.by_id.get(&item.id.value)?;
    let level = ConfidenceLevel::of_fraction(*spec.analysis.conf_level);
    let at = |statistic: &str| KeyPattern::new(&ran.input.id, statistic);
    let (parameter, dispersion, value, spread) = match ran.method {
        "fisher" | "chi_square" | "risk_difference" | "log_rank" | "cumulative_incidence" => {
            (Parameter::CountOfParticipants, Dispersion::None, at("events"), Vec::new())
        }
        _ if ran.input.is_response => (Parameter::CountOfParticipants, Dispersion::None, at("events"), Vec::new()),
        "kaplan_meier" => (
            Parameter::Median,
            Dispersion::ConfidenceInterval(level),
            at("median"),
            vec![at("median_lower"), at("median_upper")],
        ),
        "wilcoxon" => (Parameter::Median, Dispersion::InterQuartileRange, at("median"), vec![at("q1"), at("q3")]),
        "ancova" => (
            Parameter::LeastSquaresMean,
            Dispersion::ConfidenceInterval(level),
            at("lsmean"),
            vec![at("lsmean_lower"), at("lsmean_upper")],
        ),
        _ => (Parameter::Mean, Dispersion::StandardDeviation, at("mean"), vec![at("sd")]),
    };
    let counted = parameter == Parameter::CountOfParticipants;
    let unit = if counted { "Participants".to_owned() } else { endpoint.measure.unit.clone() };
    Some(OutcomeInput {
        id: id.to_owned(),
        title: endpoint.title.clone(),
        description: (!endpoint.description.is_empty()).then(|| endpoint.description.clone()),
        time_frame: endpoint.time_frame.clone(),
        population: population(spec, endpoint),
        role: endpoint.role,
        unit,
        parameter,
        dispersion,
        value,
        spread,
        analysed: at("n"),
        rows: Vec::new(),
        categories: Vec::new(),
        analyses: endpoint.analyses.iter().flat_map(|item| analyses(spec, computed, endpoint, item)).collect(),
        place: endpoint.estimand.analysis_set.place.clone(),
    })
}

fn population(spec: &Spec, endpoint: &EndpointSpec) -> String {
    let set = spec.analysis.analysis_sets.get(&*endpoint.estimand.analysis_set);
    let label = set.map(|s| s.label.clone()).unwrap_or_default();
    if endpoint.estimand.missing.is_empty() { label } else { format!("{label}. {}", endpoint.estimand.missing) }
}

/// The comparisons of one analysis as the registries want them.
fn analyses(
    spec: &Spec,
    computed: &Computed,
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
) -> Vec<StatisticalAnalysisInput> {
    let Some(ran) = computed.analyses.by_id.get(&item.id.value) else { return Vec::new() };
    let mut made = Vec::new();
    if item.options.contains_key("dose") {
        // A dose response has one test over all arms; its pairwise numbers are the main analysis' own.
        let p = Some(ResultKey::new(&ran.input.id, "dose_p")).filter(|k| computed.store.get(k).is_some());
        made.extend(p.map(|p| StatisticalAnalysisInput {
            title: title(ran, item),
            description: Some(ran.in_words.clone()),
            arms: ran.input.arms.clone(),
            kind: AnalysisKind::Superiority,
            margin: None,
            prespecified: endpoint.role != EndpointRole::PostHoc,
            method: RegistryMethod::Ancova,
            method_words: title(ran, item),
            comment: comment(spec, computed, endpoint, item, Some(&p)),
            p: Some(p),
            estimate: None,
        }));
        return made;
    }
    for comparison in &ran.input.comparisons {
        let pair = ran.input.compared(*comparison);
        let key = |statistic: &str| ResultKey::new(&ran.input.id, statistic).with("arm", pair.as_str());
        let stored = |statistic: &str| Some(key(statistic)).filter(|k| computed.store.get(k).is_some());
        let against = item.margin.as_ref().map(|margin| margin.kind.value);
        let p = against.and_then(|kind| stored(p_statistic(kind))).or_else(|| stored("p"));
        let effect = item.margin.as_ref().and_then(|margin| margin.effect.as_ref()).map(|effect| effect.as_str());
        let estimate = estimate(spec, ran, effect, &stored);
        if p.is_none() && estimate.is_none() {
            continue;
        }
        let (method, words) = method(ran, item);
        made.push(StatisticalAnalysisInput {
            title: format!("{}, {}", title(ran, item), pair.replace('/', " against ")),
            description: Some(ran.in_words.clone()),
            arms: vec![ran.input.arms[comparison.0].clone(), ran.input.arms[comparison.1].clone()],
            kind: match against {
                Some(MarginKind::NonInferiority) => AnalysisKind::NonInferiority,
                Some(MarginKind::Equivalence) => AnalysisKind::Equivalence,
                Some(MarginKind::SuperiorityByMargin) | None => AnalysisKind::Superiority,
            },
            margin: item.margin.as_ref().map(margin_words),
            prespecified: endpoint.role != EndpointRole::PostHoc,
            method,
            method_words: words,
            comment: comment(spec, computed, endpoint, item, p.as_ref()),
            p,
            estimate,
        });
    }
    made
}

fn title(ran: &Ran, item: &AnalysisItem) -> String {
    let title = crate::methods::find(ran.method).map_or(ran.method, |m| m.title());
    item.label.clone().unwrap_or_else(|| title.to_owned())
}

/// The margin as a sentence.
fn margin_words(margin: &MarginSpec) -> String {
    let text = in_words(margin);
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

fn comment(
    spec: &Spec,
    computed: &Computed,
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    p: Option<&ResultKey>,
) -> Option<String> {
    let mut words = Vec::new();
    match item.role {
        AnalysisRole::Main => {}
        AnalysisRole::Sensitivity => words.push("Sensitivity analysis."),
        AnalysisRole::Supplementary => words.push("Supplementary analysis."),
    }
    let whole = ResultKey::new(&item.id.value, "p");
    if crate::report::compose::is_nominal(computed.facts(spec), endpoint, p.unwrap_or(&whole)) {
        words.push(match spec.analysis.multiplicity {
            Some(_) => "The p-value is nominal: outside the multiple test procedure, or not rejected by it.",
            None => "The p-value is nominal: the primary analysis was not significant.",
        });
    }
    (!words.is_empty()).then(|| words.join(" "))
}

fn method(ran: &Ran, item: &AnalysisItem) -> (RegistryMethod, String) {
    let title = title(ran, item);
    let variances = item.options.get("variances").map(|v| v.value.clone());
    match ran.method {
        "ancova" => (RegistryMethod::Ancova, title),
        "anova" => (RegistryMethod::Anova, title),
        "chi_square" => (RegistryMethod::ChiSquared, title),
        "fisher" => (RegistryMethod::FisherExact, title),
        "log_rank" => (RegistryMethod::LogRank, title),
        "wilcoxon" => (RegistryMethod::Wilcoxon, title),
        "t_test" if variances == Some(OptionValue::Text("equal".to_owned())) => (RegistryMethod::TTest, title),
        "t_test" => (RegistryMethod::TTest, "Welch t test, two-sided".to_owned()),
        _ => (RegistryMethod::Other, title),
    }
}

fn estimate(
    spec: &Spec,
    ran: &Ran,
    effect: Option<&str>,
    stored: &dyn Fn(&str) -> Option<ResultKey>,
) -> Option<EstimateInput> {
    let (parameter, words, name) = match ran.method {
        // The effect that a margin speaks of.
        _ if effect == Some("risk_ratio") => (EstimateParameter::RiskRatio, "Risk ratio", "risk_ratio"),
        _ if effect == Some("odds_ratio") => (EstimateParameter::OddsRatio, "Odds ratio", "odds_ratio"),
        _ if effect == Some("hazard_ratio") => (EstimateParameter::HazardRatio, "Hazard ratio", "hazard_ratio"),
        "t_test" => (EstimateParameter::MeanDifference, "Difference of means", "diff"),
        "ancova" => (EstimateParameter::MeanDifferenceNet, "Difference of least-squares means", "diff"),
        "wilcoxon" => (EstimateParameter::Other, "Hodges-Lehmann shift", "hl"),
        "risk_difference" | "stratified_risk_difference" => {
            (EstimateParameter::RiskDifference, "Risk difference", "risk_diff")
        }
        _ => return None,
    };
    let value = stored(name)?;
    Some(EstimateInput {
        parameter,
        words: words.to_owned(),
        value,
        lower: stored(&format!("{name}_lower")),
        upper: stored(&format!("{name}_upper")),
        level: ConfidenceLevel::of_fraction(*spec.analysis.conf_level),
        standard_error: stored(&format!("{name}_se")),
        comment: None,
    })
}
