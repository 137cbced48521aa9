//! Repeats an analysis within the levels of a subject variable and tests whether its effect is the same in all.
//!
//! Keys of a level have the factor `subgroup=VARIABLE:level`. Tests of interaction: Cochran's Q of the effects with
//! their standard errors (`test=heterogeneity`; of proportions from their binomial variances), and for means and odds
//! in one model of all subjects: F (`test=f`) and likelihood ratio (`test=likelihood_ratio`). Brookes et al. (2004).

use std::collections::{BTreeMap, BTreeSet};

use crate::base::codes::CFG_004;
use crate::base::diagnostic::Diagnostics;
use crate::data::Engine;
use crate::data::catalog::VariableId;
use crate::results::{NewResult, ResultKey, ResultSink};
use crate::spec::analysis::AnalysisItem;
use crate::stats::ancova::Factor;
use crate::stats::heterogeneity::heterogeneity;
use crate::stats::subgroup::{SubgroupInput, subgroup_means, subgroup_odds};

use super::Method;
use super::effect::{EFFECTS, Effect, Estimate, concluded, keys, number};
use super::input::{AnalysisInput, Shape};
use super::measure::subject_variable;
use super::options::Options;
use super::writer::Writer;

/// A subgroup variable with the level of each subject.
struct Subgroup {
    name: String,
    variable: VariableId,
    of: BTreeMap<i64, String>,
    /// Levels of those analysed, sorted.
    levels: Vec<String>,
}

impl Subgroup {
    fn label(&self, level: &str) -> String {
        format!("{}:{level}", self.name)
    }
}

/// Runs the method in every level of every subgroup variable of the analysis.
#[expect(clippy::too_many_arguments, reason = "what is run, on what, and where results and faults go")]
pub(super) fn run(
    engine: &Engine,
    item: &AnalysisItem,
    method: &'static dyn Method,
    options: &Options,
    input: &AnalysisInput,
    in_words: &str,
    sink: &mut Diagnostics,
    results: &mut ResultSink<'_>,
) {
    let mut seen = BTreeSet::new();
    for named in &item.subgroups {
        let Ok(variable) = subject_variable(engine, named, sink) else { continue };
        if !seen.insert(variable) {
            sink.error(&CFG_004, named.place.clone(), format!("`{}` is a subgroup twice", **named));
            continue;
        }
        let of: BTreeMap<i64, String> = engine
            .column(variable)
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(subject, value)| (subject, value.shown()))
            .collect();
        let mut levels: Vec<String> = input.rows.iter().filter_map(|row| of.get(&row.subject).cloned()).collect();
        levels.sort();
        levels.dedup();
        let name = engine.catalog().variable(variable).name.to_string();
        let subgroup = Subgroup { name, variable, of, levels };
        for level in &subgroup.levels {
            let restricted = restrict(input, &subgroup, Some(level));
            let label = subgroup.label(level);
            let words = format!("{in_words}; subgroup {} = {level}", subgroup.name);
            let mut within = results.within("subgroup", &label);
            method.run(options, &mut Writer::new(&restricted, words, &mut within));
        }
        let absent = restrict(input, &subgroup, None);
        let words = format!("{in_words}; no value of {}", subgroup.name);
        let mut within = results.within("subgroup", &subgroup.name);
        let mut writer = Writer::new(&absent, words, &mut within);
        for arm in 0..input.arms.len() {
            writer.count("missing", arm, |_| true);
        }
        for effect in EFFECTS {
            for key in keys(results.store(), &input.id, effect) {
                heterogeneous(effect, &key, &subgroup, input, method.shape(), options, results);
            }
        }
        model(&subgroup, input, method, results);
    }
}

/// The analysis of those of one level, or of those without a value.
fn restrict(input: &AnalysisInput, subgroup: &Subgroup, level: Option<&str>) -> AnalysisInput {
    let belongs = |subject: i64| subgroup.of.get(&subject).map(String::as_str) == level;
    let mut restricted = input.clone();
    let stay: Vec<bool> = input.rows.iter().map(|row| belongs(row.subject)).collect();
    let mut of_stay = stay.iter();
    restricted.rows.retain(|_| of_stay.next() == Some(&true));
    for component in &mut restricted.components {
        let (mut values, mut records) = (stay.iter(), stay.iter());
        component.values.retain(|_| values.next() == Some(&true));
        component.records.retain(|_| records.next() == Some(&true));
    }
    restricted.left_out.retain(|left| belongs(left.subject));
    restricted.missing.retain(|(subject, _)| belongs(*subject));
    restricted.variables.push(subgroup.variable);
    restricted.variables.sort_unstable();
    restricted.variables.dedup();
    // The subgroup's own variable is constant here; of other factors only the levels that occur can be fitted.
    for at in (0..restricted.factors.len()).rev() {
        if restricted.factors[at].name.eq_ignore_ascii_case(&subgroup.name) {
            restricted.factors.remove(at);
            for row in &mut restricted.rows {
                row.factors.remove(at);
            }
            continue;
        }
        let occurring: BTreeSet<usize> = restricted.rows.iter().map(|row| row.factors[at]).collect();
        let levels = occurring.iter().map(|level| restricted.factors[at].levels[*level].clone()).collect();
        restricted.factors[at].levels = levels;
        for row in &mut restricted.rows {
            row.factors[at] = occurring.range(..row.factors[at]).count();
        }
    }
    restricted
}

/// Cochran's Q of an effect over the levels.
fn heterogeneous(
    effect: &Effect,
    key: &ResultKey,
    subgroup: &Subgroup,
    input: &AnalysisInput,
    shape: Shape,
    options: &Options,
    results: &mut ResultSink<'_>,
) {
    let Some(level) = options.conf_level() else { return };
    let in_level = |one: &String| key.clone().with("subgroup", subgroup.label(one));
    let from: Vec<ResultKey> = subgroup.levels.iter().map(in_level).collect();
    let read = |(key, one): (&ResultKey, &String)| {
        let of_proportions = match (effect.name, shape) {
            ("risk_diff", Shape::Response) => binomial(&restrict(input, subgroup, Some(one)), key, results),
            _ => None,
        };
        of_proportions
            .unwrap_or_else(|| Estimate::read(results.store(), key, effect, level).map(|e| (e.value, e.standard_error)))
            .map_err(|reason| format!("{}: {reason}", subgroup.label(one)))
    };
    let read: Result<Vec<(f64, f64)>, String> = from.iter().zip(&subgroup.levels).map(read).collect();
    let test = read.and_then(|read| {
        let (estimates, errors): (Vec<f64>, Vec<f64>) = read.into_iter().unzip();
        heterogeneity(&estimates, &errors, level).map_err(|reason| reason.to_string())
    });
    let rule = format!("heterogeneity of the effects by {} (Cochran's Q)", subgroup.name);
    let lineage = concluded(results, &from, rule);
    let place = key.clone().with("subgroup", subgroup.name.as_str()).with("effect", effect.name);
    let place = place.with("test", "heterogeneity");
    for (name, value) in [
        ("interaction_chi_square", test.as_ref().map(|t| t.q)),
        ("interaction_df", test.as_ref().map(|t| t.df)),
        ("interaction_p", test.as_ref().map(|t| t.p)),
    ] {
        results.estimate(place.statistic(name), value.map_err(Clone::clone), lineage.clone(), NewResult::default());
    }
}

/// Difference of two proportions with its binomial standard error, where the effect stored is that difference.
fn binomial(input: &AnalysisInput, key: &ResultKey, results: &ResultSink<'_>) -> Option<Result<(f64, f64), String>> {
    let pair = input.comparisons.iter().find(|pair| Some(input.compared(**pair).as_str()) == key.level("arm"))?;
    #[expect(clippy::cast_precision_loss, reason = "counts of subjects are far below 2^53")]
    let of = |arm: usize| {
        let (events, n) = input.responders(arm);
        let p = events as f64 / n as f64;
        (p, p * (1.0 - p) / n as f64)
    };
    let ((p_a, variance_a), (p_b, variance_b)) = (of(pair.0), of(pair.1));
    let stored = match number(results.store(), key) {
        Ok(stored) => stored,
        Err(reason) => return Some(Err(reason)),
    };
    let variance = variance_a + variance_b;
    let known = if variance > 0.0 { Ok((stored, variance.sqrt())) } else { Err("no variation".to_owned()) };
    ((stored - (p_a - p_b)).abs() <= 1e-12).then_some(known)
}

/// The test of interaction in one model of all subjects: a linear one of means, a logistic one of odds.
fn model(subgroup: &Subgroup, input: &AnalysisInput, method: &dyn Method, results: &mut ResultSink<'_>) {
    let linear = matches!(method.name(), "t_test" | "ancova");
    let logistic = matches!(method.name(), "risk_difference" | "fisher" | "chi_square" | "logistic");
    if !linear && !logistic {
        return;
    }
    let rows: Vec<_> = input.rows.iter().filter(|row| subgroup.of.contains_key(&row.subject)).collect();
    let level_of = |subject: i64| {
        let level = subgroup.of.get(&subject);
        subgroup.levels.iter().position(|l| Some(l) == level).unwrap_or_default()
    };
    let response: Vec<f64> = rows.iter().map(|row| row.value).collect();
    let arms: Vec<usize> = rows.iter().map(|row| row.arm).collect();
    let levels: Vec<usize> = rows.iter().map(|row| level_of(row.subject)).collect();
    let mut covariates: Vec<Vec<f64>> = Vec::new();
    // What the method itself adjusts for; a factor as columns of zeros and ones, without its first level.
    if matches!(method.name(), "ancova" | "logistic") {
        covariates.extend((0..input.covariates.len()).map(|at| rows.iter().map(|row| row.covariates[at]).collect()));
        for (at, factor) in input.factors.iter().enumerate() {
            if factor.name.eq_ignore_ascii_case(&subgroup.name) {
                continue;
            }
            let occurring: BTreeSet<usize> = rows.iter().map(|row| row.factors[at]).collect();
            for level in occurring.into_iter().skip(1) {
                covariates.push(rows.iter().map(|row| f64::from(u8::from(row.factors[at] == level))).collect());
            }
        }
    }
    let covariates: Vec<&[f64]> = covariates.iter().map(Vec::as_slice).collect();
    let records = SubgroupInput {
        response: &response,
        group: Factor { level: &arms, n_levels: input.arms.len() },
        reference: input.comparisons.first().map_or(0, |pair| pair.1),
        subgroup: Factor { level: &levels, n_levels: subgroup.levels.len() },
        covariates: &covariates,
    };
    let in_level = |level: &String| {
        let label = subgroup.label(level);
        input
            .arms
            .iter()
            .map(move |arm| ResultKey::new(&input.id, "n").with("arm", arm.as_str()).with("subgroup", label.as_str()))
    };
    let from: Vec<ResultKey> = subgroup.levels.iter().flat_map(in_level).collect();
    let (test, found) = if linear {
        let test = subgroup_means(records, 0.95).and_then(|fit| fit.interaction);
        let found = vec![
            ("interaction_f", test.map(|t| t.f)),
            ("interaction_df", test.map(|t| t.numerator_df)),
            ("interaction_df2", test.map(|t| t.denominator_df)),
            ("interaction_p", test.map(|t| t.p)),
        ];
        ("f", found)
    } else {
        let test = subgroup_odds(records, 0.95).and_then(|fit| fit.likelihood_ratio);
        let found = vec![
            ("interaction_chi_square", test.map(|t| t.chi_square)),
            ("interaction_df", test.map(|t| t.df)),
            ("interaction_p", test.map(|t| t.p)),
        ];
        ("likelihood_ratio", found)
    };
    let words = if linear { "F in one linear model" } else { "likelihood ratio in one logistic model" };
    let lineage = concluded(results, &from, format!("interaction of arm and {}: {words}", subgroup.name));
    for (name, value) in found {
        let key = ResultKey::new(&input.id, name).with("subgroup", subgroup.name.as_str()).with("test", test);
        results.estimate(key, value.map_err(|reason| reason.to_string()), lineage.clone(), NewResult::default());
    }
}
