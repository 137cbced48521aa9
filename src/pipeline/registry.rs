//! What the registry record is composed from: the flow as milestones, endpoints as outcome measures.

use crate::report::compose::Facts;
use crate::report::registry::compose::endpoint;
use crate::report::registry::compose::input::{
    AnalysisSetInput, BaselineInput, CategoricalInput, CharacteristicForm, CharacteristicInput, KeyPattern,
    PeriodInput, ReasonInput, RegistryInput, SafetyInput, SexInput, analysis_set_kind,
};
use crate::spec::Spec;
use crate::spec::analysis::{BaselineVariable, DispositionBlock, EndCategory, RegistryMeasure, VariableRole};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::study_design::Epoch;

/// Fills the input of the registry record.
pub(super) fn input<'a>(facts: Facts<'a>, codes: &'a RegistryCodes, terms: &'a RegistryTerms) -> RegistryInput<'a> {
    let spec = facts.spec;
    RegistryInput {
        study: &spec.study,
        codes,
        terms,
        periods: periods(spec),
        analysis_sets: spec
            .analysis
            .analysis_sets
            .iter()
            .map(|(id, set)| AnalysisSetInput {
                id: id.clone(),
                label: set.label.clone(),
                description: if set.description.is_empty() { set.label.clone() } else { set.description.clone() },
                kind: analysis_set_kind(id, &set.label),
                basis: set.arm,
            })
            .collect(),
        baseline: baseline(spec),
        outcomes: spec.analysis.endpoints.iter().filter_map(|(id, e)| endpoint::outcome(facts, id, e)).collect(),
        safety: spec.analysis.safety.as_ref().map(|safety| SafetyInput {
            set: safety.set.value.clone(),
            dictionary: safety.dictionary.name.clone(),
            dictionary_version: safety.dictionary.version.clone(),
            threshold: spec.report.registries.threshold(),
            definition: safety.definition.clone(),
        }),
    }
}

/// The flow where there is one epoch; of several, those whose disposition block is known. Composing tells of others.
fn periods(spec: &Spec) -> Vec<PeriodInput> {
    let epochs = &spec.study.epochs;
    let named = |id: &str| spec.analysis.disposition.iter().find(|block| block.id.as_str() == id);
    let of_epoch = |epoch: &Epoch| {
        let period = of_block(named(epoch.disposition.as_ref()?)?);
        let milestones = epoch.milestones.as_ref().and_then(|block| named(block)).map(milestones).unwrap_or_default();
        Some(PeriodInput { milestones, ..period })
    };
    let found: Vec<PeriodInput> = epochs.values().filter_map(of_epoch).collect();
    if epochs.len() > 1 || !found.is_empty() {
        return found;
    }
    let ends = &spec.analysis.flow.follow_up_end;
    let left = ends.iter().filter(|end| !matches!(end.category, EndCategory::Completed | EndCategory::Ongoing));
    let overall = PeriodInput::overall(left.map(|end| (end.id.value.clone(), end.label.clone())).collect());
    // The flow counts all who are still in the study together.
    let ongoing = ends.iter().find(|end| end.category == EndCategory::Ongoing).map(|end| ReasonInput {
        id: end.id.value.clone(),
        words: end.label.clone(),
        subjects: KeyPattern::new("flow", "ongoing"),
    });
    vec![PeriodInput { ongoing, ..overall }]
}

/// Category of a disposition block for those who completed its part of the study.
const COMPLETED: &str = "completed";

fn category(block: &DispositionBlock, id: &str) -> KeyPattern {
    KeyPattern::new("disp", "n").with("block", &block.id).with("category", id)
}

/// The categories of a block as milestones.
fn milestones(block: &DispositionBlock) -> Vec<(String, KeyPattern)> {
    block.categories.iter().map(|one| (one.label.clone(), category(block, &one.id))).collect()
}

fn of_block(block: &DispositionBlock) -> PeriodInput {
    let category = |id: &str| category(block, id);
    let reasons = block.categories.iter().filter(|category| category.id.as_str() != COMPLETED);
    PeriodInput {
        started: KeyPattern::new("set", "n").with("set", &block.set),
        completed: category(COMPLETED),
        reasons: reasons
            .map(|reason| ReasonInput {
                id: reason.id.value.clone(),
                words: reason.label.clone(),
                subjects: category(&reason.id),
            })
            .collect(),
        ongoing: None,
        milestones: Vec::new(),
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
