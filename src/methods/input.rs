//! Binds an analysis to its data: who is analysed with which value, who is not and why.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::data::Engine;
use crate::data::catalog::{DatasetId, VariableId};
use crate::data::record_set::RecordId;
use crate::population::analysis_set::{AnalysisSets, EvaluatedSet};
use crate::results::LeftOut;
use crate::spec::Spec;
use crate::spec::analysis::{AnalysisItem, EndpointSpec, Strategy, ValueKind};
use crate::spec::at::At;

use super::measure::{About, Measured, measure, subject_variable};
use super::single_imputation;

/// What kind of value a method takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A number a subject.
    Number,
    /// Response or no response.
    Response,
    /// A time with its status: 0 censored, 1 event, 2 competing event.
    Time,
    /// Numbers at several visits; [`Analysed::value`] is the last of them.
    Visits,
    /// As [`Shape::Visits`], with those who have a baseline and no visit after it, whose value is not a number.
    VisitsToImpute,
}

impl Shape {
    /// Whether the method takes values at several visits.
    #[must_use]
    pub fn is_repeated(self) -> bool {
        matches!(self, Self::Visits | Self::VisitsToImpute)
    }
}

/// An analysed subject.
#[derive(Clone, Debug)]
pub struct Analysed {
    /// Row of the subject table.
    pub subject: i64,
    /// Unique subject identifier.
    pub key: String,
    /// Position in [`AnalysisInput::arms`].
    pub arm: usize,
    /// The record that gave the value.
    pub record: RecordId,
    /// Records of [`Analysed::at_visits`].
    pub records: Vec<RecordId>,
    /// Number, response (0 or 1) or time.
    pub value: f64,
    /// Status of a time.
    pub status: usize,
    /// Covariates in the order configured.
    pub covariates: Vec<f64>,
    /// Levels of the factors in the order configured, as positions in [`AnalysisInput::factors`].
    pub factors: Vec<usize>,
    /// Baseline value and value at the visit, where the measure is a change.
    pub base: Option<f64>,
    /// See `base`.
    pub aval: Option<f64>,
    /// Time at risk, where the measure names one.
    pub exposure: Option<f64>,
    /// Values at [`AnalysisInput::visits`], for [`Shape::Visits`].
    pub at_visits: Vec<Option<f64>>,
    /// Whether an intercurrent event or a rule of imputation set the value, or it has to be imputed.
    pub imputed: bool,
}

/// A factor with its levels in sorted order.
#[derive(Clone, Debug)]
pub struct FactorLevels {
    /// Variable name.
    pub name: String,
    /// Levels.
    pub levels: Vec<String>,
}

/// Everything a method needs.
#[derive(Debug)]
pub struct AnalysisInput {
    /// Analysis id.
    pub id: String,
    /// Arm ids in the order of study.yaml.
    pub arms: Vec<String>,
    /// Comparisons as positions in `arms`: compared, reference.
    pub comparisons: Vec<(usize, usize)>,
    /// Position of the reference arm in `arms`.
    pub reference: Option<usize>,
    /// Whether the comparisons stand in the configuration.
    pub comparisons_given: bool,
    /// Who is analysed, in subject order.
    pub rows: Vec<Analysed>,
    /// Everyone else of the subject table, with the reason.
    pub left_out: Vec<LeftOut>,
    /// Members of the analysis set without a value, with their arm.
    pub missing: Vec<(i64, usize)>,
    /// Columns read.
    pub variables: Vec<VariableId>,
    /// Factors in the order configured.
    pub factors: Vec<FactorLevels>,
    /// Names of the covariates.
    pub covariates: Vec<String>,
    /// Visits in order, for [`Shape::Visits`].
    pub visits: Vec<String>,
    /// Decimals of the data.
    pub decimals: u8,
    /// Unit of the values.
    pub unit: String,
    /// Whether the measure is a change from baseline.
    pub is_change: bool,
    /// Label of the analysis set.
    pub set_label: String,
    /// The subject table.
    pub adsl: DatasetId,
}

impl AnalysisInput {
    /// The values of an arm, in subject order.
    #[must_use]
    pub fn values(&self, arm: usize) -> Vec<f64> {
        self.rows.iter().filter(|r| r.arm == arm).map(|r| r.value).collect()
    }

    /// Responders and number of an arm.
    #[must_use]
    pub fn responders(&self, arm: usize) -> (u64, u64) {
        let of_arm = || self.rows.iter().filter(|r| r.arm == arm);
        (of_arm().filter(|r| r.value > 0.5).count() as u64, of_arm().count() as u64)
    }

    /// Stratum of each row and the number of strata: the combinations of levels of all factors that occur, in order.
    #[must_use]
    pub fn strata(&self) -> (Vec<usize>, usize) {
        let mut known: Vec<&[usize]> = self.rows.iter().map(|r| r.factors.as_slice()).collect();
        known.sort_unstable();
        known.dedup();
        let stratum = |r: &Analysed| known.binary_search(&r.factors.as_slice()).unwrap_or_default();
        (self.rows.iter().map(stratum).collect(), known.len())
    }

    /// Arm id of a comparison: `msc/placebo`.
    #[must_use]
    pub fn compared(&self, comparison: (usize, usize)) -> String {
        format!("{}/{}", self.arms[comparison.0], self.arms[comparison.1])
    }
}

/// Binds one analysis of an endpoint.
///
/// # Errors
/// [`Stop`] after every problem was reported.
pub fn bind(
    spec: &Spec,
    engine: &Engine,
    sets: &AnalysisSets,
    endpoint: &EndpointSpec,
    item: &AnalysisItem,
    shape: Shape,
    sink: &mut Diagnostics,
) -> Result<AnalysisInput, Stop> {
    let mark = sink.mark();
    let set_id = item.analysis_set.as_ref().unwrap_or(&endpoint.estimand.analysis_set);
    let Some(set) = sets.get(set_id) else {
        return Err(sink
            .error(&codes::CFG_003, set_id.place.clone(), format!("there is no analysis set `{}`", **set_id))
            .hint(did_you_mean(set_id, spec.analysis.analysis_sets.keys().map(String::as_str)))
            .stop());
    };
    let arms: Vec<String> = spec.study.arm_ids().map(str::to_owned).collect();
    let comparisons = comparisons(spec, item, &arms, sink);
    let mut variables = set.variables.clone();
    let events = events(spec, engine, endpoint, &mut variables, sink)?;
    let until = until(&events);
    let (measured, about) = measure(engine, spec, endpoint, item, shape, &until, &mut variables, sink)?;
    if let Some(event) = events.iter().find(|e| shape.is_repeated() && e.strategy == Strategy::Composite) {
        return Err(sink
            .error(
                &codes::ANA_001,
                item.method.place.clone(),
                format!("`{}` cannot set a value for {}", *item.method, event.label),
            )
            .hint("a composite strategy with a value needs a method with one value a subject")
            .stop());
    }
    let condition = match &item.condition {
        Some(sql) => {
            let expression = engine.compile(engine.adsl(), sql, sink)?;
            variables.extend(&expression.reads);
            Some(engine.truth(&expression, sink)?)
        }
        None => None,
    };
    let covariates = covariates(engine, item, &mut variables, sink);
    let (factors, levels) = factors(engine, item, &mut variables, sink);
    sink.check(mark)?;

    let mut input = AnalysisInput {
        id: item.id.value.clone(),
        comparisons,
        comparisons_given: !item.compare.is_empty(),
        reference: spec.study.reference_arm().and_then(|r| arms.iter().position(|a| a == r)),
        rows: Vec::new(),
        left_out: set.left_out.clone(),
        missing: Vec::new(),
        variables: Vec::new(),
        factors: levels,
        covariates: item.covariates.iter().map(|c| c.value.clone()).collect(),
        visits: about.visits.clone(),
        decimals: about.decimals,
        unit: endpoint.measure.unit.clone(),
        is_change: endpoint.measure.value != ValueKind::Value && endpoint.measure.parameter.is_some(),
        set_label: set.label.clone(),
        adsl: engine.adsl(),
        arms,
    };
    let no_response = single_imputation::no_response(item);
    let incomplete = shape == Shape::VisitsToImpute;
    let selection = Selection { measured, events, condition, covariates, factors, about, no_response, incomplete };
    select(&mut input, set, &selection, engine);
    variables.sort_unstable();
    variables.dedup();
    input.variables = variables;
    input.left_out.sort();
    Ok(input)
}

struct Selection {
    measured: BTreeMap<i64, Measured>,
    events: Vec<Intercurrent>,
    condition: Option<Vec<(i64, Option<bool>)>>,
    covariates: Vec<Covariate>,
    factors: Vec<BTreeMap<i64, usize>>,
    about: About,
    /// Whether a missing response is no response.
    no_response: bool,
    /// Whether those without a value at any visit stay.
    incomplete: bool,
}

/// Decides for each member of the set.
fn select(input: &mut AnalysisInput, set: &EvaluatedSet, selection: &Selection, engine: &Engine) {
    for member in &set.members {
        let subject = member.subject;
        let Some(arm) = input.arms.iter().position(|a| *a == member.arm) else { continue };
        let mut leave_out = |reason: String| input.left_out.push(LeftOut { subject, reason });
        if let Some(condition) = &selection.condition {
            let truth = usize::try_from(subject - 1).ok().and_then(|at| condition.get(at)).and_then(|c| c.1);
            if truth != Some(true) {
                leave_out("the analysis' own condition does not hold".to_owned());
                continue;
            }
        }
        let measured = selection.measured.get(&subject);
        let mut value = measured.and_then(|m| m.value);
        let mut imputed = measured.is_some_and(|m| m.imputed);
        let mut excluded = None;
        if value.is_none() && selection.no_response {
            (value, imputed) = (Some(0.0), true);
        }
        if value.is_none() && selection.incomplete && measured.is_some() {
            value = Some(f64::NAN);
        }
        let last_seen = measured.and_then(|m| m.at_visits.last().copied().flatten());
        imputed |= selection.incomplete && last_seen.is_none();
        for event in &selection.events {
            if !event.subjects.get(&subject).copied().unwrap_or(false) {
                continue;
            }
            match (event.strategy, event.value) {
                (Strategy::Composite, Some(set_to)) => {
                    value = Some(set_to);
                    imputed = true;
                }
                (Strategy::Composite | Strategy::TreatmentPolicy, _) => {}
                // The measure itself stops at the day of the event.
                (Strategy::WhileOnTreatment, _) => {}
                (Strategy::Hypothetical | Strategy::PrincipalStratum, _) => {
                    excluded = Some(format!("{} ({})", event.label, strategy_name(event.strategy)));
                }
            }
        }
        if let Some(reason) = excluded {
            leave_out(reason);
            input.missing.push((subject, arm));
            continue;
        }
        let Some(value) = value else {
            leave_out(selection.about.missing.clone());
            input.missing.push((subject, arm));
            continue;
        };
        let base = measured.and_then(|m| m.base);
        let mut covariates = Vec::new();
        let mut absent = None;
        for covariate in &selection.covariates {
            match covariate.of(subject, base) {
                Some(x) => covariates.push(x),
                None => absent = Some(covariate.name().to_owned()),
            }
        }
        let mut factors = Vec::new();
        for (at, levels) in selection.factors.iter().enumerate() {
            match levels.get(&subject) {
                Some(level) => factors.push(*level),
                None => absent = Some(input.factors[at].name.clone()),
            }
        }
        if let Some(name) = absent {
            leave_out(format!("no value of {name}"));
            input.missing.push((subject, arm));
            continue;
        }
        if selection.about.needs_exposure && measured.and_then(|m| m.exposure).is_none() {
            leave_out("no time at risk".to_owned());
            input.missing.push((subject, arm));
            continue;
        }
        let records = measured.map(|m| m.seen.iter().flatten().map(|s| s.0).collect()).unwrap_or_default();
        let record = measured.map_or(RecordId { dataset: engine.adsl(), row: subject }, |m| m.record);
        let key = usize::try_from(subject - 1).ok().and_then(|at| engine.subjects().get(at));
        input.rows.push(Analysed {
            subject,
            key: key.map(|s| s.key.clone()).unwrap_or_default(),
            arm,
            record,
            records,
            value,
            status: measured.map_or(0, |m| m.status),
            covariates,
            factors,
            base,
            aval: measured.and_then(|m| m.aval),
            exposure: measured.and_then(|m| m.exposure),
            at_visits: measured.map(|m| m.at_visits.clone()).unwrap_or_default(),
            imputed,
        });
    }
}

/// Names of the strategies of ICH E9(R1).
#[must_use]
pub fn strategy_name(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::TreatmentPolicy => "treatment policy",
        Strategy::Composite => "composite",
        Strategy::Hypothetical => "hypothetical",
        Strategy::WhileOnTreatment => "while on treatment",
        Strategy::PrincipalStratum => "principal stratum",
    }
}

fn comparisons(spec: &Spec, item: &AnalysisItem, arms: &[String], sink: &mut Diagnostics) -> Vec<(usize, usize)> {
    let mut find = |named: &At<String>| {
        let at = arms.iter().position(|a| *a == **named);
        if at.is_none() {
            sink.error(&codes::CFG_003, named.place.clone(), format!("there is no arm `{}`", **named))
                .hint(did_you_mean(named, arms.iter().map(String::as_str)));
        }
        at
    };
    let given: Vec<(usize, usize)> = item
        .compare
        .iter()
        .filter_map(|c| {
            let (a, b) = (find(&c.arm), find(&c.vs));
            a.zip(b)
        })
        .collect();
    if !item.compare.is_empty() {
        return given;
    }
    let reference = spec.study.reference_arm().and_then(|r| arms.iter().position(|a| a == r));
    reference.map(|r| (0..arms.len()).filter(|a| *a != r).map(|a| (a, r)).collect()).unwrap_or_default()
}

/// An intercurrent event with its strategy and who had it.
struct Intercurrent {
    label: String,
    strategy: Strategy,
    value: Option<f64>,
    subjects: BTreeMap<i64, bool>,
    /// Study day of the event, with `while_on_treatment`.
    days: BTreeMap<i64, f64>,
}

/// The first day on which each subject had an event that ends what is used (strategy while on treatment).
fn until(events: &[Intercurrent]) -> BTreeMap<i64, f64> {
    let mut first = BTreeMap::new();
    for event in events.iter().filter(|event| event.strategy == Strategy::WhileOnTreatment) {
        for (subject, day) in &event.days {
            if event.subjects.get(subject) == Some(&true) {
                let known: &mut f64 = first.entry(*subject).or_insert(*day);
                *known = known.min(*day);
            }
        }
    }
    first
}

fn events(
    spec: &Spec,
    engine: &Engine,
    endpoint: &EndpointSpec,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<Vec<Intercurrent>, Stop> {
    let mut found = Vec::new();
    for rule in &endpoint.estimand.events {
        let Some(event) = spec.analysis.intercurrent_events.get(&*rule.event) else {
            return Err(sink
                .error(
                    &codes::CFG_003,
                    rule.event.place.clone(),
                    format!("there is no intercurrent event `{}`", *rule.event),
                )
                .hint(did_you_mean(&rule.event, spec.analysis.intercurrent_events.keys().map(String::as_str)))
                .stop());
        };
        let changes_values = !matches!(rule.strategy, Strategy::TreatmentPolicy)
            && (rule.strategy != Strategy::Composite || rule.value.is_some());
        let expression = engine.compile(engine.adsl(), &event.condition, sink)?;
        if !changes_values {
            continue;
        }
        variables.extend(&expression.reads);
        let subjects = engine.truth(&expression, sink)?.into_iter().map(|(row, t)| (row, t == Some(true))).collect();
        let mut days = BTreeMap::new();
        if rule.strategy == Strategy::WhileOnTreatment {
            let Some(name) = &event.day else {
                return Err(sink
                    .error(
                        &codes::ANA_001,
                        rule.event.place.clone(),
                        format!("`while_on_treatment` needs to know when `{}` happened", *rule.event),
                    )
                    .hint("give the intercurrent event `day`: the subject variable with its study day")
                    .stop());
            };
            let day = subject_variable(engine, name, sink)?;
            variables.push(day);
            days = engine.column(day).into_iter().filter_map(|(row, v)| Some((row, v.as_f64()?))).collect();
        }
        let (label, strategy, value) = (event.label.clone(), rule.strategy, rule.value);
        found.push(Intercurrent { label, strategy, value, subjects, days });
    }
    Ok(found)
}

/// A numeric covariate: the baseline of the measure, or a subject variable.
enum Covariate {
    Base,
    Variable { name: String, values: BTreeMap<i64, f64> },
}

impl Covariate {
    fn of(&self, subject: i64, base: Option<f64>) -> Option<f64> {
        match self {
            Self::Base => base,
            Self::Variable { values, .. } => values.get(&subject).copied(),
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Base => "the baseline",
            Self::Variable { name, .. } => name,
        }
    }
}

fn covariates(
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

fn factors(
    engine: &Engine,
    item: &AnalysisItem,
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> (Vec<BTreeMap<i64, usize>>, Vec<FactorLevels>) {
    let mut maps = Vec::new();
    let mut all_levels = Vec::new();
    for name in &item.factors {
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
