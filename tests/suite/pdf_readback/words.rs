//! Words of a PDF with their boxes, as `pdftotext -bbox-layout` sees them, in lines and phrases.

use std::path::Path;
use std::process::Command;

/// Words farther apart than this, in points, do not belong to one phrase; a blank is about 2 wide.
const PHRASE_GAP: f64 = 5.0;
/// Middles of words of one line differ by less than this, in points.
const LINE_HEIGHT: f64 = 2.5;

/// A word; its box in points from the top left corner of the page.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
    pub text: String,
}

impl Word {
    pub fn centre(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }

    pub fn middle(&self) -> f64 {
        f64::midpoint(self.top, self.bottom)
    }
}

/// The words of a page, in the order of the file.
pub type Page = Vec<Word>;

/// Words of a line that stand together.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    pub left: f64,
    pub right: f64,
    pub text: String,
    /// Indices of the words in the page.
    pub words: Vec<usize>,
}

impl Phrase {
    pub fn centre(&self) -> f64 {
        f64::midpoint(self.left, self.right)
    }
}

/// All pages of a PDF; `None` where `pdftotext` is not installed.
pub fn pages(pdf: &Path) -> Option<Vec<Page>> {
    let output = Command::new("pdftotext").arg("-bbox-layout").arg(pdf).arg("-").output().ok()?;
    assert!(output.status.success(), "pdftotext: {}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("pdftotext writes UTF-8");
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(&text, options).expect("pdftotext writes XHTML");
    let all = document.descendants();
    Some(all.filter(|node| node.tag_name().name() == "page").map(words_of).collect())
}

fn words_of(page: roxmltree::Node) -> Page {
    page.descendants()
        .filter(|node| node.tag_name().name() == "word")
        .map(|node| {
            let side = |name| node.attribute(name).and_then(|text| text.parse().ok()).expect("a side of the box");
            Word {
                left: side("xMin"),
                top: side("yMin"),
                right: side("xMax"),
                bottom: side("yMax"),
                text: node.text().unwrap_or_default().to_owned(),
            }
        })
        .collect()
}

/// The lines of a page from top to bottom, each a list of words from left to right, by their index in the page.
pub fn lines(page: &Page) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..page.len()).collect();
    order.sort_by(|a, b| page[*a].middle().total_cmp(&page[*b].middle()));
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for word in order {
        match lines.last_mut() {
            Some(line) if page[word].middle() - page[line[0]].middle() < LINE_HEIGHT => line.push(word),
            _ => lines.push(vec![word]),
        }
    }
    for line in &mut lines {
        line.sort_by(|a, b| page[*a].left.total_cmp(&page[*b].left));
    }
    lines
}

/// The phrases of a line.
pub fn phrases(page: &Page, line: &[usize]) -> Vec<Phrase> {
    let mut phrases: Vec<Phrase> = Vec::new();
    for index in line {
        let word = &page[*index];
        match phrases.last_mut() {
            Some(phrase) if word.left - phrase.right < PHRASE_GAP => {
                phrase.right = word.right;
                phrase.text.push(' ');
                phrase.text.push_str(&word.text);
                phrase.words.push(*index);
            }
            _ => phrases.push(Phrase {
                left: word.left,
                right: word.right,
                text: word.text.clone(),
                words: vec![*index],
            }),
        }
    }
    phrases
}

/// A line as a person reads it.
pub fn text_of(page: &Page, line: &[usize]) -> String {
    line.iter().map(|word| page[*word].text.as_str()).collect::<Vec<_>>().join(" ")
}
