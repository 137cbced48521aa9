//! The writer's Markdown with `{{num "KEY"}}` tokens, turned into a target's own markup.

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::target::{Target, typst_string};

/// A token stands in the Markdown as this character, its index, and this character again; it is no
/// Markdown syntax, no mark, and cannot come from the writer.
const TOKEN: char = '\u{10FFD0}';
const TOKEN_DIGIT: u32 = 0x10_FFD1;

/// What stops a text from being printed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProseProblem {
    /// Byte of the Markdown.
    pub at: usize,
    /// One line.
    pub message: String,
}

/// Who writes numbers and text for the prose: the helpers, which know marks and the store.
pub trait ProseWriter {
    /// Problem of the caller's own kind.
    type Error: From<ProseProblem>;
    /// The number at a key, in the target's escaping.
    ///
    /// # Errors
    /// Where there is no such number.
    fn number(&mut self, key: &str, style: Option<&str>, at: usize) -> Result<String, Self::Error>;
    /// Words as typed, in the target's escaping.
    fn typed(&mut self, text: &str) -> String;
}

/// Writes `markdown` for `target`.
///
/// # Errors
/// An unknown number, a token other than `num`, or Markdown that has no place in a report: images,
/// HTML, footnotes.
pub fn write_prose<W: ProseWriter>(markdown: &str, target: Target, writer: &mut W) -> Result<String, W::Error> {
    let (text, tokens) = tokens(markdown)?;
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut out = String::new();
    let mut table_columns = 0;
    let mut in_header = false;
    for (event, range) in Parser::new_ext(&text, options).into_offset_iter() {
        // Tokens are shorter than what they stand for, so offsets are those of the token text; the
        // place of a token itself is exact, other places are moved by the tokens before them.
        let at = source_offset(range.start, &tokens);
        let refuse = |what: &str| ProseProblem { at, message: format!("{what} cannot stand in the text of a report") };
        match event {
            Event::Text(words) => out.push_str(&text_with_numbers(&words, &tokens, writer)?),
            Event::Code(words) => {
                let words = text_with_numbers(&words, &tokens, writer)?;
                match target {
                    Target::Typst => out.push_str(&format!("#text(font: \"DejaVu Sans Mono\", size: 0.9em)[{words}];")),
                    Target::Html => out.push_str(&format!("<code>{words}</code>")),
                    _ => out.push_str(&words),
                }
            }
            Event::SoftBreak => out.push(' '),
            Event::HardBreak => out.push_str(match target {
                Target::Typst => "#linebreak();",
                Target::Html => "<br/>",
                _ => "\n",
            }),
            Event::Rule => out.push('\n'),
            Event::Start(tag) => match tag {
                Tag::Image { .. } => return Err(refuse("an image").into()),
                Tag::HtmlBlock => return Err(refuse("HTML").into()),
                Tag::FootnoteDefinition(_) => return Err(refuse("a footnote").into()),
                Tag::Table(alignments) => {
                    table_columns = alignments.len();
                    open(&mut out, target, &Tag::Table(alignments), table_columns);
                }
                Tag::TableHead => {
                    in_header = true;
                    open(&mut out, target, &Tag::TableHead, table_columns);
                }
                Tag::TableCell if in_header && target == Target::Html => out.push_str("<th>"),
                Tag::Link { ref dest_url, .. } if !is_allowed_link(dest_url) => {
                    return Err(refuse("a link other than http, https or mailto").into());
                }
                other => open(&mut out, target, &other, table_columns),
            },
            Event::End(TagEnd::TableCell) if in_header && target == Target::Html => out.push_str("</th>"),
            Event::End(end) => {
                if end == TagEnd::TableHead {
                    in_header = false;
                }
                close(&mut out, target, end);
            }
            Event::Html(_) | Event::InlineHtml(_) => return Err(refuse("HTML").into()),
            Event::FootnoteReference(_) => return Err(refuse("a footnote").into()),
            Event::TaskListMarker(_) | Event::InlineMath(_) | Event::DisplayMath(_) => {}
        }
    }
    Ok(if matches!(target, Target::Typst | Target::Html) { out } else { out.trim().to_owned() })
}

struct Token {
    key: String,
    style: Option<String>,
    /// Byte in the Markdown.
    at: usize,
    /// Byte in the text with stand-ins.
    stand_in: usize,
    /// How much shorter the stand-in is than what it stands for, in bytes.
    shorter: isize,
}

/// The Markdown with each `{{num …}}` replaced by a stand-in.
fn tokens(markdown: &str) -> Result<(String, Vec<Token>), ProseProblem> {
    let mut text = String::with_capacity(markdown.len());
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(found) = markdown[at..].find("{{") {
        let start = at + found;
        text.push_str(&markdown[at..start]);
        let problem = |message: &str| ProseProblem { at: start, message: message.to_owned() };
        let length = markdown[start..].find("}}").ok_or_else(|| problem("`{{` is not closed by `}}`"))?;
        let inside = markdown[start + 2..start + length].trim();
        let words = inside.strip_prefix("num").filter(|rest| rest.starts_with([' ', '\t', '\n'])).ok_or_else(|| {
            problem(&format!("`{{{{{inside}}}}}`: in a text only `{{{{num \"KEY\"}}}}` has a meaning"))
        })?;
        let (key, style) = key_and_style(words.trim()).map_err(|message| problem(&message))?;
        let stand_in = text.len();
        text.push(TOKEN);
        for digit in tokens.len().to_string().bytes() {
            text.extend(char::from_u32(TOKEN_DIGIT + u32::from(digit - b'0')));
        }
        text.push(TOKEN);
        let shorter = (length + 2) as isize - (text.len() - stand_in) as isize;
        tokens.push(Token { key, style, at: start, stand_in, shorter });
        at = start + length + 2;
    }
    text.push_str(&markdown[at..]);
    Ok((text, tokens))
}

/// `"KEY" style="0.00"`, the key in double quotes, single quotes or none.
fn key_and_style(words: &str) -> Result<(String, Option<String>), String> {
    let (words, style) = match words.rfind("style=") {
        Some(at) => {
            let style = words[at + 6..].trim().trim_matches(['"', '\'']);
            (words[..at].trim(), Some(style.to_owned()))
        }
        None => (words, None),
    };
    let unquoted = |quote: char| words.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    let key = match (unquoted('"'), unquoted('\'')) {
        // A key may hold quotes itself; written in double quotes they may be escaped or not.
        (Some(key), _) => key.replace("\\\"", "\""),
        (None, Some(key)) => key.to_owned(),
        (None, None) => words.to_owned(),
    };
    if key.is_empty() { Err("`num` needs the key of a result".to_owned()) } else { Ok((key, style)) }
}

fn source_offset(offset: usize, tokens: &[Token]) -> usize {
    let shift: isize = tokens.iter().filter(|token| token.stand_in < offset).map(|token| token.shorter).sum();
    usize::try_from(offset as isize + shift).unwrap_or(offset)
}

fn text_with_numbers<W: ProseWriter>(words: &str, tokens: &[Token], writer: &mut W) -> Result<String, W::Error> {
    let mut out = String::new();
    for (position, part) in words.split(TOKEN).enumerate() {
        if position % 2 == 0 {
            if !part.is_empty() {
                out.push_str(&writer.typed(part));
            }
            continue;
        }
        let index = part.chars().fold(0, |index, c| index * 10 + (u32::from(c).wrapping_sub(TOKEN_DIGIT)) as usize);
        if let Some(token) = tokens.get(index) {
            out.push_str(&writer.number(&token.key, token.style.as_deref(), token.at)?);
        }
    }
    Ok(out)
}

fn is_allowed_link(url: &str) -> bool {
    ["http://", "https://", "mailto:"].iter().any(|scheme| url.starts_with(scheme))
}

fn open(out: &mut String, target: Target, tag: &Tag<'_>, columns: usize) {
    let text = match (target, tag) {
        (Target::Typst, Tag::Heading { .. }) => "#block(above: 1.2em, below: 0.7em, sticky: true)[#strong[".to_owned(),
        (Target::Typst, Tag::BlockQuote(_)) => "#quote(block: true)[".to_owned(),
        (Target::Typst, Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => {
            "#block[#set text(font: \"DejaVu Sans Mono\", size: 0.9em);".to_owned()
        }
        (Target::Typst, Tag::List(None)) => "#list(".to_owned(),
        (Target::Typst, Tag::List(Some(start))) => format!("#enum(start: {start}, "),
        (Target::Typst, Tag::Item | Tag::TableCell) => "[".to_owned(),
        (Target::Typst, Tag::Emphasis) => "#emph[".to_owned(),
        (Target::Typst, Tag::Strong) => "#strong[".to_owned(),
        (Target::Typst, Tag::Strikethrough) => "#strike[".to_owned(),
        (Target::Typst, Tag::Link { dest_url, .. }) => {
            format!("#link({})[", typst_string(dest_url))
        }
        (Target::Typst, Tag::Table(_)) => format!("#table(columns: {columns}, "),
        (Target::Typst, Tag::TableHead) => "table.header(".to_owned(),
        (Target::Html, Tag::Paragraph) => "<p>".to_owned(),
        (Target::Html, Tag::Heading { .. }) => "<p><strong>".to_owned(),
        (Target::Html, Tag::BlockQuote(_)) => "<blockquote>".to_owned(),
        (Target::Html, Tag::CodeBlock(_)) => "<pre>".to_owned(),
        (Target::Html, Tag::List(None)) => "<ul>".to_owned(),
        (Target::Html, Tag::List(Some(start))) => format!("<ol start=\"{start}\">"),
        (Target::Html, Tag::Item) => "<li>".to_owned(),
        (Target::Html, Tag::Emphasis) => "<em>".to_owned(),
        (Target::Html, Tag::Strong) => "<strong>".to_owned(),
        (Target::Html, Tag::Strikethrough) => "<s>".to_owned(),
        (Target::Html, Tag::Link { dest_url, .. }) => {
            format!("<a href=\"{}\">", target.escape(dest_url))
        }
        (Target::Html, Tag::Table(_)) => "<table>".to_owned(),
        (Target::Html, Tag::TableHead | Tag::TableRow) => "<tr>".to_owned(),
        (Target::Html, Tag::TableCell) => "<td>".to_owned(),
        (Target::Text | Target::Xml | Target::Csv | Target::Svg, Tag::Item) => "- ".to_owned(),
        _ => String::new(),
    };
    out.push_str(&text);
}

fn close(out: &mut String, target: Target, end: TagEnd) {
    out.push_str(match (target, end) {
        (Target::Typst, TagEnd::Paragraph) => "\n\n",
        (Target::Typst, TagEnd::Heading(_)) => "]]\n\n",
        (Target::Typst, TagEnd::BlockQuote(_) | TagEnd::CodeBlock) => "]\n\n",
        (Target::Typst, TagEnd::List(_) | TagEnd::Table) => ");\n\n",
        (Target::Typst, TagEnd::Item | TagEnd::TableCell) => "],",
        (Target::Typst, TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link) => "];",
        (Target::Typst, TagEnd::TableHead) => "),",
        (Target::Html, TagEnd::Paragraph) => "</p>\n",
        (Target::Html, TagEnd::Heading(_)) => "</strong></p>\n",
        (Target::Html, TagEnd::BlockQuote(_)) => "</blockquote>\n",
        (Target::Html, TagEnd::CodeBlock) => "</pre>\n",
        (Target::Html, TagEnd::List(false)) => "</ul>\n",
        (Target::Html, TagEnd::List(true)) => "</ol>\n",
        (Target::Html, TagEnd::Item) => "</li>",
        (Target::Html, TagEnd::Emphasis) => "</em>",
        (Target::Html, TagEnd::Strong) => "</strong>",
        (Target::Html, TagEnd::Strikethrough) => "</s>",
        (Target::Html, TagEnd::Link) => "</a>",
        (Target::Html, TagEnd::Table) => "</table>\n",
        (Target::Html, TagEnd::TableHead | TagEnd::TableRow) => "</tr>\n",
        (Target::Html, TagEnd::TableCell) => "</td>",
        (_, TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::CodeBlock) => "\n\n",
        (_, TagEnd::Item | TagEnd::TableRow | TagEnd::TableHead) => "\n",
        (_, TagEnd::TableCell) => "\t",
        _ => "",
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Plain(Target);
    impl ProseWriter for Plain {
        type Error = ProseProblem;
        fn number(&mut self, key: &str, style: Option<&str>, _at: usize) -> Result<String, ProseProblem> {
            Ok(format!("<{key}|{}>", style.unwrap_or("-")))
        }
        fn typed(&mut self, text: &str) -> String {
            self.0.escape(text)
        }
    }

    fn check(target: Target, markdown: &str, expected: &str) {
        assert_eq!(write_prose(markdown, target, &mut Plain(target)).as_deref(), Ok(expected), "{markdown}");
    }

    #[test]
    fn markdown_becomes_markup() {
        check(
            Target::Typst,
            "A *b* [c](https://d.e)\nf",
            "#\"A \";#emph[#\"b\";];#\" \";#link(\"https://d.e\")[#\"c\";]; #\"f\";\n\n",
        );
        check(Target::Typst, "- a\n- b", "#list([#\"a\";],[#\"b\";],);\n\n");
        check(
            Target::Typst,
            "|a|b|\n|-|-|\n|c|d|",
            "#table(columns: 2, table.header([#\"a\";],[#\"b\";],),[#\"c\";],[#\"d\";],\n);\n\n",
        );
        check(Target::Html, "# A\n\nb & <", "<p><strong>A</strong></p>\n<p>b &amp; &lt;</p>\n");
        check(Target::Xml, "one\n\n- two\n- **three**", "one\n\n- two\n- three");
    }

    #[test]
    fn tokens_are_numbers_whatever_their_characters() {
        check(Target::Text, "n={{num \"a:n[b=\"x_y*z\"]\"}}_", "n=<a:n[b=\"x_y*z\"]|->_");
        check(Target::Text, "*{{num 'a:n' style=\"0.00\"}}*", "<a:n|0.00>");
        check(Target::Text, "{{num a:n[arm=msc/placebo]}}%", "<a:n[arm=msc/placebo]|->%");
    }

    #[test]
    fn what_has_no_place_is_refused_with_its_place() {
        for (markdown, at) in [
            ("a {{x}}", 2),
            ("a {{num \"a:n\"", 2),
            ("{{num \"a:n\"}} <b>x</b>", 14),
            ("![i](x.png)", 0),
            ("[x](javascript:y)", 0),
        ] {
            let problem = write_prose(markdown, Target::Text, &mut Plain(Target::Text)).expect_err(markdown);
            assert_eq!(problem.at, at, "{markdown}: {}", problem.message);
        }
    }
}
