//! Column widths, wrapped cells and pages of a listing.

use crate::report::listing::Listing;

use super::listing_font::{BOLD, FaceIndex, Faces, REGULAR};

/// Text size of the table in points.
pub const SIZE: f64 = 9.0;
/// Distance of lines in points.
pub const LEADING: f64 = 10.8;
/// Blank between columns in points.
pub const GUTTER: f64 = 7.0;
/// Above and below the lines of a row, in points.
pub const ROW_PADDING: f64 = 2.2;
/// No column is made narrower than this by long words: they are broken instead, in points.
const WIDEST_WORD: f64 = 92.0;
/// How many rows are looked at for the widths of the columns.
const SAMPLE: usize = 5000;

/// A row with its cells broken into lines.
#[derive(Clone, Debug)]
pub struct SetRow {
    /// Lines of each column.
    pub cells: Vec<Vec<String>>,
    /// Lines of the highest cell, at least 1.
    pub lines: usize,
}

impl SetRow {
    /// Height in points.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.lines as f64 * LEADING + 2.0 * ROW_PADDING
    }
}

/// A listing broken into lines and pages.
#[derive(Clone, Debug)]
pub struct SetListing {
    /// Width of each column in points, without gutters.
    pub widths: Vec<f64>,
    /// The header row.
    pub header: SetRow,
    /// All rows.
    pub rows: Vec<SetRow>,
    /// First and past-the-last row of each page; at least one page.
    pub pages: Vec<std::ops::Range<usize>>,
}

/// Sets a listing into a table area of `width` by `height` points.
///
/// A row is never parted; one higher than a page stands alone on its own and runs over its end only
/// if it is higher than a whole page, which at 9 points takes a cell of several thousand characters.
#[must_use]
pub fn set(listing: &Listing, faces: &Faces, width: f64, height: f64) -> SetListing {
    let widths = column_widths(listing, faces, width);
    let header = set_row(&listing.columns, &widths, faces, BOLD);
    let rows: Vec<SetRow> = listing
        .rows
        .iter()
        .map(|row| set_row(&row.cells, &widths, faces, REGULAR))
        .collect();
    let room = height - header.height();
    let mut pages = Vec::new();
    let (mut start, mut used) = (0, 0.0);
    for (at, row) in rows.iter().enumerate() {
        if at > start && used + row.height() > room {
            pages.push(start..at);
            (start, used) = (at, 0.0);
        }
        used += row.height();
    }
    pages.push(start..rows.len());
    SetListing {
        widths,
        header,
        rows,
        pages,
    }
}

fn points(thousandths: i32) -> f64 {
    f64::from(thousandths) / 1000.0 * SIZE
}

/// Shares `width` among the columns: each gets its longest word, the rest goes by what the texts want.
fn column_widths(listing: &Listing, faces: &Faces, width: f64) -> Vec<f64> {
    let count = listing.columns.len().max(1);
    let room = width - GUTTER * (count as f64 - 1.0);
    // Long listings are sampled evenly; a longer word elsewhere is broken, never lost.
    let every = listing.rows.len().div_ceil(SAMPLE).max(1);
    let mut least = vec![0.0_f64; count];
    let mut wish = vec![0.0_f64; count];
    for (column, header) in listing.columns.iter().enumerate() {
        let word = |word| points(faces.width(word, BOLD));
        least[column] = header.split_whitespace().map(word).fold(0.0, f64::max).min(WIDEST_WORD);
        let mut natural: Vec<f64> = Vec::new();
        for row in listing.rows.iter().step_by(every) {
            let cell = &row.cells[column];
            natural.push(points(faces.width(cell, REGULAR)));
            for word in cell.split_whitespace() {
                least[column] = least[column].max(points(faces.width(word, REGULAR)).min(WIDEST_WORD));
            }
        }
        natural.sort_by(f64::total_cmp);
        // One long remark must not make all other columns narrow: 19 of 20 cells fit in one line.
        let usual = natural
            .get(natural.len().saturating_sub(1) * 19 / 20)
            .copied()
            .unwrap_or(0.0);
        wish[column] = usual.max(least[column]);
    }
    let least_sum: f64 = least.iter().sum();
    let wish_sum: f64 = wish.iter().sum();
    if wish_sum <= room {
        // Every column gets its wish; what is left goes to all alike.
        let more = (room - wish_sum) / count as f64;
        return wish.iter().map(|w| w + more.min(24.0)).collect();
    }
    if least_sum >= room {
        return least.iter().map(|w| w * room / least_sum).collect();
    }
    let share = (room - least_sum) / (wish_sum - least_sum);
    least
        .iter()
        .zip(&wish)
        .map(|(least, wish)| least + (wish - least) * share)
        .collect()
}

fn set_row(cells: &[String], widths: &[f64], faces: &Faces, face: FaceIndex) -> SetRow {
    let cells: Vec<Vec<String>> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| wrap(cell, *width, faces, face))
        .collect();
    let lines = cells.iter().map(Vec::len).max().unwrap_or(1).max(1);
    SetRow { cells, lines }
}

/// Breaks a text at blanks into lines of at most `width` points; longer words between characters.
#[must_use]
pub fn wrap(text: &str, width: f64, faces: &Faces, face: FaceIndex) -> Vec<String> {
    // Widths are sums of whole thousandths, so the comparison is exact on every platform.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a page is a few hundred thousand thousandths wide"
    )]
    let room = (width / SIZE * 1000.0 + 0.5) as i32;
    let blank = faces.advance(' ', face);
    let mut lines: Vec<String> = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split_whitespace() {
        let word_width = faces.width(word, face);
        if !line.is_empty() && used + blank + word_width <= room {
            line.push(' ');
            line.push_str(word);
            used += blank + word_width;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        used = 0;
        if word_width <= room {
            line.push_str(word);
            used = word_width;
            continue;
        }
        for c in word.chars() {
            let advance = faces.advance(c, face);
            if !line.is_empty() && used + advance > room {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push(c);
            used += advance;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}
