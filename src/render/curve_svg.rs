//! Kaplan-Meier and cumulative-incidence curves as SVG with real text and numbers at risk.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::display::CurveFigure;
use crate::report::view::anchor;

use super::curve_layout::{AtRisk, Curve, CurveLayout, Label, lay_out};
use super::inline_view::{InlineView, InlineViews, tenth};
use super::svg_metrics::FONT_FAMILY;
use super::template::{BuiltIn, Engine, Rendered, Target, plain_json};

/// The built-in template.
pub const TEMPLATES: BuiltIn = &[(PATH, include_str!("../../templates/svg/curve.svg.hbs"))];

const PATH: &str = "svg/curve.svg.hbs";
const TICK: f64 = 4.0;
const CENSOR: f64 = 3.5;

/// Renders the figure.
///
/// # Errors
/// Reports an analysis without series (RPT-001), and what the template engine reports.
pub fn render(engine: &Engine<'_>, figure: &CurveFigure, sink: &mut Diagnostics) -> Result<Rendered, Stop> {
    let view = CurveView::new(engine, figure, sink)?;
    engine.render(Target::Svg, PATH, plain_json(&view), sink)
}

/// What the template sees; a page that holds the drawing gives it to the same template as a partial.
#[derive(Debug, Serialize)]
pub(super) struct CurveView {
    anchor: String,
    title: String,
    alt: Vec<InlineView>,
    font: &'static str,
    size: f64,
    width: f64,
    height: f64,
    plot: Json,
    x_ticks: Vec<Json>,
    y_ticks: Vec<Json>,
    x_label: Json,
    y_label: Vec<Json>,
    curves: Vec<Json>,
    censoring: Json,
    risk_heading: Json,
    risk_labels: Vec<Json>,
    at_risk: Vec<Json>,
}

impl CurveView {
    /// Reports an analysis without series.
    pub(super) fn new(engine: &Engine<'_>, figure: &CurveFigure, sink: &mut Diagnostics) -> Result<Self, Stop> {
        match lay_out(figure, engine.store()) {
            Some(layout) => Ok(Self::of(figure, &layout)),
            None => {
                let message = format!("figure {}: `{}` has no series `{}`", figure.id, figure.analysis, figure.kind);
                Err(sink.error(&codes::RPT_001, Place::Nowhere, message).stop())
            }
        }
    }

    fn of(figure: &CurveFigure, layout: &CurveLayout) -> Self {
        let anchor = anchor("figure", &figure.id);
        let mut views = InlineViews::new(&anchor);
        let alt = views.view(&figure.alt);
        let (left, top, right, bottom) = layout.plot;
        let mut number_view = |number: &AtRisk| {
            json!({
                "x": tenth(number.x), "y": tenth(number.y), "id": views.next_id(),
                "number": {"series": number.address, "value": number.value},
            })
        };
        let at_risk: Vec<Json> = layout.at_risk.iter().map(&mut number_view).collect();
        Self {
            anchor,
            title: figure.title.clone(),
            alt,
            font: FONT_FAMILY,
            size: super::curve_layout::TEXT_SIZE,
            width: tenth(layout.width),
            height: tenth(layout.height),
            plot: json!({"left": tenth(left), "top": tenth(top), "right": tenth(right), "bottom": tenth(bottom)}),
            x_ticks: layout.x_ticks.iter().map(|tick| x_tick(tick, bottom)).collect(),
            y_ticks: layout.y_ticks.iter().map(|tick| y_tick(tick, left)).collect(),
            x_label: label(&layout.x_label),
            y_label: layout.y_label.iter().map(label).collect(),
            curves: layout.curves.iter().map(curve).collect(),
            censoring: layout
                .censoring
                .as_ref()
                .map_or(Json::Null, |((x, y), text)| json!({"tick": tick_line(*x, *y), "label": label(text)})),
            risk_heading: layout.risk_heading.as_ref().map_or(Json::Null, label),
            risk_labels: layout.risk_labels.iter().map(label).collect(),
            at_risk,
        }
    }
}

fn label(label: &Label) -> Json {
    json!({"x": tenth(label.x), "y": tenth(label.y), "text": label.text})
}

fn x_tick(tick: &Label, bottom: f64) -> Json {
    json!({"line": tenth(bottom), "end": tenth(bottom + TICK), "label": label(tick)})
}

fn y_tick(tick: &Label, left: f64) -> Json {
    let y = tenth(tick.y - super::curve_layout::TEXT_SIZE * 0.35);
    json!({"line": tenth(left), "end": tenth(left - TICK), "y": y, "label": label(tick)})
}

fn tick_line(x: f64, y: f64) -> Json {
    json!({"x": tenth(x), "from": tenth(y - CENSOR), "to": tenth(y + CENSOR)})
}

fn curve(curve: &Curve) -> Json {
    let points: Vec<Json> = curve.points.iter().map(|(x, y)| json!({"x": tenth(*x), "y": tenth(*y)})).collect();
    let (x, y) = curve.sample;
    json!({
        "dash": curve.dash,
        "colour": curve.colour,
        "points": points,
        "censored": curve.censored.iter().map(|(x, y)| tick_line(*x, *y)).collect::<Vec<Json>>(),
        "sample": {"from": tenth(x), "to": tenth(x + 30.0), "y": tenth(y)},
        "legend": label(&curve.legend),
    })
}
