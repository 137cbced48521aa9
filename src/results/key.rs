//! The address of a result: `analysis:statistic[factor=level,…]`.

use std::collections::BTreeMap;
use std::fmt;

/// Address of one number, the same in templates, `trace`, `diff` and messages.
///
/// Factors are sorted by name; a comparison is a level such as `msc/placebo`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResultKey {
    /// Id of the analysis, or one of the reserved `flow set base ae disp mult study`.
    pub analysis: String,
    /// Which number of the analysis: `mean`, `p`, `diff_lower`.
    pub statistic: String,
    /// Factor → level.
    pub groups: BTreeMap<String, String>,
}

impl ResultKey {
    /// A key without groups.
    #[must_use]
    pub fn new(analysis: impl Into<String>, statistic: impl Into<String>) -> Self {
        Self { analysis: analysis.into(), statistic: statistic.into(), groups: BTreeMap::new() }
    }

    /// The same key with one more group.
    #[must_use]
    pub fn with(mut self, factor: impl Into<String>, level: impl Into<String>) -> Self {
        self.groups.insert(factor.into(), level.into());
        self
    }

    /// The same address with another statistic.
    #[must_use]
    pub fn statistic(&self, statistic: impl Into<String>) -> Self {
        Self { statistic: statistic.into(), ..self.clone() }
    }

    /// The level of a factor, if the key has it.
    #[must_use]
    pub fn level(&self, factor: &str) -> Option<&str> {
        self.groups.get(factor).map(String::as_str)
    }

    /// Reads the text form.
    ///
    /// # Errors
    /// A sentence that says where the text stops being a key.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let (analysis, rest) =
            text.split_once(':').ok_or_else(|| format!("`{text}` has no `:` between analysis and statistic"))?;
        let (statistic, groups) = match rest.split_once('[') {
            None => (rest, ""),
            Some((statistic, tail)) => {
                (statistic, tail.strip_suffix(']').ok_or_else(|| format!("`{text}` opens `[` and does not close it"))?)
            }
        };
        if !is_identifier(analysis) || !is_identifier(statistic) {
            return Err(format!("`{text}`: analysis and statistic are made of letters, digits, `_`, `-` and `.`"));
        }
        let mut key = Self::new(analysis, statistic);
        let mut rest = groups;
        while !rest.is_empty() {
            let (factor, tail) = rest.split_once('=').ok_or_else(|| format!("`{text}`: `{rest}` lacks `=`"))?;
            let (level, tail) = if let Some(quoted) = tail.strip_prefix('"') {
                let (level, end) = unquote(quoted).ok_or_else(|| format!("`{text}`: a quote is not closed"))?;
                (level, &quoted[end..])
            } else {
                let end = tail.find(',').unwrap_or(tail.len());
                (tail[..end].to_owned(), &tail[end..])
            };
            if key.groups.insert(factor.trim().to_owned(), level).is_some() {
                return Err(format!("`{text}` names the factor `{factor}` twice"));
            }
            rest = match tail.strip_prefix(',') {
                Some(tail) => tail,
                None if tail.is_empty() => "",
                None => return Err(format!("`{text}`: `,` or `]` expected at `{tail}`")),
            };
        }
        Ok(key)
    }
}

/// The level inside quotes and the byte after the closing quote.
fn unquote(text: &str) -> Option<(String, usize)> {
    let mut level = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((level, at + 1)),
            '\\' => level.push(chars.next()?.1),
            _ => level.push(c),
        }
    }
    None
}

fn is_identifier(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

/// Levels that need no quotes.
fn is_plain_level(text: &str) -> bool {
    !text.is_empty()
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '+' | '/' | ':'))
}

impl fmt::Display for ResultKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.analysis, self.statistic)?;
        for (position, (factor, level)) in self.groups.iter().enumerate() {
            f.write_str(if position == 0 { "[" } else { "," })?;
            if is_plain_level(level) {
                write!(f, "{factor}={level}")?;
            } else {
                write!(f, "{factor}=\"{}\"", level.replace('\\', "\\\\").replace('"', "\\\""))?;
            }
        }
        if self.groups.is_empty() { Ok(()) } else { f.write_str("]") }
    }
}

#[cfg(test)]
mod tests {
    use super::ResultKey;

    #[test]
    fn text_form_round_trips() {
        for text in [
            "pf_d7:diff[arm=msc/placebo]",
            "ae:n[arm=msc,soc=\"Blood and \\\"lymph\\\", disorders\",term=x]",
            "flow:assessed",
            "base:mean[arm=total,variable=AGE]",
            "pf_d7:diff[arm=msc/placebo,subgroup=SEX:F]",
        ] {
            assert_eq!(ResultKey::parse(text).map(|k| k.to_string()).as_deref(), Ok(text));
        }
    }

    #[test]
    fn factors_are_sorted() {
        let key = ResultKey::parse("a:n[z=1,b=2]").expect("a key");
        assert_eq!(key.to_string(), "a:n[b=2,z=1]");
    }

    #[test]
    fn says_what_is_wrong() {
        for text in ["pf_d7", "a:n[b]", "a:n[b=1", "a:n[b=\"x]", "a:n[b=1,b=2]", ":n", "a b:n"] {
            assert!(ResultKey::parse(text).is_err(), "{text}");
        }
    }
}
