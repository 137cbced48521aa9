//! The order in which variables are derived: what reads comes after what is read.

use std::collections::BTreeMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};

use super::catalog::{Catalog, DatasetId, VariableId};
use super::engine::Expression;
use super::parameter::ParameterPlan;
use super::pick::PickPlan;

/// A step that fills variables.
#[derive(Debug)]
pub(super) enum Step {
    /// An expression over a dataset fills one of its variables.
    Derive { variable: VariableId, expression: Expression },
    /// A variable of the subject dataset is copied into the subject table.
    Copy { variable: VariableId, from: VariableId },
    /// A picked record fills a subject variable.
    Pick(Box<PickPlan>),
    /// The records of a dataset are counted into a subject variable.
    Count { variable: VariableId, dataset: DatasetId, condition: Option<Expression> },
    /// The records of a parameter are made, with visit, baseline and change.
    Parameter(Box<ParameterPlan>),
}

/// A step with what it reads and fills.
#[derive(Debug)]
pub(super) struct Node {
    pub step: Step,
    pub reads: Vec<VariableId>,
    pub fills: Vec<VariableId>,
    pub place: Place,
}

/// Sorts the steps; a circle is an error that names the variables in it.
pub(super) fn sort(nodes: Vec<Node>, catalog: &Catalog, sink: &mut Diagnostics) -> Result<Vec<Node>, Stop> {
    let mut filled_by: BTreeMap<VariableId, usize> = BTreeMap::new();
    for (at, node) in nodes.iter().enumerate() {
        for variable in &node.fills {
            filled_by.insert(*variable, at);
        }
    }
    let needs: Vec<Vec<usize>> = nodes
        .iter()
        .enumerate()
        .map(|(at, node)| {
            let mut needs: Vec<usize> = node.reads.iter().filter_map(|v| filled_by.get(v).copied()).collect();
            needs.sort_unstable();
            needs.dedup();
            // A parameter's own baseline condition may read what the same step fills.
            needs.retain(|n| *n != at || !matches!(node.step, Step::Parameter(_)));
            needs
        })
        .collect();
    let mut order = Vec::with_capacity(nodes.len());
    let mut done = vec![false; nodes.len()];
    while order.len() < nodes.len() {
        let next = (0..nodes.len()).find(|at| !done[*at] && needs[*at].iter().all(|n| done[*n]));
        let Some(next) = next else {
            let stuck: Vec<usize> = (0..nodes.len()).filter(|at| !done[*at]).collect();
            let names: Vec<String> = stuck
                .iter()
                .flat_map(|at| &nodes[*at].fills)
                .map(|v| {
                    let meta = catalog.variable(*v);
                    format!("{}.{}", catalog.dataset(meta.dataset).name, meta.name)
                })
                .collect();
            return Err(sink
                .error(
                    &codes::CFG_009,
                    nodes[stuck[0]].place.clone(),
                    format!("these variables need each other: {}", names.join(", ")),
                )
                .hint("let one of them read the columns themselves instead of the other")
                .stop());
        };
        done[next] = true;
        order.push(next);
    }
    let mut slots: Vec<Option<Node>> = nodes.into_iter().map(Some).collect();
    Ok(order.into_iter().filter_map(|at| slots[at].take()).collect())
}
