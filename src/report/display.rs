//! A display before any format: tables of texts and result keys, never of numbers.

use crate::results::{ResultKey, Style};

/// A piece of text, or a number to be printed from the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inline {
    /// Words from the configuration or from the program.
    Text(String),
    /// A number, printed through `num` by whoever renders.
    Number {
        /// Its address.
        key: ResultKey,
        /// How to show it, where the result's own style is not wanted.
        style: Option<Style>,
    },
}

impl Inline {
    /// Words.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A number in its own style.
    #[must_use]
    pub fn number(key: ResultKey) -> Self {
        Self::Number { key, style: None }
    }
}

/// What stands in one cell, in order.
pub type CellContent = Vec<Inline>;

/// A column of a table.
#[derive(Clone, Debug)]
pub struct Column {
    /// Arm id, `total`, `p` and the like; unique in the table.
    pub id: String,
    /// Header, for example `MSC (N=` number `)`.
    pub header: CellContent,
}

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Opens a group; its cells are often empty.
    Group,
    /// Carries numbers.
    Data,
    /// An empty line.
    Space,
}

/// A row of a table.
#[derive(Clone, Debug)]
pub struct Row {
    /// What it is.
    pub kind: RowKind,
    /// Indentation steps of the label.
    pub indent: u8,
    /// The stub.
    pub label: CellContent,
    /// One cell a column; shorter rows leave the rest empty.
    pub cells: Vec<CellContent>,
}

/// A table before any format.
#[derive(Clone, Debug)]
pub struct DisplayTable {
    /// Number such as `14.2.1`.
    pub id: String,
    /// Title without the number.
    pub title: String,
    /// Population line, for example `Safety set`.
    pub population: String,
    /// Header of the stub column.
    pub stub: String,
    /// Columns from left to right.
    pub columns: Vec<Column>,
    /// Rows from top to bottom.
    pub rows: Vec<Row>,
    /// Notes below, in order.
    pub footnotes: Vec<CellContent>,
    /// CSR section the table belongs to, such as `14.2`.
    pub section: String,
    /// Whether it needs a landscape page.
    pub landscape: bool,
}

impl DisplayTable {
    /// Everything it prints.
    pub fn contents(&self) -> impl Iterator<Item = &CellContent> {
        let headers = self.columns.iter().map(|column| &column.header);
        let rows = self.rows.iter().flat_map(|row| row.cells.iter().chain([&row.label]));
        headers.chain(rows).chain(&self.footnotes)
    }
}

/// Addresses of the numbers in contents.
pub fn keys<'c>(contents: impl Iterator<Item = &'c CellContent>) -> impl Iterator<Item = &'c ResultKey> {
    contents.flatten().filter_map(|inline| if let Inline::Number { key, .. } = inline { Some(key) } else { None })
}

/// A step curve figure with numbers at risk.
#[derive(Clone, Debug)]
pub struct CurveFigure {
    /// Number such as `14.2.5`.
    pub id: String,
    /// Title without the number.
    pub title: String,
    /// Population line.
    pub population: String,
    /// Analysis whose series are drawn.
    pub analysis: String,
    /// Kind of series: `survival` or `cumulative_incidence`.
    pub kind: String,
    /// Last time shown; the last one observed if `None`.
    pub until: Option<f64>,
    /// Label of the abscissa with unit.
    pub x_label: String,
    /// Label of the ordinate.
    pub y_label: String,
    /// Arms drawn: id and label.
    pub groups: Vec<(String, String)>,
    /// Text equivalent for readers who cannot see it.
    pub alt: CellContent,
    /// Notes below.
    pub footnotes: Vec<CellContent>,
    /// CSR section.
    pub section: String,
}

impl CurveFigure {
    /// Everything it prints besides the curves.
    pub fn contents(&self) -> impl Iterator<Item = &CellContent> {
        self.footnotes.iter().chain([&self.alt])
    }
}

/// A line of a flow-diagram box.
#[derive(Clone, Debug)]
pub struct FlowLine {
    /// Indentation steps; bullets start at 1.
    pub indent: u8,
    /// Text and number.
    pub content: CellContent,
}

/// A box of the flow diagram.
#[derive(Clone, Debug)]
pub struct FlowBox {
    /// Its lines; the first is the title line.
    pub lines: Vec<FlowLine>,
}

/// The participant flow as boxes, before any format (CONSORT 2025, figure 1).
#[derive(Clone, Debug)]
pub struct FlowFigure {
    /// Number such as `10.1`.
    pub id: String,
    /// Title.
    pub title: String,
    /// Assessed for eligibility.
    pub assessed: FlowBox,
    /// Excluded before randomisation, with reasons.
    pub excluded: FlowBox,
    /// Randomised.
    pub randomised: FlowBox,
    /// Stages below randomisation: stage name and one box an arm.
    pub stages: Vec<(String, Vec<FlowBox>)>,
    /// Text equivalent.
    pub alt: CellContent,
}

impl FlowFigure {
    /// Everything it prints.
    pub fn contents(&self) -> impl Iterator<Item = &CellContent> {
        let stages = self.stages.iter().flat_map(|(_, boxes)| boxes);
        let boxes = [&self.assessed, &self.excluded, &self.randomised].into_iter().chain(stages);
        boxes.flat_map(|one| &one.lines).map(|line| &line.content).chain([&self.alt])
    }
}
