//! Column widths, wrapped cells and pages of a listing.

use crate::report::listing::Listing;

use super::listing_font::{BOLD, FaceIndex, Faces, REGULAR};

/// Text size of headers, notes and, where the columns allow it, of the table, in points.
pub const SIZE: f64 = 9.0;
/// Sizes tried for the table: a smaller one only where words would have to be broken otherwise.
const SIZES: [f64; 3] = [SIZE, 8.5, 8.0];
/// Distance of lines as a multiple of the size.
pub const LEADING: f64 = 1.2;
/// Above and below the lines of a row, in points.
pub const ROW_PADDING: f64 = 2.2;
/// No column is made wider than this for the sake of one long word, in points.
const WIDEST_WORD: f64 = 92.0;
/// How many rows are looked at for the widths of the columns.
const SAMPLE: usize = 5000;

/// A row, or the part of a very high row that stands on one page, with its cells broken into lines.
#[derive(Clone, Debug)]
pub struct SetRow {
    /// Place of the row in the listing.
    pub source: usize,
    /// Lines of each column.
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
    /// Width of each column in points, without gutters.
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
    let needs = Needs::of(listing, faces);
    let room = width - gutter * (needs.least.len() as f64 - 1.0);
    let fits = |size: &f64| needs.least_sum() * size <= room;
    let size = SIZES.into_iter().find(fits).unwrap_or(SIZES[SIZES.len() - 1]);
    let widths = needs.share(size, room);
    let header = set_row(0, &listing.columns, &widths, size, faces, BOLD);
    let mut layout = SetListing { size, gutter, widths, header, rows: Vec::new(), pages: Vec::new() };
    let room = height - layout.height(&layout.header);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a page holds tens of lines")]
    let most_lines = (((room - 2.0 * ROW_PADDING) / layout.leading()) as usize).max(1);
    for (source, row) in listing.rows.iter().enumerate() {
        let row = set_row(source, &row.cells, &layout.widths, size, faces, REGULAR);
        part(row, most_lines, &mut layout.rows);
    }
    let (mut start, mut used) = (0, 0.0);
    for (at, row) in layout.rows.iter().enumerate() {
        let row_height = layout.height(row);
        if at > start && used + row_height > room {
            layout.pages.push(start..at);
            (start, used) = (at, 0.0);
        }
        used += row_height;
    }
    layout.pages.push(start..layout.rows.len());
    layout
}

/// Parts a row that is higher than a page; the first cell, which says whose row it is, is repeated.
fn part(row: SetRow, most_lines: usize, rows: &mut Vec<SetRow>) {
    if row.lines <= most_lines {
        rows.push(row);
        return;
    }
    for first in (0..row.lines).step_by(most_lines) {
        let cut = |(column, cell): (usize, &Vec<String>)| -> Vec<String> {
            let first = if column == 0 { 0 } else { first };
            cell.iter().skip(first).take(most_lines).cloned().collect()
        };
        let cells: Vec<Vec<String>> = row.cells.iter().enumerate().map(cut).collect();
        let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
        rows.push(SetRow { source: row.source, cells, lines });
    }
}

/// What the columns need at a size of one point.
struct Needs {
    /// The longest word.
    least: Vec<f64>,
    /// What 19 of 20 cells take in one line.
    wish: Vec<f64>,
    /// Whether a cell of the column is one word with a digit: an id or a date, which must not be broken.
    firm: Vec<bool>,
}

impl Needs {
    fn of(listing: &Listing, faces: &Faces) -> Self {
        let count = listing.columns.len().max(1);
        let mut needs = Self { least: vec![0.0; count], wish: vec![0.0; count], firm: vec![false; count] };
        // Long listings are sampled evenly; a longer word elsewhere is broken, never lost.
        let every = listing.rows.len().div_ceil(SAMPLE).max(1);
        let longest = |text: &str, face: FaceIndex| {
            let parts = text.split_whitespace().flat_map(parts);
            parts.map(|part| ems(faces.width(part, face))).fold(0.0, f64::max).min(WIDEST_WORD / SIZE)
        };
        for (column, header) in listing.columns.iter().enumerate() {
            let mut least = longest(header, BOLD);
            let mut natural: Vec<f64> = Vec::new();
            for row in listing.rows.iter().step_by(every) {
                let cell = &row.cells[column];
                natural.push(ems(faces.width(cell, REGULAR)));
                least = least.max(longest(cell, REGULAR));
                let one_word = !cell.trim().contains(char::is_whitespace);
                needs.firm[column] |= one_word && cell.contains(|c: char| c.is_ascii_digit());
            }
            natural.sort_by(f64::total_cmp);
            // One long remark must not make all other columns narrow.
            let usual = natural.get(natural.len().saturating_sub(1) * 19 / 20).copied().unwrap_or(0.0);
            // A hundredth of an em against rounding when the text is wrapped.
            needs.least[column] = least + 0.01;
            needs.wish[column] = usual.max(least) + 0.01;
        }
        needs
    }

    fn least_sum(&self) -> f64 {
        self.least.iter().sum()
    }

    /// Shares `room` points: each column gets its longest word, the rest goes by what the texts want.
    fn share(&self, size: f64, room: f64) -> Vec<f64> {
        let least: Vec<f64> = self.least.iter().map(|ems| ems * size).collect();
        let wish: Vec<f64> = self.wish.iter().map(|ems| ems * size).collect();
        let least_sum: f64 = least.iter().sum();
        let wish_sum: f64 = wish.iter().sum();
        if wish_sum <= room {
            // Every column gets its wish; what is left goes to all alike.
            let more = (room - wish_sum) / wish.len() as f64;
            return wish.iter().map(|w| w + more.min(24.0)).collect();
        }
        if least_sum >= room {
            // Ids and dates stay whole, unless they alone would fill most of the page.
            let firm_sum: f64 = least.iter().zip(&self.firm).filter(|(_, firm)| **firm).map(|(w, _)| w).sum();
            let keep = firm_sum <= 0.7 * room && self.firm.contains(&false);
            let firm = |at: usize| keep && self.firm[at];
            let words: Vec<f64> = (0..least.len()).filter(|at| !firm(*at)).map(|at| least[at]).collect();
            let most = level(&words, if keep { room - firm_sum } else { room });
            return (0..least.len()).map(|at| if firm(at) { least[at] } else { least[at].min(most) }).collect();
        }
        let share = (room - least_sum) / (wish_sum - least_sum);
        least.iter().zip(&wish).map(|(least, wish)| least + (wish - least) * share).collect()
    }
}

/// The width to which the widest columns are cut so that all fit.
fn level(least: &[f64], room: f64) -> f64 {
    let mut sorted = least.to_vec();
    sorted.sort_by(f64::total_cmp);
    let mut left = room;
    for (at, width) in sorted.iter().enumerate() {
        let each = left / (sorted.len() - at) as f64;
        if *width >= each {
            return each;
        }
        left -= width;
    }
    f64::MAX
}

fn ems(thousandths: i32) -> f64 {
    f64::from(thousandths) / 1000.0
}

fn set_row(source: usize, cells: &[String], widths: &[f64], size: f64, faces: &Faces, face: FaceIndex) -> SetRow {
    let cells: Vec<Vec<String>> =
        cells.iter().zip(widths).map(|(cell, width)| wrap(cell, *width, size, faces, face)).collect();
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
    SetRow { source, cells, lines }
}

/// A word in the parts between which a line may end: after a hyphen or slash that joins letters.
fn parts(word: &str) -> impl Iterator<Item = &str> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let joins = |at: usize, sign: char| {
            let after = rest[at + sign.len_utf8()..].chars().next();
            let before = rest[..at].chars().next_back();
            before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic)
        };
        let sign = rest.char_indices().find(|(at, c)| matches!(c, '-' | '/') && joins(*at, *c));
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
    fn words_end_at_hyphens_between_letters_only() {
        for (word, expected) in [
            ("Treatment-emergent", vec!["Treatment-", "emergent"]),
            ("2020-08-17", vec!["2020-08-17"]),
            ("SYN-01-001", vec!["SYN-01-001"]),
            ("and/or", vec!["and/", "or"]),
            ("-", vec!["-"]),
        ] {
            assert_eq!(parts(word).collect::<Vec<&str>>(), expected);
        }
    }
}
