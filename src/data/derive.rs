//! Derived variables: declared, ordered, filled.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest::did_you_mean;
use crate::spec::Spec;
use crate::spec::at::At;
use crate::spec::data::{SubjectVariable, VariableSpec};

use super::catalog::{DatasetId, Origin, VariableId, VariableType};
use super::derive_parameters::{parameter_node, visit_conditions};
use super::engine::{Engine, Expression, Link};
use super::graph::{Node, Step, sort};
use super::load::variable_type;
use super::macros::expand;
use super::parameter;
use super::pick::{self, PickPlan};
use super::tables::quote;
use super::value::Value;

/// Adds the variables of the subject table: the subject key, the subject dataset's own, the configured ones.
pub(super) fn declare_subject_variables(engine: &mut Engine, spec: &Spec, subject_dataset: DatasetId) {
    let adsl = engine.adsl;
    let own: Vec<VariableId> = {
        let mut ids: Vec<VariableId> = engine.catalog.dataset(subject_dataset).variables.values().copied().collect();
        ids.sort_unstable();
        ids
    };
    let keys: Vec<VariableId> = spec
        .data
        .subject
        .key
        .iter()
        .filter_map(|k| engine.catalog.find_variable(subject_dataset, k))
        .map(|v| v.id)
        .collect();
    let rule = "the subject's record in the subject dataset".to_owned();
    let origin = Origin::Picked { rule: rule.clone(), dataset: subject_dataset, value: keys, reads: Vec::new() };
    engine.catalog.add_variable(adsl, "USUBJID", "Unique subject identifier", VariableType::Text, None, 0, origin);
    for id in own {
        let meta = engine.catalog.variable(id).clone();
        if meta.name == "USUBJID" {
            continue;
        }
        let origin =
            Origin::Picked { rule: rule.clone(), dataset: subject_dataset, value: vec![id], reads: Vec::new() };
        engine.catalog.add_variable(adsl, &meta.name, &meta.label, meta.kind, meta.unit, meta.decimals, origin);
    }
    for (name, variable) in &spec.data.adsl {
        let picked = picked_variable(engine, variable);
        let kind = variable
            .kind
            .map(variable_type)
            .or(picked.as_ref().map(|p| p.0))
            .unwrap_or(if variable.count.is_some() { VariableType::Integer } else { VariableType::Text });
        let label = match (&picked, variable.label.as_str()) {
            (Some(picked), "") => picked.1.clone(),
            (None, "") => name.clone(),
            (_, label) => label.to_owned(),
        };
        let unit = variable.unit.clone().or_else(|| picked.as_ref().and_then(|p| p.2.clone()));
        let decimals = variable.decimals.or(picked.as_ref().map(|p| p.3)).unwrap_or(0);
        let origin = Origin::Derived { expression: String::new(), reads: Vec::new() };
        engine.catalog.add_variable(adsl, name, &label, kind, unit, decimals, origin);
    }
}

/// Type, label, unit and decimals of a picked variable, where the value is a plain variable name.
fn picked_variable(engine: &Engine, variable: &SubjectVariable) -> Option<(VariableType, String, Option<String>, u8)> {
    let pick = variable.pick.as_ref()?;
    let dataset = engine.catalog.find_dataset(&pick.dataset)?.id;
    // A parameter's records have the variables of the dataset they come from.
    let own = engine.catalog.find_variable(dataset, &pick.value);
    let meta = own.or_else(|| engine.catalog.find_variable(engine.shares_rows_with(dataset)?, &pick.value))?;
    Some((meta.kind, meta.label.clone(), meta.unit.clone(), meta.decimals))
}

/// Compiles, orders and fills every derived variable.
pub(super) fn run(
    engine: &mut Engine,
    spec: &Spec,
    subject_dataset: DatasetId,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let mark = sink.mark();
    let mut nodes = Vec::new();
    copies(engine, subject_dataset, &mut nodes);
    for (name, dataset) in &spec.data.datasets {
        let Some(id) = engine.catalog.find_dataset(name).map(|d| d.id) else { continue };
        for (name, variable) in &dataset.variables {
            derived(engine, id, name, variable, &mut nodes, sink);
        }
    }
    for (name, variable) in &spec.data.adsl {
        let _ = subject_variable(engine, name, variable, &mut nodes, sink);
    }
    visit_conditions(engine, spec, sink);
    for (name, parameter) in &spec.data.parameters {
        let _ = parameter_node(engine, spec, name, parameter, &mut nodes, sink);
    }
    sink.check(mark)?;
    for node in sort(nodes, &engine.catalog, sink)? {
        // What follows a failed step would only repeat its error.
        fill(engine, node, sink)?;
    }
    sink.check(mark)
}

fn copies(engine: &mut Engine, subject_dataset: DatasetId, nodes: &mut Vec<Node>) {
    let adsl = engine.adsl;
    let pairs: Vec<(VariableId, VariableId)> = engine
        .catalog
        .dataset(subject_dataset)
        .variables
        .iter()
        .filter(|(name, _)| *name != "USUBJID")
        .filter_map(|(name, from)| engine.catalog.find_variable(adsl, name).map(|v| (v.id, *from)))
        .collect();
    // Which record of the subject dataset is whose.
    let mut chosen = vec![None; engine.subjects.len()];
    let mut considered = vec![Vec::new(); engine.subjects.len()];
    for (row, subject) in engine.subject_of(subject_dataset) {
        let at = usize::try_from(subject - 1).expect("invariant: subject rows start at 1");
        chosen[at] = Some(row);
        considered[at] = vec![row];
    }
    let link = Link { dataset: subject_dataset, chosen, considered };
    if let Some(key) = engine.catalog.find_variable(adsl, "USUBJID") {
        engine.links.insert(key.id, link.clone());
    }
    for (variable, from) in pairs {
        if matches!(engine.catalog.variable(variable).origin, Origin::Picked { .. }) {
            engine.links.insert(variable, link.clone());
            nodes.push(Node {
                step: Step::Copy { variable, from },
                reads: vec![from],
                fills: vec![variable],
                place: Place::Nowhere,
            });
        }
    }
}

fn derived(
    engine: &mut Engine,
    id: DatasetId,
    name: &str,
    spec: &VariableSpec,
    nodes: &mut Vec<Node>,
    sink: &mut Diagnostics,
) {
    let variable =
        engine.catalog.find_variable(id, name).expect("invariant: every configured variable is in the catalog").id;
    let named = expand(spec);
    let sources =
        usize::from(spec.column.is_some()) + usize::from(spec.derive.is_some()) + usize::from(named.is_some());
    let place = spec.derive.as_ref().or(spec.column.as_ref()).map(|s| s.place.clone()).unwrap_or_default();
    if sources != 1 {
        let dataset = &engine.catalog.dataset(id).name;
        sink.error(
            &codes::CFG_005,
            place,
            format!("{dataset}.{name} must have exactly one of `column`, `derive` and a named derivation"),
        );
        return;
    }
    let sql = match (&spec.derive, &named) {
        (Some(sql), _) => sql.clone(),
        (None, Some(named)) => named.sql.clone(),
        (None, None) => return,
    };
    let Ok(expression) = engine.compile(id, &sql, sink) else { return };
    let reads = expression.reads.clone();
    engine.catalog.set_origin(
        variable,
        match named {
            Some(named) => Origin::Assigned { rule: named.rule, reads: reads.clone() },
            None => Origin::Derived { expression: expression.sql.clone(), reads: reads.clone() },
        },
    );
    nodes.push(Node { step: Step::Derive { variable, expression }, reads, fills: vec![variable], place: sql.place });
}

fn subject_variable(
    engine: &mut Engine,
    name: &str,
    spec: &SubjectVariable,
    nodes: &mut Vec<Node>,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let adsl = engine.adsl;
    let variable =
        engine.catalog.find_variable(adsl, name).expect("invariant: every configured variable is in the catalog").id;
    match (&spec.derive, &spec.pick, &spec.count) {
        (Some(sql), None, None) => {
            let expression = engine.compile(adsl, sql, sink)?;
            let reads = expression.reads.clone();
            engine
                .catalog
                .set_origin(variable, Origin::Derived { expression: expression.sql.clone(), reads: reads.clone() });
            nodes.push(Node {
                step: Step::Derive { variable, expression },
                reads,
                fills: vec![variable],
                place: sql.place.clone(),
            });
        }
        (None, Some(pick), None) => {
            let dataset = find_dataset(engine, &pick.dataset, sink)?;
            let value = engine.compile(dataset, &pick.value, sink)?;
            let condition = pick.condition.as_ref().map(|c| engine.compile(dataset, c, sink)).transpose()?;
            let mut order = Vec::new();
            for by in &pick.order {
                order.push(engine.compile(dataset, by, sink)?);
            }
            let mut deciding = reads_of(condition.iter().chain(&order));
            if matches!(*pick.take, crate::spec::data::Take::Min | crate::spec::data::Take::Max) {
                deciding.extend(&value.reads);
            }
            deciding.sort_unstable();
            deciding.dedup();
            let rule = format!(
                "{:?} of {}{}{}",
                *pick.take,
                *pick.dataset,
                pick.condition.as_ref().map(|c| format!(" where {}", **c)).unwrap_or_default(),
                if pick.order.is_empty() {
                    String::new()
                } else {
                    format!(
                        " ordered by {}",
                        pick.order.iter().map(|o| o.value.as_str()).collect::<Vec<_>>().join(", ")
                    )
                }
            )
            .to_lowercase_first();
            engine.catalog.set_origin(
                variable,
                Origin::Picked { rule, dataset, value: value.reads.clone(), reads: deciding.clone() },
            );
            let mut reads = deciding;
            reads.extend(&value.reads);
            let place = pick.value.place.clone();
            let plan = PickPlan {
                variable,
                dataset,
                value,
                condition,
                order,
                take: *pick.take,
                ties: pick.ties,
                place: place.clone(),
            };
            nodes.push(Node { step: Step::Pick(Box::new(plan)), reads, fills: vec![variable], place });
        }
        (None, None, Some(count)) => {
            let dataset = find_dataset(engine, &count.dataset, sink)?;
            let condition = count.condition.as_ref().map(|c| engine.compile(dataset, c, sink)).transpose()?;
            let reads = reads_of(condition.iter());
            let rule = format!(
                "number of records of {}{}",
                *count.dataset,
                count.condition.as_ref().map(|c| format!(" where {}", **c)).unwrap_or_default()
            );
            engine
                .catalog
                .set_origin(variable, Origin::Picked { rule, dataset, value: Vec::new(), reads: reads.clone() });
            let place = count.dataset.place.clone();
            nodes.push(Node {
                step: Step::Count { variable, dataset, condition },
                reads,
                fills: vec![variable],
                place,
            });
        }
        _ => {
            return Err(sink
                .error(
                    &codes::CFG_005,
                    Place::Nowhere,
                    format!("adsl.{name} must have exactly one of `derive`, `pick` and `count`"),
                )
                .stop());
        }
    }
    Ok(())
}

/// Lower-cases the first letter of a sentence made from an enum name.
trait LowercaseFirst {
    fn to_lowercase_first(&self) -> String;
}

impl LowercaseFirst for String {
    fn to_lowercase_first(&self) -> String {
        let mut chars = self.chars();
        chars.next().map(|c| c.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
    }
}

/// The variables that expressions read, sorted.
pub(super) fn reads_of<'a>(expressions: impl Iterator<Item = &'a Expression>) -> Vec<VariableId> {
    let mut reads: Vec<VariableId> = expressions.flat_map(|e| e.reads.iter().copied()).collect();
    reads.sort_unstable();
    reads.dedup();
    reads
}

fn find_dataset(engine: &Engine, name: &At<String>, sink: &mut Diagnostics) -> Result<DatasetId, Stop> {
    engine.catalog.find_dataset(name).map(|d| d.id).ok_or_else(|| {
        let names: Vec<&str> = engine.catalog.datasets().iter().map(|d| d.name.as_str()).collect();
        sink.error(&codes::CFG_003, name.place.clone(), format!("there is no dataset `{}`", **name))
            .hint(did_you_mean(name, names))
            .stop()
    })
}

/// Runs one step.
fn fill(engine: &mut Engine, node: Node, sink: &mut Diagnostics) -> Result<(), Stop> {
    match node.step {
        Step::Derive { variable, expression } => {
            let values = engine.evaluate(&expression, sink)?;
            watch_division(engine, &expression, &values, sink);
            store(engine, variable, values, &node.place, sink)
        }
        Step::Copy { variable, from } => {
            let dataset = engine.catalog.variable(from).dataset;
            let subjects: BTreeMap<i64, i64> = engine.subject_of(dataset).into_iter().collect();
            let values =
                engine.column(from).into_iter().filter_map(|(row, v)| Some((*subjects.get(&row)?, v))).collect();
            store(engine, variable, values, &node.place, sink)
        }
        Step::Pick(plan) => {
            let (values, link) = pick::run(engine, &plan, sink)?;
            engine.links.insert(plan.variable, link);
            store(engine, plan.variable, (1i64..).zip(values).collect(), &node.place, sink)
        }
        Step::Count { variable, dataset, condition } => {
            let subjects: BTreeMap<i64, i64> = engine.subject_of(dataset).into_iter().collect();
            let truth = condition.as_ref().map(|c| engine.truth(c, sink)).transpose()?;
            let counted: BTreeMap<i64, bool> =
                truth.into_iter().flatten().map(|(row, t)| (row, t == Some(true))).collect();
            let mut values = vec![0i64; engine.subjects.len()];
            let mut considered = vec![Vec::new(); engine.subjects.len()];
            for (row, subject) in subjects {
                let at = usize::try_from(subject - 1).expect("invariant: subject rows start at 1");
                considered[at].push(row);
                values[at] += i64::from(condition.is_none() || counted.get(&row).copied().unwrap_or(false));
            }
            engine.links.insert(variable, Link { dataset, chosen: vec![None; values.len()], considered });
            store(engine, variable, (1i64..).zip(values.into_iter().map(Value::Integer)).collect(), &node.place, sink)
        }
        Step::Parameter(plan) => {
            let link = parameter::run(engine, &plan, sink)?;
            if let Some(link) = link {
                engine.links.insert(plan.variables[3], link);
            }
            Ok(())
        }
    }
}

/// Writes values into a variable's column; a value of another type than declared is an error.
fn store(
    engine: &Engine,
    variable: VariableId,
    values: Vec<(i64, Value)>,
    place: &Place,
    sink: &mut Diagnostics,
) -> Result<(), Stop> {
    let mark = sink.mark();
    let meta = engine.catalog.variable(variable);
    let table = quote(&engine.catalog.dataset(meta.dataset).name);
    let sql = format!("UPDATE {table} SET {} = ?1 WHERE _ROW = ?2", quote(&meta.name));
    let mut update = engine.connection.prepare(&sql).expect("invariant: the variable's column exists");
    engine.connection.execute_batch("BEGIN").expect("invariant: the in-memory database takes a transaction");
    for (row, value) in values {
        match typed(value, meta.kind) {
            Ok(Value::Null) => {}
            Ok(value) => {
                update.execute(rusqlite::params![value, row]).expect("invariant: the value has the type of its column");
            }
            Err(value) => {
                let dataset = &engine.catalog.dataset(meta.dataset).name;
                let label = engine.any_cell(meta.dataset, row).map_or(Place::Nowhere, Place::Cell);
                sink.error(
                    &codes::DAT_015,
                    place.clone(),
                    format!("{dataset}.{} gives `{}`, which is no {:?}", meta.name, value.shown(), meta.kind),
                )
                .label(label, "in this record")
                .hint("declare the `type` that the expression gives, or change the expression");
                break;
            }
        }
    }
    engine.connection.execute_batch("COMMIT").expect("invariant: a transaction is open");
    sink.check(mark)
}

/// The value in the declared type, or the value back where it does not fit.
fn typed(value: Value, kind: VariableType) -> Result<Value, Value> {
    use crate::base::date::{Date, PartialDate};
    Ok(match (kind, value) {
        (_, Value::Null) => Value::Null,
        (VariableType::Integer, Value::Integer(n)) => Value::Integer(n),
        #[expect(clippy::cast_possible_truncation, reason = "checked to be whole and below 2^53")]
        (VariableType::Integer, Value::Real(x)) if x.fract() == 0.0 && x.abs() < 9e15 => Value::Integer(x as i64),
        (VariableType::Decimal, Value::Real(x)) => Value::Real(x),
        #[expect(clippy::cast_precision_loss, reason = "clinical whole numbers are far below 2^53")]
        (VariableType::Decimal, Value::Integer(n)) => Value::Real(n as f64),
        (VariableType::Text | VariableType::Time | VariableType::DateTime, Value::Text(t)) => Value::Text(t),
        (VariableType::Text, Value::Integer(n)) => Value::Text(n.to_string()),
        (VariableType::Date, Value::Text(t)) if Date::parse(&t).is_some() => Value::Text(t),
        (VariableType::PartialDate, Value::Text(t)) if PartialDate::parse(&t).is_some() => Value::Text(t),
        (_, value) => return Err(value),
    })
}

/// Reports a quotient that is missing though everything it reads is there.
fn watch_division(engine: &Engine, expression: &Expression, values: &[(i64, Value)], sink: &mut Diagnostics) {
    if !expression.sql.contains('/') || values.iter().all(|(_, v)| !v.is_null()) {
        return;
    }
    let columns: Vec<BTreeMap<i64, Value>> = expression
        .reads
        .iter()
        .filter(|v| engine.catalog.variable(**v).dataset == expression.dataset)
        .map(|v| engine.column(*v).into_iter().collect())
        .collect();
    for (row, _) in values.iter().filter(|(_, v)| v.is_null()) {
        let all_there = !columns.is_empty() && columns.iter().all(|c| c.get(row).is_some_and(|v| !v.is_null()));
        let zero =
            columns.iter().any(|c| c.get(row).and_then(Value::as_f64).is_some_and(|x| x.abs() < f64::MIN_POSITIVE));
        if all_there && zero {
            let place = engine.any_cell(expression.dataset, *row).map_or_else(|| expression.place.clone(), Place::Cell);
            sink.warning(
                &codes::DAT_014,
                place,
                format!("`{}` divides by zero in this record; the result is missing", expression.sql),
            )
            .label(expression.place.clone(), "derived here");
        }
    }
}
