//! Subject variables that enter an analysis beside its measure: covariates, factors, strata.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::Diagnostics;
use crate::base::suggest::did_you_mean;
use crate::data::Engine;
use crate::data::catalog::VariableId;
use crate::spec::analysis::AnalysisItem;
use crate::spec::at::At;

use super::input::FactorLevels;
use super::measure::subject_variable;

/// A numeric covariate: the baseline of the measure, or a subject variable.
pub(super) enum Covariate {
    Base,
    Variable { name: String, values: BTreeMap<i64, f64> },
}

impl Covariate {
    pub(super) fn of(&self, subject: i64, base: Option<f64>) -> Option<f64> {
        match self {
            Self::Base => base,
            Self::Variable { values, .. } => values.get(&subject).copied(),
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Base => "the baseline",
            Self::Variable { name, .. } => name,
        }
    }
}

/// The numeric covariates of an analysis.
pub(super) fn covariates(
    engine: &Engine,
    item: &AnalysisItem,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Vec<Covariate> {
    let mut found = Vec::new();
    for name in &item.covariates {
        if name.eq_ignore_ascii_case("BASE") {
            found.push(Covariate::Base);
        } else if let Ok(variable) = subject_variable(engine, name, sink) {
            variables.push(variable);
            let values = engine.column(variable).into_iter().filter_map(|(row, v)| Some((row, v.as_f64()?))).collect();
            found.push(Covariate::Variable { name: name.value.clone(), values });
        }
    }
    found
}

/// Puts the configured reference level of each factor first.
pub(super) fn references(
    item: &AnalysisItem,
    mut maps: Vec<BTreeMap<i64, usize>>,
    factors: &mut [FactorLevels],
    sink: &mut Diagnostics,
) -> Vec<BTreeMap<i64, usize>> {
    for (name, level) in &item.reference {
        let Some(at) = factors.iter().position(|f| f.name == *name) else {
            sink.error(&codes::CFG_003, level.place.clone(), format!("`{name}` is no factor of this analysis"))
                .hint(did_you_mean(name, factors.iter().map(|f| f.name.as_str())));
            continue;
        };
        let Some(first) = factors[at].levels.iter().position(|l| *l == **level) else {
            sink.error(&codes::CFG_003, level.place.clone(), format!("`{name}` has no level `{}`", **level))
                .hint(did_you_mean(level, factors[at].levels.iter().map(String::as_str)));
            continue;
        };
        factors[at].levels[..=first].rotate_right(1);
        for place in maps[at].values_mut().filter(|place| **place <= first) {
            *place = if *place == first { 0 } else { *place + 1 };
        }
    }
    maps
}

/// The factors and covariates whose product with the arm is wanted; each must be one of the analysis.
pub(super) fn interactions(item: &AnalysisItem, sink: &mut Diagnostics) -> Vec<String> {
    let known = || item.factors.iter().chain(&item.covariates).map(|name| name.as_str());
    for name in item.interactions.iter().filter(|name| !known().any(|k| k == name.as_str())) {
        let said = format!("`{name}` is neither a factor nor a covariate of this analysis");
        sink.error(&codes::CFG_003, name.place.clone(), said).hint(did_you_mean(name, known()));
    }
    item.interactions.iter().map(|name| name.value.clone()).collect()
}

/// The contrasts with the weight of each arm.
pub(super) fn contrasts(item: &AnalysisItem, arms: &[String], sink: &mut Diagnostics) -> Vec<(String, Vec<f64>)> {
    let mut found: Vec<(String, Vec<f64>)> = Vec::new();
    for contrast in &item.contrasts {
        let mut weights = vec![0.0; arms.len()];
        for (arm, weight) in &contrast.weights {
            match arms.iter().position(|a| *a == **arm) {
                Some(at) => weights[at] = *weight,
                None => {
                    sink.error(&codes::CFG_003, arm.place.clone(), format!("there is no arm `{arm}`"))
                        .hint(did_you_mean(arm, arms.iter().map(String::as_str)));
                }
            }
        }
        let place = || contrast.id.place.clone();
        // Thirds written with a few digits still sum to 0.
        if crate::stats::sum::sum(weights.iter().copied()).abs() > 1e-6 || weights.iter().all(|w| *w == 0.0) {
            sink.error(&codes::CFG_005, place(), format!("the weights of `{}` do not sum to 0", contrast.id))
                .hint("those of the arms compared sum to 1 and those compared with to -1");
        }
        if found.iter().any(|(id, _)| *id == contrast.id.value) {
            sink.error(&codes::CFG_004, place(), format!("two contrasts are called `{}`", contrast.id));
        }
        found.push((contrast.id.value.clone(), weights));
    }
    found
}

/// Subject variables as levels: the level of each subject, and the levels in order.
pub(super) fn factors(
    engine: &Engine,
    names: &[At<String>],
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> (Vec<BTreeMap<i64, usize>>, Vec<FactorLevels>) {
    let mut maps = Vec::new();
    let mut all_levels = Vec::new();
    for name in names {
        let Ok(variable) = subject_variable(engine, name, sink) else { continue };
        variables.push(variable);
        let column: Vec<(i64, String)> = engine
            .column(variable)
            .into_iter()
            .filter(|(_, v)| !v.is_null())
            .map(|(row, v)| (row, v.shown()))
            .collect();
        let mut levels: Vec<String> = column.iter().map(|(_, level)| level.clone()).collect();
        levels.sort();
        levels.dedup();
        maps.push(
            column
                .into_iter()
                .map(|(row, level)| {
                    (row, levels.binary_search(&level).expect("invariant: the levels come from the column"))
                })
                .collect(),
        );
        all_levels.push(FactorLevels { name: name.value.clone(), levels });
    }
    (maps, all_levels)
}
