//! Writes a configuration file line by line and keeps in mind what could not be filled.

use std::fmt::Display;

/// What stands where a text is still to come.
pub(super) const TO_BE_STATED: &str = "to be stated";

/// A file being written.
#[derive(Debug, Default)]
pub(super) struct Yaml {
    lines: Vec<String>,
    path: Vec<String>,
    missing: Vec<String>,
}

impl Yaml {
    /// A mapping under `key`; `{}` where nothing is written into it.
    pub fn section(&mut self, key: &str, write: impl FnOnce(&mut Self)) {
        let at = self.lines.len();
        self.line(&format!("{key}:"));
        self.path.push(key.to_owned());
        write(self);
        self.path.pop();
        if self.lines.len() == at + 1 {
            self.lines[at].push_str(" {}");
        }
    }

    /// A list under `key`; left out where it is empty.
    pub fn list(&mut self, key: &str, items: impl IntoIterator<Item = String>) {
        let items: Vec<String> = items.into_iter().collect();
        if !items.is_empty() {
            self.line(&format!("{key}:"));
            items.iter().for_each(|item| self.line(&format!("  - {item}")));
        }
    }

    /// A list that must be there.
    pub fn required_list(&mut self, key: &str, items: Vec<String>, instead: &str) {
        if items.is_empty() {
            self.miss(key, "");
            self.line(&format!("{key}: {instead}  # {TO_BE_STATED}"));
        } else {
            self.list(key, items);
        }
    }

    /// A text that must be there.
    pub fn text(&mut self, key: &str, text: Option<&str>) {
        match text {
            Some(text) => self.line(&format!("{key}: {}", quoted(text))),
            None => {
                self.miss(key, "");
                self.line(&format!("{key}: {TO_BE_STATED}"));
            }
        }
    }

    /// A text that may be absent.
    pub fn optional(&mut self, key: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.line(&format!("{key}: {}", quoted(text)));
        }
    }

    /// A word of the format, a number, `true` or `false`; another stands for it where the record does not say.
    pub fn word(&mut self, key: &str, word: Option<impl Display>, instead: &str) {
        match word {
            Some(word) => self.line(&format!("{key}: {word}")),
            None => {
                self.miss(key, "");
                self.line(&format!("{key}: {instead}  # {TO_BE_STATED}"));
            }
        }
    }

    /// The same where absence is an answer.
    pub fn optional_word(&mut self, key: &str, word: Option<impl Display>) {
        if let Some(word) = word {
            self.line(&format!("{key}: {word}"));
        }
    }

    /// Remembers that a key of this section could not be filled, and why.
    pub fn miss(&mut self, key: &str, why: &str) {
        let path: Vec<&str> = self.path.iter().map(String::as_str).chain([key]).collect();
        let why = if why.is_empty() { String::new() } else { format!(": {why}") };
        self.missing.push(format!("{}{why}", path.join(".")));
    }

    fn line(&mut self, line: &str) {
        self.lines.push(format!("{}{line}", "  ".repeat(self.path.len())));
    }

    /// The lines, and what could not be filled.
    pub fn into_parts(self) -> (String, Vec<String>) {
        (self.lines.join("\n") + "\n", self.missing)
    }
}

/// A text as YAML takes it whatever it holds: JSON's quoting is a part of YAML's.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text.trim()).to_string()
}

/// A mapping in one line; absent values are left out.
pub(super) fn inline(fields: &[(&str, Option<String>)]) -> String {
    let given = fields.iter().filter_map(|(key, value)| Some(format!("{key}: {}", value.as_ref()?)));
    format!("{{{}}}", given.collect::<Vec<_>>().join(", "))
}

/// An id from words: `Semaglutide 0.5 mg` becomes `semaglutide_0_5_mg`; `taken` keeps ids apart.
pub(super) fn id(words: &str, taken: &mut Vec<String>) -> String {
    let plain: String =
        words.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
    let parts: Vec<&str> = plain.split('_').filter(|part| !part.is_empty()).collect();
    let base: String = parts.join("_").chars().take(40).collect();
    let base = match base.trim_end_matches('_') {
        "" | "total" => "group",
        base => base,
    };
    let mut id = base.to_owned();
    let mut n = 2;
    while taken.contains(&id) {
        id = format!("{base}_{n}");
        n += 1;
    }
    taken.push(id.clone());
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_plain_and_kept_apart() {
        let mut taken = Vec::new();
        let ids = ["Semaglutide 0.5 mg", "semaglutide 0,5 MG", "总", "Total"].map(|words| id(words, &mut taken));
        assert_eq!(ids, ["semaglutide_0_5_mg", "semaglutide_0_5_mg_2", "group", "group_2"]);
    }

    #[test]
    fn what_is_missing_is_named_by_its_path() {
        let mut yaml = Yaml::default();
        yaml.section("sponsor", |yaml| {
            yaml.text("organisation", Some("A \"B\": #1"));
            yaml.section("address", |yaml| yaml.text("street", None));
        });
        yaml.section("dates", |_| {});
        let (text, missing) = yaml.into_parts();
        assert_eq!(
            text,
            "sponsor:\n  organisation: \"A \\\"B\\\": #1\"\n  address:\n    street: to be stated\ndates: {}\n"
        );
        assert_eq!(missing, ["sponsor.address.street"]);
    }
}
