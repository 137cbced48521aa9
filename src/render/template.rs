//! The template engine: one strict Handlebars for every target, numbers through `num` only.

use std::sync::{Arc, Mutex};

use handlebars::{Context, Handlebars, RenderError, RenderErrorReason};
use serde::Serialize;
use serde_json::Value as Json;

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Place, Stop, TextSource};
use crate::base::suggest::did_you_mean;
use crate::results::ResultStore;

use super::helper_print::{self, Problem, RunState, Shared, lock, text_place};
use super::helpers;
use super::marks::{Mark, MarkClass, MarkList, OriginMark};
use super::number_profile::NumberProfile;
pub use super::target::Target;
pub use super::template_set::{BuiltIn, TemplateSet};
use super::template_set::{partials, register_template};

/// How many unknown keys are looked for before a run gives up.
const MOST_UNKNOWN_KEYS: usize = 50;

/// What a template made.
#[derive(Clone, Debug)]
pub struct Rendered {
    /// Path of the template.
    pub template: String,
    /// Clean text.
    pub text: String,
    /// Its marked stretches, by start.
    pub marks: Vec<Mark>,
    origins: Vec<OriginMark>,
    sources: Vec<Arc<TextSource>>,
}

impl Rendered {
    /// The place in the template that wrote byte `at` of the text.
    #[must_use]
    pub fn template_place(&self, at: usize) -> Place {
        let after = self.origins.partition_point(|origin| origin.at <= at);
        let Some(origin) = after.checked_sub(1).map(|index| self.origins[index]) else {
            return Place::File(format!("templates/{}", self.template));
        };
        let between = &self.text[origin.at..self.text.floor_char_boundary(at.max(origin.at))];
        let (line, column) = match between.rfind('\n') {
            None => (origin.line, origin.column + between.chars().count()),
            Some(newline) => (origin.line + between.matches('\n').count(), between[newline + 1..].chars().count() + 1),
        };
        Place::Text { source: self.sources[origin.template].clone(), line, column, length: 1 }
    }

    /// The clean text of a mark.
    #[must_use]
    pub fn marked(&self, mark: &Mark) -> &str {
        &self.text[mark.range.clone()]
    }
}

/// A view of plain structures as the templates read it.
///
/// # Panics
/// Never: views hold texts, numbers, lists and structures with named fields.
#[must_use]
pub fn plain_json<V: Serialize>(view: &V) -> Json {
    serde_json::to_value(view).expect("invariant: a view is made of texts, numbers, lists and structures")
}

/// Renders templates with the numbers of a store in a house style.
#[derive(Clone, Copy, Debug)]
pub struct Engine<'a> {
    templates: &'a TemplateSet,
    store: &'a ResultStore,
    profile: &'a NumberProfile,
}

impl<'a> Engine<'a> {
    /// An engine over these templates, numbers and style.
    #[must_use]
    pub fn new(templates: &'a TemplateSet, store: &'a ResultStore, profile: &'a NumberProfile) -> Self {
        Self { templates, store, profile }
    }

    /// The store whose numbers are printed.
    #[must_use]
    pub fn store(&self) -> &'a ResultStore {
        self.store
    }

    /// Renders the template at `path` with `view`.
    ///
    /// # Errors
    /// Reports a syntax error (TPL-001), names the view does not have (TPL-001) and every unknown
    /// result key (RPT-001), each with its line and column.
    pub fn render(&self, target: Target, path: &str, view: Json, sink: &mut Diagnostics) -> Result<Rendered, Stop> {
        let mark = sink.mark();
        let sources = self.sources(path, sink)?;
        let marks = Arc::new(Mutex::new(MarkList::default()));
        let state = Mutex::new(RunState::default());
        let shared = Arc::new(Shared { store: self.store, profile: self.profile, target, marks: marks.clone(), state });
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.set_prevent_indent(true);
        helpers::register(&mut registry, &shared);
        let configured = marks.clone();
        registry.register_escape_fn(move |text| helper_print::print(&configured, target, text, MarkClass::Configured));
        for (index, (name, source)) in sources.iter().enumerate() {
            register_template(&mut registry, (self.templates, name), source, index, &marks, sink);
        }
        sink.check(mark)?;
        let origins = lock(&marks).clone();
        let context = Context::from(view);
        // An unknown key stops a run; the run is repeated with that key let through, so that all
        // unknown keys are found, each with its place.
        let raw = loop {
            match registry.render_with_context(path, &context) {
                Ok(raw) => break raw,
                Err(error) => {
                    let problem = shared.state().problem.take();
                    let unknown = problem.as_ref().and_then(|problem| problem.unknown_key.clone());
                    let stop = report(&error, problem, &sources, sink);
                    match unknown {
                        Some(key) if shared.state().tolerated.len() < MOST_UNKNOWN_KEYS => {
                            shared.state().tolerated.insert(key);
                        }
                        _ => return Err(stop),
                    }
                }
            }
            lock(&marks).clone_from(&origins);
            shared.state().elements = 0;
        };
        sink.check(mark)?;
        let (text, marks, origins) = lock(&marks).strip(&raw);
        let sources = sources.into_iter().map(|(_, source)| source).collect();
        Ok(Rendered { template: path.to_owned(), text, marks, origins, sources })
    }

    /// The template at `path` and all it includes, each once.
    fn sources(&self, path: &str, sink: &mut Diagnostics) -> Result<Vec<(String, Arc<TextSource>)>, Stop> {
        let mark = sink.mark();
        let mut found: Vec<(String, Arc<TextSource>)> = Vec::new();
        let mut wanted = vec![(path.to_owned(), Place::Nowhere)];
        while let Some((name, place)) = wanted.pop() {
            if found.iter().any(|(known, _)| *known == name) {
                continue;
            }
            let Some(source) = self.templates.get(&name) else {
                let hint = did_you_mean(&name, self.templates.paths());
                sink.error(&codes::TPL_001, place, format!("there is no template `{name}`")).hint(hint);
                continue;
            };
            for (at, partial) in partials(&source.text) {
                wanted.push((partial.to_owned(), text_place(source, at, partial.chars().count())));
            }
            found.push((name, source.clone()));
        }
        sink.check(mark)?;
        Ok(found)
    }
}

/// Reports why a run stopped, at the place in the template or, where it is known, in the writer's text.
fn report(
    error: &RenderError,
    problem: Option<Problem>,
    sources: &[(String, Arc<TextSource>)],
    sink: &mut Diagnostics,
) -> Stop {
    let source = error.template_name.as_ref().and_then(|name| sources.iter().find(|(known, _)| known == name));
    let template_place = match (source, error.line_no, error.column_no) {
        (Some((_, source)), Some(line), Some(column)) => {
            Place::Text { source: source.clone(), line, column, length: 1 }
        }
        _ => Place::Nowhere,
    };
    let Some(problem) = problem else {
        let message = match error.reason() {
            RenderErrorReason::MissingVariable(Some(name)) => {
                format!("the view has no `{name}` here")
            }
            RenderErrorReason::HelperNotFound(name) => format!("there is no helper `{name}`"),
            reason => reason.to_string(),
        };
        return sink
            .error(&codes::TPL_001, template_place, message)
            .hint("compare with the built-in template of this path; a name is looked up in the block it stands in, `../name` outside it")
            .stop();
    };
    let place = problem.place.clone();
    let printed_by_template = place.is_some();
    let diagnostic = sink.error(problem.code, place.unwrap_or_else(|| template_place.clone()), problem.message);
    if printed_by_template {
        diagnostic.label(template_place, "printed by this template");
    }
    if let Some(hint) = problem.hint {
        diagnostic.hint(hint);
    }
    diagnostic.stop()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::diagnostic::Diagnostic;
    use crate::data::catalog::DatasetId;
    use crate::data::record_set::RecordId;
    use crate::render::number_profile::{JOURNAL, PILOT, REGULATORY};
    use crate::results::{Lineage, NewResult, ResultKey, Role, Style};
    use serde_json::json;

    fn key(text: &str) -> ResultKey {
        ResultKey::parse(text).expect("a key")
    }

    /// 3 of 40 subjects, p = 0.0000123, a difference of -1.25, and one that cannot be estimated.
    fn store() -> ResultStore {
        let mut store = ResultStore::new();
        let mut sink = store.sink();
        let records = |n: i64| (0..n).map(|row| RecordId { dataset: DatasetId(0), row }).collect::<Vec<_>>();
        let (few, all) = (sink.records(records(3)), sink.records(records(40)));
        sink.count(key("a:n[arm=x]"), Lineage::of(few));
        sink.count(key("a:total"), Lineage::of(all));
        let pct = Lineage::of(few).input(Role::Numerator, key("a:n[arm=x]")).input(Role::Denominator, key("a:total"));
        let about = NewResult { style: Some(Style::Percent(1)), ..NewResult::default() };
        sink.real(key("a:pct[arm=x]"), 7.5, pct, about.clone());
        sink.real(key("a:pct[arm=y]"), 0.04, Lineage::default(), about);
        sink.real(key("a:p"), 0.000_012_3, Lineage::default(), NewResult::default());
        sink.real(key("a:diff"), -1.25, Lineage::default(), NewResult { data_decimals: 1, ..NewResult::default() });
        sink.estimate(key("a:median"), Err("no event".to_owned()), Lineage::default(), NewResult::default());
        store
    }

    fn render(target: Target, text: &'static str, view: &serde_json::Value) -> Result<Rendered, Vec<Diagnostic>> {
        render_in(&REGULATORY, target, text, view)
    }

    fn render_in(
        profile: &NumberProfile,
        target: Target,
        text: &'static str,
        view: &serde_json::Value,
    ) -> Result<Rendered, Vec<Diagnostic>> {
        let part = "[{{x}}]";
        let mut set = TemplateSet::built_in(&[&[("t", ""), ("part", "")]]);
        for (name, text) in [("t", text), ("part", part)] {
            let source = TextSource { name: name.to_owned(), text: text.to_owned() };
            set.replace(name, Arc::new(source), &mut Diagnostics::new()).expect("a known path");
        }
        let store = store();
        let mut sink = Diagnostics::new();
        let rendered = Engine::new(&set, &store, profile).render(target, "t", view.clone(), &mut sink);
        rendered.map_err(|_| sink.all().to_vec())
    }

    fn check(target: Target, text: &'static str, expected: &str) {
        let view = json!({"x": "A & \"1\"", "k": "a:diff", "list": [1, 2], "none": [], "zero": 0,
            "cell": [{"text": "n="}, {"num": "a:n[arm=x]"}, {"label": " 14.1"}], "md": "*Is* {{num \"a:p\"}} 5"});
        let rendered = render(target, text, &view).unwrap_or_else(|problems| panic!("{text}: {problems:?}"));
        assert_eq!(rendered.text, expected, "{text}");
        for mark in &rendered.marks {
            assert!(!rendered.marked(mark).is_empty() && !rendered.text.contains('\u{10FFF0}'));
        }
    }

    #[test]
    fn numbers_in_every_target() {
        check(Target::Xml, "{{num k}} {{num \"a:p\"}}", "-1.25 &lt;0.001");
        check(Target::Typst, "{{num k}}", "#\"\u{2212}1.25\";");
        check(
            Target::Html,
            "{{num k style=\"0.0\"}}",
            "<span class=\"num\" id=\"n1\" data-key=\"a:diff\">\u{2212}1.3</span>",
        );
        check(Target::Html, "{{num k bare=true}}", "\u{2212}1.25");
        check(Target::Csv, "\"{{x}}\",\"{{num k}}\"", "\"A & \"\"1\"\"\",\"-1.25\"");
        check(
            Target::Text,
            "{{num \"a:median\"}} {{num \"a:median\" ne=\"NA\"}} {{reason \"a:median\"}}",
            "NE NA no event",
        );
        check(
            Target::Text,
            "{{num \"a:pct[arm=x]\"}} {{num \"a:pct[arm=x]\" style=\"percent0\"}} {{num \"a:pct[arm=y]\"}}",
            "7.5 8 <0.1",
        );
        check(Target::Xml, "{{num \"a:pct[arm=y]\"}}", "0.0");
    }

    #[test]
    fn profiles_differ() {
        let view = json!({});
        let text = "{{num \"a:pct[arm=x]\"}} {{num \"a:pct[arm=y]\"}} {{num \"a:p\"}}";
        for (profile, expected) in
            [(&REGULATORY, "7.5 <0.1 <0.001"), (&PILOT, "8 <1 <.0001"), (&JOURNAL, "7.5 0.0 <0.001")]
        {
            let rendered = render_in(profile, Target::Text, text, &view).expect("renders");
            assert_eq!(rendered.text, expected, "{}", profile.name);
        }
    }

    #[test]
    fn blocks_and_content() {
        check(Target::Text, "{{#each list}}{{this}}{{#unless @last}}, {{/unless}}{{/each}}", "1, 2");
        check(Target::Text, "{{#each none}}x{{else}}empty{{/each}}", "empty");
        check(Target::Text, "{{#if zero}}x{{else}}no{{/if}}{{#if (eq x k)}}y{{/if}}{{#if (ne x k)}}z{{/if}}", "noz");
        check(Target::Text, "{{cell cell}}|{{label \"14.2\"}}|{{> part}}", "n=3 14.1|14.2|[A & \"1\"]");
        check(Target::Text, "{{prose md}}", "Is <0.001 5");
        check(Target::Typst, "{{coords list}} {{int zero}} {{str x}}", "(1, 2) 0 \"A & \\\"1\\\"\"");
        check(Target::Text, "{{#each list as |n|}}{{n}}{{../k}} {{/each}}", "1a:diff 2a:diff ");
    }

    #[test]
    fn classes_of_marks() {
        let view = json!({"x": "Day 7", "md": "by 5 {{num \"a:n[arm=x]\"}}"});
        let rendered = render(Target::Text, "{{x}} {{label \"9.1\"}} {{prose md}}", &view).expect("renders");
        let found: Vec<(&MarkClass, &str)> = rendered.marks.iter().map(|m| (&m.class, rendered.marked(m))).collect();
        let number = MarkClass::Number { key: key("a:n[arm=x]") };
        let expected = [
            (&MarkClass::Configured, "Day 7"),
            (&MarkClass::Structural, "9.1"),
            (&MarkClass::Typed, "by 5 "),
            (&number, "3"),
        ];
        assert_eq!(found, expected);
    }

    fn problem(text: &'static str) -> Vec<(String, String)> {
        let view =
            json!({"label": "x", "list": [{"a": 1}], "md": {"markdown": "x\ny {{num \"a:m\"}}", "file": "text/1.md"}});
        let problems = render(Target::Text, text, &view).map(|r| r.text).expect_err(text);
        problems.iter().map(|d| (format!("{} {}", d.code.id, d.place), d.message.clone())).collect()
    }

    #[test]
    fn problems_have_their_place() {
        for (text, place) in [
            ("a\n {{num \"a:q\"}}", "RPT-001 t:2:2"),
            ("{{num \"nokey\"}}", "RPT-001 t:1:1"),
            ("{{#if lable}}x{{/if}}", "TPL-001 t:1:1"),
            ("{{#each list}}\n{{b}}{{/each}}", "TPL-001 t:2:1"),
            ("{{#each label}}{{/each}}", "TPL-001 t:1:1"),
            ("{{lable}}", "TPL-001 t:1:1"),
            ("x {{{label}}}", "TPL-001 t:1:3"),
            ("{{> nopart}}", "TPL-001 t:1:5"),
            ("{{#if label}}", "TPL-001 t:1:"),
            ("{{prose md}}", "RPT-001 text/1.md:2:3"),
            ("{{num \"a:p\" style=\"x\"}}", "TPL-001 t:1:1"),
            ("{{lookup list 0}}", "TPL-001 t:1:1"),
        ] {
            let found = problem(text);
            assert!(found[0].0.starts_with(place), "{text}: {found:?}");
        }
    }

    #[test]
    fn all_unknown_keys_are_found() {
        let found = problem("{{num \"a:q\"}} {{num \"a:p\"}} {{num \"a:r\"}}\n{{num \"a:q\"}}");
        let places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
        assert_eq!(places, ["RPT-001 t:1:1", "RPT-001 t:1:29"]);
    }

    #[test]
    fn text_leads_back_to_the_template() {
        let view = json!({"list": ["a", "b"], "label": "L"});
        let text = "one\n{{#each list}}\n  <{{this}}>\n{{/each}}\ntwo {{label}} three\nfour";
        let rendered = render(Target::Text, text, &view);
        let rendered = rendered.expect("renders");
        for (word, place) in
            [("one", "t:1:1"), ("<", "t:3:3"), (">\n  <b", "t:3:12"), ("two", "t:5:1"), ("four", "t:6:1")]
        {
            let at = rendered.text.find(word).expect(word);
            assert_eq!(rendered.template_place(at).to_string(), place, "{word}");
        }
    }
}
