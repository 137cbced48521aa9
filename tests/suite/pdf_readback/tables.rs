//! Tables rebuilt from the words of a page: captions, arm headers, row labels with their parents, cells by column.

use std::collections::BTreeMap;

use super::words::{Page, Phrase, lines, phrases, text_of};

/// Cells and headers stand centred: their centres agree to this, in points.
const CENTRE: f64 = 1.5;
/// Rows stand farther in than notes and headings by at least this, in points.
const INSET: f64 = 2.0;
/// Label columns begin within this of the left margin, in points.
const STUB: f64 = 60.0;
/// A sub-row stands this much further in, in points.
const STEP: f64 = 9.0;
/// What tells a sub-row from a row beside it, in points.
const HALF_STEP: f64 = STEP / 2.0;
/// A wrapped label goes on this much further in than it began, in points.
const HANGING: std::ops::Range<f64> = 6.3..7.7;
/// Lines between a caption and the line with the numbers of subjects: title, population, wrapped headers.
const HEADER_LINES: usize = 8;

/// The place of a word: index of the page, index in the page.
pub type At = (usize, usize);

/// A row: its label below the labels it belongs to, and a text for each column.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// From the outermost label to its own.
    pub path: Vec<String>,
    pub cells: Vec<String>,
}

/// A table with a column for each arm, put together again from all pages.
#[derive(Clone, Debug, Default)]
pub struct Table {
    /// Headers of the columns, without that of the labels.
    pub headers: Vec<String>,
    pub rows: Vec<Row>,
    /// The words of its headers and the column of each.
    pub header_words: BTreeMap<At, usize>,
    /// The words of its cells and the column of each.
    pub cell_words: BTreeMap<At, usize>,
    /// Centres of the columns on each page.
    pub centres: BTreeMap<usize, Vec<f64>>,
    /// What stands in the table and is no label, cell or header.
    pub strays: Vec<String>,
}

/// All tables of the report with a number of subjects in their headers, by their number.
pub fn tables(pages: &[Page]) -> BTreeMap<String, Table> {
    let mut found = BTreeMap::new();
    for (index, page) in pages.iter().enumerate() {
        let page = Lines::of(page);
        for at in 0..page.lines.len() {
            if let Some(number) = page.caption(at)
                && let Some(header) = page.header_after(at)
            {
                page.read(index, number, header, &mut found);
            }
        }
    }
    found
}

struct Lines<'p> {
    page: &'p Page,
    lines: Vec<Vec<usize>>,
    margin: f64,
}

impl<'p> Lines<'p> {
    fn of(page: &'p Page) -> Self {
        let margin = page.iter().map(|word| word.left).fold(f64::INFINITY, f64::min);
        Self { page, lines: lines(page), margin }
    }

    fn phrases(&self, at: usize) -> Vec<Phrase> {
        phrases(self.page, &self.lines[at])
    }

    /// The number in `Table 14.1.1 …`, but not in a list of tables with its dots.
    fn caption(&self, at: usize) -> Option<&str> {
        let words: Vec<&str> = self.lines[at].iter().map(|word| self.page[*word].text.as_str()).collect();
        let ["Table", number, rest @ ..] = words.as_slice() else { return None };
        let is_number = number.contains('.') && number.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        (is_number && !rest.contains(&".")).then_some(*number)
    }

    /// The line below a caption in which columns say how many subjects they have.
    fn header_after(&self, caption: usize) -> Option<usize> {
        let last = self.lines.len().min(caption + 1 + HEADER_LINES);
        (caption + 1..last)
            .take_while(|at| self.caption(*at).is_none())
            .find(|at| text_of(self.page, &self.lines[*at]).contains("(N="))
    }

    fn read(&self, page: usize, number: &str, header: usize, found: &mut BTreeMap<String, Table>) {
        let columns: Vec<Phrase> =
            self.phrases(header).into_iter().filter(|phrase| phrase.left > self.margin + STUB).collect();
        let centres: Vec<f64> = columns.iter().map(Phrase::centre).collect();
        let mut headers: Vec<String> = columns.iter().map(|phrase| phrase.text.clone()).collect();
        let mut words: BTreeMap<At, usize> = BTreeMap::new();
        let mut note = |column, phrase: &Phrase| words.extend(phrase.words.iter().map(|word| ((page, *word), column)));
        columns.iter().enumerate().for_each(|(column, phrase)| note(column, phrase));
        // A header of several lines stands on the line with the numbers.
        for at in (0..header).rev() {
            let above = self.phrases(at);
            let Some(of) = above.iter().map(|phrase| column_of(phrase, &centres)).collect::<Option<Vec<_>>>() else {
                break;
            };
            for (column, phrase) in of.into_iter().zip(&above) {
                note(column, phrase);
                headers[column] = format!("{} {}", phrase.text, headers[column]);
            }
        }
        let table = found.entry(number.to_owned()).or_default();
        if table.headers.is_empty() {
            table.headers.clone_from(&headers);
        } else if table.headers != headers {
            table.strays.push(format!("headers {headers:?} after {:?}", table.headers));
        }
        table.header_words.append(&mut words);
        let is_row = |at: &usize| self.page[self.lines[*at][0]].left > self.margin + INSET;
        let mut labels = Labels::after(table.rows.last());
        for at in (header + 1..self.lines.len()).take_while(is_row) {
            let mut label: Option<Phrase> = None;
            let mut cells = vec![String::new(); centres.len()];
            for phrase in self.phrases(at) {
                if label.is_none() && phrase.left < self.margin + STUB {
                    label = Some(phrase);
                } else if let Some(column) = column_of(&phrase, &centres) {
                    table.cell_words.extend(phrase.words.iter().map(|word| ((page, *word), column)));
                    cells[column] = phrase.text;
                } else {
                    table.strays.push(format!("`{}` stands in no column", phrase.text));
                }
            }
            match (label, table.rows.last_mut()) {
                (Some(label), row) => {
                    let is_whole = cells.iter().any(|cell| !cell.is_empty());
                    let inset = label.left - self.margin;
                    match row {
                        Some(row) if !is_whole && labels.go_on(inset, &label.text) => row.path = labels.path(),
                        _ => {
                            labels.push(inset, label.text);
                            table.rows.push(Row { path: labels.path(), cells });
                        }
                    }
                }
                (None, Some(row)) => {
                    for (cell, more) in row.cells.iter_mut().zip(cells).filter(|(_, more)| !more.is_empty()) {
                        *cell = format!("{cell} {more}");
                    }
                }
                (None, None) => table.strays.push(format!("cells without a label: {cells:?}")),
            }
        }
        table.centres.insert(page, centres);
    }
}

/// The labels a row belongs to, each with how far in it stands.
struct Labels(Vec<(f64, String)>);

impl Labels {
    /// Labels go on over a page break.
    fn after(row: Option<&Row>) -> Self {
        let path = row.map(|row| row.path.as_slice()).unwrap_or_default();
        Self(path.iter().enumerate().map(|(depth, label)| (STEP * depth as f64, label.clone())).collect())
    }

    fn push(&mut self, inset: f64, label: String) {
        self.0.retain(|(outer, _)| *outer < inset - HALF_STEP);
        self.0.push((inset, label));
    }

    /// Whether a line without cells is the rest of the label before it, which then is longer by it.
    fn go_on(&mut self, inset: f64, more: &str) -> bool {
        match self.0.last_mut() {
            Some((own, label)) if HANGING.contains(&(inset - *own)) => {
                *label = format!("{label} {more}");
                true
            }
            _ => false,
        }
    }

    fn path(&self) -> Vec<String> {
        self.0.iter().map(|(_, label)| label.clone()).collect()
    }
}

fn column_of(phrase: &Phrase, centres: &[f64]) -> Option<usize> {
    centres.iter().position(|centre| (phrase.centre() - centre).abs() < CENTRE)
}
