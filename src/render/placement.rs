//! Where every number stands in a file, and what every other digit of the file is.

use std::fmt;
use std::ops::Range;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};

use super::marks::{Mark, MarkClass, mark_at};
use super::template::Rendered;

/// A number of the store in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placement {
    /// File name.
    pub file: String,
    /// Where in the file, see [`Spot`].
    pub place: String,
    /// Result key, or the address of a series value.
    pub key: String,
    /// As printed, before escaping.
    pub text: String,
}

/// What digits that are no number of the store are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DigitClass {
    /// From the configuration or the data.
    Configured,
    /// Numbering, pages, axes, dates of the document, names such as `E3`.
    Structural,
    /// Typed by a person into prose or a template: to be confirmed by a reader.
    Typed,
    /// Of unknown origin: a fault, never empty text.
    Unclassified,
}

impl DigitClass {
    /// The word in the audit database.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Configured => "configured",
            Self::Structural => "structural",
            Self::Typed => "typed",
            Self::Unclassified => "unclassified",
        }
    }
}

/// Digits that are no number of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DigitRun {
    /// File name.
    pub file: String,
    /// Where in the file.
    pub place: String,
    /// What they are.
    pub class: DigitClass,
    /// The word that holds the digits.
    pub text: String,
    /// The text around it.
    pub context: String,
}

/// Everything that is known about the digits of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Placed {
    /// Numbers of the store.
    pub placements: Vec<Placement>,
    /// All other digits.
    pub digits: Vec<DigitRun>,
}

impl Placed {
    /// Takes over what another part of the same run has.
    pub fn append(&mut self, mut other: Self) {
        self.placements.append(&mut other.placements);
        self.digits.append(&mut other.digits);
    }
}

/// A place in a file, as it is stored and shown.
#[derive(Clone, Debug, PartialEq)]
pub enum Spot {
    /// Page and position in points from the top left corner; `y` is the baseline.
    Page {
        /// One-based.
        page: usize,
        /// From the left edge.
        x: f64,
        /// From the top edge.
        y: f64,
    },
    /// Text equivalent of a figure: not on a page, read by screen readers.
    Alternative,
    /// Element path of an XML file, `/a/b[2]` or `/a/b[2]/@c`.
    Path(String),
    /// Element id of an HTML page or drawing.
    Element(String),
    /// One-based row and column of delimited text.
    Field {
        /// Row.
        row: usize,
        /// Column.
        column: usize,
    },
    /// One-based line and column of a text.
    Line {
        /// Line.
        line: usize,
        /// Column in characters.
        column: usize,
    },
}

impl fmt::Display for Spot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Page { page, x, y } => write!(f, "page {page} x {x:.1} y {y:.1}"),
            Self::Alternative => f.write_str("text equivalent"),
            Self::Path(path) => f.write_str(path),
            Self::Element(id) => write!(f, "#{id}"),
            Self::Field { row, column } => write!(f, "row {row} column {column}"),
            Self::Line { line, column } => write!(f, "line {line} column {column}"),
        }
    }
}

/// Gathers placements and digit runs of one file.
pub(super) struct Placer<'r> {
    file: String,
    rendered: &'r Rendered,
    placed: Placed,
}

impl<'r> Placer<'r> {
    pub fn new(file: &str, rendered: &'r Rendered) -> Self {
        Self {
            file: file.to_owned(),
            rendered,
            placed: Placed::default(),
        }
    }

    pub fn finish(self) -> Placed {
        self.placed
    }

    /// A number of the store at a spot.
    pub fn number(&mut self, mark: &Mark, spot: &Spot) {
        if let MarkClass::Number { key } | MarkClass::Series { address: key } = &mark.class {
            self.placed.placements.push(Placement {
                file: self.file.clone(),
                place: spot.to_string(),
                key: key.to_string(),
                text: mark.text.clone(),
            });
        }
    }

    /// The words of `text` that hold digits, all of one class.
    pub fn digits(&mut self, text: &str, class: Option<DigitClass>, spot: &Spot) {
        for word in words_with_digits(text) {
            let class = class.unwrap_or_else(|| literal_class(text, &word));
            self.placed.digits.push(DigitRun {
                file: self.file.clone(),
                place: spot.to_string(),
                class,
                text: text[word.clone()].to_owned(),
                context: context(text, &word),
            });
        }
    }

    /// A stretch of the clean text that people can read: its numbers, and the class of all other digits.
    fn stretch(
        &mut self,
        range: Range<usize>,
        literal: Option<DigitClass>,
        spot_at: &dyn Fn(usize) -> Spot,
    ) {
        let rendered = self.rendered;
        let mut at = range.start;
        while at < range.end {
            let mark = mark_at(&rendered.marks, at);
            // Up to the end of this mark or the begin of the next one, whichever comes first.
            let next = rendered
                .marks
                .partition_point(|mark| mark.range.start <= at);
            let limit = rendered
                .marks
                .get(next)
                .map_or(range.end, |mark| mark.range.start)
                .min(range.end);
            let end = mark
                .map_or(limit, |mark| mark.range.end.min(limit))
                .max(at + 1);
            let end = (end..=range.end)
                .find(|end| rendered.text.is_char_boundary(*end))
                .unwrap_or(range.end);
            let text = &rendered.text[at..end];
            match mark {
                Some(mark) => match class_of(&mark.class) {
                    None if mark.range.start == at => self.number(mark, &spot_at(at)),
                    None => {}
                    class => self.digits(text, class, &spot_at(at)),
                },
                None if text.contains(char::is_numeric) => {
                    // Literal text is judged with the words around it.
                    self.digits(text, literal, &spot_at(at));
                }
                None => {}
            }
            at = end;
        }
    }
}

/// The class of digits under a mark; `None` for numbers of the store.
pub(super) fn class_of(class: &MarkClass) -> Option<DigitClass> {
    match class {
        MarkClass::Number { .. } | MarkClass::Series { .. } => None,
        MarkClass::Configured => Some(DigitClass::Configured),
        MarkClass::Structural => Some(DigitClass::Structural),
        MarkClass::Typed => Some(DigitClass::Typed),
    }
}

/// Words (between blanks) that hold a digit.
fn words_with_digits(text: &str) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in text
        .char_indices()
        .chain(std::iter::once((text.len(), ' ')))
    {
        match (c.is_whitespace() || c == '\u{A0}', start) {
            (false, None) => start = Some(at),
            (true, Some(begin)) => {
                if text[begin..at].contains(char::is_numeric) {
                    words.push(begin..at);
                }
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Digits in a template's own words: numbering and names are structural, anything else was typed.
///
/// Structural are `14.3.1`, names such as `E3`, `E6(R3)`, `A-2a`, and what follows a word such as
/// "Table" or "CONSORT".
pub(super) fn literal_class(text: &str, word: &Range<usize>) -> DigitClass {
    const LEADING: &[&str] = &[
        "Annex", "Appendix", "Arm", "CONSORT", "CSR", "Figure", "ICH", "Item", "Listing", "Page",
        "PDF", "Section", "Step", "Table", "XML",
    ];
    let core = text[word.clone()].trim_matches(|c: char| !c.is_alphanumeric());
    let dotted = core.contains('.')
        && core.split('.').all(|part| {
            !part.is_empty() && part.len() <= 2 && part.bytes().all(|b| b.is_ascii_digit())
        });
    let is_section = dotted && core.split('.').count() > 2;
    let is_name = core.starts_with(|c: char| c.is_alphabetic());
    let before = text[..word.start]
        .trim_end()
        .rsplit(|c: char| c.is_whitespace() || c == '(')
        .next()
        .unwrap_or("");
    let follows = LEADING.iter().any(|lead| {
        before.eq_ignore_ascii_case(lead) || before.eq_ignore_ascii_case(&format!("{lead}s"))
    });
    if is_section || is_name || follows {
        DigitClass::Structural
    } else {
        DigitClass::Typed
    }
}

fn context(text: &str, word: &Range<usize>) -> String {
    let from = text[..word.start]
        .char_indices()
        .rev()
        .nth(39)
        .map_or(0, |(at, _)| at);
    let to = text[word.end..]
        .char_indices()
        .nth(40)
        .map_or(text.len(), |(at, _)| word.end + at);
    text[from..to]
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Places the numbers of an XML file: one parse gives each its element path.
///
/// # Errors
/// Reports a file that is not well-formed (RND-001), at the line of the template.
pub fn place_xml(file: &str, rendered: &Rendered, sink: &mut Diagnostics) -> Result<Placed, Stop> {
    place_markup(file, rendered, sink, &|node, _| {
        Spot::Path(element_path(node))
    })
}

/// Places the numbers of a drawing by element id.
///
/// # Errors
/// As [`place_xml`].
pub fn place_svg(file: &str, rendered: &Rendered, sink: &mut Diagnostics) -> Result<Placed, Stop> {
    let mut placed = place_markup(file, rendered, sink, &|node, _| {
        let with_id = node
            .ancestors()
            .find(|ancestor| ancestor.attribute("id").is_some());
        match with_id.and_then(|element| element.attribute("id")) {
            Some(id) => Spot::Element(id.to_owned()),
            None => Spot::Path(element_path(node)),
        }
    })?;
    // Coordinates are not read by anyone.
    placed
        .digits
        .retain(|run| run.class != DigitClass::Structural || !run.place.contains("/@"));
    Ok(placed)
}

fn place_markup(
    file: &str,
    rendered: &Rendered,
    sink: &mut Diagnostics,
    spot: &dyn Fn(roxmltree::Node<'_, '_>, usize) -> Spot,
) -> Result<Placed, Stop> {
    let document = roxmltree::Document::parse(&rendered.text).map_err(|error| {
        let position = error.pos();
        let line_start: usize = rendered
            .text
            .split_inclusive('\n')
            .take(position.row.saturating_sub(1) as usize)
            .map(str::len)
            .sum();
        let at = line_start + position.col.saturating_sub(1) as usize;
        let place = rendered.template_place(at.min(rendered.text.len()));
        sink.error(
            &codes::RND_001,
            place,
            format!("{file} is not well-formed XML: {error}"),
        )
        .stop()
    })?;
    let mut placer = Placer::new(file, rendered);
    for node in document.descendants() {
        if node.is_element() {
            for attribute in node.attributes() {
                let path = Spot::Path(format!("{}/@{}", element_path(node), attribute.name()));
                // Constants of the schema stand in attributes; they are the format's, not a person's.
                placer.stretch(
                    attribute.range_value(),
                    Some(DigitClass::Structural),
                    &|_| path.clone(),
                );
            }
        } else if node.is_text()
            && let Some(parent) = node.parent()
            && !matches!(parent.tag_name().name(), "style" | "script")
        {
            placer.stretch(node.range(), None, &|at| spot(parent, at));
        }
    }
    Ok(placer.finish())
}

/// `/a/b[2]/c`: names without prefix, an index where siblings share the name.
fn element_path(node: roxmltree::Node<'_, '_>) -> String {
    let mut steps: Vec<String> = Vec::new();
    for element in node.ancestors().filter(roxmltree::Node::is_element) {
        let name = element.tag_name().name();
        let same = |sibling: &roxmltree::Node<'_, '_>| {
            sibling.is_element() && sibling.tag_name().name() == name
        };
        let before = element.prev_siblings().skip(1).filter(same).count();
        let after = element.next_siblings().skip(1).filter(same).count();
        steps.push(if before + after == 0 {
            name.to_owned()
        } else {
            format!("{name}[{}]", before + 1)
        });
    }
    steps.reverse();
    format!("/{}", steps.join("/"))
}

/// Places the numbers of an HTML page by the ids that `num` gave them.
#[must_use]
pub fn place_html(file: &str, rendered: &Rendered) -> Placed {
    let text = &rendered.text;
    let mut placer = Placer::new(file, rendered);
    let lines = LineStarts::of(text);
    let spot_at = |at: usize| match id_before(text, at) {
        Some(id) => Spot::Element(id.to_owned()),
        None => lines.spot(at),
    };
    let mut at = 0;
    while at < text.len() {
        let Some(tag) = text[at..].find('<').map(|found| at + found) else {
            placer.stretch(at..text.len(), None, &spot_at);
            break;
        };
        placer.stretch(at..tag, None, &spot_at);
        let skip_to = |end: &str| {
            text[tag..]
                .find(end)
                .map_or(text.len(), |found| tag + found + end.len())
        };
        at = if text[tag..].starts_with("<!--") {
            skip_to("-->")
        } else if text[tag..].starts_with("<style") {
            skip_to("</style>")
        } else if text[tag..].starts_with("<script") {
            skip_to("</script>")
        } else {
            skip_to(">")
        };
    }
    placer.finish()
}

/// The id of the element that opens right before byte `at`.
fn id_before(text: &str, at: usize) -> Option<&str> {
    let tag = text[..at].rfind('<')?;
    let open = &text[tag..at];
    let start = open.find(" id=\"")? + 5;
    let length = open[start..].find('"')?;
    open.ends_with('>').then(|| &open[start..start + length])
}

/// Places the numbers of delimited text by row and column.
#[must_use]
pub fn place_csv(file: &str, rendered: &Rendered) -> Placed {
    let text = &rendered.text;
    let mut placer = Placer::new(file, rendered);
    let (mut row, mut column, mut quoted, mut start) = (1, 1, false, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            b',' | b'\n' if !quoted => {
                placer.stretch(start..at, None, &|_| Spot::Field { row, column });
                start = at + 1;
                (row, column) = if byte == b'\n' {
                    (row + 1, 1)
                } else {
                    (row, column + 1)
                };
            }
            _ => {}
        }
    }
    placer.stretch(start..text.len(), None, &|_| Spot::Field { row, column });
    placer.finish()
}

/// Places the numbers of a plain text by line and column.
#[must_use]
pub fn place_text(file: &str, rendered: &Rendered) -> Placed {
    let mut placer = Placer::new(file, rendered);
    let lines = LineStarts::of(&rendered.text);
    placer.stretch(0..rendered.text.len(), None, &|at| lines.spot(at));
    placer.finish()
}

/// Where the lines of a text begin, so that a place is found without reading the text again.
struct LineStarts<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> LineStarts<'t> {
    fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { text, starts }
    }

    fn spot(&self, at: usize) -> Spot {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts[line - 1];
        Spot::Line {
            line,
            column: self.text[start..at].chars().count() + 1,
        }
    }
}

/// Reports digits of unknown origin: there must be none.
pub fn check_digits(placed: &Placed, sink: &mut Diagnostics) {
    for run in placed
        .digits
        .iter()
        .filter(|run| run.class == DigitClass::Unclassified)
    {
        let place = Place::File(run.file.clone());
        let message = format!(
            "digits of unknown origin at {}: `{}` in `{}`",
            run.place, run.text, run.context
        );
        sink.error(&codes::RND_003, place, message);
    }
}

#[cfg(test)]
mod tests {
    use super::super::number_profile::REGULATORY;
    use super::super::template::{BuiltIn, Engine, Target, TemplateSet};
    use super::*;
    use crate::results::{Lineage, ResultKey, ResultStore};
    use serde_json::json;

    fn rendered(target: Target, text: &'static str) -> Rendered {
        let list: BuiltIn = Box::leak(vec![("t", text)].into_boxed_slice());
        let set = TemplateSet::built_in(&[list]);
        let mut store = ResultStore::new();
        store
            .sink()
            .count(ResultKey::new("a", "n"), Lineage::default());
        store.sink().real(
            ResultKey::new("a", "p"),
            0.0001,
            Lineage::default(),
            crate::results::NewResult::default(),
        );
        let view = json!({ "x": "Day 7 \"a\"" });
        let mut sink = Diagnostics::new();
        Engine::new(&set, &store, &REGULATORY)
            .render(target, "t", &view, &mut sink)
            .expect("renders")
    }

    fn check(placed: &Placed, numbers: &[(&str, &str)], digits: &[(&str, DigitClass, &str)]) {
        let found: Vec<(&str, &str)> = placed
            .placements
            .iter()
            .map(|p| (p.place.as_str(), p.text.as_str()))
            .collect();
        assert_eq!(found, numbers);
        let found: Vec<(&str, DigitClass, &str)> = placed
            .digits
            .iter()
            .map(|run| (run.place.as_str(), run.class, run.text.as_str()))
            .collect();
        assert_eq!(found, digits);
    }

    #[test]
    fn xml_by_element_path() {
        let text = "<r xmlns='u'><a><b v='{{num \"a:n\"}}' w='12'>{{num \"a:p\"}}</b><b>{{x}} 30 Table 2</b></a></r>";
        let placed = place_xml(
            "f.xml",
            &rendered(Target::Xml, text),
            &mut Diagnostics::new(),
        )
        .expect("well-formed");
        use DigitClass::{Configured, Structural, Typed};
        check(
            &placed,
            &[("/r/a/b[1]/@v", "0"), ("/r/a/b[1]", "<0.001")],
            &[
                ("/r/a/b[1]/@w", Structural, "12"),
                ("/r/a/b[2]", Configured, "7"),
                ("/r/a/b[2]", Typed, "30"),
                ("/r/a/b[2]", Structural, "2"),
            ],
        );
    }

    #[test]
    fn broken_xml_points_into_the_template() {
        let mut sink = Diagnostics::new();
        assert!(place_xml("f.xml", &rendered(Target::Xml, "<a>\n<b></a>"), &mut sink).is_err());
        assert_eq!(
            (sink.all()[0].code.id, sink.all()[0].place.to_string()),
            ("RND-001", "templates/t:2:4".to_owned())
        );
    }

    #[test]
    fn html_and_drawing_by_element() {
        let text = "<style>p{margin:3px}</style><p title=\"4\">{{num \"a:n\"}} of {{x}}<!-- 9 --></p>{{num \"a:p\" bare=true}}";
        let placed = place_html("f.html", &rendered(Target::Html, text));
        let (number, line) = (("#n1", "0"), ("line 1 column 118", "<0.001"));
        let class = DigitClass::Configured;
        assert_eq!(placed.placements.len(), 2);
        assert_eq!(
            (
                placed.placements[0].place.as_str(),
                placed.placements[0].text.as_str()
            ),
            number
        );
        assert_eq!(placed.placements[1].text, line.1);
        assert_eq!(
            placed
                .digits
                .iter()
                .map(|run| (run.class, run.text.as_str()))
                .collect::<Vec<_>>(),
            [(class, "7")]
        );

        let text = "<svg><g id='box'><text>n={{num \"a:n\"}}</text></g></svg>";
        let placed = place_svg(
            "f.svg",
            &rendered(Target::Svg, text),
            &mut Diagnostics::new(),
        )
        .expect("well-formed");
        check(&placed, &[("#n1", "0")], &[]);
    }

    #[test]
    fn delimited_text_by_field() {
        let text = "\"a\",\"{{x}}, b\"\n\"x\ny\",\"{{num \"a:p\"}}\"\n";
        let placed = place_csv("f.csv", &rendered(Target::Csv, text));
        check(
            &placed,
            &[("row 2 column 2", "<0.001")],
            &[("row 1 column 2", DigitClass::Configured, "7")],
        );
    }

    #[test]
    fn literal_digits() {
        for (text, class) in [
            ("Table 14", DigitClass::Structural),
            ("see 14.3.1.", DigitClass::Structural),
            ("ICH E6(R3)", DigitClass::Structural),
            ("CONSORT 2025", DigitClass::Structural),
            ("95% CI", DigitClass::Typed),
            ("12.5 mg", DigitClass::Typed),
            ("in 2025", DigitClass::Typed),
        ] {
            let word = words_with_digits(text).remove(0);
            assert_eq!(literal_class(text, &word), class, "{text}");
        }
    }

    #[test]
    fn unknown_origin_is_an_error() {
        let run = DigitRun {
            file: "f".to_owned(),
            place: "page 1".to_owned(),
            class: DigitClass::Unclassified,
            text: "7".to_owned(),
            context: "7".to_owned(),
        };
        let mut sink = Diagnostics::new();
        check_digits(
            &Placed {
                placements: vec![],
                digits: vec![run],
            },
            &mut sink,
        );
        assert_eq!(sink.errors(), 1);
    }
}
