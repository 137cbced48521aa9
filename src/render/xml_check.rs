//! Checks of a registry file that no schema validator makes for us: well-formed, identifiers unique, references resolve.

use std::collections::BTreeMap;

use roxmltree::{Document, Node};

use crate::base::codes::{RND_001, RND_002};
use crate::base::diagnostic::{Diagnostics, Place, Stop};

use super::template::Rendered;

/// Checks a rendered file; problems point into the template.
///
/// # Errors
/// [`Stop`] where the file is not well-formed (RND-001) or an identifier stands twice or is referred
/// to and missing (RND-002). All of them are reported.
pub fn check(file: &str, rendered: &Rendered, sink: &mut Diagnostics) -> Result<(), Stop> {
    check_with(file, &rendered.text, &|at| rendered.template_place(at), sink)
}

/// Checks the text of a file, for example one read from disk.
///
/// # Errors
/// As [`check`].
pub fn check_text(file: &str, text: &str, sink: &mut Diagnostics) -> Result<(), Stop> {
    check_with(file, text, &|_| Place::File(file.to_owned()), sink)
}

fn check_with(file: &str, text: &str, place_at: &dyn Fn(usize) -> Place, sink: &mut Diagnostics) -> Result<(), Stop> {
    let mark = sink.mark();
    let document = match Document::parse(text) {
        Ok(document) => document,
        Err(error) => {
            let position = error.pos();
            let lines = text.split_inclusive('\n').take(position.row.saturating_sub(1) as usize);
            let at = lines.map(str::len).sum::<usize>() + position.col.saturating_sub(1) as usize;
            let place = place_at(text.floor_char_boundary(at.min(text.len())));
            return Err(sink.error(&RND_001, place, format!("{file} is not well-formed XML: {error}")).stop());
        }
    };
    let mut identifiers: BTreeMap<&str, usize> = BTreeMap::new();
    for node in document.descendants() {
        if let Some(attribute) = node.attribute_node("id")
            && identifiers.insert(attribute.value(), attribute.range().start).is_some()
        {
            let place = place_at(attribute.range().start);
            sink.error(&RND_002, place, format!("{file}: the identifier `{}` stands twice", attribute.value()));
        }
    }
    for (name, value, at) in document.descendants().flat_map(references) {
        if !identifiers.contains_key(value) {
            sink.error(&RND_002, place_at(at), format!("{file}: `{name}` refers to `{value}`, which is not there"));
        }
    }
    sink.check(mark)
}

/// References of an element: in both schemas the attributes and elements of type `xs:IDREF` are those
/// whose names end in `Id`; `eutctId` is a number of an EMA list.
fn references<'d>(node: Node<'d, 'd>) -> Vec<(&'d str, &'d str, usize)> {
    let is_reference = |name: &str| name.ends_with("Id") && name != "eutctId";
    let mut found: Vec<(&str, &str, usize)> = node
        .attributes()
        .filter(|attribute| is_reference(attribute.name()))
        .map(|attribute| (attribute.name(), attribute.value(), attribute.range().start))
        .collect();
    if node.is_element() && is_reference(node.tag_name().name()) {
        found.push((node.tag_name().name(), node.text().unwrap_or("").trim(), node.range().start));
    }
    found
}
