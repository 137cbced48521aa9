//! What helpers print: numbers, cells, prose and configured text, escaped and marked.

#![allow(clippy::result_large_err, reason = "the error type is the template library's own")]

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use handlebars::{RenderError, RenderErrorReason};
use serde_json::Value as Json;

use crate::base::codes::{self, Code};
use crate::base::diagnostic::{Place, TextSource};
use crate::base::suggest::did_you_mean;
use crate::results::{ResultKey, ResultStore, ResultValue};

use super::marks::{MarkClass, MarkList, without_mark_characters};
use super::number_profile::{self, NumberProfile};
use super::prose::{ProseProblem, ProseWriter, write_prose};
use super::target::{Target, typst_string};

/// What a template run reads, and what it notes.
pub(super) struct Shared<'a> {
    pub store: &'a ResultStore,
    pub profile: &'a NumberProfile,
    pub target: Target,
    /// Shared with the escape function, which must own what it sees.
    pub marks: Arc<Mutex<MarkList>>,
    pub state: Mutex<RunState>,
}

/// What a template run notes.
#[derive(Default)]
pub(super) struct RunState {
    /// Why the last helper stopped.
    pub problem: Option<Problem>,
    /// Unknown keys that were reported already: printed as `?` to find the others.
    pub tolerated: BTreeSet<String>,
    /// How many numbers have an element id by now.
    pub elements: usize,
}

/// Why a helper stopped.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    pub code: &'static Code,
    pub message: String,
    pub hint: Option<String>,
    pub place: Option<Place>,
    pub unknown_key: Option<String>,
}

impl Problem {
    pub fn template(message: impl Into<String>) -> Self {
        Self { code: &codes::TPL_001, message: message.into(), hint: None, place: None, unknown_key: None }
    }
}

impl From<ProseProblem> for Problem {
    fn from(problem: ProseProblem) -> Self {
        Self::template(problem.message)
    }
}

/// The guard of a lock; a panic elsewhere does not matter to plain data.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Text in the target's escaping, marked if it has digits.
pub(super) fn print(marks: &Mutex<MarkList>, target: Target, text: &str, class: MarkClass) -> String {
    let escaped = target.escape(text);
    if text.contains(char::is_numeric) { lock(marks).wrap(class, text, &escaped) } else { escaped }
}

impl Shared<'_> {
    pub fn state(&self) -> MutexGuard<'_, RunState> {
        lock(&self.state)
    }

    pub fn wrap(&self, class: MarkClass, text: &str, escaped: &str) -> String {
        lock(&self.marks).wrap(class, text, escaped)
    }

    /// Text in the target's escaping, marked if it has digits.
    pub fn print(&self, text: &str, class: MarkClass) -> String {
        print(&self.marks, self.target, text, class)
    }

    pub fn fail(&self, problem: Problem) -> RenderError {
        let message = problem.message.clone();
        self.state().problem = Some(problem);
        RenderErrorReason::Other(message).into()
    }

    /// A number as it is shown, with its address.
    fn format(
        &self,
        key_text: &str,
        style: Option<&str>,
        not_estimable: Option<&str>,
    ) -> Result<(ResultKey, String), Problem> {
        let key = ResultKey::parse(key_text).map_err(|message| Problem {
            code: &codes::RPT_001,
            hint: Some("a key reads `analysis:statistic[factor=level,…]`".to_owned()),
            ..Problem::template(message)
        })?;
        let style = style.map(number_profile::parse_style).transpose().map_err(Problem::template)?;
        let Some(result) = self.store.get(&key) else {
            let name = key.to_string();
            if self.state().tolerated.contains(&name) {
                return Ok((key, "?".to_owned()));
            }
            let known: Vec<String> = self.store.iter().map(|result| result.key.to_string()).collect();
            let hint = did_you_mean(&name, near_keys(&key, &known));
            return Err(Problem {
                code: &codes::RPT_001,
                hint: Some(hint),
                unknown_key: Some(name.clone()),
                ..Problem::template(format!("there is no result `{name}`"))
            });
        };
        let text = match (&result.value, not_estimable) {
            (ResultValue::NotEstimable(_), Some(text)) => text.to_owned(),
            _ => number_profile::format_result(self.store, result, style, self.profile, self.target),
        };
        Ok((key, text))
    }

    /// A number, printed and marked.
    pub fn number(&self, key_text: &str, style: Option<&str>, look: Look<'_>) -> Result<String, Problem> {
        let (key, text) = self.format(key_text, style, look.not_estimable)?;
        let mark = |inner: &str| self.wrap(MarkClass::Number { key: key.clone() }, &text, inner);
        Ok(match self.target {
            Target::Typst => format!("#{};", mark(&typst_string(&text))),
            Target::Html | Target::Svg if !look.bare => {
                let (tag, class) = if self.target == Target::Html { ("span", "num") } else { ("tspan", "num") };
                let id = {
                    let mut state = self.state();
                    state.elements += 1;
                    state.elements
                };
                let data_key = self.target.escape(key_text);
                let inner = mark(&self.target.escape(&text));
                format!("<{tag} class=\"{class}\" id=\"n{id}\" data-key=\"{data_key}\">{inner}</{tag}>")
            }
            _ => mark(&self.target.escape(&text)),
        })
    }

    /// `[{"text":…} | {"num":key,"style":…} | {"label":…}]`, or a plain string.
    pub fn cell(&self, content: &Json) -> Result<String, Problem> {
        let bad = || Problem::template("`cell` wants a string or a list of {\"text\"}, {\"num\"} and {\"label\"}");
        match content {
            Json::String(text) => return Ok(self.print(text, MarkClass::Configured)),
            Json::Null => return Ok(String::new()),
            _ => {}
        }
        let mut out = String::new();
        for piece in content.as_array().ok_or_else(bad)? {
            let text_of = |name: &str| piece.get(name).and_then(Json::as_str);
            if let Some(text) = text_of("text") {
                out.push_str(&self.print(text, MarkClass::Configured));
            } else if let Some(key) = text_of("num") {
                out.push_str(&self.number(key, text_of("style"), Look::default())?);
            } else if let Some(label) = text_of("label") {
                out.push_str(&self.print(label, MarkClass::Structural));
            } else {
                return Err(bad());
            }
        }
        Ok(out)
    }

    /// The content of a cell as one plain text: a Typst string literal, else escaped text without elements.
    pub fn plain(&self, content: &Json) -> Result<String, Problem> {
        let typst = self.target == Target::Typst;
        let escape = |text: &str| {
            if typst {
                typst_string(&without_mark_characters(text)).trim_matches('"').to_owned()
            } else {
                self.target.escape(text)
            }
        };
        let mut out = String::new();
        let pieces = match content {
            Json::String(text) => vec![serde_json::json!({ "text": text })],
            Json::Array(pieces) => pieces.clone(),
            _ => return Err(Problem::template("`plain` wants what `cell` wants")),
        };
        for piece in &pieces {
            let text_of = |name: &str| piece.get(name).and_then(Json::as_str);
            if let Some(key_text) = text_of("num") {
                let (key, text) = self.format(key_text, text_of("style"), None)?;
                out.push_str(&self.wrap(MarkClass::Number { key }, &text, &escape(&text)));
            } else if let Some(text) = text_of("text").or(text_of("label")) {
                let escaped = escape(text);
                let marked = text.contains(char::is_numeric);
                out.push_str(&if marked { self.wrap(MarkClass::Configured, text, &escaped) } else { escaped });
            }
        }
        Ok(if typst { format!("\"{out}\"") } else { out })
    }

    /// A number of a series: `{"series": "analysis:kind.column[…]", "value": 12}`.
    pub fn series(&self, value: &Json) -> Result<String, Problem> {
        let bad = || Problem::template("`series` wants {\"series\": address, \"value\": number}");
        let address = value.get("series").and_then(Json::as_str).ok_or_else(bad)?;
        let address = ResultKey::parse(address).map_err(Problem::template)?;
        let x = value.get("value").and_then(Json::as_f64).ok_or_else(bad)?;
        let text = number_profile::format_plain(x, self.target);
        let class = MarkClass::Series { address };
        Ok(if self.target == Target::Typst {
            format!("#{};", self.wrap(class, &text, &typst_string(&text)))
        } else {
            self.wrap(class, &text, &self.target.escape(&text))
        })
    }

    /// Markdown as a string, or `{"markdown":…, "file":…}`.
    pub fn prose(&self, value: &Json) -> Result<String, Problem> {
        let (markdown, file) = match value {
            Json::String(text) => (text.as_str(), None),
            Json::Object(map) => {
                let markdown = map.get("markdown").and_then(Json::as_str);
                let markdown = markdown.ok_or_else(|| Problem::template("`prose` wants a text in `markdown`"))?;
                (markdown, map.get("file").and_then(Json::as_str))
            }
            _ => return Err(Problem::template("`prose` wants Markdown")),
        };
        let source = file.map(|name| Arc::new(TextSource { name: name.to_owned(), text: markdown.to_owned() }));
        let mut writer = MarkingWriter { shared: self, source };
        let written = write_prose(markdown, self.target, &mut writer);
        written.map_err(|Placed(mut problem, at)| {
            if let (Some(source), Some(at)) = (&writer.source, at) {
                problem.place = Some(text_place(source, at, 1));
            }
            problem
        })
    }
}

/// How a number is to be printed in one place.
#[derive(Clone, Copy, Default)]
pub(super) struct Look<'t> {
    /// No element around it (HTML, SVG).
    pub bare: bool,
    /// In place of the profile's text.
    pub not_estimable: Option<&'t str>,
}

/// Keys worth suggesting: those of the same analysis first.
fn near_keys<'k>(key: &ResultKey, known: &'k [String]) -> Vec<&'k str> {
    let prefix = format!("{}:", key.analysis);
    let same: Vec<&str> = known.iter().map(String::as_str).filter(|k| k.starts_with(&prefix)).collect();
    if same.is_empty() { known.iter().map(String::as_str).collect() } else { same }
}

struct MarkingWriter<'s, 'a> {
    shared: &'s Shared<'a>,
    source: Option<Arc<TextSource>>,
}

/// A problem, and its byte in the text where its place is not made yet.
struct Placed(Problem, Option<usize>);

impl From<ProseProblem> for Placed {
    fn from(problem: ProseProblem) -> Self {
        let at = problem.at;
        let hint = "a text holds Markdown and numbers written as `{{num \"KEY\"}}`".to_owned();
        Self(Problem { hint: Some(hint), ..problem.into() }, Some(at))
    }
}

impl ProseWriter for MarkingWriter<'_, '_> {
    type Error = Placed;

    fn number(&mut self, key: &str, style: Option<&str>, at: usize) -> Result<String, Placed> {
        self.shared.number(key, style, Look::default()).map_err(|mut problem| {
            problem.place = self.source.as_ref().map(|source| text_place(source, at, key.chars().count() + 8));
            Placed(problem, None)
        })
    }

    fn typed(&mut self, text: &str) -> String {
        self.shared.print(text, MarkClass::Typed)
    }
}

/// The place of byte `at` of a text.
pub(super) fn text_place(source: &Arc<TextSource>, at: usize, length: usize) -> Place {
    let before = &source.text[..source.text.floor_char_boundary(at)];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    Place::Text {
        source: source.clone(),
        line: before.matches('\n').count() + 1,
        column: before[line_start..].chars().count() + 1,
        length: length.max(1),
    }
}

/// Numbers for drawing, never for reading: nested lists as Typst arrays, else as JSON.
pub(super) fn coordinates(value: &Json, target: Target) -> Result<String, Problem> {
    match value {
        Json::Array(items) => {
            let inner: Result<Vec<String>, Problem> = items.iter().map(|item| coordinates(item, target)).collect();
            let inner = inner?;
            Ok(if target != Target::Typst {
                format!("[{}]", inner.join(","))
            } else if inner.len() == 1 {
                // One element needs the comma to be an array.
                format!("({},)", inner[0])
            } else {
                format!("({})", inner.join(", "))
            })
        }
        Json::Number(number) => Ok(number.to_string()),
        Json::Null => Ok(if target == Target::Typst { "none" } else { "null" }.to_owned()),
        other => Err(Problem::template(format!("`coords` wants numbers, the view has {other}"))),
    }
}
