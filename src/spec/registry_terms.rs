//! Words of both registries' pick-lists by one name, read from `config/codelists/registry_terms.csv`.

use std::collections::BTreeMap;

use super::code_lists::{CodeLists, List};

/// Where a word is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Codes of EudraCT's result XML.
    Eudract,
    /// Display values of ClinicalTrials.gov's PRS and of its public XML.
    Prs,
    /// Values of ClinicalTrials.gov's API, version 2.
    Api,
}

/// All pick-lists.
#[derive(Debug)]
pub struct RegistryTerms {
    rows: Vec<TermRow>,
}

#[derive(Debug)]
struct TermRow {
    list: String,
    id: String,
    /// One a [`Dialect`], empty where it has no word.
    words: [String; 3],
    /// What EudraCT shows for its code, empty where it has none.
    meaning: String,
}

impl RegistryTerms {
    /// The lists that come with the program.
    #[must_use]
    pub fn built_in() -> Self {
        Self::of(&CodeLists::default())
    }

    /// The lists of a study.
    #[must_use]
    pub fn of(lists: &CodeLists) -> Self {
        let meanings: BTreeMap<String, String> =
            lists.rows(List::EudractTerms).into_iter().map(|row| (row[0].clone(), row[2].clone())).collect();
        let row = |row: Vec<String>| {
            let meaning = meanings.get(&row[2]).cloned().unwrap_or_default();
            let api = if row[4].is_empty() { row[3].clone() } else { row[4].clone() };
            TermRow { list: row[0].clone(), id: row[1].clone(), words: [row[2].clone(), row[3].clone(), api], meaning }
        };
        Self { rows: lists.rows(List::Terms).into_iter().map(row).collect() }
    }

    /// The word of a term; `None` where the registry has none.
    #[must_use]
    pub fn word(&self, list: &str, id: &str, dialect: Dialect) -> Option<&str> {
        let row = self.rows.iter().find(|row| row.list == list && row.id == id)?;
        Some(row.words[dialect as usize].as_str()).filter(|word| !word.is_empty())
    }

    /// What a registry shows for a term: EudraCT has codes with a meaning, the others their words. Where a registry has
    /// no word, that of ClinicalTrials.gov is shown.
    #[must_use]
    pub fn shown(&self, list: &str, id: &str, dialect: Dialect) -> Option<&str> {
        let row = self.rows.iter().find(|row| row.list == list && row.id == id)?;
        let own = if dialect == Dialect::Eudract { &row.meaning } else { &row.words[dialect as usize] };
        [own, &row.words[Dialect::Prs as usize]].into_iter().find(|word| !word.is_empty()).map(String::as_str)
    }

    /// The id of a word, in any case.
    #[must_use]
    pub fn id(&self, list: &str, word: &str, dialect: Dialect) -> Option<&str> {
        let same = |row: &&TermRow| row.list == list && row.words[dialect as usize].eq_ignore_ascii_case(word);
        self.rows.iter().find(same).map(|row| row.id.as_str())
    }

    /// The words of a list that a registry has, in order.
    pub fn words<'t>(&'t self, list: &'t str, dialect: Dialect) -> impl Iterator<Item = &'t str> {
        let of_list = self.rows.iter().filter(move |row| row.list == list);
        of_list.map(move |row| row.words[dialect as usize].as_str()).filter(|word| !word.is_empty())
    }

    /// The ids of a list, in order.
    pub fn ids<'t>(&'t self, list: &'t str) -> impl Iterator<Item = &'t str> {
        self.rows.iter().filter(move |row| row.list == list).map(|row| row.id.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Codes as they stand in the posted EudraCT record 2013-004502-26 and in its ClinicalTrials.gov twin NCT02305381.
    #[test]
    fn words_of_posted_records() {
        let terms = RegistryTerms::built_in();
        assert_eq!(
            terms.word("statistical_method", "mixed_model", Dialect::Eudract),
            Some("HYPOTHESIS_METHOD.mixedModel")
        );
        assert_eq!(terms.id("statistical_method", "Mixed Models Analysis", Dialect::Prs), Some("mixed_model"));
        assert_eq!(terms.id("phase", "PHASE2+PHASE3", Dialect::Api), Some("2_3"));
        assert_eq!(terms.word("statistical_method", "t_test_two_sided", Dialect::Eudract), None);
        assert_eq!(terms.id("parameter", "Unheard of", Dialect::Prs), None);
        assert_eq!(terms.shown("masking", "double", Dialect::Eudract), Some("Double blind"));
        assert_eq!(terms.shown("masking", "double", Dialect::Prs), Some("Double"));
        assert_eq!(terms.shown("masking", "triple", Dialect::Eudract), Some("Triple"));
    }

    #[test]
    fn every_name_and_every_word_is_once_in_its_list() {
        let terms = RegistryTerms::built_in();
        for (at, row) in terms.rows.iter().enumerate() {
            for other in &terms.rows[at + 1..] {
                let same_list = row.list == other.list;
                assert!(!(same_list && row.id == other.id), "{}.{}", row.list, row.id);
                for (a, b) in row.words.iter().zip(&other.words) {
                    assert!(!(same_list && !a.is_empty() && a == b), "{a} twice in {}", row.list);
                }
            }
        }
    }

    /// A code we write is one that `eudract_terms.csv` knows.
    #[test]
    fn codes_are_those_of_the_code_list() {
        for row in RegistryTerms::built_in().rows {
            let code = &row.words[Dialect::Eudract as usize];
            assert!(code.is_empty() || super::super::registry_codes::is_eudract_code(code), "{code}");
        }
    }
}
