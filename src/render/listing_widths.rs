//! Column widths of a listing: what each column needs, and how a page's width is shared.

use crate::report::listing::Listing;

use super::listing_font::{BOLD, FaceIndex, Faces, REGULAR};
use super::listing_layout::{SIZE, parts};

/// No column is made wider than this for the sake of one long word, in points.
const WIDEST_WORD: f64 = 92.0;
/// How many rows are looked at for the widths of the columns.
const SAMPLE: usize = 5000;

/// What the columns need at a size of one point.
pub(super) struct Needs {
    /// The longest word.
    pub least: Vec<f64>,
    /// What 19 of 20 cells take in one line.
    wish: Vec<f64>,
    /// Whether a cell of the column is one word with a digit: an id or a date, which must not be broken.
    firm: Vec<bool>,
}

impl Needs {
    pub fn of(listing: &Listing, columns: &[usize], faces: &Faces) -> Self {
        let count = columns.len().max(1);
        let mut needs = Self { least: vec![0.0; count], wish: vec![0.0; count], firm: vec![false; count] };
        // Long listings are sampled evenly; a longer word elsewhere is broken, never lost.
        let every = listing.rows.len().div_ceil(SAMPLE).max(1);
        let longest = |text: &str, face: FaceIndex| {
            let parts = text.split_whitespace().flat_map(parts);
            parts.map(|part| ems(faces.width(part, face))).fold(0.0, f64::max).min(WIDEST_WORD / SIZE)
        };
        for (column, shown) in columns.iter().enumerate() {
            let mut least = longest(&listing.columns[*shown], BOLD);
            let mut natural: Vec<f64> = Vec::new();
            for row in listing.rows.iter().step_by(every) {
                let cell = &row.cells[*shown];
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

    /// Width of the longest words together.
    pub fn least_sum(&self) -> f64 {
        self.least.iter().sum()
    }

    /// Shares `room` points: each column gets its longest word, the rest goes by what the texts want.
    pub fn share(&self, size: f64, room: f64) -> Vec<f64> {
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
