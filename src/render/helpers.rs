//! The helpers of all templates by name, with strict forms of `if`, `each` and `with`.

use std::sync::Arc;

use handlebars::{
    BlockContext, BlockParams, Context, Handlebars, Helper, HelperDef, HelperResult, JsonRender, JsonTruthy, Output,
    RenderContext, RenderError, RenderErrorReason, Renderable, ScopedJson,
};
use serde_json::Value as Json;

use crate::base::suggest::did_you_mean;
use crate::results::{ResultKey, ResultValue};

use super::helper_print::{Look, Problem, Shared, coordinates};
use super::marks::{MarkClass, without_mark_characters};
use super::target::typst_string;

/// Every helper by name.
const HELPERS: &[(&str, Kind)] = &[
    ("cell", Kind::Cell),
    ("coords", Kind::Coords),
    ("each", Kind::Each),
    ("eq", Kind::Eq),
    ("estimable", Kind::Estimable),
    ("if", Kind::If),
    ("include", Kind::Include),
    ("int", Kind::Int),
    ("label", Kind::Label),
    ("ne", Kind::Ne),
    ("num", Kind::Num),
    ("plain", Kind::Plain),
    ("prose", Kind::Prose),
    ("reason", Kind::Reason),
    ("series", Kind::Series),
    ("str", Kind::Str),
    ("unless", Kind::Unless),
    ("with", Kind::With),
];

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Cell,
    Coords,
    Each,
    Eq,
    Estimable,
    If,
    Include,
    Int,
    Label,
    Ne,
    Num,
    Plain,
    Prose,
    Reason,
    Series,
    Str,
    Unless,
    With,
}

struct Bound<'a> {
    name: &'static str,
    kind: Kind,
    shared: Arc<Shared<'a>>,
}

/// Puts all helpers and the escaping of the target into a registry; takes lenient built-ins out.
pub(super) fn register<'a>(registry: &mut Handlebars<'a>, shared: &Arc<Shared<'a>>) {
    for lenient in ["lookup", "log", "raw", "gt", "gte", "lt", "lte", "and", "or", "not", "len"] {
        registry.unregister_helper(lenient);
    }
    for (name, kind) in HELPERS {
        registry.register_helper(name, Box::new(Bound { name, kind: *kind, shared: shared.clone() }));
    }
}

impl Bound<'_> {
    /// The parameter at `index`; a name that the view does not have is an error.
    fn param<'h, 'rc>(
        &self,
        h: &'h Helper<'rc>,
        index: usize,
        ctx: &'rc Context,
        rc: &RenderContext<'_, 'rc>,
    ) -> Result<&'h Json, RenderError> {
        let Some(param) = h.param(index) else {
            let message = format!("`{}` needs {} parameter(s)", self.name, index + 1);
            return Err(self.shared.fail(Problem::template(message)));
        };
        if param.is_value_missing() {
            let name = param.relative_path().map_or("", String::as_str);
            let mut problem = Problem::template(format!("`{}`: the view has no `{name}` here", self.name));
            if let Ok(here) = rc.evaluate(ctx, "this")
                && let Some(map) = here.as_json().as_object()
            {
                problem.hint = Some(did_you_mean(name, map.keys().map(String::as_str)));
            }
            return Err(self.shared.fail(problem));
        }
        Ok(param.value())
    }

    fn text<'h, 'rc>(
        &self,
        h: &'h Helper<'rc>,
        ctx: &'rc Context,
        rc: &RenderContext<'_, 'rc>,
    ) -> Result<&'h str, RenderError> {
        let value = self.param(h, 0, ctx, rc)?;
        value.as_str().ok_or_else(|| {
            self.shared.fail(Problem::template(format!("`{}` wants a text, the view has {value}", self.name)))
        })
    }

    fn hash_text<'h>(&self, h: &'h Helper<'_>, name: &str) -> Result<Option<&'h str>, RenderError> {
        match h.hash_get(name) {
            None => Ok(None),
            Some(value) if value.value().is_null() && !value.is_value_missing() => Ok(None),
            Some(value) => value.value().as_str().map(Some).ok_or_else(|| {
                self.shared.fail(Problem::template(format!("`{}`: `{name}` must be a text", self.name)))
            }),
        }
    }
}

impl HelperDef for Bound<'_> {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        if !matches!(self.kind, Kind::Eq | Kind::Ne) {
            return Err(RenderErrorReason::Unimplemented.into());
        }
        let equal = self.param(h, 0, ctx, rc)? == self.param(h, 1, ctx, rc)?;
        Ok(ScopedJson::Derived(Json::Bool(equal == (self.kind == Kind::Eq))))
    }

    fn call<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let write = |out: &mut dyn Output, text: Result<String, Problem>| -> HelperResult {
            out.write(&text.map_err(|problem| self.shared.fail(problem))?)?;
            Ok(())
        };
        if h.params().is_empty() && !h.is_block() {
            // Alone in its braces a helper's name is a field of the view, such as `{{label}}`.
            let field = rc.evaluate(ctx, self.name)?;
            return match field.as_json() {
                Json::Null => {
                    let message = format!("the view has no `{}` here, and the helper needs a parameter", self.name);
                    Err(self.shared.fail(Problem::template(message)))
                }
                value => write(out, Ok(self.shared.print(&value.render(), MarkClass::Configured))),
            };
        }
        match self.kind {
            Kind::Num => {
                // A record that was read prints what stood there; it has no result behind it.
                if let Some(printed) = self.param(h, 0, ctx, rc)?.get("printed").and_then(Json::as_str) {
                    return write(out, Ok(self.shared.print(printed, MarkClass::Configured)));
                }
                let key = self.text(h, ctx, rc)?;
                let bare = h.hash_get("bare").is_some_and(|value| value.value().as_bool() == Some(true));
                let look = Look { bare, not_estimable: self.hash_text(h, "ne")? };
                write(out, self.shared.number(key, self.hash_text(h, "style")?, look))
            }
            Kind::Cell => write(out, self.shared.cell(self.param(h, 0, ctx, rc)?)),
            Kind::Plain => write(out, self.shared.plain(self.param(h, 0, ctx, rc)?)),
            Kind::Series => write(out, self.shared.series(self.param(h, 0, ctx, rc)?)),
            Kind::Prose => write(out, self.shared.prose(self.param(h, 0, ctx, rc)?)),
            Kind::Label => write(out, Ok(self.shared.print(self.text(h, ctx, rc)?, MarkClass::Structural))),
            Kind::Reason => {
                let text = self.text(h, ctx, rc)?;
                let result = ResultKey::parse(text).ok().and_then(|key| self.shared.store.get(&key));
                let reason = match result.map(|result| &result.value) {
                    Some(ResultValue::NotEstimable(reason)) => self.shared.print(reason, MarkClass::Configured),
                    _ => String::new(),
                };
                write(out, Ok(reason))
            }
            Kind::Str => {
                let text = match self.param(h, 0, ctx, rc)? {
                    Json::String(text) => text.clone(),
                    Json::Number(number) => number.to_string(),
                    other => {
                        let message = format!("`str` wants a text, the view has {other}");
                        return Err(self.shared.fail(Problem::template(message)));
                    }
                };
                let literal = typst_string(&without_mark_characters(&text));
                let marked = text.contains(char::is_numeric);
                write(out, Ok(if marked { self.shared.wrap(MarkClass::Configured, &text, &literal) } else { literal }))
            }
            Kind::Int => {
                let value = self.param(h, 0, ctx, rc)?;
                let number = value.as_i64().map(|n| n.to_string());
                write(
                    out,
                    number
                        .ok_or_else(|| Problem::template(format!("`int` wants a whole number, the view has {value}"))),
                )
            }
            Kind::Coords => write(out, coordinates(self.param(h, 0, ctx, rc)?, self.shared.target)),
            Kind::Eq | Kind::Ne => {
                let message = format!("`{}` stands in parentheses only: `{{{{#if ({} a b)}}}}`", self.name, self.name);
                Err(self.shared.fail(Problem::template(message)))
            }
            Kind::If | Kind::Unless => {
                let truthy = self.param(h, 0, ctx, rc)?.is_truthy(false);
                branch(truthy == (self.kind == Kind::If), h, r, ctx, rc, out)
            }
            Kind::Estimable => {
                let text = self.text(h, ctx, rc)?;
                let result = ResultKey::parse(text).ok().and_then(|key| self.shared.store.get(&key));
                let known = result.is_some_and(|result| !matches!(result.value, ResultValue::NotEstimable(_)));
                branch(known, h, r, ctx, rc, out)
            }
            Kind::Include => self.include(h, r, ctx, rc, out),
            Kind::With => {
                let value = self.param(h, 0, ctx, rc)?;
                if !value.is_truthy(true) {
                    return branch(false, h, r, ctx, rc, out);
                }
                let mut block = BlockContext::new();
                match h.param(0).and_then(|param| param.context_path()) {
                    Some(path) => block.base_path_mut().clone_from(path),
                    None => block.set_base_value(value.clone()),
                }
                rc.push_block(block);
                let done = branch(true, h, r, ctx, rc, out);
                rc.pop_block();
                done
            }
            Kind::Each => self.each(h, r, ctx, rc, out),
        }
    }
}

impl Bound<'_> {
    /// Prints another template where it stands, with the same names: a partial would copy the view first.
    fn include<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = self.text(h, ctx, rc)?;
        let Some(template) = r.get_template(name) else {
            return Err(self.shared.fail(Problem::template(format!("there is no template `{name}`"))));
        };
        let around = rc.get_current_template_name();
        template.render(r, ctx, rc, out)?;
        rc.set_current_template_name(around);
        Ok(())
    }

    /// Items of the view are passed by their path: copies of whole tables would be most of the work.
    fn each<'reg: 'rc, 'rc>(
        &self,
        h: &Helper<'rc>,
        r: &'reg Handlebars<'reg>,
        ctx: &'rc Context,
        rc: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let value = self.param(h, 0, ctx, rc)?;
        let items: Vec<(Option<&String>, &Json)> = match value {
            Json::Array(list) => list.iter().map(|item| (None, item)).collect(),
            Json::Object(map) => map.iter().map(|(key, item)| (Some(key), item)).collect(),
            other => {
                let message = format!("`each` wants a list, the view has {other}");
                return Err(self.shared.fail(Problem::template(message)));
            }
        };
        if items.is_empty() {
            return branch(false, h, r, ctx, rc, out);
        }
        let last = items.len() - 1;
        let path = h.param(0).and_then(|param| param.context_path());
        rc.push_block(BlockContext::new());
        for (position, (key, item)) in items.into_iter().enumerate() {
            if let Some(block) = rc.block_mut() {
                block.set_local_var("index", position.into());
                block.set_local_var("first", Json::Bool(position == 0));
                block.set_local_var("last", Json::Bool(position == last));
                if let Some(key) = key {
                    block.set_local_var("key", Json::String(key.clone()));
                }
                if let Some(name) = h.block_param() {
                    let mut params = BlockParams::new();
                    match path {
                        Some(_) => params.add_path(name, Vec::new())?,
                        None => params.add_value(name, item.clone())?,
                    }
                    block.set_block_params(params);
                }
                match path {
                    Some(path) => {
                        block.base_path_mut().clone_from(path);
                        block.base_path_mut().push(key.map_or_else(|| position.to_string(), String::clone));
                    }
                    None => block.set_base_value(item.clone()),
                }
            }
            branch(true, h, r, ctx, rc, out)?;
        }
        rc.pop_block();
        Ok(())
    }
}

fn branch<'reg: 'rc, 'rc>(
    yes: bool,
    h: &Helper<'rc>,
    r: &'reg Handlebars<'reg>,
    ctx: &'rc Context,
    rc: &mut RenderContext<'reg, 'rc>,
    out: &mut dyn Output,
) -> HelperResult {
    let template = if yes { h.template() } else { h.inverse() };
    template.map_or(Ok(()), |template| template.render(r, ctx, rc, out))
}
