//! Wraps content of words and numbers into lines of a given width.

use crate::report::display::Inline;
use crate::results::{ResultKey, Style};

use super::svg_metrics::{Weight, text_width};

/// How a number will read, for its width only.
pub type Shown<'a> = &'a dyn Fn(&ResultKey, Option<Style>) -> String;

/// A piece of a line with its width in points.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Words or a number.
    pub inline: Inline,
    /// Width in points.
    pub width: f64,
}

/// A line that fits.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// From left to right.
    pub pieces: Vec<Piece>,
    /// Width in points.
    pub width: f64,
}

/// The type a text is set in.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// Size in points.
    pub size: f64,
    /// Weight.
    pub weight: Weight,
}

impl Type {
    /// Width of a text in points.
    #[must_use]
    pub fn width(self, text: &str) -> f64 {
        text_width(text, self.size, self.weight)
    }
}

/// Breaks `content` into lines no wider than `width` points, at blanks where possible.
///
/// A word wider than a line is broken between characters; a number is never broken.
#[must_use]
pub fn wrap(content: &[Inline], width: f64, face: Type, shown: Shown<'_>) -> Vec<Line> {
    let blank = face.width(" ");
    let mut lines = vec![Line::default()];
    for word in words(content, face, shown) {
        let word_width: f64 = word.iter().map(|piece| piece.width).sum();
        let line = lines.last_mut().expect("invariant: there is always a line");
        if line.pieces.is_empty() && word_width <= width {
            line.take(word);
        } else if !line.pieces.is_empty() && line.width + blank + word_width <= width {
            line.push(Piece { inline: Inline::text(" "), width: blank });
            line.take(word);
        } else if word_width <= width {
            let mut next = Line::default();
            next.take(word);
            lines.push(next);
        } else {
            break_word(&mut lines, word, width, face);
        }
    }
    if lines.len() > 1 && lines.last().is_some_and(|line| line.pieces.is_empty()) {
        lines.pop();
    }
    lines
}

impl Line {
    fn take(&mut self, word: Vec<Piece>) {
        for piece in word {
            self.push(piece);
        }
    }

    /// Adds a piece; text joins the text before it.
    fn push(&mut self, piece: Piece) {
        self.width += piece.width;
        if let (Some(Piece { inline: Inline::Text(before), width }), Inline::Text(more)) =
            (self.pieces.last_mut(), &piece.inline)
        {
            before.push_str(more);
            *width += piece.width;
            return;
        }
        self.pieces.push(piece);
    }
}

/// Pieces that must not be parted by a blank, such as `(n=` number `)`.
fn words(content: &[Inline], face: Type, shown: Shown<'_>) -> Vec<Vec<Piece>> {
    let mut words: Vec<Vec<Piece>> = Vec::new();
    let mut open = false;
    for inline in content {
        match inline {
            Inline::Number { key, style } => {
                let piece = Piece { inline: inline.clone(), width: face.width(&shown(key, *style)) };
                join(&mut words, open, piece);
                open = true;
            }
            Inline::Text(text) => {
                let mut rest = text.as_str();
                while !rest.is_empty() {
                    let end = rest.find(breaks).unwrap_or(rest.len());
                    let (word, tail) = rest.split_at(end);
                    if !word.is_empty() {
                        join(&mut words, open, Piece { inline: Inline::text(word), width: face.width(word) });
                        open = true;
                    }
                    let after = tail.trim_start_matches(breaks);
                    open &= after.len() == tail.len();
                    rest = after;
                }
            }
        }
    }
    words
}

/// White space at which a line may end; a no-break space is none.
fn breaks(c: char) -> bool {
    c.is_whitespace() && !matches!(c, '\u{a0}' | '\u{202f}' | '\u{2007}')
}

fn join(words: &mut Vec<Vec<Piece>>, open: bool, piece: Piece) {
    match words.last_mut() {
        Some(word) if open => word.push(piece),
        _ => words.push(vec![piece]),
    }
}

/// Spreads a word over lines, piece by piece, text by characters.
fn break_word(lines: &mut Vec<Line>, word: Vec<Piece>, width: f64, face: Type) {
    if !lines.last().is_some_and(|line| line.pieces.is_empty()) {
        lines.push(Line::default());
    }
    for piece in word {
        match piece.inline {
            Inline::Text(text) => {
                for c in text.chars() {
                    let letter = c.to_string();
                    let letter = Piece { width: face.width(&letter), inline: Inline::Text(letter) };
                    place(lines, letter, width);
                }
            }
            Inline::Number { .. } => place(lines, piece, width),
        }
    }
}

fn place(lines: &mut Vec<Line>, piece: Piece, width: f64) {
    if lines.last().is_some_and(|line| !line.pieces.is_empty() && line.width + piece.width > width) {
        lines.push(Line::default());
    }
    lines.last_mut().expect("invariant: there is always a line").push(piece);
}
