//! A line of text as words and numbers, with what stands between them.

/// A run of letters or a run of digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// In lower case.
    pub text: String,
    /// Whether it is a number.
    pub is_number: bool,
    /// What stands between it and the token before.
    pub before: String,
}

impl Token {
    /// A number without leading zeros; a word as it is.
    pub fn stripped(&self) -> &str {
        let rest = self.text.trim_start_matches('0');
        if !self.is_number || rest.is_empty() { &self.text } else { rest }
    }
}

/// The tokens of a line, and what stands after the last one. Hyphens of every kind are `-`, blanks of every kind ` `.
pub fn tokens(line: &str) -> (Vec<Token>, String) {
    let mut found: Vec<Token> = Vec::new();
    let mut between = String::new();
    let mut open = false;
    for c in line.chars() {
        let is_number = c.is_ascii_digit();
        if !is_number && !c.is_alphabetic() {
            open = false;
            between.push(plain(c));
            continue;
        }
        match found.last_mut().filter(|last| open && last.is_number == is_number) {
            Some(last) => last.text.extend(c.to_lowercase()),
            None => {
                let text = c.to_lowercase().collect();
                found.push(Token { text, is_number, before: std::mem::take(&mut between) });
            }
        }
        open = true;
    }
    (found, between)
}

fn plain(c: char) -> char {
    match c {
        '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
        c if c.is_whitespace() => ' ',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_are_told_apart() {
        let (found, rest) = tokens("Subject DE\u{2011}01\u{a0}003b.");
        let shown: Vec<_> = found.iter().map(|t| (t.before.as_str(), t.text.as_str(), t.stripped())).collect();
        let expected =
            [("", "subject", "subject"), (" ", "de", "de"), ("-", "01", "1"), (" ", "003", "3"), ("", "b", "b")];
        assert_eq!((shown.as_slice(), rest.as_str()), (expected.as_slice(), "."));
    }
}
