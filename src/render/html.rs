//! The report as one HTML page that works offline: displays, and behind every number its lineage.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::report::display::{CellContent, CurveFigure, DisplayTable, FlowFigure, keys};
use crate::report::view::{TableView, anchor, cell};
use crate::results::ResultKey;

use super::curve_svg::CurveView;
use super::flow_svg::FlowView;
use super::html_evidence::{self, EvidenceInput};
use super::marks::MarkClass;
use super::number_profile::NumberProfile;
use super::template::{BuiltIn, Engine, Rendered, Target, plain_json};

/// The built-in templates; the drawings' templates are their own modules'.
pub const TEMPLATES: BuiltIn = &[
    (PATH, include_str!("../../templates/html/report.html.hbs")),
    ("html/evidence.html.hbs", include_str!("../../templates/html/evidence.html.hbs")),
    ("html/script.js.hbs", include_str!("../../templates/html/script.js.hbs")),
    ("html/style.css.hbs", include_str!("../../templates/html/style.css.hbs")),
    ("html/table.html.hbs", include_str!("../../templates/html/table.html.hbs")),
];

const PATH: &str = "html/report.html.hbs";

/// What the head of the page says.
#[derive(Clone, Debug, Default)]
pub struct HtmlHead {
    /// Language of the report, such as `en`.
    pub language: String,
    /// Title of the study.
    pub title: String,
    /// Protocol code.
    pub protocol: String,
    /// Sponsor.
    pub sponsor: String,
    /// Whether it is a draft.
    pub draft: bool,
    /// What is said where the data are not of a real trial.
    pub synthetic: Option<String>,
    /// Lock record.
    pub lock_id: String,
    /// Run.
    pub run_id: String,
    /// Further lines: name and value, such as "Data locked" and a date.
    pub facts: Vec<(String, String)>,
}

/// A display of the page.
#[derive(Clone, Copy, Debug)]
pub enum HtmlDisplay<'a> {
    /// The participant flow.
    Flow(&'a FlowFigure),
    /// A table.
    Table(&'a DisplayTable),
    /// Curves.
    Curve(&'a CurveFigure),
}

/// A section of the page with its displays in order.
#[derive(Clone, Debug)]
pub struct HtmlSection<'a> {
    /// Number such as `14.2`.
    pub id: String,
    /// Title without the number.
    pub title: String,
    /// Its displays.
    pub displays: Vec<HtmlDisplay<'a>>,
}

/// All a page is made of. The page shows single patients: it is restricted.
#[derive(Clone, Debug)]
pub struct HtmlInput<'a> {
    /// The head.
    pub head: HtmlHead,
    /// The sections.
    pub sections: Vec<HtmlSection<'a>>,
    /// Where the numbers come from; a number without evidence is shown all the same.
    pub evidence: EvidenceInput,
}

/// Renders the page.
///
/// # Errors
/// What the template engine reports, and a curve without series.
pub fn render(
    engine: &Engine<'_>,
    profile: &NumberProfile,
    input: &HtmlInput<'_>,
    sink: &mut Diagnostics,
) -> Result<Rendered, Stop> {
    let mark = sink.mark();
    let sections: Vec<SectionView> =
        input.sections.iter().map(|section| SectionView::new(engine, profile, section, sink)).collect();
    sink.check(mark)?;
    let printed: BTreeSet<ResultKey> = input.sections.iter().flat_map(keys_of).collect();
    let head = &input.head;
    let view = PageView {
        language: &head.language,
        title: &head.title,
        protocol: &head.protocol,
        sponsor: &head.sponsor,
        draft: head.draft,
        synthetic: head.synthetic.as_deref(),
        lock_id: &head.lock_id,
        run_id: &head.run_id,
        facts: head.facts.iter().map(|(name, value)| json!({"name": name, "value": value})).collect(),
        sections,
    };
    let mut page = plain_json(&view);
    page["evidence"] = html_evidence::section(&input.evidence, &printed, engine.store());
    engine.render(Target::Html, PATH, page, sink)
}

/// How often each key is printed on a page.
#[must_use]
pub fn printed_keys(page: &Rendered) -> BTreeMap<ResultKey, usize> {
    let mut keys = BTreeMap::new();
    for mark in &page.marks {
        if let MarkClass::Number { key } = &mark.class {
            *keys.entry(key.clone()).or_insert(0) += 1;
        }
    }
    keys
}

/// The keys that the displays of a section print.
fn keys_of(section: &HtmlSection<'_>) -> Vec<ResultKey> {
    let of_display = |display: &HtmlDisplay<'_>| -> Vec<ResultKey> {
        match display {
            HtmlDisplay::Flow(flow) => keys(flow.contents()).cloned().collect(),
            HtmlDisplay::Table(table) => keys(table.contents()).cloned().collect(),
            HtmlDisplay::Curve(curve) => keys(curve.contents()).cloned().collect(),
        }
    };
    section.displays.iter().flat_map(of_display).collect()
}

#[derive(Serialize)]
struct PageView<'a> {
    language: &'a str,
    title: &'a str,
    protocol: &'a str,
    sponsor: &'a str,
    draft: bool,
    synthetic: Option<&'a str>,
    lock_id: &'a str,
    run_id: &'a str,
    facts: Vec<Json>,
    sections: Vec<SectionView>,
}

#[derive(Serialize)]
struct SectionView {
    id: String,
    anchor: String,
    title: String,
    displays: Vec<DisplayView>,
}

/// One of the three is set.
#[derive(Serialize)]
struct DisplayView {
    /// "Table" or "Figure".
    word: &'static str,
    id: String,
    anchor: String,
    title: String,
    table: Option<TableView>,
    flow: Option<FlowView>,
    curve: Option<CurveView>,
    alt: Json,
    population: String,
    footnotes: Vec<Json>,
}

impl SectionView {
    fn new(engine: &Engine<'_>, profile: &NumberProfile, section: &HtmlSection<'_>, sink: &mut Diagnostics) -> Self {
        let displays = section.displays.iter().filter_map(|display| DisplayView::new(engine, profile, *display, sink));
        Self {
            // A section may have a name only: what is no number is not printed before the title.
            id: if section.id.starts_with(|c: char| c.is_ascii_digit()) { section.id.clone() } else { String::new() },
            anchor: anchor("section", &section.id),
            title: section.title.clone(),
            displays: displays.collect(),
        }
    }
}

impl DisplayView {
    /// `None` where the display cannot be drawn; the reason is in the sink.
    fn new(
        engine: &Engine<'_>,
        profile: &NumberProfile,
        display: HtmlDisplay<'_>,
        sink: &mut Diagnostics,
    ) -> Option<Self> {
        let figure = |id: &str, title: &str, alt: &CellContent| Self {
            word: "Figure",
            id: id.to_owned(),
            anchor: format!("{}-frame", anchor("figure", id)),
            title: title.to_owned(),
            table: None,
            flow: None,
            curve: None,
            alt: cell(alt),
            population: String::new(),
            footnotes: Vec::new(),
        };
        match display {
            HtmlDisplay::Table(table) => Some(Self {
                word: "Table",
                anchor: anchor("table", &table.id),
                table: Some(TableView::new(table, 3)),
                population: table.population.clone(),
                footnotes: table.footnotes.iter().map(cell).collect(),
                ..figure(&table.id, &table.title, &Vec::new())
            }),
            HtmlDisplay::Flow(flow) => {
                let view = FlowView::new(engine, profile, flow);
                Some(Self { flow: Some(view), ..figure(&flow.id, &flow.title, &flow.alt) })
            }
            HtmlDisplay::Curve(curve) => {
                let view = CurveView::new(engine, curve, sink).ok()?;
                Some(Self {
                    curve: Some(view),
                    population: curve.population.clone(),
                    footnotes: curve.footnotes.iter().map(cell).collect(),
                    ..figure(&curve.id, &curve.title, &curve.alt)
                })
            }
        }
    }
}
