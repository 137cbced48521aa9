//! Tables of groups: a column for each, in as many tables as the groups need to stand beside each other on a page.

use crate::report::registry::document::{Block, Content, fixed};

/// Columns of groups that fit a page beside the labels.
const FIT: usize = 4;

/// A table of groups.
pub(super) struct Grid {
    first: Content,
    /// Heads of the columns of each group.
    heads: Vec<Vec<Content>>,
    rows: Vec<GridRow>,
}

enum GridRow {
    /// The heading of the rows below it.
    Heading(Content),
    /// A label, then the cells of each group.
    Cells(Content, Vec<Vec<Content>>),
}

impl Grid {
    /// A table whose groups have a column each.
    pub fn new(first: &str, titles: Vec<Content>) -> Self {
        Self::with(first, titles.into_iter().map(|title| vec![title]).collect())
    }

    /// A table whose groups have several columns.
    pub fn with(first: &str, heads: Vec<Vec<Content>>) -> Self {
        Self { first: fixed(first), heads, rows: Vec::new() }
    }

    pub fn heading(&mut self, content: Content) {
        self.rows.push(GridRow::Heading(content));
    }

    /// A row with one cell a group.
    pub fn row(&mut self, label: Content, cells: Vec<Content>) {
        self.rows.push(GridRow::Cells(label, cells.into_iter().map(|cell| vec![cell]).collect()));
    }

    /// A row with the cells of each group.
    pub fn cells(&mut self, label: Content, cells: Vec<Vec<Content>>) {
        self.rows.push(GridRow::Cells(label, cells));
    }

    /// The table, or as many as the groups need; none without rows.
    pub fn blocks(self) -> Vec<Block> {
        if self.rows.is_empty() {
            return Vec::new();
        }
        let width = self.heads.first().map_or(1, Vec::len).max(1);
        let fit = (FIT / width).max(1);
        let mut blocks = Vec::new();
        for (part, heads) in self.heads.chunks(fit).enumerate() {
            let row = |row: &GridRow| match row {
                GridRow::Heading(content) => vec![content.clone()],
                GridRow::Cells(label, cells) => {
                    // A group without a value has empty cells.
                    let own = cells.iter().skip(part * fit).take(heads.len()).flatten().cloned();
                    let mut line: Vec<Content> = std::iter::once(label.clone()).chain(own).collect();
                    line.resize(1 + heads.len() * width, Content::new());
                    line
                }
            };
            let head = std::iter::once(self.first.clone()).chain(heads.iter().flatten().cloned()).collect();
            blocks.push(Block::Table { head, rows: self.rows.iter().map(row).collect() });
        }
        blocks
    }
}
