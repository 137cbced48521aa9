//! Listings as PDF: thousands of rows on landscape A4 with a repeated header row and bookmarks.
//!
//! printpdf writes pages and fonts; `listing_finish` makes the file what agencies ask for.

use std::collections::BTreeMap;

use printpdf::{
    Color, Greyscale, Line, LinePoint, Mm, Op, PdfDocument, PdfFontHandle, PdfPage, PdfSaveOptions, Point, Pt,
    TextItem, TextMatrix,
};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::report::listing::Listing;

use super::listing_finish::finish;
use super::listing_font::{BOLD, FaceIndex, Faces, REGULAR};
use super::listing_layout::{LEADING as LEADING_EMS, ROW_PADDING, SIZE, SetListing, SetRow, set, wrap};
use super::placement::Spot;

/// What stands around the table on every page.
#[derive(Clone, Debug, Default)]
pub struct ListingFrame {
    /// Protocol code.
    pub protocol: String,
    /// Whether every page says DRAFT.
    pub draft: bool,
    /// What is said on every page where the data are not of a real trial.
    pub synthetic: Option<String>,
    /// Lock record the data were read under.
    pub lock_id: String,
    /// Id of the run.
    pub run_id: String,
    /// Sponsor, as author of the document.
    pub sponsor: String,
    /// Language of the report, such as `en`.
    pub language: String,
    /// Date of the document, `YYYY-MM-DD`: the report's, never the clock's.
    pub date: String,
}

const WIDTH: f64 = 841.89;
const HEIGHT: f64 = 595.28;
/// Three quarters of an inch at the binding edge of a landscape page, half an inch at the sides.
const TOP: f64 = 54.0;
const SIDE: f64 = 36.0;
const FOOT: f64 = 30.0;
/// Distance of lines outside the table.
const LEADING: f64 = SIZE * LEADING_EMS;
/// Most distinct missing characters that are reported one by one.
const MOST_MISSING: usize = 20;

/// A rendered listing.
#[derive(Clone, Debug)]
pub struct ListingPdf {
    /// The file.
    pub bytes: Vec<u8>,
    layout: SetListing,
    table_top: f64,
}

impl ListingPdf {
    /// Where the first line of each row stands in a column, in the order of the listing; a row that goes on over pages
    /// stands where it begins.
    #[must_use]
    pub fn cells(&self, column: usize) -> Vec<Spot> {
        let before = self.layout.columns.iter().position(|shown| *shown == column).unwrap_or(0);
        let x = SIDE + self.layout.widths.iter().take(before).map(|width| width + self.layout.gutter).sum::<f64>();
        let mut spots = Vec::new();
        for (rows, page) in self.layout.pages.iter().zip(1..) {
            let mut top = self.table_top - self.layout.height(&self.layout.header);
            for row in &self.layout.rows[rows.clone()] {
                if !row.heading && row.source == spots.len() {
                    spots.push(Spot::Page { page, x, y: HEIGHT - baseline(top, self.layout.size) });
                }
                top -= self.layout.height(row);
            }
        }
        spots
    }
}

/// Baseline of the first line of a row whose upper edge is `top`.
fn baseline(top: f64, size: f64) -> f64 {
    top - ROW_PADDING - size * 0.85
}

/// The faces of a run's listings; `study_fonts` are the study's own, by name.
///
/// # Errors
/// RND-004 for a study font that cannot be read.
pub fn faces(study_fonts: &[(String, Vec<u8>)], sink: &mut Diagnostics) -> Result<Faces, Stop> {
    Faces::new(study_fonts).map_err(|at| {
        let place = Place::File(study_fonts.get(at).map(|(name, _)| name.clone()).unwrap_or_default());
        sink.error(&codes::RND_004, place, "the font cannot be read")
            .hint("Put a TrueType or OpenType font into the study's `fonts` folder.")
            .stop()
    })
}

/// Renders a listing.
///
/// # Errors
/// RND-004 for every character that no font has; RND-001 where the file cannot be put together.
pub fn render(
    listing: &Listing,
    frame: &ListingFrame,
    faces: &Faces,
    sink: &mut Diagnostics,
) -> Result<ListingPdf, Stop> {
    let mark = sink.mark();
    check_characters(listing, frame, faces, sink);
    sink.check(mark)?;

    let notes = notes(listing, frame, faces);
    let table_top = HEIGHT - TOP - 3.0 * LEADING - 4.0;
    let table_bottom = FOOT + (notes.len() as f64 + 1.0) * LEADING + 4.0;
    let layout = set(listing, faces, WIDTH - 2.0 * SIDE, table_top - table_bottom);
    let count = layout.pages.len();
    let pages = (0..count).map(|at| {
        let mut page = Page { faces, ops: Vec::new(), font: None, size: SIZE };
        page.frame(listing, frame, &notes, at + 1, count);
        page.table(listing, &layout, at, table_top);
        page.finish()
    });
    let mut document = PdfDocument::new(&listing.title);
    document.pages = pages.collect();
    for (name, font) in faces.fonts() {
        document.resources.fonts.map.insert(printpdf::FontId(name), printpdf::PdfFont::new(font));
    }
    let mut warnings = Vec::new();
    let raw = document.to_lopdf_document(&PdfSaveOptions::default(), &mut warnings);
    let bytes = finish(raw, listing, &layout, (frame, faces)).map_err(|reason| {
        let message = format!("{}: {reason}", listing.heading());
        sink.error(&codes::RND_001, Place::Nowhere, message).stop()
    })?;
    Ok(ListingPdf { bytes, layout, table_top })
}

/// Notes, then the line that says what the page was made from.
fn notes(listing: &Listing, frame: &ListingFrame, faces: &Faces) -> Vec<String> {
    let width = WIDTH - 2.0 * SIDE;
    let mut lines: Vec<String> =
        listing.footnotes.iter().flat_map(|note| wrap(note, width, SIZE, faces, REGULAR)).collect();
    lines.push(format!("Lock {} · Run {}", frame.lock_id, frame.run_id));
    lines
}

/// Reports every character that would be lost, with where it first stands.
fn check_characters(listing: &Listing, frame: &ListingFrame, faces: &Faces, sink: &mut Diagnostics) {
    let mut missing: BTreeMap<char, String> = BTreeMap::new();
    let mut look = |text: &str, place: &dyn Fn() -> String| {
        for c in text.chars().filter(|c| !c.is_whitespace()) {
            if faces.face_of(c, REGULAR).is_none() {
                missing.entry(c).or_insert_with(place);
            }
        }
    };
    for row in &listing.rows {
        for (column, cell) in row.cells.iter().enumerate().filter(|(_, cell)| !cell.is_ascii()) {
            look(cell, &|| {
                format!("column `{}` of the record in sheet row {}", listing.columns[column], sheet_row(row.record))
            });
        }
        if row.cells.iter().any(|cell| cell.bytes().any(|b| b < 0x20 || b == 0x7f)) {
            for cell in &row.cells {
                look(cell, &|| format!("the record in sheet row {}", sheet_row(row.record)));
            }
        }
    }
    let synthetic = frame.synthetic.iter();
    let around = listing.columns.iter().chain(&listing.footnotes).chain(synthetic);
    for text in around.chain([&listing.title, &listing.population, &frame.protocol]) {
        look(text, &|| "the titles and notes".to_owned());
    }
    let more = missing.len().saturating_sub(MOST_MISSING);
    for (c, place) in missing.into_iter().take(MOST_MISSING) {
        let message =
            format!("{}: no font has U+{:04X} `{}` in {place}", listing.heading(), u32::from(c), c.escape_debug());
        sink.error(&codes::RND_004, Place::Nowhere, message)
            .hint("Put a font that has this character into the study's `fonts` folder.");
    }
    if more > 0 {
        let message = format!("{}: {more} more characters have no glyph", listing.heading());
        sink.error(&codes::RND_004, Place::Nowhere, message);
    }
}

fn sheet_row(record: i64) -> u32 {
    crate::data::catalog::row_of(record).1
}

/// A page being drawn.
struct Page<'a> {
    faces: &'a Faces,
    ops: Vec<Op>,
    font: Option<(FaceIndex, f64)>,
    /// Text size in points.
    size: f64,
}

impl Page<'_> {
    /// A text with its left end at `x`.
    fn text(&mut self, text: &str, x: f64, y: f64, wanted: FaceIndex) {
        let mut x = x;
        let parts: Vec<(FaceIndex, String)> =
            self.faces.split(text, wanted).into_iter().map(|(face, part)| (face, part.to_owned())).collect();
        for (face, part) in parts {
            let width = part.chars().map(|c| self.faces.advance(c, face)).sum::<i32>();
            if self.font != Some((face, self.size)) {
                let font = PdfFontHandle::External(printpdf::FontId(self.faces.name(face).to_owned()));
                self.ops.push(Op::SetFont { font, size: pt(self.size) });
                self.font = Some((face, self.size));
            }
            self.ops.push(Op::SetTextMatrix { matrix: TextMatrix::Translate(pt(x), pt(y)) });
            self.ops.push(Op::ShowText { items: vec![TextItem::Text(part)] });
            x += f64::from(width) / 1000.0 * self.size;
        }
    }

    fn width(&self, text: &str, face: FaceIndex) -> f64 {
        f64::from(self.faces.width(text, face)) / 1000.0 * self.size
    }

    fn text_right(&mut self, text: &str, y: f64, face: FaceIndex) {
        let x = WIDTH - SIDE - self.width(text, face);
        self.text(text, x, y, face);
    }

    fn text_centre(&mut self, text: &str, y: f64, face: FaceIndex) {
        let x = (WIDTH - self.width(text, face)) / 2.0;
        self.text(text, x, y, face);
    }

    /// A rule across the table; text operators and paths must not mix, so rules are drawn between texts.
    fn rule(&mut self, y: f64, thickness: f64, grey: f32) {
        self.ops.push(Op::EndTextSection);
        self.ops.push(Op::SetOutlineColor { col: Color::Greyscale(Greyscale { percent: grey, icc_profile: None }) });
        self.ops.push(Op::SetOutlineThickness { pt: pt(thickness) });
        let end = |x: f64| LinePoint { p: Point { x: pt(x), y: pt(y) }, bezier: false };
        let line = Line { points: vec![end(SIDE), end(WIDTH - SIDE)], is_closed: false };
        self.ops.push(Op::DrawLine { line });
        self.ops.push(Op::StartTextSection);
    }

    /// Header lines, title and foot.
    fn frame(&mut self, listing: &Listing, frame: &ListingFrame, notes: &[String], page: usize, pages: usize) {
        self.ops.push(Op::StartTextSection);
        let y = HEIGHT - TOP;
        self.text(&format!("Protocol {}", frame.protocol), SIDE, y, REGULAR);
        let draft = if frame.draft { Some("DRAFT") } else { None };
        let stamp: Vec<&str> = draft.into_iter().chain(frame.synthetic.as_deref()).collect();
        self.text_centre(&stamp.join(" · "), y, BOLD);
        self.text_right(&format!("Page {page} of {pages}"), y, REGULAR);
        self.text_centre(&listing.heading(), y - 1.5 * LEADING, BOLD);
        self.text_centre(&listing.population, y - 2.5 * LEADING, REGULAR);
        let mut y = FOOT + (notes.len() as f64 - 1.0) * LEADING;
        self.rule(y + LEADING, 0.5, 0.0);
        for note in notes {
            self.text(note, SIDE, y, REGULAR);
            y -= LEADING;
        }
    }

    fn table(&mut self, listing: &Listing, layout: &SetListing, page: usize, top: f64) {
        let mut y = top;
        self.rule(y, 0.8, 0.0);
        self.size = layout.size;
        y = self.row(&layout.header, layout, y, BOLD);
        self.rule(y, 0.8, 0.0);
        let range = layout.pages[page].clone();
        if range.is_empty() {
            self.text(&listing.if_empty, SIDE, y - ROW_PADDING - SIZE, REGULAR);
            return;
        }
        let mut before: Option<&str> = None;
        for at in range {
            // A hairline between subjects, the innermost level of the bookmarks.
            let group =
                listing.outline.last().map(|column| listing.rows[layout.rows[at].source].cells[*column].as_str());
            if before.is_some() && before != group {
                self.rule(y, 0.3, 0.6);
            }
            before = group;
            let row = &layout.rows[at];
            y = self.row(row, layout, y, if row.heading { BOLD } else { REGULAR });
        }
        self.rule(y, 0.8, 0.0);
    }

    /// Returns the ordinate below the row.
    fn row(&mut self, row: &SetRow, layout: &SetListing, top: f64, face: FaceIndex) -> f64 {
        let mut x = SIDE;
        for (cell, width) in row.cells.iter().zip(&layout.widths) {
            let mut y = baseline(top, layout.size);
            for line in cell {
                self.text(line, x, y, face);
                y -= layout.leading();
            }
            x += width + layout.gutter;
        }
        top - layout.height(row)
    }

    fn finish(mut self) -> PdfPage {
        self.ops.push(Op::EndTextSection);
        PdfPage::new(Mm::from(pt(WIDTH)), Mm::from(pt(HEIGHT)), self.ops)
    }
}

#[expect(clippy::cast_possible_truncation, reason = "points of a page fit a single-precision number")]
fn pt(x: f64) -> Pt {
    // A hundredth of a point keeps the file small.
    Pt(((x * 100.0).round() / 100.0) as f32)
}
