//! The set of templates, and how one is compiled: with marks that say where its text stands.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use handlebars::template::TemplateElement;
use handlebars::{Handlebars, Template, TemplateError};

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop, TextSource};
use crate::base::suggest::did_you_mean;

use super::helper_print::{lock, text_place};
use super::marks::MarkList;

/// Templates built into the program: path below `templates/` and text.
pub type BuiltIn = &'static [(&'static str, &'static str)];

/// All templates of a run by path; a study's own take the place of built-in ones.
#[derive(Clone, Debug, Default)]
pub struct TemplateSet {
    sources: BTreeMap<String, Arc<TextSource>>,
    /// Templates that were compiled before: documents share them, and compiling takes longer than most rendering.
    compiled: Arc<Mutex<BTreeMap<String, Template>>>,
}

impl TemplateSet {
    /// The templates built into the program.
    #[must_use]
    pub fn built_in(lists: &[BuiltIn]) -> Self {
        let mut set = Self::default();
        for (path, text) in lists.iter().copied().flatten() {
            let source = TextSource { name: format!("templates/{path}"), text: (*text).to_owned() };
            set.sources.insert((*path).to_owned(), Arc::new(source));
        }
        set
    }

    /// Puts a study's own template in place of the built-in one of the same path, or adds the words of a language.
    ///
    /// # Errors
    /// Reports any other path that no built-in template has: it would never be used.
    pub fn replace(&mut self, path: &str, source: Arc<TextSource>, sink: &mut Diagnostics) -> Result<(), Stop> {
        if !self.sources.contains_key(path) && !is_language(path) {
            let hint = did_you_mean(path, self.sources.keys().map(String::as_str));
            let place = Place::File(source.name.clone());
            return Err(sink
                .error(&codes::TPL_001, place, format!("no built-in template has the path `{path}`"))
                .hint(hint)
                .stop());
        }
        self.sources.insert(path.to_owned(), source);
        // A copy of this set may go on with the old template.
        self.compiled = Arc::default();
        Ok(())
    }

    /// The template at a path.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Arc<TextSource>> {
        self.sources.get(path)
    }

    /// The compiled template of a source in this set.
    ///
    /// # Errors
    /// What is wrong with its syntax.
    fn compile(&self, name: &str, source: &TextSource) -> Result<Template, Box<TemplateError>> {
        if let Some(template) = lock(&self.compiled).get(name) {
            return Ok(template.clone());
        }
        let mut registry = Handlebars::new();
        registry.set_prevent_indent(true);
        registry.register_template_string(name, &source.text).map_err(Box::new)?;
        let template = registry.get_template(name).cloned().unwrap_or_default();
        lock(&self.compiled).insert(name.to_owned(), template.clone());
        Ok(template)
    }

    /// All paths.
    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.sources.keys().map(String::as_str)
    }

    /// All templates by path, for the manifest.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &TextSource)> {
        self.sources.iter().map(|(path, source)| (path.as_str(), &**source))
    }
}

/// Whether a file holds the words of a language: `ctis/fr.yaml`.
fn is_language(path: &str) -> bool {
    let code = path.strip_prefix("ctis/").and_then(|rest| rest.strip_suffix(".yaml"));
    code.is_some_and(|code| (2..=3).contains(&code.len()) && code.chars().all(|c| c.is_ascii_lowercase()))
}

/// Templates named in a template by `{{include "path"}}` or `{{> path}}`: byte and name.
pub(super) fn partials(text: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find("{{") {
        at += next + 2;
        let inside = text[at..].trim_start_matches(['~', '#', ' ']);
        if let Some(name) = inside.strip_prefix("include \"") {
            let end = name.find('"').unwrap_or(name.len());
            found.push((text.len() - name.len(), &name[..end]));
        }
        if let Some(name) = inside.strip_prefix('>') {
            let name = name.trim_start();
            let end = name.find(|c: char| c.is_whitespace() || matches!(c, '}' | '~')).unwrap_or(name.len());
            if !name[..end].starts_with('@') {
                found.push((text.len() - name.len(), &name[..end]));
            }
        }
    }
    found
}

/// Compiles a template and puts marks of origin into it; reports what is wrong with it.
pub(super) fn register_template(
    registry: &mut Handlebars<'_>,
    (set, name): (&TemplateSet, &str),
    source: &Arc<TextSource>,
    index: usize,
    marks: &Mutex<MarkList>,
    sink: &mut Diagnostics,
) {
    for raw in ["{{{", "{{~{", "{{&", "{{~&"] {
        for (at, _) in source.text.match_indices(raw) {
            sink.error(&codes::TPL_001, text_place(source, at, raw.len()), "text without escaping is not allowed")
                .hint("write `{{name}}`; for a Typst or CSS block put a blank between the braces");
        }
    }
    match set.compile(name, source) {
        Ok(mut template) => {
            annotate(&mut template, source, index, &mut lock(marks));
            registry.register_template(name, template);
        }
        Err(error) => {
            let (line, column) = error.pos().unwrap_or((1, 1));
            let place = Place::Text { source: source.clone(), line, column, length: 1 };
            sink.error(&codes::TPL_001, place, error.reason().to_string().replace('\n', " ")).hint(
                "compare with the built-in template: a block ends with `{{/name}}`, a number is printed by `{{num key}}`",
            );
        }
    }
}

/// Puts a mark of origin before each literal stretch.
fn annotate(template: &mut Template, source: &TextSource, index: usize, marks: &mut MarkList) {
    let places: Vec<(usize, usize)> = template.mapping.iter().map(|mapping| (mapping.0, mapping.1)).collect();
    for (element, (line, column)) in template.elements.iter_mut().zip(places) {
        match element {
            TemplateElement::RawString(text) => {
                let (line, column) = start_of(text, source, line, column);
                let origin = marks.origin(index, line, column);
                text.insert_str(0, &origin);
            }
            TemplateElement::HelperBlock(block) => {
                for inner in [block.template.as_mut(), block.inverse.as_mut()].into_iter().flatten() {
                    annotate(inner, source, index, marks);
                }
            }
            TemplateElement::PartialBlock(block) | TemplateElement::DecoratorBlock(block) => {
                if let Some(inner) = block.template.as_mut() {
                    annotate(inner, source, index, marks);
                }
            }
            _ => {}
        }
    }
}

/// Where `text` begins in the source. The compiler notes the place after leading blanks that it keeps
/// in the text, and cuts blanks off lines that hold a tag only.
fn start_of(text: &str, source: &TextSource, line: usize, column: usize) -> (usize, usize) {
    let whole = source.text.as_str();
    let line_start: usize = whole.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let on_line = whole[line_start..].chars().take(column.saturating_sub(1)).map(char::len_utf8);
    let noted = line_start + on_line.sum::<usize>();
    let blanks = text.len() - text.trim_start().len();
    let cut = whole[noted..].len() - whole[noted..].trim_start().len();
    let mut candidates = noted.checked_sub(blanks).into_iter().chain(noted..=noted + cut);
    let begins = |at: &usize| whole.get(*at..).is_some_and(|rest| rest.starts_with(text));
    let at = candidates.find(begins).unwrap_or(noted);
    let before = &whole[..at];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
