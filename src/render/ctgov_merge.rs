//! Puts results into a record downloaded from PRS: the protocol part stays byte for byte.

use std::ops::Range;
use std::sync::Arc;

use roxmltree::{Document, Node};

use crate::base::codes::{REG_102, RND_001};
use crate::base::diagnostic::{Diagnostics, Place, Stop, TextSource};

use super::xml_check::check_text;

const PRS: &str = "http://clinicaltrials.gov/prs";
const RRS: &str = "http://clinicaltrials.gov/rrs";

/// Replaces the results of a downloaded record, or inserts them where they belong, by those of a PRS file we wrote.
///
/// Of several records in the download the one with our `org_study_id` is taken. Everything outside `rrs:result` keeps
/// its bytes. The comments at the head of our file stand in the result.
///
/// # Errors
/// [`Stop`] where a file is not well-formed (RND-001), the download is no PRS record or has no record of this study
/// (REG-102), or the result has a reference that leads nowhere (RND-002).
pub fn merge(name: &str, downloaded: &str, exported: &str, sink: &mut Diagnostics) -> Result<String, Stop> {
    let ours = parse("our PRS file", exported, sink)?;
    let theirs = parse(name, downloaded, sink)?;
    let our_study = studies(&ours).next().zip(ours.descendants().find(|node| is_result(*node)));
    let Some((study, result)) = our_study else {
        return Err(sink.error(&REG_102, Place::Nowhere, "our PRS file has no results to merge").stop());
    };
    let root = theirs.root_element();
    if !root.has_tag_name((PRS, "study_collection")) {
        let found = root.tag_name().name();
        let message = format!("{name} is not a record downloaded from PRS: it begins with `{found}`");
        return Err(sink
            .error(&REG_102, place(name, downloaded, root.range().start), message)
            .hint("in PRS choose \"Download XML\" of the record, which begins with `prs:study_collection`")
            .stop());
    }
    let target = matching(name, downloaded, &theirs, org_study_id(study), sink)?;
    let (range, before) = slot(downloaded, target);
    // The prefix our element uses must mean the same where it is put.
    let bound = target.lookup_namespace_uri(Some("rrs")) == Some(RRS);
    let mut element = exported.get(result.range()).unwrap_or_default().to_owned();
    // What is said at the head of our file (draft, synthetic, lock and run) must not get lost.
    if let Some(start) = element.find('>') {
        let head = ours.root().children().filter(Node::is_comment);
        let lines = head.map(|comment| format!("\n      {}", exported.get(comment.range()).unwrap_or_default()));
        element.insert_str(start + 1, &lines.collect::<String>());
    }
    if !bound && let Some(end) = element.find(['>', ' ', '/']) {
        element.insert_str(end, &format!(" xmlns:rrs=\"{RRS}\""));
    }
    let mut merged = String::with_capacity(downloaded.len() + element.len());
    merged.push_str(downloaded.get(..range.start).unwrap_or_default());
    merged.push_str(before);
    merged.push_str(&element);
    merged.push_str(downloaded.get(range.end..).unwrap_or_default());
    check_text(name, &merged, sink)?;
    Ok(merged)
}

fn parse<'t>(name: &str, text: &'t str, sink: &mut Diagnostics) -> Result<Document<'t>, Stop> {
    Document::parse(text).map_err(|error| {
        let position = error.pos();
        let lines = text.split_inclusive('\n').take(position.row.saturating_sub(1) as usize);
        let at = lines.map(str::len).sum::<usize>() + position.col.saturating_sub(1) as usize;
        let at = text.floor_char_boundary(at.min(text.len()));
        sink.error(&RND_001, place(name, text, at), format!("{name} is not well-formed XML: {error}")).stop()
    })
}

fn place(name: &str, text: &str, at: usize) -> Place {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    Place::Text {
        source: Arc::new(TextSource { name: name.to_owned(), text: text.to_owned() }),
        line: before.matches('\n').count() + 1,
        column: before.get(line_start..).map_or(1, |start| start.chars().count() + 1),
        length: 1,
    }
}

fn is_result(node: Node<'_, '_>) -> bool {
    node.has_tag_name((RRS, "result"))
}

fn studies<'d>(document: &'d Document<'d>) -> impl Iterator<Item = Node<'d, 'd>> {
    document.root_element().children().filter(|node| node.has_tag_name("clinical_study"))
}

fn org_study_id<'d>(study: Node<'d, 'd>) -> &'d str {
    let info = study.children().find(|node| node.has_tag_name("id_info"));
    let id = info.and_then(|info| info.children().find(|node| node.has_tag_name("org_study_id")));
    id.and_then(|id| id.text()).map_or("", str::trim)
}

/// The record of the study. A download of one record is taken only if it is that of this study.
fn matching<'d>(
    name: &str,
    text: &str,
    document: &'d Document<'d>,
    id: &str,
    sink: &mut Diagnostics,
) -> Result<Node<'d, 'd>, Stop> {
    let found: Vec<Node<'_, '_>> = studies(document).filter(|study| org_study_id(*study) == id).collect();
    if let [study] = found.as_slice() {
        return Ok(*study);
    }
    let all: Vec<String> = studies(document).map(|study| format!("`{}`", org_study_id(study))).collect();
    let message = match (found.len(), all.is_empty()) {
        (0, true) => format!("{name} has no record"),
        (0, false) => format!("{name} has no record of the study `{id}`; it has {}", all.join(", ")),
        _ => format!("{name} has more than one record of the study `{id}`"),
    };
    let at = document.root_element().range().start;
    Err(sink
        .error(&REG_102, place(name, text, at), message)
        .hint("`org_study_id` of the download must be the protocol code of the study")
        .stop())
}

/// Which bytes the results take, and what goes before them. They follow the protocol and precede `resultDisposition`.
fn slot(text: &str, study: Node<'_, '_>) -> (Range<usize>, &'static str) {
    if let Some(old) = study.children().find(|node| is_result(*node)) {
        return (old.range(), "");
    }
    let of_protocol = |node: &Node<'_, '_>| node.is_element() && !node.has_tag_name((RRS, "resultDisposition"));
    if let Some(last) = study.children().rfind(of_protocol) {
        return (last.range().end..last.range().end, "\n    ");
    }
    // A study without any element has no number either, so `matching` does not let it through; the end tag is right.
    let end = study.range().start + text.get(study.range()).and_then(|own| own.rfind("</")).unwrap_or(0);
    (end..end, "")
}
