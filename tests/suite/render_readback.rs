//! Delivered files are read back and every cell is matched, with its column header, against the store.

mod listing_volume;
mod trial;

use std::collections::BTreeMap;

use tracelock::base::diagnostic::Diagnostics;
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::placement::{DigitClass, Placed, place_html, place_svg};
use tracelock::render::template::{Engine, TemplateSet};
use tracelock::render::{csv_table, curve_svg, flow_svg, html};
use tracelock::report::display::{DisplayTable, Inline, Row, RowKind};
use tracelock::results::{ResultStore, ResultValue};

use trial::{key, page, trial};

/// A table as a reader of the file sees it: header texts, then label and cells of each row.
struct ReadTable {
    headers: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// Every difference between a table read back and the store, by row label and column header.
fn differences(read: &ReadTable, table: &DisplayTable, store: &ResultStore) -> Vec<String> {
    let mut found = Vec::new();
    let wanted: Vec<&Row> = table.rows.iter().filter(|row| row.kind != RowKind::Space).collect();
    if read.rows.len() != wanted.len() || read.headers.len() != table.columns.len() + 1 {
        return vec![format!("{} rows and {} columns", read.rows.len(), read.headers.len())];
    }
    for (column, header) in read.headers[1..].iter().enumerate() {
        found
            .extend(differs(header, &table.columns[column].header, store).map(|why| format!("header {column}: {why}")));
    }
    for (row, cells) in wanted.iter().zip(&read.rows) {
        found.extend(differs(&cells[0], &row.label, store));
        for (column, cell) in cells[1..].iter().enumerate() {
            let content = row.cells.get(column).cloned().unwrap_or_default();
            let why = differs(cell, &content, store);
            found.extend(why.map(|why| format!("{} × {}: {why}", cells[0], read.headers[column + 1])));
        }
    }
    found
}

/// Compares a printed cell with the stored numbers, piece by piece, without the program's own formatting.
fn differs(shown: &str, content: &[Inline], store: &ResultStore) -> Option<String> {
    let mut rest = shown.trim_start_matches(['\u{feff}', ' ']);
    for inline in content {
        match inline {
            Inline::Text(text) => match rest.strip_prefix(text.as_str()) {
                Some(tail) => rest = tail,
                None => return Some(format!("`{shown}` lacks `{text}`")),
            },
            Inline::Number { key, .. } => {
                let end = rest.find([' ', ')', ']', ';']).unwrap_or(rest.len());
                let (text, tail) = rest.split_at(end);
                rest = tail;
                if !is_shown(text, &store.get(key)?.value) {
                    return Some(format!("`{text}` is not {key} = {:?}", store.get(key)?.value));
                }
            }
        }
    }
    (!rest.trim().is_empty()).then(|| format!("`{shown}` goes on with `{rest}`"))
}

/// Whether a printed number is the stored one to the last digit shown.
fn is_shown(text: &str, value: &ResultValue) -> bool {
    let text = text.replace('\u{2212}', "-");
    let value = match value {
        ResultValue::NotEstimable(_) => return text == "NE",
        other => other.as_f64().expect("a number"),
    };
    if let Some(bound) = text.strip_prefix('<') {
        return value < bound.parse().expect("a bound");
    }
    let Ok(shown) = text.parse::<f64>() else { return false };
    let decimals = text.split_once('.').map_or(0, |(_, digits)| digits.len());
    (shown - value).abs() <= 0.5 * 10f64.powi(-(decimals as i32)) + 1e-9
}

/// The tables of a page that belong to displays, by the id of their article.
fn html_tables(text: &str) -> BTreeMap<String, ReadTable> {
    let mut tables = BTreeMap::new();
    for article in text.split("<article ").skip(1) {
        let (Some(id), Some(start), Some(end)) =
            (article.split('"').nth(3), article.find("<table>"), article.find("</table>"))
        else {
            continue;
        };
        let fragment = &article[start..end + "</table>".len()];
        let document = roxmltree::Document::parse(fragment).expect("a table is well-formed");
        let text_of = |node: roxmltree::Node| -> String {
            node.descendants().filter(roxmltree::Node::is_text).filter_map(|text| text.text()).collect()
        };
        let cells = |row: roxmltree::Node| -> Vec<String> {
            row.children().filter(roxmltree::Node::is_element).map(text_of).collect()
        };
        let mut rows: Vec<Vec<String>> =
            document.descendants().filter(|node| node.has_tag_name("tr")).map(cells).collect();
        let headers = rows.remove(0);
        tables.insert(id.to_owned(), ReadTable { headers, rows });
    }
    tables
}

/// The same table with its last two columns changed over, headers left where they are.
fn with_columns_swapped(read: &ReadTable) -> ReadTable {
    let swap = |row: &Vec<String>| {
        let mut row = row.clone();
        let last = row.len() - 1;
        if last > 1 {
            row.swap(last, last - 1);
        }
        row
    };
    ReadTable { headers: read.headers.clone(), rows: read.rows.iter().map(swap).collect() }
}

fn unclassified(placed: &Placed) -> Vec<&str> {
    let of_class = |class| placed.digits.iter().filter(move |run| run.class == class).map(|run| run.text.as_str());
    of_class(DigitClass::Unclassified).chain(of_class(DigitClass::Typed)).collect()
}

#[test]
fn html_tables_say_what_the_store_holds() {
    let trial = trial();
    let page = page(&trial);
    let read = html_tables(&page.text);
    for table in &trial.tables {
        let id = format!("table-{}", table.id.replace('.', "-"));
        let shown = &read[&id];
        assert_eq!(differences(shown, table, &trial.store), Vec::<String>::new(), "{id}");
        assert!(
            !differences(&with_columns_swapped(shown), table, &trial.store).is_empty(),
            "a swap in {id} is not seen"
        );
    }
}

#[test]
fn html_is_self_contained_and_every_digit_is_classified() {
    let trial = trial();
    let page = page(&trial);
    for outside in ["src=\"", "href=\"http", "url(http", "@import", "<link", "<img", "<iframe"] {
        assert!(!page.text.contains(outside), "{outside}");
    }
    let placed = place_html("report.html", &page);
    assert_eq!(unclassified(&placed), Vec::<&str>::new());
    // Every number has an element of its own, and every printed key its entry.
    for placement in &placed.placements {
        assert!(placement.key.contains(':'), "{placement:?}");
    }
    for key in html::printed_keys(&page).keys() {
        let summary = format!("data-key=\"{}\">\n<summary><code>", key.to_string().replace('"', "&quot;"));
        assert!(page.text.contains(&summary), "{key} has no entry");
    }
    let ids: Vec<&str> = page.text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut unique = ids.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), ids.len(), "element ids are unique");
}

#[test]
fn drawings_say_what_the_store_holds() {
    let trial = trial();
    let set = TemplateSet::built_in(&[flow_svg::TEMPLATES, curve_svg::TEMPLATES]);
    let engine = Engine::new(&set, &trial.store, &REGULATORY);
    let mut sink = Diagnostics::new();
    let flow = flow_svg::render(&engine, &REGULATORY, &trial.flow, &mut sink);
    let curve = curve_svg::render(&engine, &trial.curve, &mut sink);
    let (Ok(flow), Ok(curve)) = (flow, curve) else { panic!("{:?}", sink.all()) };

    let document = roxmltree::Document::parse(&flow.text).expect("well-formed");
    let mut shown = 0;
    for number in document.descendants().filter(|node| node.attribute("class") == Some("num")) {
        let stored = trial.store.get(&key(number.attribute("data-key").expect("a key"))).expect("a result");
        assert!(is_shown(number.text().unwrap_or_default(), &stored.value), "{:?}", stored.key);
        shown += 1;
    }
    assert_eq!(shown, 3 + 3 + 2 * 6, "every number of the figure stands in it once");

    // Numbers at risk stand under the axis mark of their time and in the row of their arm.
    let document = roxmltree::Document::parse(&curve.text).expect("well-formed");
    let texts_of = |class: &str| -> Vec<(String, String, String)> {
        let group = document.descendants().find(|node| node.attribute("class") == Some(class)).expect("a group");
        let texts = group.children().filter(|node| node.has_tag_name("text"));
        texts
            .map(|node| {
                let attribute = |name| node.attribute(name).unwrap_or_default().to_owned();
                (attribute("x"), attribute("y"), node.text().unwrap_or_default().to_owned())
            })
            .collect()
    };
    let ticks = texts_of("ticks");
    let risk = texts_of("at-risk");
    let at = |label: &str, time: &str| {
        let (_, y, _) = risk.iter().find(|(_, _, text)| text.starts_with(label)).expect("an arm");
        let (x, _, _) = ticks.iter().find(|(_, _, text)| text == time).expect("a mark");
        risk.iter().find(|(tx, ty, text)| tx == x && ty == y && text != label).map(|(_, _, text)| text.clone())
    };
    for (label, time, expected) in [
        ("Placebo", "0", "9"),
        ("Placebo", "7", "7"),
        ("Placebo", "14", "5"),
        ("Placebo", "28", "4"),
        ("Mesenchymal", "14", "8"),
    ] {
        assert_eq!(at(label, time).as_deref(), Some(expected), "{label} at {time}");
    }
    for (file, drawing) in [("consort.svg", &flow), ("figure.svg", &curve)] {
        let placed = place_svg(file, drawing, &mut sink).unwrap_or_else(|_| panic!("{:?}", sink.all()));
        assert_eq!(unclassified(&placed), Vec::<&str>::new(), "{file}");
        assert!(placed.placements.len() > 8, "{file}");
    }
}

#[test]
fn csv_tables_say_what_the_store_holds() {
    let trial = trial();
    for table in &trial.tables {
        let mut sink = Diagnostics::new();
        let file = csv_table::render(&trial.store, &REGULATORY, table, None, "table.csv", &mut sink).expect("a file");
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(file.text.as_bytes());
        let mut rows: Vec<Vec<String>> =
            reader.records().map(|row| row.expect("a row").iter().map(str::to_owned).collect()).collect();
        // Every placement names the field in which its text stands.
        for placement in &file.placed.placements {
            let words: Vec<usize> = placement.place.split(' ').filter_map(|word| word.parse().ok()).collect();
            assert!(rows[words[0] - 1][words[1] - 1].contains(&placement.text), "{placement:?}");
        }
        let headers = rows.remove(0);
        let read = ReadTable { headers, rows };
        assert_eq!(differences(&read, table, &trial.store), Vec::<String>::new());
        assert!(!differences(&with_columns_swapped(&read), table, &trial.store).is_empty());
    }
}
