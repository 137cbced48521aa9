//! Places the boxes, lines and stage tabs of the CONSORT flow diagram so that nothing collides.
//!
//! Every width and height follows from the texts: columns share the page width, a row is as high
//! as its highest box, and the diagram grows downwards.

use crate::report::display::{FlowBox, FlowFigure, Inline};

use super::svg_metrics::Weight;
use super::svg_wrap::{Line, Piece, Shown, Type, wrap};

/// Text size in points; the smallest the FDA's PDF specification accepts is 9.
pub const TEXT_SIZE: f64 = 9.5;
const LEADING: f64 = 12.5;
const PADDING: f64 = 7.0;
const MARGIN: f64 = 4.0;
const ROW_GAP: f64 = 24.0;
const SPLIT_GAP: f64 = 36.0;
const COLUMN_GAP: f64 = 12.0;
const INDENT: f64 = 9.0;
const BULLET: &str = "\u{2022}";
const PORTRAIT_WIDTH: f64 = 540.0;
const LANDSCAPE_WIDTH: f64 = 760.0;
/// Narrowest column of an arm.
const COLUMN_WIDTH: f64 = 104.0;
/// Longest line of a stage tab.
const TAB_LINE: f64 = 120.0;

/// A rectangle; all coordinates in points from the top left corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Frame {
    fn centre(&self) -> f64 {
        self.x + self.width / 2.0
    }

    fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Whether two rectangles share area.
    #[cfg(test)]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.x + other.width
            && other.x < self.x + self.width
            && self.y < other.bottom()
            && other.y < self.bottom()
    }
}

/// A line of text in its place.
#[derive(Clone, Debug)]
pub struct PlacedLine {
    /// Left end.
    pub x: f64,
    /// Baseline.
    pub y: f64,
    /// Width of the text.
    #[cfg_attr(not(test), expect(dead_code, reason = "tests hold every text inside its box by it"))]
    pub width: f64,
    /// Whether it is a box's title.
    pub bold: bool,
    /// Its words and numbers.
    pub pieces: Vec<Piece>,
}

/// A box with its texts.
#[derive(Clone, Debug)]
pub struct PlacedBox {
    /// Its frame.
    pub frame: Frame,
    /// Its lines.
    pub lines: Vec<PlacedLine>,
}

/// A stage tab at the left; its text reads upwards around the centre of the frame.
#[derive(Clone, Debug)]
pub struct Tab {
    /// Its frame.
    pub frame: Frame,
    /// Lines with the abscissa of their baseline.
    pub lines: Vec<(f64, String)>,
}

/// An orthogonal line, with an arrowhead at its end where wanted.
#[derive(Clone, Debug)]
pub struct Edge {
    /// Corners in order.
    pub points: Vec<(f64, f64)>,
    /// Whether it ends in an arrowhead.
    pub arrow: bool,
}

/// The whole diagram.
#[derive(Clone, Debug)]
pub struct FlowLayout {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
    /// Boxes in reading order.
    pub boxes: Vec<PlacedBox>,
    /// Stage tabs.
    pub tabs: Vec<Tab>,
    /// Lines between the boxes.
    pub edges: Vec<Edge>,
}

/// Lays the diagram out; portrait up to four arms, landscape beyond. `enrolment` names the first stage.
#[must_use]
pub fn lay_out(figure: &FlowFigure, enrolment: &str, shown: Shown<'_>) -> FlowLayout {
    let arms = figure.stages.iter().map(|(_, boxes)| boxes.len()).max().unwrap_or(0).max(1);
    let labels: Vec<Vec<Line>> = std::iter::once(enrolment)
        .chain(figure.stages.iter().map(|(name, _)| name.as_str()))
        .map(|name| wrap(&[Inline::text(name)], TAB_LINE, face(true), shown))
        .collect();
    let tab_lines = labels.iter().map(Vec::len).max().unwrap_or(1);
    let tab_width = tab_lines as f64 * LEADING + 8.0;
    let left = MARGIN + tab_width + COLUMN_GAP;
    let page = if arms > 4 { LANDSCAPE_WIDTH } else { PORTRAIT_WIDTH };
    let width = page.max(left + MARGIN + arms as f64 * (COLUMN_WIDTH + COLUMN_GAP));
    let area = width - MARGIN - left;
    let mut layout = FlowLayout { width, height: 0.0, boxes: Vec::new(), tabs: Vec::new(), edges: Vec::new() };

    // Enrolment: assessed above randomised, the excluded beside the line between them.
    let centre = left + area / 2.0;
    let middle_width = (area * 0.46).min(260.0);
    let middle = |y: f64| Frame { x: centre - middle_width / 2.0, y, width: middle_width, height: 0.0 };
    let assessed = layout.place(&figure.assessed, middle(MARGIN), 0.0, shown);
    let side_x = centre + 2.0 * COLUMN_GAP;
    let side = Frame { x: side_x, y: assessed.bottom() + ROW_GAP / 2.0, width: left + area - side_x, height: 0.0 };
    let excluded = layout.place(&figure.excluded, side, 0.0, shown);
    let label = widest(&labels[0]) + 2.0 * PADDING;
    let randomised_y = excluded.bottom() + ROW_GAP / 2.0;
    let randomised = layout.place(&figure.randomised, middle(randomised_y), MARGIN + label - randomised_y, shown);
    let branch = excluded.y + excluded.height / 2.0;
    layout.edge(vec![(centre, assessed.bottom()), (centre, randomised.y)], true);
    layout.edge(vec![(centre, branch), (excluded.x, branch)], true);
    layout.tab(MARGIN, tab_width, assessed.y, randomised.bottom(), &labels[0]);

    // One column an arm below.
    let column = (area - COLUMN_GAP * (arms - 1) as f64) / arms as f64;
    let mut above: Vec<Frame> = Vec::new();
    let mut bottom = randomised.bottom();
    for (stage, (_, boxes)) in figure.stages.iter().enumerate() {
        let y = bottom + if stage == 0 { SPLIT_GAP } else { ROW_GAP };
        let needed = boxes.iter().map(|one| height_of(one, column, shown)).fold(0.0, f64::max);
        let height = needed.max(widest(&labels[stage + 1]) + 2.0 * PADDING);
        let frames: Vec<Frame> = boxes
            .iter()
            .enumerate()
            .map(|(arm, one)| {
                let x = left + arm as f64 * (column + COLUMN_GAP);
                layout.place(one, Frame { x, y, width: column, height: 0.0 }, height, shown)
            })
            .collect();
        if stage == 0 {
            layout.split(&randomised, &frames);
        } else {
            for (upper, lower) in above.iter().zip(&frames) {
                layout.edge(vec![(upper.centre(), upper.bottom()), (lower.centre(), lower.y)], true);
            }
        }
        layout.tab(MARGIN, tab_width, y, y + height, &labels[stage + 1]);
        above = frames;
        bottom = y + height;
    }
    layout.height = bottom + MARGIN;
    layout
}

impl FlowLayout {
    /// Sets a box at least `height` high at the frame's place. Returns the frame it takes.
    fn place(&mut self, content: &FlowBox, at: Frame, height: f64, shown: Shown<'_>) -> Frame {
        let frame = Frame { height: height_of(content, at.width, shown).max(height), ..at };
        let mut lines = Vec::new();
        let mut y = frame.y + PADDING + TEXT_SIZE * 0.8;
        for (indent, first, line) in set_lines(content, frame.width, shown) {
            let text_x = frame.x + PADDING + hang(indent);
            if indent > 0 && first {
                let bullet = Piece { inline: Inline::text(BULLET), width: face(false).width(BULLET) };
                lines.push(PlacedLine {
                    x: text_x - INDENT,
                    y,
                    width: bullet.width,
                    bold: false,
                    pieces: vec![bullet],
                });
            }
            lines.push(PlacedLine { x: text_x, y, width: line.width, bold: indent == 0, pieces: line.pieces });
            y += LEADING;
        }
        self.boxes.push(PlacedBox { frame, lines });
        frame
    }

    fn edge(&mut self, points: Vec<(f64, f64)>, arrow: bool) {
        self.edges.push(Edge { points, arrow });
    }

    /// From randomisation to every arm over a common bar.
    fn split(&mut self, from: &Frame, to: &[Frame]) {
        let (Some(first), Some(last)) = (to.first(), to.last()) else {
            return;
        };
        let bar = from.bottom() + SPLIT_GAP / 2.0;
        self.edge(vec![(from.centre(), from.bottom()), (from.centre(), bar)], false);
        if to.len() > 1 {
            self.edge(vec![(first.centre(), bar), (last.centre(), bar)], false);
        }
        for frame in to {
            self.edge(vec![(frame.centre(), bar), (frame.centre(), frame.y)], true);
        }
    }

    fn tab(&mut self, x: f64, width: f64, top: f64, bottom: f64, label: &[Line]) {
        let frame = Frame { x, y: top, width, height: bottom - top };
        let block = (label.len() as f64 - 1.0) * LEADING;
        let first = frame.centre() - block / 2.0 + TEXT_SIZE * 0.35;
        let lines = label.iter().enumerate().map(|(at, line)| {
            let text = line.pieces.iter().map(|piece| match &piece.inline {
                Inline::Text(text) => text.as_str(),
                Inline::Number { .. } => "",
            });
            (first + at as f64 * LEADING, text.collect())
        });
        self.tabs.push(Tab { frame, lines: lines.collect() });
    }
}

fn face(bold: bool) -> Type {
    Type { size: TEXT_SIZE, weight: if bold { Weight::Bold } else { Weight::Regular } }
}

fn hang(indent: u8) -> f64 {
    f64::from(indent.min(3)) * INDENT
}

/// Lines of a box: indentation, whether it opens a line of the source, the text. What is not a bullet is bold.
fn set_lines(content: &FlowBox, width: f64, shown: Shown<'_>) -> Vec<(u8, bool, Line)> {
    let mut lines = Vec::new();
    for source in &content.lines {
        let room = width - 2.0 * PADDING - hang(source.indent);
        for (number, line) in wrap(&source.content, room, face(source.indent == 0), shown).into_iter().enumerate() {
            lines.push((source.indent, number == 0, line));
        }
    }
    lines
}

fn height_of(content: &FlowBox, width: f64, shown: Shown<'_>) -> f64 {
    set_lines(content, width, shown).len() as f64 * LEADING + 2.0 * PADDING
}

fn widest(lines: &[Line]) -> f64 {
    lines.iter().map(|line| line.width).fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::display::FlowLine;
    use crate::results::ResultKey;

    fn shown(_: &ResultKey, _: Option<crate::results::Style>) -> String {
        "1234".to_owned()
    }

    fn flow_box() -> impl Strategy<Value = FlowBox> {
        let line = (0u8..4, "[a-zA-Z-]{1,70}( [A-Za-zé≥]{1,14}){0,12}").prop_map(|(indent, text)| FlowLine {
            indent,
            content: vec![
                Inline::text(format!("{text} (n=")),
                Inline::number(ResultKey::new("flow", "assessed")),
                Inline::text(")"),
            ],
        });
        proptest::collection::vec(line, 1..9).prop_map(|lines| FlowBox { lines })
    }

    fn figure() -> impl Strategy<Value = FlowFigure> {
        (2usize..7).prop_flat_map(|arms| {
            let stage = ("[A-Z][a-z]{2,30}( [a-z]{2,12}){0,4}", proptest::collection::vec(flow_box(), arms));
            (flow_box(), flow_box(), flow_box(), proptest::collection::vec(stage, 1..5)).prop_map(
                |(assessed, excluded, randomised, stages)| FlowFigure {
                    id: "10.1".to_owned(),
                    title: "Flow".to_owned(),
                    assessed,
                    excluded,
                    randomised,
                    stages,
                    alt: Vec::new(),
                },
            )
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn boxes_never_overlap_and_hold_their_texts(figure in figure()) {
            let layout = lay_out(&figure, "Enrolment", &shown);
            let frames: Vec<Frame> =
                layout.boxes.iter().map(|b| b.frame).chain(layout.tabs.iter().map(|t| t.frame)).collect();
            for (at, frame) in frames.iter().enumerate() {
                prop_assert!(frame.x >= 0.0 && frame.x + frame.width <= layout.width + 1e-9);
                prop_assert!(frame.y >= 0.0 && frame.bottom() <= layout.height + 1e-9);
                for other in &frames[at + 1..] {
                    prop_assert!(!frame.overlaps(other), "{frame:?} {other:?}");
                }
            }
            for placed in &layout.boxes {
                for line in &placed.lines {
                    prop_assert!(line.x >= placed.frame.x);
                    prop_assert!(line.x + line.width <= placed.frame.x + placed.frame.width + 1e-6, "{line:?}");
                    prop_assert!(line.y - TEXT_SIZE >= placed.frame.y - 1.0 && line.y + 2.0 <= placed.frame.bottom());
                }
            }
            for tab in &layout.tabs {
                for (_, text) in &tab.lines {
                    prop_assert!(face(true).width(text) <= tab.frame.height);
                }
            }
            // No line crosses a box: the inner points of an edge lie in no frame.
            for edge in &layout.edges {
                for pair in edge.points.windows(2) {
                    for step in 1..20 {
                        let part = f64::from(step) / 20.0;
                        let (x, y) = (
                            pair[0].0 + (pair[1].0 - pair[0].0) * part,
                            pair[0].1 + (pair[1].1 - pair[0].1) * part,
                        );
                        for frame in &frames {
                            let inside = x > frame.x && x < frame.x + frame.width && y > frame.y && y < frame.bottom();
                            prop_assert!(!inside, "{edge:?} {frame:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_word_is_set_once_and_in_order() {
        let text = "Not meeting inclusion criteria because of a PaO2/FiO2 ratio above 200 mmHg";
        let content = vec![Inline::text(text)];
        let lines = wrap(&content, 90.0, face(false), &shown);
        let again: Vec<String> = lines
            .iter()
            .map(|line| match &line.pieces[0].inline {
                Inline::Text(text) => text.clone(),
                Inline::Number { .. } => String::new(),
            })
            .collect();
        assert_eq!(again.join(" "), text);
        assert!(lines.len() > 3);
    }
}
