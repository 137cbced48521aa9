//! Wrapped cells and pages of a listing.

use crate::report::listing::Listing;

use super::listing_font::{BOLD, FaceIndex, Faces, REGULAR};
use super::listing_widths::Needs;

/// Text size of headers, notes and, where the columns allow it, of the table, in points.
pub const SIZE: f64 = 9.0;
/// Sizes tried for the table: a smaller one only where words would have to be broken otherwise.
const SIZES: [f64; 3] = [SIZE, 8.5, 8.0];
/// Distance of lines as a multiple of the size.
pub const LEADING: f64 = 1.2;
/// Above and below the lines of a row, in points.
pub const ROW_PADDING: f64 = 2.2;

/// A row, or the part of a very high row that stands on one page, with its cells broken into lines.
#[derive(Clone, Debug)]
pub struct SetRow {
    /// Place of the row in the listing.
    pub source: usize,
    /// Whether it is the heading of the rows below it: one cell across the table.
    pub heading: bool,
    /// Lines of each column that is shown.
    pub cells: Vec<Vec<String>>,
    /// Lines of the highest cell, at least 1.
    pub lines: usize,
}

/// A listing broken into lines and pages.
#[derive(Clone, Debug)]
pub struct SetListing {
    /// Text size of the table in points.
    pub size: f64,
    /// Blank between columns in points.
    pub gutter: f64,
    /// Columns of the listing that are shown, from left to right.
    pub columns: Vec<usize>,
    /// Width of each in points, without gutters.
    pub widths: Vec<f64>,
    /// The header row.
    pub header: SetRow,
    /// All rows.
    pub rows: Vec<SetRow>,
    /// First and past-the-last of `rows` on each page; at least one page.
    pub pages: Vec<std::ops::Range<usize>>,
}

impl SetListing {
    /// Distance of lines in points.
    #[must_use]
    pub fn leading(&self) -> f64 {
        self.size * LEADING
    }

    /// Height of a row in points.
    #[must_use]
    pub fn height(&self, row: &SetRow) -> f64 {
        row.lines as f64 * self.leading() + 2.0 * ROW_PADDING
    }
}

/// Sets a listing into a table area of `width` by `height` points.
///
/// A row is parted only if it is higher than a page.
#[must_use]
pub fn set(listing: &Listing, faces: &Faces, width: f64, height: f64) -> SetListing {
    let gutter = if listing.columns.len() > 12 { 5.0 } else { 7.0 };
    let columns: Vec<usize> = (0..listing.columns.len()).filter(|at| listing.headings != Some(*at)).collect();
    let needs = Needs::of(listing, &columns, faces);
    let room = width - gutter * (needs.least.len() as f64 - 1.0);
    let fits = |size: &f64| needs.least_sum() * size <= room;
    let size = SIZES.into_iter().find(fits).unwrap_or(SIZES[SIZES.len() - 1]);
    let widths = needs.share(size, room);
    let shown = |cells: &[String]| columns.iter().map(|at| cells[*at].clone()).collect::<Vec<_>>();
    let header = set_row(0, &shown(&listing.columns), &widths, size, faces, BOLD);
    let mut layout =
        SetListing { size, gutter, columns: columns.clone(), widths, header, rows: Vec::new(), pages: Vec::new() };
    let room = height - layout.height(&layout.header);
    let heading = |source: usize| {
        let text = listing.rows[source].cells.get(listing.headings?)?;
        let cells = vec![wrap(text, width, size, faces, BOLD)];
        Some(SetRow { source, heading: true, lines: cells[0].len().max(1), cells })
    };
    let (mut start, mut used) = (0, 0.0);
    for (source, row) in listing.rows.iter().enumerate() {
        let above = heading(source);
        let is_new =
            source == 0 || listing.headings.is_some_and(|at| listing.rows[source - 1].cells[at] != row.cells[at]);
        let above_height = above.as_ref().map_or(0.0, |above| layout.height(above));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page holds tens of lines")]
        let most_lines = (((room - above_height - 2.0 * ROW_PADDING) / layout.leading()) as usize).max(1);
        let row = set_row(source, &shown(&row.cells), &layout.widths, size, faces, REGULAR);
        for (at, piece) in part(row, most_lines).into_iter().enumerate() {
            let begins = is_new && at == 0;
            // A heading stands on the page of the row it heads.
            let needed = layout.height(&piece) + if begins { above_height } else { 0.0 };
            if used + needed > room && layout.rows.len() > start {
                layout.pages.push(start..layout.rows.len());
                (start, used) = (layout.rows.len(), 0.0);
            }
            if let Some(above) = above.clone().filter(|_| begins || layout.rows.len() == start) {
                used += above_height;
                layout.rows.push(above);
            }
            used += layout.height(&piece);
            layout.rows.push(piece);
        }
    }
    layout.pages.push(start..layout.rows.len());
    layout
}

/// Parts a row that is higher than a page; the first cell, which says whose row it is, is repeated.
fn part(row: SetRow, most_lines: usize) -> Vec<SetRow> {
    if row.lines <= most_lines {
        return vec![row];
    }
    let piece = |first: usize| {
        let cut = |(column, cell): (usize, &Vec<String>)| -> Vec<String> {
            let first = if column == 0 { 0 } else { first };
            cell.iter().skip(first).take(most_lines).cloned().collect()
        };
        let cells: Vec<Vec<String>> = row.cells.iter().enumerate().map(cut).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        SetRow { source: row.source, heading: false, cells, lines }
    };
    (0..row.lines).step_by(most_lines).map(piece).collect()
}

fn set_row(source: usize, cells: &[String], widths: &[f64], size: f64, faces: &Faces, face: FaceIndex) -> SetRow {
    let cells: Vec<Vec<String>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap(cell, *width, size, faces, face)).collect();
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
    SetRow { source, heading: false, cells, lines }
}

/// Words longer than this many bytes, such as keys and codes, may also end a line after other signs.
const LONG_WORD: usize = 16;

/// A word in the parts between which a line may end: after a hyphen or slash that joins letters, in long words after an
/// underscore, dot or comma that does.
pub(super) fn parts(word: &str) -> impl Iterator<Item = &str> {
    let is_long = word.len() > LONG_WORD;
    let mut rest = word;
    std::iter::from_fn(move || {
        let joins = |at: usize, sign: char| {
            let after = rest[at + sign.len_utf8()..].chars().next();
            let before = rest[..at].chars().next_back();
            before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic)
        };
        let ends = |c: char| matches!(c, '-' | '/') || is_long && matches!(c, '_' | '.' | ',');
        let sign = rest.char_indices().find(|(at, c)| ends(*c) && joins(*at, *c));
        let end = sign.map_or(rest.len(), |(at, c)| at + c.len_utf8());
        let (part, tail) = rest.split_at(end);
        rest = tail;
        (!part.is_empty()).then_some(part)
    })
}

/// Breaks a text at blanks, hyphens and slashes into lines of at most `width` points; longer words
/// between characters.
#[must_use]
pub fn wrap(text: &str, width: f64, size: f64, faces: &Faces, face: FaceIndex) -> Vec<String> {
    // Widths are sums of whole thousandths, so the comparison is exact on every platform.
    #[expect(clippy::cast_possible_truncation, reason = "a page is a few hundred thousand thousandths wide")]
    let room = (width / size * 1000.0 + 0.5) as i32;
    let blank = faces.advance(' ', face);
    let mut lines: Vec<String> = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split_whitespace() {
        for (at, part) in parts(word).enumerate() {
            let blank = if at > 0 || line.is_empty() { 0 } else { blank };
            let part_width = faces.width(part, face);
            if used + blank + part_width <= room {
                if blank > 0 {
                    line.push(' ');
                }
                line.push_str(part);
                used += blank + part_width;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            used = 0;
            for c in part.chars() {
                let advance = faces.advance(c, face);
                if !line.is_empty() && used + advance > room {
                    lines.push(std::mem::take(&mut line));
                    used = 0;
                }
                line.push(c);
                used += advance;
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::listing::ListingRow;

    fn listing(columns: &[&str], cells: &[&[&str]]) -> Listing {
        let row = |cells: &&[&str]| ListingRow { record: 2, cells: cells.iter().map(|c| (*c).to_owned()).collect() };
        Listing {
            id: "16.2.7".to_owned(),
            title: String::new(),
            population: String::new(),
            columns: columns.iter().map(|c| (*c).to_owned()).collect(),
            rows: cells.iter().map(row).collect(),
            outline: Vec::new(),
            headings: None,
            footnotes: Vec::new(),
            if_empty: String::new(),
        }
    }

    #[test]
    fn dates_and_ids_stay_whole_where_columns_are_many() {
        let faces = Faces::new(&[]).expect("the built-in faces");
        let long = "Treatment-emergent gastrointestinal disorders";
        let cells = ["SYN-01-001", "2020-08-17", "2020-08-18", long, long, long, long, long, long, long, long, long];
        let headers = ["Subject", "Start", "End", "A", "B", "C", "D", "E", "F", "G", "H", "I"];
        let set = set(&listing(&headers, &[&cells]), &faces, 500.0, 400.0);
        for (column, cell) in cells.iter().enumerate().take(3) {
            assert_eq!(set.rows[0].cells[column], [*cell]);
        }
        assert!(set.widths.iter().sum::<f64>() + 11.0 * set.gutter <= 500.0 + 1e-6);
    }

    #[test]
    fn a_row_higher_than_a_page_goes_on_and_loses_nothing() {
        let faces = Faces::new(&[]).expect("the built-in faces");
        let remark: Vec<String> = (0..900).map(|n| format!("w{n}")).collect();
        let remark = remark.join(" ");
        let set = set(&listing(&["Subject", "Remark"], &[&["S-1", &remark]]), &faces, 300.0, 200.0);
        assert!(set.pages.len() > 2);
        let words: Vec<&str> =
            set.rows.iter().flat_map(|row| &row.cells[1]).flat_map(|line| line.split_whitespace()).collect();
        assert_eq!(words.join(" "), remark);
        for page in &set.pages {
            let used: f64 = set.rows[page.clone()].iter().map(|row| set.height(row)).sum();
            assert!(used + set.height(&set.header) <= 200.0 + 1e-6);
            assert_eq!(set.rows[page.start].cells[0], ["S-1"]);
        }
    }

    #[test]
    fn a_heading_stands_above_its_rows_on_every_page() {
        let faces = Faces::new(&[]).expect("the built-in faces");
        let cells: Vec<[&str; 2]> = (0..40).map(|n| [if n < 25 { "Trial" } else { "Flow" }, "x"]).collect();
        let rows: Vec<&[&str]> = cells.iter().map(|row| &row[..]).collect();
        let listing = Listing { headings: Some(0), ..listing(&["Section", "Field"], &rows) };
        let set = set(&listing, &faces, 300.0, 200.0);
        assert_eq!(set.columns, [1]);
        let mut seen = 0;
        for page in &set.pages {
            let rows = &set.rows[page.clone()];
            assert!(rows[0].heading && !rows[rows.len() - 1].heading);
            assert!(set.height(&set.header) + rows.iter().map(|row| set.height(row)).sum::<f64>() <= 200.0 + 1e-6);
            let mut above = "";
            for row in rows {
                if row.heading {
                    above = &row.cells[0][0];
                } else {
                    assert_eq!((row.source, above), (seen, cells[seen][0]));
                    seen += 1;
                }
            }
        }
        assert_eq!(seen, 40);
    }

    #[test]
    fn words_end_at_signs_between_letters_only() {
        for (word, expected) in [
            ("Treatment-emergent", vec!["Treatment-", "emergent"]),
            ("2020-08-17", vec!["2020-08-17"]),
            ("SYN-01-001", vec!["SYN-01-001"]),
            ("and/or", vec!["and/", "or"]),
            ("e.g.", vec!["e.g."]),
            ("a:n[arm=total,level=in_utero]", vec!["a:n[arm=total,", "level=in_", "utero]"]),
            ("-", vec!["-"]),
        ] {
            assert_eq!(parts(word).collect::<Vec<&str>>(), expected);
        }
    }
}
