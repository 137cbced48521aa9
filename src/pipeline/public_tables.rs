//! What the house keeps out of public tables, and what is public in any case.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::base::diagnostic::Diagnostics;
use crate::report::compose::Display;
use crate::report::registry::{RegistryRecord, compose};
use crate::report::suppress::Rules;
use crate::results::ResultKey;
use crate::spec::Spec;
use crate::spec::analysis::RegistryMeasure;
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::RegistryTerms;
use crate::spec::report::Registry;

use super::compute::Computed;
use super::registry;

/// The rules of a study.
pub(super) fn rules(spec: &Spec, computed: &Computed, displays: &IndexMap<String, Display>) -> Rules {
    let small_cells = spec.report.privacy.small_cells.as_ref().map(|small| small.value);
    let ages = spec.analysis.baseline.variables.iter().filter(|v| v.registry == Some(RegistryMeasure::Age));
    Rules {
        small_cells,
        ages: ages.map(|v| v.variable.to_uppercase()).collect(),
        published: if small_cells.is_some() { published(spec, computed, displays) } else { BTreeSet::new() },
    }
}

/// Numbers of the registry record and of public figures.
fn published(spec: &Spec, computed: &Computed, displays: &IndexMap<String, Display>) -> BTreeSet<ResultKey> {
    let mut keys: BTreeSet<ResultKey> =
        displays.values().filter(|display| display.table().is_none()).flat_map(Display::keys).collect();
    if [Registry::Eudract, Registry::Ctgov, Registry::Ctis].iter().any(|r| !spec.report.registries.skip.contains(r)) {
        let codes = RegistryCodes::of(&spec.code_lists, spec.study.registry.list_versions);
        let terms = RegistryTerms::of(&spec.code_lists);
        // What is wrong with the record is said where its files are written.
        let record = compose::compose(
            &registry::input(spec, computed, &codes, &terms),
            &computed.store,
            &mut Diagnostics::new(),
        );
        keys.extend(record.iter().flat_map(RegistryRecord::keys));
    }
    keys
}
