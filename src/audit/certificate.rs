//! The consistency certificate: every number that stands in more than one document, with what each of them prints,
//! and the figures that registries count by other rules than the report, each with the rule that explains it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::base::codes::AUD_002;
use crate::base::diagnostic::{Diagnostics, Place, Stop};
use crate::render::placement::Placed;
use crate::render::xml_read_back::agrees;
use crate::results::{ResultKey, ResultStore, ResultValue};
use crate::spec::study_registry::{CTGOV_AGE_VARIABLE, EUDRACT_AGE_VARIABLE};

use super::manifest::sha256;

/// Documents that are held against each other: name in the certificate, and how the names of its files begin.
const DOCUMENTS: [(&str, &str); 6] = [
    ("report", "restricted/csr.pdf"),
    ("eudract", "public/eudract-results.xml"),
    ("eudract_ae", "public/eudract-adverse-events.xml"),
    ("ctgov", "public/ctgov-results.xml"),
    ("ctis", "public/ctis-summary-"),
    ("ctis_lay", "public/ctis-lay-summary-"),
];

/// Name of the file in a run.
pub const FILE: &str = "restricted/consistency-certificate.tsv";

/// Why what documents print may differ in its letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The same letters.
    Same,
    /// Each is the stored number to the decimals it prints, or the bound it states.
    Rounded,
    /// Not estimable, as each document writes that.
    NotEstimable,
    /// At least one is not what is stored.
    Differs,
}

impl Reading {
    fn name(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Rounded => "same number, other decimals",
            Self::NotEstimable => "not estimable",
            Self::Differs => "DIFFERS",
        }
    }
}

/// A number of the store in the documents that print it.
#[derive(Debug)]
pub struct Row {
    /// Its key.
    pub key: String,
    /// What each of [`DOCUMENTS`] prints; more than one text where a document prints it in several forms.
    pub texts: [BTreeSet<String>; DOCUMENTS.len()],
    /// How they agree.
    pub reading: Reading,
}

/// Two figures that speak of the same people and may differ by a rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Fact {
    /// What is compared.
    pub what: String,
    /// One figure, with its words.
    pub one: (String, u64),
    /// The other.
    pub other: (String, u64),
    /// The rule by which they may differ; `None` where they must agree.
    pub rule: Option<&'static str>,
}

impl Fact {
    /// Whether the figures agree or a rule says why not.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        self.one.1 == self.other.1 || self.rule.is_some()
    }
}

/// What was compared.
#[derive(Debug)]
pub struct Certificate {
    /// Numbers by key.
    pub rows: Vec<Row>,
    /// Figures counted by different rules.
    pub facts: Vec<Fact>,
}

/// Compares what the documents of a run print, and the figures that must add up between them.
///
/// # Errors
/// AUD-002 for every number that a document prints otherwise than it is stored, and for every difference that no rule
/// explains.
pub fn certify(placed: &Placed, store: &ResultStore, sink: &mut Diagnostics) -> Result<Certificate, Stop> {
    let mark = sink.mark();
    let mut texts: BTreeMap<&str, [BTreeSet<String>; DOCUMENTS.len()]> = BTreeMap::new();
    for placement in &placed.placements {
        if let Some(at) = DOCUMENTS.iter().position(|(_, stem)| placement.file.starts_with(stem)) {
            texts.entry(&placement.key).or_default()[at].insert(placement.text.clone());
        }
    }
    texts.retain(|_, texts| texts.iter().filter(|of_document| !of_document.is_empty()).count() > 1);
    let rows: Vec<Row> = texts
        .into_iter()
        .map(|(key, texts)| {
            let result = ResultKey::parse(key).ok().and_then(|key| store.get(&key));
            Row { key: key.to_owned(), reading: reading(&texts, result.map(|result| &result.value)), texts }
        })
        .collect();
    for row in rows.iter().filter(|row| row.reading == Reading::Differs) {
        let all: Vec<String> = named(&row.texts).map(|(name, text)| format!("{name} `{text}`")).collect();
        sink.error(&AUD_002, Place::Nowhere, format!("`{}` is printed as {}", row.key, all.join(", ")));
    }
    let facts = facts(store);
    for fact in facts.iter().filter(|fact| !fact.is_explained()) {
        let (one, other) = (&fact.one, &fact.other);
        let message = format!("{}: {} {}, {} {}", fact.what, one.0, one.1, other.0, other.1);
        sink.error(&AUD_002, Place::Nowhere, message).hint("no rule explains the difference");
    }
    sink.check(mark)?;
    Ok(Certificate { rows, facts })
}

fn named(texts: &[BTreeSet<String>; DOCUMENTS.len()]) -> impl Iterator<Item = (&'static str, String)> {
    let joined = |of_document: &BTreeSet<String>| of_document.iter().cloned().collect::<Vec<_>>().join(" | ");
    let filled = DOCUMENTS.iter().zip(texts).filter(|(_, texts)| !texts.is_empty());
    filled.map(move |((name, _), texts)| (*name, joined(texts)))
}

/// How what the documents print agrees with what is stored. A printed minus sign is a letter of its own, and some
/// languages set decimals off by a comma; no document groups digits.
fn reading(texts: &[BTreeSet<String>; DOCUMENTS.len()], stored: Option<&ResultValue>) -> Reading {
    let Some(stored) = stored else { return Reading::Differs };
    let plain: BTreeSet<String> = texts.iter().flatten().map(|text| plain_letters(text)).collect();
    if let ResultValue::NotEstimable(_) = stored {
        let is_number = |text: &String| text != "99999" && text.parse::<f64>().is_ok();
        return if plain.iter().any(is_number) { Reading::Differs } else { Reading::NotEstimable };
    }
    if !plain.iter().all(|text| agrees(text, stored)) {
        return Reading::Differs;
    }
    if plain.len() == 1 { Reading::Same } else { Reading::Rounded }
}

fn plain_letters(text: &str) -> String {
    let text = text.replace('\u{2212}', "-");
    let is_number = text.chars().all(|c| c.is_ascii_digit() || "-,.<>".contains(c));
    if is_number { text.replace(',', ".") } else { text }
}

/// Figures that documents count by other rules, for every arm.
fn facts(store: &ResultStore) -> Vec<Fact> {
    let count = |key: &ResultKey| store.get(key).and_then(|result| result.value.as_count());
    let mut facts = Vec::new();
    let mut add = |what: String, one: (&str, Option<u64>), other: (&str, Option<u64>), rule: Option<&'static str>| {
        if let (Some(first), Some(second)) = (one.1, other.1) {
            facts.push(Fact { what, one: (one.0.to_owned(), first), other: (other.0.to_owned(), second), rule });
        }
    };
    let allocated: Vec<&ResultKey> = store
        .iter()
        .map(|result| &result.key)
        .filter(|key| key.analysis == "flow" && key.statistic == "allocated" && key.groups.len() == 1)
        .collect();
    for arm in allocated.iter().filter_map(|key| key.level("arm")) {
        let of_arm = |analysis: &str, statistic: &str| ResultKey::new(analysis, statistic).with("arm", arm);
        let started = count(&of_arm("flow", "allocated"));
        for set in sets(store) {
            let members = count(&of_arm("set", "n").with("set", set));
            let what = format!("subjects of `{arm}`");
            let other = format!("analysis set `{set}`");
            add(what, ("randomised", started), (&other, members), Some("population: the set's definition"));
        }
        let category = |name: &str| count(&of_arm("ae", "n").with("category", name));
        add(
            format!("subjects of `{arm}` with non-serious events"),
            ("report, all terms", category("non_serious")),
            ("registries, reported terms", category("non_serious_reported")),
            Some("threshold: registries list terms from a frequency on"),
        );
        let ages = |variable: &str| {
            let of_variable = |key: &&ResultKey| {
                key.analysis == "base"
                    && key.statistic == "n"
                    && key.level("arm") == Some(arm)
                    && key.level("variable") == Some(variable)
            };
            let found: Vec<u64> = store.iter().map(|r| &r.key).filter(of_variable).filter_map(count).collect();
            (!found.is_empty()).then(|| found.iter().sum())
        };
        add(
            format!("subjects of `{arm}` by age"),
            ("EudraCT, nine groups", ages(EUDRACT_AGE_VARIABLE)),
            ("ClinicalTrials.gov, three groups", ages(CTGOV_AGE_VARIABLE)),
            None,
        );
    }
    facts
}

fn sets(store: &ResultStore) -> BTreeSet<&str> {
    let of_set = store.iter().map(|result| &result.key).filter(|key| key.analysis == "set" && key.statistic == "n");
    of_set.filter_map(|key| key.level("set")).collect()
}

impl Certificate {
    /// The file: tab-separated, with a preamble of lines that begin with `#`.
    ///
    /// `files` are those of the run; the SHA-256 of each compared document stands in the preamble.
    #[must_use]
    pub fn text(&self, facts: &[(&str, &str)], files: &[(String, Vec<u8>)]) -> String {
        let mut text = String::from("# tracelock consistency certificate\n");
        let write = "writing to a string cannot fail";
        for (name, value) in facts {
            writeln!(text, "# {name}: {value}").expect(write);
        }
        for (name, stem) in DOCUMENTS {
            for (path, bytes) in files.iter().filter(|(path, _)| path.starts_with(stem)) {
                writeln!(text, "# document {name}: {path}, SHA-256 {}", sha256(bytes)).expect(write);
            }
        }
        let of = |reading: Reading| self.rows.iter().filter(|row| row.reading == reading).count();
        writeln!(text, "# numbers in more than one document: {}", self.rows.len()).expect(write);
        for reading in [Reading::Same, Reading::Rounded, Reading::NotEstimable, Reading::Differs] {
            writeln!(text, "# {}: {}", reading.name(), of(reading)).expect(write);
        }
        let names: Vec<&str> = DOCUMENTS.iter().map(|(name, _)| *name).collect();
        writeln!(text, "key\t{}\tagreement", names.join("\t")).expect(write);
        for row in &self.rows {
            let cells: Vec<String> =
                row.texts.iter().map(|texts| texts.iter().cloned().collect::<Vec<_>>().join(" | ")).collect();
            writeln!(text, "{}\t{}\t{}", row.key, cells.join("\t"), row.reading.name()).expect(write);
        }
        text.push_str("\ncompared\tone\tfigure\tother\tfigure\texplanation\n");
        for Fact { what, one, other, rule } in &self.facts {
            let explanation = match rule {
                _ if one.1 == other.1 => "same",
                Some(rule) => rule,
                None => "DIFFERS",
            };
            writeln!(text, "{what}\t{}\t{}\t{}\t{}\t{explanation}", one.0, one.1, other.0, other.1).expect(write);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(texts: &[&str]) -> [BTreeSet<String>; DOCUMENTS.len()] {
        let mut all: [BTreeSet<String>; DOCUMENTS.len()] = Default::default();
        for (at, text) in texts.iter().enumerate() {
            all[at].insert((*text).to_owned());
        }
        all
    }

    #[test]
    fn letters_may_differ_where_the_number_does_not() {
        let stored = ResultValue::Real(-23.1234);
        let read = |texts: &[&str]| reading(&printed(texts), Some(&stored));
        assert_eq!(read(&["−23.1", "-23.1"]), Reading::Same);
        assert_eq!(read(&["−23.1", "-23.12"]), Reading::Rounded);
        assert_eq!(read(&["−23.1", "-23.2"]), Reading::Differs);
        assert_eq!(read(&["−23.1", "23.1"]), Reading::Differs);
    }

    #[test]
    fn what_is_not_estimable_is_no_number_anywhere() {
        let stored = ResultValue::NotEstimable("no events".to_owned());
        let read = |texts: &[&str]| reading(&printed(texts), Some(&stored));
        assert_eq!(read(&["NE", "99999", "NA"]), Reading::NotEstimable);
        assert_eq!(read(&["NE", "0"]), Reading::Differs);
    }

    #[test]
    fn a_number_that_is_not_stored_differs() {
        assert_eq!(reading(&printed(&["1", "1"]), None), Reading::Differs);
    }

    #[test]
    fn a_difference_needs_a_rule() {
        let fact = |one: u64, other: u64, rule: Option<&'static str>| Fact {
            what: "subjects".to_owned(),
            one: ("one".to_owned(), one),
            other: ("other".to_owned(), other),
            rule,
        };
        assert!(fact(3, 3, None).is_explained());
        assert!(fact(3, 2, Some("population")).is_explained());
        assert!(!fact(3, 2, None).is_explained());
    }
}
