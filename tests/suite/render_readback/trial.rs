//! A small trial whose arms never have equal numbers, so that a swap of columns shows.

use tracelock::base::diagnostic::Diagnostics;
use tracelock::data::catalog::{DatasetId, row_id};
use tracelock::data::record_set::RecordId;
use tracelock::render::html::{self, HtmlDisplay, HtmlHead, HtmlInput, HtmlSection};
use tracelock::render::html_evidence::{EvidenceInput, EvidenceView, LeftOutView, RecordRow, RecordTable};
use tracelock::render::number_profile::REGULATORY;
use tracelock::render::template::{Engine, Rendered, TemplateSet};
use tracelock::render::{curve_svg, flow_svg};
use tracelock::report::display::{
    CellContent, Column, CurveFigure, DisplayTable, FlowBox, FlowFigure, FlowLine, Inline, Row, RowKind,
};
use tracelock::results::{Lineage, NewResult, ResultKey, ResultStore, Role, Style};

const ARMS: [(&str, &str, u64); 2] = [("msc", "Mesenchymal stromal cells", 10), ("placebo", "Placebo", 9)];

pub fn key(text: &str) -> ResultKey {
    ResultKey::parse(text).expect("a key")
}

fn number(text: &str) -> Inline {
    Inline::number(key(text))
}

/// Flow, two tables, survival in two arms.
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
        let about = |decimals| NewResult { data_decimals: decimals, unit: Some("mmHg".to_owned()), style: None };
        sink.real(key(&format!("base:mean[arm={arm},variable=AGE]")), mean, Lineage::default(), about(0));
        sink.real(key(&format!("base:sd[arm={arm},variable=AGE]")), sd, Lineage::default(), about(0));
        sink.real(
            key(&format!("pf_d7:mean[arm={arm}]")),
            diff,
            Lineage::default().rule("mean of CHG at day 7"),
            about(1),
        );
    }
    let about = NewResult { data_decimals: 1, ..NewResult::default() };
    sink.real(key("pf_d7:diff[arm=msc/placebo]"), 27.9, Lineage::default().rule("Welch t test"), about.clone());
    sink.estimate(key("pf_d7:p[arm=msc/placebo]"), Ok(0.0004), Lineage::default(), about.clone());
    sink.estimate(key("pf_d7:sd[arm=placebo]"), Err("one value only".to_owned()), Lineage::default(), about);
    let columns = || vec!["time", "survival", "n_risk", "n_censor"];
    let msc = [(0, 1.0, 10, 0), (5, 0.9, 10, 0), (12, 0.8, 9, 0), (21, 0.8, 8, 1), (28, 0.8, 7, 7)];
    let placebo = [(0, 1.0, 9, 0), (3, 0.778, 9, 0), (9, 0.556, 7, 0), (20, 0.444, 5, 0), (28, 0.444, 4, 4)];
    for (arm, rows) in [("msc", msc), ("placebo", placebo)] {
        let rows = rows.map(|(t, s, n, c)| vec![f64::from(t), s, f64::from(n), f64::from(c)]).to_vec();
        sink.series("os", "survival", arm, columns(), rows, Lineage::default());
    }
    let evidence = evidence(&store);
    Trial { flow: flow(), tables: tables(), curve: curve(), evidence, store }
}

fn counts(store: &mut ResultStore) {
    let mut sink = store.sink();
    let mut count = |text: String, n: u64, base: Option<&str>| {
        let records = (0..n).map(|row| RecordId { dataset: DatasetId(0), row: row_id(0, row as u32 + 2) }).collect();
        let records = sink.records(records);
        let n = sink.count(key(&text), Lineage::of(records).rule("RANDDT IS NOT NULL"));
        if let Some(base) = base {
            let share = 100.0 * n as f64 / sink.store().number(&key(base)).expect("the base comes first");
            let lineage = Lineage::of(records).input(Role::Numerator, key(&text)).input(Role::Denominator, key(base));
            let about = NewResult { style: Some(Style::Percent(1)), ..NewResult::default() };
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
    FlowLine { indent, content: vec![Inline::text(format!("{text} (n=")), number(key), Inline::text(")")] }
}

fn flow() -> FlowFigure {
    let arms = |lines: &dyn Fn(&str, &str) -> Vec<FlowLine>| -> Vec<FlowBox> {
        ARMS.iter().map(|(arm, label, _)| FlowBox { lines: lines(arm, label) }).collect()
    };
    FlowFigure {
        id: "10.1".to_owned(),
        title: "Participant flow (CONSORT 2025)".to_owned(),
        assessed: FlowBox { lines: vec![line(0, "Assessed for eligibility", "flow:assessed")] },
        excluded: FlowBox {
            lines: vec![
                line(0, "Excluded", "flow:excluded"),
                line(1, "Not meeting inclusion criteria: PaO2/FiO2 above the limit", "flow:excluded[reason=pf]"),
                line(
                    1,
                    "Declined to participate or legal representative not reachable in time",
                    "flow:excluded[reason=consent]",
                ),
                line(1, "Other reasons", "flow:excluded[reason=other]"),
            ],
        },
        randomised: FlowBox { lines: vec![line(0, "Randomised", "flow:randomised")] },
        stages: vec![
            (
                "Allocation".to_owned(),
                arms(&|arm, label| {
                    vec![
                        line(0, &format!("Allocated to {label}"), &format!("flow:allocated[arm={arm}]")),
                        line(1, "Received allocated intervention", &format!("flow:received[arm={arm}]")),
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
                arms(&|arm, _| vec![line(0, "Analysed for the primary outcome", &format!("flow:analysed[arm={arm}]"))]),
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
        vec![Inline::text(format!("{label} (N=")), number(&format!("set:n[arm={arm},set=itt]")), Inline::text(")")]
    };
    ARMS.iter().map(|(arm, label, _)| Column { id: (*arm).to_owned(), header: header(arm, label) }).collect()
}

fn row(kind: RowKind, indent: u8, label: &str, cell: &dyn Fn(&str) -> CellContent) -> Row {
    let cells = if kind == RowKind::Group { Vec::new() } else { ARMS.iter().map(|(arm, _, _)| cell(arm)).collect() };
    Row { kind, indent, label: vec![Inline::text(label)], cells }
}

fn n_pct(n: &str) -> CellContent {
    vec![number(n), Inline::text(" ("), number(&n.replacen(":n", ":pct", 1)), Inline::text(")")]
}

fn tables() -> Vec<DisplayTable> {
    let table = |id: &str, title: &str, rows: Vec<Row>| DisplayTable {
        id: id.to_owned(),
        title: title.to_owned(),
        population: "Intention-to-treat set".to_owned(),
        stub: "Characteristic".to_owned(),
        columns: columns(),
        rows,
        footnotes: vec![vec![Inline::text("N = participants in the set; % = share of N. SD = standard deviation.")]],
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
            vec![number(&format!("base:mean[arm={arm},variable=AGE]")), Inline::text(" ("), sd, Inline::text(")")]
        }),
        row(RowKind::Space, 0, "", &none),
        row(RowKind::Group, 0, "Sex", &none),
        row(RowKind::Data, 1, "Female, n (%)", &|arm| n_pct(&format!("base:n[arm={arm},level=F,variable=SEX]"))),
    ];
    let comparison = |text: &'static str| {
        move |arm: &str| {
            if arm == "msc" { vec![number(text)] } else { CellContent::new() }
        }
    };
    let outcome = vec![
        row(RowKind::Data, 0, "Mean change, mmHg", &|arm| vec![number(&format!("pf_d7:mean[arm={arm}]"))]),
        row(RowKind::Data, 0, "Difference", &comparison("pf_d7:diff[arm=msc/placebo]")),
        row(RowKind::Data, 0, "p-value", &comparison("pf_d7:p[arm=msc/placebo]")),
        row(RowKind::Data, 0, "Any adverse event, n (%)", &|arm| n_pct(&format!("ae:n[arm={arm},category=any]"))),
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
        until: None,
        x_label: "Days since randomisation".to_owned(),
        y_label: "Probability of survival".to_owned(),
        groups: ARMS.iter().map(|(arm, label, _)| ((*arm).to_owned(), (*label).to_owned())).collect(),
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
            left_out: vec![LeftOutView { reason: "Not randomised".to_owned(), subjects: vec!["ES-01-031".to_owned()] }],
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
    let section =
        |id: &str, title: &str, displays| HtmlSection { id: id.to_owned(), title: title.to_owned(), displays };
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
            section("14.2", "Efficacy", vec![HtmlDisplay::Table(&trial.tables[1]), HtmlDisplay::Curve(&trial.curve)]),
        ],
        evidence: trial.evidence.clone(),
    };
    let mut sink = Diagnostics::new();
    html::render(&engine, &REGULATORY, &input, &mut sink).unwrap_or_else(|_| panic!("{:?}", sink.all()))
}
