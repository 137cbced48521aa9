//! The CONSORT flow diagram as SVG with real text.

use serde::Serialize;

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::report::display::{FlowFigure, Inline};
use crate::results::{ResultKey, Style};

use super::flow_layout::{Edge, FlowLayout, Frame, PlacedBox, PlacedLine, Tab, lay_out};
use super::inline_view::{InlineView, anchor, tenth, view};
use super::number_profile::{NumberProfile, format_result};
use super::svg_metrics::FONT_FAMILY;
use super::template::{BuiltIn, Engine, Rendered, Target};

/// The built-in template.
pub const TEMPLATES: BuiltIn = &[(PATH, include_str!("../../templates/svg/flow.svg.hbs"))];

const PATH: &str = "svg/flow.svg.hbs";

/// Name of the stage before randomisation.
pub const ENROLMENT: &str = "Enrolment";

/// Renders the diagram.
///
/// # Errors
/// What the template engine reports.
pub fn render(
    engine: &Engine<'_>,
    profile: &NumberProfile,
    figure: &FlowFigure,
    sink: &mut Diagnostics,
) -> Result<Rendered, Stop> {
    let shown = |key: &ResultKey, style: Option<Style>| match engine.store().get(key) {
        Some(result) => format_result(engine.store(), result, style, profile, Target::Svg),
        // The engine reports the unknown key when it prints.
        None => "?".to_owned(),
    };
    let layout = lay_out(figure, ENROLMENT, &shown);
    engine.render(Target::Svg, PATH, &FlowView::new(figure, &layout), sink)
}

#[derive(Serialize)]
struct FlowView {
    anchor: String,
    title: String,
    alt: Vec<InlineView>,
    font: &'static str,
    size: f64,
    width: f64,
    height: f64,
    tabs: Vec<TabView>,
    edges: Vec<EdgeView>,
    boxes: Vec<BoxView>,
}

#[derive(Serialize)]
struct FrameView {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

#[derive(Serialize)]
struct TabView {
    frame: FrameView,
    lines: Vec<TabLineView>,
}

#[derive(Serialize)]
struct TabLineView {
    x: f64,
    y: f64,
    text: String,
}

#[derive(Serialize)]
struct EdgeView {
    arrow: bool,
    points: Vec<PointView>,
}

#[derive(Serialize)]
struct PointView {
    x: f64,
    y: f64,
}

#[derive(Serialize)]
struct BoxView {
    frame: FrameView,
    lines: Vec<LineView>,
}

#[derive(Serialize)]
struct LineView {
    x: f64,
    y: f64,
    bold: bool,
    content: Vec<InlineView>,
}

impl FlowView {
    fn new(figure: &FlowFigure, layout: &FlowLayout) -> Self {
        Self {
            anchor: anchor("figure", &figure.id),
            title: figure.title.clone(),
            alt: view(&figure.alt),
            font: FONT_FAMILY,
            size: super::flow_layout::TEXT_SIZE,
            width: tenth(layout.width),
            height: tenth(layout.height),
            tabs: layout.tabs.iter().map(TabView::new).collect(),
            edges: layout.edges.iter().map(EdgeView::new).collect(),
            boxes: layout.boxes.iter().map(BoxView::new).collect(),
        }
    }
}

impl From<Frame> for FrameView {
    fn from(frame: Frame) -> Self {
        Self { x: tenth(frame.x), y: tenth(frame.y), width: tenth(frame.width), height: tenth(frame.height) }
    }
}

impl TabView {
    fn new(tab: &Tab) -> Self {
        let y = tenth(tab.frame.y + tab.frame.height / 2.0);
        let lines = tab.lines.iter().map(|(x, text)| TabLineView { x: tenth(*x), y, text: text.clone() });
        Self { frame: tab.frame.into(), lines: lines.collect() }
    }
}

impl EdgeView {
    fn new(edge: &Edge) -> Self {
        let points = edge.points.iter().map(|(x, y)| PointView { x: tenth(*x), y: tenth(*y) });
        Self { arrow: edge.arrow, points: points.collect() }
    }
}

impl BoxView {
    fn new(placed: &PlacedBox) -> Self {
        Self { frame: placed.frame.into(), lines: placed.lines.iter().map(LineView::new).collect() }
    }
}

impl LineView {
    fn new(line: &PlacedLine) -> Self {
        let content: Vec<Inline> = line.pieces.iter().map(|piece| piece.inline.clone()).collect();
        Self { x: tenth(line.x), y: tenth(line.y), bold: line.bold, content: view(&content) }
    }
}
