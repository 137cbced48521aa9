//! Puts `<6` and `suppressed` in the place of hidden counts and of what was computed from them.

use std::collections::{BTreeMap, BTreeSet};

use crate::report::display::{CellContent, DisplayTable, Inline, Row, RowKind};
use crate::results::{ResultKey, ResultStore};

use super::gather::count_of;
use super::system::State;

/// The word in the place of a number of which nothing is said.
const WITHHELD: &str = "suppressed";

/// Steps from a number back to the counts it was made from.
const DEEPEST: usize = 3;

/// What is hidden, by address.
pub(super) struct Mask<'a> {
    pub store: &'a ResultStore,
    pub published: &'a BTreeSet<ResultKey>,
    /// How each hidden count is printed; those shown are not in it.
    pub hidden: &'a BTreeMap<&'a ResultKey, State>,
    pub small: u32,
}

impl Mask<'_> {
    /// The table as the public sees it, and whether anything in it was hidden.
    pub fn apply(&self, table: &DisplayTable) -> (DisplayTable, bool) {
        let mut public = table.clone();
        let mut any = false;
        for row in &mut public.rows {
            any |= self.inlines(&mut row.label);
            for cell in &mut row.cells {
                if let Some(state) = self.state_of(cell) {
                    *cell = vec![Inline::text(self.text(state))];
                    any = true;
                }
            }
        }
        for note in &mut public.footnotes {
            any |= self.inlines(note);
        }
        if any {
            let note = vec![Inline::text(self.note())];
            public.footnotes.push(note.clone());
            // CSV has no place for notes but a row.
            public.rows.push(Row { kind: RowKind::Group, indent: 0, label: note, cells: Vec::new() });
        }
        (public, any)
    }

    fn note(&self) -> String {
        format!(
            "<{}: small counts are not shown; {WITHHELD}: further numbers from which they could be worked out.",
            self.small
        )
    }

    fn text(&self, state: State) -> String {
        if state == State::Small { format!("<{}", self.small) } else { WITHHELD.to_owned() }
    }

    /// How a cell is printed if one of its numbers is hidden; its first count decides.
    fn state_of(&self, cell: &CellContent) -> Option<State> {
        let numbers =
            cell.iter().filter_map(|inline| if let Inline::Number { key, .. } = inline { Some(key) } else { None });
        let states: Vec<State> = numbers.map(|key| self.number(key)).collect();
        let first = *states.first()?;
        if first != State::Shown {
            return Some(first);
        }
        states.iter().any(|state| *state != State::Shown).then_some(State::Withheld)
    }

    fn inlines(&self, content: &mut CellContent) -> bool {
        let mut any = false;
        for inline in content {
            if let Inline::Number { key, .. } = inline {
                let state = self.number(key);
                if state != State::Shown {
                    *inline = Inline::text(self.text(state));
                    any = true;
                }
            }
        }
        any
    }

    fn number(&self, key: &ResultKey) -> State {
        if self.published.contains(key) {
            return State::Shown;
        }
        let count = count_of(key, self.store);
        if let Some(state) = count.as_ref().and_then(|count| self.hidden.get(count)) {
            return *state;
        }
        let from_hidden = match &count {
            Some(count) if count == key => false,
            Some(_) => self.made_from_hidden(key, DEEPEST),
            None => self.hidden.keys().any(|hidden| derived(key, hidden)) || self.made_from_hidden(key, DEEPEST),
        };
        if from_hidden { State::Withheld } else { State::Shown }
    }

    /// Whether a hidden count went into a number by its lineage, such as the denominator of a percentage.
    fn made_from_hidden(&self, key: &ResultKey, deep: usize) -> bool {
        let Some(result) = self.store.get(key).filter(|_| deep > 0) else { return false };
        let mut inputs = self.store.lineage(result.lineage).inputs.iter();
        inputs.any(|(_, input)| {
            let is_public = self.published.contains(input);
            !is_public && (self.hidden.contains_key(input) || self.made_from_hidden(input, deep - 1))
        })
    }
}

/// Whether a number may have been computed from a count: same analysis, an arm in common, and the groups of the one
/// among those of the other. It errs to the side of hiding.
fn derived(number: &ResultKey, count: &ResultKey) -> bool {
    let arms = match (number.level("arm"), count.level("arm")) {
        (Some(number), Some(count)) => number.split('/').any(|side| side == count),
        _ => true,
    };
    let within = |one: &ResultKey, other: &ResultKey| {
        one.groups.iter().filter(|(factor, _)| *factor != "arm").all(|(f, level)| other.groups.get(f) == Some(level))
    };
    number.analysis == count.analysis && arms && (within(number, count) || within(count, number))
}
