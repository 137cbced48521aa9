//! What the templates of readable documents see, for Word and for PDF: the same words and numbers in the same order.

use serde_json::{Value as Json, json};

use crate::report::registry::Figure;
use crate::report::registry::document::{Block, Content, Document, Piece};

use super::template::BuiltIn;

/// The template of documents on pages.
pub static TEMPLATES: BuiltIn =
    &[("registry/document.typ.hbs", include_str!("../../templates/registry/document.typ.hbs"))];

/// The view of a document; `notices` stand before its own.
pub(super) fn view(document: &Document, notices: &[String], decimal_mark: char) -> Json {
    let sections = document.sections.iter().map(|section| {
        json!({
            "heading": content(&section.heading, decimal_mark),
            "level": section.level,
            "below": section.level > 2,
            "blocks": section.blocks.iter().map(|of| block(of, decimal_mark)).collect::<Vec<_>>(),
        })
    });
    json!({
        "title": document.title,
        "language": document.language,
        "notices": notices.iter().chain(&document.notices).collect::<Vec<_>>(),
        "sections": sections.collect::<Vec<_>>(),
    })
}

fn block(of: &Block, decimal_mark: char) -> Json {
    let cells = |row: &[Content]| row.iter().map(|of| content(of, decimal_mark)).collect::<Vec<_>>();
    match of {
        Block::Paragraph(pieces) => {
            json!({"kind": "paragraph", "style": "Normal", "content": content(pieces, decimal_mark)})
        }
        Block::Writer(text) => json!({"kind": "writer", "style": "Writer", "content": [{"label": text}]}),
        Block::Table { head, rows } => {
            let columns = rows.iter().map(Vec::len).chain([head.len()]).max().unwrap_or_default();
            let row = |row: &Vec<Content>| json!({"spans": row.len() == 1 && columns > 1, "cells": cells(row)});
            json!({
                "kind": "table",
                "columns": columns,
                "grid": vec![Json::Null; columns],
                "head": cells(head),
                "rows": rows.iter().map(row).collect::<Vec<_>>(),
            })
        }
    }
}

fn content(pieces: &[Piece], decimal_mark: char) -> Json {
    let piece = |of: &Piece| match of {
        Piece::Fixed(text) => json!({"label": text}),
        Piece::Text(text) => json!({"text": text}),
        Piece::Figure(Figure::Result(key)) => json!({"num": key.to_string()}),
        // A number of a file that was read gets the language's decimal mark as well.
        Piece::Figure(Figure::Printed(text)) => json!({"text": text.replace('.', &decimal_mark.to_string())}),
    };
    Json::Array(pieces.iter().map(piece).collect())
}
