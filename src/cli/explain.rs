//! `explain`: a finding's code, a method, the functions of expressions.

use std::fmt::Write;

use crate::base::codes::{self, CODES};
use crate::base::suggest::did_you_mean;
use crate::{data, methods};

use super::Exit;
use super::session::{Ended, Failure, Session};

/// What `explain` takes.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// A code such as `DAT-007`, a method such as `t_test`, or `catalogue`, `codes`, `functions`, `methods`.
    #[arg(value_name = "CODE|METHOD|TOPIC")]
    topic: String,
}

/// The topics that list things.
const TOPICS: [&str; 4] = ["catalogue", "codes", "functions", "methods"];

pub(super) fn run(arguments: &Arguments, session: &mut Session) -> Ended {
    let topic = arguments.topic.trim();
    let text = match topic {
        "codes" => CODES.iter().map(|code| format!("{}  {}\n", code.id, code.title)).collect(),
        "functions" => functions(),
        "methods" => methods::list(),
        "catalogue" => methods::catalogue(),
        _ => match (codes::find(topic), methods::explain(topic)) {
            (Some(code), _) => format!("{}: {}\n\n{}\n", code.id, code.title, wrap(code.explanation)),
            (None, Some(text)) => text,
            (None, None) => return Err(unknown(topic)),
        },
    };
    session.data(&text)?;
    Ok(Exit::Clean)
}

fn unknown(topic: &str) -> Failure {
    let known = CODES.iter().map(|code| code.id).chain(methods::names()).chain(TOPICS);
    let mut hint = did_you_mean(topic, known);
    if hint.starts_with("known:") {
        hint = format!("lists: {}", TOPICS.map(|t| format!("`tracelock explain {t}`")).join(", "));
    }
    Failure::usage(format!("there is nothing called `{topic}` to explain"), hint)
}

fn functions() -> String {
    let mut text = String::from(
        "Conditions and derivations are SQLite expressions over the variables of their dataset and of the subject.\n\
         Text stands in single quotes; a missing value is NULL. Besides CASE, IN, BETWEEN, LIKE and the operators there are:\n\n",
    );
    for (_, about) in data::functions::NAMES {
        let _ = writeln!(text, "  {about}");
    }
    let _ = writeln!(text, "\nand of SQLite's own:\n\n{}", wrap_indented(&data::built_in_functions().join(", ")));
    text
}

/// A text in lines of at most 90 characters.
fn wrap(text: &str) -> String {
    let mut out = String::new();
    let mut length = 0;
    for word in text.split_whitespace() {
        let n = word.chars().count();
        if length > 0 && length + 1 + n > 90 {
            out.push('\n');
            length = 0;
        } else if length > 0 {
            out.push(' ');
            length += 1;
        }
        out.push_str(word);
        length += n;
    }
    out
}

fn wrap_indented(text: &str) -> String {
    wrap(text).lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}
