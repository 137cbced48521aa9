//! Delivered files are read back and every cell is matched, with its column header, against the store.

use std::collections::BTreeMap;
use std::process::Command;

use tracelock::base::diagnostic::Diagnostics;
use tracelock::data::catalog::{DatasetId, VariableId, row_id};
use tracelock::data::record_set::{RecordId, RecordSetId};
use tracelock::render::html::{HtmlDisplay, HtmlHead, HtmlInput, HtmlSection};
use tracelock::render::html_evidence::{EvidenceInput, EvidenceView, LeftOutView, RecordRow, RecordTable};
use tracelock::render::listing_pdf::{self, ListingFrame};
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::placement::{DigitClass, Placed, place_html, place_svg};
use tracelock::render::template::{Engine, Rendered, TemplateSet};
use tracelock::render::{csv_table, curve_svg, flow_svg, html};
use tracelock::report::display::{
    CellContent, Column, CurveFigure, DisplayTable, FlowBox, FlowFigure, FlowLine, Inline, Row, RowKind,
};
use tracelock::report::listing::{Listing, ListingHeading, compose};
use tracelock::results::series::ListingView;
use tracelock::results::{Lineage, NewResult, ResultKey, ResultStore, ResultValue, Role, Style};

const ARMS: [(&str, &str, u64); 2] = [("msc", "Mesenchymal stromal cells", 10), ("placebo", "Placebo", 9)];

fn key(text: &str) -> ResultKey {
    ResultKey::parse(text).expect("a key")
}

fn number(text: &str) -> Inline {
    Inline::number(key(text))
}

/// A small trial: flow, two tables, survival in two arms. Arms never have equal numbers, so that a swap shows.
pub struct Trial {
    pub store: ResultStore,
    pub flow: FlowFigure,
    pub tables: Vec<DisplayTable>,
    pub curve: CurveFigure,
    pub evidence: EvidenceInput,
}

pub fn trial() -> Trial {
    let mut store = ResultStore::new();
    counts(&mut store);
    let mut sink = store.sink();
    for (arm, mean, sd, diff) in [("msc", 61.4, 8.123, 24.65), ("placebo", 58.2, 11.9, -3.25)] {
        let about = |decimals| NewResult {
            data_decimals: decimals,
            unit: Some("mmHg".to_owned()),
            style: None,
        };
        sink.real(
            key(&format!("base:mean[arm={arm},variable=AGE]")),
            mean,
            Lineage::default(),
            about(0),
        );
        sink.real(
            key(&format!("base:sd[arm={arm},variable=AGE]")),
            sd,
            Lineage::default(),
            about(0),
        );
        sink.real(
            key(&format!("pf_d7:mean[arm={arm}]")),
            diff,
            Lineage::default().rule("mean of CHG at day 7"),
            about(1),
        );
    }
    let about = NewResult {
        data_decimals: 1,
        ..NewResult::default()
    };
    sink.real(
        key("pf_d7:diff[arm=msc/placebo]"),
        27.9,
        Lineage::default().rule("Welch t test"),
        about.clone(),
    );
    sink.estimate(
        key("pf_d7:p[arm=msc/placebo]"),
        Ok(0.0004),
        Lineage::default(),
        about.clone(),
    );
    sink.estimate(
        key("pf_d7:sd[arm=placebo]"),
        Err("one value only".to_owned()),
        Lineage::default(),
        about,
    );
    let columns = || vec!["time", "survival", "n_risk", "n_censor"];
    let msc = [
        (0, 1.0, 10, 0),
        (5, 0.9, 10, 0),
        (12, 0.8, 9, 0),
        (21, 0.8, 8, 1),
        (28, 0.8, 7, 7),
    ];
    let placebo = [
        (0, 1.0, 9, 0),
        (3, 0.778, 9, 0),
        (9, 0.556, 7, 0),
        (20, 0.444, 5, 0),
        (28, 0.444, 4, 4),
    ];
    for (arm, rows) in [("msc", msc), ("placebo", placebo)] {
        let rows = rows
            .map(|(t, s, n, c)| vec![f64::from(t), s, f64::from(n), f64::from(c)])
            .to_vec();
        sink.series("os", "survival", arm, columns(), rows, Lineage::default());
    }
    let evidence = evidence(&store);
    Trial {
        flow: flow(),
        tables: tables(),
        curve: curve(),
        evidence,
        store,
    }
}

fn counts(store: &mut ResultStore) {
    let mut sink = store.sink();
    let mut count = |text: String, n: u64, base: Option<&str>| {
        let records = (0..n)
            .map(|row| RecordId {
                dataset: DatasetId(0),
                row: row_id(0, row as u32 + 2),
            })
            .collect();
        let records = sink.records(records);
        let n = sink.count(key(&text), Lineage::of(records).rule("RANDDT IS NOT NULL"));
        if let Some(base) = base {
            let share = 100.0 * n as f64 / sink.store().number(&key(base)).expect("the base comes first");
            let lineage = Lineage::of(records)
                .input(Role::Numerator, key(&text))
                .input(Role::Denominator, key(base));
            let about = NewResult {
                style: Some(Style::Percent(1)),
                ..NewResult::default()
            };
            sink.real(key(&text.replacen(":n", ":pct", 1)), share, lineage, about);
        }
    };
    for (text, n) in [("assessed", 41), ("excluded", 22), ("randomised", 19)] {
        count(format!("flow:{text}"), n, None);
    }
    for (reason, n) in [("pf", 13), ("consent", 6), ("other", 3)] {
        count(format!("flow:excluded[reason={reason}]"), n, None);
    }
    for (arm, _, n) in ARMS {
        let less = if arm == "msc" { 1 } else { 3 };
        for (text, n) in [
            ("allocated", n),
            ("received", n - less + 1),
            ("completed_study", n - less),
            ("left_study", less),
            ("analysed", n),
        ] {
            count(format!("flow:{text}[arm={arm}]"), n, None);
        }
        count(format!("flow:left_study[arm={arm},reason=died]"), less, None);
        let base = format!("set:n[arm={arm},set=itt]");
        count(base.clone(), n, None);
        count(format!("base:n[arm={arm},level=F,variable=SEX]"), less + 2, Some(&base));
        count(format!("ae:n[arm={arm},category=any]"), n - less, Some(&base));
    }
}

fn line(indent: u8, text: &str, key: &str) -> FlowLine {
    FlowLine {
        indent,
        content: vec![Inline::text(format!("{text} (n=")), number(key), Inline::text(")")],
    }
}

fn flow() -> FlowFigure {
    let arms = |lines: &dyn Fn(&str, &str) -> Vec<FlowLine>| -> Vec<FlowBox> {
        ARMS.iter()
            .map(|(arm, label, _)| FlowBox {
                lines: lines(arm, label),
            })
            .collect()
    };
    FlowFigure {
        id: "10.1".to_owned(),
        title: "Participant flow (CONSORT 2025)".to_owned(),
        assessed: FlowBox {
            lines: vec![line(0, "Assessed for eligibility", "flow:assessed")],
        },
        excluded: FlowBox {
            lines: vec![
                line(0, "Excluded", "flow:excluded"),
                line(
                    1,
                    "Not meeting inclusion criteria: PaO2/FiO2 above the limit",
                    "flow:excluded[reason=pf]",
                ),
                line(
                    1,
                    "Declined to participate or legal representative not reachable in time",
                    "flow:excluded[reason=consent]",
                ),
                line(1, "Other reasons", "flow:excluded[reason=other]"),
            ],
        },
        randomised: FlowBox {
            lines: vec![line(0, "Randomised", "flow:randomised")],
        },
        stages: vec![
            (
                "Allocation".to_owned(),
                arms(&|arm, label| {
                    vec![
                        line(
                            0,
                            &format!("Allocated to {label}"),
                            &format!("flow:allocated[arm={arm}]"),
                        ),
                        line(
                            1,
                            "Received allocated intervention",
                            &format!("flow:received[arm={arm}]"),
                        ),
                    ]
                }),
            ),
            (
                "Follow-up".to_owned(),
                arms(&|arm, _| {
                    vec![
                        line(0, "Completed the study", &format!("flow:completed_study[arm={arm}]")),
                        line(0, "Left the study", &format!("flow:left_study[arm={arm}]")),
                        line(1, "Died", &format!("flow:left_study[arm={arm},reason=died]")),
                    ]
                }),
            ),
            (
                "Analysis".to_owned(),
                arms(&|arm, _| {
                    vec![line(
                        0,
                        "Analysed for the primary outcome",
                        &format!("flow:analysed[arm={arm}]"),
                    )]
                }),
            ),
        ],
        alt: vec![
            number("flow:assessed"),
            Inline::text(" assessed, "),
            number("flow:randomised"),
            Inline::text(" randomised."),
        ],
    }
}

fn columns() -> Vec<Column> {
    let header = |arm: &str, label: &str| {
        vec![
            Inline::text(format!("{label} (N=")),
            number(&format!("set:n[arm={arm},set=itt]")),
            Inline::text(")"),
        ]
    };
    ARMS.iter()
        .map(|(arm, label, _)| Column {
            id: (*arm).to_owned(),
            header: header(arm, label),
        })
        .collect()
}

fn row(kind: RowKind, indent: u8, label: &str, cell: &dyn Fn(&str) -> CellContent) -> Row {
    let cells = if kind == RowKind::Group {
        Vec::new()
    } else {
        ARMS.iter().map(|(arm, _, _)| cell(arm)).collect()
    };
    Row {
        kind,
        indent,
        label: vec![Inline::text(label)],
        cells,
    }
}

fn n_pct(n: &str) -> CellContent {
    vec![
        number(n),
        Inline::text(" ("),
        number(&n.replacen(":n", ":pct", 1)),
        Inline::text(")"),
    ]
}

fn tables() -> Vec<DisplayTable> {
    let table = |id: &str, title: &str, rows: Vec<Row>| DisplayTable {
        id: id.to_owned(),
        title: title.to_owned(),
        population: "Intention-to-treat set".to_owned(),
        stub: "Characteristic".to_owned(),
        columns: columns(),
        rows,
        footnotes: vec![vec![Inline::text(
            "N = participants in the set; % = share of N. SD = standard deviation.",
        )]],
        section: id[..4].to_owned(),
        landscape: false,
    };
    let none = |_: &str| CellContent::new();
    let baseline = vec![
        row(RowKind::Group, 0, "Age, years", &none),
        row(RowKind::Data, 1, "Mean (SD)", &|arm| {
            let sd = Inline::Number {
                key: key(&format!("base:sd[arm={arm},variable=AGE]")),
                style: Some(Style::Decimals(2)),
            };
            vec![
                number(&format!("base:mean[arm={arm},variable=AGE]")),
                Inline::text(" ("),
                sd,
                Inline::text(")"),
            ]
        }),
        row(RowKind::Space, 0, "", &none),
        row(RowKind::Group, 0, "Sex", &none),
        row(RowKind::Data, 1, "Female, n (%)", &|arm| {
            n_pct(&format!("base:n[arm={arm},level=F,variable=SEX]"))
        }),
    ];
    let comparison = |text: &'static str| {
        move |arm: &str| {
            if arm == "msc" {
                vec![number(text)]
            } else {
                CellContent::new()
            }
        }
    };
    let outcome = vec![
        row(RowKind::Data, 0, "Mean change, mmHg", &|arm| {
            vec![number(&format!("pf_d7:mean[arm={arm}]"))]
        }),
        row(
            RowKind::Data,
            0,
            "Difference",
            &comparison("pf_d7:diff[arm=msc/placebo]"),
        ),
        row(RowKind::Data, 0, "p-value", &comparison("pf_d7:p[arm=msc/placebo]")),
        row(RowKind::Data, 0, "Any adverse event, n (%)", &|arm| {
            n_pct(&format!("ae:n[arm={arm},category=any]"))
        }),
    ];
    vec![
        table("14.1.2", "Demographic and baseline characteristics", baseline),
        table("14.2.1", "Change in PaO2/FiO2 ratio from baseline to day 7", outcome),
    ]
}

fn curve() -> CurveFigure {
    CurveFigure {
        id: "14.2.5".to_owned(),
        title: "Survival to day 28 (Kaplan-Meier)".to_owned(),
        population: "Intention-to-treat set".to_owned(),
        analysis: "os".to_owned(),
        kind: "survival".to_owned(),
        x_label: "Days since randomisation".to_owned(),
        y_label: "Probability of survival".to_owned(),
        groups: ARMS
            .iter()
            .map(|(arm, label, _)| ((*arm).to_owned(), (*label).to_owned()))
            .collect(),
        alt: vec![Inline::text("Two step curves that fall to day 28.")],
        footnotes: Vec::new(),
        section: "14.2".to_owned(),
    }
}

fn evidence(store: &ResultStore) -> EvidenceInput {
    let mut input = EvidenceInput::default();
    for result in store.iter() {
        let lineage = store.lineage(result.lineage);
        let id = format!("{:?}", lineage.records);
        let records = store.record_sets().get(lineage.records);
        let rows = records.iter().enumerate().map(|(at, _)| RecordRow {
            subject: format!("ES-01-{:03}", at + 1),
            values: vec![("2021-03-14".to_owned(), format!("dm.xlsx ▸ DM!F{}", at + 2))],
        });
        let table = RecordTable {
            title: "Records of DM".to_owned(),
            subjects: records.len(),
            columns: vec!["RANDDT".to_owned()],
            rows: rows.collect(),
        };
        input.records.insert(id.clone(), table);
        let view = EvidenceView {
            label: result.key.statistic.clone(),
            unit: result.unit.clone(),
            rule: lineage.rule.clone(),
            entered: (!records.is_empty()).then_some(id),
            left_out: vec![LeftOutView {
                reason: "Not randomised".to_owned(),
                subjects: vec!["ES-01-031".to_owned()],
            }],
            variables: vec![(
                "RANDDT".to_owned(),
                "Date of randomisation".to_owned(),
                "column RANDDT of dm.xlsx ▸ DM".to_owned(),
            )],
            inputs: lineage.inputs.clone(),
            ..EvidenceView::default()
        };
        input.results.insert(result.key.clone(), view);
    }
    input
}

pub fn page(trial: &Trial) -> Rendered {
    let set = TemplateSet::built_in(&[html::TEMPLATES, flow_svg::TEMPLATES, curve_svg::TEMPLATES]);
    let engine = Engine::new(&set, &trial.store, &REGULATORY);
    let section = |id: &str, title: &str, displays| HtmlSection {
        id: id.to_owned(),
        title: title.to_owned(),
        displays,
    };
    let input = HtmlInput {
        head: HtmlHead {
            language: "en".to_owned(),
            title: "Allogeneic mesenchymal stromal cells in acute respiratory distress syndrome".to_owned(),
            protocol: "MSC-ARDS-1".to_owned(),
            sponsor: "Example Hospital".to_owned(),
            draft: true,
            synthetic: Some("Synthetic data".to_owned()),
            lock_id: "lock-4f2a".to_owned(),
            run_id: "run-91bc".to_owned(),
            facts: vec![("Data locked".to_owned(), "2022-05-30".to_owned())],
        },
        sections: vec![
            section("10", "Study patients", vec![HtmlDisplay::Flow(&trial.flow)]),
            section("14.1", "Demographic data", vec![HtmlDisplay::Table(&trial.tables[0])]),
            section(
                "14.2",
                "Efficacy",
                vec![HtmlDisplay::Table(&trial.tables[1]), HtmlDisplay::Curve(&trial.curve)],
            ),
        ],
        evidence: trial.evidence.clone(),
    };
    let mut sink = Diagnostics::new();
    html::render(&engine, &REGULATORY, &input, &mut sink).unwrap_or_else(|_| panic!("{:?}", sink.all()))
}

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
        let (Some(id), Some(start), Some(end)) = (
            article.split('"').nth(3),
            article.find("<table>"),
            article.find("</table>"),
        ) else {
            continue;
        };
        let fragment = &article[start..end + "</table>".len()];
        let document = roxmltree::Document::parse(fragment).expect("a table is well-formed");
        let text_of = |node: roxmltree::Node| -> String {
            node.descendants()
                .filter(roxmltree::Node::is_text)
                .filter_map(|text| text.text())
                .collect()
        };
        let cells = |row: roxmltree::Node| -> Vec<String> {
            row.children()
                .filter(roxmltree::Node::is_element)
                .map(text_of)
                .collect()
        };
        let mut rows: Vec<Vec<String>> = document
            .descendants()
            .filter(|node| node.has_tag_name("tr"))
            .map(cells)
            .collect();
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
    ReadTable {
        headers: read.headers.clone(),
        rows: read.rows.iter().map(swap).collect(),
    }
}

fn unclassified(placed: &Placed) -> Vec<&str> {
    let of_class = |class| {
        placed
            .digits
            .iter()
            .filter(move |run| run.class == class)
            .map(|run| run.text.as_str())
    };
    of_class(DigitClass::Unclassified)
        .chain(of_class(DigitClass::Typed))
        .collect()
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
    for outside in [
        "src=\"",
        "href=\"http",
        "url(http",
        "@import",
        "<link",
        "<img",
        "<iframe",
    ] {
        assert!(!page.text.contains(outside), "{outside}");
    }
    let placed = place_html("report.html", &page);
    assert_eq!(unclassified(&placed), Vec::<&str>::new());
    // Every number has an element of its own, and every printed key its entry.
    for placement in &placed.placements {
        assert!(placement.key.contains(':'), "{placement:?}");
    }
    for key in html::printed_keys(&page).keys() {
        let summary = format!(
            "data-key=\"{}\">\n<summary><code>",
            key.to_string().replace('"', "&quot;")
        );
        assert!(page.text.contains(&summary), "{key} has no entry");
    }
    let ids: Vec<&str> = page
        .text
        .split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
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
    let (Ok(flow), Ok(curve)) = (flow, curve) else {
        panic!("{:?}", sink.all())
    };

    let document = roxmltree::Document::parse(&flow.text).expect("well-formed");
    let mut shown = 0;
    for number in document
        .descendants()
        .filter(|node| node.attribute("class") == Some("num"))
    {
        let stored = trial
            .store
            .get(&key(number.attribute("data-key").expect("a key")))
            .expect("a result");
        assert!(
            is_shown(number.text().unwrap_or_default(), &stored.value),
            "{:?}",
            stored.key
        );
        shown += 1;
    }
    assert_eq!(shown, 3 + 3 + 2 * 6, "every number of the figure stands in it once");

    // Numbers at risk stand under the axis mark of their time and in the row of their arm.
    let document = roxmltree::Document::parse(&curve.text).expect("well-formed");
    let texts_of = |class: &str| -> Vec<(String, String, String)> {
        let group = document
            .descendants()
            .find(|node| node.attribute("class") == Some(class))
            .expect("a group");
        let texts = group.children().filter(|node| node.has_tag_name("text"));
        texts
            .map(|node| {
                let attribute = |name| node.attribute(name).unwrap_or_default().to_owned();
                (
                    attribute("x"),
                    attribute("y"),
                    node.text().unwrap_or_default().to_owned(),
                )
            })
            .collect()
    };
    let ticks = texts_of("ticks");
    let risk = texts_of("at-risk");
    let at = |label: &str, time: &str| {
        let (_, y, _) = risk
            .iter()
            .find(|(_, _, text)| text.starts_with(label))
            .expect("an arm");
        let (x, _, _) = ticks.iter().find(|(_, _, text)| text == time).expect("a mark");
        risk.iter()
            .find(|(tx, ty, text)| tx == x && ty == y && text != label)
            .map(|(_, _, text)| text.clone())
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
        let file = csv_table::render(&trial.store, &REGULATORY, table, "table.csv", &mut sink).expect("a file");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(file.text.as_bytes());
        let mut rows: Vec<Vec<String>> = reader
            .records()
            .map(|row| row.expect("a row").iter().map(str::to_owned).collect())
            .collect();
        // Every placement names the field in which its text stands.
        for placement in &file.placed.placements {
            let words: Vec<usize> = placement
                .place
                .split(' ')
                .filter_map(|word| word.parse().ok())
                .collect();
            assert!(
                rows[words[0] - 1][words[1] - 1].contains(&placement.text),
                "{placement:?}"
            );
        }
        let headers = rows.remove(0);
        let read = ReadTable { headers, rows };
        assert_eq!(differences(&read, table, &trial.store), Vec::<String>::new());
        assert!(!differences(&with_columns_swapped(&read), table, &trial.store).is_empty());
    }
}

/// Adverse events of `subjects` subjects, three each, with texts of every length.
pub fn listing(subjects: usize) -> Listing {
    let headers = [
        "Subject",
        "Arm",
        "Reported term",
        "Preferred term",
        "System organ class",
        "Start",
        "Stop",
        "Study day",
        "Severity",
        "Serious",
        "Related",
        "Outcome",
        "TEAE",
    ];
    let terms = [
        (
            "Fieber nach Infusion, 38.9 °C",
            "Pyrexia",
            "General disorders and administration site conditions",
        ),
        (
            "worsening of acute respiratory distress with need for prone positioning ≥ 16 h",
            "Acute respiratory distress syndrome",
            "Respiratory, thoracic and mediastinal disorders",
        ),
        ("FA rápida", "Atrial fibrillation", "Cardiac disorders"),
    ];
    let mut rows = Vec::new();
    for subject in 0..subjects {
        for (at, (verbatim, preferred, organs)) in terms.iter().enumerate() {
            let cells = [
                format!("ES-01-{:04}", subject + 1),
                if subject < subjects / 2 { "MSC" } else { "Placebo" }.to_owned(),
                (*verbatim).to_owned(),
                (*preferred).to_owned(),
                (*organs).to_owned(),
                format!("2021-03-{:02}", 1 + (subject + at) % 28),
                if at == 2 {
                    String::new()
                } else {
                    format!("2021-04-{:02}", 1 + (subject * 3 + at) % 28)
                },
                format!("{}", 1 + subject % 90),
                ["Mild", "Severe", "Moderate"][at].to_owned(),
                if at == 1 { "Yes" } else { "No" }.to_owned(),
                "Not related".to_owned(),
                ["Recovered", "Fatal", "Not recovered"][at].to_owned(),
                "Y".to_owned(),
            ];
            rows.push((row_id(0, rows.len() as u32 + 2), cells.to_vec()));
        }
    }
    let view = ListingView {
        id: "16.2.7".to_owned(),
        dataset: DatasetId(0),
        columns: headers
            .iter()
            .enumerate()
            .map(|(at, name)| (VariableId(at as u32), (*name).to_owned()))
            .collect(),
        records: RecordSetId::default(),
        rows,
    };
    let heading = ListingHeading {
        title: "Adverse events".to_owned(),
        population: "Safety set".to_owned(),
        outline: vec!["Arm".to_owned(), "Subject".to_owned()],
        footnotes: vec![
            "Study day 1 is the day of the first dose; there is no day 0. TEAE = treatment-emergent adverse event."
                .to_owned(),
        ],
        if_empty: "No adverse events were reported in the safety set.".to_owned(),
    };
    compose(&view, heading)
}

pub fn frame() -> ListingFrame {
    ListingFrame {
        protocol: "MSC-ARDS-1".to_owned(),
        draft: true,
        synthetic: Some("Synthetic data".to_owned()),
        lock_id: "lock-4f2a".to_owned(),
        run_id: "run-91bc".to_owned(),
        sponsor: "Example Hospital".to_owned(),
        language: "en".to_owned(),
        date: "2022-05-30".to_owned(),
        fonts: Vec::new(),
    }
}

/// A word of a page with its place.
struct Word {
    x: f64,
    y: f64,
    text: String,
}

/// Words by page, as the PDF shows them; `None` where the reading program is not installed.
fn words_of(pdf: &[u8]) -> Option<Vec<Vec<Word>>> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("listing.pdf");
    std::fs::write(&path, pdf).expect("written");
    let output = Command::new("pdftotext")
        .arg("-bbox")
        .arg(&path)
        .arg("-")
        .output()
        .ok()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let options = roxmltree::ParsingOptions {
        allow_dtd: true,
        ..roxmltree::ParsingOptions::default()
    };
    let document = roxmltree::Document::parse_with_options(&text, options).expect("well-formed");
    let pages = document.descendants().filter(|node| node.tag_name().name() == "page");
    let word = |node: roxmltree::Node| {
        let place = |name| {
            node.attribute(name)
                .and_then(|text| text.parse().ok())
                .expect("a place")
        };
        Word {
            x: place("xMin"),
            y: place("yMin"),
            text: node.text().unwrap_or_default().to_owned(),
        }
    };
    Some(
        pages
            .map(|page| {
                page.children()
                    .filter(|n| n.tag_name().name() == "word")
                    .map(word)
                    .collect()
            })
            .collect(),
    )
}

/// The rows of the listing as the pages show them: words are put under the header they stand below.
fn rows_on_pages(pages: &[Vec<Word>], listing: &Listing) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    for words in pages {
        let first_header = listing.columns[0].as_str();
        let header = words
            .iter()
            .find(|word| word.text == first_header)
            .expect("a header row on every page");
        // Columns begin where the first words of their headers begin.
        let starts: Vec<f64> = listing
            .columns
            .iter()
            .map(|column| {
                let name = column.split(' ').next().unwrap_or_default();
                let found = words
                    .iter()
                    .find(|word| word.text == name && (word.y - header.y).abs() < 1.0);
                found.unwrap_or_else(|| panic!("`{column}` is not in the header row")).x
            })
            .collect();
        let foot = words
            .iter()
            .find(|word| word.text == "Study" && word.y > 500.0)
            .map_or(f64::MAX, |word| word.y);
        let mut body: Vec<&Word> = words
            .iter()
            .filter(|word| word.y > header.y + 12.0 && word.y < foot - 1.0)
            .collect();
        body.sort_by(|a, b| a.y.total_cmp(&b.y).then(a.x.total_cmp(&b.x)));
        for word in body {
            let column = starts.partition_point(|start| *start <= word.x + 0.5).saturating_sub(1);
            if column == 0 && word.text.starts_with("ES-01-") {
                rows.push(vec![String::new(); starts.len()]);
            }
            let Some(cell) = rows.last_mut().and_then(|row| row.get_mut(column)) else {
                continue;
            };
            if !cell.is_empty() {
                cell.push(' ');
            }
            cell.push_str(&word.text);
        }
    }
    rows
}

#[test]
fn listing_pdf_says_what_the_listing_holds() {
    let listing = listing(24);
    let mut sink = Diagnostics::new();
    let pdf = listing_pdf::render(&listing, &frame(), &mut sink).unwrap_or_else(|_| panic!("{:?}", sink.all()));
    let again = listing_pdf::render(&listing, &frame(), &mut sink).expect("a file");
    assert!(pdf == again, "same bytes each time");
    assert!(pdf.starts_with(b"%PDF-1.7"));
    let Some(pages) = words_of(&pdf) else {
        eprintln!("skipped: `pdftotext` is not installed");
        return;
    };
    let blank_free = |text: &str| text.replace(' ', "");
    let expected: Vec<Vec<String>> = listing
        .rows
        .iter()
        .map(|row| row.cells.iter().map(|cell| blank_free(cell)).collect())
        .collect();
    let read: Vec<Vec<String>> = rows_on_pages(&pages, &listing)
        .iter()
        .map(|row| row.iter().map(|cell| blank_free(cell)).collect())
        .collect();
    assert_eq!(read, expected);
    for (at, words) in pages.iter().enumerate() {
        let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let text = text.join(" ");
        for part in [
            "DRAFT",
            "Synthetic",
            "MSC-ARDS-1",
            "lock-4f2a",
            "run-91bc",
            &format!("Page {} of {}", at + 1, pages.len()),
        ] {
            assert!(text.contains(part), "page {}: {part}", at + 1);
        }
    }

    // The same check sees two columns whose contents are changed over.
    let mut swapped = listing.clone();
    for row in &mut swapped.rows {
        row.cells.swap(5, 6);
    }
    let pdf = listing_pdf::render(&swapped, &frame(), &mut sink).expect("a file");
    let pages = words_of(&pdf).expect("installed");
    let read: Vec<Vec<String>> = rows_on_pages(&pages, &listing)
        .iter()
        .map(|row| row.iter().map(|cell| blank_free(cell)).collect())
        .collect();
    assert_ne!(read, expected);
}

#[test]
fn characters_without_a_glyph_are_reported() {
    let mut listing = listing(1);
    listing.rows[0].cells[2] = "発熱 after infusion".to_owned();
    let mut sink = Diagnostics::new();
    assert!(listing_pdf::render(&listing, &frame(), &mut sink).is_err());
    let codes: Vec<&str> = sink.all().iter().map(|problem| problem.code.id).collect();
    assert_eq!(codes, ["RND-004", "RND-004"]);
    assert!(sink.all()[0].message.contains("U+71B1") || sink.all()[0].message.contains("U+767A"));
}

#[test]
fn bookmarks_lead_to_every_subject() {
    let listing = listing(24);
    let mut sink = Diagnostics::new();
    let pdf = listing_pdf::render(&listing, &frame(), &mut sink).expect("a file");
    let document = lopdf::Document::load_mem(&pdf).expect("a PDF");
    let catalog = document.catalog().expect("a catalogue");
    assert_eq!(
        catalog.get(b"PageMode").and_then(lopdf::Object::as_name).ok(),
        Some(&b"UseOutlines"[..])
    );
    let title = |object: &lopdf::Object| {
        let entry = object.as_dict().ok()?;
        entry.get(b"Dest").ok()?;
        entry
            .get(b"Title")
            .and_then(lopdf::Object::as_str)
            .ok()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    };
    let titles: Vec<String> = document.objects.values().filter_map(title).collect();
    let subjects = titles.iter().filter(|title| title.starts_with("ES-01-")).count();
    assert_eq!((titles.len(), subjects), (1 + 2 + 24, 24));
}
