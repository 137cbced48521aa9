//! Watches conditions: one that never holds, or compares with a text its column never has, is reported.

use rusqlite::OptionalExtension;

use crate::base::codes;
use crate::base::diagnostic::Diagnostics;
use crate::base::suggest::did_you_mean;

use super::catalog::VariableType;
use super::engine::{Engine, Expression};
use super::tables::quote;

/// Reports a condition that no record satisfies, and literals that never occur.
pub(super) fn condition(
    engine: &Engine,
    expression: &Expression,
    truth: &[(i64, Option<bool>)],
    sink: &mut Diagnostics,
) {
    let never = !truth.is_empty() && truth.iter().all(|(_, t)| *t != Some(true));
    let mut explained = false;
    for (name, literal) in comparisons(&expression.sql) {
        explained |= literal_occurs(engine, expression, &name, &literal, sink) == Some(false);
    }
    if never && !explained {
        sink.note(&codes::DAT_012, expression.place.clone(), format!("no record satisfies `{}`", expression.sql));
    }
}

/// Whether the literal occurs in the column; reports where it does not. `None` where the column is not text.
fn literal_occurs(
    engine: &Engine,
    expression: &Expression,
    name: &str,
    literal: &str,
    sink: &mut Diagnostics,
) -> Option<bool> {
    let variable = engine.resolve(expression.dataset, name)?;
    let meta = engine.catalog().variable(variable);
    if meta.kind != VariableType::Text || engine.is_code(variable, literal) {
        return None;
    }
    let table = quote(&engine.catalog().dataset(meta.dataset).name);
    let column = quote(&meta.name);
    let found = engine
        .connection()
        .prepare_cached(&format!("SELECT 1 FROM {table} WHERE {column} = ?1 LIMIT 1"))
        .and_then(|mut s| s.query_row([literal], |_| Ok(())).optional());
    if found.is_ok_and(|f| f.is_some()) {
        return Some(true);
    }
    let known: Vec<String> = engine
        .query(&format!(
            "SELECT min(_ROW), {column} FROM {table} WHERE {column} IS NOT NULL GROUP BY {column} LIMIT 50"
        ))
        .into_iter()
        .map(|(_, value)| value.shown())
        .collect();
    sink.warning(&codes::DAT_013, expression.place.clone(), format!("{} never has the value `{literal}`", meta.name))
        .hint(did_you_mean(literal, known.iter().map(String::as_str)));
    Some(false)
}

/// Pairs `name = 'text'` and `name IN ('text', …)` of an expression, as far as a plain scan sees them.
fn comparisons(sql: &str) -> Vec<(String, String)> {
    let tokens = tokens(sql);
    let mut pairs = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let Token::Name(name) = token else { continue };
        match (tokens.get(at + 1), tokens.get(at + 2)) {
            (Some(Token::Other(op)), Some(Token::Text(text))) if op == "=" || op == "==" => {
                pairs.push((name.clone(), text.clone()));
            }
            (Some(Token::Name(word)), Some(Token::Other(open))) if word.eq_ignore_ascii_case("in") && open == "(" => {
                for token in &tokens[at + 3..] {
                    match token {
                        Token::Text(text) => pairs.push((name.clone(), text.clone())),
                        Token::Other(comma) if comma == "," => {}
                        _ => break,
                    }
                }
            }
            _ => {}
        }
    }
    pairs
}

#[derive(Debug, PartialEq)]
enum Token {
    Name(String),
    Text(String),
    Other(String),
}

fn tokens(sql: &str) -> Vec<Token> {
    let mut found = Vec::new();
    let mut chars = sql.chars().peekable();
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        if c == '\'' {
            let mut text = String::new();
            while let Some(c) = chars.next() {
                if c != '\'' {
                    text.push(c);
                } else if chars.next_if_eq(&'\'').is_some() {
                    text.push('\'');
                } else {
                    break;
                }
            }
            found.push(Token::Text(text));
        } else if c.is_alphabetic() || c == '_' || c == '"' {
            let mut name = String::new();
            if c != '"' {
                name.push(c);
            }
            while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_' || *c == '"') {
                if c != '"' {
                    name.push(c);
                }
            }
            found.push(Token::Name(name));
        } else {
            let mut op = c.to_string();
            while let Some(c) = chars.next_if(|next| matches!(c, '=' | '<' | '>' | '!') && matches!(*next, '=' | '>')) {
                op.push(c);
            }
            found.push(Token::Other(op));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::comparisons;

    #[test]
    fn sees_equalities_and_lists() {
        let pairs = comparisons("SAFFL = 'Y' AND AVISIT IN ('Week 24', 'it''s') AND AGE > 3 AND X <> 'n'");
        let expected = [("SAFFL", "Y"), ("AVISIT", "Week 24"), ("AVISIT", "it's")];
        assert_eq!(pairs, expected.map(|(n, t)| (n.to_owned(), t.to_owned())));
    }
}
