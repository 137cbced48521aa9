//! PDF documents: template to Typst to PDF, with the place of every number on its pages.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};

use super::marks::{MarkClass, mark_at};
use super::pdf_finish::finish;
use super::placement::{DigitClass, Placed, Placer, Spot, check_digits, class_of};
use super::template::{BuiltIn, Engine, Rendered, Target};
pub use super::typst_world::Fonts;
use super::typst_world::{Maker, PageText, typeset};

/// Least size of text in points (FDA PDF specification 4.1: "9-12 pt").
const LEAST_SIZE: f64 = 9.0;

/// Templates of composed PDF documents.
pub static TEMPLATES: BuiltIn = &[
    ("csr/consort.typ.hbs", include_str!("../../templates/csr/consort.typ.hbs")),
    ("csr/contents.typ.hbs", include_str!("../../templates/csr/contents.typ.hbs")),
    ("csr/report.typ.hbs", include_str!("../../templates/csr/report.typ.hbs")),
    ("csr/section.typ.hbs", include_str!("../../templates/csr/section.typ.hbs")),
    ("csr/table.typ.hbs", include_str!("../../templates/csr/table.typ.hbs")),
    ("csr/title_page.typ.hbs", include_str!("../../templates/csr/title_page.typ.hbs")),
    ("shared/blocks.typ.hbs", include_str!("../../templates/shared/blocks.typ.hbs")),
    ("shared/curve.typ.hbs", include_str!("../../templates/shared/curve.typ.hbs")),
    ("shared/flow.typ.hbs", include_str!("../../templates/shared/flow.typ.hbs")),
    ("shared/style.typ.hbs", include_str!("../../templates/shared/style.typ.hbs")),
    ("shared/table.typ.hbs", include_str!("../../templates/shared/table.typ.hbs")),
];

/// A finished PDF.
#[derive(Debug)]
pub struct PdfDocument {
    /// The file.
    pub bytes: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// Where its numbers stand and what its other digits are.
    pub placed: Placed,
}

/// Renders the Typst template at `path` with `view` and typesets it.
///
/// `file` names the output for placements and messages; `ident` fixes the document identifier, so
/// that the same input gives the same bytes. Needs nothing but its arguments.
///
/// # Errors
/// Problems of the template (TPL-001, RPT-001), of typesetting (RND-001), characters without a
/// glyph (RND-004), and numbers that are not on the page as they are in the store (RND-003).
pub fn render_pdf(
    engine: &Engine<'_>,
    fonts: &Fonts,
    path: &str,
    view: Json,
    (file, ident): (&str, &str),
    sink: &mut Diagnostics,
) -> Result<PdfDocument, Stop> {
    let rendered = engine.render(Target::Typst, path, view, sink)?;
    let typeset = typeset(&rendered, fonts, ident, sink)?;
    let mark = sink.mark();
    let placed = place_pages(file, &rendered, &typeset.texts, sink);
    check_digits(&placed, sink);
    sink.check(mark)?;
    let bytes = finish(&typeset.pdf, file, sink)?;
    Ok(PdfDocument { bytes, pages: typeset.pages, placed })
}

/// Every copy of every number with its page and position, and the class of all other digits.
fn place_pages(file: &str, rendered: &Rendered, texts: &[PageText], sink: &mut Diagnostics) -> Placed {
    let mut placer = Placer::new(file, rendered);
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut smallest: Option<&PageText> = None;
    for text in texts {
        if smallest.is_none_or(|known| text.size < known.size) && !text.text.trim().is_empty() {
            smallest = Some(text);
        }
        let spot = Spot::Page { page: text.page, x: text.x, y: text.y };
        let mark = if text.maker == Maker::Unknown { None } else { mark_at(&rendered.marks, text.source.start) };
        match mark.map(|mark| (mark, class_of(&mark.class))) {
            Some((mark, None)) => {
                seen.insert(mark.range.start);
                if letters(&text.text) != letters(&mark.text) {
                    let message = format!("{spot} of {file} shows `{}` for `{}`", text.text, mark.text);
                    sink.error(&codes::RND_003, rendered.template_place(mark.range.start), message);
                }
                placer.number(mark, &spot);
            }
            Some((_, class)) => placer.digits(&text.text, class, &spot),
            None => placer.digits(&text.text, maker_class(text), &spot),
        }
    }
    if let Some(text) = smallest.filter(|text| text.size < LEAST_SIZE - 0.01) {
        let place =
            if text.maker == Maker::Unknown { Place::Nowhere } else { rendered.template_place(text.source.start) };
        let message = format!("`{}` on page {} of {file} is set in {:.1} pt", text.text, text.page, text.size);
        sink.warning(&codes::RND_001, place, message).hint("regulators ask for 9 to 12 pt");
    }
    for mark in &rendered.marks {
        let is_number = matches!(mark.class, MarkClass::Number { .. } | MarkClass::Series { .. });
        // A number in a literal without quotes of its own is part of a text equivalent.
        if is_number && !seen.contains(&mark.range.start) && !rendered.marked(mark).starts_with('"') {
            placer.number(mark, &Spot::Alternative);
        } else if is_number && !seen.contains(&mark.range.start) {
            let message = format!("`{}` was written into the document and stands on no page of {file}", mark.text);
            sink.error(&codes::RND_003, rendered.template_place(mark.range.start), message);
        }
    }
    placer.finish()
}

/// Class of digits that stand under no mark.
fn maker_class(text: &PageText) -> Option<DigitClass> {
    match text.maker {
        Maker::Text => None,
        Maker::Code => Some(DigitClass::Structural),
        // Page numbers of the contents and numbers of list items are set by the typesetter itself.
        Maker::Unknown if is_ordinal(&text.text) => Some(DigitClass::Structural),
        Maker::Unknown => Some(DigitClass::Unclassified),
    }
}

/// `12`, `3.` or `(4)`: a page or an item.
fn is_ordinal(text: &str) -> bool {
    let core = text.trim().trim_start_matches('(').trim_end_matches(['.', ')']);
    (1..=5).contains(&core.len()) && core.bytes().all(|b| b.is_ascii_digit())
}

/// A text without blanks: lines are broken at them.
fn letters(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::number_profile::REGULATORY;
    use super::super::template::TemplateSet;
    use super::*;
    use crate::base::diagnostic::Diagnostic;
    use crate::results::{Lineage, NewResult, ResultKey, ResultStore, Style};
    use serde_json::json;

    const HEAD: &str =
        "#set document(title: \"T\", date: datetime(year: 2026, month: 2, day: 16))\n#set text(lang: \"en\")\n";

    fn render(body: &str) -> Result<PdfDocument, Vec<Diagnostic>> {
        let text: &'static str = Box::leak(format!("{HEAD}{body}").into_boxed_str());
        let list: BuiltIn = Box::leak(vec![("t.typ", text)].into_boxed_slice());
        let set = TemplateSet::built_in(&[list]);
        let mut store = ResultStore::new();
        for (key, value) in [("a:x", 12.34), ("a:y", -0.5)] {
            let key = ResultKey::parse(key).expect("a key");
            let about = NewResult { style: Some(Style::Decimals(1)), ..NewResult::default() };
            store.sink().real(key, value, Lineage::default(), about);
        }
        let mut sink = Diagnostics::new();
        let fonts = Fonts::new(&[], &mut sink).expect("embedded fonts");
        let view = json!({ "text": "Day 7", "cjk": "\u{6F22}", "alt": [{ "text": "n = " }, { "num": "a:x" }] });
        let engine = Engine::new(&set, &store, &REGULATORY);
        render_pdf(&engine, &fonts, "t.typ", view, ("t.pdf", "t"), &mut sink).map_err(|_| sink.all().to_vec())
    }

    fn classes(document: &PdfDocument) -> Vec<(DigitClass, &str)> {
        document.placed.digits.iter().map(|run| (run.class, run.text.as_str())).collect()
    }

    #[test]
    fn every_copy_of_a_number_has_its_page() {
        let body = "#table(columns: 1, table.header[{{num \"a:x\"}}], ..range(90).map(_ => [x]))\n{{num \"a:y\"}}";
        let document = render(body).expect("renders");
        assert!(document.pages >= 2);
        let placed: Vec<(&str, &str, &str)> = document
            .placed
            .placements
            .iter()
            .map(|p| (p.place.split(" x").next().unwrap_or(""), p.key.as_str(), p.text.as_str()))
            .collect();
        let last = format!("page {}", document.pages);
        assert_eq!(placed[..2], [("page 1", "a:x", "12.3"), ("page 2", "a:x", "12.3")]);
        assert_eq!(placed[document.pages], (last.as_str(), "a:y", "\u{2212}0.5"));
    }

    #[test]
    fn other_digits_are_classified() {
        let body = "#set page(footer: context counter(page).display())\n= Table 3\n{{text}} #{40 + 2} E6 17\n\n+ one";
        let document = render(body).expect("renders");
        use DigitClass::{Configured, Structural, Typed};
        let expected = [
            (Structural, "3"),
            (Configured, "7"),
            (Structural, "42"),
            (Structural, "E6"),
            (Typed, "17"),
            (Structural, "1."),
            (Structural, "1"),
        ];
        assert_eq!(classes(&document), expected);
    }

    #[test]
    fn numbers_of_a_text_equivalent_are_placed() {
        let document = render("#figure(alt: {{plain alt}}, rect())").expect("renders");
        let found = &document.placed.placements[0];
        assert_eq!((found.place.as_str(), found.text.as_str()), ("text equivalent", "12.3"));
    }

    #[test]
    fn same_input_same_bytes_and_opens_with_bookmarks() {
        let body = "= A heading\n{{num \"a:x\"}}";
        let (one, two) = (render(body).expect("renders"), render(body).expect("renders"));
        assert!(one.bytes == two.bytes);
        assert!(one.bytes.starts_with(b"%PDF-1.7"));
        let contains = |needle: &[u8]| one.bytes.windows(needle.len()).any(|window| window == needle);
        assert!(contains(b"UseOutlines") && contains(b"pdfuaid:part") && contains(b"pdfaid:part"));
    }

    #[test]
    fn problems_point_into_the_template() {
        for (body, code, line) in [
            ("a\n#nofunction()", "RND-001", 4),
            ("a\n\n{{cjk}}", "RND-004", 5),
            ("#image(\"x.png\")", "RND-001", 3),
            ("#import \"@preview/a:1.0.0\": b", "RND-001", 3),
            ("= A\n=== C", "RND-001", 4),
            ("#hide[{{num \"a:x\"}}]#figure(rect())", "RND-001", 3),
            ("#let unused = [{{num \"a:x\"}}]", "RND-003", 3),
        ] {
            let problems = render(body).map(|document| document.pages).expect_err(body);
            let first = &problems[0];
            let found = matches!(first.place, Place::Text { line: at, .. } if at == line);
            assert!(first.code.id == code && found, "{body}: {first:?}");
        }
    }
}
