//! The faces of the listings: which glyphs they have, how wide they are, and which face shows a character.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use lopdf::{Dictionary, Stream};
use printpdf::ParsedFont;

/// Which face a piece of text is set in, by its place in [`Faces`].
pub type FaceIndex = usize;

/// Code points whose widths are kept in a dense table.
const DENSE: usize = 0x3000;

/// A face with its widths.
#[derive(Debug)]
struct Face {
    /// Resource name in the PDF.
    name: String,
    font: ParsedFont,
    /// Advance in thousandths of an em by code point; -1 where there is no glyph.
    dense: Vec<i32>,
}

impl Face {
    /// `None` where the bytes are no font.
    fn new(name: &str, bytes: &[u8]) -> Option<Self> {
        let mut font = ParsedFont::from_bytes(bytes, 0, &mut Vec::new())?;
        font.font_name = Some(name.to_owned());
        let mut face = Self { name: name.to_owned(), font, dense: Vec::new() };
        let points = 0..u32::try_from(DENSE).unwrap_or(u32::MAX);
        face.dense = points.map(|point| face.look_up(point).unwrap_or(-1)).collect();
        Some(face)
    }

    fn look_up(&self, point: u32) -> Option<i32> {
        let glyph = self.font.lookup_glyph_index(point).filter(|glyph| *glyph != 0)?;
        let width = self.font.get_glyph_width(glyph)?;
        Some(i32::from(width) * 1000 / i32::from(self.font.units_per_em.max(1)))
    }

    fn advance(&self, c: char) -> Option<i32> {
        match self.dense.get(c as usize) {
            Some(-1) => None,
            Some(width) => Some(*width),
            None => self.look_up(u32::from(c)),
        }
    }
}

/// The faces of a listing: text, bold, and those that stand in for what the text face lacks.
#[derive(Debug)]
pub struct Faces {
    faces: Vec<Face>,
    /// Font programs as they are and compressed: a run embeds the same ones in every listing.
    packed: Mutex<Vec<(Vec<u8>, Vec<u8>)>>,
}

/// Streams of a listing's pages are smaller than this, font programs larger; in bytes.
const FONT_PROGRAM: usize = 100_000;

/// The text face.
pub const REGULAR: FaceIndex = 0;
/// The bold face.
pub const BOLD: FaceIndex = 1;

impl Faces {
    /// The faces built into the program, then the study's own.
    ///
    /// # Errors
    /// The place in `study_fonts` of a font that cannot be read.
    pub fn new(study_fonts: &[(String, Vec<u8>)]) -> Result<Self, usize> {
        let mut faces = built_in();
        for (at, (name, bytes)) in study_fonts.iter().enumerate() {
            faces.push(Face::new(&resource_name(name, at), bytes).ok_or(at)?);
        }
        Ok(Self { faces, packed: Mutex::default() })
    }

    /// The first face that has `c`, the wanted one before all others.
    #[must_use]
    pub fn face_of(&self, c: char, wanted: FaceIndex) -> Option<FaceIndex> {
        if self.faces[wanted].advance(c).is_some() {
            return Some(wanted);
        }
        (0..self.faces.len()).find(|face| *face != BOLD && self.faces[*face].advance(c).is_some())
    }

    /// Advance of `c` in thousandths of an em; 0 where no face has it.
    #[must_use]
    pub fn advance(&self, c: char, wanted: FaceIndex) -> i32 {
        if let Some(width) = self.faces[wanted].advance(c) {
            return width;
        }
        self.face_of(c, wanted).and_then(|face| self.faces[face].advance(c)).unwrap_or(0)
    }

    /// Width of a text in thousandths of its size.
    #[must_use]
    pub fn width(&self, text: &str, wanted: FaceIndex) -> i32 {
        text.chars().map(|c| self.advance(c, wanted)).sum()
    }

    /// The text in stretches of one face each.
    #[must_use]
    pub fn split<'t>(&self, text: &'t str, wanted: FaceIndex) -> Vec<(FaceIndex, &'t str)> {
        let mut parts: Vec<(FaceIndex, &'t str)> = Vec::new();
        let (mut start, mut current) = (0, wanted);
        for (at, c) in text.char_indices() {
            let face = self.face_of(c, wanted).unwrap_or(wanted);
            if face != current {
                if at > start {
                    parts.push((current, &text[start..at]));
                }
                (start, current) = (at, face);
            }
        }
        if start < text.len() {
            parts.push((current, &text[start..]));
        }
        parts
    }

    /// Resource name of a face.
    #[must_use]
    pub fn name(&self, face: FaceIndex) -> &str {
        &self.faces[face].name
    }

    /// A font program compressed, `None` for what is none.
    #[must_use]
    pub fn packed(&self, content: &[u8]) -> Option<Vec<u8>> {
        if content.len() < FONT_PROGRAM {
            return None;
        }
        let mut known = self.packed.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, packed)) = known.iter().find(|(program, _)| program == content) {
            return Some(packed.clone());
        }
        let mut stream = Stream::new(Dictionary::new(), content.to_vec());
        stream.compress().ok()?;
        known.push((content.to_vec(), stream.content.clone()));
        Some(stream.content)
    }

    /// The fonts to embed, by resource name.
    #[must_use]
    pub fn fonts(&self) -> BTreeMap<String, ParsedFont> {
        self.faces.iter().map(|face| (face.name.clone(), face.font.clone())).collect()
    }
}

/// Libertinus Serif in two weights, and DejaVu Sans Mono for signs it lacks.
fn built_in() -> Vec<Face> {
    let wanted = [
        ("LibertinusSerif-Regular", "Libertinus Serif", 400),
        ("LibertinusSerif-Bold", "Libertinus Serif", 700),
        ("DejaVuSansMono", "DejaVu Sans Mono", 400),
    ];
    let mut found: Vec<Option<Face>> = wanted.iter().map(|_| None).collect();
    for (font, info) in typst_kit::fonts::embedded() {
        let matches = |(_, family, weight): &(&str, &str, u16)| {
            info.family == *family
                && info.variant.weight.to_number() == *weight
                && info.variant.style == typst::text::FontStyle::Normal
        };
        if let Some(at) = wanted.iter().position(matches) {
            found[at] = Face::new(wanted[at].0, font.data());
        }
    }
    found.into_iter().map(|face| face.expect("invariant: the program embeds its three listing faces")).collect()
}

/// A PDF name of letters and digits, unique by its number.
fn resource_name(name: &str, at: usize) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("Study{at}{letters}")
}
