//! The CONSORT flow diagram as SVG with real text.

use serde::Serialize;

use crate::base::diagnostic::{Diagnostics, Stop};
use crate::report::display::FlowFigure;
use crate::report::view::anchor;
use crate::results::{ResultKey, Style};

use super::flow_layout::{Edge, Frame, PlacedBox, PlacedLine, Tab, lay_out};
use super::inline_view::{InlineView, InlineViews, tenth};
use super::number_profile::{NumberProfile, format_result};
use super::svg_metrics::FONT_FAMILY;
use super::template::{BuiltIn, Engine, Rendered, Target, plain_json};

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
    engine.render(Target::Svg, PATH, plain_json(&FlowView::new(engine, profile, figure)), sink)
}

/// What the template sees; a page that holds the drawing gives it to the same template as a partial.
#[derive(Debug, Serialize)]
pub(super) struct FlowView {
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

#[derive(Debug, Serialize)]
struct FrameView {
    x: f64,
    y: f64,
    width: f64,
    height: f64,
}

#[derive(Debug, Serialize)]
struct TabView {
    frame: FrameView,
    lines: Vec<TabLineView>,
}

#[derive(Debug, Serialize)]
struct TabLineView {
    x: f64,
    y: f64,
    text: String,
}

#[derive(Debug, Serialize)]
struct EdgeView {
    arrow: bool,
    points: Vec<PointView>,
}

#[derive(Debug, Serialize)]
struct PointView {
    x: f64,
    y: f64,
}

#[derive(Debug, Serialize)]
struct BoxView {
    frame: FrameView,
    lines: Vec<LineView>,
}

#[derive(Debug, Serialize)]
struct LineView {
    x: f64,
    y: f64,
    bold: bool,
    content: Vec<InlineView>,
}

impl FlowView {
    pub(super) fn new(engine: &Engine<'_>, profile: &NumberProfile, figure: &FlowFigure) -> Self {
        let shown = |key: &ResultKey, style: Option<Style>| match engine.store().get(key) {
            Some(result) => format_result(engine.store(), result, style, profile, Target::Svg),
            // The engine reports the unknown key when it prints.
            None => "?".to_owned(),
        };
        let layout = lay_out(figure, ENROLMENT, &shown);
        let anchor = anchor("figure", &figure.id);
        let mut views = InlineViews::new(&anchor);
        Self {
            title: figure.title.clone(),
            alt: views.view(&figure.alt),
            font: FONT_FAMILY,
            size: super::flow_layout::TEXT_SIZE,
            width: tenth(layout.width),
            height: tenth(layout.height),
            tabs: layout.tabs.iter().map(TabView::new).collect(),
            edges: layout.edges.iter().map(EdgeView::new).collect(),
            boxes: layout.boxes.iter().map(|placed| BoxView::new(placed, &mut views)).collect(),
            anchor,
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
    fn new(placed: &PlacedBox, views: &mut InlineViews) -> Self {
        let lines = placed.lines.iter().map(|line| LineView::new(line, views));
        Self { frame: placed.frame.into(), lines: lines.collect() }
    }
}

impl LineView {
    fn new(line: &PlacedLine, views: &mut InlineViews) -> Self {
        let content = views.view(line.pieces.iter().map(|piece| &piece.inline));
        Self { x: tenth(line.x), y: tenth(line.y), bold: line.bold, content }
    }
}
