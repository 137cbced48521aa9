//! Options of a method: declared with default and meaning, read with a clear error.

use indexmap::IndexMap;

use crate::base::codes;
use crate::base::diagnostic::Diagnostics;
use crate::base::suggest::did_you_mean;
use crate::spec::analysis::OptionValue;
use crate::spec::at::At;

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OptionKind {
    /// One of these words; the first is the default.
    Choice(&'static [&'static str]),
    /// One or several of these words in order; the first is the default.
    Choices(&'static [&'static str]),
    /// A number within these limits, with a default.
    Number {
        /// Smallest value.
        low: f64,
        /// Largest value.
        high: f64,
        /// Default; `None` where the study's confidence level is meant.
        default: Option<f64>,
    },
    /// A list of numbers; empty by default.
    Numbers,
}

/// One option of a method.
#[derive(Clone, Copy, Debug)]
pub struct OptionDoc {
    /// Its name in the configuration.
    pub name: &'static str,
    /// What it takes.
    pub kind: OptionKind,
    /// What it means.
    pub about: &'static str,
}

/// The options of one analysis, checked.
#[derive(Clone, Debug)]
pub struct Options {
    choices: IndexMap<&'static str, &'static str>,
    several: IndexMap<&'static str, Vec<&'static str>>,
    numbers: IndexMap<&'static str, f64>,
    lists: IndexMap<&'static str, Vec<f64>>,
}

impl Options {
    /// Checks the configured options against those declared; every fault is reported.
    #[must_use]
    pub fn read(
        declared: &[OptionDoc],
        given: &IndexMap<String, At<OptionValue>>,
        conf_level: f64,
        sink: &mut Diagnostics,
    ) -> Self {
        let mut options = Self {
            choices: IndexMap::new(),
            several: IndexMap::new(),
            numbers: IndexMap::new(),
            lists: IndexMap::new(),
        };
        for doc in declared {
            match doc.kind {
                OptionKind::Choice(words) => {
                    options.choices.insert(doc.name, words[0]);
                }
                OptionKind::Choices(words) => drop(options.several.insert(doc.name, vec![words[0]])),
                OptionKind::Number { default, .. } => {
                    options.numbers.insert(doc.name, default.unwrap_or(conf_level));
                }
                OptionKind::Numbers => drop(options.lists.insert(doc.name, Vec::new())),
            }
        }
        for (name, value) in given {
            let Some(doc) = declared.iter().find(|d| d.name == name) else {
                sink.error(&codes::CFG_010, value.place.clone(), format!("the method has no option `{name}`"))
                    .hint(did_you_mean(name, declared.iter().map(|d| d.name)));
                continue;
            };
            options.set(doc, value, sink);
        }
        options
    }

    fn set(&mut self, doc: &OptionDoc, value: &At<OptionValue>, sink: &mut Diagnostics) {
        match (doc.kind, &value.value) {
            (OptionKind::Choice(words), OptionValue::Text(word)) if words.contains(&word.as_str()) => {
                if let Some(known) = words.iter().find(|w| *w == word) {
                    self.choices.insert(doc.name, known);
                }
            }
            // `yes` and `no` without quotes are truth values in YAML.
            (OptionKind::Choice(words), OptionValue::Bool(truth)) if words.contains(&"yes") => {
                if let Some(known) = words.iter().find(|w| **w == if *truth { "yes" } else { "no" }) {
                    self.choices.insert(doc.name, known);
                }
            }
            (OptionKind::Choice(words), other) => {
                let shown = shown(other);
                sink.error(&codes::CFG_010, value.place.clone(), format!("`{}` cannot be `{shown}`", doc.name)).hint(
                    format!(
                        "{}; one of {}",
                        doc.about,
                        words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ")
                    ),
                );
            }
            (OptionKind::Choices(words), given) => self.set_several(doc, words, given, value, sink),
            (OptionKind::Number { low, high, .. }, OptionValue::Number(x)) if (low..=high).contains(x) => {
                self.numbers.insert(doc.name, *x);
            }
            (OptionKind::Number { low, high, .. }, other) => {
                sink.error(
                    &codes::CFG_010,
                    value.place.clone(),
                    format!("`{}` cannot be `{}`", doc.name, shown(other)),
                )
                .hint(format!("{}; a number from {low} to {high}", doc.about));
            }
            (OptionKind::Numbers, OptionValue::Numbers(list)) => drop(self.lists.insert(doc.name, list.clone())),
            (OptionKind::Numbers, OptionValue::Number(x)) => drop(self.lists.insert(doc.name, vec![*x])),
            (OptionKind::Numbers, other) => {
                sink.error(
                    &codes::CFG_010,
                    value.place.clone(),
                    format!("`{}` cannot be `{}`", doc.name, shown(other)),
                )
                .hint(format!("{}; a list of numbers such as [7, 14, 28]", doc.about));
            }
        }
    }

    fn set_several(
        &mut self,
        doc: &OptionDoc,
        words: &'static [&'static str],
        given: &OptionValue,
        value: &At<OptionValue>,
        sink: &mut Diagnostics,
    ) {
        let known = |word: &String| words.iter().find(|w| *w == word).copied();
        let chosen: Option<Vec<&'static str>> = match given {
            OptionValue::Text(word) => known(word).map(|word| vec![word]),
            OptionValue::Texts(list) => list.iter().map(known).collect(),
            _ => None,
        };
        match chosen.filter(|list| !list.is_empty()) {
            Some(list) => drop(self.several.insert(doc.name, list)),
            None => {
                let all = words.iter().map(|w| format!("`{w}`")).collect::<Vec<_>>().join(", ");
                sink.error(
                    &codes::CFG_010,
                    value.place.clone(),
                    format!("`{}` cannot be `{}`", doc.name, shown(given)),
                )
                .hint(format!("{}; one or several of {all}", doc.about));
            }
        }
    }

    /// The word chosen.
    #[must_use]
    pub fn choice(&self, name: &str) -> &'static str {
        self.choices.get(name).copied().expect("invariant: the option is declared by the method")
    }

    /// The words chosen, in order.
    #[must_use]
    pub fn choices(&self, name: &str) -> &[&'static str] {
        self.several.get(name).map(Vec::as_slice).expect("invariant: the option is declared by the method")
    }

    /// The number.
    #[must_use]
    pub fn number(&self, name: &str) -> f64 {
        self.numbers.get(name).copied().expect("invariant: the option is declared by the method")
    }

    /// The number as a whole number of things; `None` where it has a fraction.
    #[must_use]
    pub fn whole(&self, name: &str) -> Option<u64> {
        let number = self.number(name);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and within the option's limits"
        )]
        (number.fract() == 0.0 && number >= 0.0).then_some(number as u64)
    }

    /// The confidence level, where the method has one.
    #[must_use]
    pub fn conf_level(&self) -> Option<f64> {
        self.numbers.get("conf_level").copied()
    }

    /// The list of numbers.
    #[must_use]
    pub fn numbers(&self, name: &str) -> &[f64] {
        self.lists.get(name).map(Vec::as_slice).expect("invariant: the option is declared by the method")
    }

    /// All options with their values, for lineage and the method catalogue.
    #[must_use]
    pub fn in_words(&self) -> String {
        let choices = self.choices.iter().map(|(name, word)| format!("{name} {word}"));
        let several = self.several.iter().map(|(name, words)| format!("{name} {}", words.join(" then ")));
        let numbers = self.numbers.iter().map(|(name, x)| format!("{name} {x}"));
        let lists = self
            .lists
            .iter()
            .filter(|(_, l)| !l.is_empty())
            .map(|(name, l)| format!("{name} {}", l.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")));
        choices.chain(several).chain(numbers).chain(lists).collect::<Vec<_>>().join(", ")
    }
}

fn shown(value: &OptionValue) -> String {
    match value {
        OptionValue::Bool(b) => b.to_string(),
        OptionValue::Number(x) => x.to_string(),
        OptionValue::Text(text) => text.clone(),
        OptionValue::Numbers(list) => format!("{list:?}"),
        OptionValue::Texts(list) => list.join(", "),
    }
}
