//! What the house keeps out of public tables, and what is public in any case.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::base::diagnostic::Diagnostics;
use crate::report::compose::{Display, Facts};
use crate::report::registry::{RegistryRecord, compose};
use crate::report::suppress::Rules;
use crate::results::ResultKey;
use crate::spec::analysis::RegistryMeasure;
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::report::Registry;

use super::registry;

/// The rules of a study.
pub(super) fn rules(facts: Facts<'_>, displays: &IndexMap<String, Display>) -> Rules {
    let small_cells = facts.spec.report.privacy.small_cells.as_ref().map(|small| small.value);
    let ages = facts.spec.analysis.baseline.variables.iter().filter(|v| v.registry == Some(RegistryMeasure::Age));
    Rules {
        small_cells,
        ages: ages.map(|v| v.variable.to_uppercase()).collect(),
        published: if small_cells.is_some() { published(facts, displays) } else { BTreeSet::new() },
    }
}

/// Numbers of the registry record and of public figures.
fn published(facts: Facts<'_>, displays: &IndexMap<String, Display>) -> BTreeSet<ResultKey> {
    let mut keys: BTreeSet<ResultKey> =
        displays.values().filter(|display| display.table().is_none()).flat_map(Display::keys).collect();
    if [Registry::Eudract, Registry::Ctgov, Registry::Ctis]
        .iter()
        .any(|r| !facts.spec.report.registries.skip.contains(r))
    {
        let codes = RegistryCodes::of(&facts.spec.code_lists, facts.spec.study.registry.list_versions);
        let terms = RegistryTerms::of(&facts.spec.code_lists);
        // What is wrong with the record is said where its files are written.
        let record = compose::compose(&registry::input(facts, &codes, &terms), facts.store, &mut Diagnostics::new());
        keys.extend(record.iter().flat_map(RegistryRecord::keys));
    }
    keys
}
