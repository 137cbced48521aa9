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
use crate::spec::analysis::{AnalysisItem, ArmBasis, Better, EndpointSpec, Strategy, ValueKind};
use crate::spec::at::At;

use super::columns::{Covariate, contrasts, covariates, factors, interactions, references};
use super::intercurrent::{Intercurrent, decide, events, until};
use super::levels;
use super::measure::{About, INCOMPLETE, Measured, by_treatment, measure};
use super::single_imputation;

/// What kind of value a method takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A number a subject.
    Number,
    /// Response or no response.
    Response,
    /// A number under each treatment of a crossover: a row for each, of those who have them all.
    Treatments,
    /// A response, or an ordinal number a subject.
    Category,
    /// A time with its status: 0 censored, 1 event, 2 competing event.
    Time,
    /// Numbers at several visits; [`Analysed::value`] is the last of them.
    Visits,
    /// A number of events; with a time at risk ([`Analysed::exposure`]) where the measure has one.
    Count,
    /// A number of events in a time at risk.
    Rate,
    /// The end of observation, with the events before it ([`Analysed::events`]).
    Recurrent,
    /// As [`Shape::Visits`], with those who have a baseline and no visit after it, whose value is not a number.
    VisitsToImpute,
}

impl Shape {
    /// What the measure must be, for people.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Number => "a number a subject: `variable`, or `parameter` and `visit`",
            Self::Response => "a response: `variable` and `response`",
            Self::Treatments => {
                "a number under each treatment of a crossover: `treatments`, in an analysis set with `arm: treatment`"
            }
            Self::Category => "a response, or ordinal numbers: `variable`, with or without `response`",
            Self::Time => "a time to an event: `time` and `event`; `competing` for competing events",
            Self::Visits => "numbers at several visits: `parameter` and `visit`, the last of the analysis' `visits`",
            Self::Count => "a number of events: `variable` or `events`; `exposure` for the time at risk",
            Self::Rate => "events and the time at risk: `variable` and `exposure`, `time` and `event`, or `events`",
            Self::Recurrent => "events that recur: `events` and `time`, the end of observation",
            Self::VisitsToImpute => {
                "numbers at several visits, the missing ones to be imputed: `parameter` and `visit`, the last of `visits`"
            }
        }
    }

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
    /// Events within the time at risk in order of time, where the measure names a dataset of events.
    pub events: Vec<Occurrence>,
    /// Events that are not within it.
    pub outside: Vec<RecordId>,
    /// Levels of the strata in the order configured, as positions in [`AnalysisInput::strata_levels`].
    pub strata: Vec<usize>,
    /// Level of the cluster variable as a position among its levels.
    pub cluster: Option<usize>,
    /// Whether an intercurrent event or a rule of imputation set the value, or it has to be imputed.
    pub imputed: bool,
    /// For [`Shape::Treatments`]: position of the subject's arm, its sequence of treatments, in study.yaml.
    pub sequence: usize,
}

/// One event of a subject.
#[derive(Clone, Copy, Debug)]
pub struct Occurrence {
    /// When it happened, in the unit of the time at risk.
    pub time: f64,
    /// The record of it.
    pub record: RecordId,
}

/// A factor with its levels: sorted, or the configured reference first and the rest sorted.
#[derive(Clone, Debug)]
pub struct FactorLevels {
    /// Variable name.
    pub name: String,
    /// Levels.
    pub levels: Vec<String>,
}

/// One outcome of several in order of priority, its lists in the order of [`AnalysisInput::rows`].
#[derive(Clone, Debug)]
pub struct Component {
    /// Endpoint id.
    pub id: String,
    /// Whether it is a time to an event.
    pub is_time: bool,
    /// Which direction is better.
    pub better: Better,
    /// Value, or time with whether the event happened then; `None` if missing.
    pub values: Vec<Option<(f64, bool)>>,
    /// The records that gave the values.
    pub records: Vec<RecordId>,
}

/// Everything a method needs.
#[derive(Clone, Debug)]
pub struct AnalysisInput {
    /// Analysis id.
    pub id: String,
    /// Arm ids in the order of study.yaml, treatment ids in a set by treatment.
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
    /// Strata in the order configured.
    pub strata_levels: Vec<FactorLevels>,
    /// Names of the factors and covariates whose product with the arm is in the model.
    pub interactions: Vec<String>,
    /// Contrasts of the arms: id and weight of each arm.
    pub contrasts: Vec<(String, Vec<f64>)>,
    /// Names of the covariates.
    pub covariates: Vec<String>,
    /// Visits in order, for [`Shape::Visits`].
    pub visits: Vec<String>,
    /// Values of an ordinal measure in order, where the configuration lists them.
    pub levels: Vec<f64>,
    /// Outcomes in order of priority, for win statistics.
    pub components: Vec<Component>,
    /// Decimals of the data.
    pub decimals: u8,
    /// Unit of the values.
    pub unit: String,
    /// Whether the measure is a change from baseline.
    pub is_change: bool,
    /// Whether the values are responses, 0 or 1.
    pub is_response: bool,
    /// Whether the measure names a value before.
    pub has_before: bool,
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

    /// Stratum of each of some rows by all factors and strata; `None` where the analysis names neither.
    #[must_use]
    pub fn strata_of(&self, rows: &[&Analysed], with_factors: bool) -> Option<Vec<usize>> {
        let used = !self.strata_levels.is_empty() || (with_factors && !self.factors.is_empty());
        let levels = |r: &Analysed| -> Vec<usize> {
            let factors: &[usize] = if with_factors { &r.factors } else { &[] };
            [factors, r.strata.as_slice()].concat()
        };
        let mut known: Vec<Vec<usize>> = rows.iter().map(|r| levels(r)).collect();
        known.sort_unstable();
        known.dedup();
        used.then(|| rows.iter().map(|r| known.partition_point(|k| *k < levels(r))).collect())
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
    if (set.basis == ArmBasis::Treatment) != (shape == Shape::Treatments) {
        let said = if shape == Shape::Treatments {
            format!("`{}` needs an analysis set with `arm: treatment`", *item.method)
        } else {
            format!("`{}` takes groups without subjects in common, `{}` is by treatment", *item.method, **set_id)
        };
        return Err(sink
            .error(&codes::ANA_001, item.method.place.clone(), said)
            .hint("values under the treatments of a crossover are compared by the method `crossover`")
            .stop());
    }
    let arms: Vec<String> = spec.study.group_ids(set.basis).into_iter().map(str::to_owned).collect();
    let reference = spec.study.reference(set.basis).and_then(|r| arms.iter().position(|a| a == r));
    let comparisons = comparisons(item, &arms, reference, sink);
    let mut variables = set.variables.clone();
    let events = events(spec, engine, endpoint, &mut variables, sink)?;
    let until = until(&events);
    let (measured, about) = if shape == Shape::Treatments {
        by_treatment(engine, &endpoint.measure, item, &arms, &mut variables, sink)?
    } else {
        let (measured, about) = measure(engine, spec, endpoint, item, shape, &until, &mut variables, sink)?;
        (vec![measured], about)
    };
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
    let (factors, mut levels) = factors(engine, &item.factors, &mut variables, sink);
    let factors = references(item, factors, &mut levels, sink);
    let (strata, strata_levels) = self::factors(engine, &item.strata, &mut variables, sink);
    let cluster = self::factors(engine, item.cluster.as_slice(), &mut variables, sink).0.pop();
    let (interactions, contrasts) = (interactions(item, sink), contrasts(item, &arms, sink));
    sink.check(mark)?;

    let mut input = AnalysisInput {
        id: item.id.value.clone(),
        comparisons,
        comparisons_given: !item.compare.is_empty(),
        reference,
        rows: Vec::new(),
        left_out: set.left_out.clone(),
        missing: Vec::new(),
        variables: Vec::new(),
        factors: levels,
        strata_levels,
        interactions,
        contrasts,
        covariates: item.covariates.iter().map(|c| c.value.clone()).collect(),
        visits: about.visits.clone(),
        levels: levels::listed(&endpoint.measure, sink),
        components: Vec::new(),
        decimals: about.decimals,
        unit: endpoint.measure.unit.clone(),
        is_change: endpoint.measure.value != ValueKind::Value && endpoint.measure.parameter.is_some(),
        is_response: shape == Shape::Response || (shape == Shape::Category && endpoint.measure.response.is_some()),
        has_before: endpoint.measure.baseline.is_some(),
        set_label: set.label.clone(),
        adsl: engine.adsl(),
        arms,
    };
    let no_response = single_imputation::no_response(item);
    let incomplete = shape == Shape::VisitsToImpute;
    let selection =
        Selection { measured, events, condition, covariates, factors, strata, cluster, about, no_response, incomplete };
    select(&mut input, set, &selection, engine, spec);
    if shape == Shape::Treatments {
        keep_complete(&mut input);
    }
    levels::check(&endpoint.measure, &input, engine, sink);
    sink.check(mark)?;
    for named in &item.components {
        let component = component(spec, engine, named, item, &input.rows, &mut variables, sink)?;
        input.components.push(component);
    }
    variables.sort_unstable();
    variables.dedup();
    input.variables = variables;
    input.left_out.sort();
    input.left_out.dedup();
    Ok(input)
}

/// Leaves out those without a value under every treatment.
fn keep_complete(input: &mut AnalysisInput) {
    let mut values: BTreeMap<i64, usize> = BTreeMap::new();
    for row in &input.rows {
        *values.entry(row.subject).or_default() += 1;
    }
    let (complete, rest): (Vec<Analysed>, Vec<Analysed>) =
        std::mem::take(&mut input.rows).into_iter().partition(|row| values[&row.subject] == input.arms.len());
    input.rows = complete;
    for row in rest {
        input.missing.push((row.subject, row.arm));
        input.left_out.push(LeftOut { subject: row.subject, reason: INCOMPLETE.to_owned() });
    }
}

struct Selection {
    /// Values by subject; in a set by treatment one list for each treatment.
    measured: Vec<BTreeMap<i64, Measured>>,
    events: Vec<Intercurrent>,
    condition: Option<Vec<(i64, Option<bool>)>>,
    covariates: Vec<Covariate>,
    factors: Vec<BTreeMap<i64, usize>>,
    strata: Vec<BTreeMap<i64, usize>>,
    cluster: Option<BTreeMap<i64, usize>>,
    about: About,
    /// Whether a missing response is no response.
    no_response: bool,
    /// Whether those without a value at any visit stay.
    incomplete: bool,
}

/// Reads an endpoint as one outcome of several, with its own intercurrent events.
fn component(
    spec: &Spec,
    engine: &Engine,
    named: &At<String>,
    item: &AnalysisItem,
    rows: &[Analysed],
    variables: &mut Vec<VariableId>,
    sink: &mut Diagnostics,
) -> Result<Component, Stop> {
    let Some(endpoint) = spec.analysis.endpoints.get(named.as_str()) else {
        return Err(sink
            .error(&codes::CFG_003, named.place.clone(), format!("there is no endpoint `{named}`"))
            .hint(did_you_mean(named, spec.analysis.endpoints.keys().map(String::as_str)))
            .stop());
    };
    let Some(better) = endpoint.measure.better else {
        return Err(sink
            .error(&codes::ANA_001, named.place.clone(), format!("nothing says which direction of `{named}` is better"))
            .hint("give the measure of this endpoint `better: higher` (for times: later) or `better: lower`")
            .stop());
    };
    let is_time = endpoint.measure.event.is_some();
    let shape = if is_time { Shape::Time } else { Shape::Number };
    let events = events(spec, engine, endpoint, variables, sink)?;
    let (measured, _) = measure(engine, spec, endpoint, item, shape, &until(&events), variables, sink)?;
    let (mut values, mut records) = (Vec::new(), Vec::new());
    for row in rows {
        let one = measured.get(&row.subject);
        let decided = decide(&events, row.subject, one.and_then(|m| m.value));
        let event = one.is_some_and(|m| m.status == 1);
        values.push(decided.ok().and_then(|(value, _)| value).map(|value| (value, event)));
        records.push(one.map_or(row.record, |m| m.record));
    }
    Ok(Component { id: named.value.clone(), is_time, better, values, records })
}

/// Decides for each member of the set.
fn select(input: &mut AnalysisInput, set: &EvaluatedSet, selection: &Selection, engine: &Engine, spec: &Spec) {
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
        let sequence = member.sequence.as_deref().and_then(|of| spec.study.arm_ids().position(|arm| arm == of));
        let list = if member.sequence.is_some() { arm } else { 0 };
        let measured = selection.measured.get(list).and_then(|list| list.get(&subject));
        let mut before = measured.and_then(|m| m.value);
        let mut carried = measured.is_some_and(|m| m.imputed);
        if before.is_none() && selection.no_response {
            (before, carried) = (Some(0.0), true);
        }
        if before.is_none() && selection.incomplete && measured.is_some() {
            before = Some(f64::NAN);
        }
        let last_seen = measured.and_then(|m| m.at_visits.last().copied().flatten());
        carried |= selection.incomplete && last_seen.is_none();
        let (value, imputed) = match decide(&selection.events, subject, before) {
            Ok((value, set)) => (value, set || carried),
            Err(reason) => {
                leave_out(reason);
                input.missing.push((subject, arm));
                continue;
            }
        };
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
        let mut strata = Vec::new();
        for (at, levels) in selection.strata.iter().enumerate() {
            match levels.get(&subject) {
                Some(level) => strata.push(*level),
                None => absent = Some(input.strata_levels[at].name.clone()),
            }
        }
        let cluster = selection.cluster.as_ref().and_then(|levels| levels.get(&subject).copied());
        if selection.cluster.is_some() && cluster.is_none() {
            absent = Some("the cluster variable".to_owned());
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
            events: measured.map(|m| m.events.clone()).unwrap_or_default(),
            outside: measured.map(|m| m.outside.clone()).unwrap_or_default(),
            strata,
            cluster,
            imputed,
            sequence: sequence.unwrap_or_default(),
        });
    }
}

fn comparisons(
    item: &AnalysisItem,
    arms: &[String],
    reference: Option<usize>,
    sink: &mut Diagnostics,
) -> Vec<(usize, usize)> {
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
    reference.map(|r| (0..arms.len()).filter(|a| *a != r).map(|a| (a, r)).collect()).unwrap_or_default()
}
