//! Places axes, step curves, censoring ticks and the table of numbers at risk of a time-to-event figure.

use crate::report::display::CurveFigure;
use crate::results::series::Series;
use crate::results::{ResultKey, ResultStore, Style};

use super::svg_metrics::Weight;
use super::svg_wrap::{Type, wrap};
use crate::report::display::Inline;

/// Text size in points.
pub const TEXT_SIZE: f64 = 9.5;
const LEADING: f64 = 12.5;
const WIDTH: f64 = 540.0;
const PLOT_HEIGHT: f64 = 230.0;
const MARGIN: f64 = 6.0;
const LABEL_WIDTH: f64 = 118.0;
const TICK: f64 = 4.0;
const SAMPLE: f64 = 30.0;
/// Most marks on the abscissa.
const MOST_TICKS: f64 = 9.0;

/// Dash pattern and colour of the curves in order; the dashes alone tell them apart in grey.
const LOOKS: [(&str, &str); 6] = [
    ("none", "#111111"),
    ("7 3", "#0b4f8a"),
    ("2 2", "#9c3a00"),
    ("9 3 2 3", "#2b6b2f"),
    ("13 4", "#5b2c86"),
    ("1 4", "#444444"),
];

/// A text in its place.
#[derive(Clone, Debug)]
pub struct Label {
    /// Abscissa of its anchor.
    pub x: f64,
    /// Baseline.
    pub y: f64,
    /// The text.
    pub text: String,
}

/// A number at risk in its place.
#[derive(Clone, Debug)]
pub struct AtRisk {
    /// Abscissa of its middle.
    pub x: f64,
    /// Baseline.
    pub y: f64,
    /// Its address, `analysis:kind.n_risk[arm=…,time=…]`.
    pub address: String,
    /// How many.
    pub value: f64,
}

/// A curve with its look.
#[derive(Clone, Debug)]
pub struct Curve {
    /// Dash pattern as SVG writes it.
    pub dash: &'static str,
    /// Colour.
    pub colour: &'static str,
    /// Corners of the steps.
    pub points: Vec<(f64, f64)>,
    /// Places of the censored.
    pub censored: Vec<(f64, f64)>,
    /// Left end of the legend's line sample, and its ordinate.
    pub sample: (f64, f64),
    /// The legend's text.
    pub legend: Label,
}

/// The whole figure.
#[derive(Clone, Debug)]
pub struct CurveLayout {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// Left, top, right and bottom of the plot.
    pub plot: (f64, f64, f64, f64),
    /// Marks of the abscissa, centred below the axis.
    pub x_ticks: Vec<Label>,
    /// Marks of the ordinate, right-aligned.
    pub y_ticks: Vec<Label>,
    /// Title of the abscissa, centred.
    pub x_label: Label,
    /// Lines of the ordinate's title, centred and rotated.
    pub y_label: Vec<Label>,
    /// The curves in the order of the figure.
    pub curves: Vec<Curve>,
    /// Where the legend explains the censoring tick, if there is one: the tick and the text.
    pub censoring: Option<((f64, f64), Label)>,
    /// Heading of the table of numbers at risk, if the series has them.
    pub risk_heading: Option<Label>,
    /// Arm names of that table, left-aligned.
    pub risk_labels: Vec<Label>,
    /// Its numbers.
    pub at_risk: Vec<AtRisk>,
}

/// Columns of a series by what they mean.
struct Columns {
    estimate: usize,
    at_risk: Option<usize>,
    censored: Option<usize>,
}

impl Columns {
    fn of(series: &Series) -> Self {
        let find = |names: &[&str]| series.columns.iter().position(|column| names.contains(column));
        Self {
            estimate: find(&["survival", "incidence"]).unwrap_or(1),
            at_risk: find(&["n_risk"]),
            censored: find(&["n_censor"]),
        }
    }
}

/// The points of a series: time, estimate, at risk, censored.
#[derive(Clone, Copy)]
struct Point {
    time: f64,
    estimate: f64,
    at_risk: Option<f64>,
    censored: f64,
}

fn points(series: &Series) -> Vec<Point> {
    let columns = Columns::of(series);
    let value = |row: &[f64], column: Option<usize>| column.and_then(|at| row.get(at)).copied();
    let read = |row: &Vec<f64>| {
        Some(Point {
            time: *row.first()?,
            estimate: value(row, Some(columns.estimate))?,
            at_risk: value(row, columns.at_risk),
            censored: value(row, columns.censored).unwrap_or(0.0),
        })
    };
    series.points.iter().filter_map(read).collect()
}

/// Lays the figure out; `None` where the store has no series of it.
#[must_use]
pub fn lay_out(figure: &CurveFigure, store: &ResultStore) -> Option<CurveLayout> {
    let groups: Vec<(&str, &str, Vec<Point>)> = figure
        .groups
        .iter()
        .filter_map(|(group, label)| {
            let wanted = |s: &&Series| s.analysis == figure.analysis && s.kind == figure.kind && s.group == *group;
            store.series().iter().find(wanted).map(|series| (group.as_str(), label.as_str(), points(series)))
        })
        .collect();
    if groups.is_empty() {
        return None;
    }
    let all = || groups.iter().flat_map(|(_, _, points)| points);
    let observed = all().map(|point| point.time).fold(0.0, f64::max);
    let last = figure.until.unwrap_or(observed);
    let step = nice_step(last.max(1e-9), &figure.x_label);
    let ticks = (last / step - 1e-9).ceil().max(1.0);
    let x_end = step * ticks;
    let highest = all().map(|point| point.estimate).fold(0.0, f64::max);
    let rising = figure.kind != "survival";
    let (y_end, y_step) = if rising && highest <= 0.2 {
        (0.2, 0.05)
    } else if rising && highest <= 0.5 {
        (0.5, 0.1)
    } else {
        (1.0, 0.2)
    };

    let face = Type { size: TEXT_SIZE, weight: Weight::Regular };
    let none = |_: &ResultKey, _: Option<Style>| String::new();
    let left = MARGIN + LABEL_WIDTH;
    let right = WIDTH - MARGIN - 8.0;

    // The legend: entries side by side, a new row where they do not fit.
    let mut legend_y = MARGIN + TEXT_SIZE;
    let mut legend_x = left;
    let mut entry = |text: &str, sample: f64| {
        let lines = wrap(&[Inline::text(text)], right - left - sample - 6.0, face, &none);
        let text_width = lines.iter().map(|line| line.width).fold(0.0, f64::max);
        let needed = sample + 6.0 + text_width;
        if legend_x > left && legend_x + needed > right {
            legend_x = left;
            legend_y += LEADING;
        }
        let place = (legend_x, legend_y);
        legend_x += needed + 18.0;
        place
    };
    let entries: Vec<(f64, f64)> = groups.iter().map(|(_, label, _)| entry(label, SAMPLE)).collect();
    let any_censored = all().any(|point| point.censored > 0.0 && point.time <= x_end);
    let censoring = any_censored.then(|| entry("censored", 6.0));
    let top = legend_y + LEADING;
    let bottom = top + PLOT_HEIGHT;
    let x_of = |time: f64| left + (right - left) * time / x_end;
    let y_of = |estimate: f64| bottom - PLOT_HEIGHT * estimate / y_end;

    let mut x_ticks = Vec::new();
    let mut tick = 0.0;
    while tick <= ticks {
        let time = step * tick;
        let y = bottom + TICK + TEXT_SIZE + 1.0;
        x_ticks.push((time, Label { x: x_of(time), y, text: short(time) }));
        tick += 1.0;
    }
    let percent = figure.y_label.contains('%');
    let y_ticks = (0..)
        .map(|at| f64::from(at) * y_step)
        .take_while(|estimate| *estimate <= y_end + 1e-9)
        .map(|estimate| {
            let text = if percent { format!("{:.0}", estimate * 100.0) } else { decimals(estimate, y_step) };
            Label { x: left - TICK - 3.0, y: y_of(estimate) + TEXT_SIZE * 0.35, text }
        })
        .collect();

    let curves = groups
        .iter()
        .enumerate()
        .map(|(at, (_, label, points))| {
            let (dash, colour) = LOOKS[at % LOOKS.len()];
            let (x, y) = entries[at];
            Curve {
                dash,
                colour,
                points: steps(points, rising, x_end.min(observed), x_of, y_of),
                censored: points
                    .iter()
                    .filter(|p| p.censored > 0.0 && p.time <= x_end)
                    .map(|p| (x_of(p.time), y_of(p.estimate)))
                    .collect(),
                sample: (x, y - TEXT_SIZE * 0.35),
                legend: Label { x: x + SAMPLE + 6.0, y, text: (*label).to_owned() },
            }
        })
        .collect();

    let mut y = bottom + TICK + TEXT_SIZE + 1.0 + LEADING + 3.0;
    let x_label = Label { x: (left + right) / 2.0, y, text: figure.x_label.clone() };
    let mut layout = CurveLayout {
        width: WIDTH,
        height: 0.0,
        plot: (left, top, right, bottom),
        x_ticks: Vec::new(),
        y_ticks,
        x_label,
        y_label: y_label(&figure.y_label, left, (top + bottom) / 2.0, face),
        curves,
        censoring: censoring
            .map(|(x, y)| ((x + 3.0, y - TEXT_SIZE * 0.35), Label { x: x + 12.0, y, text: "censored".to_owned() })),
        risk_heading: None,
        risk_labels: Vec::new(),
        at_risk: Vec::new(),
    };
    if groups.iter().all(|(_, _, points)| points.iter().all(|point| point.at_risk.is_some())) {
        y += LEADING + 6.0;
        layout.risk_heading = Some(Label { x: MARGIN, y, text: "Number at risk".to_owned() });
        y += LEADING;
        for (group, label, points) in &groups {
            for (time, tick) in &x_ticks {
                let address = ResultKey::new(&figure.analysis, format!("{}.n_risk", figure.kind))
                    .with("arm", *group)
                    .with("time", short(*time));
                let next = points.iter().find(|point| point.time >= *time - 1e-9);
                let value = next.and_then(|point| point.at_risk).unwrap_or(0.0);
                layout.at_risk.push(AtRisk { x: tick.x, y, address: address.to_string(), value });
            }
            // The name may take more lines than its numbers.
            for line in wrap(&[Inline::text(*label)], LABEL_WIDTH - 16.0, face, &none) {
                layout.risk_labels.push(Label { x: MARGIN, y, text: text_of(&line.pieces) });
                y += LEADING;
            }
        }
        y -= LEADING;
    }
    layout.x_ticks = x_ticks.into_iter().map(|(_, label)| label).collect();
    layout.height = y + MARGIN + 2.0;
    Some(layout)
}

/// Corners of the step function up to `end`, which starts at time 0 with 1 (survival) or 0 (incidence).
fn steps(
    points: &[Point],
    rising: bool,
    end: f64,
    x_of: impl Fn(f64) -> f64,
    y_of: impl Fn(f64) -> f64,
) -> Vec<(f64, f64)> {
    let mut level = if rising { 0.0 } else { 1.0 };
    let mut corners = vec![(x_of(0.0), y_of(level))];
    for point in points.iter().take_while(|point| point.time <= end) {
        if (point.estimate - level).abs() > 1e-12 {
            corners.push((x_of(point.time), y_of(level)));
            corners.push((x_of(point.time), y_of(point.estimate)));
            level = point.estimate;
        }
    }
    if let Some(last) = points.last() {
        corners.push((x_of(last.time.min(end)), y_of(level)));
    }
    corners
}

/// The ordinate's title in lines no longer than the plot is high, right of the arm names' column.
fn y_label(text: &str, left: f64, middle: f64, face: Type) -> Vec<Label> {
    let none = |_: &ResultKey, _: Option<Style>| String::new();
    let lines = wrap(&[Inline::text(text)], PLOT_HEIGHT, face, &none);
    let first = left - 34.0 - LEADING * (lines.len() as f64 - 1.0);
    let place = |(at, line): (usize, &super::svg_wrap::Line)| Label {
        x: first + LEADING * at as f64,
        y: middle,
        text: text_of(&line.pieces),
    };
    lines.iter().enumerate().map(place).collect()
}

fn text_of(pieces: &[super::svg_wrap::Piece]) -> String {
    let texts = pieces.iter().map(|piece| match &piece.inline {
        Inline::Text(text) => text.as_str(),
        Inline::Number { .. } => "",
    });
    texts.collect()
}

/// The distance between marks: 1, 2, 2.5 or 5 times a power of ten; weeks for short times in days.
fn nice_step(end: f64, x_label: &str) -> f64 {
    if x_label.to_lowercase().contains("day") && end > 10.0 {
        let weeks = [7.0, 14.0, 28.0, 56.0].into_iter().find(|step| end / step < MOST_TICKS);
        if let Some(step) = weeks {
            return step;
        }
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(end)) - 1.0);
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0, 20.0, 25.0, 50.0];
    steps.into_iter().map(|step| step * power).find(|step| end / step < MOST_TICKS).unwrap_or(end)
}

/// A mark of the abscissa with no more decimals than it needs.
fn short(x: f64) -> String {
    crate::base::number::plain(crate::base::number::round_significant(x, 10))
}

fn decimals(x: f64, step: f64) -> String {
    crate::base::number::round_half_away(x, if step < 0.1 { 2 } else { 1 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::Lineage;

    /// Freireich et al. 1963, 6-MP arm; Kaplan-Meier values as in Cox & Oakes 1984.
    fn store() -> ResultStore {
        let mut store = ResultStore::new();
        let rows = [
            (6, 0.857, 21, 1),
            (7, 0.807, 17, 0),
            (9, 0.807, 16, 1),
            (10, 0.753, 15, 1),
            (11, 0.753, 13, 1),
            (13, 0.690, 12, 0),
            (16, 0.627, 11, 0),
            (17, 0.627, 10, 1),
            (19, 0.627, 9, 1),
            (20, 0.627, 8, 1),
            (22, 0.538, 7, 0),
            (23, 0.448, 6, 0),
            (25, 0.448, 5, 1),
            (32, 0.448, 4, 2),
            (34, 0.448, 2, 1),
            (35, 0.448, 1, 1),
        ];
        let rows = rows.map(|(time, survival, at_risk, censored)| {
            vec![f64::from(time), survival, f64::from(at_risk), f64::from(censored)]
        });
        let columns = vec!["time", "survival", "n_risk", "n_censor"];
        store.sink().series("os", "survival", "mp", columns, rows.to_vec(), Lineage::default());
        store
    }

    fn figure() -> CurveFigure {
        CurveFigure {
            id: "14.2.5".to_owned(),
            title: "Time to relapse".to_owned(),
            population: "ITT".to_owned(),
            analysis: "os".to_owned(),
            kind: "survival".to_owned(),
            until: None,
            x_label: "Weeks".to_owned(),
            y_label: "Probability".to_owned(),
            groups: vec![("mp".to_owned(), "6-MP".to_owned())],
            alt: Vec::new(),
            footnotes: Vec::new(),
            section: "14.2".to_owned(),
        }
    }

    #[test]
    fn numbers_at_risk_stand_under_their_times() {
        let layout = lay_out(&figure(), &store()).expect("a series");
        let at = |time: &str| {
            let found = layout.at_risk.iter().find(|n| n.address == format!("os:survival.n_risk[arm=mp,time={time}]"));
            found.map(|n| n.value)
        };
        // At risk just before the time: all 21 at 0 and 5; at 15 those of the next observation, at 16.
        assert_eq!((at("0"), at("5"), at("10"), at("15")), (Some(21.0), Some(21.0), Some(15.0), Some(11.0)));
        for (tick, number) in layout.x_ticks.iter().zip(&layout.at_risk) {
            assert_eq!(tick.x, number.x);
        }
    }

    #[test]
    fn a_curve_starts_at_one_and_steps_down() {
        let layout = lay_out(&figure(), &store()).expect("a series");
        let (left, top, right, bottom) = layout.plot;
        let curve = &layout.curves[0];
        assert_eq!(curve.points[0], (left, top));
        assert!(curve.points.windows(2).all(|p| p[0].0 == p[1].0 || p[0].1 == p[1].1));
        let (x, y) = curve.points[2];
        assert!((x - (left + (right - left) * 6.0 / 35.0)).abs() < 1e-9);
        assert!((y - (bottom - PLOT_HEIGHT * 0.857)).abs() < 1e-9);
        assert_eq!(curve.censored.len(), 11);
    }

    #[test]
    fn marks_are_round() {
        for (end, label, step) in [
            (35.0, "Weeks", 5.0),
            (28.0, "Days", 7.0),
            (400.0, "Days", 56.0),
            (1.0, "Years", 0.2),
            (900.0, "Days", 200.0),
        ] {
            assert_eq!(nice_step(end, label), step, "{end} {label}");
        }
    }
}
