//! Fills the registry record from a run: facts of `study.yaml` as texts with their places, numbers as result keys.
//!
//! One record serves both registries: it carries the age groups and the reasons of either. Nothing is formatted and
//! nothing is added up here.

mod baseline;
pub mod endpoint;
mod events;
mod flow;
mod groups;
pub mod input;
pub mod method;
mod outcome;
mod protocol;
mod terms;
mod trial;

use crate::base::codes::{REG_005, RPT_001};
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::base::suggest::did_you_mean;
use crate::results::{ResultKey, ResultStore};
use crate::spec::at::At;
use crate::spec::registry_codes::ListTerm;

use super::{EmaTerm, Figure, RegistryRecord};
use input::{KeyPattern, RegistryInput};

/// Level of the factor `arm` for all arms together.
pub const TOTAL: &str = "total";

/// Composes the record.
///
/// # Errors
/// [`Stop`] where a result the record needs is not in the store (RPT-001), or a name is not in the registries' lists
/// (REG-005, RPT-004). All of them are reported.
pub fn compose(input: &RegistryInput<'_>, store: &ResultStore, sink: &mut Diagnostics) -> Result<RegistryRecord, Stop> {
    let mark = sink.mark();
    let record = RegistryRecord {
        identification: trial::identification(input.study),
        sponsors: vec![trial::sponsor(input, sink)],
        trial: trial::information(input, sink),
        protocol: protocol::protocol(input),
        flow: flow::flow(input, store, sink),
        baseline: Some(baseline::baseline(input, store)),
        analysis_sets: outcome::analysis_sets(input),
        outcomes: input.outcomes.iter().map(|one| outcome::outcome(one, input, sink)).collect(),
        adverse_events: events::events(input, store, sink),
        more: trial::more(input.study),
    };
    for key in record.keys() {
        if store.get(&key).is_none() {
            sink.error(
                &RPT_001,
                Place::Result(key.to_string()),
                format!("the registry record needs `{key}`, which no analysis produced"),
            );
        }
    }
    sink.check(mark)?;
    Ok(record)
}

/// The keys of a pattern for every arm.
fn by_arm(pattern: &KeyPattern, input: &RegistryInput<'_>) -> Vec<ResultKey> {
    input.study.arm_ids().map(|arm| pattern.of(arm)).collect()
}

/// The figure of a key.
fn figure(key: ResultKey) -> Option<Figure> {
    Some(Figure::Result(key))
}

/// A term of one of EMA's lists; a name that the list does not have is reported with those like it.
fn ema_term<'l>(
    found: Option<&ListTerm>,
    name: &At<String>,
    list: &str,
    known: impl Iterator<Item = &'l str>,
    sink: &mut Diagnostics,
) -> EmaTerm {
    match found {
        Some(term) => EmaTerm { name: Some(term.name.clone()), id: Some(term.id), version: Some(term.version) },
        None => {
            sink.error(&REG_005, name.place.clone(), format!("`{name}` is not in EudraCT's list of {list}"))
                .hint(did_you_mean(name, known));
            EmaTerm { name: Some(name.value.clone()), id: None, version: None }
        }
    }
}
