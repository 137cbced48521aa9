//! Texts of the study and of the program, in which digits of the report may stand, and how texts are compared.

use std::fs;
use std::path::Path;

/// What is known beside the pages.
pub struct Sources {
    pub run: String,
    pub lock: String,
    /// Texts of the study, configuration, manifest, file names, rules of results.
    pub study: String,
    /// Texts of the program.
    pub program: String,
}

impl Sources {
    /// Reads the texts of the program: lines of templates and of the stages that print.
    pub fn program(root: &Path) -> String {
        let mut text = String::new();
        for folder in ["templates", "src/methods", "src/pipeline", "src/render", "src/report"] {
            read_below(&root.join(folder), &mut text);
        }
        text
    }
}

fn read_below(folder: &Path, text: &mut String) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            read_below(&path, text);
        } else if let Ok(content) = fs::read_to_string(&path) {
            let is_template = path.extension().is_some_and(|extension| extension == "hbs");
            let words = if is_template { content } else { literals(&content) };
            for line in words.lines().filter(|line| line.contains(char::is_numeric)) {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
}

/// The text literals of a source file, one a line, those of its tests left out.
fn literals(source: &str) -> String {
    let program = source.split("#[cfg(test)]").next().unwrap_or_default();
    let mut found = String::new();
    let mut chars = program.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => while chars.next().is_some_and(|c| c != '\n') {},
            // A character is no text: '"', '\'', '\\'.
            '\'' => match chars.peek() {
                Some('"') => _ = chars.nth(1),
                Some('\\') => _ = chars.nth(2),
                _ => {}
            },
            '"' => {
                while let Some(c) = chars.next() {
                    match c {
                        '"' => break,
                        '\\' => match chars.next() {
                            // A literal that goes on in the next line is one text.
                            Some('\n') => while chars.next_if(|c| c.is_whitespace()).is_some() {},
                            Some('n' | 't') => found.push(' '),
                            Some(c) => found.push(c),
                            None => break,
                        },
                        '\n' => found.push(' '),
                        c => found.push(c),
                    }
                }
                found.push('\n');
            }
            _ => {}
        }
    }
    found
}

/// A text without what a line break, a font or a source file may add or take away.
pub fn bare(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !is_dressing(*c)).collect()
}

/// The same with one blank between words.
pub fn spaced(text: &str) -> String {
    let words = text.split_whitespace().map(|word| word.replace(is_dressing, ""));
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn is_dressing(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '\'' | '’' | '*' | '\u{2060}' | '\u{AD}')
}

/// Whether a text has this, not as a part of a longer number.
pub fn has_word(text: &str, wanted: &str) -> bool {
    let is_digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    !wanted.is_empty()
        && text.match_indices(wanted).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + wanted.len()..].chars().next();
            let goes_back = is_digit(before) && is_digit(wanted.chars().next());
            let goes_on = is_digit(after) && is_digit(wanted.chars().next_back());
            !goes_back && !goes_on
        })
}
