//! The clinical study report before any format: what each section of ICH E3 holds, or why it is empty.

use std::collections::BTreeSet;

use indexmap::IndexMap;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place};
use crate::base::suggest::did_you_mean;

use super::csr_sections::{E3Section, Filler, SECTIONS};
use super::display::{CellContent, CurveFigure, DisplayTable, FlowFigure, Inline};

/// Everything the report is made of, filled by the pipeline.
#[derive(Clone, Debug, Default)]
pub struct CsrInput {
    /// Full title of the study.
    pub title: String,
    /// Protocol code, on every page.
    pub protocol_code: String,
    /// Sponsor.
    pub sponsor: String,
    /// Lines of the title page after the title: label and content, in order.
    pub title_page: Vec<(String, CellContent)>,
    /// Statement on Good Clinical Practice and archiving (ICH E3, section 1).
    pub gcp_statement: String,
    /// Date of the report, ISO.
    pub report_date: String,
    /// Id of the lock.
    pub lock_id: String,
    /// Id of the run.
    pub run_id: String,
    /// Whether every page says DRAFT.
    pub draft: bool,
    /// A notice on every page, such as that the data are synthetic.
    pub notice: Option<String>,
    /// Abbreviation and meaning.
    pub abbreviations: Vec<(String, String)>,
    /// Section 15.
    pub references: Vec<String>,
    /// Who signs: role and name; an empty name leaves a line.
    pub signatures: Vec<Signature>,
    /// Content by section number.
    pub sections: IndexMap<String, SectionContent>,
    /// Whether pages are US letter instead of A4.
    pub us_letter: bool,
    /// Font families in order of preference; empty for the built-in serif.
    pub fonts: Vec<String>,
}

/// One who signs the report.
#[derive(Clone, Debug, Default)]
pub struct Signature {
    /// Role, such as "Coordinating investigator".
    pub role: String,
    /// Name and affiliation.
    pub name: String,
}

/// Why a section is as it is (ICH E3 asks for a reason where something is left out).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum SectionState {
    /// Filled.
    #[default]
    Derived,
    /// The data were collected and hold no such case; the sentence names the denominator.
    DerivedZero {
        /// "No deaths were reported in the safety set (N=…)."
        sentence: CellContent,
    },
    /// The study did not collect such data.
    NotCollected {
        /// Why.
        reason: String,
    },
    /// The section does not apply to the study.
    NotApplicable {
        /// Why.
        reason: String,
    },
    /// A person has to write it.
    WriterPending {
        /// Who.
        owner: String,
    },
    /// The document is not there.
    AttachmentMissing {
        /// Why; without a reason the final report is blocked.
        reason: Option<String>,
    },
}

/// What a section holds.
#[derive(Clone, Debug, Default)]
pub struct SectionContent {
    /// Its state.
    pub state: SectionState,
    /// Its blocks; they may stand beside a pending text.
    pub blocks: Vec<Block>,
}

/// A block of a section.
#[derive(Clone, Debug)]
pub enum Block {
    /// Words and numbers.
    Paragraph(CellContent),
    /// A small heading that is not in the contents.
    Subheading(String),
    /// The writer's Markdown.
    Prose {
        /// Text with `{{num}}` tokens.
        markdown: String,
        /// Its file, for messages.
        file: String,
    },
    /// A table.
    Table(Box<DisplayTable>),
    /// Step curves; the series are in the store.
    Curve(Box<CurveFigure>),
    /// The participant flow.
    Flow(Box<FlowFigure>),
    /// Labels and contents, in two columns.
    KeyValues(Vec<(String, CellContent)>),
    /// Bullets.
    List(Vec<CellContent>),
    /// Numbered items.
    Numbered(Vec<CellContent>),
    /// "See Table 14.1.1, Listing 16.2.1": kind and number; linked where the report holds the target.
    See(Vec<(String, String)>),
}

/// A section ready for rendering.
#[derive(Clone, Debug)]
pub struct CsrSection {
    /// Number, title, filler.
    pub section: &'static E3Section,
    /// Its state.
    pub state: SectionState,
    /// Its blocks.
    pub blocks: Vec<Block>,
}

/// The whole report.
#[derive(Clone, Debug)]
pub struct CsrDocument {
    /// What was given, without the sections.
    pub input: CsrInput,
    /// Every section of ICH E3 in order.
    pub sections: Vec<CsrSection>,
    /// Sections a person still has to fill: number and who or what is missing.
    pub pending: Vec<(String, String)>,
    /// Numbers of the displays the report holds.
    pub displays: BTreeSet<String>,
}

/// Puts the contents into the tree of ICH E3; a section nobody filled is pending, never dropped.
///
/// Reports contents for numbers that ICH E3 does not have (CFG-003) and, with `is_final`, every
/// pending section as an error (RPT-003), else as a note.
pub fn compose(mut input: CsrInput, is_final: bool, sink: &mut Diagnostics) -> CsrDocument {
    let mut given = std::mem::take(&mut input.sections);
    let mut sections = Vec::with_capacity(SECTIONS.len());
    let mut pending = Vec::new();
    for section in SECTIONS {
        let content = given.shift_remove(section.number).unwrap_or_else(|| default_content(section, &input));
        match &content.state {
            SectionState::WriterPending { owner } => pending.push((section.number.to_owned(), owner.clone())),
            SectionState::AttachmentMissing { reason: None } => {
                pending.push((section.number.to_owned(), "attachment without a reason".to_owned()));
            }
            _ => {}
        }
        sections.push(CsrSection { section, state: content.state, blocks: content.blocks });
    }
    for number in given.keys() {
        sink.error(&codes::CFG_003, Place::Nowhere, format!("ICH E3 has no section `{number}`"))
            .hint(did_you_mean(number, SECTIONS.iter().map(|section| section.number)));
    }
    for (number, what) in &pending {
        let title = super::csr_sections::find(number).map_or("", |section| section.title);
        let message = format!("section {number} {title}: to be written ({what})");
        let reported = if is_final {
            sink.error(&codes::RPT_003, Place::Nowhere, message)
        } else {
            sink.note(&codes::RPT_003, Place::Nowhere, message)
        };
        reported.hint(format!("write text/{number}.md, or give a state and reason under `sections` in report.yaml"));
    }
    let blocks = sections.iter().flat_map(|section| &section.blocks);
    let displays = blocks.filter_map(|block| match block {
        Block::Table(table) => Some(table.id.clone()),
        Block::Curve(figure) => Some(figure.id.clone()),
        Block::Flow(figure) => Some(figure.id.clone()),
        _ => None,
    });
    let displays = displays.collect();
    CsrDocument { input, sections, pending, displays }
}

/// What stands in a section that was given no content.
fn default_content(section: &E3Section, input: &CsrInput) -> SectionContent {
    let state = match (section.filler, section.number) {
        (Filler::Heading, _) | (_, "1" | "3") => SectionState::Derived,
        (_, "4") if !input.abbreviations.is_empty() => SectionState::Derived,
        (_, "15") if !input.references.is_empty() => SectionState::Derived,
        (_, "16.1.5") if !input.signatures.is_empty() => SectionState::Derived,
        (Filler::Attachment, _) => SectionState::AttachmentMissing { reason: None },
        (Filler::Data, _) => SectionState::WriterPending { owner: "statistician".to_owned() },
        (Filler::Writer | Filler::Plan | Filler::Program, _) => {
            SectionState::WriterPending { owner: "medical writer".to_owned() }
        }
    };
    SectionContent { state, blocks: Vec::new() }
}

/// The sentence that stands for a section without content of its own.
#[must_use]
pub fn state_sentence(section: &E3Section, state: &SectionState) -> Option<CellContent> {
    let text = |text: String| Some(vec![Inline::Text(text)]);
    match state {
        SectionState::Derived | SectionState::WriterPending { .. } => None,
        SectionState::DerivedZero { sentence } => Some(sentence.clone()),
        SectionState::NotCollected { reason } => {
            text(format!("Such data were not collected in this study: {}", sentence_end(reason)))
        }
        SectionState::NotApplicable { reason } => text(format!("Not applicable: {}", sentence_end(reason))),
        SectionState::AttachmentMissing { reason: Some(reason) } => {
            text(format!("Appendix {}: not provided – {}", section.number, sentence_end(reason)))
        }
        SectionState::AttachmentMissing { reason: None } => text(format!("Appendix {}: not provided.", section.number)),
    }
}

fn sentence_end(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_stands_and_nothing_is_dropped() {
        let mut input = CsrInput::default();
        input.sections.insert(
            "12.3.1.1".to_owned(),
            SectionContent { state: SectionState::NotApplicable { reason: "none died".to_owned() }, blocks: vec![] },
        );
        input.sections.insert("11.4.9".to_owned(), SectionContent::default());
        let mut sink = Diagnostics::new();
        let document = compose(input, false, &mut sink);
        assert_eq!(document.sections.len(), SECTIONS.len());
        assert_eq!((sink.errors(), sink.all()[0].code.id), (1, "CFG-003"));
        assert!(document.pending.iter().any(|(number, _)| number == "13"));
        assert!(!document.pending.iter().any(|(number, _)| number == "12.3.1.1" || number == "12"));
        let deaths = document.sections.iter().find(|section| section.section.number == "12.3.1.1").expect("there");
        let sentence = state_sentence(deaths.section, &deaths.state);
        assert_eq!(sentence, Some(vec![Inline::text("Not applicable: none died.")]));
    }

    #[test]
    fn a_final_report_with_pending_sections_is_an_error() {
        let mut sink = Diagnostics::new();
        let document = compose(CsrInput::default(), true, &mut sink);
        assert_eq!(sink.errors(), document.pending.len());
        assert!(sink.errors() > 50);
    }
}
