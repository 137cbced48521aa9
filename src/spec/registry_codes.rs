//! The registries' own lists: countries, dose forms, routes and system organ classes, read from `config/codelists`.

use std::collections::BTreeMap;

use super::code_lists::{CodeLists, List};
use super::study_registry::ListVersions;

/// A term of an EMA list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListTerm {
    /// Name in English.
    pub name: String,
    /// Identifier (`eutctId`).
    pub id: u64,
    /// Version of the term.
    pub version: u16,
}

/// A system organ class in both registries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemOrganClass {
    /// Name in MedDRA.
    pub name: String,
    /// EudraCT's term.
    pub term: ListTerm,
    /// Name on ClinicalTrials.gov.
    pub ctgov_name: String,
}

/// All lists.
#[derive(Debug)]
pub struct RegistryCodes {
    countries: BTreeMap<String, ListTerm>,
    dose_forms: BTreeMap<String, ListTerm>,
    routes: BTreeMap<String, ListTerm>,
    classes: BTreeMap<String, SystemOrganClass>,
}

impl RegistryCodes {
    /// The lists that come with the program; `versions` stand where a term's own is unknown.
    #[must_use]
    pub fn built_in(versions: ListVersions) -> Self {
        Self::of(&CodeLists::default(), versions)
    }

    /// The lists of a study.
    #[must_use]
    pub fn of(lists: &CodeLists, versions: ListVersions) -> Self {
        let mut countries = BTreeMap::new();
        for row in lists.rows(List::Countries) {
            let term =
                ListTerm { name: row[0].clone(), id: number(&row[2]), version: version(&row[3], versions.countries) };
            countries.entry(row[1].to_lowercase()).or_insert_with(|| term.clone());
            countries.insert(row[0].to_lowercase(), term);
        }
        let classes = lists
            .rows(List::SystemOrganClasses)
            .into_iter()
            .map(|row| {
                let own = version(&row[3], 0);
                let term = ListTerm {
                    name: row[0].clone(),
                    id: number(&row[2]),
                    version: versions.system_organ_classes.unwrap_or(own),
                };
                (row[0].to_lowercase(), SystemOrganClass { name: row[0].clone(), term, ctgov_name: row[4].clone() })
            })
            .collect();
        Self {
            countries,
            dose_forms: terms(lists.rows(List::DoseForms), versions.dose_forms),
            routes: terms(lists.rows(List::Routes), versions.routes),
            classes,
        }
    }

    /// A country by short or official name, in any case.
    #[must_use]
    pub fn country(&self, name: &str) -> Option<&ListTerm> {
        self.countries.get(&name.to_lowercase())
    }

    /// Names of countries.
    pub fn countries(&self) -> impl Iterator<Item = &str> {
        self.countries.values().map(|term| term.name.as_str())
    }

    /// The name behind an identifier of any of these lists.
    #[must_use]
    pub fn name_of(&self, id: u64) -> Option<&str> {
        let classes = self.classes.values().map(|class| &class.term);
        let terms = self.countries.values().chain(self.dose_forms.values()).chain(self.routes.values()).chain(classes);
        terms.into_iter().find(|term| term.id == id).map(|term| term.name.as_str())
    }

    /// A dose form, in any case.
    #[must_use]
    pub fn dose_form(&self, name: &str) -> Option<&ListTerm> {
        self.dose_forms.get(&name.to_lowercase())
    }

    /// Names of dose forms.
    pub fn dose_forms(&self) -> impl Iterator<Item = &str> {
        self.dose_forms.values().map(|term| term.name.as_str())
    }

    /// A route of administration, in any case.
    #[must_use]
    pub fn route(&self, name: &str) -> Option<&ListTerm> {
        self.routes.get(&name.to_lowercase())
    }

    /// Names of routes.
    pub fn routes(&self) -> impl Iterator<Item = &str> {
        self.routes.values().map(|term| term.name.as_str())
    }

    /// A system organ class by its MedDRA name, in any case.
    #[must_use]
    pub fn system_organ_class(&self, name: &str) -> Option<&SystemOrganClass> {
        self.classes.get(&name.to_lowercase())
    }

    /// The 27 classes by name.
    pub fn system_organ_classes(&self) -> impl Iterator<Item = &SystemOrganClass> {
        self.classes.values()
    }
}

/// Whether EudraCT has this code, as far as is known.
#[must_use]
pub fn is_eudract_code(code: &str) -> bool {
    CodeLists::default().rows(List::EudractTerms).iter().any(|row| row[0] == code)
}

/// Whether ClinicalTrials.gov has this value in the list of this name.
#[must_use]
pub fn is_ctgov_value(list: &str, value: &str) -> bool {
    CodeLists::default().rows(List::CtgovTerms).iter().any(|row| row[0] == list && row[1] == value)
}

fn terms(rows: Vec<Vec<String>>, default_version: u16) -> BTreeMap<String, ListTerm> {
    let term = |row: Vec<String>| {
        let term = ListTerm { name: row[0].clone(), id: number(&row[1]), version: version(&row[2], default_version) };
        (row[0].to_lowercase(), term)
    };
    rows.into_iter().map(term).collect()
}

fn number(text: &str) -> u64 {
    text.parse().expect("invariant: lists were checked")
}

fn version(text: &str, default: u16) -> u16 {
    text.parse().unwrap_or(default)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Identifiers as they stand in posted EudraCT records (2013-004502-26, 2016-004489-24).
    #[test]
    fn identifiers_of_posted_records() {
        let codes = RegistryCodes::built_in(ListVersions::default());
        assert_eq!(codes.country("Kingdom of Denmark").map(|t| t.id), Some(100_000_000_377));
        assert_eq!(codes.country("united states").map(|t| t.id), Some(100_000_000_557));
        assert_eq!(codes.dose_form("Solution for injection").map(|t| t.id), Some(100_000_073_863));
        assert_eq!(codes.route("Subcutaneous use").map(|t| t.id), Some(100_000_073_633));
        assert_eq!(codes.system_organ_class("Gastrointestinal disorders").map(|s| s.term.id), Some(100_000_004_856));
        assert_eq!(codes.system_organ_classes().count(), 27);
        assert_eq!(codes.country("Atlantis"), None);
        assert_eq!(codes.name_of(100_000_073_633), Some("Subcutaneous use"));
        assert_eq!(codes.name_of(1), None);
    }

    #[test]
    fn versions_can_be_replaced() {
        let codes = RegistryCodes::built_in(ListVersions { system_organ_classes: Some(25), ..ListVersions::default() });
        assert_eq!(codes.system_organ_class("Cardiac disorders").map(|s| s.term.version), Some(25));
    }
}
