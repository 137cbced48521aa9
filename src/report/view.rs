//! Displays as templates see them: plain serialisable copies, numbers still as keys.

use serde::Serialize;
use serde_json::{Value as Json, json};

use crate::results::Style;

use super::display::{CellContent, DisplayTable, FlowBox, FlowFigure, Inline, RowKind};

/// Content as the `cell` helper reads it: `[{"text"}, {"num", "style"}]`.
#[must_use]
pub fn cell(content: &CellContent) -> Json {
    content
        .iter()
        .map(|piece| match piece {
            Inline::Text(text) => json!({ "text": text }),
            Inline::Number { key, style: None } => json!({ "num": key.to_string() }),
            Inline::Number { key, style: Some(style) } => {
                json!({ "num": key.to_string(), "style": style_text(*style) })
            }
        })
        .collect()
}

/// The text of a style, as the `style` parameter of `num` reads it.
#[must_use]
pub fn style_text(style: Style) -> String {
    match style {
        Style::Count => "count".to_owned(),
        Style::Decimals(0) => "0".to_owned(),
        Style::Decimals(decimals) => format!("0.{}", "0".repeat(usize::from(decimals))),
        Style::Percent(decimals) => format!("percent{decimals}"),
        Style::PValue => "p".to_owned(),
        Style::Plain => "plain".to_owned(),
        Style::Text => "text".to_owned(),
    }
}

/// The anchor of a display or section, for links inside a document.
#[must_use]
pub fn anchor(kind: &str, id: &str) -> String {
    let id: String = id.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    format!("{kind}-{id}")
}

/// A table.
#[derive(Clone, Debug, Serialize)]
pub struct TableView {
    /// Number.
    pub id: String,
    /// Anchor for links.
    pub anchor: String,
    /// Title without the number.
    pub title: String,
    /// Population line; may be empty.
    pub population: String,
    /// Header of the stub.
    pub stub: String,
    /// Headers of the columns after the stub.
    pub headers: Vec<Json>,
    /// Columns with the stub.
    pub column_count: usize,
    /// Rows.
    pub rows: Vec<RowView>,
    /// Notes.
    pub footnotes: Vec<Json>,
    /// Whether it stands on landscape pages.
    pub landscape: bool,
    /// Whether it surely fits on a page and is kept on one.
    pub short: bool,
    /// Depth of its heading.
    pub level: usize,
}

/// A row of a table.
#[derive(Clone, Debug, Serialize)]
pub struct RowView {
    /// Opens a group.
    pub is_group: bool,
    /// An empty line.
    pub is_space: bool,
    /// Opens a group and has no numbers: the label takes the whole width.
    pub spans: bool,
    /// Indentation steps.
    pub indent: u8,
    /// The stub.
    pub label: Json,
    /// One content a column.
    pub cells: Vec<Json>,
}

impl TableView {
    /// A table whose heading has this depth.
    #[must_use]
    pub fn new(table: &DisplayTable, level: usize) -> Self {
        let columns = table.columns.len();
        let rows = table.rows.iter().map(|row| {
            let empty = row.cells.iter().all(Vec::is_empty);
            RowView {
                is_group: row.kind == RowKind::Group,
                is_space: row.kind == RowKind::Space,
                spans: row.kind == RowKind::Group && empty,
                indent: row.indent,
                label: cell(&row.label),
                cells: (0..columns).map(|at| row.cells.get(at).map_or_else(|| json!([]), cell)).collect(),
            }
        });
        Self {
            id: table.id.clone(),
            anchor: anchor("table", &table.id),
            title: table.title.clone(),
            population: table.population.clone(),
            stub: table.stub.clone(),
            headers: table.columns.iter().map(|column| cell(&column.header)).collect(),
            column_count: columns + 1,
            rows: rows.collect(),
            footnotes: table.footnotes.iter().map(cell).collect(),
            landscape: table.landscape,
            short: height(table) <= SHORT,
            level,
        }
    }
}

/// Lines of a table that is kept on one page: less than half of one, so that pages stay filled.
const SHORT: usize = 22;

/// Lines that a table takes at most: columns share 90 characters, the stub has 25.
fn height(table: &DisplayTable) -> usize {
    let width = |content: &CellContent| {
        let piece = |piece: &Inline| match piece {
            Inline::Text(text) => text.chars().count(),
            Inline::Number { .. } => 6,
        };
        content.iter().map(piece).sum::<usize>()
    };
    let column = (65 / table.columns.len().max(1)).max(6);
    let headers = table.columns.iter().map(|c| width(&c.header).div_ceil(column)).max().unwrap_or(1);
    let row = |row: &super::display::Row| {
        let cells = row.cells.iter().map(|content| width(content).div_ceil(column)).max().unwrap_or(1);
        cells.max(width(&row.label).div_ceil(25)).max(1)
    };
    headers + table.rows.iter().map(row).sum::<usize>()
}

/// A flow diagram.
#[derive(Clone, Debug, Serialize)]
pub struct FlowView {
    /// Number.
    pub id: String,
    /// Anchor for links.
    pub anchor: String,
    /// Title.
    pub title: String,
    /// Boxes.
    pub assessed: Vec<LineView>,
    /// See [`FlowFigure`].
    pub excluded: Vec<LineView>,
    /// See [`FlowFigure`].
    pub randomised: Vec<LineView>,
    /// Stages.
    pub stages: Vec<StageView>,
    /// Number of arms.
    pub arm_count: usize,
    /// Text equivalent.
    pub alt: Json,
    /// More than four arms need a landscape page.
    pub landscape: bool,
    /// Depth of its heading.
    pub level: usize,
}

/// A stage of the flow.
#[derive(Clone, Debug, Serialize)]
pub struct StageView {
    /// Its name.
    pub name: String,
    /// One box an arm.
    pub boxes: Vec<Vec<LineView>>,
}

/// A line of a box.
#[derive(Clone, Debug, Serialize)]
pub struct LineView {
    /// Indentation steps; a bullet from 1 on.
    pub indent: u8,
    /// Whether it is the title line.
    pub is_title: bool,
    /// What it says.
    pub content: Json,
}

impl FlowView {
    /// A flow diagram whose heading has this depth.
    #[must_use]
    pub fn new(figure: &FlowFigure, level: usize) -> Self {
        let arm_count = figure.stages.iter().map(|(_, boxes)| boxes.len()).max().unwrap_or(1).max(1);
        let stages = figure.stages.iter().map(|(name, boxes)| StageView {
            name: name.clone(),
            boxes: (0..arm_count).map(|arm| boxes.get(arm).map_or_else(Vec::new, lines)).collect(),
        });
        Self {
            id: figure.id.clone(),
            anchor: anchor("figure", &figure.id),
            title: figure.title.clone(),
            assessed: lines(&figure.assessed),
            excluded: lines(&figure.excluded),
            randomised: lines(&figure.randomised),
            stages: stages.collect(),
            arm_count,
            alt: cell(&figure.alt),
            landscape: arm_count > 4,
            level,
        }
    }
}

fn lines(flow_box: &FlowBox) -> Vec<LineView> {
    let line = |(at, line): (usize, &super::display::FlowLine)| LineView {
        indent: line.indent,
        is_title: at == 0,
        content: cell(&line.content),
    };
    flow_box.lines.iter().enumerate().map(line).collect()
}
