//! Numbers outside tables: those of the flow diagram below the box of their arm, numbers at risk in the row of their
//! arm and below their time, numbers of sentences after the label of their arm.

use super::meaning::Column;
use super::placed::Placement;
use super::tables::At;
use super::words::{Page, Word, lines, phrases, text_of};

/// What tells the arm of a number outside tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    AtRisk,
    Flow,
    Sentence,
}

/// Boxes of the flow diagram: page, left edge, top edge and arm.
pub struct Boxes(Vec<(usize, f64, f64, &'static str)>);

impl Boxes {
    pub fn find(pages: &[Page]) -> Self {
        let mut boxes = Vec::new();
        for (index, page) in pages.iter().enumerate() {
            for line in lines(page) {
                for phrase in phrases(page, &line) {
                    let label = phrase.text.strip_prefix("Allocated to ").and_then(|rest| rest.split(" (n=").next());
                    if let Some(Column::Arm(arm)) = label.map(Column::of) {
                        boxes.push((index, phrase.left, page[phrase.words[0]].top, arm));
                    }
                }
            }
        }
        Self(boxes)
    }

    /// The arm of the box that a word stands in or below.
    fn arm(&self, page: usize, word: &Word) -> Option<&'static str> {
        let above =
            self.0.iter().filter(|(of, left, top, _)| *of == page && *left < word.right && *top - 1.0 < word.top);
        above.max_by(|a, b| a.1.total_cmp(&b.1)).map(|one| one.3)
    }
}

/// Where the page says of which arm a number is: how it says so, and what is wrong if the key says otherwise.
pub fn arm_beside(pages: &[Page], boxes: &Boxes, at: At, one: &Placement) -> Option<(Shown, Option<String>)> {
    let page = &pages[at.0];
    let word = &page[at.1];
    let lines = lines(page);
    let index = lines.iter().position(|line| line.contains(&at.1))?;
    let line = &lines[index];
    let (analysis, factors) = one.key.split_once('[')?;
    let is_of = |factor: &str| factors.trim_end_matches(']').split(',').any(|one| one == factor);
    let judge = |right: bool, said: String| {
        let fault = || format!("page {}: {} `{}` is shown as of {said}", at.0 + 1, one.key, one.text);
        (!right).then(fault)
    };
    if analysis.ends_with(".n_risk") {
        let axis = (1..index).rev().find(|at| text_of(page, &lines[*at]).starts_with("Time ("))? - 1;
        let mark = lines[axis].iter().find(|mark| (page[**mark].centre() - word.centre()).abs() < 1.0);
        let time = mark.map_or("no time", |mark| page[*mark].text.as_str());
        let row = Column::of(&page[line[0]].text);
        let right = is_of(&format!("arm={}", row.arm())) && is_of(&format!("time={time}"));
        return Some((Shown::AtRisk, judge(right, format!("{row:?} at {time}"))));
    }
    if analysis.starts_with("flow:") && factors.contains("arm=") && boxes.0.iter().any(|of| of.0 == at.0) {
        let arm = boxes.arm(at.0, word).unwrap_or("no arm");
        return Some((Shown::Flow, judge(is_of(&format!("arm={arm}")), arm.to_owned())));
    }
    let position = line.iter().position(|other| *other == at.1)?;
    let before = match position.checked_sub(1) {
        Some(before) => line[before],
        None => *lines[index.checked_sub(1)?].last()?,
    };
    let Column::Arm(arm) = Column::of(&page[before].text) else { return None };
    Some((Shown::Sentence, judge(is_of(&format!("arm={arm}")), arm.to_owned())))
}
