//! Draws findings: in full, on one line, or as JSON; folds many alike; masks values on request.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::base::diagnostic::{Diagnostic, Place};

use super::emit_full::draw_full;
use super::emit_json::draw_json;

/// Findings alike that are drawn before the rest is counted.
const ALIKE: usize = 10;

/// How findings are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drawing {
    /// With an excerpt of the file.
    Full,
    /// One line each.
    Short,
    /// One JSON object a line; never folded.
    Json,
}

/// How findings look.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// Form.
    pub drawing: Drawing,
    /// Whether to colour.
    pub colour: bool,
    /// Whether to draw all of many alike.
    pub all: bool,
    /// Whether to mask values and subject ids.
    pub mask: bool,
}

/// The findings as text, in the order in which they were found.
#[must_use]
pub fn draw(findings: &[Diagnostic], look: &Look) -> String {
    let masked: Vec<Diagnostic>;
    let findings = if look.mask {
        masked = findings.iter().map(mask).collect();
        &masked
    } else {
        findings
    };
    if look.drawing == Drawing::Json {
        return findings.iter().map(draw_json).collect();
    }
    let mut totals: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        *totals.entry(kind(finding)).or_default() += 1;
    }
    let mut drawn: BTreeMap<String, usize> = BTreeMap::new();
    let mut text = String::new();
    for finding in findings {
        let kind = kind(finding);
        let total = totals[&kind];
        let drawn = drawn.entry(kind).or_default();
        *drawn += 1;
        if look.all || *drawn <= ALIKE {
            match look.drawing {
                Drawing::Full => text.push_str(&draw_full(finding, look.colour)),
                _ => text.push_str(&draw_short(finding)),
            }
        }
        if !look.all && *drawn == ALIKE + 1 {
            let more = total - ALIKE;
            let separator = if look.drawing == Drawing::Full { "\n" } else { "" };
            let _ = writeln!(text, "and {more} more {} like this; `--all` shows them{separator}", finding.code.id);
        }
    }
    text
}

/// `dm.xlsx:DM!D5: error[DAT-004]: message`.
fn draw_short(d: &Diagnostic) -> String {
    let place = match &d.place {
        Place::Nowhere => String::new(),
        Place::Cell(cell) => format!("{}:{}!{}: ", cell.file, cell.sheet, cell.address),
        other => format!("{other}: "),
    };
    format!("{place}{}[{}]: {}\n", d.severity, d.code.id, d.message)
}

/// Findings of one kind say the same of different values: what stands in quotes, numbers and subjects are left out.
fn kind(d: &Diagnostic) -> String {
    let mut kind = format!("{}{}", d.code.id, d.severity);
    let file = match &d.place {
        Place::Cell(cell) => format!("{}!{}", cell.file, cell.sheet),
        Place::Text { source, .. } => source.name.clone(),
        _ => String::new(),
    };
    kind.push_str(&file);
    kind.push_str(&replace_values(&d.message, "_").replace(|c: char| c.is_ascii_digit(), ""));
    kind
}

/// The finding with what stands in quotes and after "subject" masked, where it speaks of data.
fn mask(d: &Diagnostic) -> Diagnostic {
    let prefix = d.code.id.split('-').next().unwrap_or_default();
    let data = matches!(prefix, "INP" | "DAT" | "POP" | "LCK" | "OUT") || matches!(d.place, Place::Cell(_));
    let masked = |text: &str| if data { replace_values(text, "***") } else { replace_subjects(text, "***") };
    Diagnostic {
        message: masked(&d.message),
        labels: d.labels.iter().map(|(place, text)| (place.clone(), masked(text))).collect(),
        hints: d.hints.iter().map(|hint| masked(hint)).collect(),
        ..d.clone()
    }
}

fn replace_values(text: &str, with: &str) -> String {
    replace_subjects(&replace_quoted(text, with), with)
}

/// What stands between backticks or double quotes, replaced.
fn replace_quoted(text: &str, with: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find(['`', '"']) {
        let quote = &rest[open..=open];
        let Some(length) = rest[open + 1..].find(quote) else { break };
        out.push_str(&rest[..=open]);
        out.push_str(with);
        out.push_str(quote);
        rest = &rest[open + 1 + length + 1..];
    }
    out.push_str(rest);
    out
}

/// The words after "subject" or "subjects", up to a word without a digit, replaced.
fn replace_subjects(text: &str, with: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut naming = false;
    for word in text.split(' ') {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let is_id = naming && bare.chars().any(|c| c.is_ascii_digit());
        naming =
            is_id || matches!(bare.to_ascii_lowercase().as_str(), "subject" | "subjects") || (naming && bare == "and");
        out.push(if is_id { word.replace(bare, with) } else { word.to_owned() });
    }
    out.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_masked() {
        assert_eq!(
            replace_values("AGE is not a number: `6I` (\"x y\")", "***"),
            "AGE is not a number: `***` (\"***\")"
        );
        assert_eq!(replace_values("an open ` stays", "***"), "an open ` stays");
        let text = "subjects DE-01, DE-02 and DE-03 have two ends; subject S1";
        assert_eq!(replace_subjects(text, "***"), "subjects ***, *** and *** have two ends; subject ***");
    }
}
