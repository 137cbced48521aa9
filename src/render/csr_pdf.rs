//! The clinical study report, the flow diagram and single displays as PDF.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::report::csr::{Block, CsrDocument, CsrInput, CsrSection, SectionState, state_sentence};
use crate::report::display::{CurveFigure, DisplayTable, FlowFigure};
use crate::report::view::{FlowView, TableView, anchor, cell};

use super::curve_layout::{CurveLayout, lay_out};
use super::pdf::{Fonts, PdfDocument, render_pdf};
use super::template::Engine;

/// What every page of a document carries.
#[derive(Clone, Debug, Serialize)]
pub struct PageFacts {
    /// Title of the document, for viewers and screen readers.
    pub document_title: String,
    /// Protocol code.
    pub protocol_code: String,
    /// Sponsor.
    pub sponsor: String,
    /// Date of the document as year, month, day.
    pub date: (i64, i64, i64),
    /// Id of the lock.
    pub lock_id: String,
    /// Id of the run.
    pub run_id: String,
    /// Whether pages say DRAFT.
    pub draft: bool,
    /// Notice on every page; may be empty.
    pub notice: String,
    /// `a4` or `us-letter`.
    pub paper: &'static str,
    /// Font families in order of preference.
    pub fonts: Vec<String>,
    /// Fixed words, in the document's language.
    pub words: PageWords,
}

/// Fixed words around a page.
#[derive(Clone, Debug, Serialize)]
pub struct PageWords {
    /// Said on pages of a draft.
    pub draft: String,
    /// Before the id of the lock.
    pub lock: String,
    /// Before the id of the run.
    pub run: String,
    /// Before the page number.
    pub page: String,
    /// Before the number of pages.
    pub of: String,
}

impl Default for PageWords {
    fn default() -> Self {
        let [draft, lock, run, page, of] = ["DRAFT", "Lock", "Run", "Page", "of"].map(str::to_owned);
        Self { draft, lock, run, page, of }
    }
}

impl PageFacts {
    /// The facts of a report.
    #[must_use]
    pub fn of(input: &CsrInput, document_title: &str) -> Self {
        let mut date = input.report_date.split('-').map(|part| part.parse::<i64>().unwrap_or(1));
        let mut next = || date.next().unwrap_or(1);
        Self {
            document_title: document_title.to_owned(),
            protocol_code: input.protocol_code.clone(),
            sponsor: input.sponsor.clone(),
            date: (next(), next(), next()),
            lock_id: input.lock_id.clone(),
            run_id: input.run_id.clone(),
            draft: input.draft,
            notice: input.notice.clone().unwrap_or_default(),
            paper: if input.us_letter { "us-letter" } else { "a4" },
            fonts: input.fonts.iter().cloned().chain(["Libertinus Serif".to_owned()]).collect(),
            words: PageWords::default(),
        }
    }
}

/// Renders the whole report.
///
/// # Errors
/// As [`render_pdf`].
pub fn render_csr(
    engine: &Engine<'_>,
    fonts: &Fonts,
    document: &CsrDocument,
    file: &str,
    sink: &mut Diagnostics,
) -> Result<PdfDocument, Stop> {
    let input = &document.input;
    let page = PageFacts::of(input, &format!("Clinical Study Report {}", input.protocol_code));
    let sections: Vec<Json> = document.sections.iter().map(|section| section_view(engine, document, section)).collect();
    let has = |block: fn(&Block) -> bool| document.sections.iter().flat_map(|s| &s.blocks).any(block);
    let view = json!({
        "page": page,
        "title": input.title,
        "title_page": pairs(&input.title_page),
        "gcp_statement": input.gcp_statement,
        "sections": sections,
        "has_tables": has(|block| matches!(block, Block::Table(_))),
        "has_figures": has(|block| matches!(block, Block::Curve(_) | Block::Flow(_))),
    });
    let ident = format!("tracelock csr {} {}", input.protocol_code, input.run_id);
    render_pdf(engine, fonts, "csr/report.typ.hbs", view, (file, &ident), sink)
}

/// Renders the participant flow on one page.
///
/// # Errors
/// As [`render_pdf`].
pub fn render_consort(
    engine: &Engine<'_>,
    fonts: &Fonts,
    input: &CsrInput,
    figure: &FlowFigure,
    file: &str,
    sink: &mut Diagnostics,
) -> Result<PdfDocument, Stop> {
    let page = PageFacts::of(input, &format!("{}: {}", input.protocol_code, figure.title));
    let view = json!({ "page": page, "flow": FlowView::new(figure, 1) });
    let ident = format!("tracelock consort {} {}", input.protocol_code, input.run_id);
    render_pdf(engine, fonts, "csr/consort.typ.hbs", view, (file, &ident), sink)
}

/// Renders one table.
///
/// # Errors
/// As [`render_pdf`].
pub fn render_table(
    engine: &Engine<'_>,
    fonts: &Fonts,
    input: &CsrInput,
    table: &DisplayTable,
    file: &str,
    sink: &mut Diagnostics,
) -> Result<PdfDocument, Stop> {
    let page = PageFacts::of(input, &format!("{}: Table {} {}", input.protocol_code, table.id, table.title));
    let view = json!({ "page": page, "table": TableView::new(table, 1) });
    let ident = format!("tracelock table {} {} {}", table.id, input.protocol_code, input.run_id);
    render_pdf(engine, fonts, "csr/table.typ.hbs", view, (file, &ident), sink)
}

fn section_view(engine: &Engine<'_>, document: &CsrDocument, section: &CsrSection) -> Json {
    let input = &document.input;
    let level = section.section.level();
    let owner = match &section.state {
        SectionState::WriterPending { owner } => Some(owner.clone()),
        _ => None,
    };
    let missing = matches!(section.state, SectionState::AttachmentMissing { reason: None });
    // A table's title is a heading below its section's, four levels in all.
    let blocks: Vec<Json> =
        section.blocks.iter().map(|block| block_view(engine, document, block, (level + 1).min(4))).collect();
    let number = section.section.number;
    json!({
        "number": number,
        "title": section.section.title,
        "anchor": anchor("section", number),
        "level": level,
        "is_chapter": level == 1,
        "is_title_page": number == "1",
        "is_contents": number == "3",
        "sentence": state_sentence(section.section, &section.state).as_ref().map(cell),
        "owner": owner,
        "missing": missing,
        "abbreviations": (number == "4").then(|| input.abbreviations.iter()
            .map(|(short, meaning)| json!({ "label": short, "content": meaning })).collect::<Vec<_>>()),
        "references": (number == "15").then_some(&input.references),
        "signatures": (number == "16.1.5").then(|| input.signatures.iter()
            .map(|signature| json!({ "role": signature.role, "name": signature.name })).collect::<Vec<_>>()),
        "blocks": blocks,
    })
}

/// A block as the template reads it: every kind is a field, all but one of them null.
#[derive(Serialize, Default)]
struct BlockView {
    paragraph: Option<Json>,
    subheading: Option<String>,
    prose: Option<Json>,
    table: Option<TableView>,
    curve: Option<Json>,
    flow: Option<FlowView>,
    pairs: Option<Vec<Json>>,
    list: Option<Vec<Json>>,
    numbered: Option<Vec<Json>>,
    see: Option<Vec<Json>>,
}

fn block_view(engine: &Engine<'_>, document: &CsrDocument, block: &Block, level: usize) -> Json {
    let mut view = BlockView::default();
    match block {
        Block::Paragraph(content) => view.paragraph = Some(cell(content)),
        Block::Subheading(text) => view.subheading = Some(text.clone()),
        Block::Prose { markdown, file } => view.prose = Some(json!({ "markdown": markdown, "file": file })),
        Block::Table(table) => view.table = Some(TableView::new(table, level)),
        Block::Curve(figure) => view.curve = Some(curve_view(engine, figure, level)),
        Block::Flow(figure) => view.flow = Some(FlowView::new(figure, level)),
        Block::KeyValues(items) => view.pairs = Some(pairs(items)),
        Block::List(items) => view.list = Some(items.iter().map(cell).collect()),
        Block::Numbered(items) => view.numbered = Some(items.iter().map(cell).collect()),
        Block::See(targets) => {
            let see = targets.iter().map(|(kind, id)| {
                let linked = document.displays.contains(id);
                let anchor = anchor(if kind == "Figure" { "figure" } else { "table" }, id);
                json!({ "kind": kind, "id": id, "anchor": anchor, "linked": linked })
            });
            view.see = Some(see.collect());
        }
    }
    serde_json::to_value(view).unwrap_or(Json::Null)
}

fn pairs(items: &[(String, crate::report::display::CellContent)]) -> Vec<Json> {
    items.iter().map(|(label, content)| json!({ "label": label, "content": cell(content) })).collect()
}

/// A step-curve figure with its geometry; without series a sentence says so.
fn curve_view(engine: &Engine<'_>, figure: &CurveFigure, level: usize) -> Json {
    let layout = lay_out(figure, engine.store());
    json!({
        "id": figure.id,
        "anchor": anchor("figure", &figure.id),
        "title": figure.title,
        "population": figure.population,
        "level": level,
        "alt": cell(&figure.alt),
        "footnotes": figure.footnotes.iter().map(cell).collect::<Vec<_>>(),
        "drawing": layout.as_ref().map(drawing_view),
    })
}

fn drawing_view(layout: &CurveLayout) -> Json {
    let label =
        |label: &super::curve_layout::Label| json!({ "x": milli(label.x), "y": milli(label.y), "text": label.text });
    let labels = |list: &[super::curve_layout::Label]| list.iter().map(label).collect::<Vec<_>>();
    let points = |list: &[(f64, f64)]| list.iter().map(|(x, y)| json!([milli(*x), milli(*y)])).collect::<Vec<_>>();
    let curves = layout.curves.iter().map(|curve| {
        let dash: Vec<f64> = curve.dash.split(' ').filter_map(|length| length.parse().ok()).collect();
        json!({
            "dash": dash,
            "points": points(&curve.points),
            "censored": points(&curve.censored),
            "sample": [milli(curve.sample.0), milli(curve.sample.1)],
            "legend": label(&curve.legend),
        })
    });
    let (left, top, right, bottom) = layout.plot;
    let censoring =
        layout.censoring.as_ref().map(|((x, y), text)| json!({ "at": [milli(*x), milli(*y)], "legend": label(text) }));
    json!({
        "width": milli(layout.width),
        "height": milli(layout.height),
        "plot": [milli(left), milli(top), milli(right), milli(bottom)],
        "x_ticks": labels(&layout.x_ticks),
        "y_ticks": labels(&layout.y_ticks),
        "x_label": label(&layout.x_label),
        "y_label": labels(&layout.y_label),
        "curves": curves.collect::<Vec<_>>(),
        "censoring": censoring,
        "risk_heading": layout.risk_heading.as_ref().map(label),
        "risk_labels": labels(&layout.risk_labels),
        "at_risk": layout.at_risk.iter().map(|risk| json!({
            "x": milli(risk.x), "y": milli(risk.y), "number": { "series": risk.address, "value": risk.value },
        })).collect::<Vec<_>>(),
    })
}

/// Rounded to a thousandth of a point: enough for any printer, and the same on every machine.
fn milli(x: f64) -> f64 {
    (x * 1000.0).round() / 1000.0
}
