//! The texts of `explain METHOD`, `explain methods` and `explain catalogue`, made from the methods' own documentation.

use std::fmt::Write;

use super::options::OptionKind;
use super::{METHODS, find};

/// Names of all methods, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    METHODS.iter().map(|method| method.name())
}

/// What a method estimates, its options with defaults, limits, source, and the same call elsewhere.
#[must_use]
pub fn explain(name: &str) -> Option<String> {
    let method = find(name)?;
    let about = method.about();
    let mut text = format!("{} — {}\n\n", method.name(), method.title());
    // Writing into a string does not fail.
    let _ = writeln!(
        text,
        "Estimates  {}\nFormula    {}\nLimits     {}\nSource     {}",
        about.estimand, about.formula, about.limits, about.source
    );
    let _ = writeln!(text, "SAS        {}\nR          {}", about.sas, about.r);
    let _ = writeln!(text, "\nMeasure    {}", method.shape().in_words());
    if !method.reads().is_empty() {
        text.push_str("\nKeys of the analysis it reads\n");
    }
    for key in method.reads() {
        let _ = writeln!(text, "  {}: {}", key.name(), key.about());
    }
    if !method.options().is_empty() {
        text.push_str("\nOptions\n");
    }
    for option in method.options() {
        let takes = match option.kind {
            OptionKind::Choice(words) => format!("{} (default {})", words.join(" | "), words[0]),
            OptionKind::Choices(words) => {
                format!("one or several of {}, in order (default {})", words.join(" | "), words[0])
            }
            OptionKind::Number { low, high, default: Some(default) } => format!("{low} to {high} (default {default})"),
            OptionKind::Number { low, high, default: None } => {
                format!("{low} to {high} (default: the study's conf_level)")
            }
            OptionKind::Numbers => "list of numbers (default none)".to_owned(),
        };
        let _ = writeln!(text, "  {}: {takes}\n      {}", option.name, option.about);
    }
    Some(text)
}

/// Every method with its words for tables, one a line.
#[must_use]
pub fn list() -> String {
    METHODS.iter().map(|method| format!("{:<28} {}\n", method.name(), method.title())).collect()
}

/// What [`explain`] says of every method, one after the other.
#[must_use]
pub fn catalogue() -> String {
    names().filter_map(explain).collect::<Vec<_>>().join("\n\n")
}
