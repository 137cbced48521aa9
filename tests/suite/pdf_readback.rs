//! The delivered report is read back from its PDF alone and held against the store.
//!
//! `pdftotext` gives words and their boxes; nothing of the program's own layout or placements is used to rebuild the
//! tables. `words` puts words into lines and phrases, `tables` puts phrases into columns by the centres of the headers
//! and labels into a tree by how far in they stand. `demo_tables` and `demo_endpoints` say, written by hand, which key
//! of `results.json` each row means; `@` in a key is the arm that the *header as read from the page* names. So a number
//! of another arm, row or table is a difference, and `meaning` finds it without the program's own formatting. A table
//! or row that nobody has described is a difference too.
//!
//! The other direction: `placed` holds the places of `trace.sqlite` against the words (the number stands there, below
//! the header of its arm, and no number of a table is without a place), and `origins` explains every digit that is
//! left; `figures` holds numbers of figures and sentences against the name of their arm.
//!
//! What would go unseen is tried as well: columns and headers exchanged in the words, every digit of every cell
//! altered, cells of neighbouring rows exchanged, arms exchanged in the trace, places taken away; and a report whose
//! template prints two columns in each other's place.

mod delivered;
mod demo_endpoints;
mod demo_tables;
mod figures;
mod meaning;
mod origins;
mod placed;
mod sources;
mod tables;
pub mod words;

use std::collections::BTreeMap;
use std::fs;

use delivered::{copy_folder, deliver, delivered, root};
use figures::{Boxes, Shown, arm_beside};
use meaning::{Column, Store, TableMeaning, differences};
use origins::{Judge, Origin};
use placed::{Placement, stands, unplaced};
use tables::{At, Table, tables};
use words::Page;

/// Tables without a column for each arm: they hold words of the configuration.
const WITHOUT_ARMS: &[&str] = &["14.2.0"];

/// What is wrong with each table, by its number; tables that are missing or unknown are wrong.
fn faults(pages: &[Page], meanings: &BTreeMap<&str, TableMeaning>, store: &Store) -> BTreeMap<String, Vec<String>> {
    let read = tables(pages);
    let mut faults: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (number, table) in &read {
        let found = match meanings.get(number.as_str()) {
            Some(meaning) => differences(table, meaning, store),
            None => vec!["nobody has said what this table means".to_owned()],
        };
        faults.insert(number.clone(), found);
    }
    for number in meanings.keys().filter(|number| !read.contains_key(**number)) {
        faults.insert((*number).to_owned(), vec!["not in the report".to_owned()]);
    }
    faults.retain(|_, found| !found.is_empty());
    faults
}

/// Cells of a table that hold something.
fn filled(table: &Table) -> usize {
    table.rows.iter().flat_map(|row| &row.cells).filter(|cell| !cell.is_empty()).count()
}

#[test]
fn every_cell_of_the_report_says_what_the_store_holds() {
    let Some(delivered) = delivered() else { return };
    let meanings = demo_tables::tables(&delivered.store);
    assert_eq!(faults(&delivered.pages, &meanings, &delivered.store), BTreeMap::new());
    let read = tables(&delivered.pages);
    let mut cells = 0;
    for (number, table) in &read {
        println!("Table {number}: {} rows, {} cells, {} headers", table.rows.len(), filled(table), table.headers.len());
        cells += filled(table);
    }
    println!("report against store: {cells} cells of {} tables", read.len());
    assert!(cells > 500, "only {cells} cells");
    // What the list of tables promises is what was read.
    let listed = listed_tables(&delivered.pages);
    let mut known: Vec<&str> = read.keys().map(String::as_str).chain(WITHOUT_ARMS.iter().copied()).collect();
    known.sort_unstable();
    assert_eq!(listed, known);
}

/// Numbers in the list of tables, sorted.
fn listed_tables(pages: &[Page]) -> Vec<String> {
    let mut numbers = Vec::new();
    for page in pages {
        for line in words::lines(page) {
            let text = words::text_of(page, &line);
            if let (Some(rest), true) = (text.strip_prefix("Table "), text.contains(" . . ")) {
                numbers.extend(rest.split(' ').next().map(str::to_owned));
            }
        }
    }
    numbers.sort_unstable();
    numbers
}

/// The pages with the words of two columns of a table moved to each other's place.
fn exchanged(pages: &[Page], table: &Table, of: &BTreeMap<At, usize>, columns: [usize; 2]) -> Vec<Page> {
    let mut pages = pages.to_vec();
    for ((page, word), column) in of {
        let centres = &table.centres[page];
        let Some(position) = columns.iter().position(|one| one == column) else { continue };
        let by = centres[columns[1 - position]] - centres[*column];
        let word = &mut pages[*page][*word];
        word.left += by;
        word.right += by;
    }
    pages
}

#[test]
fn exchanged_columns_of_the_report_are_found() {
    let Some(delivered) = delivered() else { return };
    let (pages, store) = (&delivered.pages, &delivered.store);
    let meanings = demo_tables::tables(store);
    for (number, table) in &tables(pages) {
        let column = |label: &str| table.headers.iter().position(|header| header.starts_with(label));
        let arms = [column("MSC (N="), column("Placebo (N=")].map(|arm| arm.expect("a column for each arm"));
        let named = |faults: BTreeMap<String, Vec<String>>| faults.into_keys().collect::<Vec<_>>();
        let cells = exchanged(pages, table, &table.cell_words, arms);
        assert_eq!(named(faults(&cells, &meanings, store)), [number.as_str()], "cells");
        let headers = exchanged(pages, table, &table.header_words, arms);
        assert_eq!(named(faults(&headers, &meanings, store)), [number.as_str()], "headers");
        // Whoever moves both has the same table.
        let both = exchanged(&cells, table, &table.header_words, arms);
        assert_eq!(named(faults(&both, &meanings, store)), Vec::<String>::new(), "cells and headers of {number}");
        // The places of the trace do not go with the words.
        let wrong = placed::faults(&headers, &tables(&headers), &delivered.trace.placements);
        assert!(!wrong.is_empty(), "the trace has other arms than the headers of {number}");
    }
}

#[test]
fn a_report_whose_template_exchanges_two_columns_is_found() {
    let Some(right) = delivered() else { return };
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let study = scratch.path().join("demo");
    copy_folder(&root().join("config/demo"), &study);
    let path = "templates/shared/table.typ.hbs";
    let template = fs::read_to_string(root().join(path)).expect("the template of tables");
    let cells = "{{#each cells}} [{{cell this}}],{{/each}}";
    assert_eq!(template.matches(cells).count(), 1, "the template of tables prints cells in one place");
    let exchanged = template.replace(cells, "[{{cell cells.[1]}}], [{{cell cells.[0]}}], [{{cell cells.[2]}}],");
    fs::create_dir_all(study.join("templates/shared")).expect("a folder");
    fs::write(study.join(path), exchanged).expect("a template of the study");
    let Some(wrong) = deliver(&study) else { return };
    let meanings = demo_tables::tables(&right.store);
    let found = faults(&wrong.pages, &meanings, &wrong.store);
    assert_eq!(found.keys().collect::<Vec<_>>(), meanings.keys().collect::<Vec<_>>(), "tables found to be wrong");
    // The numbers stand where the trace says, but not below the header of their arm.
    let read = tables(&wrong.pages);
    for number in meanings.keys() {
        let is_seen = |one: &Placement| {
            let why = stands(&wrong.pages, one).ok().and_then(|at| placed::wrong_arm(&read, at, one));
            why.is_some_and(|why| why.starts_with(&format!("{number}:")))
        };
        let is_seen = wrong.trace.placements.iter().any(is_seen);
        assert!(is_seen, "the trace has other arms than the headers of {number}");
    }
    let shown: usize = found.values().map(Vec::len).sum();
    println!("{shown} wrong cells in {} tables with two columns exchanged", found.len());
}

#[test]
fn any_altered_digit_and_any_exchanged_cell_is_found() {
    let Some(delivered) = delivered() else { return };
    let meanings = demo_tables::tables(&delivered.store);
    let (mut digits, mut columns, mut rows) = (0, 0, 0);
    for (number, table) in &tables(&delivered.pages) {
        let meaning = &meanings[number.as_str()];
        let is_found = |table: &Table| !differences(table, meaning, &delivered.store).is_empty();
        assert!(!is_found(table), "{number} is right before it is altered");
        for row in 0..table.rows.len() {
            for cell in 0..table.headers.len() {
                let text = &table.rows[row].cells[cell];
                for (at, digit) in text.char_indices().filter_map(|(at, c)| Some((at, c.to_digit(10)?))) {
                    let mut altered = table.clone();
                    let other = ((digit + 1) % 10).to_string();
                    altered.rows[row].cells[cell].replace_range(at..=at, &other);
                    assert!(is_found(&altered), "{number}: {:?}", altered.rows[row]);
                    digits += 1;
                }
                for other in 0..cell {
                    let mut altered = table.clone();
                    altered.rows[row].cells.swap(other, cell);
                    if altered.rows[row] != table.rows[row] {
                        assert!(is_found(&altered), "{number}: {:?}", altered.rows[row]);
                        columns += 1;
                    }
                }
            }
            if row > 0 && table.rows[row].cells != table.rows[row - 1].cells {
                let mut altered = table.clone();
                let cells = std::mem::take(&mut altered.rows[row].cells);
                altered.rows[row].cells = std::mem::replace(&mut altered.rows[row - 1].cells, cells);
                assert!(is_found(&altered), "{number}: {:?}", altered.rows[row]);
                rows += 1;
            }
        }
    }
    println!("found: {digits} altered digits, {columns} exchanges of cells in a row, {rows} of neighbouring rows");
    assert!(digits > 2000 && columns > 300 && rows > 100, "too little was tried");
}

#[test]
fn numbers_of_the_report_stand_where_the_trace_says() {
    let Some(delivered) = delivered() else { return };
    let (pages, trace) = (&delivered.pages, &delivered.trace);
    let read = tables(pages);
    assert_eq!(placed::faults(pages, &read, &trace.placements), Vec::<String>::new());
    assert_eq!(trace.classes.get("number"), Some(&trace.recorded), "as many as the trace counts");
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut exchanged = 0;
    for one in &trace.placements {
        let at = stands(pages, one).expect("checked above");
        // Numbers at risk belong to a series, which results.json does not hold.
        let key = one.key.replace('"', "");
        assert!(key.contains(".n_risk[") || delivered.store.shows(&key, &one.text), "{one:?} is not what is stored");
        let Some((table, column)) = placed::column_at(&read, at) else { continue };
        *counts.entry(table).or_default() += 1;
        // An altered digit and the key of another arm are found.
        if let Some((digit, c)) = one.text.char_indices().find_map(|(digit, c)| Some((digit, c.to_digit(10)?))) {
            let mut altered = one.clone();
            altered.text.replace_range(digit..=digit, &((c + 1) % 10).to_string());
            assert!(stands(pages, &altered).is_err(), "{altered:?}");
        }
        if column != Column::Other && one.key.contains("arm=") {
            let arm = format!("arm={}", column.arm());
            for other in ["arm=msc", "arm=placebo", "arm=total", "arm=msc/placebo"] {
                if other == arm {
                    continue;
                }
                let altered = Placement { key: one.key.replacen(&arm, other, 1), ..one.clone() };
                assert!(placed::wrong_arm(&read, at, &altered).is_some(), "{altered:?}");
                exchanged += 1;
            }
        }
    }
    println!("numbers of the trace in tables: {counts:?}; {exchanged} exchanges of arms found");
    assert_eq!(counts.len(), read.len(), "every table has numbers");
    assert!(counts.values().sum::<usize>() > 1000, "too few numbers: {counts:?}");
}

#[test]
fn numbers_outside_tables_stand_beside_the_name_of_their_arm() {
    let Some(delivered) = delivered() else { return };
    let (pages, trace) = (&delivered.pages, &delivered.trace);
    let read = tables(pages);
    let boxes = Boxes::find(pages);
    let mut counts: BTreeMap<Shown, usize> = BTreeMap::new();
    for one in &trace.placements {
        let at = stands(pages, one).expect("tested elsewhere");
        if placed::column_at(&read, at).is_some() {
            continue;
        }
        let Some((shown, fault)) = arm_beside(pages, &boxes, at, one) else { continue };
        assert_eq!(fault, None);
        *counts.entry(shown).or_default() += 1;
        let (arm, other) =
            if one.key.contains("arm=msc") { ("arm=msc", "arm=placebo") } else { ("arm=placebo", "arm=msc") };
        let altered = Placement { key: one.key.replacen(arm, other, 1), ..one.clone() };
        let found = arm_beside(pages, &boxes, at, &altered).and_then(|(_, fault)| fault);
        assert!(found.is_some(), "an exchange of arms goes unseen: {one:?}");
    }
    println!("numbers beside the name of their arm: {counts:?}");
    let enough = [(Shown::AtRisk, 25), (Shown::Flow, 20), (Shown::Sentence, 20)];
    assert!(enough.iter().all(|(shown, least)| counts.get(shown) >= Some(least)), "{counts:?}");
}

#[test]
fn every_other_digit_of_the_report_has_an_origin() {
    let Some(delivered) = delivered() else { return };
    let (pages, trace) = (&delivered.pages, &delivered.trace);
    let located: Vec<_> =
        trace.placements.iter().map(|one| (stands(pages, one).expect("tested elsewhere"), one)).collect();
    let left = unplaced(pages, &located);
    let judge = Judge::new(pages, &delivered.sources, &trace.typed, &left);
    let mut counts: BTreeMap<Origin, usize> = BTreeMap::new();
    let mut unknown = Vec::new();
    for (at, text) in &left {
        match judge.origin(*at, text) {
            Some(origin) => *counts.entry(origin).or_default() += 1,
            None => unknown.push(format!("page {}: `{text}` in `{}`", at.0 + 1, judge.line(*at))),
        }
    }
    println!("{} words with digits that are no result: {counts:?}", left.len());
    for typed in &trace.typed {
        println!("typed, page {}: `{}` in `{}`", typed.page + 1, typed.text, typed.context);
    }
    assert!(unknown.is_empty(), "digits without an origin:\n{}", unknown.join("\n"));
    assert!(left.len() > 500, "too few words with digits");
    assert_eq!(counts.get(&Origin::Typed), Some(&trace.typed.len()), "typed digits are those that the trace lists");
    assert_eq!(trace.classes.get("typed"), Some(&trace.typed.len()));
    assert_eq!(trace.classes.get("unclassified").copied().unwrap_or(0), 0);
    // A result whose place were not in the trace would have no origin.
    let mut hidden = Vec::new();
    for (at, one) in located.iter().filter(|(_, one)| one.text.contains(char::is_numeric)) {
        if let Some(origin) = judge.origin(*at, &pages[at.0][at.1].text) {
            hidden.push(format!("page {}: `{}` as {origin:?} in `{}`", at.0 + 1, one.text, judge.line(*at)));
        }
    }
    println!("{} of {} results could pass for something else", hidden.len(), located.len());
    // A bare 0 or 1 may stand beside the same word in what a method says of itself; no longer number may.
    let bare = |line: &&String| line.contains(": `0` as Program") || line.contains(": `1` as Program");
    let other: Vec<&String> = hidden.iter().filter(|line| !bare(line)).collect();
    assert!(
        other.is_empty() && hidden.len() <= 8,
        "results that could pass for something else:\n{}",
        hidden.join("\n")
    );
}
