//! A long table of texts before any format: patients' data as ICH E3, 16.2 files them, one row a record; entry sheets.

use crate::results::series::ListingView;

/// A listing. What is made of patients' data is restricted.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Number such as `16.2.7`; empty where it has none.
    pub id: String,
    /// Title without the number.
    pub title: String,
    /// Population line; empty where the title says it.
    pub population: String,
    /// Headers from left to right.
    pub columns: Vec<String>,
    /// One row a record, in listing order.
    pub rows: Vec<ListingRow>,
    /// Columns whose values open a bookmark, outermost first: for example arm, then subject.
    pub outline: Vec<usize>,
    /// Column whose values stand above their rows, across the table, in place of a column of its own.
    pub headings: Option<usize>,
    /// Notes below the table on every page.
    pub footnotes: Vec<String>,
    /// What is said in place of an empty table.
    pub if_empty: String,
}

impl Listing {
    /// `Listing 16.2.7 Title`; the title alone where there is no number.
    #[must_use]
    pub fn heading(&self) -> String {
        if self.id.is_empty() { self.title.clone() } else { format!("Listing {} {}", self.id, self.title) }
    }
}

/// A row of a listing.
#[derive(Clone, Debug)]
pub struct ListingRow {
    /// Row id of the record in its dataset.
    pub record: i64,
    /// One text a column, as collected.
    pub cells: Vec<String>,
}

/// What a listing is called and how it is bookmarked.
#[derive(Clone, Debug, Default)]
pub struct ListingHeading {
    /// Title without the number.
    pub title: String,
    /// Population line.
    pub population: String,
    /// Headers of the bookmark columns, outermost first; a header the listing does not have is skipped.
    pub outline: Vec<String>,
    /// Notes below.
    pub footnotes: Vec<String>,
    /// What is said in place of an empty table.
    pub if_empty: String,
}

/// Makes the neutral form of a stored view. Rows keep the order in which the view has them.
#[must_use]
pub fn compose(view: &ListingView, heading: ListingHeading) -> Listing {
    let columns: Vec<String> = view.columns.iter().map(|(_, header)| header.clone()).collect();
    let place_of = |header: &String| columns.iter().position(|column| column == header);
    let outline = heading.outline.iter().filter_map(place_of).collect();
    let rows = view.rows.iter().map(|(record, cells)| {
        let mut cells = cells.clone();
        cells.resize(columns.len(), String::new());
        ListingRow { record: *record, cells }
    });
    Listing {
        id: view.id.clone(),
        title: heading.title,
        population: heading.population,
        rows: rows.collect(),
        columns,
        outline,
        headings: None,
        footnotes: heading.footnotes,
        if_empty: heading.if_empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::catalog::{DatasetId, VariableId};
    use crate::data::record_set::RecordSetId;

    #[test]
    fn rows_keep_their_order_and_are_filled_up() {
        let view = ListingView {
            id: "16.2.7".to_owned(),
            dataset: DatasetId(0),
            columns: vec![(VariableId(0), "Subject".to_owned()), (VariableId(1), "Term".to_owned())],
            records: RecordSetId::default(),
            rows: vec![(9, vec!["B".to_owned(), "Cough".to_owned()]), (4, vec!["A".to_owned()])],
        };
        let outline = vec!["Arm".to_owned(), "Subject".to_owned()];
        let listing = compose(&view, ListingHeading { outline, ..ListingHeading::default() });
        assert_eq!(listing.outline, [0]);
        let cells: Vec<(i64, &[String])> = listing.rows.iter().map(|row| (row.record, &row.cells[..])).collect();
        assert_eq!(cells, [(9, &["B".to_owned(), "Cough".to_owned()][..]), (4, &["A".to_owned(), String::new()][..])]);
    }
}
