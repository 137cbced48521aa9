//! Typst: from source text to a PDF and to the place of every digit on its pages.
//!
//! The only file that names the typesetter. It sees one source text, the embedded fonts and the
//! study's fonts; no file, package, network or clock.

use std::collections::BTreeMap;
use std::num::NonZeroU64;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use typst::diag::{FileError, FileResult, Severity, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem, Point, Transform};
use typst::syntax::{FileId, LinkedNode, RootedPath, Source, Span, SyntaxKind, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook, TextItem};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt};
use typst_kit::fonts::FontStore;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop};

use super::template::Rendered;

/// Bytes of source above which a document is long.
const LONG: usize = 50_000;

/// Fonts of the program and of the study.
#[derive(Clone)]
pub struct Fonts {
    store: Arc<FontStore>,
}

impl std::fmt::Debug for Fonts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fonts")
    }
}

impl Fonts {
    /// The embedded fonts and the study's, given as file name and bytes.
    ///
    /// # Errors
    /// Reports a file that is no font (RND-004).
    pub fn new(study: &[(String, Vec<u8>)], sink: &mut Diagnostics) -> Result<Self, Stop> {
        let mark = sink.mark();
        let mut store = FontStore::new();
        for (name, bytes) in study {
            let mut faces = 0;
            for font in Font::iter(Bytes::new(bytes.clone())) {
                let info = font.info().clone();
                store.push((font, info));
                faces += 1;
            }
            if faces == 0 {
                let place = Place::File(name.clone());
                sink.error(&codes::RND_004, place, "the file is no OpenType or TrueType font");
            }
        }
        store.extend(typst_kit::fonts::embedded());
        sink.check(mark)?;
        Ok(Self { store: Arc::new(store) })
    }
}

/// What a digit's glyph was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maker {
    /// Text that stands in the source.
    Text,
    /// Code: counters, page numbers, numbering.
    Code,
    /// Nothing in the source that could be named.
    Unknown,
}

/// A stretch of text on a page that came from one place of the source.
#[derive(Clone, Debug)]
pub struct PageText {
    /// One-based page.
    pub page: usize,
    /// Left end in points from the left edge.
    pub x: f64,
    /// Baseline in points from the top edge.
    pub y: f64,
    /// Width in points.
    pub width: f64,
    /// Size in points.
    pub size: f64,
    /// The text.
    pub text: String,
    /// Bytes of the source it came from.
    pub source: Range<usize>,
    /// What made it.
    pub maker: Maker,
}

/// A finished document.
#[derive(Debug)]
pub struct Typeset {
    /// The PDF before finishing.
    pub pdf: Vec<u8>,
    /// Number of pages.
    pub pages: usize,
    /// Every stretch of text that holds digits, page by page.
    pub texts: Vec<PageText>,
}

/// Typesets a rendered Typst source as PDF/A-2a and PDF/UA-1; `ident` fixes the document identifier.
///
/// # Errors
/// Reports what the typesetter refuses (RND-001) and characters without a glyph (RND-004), at the
/// line of the template that wrote them.
pub fn typeset(rendered: &Rendered, fonts: &Fonts, ident: &str, sink: &mut Diagnostics) -> Result<Typeset, Stop> {
    let world = SourceWorld::new(&rendered.text, fonts);
    let compiled = typst::compile(&world);
    for warning in &compiled.warnings {
        report(warning, &world, rendered, sink);
    }
    let document = match compiled.output {
        Ok(document) => document,
        Err(errors) => {
            let mark = sink.mark();
            for error in &errors {
                report(error, &world, rendered, sink);
            }
            return Err(sink.check(mark).expect_err("invariant: a failed compilation has errors"));
        }
    };
    // The memoised layouts of a long document are most of its memory and of no use any more. Those of short ones
    // are left: giving them back would take from a long document that another thread is laying out.
    if rendered.text.len() > LONG {
        typst::comemo::evict(0);
    }
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]);
    let options = PdfOptions {
        ident: Smart::Custom(ident.to_owned()),
        creator: Smart::Custom(Some("tracelock".to_owned())),
        standards: standards.expect("invariant: A-2a and UA-1 go together"),
        ..PdfOptions::default()
    };
    let exported = typst_pdf::pdf(&document, &options);
    let mut walk = Walk::new(&world.source);
    for (index, page) in document.pages().iter().enumerate() {
        walk.page = index + 1;
        walk.frame(&page.frame, Transform::identity());
        walk.flush();
    }
    let mark = sink.mark();
    for (text, at) in &walk.missing {
        let place = at.map_or(Place::Nowhere, |at| rendered.template_place(at));
        sink.error(&codes::RND_004, place, format!("no font has a glyph for `{text}` ({})", code_points(text)))
            .hint("put a font that has it into the study's `fonts` folder");
    }
    // The exporter refuses such characters too, with less to go by.
    sink.check(mark)?;
    let pages = document.pages().len();
    exported.map(|pdf| Typeset { pdf, pages, texts: walk.texts }).map_err(|errors| {
        for error in &errors {
            report(error, &world, rendered, sink);
        }
        sink.check(mark).expect_err("invariant: a failed export has errors")
    })
}

/// Reports what Typst says, at the line of the template.
fn report(diagnostic: &SourceDiagnostic, world: &SourceWorld<'_>, rendered: &Rendered, sink: &mut Diagnostics) {
    // What goes wrong inside a function of the template is shown where the function was called as well.
    let place_of =
        |range: Option<Range<usize>>| range.map_or(Place::Nowhere, |range| rendered.template_place(range.start));
    let place = place_of(world.range(diagnostic.span));
    let message = format!("typesetting: {}", diagnostic.message);
    // A fault inside a loop of the template is found once for every turn.
    if sink.all().iter().any(|known| known.message == message && known.place == place) {
        return;
    }
    let reported = match diagnostic.severity {
        Severity::Error => sink.error(&codes::RND_001, place, message),
        Severity::Warning => sink.warning(&codes::RND_001, place, message),
    };
    for point in &diagnostic.trace {
        let place = place_of(world.range(point.span));
        if place != Place::Nowhere {
            reported.label(place, point.v.to_string());
        }
    }
    for hint in &diagnostic.hints {
        reported.hint(hint.v.to_string());
    }
}

fn code_points(text: &str) -> String {
    text.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect::<Vec<_>>().join(" ")
}

/// One source text, fonts, and nothing else.
struct SourceWorld<'f> {
    library: &'static LazyHash<Library>,
    fonts: &'f FontStore,
    source: Source,
}

impl<'f> SourceWorld<'f> {
    fn new(text: &str, fonts: &'f Fonts) -> Self {
        static LIBRARY: OnceLock<LazyHash<Library>> = OnceLock::new();
        let path = VirtualPath::new("main.typ").expect("invariant: a plain file name is a path");
        let id = FileId::new(RootedPath::new(VirtualRoot::Project, path));
        Self {
            library: LIBRARY.get_or_init(|| LazyHash::new(Library::default())),
            fonts: &fonts.store,
            source: Source::new(id, text.to_owned()),
        }
    }
}

impl World for SourceWorld<'_> {
    fn library(&self) -> &LazyHash<Library> {
        self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.source.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.source.id() { Ok(self.source.clone()) } else { Err(refusal()) }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(refusal())
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        // A document that says when it was made could not be made again with the same bytes.
        None
    }
}

fn refusal() -> FileError {
    FileError::Other(Some("a template may not read files or packages".into()))
}

/// Notes every node of the syntax tree by its span: looking spans up one by one takes a time that
/// grows with the square of a long table.
fn note_nodes(node: &LinkedNode<'_>, nodes: &mut BTreeMap<NonZeroU64, (Range<usize>, Maker)>) {
    let literal = matches!(
        node.kind(),
        SyntaxKind::Str
            | SyntaxKind::Text
            | SyntaxKind::Raw
            | SyntaxKind::RawTrimmed
            | SyntaxKind::Escape
            | SyntaxKind::Shorthand
            | SyntaxKind::SmartQuote
            | SyntaxKind::MathText
            | SyntaxKind::Link
    );
    if !node.span().is_detached() {
        nodes.insert(node.span().into_raw(), (node.range(), if literal { Maker::Text } else { Maker::Code }));
    }
    for child in node.children() {
        note_nodes(&child, nodes);
    }
}

/// Collects the texts of the pages.
struct Walk {
    page: usize,
    texts: Vec<PageText>,
    /// Characters without a glyph, with a byte of the source, each once.
    missing: BTreeMap<String, Option<usize>>,
    nodes: BTreeMap<NonZeroU64, (Range<usize>, Maker)>,
    open: Option<(NonZeroU64, u16, PageText)>,
}

impl Walk {
    fn new(source: &Source) -> Self {
        let mut nodes = BTreeMap::new();
        note_nodes(&LinkedNode::new(source.root()), &mut nodes);
        Self { page: 0, texts: Vec::new(), missing: BTreeMap::new(), nodes, open: None }
    }

    fn frame(&mut self, frame: &Frame, transform: Transform) {
        for (position, item) in frame.items() {
            match item {
                FrameItem::Group(group) => {
                    let placed = transform.pre_concat(Transform::translate(position.x, position.y));
                    self.frame(&group.frame, placed.pre_concat(group.transform));
                }
                FrameItem::Text(text) => self.text(text, *position, transform),
                FrameItem::Shape(..) | FrameItem::Image(..) | FrameItem::Link(..) | FrameItem::Tag(_) => {}
            }
        }
    }

    fn text(&mut self, item: &TextItem, position: Point, transform: Transform) {
        let mut pen = position;
        for glyph in &item.glyphs {
            let text = &item.text[glyph.range()];
            let advance = glyph.x_advance.at(item.size);
            let (span, offset) = glyph.span;
            let id = span.into_raw();
            let (source, maker) = self.node(span);
            if glyph.id == 0 {
                let at = (maker != Maker::Unknown).then_some(source.start);
                self.missing.entry(text.to_owned()).or_insert(at);
            }
            match &mut self.open {
                // The same stretch goes on: a later letter of the same literal.
                Some((open, last, run)) if *open == id && offset > *last => {
                    *last = offset;
                    run.text.push_str(text);
                    run.width += advance.to_pt();
                }
                _ => {
                    self.flush();
                    let start = pen.transform(transform);
                    let run = PageText {
                        page: self.page,
                        x: start.x.to_pt(),
                        y: start.y.to_pt(),
                        width: advance.to_pt(),
                        size: item.size.to_pt(),
                        text: text.to_owned(),
                        source,
                        maker,
                    };
                    self.open = Some((id, offset, run));
                }
            }
            pen.x += advance;
        }
    }

    /// The source stretch of a span and what it is.
    fn node(&self, span: Span) -> (Range<usize>, Maker) {
        self.nodes.get(&span.into_raw()).cloned().unwrap_or((0..0, Maker::Unknown))
    }

    fn flush(&mut self) {
        if let Some((_, _, run)) = self.open.take() {
            self.texts.push(run);
        }
    }
}
