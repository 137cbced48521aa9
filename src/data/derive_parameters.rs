//! Parameters as derived datasets: declared, checked, and compiled into a step that fills them.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};
use crate::base::suggest::did_you_mean;
use crate::spec::Spec;

use super::catalog::{DatasetId, Origin, VariableType};
use super::derive::reads_of;
use super::engine::Engine;
use super::graph::{Node, Step};
use super::parameter::{BaselinePlan, ParameterPlan, VARIABLES, VisitPlan};

/// Adds a dataset for each parameter.
pub(super) fn declare_parameters(engine: &mut Engine, spec: &Spec, sink: &mut Diagnostics) -> Result<(), Stop> {
    let mark = sink.mark();
    for (name, parameter) in &spec.data.parameters {
        let Some(source) = engine.catalog.find_dataset(&parameter.dataset).map(|d| d.id) else {
            sink.error(
                &codes::CFG_003,
                parameter.dataset.place.clone(),
                format!("there is no dataset `{}`", *parameter.dataset),
            )
            .hint(did_you_mean(&parameter.dataset, spec.data.datasets.keys().map(String::as_str)));
            continue;
        };
        if engine.catalog.find_dataset(name).is_some() {
            sink.error(&codes::CFG_004, parameter.dataset.place.clone(), format!("`{name}` is already a dataset"))
                .hint("a parameter is a dataset of its own; give it another name");
            continue;
        }
        let id = engine.catalog.add_dataset(name, &parameter.label, Vec::new());
        engine.shares_rows.insert(id, source);
        for (variable, kind) in VARIABLES.iter().zip([
            VariableType::Decimal,
            VariableType::Integer,
            VariableType::Text,
            VariableType::Decimal,
            VariableType::Decimal,
            VariableType::Decimal,
        ]) {
            let unit = match *variable {
                "AVAL" | "BASE" | "CHG" => parameter.unit.clone(),
                "PCHG" => Some("%".to_owned()),
                _ => None,
            };
            let label = match *variable {
                "AVAL" => parameter.label.clone(),
                "ADY" => "Analysis day".to_owned(),
                "AVISIT" => "Analysis visit".to_owned(),
                "BASE" => format!("{}, baseline", parameter.label),
                "CHG" => format!("{}, change from baseline", parameter.label),
                _ => format!("{}, percent change from baseline", parameter.label),
            };
            let origin = Origin::Derived { expression: String::new(), reads: Vec::new() };
            engine.catalog.add_variable(id, variable, &label, kind, unit, parameter.decimals, origin);
        }
    }
    sink.check(mark)
}

/// Reports a visit's condition that can be read over the records of no parameter: nobody would ever be at that visit.
pub(super) fn visit_conditions(engine: &Engine, spec: &Spec, sink: &mut Diagnostics) {
    let sources: Vec<DatasetId> = spec
        .data
        .parameters
        .values()
        .filter_map(|parameter| engine.catalog.find_dataset(&parameter.dataset).map(|dataset| dataset.id))
        .collect();
    for condition in spec.data.visits.values().filter_map(|visit| visit.condition.as_ref()) {
        let reads = |source: &DatasetId| engine.compile(*source, condition, &mut Diagnostics::new()).is_ok();
        if let (Some(first), false) = (sources.first(), sources.iter().any(reads)) {
            let _ = engine.compile(*first, condition, sink);
        }
    }
}

/// The step that makes the records of a parameter.
pub(super) fn parameter_node(
    engine: &mut Engine,
    spec: &Spec,
    name: &str,
    parameter: &crate::spec::data::ParameterSpec,
    nodes: &mut Vec<Node>,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let dataset = engine.catalog.find_dataset(name).expect("invariant: every parameter is in the catalog").id;
    let source = engine.shares_rows_with(dataset).expect("invariant: a parameter shares rows with its source");
    let value = engine.compile(source, &parameter.value, sink)?;
    let condition = parameter.condition.as_ref().map(|c| engine.compile(source, c, sink)).transpose()?;
    let day = parameter.day.as_ref().map(|d| engine.compile(source, d, sink)).transpose()?;
    let mut visits = Vec::new();
    let mut visit_reads = Vec::new();
    for (id, visit) in &spec.data.visits {
        let condition = match &visit.condition {
            // A visit's condition speaks of columns that other parameters may not have.
            Some(sql) if engine.compile(source, sql, &mut Diagnostics::new()).is_err() => continue,
            Some(sql) => Some(engine.compile(source, sql, sink)?),
            None => None,
        };
        visit_reads.extend(condition.iter().flat_map(|c| c.reads.iter().copied()));
        let place = visit.condition.as_ref().map(|c| c.place.clone()).unwrap_or_default();
        let (target, window, pick, tie) = (visit.target, visit.window, visit.pick, visit.tie);
        visits.push(VisitPlan { id: id.clone(), target, window, condition, pick, tie, place });
    }
    let baseline = match &parameter.baseline {
        None => BaselinePlan::None,
        Some(baseline) => match &baseline.variable {
            Some(variable) => BaselinePlan::Variable(engine.compile(source, variable, sink)?),
            None => {
                let condition = baseline.condition.as_ref().map(|c| engine.compile(source, c, sink)).transpose()?;
                let mut order = Vec::new();
                for by in &baseline.order {
                    order.push(engine.compile(source, by, sink)?);
                }
                let place =
                    baseline.condition.as_ref().map_or_else(|| parameter.value.place.clone(), |c| c.place.clone());
                BaselinePlan::Pick { condition, order, take: baseline.take, ties: baseline.ties, place }
            }
        },
    };
    let find = |variable: &str| {
        engine.catalog.find_variable(dataset, variable).expect("invariant: declared with the parameter").id
    };
    let variables = VARIABLES.map(find);
    let [aval, ady, avisit, base, chg, pchg] = variables;
    let base_reads = match &baseline {
        BaselinePlan::None => Vec::new(),
        BaselinePlan::Variable(e) => e.reads.clone(),
        BaselinePlan::Pick { condition, order, .. } => reads_of(condition.iter().chain(order)),
    };
    let mut value_reads = value.reads.clone();
    value_reads.extend(condition.iter().flat_map(|c| c.reads.iter().copied()));
    let day_reads = reads_of(day.iter());
    let mut reads = value_reads.clone();
    reads.extend(day_reads.iter().chain(&visit_reads).chain(&base_reads));
    reads.sort_unstable();
    reads.dedup();
    let origin_value = Origin::Derived { expression: value.sql.clone(), reads: value.reads.clone() };
    let origin_base = match &baseline {
        BaselinePlan::Variable(e) => Origin::Derived { expression: e.sql.clone(), reads: e.reads.clone() },
        _ => Origin::Picked { rule: "baseline record".to_owned(), dataset, value: vec![aval], reads: base_reads },
    };
    let mut of_visit = day_reads.clone();
    of_visit.extend(&visit_reads);
    of_visit.sort_unstable();
    of_visit.dedup();
    engine.catalog.set_origin(aval, origin_value);
    engine.catalog.set_origin(
        ady,
        Origin::Derived { expression: day.as_ref().map(|d| d.sql.clone()).unwrap_or_default(), reads: day_reads },
    );
    engine
        .catalog
        .set_origin(avisit, Origin::Assigned { rule: "visit as declared under `visits`".to_owned(), reads: of_visit });
    engine.catalog.set_origin(base, origin_base);
    engine.catalog.set_origin(chg, Origin::Derived { expression: "AVAL - BASE".to_owned(), reads: vec![aval, base] });
    engine
        .catalog
        .set_origin(pchg, Origin::Derived { expression: "100 * CHG / BASE".to_owned(), reads: vec![chg, base] });
    let place = parameter.value.place.clone();
    let plan = ParameterPlan { dataset, source, value, condition, day, visits, baseline, variables };
    nodes.push(Node { step: Step::Parameter(Box::new(plan)), reads, fills: variables.to_vec(), place });
    Ok(())
}
