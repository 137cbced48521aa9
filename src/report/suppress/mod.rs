//! The public copies of tables: oldest ages as one group and, where the house wants it, no small counts.
//!
//! Counts of all public tables make one system, as a count hidden in one table may follow from another. Counts that
//! registries, figures and column headers publish are never hidden, nor is what follows from them.

mod age;
mod choose;
mod gather;
mod mask;
pub mod solve;
pub mod system;

use std::collections::{BTreeMap, BTreeSet};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::results::{ResultKey, ResultStore};

use super::display::DisplayTable;

pub use choose::{Choice, suppress};
use system::State;

/// What the public may see.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Counts from 1 to below this are hidden; none if `None`.
    pub small_cells: Option<u32>,
    /// Baseline variables with the age in years, in upper case.
    pub ages: Vec<String>,
    /// Numbers that are published elsewhere: registries, figures.
    pub published: BTreeSet<ResultKey>,
}

/// The public copies of the tables, in their order.
///
/// Says how many counts are hidden (PRV-001), and names those of which it is not ruled out that they can be worked out (PRV-002).
#[must_use]
pub fn public_tables(
    tables: &[&DisplayTable],
    rules: &Rules,
    store: &ResultStore,
    sink: &mut Diagnostics,
) -> Vec<DisplayTable> {
    let mut public: Vec<DisplayTable> = match rules.small_cells {
        Some(small) => without_small(tables, small, rules, store, sink),
        None => tables.iter().map(|table| (*table).clone()).collect(),
    };
    for table in &mut public {
        age::top_code(table, &rules.ages, store);
    }
    public
}

fn without_small(
    tables: &[&DisplayTable],
    small: u32,
    rules: &Rules,
    store: &ResultStore,
    sink: &mut Diagnostics,
) -> Vec<DisplayTable> {
    let gathered = gather::gather(tables, &rules.published, store);
    let choice = suppress(&gathered.system, i64::from(small));
    let hidden: BTreeMap<&ResultKey, State> =
        gathered.index.iter().map(|(key, at)| (key, choice.states[*at])).filter(|(_, s)| *s != State::Shown).collect();
    for at in &choice.open {
        let Some((key, _)) = gathered.index.iter().find(|(_, own)| *own == at) else { continue };
        let message =
            format!("it is not ruled out that the suppressed count `{key}` can be worked out from what is public");
        sink.error(&codes::PRV_002, Place::Result(key.to_string()), message)
            .hint("leave the display out (`show: false`), or put its rows together in wider categories");
    }
    let mask = mask::Mask { store, published: &rules.published, hidden: &hidden, small };
    let masked: Vec<(DisplayTable, bool)> = tables.iter().map(|table| mask.apply(table)).collect();
    let touched = masked.iter().filter(|(_, any)| *any).count();
    if touched > 0 {
        let primary = hidden.values().filter(|state| **state == State::Small).count();
        let further = hidden.len() - primary;
        sink.note(
            &codes::PRV_001,
            Place::Nowhere,
            format!(
                "{primary} counts below {small} and {further} more that would give them away are suppressed in \
                 {touched} public tables"
            ),
        )
        .hint("counts that a registry demands are shown; the report and the page in restricted/ are whole");
    }
    masked.into_iter().map(|(table, _)| table).collect()
}
