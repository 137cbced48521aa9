//! The kinds of text a template can make, each with its own escaping.

use super::marks::without_mark_characters;

/// What kind of text a template makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// XML for a registry.
    Xml,
    /// A page for people.
    Html,
    /// Typst source, to become PDF.
    Typst,
    /// Comma-separated values; templates put the quotes.
    Csv,
    /// A drawing.
    Svg,
    /// Plain text.
    Text,
}

impl Target {
    /// Text as it must stand in this target: what it says can never become markup.
    #[must_use]
    pub fn escape(self, text: &str) -> String {
        let text = without_mark_characters(text);
        match self {
            Self::Xml | Self::Svg | Self::Html => escape_markup(&text),
            Self::Csv => text.replace('"', "\"\""),
            Self::Text => text,
            Self::Typst => escape_typst(&text),
        }
    }

    /// Whether a minus is U+2212 here.
    #[must_use]
    pub fn has_true_minus(self) -> bool {
        matches!(self, Self::Html | Self::Typst | Self::Svg)
    }

    /// Whether people read it, so that house styles such as `<0.1` apply.
    #[must_use]
    pub fn is_for_people(self) -> bool {
        !matches!(self, Self::Xml | Self::Csv)
    }
}

/// A Typst string literal with its quotes.
#[must_use]
pub fn typst_string(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' | '\t' => out.push(' '),
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Text as Typst markup: string expressions, a line break for each new line.
fn escape_typst(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    for (position, line) in text.lines().enumerate() {
        if position > 0 {
            out.push_str("#linebreak();");
        }
        if !line.is_empty() {
            out.push('#');
            out.push_str(&typst_string(line));
            out.push(';');
        }
    }
    out
}

fn escape_markup(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Not `&#39;`: a digit in markup would be counted among those a reader sees.
            '\'' => out.push_str("&apos;"),
            '\t' | '\n' | '\r' => out.push(c),
            // XML 1.0, section 2.2: other control characters and two non-characters cannot be written at all.
            '\0'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => out.push('\u{FFFD}'),
            _ => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::Target;

    #[test]
    fn text_never_becomes_markup() {
        for (target, expected) in [
            (Target::Xml, "a &lt;b&gt; &amp; &quot;c&quot; \\ #x"),
            (Target::Csv, "a <b> & \"\"c\"\" \\ #x"),
            (Target::Text, "a <b> & \"c\" \\ #x"),
            (Target::Typst, "#\"a <b> & \\\"c\\\" \\\\ #x\";"),
        ] {
            assert_eq!(target.escape("a <b> & \"c\" \\ #x"), expected);
        }
        assert_eq!(Target::Typst.escape("a\n\nb"), "#\"a\";#linebreak();#linebreak();#\"b\";");
        assert_eq!(Target::Xml.escape("\u{1}\n"), "\u{FFFD}\n");
    }

    #[test]
    fn escaping_brings_no_digits() {
        for target in [Target::Xml, Target::Html, Target::Svg, Target::Csv, Target::Text, Target::Typst] {
            let escaped = target.escape("'a' & \"b\" < c > d \\ # $ % = @\n\t\u{1}");
            assert!(!escaped.contains(char::is_numeric), "{target:?}: {escaped}");
        }
        assert_eq!(Target::Html.escape("AEOUT = 'FATAL'"), "AEOUT = &apos;FATAL&apos;");
    }
}
