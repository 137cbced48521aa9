//! What the registries get of a configured study: each endpoint with its main analyses, baseline, sets, safety.

use crate::base::number::plain;
use crate::results::{ResultKey, ResultStore};
use crate::spec::Spec;
use crate::spec::analysis::{
    AnalysisItem, AnalysisRole, BaselineVariable, Comparison, EndCategory, EndpointRole, EndpointSpec, OptionValue,
    VariableRole,
};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::study_design::Framework;

use super::registry_input::{
    AnalysisKind, AnalysisSetInput, AnalysisSetKind, BaselineInput, CategoricalInput, CharacteristicForm,
    CharacteristicInput, ConfidenceLevel, Dispersion, EstimateInput, EstimateParameter, KeyPattern, OutcomeInput,
    Parameter, PeriodInput, RegistryInput, RegistryMethod, RowInput, SafetyInput, SexInput, StatisticalAnalysisInput,
};
use super::registry_record::TOTAL;

/// The registry input of a study with one period, from its configuration and the keys its analyses wrote.
#[must_use]
pub fn plan<'a>(spec: &'a Spec, codes: &'a RegistryCodes, store: &ResultStore) -> RegistryInput<'a> {
    let analysis = &spec.analysis;
    let ends = analysis.flow.follow_up_end.iter().filter(|end| end.category != EndCategory::Completed);
    let reasons = ends.map(|end| (end.id.value.clone(), end.label.clone())).collect();
    let sets = analysis.analysis_sets.iter().map(|(id, set)| AnalysisSetInput {
        id: id.clone(),
        label: set.label.clone(),
        description: if set.description.is_empty() { set.label.clone() } else { set.description.clone() },
        kind: AnalysisSetKind::of(id, &set.label),
    });
    let mut outcomes: Vec<OutcomeInput> =
        analysis.endpoints.iter().filter_map(|(id, endpoint)| outcome(id, endpoint, spec, store)).collect();
    outcomes.sort_by_key(|outcome| match outcome.role {
        EndpointRole::Primary => 0,
        EndpointRole::Secondary => 1,
        EndpointRole::OtherPrespecified => 2,
        EndpointRole::PostHoc => 3,
    });
    let safety = analysis.safety.as_ref().map(|safety| SafetyInput {
        set: safety.set.value.clone(),
        dictionary: safety.dictionary.name.clone(),
        dictionary_version: safety.dictionary.version.clone(),
        threshold_percent: spec.report.registries.frequency_threshold,
        definition: safety.definition.clone(),
    });
    RegistryInput {
        study: &spec.study,
        codes,
        periods: vec![PeriodInput::overall(reasons)],
        analysis_sets: sets.collect(),
        baseline: baseline(spec, store),
        outcomes,
        safety,
    }
}

fn set_label(spec: &Spec, id: &str) -> String {
    spec.analysis.analysis_sets.get(id).map_or_else(String::new, |set| {
        if set.description.is_empty() { format!("{}.", set.label) } else { format!("{}: {}", set.label, set.description) }
    })
}

fn baseline(spec: &Spec, store: &ResultStore) -> BaselineInput {
    let baseline = &spec.analysis.baseline;
    let name = |of: &BaselineVariable| of.variable.to_ascii_uppercase();
    let called = |what: &str| {
        baseline.variables.iter().find(|of| of.registry.as_ref().is_some_and(|registry| registry.eq_ignore_ascii_case(what)))
    };
    let levels = |of: &BaselineVariable| CategoricalInput {
        variable: name(of),
        levels: of.levels.iter().map(|(level, label)| (level.clone(), label.clone())).collect(),
    };
    let sex = called("sex").and_then(|of| {
        let level = |word: &str| {
            let first = &word[..1];
            let is_it = |(level, label): &(&String, &String)| label.eq_ignore_ascii_case(word) || level.eq_ignore_ascii_case(first);
            of.levels.iter().find(is_it).map(|(level, _)| level.clone())
        };
        Some(SexInput { variable: name(of), female: level("Female")?, male: level("Male")? })
    });
    let own = baseline.variables.iter().filter(|of| of.registry.is_none() && !of.hidden && of.condition.is_none());
    let study_specific = own
        .map(|of| {
            let mean = KeyPattern::new("base", "mean").with("variable", &name(of)).of(TOTAL);
            let unit = store.get(&mean).and_then(|result| result.unit.clone());
            let (unit, form) = match of.kind {
                VariableRole::Continuous => {
                    let form = CharacteristicForm::Continuous { variable: name(of), median: false };
                    (unit.unwrap_or_else(|| "units".to_owned()), form)
                }
                VariableRole::Categorical => ("Participants".to_owned(), CharacteristicForm::Categorical(levels(of))),
            };
            CharacteristicInput { title: of.label.clone().unwrap_or_else(|| name(of)), description: None, unit, form }
        })
        .collect();
    BaselineInput {
        set: baseline.set.value.clone(),
        population: set_label(spec, &baseline.set),
        age: called("age").map(name),
        sex,
        race: called("race").map(levels),
        ethnicity: called("ethnicity").map(levels),
        study_specific,
    }
}

/// The values of an endpoint come from its first main analysis that describes arms.
fn outcome(id: &str, endpoint: &EndpointSpec, spec: &Spec, store: &ResultStore) -> Option<OutcomeInput> {
    let main: Vec<&AnalysisItem> = endpoint.analyses.iter().filter(|item| item.role == AnalysisRole::Main).collect();
    let candidates = main.iter().copied().chain(&endpoint.analyses);
    let described = candidates.clone().find(|item| item.method.value != "log_rank").or_else(|| main.first().copied())?;
    let pattern = |statistic: &str| KeyPattern::new(&described.id, statistic);
    let interval = |statistic: &str| vec![pattern(&format!("{statistic}_lower")), pattern(&format!("{statistic}_upper"))];
    let level = level_of(described, spec);
    let times = times_of(described);
    let unit = &endpoint.measure.unit;
    let participants = "Participants".to_owned();
    let (parameter, dispersion, value, spread, unit) = match described.method.as_str() {
        "ancova" => {
            (Parameter::LeastSquaresMean, Dispersion::ConfidenceInterval(level), pattern("lsmean"), interval("lsmean"), unit.clone())
        }
        "wilcoxon" => {
            (Parameter::Median, Dispersion::InterQuartileRange, pattern("median"), vec![pattern("q1"), pattern("q3")], unit.clone())
        }
        "kaplan_meier" => {
            (Parameter::Median, Dispersion::ConfidenceInterval(level), pattern("median"), interval("median"), unit.clone())
        }
        "cumulative_incidence" if !times.is_empty() => {
            let unit = "Percentage of participants".to_owned();
            (Parameter::Number, Dispersion::ConfidenceInterval(level), pattern("cif"), interval("cif"), unit)
        }
        "chi_square" | "cumulative_incidence" | "fisher" | "log_rank" | "risk_difference" => {
            (Parameter::CountOfParticipants, Dispersion::None, pattern("events"), Vec::new(), participants)
        }
        _ => (Parameter::Mean, Dispersion::StandardDeviation, pattern("mean"), vec![pattern("sd")], unit.clone()),
    };
    let at_times = described.method.as_str() == "cumulative_incidence" && parameter == Parameter::Number;
    let row = |time: &f64| RowInput {
        title: format!("Time {}", plain(*time)),
        factors: vec![("time".to_owned(), plain(*time))],
    };
    let set = described.analysis_set.as_ref().unwrap_or(&endpoint.estimand.analysis_set);
    let analyses = main.iter().flat_map(|item| statistical_analyses(item, endpoint, spec, store)).collect();
    Some(OutcomeInput {
        id: id.to_owned(),
        title: endpoint.title.clone(),
        description: (!endpoint.description.is_empty()).then(|| endpoint.description.clone()),
        time_frame: endpoint.time_frame.clone(),
        population: set_label(spec, set),
        role: endpoint.role,
        unit,
        parameter,
        dispersion,
        value,
        spread,
        analysed: pattern("n"),
        rows: if at_times { times.iter().map(row).collect() } else { Vec::new() },
        categories: Vec::new(),
        analyses,
        place: described.id.place.clone(),
    })
}

fn level_of(item: &AnalysisItem, spec: &Spec) -> ConfidenceLevel {
    let own = item.options.get("conf_level").and_then(|option| match option.value {
        OptionValue::Number(level) => Some(level),
        _ => None,
    });
    ConfidenceLevel::of_fraction(own.unwrap_or(spec.analysis.conf_level))
}

fn times_of(item: &AnalysisItem) -> Vec<f64> {
    match item.options.get("times").map(|option| &option.value) {
        Some(OptionValue::Numbers(times)) => times.clone(),
        Some(OptionValue::Number(time)) => vec![*time],
        _ => Vec::new(),
    }
}

/// One analysis a comparison, or one of all arms where there is none.
fn statistical_analyses(
    item: &AnalysisItem,
    endpoint: &EndpointSpec,
    spec: &Spec,
    store: &ResultStore,
) -> Vec<StatisticalAnalysisInput> {
    let stored = |key: ResultKey| store.get(&key).is_some().then_some(key);
    let (method, words) = method_of(&item.method, &item.label);
    let base = |title: String, arms: Vec<String>, p: Option<ResultKey>, estimate: Option<EstimateInput>| StatisticalAnalysisInput {
        title,
        description: item.label.clone(),
        arms,
        kind: match spec.study.design.framework {
            Framework::Superiority => AnalysisKind::Superiority,
            Framework::NonInferiority => AnalysisKind::NonInferiority,
            Framework::Equivalence => AnalysisKind::Equivalence,
            Framework::Exploratory => AnalysisKind::Other,
        },
        margin: None,
        prespecified: endpoint.role != EndpointRole::PostHoc,
        method,
        method_words: words.clone(),
        p,
        estimate,
        comment: None,
    };
    let label = |id: &str| spec.study.arms.get(id).map_or_else(|| id.to_owned(), |arm| arm.label.value.clone());
    let compared = |comparison: &Comparison| {
        let level = format!("{}/{}", comparison.arm.value, comparison.vs.value);
        let key = |statistic: &str| stored(ResultKey::new(item.id.as_str(), statistic).with("arm", level.as_str()));
        let title = format!("{} versus {}", label(&comparison.arm), label(&comparison.vs));
        let direction = format!("{} compared with {}.", label(&comparison.arm), label(&comparison.vs));
        let estimate = estimate_of(item, endpoint).and_then(|(statistic, parameter, words)| {
            Some(EstimateInput {
                parameter,
                words: words.to_owned(),
                value: key(statistic)?,
                lower: key(&format!("{statistic}_lower")),
                upper: key(&format!("{statistic}_upper")),
                level: level_of(item, spec),
                standard_error: key(&format!("{statistic}_se")),
                comment: Some(direction),
            })
        });
        base(title, vec![comparison.arm.value.clone(), comparison.vs.value.clone()], key("p"), estimate)
    };
    let mut analyses: Vec<StatisticalAnalysisInput> = item.compare.iter().map(compared).collect();
    if analyses.is_empty()
        && let Some(p) = stored(ResultKey::new(item.id.as_str(), "p"))
    {
        analyses.push(base("All arms".to_owned(), spec.study.arm_ids().map(str::to_owned).collect(), Some(p), None));
    }
    analyses.retain(|analysis| analysis.p.is_some() || analysis.estimate.is_some());
    analyses
}

/// The registries' name of a method, and words where they have none.
fn method_of(method: &str, label: &Option<String>) -> (RegistryMethod, String) {
    let (known, words) = match method {
        "ancova" => (RegistryMethod::Ancova, "Analysis of covariance"),
        "anova" => (RegistryMethod::Anova, "Analysis of variance"),
        "chi_square" => (RegistryMethod::ChiSquared, "Chi-squared test"),
        "cumulative_incidence" => (RegistryMethod::Other, "Gray's test"),
        "fisher" => (RegistryMethod::FisherExact, "Fisher's exact test"),
        "log_rank" => (RegistryMethod::LogRank, "Log-rank test"),
        "t_test" => (RegistryMethod::TTest, "t-test, two-sided"),
        "wilcoxon" => (RegistryMethod::Wilcoxon, "Wilcoxon rank sum test"),
        other => (RegistryMethod::Other, other),
    };
    (known, label.clone().unwrap_or_else(|| words.to_owned()))
}

/// Which statistic of a method is the estimate, and what the registries call it.
fn estimate_of(item: &AnalysisItem, endpoint: &EndpointSpec) -> Option<(&'static str, EstimateParameter, &'static str)> {
    let is_change = endpoint.measure.value != crate::spec::analysis::ValueKind::Value;
    let mean = if is_change { EstimateParameter::MeanDifferenceNet } else { EstimateParameter::MeanDifference };
    match item.method.as_str() {
        "ancova" => Some(("diff", EstimateParameter::Other, "Difference of least squares means")),
        "t_test" => Some(("diff", mean, "Difference of means")),
        "wilcoxon" => Some(("hl", EstimateParameter::Other, "Hodges-Lehmann shift")),
        "risk_difference" => Some(("risk_diff", EstimateParameter::RiskDifference, "Risk difference")),
        _ => None,
    }
}
