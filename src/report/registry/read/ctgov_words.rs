//! Words of ClinicalTrials.gov's files in the record's terms: pick-lists, dates, questions, kinds of characteristics.

use crate::base::date::MONTH_NAMES;
use crate::report::registry::{CharacteristicKind, Date, Dictionary, EmaTerm, Term, Text};
use crate::spec::registry_codes::RegistryCodes;
use crate::spec::registry_terms::{Dialect, RegistryTerms};

/// Pick-lists in the words of the file being read.
#[derive(Clone, Copy, Debug)]
pub struct Words<'l> {
    terms: &'l RegistryTerms,
    codes: &'l RegistryCodes,
    dialect: Dialect,
}

impl<'l> Words<'l> {
    /// The registries' lists, as one of their files speaks.
    #[must_use]
    pub fn new(terms: &'l RegistryTerms, codes: &'l RegistryCodes, dialect: Dialect) -> Self {
        Self { terms, codes, dialect }
    }

    /// The same lists in other words.
    #[must_use]
    pub fn speaking(self, dialect: Dialect) -> Self {
        Self { dialect, ..self }
    }

    /// The id of a word; the API prints display values in some places.
    fn id(&self, list: &str, word: &str) -> Option<&str> {
        self.terms.id(list, word, self.dialect).or_else(|| self.terms.id(list, word, Dialect::Prs))
    }

    /// A word of a list.
    #[must_use]
    pub fn term(&self, list: &str, word: &str) -> Term {
        self.id(list, word).map_or_else(|| Term::Unlisted(word.to_owned()), Term::listed)
    }

    /// A word of a list, or "other" with the words that stand in its place.
    #[must_use]
    pub fn term_or_other(&self, list: &str, words: Text) -> (Term, Option<Text>) {
        match self.id(list, &words) {
            Some(id) => (Term::listed(id), None),
            None => (Term::listed("other"), Some(words)),
        }
    }

    /// Kind of spread: a confidence interval's level is kept apart. `level` is what the file says besides.
    #[must_use]
    pub fn dispersion(&self, word: &str, level: Option<Text>) -> (Term, Option<Text>) {
        let term = self.term("dispersion", word);
        if let Term::Listed(id) = &term
            && let Some(own) = id.strip_prefix("confidence_interval_")
        {
            return (Term::listed("confidence_interval"), Some(Text::of(own.replace('_', "."))));
        }
        (term, level)
    }

    /// A system organ class.
    #[must_use]
    pub fn class(&self, name: &str) -> EmaTerm {
        let known = self
            .codes
            .system_organ_classes()
            .find(|class| class.ctgov_name.eq_ignore_ascii_case(name) || class.name.eq_ignore_ascii_case(name));
        EmaTerm { name: Some(name.to_owned()), id: known.map(|class| class.term.id), version: None }
    }
}

/// `Yes`, `yes`, `true`.
#[must_use]
pub fn yes_or_no(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "yes" | "true" | "accepts healthy volunteers" => Some(true),
        "no" | "false" => Some(false),
        _ => None,
    }
}

/// `ACTUAL`, `Actual`: kinds of dates and enrolment.
#[must_use]
pub fn actual_or_anticipated(mut text: Text) -> Text {
    text.text = match text.to_ascii_lowercase().as_str() {
        "actual" => "Actual".to_owned(),
        "anticipated" | "estimated" | "estimate" => "Anticipated".to_owned(),
        _ => text.text,
    };
    text
}

/// `RESPONSIBLE_PARTY` in words: `Responsible Party`.
#[must_use]
pub fn code_in_words(mut text: Text) -> Text {
    if text.chars().all(|c| c.is_ascii_uppercase() || c == '_') {
        let word = |word: &str| {
            let (first, rest) = word.split_at(word.len().min(1));
            format!("{first}{}", rest.to_ascii_lowercase())
        };
        text.text = text.split('_').map(word).collect::<Vec<_>>().join(" ");
    }
    text
}

/// `November 21, 2015` and `June 2018` as `2015-11-21` and `2018-06`; other forms stay.
#[must_use]
pub fn date(mut text: Text) -> Date {
    let parts: Vec<&str> = text.split([' ', ',']).filter(|part| !part.is_empty()).collect();
    let month = |name: &str| MONTH_NAMES.iter().position(|month| *month == name).map(|at| at + 1);
    let number = |part: &str| part.parse::<u16>().ok();
    let iso = match parts.as_slice() {
        [name, year] => month(name).zip(number(year)).map(|(month, year)| format!("{year:04}-{month:02}")),
        [name, day, year] => month(name)
            .zip(number(day))
            .zip(number(year))
            .map(|((month, day), year)| format!("{year:04}-{month:02}-{day:02}")),
        _ => None,
    };
    if let Some(iso) = iso {
        text.text = iso;
    }
    text
}

/// What percentages are taken of: the API names the unit, PRS says `Units`.
#[must_use]
pub fn selected_units(mut text: Text) -> Text {
    if !text.eq_ignore_ascii_case("participants") {
        "Units".clone_into(&mut text.text);
    }
    text
}

/// Which characteristic a title names; with the value's kind, as the public site prints `Age` for two of them.
#[must_use]
pub fn characteristic_kind(title: &str, counts: bool) -> CharacteristicKind {
    use CharacteristicKind as Kind;
    match title {
        "Age" if counts => Kind::AgeCtgov,
        "Age" | "Age, Continuous" => Kind::AgeContinuous,
        "Age, Categorical" => Kind::AgeCtgov,
        "Age, Customized" => Kind::AgeCustomised,
        "Sex: Female, Male" | "Gender" => Kind::Sex,
        "Sex/Gender, Customized" | "Gender, Customized" => Kind::SexCustomised,
        "Race (NIH/OMB)" => Kind::Race,
        "Ethnicity (NIH/OMB)" => Kind::Ethnicity,
        "Race/Ethnicity, Customized" => Kind::RaceEthnicityCustomised,
        "Race and Ethnicity Not Collected" => Kind::RaceEthnicityNotCollected,
        "Region of Enrollment" => Kind::Region,
        _ => Kind::StudySpecific,
    }
}

/// The pick-list's title of a characteristic; `None` for one of the study.
#[must_use]
pub fn characteristic_title(kind: CharacteristicKind) -> Option<&'static str> {
    use CharacteristicKind as Kind;
    match kind {
        Kind::AgeContinuous => Some("Age, Continuous"),
        Kind::AgeCtgov => Some("Age, Categorical"),
        Kind::AgeEudract | Kind::AgeCustomised => Some("Age, Customized"),
        Kind::Sex => Some("Sex: Female, Male"),
        Kind::SexCustomised => Some("Sex/Gender, Customized"),
        Kind::Race => Some("Race (NIH/OMB)"),
        Kind::Ethnicity => Some("Ethnicity (NIH/OMB)"),
        Kind::RaceEthnicityCustomised => Some("Race/Ethnicity, Customized"),
        Kind::RaceEthnicityNotCollected => Some("Race and Ethnicity Not Collected"),
        Kind::Region => Some("Region of Enrollment"),
        Kind::StudySpecific => None,
    }
}

/// Name and version of a dictionary such as `MedDRA (20.1)`, beside the words.
#[must_use]
pub fn dictionary(words: Text) -> Dictionary {
    let meddra = words.get(..6).filter(|start| start.eq_ignore_ascii_case("MedDRA"));
    let version = meddra.and_then(|start| words.get(start.len()..)).map(|rest| rest.trim_matches([' ', '(', ')', 'v']));
    Dictionary {
        name: meddra.map(|_| Term::listed("meddra")),
        version: version
            .filter(|version| version.starts_with(|c: char| c.is_ascii_digit()))
            .map(|version| Text::new(version, words.place.clone())),
        words: Some(words),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::study_registry::ListVersions;

    #[test]
    fn words_of_three_forms_mean_the_same() {
        let (terms, codes) = (RegistryTerms::built_in(), RegistryCodes::built_in(ListVersions::default()));
        let api = Words::new(&terms, &codes, Dialect::Api);
        let prs = api.speaking(Dialect::Prs);
        assert_eq!(api.term("sides", "TWO_SIDED"), prs.term("sides", "2-Sided"));
        let interval = (Term::listed("confidence_interval"), Some(Text::of("97.5")));
        assert_eq!(prs.dispersion("97.5% Confidence Interval", None), interval);
        assert_eq!(api.dispersion("CONFIDENCE_975", None), interval);
        let level = Some(Text::of("98"));
        let other = prs.dispersion("Other Confidence Interval Level", level.clone());
        assert_eq!(other, (Term::listed("confidence_interval"), level));
        assert_eq!(prs.term("phase", "Phase 9"), Term::Unlisted("Phase 9".to_owned()));
        assert_eq!(date(Text::of("November 21, 2015")).text, "2015-11-21");
        assert_eq!(date(Text::of("June 2018")).text, "2018-06");
        assert_eq!(date(Text::of("2018-06")).text, "2018-06");
        assert_eq!(code_in_words(Text::of("SPONSOR_INVESTIGATOR")).text, "Sponsor Investigator");
    }

    #[test]
    fn dictionaries_have_name_and_version() {
        let read = dictionary(Text::of("MedDRA (20.1)"));
        assert_eq!((read.name, read.version), (Some(Term::listed("meddra")), Some(Text::of("20.1"))));
        assert_eq!(dictionary(Text::of("MedDRA")).version, None);
        assert_eq!(dictionary(Text::of("CTCv4")).name, None);
    }
}
