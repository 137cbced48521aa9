//! Places of numbers in XML, drawings and HTML.

use crate::base::codes;
use crate::base::diagnostic::{Diagnostics, Stop};

use super::placement::{DigitClass, Placed, Placer, Spot};
use super::template::Rendered;

/// Places the numbers of an XML file: one parse gives each its element path.
///
/// # Errors
/// Reports a file that is not well-formed (RND-001), at the line of the template.
pub fn place_xml(file: &str, rendered: &Rendered, sink: &mut Diagnostics) -> Result<Placed, Stop> {
    place_markup(file, rendered, sink, &|node, _| Spot::Path(element_path(node)))
}

/// Places the numbers of a drawing by element id.
///
/// # Errors
/// As [`place_xml`].
pub fn place_svg(file: &str, rendered: &Rendered, sink: &mut Diagnostics) -> Result<Placed, Stop> {
    let mut placed = place_markup(file, rendered, sink, &|node, _| {
        let with_id = node.ancestors().find(|ancestor| ancestor.attribute("id").is_some());
        match with_id.and_then(|element| element.attribute("id")) {
            Some(id) => Spot::Element(id.to_owned()),
            None => Spot::Path(element_path(node)),
        }
    })?;
    // Coordinates are not read by anyone.
    placed.digits.retain(|run| run.class != DigitClass::Structural || !run.place.contains("/@"));
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
        let line_start: usize =
            rendered.text.split_inclusive('\n').take(position.row.saturating_sub(1) as usize).map(str::len).sum();
        let at = line_start + position.col.saturating_sub(1) as usize;
        let place = rendered.template_place(at.min(rendered.text.len()));
        sink.error(&codes::RND_001, place, format!("{file} is not well-formed XML: {error}")).stop()
    })?;
    let mut placer = Placer::new(file, rendered);
    for node in document.descendants() {
        if node.is_element() {
            for attribute in node.attributes() {
                let path = Spot::Path(format!("{}/@{}", element_path(node), attribute.name()));
                // Constants of the schema stand in attributes; they are the format's, not a person's.
                placer.stretch(attribute.range_value(), Some(DigitClass::Structural), &|_| path.clone());
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
        let same = |sibling: &roxmltree::Node<'_, '_>| sibling.is_element() && sibling.tag_name().name() == name;
        let before = element.prev_siblings().skip(1).filter(same).count();
        let after = element.next_siblings().skip(1).filter(same).count();
        steps.push(if before + after == 0 { name.to_owned() } else { format!("{name}[{}]", before + 1) });
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
        let skip_to = |end: &str| text[tag..].find(end).map_or(text.len(), |found| tag + found + end.len());
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

/// Where the lines of a text begin, so that a place is found without reading the text again.
struct LineStarts<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> LineStarts<'t> {
    fn of(text: &'t str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, starts }
    }

    fn spot(&self, at: usize) -> Spot {
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts[line - 1];
        Spot::Line { line, column: self.text[start..at].chars().count() + 1 }
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
        store.sink().count(ResultKey::new("a", "n"), Lineage::default());
        store.sink().real(ResultKey::new("a", "p"), 0.0001, Lineage::default(), crate::results::NewResult::default());
        let view = json!({ "x": "Day 7 \"a\"", "rule": "AEOUT = 'FATAL'" });
        let mut sink = Diagnostics::new();
        Engine::new(&set, &store, &REGULATORY).render(target, "t", view, &mut sink).expect("renders")
    }

    fn check(placed: &Placed, numbers: &[(&str, &str)], digits: &[(&str, DigitClass, &str)]) {
        let found: Vec<(&str, &str)> = placed.placements.iter().map(|p| (p.place.as_str(), p.text.as_str())).collect();
        assert_eq!(found, numbers);
        let found: Vec<(&str, DigitClass, &str)> =
            placed.digits.iter().map(|run| (run.place.as_str(), run.class, run.text.as_str())).collect();
        assert_eq!(found, digits);
    }

    #[test]
    fn xml_by_element_path() {
        let text = "<r xmlns='u'><a><b v='{{num \"a:n\"}}' w='12'>{{num \"a:p\"}}</b><b>{{x}} 30 Table 2</b></a></r>";
        let placed = place_xml("f.xml", &rendered(Target::Xml, text), &mut Diagnostics::new()).expect("well-formed");
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
        assert_eq!((sink.all()[0].code.id, sink.all()[0].place.to_string()), ("RND-001", "templates/t:2:4".to_owned()));
    }

    #[test]
    fn html_and_drawing_by_element() {
        let text = "<style>p{margin:3px}</style><p title=\"4\">{{num \"a:n\"}} of {{x}}<!-- 9 --></p>{{num \"a:p\" bare=true}}";
        let placed = place_html("f.html", &rendered(Target::Html, text));
        let (number, line) = (("#n1", "0"), ("line 1 column 118", "<0.001"));
        let class = DigitClass::Configured;
        assert_eq!(placed.placements.len(), 2);
        assert_eq!((placed.placements[0].place.as_str(), placed.placements[0].text.as_str()), number);
        assert_eq!(placed.placements[1].text, line.1);
        assert_eq!(placed.digits.iter().map(|run| (run.class, run.text.as_str())).collect::<Vec<_>>(), [(class, "7")]);

        let text = "<svg><g id='box'><text>n={{num \"a:n\"}}</text></g></svg>";
        let placed = place_svg("f.svg", &rendered(Target::Svg, text), &mut Diagnostics::new()).expect("well-formed");
        check(&placed, &[("#n1", "0")], &[]);
    }

    #[test]
    fn an_escaped_quote_is_no_digit() {
        check(&place_html("f.html", &rendered(Target::Html, "<p>{{rule}}</p>")), &[], &[]);
        for target in [Target::Xml, Target::Svg] {
            let placed = place_xml("f.xml", &rendered(target, "<r a='{{rule}}'>{{rule}}</r>"), &mut Diagnostics::new());
            check(&placed.expect("well-formed"), &[], &[]);
        }
    }
}
