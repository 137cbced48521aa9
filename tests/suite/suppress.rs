//! After suppression no hidden count can be solved for: every table that a reader must reckon with is enumerated.

use std::collections::BTreeSet;

use tracelock::base::diagnostic::Diagnostics;
use tracelock::report::display::{Column, DisplayTable, Inline, Row, RowKind};
use tracelock::report::suppress::system::{Count, Relation, State, System};
use tracelock::report::suppress::{Rules, public_tables, suppress};
use tracelock::results::{Lineage, NewResult, ResultKey, ResultStore};

const SMALL: i64 = 6;

/// Numbers below `end`, the same in every run.
fn draw(seed: &mut u64, end: u64) -> i64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    i64::try_from((*seed >> 33) % end).expect("a small number")
}

/// Categories by two arms with totals; the arms' numbers of subjects are published and the categories add up to them.
fn table(seed: &mut u64) -> (System, usize) {
    let categories = 2 + usize::try_from(draw(seed, 2)).expect("small");
    let mut system = System::default();
    let mut heads = [0, 0];
    for _ in 0..categories {
        let (a, b) = (draw(seed, 9), draw(seed, 9));
        heads = [heads[0] + a, heads[1] + b];
        for value in [a, b, a + b] {
            system.counts.push(Count { value, most: 40, published: false });
        }
        let at = system.counts.len() - 3;
        system.relations.push(Relation::sum(at + 2, &[at, at + 1]));
    }
    for (column, value) in [heads[0], heads[1], heads[0] + heads[1]].into_iter().enumerate() {
        system.counts.push(Count { value, most: 40, published: true });
        let parts: Vec<usize> = (0..categories).map(|row| 3 * row + column).collect();
        system.relations.push(Relation::sum(system.counts.len() - 1, &parts));
    }
    (system, categories)
}

/// The numbers each count can have, by trying every number in every cell of the two arms.
fn possible(system: &System, categories: usize, states: &[State]) -> Vec<BTreeSet<i64>> {
    let value = |at: usize| system.counts[at].value;
    let fits = |at: usize, v: i64| match states[at] {
        State::Shown => v == value(at),
        State::Small => (1..SMALL).contains(&v),
        State::Withheld => v >= 0,
    };
    let heads = [value(3 * categories), value(3 * categories + 1)];
    let mut found = vec![BTreeSet::new(); 3 * categories];
    let columns: Vec<Vec<Vec<i64>>> = (0..2)
        .map(|arm| {
            let mut open = vec![Vec::new()];
            for row in 0..categories {
                let longer = |start: &Vec<i64>| {
                    let start = start.clone();
                    (0..=heads[arm]).map(move |v| [start.as_slice(), &[v]].concat())
                };
                open = open.iter().flat_map(longer).filter(|c| fits(3 * row + arm, c[row])).collect();
            }
            open.into_iter().filter(|c| c.iter().sum::<i64>() == heads[arm]).collect()
        })
        .collect();
    for a in &columns[0] {
        for b in &columns[1] {
            if (0..categories).all(|row| fits(3 * row + 2, a[row] + b[row])) {
                for row in 0..categories {
                    found[3 * row].insert(a[row]);
                    found[3 * row + 1].insert(b[row]);
                    found[3 * row + 2].insert(a[row] + b[row]);
                }
            }
        }
    }
    found
}

#[test]
fn no_hidden_count_has_one_possible_number() {
    let mut seed = 20_201_123;
    let (mut hidden, mut open) = (0, 0);
    for round in 0..300 {
        let (system, categories) = table(&mut seed);
        let choice = suppress(&system, SMALL);
        let numbers = possible(&system, categories, &choice.states);
        open += choice.open.len();
        for (at, state) in choice.states.iter().enumerate().take(3 * categories) {
            let value = system.counts[at].value;
            if *state != State::Shown {
                hidden += 1;
                assert!(choice.open.contains(&at) || numbers[at].len() > 1, "table {round}, count {at}: {system:?}");
            } else if (1..SMALL).contains(&value) {
                // A small count stays only where the published numbers alone give it away.
                let all: Vec<State> = (0..choice.states.len())
                    .map(|c| if c < 3 * categories { State::Withheld } else { State::Shown })
                    .collect();
                assert_eq!(possible(&system, categories, &all)[at].len(), 1, "table {round}, count {at}");
            }
        }
    }
    assert!(hidden > 500, "the tables hold small counts: {hidden}");
    assert_eq!(open, 0, "complementary counts are always found in tables of this form");
}

#[test]
fn without_complements_the_enumeration_finds_the_count() {
    let mut seed = 1;
    let (system, categories) = table(&mut seed);
    let mut states = vec![State::Shown; system.counts.len()];
    states[0] = State::Withheld;
    assert_eq!(possible(&system, categories, &states)[0].len(), 1, "one hidden count follows from its row");
}

#[test]
fn the_oldest_are_one_group_and_other_cells_stay() {
    let mut store = ResultStore::new();
    let key = |statistic: &str| ResultKey::new("base", statistic).with("arm", "a").with("variable", "AGE");
    for (statistic, value) in [("min", 61.0), ("max", 93.0), ("mean", 90.5)] {
        store.sink().real(key(statistic), value, Lineage::default(), NewResult::default());
    }
    let cell = |statistic: &str| vec![Inline::number(key(statistic))];
    let row = |statistic: &str| Row {
        kind: RowKind::Data,
        indent: 0,
        label: vec![Inline::text(statistic)],
        cells: vec![cell(statistic)],
    };
    let table = DisplayTable {
        id: "1".to_owned(),
        title: String::new(),
        population: String::new(),
        stub: String::new(),
        columns: vec![Column { id: "a".to_owned(), header: vec![Inline::text("A")] }],
        rows: ["min", "max", "mean"].map(row).to_vec(),
        footnotes: Vec::new(),
        section: String::new(),
        landscape: false,
    };
    let mut sink = Diagnostics::new();
    let rules = Rules { ages: vec!["AGE".to_owned()], ..Rules::default() };
    let public = public_tables(&[&table], &rules, &store, &mut sink);
    let cells: Vec<_> = public[0].rows.iter().map(|row| row.cells[0].clone()).collect();
    assert_eq!(cells, [cell("min"), vec![Inline::text(">=90")], cell("mean")]);
    assert!(sink.all().is_empty(), "nothing is suppressed unless the house asks for it");
}
