//! Small counts of a whole study: what the public tables hide cannot be solved for from what they show.
//!
//! The solver knows nothing of the program: it reads the CSV files of a run with the rule and of one without it, writes down
//! the sums that a reader of the tables can write down, and narrows the range of every hidden count until nothing moves.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::determinism::copy_folder;

const SMALL: i64 = 6;

/// Tables by name: rows of cells.
type Tables = BTreeMap<String, Vec<Vec<String>>>;

fn tables(report: impl Fn(&str) -> String) -> Tables {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let study = scratch.path().join("demo");
    copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("config/demo"), &study);
    let text = fs::read_to_string(study.join("report.yaml")).expect("readable");
    fs::write(study.join("report.yaml"), report(&text)).expect("written");
    let output = scratch.path().join("output");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tracelock"));
    let built = command.arg("build").arg(&study).arg("--output").arg(&output).output().expect("the program starts");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let mut found = Tables::new();
    for entry in fs::read_dir(output.join("demo/current/public/tables")).expect("tables").flatten() {
        let text = fs::read_to_string(entry.path()).expect("readable");
        found.insert(entry.file_name().to_string_lossy().into_owned(), rows(&text));
    }
    found
}

fn rows(text: &str) -> Vec<Vec<String>> {
    let text = text.trim_start_matches('\u{feff}');
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    reader.records().map(|record| record.expect("a row").iter().map(str::to_owned).collect()).collect()
}

/// The count that a cell begins with: `3`, `3 (30.0)`, `3 (30.0) 4`.
fn count(cell: &str) -> Option<i64> {
    let first = cell.split([' ', '(']).next().unwrap_or_default();
    let alone = cell.trim() == first || cell.starts_with(&format!("{first} ("));
    first.parse().ok().filter(|_| alone)
}

fn is_hidden(cell: &str) -> bool {
    cell == format!("<{SMALL}") || cell == "suppressed"
}

/// The number of subjects that heads a column: `Placebo (N=10)`.
fn head(cell: &str) -> Option<i64> {
    cell.split_once("N=")?.1.trim_end_matches(')').trim().parse().ok()
}

/// A count of a table: what is known of it, and the truth.
#[derive(Clone, Copy, Debug)]
struct Range {
    least: i64,
    most: i64,
    truth: i64,
}

/// Sums of a table: the whole, then the parts.
fn narrow(sums: &[(usize, Vec<usize>)], ranges: &mut [Range]) {
    loop {
        let before: Vec<(i64, i64)> = ranges.iter().map(|range| (range.least, range.most)).collect();
        for (whole, parts) in sums {
            let (least, most) = parts.iter().fold((0, 0), |(a, b), at| (a + ranges[*at].least, b + ranges[*at].most));
            let of = ranges[*whole];
            ranges[*whole] = Range { least: of.least.max(least), most: of.most.min(most), ..of };
            let of = ranges[*whole];
            for at in parts {
                let own = ranges[*at];
                let (others_least, others_most) = (least - own.least, most - own.most);
                let range = &mut ranges[*at];
                range.least = own.least.max(of.least - others_most);
                range.most = own.most.min(of.most - others_least);
            }
        }
        if before.iter().zip(ranges.iter()).all(|((least, most), range)| (*least, *most) == (range.least, range.most)) {
            return;
        }
    }
}

/// Whether numbers in `true` are a whole and its parts.
fn is_sum(ranges: &[Range], whole: usize, parts: &[usize]) -> bool {
    parts.len() > 1 && ranges[whole].truth == parts.iter().map(|at| ranges[*at].truth).sum::<i64>()
}

/// The hidden counts of a table that are found out, in words, and how many are hidden.
fn solve(name: &str, shown: &[Vec<String>], truth: &[Vec<String>]) -> (Vec<String>, usize) {
    let heads: Vec<Option<i64>> = truth[0].iter().map(|cell| head(cell)).collect();
    let mut ranges: Vec<Range> = Vec::new();
    // The position of each cell's count, and a count for each column's number of subjects.
    let mut at: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (row, cells) in truth.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate().skip(1) {
            let known = if row == 0 { head(cell) } else { count(cell) };
            let (Some(truth), Some(public)) = (known, shown.get(row).and_then(|cells| cells.get(column))) else {
                continue;
            };
            let most = heads[column].unwrap_or(1000).max(truth);
            let (least, most) = match public.as_str() {
                "suppressed" => (0, most),
                text if is_hidden(text) => (1, most.min(SMALL - 1)),
                _ => (truth, truth),
            };
            at.insert((row, column), ranges.len());
            ranges.push(Range { least, most, truth });
        }
    }
    let mut sums = Vec::new();
    let columns = heads.len();
    for row in 0..truth.len() {
        // Arms and, in the last column, all of them.
        let cells: Vec<usize> = (1..columns).filter_map(|column| at.get(&(row, column)).copied()).collect();
        if let Some((total, arms)) = cells.split_last().filter(|(total, arms)| is_sum(&ranges, **total, arms)) {
            sums.push((*total, arms.to_vec()));
        }
    }
    let indent = |row: usize| truth[row][0].chars().take_while(|c| *c == ' ').count();
    for column in 1..columns {
        for row in 0..truth.len() {
            // The rows of one depth below a row add up to it, or to the subjects of the column.
            let mut block = Vec::new();
            for next in row + 1..truth.len() {
                if indent(next) < indent(row + 1) {
                    break;
                }
                if indent(next) > indent(row + 1) {
                    continue;
                }
                let Some(count) = at.get(&(next, column)) else { break };
                block.push(*count);
            }
            let deeper = row + 1 < truth.len() && (row == 0 || indent(row + 1) > indent(row));
            let wholes = [at.get(&(row, column)), at.get(&(0, column))].map(|whole| whole.filter(|_| deeper));
            for whole in wholes.into_iter().flatten().filter(|whole| !block.contains(whole)) {
                if is_sum(&ranges, *whole, &block) {
                    sums.push((*whole, block.clone()));
                }
            }
        }
    }
    narrow(&sums, &mut ranges);
    let hidden = |cell: &(usize, usize)| shown[cell.0].get(cell.1).is_some_and(|text| is_hidden(text));
    let found = at.iter().filter(|(cell, at)| hidden(cell) && ranges[**at].least == ranges[**at].most);
    let say = |((row, column), at): (&(usize, usize), &usize)| {
        format!("{name} row {row} column {column} ({}): {}", truth[*row][0].trim(), ranges[*at].least)
    };
    (found.map(say).collect(), at.keys().filter(|cell| hidden(cell)).count())
}

/// Percentages, estimates and limits of a column that tell a hidden percentage without its count.
fn told_by_percentage(name: &str, shown: &[Vec<String>], truth: &[Vec<String>]) -> Vec<String> {
    let mut told = Vec::new();
    for (row, cells) in truth.iter().enumerate().skip(1) {
        for (column, cell) in cells.iter().enumerate().skip(1) {
            let percentage = cell.split_once(" (").and_then(|(_, rest)| rest.split_once('%')).map(|(number, _)| number);
            let Some(percentage) = percentage.filter(|_| count(cell).is_some_and(|n| n > 0)) else { continue };
            if !shown[row].get(column).is_some_and(|text| is_hidden(text)) {
                continue;
            }
            for (other, line) in shown.iter().enumerate().filter(|(other, _)| *other != row) {
                let Some(text) = line.get(column).filter(|text| count(text).is_none()) else { continue };
                if text.split([' ', '(']).next() == Some(percentage) {
                    told.push(format!("{name} row {row} column {column}: {percentage} is in row {other}"));
                }
            }
        }
    }
    told
}

#[test]
fn hidden_counts_of_the_public_tables_cannot_be_solved_for() {
    let truth = tables(str::to_owned);
    let rule = |text: &str| format!("{text}\nprivacy: {{small_cells: {SMALL}}}\n");
    let skipped = |text: &str| {
        let threshold = "  frequency_threshold: 5\n";
        assert!(text.contains(threshold));
        rule(&text.replace(threshold, &format!("{threshold}  skip: [eudract, ctgov, ctis]\n")))
    };
    // With registries nearly every count is published; without them nearly every small one is hidden.
    for (what, shown, at_least) in [("with registries", tables(rule), 5), ("without", tables(skipped), 100)] {
        assert_eq!(shown.keys().collect::<Vec<_>>(), truth.keys().collect::<Vec<_>>());
        let (mut solved, mut hidden) = (Vec::new(), 0);
        for (name, rows) in &truth {
            let (found, of_table) = solve(name, &shown[name], rows);
            solved.extend(found);
            solved.extend(told_by_percentage(name, &shown[name], rows));
            hidden += of_table;
        }
        println!("{what}: {hidden} counts hidden, {} solved", solved.len());
        assert!(solved.is_empty(), "{what}:\n{}", solved.join("\n"));
        assert!(hidden >= at_least, "{what}: {hidden}");
    }
}

/// The solver is not blind: of a table in which one count alone is hidden it finds that count.
#[test]
fn a_count_hidden_alone_is_solved_for() {
    let truth = rows("Item,A (N=10),B (N=10),Total (N=20)\nDied,2,3,5\nAlive,8,7,15\n");
    let alone = rows("Item,A (N=10),B (N=10),Total (N=20)\nDied,<6,3,5\nAlive,8,7,15\n");
    assert_eq!(solve("t", &alone, &truth).0, ["t row 1 column 1 (Died): 2"]);
    let columns = rows("Item,A (N=10),B (N=10),Total (N=20)\nDied,<6,<6,5\nAlive,8,7,15\n");
    assert_eq!(solve("t", &columns, &truth).0.len(), 2);
    let kept = rows("Item,A (N=10),B (N=10),Total (N=20)\nDied,<6,<6,<6\nAlive,suppressed,suppressed,suppressed\n");
    assert_eq!(solve("t", &kept, &truth).0, [""; 0]);
}
